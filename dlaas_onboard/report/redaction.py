"""What each audience is told.

*private*: everything. *public*: how things stand; nothing about the operator's machine, no advice that is only for the
operator, no full account id, no session names, no addresses, no text of the request, of answers or of the case
(docs/faults.md, "Reports"). Amazon gets another document, :mod:`dlaas_onboard.report.evidence_sheet`.

Whole parts are taken away first; what is left is then searched for the same things inside sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.situation import fields
from dlaas_onboard.journey.situation.message_fields import MESSAGE
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps import code_turns
from dlaas_onboard.journey.steps.decision import amazon_answer
from dlaas_onboard.report.json_schema import ReportDocument

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import Facts
    from dlaas_onboard.journey.report_input import ReportInput
    from dlaas_onboard.journey.situation.answers import Answers

HIDDEN = "…"
_OPERATOR = "the operator"
# Steps whose evidence is what the operator wrote, or what Amazon wrote to the operator.
_WORDS = {StepId.REQUEST, StepId.USE_CASE, StepId.DECLARATIONS, StepId.FILE, StepId.DECISION}
_PLANS = (
    *("domain.code_", "bounces.code_", "go_live.code_"),  # how the operator's code is to be kept
    *("decision.open_gaps", "decision.asked.", "decision.paste_mail", "decision.conflict", "file.conflict"),
)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@(?=[\w-]+\.[\w.-]+)")
_ACCOUNT = re.compile(r"(?<!\d)(\d{4})\d{4}(\d{4})(?!\d)")
_SESSION = re.compile(r"(assumed-role/[^/\s]+/|federated-user/|:user/|AROA\w+:|AIDA\w+:)[^\s,;)\]\"'”]+")
_HOME = re.compile(r"(?:/home/|/Users/|/root\b|[A-Za-z]:\\Users\\|~/)[^\s,;:)\]\"'”]*")


def redact(report: ReportDocument, report_input: ReportInput) -> ReportDocument:
    """Return the report as its audience may see it."""
    if report.audience == "private":
        return report
    document = report.model_dump(mode="python")
    _take_away(document)
    scrubbed = _walk(document, _public_scrubber(report_input))
    return ReportDocument.model_validate(scrubbed)


def _take_away(document: dict[str, Any]) -> None:
    """Take away whole parts: what is for the operator alone, and what is for the operator and Amazon."""
    document["status"]["account"]["profile"] = None
    document["journal"] = None
    document["gates"] = None
    for entry in (*document["declarations"], *document["overrides"], *document["filings"]):
        entry["by"] = None
    for step in document["status"]["steps"]:
        step["findings"] = [{**finding, "remedy": ""} for finding in step["findings"] if _is_for_others(finding)]
    for record in document["records"]:
        record |= {"fix": "", "declared_in": ""}
    # How Amazon is to be answered is for the operator alone.
    for part in document["evidence"]:
        part["rows"] = [
            row for row in part["rows"] if row["section"] not in (*amazon_answer.SECTIONS, code_turns.SECTION)
        ]
    _take_away_from_public(document)


def _is_for_others(finding: Mapping[str, Any]) -> bool:
    """Whether a finding is not for the operator alone, as what could not be read and what could be better is."""
    return finding["severity"] in ("blocker", "warning") and not finding["id"].startswith(_PLANS)


def _take_away_from_public(document: dict[str, Any]) -> None:
    document["status"]["account"]["arn"] = None
    document["status"]["review"]["case_id"] = None
    document["request"] = None
    for step in document["status"]["steps"]:
        if step["id"] in _WORDS:
            step["findings"] = [{**finding, "evidence": ""} for finding in step["findings"]]
    for part in document["evidence"]:
        if part["step"] in _WORDS:
            part["rows"] = []
    for override in document["overrides"]:
        override["reason"] = None
    for message in document["messages"]:
        message |= {"sample": None, "subject": "", "sender": "", "sources": [], "recipient_code": "", "changed": []}
        message |= {"reads_like_marketing": "", "confirmed_by": None}
    for filing in document["filings"]:
        filing |= {"payload": None, "result": None, "problem": None, "request_id": None}


def machine_scrubber(report_input: ReportInput) -> Callable[[str], str]:
    """Return what takes the operator's machine, profile and login out of a text."""
    situation = report_input.situation
    names = {entry.by for entry in situation.answers.entries.values()}
    names |= {intent.by for intent in situation.intents} | {entry.by for entry in report_input.journal}
    names |= {entry.by for entry in report_input.history}
    replacements = [(name, _OPERATOR) for name in names if name]
    facts = situation.facts
    found = (so_far(facts.checkout), so_far(facts.infrastructure), so_far(facts.repository))
    for root in {each.root for each in found if each is not None and len(each.root) > 1}:
        replacements.append((root.rstrip("/\\") + "/", ""))
        replacements.append((root, "the checkout"))
    replacements.sort(key=lambda pair: -len(pair[0]))
    profile = situation.facts.place.profile
    named = re.compile(rf"(profile[\s:=]*[\"'“‘(]?){re.escape(profile)}(?![\w-])", re.IGNORECASE) if profile else None

    def scrub(text: str) -> str:
        if profile and text == profile:
            return HIDDEN
        for secret, instead in replacements:
            text = text.replace(secret, instead)
        if named:
            text = named.sub(rf"\1{HIDDEN}", text)
        return _HOME.sub(HIDDEN, text)

    return scrub


def _public_scrubber(report_input: ReportInput) -> Callable[[str], str]:
    of_machine = machine_scrubber(report_input)
    words = sorted(_words(report_input), key=lambda text: -len(text))

    def scrub(text: str) -> str:
        for secret in words:
            text = text.replace(secret, HIDDEN)
        text = of_machine(text)
        text = _SESSION.sub(rf"\1{HIDDEN}", text)
        text = _ADDRESS.sub(f"{HIDDEN}@", text)
        return _ACCOUNT.sub(rf"\1{HIDDEN}\2", text)

    return scrub


def _words(report_input: ReportInput) -> set[str]:
    """Return what was written by the operator or by Amazon, as a whole and line by line."""
    situation = report_input.situation
    texts = _own_words(situation.answers) | _amazons_words(situation.facts)
    texts |= {gate.override for gate in report_input.judgement.gates}
    texts |= {intent.result for intent in situation.intents}
    lines = {line.strip() for text in texts for line in text.splitlines()}
    return {text for text in texts | lines if len(text) >= 8}  # shorter ones are words that occur anywhere


def _own_words(answers: Answers) -> set[str]:
    prose = {field.id for field in fields.FIELDS if field.kind == fields.FieldKind.LINES}
    return {
        entry.text
        for name, entry in answers.entries.items()
        if name in prose or name.startswith((fields.OVERRIDE, fields.SENTENCE, MESSAGE))
    }


def _amazons_words(facts: Facts) -> set[str]:
    """Return what the case says, and what the account's details and the quota requests name."""
    texts: set[str] = set()
    if case := so_far(facts.case):
        texts |= {case.subject, case.display_id, case.case_id, *(message.body for message in case.messages)}
    account = so_far(facts.account)
    if account and account.details:
        texts.add(account.details.use_case_description)
        if account.details.review:
            texts.add(account.details.review.case_id)
    if quotas := so_far(facts.quotas):
        texts |= {text for request in quotas.requests for text in (request.case_id, request.id)}
    return texts


def _walk(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {key: item if key in ("schema_", "audience") else _walk(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_walk(item, change) for item in value]
    return change(value) if type(value) is str else value
