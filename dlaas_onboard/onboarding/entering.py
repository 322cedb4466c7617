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
    from collections.abc import Iterator, Sequence

    from dlaas_onboard.journey.situation.message_row import MessageRow
    from dlaas_onboard.onboarding.state import State
    from dlaas_onboard.ports import Ports


class Entering:
    """Saves answers."""

    def __init__(self, ports: Ports, state: State) -> None:
        self._ports = ports
        self._state = state

    def enter(self, assignments: Sequence[tuple[str, str]]) -> str:
        """Save answers, all or none, and return what is wrong with them, as :meth:`.Onboarding.enter` says."""
        answers, entries = self._state.answers, []
        for field_id, raw in assignments:
            if field_id == FIELD:
                raise Refused("A proof is made, not entered.")
            if field_id == filing_snapshot.FIELD:
                raise Refused("What held at a filing is kept by the filing, not entered.")
            if is_kept_code(field_id):
                raise Refused("What was read of a message is kept by its confirmation, not entered.")
            text = normal(field_id, raw)
            kept = _kept_of_message(Situation(self._state.facts, answers), field_id, text)
            for entry in ((name, self._entry(words)) for name, words in (*kept, (field_id, text))):
                entries.append(entry)
                answers = answers.with_entry(*entry)
        self._ports.store.enter_all(entries, [note for entry in entries if (note := _note(*entry)) is not None])
        for entry in entries:
            self._state.answer(*entry)
        entered = {field_id for field_id, _ in assignments}
        return " ".join(filter(None, (check(name, entry.text) for name, entry in entries if name in entered)))

    def save(self, field_id: str, text: str) -> Entry:
        """Save the text of a field, as it is, with who and when. Raises ``OSError`` if it cannot be saved."""
        entry = self._entry(text)
        self._ports.store.enter(field_id, entry)
        self._state.answer(field_id, entry)
        return entry

    def _entry(self, text: str) -> Entry:
        return Entry(text, self._ports.clock.now(), self._ports.who)


def _kept_of_message(situation: Situation, field_id: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield the code that the operator speaks of; where he confirms it, what is proposed becomes his word."""
    if not field_id.startswith(MESSAGE) or not text:
        return
    row_id, part = message_part(field_id)
    row = situation.messages.row(row_id)
    accepts = part == "confirmed" and text == "yes"
    if accepts:
        yield from _accepted_guesses(situation, row_id, row)
    code_field = f"{MESSAGE}{row_id}.{CODE}"
    kept = situation.answers.text(code_field)
    code = row.code.to_text() if row is not None and row.code is not None else ""
    if kept != code and (accepts or (code and not kept)):
        yield code_field, code


def _accepted_guesses(situation: Situation, row_id: str, row: MessageRow | None) -> Iterator[tuple[str, str]]:
    """Yield what a message is proposed to be as the operator's words: what he confirmed does not change."""
    if row is None or row.missing:
        raise Refused(_cannot_confirm(row_id, row.missing if row else ()))
    said = {"name": row.name, "trigger": row.trigger, "recipient": row.recipient, "class": row.message_class or ""}
    for name, guess in said.items():
        message_field = f"{MESSAGE}{row_id}.{name}"
        if wrong := check(message_field, guess):
            raise Refused(f"The {name} of {row.name} cannot be confirmed. {wrong}")
        if guess and not situation.answers.text(message_field):
            yield message_field, normal(message_field, guess)


def _note(field_id: str, entry: Entry) -> JournalEntry | None:
    """Return the line of the journal for an answer that decides something."""
    if field_id.startswith("declare_"):
        kind, text = "declared", f"{field_id}: {entry.text or 'taken back'}"
    elif field_id.startswith(OVERRIDE):
        kind, text = "overrode", f"{field_id.removeprefix(OVERRIDE)}: {entry.text or 'taken back'}"
    elif field_id == "aws_answer":
        kind, text = "answer", entry.text
    else:
        return None
    return JournalEntry(entry.at, kind, text, entry.by)


def _cannot_confirm(row_id: str, missing: tuple[str, ...]) -> str:
    if not missing:
        return f"There is no message {row_id!r} to confirm."
    return f"Say first what the {' and the '.join(missing)} of {row_id} is: nothing in the code suggests it."
