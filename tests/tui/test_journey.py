"""The screen on the real parts: an embedded account, DNS and a website, filed with keys alone."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot

from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.tui.app import OnboardApp
from dlaas_onboard.tui.confirm_dialog import ConfirmDialog
from tests.apps import app_of
from tests.e2e.conftest import WorldMaker, make_ready, models, world  # noqa: F401 - two of them are fixtures


async def until(app: OnboardApp, pilot: Pilot[Any], true: Callable[[], object]) -> None:
    """Wait until ``true`` is, at most 20 seconds."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, f"it never came to be; the open step is {app.open_step}"
        await pilot.pause(0.02)


async def test_the_request_is_filed_once_with_what_was_shown(world: WorldMaker) -> None:  # noqa: F811 - the fixture
    made = world("dlaas")
    onboarding = made.open()
    make_ready(made, onboarding)
    app = app_of(onboarding)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:

        def standing(step: StepId) -> StepState | None:
            return app.current_view.verdicts[step].state if app.current_view and app.started else None

        await until(app, pilot, lambda: standing(StepId.FILE) == StepState.TODO)
        await pilot.press("9", "f")
        await until(app, pilot, lambda: isinstance(app.screen, ConfirmDialog))
        assert isinstance(app.screen, ConfirmDialog)
        shown = app.screen._prepared.calls
        await pilot.pause(ConfirmDialog.armed_after)
        await pilot.press(*app.screen._where.account[-4:], "enter")
        await until(app, pilot, lambda: standing(StepId.DECISION) == StepState.WAITING and not app.busy)
        await pilot.press("f", "enter")  # there is nothing more to file
        await until(app, pilot, lambda: app.current_view is not None and not app.current_view.looking)
        assert len(app.screen_stack) == 1
        writes = made.writes("PutAccountDetails")
        assert len(writes) == 1
        assert [json.loads(call.payload) for call in shown] == [writes[0].params]
        assert writes[0].params["ContactLanguage"] == "EN"
        assert app.banners.said("changes").startswith("Changed at AWS: A request for production access is on record")
