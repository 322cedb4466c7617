"""Who hears of bounces and complaints: SNS topics, and the reputation metrics in CloudWatch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from dlaas_onboard.aws.client import Caller
from dlaas_onboard.aws.paging import StoppedError, reading
from dlaas_onboard.aws.response_fields import Answer, TroubleError
from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.bounces import topic_policy
from dlaas_onboard.journey.facts.reading import ProblemKind, Reading
from dlaas_onboard.journey.text import line, plural


def topic(caller: Caller, arn: str) -> Reading[f.Topic]:
    """Read a topic's policy and subscriptions, in its own Region; neither value nor problem where it does not exist."""

    def look() -> f.Topic | None:
        region, account = _place(arn)
        try:
            answer = caller.call("sns", "GetTopicAttributes", {"TopicArn": arn}, region=region)
        except TroubleError as trouble:
            if trouble.problem.kind is ProblemKind.NOT_FOUND:
                return None
            raise
        attributes = answer.part("Attributes")
        if attributes is None:
            raise answer.malformed("Attributes", "is missing")
        policy, key = attributes.raw("Policy"), attributes.text("KmsMasterKeyId")
        allowed = topic_policy.ses_may_publish(policy, key, account)
        found: list[f.Subscription] = []
        pages = caller.pages("sns", "ListSubscriptionsByTopic", {"TopicArn": arn}, "NextToken", region=region)
        try:
            for page in pages:
                found += [_subscription(item) for item in page.parts("Subscriptions")]
        except TroubleError as trouble:
            partial = f"{plural(pages.read, 'page')} of subscriptions"
            raise StoppedError(
                f.Topic(line(arn), allowed, tuple(found), policy, key), trouble.problem, partial
            ) from trouble
        return f.Topic(line(arn), allowed, tuple(found), policy, key)

    return reading(f"SNS GetTopicAttributes {line(arn)}", look)


def reputation(caller: Caller) -> Reading[f.Reputation]:
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
        answer = caller.call("cloudwatch", "GetMetricData", params)
        rates = {item.text("Id"): item.numbers("Values") for item in answer.parts("MetricDataResults")}
        return f.Reputation(bounce_rate=_first(rates, "bounce"), complaint_rate=_first(rates, "complaint"))

    return reading(f"CloudWatch GetMetricData {caller.region}", look)


def _first(rates: Mapping[str, tuple[float, ...]], name: str) -> float | None:
    values = rates.get(name, ())
    return values[0] if values else None


def _place(arn: str) -> tuple[str, str]:
    parts = arn.split(":", 5)
    return (parts[3], parts[4]) if len(parts) == 6 else ("", "")


def _subscription(item: Answer) -> f.Subscription:
    # Until its owner confirms, SubscriptionArn is the word PendingConfirmation; Deleted is what was taken back.
    arn = item.text("SubscriptionArn")
    confirmed = arn.startswith("arn:")
    return f.Subscription(item.text("Protocol"), item.text("Endpoint"), confirmed, arn if confirmed else "")
