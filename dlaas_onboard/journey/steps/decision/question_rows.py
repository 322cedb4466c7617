"""Amazon's questions, each with what answers it, and those that nothing answers.

A reply in the operator's own words is judged by what it says, as far as keywords tell, not by what is known here.
"""

from __future__ import annotations

from dlaas_onboard.journey.request import question_answers
from dlaas_onboard.journey.request.question_answers import QuestionAnswer
from dlaas_onboard.journey.request.reply_draft import is_typed, reply_text
from dlaas_onboard.journey.request.text_rubric import is_english
from dlaas_onboard.journey.review.amazon_reply import NewestReply
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import BY_ID
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.verdict import Mark, Severity

SECTION = "What Amazon asks"
_NO_ANSWER = "Nothing here answers it."


def rows(builder: VerdictBuilder, situation: Situation, letter: NewestReply) -> None:
    """Show each question with what answers it, and find those that nothing answers."""
    if is_typed(situation):
        _typed_rows(builder, situation, letter)
        return
    for question in letter.mail.questions:
        answer = question_answers.answer(question, situation)
        lacking = bool(answer.holes) or not _text(answer)
        _row(builder, answer, lacking=lacking)
        if lacking:
            _find_lack(builder, answer, letter)


def _typed_rows(builder: VerdictBuilder, situation: Situation, letter: NewestReply) -> None:
    text = reply_text(situation)
    readable = is_english(text)
    for question in letter.mail.questions:
        label = question_answers.ASKED[question]
        mentioned = question_answers.mentions(question, text)
        answer = question_answers.answer(question, situation)
        builder.add_row(
            label,
            _typed_words(mentioned=mentioned, readable=readable),
            mark=(Mark.GOOD if mentioned else Mark.WARN) if readable else Mark.UNKNOWN,
            section=SECTION,
            source="your own words, by keywords",
            more="\n\n".join(("What is known here:", *(sentence.text for sentence in answer.sentences))),
        )
        if readable and not mentioned:
            builder.add_finding(
                f"asked.{question}",
                Severity.WARNING,
                f"Amazon asks: {label[:1].lower()}{label[1:]}. Your reply does not seem to mention it.",
                evidence=f"{letter.source}; a guess by keywords",
                remedy="Say it in your reply, unless it says it in other words.",
                field="reply",
            )


def _typed_words(*, mentioned: bool, readable: bool) -> str:
    if not readable:
        return "Your reply is not in English: it was not looked at."
    return "Your reply speaks of it." if mentioned else "Your reply does not seem to mention it."


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
