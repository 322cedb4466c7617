"""Who hears of bounces and complaints: SNS topics and their subscriptions."""

from __future__ import annotations

from dlaas_onboard.aws.client import AwsClient
from dlaas_onboard.aws.paging import StoppedError, reading
from dlaas_onboard.aws.response_fields import ResponseFields, TroubleError
from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.bounces import topic_policy
from dlaas_onboard.journey.facts.reading import ProblemKind, Reading
from dlaas_onboard.journey.text import line, plural


def topic(client: AwsClient, arn: str) -> Reading[f.Topic]:
    """Read a topic's policy and subscriptions, in its own Region; neither value nor problem where it does not exist."""

    def look() -> f.Topic | None:
        region, account = _place(arn)
        try:
            answer = client.call("sns", "GetTopicAttributes", {"TopicArn": arn}, region=region)
        except TroubleError as trouble:
            if trouble.problem.kind is ProblemKind.NOT_FOUND:
                return None
            raise
        attributes = answer.part("Attributes")
        if attributes is None:
            raise answer.malformed("Attributes", "is missing")
        policy, key = attributes.raw("Policy"), attributes.text("KmsMasterKeyId")
        allowed = topic_policy.ses_may_publish(policy, key, account)
        subscriptions: list[f.Subscription] = []
        pages = client.pages("sns", "ListSubscriptionsByTopic", {"TopicArn": arn}, "NextToken", region=region)
        try:
            for page in pages:
                subscriptions += [_subscription(item) for item in page.parts("Subscriptions")]
        except TroubleError as trouble:
            partial = f"{plural(pages.read, 'page')} of subscriptions"
            raise StoppedError(
                f.Topic(line(arn), allowed, tuple(subscriptions), policy, key), trouble.problem, partial
            ) from trouble
        return f.Topic(line(arn), allowed, tuple(subscriptions), policy, key)

    return reading(f"SNS GetTopicAttributes {line(arn)}", look)


def _place(arn: str) -> tuple[str, str]:
    parts = arn.split(":", 5)
    return (parts[3], parts[4]) if len(parts) == 6 else ("", "")


def _subscription(item: ResponseFields) -> f.Subscription:
    # Until its owner confirms, SubscriptionArn is the word PendingConfirmation; Deleted is what was taken back.
    arn = item.text("SubscriptionArn")
    confirmed = arn.startswith("arn:")
    return f.Subscription(item.text("Protocol"), item.text("Endpoint"), confirmed, arn if confirmed else "")
