"""How mail grows where six months need more than a first grant brings: by steps, each asked for when it comes.

The steps and where they are from: docs/ses.md, "Quota advice".
"""

from __future__ import annotations

from typing import NamedTuple

from dlaas_onboard.journey.facts import Account

FIRST_WEEKS = (100, 500, 2_000, 10_000)  # recipients a day in the weeks 1 to 4
USUAL_GRANT = 50_000  # recipients a day: reported, published nowhere (docs/ses.md, "Sandbox")


class Growth(NamedTuple):
    """The way from the first week to the busiest day in six months."""

    weeks: tuple[int, ...]  # recipients a day, week by week, until the first month is over
    busiest_day: int  # in six months
    quota: int  # what is asked for now: it carries the first months


def growth(needed: int, busiest_day: int, messages_now: float | None, account: Account | None) -> Growth | None:
    """Return the steps where ``needed``, the quota of the busiest day in six months, is above a first grant."""
    if needed <= USUAL_GRANT:
        return None
    already = messages_now or 0
    weeks = tuple(step for step in FIRST_WEEKS if step >= already) or FIRST_WEEKS[-1:]
    return Growth(weeks, busiest_day, _next_quota(needed, account))


def _next_quota(needed: int, account: Account | None) -> int:
    """Return what to ask for now: a usual grant first, then twice what is there once half of it is used."""
    granted = account.max_24_hour_send if account is not None and account.production else None
    if granted == -1:
        return needed
    if account is None or granted is None or granted < USUAL_GRANT:
        return USUAL_GRANT
    used = account.sent_last_24_hours or 0
    return min(needed, int(granted * 2 if used >= granted / 2 else granted))
