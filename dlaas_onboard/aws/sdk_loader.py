"""The SDK's own data, as far as it is about the services that are called here.

botocore keeps the endpoints of about 300 services in each partition (7 MB), the documentation of each operation and
shape, and looks through the folders of all services before it builds a client (25 ms). None of that is used here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from botocore.loaders import JSONFileLoader, Loader

from dlaas_onboard.journey.writes.iam_policy import READ_ACTIONS, write_actions

# The services by their folder in botocore's data; the last three are called by botocore itself, for credentials.
_SERVICES = (
    *("account", "cloudwatch", "route53", "service-quotas", "ses", "sesv2", "sns", "sqs", "sts", "support"),
    *("signin", "sso", "sso-oidc"),
)
# The same by their names in endpoints.json.
_ENDPOINTS = frozenset(
    {"account", "email", "monitoring", "route53", "servicequotas", "sns", "sqs", "sts", "support"}
    | {"oidc", "portal.sso", "signin", "sso"}
)


class _Files(JSONFileLoader):
    """Reads a file of botocore's data and leaves out what is not used."""

    def load_file(self, file_path: str) -> Any:
        data = super().load_file(file_path)
        if data is None:
            return None
        path = Path(file_path)
        if path.name == "endpoints":
            for partition in data["partitions"]:
                services = partition["services"]
                partition["services"] = {key: services[key] for key in services if key in _ENDPOINTS}
        elif path.name == "service-2":
            if "sesv2" in path.parts:
                # A client is built for each Region of the radar, with a method for each operation: 15 of 110 here.
                allowed, operations = _ses_operations(), data["operations"]
                data["operations"] = {key: operations[key] for key in operations if key in allowed}
            return _undocumented(data)
        return data


class Data(Loader):
    """Finds the data of the services that are called here; ``AWS_DATA_PATH`` and ``~/.aws/models`` count as ever."""

    FILE_LOADER_CLASS = _Files

    def __init__(self, search_path: str = "") -> None:
        folders = [Path(os.path.expandvars(folder)).expanduser() for folder in search_path.split(os.pathsep) if folder]
        super().__init__(extra_search_paths=[str(folder) for folder in folders])

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - each has every type
        """Return the services of this program, without looking through the folders of all others."""
        return sorted(_SERVICES)


def _ses_operations() -> frozenset[str]:
    """Return the operations of SES's API v2 that the published policy allows: no other can be sent."""
    reads = {name.partition(":")[2] for name in READ_ACTIONS if name.startswith("sesv2:")}
    return frozenset(reads | {name.partition(":")[2] for name in write_actions() if name.startswith("ses:")})


def _undocumented(node: Any) -> Any:
    """Return parsed JSON in plain dictionaries, half as large as ordered ones, without the documentation's texts."""
    if isinstance(node, dict):
        # A member of a shape may bear the same name, but it is a structure.
        kept = ((key, value) for key, value in node.items() if key != "documentation" or not isinstance(value, str))
        return {key: _undocumented(value) for key, value in kept}
    return [_undocumented(item) for item in node] if isinstance(node, list) else node
