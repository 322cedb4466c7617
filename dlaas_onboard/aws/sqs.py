"""The SQS queue of a proof: where it is, and what arrived in it."""

from __future__ import annotations

from dlaas_onboard.aws.client import AwsClient
from dlaas_onboard.aws.paging import reading
from dlaas_onboard.aws.response_fields import TroubleError
from dlaas_onboard.journey.facts.reading import ProblemKind, Reading
from dlaas_onboard.journey.text import line


def url(client: AwsClient, name: str) -> Reading[str]:
    """Read ``GetQueueUrl``; neither value nor problem where there is no queue of that name."""

    def look() -> str | None:
        try:
            return client.call("sqs", "GetQueueUrl", {"QueueName": name}).must_text("QueueUrl")
        except TroubleError as trouble:
            if trouble.problem.kind is ProblemKind.NOT_FOUND:
                return None
            raise

    return reading(f"SQS GetQueueUrl {line(name)}", look)


def receive(client: AwsClient, queue_url: str, seconds: int) -> Reading[tuple[str, ...]]:
    """Receive up to ten bodies of messages as they are; ``seconds`` must be less than the time-out of a read."""

    def look() -> tuple[str, ...]:
        params = {"QueueUrl": queue_url, "MaxNumberOfMessages": 10, "WaitTimeSeconds": seconds}
        answer = client.call("sqs", "ReceiveMessage", params)
        # SQS leaves the list out where nothing came.
        messages = answer.parts("Messages") if answer.has("Messages") else ()
        return tuple(message.raw("Body") for message in messages)

    return reading("SQS ReceiveMessage", look)
