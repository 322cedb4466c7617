"""The support case of the review: its status, who said what, and whether Amazon waits for an answer."""

from __future__ import annotations

from datetime import UTC, datetime

from dlaas_onboard.journey import console_links
from dlaas_onboard.journey.facts import Facts
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


def rows(sheet: VerdictBuilder, situation: Situation) -> None:
    """Show the case with its messages, oldest first, and what the operator pasted of Amazon's mail."""
    case_id = stages.case_id(situation.facts)
    _head(sheet, situation.facts, case_id)
    _talk(sheet, situation)


def _head(sheet: VerdictBuilder, facts: Facts, case_id: str) -> None:
    if case_id:
        sheet.row("Case", case_id, facts.account, section=_CASE)
        sheet.row(
            "In the console",
            console_links.link(facts.place, "case", case_id=case_id),
            source=f"opens as whoever the browser is; you need account {facts.place.account or 'unknown'}",
            section=_CASE,
        )
    support = facts.support
    without = support is not None and (
        api(facts) is False or (support.problem is not None and support.problem.kind == ProblemKind.SUBSCRIPTION)
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
    if case_id and case.display_id and case.display_id != case_id:
        sheet.row("New case, opened from here", case.display_id, reading, section=_CASE)
        where = console_links.link(facts.place, "case", case_id=case.display_id)
        sheet.row("New case in the console", where, reading, section=_CASE)
    waits = case.status == WAITS_FOR_YOU
    sheet.row("Case status", case.status or "unknown", reading, Mark.BAD if waits else Mark.PLAIN, section=_CASE)
    if case.subject:
        sheet.row("Subject", case.subject, reading, section=_CASE)
    if case.created is not None:
        sheet.row("Opened", f"{case.created:%Y-%m-%d %H:%M} UTC", reading, section=_CASE)
    if waits and stages.access(facts) != "production":
        sheet.find(
            "answer_wanted",
            Severity.BLOCKER,
            "Amazon waits for your answer.",
            evidence=f"case {case.display_id} is {case.status}",
            remedy="Answer every question in the case, with facts that a reviewer can check.",
            action="reply_case",
        )


def _talk(sheet: VerdictBuilder, situation: Situation) -> None:
    """Show who said what, the newest last; what was pasted stands where its time puts it."""
    reading = situation.facts.case if situation.facts.case is not None and situation.facts.case.known else None
    case = so_far(reading)
    said = [
        (message.at, f"{message.by}, {_when(message.at)}", message.body, reading)
        for message in (case.messages if case is not None else ())
    ]
    written = situation.answers.entry("aws_answer")
    if written is not None and written.text:
        said.append((written.at, f"Amazon, as pasted {_when(written.at)}", written.text, None))
    for at, label, text, source in sorted(said, key=lambda one: one[0] or _EARLY):
        by = f"pasted by {written.by}" if source is None and written is not None else ""
        sheet.row(label, text, source, source=by, observed_at=at if by else None, section=_TALK)


def _when(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "time unknown"
