"""``do``: one action, checked, confirmed, sent once and read back as in the app."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

from dlaas_onboard.arguments import Arguments
from dlaas_onboard.headless import do
from dlaas_onboard.headless.documents import DoDocument
from dlaas_onboard.journey.errors import CannotLook, UsageError
from dlaas_onboard.journey.facts import SupportPlan
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind
from dlaas_onboard.journey.published_document import json_schema
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.journey.writes.actions import Confirm
from dlaas_onboard.journey.writes.afterwards import _WORDS, afterwards
from dlaas_onboard.onboarding import registry
from tests import build
from tests.build import ACCOUNT, with_account
from tests.fakes.filings import changed_meanwhile
from tests.fakes.onboarding import OPTIONS, WatchedOnboarding
from tests.fakes.world import OFFLINE

LINK = Arguments("do", action="create_test_address", yes=True)
BOB = "bob@example.org"
SCHEMA = Draft202012Validator(json_schema(DoDocument))


def unverified() -> WatchedOnboarding:
    """Return an onboarding whose operator has an address that SES does not know."""
    return WatchedOnboarding(build.terraform(), build.filled_in(test_address=BOB))


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for line in printed:
        SCHEMA.validate(line)
    return printed


def test_what_is_shown_is_what_is_sent_and_read_back(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = unverified()
    assert do.run(onboarding, LINK.replace(json=True)) == 0
    plan, sent, result = lines(capsys)
    (written,) = onboarding.world.written
    assert [(call["operation"], call["params"]) for call in plan["calls"]] == [(written.name, dict(written.params))]
    assert plan["account"] == ACCOUNT
    assert plan["afterwards"] == [
        f"{BOB} is an identity of SES in {build.REGION}, and gets a mail with a link that works for 24 hours."
    ]
    assert (sent["phase"], sent["request_id"]) == ("confirmed", "req-1")
    assert (result["outcome"], result["exit_status"]) == ("done", 0)
    assert onboarding.acted == [("create_test_address", ACCOUNT[-4:])]
    assert [intent.phase for intent in onboarding.view().situation.intents] == [Phase.CONFIRMED]


def test_the_page_says_first_what_will_exist(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = unverified()
    assert do.run(onboarding, LINK.replace(dry_run=True, yes=False)) == 0
    out, err = capsys.readouterr()
    assert out.index("Afterwards:") < out.index(f"Account {ACCOUNT}") < out.index("sesv2:CreateEmailIdentity")
    assert f'aws sesv2 create-email-identity --cli-input-json \'{{"EmailIdentity": "{BOB}"}}\'' in out
    assert "Nothing was sent: this was a dry run." in out
    assert err == ""
    assert not onboarding.world.written


ENDS: list[tuple[Phase, int, str]] = [
    (Phase.UNKNOWN, 31, "unknown"),
    (Phase.REJECTED, 32, "aws_refused"),
]


@pytest.mark.parametrize(("phase", "code", "outcome"), ENDS, ids=[end[2] for end in ENDS])
def test_how_it_ended_is_the_exit_status(
    phase: Phase, code: int, outcome: str, capsys: pytest.CaptureFixture[str]
) -> None:
    onboarding = unverified()
    onboarding.world.becomes = phase
    assert do.run(onboarding, LINK.replace(json=True)) == code
    printed = lines(capsys)
    assert (printed[-1]["outcome"], printed[-1]["exit_status"]) == (outcome, code)
    assert onboarding.world.refusal.message in printed[-2]["problem"]
    assert len(onboarding.world.written) == 1


def test_a_precondition_refuses_and_nothing_is_sent(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = WatchedOnboarding()
    assert do.run(onboarding, LINK) == 30
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "dlaas-onboard: create_test_address: Nothing was sent: The address is verified already.\n"
    assert do.run(onboarding, LINK.replace(dry_run=True, json=True)) == 30
    (result,) = lines(capsys)
    assert (result["outcome"], result["exit_status"]) == ("refused", 30)
    assert not onboarding.world.written


def test_one_that_may_have_been_sent_is_unknown_not_refused(capsys: pytest.CaptureFixture[str]) -> None:
    filing = build.intent(phase=Phase.UNKNOWN, at=build.NOW, action="file")
    onboarding = WatchedOnboarding(intents=(filing,))
    assert do.run(onboarding, Arguments("do", action="file", yes=True, account=ACCOUNT)) == 31
    assert "may have reached Amazon" in capsys.readouterr().err
    assert not onboarding.world.written


def test_what_has_changed_since_is_not_sent(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = changed_meanwhile()
    assert do.run(onboarding, Arguments("do", action="file", yes=True, account=ACCOUNT)) == 30
    err = capsys.readouterr().err
    assert err.count("Nothing was sent") == 1
    assert not onboarding.world.written


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"action": "create_domian", "yes": True}, "did you mean `create_domain`?"),
    ({"action": "florb", "yes": True}, "`dlaas-onboard actions` lists them"),
    ({"action": "create_domain"}, "add --dry-run to see what `create_domain` would send, or --yes"),
    ({"action": "file", "yes": True}, "--account ID"),
    ({"action": "open_case", "yes": True}, "--account ID"),
    ({"action": "create_domain", "yes": True, "assignments": (("users", "3"),)}, "it takes domain"),
    ({"action": "set_suppression", "yes": True, "assignments": (("users", "3"),)}, "it takes no field"),
    ({"action": "create_domain", "yes": True, "assignments": (("domain", "https://x"),)}, "Enter the domain alone"),
    (
        {"action": "create_domain", "dry_run": True, "assignments": (("domain", "example.org"),)},
        "`dlaas-onboard draft set domain=…`",
    ),
]


@pytest.mark.parametrize(("flags", "told"), WRONG, ids=[told for _, told in WRONG])
def test_wrong_usage_is_said_before_anything_is_asked(flags: dict[str, Any], told: str) -> None:
    onboarding = WatchedOnboarding(build.fresh(), build.answers())
    with pytest.raises(UsageError) as raised:
        do.run(onboarding, Arguments("do", **flags))
    assert told in raised.value.sentence
    assert not onboarding.done
    assert not onboarding.entered


@pytest.mark.parametrize("action", [action.id for action in registry()])
def test_nothing_is_written_without_yes_nor_read_only_nor_on_another_account(
    action: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for facts in (build.terraform(), build.complete(), build.refused(), build.production()):
        onboarding = WatchedOnboarding(facts)
        with pytest.raises(UsageError):
            do.run(onboarding, Arguments("do", action=action))
        assert do.run(onboarding, Arguments("do", action=action, dry_run=True)) in (0, 30)
        assert do.run(onboarding, Arguments("do", action=action, yes=True, account="9" * 12)) == 30
        assert "and this is account" in capsys.readouterr().err
        assert not onboarding.world.written
        reading = WatchedOnboarding(facts, options=OPTIONS._replace(read_only=True))
        assert do.run(reading, Arguments("do", action=action, yes=True, account=ACCOUNT)) == 30
        assert "read-only" in capsys.readouterr().err
        assert do.run(reading, Arguments("do", action=action, dry_run=True)) in (0, 30)
        assert not reading.world.written


def test_fields_are_saved_as_in_the_app_and_used(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = WatchedOnboarding(build.fresh(), build.answers())
    args = LINK.replace(assignments=(("test_address", f" {BOB} "),))
    assert do.run(onboarding, args) == 0
    assert onboarding.entered == [("test_address", "bob@example.org")]
    (written,) = onboarding.world.written
    assert written.params == {"EmailIdentity": "bob@example.org"}
    capsys.readouterr()


def test_a_long_answer_is_read_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "address"
    file.write_text(f"{BOB}\n")
    onboarding = WatchedOnboarding(build.fresh(), build.answers())
    assert do.run(onboarding, LINK.replace(assignments=(("test_address", f"@{file}"),))) == 0
    assert onboarding.entered == [("test_address", BOB)]
    capsys.readouterr()


def test_an_intent_that_cannot_be_written_down_keeps_it_from_being_sent() -> None:
    onboarding = unverified()
    onboarding.world.store.broken = OSError("No space left on device.")
    with pytest.raises(CannotLook, match="No space left"):
        do.run(onboarding, LINK)
    assert not onboarding.world.written


def test_an_outcome_that_cannot_be_saved_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = unverified()
    onboarding.world.store.unsettled = OSError("No space left on device.")
    assert do.run(onboarding, LINK) == 31
    assert "Write this down" in capsys.readouterr().err
    assert len(onboarding.world.written) == 1


@pytest.mark.parametrize("problem", [OFFLINE, Problem(ProblemKind.DENIED, "No.", "Ask.")])
def test_where_nothing_can_be_looked_at_nothing_is_sent(problem: Problem) -> None:
    onboarding = WatchedOnboarding(with_account(problem=problem))
    with pytest.raises(CannotLook, match=problem.message):
        do.run(onboarding, LINK)
    assert not onboarding.world.written


def test_where_the_plan_has_no_api_the_console_and_the_text_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    no_plan = replace(build.refused(), support=build.seen(SupportPlan(False)), case=None)
    onboarding = WatchedOnboarding(no_plan)
    assert do.run(onboarding, Arguments("do", action="reply_case", yes=True, json=True)) == 30
    (result,) = lines(capsys)
    assert "The support plan does not include the API" in result["message"]
    assert result["by_hand"]["link"].startswith("https://")
    assert result["by_hand"]["text"]
    assert "The text does not say how addresses reach you." in result["by_hand"]["warning"]
    assert do.run(onboarding, Arguments("do", action="reply_case", yes=True)) == 30
    told = capsys.readouterr()
    assert told.out.startswith("https://")
    assert "The text does not say how addresses reach you." in told.err


def test_a_reader_that_goes_away_does_not_disturb_what_is_under_way() -> None:
    def gone(_text: str) -> None:
        raise BrokenPipeError

    saying = iter(["call 1: SendEmail", "call 2: SendEmail"])
    progress = do._Progress(lambda: next(saying), gone)
    progress()
    progress()


def test_what_exists_afterwards_is_said_of_every_call_that_an_action_can_make() -> None:
    """An operation that only a proof makes, or that only starts a dry run, is told by what comes of the whole."""
    told = set(_WORDS) | {"CreateQueue", "ReceiveMessage", "CreateServiceLinkedRole"}
    named = {name.partition(":")[2] for action in registry() for name in action.iam}
    assert named <= told


def test_digits_are_asked_for_where_the_app_asks() -> None:
    assert {action.id for action in registry() if action.confirm == Confirm.DIGITS} == {"file", "open_case"}


def test_a_dry_run_leaves_nothing_behind() -> None:
    call = Call("support", "CreateCase", {"subject": "S", "dryRun": True}, "us-east-1")
    real = Call("support", "CreateCase", {"subject": "S"}, "us-east-1")
    assert afterwards((call, real), "eu-west-1") == ("There is a support case “S”.",)
