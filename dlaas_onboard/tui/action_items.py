"""Actions as entries: what can be done here, and why what cannot be done now cannot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from dlaas_onboard.tui.fact_items import joined
from dlaas_onboard.tui.item_list import Item, heading
from dlaas_onboard.tui.safe_text import fit, flat, indented, lit, wrap
from dlaas_onboard.tui.theme import DIM, KEY

if TYPE_CHECKING:
    from dlaas_onboard.journey.writes.actions import Action

Offer = tuple["Action", str]  # an action and why it cannot be done now


def action_items(offers: Sequence[Offer]) -> list[Item]:
    """Return what can be done here, with the reason beside what cannot be done now."""
    return [heading("What you can do"), *(_action(action, reason) for action, reason in offers)] if offers else []


def _action(action: Action, reason: str) -> Item:
    def paint(width: int) -> list[Content]:
        key = fit(action.key, 3, DIM if reason else KEY)
        title = wrap(action.title, width - 3, DIM if reason else "", limit=2)
        lines = [Content.assemble(key, *title[:1])]
        lines += [Content.assemble("   ", line) for line in title[1:]]
        lines += indented(f"not now: {reason}" if reason else "", width, 3, DIM)
        return lines

    detail = joined(lit(f"not now: {reason}", "$text-warning") if reason else "", flat(action.help))
    return Item(f"action.{action.id}", paint, detail, target=action)
