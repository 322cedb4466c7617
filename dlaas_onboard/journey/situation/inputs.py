"""The value a field has: what the operator entered, or else what the checkout and the account already say."""

from __future__ import annotations

from typing import NamedTuple

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.situation.answers import Answers

# What a request says where nobody says otherwise: Amazon writes in English by default, and the description goes along.
DEFAULTS = {"contact_language": "EN", "send_description": "yes", "attach_report": "yes"}


class Input(NamedTuple):
    """A field's effective text and where it comes from."""

    text: str
    origin: str = ""  # "you", "checkout", "SES", "default"; "" where there is no value
    source: str = ""  # "entered 2026-11-24 by ada@laptop", "common/config.json:5"


def resolve(field_id: str, facts: Facts, answers: Answers) -> Input:
    """Return the text of ``field_id``: the operator's entry, then the checkout's, the account's own, the default.

    Declarations and overrides come from the operator alone. A From address is never made up: without an entry it
    is the one that the checkout's code sends from.
    """
    entry = answers.entry(field_id)
    if entry is not None:
        return Input(entry.text, "you", f"entered {entry.at:%Y-%m-%d} by {entry.by}")
    checkout = so_far(facts.checkout)
    if checkout is not None:
        text = {
            "domain": checkout.domain,
            "sender": checkout.sender,
            "service_name": checkout.service_name,
            "business": checkout.about,
            "mail_type": _mail_type(facts),
        }.get(field_id, "")
        if text:
            return Input(text, "checkout", checkout.sources.get(field_id, checkout.root))
    found = _from_account(field_id, facts, answers)
    if not found.text and field_id in DEFAULTS:
        return Input(DEFAULTS[field_id], "default", "the default")
    return found


def _mail_type(facts: Facts) -> str:
    checkout = so_far(facts.checkout)
    sent = [mail for mail in checkout.mails if mail.trigger] if checkout else []
    if not sent or any(mail.bulk for mail in sent):
        return ""
    return "TRANSACTIONAL"


def _from_account(field_id: str, facts: Facts, answers: Answers) -> Input:
    account = so_far(facts.account)
    details = account.details if account else None
    if details is not None and facts.account is not None:
        text = {
            "mail_type": details.mail_type,
            "website_url": details.website_url,
            "contact_language": details.contact_language,
            "contacts": ", ".join(details.contacts),
        }.get(field_id, "")
        if text:
            return Input(text, "SES", facts.account.source)
    identities = so_far(facts.identities)
    if identities is not None and facts.identities is not None:
        domains = [item.name for item in identities.items if item.type == "DOMAIN"]
        addresses = [item.name for item in identities.items if item.type == "EMAIL_ADDRESS"]
        others = {part.strip() for part in answers.text("test_recipients").split(",")}  # they are not the operator
        addresses = [name for name in addresses if name not in others] or addresses
        if field_id == "domain" and len(domains) == 1:
            return Input(domains[0], "SES", facts.identities.source)
        if field_id in ("test_address", "contacts") and len(addresses) == 1:
            return Input(addresses[0], "SES", facts.identities.source)
    return Input("")
