"""The Support API, with and without a plan that includes it. After docs/ses.md, "Support API"."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from dlaas_onboard.rehearsal.api_error import Refusal
from dlaas_onboard.rehearsal.embedded_account import EmbeddedAccount
from dlaas_onboard.rehearsal.saved_state import AttachmentSet, Case, Region, SavedMessage

# AWS Support API reference: AttachmentSetSizeLimitExceeded, AttachmentSetExpired.
_FILES, _BYTES, _SET_MINUTES = 3, 5 * 1024 * 1024, 60
# CreateCase: of issueType the last value is undocumented; reports say that it is taken (docs/ses.md, "Case codes").
_LANGUAGES = ("en", "zh", "ja", "es", "pt", "fr", "ko", "tr")
_ISSUES = ("technical", "customer-service", "service-limit-increase")
_CC_MOST = 10
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


def require_plan(account: EmbeddedAccount) -> None:
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


def _invalid(name: str, constraint: str) -> Refusal:
    return Refusal(
        "ValidationException",
        f"1 validation error detected: Value at '{name}' failed to satisfy constraint: Member must {constraint}",
    )


def _one_of(params: dict[str, Any], name: str, allowed: Sequence[str]) -> str:
    """Return a parameter, the first of ``allowed`` where it is not given."""
    value = str(params.get(name) or allowed[0])
    if value not in allowed:
        raise _invalid(name, f"satisfy enum value set: [{', '.join(allowed)}]")
    return value


def _cc(params: dict[str, Any]) -> list[str]:
    addresses = list(params.get("ccEmailAddresses") or [])
    if len(addresses) > _CC_MOST:
        raise _invalid("ccEmailAddresses", f"have length less than or equal to {_CC_MOST}")
    return addresses


def _within(params: dict[str, Any]) -> Callable[[float], bool]:
    """Return whether a time is between ``afterTime`` and ``beforeTime``, both included."""

    def moment(name: str, default: float) -> float:
        if not params.get(name):
            return default
        try:
            parsed = datetime.fromisoformat(str(params[name]))
        except ValueError:
            raise _invalid(name, "be a time in ISO 8601") from None
        return parsed.replace(tzinfo=parsed.tzinfo or UTC).timestamp()

    after, before = moment("afterTime", float("-inf")), moment("beforeTime", float("inf"))
    return lambda at: after <= at <= before


def _find(account: EmbeddedAccount, case_id: str) -> Case:
    case = account.case(case_id)
    if case is None or case.id != case_id:
        raise Refusal("CaseIdNotFound", f"The case ID {case_id} could not be found.")
    return case


def _text(params: dict[str, Any], name: str, most: int) -> str:
    value = params.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= most:
        raise _invalid(name, f"have length between 1 and {most}")
    return value


def describe_severity_levels(_account: EmbeddedAccount, _region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer DescribeSeverityLevels."""
    _dry(params)
    return {"severityLevels": [{"code": code, "name": name} for code, name in _SEVERITIES]}


def describe_services(_account: EmbeddedAccount, _region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer DescribeServices."""
    _one_of(params, "language", _LANGUAGES)
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


def _communications(account: EmbeddedAccount, case: Case) -> list[dict[str, Any]]:
    """Return the messages of a case, newest first."""
    return [_communication(account, case, number) for number in reversed(range(len(case.messages)))]


def _communication(account: EmbeddedAccount, case: Case, number: int) -> dict[str, Any]:
    message = case.messages[number]
    files = [
        {"attachmentId": f"attachment-{account.digest(f'{case.id} {number} {n}')[:16]}", "fileName": name}
        for n, name in enumerate(message.files)
    ]
    return {
        "caseId": case.id,
        "body": message.body,
        "submittedBy": message.by,
        "timeCreated": _time(message.at),
        "attachments": files,  # of any size; the other those of 5 MB at most, and no larger ones are taken here
        "attachmentSet": files,
    }


def _paged(items: list[Any], params: dict[str, Any], default: int) -> tuple[list[Any], dict[str, Any]]:
    token = str(params.get("nextToken") or 0)
    if not token.isdecimal():
        raise Refusal("ValidationException", "The nextToken is not valid.")
    size = int(params.get("maxResults") or default)
    if not 10 <= size <= 100:
        raise _invalid("maxResults", "have value between 10 and 100")
    start = int(token)
    end = start + size
    return items[start:end], {"nextToken": str(end)} if end < len(items) else {}


def describe_cases(account: EmbeddedAccount, _region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer DescribeCases: resolved cases only when asked for, newest first."""
    within = _within(params)
    cases = sorted(account.state.cases, key=lambda case: case.created, reverse=True)
    if params.get("caseIdList"):
        cases = [_find(account, case_id) for case_id in params["caseIdList"]]
    if params.get("displayId"):
        cases = [case for case in cases if case.display_id == params["displayId"]]
    if not params.get("includeResolvedCases"):
        cases = [case for case in cases if case.status != "resolved"]
    cases = [
        case for case in cases if any(within(at) for at in (case.created, *(message.at for message in case.messages)))
    ]
    page, token = _paged(cases, params, 100)
    _dry(params)
    return {"cases": [_case(account, case, params) for case in page], **token}


def _case(account: EmbeddedAccount, case: Case, params: dict[str, Any]) -> dict[str, Any]:
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
        "language": case.language,
    }
    if params.get("includeCommunications", True):
        newest = _communications(account, case)
        answer["recentCommunications"] = {"communications": newest[:5]}
        if len(newest) > 5:
            answer["recentCommunications"]["nextToken"] = "5"
    return answer


def describe_communications(account: EmbeddedAccount, _region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer DescribeCommunications, newest first."""
    case = _find(account, str(params.get("caseId") or ""))
    within = _within(params)
    newest = zip(reversed(case.messages), _communications(account, case), strict=True)
    page, token = _paged([communication for message, communication in newest if within(message.at)], params, 100)
    _dry(params)
    return {"communications": page, **token}


def _attachment_set(account: EmbeddedAccount, set_id: str) -> AttachmentSet:
    attachments = next((item for item in account.state.attachment_sets if item.id == set_id), None)
    if attachments is None:
        raise Refusal("AttachmentSetIdNotFound", f"An attachment set with the ID {set_id} could not be found.")
    if account.now() >= attachments.until:
        raise Refusal("AttachmentSetExpired", f"The attachment set {set_id} has expired.")
    return attachments


def _attached(account: EmbeddedAccount, params: dict[str, Any]) -> list[str]:
    """Return the names of the files that go with a message."""
    set_id = params.get("attachmentSetId")
    return _attachment_set(account, str(set_id)).names if set_id else []


def _size(data: object) -> int:
    try:
        return len(base64.b64decode(str(data or ""), validate=True))
    except binascii.Error:
        raise Refusal("SerializationException", "An attachment's data is not Base64.") from None


def add_attachments_to_set(account: EmbeddedAccount, _region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer AddAttachmentsToSet: three files of 5 MB at most, in a set that lives for an hour."""
    files = params.get("attachments") or []
    if not files:
        raise Refusal("ValidationException", "1 validation error detected: Value at 'attachments' must not be empty")
    set_id = params.get("attachmentSetId")
    attachments = _attachment_set(account, str(set_id)) if set_id else None
    names = [str(item.get("fileName") or "") for item in files]
    if len(names) + len(attachments.names if attachments else ()) > _FILES or any(
        _size(file.get("data")) > _BYTES for file in files
    ):
        raise Refusal("AttachmentSetSizeLimitExceeded", "The limits are three attachments and 5 MB per attachment.")
    _dry(params)
    if attachments is None:
        number = account.next_number()
        until = account.now() + account.seconds(_SET_MINUTES)
        attachments = AttachmentSet(f"as-{account.digest(f'set {number}')[:17]}", until)
        account.state.attachment_sets.append(attachments)
    attachments.names += names
    return {"attachmentSetId": attachments.id, "expiryTime": _time(attachments.until)}


def add_communication_to_case(account: EmbeddedAccount, _region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer AddCommunicationToCase: AWS reads it and decides after a while."""
    case = _find(account, str(params.get("caseId") or ""))
    body = _text(params, "communicationBody", 8000)
    files, cc = _attached(account, params), _cc(params)
    _dry(params)
    case.cc += [address for address in cc if address not in case.cc]
    account.reply(case, body)
    case.messages[-1].files = list(files)
    return {"result": True}


def create_case(account: EmbeddedAccount, _region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer CreateCase. One about production access makes AWS look again at a denial."""
    subject, body = _text(params, "subject", 1000), _text(params, "communicationBody", 8000)
    service = str(params.get("serviceCode") or "customer-account")
    categories = _SERVICES.get(service, ("", {}))[1]
    category = str(params.get("categoryCode") or next(iter(categories), ""))
    severity = str(params.get("severityCode") or "low")
    if category not in categories or severity not in dict(_SEVERITIES):
        raise Refusal("ValidationException", "Invalid service, category, or severity code.")
    _one_of(params, "issueType", _ISSUES)
    language = _one_of(params, "language", _LANGUAGES)
    files, cc = _attached(account, params), _cc(params)
    _dry(params)
    case = account.open_case(subject, service=service, category=category, severity=severity)
    case.messages.append(SavedMessage(account.operator_arn, account.now(), body, list(files)))
    case.cc, case.language = cc, language
    if category == "ses-production-access":
        for region in account.state.regions.values():
            account.reconsider(region, "DENIED")
    return {"caseId": case.id}


def resolve_case(account: EmbeddedAccount, _region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer ResolveCase."""
    case = _find(account, str(params.get("caseId") or ""))
    _dry(params)
    before, case.status = case.status, "resolved"
    return {"initialCaseStatus": before, "finalCaseStatus": "resolved"}
