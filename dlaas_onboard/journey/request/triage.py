"""What to do about Amazon's answer: what can be done, in the order in which to try it."""

from __future__ import annotations

from dataclasses import dataclass

from dlaas_onboard.journey import console_links
from dlaas_onboard.journey.command_sentences import REPLY_KIT, SENTENCES
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.facts.reading import ProblemKind
from dlaas_onboard.journey.request import new_case, quota_increase, reply, reply_review
from dlaas_onboard.journey.review import stages, support_case
from dlaas_onboard.journey.review.stage_words import words_for
from dlaas_onboard.journey.review.stages import Stage
from dlaas_onboard.journey.situation.intents import Intent, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import BY_ID, StepId
from dlaas_onboard.journey.writes import filings

REOPENS_DAYS = 14  # a case resolved longer ago cannot be reopened: docs/ses.md, "Support API"


@dataclass(frozen=True, slots=True)
class WayOn:
    """One thing that can be done about Amazon's answer."""

    id: str
    title: str
    open: bool | None  # None: not known
    why: str  # what to press or where to go; or why it is shut
    link: str = ""
    known: str = ""  # all that is known of it, where there is more to say
    commands: tuple[str, ...] = ()  # ids of the commands that ``why`` names


def ways(situation: Situation) -> tuple[WayOn, ...]:
    """Return what can be done, in the order in which to try it."""
    return (_case(situation), _again(situation.facts), _quotas(situation), _new_case(situation))


def _case(situation: Situation) -> WayOn:
    facts = situation.facts
    title = "Answer in the case"
    stage, case_id = stages.stage(facts), stages.case_id(facts)
    if stages.account(facts) is None:
        return WayOn("case", title, None, "The review could not be read.")
    if stage in (Stage.NEVER_ASKED, Stage.PRODUCTION):
        return WayOn("case", title, False, "There is nothing to answer: no request waits.")
    if not case_id:
        link = console_links.link(facts.place, "cases")
        return WayOn("case", title, None, "Amazon names no case. Look for it in the console.", link)
    link = console_links.link(facts.place, "case", case_id=case_id)
    untrue = reply_review.untrue(situation)
    if untrue:
        return WayOn("case", title, False, f"Not as your reply reads: {untrue}", link)
    shut = reply.blocked_because(situation)
    late = (
        f" Amazon reopens it by your answer, up to {REOPENS_DAYS} days after it was closed."
        if support_case.closed(facts)
        else ""
    )
    if shut:
        why = f"Open: in the console, case {case_id}. {SENTENCES[REPLY_KIT]}{late} Not from here: {shut}"
        return WayOn("case", title, True, why, link, commands=(REPLY_KIT,))
    return WayOn("case", title, True, f"Open: press a to send the reply to case {case_id}.{late}", link)


def _again(facts: Facts) -> WayOn:
    return WayOn("again", "File again", stages.may_file(facts), words_for(facts).filing_again)


def _quotas(situation: Situation) -> WayOn:
    title = "Service Quotas"
    if stages.stage(situation.facts) != Stage.DENIED:
        return WayOn("quotas", title, False, "Not now: this is for after a denial, or after the grant.")
    link = console_links.link(situation.place, "quota")
    shut = quota_increase.blocked_because(situation)
    doubt = "The API accepts it in the sandbox; whether it lifts the sandbox is not known."
    step = f"step {BY_ID[StepId.QUOTA].number}, {BY_ID[StepId.QUOTA].title}"
    if shut:
        return WayOn("quotas", title, False, f"{doubt} At {step}. Not now: {shut}", link, quota_increase.IN_SANDBOX)
    return WayOn("quotas", title, True, f"Open: i at {step}. {doubt}", link, quota_increase.IN_SANDBOX)


def _new_case(situation: Situation) -> WayOn:
    title = "A new case"
    if stages.stage(situation.facts) != Stage.DENIED:
        return WayOn("new_case", title, False, "Not now: this is for after a denial whose case is closed.")
    link = console_links.link(situation.place, "cases")
    shut = support_case.closed(situation.facts)
    name = stages.case_id(situation.facts)
    about = f"Name the denied case {name} in it." if name else "Name the denial in it."
    if shut is None:
        why = f"Only where the old case is closed and takes no answer; whether it is, is not known here. {about}"
        return WayOn("new_case", title, None, why, link)
    if not shut:
        return WayOn("new_case", title, False, "Shut: the case is open, so answer in it. A second case is put with it.")
    if support_case.api(situation.facts):
        why = new_case.blocked_because(situation)
        how = f"Not now from here: {why}" if why else "Press w."
        return WayOn("new_case", title, True, f"Open, and the last of the ways. {how} {about}", link)
    return WayOn(
        "new_case", title, True, f"Open, and the last of the ways: where the old case takes no answer. {about}", link
    )


# What a 409 of PutAccountDetails means: docs/ses.md, "Conflict".
def conflict(situation: Situation) -> Intent | None:
    """Return the last request from here if Amazon answered it with ConflictException, else ``None``."""
    last = next(iter(reversed(filings.of_place(situation))), None)
    problem = last.outcome.problem if last is not None and last.outcome is not None else None
    if last is None or last.phase != Phase.REJECTED or problem is None:
        return None
    return last if problem.kind == ProblemKind.CONFLICT else None


def conflict_stands(situation: Situation) -> Intent | None:
    """Return such a request while nothing that was read since tells what it conflicted with.

    It does not stand any more once the review has moved since, or where a look a day later, when a first answer was
    due, still shows no review: then another change to the account's details was in the way.
    """
    filing = conflict(situation)
    if filing is None or situation.facts.account is None or stages.account(situation.facts) is None:
        return filing
    if stages.status_and_case(situation.facts) != filing.before:
        return None
    waited = (
        situation.facts.account.observed_at - (filing.outcome.at if filing.outcome else filing.created_at)
    ).total_seconds()
    return filing if waited < stages.PROMISED_HOURS * 3600 else None
