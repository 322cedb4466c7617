"""Whether the request has left: then its steps are over, and what was entered is shown as it is."""

from __future__ import annotations

from dataclasses import replace

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.stage_words import words_for
from dlaas_onboard.journey.review.stages import Stage
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.verdict import Severity

_SENT = frozenset({Stage.PENDING, Stage.GRANTED, Stage.PRODUCTION, Stage.DENIED})


def is_filed(facts: Facts) -> bool:
    """Return whether Amazon has a request for this Region, or decided one. FAILED: it has none."""
    return stages.stage(facts) in _SENT


def filed_sentence(facts: Facts) -> str:
    """Return one sentence for a step that is over."""
    case = stages.case_id(facts)
    where = f" Case {case}." if case and stages.stage(facts) != Stage.PRODUCTION else ""
    return f"{words_for(facts).meaning}{where}"


def blockers_to_warnings(builder: VerdictBuilder) -> None:
    """Turn what would keep a request from leaving into warnings: one has left, and Amazon may still ask for it."""
    builder.findings = [
        replace(finding, severity=Severity.WARNING) if finding.severity == Severity.BLOCKER else finding
        for finding in builder.findings
    ]
