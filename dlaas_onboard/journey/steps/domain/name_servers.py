"""Whether the domain's zone is delegated as it should be, and which hosted zones this account has for it.

The rules are those of docs/ses.md, "Hosted zones".
"""

from __future__ import annotations

from dlaas_onboard.journey.facts import Delegation, HostedZone, Reading
from dlaas_onboard.journey.facts.reading import known
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Mark, Severity

_SERVERS = "Name servers"


def judge(builder: VerdictBuilder, situation: Situation, domain: str) -> None:
    """Add rows and findings for the delegation of ``domain`` and its hosted zones, as far as they were read."""
    facts = situation.facts
    if facts.delegation is not None:
        _delegation(builder, facts.delegation, known(facts.hosted_zones) or ())
    if facts.hosted_zones is not None:
        _hosted(builder, facts.hosted_zones, domain)


def _delegation(builder: VerdictBuilder, reading: Reading[Delegation], zones: tuple[HostedZone, ...]) -> None:
    delegation = reading.value
    if delegation is None:
        why = reading.problem.message if reading.problem else reading.partial or "DNS gave no usable answer."
        builder.add_row("Registrar's name servers", f"unknown: {why}", reading, Mark.UNKNOWN, section=_SERVERS)
        return
    same = not delegation.own or set(delegation.delegated) == set(delegation.own)
    builder.add_row(
        "Registrar's name servers",
        " · ".join(delegation.delegated) or "none",
        reading,
        Mark.WARN if delegation.silent or not same else Mark.GOOD if reading.known else Mark.UNKNOWN,
        section=_SERVERS,
        expected=" · ".join(delegation.own),
    )
    if delegation.delegated and not same:
        _differs(builder, delegation)
    if delegation.silent:
        _silent(builder, delegation)
    for zone in zones:
        _hosted_elsewhere(builder, delegation, zone)


def _differs(builder: VerdictBuilder, delegation: Delegation) -> None:
    builder.add_finding(
        "delegation_differs",
        Severity.WARNING,
        f"The registrar names other name servers for {delegation.zone} than the zone itself.",
        evidence=f"{delegation.parent}: {', '.join(delegation.delegated)}; "
        f"{delegation.zone}: {', '.join(delegation.own)}",
        remedy="Enter the zone's name servers at the registrar; records in a zone that nobody is sent to are not seen.",
        guide_step=10,
    )


def _silent(builder: VerdictBuilder, delegation: Delegation) -> None:
    builder.add_finding(
        "delegation_silent",
        Severity.WARNING,
        f"{plural(len(delegation.silent), 'name server')} of {delegation.zone} did not answer for it.",
        evidence="; ".join(delegation.silent),
        remedy="Take the server out of the delegation, or set the zone up on it.",
        guide_step=10,
    )


def _hosted_elsewhere(builder: VerdictBuilder, delegation: Delegation, zone: HostedZone) -> None:
    """Say where the registrar sends nobody to a hosted zone of this account."""
    if zone.private or zone.name != delegation.zone or set(zone.name_servers) & set(delegation.delegated):
        return
    builder.add_finding(
        "delegation_elsewhere",
        Severity.WARNING,
        f"The registrar does not send anybody to the hosted zone {zone.name} of this account.",
        evidence=f"{zone.id}: {', '.join(zone.name_servers)}; delegated: {', '.join(delegation.delegated)}",
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
    builder.add_row(
        "Hosted zone in Route 53",
        words or f"none for {domain} in this account",
        reading,
        Mark.PLAIN if reading.known else Mark.UNKNOWN,
        section=_SERVERS,
    )
