"""What the onboarding hands out: immutable records, light enough for the first paint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import Facts, Place
    from dlaas_onboard.journey.judgement import Judgement
    from dlaas_onboard.journey.looks import Look
    from dlaas_onboard.journey.situation.calls import Call
    from dlaas_onboard.journey.situation.situation import Situation
    from dlaas_onboard.journey.step_registry import StepId
    from dlaas_onboard.journey.verdict import Verdict
    from dlaas_onboard.journey.writes.actions import Action
    from dlaas_onboard.onboarding.call_results import Attached


class ActionResult(NamedTuple):
    """What an action brought beyond its calls, in words."""

    text: str
    good: bool


class View(NamedTuple):
    """All that a face shows, at one moment. Immutable: a new one is built when something changed."""

    judgement: Judgement
    looking: frozenset[Look]
    read_only: str  # why nothing can be written, "" when it can
    notice: str  # what happened to the saved progress on opening, "" if nothing
    changes: tuple[str, ...]  # what changed at AWS, the latest only
    news: bool = False  # whether the changes happened in this session; else since the last visit
    doing: str = ""  # what a long action does now, "" while none is under way
    result: ActionResult | None = None  # what the last action brought

    @property
    def situation(self) -> Situation:
        """Return what was observed, entered and decided on."""
        return self.judgement.situation

    @property
    def place(self) -> Place:
        """Return where calls go and as whom."""
        return self.situation.place

    @property
    def facts(self) -> Facts:
        """Return what was observed."""
        return self.situation.facts

    @property
    def verdicts(self) -> Mapping[StepId, Verdict]:
        """Return how each step stands."""
        return self.judgement.verdicts


class Prepared(NamedTuple):
    """What is about to be sent: shown, confirmed, and then sent as it is."""

    action: Action
    calls: tuple[Call, ...]
    sha256: str
    cli: tuple[str, ...]  # the AWS CLI lines that do the same
    marker: str
    preview: str = ""  # how it reads, where it is a text
    attached: Attached | None = None  # the file that goes with it
    afterwards: tuple[str, ...] = ()  # what exists once it is done
