"""The sheet for Amazon in every situation that the tests know: two pages, evidence, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.report_input import ReportInput
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.all_steps import judge_all
from tests import build
from tests.report.evidence_rules import broken
from tests.report.samples import report_input
from tests.situations import CHANGES, FACTS


def of(facts: Facts, answers: Answers) -> ReportInput:
    return replace(report_input(), judgement=judge_all(Situation(facts, answers)))


@pytest.mark.parametrize("facts", FACTS)
@pytest.mark.parametrize("answers", [Answers(), build.entered(), build.filled_in()], ids=["none", "begun", "all"])
def test_the_sheet_holds_evidence_alone(facts: Callable[[], Facts], answers: Answers) -> None:
    assert broken(of(facts(), answers)) == []


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(FACTS),
    st.fixed_dictionaries({}, optional={field: st.sampled_from(texts) for field, texts in CHANGES.items()}),
)
def test_whatever_is_entered(facts: Callable[[], Facts], changes: dict[str, str]) -> None:
    assert broken(of(facts(), build.filled_in(**changes))) == []
