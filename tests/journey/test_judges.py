"""Each step judged in each situation, and what no situation may bring about."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlaas_onboard.journey.facts import (
    Alarm,
    Checkout,
    Details,
    Dkim,
    EventDestination,
    Facts,
    Gap,
    Identities,
    Identity,
    IdentityInfo,
    MailFrom,
    Message,
    Notifications,
    Place,
    QuotaRequest,
    Quotas,
    RegionGlance,
    Reputation,
    Review,
    SendPoint,
    Source,
    Spf,
    SupportCase,
    SupportPlan,
    SuppressedCount,
    Topic,
    VerificationInfo,
)
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Intent, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.steps.account import account_step
from dlaas_onboard.journey.steps.bounces import bounces_step
from dlaas_onboard.journey.steps.decision import decision_step
from dlaas_onboard.journey.steps.domain import domain_step
from dlaas_onboard.journey.steps.go_live import go_live_step
from dlaas_onboard.journey.steps.test_address import test_address_step
from dlaas_onboard.journey.verdict import Finding, Mark, Severity, Verdict
from tests import build

DONE, TODO, WAITING = StepState.DONE, StepState.TODO, StepState.WAITING
ATTENTION, BLOCKED, UNKNOWN = StepState.ATTENTION, StepState.BLOCKED, StepState.UNKNOWN


def judge_all(facts: Facts, answers: Answers, intents: tuple[Intent, ...] = ()) -> list[Verdict]:
    return [
        account_step.judge(Situation(facts, answers)),
        test_address_step.judge(Situation(facts, answers)),
        domain_step.judge(Situation(facts, answers)),
        bounces_step.judge(Situation(facts, answers)),
        decision_step.judge(Situation(facts, answers, intents)),
        go_live_step.judge(Situation(facts, answers, intents)),
    ]


@pytest.mark.parametrize(
    ("facts", "answers", "states"),
    [
        (build.nothing(), build.answers(), [UNKNOWN, TODO, TODO, UNKNOWN, UNKNOWN, UNKNOWN]),
        (build.fresh(), build.answers(), [DONE, TODO, TODO, BLOCKED, BLOCKED, BLOCKED]),
        (build.fresh(), build.entered(), [DONE, TODO, TODO, BLOCKED, BLOCKED, BLOCKED]),
        (build.terraform(), build.answers(), [DONE, DONE, ATTENTION, ATTENTION, BLOCKED, BLOCKED]),
        (build.ready(), build.entered(), [DONE, DONE, DONE, DONE, BLOCKED, BLOCKED]),
        (build.pending(), build.entered(), [DONE, DONE, DONE, DONE, WAITING, BLOCKED]),
        (build.asked_back(), build.entered(), [DONE, DONE, DONE, DONE, ATTENTION, BLOCKED]),
        (build.refused(), build.entered(), [DONE, DONE, DONE, DONE, ATTENTION, BLOCKED]),
        (build.reviewed("FAILED"), build.entered(), [DONE, DONE, DONE, DONE, ATTENTION, BLOCKED]),
        (build.granted(), build.entered(), [DONE, DONE, DONE, DONE, ATTENTION, BLOCKED]),
        (build.reviewed("ESCALATED"), build.entered(), [DONE, DONE, DONE, DONE, UNKNOWN, BLOCKED]),
        (build.production(), build.entered(), [DONE, DONE, DONE, DONE, DONE, TODO]),
        (build.paused(), build.entered(), [ATTENTION, DONE, DONE, DONE, BLOCKED, BLOCKED]),
        (build.no_permission(), build.entered(), [UNKNOWN] * 6),
    ],
)
def test_states(facts: Facts, answers: Answers, states: list[StepState]) -> None:
    assert [verdict.state for verdict in judge_all(facts, answers)] == states


def finding(verdict: Verdict, name: str) -> Finding:
    return next(item for item in verdict.findings if item.id == f"{verdict.step}.{name}")


def row(verdict: Verdict, label: str) -> tuple[str, Mark]:
    found = next(item for item in verdict.rows if item.label == label)
    return found.value, found.mark


def test_a_denied_look_names_the_missing_permission() -> None:
    for verdict in judge_all(build.no_permission(), build.entered()):
        unread = [item for item in verdict.findings if item.severity == Severity.UNKNOWN]
        assert any("Allow ses:" in item.remedy for item in unread), verdict
        assert verdict.headline == unread[0].message


@pytest.mark.parametrize(
    ("suppressed", "value", "mark"),
    [
        (build.seen(SuppressedCount()), "no address", Mark.PLAIN),
        (build.seen(SuppressedCount(9, 3)), "12 addresses: 9 for bounces, 3 for complaints", Mark.PLAIN),
        (
            replace(build.seen(SuppressedCount(5000)), partial="5 pages"),
            "at least 5,000 addresses: 5,000 for bounces",
            Mark.PLAIN,
        ),
        (None, "not looked at yet", Mark.UNKNOWN),
        (
            Reading("SES", build.NOW, None, Problem(ProblemKind.REFUSED, "not in the sandbox.")),
            "unknown: not in the sandbox.",
            Mark.UNKNOWN,
        ),
    ],
)
def test_step_bounces_shows_what_the_suppression_list_holds(
    suppressed: Reading[SuppressedCount] | None, value: str, mark: Mark
) -> None:
    verdict = bounces_step.judge(Situation(replace(build.ready(), suppressed=suppressed), build.entered()))
    assert row(verdict, "Account's list holds") == (value, mark)
    assert verdict.state == DONE
    assert "bounces.suppressed_unread" not in {item.id for item in verdict.findings}


def test_a_suppression_list_that_may_not_be_read_is_unknown_and_holds_nothing_up() -> None:
    denied = build.denied("sesv2:ListSuppressedDestinations", "ses:ListSuppressedDestinations")
    verdict = bounces_step.judge(Situation(replace(build.ready(), suppressed=denied), build.entered()))
    assert row(verdict, "Account's list holds")[1] == Mark.UNKNOWN
    assert "Allow ses:ListSuppressedDestinations" in finding(verdict, "suppressed_unread").remedy
    assert verdict.state == DONE


def test_rows_carry_source_and_time_of_their_reading() -> None:
    for verdict in judge_all(build.ready(), build.entered()):
        from_aws = [item for item in verdict.rows if item.source.startswith("SES GetAccount")]
        assert all(item.observed_at == build.NOW for item in from_aws)
    found = next(
        item
        for item in account_step.judge(Situation(build.ready(), build.entered())).rows
        if item.label == "Daily quota"
    )
    assert (found.value, found.source) == ("200 recipients in 24 hours", "SES GetAccount eu-west-1")


# Account


def of_account(**changes: Any) -> Facts:
    return replace(build.ready(), account=build.seen(build.account(**changes)))


def sent(attempts: int, bounced: int = 0, complained: int = 0) -> Facts:
    points = (SendPoint(build.NOW, attempts, bounced, complained, 0),)
    return replace(build.production(), statistics=build.seen(points))


def sent_in_sandbox(attempts: int, bounced: int = 0, complained: int = 0) -> Facts:
    return replace(build.ready(), statistics=sent(attempts, bounced, complained).statistics)


@pytest.mark.parametrize(
    ("facts", "name", "severity", "state"),
    [
        (sent(1000, 49), "", None, DONE),
        (sent(1000, 50), "bounces_rate", Severity.WARNING, ATTENTION),
        (sent(1000, 100), "bounces_rate", Severity.BLOCKER, ATTENTION),
        (sent(1000, 0, 1), "complaints_rate", Severity.WARNING, ATTENTION),
        (sent(1000, 0, 5), "complaints_rate", Severity.BLOCKER, ATTENTION),
        (sent(3, 1), "bounces_rate", Severity.ADVICE, DONE),
        (sent_in_sandbox(1000, 100), "bounces_rate", Severity.ADVICE, DONE),
        (sent_in_sandbox(1000, 0, 5), "complaints_rate", Severity.ADVICE, DONE),
        (sent(0), "", None, DONE),
        (of_account(sending_enabled=False), "sending_disabled", Severity.BLOCKER, ATTENTION),
        (of_account(enforcement="PROBATION"), "enforcement", Severity.BLOCKER, ATTENTION),
        (of_account(sent_last_24_hours=190.0), "quota_used", Severity.ADVICE, DONE),
    ],
)
def test_account_findings(facts: Facts, name: str, severity: Severity | None, state: StepState) -> None:
    verdict = account_step.judge(Situation(facts, build.entered()))
    assert verdict.state == state
    if severity is None:
        assert not verdict.findings
    else:
        assert finding(verdict, name).severity == severity


def test_rates_are_shown_only_where_something_was_sent() -> None:
    assert not [
        item for item in account_step.judge(Situation(sent(0), build.entered())).rows if item.label == "Bounces"
    ]
    assert row(account_step.judge(Situation(sent(200, 1), build.entered())), "Bounces") == ("0.50 % (1)", Mark.GOOD)


@pytest.mark.parametrize(
    ("bounced", "to", "severity"),
    [
        (60, "bounce@simulator.amazonses.com", Severity.ADVICE),
        (60, "success@simulator.amazonses.com", Severity.WARNING),
        (60, "bounce@example.net", Severity.WARNING),
        (90, "bounce+dlaas-x@simulator.amazonses.com", Severity.WARNING),
    ],
)
def test_what_was_sent_to_the_simulator_is_no_bounce_of_anybodys(bounced: int, to: str, severity: Severity) -> None:
    call = Call("sesv2", "SendEmail", {"Destination": {"ToAddresses": [to]}})
    intents = tuple(replace(build.intent(call), id=str(number), phase=Phase.ACCEPTED) for number in range(20))
    verdict = account_step.judge(Situation(sent(1000, bounced), build.entered(), intents))
    assert finding(verdict, "bounces_rate").severity == severity
    simulated = "To the mailbox simulator, from here" in {item.label for item in verdict.rows}
    assert simulated == (to.startswith("bounce") and to.endswith("@simulator.amazonses.com"))


def test_an_unlimited_quota_is_said() -> None:
    verdict = account_step.judge(Situation(of_account(max_24_hour_send=-1.0, sent_last_24_hours=5.0), build.entered()))
    assert row(verdict, "Daily quota")[0] == "unlimited"


@pytest.mark.parametrize("changes", [{"sending_enabled": None}, {"enforcement": ""}])
def test_health_that_amazon_leaves_out_is_unknown(changes: dict[str, Any]) -> None:
    assert account_step.judge(Situation(of_account(**changes), build.entered())).state == UNKNOWN


def test_no_region_is_the_operators_to_mend() -> None:
    place = Place(profile="dlaas")
    verdict = account_step.judge(Situation(Facts(place=place, caller=build.seen(place, "STS")), build.answers()))
    assert (verdict.state, finding(verdict, "no_region").severity) == (ATTENTION, Severity.BLOCKER)


def test_the_region_says_where_it_was_named() -> None:
    found = next(
        item for item in account_step.judge(Situation(build.ready(), build.entered())).rows if item.label == "Region"
    )
    assert (found.value, found.source) == ("eu-west-1", "named by --region")


def test_an_endpoint_that_is_not_amazons_is_said_and_goes_on() -> None:
    where = build.place(endpoint="127.0.0.1:5000", amazon=False)
    verdict = account_step.judge(
        Situation(replace(build.ready(), place=where, caller=build.seen(where)), build.entered())
    )
    assert verdict.state == DONE
    assert "127.0.0.1:5000" in finding(verdict, "endpoint").message
    assert row(verdict, "Endpoint") == ("127.0.0.1:5000 (not Amazon's)", Mark.WARN)


def test_credentials_that_fail_leave_the_account_unknown() -> None:
    problem = Problem(ProblemKind.CREDENTIALS, "The SSO session has expired.", "Run: aws sso login --profile dlaas")
    facts = replace(build.nothing(), caller=Reading("STS", build.NOW, build.place(account=""), problem))
    verdict = account_step.judge(Situation(facts, build.answers()))
    assert verdict.state == UNKNOWN
    assert finding(verdict, "caller_unread").remedy == "Run: aws sso login --profile dlaas"


def test_the_account_of_the_last_visit_is_not_todays() -> None:
    problem = Problem(ProblemKind.CREDENTIALS, "The SSO session has expired.", "Run: aws sso login --profile dlaas")
    facts = replace(build.ready(), caller=Reading("STS", build.NOW, build.place(), problem))
    assert account_step.judge(Situation(facts, build.entered())).state == UNKNOWN


def with_checkout(**changes: Any) -> Facts:
    return replace(build.ready(), checkout=build.seen(build.stock_checkout(**changes)))


def test_stock_values_stop_the_journey() -> None:
    verdict = account_step.judge(Situation(with_checkout(stock=("SERVICE_DOMAIN",)), build.entered()))
    assert (verdict.state, finding(verdict, "stock").severity) == (ATTENTION, Severity.BLOCKER)
    assert "SERVICE_DOMAIN" in verdict.headline


def test_another_region_in_the_checkout_is_found() -> None:
    verdict = account_step.judge(Situation(with_checkout(region="us-west-2"), build.entered()))
    assert verdict.state == ATTENTION
    assert finding(verdict, "region_differs").evidence == "common/config.json:2"


def test_broken_files_of_the_checkout_are_named() -> None:
    verdict = account_step.judge(
        Situation(with_checkout(problems=("common/config.json is not JSON.",)), build.entered())
    )
    assert finding(verdict, "checkout_problem_1").message == "common/config.json is not JSON."
    assert finding(verdict, "checkout_problem_1").severity == Severity.WARNING
    assert verdict.state == ATTENTION


def test_a_region_that_the_profile_may_name_is_not_missed_before_the_profile_was_read() -> None:
    before = account_step.judge(Situation(Facts(place=Place(profile="dlaas")), Answers()))
    assert before.state == StepState.UNKNOWN
    assert not [item for item in before.findings if item.severity == Severity.BLOCKER]


def test_the_radar_shows_what_is_elsewhere() -> None:
    radar = {
        "us-east-1": build.seen(RegionGlance("us-east-1", True, "GRANTED", "1", 50000.0, ("example.com",))),
        "me-south-1": build.denied("sesv2:GetAccount", "ses:GetAccount"),
        "eu-west-1": build.seen(RegionGlance("eu-west-1", False)),
    }
    facts = replace(build.ready(), radar=radar, domain_identity=build.seen(None))
    verdict = account_step.judge(Situation(facts, build.entered()))
    assert verdict.state == DONE
    assert row(verdict, "us-east-1")[0] == (
        "production, review GRANTED (case 1), 50,000 recipients in 24 hours, identity example.com"
    )
    assert row(verdict, "me-south-1")[1] == Mark.UNKNOWN
    names = {item.id.removeprefix("account.") for item in verdict.findings}
    assert {"production_in_us-east-1", "identity_in_us-east-1", "radar_unread"} <= names


# Test address


def of_address(identity: Identity | None, **changes: Any) -> Facts:
    base = replace(build.fresh(), test_identity=build.seen(identity))
    return replace(base, **changes)


@pytest.mark.parametrize(
    ("facts", "state", "action"),
    [
        (of_address(None), TODO, ""),
        (of_address(build.address("PENDING")), WAITING, "resend_test_address"),
        (of_address(build.address("TEMPORARY_FAILURE")), WAITING, "resend_test_address"),
        (of_address(build.address("FAILED")), ATTENTION, "resend_test_address"),
        (of_address(build.address("NOT_STARTED")), TODO, ""),
        (of_address(build.address("SUCCESS")), DONE, ""),
        (of_address(build.address("NEWSTATE")), UNKNOWN, ""),
        (of_address(Identity(build.ME, "EMAIL_ADDRESS", None)), UNKNOWN, ""),
        (of_address(Identity(build.ME, "EMAIL_ADDRESS", None, "PENDING")), UNKNOWN, ""),
        (of_address(build.address("SUCCESS", "Ada@example.org")), UNKNOWN, ""),
        (replace(build.fresh(), test_identity=None), UNKNOWN, ""),
        (of_address(None, account=build.production().account), DONE, ""),
    ],
)
def test_test_address(facts: Facts, state: StepState, action: str) -> None:
    verdict = test_address_step.judge(Situation(facts, build.entered()))
    assert verdict.state == state
    assert {item.action for item in verdict.findings if item.action} == ({action} if action else set())


def test_an_address_at_the_verified_domain_needs_no_link() -> None:
    facts = replace(build.ready(), test_identity=build.seen(None))
    verdict = test_address_step.judge(Situation(facts, build.entered(test_address="me@shop.example.com")))
    assert (verdict.state, "its domain is verified" in verdict.headline) == (DONE, True)


def test_what_is_no_address_is_said() -> None:
    verdict = test_address_step.judge(Situation(build.fresh(), build.answers(test_address="ada at example")))
    assert (verdict.state, finding(verdict, "invalid").severity) == (TODO, Severity.BLOCKER)


# Domain


def of_domain(found: Facts | None = None, **changes: Any) -> Facts:
    return replace(found or build.ready(), domain_identity=build.seen(build.identity(**changes)))


PENDING_DKIM = Dkim("PENDING", True, build.TOKENS, "dkim.amazonses.com")


@pytest.mark.parametrize(
    ("facts", "state", "name"),
    [
        (replace(build.ready(), domain_identity=None), UNKNOWN, ""),
        (replace(build.ready(), domain_identity=build.seen(None)), TODO, "no_identity"),
        (of_domain(name="other.example"), UNKNOWN, ""),
        (of_domain(verified=False, dkim=PENDING_DKIM), WAITING, ""),
        (of_domain(build.with_dns(build.ready(), build.no_dns()), dkim=PENDING_DKIM), ATTENTION, "dkim_missing"),
        (of_domain(dkim=replace(PENDING_DKIM, status="FAILED")), ATTENTION, "ses_dkim"),
        (of_domain(dkim=replace(PENDING_DKIM, status="NOT_STARTED")), ATTENTION, "ses_dkim"),
        (of_domain(dkim=replace(PENDING_DKIM, status="TEMPORARY_FAILURE")), WAITING, ""),
        (of_domain(dkim=replace(PENDING_DKIM, status="SUCCESS", signing_enabled=False)), ATTENTION, "ses_dkim_off"),
        (of_domain(dkim=replace(PENDING_DKIM, status="NEW")), UNKNOWN, "state"),
        (of_domain(dkim=None), UNKNOWN, "incomplete"),
        (of_domain(verified=None), UNKNOWN, "incomplete"),
        (of_domain(mail_from=None), ATTENTION, "ses_mail_from"),
        (of_domain(mail_from=MailFrom("mail.example.com", "FAILED")), ATTENTION, "ses_mail_from"),
        (of_domain(mail_from=MailFrom("mail.example.com", "PENDING")), WAITING, ""),
        (of_domain(mail_from=MailFrom("mail.example.com", "NOT_STARTED")), UNKNOWN, "state"),
        (of_domain(mail_from=MailFrom("mail.example.com", "")), UNKNOWN, "incomplete"),
        (build.with_dns(build.ready(), {}), UNKNOWN, ""),
        (build.with_dns(build.ready(), {k: v for k, v in build.good_dns().items() if "_dmarc" not in k}), UNKNOWN, ""),
    ],
)
def test_domain(facts: Facts, state: StepState, name: str) -> None:
    verdict = domain_step.judge(Situation(facts, build.entered()))
    assert verdict.state == state, verdict.headline
    if name:
        assert finding(verdict, name).message


def test_a_region_without_a_documented_zone_does_not_hold_up_what_ses_verified() -> None:
    dkim = Dkim("SUCCESS", True, build.TOKENS, "", "AWS_SES")
    region = "mx-central-1"
    dns = {**build.good_dns(), **build.dns(("MX", "mail.example.com", (f"10 feedback-smtp.{region}.amazonses.com",)))}
    facts = replace(of_domain(dkim=dkim), place=build.place(region=region), dns=dns)
    assert domain_step.judge(Situation(facts, build.entered())).state == DONE
    failed = {**dns, "CNAME tok1._domainkey.example.com": build.denied("DNS", "")}
    assert domain_step.judge(Situation(replace(facts, dns=failed), build.entered())).state == UNKNOWN


def test_ses_stands_beside_dns_in_each_row() -> None:
    info = VerificationInfo("TYPE_NOT_FOUND", build.NOW)
    facts = of_domain(verified=False, dkim=PENDING_DKIM, verification_info=info)
    verdict = domain_step.judge(Situation(facts, build.entered()))
    value, mark = row(verdict, "CNAME tok1._domainkey.example.com")
    says = "DKIM PENDING (TYPE_NOT_FOUND): SES found the name, but no record of the right type"
    then = "Waiting is enough: SES looks again within minutes, and for up to 72 hours."
    cached = "cached for up to 5 minutes"
    assert (value, mark) == (f"tok1.dkim.amazonses.com (SES: {says}), {cached}. {then}", Mark.GOOD)
    assert row(verdict, "SES last looked")[0] == "2026-11-24 12:00 UTC"


@pytest.mark.parametrize(
    ("sender", "name", "state"),
    [
        ("support@other.example", "sender_elsewhere", ATTENTION),
        ("nonsense", "sender_invalid", ATTENTION),
        ("no-reply@example.com", "no_reply", DONE),
    ],
)
def test_the_from_address(sender: str, name: str, state: StepState) -> None:
    dns = {**build.good_dns(), **build.dns(("MX", "other.example", ("10 mx.other.example",)))}
    verdict = domain_step.judge(Situation(replace(build.ready(), dns=dns), build.entered(sender=sender)))
    assert verdict.state == state
    assert finding(verdict, name).remedy


def test_what_is_no_domain_is_said() -> None:
    verdict = domain_step.judge(Situation(build.fresh(), build.answers(domain="https://example.com/")))
    assert (verdict.state, finding(verdict, "invalid").severity) == (TODO, Severity.BLOCKER)


def test_the_apex_policy_that_shuts_others_out() -> None:
    policy = Spf(
        "example.com",
        ("v=spf1 include:amazonses.com -all",),
        ("include:amazonses.com", "-all"),
        ("amazonses.com",),
        1,
        0,
    )
    facts = replace(build.ready(), spf={"example.com": build.seen(policy)})
    assert (
        finding(domain_step.judge(Situation(facts, build.entered())), "apex_spf").evidence
        == "v=spf1 include:amazonses.com -all"
    )
    others = replace(policy, terms=("include:amazonses.com", "include:_spf.example.net", "-all"))
    for spf in ({}, {"example.com": build.seen(others)}, {"example.com": build.denied("DNS", "")}):
        verdict = domain_step.judge(Situation(replace(facts, spf=spf), build.entered()))
        assert "domain.apex_spf" not in {item.id for item in verdict.findings}
    nobody = replace(facts, dns={**build.good_dns(), **build.dns(("MX", "example.com", ()))})
    assert "domain.apex_spf" not in {item.id for item in domain_step.judge(Situation(nobody, build.entered())).findings}


def test_gaps_of_the_checkout_stand_at_their_step() -> None:
    before = domain_step.judge(Situation(build.terraform(), build.answers()))
    assert "checkout" in finding(before, "mail_from_mx_missing").evidence
    after = domain_step.judge(Situation(replace(build.ready(), checkout=build.terraform().checkout), build.answers()))
    assert (after.state, finding(after, "checkout_mail_from_mx").severity) == (DONE, Severity.ADVICE)
    assert not [item for item in after.findings if item.id.endswith("website")]


# Bounces


def with_sets(*destinations: EventDestination, **changes: Any) -> Facts:
    found = build.configuration_set(destinations=destinations)
    base = replace(build.ready(), configuration_sets=build.seen((found,)))
    return replace(base, **changes)


def sns(*events: str, enabled: bool = True) -> EventDestination:
    return EventDestination("d", enabled, events, "SNS", build.TOPIC)


def with_topic(**changes: Any) -> Facts:
    return replace(build.ready(), topics={build.TOPIC: build.seen(build.topic(**changes))})


FORWARDS = {"feedback_forwarding": True}
SILENT = build.seen(build.identity(feedback_forwarding=False))
BUS = EventDestination("bus", True, ("BOUNCE", "COMPLAINT"), "EventBridge", "arn:aws:events:eu-west-1:1:event-bus/d")
COUNTS = replace(BUS, kind="CloudWatch", target="")


@pytest.mark.parametrize(
    ("facts", "state", "names"),
    [
        (build.ready(), DONE, {"not_proven"}),
        (with_topic(confirmed=False), WAITING, {"no_listener"}),
        (replace(with_topic(confirmed=False), domain_identity=SILENT), WAITING, {"no_listener"}),
        (with_topic(may_publish=False), TODO, {"topic_policy.example-mail-events", "no_listener"}),
        (replace(with_topic(may_publish=None), domain_identity=SILENT), UNKNOWN, set()),
        (with_sets(sns("BOUNCE"), domain_identity=SILENT), TODO, {"no_destination", "unheard"}),
        (
            with_sets(sns("BOUNCE", "COMPLAINT", enabled=False), domain_identity=SILENT),
            TODO,
            {"unheard", "destination_disabled.d"},
        ),
        (with_sets(BUS, domain_identity=SILENT), TODO, set()),
        (with_sets(COUNTS, domain_identity=SILENT), TODO, {"unheard"}),
        (with_sets(domain_identity=SILENT), TODO, {"no_destination", "unheard"}),
        (of_domain(configuration_set="", feedback_forwarding=False), TODO, {"no_default_set", "unheard"}),
        (of_domain(configuration_set=""), TODO, {"no_default_set"}),
        (replace(build.ready(), configuration_sets=build.seen(())), TODO, {"no_set"}),
        (of_account(suppressed_reasons=("BOUNCE",)), ATTENTION, {"suppression"}),
        (of_account(suppressed_reasons=None), UNKNOWN, {"suppression_unknown"}),
        (replace(build.ready(), account=None), UNKNOWN, set()),
        (replace(build.ready(), topics={}, domain_identity=SILENT), UNKNOWN, set()),
        (replace(build.ready(), domain_identity=build.seen(None)), BLOCKED, set()),
        (
            replace(build.ready(), configuration_sets=build.seen((build.configuration_set(suppressed_reasons=()),))),
            ATTENTION,
            {"set_suppression"},
        ),
        (
            replace(build.ready(), configuration_sets=build.seen((build.configuration_set(sending_enabled=False),))),
            ATTENTION,
            {"set_paused"},
        ),
        (
            replace(
                of_domain(configuration_set="", feedback_forwarding=False),
                notifications=build.seen(Notifications("example.com", build.TOPIC, build.TOPIC)),
            ),
            DONE,
            {"not_proven"},
        ),
    ],
)
def test_bounces(facts: Facts, state: StepState, names: set[str]) -> None:
    verdict = bounces_step.judge(Situation(facts, build.entered()))
    assert verdict.state == state, verdict.headline
    assert names <= {item.id.removeprefix("bounces.") for item in verdict.findings}


NOTE = "Both in the queue at 12:01"


def test_a_listener_out_of_sight_takes_a_note_and_a_reason() -> None:
    facts = with_sets(BUS, domain_identity=SILENT)
    assert bounces_step.judge(Situation(facts, build.entered())).state == TODO
    noted = bounces_step.judge(Situation(facts, build.entered(bounce_seen=NOTE)))
    assert (noted.state, "ada@laptop noted on 2026-11-24" in noted.headline) == (ATTENTION, True)
    reason = {"override.bounce_path": "Our queue behind the bus is watched by an alarm."}
    explained = bounces_step.judge(Situation(facts, build.entered(bounce_seen=NOTE, **reason)))
    assert (explained.state, "ada@laptop noted" in explained.headline) == (DONE, True)


def test_a_note_is_the_operators_word_and_no_proof() -> None:
    verdict = bounces_step.judge(Situation(build.ready(), build.entered(bounce_seen=NOTE)))
    assert verdict.headline == (
        "Bounces and complaints reach a listener; ada@laptop noted on 2026-11-24 what a test showed, "
        "and nothing was proved from here."
    )
    assert row(verdict, "Simulator's events") == (f"ada@laptop noted on 2026-11-24: {NOTE}", Mark.PLAIN)
    assert row(verdict, "Proof")[1] == Mark.WAIT
    assert "bounces.not_proven" in {item.id for item in verdict.findings}


def test_a_subscription_that_is_not_confirmed_does_not_listen() -> None:
    verdict = bounces_step.judge(Situation(with_topic(confirmed=False), build.entered()))
    assert row(verdict, "example-mail-events: email") == (f"{build.ME}, PendingConfirmation", Mark.WAIT)


def test_a_mailbox_that_cannot_receive_is_said() -> None:
    facts = replace(build.ready(), mailboxes=build.mailboxes("example.org"))
    verdict = bounces_step.judge(Situation(facts, build.entered()))
    # The events are heard, so that only answers have no other way.
    assert finding(verdict, "inbox").severity == Severity.BLOCKER
    assert finding(verdict, "inbox").message == f"Mail to {build.SENDER} cannot arrive: answers are lost."
    assert verdict.state == ATTENTION
    assert row(verdict, f"Mailbox {build.SENDER}") == (
        "cannot receive: example.com has no MX record and no address",
        Mark.BAD,
    )
    elsewhere = bounces_step.judge(Situation(facts, build.entered(reply_to=build.ME)))
    assert finding(elsewhere, "inbox").severity == Severity.WARNING
    assert row(elsewhere, f"Mailbox {build.SENDER}")[1] == Mark.WARN
    assert elsewhere.state == DONE


def test_a_denied_way_does_not_undo_one_that_is_seen() -> None:
    facts = replace(build.ready(), notifications=build.denied("ses:X", "ses:GetIdentityNotificationAttributes"))
    verdict = bounces_step.judge(Situation(facts, build.entered()))
    assert (verdict.state, finding(verdict, "notifications_unread").severity) == (DONE, Severity.UNKNOWN)


# Decision


def test_age_is_measured_to_the_look() -> None:
    verdict = decision_step.judge(Situation(build.pending(), build.entered(), (build.intent(),)))
    assert row(verdict, "Waiting since") == ("5 h", Mark.WAIT)
    late = build.intent(at=build.NOW - timedelta(hours=30))
    verdict = decision_step.judge(Situation(build.pending(), build.entered(), (late,)))
    assert (verdict.state, row(verdict, "Waiting since")) == (WAITING, ("1 d", Mark.WARN))
    assert finding(verdict, "late").severity == Severity.WARNING


def test_a_filing_elsewhere_is_not_ours() -> None:
    other = build.intent(place=build.place(region="us-east-1"))
    verdict = decision_step.judge(Situation(build.pending(), build.entered(), (other,)))
    assert not [item for item in verdict.rows if item.label in ("Filed", "Waiting since")]


def test_an_open_request_is_said_before_anything_else() -> None:
    verdict = decision_step.judge(Situation(build.ready(), build.entered(), (build.intent(phase=Phase.UNKNOWN),)))
    assert (verdict.state, finding(verdict, "undecided").severity) == (UNKNOWN, Severity.BLOCKER)
    over = decision_step.judge(Situation(build.ready(), build.entered(), (build.intent(phase=Phase.ABANDONED),)))
    assert (over.state, over.blocked_by) == (BLOCKED, StepId.FILE)


def test_the_conversation_is_shown_as_it_was_written() -> None:
    verdict = decision_step.judge(Situation(build.asked_back(), build.entered()))
    assert verdict.findings[0].id == "decision.answer_wanted"
    assert row(verdict, "Amazon Web Services, 2026-11-24 10:00 UTC")[0] == "Please tell us how you handle bounces."
    assert row(verdict, "Case status") == ("pending-customer-action", Mark.BAD)


def test_a_case_that_amazon_works_on_asks_for_nothing() -> None:
    facts = replace(build.asked_back(), case=build.seen(build.case("work-in-progress")))
    verdict = decision_step.judge(Situation(facts, build.entered()))
    assert (verdict.state, verdict.findings) == (WAITING, ())


@pytest.mark.parametrize(
    ("facts", "name", "says"),
    [
        (build.refused(), "denied", "Do not file again"),
        (build.reviewed("FAILED"), "failed", "File it again"),
        (build.granted(), "granted_but_sandboxed", "Do not file again"),
        (build.reviewed("ESCALATED"), "state", "Do not file again"),
    ],
)
def test_advice_by_stage(facts: Facts, name: str, says: str) -> None:
    assert says in finding(decision_step.judge(Situation(facts, build.entered())), name).remedy


def test_without_a_support_plan_the_console_is_named() -> None:
    verdict = decision_step.judge(Situation(build.pending(), build.entered()))
    assert "console" in row(verdict, "Support API")[0]
    assert row(verdict, "In the console")[0].endswith(f"displayId={build.CASE}&language=en")
    problem = Problem(ProblemKind.SUBSCRIPTION, "The plan does not include it.")
    facts = replace(build.pending(), support=Reading("Support", build.NOW, None, problem))
    assert row(decision_step.judge(Situation(facts, build.entered())), "Support API") == row(verdict, "Support API")


def test_quota_requests_are_followed() -> None:
    asked = Quotas(requests=(QuotaRequest("1", "L-804C8AE8", 500.0, "CASE_OPENED", "42"),))
    facts = replace(build.production(), quotas=build.seen(asked))
    assert (
        row(decision_step.judge(Situation(facts, build.entered())), "Sending quota")[0] == "500: CASE_OPENED, case 42"
    )


# Go live


def send_first(phase: Phase = Phase.CONFIRMED) -> Intent:
    return build.intent(Call("sesv2", "SendEmail"), phase, result="0102018", action="send_first")


HEADERS = "Authentication-Results: mx.example.org; dkim=pass header.i=@example.com; spf=pass; dmarc=pass"


@pytest.mark.parametrize(
    ("intents", "headers", "state"),
    [
        ((), "", TODO),
        ((send_first(),), "", TODO),  # whether it passed is not known before its headers are read
        ((send_first(),), HEADERS, DONE),
        ((send_first(),), "no results here", TODO),
        ((send_first(Phase.UNKNOWN),), "", TODO),
        ((send_first(Phase.REJECTED),), "", TODO),
        ((), HEADERS, DONE),
        ((), "no results here", TODO),
        ((send_first(),), HEADERS.replace("dkim=pass", "dkim=fail"), ATTENTION),
    ],
)
def test_go_live(intents: tuple[Intent, ...], headers: str, state: StepState) -> None:
    answers = build.entered(first_headers=headers) if headers else build.entered()
    assert go_live_step.judge(Situation(build.production(), answers, intents)).state == state


def test_production_without_leave_to_send_is_not_live() -> None:
    shut = build.account(production=True, sending_enabled=False)
    verdict = go_live_step.judge(
        Situation(replace(build.production(), account=build.seen(shut)), build.entered(), (send_first(),))
    )
    assert (verdict.state, finding(verdict, "unhealthy").severity) == (ATTENTION, Severity.BLOCKER)


def test_who_blocks_depends_on_the_review() -> None:
    assert go_live_step.judge(Situation(build.ready(), build.entered())).blocked_by == StepId.FILE
    assert go_live_step.judge(Situation(build.pending(), build.entered())).blocked_by == StepId.DECISION


# What holds in every situation

TEXT = st.text(max_size=12) | st.sampled_from(["", "SUCCESS", "PENDING", "FAILED", "example.com", build.ME])
FLAG = st.sampled_from([True, False, None])
TIMES = st.sampled_from([None, build.NOW, build.NOW - timedelta(days=3), build.NOW + timedelta(days=1)])
NUMBER = st.none() | st.floats(allow_nan=False, allow_infinity=False, width=32)
WORDS = st.lists(TEXT, max_size=3).map(tuple)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "account": st.builds(
        build.account,
        production=st.booleans(),
        sending_enabled=FLAG,
        enforcement=TEXT,
        max_24_hour_send=NUMBER,
        max_send_rate=NUMBER,
        sent_last_24_hours=NUMBER,
        suppressed_reasons=st.none() | WORDS,
        details=st.none() | st.builds(Details, TEXT, TEXT, review=st.none() | st.builds(Review, TEXT, TEXT)),
    ),
    "statistics": st.lists(
        st.builds(SendPoint, st.just(build.NOW), *[st.integers(0, 50) for _ in range(4)]), max_size=2
    ).map(tuple),
    "identities": st.builds(
        Identities, st.lists(st.builds(IdentityInfo, TEXT, TEXT, FLAG, TEXT), max_size=2).map(tuple)
    ),
    "domain_identity": st.none()
    | st.builds(
        Identity,
        st.sampled_from(["example.com", "com", "other.example"]),
        TEXT,
        FLAG,
        TEXT,
        st.none() | st.builds(Dkim, TEXT, FLAG, WORDS, TEXT, TEXT),
        st.none() | st.builds(MailFrom, TEXT, TEXT, TEXT),
        FLAG,
        st.sampled_from(["", build.SET]),
        st.none() | st.builds(VerificationInfo, TEXT, TIMES, TIMES),
    ),
    "test_identity": st.none() | st.builds(Identity, st.just(build.ME), TEXT, FLAG, TEXT),
    "configuration_sets": st.lists(
        st.builds(
            build.configuration_set,
            sending_enabled=FLAG,
            suppressed_reasons=st.none() | WORDS,
            destinations=st.lists(
                st.builds(
                    EventDestination,
                    TEXT,
                    st.booleans(),
                    st.lists(st.sampled_from(["BOUNCE", "COMPLAINT", "SEND"]), max_size=3).map(tuple),
                    st.sampled_from(["SNS", "EventBridge", "CloudWatch", "New"]),
                    st.sampled_from(["", build.TOPIC]),
                ),
                max_size=2,
            ).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    "notifications": st.none() | st.builds(Notifications, st.just("example.com"), TEXT, TEXT, FLAG),
    "support": st.builds(SupportPlan, st.booleans()),
    "case": st.none()
    | st.builds(SupportCase, TEXT, TEXT, TEXT, TEXT, TIMES, st.lists(st.builds(Message, TEXT, TIMES, TEXT)).map(tuple)),
    "quotas": st.builds(
        Quotas, requests=st.lists(st.builds(QuotaRequest, TEXT, TEXT, NUMBER, TEXT), max_size=2).map(tuple)
    ),
    "reputation": st.builds(Reputation, NUMBER, NUMBER),
    "alarms": st.lists(
        st.builds(
            Alarm,
            TEXT,
            st.sampled_from(["Reputation.BounceRate", "Reputation.ComplaintRate", "x"]),
            st.sampled_from(["AWS/SES", ""]),
            st.sampled_from(["OK", "ALARM", ""]),
            st.sampled_from([None, 0.05, 0.001, 0.1]),
            st.sampled_from(["GreaterThanOrEqualToThreshold", "LessThanThreshold", ""]),
            st.lists(TEXT | st.just(build.TOPIC), max_size=2).map(tuple),
            FLAG,
            st.integers(0, 1),
            TIMES,
        ),
        max_size=3,
    ).map(tuple),
    "checkout": st.none() | st.builds(Checkout, TEXT, TEXT, TEXT, TEXT, TEXT, sender=TEXT, mail_from=TEXT, stock=WORDS),
}


def readings(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Reading[Any] | None]:
    problem = Problem(ProblemKind.DENIED, "You may not.", iam_action="ses:X")
    failed: Reading[Any] = Reading("x", build.NOW, None, problem)
    return st.one_of(
        st.none(),
        value.map(build.seen),
        st.just(failed),
        value.map(lambda found: Reading("x", build.NOW, found, problem)),
        value.map(lambda found: Reading("x", build.NOW, found, partial="one page")),
    )


ANY_FACTS = st.builds(
    lambda **given_: replace(build.ready(), **given_),
    **{name: readings(value) for name, value in VALUES.items()},
    place=st.builds(build.place, region=st.sampled_from(["", "eu-west-1"]), account=st.sampled_from(["", "1" * 12])),
    caller=readings(st.just(build.place())),
    dns=st.sampled_from([{}, build.good_dns(), build.no_dns()]),
    topics=st.dictionaries(
        st.just(build.TOPIC), readings(st.just(build.topic())).filter(lambda found: found is not None)
    ),
    radar=st.dictionaries(
        st.just("us-east-1"),
        readings(st.builds(RegionGlance, st.just("us-east-1"), st.booleans())).filter(lambda found: found is not None),
    ),
)
ANY_ANSWERS = st.dictionaries(
    st.sampled_from(["domain", "sender", "test_address", "bounce_seen", "aws_answer", "first_headers"]),
    TEXT.filter(bool),
).map(lambda given_: build.answers(**given_))
ANY_INTENTS = st.lists(
    st.builds(build.intent, st.none() | st.just(send_first().call), st.sampled_from(list(Phase))), max_size=2
).map(tuple)


@settings(max_examples=150, deadline=None)
@given(ANY_FACTS, ANY_ANSWERS | st.just(build.entered()), ANY_INTENTS)
def test_no_facts_crash_a_judge(facts: Facts, answers: Answers, intents: tuple[Intent, ...]) -> None:
    for verdict in judge_all(facts, answers, intents):
        assert verdict.headline.endswith(".")
        assert (verdict.state == BLOCKED) == (verdict.blocked_by is not None)
        ids = [item.id for item in verdict.findings]
        assert len(ids) == len(set(ids)), ids
        assert all(item.id.startswith(f"{verdict.step}.") and item.step == verdict.step for item in verdict.findings)
        order = [list(Severity).index(item.severity) for item in verdict.findings]
        assert order == sorted(order)


# What each step's DONE rests on; with one of these unread it is not done.
RESTS_ON = {
    StepId.ACCOUNT: ("caller", "account"),
    StepId.DOMAIN: ("domain_identity",),
    StepId.BOUNCES: ("account",),
    StepId.DECISION: ("account",),
    StepId.GO_LIVE: ("account",),
}


@settings(max_examples=150, deadline=None)
@given(ANY_FACTS, ANY_ANSWERS | st.just(build.entered()), ANY_INTENTS)
def test_the_unknown_is_never_done(facts: Facts, answers: Answers, intents: tuple[Intent, ...]) -> None:
    for verdict in judge_all(facts, answers, intents):
        for name in RESTS_ON.get(verdict.step, ()):
            reading = getattr(facts, name)
            if reading is None or reading.problem is not None or reading.partial:
                assert verdict.state != DONE, (verdict.step, name)


def test_nothing_is_done_where_nothing_was_looked_at() -> None:
    for entered in (build.answers(), build.entered()):
        assert DONE not in [verdict.state for verdict in judge_all(build.nothing(), entered)]
        assert DONE not in [verdict.state for verdict in judge_all(Facts(), entered)]


MAPPINGS = ("dns", "spf", "mailboxes", "topics", "queues", "radar", "recipients", "named_pages")


@pytest.mark.parametrize(
    "name", [item.name for item in fields(Facts) if item.name not in MAPPINGS and item.name != "place"]
)
def test_each_reading_may_fail_alone(name: str) -> None:
    change: dict[str, Any] = {name: build.denied("x:Y", "ses:Y")}
    facts = replace(build.production(), **change)
    for verdict in judge_all(facts, build.entered(), (build.intent(), send_first())):
        assert verdict.headline
    before = [verdict.state for verdict in judge_all(build.production(), build.entered(), (send_first(),))]
    after = [verdict.state for verdict in judge_all(facts, build.entered(), (send_first(),))]
    assert all(new in (old, UNKNOWN) for old, new in zip(before, after, strict=True)), (name, before, after)


def test_topics_of_any_name_are_told_apart() -> None:
    two = {arn: build.seen(Topic(arn, False)) for arn in (build.TOPIC, build.TOPIC + "-2")}
    verdict = bounces_step.judge(Situation(replace(build.ready(), topics=two), build.entered()))
    assert len([item for item in verdict.findings if "topic_policy" in item.id]) == 2


def test_what_the_account_shows_is_not_said_again_by_the_checkout() -> None:
    gap = Gap("dmarc", "No DMARC record is set.", "Set one.", Source("email.tf", 16))
    facts = replace(build.terraform(), checkout=build.seen(replace(build.stock_checkout(), gaps=(gap,))))
    findings = {item.id: item for item in domain_step.judge(Situation(facts, build.entered())).findings}
    assert "domain.dmarc_missing" in findings
    assert "domain.checkout_dmarc" not in findings
    assert "email.tf:16" in findings["domain.dmarc_missing"].evidence
