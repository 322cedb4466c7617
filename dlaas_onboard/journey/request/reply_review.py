"""The reply read before it leaves: what is not true keeps it here, what it leaves open is named.

The gates of the filing (docs/architecture.md, "One filing") hold here, too, but for one difference: a gap of the text
needs no typed reason. An answer that lacks something is better than none, as long as the operator was told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dlaas_onboard.journey.request import contact_language, contradictions, open_gaps, question_answers, text_rubric
from dlaas_onboard.journey.request.description import Sentence
from dlaas_onboard.journey.request.reply_draft import is_typed, reply_text
from dlaas_onboard.journey.request.rubric_findings import first_of
from dlaas_onboard.journey.request.sentence_ids import QUESTIONS
from dlaas_onboard.journey.request.sentences import samples
from dlaas_onboard.journey.review import amazon_reply
from dlaas_onboard.journey.review.amazon_reply import Question
from dlaas_onboard.journey.situation.situation import Situation, once
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.verdict import Finding, Severity, Verdict

_ALL = 1_000  # samples: more than there are messages


@once
def contradicted(situation: Situation) -> tuple[Finding, ...]:
    """Return what in the reply speaks against what was seen: a blocker keeps it from leaving."""
    typed = is_typed(situation)
    return tuple(
        replace(
            item,
            id=f"{StepId.DECISION}.{item.id.partition('.')[2]}",
            step=StepId.DECISION,
            guide_step=0,
            field="reply" if typed else item.field,
        )
        for item in contradictions.of_statements(_statements(situation), situation)
    )


def untrue(situation: Situation) -> str:
    """Return why the reply may not leave as it reads, ``""`` where nothing that was seen speaks against it."""
    blockers = [item for item in contradicted(situation) if item.severity == Severity.BLOCKER]
    if not blockers:
        return ""
    where = "" if is_typed(situation) else " It stands in the text of the step Use case."
    return f"{first_of(blockers, 'more statement')}{where} {blockers[0].remedy}"


def not_mentioned(situation: Situation) -> tuple[str, ...]:
    """Return what Amazon asks and a typed reply does not seem to mention: a guess by keywords, empty for the draft.

    Without a question of Amazon's it is what AWS asks in every case. Nothing is guessed of a text in another language.
    """
    text = reply_text(situation)
    if not is_typed(situation) or not text_rubric.is_english(text):
        return ()
    questions = asked(situation)
    if questions:
        return tuple(question_answers.ASKED[each] for each in questions if not question_answers.mentions(each, text))
    return tuple(QUESTIONS[each].about for each in text_rubric.not_spoken_of(text))


def asked(situation: Situation) -> tuple[Question, ...]:
    """Return what Amazon's newest word asks."""
    newest = amazon_reply.newest(situation)
    return newest.mail.questions if newest is not None else ()


def warnings(situation: Situation, verdicts: Mapping[StepId, Verdict]) -> str:
    """Return line by line what the operator is told before the reply leaves, ``""`` for nothing."""
    typed = is_typed(situation)
    lines = [*_of_typed(situation)] if typed else [*_of_draft(situation)]
    lines += [f"{item.message} {item.remedy}" for item in contradicted(situation) if item.severity != Severity.BLOCKER]
    # The step Use case judges the text that a reply in the operator's own words replaces.
    gaps = open_gaps.named(verdicts, but=(StepId.USE_CASE,) if typed else ())
    if gaps:
        lines += ["Open gaps that a reviewer may mind; it can leave with them:", *(f"- {gap}" for gap in gaps)]
    return "\n".join(filter(None, (*lines, contact_language.words(situation))))


def _of_draft(situation: Situation) -> tuple[str, ...]:
    lacking = [question_answers.ASKED[each] for each in asked(situation) if not _is_answered(each, situation)]
    return (f"Not answered in full of what Amazon asked: {', '.join(lacking)}.",) if lacking else ()


def _is_answered(question: Question, situation: Situation) -> bool:
    answer = question_answers.answer(question, situation)
    return bool(answer.sentences) and not answer.holes


def _of_typed(situation: Situation) -> tuple[str, ...]:
    text = reply_text(situation)
    if not text_rubric.is_english(text):
        return ("Your reply is not in English: whether it answers what Amazon asked was not looked at.",)
    missing = "; ".join(f"{name[:1].lower()}{name[1:]}" for name in not_mentioned(situation))
    guess = f"Your reply does not seem to mention: {missing}. This is a guess by keywords: read it once more."
    found = text_rubric.of_words(text, situation)
    return ((guess,) if missing else ()) + tuple(f"{item.message} {item.remedy}" for item in found)


def _statements(situation: Situation) -> tuple[Sentence, ...]:
    """Return what the reply states: sentences of the ledger that stand in it, and the rest, which nothing carries.

    What facts carry stands beside it even where the reply leaves it out, so that it can speak against the reply.
    """
    rest = reply_text(situation)
    ledger = (*question_answers.ledger_description(situation).sentences, *samples(situation, _ALL))
    statements = []
    for sentence in sorted(ledger, key=lambda each: len(each.text), reverse=True):
        without = rest.replace(sentence.text, "\n").replace(" ".join(sentence.text.split()), "\n")
        if without != rest or not sentence.mine:
            statements.append(sentence)
        rest = without
    own = Sentence("reply", "", rest, "the reply", mine=True)
    return (*statements, own) if rest.strip() else tuple(statements)
