"""The DNS records a sending domain needs, and how each compares with what DNS says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What a record is for."""

    DKIM = "DKIM"
    MAIL_FROM_MX = "MAIL FROM MX"
    MAIL_FROM_SPF = "MAIL FROM SPF"
    DMARC = "DMARC"
    INBOX = "Inbox MX"  # mail to the From address can arrive
    DELEGATION = "Delegation"


class RecordVerdict(StrEnum):
    """What DNS says of a wanted record. UNKNOWN is never MISSING."""

    OK = "ok"
    MISSING = "missing"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Record:
    """A record that should exist."""

    purpose: Purpose
    name: str
    type: str
    value: str  # as to be published: 'tok.dkim.amazonses.com', '10 feedback-smtp.eu-west-1.amazonses.com', 'v=DMARC1; p=none; rua=…'
    required: bool = True


@dataclass(frozen=True, slots=True)
class RecordState:
    """A wanted record beside what was found."""

    record: Record
    verdict: RecordVerdict
    found: str = ""
    ses_says: str = ""  # "DKIM PENDING", "MAIL FROM FAILED: TYPE_NOT_FOUND"
    fix: str = ""
    source: str = ""
    observed_at: datetime | None = None
