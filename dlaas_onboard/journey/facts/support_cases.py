"""The AWS Support plan and the case of the review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One communication of a support case."""

    by: str
    at: datetime | None
    body: str


@dataclass(frozen=True, slots=True)
class SupportPlan:
    """Whether the plan allows the Support API, by one harmless call."""

    api: bool


@dataclass(frozen=True, slots=True)
class SupportCase:
    """``DescribeCases`` by display id with ``DescribeCommunications``; oldest message first."""

    display_id: str
    case_id: str
    status: str
    subject: str = ""
    created: datetime | None = None
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseCodes:
    """Under which service and category AWS Support takes a case about production access, as it lists them."""

    service: str
    category: str
    service_name: str
    category_name: str
    issue_type: str
