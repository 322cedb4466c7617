"""Jump mode: one key on everything that can take the focus."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Offset
from textual.screen import ModalScreen
from textual.widgets import Static

LETTERS = "asdfhklwertuiopzxcvbnm"


class Spot(Static):
    """The key that jumps to the place under it."""


class JumpScreen(ModalScreen[int]):
    """Closes with the index of the place whose key was pressed, with ``None`` on any other key."""

    AUTO_FOCUS = ""
    CSS_PATH = "dialogs.tcss"

    def __init__(self, places: Sequence[Offset]) -> None:
        super().__init__()
        self._places = places[: len(LETTERS)]

    def compose(self) -> ComposeResult:
        """Put a key on each place."""
        for letter, place in zip(LETTERS, self._places, strict=False):
            spot = Spot(Content(letter), classes="spot")
            spot.styles.offset = place
            yield spot

    async def action_dismiss(self, result: int | None = None) -> None:
        """Do nothing: only keys close this."""

    def on_key(self, event: events.Key) -> None:
        """Jump, or give up."""
        event.stop()
        index = LETTERS.find(event.key) if len(event.key) == 1 else -1
        self.dismiss(index if 0 <= index < len(self._places) else None)

    def on_click(self) -> None:
        """Give up."""
        self.dismiss(None)
