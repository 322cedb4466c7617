"""Looks again by itself at what waits on AWS or DNS, ever more rarely while nothing changes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dlaas_onboard.journey.review.polling import PlannedRecheck, planned_rechecks

if TYPE_CHECKING:
    from dlaas_onboard.journey.step_registry import StepId
    from dlaas_onboard.onboarding import Onboarding, View
    from dlaas_onboard.tui.app_protocol import AppCommands

TICK_SECONDS = 1.0  # how often it is asked whether a look is due
WATCH_SECONDS = 60.0  # until what waits on AWS or DNS is looked at again, then ever more rarely
WATCH_SECONDS_IN_REHEARSAL = 5.0


class Rechecks:
    """Plans the next look at each step that waits, and looks when its time has come."""

    def __init__(self, app: AppCommands, onboarding: Onboarding) -> None:
        self._app = app
        self._onboarding = onboarding
        self._seconds = WATCH_SECONDS_IN_REHEARSAL if app.options.rehearsal else WATCH_SECONDS
        self._plans: dict[StepId, PlannedRecheck] = {}  # when each step that waits is looked at next
        self.under_way = False  # whether a look of a plan is

    def tick(self) -> None:
        """Look at what is due, unless something else is under way."""
        app, view = self._app, self._app.current_view
        if view is None or view.looking or app.busy or self.under_way or not app.started:
            return
        due = self._due(view)
        if due:
            self.under_way = True
            wanted = {look for plan in due.values() for look in plan.recheck.looks}
            self._plans |= {step: plan._replace(under_way=True) for step, plan in due.items()}
            app.background.run(lambda: self._onboarding.look(wanted), self._ended)
        room = app.pane.blocks.get("room")
        if room is not None and room.display:
            room.repaint()  # it counts the seconds

    def _due(self, view: View) -> dict[StepId, PlannedRecheck]:
        now = self._app.clock()
        self._plans = planned_rechecks(self._plans, view.facts, view.verdicts, now, self._seconds)
        return {step: plan for step, plan in self._plans.items() if plan.due <= now}

    def _ended(self, _: object, error: Exception | None) -> None:
        self.under_way = False
        self._app.fail(error)

    def next_look(self, step: StepId) -> datetime | None:
        """Return when a step is looked at next, ``None`` where no look is planned."""
        plan = self._plans.get(step)
        return plan.due if plan is not None else None
