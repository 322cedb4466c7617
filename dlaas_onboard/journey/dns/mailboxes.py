"""Whether mail arrives at the addresses that a request names, by DNS, and what is lost where it does not.

A host that takes mail for a domain may still know no such mailbox: nothing is connected to.
"""

from __future__ import annotations

from typing import NamedTuple

from dlaas_onboard.journey import names
from dlaas_onboard.journey.facts import Facts, Mailbox, MailHost
from dlaas_onboard.journey.facts.reading import Reading, so_far
from dlaas_onboard.journey.situation.situation import Situation

BY_DNS = "by DNS alone: port 25 is not tried"
_SHOWN = 3  # hosts named, and addresses of each


class Post(NamedTuple):
    """Whether mail to one address can arrive."""

    address: str
    arrives: bool | None  # None: not known
    why: str  # the hosts that take it, else why nothing arrives, else why it is not known
    reading: Reading[Mailbox] | None = None


def post(facts: Facts, address: str) -> Post:
    """Return whether mail to ``address`` can arrive, by the mail hosts of its domain."""
    domain = names.domain_of(address)
    reading = facts.mailboxes.get(domain)
    mailbox = so_far(reading)
    if reading is None:
        return Post(address, None, "not looked at yet")
    if mailbox is not None and (taking := [host for host in mailbox.hosts if host.addresses]):
        return Post(address, True, _hosts(mailbox, taking), reading)
    if not reading.known:
        return Post(address, None, reading.problem.message if reading.problem else reading.partial, reading)
    return Post(address, False, _lost(mailbox, domain), reading)


def _hosts(mailbox: Mailbox, taking: list[MailHost]) -> str:
    words = ", ".join(f"{host.name} ({', '.join(host.addresses[:_SHOWN])})" for host in taking[:_SHOWN])
    more = f" and {len(taking) - _SHOWN} more" if len(taking) > _SHOWN else ""
    return f"{words}{more}{', the domain itself, for want of an MX record' if mailbox.implicit else ''}"


def _lost(mailbox: Mailbox | None, domain: str) -> str:
    if mailbox is not None and mailbox.refuses:
        return f"{domain} says by a null MX that it takes no mail"
    if mailbox is not None and mailbox.hosts:
        names = ", ".join(host.name for host in mailbox.hosts[:_SHOWN])
        return f"the MX of {domain} names {names}, which has no address in DNS"
    return f"{domain} has no MX record and no address"


def answers_to(situation: Situation) -> tuple[str, str]:
    """Return the role and address to which a recipient's answer goes, ``("", "")`` where none is known."""
    addresses = dict(situation.mail_addresses)
    role = next((role for role in ("Reply-To", "From") if role in addresses), "")
    return role, addresses.get(role, "")


def bounces_to(situation: Situation) -> tuple[str, str]:
    """Return the role and address to which SES mails bounces while it forwards them, ``("", "")`` where none is known.

    SendEmail: FeedbackForwardingEmailAddress, else the Return-Path, which is the From address unless it is set.
    """
    addresses = dict(situation.mail_addresses)
    role = next((role for role in ("Feedback", "From") if role in addresses), "")
    return role, addresses.get(role, "")
