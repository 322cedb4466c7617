"""Sending quota and sending rate as Service Quotas knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Quota:
    """One Service Quotas quota of SES in the Region."""

    code: str
    name: str
    value: float | None  # the applied value, else AWS's default
    adjustable: bool | None = None
    applied: bool | None = None  # whether ``value`` was applied to the account; False: it is AWS's default
    default: float | None = None  # AWS's default, None where it was not read


@dataclass(frozen=True, slots=True)
class QuotaRequest:
    """One entry of the quota's change history."""

    id: str
    code: str
    desired: float | None
    status: str
    case_id: str = ""
    created: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quotas:
    """Sending quota and sending rate as Service Quotas knows them; codes resolved by listing."""

    sending_quota: Quota | None = None
    sending_rate: Quota | None = None
    requests: tuple[QuotaRequest, ...] = ()
