"""Go live, afterwards: the rates that Amazon judges by, and whether somebody is told before it does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from dlaas_onboard.journey.bounces.reputation_limits import BOUNCE_PAUSE, COMPLAINT_PAUSE
from dlaas_onboard.journey.facts import Alarm, Facts, Reading
from dlaas_onboard.journey.facts.reading import known, so_far
from dlaas_onboard.journey.quantity import share
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Mark, Severity
from dlaas_onboard.journey.writes import alarms
from dlaas_onboard.journey.writes.alarms import AlarmState, Metric, Watch

_RATES = "Rates"
_ALARMS = "Alarms"
_OPEN = frozenset({AlarmState.ABSENT, AlarmState.LATE, AlarmState.SILENT, AlarmState.UNHEARD, AlarmState.PENDING})
_MARKS = {
    AlarmState.HEARD: Mark.GOOD,
    AlarmState.UNSEEN: Mark.PLAIN,
    AlarmState.UNKNOWN: Mark.UNKNOWN,
    AlarmState.PENDING: Mark.WAIT,
}


class AlarmSummary(NamedTuple):
    """What the alarms come to, each as a sentence or ``""``."""

    ringing: str = ""
    unheard: str = ""


def rates(builder: VerdictBuilder, facts: Facts) -> None:
    """Show CloudWatch's rates beside the counts of GetSendStatistics; no data is not zero."""
    if not builder.missing("reputation", "Reputation metrics", facts.reputation, section=_RATES):
        reputation = so_far(facts.reputation)
        limits = zip(alarms.METRICS, (BOUNCE_PAUSE, COMPLAINT_PAUSE), strict=True)
        values = (reputation.bounce_rate, reputation.complaint_rate) if reputation else (None, None)
        for (metric, pause), value in zip(limits, values, strict=True):
            _rate(builder, facts.reputation, metric, pause, value)
    points = known(facts.statistics)
    if points is None:
        builder.missing("statistics", "Statistics", facts.statistics, section=_RATES)
        return
    attempts = sum(point.attempts for point in points)
    bounces = sum(point.bounces for point in points)
    complaints = sum(point.complaints for point in points)
    counts = (
        f"{plural(attempts, 'attempt')}, {plural(bounces, 'bounce')} ({share(bounces, attempts)}), "
        f"{plural(complaints, 'complaint')} ({share(complaints, attempts)})"
        if attempts
        else "nothing sent"
    )
    builder.add_row("In 14 days", counts, facts.statistics, section=_RATES)


def _rate(
    builder: VerdictBuilder, reading: Reading[Any] | None, metric: Metric, pause: float, value: float | None
) -> None:
    label, review = metric.words.capitalize(), metric.limit
    expected = f"below {100 * review:g} %"
    if value is None:
        builder.add_row(label, "no data yet", reading, section=_RATES, expected=expected)
        return
    percent = f"{100 * value:.2f} %"
    mark = Mark.GOOD if value < review else Mark.WARN if value < pause else Mark.BAD
    builder.add_row(label, percent, reading, mark, section=_RATES, expected=expected)
    if value >= review:
        amazon_does = (
            f"may pause sending from {100 * pause:g} %" if value >= pause else f"reviews from {100 * review:g} %"
        )
        builder.add_finding(
            f"{metric.id}_rate",
            Severity.BLOCKER if value >= pause else Severity.WARNING,
            f"The {metric.words} is {percent}; Amazon {amazon_does}.",
            evidence=reading.source if reading else "",
            remedy="Stop mailing the addresses that bounced or complained, and find out how they got on your list.",
        )


def judge(builder: VerdictBuilder, facts: Facts) -> AlarmSummary:
    """Judge the alarms; show each, and find what is wrong with it."""
    if builder.missing("alarms", "Alarms in CloudWatch", facts.alarms, section=_ALARMS):
        return AlarmSummary()
    watches = alarms.watches(facts)
    ringing = [name for watch in watches for name in _ringing(builder, facts, watch)]
    for watch in watches:
        _row(builder, facts, watch)
    _find_absent(builder, facts, watches)
    for watch in watches:
        if watch.alarm is not None:
            _find_unheard(builder, watch, watch.alarm)
    unheard = [watch.metric.words for watch in watches if watch.state in _OPEN]
    return AlarmSummary(
        f"The alarm {ringing[0]} rings." if ringing else "",
        f"Nobody is told yet when the {' or the '.join(unheard)} rises." if unheard else "",
    )


def _find_absent(builder: VerdictBuilder, facts: Facts, watches: Iterable[Watch]) -> None:
    absent = [watch.metric.words for watch in watches if watch.state == AlarmState.ABSENT]
    if absent:
        builder.add_finding(
            "alarms_missing",
            Severity.WARNING,
            f"No alarm watches the {' and the '.join(absent)}.",
            evidence=facts.alarms.source if facts.alarms else "",
            remedy="Set them from here, or by the Terraform that `records --format terraform` prints.",
            action="create_alarms",
        )


def _ringing(builder: VerdictBuilder, facts: Facts, watch: Watch) -> list[str]:
    """Return the names of the alarms that ring, with a finding on the first."""
    reading = facts.alarms
    existing = reading.value or () if reading else ()
    ringing = [alarm for alarm in alarms.on(watch.metric, existing) if alarm.state == "ALARM"]
    if ringing:
        since = f" since {ringing[0].since:%Y-%m-%d %H:%M} UTC" if ringing[0].since else ""
        builder.add_finding(
            f"alarm_rings.{watch.metric.id}",
            Severity.WARNING,
            f"The alarm {ringing[0].name} rings: the {watch.metric.words} is too high{since}.",
            evidence=f"StateValue ALARM, threshold {_percent(ringing[0].threshold)}",
            remedy="Stop mailing the addresses that bounced or complained, and find out how they got on your list.",
        )
    return [alarm.name for alarm in ringing]


def _row(builder: VerdictBuilder, facts: Facts, watch: Watch) -> None:
    expected = f"at {100 * watch.metric.limit:g} %, heard"
    label = f"On the {watch.metric.words}"
    alarm = watch.alarm
    if alarm is None:
        builder.add_row(label, "none", facts.alarms, Mark.WAIT, section=_ALARMS, expected=expected)
        return
    alarm_words = f"at {_percent(alarm.threshold)}, {alarm.state or 'state unknown'}"
    mark = Mark.BAD if alarm.state == "ALARM" else _MARKS.get(watch.state, Mark.WARN)
    heard = f", heard by {watch.why}" if watch.state == AlarmState.HEARD else f": {watch.why}" if watch.why else ""
    builder.add_row(
        label, f"{alarm_words}{heard}", facts.alarms, mark, section=_ALARMS, expected=expected, more=alarm.name
    )


def _find_unheard(builder: VerdictBuilder, watch: Watch, alarm: Alarm) -> None:
    """Find why nobody would be told in time by ``alarm``, where that is so."""
    metric, name = watch.metric, alarm.name
    match watch.state:
        case AlarmState.LATE:
            builder.add_finding(
                f"alarm_late.{metric.id}",
                Severity.WARNING,
                f"The alarm {name} rings at {_percent(alarm.threshold)}; Amazon reviews from {100 * metric.limit:g} %.",
                remedy=f"Set another one at {100 * metric.limit:g} %.",
                action="create_alarms",
            )
        case AlarmState.SILENT | AlarmState.UNHEARD:
            builder.add_finding(
                f"alarm_unheard.{metric.id}",
                Severity.WARNING,
                f"Nobody hears the alarm {name}: {watch.why}.",
                remedy="Let it send to a topic that somebody listens to.",
                action="create_alarms",
            )
        case AlarmState.PENDING:
            builder.add_finding(
                f"alarm_pending.{metric.id}",
                Severity.WARNING,
                f"Nobody hears the alarm {name} yet: {watch.why}.",
                remedy="Open the link that Amazon SNS mailed to the subscriber; it works for two days.",
            )
        case AlarmState.UNKNOWN:
            builder.add_finding(
                f"alarm_unknown.{metric.id}",
                Severity.UNKNOWN,
                f"Whether somebody hears the alarm {name} is not known: {watch.why}.",
                remedy="Look again.",
            )


def _percent(value: float | None) -> str:
    return "an unknown rate" if value is None else f"{100 * value:g} %"
