"""The DNS records a sending domain needs, and the questions for DNS that follow from them.

Names and values are those of the SES Developer Guide ("Creating and verifying identities", "Using a custom MAIL FROM
domain", "Complying with DMARC"): docs/ses.md, "DKIM", "MAIL FROM", "SPF", "DMARC".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dlaas_onboard.journey import names
from dlaas_onboard.journey.dns import mailboxes
from dlaas_onboard.journey.dns.public_suffix import up_to_organizational
from dlaas_onboard.journey.facts import Facts, Identity
from dlaas_onboard.journey.situation.situation import Situation


class Purpose(StrEnum):
    """What a record is for."""

    DKIM = "DKIM"
    MAIL_FROM_MX = "MAIL FROM MX"
    MAIL_FROM_SPF = "MAIL FROM SPF"
    DMARC = "DMARC"
    INBOX = "Inbox MX"  # mail to the From address can arrive
    DELEGATION = "Delegation"


@dataclass(frozen=True, slots=True)
class Record:
    """A record that should exist."""

    purpose: Purpose
    name: str
    type: str
    value: str  # as to be published: 'tok.dkim.amazonses.com', '10 feedback-smtp.…', 'v=DMARC1; p=none; rua=…'
    required: bool = True


POLICIES = frozenset({Purpose.MAIL_FROM_SPF, Purpose.DMARC})  # parsed by probes: facts.spf, facts.dmarc
# A name that nobody publishes: what answers there is a wildcard.
NOBODY = "dlaas-onboard-nobody"
SES_SENDERS = "amazonses.com"  # the name whose SPF lists the servers of SES
SPF = f"v=spf1 include:{SES_SENDERS} ~all"

# docs/ses.md, "DKIM": Regions whose DKIM zone carries the Region's name, and those for which AWS names the
# default zone. A Region in neither list is not guessed.
_REGIONAL_ZONES = frozenset(
    (
        "af-south-1",
        "ap-northeast-3",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-5",
        "ca-west-1",
        "eu-central-2",
        "eu-south-1",
        "il-central-1",
        "me-central-1",
        "us-gov-east-1",
    )
)
_DEFAULT_ZONE = frozenset(
    (
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "me-south-1",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
        "us-gov-west-1",
    )
)


def dkim_zone(region: str) -> str:
    """Return the zone that Easy DKIM's CNAMEs point to in ``region``, ``""`` where AWS's pages do not say."""
    if region in _REGIONAL_ZONES:
        return f"dkim.{region}.amazonses.com"
    return "dkim.amazonses.com" if region in _DEFAULT_ZONE else ""


def wanted(situation: Situation) -> tuple[Record, ...]:
    """Return the records that the sending domain needs, as far as they can be known.

    DKIM needs the identity's tokens, so there is none before the identity was read. A record whose value AWS does
    not document for the Region has an empty value.
    """
    domain = situation.domain
    if not domain:
        return ()
    region = situation.place.region
    # amazonses.com is not known to serve the European Sovereign Cloud (docs/ses.md, "MAIL FROM").
    documented = bool(region) and not region.startswith("eusc-")
    mail_from = situation.mail_from
    records = list(_dkim(situation.facts, situation.identity))
    records.append(
        Record(
            Purpose.MAIL_FROM_MX,
            mail_from,
            "MX",
            f"10 feedback-smtp.{region}.amazonses.com" if documented else "",
        )
    )
    records.append(Record(Purpose.MAIL_FROM_SPF, mail_from, "TXT", SPF if documented else ""))
    sender = situation.sender
    inbox = names.domain_of(sender)
    receives = names.within(inbox, domain) and mailboxes.post(situation.facts, sender).arrives
    reports = f"; rua=mailto:{sender}" if receives else ""
    records.append(Record(Purpose.DMARC, f"_dmarc.{domain}", "TXT", f"v=DMARC1; p=none{reports}"))
    if inbox:
        records.append(Record(Purpose.INBOX, inbox, "MX", "", required=False))
    records.append(Record(Purpose.DELEGATION, domain, "NS", "", required=False))
    return tuple(records)


def _dkim(facts: Facts, identity: Identity | None) -> tuple[Record, ...]:
    dkim = identity.dkim if identity else None
    if identity is None or dkim is None or dkim.origin == "EXTERNAL":
        return ()  # with a key of one's own (BYODKIM) the record is a TXT that only the operator has
    zone = names.bare(dkim.signing_hosted_zone)
    if not zone:
        # Deterministic Easy DKIM uses the keys of the Region in the origin: AWS_SES_EU_WEST_1.
        replica = dkim.origin.removeprefix("AWS_SES_") if dkim.origin.startswith("AWS_SES_") else ""
        zone = dkim_zone(replica.lower().replace("_", "-") or facts.place.region)
    return tuple(
        Record(
            Purpose.DKIM,
            f"{token}._domainkey.{names.bare(identity.name)}".lower(),
            "CNAME",
            f"{token}.{zone}" if zone else "",
        )
        for token in dkim.tokens
    )


def queries(situation: Situation) -> tuple[tuple[str, str], ...]:
    """Return the questions ``(name, type)`` for DNS: each wanted record but the two policies, which are read with all
    that belongs to them; each name with the zone doubled; a name that only a wildcard answers; the domains above that
    may carry the delegation; and the domain's MX."""
    domain = situation.domain
    asked: dict[tuple[str, str], None] = {}
    for record in wanted(situation):
        if record.purpose not in POLICIES:
            asked[record.name, record.type] = None
        if record.required:
            asked |= dict.fromkeys((f"{record.name}.{zone}", record.type) for zone in up_to_organizational(domain))
        if record.purpose == Purpose.DKIM:
            asked[record.name, "TXT"] = None  # what a provider leaves of a CNAME that it resolves itself
            asked[record.name, "A"] = None  # what keeps a CNAME from being written
            asked[nobody(record), "A"] = None
        if record.purpose in (Purpose.DKIM, Purpose.MAIL_FROM_MX):
            asked[nobody(record), record.type] = None
    for name in names.parents(domain):
        asked[name, "NS"] = None
    if domain:
        asked[domain, "MX"] = None
    return tuple(asked)


def nobody(record: Record) -> str:
    """Return a name beside the record's that is answered for by a wildcard alone."""
    return f"{NOBODY}.{record.name.partition('.')[2]}"
