"""Finds a DLaaS checkout upwards from a folder."""

from __future__ import annotations

from pathlib import Path

CONFIGURATION = "common/config.json"
_MAX_PARENTS = 40


def is_checkout(folder: Path) -> bool:
    """Whether ``folder`` is one: two of ``common/config.json``, ``common/templates`` and Terraform files.

    Two of three, so that a checkout whose configuration is missing is found, and said to lack it.
    """
    try:
        marks = (
            (folder / CONFIGURATION).is_file(),
            (folder / "common" / "templates").is_dir(),
            any(True for _ in folder.glob("*.tf")),
        )
    except OSError:
        return False
    return sum(marks) >= 2


def find(start: Path) -> Path | None:
    """Return the nearest checkout at ``start`` or above it, ``None`` where there is none."""
    try:
        resolved = start.resolve()
    except (OSError, RuntimeError):
        return None
    return next((folder for folder in (resolved, *resolved.parents)[:_MAX_PARENTS] if is_checkout(folder)), None)
