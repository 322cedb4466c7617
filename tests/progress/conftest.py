from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dlaas_onboard.progress.store import SqliteStore

MakeStore = Callable[..., SqliteStore]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def make(state: Path) -> Iterator[MakeStore]:
    """Open stores in the state directory and close them all at the end."""
    opened: list[SqliteStore] = []

    def store(directory: Path = state, version: str = "1.0") -> SqliteStore:
        opened.append(SqliteStore(directory, version=version))
        return opened[-1]

    yield store
    for one in opened:
        one.close()
