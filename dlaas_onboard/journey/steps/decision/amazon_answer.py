"""Amazon's answer, taken apart: what it is, its questions with our answers, the open gaps, what can be done."""

from __future__ import annotations

from collections.abc import Mapping

from dlaas_onboard.journey.request import reply_review, triage
from dlaas_onboard.journey.request.reply_draft import is_typed, reply_text
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.amazon_reply import SOURCES, WORDS, NewestReply, ReplyKind
from dlaas_onboard.journey.review.stages import Stage
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps.decision import changes_since_filing, gap_rows, question_rows, refused_filing
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict

_WAYS, _LETTER, _REPLY = "What you can do", "What Amazon's answer is", "The reply"
SECTIONS = (_WAYS, gap_rows.SECTION, question_rows.SECTION, _LETTER, changes_since_filing.SECTION, _REPLY)
_UNSURE = frozenset({ReplyKind.SEVERAL, ReplyKind.UNKNOWN})


def rows(
    builder: VerdictBuilder,
    situation: Situation,
    verdicts: Mapping[StepId, Verdict],
    letter: NewestReply | None,
    *,
    waits: bool,
) -> None:
    """Show all of it; ``waits`` says that an answer of the operator's is wanted, or would help."""
    _letter_rows(builder, letter)
    refused_filing.find_conflict(builder, situation)
    stage = stages.stage(situation.facts)
    if stage in (Stage.NEVER_ASKED, Stage.PRODUCTION) or (stage == Stage.PENDING and not waits):
        return
    if waits and letter is not None:
        question_rows.rows(builder, situation, letter)
    _way_rows(builder, situation)
    if stage in (Stage.DENIED, Stage.PENDING):
        gap_rows.rows(builder, verdicts)
        changes_since_filing.rows(builder, situation, verdicts)
        _reply_rows(builder, situation)


def _letter_rows(builder: VerdictBuilder, letter: NewestReply | None) -> None:
    if letter is None:
        return
    mail = letter.mail
    mark = Mark.UNKNOWN if mail.kind in _UNSURE else Mark.GOOD if mail.kind == ReplyKind.GRANTED else Mark.PLAIN
    builder.add_row(
        "Kind",
        WORDS[mail.kind],
        mark=mark,
        section=_LETTER,
        source=letter.source,
        observed_at=letter.at,
        more=letter.text,
    )
    if mail.evidence:
        known = SOURCES.get(mail.kind, "")
        source = f"{letter.source}; as in {known}" if known else letter.source
        builder.add_row("Recognised by", f"“{mail.evidence}”", section=_LETTER, source=source, observed_at=letter.at)
    for label, figure, unit in zip(
        ("Quota it names", "Rate it names"), mail.quota, ("in 24 hours", "a second"), strict=True
    ):
        if figure is not None:
            builder.add_row(
                label, f"{figure:,.6g} {unit}", section=_LETTER, source=letter.source, observed_at=letter.at
            )
    if mail.kind in _UNSURE:
        builder.add_finding(
            "mail_unknown",
            Severity.UNKNOWN,
            "What Amazon wrote is not recognised: read it yourself.",
            evidence=letter.source,
            remedy="Answer what it asks, in your own words where the draft does not.",
            field="reply",
        )


def _reply_rows(builder: VerdictBuilder, situation: Situation) -> None:
    """Show the reply; in the operator's own words it has no step that says what is untrue in it."""
    text, typed = reply_text(situation), is_typed(situation)
    source = "your own words" if typed else "drafted from the claim ledger"
    builder.add_row("Reply", f"{len(text):,} characters; enter shows it", source=source, section=_REPLY, more=text)
    if typed:
        builder.findings += reply_review.contradicted(situation)


def _way_rows(builder: VerdictBuilder, situation: Situation) -> None:
    for number, option in enumerate(triage.ways(situation), 1):
        mark = {True: Mark.GOOD, False: Mark.PLAIN, None: Mark.UNKNOWN}[option.open]
        more = "\n\n".join(part for part in (option.why, option.known, option.link) if part)
        builder.add_row(
            f"{number} {option.title}",
            option.why,
            mark=mark,
            section=_WAYS,
            source=option.link,
            more=more,
            commands=option.commands,
        )
