"""What was sent from a step, and what its actions would send now, as entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from dlaas_onboard.journey.situation.calls import aws_cli
from dlaas_onboard.tui.fact_items import Clock, joined, seen
from dlaas_onboard.tui.item_list import Item, heading
from dlaas_onboard.tui.safe_text import PROSE, flat, indented, wrap
from dlaas_onboard.tui.theme import DIM, KEY

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import Place
    from dlaas_onboard.journey.situation.calls import Call
    from dlaas_onboard.journey.situation.intents import Intent
    from dlaas_onboard.journey.writes.actions import Action

PHASES = {
    "intent": ("◔", "$text-warning", "sending"),
    "accepted": ("◔", "$text-warning", "accepted, not yet read back"),
    "confirmed": ("✓", "$text-success", "done and read back"),
    "rejected": ("✗", "$text-error", "not done"),
    "unknown": ("?", "$text-accent", "outcome unknown"),
    "abandoned": ("–", DIM, "never arrived"),
}


def intent_items(intents: Sequence[Intent], titles: Mapping[str, str], clock: Clock) -> list[Item]:
    """Return the writes that were sent from this step, the latest first."""
    if not intents:
        return []
    return [heading("Sent so far"), *(_intent(intent, titles, clock) for intent in reversed(intents))]


def _intent(intent: Intent, titles: Mapping[str, str], clock: Clock) -> Item:
    glyph, color, word = PHASES[intent.phase.value]
    outcome = intent.outcome
    problem = outcome.problem if outcome else None

    def paint(width: int) -> list[Content]:
        title = titles.get(intent.action, intent.call.name)
        head = Content.assemble(
            (f"{glyph} ", color),
            joined(flat(title), flat(word, color), flat(f"{intent.created_at.astimezone():%d %b %H:%M}", DIM)),
        )
        lines = [head.truncate(width, ellipsis=True)]
        lines += indented(problem.message if problem else intent.result, width, 2, DIM, limit=2)
        return lines

    request = outcome.request_id if outcome else ""
    detail = joined(
        flat(intent.call.name), flat(f"by {intent.by}", DIM), flat(f"request {request}" if request else "", DIM)
    )
    more = "\n".join(
        (
            f"{intent.call.name}: {word}",
            f"Sent {seen(intent.created_at, clock())} by {intent.by}",
            f"Account {intent.place.account}, Region {intent.place.region}, endpoint {intent.place.endpoint}",
            f"Request id: {request or 'none'}",
            f"Result: {intent.result or 'none'}",
            *((f"Problem: {problem.message}", problem.remedy) if problem else ()),
            "",
            intent.call.payload,
        )
    )
    return Item(f"intent.{intent.id}", paint, detail, intent.call.payload, more, intent)


def payload_items(sending: Sequence[tuple[Action, Sequence[Call]]], place: Place) -> list[Item]:
    """Return exactly what the actions of this step would send now."""
    items: list[Item] = []
    for action, calls in sending:
        for number, call in enumerate(calls):
            items.append(heading("What will be sent", call.name))
            items.append(_payload(action, call, number, place))
    return items


def _payload(action: Action, call: Call, number: int, place: Place) -> Item:
    def paint(width: int) -> list[Content]:
        lines = [line for part in call.payload.split("\n") for line in json_line(part, min(width, PROSE + 8))]
        if action.final:
            lines += [Content(""), *indented(f"! {action.final}", width, 0, "$text-warning")]
        return lines

    detail = joined(
        Content.assemble(("y", KEY), " copies the payload, ", ("c", KEY), " the AWS CLI command"),
        flat(f"to {place.endpoint}" if place.endpoint else ""),
    )
    cli = aws_cli(call, profile=place.profile, region=place.region)
    return Item(f"payload.{action.id}.{number}", paint, detail, call.payload, f"{call.payload}\n\n{cli}", call)


def json_line(text: str, width: int) -> list[Content]:
    """Return one line of indented JSON, its key dim; a long value goes on under its start."""
    body = text.lstrip(" ")
    indent = len(text) - len(body)
    key, colon, value = body.partition(": ")
    if not (colon and key.startswith('"')):
        key, colon, value = "", "", body
    lead = Content.assemble(" " * indent, flat(key, "$text-secondary"), colon)
    room = width - lead.cell_length
    if room < 24:
        return [lead, *(Content.assemble(" " * (indent + 2), part) for part in wrap(value, width - indent - 2))]
    parts = wrap(value.replace("\\n", "↵\n"), room) or [Content("")]
    pad = Content(" " * lead.cell_length)
    return [Content.assemble(lead if index == 0 else pad, part) for index, part in enumerate(parts)]
