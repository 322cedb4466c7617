"""The whole journey, from DLaaS as Terraform leaves it to production access."""

from __future__ import annotations

import json
from collections.abc import Callable

from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.journey.step_registry import StepId, StepState
from tests.e2e.conftest import World, act, make_ready, states


def test_from_a_fresh_deployment_to_production(world: Callable[..., World]) -> None:
    here = world("dlaas")
    onboarding = here.open()
    assert onboarding.view().judgement.first_step == StepId.DOMAIN
    assert not here.writes(), "looking must not write"

    make_ready(here, onboarding)
    view = onboarding.view()
    assert [gate.id for gate in view.judgement.gates if not gate.open] == [], [
        (gate.id, gate.why) for gate in view.judgement.gates if not gate.open
    ]
    before = states(onboarding)
    for step in (StepId.ACCOUNT, StepId.TEST_ADDRESS, StepId.DOMAIN, StepId.BOUNCES, StepId.REQUEST, StepId.QUOTA):
        assert before[step] == StepState.DONE, (step, view.verdicts[step])

    prepared = onboarding.prepare("file")
    (intent,) = onboarding.act(prepared, digits="3333")
    assert intent.phase == Phase.CONFIRMED
    (filed,) = here.writes("PutAccountDetails")
    assert filed.params == json.loads(prepared.calls[0].payload)
    assert filed.params["ProductionAccessEnabled"] is True
    assert len(filed.params["UseCaseDescription"]) <= 5000
    assert states(onboarding)[StepId.DECISION] == StepState.WAITING
    assert intent.result

    here.play("grant")
    onboarding.look()
    after = states(onboarding)
    assert after[StepId.DECISION] == StepState.DONE
    assert onboarding.status()["access"] == "production"
    assert len(here.writes("PutAccountDetails")) == 1


def test_the_next_start_says_what_changed_and_files_no_second_time(world: Callable[..., World]) -> None:
    here = world("dlaas")
    first = here.open()
    make_ready(here, first)
    act(first, "file")
    first.close()
    here.play("deny")

    second = here.open()
    assert any("DENIED" in change or "denied" in change for change in second.view().changes), second.view().changes
    assert second.view().situation.answers.text("users") == "120"
    reason = {action.id: why for action, why in second.actions()}["file"]
    assert reason
    assert len(here.writes("PutAccountDetails")) == 1
