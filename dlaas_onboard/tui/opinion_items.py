"""The second opinion as entries: the total, what is not earned with where to go, and what is earned in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from dlaas_onboard.journey.situation.fields import BY_ID as FIELDS
from dlaas_onboard.journey.step_registry import BY_ID as STEPS
from dlaas_onboard.journey.steps.fact_points import Standing
from dlaas_onboard.journey.steps.second_opinion import SIGNS
from dlaas_onboard.journey.text import plural
from dlaas_onboard.tui.fact_items import joined
from dlaas_onboard.tui.item_list import Item, heading
from dlaas_onboard.tui.safe_text import PROSE, fit, flat, indented, wrap
from dlaas_onboard.tui.theme import DIM, KEY

if TYPE_CHECKING:
    from dlaas_onboard.journey.steps.second_opinion import Point, SecondOpinion

COLORS = {
    Standing.EARNED: "$text-success",
    Standing.WEAK: "$text-warning",
    Standing.MISSING: "$text-error",
    Standing.UNKNOWN: "$text-accent",
}
_LEAD = 11  # "✗ missing" and two blanks


def opinion_items(opinion: SecondOpinion) -> list[Item]:
    """Return the opinion, what is lost first; nothing where no reviewer reads the text any more."""
    if opinion.over:
        return []
    items = [heading("A second opinion"), Item("", lambda width: _total(opinion, width))]
    items += map(_still_open, opinion.still_open)
    if opinion.earned:
        items.append(_earned(opinion.earned))
    return items


def _total(opinion: SecondOpinion, width: int) -> list[Content]:
    prose = min(width, PROSE)
    return [*wrap(opinion.summary, prose, "bold"), *wrap(opinion.note, prose, DIM)]


def _still_open(points: Sequence[Point]) -> Item:
    first = points[0]
    names = "; ".join(f"{point.number} {point.what}" for point in points)
    where = _where(first)
    style = COLORS[first.standing]

    def paint(width: int) -> list[Content]:
        lead = _LEAD if width >= 64 else 2
        titles = wrap(names, min(width, PROSE + _LEAD) - _LEAD, "bold")
        lines = [Content.assemble(fit(_mark(first), _LEAD, style), *titles[:1])]
        lines += [Content.assemble(" " * _LEAD, line) for line in titles[1:]]
        lines += indented(first.why, width, lead, DIM, limit=3)
        if where:
            key = Content.assemble(" " * lead, ("enter", KEY), flat(f"  {where}"))
            lines.append(key.truncate(width, ellipsis=True))
        return lines

    remedy = f"\n\nRemedy: {first.remedy}" if first.remedy else ""
    more = f"{_mark(first).capitalize()}: {names}\n\n{first.why}{remedy}"
    detail = joined(flat(_mark(first), style), flat(first.remedy), flat(where, DIM))
    return Item(f"point.{first.number}", paint, detail, first.remedy or first.why, more, first)


def _earned(points: Sequence[Point]) -> Item:
    """Return what is earned as one line; it opens to the sentence or the fact that earns each."""
    style = COLORS[Standing.EARNED]
    names = "; ".join(f"{point.number} {point.what}" for point in points)

    def paint(width: int) -> list[Content]:
        count = fit(_mark(points[0]), _LEAD, style)
        words = joined(flat(plural(len(points), "point")), flat(names, DIM), dot="  ")
        return [Content.assemble(count, words.truncate(width - _LEAD, ellipsis=True))]

    each = "\n\n".join(f"{SIGNS[point.standing]} {point.number} {point.what}\n{point.why}" for point in points)
    detail = joined(Content.assemble(("enter", KEY), " shows the sentence or the fact that earns each"))
    return Item("point.earned", paint, detail, each, f"{plural(len(points), 'point')} earned\n\n{each}")


def _mark(point: Point) -> str:
    return f"{SIGNS[point.standing]} {point.standing.value}"


def _where(point: Point) -> str:
    """Return the step in which a point is earned, with the field there; ``""`` where nothing can be done."""
    if not point.remedy:
        return ""
    step, field = STEPS[point.step], FIELDS.get(point.field)
    return f"{step.number} {step.title}{f': {field.label}' if field is not None else ''}"
