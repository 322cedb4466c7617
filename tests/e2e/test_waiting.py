"""``watch`` from the request to mail that works: on an embedded account, in processes, at a terminal."""

from __future__ import annotations

import itertools
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pexpect
import pytest

from dlaas_onboard import wiring
from dlaas_onboard.arguments import Arguments
from dlaas_onboard.headless import watch
from tests.e2e.conftest import World, WorldMaker
from tests.e2e.tools import ROOT, at_once, command, main

PARTITIONS = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1"}
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and a pseudo-terminal are needed")


class Waiting:
    """A request that is under review in a Region, and what Amazon does with it."""

    def __init__(self, here: World, region: str) -> None:
        self.here = here
        self.region = region
        self.put("PENDING")

    def put(self, status: str, **changes: Any) -> None:
        """Have the review in a status that stays until it is put into another."""
        account = self.here.server.account
        with account.lock:
            region = account.region(self.region)
            assert region.review is not None
            region.review.status, region.review.decide_at, region.review.lift_at = status, None, None
            for name, value in changes.items():
                setattr(region, name, value)

    def forget(self) -> None:
        account = self.here.server.account
        with account.lock:
            region = account.region(self.region)
            region.details = region.review = None

    @property
    def case(self) -> str:
        region = self.here.server.account.region(self.region)
        assert region.review is not None
        return region.review.case

    def looks(self, operation: str = "sesv2:GetAccount") -> list[float]:
        return [call.at for call in list(self.here.server.log) if call.name == operation and call.region == self.region]

    def watch(self, *meanwhile: Callable[[], object], **arguments: Any) -> tuple[int, list[float]]:
        """Run ``watch`` in this process; in each of its pauses the next thing happens, and no time passes."""
        waited: list[float] = []
        acts = iter(meanwhile)

        def sleep(seconds: float) -> None:
            waited.append(seconds)
            next(acts, lambda: None)()

        onboarding = wiring.build(self.here.arguments(region=self.region))
        args = Arguments("watch", **{"interval": 1.0, "timeout": 10_000.0, **arguments})
        try:
            code = watch.run(onboarding, args, sleep=sleep, clock=lambda: float(sum(waited)))
        finally:
            onboarding.close()
        return code, waited

    def line(self, *words: str) -> list[str]:
        return command(self.here, "--region", self.region, "watch", *words)


@pytest.fixture(params=PARTITIONS, ids=list(PARTITIONS))
def waiting(request: pytest.FixtureRequest, world: WorldMaker, monkeypatch: pytest.MonkeyPatch) -> Waiting:
    at_once(monkeypatch)
    region = PARTITIONS[request.param]
    return Waiting(world("pending", region=region), region)


@pytest.fixture
def here(world: WorldMaker, monkeypatch: pytest.MonkeyPatch) -> Waiting:
    at_once(monkeypatch)
    return Waiting(world("pending"), PARTITIONS["aws"])


def test_every_state_until_mail_works(waiting: Waiting, capsys: pytest.CaptureFixture[str]) -> None:
    code, waited = waiting.watch(
        lambda: None,
        lambda: waiting.put("PONDERING"),
        lambda: None,
        lambda: waiting.put("GRANTED"),
        lambda: None,
        lambda: waiting.put("GRANTED", production=True),
    )
    out, err = capsys.readouterr()
    said = [line.split("  ", 1)[1] for line in out.splitlines()]
    where = f"111122223333  {waiting.region}"
    talk = f"case {waiting.case} (opened, 1 message)"
    assert said == [
        f"{where}  sandbox  review PENDING, {talk}",
        f"{where}  sandbox  review PONDERING, {talk}",
        f"{where}  sandbox  review GRANTED, {talk}",
        f"{where}  production access  review GRANTED, {talk}",
    ]
    assert code == 0
    assert waited == [1.0, 1.5, 1.0, 1.5, 1.0, 1.5], "each change begins the waits anew"
    assert "Amazon calls the review PONDERING, a state not known here" in err
    assert "ProductionAccessEnabled is still false" in err
    assert not waiting.here.writes()


@pytest.mark.parametrize(("status", "code"), [("DENIED", 12), ("FAILED", 12)])
def test_a_decision_ends_it(waiting: Waiting, status: str, code: int) -> None:
    assert waiting.watch(lambda: waiting.put(status))[0] == code
    assert waiting.watch() == (code, []), "and the next watch says it at once"


def test_a_request_that_was_never_made_is_not_waited_for(waiting: Waiting, capsys: pytest.CaptureFixture[str]) -> None:
    waiting.forget()
    assert waiting.watch() == (10, [])
    assert "nothing to wait for" in capsys.readouterr().err


@pytest.mark.parametrize(("status", "code"), [("GRANTED", 13), ("PONDERING", 3)])
def test_at_its_timeout_it_ends_with_the_state(waiting: Waiting, status: str, code: int) -> None:
    waiting.put(status)
    found, waited = waiting.watch(timeout=10.0)
    assert found == code
    assert sum(waited) == 10.0
    assert main(waiting.here, "--region", waiting.region, "status") == code


def test_a_word_that_is_new_is_shown_as_it_is(waiting: Waiting, capsys: pytest.CaptureFixture[str]) -> None:
    waiting.put("PonderingDeeply")
    assert main(waiting.here, "--region", waiting.region, "status") == 3
    assert "Review: PonderingDeeply (case " in capsys.readouterr().out
    assert main(waiting.here, "--region", waiting.region, "status", "--regions", waiting.region) == 0
    assert "review PonderingDeeply" in capsys.readouterr().out
    assert main(waiting.here, "--region", waiting.region, "status", "--regions", "all") == 0
    assert "review PonderingDeeply" in capsys.readouterr().out


def test_the_case_is_read_now_and_then_and_at_each_change(here: Waiting, capsys: pytest.CaptureFixture[str]) -> None:
    nothing = [lambda: None] * 3
    code, waited = here.watch(lambda: here.here.play("ask"), *nothing, lambda: None, lambda: here.here.play("deny"))
    assert code == 12
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition("review ")[2].replace(here.case, "N") for line in lines] == [
        "PENDING, case N (opened, 1 message)",
        "PENDING, case N (pending-customer-action, 2 messages)",
        "DENIED, case N (resolved, 3 messages)",
    ]
    assert len(waited) == 6
    assert len(here.looks("support:DescribeCommunications")) == 3, "first, at the fifth look, and with the decision"


def test_without_the_plan_the_case_is_asked_for_once(here: Waiting) -> None:
    here.here.server.account.state.support_plan = False
    assert here.watch(*[lambda: None] * 7, lambda: here.put("DENIED"))[0] == 12
    assert len([call for call in here.here.server.log if call.service == "support"]) == 1


def test_a_throttled_look_is_followed_by_a_longer_wait(here: Waiting) -> None:
    def throttle() -> None:
        here.here.server.faults.add("sesv2:GetAccount", code="TooManyRequestsException", status=429, times=3)

    code, waited = here.watch(throttle, lambda: None, lambda: here.put("DENIED"), interval=10.0)
    assert code == 12
    assert waited[:2] == [10.0, 30.0]


def test_the_next_watch_says_what_changed_and_how_old_the_request_is(
    here: Waiting, capsys: pytest.CaptureFixture[str]
) -> None:
    assert here.watch(timeout=8.0)[0] == 11
    out, err = capsys.readouterr()
    assert "since the last look" not in out
    assert " ago; Amazon promises a first answer within 24 h" in err
    here.here.play("days")
    here.put("PENDING")
    here.here.play("ask")
    assert here.watch(timeout=8.0)[0] == 11
    out, err = capsys.readouterr()
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert f"since the last look ({today} " in out
    assert f"Case {here.case} went from opened to pending-customer-action." in out
    assert "3 d ago; Amazon promised a first answer within 24 h, and that is over" in err
    # A look that fails in between hides nothing from the one after.
    here.here.server.faults.add("sesv2:GetAccount", code="AccessDeniedException", status=403, times=None)
    assert here.watch()[0] == 3
    here.here.server.faults.clear()
    here.put("DENIED")
    capsys.readouterr()
    assert here.watch() == (12, [])
    assert "The review went from PENDING to DENIED." in capsys.readouterr().out


# Processes


def heeding() -> None:
    """Let a process hear SIGINT though the tests run behind a shell's ``&``, where it is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Running:
    """A ``watch`` in a process of its own, and what it says, as it says it."""

    def __init__(self, line: list[str]) -> None:
        self.process = subprocess.Popen(
            line,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            preexec_fn=heeding,  # noqa: PLW1509 - it sets one signal's disposition
        )
        self.said: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.put(line)

    def stop(self, number: signal.Signals) -> tuple[float, int, str]:
        """Send a signal; return the seconds until the end, the exit status, and standard error."""
        begun = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(20)
        took = time.monotonic() - begun
        assert self.process.stderr is not None
        return took, code, self.process.stderr.read()


@contextmanager
def running(line: list[str]) -> Iterator[Running]:
    made = Running(line)
    try:
        yield made
    finally:
        made.process.kill()
        made.process.wait()
        for stream in (made.process.stdout, made.process.stderr):
            assert stream is not None
            stream.close()


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_at_once_even_while_a_call_hangs(here: Waiting, number: signal.Signals) -> None:
    took = []
    for _ in range(3):
        here.here.server.faults.clear()
        with running(here.line("--interval", "1")) as child:
            assert "review PENDING" in child.said.get(timeout=30)
            here.here.server.faults.add("sesv2:GetAccount", delay=60.0, times=None)
            calls = len(here.looks())
            deadline = time.monotonic() + 10
            while len(here.looks()) == calls:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            seconds, code, err = child.stop(number)
        took.append(seconds)
        assert code == 11, "the exit status of the last look"
        assert err.count("\n") <= 3
        assert "stopped; nothing is lost" in err
        assert "Traceback" not in err
        if seconds < 0.5:
            break
    assert min(took) < 0.5, took
    # The next one goes on, and says what changed meanwhile.
    here.here.server.faults.clear()
    here.put("DENIED")
    with running(here.line("--interval", "1")) as child:
        assert "The review went from PENDING to DENIED." in child.said.get(timeout=30)
        assert "review DENIED" in child.said.get(timeout=30)
        assert child.process.wait(20) == 12


@posix
def test_a_stop_before_the_first_look_has_ended_knows_nothing(here: Waiting) -> None:
    here.here.server.faults.add("sts:GetCallerIdentity", delay=60.0, times=None)
    with running(here.line()) as child:
        deadline = time.monotonic() + 20
        while not any(call.service == "sts" for call in list(here.here.server.log)):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        took, code, err = child.stop(signal.SIGTERM)
    assert code == 3
    assert "stopped" in err
    assert took < 3


@posix
def test_at_a_terminal_it_says_when_it_looks_next_and_rings_for_a_change(here: Waiting) -> None:
    line = here.line("--interval", "0.01")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "TZ": "UTC"}
    for name in ("TMUX", "TERM_PROGRAM", "LC_TERMINAL", "WT_SESSION"):
        env.pop(name, None)
    child = pexpect.spawn(
        line[0],
        line[1:],
        cwd=str(ROOT),
        env=env,
        timeout=30,
        encoding="utf-8",
        dimensions=(24, 120),
        preexec_fn=heeding,
    )
    child.expect(r"next look at \d\d:\d\d:\d\d, in 1 s; ctrl\+c stops")
    assert "\a" not in child.before, "a first look is no change"
    here.put("GRANTED")
    child.expect_exact("\a\x1b]777;notify;dlaas-onboard;The review went from PENDING to GRANTED.\a")
    child.expect("ProductionAccessEnabled is still false")
    child.expect("next look at")
    child.sendintr()
    child.expect("stopped; nothing is lost")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 13
    looks = here.looks()
    assert all(later - sooner > 0.9 for sooner, later in itertools.pairwise(looks)), "one look a second"
