"""What the helpers need of the app: they know these protocols, and only the app knows them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.widget import Widget

    from dlaas_onboard.journey.situation.fields import Field
    from dlaas_onboard.journey.step_registry import StepId
    from dlaas_onboard.onboarding import Onboarding, View
    from dlaas_onboard.options import Options
    from dlaas_onboard.tui.action_items import Offer
    from dlaas_onboard.tui.background import Background
    from dlaas_onboard.tui.banners import Banners
    from dlaas_onboard.tui.context_bar import ContextBar
    from dlaas_onboard.tui.item_list import Item
    from dlaas_onboard.tui.rail import Activity, Rail, StepSummary
    from dlaas_onboard.tui.step_pane import StepPane


class AppServices(Protocol):
    """What runs, shows and copies something: enough to act and to hand something out."""

    onboarding: Onboarding
    background: Background
    clock: Callable[[], datetime]
    offers: Sequence[Offer]
    busy: set[str]
    activity: Activity

    def fail(self, error: Exception | None) -> None:
        """Say at the top what went wrong, until something goes right."""

    def notify(self, *texts: Any, **options: Any) -> None:
        """Show a toast."""

    def push_screen(self, *screens: Any, **options: Any) -> Any:
        """Open a dialog."""

    def copy_text(self, text: str) -> None:
        """Put ``text`` into the clipboard."""

    def show_top(self) -> None:
        """Show the headline again after something was done."""

    def commit_fields(self) -> None:
        """Hand everything typed but not yet saved on to be saved."""

    def call_operator(self, sentences: Sequence[str]) -> None:
        """Call the operator: something came that was waited for."""


class Actions(Protocol):
    """What changes something."""

    def offer(self, action_id: str) -> Offer | None:
        """Return an action with the reason why it cannot be done now."""

    def start(self, action_id: str) -> None:
        """Prepare an action, have it confirmed, and send it."""

    def play(self, event_id: str) -> None:
        """Have the embedded account do something."""

    def enter(self, field_id: str, text: str) -> None:
        """Save what a dialog asked for."""


class AppCommands(AppServices, Protocol):
    """The whole face to whoever offers its commands: what is open, what has the focus, what a key does."""

    options: Options
    current_view: View | None
    open_step: StepId
    summaries: Mapping[StepId, StepSummary]
    context: ContextBar
    banners: Banners
    rail: Rail
    moved: bool
    started: bool

    @property
    def actions(self) -> Actions:
        """Return what changes something."""

    @property
    def pane(self) -> StepPane:
        """Return the pane that is open."""

    @property
    def current_item(self) -> Item | None:
        """Return the entry under the cursor."""

    @property
    def own_keys(self) -> frozenset[str]:
        """Return the keys that no action can have."""

    @property
    def focused(self) -> Widget | None:
        """Return what has the focus."""

    @property
    def screen(self) -> Screen[Any]:
        """Return the screen at the top."""

    @property
    def screen_stack(self) -> list[Screen[Any]]:
        """Return the screens: more than one while a dialog is open."""

    @property
    def is_running(self) -> bool:
        """Whether the app has not ended."""

    def set_timer(self, delay: float, callback: Callable[[], None]) -> Any:
        """Call something once, later."""

    def set_interval(self, interval: float, callback: Callable[[], None]) -> Any:
        """Call something again and again."""

    def show_step(self, step: StepId) -> None:
        """Open the pane of a step."""

    def refresh_hints(self) -> None:
        """Bring the footer in line with the focus."""

    def done(self, _: object, error: Exception | None) -> None:
        """Say what went wrong with something in the background, if anything did."""

    def leave(self) -> None:
        """Save what stands in the fields, then go."""

    def quit_soon(self) -> None:
        """Quit, from a palette entry or a click."""

    def look_at_regions(self) -> None:
        """Sweep all Regions."""

    def go_to_field(self, field: Field) -> None:
        """Open the step of a field and put the focus on it."""

    def action_open(self, step: str) -> None:
        """Open a step."""

    def action_onward(self) -> None:
        """Open the step that needs the operator."""

    def action_look(self) -> None:
        """Look at everything again."""

    def action_copy(self) -> None:
        """Copy what is under the cursor."""

    def action_do(self, command: str) -> None:
        """Do what a key stands for."""

    def action_command_palette(self) -> None:
        """Show every action, step and command."""

    def action_change_theme(self) -> None:
        """Choose another theme."""
