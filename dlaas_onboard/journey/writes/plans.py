"""The exact calls of each action, from what is known and entered.

A plan is only asked for where :mod:`dlaas_onboard.journey.writes.preconditions` names none, so what it reads is there.
"""

from __future__ import annotations

import json
import re
from typing import Any

from dlaas_onboard.journey import console_links
from dlaas_onboard.journey.bounces import bounce_path, proof, proof_standing, topic_policy
from dlaas_onboard.journey.facts import ConfigurationSet, Facts, Topic
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation import effective_inputs
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.calls import Call

EVENTS = list(proof.EVENTS)
DESTINATION = "bounces-and-complaints"
SIMULATOR = "simulator.amazonses.com"
BOUNCE = f"bounce@{SIMULATOR}"
COMPLAINT = f"complaint@{SIMULATOR}"
REPLY_LIMIT = 8000  # characters of communicationBody (AddCommunicationToCase, AWS Support API reference)
# Where AWS Support answers, by partition; it has no regional endpoints (AWS General Reference, "AWS Support").
_SUPPORT = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1"}


def slug(facts: Facts, answers: Answers, suffix: str) -> str:
    """Return a name of letters, digits, ``_`` and ``-``, at most 64 (SES quotas, configuration set names)."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", effective_inputs.service_name(facts, answers)).strip("-_").lower()
    return f"{name[: 64 - len(suffix) - 1].strip('-_') or 'dlaas'}-{suffix}"


def set_name(facts: Facts, answers: Answers) -> str:
    """Return the configuration set to work on: the identity's default, the only one there is, or the one to make."""
    identity = effective_inputs.identity(facts, answers)
    if identity is not None and identity.configuration_set:
        return identity.configuration_set
    sets = _sets(facts)
    own = slug(facts, answers, "mail")
    if len(sets) == 1 and all(item.name != own for item in sets):
        return sets[0].name
    return own


def _sets(facts: Facts) -> tuple[ConfigurationSet, ...]:
    reading = facts.configuration_sets
    return reading.value or () if reading is not None else ()


def configuration_set(facts: Facts, answers: Answers) -> ConfigurationSet | None:
    """Return the configuration set to work on where it exists."""
    name = set_name(facts, answers)
    return next((item for item in _sets(facts) if item.name == name), None)


def topic_arn(facts: Facts, answers: Answers) -> str:
    """Return the topic to work on: the one events go to already, else the one to make; ``""`` without a Region."""
    found = configuration_set(facts, answers)
    for destination in found.destinations if found else ():
        if destination.kind == "SNS" and destination.target and set(EVENTS) & set(destination.event_types):
            return destination.target
    for way in bounce_path.ways(facts, answers):
        if way.target.split(":")[2:3] == ["sns"]:
            return way.target
    place = facts.place
    if not place.region or not place.account:
        return ""
    name = slug(facts, answers, "mail-events")
    return f"arn:{console_links.partition(place)}:sns:{place.region}:{place.account}:{name}"


def create_test_address(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    return (Call("sesv2", "CreateEmailIdentity", {"EmailIdentity": effective_inputs.test_address(facts, answers)}),)


def resend_test_address(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    # There is no call that sends the link again (SESv2 API reference, CreateEmailIdentity).
    delete = Call("sesv2", "DeleteEmailIdentity", {"EmailIdentity": effective_inputs.test_address(facts, answers)})
    return (delete, *create_test_address(facts, answers))


def create_domain(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    return (Call("sesv2", "CreateEmailIdentity", {"EmailIdentity": effective_inputs.domain(facts, answers)}),)


def _identity_name(facts: Facts, answers: Answers) -> str:
    identity = effective_inputs.identity(facts, answers)
    return identity.name if identity else effective_inputs.domain(facts, answers)


def set_mail_from(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    identity = effective_inputs.identity(facts, answers)
    before = identity.mail_from.behavior_on_mx_failure if identity and identity.mail_from else ""
    params = {
        "EmailIdentity": _identity_name(facts, answers),
        "MailFromDomain": effective_inputs.mail_from(facts, answers),
        "BehaviorOnMxFailure": before or "USE_DEFAULT_VALUE",
    }
    return (Call("sesv2", "PutEmailIdentityMailFromAttributes", params),)


def restart_dkim(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    params = {"EmailIdentity": _identity_name(facts, answers), "SigningAttributesOrigin": "AWS_SES"}
    return (Call("sesv2", "PutEmailIdentityDkimSigningAttributes", params),)


def set_suppression(_facts: Facts, _answers: Answers) -> tuple[Call, ...]:
    return (Call("sesv2", "PutAccountSuppressionAttributes", {"SuppressedReasons": EVENTS}),)


def create_configuration_set(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    params = {
        "ConfigurationSetName": set_name(facts, answers),
        "ReputationOptions": {"ReputationMetricsEnabled": True},
        "SendingOptions": {"SendingEnabled": True},
    }
    return (Call("sesv2", "CreateConfigurationSet", params),)


def set_arn(facts: Facts, answers: Answers) -> str:
    """Return the ARN of the configuration set to work on."""
    place = facts.place
    name = set_name(facts, answers)
    return f"arn:{console_links.partition(place)}:ses:{place.region}:{place.account}:configuration-set/{name}"


def topic(facts: Facts, answers: Answers) -> Topic | None:
    """Return the topic to work on where it exists."""
    reading = facts.topics.get(topic_arn(facts, answers))
    return reading.value if reading is not None and reading.known else None


def lets_ses(facts: Facts, answers: Answers) -> bool:
    """Whether the topic exists and its policy lets SES publish for the set; what cannot be told is left alone."""
    found = topic(facts, answers)
    if found is None or found.ses_may_publish is False:
        return False
    return topic_policy.names(found.policy, set_arn(facts, answers)) is not False


def policy_trouble(facts: Facts, answers: Answers) -> str:
    """Return why the policy of the topic cannot be added to, ``""`` where it can or need not."""
    found = topic(facts, answers)
    if found is None or lets_ses(facts, answers):
        return ""
    if found.key.endswith(topic_policy.AWS_KEY):
        return "The topic is encrypted with AWS's own key, which cannot let SES in: give it a customer managed key."
    return topic_policy.unmergeable(found.policy, found.arn, facts.place.account, set_arn(facts, answers))


def _policy(facts: Facts, answers: Answers) -> str:
    arn, account = topic_arn(facts, answers), facts.place.account
    found = topic(facts, answers)
    before = found.policy if found is not None else topic_policy.fresh(arn, account)
    return topic_policy.merged(before, arn, account, set_arn(facts, answers))


def create_event_destination(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    arn = topic_arn(facts, answers)
    calls: list[Call] = []
    if topic(facts, answers) is None:
        calls.append(Call("sns", "CreateTopic", {"Name": arn.rpartition(":")[2]}))
    if not lets_ses(facts, answers):
        policy = {"TopicArn": arn, "AttributeName": "Policy", "AttributeValue": _policy(facts, answers)}
        calls.append(Call("sns", "SetTopicAttributes", policy))
    found = configuration_set(facts, answers)
    if found is None or not has_destination(found):
        destination = {"Enabled": True, "MatchingEventTypes": EVENTS, "SnsDestination": {"TopicArn": arn}}
        params = {
            "ConfigurationSetName": set_name(facts, answers),
            "EventDestinationName": DESTINATION,
            "EventDestination": destination,
        }
        calls.append(Call("sesv2", "CreateConfigurationSetEventDestination", params))
    return tuple(calls)


def has_destination(found: ConfigurationSet) -> bool:
    """Whether enabled SNS destinations of this set take both bounces and complaints."""
    taken = {event for item in found.destinations if item.enabled and item.kind == "SNS" for event in item.event_types}
    return set(EVENTS) <= taken


def subscribe_listener(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    params = {
        "TopicArn": topic_arn(facts, answers),
        "Protocol": "email",
        "Endpoint": effective_inputs.test_address(facts, answers),
        "ReturnSubscriptionArn": True,
    }
    return (Call("sns", "Subscribe", params),)


def suppressed(facts: Facts) -> bool:
    """Whether the account's suppression list is known to take both kinds of address."""
    account = stages.account(facts)
    return account is not None and set(EVENTS) <= set(account.suppressed_reasons or ())


def heard(facts: Facts, answers: Answers) -> bool:
    """Whether something hears of both kinds of event already."""
    found = bounce_path.ways(facts, answers)
    return all(bounce_path.heard(found, event, automatic=True) for event in EVENTS)


def set_up_bounces(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    """Return every call that is still missing between a bounce and the operator, in the order of their need."""
    calls = () if suppressed(facts) else set_suppression(facts, answers)
    if heard(facts, answers):
        return calls
    if configuration_set(facts, answers) is None:
        calls += create_configuration_set(facts, answers)
    calls += create_event_destination(facts, answers)
    identity = effective_inputs.identity(facts, answers)
    if identity is None or not identity.configuration_set:
        calls += set_default_configuration_set(facts, answers)
    if needs_listener(facts, answers):
        calls += subscribe_listener(facts, answers)
    return calls


def needs_listener(facts: Facts, answers: Answers) -> bool:
    """Whether nobody listens at the topic, and the operator's own address was not asked to."""
    found = topic(facts, answers)
    asked = bounce_path.listeners(found) if found is not None else ()
    return not any(item.confirmed or item.endpoint == effective_inputs.test_address(facts, answers) for item in asked)


def set_default_configuration_set(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    params = {
        "EmailIdentity": _identity_name(facts, answers),
        "ConfigurationSetName": set_name(facts, answers),
    }
    return (Call("sesv2", "PutEmailIdentityConfigurationSetAttributes", params),)


def from_address(facts: Facts, answers: Answers) -> str:
    """Return an address that SES lets us send from: the service's own if its domain is verified, else the
    operator's verified one, else ``""``."""
    identity = effective_inputs.identity(facts, answers)
    sender = effective_inputs.sender(facts, answers)
    if (
        identity is not None
        and identity.verified
        and effective_inputs.within(effective_inputs.domain_of(sender), identity.name)
    ):
        return sender
    test = effective_inputs.test_identity(facts, answers)
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


def _named(facts: Facts, answers: Answers) -> str:
    return effective_inputs.service_name(facts, answers) or effective_inputs.domain(facts, answers) or "Amazon SES"


def send_test(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    return _mail(
        from_address(facts, answers),
        effective_inputs.test_address(facts, answers),
        f"{_named(facts, answers)}: test message",
        f"This message was sent through Amazon SES in {facts.place.region} to check that mail arrives.\n\n"
        "Look at its headers: Authentication-Results should say dkim=pass, spf=pass and dmarc=pass.\n",
    )


def _simulated(facts: Facts, answers: Answers, to: str, what: str) -> tuple[Call, ...]:
    return _mail(
        effective_inputs.sender(facts, answers),
        to,
        f"{_named(facts, answers)}: {what} test",
        f"A message to the mailbox simulator of Amazon SES: it brings a {what} event.\n",
    )


def send_bounce(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    return _simulated(facts, answers, BOUNCE, "bounce")


def send_complaint(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    return _simulated(facts, answers, COMPLAINT, "complaint")


def prove_bounces(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    """Return the calls of a proof. ``{marker}`` is filled in when it is prepared, ``{result:N}`` by the N-th answer."""
    arns = list(proof_standing.targets(facts, answers))
    name = f"{proof.PREFIX}{{marker}}"
    queue = proof.queue_arn(facts.place, console_links.partition(facts.place), name)
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
    sender = effective_inputs.sender(facts, answers)
    for what in ("bounce", "complaint"):
        text = f"A message to the mailbox simulator of Amazon SES: it brings a {what} event.\n\n{{marker}}\n"
        calls += _mail(
            sender, f"{what}+{{marker}}@{SIMULATOR}", f"{_named(facts, answers)}: proof of the {what} path", text
        )
    for number in range(len(arns)):
        calls.append(Call("sns", "Unsubscribe", {"SubscriptionArn": f"{{result:{number + 2}}}"}))
    return (*calls, Call("sqs", "DeleteQueue", {"QueueUrl": "{result:1}"}))


def clean_up_proof(facts: Facts, _answers: Answers) -> tuple[Call, ...]:
    gone = [
        Call("sns", "Unsubscribe", {"SubscriptionArn": item.arn}) for item in proof_standing.left_subscriptions(facts)
    ]
    return (*gone, *(Call("sqs", "DeleteQueue", {"QueueUrl": url}) for _, url in proof_standing.left_queues(facts)))


def send_first(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    return _mail(
        effective_inputs.sender(facts, answers),
        answers.text("first_recipient").strip(),
        f"{_named(facts, answers)}: first message",
        f"This is the first message that {_named(facts, answers)} sends to you through Amazon SES. "
        "You agreed to receive it; nothing else will follow from it.\n",
    )


def reply_body(text: str) -> str:
    """Return the reply to the case; its last line is how it is found again, and is filled in when it is sent."""
    return f"{text.strip()}\n\nRef: {{marker}}"


def support_region(facts: Facts) -> str:
    """Return the Region where AWS Support answers, ``""`` where the partition has none."""
    return _SUPPORT.get(console_links.partition(facts.place), "")


def reply_case(facts: Facts, text: str) -> tuple[Call, ...]:
    case = facts.case.value if facts.case else None
    params = {"caseId": case.case_id if case else "", "communicationBody": reply_body(text)}
    return (Call("support", "AddCommunicationToCase", params, support_region(facts)),)
