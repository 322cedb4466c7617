"""Where the progress is kept."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_state_dir

NAME = "progress.sqlite"


def state_folder(chosen: str = "") -> Path:
    """Return ``chosen`` as an absolute path, or the platform's own state folder for this program.

    Raises ``OSError`` with one sentence where there is none, because the user has no home directory.
    """
    if chosen:
        return Path(chosen).absolute()

    try:
        return Path(user_state_dir("dlaas-onboard", appauthor=False)).absolute()
    except (OSError, RuntimeError, KeyError) as error:
        raise OSError("No home directory was found to keep the progress in; name a folder with --state-dir.") from error


def rehearsal_folder(chosen: str, scenario: str) -> Path:
    """Return where a rehearsal keeps its account and its own progress. Raises what :func:`state_folder` does."""
    return state_folder(chosen) / "rehearsal" / scenario
