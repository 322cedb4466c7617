"""The finished text read as a sceptical reviewer reads it: the 26 lines of docs/ses.md, "Rubric", point by point.

No second rulebook: a line is earned by gates that are green, by facts, and by sentences that stand in the text, and it
is lost by the gates, facts, gaps and findings that say what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from dlaas_onboard.journey.bounces import proof
from dlaas_onboard.journey.judgement import Judgement
from dlaas_onboard.journey.request.form_rubric import of_form
from dlaas_onboard.journey.request.gate import Gate, Light
from dlaas_onboard.journey.request.sentence_ids import answers
from dlaas_onboard.journey.request.text_rubric import of_figures, of_text
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.fields import BY_ID as FIELDS
from dlaas_onboard.journey.situation.placeholders import placeholder_in
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps import fact_points
from dlaas_onboard.journey.steps.fact_points import Remark, Standing, ended
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Finding, Severity

SIGNS = {Standing.EARNED: "✓", Standing.WEAK: "!", Standing.MISSING: "✗", Standing.UNKNOWN: "?"}
OURS = (
    "This is our reading, by a rubric gathered from AWS's documentation and from operators' reports. "
    "Amazon publishes no criteria and gives no points: its reviewers decide."
)
_OVER = "The account has production access in this Region: no reviewer reads this text any more."
_POINTS = {Standing.EARNED: 1.0, Standing.WEAK: 0.5, Standing.MISSING: 0.0, Standing.UNKNOWN: 0.0}
# Of several remarks on a line the first of these counts: what is surely missing is lost whatever else is unknown.
_WORST_FIRST = (Standing.MISSING, Standing.UNKNOWN, Standing.WEAK, Standing.EARNED)


class _Line(NamedTuple):
    what: str
    gates: tuple[str, ...] = ()  # all of them green
    facts: Callable[[Situation], Remark] | None = None
    questions: tuple[str, ...] = ()  # all of them answered in the text
    better_with: tuple[str, ...] = ()  # gaps of the text that leave half a point
    quotes: tuple[str, ...] = ()  # sentences that are quoted where they stand in the text
    lost_by: tuple[str, ...] = ()  # findings; one that ends in "_" or "." is the prefix of many
    weakened_by: tuple[str, ...] = ()


_LINES = (
    _Line("A verified domain in the Region", ("domain_identity",), quotes=("domain_identity",)),
    _Line("DKIM", ("dkim",), quotes=("dkim",)),
    _Line("A custom MAIL FROM domain", ("mail_from",), quotes=("mail_from",)),
    _Line("A DMARC record", ("dmarc",), quotes=("dmarc",)),
    _Line("An identity at all", facts=fact_points.any_identity),
    _Line("The account-level suppression list", facts=fact_points.suppression_list, quotes=("suppression",)),
    _Line("A listener for bounces and complaints", ("bounce_path",), better_with=("events",), quotes=("events",)),
    _Line("A default configuration set", facts=fact_points.default_configuration_set),
    _Line("A proof by the mailbox simulator", facts=fact_points.simulator_proof, quotes=(proof.FIELD,)),
    _Line(
        "A website that answers",
        ("website",),
        better_with=("website",),
        quotes=("website",),
        lost_by=("request.plain_http",),
        weakened_by=(
            "request.host",
            "request.code_hosting",
            "request.redirected_away",
            "request.many_redirects",
            "request.little_text",
            "request.unnamed",
        ),
    ),
    _Line("A website on the sending domain", facts=fact_points.own_website),
    _Line(
        "A privacy policy",
        facts=fact_points.privacy_policy,
        better_with=("privacy",),
        quotes=("privacy",),
        lost_by=("request.no_privacy", "request.privacy_"),
    ),
    _Line(
        "A sign-up page",
        facts=fact_points.sign_up_page,
        better_with=("sign_up",),
        quotes=("sign_up",),
        lost_by=("request.no_sign_up", "request.sign_up_"),
    ),
    _Line(
        "How addresses are collected",
        questions=("recipients_source",),
        lost_by=("use_case.lists_",),
        weakened_by=("use_case.source_words",),
    ),
    _Line("No bought, rented or scraped lists", questions=("no_lists",), lost_by=("use_case.lists_",)),
    _Line(
        "What is sent, and what triggers it",
        questions=("transactional", "mail_content"),
        better_with=("messages",),
        lost_by=("request.bulk", "use_case.marketing_"),
        weakened_by=("use_case.message_changed.", "use_case.content_words"),
    ),
    _Line(
        "How much is sent, now and in six months",
        questions=("volume",),
        better_with=("volume_now",),
        quotes=("volume_now", "users"),
        weakened_by=("quota.",),
    ),
    _Line(
        "What happens on a bounce or a complaint",
        questions=("bounce_process",),
        better_with=("complaints_to",),
        quotes=("complaints_to",),
        lost_by=("use_case.bounce_path_", "use_case.bounces_"),
        weakened_by=("use_case.bounce_words",),
    ),
    _Line(
        "How to unsubscribe, or why not",
        questions=("unsubscribe",),
        lost_by=("use_case.one_click",),
        weakened_by=("use_case.list_headers_",),
    ),
    _Line("A sample message", questions=("sample",), weakened_by=("use_case.shortener_", "use_case.footer_")),
    _Line("Who runs the service", questions=("business",), weakened_by=("use_case.entity", "use_case.borrowed")),
    _Line("A From address that people can answer", facts=fact_points.answerable_sender, lost_by=("request.no_reply",)),
    _Line("Use of the sandbox", facts=fact_points.sandbox_use, quotes=("sandbox_use",), lost_by=("use_case.tests_",)),
    _Line("No sector that Amazon watches", facts=fact_points.sector, weakened_by=("use_case.sector",)),
    _Line("Age and use of the AWS account", facts=fact_points.account_age),
    _Line(
        "English",
        facts=fact_points.language,
        lost_by=("use_case.language",),
        weakened_by=("request.language", "use_case.fragment_"),
    ),
)


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the rubric, read against the text and the facts."""

    number: int
    what: str
    standing: Standing
    why: str  # the sentence or the fact that earns it, or what is missing
    remedy: str
    step: StepId  # where the operator earns it
    field: str  # id of the field there, "" where the step has none for it

    @property
    def points(self) -> float:
        """Return what the line is worth: 1, a half, or nothing."""
        return _POINTS[self.standing]


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What a sceptical reviewer would say of the request as it stands."""

    points: tuple[Point, ...]
    over: bool = False  # production access is there: no reviewer reads the text any more

    @property
    def note(self) -> str:
        """Return whose opinion it is, and what it is worth."""
        return _OVER if self.over else OURS

    @property
    def total(self) -> float:
        """Return the sum of the points."""
        return sum(point.points for point in self.points)

    @property
    def unknown(self) -> int:
        """Return how many lines cannot be told from here; they are not lost."""
        return sum(point.standing == Standing.UNKNOWN for point in self.points)

    @property
    def lost(self) -> float:
        """Return how many points are surely lost."""
        return len(self.points) - self.unknown - self.total

    @property
    def summary(self) -> str:
        """Return the total in words: ``18.5 of 26 points, 5.5 lost, 2 unknown``."""
        return f"{self.total:g} of {plural(len(self.points), 'point')}, {self.lost:g} lost, {self.unknown} unknown"

    @property
    def earned(self) -> tuple[Point, ...]:
        """Return the lines that are earned in full."""
        return tuple(point for point in self.points if point.standing == Standing.EARNED)

    @property
    def still_open(self) -> tuple[tuple[Point, ...], ...]:
        """Return the lines that are not earned in full, what is missing first; those of one remark stand together."""
        groups: dict[tuple[object, ...], list[Point]] = {}
        for point in self.points:
            if point.standing != Standing.EARNED:
                groups.setdefault((point.standing, point.why, point.remedy, point.step, point.field), []).append(point)
        order = (Standing.MISSING, Standing.WEAK, Standing.UNKNOWN)
        return tuple(sorted(map(tuple, groups.values()), key=lambda group: order.index(group[0].standing)))


class _Reviewed(NamedTuple):
    judgement: Judgement
    gates: Mapping[str, Gate]
    findings: Sequence[Finding]


def second_opinion(judgement: Judgement) -> SecondOpinion:
    """Return each line of the rubric with what earns it or what is missing."""
    situation = judgement.situation
    # Asked for themselves: the steps leave them out, or soften them, once the request has been filed.
    findings = (*of_text(situation), *of_form(situation), *of_figures(situation))
    reviewed = _Reviewed(judgement, {gate.id: gate for gate in judgement.gates}, findings)
    points = tuple(_point(number, line, reviewed) for number, line in enumerate(_LINES, 1))
    return SecondOpinion(points, stages.access(situation.facts) == "production")


def _point(number: int, line: _Line, reviewed: _Reviewed) -> Point:
    remarks = chain(
        _by_gates(line, reviewed), _by_findings(line, reviewed), _by_facts(line, reviewed), _by_text(line, reviewed)
    )
    remark = min(remarks, key=lambda remark: _WORST_FIRST.index(remark.standing))
    why = remark.why
    if remark.standing == Standing.EARNED:
        why = _quoted(line, reviewed) or why
    return Point(number, line.what, remark.standing, why, remark.remedy, remark.step, remark.field)


def _by_gates(line: _Line, reviewed: _Reviewed) -> Iterator[Remark]:
    for gate in (reviewed.gates[name] for name in line.gates):
        if gate.light == Light.GREEN:
            yield Remark(Standing.EARNED, gate.why, step=gate.step)
            continue
        if gate.step != StepId.REQUEST and (no_domain := fact_points.no_domain(reviewed.judgement.situation)):
            yield no_domain
            continue
        standing = Standing.UNKNOWN if gate.light == Light.UNKNOWN else Standing.MISSING
        field = fact_points.website_field(reviewed.judgement.situation) if gate.id == "website" else ""
        yield Remark(standing, ended(gate.why), gate.remedy, gate.step, field)


def _by_findings(line: _Line, reviewed: _Reviewed) -> Iterator[Remark]:
    for names, standing in ((line.lost_by, Standing.MISSING), (line.weakened_by, Standing.WEAK)):
        for finding in reviewed.findings:
            if any(finding.id == name or (name[-1] in "_." and finding.id.startswith(name)) for name in names):
                yield _remark_of(finding, standing)


def _remark_of(finding: Finding, standing: Standing) -> Remark:
    standing = Standing.UNKNOWN if finding.severity == Severity.UNKNOWN else standing
    step = FIELDS[finding.field].step if finding.field in FIELDS else finding.step
    return Remark(standing, finding.message, finding.remedy, step, finding.field)


def _by_facts(line: _Line, reviewed: _Reviewed) -> Iterator[Remark]:
    if line.facts is not None:
        yield line.facts(reviewed.judgement.situation)


def _by_text(line: _Line, reviewed: _Reviewed) -> Iterator[Remark]:
    gaps = {finding.id: finding for finding in reviewed.findings}
    edited = reviewed.judgement.description.edited
    for question in line.questions:
        text = _answer(question, reviewed)
        found = (gaps.get(f"use_case.{question}_{end}") for end in ("unspoken", "missing", "unread"))
        gap = next((gap for gap in found if gap is not None), None)
        if placeholder := placeholder_in(text):
            yield Remark(Standing.MISSING, f"The sentence still holds a placeholder: {placeholder}.", "Replace it.")
        elif text:
            yield Remark(Standing.EARNED, text)
        elif edited and (gap is None or gap.severity != Severity.BLOCKER):
            yield Remark(
                Standing.UNKNOWN,
                "Your own text replaces the written one: whether it says this, only you can tell.",
                field="use_case_text",
            )
        elif gap is not None:
            yield _remark_of(gap, Standing.MISSING)
        else:
            yield Remark(Standing.MISSING, "Nothing in the text says so.")
    for name in line.better_with:
        gap = gaps.get(f"use_case.{name}_missing")
        if gap is not None and not edited:
            yield _remark_of(gap, Standing.WEAK)


def _answer(question: str, reviewed: _Reviewed) -> str:
    """Return the first sentence of the text that answers a question, ``""`` where none does."""
    texts = (item.text for item in reviewed.judgement.description.sentences if answers(item.id, question))
    return next(texts, "")


def _quoted(line: _Line, reviewed: _Reviewed) -> str:
    """Return the sentences of the text that earn a line; of a list the first entry, and how many more there are."""
    sentences = [
        item
        for item in reviewed.judgement.description.sentences
        if item.id in line.quotes or any(answers(item.id, question) for question in line.questions)
    ]
    entries = [item for item in sentences if item.text.startswith("- ")]
    parts = [item.text.removeprefix("- ") for item in sentences if item not in entries[1:]]
    if len(entries) > 1:
        parts.append(f"And {plural(len(entries) - 1, 'more message')}.")
    return " ".join(parts)
