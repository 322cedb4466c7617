"""Service Quotas for SES. After docs/ses.md, "Service Quotas"."""

from __future__ import annotations

from typing import Any

from dlaas_onboard.rehearsal.api_error import Refusal
from dlaas_onboard.rehearsal.embedded_account import OPEN_QUOTA_REQUESTS, QUOTA_CODES, EmbeddedAccount, partition
from dlaas_onboard.rehearsal.saved_state import Region, SavedMessage, SavedQuotaRequest

_KEPT = 90 * 86400.0  # seconds that the history goes back


def _check(params: dict[str, Any], *, code: bool = False) -> str:
    if params.get("ServiceCode") not in ("ses", None):
        raise Refusal(
            "NoSuchResourceException", f"The request failed because service {params['ServiceCode']} is unknown."
        )
    wanted = str(params.get("QuotaCode") or "")
    if code and wanted not in QUOTA_CODES:
        raise Refusal("NoSuchResourceException", f"The quota {wanted} was not found.")
    return wanted


def _quota(account: EmbeddedAccount, region: Region, code: str, value: float) -> dict[str, Any]:
    return {
        "ServiceCode": "ses",
        "ServiceName": "Amazon Simple Email Service (Amazon SES)",
        "QuotaArn": f"arn:{partition(region.name)}:servicequotas:{region.name}:{account.state.id}:ses/{code}",
        "QuotaCode": code,
        "QuotaName": QUOTA_CODES[code][0],
        "Value": value,
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }


def _applied(region: Region, code: str) -> float:
    return region.daily if code == "L-804C8AE8" else region.rate


def list_service_quotas(account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer ListServiceQuotas: only quotas that differ from their default, as AWS does."""
    wanted = _check(params)
    return {
        "Quotas": [
            _quota(account, region, code, _applied(region, code))
            for code, (_, default) in QUOTA_CODES.items()
            if _applied(region, code) != default and wanted in ("", code)
        ]
    }


def list_aws_default_service_quotas(account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer ListAWSDefaultServiceQuotas."""
    _check(params)
    return {"Quotas": [_quota(account, region, code, default) for code, (_, default) in QUOTA_CODES.items()]}


def get_service_quota(account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer GetServiceQuota."""
    code = _check(params, code=True)
    return {"Quota": _quota(account, region, code, _applied(region, code))}


def request_service_quota_increase(account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer RequestServiceQuotaIncrease: one open request a quota, with a case unless that was refused."""
    code = _check(params, code=True)
    desired = float(params.get("DesiredValue") or 0)
    if desired <= _applied(region, code):
        raise Refusal("IllegalArgumentException", "The desired value must be greater than the current quota value.")
    if any(request.code == code and request.status in OPEN_QUOTA_REQUESTS for request in region.quota_requests):
        raise Refusal(
            "ResourceAlreadyExistsException", "Only one open service quota increase request is allowed per quota."
        )
    now = account.now()
    request = SavedQuotaRequest(
        account.digest(f"quota {account.next_number()}")[:40], code, desired, now, "PENDING", "", now
    )
    if params.get("SupportCaseAllowed") is False:
        request.status = "NOT_APPROVED"
    else:
        subject = f"Quota Increase: Amazon SES {QUOTA_CODES[code][0]}"
        case = account.open_case(subject, service="service-limit-increase", category="service-code-ses")
        stock = f"{QUOTA_CODES[code][0]} in {region.name}: {desired:,.0f}. Requested through Service Quotas."
        case.messages.append(SavedMessage(account.operator_arn, now, stock))
        request.status, request.case = "CASE_OPENED", case.display_id
    region.quota_requests.append(request)
    return {"RequestedQuota": _request(account, region, request)}


def _request(account: EmbeddedAccount, region: Region, request: SavedQuotaRequest) -> dict[str, Any]:
    quota = _quota(account, region, request.code, request.desired)
    del quota["Value"], quota["Adjustable"]
    answer = quota | {
        "Id": request.id,
        "DesiredValue": request.desired,
        "Status": request.status,
        "Created": request.created,
        "LastUpdated": request.updated,
        "Requester": account.operator_arn,
    }
    return answer | ({"CaseId": request.case} if request.case else {})


def list_history(account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer ListRequestedServiceQuotaChangeHistory and …ByQuota."""
    wanted = _check(params)
    return {
        "RequestedQuotas": [
            _request(account, region, request)
            for request in reversed(region.quota_requests)
            if wanted in ("", request.code)
            and params.get("Status") in (None, request.status)
            and account.now() - request.created < _KEPT
        ]
    }


def get_request(account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer GetRequestedServiceQuotaChange."""
    for request in region.quota_requests:
        if request.id == params.get("RequestId"):
            return {"RequestedQuota": _request(account, region, request)}
    raise Refusal("NoSuchResourceException", "The request was not found.")
