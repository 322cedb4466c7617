"""GetAccount and PutAccountDetails: the request for production access and its life cycle.

Texts after docs/faults.md, "Validation texts", behaviour after docs/ses.md, "Request", "Review" and "Conflict".
"""

from __future__ import annotations

import re
from collections.abc import Sized
from typing import Any

from dlaas_onboard.rehearsal.api_error import Refusal, bad_request
from dlaas_onboard.rehearsal.embedded_account import EmbeddedAccount
from dlaas_onboard.rehearsal.saved_state import Region

_URL = re.compile(r"(https?://)?[^\s/?#.]+(\.[^\s/?#.]+)+([/?#]\S*)?", re.IGNORECASE)
_CONTACT = re.compile(r"(.+)@(.+)", re.DOTALL)
_NOT_NULL = "Member must not be null"
_CONTACT_RULE = (
    "Member must satisfy constraint: [Member must have length less than or equal to 254, Member must have length "
    "greater than or equal to 6, Member must satisfy regular expression pattern: ^(.+)@(.+)$]"
)
_TYPES: dict[str, type] = {
    "MailType": str,
    "WebsiteURL": str,
    "ContactLanguage": str,
    "UseCaseDescription": str,
    "AdditionalContactEmailAddresses": list,
    "ProductionAccessEnabled": bool,
}


def get_account(account: EmbeddedAccount, region: Region, _params: dict[str, Any]) -> dict[str, Any]:
    """Answer GetAccount; ``Details`` is absent until the first request in the Region."""
    answer: dict[str, Any] = {
        "DedicatedIpAutoWarmupEnabled": True,
        "EnforcementStatus": region.enforcement,
        "ProductionAccessEnabled": region.production,
        "SendQuota": quota(account, region),
        "SendingEnabled": region.sending_enabled,
        "SuppressionAttributes": {"SuppressedReasons": region.suppressed_reasons},
        "VdmAttributes": {"VdmEnabled": "DISABLED"},
    }
    if region.details is not None:
        answer["Details"] = dict(region.details)
        if region.review is not None:
            answer["Details"]["ReviewDetails"] = {"Status": region.review.status, "CaseId": region.review.case}
    return answer


def quota(account: EmbeddedAccount, region: Region) -> dict[str, float]:
    """Return ``SendQuota``; mail to the simulator does not count."""
    since = account.now() - 86400
    used = sum(sent.recipients - sent.simulator for sent in region.sent if sent.at > since)
    return {"Max24HourSend": region.daily, "MaxSendRate": region.rate, "SentLast24Hours": float(used)}


def put_account_details(account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Take a request for production access; the answer is empty.

    A review that is pending or was denied refuses with ConflictException, without a message.
    """
    _validate(params)
    review = region.review
    if review is not None and review.status in ("PENDING", "DENIED"):
        raise Refusal("ConflictException", None, 409)
    names = ("MailType", "WebsiteURL", "ContactLanguage", "UseCaseDescription", "AdditionalContactEmailAddresses")
    region.details = {name: params[name] for name in names if params.get(name)}
    region.details.setdefault("ContactLanguage", "EN")
    if params.get("ProductionAccessEnabled") and not region.production:
        account.begin_review(region)
    return {}


def _validate(params: dict[str, Any]) -> None:
    _check_types(params)
    contacts = params.get("AdditionalContactEmailAddresses")
    url = params.get("WebsiteURL")
    errors = [
        *_enum("mailType", params.get("MailType"), "MARKETING, TRANSACTIONAL", required=True),
        *_enum("contactLanguage", params.get("ContactLanguage"), "EN, JA", required=False),
        *(_length("websiteURL", url, 1, 1000) if url is not None else [_violation("websiteURL", _NOT_NULL)]),
        *_length("useCaseDescription", params.get("UseCaseDescription") or "", 0, 5000),
        *(_contacts(contacts) if contacts is not None else []),
    ]
    if errors:
        count = f"{len(errors)} validation error{'s' if len(errors) > 1 else ''} detected"
        raise bad_request(f"{count}: {'; '.join(errors)}")
    if not _URL.fullmatch(str(url)):
        raise bad_request("Url contains invalid format")


def _check_types(params: dict[str, Any]) -> None:
    for name, type_ in _TYPES.items():
        value = params.get(name)
        if value is not None and not isinstance(value, type_):
            raise Refusal("SerializationException", f"{type(value).__name__} can not be converted to {name}")
    if any(not isinstance(contact, str) for contact in params.get("AdditionalContactEmailAddresses") or ()):
        raise Refusal("SerializationException", "NUMBER_VALUE can not be converted to a String")


def _violation(member: str, constraint: str) -> str:
    return f"Value at '{member}' failed to satisfy constraint: {constraint}"


def _enum(member: str, value: object, values: str, *, required: bool) -> list[str]:
    if value is None:
        return [_violation(member, _NOT_NULL)] if required else []
    if value in values.split(", "):
        return []
    return [_violation(member, f"Member must satisfy enum value set: [{values}]")]


def _length(member: str, value: Sized, least: int, most: int) -> list[str]:
    if len(value) < least:
        return [_violation(member, f"Member must have length greater than or equal to {least}")]
    if len(value) > most:
        return [_violation(member, f"Member must have length less than or equal to {most}")]
    return []


def _contacts(contacts: list[str]) -> list[str]:
    member = "additionalContactEmailAddresses"
    errors = _length(member, contacts, 1, 4)
    if any(not 6 <= len(contact) <= 254 or not _CONTACT.fullmatch(contact) for contact in contacts):
        errors.append(_violation(member, _CONTACT_RULE))
    return errors


def put_account_suppression_attributes(
    _account: EmbeddedAccount, region: Region, params: dict[str, Any]
) -> dict[str, Any]:
    """Switch account-level suppression; this works in the sandbox, too."""
    reasons = list(params.get("SuppressedReasons") or [])
    if any(reason not in ("BOUNCE", "COMPLAINT") for reason in reasons):
        raise bad_request(
            "1 validation error detected: Value at 'suppressedReasons' failed to satisfy constraint: "
            "Member must satisfy enum value set: [BOUNCE, COMPLAINT]"
        )
    region.suppressed_reasons = reasons
    return {}


def put_account_sending_attributes(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Switch sending for the Region; an empty request switches it off."""
    region.sending_enabled = bool(params.get("SendingEnabled", False))
    return {}


def sandboxed(region: Region) -> None:
    """Refuse what the sandbox does not allow: managing the suppression list by hand or in bulk."""
    if not region.production:
        raise bad_request(
            "Your account is in the sandbox. Production access is required to manage the suppression list."
        )


def put_suppressed_destination(account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Add an address to the suppression list; blocked in the sandbox."""
    sandboxed(region)
    address = str(params.get("EmailAddress", ""))
    region.suppressed[address] = {
        "EmailAddress": address,
        "Reason": params.get("Reason", "BOUNCE"),
        "LastUpdateTime": account.now(),
    }
    return {}


def delete_suppressed_destination(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Take an address off the suppression list; blocked in the sandbox."""
    sandboxed(region)
    if region.suppressed.pop(params["EmailAddress"], None) is None:
        raise Refusal(
            "NotFoundException", f"Email address {params['EmailAddress']} does not exist on your suppression list.", 404
        )
    return {}


def get_suppressed_destination(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer GetSuppressedDestination."""
    entry = region.suppressed.get(params["EmailAddress"])
    if entry is None:
        raise Refusal(
            "NotFoundException", f"Email address {params['EmailAddress']} does not exist on your suppression list.", 404
        )
    return {"SuppressedDestination": entry}


def list_suppressed_destinations(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer ListSuppressedDestinations, page by page; the token is where the next one begins."""
    start, size = int(params.get("NextToken") or 0), int(params.get("PageSize") or 1000)
    entries = list(region.suppressed.values())
    answer: dict[str, Any] = {"SuppressedDestinationSummaries": entries[start : start + size]}
    return answer | ({"NextToken": str(start + size)} if len(entries) > start + size else {})


def create_import_job(_account: EmbeddedAccount, region: Region, _params: dict[str, Any]) -> dict[str, Any]:
    """Refuse bulk changes of the suppression list: in the sandbox as AWS does, otherwise because S3 holds no file."""
    sandboxed(region)
    raise bad_request("The S3 object of the import data source cannot be read.")
