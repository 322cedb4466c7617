"""The language in which Amazon writes, where it is not that of the text."""

from __future__ import annotations

from dlaas_onboard.journey.request import evidence
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.stages import Stage
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.verdict import Finding, Severity

JAPANESE = "JA"
_NOT_FILED = frozenset({Stage.NEVER_ASKED, Stage.FAILED, Stage.UNKNOWN})


def contact_language(situation: Situation) -> str:
    """Return ``EN`` or ``JA``: what SES holds once Amazon has a request, else what the request will say."""
    return _held(situation) or evidence.field("contact_language", situation)


def finding(situation: Situation) -> Finding | None:
    """Return that Amazon writes in Japanese while every text from here is English, ``None`` where it does not."""
    granted = stages.stage(situation.facts) == Stage.PRODUCTION  # there is nothing to answer any more
    if granted or contact_language(situation) != JAPANESE:
        return None
    held = bool(_held(situation))
    account = situation.facts.account
    source = (
        account.source if held and account is not None else evidence.field_origin("contact_language", situation).source
    )
    return Finding(
        f"{StepId.REQUEST}.language",
        Severity.ADVICE,
        f"Amazon {'writes' if held else 'will write'} in Japanese, and your text stays in English.",
        source,
        "Ask in your reply for an answer in English, or write the reply in Japanese yourself."
        if held
        else "Choose English as the contact language, unless you can answer in Japanese.",
        StepId.REQUEST,
        3,
        field="reply" if held else "contact_language",
    )


def words(situation: Situation) -> str:
    """Return the same in two sentences, ``""`` where Amazon writes in English."""
    item = finding(situation)
    return f"{item.message} {item.remedy}" if item is not None else ""


def _held(situation: Situation) -> str:
    account = stages.account(situation.facts)
    if account is None or account.details is None or stages.stage(situation.facts) in _NOT_FILED:
        return ""
    return account.details.contact_language
