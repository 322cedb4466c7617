"""The palette lists everything, and only what applies here."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlaas_onboard.journey.step_registry import STEPS
from dlaas_onboard.ports import RehearsalEvent
from dlaas_onboard.tui.palette import commands
from dlaas_onboard.tui.step_help import APP_KEYS
from tests import build
from tests.fakes.onboarding import OPTIONS, WatchedOnboarding
from tests.fakes.world import MemoryDirector, World
from tests.tui.conftest import Opener


async def test_actions_steps_and_commands(opened: Opener) -> None:
    world = World(build.halfway())
    world.director = MemoryDirector(RehearsalEvent("grant", "Grant the request", "Production access is granted."))
    onboarding = WatchedOnboarding(answers=build.begun(), world=world, options=OPTIONS._replace(rehearsal="fresh"))
    async with opened(onboarding) as screen:
        titles = {command.title: command.help for command in commands(screen.app)}
        for action, reason in onboarding.actions():
            found = next(title for title in titles if title.endswith(f": {action.title}"))
            assert titles[found] == (f"Not now: {reason}" if reason else action.help)
        for step in STEPS:
            assert f"Open {step.number} {step.title}" in titles
        assert "Rehearsal: Grant the request" in titles
        for title in ("Look again", "AWS calls", "Reply kit", "Report as html, private", "Theme", "Quit"):
            assert title in titles


async def test_nothing_of_textuals_own_is_offered(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("ctrl+p")
        await screen.press(*"screenshot")
        await screen.pilot.pause(0.3)
        assert "Save an SVG" not in screen.flowing
        assert list(screen.app.get_system_commands(screen.app.screen)) == []


async def test_a_command_runs(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("ctrl+p")
        await screen.press(*"Open 6 Quota")
        await screen.pilot.pause(0.3)
        await screen.press("enter")
        await screen.rest(lambda: screen.app.open_step.value == "quota")


async def test_help_explains_the_step_and_every_key(opened: Opener) -> None:
    async with opened(size=(120, 80)) as screen:
        await screen.press("9", "question_mark")
        await screen.sees("Asks Amazon for production access in this Region, with exactly the parameters shown.")
        for key, words in APP_KEYS:
            await screen.sees(f"{key} {words}")


async def test_the_report_is_written_and_never_over_a_file(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened() as screen:
        command = next(command for command in commands(screen.app) if command.title == "Report as md, aws")
        command.run()
        await screen.press("enter")
        written = tmp_path / "dlaas-onboard-aws.md"
        await screen.rest(written.exists)
        await screen.sees("Written to dlaas-onboard-aws.md")
        assert written.read_text() == "md for aws: Zürich\n"
        assert written.stat().st_mode & 0o777 == 0o600
        command.run()
        await screen.press("enter")
        await screen.sees("File exists")


async def test_made_text_is_shown_and_copied(opened: Opener) -> None:
    async with opened() as screen:
        next(command for command in commands(screen.app) if command.title == "Reply kit").run()
        await screen.rest(lambda: len(screen.app.screen_stack) == 2)
        assert screen.app.clipboard == screen.onboarding.reply_kit()


async def test_an_error_that_was_pasted_is_explained(opened: Opener) -> None:
    async with opened(WatchedOnboarding(build.complete(), build.filled_in()), size=(120, 40)) as screen:
        screen.app.action_do("explain")
        await screen.sees("The error of SES")
        await screen.press(*"it does not work", "ctrl+s")
        await screen.sees("No error of SES is recognised in it")
        await screen.press(*" 535 Authentication Credentials Invalid", "ctrl+s")
        await screen.sees("What the error means here")
        await screen.sees("SMTP has credentials of its own")
        await screen.sees("Do (you): Make SMTP credentials for the Region of the host")
