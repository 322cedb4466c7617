"""Quota requests on the embedded account: after the grant, knowingly after a denial, and one that is open already."""

from __future__ import annotations

import pytest

from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.onboarding import Onboarding
from dlaas_onboard.rehearsal import quota_service, scenarios
from tests.e2e.conftest import World, WorldMaker, act
from tests.e2e.tools import why_not

ASK, QUOTA, RATE = "request_quota", "L-804C8AE8", "L-CDEF9B6B"


def begin(here: World, daily: str = "90000", rate: str = "30", **fields: str) -> Onboarding:
    onboarding = here.open(region=here.server.account.state.home)
    for field, text in {"daily_quota": daily, "send_rate": rate, **fields}.items():
        assert onboarding.enter(field, text) == "", field
    onboarding.look()
    return onboarding


def asked_elsewhere(here: World, code: str, desired: float) -> str:
    """Ask for a quota as somebody else would, in the console; return the case."""
    account = here.server.account
    with account.lock:
        params = {"ServiceCode": "ses", "QuotaCode": code, "DesiredValue": desired}
        answer = quota_service.request_service_quota_increase(account, account.region(account.state.home), params)
    case: str = answer["RequestedQuota"]["CaseId"]
    return case


def rows(onboarding: Onboarding, section: str) -> list[tuple[str, str]]:
    verdict = onboarding.view().verdicts[StepId.QUOTA]
    return [(row.label, row.value) for row in verdict.rows if row.section.startswith(section)]


def result_of(onboarding: Onboarding) -> tuple[str, bool]:
    found = onboarding.view().result
    assert found is not None
    return found.text, found.good


@pytest.mark.parametrize("region", [scenarios.REGION, "us-gov-west-1"])
def test_after_the_grant_more_is_asked_for_and_given(world: WorldMaker, region: str) -> None:
    here = world("production", region=region)
    onboarding = begin(here)
    assert why_not(onboarding, ASK) == ""
    intents = act(onboarding, ASK)
    assert [intent.phase for intent in intents] == [Phase.CONFIRMED] * 2
    sent = here.writes("RequestServiceQuotaIncrease")
    assert [(call.params["QuotaCode"], call.params["DesiredValue"]) for call in sent] == [
        (QUOTA, 90000.0),
        (RATE, 30.0),
    ]
    verdict = onboarding.view().verdicts[StepId.QUOTA]
    assert verdict.state == StepState.WAITING
    assert result_of(onboarding)[1]
    link = dict(rows(onboarding, "Open quota requests"))["In the console"]
    host = "console.amazonaws-us-gov.com" if region.startswith("us-gov") else "support.console.aws.amazon.com"
    assert link.startswith(f"https://{host}/support/home#/case/?displayId=")
    assert "open already" in why_not(onboarding, ASK)

    here.play("approve_quota")
    onboarding.look()
    assert onboarding.view().verdicts[StepId.QUOTA].state == StepState.DONE
    assert why_not(onboarding, ASK) == "Sending quota is 90,000 already. Sending rate is 30 already."
    assert len(here.writes("RequestServiceQuotaIncrease")) == 2


def test_one_that_is_open_already_is_pointed_at_and_the_other_goes_on(world: WorldMaker) -> None:
    here = world("production")
    onboarding = begin(here)
    prepared = onboarding.prepare(ASK)
    case = asked_elsewhere(here, QUOTA, 60000.0)
    intents = onboarding.act(prepared)
    assert [intent.phase for intent in intents] == [Phase.REJECTED, Phase.CONFIRMED]
    text, good = result_of(onboarding)
    assert not good
    assert text.startswith("Sending quota: a request is open already: 60,000, CASE_OPENED since ")
    assert f", case {case}. Nothing new was asked. Sending rate: asked for 30, CASE_OPENED" in text
    # The look after it has read the request: the step shows it, and offers no second one.
    assert case in [value for _, value in rows(onboarding, "Open quota requests")]
    assert f"case {case}" in why_not(onboarding, ASK)
    assert len(here.writes("RequestServiceQuotaIncrease")) == 2


def test_a_refusal_that_concerns_both_stops_the_second(world: WorldMaker) -> None:
    here = world("production")
    onboarding = begin(here)
    here.server.account.state.denied.append("service-quotas:RequestServiceQuotaIncrease")
    intents = act(onboarding, ASK)
    assert [intent.phase for intent in intents] == [Phase.REJECTED]
    assert result_of(onboarding)[0].endswith("Sending rate: nothing was sent.")
    assert "servicequotas:RequestServiceQuotaIncrease" in result_of(onboarding)[0]


def test_after_a_denial_it_takes_a_switch_and_says_what_is_known(world: WorldMaker) -> None:
    here = world("denied")
    onboarding = begin(here, "1000", "5")
    assert "switch it on" in why_not(onboarding, ASK)
    onboarding.enter("quota_in_sandbox", "yes")
    assert why_not(onboarding, ASK) == ""
    prepared = onboarding.prepare(ASK)
    assert "Whether that lifts the sandbox is not known." in prepared.action.about
    intents = onboarding.act(prepared)
    assert [intent.phase for intent in intents] == [Phase.CONFIRMED] * 2
    assert onboarding.status()["access"] == "sandbox"
    assert onboarding.view().verdicts[StepId.QUOTA].state == StepState.WAITING
    assert onboarding.view().judgement.first_step == StepId.DECISION


def test_before_a_denial_the_switch_changes_nothing(world: WorldMaker) -> None:
    here = world("pending")
    onboarding = begin(here, "1000", "5", quota_in_sandbox="yes")
    assert why_not(onboarding, ASK) == "Quotas can be raised only after Amazon grants production access."


def test_requests_end_and_the_next_start_says_how(world: WorldMaker) -> None:
    here = world("production")
    first = begin(here)
    act(first, ASK)
    first.close()
    here.play("close_quota")
    second = here.open()
    closed = "went from CASE_OPENED to CASE_CLOSED."
    assert len([change for change in second.view().changes if change.endswith(closed)]) == 2
    findings = [item for item in second.view().verdicts[StepId.QUOTA].findings if "case_closed" in item.id]
    assert {item.id for item in findings} == {f"quota.case_closed.{QUOTA}", f"quota.case_closed.{RATE}"}
    assert all("displayId=" in item.remedy for item in findings)
    assert why_not(second, ASK) == ""
    second.look({Look.QUOTAS})
    assert len(rows(second, "Earlier quota requests")) == 6


@pytest.mark.parametrize("form", ["json", "md", "html"])
def test_the_public_report_names_no_case_of_a_quota(world: WorldMaker, form: str) -> None:
    here = world("production")
    onboarding = begin(here)
    case = asked_elsewhere(here, QUOTA, 60000.0)
    onboarding.look({Look.QUOTAS})
    private, public = (
        onboarding.report(form, audience).decode().replace("\\", "") for audience in ("private", "public")
    )
    assert case in private
    assert case not in public
    assert "CASE_OPENED" in public
