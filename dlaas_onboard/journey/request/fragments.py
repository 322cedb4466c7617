"""Own words that do not read as sentences, and how they could: by rules that are safe alone, never by new words.

The operator turns fragments into sentences; what is not sure is only named.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from dlaas_onboard.journey.request.own_claims import sentences

# The fields that stand as prose in the text. What is sent may be a list.
PROSE = ("business", "recipients_source", "bounce_process", "unsubscribe", "growth")
_LOST_APOSTROPHES = {
    "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "cant": "can't", "wont": "won't", "isnt": "isn't",
    "arent": "aren't", "wasnt": "wasn't", "havent": "haven't", "hasnt": "hasn't", "shouldnt": "shouldn't",
    "couldnt": "couldn't", "thats": "that's", "theyre": "they're", "youre": "you're", "ive": "I've", "im": "I'm",
}  # fmt: skip
_APOSTROPHE = re.compile(rf"\b(?:{'|'.join(_LOST_APOSTROPHES)})\b", re.IGNORECASE)
_SHORTHAND = re.compile(
    r"->|=>|-->|→|\bw/o?(?=\s|$)|\bb/c\b|\b(?:pls|plz|thx|btw|asap|atm|gonna|wanna|u|ur|thru|cuz|coz|ppl|msg|msgs|w8)\b",
    re.IGNORECASE,
)
_NO_CAPITAL = re.compile(r"[a-z]")


class Fragment(NamedTuple):
    """Words that do not read as a sentence."""

    words: str
    why: str
    suggestion: str  # how it could read, "" where that is not sure


def fragment(text: str) -> Fragment | None:
    """Return the first words of ``text`` that do not read as a sentence, ``None`` where all do."""
    for sentence in sentences(text):
        if found := _in_sentence(sentence):
            return found
    return None


def _in_sentence(sentence: str) -> Fragment | None:
    if shorthand := _SHORTHAND.search(sentence):
        return Fragment(sentence, f"“{shorthand.group()}” is shorthand", "")
    corrected = _APOSTROPHE.sub(_with_apostrophe, sentence)
    why = "an apostrophe is missing" if corrected != sentence else ""
    first = corrected.lstrip("“\"'(")[:1]
    if _NO_CAPITAL.match(first) and not re.match(r"\S*[\d./@_]|[a-z]+[A-Z]", corrected):  # example.com, iPhone
        corrected = corrected.replace(first, first.upper(), 1)
        why = why or "it begins without a capital"
    if not why:
        return None
    return Fragment(sentence, why, corrected if corrected[-1] in ".!?:" else f"{corrected}.")


def _with_apostrophe(match: re.Match[str]) -> str:
    word = _LOST_APOSTROPHES[match.group().lower()]
    return word[:1].upper() + word[1:] if match.group()[0].isupper() else word
