"""The app as a process: what it loads, how it leaves, and what it says when it breaks."""

from __future__ import annotations

import os
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
from tests.tui.fake import FakeOnboarding, OPTIONS
from dlaas_onboard.tui.app import run
class Hanging(FakeOnboarding):
    def start(self, ask_code):
        time.sleep(600)
import os
os._exit(run(Hanging(), OPTIONS))
"""
STUCK = """
import threading
from tests.tui.fake import FakeOnboarding, OPTIONS
from dlaas_onboard.tui.app import run
class Stuck(FakeOnboarding):
    def calls(self):
        threading.Event().wait()
run(Stuck(), OPTIONS)
"""
BREAKS = """
import sys
from tests.tui.fake import FakeOnboarding, OPTIONS
from dlaas_onboard.tui.app import run
class Broken(FakeOnboarding):
    def calls(self):
        aws_secret_access_key = "SECRETCANARY"
        raise RuntimeError("the message MESSAGECANARY " + aws_secret_access_key[:0])
sys.exit(run(Broken(), OPTIONS))
"""


def started(program: str) -> pexpect.spawn[str]:
    child = pexpect.spawn(
        sys.executable, ["-c", program], cwd=str(ROOT), env=ENV, dimensions=(30, 100), timeout=20, encoding="utf-8"
    )
    child.expect("attention")
    return child


def test_importing_the_app_loads_nothing_heavy() -> None:
    code = (
        "import sys, dlaas_onboard.tui.app\n"
        "heavy = ('boto3', 'botocore', 'pydantic', 'dns', 'jinja2', 'moto', 'markdown_it', 'sqlite3')\n"
        "print([name for name in sys.modules if name.split('.')[0] in heavy])\n"
        "print([name for name in ('facts', 'situation', 'writes', 'steps', 'request', 'verdict')"
        " if 'dlaas_onboard.journey.' + name in sys.modules])\n"
    )
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert out.split("\n")[:2] == ["[]", "[]"]


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
    child.send("l")
    time.sleep(0.5)
    os.kill(child.pid, number)
    child.expect(pexpect.EOF, timeout=15)
    child.close()
    assert child.exitstatus == 128 + number


def test_a_defect_shows_no_values_and_says_that_progress_is_saved() -> None:
    child = started(BREAKS)
    child.send("l")
    child.expect(pexpect.EOF)
    said = child.before.split("\x1b[?1049l")[-1]
    child.close()
    assert child.exitstatus == 1
    assert "This is a defect of dlaas-onboard: RuntimeError in calls_drawer.py:" in clean(said)
    assert "Your progress is saved." in said
    for leak in ("SECRETCANARY", "MESSAGECANARY", "aws_secret_access_key", "Traceback"):
        assert leak not in child.before
