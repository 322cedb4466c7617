"""The journal: everything that happened, day by day, the newest at the bottom, filtered by kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from dlaas_onboard.journey.review.timeline import EventKind, days, kinds
from dlaas_onboard.journey.text import plural
from dlaas_onboard.tui.dialogs import Dialog, Press, Scroll, TextDialog, copy
from dlaas_onboard.tui.fact_items import joined
from dlaas_onboard.tui.item_list import Item, ItemList, heading
from dlaas_onboard.tui.safe_text import fit, flat
from dlaas_onboard.tui.theme import DIM, KEY

if TYPE_CHECKING:
    from textual import events

    from dlaas_onboard.journey.review.timeline import Event

STRONG = (EventKind.FILING, EventKind.REPLY, EventKind.DECISION, EventKind.ANSWER, EventKind.CASE)


class JournalDrawer(Dialog[None]):
    """Lists what happened; the cursor begins at the newest."""

    classes_of_box = "-drawer"

    def __init__(self, events: Sequence[Event]) -> None:
        super().__init__()
        self._events = events
        self._kinds: tuple[EventKind | None, ...] = (None, *kinds(events))
        self._kind: EventKind | None = None
        self._rows = ItemList()

    def content(self) -> Iterable[Widget]:
        """Return the head, the list and the buttons."""
        yield Static("", classes="title")
        yield Scroll(self._rows, classes="scroll")
        yield Horizontal(
            Press("f", "Filter", name="filter"),
            Press("y", "Copy line", name="copy"),
            Press("esc", "Close", name="close"),
            classes="buttons",
        )

    def on_mount(self) -> None:
        """Show all of it, from the end."""
        self.query_one(Scroll).can_focus = False
        self._list()

    def _list(self) -> None:
        shown = [event for event in self._events if self._kind in (None, event.kind)]
        self.query_one(".title", Static).update(
            joined(
                Content.styled("Journal", "bold"),
                flat(plural(len(shown), "event")),
                flat(f"only {self._kind.value}" if self._kind else "all kinds", KEY if self._kind else DIM),
            )
        )
        items: list[Item] = []
        for day, of_day in days(shown):
            items.append(heading(day, "UTC"))
            items += [_event(event, len(items) + number) for number, event in enumerate(of_day)]
        self._rows.show(items or [Item("", lambda width: [fit("Nothing has happened yet.", width, DIM)])])
        self._rows.enter_from(-1)
        self._rows.call_after_refresh(self._rows.scroll_to_cursor)

    def _filter(self) -> None:
        self._kind = self._kinds[(self._kinds.index(self._kind) + 1) % len(self._kinds)]
        self._list()

    def _copy(self) -> None:
        if self._rows.current is not None:
            copy(self, self._rows.current.copy)

    def on_key(self, event: events.Key) -> None:
        """Filter on f, copy on y, close on escape, q and J."""
        if event.key == "f":
            event.stop()
            self._filter()
        elif event.key == "y":
            event.stop()
            self._copy()
        elif event.key in ("escape", "q", "J"):
            event.stop()
            self.finish(None)

    def on_press_pressed(self, event: Press.Pressed) -> None:
        """Filter, copy or close."""
        name = event.press.name
        if name == "filter":
            self._filter()
        elif name == "copy":
            self._copy()
        elif name == "close":
            self.finish(None)

    def on_item_list_chosen(self, event: ItemList.Chosen) -> None:
        """Show one event in full."""
        event.stop()
        if event.item.more:
            self.app.push_screen(TextDialog("Journal", event.item.more, event.item.copy))


def _event(event: Event, number: int) -> Item:
    when = f"{event.at:%Y-%m-%d %H:%M:%S} UTC"
    parts = ((when, event.kind.value), (event.by,), (event.where,))
    full = "\n".join(" · ".join(part for part in row if part) for row in parts if any(row)) + f"\n\n{event.text}"

    def paint(width: int) -> list[Content]:
        by = min(24, max(0, width - 76))
        words = width - 10 - 12 - (by + 2 if by else 0)
        return [
            Content.assemble(
                fit(f"{event.at:%H:%M:%S}", 10, DIM),
                fit(event.kind.value, 12, KEY if event.kind in STRONG else DIM),
                fit(event.text, words, "bold" if event.kind in STRONG else ""),
                fit(f"  {event.by}", by + 2, DIM) if by else Content(""),
            )
        ]

    copied = "  ".join(part for part in (when, event.kind.value, event.text, event.by, event.where) if part)
    return Item(f"event.{number}", paint, copy=copied, more=full)
