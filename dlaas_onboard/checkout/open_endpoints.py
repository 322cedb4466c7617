"""Which Lambda functions anybody can start over the API, from API Gateway in Terraform."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dlaas_onboard.checkout.eventbridge_schedules import Schedules
from dlaas_onboard.checkout.javascript import Script
from dlaas_onboard.checkout.message_table import trigger_of
from dlaas_onboard.checkout.terraform import Terraform, TerraformBlock

# Names in the code of a function that asks who calls it.
_ASKS = re.compile(
    r"Authorization|(?:assert|require|check|verify|validate)\w*(?:auth|token|session|signature)\w*|authenticat\w*",
    re.IGNORECASE,
)


class Endpoints:
    """The methods that need neither authorization nor a key, and the functions behind them."""

    def __init__(self, terraform: Terraform, schedules: Schedules, scripts: Mapping[str, Script]) -> None:
        self._terraform = terraform
        self._schedules = schedules
        self._asking = {
            trigger_of(script, 0).name
            for script in scripts.values()
            if any(token.kind == "name" and _ASKS.fullmatch(token.text) for token in script.tokens)
        }
        self._open = {task for method in self._methods() for task in self._tasks(method)}

    def anybody(self, task: str) -> bool:
        """Whether a function can be started by anybody: neither the API nor its own code asks who it is."""
        return task in self._open and task not in self._asking

    def asks_itself(self, method: TerraformBlock) -> bool:
        """Whether the code behind an open method asks who calls, by its names."""
        tasks = self._tasks(method)
        return bool(tasks) and tasks <= self._asking

    def _tasks(self, method: TerraformBlock) -> set[str]:
        return {task for block in self._behind(method) for task in self._schedules.folders_of(block)}

    def _methods(self) -> Iterator[TerraformBlock]:
        for block in self._terraform.resources("aws_api_gateway_method"):
            get = block.attributes.get
            if "NONE" in get("authorization", "") and get("api_key_required", "false") != "true":
                yield block

    def _behind(self, method: TerraformBlock) -> Iterator[TerraformBlock]:
        folder, resource = method.path.rpartition("/")[0], method.attributes.get("resource_id", "")
        for block in self._terraform.resources("aws_api_gateway_integration"):
            verb = block.attributes.get("http_method", "")
            if (
                block.path.rpartition("/")[0] == folder  # names of another module are other names
                and block.attributes.get("resource_id", "") == resource
                and verb in (f"aws_api_gateway_method.{method.name}.http_method", method.attributes.get("http_method"))
            ):
                yield block
