"""What exists at AWS once the calls of an action are done: the first thing that a confirmation says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dlaas_onboard.journey.situation.calls import Call

Params = Mapping[str, Any]
_DIES_WITH_IT = frozenset({"CreateQueue", "Unsubscribe", "DeleteQueue"})  # of a proof: made, and taken away again


def afterwards(calls: Sequence[Call], region: str) -> tuple[str, ...]:
    """Return one sentence for each thing that exists, or is gone, once ``calls`` were carried out in ``region``."""
    made = {call.operation for call in calls}
    proof = {"CreateQueue", "DeleteQueue"} <= made
    sentences = []
    for call in calls:
        if call.params.get("dryRun") or (proof and _for_the_proof_alone(call)):
            continue
        if call.operation == "DeleteEmailIdentity" and _made_again(call, calls):
            continue
        words = _WORDS.get(call.operation)
        if words is not None:
            sentences.append(words(call.params, call.region or region))
    if proof:
        sentences.append("What was observed is kept here as the proof; its queue and subscriptions are gone again.")
    return tuple(sentences)


def _for_the_proof_alone(call: Call) -> bool:
    return call.operation in _DIES_WITH_IT or call.params.get("Protocol") == "sqs"


def _made_again(call: Call, calls: Sequence[Call]) -> bool:
    name = call.params.get("EmailIdentity")
    return any(item.operation == "CreateEmailIdentity" and item.params.get("EmailIdentity") == name for item in calls)


def _create_identity(params: Params, region: str) -> str:
    name = params["EmailIdentity"]
    if "@" in name:
        return f"{name} is an identity of SES in {region}, and gets a mail with a link that works for 24 hours."
    return f"{name} is an identity of SES in {region} with Easy DKIM, which names three CNAME records to publish."


def _delete_identity(params: Params, region: str) -> str:
    return f"{params['EmailIdentity']} is no identity of SES in {region} any more."


def _send(params: Params, _region: str) -> str:
    to = ", ".join(params["Destination"]["ToAddresses"])
    subject = params["Content"]["Simple"]["Subject"]["Data"]
    return f"The message “{subject}” has gone from {params['FromEmailAddress']} to {to}."


def _mail_from(params: Params, _region: str) -> str:
    return (
        f"{params['EmailIdentity']} uses the MAIL FROM domain {params['MailFromDomain']}; SES looks for its MX record "
        "for 72 hours."
    )


def _dkim(params: Params, _region: str) -> str:
    return f"SES looks for the DKIM records of {params['EmailIdentity']} again, for 72 hours."


def _suppression(params: Params, region: str) -> str:
    reasons = " and ".join(params["SuppressedReasons"])
    return f"The account's suppression list in {region} takes addresses for {reasons}."


def _configuration_set(params: Params, _region: str) -> str:
    return f"There is a configuration set {params['ConfigurationSetName']} with reputation metrics."


def _default_set(params: Params, _region: str) -> str:
    return f"{params['ConfigurationSetName']} is the default configuration set of {params['EmailIdentity']}."


def _destination(params: Params, _region: str) -> str:
    destination = params["EventDestination"]
    events = " and ".join(destination["MatchingEventTypes"])
    topic = destination["SnsDestination"]["TopicArn"].rpartition(":")[2]
    return f"{params['ConfigurationSetName']} sends {events} events to the topic {topic}."


def _topic(params: Params, region: str) -> str:
    return f"There is an SNS topic {params['Name']} in {region}."


def _policy(params: Params, _region: str) -> str:
    return f"The topic {params['TopicArn'].rpartition(':')[2]} has the policy that the call below shows."


def _subscribe(params: Params, _region: str) -> str:
    topic = params["TopicArn"].rpartition(":")[2]
    return f"{params['Endpoint']} hears of the topic {topic} once it opens the link that Amazon SNS mails it."


def _unsubscribe(params: Params, _region: str) -> str:
    return f"The subscription {params['SubscriptionArn']} is gone."


def _delete_queue(params: Params, _region: str) -> str:
    return f"The queue {params['QueueUrl'].rpartition('/')[2]} is gone."


def _alarm(params: Params, region: str) -> str:
    topic = params["AlarmActions"][0].rpartition(":")[2]
    return (
        f"The CloudWatch alarm {params['AlarmName']} in {region} tells the topic {topic} when {params['MetricName']} "
        f"reaches {100 * params['Threshold']:g} %."
    )


def _filing(_params: Params, region: str) -> str:
    return f"Amazon has a request for production access in {region}, and reviews it in a support case."


def _attachment(params: Params, _region: str) -> str:
    return f"{params['attachments'][0]['fileName']} is uploaded to AWS Support; alone it is dropped after an hour."


def _communication(params: Params, _region: str) -> str:
    return f"Your message stands in the support case {params['caseId']}."


def _case(params: Params, _region: str) -> str:
    return f"There is a support case “{params['subject']}”."


def _quota(params: Params, region: str) -> str:
    return f"Amazon has a request to raise the quota {params['QuotaCode']} in {region} to {params['DesiredValue']:g}."


_WORDS: dict[str, Callable[[Params, str], str]] = {
    "CreateEmailIdentity": _create_identity,
    "DeleteEmailIdentity": _delete_identity,
    "SendEmail": _send,
    "PutEmailIdentityMailFromAttributes": _mail_from,
    "PutEmailIdentityDkimSigningAttributes": _dkim,
    "PutAccountSuppressionAttributes": _suppression,
    "CreateConfigurationSet": _configuration_set,
    "PutEmailIdentityConfigurationSetAttributes": _default_set,
    "CreateConfigurationSetEventDestination": _destination,
    "CreateTopic": _topic,
    "SetTopicAttributes": _policy,
    "Subscribe": _subscribe,
    "Unsubscribe": _unsubscribe,
    "DeleteQueue": _delete_queue,
    "PutMetricAlarm": _alarm,
    "PutAccountDetails": _filing,
    "AddAttachmentsToSet": _attachment,
    "AddCommunicationToCase": _communication,
    "CreateCase": _case,
    "RequestServiceQuotaIncrease": _quota,
}
