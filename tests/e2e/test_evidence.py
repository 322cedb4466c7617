"""The sheet for Amazon in every scenario of the rehearsal."""

from __future__ import annotations

import pytest

from dlaas_onboard.rehearsal.scenarios import SCENARIOS
from tests.e2e.conftest import FIELDS, WorldMaker
from tests.report.evidence_rules import broken


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_two_pages_of_evidence_in_every_scenario(world: WorldMaker, scenario: str) -> None:
    onboarding = world(scenario).open()
    assert broken(onboarding.report_input()) == []
    for field, text in FIELDS.items():
        onboarding.enter(field, text)
    assert broken(onboarding.report_input()) == []
