"""What the journal knows of the requests for production access made from here."""

from __future__ import annotations

from datetime import datetime

from dlaas_onboard.journey.review import support_case
from dlaas_onboard.journey.situation.intents import OPEN, Intent, Phase
from dlaas_onboard.journey.situation.situation import Situation

FILING = "PutAccountDetails"


def of_place(situation: Situation, operation: str = FILING) -> tuple[Intent, ...]:
    """Return the intents of ``operation`` in this account, Region and endpoint, oldest first."""
    mine = [
        intent
        for intent in situation.intents
        if intent.call.operation == operation and intent.place.same_as(situation.place)
    ]
    return tuple(sorted(mine, key=lambda intent: intent.created_at))


def undecided(situation: Situation) -> Intent | None:
    """Return a filing whose outcome is not known yet."""
    return next((intent for intent in reversed(of_place(situation)) if intent.phase in OPEN), None)


def filed_at(situation: Situation) -> datetime | None:
    """Return when the last request left: by the confirmed intent, else by the case's creation."""
    done = [intent for intent in of_place(situation) if intent.phase in (Phase.CONFIRMED, Phase.ACCEPTED)]
    if done:
        return done[-1].outcome.at if done[-1].outcome else done[-1].created_at
    case = support_case.case(situation.facts)
    return case.created if case else None
