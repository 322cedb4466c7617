"""One pane a step: its head, and room for what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from dlaas_onboard.journey.step_registry import BY_ID, GLYPHS, Step, StepId
from dlaas_onboard.tui.item_list import ItemList
from dlaas_onboard.tui.rail import StepSummary
from dlaas_onboard.tui.safe_text import PROSE, wrap
from dlaas_onboard.tui.theme import DIM, STATE_STYLES

if TYPE_CHECKING:
    from dlaas_onboard.tui.field_row import FieldRow


class Head(Widget):
    """The top of a pane: title, state, purpose, headline."""

    def __init__(self, step: Step) -> None:
        super().__init__(classes="head")
        self._step = step
        self._summary = StepSummary(None, "")
        self._note = ""

    def say(self, summary: StepSummary, note: str = "") -> None:
        """Show how the step stands."""
        if (summary, note) != (self._summary, self._note):
            self._summary, self._note = summary, note
            self.refresh(layout=True)

    def _lines(self, width: int) -> list[Content]:
        step, summary = self._step, self._summary
        state = summary.state
        said = f"{GLYPHS[state]} {state.value}" if state else "· not looked at yet"
        color = STATE_STYLES[state] if state else DIM
        title = Content.assemble((f"{step.number}  ", DIM), (step.title, "bold"))
        gap = " " * max(2, width - title.cell_length - len(said))
        prose = min(width, PROSE)
        out = [Content.assemble(title, gap, (said, color))]
        out += wrap(step.purpose, prose, DIM)
        if summary.headline:
            if not self.screen.has_class("-short"):
                out.append(Content(""))
            out += wrap(summary.headline, prose, "bold" if state else "")
        if self._note:
            out += wrap(self._note, prose, DIM)
        return out

    def get_content_height(self, _container: Size, _viewport: Size, width: int) -> int:
        """Return the number of lines."""
        return len(self._lines(width))

    def render(self) -> Content:
        """Return the lines."""
        return Content("\n").join(self._lines(self.content_size.width))


class StepPane(VerticalScroll, can_focus=False):
    """The content of one step: its head from the start; ``PaneContent`` fills in the rest."""

    def __init__(self, step: StepId) -> None:
        super().__init__(id=f"pane-{step.value}", classes="pane")
        self.step = step
        self.blocks: dict[str, ItemList] = {}
        self.fields: dict[str, FieldRow] = {}
        self._head = Head(BY_ID[step])
        self._composed = False
        self._waiting: Sequence[Widget] = ()  # built before this pane was composed

    def compose(self) -> ComposeResult:
        """Build the head."""
        self._composed = True
        yield self._head
        yield from self._waiting

    def say(self, summary: StepSummary, note: str = "") -> None:
        """Show how the step stands."""
        self._head.say(summary, note)

    def fill(self, widgets: Sequence[Widget]) -> None:
        """Take in the rest of the content."""
        if self._composed:
            self.mount_all(widgets)
        else:
            self._waiting = widgets

    def repaint(self) -> None:
        """Paint the lists again: ages have grown."""
        for rows in self.blocks.values():
            rows.repaint()

    def stops(self) -> list[Widget]:
        """Return what can take the focus here, from top to bottom."""
        return [widget for widget in self.screen.focus_chain if self in widget.ancestors]
