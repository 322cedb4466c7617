"""The waiting room: what Amazon says of the review, and for how long it has been waited for."""

from __future__ import annotations

from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.stage_words import STAGE_WORDS
from dlaas_onboard.journey.review.stages import PROMISED_HOURS, Stage
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.text import age
from dlaas_onboard.journey.verdict import Mark, Severity
from dlaas_onboard.journey.writes import filings

_REVIEW = "Review"
_MARKS = {
    Stage.PENDING: Mark.WAIT,
    Stage.GRANTED: Mark.WARN,
    Stage.PRODUCTION: Mark.GOOD,
    Stage.DENIED: Mark.BAD,
    Stage.FAILED: Mark.BAD,
    Stage.UNKNOWN: Mark.UNKNOWN,
}


def rows(builder: VerdictBuilder, situation: Situation, stage: Stage) -> None:
    """Show the review, its age and each request that was filed."""
    word = stages.word(situation.facts)
    builder.add_row(
        "Status",
        word or STAGE_WORDS[stage].meaning,
        situation.facts.account,
        _MARKS.get(stage, Mark.PLAIN),
        section=_REVIEW,
    )
    held = stage == Stage.GRANTED
    builder.add_row(
        "Access",
        f"{stages.access(situation.facts)}: ProductionAccessEnabled is still false"
        if held
        else stages.access(situation.facts),
        situation.facts.account,
        Mark.WARN if held else Mark.PLAIN,
        expected="production, as the review was granted" if held else "",
        section=_REVIEW,
    )
    filed = filings.filed_at(situation)
    if filed is not None and situation.facts.account is not None and stage != Stage.NEVER_ASKED:
        waited = (situation.facts.account.observed_at - filed).total_seconds()
        builder.add_row(
            "Filed",
            f"{filed:%Y-%m-%d %H:%M} UTC",
            source="journal",
            section=_REVIEW,
        )
        if stage == Stage.PENDING:
            late = waited > PROMISED_HOURS * 3600
            builder.add_row(
                "Waiting since",
                age(waited),
                situation.facts.account,
                Mark.WARN if late else Mark.WAIT,
                expected=f"a first answer within {PROMISED_HOURS} h",
                section=_REVIEW,
            )
            if late:
                builder.add_finding(
                    "late",
                    Severity.WARNING,
                    f"The request has waited {age(waited)}; Amazon promises a first answer within {PROMISED_HOURS} h.",
                    remedy="Look whether Amazon asked something: in the case, and in the account's mail with its spam "
                    "folder. If not, write a short, friendly question in the case.",
                    action="reply_case",
                )
    for intent in filings.of_place(situation):
        builder.add_row(
            f"Request of {intent.created_at:%Y-%m-%d %H:%M} UTC",
            f"{intent.phase}{f': {intent.result}' if intent.result else ''}",
            source=f"journal, confirmed by {intent.by}",
            observed_at=intent.settled_at or intent.created_at,
            section=_REVIEW,
        )
