"""The Support API, with and without a plan that includes it. After ``reference/ses.md`` 3."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dlaas_onboard.rehearsal.account import Account
from dlaas_onboard.rehearsal.refusal import Refusal
from dlaas_onboard.rehearsal.state import Case, Message, Region

_SEVERITIES = (
    ("low", "General guidance"),
    ("normal", "System impaired"),
    ("high", "Production system impaired"),
    ("urgent", "Production system down"),
)
_SERVICES: dict[str, tuple[str, dict[str, str]]] = {
    "service-limit-increase": (
        "Service Limit Increase",
        {
            "ses-production-access": "SES Service Limits",
            "service-code-ses": "SES Sending Limits",
            "service-code-ec2-instances": "EC2 Instances",
        },
    ),
    "amazon-simple-email-service": (
        "Simple Email Service (SES)",
        {"sending": "Sending", "domain-verification": "Domain Verification", "other": "Other"},
    ),
    "customer-account": ("Account", {"other-account-issues": "Other Account Issues"}),
}


def require_plan(account: Account) -> None:
    """Refuse every call where the Support plan does not include the API."""
    if not account.state.support_plan:
        raise Refusal(
            "SubscriptionRequiredException",
            "Amazon Web Services Premium Support Subscription is required to use this service.",
        )


def _dry(params: dict[str, Any]) -> None:
    """Raise what AWS answers to a valid request with ``dryRun``: it means success."""
    if params.get("dryRun"):
        raise Refusal("DryRunOperationException", "The request would have succeeded, but the dryRun flag is set.")


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _find(account: Account, case_id: str) -> Case:
    case = account.case(case_id)
    if case is None or case.id != case_id:
        raise Refusal("CaseIdNotFound", f"The case ID {case_id} could not be found.")
    return case


def _text(params: dict[str, Any], name: str, most: int) -> str:
    value = params.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= most:
        raise Refusal(
            "ValidationException",
            f"1 validation error detected: Value at '{name}' failed to satisfy constraint: "
            f"Member must have length between 1 and {most}",
        )
    return value


def describe_severity_levels(_account: Account, _region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer DescribeSeverityLevels."""
    _dry(params)
    return {"severityLevels": [{"code": code, "name": name} for code, name in _SEVERITIES]}


def describe_services(_account: Account, _region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer DescribeServices."""
    _dry(params)
    wanted = params.get("serviceCodeList") or list(_SERVICES)
    return {
        "services": [
            {
                "code": code,
                "name": name,
                "categories": [{"code": category, "name": title} for category, title in categories.items()],
            }
            for code, (name, categories) in _SERVICES.items()
            if code in wanted
        ]
    }


def _communication(case: Case, message: Message) -> dict[str, Any]:
    return {
        "caseId": case.id,
        "body": message.body,
        "submittedBy": message.by,
        "timeCreated": _time(message.at),
        "attachmentSet": [],
    }


def _paged(items: list[Any], params: dict[str, Any], default: int) -> tuple[list[Any], dict[str, Any]]:
    start = int(params.get("nextToken") or 0)
    end = start + int(params.get("maxResults") or default)
    return items[start:end], {"nextToken": str(end)} if end < len(items) else {}


def describe_cases(account: Account, _region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer DescribeCases: resolved cases only when asked for, newest first."""
    _dry(params)
    cases = sorted(account.state.cases, key=lambda case: case.created, reverse=True)
    if params.get("caseIdList"):
        cases = [_find(account, case_id) for case_id in params["caseIdList"]]
    if params.get("displayId"):
        cases = [case for case in cases if case.display_id == params["displayId"]]
    if not params.get("includeResolvedCases"):
        cases = [case for case in cases if case.status != "resolved"]
    page, token = _paged(cases, params, 100)
    return {"cases": [_case(case, params) for case in page], **token}


def _case(case: Case, params: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "caseId": case.id,
        "displayId": case.display_id,
        "subject": case.subject,
        "status": case.status,
        "serviceCode": case.service,
        "categoryCode": case.category,
        "severityCode": case.severity,
        "submittedBy": "operator",
        "timeCreated": _time(case.created),
        "ccEmailAddresses": case.cc,
        "language": "en",
    }
    if params.get("includeCommunications", True):
        newest = [_communication(case, message) for message in reversed(case.messages)]
        answer["recentCommunications"] = {"communications": newest[:5]}
        if len(newest) > 5:
            answer["recentCommunications"]["nextToken"] = "5"
    return answer


def describe_communications(account: Account, _region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer DescribeCommunications, newest first."""
    case = _find(account, str(params.get("caseId") or ""))
    _dry(params)
    page, token = _paged([_communication(case, message) for message in reversed(case.messages)], params, 100)
    return {"communications": page, **token}


def add_communication_to_case(account: Account, _region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer AddCommunicationToCase: AWS reads it and decides after a while."""
    case = _find(account, str(params.get("caseId") or ""))
    body = _text(params, "communicationBody", 8000)
    _dry(params)
    case.cc += [address for address in params.get("ccEmailAddresses") or [] if address not in case.cc]
    account.reply(case, body)
    return {"result": True}


def create_case(account: Account, _region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer CreateCase. One about production access makes AWS look again at a denial."""
    subject, body = _text(params, "subject", 1000), _text(params, "communicationBody", 8000)
    service = str(params.get("serviceCode") or "customer-account")
    categories = _SERVICES.get(service, ("", {}))[1]
    category = str(params.get("categoryCode") or next(iter(categories), ""))
    severity = str(params.get("severityCode") or "low")
    if category not in categories or severity not in dict(_SEVERITIES):
        raise Refusal("ValidationException", "Invalid service, category, or severity code.")
    _dry(params)
    case = account.open_case(subject, service=service, category=category, severity=severity)
    case.messages.append(Message(account.operator_arn, account.now(), body))
    case.cc = list(params.get("ccEmailAddresses") or [])
    if category == "ses-production-access":
        for region in account.state.regions.values():
            account.reconsider(region, "DENIED")
    return {"caseId": case.id}


def resolve_case(account: Account, _region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer ResolveCase."""
    case = _find(account, str(params.get("caseId") or ""))
    _dry(params)
    before, case.status = case.status, "resolved"
    return {"initialCaseStatus": before, "finalCaseStatus": "resolved"}
