"""What AWS's error answers mean: in words for the operator (docs/faults.md, "Faults of a read")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from dlaas_onboard.aws.error_text import LOOK_FIRST, CallPlace, Words, command, iam_action, not_aws, sign_in, strike
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind
from dlaas_onboard.journey.text import age, line

K = ProblemKind

_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "DependencyAccessDeniedException",
        "NotAuthorized",
        "UnauthorizedOperation",
    }
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"})
WRONG_KEY = frozenset({"UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "AuthFailure"})
_SIGNATURE = frozenset({"SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature"})
_SKEWED = frozenset({"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"})
THROTTLED = frozenset(
    {
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttled",
        "Throttling",
        "ThrottlingException",
        "TooManyRequests",
        "TooManyRequestsException",
    }
)
_UNSUBSCRIBED = frozenset({"SubscriptionRequiredException", "OptInRequired"})
_ABSENT = frozenset(
    {
        "AWS.SimpleQueueService.NonExistentQueue",  # the name in SQS's old protocol, still sent beside the new one
        "CaseIdNotFound",
        "NoSuchEntity",
        "NoSuchResourceException",
        "NotFound",
        "NotFoundException",
        "QueueDoesNotExist",
        "ResourceNotFoundException",
    }
)
_INVALID = frozenset(
    {
        "BadRequestException",
        "IllegalArgumentException",
        "InvalidParameter",
        "InvalidParameterException",
        "InvalidParameterValue",
        "SerializationException",
        "ValidationError",
        "ValidationException",
    }
)
_SKEW = timedelta(minutes=5)  # AWS refuses signatures that are older or newer


class _ErrorAnswer(NamedTuple):
    """The parts of an error answer, each checked: an emulator or a proxy may send anything."""

    code: str
    status: int
    message: str  # the first line of AWS's text
    request_id: str
    date: str  # the Date header


def refusal(exc: ClientError, operation: str, where: CallPlace, *, write: bool) -> Problem:
    """Return what an error answer means for ``operation``, or for fetching the credentials for it."""
    answer = _read(exc)
    own = exc.operation_name == operation.partition(":")[2]
    kind, message, remedy = (
        _answered(answer, operation, where, write=write) if own else _while_signing_in(exc, answer, where)
    )
    return Problem(
        kind=kind,
        message=message,
        remedy=remedy,
        operation=operation,
        iam_action=_missing(kind, exc, operation, own=own),
        code=answer.code,
        request_id=answer.request_id,
    )


def _read(exc: ClientError) -> _ErrorAnswer:
    response: Mapping[str, Any] = exc.response if isinstance(exc.response, Mapping) else {}
    error = _mapping(response.get("Error"))
    meta = _mapping(response.get("ResponseMetadata"))
    code = line(str(error.get("Code") or ""), limit=80)
    status = meta.get("HTTPStatusCode")
    if not isinstance(status, int):
        status = int(code) if code.isdecimal() and len(code) == 3 else 0
    return _ErrorAnswer(
        code=code,
        status=status,
        message=strike(_text(error.get("Message"))),
        request_id=line(_text(meta.get("RequestId")), limit=100),
        date=_text(_mapping(meta.get("HTTPHeaders")).get("date")),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _missing(kind: ProblemKind, exc: ClientError, operation: str, *, own: bool) -> str:
    if own:
        return iam_action(operation) if kind is K.DENIED else ""
    return "sts:AssumeRole" if exc.operation_name == "AssumeRole" else ""


def _while_signing_in(exc: ClientError, answer: _ErrorAnswer, where: CallPlace) -> Words:
    """Return the words for an error of STS or SSO while credentials were fetched: our request never left."""
    code, text = answer.code, answer.message
    profile = line(where.profile)
    named = f"profile {profile}" if profile else "the default profile"
    if exc.operation_name == "AssumeRole" and "MultiFactorAuthentication" in text:
        return K.CREDENTIALS, "AWS did not accept the MFA code.", "Look again and enter the code that is shown then."
    if code in _EXPIRED or code == "UnauthorizedException":
        return K.CREDENTIALS, f"The credentials of {named} have expired.", command("aws sso login", profile)
    if code.isdecimal():
        return (
            K.PROXY,
            f"Something that is not AWS answered {code} while credentials were fetched.",
            "Check the proxy, or sign in to this network.",
        )
    what = {"AssumeRole": "to assume the role", "GetRoleCredentials": "to use the SSO role"}.get(
        exc.operation_name, "to sign in"
    )
    return (
        K.CREDENTIALS,
        f"AWS does not allow {named} {what}: {text or code}",
        "Check the role of the profile and who may assume it.",
    )


class _RefusedCall(NamedTuple):
    """A call that AWS refused, and what the words about it may name."""

    answer: _ErrorAnswer
    service: str
    name: str  # of the operation
    profile: str
    region: str
    write: bool

    @property
    def action(self) -> str:
        """Return the IAM action of the call."""
        return iam_action(f"{self.service}:{self.name}")

    @property
    def text(self) -> str:
        """Return AWS's text, or its code where it wrote none."""
        return self.answer.message or self.answer.code


def _answered(answer: _ErrorAnswer, operation: str, where: CallPlace, *, write: bool) -> Words:
    code = answer.code
    if code.isdecimal() or not code:
        return not_aws(answer.status, where.endpoint, operation, write=write)
    service, _, name = operation.partition(":")
    call = _RefusedCall(answer, service, name, line(where.profile), line(where.region), write)
    words = _OF_THE_CALLER.get(code)
    if words is None and (code in THROTTLED or answer.status == 429):
        words = _throttled
    return (words or _of_service(call) or _OF_THE_REQUEST.get(code) or _unknown_code)(call)


def _denied(call: _RefusedCall) -> Words:
    text = call.answer.message
    wall = "service control policy" in text.lower() or "permissions boundary" in text.lower()
    remedy = (
        "An organization's policy denies it: ask whoever runs the organization."
        if wall
        else f"Ask for the IAM action {call.action}, then look again."
    )
    return K.DENIED, text or f"You may not call {call.name}.", remedy


def _dependency_denied(call: _RefusedCall) -> Words:
    return (
        K.DENIED,
        f"{call.action} needs a permission on another service: {call.text}",
        "Ask for iam:CreateServiceLinkedRole for Service Quotas, then look again.",
    )


def _expired(call: _RefusedCall) -> Words:
    return K.CREDENTIALS, "Your AWS credentials have expired.", sign_in(call.profile)


def _wrong_key(call: _RefusedCall) -> Words:
    return (
        K.CREDENTIALS,
        (
            f"AWS does not accept these credentials in {call.region or 'this Region'}: "
            "the key is wrong or gone, or the Region is not enabled for the account."
        ),
        sign_in(call.profile),
    )


def _throttled(call: _RefusedCall) -> Words:
    text = call.answer.message
    if "quota exceeded" in text.lower() or "sending rate" in text.lower():
        return (
            K.THROTTLED,
            f"The sending quota is used up: {text}",
            "Wait until the quota of the last 24 hours allows it.",
        )
    return (
        K.THROTTLED,
        f"AWS takes no more {call.name} calls at the moment.",
        "Nothing was done. Wait a few seconds, then try again."
        if call.write
        else "Wait a few seconds, then look again.",
    )


def _unsubscribed(call: _RefusedCall) -> Words:
    if call.service == "support":
        return (
            K.SUBSCRIPTION,
            "The account's support plan does not include the Support API.",
            "Read and answer the case in the AWS console; no paid plan is needed there.",
        )
    return (
        K.SUBSCRIPTION,
        f"The account is not signed up for {call.service}: {call.text}",
        "Open the service once in the AWS console of this account.",
    )


def _conflict(call: _RefusedCall) -> Words:
    if call.name == "PutAccountDetails":
        return (
            K.CONFLICT,
            "SES does not take this now: a request is under review, or an earlier one was denied.",
            "Look at the review's status before anything else.",
        )
    return (
        K.CONFLICT,
        f"AWS does not take this now: {call.answer.message or 'it conflicts with what is there'}",
        "Look again, then decide.",
    )


def _quota_already_asked(_call: _RefusedCall) -> Words:
    return K.CONFLICT, "A request for this quota is already open.", "Wait for its decision, or answer its case."


def _absent(call: _RefusedCall) -> Words:
    return K.NOT_FOUND, call.answer.message or f"{call.name} found nothing.", "Check the name and the Region."


def _invalid(call: _RefusedCall) -> Words:
    return K.INVALID, f"AWS does not take this: {call.text}", "Correct what was entered."


def _unknown_code(call: _RefusedCall) -> Words:
    if call.answer.status >= 500:
        return (
            K.UNAVAILABLE,
            f"AWS failed to answer {call.name} ({call.answer.code}).",
            LOOK_FIRST if call.write else "Wait a little, then look again.",
        )
    return K.REFUSED, f"AWS refused {call.name}: {call.text}", "Read what AWS says, then decide."


# AWS Support API reference: AddAttachmentsToSet, AddCommunicationToCase, CreateCase.
_OF_SUPPORT: dict[str, Words] = {
    "AttachmentSetSizeLimitExceeded": (
        K.INVALID,
        "What is attached is larger than the 5 MB that a case takes at once.",
        "Switch the attachment off, or attach the report in the console.",
    ),
    "AttachmentLimitExceeded": (
        K.REFUSED,
        "AWS takes no more attachments for a while.",
        "Switch the attachment off, or try again in an hour.",
    ),
    "AttachmentSetExpired": (
        K.REFUSED,
        "The upload of the attachment has expired: it lives for an hour.",
        "Send it again; it is uploaded again.",
    ),
    "AttachmentSetIdNotFound": (
        K.REFUSED,
        "AWS does not know the upload of the attachment any more: it lives for an hour.",
        "Send it again; it is uploaded again.",
    ),
    "CaseIdNotFound": (
        K.NOT_FOUND,
        "AWS Support does not know this case.",
        "Look again; then answer it in the console.",
    ),
    "CaseCreationLimitExceeded": (
        K.REFUSED,
        "AWS takes no more new cases of this account for a while: 10 an hour.",
        "Wait an hour, then look again before you open one.",
    ),
}


def _quota_requests_full(call: _RefusedCall) -> Words:
    return (
        K.REFUSED,
        f"Too many quota requests of this account are open in this Region.{_added(call)}",
        "Wait until Amazon has closed one of them, then ask again.",
    )


def _unknown_quota(call: _RefusedCall) -> Words:
    return (
        K.NOT_FOUND,
        f"Service Quotas does not know this quota in this Region.{_added(call)}",
        "Look again: the codes are read again.",
    )


def _quota_value(call: _RefusedCall) -> Words:
    return (
        K.INVALID,
        f"Service Quotas does not take this value.{_added(call)}",
        "Look again: the quota may have been raised meanwhile. Else correct the worksheet's figure.",
    )


def _added(call: _RefusedCall) -> str:
    return f" AWS says: {call.answer.message}" if call.answer.message else ""


# What Service Quotas says of a request: its API reference, RequestServiceQuotaIncrease.
_OF_QUOTAS: dict[str, Callable[[_RefusedCall], Words]] = {
    "QuotaExceededException": _quota_requests_full,
    "NoSuchResourceException": _unknown_quota,
    "IllegalArgumentException": _quota_value,
}


def _of_service(call: _RefusedCall) -> Callable[[_RefusedCall], Words] | None:
    """Return what words a code has in one service alone."""
    code = call.answer.code
    if call.service == "support" and code in _OF_SUPPORT:
        return _of_support
    return _OF_QUOTAS.get(code) if call.write and call.service == "service-quotas" else None


def _of_support(call: _RefusedCall) -> Words:
    return _OF_SUPPORT[call.answer.code]


def _clock(call: _RefusedCall) -> Words:
    """Return the words for a refused signature: the Date header tells a wrong clock from a wrong key."""
    skew = timedelta()
    try:
        there = parsedate_to_datetime(call.answer.date)
        skew = datetime.now(UTC) - (there if there.tzinfo else there.replace(tzinfo=UTC))
    except ValueError:
        pass  # no Date, or none that can be read
    if abs(skew) > _SKEW:
        ahead = "ahead of" if skew > timedelta() else "behind"
        return (
            K.CLOCK,
            f"This machine's clock is {age(abs(skew).total_seconds())} {ahead} AWS's.",
            "Set the clock, then look again.",
        )
    if call.answer.code in _SKEWED:
        return K.CLOCK, "AWS says that this machine's clock is wrong.", "Set the clock, then look again."
    return (
        K.CREDENTIALS,
        "AWS does not accept the signature: the secret key does not belong to the access key.",
        sign_in(call.profile),
    )


_OF_THE_CALLER: dict[str, Callable[[_RefusedCall], Words]] = {
    **dict.fromkeys(_SIGNATURE | _SKEWED, _clock),
    **dict.fromkeys(WRONG_KEY, _wrong_key),
    **dict.fromkeys(_EXPIRED, _expired),
    **dict.fromkeys(_DENIED, _denied),
    "DependencyAccessDeniedException": _dependency_denied,
}

_OF_THE_REQUEST: dict[str, Callable[[_RefusedCall], Words]] = {
    **dict.fromkeys(_INVALID, _invalid),
    **dict.fromkeys(_ABSENT, _absent),
    **dict.fromkeys(_UNSUBSCRIBED, _unsubscribed),
    "ResourceAlreadyExistsException": _quota_already_asked,
    "ConflictException": _conflict,
}
