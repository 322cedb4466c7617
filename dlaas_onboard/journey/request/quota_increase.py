"""What Service Quotas is asked for: sending quota and sending rate, after the grant or, knowingly, after a denial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dlaas_onboard.journey.facts import Quota, QuotaRequest, Quotas
from dlaas_onboard.journey.facts.reading import known
from dlaas_onboard.journey.request import evidence
from dlaas_onboard.journey.request.worksheet import show, work_out
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Intent, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.verdict import Verdict

FROM_SANDBOX = "quota_in_sandbox"  # the operator's switch
# All that is known of it (docs/ses.md, "Service Quotas"); said wherever it is offered.
IN_SANDBOX = (
    "AWS's table says that these quotas are adjustable only after leaving the sandbox. In practice the call is "
    "accepted and a case opens. Whether that lifts the sandbox is not known."
)


@dataclass(frozen=True, slots=True)
class Increase:
    """One quota that Service Quotas can be asked to raise, or the reason why not."""

    quota: Quota
    desired: float
    why_not: str = ""


# RequestStatus of the Service Quotas API: a second request for the same quota is refused meanwhile.
OPEN_REQUESTS = frozenset({"PENDING", "CASE_OPENED"})
CASE_CLOSED = "CASE_CLOSED"  # says that the case was closed, and nothing of its outcome
STATUS_WORDS = {
    "PENDING": "Amazon has it, without a case yet",
    "CASE_OPENED": "Amazon looks at it in a case",
    "APPROVED": "granted",
    "DENIED": "Amazon said no",
    CASE_CLOSED: "only the case says with what outcome",
    "NOT_APPROVED": "not granted, and no case was opened",
    "INVALID_REQUEST": "Service Quotas could not work on it",
}
HISTORY = "about 90 days"  # how far back the history goes (Service Quotas User Guide)


def increases(situation: Situation) -> tuple[Increase, ...]:
    """Return sending quota and sending rate as they would be asked for; codes are those that Service Quotas listed."""
    quotas = known(situation.facts.quotas)
    account = stages.account(situation.facts)
    if quotas is None or account is None:
        return ()
    sheet = work_out(situation)
    pairs = (
        (quotas.sending_quota, sheet.daily_quota, account.max_24_hour_send),
        (quotas.sending_rate, sheet.send_rate, account.max_send_rate),
    )
    return tuple(
        Increase(quota, float(desired), _why_not(quota, quotas, float(desired), now))
        for quota, desired, now in pairs
        if quota is not None and desired is not None
    )


def _why_not(quota: Quota, quotas: Quotas, desired: float, now: float | None) -> str:
    current = max((value for value in (quota.value, now) if value is not None), default=None)
    if now == -1:
        return f"{quota.name} is unlimited."
    if current is None:
        return f"{quota.name} could not be read."
    if desired <= current:
        return f"{quota.name} is {show(current)} already."
    if quota.adjustable is False:
        return f"{quota.name} cannot be adjusted in this Region."
    request = open_request(quotas, quota.code)
    return f"A request for {quota.name} is open already: {named(request)}." if request else ""


def open_request(quotas: Quotas | None, code: str = "") -> QuotaRequest | None:
    """Return the request that Amazon still works on, for one quota or for either."""
    requests = quotas.requests if quotas is not None else ()
    return next(
        (request for request in requests if request.status in OPEN_REQUESTS and code in ("", request.code)), None
    )


def open_words(quotas: Quotas | None) -> str:
    """Return every request that is open, with the name of its quota, ``""`` where none is."""
    requests = [request for request in quotas.requests if request.status in OPEN_REQUESTS] if quotas is not None else []
    return "; ".join(f"{quota_name(quotas, request.code)} {named(request)}" for request in requests)


def named(request: QuotaRequest) -> str:
    """Return a request in a few words: what was asked for, its status, since when, and its case."""
    since = f" since {day(request.created)}" if request.created else ""
    case = f", case {request.case_id}" if request.case_id else ""
    return f"{desired(request)}, {request.status or 'no status'}{since}{case}"


def desired(request: QuotaRequest) -> str:
    """Return the value that was asked for."""
    return "an unknown value" if request.desired is None else show(request.desired)


def day(at: datetime) -> str:
    """Return the day in UTC."""
    return f"{at:%Y-%m-%d}"


def status_text(request: QuotaRequest) -> str:
    """Return what a status means; one that is not known here is told as it is."""
    if request.status in STATUS_WORDS:
        return f"{request.status}: {STATUS_WORDS[request.status]}"
    return f"{request.status or 'no status'}, which is not known here"


# The action


def calls(situation: Situation) -> tuple[Call, ...]:
    """Return one request for each quota of which the worksheet needs more."""
    return tuple(
        Call(
            "service-quotas",
            "RequestServiceQuotaIncrease",
            {
                "ServiceCode": "ses",
                "QuotaCode": item.quota.code,
                "DesiredValue": item.desired,
                "SupportCaseAllowed": True,
            },
        )
        for item in increases(situation)
        if not item.why_not
    )


def blocked_because(situation: Situation) -> str:
    """Return why nothing can be asked for now, ``""`` where something can."""
    match stages.access(situation.facts):
        case "unknown":
            return "Whether the account has production access is not known."
        case "sandbox" if stages.stage(situation.facts) != stages.Stage.DENIED:
            return "Quotas can be raised only after Amazon grants production access."
        case "sandbox" if evidence.field(FROM_SANDBOX, situation) != "yes":
            return "In the sandbox this is a way after a denial only: read what is known of it, then switch it on here."
    quotas = known(situation.facts.quotas)
    if quotas is None:
        return "The quotas could not be read from Service Quotas."
    candidates = increases(situation)
    if any(not item.why_not for item in candidates):
        return ""
    if candidates:
        return " ".join(item.why_not for item in candidates)
    if quotas.sending_quota is None and quotas.sending_rate is None:
        return f"Service Quotas lists neither quota of SES in {situation.place.region}."
    return "Fill in the worksheet first."


def before(situation: Situation, _verdicts: Mapping[Any, Verdict]) -> str:
    """Return what is said before the request leaves."""
    reply = (
        "Amazon decides in a case of its own for each, which says no more than the figures: answer there with the text "
        "of your reply."
    )
    return f"{IN_SANDBOX} {reply}" if stages.access(situation.facts) != "production" else reply


def result_text(sent: Sequence[Call], situation: Situation) -> str:
    """Return what became of each request; one that was open already is pointed at as the look after it shows it."""
    quotas = known(situation.facts.quotas)
    by_code = {str(intent.call.params.get("QuotaCode", "")): intent for intent in situation.intents}
    return " ".join(
        _outcome_text(by_code.get(code), code, quotas)
        for code in (str(call.params.get("QuotaCode", "")) for call in sent)
    )


def _outcome_text(intent: Intent | None, code: str, quotas: Quotas | None) -> str:
    name = quota_name(quotas, code)
    if intent is None:
        return f"{name}: nothing was sent."
    outcome = intent.outcome
    problem = outcome.problem if outcome else None
    requests = quotas.requests if quotas is not None else ()
    if intent.phase in (Phase.ACCEPTED, Phase.CONFIRMED):
        request_id = outcome.result if outcome else ""
        request = next((candidate for candidate in requests if request_id and candidate.id == request_id), None)
        return (
            f"{name}: asked for {named(request)}." if request else f"{name}: asked for; the list does not show it yet."
        )
    if problem is not None and problem.code == "ResourceAlreadyExistsException":
        request = open_request(quotas, code)
        where = f": {named(request)}" if request else ", and the list does not show it yet"
        return f"{name}: a request is open already{where}. Nothing new was asked."
    if intent.phase == Phase.REJECTED:
        return f"{name}: refused. {problem.message} {problem.remedy}" if problem else f"{name}: refused."
    return f"{name}: it may have been received. Look again before you ask again."


def quota_name(quotas: Quotas | None, code: str) -> str:
    """Return the name that Service Quotas gives the quota of this code."""
    listed = (quotas.sending_quota, quotas.sending_rate) if quotas is not None else ()
    return next((quota.name for quota in listed if quota is not None and quota.code == code), code)
