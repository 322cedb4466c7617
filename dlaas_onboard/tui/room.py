"""The waiting room: how long Amazon has had the request, when it is looked at again, and what to do meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from dlaas_onboard.journey.steps import StepId, StepState
from dlaas_onboard.tui.blocks import under
from dlaas_onboard.tui.facts import Clock, ago, joined, seen
from dlaas_onboard.tui.rows import Item, heading
from dlaas_onboard.tui.safe import flat, lit
from dlaas_onboard.tui.theme import DIM, KEY

if TYPE_CHECKING:
    from dlaas_onboard.onboarding import View

BAR = 24  # one cell an hour
MEANWHILE = (
    "Watch the mailboxes of the account and of your contacts, spam folders too: Amazon may have a question.",
    "Do not file again: a second request is refused while this one is open.",
    "You may quit. The next start goes on here; dlaas-onboard watch waits without a screen.",
)


def room_items(view: View, clock: Clock, next_look: Callable[[], datetime | None]) -> list[Item]:
    """Return the waiting room; nothing where no review is pending."""
    from dlaas_onboard.journey import console, review
    from dlaas_onboard.journey.judges.filings import filed_at
    from dlaas_onboard.journey.review import PROMISED_HOURS

    if view.verdicts[StepId.DECISION].state != StepState.WAITING or review.stage(view.facts) != review.Stage.PENDING:
        return []
    filed = filed_at(view.intents, view.facts)
    looked = view.facts.account.observed_at if view.facts.account else None
    case_id = review.case_id(view.facts)
    link = console.link(view.place, "case", case_id=case_id)

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
        said = joined(
            flat("last look just now" if past == "now" else f"last look {past} ago" if past else "not looked yet"),
            flat(f"next in {left} s, by itself" if left is not None else ""),
            Content.assemble(("^r", KEY), " looks now"),
        )
        return said.wrap(width)[:2]

    def where(width: int) -> list[Content]:
        return [Content.assemble(("y", KEY), flat(f"  {link}")).truncate(width, ellipsis=True)]

    opens = f"opens as whoever the browser is; you need account {view.place.account or 'unknown'}"
    return [
        heading("Waiting room", f"case {case_id}" if case_id else ""),
        Item("room.since", since, flat(f"filed {seen(filed, clock())}" if filed else "")),
        Item("room.looks", looks, flat("The screen looks again by itself; so does the command watch.", DIM)),
        Item("room.link", where, flat(opens, DIM), link, f"The case in the console\n\n{link}\n\n{opens}"),
        *(Item(f"room.{number}", _line(text), copy=text) for number, text in enumerate(MEANWHILE)),
    ]


def _line(text: str) -> Callable[[int], list[Content]]:
    def paint(width: int) -> list[Content]:
        lines = under(text, width, 2)
        return [Content.assemble(("· ", DIM), lines[0][2:]), *lines[1:]]

    return paint
