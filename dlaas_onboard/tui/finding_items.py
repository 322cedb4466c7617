"""Findings as entries: the worst first, each with the key that mends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Finding, Severity
from dlaas_onboard.tui.fact_items import joined
from dlaas_onboard.tui.item_list import Item, heading
from dlaas_onboard.tui.marks import SEVERITIES
from dlaas_onboard.tui.safe_text import PROSE, flat, indented, wrap
from dlaas_onboard.tui.theme import DIM, KEY

if TYPE_CHECKING:
    from dlaas_onboard.tui.action_items import Offer


def tally(findings: Sequence[Finding]) -> str:
    """Return how many findings there are of each severity, in words."""
    words = {
        Severity.BLOCKER: ("blocker", ""),
        Severity.WARNING: ("warning", ""),
        Severity.ADVICE: ("piece of advice", "pieces of advice"),
        Severity.UNKNOWN: ("unknown", "unknowns"),
    }
    counts = [(severity, sum(1 for finding in findings if finding.severity == severity)) for severity in Severity]
    return ", ".join(plural(count, *words[severity]) for severity, count in counts if count)


def finding_items(findings: Sequence[Finding], offers: Mapping[str, Offer], title: str = "Findings") -> list[Item]:
    """Return the findings, the worst first."""
    if not findings:
        return []
    order = list(Severity)
    items = [heading(title, tally(findings))]
    items += [_finding(finding, offers) for finding in sorted(findings, key=lambda item: order.index(item.severity))]
    return items


def _finding(finding: Finding, offers: Mapping[str, Offer]) -> Item:
    glyph, color = SEVERITIES[finding.severity]
    offer = offers.get(finding.action)

    def paint(width: int) -> list[Content]:
        lead = len(finding.severity.value) + 4
        first = wrap(finding.message, min(width, PROSE + lead) - lead)
        lines = [Content.assemble((f"{glyph} {finding.severity.value}  ", color), *first[:1])]
        lines += [Content.assemble(Content(" " * lead), line) for line in first[1:]]
        lines += indented(finding.evidence, width, lead, DIM, limit=3)
        lines += indented(f"→ {finding.remedy}" if finding.remedy else "", width, lead)
        if offer is not None and offer[0].key:
            action, reason = offer
            label = (" not now: " + reason) if reason else f" {action.title}"
            lines.append(
                Content.assemble(
                    Content(" " * lead), (action.key, DIM if reason else KEY), flat(label, DIM if reason else "")
                ).truncate(width, ellipsis=True)
            )
        return lines

    copy = finding.remedy or finding.message
    return Item(finding.id, paint, finding_detail(finding), copy, finding_more(finding), finding)


def finding_detail(finding: Finding) -> Content:
    """Return what the detail line says of a finding."""
    glyph, color = SEVERITIES[finding.severity]
    guide = f"guide step {finding.guide_step}" if finding.guide_step else ""
    evidence = flat(finding.evidence or finding.remedy)
    return joined(flat(f"{glyph} {finding.severity.value}", color), evidence, flat(guide, DIM))


def finding_more(finding: Finding) -> str:
    """Return a finding in full."""
    parts = [f"{finding.severity.value.capitalize()}: {finding.message}"]
    parts += [f"\nSeen: {finding.evidence}"] if finding.evidence else []
    parts += [f"\nRemedy: {finding.remedy}"] if finding.remedy else []
    return "\n".join(parts)
