"""A proof beside what is set up now: does it still hold, where can one be made, and what did one leave behind."""

from __future__ import annotations

from typing import NamedTuple

from dlaas_onboard.journey.bounces import bounce_path, proof
from dlaas_onboard.journey.facts import Facts, Subscription
from dlaas_onboard.journey.situation.situation import Situation


class ProofStanding(NamedTuple):
    """Whether a proof holds for the path of today: ``None`` where the path could not be read."""

    holds: bool | None
    why: str = ""  # why it does not, as the end of a sentence


def standing(situation: Situation) -> ProofStanding | None:
    """Return how the kept proof stands, ``None`` where there is none."""
    kept = proof.kept(situation.answers)
    if kept is None:
        return None
    why = bounce_path.stale(kept, situation)
    unread = ProofStanding(None, "whether the path is still the same could not be read")
    if why is None:
        return unread
    if why:
        return ProofStanding(False, why)
    events_by_topic = targets(situation)
    for item in kept.arrivals:
        if item.event not in events_by_topic.get(item.topic, ()):
            if bounce_path.readings_missing(situation):
                return unread
            name = item.topic.rpartition(":")[2]
            return ProofStanding(False, f"{item.event} events do not go to the topic {name} any more")
        reading = situation.facts.topics.get(item.topic)
        if reading is not None and reading.known and (reading.value is None or reading.value.ses_may_publish is False):
            return ProofStanding(False, f"SES may not publish to the topic {item.topic.rpartition(':')[2]} any more")
    return ProofStanding(True)


def holds(situation: Situation) -> proof.Proof | None:
    """Return the proof if it holds for what is set up now."""
    now = standing(situation)
    return proof.kept(situation.answers) if now is not None and now.holds else None


def targets(situation: Situation) -> dict[str, tuple[str, ...]]:
    """Return the topics that events of the sending domain's mail go to, each with the kinds of event, by ARN."""
    events_by_topic: dict[str, tuple[str, ...]] = {}
    for route in bounce_path.event_routes(situation):
        if route.automatic and route.enabled and route.target.split(":")[2:3] == ["sns"]:
            events_by_topic[route.target] = tuple(dict.fromkeys((*events_by_topic.get(route.target, ()), route.event)))
    return dict(sorted(events_by_topic.items()))


def left_subscriptions(facts: Facts) -> tuple[Subscription, ...]:
    """Return the subscriptions of proofs that were seen, in the order of their ARNs."""
    by_arn = {
        item.arn: item
        for reading in facts.topics.values()
        for item in (reading.value.subscriptions if reading.value is not None else ())
        if proof.is_ours(item) and item.arn
    }
    return tuple(by_arn[arn] for arn in sorted(by_arn))


def left_queues(facts: Facts) -> tuple[tuple[str, str], ...]:
    """Return the queues of proofs that were seen, each with its URL."""
    return tuple((name, reading.value) for name, reading in sorted(facts.queues.items()) if reading.value)
