"""The five steps of the request, judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlaas_onboard.journey.facts import ContactList, ContactTopic, Facts, Mailing, QuotaRequest
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.request.gate import DECLARATIONS
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.steps import declarations, review_and_file, use_case
from dlaas_onboard.journey.steps.quota import quota_step
from dlaas_onboard.journey.steps.request import request_step
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict
from tests import build
from tests.dlaas_mails import MAILS, WELCOME

Judge = Callable[[Situation], Verdict]
ALL: dict[StepId, Judge] = {
    StepId.REQUEST: request_step.judge,
    StepId.QUOTA: quota_step.judge,
    StepId.USE_CASE: use_case.judge,
    StepId.DECLARATIONS: declarations.judge,
    StepId.FILE: review_and_file.judge,
}
DONE, TODO, ATTENTION, BLOCKED = StepState.DONE, StepState.TODO, StepState.ATTENTION, StepState.BLOCKED


def with_account(**changes: Any) -> Facts:
    return replace(build.complete(), account=build.seen(build.account(**changes), "SES GetAccount"))


def reviewed(status: str, **changes: Any) -> Facts:
    return replace(build.complete(), account=build.seen(build.reviewed_account(status, **changes), "SES GetAccount"))


def test_complete_is_ready_to_file() -> None:
    states = {step: judge(Situation(build.complete(), build.filled_in())).state for step, judge in ALL.items()}
    assert states == {
        StepId.REQUEST: DONE,
        StepId.QUOTA: DONE,
        StepId.USE_CASE: DONE,
        StepId.DECLARATIONS: DONE,
        StepId.FILE: TODO,
    }


CUSTOMERS = ContactList("customers", (ContactTopic("offers", "Offers"), ContactTopic("news")))


def contact_lists(reading: Reading[Mailing] | None, **answers: str) -> tuple[Verdict, tuple[str, Mark]]:
    """Return the verdict on the declarations, and what its row of contact lists shows."""
    facts = replace(build.complete(), mailing=reading)
    verdict = declarations.judge(Situation(facts, build.filled_in(**answers)))
    row = next(row for row in verdict.rows if row.label == "Contact lists at SES")
    return verdict, (row.value, row.mark)


def test_a_contact_list_beside_the_word_transactional_asks_for_an_explanation() -> None:
    reading = build.seen(Mailing((CUSTOMERS,)), "SES ListContactLists")
    verdict, row = contact_lists(reading)
    assert row == ("customers (2 topics: Offers, news)", Mark.WARN)
    assert "declarations.contact_list" in {finding.id for finding in verdict.findings}
    verdict, _ = contact_lists(reading, mail_type="MARKETING")
    assert "declarations.contact_list" not in {finding.id for finding in verdict.findings}


def test_contact_lists_that_were_not_read_are_unknown_not_none() -> None:
    stopped = Reading("SES ListContactLists", build.NOW, Mailing((), ("welcome",)), None, "0 contact lists")
    for reading, value in (
        (None, "unknown"),
        (build.denied("sesv2:ListContactLists", "ses:ListContactLists"), "unknown"),
        (stopped, "none seen before the reading stopped"),
    ):
        _, row = contact_lists(reading)
        assert row == (value, Mark.UNKNOWN)
    assert contact_lists(build.seen(Mailing(), "SES ListContactLists"))[1] == ("none", Mark.PLAIN)


def test_an_empty_start_asks_for_entries_and_blocks_filing() -> None:
    for step, judge in ALL.items():
        verdict = judge(Situation(Facts(), Answers()))
        assert verdict.step == step
        assert verdict.headline
        assert verdict.state == (BLOCKED if step == StepId.FILE else TODO)
    assert review_and_file.judge(Situation(Facts(), Answers())).blocked_by == StepId.ACCOUNT


@pytest.mark.parametrize("status", ["PENDING", "GRANTED", "DENIED"])
def test_after_filing_nothing_is_left_to_do_here(status: str) -> None:
    for judge in ALL.values():
        assert judge(Situation(reviewed(status), Answers())).state == DONE
    assert build.CASE in review_and_file.judge(Situation(reviewed(status), Answers())).headline


@pytest.mark.parametrize("status", ["PENDING", "GRANTED", "DENIED", "PRODUCTION"])
@pytest.mark.parametrize("facts", [build.complete(), Facts()], ids=["all known", "only the account"])
def test_a_step_that_is_over_has_no_blocker(facts: Facts, status: str) -> None:
    account = build.account(production=True) if status == "PRODUCTION" else build.reviewed_account(status)
    facts = replace(facts, account=build.seen(account, "SES GetAccount"))
    for judge in ALL.values():
        verdict = judge(Situation(facts, Answers()))
        assert [item.message for item in verdict.findings if item.severity == Severity.BLOCKER] == []
        assert not [item.message for item in verdict.findings if "takes no request without it" in item.message]


def test_nothing_is_said_to_have_been_filed_where_the_account_never_asked() -> None:
    facts = replace(Facts(), account=build.seen(build.account(production=True), "SES GetAccount"))
    for judge in ALL.values():
        assert "filed" not in judge(Situation(facts, Answers())).headline


def test_a_failed_review_may_be_filed_again() -> None:
    assert review_and_file.judge(Situation(reviewed("FAILED"), build.filled_in())).state == TODO


@pytest.mark.parametrize("phase", [Phase.INTENT, Phase.ACCEPTED, Phase.UNKNOWN])
def test_an_open_filing_is_reconciled_first(phase: Phase) -> None:
    verdict = review_and_file.judge(Situation(build.complete(), build.filled_in(), (build.intent(phase=phase),)))
    assert verdict.state == StepState.UNKNOWN
    assert "Look again" in verdict.headline


@pytest.mark.parametrize(
    ("facts", "answers", "step"),
    [
        (with_account(enforcement="SHUTDOWN"), build.filled_in(), StepId.ACCOUNT),
        (replace(build.complete(), domain_identity=build.seen(None, "SES")), build.filled_in(), StepId.DOMAIN),
        (replace(build.complete(), configuration_sets=build.seen((), "SES")), build.filled_in(), StepId.BOUNCES),
        (build.complete(), build.filled_in(website_url=""), StepId.REQUEST),
        (build.complete(), build.filled_in(declare_terms=""), StepId.DECLARATIONS),
    ],
)
def test_filing_is_blocked_by_the_first_step_with_a_shut_gate(facts: Facts, answers: Answers, step: StepId) -> None:
    verdict = review_and_file.judge(Situation(facts, answers))
    assert (verdict.state, verdict.blocked_by) == (BLOCKED, step)


def test_an_override_is_told_at_the_end() -> None:
    site = build.complete().website
    assert site is not None
    assert site.value is not None
    facts = replace(build.complete(), website=build.seen(replace(site.value, status=500), "HTTPS"))
    answers = build.entry(build.filled_in(), "override.website", "It is up again tonight.")
    verdict = review_and_file.judge(Situation(facts, answers))
    assert verdict.state == TODO
    assert "1 gate is passed on your reason" in verdict.headline
    row = next(row for row in verdict.rows if row.label == "The website answers")
    assert (row.mark, "tonight" in row.value) == (Mark.WARN, True)


def test_a_reason_does_not_pass_what_is_unknown() -> None:
    facts = replace(build.complete(), dns={}, dmarc=None)
    answers = build.entry(build.filled_in(), "override.dmarc", "The provider publishes it tonight.")
    verdict = review_and_file.judge(Situation(facts, answers))
    assert (verdict.state, verdict.blocked_by) == (BLOCKED, StepId.DOMAIN)
    row = next(row for row in verdict.rows if row.label == "DMARC is published")
    assert (row.mark, "tonight" in row.value) == (Mark.UNKNOWN, False)
    (finding,) = [finding for finding in verdict.findings if finding.id == "file.dmarc"]
    assert finding.severity == Severity.UNKNOWN


def test_the_payload_is_shown_as_it_is_sent() -> None:
    rows = {row.label: row.value for row in review_and_file.judge(Situation(build.complete(), build.filled_in())).rows}
    assert rows["MailType"] == "TRANSACTIONAL"
    assert rows["ProductionAccessEnabled"] == "True"
    assert rows["Endpoint"] == "email.eu-west-1.amazonaws.com"
    emulator = replace(build.complete(), place=replace(build.complete().place, endpoint="127.0.0.1:5000", amazon=False))
    endpoint = next(
        row for row in review_and_file.judge(Situation(emulator, build.filled_in())).rows if row.label == "Endpoint"
    )
    assert (endpoint.mark, endpoint.value) == (Mark.WARN, "127.0.0.1:5000, not Amazon's")


def test_the_form_counts_the_messages_and_says_which_do_not_count() -> None:
    rows = {row.label: row.value for row in request_step.judge(Situation(build.complete(), build.filled_in())).rows}
    assert rows["Kinds"] == "12 messages: 2 account, 3 security, 3 billing, 2 service, 2 order"
    assert rows["Invoice cancelled"] == "not counted: no call that sends it was found"
    assert rows["Deployment action nameservers"] == "not counted: goes to the operator only"


def test_the_website_is_shown_as_a_reviewer_meets_it() -> None:
    site = build.complete().website
    assert site is not None
    assert site.value is not None
    parked = replace(site.value, parked="this domain is for sale", redirects=("https://example.com",), pages=())
    verdict = request_step.judge(
        Situation(replace(build.complete(), website=build.seen(parked, "HTTPS")), build.filled_in())
    )
    rows = {row.label: row for row in verdict.rows}
    assert verdict.state == ATTENTION
    assert (rows["Parked or placeholder"].value, rows["Parked or placeholder"].mark) == (
        "yes: this domain is for sale",
        Mark.BAD,
    )
    assert rows["Privacy page"].value == "not found"
    assert rows["Redirects"].value == "https://example.com → https://example.com/"


def test_a_website_that_could_not_be_opened_is_unknown() -> None:
    facts = replace(build.complete(), website=build.unread("HTTPS"))
    assert request_step.judge(Situation(facts, build.filled_in())).state == StepState.UNKNOWN
    passed = build.entry(build.filled_in(), "override.website", "It opens in my browser, the check is blocked.")
    assert request_step.judge(Situation(facts, passed)).state == StepState.UNKNOWN


def test_invalid_entries_need_attention_and_missing_ones_are_asked_for() -> None:
    verdict = request_step.judge(Situation(build.complete(), build.filled_in(contacts="nobody")))
    assert (verdict.state, "nobody" in verdict.headline) == (ATTENTION, True)
    verdict = request_step.judge(Situation(build.complete(), build.filled_in(website_url="")))
    assert (verdict.state, verdict.headline) == (TODO, "Enter the website URL.")


@given(st.sets(st.sampled_from(DECLARATIONS)))
@settings(max_examples=20, deadline=None)
def test_declarations_are_done_when_all_three_are_made(made: set[str]) -> None:
    answers = build.filled_in(**{field: "yes" if field in made else "" for field in DECLARATIONS})
    verdict = declarations.judge(Situation(build.complete(), answers))
    assert verdict.state == (DONE if made == set(DECLARATIONS) else TODO)
    missing = {item.id for item in verdict.findings if item.severity == Severity.BLOCKER}
    assert missing == {f"declarations.{field}_missing" for field in set(DECLARATIONS) - made}


def test_declarations_show_evidence_and_never_tick_themselves() -> None:
    verdict = declarations.judge(Situation(build.complete(), build.filled_in(**dict.fromkeys(DECLARATIONS, ""))))
    rows = {row.label: row for row in verdict.rows}
    assert rows["Address is confirmed by a link"].source == "modules/service.user/procedures.sql.tpl:30"
    assert rows["Login needs the confirmation"].mark == Mark.GOOD
    assert rows["Events reach a listener"].mark == Mark.GOOD
    assert rows["Account suppression list"].value == "BOUNCE, COMPLAINT"
    assert [row.value for row in verdict.rows].count("not declared") == 3


def test_a_message_is_opened_as_its_recipient_reads_it() -> None:
    sender = f"support@{build.DOMAIN}"
    mails = tuple(replace(mail, sender=sender) for mail in MAILS)
    facts = replace(build.complete(), checkout=build.seen(build.checkout(mails=mails), "checkout"))
    rows = {
        row.label: row
        for row in request_step.judge(Situation(facts, build.filled_in())).rows
        if row.section == "Messages"
    }
    lines = rows["Account confirmation"].more.split("\n")
    assert lines[:4] == [
        f"From: {sender}",
        "To: the address that was just entered",
        "Subject: Example Account Creation",
        "",
    ]
    assert "\n".join(lines[4:]) == WELCOME.strip()
    assert rows["Invoice cancelled"].more == ""  # no code sends it


def test_the_use_case_names_the_gap_that_matters_most() -> None:
    verdict = use_case.judge(Situation(build.complete(), build.filled_in(bounce_process="")))
    assert verdict.state == TODO
    assert "after a bounce or a complaint" in verdict.headline
    kept = use_case.judge(Situation(build.complete(), build.filled_in(send_description="no")))
    assert any(row.value == "no, kept for the case" for row in kept.rows)


def test_a_rewritten_sentence_that_is_too_long_is_said() -> None:
    answers = build.entry(build.filled_in(), "sentence.dkim", "x" * 1001)
    verdict = use_case.judge(Situation(build.complete(), answers))
    assert any(item.id == "use_case.sentence.dkim_invalid" for item in verdict.findings)


@pytest.mark.parametrize(
    ("facts", "answers", "state"),
    [
        (build.complete(), build.filled_in(users=""), TODO),
        (build.complete(), build.filled_in(users="many"), ATTENTION),
        (reviewed("GRANTED", production=True, max_24_hour_send=50000.0, max_send_rate=14.0), build.filled_in(), DONE),
        (reviewed("GRANTED", production=True, max_24_hour_send=50000.0, max_send_rate=14.0), Answers(), DONE),
        (reviewed("GRANTED", production=True), build.filled_in(), ATTENTION),
        (reviewed("GRANTED", production=True, max_24_hour_send=None), Answers(), StepState.UNKNOWN),
        (
            replace(reviewed("GRANTED", production=True), quotas=build.unread("Service Quotas")),
            build.filled_in(),
            StepState.UNKNOWN,
        ),
        (
            replace(
                reviewed("GRANTED", production=True),
                quotas=build.seen(build.quotas(QuotaRequest("r", "L-804C8AE8", 400.0, "PENDING")), "Service Quotas"),
            ),
            build.filled_in(),
            StepState.WAITING,
        ),
    ],
)
def test_quota(facts: Facts, answers: Answers, state: StepState) -> None:
    assert quota_step.judge(Situation(facts, answers)).state == state


MAPPINGS = ("topics", "dns", "spf", "mailboxes", "queues", "radar", "recipients", "named_pages")
LOOKS = [name for name in Facts.__slots__ if name not in MAPPINGS and name != "place"]


@given(
    st.dictionaries(st.sampled_from(LOOKS), st.sampled_from(["never", "failed"])),
    st.sets(st.sampled_from(sorted(build.ENTRIES))),
)
@settings(max_examples=50, deadline=None)
def test_any_look_may_fail(lost: dict[str, str], taken: set[str]) -> None:
    facts = build.complete()
    for look, how in lost.items():
        changed: dict[str, Any] = {look: None if how == "never" else build.unread(look)}
        facts = replace(facts, **changed)
    answers = build.filled_in(**dict.fromkeys(taken, ""))
    for judge in ALL.values():
        verdict = judge(Situation(facts, answers))
        assert verdict.headline.endswith((".", ")"))
        assert len({item.id for item in verdict.findings}) == len(verdict.findings)
    if "account" in lost:
        assert review_and_file.judge(Situation(facts, answers)).state == BLOCKED


def test_the_form_says_whether_answers_and_amazons_mail_arrive() -> None:
    desk = "help@desk.example"
    facts = replace(build.complete(), mailboxes={"desk.example": build.seen(build.mailbox(refuses=True), "DNS MX")})
    verdict = request_step.judge(Situation(facts, build.filled_in(reply_to=desk, contacts=f"{desk}, ops@slow.example")))
    rows = [(row.label, row.value, row.mark) for row in verdict.rows if row.section == "Mailboxes"]
    assert rows == [
        ("Answers go to", f"{desk} (the Reply-To address)", Mark.PLAIN),
        (f"Mailbox {desk}", "cannot receive: desk.example says by a null MX that it takes no mail", Mark.WARN),
        ("Mailbox ops@slow.example", "unknown: not looked at yet", Mark.UNKNOWN),
    ]
    found = {item.id: item for item in verdict.findings}
    assert found[f"request.contact_lost.{desk}"].severity == Severity.WARNING
    assert not any(name.endswith("slow.example") for name in found)
    failed = replace(facts, mailboxes={**facts.mailboxes, "slow.example": build.unread("DNS MX slow.example")})
    item = {
        item.id: item
        for item in request_step.judge(
            Situation(failed, build.filled_in(contacts=f"{desk}, ops@slow.example"))
        ).findings
    }["request.contact_unread.ops@slow.example"]
    assert (item.severity, item.evidence) == (Severity.UNKNOWN, "DNS MX slow.example")


def test_the_declaration_on_bounces_shows_the_proof_or_that_there_is_none() -> None:
    verdict = declarations.judge(Situation(build.complete(), build.filled_in()))
    rows = {row.label: row for row in verdict.rows}
    assert (rows["Proved with the mailbox simulator"].value[:4], rows["Proved with the mailbox simulator"].mark) == (
        "none",
        Mark.WAIT,
    )
    note = rows["Where the simulator's events arrived"]
    assert (note.value.startswith("ada@laptop noted on 2026-11-24: We tried"), note.mark) == (True, Mark.PLAIN)
    assert "declarations.not_proven" in {item.id for item in verdict.findings}
