"""A request from here that Amazon refused with ConflictException."""

from __future__ import annotations

from dlaas_onboard.journey.request import triage
from dlaas_onboard.journey.review.stage_words import CONFLICT, words_for
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.verdict import Severity


def find_conflict(builder: VerdictBuilder, situation: Situation) -> None:
    """Explain a request from here that Amazon answered with ConflictException; it is not offered again."""
    refused = triage.conflict(situation)
    if refused is None:
        return
    problem = refused.outcome.problem if refused.outcome else None
    number = f", request {problem.request_id}" if problem and problem.request_id else ""
    builder.add_finding(
        "conflict",
        Severity.WARNING,
        f"Amazon refused the request of {refused.created_at:%Y-%m-%d %H:%M} UTC with ConflictException (409).",
        evidence=f"{problem.code if problem else ''}{number}, {refused.marker}",
        remedy=f"Nothing was filed. {words_for(situation.facts).refusal} {CONFLICT}",
    )
