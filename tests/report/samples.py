"""Report inputs, built by hand."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.dns.needed_records import Purpose, Record
from dlaas_onboard.journey.dns.record_verdicts import RecordState, RecordVerdict
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.judgement import Judgement
from dlaas_onboard.journey.report_input import ReportInput
from dlaas_onboard.journey.request.description import Description, Hole, Sentence
from dlaas_onboard.journey.request.gate import Gate, Light
from dlaas_onboard.journey.request.worksheet import Worksheet
from dlaas_onboard.journey.situation.answers import Answers, Entry
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Intent, Outcome, Phase
from dlaas_onboard.journey.situation.journal import JournalEntry
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import STEPS, StepId, StepState
from dlaas_onboard.journey.verdict import Finding, Mark, Row, Severity, Verdict

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PLACE = f.Place(
    profile="lumen-deploy",
    region="eu-west-1",
    region_source="profile lumen-deploy",
    account="123456789012",
    arn="arn:aws:sts::123456789012:assumed-role/Deployer/ada.session",
    endpoint="email.eu-west-1.amazonaws.com",
    credentials="assume-role",
)
USE_CASE = "Lumen Mirror sends invoices and confirmations to its registered users."
SECRET_REASON = "The registrar moves the zone on Thursday; DMARC follows the same day."


def account(**changes: object) -> f.Account:
    return replace(
        f.Account(
            production=False,
            sending_enabled=True,
            enforcement="HEALTHY",
            max_24_hour_send=200.0,
            max_send_rate=1.0,
            sent_last_24_hours=14.0,
            suppressed_reasons=("BOUNCE", "COMPLAINT"),
        ),
        **changes,  # type: ignore[arg-type]  # the names of Account's own fields
    )


def pending() -> f.Account:
    review = f.Review("PENDING", "178000000000001")
    return account(details=f.Details(mail_type="TRANSACTIONAL", use_case_description=USE_CASE, review=review))


def by(text: str, minutes: int = 0) -> Entry:
    return Entry(text, NOW + timedelta(minutes=minutes), "ada@laptop")


def filing(phase: Phase = Phase.CONFIRMED) -> Intent:
    call = Call(
        "sesv2",
        "PutAccountDetails",
        {
            "ProductionAccessEnabled": True,
            "MailType": "TRANSACTIONAL",
            "WebsiteURL": "https://lumen.example",
            "ContactLanguage": "EN",
            "UseCaseDescription": USE_CASE,
            "AdditionalContactEmailAddresses": ["ops@lumen.example"],
        },
    )
    return Intent(
        str(uuid.UUID(int=7)),
        "dlaas-7kq2m4x9ta",
        "file",
        call,
        PLACE,
        call.sha256,
        NOW - timedelta(hours=3),
        "ada@laptop",
        phase=phase,
        outcome=Outcome(Phase.ACCEPTED, NOW - timedelta(hours=3), "b5c1f0c2-77aa-4e0e-9d1c-aa01"),
        settled_at=NOW - timedelta(hours=3),
        result="178000000000001",
    )


def _verdicts() -> dict[StepId, Verdict]:
    ses = "SES GetEmailIdentity lumen.example"
    states = {
        StepId.ACCOUNT: (StepState.DONE, "The account is in the sandbox and healthy."),
        StepId.TEST_ADDRESS: (StepState.WAITING, "Click the link that SES sent to ada@lumen.example."),
        StepId.DOMAIN: (StepState.ATTENTION, "DKIM is verified; DMARC is missing."),
        StepId.BOUNCES: (StepState.TODO, "Name what happens on a bounce or complaint."),
        StepId.REQUEST: (StepState.DONE, "The form is complete."),
        StepId.QUOTA: (StepState.DONE, "3,000 recipients a day, 5 a second."),
        StepId.USE_CASE: (StepState.DONE, "11 sentences, each with its source."),
        StepId.DECLARATIONS: (StepState.TODO, "One declaration is not made."),
        StepId.FILE: (StepState.BLOCKED, "Mend the domain first."),
        StepId.DECISION: (StepState.BLOCKED, "Nothing was filed yet."),
        StepId.GO_LIVE: (StepState.UNKNOWN, "Reputation could not be read."),
    }
    rows = {
        StepId.ACCOUNT: (
            Row("Sending quota", "200 recipients in 24 hours", "SES GetAccount eu-west-1", NOW),
            Row("Bounce rate", "0.4 %", "SES GetSendStatistics eu-west-1", NOW, Mark.GOOD, "below 5 %", "Statistics"),
        ),
        StepId.DOMAIN: (
            Row("Identity", "verified", ses, NOW, Mark.GOOD),
            Row("DKIM", "SUCCESS", ses, NOW, Mark.GOOD),
            Row("DMARC", "nothing", "DNS TXT _dmarc.lumen.example via 192.0.2.53", NOW, Mark.BAD, "v=DMARC1; p=none"),
        ),
        StepId.DECLARATIONS: (
            Row("Bounce process", "A worker in /home/ada/lumen removes the address.", "entered by ada@laptop", NOW),
        ),
    }
    findings = {
        StepId.DOMAIN: (
            Finding(
                "domain.dmarc_missing",
                Severity.BLOCKER,
                "lumen.example has no DMARC record.",
                "DNS TXT _dmarc.lumen.example: NXDOMAIN via 192.0.2.53",
                "Publish a TXT record at _dmarc.lumen.example: v=DMARC1; p=none; rua=mailto:dmarc@lumen.example",
                StepId.DOMAIN,
                10,
            ),
        ),
        StepId.BOUNCES: (
            Finding(
                "bounces.no_listener",
                Severity.WARNING,
                "Nobody is subscribed to the topic that bounces go to.",
                "SNS arn:aws:sns:eu-west-1:123456789012:bounces has no confirmed subscription",
                "Subscribe an address or a queue to the topic, and confirm it.",
                StepId.BOUNCES,
                9,
            ),
        ),
        StepId.USE_CASE: (
            Finding(
                "use_case.volume",
                Severity.ADVICE,
                "Say how many messages a user gets in a month.",
                step=StepId.USE_CASE,
            ),
        ),
        StepId.GO_LIVE: (
            Finding(
                "go_live.reputation_denied",
                Severity.UNKNOWN,
                "The reputation could not be read.",
                "AccessDenied for profile lumen-deploy",
                "Allow cloudwatch:GetMetricData.",
                StepId.GO_LIVE,
            ),
        ),
    }
    return {
        step.id: Verdict(step.id, *states[step.id], rows=rows.get(step.id, ()), findings=findings.get(step.id, ()))
        for step in STEPS
    }


def report_input(who: f.Account | None = None, problem: Problem | None = None) -> ReportInput:
    """Return a report input with something in every part."""
    record = Record(Purpose.DKIM, "abc123._domainkey.lumen.example", "CNAME", "abc123.dkim.amazonses.com")
    dmarc = Record(Purpose.DMARC, "_dmarc.lumen.example", "TXT", "v=DMARC1; p=none; rua=mailto:dmarc@lumen.example")
    spf = Record(Purpose.MAIL_FROM_SPF, "mail.lumen.example", "TXT", "v=spf1 include:amazonses.com ~all")
    mail = f.Mail(
        "invoice",
        (f.Trigger(f.TriggerKind.TASK, "create_invoice"),),
        "Your invoice for {{period}}",
        (f.MailRecipient(f.RecipientKind.ACCOUNT_OWNER),),
        "billing",
        (f.Schedule(f.ScheduleKind.CALL, ("create_invoice",)),),
        "Hello {{first_name}},\n\nyour invoice for {{period}} is ready:\n{{url}}\n",
        f.Source("api/templates/invoice.hbs", 1),
        sender="billing@lumen.example",
    )
    case = f.SupportCase(
        "178000000000001",
        "case-123456789012-2026-abc",
        "opened",
        "Amazon SES production access",
        messages=(f.Message("Amazon Web Services", NOW, "Please describe how you handle bounces in detail."),),
    )
    return ReportInput(
        at=NOW + timedelta(minutes=2),
        version="0.1.0",
        judgement=Judgement(
            situation=Situation(
                f.Facts(
                    place=PLACE,
                    account=Reading("SES GetAccount eu-west-1", NOW, who or account(), problem)
                    if who is not None or problem is None
                    else Reading("SES GetAccount eu-west-1", NOW, None, problem),
                    case=Reading("Support DescribeCases", NOW, case),
                    checkout=Reading("checkout", NOW, f.Checkout("/srv/checkouts/lumen", mails=(mail,))),
                ),
                Answers(
                    {
                        "declare_terms": by("yes", 1),
                        "declare_recipients": by("yes", 2),
                        "bounce_process": by("A worker deletes each bounced address within the hour.", 3),
                        "override.dmarc": by(SECRET_REASON, 4),
                        "aws_answer": by("We need more information about your sending.", 5),
                        "contacts": by("ops@lumen.example", 6),
                    }
                ),
                intents=(filing(),),
            ),
            verdicts=_verdicts(),
            gates=(
                Gate("dkim", "DKIM", Light.GREEN, "SES says SUCCESS for lumen.example."),
                Gate(
                    "dmarc",
                    "DMARC",
                    Light.RED,
                    "No record at _dmarc.lumen.example.",
                    "Publish it.",
                    override=SECRET_REASON,
                ),
                Gate(
                    "website", "Website", Light.UNKNOWN, "https://lumen.example did not answer in 10 s.", "Look again."
                ),
            ),
            records=(
                RecordState(
                    record, RecordVerdict.OK, "abc123.dkim.amazonses.com", "DKIM SUCCESS", "", "192.0.2.53", NOW
                ),
                RecordState(
                    spf, RecordVerdict.WRONG, "v=spf1 -all", "MAIL FROM FAILED", "Replace it.", "192.0.2.53", NOW
                ),
                RecordState(dmarc, RecordVerdict.MISSING, "", "", "Add it.", "192.0.2.53", NOW),
            ),
            description=Description(
                (
                    Sentence("who", "Who we are", USE_CASE, "entered 2026-11-24 by ada@laptop", NOW, mine=True),
                    Sentence(
                        "dkim",
                        "Authentication",
                        "Mail from lumen.example is signed with DKIM, which Amazon SES has verified.",
                        "SES GetEmailIdentity lumen.example",
                        NOW,
                    ),
                    Sentence(
                        "mail.invoice",
                        "What we send",
                        "An invoice goes to the account's owner once a month.",
                        "api/templates/invoice.hbs:1",
                    ),
                ),
                (Hole("volume", "Volume", "The number of messages a day is not said.", "Fill in the worksheet."),),
                USE_CASE,
            ),
            worksheet=Worksheet((), None, None),
            first_step=StepId.DOMAIN,
        ),
        journal=(
            JournalEntry(NOW, "declared", "I comply with the AWS Service Terms.", "ada@laptop"),
            JournalEntry(NOW, "answer", "We need more information about your sending.", ""),
        ),
    )


def judged(base: ReportInput, **changes: Any) -> ReportInput:
    """Return the report input with another part of its judgement."""
    return replace(base, judgement=replace(base.judgement, **changes))


def denied() -> ReportInput:
    """Return a report input whose account could not be read."""
    return report_input(
        problem=Problem(ProblemKind.DENIED, "ses:GetAccount is not allowed.", iam_action="ses:GetAccount")
    )
