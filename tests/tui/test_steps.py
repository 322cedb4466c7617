"""Every step opens and shows what it is for, where it stands, and what can be done."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.request.rare_fields import applies
from dlaas_onboard.journey.situation.fields import FieldKind, of_step
from dlaas_onboard.journey.step_registry import BY_ID, GLYPHS, STEPS, StepId
from dlaas_onboard.journey.steps.next_steps import only_undeclared
from dlaas_onboard.tui.editors import Choice, LineEditor, ProseEditor, Tick
from dlaas_onboard.tui.item_list import ItemList
from dlaas_onboard.tui.rail import KEY_OF
from dlaas_onboard.tui.step_blocks import shown_elsewhere
from dlaas_onboard.tui.step_pane import StepPane
from tests import build
from tests.apps import app_of
from tests.fakes.onboarding import OPTIONS, WatchedOnboarding
from tests.tui.conftest import NOW, Opener, Screen, begun


def key_of(step: StepId) -> str:
    return {"-": "minus"}.get(KEY_OF[step], KEY_OF[step])


async def test_each_step_shows_everything_it_has(opened: Opener) -> None:
    async with opened(size=(200, 300)) as screen:
        view = screen.onboarding.view()
        for step in StepId:
            verdict = view.verdicts[step]
            await screen.press(key_of(step))
            said = screen.inside
            assert BY_ID[step].purpose in said
            assert f"{GLYPHS[verdict.state]} {verdict.state.value}" in said
            assert verdict.headline in said
            for row in (row for row in verdict.rows if not shown_elsewhere(row, step, view)):
                # Both are wrapped in columns of their own; of a value that is very long the end is cut.
                assert all(word in said for word in row.label.split())
                words = row.value if len(row.value) <= 160 else row.value[:160].rpartition(" ")[0]
                assert all(word in said for word in words.split())
                assert row.source[:20] in said
            gates = {f"file.{gate.id}" for gate in view.judgement.gates}
            for finding in verdict.findings:
                if finding.id in gates or only_undeclared(finding):
                    continue  # a gate, or an empty box, says it
                assert finding.severity.value in said
                assert finding.message in said
                assert finding.remedy in said
            for field in of_step(step):
                assert (field.label in said) == applies(field.id, view.situation)
            for action, reason in screen.onboarding.actions():
                if action.step == step:
                    assert action.title in said
                    assert f"not now: {reason}" in said or not reason


async def test_it_opens_at_the_first_step_that_needs_the_operator(opened: Opener) -> None:
    async with opened() as screen:
        assert screen.app.open_step == screen.onboarding.view().judgement.first_step


async def test_a_step_that_the_operator_chose_stays_open(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("1")
        before = screen.onboarding.view().judgement.first_step
        await screen.show(replace(build.halfway(), test_identity=build.seen(build.address())))
        assert screen.onboarding.view().judgement.first_step != before
        assert screen.app.open_step == StepId.ACCOUNT


async def test_the_first_paint_comes_from_the_last_look(opened: Opener) -> None:
    class Never(WatchedOnboarding):
        def start(self, ask_code: object, wanted: object = None) -> None:
            answered.wait(10)

    answered = threading.Event()
    facts = replace(build.halfway(), test_identity=build.seen(build.address()))
    onboarding = Never(facts, build.begun())
    onboarding.visit(timedelta(hours=3))
    app = app_of(onboarding, clock=lambda: NOW)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert app.open_step == StepId.DOMAIN
        screen = Screen(app, pilot, onboarding)
        said = screen.inside
        assert build.ACCOUNT in screen.text
        glance = onboarding.glance()
        assert glance is not None
        (headline,) = [step.headline for step in glance.steps if step.id == StepId.DOMAIN]
        assert headline in said
        assert "As it was 3 h ago; looking again." in said
        answered.set()


async def test_the_rail_names_every_step_with_a_glyph_and_a_word(opened: Opener) -> None:
    async with opened(size=(80, 24)) as screen:
        lines = screen.text.split("\n")
        for step in STEPS:
            state = screen.onboarding.view().verdicts[step.id].state
            title = step.title.replace(" and ", " & ")
            assert any(
                f"{step.number} {title}" in line and f"{GLYPHS[state]} {state.value}" in line for line in lines
            ), step


async def test_an_endpoint_that_is_not_amazons_is_said(opened: Opener) -> None:
    place = build.place(endpoint="127.0.0.1:5000", amazon=False)
    elsewhere = replace(build.halfway(), place=place, caller=build.seen(place, "STS GetCallerIdentity"))
    async with opened(WatchedOnboarding(elsewhere, build.begun()), size=(80, 24)) as screen:
        assert "not Amazon: 127.0.0.1:5000" in screen.text.split("\n")[0]


async def test_banners(opened: Opener) -> None:
    options = OPTIONS._replace(rehearsal="fresh account", read_only=True)
    onboarding = WatchedOnboarding(build.ready(), build.entered(), options=options)
    onboarding.visit(timedelta(days=1))
    onboarding.world.facts = build.pending()
    onboarding.world.store.notice = "A damaged store was set aside."
    async with opened(onboarding) as screen:
        await screen.sees("Read-only: nothing is written to AWS.")
        await screen.sees("Rehearsal “fresh account”")
        await screen.sees("A damaged store was set aside.")
        await screen.sees("Since your last visit: A request for production access is on record")
        await screen.press("escape")
        assert "Since your last visit" not in screen.flowing
        await screen.sees("Read-only")


async def test_why_nothing_can_be_saved_is_said(opened: Opener) -> None:
    onboarding = begun()
    onboarding.world.store.read_only = "The disk is full."
    async with opened(onboarding) as screen:
        await screen.sees("Read-only: The disk is full. What you enter now is not saved.")


async def test_looks_under_way_are_named_and_escape_stops_them(opened: Opener) -> None:
    async with opened() as screen:
        with screen.onboarding.looking(Look.DNS, Look.WEBSITE):
            await screen.sees("looking at 2")
            await screen.sees("DNS, website")
            await screen.press("escape")
            await screen.rest(lambda: screen.onboarding.count("cancel") == 1)
            await screen.rest(lambda: "looking at" not in screen.flowing)


async def test_ctrl_r_looks_again(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("ctrl+r")
        await screen.rest(lambda: screen.onboarding.looked == [frozenset()])


async def test_the_keyboard_walks_through_a_whole_pane(opened: Opener) -> None:
    async with opened(size=(80, 24)) as screen:
        await screen.press("4", "enter")
        seen: list[object] = []
        for _ in range(40):
            if screen.app.focused not in seen:
                seen.append(screen.app.focused)
            await screen.pilot.press("down")
        await screen.rest()
        assert seen == screen.app.pane.stops()
        assert len(seen) > 3


async def test_no_scroll_container_is_a_tab_stop(opened: Opener) -> None:
    async with opened() as screen:
        for step in StepId:
            await screen.press(key_of(step))
            chain = screen.app.screen.focus_chain
            assert not [widget for widget in chain if isinstance(widget, StepPane)]
            assert not [widget for widget in chain if isinstance(widget, ItemList) and widget.current is None]


async def test_brackets_go_to_the_step_before_and_after(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("4")
        seen = []
        for key in ("right_square_bracket", "left_square_bracket", "left_square_bracket"):
            await screen.press(key)
            seen.append(screen.app.open_step)
        assert seen == [StepId.REQUEST, StepId.BOUNCES, StepId.DOMAIN]


async def test_the_mouse_opens_a_step_and_runs_an_action(opened: Opener) -> None:
    async with opened() as screen:
        await screen.pilot.click("#rail", offset=(6, 1))
        await screen.rest(lambda: screen.app.open_step == StepId.TEST_ADDRESS)
        actions = screen.app.pane.blocks["actions"]
        await screen.pilot.click(actions, offset=(6, 2), times=2)
        await screen.rest(lambda: len(screen.app.screen_stack) == 2)
        await screen.sees("Send the verification link")


async def test_jump_goes_where_its_key_says(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("5", "g")
        await screen.press("f")
        assert screen.app.focused is screen.app.pane.fields["website_url"].editor


async def test_the_detail_says_source_and_age_of_the_fact_under_the_cursor(opened: Opener) -> None:
    async with opened(size=(80, 24)) as screen:
        await screen.press("1", "enter", "tab")
        await screen.sees("STS GetCallerIdentity · seen 42 s ago (24 Nov 12:00)")


async def test_y_copies_the_value_of_a_record(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("3", "enter")
        await screen.onto("records", "MAIL FROM MX", "y")
        assert screen.app.clipboard == "10 feedback-smtp.eu-west-1.amazonses.com"


async def test_a_gap_leads_to_the_field_that_fills_it(opened: Opener) -> None:
    async with opened() as screen:
        holes = screen.onboarding.view().judgement.description.holes
        gap = next(hole for hole in holes if hole.field == "bounce_process")
        await screen.press("7", "enter")
        await screen.onto("text", gap.message[:40], "enter")
        await screen.rest(lambda: screen.app.open_step == StepId.BOUNCES)
        await screen.rest(lambda: screen.app.focused is screen.app.pane.fields["bounce_process"].editor)


async def test_a_gate_leads_to_its_step(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("9", "enter", "tab", "enter")
        assert screen.app.open_step == StepId.DOMAIN


async def test_use_case_and_decision_have_their_content(opened: Opener) -> None:
    answers = build.entry(build.filled_in(bounce_process=""), "sentence.no_lists", "We never send newsletters.")
    async with opened(WatchedOnboarding(build.asked_back(), answers), size=(120, 200)) as screen:
        description = screen.onboarding.view().judgement.description
        await screen.press("7")
        await screen.sees(f"{len(description.text):,} of 5,000 characters")
        await screen.sees("✎ We never send newsletters.")
        assert description.holes
        await screen.sees(f"gap: {description.holes[0].message}")
        await screen.press("0")
        await screen.sees("Please tell us how you handle bounces.")
        await screen.press("1")
        for name in ("10 % pause", "5 % review", "0.5 % pause", "0.1 % review"):
            assert name in screen.flowing


async def test_the_filing_shows_its_gates_and_what_is_sent(opened: Opener) -> None:
    reason = "Our parent company publishes it on Friday."
    answers = build.entry(build.filled_in(test_address=build.ME, declare_terms=""), "override.dmarc", reason)
    async with opened(WatchedOnboarding(build.without_dmarc(build.complete()), answers), size=(120, 160)) as screen:
        gates = screen.onboarding.view().judgement.gates
        await screen.press("9")
        await screen.sees(f"{sum(gate.open for gate in gates)} of {len(gates)} open")
        await screen.sees(f"overridden: {reason}")
        await screen.sees('"ProductionAccessEnabled": true')
        await screen.sees("A request cannot be edited or withdrawn once it is filed.")


async def test_every_kind_of_field_has_an_editor(opened: Opener) -> None:
    from dlaas_onboard.journey.situation.fields import FIELDS

    async with opened() as screen:
        kinds = set()
        for field in FIELDS:
            screen.app.show_step(field.step)
            kinds.add((field.kind, type(screen.app.pane.fields[field.id].editor)))
        assert kinds == {
            (FieldKind.TEXT, LineEditor),
            (FieldKind.LIST, LineEditor),
            (FieldKind.NUMBER, LineEditor),
            (FieldKind.LINES, ProseEditor),
            (FieldKind.CHOICE, Choice),
            (FieldKind.SWITCH, Choice),
            (FieldKind.DECLARATION, Tick),
        }
