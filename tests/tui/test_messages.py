"""The messages in the step Use case: a guess is shown as one, and Enter asks what it is."""

from __future__ import annotations

from dataclasses import replace

from textual.content import Content

from dlaas_onboard.journey.situation.message_row import MessageClass, RowOrigin
from dlaas_onboard.tui import choosing
from dlaas_onboard.tui.dialogs import Press
from dlaas_onboard.tui.editors import Choice, ProseEditor
from dlaas_onboard.tui.item_list import Item
from dlaas_onboard.tui.message_items import message_items
from tests import build
from tests.fakes.onboarding import WatchedOnboarding
from tests.headless.test_messages import facts
from tests.tui.conftest import Opener, Screen


def focused(screen: Screen) -> type:
    """Return the kind of widget that has the focus."""
    return type(screen.app.focused)


async def test_enter_walks_through_the_parts_and_confirming_is_a_decision_of_its_own(opened: Opener) -> None:
    onboarding = WatchedOnboarding(facts(), build.filled_in(mail_type="TRANSACTIONAL"))
    async with opened(onboarding) as screen:
        await screen.press("7")
        items = message_items(onboarding.view().situation.messages)
        choosing.choose(screen.app, items[1])
        await screen.rest(lambda: len(screen.app.screen_stack) > 1)
        await screen.press("enter", "enter")  # trigger, recipient
        assert focused(screen) is Choice
        await screen.press("enter", "enter")  # class, volume
        assert focused(screen) is ProseEditor
        await screen.press("ctrl+s")
        assert focused(screen) is Press
        assert onboarding.view().situation.messages.open
        await screen.press("enter")
        await screen.rest(lambda: not onboarding.view().situation.messages.open)
        (row,) = onboarding.view().situation.messages.rows
        assert row.origin == RowOrigin.CONFIRMED
        assert row.by
        assert "message.your-invoice.sample" not in dict(onboarding.entered)


async def test_a_message_is_added_and_taken_out_again(opened: Opener) -> None:
    nothing = replace(facts(), repository=build.seen(None, "code"))
    onboarding = WatchedOnboarding(nothing, build.filled_in(mail_type="TRANSACTIONAL"))
    async with opened(onboarding) as screen:
        await screen.press("7")
        choosing.choose(screen.app, message_items(onboarding.view().situation.messages)[-1])
        await screen.rest(lambda: len(screen.app.screen_stack) > 1)
        for text in ("Receipt", "after each payment", "the buyer"):
            await screen.press(*text, "enter")
        await screen.press("right", "right", "right", "enter", "enter", "H", "i", "ctrl+s", "enter")
        await screen.rest(lambda: bool(onboarding.view().situation.messages.rows))
        (row,) = onboarding.view().situation.messages.rows
        assert (row.id, row.origin, row.message_class, row.sample) == (
            "receipt",
            RowOrigin.CONFIRMED,
            MessageClass.BILLING,
            "Hi",
        )
        choosing.choose(screen.app, message_items(onboarding.view().situation.messages)[1])
        await screen.rest(lambda: len(screen.app.screen_stack) > 1)
        await screen.press("up", "ctrl+e", "ctrl+u", "enter", "enter", "enter", "enter", "enter", "ctrl+s", "enter")
        await screen.rest(lambda: not onboarding.view().situation.messages.rows)


async def test_a_gap_of_messages_opens_the_first_of_them(opened: Opener) -> None:
    onboarding = WatchedOnboarding(facts(), build.filled_in(mail_type="TRANSACTIONAL"))
    async with opened(onboarding) as screen:
        await screen.press("7")
        (hole,) = [hole for hole in onboarding.view().judgement.description.holes if hole.id == "mail_content"]
        choosing.choose(screen.app, Item("hole", lambda _: [], Content(""), target=hole))
        await screen.rest(lambda: len(screen.app.screen_stack) > 1)
        assert "src/billing.js:12" in screen.text
