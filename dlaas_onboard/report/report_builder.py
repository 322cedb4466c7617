"""From the report input to the report's own record: every audience starts from this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlaas_onboard.journey import step_registry
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.request.field_rules import DROP
from dlaas_onboard.journey.review.stages import access_of
from dlaas_onboard.journey.review.timeline import chronicle
from dlaas_onboard.journey.situation import fields
from dlaas_onboard.journey.situation.intents import OPEN
from dlaas_onboard.report import json_schema as s

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import Account, Place
    from dlaas_onboard.journey.judgement import Judgement
    from dlaas_onboard.journey.report_input import ReportInput
    from dlaas_onboard.journey.situation.intents import Intent
    from dlaas_onboard.journey.situation.message_row import MessageRow
    from dlaas_onboard.journey.verdict import Finding, Row

_REVIEWS: dict[str, s.ReviewStatus] = {
    "PENDING": "pending",
    "GRANTED": "granted",
    "DENIED": "denied",
    "FAILED": "failed",
}


def build_status(report_input: ReportInput) -> s.StatusDocument:
    """Return the document of ``status --json``. What was not read is null or ``unknown``, never a default."""
    facts = report_input.situation.facts
    account = so_far(facts.account)
    return s.StatusDocument(
        observed_at=facts.account.observed_at if facts.account and account else report_input.at,
        account=_account(facts.place),
        region=facts.place.region or None,
        access=access_of(account),
        review=_review(report_input),
        sending=_sending(account),
        quota=_quota(account),
        steps=[_step(report_input, step) for step in step_registry.STEPS],
        ready_to_file=bool(report_input.judgement.gates) and all(gate.open for gate in report_input.judgement.gates),
        open_intents=[_open(intent) for intent in report_input.situation.intents if intent.phase in OPEN],
    )


def _account(place: Place) -> s.AccountDocument:
    return s.AccountDocument(
        id=place.account or None,
        arn=place.arn or None,
        partition=place.partition,
        profile=place.profile or None,
        endpoint=place.endpoint or None,
    )


def _sending(account: Account | None) -> s.SendingDocument:
    if account is None:
        return s.SendingDocument(enabled=None, enforcement=None)
    return s.SendingDocument(enabled=account.sending_enabled, enforcement=account.enforcement or None)


def _quota(account: Account | None) -> s.SendQuotaDocument:
    if account is None:
        return s.SendQuotaDocument(max_24_hour_send=None, max_send_rate=None, sent_last_24_hours=None)
    return s.SendQuotaDocument(
        max_24_hour_send=account.max_24_hour_send,
        max_send_rate=account.max_send_rate,
        sent_last_24_hours=account.sent_last_24_hours,
    )


def build_report(report_input: ReportInput, audience: s.ReportAudience) -> s.ReportDocument:
    """Return everything, for the private audience; :mod:`dlaas_onboard.report.redaction` takes away from it."""
    status = build_status(report_input)
    states = {step.id: step.state for step in status.steps}
    return s.ReportDocument(
        generated_by=f"dlaas-onboard {report_input.version}",
        generated_at=report_input.at,
        audience=audience,
        endpoint_is_amazon=report_input.situation.facts.place.amazon,
        status=status,
        guide=[
            s.GuideStepDocument(
                number=item.number, title=item.title, today=item.today, step=item.step, state=states[item.step]
            )
            for item in step_registry.GUIDE
        ],
        evidence=[
            s.EvidenceDocument(
                step=step.id,
                title=step.title,
                headline=verdict.headline,
                rows=[row_document(row) for row in verdict.rows],
            )
            for step in step_registry.STEPS
            if (verdict := report_input.judgement.verdicts.get(step.id)) is not None
        ],
        gates=[
            s.GateDocument(id=gate.id, title=gate.title, light=gate.light.value, why=gate.why, remedy=gate.remedy)
            for gate in report_input.judgement.gates
        ],
        overrides=_overrides(report_input),
        records=_records(report_input),
        messages=[message_document(row) for row in report_input.situation.messages.rows],
        request=request_document(report_input.judgement),
        declarations=_declarations(report_input),
        filings=[_filing(intent) for intent in report_input.situation.intents],
        journal=_journal(report_input),
    )


def _journal(report_input: ReportInput) -> list[s.JournalLineDocument]:
    case = so_far(report_input.situation.facts.case)
    events = chronicle(
        report_input.journal,
        report_input.history,
        report_input.situation.intents,
        report_input.situation.facts.place,
        case,
    )
    return [
        s.JournalLineDocument(
            at=event.at, kind=event.kind.value, text=event.text, by=event.by or None, where=event.where or None
        )
        for event in events
    ]


def _review(report_input: ReportInput) -> s.ReviewDocument:
    account = so_far(report_input.situation.facts.account)
    if account is None:
        return s.ReviewDocument(status="unknown", case_id=None)
    review = account.details.review if account.details else None
    if review is None:  # Details without ReviewDetails counts as never asked: docs/ses.md, "Review"
        return s.ReviewDocument(status="never_asked", case_id=None)
    return s.ReviewDocument(status=_REVIEWS.get(review.status, "unknown"), case_id=review.case_id or None)


def _step(report_input: ReportInput, step: step_registry.Step) -> s.StepDocument:
    verdict = report_input.judgement.verdicts.get(step.id)
    return s.StepDocument(
        id=step.id,
        title=step.title,
        guide_steps=list(step.guide_steps),
        state=verdict.state.value if verdict else "unknown",
        findings=[finding_document(finding) for finding in verdict.findings] if verdict else [],
    )


def finding_document(finding: Finding) -> s.FindingDocument:
    return s.FindingDocument(
        id=finding.id,
        severity=finding.severity.value,
        message=finding.message,
        evidence=finding.evidence,
        remedy=finding.remedy,
        guide_step=finding.guide_step or None,
    )


def row_document(row: Row) -> s.RowDocument:
    return s.RowDocument(
        section=row.section,
        label=row.label,
        value=row.value,
        expected=row.expected,
        mark=row.mark,
        source=row.source,
        observed_at=row.observed_at,
    )


def _open(intent: Intent) -> s.OpenIntentDocument:
    return s.OpenIntentDocument(
        id=intent.id,
        marker=intent.marker,
        action=intent.action,
        operation=intent.call.name,
        phase=intent.phase,
        created_at=intent.created_at,
    )


def _overrides(report_input: ReportInput) -> list[s.OverrideDocument]:
    overrides = []
    for gate in report_input.judgement.gates:
        if gate.override and gate.open:
            entry = report_input.situation.answers.entry(fields.OVERRIDE + gate.id)
            overrides.append(
                s.OverrideDocument(
                    gate=gate.id,
                    title=gate.title,
                    reason=gate.override,
                    by=entry.by if entry else None,
                    at=entry.at if entry else None,
                )
            )
    return overrides


def _records(report_input: ReportInput) -> list[s.RecordDocument]:
    return [
        s.RecordDocument(
            purpose=state.record.purpose,
            name=state.record.name,
            type=state.record.type,
            expected=state.record.value,
            required=state.record.required,
            verdict=state.verdict.value,
            found=state.published,
            ses_says=state.ses_says,
            fix=state.conflict or state.fix,
            turn=state.turn.value,
            declared_in=state.owner,
            source=state.source,
            observed_at=state.observed_at,
        )
        for state in report_input.judgement.records
    ]


def _declarations(report_input: ReportInput) -> list[s.DeclarationDocument]:
    declarations = []
    for field in fields.FIELDS:
        if field.kind == fields.FieldKind.DECLARATION:
            entry = report_input.situation.answers.entry(field.id)
            declared = entry is not None and entry.text == "yes"
            declarations.append(
                s.DeclarationDocument(
                    id=field.id,
                    statement=field.label,
                    made=declared,
                    by=entry.by if entry and declared else None,
                    at=entry.at if entry and declared else None,
                )
            )
    return declarations


def _filing(intent: Intent) -> s.FilingDocument:
    outcome = intent.outcome
    return s.FilingDocument(
        marker=intent.marker,
        action=intent.action,
        operation=intent.call.name,
        phase=intent.phase,
        created_at=intent.created_at,
        settled_at=intent.settled_at,
        by=intent.by or None,
        request_id=(outcome.request_id or None) if outcome else None,
        result=intent.result or (outcome.result if outcome else "") or None,
        problem=outcome.problem.message if outcome and outcome.problem else None,
        payload=dict(intent.call.params),
        sha256=intent.sha256,
    )


def message_document(row: MessageRow) -> s.MessageDocument:
    """Return a message as it is published."""
    return s.MessageDocument(
        id=row.id,
        name=row.name,
        trigger=row.trigger,
        recipient=row.recipient,
        class_=row.message_class.value if row.message_class else "",
        volume=row.volume,
        subject=row.subject,
        sender=row.sender,
        sample=row.sample,
        sources=[str(source) for source in row.sources],
        recipient_code=row.recipient_code,
        reads_like_marketing=row.marketing,
        resolved=row.resolved,
        origin=row.origin.value,
        changed=list(row.changed),
        confirmed_by=row.by or None,
        confirmed_at=row.at,
    )


def request_document(judgement: Judgement) -> s.RequestDocument:
    """Return the use-case description as it is published."""
    description = judgement.description
    return s.RequestDocument(
        text=description.text,
        edited=description.edited,
        sentences=[
            s.SentenceDocument(
                id=sentence.id,
                section=sentence.section,
                text=sentence.text,
                source=sentence.source,
                observed_at=sentence.observed_at,
                written_by_operator=sentence.mine,
            )
            for sentence in description.sentences
        ],
        left_out=sorted(
            field.removeprefix(fields.SENTENCE)
            for field, entry in judgement.situation.answers.entries.items()
            if field.startswith(fields.SENTENCE) and entry.text.strip() == DROP
        ),
        holes=[
            s.HoleDocument(
                id=hole.id,
                section=hole.section,
                message=hole.message,
                remedy=hole.remedy,
                field=hole.field or None,
                left_out=hole.left_out,
            )
            for hole in description.holes
        ],
    )
