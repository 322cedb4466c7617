"""The app: a rail of steps, a pane for each, and everything else one key away.

It renders the view that the onboarding hands out and asks the onboarding to act; it holds no rule. Importing it loads
Textual and the steps' names only; facts, fields and dialogs are loaded after the first paint.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen

from dlaas_onboard.journey.step_registry import BY_ID, STEPS, StepId, StepState
from dlaas_onboard.tui.action_runner import ActionRunner
from dlaas_onboard.tui.alerts import ChangeAlerts
from dlaas_onboard.tui.background import Background, Finished
from dlaas_onboard.tui.banners import Banners
from dlaas_onboard.tui.context_bar import ContextBar, SessionContext
from dlaas_onboard.tui.detail_line import Detail
from dlaas_onboard.tui.end_signals import end_on_signals
from dlaas_onboard.tui.footer import KeyBar, hints
from dlaas_onboard.tui.item_list import Item, ItemList, PassFocus
from dlaas_onboard.tui.rail import KEYS, Activity, Rail, StepSummary
from dlaas_onboard.tui.safe_text import flat
from dlaas_onboard.tui.step_pane import StepPane
from dlaas_onboard.tui.theme import DARK, DIM, LIGHT
from dlaas_onboard.tui.view_text import READ_ONLY, defect_notice, read_only, sentence_of, where_of, where_of_glance

if TYPE_CHECKING:
    from textual.command import Provider

    from dlaas_onboard.journey.review.polling import PlannedRecheck
    from dlaas_onboard.onboarding import Onboarding, Options, View
    from dlaas_onboard.tui.action_items import Offer
    from dlaas_onboard.tui.field_row import FieldLeft, FieldRow

REPAINT_SECONDS = 0.1  # at most one repaint in this time, however many facts arrive
AGES_SECONDS = 15.0
TICK_SECONDS = 1.0  # how often it is asked whether a look is due
WATCH_SECONDS = 60.0  # until what waits on AWS or DNS is looked at again, then ever more rarely
WATCH_SECONDS_IN_REHEARSAL = 5.0
SAVE_SECONDS = 2.0  # how long leaving waits for the last save

NEEDS = (StepState.ATTENTION, StepState.TODO, StepState.UNKNOWN)
BINDINGS_OF_STEPS = [
    Binding(
        {"-": "minus"}.get(key, key), f"open('{step.value}')", BY_ID[step].title, show=False, id=f"step.{step.value}"
    )
    for key, step in KEYS.items()
]


def _commands() -> type[Provider]:
    from dlaas_onboard.tui.palette import Commands

    return Commands


class OnboardApp(App[int]):
    """One onboarding on one screen."""

    CSS_PATH = "app.tcss"
    TITLE = "dlaas-onboard"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS = {_commands}  # noqa: RUF012 - Textual's own class variable
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide"), (170, "-huge")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        *BINDINGS_OF_STEPS,
        Binding("left_square_bracket", "step(-1)", "Previous step", show=False, id="previous"),
        Binding("right_square_bracket", "step(1)", "Next step", show=False, id="next"),
        Binding("n", "onward", "Next step that needs you", show=False, id="onward"),
        Binding("ctrl+r", "look", "Look again", show=False, id="look", priority=True),
        Binding("escape", "stop", "Stop looking", show=False, id="stop"),
        Binding("question_mark", "help", "Help", show=False, id="help"),
        Binding("f1", "help", "Help", show=False, id="help.f1", priority=True),
        Binding("l,L", "calls", "AWS calls", show=False, id="calls"),
        Binding("J", "journal", "Journal", show=False, id="journal"),
        Binding("p,P", "place", "Profile and Region", show=False, id="place"),
        Binding("g", "jump", "Jump", show=False, id="jump"),
        Binding("ctrl+o", "jump", "Jump", show=False, id="jump.ctrl", priority=True),
        Binding("y", "copy", "Copy", show=False, id="copy"),
        Binding("c", "copy_cli", "Copy the AWS CLI command", show=False, id="cli"),
        Binding("e", "edit", "Edit the sentence", show=False, id="edit"),
        Binding("o", "override", "Override a gate", show=False, id="override"),
        Binding("ctrl+b", "rail", "Narrow rail", show=False, id="rail", priority=True),
        Binding("f9", "cues", "Rehearsal", show=False, id="cues", priority=True),
        Binding("q,ctrl+q", "quit", "Quit", show=False, id="quit"),
    ]

    def __init__(self, onboarding: Onboarding, options: Options, clock: Callable[[], datetime] | None = None) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        if "TEXTUAL_THEME" not in os.environ:
            self.set_reactive(App.theme, DARK.name)
        self._variables = self.get_css_variables()
        self.stylesheet.set_variables(self._variables)
        self.onboarding = onboarding
        self.options = options
        self.clock: Callable[[], datetime] = clock or (lambda: datetime.now(UTC))
        self.background = Background(self)
        self.current_view: View | None = None
        self.offers: Sequence[Offer] = ()
        self.context = ContextBar()
        self.banners = Banners()
        self.rail = Rail()
        self.activity = Activity(id="activity")
        self.detail = Detail()
        self.keys = KeyBar()
        self._side = Vertical(id="side")
        self._main = Vertical(id="main")
        self.actions = ActionRunner(self)
        self._glance = onboarding.glance()
        self._summaries = {
            StepId(step.id): StepSummary(StepState(step.state), step.headline)
            for step in (self._glance.steps if self._glance else ())
        }
        self.open_step = next(
            (step for step, summary in self._summaries.items() if summary.state in NEEDS), StepId.ACCOUNT
        )
        self._plans: dict[StepId, PlannedRecheck] = {}  # when each step that waits is looked at next
        self._polling = False  # whether a look of a plan is under way
        self._caller = ChangeAlerts(self)
        self._panes = {self.open_step: self._pane_of(self.open_step)}
        self.moved = False  # whether the operator chose a step: then the app does not choose one
        self._started = False
        self._changed = False
        self._building = False
        self._again = False
        self._painted_at = 0.0
        self._warned = False  # whether the operator knows that something could not be saved
        self.busy: set[str] = set()  # titles of writes under way
        self._looks: dict[bool, object] = {}  # looks that were asked for and have not ended; true: at all Regions

    # Building the screen

    def compose(self) -> ComposeResult:
        """Build the first screen from what the last look showed."""
        yield self.context
        yield self.banners
        with Horizontal(id="body"):
            with self._side:
                steps = VerticalScroll(self.rail, id="steps")
                steps.can_focus = False
                yield steps
                yield self.activity
            with self._main:
                yield from self._panes.values()
                yield self.detail
        yield self.keys

    def on_mount(self) -> None:
        """Show what is known, and leave the rest until after the first paint."""
        glance = self._glance
        if glance is not None:
            self.context.say(where_of_glance(glance))
            when = datetime.fromisoformat(glance.at)
            from dlaas_onboard.journey.text import age

            self._since = f"As it was {age((self.clock() - when).total_seconds())} ago; looking again."
        else:
            self.context.say(SessionContext(region=self.options.region, profile=self.options.profile))
            self._since = "Looking at your account for the first time."
        if self.options.rehearsal:
            self.banners.say(
                "rehearsal", f"Rehearsal “{self.options.rehearsal}”: nothing leaves this machine. f9 makes AWS decide."
            )
        if self.options.read_only:
            self.banners.say("readonly", READ_ONLY)
        self.rail.show_steps(self._summaries)
        self.show_step(self.open_step)
        self.rail.focus()
        if not self.is_headless:
            end_on_signals(self.leave, SAVE_SECONDS + 1)
        self.refresh_hints()
        self.call_after_refresh(self._begin)

    def on_ready(self) -> None:
        """Collect garbage again, without what start-up made: it stays for as long as the app does."""
        gc.freeze()
        gc.enable()

    def _begin(self) -> None:
        self.onboarding.subscribe(self.take_note)
        self.background.run(lambda: self.onboarding.start(self.actions.ask_code), self._begun)
        self.set_interval(AGES_SECONDS, self._repaint_ages)
        self.set_interval(TICK_SECONDS, self._watch)

    @property
    def _watch_seconds(self) -> float:
        return WATCH_SECONDS_IN_REHEARSAL if self.options.rehearsal else WATCH_SECONDS

    def _begun(self, _: object, error: Exception | None) -> None:
        self._started = True
        self.fail(error)
        self._news()

    def refresh_css(self, animate: bool = True) -> None:
        """Parse the rules again where the theme has changed: without a change it is a tenth of the first paint."""
        variables = self.get_css_variables()
        if variables != self._variables:
            self._variables = variables
            super().refresh_css(animate)

    # News from the onboarding

    def take_note(self) -> None:
        """Take note, from any thread, that there is a new view; many notes become one message."""
        if not self._changed:
            self._changed = True
            self.background.tell(self._soon)

    def _soon(self) -> None:
        wait = REPAINT_SECONDS - (monotonic() - self._painted_at)
        if wait > 0:
            self.set_timer(wait, self._news)
        else:
            self._news()

    @on(Finished)
    def finished(self, event: Finished) -> None:
        """Do what was to be done once something in the background had ended."""
        event.then()

    def _news(self) -> None:
        """Have the view built, away from the keys; news that arrive meanwhile are taken up afterwards."""
        self._changed = False
        if self._building:
            self._again = True
            return
        self._building = True
        self.background.run(self._build_view, self._built)

    def _build_view(self) -> tuple[View, Sequence[Offer]]:
        # What the panes need is imported here, too: 50 ms in which keys would wait.
        from dlaas_onboard.tui import field_row, step_blocks  # noqa: F401 - loaded, not used

        return self.onboarding.view(), self.onboarding.actions()

    def _built(self, result: tuple[View, Sequence[Offer]] | None, error: Exception | None) -> None:
        self._building = False
        self._painted_at = monotonic()
        if result is None:
            self.fail(error)
        elif self.is_running and self.screen_stack:
            self._show(*result)
        if self._again:
            self._again = False
            self.take_note()

    def _show(self, view: View, offers: Sequence[Offer]) -> None:
        self.offers = offers
        self.current_view = view
        self._summaries = {
            step: StepSummary(verdict.state, verdict.headline) for step, verdict in view.verdicts.items()
        }
        self.rail.show_steps(self._summaries)
        self.context.say(where_of(view))
        self.banners.say("readonly", read_only(view, self.options))
        self.banners.say("notice", view.notice)
        told = "Changed at AWS: " if view.news else "Since your last visit: "
        self.banners.say("changes", told + " · ".join(view.changes) if view.changes else "")
        self._activity(view)
        self._caller.attend(view)
        if self._started and not self.moved and self.open_step != view.judgement.first_step and not view.looking:
            self.show_step(view.judgement.first_step)
        self._panes[self.open_step].show(view, self.offers)
        self.refresh_hints()

    def _activity(self, view: View) -> None:
        looking = sorted(look.value for look in view.looking)
        if view.doing:
            said = Content.assemble(("◔ busy ", "$text-warning"), ("esc stops\n", DIM), flat(view.doing, DIM))
        elif self.busy:
            said = Content.styled("◔ sending…", "$text-warning")
        elif looking:
            names = ", ".join(looking)
            said = Content.assemble(
                (f"◔ looking at {len(looking)} ", "$text-warning"), ("esc stops\n", DIM), flat(names, DIM)
            )
        else:
            from dlaas_onboard.tui.fact_items import ago

            account = view.facts.account
            past = ago(account.observed_at, self.clock()) if account else ""
            said = flat("not read yet" if not past else "read just now" if past == "now" else f"read {past} ago", DIM)
        self.activity.say(said)

    def _repaint_ages(self) -> None:
        if self.current_view is not None:
            self._activity(self.current_view)
            self._panes[self.open_step].repaint()

    def _watch(self) -> None:
        """Look again at what waits on AWS or DNS, when its time has come."""
        view = self.current_view
        if view is None or view.looking or self.busy or self._polling or not self._started:
            return
        due = self._due(view)
        if due:
            self._polling = True
            wanted = {look for plan in due.values() for look in plan.recheck.looks}
            self._plans |= {step: plan._replace(under_way=True) for step, plan in due.items()}
            self.background.run(lambda: self.onboarding.look(wanted), self._polled)
        room = self.pane.blocks.get("room")
        if room is not None and room.display:
            room.repaint()  # it counts the seconds

    def _due(self, view: View) -> dict[StepId, PlannedRecheck]:
        from dlaas_onboard.journey.review.polling import planned_rechecks

        now = self.clock()
        self._plans = planned_rechecks(self._plans, view.facts, view.verdicts, now, self._watch_seconds)
        return {step: plan for step, plan in self._plans.items() if plan.due <= now}

    def _polled(self, _: object, error: Exception | None) -> None:
        self._polling = False
        self.fail(error)

    def _next_look(self, step: StepId) -> datetime | None:
        plan = self._plans.get(step)
        return plan.due if plan is not None else None

    def call_operator(self, sentences: Sequence[str]) -> None:
        """Ring the bell, send a desktop notification and show a toast: something came that was waited for.

        A toast would cover an open dialog; the banner at the top says the same.
        """
        from dlaas_onboard.terminal_bell import call

        if self._driver is not None:
            self._driver.write(call(sentences, os.environ))
        if len(self.screen_stack) == 1:
            self.notify(" ".join(sentences), title="Changed at AWS", timeout=15, markup=False)

    def fail(self, error: Exception | None) -> None:
        """Say at the top what went wrong, until something goes right."""
        self.banners.say("problem", f"✗ {sentence_of(error)}" if error is not None else "")

    def done(self, _: object, error: Exception | None) -> None:
        self.fail(error)

    # Steps

    def show_step(self, step: StepId) -> None:
        """Open the pane of ``step``."""
        pane = self._panes.get(step)
        if pane is None:
            pane = self._panes[step] = self._pane_of(step)
        self.open_step = step
        for other in self._panes.values():
            other.display = other is pane
        self.rail.turn(step)
        if self.current_view is not None:
            pane.show(self.current_view, self.offers)
        else:
            pane.preview(self._summaries.get(step, StepSummary(None, "")), self._since)
        if not pane.is_attached:
            self._main.mount(pane, before=self.detail)
        self.detail.say(self.rail.detail if self.rail.has_focus else Content(""))
        self.refresh_hints()

    def _pane_of(self, step: StepId) -> StepPane:
        return StepPane(step, self.clock, lambda: self._next_look(step))

    @property
    def pane(self) -> StepPane:
        """Return the pane that is open."""
        return self._panes[self.open_step]

    def action_open(self, step: str) -> None:
        """Open a step."""
        self.moved = True
        self.show_step(StepId(step))
        if not isinstance(self.focused, Rail):
            self._once_built(self.enter_pane)

    def action_step(self, by: int) -> None:
        """Open the step before or after."""
        number = BY_ID[self.open_step].number + by
        if 1 <= number <= len(STEPS):
            self.action_open(STEPS[number - 1].id.value)

    def action_onward(self) -> None:
        """Open the step that needs the operator; from there, the next one that does."""
        view = self.current_view
        if view is None:
            return
        target = view.verdicts[self.open_step].blocked_by or view.judgement.first_step
        if target == self.open_step:
            here = BY_ID[self.open_step].number
            round_ = [*STEPS[here:], *STEPS[:here]]
            target = next((step.id for step in round_ if self._summaries[step.id].state in NEEDS), target)
        self.action_open(target.value)

    @on(Rail.Opened)
    def step_opened(self, event: Rail.Opened) -> None:
        """Open the step and go into its pane."""
        self.moved = True
        self.show_step(event.step)
        self._once_built(self.enter_pane)

    def _once_built(self, then: Callable[[], object]) -> None:
        """Do something in the open pane: at once where it stands already, so that keys typed ahead find their place."""
        if self.pane.is_attached and self.pane.stops():
            then()
        else:
            self.call_after_refresh(then)

    def enter_pane(self) -> None:
        """Put the focus on the first thing in the pane, or on the rail where there is none."""
        stops = self.pane.stops()
        if not stops:
            self.rail.focus()
        elif isinstance(stops[0], ItemList):
            stops[0].enter_from(1)
        else:
            self.screen.set_focus(stops[0])
        self.pane.scroll_home(animate=False)

    def show_top(self) -> None:
        """Show the headline again after something was done: it says what became of it and what comes next."""
        if isinstance(self.focused, Rail):
            self.pane.scroll_home(animate=False)
        elif isinstance(self.focused, ItemList):
            self.call_after_refresh(self.enter_pane)

    @on(PassFocus)
    def hand_on(self, event: PassFocus) -> None:
        """Give the focus to the next thing in the pane."""
        stops = self.pane.stops()
        here = self.focused
        if here not in stops:
            return
        target = stops.index(here) + event.direction
        if target < 0:
            self.pane.scroll_home(animate=False)
        elif target < len(stops):
            widget = stops[target]
            if isinstance(widget, ItemList):
                widget.enter_from(event.direction)
            else:
                widget.focus()
        else:
            self.pane.scroll_end(animate=False)

    def on_key(self, event: events.Key) -> None:
        """Do the action of the open step whose key was pressed; an action's key goes before ``l`` and ``p``."""
        if len(self.screen_stack) > 1 or event.key in self.own_keys:
            return
        for action, _ in self.offers:
            if action.step == self.open_step and action.key and event.key == action.key:
                event.stop()
                event.prevent_default()
                self.actions.start(action.id)
                return

    @property
    def own_keys(self) -> frozenset[str]:
        """Return the keys that no action can have."""
        return frozenset(self._bindings.key_to_bindings) - {"l", "p"} | {"j", "k"}

    # What has the focus

    @on(ItemList.Highlighted)
    def highlighted(self, event: ItemList.Highlighted) -> None:
        """Say more about what the cursor stands on."""
        if not event.rows.has_focus or len(self.screen_stack) > 1:
            return
        if not isinstance(event.rows, Rail):
            self.detail.say(event.item.detail)
        elif self.rail.current is not None and self.rail.current.key != self.open_step:
            self.moved = True
            self.show_step(StepId(self.rail.current.key))
        else:
            self.detail.say(self.rail.detail)
        self.refresh_hints()

    def on_descendant_focus(self) -> None:
        """Keep the footer with the focus."""
        self.refresh_hints()

    @on(ItemList.Chosen)
    def chosen(self, event: ItemList.Chosen) -> None:
        """Do what an entry is there for, or show it in full."""
        from dlaas_onboard.tui.choosing import choose

        choose(self, event.item)

    def go_to_field(self, field_id: str) -> None:
        """Open the step of a field and put the focus on it."""
        from dlaas_onboard.journey.situation.fields import BY_ID as FIELDS_BY_ID

        field = FIELDS_BY_ID.get(field_id)
        if field is None:
            return
        if field.step != self.open_step:
            self.moved = True
            self.show_step(field.step)

        def focus() -> None:
            row = self.pane.fields.get(field_id)
            if row is not None:
                self.screen.set_focus(row.editor)  # at once: focus() would wait its turn behind keys typed ahead

        self._once_built(focus)

    @property
    def current_item(self) -> Item | None:
        rows = self.focused
        return rows.current if isinstance(rows, ItemList) and not isinstance(rows, Rail) else None

    # Fields

    def on_field_row_focused(self, event: FieldRow.Focused) -> None:
        """Say what the field is for."""
        from dlaas_onboard.journey.situation.fields import FieldKind

        field = event.row.field
        how = {
            FieldKind.CHOICE: "space or ← → chooses",
            FieldKind.SWITCH: "space or ← → chooses",
            FieldKind.LINES: "ctrl+s or leaving the field saves",
            FieldKind.DECLARATION: "space declares it; who and when is recorded",
        }.get(field.kind, "enter or leaving the field saves")
        self.detail.say(Content.assemble(flat(field.help), "  ", flat(how, DIM)))
        event.row.scroll_visible(animate=False)

    def on_field_row_entered(self, event: FieldRow.Entered) -> None:
        """Save what was typed, and say so only when it is saved."""
        row, text = event.row, event.text

        def saved(wrong: str | None, error: Exception | None) -> None:
            if error is not None:
                row.refuse(f"Not saved: {sentence_of(error)}")
                self.fail(error)
            else:
                row.acknowledge(text, wrong or "")
                self.fail(None)

        self.background.save(lambda: self.onboarding.enter(row.field.id, text), saved)

    def on_field_left(self, event: FieldLeft) -> None:
        """Go from a field to the list above it, or to the rail."""
        stops = self.pane.stops()
        lists = [stop for stop in stops if isinstance(stop, ItemList)]
        if lists:
            lists[0].enter_from(1)
        else:
            self.rail.focus()
        event.stop()

    # Keys of the app

    def action_look(self) -> None:
        """Look at everything again, unless that is what goes on already."""
        self.commit_fields()
        self._look_once(regions=False)

    def _look_once(self, *, regions: bool) -> None:
        """Look at everything, or at all Regions; a second look at the same would only cost the account's pace."""
        from dlaas_onboard.journey.looks import Look

        view = self.current_view
        going = view is None or any((look == Look.RADAR) == regions for look in view.looking)
        if going or regions in self._looks:
            self.notify("A look is under way; esc stops it.", timeout=3, markup=False)
            return
        token = self._looks[regions] = object()

        def ended(result: object, error: Exception | None) -> None:
            if self._looks.get(regions) is token:
                del self._looks[regions]
            self.done(result, error)

        self.background.run(lambda: self.onboarding.look({Look.RADAR} if regions else ()), ended)

    def action_stop(self) -> None:
        """Stop the looks or the long action under way; without any, take the messages at the top away."""
        if self.current_view is not None and (self.current_view.looking or self.current_view.doing):
            self._looks.clear()  # a call that hangs is not waited for before one may look again
            self.background.run(self.onboarding.cancel, self.done)
            return
        self.banners.say("problem", "")
        for name in ("notice", "changes"):
            self.banners.take_away(name)
        self.rail.focus()

    def action_help(self) -> None:
        """Explain this step and its keys."""
        if len(self.screen_stack) > 1:
            return
        from dlaas_onboard.tui.dialogs import TextDialog
        from dlaas_onboard.tui.step_help import lines

        step = BY_ID[self.open_step]
        open_step, offers = self.open_step, self.offers
        self.push_screen(TextDialog(f"{step.number}  {step.title}", lambda width: lines(open_step, offers, width)))

    def action_calls(self) -> None:
        """List every call on the wire."""
        from dlaas_onboard.tui.calls_drawer import CallsDrawer

        self.push_screen(CallsDrawer(self.onboarding.calls))

    def action_journal(self) -> None:
        """List everything that happened."""
        if len(self.screen_stack) > 1:
            return

        def read(found: Any, error: Exception | None) -> None:
            self.fail(error)
            if error is None:
                from dlaas_onboard.tui.journal_drawer import JournalDrawer

                self.push_screen(JournalDrawer(found))

        self.background.run(self.onboarding.chronicle, read)

    def action_place(self) -> None:
        """Turn to another profile or Region."""
        from dlaas_onboard.tui import prompts

        prompts.place(self)

    def action_jump(self) -> None:
        """Put a key on each place that can take the focus."""
        from dlaas_onboard.tui import prompts

        prompts.jump(self)

    def action_edit(self) -> None:
        """Edit the sentence under the cursor."""
        from dlaas_onboard.tui import prompts

        prompts.sentence(self)

    def action_override(self) -> None:
        """Override the gate under the cursor with a reason."""
        from dlaas_onboard.tui import prompts

        prompts.override(self)

    def action_cues(self) -> None:
        """Offer what the embedded account can be made to do."""
        from dlaas_onboard.tui import prompts

        prompts.choose_rehearsal_event(self)

    def action_copy_cli(self) -> None:
        """Copy the AWS CLI command of what is under the cursor."""
        from dlaas_onboard.tui import prompts

        prompts.cli(self)

    async def action_quit(self) -> None:
        """Leave; while something is being sent, ask first."""
        if not self.busy:
            self.leave()
            return
        from dlaas_onboard.tui import prompts

        prompts.leave(self)

    def action_copy(self) -> None:
        """Copy what is under the cursor."""
        item = self.current_item
        if item is not None and item.copy:
            self.copy_text(item.copy)

    def copy_text(self, text: str) -> None:
        """Put ``text`` into the clipboard."""
        self.copy_to_clipboard(text)
        self.notify("Copied, if your terminal allows it (OSC 52).", timeout=3, markup=False)

    def notify(self, *texts: Any, **options: Any) -> None:
        """Show a toast, one at a time: the last one is what the operator did last."""
        self.call_later(self.clear_notifications)  # in its turn: a toast is shown by a message, too
        super().notify(*texts, **options)

    def push_screen(self, *screens: Any, **options: Any) -> Any:
        """Open a dialog; a toast would cover what it shows."""
        self.clear_notifications()
        return super().push_screen(*screens, **options)

    def action_rail(self) -> None:
        """Make the rail narrow, or full again."""
        self._side.toggle_class("-folded")

    def commit_fields(self) -> None:
        """Hand everything typed but not yet saved on to be saved."""
        for pane in self._panes.values():
            for row in pane.fields.values():
                row.commit()

    def leave(self) -> None:
        """Save what stands in the fields, then go; where it cannot be saved, say so once and stay."""
        failed: list[Exception] = []

        def keep(field_id: str, text: str) -> None:
            try:
                self.onboarding.enter(field_id, text)
            except OSError as error:
                failed.append(error)

        for pane in self._panes.values():
            for row in pane.fields.values():
                if row.dirty:
                    self.background.save(partial(keep, row.field.id, row.editor.content), lambda _result, _error: None)
        self.background.settle(SAVE_SECONDS)
        if failed and not self._warned:
            self._warned = True
            self.fail(failed[0])
            self.notify("What you typed last is not saved. Quit again to leave all the same.", markup=False)
            return
        self.exit(0)

    def quit_soon(self) -> None:
        """Quit, from a palette entry or a click."""
        self.call_later(self.action_quit)

    def look_at_regions(self) -> None:
        """Sweep all Regions."""
        self._look_once(regions=True)

    def get_system_commands(self, _screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer none of Textual's own: a screenshot would save what is on the screen, and the rest does not apply."""
        return ()

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Do nothing: a picture of the screen would hold the account's data."""

    def action_help_quit(self) -> None:
        """Say how to quit when ctrl+c is pressed."""
        self.notify("Press q to quit, or ctrl+q inside a field.", timeout=4, markup=False)

    def refresh_hints(self) -> None:
        """Bring the footer in line with the focus."""
        if self.screen_stack:  # at its end the app has none any more, and a last view may still arrive
            self.keys.say(hints(self))

    def _fatal_error(self) -> None:
        """Leave with a few lines: a traceback with local variables, Textual's own way, would print what they hold."""
        from rich.text import Text

        self._exit_renderables.append(Text(defect_notice(sys.exc_info()[1] or self._exception)))
        self._close_messages_no_wait()


def run(onboarding: Onboarding, options: Options) -> int:
    """Run the app until the operator leaves; returns the exit status."""
    gc.disable()  # nothing that start-up makes is garbage; on_ready() turns it on again
    app = OnboardApp(onboarding, options)
    result = app.run()
    return result if result is not None else (app.return_code or 0)
