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

FACTS: tuple[Callable[[], Facts], ...] = (
    build.nothing,
    build.fresh,
    build.terraform,
    build.ready,
    build.halfway,
    build.complete,
    build.pending,
    build.asked_back,
    build.refused,
    build.granted,
    build.production,
    build.paused,
    build.no_permission,
    lambda: build.without_dmarc(build.complete()),
)
# Own words that facts deny, that leave a hole, that are too long, or that take a sentence away.
CHANGES = {
    "mail_content": ("We send a monthly newsletter.", "Our DMARC policy is reject.", "Receipts. " * 80),
    "business": ("", "We are [your company].", "A shop in Bremen, run by Example GmbH. " * 20),
    "unsubscribe": ("", "We send no newsletters.", "Our mail is signed with DKIM."),
    "bounce_process": ("", "A worker deletes each address."),
    "bounce_seen": ("", "Both arrived."),
    "users": ("", "2,000,000"),
    "declare_terms": ("",),
    "sample_message": ("Hello,\n\nyour receipt.\n" * 40,),
    "override.dmarc": ("The registrar moves the zone on Thursday.",),
    "sentence.dkim": ("-", "Each message carries a signature."),
    "aws_answer": ("Tell us how you handle bounces.",),
    "reply": ("Our DMARC policy is reject.",),
}


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
