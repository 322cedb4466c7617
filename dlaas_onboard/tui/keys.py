"""The footer: at most seven keys, those that matter here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.widget import Widget

from dlaas_onboard.tui.safe import flat
from dlaas_onboard.tui.theme import DIM, KEY

MOST = 7


class Hint(NamedTuple):
    """A key, what it does in a word or two, and the same for the mouse."""

    key: str
    words: str
    press: Callable[[], object]
    ready: bool = True


class KeyBar(Widget):
    """One line of keys; what does not fit is left out from the right, save the last four."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._hints: Sequence[Hint] = ()
        self._said: list[tuple[str, str, bool]] = []
        self._places: list[tuple[int, int, Hint]] = []

    def say(self, hints: Sequence[Hint]) -> None:
        """Show ``hints``."""
        said = [(hint.key, hint.words, hint.ready) for hint in hints]
        self._hints = hints
        if said != self._said:
            self._said = said
            self.refresh()

    def render(self) -> Content:
        """Return the line."""
        width = self.content_size.width
        hints = list(self._hints)
        while hints and (len(hints) > MOST or _width(hints) > width):
            del hints[-5 if len(hints) > 4 else 0]
        self._places = []
        parts: list[Content] = []
        x = 0
        for hint in hints:
            part = Content.assemble(
                flat(hint.key, KEY if hint.ready else DIM), " ", flat(hint.words, "" if hint.ready else DIM)
            )
            self._places.append((x, x + part.cell_length, hint))
            parts.append(part)
            x += part.cell_length + 3
        return Content("   ").join(parts).truncate(width, ellipsis=True)

    def on_click(self, event: events.Click) -> None:
        """Do what the key under the mouse does."""
        place = event.get_content_offset(self)
        for start, end, hint in self._places:
            if place is not None and start <= place.x < end:
                hint.press()
                return


def _width(hints: Sequence[Hint]) -> int:
    return sum(len(hint.key) + 1 + len(hint.words) for hint in hints) + 3 * (len(hints) - 1)
