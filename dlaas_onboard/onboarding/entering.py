"""What the operator enters: saved as it was typed, and written into the journal where it decides something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlaas_onboard.journey.bounces.proof import FIELD
from dlaas_onboard.journey.errors import Refused
from dlaas_onboard.journey.request import filing_snapshot
from dlaas_onboard.journey.request.request_draft import check, normal
from dlaas_onboard.journey.situation.answers import Entry
from dlaas_onboard.journey.situation.fields import OVERRIDE
from dlaas_onboard.journey.situation.journal import JournalEntry

if TYPE_CHECKING:
    from dlaas_onboard.onboarding.state import State
    from dlaas_onboard.ports import Ports


class Entering:
    """Saves answers."""

    def __init__(self, ports: Ports, state: State) -> None:
        self._ports = ports
        self._state = state

    def enter(self, field_id: str, text: str) -> str:
        """Save an answer and return what is wrong with it, as :meth:`.Onboarding.enter` says."""
        if field_id == FIELD:
            raise Refused("A proof is made, not entered.")
        if field_id == filing_snapshot.FIELD:
            raise Refused("What held at a filing is kept by the filing, not entered.")
        text = normal(field_id, text)
        entry = self.save(field_id, text)
        self._note(field_id, entry)
        return check(field_id, text)

    def save(self, field_id: str, text: str) -> Entry:
        """Save the text of a field, as it is, with who and when. Raises ``OSError`` if it cannot be saved."""
        entry = Entry(text, self._ports.clock.now(), self._ports.who)
        self._ports.store.enter(field_id, entry)
        self._state.answer(field_id, entry)
        return entry

    def _note(self, field_id: str, entry: Entry) -> None:
        if field_id.startswith("declare_"):
            kind, text = "declared", f"{field_id}: {entry.text or 'taken back'}"
        elif field_id.startswith(OVERRIDE):
            kind, text = "overrode", f"{field_id.removeprefix(OVERRIDE)}: {entry.text or 'taken back'}"
        elif field_id == "aws_answer":
            kind, text = "answer", entry.text
        else:
            return
        self._ports.store.note(JournalEntry(entry.at, kind, text, entry.by))
