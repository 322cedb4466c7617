"""What receivers make of the domain's SPF and DMARC policies.

The policies were parsed by probes; here stands only what follows from them: RFC 7208 (SPF), RFC 7489 (DMARC),
and docs/ses.md, "SPF" and "DMARC".
"""

from __future__ import annotations

from collections.abc import Iterator

from dlaas_onboard.journey import names
from dlaas_onboard.journey.dns.record_verdicts import MOST_LOOKUPS, spf_faults
from dlaas_onboard.journey.facts import Dmarc, Facts, Identity, Reading, Spf
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Mark, Severity

_SECTION = "What receivers read"


def judge(builder: VerdictBuilder, situation: Situation, domain: str) -> None:
    """Add rows and findings for SPF and DMARC of ``domain``, as far as they were read."""
    _apex(builder, situation.facts, domain)
    mail_from = situation.mail_from
    for name, label in ((mail_from, "SPF of the MAIL FROM domain"), (domain, "SPF of the domain itself")):
        reading = situation.facts.spf.get(name)
        if reading is not None and name:
            _spf(builder, name, label, reading, own=name == domain)
    if situation.facts.dmarc is not None:
        _dmarc(builder, situation.facts.dmarc, domain, mail_from, situation.identity)


def _apex(builder: VerdictBuilder, facts: Facts, domain: str) -> None:
    """Warn where the domain's own SPF allows SES alone, although other servers receive, and so may send, its mail."""
    spf, inbox = facts.spf.get(domain), facts.dns.get(f"MX {domain}")
    if spf is None or inbox is None or not spf.known or not inbox.known or spf.value is None or inbox.value is None:
        return
    elsewhere = [value for value in inbox.value.values if "amazonaws.com" not in value and value.split()[-1:] != ["."]]
    if [term.lower() for term in spf.value.terms] == ["include:amazonses.com", "-all"] and elsewhere:
        builder.add_finding(
            "apex_spf",
            Severity.ADVICE,
            f"The SPF record of {domain} lets only SES send, but its mail is received by {elsewhere[0]}.",
            evidence=" · ".join(spf.value.records),
            remedy="If people also send from mailboxes at this domain, add their provider's include to that record.",
        )


def _spf(builder: VerdictBuilder, name: str, label: str, reading: Reading[Spf], *, own: bool) -> None:
    spf = reading.value
    if not own and not reading.known:
        return  # the unread record of the MAIL FROM domain has its own row
    unread = own and builder.missing("spf_apex", label, reading, section=_SECTION, guide_step=10)
    if unread or spf is None:
        return
    if not spf.records:
        if own:
            builder.add_row(label, "none; SES needs it at the MAIL FROM domain only", reading, section=_SECTION)
        return  # the missing record of the MAIL FROM domain has its own row
    counted = "" if spf.lookups is None else f" ({plural(spf.lookups, 'look-up')} of {MOST_LOOKUPS})"
    faults = list(spf_faults(spf))
    builder.add_row(
        label,
        f"{spf.records[0]}{counted}",
        reading,
        (Mark.WARN if own else Mark.BAD) if faults else Mark.GOOD,
        section=_SECTION,
    )
    for id_, message, remedy in faults if own else ():  # at the MAIL FROM domain it is a wrong record: records.states
        builder.add_finding(
            f"{id_}_apex",
            Severity.WARNING,
            message,
            evidence=f"TXT {name}: {' · '.join(spf.records)}",
            remedy=remedy,
            guide_step=10,
        )


def _dmarc(
    builder: VerdictBuilder, reading: Reading[Dmarc], domain: str, mail_from: str, identity: Identity | None
) -> None:
    dmarc = reading.value
    if not reading.known or dmarc is None or not dmarc.records:
        return  # the missing or unread record has its own row
    at = dmarc.name.removeprefix("_dmarc.")
    policy = dmarc.subdomain_policy if dmarc.subdomain_policy and at != domain else dmarc.policy
    words = f"{policy or 'no policy'}, DKIM {_mode(dmarc.dkim_alignment)}, SPF {_mode(dmarc.spf_alignment)}"
    if at != domain:
        words += f", inherited from {at}"
    if dmarc.percent != 100:
        words += f", for {dmarc.percent} % of the mail"
    builder.add_row("DMARC policy", words, reading, Mark.BAD if dmarc.error else Mark.GOOD, section=_SECTION)
    if dmarc.reports:
        builder.add_row("DMARC reports go to", ", ".join(dmarc.reports), reading, section=_SECTION)
    evidence = f"TXT {dmarc.name}: {' · '.join(dmarc.records)}"
    for id_, severity, message, remedy in _dmarc_faults(dmarc, domain, mail_from, identity):
        builder.add_finding(id_, severity, message, evidence=evidence, remedy=remedy, guide_step=10)


def _mode(letter: str) -> str:
    return "strict" if letter == "s" else "relaxed"


def _dmarc_faults(
    dmarc: Dmarc, domain: str, mail_from: str, identity: Identity | None
) -> Iterator[tuple[str, Severity, str, str]]:
    if dmarc.error:
        return  # a wrong record: records.states
    if dmarc.spf_alignment == "s" and mail_from and mail_from != domain:
        yield (
            "dmarc_strict_spf",
            Severity.ADVICE,
            f"DMARC asks for strict SPF alignment, which the MAIL FROM domain {mail_from} can never have.",
            "Take aspf=s out of the record; until then DMARC rests on DKIM alone.",
        )
    signer = names.bare(identity.name) if identity is not None else domain
    if dmarc.dkim_alignment == "s" and signer != domain:
        yield (
            "dmarc_strict_dkim",
            Severity.WARNING,
            f"DMARC asks for strict DKIM alignment, but SES signs for {signer} and not for {domain}.",
            f"Take adkim=s out of the record, or create an identity for {domain} itself.",
        )
    for address in dmarc.unauthorised:
        theirs = names.domain_of(address)
        yield (
            "dmarc_reports",
            Severity.ADVICE,
            f"DMARC reports to {address} are thrown away: its domain does not say that it takes them.",
            f"Let {theirs} publish TXT {domain}._report._dmarc.{theirs} = v=DMARC1, or use your own domain.",
        )
    for address in dmarc.unchecked:
        yield (
            "dmarc_reports_unread",
            Severity.UNKNOWN,
            f"Whether {address} may take your DMARC reports could not be read.",
            "Look again in a moment.",
        )
