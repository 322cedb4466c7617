"""The identity of the sending domain as SES has it, and what SES says is wrong with it."""

from __future__ import annotations

from dlaas_onboard.journey import names
from dlaas_onboard.journey.dns.needed_records import Purpose
from dlaas_onboard.journey.dns.record_turns import to_publish
from dlaas_onboard.journey.dns.record_verdicts import error_words
from dlaas_onboard.journey.facts import Identity, Reading
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder, yes_no
from dlaas_onboard.journey.verdict import Mark, Severity
from dlaas_onboard.journey.writes.differences import Piece, advice

_IDENTITY = "Identity"
STATUS_MARKS = {
    "SUCCESS": Mark.GOOD,
    "PENDING": Mark.WAIT,
    "TEMPORARY_FAILURE": Mark.WAIT,
    "FAILED": Mark.BAD,
    "NOT_STARTED": Mark.BAD,
}


def identity_rows(builder: VerdictBuilder, identity: Identity, reading: Reading[Identity], domain: str) -> None:
    """Show the identity as SES has it: verified, DKIM, MAIL FROM, and when SES last looked."""
    covers = "" if names.bare(identity.name) == domain else f", which covers {domain}"
    builder.add_row("Identity", f"{identity.name}{covers}", reading, section=_IDENTITY)
    builder.add_row(
        "Verified for sending",
        yes_no(identity.verified),
        reading,
        {True: Mark.GOOD, False: Mark.BAD, None: Mark.UNKNOWN}[identity.verified],
        expected="yes",
        section=_IDENTITY,
    )
    dkim = identity.dkim
    status = dkim.status if dkim else ""
    builder.add_row(
        "DKIM",
        status or "unknown: not in Amazon's answer",
        reading,
        STATUS_MARKS.get(status, Mark.UNKNOWN),
        expected="SUCCESS",
        section=_IDENTITY,
    )
    if dkim is not None:
        builder.add_row(
            "DKIM signing",
            yes_no(dkim.signing_enabled, "on", "off"),
            reading,
            {True: Mark.GOOD, False: Mark.BAD, None: Mark.UNKNOWN}[dkim.signing_enabled],
            expected="on",
            section=_IDENTITY,
        )
        if dkim.origin:
            builder.add_row("DKIM keys", dkim.origin, reading, section=_IDENTITY)
    mail_from = identity.mail_from
    builder.add_row(
        "MAIL FROM",
        f"{mail_from.domain}: {mail_from.status or 'unknown'}" if mail_from else "not configured",
        reading,
        STATUS_MARKS.get(mail_from.status, Mark.UNKNOWN) if mail_from else Mark.BAD,
        expected="SUCCESS",
        section=_IDENTITY,
    )
    if mail_from is not None and mail_from.behavior_on_mx_failure:
        builder.add_row("If MAIL FROM fails", mail_from.behavior_on_mx_failure, reading, section=_IDENTITY)
    info = identity.verification_info
    if info is None:
        return
    if info.error_type:
        mark = Mark.PLAIN if status == "SUCCESS" else Mark.WARN
        builder.add_row(
            "SES last saw", f"{info.error_type}: {error_words(info.error_type)}", reading, mark, section=_IDENTITY
        )
    if info.last_checked is not None:
        builder.add_row("SES last looked", f"{info.last_checked:%Y-%m-%d %H:%M} UTC", reading, section=_IDENTITY)


def faults(builder: VerdictBuilder, identity: Identity, situation: Situation) -> str:
    """Add what SES says is wrong; return what is still to be waited for."""
    dkim_waits = _dkim_fault(builder, identity, situation)
    mail_from_waits = _mail_from_fault(builder, identity, situation)
    return dkim_waits or mail_from_waits


def _dkim_fault(builder: VerdictBuilder, identity: Identity, situation: Situation) -> str:
    info = identity.verification_info
    error = error_words(info.error_type) if info and info.error_type else ""
    status = identity.dkim.status if identity.dkim else ""
    if status in ("FAILED", "NOT_STARTED"):
        builder.add_finding(
            "ses_dkim",
            Severity.BLOCKER,
            f"SES gave up looking for the DKIM records of {identity.name}."
            if status == "FAILED"
            else f"DKIM of {identity.name} was never started.",
            evidence=error or f"DkimAttributes.Status is {status}",
            remedy=_dkim_remedy(status, situation),
            action="restart_dkim",
            guide_step=10,
        )
    elif status in ("PENDING", "TEMPORARY_FAILURE"):
        return f"SES is still looking for the DKIM records of {identity.name}."
    elif identity.dkim is not None and identity.dkim.signing_enabled is False:
        builder.add_finding(
            "ses_dkim_off",
            Severity.BLOCKER,
            f"DKIM signing is switched off for {identity.name}.",
            evidence="DkimAttributes.SigningEnabled is false",
            remedy="Switch it on on the identity's page in the console.",
            guide_step=10,
        )
    elif identity.verified is False:
        return f"SES has not verified {identity.name} for sending yet."
    return ""


def _dkim_remedy(status: str, situation: Situation) -> str:
    again = "start DKIM again; SES may hand out new names, so compare them after it."
    remedy = f"{to_publish(situation, Purpose.DKIM, by_hand='Publish the records.')} Then {again}"
    return advice(situation, Piece.DKIM, remedy) if status == "NOT_STARTED" else remedy


def _mail_from_fault(builder: VerdictBuilder, identity: Identity, situation: Situation) -> str:
    mail_from = identity.mail_from
    if mail_from is None:
        builder.add_finding(
            "ses_mail_from",
            Severity.BLOCKER,
            f"{identity.name} has no MAIL FROM domain of its own, so SPF cannot align with {situation.domain}.",
            remedy=advice(situation, Piece.MAIL_FROM, "Set MAIL FROM, and publish its MX and SPF records."),
            action="set_mail_from",
            guide_step=10,
        )
    elif mail_from.status == "FAILED":
        builder.add_finding(
            "ses_mail_from",
            Severity.BLOCKER,
            f"SES gave up looking for the MX of {mail_from.domain} after 72 hours, and will not look again by itself.",
            evidence="MailFromDomainStatus is FAILED",
            remedy=to_publish(situation, Purpose.MAIL_FROM_MX, by_hand="Publish the MX record.")
            + " Then set MAIL FROM again.",
            action="set_mail_from",
            guide_step=10,
        )
    elif mail_from.status in ("PENDING", "TEMPORARY_FAILURE"):
        return f"SES is still looking for the MX of {mail_from.domain}."
    return ""
