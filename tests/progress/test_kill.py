"""Killed, or told by the system that it cannot, at any call while saving: docs/faults.md, "Kill points".

``strace`` injects a signal or an error at the n-th call of one kind. The program says ``BEGIN`` before it opens the
store, ``DONE k`` after each thing that it was told is saved, and ``SAID …`` for what it was told is not.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from dlaas_onboard.progress.store import SqliteStore
from tests.progress.samples import PLACE

CALLS = (
    "pwrite64",
    "fsync",
    "fdatasync",
    "unlink",
    "openat",
    "close",
    "fcntl",
    "ftruncate",
    "flock",
    "fchmod",
    "write",
)
ERRORS = ("ENOSPC", "EIO", "EROFS", "EDQUOT", "EACCES", "EMFILE")
PROGRAM = """
import os, pathlib, platform, sys
from dataclasses import replace
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.progress import database, json_codec, lock, store as module
from tests.progress.samples import *
platform.node()
if "lazy" in sys.argv:
    database._PRAGMAS = ("PRAGMA synchronous = OFF",)
if "intents" in sys.argv:
    from dlaas_onboard.journey.situation.intents import Intent
    json_codec.adapter(Intent)
filing = intent()
os.write(2, b"BEGIN\\n")
store = module.SqliteStore(pathlib.Path(sys.argv[1]), version="1")
store.open(PLACE)
def entered(number):
    store.enter("domain", entry(f"{number}.example"))
steps = [lambda: entered(0), lambda: entered(1), lambda: store.note(note("noted"))]
if "intents" in sys.argv:
    steps += [lambda: store.record(filing),
              lambda: store.settle(replace(filing, phase=Phase.ACCEPTED)),
              lambda: store.settle(replace(filing, phase=Phase.CONFIRMED))]
for number, step in enumerate(steps):
    try:
        step()
        os.write(2, b"DONE %d\\n" % number)
    except OSError as error:
        os.write(2, f"SAID {error}\\n".encode())
        os.write(2, f"STATE {store.read_only}\\n".encode())
        break
    except ValueError as error:
        os.write(2, f"SAID {error}\\n".encode())
store.close()
os.write(2, b"END\\n")
"""

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


def run(
    state: Path, trace: Path, *arguments: str, inject: str = "", kind: str = "", keep: bool = False
) -> tuple[int, str]:
    """Run the program under strace; returns its exit status and what it said."""
    if not keep:
        shutil.rmtree(state, ignore_errors=True)
    injected = ["-e", f"inject={kind}:{inject}"] if inject else []
    done = subprocess.run(
        [
            *("strace", "-f", "-qq", "-y", "-o", str(trace), "-e", f"trace={','.join(CALLS)}", *injected),
            *(sys.executable, "-c", PROGRAM, str(state), *arguments),
        ],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    return done.returncode, done.stderr


def kill_points(tmp_path: Path, *arguments: str) -> list[tuple[str, int]]:
    """Return every call between BEGIN and END of a clean run, as kind and its number within the whole run."""
    status, said = run(tmp_path / "clean", tmp_path / "trace", *arguments)
    assert status == 0, said
    assert said.endswith("END\n")
    points: list[tuple[str, int]] = []
    seen: Counter[str] = Counter()
    begun = False
    for line in (tmp_path / "trace").read_text().splitlines():
        call = re.match(r"\d+\s+(\w+)\(", line)
        if call is None:
            continue
        seen[call[1]] += 1
        begun = begun or '"BEGIN' in line
        if '"END' in line:
            break
        if begun:
            points.append((call[1], seen[call[1]]))
    return points


def check_after(state: Path, said: str) -> None:
    """Check that everything acknowledged is there, and at most one thing more."""
    done = len(re.findall(r"^DONE", said, re.MULTILINE))
    store = SqliteStore(state, version="1")
    try:
        assert store.notice == ""
        assert store.read_only == ""
        store.open(PLACE)
        assert store.read_only == ""
        domain = store.answers().text("domain")
        allowed = {0: ("", "0.example"), 1: ("0.example", "1.example")}.get(done, ("1.example",))
        assert domain in allowed, (domain, said)
        if done >= 3:
            assert [one.text for one in store.journal()] == ["noted"]
        phases = [str(one.phase) for one in store.intents()]
        expected = {3: ([], ["intent"]), 4: (["intent"], ["accepted"]), 5: (["accepted"], ["confirmed"])}
        if done >= 6:
            assert phases == ["confirmed"]
        elif done >= 3:
            assert phases in expected[done], said
        else:
            assert phases == []
    finally:
        store.close()


def test_killed_at_some_calls_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    points = kill_points(tmp_path)
    assert len(points) >= 60
    chosen = random.Random(3).sample([point for point in points if point[0] != "close"], 8)
    for kind, number in chosen:
        status, said = run(tmp_path / "state", tmp_path / "trace", inject=f"signal=KILL:when={number}", kind=kind)
        assert status != 0, (kind, number)
        check_after(tmp_path / "state", said)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_killed_at_any_call_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    points = kill_points(tmp_path, "intents")
    killed = 0
    for kind, number in points:
        status, said = run(
            tmp_path / "state", tmp_path / "trace", "intents", inject=f"signal=KILL:when={number}", kind=kind
        )
        killed += status != 0
        check_after(tmp_path / "state", said)
    assert killed >= 100


def check_said(state: Path, said: str) -> None:
    assert "Traceback" not in said
    assert said.endswith("END\n"), said
    for sentence in re.findall(r"^SAID (.*)$", said, re.MULTILINE):
        assert str(state) in sentence, said
        assert sentence.endswith("."), said


def test_some_errors_of_the_system_are_said_in_a_sentence(tmp_path: Path) -> None:
    points = kill_points(tmp_path)
    chosen = random.Random(5)
    failures = 0
    for kind in ("pwrite64", "fdatasync", "openat", "unlink", "flock", "ftruncate"):
        kinds = [point for point in points if point[0] == kind] or [("fsync", points[-1][1])]
        _, number = chosen.choice(kinds)
        error = chosen.choice(ERRORS[:4])
        _, said = run(tmp_path / "state", tmp_path / "trace", inject=f"error={error}:when={number}", kind=kinds[0][0])
        check_said(tmp_path / "state", said)
        failures += "SAID" in said
        check_after(tmp_path / "state", said)
    assert failures


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_every_error_at_every_call_is_said_in_a_sentence(tmp_path: Path) -> None:
    points = [point for point in kill_points(tmp_path) if point[0] not in ("close", "write")]
    for kind, number in points:
        for error in ERRORS:
            _, said = run(tmp_path / "state", tmp_path / "trace", inject=f"error={error}:when={number}", kind=kind)
            check_said(tmp_path / "state", said)
            check_after(tmp_path / "state", said)


@pytest.mark.parametrize("error", ["ENOSPC", "EROFS", "EDQUOT"])
@pytest.mark.parametrize("kept", [False, True], ids=["first start", "later start"])
def test_a_disk_that_stays_full_makes_the_store_read_only(tmp_path: Path, error: str, kept: bool) -> None:
    """Every write of a page fails: nothing is said to be saved, the reason is, and what was there stays."""
    state = tmp_path / "state"
    if kept:
        run(state, tmp_path / "trace")
    _, said = run(state, tmp_path / "trace", inject=f"error={error}:when=1+", kind="pwrite64", keep=True)
    check_said(state, said)
    assert "DONE" not in said
    assert re.search(r"^STATE .+\.$", said, re.MULTILINE), said
    after = SqliteStore(state, version="1")
    after.open(PLACE)
    assert after.answers().text("domain") == ("1.example" if kept else "")
    after.close()


def in_order(trace: str) -> bool:
    """Whether each DONE comes after: journal synced, database synced, journal removed, directory synced."""
    wanted = (
        r"f(data)?sync\(\d+<[^>]*progress\.sqlite-journal>",
        r"f(data)?sync\(\d+<[^>]*progress\.sqlite>",
        r"unlink\(\"[^\"]*progress\.sqlite-journal\"",
        r"f(data)?sync\(\d+<[^>]*state>",
    )
    stage = 0
    for line in trace.splitlines():
        if stage < len(wanted) and re.search(wanted[stage], line):
            stage += 1
        elif '"DONE' in line:
            if stage < len(wanted):
                return False
            stage = 0
        elif "pwrite64" in line and "progress.sqlite>" in line and stage > 1:
            stage = 1  # pages written after the sync: it does not count for them
    return True


def test_saved_is_said_only_after_everything_is_on_the_disk(tmp_path: Path) -> None:
    _, said = run(tmp_path / "state", tmp_path / "trace")
    assert said.count("DONE") == 3
    assert in_order((tmp_path / "trace").read_text())
    _, said = run(tmp_path / "state", tmp_path / "trace", "lazy")
    assert said.count("DONE") == 3
    assert not in_order((tmp_path / "trace").read_text())  # the check sees a store that does not sync
