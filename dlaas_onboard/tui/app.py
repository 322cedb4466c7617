"""The app: a rail of steps, a pane for each, and everything else one key away.

It paints what the last look saved, and loads the rest behind that paint: this module and what it imports are light on
purpose, and :mod:`dlaas_onboard.tui.controller` imports everything else. It holds no rule.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import events, on
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen

from dlaas_onboard.journey.step_registry import BY_ID, STEPS, StepId, StepState
from dlaas_onboard.journey.text import age
from dlaas_onboard.terminal_bell import call
from dlaas_onboard.tui.background import Background, Finished
from dlaas_onboard.tui.banners import Banners
from dlaas_onboard.tui.context_bar import ContextBar, SessionContext
from dlaas_onboard.tui.detail_line import Detail
from dlaas_onboard.tui.end_signals import end_on_signals, end_without_terminal
from dlaas_onboard.tui.footer import KeyBar, hints
from dlaas_onboard.tui.item_list import Item, ItemList, PassFocus
from dlaas_onboard.tui.rail import KEYS, Activity, Rail, StepSummary
from dlaas_onboard.tui.safe_text import flat
from dlaas_onboard.tui.snapshot_text import READ_ONLY, defect_notice, sentence_of, where_of
from dlaas_onboard.tui.step_pane import StepPane
from dlaas_onboard.tui.theme import DARK, DIM, LIGHT

if TYPE_CHECKING:
    from dlaas_onboard.journey.situation.fields import Field
    from dlaas_onboard.journey.snapshot import Glance
    from dlaas_onboard.onboarding import Onboarding, View
    from dlaas_onboard.options import Options
    from dlaas_onboard.tui.action_items import Offer
    from dlaas_onboard.tui.action_runner import ActionRunner
    from dlaas_onboard.tui.controller import Controller
    from dlaas_onboard.tui.field_row import FieldLeft, FieldRow

TERMINAL_SECONDS = 2.0  # how often it is asked whether the terminal is still there
SAVE_SECONDS = 2.0  # how long leaving waits for the last save

NEEDS = (StepState.ATTENTION, StepState.TODO, StepState.UNKNOWN)
BINDINGS_OF_STEPS = [
    Binding(
        {"-": "minus"}.get(key, key), f"open('{step.value}')", BY_ID[step].title, show=False, id=f"step.{step.value}"
    )
    for key, step in KEYS.items()
]


class OnboardApp(App[int]):
    """One onboarding on one screen."""

    CSS_PATH = "app.tcss"
    TITLE = "dlaas-onboard"
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide"), (170, "-huge")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        *BINDINGS_OF_STEPS,
        Binding("left_square_bracket", "step(-1)", "Previous step", show=False, id="previous"),
        Binding("right_square_bracket", "step(1)", "Next step", show=False, id="next"),
        Binding("n", "onward", "Next step that needs you", show=False, id="onward"),
        Binding("ctrl+r", "look", "Look again", show=False, id="look", priority=True),
        Binding("escape", "stop", "Stop looking", show=False, id="stop"),
        Binding("question_mark", "do('help')", "Help", show=False, id="help"),
        Binding("f1", "do('help')", "Help", show=False, id="help.f1", priority=True),
        Binding("l,L", "do('calls')", "AWS calls", show=False, id="calls"),
        Binding("J", "do('journal')", "Journal", show=False, id="journal"),
        Binding("p,P", "do('place')", "Profile and Region", show=False, id="place"),
        Binding("g", "do('jump')", "Jump", show=False, id="jump"),
        Binding("ctrl+o", "do('jump')", "Jump", show=False, id="jump.ctrl", priority=True),
        Binding("y", "copy", "Copy", show=False, id="copy"),
        Binding("c", "do('cli')", "Copy the AWS CLI command", show=False, id="cli"),
        Binding("e", "do('edit')", "Edit the sentence", show=False, id="edit"),
        Binding("o", "do('override')", "Override a gate", show=False, id="override"),
        Binding("ctrl+b", "rail", "Narrow rail", show=False, id="rail", priority=True),
        Binding("f9", "do('rehearsal')", "Rehearsal", show=False, id="rehearsal", priority=True),
        Binding("q,ctrl+q", "quit", "Quit", show=False, id="quit"),
    ]

    onboarding: Onboarding  # these two are there once the controller is
    actions: ActionRunner

    def __init__(
        self,
        snapshot: Glance | None,
        options: Options,
        connect: Callable[[], Onboarding],
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        """Paint ``snapshot``, what the last look showed; ``connect`` is called behind the first paint, in a thread."""
        super().__init__()
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        if "TEXTUAL_THEME" not in os.environ:
            self.set_reactive(App.theme, DARK.name)
        self._variables = self.get_css_variables()
        self.stylesheet.set_variables(self._variables)
        self.options = options
        self.clock: Callable[[], datetime] = clock or (lambda: datetime.now(UTC))
        self.background = Background(self)
        self.controller: Controller | None = None
        self.current_view: View | None = None
        self.offers: Sequence[Offer] = ()
        self.context = ContextBar()
        self.banners = Banners()
        self.rail = Rail()
        self.activity = Activity(id="activity")
        self.detail = Detail()
        self.keys = KeyBar()
        self.busy: set[str] = set()  # titles of writes under way
        self.started = False  # whether the first look at everything has ended
        self.moved = False  # whether the operator chose a step: then the app does not choose one
        self._side = Vertical(id="side")
        self._main = Vertical(id="main")
        self._snapshot = snapshot
        self._connect = connect
        self._waiting: list[Callable[[Controller], object]] = []  # what was asked for before the controller was there
        self._failure: Exception | None = None  # what kept the onboarding from being put together
        self.summaries: Mapping[StepId, StepSummary] = {
            StepId(step.id): StepSummary(StepState(step.state), step.headline)
            for step in (snapshot.steps if snapshot else ())
        }
        self.open_step = next(
            (step for step, summary in self.summaries.items() if summary.state in NEEDS), StepId.ACCOUNT
        )
        self._panes = {self.open_step: StepPane(self.open_step)}
        self._warned = False  # whether the operator knows that something could not be saved

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
        snapshot, options = self._snapshot, self.options
        if snapshot is not None:
            self.context.say(where_of(snapshot))
            past = age((self.clock() - datetime.fromisoformat(snapshot.at)).total_seconds())
            self._since = f"As it was {past} ago; looking again."
        else:
            doing = "starting the embedded account" if options.rehearsal else "asking AWS who you are"
            self.context.say(SessionContext(region=options.region, profile=options.profile, doing=doing))
            self._since = "Looking at your account."
        if options.rehearsal:
            self.banners.say(
                "rehearsal", f"Rehearsal “{options.rehearsal}”: nothing leaves this machine. f9 makes AWS decide."
            )
        if options.read_only:
            self.banners.say("readonly", READ_ONLY)
        self.rail.show_steps(self.summaries)
        self.show_step(self.open_step)
        self.rail.focus()
        if not self.is_headless:
            end_on_signals(self.leave, SAVE_SECONDS + 1)
            self.set_interval(TERMINAL_SECONDS, end_without_terminal)
        self.refresh_hints()
        self.call_after_refresh(self.background.run, self._load, self._loaded)

    def _load(self) -> tuple[type[Controller], Onboarding]:
        from dlaas_onboard.tui.controller import Controller  # noqa: PLC0415 - the rest of the app, behind its first paint

        return Controller, self._connect()

    def _loaded(self, loaded: tuple[type[Controller], Onboarding] | None, error: Exception | None) -> None:
        if loaded is None:
            self._failure = error
            self.exit(1)
            return
        # The collector leaves alone what start-up made: it stays for as long as the app does.
        gc.freeze()
        gc.enable()
        make, self.onboarding = loaded
        self.controller = make(self, self.onboarding)
        self.actions = self.controller.actions
        self.controller.begin()
        for do in self._waiting:
            do(self.controller)

    def once_loaded(self, do: Callable[[Controller], object]) -> None:
        """Do something by the controller: now, or as soon as it is there."""
        if self.controller is not None:
            do(self.controller)
        else:
            self._waiting.append(do)

    def refresh_css(self, animate: bool = True) -> None:
        """Parse the rules again where the theme has changed: without a change it is a tenth of the first paint."""
        variables = self.get_css_variables()
        if variables != self._variables:
            self._variables = variables
            super().refresh_css(animate)

    # What came

    @on(Finished)
    def finished(self, event: Finished) -> None:
        """Do what was to be done once something in the background had ended."""
        event.then()

    def call_operator(self, sentences: Sequence[str]) -> None:
        """Ring the bell, send a desktop notification and show a toast: something came that was waited for.

        A toast would cover an open dialog; the banner at the top says the same.
        """
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
            pane = self._panes[step] = StepPane(step)
        self.open_step = step
        for other in self._panes.values():
            other.display = other is pane
        self.rail.turn(step)
        if self.controller is not None and self.current_view is not None:
            self.controller.fill(pane, self.current_view)
        else:
            pane.say(self.summaries.get(step, StepSummary(None, "")), self._since)
        if not pane.is_attached:
            self._main.mount(pane, before=self.detail)
        self.detail.say(self.rail.detail if self.rail.has_focus else Content(""))
        self.refresh_hints()

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
            target = next((step.id for step in round_ if self.summaries[step.id].state in NEEDS), target)
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
        self.once_loaded(lambda controller: controller.choose(event.item))

    def go_to_field(self, field: Field) -> None:
        """Open the step of a field and put the focus on it."""
        if field.step != self.open_step:
            self.moved = True
            self.show_step(field.step)

        def focus() -> None:
            row = self.pane.fields.get(field.id)
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
        self.detail.say(Content.assemble(flat(event.row.field.help), "  ", flat(event.row.how, DIM)))
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
        self.once_loaded(lambda controller: controller.look())

    def look_at_regions(self) -> None:
        """Sweep all Regions."""
        self.once_loaded(lambda controller: controller.look(regions=True))

    def action_stop(self) -> None:
        """Stop the looks or the long action under way; without any, take the messages at the top away."""
        if self.controller is not None and self.controller.stop():
            return
        self.banners.say("problem", "")
        for name in ("notice", "changes"):
            self.banners.take_away(name)
        self.rail.focus()

    def action_do(self, command: str) -> None:
        """Do what a key stands for in :data:`dlaas_onboard.tui.commands.COMMANDS`."""
        self.once_loaded(lambda controller: controller.do(command))

    def action_command_palette(self) -> None:
        """List everything that can be done."""
        self.action_do("palette")

    async def action_quit(self) -> None:
        """Leave; while something is being sent, ask first."""
        if self.busy:
            self.action_do("leave")
        else:
            self.leave()

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

    def run_to_its_end(self) -> int:
        """Run until the operator leaves, and return the exit status.

        Raises what kept the onboarding from being put together.
        """
        result = self.run()
        if self._failure is not None:
            raise self._failure
        return result if result is not None else (self.return_code or 0)

    def _fatal_error(self) -> None:
        """Leave with a few lines: a traceback with local variables, Textual's own way, would print what they hold."""
        self._exit_renderables.append(Text(defect_notice(sys.exc_info()[1] or self._exception)))
        self._close_messages_no_wait()
