"""What the journey is about: the domain, the addresses and the identity that covers them, from facts and answers."""

from __future__ import annotations

import re

from dlaas_onboard.journey.facts import Checkout, Facts, Identity, Reading
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.inputs import resolve

# Length and shape that SES asks of an address (API_PutAccountDetails): 6 to 254 characters, something@something.
_ADDRESS = re.compile(r"[^\s@<>,;\"]{1,64}@(?:[^\s@<>,;.\"]{1,63}\.)+[^\s@<>,;.\"]{2,63}")
_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[^\s@<>,;./\"]{1,63}\.)+[^\s@<>,;./\"]{2,63}")


def bare(name: str) -> str:
    """Return a DNS name in lower case without surrounding blanks and without the last dot, in its ASCII form."""
    plain = name.strip().rstrip(".").lower()
    if plain.isascii():
        return plain
    try:
        return plain.encode("idna").decode("ascii")
    except UnicodeError:
        return plain  # no name that DNS can carry; is_domain() refuses it


def is_address(text: str) -> bool:
    """Whether ``text`` is one plain e-mail address."""
    return 6 <= len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def is_domain(text: str) -> bool:
    """Whether ``text`` is a domain name of at least two labels in ASCII, without scheme, path or port."""
    return text.isascii() and _DOMAIN.fullmatch(text) is not None and ":" not in text


def within(name: str, domain: str) -> bool:
    """Whether ``name`` is ``domain`` or lies beneath it."""
    return bool(domain) and (bare(name) == bare(domain) or bare(name).endswith("." + bare(domain)))


def parents(name: str) -> tuple[str, ...]:
    """Return ``name`` and the domains above it that have at least two labels, nearest first."""
    labels = bare(name).split(".")
    return tuple(".".join(labels[i:]) for i in range(len(labels) - 1)) if len(labels) > 1 else ()


def checkout(facts: Facts) -> Checkout | None:
    """Return the checkout as far as it could be read."""
    return facts.checkout.value if facts.checkout else None


def domain(facts: Facts, answers: Answers) -> str:
    """Return the sending domain, ``""`` where it is not known or not a domain name."""
    name = bare(resolve("domain", facts, answers).text)
    return name if is_domain(name) else ""


def sender(facts: Facts, answers: Answers) -> str:
    """Return the From address, ``""`` where it is not known or not an address."""
    text = resolve("sender", facts, answers).text.strip()
    return text if is_address(text) else ""


def test_address(facts: Facts, answers: Answers) -> str:
    """Return the operator's own address, ``""`` where it is not known or not an address."""
    text = resolve("test_address", facts, answers).text.strip()
    return text if is_address(text) else ""


def service_name(facts: Facts, answers: Answers) -> str:
    """Return the name of the service on one line."""
    return " ".join(resolve("service_name", facts, answers).text.split())


def domain_of(address: str) -> str:
    """Return the domain of an address."""
    return bare(address.rpartition("@")[2]) if "@" in address else ""


def domain_identity(facts: Facts, answers: Answers) -> Reading[Identity] | None:
    """Return the reading of the identity that covers the sending domain.

    A reading of another domain than the one wanted now counts as not looked at.
    """
    reading = facts.domain_identity
    name = domain(facts, answers)
    if reading is None or not name:
        return None
    if reading.value is not None and not within(name, reading.value.name):
        return None
    return reading


def identity(facts: Facts, answers: Answers) -> Identity | None:
    """Return the identity that covers the sending domain, ``None`` where it is unread or does not exist."""
    reading = domain_identity(facts, answers)
    return reading.value if reading is not None and reading.known else None


def test_identity(facts: Facts, answers: Answers) -> Reading[Identity] | None:
    """Return the reading of the operator's own address; one of another address counts as not looked at.

    Address identities are case-sensitive (SES Developer Guide, "Creating and verifying identities").
    """
    reading = facts.test_identity
    address = test_address(facts, answers)
    if reading is None or not address:
        return None
    if reading.value is not None and reading.value.name != address:
        return None
    return reading


def mail_from(facts: Facts, answers: Answers) -> str:
    """Return the MAIL FROM domain: the identity's own, else the checkout's, else ``mail.`` and the domain."""
    name = domain(facts, answers)
    found = identity(facts, answers)
    if found is not None and found.mail_from is not None and found.mail_from.domain:
        return bare(found.mail_from.domain)
    project = checkout(facts)
    if project is not None and project.mail_from and name and within(project.mail_from, name):
        return bare(project.mail_from)
    return f"mail.{name}" if name else ""


def mail_addresses(facts: Facts, answers: Answers) -> tuple[tuple[str, str], ...]:
    """Return the addresses at which mail has to arrive as ``(role, address)``; text that is no address is left out.

    Roles are ``From``, ``Reply-To``, ``Feedback`` (bounces forwarded by mail) and ``Contact`` (of the request).
    """
    fields = (("From", "sender"), ("Reply-To", "reply_to"), ("Feedback", "feedback_to"), ("Contact", "contacts"))
    found = ((role, text.strip()) for role, field in fields for text in resolve(field, facts, answers).text.split(","))
    return tuple(dict.fromkeys((role, address) for role, address in found if is_address(address)))
