"""``actions``: every write there is, what it does, and whether it can be done now."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from dlaas_onboard.headless import diagnostics, output
from dlaas_onboard.headless.command_again import with_flags
from dlaas_onboard.headless.deadline import Deadline
from dlaas_onboard.headless.documents import ActionDocument, ActionsDocument, InputDocument
from dlaas_onboard.headless.first_look import COULD_NOT_LOOK, look, unread
from dlaas_onboard.journey.command_lines import action_command
from dlaas_onboard.journey.situation.calls import cli_command
from dlaas_onboard.journey.situation.fields import BY_ID as FIELDS
from dlaas_onboard.journey.step_registry import BY_ID as STEPS
from dlaas_onboard.journey.step_registry import StepId

if TYPE_CHECKING:
    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.journey.writes.actions import Action
    from dlaas_onboard.onboarding import Onboarding, View


def run(onboarding: Onboarding, args: Arguments) -> int:
    """Print the actions of the registry in the order of the steps; return the exit status."""
    deadline = Deadline.of(args)
    view = look(onboarding, deadline)
    actions = [
        _action(onboarding, view, action, why, args)
        for action, why in sorted(onboarding.actions(), key=lambda offer: STEPS[offer[0].step].number)
    ]
    document = ActionsDocument(
        account=view.place.account or None, region=view.place.region or None, read_only=view.read_only, actions=actions
    )
    if args.json:
        output.document(document.json_value())
    else:
        output.write("\n".join(_page(document)))
    if wrong := deadline.words or unread(view.facts):
        diagnostics.say(wrong)
        return COULD_NOT_LOOK
    return 0


def _action(onboarding: Onboarding, view: View, action: Action, why: str, args: Arguments) -> ActionDocument:
    return ActionDocument(
        id=action.id,
        title=action.title,
        step=action.step.value,
        writes=action.help,
        final=action.final,
        confirm=action.confirm.value,
        inputs=[_input(view, field_id) for field_id in action.inputs],
        iam=list(action.iam),
        cli_commands=[cli_command(name) for name in action.iam if not name.startswith("iam:")],
        cli=list(onboarding.cli_lines(action)),
        possible=not why,
        why_not=why,
        command=with_flags(action_command(action, view.place), args),
    )


def _input(view: View, field_id: str) -> InputDocument:
    field = FIELDS[field_id]
    return InputDocument(
        id=field_id,
        label=field.label,
        help=field.help,
        value=view.situation.input(field_id).text,
        choices=[value for value, _ in field.choices],
    )


def _page(document: ActionsDocument) -> list[str]:
    lines = []
    if document.read_only:
        lines.append(f"! Nothing can be sent: {document.read_only}")
    for step_id, group in groupby(document.actions, key=lambda action: action.step):
        step = STEPS[StepId(step_id)]
        lines += ["", f"{step.number}. {step.title}"]
        for action in group:
            lines += _entry(action)
    return lines[1:] if lines[0] == "" else lines


def _entry(action: ActionDocument) -> list[str]:
    lines = [f"  {'✓' if action.possible else '–'} {action.id}: {action.title}"]
    lines.append(output.fold(f"{action.writes} {action.final}".strip(), first="      "))
    if action.inputs:
        fields = ", ".join(f"{field.id} ({field.value or 'empty'})" for field in action.inputs)
        lines.append(output.fold(f"Takes: {fields}", first="      "))
    if action.why_not:
        return [
            *lines,
            output.fold(f"Not now: {action.why_not}", first="      "),
            output.fold(f"The AWS CLI's commands for it: {', '.join(action.cli_commands)}", first="      "),
        ]
    return [*lines, f"      {action.command}", *(f"      {line}" for line in action.cli)]
