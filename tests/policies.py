"""The SPF and DMARC policies that the probes find where DNS has what a test says, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, TypeVar

import dns.name
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.TXT
import dns.rrset

from dlaas_onboard.journey.facts import Dmarc, DnsAnswer, Facts, Spf
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.probes.dmarc_policy import discover
from dlaas_onboard.probes.dns_reply import Reply
from dlaas_onboard.probes.spf_policy import evaluate

T = TypeVar("T")

# What the SPF records of tests include, as AWS publishes it.
_WORLD = {"amazonses.com": "v=spf1 ip4:199.255.192.0/22 -all", "_spf.example.net": "v=spf1 ip4:192.0.2.0/24 -all"}
_LATE = Problem(ProblemKind.TIMEOUT, "No DNS server answered in time.", "Look again.")


def seen_by_receivers(facts: Facts, names: Iterable[str], domain: str) -> Facts:
    """Return the facts with the SPF of ``names`` and the DMARC of ``domain`` as ``facts.dns`` has their records.

    A name of which it says nothing was not looked at, a failed look is a failed look.
    """

    def ask(name: str, type_: str, _lifetime: float = 0, /) -> Reply:
        return _reply(name, type_, facts.dns)

    spf: dict[str, Reading[Spf]] = {}
    for name in names:
        if (known := facts.dns.get(f"TXT {name}")) is not None:
            spf[name] = _like(known, evaluate(name, ask))
    own = facts.dns.get(f"TXT _dmarc.{domain}")
    dmarc: Reading[Dmarc] | None = _like(own, discover(domain, ask)) if own is not None else None
    return replace(facts, spf=spf, dmarc=dmarc)


def _like(known: Reading[DnsAnswer], found: Reading[T]) -> Reading[T]:
    """Return what was found with the source, time and problem of the record it is made of."""
    if not known.known or known.value is None:
        return Reading(known.source, known.observed_at, None, known.problem, known.partial)
    return Reading(known.source, known.observed_at, found.value, found.problem, found.partial)


def _reply(name: str, type_: str, dns_: Mapping[str, Reading[DnsAnswer]]) -> Reply:
    source = f"DNS {type_} {name}"
    known = dns_.get(f"{type_} {name}")
    if known is None:
        late = _LATE if name.startswith("_dmarc.") else None
        texts: tuple[tuple[str, ...], ...] = ((_WORLD[name],),) if name in _WORLD and type_ == "TXT" else ()
    else:
        late = known.problem
        answer = known.value
        texts = (answer.chunks or tuple((value,) for value in answer.values)) if answer is not None else ()
    if late is not None:
        return Reply(name, type_, source, problem=late)
    chain = known.value.chain if known is not None and known.value is not None else ()
    return Reply(name, type_, source, "192.0.2.53", _answer(name, texts) if texts else None, chain)


def _answer(name: str, texts: tuple[tuple[str, ...], ...]) -> Any:
    rrset = dns.rrset.RRset(dns.name.from_text(name), dns.rdataclass.IN, dns.rdatatype.TXT)
    for strings in texts:
        raw = [part.encode("utf-8", "surrogatepass")[:255] for part in strings]
        rrset.add(dns.rdtypes.ANY.TXT.TXT(dns.rdataclass.IN, dns.rdatatype.TXT, raw), ttl=300)
    return SimpleNamespace(rrset=rrset)
