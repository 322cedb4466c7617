"""Whether mail to a domain can be delivered, by DNS alone (RFC 5321 5.1, RFC 7505): nobody is connected to."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from dlaas_onboard.journey.facts import Mailbox, MailHost
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.text import line
from dlaas_onboard.probes.dns_queries import Ask, Asking, failed, together
from dlaas_onboard.probes.dns_reply import Reply, name_text

_HOSTS = 10


def find(domain: str, ask: Ask) -> Reading[Mailbox]:
    """Find the hosts that take mail for ``domain``. Where hosts cannot be asked for, the reading is partial."""
    asking = Asking(ask, f"The mail servers of {line(domain, limit=255)}")
    reply = asking(domain, "MX")
    if reply.problem is not None:
        return failed(reply.source, reply.problem)
    named = sorted({(int(rdata.preference), line(name_text(rdata.exchange))) for rdata in reply.rdatas})  # type: ignore[attr-defined]  # MX
    if not named:
        return _implicit(reply, asking)
    hosts = [(preference, name) for preference, name in named if name.strip(".")][:_HOSTS]
    if not hosts:
        return Reading(reply.source, datetime.now(UTC), Mailbox(reply.asked, refuses=True))
    answers = together([partial(asking.addresses, name) for _, name in hosts], asking.left + 0.5)
    mail_hosts, unread = [], []
    for (preference, name), answer in zip(hosts, answers, strict=True):
        addresses, problem = answer if answer is not None else ((), asking.late)
        mail_hosts.append(MailHost(name, preference, addresses))
        if problem is not None:
            unread.append(name)
    partial_ = f"the addresses of {', '.join(unread)} could not be read" if unread else ""
    return Reading(reply.source, datetime.now(UTC), Mailbox(reply.asked, tuple(mail_hosts)), partial=partial_)


def _implicit(reply: Reply, asking: Asking) -> Reading[Mailbox]:
    """Return the domain's own address as its mail server, where it has one."""
    addresses, problem = asking.addresses(reply.asked)
    if problem is not None:
        return failed(reply.source, problem)
    hosts = (MailHost(reply.asked, 0, addresses),) if addresses else ()
    return Reading(reply.source, datetime.now(UTC), Mailbox(reply.asked, hosts, implicit=bool(addresses)))
