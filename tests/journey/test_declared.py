"""What infrastructure code declares stands beside what the account has, with its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.facts.checkout import Source
from dlaas_onboard.journey.facts.sending import DeclaredResource, Repository, ResourceKind
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.account import account_step
from dlaas_onboard.journey.steps.bounces import bounces_step
from dlaas_onboard.journey.steps.domain import domain_step
from dlaas_onboard.journey.verdict import Verdict
from tests import build

RESOURCES = (
    DeclaredResource(ResourceKind.REGION, "eu-north-1", "Serverless", Source("serverless.yml", 4)),
    DeclaredResource(ResourceKind.IDENTITY, "mill.example", "CDK", Source("lib/mail.ts", 5)),
    DeclaredResource(ResourceKind.IDENTITY, "mill.example", "CDK", Source("lib/other.ts", 9)),
    DeclaredResource(ResourceKind.CONFIGURATION_SET, "", "CDK", Source("lib/mail.ts", 6)),
    DeclaredResource(ResourceKind.EVENT_DESTINATION, "bounces", "CDK", Source("lib/mail.ts", 7), "bounce, complaint"),
    DeclaredResource(ResourceKind.SCHEDULE, "rate(1 day)", "CDK", Source("lib/mail.ts", 8)),
)


def facts_with(*resources: DeclaredResource, checkout: bool = False) -> Facts:
    """Return a complete set of facts whose repository declares some resources."""
    facts = replace(build.complete(), repository=build.seen(Repository("mill", resources=resources), "code"))
    return facts if checkout else replace(facts, checkout=build.seen(None, "checkout"))


def declared(verdict: Verdict) -> list[tuple[str, str, str]]:
    """Return the rows of what the code declares."""
    return [(row.label, row.value, row.source) for row in verdict.rows if row.section == "Declared in the code"]


def verdicts(facts: Facts) -> list[Verdict]:
    """Return the verdicts of the steps that show what is declared."""
    situation = Situation(facts, build.filled_in())
    return [step.judge(situation) for step in (account_step, domain_step, bounces_step)]


def test_each_step_shows_what_the_code_declares_for_it() -> None:
    assert [declared(verdict) for verdict in verdicts(facts_with(*RESOURCES))] == [
        [("Region", "eu-north-1 (Serverless)", "serverless.yml:4")],
        [("Identity", "mill.example (CDK)", "lib/mail.ts:5")],
        [
            ("Configuration set", "its name is not in the code (CDK)", "lib/mail.ts:6"),
            ("Event destination", "bounces: bounce, complaint (CDK)", "lib/mail.ts:7"),
        ],
    ]


def test_many_of_one_kind_are_counted() -> None:
    regions = [
        DeclaredResource(ResourceKind.REGION, f"eu-west-{number}", "Serverless", Source(f"{number}/serverless.yml", 4))
        for number in range(1, 8)
    ]
    rows = declared(verdicts(facts_with(*regions))[0])
    assert [row[0] for row in rows] == ["Region"] * 4 + ["And"]
    assert rows[-1][1] == "3 more"


@pytest.mark.parametrize("facts", [facts_with(), facts_with(*RESOURCES, checkout=True), build.nothing()])
def test_nothing_is_shown_where_nothing_is_declared_or_a_checkout_says_it(facts: Facts) -> None:
    assert not any(declared(verdict) for verdict in verdicts(facts))


def test_an_identity_that_is_declared_twice_is_named_once() -> None:
    _, domain, _ = verdicts(facts_with(*RESOURCES))
    (found,) = [item for item in domain.findings if item.id == "domain.code_elsewhere"]
    assert found.message == "Your CDK sets up mill.example, and the sending domain here is example.com."
