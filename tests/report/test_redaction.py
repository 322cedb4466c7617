"""What an audience must not read, as canaries in every place where they could come from."""

from __future__ import annotations

import json
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from dlaas_onboard.journey.facts import (
    InfrastructureCode,
    MailResource,
    MailResourceKind,
    Repository,
    SendingPlace,
    Source,
)
from dlaas_onboard.journey.report_input import ReportInput
from dlaas_onboard.journey.situation.journal import ChangeTopic, EnteredAnswer, JournalEntry
from dlaas_onboard.journey.situation.message_row import RowOrigin
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps.all_steps import judge_all
from dlaas_onboard.journey.steps.decision import amazon_answer
from dlaas_onboard.journey.verdict import Finding, Row, Severity, Verdict
from dlaas_onboard.report.reporter import ReadinessReporter
from tests import build
from tests.report.samples import NOW, SECRET_REASON, USE_CASE, judged, pending, report_input

FORMATS = ("json", "md", "html")
MACHINE = ("lumen-deploy", "ada@laptop", "/srv/checkouts", "/home/ada", "AccessDenied for profile")
OPERATOR = ("use_case.volume", "go_live.reputation_denied", "Subscribe an address", "The number of messages a day")
ACCOUNT = ("123456789012", "ada.session", "ada@lumen", "ops@lumen", "dmarc@lumen", "billing@lumen")
WORDS = (
    USE_CASE,
    SECRET_REASON,
    "A worker",
    "within the hour",
    "more information about your sending",
    "how you handle bounces",
    "178000000000001",
    "first_name",
)


def text(document: ReportInput, form: str, audience: str) -> str:
    """Return a report as a reader takes it in: without the escapes of its format."""
    data = ReadinessReporter().render(document, form, audience).decode()
    return data.replace("\\", "") if form == "md" else data


def everywhere() -> ReportInput:
    """Return a report input whose findings and rows repeat what must not be told."""
    base = report_input(pending())
    said = (
        f"profile lumen-deploy of ada@laptop in /srv/checkouts/lumen/common and /home/ada/.aws: {USE_CASE} "
        f"{SECRET_REASON} arn:aws:sts::123456789012:assumed-role/Deployer/ada.session wrote to ada@lumen.example "
        "and ops@lumen.example, dmarc@lumen.example about case 178000000000001: We need more information about your "
        "sending. A worker deletes each bounced address within the hour. "
        "Please describe how you handle bounces in detail."
    )
    verdicts = dict(base.judgement.verdicts)
    for step in (StepId.ACCOUNT, StepId.DECISION, StepId.GO_LIVE):
        verdicts[step] = Verdict(
            step,
            verdicts[step].state,
            said,
            rows=(Row("Profile", "lumen-deploy", said), Row("x", said, expected=said, section=said)),
            findings=(Finding("x.y", Severity.WARNING, said, said, said, step),),
        )
    gates = tuple(replace(gate, why=said, remedy=said) for gate in base.judgement.gates)
    records = tuple(
        replace(state, published=said, ses_says=said, fix=said, source=said) for state in base.judgement.records
    )
    return judged(base, verdicts=verdicts, gates=gates, records=records)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("make", [lambda: report_input(pending()), everywhere], ids=["sample", "everywhere"])
def test_nobody_outside_reads_of_the_operators_machine(form: str, make: object) -> None:
    assert callable(make)
    for audience in ("aws", "public"):
        report = text(make(), form, audience)
        assert [word for word in MACHINE + OPERATOR if word in report] == []


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("make", [lambda: report_input(pending()), everywhere], ids=["sample", "everywhere"])
def test_the_public_reads_no_account_address_or_text(form: str, make: object) -> None:
    assert callable(make)
    report = text(make(), form, "public")
    assert [word for word in ACCOUNT + WORDS if word in report] == []
    assert "eu-west-1" in report
    assert "lumen.example" in report


def test_the_public_sees_the_shortened_account() -> None:
    assert "1234…9012" in text(report_input(pending()), "html", "public")


@pytest.mark.parametrize("form", FORMATS)
def test_amazon_reads_evidence_and_nothing_that_is_missing(form: str) -> None:
    report = text(report_input(pending()), form, "aws")
    for word in ("123456789012", "178000000000001", "HEALTHY", "We do not buy, rent or scrape"):
        assert word in report, word
    for word in ("NXDOMAIN", SECRET_REASON, "api/templates/invoice.hbs", "I have a process to handle bounces"):
        assert word not in report, word


@pytest.mark.parametrize("form", FORMATS)
def test_the_operator_reads_everything(form: str) -> None:
    report = text(report_input(pending()), form, "private")
    for word in (*MACHINE[:2], *OPERATOR, "123456789012", "ada.session", USE_CASE, SECRET_REASON, "178000000000001"):
        assert word in report, word


def _sample(form: str, audience: str, **changes: Any) -> str:
    found = report_input(pending())
    reading = found.situation.facts.checkout
    assert reading is not None
    assert reading.value is not None
    mails = tuple(replace(mail, **changes) for mail in reading.value.mails)
    checkout = replace(reading, value=replace(reading.value, mails=mails))
    situation = replace(found.situation, facts=replace(found.situation.facts, checkout=checkout))
    return unescape(text(judged(found, situation=situation), form, audience))


@pytest.mark.parametrize("form", ["html", "md"])
def test_a_sample_has_its_head(form: str) -> None:
    head = "From: billing@lumen.example\nTo: the account's owner\nSubject: Your invoice for {{period}}\n\nHello"
    assert head in _sample(form, "private")
    assert "billing@" not in _sample(form, "public")
    for audience in ("private", "aws"):
        for line in ("From: ", "Subject: "):  # nothing is invented
            assert line not in _sample(form, audience, sender="", subject="")


@pytest.mark.parametrize("form", ["html", "md"])
def test_what_no_code_sends_is_no_sample_of_what_is_sent(form: str) -> None:
    assert "Hello {{first_name}}" in _sample(form, "private")
    assert "Hello {{first_name}}" not in _sample(form, "private", triggers=())


def test_amazon_reads_no_message_that_nobody_confirmed() -> None:
    assert "Hello {{first_name}}" not in _sample("md", "aws")


@pytest.mark.parametrize("form", FORMATS)
def test_how_amazon_is_to_be_answered_is_for_the_operator_alone(form: str) -> None:
    made = report_input(pending())
    rows = tuple(Row("1 Answer", f"PLANNED {section}", section=section) for section in amazon_answer.SECTIONS)
    names = ("open_gaps", "asked.bounces", "paste_mail", "conflict")
    found = tuple(Finding(f"decision.{name}", Severity.WARNING, f"PLANNED {name}") for name in names)
    told = replace(made.judgement.verdicts[StepId.DECISION], rows=rows, findings=found)
    made = judged(made, verdicts={**made.judgement.verdicts, StepId.DECISION: told})
    for audience in ("aws", "public"):
        assert "PLANNED" not in text(made, form, audience)
    assert text(made, form, "private").count("PLANNED") >= len(rows) + len(found)


def _journal(audience: str) -> Any:
    base = report_input(pending())
    history = (
        EnteredAnswer("domain", "lumen.example", NOW, "eve@desktop"),
        EnteredAnswer("aws_answer", "Please describe how you handle bounces in detail.", NOW, "eve@desktop"),
    )
    lines = (
        JournalEntry(NOW, "look", "Looked 3 times, nothing changed; last at 11:00 UTC.", "eve@desktop", looks=3),
        JournalEntry(NOW, "changed", "The review went from PENDING to DENIED.", topic=ChangeTopic.DECISION),
        JournalEntry(
            NOW, "imported", "Imported from eve@desktop, exported 2026-11-24 10:00 UTC: 1 answer", "ada@laptop"
        ),
    )
    found = replace(base, history=history, journal=(*base.journal, *lines))
    return json.loads(ReadinessReporter().render(found, "json", audience))["journal"]


def test_the_journal_of_the_operator_has_who_and_where() -> None:
    found = _journal("private")
    assert {one["kind"] for one in found} >= {"look", "edit", "filing", "answer", "decision", "handover", "declaration"}
    assert ("edit", "eve@desktop") in {(one["kind"], one["by"]) for one in found}
    assert {one["where"] for one in found} == {"123456789012 eu-west-1 email.eu-west-1.amazonaws.com"}


def test_the_public_reads_no_journal() -> None:
    assert _journal("public") is None


@pytest.mark.parametrize("form", FORMATS)
def test_the_operator_reads_of_each_message_who_says_so_and_where_it_stands(form: str) -> None:
    places = (
        SendingPlace(Source("src/billing.js", 12), "nodemailer", "sendMail", function="createInvoice"),
        SendingPlace(Source("src/clients.js", 7), "nodemailer", "sendMail", function="askClient"),
    )
    words = {"trigger": "when a bill is due", "recipient": "each client", "class": "billing", "confirmed": "yes"}
    said = {f"message.createinvoice.{part}": words[part] for part in words}
    facts = replace(
        build.complete(),
        checkout=build.seen(None, "checkout"),
        repository=build.seen(Repository("shop", places), "code"),
    )
    situation = Situation(facts, build.filled_in(**said))
    assert {row.origin for row in situation.messages.rows} == {RowOrigin.CONFIRMED, RowOrigin.GUESS}
    written = text(judged(report_input(), situation=situation), form, "private")
    for words_of_it in ("src/billing.js:12", "src/clients.js:7", "when a bill is due", "ada@laptop"):
        assert words_of_it in written
    if form != "json":
        assert "confirmed by ada@laptop" in written
        assert "proposed, not confirmed" in written
    public = text(judged(report_input(), situation=situation), form, "public")
    for secret in ("src/billing.js", "src/clients.js", "when a bill is due", "ada@laptop"):
        assert secret not in public


def test_what_the_code_declares_is_for_the_operator_alone() -> None:
    code = InfrastructureCode(
        "/srv/secret-place",
        resources=(
            MailResource(
                MailResourceKind.IDENTITY, "aws_ses_domain_identity.a", Source("mail/ses.tf", 3), "example.com"
            ),
            MailResource(
                MailResourceKind.MAIL_FROM, "aws_ses_domain_mail_from.a", Source("mail/ses.tf", 8), "x.example.com"
            ),
        ),
    )
    facts = replace(build.complete(), infrastructure=build.seen(code, "Terraform in /srv/secret-place"))
    found = ReportInput(NOW, "1", judge_all(Situation(facts, build.filled_in())), ())
    assert "an apply would move MAIL FROM there" in text(found, "md", "private")
    for form in FORMATS:
        for words in ("secret-place", "an apply would", "ses.tf"):
            assert words not in text(found, form, "public")
