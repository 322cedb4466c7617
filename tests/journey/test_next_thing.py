"""The one next thing: for every state of an account there is one, and who has to act is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlaas_onboard.journey.actor import Actor
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.request.answer_rules import asked, rules
from dlaas_onboard.journey.request.field_rules import check
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.fields import FIELDS, FieldKind
from dlaas_onboard.journey.situation.intents import Intent, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps.all_steps import judge_all
from dlaas_onboard.journey.steps.next_thing import NextKind, NextThing, next_thing, ready_actions
from tests import build
from tests.build import ME


def of(facts: Facts, answers: Answers | None = None, intents: tuple[Intent, ...] = ()) -> NextThing:
    return next_thing(judge_all(Situation(facts, answers or build.answers(), intents)))


STATES = {
    "nothing": build.nothing(),
    "fresh": build.fresh(),
    "terraform": build.terraform(),
    "ready": build.ready(),
    "complete": build.complete(),
    "pending": build.pending(),
    "asked back": build.asked_back(),
    "refused": build.refused(),
    "granted": build.granted(),
    "production": build.production(),
    "paused": build.paused(),
    "no permission": build.no_permission(),
}


@pytest.mark.parametrize("facts", STATES.values(), ids=list(STATES))
@pytest.mark.parametrize("answers", [build.answers(), build.filled_in(test_address=ME)], ids=["empty", "filled in"])
def test_there_is_one_in_every_state_and_it_can_be_followed(facts: Facts, answers: Answers) -> None:
    judgement = judge_all(Situation(facts, answers))
    thing = next_thing(judgement)
    assert thing.what
    assert (thing.asked is not None) >= (thing.kind in (NextKind.ANSWER, NextKind.DECLARATION))
    assert (thing.actor == Actor.NOBODY) == (thing.kind == NextKind.DONE)
    if thing.kind == NextKind.ACTION:
        assert thing.action in {action.id for action in ready_actions(judgement)}
        assert thing.command == f"dlaas-onboard do {thing.action} --yes"
    elif thing.asked is not None and thing.kind == NextKind.ANSWER:
        assert thing.command == f"dlaas-onboard draft set {thing.asked.field}=VALUE"
        assert thing.asked.rules


def test_the_request_is_filed_when_every_gate_is_open() -> None:
    thing = of(build.complete(), build.filled_in(test_address=ME))
    assert (thing.step, thing.kind) == (StepId.FILE, NextKind.FILE)
    assert thing.command == f"dlaas-onboard file --yes --account {build.ACCOUNT}"
    assert thing.follows.startswith("Step 10, Decision: ")


def test_a_filing_that_may_have_left_is_looked_for_first() -> None:
    filing = build.intent(phase=Phase.UNKNOWN, at=build.NOW, action="file")
    assert of(build.complete(), build.filled_in(test_address=ME), (filing,)).kind == NextKind.LOOK


def test_a_pending_review_is_watched() -> None:
    thing = of(build.pending(), build.filled_in(test_address=ME))
    assert (thing.kind, thing.actor, thing.command) == (NextKind.WAIT, Actor.AWS, "dlaas-onboard watch")


def test_a_grant_that_is_not_in_effect_is_waited_for() -> None:
    thing = of(build.granted(), build.filled_in(test_address=ME))
    assert (thing.step, thing.kind, thing.actor) == (StepId.DECISION, NextKind.WAIT, Actor.AWS)


def test_without_the_api_a_denial_is_answered_in_the_console() -> None:
    answers = build.filled_in(test_address=ME)
    assert of(build.refused(), answers).command == "dlaas-onboard draft set aws_answer=VALUE"
    told = build.entry(answers, "aws_answer", "A letter in words that are not recognised.")
    assert of(build.refused(), told).command == "dlaas-onboard draft set reply=VALUE"
    thing = of(build.refused(), build.entry(told, "reply", "Our users asked for each message."))
    assert (thing.kind, thing.command) == (NextKind.OUTSIDE, "dlaas-onboard do reply_case --dry-run")
    assert "https://" in thing.what
    assert of(build.without_dmarc(build.refused()), answers).kind == NextKind.RECORDS


def test_a_link_that_expires_is_opened_before_later_steps() -> None:
    waiting = replace(build.fresh(), test_identity=build.seen(build.address("PENDING")))
    thing = of(waiting, build.answers(test_address=ME))
    assert (thing.step, thing.kind, thing.actor) == (StepId.TEST_ADDRESS, NextKind.OUTSIDE, Actor.OPERATOR)
    assert "Open the link" in thing.what


def test_the_proof_is_asked_for_once_before_the_declarations() -> None:
    undeclared = build.filled_in(test_address=ME, declare_terms="", declare_recipients="", declare_bounces="")
    thing = of(build.complete(), undeclared)
    assert (thing.kind, thing.action) == (NextKind.ACTION, "prove_bounces")
    failed = build.intent(phase=Phase.REJECTED, at=build.NOW, action="prove_bounces")
    thing = of(build.complete(), undeclared, (failed,))
    assert thing.kind == NextKind.DECLARATION
    assert thing.command == "dlaas-onboard draft set declare_terms=yes"


@pytest.mark.parametrize("field", FIELDS, ids=[field.id for field in FIELDS])
def test_the_rules_of_each_field_hold_for_what_they_offer(field: object) -> None:
    known = next(item for item in FIELDS if item is field)
    words = rules(known)
    assert words.endswith(".")
    for value, _ in known.choices:
        assert check(known.id, value) == ""
        assert value in words
    if known.kind == FieldKind.DECLARATION:
        assert check(known.id, "yes") == ""
    wanted = asked(known.id, Situation(build.fresh(), build.answers()))
    assert wanted is not None
    assert wanted.rules == words


def test_a_field_that_does_not_exist_is_not_asked() -> None:
    assert asked("nothing", Situation(build.fresh(), build.answers())) is None
    assert asked("message.nothing.confirmed", Situation(build.fresh(), build.answers())) is None
