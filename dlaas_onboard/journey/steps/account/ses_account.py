"""How Amazon SES treats the account in this Region: access, health, quotas."""

from __future__ import annotations

from dlaas_onboard.journey.facts import Account, Facts
from dlaas_onboard.journey.quantity import quota, rate
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder, yes_no
from dlaas_onboard.journey.verdict import Mark, Severity

SECTION = "Amazon SES in this Region"


def account_rows(builder: VerdictBuilder, facts: Facts, account: Account) -> None:
    """Show access, health and quotas of the account in this Region."""
    reading = facts.account
    in_production = stages.access_of(account) == "production"
    held = stages.health(facts) == stages.Health.UNHEALTHY  # access is there, and nothing leaves
    builder.add_row(
        "Access",
        "production" if in_production else "sandbox: verified recipients only",
        reading,
        Mark.WAIT if not in_production else Mark.WARN if held else Mark.GOOD,
        section=SECTION,
    )
    builder.add_row(
        "Sending",
        yes_no(account.sending_enabled, "enabled", "disabled"),
        reading,
        {True: Mark.GOOD, False: Mark.BAD, None: Mark.UNKNOWN}[account.sending_enabled],
        section=SECTION,
        expected="enabled",
    )
    enforcement = account.enforcement
    builder.add_row(
        "Enforcement",
        enforcement or "unknown: not in Amazon's answer",
        reading,
        Mark.GOOD if enforcement == "HEALTHY" else Mark.BAD if enforcement else Mark.UNKNOWN,
        section=SECTION,
        expected="HEALTHY",
    )
    builder.add_row("Daily quota", quota(account.max_24_hour_send), reading, section=SECTION)
    builder.add_row("Sending rate", rate(account.max_send_rate), reading, section=SECTION)
    sent = account.sent_last_24_hours
    builder.add_row(
        "Sent in 24 hours", "unknown" if sent is None else f"{sent:,.0f} recipients", reading, section=SECTION
    )
    reasons = account.suppressed_reasons
    builder.add_row(
        "Suppression list takes",
        "unknown: not in Amazon's answer" if reasons is None else ", ".join(reasons) or "nothing",
        reading,
        Mark.UNKNOWN if reasons is None else Mark.GOOD if {"BOUNCE", "COMPLAINT"} <= set(reasons) else Mark.WARN,
        section=SECTION,
    )


def account_findings(builder: VerdictBuilder, account: Account) -> None:
    """Say what keeps the account from sending: paused, under enforcement, or its daily quota used up."""
    if account.sending_enabled is False:
        builder.add_finding(
            "sending_disabled",
            Severity.BLOCKER,
            "Sending is disabled for this account and Region.",
            evidence="SendingEnabled is false",
            remedy="Find out who paused it: you (PutAccountSendingAttributes) or Amazon. If Amazon did, answer its "
            "case first; a request for production access will not lift it.",
            guide_step=2,
        )
    enforcement = account.enforcement
    if enforcement not in ("HEALTHY", ""):
        builder.add_finding(
            "enforcement",
            Severity.BLOCKER,
            f"Amazon's enforcement status for this account is {enforcement}, not HEALTHY.",
            evidence=f"EnforcementStatus is {enforcement}",
            remedy="This is a matter of reputation with a process of its own: read Amazon's case about it and answer "
            "there before you ask for anything else.",
            guide_step=2,
        )
    sent, limit = account.sent_last_24_hours, account.max_24_hour_send
    if sent is not None and limit is not None and limit > 0 and sent >= 0.9 * limit:
        builder.add_finding(
            "quota_used",
            Severity.ADVICE,
            f"{sent:,.0f} of {limit:,.0f} recipients of the rolling day are used.",
            remedy="Sends beyond the quota are refused until older ones are 24 hours old.",
            guide_step=2,
        )
