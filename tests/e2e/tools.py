"""What the tests of the promises share: an account that is ready to ask, and an operator who filled everything in."""

from __future__ import annotations

import copy
import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dlaas_onboard import cli, wiring
from dlaas_onboard.arguments import Arguments
from dlaas_onboard.aws.cloud import AwsCloud
from dlaas_onboard.aws.session import Timeouts
from dlaas_onboard.journey.situation.intents import Intent
from dlaas_onboard.onboarding import Onboarding
from dlaas_onboard.options import Options
from dlaas_onboard.rehearsal import scenarios
from dlaas_onboard.rehearsal.launcher import SAMPLE_PROJECT
from dlaas_onboard.rehearsal.saved_state import SavedState
from tests.e2e.conftest import FIELDS, World

ROOT = Path(__file__).parents[2]
FILING = "PutAccountDetails"


def fill(world: World) -> None:
    """Enter everything that is asked for, before the account is known: it moves in with the first look."""
    onboarding = wiring.build(world.arguments())
    for field, text in {**FIELDS, "private_website": "yes", "website_url": world.url}.items():
        assert onboarding.enter(field, text) == "", field
    onboarding.close()


def ready(world: World) -> Onboarding:
    """Return an onboarding on which every gate is open."""
    fill(world)
    onboarding = world.open()
    shut = [(gate.id, gate.why) for gate in onboarding.view().judgement.gates if not gate.open]
    assert not shut, shut
    return onboarding


def remember(world: World) -> SavedState:
    """Return the account as it is now, to be put back by :func:`restore`."""
    with world.server.account.lock:
        return copy.deepcopy(world.server.account.state)


def restore(world: World, state: SavedState) -> None:
    """Put the account back, and forget faults and log."""
    with world.server.account.lock:
        world.server.account.state = copy.deepcopy(state)
    world.server.faults.clear()
    world.server.log.clear()


def hurried(monkeypatch: pytest.MonkeyPatch, *, settle: float, timeouts: Timeouts) -> None:
    """Let the onboardings that are opened from now on wait less: for answers, and for what may still show up."""
    monkeypatch.setattr("dlaas_onboard.options.Options", functools.partial(Options, settle_seconds=settle))
    monkeypatch.setattr(wiring, "AwsCloud", functools.partial(AwsCloud, timeouts=timeouts))
    at_once(monkeypatch)


def settle_after(onboarding: Onboarding, seconds: float) -> None:
    """Change how long a write that may have taken effect is looked for."""
    onboarding._observing._options = onboarding._options._replace(settle_seconds=seconds)


def let_settle(onboarding: Onboarding) -> None:
    """Let the settle window be over, without waiting for it."""
    settle_after(onboarding, 0.0)


def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeat throttled and failed reads without botocore's pause, and without its limit on repetitions."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.0)
    monkeypatch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda *_: True)


def why_not(onboarding: Onboarding, action: str = "file") -> str:
    """Return why an action cannot be done now, ``""`` if it can."""
    return {offer.id: why for offer, why in onboarding.actions()}[action]


def filings(onboarding: Onboarding) -> list[Intent]:
    """Return the intents to ask for production access, oldest first."""
    return [intent for intent in onboarding.view().situation.intents if intent.call.operation == FILING]


def effects(world: World) -> int:
    """Return how many requests for production access the account carried out."""
    return sum(call.took_effect for call in world.writes(FILING))


def command(world: World, *words: str, state_dir: Path | None = None) -> list[str]:
    """Return a command line of the program, as a process of its own."""
    return [
        *(sys.executable, "-m", "dlaas_onboard", "--region", scenarios.REGION, "--project", str(SAMPLE_PROJECT)),
        *("--state-dir", str(state_dir or world.state_dir), "--dns-server", world.dns, *words),
    ]


def main(world: World, *words: str, project: str = str(SAMPLE_PROJECT)) -> int:
    """Run one command in this process, let go of its progress as the end of a process would, and return its status."""
    built: list[Onboarding] = []
    real = wiring.build

    def build(args: Arguments) -> Onboarding:
        built.append(real(args))
        return built[-1]

    flags = ("--region", scenarios.REGION, "--project", project)
    where = ("--state-dir", str(world.state_dir), "--dns-server", world.dns)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "build", build)
        try:
            return cli.main([*flags, *where, *words])
        finally:
            for onboarding in built:
                onboarding.close()


def run(
    world: World, *words: str, state_dir: Path | None = None, before: tuple[str, ...] = (), stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run one command as a process of its own, under ``before`` if given, and return what it said."""
    return subprocess.run(
        [*before, *command(world, *words, state_dir=state_dir)],
        capture_output=True,
        text=True,
        input=stdin,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=50,
        check=False,
    )
