"""Decision: where the review stands, what Amazon wrote, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from dlaas_onboard.journey import review
from dlaas_onboard.journey.answers import Answers
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.intents import Intent
from dlaas_onboard.journey.judges import filings
from dlaas_onboard.journey.judges.sheet import Sheet
from dlaas_onboard.journey.quantity import quota
from dlaas_onboard.journey.review import PROMISED_HOURS, Stage
from dlaas_onboard.journey.steps import StepId, StepState
from dlaas_onboard.journey.verdict import Severity, Verdict
from dlaas_onboard.request.judges import conversation, quota_requests, waiting

TRIAGE = (
    "Amazon gives no reasons. Most often one of these was missing: a verified domain with DKIM and MAIL FROM, a "
    "website that says who you are, the concrete step by which an address reaches you, what happens technically on "
    "a bounce or complaint, a sample message."
)


def judge(facts: Facts, answers: Answers, intents: Sequence[Intent] = ()) -> Verdict:
    """Judge the review. Ages are measured to the time of the look, never to a clock."""
    sheet = Sheet(StepId.DECISION)
    stage = review.stage(facts)
    unread = sheet.missing("account", "Review", facts.account, section="Review")
    asked = conversation.needs_answer(facts)
    if not unread:
        waiting.rows(sheet, facts, stage, intents)
    conversation.rows(sheet, facts, answers)
    quota_requests.rows(sheet, facts)
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
