"""``--timeout`` is a deadline for the whole command, whatever hangs."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.rehearsal.launcher import SAMPLE_PROJECT
from tests.e2e.conftest import WorldMaker
from tests.e2e.tools import FILING, command, effects, filings, ready

SECONDS = 3
READS = ("status", "draft", "watch", "report", "records", "actions", "progress show", "status --regions all")


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Let AWS accept connections and never answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREHEARSAL0000000")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "SECRETCANARY0000")
        yield


def _profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, process: str) -> None:
    config = tmp_path / "config"
    config.write_text(f"[default]\nregion = eu-west-1\ncredential_process = {process}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the program that gives the credentials never end."""
    _profile(tmp_path, monkeypatch, f'{sys.executable} -c "import time; time.sleep(600)"')


@pytest.mark.parametrize("fault", ["silent", "hanging"])
def test_every_command_ends_at_its_deadline(fault: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    request.getfixturevalue(fault)
    for words in READS:
        line = [
            *(sys.executable, "-m", "dlaas_onboard", "--region", "eu-west-1", "--project", str(SAMPLE_PROJECT)),
            *("--state-dir", str(tmp_path / "state"), "--dns-server", "127.0.0.1:9"),
        ]
        began = time.monotonic()
        done = subprocess.run(
            [*line, *words.split(), "--timeout", str(SECONDS)],
            capture_output=True, text=True, timeout=20, check=False,
        )  # fmt: skip
        assert time.monotonic() - began < SECONDS + 6, words
        assert f"the deadline of {SECONDS} s passed while" in done.stderr, (words, done.stderr)
        assert "Traceback" not in done.stderr
        assert done.returncode == (0 if words in ("draft", "progress show") else 3), (words, done.stderr)


def test_a_write_that_hangs_at_the_deadline_is_unknown_and_is_never_sent_again(world: WorldMaker) -> None:
    here = world("ready")
    ready(here).close()
    here.server.faults.add(FILING, delay=60.0, times=None)
    began = time.monotonic()
    account = ("--account", "111122223333")
    done = subprocess.run(
        command(here, "file", "--yes", *account, "--timeout", "12"), capture_output=True, text=True, check=False
    )
    assert time.monotonic() - began < 18
    assert done.returncode == 31, done.stderr
    assert "the deadline of 12 s passed after 1 of 1 call" in done.stderr
    here.server.faults.clear()
    onboarding = here.open()
    assert [intent.phase for intent in filings(onboarding)] in ([Phase.UNKNOWN], [Phase.CONFIRMED])
    onboarding.close()
    assert effects(here) <= 1


def test_nothing_is_sent_where_the_deadline_passes_before(world: WorldMaker) -> None:
    here = world("ready")
    ready(here).close()
    here.server.faults.add("sesv2:GetAccount", delay=60.0, times=None)
    done = subprocess.run(
        command(here, "file", "--yes", "--account", "111122223333", "--timeout", "3"),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, effects(here)) == (3, 0), done.stderr
    assert "nothing was sent" in done.stderr
