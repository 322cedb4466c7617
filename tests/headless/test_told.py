"""What every command says on standard error: what became of the saved progress, and whose endpoint answered."""

from __future__ import annotations

import dataclasses

import pytest

from dlaas_onboard import wiring
from dlaas_onboard.arguments import Arguments
from dlaas_onboard.headless import draft, file, records, report, status, watch
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.looks import Look
from tests import build
from tests.build import NOW
from tests.fakes.onboarding import WatchedOnboarding
from tests.fakes.world import OFFLINE

COMMANDS = {
    "draft": (draft.run, Arguments("draft")),
    "file": (file.run, Arguments("file", dry_run=True)),
    "records": (records.run, Arguments("records")),
    "report": (report.run, Arguments("report")),
    "status": (status.run, Arguments("status", json=True)),
    "watch": (watch.run, Arguments("watch")),
}


PRODUCTION = build.with_account(build.account(production=True))


def elsewhere(facts: Facts) -> Facts:
    place = dataclasses.replace(facts.place, endpoint="127.0.0.1:4566", amazon=False)
    return dataclasses.replace(facts, place=place, caller=Reading("STS", NOW, place))


def other_region(region: str) -> Facts:
    place = build.place(region=region)
    return dataclasses.replace(build.complete(), place=place, caller=Reading("STS", NOW, place))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_first_to_open_a_damaged_progress_says_so(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    run, args = COMMANDS[command]
    onboarding = WatchedOnboarding()
    onboarding.world.store.notice = "It was set aside."
    run(onboarding, args)
    assert "It was set aside." in capsys.readouterr().err


@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - {"status"}))
def test_an_endpoint_that_is_not_amazons_is_named(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    run, args = COMMANDS[command]
    run(WatchedOnboarding(elsewhere(PRODUCTION)), args)
    assert "127.0.0.1:4566 is not Amazon's" in capsys.readouterr().err
    run(WatchedOnboarding(PRODUCTION), args)
    assert "Amazon's" not in capsys.readouterr().err


def test_a_line_of_several_places_names_an_endpoint_that_is_not_amazons(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = WatchedOnboarding()
    onboarding.world.places |= {
        ("dlaas", "eu-west-1"): elsewhere(build.complete()),
        ("dlaas", "us-east-1"): other_region("us-east-1"),
    }
    status.run(onboarding, Arguments("status", regions=("eu-west-1", "us-east-1")))
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("not Amazon's: 127.0.0.1:4566")
    assert "Amazon" not in second


def test_records_are_whole_where_only_the_account_may_not_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    denied = build.denied("sesv2:GetAccount", "ses:GetAccount").problem
    asked = build.with_account(problem=denied)
    assert records.run(WatchedOnboarding(asked), Arguments("records")) == 0
    assert capsys.readouterr().err == ""
    refused = dataclasses.replace(build.complete(), domain_identity=Reading("SES GetEmailIdentity", NOW, None, OFFLINE))
    assert records.run(WatchedOnboarding(refused), Arguments("records")) == 3
    assert "cannot be reached" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("field", "value", "looks"),
    [("domain", "example.com", {Look.DOMAIN, Look.DNS, Look.ZONES, Look.BOUNCES}), ("users", "5", set())],
)
def test_what_is_printed_after_a_change_is_of_the_new_values(field: str, value: str, looks: set[Look]) -> None:
    onboarding = WatchedOnboarding()
    draft.run(onboarding, Arguments("draft", assignments=((field, value),)))
    assert set(onboarding.looked) == ({frozenset(looks)} if looks else set())


def test_a_region_is_taken_without_the_blanks_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    assert wiring.build(Arguments("status", region=" eu-west-1 ")).options.region == "eu-west-1"
    monkeypatch.setenv("AWS_REGION", "  ")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1\n")
    options = wiring.build(Arguments("status")).options
    assert (options.region, options.region_source) == ("eu-north-1", "AWS_DEFAULT_REGION")
