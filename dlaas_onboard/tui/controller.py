"""Everything that the first paint does without: the onboarding's news to the screen, and the keys to the onboarding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlaas_onboard.journey.looks import Look
from dlaas_onboard.tui.action_runner import ActionRunner
from dlaas_onboard.tui.choosing import choose
from dlaas_onboard.tui.commands import COMMANDS
from dlaas_onboard.tui.news import News
from dlaas_onboard.tui.pane_content import PaneContent
from dlaas_onboard.tui.rechecks import TICK_SECONDS, Rechecks

if TYPE_CHECKING:
    from dlaas_onboard.journey.step_registry import StepId
    from dlaas_onboard.onboarding import Onboarding, View
    from dlaas_onboard.tui.app_protocol import AppCommands
    from dlaas_onboard.tui.item_list import Item
    from dlaas_onboard.tui.step_pane import StepPane

AGES_SECONDS = 15.0


class Controller:
    """Drives the onboarding for the app."""

    def __init__(self, app: AppCommands, onboarding: Onboarding) -> None:
        self._app = app
        self._onboarding = onboarding
        self.news = News(app, onboarding, self.fill)
        self.actions = ActionRunner(app, self.news.take_note)
        self.rechecks = Rechecks(app, onboarding)
        self._contents: dict[StepId, PaneContent] = {}
        self._looks: dict[bool, object] = {}  # looks that were asked for and have not ended; true: at all Regions

    def begin(self) -> None:
        """Look at everything for the first time, and again whenever something that waits is due."""
        app = self._app
        self._onboarding.subscribe(self.news.take_note)
        app.background.run(lambda: self._onboarding.start(self.actions.ask_code), self._begun)
        app.set_interval(AGES_SECONDS, self.news.repaint_ages)
        app.set_interval(TICK_SECONDS, self.rechecks.tick)

    def _begun(self, _: object, error: Exception | None) -> None:
        self._app.started = True
        self._app.fail(error)
        self.news.take_up()

    def fill(self, pane: StepPane, view: View) -> None:
        """Show ``view`` in a pane."""
        step = pane.step
        if step not in self._contents:
            self._contents[step] = PaneContent(pane, self._app.clock, lambda: self.rechecks.next_look(step))
        self._contents[step].show(view, self._app.offers)

    def look(self, *, regions: bool = False) -> None:
        """Look at everything, or at all Regions; a second look at the same would only cost the account's pace."""
        view = self._app.current_view
        going = view is None or any((look == Look.RADAR) == regions for look in view.looking)
        if going or regions in self._looks:
            self._app.notify("A look is under way; esc stops it.", timeout=3, markup=False)
            return
        token = self._looks[regions] = object()

        def ended(result: object, error: Exception | None) -> None:
            if self._looks.get(regions) is token:
                del self._looks[regions]
            self._app.done(result, error)

        self._app.background.run(lambda: self._onboarding.look({Look.RADAR} if regions else ()), ended)

    def stop(self) -> bool:
        """Stop the looks or the long action under way; return whether there was any."""
        view = self._app.current_view
        if view is None or not (view.looking or view.doing):
            return False
        self._looks.clear()  # a call that hangs is not waited for before one may look again
        self._app.background.run(self._onboarding.cancel, self._app.done)
        return True

    def choose(self, item: Item) -> None:
        """Do what an entry is there for, or show it in full."""
        choose(self._app, item)

    def do(self, command: str) -> None:
        """Do what a key stands for."""
        COMMANDS[command](self._app)
