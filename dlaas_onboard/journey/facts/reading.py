"""One look at something outside, and what can go wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class ProblemKind(StrEnum):
    """Why a look, or a write, had no usable answer; docs/faults.md, "Faults of a read"."""

    DENIED = "denied"  # an IAM action is missing
    CREDENTIALS = "credentials"  # none, half, expired, SSO, MFA
    REGION = "region"  # none chosen, misspelt, not enabled, without SES
    PROFILE = "profile"  # the named profile does not exist, or the configuration cannot be read
    THROTTLED = "throttled"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"  # DNS, connection refused, closed, TLS, offline
    PROXY = "proxy"  # something between here and AWS answered
    CLOCK = "clock"  # the local clock differs from AWS's
    MALFORMED = "malformed"  # an answer without its mandatory fields
    SUBSCRIPTION = "subscription"  # the support plan does not include the API
    CONFLICT = "conflict"  # ConflictException: a review is pending, or was denied
    NOT_FOUND = "not_found"
    REFUSED = "refused"  # AWS understood and said no
    UNAVAILABLE = "unavailable"  # AWS answered 5xx
    INVALID = "invalid"  # what was entered cannot be asked for
    BLOCKED = "blocked"  # an address this tool does not open
    DEFECT = "defect"  # ours


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something could not be read or done, in words for the operator."""

    kind: ProblemKind
    message: str
    remedy: str = ""
    operation: str = ""  # "sesv2:GetAccount"
    iam_action: str = ""  # "ses:GetAccount", where a permission is missing
    code: str = ""  # AWS's own error code
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """What one look found: a value, or a problem, with its source and time.

    ``value`` is ``None`` beside no problem where the source says that there is none (an identity that does not
    exist); a look that failed has a problem and may still carry what was read before it failed (``partial``).
    """

    source: str  # "SES GetAccount eu-west-1", "DNS TXT _dmarc.example.com via 192.0.2.53"
    observed_at: datetime  # always UTC
    value: T | None = None
    problem: Problem | None = None
    partial: str = ""  # "2 pages of identities", where reading stopped early

    @property
    def known(self) -> bool:
        """Whether the source answered in full."""
        return self.problem is None and not self.partial


def known(reading: Reading[T] | None) -> T | None:
    """Return what was read, ``None`` where nobody looked, the look failed, or it stopped early."""
    return reading.value if reading is not None and reading.known else None


def so_far(reading: Reading[T] | None) -> T | None:
    """Return what was read as far as it goes: a list may lack its end, so nothing follows from what is not in it."""
    return reading.value if reading is not None else None


def unread(reading: Reading[T] | None, what: str) -> str:
    """Return why what was asked for is not known, in one sentence that begins with ``what``; ``""`` where it is."""
    if reading is None:
        return f"{what} was not looked at yet."
    if not reading.known:
        why = reading.problem.message if reading.problem else f"read in part only: {reading.partial}"
        return f"{what} could not be read: {why}"
    return ""
