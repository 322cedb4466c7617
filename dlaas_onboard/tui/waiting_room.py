"""The waiting room: how long Amazon has had the request, when it is looked at again, and what to do meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from dlaas_onboard.journey import console_links
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.meanwhile import meanwhile
from dlaas_onboard.journey.review.polling import rechecks
from dlaas_onboard.journey.review.stages import PROMISED_HOURS, Stage
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps.decision.conversation import needs_answer
from dlaas_onboard.journey.writes.filings import filed_at
from dlaas_onboard.tui.fact_items import Clock, ago, joined, seen
from dlaas_onboard.tui.item_list import Item, heading
from dlaas_onboard.tui.safe_text import flat, indented, lit
from dlaas_onboard.tui.theme import DIM, KEY

if TYPE_CHECKING:
    from dlaas_onboard.onboarding import View

BAR = 24  # one cell an hour


def room_items(view: View, clock: Clock, next_look: Callable[[], datetime | None]) -> list[Item]:
    """Return the waiting room; nothing where nobody waits for the review."""
    if StepId.DECISION not in rechecks(view.facts, view.verdicts):
        return []
    stage = stages.stage(view.facts)
    filed = filed_at(view.situation)
    reading = view.facts.account
    looked = reading.observed_at if reading else None
    failed = reading is not None and reading.problem is not None
    case_id = stages.case_id(view.facts)
    link = console_links.link(view.place, "case", case_id=case_id)

    def since(width: int) -> list[Content]:
        if filed is None:
            return [lit("When it was filed is not known here: another tool filed it.", DIM)]
        hours = max(0.0, (clock() - filed).total_seconds() / 3600)
        full = min(BAR, int(hours * BAR / PROMISED_HOURS))
        late = hours > PROMISED_HOURS
        color = "$text-error" if late else "$text-warning"
        promise = "longer than promised" if late else f"of {PROMISED_HOURS} h"
        past = ago(filed, clock())
        words = f"{'less than 2 s' if past == 'now' else past} {promise}"
        bar = Content.assemble(("━" * full, color), ("─" * (BAR - full), DIM))
        if width < BAR + 32:
            return [bar, flat(f"waiting {words}", color)]
        return [Content.assemble(bar, "  ", flat(f"waiting {words}", color))]

    def looks(width: int) -> list[Content]:
        ahead = next_look()
        left = max(0, int((ahead - clock()).total_seconds())) if ahead is not None else None
        past = ago(looked, clock())
        last = f"last look {'just now' if past == 'now' else f'{past} ago'}" if past else "not looked yet"
        timing = joined(
            flat(f"{last}, without an answer" if failed else last, "$text-warning" if failed else ""),
            flat(f"next in {_left(left)}, by itself" if left is not None else ""),
        )
        key = Content.assemble(("^r", KEY), " looks now")
        whole = joined(timing, key)
        return [whole] if whole.cell_length <= width else [*timing.wrap(width)[:2], key]

    def where(width: int) -> list[Content]:
        return [Content.assemble(("y", KEY), flat(f"  {link}")).truncate(width, ellipsis=True)]

    opens = f"opens as whoever the browser is; you need account {view.place.account or 'unknown'}"
    items = [heading("Waiting room", f"case {case_id}" if case_id else "")]
    if needs_answer(view.facts):
        items.append(Item("room.asked", _line("Amazon waits for you: answer in the case first.", "$text-error")))
    if stage == Stage.PENDING:
        items.append(Item("room.since", since, flat(f"filed {seen(filed, clock())}" if filed else "")))
    items.append(
        Item("room.looks", looks, flat("The screen looks again by itself; so does the command watch.", DIM)),
    )
    if case_id or stage == Stage.PENDING:
        items.append(Item("room.link", where, flat(opens, DIM), link, f"The case in the console\n\n{link}\n\n{opens}"))
    sentences = meanwhile(view.facts)
    return [*items, *(Item(f"room.{n}", _line(text), copy=text) for n, text in enumerate(sentences))]


def _left(seconds: int) -> str:
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def _line(text: str, style: str = "") -> Callable[[int], list[Content]]:
    def paint(width: int) -> list[Content]:
        lines = indented(text, width, 2)
        painted = [Content.assemble(("· ", DIM), lines[0][2:]), *lines[1:]]
        return [line.stylize(style) for line in painted] if style else painted

    return paint
