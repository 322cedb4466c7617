"""The exact calls of each action, from what is known and entered.

A plan is only asked for where :mod:`dlaas_onboard.journey.writes.preconditions` names none, so what it reads is there.
"""

from __future__ import annotations

import json
import re
from typing import Any

from dlaas_onboard.journey import console_links, names
from dlaas_onboard.journey.bounces import bounce_path, proof, proof_standing, topic_policy
from dlaas_onboard.journey.facts import ConfigurationSet, Facts, Topic
from dlaas_onboard.journey.facts.reading import known, so_far
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.situation import Situation

EVENTS = list(proof.EVENTS)
DESTINATION = "bounces-and-complaints"
SIMULATOR = "simulator.amazonses.com"
BOUNCE = f"bounce@{SIMULATOR}"
COMPLAINT = f"complaint@{SIMULATOR}"
REPLY_LIMIT = 8000  # characters of communicationBody (AddCommunicationToCase, AWS Support API reference)
# Where AWS Support answers, by partition; it has no regional endpoints (AWS General Reference, "AWS Support").
_SUPPORT = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1"}


def slug(situation: Situation, suffix: str) -> str:
    """Return a name of letters, digits, ``_`` and ``-``, at most 64 (SES quotas, configuration set names)."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", situation.service_name).strip("-_").lower()
    return f"{name[: 64 - len(suffix) - 1].strip('-_') or 'dlaas'}-{suffix}"


def set_name(situation: Situation) -> str:
    """Return the configuration set to work on: the identity's default, the only one there is, or the one to make."""
    identity = situation.identity
    if identity is not None and identity.configuration_set:
        return identity.configuration_set
    sets = _sets(situation.facts)
    own = slug(situation, "mail")
    if len(sets) == 1 and all(item.name != own for item in sets):
        return sets[0].name
    return own


def _sets(facts: Facts) -> tuple[ConfigurationSet, ...]:
    reading = facts.configuration_sets
    return reading.value or () if reading is not None else ()


def configuration_set(situation: Situation) -> ConfigurationSet | None:
    """Return the configuration set to work on where it exists."""
    name = set_name(situation)
    return next((item for item in _sets(situation.facts) if item.name == name), None)


def topic_arn(situation: Situation) -> str:
    """Return the topic to work on: the one events go to already, else the one to make; ``""`` without a Region."""
    current_set = configuration_set(situation)
    for destination in current_set.destinations if current_set else ():
        if destination.kind == "SNS" and destination.target and set(EVENTS) & set(destination.event_types):
            return destination.target
    for route in bounce_path.event_routes(situation):
        if route.target.split(":")[2:3] == ["sns"]:
            return route.target
    place = situation.place
    if not place.region or not place.account:
        return ""
    name = slug(situation, "mail-events")
    return f"arn:{console_links.partition(place)}:sns:{place.region}:{place.account}:{name}"


def create_test_address(situation: Situation) -> tuple[Call, ...]:
    return (Call("sesv2", "CreateEmailIdentity", {"EmailIdentity": situation.test_address}),)


def resend_test_address(situation: Situation) -> tuple[Call, ...]:
    # There is no call that sends the link again (SESv2 API reference, CreateEmailIdentity).
    delete = Call("sesv2", "DeleteEmailIdentity", {"EmailIdentity": situation.test_address})
    return (delete, *create_test_address(situation))


def create_domain(situation: Situation) -> tuple[Call, ...]:
    return (Call("sesv2", "CreateEmailIdentity", {"EmailIdentity": situation.domain}),)


def _identity_name(situation: Situation) -> str:
    identity = situation.identity
    return identity.name if identity else situation.domain


def set_mail_from(situation: Situation) -> tuple[Call, ...]:
    identity = situation.identity
    before = identity.mail_from.behavior_on_mx_failure if identity and identity.mail_from else ""
    params = {
        "EmailIdentity": _identity_name(situation),
        "MailFromDomain": situation.mail_from,
        "BehaviorOnMxFailure": before or "USE_DEFAULT_VALUE",
    }
    return (Call("sesv2", "PutEmailIdentityMailFromAttributes", params),)


def restart_dkim(situation: Situation) -> tuple[Call, ...]:
    params = {"EmailIdentity": _identity_name(situation), "SigningAttributesOrigin": "AWS_SES"}
    return (Call("sesv2", "PutEmailIdentityDkimSigningAttributes", params),)


def set_suppression(_situation: Situation) -> tuple[Call, ...]:
    return (Call("sesv2", "PutAccountSuppressionAttributes", {"SuppressedReasons": EVENTS}),)


def create_configuration_set(situation: Situation) -> tuple[Call, ...]:
    params = {
        "ConfigurationSetName": set_name(situation),
        "ReputationOptions": {"ReputationMetricsEnabled": True},
        "SendingOptions": {"SendingEnabled": True},
    }
    return (Call("sesv2", "CreateConfigurationSet", params),)


def set_arn(situation: Situation) -> str:
    """Return the ARN of the configuration set to work on."""
    place = situation.place
    name = set_name(situation)
    return f"arn:{console_links.partition(place)}:ses:{place.region}:{place.account}:configuration-set/{name}"


def topic(situation: Situation) -> Topic | None:
    """Return the topic to work on where it exists."""
    reading = situation.facts.topics.get(topic_arn(situation))
    return known(reading)


def topic_lets_ses_publish(situation: Situation) -> bool:
    """Whether the topic exists and its policy lets SES publish for the set; what cannot be told is left alone."""
    current_topic = topic(situation)
    if current_topic is None or current_topic.ses_may_publish is False:
        return False
    return topic_policy.names(current_topic.policy, set_arn(situation)) is not False


def policy_trouble(situation: Situation) -> str:
    """Return why the policy of the topic cannot be added to, ``""`` where it can or need not."""
    current_topic = topic(situation)
    if current_topic is None or topic_lets_ses_publish(situation):
        return ""
    if current_topic.key.endswith(topic_policy.AWS_KEY):
        return "The topic is encrypted with AWS's own key, which cannot let SES in: give it a customer managed key."
    return topic_policy.unmergeable(
        current_topic.policy, current_topic.arn, situation.place.account, set_arn(situation)
    )


def _policy(situation: Situation) -> str:
    arn, account = topic_arn(situation), situation.place.account
    current_topic = topic(situation)
    before = current_topic.policy if current_topic is not None else topic_policy.fresh(arn, account)
    return topic_policy.merged(before, arn, account, set_arn(situation))


def create_event_destination(situation: Situation) -> tuple[Call, ...]:
    arn = topic_arn(situation)
    calls: list[Call] = []
    if topic(situation) is None:
        calls.append(Call("sns", "CreateTopic", {"Name": arn.rpartition(":")[2]}))
    if not topic_lets_ses_publish(situation):
        policy = {"TopicArn": arn, "AttributeName": "Policy", "AttributeValue": _policy(situation)}
        calls.append(Call("sns", "SetTopicAttributes", policy))
    current_set = configuration_set(situation)
    if current_set is None or not has_destination(current_set):
        destination = {"Enabled": True, "MatchingEventTypes": EVENTS, "SnsDestination": {"TopicArn": arn}}
        params = {
            "ConfigurationSetName": set_name(situation),
            "EventDestinationName": DESTINATION,
            "EventDestination": destination,
        }
        calls.append(Call("sesv2", "CreateConfigurationSetEventDestination", params))
    return tuple(calls)


def has_destination(current_set: ConfigurationSet) -> bool:
    """Whether enabled SNS destinations of this set take both bounces and complaints."""
    taken = {
        event for item in current_set.destinations if item.enabled and item.kind == "SNS" for event in item.event_types
    }
    return set(EVENTS) <= taken


def subscribe_listener(situation: Situation) -> tuple[Call, ...]:
    params = {
        "TopicArn": topic_arn(situation),
        "Protocol": "email",
        "Endpoint": situation.test_address,
        "ReturnSubscriptionArn": True,
    }
    return (Call("sns", "Subscribe", params),)


def suppressed(facts: Facts) -> bool:
    """Whether the account's suppression list is known to take both kinds of address."""
    account = stages.account(facts)
    return account is not None and set(EVENTS) <= set(account.suppressed_reasons or ())


def heard(situation: Situation) -> bool:
    """Whether something hears of both kinds of event already."""
    routes = bounce_path.event_routes(situation)
    return all(bounce_path.heard(routes, event, automatic=True) for event in EVENTS)


def set_up_bounces(situation: Situation) -> tuple[Call, ...]:
    """Return every call that is still missing between a bounce and the operator, in the order of their need."""
    calls = () if suppressed(situation.facts) else set_suppression(situation)
    if heard(situation):
        return calls
    if configuration_set(situation) is None:
        calls += create_configuration_set(situation)
    calls += create_event_destination(situation)
    identity = situation.identity
    if identity is None or not identity.configuration_set:
        calls += set_default_configuration_set(situation)
    if needs_listener(situation):
        calls += subscribe_listener(situation)
    return calls


def needs_listener(situation: Situation) -> bool:
    """Whether nobody listens at the topic, and the operator's own address was not asked to."""
    current_topic = topic(situation)
    asked = bounce_path.listeners(current_topic) if current_topic is not None else ()
    return not any(item.confirmed or item.endpoint == situation.test_address for item in asked)


def set_default_configuration_set(situation: Situation) -> tuple[Call, ...]:
    params = {
        "EmailIdentity": _identity_name(situation),
        "ConfigurationSetName": set_name(situation),
    }
    return (Call("sesv2", "PutEmailIdentityConfigurationSetAttributes", params),)


def from_address(situation: Situation) -> str:
    """Return an address that SES lets us send from: the service's own if its domain is verified, else the
    operator's verified one, else ``""``."""
    identity = situation.identity
    sender = situation.sender
    if identity is not None and identity.verified and names.within(names.domain_of(sender), identity.name):
        return sender
    test = situation.test_identity
    if test is not None and test.known and test.value is not None and test.value.verified:
        return test.value.name
    return ""


def _mail(sender: str, to: str, title: str, text: str) -> tuple[Call, ...]:
    body: dict[str, Any] = {
        "FromEmailAddress": sender,
        "Destination": {"ToAddresses": [to]},
        "Content": {
            "Simple": {
                "Subject": {"Data": title, "Charset": "UTF-8"},
                "Body": {"Text": {"Data": text, "Charset": "UTF-8"}},
            }
        },
    }
    return (Call("sesv2", "SendEmail", body),)


def _named(situation: Situation) -> str:
    return situation.service_name or situation.domain or "Amazon SES"


def send_test(situation: Situation) -> tuple[Call, ...]:
    return _mail(
        from_address(situation),
        situation.test_address,
        f"{_named(situation)}: test message",
        f"This message was sent through Amazon SES in {situation.place.region} to check that mail arrives.\n\n"
        "Look at its headers: Authentication-Results should say dkim=pass, spf=pass and dmarc=pass.\n",
    )


def _simulated(situation: Situation, to: str, what: str) -> tuple[Call, ...]:
    return _mail(
        situation.sender,
        to,
        f"{_named(situation)}: {what} test",
        f"A message to the mailbox simulator of Amazon SES: it brings a {what} event.\n",
    )


def send_bounce(situation: Situation) -> tuple[Call, ...]:
    return _simulated(situation, BOUNCE, "bounce")


def send_complaint(situation: Situation) -> tuple[Call, ...]:
    return _simulated(situation, COMPLAINT, "complaint")


def prove_bounces(situation: Situation) -> tuple[Call, ...]:
    """Return the calls of a proof. ``{marker}`` is filled in when it is prepared, ``{result:N}`` by the N-th answer."""
    arns = list(proof_standing.targets(situation))
    name = f"{proof.PREFIX}{{marker}}"
    queue = proof.queue_arn(situation.place, console_links.partition(situation.place), name)
    statement = {
        "Sid": "Topics",
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": arns}},
    }
    attributes = {
        "Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":")),
        "MessageRetentionPeriod": "600",
        "VisibilityTimeout": "300",  # each message is received once
    }
    calls = [Call("sqs", "CreateQueue", {"QueueName": name, "Attributes": attributes})]
    for arn in arns:
        params = {"TopicArn": arn, "Protocol": "sqs", "Endpoint": queue, "ReturnSubscriptionArn": True}
        calls.append(Call("sns", "Subscribe", params))
    sender = situation.sender
    for what in ("bounce", "complaint"):
        text = f"A message to the mailbox simulator of Amazon SES: it brings a {what} event.\n\n{{marker}}\n"
        calls += _mail(sender, f"{what}+{{marker}}@{SIMULATOR}", f"{_named(situation)}: proof of the {what} path", text)
    for number in range(len(arns)):
        calls.append(Call("sns", "Unsubscribe", {"SubscriptionArn": f"{{result:{number + 2}}}"}))
    return (*calls, Call("sqs", "DeleteQueue", {"QueueUrl": "{result:1}"}))


def clean_up_proof(situation: Situation) -> tuple[Call, ...]:
    gone = [
        Call("sns", "Unsubscribe", {"SubscriptionArn": item.arn})
        for item in proof_standing.left_subscriptions(situation.facts)
    ]
    return (
        *gone,
        *(Call("sqs", "DeleteQueue", {"QueueUrl": url}) for _, url in proof_standing.left_queues(situation.facts)),
    )


def send_first(situation: Situation) -> tuple[Call, ...]:
    return _mail(
        situation.sender,
        situation.answers.text("first_recipient").strip(),
        f"{_named(situation)}: first message",
        f"This is the first message that {_named(situation)} sends to you through Amazon SES. "
        "You agreed to receive it; nothing else will follow from it.\n",
    )


def reply_body(text: str) -> str:
    """Return the reply to the case; its last line is how it is found again, and is filled in when it is sent."""
    return f"{text.strip()}\n\nRef: {{marker}}"


def support_region(facts: Facts) -> str:
    """Return the Region where AWS Support answers, ``""`` where the partition has none."""
    return _SUPPORT.get(console_links.partition(facts.place), "")


def reply_case(facts: Facts, text: str) -> tuple[Call, ...]:
    case = so_far(facts.case)
    params = {"caseId": case.case_id if case else "", "communicationBody": reply_body(text)}
    return (Call("support", "AddCommunicationToCase", params, support_region(facts)),)
