"""Quotas, rates and shares in words."""

from __future__ import annotations

_QUOTAS = {"L-804C8AE8": "the sending quota", "L-CDEF9B6B": "the sending rate"}


def quota(value: float | None) -> str:
    """Return a daily quota in words: it counts recipients in a rolling day, and -1 is unlimited."""
    if value is None:
        return "unknown"
    return "unlimited" if value == -1 else f"{value:,.0f} recipients in 24 hours"


def rate(value: float | None) -> str:
    """Return a sending rate in words."""
    if value is None:
        return "unknown"
    return f"{value:,.6g} recipient{'' if value == 1 else 's'} a second"


def share(part: int, whole: int) -> str:
    """Return ``part`` of ``whole`` as a percentage with two digits, ``""`` where ``whole`` is 0."""
    return f"{100 * part / whole:.2f} %" if whole else ""


def quota_name(code: str) -> str:
    """Return what the quota of this code is, or the code."""
    return _QUOTAS.get(code, code)
