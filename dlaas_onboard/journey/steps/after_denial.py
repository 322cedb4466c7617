"""The steps behind a denied request: one with a gap that the Decision step lists is not done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.request import triage
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.stages import Stage
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Severity, Verdict


def with_open_gaps(verdicts: Mapping[StepId, Verdict], facts: Facts) -> dict[StepId, Verdict]:
    """Return the verdicts in which, after a denial, a step with an open gap needs attention and says which."""
    marked = dict(verdicts)
    if stages.stage(facts) != Stage.DENIED:
        return marked
    for group in triage.gaps(verdicts):
        verdict = verdicts[group.step]
        open_gaps = [finding.message for finding in group.findings if finding.severity != Severity.UNKNOWN]
        if verdict.state == StepState.DONE and open_gaps:
            more = f" And {plural(len(open_gaps) - 1, 'more gap')}." if len(open_gaps) > 1 else ""
            marked[group.step] = replace(verdict, state=StepState.ATTENTION, headline=f"{open_gaps[0]}{more}")
    return marked
