"""One finding of the rubric: what a reviewer will stop at."""

from __future__ import annotations

from collections.abc import Sequence

from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Finding, Severity


def finding(
    step: StepId,
    name: str,
    severity: Severity,
    message: str,
    *,
    evidence: str = "",
    remedy: str = "",
    field: str = "",
    guide: int = 0,
) -> Finding:
    """Return a finding under the id ``step.name``; ``field`` mends it, ``guide`` is the guide's step."""
    return Finding(f"{step}.{name}", severity, message, evidence, remedy, step, guide, field=field)


def first_of(findings: Sequence[Finding], what: str = "more gap") -> str:
    """Return the first finding, with how many more there are, in one sentence: a gate's words are a finding's."""
    first = findings[0].message
    return f"{first.rstrip('.')}, and {plural(len(findings) - 1, what)}." if len(findings) > 1 else first
