"""What a judge says about a step: state, headline, facts in rows, findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dlaas_onboard.journey.step_registry import StepId, StepState


class Severity(StrEnum):
    """How much a finding matters."""

    BLOCKER = "blocker"
    WARNING = "warning"
    ADVICE = "advice"
    UNKNOWN = "unknown"


class Mark(StrEnum):
    """How one row looks: the same words in the app, the plain mode and the report."""

    GOOD = "good"
    BAD = "bad"
    WARN = "warn"
    WAIT = "wait"
    UNKNOWN = "unknown"
    PLAIN = "plain"


MARK_GLYPHS = {
    Mark.GOOD: "✓",
    Mark.BAD: "✗",
    Mark.WARN: "!",
    Mark.WAIT: "◔",
    Mark.UNKNOWN: "?",
    Mark.PLAIN: "·",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A fact as it is shown: what, value, where it comes from, when it was seen."""

    label: str
    value: str
    source: str = ""
    observed_at: datetime | None = None
    mark: Mark = Mark.PLAIN
    expected: str = ""  # what the value should be, where that is known
    section: str = ""  # rows with the same section stand together under it
    more: str = ""  # text that is shown when the row is opened: a message as its recipient reads it
    commands: tuple[str, ...] = ()  # ids of the commands that the value names


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the operator should know: one sentence, the evidence, the remedy."""

    id: str  # stable: "domain.dmarc_missing"
    severity: Severity
    message: str
    evidence: str = ""
    remedy: str = ""
    step: StepId = StepId.ACCOUNT
    guide_step: int = 0
    action: str = ""  # id of the action that mends it, if there is one
    field: str = ""  # id of the field that mends it, if there is one


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one step."""

    step: StepId
    state: StepState
    headline: str  # one sentence: where this stands and what to do now
    rows: tuple[Row, ...] = ()
    findings: tuple[Finding, ...] = ()
    blocked_by: StepId | None = None

    @property
    def needs_operator(self) -> bool:
        """Whether this is a step that the operator can work at now."""
        return self.state in (StepState.ATTENTION, StepState.TODO, StepState.UNKNOWN)
