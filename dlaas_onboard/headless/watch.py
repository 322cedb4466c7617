"""``watch``: looks until Amazon has decided, ever more rarely while nothing changes."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from dlaas_onboard.headless import diagnostics, output
from dlaas_onboard.headless.looking import COULD_NOT_LOOK, NOT_SAID, look, trouble, unread
from dlaas_onboard.journey.errors import CannotLook
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.reading import ProblemKind

if TYPE_CHECKING:
    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.journey.facts import Facts
    from dlaas_onboard.onboarding import Onboarding

GROWTH = 1.5  # each look without a change is followed by a wait half as long again
LONGEST = 10  # … up to ten times the first
# What passes by itself; anything else needs the operator, so that waiting for it would be in vain.
PASSING = frozenset(
    {
        ProblemKind.THROTTLED,
        ProblemKind.TIMEOUT,
        ProblemKind.UNREACHABLE,
        ProblemKind.PROXY,
        ProblemKind.UNAVAILABLE,
        ProblemKind.MALFORMED,
    }
)


def run(
    onboarding: Onboarding,
    args: Arguments,
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Print a line whenever something changed; return the exit status that the last look gives."""
    from dlaas_onboard.journey.review import Stage, exit_status, stage

    gc.enable()  # this may run for days
    end = None if args.timeout is None else clock() + args.timeout
    waits = back_off(args.interval)
    view = look(onboarding)
    said = ""
    while True:
        wrong = unread(view.facts)
        now = wrong or _line(view.facts)
        changed = now != said
        if changed:
            diagnostics.say(wrong) if wrong else output.write(f"{_time(view.facts)}  {now}")
            said = now
        problem = trouble(view.facts)
        if wrong and (problem is None or problem.kind not in PASSING):
            return COULD_NOT_LOOK
        code = COULD_NOT_LOOK if wrong else exit_status(view.facts)
        if not wrong and stage(view.facts) != Stage.PENDING:
            if code == COULD_NOT_LOOK:
                diagnostics.say(NOT_SAID)
            elif stage(view.facts) == Stage.NEVER_ASKED:
                diagnostics.say("no request was filed in this Region, so there is nothing to wait for")
            return code
        if changed and not wrong:
            waits = back_off(args.interval)
        wait = next(waits)
        if end is not None:
            left = end - clock()
            if left <= 0:
                return code
            wait = min(wait, left)
        sleep(wait)
        onboarding.look({Look.ACCOUNT})
        view = onboarding.view()


def back_off(first: float) -> Iterator[float]:
    """Yield the seconds to wait before each next look."""
    wait = first
    while True:
        yield wait
        wait = min(wait * GROWTH, first * LONGEST)


def _time(facts: Facts) -> str:
    return f"{facts.account.observed_at:%Y-%m-%d %H:%M:%S} UTC" if facts.account else ""


def _line(facts: Facts) -> str:
    """Return what a change of is news; not the time, which always changes."""
    account = facts.account.value if facts.account else None
    if account is None:
        raise CannotLook("the account was not read")
    review = account.details.review if account.details else None
    words = [
        facts.place.account,
        facts.place.region,
        "production access" if account.production else "sandbox",
        f"review {review.status}" + (f", case {review.case_id}" if review.case_id else "") if review else "no review",
    ]
    if account.sending_enabled is False:
        words.append("sending disabled")
    if account.enforcement not in ("", "HEALTHY"):
        words.append(f"enforcement {account.enforcement}")
    return "  ".join(words)
