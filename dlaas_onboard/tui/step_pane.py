"""One pane a step: what it is for, where it stands, facts, findings, fields, actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from dlaas_onboard.journey.step_registry import BY_ID, GLYPHS, Step, StepId
from dlaas_onboard.tui.item_list import Item, Rows, heading
from dlaas_onboard.tui.rail import Standing
from dlaas_onboard.tui.safe_text import wrap
from dlaas_onboard.tui.theme import DIM, STATE_STYLES

if TYPE_CHECKING:
    from dlaas_onboard.journey.situation.fields import Field
    from dlaas_onboard.onboarding import View
    from dlaas_onboard.tui.chart import Plot
    from dlaas_onboard.tui.fact_items import Clock
    from dlaas_onboard.tui.field_row import FieldRow
    from dlaas_onboard.tui.step_items import Offer

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
PROSE = 96


class Head(Widget):
    """The top of a pane: title, state, purpose, headline."""

    def __init__(self, step: Step) -> None:
        super().__init__(classes="head")
        self._step = step
        self._standing = Standing(None, "")
        self._note = ""

    def say(self, standing: Standing, note: str = "") -> None:
        """Show how the step stands."""
        if (standing, note) != (self._standing, self._note):
            self._standing, self._note = standing, note
            self.refresh(layout=True)

    def _lines(self, width: int) -> list[Content]:
        step, standing = self._step, self._standing
        state = standing.state
        said = f"{GLYPHS[state]} {state.value}" if state else "· not looked at yet"
        color = STATE_STYLES[state] if state else DIM
        title = Content.assemble((f"{step.number}  ", DIM), (step.title, "bold"))
        gap = " " * max(2, width - title.cell_length - len(said))
        prose = min(width, PROSE)
        out = [Content.assemble(title, gap, (said, color))]
        out += wrap(step.purpose, prose, DIM)
        if standing.headline:
            if not self.screen.has_class("-short"):
                out.append(Content(""))
            out += wrap(standing.headline, prose, "bold" if state else "")
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
        self.blocks: dict[str, Rows] = {}
        self.fields: dict[str, FieldRow] = {}
        self._plot: Plot | None = None

    def compose(self) -> ComposeResult:
        """Build the head; the rest is built with the first view."""
        self._composed = True
        yield self._head
        yield from self._waiting

    def preview(self, standing: Standing, note: str) -> None:
        """Show what was saved of the last look."""
        self._head.say(standing, note)

    def show(self, view: View, offers: Sequence[Offer]) -> None:
        """Show ``view``."""
        if not self._built:
            self._built = True
            self._build(view)
        from dlaas_onboard.journey.steps.next_steps import most_urgent, only_undeclared
        from dlaas_onboard.tui import fact_items, next_steps, step_items

        verdict = view.verdicts[self.step]
        self._head.say(Standing(verdict.state, verdict.headline))
        mine = [offer for offer in offers if offer[0].step == self.step]
        by_id = {offer[0].id: offer for offer in offers}
        said = [(offer[0].id, offer[1]) for offer in offers]
        rows = [row for row in verdict.rows if not step_items.shown_elsewhere(row, self.step, view)]
        self._put("facts", rows, lambda: fact_items.fact_items(rows, self._clock))
        empty = self._empty(view)
        now = verdict, said, view.first_step, empty
        self._put("now", now, lambda: next_steps.now_items(verdict, offers, view.first_step, empty))
        on_top = most_urgent(verdict)
        gates = {f"file.{gate.id}" for gate in view.gates}
        rest = [
            found
            for found in verdict.findings
            if found not in on_top and found.id not in gates and not only_undeclared(found)
        ]
        title = "More findings" if on_top else "Findings"
        self._put("findings", (rest, title, said), lambda: step_items.finding_items(rest, by_id, title))
        self._put("actions", [(o[0].id, o[1]) for o in mine], lambda: step_items.action_items(mine))
        ids = {offer[0].id: offer[0].title for offer in mine}
        sent = [intent for intent in view.intents if intent.action in ids]
        self._put("sent", sent, lambda: step_items.intent_items(sent, ids, self._clock))
        self._special(view, mine)
        self._resolve(view)

    def _special(self, view: View, mine: Sequence[Offer]) -> None:
        from dlaas_onboard.tui import fact_items, step_items

        self._put("records", view.records, lambda: step_items.record_items(view.records, self._clock))
        self._put("text", view.description, lambda: step_items.sentence_items(view.description, self._clock))
        self._put("gates", view.gates, lambda: step_items.gate_items(view.gates))
        case = view.facts.case.value if view.facts.case else None
        self._put("case", case, lambda: step_items.case_items(case, self._clock))
        if "room" in self.blocks:
            from dlaas_onboard.tui import waiting_room

            waits = view.verdicts[self.step], view.facts.account, view.intents, self._next_look()
            self._put("room", waits, lambda: waiting_room.room_items(view, self._clock, self._next_look))
        for field_id, section in step_items.evidence_of(self.step).items():
            evidence = [row for row in view.verdicts[self.step].rows if row.section == section][1:]
            self._put(f"evidence.{field_id}", evidence, partial(fact_items.fact_items, evidence, self._clock, None))
        if "sheet" in self.blocks:
            rows = [row for row in view.worksheet.rows if row not in view.verdicts[self.step].rows]
            self._put("sheet", rows, lambda: fact_items.fact_items(rows, self._clock, "Worksheet"))
        if "payload" in self.blocks:
            sending = [(action, action.plan(view.situation)) for action, _ in mine]
            self._put("payload", [(a.id, c) for a, c in sending], lambda: step_items.payload_items(sending, view.place))
        statistics = view.facts.statistics.value if view.facts.statistics else None
        if self._plot is not None and self._shown.get("plot") != statistics:
            from dlaas_onboard.tui.chart import Sends

            self._shown["plot"] = statistics
            points = [Sends(point.at, point.attempts, point.bounces, point.complaints) for point in statistics or ()]
            self._plot.say(points, self._clock().date())

    def _put(self, name: str, data: object, make: Callable[[], list[Item]]) -> None:
        """Show a block anew if what it shows has changed."""
        rows = self.blocks.get(name)
        if rows is not None and (name not in self._shown or self._shown[name] != data):
            self._shown[name] = data
            rows.show(make())

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

    def _list(self, name: str) -> Rows:
        rows = self.blocks[name] = Rows(classes=f"block {name.partition('.')[0]}")
        rows.display = False
        return rows

    def _form(self, view: View) -> Iterable[Widget]:
        from dlaas_onboard.journey.request.prefill import resolve
        from dlaas_onboard.journey.situation.fields import of_step
        from dlaas_onboard.tui.field_row import FieldRow

        fields = of_step(self.step)
        if fields:
            title = Rows(classes="block")
            title.show([heading("Declarations" if self.step == StepId.DECLARATIONS else "What you enter")])
            yield title
        for field in fields:
            row = FieldRow(field, resolve(field.id, view.situation))
            self.fields[field.id] = row
            yield row

    def _empty(self, view: View) -> Field | None:
        """Return the first field of the step that has no value."""
        from dlaas_onboard.journey.request.rare_fields import applies
        from dlaas_onboard.journey.situation.fields import of_step

        here = (field for field in of_step(self.step) if applies(field.id, view.situation))
        return next((field for field in here if not view.situation.input(field.id).text), None)

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


class Detail(Widget):
    """Two lines about what has the focus: a fact's source and age, a field's help, an action's reason."""

    def __init__(self) -> None:
        super().__init__(id="detail")
        self._content = Content("")

    def say(self, content: Content) -> None:
        """Show ``content``, cut to the room there is."""
        if not self._content.is_same(content):
            self._content = content
            self.refresh()

    def render(self) -> Content:
        """Return as much as fits, the cut shown by an ellipsis."""
        width, height = self.content_size
        lines = self._content.wrap(width) if width else []
        if len(lines) > height:
            lines = [*lines[: height - 1], Content.assemble(lines[height - 1].truncate(width - 1).rstrip(), "…")]
        return Content("\n").join(lines)


BANNERS = {
    "problem": "$text-error",
    "readonly": "bold $text-warning",
    "rehearsal": "$text-accent",
    "notice": "$text-warning",
    "changes": "$text-success",
}


class Banners(Widget):
    """Lines under the context that stay until their reason is gone."""

    def __init__(self) -> None:
        super().__init__(id="banners")
        self.display = False
        self._said: dict[str, str] = {}
        self._away: dict[str, str] = {}

    def say(self, name: str, text: str) -> None:
        """Show ``text`` as the banner ``name``; nothing is shown where there is none, or where it was taken away."""
        if text == self._away.get(name):
            text = ""
        if text != self._said.get(name, ""):
            self._said[name] = text
            self.display = any(self._said.values())
            self.refresh(layout=True)

    def take_away(self, name: str) -> bool:
        """Take a banner away until it says something else; returns whether it was there."""
        said = self.said(name)
        if said:
            self._away[name] = said
            self.say(name, "")
        return bool(said)

    def said(self, name: str) -> str:
        """Return what the banner ``name`` says."""
        return self._said.get(name, "")

    def _lines(self, width: int) -> list[Content]:
        return [line for name, style in BANNERS.items() for line in wrap(self.said(name), width, style, limit=2)]

    def get_content_height(self, _container: Size, _viewport: Size, width: int) -> int:
        """Return the number of lines."""
        return len(self._lines(width))

    def render(self) -> Content:
        """Return the lines."""
        return Content("\n").join(self._lines(self.content_size.width))
