"""How a zone is delegated: its parent's servers and its own are asked directly, without recursion.

A resolver shows what the zone says of itself, or nothing at all where the registrar's name servers are wrong; only the
parent shows what the registrar set (docs/ses.md, "Hosted zones").
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset

from dlaas_onboard.journey import names
from dlaas_onboard.journey.dns.public_suffix import organizational
from dlaas_onboard.journey.facts import Delegation
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.text import line
from dlaas_onboard.probes.dns_queries import Ask, Asking, failed, together
from dlaas_onboard.probes.dns_reply import Reply, name_text

_PATIENCE = 1.2  # seconds for one datagram; it is sent twice
_PARENTS = 3  # servers of the parent zone that are asked
_SERVERS = 13  # as many as a delegation has in practice


class _Cut(NamedTuple):
    """What a server of the parent says."""

    zone: str  # where the zone begins
    servers: tuple[str, ...]
    glue: dict[str, str]  # addresses that came along
    source: str


class _Server(NamedTuple):
    """What one delegated server says."""

    own: tuple[str, ...] = ()
    silent: str = ""  # why it does not answer for the zone
    unasked: str = ""  # why it could not be asked


def trace(domain: str, ask: Ask, port: int = 53) -> Reading[Delegation]:
    """Find the zone that holds ``domain`` and compare its delegation with its own name servers.

    Where the parent cannot be asked the reading is a problem; where a delegated server cannot, it is partial.
    """
    name = names.bare(domain)
    source = f"DNS delegation of {line(name, limit=255)}"
    asking = Asking(ask, f"The delegation of {line(name, limit=255)}")
    zones = _zones(name, asking)
    if isinstance(zones, Problem):
        return failed(source, zones)
    apex, parent, doubt = zones
    cut = _from_parent(apex, parent, asking, port)
    if isinstance(cut, Problem):
        return failed(source, cut)
    if doubt is not None and not cut.servers:
        return failed(source, doubt)
    servers = cut.servers[:_SERVERS]
    answers = together(
        [partial(_from_server, cut.zone, server, cut.glue.get(server, ""), asking, port) for server in servers],
        asking.left,
    )
    states = [answer or _Server(unasked="no time was left") for answer in answers]
    delegation = Delegation(
        cut.zone,
        parent,
        cut.servers,
        tuple(sorted({own for state in states for own in state.own})),
        tuple(f"{server}: {state.silent}" for server, state in zip(servers, states, strict=True) if state.silent),
    )
    unasked = [f"{server} ({state.unasked})" for server, state in zip(servers, states, strict=True) if state.unasked]
    partial_ = f"without {', '.join(unasked)}" if unasked else ""
    return Reading(cut.source, datetime.now(UTC), delegation, partial=partial_)


def _zones(name: str, asking: Asking) -> tuple[str, str, Problem | None] | Problem:
    """Return the apex of the zone that holds ``name`` and the zone above it, as far as the resolver can say.

    A name for which the resolver fails may be one whose delegation is wrong: it counts as the apex until the parent
    says otherwise, and the failure comes along as a doubt where the name need not be a zone at all. Where the
    organizational domain does not exist, it is what should be delegated.
    """
    top = organizational(name) or name
    missing = False
    apex = ""
    doubt: Problem | None = None
    for candidate in _upwards(name):
        reply = asking(candidate, "SOA")
        if reply.problem is not None:
            if reply.problem.kind == ProblemKind.INVALID or asking.left == 0:
                return reply.problem
            if not apex:
                apex, doubt = candidate, reply.problem
        elif not _is_apex(reply):
            missing = missing or (candidate == top and reply.answer is None)
        elif apex or missing:
            return apex or top, candidate, doubt if apex != top else None
        else:
            apex = candidate  # above the organizational domain, too: a name may stand in the zone of a public suffix
    return doubt or Problem(ProblemKind.NOT_FOUND, f"No zone above {line(top, limit=255)} was found in DNS.")


def _upwards(name: str) -> Iterator[str]:
    """Yield a name and those above it."""
    yield name
    while name := name.partition(".")[2]:
        yield name


def _is_apex(reply: Reply) -> bool:
    """Whether a zone begins at the name that was asked for its SOA."""
    return not reply.chain and any(rdata.rdtype == dns.rdatatype.SOA for rdata in reply.rdatas)


def _from_parent(apex: str, parent: str, asking: Asking, port: int) -> _Cut | Problem:
    """Ask up to three servers of the parent for the delegation; the first that knows is believed."""
    reply = asking(parent, "NS")
    if reply.problem is not None:
        return reply.problem
    hosts = [line(name_text(rdata.target)) for rdata in reply.rdatas if rdata.rdtype == dns.rdatatype.NS][:_PARENTS]  # type: ignore[attr-defined]  # NS
    answers = together([partial(_referral, apex, parent, host, asking, port) for host in hosts], asking.left)
    for answer in answers:
        if isinstance(answer, _Cut):
            return answer
    reasons = [f"{host}: {answer or 'no answer in time'}" for host, answer in zip(hosts, answers, strict=True)]
    why = f" ({line('; '.join(reasons), limit=200)})" if reasons else ""
    return Problem(
        ProblemKind.UNREACHABLE,
        f"No name server of {parent} could be asked how {apex} is delegated{why}.",
        "A network may let nobody but its own resolver ask name servers. Compare by hand: the name servers at the "
        "registrar with those of the hosted zone.",
    )


def _referral(apex: str, parent: str, host: str, asking: Asking, port: int) -> _Cut | str:
    """Ask one server of the parent; a string says why it was of no use."""
    addresses, _ = asking.addresses(host)
    if not addresses:
        return "no address"
    response = _direct(apex, addresses[0], port, asking)
    if isinstance(response, str):
        return response
    source = f"DNS NS {apex} at {host}, the server of {parent}"
    authoritative = bool(response.flags & dns.flags.AA)
    if response.rcode() == dns.rcode.NXDOMAIN and authoritative:
        return _Cut(apex, (), {}, source)
    if response.rcode() != dns.rcode.NOERROR:
        return dns.rcode.to_text(response.rcode())
    # A server that has both zones answers with the child's records.
    for rrset in (*response.answer, *response.authority):
        zone = name_text(rrset.name)
        covers = (apex == zone or apex.endswith("." + zone)) and zone != parent and zone.endswith("." + parent)
        if rrset.rdtype == dns.rdatatype.NS and covers:
            return _Cut(zone, _targets(rrset), _glue(response), source)
    return _Cut(apex, (), {}, source) if authoritative else "no referral"


def _from_server(zone: str, server: str, glue: str, asking: Asking, port: int) -> _Server:
    """Ask one delegated server whether the zone is its own."""
    address, problem = glue, None
    if not address:
        addresses, problem = asking.addresses(server)
        address = addresses[0] if addresses else ""
    if problem is not None:
        return _Server(unasked="its address could not be read")
    if not address:
        return _Server(silent="the name has no address")
    response = _direct(zone, address, port, asking)
    if isinstance(response, str):
        return _Server(unasked=response) if response.startswith("no way") else _Server(silent=response)
    if response.rcode() != dns.rcode.NOERROR:
        return _Server(silent=f"answers {dns.rcode.to_text(response.rcode())}")
    own = [rrset for rrset in response.answer if rrset.rdtype == dns.rdatatype.NS and name_text(rrset.name) == zone]
    if not own or not response.flags & dns.flags.AA:
        return _Server(silent="does not hold the zone")
    return _Server(own=_targets(own[0]))


def _direct(zone: str, address: str, port: int, asking: Asking) -> dns.message.Message | str:
    """Ask one server for the zone's NS without recursion, twice if need be; a string says why there is no answer."""
    query = dns.message.make_query(dns.name.from_text(zone), dns.rdatatype.NS, flags=0)
    for _ in range(2):
        patience = min(_PATIENCE, asking.left)
        if patience <= 0:
            break
        try:
            response, _ = dns.query.udp_with_fallback(
                query, address, timeout=patience, port=port, ignore_unexpected=True
            )
        except dns.exception.Timeout:
            continue
        except OSError as error:
            return f"no way to {address}: {line(str(error), limit=80)}"
        except Exception as error:  # an answer that dnspython trips over
            return f"an unreadable answer: {line(type(error).__name__)}"
        return response
    return "no answer in time"


def _targets(rrset: dns.rrset.RRset) -> tuple[str, ...]:
    return tuple(sorted({line(name_text(rdata.target)) for rdata in rrset}))


def _glue(response: dns.message.Message) -> dict[str, str]:
    addresses: dict[str, str] = {}
    for rrset in response.additional:
        # Most machines reach IPv4 addresses; an IPv6 one is taken where there is no other.
        if rrset.rdtype == dns.rdatatype.A:
            addresses[name_text(rrset.name)] = str(rrset[0])
        elif rrset.rdtype == dns.rdatatype.AAAA:
            addresses.setdefault(name_text(rrset.name), str(rrset[0]))
    return addresses
