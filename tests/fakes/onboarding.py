"""The real onboarding on a world of facts: the faces under test drive it, and it writes down what they asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from dlaas_onboard.journey.facts import Facts, Place
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.intents import Intent
from dlaas_onboard.onboarding import Onboarding, Prepared
from dlaas_onboard.options import Options
from tests import build
from tests.fakes.world import World

OPTIONS = Options(profile="dlaas", region=build.REGION)


class WatchedOnboarding(Onboarding):
    """An onboarding whose judges, actions and journal are the real ones, and whose world is :class:`World`.

    Where a test names no facts and no answers, everything is in place, and only the request is still to be filed.
    """

    def __init__(
        self,
        facts: Facts | None = None,
        answers: Answers | None = None,
        *,
        intents: tuple[Intent, ...] = (),
        world: World | None = None,
        options: Options = OPTIONS,
    ) -> None:
        self.world = world or World(build.complete() if facts is None else facts)
        self.world.store.keep(build.filled_in(test_address=build.ME) if answers is None else answers)
        self.world.store.saved_intents += intents
        self._known_before = len(self.world.store.entered)
        self.done: list[tuple[str, ...]] = []  # everything that was asked for
        self.looked: list[frozenset[Look]] = []  # the looks that were asked for, but for those at the start
        self._starting = 0
        super().__init__(self.world.ports(), options)

    # What faces asked for

    @property
    def entered(self) -> list[tuple[str, str]]:
        """Return what was entered and saved."""
        return [(one.field, one.text) for one in self.world.store.entered[self._known_before :]]

    @property
    def acted(self) -> list[tuple[str, str]]:
        """Return the actions that were asked for, each with the digits that were typed."""
        return [(done[1], done[2]) for done in self.done if done[0] == "act"]

    def count(self, kind: str) -> int:
        """Return how often something was asked for."""
        return sum(done[0] == kind for done in self.done)

    # What a test does to it

    def show(self, facts: Facts) -> None:
        """Let the world be so, and look at it."""
        self.world.facts = facts
        super().look()

    @contextmanager
    def looking(self, *looks: Look) -> Iterator[None]:
        """Let these looks be under way; who gives them up ends them."""
        with ExitStack() as stack:
            for look in looks:
                stack.enter_context(self._state.marked(look, self._state.generation))
            yield

    def visit(self, ago: timedelta) -> None:
        """Let somebody have been here before, so that there is a last look to show."""
        now = self.world.now
        self.world.now = now - ago
        Onboarding(self.world.ports(), self.options).start(lambda _prompt: "")
        self.world.now = now

    # The onboarding's own, written down

    def start(self, ask_code: Callable[[str], str], wanted: Callable[[Place], bool] | None = None) -> None:
        self.done.append(("start",))
        self._starting += 1
        try:
            super().start(ask_code, wanted)
        finally:
            self._starting -= 1

    def look(self, looks: Collection[Look] = ()) -> None:
        self.done.append(("look", *sorted(look.value for look in looks)))
        if not self._starting:
            self.looked.append(frozenset(looks))
            if self.world.later:
                self.world.facts = self.world.later.pop(0)
        super().look(looks)

    def cancel(self) -> None:
        self.done.append(("cancel",))
        super().cancel()

    def move(
        self,
        profile: str,
        region: str,
        ask_code: Callable[[str], str] | None = None,
        wanted: Callable[[Place], bool] | None = None,
    ) -> None:
        self.done.append(("move", profile, region))
        super().move(profile, region, ask_code, wanted)

    def enter_all(self, assignments: Sequence[tuple[str, str]]) -> str:
        wrong = super().enter_all(assignments)
        self.done += [("enter", field_id, text) for field_id, text in assignments]
        return wrong

    def act(self, prepared: Prepared, digits: str = "") -> Sequence[Intent]:
        self.done.append(("act", prepared.action.id, digits))
        return super().act(prepared, digits)

    def play(self, event_id: str) -> str:
        self.done.append(("play", event_id))
        return super().play(event_id)


class Visited(WatchedOnboarding):
    """The onboarding of an operator who has begun, and was here a moment ago: there is a last look to show."""

    def __init__(self, options: Options = OPTIONS) -> None:
        super().__init__(build.halfway(), build.begun(), options=options)
        self.visit(timedelta(minutes=1))
