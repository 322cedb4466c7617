"""Writes the readiness report and the status document: satisfies ``ports.Reporter``."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, get_args

from dlaas_onboard.report.html import html
from dlaas_onboard.report.json_schema import Audience
from dlaas_onboard.report.markdown import markdown
from dlaas_onboard.report.outline import outline
from dlaas_onboard.report.redaction import redact
from dlaas_onboard.report.report_builder import build_report, build_status

if TYPE_CHECKING:
    from dlaas_onboard.journey.report_input import ReportInput
    from dlaas_onboard.report.json_schema import ReportDocument

FORMATS = ("html", "md", "json")


class ReadinessReporter:
    """Renders one report input, for one audience, in one format."""

    def render(self, report_input: ReportInput, format: str, audience: str) -> bytes:  # noqa: A002 - the flag's name
        """Return the report: ``format`` is html, md or json; ``audience`` is private, aws or public.

        The footer of html and md carries the SHA-256 of the json report for the same audience. Raises ``ValueError``
        with a sentence for any other word.
        """
        if format not in FORMATS:
            raise ValueError(f"A report is written as {', '.join(FORMATS)}, not as {format}.")
        chosen = next((known for known in get_args(Audience) if known == audience), None)
        if chosen is None:
            raise ValueError(f"A report is written for {', '.join(get_args(Audience))}, not for {audience}.")
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


def _json(report: ReportDocument) -> bytes:
    # ASCII alone: safe to print whatever it holds. Keys stand in the schema's order, so equal reports are equal bytes.
    text = json.dumps(report.model_dump(mode="json", by_alias=True), indent=2, ensure_ascii=True, allow_nan=False)
    return text.encode("ascii") + b"\n"
