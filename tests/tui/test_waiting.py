"""The waiting room: the looks that the app makes by itself, and how it calls the operator."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.review.polling import RARELY
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.tui.rechecks import WATCH_SECONDS
from tests import build
from tests.apps import app_of
from tests.fakes.onboarding import WatchedOnboarding
from tests.tui.conftest import Screen

NOW = build.NOW
CASE = build.CASE
POINTER = "\x1b]22;"  # the shape of the mouse pointer, which Textual sets as it likes


def pondered(status: str = "PENDING", at: datetime = NOW, *, talk: tuple[str, ...] = (), **account: Any) -> f.Facts:
    """Return facts of a review in that status, read at that time, while no other step waits for anything."""
    value = build.reviewed_account(status, **account)
    messages = tuple(f.Message("Amazon Web Services", at, body) for body in talk)
    case = f.SupportCase(CASE, "c", "pending-customer-action" if talk else "opened", "", at, messages)
    return dataclasses.replace(
        build.complete(),
        account=Reading("SES GetAccount eu-west-1", at, value),
        support=Reading("Support DescribeSeverityLevels", at, f.SupportPlan(True)),
        case=Reading("Support DescribeCases", at, case),
    )


def unread(facts: f.Facts, kind: ProblemKind, at: datetime) -> f.Facts:
    return dataclasses.replace(facts, account=Reading("SES GetAccount", at, None, Problem(kind, "No.")))


class Room(Screen):
    """A screen whose clock is moved by the test, and that writes down what goes to the terminal."""

    now = NOW

    async def pass_time(self, seconds: float) -> None:
        """Let time pass, and the app ask itself whether a look is due."""
        self.now += timedelta(seconds=seconds)
        assert self.app.controller is not None
        rechecks = self.app.controller.rechecks
        rechecks.tick()
        if rechecks.under_way:
            await self.rest(lambda: not rechecks.under_way and self._nothing_is_looked_at())

    def _nothing_is_looked_at(self) -> bool:
        """Whether the screen has caught up with the end of the last look: during one no other is begun."""
        view = self.app.current_view
        return view is not None and not view.looking

    @property
    def ahead(self) -> float:
        """Return the seconds until the next look at the decision."""
        assert self.app.controller is not None
        due = self.app.controller.rechecks.next_look(StepId.DECISION)
        return (due - self.now).total_seconds() if due is not None else -1.0


RoomOpener = Callable[..., AbstractAsyncContextManager[tuple[Room, list[str]]]]


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> RoomOpener:
    """Return what opens the app on a view, with the bytes that its driver writes beside the screen."""
    for name in ("TMUX", "TERM_PROGRAM", "LC_TERMINAL", "WT_SESSION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")

    @asynccontextmanager
    async def open_app(facts: f.Facts, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[Room, list[str]]]:
        onboarding = WatchedOnboarding(facts)
        box: list[Room] = []
        app = app_of(onboarding, clock=lambda: box[0].now if box else NOW)
        written: list[str] = []
        async with app.run_test(size=size, notifications=True) as pilot:
            assert app._driver is not None

            def write(data: str) -> None:
                if not data.startswith(POINTER):
                    written.append(data)

            monkeypatch.setattr(app._driver, "write", write)
            room = Room(app, pilot, onboarding)
            box.append(room)
            await room.rest(lambda: app.started and app.current_view is onboarding.view())
            await room.pass_time(0)
            yield room, written
            await room.rest()

    return open_app


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


# Looks


async def test_while_amazon_reviews_it_looks_ever_more_rarely(waiting: RoomOpener) -> None:
    async with waiting(pondered()) as (room, _):
        assert room.ahead == WATCH_SECONDS
        await room.pass_time(WATCH_SECONDS - 1)
        assert room.onboarding.looked == []
        waits = []
        for _ in range(3):
            await room.pass_time(room.ahead)
            await room.pass_time(0)
            waits.append(room.ahead)
        assert room.onboarding.looked == [{Look.ACCOUNT, Look.SUPPORT}] * 3
        assert waits == [90.0, 135.0, 202.5]
        await room.show(pondered("PONDERING", room.now))
        await room.pass_time(0)
        assert room.ahead == WATCH_SECONDS * RARELY


@pytest.mark.parametrize(("status", "rare"), [("PENDING", False), ("GRANTED", True), ("PONDERING", True)])
async def test_what_may_still_change_is_looked_for_and_the_room_says_when(
    waiting: RoomOpener, status: str, rare: bool
) -> None:
    async with waiting(pondered(status)) as (room, _):
        await room.press("0")
        said = "next in 5 min, by itself" if rare else "next in 60 s, by itself"
        await room.sees("Waiting room", f"case {CASE}", "last look just now", said)
        await room.pass_time(30)
        await room.sees("last look 30 s ago", "next in 4 min" if rare else "next in 30 s")
        await room.pass_time(WATCH_SECONDS * RARELY)
        assert room.onboarding.looked == [{Look.ACCOUNT, Look.SUPPORT}]


@pytest.mark.parametrize(
    "facts",
    [pondered("GRANTED", production=True), pondered("FAILED"), unread(pondered(), ProblemKind.DENIED, NOW)],
    ids=["production", "failed", "no permission"],
)
async def test_what_only_the_operator_can_change_is_not_looked_for(waiting: RoomOpener, facts: f.Facts) -> None:
    async with waiting(facts) as (room, _):
        await room.press("0")
        await room.pass_time(86400)
        assert room.onboarding.looked == []
        assert "Waiting room" not in room.inside


async def test_a_throttled_look_makes_the_next_one_rarer_and_the_room_says_that_it_failed(waiting: RoomOpener) -> None:
    async with waiting(pondered()) as (room, _):
        await room.press("0")
        await room.pass_time(WATCH_SECONDS)
        await room.show(unread(pondered(), ProblemKind.THROTTLED, room.now))
        await room.pass_time(0)
        assert room.ahead > WATCH_SECONDS * 2
        await room.sees("last look just now, without an answer", "Amazon did not answer the last look")


async def test_no_look_begins_while_another_one_or_a_write_is_under_way(waiting: RoomOpener) -> None:
    async with waiting(pondered()) as (room, _):
        room.app.busy.add("File the request")
        await room.pass_time(WATCH_SECONDS * 2)
        assert room.onboarding.looked == []
        room.app.busy.clear()
        with room.onboarding.looking(Look.DNS):
            await room.rest(lambda: room.app.current_view is not None and room.app.current_view.looking)
            await room.pass_time(0)
            assert room.onboarding.looked == []


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (pondered("GRANTED"), ("ProductionAccessEnabled", "that alone lifts the sandbox", "Do not file again")),
        (pondered("PONDERING"), ("Amazon's word for the review is PONDERING", "Do not file again")),
        (pondered(talk=("How often do you send?",)), ("Amazon waits for you: answer", "of 24 h")),
        (pondered("DENIED"), ("The API takes no second request",)),
    ],
    ids=["granted", "a new word", "asked", "denied"],
)
async def test_each_state_has_its_own_advice(
    waiting: RoomOpener, size: tuple[int, int], facts: f.Facts, said: tuple[str, ...]
) -> None:
    async with waiting(facts, size=size) as (room, _):
        await room.press("0")
        page = await room.read()
        for words in ("Waiting room", *said):
            assert words in page
        assert ("of 24 h" in page) == ("of 24 h" in said), "a clock runs only while Amazon reviews"


# Calls


BELL = "\a\x1b]777;notify;dlaas-onboard;{}\a"


async def test_a_change_rings_once_and_shows_what_changed(waiting: RoomOpener) -> None:
    async with waiting(pondered()) as (room, written):
        assert written == [], "a first look is no change"
        await room.show(pondered("GRANTED", later(60)))
        await room.show(pondered("GRANTED", later(120)))
        said = "The review went from PENDING to GRANTED."
        assert written == [BELL.format(said)]
        assert [note.message for note in room.app._notifications] == [said]
        await room.show(pondered("GRANTED", later(180), production=True))
        await room.show(pondered("GRANTED", later(240), production=True, sending_enabled=False))
        assert written[1:] == [
            BELL.format("The account has production access now."),
            BELL.format("Sending is disabled now."),
        ]


async def test_a_toast_covers_no_dialog(waiting: RoomOpener) -> None:
    async with waiting(pondered()) as (room, written):
        await room.press("question_mark")
        await room.rest(lambda: len(room.app.screen_stack) == 2)
        await room.show(pondered("GRANTED", later(60)))
        assert len(written) == 1
        assert not list(room.app._notifications)


async def test_a_message_in_the_case_rings(waiting: RoomOpener) -> None:
    async with waiting(pondered()) as (room, written):
        await room.show(pondered(at=later(60), talk=("How often do you send?",)))
        said = f"Case {CASE} went from opened to pending-customer-action. Case {CASE} has a new message."
        assert written == [BELL.format(said)]


async def test_a_look_that_failed_in_between_hides_no_change(waiting: RoomOpener) -> None:
    async with waiting(pondered()) as (room, written):
        await room.show(unread(pondered(), ProblemKind.TIMEOUT, later(60)))
        assert written == []
        await room.show(pondered("DENIED", later(120)))
        assert written == [BELL.format("The review went from PENDING to DENIED.")]


async def test_what_changed_since_the_last_visit_and_what_the_operator_did_does_not_ring(waiting: RoomOpener) -> None:
    async with waiting(pondered(at=later(-3600))) as (room, written):
        await room.show(pondered("DENIED", later(1)))
        assert written == [], "the banner says what changed since the last visit"
        room.app.busy.add("Answer in the case")
        await room.show(pondered("PENDING", later(60)))
        room.app.busy.clear()
        await room.show(pondered("PENDING", later(60), sending_enabled=False))
        assert written == []


async def test_no_control_byte_of_amazons_words_reaches_the_terminal(waiting: RoomOpener) -> None:
    async with waiting(pondered()) as (room, written):
        await room.show(pondered("DEN\x1b]0;pwned\x07IED[/][@click=app.quit]x", later(60)))
        assert written == [BELL.format("The review went from PENDING to DEN␛]0,pwned␇IED[/][@click=app.quit]x.")]
        assert "[@click=app.quit]x" in room.flowing
