"""What was entered and done, durable when a method returns: satisfies ``ports.Store``."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dlaas_onboard import __version__
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.situation.answers import Answers, Entry
from dlaas_onboard.journey.situation.intents import MOVES, OPEN, Intent, Phase
from dlaas_onboard.journey.situation.journal import EnteredAnswer, JournalEntry, Merged, looked, topic_named
from dlaas_onboard.journey.snapshot import Glance
from dlaas_onboard.progress import portable_export, tables
from dlaas_onboard.progress.database import OpenedDatabase, open_database, saying
from dlaas_onboard.progress.json_codec import adapter, cleaned, decode, encode
from dlaas_onboard.progress.last_look import latest
from dlaas_onboard.progress.lock import Holder, Lock
from dlaas_onboard.progress.paths import NAME, state_folder
from dlaas_onboard.progress.portable_export import OnboardingRecords

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import Place
    from dlaas_onboard.progress.portable_export import MergePlan

_Key = tuple[str, str, str, str]  # account, profile, Region, endpoint; a known account needs no profile


class SqliteStore:
    """The progress of every onboarding on this machine, in one SQLite database.

    Until :meth:`open` is told the account, entries belong to the profile, Region and endpoint; they move in when the
    account is known. Until then, what was last known for that profile and Region is what is read. Every method may be
    called from any thread; each write is one transaction.
    """

    def __init__(self, folder: str | Path = "", *, version: str = __version__) -> None:
        """Open the database in ``folder``, ``""`` for the platform's own; :attr:`read_only` says what is wrong."""
        self._mutex = threading.RLock()
        self._version = version
        self._locks: dict[_Key, Lock] = {}
        self._place: _Key | None = None
        self._occupied = ""
        self._failed = ""
        self._directory: Path | None = None
        try:
            self._directory = state_folder(str(folder))
        except OSError as error:
            self._opened = OpenedDatabase(None, read_only=str(error))
        else:
            self._opened = open_database(self._directory, version)

    @property
    def read_only(self) -> str:
        """Return why nothing can be saved, ``""`` when it can. A write that failed counts until one succeeds."""
        return self._opened.read_only or self._occupied or self._failed

    @property
    def notice(self) -> str:
        """Return what happened to the file on opening: set aside, migrated; ``""`` if nothing."""
        return self._opened.notice

    def glance(self, profile: str, region: str) -> Glance | None:
        """Return what the last look for this profile and Region showed; without a Region, the latest of the profile."""
        where = {"profile": profile, "region": region} if region else {"profile": profile}
        return latest(self._select("glance", **where))

    def open(self, place: Place) -> None:
        """Turn to the progress of this account, Region and endpoint; what was entered before they were known moves in.

        With an account still unknown, turns to what is kept for the profile. Never raises for a full or read-only
        disk: :attr:`read_only` says it, and reading goes on.
        """
        key = _key(place)
        with self._mutex:
            before = self._place
            self._place = key
            if self._failed and self._directory is not None:
                self._reopen(self._directory)
            self._occupied = ""
            if self._opened.read_only or self._directory is None:
                return
            try:
                holder = self._lock(self._directory, key)
                if holder is None and place.account:
                    # Held as well, so that a second instance knows at once, before it has asked STS.
                    self._lock(self._directory, ("", place.profile, place.region, place.endpoint))
            except OSError as error:
                self._occupied = f"{error} Nothing can be saved."
                return
            if holder is not None:
                self._occupied = f"{holder} has this onboarding open. This one only reads; close the other to go on."
                self._occupied = self._occupied[0].upper() + self._occupied[1:]
                return
            with contextlib.suppress(OSError), self._transaction() as connection:
                onboarding_id = self._make(connection, key)
                if place.account:
                    self._move_in(connection, onboarding_id, key, place.profile, before)

    def answers(self) -> Answers:
        """Return the latest entry of each field; an empty one takes the answer back."""
        latest: dict[str, Entry] = {}
        for row in self._rows("answers"):
            entry = Entry(cleaned(str(row["text"])), _time(row["at"]), cleaned(str(row["by"])))
            latest[cleaned(str(row["field"]))] = entry
        return Answers({field: entry for field, entry in latest.items() if entry.text})

    def history(self) -> tuple[EnteredAnswer, ...]:
        """Return every entry of every field in the order in which they were made."""
        return tuple(_entered(row) for row in self._rows("answers"))

    def enter(self, field_id: str, entry: Entry) -> None:
        """Save an answer; the earlier ones stay in the history."""
        self.enter_all([(field_id, entry)])

    def enter_all(self, entries: Iterable[tuple[str, Entry]], notes: Iterable[JournalEntry] = ()) -> None:
        """Save several answers and what the journal says of them: all of it or nothing."""
        with self._open_onboarding() as (connection, onboarding_id):
            for field_id, entry in entries:
                answer = EnteredAnswer(cleaned(field_id), cleaned(entry.text), entry.at, cleaned(entry.by))
                number = tables.next_id(connection, "answers")
                tables.insert(connection, "answers", _row_of_answer(answer, number, onboarding_id))
            for note in notes:
                number = tables.next_id(connection, "journal")
                tables.insert(connection, "journal", _row_of_line(note, number, onboarding_id))

    def facts(self) -> Facts | None:
        """Return what was last observed here, ``None`` if nothing was or another version's facts cannot be read."""
        with self._mutex:
            for onboarding in self._readable():
                for row in self._select("snapshot", onboarding=onboarding):
                    try:
                        return decode(Facts, str(row["facts"]))
                    except ValueError:  # a snapshot is only a memory: the next look replaces it
                        continue
        return None

    def remember(self, facts: Facts, glance: Glance) -> None:
        """Save what was observed. Facts of another account than the one open are dropped: they came too late."""
        text = encode(Facts, facts)
        with self._open_onboarding() as (connection, onboarding_id):
            account = self._place[0] if self._place else ""
            if account and facts.place.account and facts.place.account != account:
                return
            now = datetime.now(UTC).isoformat()
            tables.upsert(connection, "snapshot", {"onboarding": onboarding_id, "at": now, "facts": text})
            profile, region = cleaned(glance.profile), cleaned(glance.region)
            known = next(tables.select(connection, "glance", profile=profile, region=region), None)
            if known is not None and not glance.account:
                return  # a look that could not even sign in does not replace what was seen before
            row: tables.Row = {
                "profile": profile,
                "region": region,
                "onboarding": onboarding_id,
                "at": now,
                "glance": json.dumps(glance),
            }
            tables.upsert(connection, "glance", row)

    def intents(self) -> tuple[Intent, ...]:
        """Return every write that was decided on here, oldest first."""
        rows = sorted(self._rows("intents"), key=lambda row: int(row["number"]))
        return tuple(decode(Intent, str(row["body"])) for row in rows)

    def record(self, intent: Intent) -> None:
        """Save a new intent, before its call leaves.

        Raises ``ValueError`` with a sentence for an intent of another place, one that is there already, and a second
        request for production access while one is open.
        """
        if intent.phase != Phase.INTENT:
            raise ValueError(f"A write is written down before it leaves, not when it is {intent.phase}.")
        body = encode(Intent, intent)
        with self._open_onboarding() as (connection, onboarding_id):
            if not intent.place.account:
                raise ValueError("Nothing is sent before the account is known.")
            if _key(intent.place) != self._place:
                raise ValueError(
                    "This write is for another account, Region or endpoint than the progress that is open."
                )
            if next(tables.select(connection, "intents", id=intent.id), None) is not None:
                raise ValueError("This write is written down already.")
            if intent.call.name == tables.FILING:
                for row in tables.select(connection, "intents", onboarding=onboarding_id, operation=tables.FILING):
                    if row["phase"] in OPEN:
                        since = decode(Intent, str(row["body"])).created_at
                        raise ValueError(
                            f"A request of {since:%Y-%m-%d %H:%M} UTC is still open; "
                            "what became of it must be known before another one is filed."
                        )
            row = {
                "id": intent.id,
                "onboarding": onboarding_id,
                "number": tables.next_id(connection, "intents", "number"),
                "operation": intent.call.name,
                "phase": str(intent.phase),
                "body": body,
            }
            tables.insert(connection, "intents", row)

    def settle(self, intent: Intent) -> None:
        """Save the intent's new phase, outcome and result; call, place and time of the decision stay as recorded.

        Raises ``ValueError`` with a sentence for a move that
        :data:`~dlaas_onboard.journey.situation.intents.MOVES` lacks.
        """
        with self._open_onboarding() as (connection, onboarding_id):
            row = next(tables.select(connection, "intents", id=intent.id), None)
            if row is None or row["onboarding"] not in self._readable():
                raise ValueError("This write was never written down here.")
            # The last known onboarding is read while the account is not known yet.
            if row["onboarding"] != onboarding_id:
                self._lock_last_known(connection, int(row["onboarding"]))
            # The stored call is taken over as it is, not cleaned: it is what was confirmed.
            stored = adapter(Intent).validate_python(json.loads(str(row["body"])))
            if intent.phase not in MOVES[stored.phase]:
                raise ValueError(f"A write that is {stored.phase} cannot become {intent.phase}.")
            settled = replace(
                stored,
                phase=intent.phase,
                outcome=intent.outcome or stored.outcome,
                settled_at=intent.settled_at or stored.settled_at,
                result=intent.result or stored.result,
            )
            row |= {"phase": str(settled.phase), "body": encode(Intent, settled)}
            tables.update(connection, "intents", row)

    def journal(self) -> tuple[JournalEntry, ...]:
        """Return the journal in the order in which it was written."""
        return tuple(_line(row) for row in self._rows("journal"))

    def note(self, entry: JournalEntry) -> None:
        """Add a line to the journal."""
        with self._open_onboarding() as (connection, onboarding_id):
            tables.insert(
                connection, "journal", _row_of_line(entry, tables.next_id(connection, "journal"), onboarding_id)
            )

    def note_look(self, at: datetime, by: str) -> None:
        """Count a look that changed nothing: its line grows instead of a new one, so that days of looks stay small."""
        with self._open_onboarding() as (connection, onboarding_id):
            row = tables.last(connection, "journal", onboarding=onboarding_id)
            entry, instead = looked(_line(row) if row is not None else None, at, by)
            if row is not None and instead:
                tables.update(connection, "journal", _row_of_line(entry, int(row["id"]), onboarding_id))
            else:
                tables.insert(
                    connection, "journal", _row_of_line(entry, tables.next_id(connection, "journal"), onboarding_id)
                )

    def export(self, place: Place, *, by: str, at: datetime) -> str:
        """Return this onboarding as one JSON document for another machine; observed facts stay here."""
        with self._mutex:
            return portable_export.write(self._kept(self._readable()), place, by=by, at=at)

    def merge(self, text: str, place: Place, *, by: str, at: datetime, dry_run: bool = False) -> Merged:
        """Take over what another machine exported of this onboarding, all of it or nothing, in one transaction.

        What is here stays; the newest answer of a field wins, and a write only moves on. Twice is as once. Raises
        ``ValueError`` with a sentence for a document that is damaged, newer or of another place, and for two requests
        that are both open.
        """
        export = portable_export.read(text)
        portable_export.check_place(export, place)
        if dry_run:
            with self._mutex:
                plan = portable_export.plan(self._kept(self._readable()), export.kept, by=by, at=at)
        else:
            with self._open_onboarding() as (connection, onboarding_id):
                if self._place is None or _key(place) != self._place:
                    raise ValueError("This export is of another onboarding than the one that is open.")
                plan = portable_export.plan(self._kept([onboarding_id]), export.kept, by=by, at=at)
                _apply(connection, onboarding_id, plan)
                if plan.anything:
                    origin = f"Imported from {export.by}, exported {export.exported_at:%Y-%m-%d %H:%M} UTC: "
                    entry = JournalEntry(at, "imported", origin + portable_export.summary(plan), by)
                    number = tables.next_id(connection, "journal")
                    tables.insert(connection, "journal", _row_of_line(entry, number, onboarding_id))
        came = (*plan.intents, *plan.moved)
        return Merged(
            export.by,
            export.exported_at,
            len(plan.answers),
            len(came),
            plan.lines,
            sum(intent.phase in OPEN for intent in came),
            plan.notes,
        )

    def close(self) -> None:
        """Let go of the database and of the locks; another instance may have them now."""
        with self._mutex:
            if self._opened.connection is not None:
                with contextlib.suppress(sqlite3.Error):
                    self._opened.connection.close()
            self._opened = OpenedDatabase(None, read_only="The progress is closed.")
            for lock in self._locks.values():
                lock.release()
            self._locks.clear()

    @property
    def _path(self) -> Path:
        return (self._directory or Path()) / NAME

    def _reopen(self, directory: Path) -> None:
        """Open the file again after a failed write: the disk has room again, or the file was put back."""
        if self._opened.connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._opened.connection.close()
        self._opened = open_database(directory, self._version)
        self._failed = ""

    def _lock(self, directory: Path, key: _Key) -> Holder | None:
        if key in self._locks:
            return None

        name = hashlib.sha256(json.dumps(key).encode()).hexdigest()[:16]
        lock = Lock(directory / f"{name}.lock")
        holder = lock.acquire()
        if holder is None:
            self._locks[key] = lock
        return holder

    def _lock_last_known(self, connection: sqlite3.Connection, onboarding: int) -> None:
        row = next(tables.select(connection, "onboarding", id=onboarding))
        key = (str(row["account"]), str(row["profile"]), str(row["region"]), str(row["endpoint"]))
        holder = self._lock(self._directory, key) if self._directory else None
        if holder is not None:
            raise OSError(f"{self._path} is not changed: {holder} has this onboarding open.")

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Run one short transaction; raises ``OSError`` with a sentence if it could not be made durable."""
        with self._mutex:
            connection = self._opened.connection
            blocked = self._opened.read_only or self._occupied
            if blocked or connection is None:
                raise OSError(blocked)
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                _roll_back(connection)
                self._failed = f"{saying(self._path, error)} What was last entered is not saved."
                raise OSError(self._failed) from error
            except BaseException:
                _roll_back(connection)
                raise
            self._failed = ""

    @contextlib.contextmanager
    def _open_onboarding(self) -> Iterator[tuple[sqlite3.Connection, int]]:
        """Run one transaction on the onboarding that is open."""
        with self._mutex:
            key = self._place or ("", "", "", "")
            with self._transaction() as connection:
                yield connection, self._make(connection, key)

    @staticmethod
    def _make(connection: sqlite3.Connection, key: _Key) -> int:
        account, profile, region, endpoint = key
        existing = next(
            tables.select(connection, "onboarding", account=account, profile=profile, region=region, endpoint=endpoint),
            None,
        )
        if existing is not None:
            return int(existing["id"])
        number = tables.next_id(connection, "onboarding")
        row: tables.Row = {
            "id": number,
            "account": account,
            "profile": profile,
            "region": region,
            "endpoint": endpoint,
            "created_at": datetime.now(UTC).isoformat(),
        }
        tables.insert(connection, "onboarding", row)
        return number

    @staticmethod
    def _move_in(
        connection: sqlite3.Connection, onboarding_id: int, key: _Key, profile: str, before: _Key | None
    ) -> None:
        """Move entries that were made before the account was known.

        They are those of the onboarding that was open before, and those kept for the same profile, Region and
        endpoint, or for fewer of them. Numbers stay, so the newest entry of a field wins.
        """
        _, _, region, endpoint = key
        for row in list(tables.select(connection, "onboarding", account="")):
            name = ("", str(row["profile"]), str(row["region"]), str(row["endpoint"]))
            fits = row["profile"] in ("", profile) and row["endpoint"] in ("", endpoint)
            if row["region"] not in ("", region) or not (fits or name == before):
                continue
            for table in ("answers", "journal"):
                for entry in list(tables.select(connection, table, onboarding=row["id"])):
                    tables.update(connection, table, {**entry, "onboarding": onboarding_id})

    def _readable(self) -> list[int]:
        """Return the onboardings to read: the one open; with its account still unknown, first the last known one."""
        key = self._place
        if key is None:
            return []
        account, profile, region, endpoint = key
        onboardings = []
        if not account:
            for row in self._select("glance", profile=profile, region=region):
                for known in self._select("onboarding", id=int(row["onboarding"])):
                    if known["account"] and endpoint in ("", known["endpoint"]):
                        onboardings.append(int(known["id"]))
        for row in self._select("onboarding", account=account, profile=profile, region=region, endpoint=endpoint):
            onboardings.append(int(row["id"]))
        return onboardings

    def _kept(self, onboardings: list[int]) -> OnboardingRecords:
        """Return what is handed over; calls are as they were confirmed, not cleaned."""

        def rows(table: str) -> list[tables.Row]:
            return [row for onboarding in onboardings for row in self._select(table, onboarding=onboarding)]

        written = sorted(rows("intents"), key=lambda row: int(row["number"]))
        return OnboardingRecords(
            tuple(_entered(row) for row in sorted(rows("answers"), key=lambda row: row["id"])),
            tuple(adapter(Intent).validate_python(json.loads(str(row["body"]))) for row in written),
            tuple(_line(row) for row in sorted(rows("journal"), key=lambda row: row["id"])),
        )

    def _rows(self, table: str) -> list[tables.Row]:
        with self._mutex:
            rows = [row for onboarding in self._readable() for row in self._select(table, onboarding=onboarding)]
        return sorted(rows, key=lambda row: row["id"]) if table != "intents" else rows

    def _select(self, table: str, **where: tables.Value) -> list[tables.Row]:
        with self._mutex:
            connection = self._opened.connection
            if connection is None:
                return []
            try:
                return list(tables.select(connection, table, **where))
            except sqlite3.Error as error:
                if self._opened.newer:  # a newer schema need not have what this version looks for
                    return []
                raise OSError(saying(self._path, error)) from error


def _key(place: Place) -> _Key:
    return (place.account, "" if place.account else place.profile, place.region, place.endpoint)


def _entered(row: tables.Row) -> EnteredAnswer:
    return EnteredAnswer(
        cleaned(str(row["field"])), cleaned(str(row["text"])), _time(row["at"]), cleaned(str(row["by"]))
    )


def _line(row: tables.Row) -> JournalEntry:
    return JournalEntry(
        _time(row["at"]),
        cleaned(str(row["kind"])),
        cleaned(str(row["text"])),
        cleaned(str(row["by"])),
        cleaned(str(row["operation"])),
        cleaned(str(row["marker"])),
        topic_named(str(row["topic"])),
        int(row["looks"]),
    )


def _row_of_line(entry: JournalEntry, number: int, onboarding_id: int) -> tables.Row:
    return {
        "id": number,
        "onboarding": onboarding_id,
        "at": entry.at.isoformat(),
        "kind": cleaned(entry.kind),
        "text": cleaned(entry.text),
        "by": cleaned(entry.by),
        "operation": cleaned(entry.operation),
        "marker": cleaned(entry.marker),
        "topic": str(entry.topic or ""),
        "looks": entry.looks,
    }


def _row_of_answer(entered: EnteredAnswer, number: int, onboarding_id: int) -> tables.Row:
    return {
        "id": number,
        "onboarding": onboarding_id,
        "field": entered.field,
        "text": entered.text,
        "at": entered.at.isoformat(),
        "by": entered.by,
    }


def _apply(connection: sqlite3.Connection, onboarding_id: int, plan: MergePlan) -> None:
    """Write what a merge brings; the order of a field's entries and of the writes is that of their numbers."""
    _apply_answers(connection, onboarding_id, plan)
    _apply_intents(connection, onboarding_id, plan)
    _apply_journal(connection, onboarding_id, plan)


def _apply_answers(connection: sqlite3.Connection, onboarding_id: int, plan: MergePlan) -> None:
    number = tables.next_id(connection, "answers")
    for field, history in (plan.fields or {}).items():
        known = [int(row["id"]) for row in tables.select(connection, "answers", onboarding=onboarding_id, field=field)]
        for at, entered in enumerate(history):
            if at < len(known):
                tables.update(connection, "answers", _row_of_answer(entered, known[at], onboarding_id))
            else:
                tables.insert(connection, "answers", _row_of_answer(entered, number, onboarding_id))
                number += 1


def _apply_intents(connection: sqlite3.Connection, onboarding_id: int, plan: MergePlan) -> None:
    for intent in plan.moved:
        row = next(tables.select(connection, "intents", id=intent.id))
        tables.update(connection, "intents", {**row, "phase": str(intent.phase), "body": encode(Intent, intent)})
    taken = sorted(int(row["number"]) for row in tables.select(connection, "intents", onboarding=onboarding_id))
    after = tables.next_id(connection, "intents", "number")
    for intent in plan.intents:
        if next(tables.select(connection, "intents", id=intent.id), None) is not None:
            raise ValueError("This export holds a write that belongs to another onboarding; nothing was imported.")
        row = {
            "id": intent.id,
            "onboarding": onboarding_id,
            "number": after,
            "operation": intent.call.name,
            "phase": str(intent.phase),
            "body": encode(Intent, intent),
        }
        tables.insert(connection, "intents", row)
        taken.append(after)
        after += 1
    for place, name in zip(taken, plan.order, strict=False):
        row = next(tables.select(connection, "intents", id=name))
        if row["number"] != place:
            tables.update(connection, "intents", {**row, "number": place})


def _apply_journal(connection: sqlite3.Connection, onboarding_id: int, plan: MergePlan) -> None:
    for before, more in plan.counted:
        for row in tables.select(
            connection, "journal", onboarding=onboarding_id, kind=before.kind, at=before.at.isoformat()
        ):
            if row["by"] == before.by:
                tables.update(connection, "journal", _row_of_line(more, int(row["id"]), onboarding_id))
    number = tables.next_id(connection, "journal")
    for entry in plan.journal:
        tables.insert(connection, "journal", _row_of_line(entry, number, onboarding_id))
        number += 1


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")


def _time(text: object) -> datetime:
    return datetime.fromisoformat(str(text))
