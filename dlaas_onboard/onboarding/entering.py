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
from dlaas_onboard.journey.situation.message_fields import CODE, MESSAGE, is_kept_code, message_part
from dlaas_onboard.journey.situation.situation import Situation

if TYPE_CHECKING:
    from dlaas_onboard.journey.situation.message_row import MessageRow
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
        if is_kept_code(field_id):
            raise Refused("What was read of a message is kept by its confirmation, not entered.")
        text = normal(field_id, text)
        if field_id.startswith(MESSAGE) and text:
            self._keep_of_message(*message_part(field_id), confirmed=text == "yes")
        entry = self.save(field_id, text)
        self._note(field_id, entry)
        return check(field_id, text)

    def _keep_of_message(self, row_id: str, part: str, *, confirmed: bool) -> None:
        """Keep the code that the operator speaks of; where he confirms it, what is proposed becomes his word."""
        row = Situation(self._state.facts, self._state.answers).messages.row(row_id)
        accepts = part == "confirmed" and confirmed
        if accepts:
            self._accept_guesses(row_id, row)
        code_field = f"{MESSAGE}{row_id}.{CODE}"
        kept = self._state.answers.text(code_field)
        code = row.code.to_text() if row is not None and row.code is not None else ""
        if kept != code and (accepts or (code and not kept)):
            self.save(code_field, code)

    def _accept_guesses(self, row_id: str, row: MessageRow | None) -> None:
        """Save what a message is proposed to be as the operator's words: what he confirmed does not change."""
        if row is None or row.missing:
            raise Refused(_cannot_confirm(row_id, row.missing if row else ()))
        said = {"name": row.name, "trigger": row.trigger, "recipient": row.recipient, "class": row.message_class or ""}
        for name, guess in said.items():
            message_field = f"{MESSAGE}{row_id}.{name}"
            if wrong := check(message_field, guess):
                raise Refused(f"The {name} of {row.name} cannot be confirmed. {wrong}")
            if not self._state.answers.text(message_field):
                self.save(message_field, normal(message_field, guess))

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


def _cannot_confirm(row_id: str, missing: tuple[str, ...]) -> str:
    if not missing:
        return f"There is no message {row_id!r} to confirm."
    return f"Say first what the {' and the '.join(missing)} of {row_id} is: nothing in the code suggests it."
