"""``--read-only``, and every command but ``file``: no write leaves (docs/architecture.md, "Promises")."""

from __future__ import annotations

import os
import sys
import time

import pexpect
import pytest

from dlaas_onboard.journey.errors import Refused
from dlaas_onboard.journey.step_registry import BY_ID, STEPS
from dlaas_onboard.onboarding import Onboarding, registry
from dlaas_onboard.rehearsal.launcher import SAMPLE_PROJECT
from dlaas_onboard.rehearsal.scenarios import ACCOUNT
from tests.e2e.conftest import WorldMaker
from tests.e2e.tools import ROOT, fill, main, run


def try_all(onboarding: Onboarding) -> None:
    """Ask for each action, by its own door and by the back door."""
    for action, reason in onboarding.actions():
        assert reason == "Started with --read-only."
        with pytest.raises(Refused):
            onboarding.prepare(action.id)


@pytest.mark.parametrize("scenario", ["dlaas", "ready", "denied", "paused"])
def test_every_action_in_every_state_of_the_account(world: WorldMaker, scenario: str) -> None:
    here = world(scenario)
    fill(here)
    onboarding = here.open(read_only=True)
    assert {action.id for action, _ in onboarding.actions()} == {action.id for action in registry()}
    try_all(onboarding)
    onboarding.look()
    onboarding.reconcile()
    onboarding.move("", "eu-west-1")
    try_all(onboarding)
    assert len(here.server.log) > 15
    assert not here.writes()


def test_what_was_prepared_before_cannot_be_sent(world: WorldMaker) -> None:
    """The confirmation of one that may write, pressed in one that may not."""
    here = world("ready")
    fill(here)
    free = here.open()
    prepared = free.prepare("file")
    free.close()
    onboarding = here.open(read_only=True)
    with pytest.raises(Refused, match="read-only"):
        onboarding.act(prepared, "3333")
    assert not here.writes()


KEYS = "1234567890-"
COMMANDS = (
    ("status",),
    ("status", "--json", "--regions", "us-east-1,eu-west-1"),
    ("draft", "--json"),
    ("draft", "set", "users=10"),
    ("next", "--json"),
    ("actions", "--json"),
    ("do", "send_bounce", "--dry-run"),
    ("file", "--dry-run"),
    ("file", "--dry-run", "--yes", "--account", ACCOUNT),
    ("watch", "--timeout", "6", "--interval", "0.1"),
    ("report", "--format", "json"),
    ("records", "--format", "terraform"),
    ("policy",),
)


def test_every_command_but_file(world: WorldMaker, capsys: pytest.CaptureFixture[str]) -> None:
    here = world("ready")
    fill(here)
    for words in COMMANDS:
        before = len(here.server.log)
        assert main(here, *words) in (0, 10), (words, capsys.readouterr())
        assert len(here.server.log) > before or words == ("policy",)
    assert not here.writes()
    done = run(here, "--read-only", "file", "--yes", "--account", ACCOUNT)
    assert done.returncode == 30, done.stderr
    assert "--read-only" in done.stderr
    assert not here.writes()


def test_the_plain_mode(world: WorldMaker) -> None:
    """Yes to everything."""
    here = world("ready")
    fill(here)
    said = "".join(f"{step.number}\n" + "\n" * 12 + "yes\n3333\n1\nback\n" for step in STEPS) + "quit\n"
    done = run(here, "--read-only", "--plain", stdin=said)
    assert done.returncode == 0, done.stderr
    assert "Started with --read-only." in done.stdout
    assert len(here.server.log) > 10
    assert not here.writes()


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is needed")
def test_a_tour_of_the_app(world: WorldMaker) -> None:
    """The key of every action at its step, and Enter behind it."""
    here = world("ready")
    fill(here)
    child = pexpect.spawn(
        sys.executable,
        ["-m", "dlaas_onboard", "--region", "us-east-1", "--state-dir", str(here.state_dir), "--dns-server", here.dns,
         "--project", str(SAMPLE_PROJECT), "--read-only"],
        cwd=str(ROOT), dimensions=(40, 140), timeout=30,
        env={**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
    )  # fmt: skip
    out = b""

    def read_for(seconds: float) -> None:
        nonlocal out
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                out += child.read_nonblocking(65536, timeout=0.02)
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                return

    end = time.monotonic() + 15
    while (not here.server.log or b"Read-only" not in out) and time.monotonic() < end:
        read_for(0.2)
    read_for(1.5)
    for action in registry():
        child.send(KEYS[BY_ID[action.step].number - 1])
        child.send(action.key)
        read_for(0.05)
        child.send("\r")
        child.send("\x1b")
        read_for(0.02)
    read_for(1.0)
    assert child.isalive()
    child.close(force=True)
    assert b"Started with --read-only." in out
    assert len(here.server.log) > 10
    assert not here.writes()
