"""The reputation metrics of SES in CloudWatch, and the alarms on them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from dlaas_onboard.aws.client import AwsClient
from dlaas_onboard.aws.paging import StoppedError, reading
from dlaas_onboard.aws.response_fields import ResponseFields, TroubleError
from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.writes.alarms import METRICS, NAMESPACE


def reputation(client: AwsClient) -> Reading[f.Reputation]:
    """Read the latest bounce and complaint rate as fractions; ``None`` where SES has not published any.

    Metrics: https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
    """

    def look() -> f.Reputation:
        end = datetime.now(UTC)
        queries = [
            {
                "Id": name,
                "MetricStat": {
                    "Metric": {"Namespace": "AWS/SES", "MetricName": metric},
                    "Period": 3600,
                    "Stat": "Average",
                },
            }
            for name, metric in (("bounce", "Reputation.BounceRate"), ("complaint", "Reputation.ComplaintRate"))
        ]
        params = {
            "MetricDataQueries": queries,
            "StartTime": end - timedelta(days=7),
            "EndTime": end,
            "ScanBy": "TimestampDescending",
        }
        answer = client.call("cloudwatch", "GetMetricData", params)
        rates = {item.text("Id"): item.numbers("Values") for item in answer.parts("MetricDataResults")}
        return f.Reputation(bounce_rate=_first(rates, "bounce"), complaint_rate=_first(rates, "complaint"))

    return reading(f"CloudWatch GetMetricData {client.region}", look)


def _first(rates: Mapping[str, tuple[float, ...]], name: str) -> float | None:
    values = rates.get(name, ())
    return values[0] if values else None


def alarms(client: AwsClient) -> Reading[tuple[f.Alarm, ...]]:
    """Read all metric alarms of the Region, and keep those on bounce and complaint rate and those named like ours.

    Metrics: https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
    """

    def look() -> tuple[f.Alarm, ...]:
        kept: list[f.Alarm] = []
        whole = 0  # pages that could be read to their end
        pages = client.pages("cloudwatch", "DescribeAlarms", {"AlarmTypes": ["MetricAlarm"]}, "NextToken")
        try:
            for page in pages:
                kept += [alarm for item in page.parts("MetricAlarms") if _matters(alarm := _alarm(item))]
                whole += 1
        except TroubleError as trouble:
            if not whole:
                raise
            raise StoppedError(tuple(kept), trouble.problem, f"{plural(whole, 'page')} of alarms") from trouble
        return tuple(kept)

    return reading(f"CloudWatch DescribeAlarms {client.region}", look)


def _matters(alarm: f.Alarm) -> bool:
    watched = alarm.namespace == NAMESPACE and alarm.metric in {metric.name for metric in METRICS}
    return watched or alarm.name.endswith(tuple(metric.suffix for metric in METRICS))


def _alarm(item: ResponseFields) -> f.Alarm:
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
