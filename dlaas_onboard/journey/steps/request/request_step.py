"""Request: the form, the messages behind the mail type, and the website with a reviewer's eye."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dlaas_onboard.journey.dns import mailboxes
from dlaas_onboard.journey.request import evidence, form_rubric, website_review
from dlaas_onboard.journey.request.field_rules import addresses, check
from dlaas_onboard.journey.request.gate import Gate, Light
from dlaas_onboard.journey.request.gates import gates
from dlaas_onboard.journey.request.request_draft import draft
from dlaas_onboard.journey.situation.fields import BY_ID
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.steps.filed import blockers_to_warnings, filed_sentence, is_filed
from dlaas_onboard.journey.steps.request import messages_section, website_section
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.verdict import Finding, Mark, Severity, Verdict

_FORM = ("mail_type", "website_url", "service_name", "contact_language", "contacts")
_GUIDE = {"mail_type": 5, "website_url": 6}


def judge(situation: Situation) -> Verdict:
    """Judge the form: complete, within Amazon's limits, and with a website that a reviewer can read."""
    builder = VerdictBuilder(StepId.REQUEST)
    _, errors = draft(situation)
    over = is_filed(situation.facts)
    for field in _FORM:
        _field(builder, field, situation, errors.get(field, ""), over=over)
    messages_section.rows(builder, situation)
    website_section.rows(builder, situation)
    _contacts(builder, situation)
    builder.findings += form_rubric.of_form(situation)
    builder.add_gaps(situation.facts, _closed_gaps(situation))
    if over:
        blockers_to_warnings(builder)
        return builder.verdict(StepState.DONE, f"Nothing to enter: {_lower(filed_sentence(situation.facts))}")
    empty = [BY_ID[field].label for field in _FORM if field in errors and not evidence.field(field, situation)]
    if empty:
        return builder.verdict(StepState.TODO, f"Enter {_listed(empty)}.")
    wrong = [message for field, message in errors.items() if field in _FORM]
    if wrong:
        return builder.verdict(StepState.ATTENTION, wrong[0])
    by_id = {gate.id: gate for gate in gates(situation)}
    return _complete_form(builder, by_id["website"], by_id["stock"], website_review.blockers(situation))


def _closed_gaps(situation: Situation) -> list[str]:
    """Return the words of the checkout's gaps that the website itself has closed."""
    site = website_review.readable(situation)
    return ["website", *(page.role for page in site.pages if website_review.opens(page))] if site is not None else []


def _complete_form(builder: VerdictBuilder, site: Gate, stock: Gate, blockers: Sequence[Finding]) -> Verdict:
    """Return the verdict of a form without errors; ``blockers`` of the website stand among the findings already."""
    if site.open:  # with a typed reason, where there are blockers
        _turn_into_warnings(builder, blockers)
    shut = [gate for gate in (site, stock) if not gate.open]
    explained = bool(blockers) or any(finding.id == "request.website_unread" for finding in builder.findings)
    for gate in shut:
        if gate is stock or not explained:
            _find_shut_gate(builder, gate)
    return _conclusion(builder, shut)


def _conclusion(builder: VerdictBuilder, shut: Sequence[Gate]) -> Verdict:
    red = [gate.why for gate in shut if gate.light == Light.RED]
    wrong = red or [finding.message for finding in builder.findings if finding.severity == Severity.BLOCKER]
    if wrong:
        return builder.verdict(StepState.ATTENTION, wrong[0])
    if shut:
        return builder.verdict(StepState.UNKNOWN, shut[0].why)
    return builder.verdict(StepState.DONE, "The form is complete, and the website answers.")


def _turn_into_warnings(builder: VerdictBuilder, blockers: Sequence[Finding]) -> None:
    builder.findings = [
        replace(finding, severity=Severity.WARNING) if finding in blockers else finding for finding in builder.findings
    ]


def _find_shut_gate(builder: VerdictBuilder, gate: Gate) -> None:
    severity = Severity.BLOCKER if gate.light == Light.RED else Severity.UNKNOWN
    builder.add_finding(gate.id, severity, gate.why, remedy=gate.remedy, guide_step=6 if gate.id == "website" else 0)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if not text.startswith("Amazon") else text


def _listed(labels: list[str]) -> str:
    return " and ".join(f"the {name[:1].lower()}{name[1:]}" for name in labels)


def _field(builder: VerdictBuilder, field: str, situation: Situation, error: str, *, over: bool) -> None:
    text = evidence.field(field, situation)
    source, at = evidence.field_origin(field, situation)
    wrong = "" if over else error or check(field, text)
    mark = Mark.BAD if wrong and text else Mark.WAIT if wrong else Mark.GOOD if text else Mark.PLAIN
    shown = dict(BY_ID[field].choices).get(text, text)
    value = f"{shown} ({text})" if shown != text else shown
    builder.add_row(
        BY_ID[field].label, value or "not entered", mark=mark, section="Form", source=source, observed_at=at
    )
    if wrong:
        builder.add_finding(
            f"{field}_invalid",
            Severity.BLOCKER,
            wrong,
            evidence=source,
            remedy=f"{'Correct' if text else 'Fill in'} the field {BY_ID[field].label}.",
            field=field,
            guide_step=_GUIDE.get(field, 3),
        )
    elif situation.input(field).origin == "checkout" and field == "mail_type":
        builder.add_row(
            "Why this type",
            "no message that the code sends reads like marketing",
            situation.facts.checkout,
            section="Form",
        )


def _contacts(builder: VerdictBuilder, situation: Situation) -> None:
    """Say whether Amazon's mail and recipients' answers arrive."""
    section = "Mailboxes"
    role, target = mailboxes.answers_to(situation)
    if target:
        builder.add_row("Answers go to", f"{target} (the {role} address)", section=section)
    contacts = addresses(evidence.field("contacts", situation))
    for address in dict.fromkeys(filter(None, (target, *contacts))):
        mailbox = mailboxes.post(situation.facts, address)
        receives = {True: "can receive: ", False: "cannot receive: ", None: "unknown: "}[mailbox.arrives]
        mark = {True: Mark.GOOD, False: Mark.WARN, None: Mark.UNKNOWN}[mailbox.arrives]
        builder.add_row(f"Mailbox {address}", f"{receives}{mailbox.why}", mailbox.reading, mark, section=section)
