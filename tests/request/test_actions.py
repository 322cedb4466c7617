"""The writes of the request."""

from __future__ import annotations

from dataclasses import replace

import botocore.session
import botocore.validate
import pytest

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.request.claim_ledger import reply_kit
from dlaas_onboard.journey.request.reply_draft import reply_draft
from dlaas_onboard.journey.request.request_actions import ACTIONS
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps import review_and_file
from dlaas_onboard.journey.writes.actions import Action, Confirm, Verdicts
from tests import build

FILE, QUOTA, REPLY, _ = ACTIONS


def why_not(action: Action, facts: Facts, answers: Answers, *phases: Phase) -> str:
    verdicts: Verdicts = {
        StepId.FILE: review_and_file.judge(
            Situation(facts, answers, tuple(build.intent(phase=phase) for phase in phases))
        )
    }
    return action.blocked_because(Situation(facts, answers), verdicts)


def test_filing_wants_the_digits_and_says_that_it_is_final() -> None:
    assert (FILE.id, FILE.key, FILE.confirm) == ("file", "f", Confirm.DIGITS)
    assert FILE.final == "A request cannot be edited or withdrawn once it is filed."
    assert why_not(FILE, build.complete(), build.filled_in()) == ""
    (call,) = FILE.plan(Situation(build.complete(), build.filled_in()))
    assert call.name == "sesv2:PutAccountDetails"


@pytest.mark.parametrize("phase", [Phase.INTENT, Phase.ACCEPTED, Phase.UNKNOWN])
def test_filing_waits_for_an_earlier_filing(phase: Phase) -> None:
    assert "may have reached Amazon" in why_not(FILE, build.complete(), build.filled_in(), phase)


def test_filing_says_which_gate_is_shut() -> None:
    pending = replace(build.complete(), account=build.seen(build.reviewed_account("PENDING"), "SES"))
    assert why_not(FILE, pending, build.filled_in()) == f"A review is PENDING, case {build.CASE}."
    unread = replace(build.complete(), account=build.unread("SES"))
    assert "could not be read" in why_not(FILE, unread, build.filled_in())
    assert "Not declared" in why_not(FILE, build.complete(), build.filled_in(declare_terms=""))
    assert FILE.blocked_because(Situation(build.complete(), build.filled_in()), {}) != ""


def test_quota_is_asked_for_after_the_grant_only() -> None:
    assert "only after" in why_not(QUOTA, build.complete(), build.filled_in())
    unread = replace(build.complete(), account=build.unread("SES"))
    assert "not known" in why_not(QUOTA, unread, build.filled_in())
    granted = replace(build.complete(), account=build.seen(build.reviewed_account("GRANTED", production=True), "SES"))
    assert why_not(QUOTA, granted, build.filled_in()) == ""
    assert why_not(QUOTA, granted, Answers()) == "Fill in the worksheet first."
    no_quotas = replace(granted, quotas=build.unread("Service Quotas"))
    assert "could not be read" in why_not(QUOTA, no_quotas, build.filled_in())
    enough = build.seen(build.quotas(value=50000, rate=14), "Service Quotas")
    assert "already" in why_not(QUOTA, replace(granted, quotas=enough), build.filled_in())


def test_each_quota_is_one_call_that_boto3_takes() -> None:
    granted = replace(build.complete(), account=build.seen(build.reviewed_account("GRANTED", production=True), "SES"))
    calls = QUOTA.plan(Situation(granted, build.filled_in(send_rate="5")))
    assert [call.params["QuotaCode"] for call in calls] == ["L-804C8AE8", "L-CDEF9B6B"]
    assert [call.params["DesiredValue"] for call in calls] == [400.0, 5.0]
    model = botocore.session.get_session().get_service_model("service-quotas")
    for call in calls:
        shape = model.operation_model(call.operation).input_shape
        assert shape is not None
        report = botocore.validate.ParamValidator().validate(dict(call.params), shape)
        assert not report.has_errors(), report.generate_report()
        assert set(call.params) <= set(shape.members)


def test_an_empty_reply_sends_the_draft() -> None:
    facts = build.asked_back()
    _, call = REPLY.plan(Situation(facts, build.entered()))
    draft = reply_draft(Situation(facts, build.entered()))
    assert draft
    assert call.params["communicationBody"] == f"{draft}\n\nRef: {{marker}}"
    nothing_asked = replace(facts, case=build.seen(build.case("opened", "We have received your request.")))
    _, call = REPLY.plan(Situation(nothing_asked, build.entered()))
    kit = reply_kit(Situation(nothing_asked, build.entered()))
    assert kit
    assert call.params["communicationBody"] == f"{kit}\n\nRef: {{marker}}"
    _, own = REPLY.plan(Situation(facts, build.entered(reply="Our own words.")))
    assert own.params["communicationBody"].startswith("Our own words.")
    assert REPLY.blocked_because(Situation(facts, build.entered()), {}) == ""


def test_an_incomplete_request_has_no_call_to_show() -> None:
    assert FILE.plan(Situation(build.fresh(), build.entered())) == ()
