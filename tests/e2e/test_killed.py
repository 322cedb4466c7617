"""Killed, or told that the disk is full, at any system call while filing: docs/faults.md, "Kill points".

``strace`` injects at the n-th call of one kind; it counts each thread by itself, so that the calls of the main thread,
which decides, writes down and sends, have the same numbers in each run.
"""

from __future__ import annotations

import itertools
import json
import random
import re
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.rehearsal.saved_state import SavedState
from dlaas_onboard.rehearsal.scenarios import ACCOUNT
from tests.e2e.conftest import FIELDS, World, WorldMaker, act
from tests.e2e.tools import FILING, effects, filings, fill, let_settle, remember, restore, run, why_not

SYSCALLS = (
    *("pwrite64", "fsync", "fdatasync", "unlink", "openat", "close", "fcntl", "ftruncate", "flock", "fchmod"),
    *("socket", "connect", "sendto", "recvfrom", "poll", "write"),
)
MANY = ("openat", "close", "fcntl")  # of modules and of botocore's data, too, where nothing can be lost
TELLING = re.compile(r"progress\.sqlite|\.lock|run-\d+>|socket:")
FILE = ("file", "--yes", "--account", ACCOUNT)

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


class Point(NamedTuple):
    """One call of the main thread of a clean run."""

    kind: str
    number: int  # within the thread
    text: str


class Scene(NamedTuple):
    """An account that is ready to ask, progress in which everything is entered, and the calls of a clean run."""

    here: World
    state: SavedState
    progress: Path
    points: list[Point]
    counter: Iterator[int]

    def again(self) -> Path:
        """Put account and progress back; return the progress."""
        restore(self.here, self.state)
        folder = self.progress.with_name(f"run-{next(self.counter)}")
        shutil.copytree(self.progress, folder)
        self.here.state_dir = folder
        return folder

    def file(self, inject: str = "") -> tuple[int, str]:
        """File in a process of its own; return its exit status, negative for a signal, and what it said."""
        strace = ("strace", "-f", "-qq", "-y", "-s", "400", "-o", f"{self.progress}.trace")
        chosen = ("-e", f"inject={inject}") if inject else ()
        done = run(self.here, *FILE, before=(*strace, "-e", f"trace={','.join(SYSCALLS)}", *chosen))
        return done.returncode, done.stdout + done.stderr

    def place(self, pattern: str) -> int:
        """Return which call of the main thread is the first to fit a pattern."""
        return next(index for index, point in enumerate(self.points) if re.search(pattern, point.text))


def calls_of(trace: Path) -> list[Point]:
    """Return the calls of the main thread, each with its number of its kind."""
    points: list[Point] = []
    seen: Counter[str] = Counter()
    main = ""
    for text in trace.read_text(errors="replace").splitlines():
        call = re.match(r"(\d+)\s+(\w+)\(", text)
        if call is None:
            continue
        main = main or call[1]
        if call[1] == main:
            seen[call[2]] += 1
            points.append(Point(call[2], seen[call[2]], text))
    return points


@pytest.fixture(scope="module")
def scene(lasting_world: WorldMaker) -> Scene:
    here = lasting_world("ready")
    fill(here)
    here.open().close()
    made = Scene(here, remember(here), here.state_dir, [], itertools.count())
    made.again()
    status, said = made.file()
    assert status == 0, said
    assert effects(here) == 1
    points = calls_of(Path(f"{made.progress}.trace"))
    first = next(index for index, point in enumerate(points) if "progress.sqlite" in point.text)
    made.points.extend(point for point in points[first:] if point.kind not in MANY or TELLING.search(point.text))
    return made


def check_after(scene: Scene, said: str) -> str:
    """Check what a killed run left behind; return how far it came."""
    here = scene.here
    sent = here.writes(FILING)
    assert len(sent) <= 1, said
    if "Filed and read back" in said:
        assert effects(here) == 1
    onboarding = here.open()
    try:
        view = onboarding.view()
        assert view.read_only == "", "the lock of the killed one is gone with it"
        for field, text in FIELDS.items():
            assert view.situation.answers.text(field) == text, "what was entered is there"
        found = filings(onboarding)
        assert len(found) <= 1
        if sent:
            assert len(found) == 1, "written down before it left"
            assert sent[0].params == json.loads(found[0].call.payload)
        if effects(here):
            assert found[0].phase == Phase.CONFIRMED
            assert why_not(onboarding)
            return "filed"
        if found:
            assert found[0].phase == Phase.UNKNOWN
            assert why_not(onboarding), "it may be under way"
            let_settle(onboarding)
            onboarding.look()
            onboarding.reconcile()
            assert filings(onboarding)[0].phase == Phase.ABANDONED
        assert why_not(onboarding) == ""
        act(onboarding, "file")
        assert filings(onboarding)[-1].phase == Phase.CONFIRMED
        assert effects(here) == 1, "one request at AWS, whatever happened"
        return "written down" if found else "nothing done"
    finally:
        onboarding.close()
        here.opened.remove(onboarding)  # hundreds of them would fill the memory


def kill(scene: Scene, point: Point) -> str:
    scene.again()
    status, said = scene.file(f"{point.kind}:signal=KILL:when={point.number}")
    assert "Traceback" not in said
    assert status == -signal.SIGKILL or effects(scene.here) == 1, "not killed: a poll that this run did not need"
    return check_after(scene, said)


def test_killed_at_some_calls_while_filing(scene: Scene) -> None:
    """Around the intent, around the request, around the outcome, and anywhere."""
    sent = scene.place(r"sendto\(.*/v2/email/account/details")
    answered = next(i for i in range(sent, len(scene.points)) if scene.points[i].kind == "recvfrom")
    writes = [i for i, point in enumerate(scene.points) if point.kind in ("fdatasync", "fsync")]
    before, after = [i for i in writes if i < sent], [i for i in writes if i > answered]
    chosen = random.Random(7)
    places = [before[-1], before[0], sent, sent + 1, answered, after[0], after[-1], chosen.randrange(len(scene.points))]
    came = [kill(scene, scene.points[place]) for place in places]
    assert set(came) >= {"filed", "written down"}


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_killed_at_any_call_while_filing(scene: Scene) -> None:
    came = Counter(kill(scene, point) for point in scene.points)
    assert sum(came.values()) >= 40
    assert came["filed"] >= 10
    assert came["written down"] >= 5
    assert came["nothing done"] >= 5


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_a_disk_that_is_full_before_the_intent(scene: Scene, error: str) -> None:
    """From the first write on: nothing can be written down, so nothing is sent."""
    scene.again()
    status, said = scene.file(f"pwrite64:error={error}:when=1+")
    assert status in (3, 30), said
    assert "Traceback" not in said
    assert "nothing was sent" in said
    assert "progress.sqlite" in said
    assert not scene.here.writes(FILING)
    check_after(scene, said)


def test_a_disk_that_fills_up_with_the_intent(scene: Scene) -> None:
    sent = scene.place(r"sendto\(.*/v2/email/account/details")
    intent = next(p for p in reversed(scene.points[:sent]) if p.kind == "pwrite64" and "dlaas-" in p.text)
    scene.again()
    status, said = scene.file(f"pwrite64:error=ENOSPC:when={intent.number}+")
    assert status in (3, 30), said
    assert "nothing was sent" in said
    assert not scene.here.writes(FILING)
    check_after(scene, said)


def test_a_disk_that_fills_up_after_the_request(scene: Scene) -> None:
    """It was sent, so the case and the marker are said, and the exit status is not 0."""
    sent = scene.place(r"sendto\(.*/v2/email/account/details")
    outcome = next(point for point in scene.points[sent:] if point.kind == "pwrite64")
    for _ in range(3):
        scene.again()
        status, said = scene.file(f"pwrite64:error=ENOSPC:when={outcome.number}+")
        if scene.here.writes(FILING):
            break  # a look of another length moves the writes, so the disk may have been full too early
    assert status == 31, said
    assert "was sent" in said
    assert "nothing was sent" not in said
    assert re.search(r"dlaas-[a-z2-7]{10}", said)
    case = scene.here.server.account.region("us-east-1").review
    assert case is not None
    assert case.case in said
    assert effects(scene.here) == 1
    assert check_after(scene, said) == "filed"
