"""Identities, as ``ListEmailIdentities`` and ``GetEmailIdentity`` show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class IdentityInfo:
    """One line of ``ListEmailIdentities``."""

    name: str
    type: str  # DOMAIN, EMAIL_ADDRESS, MANAGED_DOMAIN
    sending_enabled: bool | None
    verification_status: str = ""


@dataclass(frozen=True, slots=True)
class Identities:
    """``ListEmailIdentities``, all pages unless the reading says ``partial``."""

    items: tuple[IdentityInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class Dkim:
    """``DkimAttributes``."""

    status: str = ""  # PENDING, SUCCESS, FAILED, TEMPORARY_FAILURE, NOT_STARTED
    signing_enabled: bool | None = None
    tokens: tuple[str, ...] = ()
    signing_hosted_zone: str = ""  # "" where SES does not say
    origin: str = ""  # AWS_SES, EXTERNAL, AWS_SES_<REGION>


@dataclass(frozen=True, slots=True)
class MailFrom:
    """``MailFromAttributes``; absent where it was never configured."""

    domain: str
    status: str  # PENDING, SUCCESS, FAILED (final), TEMPORARY_FAILURE
    behavior_on_mx_failure: str = ""


@dataclass(frozen=True, slots=True)
class VerificationInfo:
    """``VerificationInfo``: what SES itself last saw."""

    error_type: str = ""
    last_checked: datetime | None = None
    last_success: datetime | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """``GetEmailIdentity``."""

    name: str
    type: str
    verified: bool | None  # VerifiedForSendingStatus
    verification_status: str = ""
    dkim: Dkim | None = None
    mail_from: MailFrom | None = None
    feedback_forwarding: bool | None = None
    configuration_set: str = ""
    verification_info: VerificationInfo | None = None
