"""The reply to Amazon, drafted: what was asked, what has changed since the request, then the rest of the reply kit.

Every sentence is one of the claim ledger, or the title of a gate that is green now; a question that nothing answers is
left out here and named as a gap where the draft is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.request import filing_snapshot
from dlaas_onboard.journey.request.claim_ledger import describe, figures_not_said, render, reply_kit
from dlaas_onboard.journey.request.field_rules import REPLY_MAX
from dlaas_onboard.journey.request.question_answers import HEADINGS, QuestionAnswer, answer, ledger_description
from dlaas_onboard.journey.request.sentence_ids import LIST, MAIL, SAMPLE_OF
from dlaas_onboard.journey.request.sentences import samples
from dlaas_onboard.journey.review import amazon_reply, stages
from dlaas_onboard.journey.review.amazon_reply import Question, ReplyKind
from dlaas_onboard.journey.review.stages import Stage
from dlaas_onboard.journey.situation.situation import Situation, once

# The reply ends with a reference line by which it is found again.
LONGEST = REPLY_MAX - len("\n\nRef: dlaas-0123456789")
_ANSWERED = frozenset({ReplyKind.QUESTION, ReplyKind.IDENTITY, ReplyKind.REFUSED, ReplyKind.UPHELD})


def is_typed(situation: Situation) -> bool:
    """Return whether the reply is the operator's own, not the draft."""
    return bool(situation.answers.text("reply").strip())


def reply_text(situation: Situation) -> str:
    """Return the operator's own reply, or else the draft."""
    return situation.answers.text("reply").strip() or reply_draft(situation)


@once
def reply_draft(situation: Situation) -> str:
    """Return the draft of the reply, at most :data:`LONGEST` characters; the reply kit where nothing is to be answered.

    It follows from what was read and entered alone, so that what is shown is what would be sent.
    """
    newest = amazon_reply.newest(situation)
    denied = stages.stage(situation.facts) == Stage.DENIED
    if not denied and (newest is None or newest.mail.kind not in _ANSWERED):
        return reply_kit(situation)
    replies = [answer(question, situation) for question in (newest.mail.questions if newest is not None else ())]
    answered = [_answered(reply) for reply in replies if reply.sentences]
    blocks = [opening(situation.facts, denied=denied), *answered, _changed(situation)]
    used = {sentence.id for reply in replies for sentence in reply.sentences}
    return _fit([block for block in blocks if block], _rest(situation, used))


def opening(facts: Facts, *, denied: bool) -> str:
    """Return what the message is about, in one sentence or two."""
    place, case_id = facts.place, stages.case_id(facts)
    case = f" (case {case_id})" if case_id else ""
    where = f" in {place.region}" if place.region else ""
    about = f"Hello,\n\nThis is about our request for production access to Amazon SES{where}{case}."
    return f"{about} Please review it again with what follows." if denied else about


def _answered(reply: QuestionAnswer) -> str:
    texts = [sentence.text for sentence in reply.sentences]
    if reply.question == Question.SAMPLES:
        texts = ["\n\n".join(_numbered(texts))]
    return f"{HEADINGS[reply.question]}\n" + "\n".join(texts)


def _numbered(samples_of_mail: Iterable[str]) -> Iterator[str]:
    return (f"Sample {number}\n{text}" for number, text in enumerate(samples_of_mail, 1))


def _changed(situation: Situation) -> str:
    """Return what has changed since the request that a reviewer can see: gates that are green now, sentences."""
    changes = filing_snapshot.since(situation, {})
    if changes is None:
        return ""
    lines = [f"Now in place: {title}." for title in changes.mended]
    lines += [sentence.text for sentence in changes.added if _short(sentence.id)]
    lines += [sentence.text for _, sentence in changes.changed if _short(sentence.id)]
    if not lines:
        return ""
    listed = "\n".join(f"- {' '.join(each.split())}" for each in lines)
    return f"What has changed since our request of {changes.filed.at:%Y-%m-%d}\n{listed}"


def _short(sentence_id: str) -> bool:
    return not sentence_id.startswith((SAMPLE_OF, MAIL, LIST))


def _rest(situation: Situation, used: set[str]) -> list[str]:
    """Return the parts of the reply kit that nothing above says, the least needed last."""
    description = describe(situation)
    if description.edited:
        parts = [description.text]
    else:
        left = [sentence for sentence in ledger_description(situation).sentences if sentence.id not in used]
        parts = render(sentence for sentence in left if not sentence.id.startswith(SAMPLE_OF)).split("\n\n")
    if asked := figures_not_said(situation):
        parts.append(asked)
    shown = [sample.text for sample in samples(situation, 2) if sample.id not in used]
    return [*(part for part in parts if part), *_numbered(shown)]


def _fit(blocks: Sequence[str], rest: Sequence[str]) -> str:
    """Join the blocks, and of the rest as many as there is room for; what is too long by itself ends with a line."""
    text = "\n\n".join(blocks)
    if len(text) > LONGEST:
        return text[: text.rfind("\n", 0, LONGEST)].rstrip()
    for part in rest:
        if len(text) + 2 + len(part) <= LONGEST:
            text = f"{text}\n\n{part}"
    return text
