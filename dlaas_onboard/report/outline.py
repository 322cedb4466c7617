"""The report as a small tree of headings, paragraphs and tables, which Markdown and HTML both set."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dlaas_onboard.journey.review.stage_words import STAGE_WORDS
from dlaas_onboard.journey.review.stages import Stage
from dlaas_onboard.journey.step_registry import GLYPHS, StepState
from dlaas_onboard.journey.text import plural
from dlaas_onboard.report import json_schema as s

_TONES = {  # of states, marks, lights, record verdicts and phases alike
    **dict.fromkeys(("done", "good", "green", "ok", "confirmed"), "good"),
    **dict.fromkeys(("attention", "bad", "red", "missing", "wrong", "rejected", "blocker"), "bad"),
    **dict.fromkeys(("todo", "warn", "warning", "abandoned"), "warn"),
    **dict.fromkeys(("waiting", "wait", "intent", "accepted"), "wait"),
    "unknown": "unknown",
}
_STAGE_TONES = {
    Stage.NEVER_ASKED: "warn",
    Stage.PENDING: "wait",
    Stage.GRANTED: "warn",
    Stage.PRODUCTION: "good",
    Stage.DENIED: "bad",
    Stage.FAILED: "bad",
    Stage.UNKNOWN: "warn",  # the account was read: it is in the sandbox
}
_SHOWS_CASE = frozenset(Stage) - {Stage.NEVER_ASKED, Stage.PRODUCTION}
_SIGNS = {"good": "✓", "bad": "✗", "warn": "!", "wait": "◔", "unknown": "?"}
SEVERITIES = {
    "blocker": "Blockers",
    "warning": "Warnings",
    "unknown": "Could not be read",
    "advice": "Advice",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: text, and how it is set."""

    text: str
    tone: str = ""  # good, bad, warn, wait, unknown
    glyph: str = ""
    code: bool = False
    note: str = ""  # second, smaller line
    pairs: tuple[tuple[str, str], ...] = ()  # instead of text: a word and a value on each line


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column titles; ``name`` tells the stylesheet which widths fit."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Prose; ``kind`` is empty, ``lead``, ``quiet`` or ``warning``."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """Text whose line breaks and spaces count."""

    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class OutlineFinding:
    """A finding with its evidence and remedy."""

    severity: str
    step: str
    message: str
    evidence: str
    remedy: str
    id: str
    guide_step: int | None = None

    @property
    def where(self) -> str:
        """Return the step, the id, and the guide's step."""
        guide = f"guide step {self.guide_step}" if self.guide_step else ""
        return " · ".join(filter(None, (self.step, self.id, guide)))


@dataclass(frozen=True, slots=True)
class OutlineSentence:
    """A sentence of the request, with its source in the margin."""

    text: str
    source: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Prose:
    """Sentences under a small heading."""

    title: str
    sentences: tuple[OutlineSentence, ...]


Block = Table | Paragraph | Code | OutlineFinding | Prose


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    level: int = 2


@dataclass(frozen=True, slots=True)
class OutlineVerdict:
    """What stands on top: the state in two or three words, a sentence, and figures."""

    state: str
    tone: str
    sentence: str
    figures: tuple[tuple[str, str], ...]
    track: tuple[tuple[str, str, str], ...]  # of each step: title, state, tone


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole document."""

    title: str
    subject: str
    meta: tuple[tuple[str, str], ...]
    verdict: OutlineVerdict
    warning: str
    sections: tuple[Section, ...] = field(default=())


def outline(report: s.ReportDocument) -> Outline:
    """Return the document for a report that is already redacted."""
    status = report.status
    return Outline(
        title="Amazon SES readiness report",
        subject=f"{status.account.id or 'Account not known'} · {status.region or 'no Region'}",
        meta=(
            ("Observed", _time(status.observed_at)),
            ("Written", _time(report.generated_at)),
            ("By", report.generated_by),
            ("For", {"private": "the operator", "public": "everyone"}[report.audience]),
        ),
        verdict=_verdict(report),
        warning=""
        if report.endpoint_is_amazon
        else "The answers come from an endpoint that is not Amazon's: nothing here says anything about a real account.",
        sections=tuple(section for section in _sections(report) if section.blocks),
    )


def tone(word: str) -> str:
    """Return good, bad, warn, wait, unknown, or ``""`` for a word that states nothing."""
    return _TONES.get(word, "")


def _verdict(report: s.ReportDocument) -> OutlineVerdict:
    status = report.status
    findings = [finding for step in status.steps for finding in step.findings]
    count = {severity: sum(finding.severity == severity for finding in findings) for severity in SEVERITIES}
    done = sum(step.state == "done" for step in status.steps)
    state, colour, sentence = _state(status)
    return OutlineVerdict(
        state=state,
        tone=colour,
        sentence=sentence,
        figures=(
            (f"{done} of {len(status.steps)}", "steps done"),
            (str(count["blocker"]), "blocker" if count["blocker"] == 1 else "blockers"),
            (str(count["warning"]), "warning" if count["warning"] == 1 else "warnings"),
            (_number(status.quota.max_24_hour_send), "recipients a day"),
        ),
        track=tuple((step.title, step.state, tone(step.state)) for step in status.steps),
    )


def _state(status: s.StatusDocument) -> tuple[str, str, str]:
    """Return the state, its tone and what it means; stopped sending comes first (docs/ses.md, "Account state")."""
    if status.sending.enabled is False:
        return "Sending is disabled", "bad", "Amazon SES does not send any mail for this account in this Region."
    if status.sending.enforcement not in (None, "HEALTHY"):
        return (
            f"Enforcement: {status.sending.enforcement}",
            "bad",
            "Amazon SES has put the account's sending under enforcement; that comes before any request.",
        )
    if status.access == "unknown":
        return "Not known", "unknown", "The account could not be read, so nothing is said about its access."
    stage = Stage.PRODUCTION if status.access == "production" else Stage(status.review.status)
    if stage == Stage.NEVER_ASKED and status.ready_to_file:
        return (
            "Ready to file",
            "good",
            "The sandbox applies; production access was not asked for, and nothing stands against it.",
        )
    words = STAGE_WORDS[stage]
    case = f" The case is {status.review.case_id}." if status.review.case_id and stage in _SHOWS_CASE else ""
    return words.headline, _STAGE_TONES[stage], f"{words.consequence}{case}"


def _sections(report: s.ReportDocument) -> Iterator[Section]:
    yield Section("account", "Account", tuple(_account(report)))
    yield Section("steps", "The steps", (_steps(report),))
    yield Section("findings", "Findings", tuple(_findings(report)))
    if report.gates is not None:
        yield Section("gates", "Before the request leaves", tuple(_gates(report.gates)))
    yield Section("overrides", "Gates passed with a reason", tuple(_overrides(report.overrides)))
    yield Section("records", "DNS records", tuple(_records(report.records)))
    yield Section("request", "The request", tuple(_request(report.request)))
    yield Section("messages", "What is sent", tuple(_messages(report.messages)))
    yield Section("declarations", "Declarations", (_declarations(report.declarations),))
    yield Section("filings", "Filing history", tuple(_filings(report.filings)))
    yield Section("guide", "The guide's fourteen steps", (_guide(report.guide),))
    evidence = [part for part in report.evidence if part.rows]
    if evidence:
        yield Section("evidence", "Evidence", (Paragraph("What each step rests on, as it was observed.", "quiet"),))
        for part in evidence:
            yield Section(f"evidence-{part.step}", part.title, (_evidence(part),), level=3)
    if report.journal:
        yield Section("journal", "Journal", (_journal(report.journal),))


def _account(report: s.ReportDocument) -> Iterator[Block]:
    status = report.status
    sending = {True: "enabled", False: "disabled", None: "not known"}[status.sending.enabled]
    review = status.review.status.replace("_", " ")
    rows = [
        ("Account", Cell(status.account.id or "not known", code=True)),
        ("Principal", Cell(status.account.arn or "", code=True)),
        ("Profile", Cell(status.account.profile or "")),
        ("Region", Cell(status.region or "not known", code=True)),
        ("Endpoint", Cell(status.account.endpoint or "not known", code=True)),
        ("Access", Cell(status.access, tone={"production": "good", "sandbox": "warn"}.get(status.access, "unknown"))),
        ("Review", Cell(review + (f", case {status.review.case_id}" if status.review.case_id else ""))),
        ("Sending", Cell(sending, tone={True: "good", False: "bad", None: "unknown"}[status.sending.enabled])),
        (
            "Enforcement",
            Cell(
                status.sending.enforcement or "not known",
                tone={"HEALTHY": "good", None: "unknown"}.get(status.sending.enforcement, "bad"),
            ),
        ),
        ("Daily sending quota", Cell(_number(status.quota.max_24_hour_send, "in 24 hours"))),
        ("Sending rate", Cell(_number(status.quota.max_send_rate, "a second"))),
        ("Sent in the last 24 hours", Cell(_number(status.quota.sent_last_24_hours, ""))),
    ]
    yield Table("account", ("Fact", "Value"), tuple((Cell(name), cell) for name, cell in rows if cell.text))


def _steps(report: s.ReportDocument) -> Table:
    headlines = {part.step: part.headline for part in report.evidence}
    return Table(
        "steps",
        ("Step", "", "State", "Where it stands", "Guide"),
        tuple(
            (
                Cell(str(number)),
                Cell(step.title),
                _state_cell(step.state),
                Cell(headlines.get(step.id, "")),
                Cell(", ".join(map(str, step.guide_steps))),
            )
            for number, step in enumerate(report.status.steps, 1)
        ),
    )


def _findings(report: s.ReportDocument) -> Iterator[Block]:
    every = [(step, finding) for step in report.status.steps for finding in step.findings]
    if not every:
        yield Paragraph("Nothing was found that stands in the way.")
    for severity in SEVERITIES:
        for step, finding in every:
            if finding.severity == severity:
                yield OutlineFinding(
                    severity,
                    step.title,
                    finding.message,
                    finding.evidence,
                    finding.remedy,
                    finding.id,
                    finding.guide_step,
                )


def _gates(gates: Sequence[s.GateDocument]) -> Iterator[Block]:
    if not gates:
        return
    yield Paragraph("A gate that is not known is not green.", "quiet")
    yield Table(
        "gates",
        ("Gate", "Light", "What was seen"),
        tuple((Cell(gate.title), _cell(gate.light), Cell(gate.why, note=gate.remedy)) for gate in gates),
    )


def _overrides(overrides: Sequence[s.OverrideDocument]) -> Iterator[Block]:
    if overrides:
        yield Table(
            "overrides",
            ("Gate", "Reason", "By", "When"),
            tuple(
                (
                    Cell(override.title),
                    Cell(override.reason or "not told"),
                    Cell(override.by or ""),
                    Cell(_time(override.at)),
                )
                for override in overrides
            ),
        )


def _records(records: Sequence[s.RecordDocument]) -> Iterator[Block]:
    if not records:
        return
    yield Table(
        "records",
        ("Purpose", "Name and type", "Expected and found", "State"),
        tuple(
            (
                Cell(record.purpose, note="" if record.required else "not required"),
                Cell(record.name, code=True, note=record.type),
                Cell(
                    "",
                    pairs=(("expected", record.expected), ("found", record.found or "nothing")),
                    note=" · ".join(filter(None, (record.source, _time(record.observed_at)))),
                ),
                Cell(
                    record.verdict,
                    tone=tone(record.verdict),
                    glyph=_SIGNS.get(tone(record.verdict), ""),
                    note=" ".join(filter(None, (record.ses_says and f"SES: {record.ses_says}.", record.fix))),
                ),
            )
            for record in records
        ),
    )


def _request(request: s.RequestDocument | None) -> Iterator[Block]:
    if request is None:
        return
    if request.edited:
        yield Paragraph("The operator replaced the written text as a whole.", "quiet")
        yield Code(request.text)
    elif request.sentences:
        yield Paragraph("Each sentence stands beside what carries it.", "quiet")
        sections: dict[str, list[OutlineSentence]] = {}
        for sentence in request.sentences:
            source = sentence.source + (f", {_time(sentence.observed_at)}" if sentence.observed_at else "")
            sections.setdefault(sentence.section, []).append(
                OutlineSentence(sentence.text, source, sentence.written_by_operator)
            )
        for title, sentences in sections.items():
            yield Prose(title, tuple(sentences))
    else:
        yield Paragraph("Nothing is written yet.")
    if request.holes:
        yield Table(
            "holes",
            ("Section", "What is missing", "Remedy"),
            tuple((Cell(hole.section), Cell(hole.message), Cell(hole.remedy)) for hole in request.holes),
        )


def _messages(messages: Sequence[s.MessageDocument]) -> Iterator[Block]:
    if not messages:
        return
    yield Table(
        "messages",
        ("Message", "Sent when", "To", "What it is", "Who says so"),
        tuple(
            (
                Cell(message.name or message.id, note=" · ".join(filter(None, (message.subject, *message.sources)))),
                Cell(message.trigger or "not known", note=message.volume),
                Cell(message.recipient or "not known", note=message.recipient_code),
                Cell(message.class_ or "not known", note=_like_marketing(message)),
                _says_so(message),
            )
            for message in messages
        ),
    )
    for message in messages:
        if message.sample:
            head = (("From", message.sender), ("To", message.recipient), ("Subject", message.subject))
            above = "\n".join(f"{name}: {text}" for name, text in head if text)
            yield Code(f"{above}\n\n{message.sample}".strip(), title=f"Sample: {message.name}")


def _like_marketing(message: s.MessageDocument) -> str:
    return f"reads like marketing: {message.reads_like_marketing}" if message.reads_like_marketing else ""


def _says_so(message: s.MessageDocument) -> Cell:
    if message.origin == "confirmed":
        by = f" by {message.confirmed_by}" if message.confirmed_by else ""
        return Cell(f"confirmed{by}", "good", "✓", note=_time(message.confirmed_at))
    if message.origin == "read":
        return Cell("read in the code")
    return Cell("proposed, not confirmed", "warn", "○", note="; ".join(message.changed))


def _declarations(declarations: Sequence[s.DeclarationDocument]) -> Table:
    return Table(
        "declarations",
        ("Statement", "Declared", "By", "When"),
        tuple(
            (
                Cell(declaration.statement),
                Cell("yes", "good", "✓") if declaration.made else Cell("not declared", "warn", "○"),
                Cell(declaration.by or ""),
                Cell(_time(declaration.at)),
            )
            for declaration in declarations
        ),
    )


def _filings(filings: Sequence[s.FilingDocument]) -> Iterator[Block]:
    if not filings:
        yield Paragraph("Nothing was sent to AWS from here.")
        return
    yield Table(
        "filings",
        ("When", "Call", "Outcome", "Result"),
        tuple(
            (
                Cell(_time(filing.created_at), note=filing.by or ""),
                Cell(filing.operation, code=True, note=filing.marker),
                Cell(filing.phase, tone(filing.phase), _SIGNS.get(tone(filing.phase), ""), note=filing.problem or ""),
                Cell(filing.result or "", note=f"request {filing.request_id}" if filing.request_id else ""),
            )
            for filing in filings
        ),
    )
    for filing in filings:
        if filing.payload:
            text = json.dumps(filing.payload, indent=2, sort_keys=True, ensure_ascii=False)
            yield Code(text, title=f"{filing.operation}, {_time(filing.created_at)}, SHA-256 {filing.sha256}")


def _guide(guide: Sequence[s.GuideStepDocument]) -> Table:
    return Table(
        "guide",
        ("No.", "Step of the guide", "What it is today", "State"),
        tuple(
            (
                Cell(str(guide_step.number)),
                Cell(guide_step.title),
                Cell(guide_step.today),
                _state_cell(guide_step.state),
            )
            for guide_step in guide
        ),
    )


def _evidence(part: s.EvidenceDocument) -> Table:
    return Table(
        "evidence",
        ("Fact", "Value", "Source"),
        tuple(
            (
                Cell(row.label, note=row.section),
                Cell(
                    row.value,
                    tone(row.mark),
                    _SIGNS.get(tone(row.mark), ""),
                    note=f"expected: {row.expected}" if row.expected else "",
                ),
                Cell(row.source, note=_time(row.observed_at)),
            )
            for row in part.rows
        ),
    )


def _journal(journal: Sequence[s.JournalLineDocument]) -> Table:
    return Table(
        "journal",
        ("When", "What", "", "By"),
        tuple(
            (Cell(_time(entry.at)), Cell(entry.kind), Cell(entry.text), Cell(entry.by or "", note=entry.where or ""))
            for entry in journal
        ),
    )


def _state_cell(state: str) -> Cell:
    return Cell(state, tone(state), GLYPHS[StepState(state)])


def _cell(word: str) -> Cell:
    return Cell(word, tone(word), _SIGNS.get(tone(word), ""))


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def _number(value: float | None, period: str | None = None) -> str:
    """Return a number of recipients; with ``period`` in words: ``200 recipients in 24 hours``."""
    if value is None:
        return "not known"
    if value == -1:
        return "unlimited"
    text = f"{value:,.10g}"
    return text if period is None else f"{text} {'recipient' if value == 1 else 'recipients'} {period}".strip()


def tally(section: Section) -> str:
    """Return how many findings a section holds, in words; ``""`` for another section."""
    count = sum(isinstance(block, OutlineFinding) for block in section.blocks)
    return plural(count, "finding") if count else ""
