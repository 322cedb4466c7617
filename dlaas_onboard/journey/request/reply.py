"""The reply to the review's case: its text, what goes with it, why it is not sent again, and how it reads beforehand.

The Support API has no token against sending twice (docs/ses.md, "Support API"): an open reply and one of the same text
keep the next from leaving.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from dlaas_onboard.journey import console_links
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.request import reply_review
from dlaas_onboard.journey.request.reply_draft import reply_text
from dlaas_onboard.journey.review import stages, support_case
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import OPEN, Intent, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.verdict import Verdict
from dlaas_onboard.journey.writes import filings, plans, preconditions
from dlaas_onboard.journey.writes.actions import ByHand

# Plain text: every reviewer can open it, and nothing in it runs.
REPORT_NAME = "evidence.txt"
_REPLY, _CASE = "AddCommunicationToCase", "CreateCase"
_REFERENCE = re.compile(r"\n\nRef: dlaas-[a-z2-7]{10}$")
_LEFT = frozenset({*OPEN, Phase.CONFIRMED})


class Before(NamedTuple):
    """What Amazon was told last from here."""

    text: str
    at: datetime
    where: str  # "reply", "request", "case"


def attaches(answers: Answers) -> bool:
    """Whether the evidence goes with what is sent to the case."""
    return answers.text("attach_report").strip().lower() != "no"


def attach(facts: Facts) -> Call:
    """Return the call that uploads the evidence; ``{report}`` is filled in when it is prepared.

    A set lives for an hour and takes three files of up to 5 MB each (AWS Support API reference, AddAttachmentsToSet).
    """
    params = {"attachments": [{"fileName": REPORT_NAME, "data": "{report}"}]}
    return Call("support", "AddAttachmentsToSet", params, plans.support_region(facts))


def calls(situation: Situation) -> tuple[Call, ...]:
    """Return what sends the reply, with the report where it is to go along."""
    (reply,) = plans.reply_case(situation.facts, reply_text(situation))
    if not attaches(situation.answers):
        return (reply,)
    params = {**reply.params, "attachmentSetId": "{result:1}"}
    return (attach(situation.facts), Call(reply.service, reply.operation, params, reply.region))


def blocked_because(situation: Situation) -> str:
    """Return why no reply can be sent now, ``""`` if one can.

    What is not true is not handed over for the console either.
    """
    shut = preconditions.reply_case(situation.facts, reply_text(situation))
    if shut and not _is_for_the_console(situation):
        return shut
    return reply_review.untrue(situation) or shut


def by_hand(situation: Situation, verdicts: Mapping[StepId, Verdict]) -> ByHand | None:
    """Return how to answer in the console, where the support plan leaves the API out; ``None`` where it does not."""
    if not _is_for_the_console(situation) or reply_review.untrue(situation):
        return None
    link = console_links.link(situation.place, "case", case_id=stages.case_id(situation.facts))
    then = "Paste what Amazon answers into the field What Amazon wrote, so that nothing is lost."
    return ByHand(link, reply_text(situation), then, reply_review.warnings(situation, verdicts))


def _is_for_the_console(situation: Situation) -> bool:
    return support_case.api(situation.facts) is False and bool(reply_text(situation))


def again(situation: Situation) -> str:
    """Return why a reply is not sent after those before it, ``""`` if it may be."""
    mine = _replies(situation)
    if any(intent.phase in OPEN for intent in mine):
        return "Whether your last reply arrived is not known yet. Look again; nothing is sent twice."
    own = reply_text(situation).strip()
    for intent in reversed(mine):
        if intent.phase == Phase.CONFIRMED and _plain(intent) == own:
            return f"Amazon has this text since {intent.created_at:%Y-%m-%d %H:%M} UTC. Change it before you send it."
    return ""


def before(situation: Situation) -> Before | None:
    """Return what was sent from here last: a reply or a new case, else the description of the request."""
    sent = [
        intent
        for operation in (_REPLY, _CASE)
        for intent in filings.of_place(situation, operation)
        if intent.phase in _LEFT and not intent.call.params.get("dryRun")
    ]
    if sent:
        last = max(sent, key=lambda intent: intent.created_at)
        return Before(_plain(last), last.created_at, "case" if last.call.operation == _CASE else "reply")
    filed = [intent for intent in filings.of_place(situation) if intent.phase in _LEFT]
    described = str(filed[-1].call.params.get("UseCaseDescription", "")) if filed else ""
    return Before(described, filed[-1].created_at, "request") if described else None


def preview(planned: Sequence[Call], situation: Situation) -> str:
    """Return how the message reads, what goes with it, and how it differs from what Amazon was told before."""
    body = next((str(call.params["communicationBody"]) for call in planned if "communicationBody" in call.params), "")
    parts = ["Your message, as Amazon gets it:", "", body, ""]
    parts += [
        f"Attached: {item['fileName']}; it stands below, whole."
        for call in planned
        for item in call.params.get("attachments", ())
    ]
    earlier = before(situation)
    if earlier is None:
        parts += ["", "Nothing was sent from here before that it could be compared with."]
        return "\n".join(parts)
    title = f"what you sent at {earlier.at:%Y-%m-%d %H:%M} UTC ({earlier.where})"
    own = _REFERENCE.sub("", body)
    diff = list(difflib.unified_diff(earlier.text.splitlines(), own.splitlines(), title, "now", lineterm="", n=1))
    parts += ["", "Compared with what you sent before:", "", *(diff or ["No difference."])]
    return "\n".join(parts)


def _replies(situation: Situation) -> list[Intent]:
    case = so_far(situation.facts.case)
    mine = filings.of_place(situation, _REPLY)
    return [intent for intent in mine if case is None or intent.call.params.get("caseId") == case.case_id]


def _plain(intent: Intent) -> str:
    """Return the text that was sent, without its reference."""
    return _REFERENCE.sub("", str(intent.call.params.get("communicationBody", ""))).strip()
