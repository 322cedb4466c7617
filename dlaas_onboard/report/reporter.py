"""Writes the readiness report and the status document: satisfies ``ports.Reporter``."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, get_args

from dlaas_onboard.report.draft_document import build_draft
from dlaas_onboard.report.evidence_sheet import evidence_sheet
from dlaas_onboard.report.html import html, text_page
from dlaas_onboard.report.json_schema import Audience, ReportAudience
from dlaas_onboard.report.markdown import code, markdown
from dlaas_onboard.report.outline import outline
from dlaas_onboard.report.redaction import redact
from dlaas_onboard.report.report_builder import build_report, build_status
from dlaas_onboard.report.two_pages import TITLE, fitted, plain_text

if TYPE_CHECKING:
    from dlaas_onboard.journey.judgement import Judgement
    from dlaas_onboard.journey.report_input import ReportInput
    from dlaas_onboard.report.json_schema import EvidenceSheetDocument, ReportDocument

FORMATS = ("html", "md", "json")
AMAZONS_FORMATS = ("txt", *FORMATS)


class ReadinessReporter:
    """Renders one report input, for one audience, in one format."""

    def render(self, report_input: ReportInput, format: str, audience: str) -> bytes:  # noqa: A002 - the flag's name
        """Return the report: ``format`` is html, md or json; ``audience`` is private, aws or public.

        Amazon gets the evidence for the request and nothing else, on two pages, which can be txt too. The footer of
        html and md for the others carries the SHA-256 of the json report for the same audience. Raises ``ValueError``
        with a sentence for any other word.
        """
        if audience not in get_args(Audience):
            raise ValueError(f"A report is written for {', '.join(get_args(Audience))}, not for {audience}.")
        formats = AMAZONS_FORMATS if audience == "aws" else FORMATS
        if format not in formats:
            raise ValueError(f"A report for {audience} is written as {', '.join(formats)}, not as {format}.")
        chosen = next((known for known in get_args(ReportAudience) if known == audience), None)
        if chosen is None:
            return _evidence(fitted(evidence_sheet(report_input)), format)
        report = redact(build_report(report_input, chosen), report_input)
        document = _json(report)
        if format == "json":
            return document

        digest = hashlib.sha256(document).hexdigest()
        if format == "md":
            return markdown(outline(report), digest).encode()

        return html(outline(report), digest).encode()

    def status(self, report_input: ReportInput) -> dict[str, Any]:
        """Return the document of ``status --json``, as :mod:`~dlaas_onboard.report.json_schema` describes it."""
        return build_status(report_input).model_dump(mode="json", by_alias=True)

    def draft(self, judgement: Judgement) -> dict[str, Any]:
        """Return the document of ``draft --json``, as :mod:`~dlaas_onboard.report.draft_document` describes it."""
        return build_draft(judgement).model_dump(mode="json", by_alias=True)


def _evidence(sheet: EvidenceSheetDocument, form: str) -> bytes:
    if form == "json":
        return _json(sheet)
    text = plain_text(sheet)
    if form == "txt":
        return text.encode()
    return (f"{code(text.rstrip())}\n" if form == "md" else text_page(text, TITLE)).encode()


def _json(report: ReportDocument | EvidenceSheetDocument) -> bytes:
    # ASCII alone: safe to print whatever it holds. Keys stand in the schema's order, so equal reports are equal bytes.
    text = json.dumps(report.model_dump(mode="json", by_alias=True), indent=2, ensure_ascii=True, allow_nan=False)
    return text.encode("ascii") + b"\n"
