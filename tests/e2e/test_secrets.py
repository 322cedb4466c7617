"""No credential reaches a file, an output or a crash line; files are for their owner alone.

The rules: docs/faults.md, "Secrets" and "Files".
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlaas_onboard.progress.paths import NAME
from dlaas_onboard.rehearsal.scenarios import ACCOUNT
from tests.e2e.conftest import World, WorldMaker
from tests.e2e.tools import FILING, ROOT, at_once, command, fill, main

KEY = "AKIACANARYCANARY1234"
SECRET = "SECRETCANARYSECRETCANARYSECRETCANARY1234"
TOKEN = "TOKENCANARYTOKENCANARYTOKENCANARYTOKENCANARY"
CANARIES = tuple(text.encode() for text in (KEY, SECRET, TOKEN, "CANARY"))


@pytest.fixture
def here(world: WorldMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An account whose credentials are canaries, and a home of its own; what the umask would allow to all is closed."""
    made = world("ready")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", TOKEN)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    before = os.umask(0)
    yield made
    os.umask(before)


def clean(*texts: str) -> None:
    for text in texts:
        for canary in CANARIES:
            assert canary not in text.encode(), text


def search(folder: Path) -> int:
    """Look for the canaries in each file; return how many were looked at."""
    count = 0
    for path in folder.rglob("*"):
        if path.is_file():
            count += 1
            content = path.read_bytes()
            for canary in CANARIES:
                assert canary not in content, path
    return count


def private(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_from_the_first_look_to_the_report(
    here: World, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS itself repeats the credentials in its errors, as it does in the canonical string of a wrong signature."""
    at_once(monkeypatch)
    fill(here)
    here.server.faults.add(
        "ses:GetSendStatistics",
        code="SignatureDoesNotMatch",
        message=f"The Canonical String should have been AWS4-HMAC-SHA256 {KEY} {SECRET} x-amz-security-token:{TOKEN}",
        status=403,
        times=None,
    )
    for operation, error in (("support:*", "AccessDeniedException"), ("cloudwatch:*", "InternalFailure")):
        here.server.faults.add(
            operation, code=error, message=f"You sent {KEY}, {SECRET}, {TOKEN}", status=403, times=None
        )
    here.server.faults.add(f"sesv2:{FILING}", when="after", code="InternalFailure", message=f"{SECRET}", status=500)
    target = tmp_path / "out" / "report.html"
    target.parent.mkdir()
    for words, code in (
        (("status",), 10),
        (("status", "--json"), 10),
        (("draft", "--json"), 0),
        (("file", "--dry-run"), 0),
        (("file", "--yes", "--account", ACCOUNT), 0),
        (("report", "-o", str(target)), 0),
        (("report", "--format", "json"), 0),
    ):
        found = main(here, *words)
        out, err = capfd.readouterr()
        assert found == code, err
        clean(out, err)
    assert search(here.state_dir) >= 2
    assert search(target.parent) == 1
    assert search(tmp_path / "home") == 0
    private(here.state_dir)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_the_state_folder_of_the_platform(here: World, tmp_path: Path) -> None:
    """Without --state-dir the progress goes below the home, closed to others although the umask would open it."""
    line = command(here, "status")
    place = line.index("--state-dir")
    done = subprocess.run(
        [*line[:place], *line[place + 2 :]], capture_output=True, text=True, cwd=ROOT, check=False, timeout=50,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 10, done.stderr
    assert search(tmp_path / "home") >= 2
    (database,) = (tmp_path / "home").rglob(NAME)
    private(database.parent)


def test_a_crash_says_where_and_nothing_more(
    here: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A defect of ours, with a secret in a local variable and in the error itself."""
    from dlaas_onboard import __main__, wiring

    def broken(*_: object) -> object:
        secret = os.environ["AWS_SECRET_ACCESS_KEY"]
        raise RuntimeError(f"no {secret}")

    monkeypatch.setattr(wiring, "build", broken)
    monkeypatch.setattr(sys, "argv", ["dlaas-onboard", "status"])
    assert __main__._guarded() == 1
    out, err = capsys.readouterr()
    clean(out, err)
    assert "RuntimeError" in err
    assert err.count("\n") == 1


async def test_a_crash_of_the_app_says_where_and_nothing_more(
    here: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from dlaas_onboard import wiring
    from tests.apps import app_of

    onboarding = wiring.build(here.arguments())
    app = app_of(onboarding)

    def broken() -> None:
        secret = os.environ["AWS_SECRET_ACCESS_KEY"]
        raise RuntimeError(f"no {secret}")

    async def crash() -> None:
        async with app.run_test() as pilot:
            app.call_later(broken)
            await pilot.pause(0.2)

    with pytest.raises(RuntimeError):
        await crash()
    app._print_error_renderables()
    out, err = capsys.readouterr()
    clean(out, err)
    assert "RuntimeError" in out + err
    onboarding.close()
