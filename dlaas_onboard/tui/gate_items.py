"""The gates before the filing as entries: traffic lights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from dlaas_onboard.journey.step_registry import BY_ID
from dlaas_onboard.tui.fact_items import joined
from dlaas_onboard.tui.item_list import Item, heading
from dlaas_onboard.tui.safe_text import fit, flat, indented
from dlaas_onboard.tui.theme import DIM, KEY

if TYPE_CHECKING:
    from dlaas_onboard.journey.request.gate import Gate

LIGHTS = {
    "green": ("●", "$text-success", "green"),
    "red": ("●", "$text-error", "red"),
    "unknown": ("◌", "$text-accent", "unknown"),
}


def gate_items(gates: Sequence[Gate]) -> list[Item]:
    """Return the gates as traffic lights."""
    if not gates:
        return []
    passing = sum(1 for gate in gates if gate.open)
    shut_first = sorted(gates, key=lambda gate: gate.light.value == "green")
    return [heading("Gates", f"{passing} of {len(gates)} open"), *(_gate(gate) for gate in shut_first)]


def _gate(gate: Gate) -> Item:
    glyph, color, word = LIGHTS[gate.light.value]

    def paint(width: int) -> list[Content]:
        lead = 11
        if gate.light.value == "green" and not gate.override:
            summary = joined(flat(gate.title), flat(gate.why, DIM), dot="  ")
            head = fit(f"{glyph} {word}", lead, color)
            return [Content.assemble(head, summary.truncate(width - lead, ellipsis=True))]
        lines = [Content.assemble(fit(f"{glyph} {word}", lead, color), fit(gate.title, width - lead, "bold"))]
        lines += indented(gate.why, width, lead, DIM, limit=2)
        if gate.light.value != "green":
            lines += indented(f"→ {gate.remedy}" if gate.remedy else "", width, lead)
        if gate.override and gate.open:
            lines += indented(f"overridden: {gate.override}", width, lead, "$text-warning")
        return lines

    can = "o overrides it with a reason" if gate.takes_reason else "cannot be overridden"
    if gate.overridable and gate.light.value == "unknown":
        can = "not known: look again"
    step = BY_ID[gate.step]
    detail = joined(
        flat(f"{glyph} {word}", color),
        Content.assemble(("enter", KEY), flat(f" opens {step.number} {step.title}")),
        flat(can if gate.light.value != "green" else ""),
    )
    return Item(f"gate.{gate.id}", paint, detail, gate.why, "", gate, (("o", "override"),) if gate.takes_reason else ())
