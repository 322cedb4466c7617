"""Quota: the worksheet, and after the grant what is asked of Service Quotas."""

from __future__ import annotations

from dlaas_onboard.journey.facts import Facts, Quota
from dlaas_onboard.journey.facts.reading import known
from dlaas_onboard.journey.request import evidence, quota_increase, text_rubric
from dlaas_onboard.journey.request.field_rules import check, normal
from dlaas_onboard.journey.request.quota_increase import increases
from dlaas_onboard.journey.request.worksheet import INPUTS, NOW, Worksheet, counted, show, work_out
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.fields import BY_ID
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.steps.filed import is_filed
from dlaas_onboard.journey.steps.quota import quota_requests
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder, yes_no
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict


def judge(situation: Situation) -> Verdict:
    """Judge the figures: complete, plausible, and after the grant met by the quota received."""
    builder = VerdictBuilder(StepId.QUOTA)
    worksheet = work_out(situation)
    builder.rows += worksheet.rows
    builder.findings += text_rubric.of_figures(situation)
    wrong = ""
    for field in (*NOW, *INPUTS, "growth", "daily_quota", "send_rate"):
        error = check(field, normal(field, situation.answers.text(field)))
        if error:
            wrong = wrong or f"{BY_ID[field].label}: {error}"
            builder.add_finding(
                f"{field}_invalid",
                Severity.WARNING,
                f"{BY_ID[field].label}: {error}",
                remedy=f"Correct the field {BY_ID[field].label}.",
                field=field,
                guide_step=12,
            )
    _quota_rows(builder, situation.facts, worksheet)
    asked = _open_request_after_denial(builder, situation)
    builder.add_gaps(situation.facts)
    repeated = {name.replace("repeats_", "quota.checkout_", 1) for name in worksheet.warning_ids}
    builder.findings = [finding for finding in builder.findings if finding.id not in repeated]
    if stages.access(situation.facts) == "production":
        return _granted_verdict(builder, situation, worksheet)
    if asked:
        return builder.verdict(StepState.WAITING, f"Amazon has your quota request: {asked}.")
    if is_filed(situation.facts):
        return builder.verdict(
            StepState.DONE, _figures_sentence(worksheet) or "The request was filed without a figure."
        )
    if wrong:
        return builder.verdict(StepState.ATTENTION, wrong)
    if worksheet.missing:
        return builder.verdict(StepState.TODO, f"Fill in the worksheet: {_listed(worksheet.missing)}.")
    return builder.verdict(StepState.DONE, _figures_sentence(worksheet))


def _listed(labels: tuple[str, ...]) -> str:
    return ", ".join(label[:1].lower() + label[1:] for label in labels)


def _figures_sentence(worksheet: Worksheet) -> str:
    if worksheet.daily_quota is None or worksheet.send_rate is None:
        return ""
    first = " for the first months" if worksheet.growth is not None else ""
    daily = counted(worksheet.daily_quota, "recipient")
    return f"Name {daily} in 24 hours and {show(worksheet.send_rate)} a second{first}."


def _quota_rows(builder: VerdictBuilder, facts: Facts, worksheet: Worksheet) -> None:
    """Show for each quota what Service Quotas says, what was received, and what the worksheet needs."""
    reading = facts.quotas
    if reading is not None:
        builder.missing("quotas", "Service Quotas", reading, section="Today")
    if reading is None or reading.value is None:
        return
    account = stages.account(facts)
    daily, rate = (account.max_24_hour_send, account.max_send_rate) if account is not None else (None, None)
    sandbox = stages.access(facts) == "sandbox"
    yes = "yes; in the sandbox not yet, by AWS's table" if sandbox else "yes"
    for quota, name, received, needed in (
        (reading.value.sending_quota, "Sending quota", daily, worksheet.daily_quota),
        (reading.value.sending_rate, "Sending rate", rate, worksheet.send_rate),
    ):
        if quota is None:
            if reading.known:
                builder.add_row(
                    name, "not listed by Service Quotas in this Region", reading, Mark.WARN, section="Today"
                )
            continue
        section = f"{quota.name} ({quota.code})"
        builder.add_row("In Service Quotas", _listed_value(quota), reading, section=section)
        builder.add_row("Adjustable", yes_no(quota.adjustable, yes), reading, section=section)
        value = "unknown" if received is None else "unlimited" if received == -1 else show(received)
        builder.add_row(
            "Received", value, facts.account, Mark.UNKNOWN if received is None else Mark.PLAIN, section=section
        )
        need, mark = _need_words(quota, received, needed, sandbox=sandbox)
        builder.add_row("Worksheet", need, mark=mark, source="the worksheet", section=section)
    quota_requests.history_rows(builder, facts)


def _listed_value(quota: Quota) -> str:
    value = "unknown" if quota.value is None else show(quota.value)
    if quota.applied is None:
        return value
    if not quota.applied:
        return f"{value}, AWS's default: no other value was applied"
    beside = "" if quota.default is None else f"; the default is {show(quota.default)}"
    return f"{value}, applied to this account{beside}"


def _need_words(quota: Quota, received: float | None, needed: float | None, *, sandbox: bool) -> tuple[str, Mark]:
    if needed is None:
        return "not filled in", Mark.PLAIN
    if received == -1:
        return f"{show(needed)}: no more is needed", Mark.GOOD
    current = max((value for value in (quota.value, received) if value is not None), default=None)
    if current is None:
        return f"{show(needed)}: whether more is needed is unknown", Mark.UNKNOWN
    if needed <= current:
        return f"{show(needed)}: no more is needed", Mark.GOOD
    if sandbox:  # the grant brings more, nobody knows how much
        return f"{show(needed)}: {show(needed - current)} more than the sandbox gives", Mark.PLAIN
    return f"{show(needed)}: {show(needed - current)} more is needed", Mark.WARN


def _open_request_after_denial(builder: VerdictBuilder, situation: Situation) -> str:
    """Offer the way that some took after a denial, with what is known of it; return the request that is open."""
    if stages.stage(situation.facts) != stages.Stage.DENIED:
        return ""
    asked = quota_increase.open_words(known(situation.facts.quotas))
    if asked:
        return asked
    on = evidence.field(quota_increase.FROM_SANDBOX, situation) == "yes"
    builder.add_finding(
        "from_sandbox",
        Severity.ADVICE,
        "After a denial a quota request is one more way, and whether it lifts the sandbox is not known.",
        evidence=quota_increase.IN_SANDBOX,
        remedy="Ask Service Quotas for the worksheet's figures."
        if on
        else "Answer the case of the review first. If you want this as well, switch it on here.",
        action="request_quota" if on else "",
        field="" if on else quota_increase.FROM_SANDBOX,
        guide_step=12,
    )
    return ""


def _granted_verdict(builder: VerdictBuilder, situation: Situation, worksheet: Worksheet) -> Verdict:
    quotas = known(situation.facts.quotas)
    asked = quota_increase.open_words(quotas)
    if asked:
        return builder.verdict(StepState.WAITING, f"Amazon has your quota request: {asked}.")
    short = [item for item in increases(situation) if not item.why_not]
    if short:
        names = " and ".join(f"{item.quota.name} {show(item.desired)}" for item in short)
        builder.add_finding(
            "short",
            Severity.WARNING,
            f"The quota received is below the worksheet's figure: {names}.",
            remedy="Ask Service Quotas for the increase.",
            action="request_quota",
            guide_step=12,
        )
        return builder.verdict(StepState.ATTENTION, f"Ask for an increase: {names}.")
    account = stages.account(situation.facts)
    now = account.max_24_hour_send if account is not None else None
    if now is None:
        return builder.verdict(StepState.UNKNOWN, "The account's quota could not be read.")
    granted = "no limit" if now == -1 else f"{show(now)} recipients in 24 hours"
    if worksheet.daily_quota is None:
        return builder.verdict(StepState.DONE, f"The account has {granted}.")
    if now != -1 and now < worksheet.daily_quota:
        why = "the quotas could not be read" if quotas is None else "Service Quotas takes no request for more"
        return builder.verdict(StepState.UNKNOWN, f"The account has {granted}, less than you worked out; {why}.")
    return builder.verdict(StepState.DONE, f"The account has {granted}, which covers what you worked out.")
