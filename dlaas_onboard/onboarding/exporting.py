"""What is told of an onboarding as a whole: its chronicle, and the document that another machine takes over."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from dlaas_onboard.journey.errors import Refused
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.review.timeline import chronicle
from dlaas_onboard.journey.situation.journal import JournalEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlaas_onboard.journey.facts import Facts, Place
    from dlaas_onboard.journey.review.timeline import Event
    from dlaas_onboard.journey.situation.intents import Intent
    from dlaas_onboard.ports import Ports, Store


def events(store: Store, place: Place, intents: Sequence[Intent], facts: Facts) -> tuple[Event, ...]:
    """Return everything that happened in this onboarding, oldest first."""
    case = so_far(facts.case)
    return chronicle(store.journal(), store.history(), intents, place, case)


def export(ports: Ports, place: Place) -> str:
    """Note that it is handed over, where that can be saved, and return the document."""
    if not place.account:
        raise Refused("There is nothing to export: which account this is was never known here.")
    now = ports.clock.now()
    with suppress(OSError):  # reading is enough to hand it over
        ports.store.note(JournalEntry(now, "exported", "Exported for another machine.", ports.who))
    parts = place.arn.split(":")  # offline the partition is known from the last visit's principal alone
    place = replace(place, partition=parts[1]) if len(parts) > 1 and parts[1] else place
    return ports.store.export(place, by=ports.who, at=now)
