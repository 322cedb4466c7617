"""Who hears of bounces and complaints: SNS topics, and the reputation metrics in CloudWatch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from dlaas_onboard.aws.answer import Answer, TroubleError
from dlaas_onboard.aws.caller import Caller
from dlaas_onboard.aws.looks import StoppedError, reading
from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.reading import ProblemKind, Reading
from dlaas_onboard.journey.text import line, plural

_SES = "ses.amazonaws.com"
_AWS_KEY = "alias/aws/sns"  # its policy cannot let SES in; a key of one's own can (SNS notifications, SES guide)


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
        allowed = _ses_may_publish(attributes, account)
        policy, key = attributes.raw("Policy"), attributes.text("KmsMasterKeyId")
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


def _ses_may_publish(attributes: Answer, account: str) -> bool | None:
    """Return whether the topic lets SES publish; ``None`` where policy or key leave it open.

    Source: https://docs.aws.amazon.com/ses/latest/dg/configure-sns-notifications.html
    """
    if attributes.text("KmsMasterKeyId").endswith(_AWS_KEY):
        return False
    try:
        policy = json.loads(attributes.raw("Policy") or "{}")
    except ValueError:
        return None
    statements = policy.get("Statement", []) if isinstance(policy, dict) else []
    statements = [statements] if isinstance(statements, dict) else statements
    if not isinstance(statements, list):
        return None
    allowed: bool | None = False
    denial_possible = False
    for statement in statements:
        if not isinstance(statement, dict) or not _publishes(statement):
            continue
        to_ses = _names_ses(statement)
        if to_ses is False:
            continue
        fits = to_ses and _fits(statement.get("Condition"), account)
        if statement.get("Effect") == "Deny":
            if fits:
                return False
            denial_possible = denial_possible or fits is None
        elif statement.get("Effect") == "Allow" and not allowed:
            allowed = True if fits else None if fits is None else allowed
    open_question = denial_possible or attributes.text("KmsMasterKeyId")
    return None if allowed and open_question else allowed


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str)]


def _publishes(statement: Mapping[str, Any]) -> bool:
    return any(fnmatchcase("sns:publish", action.lower()) for action in _texts(statement.get("Action")))


def _names_ses(statement: Mapping[str, Any]) -> bool | None:
    """Return whether the statement is about SES; ``None``: about everybody, narrowed by conditions at most."""
    principal = statement.get("Principal")
    if isinstance(principal, dict) and _SES in _texts(principal.get("Service")):
        return True
    everyone = principal == "*" or (isinstance(principal, dict) and "*" in _texts(principal.get("AWS")))
    if not everyone:
        return False
    return None if statement.get("Condition") else True


def _fits(condition: Any, account: str) -> bool | None:
    """Return whether the conditions hold for SES acting for ``account``; ``None`` where that cannot be told."""
    if not condition:
        return True
    if not isinstance(condition, dict):
        return None
    result: bool | None = True
    for operator, tests in condition.items():
        for key, value in tests.items() if isinstance(tests, dict) else ():
            name = str(key).lower()
            if name == "aws:sourceaccount" and operator in ("StringEquals", "StringLike"):
                if account and account not in _texts(value):
                    return False
            elif name == "aws:sourcearn" and operator in ("StringEquals", "StringLike", "ArnEquals", "ArnLike"):
                if not any(":ses:" in arn or "*" in arn for arn in _texts(value)):
                    return False
            else:
                result = None
    return result
