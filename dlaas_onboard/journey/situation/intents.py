"""A write that was decided on, and what became of it: written down before the first byte leaves.

The phases and their meaning: docs/faults.md, "Phases".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dlaas_onboard.journey.facts import Place
from dlaas_onboard.journey.facts.reading import Problem
from dlaas_onboard.journey.situation.calls import Call


class Phase(StrEnum):
    """Where a write stands."""

    INTENT = "intent"  # durable, not yet known to have left
    ACCEPTED = "accepted"  # 2xx with a request id; not yet read back
    CONFIRMED = "confirmed"  # seen at AWS
    REJECTED = "rejected"  # nothing was sent, or AWS said no
    UNKNOWN = "unknown"  # may have taken effect
    ABANDONED = "abandoned"  # looked for after the settle window and not found


MOVES: dict[Phase, frozenset[Phase]] = {
    Phase.INTENT: frozenset({Phase.ACCEPTED, Phase.REJECTED, Phase.UNKNOWN}),
    Phase.ACCEPTED: frozenset({Phase.CONFIRMED, Phase.UNKNOWN}),
    Phase.UNKNOWN: frozenset({Phase.CONFIRMED, Phase.ABANDONED}),
    Phase.CONFIRMED: frozenset(),
    Phase.REJECTED: frozenset({Phase.CONFIRMED}),  # a 409 can be the echo of an own earlier try
    Phase.ABANDONED: frozenset({Phase.CONFIRMED}),  # it appeared after all
}
OPEN = frozenset({Phase.INTENT, Phase.ACCEPTED, Phase.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the single attempt of a write brought."""

    phase: Phase  # ACCEPTED, REJECTED or UNKNOWN
    at: datetime
    request_id: str = ""
    problem: Problem | None = None
    result: str = ""  # an id in the answer: case id, message id, request id of a quota


@dataclass(frozen=True, slots=True)
class Intent:
    """One write under way or over."""

    id: str  # uuid4
    marker: str  # "dlaas-" and ten letters or digits: visible at AWS where a field allows it
    action: str  # id of the action that asked for it
    call: Call
    place: Place
    sha256: str
    created_at: datetime
    by: str
    before: str = ""  # the review's "status case-id" as read just before
    phase: Phase = Phase.INTENT
    outcome: Outcome | None = None
    settled_at: datetime | None = None
    result: str = ""  # what the read-back found: the case id
