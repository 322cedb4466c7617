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
    made = proof.kept(situation.answers)
    if made is None:
        return None
    why = bounce_path.stale(made, situation)
    unread = ProofStanding(None, "whether the path is still the same could not be read")
    if why is None:
        return unread
    if why:
        return ProofStanding(False, why)
    open_ways = targets(situation)
    for item in made.arrivals:
        if item.event not in open_ways.get(item.topic, ()):
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
    found: dict[str, tuple[str, ...]] = {}
    for way in bounce_path.ways(situation):
        if way.automatic and way.enabled and way.target.split(":")[2:3] == ["sns"]:
            found[way.target] = tuple(dict.fromkeys((*found.get(way.target, ()), way.event)))
    return dict(sorted(found.items()))


def left_subscriptions(facts: Facts) -> tuple[Subscription, ...]:
    """Return the subscriptions of proofs that were seen, in the order of their ARNs."""
    found = {
        item.arn: item
        for reading in facts.topics.values()
        for item in (reading.value.subscriptions if reading.value is not None else ())
        if proof.is_ours(item) and item.arn
    }
    return tuple(found[arn] for arn in sorted(found))


def left_queues(facts: Facts) -> tuple[tuple[str, str], ...]:
    """Return the queues of proofs that were seen, each with its URL."""
    return tuple((name, reading.value) for name, reading in sorted(facts.queues.items()) if reading.value)
