"""What must be green before the request leaves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dlaas_onboard.journey.steps import StepId


class Light(StrEnum):
    """Unknown is not green."""

    GREEN = "green"
    RED = "red"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition for filing."""

    id: str  # "dkim"; a typed reason is kept under "override." + id
    title: str
    light: Light
    why: str  # what was seen
    remedy: str = ""
    step: StepId = StepId.FILE
    overridable: bool = True
    override: str = ""  # the operator's typed reason

    @property
    def open(self) -> bool:
        """Whether filing may pass here."""
        return self.light == Light.GREEN or (self.overridable and bool(self.override))
