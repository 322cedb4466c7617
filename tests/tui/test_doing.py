"""What is wrong and what to do now stand at the top; the rest of the screen helps to do it."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.situation.fields import BY_ID
from dlaas_onboard.journey.situation.fields import BY_ID as FIELDS
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.verdict import Finding, Severity, Verdict
from dlaas_onboard.tui.dialogs import AskDialog, ListDialog
from dlaas_onboard.tui.footer import Hint, KeyBar, short
from dlaas_onboard.tui.rail import Rail
from tests.tui.conftest import Opener
from tests.tui.fake import NOW, PLACE, VERDICTS, VIEW, FakeOnboarding, judged


def with_verdict(verdict: Verdict) -> FakeOnboarding:
    return FakeOnboarding(judged(VIEW, verdicts={**VERDICTS, verdict.step: verdict}))


async def test_the_worst_finding_and_its_key_show_without_scrolling(opened: Opener) -> None:
    async with opened(size=(80, 24)) as screen:
        await screen.press("3")
        assert screen.app.pane.scroll_y == 0
        assert "blocker: MAIL FROM is FAILED" in screen.inside
        assert "m Set MAIL FROM again" in screen.inside
        assert screen.inside.index("What to do now") < screen.inside.index("DNS records")


async def test_n_goes_to_the_step_that_needs_the_operator(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("1")
        await screen.sees("n Go on to step 3, Domain")
        opened_at = []
        for keys in (("n",), ("n",), ("8", "n")):
            await screen.press(*keys)
            opened_at.append(screen.app.open_step)
        assert opened_at == [StepId.DOMAIN, StepId.BOUNCES, VERDICTS[StepId.DECLARATIONS].blocked_by]


async def test_the_pane_follows_the_cursor_in_the_rail(opened: Opener) -> None:
    async with opened() as screen:
        assert isinstance(screen.app.focused, Rail)
        opened_at = []
        for keys in (("j", "j"), ("k",)):
            await screen.press(*keys)
            opened_at.append(screen.app.open_step)
        assert opened_at == [StepId.REQUEST, StepId.BOUNCES]
        assert isinstance(screen.app.focused, Rail)


async def test_enter_on_a_finding_goes_to_the_field_that_mends_it(opened: Opener) -> None:
    found = Finding("request.url", Severity.BLOCKER, "The URL is empty.", step=StepId.REQUEST, field="website_url")
    fake = with_verdict(Verdict(StepId.REQUEST, StepState.TODO, "Enter the URL.", (), (found,)))
    async with opened(fake) as screen:
        await screen.press("5", "enter", "enter")
        await screen.rest(lambda: screen.app.focused is screen.app.pane.fields["website_url"].editor)


async def test_what_is_typed_ahead_finds_its_place(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("5", "enter")
        screen.app.go_to_field(FIELDS["website_url"])
        assert screen.app.focused is screen.app.pane.fields["website_url"].editor


async def test_without_a_region_the_way_out_is_named(opened: Opener) -> None:
    found = Finding("account.no_region", Severity.BLOCKER, "No Region is chosen.")
    fake = with_verdict(Verdict(StepId.ACCOUNT, StepState.ATTENTION, "No Region is chosen.", (), (found,)))
    async with opened(fake, size=(80, 24)) as screen:
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
    async with opened() as screen:
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
        blocked: Reading[f.Website] = Reading("web", NOW, problem=Problem(ProblemKind.BLOCKED, "not opened"))
        screen.onboarding.change(facts=dataclasses.replace(VIEW.facts, website=blocked))
        await screen.press("5")
        await screen.rest(lambda: fields["private_website"].display)


async def test_evidence_stands_under_each_declaration(opened: Opener) -> None:
    from dlaas_onboard.journey.steps.declarations import SECTIONS
    from dlaas_onboard.journey.verdict import Row

    rows = [
        Row(f"{kind} {section[:6]}", "seen", section=section)
        for section in SECTIONS.values()
        for kind in ("declared", "evidence")
    ]
    fake = with_verdict(Verdict(StepId.DECLARATIONS, StepState.TODO, "Declare.", tuple(rows)))
    async with opened(fake, size=(120, 60)) as screen:
        await screen.press("8")
        said = screen.inside
        places = [said.index(f"evidence {section[:6]}") for section in SECTIONS.values()]
        boxes = [said.index(f"[ ] {BY_ID[field].label[:20]}") for field in SECTIONS]
        assert sorted([*places, *boxes]) == [place for pair in zip(boxes, places, strict=True) for place in pair]


async def test_changes_of_this_session_are_news_and_stay_away(opened: Opener) -> None:
    async with opened(FakeOnboarding(VIEW._replace(changes=("DKIM is SUCCESS.",), news=True))) as screen:
        await screen.sees("Changed at AWS: DKIM is SUCCESS.")
        await screen.press("escape")
        screen.onboarding.change(first_step=StepId.DOMAIN)
        await screen.press("2")
        assert "DKIM is SUCCESS." not in screen.flowing
        screen.onboarding.change(changes=("The account has production access now.",))
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
    account = VIEW.facts.account
    assert account is not None
    assert account.value is not None
    details = f.Details(review=f.Review("PENDING", "1789"))
    facts = dataclasses.replace(
        VIEW.facts,
        account=dataclasses.replace(account, value=dataclasses.replace(account.value, details=details)),
        case=Reading("Support", NOW, f.SupportCase("1789", "c", "opened", created=NOW - timedelta(hours=5))),
    )
    view = judged(VIEW, situation=Situation(facts, VIEW.situation.answers))
    async with opened(FakeOnboarding(view), size=size) as screen:
        await screen.press("0")
        await screen.sees("waiting 5 h of 24 h", "last look 42 s ago", "by itself", "support.console.aws.amazon.com")
        await screen.press("enter", "down", "down", "down", "y")
        assert "displayId=1789" in screen.app.clipboard
        assert PLACE.account in screen.flowing


def test_the_footer_cuts_titles_between_words_and_drops_what_matters_least() -> None:
    assert short("Publish events to a topic") == "Publish events to…"
    assert short("Unbelievablylongsinglewordtitle") == "Unbelievablylongsin…"
    hints = [Hint(key, "words", lambda: None, rank) for key, rank in zip("abcdefghi", range(9), strict=True)]
    bar = KeyBar()
    bar.say(hints)
    assert [hint.key for hint in bar.fitting(200)] == list("abcdefg")
    assert [hint.key for hint in bar.fitting(30)] == list("abc")
