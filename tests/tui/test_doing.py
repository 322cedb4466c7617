"""What is wrong and what to do now stand at the top; the rest of the screen helps to do it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.situation.fields import BY_ID
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.verdict import Severity
from dlaas_onboard.tui.dialogs import AskDialog, ListDialog
from dlaas_onboard.tui.footer import Hint, KeyBar, short
from dlaas_onboard.tui.rail import Rail
from tests import build
from tests.fakes.onboarding import OPTIONS, WatchedOnboarding
from tests.tui.conftest import Opener


async def test_the_worst_finding_and_its_key_show_without_scrolling(opened: Opener) -> None:
    given_up = build.with_dns(build.terraform(), build.good_dns())
    async with opened(WatchedOnboarding(given_up, build.begun()), size=(80, 24)) as screen:
        await screen.press("3")
        assert screen.app.pane.scroll_y == 0
        worst = screen.onboarding.view().verdicts[StepId.DOMAIN].findings[0]
        assert f"blocker: {worst.message[:40]}" in screen.inside
        assert "m Set MAIL FROM" in screen.inside
        assert screen.inside.index("What to do now") < screen.inside.index("DNS records")


async def test_n_goes_to_the_step_that_needs_the_operator(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("1")
        await screen.sees("n Go on to step 2, Test address")
        verdicts = screen.onboarding.view().verdicts
        opened_at = []
        for keys in (("n",), ("n",), ("9", "n")):
            await screen.press(*keys)
            opened_at.append(screen.app.open_step)
        assert opened_at == [StepId.TEST_ADDRESS, StepId.DOMAIN, verdicts[StepId.FILE].blocked_by]


async def test_the_pane_follows_the_cursor_in_the_rail(opened: Opener) -> None:
    async with opened() as screen:
        assert isinstance(screen.app.focused, Rail)
        opened_at = []
        for keys in (("j", "j"), ("k",)):
            await screen.press(*keys)
            opened_at.append(screen.app.open_step)
        assert opened_at == [StepId.BOUNCES, StepId.DOMAIN]
        assert isinstance(screen.app.focused, Rail)


async def test_enter_on_a_finding_goes_to_the_field_that_mends_it(opened: Opener) -> None:
    answers = build.filled_in(website_url="no address")
    async with opened(WatchedOnboarding(build.complete(), answers)) as screen:
        (found,) = [one for one in screen.onboarding.view().verdicts[StepId.REQUEST].findings if one.field]
        assert found.severity == Severity.BLOCKER
        await screen.press("5", "enter", "enter")
        await screen.rest(lambda: screen.app.focused is screen.app.pane.fields["website_url"].editor)


async def test_what_is_typed_ahead_finds_its_place(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("5", "enter")
        screen.app.go_to_field(BY_ID["website_url"])
        assert screen.app.focused is screen.app.pane.fields["website_url"].editor


async def test_without_a_region_the_way_out_is_named(opened: Opener) -> None:
    place = f.Place("dlaas")
    lost = Problem(ProblemKind.REGION, "No Region is chosen.", "Choose one.")
    onboarding = WatchedOnboarding(
        f.Facts(place, caller=Reading("STS GetCallerIdentity", build.NOW, place, lost)),
        build.answers(),
        options=OPTIONS._replace(region=""),
    )
    async with opened(onboarding, size=(80, 24)) as screen:
        await screen.press("1")
        await screen.sees("P choose a profile and a Region")
        await screen.press("enter", "enter")
        await screen.rest(lambda: isinstance(screen.app.screen, AskDialog))


async def test_records_are_handed_out_from_the_table(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("3", "enter", "tab", "end", "enter")
        await screen.rest(lambda: isinstance(screen.app.screen, ListDialog))
        await screen.sees("DNS records as a zone file")


async def test_gates_that_are_shut_come_first(opened: Opener) -> None:
    async with opened(size=(120, 90)) as screen:
        await screen.press("9")
        assert screen.inside.index("● red") < screen.inside.index("● green")


async def test_defaults_are_offered_and_rare_fields_kept_away(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("5")
        fields = screen.app.pane.fields
        assert fields["contact_language"].editor.content == "EN"
        assert not fields["private_website"].display
        await screen.press("7")
        assert screen.app.pane.fields["send_description"].editor.content == "yes"
        assert not screen.app.pane.fields["send_description"].dirty
        blocked: Reading[f.Website] = Reading("web", build.NOW, problem=Problem(ProblemKind.BLOCKED, "not opened"))
        screen.onboarding.enter("website_url", "https://10.0.0.1")
        await screen.show(replace(build.halfway(), website=blocked))
        await screen.press("5")
        await screen.rest(lambda: fields["private_website"].display)


async def test_evidence_stands_under_each_declaration(opened: Opener) -> None:
    from dlaas_onboard.journey.steps.declarations import SECTIONS

    async with opened(size=(120, 90)) as screen:
        rows = screen.onboarding.view().verdicts[StepId.DECLARATIONS].rows
        evidence = [[row.label for row in rows if row.section == section][-1] for section in SECTIONS.values()]
        await screen.press("8")
        said = screen.inside
        places = [said.index(f"{label[:20]}") for label in evidence]
        boxes = [said.index(f"[ ] {BY_ID[field].label[:20]}") for field in SECTIONS]
        assert sorted([*places, *boxes]) == [place for pair in zip(boxes, places, strict=True) for place in pair]


async def test_changes_of_this_session_are_news_and_stay_away(opened: Opener) -> None:
    async with opened(WatchedOnboarding(build.pending())) as screen:
        said = "The review went from PENDING to GRANTED."
        await screen.show(build.granted())
        await screen.sees(f"Changed at AWS: {said}")
        await screen.press("escape")
        screen.onboarding.enter("users", "600")
        await screen.catch_up()
        await screen.press("2")
        assert said not in screen.flowing
        await screen.show(build.production())
        await screen.sees("Changed at AWS: The account has production access now.")


async def test_one_toast_at_a_time_and_none_over_a_dialog(opened: Opener) -> None:
    async with opened() as screen:
        screen.app.notify("one", markup=False)
        screen.app.notify("two", markup=False)
        await screen.rest()
        assert [note.message for note in screen.app._notifications] == ["two"]
        await screen.press("2", "v")
        await screen.rest(lambda: len(screen.app.screen_stack) == 2)
        assert not list(screen.app._notifications)


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_the_waiting_room(opened: Opener, size: tuple[int, int]) -> None:
    case = f.SupportCase(build.CASE, "c", "opened", created=build.NOW - timedelta(hours=5))
    pending = replace(build.pending(), support=build.seen(f.SupportPlan(True)), case=build.seen(case))
    async with opened(WatchedOnboarding(pending), size=size) as screen:
        await screen.press("0")
        await screen.sees("waiting 5 h of 24 h", "last look 42 s ago", "by itself", "support.console.aws.amazon.com")
        await screen.press("enter")
        await screen.onto("room", "support.console.aws.amazon.com", "y")
        assert f"displayId={build.CASE}" in screen.app.clipboard
        assert build.ACCOUNT in screen.flowing


def test_the_footer_cuts_titles_between_words_and_drops_what_matters_least() -> None:
    assert short("Publish events to a topic") == "Publish events to…"
    assert short("Unbelievablylongsinglewordtitle") == "Unbelievablylongsin…"
    hints = [Hint(key, "words", lambda: None, rank) for key, rank in zip("abcdefghi", range(9), strict=True)]
    bar = KeyBar()
    bar.say(hints)
    assert [hint.key for hint in bar.fitting(200)] == list("abcdefg")
    assert [hint.key for hint in bar.fitting(30)] == list("abc")
