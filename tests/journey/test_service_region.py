"""Where the service sends from, beside the Region looked at, and what another Region has already."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlaas_onboard.journey.facts import Facts, RegionGlance, Repository, Source
from dlaas_onboard.journey.facts.sending import DeclaredResource, ResourceKind, SendingKind, SendingPlace
from dlaas_onboard.journey.review.sending_regions import other_sending_regions, sending_regions, worth_a_sweep
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps.all_steps import judge_all
from dlaas_onboard.journey.verdict import Finding, Mark, Severity
from dlaas_onboard.onboarding import Onboarding
from dlaas_onboard.options import Options
from tests import build
from tests.fakes.world import World

OTHER = "us-east-1"


def smtp(host: str) -> Repository:
    place = SendingPlace(Source("config/mail.yml", 3), "SMTP", host, SendingKind.SERVER)
    return Repository("/srv/app", places=(place,))


def client(region: str) -> Repository:
    resource = DeclaredResource(ResourceKind.REGION, region, "the client", Source("mail.py", 8))
    return Repository("/srv/app", resources=(resource,))


def situation(
    base: Facts,
    repository: Repository | None = None,
    *,
    glance: RegionGlance | None = None,
    identity: bool = True,
) -> Situation:
    facts = replace(base, checkout=build.seen(None))
    if repository is not None:
        facts = replace(facts, repository=build.seen(repository))
    if glance is not None:
        facts = replace(facts, radar={glance.region: build.seen(glance, f"SES GetAccount {glance.region}")})
    if not identity:
        facts = replace(facts, domain_identity=build.seen(None))
    return Situation(facts, build.filled_in())


def said(of: Situation, step: StepId) -> Finding | None:
    verdict = judge_all(of).verdicts[step]
    return next((item for item in verdict.findings if item.id.endswith(".region_differs")), None)


def granted(*identities: str) -> RegionGlance:
    return RegionGlance(OTHER, production=True, domain=build.DOMAIN, identities=identities)


@pytest.mark.parametrize(
    "repository",
    [
        smtp("email-smtp.us-east-1.amazonaws.com"),
        smtp("email-smtp-fips.us-east-1.amazonaws.com"),
        smtp("email-smtp.us-east-1.api.aws"),
        client("us-east-1"),
    ],
)
def test_code_and_configuration_name_the_region_that_sends(repository: Repository) -> None:
    found = other_sending_regions(situation(build.ready(), repository))
    assert [each.region for each in found] == [OTHER]
    assert ":" in found[0].source


def test_a_project_that_sends_from_here_too_is_not_elsewhere() -> None:
    both = replace(smtp("email-smtp.us-east-1.amazonaws.com"), resources=client(build.REGION).resources)
    of = situation(build.ready(), both)
    assert len(sending_regions(of)) == 2
    assert other_sending_regions(of) == ()
    assert said(of, StepId.FILE) is None


def test_a_mail_server_of_somebody_else_names_no_region() -> None:
    assert sending_regions(situation(build.ready(), smtp("smtp.us-east-1.example.com"))) == ()


@pytest.mark.parametrize("step", [StepId.ACCOUNT, StepId.DOMAIN, StepId.FILE])
def test_the_region_that_sends_has_access_already(step: StepId) -> None:
    found = said(situation(build.ready(), smtp("email-smtp.us-east-1.amazonaws.com"), glance=granted()), step)
    assert found is not None
    assert found.severity == Severity.WARNING
    assert "us-east-1 has production access already" in found.message
    assert "--region us-east-1" in found.remedy
    assert "config/mail.yml" in found.evidence


def test_what_was_not_looked_at_is_not_said_to_be_sandboxed() -> None:
    of = situation(build.ready(), client(OTHER))
    found = said(of, StepId.FILE)
    assert found is not None
    assert "(us-east-1: not looked at)" in found.message
    assert "sandbox" not in found.message


def test_access_here_does_not_count_where_the_service_sends() -> None:
    of = situation(build.production(), client(OTHER), glance=RegionGlance(OTHER, production=False))
    found = said(of, StepId.GO_LIVE)
    assert found is not None
    assert "holds in eu-west-1, but the project sends from us-east-1, which is in the sandbox" in found.message
    assert said(situation(build.production(), client(OTHER), glance=granted()), StepId.GO_LIVE) is None


@pytest.mark.parametrize("step", [StepId.DOMAIN, StepId.FILE])
def test_a_grant_in_another_region_is_said_before_one_asks_here(step: StepId) -> None:
    found = said(situation(build.ready(), glance=granted()), step)
    assert found is not None
    assert found.severity == Severity.ADVICE
    assert found.message == "This account has production access in us-east-1, but not in eu-west-1."
    assert said(situation(build.ready()), step) is None


def test_an_identity_elsewhere_comes_before_create_it() -> None:
    of = situation(build.ready(), glance=granted(build.DOMAIN), identity=False)
    verdict = judge_all(of).verdicts[StepId.DOMAIN]
    assert verdict.headline == (
        "example.com has an identity in us-east-1 (production access), but none in eu-west-1: make sure which Region "
        "your service sends from."
    )
    (finding,) = [item for item in verdict.findings if item.id == "domain.no_identity"]
    assert "us-east-1" in finding.evidence
    assert finding.remedy.index("turn to that Region") < finding.remedy.index("Create it")


def test_without_a_sweep_the_step_says_so() -> None:
    verdict = judge_all(situation(build.ready(), identity=False)).verdicts[StepId.DOMAIN]
    (row,) = [row for row in verdict.rows if row.label == "Other Regions"]
    assert row.value == "not looked at yet"


@pytest.mark.parametrize(("identity", "swept"), [(False, True), (True, False)])
def test_status_asks_the_other_regions_only_where_something_may_be_there(*, identity: bool, swept: bool) -> None:
    facts = situation(build.ready(), glance=granted(build.DOMAIN), identity=identity).facts
    world = World(facts)
    world.store.keep(build.filled_in())
    onboarding = Onboarding(world.ports(), Options(profile="dlaas", region=build.REGION, radar_if_needed=True))
    onboarding.start(lambda _prompt: "")
    assert bool(onboarding.view().facts.radar) is swept


def test_what_was_not_read_starts_no_sweep() -> None:
    unread = replace(build.ready(), domain_identity=build.denied("GetEmailIdentity", "ses:GetEmailIdentity"))
    assert not worth_a_sweep(situation(unread))


def test_go_live_says_what_the_service_needs_to_send() -> None:
    shown = {
        row.label: row.value
        for row in judge_all(situation(build.production())).verdicts[StepId.GO_LIVE].rows
        if row.section == "What the service needs to send"
    }
    assert shown["SMTP endpoint"] == "email-smtp.eu-west-1.amazonaws.com"
    assert shown["Identity"] == build.DOMAIN
    assert "587" in shown["SMTP ports"]
    assert "Nothing of them is stored" in shown["SMTP credentials"]
    sandboxed = judge_all(situation(build.ready())).verdicts[StepId.GO_LIVE].rows
    assert not any(row.label == "SMTP endpoint" for row in sandboxed)


def test_access_of_an_account_that_may_not_send_is_not_shown_as_in_order() -> None:
    held = replace(build.production(), account=build.seen(build.account(production=True, sending_enabled=False)))
    marks = [
        {row.label: row.mark for row in judge_all(situation(facts)).verdicts[StepId.ACCOUNT].rows}["Access"]
        for facts in (held, build.production())
    ]
    assert marks == [Mark.WARN, Mark.GOOD]
