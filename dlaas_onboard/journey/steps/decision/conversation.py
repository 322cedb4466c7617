"""The support case of the review: its status, who said what, and whether Amazon waits for an answer."""

from __future__ import annotations

from datetime import UTC, datetime

from dlaas_onboard.journey import console_links
from dlaas_onboard.journey.facts import Facts, SupportCase
from dlaas_onboard.journey.facts.reading import ProblemKind, so_far
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.support_case import api
from dlaas_onboard.journey.review.support_case import case as case_of
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.verdict_builder import NOT_LOOKED, VerdictBuilder
from dlaas_onboard.journey.verdict import Mark, Severity

WAITS_FOR_YOU = "pending-customer-action"  # a case's status while Amazon waits for the customer
_CASE, _TALK = "Case", "Conversation"
_EARLY = datetime.min.replace(tzinfo=UTC)


def needs_answer(facts: Facts) -> bool:
    """Whether Amazon waits for the operator in the case, and the sandbox still holds."""
    case = case_of(facts)
    return case is not None and case.status == WAITS_FOR_YOU and stages.access(facts) != "production"


def rows(builder: VerdictBuilder, situation: Situation) -> None:
    """Show the case with its messages, oldest first, and what the operator pasted of Amazon's mail."""
    case_id = stages.case_id(situation.facts)
    _case_rows(builder, situation.facts, case_id)
    _message_rows(builder, situation)


def _case_rows(builder: VerdictBuilder, facts: Facts, case_id: str) -> None:
    """Show the case; where it was not read, why."""
    if case_id:
        builder.add_row("Case", case_id, facts.account, section=_CASE)
        builder.add_row(
            "In the console",
            console_links.link(facts.place, "case", case_id=case_id),
            source=f"opens as whoever the browser is; you need account {facts.place.account or 'unknown'}",
            section=_CASE,
        )
    _support_api_row(builder, facts)
    reading = facts.case
    if reading is None or not reading.known:
        _unread_row(builder, facts, case_id)
    elif reading.value is None:
        builder.add_row("Messages", "the Support API does not find the case", reading, Mark.UNKNOWN, section=_CASE)
    else:
        _read_case_rows(builder, facts, reading.value, case_id)


def _plan_lacks_api(facts: Facts) -> bool:
    """Whether it is known that the account's support plan does not include the Support API."""
    problem = facts.support.problem if facts.support is not None else None
    return api(facts) is False or (problem is not None and problem.kind == ProblemKind.SUBSCRIPTION)


def _support_api_row(builder: VerdictBuilder, facts: Facts) -> None:
    support = facts.support
    if _plan_lacks_api(facts):
        builder.add_row("Support API", "not in the account's support plan: use the console", support, section=_CASE)
    elif support is not None and support.problem is not None:
        builder.missing("support", "Support API", support, section=_CASE)


def _unread_row(builder: VerdictBuilder, facts: Facts, case_id: str) -> None:
    if _plan_lacks_api(facts):
        return  # the row of the Support API says why
    if facts.case is not None:
        builder.missing("case", "Case", facts.case, section=_CASE)
    elif case_id:
        builder.add_row("Messages", NOT_LOOKED, mark=Mark.UNKNOWN, section=_CASE)


def _read_case_rows(builder: VerdictBuilder, facts: Facts, case: SupportCase, case_id: str) -> None:
    reading = facts.case
    if case_id and case.display_id and case.display_id != case_id:
        builder.add_row("New case, opened from here", case.display_id, reading, section=_CASE)
        where = console_links.link(facts.place, "case", case_id=case.display_id)
        builder.add_row("New case in the console", where, reading, section=_CASE)
    mark = Mark.BAD if case.status == WAITS_FOR_YOU else Mark.PLAIN
    builder.add_row("Case status", case.status or "unknown", reading, mark, section=_CASE)
    if case.subject:
        builder.add_row("Subject", case.subject, reading, section=_CASE)
    if case.created is not None:
        builder.add_row("Opened", f"{case.created:%Y-%m-%d %H:%M} UTC", reading, section=_CASE)
    if needs_answer(facts):
        builder.add_finding(
            "answer_wanted",
            Severity.BLOCKER,
            "Amazon waits for your answer.",
            evidence=f"case {case.display_id} is {case.status}",
            remedy="Answer every question in the case, with facts that a reviewer can check.",
            action="reply_case",
        )


def _message_rows(builder: VerdictBuilder, situation: Situation) -> None:
    """Show who said what, the newest last; what was pasted stands where its time puts it."""
    reading = situation.facts.case if situation.facts.case is not None and situation.facts.case.known else None
    case = so_far(reading)
    messages = [
        (message.at, f"{message.by}, {_when(message.at)}", message.body, reading)
        for message in (case.messages if case is not None else ())
    ]
    pasted = situation.answers.entry("aws_answer")
    if pasted is not None and pasted.text:
        messages.append((pasted.at, f"Amazon, as pasted {_when(pasted.at)}", pasted.text, None))
    for at, label, text, source in sorted(messages, key=lambda message: message[0] or _EARLY):
        by = f"pasted by {pasted.by}" if source is None and pasted is not None else ""
        builder.add_row(label, text, source, source=by, observed_at=at if by else None, section=_TALK)


def _when(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "time unknown"
