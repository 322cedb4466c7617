"""What enter does on an entry: what it names is started, opened or filled in; else the entry is shown in full."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dlaas_onboard.journey.request.description import Hole
from dlaas_onboard.journey.request.gate import Gate
from dlaas_onboard.journey.situation.fields import BY_ID as FIELDS
from dlaas_onboard.journey.situation.fields import Field
from dlaas_onboard.journey.situation.message_fields import MESSAGE, message_part
from dlaas_onboard.journey.situation.message_row import MessageRow
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps.second_opinion import Point
from dlaas_onboard.journey.verdict import Finding
from dlaas_onboard.journey.writes.actions import Action
from dlaas_onboard.tui import prompts
from dlaas_onboard.tui.dialogs import TextDialog
from dlaas_onboard.tui.message_items import AddMessage
from dlaas_onboard.tui.next_step_items import ChooseProfile
from dlaas_onboard.tui.record_items import ChooseRecordForm

if TYPE_CHECKING:
    from dlaas_onboard.tui.app_protocol import AppCommands
    from dlaas_onboard.tui.item_list import Item


def choose(app: AppCommands, item: Item) -> None:
    """Do what an entry is there for, or show it in full."""
    follow = _FOLLOW.get(type(item.target))
    if follow is not None and follow(app, item.target):
        return
    if item.more or item.copy:
        title, _, text = (item.more or item.copy).partition("\n")
        app.push_screen(TextDialog(title, text.strip("\n") or title, item.copy))


def _start(app: AppCommands, action: Action) -> bool:
    app.actions.start(action.id)
    return True


def _place(app: AppCommands, _: ChooseProfile) -> bool:
    app.action_do("place")
    return True


def _fill_in(app: AppCommands, field: Field) -> bool:
    app.go_to_field(field)
    return True


def _record_form(app: AppCommands, _: ChooseRecordForm) -> bool:
    prompts.formats(app)
    return True


def _open(app: AppCommands, step: StepId) -> bool:
    app.action_open(step.value)
    return True


def _open_step_of(app: AppCommands, gate: Gate) -> bool:
    """Open the step of a gate, unless it is open already."""
    if gate.step == app.open_step:
        return False
    app.action_open(gate.step.value)
    return True


def _fill_gap(app: AppCommands, hole: Hole) -> bool:
    return _go_to_field(app, hole.field)


def _mend(app: AppCommands, finding: Finding) -> bool:
    """Start the action that mends a finding, or go to the field that does."""
    if app.actions.offer(finding.action) is not None:
        app.actions.start(finding.action)
        return True
    return _go_to_field(app, finding.field)


def _earn(app: AppCommands, point: Point) -> bool:
    """Go to the field or open the step that earns a point of the second opinion, if there is one."""
    if _go_to_field(app, point.field):
        return True
    if not point.remedy or point.step == app.open_step:
        return False
    app.action_open(point.step.value)
    return True


def _confirm_message(app: AppCommands, row: MessageRow) -> bool:
    prompts.message(app, row)
    return True


def _add_message(app: AppCommands, _: AddMessage) -> bool:
    prompts.message(app, MessageRow(""))
    return True


def _go_to_field(app: AppCommands, field_id: str) -> bool:
    """Open what fills a field: its row, or the dialog of the message that it belongs to."""
    view = app.current_view
    if field_id.startswith(MESSAGE) and view is not None:
        row = view.situation.messages.row(message_part(field_id).id)
        return row is not None and _confirm_message(app, row)
    field = FIELDS.get(field_id)
    if field is not None:
        app.go_to_field(field)
    return field is not None


# What to do with each kind of target; each returns whether there was something to do.
_FOLLOW: Mapping[type, Callable[[AppCommands, Any], bool]] = {
    Action: _start,
    ChooseProfile: _place,
    Field: _fill_in,
    ChooseRecordForm: _record_form,
    StepId: _open,
    Gate: _open_step_of,
    Hole: _fill_gap,
    Finding: _mend,
    MessageRow: _confirm_message,
    AddMessage: _add_message,
    Point: _earn,
}
