"""The finished text read as a sceptical reviewer reads it: the 26 lines of docs/ses.md, "Rubric", point by point.

No second rulebook: a line is earned by gates that are green and by sentences that stand in the text, and it is lost by
the gates, holes and findings that say what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from dlaas_onboard.journey.judgement import Judgement
from dlaas_onboard.journey.request.description import Description
from dlaas_onboard.journey.request.gate import Gate, Light
from dlaas_onboard.journey.request.sentence_ids import QUESTIONS, answers
from dlaas_onboard.journey.verdict import Finding, Severity


class Standing(StrEnum):
    """What became of a line of the rubric."""

    EARNED = "earned"
    WEAK = "weak"  # there, and a reviewer would want it better: half a point
    MISSING = "missing"
    UNKNOWN = "unknown"  # could not be read, or cannot be seen from here


_POINTS = {Standing.EARNED: 1.0, Standing.WEAK: 0.5, Standing.MISSING: 0.0, Standing.UNKNOWN: 0.0}


class _Line(NamedTuple):
    what: str
    gates: tuple[str, ...] = ()  # all of them green
    questions: tuple[str, ...] = ()  # all of them answered in the text
    sentences: tuple[str, ...] = ()  # any of them in the text
    lost_by: tuple[str, ...] = ()  # findings; one that ends in "_" is the prefix of many
    weakened_by: tuple[str, ...] = ()


_LINES = (
    _Line("A domain is verified in the Region", ("domain_identity",)),
    _Line("DKIM is successful", ("dkim",)),
    _Line("MAIL FROM is successful", ("mail_from",)),
    _Line("DMARC is published", ("dmarc",)),
    _Line("There is an identity at all", ("domain_identity",), lost_by=("domain.no_identity",)),
    _Line("The suppression list takes bounces and complaints", questions=("suppression",)),
    _Line("Bounces and complaints reach somebody", ("bounce_path",), ("events",)),
    _Line("That configuration set is the identity's default", ("bounce_path",), lost_by=("bounces.no_default_set",)),
    _Line("The path was proved by the mailbox simulator", sentences=("bounce_proof",)),
    _Line("The website answers", ("website",), ("website",), lost_by=("request.plain_http", "request.status")),
    _Line("The website belongs to the sending domain", ("website",), lost_by=("request.other_domain",)),
    _Line("A privacy policy can be read", ("website",), ("privacy",), lost_by=("request.no_privacy",)),
    _Line("The sign-up page can be read", ("website",), ("sign_up",), lost_by=("request.no_sign_up",)),
    _Line("How addresses are collected", questions=("recipients_source",)),
    _Line("No bought, rented or scraped lists", ("declare_recipients",), ("no_lists",)),
    _Line(
        "What is sent, what triggers it, true to the mail type",
        questions=("transactional", "mail_content"),
        lost_by=("request.bulk", "use_case.marketing_"),
    ),
    _Line("How much is sent now and in six months", questions=("volume_now", "volume"), weakened_by=("quota.",)),
    _Line(
        "What happens technically on a bounce or complaint",
        questions=("bounce_process",),
        lost_by=("use_case.bounce_path_",),
        weakened_by=("use_case.bounce_words", "use_case.complaints_to_"),
    ),
    _Line("How to unsubscribe, or why not", questions=("unsubscribe",), lost_by=("use_case.one_click",)),
    _Line("A sample message", questions=("sample",), weakened_by=("use_case.shortener_", "use_case.footer_")),
    _Line("Who runs the service", questions=("business",), weakened_by=("use_case.entity", "use_case.borrowed")),
    _Line("A From address that people can answer", sentences=("sender",), lost_by=("request.no_reply",)),
    _Line("The sandbox was used", sentences=("sandbox_use",), lost_by=("use_case.untested", "use_case.tests_")),
    _Line("No sector that Amazon watches", weakened_by=("use_case.sector",)),
    _Line("Age and use of the AWS account"),
    _Line("English", lost_by=("use_case.language",), weakened_by=("request.language",)),
)
_CANNOT_BE_SEEN = {"Age and use of the AWS account": "This cannot be seen from here: expect questions about it."}


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the rubric, read against the text."""

    number: int
    what: str
    standing: Standing
    why: str  # the sentence or the fact that earns it, or what is missing
    remedy: str = ""

    @property
    def points(self) -> float:
        """Return what the line is worth: 1, a half, or nothing."""
        return _POINTS[self.standing]


class _Seen(NamedTuple):
    judgement: Judgement
    gates: Mapping[str, Gate]
    findings: Sequence[Finding]


def second_opinion(judgement: Judgement) -> tuple[Point, ...]:
    """Return each line of the rubric with what earns it or what is missing."""
    findings = [finding for verdict in judgement.verdicts.values() for finding in verdict.findings]
    seen = _Seen(judgement, {gate.id: gate for gate in judgement.gates}, findings)
    return tuple(_point(number, line, seen) for number, line in enumerate(_LINES, 1))


def total(points: Sequence[Point]) -> float:
    """Return the sum of the points, of 26."""
    return sum(point.points for point in points)


def _point(number: int, line: _Line, seen: _Seen) -> Point:
    if line.what in _CANNOT_BE_SEEN:
        return Point(number, line.what, Standing.UNKNOWN, _CANNOT_BE_SEEN[line.what])
    if not seen.judgement.description.text:
        return Point(number, line.what, Standing.MISSING, "There is no text yet.", "Write it in the step Use case.")
    against = next(chain(_by_gates(line, seen), _by_findings(line, seen), _by_text(line, seen)), None)
    if against is not None:
        standing, why, remedy = against
        return Point(number, line.what, standing, why, remedy)
    return Point(number, line.what, Standing.EARNED, _earned_by(line, seen))


_Against = tuple[Standing, str, str]


def _by_gates(line: _Line, seen: _Seen) -> Iterator[_Against]:
    for gate in (seen.gates[name] for name in line.gates):
        if gate.light != Light.GREEN:
            standing = Standing.UNKNOWN if gate.light == Light.UNKNOWN else Standing.MISSING
            yield standing, gate.why, gate.remedy


def _by_findings(line: _Line, seen: _Seen) -> Iterator[_Against]:
    for names, standing in ((line.lost_by, Standing.MISSING), (line.weakened_by, Standing.WEAK)):
        for finding in seen.findings:
            if any(finding.id == name or (name[-1] in "_." and finding.id.startswith(name)) for name in names):
                unread = finding.severity == Severity.UNKNOWN
                yield Standing.UNKNOWN if unread else standing, finding.message, finding.remedy


def _by_text(line: _Line, seen: _Seen) -> Iterator[_Against]:
    description = seen.judgement.description
    if description.edited and (line.questions or line.sentences):
        yield Standing.UNKNOWN, "Your own text stands for the whole: read it for this by yourself.", ""
        return
    unread = {finding.id for finding in seen.findings if finding.severity == Severity.UNKNOWN}
    for question in line.questions:
        if not _text_for(question, seen):
            standing = Standing.UNKNOWN if f"use_case.{question}_unread" in unread else Standing.MISSING
            yield standing, *_hole_of(question, description)
    if line.sentences and not any(sentence.id in line.sentences for sentence in description.sentences):
        yield Standing.MISSING, "The text does not say so: nothing that was seen carries it.", ""


def _hole_of(question: str, description: Description) -> tuple[str, str]:
    """Return what the text does not say, and what to do about it."""
    hole = next((hole for hole in description.holes if hole.id == question), None)
    return (hole.message, hole.remedy) if hole else (f"The text does not say {QUESTIONS[question].about}.", "")


def _text_for(question: str, seen: _Seen) -> str:
    texts = (item.text for item in seen.judgement.description.sentences if answers(item.id, question))
    return next(texts, "")


def _earned_by(line: _Line, seen: _Seen) -> str:
    said = [_text_for(question, seen) for question in line.questions]
    said += [item.text for item in seen.judgement.description.sentences if item.id in line.sentences]
    return " ".join(said or [seen.gates[name].why for name in line.gates] or ["Nothing in the text speaks against it."])
