"""What is waited for, and looked at again by itself until it has come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from dlaas_onboard.journey.facts import Facts, Reading
from dlaas_onboard.journey.facts.reading import ProblemKind
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.back_off import LookOutcome, next_wait
from dlaas_onboard.journey.review.stages import Stage
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.verdict import Finding, Verdict

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
RARELY = 5.0  # times the interval: it may change at any time, and nobody promised when


class Recheck(NamedTuple):
    """Looks that are made again, and how many times the interval lies before the first."""

    looks: frozenset[Look]
    times: float = 1.0


class PlannedRecheck(NamedTuple):
    """When looks are made again next."""

    due: datetime
    wait: float  # seconds
    recheck: Recheck
    mark: tuple[StepState, str, tuple[Finding, ...]]  # what the last look showed: a look that changes it is news
    under_way: bool = False


def may_move(facts: Facts) -> bool:
    """Whether the review may still change by itself: the operator waits for it.

    PENDING, GRANTED while the sandbox holds, and a word of Amazon's that is new; DENIED and FAILED are decisions.
    """
    stage = stages.stage(facts)
    return stage in (Stage.PENDING, Stage.GRANTED) or (stage == Stage.UNKNOWN and bool(stages.word(facts)))


def passes(facts: Facts) -> bool:
    """Whether the account could not be read for a reason that passes by itself."""
    return _readable(facts) and _problem(facts.account) in PASSING


def rechecks(facts: Facts, verdicts: Mapping[StepId, Verdict]) -> dict[StepId, Recheck]:
    """Return what is looked at again by itself, by the step that waits for it."""
    waiting = {step for step, verdict in verdicts.items() if verdict.state == StepState.WAITING}
    wanted: dict[StepId, Recheck] = {}
    if StepId.TEST_ADDRESS in waiting:
        wanted[StepId.TEST_ADDRESS] = Recheck(frozenset({Look.TEST_ADDRESS}))
    if StepId.DOMAIN in waiting:
        wanted[StepId.DOMAIN] = Recheck(frozenset({Look.DOMAIN, Look.DNS}))
    decision = _decision(facts)
    if decision is not None:
        wanted[StepId.DECISION] = decision
    if StepId.GO_LIVE in waiting:
        wanted[StepId.GO_LIVE] = Recheck(frozenset({Look.ACCOUNT, Look.QUOTAS}))
    return wanted


def _decision(facts: Facts) -> Recheck | None:
    """A decision that Amazon promised is looked for at the interval, anything else more rarely.

    A denial is rare, too: the conversation goes on in the case, and some end in production access.
    """
    stage = stages.stage(facts)
    looks = frozenset({Look.ACCOUNT, Look.SUPPORT} if case_readable(facts) is not False else {Look.ACCOUNT})
    if stage == Stage.PENDING or passes(facts):
        return Recheck(looks)
    return Recheck(looks, RARELY) if may_move(facts) or stage == Stage.DENIED else None


def case_readable(facts: Facts) -> bool | None:
    """Whether the support plan lets the review's case be read; ``None`` where that is not known."""
    support = facts.support
    if support is None:
        return None
    if support.problem is not None:
        return False if support.problem.kind == ProblemKind.SUBSCRIPTION else None
    return support.value.api if support.value is not None else None


def planned_rechecks(
    plans: Mapping[StepId, PlannedRecheck],
    facts: Facts,
    verdicts: Mapping[StepId, Verdict],
    now: datetime,
    interval: float,
) -> dict[StepId, PlannedRecheck]:
    """Return when each recheck is made next, after a look or after time has passed."""
    return {
        step: _plan(plans.get(step), recheck, verdicts[step], facts, now=now, interval=interval)
        for step, recheck in rechecks(facts, verdicts).items()
    }


def _plan(
    old: PlannedRecheck | None, recheck: Recheck, verdict: Verdict, facts: Facts, *, now: datetime, interval: float
) -> PlannedRecheck:
    mark = verdict.state, verdict.headline, verdict.findings
    throttled = _problem(_read_for(verdict.step, facts)) == ProblemKind.THROTTLED
    if old is None or old.mark != mark or old.recheck.times != recheck.times:
        outcome = LookOutcome.NEWS
    elif old.under_way:
        outcome = LookOutcome.NOTHING
    elif (old.due - now).total_seconds() > old.wait:  # the clock was set back
        return old._replace(due=now + timedelta(seconds=old.wait), recheck=recheck)
    else:
        return old._replace(recheck=recheck)
    if throttled and old is not None:
        outcome = LookOutcome.THROTTLED
    wait = next_wait(interval, old.wait if old is not None else 0.0, outcome, times=recheck.times)
    return PlannedRecheck(now + timedelta(seconds=wait), wait, recheck, mark)


def _read_for(step: StepId, facts: Facts) -> Reading[Any] | None:
    return {StepId.TEST_ADDRESS: facts.test_identity, StepId.DOMAIN: facts.domain_identity}.get(step, facts.account)


def _readable(facts: Facts) -> bool:
    return facts.caller is not None and facts.caller.problem is None


def _problem(reading: Reading[Any] | None) -> ProblemKind | None:
    return reading.problem.kind if reading is not None and reading.problem is not None else None
