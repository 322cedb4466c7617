"""How a bounce or a complaint reaches somebody: every way that leads from SES to a listener.

The three mechanisms are those of the SES Developer Guide, "Monitoring sending activity using notifications" and
"Event publishing": events of a configuration set, topics of the identity, and mail to the From address.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dlaas_onboard.journey.bounces import proof
from dlaas_onboard.journey.bounces.proof import EVENTS
from dlaas_onboard.journey.dns import mailboxes
from dlaas_onboard.journey.facts import ConfigurationSet, Facts, Subscription, Topic
from dlaas_onboard.journey.situation.situation import Situation


class Hearing(StrEnum):
    """Whether an event that takes this way is heard."""

    HEARD = "heard"
    PENDING = "pending"  # a subscriber has not confirmed yet
    UNHEARD = "unheard"  # nobody listens, or SES may not publish
    UNSEEN = "unseen"  # the target exists; who listens there cannot be seen from here
    UNKNOWN = "unknown"  # could not be read


@dataclass(frozen=True, slots=True)
class EventRoute:
    """One way of one kind of event."""

    event: str  # BOUNCE or COMPLAINT
    through: str  # "configuration set dlaas-mail, SNS", "topic of the identity", "mail to support@example.com"
    hearing: Hearing
    why: str
    target: str = ""  # the topic's ARN
    automatic: bool = True  # False: a person reads a mailbox
    enabled: bool = True  # False: the event destination is switched off


def listeners(topic: Topic) -> tuple[Subscription, ...]:
    """Return who listens or was asked to: without the queue of a proof, which nobody reads."""
    return tuple(item for item in topic.subscriptions if not proof.is_ours(item))


def topic_hearing(facts: Facts, arn: str, *, proved: bool = False) -> tuple[Hearing, str]:
    """Return whether events that go to this topic are heard, and why; ``proved`` says that SES was seen to publish."""
    reading = facts.topics.get(arn)
    if reading is None:
        return Hearing.UNKNOWN, "the topic was not looked at yet"
    if not reading.known:
        return Hearing.UNKNOWN, reading.problem.message if reading.problem else reading.partial
    topic = reading.value
    if topic is None:
        return Hearing.UNHEARD, "the topic does not exist"
    if topic.ses_may_publish is False:
        return Hearing.UNHEARD, "the topic's policy does not let SES publish"
    asked = listeners(topic)
    if not asked:
        return Hearing.UNHEARD, "nobody subscribes to the topic"
    if not any(item.confirmed for item in asked):
        return Hearing.PENDING, "no subscriber has confirmed"
    if topic.ses_may_publish is None and not proved:
        return Hearing.UNKNOWN, "the topic's policy could not be judged"
    return Hearing.HEARD, ", ".join(f"{item.protocol} {item.endpoint}" for item in asked if item.confirmed)


def default_set(situation: Situation) -> ConfigurationSet | None:
    """Return the default configuration set of the sending domain's identity, as far as it was read."""
    identity = situation.identity
    reading = situation.facts.configuration_sets
    if identity is None or not identity.configuration_set or reading is None or reading.value is None:
        return None
    return next((item for item in reading.value if item.name == identity.configuration_set), None)


def stale(kept: proof.Proof, situation: Situation) -> str | None:
    """Return why a proof is not of the present account, domain and configuration set, ``""`` where it is.

    ``None``: the identity could not be read, so that nobody can tell.
    """
    place = situation.place
    if (kept.account, kept.region, kept.endpoint) != (place.account, place.region, place.endpoint):
        return "it is of another account, Region or endpoint"
    identity = situation.identity
    reading = situation.domain_identity
    if identity is None:
        return None if reading is None or not reading.known else f"SES has no identity {kept.identity} any more"
    if identity.name != kept.identity:
        return f"it is of {kept.identity}, the domain is covered by {identity.name} now"
    if identity.configuration_set != kept.configuration_set:
        then, now = kept.configuration_set or "none", identity.configuration_set or "none"
        return f"the default configuration set was {then}, now it is {now}"
    return ""


def proved(situation: Situation, event: str, arn: str) -> bool:
    """Whether an event of this kind was seen to arrive at this topic, for what is set up now."""
    kept = proof.kept(situation.answers)
    return (
        kept is not None
        and any(item.event == event and item.topic == arn for item in kept.arrivals)
        and stale(kept, situation) == ""
    )


def event_routes(situation: Situation) -> tuple[EventRoute, ...]:
    """Return every way that a bounce or complaint of the sending domain's mail takes."""
    return (*_events(situation), *_identity_topics(situation), *_forwarding(situation))


def _events(situation: Situation) -> list[EventRoute]:
    configuration_set = default_set(situation)
    if configuration_set is None:
        return []
    out = []
    for destination in configuration_set.destinations:
        for event in EVENTS:
            if event not in destination.event_types:
                continue
            through = f"configuration set {configuration_set.name}, {destination.kind}"
            if not destination.enabled:
                out.append(
                    EventRoute(
                        event,
                        through,
                        Hearing.UNHEARD,
                        "the event destination is disabled",
                        destination.target,
                        enabled=False,
                    )
                )
            elif destination.kind == "SNS":
                arrived = proved(situation, event, destination.target)
                hearing = topic_hearing(situation.facts, destination.target, proved=arrived)
                out.append(EventRoute(event, through, *hearing, destination.target))
            elif destination.kind == "CloudWatch":
                out.append(
                    EventRoute(event, through, Hearing.UNHEARD, "CloudWatch counts events; it does not say whose")
                )
            else:
                out.append(
                    EventRoute(
                        event, through, Hearing.UNSEEN, "who listens there cannot be seen from here", destination.target
                    )
                )
    return out


def _identity_topics(situation: Situation) -> list[EventRoute]:
    reading = situation.facts.notifications
    identity = situation.identity
    if identity is None or reading is None or reading.value is None or reading.value.identity != identity.name:
        return []
    out = []
    for event, arn in (("BOUNCE", reading.value.bounce_topic), ("COMPLAINT", reading.value.complaint_topic)):
        if arn:
            hearing = topic_hearing(situation.facts, arn, proved=proved(situation, event, arn))
            out.append(EventRoute(event, "topic of the identity", *hearing, arn))
    return out


def _forwarding(situation: Situation) -> list[EventRoute]:
    identity = situation.identity
    _, target = mailboxes.bounces_to(situation)
    if identity is None or identity.feedback_forwarding is not True or not target:
        return []
    hearing, why = _mailed(situation.facts, target)
    return [EventRoute(event, f"mail to {target}", hearing, why, automatic=False) for event in EVENTS]


def mailbox(situation: Situation) -> tuple[Hearing, str]:
    """Return whether mail can arrive at the From address, and why."""
    sender = situation.sender
    return _mailed(situation.facts, sender) if sender else (Hearing.UNKNOWN, "no From address is known")


def _mailed(facts: Facts, address: str) -> tuple[Hearing, str]:
    post = mailboxes.post(facts, address)
    return {True: Hearing.HEARD, False: Hearing.UNHEARD, None: Hearing.UNKNOWN}[post.arrives], post.why


def lost(situation: Situation) -> dict[str, str]:
    """Return the addresses at which mail that nothing else takes would be lost, each with what is lost there.

    Answers have one way only. Bounces and complaints have more: what hears their events makes the mail dispensable.
    """
    out: dict[str, str] = {}
    identity = situation.identity
    if identity is None:  # nothing is sent yet
        return out
    _, target = mailboxes.answers_to(situation)
    if target and mailboxes.post(situation.facts, target).arrives is False:
        out[target] = "answers"
    _, target = mailboxes.bounces_to(situation)
    if identity.feedback_forwarding is not True or not target:
        return out
    routes = event_routes(situation)
    automatic = all(heard(routes, event, automatic=True) for event in EVENTS)
    if not automatic and mailboxes.post(situation.facts, target).arrives is False:
        out[target] = "answers, bounces and complaints" if target in out else "bounces and complaints"
    return out


def readings_missing(situation: Situation) -> bool:
    """Whether a look that could still show a way has not been taken or has failed."""
    identity = situation.domain_identity
    unread = identity is None or not identity.known
    for reading in (situation.facts.configuration_sets, situation.facts.notifications):
        unread = unread or reading is None or not reading.known
    return unread


def heard(routes: tuple[EventRoute, ...], event: str, *, automatic: bool = False) -> bool:
    """Whether a listener hears events of this kind; ``automatic`` leaves mailboxes out."""
    return any(
        route.event == event and route.hearing == Hearing.HEARD and (route.automatic or not automatic)
        for route in routes
    )
