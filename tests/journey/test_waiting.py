"""Waiting for Amazon: how soon the next look comes, what is waited for, what is news, and how a terminal is called."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlaas_onboard import terminal_bell
from dlaas_onboard.journey.facts import Account, Details, Facts, Message, Review, SupportCase, SupportPlan
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.review.back_off import FASTEST, LONGEST, LONGEST_THROTTLED, LookOutcome, next_wait
from dlaas_onboard.journey.review.polling import RARELY, PlannedRecheck, may_move, planned_rechecks, rechecks
from dlaas_onboard.journey.review.review_news import last_known, news, seen_since
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps.decision import decision_step
from dlaas_onboard.journey.verdict import Verdict
from tests.build import NOW, place, seen

CASE = "178000000000001"


def account(word: str = "PENDING", *, production: bool = False, sending: bool = True) -> Account:
    details = Details(mail_type="TRANSACTIONAL", review=Review(word, CASE)) if word else None
    return Account(production, sending, "HEALTHY", 200.0, 1.0, 0.0, (), details)


def facts(word: str = "PENDING", *, case: SupportCase | None = None, **more: bool) -> Facts:
    return Facts(
        place=place(),
        caller=seen(place()),
        account=seen(account(word, **more)),
        case=seen(case) if case else None,
    )


def unread(kind: ProblemKind) -> Facts:
    return dataclasses.replace(facts(), account=Reading("SES GetAccount", NOW, None, Problem(kind, "No.")))


def judged(at: Facts) -> dict[StepId, Verdict]:
    from dlaas_onboard.journey.situation.answers import Answers

    return {StepId.DECISION: decision_step.judge(Situation(at, Answers()))}


# How soon


def test_each_look_without_news_is_followed_by_a_longer_wait_up_to_ten_times_the_interval() -> None:
    waits = [next_wait(60.0, 0.0, LookOutcome.NEWS)]
    for _ in range(12):
        waits.append(next_wait(60.0, waits[-1], LookOutcome.NOTHING))
    assert waits[:4] == [60.0, 90.0, 135.0, 202.5]
    assert all(later >= sooner for sooner, later in itertools.pairwise(waits))
    assert waits[-1] == 600.0
    assert next_wait(60.0, 600.0, LookOutcome.NEWS) == 60.0


def test_a_throttled_look_lengthens_the_wait_more_than_a_quiet_one() -> None:
    assert next_wait(60.0, 60.0, LookOutcome.THROTTLED) == 180.0 > next_wait(60.0, 60.0, LookOutcome.NOTHING)
    waits = [1.0]
    for _ in range(8):
        waits.append(next_wait(0.1, waits[-1], LookOutcome.THROTTLED))
    assert waits[-1] == LONGEST_THROTTLED, "a short interval does not keep a throttled account busy"


@given(
    interval=st.floats(1e-6, 1e6),
    last=st.floats(0, 1e8),
    outcome=st.sampled_from(LookOutcome),
    times=st.sampled_from([1.0, RARELY]),
)
def test_there_is_never_more_than_one_look_a_second(
    interval: float, last: float, outcome: LookOutcome, times: float
) -> None:
    wait = next_wait(interval, last, outcome, times=times)
    assert wait >= FASTEST
    assert wait <= max(FASTEST * RARELY, interval * LONGEST, LONGEST_THROTTLED)
    if outcome != LookOutcome.NEWS and last <= wait:
        assert next_wait(interval, wait, outcome, times=times) >= wait


# What for


@pytest.mark.parametrize(
    ("at", "times"),
    [
        (facts("PENDING"), 1.0),
        (facts("GRANTED"), RARELY),
        (facts("PONDERING"), RARELY),
        (facts("pending"), RARELY),  # Amazon's words are in capitals: another spelling is another word
        (facts("DENIED"), RARELY),
        (unread(ProblemKind.THROTTLED), 1.0),
        (unread(ProblemKind.UNREACHABLE), 1.0),
        (unread(ProblemKind.DENIED), None),
        (unread(ProblemKind.CREDENTIALS), None),
        (facts("GRANTED", production=True), None),
        (facts("FAILED"), None),
        (facts(""), None),
        (Facts(), None),
    ],
    ids=lambda at: None if not isinstance(at, Facts) else str(at.account and (at.account.value or at.account.problem)),
)
def test_what_may_still_change_is_looked_for(at: Facts, times: float | None) -> None:
    found = rechecks(at, judged(at)).get(StepId.DECISION)
    assert (found.times if found else None) == times
    assert found is None or found.looks == {Look.ACCOUNT, Look.SUPPORT}


def test_the_case_is_left_alone_where_the_plan_does_not_let_it_be_read() -> None:
    free = dataclasses.replace(facts(), support=seen(SupportPlan(api=False)))
    assert rechecks(free, judged(free))[StepId.DECISION].looks == {Look.ACCOUNT}


def test_a_word_that_is_new_may_move_and_is_shown_as_it_is() -> None:
    at = facts("PONDERING")
    assert may_move(at)
    verdict = judged(at)[StepId.DECISION]
    assert "PONDERING" in verdict.headline
    assert [row.value for row in verdict.rows if row.label == "Status"] == ["PONDERING"]


def test_granted_but_sandboxed_says_which_flag_is_missing() -> None:
    held, lifted = judged(facts("GRANTED")), judged(facts("GRANTED", production=True))
    (row,) = [row for row in held[StepId.DECISION].rows if row.label == "Access"]
    assert row.value == "sandbox: ProductionAccessEnabled is still false"
    assert row.expected == "production, as the review was granted"
    (row,) = [row for row in lifted[StepId.DECISION].rows if row.label == "Access"]
    assert row.value == "production"
    assert not row.expected


# When next


def test_plans_grow_with_each_look_and_begin_anew_with_news() -> None:
    at = facts()
    plans: dict[StepId, PlannedRecheck] = planned_rechecks({}, at, judged(at), NOW, 60.0)
    assert plans[StepId.DECISION].due == NOW + timedelta(seconds=60)
    assert planned_rechecks(plans, at, judged(at), NOW + timedelta(seconds=30), 60.0) == plans, (
        "time alone moves nothing"
    )
    waits = []
    now = NOW
    for _ in range(3):
        plan = plans[StepId.DECISION]
        now = plan.due
        plans = planned_rechecks({StepId.DECISION: plan._replace(under_way=True)}, at, judged(at), now, 60.0)
        waits.append(plans[StepId.DECISION].wait)
    assert waits == [90.0, 135.0, 202.5]
    later = facts("GRANTED")
    plans = planned_rechecks(plans, later, judged(later), now, 60.0)
    assert plans[StepId.DECISION].due == now + timedelta(seconds=300)
    assert planned_rechecks(plans, facts("FAILED"), judged(facts("FAILED")), now, 60.0) == {}


def test_a_throttled_look_pushes_the_plan_away() -> None:
    at = facts()
    plan = planned_rechecks({}, at, judged(at), NOW, 60.0)[StepId.DECISION]._replace(under_way=True)
    slow = unread(ProblemKind.THROTTLED)
    assert planned_rechecks({StepId.DECISION: plan}, slow, judged(slow), NOW, 60.0)[StepId.DECISION].wait == 180.0


def test_a_clock_that_is_set_back_does_not_end_the_looks() -> None:
    at = facts()
    plans = planned_rechecks({}, at, judged(at), NOW, 60.0)
    back = NOW - timedelta(days=3)
    assert planned_rechecks(plans, at, judged(at), back, 60.0)[StepId.DECISION].due == back + timedelta(seconds=60)


# News


def conversation(status: str, *bodies: str) -> SupportCase:
    return SupportCase(CASE, "c", status, messages=tuple(Message("Amazon Web Services", NOW, body) for body in bodies))


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (facts(), ()),
        (facts("GRANTED"), ("The review went from PENDING to GRANTED.",)),
        (facts("PONDERING"), ("The review went from PENDING to PONDERING.",)),
        (facts("PENDING", production=True), ("The account has production access now.",)),
        (facts("PENDING", sending=False), ("Sending is disabled now.",)),
        (unread(ProblemKind.TIMEOUT), ()),
        (
            facts(case=conversation("pending-customer-action", "one", "two")),
            (
                f"Case {CASE} went from opened to pending-customer-action.",
                f"Case {CASE} has a new message.",
            ),
        ),
    ],
)
def test_what_is_worth_ringing_for(after: Facts, told: tuple[str, ...]) -> None:
    before = facts(case=conversation("opened", "one"))
    assert news(before, after) == told


def test_a_quota_is_no_reason_to_ring() -> None:
    before = facts()
    assert before.account is not None
    richer = dataclasses.replace(
        before, account=seen(dataclasses.replace(account(), max_24_hour_send=50_000.0, suppressed_reasons=("BOUNCE",)))
    )
    assert news(before, richer) == ()


def test_a_look_that_failed_hides_no_change() -> None:
    before, between, after = facts(), unread(ProblemKind.TIMEOUT), facts("DENIED")
    assert news(last_known(before, between), after) == ("The review went from PENDING to DENIED.",)
    elsewhere = dataclasses.replace(after, place=place(region="us-east-1"))
    assert last_known(before, elsewhere) == elsewhere


def test_what_was_read_at_the_last_visit_is_nothing_to_compare_with() -> None:
    old = facts(case=conversation("opened", "one"))
    later = NOW + timedelta(seconds=1)
    assert seen_since(old, NOW) == old
    assert news(seen_since(old, later), facts("DENIED")) == ()


# The terminal


@pytest.mark.parametrize(
    ("environ", "sequence"),
    [
        ({"TERM": "xterm-256color"}, "\x1b]777;notify;dlaas-onboard;It is granted.\a"),
        ({"TERM": "xterm-kitty"}, "\x1b]777;notify;dlaas-onboard;It is granted.\a"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "\x1b]9;dlaas-onboard: It is granted.\a"),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, "\x1b]9;dlaas-onboard: It is granted.\a"),
        (
            {"TERM": "screen-256color", "TMUX": "/tmp/tmux-1/default,1,0"},
            "\x1bPtmux;\x1b\x1b]777;notify;dlaas-onboard;It is granted.\a\x1b\\",
        ),
        ({"TERM": "tmux-256color"}, "\x1bPtmux;\x1b\x1b]777;notify;dlaas-onboard;It is granted.\a\x1b\\"),
        ({"WT_SESSION": "1", "OS": "Windows_NT"}, "\x1b]777;notify;dlaas-onboard;It is granted.\a"),
        ({"OS": "Windows_NT"}, ""),
        ({"TERM": "screen"}, ""),
        ({"TERM": "linux"}, ""),
        ({"TERM": "dumb"}, ""),
        ({}, ""),
    ],
)
def test_each_terminal_is_told_in_its_own_way_and_once(environ: dict[str, str], sequence: str) -> None:
    assert terminal_bell.call(["It is", "granted."], environ) == f"\a{sequence}"


@given(st.lists(st.text(), min_size=1, max_size=3), st.sampled_from(["", "iTerm.app"]))
def test_no_control_byte_of_amazons_words_goes_through(words: list[str], program: str) -> None:
    said = terminal_bell.call(words, {"TERM": "xterm", "TERM_PROGRAM": program})
    inside = said.removeprefix("\a\x1b]").removesuffix("\a")
    assert not any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in inside)
    assert inside.count(";") == (1 if program else 3)
    assert len(inside) < terminal_bell.LIMIT * 9


def test_a_sequence_in_a_status_is_shown_and_not_obeyed() -> None:
    said = terminal_bell.call(["PEND\x1b]0;pwned\x07ING"], {"TERM": "xterm"})
    assert said == "\a\x1b]777;notify;dlaas-onboard;PEND␛]0,pwned␇ING\a"
