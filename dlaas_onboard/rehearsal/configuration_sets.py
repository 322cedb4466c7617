"""Configuration sets and their event destinations in SESv2."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dlaas_onboard.rehearsal.api_error import Refusal, bad_request, not_found
from dlaas_onboard.rehearsal.embedded_account import EmbeddedAccount
from dlaas_onboard.rehearsal.saved_state import Region, SavedConfigurationSet
from dlaas_onboard.rehearsal.ses_identities import paged

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KINDS = (
    "KinesisFirehoseDestination",
    "CloudWatchDestination",
    "SnsDestination",
    "EventBridgeDestination",
    "PinpointDestination",
)
_EVENT_TYPES = frozenset(
    {
        "SEND",
        "REJECT",
        "BOUNCE",
        "COMPLAINT",
        "DELIVERY",
        "OPEN",
        "CLICK",
        "RENDERING_FAILURE",
        "DELIVERY_DELAY",
        "SUBSCRIPTION",
    }
)
_OPTIONS = (
    "TrackingOptions",
    "DeliveryOptions",
    "ReputationOptions",
    "SendingOptions",
    "SuppressionOptions",
    "VdmOptions",
    "ArchivingOptions",
)


def find(region: Region, name: str) -> SavedConfigurationSet:
    """Return a configuration set. Raises :class:`Refusal` if there is none of that name."""
    configuration_set = region.configuration_sets.get(name)
    if configuration_set is None:
        raise not_found(f"Configuration set <{name}> does not exist.")
    return configuration_set


def create(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer CreateConfigurationSet."""
    name = str(params.get("ConfigurationSetName") or "")
    if not _NAME.fullmatch(name):
        raise bad_request(f"Invalid configuration set name: {name}")
    if name in region.configuration_sets:
        raise Refusal("AlreadyExistsException", f"Configuration set <{name}> already exists.")
    options = {option: dict(params[option]) for option in _OPTIONS if params.get(option)}
    options.setdefault("SendingOptions", {"SendingEnabled": True})
    options.setdefault("ReputationOptions", {"ReputationMetricsEnabled": False})
    region.configuration_sets[name] = SavedConfigurationSet(name, options, tags=list(params.get("Tags") or []))
    return {}


def get(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer GetConfigurationSet."""
    configuration_set = find(region, params["ConfigurationSetName"])
    return {"ConfigurationSetName": configuration_set.name, "Tags": configuration_set.tags, **configuration_set.options}


def list_(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer ListConfigurationSets, in pages."""
    page, token = paged(sorted(region.configuration_sets), params)
    return {"ConfigurationSets": page} | ({"NextToken": token} if token else {})


def delete(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer DeleteConfigurationSet."""
    del region.configuration_sets[find(region, params["ConfigurationSetName"]).name]
    return {}


def put_options(option: str) -> Callable[[EmbeddedAccount, Region, dict[str, Any]], dict[str, Any]]:
    """Return the handler of PutConfigurationSet…Options."""

    def put(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
        options = {name: value for name, value in params.items() if name != "ConfigurationSetName"}
        find(region, params["ConfigurationSetName"]).options[option] = options
        return {}

    return put


def create_destination(account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer CreateConfigurationSetEventDestination."""
    configuration_set = find(region, params["ConfigurationSetName"])
    name = str(params.get("EventDestinationName") or "")
    if not _NAME.fullmatch(name):
        raise bad_request(f"Invalid event destination name: {name}")
    if name in configuration_set.destinations:
        raise Refusal("AlreadyExistsException", f"Event destination {name} already exists in {configuration_set.name}.")
    if len(configuration_set.destinations) >= 10:
        raise Refusal("LimitExceededException", "Number of event destinations exceeds the limit of 10.")
    configuration_set.destinations[name] = _destination(account, region, params)
    return {}


def update_destination(account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer UpdateConfigurationSetEventDestination."""
    configuration_set = find(region, params["ConfigurationSetName"])
    if params["EventDestinationName"] not in configuration_set.destinations:
        raise not_found(
            f"Event destination {params['EventDestinationName']} does not exist in {configuration_set.name}."
        )
    configuration_set.destinations[params["EventDestinationName"]] = _destination(account, region, params)
    return {}


def _destination(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    given = dict(params.get("EventDestination") or {})
    kinds = [kind for kind in _KINDS if given.get(kind)]
    if len(kinds) != 1:
        raise bad_request("Exactly one destination must be specified.")
    types = given.get("MatchingEventTypes") or []
    if not types or not set(types) <= _EVENT_TYPES:
        raise bad_request(f"Invalid event types: {types}")
    if kinds == ["SnsDestination"]:
        check_topic(region, str(given["SnsDestination"].get("TopicArn") or ""))
    given["Enabled"] = bool(given.get("Enabled", False))
    return given


def check_topic(region: Region, arn: str) -> None:
    """Refuse what cannot be a standard topic in this Region."""
    parts = arn.split(":")
    if len(parts) != 6 or parts[2] != "sns" or parts[3] != region.name or arn.endswith(".fifo"):
        raise bad_request(f"Invalid SNS topic <{arn}>.")


def get_destinations(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer GetConfigurationSetEventDestinations."""
    configuration_set = find(region, params["ConfigurationSetName"])
    return {"EventDestinations": [{"Name": name, **given} for name, given in configuration_set.destinations.items()]}


def delete_destination(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer DeleteConfigurationSetEventDestination."""
    configuration_set = find(region, params["ConfigurationSetName"])
    if configuration_set.destinations.pop(params["EventDestinationName"], None) is None:
        raise not_found(
            f"Event destination {params['EventDestinationName']} does not exist in {configuration_set.name}."
        )
    return {}
