"""What each block of a step shows: the data that it depends on, and the entries made of it.

This loads the judges of the steps and every kind of entry: it is imported after the first paint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from dlaas_onboard.journey.request.rare_fields import applies
from dlaas_onboard.journey.situation.fields import Field, of_step
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps.declarations import SECTIONS
from dlaas_onboard.journey.steps.next_steps import most_urgent, only_undeclared
from dlaas_onboard.journey.steps.second_opinion import second_opinion
from dlaas_onboard.tui import next_step_items, waiting_room
from dlaas_onboard.tui.action_items import action_items
from dlaas_onboard.tui.case_items import case_items
from dlaas_onboard.tui.description_items import sentence_items
from dlaas_onboard.tui.fact_items import Clock, fact_items
from dlaas_onboard.tui.finding_items import finding_items
from dlaas_onboard.tui.gate_items import gate_items
from dlaas_onboard.tui.item_list import Item
from dlaas_onboard.tui.message_items import message_items
from dlaas_onboard.tui.opinion_items import opinion_items
from dlaas_onboard.tui.record_items import record_items
from dlaas_onboard.tui.sent_items import intent_items, payload_items

if TYPE_CHECKING:
    from dlaas_onboard.journey.verdict import Row, Verdict
    from dlaas_onboard.onboarding import View
    from dlaas_onboard.tui.action_items import Offer


class StepBlock(NamedTuple):
    """A block of a step: its entries are made again when ``data`` has changed."""

    data: object
    items: Callable[[], list[Item]]


class StepContent(NamedTuple):
    """What the blocks of one step are made from."""

    step: StepId
    view: View
    offers: Sequence[Offer]
    clock: Clock
    next_look: Callable[[], datetime | None]

    @property
    def verdict(self) -> Verdict:
        """Return the verdict of the step."""
        return self.view.verdicts[self.step]

    @property
    def offers_here(self) -> list[Offer]:
        """Return what can be done in the step."""
        return [offer for offer in self.offers if offer[0].step == self.step]

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """Return every action's id with why it cannot be done now: what is painted of it changes with them."""
        return [(action.id, reason) for action, reason in self.offers]


def block(name: str, content: StepContent) -> StepBlock:
    """Return what the block ``name`` shows; ``evidence.`` and a field's id name the evidence of a declaration."""
    kind, _, field_id = name.partition(".")
    if kind == "evidence":
        return _evidence(field_id, content)
    return _BLOCKS[kind](content)


def _facts(content: StepContent) -> StepBlock:
    rows = [row for row in content.verdict.rows if not shown_elsewhere(row, content.step, content.view)]
    return StepBlock(rows, lambda: fact_items(rows, content.clock))


def _now(content: StepContent) -> StepBlock:
    verdict, first = content.verdict, content.view.judgement.first_step
    empty = _first_empty_field(content)
    return StepBlock(
        (verdict, content.reasons, first, empty),
        lambda: next_step_items.now_items(verdict, content.offers, first, empty),
    )


def _first_empty_field(content: StepContent) -> Field | None:
    """Return the first field of the step that has no value."""
    situation = content.view.situation
    applicable = (field for field in of_step(content.step) if applies(field.id, situation))
    return next((field for field in applicable if not situation.input(field.id).text), None)


def _findings(content: StepContent) -> StepBlock:
    """Return the findings that neither the top nor a gate nor an empty box says."""
    on_top = most_urgent(content.verdict)
    gates = {f"file.{gate.id}" for gate in content.view.judgement.gates}
    rest = [
        finding
        for finding in content.verdict.findings
        if finding not in on_top and finding.id not in gates and not only_undeclared(finding)
    ]
    title = "More findings" if on_top else "Findings"
    offers = {offer[0].id: offer for offer in content.offers}
    return StepBlock((rest, title, content.reasons), lambda: finding_items(rest, offers, title))


def _actions(content: StepContent) -> StepBlock:
    offers = content.offers_here
    return StepBlock([(action.id, reason) for action, reason in offers], lambda: action_items(offers))


def _sent(content: StepContent) -> StepBlock:
    titles = {action.id: action.title for action, _ in content.offers_here}
    intents = [intent for intent in content.view.situation.intents if intent.action in titles]
    return StepBlock(intents, lambda: intent_items(intents, titles, content.clock))


def _records(content: StepContent) -> StepBlock:
    records = content.view.judgement.records
    return StepBlock(records, lambda: record_items(records, content.clock))


def _messages(content: StepContent) -> StepBlock:
    table = content.view.situation.messages
    return StepBlock(table, lambda: message_items(table))


def _text(content: StepContent) -> StepBlock:
    description = content.view.judgement.description
    return StepBlock(description, lambda: sentence_items(description, content.clock))


def _opinion(content: StepContent) -> StepBlock:
    opinion = second_opinion(content.view.judgement)
    return StepBlock(opinion, lambda: opinion_items(opinion))


def _gates(content: StepContent) -> StepBlock:
    gates = content.view.judgement.gates
    return StepBlock(gates, lambda: gate_items(gates))


def _case(content: StepContent) -> StepBlock:
    reading = content.view.facts.case
    case = reading.value if reading else None
    return StepBlock(case, lambda: case_items(case, content.clock))


def _room(content: StepContent) -> StepBlock:
    view = content.view
    return StepBlock(
        (content.verdict, view.facts.account, view.situation.intents, content.next_look()),
        lambda: waiting_room.room_items(view, content.clock, content.next_look),
    )


def _sheet(content: StepContent) -> StepBlock:
    rows = [row for row in content.view.judgement.worksheet.rows if row not in content.verdict.rows]
    return StepBlock(rows, lambda: fact_items(rows, content.clock, "Worksheet"))


def _payload(content: StepContent) -> StepBlock:
    view = content.view
    sending = [(action, action.plan(view.situation)) for action, _ in content.offers_here]
    return StepBlock([(action.id, calls) for action, calls in sending], lambda: payload_items(sending, view.place))


def _evidence(field_id: str, content: StepContent) -> StepBlock:
    section = evidence_of(content.step).get(field_id)
    rows = [row for row in content.verdict.rows if row.section == section][1:] if section else []
    return StepBlock(rows, lambda: fact_items(rows, content.clock, None))


_BLOCKS: Mapping[str, Callable[[StepContent], StepBlock]] = {
    "now": _now,
    "facts": _facts,
    "findings": _findings,
    "actions": _actions,
    "sent": _sent,
    "records": _records,
    "messages": _messages,
    "text": _text,
    "opinion": _opinion,
    "gates": _gates,
    "case": _case,
    "room": _room,
    "sheet": _sheet,
    "payload": _payload,
}


def evidence_of(step: StepId) -> Mapping[str, str]:
    """Return, by declaration, the section of the facts that stands as its evidence under it."""
    if step != StepId.DECLARATIONS:
        return {}
    return SECTIONS


def shown_elsewhere(row: Row, step: StepId, view: View) -> bool:
    """Return whether another block of the step says the same as a fact does, and says more."""
    if step == StepId.DOMAIN:
        return bool(view.judgement.records) and row.section in {
            record.record.purpose.value for record in view.judgement.records
        }
    if step == StepId.FILE:
        return row.section in ("Gates", "What is sent")
    if step == StepId.USE_CASE:
        return row.section == "Sections"
    if step == StepId.DECISION:
        return row.section == "Conversation" and view.facts.case is not None and view.facts.case.value is not None
    return row.section in evidence_of(step).values()
