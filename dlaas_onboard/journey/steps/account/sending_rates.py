"""What was sent in the last two weeks, and the rates of bounces and complaints that Amazon judges by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from dlaas_onboard.journey.bounces.reputation_limits import (
    BOUNCE_PAUSE,
    BOUNCE_REVIEW,
    COMPLAINT_PAUSE,
    COMPLAINT_REVIEW,
)
from dlaas_onboard.journey.facts import Facts, Reading
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.quantity import share
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.verdict import Mark, Severity
from dlaas_onboard.journey.writes.simulator_sends import simulator_sends

# Amazon judges over a "representative volume", which it does not publish: below this many messages a share of a
# few events says nothing yet.
REPRESENTATIVE = 100

_SENT = "Sending, last 14 days"


class RateLimits(NamedTuple):
    """From which share of bounces or complaints on Amazon reviews an account, and from which it pauses it."""

    review: float
    pause: float

    @property
    def expected(self) -> str:
        """Return what the share should be, in words."""
        return f"below {100 * self.review:g} %"

    def mark(self, level: float) -> Mark:
        """Return how a share stands."""
        return Mark.GOOD if level < self.review else Mark.WARN if level < self.pause else Mark.BAD


_BOUNCES = RateLimits(BOUNCE_REVIEW, BOUNCE_PAUSE)
_COMPLAINTS = RateLimits(COMPLAINT_REVIEW, COMPLAINT_PAUSE)


@dataclass(frozen=True, slots=True)
class _Counted:
    """How many messages bounced or were complained of."""

    name: str
    count: int
    attempts: int
    simulated: int  # sent from here to the mailbox simulator; whether SES counts them here is open
    limits: RateLimits

    @property
    def beyond_the_simulator(self) -> float:
        """Return the share that the simulator cannot explain."""
        return max(0, self.count - self.simulated) / self.attempts


def statistics(builder: VerdictBuilder, situation: Situation) -> None:
    """Show what was sent in two weeks, and which share of it bounced or was complained of."""
    reading = situation.facts.statistics
    if builder.missing("statistics", "Statistics", reading, section=_SENT, guide_step=2) or reading is None:
        return
    points = so_far(reading) or ()
    attempts = sum(point.attempts for point in points)
    bounces = sum(point.bounces for point in points)
    complaints = sum(point.complaints for point in points)
    rejects = sum(point.rejects for point in points)
    builder.add_row("Delivery attempts", f"{attempts:,}", reading, section=_SENT)
    if not attempts:
        return
    simulated = simulator_sends(situation, reading.observed_at)
    sandbox = stages.access(situation.facts) == "sandbox"
    for counted in (
        _Counted("Bounces", bounces, attempts, simulated.bounces, _BOUNCES),
        _Counted("Complaints", complaints, attempts, simulated.complaints, _COMPLAINTS),
    ):
        _share(builder, reading, counted, sandbox=sandbox)
    if simulated.words:
        builder.add_row("To the mailbox simulator, from here", simulated.words, section=_SENT)
    builder.add_row("Rejected by SES", f"{rejects:,}", reading, section=_SENT)


def _share(builder: VerdictBuilder, reading: Reading[Any], counted: _Counted, *, sandbox: bool) -> None:
    """Show the share of the messages that bounced or were complained of, and say so where Amazon takes note of it.

    Amazon counts neither mail to verified identities, which is all that the sandbox lets through, nor to the simulator
    (docs/ses.md, "Reputation").
    """
    name, limits = counted.name, counted.limits
    level = counted.count / counted.attempts
    builder.add_row(
        name,
        f"{share(counted.count, counted.attempts)} ({counted.count:,})",
        reading,
        Mark.PLAIN if sandbox else limits.mark(level),
        section=_SENT,
        expected=limits.expected,
    )
    if level < limits.review:
        return
    few = counted.attempts < REPRESENTATIVE
    pauses = level >= limits.pause
    line = f"pauses accounts from {100 * limits.pause:g} %" if pauses else f"reviews from {100 * limits.review:g} %"
    excused = sandbox or counted.beyond_the_simulator < limits.review
    severity = Severity.BLOCKER if pauses else Severity.WARNING
    builder.add_finding(
        f"{name.lower()}_rate",
        Severity.ADVICE if few or excused else severity,
        f"{share(counted.count, counted.attempts)} {name.lower()} in 14 days; Amazon {line}.",
        evidence=_evidence(counted, sandbox=sandbox),
        remedy="Stop mailing the addresses that bounced or complained, and find out how they got on your list.",
        guide_step=2,
    )


def _evidence(counted: _Counted, *, sandbox: bool) -> str:
    """Return the figures of a share, and what of them Amazon does not judge by."""
    few = ", too few messages for Amazon to judge by" if counted.attempts < REPRESENTATIVE else ""
    parts = [f"{counted.count:,} of {counted.attempts:,} attempts{few}"]
    if sandbox:
        parts.append("Amazon does not count mail to verified identities or the simulator: the sandbox has no other")
    if counted.simulated:
        parts.append(f"{counted.simulated:,} sent from here to the mailbox simulator")
    return "; ".join(parts)


def reputation(builder: VerdictBuilder, facts: Facts) -> None:
    """Show CloudWatch's rates, which Amazon judges by; no data is not zero."""
    reading = facts.reputation
    if reading is None or builder.missing("reputation", "Reputation metrics", reading, section=_SENT, guide_step=2):
        return
    rates = reading.value
    if rates is None:
        return
    for label, level, limits in (
        ("Reputation: bounce rate", rates.bounce_rate, _BOUNCES),
        ("Reputation: complaint rate", rates.complaint_rate, _COMPLAINTS),
    ):
        value, mark = "no data yet", Mark.PLAIN
        if level is not None:
            value, mark = f"{100 * level:.2f} %", limits.mark(level)
        builder.add_row(label, value, reading, mark, section=_SENT, expected=limits.expected)
