"""CloudWatch alarms on the reputation metrics of SES."""

from __future__ import annotations

from dlaas_onboard.aws.client import Caller
from dlaas_onboard.aws.paging import StoppedError, reading
from dlaas_onboard.aws.response_fields import Answer, TroubleError
from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.writes.alarms import METRICS, NAMESPACE


def alarms(caller: Caller) -> Reading[tuple[f.Alarm, ...]]:
    """Read all metric alarms of the Region, and keep those on bounce and complaint rate and those named like ours.

    Metrics: https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
    """

    def look() -> tuple[f.Alarm, ...]:
        found: list[f.Alarm] = []
        whole = 0  # pages that could be read to their end
        pages = caller.pages("cloudwatch", "DescribeAlarms", {"AlarmTypes": ["MetricAlarm"]}, "NextToken")
        try:
            for page in pages:
                found += [alarm for item in page.parts("MetricAlarms") if _matters(alarm := _alarm(item))]
                whole += 1
        except TroubleError as trouble:
            if not whole:
                raise
            raise StoppedError(tuple(found), trouble.problem, f"{plural(whole, 'page')} of alarms") from trouble
        return tuple(found)

    return reading(f"CloudWatch DescribeAlarms {caller.region}", look)


def _matters(alarm: f.Alarm) -> bool:
    watched = alarm.namespace == NAMESPACE and alarm.metric in {metric.name for metric in METRICS}
    return watched or alarm.name.endswith(tuple(metric.suffix for metric in METRICS))


def _alarm(item: Answer) -> f.Alarm:
    return f.Alarm(
        item.must_text("AlarmName"),
        item.text("MetricName"),
        item.text("Namespace"),
        item.text("StateValue"),
        item.number("Threshold"),
        item.text("ComparisonOperator"),
        item.texts("AlarmActions") or (),
        item.flag("ActionsEnabled"),
        len(item.parts("Dimensions")) if item.has("Dimensions") else 0,
        item.time("StateTransitionedTimestamp") or item.time("StateUpdatedTimestamp"),
    )
