"""What a pane shows of a step: facts, findings, fields, actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.widget import Widget

from dlaas_onboard.journey.request.prefill import resolve
from dlaas_onboard.journey.request.rare_fields import applies
from dlaas_onboard.journey.situation.fields import of_step
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.tui.chart import Plot, Sends
from dlaas_onboard.tui.fact_items import Clock
from dlaas_onboard.tui.field_row import FieldRow
from dlaas_onboard.tui.item_list import ItemList, heading
from dlaas_onboard.tui.rail import StepSummary
from dlaas_onboard.tui.step_blocks import StepContent, block

if TYPE_CHECKING:
    from dlaas_onboard.onboarding import View
    from dlaas_onboard.tui.action_items import Offer
    from dlaas_onboard.tui.step_pane import StepPane

# The blocks of a step from top to bottom; what has nothing to show takes no room. What to do comes first, then what
# the step is about: the fields where it is a form, the facts where it is a look.
BLOCKS: Mapping[StepId, tuple[str, ...]] = {
    StepId.ACCOUNT: ("now", "facts", "plot", "findings", "actions", "sent"),
    StepId.TEST_ADDRESS: ("now", "fields", "actions", "facts", "findings", "sent"),
    StepId.DOMAIN: ("now", "records", "fields", "actions", "facts", "findings", "sent"),
    StepId.BOUNCES: ("now", "facts", "fields", "actions", "findings", "sent"),
    StepId.REQUEST: ("now", "fields", "facts", "findings", "sent"),
    StepId.QUOTA: ("now", "fields", "sheet", "actions", "facts", "findings", "sent"),
    StepId.USE_CASE: ("now", "opinion", "text", "messages", "fields", "facts", "findings", "sent"),
    StepId.DECLARATIONS: ("now", "declarations", "facts", "findings", "sent"),
    StepId.FILE: ("now", "gates", "payload", "actions", "facts", "findings", "sent"),
    StepId.DECISION: ("now", "room", "facts", "case", "fields", "actions", "findings", "sent"),
    StepId.GO_LIVE: ("now", "facts", "fields", "actions", "findings", "sent"),
}


class PaneContent:
    """Builds the content of a pane with the first view, and keeps it up to date with the later ones."""

    def __init__(self, pane: StepPane, clock: Clock, next_look: Callable[[], datetime | None]) -> None:
        self._pane = pane
        self._step = pane.step
        self._clock = clock
        self._next_look = next_look
        self._plot: Plot | None = None
        self._shown: dict[str, object] = {}  # what each block shows
        self._built = False

    def show(self, view: View, offers: Sequence[Offer]) -> None:
        """Show ``view``; a block whose data has not changed is left alone."""
        if not self._built:
            self._built = True
            self._pane.fill(list(self._widgets(view)))
        verdict = view.verdicts[self._step]
        self._pane.say(StepSummary(verdict.state, verdict.headline))
        content = StepContent(self._step, view, offers, self._clock, self._next_look)
        for name, rows in self._pane.blocks.items():
            data, items = block(name, content)
            if name not in self._shown or self._shown[name] != data:
                self._shown[name] = data
                rows.show(items())
        self._show_plot(view)
        for field_id, row in self._pane.fields.items():
            row.display = applies(field_id, view.situation)
            row.resolve(resolve(field_id, view.situation))

    def _show_plot(self, view: View) -> None:
        statistics = view.facts.statistics.value if view.facts.statistics else None
        if self._plot is not None and self._shown.get("plot") != statistics:
            self._shown["plot"] = statistics
            points = [Sends(point.at, point.attempts, point.bounces, point.complaints) for point in statistics or ()]
            self._plot.say(points, self._clock().date())

    def _widgets(self, view: View) -> Iterator[Widget]:
        for name in BLOCKS[self._step]:
            if name == "fields":
                yield from self._form(view)
            elif name == "declarations":
                for row in self._form(view):
                    yield row
                    if isinstance(row, FieldRow):
                        yield self._list(f"evidence.{row.field.id}")
            elif name == "plot":
                self._plot = Plot()
                yield self._plot
            else:
                yield self._list(name)

    def _list(self, name: str) -> ItemList:
        rows = self._pane.blocks[name] = ItemList(classes=f"block {name.partition('.')[0]}")
        rows.display = False
        return rows

    def _form(self, view: View) -> Iterator[Widget]:
        fields = of_step(self._step)
        if fields:
            title = ItemList(classes="block")
            title.show([heading("Declarations" if self._step == StepId.DECLARATIONS else "What you enter")])
            yield title
        for field in fields:
            row = self._pane.fields[field.id] = FieldRow(field, resolve(field.id, view.situation))
            yield row
