"""What to do first in a step: the findings that are worst, and where none names it, the action that can be done."""

from __future__ import annotations

from collections.abc import Sequence

from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.verdict import Finding, Severity, Verdict
from dlaas_onboard.journey.writes.actions import Action

MOST = 3  # what is worst first; the rest is named below
URGENT = (Severity.BLOCKER, Severity.WARNING, Severity.UNKNOWN)


def most_urgent(verdict: Verdict) -> list[Finding]:
    """Return the findings that belong to the top; where there is nothing worse to do, the advice does."""
    return urgent_findings(verdict, undeclared=False)[:MOST]


def urgent_findings(verdict: Verdict, *, undeclared: bool) -> list[Finding]:
    """Return all the findings that matter most now, the worst first; with the declarations not made, or without."""
    if verdict.step == StepId.FILE:
        return []  # the gates say each of them, the shut ones first
    urgent = (finding for finding in verdict.findings if finding.severity in URGENT)
    worst = [finding for finding in urgent if undeclared or not only_undeclared(finding)]
    if not worst and verdict.state in (StepState.WAITING, StepState.TODO):
        worst = [finding for finding in verdict.findings if finding.action or finding.field]
    if verdict.state == StepState.UNKNOWN:  # what could not be read comes first: nothing can be said before it is
        worst.sort(key=lambda finding: finding.severity != Severity.UNKNOWN)
    return worst


def only_undeclared(finding: Finding) -> bool:
    """Return whether a finding says only that a declaration is not made: its empty box says that already."""
    return finding.step == StepId.DECLARATIONS and bool(finding.field)


def action_to_take(verdict: Verdict, ready: Sequence[Action]) -> Action | None:
    """Return the first of the ``ready`` actions of the step, unless one of them mends an urgent finding already."""
    if verdict.state not in (StepState.TODO, StepState.ATTENTION):
        return None
    mending = {finding.action for finding in most_urgent(verdict)}
    of_step = [action for action in ready if action.step == verdict.step]
    return None if any(action.id in mending for action in of_step) else next(iter(of_step), None)
