"""What Service Quotas would be asked for after the grant: sending quota and sending rate."""

from __future__ import annotations

from dataclasses import dataclass

from dlaas_onboard.journey import review
from dlaas_onboard.journey.answers import Answers
from dlaas_onboard.journey.facts import Facts, Quota, Quotas
from dlaas_onboard.request import seen
from dlaas_onboard.request.worksheet import show, work_out


@dataclass(frozen=True, slots=True)
class Increase:
    """One quota that Service Quotas can be asked to raise, or the reason why not."""

    quota: Quota
    desired: float
    why_not: str = ""


# RequestStatus of the Service Quotas API: a second request for the same quota is refused meanwhile.
OPEN_REQUESTS = frozenset({"PENDING", "CASE_OPENED"})


def increases(facts: Facts, answers: Answers) -> tuple[Increase, ...]:
    """Return sending quota and sending rate as they would be asked for; codes are those that Service Quotas listed."""
    quotas = seen.known(facts.quotas)
    account = review.account(facts)
    if quotas is None or account is None:
        return ()
    sheet = work_out(facts, answers)
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
    for request in quotas.requests:
        if request.code == quota.code and request.status in OPEN_REQUESTS:
            return f"A request for {quota.name} is open already ({request.status})."
    return ""
