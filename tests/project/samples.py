"""Sample projects, each in one file: ``--> path`` begins a file, and ``§ {…}`` at a line's end is the hand-made key.

The key stands beside the call that has to be found, as JSON of what has to be read of it; it is taken off before the
file is written. A call without a key must not be found: those in comments, strings, tests, other people's code, and of
other things that are called alike.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "samples"
NAMES = sorted(path.stem for path in FOLDER.glob("*.sample"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """One call that has to be found."""

    path: str
    line: int
    values: dict[str, Any]


def unpack(name: str, folder: Path) -> tuple[Wanted, ...]:
    """Write a sample's files into a folder; return its key."""
    key: list[Wanted] = []
    for part in (FOLDER / f"{name}.sample").read_text(encoding="utf-8").split("--> ")[1:]:
        path, _, text = part.partition("\n")
        lines = []
        for number, each in enumerate(text.splitlines(), start=1):
            code, mark, values = each.partition(" § ")
            if mark:
                key.append(Wanted(path, number, json.loads(values)))
            lines.append(code)
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tuple(key)
