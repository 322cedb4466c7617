"""The operations of SES's first API that the product, DLaaS and moto's own clients use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dlaas_onboard.rehearsal import mail_sending, ses_identities
from dlaas_onboard.rehearsal.account_details import quota
from dlaas_onboard.rehearsal.api_error import Refusal
from dlaas_onboard.rehearsal.aws_protocols import QueryMap
from dlaas_onboard.rehearsal.configuration_sets import check_topic
from dlaas_onboard.rehearsal.embedded_account import EmbeddedAccount
from dlaas_onboard.rehearsal.saved_state import Region, SavedIdentity

_CODES = {
    "BadRequestException": "InvalidParameterValue",
    "SendingPausedException": "AccountSendingPausedException",
    "AccountSuspendedException": "AccountSendingPausedException",
    "ThrottlingException": "Throttling",
    "NotFoundException": "ConfigurationSetDoesNotExist",
}


_WORDS = {"SUCCESS": "Success", "PENDING": "Pending", "FAILED": "Failed"}


def get_send_quota(account: EmbeddedAccount, region: Region, _params: dict[str, Any]) -> dict[str, Any]:
    """Answer GetSendQuota."""
    return dict(quota(account, region))


def get_send_statistics(_account: EmbeddedAccount, region: Region, _params: dict[str, Any]) -> dict[str, Any]:
    """Answer GetSendStatistics: quarters of an hour in no order, as AWS gives them."""
    return {
        "SendDataPoints": [
            {
                "Timestamp": _time(at),
                "DeliveryAttempts": int(attempts),
                "Bounces": int(bounces),
                "Complaints": int(complaints),
                "Rejects": int(rejects),
            }
            for at, attempts, bounces, complaints, rejects in region.points
        ]
    }


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def send_email(account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer SendEmail of the first API by the rules of the second."""
    request = {
        "FromEmailAddress": params.get("Source"),
        "Destination": params.get("Destination"),
        "ConfigurationSetName": params.get("ConfigurationSetName"),
        "Content": {"Simple": params.get("Message")},
    }
    return _send(account, region, request)


def send_raw_email(account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer SendRawEmail in the same way."""
    recipients = params.get("Destinations")
    request = {
        "FromEmailAddress": params.get("Source"),
        "Destination": {"ToAddresses": recipients} if recipients else None,
        "ConfigurationSetName": params.get("ConfigurationSetName"),
        "Content": {"Raw": params.get("RawMessage")},
    }
    return _send(account, region, request)


def _send(account: EmbeddedAccount, region: Region, request: dict[str, Any]) -> dict[str, Any]:
    try:
        return mail_sending.send_email(account, region, request)
    except Refusal as refusal:
        raise Refusal(_CODES.get(refusal.code, refusal.code), refusal.message) from None


def _find(region: Region, name: Any) -> SavedIdentity:
    identity = region.identities.get(ses_identities.key(str(name or "")))
    if identity is None:
        raise Refusal("InvalidParameterValue", f"Identity <{name}> does not exist.")
    return identity


def get_identity_notification_attributes(
    _account: EmbeddedAccount, region: Region, params: dict[str, Any]
) -> dict[str, Any]:
    """Answer GetIdentityNotificationAttributes; identities that do not exist are left out."""
    attributes = QueryMap()
    for name in params.get("Identities") or []:
        identity = region.identities.get(ses_identities.key(name))
        if identity is not None:
            attributes[name] = {
                **{f"{kind}Topic": arn for kind, arn in identity.topics.items()},
                "ForwardingEnabled": identity.feedback_forwarding,
                **{f"HeadersIn{kind}NotificationsEnabled": True for kind in identity.headers_in},
            }
    return {"NotificationAttributes": attributes}


def set_identity_notification_topic(
    _account: EmbeddedAccount, region: Region, params: dict[str, Any]
) -> dict[str, Any]:
    """Answer SetIdentityNotificationTopic; without a topic, the kind is cleared."""
    identity = _find(region, params.get("Identity"))
    kind = _kind(params)
    topic = str(params.get("SnsTopic") or "")
    if topic:
        try:
            check_topic(region, topic)
        except Refusal as refusal:
            raise Refusal("InvalidParameterValue", refusal.message) from None
        identity.topics[kind] = topic
    else:
        identity.topics.pop(kind, None)
        if kind != "Delivery":
            identity.feedback_forwarding = True
    return {}


def _kind(params: dict[str, Any]) -> str:
    kind = str(params.get("NotificationType"))
    if kind not in ("Bounce", "Complaint", "Delivery"):
        raise Refusal("InvalidParameterValue", f"Invalid notification type: {kind}")
    return kind


def set_identity_feedback_forwarding_enabled(
    _account: EmbeddedAccount, region: Region, params: dict[str, Any]
) -> dict[str, Any]:
    """Answer SetIdentityFeedbackForwardingEnabled: off only beside topics for bounces and complaints."""
    identity = _find(region, params.get("Identity"))
    forward = params.get("ForwardingEnabled") == "true"
    if not forward and not {"Bounce", "Complaint"} <= set(identity.topics):
        raise Refusal("InvalidParameterValue", "Set bounce and complaint topics before disabling feedback forwarding.")
    identity.feedback_forwarding = forward
    return {}


def set_identity_headers(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer SetIdentityHeadersInNotificationsEnabled."""
    identity = _find(region, params.get("Identity"))
    kind = _kind(params)
    identity.headers_in = [other for other in identity.headers_in if other != kind]
    if params.get("Enabled") == "true":
        identity.headers_in.append(kind)
    return {}


def list_identities(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer ListIdentities."""
    wanted = params.get("IdentityType")
    return {
        "Identities": [
            name
            for name, identity in sorted(region.identities.items())
            if wanted in (None, "Domain" if identity.domain else "EmailAddress")
        ]
    }


def get_identity_verification_attributes(
    _account: EmbeddedAccount, region: Region, params: dict[str, Any]
) -> dict[str, Any]:
    """Answer GetIdentityVerificationAttributes."""
    attributes = QueryMap()
    for name in params.get("Identities") or []:
        identity = region.identities.get(ses_identities.key(name))
        if identity is not None:
            attributes[name] = {"VerificationStatus": _WORDS[identity.status]}
    return {"VerificationAttributes": attributes}


def get_identity_dkim_attributes(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer GetIdentityDkimAttributes."""
    attributes = QueryMap()
    for name in params.get("Identities") or []:
        identity = region.identities.get(ses_identities.key(name))
        if identity is not None and identity.domain:
            attributes[name] = {
                "DkimEnabled": identity.signing_enabled,
                "DkimVerificationStatus": _WORDS[identity.status],
                "DkimTokens": identity.tokens,
            }
    return {"DkimAttributes": attributes}


def get_identity_mail_from_attributes(
    _account: EmbeddedAccount, region: Region, params: dict[str, Any]
) -> dict[str, Any]:
    """Answer GetIdentityMailFromDomainAttributes."""
    behaviors = {"USE_DEFAULT_VALUE": "UseDefaultValue", "REJECT_MESSAGE": "RejectMessage"}
    attributes = QueryMap()
    for name in params.get("Identities") or []:
        identity = region.identities.get(ses_identities.key(name))
        if identity is not None and identity.mail_from is not None:
            attributes[name] = {
                "MailFromDomain": identity.mail_from.domain,
                "MailFromDomainStatus": _WORDS[identity.mail_from.status],
                "BehaviorOnMXFailure": behaviors[identity.mail_from.behavior],
            }
    return {"MailFromDomainAttributes": attributes}


def verify_email_identity(account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer VerifyEmailIdentity: creates the identity, or sends the link again."""
    name = str(params.get("EmailAddress") or "")
    if "@" not in name or not ses_identities.check(name):
        raise Refusal("InvalidParameterValue", f"Invalid email address <{name}>.")
    known = region.identities.get(name)
    if known is None:
        ses_identities.begin(account, region, name)
    elif known.status != "SUCCESS":
        known.status, known.since = "PENDING", account.now()
    return {}
