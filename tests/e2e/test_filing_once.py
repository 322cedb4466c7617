"""Filing: one request on the wire for each confirmation, whatever happens to it, and its outcome found by reading.

The table is docs/faults.md, "Outcome of a write"; the phases are in "Phases" and "Reconciling".
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from dlaas_onboard.aws.session import Timeouts
from dlaas_onboard.journey.errors import Refused
from dlaas_onboard.journey.facts.reading import ProblemKind
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.review.stages import Stage, stage
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.onboarding import Onboarding, acting
from dlaas_onboard.progress.store import SqliteStore
from dlaas_onboard.rehearsal import scenarios
from dlaas_onboard.rehearsal.account_details import get_account
from dlaas_onboard.rehearsal.saved_state import SavedState
from tests.e2e.conftest import World, WorldMaker
from tests.e2e.tools import (
    FILING,
    effects,
    filings,
    hurried,
    let_settle,
    ready,
    remember,
    restore,
    settle_after,
    why_not,
)

P, K = Phase, ProblemKind
HTML = "<!doctype html><title>Hotel Wi-Fi</title><h1>Please sign in</h1>"
PAGE = {"body": HTML, "headers": {"Content-Type": "text/html"}}
FOREIGN = {**PAGE, "headers": {"Content-Type": "text/html", "x-amzn-RequestId": ""}}


class Case(NamedTuple):
    """A fault, the phase right after the attempt, and the phase once the settle window is over."""

    name: str
    fault: dict[str, Any]
    kind: ProblemKind | None
    before: tuple[Phase, Phase]  # where the fault comes before the effect
    after: tuple[Phase, Phase]  # where it comes after: AWS has the request


LOST = ((P.UNKNOWN, P.ABANDONED), (P.CONFIRMED, P.CONFIRMED))
SAID_NO = ((P.REJECTED, P.REJECTED), (P.REJECTED, P.REJECTED))
CASES = (
    Case("closed socket", {"close": True}, K.UNREACHABLE, *LOST),
    Case("silence", {"delay": 0.5, "close": True}, K.TIMEOUT, *LOST),
    Case("500", {"code": "InternalFailure", "status": 500}, K.UNAVAILABLE, *LOST),
    Case("503", {"status": 503, "body": ""}, K.UNAVAILABLE, *LOST),
    Case("400 without a code", {"status": 400, "body": "", "headers": {"x-amzn-RequestId": "x"}}, None, *LOST),
    Case("a web page with 200", PAGE, K.MALFORMED, *LOST),
    Case("a web page with 200 of somebody else", FOREIGN, K.MALFORMED, *LOST),
    Case("nothing with 200", {"status": 200, "body": "", "headers": {"x-amzn-RequestId": ""}}, K.MALFORMED, *LOST),
    Case("half a body", {"status": 200, "body": '{"Deta'}, K.MALFORMED, *LOST),
    Case("a body that is cut", {"body": "{", "headers": {"Content-Length": "500"}}, K.TIMEOUT, *LOST),
    Case("not JSON's object", {"body": "[1]"}, K.MALFORMED, *LOST),
    Case("429", {"code": "TooManyRequestsException", "status": 429}, K.THROTTLED, *SAID_NO),
    Case("400 throttling", {"code": "ThrottlingException"}, K.THROTTLED, *SAID_NO),
    Case("400 refusal", {"code": "BadRequestException", "message": "Url contains invalid format"}, None, *SAID_NO),
    Case("403", {"code": "AccessDeniedException", "status": 403}, K.DENIED, *SAID_NO),
    Case("a proxy's 403", {**FOREIGN, "status": 403}, K.PROXY, *SAID_NO),
    Case("409", {"code": "ConflictException", "message": None, "status": 409}, K.CONFLICT,
         (P.REJECTED, P.REJECTED), (P.CONFIRMED, P.CONFIRMED)),
)  # fmt: skip
TIMEOUTS = Timeouts(connect=1.0, read=5.0, write=0.3)


@pytest.fixture
def here(world: WorldMaker, monkeypatch: pytest.MonkeyPatch) -> World:
    """An account that is ready to ask; nobody waits long for an answer, and forever for what may show up."""
    hurried(monkeypatch, settle=3600, timeouts=TIMEOUTS)
    monkeypatch.setattr(acting, "READ_BACK_AFTER", (0.0, 0.05))
    return world("ready")


@pytest.fixture(scope="module")
def lasting(lasting_world: WorldMaker) -> Iterator[tuple[World, Onboarding, SavedState]]:
    """The same for all faults of the table, with an onboarding on it and the account as it is at first."""
    with pytest.MonkeyPatch.context() as patch:
        hurried(patch, settle=3600, timeouts=TIMEOUTS)
        patch.setattr(acting, "READ_BACK_AFTER", (0.0, 0.05))
        made = lasting_world("ready")
        onboarding = ready(made)
        yield made, onboarding, remember(made)


def look(onboarding: Onboarding) -> None:
    onboarding.look({Look.ACCOUNT})
    onboarding.reconcile()


def until(onboarding: Onboarding, done: Callable[[], bool]) -> None:
    """Look again, as the app does, until ``done`` or for five seconds."""
    end = time.monotonic() + 5
    while not done() and time.monotonic() < end:
        look(onboarding)
        time.sleep(0.05)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_fault_of_the_one_request(lasting: tuple[World, Onboarding, SavedState], case: Case, when: str) -> None:
    here, onboarding, state = lasting
    restore(here, state)
    settle_after(onboarding, 3600)
    onboarding._intents.forget()
    onboarding._state.load(onboarding._state.answers, ())  # a 409 of the case before would still stand
    look(onboarding)
    assert why_not(onboarding) == ""
    here.server.faults.add(f"sesv2:{FILING}", when=when, **case.fault)
    at_first, at_last = case.before if when == "before" else case.after
    (intent,) = onboarding.act(onboarding.prepare("file"), "3333")

    assert intent.phase == at_first
    assert intent.outcome is not None
    problem = intent.outcome.problem
    assert problem is not None
    assert case.kind in (problem.kind, None), problem
    assert problem.message
    assert len(here.writes(FILING)) == 1
    there = stage(onboarding.view().facts) == Stage.PENDING
    assert there == (when == "after")
    if at_first != P.REJECTED or there:
        assert why_not(onboarding), "the button to file is off while the outcome is open, and after it"
        with pytest.raises(Refused):
            onboarding.prepare("file")

    let_settle(onboarding)
    look(onboarding)
    assert filings(onboarding)[-1].phase == at_last
    stands = there or case.kind == K.CONFLICT
    assert bool(why_not(onboarding)) == stands, (
        "it is offered again only where AWS shows nothing, and never after a 409"
    )
    assert len(here.writes(FILING)) == 1, "nothing is ever sent a second time by itself"
    assert effects(here) == int(there)


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_next_start_goes_on_with_what_is_open(here: World, when: str) -> None:
    onboarding = ready(here)
    here.server.faults.add(f"sesv2:{FILING}", when=when, close=True)
    (intent,) = onboarding.act(onboarding.prepare("file"), "3333")
    onboarding.close()
    again = here.open()
    assert filings(again)[0].sha256 == intent.sha256
    assert filings(again)[0].phase == (P.UNKNOWN if when == "before" else P.CONFIRMED)
    assert why_not(again)
    assert len(here.writes(FILING)) == 1


def test_while_it_is_on_the_way_there_is_nothing_to_press(here: World) -> None:
    onboarding = ready(here)
    here.server.faults.add(f"sesv2:{FILING}", when="after", delay=0.25)
    prepared = onboarding.prepare("file")
    done: list[object] = []
    acting = threading.Thread(target=lambda: done.extend(onboarding.act(prepared, "3333")))
    acting.start()
    while not here.writes(FILING):
        time.sleep(0.005)
    assert filings(onboarding)[0].phase == P.INTENT
    assert why_not(onboarding)
    with pytest.raises(Refused, match="may have reached Amazon"):
        onboarding.prepare("file")
    with pytest.raises(Refused, match="still under way"):
        onboarding.act(prepared, "3333")
    acting.join()
    assert len(done) == 1
    assert len(here.writes(FILING)) == 1


def test_the_intent_is_on_disk_before_the_first_byte(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    onboarding = ready(here)
    seen: list[tuple[str, str]] = []
    answer = here.server.answer

    def looking(request: Any) -> Any:
        if request.path.endswith("/account/details"):
            other = SqliteStore(here.state_dir)
            other.open(onboarding.view().place)
            seen.extend((intent.phase, intent.call.payload) for intent in other.intents())
            assert other.read_only, "the one that files holds the lock"
            other.close()
        return answer(request)

    monkeypatch.setattr(here.server, "answer", looking)
    prepared = onboarding.prepare("file")
    onboarding.act(prepared, "3333")
    assert seen == [(P.INTENT, prepared.calls[0].payload)]


@pytest.mark.parametrize("given_up", [False, True], ids=["while it is waited for", "after it was given up"])
def test_a_request_that_arrives_late(here: World, given_up: bool) -> None:
    onboarding = ready(here)
    here.server.faults.add(f"sesv2:{FILING}", delay=2.0)
    (intent,) = onboarding.act(onboarding.prepare("file"), "3333")
    assert intent.phase == P.UNKNOWN
    assert intent.outcome is not None
    assert intent.outcome.problem is not None
    assert intent.outcome.problem.kind == K.TIMEOUT
    if given_up:
        let_settle(onboarding)
        look(onboarding)
        assert filings(onboarding)[0].phase == P.ABANDONED
    assert not effects(here), "it has not arrived yet"
    until(onboarding, lambda: filings(onboarding)[0].phase == P.CONFIRMED)
    assert filings(onboarding)[0].phase == P.CONFIRMED
    assert why_not(onboarding)
    assert len(here.writes(FILING)) == 1


def test_it_arrives_between_giving_up_and_filing_again(here: World) -> None:
    """The second confirmation looks once more just before it sends, finds the first and sends nothing."""
    onboarding = ready(here)
    here.server.faults.add(f"sesv2:{FILING}", delay=1.5)
    onboarding.act(onboarding.prepare("file"), "3333")
    let_settle(onboarding)
    look(onboarding)
    assert filings(onboarding)[0].phase == P.ABANDONED
    prepared = onboarding.prepare("file")
    while not effects(here):
        time.sleep(0.02)
    with pytest.raises(Refused, match="Nothing was sent"):
        onboarding.act(prepared, "3333")
    assert len(here.writes(FILING)) == 1
    onboarding.reconcile()
    assert filings(onboarding)[0].phase == P.CONFIRMED


def test_a_conflict_after_our_own_lost_answer_is_ours(here: World) -> None:
    """GetAccount lags behind, so the request counts as not there and is confirmed anew: AWS's 409 is its echo."""
    onboarding = ready(here)
    account = here.server.account
    with account.lock:
        before = json.dumps(get_account(account, account.region(scenarios.REGION), {}))
    here.server.faults.add(f"sesv2:{FILING}", when="after", close=True)
    here.server.faults.add("sesv2:GetAccount", when="after", body=before, times=None)
    onboarding.act(onboarding.prepare("file"), "3333")
    let_settle(onboarding)
    look(onboarding)
    assert filings(onboarding)[0].phase == P.ABANDONED
    assert effects(here) == 1

    prepared = onboarding.prepare("file")
    here.server.faults.clear()
    here.server.faults.add("sesv2:GetAccount", when="after", body=before, times=1)
    (second,) = onboarding.act(prepared, "3333")
    assert second.outcome is not None
    assert second.outcome.problem is not None
    assert second.outcome.problem.kind == K.CONFLICT
    assert [intent.phase for intent in filings(onboarding)] == [P.CONFIRMED, P.CONFIRMED]
    assert len(here.writes(FILING)) == 2, "two confirmations by the operator"
    assert effects(here) == 1, "and one request at AWS"
    assert why_not(onboarding)


# Refused before anything is sent


def test_another_account_between_confirmation_and_sending(here: World) -> None:
    onboarding = ready(here)
    prepared = onboarding.prepare("file")
    here.server.account.state.id = "999988887777"
    for digits in ("3333", "7777"):
        with pytest.raises(Refused, match="Nothing was sent"):
            onboarding.act(prepared, digits)
    assert not here.writes(FILING)
    assert filings(onboarding) == []


def test_another_principal_between_confirmation_and_sending(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    onboarding = ready(here)
    prepared = onboarding.prepare("file")
    monkeypatch.setattr(type(here.server.account), "operator_arn", "arn:aws:iam::111122223333:user/somebody-else")
    with pytest.raises(Refused, match="Nothing was sent"):
        onboarding.act(prepared, "3333")
    assert not here.writes(FILING)


def test_credentials_that_expired_since(here: World) -> None:
    onboarding = ready(here)
    prepared = onboarding.prepare("file")
    here.play("expire")
    with pytest.raises(Refused, match="Nothing was sent"):
        onboarding.act(prepared, "3333")
    assert not here.writes(FILING)


@pytest.mark.parametrize(
    ("field", "text"),
    [("website_url", "https://elsewhere.example/"), ("contacts", "other@example.net"), ("declare_bounces", "")],
)
def test_what_was_confirmed_has_changed(here: World, field: str, text: str) -> None:
    onboarding = ready(here)
    prepared = onboarding.prepare("file")
    onboarding.enter(field, text)
    with pytest.raises(Refused, match="Nothing was sent"):
        onboarding.act(prepared, "3333")
    assert not here.writes(FILING)


@pytest.mark.parametrize("digits", ["", "333", "1111", "33333", "３３３３"])
def test_the_wrong_digits(here: World, digits: str) -> None:
    onboarding = ready(here)
    with pytest.raises(Refused, match="last four digits"):
        onboarding.act(onboarding.prepare("file"), digits)
    assert not here.writes(FILING)


def test_sending_was_paused_since(here: World) -> None:
    onboarding = ready(here)
    prepared = onboarding.prepare("file")
    here.play("pause")
    with pytest.raises(Refused, match="Nothing was sent"):
        onboarding.act(prepared, "3333")
    assert not here.writes(FILING)


@pytest.mark.parametrize("code", ["AccessDeniedException", "InternalFailure"])
def test_the_last_look_before_it_fails(here: World, code: str) -> None:
    """Unknown is not green: what cannot be read just before the request stops it."""
    onboarding = ready(here)
    prepared = onboarding.prepare("file")
    here.server.faults.add("sesv2:GetAccount", code=code, status=403 if code.startswith("A") else 500, times=None)
    with pytest.raises(Refused, match="Nothing was sent"):
        onboarding.act(prepared, "3333")
    assert not here.writes(FILING)


# The store cannot be written


def test_an_intent_that_cannot_be_saved_is_not_sent(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    onboarding = ready(here)
    prepared = onboarding.prepare("file")

    def full(self: SqliteStore, intent: object) -> None:
        raise OSError("progress.sqlite cannot be written: No space left on device.")

    monkeypatch.setattr(SqliteStore, "record", full)
    with pytest.raises(OSError, match="No space left"):
        onboarding.act(prepared, "3333")
    assert not here.writes(FILING)
    assert filings(onboarding) == []


def test_an_outcome_that_cannot_be_saved_is_told_and_found_again(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk fills up while the request is on its way: it was sent, so nobody may say that it was not."""
    onboarding = ready(here)
    prepared = onboarding.prepare("file")

    def full(self: SqliteStore, intent: object) -> None:
        raise OSError("progress.sqlite cannot be written: No space left on device.")

    with monkeypatch.context() as patch:
        patch.setattr(SqliteStore, "settle", full)
        with pytest.raises(OSError, match="No space left") as raised:
            onboarding.act(prepared, "3333")
        assert prepared.marker in str(raised.value)
        assert "sent" in str(raised.value).lower()
        assert "nothing was sent" not in str(raised.value).lower()
        assert why_not(onboarding)
        onboarding.look()
        onboarding.reconcile()
    assert len(here.writes(FILING)) == 1
    onboarding.close()
    again = here.open()
    assert [intent.phase for intent in filings(again)] == [P.CONFIRMED]
    assert why_not(again)
    assert len(here.writes(FILING)) == 1
