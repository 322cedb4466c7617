"""Rows and findings of one step while it is judged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from dlaas_onboard.journey.facts import Facts, Reading
from dlaas_onboard.journey.facts.reading import Problem
from dlaas_onboard.journey.step_registry import BY_ID, StepId, StepState
from dlaas_onboard.journey.steps import checkout_gaps
from dlaas_onboard.journey.verdict import Finding, Mark, Row, Severity, Verdict

NOT_LOOKED = "not looked at yet"

# A gap of the checkout, and the findings that say the same of the account or of DNS.
_SEEN_LIVE = {
    "mail_from_mx": ("mail_from_mx_missing", "mail_from_mx_wrong"),
    "dmarc": ("dmarc_missing", "dmarc_wrong"),
    "inbox": ("inbox",),
    "configuration_set": ("no_set",),
    "event_destination": ("unheard",),
}


class VerdictBuilder:
    """Collects what a judge sees and makes the verdict of it."""

    def __init__(self, step: StepId) -> None:
        self.step = step
        self.rows: list[Row] = []
        self.findings: list[Finding] = []
        self.unread: list[str] = []  # labels of what could not be read or was not looked at

    def add_row(
        self,
        label: str,
        value: str,
        reading: Reading[Any] | None = None,
        mark: Mark = Mark.PLAIN,
        *,
        section: str = "",
        expected: str = "",
        source: str = "",
        observed_at: datetime | None = None,
        more: str = "",
        commands: tuple[str, ...] = (),
    ) -> None:
        """Add a row; source and time are the reading's unless they are given."""
        self.rows.append(
            Row(
                label,
                value,
                source or (reading.source if reading else ""),
                observed_at or (reading.observed_at if reading else None),
                mark,
                expected,
                section,
                more,
                commands,
            )
        )

    def add_finding(
        self,
        name: str,
        severity: Severity,
        message: str,
        *,
        evidence: str = "",
        remedy: str = "",
        action: str = "",
        field: str = "",
        guide_step: int = 0,
    ) -> None:
        """Add a finding under the id ``step.name``; the guide's step is the first that this step covers by default."""
        guide_step = guide_step or next(iter(BY_ID[self.step].guide_steps), 0)
        self.findings.append(
            Finding(f"{self.step}.{name}", severity, message, evidence, remedy, self.step, guide_step, action, field)
        )

    def missing(
        self, name: str, label: str, reading: Reading[Any] | None, *, section: str = "", guide_step: int = 0
    ) -> bool:
        """Add a row, and a finding where a look failed; return whether ``reading`` gives no full answer."""
        if reading is not None and reading.known:
            return False
        self.unread.append(label)
        if reading is None:
            self.add_row(label, NOT_LOOKED, mark=Mark.UNKNOWN, section=section)
            return True
        problem = reading.problem
        why = problem.message if problem else f"it was read in part only ({reading.partial})."
        self.add_row(label, f"unknown: {why}", reading, Mark.UNKNOWN, section=section)
        self.add_finding(
            f"{name}_unread",
            Severity.UNKNOWN,
            f"{label} could not be read: {why}" + ("" if why.endswith((".", "?", "!", "…")) else "."),
            evidence=evidence_of(problem) if problem else reading.source,
            remedy=remedy_of(problem) if problem else "Look again.",
            guide_step=guide_step,
        )
        return True

    def add_gaps(self, facts: Facts, settled: Collection[str] = ()) -> None:
        """Add the checkout's gaps of this step; those whose id begins as ``settled`` says are mended live."""
        for gap in checkout_gaps.of_step(facts, self.step):
            mended = gap.id.startswith(tuple(settled))
            severity = Severity(gap.severity) if gap.severity in list(Severity) else Severity.WARNING
            self.add_finding(
                f"checkout_{gap.id}",
                Severity.ADVICE if mended else severity,
                f"In order at AWS now, but not in the checkout: {gap.message}" if mended else gap.message,
                evidence=str(gap.source) if gap.source else "",
                remedy=gap.remedy,
                guide_step=checkout_gaps.guide_of(gap),
            )

    def verdict(self, state: StepState, headline: str, blocked_by: StepId | None = None) -> Verdict:
        """Return the verdict with the findings that matter most first."""
        order = list(Severity)
        findings = sorted(self._without_repeats(), key=lambda finding: order.index(finding.severity))
        return Verdict(self.step, state, headline, tuple(self.rows), tuple(findings), blocked_by)

    def _without_repeats(self) -> list[Finding]:
        """Leave out a gap of the checkout that AWS or DNS shows as well; where it is in the code stays as evidence."""
        findings = {finding.id: finding for finding in self.findings}
        for gap, names in _SEEN_LIVE.items():
            in_checkout = findings.get(f"{self.step}.checkout_{gap}")
            live = next((findings[key] for name in names if (key := f"{self.step}.{name}") in findings), None)
            if in_checkout is None or live is None:
                continue
            del findings[in_checkout.id]
            if in_checkout.evidence:
                evidence = "; ".join(
                    filter(None, (live.evidence, f"not in the checkout either ({in_checkout.evidence})"))
                )
                findings[live.id] = replace(live, evidence=evidence)
        return list(findings.values())

    def not_known(self, what: str) -> Verdict:
        """Return the verdict of a step whose decisive facts could not be read."""
        failed = next((item for item in self.findings if item.severity == Severity.UNKNOWN), None)
        if failed is None:
            return self.verdict(StepState.UNKNOWN, f"{what}: {NOT_LOOKED}.")
        return self.verdict(StepState.UNKNOWN, failed.message)


def evidence_of(problem: Problem) -> str:
    """Return what AWS said of a failed look: operation, code, request id."""
    parts = (problem.operation, problem.code, f"request {problem.request_id}" if problem.request_id else "")
    return " · ".join(part for part in parts if part)


def remedy_of(problem: Problem) -> str:
    """Return what to do about a failed look, with the IAM action that is missing."""
    allow = f"Allow {problem.iam_action} for this principal." if problem.iam_action else ""
    if problem.iam_action and problem.iam_action in problem.remedy:
        allow = ""
    return " ".join(part for part in (problem.remedy, allow) if part) or "Look again."


def yes_no(value: bool | None, yes: str = "yes", no: str = "no") -> str:
    """Return a flag in words; ``None`` is what AWS left out."""
    if value is None:
        return "unknown: not in Amazon's answer"
    return yes if value else no
