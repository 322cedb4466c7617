"""``terraform validate`` of the patch, with the real provider.

``TERRAFORM_PLUGIN_DIR`` names the folder that has it; ``terraform init -plugin-dir`` loads nothing from the network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.checkout.test_patch import REAL, outside, patch

PLUGINS = os.environ.get("TERRAFORM_PLUGIN_DIR", "")
pytestmark = pytest.mark.skipif(
    not PLUGINS or shutil.which("terraform") is None,
    reason="TERRAFORM_PLUGIN_DIR does not name a folder with the AWS provider, or terraform is not installed",
)

# What the checkout's email.tf refers to; the rest of it needs providers that the patch does not.
AROUND = """
locals {
  config = { SERVICE_DOMAIN = "a.example", AWS_REGION = "eu-west-1" }
}

variable "owner_email" {}

resource "aws_route53_zone" "service-zone" {
  name = local.config.SERVICE_DOMAIN
}
"""


def validate(folder: Path) -> None:
    environment = {**os.environ, "TF_DATA_DIR": str(folder / ".terraform"), "TF_IN_AUTOMATION": "1"}
    for command in (["init", "-backend=false", f"-plugin-dir={PLUGINS}"], ["validate"]):
        done = subprocess.run(
            ["terraform", *command, "-no-color"],
            cwd=folder, env=environment, check=False, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_patch_for_no_checkout_is_valid_alone(tmp_path: Path) -> None:
    (tmp_path / "patch.tf").write_text(outside())
    validate(tmp_path)


@pytest.mark.skipif(not REAL, reason="DLAAS_CHECKOUT does not name a checkout of DLaaS")
def test_the_patch_fits_the_real_repository(tmp_path: Path) -> None:
    (tmp_path / "patch.tf").write_text(patch(Path(REAL), domain="datalayer.storage"))
    (tmp_path / "around.tf").write_text(AROUND)
    shutil.copy(Path(REAL, "email.tf"), tmp_path)
    validate(tmp_path)
