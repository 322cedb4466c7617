"""A store that is damaged, foreign, newer, older, or cannot be written."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from dlaas_onboard.progress import tables
from dlaas_onboard.progress.paths import state_folder
from dlaas_onboard.progress.store import SqliteStore
from tests.progress.conftest import MakeStore
from tests.progress.samples import PLACE, entry, facts, glance, intent, note

NAME = "progress.sqlite"


def content(store: SqliteStore) -> dict[str, object]:
    store.open(PLACE)
    return {
        "answers": {field: one.text for field, one in store.answers().entries.items()},
        "facts": store.facts(),
        "intents": store.intents(),
        "journal": store.journal(),
    }


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, dict[str, object]]:
    """Return the bytes of a filled store and what is in it."""
    directory = tmp_path_factory.mktemp("saved")
    store = SqliteStore(directory, version="1")
    store.open(PLACE)
    for number in range(12):
        store.enter(f"field{number}", entry(f"{number} " * 40))
        store.note(note(f"note {number}"))
    store.remember(facts(), glance())
    store.record(intent())
    found = content(store)
    store.close()
    return (directory / NAME).read_bytes(), found


def reopened(directory: Path, data: bytes, saved: dict[str, object]) -> str:
    """Open damaged bytes, check that nothing false comes back, and say what became of it."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(mode=0o700)
    (directory / NAME).write_bytes(data)
    store = SqliteStore(directory, version="1")
    try:
        said = store.notice + store.read_only
        found = content(store)
        if not said:
            assert found == saved
            store.enter("domain", entry("example.com"))
            return "unharmed"
        answers = saved["answers"]
        assert isinstance(answers, dict)
        assert isinstance(found["answers"], dict)
        assert found["answers"].items() <= answers.items()
        assert found["intents"] in ((), saved["intents"])
        if store.read_only:
            return "read-only"
        assert "set aside" in said
        (aside,) = directory.glob(f"{NAME}.damaged-*Z")
        assert aside.read_bytes() == data
        store.enter("domain", entry("example.com"))
        (state,) = {stat.S_IMODE(path.stat().st_mode) for path in directory.glob(f"{NAME}*") if path != aside}
        assert state == 0o600
        return "recovered" if found["answers"] else "lost"
    finally:
        store.close()


def test_a_flipped_bit_is_never_taken_for_the_truth(tmp_path: Path, saved: tuple[bytes, dict[str, object]]) -> None:
    data, found = saved
    chosen = random.Random(2)
    places = [18, 19, *range(0, 100, 7), *(chosen.randrange(len(data)) for _ in range(90))]
    results = [
        reopened(tmp_path / "s", data[:at] + bytes([data[at] ^ (1 << chosen.randrange(8))]) + data[at + 1 :], found)
        for at in places
    ]
    assert results.count("recovered") >= 10
    assert results.count("lost") <= len(results) // 4


def test_a_truncated_file_is_set_aside(tmp_path: Path, saved: tuple[bytes, dict[str, object]]) -> None:
    data, found = saved
    lengths = [1, 15, 16, 99, 100, 101, 4095, 4096, 4097, *range(5000, len(data), 3001), len(data) - 1]
    assert all(reopened(tmp_path / "s", data[:length], found) in ("recovered", "lost") for length in lengths)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_no_flipped_byte_of_many_is_taken_for_the_truth(tmp_path: Path, saved: tuple[bytes, dict[str, object]]) -> None:
    data, found = saved
    for at in (*range(100), *range(100, len(data), 11)):
        reopened(tmp_path / "s", data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :], found)


@pytest.mark.parametrize(
    "data",
    [b"not a database at all", bytes(5000), b"SQLite format 3\x00" + b"\xff" * 9000],
    ids=["text", "zeros", "header"],
)
def test_what_is_no_database_is_set_aside(data: bytes, make: MakeStore, state: Path) -> None:
    state.mkdir(mode=0o700)
    (state / NAME).write_bytes(data)
    store = make()
    assert "set aside" in store.notice
    assert store.read_only == ""
    (aside,) = state.glob(f"{NAME}.damaged-*")
    assert aside.read_bytes() == data
    assert stat.S_IMODE(aside.stat().st_mode) == 0o600


def test_a_database_of_another_program_is_set_aside(make: MakeStore, state: Path) -> None:
    state.mkdir(mode=0o700)
    other = sqlite3.connect(state / NAME)
    other.execute("CREATE TABLE theirs(x)")
    other.commit()
    other.close()
    assert "set aside" in make().notice


def test_an_empty_file_is_a_creation_that_was_interrupted(make: MakeStore, state: Path) -> None:
    state.mkdir(mode=0o700)
    (state / NAME).touch()
    store = make()
    assert (store.notice, store.read_only) == ("", "")


def test_an_intent_survives_damage_elsewhere(make: MakeStore, state: Path) -> None:
    store = make()
    store.open(PLACE)
    filing = intent()
    store.record(filing)
    store.enter("domain", entry("CANARY" * 20))
    store.close()
    data = (state / NAME).read_bytes()
    (state / NAME).write_bytes(data.replace(b"CANARYCANARY", b"CANARYXANARY", 1))
    again = make()
    again.open(PLACE)
    assert again.intents() == (filing,)
    assert again.answers().entries == {}
    with pytest.raises(ValueError, match="still open"):
        again.record(intent())


def rewrite_meta(state: Path, **values: str) -> None:
    connection = sqlite3.connect(state / NAME)
    for key, value in values.items():
        tables.update(connection, "meta", {"key": key, "value": value})
    connection.commit()
    connection.close()


def test_a_newer_store_is_read_and_never_written(make: MakeStore, state: Path) -> None:
    store = make()
    store.open(PLACE)
    store.enter("domain", entry("example.com"))
    store.close()
    rewrite_meta(state, schema="999", written_by="9.9")
    before = (state / NAME).read_bytes()
    newer = make()
    assert "9.9" in newer.read_only
    assert "newer" in newer.read_only
    newer.open(PLACE)
    assert newer.answers().text("domain") == "example.com"
    with pytest.raises(OSError, match=r"9\.9"):
        newer.enter("domain", entry("other.example"))
    newer.close()
    assert (state / NAME).read_bytes() == before


def test_a_newer_store_without_the_known_tables_is_read_as_empty(make: MakeStore, state: Path) -> None:
    make().close()
    connection = sqlite3.connect(state / NAME)
    connection.execute("ALTER TABLE answers RENAME TO entries")
    connection.commit()
    connection.close()
    rewrite_meta(state, schema="999")
    store = make()
    store.open(PLACE)
    assert store.answers().entries == {}
    assert store.read_only != ""


def test_an_older_store_is_migrated_and_a_copy_kept(
    make: MakeStore, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make()
    store.open(PLACE)
    store.enter("domain", entry("example.com"))
    store.close()
    monkeypatch.setattr(tables, "SCHEMA", 3)
    monkeypatch.setattr(tables, "MIGRATIONS", {2: ("CREATE TABLE added(x)",)})
    migrated = make(version="2.0")
    assert f"{NAME}.schema-2" in migrated.notice
    migrated.open(PLACE)
    assert migrated.answers().text("domain") == "example.com"
    migrated.enter("domain", entry("new.example"))
    migrated.close()
    copy = sqlite3.connect(state / f"{NAME}.schema-2")
    assert copy.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone() == ("2",)
    assert copy.execute("SELECT text FROM answers").fetchall() == [("example.com",)]
    copy.close()
    assert stat.S_IMODE((state / f"{NAME}.schema-2").stat().st_mode) == 0o600
    assert make().notice == ""


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    make: MakeStore, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make()
    store.open(PLACE)
    store.enter("domain", entry("example.com"))
    store.close()
    with monkeypatch.context() as patch:
        patch.setattr(tables, "SCHEMA", 3)
        patch.setattr(tables, "MIGRATIONS", {2: ("CREATE TABLE added(x)", "CREATE TABLE added(x)")})
        broken = make()
        assert broken.read_only or broken.notice
        broken.close()
    store = make()
    store.open(PLACE)
    assert store.answers().text("domain") == "example.com"


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o777])
def test_files_are_private_whatever_the_umask(state: Path, umask: int) -> None:
    script = f"""
import os, pathlib
os.umask({umask})
from dlaas_onboard.progress.store import SqliteStore
from tests.progress.samples import *
store = SqliteStore(pathlib.Path({str(state)!r}), version="1")
store.open(PLACE)
store.enter("domain", entry("x"))
assert store.read_only == "", store.read_only
store.close()
"""
    subprocess.run([sys.executable, "-c", script], check=True)
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in state.iterdir()}
    assert set(modes.values()) == {0o600}, modes


def test_a_link_in_place_of_the_file_leaves_its_target_alone(make: MakeStore, state: Path, tmp_path: Path) -> None:
    state.mkdir(mode=0o700)
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (state / NAME).symlink_to(victim)
    store = make()
    assert "symbolic link" in store.read_only
    assert victim.read_text() == "mine"
    store.open(PLACE)
    assert store.answers().entries == {}
    with pytest.raises(OSError, match="symbolic link"):
        store.enter("domain", entry("x"))


def test_a_link_in_place_of_the_directory_is_refused(make: MakeStore, state: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    state.symlink_to(tmp_path / "elsewhere")
    assert "symbolic link" in make().read_only
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("kind", ["fifo", "directory"])
def test_what_is_not_a_file_is_refused_without_hanging(make: MakeStore, state: Path, kind: str) -> None:
    state.mkdir(mode=0o700)
    if kind == "fifo":
        os.mkfifo(state / NAME)
    else:
        (state / NAME).mkdir()
    assert "not a file" in make().read_only


def test_a_directory_that_others_can_write_is_refused(make: MakeStore, state: Path) -> None:
    state.mkdir()
    state.chmod(0o777)
    assert "chmod go-w" in make().read_only
    assert list(state.iterdir()) == []


def test_a_parent_that_everybody_can_write_is_refused(make: MakeStore, tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    assert "every user" in make(tmp_path / "open" / "state").read_only


def test_a_directory_that_others_can_read_is_closed(make: MakeStore, state: Path) -> None:
    state.mkdir(mode=0o755)
    assert make().read_only == ""
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


def test_a_file_of_another_user_is_refused(make: MakeStore, state: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    make().close()
    os.chown(state / NAME, 12345, -1)
    assert "uid 12345" in make().read_only


def test_a_read_only_directory_is_read(make: MakeStore, state: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere; strace injects EROFS in test_kill.py")
    store = make()
    store.open(PLACE)
    store.enter("domain", entry("example.com"))
    store.close()
    state.chmod(0o500)
    (state / NAME).chmod(0o400)
    try:
        again = make()
        again.open(PLACE)
        assert str(state) in again.read_only
        assert again.answers().text("domain") == "example.com"
        with pytest.raises(OSError, match=re.escape(str(state))):
            again.enter("domain", entry("x"))
    finally:
        state.chmod(0o700)


def test_without_a_home_nothing_is_saved_and_it_is_said(make: MakeStore) -> None:
    script = """
import json
from dlaas_onboard.progress.store import SqliteStore
store = SqliteStore()
print(json.dumps([store.read_only, store.glance("", "") is None]))
"""
    environment = {"PATH": os.environ["PATH"], "HOME": "/proc/nowhere"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    reason, empty = json.loads(done.stdout)
    assert reason.startswith("/proc/nowhere/")
    assert empty


def test_a_file_that_was_removed_under_the_program_is_noticed(make: MakeStore, state: Path) -> None:
    store = make()
    store.open(PLACE)
    store.enter("domain", entry("example.com"))
    (state / NAME).unlink()
    with pytest.raises(OSError, match=NAME):
        store.enter("sender", entry("mail@example.com"))
    assert store.read_only
    store.open(PLACE)
    store.enter("sender", entry("mail@example.com"))
    assert store.read_only == ""
    store.close()
    again = make()
    again.open(PLACE)
    assert again.answers().text("sender") == "mail@example.com"


def test_the_state_directory_follows_the_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_folder() == tmp_path / "dlaas-onboard"
    assert state_folder(str(tmp_path / "x")) == tmp_path / "x"
    monkeypatch.chdir(tmp_path)
    assert state_folder("y") == tmp_path / "y"


def test_a_folder_that_holds_other_things_is_not_shut(state: Path) -> None:
    state.mkdir(mode=0o755)
    (state / "pyproject.toml").write_text("")
    store = SqliteStore(state)
    assert "holds other things" in store.read_only
    assert stat.S_IMODE(state.stat().st_mode) == 0o755
    assert [path.name for path in state.iterdir()] == ["pyproject.toml"]
