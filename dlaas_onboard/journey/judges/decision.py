"""Decision: where the review stands, what Amazon wrote, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from dlaas_onboard.journey import console, review
from dlaas_onboard.journey.answers import Answers
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.intents import Intent
from dlaas_onboard.journey.judges import filings
from dlaas_onboard.journey.judges.sheet import NOT_LOOKED, Sheet
from dlaas_onboard.journey.quantity import quota, quota_name
from dlaas_onboard.journey.reading import ProblemKind
from dlaas_onboard.journey.review import Stage
from dlaas_onboard.journey.steps import StepId, StepState
from dlaas_onboard.journey.text import age
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict

PROMISED_HOURS = 24  # "Request production access" in the SES Developer Guide: a first answer within 24 hours
WAITS_FOR_YOU = "pending-customer-action"  # a case's status while Amazon waits for the customer

_REVIEW, _CASE, _TALK, _QUOTAS = "Review", "Case", "Conversation", "Quota requests"
_MARKS = {
    Stage.PENDING: Mark.WAIT,
    Stage.GRANTED: Mark.WARN,
    Stage.PRODUCTION: Mark.GOOD,
    Stage.DENIED: Mark.BAD,
    Stage.FAILED: Mark.BAD,
    Stage.UNKNOWN: Mark.UNKNOWN,
}
TRIAGE = (
    "Amazon gives no reasons. Most often one of these was missing: a verified domain with DKIM and MAIL FROM, a "
    "website that says who you are, the concrete step by which an address reaches you, what happens technically on "
    "a bounce or complaint, a sample message."
)


def judge(facts: Facts, answers: Answers, intents: Sequence[Intent] = ()) -> Verdict:
    """Judge the review. Ages are measured to the time of the look, never to a clock."""
    sheet = Sheet(StepId.DECISION)
    stage = review.stage(facts)
    unread = sheet.missing("account", "Review", facts.account, section=_REVIEW)
    asked = _needs_answer(facts)
    if not unread:
        _review(sheet, facts, stage, intents)
    _case(sheet, facts)
    _quota_requests(sheet, facts)
    written = answers.entry("aws_answer")
    if written is not None:
        sheet.row(
            "What Amazon wrote, as pasted",
            written.text,
            source=f"entered by {written.by}",
            observed_at=written.at,
            section=_TALK,
        )
    sheet.gaps(facts)
    if unread:
        return sheet.not_known("The review")
    if review.health(facts) == review.Health.UNHEALTHY and stage != Stage.PRODUCTION:
        sheet.find(
            "unhealthy",
            Severity.BLOCKER,
            "Sending is paused or under enforcement; that has to be settled before anything else.",
            remedy="See the Account step.",
        )
    if asked:
        return sheet.verdict(StepState.ATTENTION, "Amazon waits for your answer in the case; nothing moves before it.")
    return _conclude(sheet, facts, stage, intents)


def _needs_answer(facts: Facts) -> bool:
    case = facts.case.value if facts.case is not None and facts.case.known else None
    return case is not None and case.status == WAITS_FOR_YOU and review.access(facts) != "production"


def _review(sheet: Sheet, facts: Facts, stage: Stage, intents: Sequence[Intent]) -> None:
    word = review.word(facts)
    sheet.row(
        "Status",
        word or review.WORDS[stage],
        facts.account,
        _MARKS.get(stage, Mark.PLAIN),
        section=_REVIEW,
    )
    sheet.row("Access", review.access(facts), facts.account, section=_REVIEW)
    filed = filings.filed_at(intents, facts)
    if filed is not None and facts.account is not None and stage != Stage.NEVER_ASKED:
        waited = (facts.account.observed_at - filed).total_seconds()
        sheet.row(
            "Filed",
            f"{filed:%Y-%m-%d %H:%M} UTC",
            source="journal",
            section=_REVIEW,
        )
        if stage == Stage.PENDING:
            late = waited > PROMISED_HOURS * 3600
            sheet.row(
                "Waiting since",
                age(waited),
                facts.account,
                Mark.WARN if late else Mark.WAIT,
                expected=f"a first answer within {PROMISED_HOURS} h",
                section=_REVIEW,
            )
            if late:
                sheet.find(
                    "late",
                    Severity.WARNING,
                    f"The request has waited {age(waited)}; Amazon promises a first answer within {PROMISED_HOURS} h.",
                    remedy="Look whether Amazon asked something: in the case, and in the account's mail with its spam "
                    "folder. If not, write a short, friendly question in the case.",
                    action="reply_case",
                )
    for intent in filings.of_place(intents, facts):
        sheet.row(
            f"Request of {intent.created_at:%Y-%m-%d %H:%M} UTC",
            f"{intent.phase}{f': {intent.result}' if intent.result else ''}",
            source=f"journal, confirmed by {intent.by}",
            observed_at=intent.settled_at or intent.created_at,
            section=_REVIEW,
        )


def _case(sheet: Sheet, facts: Facts) -> None:
    case_id = review.case_id(facts)
    if case_id:
        sheet.row("Case", case_id, facts.account, section=_CASE)
        sheet.row(
            "In the console",
            console.link(facts.place, "case", case_id=case_id),
            source=f"opens as whoever the browser is; you need account {facts.place.account or 'unknown'}",
            section=_CASE,
        )
    support = facts.support
    without = support is not None and (
        (support.value is not None and not support.value.api)
        or (support.problem is not None and support.problem.kind == ProblemKind.SUBSCRIPTION)
    )
    if without:
        sheet.row("Support API", "not in the account's support plan: use the console", support, section=_CASE)
    elif support is not None and support.problem is not None:
        sheet.missing("support", "Support API", support, section=_CASE)
    reading = facts.case
    if reading is None:
        if case_id and not without:
            sheet.row("Messages", NOT_LOOKED, mark=Mark.UNKNOWN, section=_CASE)
        return
    if not reading.known and without:
        return
    if sheet.missing("case", "Case", reading, section=_CASE):
        return
    case = reading.value
    if case is None:
        sheet.row("Messages", "the Support API does not find the case", reading, Mark.UNKNOWN, section=_CASE)
        return
    waits = case.status == WAITS_FOR_YOU
    sheet.row("Case status", case.status or "unknown", reading, Mark.BAD if waits else Mark.PLAIN, section=_CASE)
    if case.subject:
        sheet.row("Subject", case.subject, reading, section=_CASE)
    if case.created is not None:
        sheet.row("Opened", f"{case.created:%Y-%m-%d %H:%M} UTC", reading, section=_CASE)
    for message in case.messages:
        when = f"{message.at:%Y-%m-%d %H:%M} UTC" if message.at else "time unknown"
        sheet.row(f"{message.by}, {when}", message.body, reading, section=_TALK)
    if waits and review.access(facts) != "production":
        sheet.find(
            "answer_wanted",
            Severity.BLOCKER,
            "Amazon waits for your answer.",
            evidence=f"case {case.display_id} is {case.status}",
            remedy="Answer every question in the case, with facts that a reviewer can check.",
            action="reply_case",
        )


def _quota_requests(sheet: Sheet, facts: Facts) -> None:
    reading = facts.quotas
    if reading is None:
        return
    if sheet.missing("quotas", "Quota requests", reading, section=_QUOTAS):
        return
    for request in reading.value.requests if reading.value else ():
        desired = "unknown" if request.desired is None else f"{request.desired:,.6g}"
        case = f", case {request.case_id}" if request.case_id else ""
        sheet.row(
            quota_name(request.code).removeprefix("the ").capitalize(),
            f"{desired}: {request.status}{case}",
            reading,
            section=_QUOTAS,
        )


def _conclude(sheet: Sheet, facts: Facts, stage: Stage, intents: Sequence[Intent]) -> Verdict:
    undecided = filings.undecided(intents, facts)
    case_id = review.case_id(facts)
    in_case = f"case {case_id}" if case_id else "the support case"
    match stage:
        case Stage.PRODUCTION:
            account = review.account(facts)
            return sheet.verdict(
                StepState.DONE,
                f"Production access is there: {quota(account.max_24_hour_send if account else None)}.",
            )
        case Stage.NEVER_ASKED if undecided is not None:
            sheet.find(
                "undecided",
                Severity.BLOCKER,
                "A request left, and whether it arrived is not known.",
                evidence=f"intent of {undecided.created_at:%Y-%m-%d %H:%M} UTC, {undecided.marker}",
                remedy="Look again. Do not file anything before that is settled.",
            )
            return sheet.verdict(
                StepState.UNKNOWN,
                "A request left, and whether it arrived is not known. Look again before anything else.",
            )
        case Stage.NEVER_ASKED:
            return sheet.verdict(StepState.BLOCKED, "Nothing was filed in this Region yet.", StepId.FILE)
        case Stage.PENDING:
            return sheet.verdict(
                StepState.WAITING,
                f"Amazon reviews the request; a first answer is promised within {PROMISED_HOURS} hours. "
                "Watch the account's mail.",
            )
        case Stage.DENIED:
            sheet.find(
                "denied",
                Severity.BLOCKER,
                "Amazon denied the request.",
                evidence=f"ReviewDetails.Status is DENIED{f', case {case_id}' if case_id else ''}",
                remedy=f"{TRIAGE} Mend what is open here, then answer in {in_case} with the facts. Do not file again: "
                "the API answers ConflictException after a denial.",
                action="reply_case",
            )
            return sheet.verdict(
                StepState.ATTENTION,
                f"Denied. Mend what is open, then answer in {in_case}; a second request is refused.",
            )
        case Stage.FAILED:
            sheet.find(
                "failed",
                Severity.WARNING,
                "Amazon did not receive the request because of an error of its own.",
                evidence="ReviewDetails.Status is FAILED",
                remedy="File it again at Review and file: AWS allows that in this state.",
            )
            return sheet.verdict(
                StepState.ATTENTION, "The request did not reach Amazon's reviewers. You may file it again."
            )
        case Stage.GRANTED:
            sheet.find(
                "granted_but_sandboxed",
                Severity.WARNING,
                "The review says GRANTED, but ProductionAccessEnabled is still false: the sandbox rules still hold.",
                evidence=f"ReviewDetails.Status is GRANTED{f', case {case_id}' if case_id else ''}",
                remedy=f"Look again in an hour. If it stays, say so in {in_case}. Do not file again.",
                action="reply_case",
            )
            return sheet.verdict(
                StepState.ATTENTION, f"Granted, but not in effect yet: look again in an hour, then write in {in_case}."
            )
        case _:
            word = review.word(facts)
            sheet.find(
                "state",
                Severity.UNKNOWN,
                f"Amazon calls the review {word or 'nothing'}, a state not known here.",
                remedy=f"Read {in_case} in the console. Do not file again.",
            )
            return sheet.verdict(
                StepState.UNKNOWN, f"Amazon calls the review {word or 'nothing'}. Read {in_case} in the console."
            )
