"""An onboarding as one JSON document that moves to another machine, and what a merge of two makes of each.

The hash over the rest tells a document that was cut, damaged or edited by hand; it is no signature of a person. No
observed facts are in it: looking again is resuming. Nor is a secret, since the store holds none.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from dlaas_onboard.journey.facts import Place
from dlaas_onboard.journey.situation.fields import OVERRIDE
from dlaas_onboard.journey.situation.intents import MOVES, OPEN, Intent, Phase
from dlaas_onboard.journey.situation.journal import LOOK, ChangeTopic, EnteredAnswer, JournalEntry, topic_named
from dlaas_onboard.journey.text import line, plural
from dlaas_onboard.progress.earlier_rows import journal_fields
from dlaas_onboard.progress.json_codec import LIMIT, adapter, cleaned
from dlaas_onboard.progress.tables import FILING

FORMAT: Final = "dlaas-onboard-export"
VERSION: Final = 2
_READ = (1, VERSION)
MOST_BYTES: Final = 32_000_000
_MOST = 100_000  # answers, writes or lines
_HOME = re.compile(r"(?:/home/|/Users/|/root\b|[A-Za-z]:\\Users\\|~/)[^\s,;:)\]\"'”]*")
# What reconciling looks for at AWS by a part of a text must not be a text that is part of any.
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MARKER = re.compile(r"dlaas-[a-z0-9]{10}")
_SERVICE = re.compile(r"[a-z0-9-]{1,40}")
_OPERATION = re.compile(r"[A-Za-z0-9]{1,80}")
_NOT_OURS = "This file is not an export of dlaas-onboard, or it was cut short"


def _within(at: datetime) -> datetime:
    if not 2000 <= at.year <= 2200:
        raise ValueError("no time of an onboarding")
    return at.astimezone(UTC)


_When = Annotated[AwareDatetime, AfterValidator(_within)]
_Text = Annotated[str, Field(max_length=LIMIT + 100)]
_Name = Annotated[str, Field(max_length=400)]


class _ExportPart(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _ExportedPlace(_ExportPart):
    account: Annotated[str, Field(pattern=r"^\d{12}$")]
    region: _Name
    endpoint: _Name
    partition: _Name


class _ExportedAnswer(_ExportPart):
    field: _Name
    text: _Text
    at: _When
    by: _Name


class _EarlierLine(_ExportPart):
    at: _When
    kind: _Name
    text: _Text
    by: _Name


class _ExportedLine(_EarlierLine):
    operation: _Name
    marker: Annotated[str, Field(pattern=r"^(dlaas-[a-z0-9]{1,40})?$")]
    topic: ChangeTopic | None
    looks: Annotated[int, Field(ge=0, lt=1_000_000_000)]


class _AnyDocument(_ExportPart):
    format: Literal["dlaas-onboard-export"]
    exported_at: _When
    by: _Name
    place: _ExportedPlace
    answers: Annotated[list[_ExportedAnswer], Field(max_length=_MOST)]
    intents: Annotated[list[dict[str, Any]], Field(max_length=_MOST)]
    sha256: str


class _EarlierDocument(_AnyDocument):
    version: Literal[1]
    journal: Annotated[list[_EarlierLine], Field(max_length=_MOST)]


class _ExportDocument(_AnyDocument):
    version: Literal[2]
    journal: Annotated[list[_ExportedLine], Field(max_length=_MOST)]


@dataclass(frozen=True, slots=True)
class OnboardingRecords:
    """What the store holds of one onboarding, in its order; an intent's call is as it was confirmed, not cleaned."""

    answers: tuple[EnteredAnswer, ...] = ()
    intents: tuple[Intent, ...] = ()
    journal: tuple[JournalEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Export:
    """A document that was read and found sound."""

    place: Place  # account, partition, Region and endpoint alone
    by: str
    exported_at: datetime
    kept: OnboardingRecords


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge changes: what comes, and in which order the fields and writes concerned stand afterwards."""

    answers: tuple[EnteredAnswer, ...] = ()  # that come
    fields: Mapping[str, tuple[EnteredAnswer, ...]] | None = None  # the whole history of each field that gets one
    intents: tuple[Intent, ...] = ()  # that come
    order: tuple[str, ...] = ()  # ids of all writes, oldest first, where one comes
    moved: tuple[Intent, ...] = ()  # that are here, and had come further there
    journal: tuple[JournalEntry, ...] = ()  # that come
    counted: tuple[tuple[JournalEntry, JournalEntry], ...] = ()  # lines of looks: as it is here, and with more looks
    notes: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether it changes anything."""
        return bool(self.answers or self.intents or self.moved or self.lines)

    @property
    def lines(self) -> int:
        """Return how many lines of the journal come or change."""
        return len(self.journal) + len(self.counted)


def write(kept: OnboardingRecords, place: Place, *, by: str, at: datetime) -> str:
    """Return the document, in ASCII."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": at.isoformat(),
        "by": by,
        "place": {
            "account": place.account,
            "region": place.region,
            "endpoint": place.endpoint,
            "partition": place.partition,
        },
        "answers": [
            {"field": answer.field, "text": answer.text, "at": answer.at.isoformat(), "by": answer.by}
            for answer in kept.answers
        ],
        "intents": [adapter(Intent).dump_python(_portable(intent), mode="json") for intent in kept.intents],
        "journal": [
            {
                "at": entry.at.isoformat(),
                "kind": entry.kind,
                "text": _scrub(entry.text),
                "by": entry.by,
                "operation": entry.operation,
                "marker": entry.marker,
                "topic": entry.topic,
                "looks": entry.looks,
            }
            for entry in kept.journal
        ],
    }
    document["sha256"] = digest(document)
    return json.dumps(document, indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def digest(document: Mapping[str, Any]) -> str:
    """Return the hash over the canonical JSON of everything but the hash."""
    rest = {key: value for key, value in document.items() if key != "sha256"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def read(text: str) -> Export:
    """Return what a document holds. Raises ``ValueError`` with a sentence for one that cannot be trusted."""
    if len(text) > MOST_BYTES:
        raise ValueError(f"This file is larger than {MOST_BYTES // 1_000_000} MB, and no export is.")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{_NOT_OURS}: it is no JSON.") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(f"{_NOT_OURS}: its format is another.")
    if data.get("version") not in _READ:
        version = line(str(data.get("version")), limit=20)
        raise ValueError(
            f"This export is of version {version}, and this program reads version {VERSION}; use the same version of "
            "dlaas-onboard on both machines."
        )
    try:
        right = digest(data) == data.get("sha256")
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{_NOT_OURS}: it holds what no export holds.") from error
    if not right:
        raise ValueError(
            "This export was changed or damaged after it was written: its hash does not fit. Export it again."
        )
    try:
        document = (_ExportDocument if data["version"] == VERSION else _EarlierDocument).model_validate(data)
        intents = tuple(adapter(Intent).validate_python(intent) for intent in document.intents)
    except (ValidationError, RecursionError) as error:
        raise ValueError(f"This export cannot be read: {_first(error)}.") from error
    where = document.place
    place = Place(region=where.region, account=where.account, partition=where.partition, endpoint=where.endpoint)
    _check(intents, place)
    return Export(
        place,
        line(document.by),
        document.exported_at,
        OnboardingRecords(
            tuple(
                EnteredAnswer(cleaned(answer.field), cleaned(answer.text), answer.at, cleaned(answer.by))
                for answer in document.answers
            ),
            intents,
            tuple(_journal_entry(entry) for entry in document.journal),
        ),
    )


def _journal_entry(entry: _EarlierLine) -> JournalEntry:
    """Return a line of the journal; of an earlier export's, its text says what stands in fields today."""
    line_without_fields = JournalEntry(entry.at, cleaned(entry.kind), cleaned(entry.text), cleaned(entry.by))
    if isinstance(entry, _ExportedLine):
        operation, marker, topic, looks = cleaned(entry.operation), entry.marker, entry.topic, entry.looks
    else:
        operation, marker, name, looks = journal_fields(line_without_fields.kind, line_without_fields.text)
        topic = topic_named(name)
    return replace(line_without_fields, operation=operation, marker=marker, topic=topic, looks=looks)


def _first(error: ValidationError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    first = error.errors()[0]
    part = line(".".join(str(name) for name in first["loc"]), limit=60)
    return f"{part or 'its start'}: {line(first['msg'], limit=100)}"


def _check(intents: tuple[Intent, ...], place: Place) -> None:
    for intent in intents:
        at = intent.place
        if (at.account, at.region, at.endpoint, at.partition) != (
            place.account,
            place.region,
            place.endpoint,
            place.partition,
        ):
            raise ValueError("This export holds a write for another account, Region or endpoint than its own.")
        if intent.sha256 != intent.call.sha256:
            raise ValueError("This export holds a write that is not what was confirmed: its hash does not fit.")
        words = (
            (_ID, intent.id),
            (_MARKER, intent.marker),
            (_SERVICE, intent.call.service),
            (_OPERATION, intent.call.operation),
        )
        if not all(pattern.fullmatch(text) for pattern, text in words):
            raise ValueError("This export holds a write whose id, marker or name no write has.")
        if not _shallow(intent.call.params):
            raise ValueError("This export holds a write that is nested too deeply.")
        times = (intent.created_at, intent.settled_at, intent.outcome.at if intent.outcome else None)
        if any(time is not None and (time.tzinfo is None or not 2000 <= time.year <= 2200) for time in times):
            raise ValueError("This export holds a write without a time that can be.")
    if len({intent.id for intent in intents}) != len(intents):
        raise ValueError("This export holds a write twice.")


def _shallow(value: object, left: int = 20) -> bool:
    """Whether nothing in ``value`` is nested deeper than any call of ours."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    return not isinstance(value, list | tuple) or (left > 0 and all(_shallow(item, left - 1) for item in value))


def check_place(export: Export, place: Place) -> None:
    """Raise ``ValueError`` with a sentence where the export is of another account, Region or endpoint."""
    for name, theirs, ours in (
        ("account", export.place.account, place.account),
        ("partition", export.place.partition, place.partition),
        ("Region", export.place.region, place.region),
        ("endpoint", export.place.endpoint, place.endpoint),
    ):
        if theirs != ours:
            raise ValueError(
                f"This export is of {name} {line(theirs) or 'unknown'}, and AWS answers as {name} "
                f"{line(ours) or 'unknown'} here; nothing was imported."
            )


def plan(local: OnboardingRecords, imported: OnboardingRecords, *, by: str, at: datetime) -> MergePlan:
    """Return what ``imported`` adds to ``local`` when ``by`` takes it over; nothing that is here is lost.

    Answers are united, the newest of a field wins; writes move on only as :data:`MOVES` allows, never back. What
    another person declared, or gave as reason for a red gate, stays theirs: it comes into the history and holds for
    nobody else. Raises
    ``ValueError`` with a sentence where two requests for production access would be open, or one id names two writes.
    """
    answers, fields, notes = _answers(local.answers, imported.answers, EnteredAnswer("", "", at, by))
    new, order, moved, more = _intents(local.intents, imported.intents)
    lines, counted = _journal(local.journal, imported.journal)
    return MergePlan(answers, fields, new, order, moved, lines, counted, (*notes, *more))


_PERSONAL = ("declare_", OVERRIDE)  # declarations and reasons: of the person who made them


def _when(answer: EnteredAnswer) -> tuple[datetime, str, str]:
    return answer.at, answer.by, answer.text


def _personal(
    mine: Sequence[EnteredAnswer], additions: Sequence[EnteredAnswer], none: EnteredAnswer
) -> tuple[EnteredAnswer, ...]:
    """Return the history of a field of which only what is here, and what the importer entered elsewhere, may hold."""
    own = [*mine[-1:], *(answer for answer in additions if answer.by == none.by)]
    holds = max(own, key=_when) if own else none
    return (*sorted((answer for answer in (*mine, *additions) if answer != holds), key=_when), holds)


def _answers(
    local: Iterable[EnteredAnswer], imported: Iterable[EnteredAnswer], importer: EnteredAnswer
) -> tuple[tuple[EnteredAnswer, ...], dict[str, tuple[EnteredAnswer, ...]], list[str]]:
    known: dict[str, list[EnteredAnswer]] = {}
    for answer in local:
        known.setdefault(answer.field, []).append(answer)
    incoming: dict[str, dict[EnteredAnswer, None]] = {}
    local_answers = {answer for history in known.values() for answer in history}
    for answer in imported:
        if answer not in local_answers:
            incoming.setdefault(answer.field, {})[answer] = None
    fields: dict[str, tuple[EnteredAnswer, ...]] = {}
    notes = []
    for field, additions in incoming.items():
        mine = known.get(field, [])
        if field.startswith(_PERSONAL):
            fields[field] = _personal(mine, list(additions), replace(importer, field=field))
            theirs = max(additions, key=_when)
            if theirs.text and fields[field][-1] != theirs:
                made = f"{line(field)}: made by {line(theirs.by)} on {theirs.at:%Y-%m-%d}"
                notes.append(f"{made}, and it holds for them alone; make your own before you file.")
            continue
        # By time, not by the order of entry: no order is common to two machines.
        fields[field] = tuple(sorted((*mine, *additions), key=_when))
        if mine and mine[-1].text != fields[field][-1].text:
            notes.append(f"{line(field)}: the newer answer of {line(fields[field][-1].by)} holds now.")
        elif mine:
            notes.append(f"{line(field)}: the answer that is here is newer, and stays.")
    return tuple(answer for additions in incoming.values() for answer in additions), fields, notes


def _intents(
    local: tuple[Intent, ...], imported: tuple[Intent, ...]
) -> tuple[tuple[Intent, ...], tuple[str, ...], tuple[Intent, ...], list[str]]:
    known = {intent.id: intent for intent in local}
    new, moved, notes = [], [], []
    for theirs in imported:
        ours = known.get(theirs.id)
        if ours is None:
            new.append(theirs)
            continue
        if ours.sha256 != theirs.sha256 or ours.created_at != theirs.created_at:
            raise ValueError("This export holds another write under the id of one that is here; nothing was imported.")
        if theirs.phase in _after(ours.phase):
            moved.append(_moved_on(ours, theirs))
        elif theirs.phase != ours.phase and ours.phase not in _after(theirs.phase):
            notes.append(
                f"{line(theirs.call.name)} ({line(theirs.marker)}) is {ours.phase} here and {theirs.phase} there; "
                "it stays as it is here."
            )
    changed = {intent.id: intent for intent in moved}
    after = [*(changed.get(intent.id, intent) for intent in local), *new]
    if new:
        _check_one_filing_is_open(after)
    order = tuple(intent.id for intent in sorted(after, key=lambda each: (each.created_at, each.id))) if new else ()
    return tuple(new), order, tuple(moved), notes


def _moved_on(ours: Intent, theirs: Intent) -> Intent:
    """Return a write of ours in the phase that it reached there."""
    return replace(
        ours,
        phase=theirs.phase,
        outcome=theirs.outcome or ours.outcome,
        settled_at=theirs.settled_at or ours.settled_at,
        result=theirs.result or ours.result,
    )


def _check_one_filing_is_open(intents: Iterable[Intent]) -> None:
    waiting = [intent for intent in intents if intent.call.name == FILING and intent.phase in OPEN]
    if len(waiting) > 1:
        raise ValueError(
            "Each machine has a request for production access of its own that is still open: look on each until it is "
            "known what became of it, then export again. Nothing was imported."
        )


def _after(phase: Phase) -> frozenset[Phase]:
    """Return the phases that a write in ``phase`` may reach."""
    reachable: set[Phase] = set()
    ahead = set(MOVES[phase])
    while ahead:
        candidate = ahead.pop()
        if candidate not in reachable:
            reachable.add(candidate)
            ahead |= MOVES[candidate]
    return frozenset(reachable - {phase})


def _journal(
    local: Iterable[JournalEntry], imported: Iterable[JournalEntry]
) -> tuple[tuple[JournalEntry, ...], tuple[tuple[JournalEntry, JournalEntry], ...]]:
    known = {_name(entry): entry for entry in local}
    incoming: dict[tuple[object, ...], JournalEntry] = {}
    more: dict[tuple[object, ...], tuple[JournalEntry, JournalEntry]] = {}
    for entry in imported:
        name = _name(entry)
        mine = known.get(name)
        if mine is None:
            if name not in incoming or entry.looks > incoming[name].looks:
                incoming[name] = entry
        elif entry.kind == LOOK and entry.looks > max(mine.looks, more[name][1].looks if name in more else 0):
            more[name] = (mine, entry)
    return tuple(sorted(incoming.values(), key=lambda entry: entry.at)), tuple(more.values())


def _name(entry: JournalEntry) -> tuple[object, ...]:
    """Return what makes a line the same on two machines; a line that counts looks grows."""
    return (entry.at, entry.kind, entry.by, "" if entry.kind == LOOK else _scrub(entry.text))


def _scrub(text: str) -> str:
    """Return text without the private paths of a machine."""
    return _HOME.sub("…", text)


def _portable(intent: Intent) -> Intent:
    """Return an intent without what only this machine knows: profile, and where credentials and Region come from."""
    outcome = intent.outcome
    if outcome is not None and outcome.problem is not None:
        problem = replace(
            outcome.problem, message=_scrub(outcome.problem.message), remedy=_scrub(outcome.problem.remedy)
        )
        outcome = replace(outcome, problem=problem)
    place = replace(intent.place, profile="", region_source="", credentials="")
    return replace(intent, place=place, outcome=outcome)


def summary(plan: MergePlan, *, nothing: str = "nothing new") -> str:
    """Return in words what a plan brings."""
    parts = [
        plural(count, noun)
        for count, noun in (
            (len(plan.answers), "answer"),
            (len(plan.intents) + len(plan.moved), "write"),
            (plan.lines, "journal line"),
        )
        if count
    ]
    return ", ".join(parts) or nothing
