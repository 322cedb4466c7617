"""Everything fits: from 80×24 to 200×60, in every theme, and without colour."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.widget import Widget

from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.tui.chart import DAYS, Sends, by_day, plot
from dlaas_onboard.tui.context_bar import SessionContext, line, middle
from dlaas_onboard.tui.item_list import ItemList
from tests import build
from tests.fakes.onboarding import WatchedOnboarding
from tests.tui.conftest import Opener
from tests.tui.test_steps import key_of


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_everything_fits_and_the_context_stays(opened: Opener, size: tuple[int, int]) -> None:
    async with opened(size=size) as screen:
        for step in StepId:
            await screen.press(key_of(step))
            pane = screen.app.pane
            assert pane.max_scroll_x == 0
            top = screen.text.split("\n")[0]
            assert 4 <= len(screen.app.keys._places) <= 7
            for part in (build.ACCOUNT, "eu-west-1", "sandbox", "email.eu-west-1.amazonaws.com", "ada"):
                assert part in top
            shown = [widget for widget in pane.walk_children(Widget) if widget.display and widget.region.height]
            for widget in shown:
                assert widget.region.right <= pane.region.right, widget
                assert widget.region.width > 10, widget
            for rows in pane.query(ItemList):
                width = rows.content_size.width
                for lines in rows._lines(width):
                    assert all(part.cell_length <= width for part in lines)


async def test_a_cut_shows_an_ellipsis(opened: Opener) -> None:
    given_up = build.with_dns(build.terraform(), build.good_dns())
    async with opened(WatchedOnboarding(given_up, build.begun()), size=(80, 24)) as screen:
        await screen.press("3")
        assert "…" in next(text for text in screen.text.split("\n") if "tok1._doma" in text)


@pytest.mark.parametrize("theme", ["dlaas-dark", "dlaas-light", "ansi-dark", "ansi-light", "textual-light", "nord"])
async def test_every_theme_paints(opened: Opener, theme: str) -> None:
    async with opened() as screen:
        before = screen.text
        screen.app.theme = theme
        await screen.press("2", "3", "enter")
        assert "▌" in screen.text
        await screen.press("escape")
        assert screen.text.split("\n")[0] == before.split("\n")[0]


async def test_the_rail_folds(opened: Opener) -> None:
    async with opened(size=(80, 24)) as screen:
        await screen.press("5", "ctrl+b")
        assert "Test address" not in screen.text
        await screen.press("ctrl+b")
        assert "Test address" in screen.text


async def test_a_terminal_that_is_too_small_does_no_harm(opened: Opener) -> None:
    async with opened(size=(30, 8)) as screen:
        for step in (StepId.ACCOUNT, StepId.REQUEST, StepId.FILE):
            await screen.press(key_of(step), "down")
        assert screen.app.is_running


TEXT = st.text("abcdefghij-:/.", max_size=70)


@given(st.builds(SessionContext, TEXT, TEXT, TEXT, TEXT, TEXT, st.booleans()), st.integers(60, 220))
@settings(max_examples=150, deadline=None)
def test_the_context_fits_in_one_line(where: SessionContext, width: int) -> None:
    assert line(where, width).cell_length <= width


@given(TEXT, st.integers(0, 40))
def test_the_middle_is_cut(text: str, width: int) -> None:
    assert len(middle(text, width)) <= max(width, 0)
    assert middle(text, width) == text or "…" in middle(text, width) or width == 0


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SENDS = st.builds(
    Sends,
    st.integers(0, 60 * 24 * 20).map(lambda minutes: NOW - timedelta(minutes=minutes)),
    st.integers(0, 100_000),
    st.integers(0, 50_000),
    st.integers(0, 50_000),
)


@given(st.lists(SENDS, max_size=40), st.integers(30, 200))
@settings(max_examples=100, deadline=None)
def test_the_plot_fits_and_names_the_lines(points: list[Sends], width: int) -> None:
    days = by_day(points, date(2026, 11, 24))
    assert len(days) == DAYS
    lines = plot(days, width)
    assert all(part.cell_length <= width for part in lines)
    assert len(lines) == 17
    if width >= 60:
        said = "\n".join(part.plain for part in lines)
        for name in ("10 % pause", "5 % review", "0.5 % pause", "0.1 % review"):
            assert name in said


def test_a_rate_over_the_line_is_said() -> None:
    days = by_day([Sends(NOW, 1000, 60, 6)], NOW.date())
    said = "\n".join(part.plain for part in plot(days, 100))
    assert "Bounces 6.00 % of all messages, over the line: 5 % review" in said
    assert "Complaints 0.60 % of all messages, over the line: 0.5 % pause" in said


def test_an_account_that_may_not_send_is_not_shown_as_in_order() -> None:
    shown = line(SessionContext("123456789012", access="production", held="sending paused"), 120)
    assert "✗ production, sending paused" in shown.plain
    assert "✓" not in shown.plain
