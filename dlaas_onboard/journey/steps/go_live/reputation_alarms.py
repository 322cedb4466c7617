"""Go live, afterwards: the rates that Amazon judges by, and whether somebody is told before it does."""

from __future__ import annotations

from typing import Any

from dlaas_onboard.journey.bounces.reputation_limits import BOUNCE_PAUSE, COMPLAINT_PAUSE
from dlaas_onboard.journey.facts import Facts, Reading
from dlaas_onboard.journey.facts.reading import known, so_far
from dlaas_onboard.journey.quantity import share
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Mark, Severity
from dlaas_onboard.journey.writes import alarms
from dlaas_onboard.journey.writes.alarms import Metric, State, Watch

_RATES = "Rates"
_ALARMS = "Alarms"
_OPEN = frozenset({State.ABSENT, State.LATE, State.SILENT, State.UNHEARD, State.PENDING})
_MARKS = {State.HEARD: Mark.GOOD, State.UNSEEN: Mark.PLAIN, State.UNKNOWN: Mark.UNKNOWN, State.PENDING: Mark.WAIT}


def rates(sheet: VerdictBuilder, facts: Facts) -> None:
    """Show CloudWatch's rates beside the counts of GetSendStatistics; no data is not zero."""
    if not sheet.missing("reputation", "Reputation metrics", facts.reputation, section=_RATES):
        found = so_far(facts.reputation)
        limits = zip(alarms.METRICS, (BOUNCE_PAUSE, COMPLAINT_PAUSE), strict=True)
        values = (found.bounce_rate, found.complaint_rate) if found else (None, None)
        for (metric, pause), value in zip(limits, values, strict=True):
            _rate(sheet, facts.reputation, metric, pause, value)
    points = known(facts.statistics)
    if points is None:
        sheet.missing("statistics", "Statistics", facts.statistics, section=_RATES)
        return
    attempts = sum(point.attempts for point in points)
    bounces = sum(point.bounces for point in points)
    complaints = sum(point.complaints for point in points)
    said = (
        f"{plural(attempts, 'attempt')}, {plural(bounces, 'bounce')} ({share(bounces, attempts)}), "
        f"{plural(complaints, 'complaint')} ({share(complaints, attempts)})"
        if attempts
        else "nothing sent"
    )
    sheet.row("In 14 days", said, facts.statistics, section=_RATES)


def _rate(
    sheet: VerdictBuilder, reading: Reading[Any] | None, metric: Metric, pause: float, value: float | None
) -> None:
    label, review = metric.words.capitalize(), metric.limit
    expected = f"below {100 * review:g} %"
    if value is None:
        sheet.row(label, "no data yet", reading, section=_RATES, expected=expected)
        return
    said = f"{100 * value:.2f} %"
    mark = Mark.GOOD if value < review else Mark.WARN if value < pause else Mark.BAD
    sheet.row(label, said, reading, mark, section=_RATES, expected=expected)
    if value >= review:
        does = f"may pause sending from {100 * pause:g} %" if value >= pause else f"reviews from {100 * review:g} %"
        sheet.find(
            f"{metric.id}_rate",
            Severity.BLOCKER if value >= pause else Severity.WARNING,
            f"The {metric.words} is {said}; Amazon {does}.",
            evidence=reading.source if reading else "",
            remedy="Stop mailing the addresses that bounced or complained, and find out how they got on your list.",
        )


def judge(sheet: VerdictBuilder, facts: Facts) -> tuple[str, str]:
    """Judge the alarms; return what rings, and what is still open, each as a sentence or ``""``."""
    if sheet.missing("alarms", "Alarms in CloudWatch", facts.alarms, section=_ALARMS):
        return "", ""
    found = alarms.watches(facts)
    ringing = [item for watch in found for item in _ringing(sheet, facts, watch)]
    for watch in found:
        _row(sheet, facts, watch)
    absent = [watch.metric for watch in found if watch.state == State.ABSENT]
    if absent:
        sheet.find(
            "alarms_missing",
            Severity.WARNING,
            f"No alarm watches the {' and the '.join(metric.words for metric in absent)}.",
            evidence=facts.alarms.source if facts.alarms else "",
            remedy="Set them from here, or by the Terraform that `records --format terraform` prints.",
            action="create_alarms",
        )
    for watch in found:
        if watch.alarm is not None:
            _finding(sheet, watch)
    waits = [watch.metric.words for watch in found if watch.state in _OPEN]
    return (
        f"The alarm {ringing[0]} rings." if ringing else "",
        f"Nobody is told yet when the {' or the '.join(waits)} rises." if waits else "",
    )


def _ringing(sheet: VerdictBuilder, facts: Facts, watch: Watch) -> list[str]:
    reading = facts.alarms
    rings = [item for item in alarms.on(watch.metric, reading.value or () if reading else ()) if item.state == "ALARM"]
    if rings:
        since = f" since {rings[0].since:%Y-%m-%d %H:%M} UTC" if rings[0].since else ""
        sheet.find(
            f"alarm_rings.{watch.metric.id}",
            Severity.WARNING,
            f"The alarm {rings[0].name} rings: the {watch.metric.words} is too high{since}.",
            evidence=f"StateValue ALARM, threshold {_percent(rings[0].threshold)}",
            remedy="Stop mailing the addresses that bounced or complained, and find out how they got on your list.",
        )
    return [item.name for item in rings]


def _row(sheet: VerdictBuilder, facts: Facts, watch: Watch) -> None:
    expected = f"at {100 * watch.metric.limit:g} %, heard"
    label = f"On the {watch.metric.words}"
    alarm = watch.alarm
    if alarm is None:
        sheet.row(label, "none", facts.alarms, Mark.WAIT, section=_ALARMS, expected=expected)
        return
    said = f"at {_percent(alarm.threshold)}, {alarm.state or 'state unknown'}"
    mark = Mark.BAD if alarm.state == "ALARM" else _MARKS.get(watch.state, Mark.WARN)
    heard = f", heard by {watch.why}" if watch.state == State.HEARD else f": {watch.why}" if watch.why else ""
    sheet.row(label, f"{said}{heard}", facts.alarms, mark, section=_ALARMS, expected=expected, more=alarm.name)


def _finding(sheet: VerdictBuilder, watch: Watch) -> None:
    alarm, metric = watch.alarm, watch.metric
    name = alarm.name if alarm else ""
    match watch.state:
        case State.LATE:
            sheet.find(
                f"alarm_late.{metric.id}",
                Severity.WARNING,
                f"The alarm {name} rings at {_percent(alarm.threshold if alarm else None)}; Amazon reviews from "
                f"{100 * metric.limit:g} %.",
                remedy=f"Set another one at {100 * metric.limit:g} %.",
                action="create_alarms",
            )
        case State.SILENT | State.UNHEARD:
            sheet.find(
                f"alarm_unheard.{metric.id}",
                Severity.WARNING,
                f"Nobody hears the alarm {name}: {watch.why}.",
                remedy="Let it send to a topic that somebody listens to.",
                action="create_alarms",
            )
        case State.PENDING:
            sheet.find(
                f"alarm_pending.{metric.id}",
                Severity.WARNING,
                f"Nobody hears the alarm {name} yet: {watch.why}.",
                remedy="Open the link that Amazon SNS mailed to the subscriber; it works for two days.",
            )
        case State.UNKNOWN:
            sheet.find(
                f"alarm_unknown.{metric.id}",
                Severity.UNKNOWN,
                f"Whether somebody hears the alarm {name} is not known: {watch.why}.",
                remedy="Look again.",
            )


def _percent(value: float | None) -> str:
    return "an unknown rate" if value is None else f"{100 * value:g} %"
