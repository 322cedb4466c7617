"""Domain: the identity, and each record as SES and DNS see it."""

from __future__ import annotations

from dlaas_onboard.journey import names
from dlaas_onboard.journey.dns import record_turns
from dlaas_onboard.journey.dns.needed_records import Purpose
from dlaas_onboard.journey.dns.record_verdicts import RecordState, RecordVerdict
from dlaas_onboard.journey.facts.sending import ResourceKind
from dlaas_onboard.journey.review.sending_regions import identity_elsewhere
from dlaas_onboard.journey.situation.code_owner import owning_code
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.steps import code_turns
from dlaas_onboard.journey.steps.declared_rows import declared_rows
from dlaas_onboard.journey.steps.domain import conclusion, identity_rows, name_servers, receiver_policies, record_rows
from dlaas_onboard.journey.steps.service_region import add_service_region
from dlaas_onboard.journey.steps.verdict_builder import NOT_LOOKED, VerdictBuilder
from dlaas_onboard.journey.turn import Turn, applying
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict
from dlaas_onboard.journey.writes.differences import Piece, advice, difference

_IDENTITY = "Identity"


def judge(situation: Situation) -> Verdict:
    """Judge the sending domain: identity verified, DKIM, MAIL FROM, SPF and DMARC, in SES and in DNS."""
    builder = VerdictBuilder(StepId.DOMAIN)
    entered = situation.input("domain")
    domain = situation.domain
    builder.add_row("Sending domain", entered.text or "not entered", source=entered.source)
    if not domain:
        if entered.text:
            builder.add_finding(
                "invalid",
                Severity.BLOCKER,
                f"{entered.text} is not a domain name.",
                remedy="Enter it without https:// and without a path, like example.com.",
                field="domain",
            )
        builder.add_gaps(situation.facts)
        return builder.verdict(StepState.TODO, "Enter the domain you send from.")
    _names(builder, situation, domain)
    reading = situation.domain_identity
    unread = builder.missing("identity", "Identity", reading, section=_IDENTITY)
    identity = situation.identity
    if identity is not None and reading is not None:
        identity_rows.identity_rows(builder, identity, reading, domain)
    if not unread and identity is None:
        _no_identity(builder, situation, domain)
    add_service_region(builder, situation)
    declared_rows(builder, situation.facts, ResourceKind.IDENTITY)
    records = record_turns.states_with_turns(situation)
    record_rows.record_rows(builder, records)
    receiver_policies.judge(builder, situation, domain)
    name_servers.judge(builder, situation, domain)
    code_turns.add_code(builder, situation)
    code_turns.add_turns(builder, situation, code_turns.DOMAIN)
    builder.add_gaps(situation.facts, _closed_gaps(records))
    if unread:
        return builder.not_known("The domain in SES")
    if identity is None:
        return builder.verdict(StepState.TODO, _identity_headline(situation, domain))
    waiting = identity_rows.faults(builder, identity, situation)
    return conclusion.conclude(builder, identity, records, domain, waiting)


def _no_identity(builder: VerdictBuilder, situation: Situation, domain: str) -> None:
    """Say that SES has no identity for the domain, which other Region has one, and whose turn it is."""
    elsewhere = identity_elsewhere(situation)
    builder.add_row(
        "Identity",
        f"SES has none for it in {situation.place.region}",
        situation.domain_identity,
        Mark.BAD,
        section=_IDENTITY,
    )
    if elsewhere or not situation.facts.radar:
        builder.add_row("Other Regions", elsewhere or NOT_LOOKED, section=_IDENTITY)
    first = (
        "If your service sends from there, turn to that Region: --region, or “Profile and Region” in the palette. If "
        "it sends from here: "
        if elsewhere
        else ""
    )
    builder.add_finding(
        "no_identity",
        Severity.BLOCKER,
        f"SES has no identity for {domain} in {situation.place.region}.",
        evidence=elsewhere,
        remedy=first
        + advice(
            situation,
            Piece.IDENTITY,
            "Create it: SES then names the DKIM records to publish. A request without a verified domain is usually "
            "denied at once.",
        ),
        action="create_domain",
        guide_step=10,
    )


def _identity_headline(situation: Situation, domain: str) -> str:
    """Return what to do about an identity that SES does not have: whose turn it is."""
    elsewhere = identity_elsewhere(situation)
    if elsewhere:
        return f"{elsewhere}, but none in {situation.place.region}: make sure which Region your service sends from."
    missing = difference(situation, Piece.IDENTITY)
    code = owning_code(situation)
    if code is None or missing.turn == Turn.LIVE:
        return f"Create the identity {domain} in {situation.place.region}."
    if missing.turn == Turn.CODE:
        return f"Your {code.tool} declares no identity for {domain}: add it there, then {applying(code)}."
    command = applying(code)
    return f"{command[:1].upper()}{command[1:]}: your code declares the identity {domain}, and SES has none yet."


def _names(builder: VerdictBuilder, situation: Situation, domain: str) -> None:
    entered = situation.input("sender")
    sender = situation.sender
    builder.add_row("From address", entered.text or "not entered", source=entered.source)
    if entered.text and not sender:
        builder.add_finding(
            "sender_invalid",
            Severity.WARNING,
            f"{entered.text} is not one plain e-mail address.",
            remedy=f"Enter it like support@{domain}.",
            field="sender",
        )
    elif sender and not names.within(names.domain_of(sender), domain):
        builder.add_finding(
            "sender_elsewhere",
            Severity.WARNING,
            f"The From address {sender} is not at {domain}.",
            remedy="SES refuses mail from a domain that is not verified. Enter an address at this domain, or the other "
            "domain.",
        )
    elif sender.lower().replace("-", "").startswith(("noreply@", "donotreply@")):
        builder.add_finding(
            "no_reply",
            Severity.ADVICE,
            f"{sender} tells recipients not to answer.",
            remedy="Amazon's advice is a From address that people can answer.",
        )


def _closed_gaps(records: tuple[RecordState, ...]) -> tuple[str, ...]:
    """Return how the ids of those gaps begin that the live records close."""
    starts = {Purpose.MAIL_FROM_MX: "mail_from", Purpose.DMARC: "dmarc"}
    return tuple(
        start
        for purpose, start in starts.items()
        if {state.verdict for state in records if state.record.purpose == purpose} == {RecordVerdict.OK}
    )
