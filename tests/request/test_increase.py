"""The quotas: what is shown, when more is asked for, and what is told of the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dlaas_onboard.journey.facts import Facts, Quota, QuotaRequest, Quotas
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.request import quota_increase, rare_fields
from dlaas_onboard.journey.request.request_actions import ACTIONS
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Intent, Outcome, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepState
from dlaas_onboard.journey.steps.quota import quota_step
from dlaas_onboard.journey.verdict import Mark, Verdict
from tests import build

QUOTA, RATE = "L-804C8AE8", "L-CDEF9B6B"
ON = {quota_increase.FROM_SANDBOX: "yes"}
(ASK,) = [action for action in ACTIONS if action.id == "request_quota"]


def facts(status: str = "GRANTED", *requests: QuotaRequest, production: bool = True, **account: float) -> Facts:
    read = build.reviewed_account(status, production=production, **account)
    return replace(
        build.complete(),
        account=build.seen(read, "SES GetAccount"),
        quotas=build.seen(build.quotas(*requests), "Service Quotas"),
    )


DENIED = facts("DENIED", production=False)


def request(status: str, code: str = QUOTA, days: float = 3, name: str = "r1", case: str = "17") -> QuotaRequest:
    at = build.NOW - timedelta(days=days)
    return QuotaRequest(name, code, 400.0, status, case, at, at + timedelta(hours=1))


def why(found: Facts, answers: Answers) -> str:
    return ASK.blocked_because(Situation(found, answers), {})


def rows(verdict: Verdict, section: str) -> dict[str, tuple[str, Mark]]:
    return {row.label: (row.value, row.mark) for row in verdict.rows if row.section.startswith(section)}


# In the sandbox


@pytest.mark.parametrize("status", ["PENDING", "FAILED", "GRANTED", "NEW_WORD"])
def test_in_the_sandbox_it_is_not_offered_before_a_denial(status: str) -> None:
    found = facts(status, production=False)
    assert why(found, build.filled_in(**ON)) == "Quotas can be raised only after Amazon grants production access."
    assert not rare_fields.applies(quota_increase.FROM_SANDBOX, Situation(found, build.filled_in()))
    assert "from_sandbox" not in str(
        [item.id for item in quota_step.judge(Situation(found, build.filled_in())).findings]
    )


def test_after_a_denial_it_is_offered_to_whoever_switched_it_on_and_with_what_is_known() -> None:
    assert rare_fields.applies(quota_increase.FROM_SANDBOX, Situation(DENIED, build.filled_in()))
    assert "switch it on" in why(DENIED, build.filled_in())
    assert "switch it on" in why(DENIED, build.filled_in(quota_in_sandbox="no"))
    assert why(DENIED, build.filled_in(**ON)) == ""
    assert ASK.warns is not None
    said = ASK.warns(Situation(DENIED, build.filled_in(**ON)), {})
    for words in ("adjustable only after leaving", "accepted and a case opens", "lifts the sandbox is not known"):
        assert words in said
    assert "sandbox" not in ASK.warns(Situation(facts(), build.filled_in()), {})
    off, on = (
        next(item for item in quota_step.judge(Situation(DENIED, answers)).findings if item.id == "quota.from_sandbox")
        for answers in (build.filled_in(), build.filled_in(**ON))
    )
    assert (off.field, off.action) == (quota_increase.FROM_SANDBOX, "")
    assert (on.field, on.action) == ("", "request_quota")
    assert off.evidence == on.evidence == quota_increase.IN_SANDBOX


def test_in_the_sandbox_too_only_more_is_asked_for() -> None:
    small = build.filled_in(**ON, daily_quota="200", send_rate="1")
    assert why(DENIED, small) == "Sending quota is 200 already. Sending rate is 1 already."
    assert ASK.plan(Situation(DENIED, small)) == ()
    assert [call.params["DesiredValue"] for call in ASK.plan(Situation(DENIED, build.filled_in(**ON)))] == [400.0]


def test_a_denied_step_waits_for_a_request_that_is_open() -> None:
    verdict = quota_step.judge(
        Situation(facts("DENIED", request("CASE_OPENED"), production=False), build.filled_in(**ON))
    )
    assert verdict.state == StepState.WAITING
    assert verdict.headline == (
        "Amazon has your quota request: Sending quota 400, CASE_OPENED since 2026-11-21, case 17."
    )
    assert not [item for item in verdict.findings if item.id == "quota.from_sandbox"]


# What is shown


def test_each_quota_is_shown_beside_what_was_received_and_what_is_needed() -> None:
    listed = Quotas(
        Quota("L-NEW", "Sending quota", 50000.0, True, applied=True, default=200.0),
        Quota(RATE, "Sending rate", 1.0, None, applied=False, default=1.0),
    )
    found = replace(facts(max_24_hour_send=50000.0, max_send_rate=14.0), quotas=build.seen(listed, "Service Quotas"))
    verdict = quota_step.judge(Situation(found, build.filled_in(daily_quota="70000", send_rate="10")))
    assert rows(verdict, "Sending quota (L-NEW)") == {
        "In Service Quotas": ("50,000, applied to this account; the default is 200", Mark.PLAIN),
        "Adjustable": ("yes", Mark.PLAIN),
        "Received": ("50,000", Mark.PLAIN),
        "Worksheet": ("70,000: 20,000 more is needed", Mark.WARN),
    }
    assert rows(verdict, f"Sending rate ({RATE})") == {
        "In Service Quotas": ("1, AWS's default: no other value was applied", Mark.PLAIN),
        "Adjustable": ("unknown: not in Amazon's answer", Mark.PLAIN),
        "Received": ("14", Mark.PLAIN),
        "Worksheet": ("10: no more is needed", Mark.GOOD),
    }
    assert [call.params["QuotaCode"] for call in ASK.plan(Situation(found, build.filled_in(daily_quota="70000")))] == [
        "L-NEW"
    ]


def test_in_the_sandbox_what_is_lacking_is_no_warning() -> None:
    shown = rows(quota_step.judge(Situation(build.complete(), build.filled_in())), f"Sending quota ({QUOTA})")
    assert shown["Worksheet"] == ("400: 200 more than the sandbox gives", Mark.PLAIN)
    assert shown["Adjustable"][0] == "yes; in the sandbox not yet, by AWS's table"


def test_what_is_missing_is_not_made_up() -> None:
    none = replace(facts(), quotas=build.seen(Quotas(), "Service Quotas"))
    verdict = quota_step.judge(Situation(none, build.filled_in()))
    assert rows(verdict, "Today")["Sending quota"] == ("not listed by Service Quotas in this Region", Mark.WARN)
    assert why(none, build.filled_in()) == "Service Quotas lists neither quota of SES in eu-west-1."
    blank = replace(
        none, quotas=build.seen(Quotas(Quota(QUOTA, "Sending quota", None)), "SQ"), account=build.unread("SES")
    )
    shown = rows(quota_step.judge(Situation(blank, build.filled_in())), f"Sending quota ({QUOTA})")
    assert shown["In Service Quotas"][0] == "unknown"
    assert shown["Received"] == ("unknown", Mark.UNKNOWN)
    assert shown["Worksheet"] == ("400: whether more is needed is unknown", Mark.UNKNOWN)
    unlimited = facts(max_24_hour_send=-1.0)
    shown = rows(quota_step.judge(Situation(unlimited, build.filled_in())), f"Sending quota ({QUOTA})")
    assert shown["Received"][0] == "unlimited"
    assert shown["Worksheet"][1] == Mark.GOOD


def test_what_was_read_before_the_history_failed_is_shown_and_nothing_is_asked_for() -> None:
    problem = Problem(ProblemKind.DENIED, "You may not read the history.")
    partial = Reading("Service Quotas", build.NOW, build.quotas(), problem, "without the requests")
    found = replace(facts(), quotas=partial)
    verdict = quota_step.judge(Situation(found, build.filled_in()))
    assert rows(verdict, f"Sending quota ({QUOTA})")["In Service Quotas"][0] == "200"
    assert "quota.quotas_unread" in [item.id for item in verdict.findings]
    assert not [row for row in verdict.rows if "none in" in row.value]
    assert why(found, build.filled_in()) == "The quotas could not be read from Service Quotas."


STATUSES = [*quota_increase.STATUS_WORDS, "SOMETHING_NEW"]


def test_every_status_is_told_and_a_new_one_as_it_is() -> None:
    requests = [request(status, name=status, days=n + 1) for n, status in enumerate(STATUSES)]
    verdict = quota_step.judge(Situation(facts("GRANTED", *requests), build.filled_in()))
    values = {row.value: row.mark for row in verdict.rows if "quota requests" in row.section and "—" in row.value}
    assert len(values) == len(STATUSES)
    for status in STATUSES:
        (value,) = [value for value in values if f"— {status}" in value]
        assert (values[value] == Mark.WAIT) == (status in quota_increase.OPEN_REQUESTS)
    assert any("SOMETHING_NEW, which is not known here" in value for value in values)
    (unknown,) = [mark for value, mark in values.items() if "SOMETHING_NEW" in value]
    assert unknown == Mark.UNKNOWN
    (closed,) = [value for value in values if "CASE_CLOSED" in value]
    assert "only the case says" in closed


@pytest.mark.parametrize(
    ("partition", "region", "host"),
    [
        ("aws", "eu-west-1", "https://support.console.aws.amazon.com/support/home#/case/?displayId=17&language=en"),
        (
            "aws-us-gov",
            "us-gov-west-1",
            "https://console.amazonaws-us-gov.com/support/home#/case/?displayId=17&language=en",
        ),
    ],
)
def test_an_open_request_leads_to_its_case(partition: str, region: str, host: str) -> None:
    found = facts("GRANTED", request("CASE_OPENED"))
    found = replace(found, place=replace(found.place, partition=partition, region=region))
    verdict = quota_step.judge(Situation(found, build.filled_in()))
    shown = rows(verdict, "Open quota requests")
    assert shown["Sending quota"][0] == "400 asked since 2026-11-21 (3 d) — CASE_OPENED: Amazon looks at it in a case"
    assert shown["Its case"][0] == "17"
    assert shown["In the console"][0] == host
    assert verdict.state == StepState.WAITING


def test_a_case_that_was_closed_last_has_to_be_read() -> None:
    last = quota_step.judge(Situation(facts("GRANTED", request("CASE_CLOSED")), build.filled_in()))
    (found,) = [item for item in last.findings if item.id == f"quota.case_closed.{QUOTA}"]
    assert "says nothing of the outcome" in found.message
    assert "displayId=17" in found.remedy
    granted = request("APPROVED", days=1, name="r2")
    for requests in ((request("CASE_CLOSED"), granted), (granted, request("CASE_CLOSED"))):
        verdict = quota_step.judge(Situation(facts("GRANTED", *requests), build.filled_in()))
        assert not [item for item in verdict.findings if "case_closed" in item.id]


def test_the_history_says_how_far_back_it_goes() -> None:
    shown = rows(quota_step.judge(Situation(facts(), build.filled_in())), "Earlier quota requests (about 90 days)")
    assert shown["Requests"][0] == "none in about 90 days, which is all that Service Quotas keeps"


# What came of it


def outcome(call: Call, phase: Phase, code: str = "", result: str = "") -> Intent:
    problem = Problem(ProblemKind.CONFLICT, "Amazon says no.", "Wait.", code=code) if code else None
    return replace(build.intent(phase=phase), call=call, outcome=Outcome(phase, build.NOW, "req", problem, result))


def calls() -> tuple[Call, ...]:
    return ASK.plan(Situation(facts(), build.filled_in(send_rate="5")))


@pytest.mark.parametrize(
    ("phase", "code", "requests", "said"),
    [
        (Phase.ACCEPTED, "", (request("CASE_OPENED"),), "asked for 400, CASE_OPENED since 2026-11-21, case 17."),
        (Phase.ACCEPTED, "", (), "asked for; the list does not show it yet."),
        (
            Phase.REJECTED,
            "ResourceAlreadyExistsException",
            (request("APPROVED", name="r0"), request("PENDING", case="", name="r2")),
            "a request is open already: 400, PENDING since 2026-11-21. Nothing new was asked.",
        ),
        (
            Phase.REJECTED,
            "ResourceAlreadyExistsException",
            (request("PENDING", RATE),),
            "a request is open already, and the list does not show it yet. Nothing new was asked.",
        ),
        (Phase.REJECTED, "QuotaExceededException", (), "refused. Amazon says no. Wait."),
        (Phase.UNKNOWN, "", (), "it may have been received. Look again before you ask again."),
    ],
)
def test_the_answer_is_told(phase: Phase, code: str, requests: tuple[QuotaRequest, ...], said: str) -> None:
    made = outcome(calls()[0], phase, code, "r1" if phase == Phase.ACCEPTED else "")
    found = facts("GRANTED", *requests)
    assert ASK.result_text is not None
    assert ASK.result_text(calls()[:1], Situation(found, intents=(made,))) == f"Sending quota: {said}"
    assert (
        ASK.result_text(calls(), Situation(found, intents=(made,)))
        == f"Sending quota: {said} Sending rate: nothing was sent."
    )


def test_one_refusal_does_not_stop_the_other_quota() -> None:
    assert ASK.each
    assert len(calls()) == 2
