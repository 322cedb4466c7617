"""What earlier versions kept and exported, read by this one: the journal's fields are read out of its text once."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dlaas_onboard.journey.review.timeline import EventKind, chronicle
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.journey.situation.journal import LOOK, ChangeTopic, JournalEntry, topic_named
from dlaas_onboard.progress import database, earlier_rows, paths, portable_export, tables
from dlaas_onboard.progress.store import SqliteStore
from tests.progress.conftest import MakeStore
from tests.progress.samples import NOW, PLACE, entry

SCHEMA_1 = Path(__file__).with_name("schema_1.sql")  # a store of schema 1, as sqlite3 dumps it
EXPORT_1 = Path(__file__).with_name("export_1.json")  # version 1, of the same onboarding
ADA, EVE = "ada@laptop", "eve@desktop"
FILED = ("sesv2:PutAccountDetails", "dlaas-abcdefghij")
WRITE = "sesv2:PutAccountDetails (dlaas-abcdefghij)"


def _at(minutes: int) -> Any:
    return NOW + timedelta(minutes=minutes)


JOURNAL = (
    JournalEntry(NOW, LOOK, "Looked for the first time here.", ADA, looks=1),
    JournalEntry(NOW, "intent", WRITE, ADA, *FILED),
    JournalEntry(_at(1), "outcome", f"{WRITE}: accepted", ADA, *FILED),
    JournalEntry(
        _at(2), "changed", "A request for production access is on record: PENDING.", topic=ChangeTopic.DECISION
    ),
    JournalEntry(_at(3), "changed", "Case 178 went from opened to pending-customer-action.", topic=ChangeTopic.CASE),
    JournalEntry(_at(4), "changed", "Case 178 has 2 new messages.", topic=ChangeTopic.MESSAGES),
    JournalEntry(_at(5), "changed", "The identity example.com is new.", topic=ChangeTopic.OTHER),
    JournalEntry(_at(10), LOOK, "Looked once, nothing changed.", ADA, looks=1),
    JournalEntry(_at(11), LOOK, "Looked 3 times, nothing changed; last at 10:13 UTC.", EVE, looks=3),
    JournalEntry(_at(20), "declared", "declare_terms: yes", ADA),
)


@pytest.fixture
def old(state: Path) -> Path:
    """Return the file of a store of schema 1."""
    state.mkdir(mode=0o700)
    file = state / paths.NAME
    file.touch(mode=0o600)
    connection = sqlite3.connect(file)
    connection.executescript(SCHEMA_1.read_text(encoding="utf-8"))
    connection.close()
    return file


def opened(make: MakeStore) -> SqliteStore:
    store = make(version="2.0")
    store.open(PLACE)
    return store


def test_a_store_of_schema_1_is_brought_up_to_date(make: MakeStore, old: Path) -> None:
    store = opened(make)
    assert store.read_only == ""
    assert f"{old.name}.schema-1" in store.notice
    assert store.journal() == JOURNAL
    assert store.answers().text("domain") == "example.com"
    assert [intent.phase for intent in store.intents()] == [Phase.ACCEPTED]
    facts = store.facts()
    assert facts is not None  # what changed since the last visit can still be told
    assert facts.account is not None
    assert facts.checkout is None  # its messages were text: it is read again
    store.note_look(_at(30), EVE)
    store.close()
    again = opened(make)
    assert (again.notice, again.read_only) == ("", "")
    assert again.journal()[:-1] == JOURNAL
    assert again.journal()[-1].text == "Looked once, nothing changed."


def test_a_file_that_was_brought_up_to_date_has_the_tables_of_a_new_one(
    make: MakeStore, old: Path, tmp_path: Path
) -> None:
    opened(make).close()
    make(tmp_path / "new").close()
    definitions = []
    for file in (old, tmp_path / "new" / paths.NAME):
        connection = sqlite3.connect(file)
        found = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
        definitions.append([(name, " ".join((sql or "").split())) for name, sql in found])
        assert all(sound for table in tables.COLUMNS for _, sound in tables.sound_rows(connection, table))
        connection.close()
    assert definitions[0] == definitions[1]


def test_the_timeline_of_an_old_store_knows_each_write_and_each_decision(make: MakeStore, old: Path) -> None:
    store = opened(make)
    events = chronicle(store.journal(), store.history(), store.intents(), PLACE)
    assert [event.kind for event in events if event.at <= _at(5)] == [
        EventKind.EDIT,
        EventKind.FILING,
        EventKind.LOOK,
        EventKind.FILING,
        EventKind.DECISION,
        EventKind.CASE,
        EventKind.CASE,
        EventKind.LOOK,
    ]
    assert sum(event.text.startswith("Sent ") for event in events) == 1


def test_an_old_file_that_cannot_be_written_is_read_all_the_same(
    make: MakeStore, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = old.read_bytes()
    monkeypatch.setattr(database, "writable", lambda _directory, _path: "It is read-only. Nothing can be saved.")
    store = opened(make)
    assert store.read_only == "It is read-only. Nothing can be saved."
    assert store.journal() == JOURNAL
    assert store.answers().text("domain") == "example.com"
    with pytest.raises(OSError, match="read-only"):
        store.enter("domain", entry("new.example"))
    store.close()
    assert old.read_bytes() == before


def test_a_damaged_line_of_an_old_file_is_not_made_sound_by_the_way(make: MakeStore, old: Path) -> None:
    connection = sqlite3.connect(old)
    connection.execute("UPDATE journal SET text = 'Case 179 has 2 new messages.' WHERE id = 6")
    connection.commit()
    connection.close()
    store = opened(make)
    assert "was damaged" in store.notice
    assert store.journal() == (*JOURNAL[:5], *JOURNAL[6:])
    assert store.answers().text("domain") == "example.com"


def test_an_export_of_version_1_is_read_with_the_fields_of_its_lines(make: MakeStore) -> None:
    text = EXPORT_1.read_text(encoding="utf-8")
    assert portable_export.read(text).kept.journal == JOURNAL
    store = opened(make)
    assert store.merge(text, PLACE, by=ADA, at=_at(90)).lines == len(JOURNAL)
    assert store.journal()[:-1] == JOURNAL
    assert not store.merge(text, PLACE, by=ADA, at=_at(91)).anything


def test_an_old_export_brings_nothing_to_the_old_store_that_it_is_of(make: MakeStore, old: Path) -> None:
    store = opened(make)
    assert not store.merge(EXPORT_1.read_text(encoding="utf-8"), PLACE, by=ADA, at=_at(90)).anything


def test_the_fields_of_the_lines_travel(make: MakeStore, old: Path, tmp_path: Path) -> None:
    text = opened(make).export(PLACE, by=EVE, at=_at(60))
    there = make(tmp_path / "there")
    there.open(PLACE)
    there.merge(text, PLACE, by=ADA, at=_at(90))
    assert there.journal()[:-1] == JOURNAL


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"version": 1}, "journal.0.operation"),
        ({"marker": "x"}, "journal.0.marker"),
        ({"topic": "weather"}, "journal.0.topic"),
        ({"looks": -1}, "journal.0.looks"),
        ({"more": ""}, "journal.0.more"),
    ],
)
def test_a_line_with_other_fields_than_its_version_has_is_refused(
    make: MakeStore, change: dict[str, Any], part: str
) -> None:
    store = opened(make)
    store.note(JOURNAL[1])
    document = json.loads(store.export(PLACE, by=EVE, at=NOW))
    (document if "version" in change else document["journal"][0]).update(change)
    document["sha256"] = portable_export.digest(document)
    with pytest.raises(ValueError, match=f"cannot be read: {part}"):
        portable_export.read(json.dumps(document))


def test_the_topics_of_old_lines_are_those_of_today() -> None:
    texts = ("The review went from PENDING to DENIED.", "Case 1 has a new message.", "Case 1 went.", "Sending is on.")
    topics = [topic_named(earlier_rows.journal_fields("changed", text).topic) for text in texts]
    assert topics == [ChangeTopic.DECISION, ChangeTopic.MESSAGES, ChangeTopic.CASE, ChangeTopic.OTHER]


@pytest.mark.parametrize("text", ["", "Sent something", "sesv2:PutAccountDetails", "x (dlaas-)"])
def test_a_line_of_a_write_that_names_none_has_no_marker(text: str) -> None:
    assert earlier_rows.journal_fields("outcome", text) == earlier_rows.JournalFields()
