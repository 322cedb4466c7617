"""The evidence sheet as plain text of at most two pages, which a mail client shows as it is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import datetime

from dlaas_onboard.report import json_schema as s
from dlaas_onboard.report.evidence_sheet import MESSAGES

LINES = 110
COLUMNS = 90
TITLE = "Evidence for our request for production access to Amazon SES"
SHORTENED = "(shortened)"
# From roomy to scarce: how many samples, lines of each, messages in the list, and characters of one statement.
_SCARCITY = (
    (5, 14, 60, 900),
    (5, 9, 40, 700),
    (4, 7, 25, 600),
    (3, 7, 16, 500),
    (2, 7, 16, 400),
    (1, 7, 16, 400),
    (1, 6, 12, 300),
    (1, 6, 9, 300),
    (0, 0, 9, 240),
    (0, 0, 6, 240),
)


def fitted(sheet: s.EvidenceSheetDocument) -> s.EvidenceSheetDocument:
    """Return the sheet so that its text has at most :data:`LINES` lines: samples and lists are shortened first."""
    for samples, lines, rows, characters in _SCARCITY:
        shorter = sheet.model_copy(
            update={
                "sections": [_shorter(section, rows, characters) for section in sheet.sections],
                "samples": [_cut_sample(sample, lines) for sample in sheet.samples[:samples]],
            }
        )
        if _length(shorter) <= LINES:
            return shorter
    while _length(shorter) > LINES and any(len(section.items) > 1 for section in shorter.sections):
        longest = max(shorter.sections, key=lambda section: len(section.items))
        longest.items.pop()
    return shorter


def plain_text(sheet: s.EvidenceSheetDocument) -> str:
    """Return a fitted sheet as text: facts with the number of their source, the sources below."""
    return "\n".join(_lines(sheet)) + "\n"


def _length(sheet: s.EvidenceSheetDocument) -> int:
    return sum(1 for _ in _lines(sheet))


def _lines(sheet: s.EvidenceSheetDocument) -> Iterator[str]:
    sources = _Sources()
    yield TITLE
    yield "=" * len(TITLE)
    about = (
        f"Account {sheet.account}" if sheet.account else "",
        f"Region {sheet.region}" if sheet.region else "",
        f"case {sheet.case_id}" if sheet.case_id else "",
        _time(sheet.generated_at),
    )
    yield from _wrapped(", ".join(filter(None, about)))
    if not sheet.endpoint_is_amazon:
        yield "A rehearsal: the answers below come from an endpoint that is not Amazon's."
    for section in sheet.sections:
        yield from ("", section.title.upper())
        for item in section.items:
            opens_a_list = _opens_a_list(item)
            text = item.text if opens_a_list else f"{item.text} {sources.number(item)}"
            yield from _wrapped(text, "" if opens_a_list else "- ")
    for number, sample in enumerate(sheet.samples, 1):
        yield from ("", f"SAMPLE {number} {sources.number(sample)}")
        for line in sample.text.split("\n"):
            yield from _wrapped(line.rstrip(), "  ") or [""]
    if sources.lines:
        yield from ("", "SOURCES")
        for number, text in enumerate(sources.lines, 1):
            yield from _wrapped(text, f"[{number}] ")


class _Sources:
    """Each source once, numbered in the order of its first use."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def number(self, item: s.EvidenceItemDocument) -> str:
        """Return ``[3]``, ``""`` for what has no source."""
        text = ", ".join(filter(None, (" ".join(item.source.split()), _time(item.observed_at))))
        if not text:
            return ""
        if text not in self.lines:
            self.lines.append(text)
        return f"[{self.lines.index(text) + 1}]"


def _wrapped(text: str, first: str = "") -> list[str]:
    return textwrap.wrap(
        text.strip(),
        COLUMNS,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_on_hyphens=False,
    )


def _shorter(section: s.EvidenceSectionDocument, rows: int, characters: int) -> s.EvidenceSectionDocument:
    items = [item.model_copy(update={"text": _cut(item.text, characters)}) for item in section.items]
    if section.title == MESSAGES and len(items) > rows:
        kept = items[:rows]
        while kept and _opens_a_list(kept[-1]):
            kept.pop()
        left = sum(not _opens_a_list(item) for item in items[len(kept) :])
        more = s.EvidenceItemDocument(text=f"And {left} more.", source="", observed_at=None)
        items = [*kept, more]
    return section.model_copy(update={"items": items})


def _opens_a_list(item: s.EvidenceItemDocument) -> bool:
    return item.text.endswith(":")


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else textwrap.shorten(text, characters, placeholder=f" {SHORTENED}")


def _cut_sample(sample: s.EvidenceItemDocument, most: int) -> s.EvidenceItemDocument:
    lines = [part for line in sample.text.split("\n") for part in (_wrapped(line, "  ") or [""])]
    if len(lines) <= most:
        return sample
    kept = [line.strip() for line in lines[: most - 1] if line.strip() != SHORTENED]
    return sample.model_copy(update={"text": "\n".join([*kept, SHORTENED])})


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""
