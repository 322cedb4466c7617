"""What one question of DNS came to, and its records as text that is safe to show."""

from __future__ import annotations

from dataclasses import dataclass

import dns.name
import dns.rdata
import dns.rdatatype
import dns.resolver

from dlaas_onboard.journey.facts import DnsAnswer
from dlaas_onboard.journey.facts.reading import Problem
from dlaas_onboard.journey.text import line

_MAX_VALUES = 50
_MAX_CHUNKS = 50


@dataclass(frozen=True, slots=True)
class Reply:
    """What one question came to, as it is: an answer, with or without data; a name that does not exist; a problem."""

    asked: str
    type: str
    source: str
    server: str = ""
    answer: dns.resolver.Answer | None = None  # None for a name that does not exist, and beside a problem
    chain: tuple[str, ...] = ()
    problem: Problem | None = None

    @property
    def rdatas(self) -> tuple[dns.rdata.Rdata, ...]:
        """Return the records, empty where there are none."""
        rrset = self.answer.rrset if self.answer is not None else None
        return () if rrset is None else tuple(list(rrset)[:_MAX_VALUES])

    @property
    def value(self) -> DnsAnswer:
        """Return what was found, safe to show; of a problem nothing can be said."""
        rrset = self.answer.rrset if self.answer is not None else None
        values = dict(sorted((_text(rdata), _chunks(rdata)) for rdata in self.rdatas))
        return DnsAnswer(
            self.asked,
            self.type,
            exists=rrset is not None,
            values=tuple(values),
            ttl=None if rrset is None else int(rrset.ttl),
            server=self.server,
            chain=self.chain,
            chunks=tuple(values.values()) if any(values.values()) else (),
        )


def name_text(name: dns.name.Name) -> str:
    """Return a name in lower case without the last dot."""
    return name.to_text(omit_final_dot=True).lower()


def raw(rdata: dns.rdata.Rdata) -> bytes:
    """Return a TXT value with its character strings joined, as it came."""
    return b"".join(rdata.strings)  # type: ignore[attr-defined]  # TXT


def txt(rdata: dns.rdata.Rdata) -> str:
    """Return a TXT value with its character strings joined, safe to show."""
    return line(raw(rdata).decode("utf-8", "backslashreplace"), limit=4000)


def _chunks(rdata: dns.rdata.Rdata) -> tuple[str, ...]:
    if rdata.rdtype != dns.rdatatype.TXT:
        return ()
    strings = rdata.strings  # type: ignore[attr-defined]  # TXT
    return tuple(line(text.decode("utf-8", "backslashreplace"), limit=1100) for text in strings[:_MAX_CHUNKS])


def _text(rdata: dns.rdata.Rdata) -> str:
    kind = rdata.rdtype
    if kind == dns.rdatatype.TXT:
        return txt(rdata)
    if kind == dns.rdatatype.MX:
        host = name_text(rdata.exchange)  # type: ignore[attr-defined]  # MX
        return line(f"{rdata.preference} {host}")  # type: ignore[attr-defined]  # MX
    if kind in (dns.rdatatype.CNAME, dns.rdatatype.NS, dns.rdatatype.PTR):
        return line(name_text(rdata.target))  # type: ignore[attr-defined]  # all three
    return line(rdata.to_text(), limit=1000)
