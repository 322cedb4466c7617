"""Account: who we are, where, and how Amazon SES treats us today."""

from __future__ import annotations

from dlaas_onboard.journey.facts import Account
from dlaas_onboard.journey.facts.sending import ResourceKind
from dlaas_onboard.journey.quantity import quota, rate
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.steps import service_region
from dlaas_onboard.journey.steps.account import other_regions, place_rows, sending_rates, ses_account
from dlaas_onboard.journey.steps.declared_rows import declared_rows
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.verdict import Severity, Verdict


def judge(situation: Situation) -> Verdict:
    """Judge the account: identity, Region, sandbox or production, health, statistics."""
    facts = situation.facts
    builder = VerdictBuilder(StepId.ACCOUNT)
    place_rows.place_rows(builder, facts)
    place_rows.checkout_rows(builder, facts)
    declared_rows(builder, facts, ResourceKind.REGION)
    unread = builder.missing("account", "Account in SES", facts.account, section=ses_account.SECTION, guide_step=2)
    account = stages.account(facts)
    if account is not None:
        ses_account.account_rows(builder, facts, account)
        ses_account.account_findings(builder, account)
    sending_rates.statistics(builder, situation)
    sending_rates.reputation(builder, facts)
    other_regions.region_rows(builder, situation)
    if situation.checkout is None:  # of a DLaaS checkout its Region is spoken of above
        service_region.add_service_region(builder, situation)
    builder.add_gaps(facts)

    if not situation.place.region and facts.caller is not None:
        return builder.verdict(StepState.ATTENTION, "No Region is chosen. Name the Region your service sends from.")
    if facts.caller is None or facts.caller.problem is not None or not situation.place.account:
        return builder.not_known("The account")
    if unread or account is None:
        return builder.not_known("The account in SES")
    return _conclude(builder, situation, account)


def _conclude(builder: VerdictBuilder, situation: Situation, account: Account) -> Verdict:
    """Return the verdict on an account that was read, once every row and finding stands."""
    place = situation.place
    blocker = next((item for item in builder.findings if item.severity == Severity.BLOCKER), None)
    if blocker is not None:
        return builder.verdict(StepState.ATTENTION, blocker.message)
    where = f"in {place.region}, account {place.account}"
    if stages.health(situation.facts) == stages.Health.UNKNOWN:
        return builder.verdict(StepState.UNKNOWN, f"Amazon's answer leaves out whether sending is healthy {where}.")
    access = "Production access" if stages.access_of(account) == "production" else "Sandbox"
    headline = f"{access} {where}: {quota(account.max_24_hour_send)}, {rate(account.max_send_rate)}."
    warning = next((item for item in builder.findings if item.severity == Severity.WARNING), None)
    if warning is not None:
        return builder.verdict(StepState.ATTENTION, f"{headline} {warning.message}")
    return builder.verdict(StepState.DONE, headline)
