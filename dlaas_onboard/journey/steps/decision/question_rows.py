"""Amazon's questions, each with what answers it, and those that nothing answers."""

from __future__ import annotations

from dlaas_onboard.journey.request import question_answers
from dlaas_onboard.journey.request.question_answers import QuestionAnswer
from dlaas_onboard.journey.review.amazon_reply import NewestReply
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import BY_ID
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.verdict import Mark, Severity

SECTION = "What Amazon asks"
_NO_ANSWER = "Nothing here answers it."


def rows(builder: VerdictBuilder, situation: Situation, letter: NewestReply) -> None:
    """Show each question with what answers it, and find those that nothing answers."""
    for question in letter.mail.questions:
        answer = question_answers.answer(question, situation)
        lacking = bool(answer.holes) or not _text(answer)
        _row(builder, answer, lacking=lacking)
        if lacking:
            _find_lack(builder, answer, letter)


def _row(builder: VerdictBuilder, answer: QuestionAnswer, *, lacking: bool) -> None:
    text, missing = _text(answer), _missing(answer)
    times = [sentence.observed_at for sentence in answer.sentences if sentence.observed_at is not None]
    builder.add_row(
        question_answers.ASKED[answer.question],
        f"{text} Still open: {missing}" if text and missing else text or missing or _NO_ANSWER,
        mark=Mark.WARN if lacking else Mark.GOOD,
        section=SECTION,
        source="; ".join(dict.fromkeys(sentence.source for sentence in answer.sentences if sentence.source)),
        observed_at=max(times, default=None),
        expected=f"filled in at {_step_title(answer)}" if lacking else "",
        more="\n\n".join(sentence.text for sentence in answer.sentences),
    )


def _find_lack(builder: VerdictBuilder, answer: QuestionAnswer, letter: NewestReply) -> None:
    label = question_answers.ASKED[answer.question]
    hole = answer.holes[0] if answer.holes else None
    builder.add_finding(
        f"asked.{answer.question}",
        Severity.WARNING,
        f"Amazon asks: {label[:1].lower()}{label[1:]}. {_missing(answer) or _NO_ANSWER}",
        evidence="; ".join(filter(None, (letter.source, *(hole.section for hole in answer.holes)))),
        remedy=f"{hole.remedy if hole else 'Say it in your reply.'} That is {_step_title(answer)}.",
        field=(hole.field if hole else "") or "reply",
    )


def _text(answer: QuestionAnswer) -> str:
    return " ".join(" ".join(sentence.text.split()) for sentence in answer.sentences)


def _missing(answer: QuestionAnswer) -> str:
    return " ".join(hole.message for hole in answer.holes)


def _step_title(answer: QuestionAnswer) -> str:
    step = BY_ID[answer.step]
    return f"step {step.number}, {step.title}"
