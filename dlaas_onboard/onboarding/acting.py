"""From what was confirmed to what became of it: each call once, under an intent of its own, then read back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from dlaas_onboard.journey.errors import Refused, Unsaved
from dlaas_onboard.journey.facts.reading import ProblemKind as Kind
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.request import filing_snapshot
from dlaas_onboard.journey.situation.intents import OPEN, Phase
from dlaas_onboard.journey.situation.journal import JournalEntry
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.writes.actions import PROVE, Confirm
from dlaas_onboard.journey.writes.filings import FILING
from dlaas_onboard.journey.writes.pacing import pause
from dlaas_onboard.onboarding.call_results import filled
from dlaas_onboard.onboarding.preparing import check_unchanged
from dlaas_onboard.onboarding.proving import Proving
from dlaas_onboard.onboarding.view import ActionResult, Prepared

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import Place
    from dlaas_onboard.journey.situation.intents import Intent
    from dlaas_onboard.journey.writes.actions import Action
    from dlaas_onboard.onboarding.entering import Entering
    from dlaas_onboard.onboarding.intent_journal import IntentJournal
    from dlaas_onboard.onboarding.observing import Observing
    from dlaas_onboard.onboarding.state import State
    from dlaas_onboard.onboarding.views import Views
    from dlaas_onboard.ports import Cloud, Ports

# Seconds between the read-backs of a write: a request may appear a little after its answer, or after its time-out
# (docs/faults.md, "Outcome of a write" and "Reconciling").
READ_BACK_AFTER = (0.0, 2.0, 5.0)


class Acting:
    """Sends what was confirmed. One action at a time; :attr:`idle` is held while one is under way."""

    def __init__(
        self,
        ports: Ports,
        state: State,
        views: Views,
        *,
        intents: IntentJournal,
        entering: Entering,
        observing: Observing,
    ) -> None:
        self._ports = ports
        self._state = state
        self._views = views
        self._intents = intents
        self._entering = entering
        self._observing = observing
        self._stop = threading.Event()  # nobody wants to wait any more
        self.idle = threading.Lock()

    def stop(self) -> None:
        """End the waiting of the action under way; it cleans up."""
        self._stop.set()

    def act(self, prepared: Prepared, digits: str, ask_code: Callable[[str], str]) -> Sequence[Intent]:
        """Send what was prepared and read it back, as :meth:`Onboarding.act` says."""
        if not self.idle.acquire(blocking=False):
            raise Refused("Another request is still under way.")
        try:
            cloud = self._observing.cloud
            if cloud is None:
                raise Refused("Not connected to an account.")
            self._intents.save()
            place = self._pinned_place(cloud, prepared, ask_code)
            if prepared.action.confirm == Confirm.DIGITS and digits != place.account[-4:]:
                raise Refused("Those are not the last four digits of this account.")
            self._stop.clear()
            self._state.bring(None)
            if prepared.action.id == PROVE:
                return self._prove(cloud, prepared, place, ask_code)
            self._save_filing_snapshot(prepared)
            done: list[str] = []

            def brought(number: int) -> str:
                outcome = next(intent.outcome for intent in self._intents.among(done[number - 1 : number]))
                return outcome.result if outcome is not None else ""

            try:
                for number, call in enumerate(prepared.calls, 1):
                    if prepared.action.each and not self._may_go_on(prepared, number):
                        break
                    intent = self._intents.send(cloud, prepared, filled(call, brought), place)
                    done.append(intent.id)
                    if intent.phase != Phase.ACCEPTED and not (prepared.action.each and _only_this(intent)):
                        break
            finally:
                self._state.say("")
            intents = self._settled(prepared.action, done, ask_code)
            self._keep_result(prepared, intents)
            return intents
        finally:
            self.idle.release()

    def _save_filing_snapshot(self, prepared: Prepared) -> None:
        """Save, before a request for production access leaves, what it rests on: what changes since is told by it."""
        filing = next((call for call in prepared.calls if call.operation == FILING), None)
        if filing is None:
            return
        view, now = self._views.current(), self._ports.clock.now()
        text = filing_snapshot.snapshot(view.situation, view.verdicts, filing.params, now)
        self._entering.save(filing_snapshot.FIELD, text)

    def _may_go_on(self, prepared: Prepared, number: int) -> bool:
        """Wait as long as SES wants between two calls; return whether they were not given up meanwhile."""
        call = prepared.calls[number - 1]
        self._state.say(f"call {number} of {len(prepared.calls)}: {call.operation}")
        return number == 1 or not self._stop.wait(pause(call, self._state.facts))

    def _keep_result(self, prepared: Prepared, intents: Sequence[Intent]) -> None:
        """Keep in words what came of an action that has words for it."""
        if prepared.action.result_text is not None:
            text = prepared.action.result_text(prepared.calls, Situation(self._state.facts, intents=tuple(intents)))
            good = len(intents) == len(prepared.calls) and all(
                intent.phase in (Phase.ACCEPTED, Phase.CONFIRMED) for intent in intents
            )
            self._state.bring(ActionResult(text, good))
            self._state.changed()

    def _settled(self, action: Action, ids: Sequence[str], ask_code: Callable[[str], str]) -> Sequence[Intent]:
        """Read back what was sent, and make sure that the store knows what became of it."""
        intents = self._read_back(action, ids, ask_code)
        if not self._intents.all_saved:
            raise Unsaved(self._intents.unsaved_words(intents))
        return intents

    def _prove(
        self, cloud: Cloud, prepared: Prepared, place: Place, ask_code: Callable[[str], str]
    ) -> Sequence[Intent]:
        """Prove the bounce path; the state says what came of it."""
        proving = Proving(
            cloud=cloud,
            clock=self._ports.clock,
            state=self._state,
            intents=self._intents,
            entering=self._entering,
            prepared=prepared,
            place=place,
            stop=self._stop,
        )
        try:
            result = proving.run()
        finally:
            self._state.say("")
        self._state.bring(result)
        with suppress(OSError):  # the answer that holds the proof is what must not be lost
            kind = "proved" if result.good else "not proved"
            self._ports.store.note(JournalEntry(self._ports.clock.now(), kind, result.text, self._ports.who))
        intents = self._settled(prepared.action, proving.ids, ask_code)
        if proving.unsaved is not None:
            raise proving.unsaved
        return intents

    def _pinned_place(self, cloud: Cloud, prepared: Prepared, ask_code: Callable[[str], str]) -> Place:
        """Ask again who and where we are, and whether what was confirmed is still what would be sent."""
        before = self._views.current().place
        reading = cloud.connect(ask_code)
        if reading.problem is not None or reading.value is None:
            sentence = reading.problem.message if reading.problem else "AWS did not say who we are."
            raise Refused(f"Nothing was sent. {sentence}")
        now = reading.value
        if _identity(now) != _identity(before):
            raise Refused(
                f"Nothing was sent: AWS now answers {now.arn} in {now.region} at {now.endpoint}, another identity "
                "than on the screen. Quit and start again to go on with it."
            )
        self._observing.look({Look.ACCOUNT}, ask_code)
        check_unchanged(prepared, self._views.current())
        return now

    def _read_back(self, action: Action, ids: Sequence[str], ask_code: Callable[[str], str]) -> Sequence[Intent]:
        """Read what the calls did, a few times: a request may show up a little later."""
        looks = set(action.rereads) or {Look.ACCOUNT}
        for seconds in READ_BACK_AFTER:
            self._ports.clock.sleep(seconds)
            self._observing.look(looks, ask_code)
            if not any(intent.phase in OPEN for intent in self._intents.among(ids)):
                break
        return self._intents.among(ids)


def _only_this(intent: Intent) -> bool:
    """Whether AWS refused this one call, and may well take the next."""
    problem = intent.outcome.problem if intent.outcome else None
    of_this_call = (Kind.REFUSED, Kind.CONFLICT, Kind.INVALID, Kind.NOT_FOUND)
    return intent.phase == Phase.REJECTED and problem is not None and problem.kind in of_this_call


def _identity(place: Place) -> tuple[str, str, str, str]:
    """Return who acts where; the name of an assumed role's session may change when its credentials are renewed."""
    arn = place.arn.rpartition("/")[0] if ":assumed-role/" in place.arn else place.arn
    return place.account, arn, place.region, place.endpoint
