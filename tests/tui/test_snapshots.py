"""A few pictures, so that a change of the looks is seen; `pytest --snapshot-update` takes them anew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from dlaas_onboard.tui.app import OnboardApp
from tests.apps import app_of
from tests.fakes.onboarding import WatchedOnboarding
from tests.tui.conftest import NOW, begun


class Compare(Protocol):
    def __call__(
        self, app: OnboardApp, *, terminal_size: tuple[int, int], run_before: Callable[[Pilot[Any]], Awaitable[None]]
    ) -> bool: ...


@pytest.mark.parametrize(
    ("name", "keys", "size"),
    [
        ("domain", ("3", "enter", "down", "down", "down"), (80, 24)),
        ("account", ("1",), (120, 40)),
        ("request", ("5",), (120, 40)),
        ("confirm", ("9", "f"), (80, 24)),
        ("opinion", ("7", "enter", "tab"), (80, 24)),
    ],
)
def test_it_looks_as_it_looked(snap_compare: Compare, name: str, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    onboarding = WatchedOnboarding() if name == "confirm" else begun()
    app = app_of(onboarding, clock=lambda: NOW)

    async def before(pilot: Pilot[Any]) -> None:
        while not app.started or app.current_view is not onboarding.view():
            await pilot.pause(0.01)
        await pilot.press(*keys)
        await pilot.pause(0.3)
        for line in app.screen.query(Input):
            line.cursor_blink = False
        await pilot.pause(0.5)

    assert snap_compare(app, terminal_size=size, run_before=before)
