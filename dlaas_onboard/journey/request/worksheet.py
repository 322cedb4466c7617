"""From users and messages to a modest daily quota and rate.

The rule (docs/ses.md, "Quota advice"): peak recipients of a rolling day times 1.5 to 2, and those of a second times
1.5; a first request names what is really needed, and where six months need more than a first grant brings, what is
needed first (:mod:`dlaas_onboard.journey.request.growth`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from dlaas_onboard.journey.facts import Account, Facts
from dlaas_onboard.journey.request import evidence
from dlaas_onboard.journey.request.field_rules import NUMBER_MAX, check, number
from dlaas_onboard.journey.request.growth import USUAL_GRANT, Growth, growth
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.fields import BY_ID
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.verdict import Mark, Row

Given = Mapping[str, float | None]  # the numbers that the operator entered, by field

NOW = ("users_now", "messages_per_day_now")
INPUTS = ("users", "mails_per_user_month", "signups_per_day", "peak_factor")
_FIGURES = {"daily_quota": "recipients in 24 hours", "send_rate": "recipients a second"}
DAYS = 30
MARGIN = 1.5
MANY_EACH = 20  # messages a user and day: more looks like a mistake, or like mail to people who are no users
PEAK_HOUR = 0.25  # share of the busiest day's mail that falls into its busiest hour
SANDBOX_QUOTA = 200  # recipients a day in the sandbox: Request production access
MILLION = 1_000_000
_NICE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)  # neighbours are at most a third apart: 2 / 1.5
_REPEATS = (
    "defect_renewal",
    "defect_payment",
    "defect_mail_repeats",
)  # gaps of a checkout that multiply mail: docs/dlaas.md, "Defects", 5 and 6


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The arithmetic, line by line, and its result; ``None`` where an input is missing."""

    rows: tuple[Row, ...]
    daily_quota: int | None  # recipients in 24 hours
    send_rate: int | None  # recipients a second
    missing: tuple[str, ...] = ()  # labels of the fields still needed
    warnings: tuple[str, ...] = ()
    warning_ids: tuple[str, ...] = ()  # one for each warning, stable: "above_grant"
    average_day: int | None = None  # recipients
    busiest_day: int | None = None  # recipients
    users_now: int | None = None
    messages_now: int | None = None  # a day
    growth: Growth | None = None  # by steps, where the figures are the worksheet's own and above a first grant


def work_out(situation: Situation) -> Worksheet:
    """Return the worksheet. What the operator named for quota or rate wins over what was worked out."""
    given = {field: _number(field, situation.answers) for field in (*NOW, *INPUTS, *_FIGURES)}
    arithmetic = _arithmetic(given, stages.account(situation.facts))
    quota = int(given["daily_quota"] or 0) or arithmetic.daily_quota
    rate = int(given["send_rate"] or 0) or arithmetic.send_rate
    steps = arithmetic.growth if given["daily_quota"] is None else None
    rows = (
        *_entered_rows(dict.fromkeys((*NOW, *INPUTS), ""), given, situation.answers),
        *arithmetic.rows,
        *(_growth_rows(steps) if steps is not None else ()),
        *_entered_rows(_FIGURES, given, situation.answers),
        *_now(situation.facts, quota),
    )
    needed = NOW if quota and rate else (*NOW, *INPUTS)
    missing = tuple(BY_ID[field].label for field in needed if given[field] is None)
    average, busiest = arithmetic.average_day, arithmetic.busiest_day
    warnings = dict(_warnings(situation.facts, busiest, given))
    return Worksheet(
        rows,
        quota,
        rate,
        missing,
        tuple(warnings.values()),
        tuple(warnings),
        average,
        busiest,
        users_now=_whole(given["users_now"]),
        messages_now=_whole(given["messages_per_day_now"]),
        growth=steps,
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _entered_rows(units: Mapping[str, str], given: Given, answers: Answers) -> Iterator[Row]:
    """Return what the operator entered, field by field, each with its unit."""
    for field, unit in units.items():
        value = given[field]
        if value is not None:
            text = f"{show(value)} {unit}".rstrip()
            yield Row(BY_ID[field].label, text, evidence.entered(field, answers), _at(field, answers))


class _Arithmetic(NamedTuple):
    """What follows from the inputs; ``None`` while one is missing."""

    rows: tuple[Row, ...] = ()
    average_day: int | None = None
    busiest_day: int | None = None
    daily_quota: int | None = None
    send_rate: int | None = None
    growth: Growth | None = None


def _arithmetic(given: Given, account: Account | None) -> _Arithmetic:
    users, messages, signups, peak = (given[field] for field in INPUTS)
    if users is None or messages is None or signups is None or peak is None:
        return _Arithmetic()
    average = min(math.ceil(users * messages / DAYS), NUMBER_MAX)
    busiest = min(math.ceil(average * peak + signups), NUMBER_MAX)
    needed = max(SANDBOX_QUOTA, modest(busiest))
    steps = growth(needed, busiest, given["messages_per_day_now"], account)
    quota = steps.quota if steps is not None else needed
    carried = busiest if steps is None else min(busiest, math.floor(quota / MARGIN))  # on the busiest day until then
    rate = max(1, math.ceil(carried * PEAK_HOUR / 3600 * MARGIN))
    rows = (
        _line(
            "Average day",
            f"{counted(users, 'user')} × {counted(messages, 'message')} ÷ {DAYS} days = {_recipients(average)}",
            "one recipient for each message",
        ),
        _line(
            "Busiest day",
            f"{show(average)} × {show(peak)} + {counted(signups, 'sign-up')}, each with one confirmation = "
            f"{_recipients(busiest)}",
        ),
        _line(
            "Daily quota",
            f"{show(busiest)} × 1.5 to 2, rounded"
            + ("" if needed > SANDBOX_QUOTA else f", and not below the sandbox's own {SANDBOX_QUOTA}")
            + f" = {_recipients(needed)} in 24 hours"
            + ("" if steps is None else " in six months"),
        ),
        _line(
            "Sending rate",
            f"{show(math.ceil(carried * PEAK_HOUR))} ÷ 3,600 s × 1.5, rounded up = {_recipients(rate)} a second",
            "assumption: a quarter of the busiest day's mail falls into one hour",
        ),
    )
    return _Arithmetic(rows, average, busiest, quota, rate, steps)


def _growth_rows(steps: Growth) -> Iterator[Row]:
    """Return the steps by which mail grows, and what is asked for meanwhile."""
    source = "rule of thumb for a domain that is new to the mailbox providers"
    for week, most in enumerate(steps.weeks, 1):
        yield Row(f"Week {week}", f"up to {show(most)} a day", source, section="Growth")
    yield Row("In six months", f"{show(steps.busiest_day)} on the busiest day", section="Growth")
    yield Row(
        "Quota to name now",
        f"{show(steps.quota)} in 24 hours carries the first months; ask for more once half of it is used",
        f"first grants are reported to bring {show(USUAL_GRANT)}, which nobody promises",
        section="Growth",
    )


def modest(peak: float) -> int:
    """Return a round figure between 1.5 and 2 times ``peak``."""
    low = max(1.0, peak * MARGIN)
    power = 10.0 ** math.floor(math.log10(low))
    for step in (*_NICE, 10.0):
        if step * power >= low - 1e-9:
            return math.ceil(step * power)
    return math.ceil(low)


def show(value: float) -> str:
    """Return a number as people write it: ``1,200``, ``2.5``."""
    return f"{int(value):,}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def counted(value: float, singular: str) -> str:
    """Return a number with its noun: ``1 sign-up``, ``1,200 users``, ``0.5 messages``."""
    return f"{show(value)} {singular if value == 1 else singular + 's'}"


def _number(field: str, answers: Answers) -> float | None:
    text = answers.text(field)
    return None if check(field, text) else number(text)


def _at(field: str, answers: Answers) -> datetime | None:
    entry = answers.entry(field)
    return entry.at if entry else None


def _line(label: str, value: str, source: str = "") -> Row:
    return Row(label, value, source, section="Arithmetic")


def _recipients(count: float) -> str:
    return counted(count, "recipient")


def _now(facts: Facts, quota: int | None) -> Iterator[Row]:
    account = stages.account(facts)
    if account is None or account.max_24_hour_send is None:
        yield Row("Quota now", "unknown", mark=Mark.UNKNOWN, section="Today")
        return
    source = evidence.origin(facts.account)
    now = account.max_24_hour_send
    if now == -1:
        yield Row("Quota now", "unlimited", *source, section="Today")
        return
    rate = f", {show(account.max_send_rate)} a second" if account.max_send_rate is not None else ""
    mark = Mark.PLAIN if quota is None else Mark.GOOD if now >= quota else Mark.WARN
    expected = f"{show(quota)} in 24 hours" if quota is not None else ""
    yield Row("Quota now", f"{show(now)} recipients in 24 hours{rate}", *source, mark, expected, "Today")


def _warnings(facts: Facts, busiest: int | None, given: Given) -> Iterator[tuple[str, str]]:
    """Return what a reviewer will ask about a quota that the operator named; the worksheet's own never calls for it."""
    users, messages = given["users_now"], given["messages_per_day_now"]
    if users is not None and messages is not None and messages > max(users, 1) * MANY_EACH:
        each = f"{counted(messages, 'message')} a day for {counted(users, 'user')}"
        yield (
            "many_each",
            f"A reviewer will ask about {each} now: correct the figures, or say who gets so many and why.",
        )
    named = given["daily_quota"]
    if named is not None:
        yield from _of_named(named, busiest, granted=stages.access(facts) == "production")
    checkout = evidence.checkout(facts)
    for gap in checkout.gaps if checkout else ():
        if gap.id.startswith(_REPEATS):
            yield f"repeats_{gap.id}", f"The code may send more than the worksheet counts: {gap.message}"


def _of_named(named: float, busiest: int | None, *, granted: bool) -> Iterator[tuple[str, str]]:
    if named >= MILLION and named % MILLION == 0:
        yield "round_million", "A round million invites questions: name the figure that your users need."
    elif named > USUAL_GRANT and not granted:
        message = (
            f"{show(named)} a day is more than the {show(USUAL_GRANT)} that first grants are reported to bring "
            "(reported, not promised): ask for the rest after the grant, when you have real figures."
        )
        yield "above_grant", message
    if busiest is None:
        return
    day = f"your busiest day ({_recipients(busiest)})"
    if named < min(busiest, USUAL_GRANT):  # a first grant carries the first months
        yield "too_low", f"The quota you named is below {day}: mail would be refused."
    elif named > max(SANDBOX_QUOTA, busiest * 4):
        yield "too_high", f"The quota you named is more than four times {day}."


def figures(situation: Situation) -> tuple[str, ...]:
    """Return the figures that a reviewer asks for, one a line."""
    sheet = work_out(situation)
    lines: list[str] = []
    if sheet.messages_now is not None and sheet.average_day is not None:
        lines.append(f"Messages on an average day now: {show(sheet.messages_now)}")
    if sheet.average_day is not None and sheet.busiest_day is not None:
        lines.append(f"Recipients on an average day in six months: {show(sheet.average_day)}")
        lines.append(f"Recipients on the busiest day in six months: {show(sheet.busiest_day)}")
    if sheet.daily_quota is not None:
        first = " for the first months" if sheet.growth is not None else ""
        lines.append(f"Sending quota that we need{first}: {show(sheet.daily_quota)} recipients in 24 hours")
    if sheet.send_rate is not None:
        lines.append(f"Sending rate that we need: {show(sheet.send_rate)} a second")
    return tuple(lines)
