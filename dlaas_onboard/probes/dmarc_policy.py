"""DMARC as a receiver finds it (RFC 7489 6.6.3), read by the library dmarc, and who takes its reports (7.1)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import unquote

from dmarc import DMARC, Policy, RecordSyntaxError  # type: ignore[import-untyped]

from dlaas_onboard.journey.dns.public_suffix import organizational, up_to_organizational
from dlaas_onboard.journey.facts import Dmarc
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.names import bare, domain_of
from dlaas_onboard.journey.text import line
from dlaas_onboard.probes.dns_queries import Ask, Asking, failed
from dlaas_onboard.probes.dns_reply import Reply, txt

_DEPTH = 8  # names that are asked, as DMARC's successor has it
_REPORTS = 10
_VERSION = re.compile(r"[\s\"]*v\s*=\s*dmarc1[\s\"]*(;|$)", re.IGNORECASE)
# RFC 9091: the policy of a public suffix, which is not that of the domains below it. The library does not know the tag.
_SUFFIX = re.compile(r";\s*psd\s*=\s*y\s*(;|$)", re.IGNORECASE)
_SIZE = re.compile(r"![0-9]+[kmgt]?$", re.IGNORECASE)


def discover(domain: str, ask: Ask) -> Reading[Dmarc]:
    """Find the policy of ``domain``: its own, else that of the nearest domain above it within the organization.

    A name that cannot be asked is the reading's problem, since the policy may stand there.
    """
    asking = Asking(ask, f"The DMARC policy of {line(domain, limit=255)}")
    names = up_to_organizational(domain) or (bare(domain),)
    if not names[0]:
        return failed("DNS", Problem(ProblemKind.INVALID, "There is no domain to ask for."))
    nothing: list[Reading[Dmarc]] = []
    for name in (names[0], *names[1:][-_DEPTH + 1 :]):
        reply = asking(f"_dmarc.{name}", "TXT")
        if reply.problem is not None:
            return failed(reply.source, reply.problem)
        own = nothing[0].value.answer if nothing and nothing[0].value else reply.value
        records = tuple(text for text in map(txt, reply.rdatas) if _VERSION.match(text))
        if records and not (nothing and any(_SUFFIX.search(text) for text in records)):
            policy = replace(_policy(name, reply, records, asking), answer=own)
            return Reading(reply.source, datetime.now(UTC), policy)
        nothing.append(Reading(reply.source, datetime.now(UTC), Dmarc(reply.asked, answer=own)))
    return nothing[0]


def _policy(name: str, reply: Reply, records: tuple[str, ...], asking: Asking) -> Dmarc:
    if len(records) > 1:
        error = f"There are {len(records)} DMARC records; receivers then use none of them."
        return Dmarc(reply.asked, records, error=error)
    try:
        # Not strict: a receiver takes the default for a value that it does not know (RFC 7489 6.3).
        policy = DMARC().parse_record(records[0], name, strict=False)
    except RecordSyntaxError as error:
        return Dmarc(reply.asked, records, error=_sentence(str(error)))
    except Exception as error:  # the library trips over the text
        return Dmarc(reply.asked, records, error=f"It cannot be read: {line(repr(error), limit=120)}.")
    reports = _reports(policy)
    unauthorised, unchecked = _strangers(name, reports, asking)
    return Dmarc(
        reply.asked,
        records,
        str(policy.p.value),
        str(policy.sp.value or ""),
        str(policy.adkim.value),
        str(policy.aspf.value),
        int(policy.pct),
        reports,
        unauthorised,
        unchecked,
    )


def _sentence(error: str) -> str:
    if "tag p unspecified" in error:
        return "It names no policy that is known: p=none, p=quarantine or p=reject is missing."
    if "must start with" in error:
        return "It does not start with v=DMARC1 in these letters."
    return f"It cannot be read: {line(error, limit=200).rstrip('.')}."


def _reports(policy: Policy) -> tuple[str, ...]:
    """Return the addresses of ``rua``; a size limit (``!10m``) and what follows a question mark are left out."""
    addresses: dict[str, None] = {}
    for uri in policy.rua:
        plain = uri.strip()
        if plain.lower().startswith("mailto:"):
            address = unquote(_SIZE.sub("", plain[7:]).partition("?")[0]).strip()
            if address:
                addresses[line(address, limit=254)] = None
    return tuple(addresses)


def _strangers(name: str, reports: tuple[str, ...], asking: Asking) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the addresses at another organization's domain that does not say that it takes them, or is not known to.

    Such a domain publishes ``v=DMARC1`` at ``{name}._report._dmarc.{domain}``, or at ``*._report._dmarc.{domain}``.
    """
    own = organizational(name) or name
    consents: dict[str, bool | None] = {}
    for address in reports:
        host = domain_of(address)
        if not host or (organizational(host) or host) == own or host in consents:
            continue
        if len(consents) >= _REPORTS:
            consents[host] = None
            continue
        reply = asking(f"{name}._report._dmarc.{host}", "TXT")
        consents[host] = any(_VERSION.match(txt(rdata)) for rdata in reply.rdatas) if reply.problem is None else None
    by_host = [(address, consents.get(domain_of(address), True)) for address in reports]
    return (
        tuple(address for address, takes in by_host if takes is False),
        tuple(address for address, takes in by_host if takes is None),
    )
