"""The journal drawer: newest at the bottom, filtered by kind, literal, one key away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dlaas_onboard.journey.review.timeline import Event, EventKind
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.journey.situation.journal import ChangeTopic, EnteredAnswer, JournalEntry
from dlaas_onboard.tui.journal_drawer import JournalDrawer
from tests import build
from tests.fakes.onboarding import WatchedOnboarding
from tests.tui.conftest import Opener
from tests.tui.hostile import HOSTILE

REVIEWED = "The review went from PENDING to GRANTED."
BEGUN = build.NOW - timedelta(days=1)


def happened(count: int = 60) -> WatchedOnboarding:
    """Return an onboarding that began with a filing, then one entry a minute, and was decided a day later."""
    filing = build.intent(at=BEGUN, phase=Phase.INTENT, place=build.place())
    onboarding = WatchedOnboarding(build.granted(), build.answers(), intents=(filing,))
    store = onboarding.world.store
    store.read_only = "Nothing more is to happen."
    store.entered = [
        EnteredAnswer("domain", f"{number}.example", BEGUN + timedelta(minutes=number), "ada@laptop")
        for number in range(1, count)
    ]
    store.lines = [JournalEntry(build.NOW, "changed", REVIEWED, topic=ChangeTopic.DECISION)]
    return onboarding


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_it_begins_at_the_newest_and_scrolls_back_to_the_first(opened: Opener, size: tuple[int, int]) -> None:
    async with opened(happened(), size=size) as screen:
        await screen.press("J")
        await screen.sees("Journal · 61 events · all kinds", "The review went from PENDING to GRANTED.", "2026-11-24")
        assert "PutAccountDetails" not in screen.text
        await screen.press("home")
        await screen.sees("Sent sesv2:PutAccountDetails", "2026-11-23")
        await screen.press("J")
        await screen.rest(lambda: len(screen.app.screen_stack) == 1)


async def test_f_goes_through_the_kinds_that_there_are(opened: Opener) -> None:
    async with opened(happened(3)) as screen:
        await screen.press("J", "f")
        await screen.sees("Journal · 2 events · only edit")
        assert "PutAccountDetails" not in screen.text
        await screen.press("f")
        await screen.sees("Journal · 1 event · only filing", "PutAccountDetails")
        await screen.press("f")
        await screen.sees("only decision", "GRANTED")
        await screen.press("f")
        await screen.sees("Journal · 4 events · all kinds")


async def test_a_line_is_copied_and_shown_in_full(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(happened(3), size=(80, 24)) as screen:
        copied: list[str] = []
        monkeypatch.setattr(screen.app, "copy_to_clipboard", copied.append)
        await screen.press("J", "home", "y")
        line = "2026-11-23 12:00:00 UTC  filing  Sent sesv2:PutAccountDetails (dlaas-7kq2m4x9ta)  ada@laptop"
        assert copied == [f"{line}  123456789012 eu-west-1 email.eu-west-1.amazonaws.com"]
        await screen.press("enter")
        await screen.sees("ada@laptop", "123456789012 eu-west-1 email.eu-west-1.amazonaws.com")
        await screen.press("escape")
        assert isinstance(screen.app.screen, JournalDrawer)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_hostile_text_is_literal_and_presses_nothing(
    opened: Opener, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    events = tuple(Event(BEGUN, kind, HOSTILE, HOSTILE, HOSTILE) for kind in EventKind)
    onboarding = happened()
    monkeypatch.setattr(onboarding, "chronicle", lambda: events)
    async with opened(onboarding, size=size) as screen:
        await screen.press("J")
        await screen.sees("[@click=screen.dismiss('yes')]")
        assert "\x1b" not in screen.text
        for y, line in enumerate(screen.text.split("\n")):
            if "yes" in line and y < size[1] - 2:
                await screen.pilot.click(offset=(line.index("yes") + 1, y))
        await screen.rest()
        if not isinstance(screen.app.screen, JournalDrawer):  # a second click on a line shows it in full
            await screen.press("escape")
        assert isinstance(screen.app.screen, JournalDrawer)
        await screen.press("enter")
        await screen.sees("[INFO] HELLO[/]")
        assert "\x1b" not in screen.text


async def test_an_empty_or_unreadable_journal_says_so(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    onboarding = WatchedOnboarding(build.fresh(), build.answers())
    onboarding.world.store.read_only = "Nothing is to be saved."
    async with opened(onboarding) as screen:
        await screen.press("J")
        await screen.sees("Nothing has happened yet.")
        await screen.press("f", "y", "enter", "escape")

        def broken() -> tuple[Event, ...]:
            raise OSError("The disk reported an error.")

        monkeypatch.setattr(screen.onboarding, "chronicle", broken)
        await screen.press("J")
        await screen.sees("The disk reported an error.")
        assert len(screen.app.screen_stack) == 1


async def test_help_and_palette_name_it(opened: Opener) -> None:
    from dlaas_onboard.tui.palette import commands

    async with opened(size=(120, 60)) as screen:
        assert "Journal" in {command.title for command in commands(screen.app)}
        await screen.press("question_mark", "end")
        await screen.sees("the journal: everything that happened here")
