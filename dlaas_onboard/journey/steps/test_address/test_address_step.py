"""Test address: an address of the operator's own that the sandbox may mail."""

from __future__ import annotations

from dlaas_onboard.journey import names
from dlaas_onboard.journey.dns.record_verdicts import error_words
from dlaas_onboard.journey.facts import Facts, Identity
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.steps.test_address import recipient_rows
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder, yes_no
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict
from dlaas_onboard.journey.writes import recipients

_LINK = "The link works for 24 hours."


def judge(situation: Situation) -> Verdict:
    """Judge the operator's test address: entered, created, verified. Other recipients are shown, and decide nothing."""
    builder = VerdictBuilder(StepId.TEST_ADDRESS)
    own = _own(builder, situation)
    recipient_rows.recipient_rows(builder, situation)
    _others(builder, situation.facts, {situation.test_address, *recipients.wanted(situation)})
    return builder.verdict(own.state, own.headline, own.blocked_by)


def _own(builder: VerdictBuilder, situation: Situation) -> Verdict:
    """Judge the operator's own address alone."""
    entered = situation.input("test_address")
    address = situation.test_address
    builder.add_row("Address", entered.text or "not entered", source=entered.source)
    builder.add_gaps(situation.facts)
    if stages.access(situation.facts) == "production":
        return builder.verdict(StepState.DONE, "Not needed any more: with production access you can mail anyone.")
    if not address:
        if entered.text:
            builder.add_finding(
                "invalid",
                Severity.BLOCKER,
                f"{entered.text} is not one plain e-mail address.",
                remedy="Enter it like you@example.com.",
                field="test_address",
            )
        return builder.verdict(StepState.TODO, "Enter an address whose mail you can open now.")
    if _covered(situation, address):
        builder.add_row(
            "Covered by", f"the verified domain {names.domain_of(address)}", situation.facts.domain_identity, Mark.GOOD
        )
        return builder.verdict(
            StepState.DONE, f"{address} needs no link: its domain is verified, so the sandbox may mail it."
        )
    reading = situation.test_identity
    if builder.missing("identity", "Identity", reading) or reading is None:
        return builder.not_known("The address in SES")
    identity = reading.value
    if identity is None:
        builder.add_row("Identity", f"SES does not know it in {situation.place.region}", reading, Mark.WAIT)
        return builder.verdict(StepState.TODO, f"Send the verification link to {address}, then open it. {_LINK}")
    builder.add_row(
        "Verified for sending",
        yes_no(identity.verified),
        reading,
        {True: Mark.GOOD, False: Mark.WAIT, None: Mark.UNKNOWN}[identity.verified],
        expected="yes",
    )
    builder.add_row("Verification", identity.verification_status or "unknown: not in Amazon's answer", reading)
    if identity.verified:
        return builder.verdict(StepState.DONE, f"{address} is verified: send a test mail to it whenever you like.")
    return _unverified(builder, identity, address)


def _unverified(builder: VerdictBuilder, identity: Identity, address: str) -> Verdict:
    """Judge an address that SES knows and that was not verified, as far as SES says."""
    if identity.verified is None:
        builder.add_finding(
            "incomplete", Severity.UNKNOWN, "Amazon's answer leaves out whether the address is verified."
        )
        return builder.not_known("The address in SES")
    status = identity.verification_status
    info = identity.verification_info
    error = error_words(info.error_type) if info and info.error_type else ""
    if status == "FAILED":
        builder.add_finding(
            "link_expired",
            Severity.WARNING,
            f"The link sent to {address} was not opened in time.",
            evidence=error or "VerificationStatus is FAILED",
            remedy="Have it sent again, then open it within 24 hours.",
            action="resend_test_address",
        )
        return builder.verdict(StepState.ATTENTION, f"The link to {address} has expired. Send it again.")
    if status in ("PENDING", "TEMPORARY_FAILURE"):
        builder.add_finding(
            "waiting",
            Severity.ADVICE,
            f"SES waits until somebody opens the link it sent to {address}.",
            evidence=error or f"VerificationStatus is {status}",
            remedy=f"Open the mail from Amazon, look in the spam folder too. {_LINK} Older than that: send it again.",
            action="resend_test_address",
        )
        return builder.verdict(StepState.WAITING, f"Open the link that Amazon sent to {address}. {_LINK}")
    if status == "NOT_STARTED":
        return builder.verdict(StepState.TODO, f"Verification of {address} has not begun. Send the link again.")
    builder.add_finding(
        "state", Severity.UNKNOWN, f"SES calls the address {status or 'nothing'}, a state not known here."
    )
    return builder.not_known("The address in SES")


def _covered(situation: Situation, address: str) -> bool:
    identity = situation.identity
    return identity is not None and identity.verified is True and names.within(names.domain_of(address), identity.name)


def _others(builder: VerdictBuilder, facts: Facts, shown: set[str]) -> None:
    """Show the addresses that are not verified and that nobody here asked for; the verified ones can receive."""
    reading = facts.identities
    if reading is None or reading.value is None:
        return
    for item in reading.value.items:
        if item.type != "EMAIL_ADDRESS" or item.name in shown:
            continue
        if stages.access(facts) == "production" or not recipients.is_verified(
            item.verification_status, item.sending_enabled
        ):
            status = item.verification_status or "state unknown"
            builder.add_row(item.name, status, reading, section="Other addresses in this Region")
