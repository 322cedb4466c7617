"""The description's space, shared by worth: what was proved stays before prose, and what had to go is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from dlaas_onboard.journey.request.description import Hole, Sentence
from dlaas_onboard.journey.request.field_rules import DESCRIPTION_MAX
from dlaas_onboard.journey.request.sentence_ids import LIST, MAIL, SAMPLE_OF
from dlaas_onboard.journey.text import plural

# What goes first stands first: samples, then what supports and answers nothing, the list of messages from its end, and
# prose. What is in none of these was proved or is asked for in every case (events, what is done on a bounce, DKIM, MAIL
# FROM, DMARC, volume, suppression, consent): it goes last, the operator's own words before what was seen.
_DETAILS = ("products", "purge", "forwarding", "suppressed", "sandbox_use", "sister", "reply_to", "jobs", "service")
_PROSE = ("bounce_seen", "growth", "unsubscribe", "business", "mail_content")
_SHOWN = 60  # characters of the operator's words in the name of what had to go


def fitting(sentences: Sequence[Sentence], short_enough: Callable[[Sequence[Sentence]], bool]) -> list[Sentence]:
    """Return what fits: whole sentences are left out, the least worth first."""
    kept = list(sentences)
    while kept and not short_enough(kept):
        kept.remove(min(reversed(kept), key=_worth))
    return kept


def _worth(sentence: Sentence) -> tuple[int, int, int]:
    """Return by what a sentence is kept; the longest of the operator's own goes first among equals."""
    length = -len(sentence.text) if sentence.mine else 0
    if sentence.id.startswith(SAMPLE_OF):
        return 0, sentence.mine, length
    if sentence.id in _DETAILS:
        return 1, sentence.mine, _DETAILS.index(sentence.id)
    if sentence.id.startswith((MAIL, LIST)):
        return (2, 0, 0) if not sentence.mine else (3, 0, length)
    if sentence.id in _PROSE:
        return 4, _PROSE.index(sentence.id), 0
    return (5, 0, length) if sentence.mine else (6, 0, 0)


def what_had_to_go(sentences: Iterable[Sentence], kept: Sequence[Sentence]) -> Iterator[Hole]:
    """Return what does not fit: the operator decides on their own words and on messages, and hears of the rest."""
    lost = [
        sentence
        for sentence in sentences
        if sentence not in kept and (sentence.mine or not sentence.id.startswith(LIST))
    ]
    supports = [item for item in lost if not item.mine and (item.id in _DETAILS or item.id.startswith(SAMPLE_OF))]
    decided = [item for item in lost if item not in supports]
    limit = f"because the text may have {DESCRIPTION_MAX:,} characters"
    if decided:
        named = ", ".join(_name(item) for item in decided)
        yield Hole(
            "length",
            decided[0].section,
            f"Left out, {limit}: {named}.",
            "Shorten your own words until all of it fits, or decide what goes: a sentence rewritten as - is left out.",
        )
    if supports:
        named = ", ".join(item.id for item in supports)
        yield Hole("length_details", supports[0].section, f"Left out, {limit}: {named}.", "Shorten your own words.")


def end_that_had_to_go(text: str, kept: str) -> Hole:
    """Return what does not fit of a text that the operator wrote as a whole."""
    lost = text[len(kept) :].strip()
    return Hole(
        "length",
        "",
        f"Your text has {len(text):,} characters and may have {DESCRIPTION_MAX:,}: "
        f"{plural(len(lost), 'character')} from “{_opening(lost)}” on would be left out.",
        "Shorten it.",
        "use_case_text",
    )


def _name(sentence: Sentence) -> str:
    return f"{sentence.id} (“{_opening(sentence.text)}”)" if sentence.mine else sentence.id


def _opening(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1].rstrip()}…"
