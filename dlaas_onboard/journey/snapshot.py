"""The few fields that the first paint needs, saved with each look."""

from __future__ import annotations

from typing import NamedTuple


class StepGlance(NamedTuple):
    """One line of the rail as it was."""

    id: str
    state: str
    headline: str


class Glance(NamedTuple):
    """What the last look showed; painted with its age until the next look answers."""

    at: str  # ISO 8601, UTC
    profile: str
    region: str
    account: str
    arn: str
    endpoint: str
    amazon: bool
    access: str  # sandbox, production, unknown
    steps: tuple[StepGlance, ...]
