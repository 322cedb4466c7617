"""A write to AWS as data: what is shown, confirmed, journalled and sent is one and the same record."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

# The AWS CLI's names of services whose IAM prefix is another (Service Authorization Reference).
_SERVICES = {"ses": "sesv2", "servicequotas": "service-quotas"}


@dataclass(frozen=True, slots=True)
class Call:
    """One API call: ``service`` is boto3's client name, ``operation`` the API's own name."""

    service: str  # "sesv2"
    operation: str  # "PutAccountDetails"
    params: Mapping[str, Any] = field(default_factory=dict)
    region: str = ""  # "": the Region of the place

    @property
    def name(self) -> str:
        """Return ``sesv2:PutAccountDetails``."""
        return f"{self.service}:{self.operation}"

    @property
    def payload(self) -> str:
        """Return the parameters as canonical JSON."""
        return json.dumps(self.params, sort_keys=True, ensure_ascii=False, indent=2)

    @property
    def sha256(self) -> str:
        """Return the hash of name and canonical parameters: what was confirmed is what is sent."""
        canonical = json.dumps([self.name, self.region, self.params], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


class CallRecord(NamedTuple):
    """One call on the wire, for the drawer."""

    at: datetime
    operation: str  # "sesv2:GetAccount"
    region: str
    outcome: str  # "ok", AWS's error code, or the kind of the problem
    milliseconds: int
    request_id: str
    write: bool


def aws_cli(call: Call, *, profile: str = "", region: str = "") -> str:
    """Return the AWS CLI command that makes the same call.

    Parameters go through ``--cli-input-json``: AWS CLI v1 downloads ``https://`` values (aws-cli issue 5641).
    """
    parts = [
        "aws",
        call.service,
        _kebab(call.operation),
        "--cli-input-json",
        shlex.quote(json.dumps(call.params, ensure_ascii=False)),
    ]
    if profile:
        parts += ["--profile", shlex.quote(profile)]
    if call.region or region:
        parts += ["--region", shlex.quote(call.region or region)]
    return " ".join(parts)


def cli_command(iam_action: str) -> str:
    """Return the AWS CLI command of the operation that an IAM action allows: ``aws sesv2 create-email-identity``."""
    prefix, _, operation = iam_action.partition(":")
    return f"aws {_SERVICES.get(prefix, prefix)} {_kebab(operation)}"


def _kebab(operation: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", operation).lower()
