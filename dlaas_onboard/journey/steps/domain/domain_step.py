"""Domain: the identity, and each record as SES and DNS see it."""

from __future__ import annotations

from dlaas_onboard.journey import names
from dlaas_onboard.journey.dns import needed_records
from dlaas_onboard.journey.dns.needed_records import Purpose, RecordState, RecordVerdict, error_words
from dlaas_onboard.journey.facts import Facts, Identity, Reading
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.steps.domain import receiver_policies
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder, yes_no
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict

_IDENTITY = "Identity"
_MARKS = {
    RecordVerdict.OK: Mark.GOOD,
    RecordVerdict.MISSING: Mark.BAD,
    RecordVerdict.WRONG: Mark.BAD,
    RecordVerdict.UNKNOWN: Mark.UNKNOWN,
}
_STATUS_MARKS = {
    "SUCCESS": Mark.GOOD,
    "PENDING": Mark.WAIT,
    "TEMPORARY_FAILURE": Mark.WAIT,
    "FAILED": Mark.BAD,
    "NOT_STARTED": Mark.BAD,
}
_DNS_TAKES = "SES notices most changes within minutes; DNS may need a few hours."


def judge(situation: Situation) -> Verdict:
    """Judge the sending domain: identity verified, DKIM, MAIL FROM, SPF and DMARC, in SES and in DNS."""
    builder = VerdictBuilder(StepId.DOMAIN)
    entered = situation.input("domain")
    domain = situation.domain
    builder.row("Sending domain", entered.text or "not entered", source=entered.source)
    if not domain:
        if entered.text:
            builder.find(
                "invalid",
                Severity.BLOCKER,
                f"{entered.text} is not a domain name.",
                remedy="Enter it without https:// and without a path, like example.com.",
                field="domain",
            )
        builder.gaps(situation.facts)
        return builder.verdict(StepState.TODO, "Enter the domain you send from.")
    _names(builder, situation, domain)
    reading = situation.domain_identity
    unread = builder.missing("identity", "Identity", reading, section=_IDENTITY)
    identity = situation.identity
    if identity is not None and reading is not None:
        _identity(builder, identity, reading, domain)
    found = needed_records.states(situation)
    _records(builder, found)
    _apex(builder, situation.facts, domain)
    receiver_policies.judge(builder, situation, domain)
    builder.gaps(situation.facts, _mended(found))
    if unread:
        return builder.not_known("The domain in SES")
    if identity is None:
        builder.row(
            "Identity", f"SES has none for it in {situation.place.region}", reading, Mark.BAD, section=_IDENTITY
        )
        builder.find(
            "no_identity",
            Severity.BLOCKER,
            f"SES has no identity for {domain} in {situation.place.region}.",
            remedy="Create it: SES then names the DKIM records to publish. A request without a verified domain is "
            "usually denied at once.",
            action="create_domain",
            guide_step=10,
        )
        return builder.verdict(StepState.TODO, f"Create the identity {domain} in {situation.place.region}.")
    return _conclude(builder, identity, found, domain)


def _names(builder: VerdictBuilder, situation: Situation, domain: str) -> None:
    entered = situation.input("sender")
    sender = situation.sender
    builder.row("From address", entered.text or "not entered", source=entered.source)
    if entered.text and not sender:
        builder.find(
            "sender_invalid",
            Severity.WARNING,
            f"{entered.text} is not one plain e-mail address.",
            remedy=f"Enter it like support@{domain}.",
            field="sender",
        )
    elif sender and not names.within(names.domain_of(sender), domain):
        builder.find(
            "sender_elsewhere",
            Severity.WARNING,
            f"The From address {sender} is not at {domain}.",
            remedy="SES refuses mail from a domain that is not verified. Enter an address at this domain, or the other "
            "domain.",
        )
    elif sender.lower().replace("-", "").startswith(("noreply@", "donotreply@")):
        builder.find(
            "no_reply",
            Severity.ADVICE,
            f"{sender} tells recipients not to answer.",
            remedy="Amazon's advice is a From address that people can answer.",
        )


def _identity(builder: VerdictBuilder, identity: Identity, reading: Reading[Identity], domain: str) -> None:
    covers = "" if names.bare(identity.name) == domain else f", which covers {domain}"
    builder.row("Identity", f"{identity.name}{covers}", reading, section=_IDENTITY)
    builder.row(
        "Verified for sending",
        yes_no(identity.verified),
        reading,
        {True: Mark.GOOD, False: Mark.BAD, None: Mark.UNKNOWN}[identity.verified],
        expected="yes",
        section=_IDENTITY,
    )
    dkim = identity.dkim
    status = dkim.status if dkim else ""
    builder.row(
        "DKIM",
        status or "unknown: not in Amazon's answer",
        reading,
        _STATUS_MARKS.get(status, Mark.UNKNOWN),
        expected="SUCCESS",
        section=_IDENTITY,
    )
    if dkim is not None:
        builder.row(
            "DKIM signing",
            yes_no(dkim.signing_enabled, "on", "off"),
            reading,
            {True: Mark.GOOD, False: Mark.BAD, None: Mark.UNKNOWN}[dkim.signing_enabled],
            expected="on",
            section=_IDENTITY,
        )
        if dkim.origin:
            builder.row("DKIM keys", dkim.origin, reading, section=_IDENTITY)
    mail_from = identity.mail_from
    builder.row(
        "MAIL FROM",
        f"{mail_from.domain}: {mail_from.status or 'unknown'}" if mail_from else "not configured",
        reading,
        _STATUS_MARKS.get(mail_from.status, Mark.UNKNOWN) if mail_from else Mark.BAD,
        expected="SUCCESS",
        section=_IDENTITY,
    )
    if mail_from is not None and mail_from.behavior_on_mx_failure:
        builder.row("If MAIL FROM fails", mail_from.behavior_on_mx_failure, reading, section=_IDENTITY)
    info = identity.verification_info
    if info is None:
        return
    if info.error_type:
        mark = Mark.PLAIN if status == "SUCCESS" else Mark.WARN
        builder.row(
            "SES last saw", f"{info.error_type}: {error_words(info.error_type)}", reading, mark, section=_IDENTITY
        )
    if info.last_checked is not None:
        builder.row("SES last looked", f"{info.last_checked:%Y-%m-%d %H:%M} UTC", reading, section=_IDENTITY)


def _records(builder: VerdictBuilder, found: tuple[RecordState, ...]) -> None:
    for state in found:
        record = state.record
        optional = not record.required and state.verdict in (RecordVerdict.MISSING, RecordVerdict.WRONG)
        words = {
            RecordVerdict.OK: state.found,
            RecordVerdict.MISSING: "missing",
            RecordVerdict.WRONG: f"wrong: {state.found}",
            RecordVerdict.UNKNOWN: f"unknown: {state.fix}",
        }[state.verdict]
        builder.row(
            f"{record.type} {record.name}",
            f"{words}{f' (SES: {state.ses_says})' if state.ses_says else ''}{_cached(state)}"
            + (f". {state.then}" if state.then else ""),
            None,
            Mark.WARN if optional else _MARKS[state.verdict],
            section=record.purpose.value,
            expected=record.value,
            source=state.source,
            observed_at=state.observed_at,
        )
    for purpose in Purpose:
        if purpose == Purpose.INBOX:
            continue  # whether the mailbox can be reached is judged with the bounces
        for verdict in (RecordVerdict.MISSING, RecordVerdict.WRONG, RecordVerdict.UNKNOWN):
            _record_finding(builder, purpose, verdict, [s for s in found if s.record.purpose == purpose])


def _cached(state: RecordState) -> str:
    """Return for how long others may still see what was found, ``""`` where that is not known."""
    return f", cached for up to {plural(-(-state.ttl // 60), 'minute')}" if state.ttl else ""


def _record_finding(
    builder: VerdictBuilder, purpose: Purpose, verdict: RecordVerdict, all_of: list[RecordState]
) -> None:
    those = [state for state in all_of if state.verdict == verdict]
    if not those or (verdict == RecordVerdict.UNKNOWN and not any(state.source for state in those)):
        return
    required = those[0].record.required
    severity = Severity.BLOCKER if required else Severity.WARNING
    if purpose == Purpose.DMARC:
        severity = Severity.WARNING
    count = f"{len(those)} of {len(all_of)} " if len(all_of) > 1 else "The "
    noun = plural(len(all_of), "record").split(" ", 1)[1]
    words = {
        RecordVerdict.MISSING: f"{count}{purpose} {noun} {'are' if len(those) > 1 else 'is'} missing.",
        RecordVerdict.WRONG: f"{count}{purpose} {noun} {'are' if len(those) > 1 else 'is'} wrong.",
        RecordVerdict.UNKNOWN: f"{count}{purpose} {noun} could not be checked.",
    }[verdict]
    builder.find(
        f"{purpose.name.lower()}_{verdict}",
        Severity.UNKNOWN if verdict == RecordVerdict.UNKNOWN else severity,
        words,
        evidence="; ".join(
            f"{state.record.type} {state.record.name}" + (f" = {state.found}" if state.found else "") for state in those
        ),
        remedy=" ".join(dict.fromkeys(state.fix for state in those)),
        guide_step=10,
    )


def _apex(builder: VerdictBuilder, facts: Facts, domain: str) -> None:
    """Warn where the domain's own SPF allows SES alone, although other servers receive, and so may send, its mail."""
    spf, inbox = facts.spf.get(domain), facts.dns.get(f"MX {domain}")
    if spf is None or inbox is None or not spf.known or not inbox.known or spf.value is None or inbox.value is None:
        return
    elsewhere = [value for value in inbox.value.values if "amazonaws.com" not in value and value.split()[-1:] != ["."]]
    if [term.lower() for term in spf.value.terms] == ["include:amazonses.com", "-all"] and elsewhere:
        builder.find(
            "apex_spf",
            Severity.ADVICE,
            f"The SPF record of {domain} lets only SES send, but its mail is received by {elsewhere[0]}.",
            evidence=" · ".join(spf.value.records),
            remedy="If people also send from mailboxes at this domain, add their provider's include to that record.",
        )


def _mended(found: tuple[RecordState, ...]) -> tuple[str, ...]:
    """Return how the ids of those gaps begin that the live records contradict."""
    starts = {Purpose.MAIL_FROM_MX: "mail_from", Purpose.DMARC: "dmarc"}
    return tuple(
        start
        for purpose, start in starts.items()
        if {state.verdict for state in found if state.record.purpose == purpose} == {RecordVerdict.OK}
    )


def _conclude(builder: VerdictBuilder, identity: Identity, found: tuple[RecordState, ...], domain: str) -> Verdict:
    required = [state for state in found if state.record.required]
    bad = [state for state in required if state.verdict in (RecordVerdict.MISSING, RecordVerdict.WRONG)]
    dkim_status = identity.dkim.status if identity.dkim else ""
    mail_from_status = identity.mail_from.status if identity.mail_from else ""
    waiting = _ses(builder, identity, domain)
    # SES itself saw the record where its status is SUCCESS: that AWS documents no value for the Region then
    # leaves nothing open. A DNS look that failed does.
    seen = {
        Purpose.DKIM: dkim_status == "SUCCESS",
        Purpose.MAIL_FROM_MX: mail_from_status == "SUCCESS",
        Purpose.MAIL_FROM_SPF: mail_from_status == "SUCCESS",
    }
    open_ = [
        state
        for state in required
        if state.verdict == RecordVerdict.UNKNOWN
        and not (state.found and not state.record.value and seen.get(state.record.purpose, False))
    ]
    if bad:
        names = ", ".join(dict.fromkeys(str(state.record.purpose) for state in bad))
        return builder.verdict(
            StepState.ATTENTION,
            f"{plural(len(bad), 'record')} of {domain} to publish or mend: {names}.",
        )
    ses = [item for item in builder.findings if item.id.startswith("domain.ses_")]
    if ses:
        return builder.verdict(StepState.ATTENTION, ses[0].message)
    if identity.verified is None or not dkim_status or (identity.mail_from is not None and not mail_from_status):
        builder.find("incomplete", Severity.UNKNOWN, "Amazon's answer about the identity is incomplete.")
        return builder.verdict(StepState.UNKNOWN, "Amazon's answer about the identity is incomplete. Look again.")
    strange = [word for word in (dkim_status, mail_from_status) if word and word not in _STATUS_MARKS]
    if strange:
        builder.find("state", Severity.UNKNOWN, f"SES reports {', '.join(strange)}, a state not known here.")
        return builder.verdict(StepState.UNKNOWN, f"SES reports {', '.join(strange)}, a state not known here.")
    if open_:
        looked = any(state.source for state in open_)
        return builder.verdict(
            StepState.UNKNOWN,
            f"{plural(len(open_), 'record')} of {domain} could not be checked."
            if looked
            else f"The records of {domain}: not looked at yet.",
        )
    if waiting:
        return builder.verdict(StepState.WAITING, f"{waiting} {_DNS_TAKES}")
    wrong_sender = next((item for item in builder.findings if item.id.startswith("domain.sender_")), None)
    if wrong_sender is not None:
        return builder.verdict(StepState.ATTENTION, wrong_sender.message)
    if not identity.verified or dkim_status != "SUCCESS" or mail_from_status != "SUCCESS":
        builder.find("state", Severity.UNKNOWN, "What SES says of the identity does not fit together.")
        return builder.verdict(StepState.UNKNOWN, "What SES says of the identity does not fit together. Look again.")
    return builder.verdict(StepState.DONE, f"{domain} is verified; DKIM, MAIL FROM, SPF and DMARC are in place.")


def _ses(builder: VerdictBuilder, identity: Identity, domain: str) -> str:
    """Add what SES says is wrong; return what is still to be waited for."""
    waiting = ""
    info = identity.verification_info
    error = error_words(info.error_type) if info and info.error_type else ""
    status = identity.dkim.status if identity.dkim else ""
    if status in ("FAILED", "NOT_STARTED"):
        builder.find(
            "ses_dkim",
            Severity.BLOCKER,
            f"SES gave up looking for the DKIM records of {identity.name}."
            if status == "FAILED"
            else f"DKIM of {identity.name} was never started.",
            evidence=error or f"DkimAttributes.Status is {status}",
            remedy="Publish the records, then start DKIM again; SES may hand out new names, so compare them after it.",
            action="restart_dkim",
            guide_step=10,
        )
    elif status in ("PENDING", "TEMPORARY_FAILURE"):
        waiting = f"SES is still looking for the DKIM records of {identity.name}."
    elif identity.dkim is not None and identity.dkim.signing_enabled is False:
        builder.find(
            "ses_dkim_off",
            Severity.BLOCKER,
            f"DKIM signing is switched off for {identity.name}.",
            evidence="DkimAttributes.SigningEnabled is false",
            remedy="Switch it on on the identity's page in the console.",
            guide_step=10,
        )
    elif identity.verified is False:
        waiting = f"SES has not verified {identity.name} for sending yet."
    mail_from = identity.mail_from
    if mail_from is None:
        builder.find(
            "ses_mail_from",
            Severity.BLOCKER,
            f"{identity.name} has no MAIL FROM domain of its own, so SPF cannot align with {domain}.",
            remedy="Set MAIL FROM, and publish its MX and SPF records.",
            action="set_mail_from",
            guide_step=10,
        )
    elif mail_from.status == "FAILED":
        builder.find(
            "ses_mail_from",
            Severity.BLOCKER,
            f"SES gave up looking for the MX of {mail_from.domain} after 72 hours, and will not look again by itself.",
            evidence="MailFromDomainStatus is FAILED",
            remedy="Publish the MX record, then set MAIL FROM again.",
            action="set_mail_from",
            guide_step=10,
        )
    elif mail_from.status in ("PENDING", "TEMPORARY_FAILURE") and not waiting:
        waiting = f"SES is still looking for the MX of {mail_from.domain}."
    return waiting
