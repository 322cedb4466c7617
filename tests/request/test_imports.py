"""What a key press and the first judgement need comes without pydantic."""

from __future__ import annotations

import subprocess
import sys


def test_only_the_draft_loads_pydantic() -> None:
    code = (
        "import sys; import dlaas_onboard.journey.steps.all_steps, dlaas_onboard.journey.request.request_actions; "
        "from dlaas_onboard.journey.request.field_rules import check; assert check('contacts', 'a@b'); "
        "print(sorted({'pydantic', 'boto3', 'textual', 'dns'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout.strip() == "[]"
