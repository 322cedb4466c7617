"""A checkout whose Terraform was not applied yet, on the embedded account: read, shown, refused, and let go by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dlaas_onboard.journey.errors import Refused
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.rehearsal.scenarios import DOMAIN
from tests.e2e.conftest import WorldMaker, act
from tests.e2e.tools import main

APPLY = "email.tf:1 declares it: run `terraform apply`. Made by hand, it can make that apply fail."


def test_what_the_code_makes_is_not_made_by_hand_unless_the_operator_says_so(
    world: WorldMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    here = world("fresh")
    onboarding = here.open()
    domain = onboarding.view().judgement.verdicts[StepId.DOMAIN]
    assert domain.headline.startswith("Run `terraform apply`")
    with pytest.raises(Refused, match="run `terraform apply`"):
        onboarding.prepare("create_domain")
    assert here.writes() == []
    for form in ("table", "zone", "route53"):
        assert main(here, "records", "--format", form) == 0
        assert APPLY in capsys.readouterr().out
    onboarding.enter("infrastructure", "by_hand")
    act(onboarding, "create_domain")
    assert [call.operation for call in here.writes()] == ["CreateEmailIdentity"]
    assert onboarding.view().situation.identity is not None


def test_a_state_says_that_what_is_there_is_unknown_to_terraform(
    world: WorldMaker, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    here = world("dlaas")
    state = tmp_path / "state.json"
    state.write_text(json.dumps({"format_version": "1.0"}))
    assert main(here, "--terraform-plan", str(state), "records", "--format", "terraform") == 0
    out = capsys.readouterr().out
    assert f'import {{\n  to = aws_ses_domain_identity.service\n  id = "{DOMAIN}"\n}}' in out
    assert main(here, "--terraform-plan", str(tmp_path / "none.json"), "status") == 2
    assert "none.json cannot be read" in capsys.readouterr().err
