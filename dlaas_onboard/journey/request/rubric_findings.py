"""One finding of the rubric: what a reviewer will stop at."""

from __future__ import annotations

from dlaas_onboard.journey.step_registry import StepId
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
