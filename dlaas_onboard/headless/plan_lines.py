"""An action as lines: what it does and exactly sends, before; what became of each call, afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlaas_onboard.headless import output
from dlaas_onboard.journey.situation.intents import Intent, Phase

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import Place
    from dlaas_onboard.onboarding import Prepared

OUTCOMES = {
    Phase.CONFIRMED: "done, and seen at AWS.",
    Phase.ACCEPTED: "accepted, not yet seen at AWS.",
    Phase.REJECTED: "refused.",
    Phase.UNKNOWN: "outcome unknown; it is looked for before it can be sent again.",
    Phase.ABANDONED: "not found at AWS.",
}


def plan_lines(prepared: Prepared, place: Place) -> list[str]:
    """Return what exists afterwards, what it costs, what cannot be undone, where it goes and exactly what is sent."""
    action = prepared.action
    lines = [f"{action.title}. {action.help}"]
    if prepared.afterwards:
        lines += ["Afterwards:", *(output.fold(item, first="  · ", then="    ") for item in prepared.afterwards)]
    lines += [action.about] if action.about else []
    lines.append(f"Account {place.account}, Region {place.region}, endpoint {place.endpoint}, as {place.arn}")
    if prepared.preview:
        lines += ["", prepared.preview, ""]
    if prepared.attached is not None:
        lines += ["The attachment, whole:", "", prepared.attached.text, ""]
    for call, command in zip(prepared.calls, prepared.cli, strict=True):
        lines += [call.name, call.payload, "The same with the AWS CLI:", command]
    return [*lines, f"! {action.final}"] if action.final else lines


def outcome_line(intent: Intent) -> str:
    """Return what became of a call."""
    problem = intent.outcome.problem if intent.outcome else None
    return (
        f"{intent.call.name}: {OUTCOMES.get(intent.phase, intent.phase.value)}"
        + (f" {problem.message} {problem.remedy}" if problem else "")
        + (f" ({intent.result})" if intent.result else "")
    )
