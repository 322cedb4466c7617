"""The published shapes: of ``status --json``, and of the JSON report that embeds it (docs/architecture.md, "Contract").

A name that is added keeps the number of a schema; one that goes, or means something else, raises it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from dlaas_onboard.journey.published_document import PublishedDocument
from dlaas_onboard.journey.published_document import json_schema as schema_of

STATUS: Final = "dlaas-onboard/status/1"
REPORT: Final = "dlaas-onboard/report/2"
EVIDENCE: Final = "dlaas-onboard/evidence/1"

Access = Literal["sandbox", "production", "unknown"]
ReviewStatus = Literal["never_asked", "pending", "granted", "denied", "failed", "unknown"]
State = Literal["done", "attention", "todo", "waiting", "blocked", "unknown"]
Severity = Literal["blocker", "warning", "advice", "unknown"]
Audience = Literal["private", "aws", "public"]
ReportAudience = Literal["private", "public"]  # Amazon gets the evidence alone


class AccountDocument(PublishedDocument):
    """Whose account was looked at; null where it is not known or not told."""

    id: str | None
    arn: str | None
    partition: str
    profile: str | None
    endpoint: str | None


class ReviewDocument(PublishedDocument):
    """``ReviewDetails`` of ``GetAccount``; a status that is new at AWS is ``unknown``."""

    status: ReviewStatus
    case_id: str | None


class SendingDocument(PublishedDocument):
    """Whether the account may send at all; null where AWS did not say."""

    enabled: bool | None
    enforcement: str | None


class SendQuotaDocument(PublishedDocument):
    """``SendQuota`` of ``GetAccount``, in recipients; -1 is unlimited, null is not known."""

    max_24_hour_send: float | None = Field(allow_inf_nan=False)
    max_send_rate: float | None = Field(allow_inf_nan=False)
    sent_last_24_hours: float | None = Field(allow_inf_nan=False)


class FindingDocument(PublishedDocument):
    """Something that was found in a step; ``guide_step`` is null where the guide has no step for it."""

    id: str
    severity: Severity
    message: str
    evidence: str
    remedy: str
    guide_step: int | None


class StepDocument(PublishedDocument):
    """One of the steps."""

    id: str
    title: str
    guide_steps: list[int]
    state: State
    findings: list[FindingDocument]


class OpenIntentDocument(PublishedDocument):
    """A write whose outcome is not settled."""

    id: str
    marker: str
    action: str
    operation: str
    phase: str
    created_at: datetime


class StatusDocument(PublishedDocument):
    """One look at one account in one Region."""

    schema_: Literal["dlaas-onboard/status/1"] = Field(STATUS, alias="schema")
    observed_at: datetime
    account: AccountDocument
    region: str | None
    access: Access
    review: ReviewDocument
    sending: SendingDocument
    quota: SendQuotaDocument
    steps: list[StepDocument]
    ready_to_file: bool
    open_intents: list[OpenIntentDocument]


class RowDocument(PublishedDocument):
    """A fact, as the app shows it."""

    section: str
    label: str
    value: str
    expected: str
    mark: str
    source: str
    observed_at: datetime | None


class EvidenceDocument(PublishedDocument):
    """What a step rests on."""

    step: str
    title: str
    headline: str
    rows: list[RowDocument]


class GuideStepDocument(PublishedDocument):
    """One of the 14 steps of the guide, and how far it is."""

    number: int
    title: str
    today: str
    step: str
    state: State


class GateDocument(PublishedDocument):
    """One condition for filing."""

    id: str
    title: str
    light: Literal["green", "red", "unknown"]
    why: str
    remedy: str


class OverrideDocument(PublishedDocument):
    """A red gate that the operator passed with a typed reason."""

    gate: str
    title: str
    reason: str | None
    by: str | None
    at: datetime | None


class RecordDocument(PublishedDocument):
    """A DNS record that should exist, beside what was found."""

    purpose: str
    name: str
    type: str
    expected: str
    required: bool
    verdict: Literal["ok", "missing", "wrong", "unknown"]
    found: str
    ses_says: str
    fix: str
    turn: Literal["nobody", "apply", "code", "import", "live", "unknown"]  # whose turn it is: docs/dlaas.md
    declared_in: str  # "email.tf:31", "" where no code declares it
    source: str
    observed_at: datetime | None


class MessageDocument(PublishedDocument):
    """One kind of message that the project sends: as it was read, is proposed, or was confirmed by the operator."""

    id: str
    name: str
    trigger: str
    recipient: str
    class_: str = Field(alias="class")
    volume: str
    subject: str
    sender: str
    sample: str | None
    sources: list[str]
    recipient_code: str
    reads_like_marketing: str
    resolved: bool
    origin: Literal["read", "guess", "confirmed"]
    changed: list[str]
    confirmed_by: str | None
    confirmed_at: datetime | None


class SentenceDocument(PublishedDocument):
    """One sentence of the use-case description, and what carries it."""

    id: str
    section: str
    text: str
    source: str
    observed_at: datetime | None
    written_by_operator: bool


class HoleDocument(PublishedDocument):
    """What the description does not say, because nothing carries it; ``field`` would fill it, null where none does."""

    id: str
    section: str
    message: str
    remedy: str
    field: str | None
    left_out: bool


class RequestDocument(PublishedDocument):
    """The use-case description; ``left_out`` are the sentences that the operator dropped."""

    text: str
    edited: bool
    sentences: list[SentenceDocument]
    left_out: list[str]
    holes: list[HoleDocument]


class DeclarationDocument(PublishedDocument):
    """One of the three statements to Amazon."""

    id: str
    statement: str
    made: bool
    by: str | None
    at: datetime | None


class FilingDocument(PublishedDocument):
    """One write to AWS, from the decision to what became of it."""

    marker: str
    action: str
    operation: str
    phase: str
    created_at: datetime
    settled_at: datetime | None
    by: str | None
    request_id: str | None
    result: str | None
    problem: str | None
    payload: dict[str, Any] | None
    sha256: str


class JournalLineDocument(PublishedDocument):
    """One event of the journal; ``where`` is account, Region and endpoint."""

    at: datetime
    kind: str
    text: str
    by: str | None
    where: str | None = None


class ReportDocument(PublishedDocument):
    """The readiness report. A part that the audience is not told is null."""

    schema_: Literal["dlaas-onboard/report/2"] = Field(REPORT, alias="schema")
    generated_by: str
    generated_at: datetime
    audience: ReportAudience
    endpoint_is_amazon: bool
    status: StatusDocument
    guide: list[GuideStepDocument]
    evidence: list[EvidenceDocument]
    gates: list[GateDocument] | None
    overrides: list[OverrideDocument]
    records: list[RecordDocument]
    messages: list[MessageDocument]
    request: RequestDocument | None
    declarations: list[DeclarationDocument]
    filings: list[FilingDocument]
    journal: list[JournalLineDocument] | None


class EvidenceItemDocument(PublishedDocument):
    """One thing that speaks for the request, who says so, and when."""

    text: str
    source: str
    observed_at: datetime | None


class EvidenceSectionDocument(PublishedDocument):
    """What speaks for the request about one subject."""

    title: str
    items: list[EvidenceItemDocument]


class EvidenceSheetDocument(PublishedDocument):
    """What Amazon gets: the evidence for the request and nothing else."""

    schema_: Literal["dlaas-onboard/evidence/1"] = Field(EVIDENCE, alias="schema")
    generated_at: datetime
    audience: Literal["aws"] = "aws"
    endpoint_is_amazon: bool
    account: str | None
    region: str | None
    case_id: str | None
    sections: list[EvidenceSectionDocument]
    samples: list[EvidenceItemDocument]


def json_schema(kind: type[BaseModel] = StatusDocument) -> dict[str, Any]:
    """Return the JSON Schema of ``status --json``, or of the report."""
    return schema_of(kind)
