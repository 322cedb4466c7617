"""The journal drawer: newest at the bottom, filtered by kind, literal, one key away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dlaas_onboard.journey.review.timeline import Event, EventKind
from dlaas_onboard.tui.journal_drawer import JournalDrawer
from tests.tui.conftest import Opener
from tests.tui.fake import NOW, FakeOnboarding
from tests.tui.hostile import HOSTILE

WHERE = ("123456789012", "eu-west-1", "email.eu-west-1.amazonaws.com")


def event(minutes: int, kind: EventKind, what: str, words: str = "", by: str = "ada@laptop") -> Event:
    return Event(NOW - timedelta(days=1) + timedelta(minutes=minutes), kind, what, words, by, *WHERE)


def happened(count: int = 60) -> FakeOnboarding:
    fake = FakeOnboarding()
    fake.happened = (
        event(0, EventKind.FILING, "Sent sesv2:PutAccountDetails (dlaas-abcdefghij)"),
        *(event(number, EventKind.EDIT, "Sending domain", f"nothing → {number}.example") for number in range(1, count)),
        event(1440, EventKind.DECISION, "The review went from PENDING to GRANTED.", by=""),
    )
    return fake


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
        line = "2026-11-23 09:30:00 UTC  filing  Sent sesv2:PutAccountDetails (dlaas-abcdefghij)  ada@laptop"
        assert copied == [f"{line}  123456789012 eu-west-1 email.eu-west-1.amazonaws.com"]
        await screen.press("enter")
        await screen.sees("ada@laptop", "123456789012 eu-west-1 email.eu-west-1.amazonaws.com")
        await screen.press("escape")
        assert isinstance(screen.app.screen, JournalDrawer)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_hostile_text_is_literal_and_presses_nothing(opened: Opener, size: tuple[int, int]) -> None:
    fake = FakeOnboarding()
    fake.happened = tuple(event(number, kind, HOSTILE, HOSTILE, HOSTILE) for number, kind in enumerate(EventKind))
    async with opened(fake, size=size) as screen:
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
    async with opened() as screen:
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
