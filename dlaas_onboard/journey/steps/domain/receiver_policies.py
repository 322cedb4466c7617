"""What receivers make of the domain's SPF and DMARC policies, and whether its zone is delegated as it should be.

The policies were parsed by probes; here stands only what follows from them: RFC 7208 (SPF), RFC 7489 (DMARC),
and docs/ses.md, "SPF", "DMARC" and "Hosted zones".
"""

from __future__ import annotations

from collections.abc import Iterator

from dlaas_onboard.journey import names
from dlaas_onboard.journey.dns.needed_records import MOST_LOOKUPS, spf_faults
from dlaas_onboard.journey.facts import Delegation, Dmarc, Facts, HostedZone, Identity, Reading, Spf
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Mark, Severity

_SECTION = "What receivers read"
_SERVERS = "Name servers"


def judge(builder: VerdictBuilder, situation: Situation, domain: str) -> None:
    """Add rows and findings for SPF, DMARC and the delegation of ``domain``, as far as they were read."""
    mail_from = situation.mail_from
    for name, words in ((mail_from, "SPF of the MAIL FROM domain"), (domain, "SPF of the domain itself")):
        reading = situation.facts.spf.get(name)
        if reading is not None and name:
            _spf(builder, name, words, reading, own=name == domain)
    if situation.facts.dmarc is not None:
        _dmarc(builder, situation.facts.dmarc, domain, mail_from, situation.identity)
    if situation.facts.delegation is not None:
        _delegation(builder, situation.facts.delegation, situation.facts)
    if situation.facts.hosted_zones is not None:
        _hosted(builder, situation.facts.hosted_zones, domain)


def _spf(builder: VerdictBuilder, name: str, words: str, reading: Reading[Spf], *, own: bool) -> None:
    found = reading.value
    if not own and not reading.known:
        return  # the unread record of the MAIL FROM domain has its own row
    unread = own and builder.missing("spf_apex", words, reading, section=_SECTION, guide_step=10)
    if unread or found is None:
        return
    if not found.records:
        if own:
            builder.row(words, "none; SES needs it at the MAIL FROM domain only", reading, section=_SECTION)
        return  # the missing record of the MAIL FROM domain has its own row
    counted = "" if found.lookups is None else f" ({plural(found.lookups, 'look-up')} of {MOST_LOOKUPS})"
    faults = list(spf_faults(found))
    builder.row(
        words,
        f"{found.records[0]}{counted}",
        reading,
        (Mark.WARN if own else Mark.BAD) if faults else Mark.GOOD,
        section=_SECTION,
    )
    for id_, message, remedy in faults if own else ():  # at the MAIL FROM domain it is a wrong record: records.states
        builder.find(
            f"{id_}_apex",
            Severity.WARNING,
            message,
            evidence=f"TXT {name}: {' · '.join(found.records)}",
            remedy=remedy,
            guide_step=10,
        )


def _dmarc(
    builder: VerdictBuilder, reading: Reading[Dmarc], domain: str, mail_from: str, identity: Identity | None
) -> None:
    found = reading.value
    if not reading.known or found is None or not found.records:
        return  # the missing or unread record has its own row
    at = found.name.removeprefix("_dmarc.")
    policy = found.subdomain_policy if found.subdomain_policy and at != domain else found.policy
    words = f"{policy or 'no policy'}, DKIM {_mode(found.dkim_alignment)}, SPF {_mode(found.spf_alignment)}"
    if at != domain:
        words += f", inherited from {at}"
    if found.percent != 100:
        words += f", for {found.percent} % of the mail"
    builder.row("DMARC policy", words, reading, Mark.BAD if found.error else Mark.GOOD, section=_SECTION)
    if found.reports:
        builder.row("DMARC reports go to", ", ".join(found.reports), reading, section=_SECTION)
    evidence = f"TXT {found.name}: {' · '.join(found.records)}"
    for id_, severity, message, remedy in _dmarc_faults(found, domain, mail_from, identity):
        builder.find(id_, severity, message, evidence=evidence, remedy=remedy, guide_step=10)


def _mode(letter: str) -> str:
    return "strict" if letter == "s" else "relaxed"


def _dmarc_faults(
    found: Dmarc, domain: str, mail_from: str, identity: Identity | None
) -> Iterator[tuple[str, Severity, str, str]]:
    if found.error:
        return  # a wrong record: records.states
    if found.spf_alignment == "s" and mail_from and mail_from != domain:
        yield (
            "dmarc_strict_spf",
            Severity.ADVICE,
            f"DMARC asks for strict SPF alignment, which the MAIL FROM domain {mail_from} can never have.",
            "Take aspf=s out of the record; until then DMARC rests on DKIM alone.",
        )
    signer = names.bare(identity.name) if identity is not None else domain
    if found.dkim_alignment == "s" and signer != domain:
        yield (
            "dmarc_strict_dkim",
            Severity.WARNING,
            f"DMARC asks for strict DKIM alignment, but SES signs for {signer} and not for {domain}.",
            f"Take adkim=s out of the record, or create an identity for {domain} itself.",
        )
    for address in found.unauthorised:
        theirs = names.domain_of(address)
        yield (
            "dmarc_reports",
            Severity.ADVICE,
            f"DMARC reports to {address} are thrown away: its domain does not say that it takes them.",
            f"Let {theirs} publish TXT {domain}._report._dmarc.{theirs} = v=DMARC1, or use your own domain.",
        )
    for address in found.unchecked:
        yield (
            "dmarc_reports_unread",
            Severity.UNKNOWN,
            f"Whether {address} may take your DMARC reports could not be read.",
            "Look again in a moment.",
        )


def _delegation(builder: VerdictBuilder, reading: Reading[Delegation], facts: Facts) -> None:
    found = reading.value
    if found is None:
        why = reading.problem.message if reading.problem else reading.partial or "DNS gave no usable answer."
        builder.row("Registrar's name servers", f"unknown: {why}", reading, Mark.UNKNOWN, section=_SERVERS)
        return
    same = not found.own or set(found.delegated) == set(found.own)
    builder.row(
        "Registrar's name servers",
        " · ".join(found.delegated) or "none",
        reading,
        Mark.WARN if found.silent or not same else Mark.GOOD if reading.known else Mark.UNKNOWN,
        section=_SERVERS,
        expected=" · ".join(found.own),
    )
    if found.delegated and not same:
        builder.find(
            "delegation_differs",
            Severity.WARNING,
            f"The registrar names other name servers for {found.zone} than the zone itself.",
            evidence=f"{found.parent}: {', '.join(found.delegated)}; {found.zone}: {', '.join(found.own)}",
            remedy="Enter the zone's name servers at the registrar; records in a zone that nobody is sent to are not "
            "seen.",
            guide_step=10,
        )
    if found.silent:
        builder.find(
            "delegation_silent",
            Severity.WARNING,
            f"{plural(len(found.silent), 'name server')} of {found.zone} did not answer for it.",
            evidence="; ".join(found.silent),
            remedy="Take the server out of the delegation, or set the zone up on it.",
            guide_step=10,
        )
    zones = facts.hosted_zones
    for zone in (zones.value or ()) if zones is not None and zones.known else ():
        if not zone.private and zone.name == found.zone and not set(zone.name_servers) & set(found.delegated):
            builder.find(
                "delegation_elsewhere",
                Severity.WARNING,
                f"The registrar does not send anybody to the hosted zone {zone.name} of this account.",
                evidence=f"{zone.id}: {', '.join(zone.name_servers)}; delegated: {', '.join(found.delegated)}",
                remedy="Enter the hosted zone's name servers at the registrar, or write the records where the "
                "delegation leads.",
                guide_step=10,
            )


def _hosted(builder: VerdictBuilder, reading: Reading[tuple[HostedZone, ...]], domain: str) -> None:
    """Show the hosted zones of this account; who may not read them can publish the records all the same."""
    zones = reading.value or ()
    words = " · ".join(f"{zone.id} ({zone.name}{', private' if zone.private else ''})" for zone in zones)
    if not reading.known:
        why = reading.problem.message if reading.problem else f"read in part only: {reading.partial}"
        words = f"unknown: {why}"
    builder.row(
        "Hosted zone in Route 53",
        words or f"none for {domain} in this account",
        reading,
        Mark.PLAIN if reading.known else Mark.UNKNOWN,
        section=_SERVERS,
    )
