"""What was sent in the last two weeks, and the rates of bounces and complaints that Amazon judges by."""

from __future__ import annotations

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
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.verdict import Mark, Severity

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


def statistics(builder: VerdictBuilder, facts: Facts) -> None:
    """Show what was sent in two weeks, and which share of it bounced or was complained of."""
    reading = facts.statistics
    if builder.missing("statistics", "Statistics", reading, section=_SENT, guide_step=2):
        return
    points = so_far(reading) or ()
    attempts = sum(point.attempts for point in points)
    bounces = sum(point.bounces for point in points)
    complaints = sum(point.complaints for point in points)
    rejects = sum(point.rejects for point in points)
    builder.add_row("Delivery attempts", f"{attempts:,}", reading, section=_SENT)
    if not attempts:
        return
    _share(builder, reading, "Bounces", bounces, attempts=attempts, limits=_BOUNCES)
    _share(builder, reading, "Complaints", complaints, attempts=attempts, limits=_COMPLAINTS)
    builder.add_row("Rejected by SES", f"{rejects:,}", reading, section=_SENT)


def _share(
    builder: VerdictBuilder,
    reading: Reading[Any] | None,
    name: str,
    count: int,
    *,
    attempts: int,
    limits: RateLimits,
) -> None:
    """Show the share of the messages that bounced or were complained of, and say so where Amazon takes note of it."""
    level = count / attempts
    builder.add_row(
        name,
        f"{share(count, attempts)} ({count:,})",
        reading,
        limits.mark(level),
        section=_SENT,
        expected=limits.expected,
    )
    if level < limits.review:
        return
    few = attempts < REPRESENTATIVE
    pauses = level >= limits.pause
    line = f"pauses accounts from {100 * limits.pause:g} %" if pauses else f"reviews from {100 * limits.review:g} %"
    builder.add_finding(
        f"{name.lower()}_rate",
        Severity.ADVICE if few else Severity.BLOCKER if pauses else Severity.WARNING,
        f"{share(count, attempts)} {name.lower()} in 14 days; Amazon {line}.",
        evidence=f"{count:,} of {attempts:,} attempts" + (", too few messages for Amazon to judge by" if few else ""),
        remedy="Stop mailing the addresses that bounced or complained, and find out how they got on your list.",
        guide_step=2,
    )


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
