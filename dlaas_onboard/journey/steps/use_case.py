"""Use case: the description sentence by sentence, its gaps, and what a reviewer will stop at."""

from __future__ import annotations

from collections import Counter

from dlaas_onboard.journey.request import text_rubric
from dlaas_onboard.journey.request.claim_ledger import describe
from dlaas_onboard.journey.request.description import Description
from dlaas_onboard.journey.request.field_rules import DESCRIPTION_MAX, check, normal
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.fields import BY_ID, SENTENCE
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.steps.filed import blockers_to_warnings, filed_sentence, is_filed
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict

_OWN = ("business", "mail_content", "recipients_source", "unsubscribe", "sample_message", "use_case_text")


def judge(situation: Situation) -> Verdict:
    """Judge the description: what carries it, what is missing, what contradicts the facts."""
    builder = VerdictBuilder(StepId.USE_CASE)
    description = describe(situation)
    _rows(builder, description, situation.answers)
    production = stages.access(situation.facts) == "production"  # nobody reads a description any more
    if not production:
        builder.findings += text_rubric.of_text(situation)
    _find_invalid(builder, situation.answers)
    builder.add_gaps(situation.facts)
    over = is_filed(situation.facts)
    if over:
        blockers_to_warnings(builder)
    if production:
        return builder.verdict(StepState.DONE, filed_sentence(situation.facts))
    if over:
        return builder.verdict(StepState.DONE, "The request was filed; this text is your reply to the case.")
    return _conclusion(builder, description, situation)


def _find_invalid(builder: VerdictBuilder, answers: Answers) -> None:
    """Find what the operator wrote that Amazon or a reader would not take."""
    for field in (*_OWN, *(name for name in answers.entries if name.startswith(SENTENCE))):
        error = check(field, normal(field, answers.text(field)))
        if error:
            name = BY_ID[field].label if field in BY_ID else field.removeprefix(SENTENCE)
            builder.add_finding(
                f"{field}_invalid", Severity.BLOCKER, f"{name}: {error}", remedy=f"Correct {name}.", guide_step=13
            )


def _conclusion(builder: VerdictBuilder, description: Description, situation: Situation) -> Verdict:
    """Return the verdict of a description that is still to be sent."""
    blockers = sum(finding.severity == Severity.BLOCKER for finding in builder.findings)
    if blockers:
        first = builder.verdict(StepState.TODO, "").findings[0]
        more = f" And {plural(blockers - 1, 'more gap')}." if blockers > 1 else ""
        return builder.verdict(StepState.TODO, f"{first.message}{more}")
    unread = text_rubric.gaps(situation).unread
    if unread:
        return builder.verdict(StepState.UNKNOWN, unread[0].message)
    length = f"{len(description.text):,} of {DESCRIPTION_MAX:,} characters"
    if description.edited:
        return builder.verdict(StepState.DONE, f"Your own text is sent: {length}.")
    warnings = sum(finding.severity == Severity.WARNING for finding in builder.findings)
    note = f", {plural(warnings, 'warning')}" if warnings else ""
    return builder.verdict(StepState.DONE, f"The text is written: {length}{note}. Read it aloud once.")


def _rows(builder: VerdictBuilder, description: Description, answers: Answers) -> None:
    mine = sum(sentence.mine for sentence in description.sentences)
    whole = f"{len(description.text):,} of {DESCRIPTION_MAX:,} characters"
    builder.add_row("Length", whole, mark=Mark.GOOD if description.text else Mark.WAIT)
    if description.edited:
        entry = answers.entry("use_case_text")
        source = description.sentences[0].source
        builder.add_row("Written by", "you, as a whole", source=source, observed_at=entry.at if entry else None)
    else:
        carried = len(description.sentences) - mine
        builder.add_row("Sentences", f"{carried} carried by facts and figures, {mine} in your words")
    kept = normal("send_description", answers.text("send_description")) == "no"
    builder.add_row("Sent with the request", "no, kept for the case" if kept else "yes, as UseCaseDescription")
    holes = Counter(hole.section for hole in description.holes)
    for section in dict.fromkeys((*(s.section for s in description.sentences), *holes)):
        if section:
            sentences = sum(sentence.section == section for sentence in description.sentences)
            gaps = f", {plural(holes[section], 'gap')}" if holes[section] else ""
            mark = Mark.WARN if gaps else Mark.GOOD
            builder.add_row(section, f"{plural(sentences, 'sentence')}{gaps}", mark=mark, section="Sections")
