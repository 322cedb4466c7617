"""Text for the screen. What came from outside is only ever shown through these functions.

Textual parses a plain ``str`` as markup in most slots (docs/faults.md, "Hostile text"): ``[@click=…]`` in it would be
a live control and ``[/]`` would crash the app. A :class:`~textual.content.Content` is shown as it is.
"""

from __future__ import annotations

from functools import lru_cache

from textual.content import Content

from dlaas_onboard.journey.text import clean

PROSE = 96  # prose is not read well in longer lines

_safe = lru_cache(maxsize=1024)(clean)


def lit(text: str, style: str = "") -> Content:
    """Return ``text`` literally, cleaned of what a terminal would obey, in ``style``."""
    return Content.styled(_safe(text), style)


def flat(text: str, style: str = "") -> Content:
    """Return ``text`` literally on one line."""
    return lit(" ".join(text.split("\n")), style)


def fit(text: str, width: int, style: str = "") -> Content:
    """Return ``text`` on one line of exactly ``width`` cells; a cut is shown by an ellipsis."""
    if width <= 0:
        return Content("")
    return flat(text, style).truncate(width, ellipsis=True, pad=True)


def wrap(text: str, width: int, style: str = "", limit: int = 0) -> list[Content]:
    """Return ``text`` wrapped to ``width`` cells; with ``limit`` at most so many lines, a cut shown by an ellipsis."""
    if not text or width <= 0:
        return []
    lines = [line.rstrip() for part in lit(text, style).split("\n", allow_blank=True) for line in part.wrap(width)]
    if limit and len(lines) > limit:
        last = lines[limit - 1]
        room = last if last.cell_length < width else last.truncate(width - 1)
        return [*lines[: limit - 1], Content.assemble(room.rstrip(), ("…", style))]
    return lines


def indented(text: str, width: int, indent: int, style: str = "", limit: int = 0) -> list[Content]:
    """Return ``text`` wrapped and indented."""
    pad = Content(" " * indent)
    return [Content.assemble(pad, line) for line in wrap(text, min(width, PROSE + indent) - indent, style, limit)]
