"""What the screens' tests share: a steady clock, a zone, and the text of a screen."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from textual._compositor import Compositor
from textual.pilot import Pilot

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.options import Options
from dlaas_onboard.tui.app import OnboardApp
from dlaas_onboard.tui.confirm_dialog import ConfirmDialog
from tests import build
from tests.apps import app_of
from tests.fakes.onboarding import OPTIONS, WatchedOnboarding

NOW = build.NOW + timedelta(seconds=42)  # all that was read was read 42 seconds ago

PAINT = Compositor.render_update


def unpainted(compositor: Compositor, full: bool = False, **more: Any) -> Any:
    """Paint what is asked for in full, as a picture is, and nothing else.

    A headless app throws its updates away, and they are half of what these tests cost. What a test looks at is painted
    when it reads :attr:`Screen.text`.
    """
    if full:
        return PAINT(compositor, full, **more)
    compositor._dirty_regions.clear()
    return None


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One time zone, no theme from outside, a confirmation armed at once, and no painting for a terminal not there."""
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("TEXTUAL_THEME", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(ConfirmDialog, "armed_after", 0.0)
    monkeypatch.setattr(Compositor, "render_update", unpainted)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


class Screen:
    """A running app, its pilot, and what it shows."""

    def __init__(self, app: OnboardApp, pilot: Pilot[int], onboarding: WatchedOnboarding) -> None:
        self.app = app
        self.pilot = pilot
        self.onboarding = onboarding

    @property
    def text(self) -> str:
        """Return the text of the screen that is on top, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    @property
    def flowing(self) -> str:
        """Return the text as one line with single blanks and without frames, so that a wrapped sentence is found."""
        return " ".join(self.text.replace("│", " ").split())

    @property
    def inside(self) -> str:
        """Return the text of the open pane as one line with single blanks."""
        region = self.app.pane.region
        lines = self.text.split("\n")[region.y : region.bottom]
        return " ".join(" ".join(line[region.x : region.right] for line in lines).split())

    async def read(self) -> str:
        """Return the text of the open pane from its top to its end, as an operator reads it who scrolls."""
        pane, parts = self.app.pane, []
        for top in range(0, pane.max_scroll_y + pane.size.height, max(1, pane.size.height // 2)):
            pane.scroll_to(y=top, animate=False)
            await self.rest()
            parts.append(self.inside)
        return " ".join(re.sub("[▁▂▃▄▅▆▇█]", " ", " ".join(parts)).split())

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until everything has come to rest."""
        await self.pilot.press(*keys)
        await self.rest()

    async def onto(self, block: str, words: str, *keys: str) -> None:
        """Walk the cursor down to the first entry of a block that says ``words``, then press keys."""
        rows = self.app.pane.blocks[block]
        key = next(
            item.key for item in rows.items if item.key and words in " ".join(line.plain for line in item.paint(100))
        )
        rows.focus()
        await self.press("home")
        while rows.current is not None and rows.current.key != key:
            await self.press("down")
        await self.press(*keys)

    async def rest(self, until: Callable[[], object] = lambda: True) -> None:
        """Wait until ``until`` is true and nothing is left to be painted."""
        end = time.monotonic() + 5
        while True:
            self.app.background.settle(5)
            await self.pilot.pause()
            if until():
                return
            assert time.monotonic() < end, f"it never came to be:\n{self.text}"
            await self.pilot.pause(0.02)

    async def show(self, facts: Facts) -> None:
        """Let the world be so, have it looked at, and wait until that is what the app shows."""
        self.onboarding.show(facts)
        await self.catch_up()

    async def catch_up(self) -> None:
        """Wait until the app shows the onboarding as it stands."""
        await self.rest(lambda: self.app.current_view is self.onboarding.view())

    async def sees(self, *texts: str) -> None:
        """Wait until every one of ``texts`` shows."""
        await self.rest(lambda: all(text in self.flowing for text in texts))


def begun(options: Options = OPTIONS) -> WatchedOnboarding:
    """Return the onboarding of an operator who has begun."""
    return WatchedOnboarding(build.halfway(), build.begun(), options=options)


Opener = Callable[..., AbstractAsyncContextManager[Screen]]


@pytest.fixture
def opened() -> Opener:
    """Return what opens the app on an onboarding, by default one that is half done, and waits for its first look."""

    @asynccontextmanager
    async def open_app(
        onboarding: WatchedOnboarding | None = None,
        *,
        size: tuple[int, int] = (120, 40),
        options: Options = OPTIONS,
    ) -> AsyncIterator[Screen]:
        watched = onboarding or begun(options)
        app = app_of(watched, clock=lambda: NOW)
        async with app.run_test(size=size, notifications=True) as pilot:
            screen = Screen(app, pilot, watched)
            await screen.rest(lambda: app.started and app.current_view is watched.view())
            yield screen
            # What a pause may have left under way ends before the loop does.
            await screen.rest()

    return open_app
