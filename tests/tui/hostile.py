"""A view in which every foreign string attacks terminal, markup and controls; as a program, on a pty."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence
from datetime import timedelta
from enum import Enum
from typing import Any

from dlaas_onboard.journey.snapshot import Glance
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.writes.actions import Action
from dlaas_onboard.onboarding import Prepared, View
from dlaas_onboard.onboarding.preparing import blocked_because, prepare, registry
from dlaas_onboard.ports import RehearsalEvent
from tests import build
from tests.apps import app_of
from tests.fakes.onboarding import OPTIONS, WatchedOnboarding
from tests.fakes.world import MemoryDirector, World

MARKUP = "[@click=screen.dismiss('yes')]yes[/] [INFO] HELLO[/] [/foo] [red"
CONTROL = "\x1b]52;c;ZXZpbA==\x1b\\\x1b[31m\x9b31m\x00\x7f\u202e\u200b"
HOSTILE = MARKUP + CONTROL


def poison(value: Any) -> Any:
    """Return ``value`` with every text in it attacked; enums, keys, times and callables stay."""
    if isinstance(value, Enum) or callable(value):
        return value
    if isinstance(value, str):
        return value + HOSTILE if value else value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kept = ("id", "key", "sha256", "marker", "action", "field")
        changes = {
            field.name: poison(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if field.name not in kept
        }
        return dataclasses.replace(value, **changes)
    if isinstance(value, tuple) and hasattr(value, "_replace"):
        return type(value)(*(poison(part) for part in value))
    if isinstance(value, tuple):
        return tuple(poison(part) for part in value)
    if isinstance(value, dict):
        return {key: poison(part) for key, part in value.items()}
    return value


class Attacked(WatchedOnboarding):
    """An onboarding of whose view, actions and last look every text is attacked."""

    def glance(self) -> Glance | None:
        glance = super().glance()
        if glance is None:
            return None
        return glance._replace(account=HOSTILE, arn=HOSTILE, endpoint=HOSTILE, profile=HOSTILE, region=HOSTILE)

    def view(self) -> View:
        clean = super().view()
        if self._poisoned is None or self._poisoned[0] is not clean:
            self._poisoned = clean, poison(clean)
        return self._poisoned[1]

    _poisoned: tuple[View, View] | None = None

    def actions(self, step: StepId | None = None) -> Sequence[tuple[Action, str]]:
        clean = super().view()
        return [
            (poison(action), poison(blocked_because(action, clean)))
            for action in registry()
            if step in (None, action.step)
        ]

    def prepare(self, action_id: str, *, dry_run: bool = False) -> Prepared:
        attacked: Prepared = poison(prepare(action_id, super().view(), lambda: b"", dry_run=dry_run))
        return attacked


def onboarding() -> WatchedOnboarding:
    """Return an onboarding that shows the attacked view."""
    world = World(build.halfway())
    world.director = MemoryDirector(RehearsalEvent("grant", HOSTILE, HOSTILE))
    attacked = Attacked(answers=build.begun(), world=world, options=OPTIONS._replace(rehearsal=HOSTILE))
    attacked.visit(timedelta(minutes=1))
    return attacked


if __name__ == "__main__":
    sys.exit(app_of(onboarding()).run_to_its_end())
