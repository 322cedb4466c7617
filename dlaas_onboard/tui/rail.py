"""The rail: every step with its number, a glyph and a word for its state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from dlaas_onboard.journey.step_registry import GLYPHS, STEPS, StepId, StepState
from dlaas_onboard.tui.item_list import Item, ItemList
from dlaas_onboard.tui.safe_text import fit
from dlaas_onboard.tui.theme import DIM, KEY, STATE_STYLES

KEYS = dict(zip("1234567890-", (step.id for step in STEPS), strict=True))
KEY_OF = {step: key for key, step in KEYS.items()}


class StepSummary(NamedTuple):
    """How a step stands, as far as the rail says it."""

    state: StepState | None  # None: nobody looked yet
    headline: str


class Rail(ItemList):
    """All steps; the one under the cursor is open."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("right", "choose", "Open", show=False)]
    CHOOSE_ON_CLICK = True
    _first_flush = True

    class Opened(Message):
        """A step was chosen."""

        def __init__(self, step: StepId) -> None:
            super().__init__()
            self.step = step

    def __init__(self) -> None:
        super().__init__(id="rail")
        self.open = StepId.ACCOUNT
        self._summaries: Mapping[StepId, StepSummary] = {}

    def show_steps(self, summaries: Mapping[StepId, StepSummary]) -> None:
        """Show how the steps stand."""
        if summaries == self._summaries and self.items:
            return
        self._summaries = summaries
        self.show([self._item(step.id) for step in STEPS])

    def turn(self, step: StepId) -> None:
        """Mark ``step`` as the open one."""
        self.open = step
        self.go(step.value)
        self.repaint()

    def _item(self, step_id: StepId) -> Item:
        step = STEPS[list(StepId).index(step_id)]
        summary = self._summaries.get(step_id)
        state = summary.state if summary else None
        word = state.value if state else "…"
        glyph = GLYPHS[state] if state else "·"
        style = STATE_STYLES[state] if state else DIM

        def paint(width: int) -> list[Content]:
            opened = step_id == self.open
            quiet = state == StepState.BLOCKED and not opened
            number = fit(f"{step.number:>2} ", 3, DIM)
            title = step.title if len(step.title) + len(word) + 7 <= width else step.title.replace(" and ", " & ")
            name = fit(title, width - 3 - len(word) - 3, "bold" if opened else DIM if quiet else "")
            return [Content.assemble(number, name, (f" {glyph} {word}", style))]

        return Item(step_id.value, paint, target=step_id)

    @property
    def detail(self) -> Content:
        """Return how to go on from the rail: what there is to say about the step stands in its pane."""
        return Content.assemble(("enter", KEY), (" goes into this step, ", DIM), ("j k", KEY), (" to the others", DIM))

    def render(self) -> Content:
        """Return all lines: a bar for the cursor, a background for the open step."""
        width = self.content_size.width
        out: list[Content] = []
        for index, lines in enumerate(self._lines(width)):
            focused = index == self.cursor and self.has_focus
            opened = self.items[index].key == self.open.value
            bar = ("▌ ", "$primary") if focused else ("▎ ", "$primary 70%") if opened else ("  ", "")
            for line in lines:
                full = Content.assemble(bar, line)
                if opened or focused:
                    full = self.shade(full, width, 20 if focused else 10)
                out.append(full)
        return Content("\n").join(out)

    def action_choose(self) -> None:
        """Open the step under the cursor."""
        if self.current is not None:
            self.post_message(self.Opened(StepId(self.current.key)))

    def on_item_list_chosen(self, event: ItemList.Chosen) -> None:
        """Open a step that was clicked."""
        event.stop()
        self.post_message(self.Opened(StepId(event.item.key)))

    def leave(self, direction: int) -> None:
        """Stay: the rail ends where it ends."""


class Activity(Static):
    """Under the rail: what is being looked at, or when the last look ended."""

    _said = Content("")

    def say(self, content: Content) -> None:
        """Show ``content``."""
        if not content.is_same(self._said):
            self._said = content
            self.update(content)
