"""One pane a step: what it is for, where it stands, facts, findings, fields, actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from dlaas_onboard.journey.step_registry import BY_ID, GLYPHS, Step, StepId
from dlaas_onboard.tui.item_list import ItemList, heading
from dlaas_onboard.tui.rail import StepSummary
from dlaas_onboard.tui.safe_text import PROSE, wrap
from dlaas_onboard.tui.theme import DIM, STATE_STYLES

if TYPE_CHECKING:
    from dlaas_onboard.onboarding import View
    from dlaas_onboard.tui.action_items import Offer
    from dlaas_onboard.tui.chart import Plot
    from dlaas_onboard.tui.fact_items import Clock
    from dlaas_onboard.tui.field_row import FieldRow

# The blocks of a step from top to bottom; what has nothing to show takes no room. What to do comes first, then what
# the step is about: the fields where it is a form, the facts where it is a look.
BLOCKS: Mapping[StepId, tuple[str, ...]] = {
    StepId.ACCOUNT: ("now", "facts", "plot", "findings", "actions", "sent"),
    StepId.TEST_ADDRESS: ("now", "fields", "actions", "facts", "findings", "sent"),
    StepId.DOMAIN: ("now", "records", "fields", "actions", "facts", "findings", "sent"),
    StepId.BOUNCES: ("now", "facts", "fields", "actions", "findings", "sent"),
    StepId.REQUEST: ("now", "fields", "facts", "findings", "sent"),
    StepId.QUOTA: ("now", "fields", "sheet", "actions", "facts", "findings", "sent"),
    StepId.USE_CASE: ("now", "text", "fields", "facts", "findings", "sent"),
    StepId.DECLARATIONS: ("now", "declarations", "facts", "findings", "sent"),
    StepId.FILE: ("now", "gates", "payload", "actions", "facts", "findings", "sent"),
    StepId.DECISION: ("now", "room", "facts", "case", "fields", "actions", "findings", "sent"),
    StepId.GO_LIVE: ("now", "facts", "fields", "actions", "findings", "sent"),
}


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
    """The content of one step."""

    def __init__(self, step: StepId, clock: Clock, next_look: Callable[[], datetime | None]) -> None:
        super().__init__(id=f"pane-{step.value}", classes="pane")
        self.step = step
        self._clock = clock
        self._next_look = next_look
        self._head = Head(BY_ID[step])
        self._composed = False
        self._built = False
        self._waiting: list[Widget] = []  # built before this pane was composed
        self._shown: dict[str, object] = {}
        self.blocks: dict[str, ItemList] = {}
        self.fields: dict[str, FieldRow] = {}
        self._plot: Plot | None = None

    def compose(self) -> ComposeResult:
        """Build the head; the rest is built with the first view."""
        self._composed = True
        yield self._head
        yield from self._waiting

    def preview(self, summary: StepSummary, note: str) -> None:
        """Show what was saved of the last look."""
        self._head.say(summary, note)

    def show(self, view: View, offers: Sequence[Offer]) -> None:
        """Show ``view``."""
        if not self._built:
            self._built = True
            self._build(view)
        from dlaas_onboard.tui.step_blocks import StepContent, block

        verdict = view.verdicts[self.step]
        self._head.say(StepSummary(verdict.state, verdict.headline))
        content = StepContent(self.step, view, offers, self._clock, self._next_look)
        for name, rows in self.blocks.items():
            data, items = block(name, content)
            if name not in self._shown or self._shown[name] != data:
                self._shown[name] = data
                rows.show(items())
        self._show_plot(view)
        self._resolve(view)

    def _show_plot(self, view: View) -> None:
        statistics = view.facts.statistics.value if view.facts.statistics else None
        if self._plot is not None and self._shown.get("plot") != statistics:
            from dlaas_onboard.tui.chart import Sends

            self._shown["plot"] = statistics
            points = [Sends(point.at, point.attempts, point.bounces, point.complaints) for point in statistics or ()]
            self._plot.say(points, self._clock().date())

    def _build(self, view: View) -> None:
        from dlaas_onboard.tui.field_row import FieldRow

        widgets: list[Widget] = []
        for name in BLOCKS[self.step]:
            if name == "fields":
                widgets.extend(self._form(view))
            elif name == "declarations":
                for row in self._form(view):
                    widgets.append(row)
                    if isinstance(row, FieldRow):
                        widgets.append(self._list(f"evidence.{row.field.id}"))
            elif name == "plot":
                from dlaas_onboard.tui.chart import Plot

                self._plot = Plot()
                widgets.append(self._plot)
            else:
                widgets.append(self._list(name))
        if self._composed:
            self.mount_all(widgets)
        else:
            self._waiting = widgets

    def _list(self, name: str) -> ItemList:
        rows = self.blocks[name] = ItemList(classes=f"block {name.partition('.')[0]}")
        rows.display = False
        return rows

    def _form(self, view: View) -> Iterable[Widget]:
        from dlaas_onboard.journey.request.prefill import resolve
        from dlaas_onboard.journey.situation.fields import of_step
        from dlaas_onboard.tui.field_row import FieldRow

        fields = of_step(self.step)
        if fields:
            title = ItemList(classes="block")
            title.show([heading("Declarations" if self.step == StepId.DECLARATIONS else "What you enter")])
            yield title
        for field in fields:
            row = FieldRow(field, resolve(field.id, view.situation))
            self.fields[field.id] = row
            yield row

    def _resolve(self, view: View) -> None:
        from dlaas_onboard.journey.request.prefill import resolve
        from dlaas_onboard.journey.request.rare_fields import applies

        for field_id, row in self.fields.items():
            row.display = applies(field_id, view.situation)
            row.resolve(resolve(field_id, view.situation))

    def repaint(self) -> None:
        """Paint the lists again: ages have grown."""
        for rows in self.blocks.values():
            rows.repaint()

    def stops(self) -> list[Widget]:
        """Return what can take the focus here, from top to bottom."""
        return [widget for widget in self.screen.focus_chain if self in widget.ancestors]
