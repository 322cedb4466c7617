"""An onboarding without a world: the faces under test drive it, and it writes down what they asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from dlaas_onboard.journey.errors import Refused
from dlaas_onboard.journey.facts import Account, Details, Facts, Place, Review
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.judgement import Judgement
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.request.description import Description, Hole, Sentence
from dlaas_onboard.journey.request.draft import check, normal
from dlaas_onboard.journey.request.gate import Gate, Light
from dlaas_onboard.journey.request.worksheet import Worksheet
from dlaas_onboard.journey.review.timeline import Event, EventKind
from dlaas_onboard.journey.situation.answers import Answers, Entry
from dlaas_onboard.journey.situation.calls import Call, aws_cli
from dlaas_onboard.journey.situation.fields import OVERRIDE
from dlaas_onboard.journey.situation.intents import Intent, Outcome, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.snapshot import Glance
from dlaas_onboard.journey.step_registry import STEPS, StepId, StepState
from dlaas_onboard.journey.verdict import Finding, Row, Severity, Verdict
from dlaas_onboard.journey.writes.actions import Action, Confirm
from dlaas_onboard.onboarding import Onboarding, Prepared, View
from dlaas_onboard.options import Options
from dlaas_onboard.ports import RehearsalEvent

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
ID = "123456789012"
PLACE = Place(
    profile="dlaas",
    region="eu-west-1",
    account=ID,
    arn=f"arn:aws:iam::{ID}:user/ada",
    endpoint="email.eu-west-1.amazonaws.com",
)
HEALTHY = Account(
    production=False,
    sending_enabled=True,
    enforcement="HEALTHY",
    max_24_hour_send=200.0,
    max_send_rate=1.0,
    sent_last_24_hours=12.0,
    suppressed_reasons=(),
)
DENIED = Problem(
    ProblemKind.DENIED,
    "AWS does not let you read the account.",
    "Ask for the permission.",
    "sesv2:GetAccount",
    "ses:GetAccount",
)
GONE = Problem(ProblemKind.UNREACHABLE, "The endpoint cannot be reached.", "Check the network.")


def account(status: str = "", **changes: Any) -> Account:
    """Return a sandboxed, healthy account with a review of that status."""
    details = Details(mail_type="TRANSACTIONAL", review=Review(status, "1780")) if status else None
    return dataclasses.replace(HEALTHY, details=details, **changes)


def seen(value: Account | None = HEALTHY, problem: Problem | None = None) -> Facts:
    """Return facts with a connected caller and that account, or that problem in its place."""
    return Facts(
        place=PLACE,
        caller=Reading("STS", NOW, PLACE),
        account=Reading("SES GetAccount eu-west-1", NOW, value if problem is None else None, problem),
    )


GREEN = Gate("domain", "Domain verified", Light.GREEN, "SES says so.")
RED = Gate("dmarc", "DMARC published", Light.RED, "No record.", "Publish one.")
UNSEEN = Gate("website", "Website", Light.UNKNOWN, "It was not opened.")
UNDECLARED = Gate("declarations", "Declarations", Light.RED, "Two are open.", overridable=False)

CALL = Call("sesv2", "PutAccountDetails", {"MailType": "TRANSACTIONAL", "ProductionAccessEnabled": True})


def action(confirm: Confirm = Confirm.DIGITS, step: StepId = StepId.FILE) -> Action:
    """Return the action that files."""
    return Action(
        id="file",
        title="File the request",
        key="f",
        help="Asks Amazon for production access.",
        step=step,
        plan=lambda _situation: (CALL,),
        blocked_because=lambda _situation, _verdicts: "",
        iam=("ses:PutAccountDetails",),
        confirm=confirm,
        final="It cannot be taken back.",
    )


class Fake:
    """Stands where an :class:`Onboarding` stands."""

    def __init__(self, facts: Facts | None = None, **view: Any) -> None:
        self.facts = facts or seen()
        self.later: list[Facts] = []  # what each further look brings
        self.gates: tuple[Gate, ...] = view.pop("gates", (GREEN,))
        self.intents: tuple[Intent, ...] = view.pop("intents", ())
        self.phase: Phase | Refused | OSError = view.pop("phase", Phase.CONFIRMED)
        self.action = view.pop("action", action())
        self.answers = Answers()
        self.unsaved: OSError | None = view.pop("unsaved", None)
        self.read_only: str = view.pop("read_only", "")
        self.notice: str = view.pop("notice", "")
        self.changes: tuple[str, ...] = view.pop("changes", ())
        self.rehearsal_event_list: tuple[RehearsalEvent, ...] = view.pop("events", ())
        self.options = Options(profile="dlaas", region="eu-west-1", **view.pop("options", {}))
        self.places: dict[tuple[str, str], Facts] = view.pop("places", {})
        self.glanced: Glance | None = view.pop("glance", None)
        self.done: list[tuple[str, ...]] = []
        assert not view, view

    def as_onboarding(self) -> Onboarding:
        """Return this under the type that commands take."""
        return cast("Onboarding", self)

    # Looking

    def start(self, ask_code: Callable[[str], str], wanted: Callable[[Place], bool] | None = None) -> None:
        self.done.append(("start",))

    def look(self, looks: Collection[Look] = ()) -> None:
        self.done.append(("look", *sorted(look.value for look in looks)))
        if self.later:
            self.facts = self.later.pop(0)

    def move(
        self,
        profile: str,
        region: str,
        ask_code: Callable[[str], str] | None = None,
        wanted: Callable[[Place], bool] | None = None,
    ) -> None:
        self.done.append(("move", profile, region))
        self.facts = facts = self.places[profile, region]
        if facts.caller is not None and facts.caller.known and (wanted is None or wanted(facts.place)):
            self.done.append(("look",))

    def profiles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(profile for profile, _ in self.places))

    def regions(self) -> tuple[str, ...]:
        return tuple(sorted({region for _, region in self.places} - {""})) if self.done else ()

    def glance(self) -> Glance | None:
        return self.glanced

    def view(self) -> View:
        finding = Finding("domain.dmarc_missing", Severity.BLOCKER, "There is no DMARC record.", "NXDOMAIN", "Add it.")
        verdicts = {
            step.id: Verdict(
                step.id,
                StepState.ATTENTION if step.id == StepId.DOMAIN else StepState.DONE,
                f"Headline of {step.title}.",
                (Row("Status", "fine", "SES GetAccount", NOW),),
                (finding,) if step.id == StepId.DOMAIN else (),
            )
            for step in STEPS
        }
        gates = tuple(
            dataclasses.replace(gate, override=self.answers.text(OVERRIDE + gate.id) or gate.override)
            for gate in self.gates
        )
        sentence = Sentence("who", "Who we are", "We run a library.", "entered 2026-11-24 by ada")
        hole = Hole("unsubscribe", "How recipients stop the mail", "Nothing says how.", "Fill it in.", "unsubscribe")
        return View(
            judgement=Judgement(
                situation=Situation(self.facts, self.answers, self.intents),
                verdicts=verdicts,
                gates=gates,
                records=(),
                description=Description((sentence,), (hole,), "We run a library."),
                worksheet=Worksheet((), None, None),
                first_step=StepId.DOMAIN,
            ),
            looking=frozenset(),
            read_only=self.read_only,
            notice=self.notice,
            changes=self.changes,
        )

    # Doing

    def enter(self, field_id: str, text: str) -> str:
        if self.unsaved is not None:
            raise self.unsaved
        text = normal(field_id, text)
        self.done.append(("enter", field_id, text))
        self.answers = self.answers.with_entry(field_id, Entry(text, NOW, "ada@laptop"))
        return check(field_id, text)

    def actions(self, step: StepId | None = None) -> Sequence[tuple[Action, str]]:
        return ((self.action, ""),) if step in (None, self.action.step) else ()

    def prepare(self, action_id: str) -> Prepared:
        assert action_id == self.action.id
        self.done.append(("prepare", action_id))
        return Prepared(self.action, (CALL,), CALL.sha256, (aws_cli(CALL, region="eu-west-1"),), "dlaas-abc")

    def act(self, prepared: Prepared, digits: str = "") -> Sequence[Intent]:
        self.done.append(("act", digits))
        if isinstance(self.phase, Exception):
            raise self.phase
        return (intent(self.phase),)

    def rehearsal_events(self) -> Sequence[RehearsalEvent]:
        return self.rehearsal_event_list

    def play(self, event_id: str) -> str:
        self.done.append(("play", event_id))
        return "Amazon granted the request."

    # Handing on

    def status(self) -> dict[str, Any]:
        read = self.facts.account.value if self.facts.account else None
        review = read.details.review if read and read.details else None
        return {
            "schema": "test",
            "account": {"id": self.facts.place.account},
            "region": self.facts.place.region,
            "access": "unknown" if read is None else "production" if read.production else "sandbox",
            "review": {
                "status": review.status.lower() if review else "never_asked",
                "case_id": review.case_id if review else "",
            },
            "sending": {
                "enabled": read.sending_enabled if read else None,
                "enforcement": read.enforcement if read else None,
            },
            "quota": {
                "max_24_hour_send": read.max_24_hour_send if read else None,
                "max_send_rate": read.max_send_rate if read else None,
                "sent_last_24_hours": read.sent_last_24_hours if read else None,
            },
            "open_intents": [],
        }

    def report(self, format: str, audience: str) -> bytes:  # noqa: A002 - the API's word
        return f"{format} for {audience}: Zürich\n".encode()

    def records(self, format: str) -> str:  # noqa: A002 - the API's word
        return f"records as {format}"

    def policy(self, purpose: str) -> str:
        return f'{{"for": "{purpose}"}}'

    def reply_kit(self) -> str:
        return "Dear reviewer"

    def chronicle(self) -> tuple[Event, ...]:
        return (
            Event(
                NOW, EventKind.EDIT, "Sending domain", "nothing → a\x1b.example", "ada@laptop", ID, "eu-west-1", "host"
            ),
            Event(NOW, EventKind.DECISION, "The review went from PENDING to GRANTED.", "", "", ID, "eu-west-1", "host"),
        )

    def export_progress(self) -> str:
        if not self.facts.place.account:
            raise Refused("There is nothing to export.")
        return '{"format": "dlaas-onboard-export"}\n'

    def console_link(self, page: str) -> str:
        return f"https://console.aws.amazon.com/{page}"


def intent(phase: Phase) -> Intent:
    """Return a request in that phase."""
    problem = None if phase in (Phase.CONFIRMED, Phase.ACCEPTED) else Problem(ProblemKind.CONFLICT, "A review is open.")
    return Intent(
        id="1",
        marker="dlaas-abc",
        action="file",
        call=CALL,
        place=PLACE,
        sha256=CALL.sha256,
        created_at=NOW,
        by="ada@laptop",
        phase=phase,
        outcome=Outcome(phase, NOW, "req-1", problem),
        result="1780" if phase == Phase.CONFIRMED else "",
    )
