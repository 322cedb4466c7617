"""``rehearse --serve``: the environment that it prints leads other commands to the embedded account."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

from dlaas_onboard.arguments import DEFAULT_SCENARIO, SCENARIOS
from dlaas_onboard.headless.documents import RehearsalDocument
from dlaas_onboard.journey.published_document import json_schema
from dlaas_onboard.rehearsal import scenarios

ROOT = Path(__file__).resolve().parents[2]
BASE = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    "AWS_PROFILE": "production",
    "AWS_ENDPOINT_URL_SESV2": "http://x.invalid",
}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "dlaas_onboard", *words]


@contextmanager
def served(folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Serve the embedded account with its progress in ``folder``, and end it as an operator would."""
    process = subprocess.Popen(
        command("rehearse", "--serve", "--state-dir", str(folder), *words),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=BASE,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 0


def there(environment: Mapping[str, str | None]) -> dict[str, str]:
    """Return the environment in which a script runs that exported what was printed."""
    changed: dict[str, str | None] = {**BASE, **environment}
    return {name: value for name, value in changed.items() if value is not None}


def test_the_scenarios_of_the_help_are_those_that_can_be_built() -> None:
    assert list(SCENARIOS) == list(scenarios.SCENARIOS)
    assert DEFAULT_SCENARIO in SCENARIOS
    shown = subprocess.run(command("rehearse", "--help"), capture_output=True, text=True, check=True, env=BASE).stdout
    assert all(f"\n  {name} " in shown for name in SCENARIOS)


def test_commands_work_on_the_account_that_is_served(tmp_path: Path) -> None:
    with served(tmp_path, "--scenario", "pending", "--json") as process:
        assert process.stdout is not None
        document = json.loads(process.stdout.readline())
        Draft202012Validator(json_schema(RehearsalDocument)).validate(document)
        env = there(document["environment"])
        assert "AWS_PROFILE" not in env
        assert "AWS_ENDPOINT_URL_SESV2" not in env

        def run(*words: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(command(*words), capture_output=True, text=True, check=False, env=env, cwd=tmp_path)

        looked = run("status", "--json")
        assert looked.returncode == 11
        status = json.loads(looked.stdout)
        assert status["account"]["id"] == document["account"]
        assert status["account"]["endpoint"] == document["endpoint"].removeprefix("http://")
        assert "grant" in {event["id"] for event in document["events"]}
        wrong = run("rehearse", "--play", "grnat")
        assert wrong.returncode == 2
        assert "did you mean `grant`?" in wrong.stderr
        assert run("rehearse", "--play", "grant").stdout == "AWS granted production access in us-east-1.\n"
        assert run("status").returncode == 0
    gone = subprocess.run(command("rehearse", "--play", "grant"), capture_output=True, text=True, check=False, env=env)
    assert gone.returncode == 3
    assert "no embedded account answers at" in gone.stderr


@pytest.mark.skipif(os.name != "posix", reason="the lines are for a POSIX shell")
def test_the_lines_are_for_a_shell(tmp_path: Path) -> None:
    with served(tmp_path, "--scenario", "fresh") as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not any(line.startswith("export no_proxy=") for line in lines):  # the last
            lines.append(process.stdout.readline())
        script = "".join(lines) + f"exec {sys.executable} -m dlaas_onboard status"
        done = subprocess.run(
            ["/bin/sh", "-c", script], capture_output=True, text=True, check=False, env=BASE, cwd=tmp_path
        )
    assert done.returncode == 10, done.stderr
    assert f"Account {scenarios.ACCOUNT}  Region {scenarios.REGION}" in done.stdout
