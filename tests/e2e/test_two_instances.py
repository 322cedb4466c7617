"""Two instances on one onboarding: the second reads and says who holds it; one request at most."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time

import pytest

from dlaas_onboard.journey.errors import Refused
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.rehearsal.scenarios import ACCOUNT
from tests.e2e.conftest import FIELDS, WorldMaker, act
from tests.e2e.tools import FILING, ROOT, command, effects, filings, fill, ready, run, why_not

FILE = ("file", "--yes", "--account", ACCOUNT)


def test_the_second_reads_and_says_who_holds_it(world: WorldMaker) -> None:
    here = world("ready")
    ready(here)
    second = here.open()
    view = second.view()
    assert re.search(rf"process {os.getpid()} on ", view.read_only)
    assert "close the other" in view.read_only
    assert view.situation.answers.text("contacts") == FIELDS["contacts"], "what the first entered is shown"
    assert view.verdicts[StepId.ACCOUNT].state == "done"
    assert not here.writes()
    for action, reason in second.actions():
        assert reason == view.read_only, action.id
        with pytest.raises(Refused, match="has this onboarding open"):
            second.prepare(action.id)
    with pytest.raises(OSError, match="has this onboarding open"):
        second.enter("contacts", "other@example.net")
    assert not here.writes()


def test_the_second_goes_on_when_the_first_is_closed(world: WorldMaker) -> None:
    here = world("ready")
    ready(here).close()
    second = here.open()
    assert second.view().read_only == ""
    (intent,) = act(second, "file")
    assert intent.phase == Phase.CONFIRMED


def test_the_second_sees_what_the_first_filed(world: WorldMaker) -> None:
    here = world("ready")
    first = ready(here)
    act(first, "file")
    second = here.open()
    assert [intent.phase for intent in filings(second)] == [Phase.CONFIRMED]
    assert second.view().verdicts[StepId.DECISION].state == "waiting"


def test_a_command_beside_the_app_only_reads(world: WorldMaker) -> None:
    here = world("ready")
    first = ready(here)
    done = run(here, *FILE)
    assert done.returncode == 30, done.stderr
    assert f"process {os.getpid()} on " in done.stderr
    assert "nothing was sent" in done.stderr
    assert not here.writes()
    done = run(here, "draft", "set", "contacts=other@example.net")
    assert done.returncode == 3, done.stderr
    assert f"process {os.getpid()} on " in done.stderr
    assert run(here, "status").returncode == 10
    assert why_not(first) == ""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_the_lock_of_a_killed_one_is_gone(world: WorldMaker) -> None:
    here = world("pending")
    fill(here)
    held = subprocess.Popen(
        command(here, "watch"), stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    try:
        assert held.stdout is not None
        assert b"PENDING" in held.stdout.readline()
        second = here.open()
        assert f"process {held.pid} on " in second.view().read_only
        second.close()
    finally:
        held.kill()
        held.wait()
        held.stdout.close()  # type: ignore[union-attr]  # it is a pipe
    assert here.open().view().read_only == ""


def race(commands: list[list[str]]) -> list[tuple[int, str]]:
    """Start all at once; return exit status and words of each."""
    running = [
        subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for line in commands
    ]  # fmt: skip
    return [(process.wait(50), process.communicate()[0]) for process in running]


def test_a_race_on_one_progress(world: WorldMaker) -> None:
    here = world("ready")
    fill(here)
    ended = race([command(here, *FILE)] * 3)
    assert sorted(status for status, _ in ended).count(0) == 1, ended
    assert all(status in (0, 30, 31) for status, _ in ended), ended
    assert not any("Traceback" in said for _, said in ended)
    assert len(here.writes(FILING)) == 1
    again = here.open()
    assert [intent.phase for intent in filings(again)] == [Phase.CONFIRMED]


def test_a_race_of_two_machines(world: WorldMaker) -> None:
    """Each with a progress of its own, at the same moment: AWS's own 409 is the second net."""
    here = world("ready")
    fill(here)
    other = here.state_dir.with_name("other")
    shutil.copytree(here.state_dir, other)
    # Both have looked before either sends.
    here.server.faults.add(f"sesv2:{FILING}", delay=1.0, times=2)
    ended = race([command(here, *FILE), command(here, *FILE, state_dir=other)])
    assert all(status in (0, 30, 32) for status, _ in ended), ended
    assert [status for status, _ in ended].count(0) >= 1
    assert len(here.writes(FILING)) <= 2
    assert effects(here) == 1


def test_two_threads_of_one_app(world: WorldMaker) -> None:
    """The same confirmation pressed twice."""
    from concurrent.futures import ThreadPoolExecutor

    here = world("ready")
    onboarding = ready(here)
    prepared = onboarding.prepare("file")

    def press(_number: int) -> str:
        try:
            return str(onboarding.act(prepared, "3333")[0].phase)
        except Refused as refused:
            time.sleep(0.05)
            return refused.sentence

    with ThreadPoolExecutor(6) as threads:
        said = list(threads.map(press, range(6)))
    assert said.count("confirmed") == 1, said
    assert len(here.writes(FILING)) == 1
