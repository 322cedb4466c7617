"""``actions``: every write of the registry, with the preconditions that the app has."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

from dlaas_onboard.arguments import Arguments
from dlaas_onboard.headless import actions
from dlaas_onboard.headless.documents import ActionsDocument
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind
from dlaas_onboard.journey.published_document import json_schema
from dlaas_onboard.journey.situation.fields import BY_ID
from dlaas_onboard.onboarding import registry
from tests import build
from tests.build import ACCOUNT, with_account
from tests.fakes.onboarding import OPTIONS, WatchedOnboarding

DENIED = Problem(
    ProblemKind.DENIED,
    "AWS does not let you read the account.",
    "Ask for the permission.",
    "sesv2:GetAccount",
    "ses:GetAccount",
)


def document(onboarding: WatchedOnboarding, capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, Any]:
    assert actions.run(onboarding, Arguments("actions", json=True)) == code
    printed: dict[str, Any] = json.loads(capsys.readouterr().out)
    Draft202012Validator(json_schema(ActionsDocument)).validate(printed)
    return printed


@pytest.mark.parametrize(
    "facts", [build.terraform(), build.complete(), build.refused(), build.production(), build.fresh(), Facts()]
)
def test_each_action_stands_there_with_the_precondition_that_the_app_has(
    facts: Facts, capsys: pytest.CaptureFixture[str]
) -> None:
    onboarding = WatchedOnboarding(facts)
    printed = document(onboarding, capsys, code=0 if facts.place.account else 3)
    reasons = {action.id: why for action, why in onboarding.actions()}
    assert {action["id"]: action["why_not"] for action in printed["actions"]} == reasons
    assert set(reasons) == {action.id for action in registry()}
    for action in printed["actions"]:
        assert action["possible"] == (action["why_not"] == "")
        assert bool(action["cli"]) == action["possible"]
        assert action["cli_commands"]
        for line in action["cli"]:
            words = shlex.split(line)
            assert " ".join(words[:3]) in action["cli_commands"]
            assert isinstance(json.loads(words[words.index("--cli-input-json") + 1]), dict)
    assert not onboarding.world.written


def test_the_steps_stand_in_their_order_and_digits_ask_for_the_account(capsys: pytest.CaptureFixture[str]) -> None:
    printed = document(WatchedOnboarding(), capsys)
    steps = list(dict.fromkeys(action["step"] for action in printed["actions"]))
    assert steps == ["test_address", "domain", "bounces", "quota", "file", "decision", "go_live"]
    commands = {action["id"]: action["command"] for action in printed["actions"]}
    assert commands["file"] == f"dlaas-onboard do file --yes --account {ACCOUNT}"
    assert commands["create_domain"] == "dlaas-onboard do create_domain --yes"


def test_the_fields_that_an_action_takes_show_what_it_would_take_now(capsys: pytest.CaptureFixture[str]) -> None:
    printed = document(WatchedOnboarding(), capsys)
    inputs = {field["id"]: field for action in printed["actions"] for field in action["inputs"]}
    assert inputs["test_address"]["value"] == build.ME
    assert all(field_id in BY_ID for field_id in inputs)


def test_read_only_is_said_once_and_at_each_action(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = WatchedOnboarding(options=OPTIONS._replace(read_only=True))
    printed = document(onboarding, capsys)
    assert printed["read_only"] == "Started with --read-only."
    assert not any(action["possible"] for action in printed["actions"])
    filing = next(action for action in printed["actions"] if action["id"] == "file")
    assert filing["cli"], "what it would send is shown all the same"


def test_an_account_that_cannot_be_read_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert actions.run(WatchedOnboarding(with_account(problem=DENIED)), Arguments("actions")) == 3
    out, err = capsys.readouterr()
    assert "Not now: " in out
    assert "ses:GetAccount" in err


def test_the_page_names_the_command_and_the_aws_cli(capsys: pytest.CaptureFixture[str]) -> None:
    assert actions.run(WatchedOnboarding(build.terraform()), Arguments("actions")) == 0
    out = capsys.readouterr().out
    assert "✓ create_configuration_set: " in out
    assert "\n      dlaas-onboard do create_configuration_set --yes\n      aws sesv2 create-configuration-set " in out
    assert "The AWS CLI's commands for it: aws sesv2 put-account-details\n" in out
