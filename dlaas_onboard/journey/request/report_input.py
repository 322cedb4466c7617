"""Everything a report or a status line says, gathered in one record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlaas_onboard.journey.dns.record_verdicts import RecordState
    from dlaas_onboard.journey.request.description import Description
    from dlaas_onboard.journey.request.gate import Gate
    from dlaas_onboard.journey.situation.journal import EnteredAnswer, JournalEntry
    from dlaas_onboard.journey.situation.situation import Situation
    from dlaas_onboard.journey.step_registry import StepId
    from dlaas_onboard.journey.verdict import Verdict


@dataclass(frozen=True, slots=True)
class ReportInput:
    """The state of one onboarding at one moment."""

    at: datetime
    version: str
    situation: Situation
    verdicts: Mapping[StepId, Verdict]
    gates: tuple[Gate, ...]
    records: tuple[RecordState, ...]
    description: Description
    journal: tuple[JournalEntry, ...]
    history: tuple[EnteredAnswer, ...] = ()  # every entry of every field, oldest first
