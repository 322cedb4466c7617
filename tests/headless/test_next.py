"""``next``: the one next thing as a page and as a document."""

from __future__ import annotations

import json

import pytest

from dlaas_onboard.arguments import Arguments
from dlaas_onboard.headless import next as next_command
from dlaas_onboard.headless import status
from dlaas_onboard.headless.command_again import with_flags
from tests import build
from tests.build import with_account
from tests.fakes.onboarding import OPTIONS, WatchedOnboarding
from tests.fakes.world import OFFLINE


def test_the_page_says_who_acts_and_which_answer_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = WatchedOnboarding(build.fresh(), build.answers())
    assert next_command.run(onboarding, Arguments("next")) == 0
    out = capsys.readouterr().out
    assert out.startswith("Step 2, Test address: Enter: Your own address.\n")
    assert "\n  Who acts: you\n" in out
    assert "\n  Answer: An e-mail address of 6 to 254 characters." in out
    assert "\n  dlaas-onboard draft set test_address=VALUE\n" in out
    assert "\n  Then: Step 3, Domain: " in out
    assert not onboarding.world.written


def test_status_names_the_same_command(capsys: pytest.CaptureFixture[str]) -> None:
    status.run(WatchedOnboarding(build.fresh(), build.answers()), Arguments("status"))
    assert capsys.readouterr().out.endswith("\n  dlaas-onboard draft set test_address=VALUE\n")


def test_read_only_is_said_and_changes_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    free, bound = WatchedOnboarding(), WatchedOnboarding(options=OPTIONS._replace(read_only=True))
    documents = []
    for onboarding in (free, bound):
        assert next_command.run(onboarding, Arguments("next", json=True)) == 0
        documents.append(json.loads(capsys.readouterr().out))
    assert documents[1].pop("read_only") == "Started with --read-only."
    assert documents[0].pop("read_only") == ""
    assert documents[0] == documents[1]


def test_what_cannot_be_read_is_exit_status_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert next_command.run(WatchedOnboarding(with_account(problem=OFFLINE)), Arguments("next", json=True)) == 3
    out, err = capsys.readouterr()
    assert json.loads(out)["kind"] == "look"
    assert OFFLINE.message in err


def test_a_command_goes_where_this_one_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    args = Arguments("next", profile="p q", region="eu-west-1", state_dir="/s", read_only=True)
    assert with_flags("dlaas-onboard watch", args) == (
        "dlaas-onboard --profile 'p q' --region eu-west-1 --state-dir /s watch"
    )
    assert with_flags("terraform apply", args) == "terraform apply"
    monkeypatch.setenv("DLAAS_ONBOARD_STATE_DIR", "/s")
    assert with_flags("dlaas-onboard watch", args) == "dlaas-onboard --profile 'p q' --region eu-west-1 watch"
