"""Which repository is the operator's: the folder that was named, or the one that the current folder lies in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.facts.sending import Repository
from dlaas_onboard.project.reader import read

_MARKS = (".git", ".hg", ".jj")
_MAX_PARENTS = 40


def read_project(named: str = "", *, around_here: bool = True) -> Reading[Repository]:
    """Read the folder that was named, or, where ``around_here`` allows it, the repository around the current folder.

    No value and no problem: none was named, and the current folder lies in none. A home folder that is kept under
    version control is not taken for a project unless it is named.
    """
    root = root_of(named, around_here=around_here)
    if root is None:
        return Reading("repository around the current folder", datetime.now(UTC))
    return read(root)


def root_of(named: str = "", *, around_here: bool = True) -> Path | None:
    """Return the folder that is the operator's repository, ``None`` where none was named and none is around here."""
    if named:
        return Path(named)
    return _around_here() if around_here else None


def _around_here() -> Path | None:
    try:
        here, home = Path.cwd().resolve(), Path.home().resolve()
    except (OSError, RuntimeError):  # the current folder was deleted, or nobody has a home
        return None
    for folder in (here, *here.parents)[:_MAX_PARENTS]:
        if folder == home:
            return None
        if any((folder / mark).exists() for mark in _MARKS):
            return folder
    return None
