"""The description as entries: each sentence with what carries it, each gap where its sentence would stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from dlaas_onboard.tui.fact_items import Clock, joined, seen
from dlaas_onboard.tui.item_list import Item, heading
from dlaas_onboard.tui.safe_text import PROSE, fit, flat, indented, lit, wrap
from dlaas_onboard.tui.theme import DIM, KEY

if TYPE_CHECKING:
    from dlaas_onboard.journey.request.description import Description, Hole, Sentence

MAX_DESCRIPTION = 5000  # UseCaseDescription, SESv2 API reference: PutAccountDetails


def sentence_items(description: Description, clock: Clock) -> list[Item]:
    """Return the description under its headings, each gap where its sentence would stand."""
    length = len(description.text)
    note = f"{length} of {MAX_DESCRIPTION} characters" + (" — too long" if length > MAX_DESCRIPTION else "")
    items = [heading("Description", note)]
    if description.edited:
        items.append(_own_text(description))
        return items + [_hole(hole) for hole in description.holes]
    named = [sentence.section for sentence in description.sentences] + [hole.section for hole in description.holes]
    sections = list(dict.fromkeys(named))
    for section in sections:
        items.append(_section(section))
        items += [_sentence(sentence, clock) for sentence in description.sentences if sentence.section == section]
        items += [_hole(hole) for hole in description.holes if hole.section == section]
    return items


def _section(title: str) -> Item:
    return Item("", lambda width: [Content(""), fit(title, width, "bold $text-secondary")])


def _own_text(description: Description) -> Item:
    return Item(
        "own-text",
        lambda width: indented(description.text, width, 2),
        lit("Your own text replaces the written one. Empty the field below to get it back."),
        description.text,
        description.text,
    )


def _sentence(sentence: Sentence, clock: Clock) -> Item:
    def paint(width: int) -> list[Content]:
        lines = wrap(sentence.text, min(width, PROSE + 2) - 2)
        mark = Content.styled("✎ " if sentence.mine else "  ", "$text-secondary")
        return [Content.assemble(mark if index == 0 else "  ", line) for index, line in enumerate(lines)]

    detail = joined(
        Content.assemble(("e", KEY), " edit"),
        lit("yours: no fact carries it but your word", "$text-secondary") if sentence.mine else "",
        Content.assemble(("carried by ", DIM), flat(sentence.source)) if sentence.source else "",
        flat(seen(sentence.observed_at, clock()), DIM),
    )
    more = f"{sentence.text}\n\nCarried by: {sentence.source or 'your word'}\n{seen(sentence.observed_at, clock())}"
    return Item(f"sentence.{sentence.id}", paint, detail, sentence.text, more, sentence, (("e", "edit"),))


def _hole(hole: Hole) -> Item:
    def paint(width: int) -> list[Content]:
        first = wrap(f"gap: {hole.message}", min(width, PROSE + 2) - 2, "$text-warning")
        lines = [
            Content.assemble(("○ " if index == 0 else "  ", "$text-warning"), line) for index, line in enumerate(first)
        ]
        return lines + indented(f"→ {hole.remedy}" if hole.remedy else "", width, 2)

    to_field = Content.assemble(("enter", KEY), " goes to the field that fills it") if hole.field else Content("")
    return Item(
        f"hole.{hole.id}",
        paint,
        joined(lit("○ gap", "$text-warning"), to_field, flat(hole.remedy)),
        hole.remedy,
        "",
        hole,
    )
