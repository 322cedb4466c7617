"""What an operator's own words claim: not what they deny, and not what they only plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
# A denial reaches to the end of its clause; a list ("no newsletters, promotions and offers") is one clause.
_CLAUSE = re.compile(
    r"[;:]|\s[-–—]\s|,?\s+(?:but|yet|although|while|whereas)\s|,\s+(?:so|and|or)\s+(?=(?:we|our|all|every|each|the|it"
    r"|they|there|users?|people|mail|bounces?|complaints?)\b)",
    re.IGNORECASE,
)
_DENIED_BEFORE = re.compile(r"\b(?:no|not|never|without|nor|neither|cannot|none|\w+n['’]t)\b(?! only\b)", re.IGNORECASE)
_DENIED_AFTER = re.compile(
    r"^[^,]*?\b(?:is|are|was|were|has|have|does|do)\s+(?:not|never)\b|^[^,]*?\b(?:isn|aren|wasn|weren|hasn|haven|doesn|don)"
    r"['’]t\b|^[^,]*?\b(?:missing|absent|not yet)\b",
    re.IGNORECASE,
)
_CHANGE = (
    r"(?:set|publish|add|enabl|configur|switch|turn|sign|mov|chang|rais"
    r"|tighten|introduc|creat|adopt|implement|have|use)"
)
_INTENDED = r"(?:will|shall|going to|plan(?:s|ning)? to|intends? to|want to|about to|would like to)"
_PLANNED = re.compile(
    rf"\b{_INTENDED}\b(?:\s+\w+){{0,3}}?\s+{_CHANGE}"
    r"|\b(?:soon|planned|pending|in preparation|not yet|next (?:week|month|year)|later this|tomorrow)\b"
    rf"|\bbeing {_CHANGE}|\bto be {_CHANGE}",
    re.IGNORECASE,
)


class Claim(NamedTuple):
    """Words that are claimed, and the sentence in which they stand."""

    words: str
    sentence: str


def sentences(text: str) -> Iterator[str]:
    """Return the sentences of a text; a line of a list is one."""
    for part in _SENTENCE_END.split(text):
        if part.strip():
            yield part.strip()


def stated(text: str) -> Iterator[str]:
    """Return the sentences that state something: no question, and no line quoted from somebody else's mail."""
    return (sentence for sentence in sentences(text) if not sentence.endswith("?") and not sentence.startswith(">"))


def claims(words: re.Pattern[str], text: str) -> Iterator[Claim]:
    """Return where ``words`` are claimed: "we send no newsletters" and "DKIM will be set up" claim nothing."""
    for sentence in stated(text):
        for match in words.finditer(sentence):
            clause_start = max((end.end() for end in _CLAUSE.finditer(sentence[: match.start()])), default=0)
            after = sentence[match.end() :]
            ends = _CLAUSE.search(after)
            rest = after[: ends.start()] if ends else after
            before = sentence[clause_start : match.start()]
            denied = _DENIED_BEFORE.search(before) or _DENIED_AFTER.search(rest)
            if not denied and not _PLANNED.search(f"{before}{match.group()}{rest}"):
                yield Claim(match.group(), sentence)
