"""How a bounce or a complaint reaches somebody: every way that leads from SES to a listener.

The three mechanisms are those of the SES Developer Guide, "Monitoring sending activity using notifications" and
"Event publishing": events of a configuration set, topics of the identity, and mail to the From address.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dlaas_onboard.journey import records, subject
from dlaas_onboard.journey.answers import Answers
from dlaas_onboard.journey.facts import ConfigurationSet, Facts
from dlaas_onboard.journey.records import Purpose, RecordVerdict

EVENTS = ("BOUNCE", "COMPLAINT")


class Hearing(StrEnum):
    """Whether an event that takes this way is heard."""

    HEARD = "heard"
    PENDING = "pending"  # a subscriber has not confirmed yet
    UNHEARD = "unheard"  # nobody listens, or SES may not publish
    UNSEEN = "unseen"  # the target exists; who listens there cannot be seen from here
    UNKNOWN = "unknown"  # could not be read


@dataclass(frozen=True, slots=True)
class Way:
    """One way of one kind of event."""

    event: str  # BOUNCE or COMPLAINT
    through: str  # "configuration set dlaas-mail, SNS", "topic of the identity", "mail to support@example.com"
    hearing: Hearing
    why: str
    target: str = ""  # the topic's ARN
    automatic: bool = True  # False: a person reads a mailbox


def topic(facts: Facts, arn: str) -> tuple[Hearing, str]:
    """Return whether events that go to this topic are heard, and why."""
    reading = facts.topics.get(arn)
    if reading is None:
        return Hearing.UNKNOWN, "the topic was not looked at yet"
    if not reading.known:
        return Hearing.UNKNOWN, reading.problem.message if reading.problem else reading.partial
    found = reading.value
    if found is None:
        return Hearing.UNHEARD, "the topic does not exist"
    if found.ses_may_publish is False:
        return Hearing.UNHEARD, "the topic's policy does not let SES publish"
    if not found.subscriptions:
        return Hearing.UNHEARD, "nobody subscribes to the topic"
    if not any(item.confirmed for item in found.subscriptions):
        return Hearing.PENDING, "no subscriber has confirmed"
    if found.ses_may_publish is None:
        return Hearing.UNKNOWN, "the topic's policy could not be judged"
    listeners = ", ".join(f"{item.protocol} {item.endpoint}" for item in found.subscriptions if item.confirmed)
    return Hearing.HEARD, listeners


def default_set(facts: Facts, answers: Answers) -> ConfigurationSet | None:
    """Return the default configuration set of the sending domain's identity, as far as it was read."""
    identity = subject.identity(facts, answers)
    reading = facts.configuration_sets
    if identity is None or not identity.configuration_set or reading is None or reading.value is None:
        return None
    return next((item for item in reading.value if item.name == identity.configuration_set), None)


def ways(facts: Facts, answers: Answers) -> tuple[Way, ...]:
    """Return every way that a bounce or complaint of the sending domain's mail takes."""
    return (*_events(facts, answers), *_identity_topics(facts, answers), *_forwarding(facts, answers))


def _events(facts: Facts, answers: Answers) -> list[Way]:
    found = default_set(facts, answers)
    if found is None:
        return []
    out = []
    for destination in found.destinations:
        for event in EVENTS:
            if event not in destination.event_types:
                continue
            through = f"configuration set {found.name}, {destination.kind}"
            if not destination.enabled:
                out.append(
                    Way(event, through, Hearing.UNHEARD, "the event destination is disabled", destination.target)
                )
            elif destination.kind == "SNS":
                out.append(Way(event, through, *topic(facts, destination.target), destination.target))
            elif destination.kind == "CloudWatch":
                out.append(Way(event, through, Hearing.UNHEARD, "CloudWatch counts events; it does not say whose"))
            else:
                out.append(
                    Way(
                        event, through, Hearing.UNSEEN, "who listens there cannot be seen from here", destination.target
                    )
                )
    return out


def _identity_topics(facts: Facts, answers: Answers) -> list[Way]:
    reading = facts.notifications
    identity = subject.identity(facts, answers)
    if identity is None or reading is None or reading.value is None or reading.value.identity != identity.name:
        return []
    out = []
    for event, arn in (("BOUNCE", reading.value.bounce_topic), ("COMPLAINT", reading.value.complaint_topic)):
        if arn:
            out.append(Way(event, "topic of the identity", *topic(facts, arn), arn))
    return out


def _forwarding(facts: Facts, answers: Answers) -> list[Way]:
    identity = subject.identity(facts, answers)
    sender = subject.sender(facts, answers)
    if identity is None or identity.feedback_forwarding is not True or not sender:
        return []
    hearing, why = mailbox(facts, answers)
    return [Way(event, f"mail to {sender}", hearing, why, automatic=False) for event in EVENTS]


def mailbox(facts: Facts, answers: Answers) -> tuple[Hearing, str]:
    """Return whether mail can arrive at the From address, by the MX of its domain."""
    state = next((item for item in records.states(facts, answers) if item.record.purpose == Purpose.INBOX), None)
    if state is None:
        return Hearing.UNKNOWN, "no From address is known"
    if state.verdict == RecordVerdict.OK:
        return Hearing.HEARD, state.found
    if state.verdict == RecordVerdict.UNKNOWN:
        return Hearing.UNKNOWN, state.fix
    return Hearing.UNHEARD, state.fix


def readings_missing(facts: Facts, answers: Answers) -> bool:
    """Whether a look that could still show a way has not been taken or has failed."""
    identity = subject.domain_identity(facts, answers)
    unread = identity is None or not identity.known
    for reading in (facts.configuration_sets, facts.notifications):
        unread = unread or reading is None or not reading.known
    return unread


def heard(found: tuple[Way, ...], event: str, *, automatic: bool = False) -> bool:
    """Whether a listener hears events of this kind; ``automatic`` leaves mailboxes out."""
    return any(
        way.event == event and way.hearing == Hearing.HEARD and (way.automatic or not automatic) for way in found
    )
