"""The messages in the step Use case: a guess is shown as one, and Enter asks what it is."""

from __future__ import annotations

from dlaas_onboard.journey.situation.message_row import RowOrigin
from dlaas_onboard.tui import choosing
from dlaas_onboard.tui.message_items import message_items
from tests import build
from tests.fakes.onboarding import WatchedOnboarding
from tests.headless.test_messages import facts
from tests.tui.conftest import Opener


async def test_enter_on_a_guess_asks_and_confirms(opened: Opener) -> None:
    onboarding = WatchedOnboarding(facts(), build.filled_in(mail_type="TRANSACTIONAL"))
    async with opened(onboarding) as screen:
        await screen.press("7")
        items = message_items(onboarding.view().situation.messages)
        choosing.choose(screen.app, items[1])
        await screen.rest(lambda: len(screen.app.screen_stack) > 1)
        await screen.press("enter", "enter", "enter", "enter")
        await screen.rest(lambda: not onboarding.view().situation.messages.open)
        (row,) = onboarding.view().situation.messages.rows
        assert row.origin == RowOrigin.CONFIRMED
        assert row.by
