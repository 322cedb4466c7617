"""``file``: files the saved request, once, through the same gates and the same journal as the app."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlaas_onboard.headless import diagnostics, output
from dlaas_onboard.headless.deadline import Deadline
from dlaas_onboard.headless.first_look import must_look
from dlaas_onboard.headless.outcomes import ExitStatus
from dlaas_onboard.journey.errors import CannotLook, Refused, Unsaved, UsageError
from dlaas_onboard.journey.request.field_rules import REASON_MAX, REASON_MIN
from dlaas_onboard.journey.request.gate import Gate, Light
from dlaas_onboard.journey.request.request_draft import draft
from dlaas_onboard.journey.situation.fields import OVERRIDE
from dlaas_onboard.journey.situation.intents import OPEN, Intent, Phase

if TYPE_CHECKING:
    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.onboarding import Onboarding, View

FILED, GATE_REFUSES = ExitStatus.DONE, ExitStatus.REFUSED
OUTCOME_UNKNOWN, AWS_REFUSED = ExitStatus.UNKNOWN, ExitStatus.AWS_REFUSED
ACTION = "file"
OPERATION = "PutAccountDetails"  # the request: docs/ses.md, "Request"


def run(onboarding: Onboarding, args: Arguments) -> int:
    """File the request, or print what filing would send; return the exit status."""
    if not args.dry_run and not (args.yes and args.account):
        raise UsageError(
            "filing cannot be undone: add --dry-run to see what would be sent, or --yes --account ID to send it"
        )
    if args.override:
        _check_reason(args.override)
    deadline = Deadline.of(args)
    view = must_look(onboarding, deadline)
    if args.account and args.account != view.place.account:
        diagnostics.say(f"nothing was sent: --account is {args.account}, and this is account {view.place.account}")
        return GATE_REFUSES
    waiting = [
        intent for intent in view.situation.intents if intent.call.operation == OPERATION and intent.phase in OPEN
    ]
    if waiting:
        diagnostics.say(
            f"nothing was sent: the request of {waiting[-1].created_at:%Y-%m-%d %H:%M} UTC may have reached Amazon; "
            "run `dlaas-onboard status` until its outcome is known"
        )
        return OUTCOME_UNKNOWN
    gates = tuple(_overridden(gate, args.override) for gate in view.judgement.gates)
    if args.dry_run:
        return _dry_run(view, gates)
    if view.read_only:
        diagnostics.say(f"nothing was sent: {view.read_only}")
        return GATE_REFUSES
    return _file(onboarding, view, gates, args.override, deadline)


def _check_reason(reason: str) -> None:
    if not REASON_MIN <= len(reason.strip()) <= REASON_MAX:
        raise UsageError(f"--override wants a reason of {REASON_MIN} to {REASON_MAX} characters; the report prints it")


def _overridden(gate: Gate, reason: str) -> Gate:
    """Return the gate with the reason where it takes one and has none."""
    if reason and gate.takes_reason and not gate.override:
        return dataclasses.replace(gate, override=reason)
    return gate


def _dry_run(view: View, gates: Sequence[Gate]) -> int:
    request, errors = draft(view.situation)
    place = view.place
    output.write(f"Account {place.account}  Region {place.region}  endpoint {place.endpoint}\nAs {place.arn}\n")
    output.write("\n".join(_gate_lines(gates)) + "\n")
    if request is not None:
        output.write(f"sesv2:{OPERATION}")
        output.document(request.params())
    for field, wrong in errors.items():
        diagnostics.say(f"{field}: {wrong}")
    _say_shut(gates)
    return FILED if request is not None and all(gate.open for gate in gates) else GATE_REFUSES


def _file(onboarding: Onboarding, view: View, gates: Sequence[Gate], reason: str, deadline: Deadline) -> int:
    if not all(gate.open for gate in gates):
        _say_shut(gates)
        return GATE_REFUSES
    try:
        pairs = zip(gates, view.judgement.gates, strict=True)
        onboarding.enter_all(
            [(OVERRIDE + gate.id, reason) for gate, before in pairs if gate.override != before.override]
        )
        prepared = onboarding.prepare(ACTION)
        intents = deadline.act(onboarding, prepared, lambda: onboarding.act(prepared, view.place.account[-4:]))
    except Refused as refused:
        diagnostics.say(refused.sentence)
        return GATE_REFUSES
    except Unsaved as unsaved:
        diagnostics.say(str(unsaved))
        return OUTCOME_UNKNOWN
    except OSError as error:
        raise CannotLook(f"nothing was sent, because it cannot be written down first: {error}") from error
    return _report_outcome(intents)


def _report_outcome(intents: Sequence[Intent]) -> int:
    """Say what became of each call, and return the worst."""
    code = FILED
    for intent in intents:
        problem = intent.outcome.problem if intent.outcome else None
        reason = f": {problem.message} {problem.remedy}".rstrip() if problem else ""
        if intent.phase == Phase.CONFIRMED:
            output.write(f"Filed and read back. Case {intent.result or 'not named by Amazon yet'}.")
        elif intent.phase in (Phase.REJECTED, Phase.ABANDONED):
            diagnostics.say(f"AWS refused the request{reason}")
            code = max(code, AWS_REFUSED)
        else:
            diagnostics.say(
                f"the outcome is unknown{reason}; do not file again, run `dlaas-onboard status` until it is known"
            )
            return OUTCOME_UNKNOWN
    return code


def _gate_lines(gates: Sequence[Gate]) -> list[str]:
    signs = {Light.GREEN: "✓ green", Light.RED: "✗ red", Light.UNKNOWN: "? unknown"}
    return output.table(
        (
            signs[gate.light],
            gate.title,
            gate.why + (f"  Overridden: {gate.override}" if gate.override and gate.takes_reason else ""),
        )
        for gate in gates
    )


def _say_shut(gates: Sequence[Gate]) -> None:
    for gate in gates:
        if not gate.open:
            diagnostics.say(f"gate {gate.id} is {gate.light.value}: {gate.why} {gate.remedy}".rstrip())
