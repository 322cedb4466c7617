"""The gaps that are open at the steps before Amazon's answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dlaas_onboard.journey.request.filing_snapshot import MINDED, STEPS
from dlaas_onboard.journey.step_registry import BY_ID, StepId
from dlaas_onboard.journey.verdict import Finding, Severity, Verdict

_FIRST = (StepId.ACCOUNT, StepId.DOMAIN, StepId.BOUNCES, StepId.REQUEST, StepId.USE_CASE)


@dataclass(frozen=True, slots=True)
class Group:
    """Open gaps of one step."""

    step: StepId
    findings: tuple[Finding, ...]

    @property
    def messages(self) -> tuple[str, ...]:
        """Return what is known to be missing; what could not be read is not among it."""
        return tuple(item.message for item in self.findings if item.severity != Severity.UNKNOWN)


def gaps(verdicts: Mapping[StepId, Verdict]) -> tuple[Group, ...]:
    """Return every finding that a reviewer may mind or that could not be read, by step, in the rubric's order."""
    groups = []
    for step in (*_FIRST, *(step for step in STEPS if step not in _FIRST)):
        verdict = verdicts.get(step)
        wanted = (*MINDED, Severity.UNKNOWN)
        findings = tuple(item for item in verdict.findings if item.severity in wanted) if verdict else ()
        if findings:
            groups.append(Group(step, findings))
    return tuple(groups)


def named(verdicts: Mapping[StepId, Verdict], but: Collection[StepId] = ()) -> tuple[str, ...]:
    """Return one line for each step with what is missing there: ``Domain: DMARC is not published.``"""
    groups = [group for group in gaps(verdicts) if group.step not in but and group.messages]
    return tuple(f"{BY_ID[group.step].title}: {' '.join(group.messages)}" for group in groups)
