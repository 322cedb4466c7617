"""The exact calls of each action, from what is known and entered.

A plan is only asked for where :mod:`dlaas_onboard.journey.obstacles` names none, so what it reads is there.
"""

from __future__ import annotations

import json
import re
from typing import Any

from dlaas_onboard.journey import bounce_path, console, subject
from dlaas_onboard.journey.answers import Answers
from dlaas_onboard.journey.calls import Call
from dlaas_onboard.journey.facts import ConfigurationSet, Facts

EVENTS = ["BOUNCE", "COMPLAINT"]
DESTINATION = "bounces-and-complaints"
BOUNCE = "bounce@simulator.amazonses.com"
COMPLAINT = "complaint@simulator.amazonses.com"
REPLY_LIMIT = 8000  # characters of communicationBody (AddCommunicationToCase, AWS Support API reference)
# Where AWS Support answers, by partition; it has no regional endpoints (AWS General Reference, "AWS Support").
_SUPPORT = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1"}

# The rights that a topic's default policy gives its owner (SNS Developer Guide, "Default access policy").
_OWNER_MAY = (
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
)


def _slug(facts: Facts, answers: Answers, suffix: str) -> str:
    """Return a name of letters, digits, ``_`` and ``-``, at most 64 (SES quotas, configuration set names)."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", subject.service_name(facts, answers)).strip("-_").lower()
    return f"{name[: 64 - len(suffix) - 1].strip('-_') or 'dlaas'}-{suffix}"


def set_name(facts: Facts, answers: Answers) -> str:
    """Return the configuration set to work on: the identity's default, the only one there is, or the one to make."""
    identity = subject.identity(facts, answers)
    if identity is not None and identity.configuration_set:
        return identity.configuration_set
    sets = _sets(facts)
    own = _slug(facts, answers, "mail")
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
    name = _slug(facts, answers, "mail-events")
    return f"arn:{console.partition(place)}:sns:{place.region}:{place.account}:{name}"


def create_test_address(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    return (Call("sesv2", "CreateEmailIdentity", {"EmailIdentity": subject.test_address(facts, answers)}),)


def resend_test_address(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    # There is no call that sends the link again (SESv2 API reference, CreateEmailIdentity).
    delete = Call("sesv2", "DeleteEmailIdentity", {"EmailIdentity": subject.test_address(facts, answers)})
    return (delete, *create_test_address(facts, answers))


def create_domain(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    return (Call("sesv2", "CreateEmailIdentity", {"EmailIdentity": subject.domain(facts, answers)}),)


def _identity_name(facts: Facts, answers: Answers) -> str:
    identity = subject.identity(facts, answers)
    return identity.name if identity else subject.domain(facts, answers)


def set_mail_from(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    identity = subject.identity(facts, answers)
    before = identity.mail_from.behavior_on_mx_failure if identity and identity.mail_from else ""
    params = {
        "EmailIdentity": _identity_name(facts, answers),
        "MailFromDomain": subject.mail_from(facts, answers),
        "BehaviorOnMxFailure": before or "USE_DEFAULT_VALUE",
    }
    return (Call("sesv2", "PutEmailIdentityMailFromAttributes", params),)


def set_suppression(_facts: Facts, _answers: Answers) -> tuple[Call, ...]:
    return (Call("sesv2", "PutAccountSuppressionAttributes", {"SuppressedReasons": EVENTS}),)


def create_configuration_set(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    params = {
        "ConfigurationSetName": set_name(facts, answers),
        "ReputationOptions": {"ReputationMetricsEnabled": True},
        "SendingOptions": {"SendingEnabled": True},
    }
    return (Call("sesv2", "CreateConfigurationSet", params),)


def topic_policy(arn: str, account: str, set_arn: str) -> str:
    """Return an access policy that keeps the owner's rights and lets SES publish for one configuration set.

    Conditions as in the SES Developer Guide, "Set up an Amazon SNS event destination for event publishing".
    """
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "Owner",
                    "Effect": "Allow",
                    "Principal": {"AWS": "*"},
                    "Action": [f"SNS:{name}" for name in _OWNER_MAY],
                    "Resource": arn,
                    "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
                },
                {
                    "Sid": "SesEvents",
                    "Effect": "Allow",
                    "Principal": {"Service": "ses.amazonaws.com"},
                    "Action": "SNS:Publish",
                    "Resource": arn,
                    "Condition": {"StringEquals": {"AWS:SourceAccount": account, "AWS:SourceArn": set_arn}},
                },
            ],
        },
        separators=(",", ":"),
    )


def create_event_destination(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    place = facts.place
    name = set_name(facts, answers)
    arn = topic_arn(facts, answers)
    set_arn = f"arn:{console.partition(place)}:ses:{place.region}:{place.account}:configuration-set/{name}"
    policy = topic_policy(arn, place.account, set_arn)
    reading = facts.topics.get(arn)
    exists = reading is not None and reading.known and reading.value is not None
    calls = [] if exists else [Call("sns", "CreateTopic", {"Name": arn.rpartition(":")[2]})]
    calls.append(
        Call("sns", "SetTopicAttributes", {"TopicArn": arn, "AttributeName": "Policy", "AttributeValue": policy})
    )
    found = configuration_set(facts, answers)
    if found is None or not has_destination(found):
        destination = {"Enabled": True, "MatchingEventTypes": EVENTS, "SnsDestination": {"TopicArn": arn}}
        params = {
            "ConfigurationSetName": name,
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
        "Endpoint": subject.test_address(facts, answers),
        "ReturnSubscriptionArn": True,
    }
    return (Call("sns", "Subscribe", params),)


def set_default_configuration_set(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    params = {
        "EmailIdentity": _identity_name(facts, answers),
        "ConfigurationSetName": set_name(facts, answers),
    }
    return (Call("sesv2", "PutEmailIdentityConfigurationSetAttributes", params),)


def from_address(facts: Facts, answers: Answers) -> str:
    """Return an address that SES lets us send from: the service's own if its domain is verified, else the
    operator's verified one, else ``""``."""
    identity = subject.identity(facts, answers)
    sender = subject.sender(facts, answers)
    if identity is not None and identity.verified and subject.within(subject.domain_of(sender), identity.name):
        return sender
    test = subject.test_identity(facts, answers)
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
    return subject.service_name(facts, answers) or subject.domain(facts, answers) or "Amazon SES"


def send_test(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    return _mail(
        from_address(facts, answers),
        subject.test_address(facts, answers),
        f"{_named(facts, answers)}: test message",
        f"This message was sent through Amazon SES in {facts.place.region} to check that mail arrives.\n\n"
        "Look at its headers: Authentication-Results should say dkim=pass, spf=pass and dmarc=pass.\n",
    )


def _simulated(facts: Facts, answers: Answers, to: str, what: str) -> tuple[Call, ...]:
    return _mail(
        subject.sender(facts, answers),
        to,
        f"{_named(facts, answers)}: {what} test",
        f"A message to the mailbox simulator of Amazon SES: it brings a {what} event.\n",
    )


def send_bounce(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    return _simulated(facts, answers, BOUNCE, "bounce")


def send_complaint(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    return _simulated(facts, answers, COMPLAINT, "complaint")


def send_first(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    return _mail(
        subject.sender(facts, answers),
        answers.text("first_recipient").strip(),
        f"{_named(facts, answers)}: first message",
        f"This is the first message that {_named(facts, answers)} sends to you through Amazon SES. "
        "You agreed to receive it; nothing else will follow from it.\n",
    )


def reply_body(text: str) -> str:
    """Return the reply to the case; its last line is how it is found again, and is filled in when it is sent."""
    return f"{text.strip()}\n\nRef: {{marker}}"


def reply_case(facts: Facts, text: str) -> tuple[Call, ...]:
    case = facts.case.value if facts.case else None
    params = {"caseId": case.case_id if case else "", "communicationBody": reply_body(text)}
    return (Call("support", "AddCommunicationToCase", params, _SUPPORT.get(console.partition(facts.place), "")),)
