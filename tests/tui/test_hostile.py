"""Hostile text is shown as text: it presses nothing, crashes nothing, and no control byte reaches the terminal."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import pexpect
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events

from dlaas_onboard.journey.situation.fields import BY_ID as FIELDS
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.tui.confirm_dialog import ConfirmDialog
from dlaas_onboard.tui.safe_text import fit, lit, wrap
from tests.tui.conftest import Opener
from tests.tui.hostile import HOSTILE, MARKUP, onboarding

ROOT = Path(__file__).parents[2]
# What Textual itself sends: modes, colours, moves, queries, the kitty keyboard, the pointer's shape.
OWN = re.compile(
    rb"\x1b\[[?<>=]?[0-9;:]*[ $]?[A-Za-z]|\x1b[78=>]|\x1bP\+q[0-9a-f]*\x1b\\|\x1b\]11;\?\x1b\\|\x1b\]22;[a-z-]*\x07"
)


async def test_every_slot_shows_it_literally(opened: Opener) -> None:
    async with opened(onboarding(), size=(120, 60)) as screen:
        for step in StepId:
            screen.app.action_open(step.value)
            await screen.rest()
            assert "[@click" in screen.text
            assert "\x1b" not in screen.text
            for _ in range(2):
                await screen.pilot.press("down")
            assert len(screen.app.screen_stack) == 1
        assert screen.onboarding.acted == []
        assert screen.onboarding.entered == []


async def test_it_presses_nothing_in_a_confirmation(opened: Opener) -> None:
    async with opened(onboarding(), size=(80, 24)) as screen:
        await screen.press("2", "v")
        await screen.rest(lambda: isinstance(screen.app.screen, ConfirmDialog))
        for y, line in enumerate(screen.text.split("\n")):
            for match in re.finditer("yes", line):
                await screen.pilot.click(offset=(match.start() + 1, y))
        await screen.rest()
        assert isinstance(screen.app.screen, ConfirmDialog)
        assert screen.onboarding.acted == []


async def test_palette_help_calls_and_toast_show_it_literally(opened: Opener) -> None:
    async with opened(onboarding()) as screen:
        await screen.press("ctrl+p")
        await screen.press(*"click")
        await screen.pilot.pause(0.3)
        assert "[@click" in screen.text
        await screen.press("escape", "question_mark")
        assert "[@click" in screen.text
        await screen.press("escape", "2", "t")
        assert "[INFO]" in screen.text
        await screen.press("f9")
        assert "[@click" in screen.text
        assert screen.onboarding.count("play") == 0


@pytest.mark.parametrize("field", ["website_url", "bounce_process"])
async def test_what_is_pasted_is_cleaned(opened: Opener, field: str) -> None:
    async with opened() as screen:
        screen.app.go_to_field(FIELDS[field])
        await screen.rest(lambda: field in screen.app.pane.fields)
        editor = screen.app.pane.fields[field].editor
        await screen.rest(lambda: screen.app.focused is editor)
        screen.app.post_message(events.Paste("a\x1b]52;c;eA==\x07b"))
        await screen.rest(lambda: bool(editor.content))
        assert editor.content == "a␛]52;c;eA==␇b"


async def test_lines_that_are_pasted_stay_lines_as_terminals_send_them(opened: Opener) -> None:
    async with opened() as screen:
        screen.app.go_to_field(FIELDS["first_headers"])
        await screen.rest(lambda: "first_headers" in screen.app.pane.fields)
        editor = screen.app.pane.fields["first_headers"].editor
        await screen.rest(lambda: screen.app.focused is editor)
        screen.app.post_message(events.Paste("a\rb\r\nc\nd"))
        await screen.rest(lambda: bool(editor.content))
        assert editor.content == "a\nb\nc\nd"


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is needed")
def test_no_control_byte_of_theirs_reaches_the_terminal() -> None:
    child = pexpect.spawn(
        sys.executable, ["-m", "tests.tui.hostile"], cwd=str(ROOT), dimensions=(50, 160), timeout=20,
        env={"TERM": "xterm-256color", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"},
    )  # fmt: skip
    out = b""

    def read_for(seconds: float) -> None:
        nonlocal out
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                out += child.read_nonblocking(65536, timeout=0.1)
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                return

    end = time.monotonic() + 15
    while b"[@click" not in out and time.monotonic() < end:
        read_for(0.2)
    for key in "1234567890-":
        child.send(key)
        read_for(0.15)
    for keys in ("?", "\x1b", "l", "\x1b"):
        child.send(keys)
        read_for(0.3)
    child.send("q")
    read_for(0.5)
    child.close(force=True)
    assert out.count(b"[@click") > 10
    left = OWN.sub(b"", out)
    assert b"\x1b" not in left, left[max(0, left.find(b"\x1b") - 40) :][:120]
    text = left.decode()
    assert not re.search("[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e\u200b]", text)
    assert "␛]52;c;ZXZpbA==" in text


@given(st.text(max_size=200), st.integers(1, 60))
@settings(max_examples=150, deadline=None)
def test_what_is_fitted_and_wrapped_stays_in_its_width(text: str, width: int) -> None:
    assert fit(text, width).cell_length == width
    for line in wrap(text, width, limit=3):
        assert line.cell_length <= width
    assert len(wrap(text, width, limit=3)) <= 3
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", lit(text).plain)


def test_the_fixture_attacks() -> None:
    assert MARKUP in HOSTILE
    assert "\x1b]52" in HOSTILE
