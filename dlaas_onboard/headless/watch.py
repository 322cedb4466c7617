"""``watch``: looks until Amazon has decided, ever more rarely while nothing changes.

It may be stopped at any moment: each look is saved, and the next ``watch``, or the app, says what has changed since.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dlaas_onboard.headless import diagnostics, output
from dlaas_onboard.headless.deadline import Deadline
from dlaas_onboard.headless.first_look import COULD_NOT_LOOK, NOT_SAID, look, trouble, unread
from dlaas_onboard.headless.signals import Stopped, Stopper, TimeIsUp, stoppable
from dlaas_onboard.journey.errors import CannotLook
from dlaas_onboard.journey.facts.reading import ProblemKind, so_far
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.review.back_off import FASTEST, LookOutcome, next_wait
from dlaas_onboard.journey.review.polling import PASSING, case_readable, may_move
from dlaas_onboard.journey.review.review_news import last_known, news
from dlaas_onboard.journey.review.stage_words import ACCESS, fill, words_for
from dlaas_onboard.journey.review.stages import PROMISED_HOURS, Stage, access_of, exit_status, stage, word
from dlaas_onboard.journey.text import age, plural
from dlaas_onboard.journey.writes.filings import filed_at

if TYPE_CHECKING:
    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.journey.facts import Facts, SupportCase
    from dlaas_onboard.journey.snapshot import Glance
    from dlaas_onboard.onboarding import Onboarding, View

LAST_LOOK = 5.0  # seconds before the end: what the last look may take
CASE_EVERY = 5  # looks: Amazon's decision shows at the account, the case takes three calls more


def run(
    onboarding: Onboarding,
    args: Arguments,
    *,
    sleep: Callable[[float], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Print a line whenever something changed; return the exit status that the last look gives.

    SIGINT and SIGTERM end it at once with that status; before the first look has ended it is 3.
    """
    gc.enable()  # this may run for days
    with stoppable() as stopper:
        watch = _Watch(onboarding, args, stopper, sleep or stopper.sleep, clock)
        try:
            return watch.run()
        except Stopped:
            watch.ticker.clear()
            diagnostics.say("stopped; nothing is lost: the next `watch`, or the app, says what changed since")
            return watch.code
        except TimeIsUp:
            watch.ticker.clear()
            seen = watch.code != COULD_NOT_LOOK
            diagnostics.say(
                Deadline(args.timeout).passed(
                    "while looking" + ("; the exit status is of what was seen until then" if seen else "")
                )
            )
            return watch.code
        finally:
            watch.ticker.clear()


class _Watch:
    """One watch: what was seen last, and how long to wait."""

    def __init__(
        self,
        onboarding: Onboarding,
        args: Arguments,
        stopper: Stopper,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
    ) -> None:
        self._onboarding = onboarding
        self._interval = args.interval
        self._stopper = stopper
        self._sleep = sleep
        self._clock = clock
        gone = time.monotonic() - args.began if args.began is not None else 0.0  # it began before this
        self._end = None if args.timeout is None else clock() + args.timeout - gone
        self._ending = False  # whether the last look before the end has begun
        self._began = datetime.now(UTC)
        self._wait = 0.0
        self._said = ""
        self._seen: Facts | None = None  # as last read in full: a look that failed hides no change
        self._looks = 0
        self.code = COULD_NOT_LOOK
        self.ticker = diagnostics.Ticker()

    def run(self) -> int:
        before = self._onboarding.glance()
        view = self._do(lambda: look(self._onboarding, Deadline(None)))
        self._begin(view, before)
        while self._judge(view.facts) and self._pause():
            view = self._do(self._look)
        return self.code

    def _do(self, work: Callable[[], View]) -> View:
        """Look, until the time is over or somebody asks for the end."""
        try:
            return self._stopper.do(work, None if self._end is None else max(0.0, self._end - self._clock()))
        except TimeIsUp:
            self._onboarding.cancel()
            facts = self._onboarding.view().facts
            if self._seen is None and facts.account is not None and facts.account.observed_at >= self._began:
                self._judge(facts)  # the account had answered, and something else had not
            raise

    def _look(self) -> View:
        """Look at the account; at the case as well every few looks, and where the account has changed."""
        self._looks += 1
        readable = case_readable(self._onboarding.view().facts)
        regularly = bool(readable) and self._looks % CASE_EVERY == 0
        self._onboarding.look({Look.ACCOUNT, Look.SUPPORT} if regularly else {Look.ACCOUNT})
        view = self._onboarding.view()
        if readable and not regularly and self._seen is not None and news(self._seen, view.facts):
            self._onboarding.look({Look.SUPPORT})
            view = self._onboarding.view()
        return view

    def _begin(self, view: View, before: Glance | None) -> None:
        """Say what changed since the last visit, and for how long the request has been waited for."""
        last = f" ({datetime.fromisoformat(before.at):%Y-%m-%d %H:%M} UTC)" if before is not None else ""
        for change in view.changes:
            output.write(f"{_time(view.facts)}  since the last look{last}: {change}")
        filed = filed_at(view.situation)
        account = view.facts.account
        if filed is None or account is None or not may_move(view.facts):
            return
        waited = (account.observed_at - filed).total_seconds()
        past = "just now" if age(waited) == "now" else f"{age(waited)} ago"
        promise = f"a first answer within {PROMISED_HOURS} h"
        late = waited > PROMISED_HOURS * 3600
        diagnostics.say(
            f"filed {filed:%Y-%m-%d %H:%M} UTC, {past}; "
            + (f"Amazon promised {promise}, and that is over" if late else f"Amazon promises {promise}")
        )

    def _judge(self, facts: Facts) -> bool:
        """Say what is new, keep the exit status, and return whether there is something left to wait for."""
        wrong = unread(facts)
        self.code = COULD_NOT_LOOK if wrong else exit_status(facts)
        known = last_known(self._seen, facts)
        problem = trouble(facts)
        changed = self._tell(facts, known, wrong)
        self._seen = known
        throttled = problem is not None and problem.kind == ProblemKind.THROTTLED
        self._grow(
            LookOutcome.THROTTLED if throttled else LookOutcome.NEWS if changed and not wrong else LookOutcome.NOTHING
        )
        if wrong:
            return problem is not None and problem.kind in PASSING
        if not may_move(facts):
            self._close(facts)
        return may_move(facts)

    def _tell(self, facts: Facts, known: Facts, wrong: str) -> bool:
        """Say what differs from what was said last, and ring for a change; return whether anything did."""
        now = wrong or _line(facts, known)
        if now == self._said:
            return False
        self.ticker.clear()
        self._said = now
        if wrong:
            diagnostics.say(wrong)
            return True
        output.write(f"{_time(facts)}  {now}")
        changes = news(self._seen, known) if self._seen is not None else ()
        if changes:
            diagnostics.ring(changes)
        _advise(facts)
        return True

    def _close(self, facts: Facts) -> None:
        if self.code == COULD_NOT_LOOK:
            diagnostics.say(NOT_SAID)
        elif stage(facts) == Stage.NEVER_ASKED:
            diagnostics.say(words_for(facts).watching)

    def _grow(self, outcome: LookOutcome) -> None:
        self._wait = next_wait(self._interval, self._wait, outcome)

    def _pause(self) -> bool:
        """Wait for the next look; return whether there is one before the time is over."""
        wait = self._wait
        last = False
        if self._end is not None:
            left = self._end - self._clock()
            if left <= 0:
                return False
            room = min(LAST_LOOK, left / 2)
            last = left < FASTEST or (self._ending and wait >= left - room)  # one more look would be one too many
            if last:
                wait = left
            elif wait >= left - room:
                wait, self._ending = left - room, True
        at = datetime.now().astimezone() + timedelta(seconds=wait)
        what = "ends" if last else "next look"
        self.ticker.show(f"{what} at {at:%H:%M:%S}, in {_seconds(wait)}; ctrl+c stops, and nothing is lost")
        self._sleep(wait)
        self.ticker.clear()
        return not last


def _seconds(wait: float) -> str:
    return f"{wait:.0f} s" if wait < 120 else f"{wait / 60:.0f} min"


def _time(facts: Facts) -> str:
    return f"{facts.account.observed_at:%Y-%m-%d %H:%M:%S} UTC" if facts.account else ""


def _line(facts: Facts, known: Facts) -> str:
    """Return what a change of is news; not the time, which always changes. Amazon's words are shown as they are."""
    account = so_far(facts.account)
    if account is None:
        raise CannotLook("the account was not read")
    review = account.details.review if account.details else None
    words = [
        facts.place.account,
        facts.place.region,
        ACCESS[access_of(account)],
        f"review {review.status}" + (f", case {review.case_id}" if review.case_id else "") if review else "no review",
    ]
    case = so_far(known.case)
    if review is not None and case is not None and case.display_id == review.case_id:
        words[-1] += f" ({_of_case(case)})"
    if account.sending_enabled is False:
        words.append("sending disabled")
    if account.enforcement not in ("", "HEALTHY"):
        words.append(f"enforcement {account.enforcement}")
    return "  ".join(words)


def _of_case(case: SupportCase) -> str:
    return f"{case.status or 'status unknown'}, {plural(len(case.messages), 'message')}"


def _advise(facts: Facts) -> None:
    """Say what to make of a state that is no decision and no promise either."""
    where = stage(facts)
    if where == Stage.GRANTED or (where == Stage.UNKNOWN and word(facts)):
        diagnostics.say(fill(words_for(facts).watching, facts))
