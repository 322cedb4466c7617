"""A message of a checkout in words, for what a test expects of it."""

from __future__ import annotations

from dlaas_onboard.journey.facts import Mail, RecipientKind
from dlaas_onboard.journey.request.message_words import cause

_RECIPIENTS = {
    RecipientKind.ACCOUNT_OWNER: "the account's owner",
    RecipientKind.OPERATOR: "the operator",
    RecipientKind.ADDRESS_ENTERED: "the address entered in the request",
    RecipientKind.LIST: "a list of addresses",
}


def frequency(mail: Mail) -> str:
    """Return how often the code sends a message: ``once for each call of register_user``."""
    return "; ".join(cause(item) for item in mail.schedules)


def sent_by(mail: Mail) -> str:
    """Return what code sends a message, ``""`` where none does."""
    return ", ".join(trigger.name for trigger in mail.triggers)


def sent_to(mail: Mail) -> str:
    """Return whom a message goes to: in words, or as the code has it."""
    return ", ".join(_RECIPIENTS.get(recipient.kind, recipient.expression) for recipient in mail.recipients)
