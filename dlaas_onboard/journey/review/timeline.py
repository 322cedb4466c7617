"""One chronological list of what happened: of journal, answer history, writes and case, each event once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from dlaas_onboard.journey.facts import Place, SupportCase
from dlaas_onboard.journey.situation.fields import BY_ID, OVERRIDE, SENTENCE
from dlaas_onboard.journey.situation.intents import Intent, Phase
from dlaas_onboard.journey.situation.journal import LOOK, ChangeTopic, EnteredAnswer, JournalEntry
from dlaas_onboard.journey.situation.message_fields import MESSAGE, is_kept_code
from dlaas_onboard.journey.text import line

SHORT = 60  # characters of an old or new value


class EventKind(StrEnum):
    """What kind of event it is."""

    LOOK = "look"
    EDIT = "edit"
    DECLARATION = "declaration"
    OVERRIDE = "override"
    WRITE = "write"  # any call that is neither filing nor reply
    FILING = "filing"
    REPLY = "reply"
    ANSWER = "answer"  # Amazon's, as it was pasted
    CASE = "case"
    DECISION = "decision"
    PROOF = "proof"
    HANDOVER = "handover"  # export and import
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: what, in which words, who at which machine, when and where."""

    at: datetime
    kind: EventKind
    what: str
    words: str = ""
    by: str = ""  # "ada@laptop", "" where the machine did it alone or nobody says
    account: str = ""
    region: str = ""
    endpoint: str = ""

    @property
    def text(self) -> str:
        """Return what and words in one."""
        return f"{self.what}: {self.words}" if self.words else self.what

    @property
    def who(self) -> str:
        """Return the person without the machine."""
        return self.by.rpartition("@")[0] or self.by

    @property
    def machine(self) -> str:
        """Return the machine, ``""`` where it is not known."""
        return self.by.rpartition("@")[2] if "@" in self.by else ""

    @property
    def where(self) -> str:
        """Return account, Region and endpoint."""
        return " ".join(part for part in (self.account, self.region, self.endpoint) if part)


_MADE = frozenset({"bounce_proof", "filed_with"})  # kept as answers by what made them, which has a line of its own
_NEAR = timedelta(seconds=10)  # an answer and the journal's line of it are written one after the other
_OPERATIONS = {
    "PutAccountDetails": EventKind.FILING,
    "CreateCase": EventKind.FILING,
    "RequestServiceQuotaIncrease": EventKind.FILING,
    "AddCommunicationToCase": EventKind.REPLY,
}
_JOURNAL = {
    "declared": EventKind.DECLARATION,
    "overrode": EventKind.OVERRIDE,
    "answer": EventKind.ANSWER,
    "proved": EventKind.PROOF,
    "not proved": EventKind.PROOF,
    "exported": EventKind.HANDOVER,
    "imported": EventKind.HANDOVER,
    LOOK: EventKind.LOOK,
}
_ENTERED = (
    EventKind.DECLARATION,
    EventKind.OVERRIDE,
    EventKind.ANSWER,
)  # the history of answers has them, and says more
_CHANGES: dict[ChangeTopic | None, EventKind] = {
    ChangeTopic.DECISION: EventKind.DECISION,
    ChangeTopic.CASE: EventKind.CASE,
    ChangeTopic.MESSAGES: EventKind.CASE,
}


def chronicle(
    journal: Iterable[JournalEntry],
    history: Iterable[EnteredAnswer],
    intents: Iterable[Intent],
    place: Place,
    case: SupportCase | None = None,
) -> tuple[Event, ...]:
    """Return every event once, oldest first; ``place`` is where all happened but the writes, which say it."""
    entered, written, lines = tuple(history), tuple(intents), tuple(journal)
    location = (place.account, place.region, place.endpoint)
    events = [
        *_entries(entered, location),
        *_writes(written, lines),
        *_lines(lines, entered, written, location, case),
        *_messages(case, written, location),
    ]
    return tuple(sorted(events, key=lambda event: event.at))


def days(events: Iterable[Event]) -> Iterator[tuple[str, Sequence[Event]]]:
    """Yield each day in UTC with its events."""
    for day, of_day in groupby(events, key=lambda event: f"{event.at.astimezone(UTC):%Y-%m-%d}"):
        yield day, tuple(of_day)


def kinds(events: Iterable[Event]) -> tuple[EventKind, ...]:
    """Return the kinds that occur, in the order of :class:`EventKind`."""
    present = {event.kind for event in events}
    return tuple(kind for kind in EventKind if kind in present)


def _entries(history: Sequence[EnteredAnswer], location: tuple[str, str, str]) -> Iterator[Event]:
    before: dict[str, str] = {}
    for answer in history:
        old = before.get(answer.field, "")
        before[answer.field] = answer.text
        if answer.field in _MADE or is_kept_code(answer.field):
            continue
        kind = _kind_of_field(answer.field)
        label = _label(answer.field)
        if kind == EventKind.EDIT:
            if old == answer.text:
                continue
            words = f"{_short(old)} → {_short(answer.text)}"
        else:
            words = answer.text or "taken back"
        yield Event(answer.at, kind, label, words, answer.by, *location)


def _kind_of_field(field: str) -> EventKind:
    if field.startswith("declare_"):
        return EventKind.DECLARATION
    if field.startswith(OVERRIDE):
        return EventKind.OVERRIDE
    return EventKind.ANSWER if field.partition(".")[0] == "aws_answer" else EventKind.EDIT


def _label(field: str) -> str:
    for prefix, words in ((OVERRIDE, "Override of the gate"), (SENTENCE, "Sentence"), (MESSAGE, "Message")):
        if field.startswith(prefix):
            return f"{words} {line(field.removeprefix(prefix), limit=SHORT)}"
    known = BY_ID.get(field) or BY_ID.get(field.partition(".")[0])
    return known.label if known else line(field, limit=SHORT)


def _short(text: str) -> str:
    flat = line(text, limit=len(text))
    if not flat:
        return "nothing"
    return flat if len(flat) <= SHORT else flat[: SHORT - 1].rstrip() + "…"


def _writes(intents: Sequence[Intent], journal: Sequence[JournalEntry]) -> Iterator[Event]:
    """Yield each write, and what became of it where the journal, killed in between, does not say."""
    settled = {(entry.operation, entry.marker) for entry in journal if entry.kind == "outcome"}
    for intent in intents:
        kind = _OPERATIONS.get(intent.call.operation, EventKind.WRITE)
        location = (intent.place.account, intent.call.region or intent.place.region, intent.place.endpoint)
        name = f"{intent.call.name} ({intent.marker})"
        yield Event(intent.created_at, kind, f"Sent {name}", "", intent.by, *location)
        if intent.phase != Phase.INTENT and (intent.call.name, intent.marker) not in settled:
            at = intent.settled_at or (intent.outcome.at if intent.outcome else intent.created_at)
            words = f"{intent.phase.value}{f': {intent.result}' if intent.result else ''}"
            yield Event(at, kind, name, words, intent.by, *location)


def _lines(
    journal: Sequence[JournalEntry],
    history: Sequence[EnteredAnswer],
    intents: Sequence[Intent],
    location: tuple[str, str, str],
    case: SupportCase | None,
) -> Iterator[Event]:
    """Yield what the journal alone knows."""
    markers = {intent.marker for intent in intents}
    kinds_of_calls = {intent.call.name: _OPERATIONS.get(intent.call.operation, EventKind.WRITE) for intent in intents}
    entered: dict[EventKind, list[datetime]] = {}
    for answer in history:
        entered.setdefault(_kind_of_field(answer.field), []).append(answer.at)
    for entry in journal:
        if entry.kind in ("intent", "outcome"):
            operation = entry.operation.partition(":")[2]
            kind = kinds_of_calls.get(entry.operation, _OPERATIONS.get(operation, EventKind.WRITE))
            elsewhere = entry.kind == "intent" and entry.marker in markers
        elif entry.kind == "changed":
            kind = _CHANGES.get(entry.topic, EventKind.LOOK)
            elsewhere = _tells_of_messages(entry, case)
        else:
            kind = _JOURNAL.get(entry.kind, EventKind.NOTE)
            elsewhere = kind in _ENTERED and any(abs(entry.at - at) <= _NEAR for at in entered.get(kind, ()))
        if not elsewhere:
            yield Event(entry.at, kind, entry.text, "", entry.by, *location)


def _tells_of_messages(entry: JournalEntry, case: SupportCase | None) -> bool:
    """Whether a line counts new messages of a case whose messages are listed themselves."""
    listed = case is not None and bool(case.messages)
    return listed and entry.topic == ChangeTopic.MESSAGES


def _messages(case: SupportCase | None, intents: Sequence[Intent], location: tuple[str, str, str]) -> Iterator[Event]:
    """Yield the case's messages, but not those that were sent from here."""
    markers = {intent.marker for intent in intents}
    if case is None:
        return
    for message in case.messages:
        if message.at is not None and not any(marker in message.body for marker in markers):
            what = f"{message.by or 'Somebody'} wrote in case {case.display_id}"
            yield Event(message.at, EventKind.CASE, what, message.body, "", *location)
