"""The use-case description, sentence by sentence, each carried by a fact or an answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from dlaas_onboard.journey.request import evidence
from dlaas_onboard.journey.request.description import Description, Hole, Sentence
from dlaas_onboard.journey.request.empty_answers import says_nothing
from dlaas_onboard.journey.request.field_rules import DESCRIPTION_MAX, DROP, REPLY_MAX, check, normal
from dlaas_onboard.journey.request.sentence_ids import QUESTIONS, SAMPLE, SECTIONS, is_answered, section_of
from dlaas_onboard.journey.request.sentences import ledger, samples
from dlaas_onboard.journey.request.space import end_that_had_to_go, fitting, what_had_to_go
from dlaas_onboard.journey.request.worksheet import figures
from dlaas_onboard.journey.situation.fields import SENTENCE
from dlaas_onboard.journey.situation.situation import Situation, once

if TYPE_CHECKING:
    from dlaas_onboard.journey.situation.answers import Answers


@once
def describe(situation: Situation) -> Description:
    """Return the description as it would be sent, with the holes that remain."""
    items = list(ledger(situation))
    carried = [item for item in items if isinstance(item, Sentence)]
    sentences = _rewritten(carried, situation.answers)
    filled = {sentence.id for sentence in sentences}
    holes = [item for item in items if isinstance(item, Hole) and not is_answered(item.id, filled)]
    holes += _left_out({sentence.id for sentence in carried}, filled)
    own = situation.answers.entry("use_case_text")
    text = normal("use_case_text", own.text) if own else ""
    if own is not None and text:
        written = Sentence(
            "use_case_text", "", text, evidence.entered("use_case_text", situation.answers), own.at, mine=True
        )
        fits = _cut(text, DESCRIPTION_MAX)
        if fits != text:
            holes.append(end_that_had_to_go(text, fits))
        return Description((written,), tuple(holes), fits, edited=True)
    kept = _listed(fitting(sentences, _is_short_enough))
    holes += what_had_to_go(sentences, kept)
    return Description(tuple(kept), tuple(holes), render(kept))


def _is_short_enough(sentences: Sequence[Sentence]) -> bool:
    return len(render(_listed(sentences))) <= DESCRIPTION_MAX


def _left_out(carried: Collection[str], filled: Collection[str]) -> Iterator[Hole]:
    """Return a hole for each question of AWS's that was answered until the operator left the sentence out."""
    for question, (_, about) in QUESTIONS.items():
        if is_answered(question, carried) and not is_answered(question, filled):
            yield Hole(
                question,
                section_of(question) or SAMPLE,
                f"Left out by you: {about}.",
                "Put the sentence back, or write it in your own words: Amazon asks for it.",
                left_out=True,
            )


def _rewritten(sentences: list[Sentence], answers: Answers) -> list[Sentence]:
    """Put the operator's words in the place of the sentences that they rewrote; ``-`` leaves a sentence out."""
    by_id = {sentence.id: sentence for sentence in sentences}
    for field, entry in sorted(answers.entries.items()):
        if not field.startswith(SENTENCE):
            continue
        name = field.removeprefix(SENTENCE)
        text = normal(field, entry.text)
        section = section_of(name)
        if text == DROP or says_nothing(name, text):
            by_id.pop(name, None)
        elif text and section and not check(field, text):
            was = by_id.get(name)
            carried = f"in place of a sentence from {was.source}" if was else "no observed fact carries it"
            source = f"entered {entry.at:%Y-%m-%d} by {entry.by}; {carried}"
            by_id[name] = Sentence(name, section, text, source, entry.at, mine=True)
    return _listed(sorted(by_id.values(), key=lambda sentence: SECTIONS.index(sentence.section)))


def _listed(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Leave out the opening of a list that has no line left, and what speaks of messages where none is named."""
    lines = [sentence.text.startswith("- ") for sentence in sentences]
    follows = [*lines[1:], False][: len(lines)]
    kept = [
        sentence
        for sentence, line_follows in zip(sentences, follows, strict=True)
        if line_follows or not sentence.id.startswith("mails.") or sentence.mine
    ]
    return [sentence for sentence in kept if sentence.id != "jobs" or any(lines)]


def render(sentences: Iterable[Sentence]) -> str:
    """Return the sentences as plain text: a heading for each section, prose in one paragraph, lists line by line."""
    blocks: list[str] = []
    section = ""
    flowing = False
    for sentence in sentences:
        alone = "\n" in sentence.text or sentence.text.startswith("- ")
        if sentence.section != section:
            section = sentence.section
            blocks.append(f"{chr(10) * 2 if blocks else ''}{section}\n{sentence.text}")
        elif flowing and not alone and not sentence.text.endswith(":"):
            blocks.append(f" {sentence.text}")
        else:
            blocks.append(f"\n{sentence.text}")
        flowing = not alone and not sentence.text.endswith(":")
    return "".join(blocks)


def _cut(text: str, limit: int) -> str:
    """Return ``text`` up to the last sentence or line that ends within ``limit``."""
    if len(text) <= limit:
        return text
    ends = [match.end() for match in re.finditer(r"[.!?](?=\s)|\n", text[: limit + 1]) if match.end() <= limit]
    return text[: ends[-1]].rstrip() if ends else ""


def figures_not_said(situation: Situation) -> str:
    """Return the figures of the worksheet as a list, ``""`` where the description says them in a sentence."""
    asked = figures(situation)
    said = {"volume", "quota"} <= {sentence.id for sentence in describe(situation).sentences}
    return "" if said or not asked else "Quota\n" + "\n".join(f"- {line}" for line in asked)


# The reply ends with a reference line by which it is found again.
_KIT_MAX = REPLY_MAX - len("\n\nRef: dlaas-0123456789")


def reply_kit(situation: Situation) -> str:
    """Return the reply to Amazon's case: the description, the figures, up to two samples; at most 8000 characters."""
    description = describe(situation)
    base = (
        description.text
        if description.edited
        else render(s for s in description.sentences if not s.id.startswith("sample."))
    )
    parts = [base] if base else []
    place = situation.place
    if place.account and place.region:
        parts.insert(0, f"This is about our request for production access to Amazon SES in {place.region}.")
    if asked := figures_not_said(situation):
        parts.append(asked)
    for number, sample in enumerate(samples(situation, 2), 1):
        parts.append(f"Sample {number}\n{sample.text}")
    while len("\n\n".join(parts)) > _KIT_MAX and len(parts) > 1:
        parts.pop()
    return _cut("\n\n".join(parts), _KIT_MAX)
