"""What the last look showed, read for the first paint: nothing is checked, prepared or written for it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from dlaas_onboard.journey.snapshot import Glance, StepGlance
from dlaas_onboard.journey.text import line
from dlaas_onboard.progress import tables
from dlaas_onboard.progress.paths import NAME

PATIENCE = 0.1  # seconds that another program's write is waited for


def last_look(folder: Path, profile: str, region: str) -> Glance | None:
    """Return what the last look for this profile and Region showed; without a Region, the latest of the profile.

    ``None`` where nothing is saved in ``folder``, and where it cannot be read now: opening the store says why.
    """
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=PATIENCE)) as connection:
            sound = [row for row, intact in tables.sound_rows(connection, "glance") if intact]
    except (sqlite3.Error, OSError, UnicodeError):
        return None
    return latest(row for row in sound if row["profile"] == profile and region in ("", row["region"]))


def latest(rows: Iterable[tables.Row]) -> Glance | None:
    """Return the newest of these rows as a record, ``None`` where there is none or another version wrote it."""
    newest = max(rows, key=lambda row: str(row["at"]), default=None)
    if newest is None:
        return None
    try:
        at, profile, region, account, arn, endpoint, amazon, access, steps = json.loads(str(newest["glance"]))
        return Glance(
            line(at),
            line(profile),
            line(region),
            line(account),
            line(arn),
            line(endpoint),
            bool(amazon),
            line(access),
            tuple(StepGlance(line(step), line(state), line(headline)) for step, state, headline in steps),
        )
    except (ValueError, TypeError, KeyError):
        return None
