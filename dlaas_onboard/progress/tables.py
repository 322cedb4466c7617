"""The tables, and a checksum for each row: SQLite has none, so a flipped bit inside a text would go unseen."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from typing import Final

FORMAT: Final = "dlaas-onboard-progress"
SCHEMA: Final = 2
FILING: Final = "sesv2:PutAccountDetails"

# The first columns of each table, as many as KEYS says, name a row.
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "meta": ("key", "value"),
    "onboarding": ("id", "account", "profile", "region", "endpoint", "created_at"),
    "answers": ("id", "onboarding", "field", "text", "at", "by"),
    "snapshot": ("onboarding", "at", "facts"),
    "glance": ("profile", "region", "onboarding", "at", "glance"),
    "intents": ("id", "onboarding", "number", "operation", "phase", "body"),
    "journal": ("id", "onboarding", "at", "kind", "text", "by", "operation", "marker", "topic", "looks"),
}
# The columns that a table had before it got those of today: an older file's checksums are over them.
EARLIER_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {"journal": COLUMNS["journal"][:6]}
KEYS: Final = {"glance": 2}

DDL: Final = tuple(
    f"""
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL, sum TEXT NOT NULL);

-- An onboarding without an account holds what was entered before STS answered; only then `profile` is part of its name.
CREATE TABLE onboarding(
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, profile TEXT NOT NULL, region TEXT NOT NULL, endpoint TEXT NOT NULL,
    created_at TEXT NOT NULL, sum TEXT NOT NULL,
    UNIQUE(account, profile, region, endpoint));

CREATE TABLE answers(
    id INTEGER PRIMARY KEY, onboarding INTEGER NOT NULL REFERENCES onboarding(id), field TEXT NOT NULL,
    text TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, sum TEXT NOT NULL);

CREATE INDEX answers_of ON answers(onboarding);

CREATE TABLE snapshot(
    onboarding INTEGER PRIMARY KEY REFERENCES onboarding(id), at TEXT NOT NULL, facts TEXT NOT NULL, sum TEXT NOT NULL);

CREATE TABLE glance(
    profile TEXT NOT NULL, region TEXT NOT NULL, onboarding INTEGER NOT NULL REFERENCES onboarding(id),
    at TEXT NOT NULL, glance TEXT NOT NULL, sum TEXT NOT NULL,
    PRIMARY KEY(profile, region));

CREATE TABLE intents(
    id TEXT PRIMARY KEY, onboarding INTEGER NOT NULL REFERENCES onboarding(id), number INTEGER NOT NULL,
    operation TEXT NOT NULL, phase TEXT NOT NULL, body TEXT NOT NULL, sum TEXT NOT NULL);

-- At most one request is under way, whatever two processes believe.
CREATE UNIQUE INDEX one_filing ON intents(onboarding)
    WHERE operation = '{FILING}' AND phase IN ('intent', 'accepted', 'unknown');

CREATE TABLE journal(
    id INTEGER PRIMARY KEY, onboarding INTEGER NOT NULL REFERENCES onboarding(id), at TEXT NOT NULL,
    kind TEXT NOT NULL, text TEXT NOT NULL, by TEXT NOT NULL, operation TEXT NOT NULL, marker TEXT NOT NULL,
    topic TEXT NOT NULL, looks INTEGER NOT NULL, sum TEXT NOT NULL);

CREATE INDEX journal_of ON journal(onboarding)
""".split(";\n\n")
)

# Statements that lead from a schema to the next one; every past schema stays here for ever. What becomes of the rows:
# earlier_rows.UPGRADES.
MIGRATIONS: Final[dict[int, tuple[str, ...]]] = {
    1: (
        "DROP INDEX journal_of",
        "ALTER TABLE journal RENAME TO earlier_journal",
        """
CREATE TABLE journal(
    id INTEGER PRIMARY KEY, onboarding INTEGER NOT NULL REFERENCES onboarding(id), at TEXT NOT NULL,
    kind TEXT NOT NULL, text TEXT NOT NULL, by TEXT NOT NULL, operation TEXT NOT NULL, marker TEXT NOT NULL,
    topic TEXT NOT NULL, looks INTEGER NOT NULL, sum TEXT NOT NULL)
""",
        "INSERT INTO journal SELECT id, onboarding, at, kind, text, by, '', '', '', 0, sum FROM earlier_journal",
        "DROP TABLE earlier_journal",
        "CREATE INDEX journal_of ON journal(onboarding)",
    ),
}

Value = str | int
Row = dict[str, Value]


def columns_in(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    """Return the columns that a table has in this file: those of today, or the earlier ones."""
    earlier = EARLIER_COLUMNS.get(table)
    if earlier is None:
        return COLUMNS[table]
    present = {str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")}
    return COLUMNS[table] if present >= set(COLUMNS[table]) else earlier


def checksum(table: str, columns: tuple[str, ...], row: Mapping[str, object]) -> str:
    """Return the checksum of a row's columns: against accidents, and cheap enough for the first paint."""
    values = [table, *(row[column] for column in columns)]
    return f"{zlib.crc32(json.dumps(values).encode()):08x}"


def definitions(connection: sqlite3.Connection) -> str:
    """Return the checksum of the tables' own definitions, which a flipped bit can make unusable unseen."""
    objects = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall()
    return f"{zlib.crc32(json.dumps(objects).encode()):08x}"


def insert(connection: sqlite3.Connection, table: str, row: Row) -> None:
    """Add a row with its checksum."""
    columns = COLUMNS[table]
    connection.execute(
        f"INSERT INTO {table}({', '.join(columns)}, sum) VALUES ({', '.join('?' * (len(columns) + 1))})",  # noqa: S608 - own names
        [*(row[column] for column in columns), checksum(table, columns, row)],
    )


def update(connection: sqlite3.Connection, table: str, row: Row) -> None:
    """Change the row with the same key."""
    keys = COLUMNS[table][: KEYS.get(table, 1)]
    others = COLUMNS[table][KEYS.get(table, 1) :]
    changes = ", ".join(f"{column} = ?" for column in (*others, "sum"))
    where = " AND ".join(f"{key} = ?" for key in keys)
    connection.execute(
        f"UPDATE {table} SET {changes} WHERE {where}",  # noqa: S608 - own names
        [*(row[column] for column in others), checksum(table, COLUMNS[table], row), *(row[key] for key in keys)],
    )


def upsert(connection: sqlite3.Connection, table: str, row: Row) -> None:
    """Change the row with the same key, or add it."""
    keys = COLUMNS[table][: KEYS.get(table, 1)]
    where = {key: row[key] for key in keys}
    if next(select(connection, table, **where), None) is None:
        insert(connection, table, row)
    else:
        update(connection, table, row)


def select(connection: sqlite3.Connection, table: str, **where: Value) -> Iterator[Row]:
    """Yield the rows with these values, in the order of their keys."""
    columns = COLUMNS[table]
    condition = " AND ".join(f"{column} = ?" for column in where) or "1"
    order = ", ".join(columns[: KEYS.get(table, 1)])
    cursor = connection.execute(
        f"SELECT {', '.join(columns)} FROM {table} WHERE {condition} ORDER BY {order}",  # noqa: S608 - own names
        list(where.values()),
    )
    for values in cursor:
        yield dict(zip(columns, values, strict=True))


def last(connection: sqlite3.Connection, table: str, **where: Value) -> Row | None:
    """Return the newest row with these values, ``None`` if there is none."""
    columns = COLUMNS[table]
    condition = " AND ".join(f"{column} = ?" for column in where) or "1"
    values = connection.execute(
        f"SELECT {', '.join(columns)} FROM {table} WHERE {condition} ORDER BY {columns[0]} DESC LIMIT 1",  # noqa: S608 - own names
        list(where.values()),
    ).fetchone()
    return dict(zip(columns, values, strict=True)) if values is not None else None


def next_id(connection: sqlite3.Connection, table: str, column: str = "id") -> int:
    """Return one more than the highest number: the order of entry, which no clock can turn round."""
    row = connection.execute(f"SELECT coalesce(max({column}), 0) + 1 FROM {table}").fetchone()  # noqa: S608 - own names
    return int(row[0])


def sound_rows(connection: sqlite3.Connection, table: str) -> Iterator[tuple[Row, bool]]:
    """Yield each row with whether its checksum is right."""
    columns = columns_in(connection, table)
    for *values, kept in connection.execute(f"SELECT {', '.join(columns)}, sum FROM {table}"):  # noqa: S608 - own names
        row = dict(zip(columns, values, strict=True))
        try:
            sound = checksum(table, columns, row) == kept
        except (TypeError, ValueError):
            sound = False
        yield row, sound
