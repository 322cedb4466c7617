"""SendEmail under the sandbox's rule, the mailbox simulator, and the events that follow.

After docs/ses.md: "Sandbox", "Bounce path", "Mailbox simulator". Nothing is ever delivered anywhere.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import getaddresses, parseaddr
from typing import Any, NamedTuple

from dlaas_onboard.rehearsal.api_error import Refusal, bad_request, not_found
from dlaas_onboard.rehearsal.embedded_account import EmbeddedAccount, partition
from dlaas_onboard.rehearsal.saved_state import Region, SavedIdentity, Sent
from dlaas_onboard.rehearsal.ses_identities import covering

SIMULATOR = "simulator.amazonses.com"
_FEEDBACK = {"bounce": "Bounce", "suppressionlist": "Bounce", "complaint": "Complaint"}


def list_email_templates(_account: EmbeddedAccount, _region: Region, _params: dict[str, Any]) -> dict[str, Any]:
    """``ListEmailTemplates``: this account stores none."""
    return {"TemplatesMetadata": []}


def send_email(account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Accept one message or refuse it; returns its ``MessageId``.

    ``params`` are SESv2's. Raises :class:`Refusal` with the codes of SESv2.
    """
    content = params.get("Content") or {}
    if content.get("Raw"):
        params = _with_headers(params, str(content["Raw"].get("Data") or ""))
    recipients = _recipients(params.get("Destination") or {})
    sender = parseaddr(str(params.get("FromEmailAddress") or ""))[1]
    _check_message(content, sender, recipients)
    _check_account(region)
    identity = covering(region, sender)
    set_name = str(params.get("ConfigurationSetName") or (identity.configuration_set if identity else ""))
    _check_configuration_set(region, set_name)
    _check_verified(region, sender, recipients)
    _check_mail_from(identity)
    _count(account, region, recipients)
    message_id = f"0100{account.digest(f'mail {account.next_number()}')[:12]}-{account.digest(sender)[:8]}-000000"
    posted = _Posted(message_id, sender, recipients, identity, set_name)
    _remember(region, posted)
    _publish(account, region, posted)
    return {"MessageId": message_id}


def _recipients(destination: dict[str, Any]) -> list[str]:
    return [
        address
        for name in ("ToAddresses", "CcAddresses", "BccAddresses")
        for _, address in getaddresses(list(destination.get(name) or []))
    ]


def _check_message(content: dict[str, Any], sender: str, recipients: list[str]) -> None:
    if not content:
        raise bad_request("Content must be specified.")
    if not recipients:
        raise bad_request("At least one recipient must be specified.")
    if len(recipients) > 50:
        raise bad_request("Recipient count exceeds 50.")
    if "@" not in sender:
        raise bad_request("Missing 'From' address.")


def _check_account(region: Region) -> None:
    if region.enforcement == "SHUTDOWN":
        raise Refusal(
            "AccountSuspendedException",
            "The message can't be sent because the account's ability to send email has been permanently restricted.",
        )
    if not region.sending_enabled:
        raise Refusal(
            "SendingPausedException",
            "The message can't be sent because the account's ability to send email is currently paused.",
        )


def _check_configuration_set(region: Region, name: str) -> None:
    if not name:
        return
    if name not in region.configuration_sets:
        raise not_found(f"Configuration set <{name}> does not exist.")
    if not region.configuration_sets[name].options["SendingOptions"].get("SendingEnabled", True):
        raise Refusal("SendingPausedException", f"Sending is paused for the configuration set <{name}>.")


def _check_mail_from(identity: SavedIdentity | None) -> None:
    mail_from = identity.mail_from if identity else None
    if mail_from is not None and mail_from.behavior == "REJECT_MESSAGE" and mail_from.status != "SUCCESS":
        raise Refusal(
            "MailFromDomainNotVerifiedException",
            "The message can't be sent because the sending domain isn't verified.",
        )


def _with_headers(params: dict[str, Any], data: str) -> dict[str, Any]:
    """Return the parameters of a raw message with sender and recipients from its headers, where they are not given."""
    try:
        message = message_from_bytes(base64.b64decode(data))
    except ValueError:
        raise bad_request("The raw message is not valid base64.") from None
    names = {"ToAddresses": "To", "CcAddresses": "Cc", "BccAddresses": "Bcc"}
    headers = {name: [str(value) for value in message.get_all(header, [])] for name, header in names.items()}
    return {
        **params,
        "FromEmailAddress": params.get("FromEmailAddress") or str(message.get("From") or ""),
        "Destination": params.get("Destination") or headers,
    }


def _check_verified(region: Region, sender: str, recipients: list[str]) -> None:
    failing = [] if covering(region, sender) else [sender]
    if not region.production:
        failing += [
            address
            for address in recipients
            if not address.lower().endswith("@" + SIMULATOR)
            and not covering(region, address)
            and address not in failing
        ]
    if failing:
        raise Refusal(
            "MessageRejected",
            "Email address is not verified. The following identities failed the check in region "
            f"{region.name.upper()}: {', '.join(failing)}",
        )


def _count(account: EmbeddedAccount, region: Region, recipients: list[str]) -> None:
    now = account.now()
    simulator = sum(address.lower().endswith("@" + SIMULATOR) for address in recipients)
    recent = sum(sent.recipients for sent in region.sent if now - sent.at < 1.0)
    if recent and recent + len(recipients) > region.rate:
        raise Refusal("ThrottlingException", "Maximum sending rate exceeded.")
    counted = len(recipients) - simulator
    used = sum(sent.recipients - sent.simulator for sent in region.sent if now - sent.at < 86400)
    if region.daily >= 0 and counted and used + counted > region.daily:
        raise Refusal("ThrottlingException", "Daily message quota exceeded.")
    region.sent.append(Sent(now, len(recipients), simulator))
    quarter = now - now % 900
    if not region.points or abs(region.points[-1][0] - quarter) >= 900:
        region.points.append([quarter, 0, 0, 0, 0])
    region.points[-1][1] += len(recipients)


class _Posted(NamedTuple):
    """A message that was accepted."""

    id: str
    sender: str
    recipients: list[str]
    identity: SavedIdentity | None
    configuration_set: str


def _remember(region: Region, posted: _Posted) -> None:
    """Keep which mailboxes the message that was just counted is in."""
    delivered = dict(_events(region, posted.recipients)).get("Delivery", [])
    sent = region.sent[-1]
    sent.message_id, sent.sender = posted.id, posted.sender
    sent.arrived = [address for address in delivered if not address.lower().endswith("@" + SIMULATOR)]


def _publish(account: EmbeddedAccount, region: Region, posted: _Posted) -> None:
    identity, set_name, message_id, sender = posted.identity, posted.configuration_set, posted.id, posted.sender
    now = datetime.fromtimestamp(account.now(), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    named = identity.name if identity else sender
    source = f"arn:{partition(region.name)}:ses:{region.name}:{account.state.id}:identity/{named}"
    mail = {
        "timestamp": now,
        "source": sender,
        "sourceArn": source,
        "sendingAccountId": account.state.id,
        "messageId": message_id,
        "destination": posted.recipients,
        "headersTruncated": False,
    }
    for kind, addresses in _events(region, posted.recipients):
        detail = _detail(kind, addresses, now, message_id)
        for arn in _listeners(region, set_name, kind):
            body = json.dumps({"eventType": kind, "mail": mail | {"destination": addresses}, kind.lower(): detail})
            set_arn = f"arn:{partition(region.name)}:ses:{region.name}:{account.state.id}:configuration-set/{set_name}"
            account.queue(region.name, arn, set_arn, body)
        topic = identity.topics.get(kind) if identity else None
        if topic:
            body = json.dumps(
                {"notificationType": kind, "mail": mail | {"destination": addresses}, kind.lower(): detail}
            )
            account.queue(region.name, topic, source, body)


def _events(region: Region, recipients: list[str]) -> list[tuple[str, list[str]]]:
    """Return each kind of event with the recipients that it is about."""
    events: dict[str, list[str]] = {"Send": list(recipients)}
    for address in recipients:
        local, _, domain = address.rpartition("@")
        feedback = _FEEDBACK.get(local.partition("+")[0].lower(), "") if domain.lower() == SIMULATOR else ""
        if address in region.suppressed and region.suppressed[address]["Reason"] in region.suppressed_reasons:
            feedback = "Bounce"
        if feedback != "Bounce":
            events.setdefault("Delivery", []).append(address)
        if feedback:
            events.setdefault(feedback, []).append(address)
    return list(events.items())


def _detail(kind: str, addresses: list[str], now: str, message_id: str) -> dict[str, Any]:
    feedback = f"{message_id[:16]}-feedback-000000"
    if kind == "Bounce":
        return {
            "feedbackId": feedback,
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [
                {
                    "emailAddress": address,
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                }
                for address in addresses
            ],
            "timestamp": now,
            "reportingMTA": "dns; e1.smtp-out.amazonses.com",
        }
    if kind == "Complaint":
        return {
            "feedbackId": feedback,
            "complainedRecipients": [{"emailAddress": address} for address in addresses],
            "complaintFeedbackType": "abuse",
            "userAgent": "Amazon SES Mailbox Simulator",
            "timestamp": now,
        }
    if kind == "Delivery":
        return {"timestamp": now, "processingTimeMillis": 420, "recipients": addresses, "smtpResponse": "250 2.6.0 OK"}
    return {}


def _listeners(region: Region, set_name: str, kind: str) -> list[str]:
    """Return the topics of the set's enabled event destinations that want this kind of event."""
    if not set_name:
        return []
    return [
        str(destination["SnsDestination"]["TopicArn"])
        for destination in region.configuration_sets[set_name].destinations.values()
        if destination["Enabled"]
        and kind.upper() in destination["MatchingEventTypes"]
        and destination.get("SnsDestination")
    ]
