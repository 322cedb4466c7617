"""AWS's own gate for the sending domain: verified, DKIM and MAIL FROM successful (docs/ses.md, "Identities")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dlaas_onboard.journey.dns.needed_records import Purpose
from dlaas_onboard.journey.dns.record_turns import to_publish
from dlaas_onboard.journey.facts import Identity
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.request.gate import GateReading, Light
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.writes.differences import Piece, advice


def unread(what: str, reading: Reading[Any] | None) -> GateReading:
    problem = reading.problem if reading is not None else None
    if problem is not None:
        return GateReading(Light.UNKNOWN, f"{what} could not be read: {problem.message}", problem.remedy)
    if reading is not None and reading.partial:
        return GateReading(Light.UNKNOWN, f"{what} was read only in part: {reading.partial}.", "Look again.")
    return GateReading(Light.UNKNOWN, f"{what} has not been read yet.", "Look again.")


def authentication(situation: Situation) -> Iterator[tuple[str, GateReading]]:
    """Return AWS's domain gate: verified, DKIM and MAIL FROM successful, all in one answer."""
    reading = situation.domain_identity
    name = situation.domain
    if not name:
        nothing = GateReading(Light.UNKNOWN, "No sending domain is known.", "Enter the sending domain.")
    elif reading is None or not reading.known:
        nothing = unread(f"The identity of {name}", reading)
    else:
        nothing = GateReading(
            Light.RED,
            f"SES has no identity for {name}.",
            advice(situation, Piece.IDENTITY, "Create the domain identity in this Region."),
        )
    identity = situation.identity
    if identity is None:
        for gate in ("domain_identity", "dkim", "mail_from"):
            yield gate, nothing
        return
    yield "domain_identity", _verified(identity, situation)
    yield "dkim", _dkim(identity, situation)
    yield "mail_from", _mail_from(identity, situation)


def _verified(identity: Identity, situation: Situation) -> GateReading:
    if identity.type == "EMAIL_ADDRESS":
        return GateReading(Light.RED, f"{identity.name} is an address, not a domain.", "Verify the domain itself.")
    if identity.verified is None:
        return GateReading(Light.UNKNOWN, f"SES did not say whether {identity.name} is verified.", "Look again.")
    if not identity.verified:
        status = f" ({identity.verification_status})" if identity.verification_status else ""
        remedy = to_publish(situation, Purpose.DKIM, by_hand="Publish the DKIM records.")
        return GateReading(Light.RED, f"{identity.name} is not verified{status}.", remedy)
    return GateReading(Light.GREEN, f"{identity.name} is verified for sending.")


def _dkim(identity: Identity, situation: Situation) -> GateReading:
    dkim = identity.dkim
    if dkim is None or not dkim.status:
        return GateReading(Light.UNKNOWN, f"SES did not say how DKIM of {identity.name} stands.", "Look again.")
    if dkim.status != "SUCCESS":
        remedy = to_publish(situation, Purpose.DKIM, by_hand="Publish the three CNAME records.")
        return GateReading(Light.RED, f"DKIM of {identity.name} is {dkim.status}.", remedy)
    if dkim.signing_enabled is False:
        return GateReading(Light.RED, f"DKIM signing is off for {identity.name}.", "Switch DKIM signing on.")
    return GateReading(Light.GREEN, f"DKIM of {identity.name} is SUCCESS.")


def _mail_from(identity: Identity, situation: Situation) -> GateReading:
    mail_from = identity.mail_from
    if mail_from is None or not mail_from.domain:
        remedy = advice(situation, Piece.MAIL_FROM, "Set a MAIL FROM subdomain.")
        return GateReading(Light.RED, f"{identity.name} has no MAIL FROM domain.", remedy)
    if not mail_from.status:
        return GateReading(Light.UNKNOWN, f"SES did not say how {mail_from.domain} stands.", "Look again.")
    if mail_from.status != "SUCCESS":
        purposes = (Purpose.MAIL_FROM_MX, Purpose.MAIL_FROM_SPF)
        remedy = to_publish(situation, *purposes, by_hand="Publish its MX and SPF records.")
        if mail_from.status == "FAILED":
            remedy += " Then set MAIL FROM again: SES has stopped looking."
        return GateReading(Light.RED, f"MAIL FROM {mail_from.domain} is {mail_from.status}.", remedy)
    return GateReading(Light.GREEN, f"MAIL FROM {mail_from.domain} is SUCCESS.")
