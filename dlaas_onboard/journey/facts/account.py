"""``GetAccount`` with its details, the sending statistics, and another Region at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Review:
    """``ReviewDetails``: ``status`` is AWS's word, kept as it is where it is unknown to us."""

    status: str  # PENDING, GRANTED, DENIED, FAILED, or something newer
    case_id: str = ""  # the Support Center's *display* id


@dataclass(frozen=True, slots=True)
class Details:
    """``GetAccount.Details``: what was last put, absent until the first request in the Region."""

    mail_type: str = ""
    website_url: str = ""
    contact_language: str = ""
    use_case_description: str = ""
    contacts: tuple[str, ...] = ()
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """``GetAccount``. ``production`` alone says whether the sandbox is left."""

    production: bool
    sending_enabled: bool | None
    enforcement: str  # HEALTHY, PROBATION, SHUTDOWN, or something newer; "" if absent
    max_24_hour_send: float | None  # recipients a rolling day; -1 is unlimited
    max_send_rate: float | None  # recipients a second
    sent_last_24_hours: float | None
    suppressed_reasons: tuple[str, ...] | None  # BOUNCE, COMPLAINT; None if absent
    details: Details | None = None


@dataclass(frozen=True, slots=True)
class SendPoint:
    """One quarter of an hour of ``GetSendStatistics`` (SES v1)."""

    at: datetime
    attempts: int
    bounces: int
    complaints: int
    rejects: int


@dataclass(frozen=True, slots=True)
class RegionGlance:
    """One Region in the radar."""

    region: str
    production: bool
    review: str = ""
    case_id: str = ""
    max_24_hour_send: float | None = None
    identities: tuple[str, ...] = ()  # those of our domain, and parents of it that cover it
    domain: str = ""  # the domain whose identities were looked for; "" where none were
    max_send_rate: float | None = None
