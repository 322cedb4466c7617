"""Amazon's answer, taken apart: what it is, each of its questions with our answer, every open gap, the ways on."""

from __future__ import annotations

from collections.abc import Mapping

from dlaas_onboard.journey.request import filing_snapshot, question_answers, triage
from dlaas_onboard.journey.request.reply_draft import reply_draft
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.amazon_reply import SOURCES, WORDS, Kind, Told
from dlaas_onboard.journey.review.stage_words import CONFLICT, words_for
from dlaas_onboard.journey.review.stages import Stage
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import BY_ID, StepId
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict

WAYS, GAPS, ASKED, WROTE, SINCE, DRAFT = (
    "Ways on",
    "Open gaps",
    "What Amazon asks",
    "What Amazon's answer is",
    "Since the filing",
    "The reply",
)
SECTIONS = (WAYS, GAPS, ASKED, WROTE, SINCE, DRAFT)
_MARKS = {Severity.BLOCKER: Mark.BAD, Severity.WARNING: Mark.WARN, Severity.UNKNOWN: Mark.UNKNOWN}
_UNSURE = frozenset({Kind.SEVERAL, Kind.UNKNOWN})


def rows(
    sheet: VerdictBuilder,
    situation: Situation,
    verdicts: Mapping[StepId, Verdict],
    told: Told | None,
    *,
    waits: bool,
) -> None:
    """Show all of it; ``waits`` says that an answer of the operator's is wanted, or would help."""
    _wrote(sheet, told)
    conflict(sheet, situation)
    stage = stages.stage(situation.facts)
    if stage in (Stage.NEVER_ASKED, Stage.PRODUCTION) or (stage == Stage.PENDING and not waits):
        return
    if waits:
        _asked(sheet, situation, told)
    draft = situation.answers.text("reply").strip() or reply_draft(situation)
    _ways(sheet, situation, draft)
    if stage in (Stage.DENIED, Stage.PENDING):
        _gaps(sheet, verdicts)
        _since(sheet, situation, verdicts)
        source = "your own words" if situation.answers.text("reply").strip() else "drafted from the claim ledger"
        sheet.row("Reply", f"{len(draft):,} characters; enter shows it", source=source, section=DRAFT, more=draft)


def _wrote(sheet: VerdictBuilder, told: Told | None) -> None:
    if told is None:
        return
    mail = told.mail
    mark = Mark.UNKNOWN if mail.kind in _UNSURE else Mark.GOOD if mail.kind == Kind.GRANTED else Mark.PLAIN
    sheet.row(
        "Kind", WORDS[mail.kind], mark=mark, section=WROTE, source=told.source, observed_at=told.at, more=told.text
    )
    if mail.evidence:
        known = SOURCES.get(mail.kind, "")
        source = f"{told.source}; as in {known}" if known else told.source
        sheet.row("Recognised by", f"“{mail.evidence}”", section=WROTE, source=source, observed_at=told.at)
    for label, figure, unit in zip(
        ("Quota it names", "Rate it names"), mail.quota, ("in 24 hours", "a second"), strict=True
    ):
        if figure is not None:
            sheet.row(label, f"{figure:,.6g} {unit}", section=WROTE, source=told.source, observed_at=told.at)
    if mail.kind in _UNSURE:
        sheet.find(
            "mail_unknown",
            Severity.UNKNOWN,
            "What Amazon wrote is not recognised: read it yourself.",
            evidence=told.source,
            remedy="Answer what it asks, in your own words where the draft does not.",
            field="reply",
        )


def _asked(sheet: VerdictBuilder, situation: Situation, told: Told | None) -> None:
    """Show each question with what answers it, and find those that nothing answers."""
    for question in told.mail.questions if told is not None else ():
        found = question_answers.answer(question, situation)
        step = BY_ID[found.step]
        where = f"step {step.number}, {step.title}"
        label = question_answers.ASKED[question]
        text = " ".join(" ".join(one.text.split()) for one in found.sentences)
        evidence = "; ".join(dict.fromkeys(one.source for one in found.sentences if one.source))
        times = [one.observed_at for one in found.sentences if one.observed_at is not None]
        missing = " ".join(hole.message for hole in found.holes)
        value = f"{text} Still open: {missing}" if text and missing else text or missing or "Nothing here answers it."
        open_ = bool(found.holes) or not text
        sheet.row(
            label,
            value,
            mark=Mark.WARN if open_ else Mark.GOOD,
            section=ASKED,
            source=evidence,
            observed_at=max(times) if times else None,
            expected=f"filled in at {where}" if open_ else "",
            more="\n\n".join(one.text for one in found.sentences),
        )
        if open_:
            hole = found.holes[0] if found.holes else None
            sheet.find(
                f"asked.{question}",
                Severity.WARNING,
                f"Amazon asks: {label[:1].lower()}{label[1:]}. {missing or 'Nothing here answers it.'}",
                evidence="; ".join(filter(None, (told.source if told else "", *(one.section for one in found.holes)))),
                remedy=f"{hole.remedy if hole else 'Say it in your reply.'} That is {where}.",
                field=(hole.field if hole else "") or "reply",
            )


def conflict(sheet: VerdictBuilder, situation: Situation) -> None:
    """Explain a request from here that Amazon answered with ConflictException; it is not offered again."""
    found = triage.conflict(situation)
    if found is None:
        return
    problem = found.outcome.problem if found.outcome else None
    number = f", request {problem.request_id}" if problem and problem.request_id else ""
    sheet.find(
        "conflict",
        Severity.WARNING,
        f"Amazon refused the request of {found.created_at:%Y-%m-%d %H:%M} UTC with ConflictException (409).",
        evidence=f"{problem.code if problem else ''}{number}, {found.marker}",
        remedy=f"Nothing was filed. {words_for(situation.facts).refusal} {CONFLICT}",
    )


def _ways(sheet: VerdictBuilder, situation: Situation, draft: str) -> None:
    for number, way in enumerate(triage.ways(situation, draft), 1):
        mark = {True: Mark.GOOD, False: Mark.PLAIN, None: Mark.UNKNOWN}[way.open]
        more = "\n\n".join(part for part in (way.why, way.known, way.link) if part)
        sheet.row(f"{number} {way.title}", way.why, mark=mark, section=WAYS, source=way.link, more=more)


def _gaps(sheet: VerdictBuilder, verdicts: Mapping[StepId, Verdict]) -> None:
    """Show every open gap, and say in one finding how many there are and where."""
    groups = triage.gaps(verdicts)
    if not verdicts:
        return
    for group in groups:
        step = BY_ID[group.step]
        for finding in group.findings:
            sheet.row(
                f"{step.number} {step.title}",
                finding.message,
                mark=_MARKS[finding.severity],
                section=GAPS,
                source=finding.evidence,
                more="\n\n".join(filter(None, (finding.message, finding.evidence, finding.remedy))),
            )
    open_ = [(group, [f for f in group.findings if f.severity != Severity.UNKNOWN]) for group in groups]
    count = sum(len(found) for _, found in open_)
    if not count:
        none = "None that was found. Amazon names no reason; see what it asks."
        unread = any(group.findings for group in groups)
        sheet.row("Gaps", "None found, but not everything could be read." if unread else none, section=GAPS)
        return
    sheet.find(
        "open_gaps",
        Severity.WARNING,
        f"{plural(count, 'gap is', 'gaps are')} open that a reviewer may mind.",
        evidence=" ".join(
            f"{BY_ID[group.step].title}: {' '.join(finding.message for finding in found)}"
            for group, found in open_
            if found
        ),
        remedy="Close each at its step, look again, then reply: the reply says what has changed.",
    )


def _since(sheet: VerdictBuilder, situation: Situation, verdicts: Mapping[StepId, Verdict]) -> None:
    found = filing_snapshot.since(situation, verdicts)
    if found is None:
        sheet.row(
            "What held then",
            "Not known: the request was not filed from here, or before this was kept.",
            mark=Mark.UNKNOWN,
            section=SINCE,
        )
        return
    sheet.row("Filed", f"{found.filed.at:%Y-%m-%d %H:%M} UTC", source="kept at the filing", section=SINCE)
    for title in found.mended:
        sheet.row("Mended", title, mark=Mark.GOOD, section=SINCE)
    for text in found.closed:
        sheet.row("Closed", text, mark=Mark.GOOD, section=SINCE)
    for title in found.worse:
        sheet.row("Not so any more", title, mark=Mark.BAD, section=SINCE)
    for finding in found.new:
        sheet.row("New gap", finding.message, mark=_MARKS[finding.severity], source=finding.evidence, section=SINCE)
    for text in found.unread:
        sheet.row("Not known now", text, mark=Mark.UNKNOWN, section=SINCE)
    for one in found.added:
        sheet.row("Said newly", one.text, source=one.source, observed_at=one.observed_at, section=SINCE)
    for was, one in found.changed:
        sheet.row(
            "Said otherwise",
            one.text,
            source=one.source,
            observed_at=one.observed_at,
            section=SINCE,
            more=f"Then: {was}\n\nNow: {one.text}",
        )
    for text in found.withdrawn:
        expected = "corrected in your reply, if it is not true any more"
        sheet.row("Not said any more", text, mark=Mark.WARN, section=SINCE, expected=expected)
    if found.nothing:
        sheet.row("Changed", "nothing that a reviewer would see", mark=Mark.WARN, section=SINCE)
