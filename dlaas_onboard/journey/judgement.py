"""What is judged from one situation: one record for the faces, the actions and the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlaas_onboard.journey.dns.record_verdicts import RecordState
    from dlaas_onboard.journey.request.description import Description
    from dlaas_onboard.journey.request.gate import Gate
    from dlaas_onboard.journey.request.worksheet import Worksheet
    from dlaas_onboard.journey.situation.situation import Situation
    from dlaas_onboard.journey.step_registry import StepId
    from dlaas_onboard.journey.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """A situation, and what follows from its facts and answers."""

    situation: Situation
    verdicts: Mapping[StepId, Verdict]
    gates: tuple[Gate, ...]
    records: tuple[RecordState, ...]
    description: Description
    worksheet: Worksheet
    first_step: StepId  # the first that needs the operator
