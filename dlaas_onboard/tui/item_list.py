"""A list that the keyboard walks: facts, findings, records, sentences, gates, actions, calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple, Self

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.widget import Widget

from dlaas_onboard.tui.safe_text import lit
from dlaas_onboard.tui.theme import DIM

GUTTER = 2  # the cursor's bar and a space
LEAST = 20  # narrower than this nothing is laid out: a list that is being built or squeezed is cut instead


class Item(NamedTuple):
    """One entry. ``paint`` returns its lines for a width; an entry without a key is a heading that the cursor skips."""

    key: str
    paint: Callable[[int], list[Content]]
    detail: Content = Content("")
    copy: str = ""  # what `y` copies
    more: str = ""  # what `enter` shows in full, where nothing else happens
    target: object = None
    keys: tuple[tuple[str, str], ...] = ()  # keys of the app that do something here, each with its command


def heading(title: str, note: str = "") -> Item:
    """Return a section's heading: a blank line, the title, a rule."""

    def paint(width: int) -> list[Content]:
        text = Content.assemble(lit(title, "bold"), lit(f"  {note}" if note else "", DIM), " ")
        rule = Content.styled("─" * max(0, width - text.cell_length), "$foreground 20%")
        return [Content(""), Content.assemble(text.truncate(width, ellipsis=True), rule)]

    return Item("", paint)


class ItemList(Widget, can_focus=True):
    """Entries under each other, each one or more lines high, painted for the width at hand."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("pagedown", "move(8)", "Page down", show=False),
        Binding("pageup", "move(-8)", "Page up", show=False),
        Binding("home", "edge(-1)", "First", show=False),
        Binding("end", "edge(1)", "Last", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    class Highlighted(Message):
        """The cursor stands on another entry."""

        def __init__(self, rows: ItemList, item: Item) -> None:
            super().__init__()
            self.rows = rows
            self.item = item

    class Chosen(Message):
        """An entry was chosen by enter or by a click."""

        def __init__(self, rows: ItemList, item: Item) -> None:
            super().__init__()
            self.rows = rows
            self.item = item

    CHOOSE_ON_CLICK = False  # True: one click chooses; False: one click highlights, a second one chooses

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own
        super().__init__(id=id, classes=classes)
        self.items: Sequence[Item] = ()
        self.cursor = -1
        self._starts: list[int] = []
        self._painted: tuple[int, list[list[Content]]] = (-1, [])

    def show(self, items: Sequence[Item]) -> None:
        """Show ``items``; the cursor stays on the entry that it was on."""
        kept = self.current
        place = self.cursor
        self.items = items
        self._painted = (-1, [])
        stops = self._stops()
        same = [index for index in stops if kept is not None and items[index].key == kept.key]
        if same:
            self.cursor = same[0]
        else:
            self.cursor = min(stops, key=lambda index: abs(index - place)) if stops else -1
        self.display = bool(items)
        self.can_focus = bool(stops)
        self.refresh(layout=True)
        if self.has_focus and self.current is not None:
            self.post_message(self.Highlighted(self, self.current))

    @property
    def current(self) -> Item | None:
        """Return the entry under the cursor."""
        return self.items[self.cursor] if 0 <= self.cursor < len(self.items) else None

    def go(self, key: str) -> None:
        """Put the cursor on the entry ``key``."""
        for index, item in enumerate(self.items):
            if item.key and item.key == key:
                self._put(index)

    def enter_from(self, direction: int) -> None:
        """Take the focus from above (1) or below (-1), with the cursor on the nearest entry."""
        stops = self._stops()
        if stops:
            self.cursor = stops[0] if direction > 0 else stops[-1]
        self.focus(scroll_visible=False)
        self._seen()

    def focus(self, scroll_visible: bool = True) -> Self:
        """Take the focus at once; what is scrolled into view is the entry under the cursor, not the whole list."""
        self.screen.set_focus(self, scroll_visible=False)
        if scroll_visible:
            self.call_after_refresh(self.scroll_to_cursor)
        return self

    def repaint(self) -> None:
        """Paint again: ages have grown."""
        self._painted = (-1, [])
        self.refresh()

    def _stops(self) -> list[int]:
        return [index for index, item in enumerate(self.items) if item.key]

    def _lines(self, width: int) -> list[list[Content]]:
        if self._painted[0] != width:
            room = max(width, LEAST)
            painted = [item.paint(room - GUTTER if item.key else room) for item in self.items]
            if painted and not self.items[0].key and painted[0] and not painted[0][0].plain and self._first_flush:
                painted[0] = painted[0][1:]
            self._starts = []
            total = 0
            for lines in painted:
                self._starts.append(total)
                total += len(lines)
            self._painted = (width, painted)
        return self._painted[1]

    _first_flush = False  # True: no blank line above a first heading

    def get_content_height(self, _container: Size, _viewport: Size, width: int) -> int:
        """Return how many lines the entries take."""
        return sum(len(lines) for lines in self._lines(width))

    def render(self) -> Content:
        """Return all lines, the one under the cursor marked while the list has the focus."""
        width = self.content_size.width
        out: list[Content] = []
        for index, lines in enumerate(self._lines(width)):
            item = self.items[index]
            if not item.key:
                out.extend(lines)
                continue
            marked = index == self.cursor and self.marked
            bar = Content.styled("▌ ", "$primary") if marked else Content("  ")
            for line in lines:
                full = Content.assemble(bar, line)
                if marked:
                    full = self.shade(full, width, 14)
                out.append(full)
        return Content("\n").join(out)

    def shade(self, line: Content, width: int, percent: int) -> Content:
        """Return ``line`` on a shade as wide as the list; bold where the terminal's own colours have no shades."""
        if self.app.current_theme.ansi:
            return line.stylize("bold")
        return line.pad_right(max(0, width - line.cell_length)).stylize(f"on $primary {percent}%")

    @property
    def marked(self) -> bool:
        """Whether the cursor shows."""
        return self.has_focus

    def _put(self, index: int) -> None:
        if index == self.cursor:
            return
        self.cursor = index
        self._seen()

    def _seen(self) -> None:
        self.refresh()
        self.call_after_refresh(self.scroll_to_cursor)
        if self.current is not None:
            self.post_message(self.Highlighted(self, self.current))

    def scroll_to_cursor(self) -> None:
        """Scroll the nearest scrolling ancestor so that the entry under the cursor shows, with a heading just above."""
        if not 0 <= self.cursor < len(self.items) or not self.is_attached:
            return
        lines = self._lines(self.content_size.width)
        top = self._starts[self.cursor]
        height = len(lines[self.cursor])
        if self.cursor and not self.items[self.cursor - 1].key:
            above = len(lines[self.cursor - 1])
            top, height = top - above, height + above
        region = Region(0, top, 1, height).translate(self.virtual_region.offset)
        node = self.parent
        while isinstance(node, Widget):
            if node.is_scrollable and node.allow_vertical_scroll:
                if self.cursor == self._stops()[0] and region.bottom <= node.scrollable_content_region.height:
                    node.scroll_home(animate=False)  # what stands above the first entry belongs to it
                    return
                node.scroll_to_region(region, animate=False, x_axis=False)
                return
            region = region.translate(node.virtual_region.offset)
            node = node.parent

    def action_move(self, by: int) -> None:
        """Move the cursor; past an end, go on to the widget before or after."""
        stops = self._stops()
        if not stops:
            return
        place = stops.index(self.cursor) if self.cursor in stops else 0
        target = place + by
        if abs(by) == 1 and not 0 <= target < len(stops):
            self.leave(by)
            return
        self._put(stops[max(0, min(len(stops) - 1, target))])

    def leave(self, direction: int) -> None:
        """Hand the focus on, downwards (1) or upwards (-1)."""
        self.post_message(PassFocus(direction))

    def action_edge(self, side: int) -> None:
        """Go to the first or the last entry."""
        stops = self._stops()
        if stops:
            self._put(stops[0] if side < 0 else stops[-1])

    def action_choose(self) -> None:
        """Choose the entry under the cursor."""
        if self.current is not None:
            self.post_message(self.Chosen(self, self.current))

    def item_at(self, y: int) -> int:
        """Return the index of the entry at line ``y``, -1 for a heading or nothing."""
        for index, lines in enumerate(self._painted[1]):
            if self._starts[index] <= y < self._starts[index] + len(lines):
                return index if self.items[index].key else -1
        return -1

    def on_click(self, event: events.Click) -> None:
        """Highlight what was clicked; choose it where it was highlighted already."""
        place = event.get_content_offset(self)
        index = self.item_at(place.y) if place is not None else -1
        if index < 0:
            return
        again = index == self.cursor and event.chain > 1
        self.focus(scroll_visible=False)
        if index != self.cursor:
            self.cursor = index
        self.refresh()
        item = self.items[index]
        self.post_message(self.Highlighted(self, item))
        if self.CHOOSE_ON_CLICK or again:
            self.post_message(self.Chosen(self, item))

    def on_focus(self) -> None:
        """Say what the cursor stands on."""
        self.refresh()
        if self.current is not None:
            self.post_message(self.Highlighted(self, self.current))

    def on_blur(self) -> None:
        """Take the mark away."""
        self.refresh()


class PassFocus(Message):
    """The cursor went past an end of a list: the focus goes on."""

    def __init__(self, direction: int) -> None:
        super().__init__()
        self.direction = direction
