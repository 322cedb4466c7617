"""The proof of the bounce path: what was sent to the mailbox simulator, and which events of it arrived where.

It is kept as one answer under :data:`FIELD`, written by the proof alone: no field, form or ``draft set`` sets it.
Events are told by SES's message id, which both formats carry as ``mail.messageId`` (SES Developer Guide, "Amazon SNS
notification contents" and "Contents of event data that Amazon SES publishes to Amazon SNS").
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from dlaas_onboard.journey import json_read
from dlaas_onboard.journey.facts import Place, Subscription
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.intents import Intent, Phase
from dlaas_onboard.journey.text import line, plural

FIELD = "bounce_proof"
EVENTS = ("BOUNCE", "COMPLAINT")
PREFIX = "dlaas-onboard-proof-"  # of the queue's name; the marker follows
DELETING = timedelta(seconds=60)  # how long a deleted queue may still answer (SQS API reference, DeleteQueue)
_FORMAT = 1
_QUEUE = re.compile(re.escape(PREFIX) + r"dlaas-[a-z0-9]{10}")
_LONGEST = 300  # characters of one id, name or ARN
_MOST = 20_000  # characters of the record, and of what is looked for in a message


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message to the simulator and the event that it brought."""

    event: str  # BOUNCE or COMPLAINT
    message_id: str
    feedback_id: str
    topic: str  # the topic's ARN
    sent_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """Both events arrived: for this place, this identity and this default configuration set."""

    marker: str
    account: str
    partition: str
    region: str
    endpoint: str
    identity: str
    configuration_set: str  # "" where the identity has none: its own topics were proved
    sender: str
    by: str
    arrivals: tuple[Arrival, ...]  # one for each of EVENTS, in that order

    @property
    def at(self) -> datetime:
        """Return when the last of the events was seen."""
        return max(item.seen_at for item in self.arrivals)

    @property
    def seconds(self) -> int:
        """Return how long the slower event took, in whole seconds and at least one."""
        return max(1, round(max((item.seen_at - item.sent_at).total_seconds() for item in self.arrivals)))

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the names of the topics at which the events arrived."""
        return tuple(dict.fromkeys(item.topic.rpartition(":")[2] for item in self.arrivals))


class ProofEvent(NamedTuple):
    """An event of a message that was looked for."""

    event: str
    message_id: str
    feedback_id: str
    topic: str  # "" where the message came without SNS's envelope


def sentence(proof: Proof) -> str:
    """Return what was proved in one sentence, without an account id."""
    word = "topic" if len(proof.topics) == 1 else "topics"
    return (
        f"On {proof.at:%Y-%m-%d} a bounce and a complaint sent through the mailbox simulator arrived at the SNS {word} "
        f"{' and '.join(proof.topics)} after {plural(proof.seconds, 'second')}."
    )


def write(proof: Proof) -> str:
    """Return the record as the text of an answer."""
    arrivals = [
        {
            "event": item.event,
            "message_id": item.message_id,
            "feedback_id": item.feedback_id,
            "topic": item.topic,
            "sent_at": item.sent_at.isoformat(),
            "seen_at": item.seen_at.isoformat(),
        }
        for item in proof.arrivals
    ]
    fields = {name: getattr(proof, name) for name in _TEXTS}
    return json.dumps({"format": _FORMAT, **fields, "arrivals": arrivals}, sort_keys=True)


_TEXTS = ("marker", "account", "partition", "region", "endpoint", "identity", "configuration_set", "sender", "by")
_MAY_BE_EMPTY = frozenset({"configuration_set", "by"})


def read(text: str) -> Proof | None:
    """Return the record that a text holds, ``None`` where it is not one, whole and consistent."""
    document = json_read.document(text, _MOST * 20)
    if document.get("format") != _FORMAT:
        return None
    texts = {name: _plain(document.get(name)) for name in _TEXTS}
    if any(value is None or not (value or name in _MAY_BE_EMPTY) for name, value in texts.items()):
        return None
    arrivals = _arrivals(document.get("arrivals"))
    if arrivals is None:
        return None
    return Proof(**{name: value or "" for name, value in texts.items()}, arrivals=arrivals)


def _arrivals(listed: object) -> tuple[Arrival, ...] | None:
    """Return one arrival of each event, in their order; ``None`` where these are not listed."""
    if not isinstance(listed, list):
        return None
    arrivals = [_arrival(item) for item in listed]
    sound = tuple(arrival for arrival in arrivals if arrival is not None)
    if len(listed) != len(EVENTS) or tuple(arrival.event for arrival in sound) != EVENTS:
        return None
    return sound if len({arrival.message_id for arrival in sound}) == len(EVENTS) else None


def kept(answers: Answers) -> Proof | None:
    """Return the proof that was made, ``None`` where there is none, or where its record cannot be read."""
    text = answers.text(FIELD)
    return read(text) if text else None


def _arrival(item: object) -> Arrival | None:
    if not isinstance(item, dict):
        return None
    event, message, topic = (_plain(item.get(name)) for name in ("event", "message_id", "topic"))
    sent, seen = json_read.time(item.get("sent_at")), json_read.time(item.get("seen_at"))
    if event not in EVENTS or not message or not topic or sent is None or seen is None or seen < sent:
        return None
    return Arrival(event, message, _plain(item.get("feedback_id")) or "", topic, sent, seen)


def _plain(value: object) -> str | None:
    """Return a short text on one line that holds nothing to be cleaned away, else ``None``."""
    if not isinstance(value, str) or len(value) > _LONGEST or line(value) != value:
        return None
    return value


def seen(body: str, wanted: Mapping[str, str]) -> ProofEvent | None:
    """Return the event that a message of the queue brings, if it is one of ``wanted`` (event by message id).

    Understands event publishing (``eventType``) and notifications of an identity (``notificationType``), each in SNS's
    envelope or delivered raw.
    """
    document = json_read.document(body, _MOST * 20)
    topic = ""
    if document.get("Type") == "Notification" and "Message" in document:
        topic = _plain(document.get("TopicArn")) or ""
        document = json_read.document(document["Message"], _MOST * 20)
    kind = document.get("eventType", document.get("notificationType"))
    mail = document.get("mail")
    message_id = mail.get("messageId") if isinstance(mail, dict) else None
    if not isinstance(kind, str) or not isinstance(message_id, str) or wanted.get(message_id) != kind.upper():
        return None
    detail = document.get(kind.lower())
    feedback = detail.get("feedbackId") if isinstance(detail, dict) else None
    return ProofEvent(kind.upper(), message_id, _plain(feedback) or "", topic)


# What a proof makes at AWS, and how it is known again


def queue_arn(place: Place, partition: str, name: str) -> str:
    """Return the ARN of a queue before it exists."""
    return f"arn:{partition}:sqs:{place.region}:{place.account}:{name}"


def is_ours(subscription: Subscription) -> bool:
    """Whether a subscription is that of a proof: nobody listens there."""
    return subscription.protocol == "sqs" and _QUEUE.fullmatch(subscription.endpoint.rpartition(":")[2]) is not None


def queues(intents: Iterable[Intent], now: datetime) -> dict[str, bool]:
    """Return the queues that proofs may have left, each with whether it is being deleted and may still answer."""
    left: dict[str, bool] = {}
    for intent in intents:
        params = intent.call.params
        if intent.call.name == "sqs:CreateQueue" and intent.phase not in (Phase.REJECTED, Phase.ABANDONED):
            name = str(params.get("QueueName", ""))
            if _QUEUE.fullmatch(name):
                left[name] = False
        elif intent.call.name == "sqs:DeleteQueue":
            name = str(params.get("QueueUrl", "")).rpartition("/")[2]
            at = intent.outcome.at if intent.outcome else intent.created_at
            if intent.phase == Phase.CONFIRMED:
                left.pop(name, None)
            elif name in left and intent.phase == Phase.ACCEPTED:
                left[name] = now - at < DELETING
    return left


def topics(intents: Iterable[Intent]) -> frozenset[str]:
    """Return the topics to which proofs may have left a subscription."""
    subscribed: dict[str, str] = {}
    for intent in intents:
        params = intent.call.params
        if intent.call.name == "sns:Subscribe" and params.get("Protocol") == "sqs":
            if intent.phase not in (Phase.REJECTED, Phase.ABANDONED):
                subscribed[intent.id] = str(params.get("TopicArn", ""))
        elif intent.call.name == "sns:Unsubscribe" and intent.phase == Phase.CONFIRMED:
            arn = str(params.get("SubscriptionArn", "")).rpartition(":")[0]
            gone = next((key for key, topic in subscribed.items() if topic == arn), "")
            subscribed.pop(gone, None)
    return frozenset(subscribed.values())
