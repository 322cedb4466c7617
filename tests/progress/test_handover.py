"""Handing an onboarding to another machine: nothing lost, nothing twice, nothing half, nothing from elsewhere."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlaas_onboard.journey.situation.answers import Entry
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import OPEN, Intent, Phase
from dlaas_onboard.journey.situation.journal import LOOK, EnteredAnswer, JournalEntry
from dlaas_onboard.progress import portable_export
from dlaas_onboard.progress.portable_export import MergePlan, OnboardingRecords, plan
from dlaas_onboard.progress.store import SqliteStore
from tests.progress.conftest import MakeStore
from tests.progress.samples import NOW, PLACE, entry, facts, glance, intent, note, outcome

EVE = "eve@desktop"
ADA: Any = {"by": "ada@laptop", "at": NOW}


def exported(store: SqliteStore, minutes: int = 0) -> str:
    return store.export(PLACE, by=EVE, at=NOW + timedelta(minutes=minutes))


def content(store: SqliteStore) -> tuple[object, ...]:
    return store.history(), store.answers(), store.intents(), store.journal()


def resigned(text: str, change: Callable[[dict[str, Any]], object]) -> str:
    document = json.loads(text)
    change(document)
    document["sha256"] = portable_export.digest(document)
    return json.dumps(document)


@pytest.fixture
def two(make: MakeStore, tmp_path: Path) -> tuple[SqliteStore, SqliteStore]:
    """Return the store of a colleague with an onboarding in it, and an empty one."""
    there, here = make(tmp_path / "there"), make(tmp_path / "here")
    there.open(PLACE)
    here.open(PLACE)
    there.enter("domain", entry("old.example"))
    there.enter("domain", entry("new.example", 5))
    filing = intent()
    there.record(filing)
    there.settle(replace(filing, phase=Phase.UNKNOWN, outcome=outcome(Phase.UNKNOWN)))
    there.note(note("noted"))
    there.remember(facts(), glance())
    return there, here


def merge(store: SqliteStore, text: str, *, dry_run: bool = False) -> Any:
    return store.merge(text, PLACE, by="ada@laptop", at=NOW + timedelta(hours=1), dry_run=dry_run)


def test_all_of_it_comes_and_twice_is_as_once(two: tuple[SqliteStore, SqliteStore]) -> None:
    there, here = two
    text = exported(there)
    told = merge(here, text, dry_run=True)
    assert (told.answers, told.intents, told.lines, told.by) == (2, 1, 1, EVE)
    assert here.history() == ()
    assert merge(here, text) == told
    assert here.history() == there.history()
    assert here.answers() == there.answers()
    (came,) = here.intents()
    assert came.phase == Phase.UNKNOWN  # open: the next look reconciles it
    assert came.call == there.intents()[0].call
    assert here.journal()[0] == note("noted")
    assert (
        here.journal()[1].text
        == "Imported from eve@desktop, exported 2026-11-24 10:00 UTC: 2 answers, 1 write, 1 journal line"
    )
    assert here.facts() is None  # looking again is resuming
    before = content(here)
    assert not merge(here, text).anything
    assert content(here) == before


def test_the_newest_answer_wins_on_either_machine_and_none_is_lost(two: tuple[SqliteStore, SqliteStore]) -> None:
    there, here = two
    here.enter("domain", entry("between.example", 3))
    here.enter("sender", entry("me@between.example", 3))
    told = merge(here, exported(there))
    assert here.answers().text("domain") == "new.example"
    assert here.answers().text("sender") == "me@between.example"
    assert [one.text for one in here.history() if one.field == "domain"] == [
        "old.example",
        "between.example",
        "new.example",
    ]
    assert told.notes == ("domain: the newer answer of ada@laptop holds now.",)
    back = merge(there, exported(here))
    assert back.notes == ("domain: the answer that is here is newer, and stays.",)
    assert there.answers() == here.answers()


def test_what_a_colleague_declared_holds_for_nobody_else(make: MakeStore, tmp_path: Path) -> None:
    there, here = make(tmp_path / "there"), make(tmp_path / "here")
    there.open(PLACE)
    here.open(PLACE)
    their = Entry("yes", NOW, EVE)
    there.enter_all(
        [("declare_terms", their), ("declare_recipients", their), ("override.dmarc", replace(their, text="soon"))]
    )
    mine = Entry("yes", NOW - timedelta(hours=1), "ada@laptop")
    here.enter("declare_terms", mine)
    text = exported(there)
    expected = tuple(
        f"{field}: made by {EVE} on 2026-11-24, and it holds for them alone; make your own before you file."
        for field in ("declare_terms", "declare_recipients", "override.dmarc")
    )
    assert merge(here, text, dry_run=True).notes == expected
    assert merge(here, text).notes == expected
    assert here.answers().entries == {"declare_terms": mine}
    assert [one.by for one in here.history() if one.field == "declare_recipients"] == [EVE, "ada@laptop"]
    before = content(here)
    assert not merge(here, text).anything
    assert content(here) == before
    merge(there, exported(here))
    assert there.answers().entries["declare_terms"] == their


def test_what_one_declared_oneself_comes_back_from_an_export(make: MakeStore, tmp_path: Path) -> None:
    before, after = make(tmp_path / "before"), make(tmp_path / "after")
    before.open(PLACE)
    after.open(PLACE)
    own = Entry("yes", NOW, "ada@laptop")
    before.enter("declare_terms", own)
    assert merge(after, exported(before)).notes == ()
    assert after.answers().entries == {"declare_terms": own}


def test_a_write_moves_on_and_never_back(two: tuple[SqliteStore, SqliteStore]) -> None:
    there, here = two
    early = exported(there)
    came = merge(here, early)
    assert (came.intents, came.open) == (1, 1)
    (filing,) = there.intents()
    there.settle(replace(filing, phase=Phase.CONFIRMED, result="178"))
    moved = merge(here, exported(there))
    assert (moved.intents, moved.open) == (1, 0)
    assert [(one.phase, one.result) for one in here.intents()] == [(Phase.CONFIRMED, "178")]
    assert merge(here, early).intents == 0
    assert here.intents()[0].phase == Phase.CONFIRMED


def test_two_open_filings_are_refused_and_nothing_comes(two: tuple[SqliteStore, SqliteStore]) -> None:
    there, here = two
    here.record(intent())
    before = content(here)
    for dry_run in (True, False):
        with pytest.raises(ValueError, match="of its own that is still open"):
            merge(here, exported(there), dry_run=dry_run)
    assert content(here) == before


def test_writes_stand_in_the_order_in_which_they_were_decided(two: tuple[SqliteStore, SqliteStore]) -> None:
    there, here = two
    later = replace(intent(operation="PutEmailIdentityMailFromAttributes"), created_at=NOW + timedelta(hours=2))
    here.record(later)
    merge(here, exported(there))
    assert [one.created_at for one in here.intents()] == [NOW, NOW + timedelta(hours=2)]
    newest = replace(intent(operation="CreateEmailIdentity"), created_at=NOW + timedelta(hours=3))
    here.record(newest)
    assert here.intents()[-1].id == newest.id


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"account": "210987654321"}, "account 123456789012"),
        ({"region": "us-east-1"}, "Region eu-west-1"),
        ({"endpoint": "127.0.0.1:4566", "amazon": False}, "endpoint email.eu-west-1"),
        ({"partition": "aws-cn"}, "partition aws"),
    ],
)
def test_another_place_is_named_and_refused(
    two: tuple[SqliteStore, SqliteStore], change: dict[str, Any], said: str
) -> None:
    there, here = two
    place = replace(PLACE, **change)
    here.open(place)
    with pytest.raises(ValueError, match=said):
        here.merge(exported(there), place, **ADA)
    assert content(here)[0] == ()


def nested(document: dict[str, Any]) -> None:
    deep: dict[str, Any] = {}
    for _ in range(30):
        deep = {"x": deep}
    call = Call("sesv2", "PutAccountDetails", deep)
    document["intents"][0]["call"]["params"] = deep
    document["intents"][0]["sha256"] = call.sha256


BAD: list[tuple[Callable[[str], str], str]] = [
    (lambda text: text[: len(text) // 2], "no JSON"),
    (lambda _: "[]", "its format is another"),
    (lambda _: "[" * 100_000, "no JSON"),
    (lambda _: '{"format": "dlaas-onboard-export", "version": 3}', "of version 3"),
    (lambda text: text.replace("new.example", "evil.example"), "its hash does not fit"),
    (lambda text: text.replace('"sha256": "', '"sha256": "0'), "its hash does not fit"),
    (lambda text: resigned(text, lambda d: d.update(more=1)), "cannot be read: more"),
    (lambda text: resigned(text, lambda d: d["answers"][0].update(at="2026-11-24T10:00:00")), "answers.0.at"),
    (lambda text: resigned(text, lambda d: d["answers"][0].update(at="9999-12-31T23:59:59Z")), "answers.0.at"),
    (
        lambda text: resigned(text, lambda d: d["intents"][0]["call"]["params"].update(MailType="X")),
        "not what was confirmed",
    ),
    (lambda text: resigned(text, lambda d: d["intents"][0]["place"].update(account="1")), "for another account"),
    (lambda text: resigned(text, lambda d: d["intents"][0].update(phase="done")), "phase"),
    (lambda text: resigned(text, lambda d: d["intents"][0].update(marker="")), "no write has"),
    (lambda text: resigned(text, lambda d: d["intents"][0].update(id="1")), "no write has"),
    (lambda text: resigned(text, nested), "nested too deeply"),
    (lambda text: resigned(text, lambda d: d["intents"].append(d["intents"][0])), "twice"),
    (lambda text: text.replace('"version": 2', '"version": 2, "x": NaN'), "holds what no export holds"),
]


@pytest.mark.parametrize(("spoil", "said"), BAD)
def test_what_is_no_sound_export_is_refused_with_a_sentence(
    two: tuple[SqliteStore, SqliteStore], spoil: Callable[[str], str], said: str
) -> None:
    there, here = two
    with pytest.raises(ValueError, match=said) as told:
        merge(here, spoil(exported(there)))
    assert "\n" not in str(told.value)
    assert content(here) == ((), here.answers(), (), ())


def test_hostile_text_comes_in_cleaned(two: tuple[SqliteStore, SqliteStore]) -> None:
    there, here = two
    text = resigned(exported(there), lambda d: d["answers"][0].update(text="\x1b]0;x\x07", field="a\x1bb"))
    merge(here, text)
    assert "\x1b" not in repr(content(here))


def test_the_document_is_ascii_without_secret_path_or_facts(
    two: tuple[SqliteStore, SqliteStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    there, here = two
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "SECRETCANARY0000")
    there.note(JournalEntry(NOW, "note", "Zürich, in /home/ada/.aws/config here", "ada@laptop"))
    text = exported(there)
    assert text.isascii()
    for word in ("SECRETCANARY0000", "/home/ada", "/srv/dlaas", '"dlaas"', "statistics", "v=DMARC1"):
        assert word not in text, word
    merge(here, text)
    assert not merge(there, exported(here)).answers
    assert sum("Zürich" in one.text for one in there.journal()) == 1  # with its path, as it is known here


def test_a_line_that_counts_looks_grows_and_does_not_double(two: tuple[SqliteStore, SqliteStore]) -> None:
    there, here = two
    there.note_look(NOW, EVE)
    merge(here, exported(there))
    for minutes in (1, 2):
        there.note_look(NOW + timedelta(minutes=minutes), EVE)
    merge(here, exported(there))
    assert [one.text for one in here.journal() if one.kind == LOOK] == [
        "Looked 3 times, nothing changed; last at 10:02 UTC."
    ]


def test_a_watch_of_days_adds_a_line_a_day(make: MakeStore) -> None:
    store = make()
    store.open(PLACE)
    for hours in range(72):
        store.note_look(NOW + timedelta(hours=hours), EVE)
    assert [one.text[:15] for one in store.journal()] == [
        "Looked 14 times",
        "Looked 24 times",
        "Looked 24 times",
        "Looked 10 times",
    ]


def test_a_store_that_cannot_be_written_says_so_and_can_still_be_exported(
    two: tuple[SqliteStore, SqliteStore], make: MakeStore, tmp_path: Path
) -> None:
    there, _ = two
    second = make(tmp_path / "there")
    second.open(PLACE)
    assert second.read_only
    assert json.loads(exported(second))["answers"] == json.loads(exported(there))["answers"]
    with pytest.raises(OSError, match="has this onboarding open"):
        merge(second, exported(there))
    newer = tmp_path / "newer"
    make(newer, "1.0").close()
    import sqlite3

    from dlaas_onboard.progress import tables

    with sqlite3.connect(newer / "progress.sqlite") as connection:
        tables.upsert(connection, "meta", {"key": "schema", "value": "99"})
    later = make(newer)
    later.open(PLACE)
    with pytest.raises(OSError, match="newer than this one"):
        merge(later, exported(there))


# The merge itself

TIMES = st.integers(0, 20).map(lambda minutes: NOW + timedelta(minutes=minutes))
NAMES = st.sampled_from(["ada@laptop", EVE])
ENTERED = st.builds(EnteredAnswer, st.sampled_from(["domain", "sender"]), st.sampled_from(["a", "b", ""]), TIMES, NAMES)
LINES = st.one_of(
    st.builds(
        lambda at, looks, by: JournalEntry(at, LOOK, f"Looked {looks} times, nothing changed", by, looks=looks),
        TIMES,
        st.sampled_from([1, 4, 7]),
        NAMES,
    ),
    st.builds(JournalEntry, TIMES, st.just("note"), st.sampled_from(["One.", "Looked 4 times"]), NAMES),
)
BASES = [
    replace(
        intent(operation="CreateEmailIdentity"),
        id=str(uuid.UUID(int=number)),
        created_at=NOW + timedelta(minutes=number),
    )
    for number in range(4)
]
# INTENT to ACCEPTED to UNKNOWN to ABANDONED to CONFIRMED is one line; a refusal beside it is no later and no earlier.
PHASES = st.sampled_from([Phase.INTENT, Phase.ACCEPTED, Phase.UNKNOWN, Phase.CONFIRMED, Phase.ABANDONED])
WRITES = st.dictionaries(st.integers(0, 3), PHASES).map(
    lambda found: tuple(replace(BASES[number], phase=phase) for number, phase in sorted(found.items()))
)


def _kept(answers: list[EnteredAnswer], intents: tuple[Intent, ...], journal: list[JournalEntry]) -> OnboardingRecords:
    lines = {portable_export._name(one): one for one in journal}
    ordered = sorted(set(answers), key=lambda one: (one.at, one.by, one.text, one.field))
    return OnboardingRecords(tuple(ordered), intents, tuple(sorted(lines.values(), key=lambda one: one.at)))


KEPT = st.builds(_kept, st.lists(ENTERED, max_size=6), WRITES, st.lists(LINES, max_size=6))


def applied(here: OnboardingRecords, found: MergePlan) -> OnboardingRecords:
    """Do in memory what the store does in its tables."""
    moved = {one.id: one for one in found.moved}
    writes = {one.id: moved.get(one.id, one) for one in (*here.intents, *found.intents)}
    counted = {portable_export._name(one): more for one, more in found.counted}
    lines = [*(counted.get(portable_export._name(one), one) for one in here.journal), *found.journal]
    return _kept([*here.answers, *found.answers], tuple(writes[name] for name in sorted(writes)), lines)


@given(KEPT, KEPT)
def test_a_merge_is_the_same_from_both_sides_loses_nothing_and_twice_is_as_once(
    one: OnboardingRecords, other: OnboardingRecords
) -> None:
    left, right = (
        applied(one, plan(one, other, **ADA)),
        applied(other, plan(other, one, **ADA)),
    )
    assert set(left.answers) == set(right.answers) == {*one.answers, *other.answers}
    assert left.answers == right.answers
    assert left.intents == right.intents
    assert {portable_export._name(line) for line in left.journal} == {
        portable_export._name(line) for line in (*one.journal, *other.journal)
    }
    assert set(left.journal) == set(right.journal)
    for kept in (one, other):
        assert not plan(left, kept, **ADA).anything


@settings(max_examples=25, deadline=None)
@given(KEPT, KEPT)
def test_the_store_does_what_the_plan_says(one: OnboardingRecords, other: OnboardingRecords) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        stores = [SqliteStore(Path(folder) / name, version="1") for name in ("one", "other")]
        for store, kept in zip(stores, (one, other), strict=True):
            store.open(PLACE)
            for answer in kept.answers:
                store.enter(answer.field, Entry(answer.text, answer.at, answer.by))
            for line in kept.journal:
                store.note(line)
            for write in kept.intents:
                store.record(replace(write, phase=Phase.INTENT))
                for phase in portable_export._after(Phase.INTENT) & {write.phase, Phase.UNKNOWN}:
                    if write.phase in (Phase.ABANDONED, Phase.CONFIRMED) and phase == Phase.UNKNOWN:
                        store.settle(replace(write, phase=Phase.UNKNOWN))
                if write.phase != Phase.INTENT:
                    store.settle(write)
        here, there = stores
        merge(here, exported(there))
        wanted = applied(one, plan(one, other, **ADA))
        latest = {answer.field: answer.text for answer in wanted.answers}
        assert set(here.history()) == set(wanted.answers)
        assert {field: found.text for field, found in here.answers().entries.items()} == {
            field: text for field, text in latest.items() if text
        }
        assert [(write.id, write.phase) for write in here.intents()] == [
            (write.id, write.phase) for write in sorted(wanted.intents, key=lambda write: (write.created_at, write.id))
        ]
        assert {line for line in here.journal() if line.kind != "imported"} == set(wanted.journal)
        assert not merge(here, exported(there)).anything
        for store in stores:
            store.close()


def test_a_refusal_there_does_not_close_what_is_open_here(two: tuple[SqliteStore, SqliteStore]) -> None:
    there, _ = two
    (filing,) = there.intents()
    assert filing.phase in OPEN
    rejected = OnboardingRecords(intents=(replace(filing, phase=Phase.REJECTED),))
    found = plan(OnboardingRecords(intents=(filing,)), rejected, **ADA)
    assert not found.anything
    assert "is unknown here and rejected there" in found.notes[0]


PROGRAM = """
import os, pathlib, sys
from datetime import timedelta
from dlaas_onboard.progress import json_codec, portable_export, store as module
from dlaas_onboard.journey.situation.intents import Intent
from tests.progress.samples import *
text = pathlib.Path(sys.argv[2]).read_text()
portable_export.read(text)
store = module.SqliteStore(pathlib.Path(sys.argv[1]), version="1")
store.open(PLACE)
os.write(1, b"BEGIN\\n")
store.merge(text, PLACE, **ADA)
os.write(1, b"DONE\\n")
store.close()
"""


def test_killed_at_any_moment_all_of_it_is_there_or_nothing(
    two: tuple[SqliteStore, SqliteStore], make: MakeStore, tmp_path: Path
) -> None:
    there, _ = two
    for number in range(400):
        there_entry = Entry(f"{number}.example", NOW + timedelta(seconds=number), EVE)
        if number % 20 == 0:
            there.note(note(f"line {number}"))
            there.enter("sender", there_entry)
    text = resigned(
        exported(there),
        lambda d: d["answers"].extend(
            {"field": "x", "text": str(number), "at": NOW.isoformat(), "by": f"{number}@x"} for number in range(3000)
        ),
    )
    file = tmp_path / "export.json"
    file.write_text(text)
    whole = len(json.loads(text)["answers"])
    chance = random.Random(7)
    outcomes = []
    for number in range(12):
        state = tmp_path / f"killed-{number}"
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(state), str(file)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"BEGIN\n"
        time.sleep(chance.random() * (0.02 if number % 2 else 0.25))
        os.kill(process.pid, signal.SIGKILL)
        done = process.stdout.read() == b"DONE\n"
        process.wait()
        process.stdout.close()
        store = make(state)
        store.open(PLACE)
        assert store.read_only == ""
        found = (len(store.history()), len(store.intents()), sum(one.kind == "imported" for one in store.journal()))
        assert found in ((0, 0, 0), (whole, 1, 1))
        assert found[0] or not done
        outcomes.append(found[0])
        merge(store, text)
        assert len(store.history()) == whole
        store.close()
    assert 0 in outcomes, "no kill came in time to prove anything"
