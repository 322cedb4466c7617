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
from dlaas_onboard.journey.steps.filed import filed, settle, words
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict

_OWN = ("business", "mail_content", "recipients_source", "unsubscribe", "use_case_text")


def judge(situation: Situation) -> Verdict:
    """Judge the description: what carries it, what is missing, what contradicts the facts."""
    builder = VerdictBuilder(StepId.USE_CASE)
    found = describe(situation)
    _rows(builder, found, situation.answers)
    production = stages.access(situation.facts) == "production"  # nobody reads a description any more
    if not production:
        builder.findings += text_rubric.of_text(situation)
    for field in (*_OWN, *(name for name in situation.answers.entries if name.startswith(SENTENCE))):
        error = check(field, normal(field, situation.answers.text(field)))
        if error:
            name = BY_ID[field].label if field in BY_ID else field.removeprefix(SENTENCE)
            builder.find(
                f"{field}_invalid", Severity.BLOCKER, f"{name}: {error}", remedy=f"Correct {name}.", guide_step=13
            )
    builder.gaps(situation.facts)
    count = sum(finding.severity == Severity.BLOCKER for finding in builder.findings)
    if filed(situation.facts):
        settle(builder)
    if production:
        return builder.verdict(StepState.DONE, words(situation.facts))
    if filed(situation.facts):
        return builder.verdict(StepState.DONE, "The request was filed; this text is your reply to the case.")
    if count:
        first = builder.verdict(StepState.TODO, "").findings[0]
        more = f" And {plural(count - 1, 'more gap')}." if count > 1 else ""
        return builder.verdict(StepState.TODO, f"{first.message}{more}")
    warnings = sum(finding.severity == Severity.WARNING for finding in builder.findings)
    length = f"{len(found.text):,} of {DESCRIPTION_MAX:,} characters"
    if found.edited:
        return builder.verdict(StepState.DONE, f"Your own text is sent: {length}.")
    note = f", {plural(warnings, 'warning')}" if warnings else ""
    return builder.verdict(StepState.DONE, f"The text is written: {length}{note}. Read it aloud once.")


def _rows(builder: VerdictBuilder, found: Description, answers: Answers) -> None:
    mine = sum(sentence.mine for sentence in found.sentences)
    whole = f"{len(found.text):,} of {DESCRIPTION_MAX:,} characters"
    builder.row("Length", whole, mark=Mark.GOOD if found.text else Mark.WAIT)
    if found.edited:
        entry = answers.entry("use_case_text")
        source = found.sentences[0].source
        builder.row("Written by", "you, as a whole", source=source, observed_at=entry.at if entry else None)
    else:
        carried = len(found.sentences) - mine
        builder.row("Sentences", f"{carried} carried by facts and figures, {mine} in your words")
    kept = normal("send_description", answers.text("send_description")) == "no"
    builder.row("Sent with the request", "no, kept for the case" if kept else "yes, as UseCaseDescription")
    holes = Counter(hole.section for hole in found.holes)
    for section in dict.fromkeys((*(s.section for s in found.sentences), *holes)):
        if section:
            sentences = sum(sentence.section == section for sentence in found.sentences)
            gaps = f", {plural(holes[section], 'gap')}" if holes[section] else ""
            mark = Mark.WARN if gaps else Mark.GOOD
            builder.row(section, f"{plural(sentences, 'sentence')}{gaps}", mark=mark, section="Sections")
