"""Sending quota and sending rate as Service Quotas knows them. docs/ses.md, "Service Quotas"."""

from __future__ import annotations

from dlaas_onboard.aws.client import AwsClient
from dlaas_onboard.aws.paging import StoppedError, reading
from dlaas_onboard.aws.response_fields import ResponseFields, TroubleError
from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.facts.reading import Problem, Reading

_SERVICE = "ses"
# Codes are taken from the list; these only tell two quotas apart whose names were changed.
_QUOTA = ("sending quota", "L-804C8AE8")
_RATE = ("sending rate", "L-CDEF9B6B")


def quotas(client: AwsClient) -> Reading[f.Quotas]:
    """Read both quotas and what was asked for so far.

    ``ListServiceQuotas`` leaves out what was never touched, so the defaults are read as well; a value that was applied
    wins. Without the applied values nothing is returned: a default beside an unread one would be a guess.
    """

    def look() -> f.Quotas:
        applied = _listed(client, "ListServiceQuotas")
        failed: Problem | None = None
        missing: list[str] = []
        try:
            defaults = _listed(client, "ListAWSDefaultServiceQuotas")
        except TroubleError as trouble:
            defaults, failed = [], trouble.problem
            missing.append("the default quotas")
        quota = _find(applied, defaults, *_QUOTA)
        rate = _find(applied, defaults, *_RATE)
        requests: list[f.QuotaRequest] = []
        for limit in (quota, rate):
            if limit is None:
                continue
            try:
                requests += _history(client, limit.code)
            except TroubleError as trouble:
                failed = trouble.problem
                missing.append(f"the requests for {limit.name}")
        value = f.Quotas(quota, rate, tuple(requests))
        if failed is not None:
            raise StoppedError(value, failed, f"without {' and '.join(missing)}")
        return value

    return reading(f"Service Quotas {client.region}", look)


def _listed(client: AwsClient, operation: str) -> list[ResponseFields]:
    params = {"ServiceCode": _SERVICE, "MaxResults": 100}
    pages = client.pages("service-quotas", operation, params, "NextToken")
    return [item for page in pages for item in page.parts("Quotas")]


def _find(applied: list[ResponseFields], defaults: list[ResponseFields], name: str, code: str) -> f.Quota | None:
    listed = [*applied, *defaults]
    matches = [item for item in listed if item.text("QuotaName").lower() == name]
    matches = matches or [item for item in listed if item.text("QuotaCode") == code]
    if not matches:
        return None
    code = matches[0].must_text("QuotaCode")
    own = _coded(applied, code)
    by_default = _coded(defaults, code)
    item = own or by_default or matches[0]
    return f.Quota(
        code=code,
        name=item.text("QuotaName"),
        value=item.number("Value"),
        adjustable=item.flag("Adjustable"),
        applied=own is not None,
        default=by_default.number("Value") if by_default else None,
    )


def _coded(listed: list[ResponseFields], code: str) -> ResponseFields | None:
    return next((item for item in listed if item.text("QuotaCode") == code), None)


def _history(client: AwsClient, code: str) -> list[f.QuotaRequest]:
    params = {"ServiceCode": _SERVICE, "QuotaCode": code, "MaxResults": 100}
    operation = "ListRequestedServiceQuotaChangeHistoryByQuota"
    pages = client.pages("service-quotas", operation, params, "NextToken")
    return [_request(item) for page in pages for item in page.parts("RequestedQuotas")]


def _request(item: ResponseFields) -> f.QuotaRequest:
    return f.QuotaRequest(
        id=item.must_text("Id"),
        code=item.text("QuotaCode"),
        desired=item.number("DesiredValue"),
        status=item.text("Status"),
        case_id=item.text("CaseId"),
        created=item.time("Created"),
        updated=item.time("LastUpdated"),
    )
