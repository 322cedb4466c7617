"""The document of ``draft --json``: the whole request, complete or not, with what carries each sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

from pydantic import Field

from dlaas_onboard.journey.judgement import Judgement
from dlaas_onboard.journey.published_document import PublishedDocument
from dlaas_onboard.journey.request import contact_language, reply, reply_review
from dlaas_onboard.journey.request.reply_draft import is_typed, reply_text
from dlaas_onboard.journey.request.request_draft import check, draft
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.stages import Stage
from dlaas_onboard.journey.situation.fields import FIELDS
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.report.json_schema import (
    FindingDocument,
    GateDocument,
    MessageDocument,
    RequestDocument,
    RowDocument,
)
from dlaas_onboard.report.report_builder import finding_document, message_document, request_document, row_document

DRAFT: Final = "dlaas-onboard/draft/1"
# The steps of which the request consists.
STEPS = (StepId.REQUEST, StepId.QUOTA, StepId.USE_CASE, StepId.DECLARATIONS)
_ANSWERABLE = frozenset({Stage.PENDING, Stage.DENIED, Stage.FAILED})


class FieldDocument(PublishedDocument):
    """A field with its effective value; ``problem`` says what is wrong with it, empty if nothing."""

    id: str
    step: str
    label: str
    value: str
    origin: str
    source: str
    problem: str


class WorksheetDocument(PublishedDocument):
    """The quota with its arithmetic, in recipients; null while a number is missing."""

    daily_quota: int | None
    send_rate: int | None
    average_day: int | None
    busiest_day: int | None
    missing: list[str]
    warnings: list[str]
    rows: list[RowDocument]


class OpenableGateDocument(GateDocument):
    """A condition for filing; ``override`` is the operator's reason to pass it while it is red."""

    open: bool
    overridable: bool
    override: str


class ReplyDocument(PublishedDocument):
    """What would be sent to Amazon's case; ``blocked_because`` is empty where it can be sent from here."""

    text: str
    written_by_operator: bool
    warnings: list[str]
    blocked_because: str


class DraftDocument(PublishedDocument):
    """The request as it stands; ``payload`` is null while ``problems`` names a field."""

    schema_: Literal["dlaas-onboard/draft/1"] = Field(DRAFT, alias="schema")
    account: str
    region: str
    fields: list[FieldDocument]
    messages: list[MessageDocument]
    description: RequestDocument
    worksheet: WorksheetDocument
    findings: list[FindingDocument]
    gates: list[OpenableGateDocument]
    payload: dict[str, Any] | None
    problems: dict[str, str]
    contact_language_note: str
    reply: ReplyDocument | None
    ready_to_file: bool


def build_draft(judgement: Judgement) -> DraftDocument:
    """Return the draft as the app shows it."""
    situation = judgement.situation
    request, errors = draft(situation)
    sheet = judgement.worksheet
    return DraftDocument(
        account=situation.place.account,
        region=situation.place.region,
        fields=list(_fields(situation, errors)),
        messages=[message_document(row) for row in situation.messages.rows],
        description=request_document(judgement),
        worksheet=WorksheetDocument(
            daily_quota=sheet.daily_quota,
            send_rate=sheet.send_rate,
            average_day=sheet.average_day,
            busiest_day=sheet.busiest_day,
            missing=list(sheet.missing),
            warnings=list(sheet.warnings),
            rows=[row_document(row) for row in sheet.rows],
        ),
        findings=[finding_document(finding) for step in STEPS for finding in judgement.verdicts[step].findings],
        gates=[
            OpenableGateDocument(
                id=gate.id,
                title=gate.title,
                light=gate.light.value,
                open=gate.open,
                why=gate.why,
                remedy=gate.remedy,
                overridable=gate.overridable,
                override=gate.override,
            )
            for gate in judgement.gates
        ],
        payload=request.params() if request else None,
        problems=errors,
        contact_language_note=contact_language.words(situation),
        reply=_reply(judgement),
        ready_to_file=request is not None and bool(judgement.gates) and all(gate.open for gate in judgement.gates),
    )


def _fields(situation: Situation, errors: dict[str, str]) -> Iterator[FieldDocument]:
    for field in FIELDS:
        value = situation.input(field.id)
        yield FieldDocument(
            id=field.id,
            step=field.step.value,
            label=field.label,
            value=value.text,
            origin=value.origin,
            source=value.source,
            problem=errors.get(field.id) or check(field.id, value.text),
        )


def _reply(judgement: Judgement) -> ReplyDocument | None:
    """Return the reply to Amazon's case, where a review is there to be answered."""
    situation = judgement.situation
    if stages.stage(situation.facts) not in _ANSWERABLE:
        return None
    return ReplyDocument(
        text=reply_text(situation),
        written_by_operator=is_typed(situation),
        warnings=reply_review.warnings(situation, judgement.verdicts).splitlines(),
        blocked_because=reply.blocked_because(situation),
    )
