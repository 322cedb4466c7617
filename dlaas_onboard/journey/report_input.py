"""Everything a report or a status line says, gathered in one record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlaas_onboard.journey.judgement import Judgement
    from dlaas_onboard.journey.situation.journal import EnteredAnswer, JournalEntry
    from dlaas_onboard.journey.situation.situation import Situation


@dataclass(frozen=True, slots=True)
class ReportInput:
    """The state of one onboarding at one moment."""

    at: datetime
    version: str
    judgement: Judgement
    journal: tuple[JournalEntry, ...]
    history: tuple[EnteredAnswer, ...] = ()  # every entry of every field, oldest first

    @property
    def situation(self) -> Situation:
        """Return what was observed, entered and decided on."""
        return self.judgement.situation
