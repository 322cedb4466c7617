"""DNS through dnspython: what exists, what does not, and what could not be asked.

NXDOMAIN and an answer without data are answers; SERVFAIL, REFUSED, a loop, a timeout are problems and never "missing"
(docs/faults.md, "DNS"). Importing this module loads dnspython, so it is imported in a thread.
"""

from __future__ import annotations

import contextlib
import math
import socket
from datetime import UTC, datetime
from ipaddress import ip_address

import dns.exception
import dns.name
import dns.nameserver
import dns.rcode
import dns.rdatatype
import dns.resolver

from dlaas_onboard.journey.facts import Delegation, Dmarc, DnsAnswer, Mailbox, Spf
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.text import line
from dlaas_onboard.probes.delegation import trace
from dlaas_onboard.probes.dmarc_policy import discover
from dlaas_onboard.probes.dns_reply import Reply, name_text
from dlaas_onboard.probes.mail_hosts import find
from dlaas_onboard.probes.spf_policy import evaluate

LIFETIME = 3.0  # seconds for one question, all servers and repetitions together


class DnsResolver:
    """Asks ``server`` (``host[:port]``, ``[v6]:port``); the system's resolvers when it is ``""``. Safe in threads.

    ``port`` is the one at which the name servers of zones are asked directly.
    """

    def __init__(self, server: str = "", *, lifetime: float = LIFETIME, port: int = 53) -> None:
        self.server = server
        self.port = port
        self._lifetime = lifetime

    def look(self, name: str, type: str) -> Reading[DnsAnswer]:  # noqa: A002 - DNS's own word
        """Ask for one name and type.

        TXT chunks are joined, MX reads ``10 host``, names are in lower case without the last dot.
        """
        reply = self.ask(name, type)
        if reply.problem is not None:
            return Reading(reply.source, datetime.now(UTC), problem=reply.problem)
        return Reading(reply.source, datetime.now(UTC), reply.value)

    def spf(self, name: str) -> Reading[Spf]:
        """Evaluate the SPF policy of a name as a receiver does (RFC 7208), about 6 seconds at most."""
        return evaluate(name, self.ask)

    def dmarc(self, domain: str) -> Reading[Dmarc]:
        """Find the DMARC policy that holds for a domain, and ask whether others take its reports (RFC 7489)."""
        return discover(domain, self.ask)

    def delegation(self, domain: str) -> Reading[Delegation]:
        """Compare what the parent says of the domain's zone with what the zone's own servers say."""
        return trace(domain, self.ask, self.port)

    def mailbox(self, domain: str) -> Reading[Mailbox]:
        """Find the hosts that take mail for a domain (RFC 5321 5.1)."""
        return find(domain, self.ask)

    def ask(self, name: str, type: str, lifetime: float = math.inf) -> Reply:  # noqa: A002 - DNS's own word
        """Ask for one name and type, ``lifetime`` seconds at most; what fails is a problem of the reply."""
        asked = line(name, limit=255).rstrip(".").lower()
        source = f"DNS {line(type, limit=20)} {asked}"
        via = f" via {line(self.server, limit=100)}" if self.server else ""
        try:
            query = _query_name(name)
            kind = dns.rdatatype.from_text(type)
        except (dns.exception.DNSException, UnicodeError, ValueError) as error:
            why = Problem(ProblemKind.INVALID, f"{asked} cannot be asked for in DNS: {line(str(error), limit=120)}.")
            return Reply(asked, type, source + via, problem=why)
        try:
            resolver = self._resolver()
        except (dns.exception.DNSException, OSError, ValueError) as error:
            return Reply(asked, type, source + via, problem=self._no_resolver(error))
        if not self.server:
            via = f" via {', '.join(line(_address(server), limit=60) for server in resolver.nameservers[:3])}"
        seconds = min(lifetime, self._lifetime)
        try:
            answer = resolver.resolve(query, kind, search=False, raise_on_no_answer=False, lifetime=seconds)
        except dns.resolver.NXDOMAIN as error:
            return Reply(asked, type, source + via, via[5:], chain=_chain_of_missing(error, query))
        except (dns.exception.DNSException, OSError) as error:
            return Reply(asked, type, source + via, problem=_problem(error, asked, via))
        except Exception as error:  # an answer that dnspython trips over is malformed, not a defect of ours
            why = Problem(ProblemKind.MALFORMED, f"The DNS answer for {asked} is unreadable: {line(repr(error))}.")
            return Reply(asked, type, source + via, problem=why)
        port = f":{answer.port}" if answer.port and answer.port != 53 else ""
        server = line(f"{answer.nameserver}{port}", limit=100)
        chain = tuple(line(name_text(rrset[0].target)) for rrset in answer.chaining_result.cnames)
        return Reply(asked, type, f"{source} via {server}", server, answer, chain)

    def _resolver(self) -> dns.resolver.Resolver:
        if not self.server:
            return dns.resolver.Resolver(configure=True)
        host, port = split_server(self.server)
        try:
            address = str(ip_address(host))
        except ValueError:
            addresses = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
            address = str(addresses[0][4][0])
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = [dns.nameserver.Do53Nameserver(address, port)]
        return resolver

    def _no_resolver(self, error: Exception) -> Problem:
        if self.server:
            return Problem(
                ProblemKind.INVALID,
                f"The DNS server {line(self.server, limit=100)} cannot be used: {line(str(error), limit=120)}.",
                "Give --dns-server an address, with a port where it is not 53: 192.0.2.53:5353.",
            )
        return Problem(
            ProblemKind.UNREACHABLE,
            "This machine names no DNS server.",
            "Give one with --dns-server, for instance the address of your router.",
        )


def split_server(server: str) -> tuple[str, int]:
    """Return host and port of ``host[:port]`` or ``[v6][:port]``. Raises ``ValueError``."""
    host, port = server, ""
    if server.startswith("["):
        host, _, port = server[1:].partition("]")
        port = port.removeprefix(":")
    elif server.count(":") == 1:
        host, _, port = server.partition(":")
    number = int(port) if port else 53
    if not host or not 0 < number < 65536:
        raise ValueError("it is not host[:port]")
    return host, number


def _query_name(name: str) -> dns.name.Name:
    text = name.rstrip(".")
    if not text or any(char.isspace() or not char.isprintable() for char in text):
        raise ValueError("it is empty, or has spaces or control characters")
    return dns.name.from_text(text, origin=dns.name.root, idna_codec=dns.name.IDNA_2003_Practical)


def _chain_of_missing(error: dns.resolver.NXDOMAIN, query: dns.name.Name) -> tuple[str, ...]:
    """Return where an alias that leads nowhere led."""
    with contextlib.suppress(dns.exception.DNSException, TypeError):
        last = error.canonical_name
        if last != query:
            return (line(name_text(last)),)
    return ()


def _address(server: object) -> str:
    return server if isinstance(server, str) else str(getattr(server, "address", server))


def _problem(error: Exception, asked: str, via: str) -> Problem:
    remedy = "Look again in a moment, or ask another server with --dns-server."
    if isinstance(error, dns.resolver.LifetimeTimeout):
        # Each entry: (server, tcp, port, exception, response).
        causes = [entry[3] for entry in error.kwargs.get("errors", ())]
        if causes and all(isinstance(cause, OSError) for cause in causes):
            return Problem(ProblemKind.UNREACHABLE, f"No DNS server{via} can be reached.", remedy)
        return Problem(ProblemKind.TIMEOUT, f"No DNS server{via} answered for {asked} in time.", remedy)
    if isinstance(error, dns.resolver.NoNameservers):
        entries = error.kwargs.get("errors", ())
        reasons = sorted({_said(entry) for entry in entries})
        why = f": {line(', '.join(reasons), limit=160)}" if reasons else ""
        return Problem(
            ProblemKind.UNREACHABLE,
            f"DNS{via} gave no usable answer for {asked}{why}.",
            "The zone's name servers may be wrong, or the record is an alias that runs in a circle. " + remedy,
        )
    if isinstance(error, OSError):
        return Problem(ProblemKind.UNREACHABLE, f"DNS cannot be reached: {line(str(error), limit=120)}.", remedy)
    return Problem(ProblemKind.MALFORMED, f"The DNS answer for {asked} is unreadable: {line(str(error))}.", remedy)


def _said(entry: tuple[object, ...]) -> str:
    response = entry[4] if len(entry) > 4 else None
    if response is not None:
        return dns.rcode.to_text(response.rcode())  # type: ignore[attr-defined]  # a dns.message.Message
    cause = entry[3] if len(entry) > 3 else ""
    return str(cause) or type(cause).__name__
