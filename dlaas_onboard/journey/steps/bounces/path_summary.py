"""The bounce path in short: what the advice and the conclusion of the step rest on."""

from __future__ import annotations

from dataclasses import dataclass

from dlaas_onboard.journey.bounces import bounce_path, proof_standing
from dlaas_onboard.journey.bounces.bounce_path import EventRoute, Hearing
from dlaas_onboard.journey.bounces.operator_note import operator_note
from dlaas_onboard.journey.bounces.proof import EVENTS, Proof
from dlaas_onboard.journey.situation.answers import Entry
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepState


@dataclass(frozen=True, slots=True)
class PathSummary:
    """Who hears of bounces and complaints, and whether that was proved."""

    situation: Situation
    suppression: StepState  # how the account's suppression list stands
    routes: tuple[EventRoute, ...]
    unheard: tuple[str, ...]  # the kinds of event that nobody was seen to hear of
    automatic: bool  # each kind of event reaches a listener that is no mailbox
    unread: bool  # a look that could still show a way has not been taken or has failed
    proof: Proof | None  # the proof that holds for what is set up now
    note: Entry | None  # what the operator noted of a test: his word, which proves nothing

    @property
    def unheard_names(self) -> str:
        """Return what nobody hears of, as it stands in a sentence."""
        return " and ".join(event.lower() + "s" for event in self.unheard)

    @property
    def hearings(self) -> set[Hearing]:
        """Return how the ways are heard."""
        return {route.hearing for route in self.routes}

    @property
    def automatic_hearings(self) -> set[Hearing]:
        """Return how the ways are heard that do not end in a mailbox."""
        return {route.hearing for route in self.routes if route.automatic}


def summarize(situation: Situation, suppression: StepState) -> PathSummary:
    """Return the bounce path of the sending domain in short."""
    routes = bounce_path.event_routes(situation)
    proof = proof_standing.holds(situation)
    return PathSummary(
        situation,
        suppression,
        routes,
        unheard=tuple(event for event in EVENTS if not bounce_path.heard(routes, event)),
        automatic=all(bounce_path.heard(routes, event, automatic=True) for event in EVENTS),
        unread=bounce_path.readings_missing(situation),
        proof=proof,
        note=operator_note(situation.answers),
    )
