"""What the sweep of all Regions says, beside where the session looks and where the checkout sends from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dlaas_onboard.journey.facts import Facts, RegionGlance
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.review import regions
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepState
from dlaas_onboard.journey.steps.account import account_step
from dlaas_onboard.journey.verdict import Finding, Mark, Row, Severity
from tests import build

OFF = Problem(ProblemKind.REGION, "af-south-1 is not enabled for this account (DISABLED).", "Enable it.")
GUESS = Problem(
    ProblemKind.REGION,
    "AWS knows these credentials, but not in me-south-1: the Region is probably not enabled.",
    "Enable me-south-1 for the account, or choose another Region.",
    "sesv2:GetAccount",
    "account:ListRegions",
    "UnrecognizedClientException",
)


def glance(region: str, *, production: bool = False, **changes: Any) -> Reading[RegionGlance]:
    base = RegionGlance(region, production, max_24_hour_send=200.0, domain=build.DOMAIN)
    return build.seen(replace(base, **changes), f"SES GetAccount {region}")


def unread(region: str, problem: Problem) -> Reading[RegionGlance]:
    return Reading(f"SES GetAccount {region}", build.NOW, None, problem)


def facts(*readings: Reading[RegionGlance], checkout: str = "", identity: bool = True) -> Facts:
    """Return a sandboxed account in eu-west-1 with that radar, and a checkout that sends from ``checkout``."""
    base = replace(build.ready(), radar={reading.source.split()[-1]: reading for reading in readings})
    if not identity:
        base = replace(base, domain_identity=build.seen(None, f"SES GetEmailIdentity {build.DOMAIN}"))
    return replace(base, checkout=build.seen(build.stock_checkout(region=checkout, gaps=()))) if checkout else base


def findings(of: Facts) -> dict[str, Finding]:
    """Return the findings about Regions, each of them whole."""
    verdict = account_step.judge(Situation(of, build.entered()))
    found = {item.id.removeprefix("account."): item for item in verdict.findings if item.guide_step == 10}
    for item in found.values():
        assert item.evidence, item
        assert item.remedy, item
    return found


def rows(of: Facts) -> dict[str, Row]:
    return {
        row.label: row
        for row in account_step.judge(Situation(of, build.entered())).rows
        if row.section.startswith("Other Regions")
    }


def test_a_region_is_told_with_its_review_and_case() -> None:
    told = glance(
        "us-east-1", production=True, review="GRANTED", case_id="177", identities=("example.com", "a@example.com")
    )
    assert rows(facts(told))["us-east-1"].value == (
        "production, review GRANTED (case 177), 200 recipients in 24 hours, identity example.com, a@example.com"
    )
    assert rows(facts(glance("us-east-1", review="DENIED")))["us-east-1"].value == (
        "sandbox, review DENIED, 200 recipients in 24 hours"
    )


def test_a_region_whose_identities_could_not_be_listed_still_shows_its_access() -> None:
    half = replace(
        glance("us-east-1", production=True), partial="without the identities", problem=build.denied("x", "y").problem
    )
    of = facts(half, identity=False)
    assert rows(of)["us-east-1"].value.endswith("identities unknown")
    assert "production_in_us-east-1" in findings(of)
    assert "radar_unread" not in findings(of)
    assert regions.covered(Situation(of, build.entered()), "us-east-1") is None


def test_what_is_not_enabled_is_not_what_could_not_be_read() -> None:
    of = facts(
        unread("af-south-1", OFF),
        unread("ap-east-2", replace(OFF, message="ap-east-2 is not enabled for this account (DISABLED).")),
        unread("me-south-1", GUESS),
        unread("us-east-2", Problem(ProblemKind.TIMEOUT, "No answer in time.", "Look again.", code="ReadTimeout")),
        glance("us-west-1"),
    )
    seen = rows(of)
    assert seen["2 Regions"].value == "not enabled for this account — af-south-1, ap-east-2"
    assert seen["2 Regions"].mark == Mark.PLAIN
    assert seen["me-south-1"].mark == seen["us-east-2"].mark == Mark.UNKNOWN
    assert "probably not enabled" in seen["me-south-1"].value
    found = findings(of)["radar_unread"]
    assert found.message == "2 Regions could not be read: me-south-1, us-east-2."
    assert "account:ListRegions" in found.remedy
    assert "UnrecognizedClientException" in found.evidence


def test_regions_that_are_not_enabled_are_no_finding() -> None:
    assert findings(facts(unread("af-south-1", OFF), glance("us-west-1"))) == {}


def test_the_session_looks_where_neither_access_nor_identity_is() -> None:
    there = glance("us-east-1", production=True, review="GRANTED", case_id="177", identities=("example.com",))
    found = findings(facts(there, identity=False))
    assert set(found) == {"production_in_us-east-1", "identity_in_us-east-1"}
    assert {item.severity for item in found.values()} == {Severity.ADVICE}
    assert found["identity_in_us-east-1"].message == "example.com has an identity in us-east-1, but none in eu-west-1."


def test_an_identity_beneath_the_domain_does_not_cover_it() -> None:
    found = findings(facts(glance("us-east-1", identities=("mail.example.com", "a@example.com")), identity=False))
    assert found == {}


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        # The identity is elsewhere.
        ({"identities": ()}, {"region_differs", "checkout_identity_elsewhere"}),
        # A parent of the domain covers it.
        ({"identities": ("example.com",)}, {"region_differs"}),
        # A sweep for another domain says nothing of this one.
        ({"identities": (), "domain": "other.example"}, {"region_differs"}),
    ],
)
def test_the_checkout_sends_from_where_the_identity_is_not(there: dict[str, Any], expected: set[str]) -> None:
    found = findings(facts(glance("us-west-2", **there), checkout="us-west-2"))
    assert set(found) == expected
    if "checkout_identity_elsewhere" in found:
        item = found["checkout_identity_elsewhere"]
        assert item.severity == Severity.WARNING
        assert item.message == "The checkout sends from us-west-2, but the identity of example.com is in eu-west-1."
        assert item.evidence.startswith("common/config.json:2; ")


def test_the_checkout_sends_from_where_the_access_is_not() -> None:
    granted = glance("us-east-1", production=True, identities=("example.com",))
    found = findings(facts(granted, glance("us-west-2", identities=("example.com",)), checkout="us-west-2"))
    item = found["checkout_access_elsewhere"]
    assert item.severity == Severity.WARNING
    assert item.message == (
        "The checkout sends from us-west-2, which is in the sandbox, but production access is in us-east-1."
    )
    assert item.evidence == "common/config.json:2; SES GetAccount us-east-1"
    # Where the session looks at that very Region, a sister's access is worth knowing, and nothing is said twice.
    of = facts(granted, checkout=build.REGION)
    assert set(findings(of)) == {"checkout_access_elsewhere"}
    assert findings(of)["checkout_access_elsewhere"].severity == Severity.ADVICE
    assert account_step.judge(Situation(of, build.entered())).state == StepState.DONE


def test_the_checkout_sends_from_here_and_the_identity_is_elsewhere() -> None:
    of = facts(glance("us-east-1", identities=("example.com",)), checkout=build.REGION, identity=False)
    assert set(findings(of)) == {"checkout_identity_elsewhere"}
    verdict = account_step.judge(Situation(of, build.entered()))
    assert verdict.state == StepState.ATTENTION
    assert "but the identity of example.com is in us-east-1." in verdict.headline


@pytest.mark.parametrize("checkout", ["", build.REGION, "us-west-2"])
def test_nothing_is_said_of_what_was_not_read(checkout: str) -> None:
    of = facts(unread("us-west-2", GUESS), checkout=checkout, identity=False)
    assert set(findings(of)) <= {"radar_unread", "region_differs"}
    everywhere = replace(of, account=build.denied("sesv2:GetAccount", "ses:GetAccount"), domain_identity=None)
    assert not {name for name in findings(everywhere) if "elsewhere" in name or "_in_" in name}
