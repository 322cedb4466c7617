"""Whether bounces and complaints reach something that acts: what the gate asks and what the text may say.

A way counts when its listener was observed (:mod:`dlaas_onboard.journey.bounces.bounce_path`). Forwarding by e-mail
alone reaches a mailbox that nobody has to read; it is told, but it opens no gate.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from dlaas_onboard.journey.bounces import bounce_path
from dlaas_onboard.journey.bounces.bounce_path import EventRoute, Hearing
from dlaas_onboard.journey.bounces.operator_note import NOTE, as_noted, operator_note
from dlaas_onboard.journey.bounces.proof import EVENTS
from dlaas_onboard.journey.facts import Facts, Subscription
from dlaas_onboard.journey.facts.reading import known
from dlaas_onboard.journey.request import evidence
from dlaas_onboard.journey.request.gate import Light
from dlaas_onboard.journey.situation.answers import Entry
from dlaas_onboard.journey.situation.situation import Situation, once


class ObservedPath(NamedTuple):
    """How bounce and complaint events travel, as far as that was observed."""

    light: Light
    why: str
    remedy: str = ""
    route: str = ""  # "through the configuration set x to the SNS topic y"
    listeners: tuple[str, ...] = ()  # "the Lambda function z": each confirmed its subscription
    source: str = ""
    observed_at: datetime | None = None


_CONNECT = (
    "Give the domain a default configuration set with an event destination for BOUNCE and COMPLAINT, "
    "and subscribe what acts on the events."
)
_PROVE = "Send to the mailbox simulator, and note where the bounce and the complaint arrived."
_CONFIRM = "Open the link in the mail from Amazon SNS; it works for two days."


@once
def path(situation: Situation) -> ObservedPath:
    """Return the way that both kinds of event take; unknown where something it may hang on could not be read.

    Where a listener cannot be seen from here, the operator's note opens nothing by itself: it is told as his word, and
    the gate asks for a reason.
    """
    automatic = [route for route in bounce_path.event_routes(situation) if route.automatic]
    chosen = [
        route for event in EVENTS if (route := _best(automatic, event, operator_note(situation.answers))) is not None
    ]
    if len(chosen) == len(EVENTS) and not _unread(situation.facts, chosen):
        return _observed(chosen, situation)
    missing = [event for event in EVENTS if all(route.event != event for route in chosen)]
    events = " and ".join(missing or EVENTS)
    if not situation.domain:
        return ObservedPath(Light.UNKNOWN, "No sending domain is known.", "Enter the sending domain.")
    if bounce_path.readings_missing(situation):
        return ObservedPath(Light.UNKNOWN, *_unread_path(events, situation))
    return _unheard([route for route in automatic if route.event in missing], events, situation.facts)


def _unheard(routes: list[EventRoute], events: str, facts: Facts) -> ObservedPath:
    """Return why nobody is known to hear ``events``, which take these ways."""
    hearings = {route.hearing: route for route in routes}
    if Hearing.UNKNOWN in hearings:
        unread = hearings[Hearing.UNKNOWN]
        reading = facts.topics.get(unread.target)
        problem = reading.problem if reading is not None else None
        why = unread.why if unread.why.endswith(".") else f"{unread.why}."
        remedy = problem.remedy if problem else "Look again."
        return ObservedPath(Light.UNKNOWN, f"Who hears {events} events is not known: {why}", remedy)
    if Hearing.UNSEEN in hearings:
        return ObservedPath(Light.UNKNOWN, f"Who hears {events} events cannot be seen from here.", _PROVE)
    if Hearing.PENDING in hearings:
        return ObservedPath(Light.RED, f"The subscriber for {events} events has not confirmed.", _CONFIRM)
    if hearings:
        return ObservedPath(Light.RED, f"Nobody hears {events} events: {hearings[Hearing.UNHEARD].why}.", _CONNECT)
    return ObservedPath(Light.RED, f"No event destination and no topic takes {events} events of your mail.", _CONNECT)


def _best(routes: list[EventRoute], event: str, note: Entry | None) -> EventRoute | None:
    """Return a way that is heard, else one whose end the operator alone can see and noted."""
    heard = [route for route in routes if route.event == event and route.hearing == Hearing.HEARD]
    if heard:
        return heard[0]
    unseen = [route for route in routes if route.event == event and route.hearing == Hearing.UNSEEN]
    return unseen[0] if unseen and note is not None else None


def _unread(facts: Facts, chosen: list[EventRoute]) -> bool:
    sets = any(_is_set(route) for route in chosen) and known(facts.configuration_sets) is None
    topics = any(not _is_set(route) for route in chosen) and known(facts.notifications) is None
    return sets or topics


def _is_set(route: EventRoute) -> bool:
    return route.through.startswith("configuration set")


def _unread_path(events: str, situation: Situation) -> tuple[str, str]:
    """Return why nobody can tell where ``events`` go, and what to do about it."""
    for reading in (situation.domain_identity, situation.facts.configuration_sets, situation.facts.notifications):
        if reading is not None and (problem := reading.problem) is not None:
            why = problem.message.rstrip(".")
            return f"Where {events} events go could not be read: {why}.", problem.remedy or "Look again."
    return f"Where {events} events go has not been read in full.", "Look again."


def _observed(chosen: list[EventRoute], situation: Situation) -> ObservedPath:
    routes = list(dict.fromkeys(_route(route, situation) for route in chosen))
    listeners = tuple(dict.fromkeys(filter(None, (_listener(route, situation.facts) for route in chosen))))
    sources = [evidence.origin(situation.facts.domain_identity).source]
    for route in chosen:
        sources.append(
            evidence.origin(
                situation.facts.configuration_sets if _is_set(route) else situation.facts.notifications
            ).source
        )
        if route.hearing == Hearing.HEARD:
            sources.append(evidence.origin(situation.facts.topics.get(route.target)).source)
        else:
            sources.append(evidence.entered(NOTE, situation.answers))
    unseen = [route.event for route in chosen if route.hearing == Hearing.UNSEEN]
    note = operator_note(situation.answers)
    if unseen and note is not None:
        light, remedy = Light.RED, "Prove it where you can; else say in a reason how you know that they arrive."
        why = f"Who hears {' and '.join(unseen)} events cannot be seen from here. {as_noted(note)}"
    else:
        light, remedy, why = Light.GREEN, "", f"BOUNCE and COMPLAINT events go to {' and '.join(listeners)}."
    return ObservedPath(
        light,
        why,
        remedy,
        route=" and ".join(routes),
        listeners=listeners,
        source="; ".join(dict.fromkeys(sources)),
        observed_at=evidence.origin(
            situation.facts.configuration_sets if _is_set(chosen[0]) else situation.facts.notifications
        ).observed_at,
    )


def _route(route: EventRoute, situation: Situation) -> str:
    default = bounce_path.default_set(situation)
    through = f"through the configuration set {default.name} " if _is_set(route) and default is not None else ""
    target = f"the SNS topic {name(route.target)}" if route.hearing == Hearing.HEARD else _bus(route)
    return f"{through}to {target}"


def _bus(route: EventRoute) -> str:
    kind = route.through.rpartition(", ")[2]
    return f"{kind} ({name(route.target)})" if route.target else kind


def _listener(route: EventRoute, facts: Facts) -> str:
    topic = known(facts.topics.get(route.target))
    confirmed = [item for item in topic.subscriptions if item.confirmed] if topic is not None else []
    return _subscriber(confirmed[0]) if route.hearing == Hearing.HEARD and confirmed else ""


def name(arn: str) -> str:
    """Return the last part of an ARN: what its owner calls it."""
    return arn.rsplit(":", 1)[-1].rsplit("/", 1)[-1]


def _subscriber(item: Subscription) -> str:
    match item.protocol:
        case "lambda":
            return f"the Lambda function {name(item.endpoint)}"
        case "sqs":
            return f"the SQS queue {name(item.endpoint)}"
        case "email" | "email-json":
            return f"the mailbox {item.endpoint}"
        case "http" | "https":
            return f"the endpoint {item.endpoint.split('?')[0]}"
    return f"a subscriber ({item.protocol})"
