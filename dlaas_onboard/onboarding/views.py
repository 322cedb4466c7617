"""The present view: everything judged once after each change, though many ask for it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from dlaas_onboard.journey.steps.all_steps import judge_all
from dlaas_onboard.onboarding.view import View
from dlaas_onboard.options import Options

if TYPE_CHECKING:
    from dlaas_onboard.onboarding.state import State
    from dlaas_onboard.ports import Store


class Views:
    """Makes views of one state."""

    def __init__(self, state: State, store: Store, options: Options) -> None:
        self._state = state
        self._store = store
        self._options = options
        self._lock = threading.RLock()
        self._latest: tuple[int, View] | None = None

    def current(self) -> View:
        """Return the view of the state as it is now; the same one until something changes."""
        with self._lock:
            revision = self._state.revision
            if self._latest is None or self._latest[0] != revision:
                self._latest = (revision, self._build_view())
            return self._latest[1]

    def _build_view(self) -> View:
        state = self._state
        with state.lock:
            situation, looking = state.situation, state.looking
        return View(
            judgement=judge_all(situation),
            looking=looking,
            read_only="Started with --read-only." if self._options.read_only else self._store.read_only,
            notice=self._store.notice,
            changes=state.changes,
            news=state.news,
            doing=state.doing,
            result=state.result,
        )
