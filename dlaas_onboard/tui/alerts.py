"""Calls the operator when something that was waited for has come: once for each change, and never on a first look."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from dlaas_onboard.journey.review.review_news import last_known, news, seen_since

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import Facts, Place
    from dlaas_onboard.onboarding import View
    from dlaas_onboard.tui.app_protocol import AppServices

OWN_SECONDS = 1.0  # what shows so soon after a write of the operator's own is what that write did


class ChangeAlerts:
    """Compares each view with what was read before it in this session."""

    def __init__(self, app: AppServices) -> None:
        self._app = app
        self._place: Place | None = None
        self._here_since = app.clock()  # what was read earlier was read at the last visit
        self._shown_at = self._here_since
        self._seen: Facts | None = None
        self._acted_at = -OWN_SECONDS

    def attend(self, view: View) -> None:
        """Take note of a view, and call the operator for what changed since the one before."""
        if view.place != self._place:
            self._place, self._here_since, self._seen = view.place, self._shown_at, None
        self._shown_at = self._app.clock()
        now = seen_since(view.facts, self._here_since)
        news_sentences = news(self._seen, now) if self._seen is not None else ()
        self._seen = last_known(self._seen, now)
        if self._app.busy:
            self._acted_at = monotonic()
        elif news_sentences and monotonic() - self._acted_at >= OWN_SECONDS:
            self._app.call_operator(news_sentences)
