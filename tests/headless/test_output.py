"""The two writers: nothing leaves with a control byte, nothing fails on a narrow encoding."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlaas_onboard.headless import diagnostics, output

CONTROL = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - {"\n"}
WRITERS: dict[str, Callable[[str], None]] = {
    "write": output.write,
    "prompt": output.prompt,
    "document": output.document,
    "say": diagnostics.say,
}
ANY = st.text(st.characters(codec=None, categories=None), max_size=60)


def _written(write: str, text: str, encoding: str) -> str:
    """Return what reaches a terminal of that encoding."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    name = "stdout" if write != "say" else "stderr"
    before = getattr(sys, name)
    setattr(sys, name, stream)
    try:
        WRITERS[write](text)
    finally:
        setattr(sys, name, before)
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
@pytest.mark.parametrize("write", ["write", "prompt", "document", "say"])
@given(text=ANY)
def test_no_control_byte_leaves(write: str, encoding: str, text: str) -> None:
    shown = _written(write, text, encoding)
    assert not CONTROL & set(shown)
    if write == "say":
        assert shown.count("\n") == 1


@given(text=ANY)
def test_json_is_ascii_and_unchanged(text: str) -> None:
    shown = _written("document", text, "ascii")
    assert shown.isascii()
    assert json.loads(shown) == text


def test_a_long_text_is_written_whole() -> None:
    assert _written("write", "x" * 50_000, "utf-8") == "x" * 50_000 + "\n"


@given(rows=st.lists(st.tuples(ANY, ANY), max_size=5))
def test_columns_stand_under_each_other(rows: list[tuple[str, str]]) -> None:
    lines = output.table([(first.replace("|", ""), second.replace("|", ""), "|") for first, second in rows])
    assert len(lines) == len(rows)
    assert len({line.index("|") for line in lines}) <= 1


def test_folding_keeps_a_records_value_in_one_piece() -> None:
    value = "v=DMARC1;p=none;rua=mailto:" + "x" * 120
    folded = output.fold(f"Publish it: {value}", first="  ", then="    ")
    assert value in folded
    assert all(line.startswith("  ") for line in folded.splitlines())
