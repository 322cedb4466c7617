"""The published shapes: of ``status --json``, and of the JSON report that embeds it (docs/architecture.md, "Contract").

A name that is added keeps the number of a schema; one that goes, or means something else, raises it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

STATUS: Final = "dlaas-onboard/status/1"
REPORT: Final = "dlaas-onboard/report/1"

Access = Literal["sandbox", "production", "unknown"]
ReviewStatus = Literal["never_asked", "pending", "granted", "denied", "failed", "unknown"]
State = Literal["done", "attention", "todo", "waiting", "blocked", "unknown"]
Severity = Literal["blocker", "warning", "advice", "unknown"]
Audience = Literal["private", "aws", "public"]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Account(_Shape):
    """Whose account was looked at; null where it is not known or not told."""

    id: str | None
    arn: str | None
    partition: str
    profile: str | None
    endpoint: str | None


class Review(_Shape):
    """``ReviewDetails`` of ``GetAccount``; a status that is new at AWS is ``unknown``."""

    status: ReviewStatus
    case_id: str | None


class Sending(_Shape):
    """Whether the account may send at all; null where AWS did not say."""

    enabled: bool | None
    enforcement: str | None


class SendQuota(_Shape):
    """``SendQuota`` of ``GetAccount``, in recipients; -1 is unlimited, null is not known."""

    max_24_hour_send: float | None = Field(allow_inf_nan=False)
    max_send_rate: float | None = Field(allow_inf_nan=False)
    sent_last_24_hours: float | None = Field(allow_inf_nan=False)


class Finding(_Shape):
    """Something that was found in a step; ``guide_step`` is null where the guide has no step for it."""

    id: str
    severity: Severity
    message: str
    evidence: str
    remedy: str
    guide_step: int | None


class Step(_Shape):
    """One of the eleven steps."""

    id: str
    title: str
    guide_steps: list[int]
    state: State
    findings: list[Finding]


class OpenIntent(_Shape):
    """A write whose outcome is not settled."""

    id: str
    marker: str
    action: str
    operation: str
    phase: str
    created_at: datetime


class Status(_Shape):
    """One look at one account in one Region."""

    schema_: Literal["dlaas-onboard/status/1"] = Field(STATUS, alias="schema")
    observed_at: datetime
    account: Account
    region: str | None
    access: Access
    review: Review
    sending: Sending
    quota: SendQuota
    steps: list[Step]
    ready_to_file: bool
    open_intents: list[OpenIntent]


class Row(_Shape):
    """A fact, as the app shows it."""

    section: str
    label: str
    value: str
    expected: str
    mark: str
    source: str
    observed_at: datetime | None


class Evidence(_Shape):
    """What a step rests on."""

    step: str
    title: str
    headline: str
    rows: list[Row]


class GuideStep(_Shape):
    """One of the 14 steps of the guide, and how far it is."""

    number: int
    title: str
    today: str
    step: str
    state: State


class Gate(_Shape):
    """One condition for filing."""

    id: str
    title: str
    light: Literal["green", "red", "unknown"]
    why: str
    remedy: str


class Override(_Shape):
    """A red gate that the operator passed with a typed reason."""

    gate: str
    title: str
    reason: str | None
    by: str | None
    at: datetime | None


class Record(_Shape):
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
    source: str
    observed_at: datetime | None


class Mail(_Shape):
    """One kind of message that the project sends."""

    name: str
    trigger: str
    kind: str
    recipient: str
    frequency: str
    subject: str
    sender: str
    sample: str | None
    source: str


class Sentence(_Shape):
    """One sentence of the use-case description, and what carries it."""

    id: str
    section: str
    text: str
    source: str
    observed_at: datetime | None
    written_by_operator: bool


class Hole(_Shape):
    """What the description does not say, because nothing carries it."""

    id: str
    section: str
    message: str
    remedy: str


class Request(_Shape):
    """The use-case description."""

    text: str
    edited: bool
    sentences: list[Sentence]
    holes: list[Hole]


class Declaration(_Shape):
    """One of the three statements to Amazon."""

    id: str
    statement: str
    made: bool
    by: str | None
    at: datetime | None


class Filing(_Shape):
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


class JournalLine(_Shape):
    """One event of the journal; ``where`` is account, Region and endpoint."""

    at: datetime
    kind: str
    text: str
    by: str | None
    where: str | None = None


class Report(_Shape):
    """The readiness report. A part that the audience is not told is null."""

    schema_: Literal["dlaas-onboard/report/1"] = Field(REPORT, alias="schema")
    generated_by: str
    generated_at: datetime
    audience: Audience
    endpoint_is_amazon: bool
    status: Status
    guide: list[GuideStep]
    evidence: list[Evidence]
    gates: list[Gate] | None
    overrides: list[Override]
    records: list[Record]
    mails: list[Mail]
    request: Request | None
    declarations: list[Declaration]
    filings: list[Filing]
    journal: list[JournalLine] | None


def json_schema(kind: type[BaseModel] = Status) -> dict[str, Any]:
    """Return the JSON Schema of ``status --json``, or of the report."""
    schema = kind.model_json_schema(by_alias=True, mode="serialization")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schema
