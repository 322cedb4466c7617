"""What each way in loads, in a fresh interpreter: start-up time is import time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = frozenset(
    {
        *(
            "textual",
            "rich",
            "boto3",
            "botocore",
            "pydantic",
            "dns",
            "jinja2",
            "sqlite3",
            "asyncio",
            "typing_extensions",
        ),
        *("spf", "dmarc", "publicsuffixlist"),
    }
)
BEHIND_THE_PAINT = HEAVY - {"textual", "rich", "sqlite3", "asyncio", "typing_extensions"}


def loaded(code: str) -> frozenset[str]:
    """Return the top-level names of everything loaded by ``code``."""
    return frozenset(name.partition(".")[0] for name in modules(code))


def modules(code: str) -> frozenset[str]:
    """Return the names of all modules loaded by ``code``."""
    report = "import sys, atexit; atexit.register(lambda: print('\\n' + ' '.join(sys.modules), file=sys.stderr))\n"
    done = subprocess.run(
        [sys.executable, "-c", report + code],
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm", "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    names = frozenset(done.stderr.splitlines()[-1].split())
    assert "sys" in names, done.stderr
    return names


@pytest.mark.parametrize("argv", [["--version"], ["--help"], ["status", "--help"], ["staus"]])
def test_help_and_version_load_nothing_heavy(argv: list[str]) -> None:
    assert not loaded(f"from dlaas_onboard.cli import main; main({argv!r})") & HEAVY


def test_the_way_in_loads_nothing_heavy() -> None:
    assert not loaded("import dlaas_onboard.__main__") & HEAVY


def test_the_first_paint_loads_no_cloud_and_no_rules() -> None:
    names = modules("import dlaas_onboard.startup")
    assert "textual.app" in names
    assert not {name.partition(".")[0] for name in names} & BEHIND_THE_PAINT
    rooms = ("facts", "situation", "dns", "bounces", "review", "request", "writes", "steps")
    assert not names & {f"dlaas_onboard.journey.{room}" for room in rooms}
    assert "dlaas_onboard.onboarding" not in names


def test_the_modules_that_stand_before_the_first_paint_are_few() -> None:
    ours = {name for name in modules("import dlaas_onboard.startup") if name.startswith("dlaas_onboard.")}
    assert len(ours) <= 40, sorted(ours)


def test_a_look_without_a_screen_never_loads_one(tmp_path: Path) -> None:
    code = (
        "import os; os.environ.update(AWS_ENDPOINT_URL='http://127.0.0.1:9', AWS_ACCESS_KEY_ID='x',"
        " AWS_SECRET_ACCESS_KEY='y', AWS_REGION='eu-west-1')\n"
        f"from dlaas_onboard.cli import main; assert main(['--state-dir', {str(tmp_path)!r}, 'status', '--json']) == 3"
    )
    names = loaded(code)
    assert "boto3" in names
    assert not names & {"textual", "rich"}


def test_the_contracts_between_the_rooms_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert done.returncode == 0, done.stdout
