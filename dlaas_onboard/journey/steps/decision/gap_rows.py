"""The open gaps of the steps before, as they stand beside Amazon's answer."""

from __future__ import annotations

from collections.abc import Mapping

from dlaas_onboard.journey.request import open_gaps
from dlaas_onboard.journey.step_registry import BY_ID, StepId
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict

SECTION = "Open gaps"
GAP_MARKS = {Severity.BLOCKER: Mark.BAD, Severity.WARNING: Mark.WARN, Severity.UNKNOWN: Mark.UNKNOWN}


def rows(builder: VerdictBuilder, verdicts: Mapping[StepId, Verdict]) -> None:
    """Show every open gap, and say in one finding how many there are and where."""
    groups = open_gaps.gaps(verdicts)
    if not verdicts:
        return
    for group in groups:
        step = BY_ID[group.step]
        for finding in group.findings:
            builder.add_row(
                f"{step.number} {step.title}",
                finding.message,
                mark=GAP_MARKS[finding.severity],
                section=SECTION,
                source=finding.evidence,
                more="\n\n".join(filter(None, (finding.message, finding.evidence, finding.remedy))),
            )
    count = sum(len(group.messages) for group in groups)
    if not count:
        none = "None that was found. Amazon names no reason; see what it asks."
        unread = any(group.findings for group in groups)
        builder.add_row("Gaps", "None found, but not everything could be read." if unread else none, section=SECTION)
        return
    builder.add_finding(
        "open_gaps",
        Severity.WARNING,
        f"{plural(count, 'gap is', 'gaps are')} open that a reviewer may mind.",
        evidence=" ".join(open_gaps.named(verdicts)),
        remedy="Close each at its step, look again, then reply: the reply says what has changed.",
    )
