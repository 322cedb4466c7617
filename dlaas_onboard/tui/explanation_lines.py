"""Explanations of errors, laid out."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from dlaas_onboard.journey.sending_errors import Explanation
from dlaas_onboard.tui.safe_text import indented, wrap


def explanation_lines(explanations: Sequence[Explanation], width: int) -> list[Content]:
    """Return each explanation: the error, what it means here, who acts, what to do, and the commands for it."""
    out: list[Content] = []
    for each in explanations:
        out += [Content("")] if out else []
        out += wrap(each.error, width, "bold")
        for opening, text in each.lines():
            out += indented(f"{opening}{text}", width, 2)
    return out
