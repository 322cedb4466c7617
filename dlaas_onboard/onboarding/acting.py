"""From what was confirmed to what became of it: each call once, under an intent of its own, then read back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from dlaas_onboard.journey.errors import Refused, Unsaved
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.onboarding.preparing import check_unchanged
from dlaas_onboard.onboarding.view import Prepared, Told, View

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import Facts, Place
    from dlaas_onboard.journey.situation.answers import Entry
    from dlaas_onboard.journey.situation.intents import Intent
    from dlaas_onboard.journey.writes.actions import Action
    from dlaas_onboard.onboarding.intent_journal import Writes
    from dlaas_onboard.ports import Cloud, Ports

# Seconds between the read-backs of a write: a request may appear a little after its answer, or after its time-out
# (docs/faults.md, "Outcome of a write" and "Reconciling").
READ_BACK_AFTER = (0.0, 2.0, 5.0)


class Acting:
    """Sends what was confirmed. One action at a time; :attr:`idle` is held while one is under way."""

    def __init__(
        self,
        ports: Ports,
        writes: Writes,
        *,
        view: Callable[[], View],
        facts: Callable[[], Facts],
        look: Callable[[Collection[Look]], None],
        keep: Callable[[str, Entry], None],
        changed: Callable[[], None],
    ) -> None:
        self._ports = ports
        self._writes = writes
        self._view = view
        self._facts = facts
        self._look = look
        self._keep = keep
        self._changed = changed
        self._stop = threading.Event()  # nobody wants to wait any more
        self.idle = threading.Lock()
        self.doing = ""  # what a long action does now
        self.told: Told | None = None  # what the last action brought

    def stop(self) -> None:
        """End the waiting of the action under way; it cleans up."""
        self._stop.set()

    def forget(self) -> None:
        """Leave this place: what the last action brought is not about the next one."""
        self.told = None

    def act(
        self, cloud: Cloud | None, prepared: Prepared, digits: str, ask_code: Callable[[str], str]
    ) -> Sequence[Intent]:
        """Send what was prepared and read it back, as :meth:`Onboarding.act` says."""
        from dlaas_onboard.journey.situation.intents import Phase
        from dlaas_onboard.journey.writes.actions import PROVE, Confirm
        from dlaas_onboard.onboarding.call_results import filled

        if not self.idle.acquire(blocking=False):
            raise Refused("Another request is still under way.")
        try:
            if cloud is None:
                raise Refused("Not connected to an account.")
            self._writes.save()
            place = self._pinned_place(cloud, prepared, ask_code)
            if prepared.action.confirm == Confirm.DIGITS and digits != place.account[-4:]:
                raise Refused("Those are not the last four digits of this account.")
            self._stop.clear()
            self.told = None
            if prepared.action.id == PROVE:
                return self._prove(cloud, prepared, place)
            self._keep_what_holds(prepared)
            done: list[str] = []

            def brought(number: int) -> str:
                outcome = next(one.outcome for one in self._writes.among(done[number - 1 : number]))
                return outcome.result if outcome is not None else ""

            try:
                for number, call in enumerate(prepared.calls, 1):
                    if prepared.action.each and not self._may_go_on(prepared, number):
                        break
                    intent = self._writes.send(cloud, prepared, filled(call, brought), place, self._facts())
                    done.append(intent.id)
                    if intent.phase != Phase.ACCEPTED and not (prepared.action.each and _only_this(intent)):
                        break
            finally:
                self._say("")
            found = self._settled(prepared.action, done)
            self._tell_of(prepared, found)
            return found
        finally:
            self.idle.release()

    def _keep_what_holds(self, prepared: Prepared) -> None:
        """Save, before a request for production access leaves, what it rests on: what changes since is told by it."""
        from dlaas_onboard.journey.request import filing_snapshot
        from dlaas_onboard.journey.situation.answers import Entry
        from dlaas_onboard.journey.writes.filings import FILING

        filing = next((call for call in prepared.calls if call.operation == FILING), None)
        if filing is None:
            return
        view, now = self._view(), self._ports.clock.now()
        text = filing_snapshot.snapshot(view.situation, view.verdicts, filing.params, now)
        self._keep(filing_snapshot.FIELD, Entry(text, now, self._ports.who))

    def _may_go_on(self, prepared: Prepared, number: int) -> bool:
        """Wait as long as SES wants between two calls; return whether they were not given up meanwhile."""
        from dlaas_onboard.journey.writes.pacing import pause

        call = prepared.calls[number - 1]
        self._say(f"call {number} of {len(prepared.calls)}: {call.operation}")
        return number == 1 or not self._stop.wait(pause(call, self._facts()))

    def _tell_of(self, prepared: Prepared, found: Sequence[Intent]) -> None:
        """Say in words what came of an action that has words for it."""
        from dlaas_onboard.journey.situation.intents import Phase
        from dlaas_onboard.journey.situation.situation import Situation

        if prepared.action.tell is not None:
            text = prepared.action.tell(prepared.calls, Situation(self._facts(), intents=tuple(found)))
            good = len(found) == len(prepared.calls) and all(
                intent.phase in (Phase.ACCEPTED, Phase.CONFIRMED) for intent in found
            )
            self.told = Told(text, good)
            self._changed()

    def _settled(self, action: Action, ids: Sequence[str]) -> Sequence[Intent]:
        """Read back what was sent, and make sure that the store knows what became of it."""
        found = self._read_back(action, ids)
        if not self._writes.all_saved:
            raise Unsaved(self._writes.unsaved_words(found))
        return found

    def _prove(self, cloud: Cloud, prepared: Prepared, place: Place) -> Sequence[Intent]:
        """Prove the bounce path; :attr:`told` says what came of it."""
        from dlaas_onboard.journey.bounces.proof import FIELD, write
        from dlaas_onboard.journey.situation.answers import Entry
        from dlaas_onboard.journey.situation.journal import JournalEntry
        from dlaas_onboard.onboarding.proving import Proving

        proving = Proving(
            cloud=cloud,
            clock=self._ports.clock,
            send=lambda call: self._writes.send(cloud, prepared, call, place, self._facts()),
            keep=lambda made: self._keep(FIELD, Entry(write(made), self._ports.clock.now(), self._ports.who)),
            say=self._say,
            stop=self._stop,
        )
        try:
            told = proving.run(prepared, self._view())
        finally:
            self._say("")
        self.told = told
        with suppress(OSError):  # the answer that holds the proof is what must not be lost
            kind = "proved" if told.good else "not proved"
            self._ports.store.note(JournalEntry(self._ports.clock.now(), kind, told.text, self._ports.who))
        found = self._settled(prepared.action, proving.ids)
        if proving.unsaved is not None:
            raise proving.unsaved
        return found

    def _say(self, doing: str) -> None:
        self.doing = doing
        self._changed()

    def _pinned_place(self, cloud: Cloud, prepared: Prepared, ask_code: Callable[[str], str]) -> Place:
        """Ask again who and where we are, and whether what was confirmed is still what would be sent."""
        before = self._view().place
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
        self._look({Look.ACCOUNT})
        check_unchanged(prepared, self._view())
        return now

    def _read_back(self, action: Action, ids: Sequence[str]) -> Sequence[Intent]:
        """Read what the calls did, a few times: a request may show up a little later."""
        from dlaas_onboard.journey.situation.intents import OPEN

        looks = set(action.rereads) or {Look.ACCOUNT}
        for pause in READ_BACK_AFTER:
            self._ports.clock.sleep(pause)
            self._look(looks)
            if not any(intent.phase in OPEN for intent in self._writes.among(ids)):
                break
        return self._writes.among(ids)


def _only_this(intent: Intent) -> bool:
    """Whether AWS refused this one call, and may well take the next."""
    from dlaas_onboard.journey.facts.reading import ProblemKind as Kind
    from dlaas_onboard.journey.situation.intents import Phase

    problem = intent.outcome.problem if intent.outcome else None
    of_this_call = (Kind.REFUSED, Kind.CONFLICT, Kind.INVALID, Kind.NOT_FOUND)
    return intent.phase == Phase.REJECTED and problem is not None and problem.kind in of_this_call


def _identity(place: Place) -> tuple[str, str, str, str]:
    """Return who acts where; the name of an assumed role's session may change when its credentials are renewed."""
    arn = place.arn.rpartition("/")[0] if ":assumed-role/" in place.arn else place.arn
    return place.account, arn, place.region, place.endpoint
