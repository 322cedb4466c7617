"""Decision: where the review stands, what Amazon wrote, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.quantity import quota
from dlaas_onboard.journey.review import amazon_reply, stages
from dlaas_onboard.journey.review.amazon_reply import NewestReply, ReplyKind
from dlaas_onboard.journey.review.stage_words import STAGE_WORDS, fill
from dlaas_onboard.journey.review.stages import Stage
from dlaas_onboard.journey.review.support_case import case as case_of
from dlaas_onboard.journey.review.support_case import closed
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.steps.decision import amazon_answer, conversation, waiting
from dlaas_onboard.journey.steps.quota import quota_requests
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.verdict import Severity, Verdict
from dlaas_onboard.journey.writes import filings

TRIAGE = (
    "Amazon gives no reasons. Most often one of these was missing: a verified domain with DKIM and MAIL FROM, a "
    "website that says who you are, the concrete step by which an address reaches you, what happens technically on "
    "a bounce or complaint, a sample message."
)


_WANTING = frozenset({ReplyKind.QUESTION, ReplyKind.IDENTITY})


def judge(situation: Situation, verdicts: Mapping[StepId, Verdict] | None = None) -> Verdict:
    """Judge the review. Ages are measured to the time of the look, never to a clock.

    ``verdicts`` are those of the steps before this one: their open gaps are named here again after a denial.
    """
    builder = VerdictBuilder(StepId.DECISION)
    stage = stages.stage(situation.facts)
    unread = builder.missing("account", "Review", situation.facts.account, section="Review")
    asked = conversation.needs_answer(situation.facts)
    letter = amazon_reply.newest(situation)
    asked_by_mail = stage == Stage.PENDING and not asked and _asked_by_mail(situation.facts, letter)
    if not unread:
        waiting.rows(builder, situation, stage)
        waits = asked or asked_by_mail or stage == Stage.DENIED
        amazon_answer.rows(builder, situation, verdicts or {}, letter, waits=waits)
    conversation.rows(builder, situation)
    quota_requests.short_rows(builder, situation.facts)
    builder.add_gaps(situation.facts)
    if unread:
        return builder.not_known("The review")
    if stages.health(situation.facts) == stages.Health.UNHEALTHY and stage != Stage.PRODUCTION:
        builder.add_finding(
            "unhealthy",
            Severity.BLOCKER,
            "Sending is paused or under enforcement; that has to be settled before anything else.",
            remedy="See the Account step.",
        )
    if stage == Stage.DENIED:
        return _denied_verdict(builder, situation.facts, letter, asked=asked)
    if asked:
        return builder.verdict(
            StepState.ATTENTION, "Amazon waits for your answer in the case; nothing moves before it."
        )
    if asked_by_mail:
        return _mail_verdict(builder, situation.facts, letter)
    return _stage_verdict(builder, situation, stage)


def _asked_by_mail(facts: Facts, letter: NewestReply | None) -> bool:
    """Whether a pasted mail asks for something, and nothing shows that it was answered or overtaken."""
    if letter is None or not letter.pasted or letter.mail.kind not in _WANTING:
        return False
    case = case_of(facts)
    last = case.messages[-1].at if case and case.messages else None
    return last is None or letter.at is None or last < letter.at


def _mail_verdict(builder: VerdictBuilder, facts: Facts, letter: NewestReply | None) -> Verdict:
    builder.add_finding(
        "asked_by_mail",
        Severity.BLOCKER,
        "Amazon asks for something in its mail; nothing moves before your answer.",
        evidence=letter.source if letter else "",
        remedy=f"Answer in {_in_case(facts)}. Once you have answered in the console, empty What Amazon wrote.",
        action="reply_case",
    )
    return builder.verdict(
        StepState.ATTENTION, f"The mail you pasted asks for an answer: give it in {_in_case(facts)}."
    )


def _in_case(facts: Facts) -> str:
    case_id = stages.case_id(facts)
    return f"case {case_id}" if case_id else "the support case"


def _denied_verdict(builder: VerdictBuilder, facts: Facts, letter: NewestReply | None, *, asked: bool) -> Verdict:
    """Judge a denial: it may be final, or Amazon may wait for the operator; only its words and the case tell."""
    in_case, case_id = _in_case(facts), stages.case_id(facts)
    if letter is None:
        builder.add_finding(
            "paste_mail",
            Severity.BLOCKER,
            "What Amazon wrote is not known here, and it decides what to do.",
            evidence="no message of Amazon's could be read in the case, and none was pasted",
            remedy="Find Amazon's mail (the account's mailbox, spam too) or the case in the console, and paste it.",
            field="aws_answer",
        )
    builder.add_finding(
        "denied",
        Severity.BLOCKER,
        "Amazon denied the request.",
        evidence=f"ReviewDetails.Status is DENIED{f', case {case_id}' if case_id else ''}",
        remedy=f"Close what is open, then answer in {in_case} with the facts. Do not file again: the API answers "
        f"ConflictException after a denial. {TRIAGE}",
        action="reply_case",
    )
    case = case_of(facts)
    if (
        case is not None
        and amazon_reply.answered(facts)
        and not asked
        and not _pasted_after(letter, case.messages[-1].at)
    ):
        return builder.verdict(
            StepState.WAITING, f"Denied, and you have answered in {in_case}: Amazon has the word. Look again tomorrow."
        )
    return builder.verdict(StepState.ATTENTION, _denied_headline(facts, letter, in_case, asked=asked))


def _pasted_after(letter: NewestReply | None, at: datetime | None) -> bool:
    return letter is not None and letter.pasted and letter.at is not None and at is not None and letter.at > at


def _denied_headline(facts: Facts, letter: NewestReply | None, in_case: str, *, asked: bool) -> str:
    """Return the headline of a denial that the operator has not answered yet."""
    if asked:
        return f"Denied for now: Amazon waits for your answer in {in_case}. This is not its last word."
    if letter is None:
        why = " could not be read" if closed(facts) is None else " holds no message of Amazon's"
        return f"Denied, and {in_case}{why}. Paste what Amazon wrote: it decides what to do."
    match letter.mail.kind:
        case ReplyKind.QUESTION | ReplyKind.IDENTITY:
            return f"Denied, but Amazon asks for more: answer in {in_case}. A second request is refused."
        case ReplyKind.UPHELD:
            return f"Denied again after a review. Bring new facts to {in_case}; a second request is refused."
        case ReplyKind.SEVERAL | ReplyKind.UNKNOWN:
            return f"Denied. Read what Amazon wrote, then answer in {in_case}; a second request is refused."
        case ReplyKind.GRANTED:
            return "Denied, though the mail reads like a grant: it may be about another Region. Read it."
    if closed(facts):
        return f"Denied, and {in_case} is closed: your answer opens it again. A second request is refused."
    return fill(STAGE_WORDS[Stage.DENIED].conclusion, facts)


def _stage_verdict(builder: VerdictBuilder, situation: Situation, stage: Stage) -> Verdict:
    undecided = filings.undecided(situation)
    case_id = stages.case_id(situation.facts)
    words = STAGE_WORDS[stage]
    conclusion = fill(words.conclusion, situation.facts)
    finding, remedy = fill(words.finding, situation.facts), fill(words.remedy, situation.facts)
    match stage:
        case Stage.PRODUCTION:
            account = stages.account(situation.facts)
            return builder.verdict(
                StepState.DONE,
                f"{conclusion}: {quota(account.max_24_hour_send if account else None)}.",
            )
        case Stage.NEVER_ASKED if undecided is not None:
            builder.add_finding(
                "undecided",
                Severity.BLOCKER,
                "A request left, and whether it arrived is not known.",
                evidence=f"intent of {undecided.created_at:%Y-%m-%d %H:%M} UTC, {undecided.marker}",
                remedy="Look again. Do not file anything before that is settled.",
            )
            return builder.verdict(
                StepState.UNKNOWN,
                "A request left, and whether it arrived is not known. Look again before anything else.",
            )
        case Stage.NEVER_ASKED:
            return builder.verdict(StepState.BLOCKED, conclusion, StepId.FILE)
        case Stage.PENDING:
            return builder.verdict(StepState.WAITING, conclusion)
        case Stage.FAILED:
            builder.add_finding(
                "failed",
                Severity.WARNING,
                finding,
                evidence="ReviewDetails.Status is FAILED",
                remedy=remedy,
            )
            return builder.verdict(StepState.ATTENTION, conclusion)
        case Stage.GRANTED:
            builder.add_finding(
                "granted_but_sandboxed",
                Severity.WARNING,
                finding,
                evidence=f"ReviewDetails.Status is GRANTED{f', case {case_id}' if case_id else ''}",
                remedy=remedy,
                action="reply_case",
            )
            return builder.verdict(StepState.ATTENTION, conclusion)
        case _:
            builder.add_finding("state", Severity.UNKNOWN, finding, remedy=remedy)
            return builder.verdict(StepState.UNKNOWN, conclusion)
