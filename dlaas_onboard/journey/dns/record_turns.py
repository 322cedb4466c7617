"""Whose turn it is to bring a record into DNS: the code that declares it, the code that could, or whoever runs DNS."""

from __future__ import annotations

from dataclasses import replace

from dlaas_onboard.journey.dns import record_verdicts
from dlaas_onboard.journey.dns.needed_records import SES_SENDERS, Purpose, Record
from dlaas_onboard.journey.dns.policy_merge import is_policy, strictness
from dlaas_onboard.journey.dns.record_verdicts import RecordState, RecordVerdict
from dlaas_onboard.journey.facts import InfrastructureCode, MailResource
from dlaas_onboard.journey.situation.code_owner import declared_record, declares_records, may_declare, owning_code
from dlaas_onboard.journey.situation.situation import Situation, once
from dlaas_onboard.journey.turn import Turn, applying, to_add, to_apply, to_import

_OPEN = (RecordVerdict.MISSING, RecordVerdict.WRONG)


@once
def states_with_turns(situation: Situation) -> tuple[RecordState, ...]:
    """Return each needed record beside what DNS has and what the code declares, and whose turn it is."""
    return tuple(_with_turn(state, situation) for state in record_verdicts.states(situation))


def to_publish(situation: Situation, *purposes: Purpose, by_hand: str) -> str:
    """Return how the records for these purposes get into DNS: in the words of whose turn it is, else ``by_hand``."""
    open_ = [item for item in states_with_turns(situation) if item.verdict in _OPEN and item.record.purpose in purposes]
    fixes = dict.fromkeys(item.fix for item in open_ if item.turn in (Turn.APPLY, Turn.CODE))
    return " ".join(fixes) or by_hand


def _with_turn(state: RecordState, situation: Situation) -> RecordState:
    code, record = owning_code(situation), state.record
    if state.verdict == RecordVerdict.UNKNOWN:
        return replace(state, turn=Turn.UNKNOWN)
    item = declared_record(situation, record.name, record.type) if code is not None and record.required else None
    owner = str(item.source) if item is not None else ""
    if code is None or not record.required:
        return replace(state, turn=Turn.LIVE if state.verdict in _OPEN else Turn.NOBODY)
    if state.verdict not in _OPEN:
        return _in_order(state, code, item, owner)
    if item is not None:
        return _declared(state, code, item, owner)
    if may_declare(situation, record.type):
        maybe = (
            f"Your {code.tool} makes {record.type} records whose names only an apply knows: if this is one of them, "
        )
        fix = f"{state.fix} {maybe}{applying(code)}; otherwise add it there."
        return replace(state, turn=Turn.CODE, fix=fix, owner=f"your {code.tool}, by a name that only an apply knows")
    if declares_records(situation) or code.tool != "Terraform":
        return replace(state, turn=Turn.CODE, fix=f"{state.fix} {to_add(code)}")
    return replace(state, turn=Turn.LIVE)


def _in_order(state: RecordState, code: InfrastructureCode, item: MailResource | None, owner: str) -> RecordState:
    """Say of a record that is as it should be what an apply would make of it."""
    if item is None:
        return replace(state, turn=Turn.NOBODY)
    conflict = _conflict(state.record, item, state.values)
    if conflict:
        sentence = f"An apply would change it: {conflict}. Correct it there before you {applying(code)}."
        return replace(state, turn=Turn.CODE, owner=owner, conflict=sentence)
    if item.applied is False and "{" not in item.name:
        return replace(state, turn=Turn.IMPORT, owner=owner, conflict=to_import(code, item))
    return replace(state, turn=Turn.NOBODY, owner=owner)


def _declared(state: RecordState, code: InfrastructureCode, item: MailResource, owner: str) -> RecordState:
    conflict = _conflict(state.record, item, ())
    if conflict:
        fix = f"{conflict[0].upper()}{conflict[1:]}. Correct it there, then {applying(code)}. {state.fix}"
        return replace(state, turn=Turn.CODE, owner=owner, fix=fix)
    if state.verdict == RecordVerdict.WRONG and state.values:
        there = (
            "DNS has another value at its name, which is in the way where Terraform did not make it: import it first."
        )
        return replace(state, turn=Turn.APPLY, owner=owner, fix=f"{to_apply(code, item)} {there}")
    return replace(state, turn=Turn.APPLY, owner=owner, fix=to_apply(code, item))


def _conflict(record: Record, item: MailResource, live: tuple[str, ...]) -> str:
    """Return how what the code declares falls short of what is needed, or of what is live; ``""`` where it does not."""
    if not item.values:
        return ""
    values = [value.strip().strip('"') for value in item.values]
    says = f"{item.source} declares {' · '.join(values)}"
    match record.purpose:
        case Purpose.DMARC:
            return _weaker(says, [text for text in values if is_policy(record.purpose, text)], live)
        case Purpose.MAIL_FROM_SPF:
            terms = {term for value in values for term in value.lower().split()}
            return "" if f"include:{SES_SENDERS}" in terms else f"{says}, which does not let SES send"
        case Purpose.MAIL_FROM_MX if record.value and not live:
            hosts = {value.rpartition(" ")[2].rstrip(".").lower() for value in values}
            lets = hosts == {record.value.rpartition(" ")[2]}
            return "" if lets else f"{says}, and SES needs {record.value} alone"
    return ""


def _weaker(says: str, policies: list[str], live: tuple[str, ...]) -> str:
    if not policies:
        return f"{says}, which is no DMARC policy"
    there = max((strictness(text) for text in live if is_policy(Purpose.DMARC, text)), default=0)
    return f"{says}, which is weaker than what DNS has" if max(map(strictness, policies)) < there else ""
