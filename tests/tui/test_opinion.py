"""The second opinion in the step Use case: the total, what is lost and where to go, what is earned in one line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps.second_opinion import OURS, second_opinion
from dlaas_onboard.tui.dialogs import TextDialog
from tests import build
from tests.fakes.onboarding import WatchedOnboarding
from tests.tui.conftest import Opener


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_total_stands_first_and_whose_it_is(opened: Opener, size: tuple[int, int]) -> None:
    async with opened(size=size) as screen:
        await screen.press("7", "enter", "tab")
        opinion = second_opinion(screen.onboarding.view().judgement)
        said = screen.inside
        assert said.index("A second opinion") < said.index(opinion.summary) < said.index(OURS)
        assert said.index(OURS) < said.index(f"✗ missing {opinion.still_open[0][0].number} ")


async def test_it_says_what_the_command_says(opened: Opener) -> None:
    async with opened(size=(200, 300)) as screen:
        await screen.press("7")
        opinion = second_opinion(screen.onboarding.view().judgement)
        said = screen.inside
        for group in opinion.still_open:
            assert group[0].why in said
            assert all(f"{point.number} {point.what}" in said for point in group)
        assert f"✓ earned {len(opinion.earned)} points" in said


@pytest.mark.parametrize(
    ("words", "step", "field"),
    [
        ("10 A website that answers", StepId.REQUEST, "website_url"),
        ("14 How addresses are collected", StepId.USE_CASE, "recipients_source"),
        ("15 No bought, rented or scraped lists", StepId.DECLARATIONS, "declare_recipients"),
        ("9 A proof by the mailbox simulator", StepId.BOUNCES, ""),
    ],
)
async def test_enter_goes_to_where_a_point_is_earned(opened: Opener, words: str, step: StepId, field: str) -> None:
    async with opened(WatchedOnboarding(build.ready(), build.entered())) as screen:
        await screen.press("7")
        await screen.onto("opinion", words, "enter")
        assert screen.app.open_step == step
        if field:
            await screen.rest(lambda: screen.app.focused is screen.app.pane.fields[field].editor)


async def test_what_is_earned_opens_to_the_sentence_that_earns_it(opened: Opener) -> None:
    async with opened(WatchedOnboarding()) as screen:
        await screen.press("7")
        await screen.onto("opinion", "✓ earned", "enter")
        assert isinstance(screen.app.screen, TextDialog)
        await screen.sees("24 points earned", "2 DKIM Our mail is signed with DKIM (status SUCCESS).")


async def test_what_cannot_be_seen_leads_nowhere_and_is_shown_in_full(opened: Opener) -> None:
    async with opened(WatchedOnboarding()) as screen:
        await screen.press("7")
        await screen.onto("opinion", "? unknown", "enter")
        assert screen.app.open_step == StepId.USE_CASE
        await screen.sees("This cannot be seen from here: expect questions about it.")


async def test_a_point_is_earned_as_soon_as_its_field_is_filled(opened: Opener) -> None:
    answers = build.filled_in(bounce_process="")
    async with opened(WatchedOnboarding(build.complete(), answers), size=(120, 200)) as screen:
        await screen.press("7")
        assert "23.5 of 26 points, 1.5 lost, 1 unknown" in screen.inside
        screen.onboarding.enter("bounce_process", build.ENTRIES["bounce_process"])
        await screen.catch_up()
        await screen.rest(lambda: "24.5 of 26 points, 0.5 lost, 1 unknown" in screen.inside)


@pytest.mark.parametrize(
    ("facts", "shown"), [(build.pending(), True), (build.refused(), True), (build.production(), False)]
)
async def test_it_is_there_as_long_as_a_reviewer_may_read_the_text(opened: Opener, facts: Facts, shown: bool) -> None:
    onboarding = WatchedOnboarding(replace(build.complete(), account=facts.account))
    async with opened(onboarding, size=(120, 200)) as screen:
        await screen.press("7")
        assert ("A second opinion" in screen.inside) == shown
