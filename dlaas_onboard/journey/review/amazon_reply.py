"""What Amazon wrote about the request: the known kinds of answer, and the questions in it.

The wordings follow mails that operators published (docs/ses.md, "Amazon's mails"). For
"nothing arrived", "verify first" and enforcement no mail was found: theirs follow AWS's documentation. None was found
in Japanese; such a mail is not recognised. Nothing is guessed: what matches no known wording, or wordings of several
answers, is left for the operator to read. A mail is only matched, never followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.text import line

LONGEST = 20_000  # characters that are read of a mail; the field takes as many
_SHOWN = 160  # characters of the matching words that are shown as evidence


class ReplyKind(StrEnum):
    """What an answer of Amazon's is."""

    GRANTED = "granted"
    UPHELD = "upheld"  # refused again, after a review of what was answered
    REFUSED = "refused"
    QUESTION = "question"  # Amazon wants to know more
    IDENTITY = "identity"  # Amazon wants a domain or an address to be verified first
    ELSEWHERE = "elsewhere"  # nothing arrived, or it belongs at another door
    ENFORCEMENT = "enforcement"  # about sending that was paused or put under review, not about the request
    RECEIVED = "received"  # an acknowledgement, sent by itself
    SEVERAL = "several"  # wordings of answers that exclude each other
    UNKNOWN = "unknown"


class Question(StrEnum):
    """What Amazon asks for, in the order of the usual mail."""

    FREQUENCY = "frequency"
    LISTS = "lists"
    BOUNCES = "bounces"
    UNSUBSCRIBE = "unsubscribe"
    SAMPLES = "samples"
    USE_CASE = "use_case"
    MAIL_TYPE = "mail_type"
    OPT_IN = "opt_in"
    WEBSITE = "website"
    VOLUME = "volume"
    IDENTITY = "identity"


WORDS = {
    ReplyKind.GRANTED: "Amazon grants the request.",
    ReplyKind.UPHELD: "Amazon refuses again, after it reviewed your answer, and gives no reason.",
    ReplyKind.REFUSED: "Amazon refuses and gives no reason.",
    ReplyKind.QUESTION: "Amazon wants to know more.",
    ReplyKind.IDENTITY: "Amazon wants a verified domain or address first.",
    ReplyKind.ELSEWHERE: "Amazon says that nothing arrived, or that it belongs elsewhere.",
    ReplyKind.ENFORCEMENT: "Amazon writes about paused or reviewed sending, not about the request.",
    ReplyKind.RECEIVED: "Amazon has received the request; nothing is asked yet.",
    ReplyKind.SEVERAL: "Not recognised: it holds the words of several answers. Paste the newest mail alone.",
    ReplyKind.UNKNOWN: "Not recognised: read it yourself.",
}
# Where the wordings of a kind come from (docs/ses.md, "Amazon's mails"); shown beside the words that matched.
SOURCES = {
    ReplyKind.GRANTED: "grants that operators published",
    ReplyKind.UPHELD: "second refusals that operators published",
    ReplyKind.REFUSED: "refusals that operators published",
    ReplyKind.QUESTION: "questions that operators published",
    ReplyKind.IDENTITY: "questions that operators published",
    ReplyKind.ELSEWHERE: "AWS's documentation",
    ReplyKind.ENFORCEMENT: "SES Developer Guide",
    ReplyKind.RECEIVED: "acknowledgements that operators published",
}


class AmazonReply(NamedTuple):
    """What was recognised in one mail."""

    kind: ReplyKind
    questions: tuple[Question, ...] = ()
    evidence: str = ""  # the words by which the kind was recognised
    quota: tuple[float | None, float | None] = (None, None)  # a day, a second, as the mail says


class NewestReply(NamedTuple):
    """The newest word of Amazon's, with where it stands."""

    mail: AmazonReply
    text: str
    source: str  # "pasted 2026-11-24 by ada@laptop", "case 1780"
    at: datetime | None
    pasted: bool


_GAP = r"[^.?!]{0,80}?"  # words between two others of one sentence


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


_NO = r"(?:unable to|(?:can ?not|can't|could not|won't|will not)(?: be able to)?|not (?:be )?able to)"
_GRANTED = _any(
    rf"\b(?:have|has been|was)\b(?: now| also)? moved {_GAP}out of (?:the )?{_GAP}sandbox",
    r"\bmoved your account out of\b",
    r"\b(?:new sending quota is|sending quota is now) \d",
    r"\byour (?:request|case|account) (?:has been|was) (?:approved|granted)\b",
    r"\bwe(?:'ve| have) (?:approved|granted) your\b",
    r"\bwe(?:'ve| have)? enabled production access\b",
)
_REFUSED = _any(
    rf"\b{_NO} (?:grant|approve|increase|fulfil+|accept)\b",
    rf"\b(?:could|would|may|might|will) (?:have a negative impact|negatively (?:impact|affect)|impact)\b{_GAP}"
    r"\bservice\b",
    r"\b(?:denying|declining) (?:this|your) (?:request|case)\b",
    rf"\b{_NO} provide {_GAP}(?:specific|specifics|further|more) ?(?:details?|information|reasons?)?\b",
    r"\byour (?:request|case) (?:has been|was|is) (?:denied|declined|rejected)\b",
    r"\b(?:decided not to|have decided to decline|will not) (?:grant|approve)\b",
)
_AGAIN = _any(
    rf"\bstill {_NO}\b",
    r"\b(?:secondary|second|additional|further|new) review\b",
    rf"\b(?:re-?reviewed|reviewed {_GAP}again)\b",
    r"\b(?:decision|determination) (?:is final|stands|remains|has not changed|hasn't changed|is unchanged)\b",
    r"\b(?:uphold|upheld|maintain(?:ed|ing)?) (?:our|the) (?:previous |earlier |original )?"
    r"(?:decision|determination)\b",
    r"\bprevious (?:decision|determination)\b",
)
_ELSEWHERE = _any(
    r"\b(?:did not|didn't|have not|haven't) receive(?:d)? (?:your|a|any) (?:request|response|reply|answer)\b",
    r"\b(?:have not|haven't) heard (?:back )?from you\b",
    rf"\b(?:submit|open|create|file) (?:a |your )?(?:new |another )?(?:request|case)\b{_GAP}"
    r"\b(?:service quotas|limit type|sending limits? form|support center|ses console)\b",
)
_ENFORCEMENT = _any(
    r"\b(?:put|placed|is|are|been) (?:on probation|under review)\b",
    rf"\bsending\b{_GAP}\b(?:has been|is|was) paused\b",
    rf"\bpaused\b{_GAP}\bability to send\b",
)
_IDENTITY = _any(
    rf"\b(?:please|must|need to|have to|should|ask(?:ing)? (?:that )?you(?: to)?|required? to|not yet|before|first)\b"
    rf"{_GAP}\bverif(?:y|ied|ying)\b{_GAP}\b(?:identit(?:y|ies)|domains?|(?:e-?mail )?address(?:es)?)\b",
    rf"\b(?:do not|don't|does not|doesn't) have\b{_GAP}\bverified\b{_GAP}\b(?:identit(?:y|ies)|domains?)\b",
    r"\bno verified (?:identit(?:y|ies)|domains?)\b",
)
_RECEIVED = _any(
    r"\bthank you for (?:submitting|contacting|your request)\b",
    r"\b(?:we(?:'ve| have)? received your (?:request|case)|initial response\b[^.?!]{0,60}?\b24 hours)\b",
)
_WANTS = _any(
    r"\b(?:gather|need|require|obtain|request(?:ing)?|like) (?:some )?(?:more|additional|further) "
    r"(?:information|details)\b",
    r"\b(?:provide|send|share|give)(?: us)?(?: with)? (?:more|additional|further|the following) "
    r"(?:information|details)\b",
    r"\b(?:tell us|let us know|could you|can you|please (?:provide|describe|explain|tell|share|send|include|answer))\b",
)
# A sentence asks where it has one of these, ends with a question mark, or is an item under a line that asks.
_ASKS = _any(
    r"\b(?:tell us|let us know|describe|explain|share|include|answer|clarify|confirm)\b",
    r"\b(?:please|could you|can you|would you|help(?:ful)? to|we need|we require|like to know|want to know)\b",
    r"^(?:\W|\d)*(?:how|what|which|when|where|who|why|do|does|is|are)\b",
)
# Thanks for what was given already ask for nothing.
_THANKS = re.compile(r"^\W*thank(?:s| you) for\b")
_TOPICS = {
    Question.FREQUENCY: _any(
        rf"\bhow (?:often|frequently)\b{_GAP}\b(?:send|e-?mail|mail)", r"\b(?:sending )?frequency\b"
    ),
    Question.LISTS: _any(
        r"\b(?:recipient|mailing|e-?mail|contact|subscriber)s?(?:'s)? lists?\b",
        rf"\bhow\b{_GAP}\b(?:build|acquire|obtain|collect|maintain|get)\b{_GAP}\b(?:lists?|addresses|recipients)\b",
    ),
    Question.BOUNCES: _any(r"\bbounce[sd]?\b", r"\bcomplaints?\b"),
    Question.UNSUBSCRIBE: _any(r"\bun-?subscri\w*", r"\bopt(?:s|ing|ed)?[- ]?outs?\b", r"\bstop receiving\b"),
    Question.SAMPLES: _any(
        rf"\b(?:examples?|samples?|templates?|cop(?:y|ies))\b{_GAP}\b(?:e-?mails?|mails?|messages?|content)\b",
        r"\b(?:e-?mail|mail|message) (?:examples?|samples?|templates?|content)\b",
    ),
    Question.USE_CASE: _any(
        r"\buse[- ]case\b", rf"\bhow you (?:plan|intend) to use\b{_GAP}\bses\b", r"\bsending processes\b"
    ),
    Question.MAIL_TYPE: _any(
        r"\b(?:types?|kinds?) of (?:the )?(?:e-?mails?|mails?|messages?|content)\b",
        r"\bmail type\b",
        r"\btransactional or (?:marketing|promotional)\b",
        r"\b(?:marketing|promotional) or transactional\b",
    ),
    Question.OPT_IN: _any(
        r"\bopt(?:s|ing|ed)?[- ]?ins?\b", r"\bsign(?:ing)?[- ]?up (?:page|form|process)\b", r"\bconsent\b"
    ),
    Question.WEBSITE: _any(r"\bweb ?sites?\b", r"\bweb ?pages?\b", r"\burls?\b"),
    Question.VOLUME: _any(
        r"\b(?:volumes?|sending (?:quotas?|limits?|rates?))\b",
        rf"\bhow many\b{_GAP}\b(?:e-?mails?|mails?|messages?|recipients?)\b",
        rf"\b(?:reason|choose|chose)\b{_GAP}\b(?:quota|limit|rate)\b",
    ),
    Question.IDENTITY: _any(
        r"\bverif(?:y|ied|ication)\b[^.?!]{0,60}?\b(?:identit(?:y|ies)|domains?)\b",
        r"\b(?:dkim|spf|dmarc)\b",
        r"\bauthenticat\w+",
    ),
}
_DAILY = re.compile(r"\bsending quota is (?:now )?(\d[\d,]{0,14})\b")
_RATE = re.compile(r"\b(?:maximum |max )?send(?:ing)? rate is (?:now )?(\d[\d,]{0,8}(?:\.\d{1,3})?)\b")
_PLAIN = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2010": "-", "\u2011": "-"})
_QUOTED = re.compile(r"^\s*(?:>|\|)")
_OLDER = re.compile(r"^\s*(?:-{2,}\s*original message|on .{4,80} wrote:\s*$|from: .{1,200}$)", re.IGNORECASE)


def read(text: str) -> AmazonReply:
    """Return what a mail is. Works on its first :data:`LONGEST` characters; no text makes it fail."""
    lines = _own_lines(text[:LONGEST])
    plain = " ".join(lines)
    granted, refused = _said(_GRANTED, plain), _said(_REFUSED, plain)
    if granted and refused:
        return AmazonReply(ReplyKind.SEVERAL, evidence=_cut(f"{granted.group()} … {refused.group()}"))
    if granted:
        return AmazonReply(
            ReplyKind.GRANTED, evidence=_cut(granted.group()), quota=(_number(_DAILY, plain), _number(_RATE, plain))
        )
    questions = _questions(lines)
    if refused:
        again = _AGAIN.search(plain)
        return AmazonReply(
            ReplyKind.UPHELD if again else ReplyKind.REFUSED, questions, _cut((again or refused).group())
        )
    if paused := _ENFORCEMENT.search(plain):
        return AmazonReply(ReplyKind.ENFORCEMENT, (), _cut(paused.group()))
    return _request_for_more(questions, plain) or _notice(plain)


def _request_for_more(questions: tuple[Question, ...], plain: str) -> AmazonReply | None:
    """Return what a mail asks for that decides nothing, ``None`` where it asks nothing."""
    wants, identity = _WANTS.search(plain), _IDENTITY.search(plain)
    if identity and not set(questions) - {Question.IDENTITY}:
        return AmazonReply(ReplyKind.IDENTITY, (Question.IDENTITY,), _cut(identity.group()))
    if not questions and not wants:
        return None
    asked = questions or ((Question.USE_CASE,) if _TOPICS[Question.USE_CASE].search(plain) else ())
    return AmazonReply(ReplyKind.QUESTION, asked, _cut(wants.group() if wants else plain))


def _notice(plain: str) -> AmazonReply:
    """Return what a mail is that neither decides nor asks."""
    for kind, pattern in ((ReplyKind.ELSEWHERE, _ELSEWHERE), (ReplyKind.RECEIVED, _RECEIVED)):
        if match := pattern.search(plain):
            return AmazonReply(kind, (), _cut(match.group()))
    return AmazonReply(ReplyKind.UNKNOWN)


# "If we are unable to grant it", "once your request has been approved": nothing was decided.
_SUPPOSED = re.compile(r"\b(?:if|once|when|whether|until|unless|before|after)\b[^.?!]{0,80}$")


def _said(pattern: re.Pattern[str], plain: str) -> re.Match[str] | None:
    """Return the first place where ``pattern`` is said as a fact, not as a supposition."""
    for match in pattern.finditer(plain):
        if not _SUPPOSED.search(plain[max(0, match.start() - 90) : match.start()]):
            return match
    return None


def _own_lines(text: str) -> list[str]:
    """Return the lines of the newest mail in plain lower case: what it quotes of earlier ones asks nothing now."""
    lines = text.translate(_PLAIN).casefold().splitlines()
    own: list[str] = []
    for each in lines:
        if (
            _OLDER.match(each[:300])
            and any(own_line.strip() for own_line in own)
            and not each.lstrip().startswith("from: amazon")
        ):
            break
        if not _QUOTED.match(each):
            own.append(each)
    if not any(own_line.strip() for own_line in own):  # the whole mail was pasted as a quotation
        own = [_QUOTED.sub("", each) for each in lines]
    return [" ".join(each.split()) for each in own]


def _sentences(lines: list[str]) -> Iterator[str]:
    """Return the sentences, each item of a list under a line that asks with that line's words."""
    opening = ""
    for block in _paragraphs(lines):
        item = re.match(r"(?:[-*\u2022\u00b7]|\(?\d{1,2}[.)]|\(?[a-h][.)])\s", block)
        if item:
            yield f"{opening} {block}" if opening else block
            continue
        opening = block.rsplit(". ", 1)[-1] if block.endswith(":") else ""
        yield from re.split(r"(?<=[.?!])\s+", block)


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Join lines that a mail program broke; an item of a list begins a block of its own."""
    block: list[str] = []
    for each in lines:
        begins = re.match(r"(?:[-*\u2022\u00b7]|\(?\d{1,2}[.)]|\(?[a-h][.)])\s", each)
        if block and (not each or begins or block[-1].endswith(":")):
            yield " ".join(block)
            block = []
        if each:
            block.append(each)
    if block:
        yield " ".join(block)


def _questions(lines: list[str]) -> tuple[Question, ...]:
    questions: set[Question] = set()
    for sentence in _sentences(lines):
        if _THANKS.match(sentence) or not (_ASKS.search(sentence) or sentence.endswith("?")):
            continue
        questions.update(question for question, topic in _TOPICS.items() if topic.search(sentence))
    if questions - {Question.USE_CASE}:
        questions.discard(Question.USE_CASE)  # the frame of the usual mail; the questions stand in it
    return tuple(question for question in Question if question in questions)


def _number(pattern: re.Pattern[str], plain: str) -> float | None:
    match = pattern.search(plain)
    return float(match.group(1).replace(",", "")) if match else None


def _cut(text: str) -> str:
    return line(text, limit=_SHOWN) if len(text) <= _SHOWN else f"{line(text[: _SHOWN - 1])}…"


def from_amazon(by: str) -> bool:
    """Whether a message of a case is Amazon's: its submitter is then called so (AWS Support API, Communication)."""
    return by.strip().casefold().startswith("amazon web services")


def newest(situation: Situation) -> NewestReply | None:
    """Return Amazon's newest word: the last of its messages in the case, or the mail that was pasted after it."""
    case = so_far(situation.facts.case)
    message = (
        next((candidate for candidate in reversed(case.messages) if from_amazon(candidate.by)), None) if case else None
    )
    pasted = situation.answers.entry("aws_answer")
    if pasted is not None and pasted.text.strip():
        older = message is not None and message.at is not None and pasted.at < message.at
        if not older:
            source = f"pasted {pasted.at:%Y-%m-%d} by {pasted.by}"
            return NewestReply(read(pasted.text), pasted.text, source, pasted.at, pasted=True)
    if case is None or message is None:
        return None
    return NewestReply(read(message.body), message.body, f"case {case.display_id}", message.at, pasted=False)


def answered(facts: Facts) -> bool:
    """Whether the last message of the case is the operator's: Amazon has the word."""
    case = so_far(facts.case)
    return bool(case and case.messages) and not from_amazon(case.messages[-1].by if case else "")
