"""The life cycle of the request for production access.

``ReviewDetails`` in the SESv2 API reference gives the words; ``ProductionAccessEnabled`` alone says whether the
sandbox is left (docs/ses.md, "Review"). Nothing here is a default: an account that was not read is unknown.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from dlaas_onboard.journey.facts import Account, Facts, RegionGlance, Review
from dlaas_onboard.journey.facts.reading import known

PROMISED_HOURS = 24  # "Request production access" in the SES Developer Guide: a first answer within 24 hours

Access = Literal["sandbox", "production", "unknown"]


class Stage(StrEnum):
    """Where the request stands in this Region."""

    NEVER_ASKED = "never_asked"
    PENDING = "pending"
    GRANTED = "granted"  # the review says so, but the account is still in the sandbox
    PRODUCTION = "production"
    DENIED = "denied"
    FAILED = "failed"  # Amazon did not receive the request: it may be filed again
    UNKNOWN = "unknown"  # not read, or a word of AWS's that is new


class Health(StrEnum):
    """Whether Amazon lets the account send."""

    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"  # sending disabled, or enforcement other than HEALTHY
    UNKNOWN = "unknown"


_STAGES = {
    "PENDING": Stage.PENDING,
    "GRANTED": Stage.GRANTED,
    "DENIED": Stage.DENIED,
    "FAILED": Stage.FAILED,
}


def account(facts: Facts) -> Account | None:
    """Return the account where ``GetAccount`` answered in full, ``None`` otherwise."""
    reading = facts.account
    return known(reading)


def _review(facts: Facts) -> Review | None:
    read = account(facts)
    return read.details.review if read is not None and read.details is not None else None


def word(facts: Facts) -> str:
    """Return AWS's own word for the review's status, ``""`` where there is none."""
    review = _review(facts)
    return review.status if review is not None else ""


def case_id(facts: Facts) -> str:
    """Return the display id of the review's case, ``""`` where AWS names none."""
    review = _review(facts)
    return review.case_id if review is not None else ""


def status_and_case(facts: Facts) -> str:
    """Return the review as an intent keeps it in ``before``: ``PENDING 1780``; ``""`` where there is none."""
    return f"{word(facts)} {case_id(facts)}".strip()


def status(facts: Facts) -> Stage:
    """Return what the review itself says, whatever the production flag says; never ``PRODUCTION``."""
    if account(facts) is None:
        return Stage.UNKNOWN
    review = _review(facts)
    if review is None:
        return Stage.NEVER_ASKED
    return _STAGES.get(review.status, Stage.UNKNOWN)


def stage(facts: Facts) -> Stage:
    """Return where the request stands: the production flag first, then the review."""
    if access(facts) == "production":
        return Stage.PRODUCTION
    return status(facts)


def access(facts: Facts) -> Access:
    """Return ``sandbox``, ``production`` or ``unknown`` of the Region where one looks."""
    return access_of(account(facts))


def access_of(seen: Account | RegionGlance | None) -> Access:
    """Return ``sandbox`` or ``production``, as ProductionAccessEnabled says; ``unknown`` where it was not read."""
    if seen is None:
        return "unknown"
    return "production" if seen.production else "sandbox"


def health(facts: Facts) -> Health:
    """Return whether sending is enabled and enforcement is HEALTHY; what AWS left out is unknown."""
    read = account(facts)
    if read is None:
        return Health.UNKNOWN
    if read.sending_enabled is False or read.enforcement not in ("HEALTHY", ""):
        return Health.UNHEALTHY
    if read.sending_enabled is None or not read.enforcement:
        return Health.UNKNOWN
    return Health.HEALTHY


def may_file(facts: Facts) -> bool:
    """Whether AWS takes a request now: never asked, or FAILED (``API_ReviewDetails``)."""
    return stage(facts) in (Stage.NEVER_ASKED, Stage.FAILED)


def exit_status(facts: Facts) -> int:
    """Return the exit status of ``status`` and ``watch`` (docs/architecture.md, "Contract").

    0 production and healthy, 10 sandbox and not asked, 11 pending, 12 denied or failed, 13 granted but still
    sandboxed, 20 sending disabled or enforcement not healthy, 3 could not look: also where AWS used a word that is
    new, or left out what 0 would claim.
    """
    if health(facts) == Health.UNHEALTHY:
        return 20
    where = stage(facts)
    if where == Stage.PRODUCTION:
        return 0 if health(facts) == Health.HEALTHY else 3
    return {
        Stage.NEVER_ASKED: 10,
        Stage.PENDING: 11,
        Stage.DENIED: 12,
        Stage.FAILED: 12,
        Stage.GRANTED: 13,
    }.get(where, 3)
