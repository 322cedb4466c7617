"""Reading what was kept as JSON in an entry: it may have been changed by another hand, so nothing in it is trusted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any


def document(text: object, longest: int) -> dict[str, Any]:
    """Return the object that a text of at most ``longest`` characters holds, ``{}`` where it holds none."""
    if not isinstance(text, str) or len(text) > longest:
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def time(value: object) -> datetime | None:
    """Return a time in UTC, ``None`` for what is none or names no zone."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at.astimezone(UTC) if at is not None and at.tzinfo is not None else None
