"""The writes under way and over: an intent is on disk before its call leaves, and settled by what is read afterwards.

The rules: docs/faults.md, "Writing once", "Phases" and "Reconciling".
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from dlaas_onboard.journey.errors import Refused
from dlaas_onboard.journey.review.stages import status_and_case
from dlaas_onboard.journey.situation.intents import Intent, Phase
from dlaas_onboard.journey.situation.journal import JournalEntry
from dlaas_onboard.journey.writes.reconcile import answered, move, settled
from dlaas_onboard.onboarding.call_results import on_the_wire

if TYPE_CHECKING:
    from datetime import timedelta

    from dlaas_onboard.journey.facts import Facts, Place
    from dlaas_onboard.journey.situation.calls import Call
    from dlaas_onboard.onboarding.state import State
    from dlaas_onboard.onboarding.view import Prepared
    from dlaas_onboard.ports import Cloud, Ports


class IntentJournal:
    """Records the intents of one state, and settles them. Safe from any thread."""

    def __init__(self, ports: Ports, state: State) -> None:
        self._ports = ports
        self._state = state
        self._reconciling = threading.Lock()
        self._saving = threading.Lock()
        self._beginning = threading.Lock()
        self._ended = False
        self._in_flight: set[str] = set()
        self._unsaved: list[Intent] = []  # moves that the store could not take yet, oldest first
        self._not_saved = ""  # why

    @property
    def all_saved(self) -> bool:
        """Whether the store knows what became of every write."""
        return not self._unsaved

    def forget(self) -> None:
        """Leave this place: its open writes stay open in the progress, and are looked for at the next visit."""
        self._unsaved = []

    def send(self, cloud: Cloud, prepared: Prepared, call: Call, place: Place) -> Intent:
        """Record the intent, make the call once, and return the intent with its outcome.

        Raises ``OSError`` if the intent cannot be recorded: nothing was sent then. An outcome that cannot be saved
        is kept and tried again; :attr:`all_saved` says so.
        """
        intent = Intent(
            id=str(uuid.uuid4()),
            marker=prepared.marker,
            action=prepared.action.id,
            call=call,
            place=place,
            sha256=call.sha256,
            created_at=self._ports.clock.now(),
            by=self._ports.who,
            before=status_and_case(self._state.facts),
        )
        with self._beginning:
            if self._ended:
                raise Refused("Nothing more is sent: the time is over.")
            self._ports.store.record(intent)
            self._in_flight.add(intent.id)
            self._state.add_intent(intent)
        try:
            self._note_intent(intent)
            moved = answered(intent, cloud.write(on_the_wire(call, prepared.attached)))
            with suppress(OSError):
                self._settle(moved)
            return moved
        finally:
            self._in_flight.discard(intent.id)

    def end(self) -> None:
        """Let no call leave from now on, and treat those under way as what may have taken effect."""
        with self._beginning:
            self._ended = True
        for intent in self._state.intents:
            if intent.phase == Phase.INTENT and intent.id in self._in_flight:
                with suppress(OSError):
                    self._settle(move(intent, Phase.UNKNOWN, self._ports.clock.now()))

    def among(self, ids: Iterable[str]) -> Sequence[Intent]:
        """Return the intents of these ids as they stand now."""
        wanted = set(ids)
        return [intent for intent in self._state.intents if intent.id in wanted]

    def reconcile(self, facts: Facts, window: timedelta) -> None:
        """Settle what open intents may have done from what was just read; nothing is ever sent again here.

        What may have taken effect stays unknown until AWS shows it, or until ``window`` is over and a full look did
        not find it.
        """
        if self._ports.store.read_only and self.all_saved:
            return
        with self._reconciling:  # two looks that end at the same time settle an intent once
            for intent in self._state.intents:
                if intent.id in self._in_flight:
                    continue
                settlement = settled(intent, facts, settle=window)
                if settlement is not None and settlement[0] != intent.phase:
                    with suppress(OSError):  # the store says at the top of the screen that it cannot be written
                        self._settle(move(intent, settlement[0], self._ports.clock.now(), settlement[1]))

    def adopt_orphans(self) -> None:
        """Treat what a killed process left between intent and outcome as what may have taken effect."""
        if self._ports.store.read_only:
            return
        for intent in self._state.intents:
            if intent.phase == Phase.INTENT and intent.id not in self._in_flight:
                with suppress(OSError):
                    self._settle(move(intent, Phase.UNKNOWN, self._ports.clock.now()))

    def save(self) -> None:
        """Save the moves that the store could not take before. Raises ``OSError`` if it still cannot."""
        with self._saving:
            try:
                while self._unsaved:
                    self._ports.store.settle(self._unsaved[0])
                    self._note_outcome(self._unsaved.pop(0))
            except OSError as error:
                self._not_saved = str(error)
                raise

    def unsaved_words(self, intents: Sequence[Intent]) -> str:
        """Return what to write down where a request was sent and its outcome could not be saved."""
        outcomes = ", ".join(
            f"{intent.call.name} ({intent.marker}) is {intent.phase.value}"
            + (f": {intent.result}" if intent.result else "")
            for intent in intents
        )
        return (
            f"The request was sent, but what became of it could not be saved. {self._not_saved} "
            f"Write this down: {outcomes}. The next start looks for it at Amazon."
        )

    def _note_intent(self, intent: Intent) -> None:
        self._ports.store.note(
            JournalEntry(
                intent.created_at,
                "intent",
                f"{intent.call.name} ({intent.marker})",
                intent.by,
                operation=intent.call.name,
                marker=intent.marker,
            )
        )
        self._state.changed()

    def _settle(self, intent: Intent) -> None:
        """Take over an intent's new phase, and save it; what cannot be saved now is tried again with the next one."""
        self._unsaved.append(intent)
        self._state.move_intent(intent)
        self.save()
        self._state.changed()

    def _note_outcome(self, intent: Intent) -> None:
        text = f"{intent.call.name} ({intent.marker}): {intent.phase.value}"
        if intent.outcome and intent.outcome.problem and intent.phase.value in ("rejected", "unknown"):
            text += f": {intent.outcome.problem.message}"
        elif intent.result:
            text += f": {intent.result}"
        self._ports.store.note(
            JournalEntry(
                self._ports.clock.now(),
                "outcome",
                text,
                intent.by,
                operation=intent.call.name,
                marker=intent.marker,
            )
        )
