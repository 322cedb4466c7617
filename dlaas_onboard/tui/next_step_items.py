"""What to do now, right under the headline: the worst findings with the key that mends each, and where to go next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from textual.content import Content

from dlaas_onboard.journey.situation.fields import BY_ID as FIELDS
from dlaas_onboard.journey.situation.fields import Field
from dlaas_onboard.journey.situation.message_fields import MESSAGE
from dlaas_onboard.journey.step_registry import BY_ID, StepId, StepState
from dlaas_onboard.journey.steps.next_steps import action_to_take, most_urgent
from dlaas_onboard.journey.verdict import Finding, Verdict
from dlaas_onboard.tui.action_items import Offer
from dlaas_onboard.tui.finding_items import finding_detail, finding_more, tally
from dlaas_onboard.tui.item_list import Item, heading
from dlaas_onboard.tui.marks import SEVERITIES
from dlaas_onboard.tui.safe_text import PROSE, flat, indented, lit, wrap
from dlaas_onboard.tui.theme import DIM, KEY

# Findings that another profile or Region mends.
PLACES = ("account.no_region", "account.caller_unread")


class ChooseProfile(NamedTuple):
    """What enter does on a finding that another profile or Region mends."""


def now_items(verdict: Verdict, offers: Sequence[Offer], first: StepId, empty: Field | None) -> list[Item]:
    """Return what to do now in this step, or where to go on; ``empty`` is the first field that has no value."""
    urgent = most_urgent(verdict)
    by_id = {offer[0].id: offer for offer in offers}
    remedy_lines = 4 if len(urgent) > 1 else 0
    items = [_finding(finding, by_id, remedy_lines) for finding in urgent]
    action = action_to_take(verdict, [action for action, reason in offers if not reason])
    if action is not None:
        items.append(_ready(action.key, action.title, action.help, action))
    if verdict.state == StepState.TODO and not items and empty is not None:
        items.append(_ready("enter", f"Fill in: {empty.label}", empty.help, empty))
    onward = _onward(verdict, first)
    if onward is not None:
        items.append(onward)
    title = "Nothing left to do here" if verdict.state == StepState.DONE and not urgent else "What to do now"
    return [heading(title, tally(verdict.findings)), *items] if items else []


def _ready(key: str, title: str, help_: str, target: object) -> Item:
    return Item(
        f"now.{key}",
        lambda width: [Content.assemble(flat(f"{key:<2} ", KEY), flat(title)).truncate(width, ellipsis=True)],
        flat(help_),
        target=target,
    )


def _onward(verdict: Verdict, first: StepId) -> Item | None:
    """Return the entry that leads to the step that needs the operator, where nothing is left to do in this one."""
    target = verdict.blocked_by or first
    if target == verdict.step or verdict.state not in (StepState.DONE, StepState.BLOCKED, StepState.WAITING):
        return None
    step = BY_ID[target]
    name = f"step {step.number}, {step.title}"
    words = {StepState.BLOCKED: f"Open {name}: it comes first", StepState.WAITING: f"Meanwhile: {name}"}.get(
        verdict.state, f"Go on to {name}"
    )
    return Item(
        "now.onward",
        lambda width: [Content.assemble(("n  ", KEY), flat(words)).truncate(width, ellipsis=True)],
        flat(step.purpose),
        target=target,
    )


def _finding(finding: Finding, offers: Mapping[str, Offer], remedy_lines: int) -> Item:
    glyph, color = SEVERITIES[finding.severity]
    offer = offers.get(finding.action)
    place = finding.id in PLACES

    def paint(width: int) -> list[Content]:
        word = finding.severity.value
        lead = len(word) + 4 if width >= 64 else 2
        head = f"{glyph} {word}  " if lead > 2 else f"{glyph} "
        text = finding.message if lead > 2 else f"{word}: {finding.message}"
        first = wrap(text, min(width, PROSE + lead) - lead, limit=3)
        lines = [Content.assemble((head, color), *first[:1])]
        lines += [Content.assemble(" " * lead, line) for line in first[1:]]
        if width >= 64:
            lines += indented(finding.evidence, width, lead, DIM, limit=2)
        lines += indented(f"→ {finding.remedy}" if finding.remedy else "", width, lead, limit=remedy_lines)
        key = _key(finding, offer, place)
        if key is not None:
            lines.append(Content.assemble(" " * lead, key).truncate(width, ellipsis=True))
        return lines

    target: object = ChooseProfile() if place else finding
    return Item(
        finding.id, paint, finding_detail(finding), finding.remedy or finding.message, finding_more(finding), target
    )


def _key(finding: Finding, offer: Offer | None, place: bool) -> Content | None:
    """Return the key that mends a finding, with what it does."""
    if place:
        return Content.assemble(("P", KEY), "  choose a profile and a Region")
    if offer is not None and offer[0].key:
        action, reason = offer
        if reason:
            return Content.assemble(flat(action.key, DIM), lit(f"  not now: {reason}", DIM))
        return Content.assemble(flat(action.key, KEY), flat(f"  {action.title}"))
    if finding.field:
        if finding.field.startswith(MESSAGE):
            return Content.assemble(("enter", KEY), "  asks what the message is")
        field = FIELDS.get(finding.field)
        if field is not None:
            return Content.assemble(("enter", KEY), flat(f"  {field.label}"))
    return None
