"""The value a field has: what the operator entered, or else what the checkout and the account already say."""

from __future__ import annotations

from typing import NamedTuple

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.declared_code import code_of
from dlaas_onboard.journey.situation.message_rows import message_table

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
            "mail_type": _mail_type(facts, answers) if field_id == "mail_type" else "",
        }.get(field_id, "")
        if text:
            return Input(text, "checkout", checkout.sources.get(field_id, checkout.root))
    if field_id == "infrastructure":
        code = code_of(facts)
        return Input("code", "checkout", code.root) if code is not None else Input("")
    from_account = _from_account(field_id, facts, answers)
    if not from_account.text and field_id in DEFAULTS:
        return Input(DEFAULTS[field_id], "default", "the default")
    return from_account


def _mail_type(facts: Facts, answers: Answers) -> str:
    """Return the type that the messages prove: only where each of them is known, and nobody subscribes to any."""
    return "TRANSACTIONAL" if message_table(facts, answers).all_unlisted else ""


def _from_account(field_id: str, facts: Facts, answers: Answers) -> Input:
    from_details = _from_details(field_id, facts)
    return from_details if from_details.text else _from_identities(field_id, facts, answers)


def _from_details(field_id: str, facts: Facts) -> Input:
    """Return what the account's details, as they were filed, say of a field."""
    account = so_far(facts.account)
    details = account.details if account else None
    if details is None or facts.account is None:
        return Input("")
    text = {
        "mail_type": details.mail_type,
        "website_url": details.website_url,
        "contact_language": details.contact_language,
        "contacts": ", ".join(details.contacts),
    }.get(field_id, "")
    return Input(text, "SES", facts.account.source) if text else Input("")


def _from_identities(field_id: str, facts: Facts, answers: Answers) -> Input:
    """Return the only identity that a field can mean."""
    identities = so_far(facts.identities)
    if identities is None or facts.identities is None:
        return Input("")
    candidates: list[str] = []
    if field_id == "domain":
        candidates = [item.name for item in identities.items if item.type == "DOMAIN"]
    elif field_id in ("test_address", "contacts"):
        addresses = [item.name for item in identities.items if item.type == "EMAIL_ADDRESS"]
        others = {part.strip() for part in answers.text("test_recipients").split(",")}  # they are not the operator
        candidates = [name for name in addresses if name not in others] or addresses
    return Input(candidates[0], "SES", facts.identities.source) if len(candidates) == 1 else Input("")
