"""Quota: the worksheet, and after the grant what is asked of Service Quotas."""

from __future__ import annotations

from dlaas_onboard.journey import review
from dlaas_onboard.journey.answers import Answers
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.fields import BY_ID
from dlaas_onboard.journey.judges.sheet import Sheet
from dlaas_onboard.journey.steps import StepId, StepState
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict
from dlaas_onboard.request import rubric, seen
from dlaas_onboard.request.entry import check, normal
from dlaas_onboard.request.increase import OPEN_REQUESTS, increases
from dlaas_onboard.request.judges.filed import filed
from dlaas_onboard.request.worksheet import INPUTS, Worksheet, show, work_out


def judge(facts: Facts, answers: Answers) -> Verdict:
    """Judge the figures: complete, plausible, and after the grant met by the quota received."""
    sheet = Sheet(StepId.QUOTA)
    found = work_out(facts, answers)
    sheet.rows += found.rows
    sheet.findings += rubric.of_figures(facts, answers)
    wrong = ""
    for field in (*INPUTS, "daily_quota", "send_rate"):
        error = check(field, normal(field, answers.text(field)))
        if error:
            wrong = wrong or f"{BY_ID[field].label}: {error}"
            sheet.find(
                f"{field}_invalid",
                Severity.WARNING,
                f"{BY_ID[field].label}: {error}",
                remedy=f"Correct the field {BY_ID[field].label}.",
                field=field,
                guide_step=12,
            )
    _quotas(sheet, facts)
    sheet.gaps(facts)
    told = {name.replace("repeats_", "quota.checkout_", 1) for name in found.warning_ids}
    sheet.findings = [finding for finding in sheet.findings if finding.id not in told]
    if review.access(facts) == "production":
        return _granted(sheet, facts, answers, found)
    if filed(facts):
        return sheet.verdict(StepState.DONE, _result(found) or "The request was filed without a figure.")
    if wrong:
        return sheet.verdict(StepState.ATTENTION, wrong)
    if found.missing:
        return sheet.verdict(StepState.TODO, f"Fill in the worksheet: {_listed(found.missing)}.")
    return sheet.verdict(StepState.DONE, _result(found))


def _listed(labels: tuple[str, ...]) -> str:
    return ", ".join(label[:1].lower() + label[1:] for label in labels)


def _result(found: Worksheet) -> str:
    if found.daily_quota is None or found.send_rate is None:
        return ""
    return f"Name {show(found.daily_quota)} recipients in 24 hours and {show(found.send_rate)} a second."


def _quotas(sheet: Sheet, facts: Facts) -> None:
    quotas = seen.known(facts.quotas)
    if quotas is None:
        if facts.quotas is not None:
            sheet.missing("quotas", "Service Quotas", facts.quotas, section="Today")
        return
    for quota in (quotas.sending_quota, quotas.sending_rate):
        if quota is not None:
            value = "unknown" if quota.value is None else show(quota.value)
            note = "" if quota.adjustable is not False else ", not adjustable"
            sheet.row(f"{quota.name} ({quota.code})", f"{value}{note}", facts.quotas, section="Today")
    for request in quotas.requests:
        mark = Mark.WAIT if request.status in OPEN_REQUESTS else Mark.PLAIN
        desired = "?" if request.desired is None else show(request.desired)
        case = f", case {request.case_id}" if request.case_id else ""
        sheet.row(f"Asked for {desired}", f"{request.status}{case}", facts.quotas, mark, section="Requests")


def _granted(sheet: Sheet, facts: Facts, answers: Answers, found: Worksheet) -> Verdict:
    quotas = seen.known(facts.quotas)
    requests = quotas.requests if quotas is not None else ()
    open_request = next((request for request in requests if request.status in OPEN_REQUESTS), None)
    if open_request is not None:
        return sheet.verdict(StepState.WAITING, f"Amazon has your quota request ({open_request.status}).")
    short = [item for item in increases(facts, answers) if not item.why_not]
    if short:
        names = " and ".join(f"{item.quota.name} {show(item.desired)}" for item in short)
        sheet.find(
            "short",
            Severity.WARNING,
            f"The quota received is below the worksheet's figure: {names}.",
            remedy="Ask Service Quotas for the increase.",
            action="request_quota",
            guide_step=12,
        )
        return sheet.verdict(StepState.ATTENTION, f"Ask for an increase: {names}.")
    account = review.account(facts)
    now = account.max_24_hour_send if account is not None else None
    if now is None:
        return sheet.verdict(StepState.UNKNOWN, "The account's quota could not be read.")
    granted = "no limit" if now == -1 else f"{show(now)} recipients in 24 hours"
    if found.daily_quota is None:
        return sheet.verdict(StepState.DONE, f"The account has {granted}.")
    if now != -1 and now < found.daily_quota:
        why = "the quotas could not be read" if quotas is None else "Service Quotas takes no request for more"
        return sheet.verdict(StepState.UNKNOWN, f"The account has {granted}, less than you worked out; {why}.")
    return sheet.verdict(StepState.DONE, f"The account has {granted}, which covers what you worked out.")
