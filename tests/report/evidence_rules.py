"""What must hold of the sheet that Amazon gets, whatever the account, the project and the answers are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dlaas_onboard.journey.report_input import ReportInput
from dlaas_onboard.journey.request.sentences import ledger
from dlaas_onboard.journey.request.worksheet import figures
from dlaas_onboard.journey.situation.fields import FIELDS, SENTENCE
from dlaas_onboard.report.evidence_sheet import CODE, CONFIRMED_CODE, MESSAGES, OURS, evidence_sheet
from dlaas_onboard.report.reporter import ReadinessReporter
from dlaas_onboard.report.two_pages import COLUMNS, LINES, SHORTENED, fitted

_SEEN = re.compile(r"(?:SES|SNS|SQS|DNS|Support|CloudWatch|Route 53|GET|HTTPS|https?:)\b|Amazon SES mailbox simulator;")
_OURS = (OURS, CODE, CONFIRMED_CODE, "declared by us", "our worksheet, from figures stated by us")
_AGAINST_US = re.compile(
    r"○|✗|blocker|not declared|not set up|could not be read|not looked at|not known|no website is|does not say|reviewer"
    r"|dlaas-onboard|override",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(r"\\[-_.*#|>]|<br>|</?[a-z]+>|^\s*#{1,6} |^\|.*\|$|\*\*|```|\]\(http", re.MULTILINE)


def broken(report_input: ReportInput) -> list[str]:
    """Return every rule that the sheet breaks, in words."""
    text = ReadinessReporter().render(report_input, "txt", "aws").decode()
    return [*_form(text), *_arguments(text, report_input), *_uncarried(report_input)]


def _form(text: str) -> Iterator[str]:
    lines = text.rstrip("\n").split("\n")
    if len(lines) > LINES:
        yield f"{len(lines)} lines"
    yield from (f"{len(line)} columns: {line}" for line in lines if len(line) > COLUMNS)
    yield from (f"Markdown: {match.group()!r}" for match in _MARKDOWN.finditer(text))


def _arguments(text: str, report_input: ReportInput) -> Iterator[str]:
    flat = " ".join(text.split())
    judgement = report_input.judgement
    findings = [finding for verdict in judgement.verdicts.values() for finding in verdict.findings]
    said = [words for finding in findings for words in (finding.message, finding.remedy)]
    said += [words for gate in judgement.gates for words in (gate.remedy, gate.override)]
    said += [words for hole in judgement.description.holes for words in (hole.message, hole.remedy)]
    yield from (f"said to the operator: {words}" for words in said if words and words in flat)
    yield from (f"against us: {match.group()}" for match in _AGAINST_US.finditer(text))


def _uncarried(report_input: ReportInput) -> Iterator[str]:
    """Find each line that no sentence of the ledger, record, figure, declaration or answer of SES carries."""
    situation = report_input.situation
    carried = {_plain(item.text) for item in ledger(situation) if hasattr(item, "text")}
    carried |= {_plain(entry.text) for name, entry in situation.answers.entries.items() if name.startswith(SENTENCE)}
    carried |= {f"{line}." for line in figures(situation)}
    carried |= {f"{field.label}." for field in FIELDS if situation.answers.text(field.id) == "yes"}
    carried.add(f"Sending is enabled in {situation.place.region}, and the enforcement status is HEALTHY.")
    for state in report_input.judgement.records:
        if state.verdict == "ok":
            carried.add(f"{state.record.name} {state.record.type} {state.published or state.record.value}")
    unconfirmed = [row.name for row in situation.messages.rows if row not in situation.messages.claimed]
    for section in fitted(evidence_sheet(report_input)).sections:
        for item in section.items:
            of_a_list = section.title == MESSAGES and (item.text.endswith(":") or item.text.startswith("And "))
            if not of_a_list and not _is_known(item.source):
                yield f"no source: {item.text} ({item.source})"
            if item.text.endswith(SHORTENED):
                start = item.text.removesuffix(SHORTENED).strip()
                known = any(text.startswith(start) for text in carried)
            else:
                known = item.text in carried or re.fullmatch(r"And \d+ more\.", item.text) is not None
            if not known:
                yield f"carried by nothing: {item.text}"
            if section.title == MESSAGES and any(item.text.startswith(f"{name}:") for name in unconfirmed):
                yield f"not confirmed: {item.text}"


def _is_known(source: str) -> bool:
    parts = [part.strip() for part in source.split(";")]
    return bool(source) and all(part in _OURS or _SEEN.match(part) for part in parts)


def _plain(text: str) -> str:
    return " ".join(text.removeprefix("- ").split())
