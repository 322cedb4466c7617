"""What is entered is saved, and called saved only then."""

from __future__ import annotations

import threading

from dlaas_onboard.journey.request.gate import Light
from dlaas_onboard.journey.situation.fields import BY_ID as FIELDS
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.tui.editors import LineEditor, ProseEditor, Tick
from dlaas_onboard.tui.footer import hints
from tests import build
from tests.fakes.filings import UNSEEN
from tests.fakes.onboarding import WatchedOnboarding
from tests.tui.conftest import Opener, Screen

URL = "https://a.bc"


def note(screen: Screen, field_id: str) -> str:
    row = screen.app.pane.fields[field_id]
    return str(row.query_one(".note").render())


async def into(screen: Screen, field_id: str) -> None:
    screen.app.go_to_field(FIELDS[field_id])
    await screen.rest(lambda: field_id in screen.app.pane.fields)
    await screen.rest(lambda: screen.app.focused is screen.app.pane.fields[field_id].editor)


async def test_enter_saves_and_goes_on(opened: Opener) -> None:
    async with opened() as screen:
        await into(screen, "website_url")
        await screen.press(*URL, "enter")
        await screen.rest(lambda: screen.onboarding.entered == [("website_url", URL)])
        await screen.rest(lambda: "✓ saved" in note(screen, "website_url"))
        assert screen.app.focused is screen.app.pane.fields["sign_up_url"].editor


async def test_leaving_a_field_saves(opened: Opener) -> None:
    async with opened() as screen:
        await into(screen, "website_url")
        await screen.press(*URL, "tab")
        await screen.rest(lambda: screen.onboarding.entered == [("website_url", URL)])


async def test_nothing_is_saved_where_nothing_changed(opened: Opener) -> None:
    async with opened() as screen:
        await into(screen, "service_name")
        await screen.press("enter", "tab", "tab")
        assert screen.onboarding.entered == []


async def test_saved_is_said_only_after_the_store_did(opened: Opener) -> None:
    gate = threading.Event()

    class Slow(WatchedOnboarding):
        def enter(self, field_id: str, text: str) -> str:
            gate.wait(5)
            return super().enter(field_id, text)

    async with opened(Slow(build.halfway(), build.begun())) as screen:
        await into(screen, "website_url")
        await screen.pilot.press(*URL, "enter")
        await screen.pilot.pause(0.05)
        assert note(screen, "website_url") == "saving…"
        gate.set()
        await screen.rest(lambda: "✓ saved" in note(screen, "website_url"))


async def test_where_a_value_comes_from_is_said(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("5")
        assert note(screen, "service_name") == "from common/config.json:4"
        await screen.press("2")
        assert note(screen, "test_address") == "✓ saved · entered 2026-11-24 by ada@laptop"


async def test_what_is_wrong_is_said_and_the_text_is_kept(opened: Opener) -> None:
    async with opened() as screen:
        await into(screen, "website_url")
        await screen.press("x", "enter")
        await screen.sees("The URL must begin with https:// or http://.")
        assert "kept as typed" in note(screen, "website_url")
        assert screen.app.pane.fields["website_url"].editor.content == "x"


async def test_a_store_that_cannot_be_written_is_said_at_the_top_and_in_the_field(opened: Opener) -> None:
    async with opened() as screen:
        store = screen.onboarding.world.store
        store.broken = OSError("The disk is full: nothing can be saved in /home/ada.")
        await into(screen, "website_url")
        await screen.press("x", "enter")
        await screen.sees("✗ The disk is full")
        assert "Not saved" in note(screen, "website_url")
        assert screen.app.pane.fields["website_url"].editor.content == "x"
        store.broken = None
        await screen.press("shift+tab", "y", "enter")
        await screen.rest(lambda: screen.onboarding.entered == [("website_url", "xy")])
        await screen.rest(lambda: "The disk is full" not in screen.flowing)


async def test_no_declaration_is_ticked_in_advance(opened: Opener) -> None:
    async with opened(size=(120, 60)) as screen:
        await screen.press("8")
        ticks = [row.editor for row in screen.app.pane.fields.values()]
        assert [type(tick) for tick in ticks] == [Tick, Tick, Tick]
        assert [tick.content for tick in ticks] == ["", "", ""]
        assert screen.text.count("[ ]") == 3
        await into(screen, "declare_terms")
        await screen.press("space")
        await screen.rest(lambda: screen.onboarding.entered == [("declare_terms", "yes")])
        assert screen.text.count("[✓]") == 1
        await screen.press("space")
        await screen.rest(lambda: screen.onboarding.entered[-1] == ("declare_terms", ""))


async def test_a_choice_is_made_with_the_arrows(opened: Opener) -> None:
    async with opened(WatchedOnboarding(build.ready(), build.entered())) as screen:
        await into(screen, "mail_type")
        await screen.press("right")
        await screen.rest(lambda: screen.onboarding.entered == [("mail_type", "TRANSACTIONAL")])
        await screen.sees("(•) Transactional")


async def test_prose_is_saved_with_ctrl_s_and_the_arrows_lead_out_of_it(opened: Opener) -> None:
    async with opened() as screen:
        await into(screen, "bounce_process")
        await screen.press("h", "i", "enter", "!", "ctrl+s")
        await screen.rest(lambda: screen.onboarding.entered == [("bounce_process", "hi\n!")])
        await screen.press("down")
        assert screen.app.focused is screen.app.pane.fields["bounce_seen"].editor


async def test_a_value_that_changes_outside_does_not_overwrite_what_is_being_typed(opened: Opener) -> None:
    async with opened() as screen:
        await into(screen, "website_url")
        await screen.press("a")
        await screen.show(build.terraform())
        assert screen.app.pane.fields["website_url"].editor.content == "a"


async def test_letters_in_a_field_are_letters(opened: Opener) -> None:
    async with opened() as screen:
        await into(screen, "website_url")
        await screen.press(*"q1lgpf?-")
        editor = screen.app.pane.fields["website_url"].editor
        assert isinstance(editor, LineEditor)
        assert editor.value == "q1lgpf?-"
        assert screen.app.open_step == StepId.REQUEST
        assert len(screen.app.screen_stack) == 1


async def test_quitting_saves_what_was_typed_last(opened: Opener) -> None:
    async with opened() as screen:
        await into(screen, "bounce_process")
        editor = screen.app.pane.fields["bounce_process"].editor
        assert isinstance(editor, ProseEditor)
        await screen.press("o", "k", "ctrl+q")
        assert ("bounce_process", "ok") in screen.onboarding.entered
        assert screen.app.return_value == 0


async def test_quitting_stays_once_where_the_last_entry_cannot_be_saved(opened: Opener) -> None:
    async with opened() as screen:
        await into(screen, "website_url")
        screen.onboarding.world.store.broken = OSError("The disk is full.")
        await screen.press("x", "ctrl+q")
        assert screen.app.is_running
        await screen.sees("The disk is full.")
        await screen.press("ctrl+q")
        assert screen.app.return_value == 0


async def test_a_sentence_is_rewritten(opened: Opener) -> None:
    async with opened() as screen:
        sentence = screen.onboarding.view().judgement.description.sentences[0]
        await screen.press("7", "enter")
        await screen.onto("text", sentence.text[:20], "e")
        await screen.press("!", "ctrl+s")
        await screen.rest(lambda: bool(screen.onboarding.entered))
        assert screen.onboarding.entered == [(f"sentence.{sentence.id}", f"{sentence.text}!")]


async def test_a_red_gate_asks_for_a_reason(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("9", "enter")
        await screen.onto("gates", "MAIL FROM", "o")
        await screen.sees("Override: MAIL FROM")
        await screen.press(*"why", "enter")
        await screen.rest(lambda: screen.onboarding.entered == [("override.mail_from", "why")])


async def test_an_unknown_gate_takes_no_reason(opened: Opener) -> None:
    async with opened(WatchedOnboarding(UNSEEN)) as screen:
        await screen.press("9", "enter")
        await screen.onto("gates", "unknown")
        await screen.sees("not known: look again")
        assert not [hint for hint in hints(screen.app) if hint.words == "override"]
        await screen.press("o")
        assert len(screen.app.screen_stack) == 1
        (note,) = screen.app._notifications
        (gate,) = [gate for gate in screen.onboarding.view().judgement.gates if gate.light == Light.UNKNOWN]
        assert note.message == f"{gate.title} is not known, and a reason passes only what is red. {gate.remedy}"


async def test_a_declaration_cannot_be_overridden(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("9", "enter")
        await screen.onto("gates", "Declared: Service Terms", "o")
        assert len(screen.app.screen_stack) == 1
        await screen.sees("cannot be overridden")
