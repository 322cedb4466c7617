"""The one object that both faces drive."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlaas_onboard.journey.actions import Action
    from dlaas_onboard.journey.answers import Answers
    from dlaas_onboard.journey.calls import Call
    from dlaas_onboard.journey.facts import Facts, Place
    from dlaas_onboard.journey.glance import Glance
    from dlaas_onboard.journey.intents import Intent
    from dlaas_onboard.journey.looks import Look
    from dlaas_onboard.journey.records import RecordState
    from dlaas_onboard.journey.steps import StepId
    from dlaas_onboard.journey.verdict import Verdict
    from dlaas_onboard.ports import CallRecord, Cue, Ports
    from dlaas_onboard.request.dossier import Dossier
    from dlaas_onboard.request.gates import Gate
    from dlaas_onboard.request.ledger import Description
    from dlaas_onboard.request.worksheet import Worksheet


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line and the environment decided."""

    profile: str = ""
    region: str = ""
    region_source: str = ""
    read_only: bool = False
    rehearsal: str = ""  # the scenario's name in a rehearsal: the banner


@dataclass(frozen=True, slots=True)
class View:
    """All that a face shows, at one moment. Immutable: a new one is built when something changed."""

    place: Place
    facts: Facts
    answers: Answers
    verdicts: Mapping[StepId, Verdict]
    gates: tuple[Gate, ...]
    records: tuple[RecordState, ...]
    description: Description
    worksheet: Worksheet
    intents: tuple[Intent, ...]
    looking: frozenset[Look]
    read_only: str  # why nothing can be written, "" when it can
    changes: tuple[str, ...]  # what changed at AWS since the last visit
    first_step: StepId  # the first that needs the operator


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is about to be sent: shown, confirmed, and then sent as it is."""

    action: Action
    calls: tuple[Call, ...]
    sha256: str
    cli: tuple[str, ...]  # the AWS CLI lines that do the same


class Onboarding:
    """One operator's way out of the sandbox for one account and Region.

    Everything here may be called from any thread. What waits for the network blocks its caller; faces call it from
    a daemon thread and get told through :meth:`subscribe`.
    """

    def __init__(self, ports: Ports, options: Options) -> None: ...
    def glance(self) -> Glance | None:
        """Return what the last look showed: cheap, for the first paint."""

    def start(self, ask_code: Callable[[str], str]) -> None:
        """Load what is saved, read the checkout, connect, reconcile open intents, look at everything."""

    def view(self) -> View: ...
    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call ``listener``, from any thread, when a new view is there."""

    def look(self, looks: Collection[Look] = ()) -> None:
        """Look again: at everything, or at some; returns when all have answered."""

    def cancel(self) -> None:
        """Stop waiting for the looks under way; their late answers are dropped."""

    def move(self, profile: str, region: str) -> None:
        """Turn to another profile or Region."""

    def enter(self, field_id: str, text: str) -> str:
        """Save an answer; returns what is wrong with it, ``""`` if nothing. Raises ``OSError`` if it cannot be saved."""

    def actions(self, step: StepId | None = None) -> Sequence[tuple[Action, str]]:
        """Return each action with the reason why it cannot be done now, ``""`` if it can."""

    def prepare(self, action_id: str) -> Prepared:
        """Return the exact calls of an action. Raises ``Refused`` with the reason if it cannot be done now."""

    def act(self, prepared: Prepared, digits: str = "") -> Sequence[Intent]:
        """Send what was prepared, each call under an intent, once; read back; return the intents."""

    def reconcile(self) -> None:
        """Look for what open intents may have done, by reading only."""

    def dossier(self) -> Dossier: ...
    def report(self, format: str, audience: str) -> bytes: ...  # noqa: A002
    def records(self, format: str) -> str: ...  # noqa: A002
    def policy(self, purpose: str) -> str: ...
    def reply_kit(self) -> str: ...
    def console_link(self, page: str) -> str: ...
    def calls(self) -> Sequence[CallRecord]: ...
    def cues(self) -> Sequence[Cue]: ...
    def play(self, cue_id: str) -> str: ...
