"""``do``: one action, with the preconditions, the confirmation, the journal and the read-back that the app has."""

from __future__ import annotations

import difflib
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dlaas_onboard.headless import diagnostics, output
from dlaas_onboard.headless.deadline import Deadline
from dlaas_onboard.headless.documents import (
    ByHandDocument,
    CallDocument,
    PlanLineDocument,
    ProgressLineDocument,
    ResultLineDocument,
    SentLineDocument,
)
from dlaas_onboard.headless.draft import read_values
from dlaas_onboard.headless.first_look import must_look
from dlaas_onboard.headless.outcomes import ExitStatus, exit_status
from dlaas_onboard.headless.plan_lines import outcome_line, plan_lines
from dlaas_onboard.headless.signals import Stopped, stoppable
from dlaas_onboard.journey.errors import CannotLook, Refused, Unsaved, UsageError
from dlaas_onboard.journey.request.field_rules import check
from dlaas_onboard.journey.situation.intents import OPEN, Intent
from dlaas_onboard.journey.writes.actions import Action, ByHand, Confirm
from dlaas_onboard.onboarding import looks_of, registry

if TYPE_CHECKING:
    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.journey.facts import Place
    from dlaas_onboard.onboarding import Onboarding, Prepared, View

LOOK_FIRST = "do not send it again: run `dlaas-onboard status` until it is known"


def run(onboarding: Onboarding, args: Arguments) -> int:
    """Do an action, or print what it would send; return the exit status."""
    action = _action(args.action)
    args = args.replace(assignments=read_values(args.assignments))
    _check_usage(action, args)
    deadline = Deadline.of(args)
    view = must_look(onboarding, deadline)
    told: _Lines | _Json = _Json(action) if args.json else _Lines(action)
    return _Doing(onboarding, action, args, told, deadline).run(view)


def _action(action_id: str) -> Action:
    known = {action.id: action for action in registry()}
    if action_id in known:
        return known[action_id]
    near = difflib.get_close_matches(action_id, known, n=1)
    hint = f"did you mean `{near[0]}`?" if near else "`dlaas-onboard actions` lists them"
    raise UsageError(f"there is no action `{action_id}`: {hint}")


def _check_usage(action: Action, args: Arguments) -> None:
    """Raise :class:`UsageError` for what is wrong whatever the account says."""
    if not args.dry_run and not args.yes:
        raise UsageError(f"nothing was sent: add --dry-run to see what `{action.id}` would send, or --yes to send it")
    if action.confirm == Confirm.DIGITS and not args.account and not args.dry_run:
        raise UsageError(f"nothing was sent: `{action.id}` cannot be undone, name the account it is for: --account ID")
    if args.dry_run and args.assignments:
        words = " ".join(f"{field}=…" for field, _ in args.assignments)
        raise UsageError(f"a dry run saves nothing: save the fields first with `dlaas-onboard draft set {words}`")
    errors = []
    for field, text in args.assignments:
        if field not in action.inputs:
            takes = f"it takes {', '.join(action.inputs)}" if action.inputs else "it takes no field"
            errors.append(f"{field}: `{action.id}` does not take this field; {takes}.")
        elif wrong := check(field, text):
            errors.append(f"{field}: {wrong}")
    if errors:
        raise UsageError("nothing was saved or sent; " + " ".join(errors))


class _Doing:
    """One action, from the look to what became of it."""

    def __init__(
        self, onboarding: Onboarding, action: Action, args: Arguments, told: _Lines | _Json, deadline: Deadline
    ) -> None:
        self._deadline = deadline
        self._onboarding = onboarding
        self._action = action
        self._args = args
        self._told = told
        self._stopped = False

    def run(self, view: View) -> int:
        place, args = view.place, self._args
        if args.account and args.account != place.account:
            return self._refuse(f"--account is {args.account}, and this is account {place.account}.")
        if view.read_only and not args.dry_run:
            return self._refuse(view.read_only)
        self._save(args.assignments)
        try:
            prepared = self._onboarding.prepare(self._action.id, dry_run=args.dry_run)
        except Refused as refused:
            return self._blocked(refused.sentence)
        self._told.plan(prepared, place)
        if args.dry_run:
            return self._told.result("dry_run", ExitStatus.DONE, "Nothing was sent: this was a dry run.")
        return self._send(prepared, place.account[-4:])

    def _save(self, assignments: Sequence[tuple[str, str]]) -> None:
        """Save the fields, and look at what they are about."""
        try:
            if assignments:
                self._onboarding.enter_all(assignments)
        except OSError as error:
            raise CannotLook(f"nothing was sent, and not saved: {error.strerror or error}") from error
        looks = looks_of(field for field, _ in assignments)
        if looks:
            self._deadline.look(self._onboarding, lambda: self._onboarding.look(looks))
            self._deadline.check()

    def _refuse(self, why: str, by_hand: ByHand | None = None) -> int:
        words = why if why.startswith("Nothing was sent") else f"Nothing was sent: {why}"
        return self._told.result("refused", ExitStatus.REFUSED, words, by_hand)

    def _blocked(self, why: str) -> int:
        """Say why it cannot be done now; where that is an open write of the same kind, that its outcome is unknown."""
        view = self._onboarding.view()
        situation = view.situation
        mine = [
            intent
            for intent in situation.intents
            if intent.action == self._action.id and intent.phase in OPEN and intent.place.same_as(situation.place)
        ]
        if mine:
            return self._told.result("unknown", ExitStatus.UNKNOWN, f"Nothing was sent: {why}")
        by_hand = self._action.by_hand(situation, view.verdicts) if self._action.by_hand is not None else None
        return self._refuse(why, by_hand)

    def _send(self, prepared: Prepared, digits: str) -> int:
        try:
            intents = self._act(prepared, digits)
        except Refused as refused:
            return self._refuse(refused.sentence)
        except Unsaved as unsaved:
            return self._told.result("unknown", ExitStatus.UNKNOWN, str(unsaved))
        except OSError as error:
            raise CannotLook(f"nothing was sent, because it cannot be written down first: {error}") from error
        for intent in intents:
            self._told.call(intent)
        result = self._onboarding.view().result
        status = exit_status(intents, result)
        words = result.text if result is not None else _MESSAGES[status]
        if status == ExitStatus.UNKNOWN:
            words = f"{words} The outcome is unknown; {LOOK_FIRST}." if result is not None else words
        if self._stopped and status != ExitStatus.UNKNOWN:
            status = ExitStatus.INTERRUPTED
        return self._told.result(_OUTCOMES[status], status, words)

    def _act(self, prepared: Prepared, digits: str) -> Sequence[Intent]:
        """Send it in a thread of its own; a stop ends the waiting, and what was made is taken away first."""
        ended = threading.Event()
        done: list[Sequence[Intent] | Exception] = []

        def work() -> None:
            try:
                done.append(self._onboarding.act(prepared, digits))
            except (Refused, OSError) as error:
                done.append(error)
            finally:
                ended.set()

        self._onboarding.subscribe(_Progress(self._onboarding.doing, self._told.progress))
        with stoppable() as stopper:
            try:
                self._deadline.act(self._onboarding, prepared, work, stopper)
            except Stopped:
                self._stopped = True
                diagnostics.say("stopping; what was made is taken away first")
                self._onboarding.cancel()
                ended.wait(self._deadline.left)
        if not done:  # a defect that the stop hid: what was sent is in the journal
            raise Unsaved(f"It was interrupted, and what became of it is not known; {LOOK_FIRST}.")
        if isinstance(done[0], Exception):
            raise done[0]
        return done[0]


class _Progress:
    """Hands on what a long action does, once each."""

    def __init__(self, doing: Callable[[], str], show: Callable[[str], None]) -> None:
        self._doing = doing
        self._show = show
        self._lock = threading.Lock()
        self._last = ""

    def __call__(self) -> None:
        with self._lock:  # listeners are told from any thread
            doing = self._doing()
            if doing and doing != self._last:
                with suppress(OSError, CannotLook):  # nobody reads it: what is under way goes on, and the end says so
                    self._show(doing)
            self._last = doing


_OUTCOMES: dict[ExitStatus, Any] = {
    ExitStatus.DONE: "done",
    ExitStatus.UNKNOWN: "unknown",
    ExitStatus.AWS_REFUSED: "aws_refused",
    ExitStatus.NOT_PROVED: "not_proved",
    ExitStatus.INTERRUPTED: "interrupted",
}
_MESSAGES = {
    ExitStatus.DONE: "Done, and read back at AWS.",
    ExitStatus.UNKNOWN: f"The outcome is unknown; {LOOK_FIRST}.",
    ExitStatus.AWS_REFUSED: "AWS refused it; the calls after it were not sent.",
    ExitStatus.NOT_PROVED: "It was sent, and did not prove what it was to prove.",
}


# How it is told


class _Lines:
    """For people: what happens on standard output, why something does not on standard error."""

    def __init__(self, action: Action) -> None:
        self._action = action

    def plan(self, prepared: Prepared, place: Place) -> None:
        output.write("\n".join((*plan_lines(prepared, place), "")))

    def progress(self, text: str) -> None:
        output.write(f"{datetime.now(UTC):%H:%M:%S} UTC  {text}")

    def call(self, intent: Intent) -> None:
        output.write(outcome_line(intent))

    def result(self, _outcome: str, status: ExitStatus, message: str, by_hand: ByHand | None = None) -> int:
        if status == ExitStatus.DONE:
            output.write(message)
        else:
            diagnostics.say(f"{self._action.id}: {message}")
        if by_hand is not None:
            for warning in by_hand.warning.splitlines():
                diagnostics.say(warning)
            output.write(f"{by_hand.link}\n\n{by_hand.text}\n\n{by_hand.then}")
        return status


class _Json:
    """For scripts: a JSON document a line, the last of which says how it ended."""

    def __init__(self, action: Action) -> None:
        self._action = action

    def plan(self, prepared: Prepared, place: Place) -> None:
        calls = [
            CallDocument(operation=call.name, region=call.region or place.region, params=dict(call.params), cli=command)
            for call, command in zip(prepared.calls, prepared.cli, strict=True)
        ]
        self._write(
            PlanLineDocument(
                **self._head(),
                title=prepared.action.title,
                account=place.account,
                endpoint=place.endpoint,
                principal=place.arn,
                confirm=prepared.action.confirm.value,
                afterwards=list(prepared.afterwards),
                about=prepared.action.about,
                final=prepared.action.final,
                preview=prepared.preview,
                attachment=prepared.attached.text if prepared.attached is not None else None,
                calls=calls,
                sha256=prepared.sha256,
            )
        )

    def progress(self, text: str) -> None:
        self._write(ProgressLineDocument(**self._head(), text=text))

    def call(self, intent: Intent) -> None:
        outcome = intent.outcome
        problem = outcome.problem if outcome is not None else None
        self._write(
            SentLineDocument(
                **self._head(),
                operation=intent.call.name,
                params=dict(intent.call.params),
                phase=intent.phase.value,
                marker=intent.marker,
                request_id=outcome.request_id if outcome is not None else "",
                result=intent.result,
                problem=f"{problem.message} {problem.remedy}".strip() if problem is not None else "",
            )
        )

    def result(self, outcome: Any, status: ExitStatus, message: str, by_hand: ByHand | None = None) -> int:
        self._write(
            ResultLineDocument(
                **self._head(),
                outcome=outcome,
                exit_status=int(status),
                message=message,
                by_hand=ByHandDocument(**by_hand._asdict()) if by_hand is not None else None,
            )
        )
        return status

    def _head(self) -> dict[str, Any]:
        return {"at": datetime.now(UTC), "action": self._action.id}

    def _write(self, line: PlanLineDocument | ProgressLineDocument | SentLineDocument | ResultLineDocument) -> None:
        output.document(line.json_value(), one_line=True)
