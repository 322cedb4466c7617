"""The DNS records as entries: wanted, found, and what SES says of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from dlaas_onboard.journey.text import age
from dlaas_onboard.tui.context_bar import middle
from dlaas_onboard.tui.fact_items import Clock, joined, seen
from dlaas_onboard.tui.item_list import Item, heading
from dlaas_onboard.tui.safe_text import fit, flat, indented, wrap
from dlaas_onboard.tui.theme import DIM, KEY

if TYPE_CHECKING:
    from dlaas_onboard.journey.dns.record_verdicts import RecordState

RECORD_LOOKS = {
    "ok": ("✓", "$text-success"),
    "missing": ("✗", "$text-error"),
    "wrong": ("✗", "$text-error"),
    "unknown": ("?", "$text-accent"),
}


class ChooseRecordForm(NamedTuple):
    """What enter does on the line that hands out the records."""


def record_items(records: Sequence[RecordState], clock: Clock) -> list[Item]:
    """Return the DNS records: wanted, found, and what SES says of each."""
    if not records:
        return []
    good = sum(1 for record in records if record.verdict.value == "ok")
    items = [heading("DNS records", f"{good} of {len(records)} in place"), *(_record(item, clock) for item in records)]
    if good < len(records):
        label = "All that are missing or wrong: as a table, a zone file, for Route 53, as Terraform"
        hint = flat("Shows them to be copied, in the form that your DNS host takes.")
        items.append(Item("records", lambda width: _key_line("enter", label, width), hint, target=ChooseRecordForm()))
    return items


def _key_line(key: str, words: str, width: int) -> list[Content]:
    return [Content.assemble(flat(key, KEY), "  ", flat(words)).truncate(width, ellipsis=True)]


def _record(state: RecordState, clock: Clock) -> Item:
    glyph, color = RECORD_LOOKS[state.verdict.value]
    record = state.record
    good = state.verdict.value == "ok"

    def paint(width: int) -> list[Content]:
        word, purpose = 10, 15
        kind = 7 if width >= 90 else 0
        room = width - word - purpose - kind
        first = Content.assemble(
            fit(f"{glyph} {state.verdict.value}", word, color),
            fit(record.purpose.value, purpose, "" if good else "bold"),
            fit(record.type, kind, DIM),
        )
        if good or len(record.name) <= room:
            lines = [Content.assemble(first, flat(middle(record.name, room)))]
        else:
            lines = [Content.assemble(first, fit(record.type, room, DIM)), *indented(record.name, width, word, limit=2)]
        if not good:
            for label, text, style in (
                ("expected", record.value, ""),
                ("found", _found(state), color),
                ("SES says", state.ses_says, ""),
                # "Publish … with the value …" says what stands above it already.
                ("fix", "" if record.value and state.fix.startswith("Publish ") else state.fix, ""),
                ("then", state.then, ""),
            ):
                if text:
                    lead = word if width >= 70 else 2
                    lines += _labelled(label, text, lead, width, style)
        return lines

    detail = joined(
        Content.assemble(("y", KEY), " copies ", flat(record.value)),
        flat(state.then if good else ""),
        flat(state.ses_says),
        flat(state.source, DIM),
        flat(seen(state.observed_at, clock()), DIM),
    )
    more = "\n".join(
        (
            f"{record.purpose.value} record, {state.verdict.value}",
            "",
            f"Name:     {record.name}",
            f"Type:     {record.type}",
            f"Expected: {record.value}",
            f"Found:    {_found(state)}",
            f"SES says: {state.ses_says or 'nothing about it'}",
            f"Source:   {state.source}",
            *((f"Server:   {state.server}",) if state.server else ()),
            *(("", state.fix) if state.fix else ()),
            *(("", state.then) if state.then else ()),
        )
    )
    return Item(f"{record.purpose.value}/{record.name}/{record.value}", paint, detail, record.value, more, state)


def _found(state: RecordState) -> str:
    if not state.published:
        return "nothing" if state.verdict.value == "missing" else "not read"
    return f"{state.published} (cached for up to {age(state.ttl)})" if state.ttl else state.published


def _labelled(label: str, text: str, lead: int, width: int, style: str) -> list[Content]:
    """Return a value beside its label; values are folded where they end, prose between words."""
    room = width - lead - 10
    body = wrap(text, room, style, limit=3) if label in ("fix", "then") else flat(text, style).fold(room)[:4]
    first = Content.assemble(" " * lead, fit(label, 10, DIM), *body[:1])
    return [first, *(Content.assemble(" " * (lead + 10), line.rstrip()) for line in body[1:])]
