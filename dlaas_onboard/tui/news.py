"""News from the onboarding, shown: a view is built away from the keys, at most one repaint in a moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from textual.content import Content

from dlaas_onboard.tui.alerts import ChangeAlerts
from dlaas_onboard.tui.fact_items import ago
from dlaas_onboard.tui.rail import StepSummary
from dlaas_onboard.tui.safe_text import flat
from dlaas_onboard.tui.snapshot_text import READ_ONLY
from dlaas_onboard.tui.theme import DIM
from dlaas_onboard.tui.view_context import context_of

if TYPE_CHECKING:
    from dlaas_onboard.onboarding import Onboarding, View
    from dlaas_onboard.tui.action_items import Offer
    from dlaas_onboard.tui.app_protocol import AppCommands
    from dlaas_onboard.tui.step_pane import StepPane

REPAINT_SECONDS = 0.1  # at most one repaint in this time, however many facts arrive


class News:
    """Takes note that something changed, and shows the view that follows from it."""

    def __init__(self, app: AppCommands, onboarding: Onboarding, fill: Callable[[StepPane, View], None]) -> None:
        """Take over the app, what tells the news, and what shows a view in a pane."""
        self._app = app
        self._onboarding = onboarding
        self._fill = fill
        self._alerts = ChangeAlerts(app)
        self._noted = False
        self._building = False
        self._again = False
        self._painted_at = 0.0

    def take_note(self) -> None:
        """Take note, from any thread, that there is a new view; many notes become one message."""
        if not self._noted:
            self._noted = True
            self._app.background.tell(self._soon)

    def _soon(self) -> None:
        wait = REPAINT_SECONDS - (monotonic() - self._painted_at)
        if wait > 0:
            self._app.set_timer(wait, self.take_up)
        else:
            self.take_up()

    def take_up(self) -> None:
        """Have the view built, away from the keys; news that arrive meanwhile are taken up afterwards."""
        self._noted = False
        if self._building:
            self._again = True
            return
        self._building = True
        self._app.background.run(lambda: (self._onboarding.view(), self._onboarding.actions()), self._built)

    def _built(self, result: tuple[View, Sequence[Offer]] | None, error: Exception | None) -> None:
        self._building = False
        self._painted_at = monotonic()
        if result is None:
            self._app.fail(error)
        elif self._app.is_running and self._app.screen_stack:
            self._show(*result)
        if self._again:
            self._again = False
            self.take_note()

    def _show(self, view: View, offers: Sequence[Offer]) -> None:
        app = self._app
        app.offers = offers
        app.current_view = view
        app.summaries = {step: StepSummary(verdict.state, verdict.headline) for step, verdict in view.verdicts.items()}
        app.rail.show_steps(app.summaries)
        app.context.say(context_of(view))
        app.banners.say("readonly", self._read_only(view))
        app.banners.say("notice", view.notice)
        since = "Changed at AWS: " if view.news else "Since your last visit: "
        app.banners.say("changes", since + " · ".join(view.changes) if view.changes else "")
        self._show_activity(view)
        self._alerts.attend(view)
        if app.started and not app.moved and app.open_step != view.judgement.first_step and not view.looking:
            app.show_step(view.judgement.first_step)
        self._fill(app.pane, view)
        app.refresh_hints()

    def _read_only(self, view: View) -> str:
        """Return why nothing can be written, in a sentence for the top of the screen; ``""`` when it can."""
        if self._app.options.read_only:
            return READ_ONLY
        return f"Read-only: {view.read_only} What you enter now is not saved." if view.read_only else ""

    def _show_activity(self, view: View) -> None:
        looking = sorted(look.value for look in view.looking)
        if view.doing:
            text = Content.assemble(("◔ busy ", "$text-warning"), ("esc stops\n", DIM), flat(view.doing, DIM))
        elif self._app.busy:
            text = Content.styled("◔ sending…", "$text-warning")
        elif looking:
            text = Content.assemble(
                (f"◔ looking at {len(looking)} ", "$text-warning"),
                ("esc stops\n", DIM),
                flat(", ".join(looking), DIM),
            )
        else:
            account = view.facts.account
            past = ago(account.observed_at, self._app.clock()) if account else ""
            text = flat("not read yet" if not past else "read just now" if past == "now" else f"read {past} ago", DIM)
        self._app.activity.say(text)

    def repaint_ages(self) -> None:
        """Paint the ages again: they have grown."""
        view = self._app.current_view
        if view is not None:
            self._show_activity(view)
            self._app.pane.repaint()
