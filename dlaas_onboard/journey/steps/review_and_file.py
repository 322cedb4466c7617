"""Review and file: every gate, where the request goes, and exactly what is sent."""

from __future__ import annotations

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.request import triage
from dlaas_onboard.journey.request.gate import Gate, Light
from dlaas_onboard.journey.request.gates import gates
from dlaas_onboard.journey.request.request_draft import draft
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.stage_words import words_for
from dlaas_onboard.journey.situation.intents import OPEN, Intent
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import BY_ID, StepId, StepState
from dlaas_onboard.journey.steps.decision.refused_filing import find_conflict
from dlaas_onboard.journey.steps.filed import filed_sentence, is_filed
from dlaas_onboard.journey.steps.service_region import add_service_region
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Finding, Mark, Severity, Verdict

_LIGHTS = {Light.GREEN: Mark.GOOD, Light.RED: Mark.BAD, Light.UNKNOWN: Mark.UNKNOWN}


def judge(situation: Situation) -> Verdict:
    """Judge whether the request may leave now."""
    builder = VerdictBuilder(StepId.FILE)
    _place_rows(builder, situation.facts)
    if is_filed(situation.facts):
        _filed_rows(builder, situation.facts)
        find_conflict(builder, situation)
        return builder.verdict(StepState.DONE, filed_sentence(situation.facts))
    add_service_region(builder, situation)
    all_gates = gates(situation)
    for gate in all_gates:
        _gate_row(builder, gate)
    _payload_rows(builder, situation)
    find_conflict(builder, situation)
    builder.add_gaps(situation.facts)
    if any(_is_open_filing(intent, situation.facts) for intent in situation.intents):
        why = next(gate.why for gate in all_gates if gate.id == "intents")
        return builder.verdict(StepState.UNKNOWN, f"{why} Look again before anything else.")
    if triage.conflict_stands(situation) is not None:
        return builder.verdict(
            StepState.UNKNOWN, f"Amazon refused the last request. {words_for(situation.facts).refusal}"
        )
    shut = [gate for gate in all_gates if not gate.open]
    if shut:
        first = shut[0]
        if first.step == StepId.FILE:
            return builder.verdict(StepState.UNKNOWN, first.why)
        step = BY_ID[first.step]
        count = plural(len(shut), "gate is shut", "gates are shut")
        headline = f"{count}; begin with step {step.number}, {step.title}: {first.why}"
        return builder.verdict(StepState.BLOCKED, headline, first.step)
    overridden = sum(gate.light != Light.GREEN for gate in all_gates)
    note = f" {plural(overridden, 'gate is', 'gates are')} passed on your reason." if overridden else ""
    return builder.verdict(StepState.TODO, f"Every gate is open.{note} Read what is sent, then file it once.")


def _is_open_filing(intent: Intent, facts: Facts) -> bool:
    return intent.call.operation == "PutAccountDetails" and intent.phase in OPEN and intent.place.same_as(facts.place)


def _place_rows(builder: VerdictBuilder, facts: Facts) -> None:
    place = facts.place
    section = "Where it goes"
    for label, value in (
        ("Account", place.account),
        ("Region", place.region),
        ("Endpoint", place.endpoint),
        ("Principal", place.arn),
    ):
        mark = Mark.PLAIN if value else Mark.UNKNOWN
        if label == "Endpoint" and value and not place.amazon:
            value, mark = f"{value}, not Amazon's", Mark.WARN  # noqa: PLW2901 - the same value, with what it needs said
        builder.add_row(label, value or "unknown", facts.caller, mark, section=section)


def _filed_rows(builder: VerdictBuilder, facts: Facts) -> None:
    account = stages.account(facts)
    details = account.details if account is not None else None
    if details is None:
        return
    for name, value in (
        ("MailType", details.mail_type),
        ("WebsiteURL", details.website_url),
        ("ContactLanguage", details.contact_language),
        ("AdditionalContactEmailAddresses", ", ".join(details.contacts)),
        ("UseCaseDescription", plural(len(details.use_case_description), "character")),
    ):
        builder.add_row(name, value or "not given", facts.account, section="What Amazon has")
    if details.review is not None:
        builder.add_row("Review", details.review.status, facts.account, section="What Amazon has")
        builder.add_row("Case", details.review.case_id or "not named yet", facts.account, section="What Amazon has")


def _gate_row(builder: VerdictBuilder, gate: Gate) -> None:
    passed = gate.light != Light.GREEN and gate.open
    why = f"{gate.why} Passed on your reason: {gate.override}" if passed else gate.why
    builder.add_row(gate.title, why, mark=Mark.WARN if passed else _LIGHTS[gate.light], section="Gates")
    if gate.light == Light.GREEN:
        return
    severity = Severity.WARNING if passed else Severity.BLOCKER if gate.light == Light.RED else Severity.UNKNOWN
    builder.findings.append(
        Finding(f"file.{gate.id}", severity, why, gate.title, gate.remedy, gate.step, guide_step=14)
    )


def _payload_rows(builder: VerdictBuilder, situation: Situation) -> None:
    request, _ = draft(situation)
    if request is None:
        builder.add_row("PutAccountDetails", "not complete", mark=Mark.WAIT, section="What is sent")
        return
    for name, value in request.params().items():
        shown = ", ".join(value) if isinstance(value, list) else str(value)
        if name == "UseCaseDescription":
            shown = f"{len(shown):,} characters, as in the step Use case"
        builder.add_row(name, shown, section="What is sent")
