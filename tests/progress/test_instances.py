"""Two instances at once, in real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from dlaas_onboard.progress.store import SqliteStore
from tests.progress.conftest import MakeStore
from tests.progress.samples import PLACE, UNKNOWN, entry, intent

HOLD = """
import pathlib, sys
from dlaas_onboard.progress.store import SqliteStore
from tests.progress.samples import *
store = SqliteStore(pathlib.Path(sys.argv[1]), version="1")
store.open(PLACE)
store.enter("domain", entry("first.example"))
print("ready", flush=True)
sys.stdin.read()
"""
FILE = """
import pathlib, sys
from dlaas_onboard.progress import store as module
from tests.progress.samples import *
if sys.argv[2] == "unlocked":
    module.SqliteStore._lock = lambda self, directory, key: None
sys.stdin.readline()
store = module.SqliteStore(pathlib.Path(sys.argv[1]), version="1")
store.open(PLACE)
try:
    store.record(intent())
    print("recorded", flush=True)
except (OSError, ValueError) as error:
    print("refused:", error, flush=True)
sys.stdin.readline()
store.close()
"""


def hold(state: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(state)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_the_second_instance_reads_and_the_next_start_writes(make: MakeStore, state: Path) -> None:
    with hold(state) as first:
        second = make()
        second.open(UNKNOWN)
        assert f"process {first.pid} on {os.uname().nodename}, since 20" in second.read_only
        second.open(PLACE)
        assert f"process {first.pid}" in second.read_only
        assert second.answers().text("domain") == "first.example"
        # Another Region is another onboarding.
        second.open(replace(PLACE, region="us-east-1"))
        assert second.read_only == ""
        second.enter("domain", entry("second.example"))
        second.close()
        first.communicate("")
    third = make()
    third.open(PLACE)
    assert third.read_only == ""
    third.enter("domain", entry("third.example"))


def test_a_killed_holder_leaves_no_lock(make: MakeStore, state: Path) -> None:
    with hold(state) as first:
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    store = make()
    store.open(PLACE)
    assert store.read_only == ""
    assert store.answers().text("domain") == "first.example"


def race(state: Path, mode: str) -> list[str]:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", FILE, str(state), mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(8)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    lines = []
    for process in processes:
        assert process.stdout is not None
        lines.append(process.stdout.readline().strip())
    for process in processes:
        process.communicate("end\n")
        assert process.returncode == 0
    return lines


def test_of_eight_processes_one_files(state: Path) -> None:
    lines = race(state, "locked")
    assert lines.count("recorded") == 1, lines
    assert sum("another instance" in line.lower() for line in lines) == 7, lines


def test_of_eight_processes_one_files_even_without_the_lock(state: Path) -> None:
    lines = race(state, "unlocked")
    assert lines.count("recorded") == 1, lines
    assert sum("still open" in line for line in lines) == 7, lines


def test_two_stores_in_one_process_exclude_each_other(make: MakeStore) -> None:
    first, second = make(), make()
    first.open(PLACE)
    second.open(PLACE)
    assert first.read_only == ""
    assert second.read_only != ""
    first.record(intent())
    assert len(second.intents()) == 1
    first.close()
    second.open(PLACE)
    assert second.read_only == ""


def test_a_file_system_that_cannot_lock_is_only_read(make: MakeStore, state: Path) -> None:
    from dlaas_onboard.progress import lock

    make().close()
    original = lock._take

    def broken(descriptor: int) -> None:
        raise OSError(37, "No locks available")

    lock._take = broken
    try:
        store: SqliteStore = make()
        assert "No locks available" in store.read_only
    finally:
        lock._take = original
