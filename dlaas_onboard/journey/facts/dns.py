"""What DNS and Route 53 say of the sending domain."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """What one DNS query found. A name or type that does not exist has no ``values`` and ``exists`` false."""

    name: str
    type: str
    exists: bool
    values: tuple[str, ...] = ()  # TXT chunks joined, MX as "10 host.", names in lower case without the last dot
    ttl: int | None = None
    server: str = ""
    chain: tuple[str, ...] = ()  # the names that aliases led through, last one last
    chunks: tuple[tuple[str, ...], ...] = ()  # the character strings of each TXT value, in the order of ``values``


@dataclass(frozen=True, slots=True)
class Spf:
    """The SPF policy of one name, evaluated as a receiver does (RFC 7208)."""

    name: str
    records: tuple[str, ...] = ()  # every record that starts with v=spf1; more than one is an error
    terms: tuple[str, ...] = ()  # of the one record, without its version
    includes: tuple[str, ...] = ()  # domains whose senders it lets pass, named before its "all"
    lookups: int | None = None  # terms that query DNS, included records counted in; ten are allowed (4.6.4)
    void_lookups: int | None = None  # those of them that found nothing; two are allowed
    error: str = ""  # why a receiver ends with permerror, in one sentence
    answer: DnsAnswer | None = None  # all that DNS has at the name


@dataclass(frozen=True, slots=True)
class Dmarc:
    """The DMARC policy that holds for a domain: its own, or that of a domain above it (RFC 7489 6.6.3)."""

    name: str  # "_dmarc.example.com": where it was found, or looked for first
    records: tuple[str, ...] = ()  # every record that starts with v=DMARC1; more than one counts as none
    policy: str = ""  # p: none, quarantine, reject
    subdomain_policy: str = ""  # sp, "" where it is not given
    dkim_alignment: str = "r"  # r (relaxed) or s (strict)
    spf_alignment: str = "r"
    percent: int = 100
    reports: tuple[str, ...] = ()  # addresses of rua, without mailto:
    unauthorised: tuple[str, ...] = ()  # addresses at another domain that does not say that it takes them (7.1)
    unchecked: tuple[str, ...] = ()  # addresses at another domain that could not be asked
    error: str = ""  # why a receiver cannot use it, in one sentence
    answer: DnsAnswer | None = None  # all that DNS has at the domain's own name, wherever the policy was found


@dataclass(frozen=True, slots=True)
class Delegation:
    """How the zone that holds a domain is delegated: what its parent says beside what its own servers say."""

    zone: str  # the zone's apex
    parent: str  # the zone above
    delegated: tuple[str, ...] = ()  # name servers at the parent, which the registrar set
    own: tuple[str, ...] = ()  # name servers in the zone itself
    silent: tuple[str, ...] = ()  # delegated servers that do not answer for the zone, with why


@dataclass(frozen=True, slots=True)
class ZoneRecord:
    """One record set of a Route 53 hosted zone."""

    name: str  # in lower case without the last dot
    type: str
    ttl: int | None
    values: tuple[str, ...]  # as Route 53 holds them: TXT with its quotation marks
    alias: bool = False
    identifier: str = ""  # SetIdentifier: one of several sets, by weight, place or health


@dataclass(frozen=True, slots=True)
class HostedZone:
    """A Route 53 hosted zone whose name covers the sending domain."""

    id: str  # without /hostedzone/
    name: str
    private: bool
    name_servers: tuple[str, ...] = ()  # its delegation set, empty for a private zone
    records: tuple[ZoneRecord, ...] = ()  # those at names that SES needs, none of a private zone


@dataclass(frozen=True, slots=True)
class MailHost:
    """One host that takes mail for a domain."""

    name: str
    preference: int
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Whether mail to addresses at a domain can be delivered, by DNS (RFC 5321 5.1, RFC 7505)."""

    domain: str
    hosts: tuple[MailHost, ...] = ()  # by preference
    refuses: bool = False  # a null MX: the domain takes no mail
    implicit: bool = False  # no MX; the domain's own address takes the mail
