"""Every gate that must be green before the request leaves (docs/architecture.md, "One filing").

Three layers: what the facts say (:mod:`.fact_gates`), what a reviewer misses in the text (:mod:`.text_rubric`, which
asks the facts), and this list, which asks both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dlaas_onboard.journey.request import contradictions, text_rubric
from dlaas_onboard.journey.request.fact_gates import fact_readings
from dlaas_onboard.journey.request.field_rules import check, normal
from dlaas_onboard.journey.request.gate import DECLARATIONS, KINDS, Gate, GateReading, Light
from dlaas_onboard.journey.request.request_draft import draft
from dlaas_onboard.journey.request.rubric_findings import first_of
from dlaas_onboard.journey.situation.fields import BY_ID, OVERRIDE
from dlaas_onboard.journey.situation.intents import OPEN
from dlaas_onboard.journey.situation.situation import Situation, once
from dlaas_onboard.journey.verdict import Severity

if TYPE_CHECKING:
    from dlaas_onboard.journey.situation.answers import Answers


def gates(situation: Situation) -> tuple[Gate, ...]:
    """Return every gate, in the order in which the operator meets them."""
    readings = {**fact_readings(situation), **_readings_of_answers(situation), "intents": _intents(situation)}
    return tuple(_gate(gate, readings[gate], situation.answers) for gate in KINDS)


def _gate(gate: str, reading: GateReading, answers: Answers) -> Gate:
    kind = KINDS[gate]
    reason = normal(OVERRIDE + gate, answers.text(OVERRIDE + gate)) if kind.overridable else ""
    if check(OVERRIDE + gate, reason):
        reason = ""
    return Gate(gate, kind.title, reading.light, reading.why, reading.remedy, kind.step, kind.overridable, reason)


@once
def _readings_of_answers(situation: Situation) -> dict[str, GateReading]:
    return dict(_look_at_answers(situation))


def _look_at_answers(situation: Situation) -> Iterator[tuple[str, GateReading]]:
    yield "draft", _draft(situation)
    yield "use_case", _use_case(situation)
    yield "contradictions", _contradictions(situation)
    for field in DECLARATIONS:
        yield field, _declared(field, situation.answers)


def _draft(situation: Situation) -> GateReading:
    request, errors = draft(situation)
    if request is not None:
        return GateReading(Light.GREEN, "Every field is within Amazon's limits.")
    words = "; ".join(f"{BY_ID[field].label}: {message}" for field, message in errors.items())
    return GateReading(Light.RED, words, "Correct the fields named.")


def _use_case(situation: Situation) -> GateReading:
    gaps = text_rubric.gaps(situation)
    if gaps.blockers:
        return GateReading(Light.RED, first_of(gaps.blockers), gaps.blockers[0].remedy)
    if gaps.unread:
        return GateReading(Light.UNKNOWN, first_of(gaps.unread), gaps.unread[0].remedy or "Look again.")
    return GateReading(Light.GREEN, "The text has no gap that reviewers turn requests down for.")


def _contradictions(situation: Situation) -> GateReading:
    contradicted = [item for item in contradictions.of_own_words(situation) if item.severity == Severity.BLOCKER]
    if contradicted:
        return GateReading(Light.RED, first_of(contradicted, "more statement"), contradicted[0].remedy)
    return GateReading(Light.GREEN, "Nothing that was seen speaks against your words.")


def _declared(field: str, answers: Answers) -> GateReading:
    entry = answers.entry(field)
    if entry is not None and normal(field, entry.text) == "yes":
        return GateReading(Light.GREEN, f"Declared {entry.at:%Y-%m-%d %H:%M} UTC by {entry.by}.")
    return GateReading(
        Light.RED, f"Not declared: {BY_ID[field].label}.", "Declare it in the step Declarations, if it is true."
    )


def _intents(situation: Situation) -> GateReading:
    for intent in situation.intents:
        if (
            intent.call.operation == "PutAccountDetails"
            and intent.phase in OPEN
            and intent.place.same_as(situation.place)
        ):
            return GateReading(
                Light.RED,
                f"What became of the request of {intent.created_at:%Y-%m-%d %H:%M} UTC is open: "
                "it may have reached Amazon.",
                "Look again, so that it can be reconciled.",
            )
    return GateReading(Light.GREEN, "No filing of ours is open.")
