"""Opening the one file: made if missing, migrated if old, set aside if damaged, only read if newer."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from dlaas_onboard.journey.text import line, plural
from dlaas_onboard.progress import earlier_rows, tables
from dlaas_onboard.progress.file_permissions import (
    cause,
    check_file,
    create_file,
    prepare_directory,
    sync_directory,
    writable,
)
from dlaas_onboard.progress.lock import Lock
from dlaas_onboard.progress.paths import NAME

BUSY_SECONDS = 5.0


# A rollback journal, not WAL: one file at rest, readable in a read-only directory, no shared memory on network homes,
# and a few writes a minute. EXTRA is FULL and, after a commit, a sync of the directory that the journal was removed
# from: without it, a power cut right after "saved" could roll it back (sqlite.org/pragma.html#pragma_synchronous).
_PRAGMAS = (
    "PRAGMA synchronous = EXTRA",
    "PRAGMA fullfsync = 1",  # macOS: F_FULLFSYNC
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
)
_ENVIRONMENT = {  # what the disk, the rights or another program cause; anything else is the content's fault
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk reported an error",
    sqlite3.SQLITE_READONLY: "it is read-only, or was moved while in use",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_BUSY: "another program is using it",
    sqlite3.SQLITE_LOCKED: "another program is using it",
    sqlite3.SQLITE_PERM: "access to it is denied",
    sqlite3.SQLITE_AUTH: "access to it is denied",
    sqlite3.SQLITE_NOMEM: "memory ran out",
}


# SQLite quotes names from the file in its messages; where those are no UTF-8, sqlite3 fails to make its own error.
_UNREADABLE = (sqlite3.Error, UnicodeError)


class OpenedDatabase(NamedTuple):
    """The database, and what there is to say about it."""

    connection: sqlite3.Connection | None
    read_only: str = ""  # why nothing can be saved
    notice: str = ""  # what happened to the file on opening
    newer: bool = False


class _Damaged(Exception):  # noqa: N818 - a finding about the file, not an error of ours
    """The file is not a sound database of this program; the text says in what way."""


def saying(path: Path, error: sqlite3.Error) -> str:
    """Return one sentence for what SQLite met at ``path``."""
    name = getattr(error, "sqlite_errorname", "") or type(error).__name__
    return f"{path} could not be used: {_ENVIRONMENT.get(_code(error), line(str(error)))} ({name})."


def _code(error: sqlite3.Error) -> int:
    return (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def open_database(directory: Path, version: str) -> OpenedDatabase:
    """Open ``progress.sqlite`` in ``directory``; what is wrong with the file or the disk is said, not raised."""
    path = directory / NAME
    try:
        prepare_directory(directory)
        there = check_file(path)
        check_file(path.with_name(NAME + "-journal"))
    except OSError as error:
        return OpenedDatabase(None, read_only=f"{error} Nothing can be saved.")
    reason = writable(directory, path)
    if reason:
        return _open_to_read(path, reason) if there else OpenedDatabase(None, read_only=reason)
    # Two instances starting at once must not both create, migrate or set aside.
    lock = Lock(directory / "prepare.lock")
    try:
        holder = lock.acquire(wait=BUSY_SECONDS)
        if holder is not None:
            return _open_to_read(path, f"{path} is being prepared by {holder}. Nothing can be saved.")
        return _open_to_write(path, version)
    except sqlite3.Error as error:
        return OpenedDatabase(None, read_only=f"{saying(path, error)} Nothing can be saved.")
    except OSError as error:
        return OpenedDatabase(None, read_only=f"{path} cannot be used: {cause(error)} Nothing can be saved.")
    finally:
        lock.release()


def _open_to_write(path: Path, version: str) -> OpenedDatabase:
    if not check_file(path):
        create_file(path)
    connection = None
    try:
        connection = _connect(path, "rw")
        schema, wrote = _inspect(connection)
        if schema > tables.SCHEMA:
            connection.close()
            return _open_newer(path, wrote, version)
        if schema == 0 and not path.stat().st_size:
            _create(connection, version)
            return OpenedDatabase(connection)
        if schema == 0:
            return _replace_damaged(connection, path, version)
        _check_rows(connection)
        if schema < tables.SCHEMA:
            copy = _migrate(connection, path, schema, version)
            return OpenedDatabase(
                connection, notice=f"The saved progress was brought up to date; {copy.name} is the old copy."
            )
    except (_Damaged, *_UNREADABLE) as error:
        if isinstance(error, sqlite3.Error) and _code(error) in _ENVIRONMENT:
            if connection is not None:
                connection.close()
            raise
        return _replace_damaged(connection, path, version)
    try:
        # Begins to write and takes it back: that nothing can be saved is known before there is something to save.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE meta SET value = value WHERE key = 'format'")
        connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        if connection.in_transaction:  # or it would keep others from writing
            connection.rollback()
        return OpenedDatabase(connection, read_only=f"{saying(path, error)} Nothing can be saved.")
    return OpenedDatabase(connection)


def _open_to_read(path: Path, reason: str) -> OpenedDatabase:
    if not path.exists():
        return OpenedDatabase(None, read_only=reason)
    connection = None
    try:
        connection = _connect(path, "ro")
        schema, _ = _inspect(connection)
        if schema <= tables.SCHEMA:
            _check_rows(connection)
        if schema < tables.SCHEMA:
            connection = _up_to_date_copy(connection, schema)
    except (_Damaged, *_UNREADABLE):
        if connection is not None:
            connection.close()
        return OpenedDatabase(None, read_only=f"{reason} What was saved in it cannot be read.")
    return OpenedDatabase(connection, read_only=reason, newer=schema > tables.SCHEMA)


def _open_newer(path: Path, wrote: str, version: str) -> OpenedDatabase:
    return OpenedDatabase(
        _connect(path, "ro"),
        read_only=f"{path} was written by version {wrote}, which is newer than this one ({version}). "
        "It is only read; install that version to go on.",
        newer=True,
    )


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # the store has its own lock
    )
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except _UNREADABLE:
        connection.close()
        raise
    return connection


def _inspect(connection: sqlite3.Connection) -> tuple[int, str]:
    """Return the schema (0: a new, empty file) and which version wrote it; raises :class:`_Damaged`."""
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if not names:
        return 0, ""
    if "meta" not in names:
        raise _Damaged("tables of another program")
    meta = {}
    for row, sound in tables.sound_rows(connection, "meta"):
        if not sound:
            raise _Damaged("checksum of meta")
        meta[row["key"]] = str(row["value"])
    if meta.get("format") != tables.FORMAT or not meta.get("schema", "").isdecimal():
        raise _Damaged("another format")
    return int(meta["schema"]), line(meta.get("written_by", "?"))


def _check_rows(connection: sqlite3.Connection) -> None:
    kept = next(tables.select(connection, "meta", key="definitions"), None)
    if kept is None or kept["value"] != tables.definitions(connection):
        raise _Damaged("definitions of the tables")
    integrity = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if not integrity or integrity[0] != "ok":
        raise _Damaged("integrity check")
    for table in tables.COLUMNS:
        if not all(sound for _, sound in tables.sound_rows(connection, table)):
            raise _Damaged(f"checksum in {table}")


def _create(connection: sqlite3.Connection, version: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for statement in tables.DDL:
        connection.execute(statement)
    meta = {
        "format": tables.FORMAT,
        "schema": str(tables.SCHEMA),
        "lineage": str(uuid.uuid4()),
        "written_by": version,
        "definitions": tables.definitions(connection),
    }
    for key, value in meta.items():
        tables.insert(connection, "meta", {"key": key, "value": value})
    connection.execute("COMMIT")


def _migrate(connection: sqlite3.Connection, path: Path, schema: int, version: str) -> Path:
    """Bring an older file up to date; returns the copy of it as it was."""
    copy = path.with_name(f"{NAME}.schema-{schema}")
    unfinished = copy.with_name(copy.name + ".new")
    unfinished.unlink(missing_ok=True)
    create_file(unfinished)
    with contextlib.closing(_connect(unfinished, "rw")) as target:
        connection.backup(target)
    unfinished.replace(copy)
    sync_directory(path.parent)
    _bring_up_to_date(connection, schema, version)
    return copy


def _up_to_date_copy(connection: sqlite3.Connection, schema: int) -> sqlite3.Connection:
    """Return a copy in memory of an older file that cannot be written, as this version reads it."""
    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    copy.text_factory = connection.text_factory
    try:
        connection.backup(copy)
        _bring_up_to_date(copy, schema, version="")
    except BaseException:
        copy.close()
        raise
    connection.close()
    return copy


def _bring_up_to_date(connection: sqlite3.Connection, schema: int, version: str) -> None:
    """Bring an older schema up to date in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        upgraded = _upgraded_rows(connection, schema)
        for number in range(schema, tables.SCHEMA):
            for statement in tables.MIGRATIONS[number]:
                connection.execute(statement)
        for table, rows in upgraded.items():
            for row in rows:
                tables.update(connection, table, row)
        tables.upsert(connection, "meta", {"key": "schema", "value": str(tables.SCHEMA)})
        tables.upsert(connection, "meta", {"key": "written_by", "value": version})
        tables.upsert(connection, "meta", {"key": "definitions", "value": tables.definitions(connection)})
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _upgraded_rows(connection: sqlite3.Connection, schema: int) -> dict[str, list[tables.Row]]:
    """Return the rows that do not stay as an older schema has them, as they are to be."""
    upgraded: dict[str, list[tables.Row]] = {}
    for number in range(schema, tables.SCHEMA):
        for table, upgrade in earlier_rows.UPGRADES.get(number, {}).items():
            rows = upgraded.get(table) or [row for row, _ in tables.sound_rows(connection, table)]
            upgraded[table] = [upgrade(row) for row in rows]
    return upgraded


def _replace_damaged(source: sqlite3.Connection | None, path: Path, version: str) -> OpenedDatabase:
    """Set the damaged file aside under another name and start anew with every row of it that is still sound."""
    aside = _free_name(path.with_name(f"{NAME}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"))
    fresh = path.with_name(NAME + ".new")
    for leftover in (fresh, fresh.with_name(fresh.name + "-journal")):
        leftover.unlink(missing_ok=True)
    create_file(fresh)
    with contextlib.closing(_connect(fresh, "rw")) as target:
        _create(target, version)
        saved = _salvage(source, target) if source is not None else 0
    if source is not None:
        source.close()
    create_file(aside)
    shutil.copyfile(path, aside)
    descriptor = os.open(aside, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    # A journal of the damaged file must not be played back into the new one.
    journal = path.with_name(NAME + "-journal")
    if journal.exists():
        journal.replace(aside.with_name(aside.name + "-journal"))
    fresh.replace(path)
    sync_directory(path.parent)
    kept = f"{plural(saved, 'entry', 'entries')} could be taken over" if saved else "nothing could be taken over"
    notice = f"{path} was damaged; it was set aside as {aside.name}, and {kept}."
    return OpenedDatabase(_connect(path, "rw"), notice=notice)


def _salvage(source: sqlite3.Connection, target: sqlite3.Connection) -> int:
    """Copy the sound rows of a damaged file; returns how many, not counting what describes the file."""
    saved = 0
    onboardings: set[object] = set()
    target.execute("BEGIN IMMEDIATE")
    for table in tables.COLUMNS:
        if table == "meta":
            continue
        try:
            for row, sound in tables.sound_rows(source, table):
                if not sound or row.get("onboarding", 0) not in {0, *onboardings}:
                    continue
                with contextlib.suppress(sqlite3.IntegrityError):
                    tables.insert(target, table, earlier_rows.journal_row(row) if table == "journal" else row)
                    saved += table != "onboarding"
                    if table == "onboarding":
                        onboardings.add(row["id"])
        except _UNREADABLE:
            continue  # this table cannot be read further; what was read of it is kept
    target.execute("COMMIT")
    return saved


def _free_name(path: Path) -> Path:
    candidate, number = path, 1
    while os.path.lexists(candidate):
        number += 1
        candidate = path.with_name(f"{path.name}-{number}")
    return candidate
