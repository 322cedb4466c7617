"""The conversation of the review's case as entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from dlaas_onboard.tui.fact_items import Clock, joined, seen
from dlaas_onboard.tui.item_list import Item, heading
from dlaas_onboard.tui.safe_text import flat, indented
from dlaas_onboard.tui.theme import DIM

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import SupportCase


def case_items(case: SupportCase | None, clock: Clock) -> list[Item]:
    """Return the conversation of the review's case, oldest message first."""
    if case is None:
        return []
    items = [heading(f"Case {case.display_id}", case.status)]
    for number, message in enumerate(case.messages):
        when = f"{message.at.astimezone():%d %b %H:%M}" if message.at else ""

        def paint(width: int, by: str = message.by, when: str = when, body: str = message.body) -> list[Content]:
            head = joined(flat(by, "bold"), flat(when, DIM)).truncate(width, ellipsis=True)
            return [head, *indented(body, width, 2, limit=12), Content("")]

        items.append(
            Item(
                f"message.{number}",
                paint,
                joined(flat(message.by), flat(seen(message.at, clock()), DIM)),
                message.body,
                f"{message.by}, {when}\n\n{message.body}",
                message,
            )
        )
    return items
