"""Which Lambda functions anybody can start over the API, from API Gateway in Terraform."""

from __future__ import annotations

from collections.abc import Iterator

from dlaas_onboard.checkout.schedule import Schedules
from dlaas_onboard.checkout.terraform import Terraform, TerraformBlock


class Endpoints:
    """The methods that need neither authorization nor a key, by the folder of the function behind them."""

    def __init__(self, terraform: Terraform, schedules: Schedules) -> None:
        self._terraform = terraform
        self._open = {
            folder
            for method in self._methods()
            for integration in self._behind(method)
            for folder in schedules.folders_of(integration)
        }

    def anybody(self, task: str) -> bool:
        """Whether a function can be started without authorization; what its own code asks for is not looked at."""
        return task in self._open

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
