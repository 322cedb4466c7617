"""From the key of an action to its outcome: nothing is sent that was not confirmed."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import pytest
from textual.widgets import Static

from dlaas_onboard.journey.facts.reading import Problem, ProblemKind
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.situation.calls import CallRecord
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.onboarding import proving
from dlaas_onboard.ports import RehearsalEvent
from dlaas_onboard.tui.confirm_dialog import ConfirmDialog
from dlaas_onboard.tui.dialogs import AskDialog, Press, Scroll
from dlaas_onboard.tui.editors import LineEditor
from tests import build
from tests.apps import app_of
from tests.fakes.onboarding import OPTIONS, WatchedOnboarding
from tests.fakes.world import MemoryDirector, World
from tests.tui.conftest import Opener, begun

PLACE = build.place()
CALLS = tuple(
    CallRecord(
        build.NOW - timedelta(seconds=60 - n),
        operation,
        "eu-west-1",
        outcome,
        40 + 13 * n,
        f"8e0d2f6b-5f0a-4f0e-9b0a-{n:012x}",
        write,
    )
    for n, (operation, outcome, write) in enumerate(
        (
            ("sts:GetCallerIdentity", "ok", False),
            ("sesv2:GetAccount", "ok", False),
            ("sesv2:ListEmailIdentities", "ok", False),
            ("sesv2:CreateEmailIdentity", "ok", True),
            ("cloudwatch:GetMetricData", "AccessDeniedException", False),
        )
    )
)


async def test_a_write_shows_where_it_goes_and_what_it_is(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("2", "v")
        await screen.rest(lambda: isinstance(screen.app.screen, ConfirmDialog))
        for part in (PLACE.account, PLACE.region, PLACE.endpoint, PLACE.arn, "sesv2:CreateEmailIdentity"):
            assert part in screen.flowing
        await screen.sees('"EmailIdentity": "ada@example.org"')
        await screen.sees("aws sesv2 create-email-identity")
        await screen.press("y")
        await screen.rest(lambda: screen.onboarding.acted == [("create_test_address", "")])
        await screen.sees("Done and read back. ada@example.org exists")


async def test_a_proof_says_what_it_does_and_what_it_brought(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 80 by 24: what is said before, what goes on, that escape ends the waiting, and the outcome in words."""
    monkeypatch.setattr(proving, "APART", 0.0)
    onboarding = WatchedOnboarding(build.ready(), build.entered())
    world = onboarding.world
    world.receiving.clear()
    async with opened(onboarding, size=(80, 24)) as screen:
        await screen.press("4", "v")
        await screen.rest(lambda: isinstance(screen.app.screen, ConfirmDialog))
        about = onboarding.prepare("prove_bounces").action.about
        await screen.sees(about[:60])
        await screen.press("y")
        await screen.sees("0 s for bounce, complaint")
        await screen.press("escape")
        await screen.rest(lambda: onboarding.count("cancel") == 1)
        world.becomes = Phase.REJECTED
        world.refusal = Problem(ProblemKind.REFUSED, "No [@click=app.quit].")
        world.receiving.set()
        await screen.sees("you ended the waiting")
        await screen.sees("[@click=app.quit]")


async def test_escape_and_enter_send_nothing(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("2", "v")
        await screen.rest(lambda: isinstance(screen.app.screen, ConfirmDialog))
        await screen.press("enter", "space")
        assert isinstance(screen.app.screen, ConfirmDialog)
        await screen.press("escape")
        assert len(screen.app.screen_stack) == 1
        assert screen.onboarding.acted == []


async def test_a_key_typed_ahead_sends_nothing(opened: Opener) -> None:
    async with opened() as screen:
        ConfirmDialog.armed_after = 60.0
        await screen.press("2", "v")
        await screen.rest(lambda: isinstance(screen.app.screen, ConfirmDialog))
        await screen.press("y")
        assert screen.onboarding.acted == []
        assert isinstance(screen.app.screen, ConfirmDialog)


async def test_filing_takes_the_last_four_digits(opened: Opener) -> None:
    async with opened(WatchedOnboarding(), size=(80, 24)) as screen:
        await screen.press("9", "f")
        await screen.rest(lambda: isinstance(screen.app.screen, ConfirmDialog))
        await screen.sees("Cannot be undone: A request cannot be edited or withdrawn")
        await screen.press("y", "enter")
        assert screen.onboarding.acted == []
        await screen.sees("These are not the last four digits of 123456789012.")
        await screen.press("backspace", *"9012", "enter")
        await screen.rest(lambda: screen.onboarding.acted == [("file", "9012")])


async def test_the_controls_of_a_confirmation_show_at_80_by_24(opened: Opener) -> None:
    async with opened(WatchedOnboarding(), size=(80, 24)) as screen:
        await screen.press("9", "f")
        await screen.rest(lambda: isinstance(screen.app.screen, ConfirmDialog))
        await screen.rest(lambda: "enter Send" in screen.flowing and "esc Cancel" in screen.flowing)
        assert screen.app.screen.query_one(LineEditor).region.height == 1
        assert screen.app.screen.query_one(Scroll).region.height >= 6


async def test_no_foreign_text_shares_a_widget_with_a_control(opened: Opener) -> None:
    async with opened(WatchedOnboarding()) as screen:
        await screen.press("9", "f")
        await screen.rest(lambda: isinstance(screen.app.screen, ConfirmDialog))
        for press in screen.app.screen.query(Press):
            assert str(press.render()) in ("enter Send", "^y Copy the AWS CLI command", "esc Cancel")


async def test_a_dialog_is_not_closed_by_an_action(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("2", "v")
        await screen.rest(lambda: isinstance(screen.app.screen, ConfirmDialog))
        dialog = screen.app.screen
        await screen.app.run_action("screen.dismiss('yes')", default_namespace=dialog)
        await screen.rest()
        assert screen.app.screen is dialog
        assert screen.onboarding.acted == []


async def test_what_cannot_be_done_now_says_why(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("2", "t")
        assert len(screen.app.screen_stack) == 1
        await screen.sees("In the sandbox SES only mails verified addresses: open the link first.")


async def test_a_refusal_is_said_at_the_top(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("2", "v")
        await screen.rest(lambda: isinstance(screen.app.screen, ConfirmDialog))
        other = build.place(arn="arn:aws:iam::123456789012:user/eve")
        world = screen.onboarding.world
        world.facts = replace(world.facts, caller=build.seen(other, "STS GetCallerIdentity"))
        await screen.press("y")
        await screen.sees("✗ Nothing was sent: AWS now answers arn:aws:iam::123456789012:user/eve")
        assert world.written == []
        await screen.press("escape")
        assert "Nothing was sent" not in screen.flowing


async def test_quitting_while_something_is_sent_asks_first(opened: Opener) -> None:
    onboarding = begun()
    onboarding.world.answering.clear()
    async with opened(onboarding) as screen:
        await screen.press("2", "v")
        await screen.rest(lambda: isinstance(screen.app.screen, ConfirmDialog))
        await screen.press("y")
        await screen.rest(lambda: bool(screen.app.busy))
        await screen.press("q")
        assert screen.app.is_running
        await screen.sees("never sends it twice")
        await screen.press("escape")
        onboarding.world.answering.set()
        await screen.rest(lambda: not screen.app.busy)
        await screen.press("q")
        assert screen.app.return_value == 0


async def test_the_code_is_asked_for_in_the_app(opened: Opener) -> None:
    onboarding = begun()
    onboarding.world.code_prompt = "Enter the MFA code for arn:aws:iam::123456789012:mfa/ada"
    app = app_of(onboarding)
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(50):
            await pilot.pause(0.02)
            if isinstance(app.focused, LineEditor):
                break
        said = " ".join(str(widget.render()) for widget in app.screen.query(Static))
        assert onboarding.world.code_prompt in said
        await pilot.press(*"123456", "enter")
        for _ in range(50):
            await pilot.pause(0.02)
            if onboarding.world.code is not None:
                break
        assert onboarding.world.code == "123456"


async def test_a_code_that_is_not_given_is_empty(opened: Opener) -> None:
    async with opened() as screen:
        got: list[str] = []
        thread = threading.Thread(target=lambda: got.append(screen.app.actions.ask_code("Code?")), daemon=True)
        thread.start()
        await screen.rest(lambda: isinstance(screen.app.screen, AskDialog))
        await screen.press("escape")
        await screen.rest(lambda: got == [""])


async def test_news_under_a_dialog_does_no_harm(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("2", "v")
        await screen.rest(lambda: isinstance(screen.app.screen, ConfirmDialog))
        account = build.account(sending_enabled=False)
        await screen.show(replace(build.halfway(), account=build.seen(account, "SES GetAccount eu-west-1")))
        await screen.press("escape")
        await screen.sees("Changed at AWS: Sending is disabled now.")


async def test_the_calls_are_listed(opened: Opener) -> None:
    onboarding = begun()
    onboarding.world.call_log = CALLS
    async with opened(onboarding, size=(160, 40)) as screen:
        await screen.press("1", "l")
        await screen.sees("AWS calls · 5 · 1 written · 1 not answered with ok")
        await screen.sees("sesv2:CreateEmailIdentity")
        await screen.sees("✗ AccessDeniedException")
        await screen.sees("8e0d2f6b-5f0a-4f0e-9b0a-000000000003")
        await screen.press("l")
        assert len(screen.app.screen_stack) == 1


async def test_another_profile_and_region(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("p", "enter", "ctrl+u", *"mars-1", "enter")
        await screen.sees("SES has no endpoint in a Region")
        await screen.press("ctrl+u", *"us-east-1", "enter")
        await screen.rest(lambda: ("move", "dlaas", "us-east-1") in screen.onboarding.done)


async def test_in_a_rehearsal_aws_is_made_to_decide(opened: Opener) -> None:
    world = World(build.halfway())
    director = world.director = MemoryDirector(
        RehearsalEvent("grant", "Grant the request", "Production access is granted."),
        RehearsalEvent("deny", "Deny it", "DENIED"),
    )
    onboarding = WatchedOnboarding(answers=build.begun(), world=world, options=OPTIONS._replace(rehearsal="fresh"))
    async with opened(onboarding) as screen:
        await screen.press("f9")
        await screen.sees("Rehearsal: make AWS …")
        await screen.press("down", "enter")
        await screen.rest(lambda: director.played == ["deny"])
        await screen.sees("Amazon granted the request.")


async def test_the_cli_command_of_an_action_is_copied(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("2", "enter")
        screen.app.pane.blocks["actions"].focus()
        await screen.press("home", "c")
        assert screen.app.clipboard.startswith("aws sesv2 create-email-identity --cli-input-json")
        assert "--profile dlaas --region eu-west-1" in screen.app.clipboard


async def test_every_action_has_a_key_that_works(opened: Opener) -> None:
    from dlaas_onboard.onboarding import registry

    async with opened() as screen:
        keys = [(entry.step, entry.key) for entry in registry()]
        assert len(set(keys)) == len(keys)
        assert not [key for _, key in keys if key in screen.app.own_keys or len(key) != 1]


async def test_an_action_goes_before_l_and_the_drawer_still_opens(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("4", "l")
        await screen.rest(lambda: isinstance(screen.app.screen, ConfirmDialog))
        await screen.press("escape", "L")
        await screen.sees("AWS calls")


async def test_a_second_look_is_not_begun_while_one_goes_on(opened: Opener) -> None:
    gate = threading.Event()

    class Slow(WatchedOnboarding):
        def look(self, looks: Collection[Look] = ()) -> None:
            super().look(looks)
            if self.looked:
                gate.wait(5)

    onboarding = Slow(build.halfway(), build.begun())
    async with opened(onboarding) as screen:
        await screen.press("ctrl+r")
        await screen.press("ctrl+r", "ctrl+r")  # before the view says that anything is looked at
        await screen.sees("A look is under way; esc stops it.")
        assert onboarding.looked == [frozenset()]
        screen.app.look_at_regions()  # another matter
        screen.app.look_at_regions()
        await screen.rest(lambda: len(onboarding.looked) == 2)
        assert onboarding.looked[1] == {Look.RADAR}
        gate.set()
        controller = screen.app.controller
        assert controller is not None
        await screen.rest(lambda: not controller._looks)
        await screen.catch_up()
        await screen.press("ctrl+r")
        await screen.rest(lambda: len(onboarding.looked) == 3)


async def test_what_the_app_looks_at_by_itself_counts_too_until_it_is_stopped(opened: Opener) -> None:
    async with opened(size=(80, 24)) as screen:
        onboarding = screen.onboarding
        with onboarding.looking(Look.RADAR):
            await screen.sees("Regions")
            await screen.press("ctrl+r")  # a sweep of the Regions is no look at this one
            await screen.rest(lambda: len(onboarding.looked) == 1)
        with onboarding.looking(Look.ACCOUNT, Look.DNS):
            await screen.sees("looking at 2")
            await screen.press("ctrl+r")
            await screen.sees("A look is under way")
            assert len(onboarding.looked) == 1
            await screen.press("escape")
            await screen.rest(lambda: screen.app.current_view is not None and not screen.app.current_view.looking)
            await screen.press("ctrl+r")
            await screen.rest(lambda: len(onboarding.looked) == 2)
