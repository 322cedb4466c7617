"""Test recipients with keys alone, on the real parts: entered, verified, clicked, and sent to."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.rehearsal import scenarios
from dlaas_onboard.tui.app import OnboardApp
from dlaas_onboard.tui.confirm_dialog import ConfirmDialog
from tests.apps import app_of
from tests.e2e.conftest import WorldMaker, models, world  # noqa: F401 - two of them are fixtures
from tests.tui.test_journey import until

BOB, EVE = "bob@example.org", "Eve@example.net"


def text_of(app: OnboardApp) -> str:
    """Return what the screen on top shows, as one line with single blanks."""
    strips = app.screen._compositor.render_strips()
    lines = ("".join(segment.text for segment in strip) for strip in strips)
    return " ".join(" ".join(lines).replace("│", " ").split())


async def confirm(app: OnboardApp, pilot: Pilot[Any], key: str) -> str:
    """Press an action's key and confirm it; return what the confirmation showed."""
    await pilot.press(key)
    await until(app, pilot, lambda: isinstance(app.screen, ConfirmDialog))
    await pilot.pause(ConfirmDialog.armed_after)
    shown = text_of(app)
    await pilot.press("y")
    await until(app, pilot, lambda: not isinstance(app.screen, ConfirmDialog) and not app.busy)
    return shown


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_two_recipients_are_verified_and_get_their_mail(
    world: WorldMaker,  # noqa: F811 - the fixture
    size: tuple[int, int],
) -> None:
    made = world("dlaas")
    made.server.account.region(scenarios.REGION).rate = 50.0
    onboarding = made.open()
    app = app_of(onboarding)
    async with app.run_test(size=size, notifications=True) as pilot:

        def stands() -> dict[str, str]:
            view = app.current_view
            rows = view.verdicts[StepId.TEST_ADDRESS].rows if view is not None else ()
            return {row.label: row.value for row in rows if row.section == "Test recipients"}

        await until(app, pilot, lambda: app.current_view is not None and app.started)
        await pilot.press("2")
        await until(app, pilot, lambda: "test_recipients" in app.pane.fields)
        app.pane.fields["test_recipients"].editor.focus()
        await pilot.press(*f"{BOB} {EVE}", "enter")
        await until(app, pilot, lambda: stands() == {BOB: "not in SES yet", EVE: "not in SES yet"})
        await pilot.press("escape")

        shown = await confirm(app, pilot, "w")
        assert "tell them first" in shown
        await until(app, pilot, lambda: all("waits for the click since" in value for value in stands().values()))
        assert [call.params["EmailIdentity"] for call in made.writes("CreateEmailIdentity")] == [BOB, EVE]

        made.play("click_link")
        await pilot.press("ctrl+r")
        await until(app, pilot, lambda: stands() == {BOB: "verified", EVE: "verified"})
        await confirm(app, pilot, "m")
        await until(app, pilot, lambda: len(made.writes("SendEmail")) == 3)
        to = [call.params["Destination"]["ToAddresses"][0] for call in made.writes("SendEmail")]
        assert to == [BOB, EVE, "success@simulator.amazonses.com"]
        await until(app, pilot, lambda: "SES took the message to" in text_of(app))
