"""From users and messages to a modest daily quota and rate."""

from __future__ import annotations

from dataclasses import dataclass

from dlaas_onboard.journey.verdict import Row


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The arithmetic, line by line, and its result; ``None`` where an input is missing."""

    rows: tuple[Row, ...]
    daily_quota: int | None  # recipients in 24 hours
    send_rate: int | None  # recipients a second
    missing: tuple[str, ...] = ()  # labels of the fields still needed
    warnings: tuple[str, ...] = ()
