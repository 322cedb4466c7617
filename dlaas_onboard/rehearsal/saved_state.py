"""What the embedded account remembers, as plain records, and how it is kept in one JSON file.

Times are seconds since the epoch. Everything here survives the end of the process; rules are elsewhere.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter


@dataclass(slots=True)
class SavedRecord:
    """One DNS record of the account's zone; ``name`` is absolute without the last dot, TXT is not quoted."""

    name: str
    type: str
    value: str
    ttl: int = 60


@dataclass(slots=True)
class SavedMailFrom:
    """A custom MAIL FROM domain and how far SES is with it."""

    domain: str
    behavior: str
    since: float
    status: str = "PENDING"


@dataclass(slots=True)
class SavedIdentity:
    """A domain or an address."""

    name: str
    since: float  # when verification began
    tokens: list[str] = field(default_factory=list)  # empty for an address
    status: str = "PENDING"
    signing_enabled: bool = True
    origin: str = "AWS_SES"
    mail_from: SavedMailFrom | None = None
    feedback_forwarding: bool = True
    configuration_set: str = ""
    tags: list[dict[str, str]] = field(default_factory=list)
    last_checked: float | None = None
    last_success: float | None = None
    error_type: str = ""
    topics: dict[str, str] = field(default_factory=dict)  # Bounce, Complaint, Delivery -> topic ARN
    headers_in: list[str] = field(default_factory=list)  # notification types that carry the original headers

    @property
    def domain(self) -> bool:
        """Whether this is a domain, not an address."""
        return "@" not in self.name


@dataclass(slots=True)
class SavedConfigurationSet:
    """A configuration set: its options as they were given, and its event destinations by name."""

    name: str
    options: dict[str, dict[str, Any]] = field(default_factory=dict)  # "SendingOptions" -> …
    destinations: dict[str, dict[str, Any]] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class SavedReview:
    """The review of a request for production access."""

    status: str
    case: str  # display id
    since: float
    decide_at: float | None = None  # when AWS decides by itself
    decision: str = ""  # GRANTED or DENIED
    lift_at: float | None = None  # granted, but the sandbox ends only then


@dataclass(slots=True)
class SavedQuotaRequest:
    """One request to Service Quotas."""

    id: str
    code: str
    desired: float
    created: float
    status: str
    case: str = ""
    updated: float = 0.0


@dataclass(slots=True)
class Sent:
    """One accepted message."""

    at: float
    recipients: int
    simulator: int  # how many of them were the mailbox simulator
    message_id: str = ""
    sender: str = ""
    arrived: list[str] = field(default_factory=list)  # whose mailbox has it; the simulator has none


@dataclass(slots=True)
class Region:
    """SES and its quotas in one Region."""

    name: str
    production: bool = False
    sending_enabled: bool = True
    enforcement: str = "HEALTHY"
    daily: float = 200.0
    rate: float = 1.0
    suppressed_reasons: list[str] = field(default_factory=lambda: ["BOUNCE", "COMPLAINT"])
    details: dict[str, Any] | None = None
    review: SavedReview | None = None
    identities: dict[str, SavedIdentity] = field(default_factory=dict)
    configuration_sets: dict[str, SavedConfigurationSet] = field(default_factory=dict)
    suppressed: dict[str, dict[str, Any]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    points: list[list[float]] = field(
        default_factory=list
    )  # [quarter of an hour, attempts, bounces, complaints, rejects]
    quota_requests: list[SavedQuotaRequest] = field(default_factory=list)


@dataclass(slots=True)
class SavedMessage:
    """One communication of a case."""

    by: str
    at: float
    body: str
    files: list[str] = field(default_factory=list)  # names of what came with it


@dataclass(slots=True)
class AttachmentSet:
    """Files that were uploaded for a case; their content is not kept."""

    id: str
    until: float
    names: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Case:
    """One case of the Support Center."""

    id: str
    display_id: str
    subject: str
    status: str
    created: float
    service: str
    category: str
    severity: str
    region: str  # whose review it carries, "" for none
    messages: list[SavedMessage] = field(default_factory=list)
    cc: list[str] = field(default_factory=list)
    language: str = "en"


@dataclass(slots=True)
class SavedEvent:
    """An SNS message that is due at ``at``."""

    at: float
    region: str
    topic: str
    source: str  # ARN of the identity or configuration set that publishes
    body: str


@dataclass(slots=True)
class SavedWrite:
    """A write that moto took, so that it can be played to a new moto."""

    service: str  # as in the signature
    region: str
    method: str
    path: str
    content_type: str
    target: str
    body: str


@dataclass(slots=True)
class SavedState:
    """The whole account."""

    id: str
    scenario: str
    domain: str
    service_name: str
    home: str  # the Region that the scenario is about
    owner: str  # the operator's own address
    support_plan: bool = True
    denied: list[str] = field(default_factory=list)  # "sesv2:ListEmailIdentities", "sns:*"
    expired_until: float = 0.0
    throttled_until: float = 0.0
    grants_after_reply: bool = True
    counter: int = 0
    regions: dict[str, Region] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    attachment_sets: list[AttachmentSet] = field(default_factory=list)
    zone: list[SavedRecord] = field(default_factory=list)
    serial: int = 1
    website_published: bool = False
    confirmations: dict[str, bool] = field(default_factory=dict)  # "topic protocol endpoint" -> link clicked
    outbox: list[SavedEvent] = field(default_factory=list)
    kept: list[SavedWrite] = field(default_factory=list)
    reputation: dict[str, float] = field(default_factory=dict)  # "Reputation.BounceRate" -> fraction
    ports: dict[str, int] = field(default_factory=dict)


@cache
def _adapter() -> TypeAdapter[SavedState]:
    return TypeAdapter(SavedState)


def dump(state: SavedState) -> bytes:
    """Return the state as JSON."""
    return _adapter().dump_json(state, indent=1)


def load(path: Path) -> SavedState | None:
    """Return the saved state, ``None`` where there is none.

    A file that cannot be read as a state is set aside under ``….damaged``: a rehearsal then begins anew.
    """
    try:
        return _adapter().validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        path.replace(path.with_name(path.name + ".damaged"))
        return None


def save(path: Path, content: bytes) -> None:
    """Replace a file, readable by its owner alone, in one step: whoever is killed in the middle leaves the old one."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
