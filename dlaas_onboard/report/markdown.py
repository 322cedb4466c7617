"""The report in Markdown (CommonMark with GitHub's tables); every text is escaped, so it reads as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dlaas_onboard.report import outline as o

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#+\-.!|~()&:@=$^/]")


def escape(text: str) -> str:
    """Return ``text`` so that a Markdown renderer shows exactly it, on one line, without links or images."""
    # A backslash keeps ASCII punctuation literal (CommonMark 2.4): "https\\://" and "a\\@b" are no autolinks either.
    return _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))


def code(text: str) -> str:
    """Return ``text`` as a fenced block whose fence is longer than any run of back-ticks in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def markdown(document: o.Outline, digest: str) -> str:
    """Return the report as Markdown; ``digest`` is the SHA-256 of the JSON report."""
    return "\n\n".join(_parts(document, digest)) + "\n"


def _parts(document: o.Outline, digest: str) -> Iterator[str]:
    verdict = document.verdict
    yield f"# {escape(document.title)}"
    yield f"{escape(document.subject)}"
    if document.warning:
        yield f"> **{escape(document.warning)}**"
    yield f"## {escape(verdict.state)}"
    yield escape(verdict.sentence)
    yield " · ".join(f"**{escape(figure)}** {escape(word)}" for figure, word in verdict.figures)
    yield "  \n".join(f"{escape(name)}: {escape(value)}" for name, value in document.meta)
    for section in document.sections:
        yield f"{'#' * section.level} {escape(section.title)}"
        severity = ""
        for block in section.blocks:
            if isinstance(block, o.OutlineFinding) and block.severity != severity:
                severity = block.severity
                yield f"### {o.SEVERITIES[severity]}"
            yield _block(block)
    yield "---"
    yield f"SHA\\-256 of the JSON report for the same audience: {code_span(digest)}"


def _block(block: o.Block) -> str:
    if isinstance(block, o.Paragraph):
        return escape(block.text)
    if isinstance(block, o.Code):
        return (f"{escape(block.title)}\n\n" if block.title else "") + code(block.text)
    if isinstance(block, o.Table):
        return _table(block)
    if isinstance(block, o.Prose):
        lines = [f"**{escape(block.title)}**", ""]
        for sentence in block.sentences:
            mine = " (the operator's words)" if sentence.mine else ""
            lines.append(
                f"- {escape(sentence.text)} <br>*{escape(sentence.source + mine)}*"
                if sentence.source
                else f"- {escape(sentence.text)}"
            )
        return "\n".join(lines)
    lines = [f"- **{escape(block.message)}** ({escape(block.where)})"]
    if block.evidence:
        lines.append(f"  - Evidence: {escape(block.evidence)}")
    if block.remedy:
        lines.append(f"  - Remedy: {escape(block.remedy)}")
    return "\n".join(lines)


def _table(table: o.Table) -> str:
    lines = [_line([escape(column) for column in table.columns]), _line(["---"] * len(table.columns))]
    lines += [_line([_cell(cell) for cell in row]) for row in table.rows]
    return "\n".join(lines)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: o.Cell) -> str:
    text = " ".join(filter(None, (cell.glyph, escape(cell.text))))
    text += "<br>".join(f"{escape(word)}: {escape(value)}" for word, value in cell.pairs)
    return f"{text}<br>{escape(cell.note)}" if cell.note else text


def code_span(text: str) -> str:
    """Return ``text``, which holds no back-tick, as code."""
    return f"`{text}`"
