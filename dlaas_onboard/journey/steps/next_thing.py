"""The one next thing to do: of the first step that needs somebody, what can be done at once before what has to wait.

Within a step the order is: an action that can be done from here, an answer that is missing, records to publish, an
answer to correct, and then whatever else the worst finding asks for. Following it, somebody comes from an account in
which nothing exists to the filed request, and from the grant to the first message.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from dlaas_onboard.journey.actor import Actor
from dlaas_onboard.journey.command_lines import (
    LOOK_AGAIN,
    RECORDS,
    STATUS,
    TERRAFORM,
    VALUE,
    WATCH,
    action_command,
    answer_command,
    dry_run_command,
    file_command,
)
from dlaas_onboard.journey.dns.record_verdicts import RecordVerdict
from dlaas_onboard.journey.judgement import Judgement
from dlaas_onboard.journey.request import open_gaps
from dlaas_onboard.journey.request.answer_rules import Asked, asked
from dlaas_onboard.journey.request.gate import Gate
from dlaas_onboard.journey.request.rare_fields import applies
from dlaas_onboard.journey.request.request_actions import ACTIONS as REQUEST_ACTIONS
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.stages import Stage
from dlaas_onboard.journey.situation.code_owner import owning_code
from dlaas_onboard.journey.situation.fields import of_step
from dlaas_onboard.journey.situation.intents import OPEN, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import BY_ID, STEPS, StepId, StepState
from dlaas_onboard.journey.steps import code_turns
from dlaas_onboard.journey.steps.next_steps import action_to_take, urgent_findings
from dlaas_onboard.journey.turn import Turn, applying
from dlaas_onboard.journey.verdict import Finding, Severity, Verdict
from dlaas_onboard.journey.writes.actions import ACTIONS, PROVE, Action
from dlaas_onboard.journey.writes.differences import differences

FIRST = "send_first"  # the action that Go live takes up
FIRST_NEEDS = ("first_recipient", "sender")


_PIECES = {StepId.DOMAIN: code_turns.DOMAIN, StepId.BOUNCES: code_turns.EVENTS, StepId.GO_LIVE: code_turns.ALARMS}


LINKS = (StepId.TEST_ADDRESS, StepId.BOUNCES)  # wait for somebody who opens a link in a mail


class NextKind(StrEnum):
    """What kind of thing it is."""

    ACTION = "action"  # a write from here
    FILE = "file"  # the request itself
    ANSWER = "answer"  # only a person knows it
    DECLARATION = "declaration"  # only a person can make it
    RECORDS = "records"  # to be published in DNS
    OUTSIDE = "outside"  # to be done elsewhere: a link to open, a page to publish
    WAIT = "wait"
    LOOK = "look"  # something could not be read
    DONE = "done"


@dataclass(frozen=True, slots=True)
class NextThing:
    """The one next thing."""

    step: StepId
    kind: NextKind
    actor: Actor
    what: str  # one sentence
    why: str = ""
    command: str = ""  # what does it, or looks again; VALUE stands for an answer
    action: str = ""  # id of the action
    asked: Asked | None = None  # the answer that is needed
    follows: str = ""  # what comes next, as far as it is known now


def next_thing(judgement: Judgement) -> NextThing:
    """Return the one next thing to do. Pure; whether anything may be written here is not asked."""
    verdict = _link_to_open(judgement) or judgement.verdicts[judgement.first_step]
    thing = _of_step(verdict, judgement)
    if thing.kind in (NextKind.WAIT, NextKind.DONE):
        thing = _shut_gate(judgement) or thing
    return _with_what_follows(thing, judgement)


def _link_to_open(judgement: Judgement) -> Verdict | None:
    """Return a step before the first that waits for the operator's click: links expire, so they are opened at once."""
    first = BY_ID[judgement.first_step].number
    before = (judgement.verdicts[step] for step in LINKS if BY_ID[step].number < first)
    return next((verdict for verdict in before if verdict.state == StepState.WAITING), None)


def ready_actions(judgement: Judgement) -> tuple[Action, ...]:
    """Return the actions that no precondition keeps from being done now."""
    situation = judgement.situation
    return tuple(
        action
        for action in (*ACTIONS, *REQUEST_ACTIONS)
        if not action.blocked_because(situation, judgement.verdicts)
        and not (action.again is not None and action.again(situation))
    )


def _of_step(verdict: Verdict, judgement: Judgement) -> NextThing:
    if verdict.state == StepState.WAITING:
        return _waiting(verdict)
    if not verdict.needs_operator:
        return NextThing(verdict.step, NextKind.DONE, Actor.NOBODY, verdict.headline, command=STATUS)
    if verdict.step == StepId.FILE:
        return _filing(verdict, judgement)
    if verdict.step == StepId.DECISION:
        return _decision(verdict, judgement)
    return _in_order(verdict, judgement)


def _decision(verdict: Verdict, judgement: Judgement) -> NextThing:
    """Return what Amazon's answer asks for: a grant not in effect is waited for, a denial has gaps behind it."""
    stage = stages.stage(judgement.situation.facts)
    if stage == Stage.GRANTED:
        return NextThing(verdict.step, NextKind.WAIT, Actor.AWS, verdict.headline, command=WATCH)
    thing = _in_order(verdict, judgement)
    open_before = open_gaps.named(judgement.verdicts, but=(StepId.DECISION, StepId.FILE))
    if stage != Stage.DENIED or not open_before or thing.kind != NextKind.ACTION:
        return thing
    return replace(thing, why=f"{thing.why} Put right what you can first, and say so: {' '.join(open_before)}")


def _in_order(verdict: Verdict, judgement: Judgement) -> NextThing:
    """Return the first thing that a step asks for."""
    urgent = urgent_findings(verdict, undeclared=True)
    ready = ready_actions(judgement)
    if verdict.state == StepState.UNKNOWN and urgent and urgent[0].severity == Severity.UNKNOWN:
        return next(_from_here(urgent[:1], judgement.situation, ready), _unread(urgent[0]))
    things = (
        *_code_first(verdict, judgement.situation),
        *_proof_first(verdict, judgement, ready),
        *_from_here(urgent, judgement.situation, ready),
        *_taken_up(verdict, judgement.situation, ready),
        *_records(verdict, judgement),
        *_by_hand(urgent, judgement),
        *_to_correct(urgent, judgement.situation),
        *_elsewhere(urgent),
        NextThing(verdict.step, NextKind.OUTSIDE, Actor.OPERATOR, verdict.headline, command=LOOK_AGAIN),
    )
    return things[0]


# What a step asks for, in this order


def _code_first(verdict: Verdict, situation: Situation) -> Iterator[NextThing]:
    """Return what is the code's turn: made by hand it would be in the way of the next apply."""
    code = owning_code(situation)
    mine = [item for item in differences(situation) if item.piece in _PIECES.get(verdict.step, ())]
    owned = [item for item in mine if item.owned and item.sentence and not item.breaks]
    to_apply = [item for item in owned if item.turn == Turn.APPLY]
    to_change = [item for item in owned if item.turn == Turn.CODE]
    if code is None:
        return
    if to_change:
        yield _of_code(verdict, to_change[0].sentence, f"{to_change[0].subject}: {to_change[0].wanted}", TERRAFORM)
    elif to_apply:
        made = ", ".join(dict.fromkeys(item.subject for item in to_apply))
        what = f"{applying(code)[:1].upper()}{applying(code)[1:]}: it makes {made}."
        yield _of_code(verdict, what, to_apply[0].sentence, code.command)


def _of_code(verdict: Verdict, what: str, why: str, command: str) -> NextThing:
    return NextThing(verdict.step, NextKind.OUTSIDE, Actor.TERRAFORM, what, why, command)


def _proof_first(verdict: Verdict, judgement: Judgement, ready: tuple[Action, ...]) -> Iterator[NextThing]:
    """Ask for the proof before somebody declares that bounces are handled; once, for one that fails may fail again."""
    situation = judgement.situation
    if verdict.step != StepId.DECLARATIONS or _tried(PROVE, situation):
        return
    unproved = next((item for item in judgement.verdicts[StepId.BOUNCES].findings if item.action == PROVE), None)
    if unproved is None:
        return
    why = f"{unproved.message} The proof carries the declaration about bounces and complaints."
    yield from _needed("sender", verdict.step, why, situation)
    yield from (_action(action, why, situation) for action in ready if action.id == PROVE)


def _needed(field: str, step: StepId, why: str, situation: Situation) -> Iterator[NextThing]:
    """Ask for a field where it is empty, for the reason that something else needs it."""
    wanted = asked(field, situation)
    if wanted is not None and not wanted.value:
        yield replace(_answer(step, wanted), why=why)


def _from_here(found: Iterable[Finding], situation: Situation, ready: tuple[Action, ...]) -> Iterator[NextThing]:
    """Return what can be done by a command: an action that is ready, or an answer that is missing."""
    by_id = {action.id: action for action in ready}
    for finding in found:
        action = by_id.get(finding.action)
        wanted = asked(finding.field, situation) if finding.field else None
        if action is not None:
            yield _action(action, finding.message, situation)
        elif wanted is not None and not wanted.value:
            yield _answer(finding.step, wanted, finding)


def _to_correct(found: Iterable[Finding], situation: Situation) -> Iterator[NextThing]:
    """Return the answers that something speaks against: the world is to be put right, or another answer is given."""
    for finding in found:
        wanted = asked(finding.field, situation) if finding.field else None
        if wanted is not None and wanted.value:
            what = finding.remedy or f"Correct: {wanted.label}."
            yield NextThing(
                finding.step, NextKind.OUTSIDE, Actor.OPERATOR, what, finding.message, LOOK_AGAIN, asked=wanted
            )


def _action(action: Action, why: str, situation: Situation) -> NextThing:
    what = f"{action.title}. {action.help}"
    command = action_command(action, situation.place)
    return NextThing(action.step, NextKind.ACTION, Actor.OPERATOR, what, why, command, action.id)


def _answer(step: StepId, wanted: Asked, finding: Finding | None = None) -> NextThing:
    kind = NextKind.DECLARATION if wanted.declaration else NextKind.ANSWER
    verb = "Declare" if wanted.declaration else "Enter"
    what = wanted.label if wanted.label.endswith("?") else f"{verb}: {wanted.label}."
    why = " ".join(filter(None, (finding.message, finding.remedy))) if finding is not None else wanted.help
    command = answer_command(wanted.field, "yes" if wanted.declaration else VALUE)
    return NextThing(step, kind, Actor.OPERATOR, what, why, command, asked=wanted)


def _taken_up(verdict: Verdict, situation: Situation, ready: tuple[Action, ...]) -> Iterator[NextThing]:
    """Return what a step takes up that nothing is wrong with: what its remarks name, its action, its first field."""
    if verdict.state != StepState.TODO:
        return
    fields = [field.id for field in of_step(verdict.step)]
    remarks = (finding for finding in verdict.findings if finding.severity == Severity.ADVICE)
    yield from _from_here([item for item in remarks if item.field in fields], situation, ())
    if verdict.step == StepId.GO_LIVE and not _tried(FIRST, situation):
        for field in FIRST_NEEDS:
            yield from _needed(field, verdict.step, verdict.headline, situation)
    action = action_to_take(verdict, [item for item in ready if not _tried(item.id, situation, {Phase.CONFIRMED})])
    if action is not None:
        yield _action(action, verdict.headline, situation)
    yield from _empty_fields(verdict, fields, situation)


def _empty_fields(verdict: Verdict, fields: Iterable[str], situation: Situation) -> Iterator[NextThing]:
    for field in fields:
        wanted = asked(field, situation)
        if wanted is not None and not wanted.value and applies(field, situation):
            yield _answer(verdict.step, wanted)


def _tried(action: str, situation: Situation, phases: Container[Phase] = frozenset(Phase)) -> bool:
    """Whether an action was sent here and is in one of ``phases``: what can be done again is not what is next."""
    return any(
        intent.action == action and intent.phase in phases and intent.place.same_as(situation.place)
        for intent in situation.intents
    )


def _records(verdict: Verdict, judgement: Judgement) -> Iterator[NextThing]:
    """Return the records that are missing or wrong, for whose turn it is: the code's, or that of whoever runs DNS."""
    if verdict.step != StepId.DOMAIN:
        return
    faulty = [state for state in judgement.records if state.verdict in (RecordVerdict.MISSING, RecordVerdict.WRONG)]
    by_turn = ((Turn.CODE, Actor.TERRAFORM, TERRAFORM), (Turn.LIVE, Actor.DNS, RECORDS))
    for turn, actor, command in by_turn:
        names = dict.fromkeys(f"{state.record.type} {state.record.name}" for state in faulty if state.turn == turn)
        verb = "Add to your infrastructure code, and apply" if turn == Turn.CODE else "Publish in DNS"
        if names:
            what = f"{verb}: {', '.join(names)}."
            yield NextThing(verdict.step, NextKind.RECORDS, actor, what, verdict.headline, command)


def _by_hand(found: Iterable[Finding], judgement: Judgement) -> Iterator[NextThing]:
    """Return what is to be done in the console; the dry run of the action prints its address and the text."""
    situation = judgement.situation
    named = {finding.action: finding for finding in found}
    for action in REQUEST_ACTIONS:
        finding = named.get(action.id)
        by_hand = (
            action.by_hand(situation, judgement.verdicts)
            if finding is not None and action.by_hand is not None
            else None
        )
        if finding is not None and by_hand is not None:
            why = action.blocked_because(situation, judgement.verdicts)
            what = f"{action.title}, in the console: {by_hand.link}"
            command = dry_run_command(action)
            yield NextThing(finding.step, NextKind.OUTSIDE, Actor.OPERATOR, what, why, command, action.id)


def _elsewhere(found: Iterable[Finding]) -> Iterator[NextThing]:
    for finding in found:
        if finding.severity == Severity.UNKNOWN:
            yield _unread(finding)
        else:
            yield NextThing(
                finding.step,
                NextKind.OUTSIDE,
                Actor.OPERATOR,
                finding.remedy or finding.message,
                finding.message,
                LOOK_AGAIN,
            )


def _unread(finding: Finding) -> NextThing:
    return NextThing(
        finding.step,
        NextKind.LOOK,
        Actor.OPERATOR,
        finding.remedy or "Look again.",
        finding.message,
        LOOK_AGAIN,
    )


# The steps that stand for themselves


def _waiting(verdict: Verdict) -> NextThing:
    """Return what is waited for: a link that somebody has to open, or AWS."""
    if verdict.step in LINKS:
        return NextThing(verdict.step, NextKind.OUTSIDE, Actor.OPERATOR, verdict.headline, command=LOOK_AGAIN)
    command = WATCH if verdict.step == StepId.DECISION else LOOK_AGAIN
    return NextThing(verdict.step, NextKind.WAIT, Actor.AWS, verdict.headline, command=command)


def _filing(verdict: Verdict, judgement: Judgement) -> NextThing:
    situation = judgement.situation
    if any(intent.action == "file" and intent.phase in OPEN for intent in situation.intents):
        return NextThing(verdict.step, NextKind.LOOK, Actor.OPERATOR, "Look again.", verdict.headline, LOOK_AGAIN)
    if verdict.state == StepState.TODO:
        return NextThing(
            verdict.step,
            NextKind.FILE,
            Actor.OPERATOR,
            "File the request. Read it first with `dlaas-onboard file --dry-run`, and as a reviewer would with "
            "`dlaas-onboard draft --review`: it cannot be changed afterwards.",
            verdict.headline,
            file_command(situation.place),
            "file",
        )
    return NextThing(verdict.step, NextKind.LOOK, Actor.OPERATOR, verdict.headline, command=LOOK_AGAIN)


def _shut_gate(judgement: Judgement) -> NextThing | None:
    """Return what a gate asks for whose step is done, so that no step asks for it; ``None`` where there is none."""
    if judgement.verdicts[StepId.FILE].state != StepState.BLOCKED:
        return None
    for gate in judgement.gates:
        if not gate.open and judgement.verdicts[gate.step].state == StepState.DONE:
            return _gate(gate)
    return None


def _gate(gate: Gate) -> NextThing:
    return NextThing(gate.step, NextKind.OUTSIDE, Actor.OPERATOR, gate.remedy or gate.why, gate.why, LOOK_AGAIN)


def _with_what_follows(thing: NextThing, judgement: Judgement) -> NextThing:
    """Add the step that comes next: the first after this one that is not done."""
    after = (step for step in STEPS if step.number > BY_ID[thing.step].number)
    step = next((step for step in after if judgement.verdicts[step.id].state != StepState.DONE), None)
    if step is None:
        return thing
    return replace(thing, follows=f"Step {step.number}, {step.title}: {judgement.verdicts[step.id].headline}")
