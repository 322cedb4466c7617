"""``--timeout S``: when a command is over, whatever the network, or a program that gives credentials, does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from dlaas_onboard.headless.signals import Stopper, TimeIsUp
from dlaas_onboard.journey.errors import CannotLook, Unsaved
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.situation.intents import OPEN
from dlaas_onboard.journey.text import plural

if TYPE_CHECKING:
    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.onboarding import Onboarding, Prepared

T = TypeVar("T")


class Deadline:
    """How long a command may still take. Work that it cuts off goes on in a daemon thread until the process ends."""

    def __init__(self, seconds: float | None, began: float | None = None) -> None:
        """``seconds`` from ``began`` on (of ``time.monotonic()``, now by default); ``None``: for ever."""
        self._seconds = seconds
        self._end = None if seconds is None else (time.monotonic() if began is None else began) + seconds
        self.words = ""  # what it cut off, in one sentence; "" while it has not passed

    @classmethod
    def of(cls, args: Arguments) -> Deadline:
        """Return the deadline that a command line sets."""
        return cls(args.timeout, args.began)

    @property
    def left(self) -> float | None:
        """Return the seconds that are left, ``None`` for ever."""
        return None if self._end is None else max(0.0, self._end - time.monotonic())

    def do(self, work: Callable[[], T], stopper: Stopper | None = None) -> T:
        """Do ``work`` and return its result. Raises :class:`TimeIsUp` at the deadline, and what ``stopper`` does."""
        if stopper is None and self._end is None:
            return work()
        return (stopper or Stopper()).do(work, self.left)

    def look(self, onboarding: Onboarding, work: Callable[[], object]) -> None:
        """Do a look; at the deadline give it up: what has arrived stays, and :attr:`words` say what was missed."""
        try:
            self.do(work)
        except TimeIsUp:
            doing = _doing(onboarding.view().looking)
            onboarding.cancel()
            self.words = self.passed(f"while {doing}")

    def act(
        self, onboarding: Onboarding, prepared: Prepared, work: Callable[[], T], stopper: Stopper | None = None
    ) -> T:
        """Do a write; at the deadline nothing more is sent, and what is under way counts as unknown.

        Raises :class:`CannotLook` where nothing is left open then, and
        :class:`~dlaas_onboard.journey.errors.Unsaved` where what was sent may have taken effect.
        """
        try:
            return self.do(work, stopper)
        except TimeIsUp:
            sent = onboarding.give_up(prepared.marker)
            self.words = self.passed(f"after {len(sent)} of {plural(len(prepared.calls), 'call')}")
            if any(intent.phase in OPEN for intent in sent):
                raise Unsaved(
                    f"{self.words}, and the outcome is unknown; do not send it again: "
                    "run `dlaas-onboard status` until it is known"
                ) from None
            raise CannotLook(f"{self.words}; nothing more was sent") from None

    def passed(self, what: str) -> str:
        """Return the sentence that this deadline has passed."""
        return f"the deadline of {self._seconds:g} s passed {what}"

    def check(self) -> None:
        """Raise :class:`CannotLook` if the deadline has passed."""
        if self.words:
            raise CannotLook(f"{self.words}; nothing was sent")


def _doing(looking: frozenset[Look]) -> str:
    if Look.CALLER in looking:
        return "waiting for credentials, or for AWS to say who we are"
    if looking:
        return f"looking at {', '.join(sorted(looking))}"
    return "looking"
