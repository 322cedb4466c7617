"""From an action to the exact calls that are shown, confirmed and sent."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dlaas_onboard.journey.errors import Refused
from dlaas_onboard.journey.request.request_actions import ACTIONS as REQUEST_ACTIONS
from dlaas_onboard.journey.situation.calls import Call, aws_cli
from dlaas_onboard.journey.writes.actions import ACTIONS
from dlaas_onboard.journey.writes.afterwards import afterwards
from dlaas_onboard.onboarding.call_results import Attached
from dlaas_onboard.onboarding.view import Prepared

if TYPE_CHECKING:
    from dlaas_onboard.journey.writes.actions import Action
    from dlaas_onboard.onboarding.view import View


def registry() -> tuple[Action, ...]:
    """Return every action of the journey and of the request."""
    return (*ACTIONS, *REQUEST_ACTIONS)


def blocked_because(action: Action, view: View) -> str:
    """Return why an action cannot be done now, ``""`` if it can."""
    return view.read_only or _precondition(action, view)


def cli_lines(action: Action, view: View) -> tuple[str, ...]:
    """Return the AWS CLI lines that would do the same now; none where a precondition keeps it from being done."""
    return () if _precondition(action, view) else _cli(action.plan(view.situation), view)


def _cli(calls: tuple[Call, ...], view: View) -> tuple[str, ...]:
    return tuple(aws_cli(call, profile=view.place.profile, region=view.place.region) for call in calls)


def _precondition(action: Action, view: View) -> str:
    """Return why an action cannot be done now, whether or not anything may be written."""
    if not view.place.account or view.facts.caller is None or view.facts.caller.problem is not None:
        return "Not connected to an account."
    why = action.blocked_because(view.situation, view.verdicts)
    if why or action.again is None:
        return why
    return action.again(view.situation)


def prepare(action_id: str, view: View, report: Callable[[], bytes], *, dry_run: bool = False) -> Prepared:
    """Return the calls of an action with a marker of their own. Raises :class:`Refused` if it cannot be done now.

    ``report`` makes the readiness report for Amazon, where a call takes it along. A ``dry_run`` is prepared even where
    nothing may be written; sending it is refused.
    """
    action = next((action for action in registry() if action.id == action_id), None)
    if action is None:
        raise Refused(f"There is no action called {action_id}.")
    reason = _precondition(action, view) if dry_run else blocked_because(action, view)
    if reason:
        raise Refused(reason)
    marker = _new_marker()
    attached = Attached(report()) if _takes_report(action.plan(view.situation)) else None
    calls = _calls(action, view, marker, attached)
    cli = _cli(calls, view)
    if action.warns is not None:
        about = "\n".join(part for part in (action.about, action.warns(view.situation, view.verdicts)) if part)
        action = dataclasses.replace(action, about=about)
    preview = action.preview(calls, view.situation) if action.preview is not None else ""
    after = afterwards(calls, view.place.region)
    return Prepared(action, calls, _sha256(calls), cli, marker, preview, attached, after)


def check_unchanged(prepared: Prepared, view: View) -> None:
    """Raise :class:`Refused` if the action cannot be done any more, or would now send something else."""
    reason = blocked_because(prepared.action, view)
    if reason:
        raise Refused(f"Nothing was sent. {reason}")
    if _sha256(_calls(prepared.action, view, prepared.marker, prepared.attached)) != prepared.sha256:
        raise Refused("Nothing was sent: what you confirmed has changed since. Read it again.")


def _calls(action: Action, view: View, marker: str, attached: Attached | None) -> tuple[Call, ...]:
    return tuple(
        Call(call.service, call.operation, _filled_in(call.params, marker, attached), call.region)
        for call in action.plan(view.situation)
    )


def _new_marker() -> str:
    """Return ``dlaas-`` and ten letters or digits: unique, and readable aloud."""
    return "dlaas-" + base64.b32encode(uuid.uuid4().bytes).decode("ascii").lower()[:10]


def _takes_report(calls: tuple[Call, ...]) -> bool:
    return any("{report}" in call.payload for call in calls)


def _filled_in(params: Mapping[str, Any], marker: str, attached: Attached | None) -> dict[str, Any]:
    """Put the marker, and the name of the report, where an action left their places."""

    def put(value: Any) -> Any:
        if isinstance(value, str):
            return (
                attached.placeholder
                if attached is not None and value == "{report}"
                else value.replace("{marker}", marker)
            )
        if isinstance(value, Mapping):
            return {key: put(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [put(inner) for inner in value]
        return value

    return {key: put(value) for key, value in params.items()}


def _sha256(calls: tuple[Call, ...]) -> str:
    return hashlib.sha256("".join(call.sha256 for call in calls).encode()).hexdigest()
