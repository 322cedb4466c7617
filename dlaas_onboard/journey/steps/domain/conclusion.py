"""What the Domain step concludes: its state and its headline."""

from __future__ import annotations

from dlaas_onboard.journey.dns.needed_records import Purpose
from dlaas_onboard.journey.dns.record_verdicts import RecordState, RecordVerdict
from dlaas_onboard.journey.facts import Identity
from dlaas_onboard.journey.step_registry import StepState
from dlaas_onboard.journey.steps.domain.identity_rows import STATUS_MARKS
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.turn import Turn
from dlaas_onboard.journey.verdict import Severity, Verdict

_DNS_TAKES = "SES notices most changes within minutes; DNS may need a few hours."


def conclude(
    builder: VerdictBuilder, identity: Identity, records: tuple[RecordState, ...], domain: str, waiting: str
) -> Verdict:
    """Return the verdict on the domain, once every row and finding stands; ``waiting`` is what SES still looks for."""
    verdict = _to_mend(builder, records, domain) or _not_understood(builder, identity)
    if verdict is not None:
        return verdict
    unchecked = _unchecked(identity, records)
    if any(state.source for state in unchecked):
        return builder.verdict(
            StepState.UNKNOWN, f"{plural(len(unchecked), 'record')} of {domain} could not be checked."
        )
    if unchecked:
        return builder.verdict(StepState.UNKNOWN, f"The records of {domain}: not looked at yet.")
    if waiting:
        return builder.verdict(StepState.WAITING, f"{waiting} {_DNS_TAKES}")
    wrong_sender = next((item for item in builder.findings if item.id.startswith("domain.sender_")), None)
    if wrong_sender is not None:
        return builder.verdict(StepState.ATTENTION, wrong_sender.message)
    if not identity.verified or {_dkim_status(identity), _mail_from_status(identity)} != {"SUCCESS"}:
        builder.add_finding("state", Severity.UNKNOWN, "What SES says of the identity does not fit together.")
        return builder.verdict(StepState.UNKNOWN, "What SES says of the identity does not fit together. Look again.")
    return builder.verdict(StepState.DONE, f"{domain} is verified; DKIM, MAIL FROM, SPF and DMARC are in place.")


def _to_mend(builder: VerdictBuilder, records: tuple[RecordState, ...], domain: str) -> Verdict | None:
    """Return the verdict where a required record or SES itself shows a fault."""
    faulty = [
        state
        for state in records
        if state.record.required and state.verdict in (RecordVerdict.MISSING, RecordVerdict.WRONG)
    ]
    if faulty:
        purposes = ", ".join(dict.fromkeys(str(state.record.purpose) for state in faulty))
        what = f"{plural(len(faulty), 'record')} of {domain} to {_deed(faulty)}: {purposes}."
        return builder.verdict(StepState.ATTENTION, what)
    fault = next((item for item in builder.findings if item.id.startswith("domain.ses_")), None)
    return builder.verdict(StepState.ATTENTION, fault.message) if fault is not None else None


def _deed(faulty: list[RecordState]) -> str:
    """Return what is to be done about records, by whose turn it is."""
    turns = {state.turn for state in faulty}
    if turns == {Turn.APPLY}:
        return "bring into DNS by applying your code"
    if turns <= {Turn.APPLY, Turn.CODE}:
        return "bring into DNS by your code: add what it lacks, then apply it"
    return "publish or correct"


def _not_understood(builder: VerdictBuilder, identity: Identity) -> Verdict | None:
    """Return the verdict where Amazon's answer lacks something, or has a word that is not known here."""
    dkim, mail_from = _dkim_status(identity), _mail_from_status(identity)
    if identity.verified is None or not dkim or (identity.mail_from is not None and not mail_from):
        builder.add_finding("incomplete", Severity.UNKNOWN, "Amazon's answer about the identity is incomplete.")
        return builder.verdict(StepState.UNKNOWN, "Amazon's answer about the identity is incomplete. Look again.")
    strange = [status for status in (dkim, mail_from) if status and status not in STATUS_MARKS]
    if strange:
        builder.add_finding("state", Severity.UNKNOWN, f"SES reports {', '.join(strange)}, a state not known here.")
        return builder.verdict(StepState.UNKNOWN, f"SES reports {', '.join(strange)}, a state not known here.")
    return None


def _unchecked(identity: Identity, records: tuple[RecordState, ...]) -> list[RecordState]:
    """Return the required records that neither DNS nor SES shows to be in place."""
    # SES itself saw the record where its status is SUCCESS: that AWS documents no value for the Region then
    # leaves nothing open. A DNS look that failed does.
    seen_by_ses = {
        Purpose.DKIM: _dkim_status(identity) == "SUCCESS",
        Purpose.MAIL_FROM_MX: _mail_from_status(identity) == "SUCCESS",
        Purpose.MAIL_FROM_SPF: _mail_from_status(identity) == "SUCCESS",
    }
    return [
        state
        for state in records
        if state.record.required
        and state.verdict == RecordVerdict.UNKNOWN
        and not (state.published and not state.record.value and seen_by_ses.get(state.record.purpose, False))
    ]


def _dkim_status(identity: Identity) -> str:
    return identity.dkim.status if identity.dkim else ""


def _mail_from_status(identity: Identity) -> str:
    return identity.mail_from.status if identity.mail_from else ""
