"""What the parts of one onboarding share: facts, answers, intents, and what is under way."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dlaas_onboard.journey.facts import Facts, Place
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.situation import Situation

if TYPE_CHECKING:
    from dlaas_onboard.journey.looks import Look
    from dlaas_onboard.journey.situation.answers import Entry
    from dlaas_onboard.journey.situation.intents import Intent
    from dlaas_onboard.onboarding.view import ActionResult


class State:
    """One onboarding's state. Everything here may be called from any thread; each change is told to the listeners.

    A *generation* lasts until somebody cancels or turns to another place: what was asked for in an older one is
    dropped when it arrives.
    """

    def __init__(self, profile: str = "", region: str = "", region_source: str = "") -> None:
        self.lock = threading.RLock()
        self._listeners: list[Callable[[], None]] = []
        self._generation = 0
        self._revision = 0  # counts the changes
        self._looking: dict[Look, int] = {}  # how many looks of a kind are under way
        self._wanted_place = (profile, region, region_source)
        self._facts: Facts | None = None  # made when it is first asked for: not before the first paint
        self._answers: Answers | None = None
        self._intents: tuple[Intent, ...] = ()
        self._situation: Situation | None = None
        self._doing = ""
        self._result: ActionResult | None = None
        self._changes: tuple[str, ...] = ()
        self._news = False

    # Who listens

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call ``listener``, from any thread, after each change."""
        self._listeners.append(listener)

    def changed(self) -> None:
        """Tell the listeners that something is new."""
        with self.lock:
            self._revision += 1
        for listener in self._listeners:
            listener()

    @property
    def revision(self) -> int:
        """Return a number that is another one after each change."""
        return self._revision

    # What is known

    @property
    def wanted_place(self) -> tuple[str, str, str]:
        """Return profile, Region, and what named the Region, as far as they were chosen."""
        return self._wanted_place

    def named_place(self) -> Place:
        """Return the place that was chosen, before AWS said which account it is."""
        profile, region, source = self._wanted_place
        return Place(profile=profile, region=region, region_source=source)

    @property
    def facts(self) -> Facts:
        """Return what was observed."""
        with self.lock:
            if self._facts is None:
                self._facts = Facts(place=self.named_place())
            return self._facts

    @property
    def answers(self) -> Answers:
        """Return what the operator entered."""
        with self.lock:
            if self._answers is None:
                self._answers = Answers()
            return self._answers

    @property
    def intents(self) -> tuple[Intent, ...]:
        """Return the writes that were decided on, oldest first."""
        return self._intents

    @property
    def situation(self) -> Situation:
        """Return all of it as one record; the same one until something changes."""
        with self.lock:
            if self._situation is None:
                self._situation = Situation(self.facts, self.answers, self._intents)
            return self._situation

    def put(self, generation: int, change: Callable[[Facts], Facts]) -> None:
        """Take over a new fact, unless what it was asked for has passed."""
        with self.lock:
            if self._generation != generation:
                return
            self._facts = change(self.facts)
            self._situation = None
        self.changed()

    def load(self, answers: Answers, intents: tuple[Intent, ...], facts: Facts | None = None) -> None:
        """Take over what the store holds for a place; nobody is told yet."""
        with self.lock:
            self._answers, self._intents = answers, intents
            if facts is not None:
                self._facts = facts
            self._situation = None
            self._revision += 1

    def answer(self, field_id: str, entry: Entry) -> None:
        """Take over an answer that was saved."""
        with self.lock:
            self._answers = self.answers.with_entry(field_id, entry)
            self._situation = None
        self.changed()

    def add_intent(self, intent: Intent) -> None:
        """Take over an intent that was saved; nobody is told yet."""
        with self.lock:
            self._intents = (*self._intents, intent)
            self._situation = None
            self._revision += 1

    def move_intent(self, intent: Intent) -> None:
        """Take over an intent's new phase."""
        with self.lock:
            self._intents = tuple(intent if known.id == intent.id else known for known in self._intents)
            self._situation = None
        self.changed()

    # What is under way

    @property
    def generation(self) -> int:
        """Return the present generation."""
        return self._generation

    @property
    def looking(self) -> frozenset[Look]:
        """Return the looks under way."""
        with self.lock:
            return frozenset(self._looking)

    @contextmanager
    def marked(self, look: Look, generation: int) -> Iterator[None]:
        """Show a look as under way for as long as this lasts."""
        self._count(look, 1, generation)
        try:
            yield
        finally:
            self._count(look, -1, generation)

    def _count(self, look: Look, change: int, generation: int) -> None:
        with self.lock:
            if self._generation != generation:
                return
            count = self._looking.get(look, 0) + change
            if count > 0:
                self._looking[look] = count
            else:
                self._looking.pop(look, None)
        self.changed()

    def cancel(self) -> None:
        """Begin a new generation: what is under way is given up."""
        with self.lock:
            self._generation += 1
            self._looking.clear()
        self.changed()

    def leave(self, profile: str, region: str, region_source: str) -> None:
        """Turn to another place, of which nothing is known yet but the checkout, which is the same; nobody is told."""
        with self.lock:
            self._generation += 1
            self._looking.clear()
            self._wanted_place = (profile, region, region_source)
            checkout = self.facts.checkout
            self._facts = None
            self._facts = dataclasses.replace(self.facts, checkout=checkout)
            self._answers, self._intents, self._situation = None, (), None
            self._result = None
            self._changes = ()
            self._revision += 1

    # What the last action and the last look brought

    @property
    def doing(self) -> str:
        """Return what a long action does now, ``""`` while none is under way."""
        return self._doing

    def say(self, doing: str) -> None:
        """Show what a long action does now."""
        self._doing = doing
        self.changed()

    @property
    def result(self) -> ActionResult | None:
        """Return what the last action brought beyond its calls."""
        return self._result

    def bring(self, result: ActionResult | None) -> None:
        """Keep what an action brought; nobody is told yet."""
        with self.lock:
            self._result = result
            self._revision += 1

    @property
    def changes(self) -> tuple[str, ...]:
        """Return what changed at AWS, the latest only."""
        return self._changes

    @property
    def news(self) -> bool:
        """Whether the changes happened in this session; else since the last visit."""
        return self._news

    def note_changes(self, changes: tuple[str, ...], *, news: bool) -> None:
        """Keep what a look saw to be new; nobody is told yet."""
        with self.lock:
            self._changes, self._news = changes, news
            self._revision += 1
