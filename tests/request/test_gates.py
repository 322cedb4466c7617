"""What must be green before the request leaves; unknown is not green."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlaas_onboard.journey.facts import Dkim, EventDestination, Facts, Gap, MailFrom, Place, Subscription, Topic
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.request.gate import DECLARATIONS, TITLES, Gate, Light, is_overridable
from dlaas_onboard.journey.request.gates import gates
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.intents import OPEN, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from tests import build

GREEN, RED, UNKNOWN = Light.GREEN, Light.RED, Light.UNKNOWN


def light(gate: str, facts: Facts, answers: Answers | None = None) -> Light:
    return by_id(facts, answers)[gate].light


def by_id(facts: Facts, answers: Answers | None = None) -> dict[str, Gate]:
    return {gate.id: gate for gate in gates(Situation(facts, answers or build.filled_in()))}


def test_the_complete_example_passes_every_gate() -> None:
    found = gates(Situation(build.complete(), build.filled_in()))
    assert [gate.id for gate in found] == list(TITLES)
    assert [gate.id for gate in found if gate.light != GREEN] == []
    assert all(gate.open and gate.why for gate in found)


def test_where_nobody_looked_nothing_that_is_observed_is_green() -> None:
    found = by_id(Facts(), Answers())
    green = {gate.id for gate in found.values() if gate.light == GREEN}
    assert green == {"intents", "contradictions"}  # nothing is said yet
    assert all(gate.remedy for gate in found.values() if gate.light != GREEN)


def _account(**changes: Any) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, account=build.seen(build.account(**changes), "SES GetAccount"))


def _review(status: str) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, account=build.seen(build.reviewed_account(status), "SES GetAccount"))


def _identity(**changes: Any) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, domain_identity=build.seen(build.identity(**changes), "SES GetEmailIdentity"))


def _site(**changes: Any) -> Callable[[Facts], Facts]:
    def change(facts: Facts) -> Facts:
        assert facts.website is not None
        assert facts.website.value is not None
        return replace(facts, website=build.seen(replace(facts.website.value, **changes), "HTTPS"))

    return change


def _unopened(kind: ProblemKind, code: str = "", url: str = build.WEBSITE) -> Callable[[Facts], Facts]:
    problem = Problem(kind, "It cannot be opened.", "Mend it.", code=code)
    return lambda facts: replace(facts, website=Reading(f"HTTPS {url}", build.NOW, None, problem))


def _set(look: str, value: Any) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, **{look: value})


def _checkout(**changes: Any) -> Callable[[Facts], Facts]:
    return _set("checkout", build.seen(build.checkout(**changes), "checkout"))


def _destination(kind: str, events: tuple[str, ...] = ("BOUNCE", "COMPLAINT")) -> Callable[[Facts], Facts]:
    sets = (build.configuration_set(destinations=(EventDestination("d", True, events, kind, build.TOPIC),)),)
    return _set("configuration_sets", build.seen(sets, "SES"))


def _topic(*subscriptions: Subscription, publish: bool | None = True) -> Callable[[Facts], Facts]:
    return _set("topics", {build.TOPIC: build.seen(Topic(build.TOPIC, publish, subscriptions), "SNS")})


_DMARC = f"TXT _dmarc.{build.DOMAIN}"


def _dmarc(reading: Any) -> Callable[[Facts], Facts]:
    return lambda facts: build.with_dns(facts, {**facts.dns, _DMARC: reading})


ROWS: list[tuple[str, str, Callable[[Facts], Facts], Light]] = [
    ("account", "caller failed", _set("caller", build.unread("STS")), UNKNOWN),
    ("account", "no account", _set("place", Place(region=build.REGION)), UNKNOWN),
    ("account", "no Region", lambda f: replace(f, place=replace(f.place, region="")), RED),
    ("account", "GetAccount failed", _set("account", build.unread("SES")), UNKNOWN),
    ("sandbox", "production", _account(production=True), RED),
    ("sandbox", "unread", _set("account", None), UNKNOWN),
    ("sending", "disabled", _account(sending_enabled=False), RED),
    ("sending", "probation", _account(enforcement="PROBATION"), RED),
    ("sending", "not said", _account(sending_enabled=None), UNKNOWN),
    ("sending", "no status", _account(enforcement=""), UNKNOWN),
    ("review", "pending", _review("PENDING"), RED),
    ("review", "denied", _review("DENIED"), RED),
    ("review", "granted", _review("GRANTED"), RED),
    ("review", "failed", _review("FAILED"), GREEN),
    ("review", "a new word", _review("ESCALATED"), UNKNOWN),
    ("review", "unread", _set("account", build.unread("SES")), UNKNOWN),
    ("domain_identity", "none", _set("domain_identity", build.seen(None, "SES")), RED),
    ("domain_identity", "address", _identity(type="EMAIL_ADDRESS"), RED),
    ("domain_identity", "not verified", _identity(verified=False), RED),
    ("domain_identity", "not said", _identity(verified=None), UNKNOWN),
    ("domain_identity", "unread", _set("domain_identity", build.unread("SES")), UNKNOWN),
    ("domain_identity", "of another domain", _identity(name="other.example"), UNKNOWN),
    ("dkim", "pending", _identity(dkim=Dkim("PENDING")), RED),
    ("dkim", "off", _identity(dkim=Dkim("SUCCESS", False)), RED),
    ("dkim", "not said", _identity(dkim=None), UNKNOWN),
    ("mail_from", "none", _identity(mail_from=None), RED),
    ("mail_from", "failed", _identity(mail_from=MailFrom("mail.x", "FAILED")), RED),
    ("mail_from", "not said", _identity(mail_from=MailFrom("mail.x", "")), UNKNOWN),
    ("dmarc", "unread", _dmarc(build.unread("DNS")), UNKNOWN),
    ("dmarc", "missing", _dmarc(build.seen(None, "DNS")), UNKNOWN),
    ("bounce_path", "counted only", _destination("CloudWatch"), RED),
    ("bounce_path", "no complaints", _destination("SNS", ("BOUNCE",)), RED),
    ("bounce_path", "not confirmed", _topic(Subscription("email", "a@b.io", False)), RED),
    ("bounce_path", "nobody", _topic(), RED),
    ("bounce_path", "no policy", _topic(Subscription("sqs", "arn:q", True), publish=False), RED),
    ("bounce_path", "policy unread", _topic(Subscription("sqs", "arn:q", True), publish=None), UNKNOWN),
    ("bounce_path", "topic unread", _set("topics", {build.TOPIC: build.unread("SNS")}), UNKNOWN),
    ("bounce_path", "sets unread", _set("configuration_sets", build.unread("SES")), UNKNOWN),
    ("bounce_path", "no default set", _identity(configuration_set=""), RED),
    ("bounce_path", "answers are lost", _set("mailboxes", {build.DOMAIN: build.seen(build.mailbox(), "DNS")}), RED),
    ("bounce_path", "mailbox unread", _set("mailboxes", {build.DOMAIN: build.unread("DNS")}), GREEN),
    ("website", "down", _site(status=500), RED),
    ("website", "JSON", _site(content_type="application/json"), RED),
    ("website", "parked", _site(parked="for sale"), RED),
    ("website", "login", _site(login_wall=True), RED),
    ("website", "DLaaS's own", _site(final_url="https://datalayer.storage/"), RED),
    ("website", "does not resolve", _unopened(ProblemKind.NOT_FOUND), RED),
    ("website", "certificate", _unopened(ProblemKind.UNREACHABLE, "certificate 10"), RED),
    ("website", "redirects", _unopened(ProblemKind.MALFORMED, "redirects"), RED),
    ("website", "no answer", _unopened(ProblemKind.TIMEOUT), UNKNOWN),
    ("website", "refused", _unopened(ProblemKind.UNREACHABLE), UNKNOWN),
    ("website", "of another URL", _unopened(ProblemKind.NOT_FOUND, url="https://other.example"), UNKNOWN),
    ("website", "unread", _set("website", build.unread("HTTPS")), UNKNOWN),
    ("website", "another one was visited", _site(url="https://other.example"), UNKNOWN),
    ("stock", "stock values", _checkout(stock=("SERVICE_NAME",)), RED),
    ("stock", "unread", _set("checkout", build.unread("checkout")), UNKNOWN),
    ("stock", "no checkout", _set("checkout", build.seen(None, "checkout")), GREEN),
]


@pytest.mark.parametrize(("gate", "change", "expected"), [pytest.param(g, c, e, id=f"{g}: {n}") for g, n, c, e in ROWS])
def test_each_gate(gate: str, change: Callable[[Facts], Facts], expected: Light) -> None:
    answers = build.filled_in(domain=build.DOMAIN, sender=build.SENDER, bounce_seen="")
    assert light(gate, build.complete(), answers) == GREEN
    found = by_id(change(build.complete()), answers)[gate]
    assert found.light == expected
    assert found.why
    assert found.open == (expected == GREEN)


def test_a_gap_that_reviewers_turn_requests_down_for_shuts_the_gate_until_a_reason_is_typed() -> None:
    answers = build.filled_in(bounce_process="")
    gate = by_id(build.complete(), answers)["use_case"]
    assert (gate.light, gate.step, gate.takes_reason, gate.open) == (RED, StepId.USE_CASE, True, False)
    assert gate.why == "The text does not say what happens to an address after a bounce or a complaint."
    assert gate.remedy
    reason = build.entry(answers, "override.use_case", "Amazon asked for the process by letter and has it.")
    assert by_id(build.complete(), reason)["use_case"].open


def test_the_gate_counts_the_gaps() -> None:
    answers = build.filled_in(bounce_process="", business="We are [your company].")
    assert by_id(build.complete(), answers)["use_case"].why.endswith(", and 1 more gap.")


def test_a_gap_that_could_not_be_read_is_unknown_to_the_gate() -> None:
    facts = _set("checkout", build.unread("checkout"))(build.complete())
    answers = build.filled_in(domain=build.DOMAIN, sender=build.SENDER, mail_type="TRANSACTIONAL")
    gate = by_id(facts, answers)["use_case"]
    assert (gate.light, gate.takes_reason, gate.open) == (UNKNOWN, False, False)
    told = build.entry(answers, "mail_content", "- Receipt: when an order is paid.")
    told = build.entry(told, "recipients_source", "People enter their address when they order.")
    assert by_id(facts, told)["use_case"].light == GREEN


def test_a_website_that_no_reviewer_can_open_is_not_green() -> None:
    private = build.filled_in(private_website="yes")
    gate = by_id(build.complete(), private)["website"]
    assert (gate.light, gate.takes_reason) == (RED, True)
    assert "A reviewer cannot open it." in gate.why
    rehearsed = replace(build.complete(), place=replace(build.place(), endpoint="127.0.0.1:4566", amazon=False))
    assert light("website", rehearsed, private) == GREEN


def test_an_untrue_statement_leaves_on_no_reason() -> None:
    facts = _identity(dkim=Dkim("PENDING"))(build.complete())
    answers = build.filled_in(mail_content="All our mail is signed with DKIM.")
    answers = build.entry(answers, "override.contradictions", "It is signed, only SES does not see it.")
    gate = by_id(facts, answers)["contradictions"]
    assert (gate.light, gate.step, gate.open) == (RED, StepId.USE_CASE, False)
    assert "DKIM" in gate.why
    assert by_id(facts, answers)["use_case"].light == GREEN  # the text has no gap: it is not true
    assert by_id(build.complete(), answers)["contradictions"].light == GREEN
    planned = build.entry(answers, "mail_content", "We will sign all our mail with DKIM next week.")
    assert by_id(facts, planned)["contradictions"].light == GREEN


def test_dmarc_missing_is_red() -> None:
    reading = build.complete().dns[_DMARC]
    assert reading.value is not None
    missing = build.seen(replace(reading.value, exists=False, values=()), reading.source)
    facts = build.with_dns(build.complete(), {**build.complete().dns, _DMARC: missing})
    # example.com has no parent of two labels that could carry the policy.
    assert light("dmarc", facts) == RED


def test_a_listener_behind_a_bus_takes_the_operators_word_with_a_reason() -> None:
    facts = _destination("EventBridge")(build.complete())
    assert light("bounce_path", facts, build.filled_in(bounce_seen="")) == UNKNOWN
    gate = by_id(facts)["bounce_path"]
    assert (gate.light, gate.takes_reason, gate.open) == (RED, True, False)
    assert "ada@laptop noted on" in gate.why
    reason = build.entry(build.filled_in(), "override.bounce_path", "An alarm watches the queue behind the bus.")
    assert by_id(facts, reason)["bounce_path"].open


@pytest.mark.parametrize("field", DECLARATIONS)
def test_a_declaration_is_made_by_a_person_or_not_at_all(field: str) -> None:
    for text in ("", "perhaps"):
        gate = by_id(build.complete(), build.filled_in(**{field: text}))[field]
        assert (gate.light, gate.overridable, gate.step) == (RED, False, StepId.DECLARATIONS)
    gate = by_id(build.complete())[field]
    assert "ada@laptop" in gate.why


@pytest.mark.parametrize("phase", list(Phase))
def test_an_open_filing_stops_the_next(phase: Phase) -> None:
    gate = {
        gate.id: gate for gate in gates(Situation(build.complete(), build.filled_in(), (build.intent(phase=phase),)))
    }["intents"]
    assert gate.light == (RED if phase in OPEN else GREEN)
    assert not gate.overridable
    elsewhere = replace(build.intent(phase=phase), place=replace(build.complete().place, region="us-east-1"))
    assert all(gate.light == GREEN for gate in gates(Situation(build.complete(), build.filled_in(), (elsewhere,))))


def test_a_reason_opens_a_red_gate_that_may_be_overridden() -> None:
    facts = _site(status=500)(build.complete())
    answers = build.entry(build.filled_in(), "override.website", "It opens in my browser, the check is blocked.")
    gate = by_id(facts, answers)["website"]
    assert (gate.light, gate.open, gate.override) == (RED, True, "It opens in my browser, the check is blocked.")
    too_short = build.entry(build.filled_in(), "override.website", "because")
    assert not by_id(facts, too_short)["website"].open


def test_no_reason_opens_what_is_unknown() -> None:
    facts = _dmarc(build.unread("DNS"))(build.complete())
    answers = build.entry(build.filled_in(), "override.dmarc", "Our provider publishes it tonight.")
    gate = by_id(facts, answers)["dmarc"]
    assert (gate.light, gate.open, gate.override) == (UNKNOWN, False, "Our provider publishes it tonight.")


@pytest.mark.parametrize("reason", ["", "Our provider publishes it tonight."])
@pytest.mark.parametrize("overridable", [False, True])
@pytest.mark.parametrize("light", Light)
def test_green_is_open_and_a_reason_opens_red_alone(light: Light, overridable: bool, reason: str) -> None:
    gate = Gate("dmarc", "DMARC", light, "Seen.", overridable=overridable, override=reason)
    assert gate.takes_reason == (light == RED and overridable)
    assert gate.open == (light == GREEN or (light == RED and overridable and reason != ""))


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(sorted(TITLES)), st.text(min_size=10, max_size=400))
def test_no_reason_opens_what_cannot_be_overridden(gate: str, reason: str) -> None:
    answers = build.entry(Answers(), f"override.{gate}", reason)
    found = by_id(Facts(), answers)[gate]
    if not is_overridable(gate):
        assert found.override == ""
        assert found.open == (found.light == GREEN)


def test_which_gates_cannot_be_overridden() -> None:
    assert {gate for gate in TITLES if not is_overridable(gate)} == {
        "account",
        "sandbox",
        "review",
        "intents",
        "draft",
        "contradictions",
        *DECLARATIONS,
    }


def test_an_invalid_request_names_its_fields() -> None:
    gate = by_id(build.complete(), build.filled_in(contacts="nobody"))["draft"]
    assert gate.light == RED
    assert gate.why.startswith("Additional contacts: ")


def test_gaps_of_the_checkout_do_not_shut_a_gate() -> None:
    facts = _checkout(gaps=(Gap("dmarc", "There is no DMARC record in Terraform.", "Add it."),))(build.complete())
    assert all(gate.open for gate in gates(Situation(facts, build.filled_in())))


def test_what_a_gate_says_where_no_domain_is_named_or_no_record_is_there() -> None:
    found = {gate.id: gate for gate in gates(Situation(build.fresh(), build.answers()))}
    assert (found["bounce_path"].light, found["bounce_path"].why) == (Light.UNKNOWN, "No sending domain is known.")
    found = {gate.id: gate for gate in gates(Situation(build.terraform(), build.answers()))}
    assert found["dmarc"].why == f"There is no record _dmarc.{build.DOMAIN}."
    found = {gate.id: gate for gate in gates(Situation(build.no_permission(), build.entered()))}
    assert found["bounce_path"].why == (
        "Where BOUNCE and COMPLAINT events go could not be read: You may not call sesv2:GetEmailIdentity."
    )
