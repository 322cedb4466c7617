"""The steps behind a denied request: one with a gap that the Decision step lists is not done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.request import open_gaps
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.stages import Stage
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Verdict


def with_open_gaps(verdicts: Mapping[StepId, Verdict], facts: Facts) -> dict[StepId, Verdict]:
    """Return the verdicts in which, after a denial, a step with an open gap needs attention and says which."""
    marked = dict(verdicts)
    if stages.stage(facts) != Stage.DENIED:
        return marked
    for group in open_gaps.gaps(verdicts):
        verdict = verdicts[group.step]
        messages = group.messages
        if verdict.state == StepState.DONE and messages:
            more = f" And {plural(len(messages) - 1, 'more gap')}." if len(messages) > 1 else ""
            marked[group.step] = replace(verdict, state=StepState.ATTENTION, headline=f"{messages[0]}{more}")
    return marked
