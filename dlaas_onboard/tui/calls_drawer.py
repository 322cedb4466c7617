"""The drawer of AWS calls: time, operation, outcome, milliseconds, request id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from dlaas_onboard.tui.dialogs import Dialog, Press, Scroll, copy
from dlaas_onboard.tui.fact_items import joined
from dlaas_onboard.tui.item_list import Item, ItemList
from dlaas_onboard.tui.safe_text import fit, flat
from dlaas_onboard.tui.theme import DIM, KEY

if TYPE_CHECKING:
    from textual import events

    from dlaas_onboard.ports import CallRecord


class CallsDrawer(Dialog[None]):
    """Lists every call on the wire, the latest first, and goes on listing."""

    classes_of_box = "-drawer"

    def __init__(self, calls: Callable[[], Sequence[CallRecord]]) -> None:
        super().__init__()
        self._calls = calls
        self._rows = ItemList()
        self._count = -1

    def content(self) -> Iterable[Widget]:
        """Return the head, the list and the buttons."""
        yield Static("", classes="title")
        yield Scroll(self._rows, classes="scroll")
        yield Horizontal(
            Press("y", "Copy request id", name="copy"), Press("esc", "Close", name="close"), classes="buttons"
        )

    def on_mount(self) -> None:
        """Start listing."""
        self.query_one(Scroll).can_focus = False
        self._list()
        self._rows.enter_from(1)
        self.set_interval(0.5, self._list)

    def _list(self) -> None:
        calls = self._calls()
        if len(calls) == self._count:
            return
        self._count = len(calls)
        writes = sum(1 for call in calls if call.write)
        failed = sum(1 for call in calls if call.outcome != "ok")
        self.query_one(".title", Static).update(
            joined(
                Content.styled("AWS calls", "bold"),
                flat(str(len(calls))),
                flat(f"{writes} written" if writes else "nothing written", DIM),
                flat(f"{failed} not answered with ok" if failed else "", "$text-warning"),
            )
        )
        followed = self._rows.cursor == 0
        self._rows.show(
            [_call(call, number) for number, call in reversed(list(enumerate(calls)))]
            or [Item("", lambda width: [fit("No call yet.", width, DIM)])]
        )
        if followed:
            self._rows.action_edge(-1)

    def on_key(self, event: events.Key) -> None:
        """Copy on y, close on escape, q and l."""
        if event.key == "y" and self._rows.current is not None:
            event.stop()
            copy(self, self._rows.current.copy)
        elif event.key in ("escape", "q", "l"):
            event.stop()
            self.finish(None)

    def on_press_pressed(self, event: Press.Pressed) -> None:
        """Copy or close."""
        if event.press.name == "copy" and self._rows.current is not None:
            copy(self, self._rows.current.copy)
        elif event.press.name == "close":
            self.finish(None)


def _call(call: CallRecord, number: int) -> Item:
    good = call.outcome == "ok"

    def paint(width: int) -> list[Content]:
        request = 38 if width >= 118 else 0
        region = 16 if width >= 90 else 0
        outcome = 26 if width >= 84 else 16
        operation = width - 10 - 2 - region - outcome - 9 - request
        return [
            Content.assemble(
                fit(f"{call.at.astimezone():%H:%M:%S}", 10, DIM),
                Content.styled("w " if call.write else "  ", KEY),
                fit(call.operation, operation - 1, "bold" if call.write else ""),
                Content(" "),
                fit(call.region, region, DIM),
                fit(("✓ " if good else "✗ ") + call.outcome, outcome, "$text-success" if good else "$text-warning"),
                flat(f"{call.milliseconds:>6} ms", DIM),
                fit("  " + call.request_id, request, DIM) if request else Content(""),
            )
        ]

    return Item(f"call.{number}", paint, copy=call.request_id)
