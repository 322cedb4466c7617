"""What each audience is told.

*private*: everything. *aws*: state, evidence, text and samples; nothing about the operator's machine, and no advice
that is only for the operator. *public*: how things stand; besides, no full account id, no session names, no addresses,
no text of the request, of answers or of the case (docs/faults.md, "Reports").

Whole parts are taken away first; what is left is then searched for the same things inside sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.review.timeline import Kind
from dlaas_onboard.journey.situation import fields
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps.decision import amazon_answer
from dlaas_onboard.report.json_schema import Report

if TYPE_CHECKING:
    from dlaas_onboard.journey.request.report_input import Dossier

HIDDEN = "…"
_OPERATOR = "the operator"
# Steps whose evidence is what the operator wrote, or what Amazon wrote to the operator.
_WORDS = {StepId.REQUEST, StepId.USE_CASE, StepId.DECLARATIONS, StepId.FILE, StepId.DECISION}
_PLANS = ("decision.open_gaps", "decision.asked.", "decision.paste_mail", "decision.conflict", "file.conflict")
_SHARED = {Kind.FILING, Kind.REPLY, Kind.DECISION}
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@(?=[\w-]+\.[\w.-]+)")
_ACCOUNT = re.compile(r"(?<!\d)(\d{4})\d{4}(\d{4})(?!\d)")
_SESSION = re.compile(r"(assumed-role/[^/\s]+/|federated-user/|:user/|AROA\w+:|AIDA\w+:)[^\s,;)\]\"'”]+")
_HOME = re.compile(r"(?:/home/|/Users/|/root\b|[A-Za-z]:\\Users\\|~/)[^\s,;:)\]\"'”]*")


def redact(report: Report, dossier: Dossier) -> Report:
    """Return the report as its audience may see it."""
    if report.audience == "private":
        return report
    document = report.model_dump(mode="python")
    _take_away(document, public=report.audience == "public")
    scrubbed = _walk(document, _scrubber(dossier, public=report.audience == "public"))
    return Report.model_validate(scrubbed)


def _take_away(document: dict[str, Any], *, public: bool) -> None:
    account = document["status"]["account"]
    account["profile"] = None
    # Amazon may know what was filed, replied and decided; who looked and typed when is the operator's.
    document["journal"] = None if public else [_told(one) for one in document["journal"] if one["kind"] in _SHARED]
    document["gates"] = None
    for entry in (*document["declarations"], *document["overrides"], *document["filings"]):
        entry["by"] = None
    for step in document["status"]["steps"]:
        # What could not be read, and what could be better, is for the operator alone.
        step["findings"] = [
            one
            for one in step["findings"]
            if one["severity"] in ("blocker", "warning") and not one["id"].startswith(_PLANS)
        ]
        for finding in step["findings"]:
            finding["remedy"] = ""
    for record in document["records"]:
        record["fix"] = ""
    if document["request"]:
        document["request"]["holes"] = []
    # How Amazon is to be answered is for the operator alone.
    document["evidence"] = [
        {**part, "rows": [row for row in part["rows"] if row["section"] not in amazon_answer.SECTIONS]}
        for part in document["evidence"]
    ]
    if not public:
        return
    account["arn"] = None
    document["status"]["review"]["case_id"] = None
    document["request"] = None
    for step in document["status"]["steps"]:
        for finding in step["findings"]:
            if step["id"] in _WORDS:
                finding["evidence"] = ""
    document["evidence"] = [
        {**part, "rows": [] if part["step"] in _WORDS else part["rows"]} for part in document["evidence"]
    ]
    for override in document["overrides"]:
        override["reason"] = None
    for mail in document["mails"]:
        mail |= {"sample": None, "subject": "", "sender": "", "source": ""}
    for filing in document["filings"]:
        filing |= {"payload": None, "result": None, "problem": None, "request_id": None}


def _told(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "by": None, "where": None}


def _scrubber(dossier: Dossier, *, public: bool) -> Callable[[str], str]:
    names = {entry.by for entry in dossier.situation.answers.entries.values()}
    names |= {intent.by for intent in dossier.situation.intents} | {entry.by for entry in dossier.journal}
    names |= {entry.by for entry in dossier.history}
    replacements = [(name, _OPERATOR) for name in names if name]
    checkout = so_far(dossier.situation.facts.checkout)
    if checkout and len(checkout.root) > 1:
        replacements.append((checkout.root.rstrip("/\\") + "/", ""))
        replacements.append((checkout.root, "the checkout"))
    if public:
        replacements += [(text, HIDDEN) for text in _words(dossier)]
    replacements.sort(key=lambda pair: -len(pair[0]))
    profile = dossier.situation.facts.place.profile
    named = re.compile(rf"(profile[\s:=]*[\"'“‘(]?){re.escape(profile)}(?![\w-])", re.IGNORECASE) if profile else None

    def scrub(text: str) -> str:
        if profile and text == profile:
            return HIDDEN
        for found, instead in replacements:
            text = text.replace(found, instead)
        if named:
            text = named.sub(rf"\1{HIDDEN}", text)
        text = _HOME.sub(HIDDEN, text)
        if public:
            text = _SESSION.sub(rf"\1{HIDDEN}", text)
            text = _ADDRESS.sub(f"{HIDDEN}@", text)
            text = _ACCOUNT.sub(rf"\1{HIDDEN}\2", text)
        return text

    return scrub


def _words(dossier: Dossier) -> set[str]:
    """Return what was written by the operator or by Amazon, as a whole and line by line."""
    prose = {field.id for field in fields.FIELDS if field.kind == fields.FieldKind.LINES}
    texts = {
        entry.text
        for name, entry in dossier.situation.answers.entries.items()
        if name in prose or name.startswith((fields.OVERRIDE, fields.SENTENCE))
    }
    texts |= {gate.override for gate in dossier.gates}
    case = so_far(dossier.situation.facts.case)
    if case:
        texts |= {case.subject, case.display_id, case.case_id, *(message.body for message in case.messages)}
    account = so_far(dossier.situation.facts.account)
    if account and account.details:
        texts.add(account.details.use_case_description)
        if account.details.review:
            texts.add(account.details.review.case_id)
    quotas = so_far(dossier.situation.facts.quotas)
    if quotas:
        texts |= {text for request in quotas.requests for text in (request.case_id, request.id)}
    texts |= {intent.result for intent in dossier.situation.intents}
    lines = {line.strip() for text in texts for line in text.splitlines()}
    return {text for text in texts | lines if len(text) >= 8}  # shorter ones are words that occur anywhere


def _walk(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {key: item if key in ("schema_", "audience") else _walk(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_walk(item, change) for item in value]
    return change(value) if type(value) is str else value
