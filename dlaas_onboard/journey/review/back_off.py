"""How soon something is looked at again by itself: the one rule of the app's polling and of ``watch``."""

from __future__ import annotations

from enum import StrEnum

FASTEST = 1.0  # seconds: SES takes one call a second for each account and Region (docs/ses.md, "Rates")
GROWTH = 1.5  # a look that found nothing new is followed by a wait half as long again
LONGEST = 10  # … up to so many times the interval
PENALTY = 3.0  # AWS names no time to wait after it throttled a call, so the wait grows faster
LONGEST_THROTTLED = 60.0  # seconds: a short interval does not keep a throttled account busy


class LookOutcome(StrEnum):
    """What the last look brought."""

    NEWS = "news"  # also the first look of all
    NOTHING = "nothing"
    THROTTLED = "throttled"


def next_wait(interval: float, last: float, outcome: LookOutcome, *, times: float = 1.0) -> float:
    """Return the seconds until the next look, counted from the end of the last one.

    ``interval`` is what the operator asked for, ``last`` the wait before; with ``times`` above 1 the looks begin
    rarer, for what may change but was not promised to. Never less than :data:`FASTEST`, whatever is asked for.
    """
    first = max(FASTEST, interval * times)
    longest = max(first, interval * LONGEST)
    match outcome:
        case LookOutcome.NEWS:
            return first
        case LookOutcome.NOTHING:
            return max(first, min(last * GROWTH, longest))
        case LookOutcome.THROTTLED:
            return max(first, min(last * PENALTY, max(longest, LONGEST_THROTTLED)))
