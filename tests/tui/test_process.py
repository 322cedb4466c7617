"""The app as a process: what it loads, how it leaves, and what it says when it breaks."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest

from dlaas_onboard.journey.text import clean

ROOT = Path(__file__).parents[2]
ENV = {"TERM": "xterm-256color", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"}
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is needed")

HANGS = """
import sys, time
from tests.fakes.onboarding import Visited
from tests.apps import app_of
class Hanging(Visited):
    def start(self, ask_code):
        time.sleep(600)
import os
os._exit(app_of(Hanging()).run_to_its_end())
"""
STUCK = """
import os, threading
from tests.fakes.onboarding import Visited
from tests.apps import app_of
class Stuck(Visited):
    def calls(self):
        os.write(1, b"stuck now")
        threading.Event().wait()
app_of(Stuck()).run_to_its_end()
"""
BREAKS = """
import sys
from tests.fakes.onboarding import Visited
from tests.apps import app_of
class Broken(Visited):
    def calls(self):
        aws_secret_access_key = "SECRETCANARY"
        raise RuntimeError("the message MESSAGECANARY " + aws_secret_access_key[:0])
sys.exit(app_of(Broken()).run_to_its_end())
"""


def started(program: str) -> pexpect.spawn[str]:
    child = pexpect.spawn(
        sys.executable, ["-c", program], cwd=str(ROOT), env=ENV, dimensions=(30, 100), timeout=20, encoding="utf-8"
    )
    child.expect("attention")
    return child


def test_quitting_with_a_call_that_hangs_is_quick() -> None:
    child = started(HANGS)
    begun = time.monotonic()
    child.send("q")
    child.expect(pexpect.EOF)
    child.close()
    # Half a second on a calm machine (docs/architecture.md, "Promises"); the call would hold it for ten minutes.
    assert time.monotonic() - begun < 3
    assert child.exitstatus == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_in_order(number: signal.Signals) -> None:
    child = started(HANGS)
    os.kill(child.pid, number)
    child.expect(pexpect.EOF)
    assert "\x1b[?1049l" in child.before
    child.close()
    assert child.exitstatus == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_even_when_the_screen_is_stuck(number: signal.Signals) -> None:
    # What a terminal that went away does: Textual's writer takes no more, and the loop waits for it for ever.
    child = started(STUCK)
    child.send("L")
    child.expect("stuck now")
    os.kill(child.pid, number)
    child.expect(pexpect.EOF, timeout=15)
    child.close()
    assert child.exitstatus == 128 + number


def test_a_defect_shows_no_values_and_says_that_progress_is_saved() -> None:
    child = started(BREAKS)
    child.send("L")
    child.expect(pexpect.EOF)
    said = child.before.split("\x1b[?1049l")[-1]
    child.close()
    assert child.exitstatus == 1
    assert "This is a defect of dlaas-onboard: RuntimeError in calls_drawer.py:" in clean(said)
    assert "Your progress is saved." in said
    for leak in ("SECRETCANARY", "MESSAGECANARY", "aws_secret_access_key", "Traceback"):
        assert leak not in child.before


def test_it_ends_when_its_terminal_is_gone_and_no_signal_says_so() -> None:
    ours, its = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-c", HANGS],
        cwd=ROOT,
        env=ENV,
        stdin=its,
        stdout=its,
        stderr=its,
        start_new_session=True,  # the terminal is nobody's controlling terminal: hanging up sends no signal
    )
    os.close(its)
    shown = b""
    while b"attention" not in shown:
        shown += os.read(ours, 65536)
    os.close(ours)
    assert child.wait(20) in (0, 128 + signal.SIGHUP)
