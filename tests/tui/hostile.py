"""A view in which every foreign string attacks terminal, markup and controls; as a program, on a pty."""

from __future__ import annotations

import dataclasses
import sys
from enum import Enum
from typing import Any

from dlaas_onboard.ports import RehearsalEvent
from tests.apps import app_of
from tests.tui.fake import GLANCE, OFFERS, OPTIONS, VIEW, FakeOnboarding

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


def onboarding() -> FakeOnboarding:
    """Return an onboarding that shows the attacked view."""
    glance = GLANCE._replace(account=HOSTILE, arn=HOSTILE, endpoint=HOSTILE, profile=HOSTILE, region=HOSTILE)
    fake = FakeOnboarding(poison(VIEW), glance)
    fake.offers = [(poison(action), poison(reason)) for action, reason in OFFERS]
    fake.scenario = (RehearsalEvent("grant", HOSTILE, HOSTILE),)
    return fake


if __name__ == "__main__":
    sys.exit(app_of(onboarding(), OPTIONS._replace(rehearsal=HOSTILE)).run_to_its_end())
