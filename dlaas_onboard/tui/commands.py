"""What the app's keys stand for: each command by its name, the same for a key, the footer and the palette."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.command import CommandPalette

from dlaas_onboard.journey.sending_errors import explain
from dlaas_onboard.journey.step_registry import BY_ID
from dlaas_onboard.tui import prompts
from dlaas_onboard.tui.calls_drawer import CallsDrawer
from dlaas_onboard.tui.dialogs import AskDialog, InputPrompt, TextDialog
from dlaas_onboard.tui.explanation_lines import explanation_lines
from dlaas_onboard.tui.journal_drawer import JournalDrawer
from dlaas_onboard.tui.palette import Commands
from dlaas_onboard.tui.step_help import lines

if TYPE_CHECKING:
    from dlaas_onboard.tui.app_protocol import AppCommands


def _help(app: AppCommands) -> None:
    """Explain the open step and its keys."""
    if len(app.screen_stack) > 1:
        return
    step, offers = BY_ID[app.open_step], app.offers
    app.push_screen(TextDialog(f"{step.number}  {step.title}", lambda width: lines(step.id, offers, width)))


def _calls(app: AppCommands) -> None:
    """List every call on the wire."""
    app.push_screen(CallsDrawer(app.onboarding.calls))


def _journal(app: AppCommands) -> None:
    """List everything that happened."""
    if len(app.screen_stack) > 1:
        return

    def show(events: Any, error: Exception | None) -> None:
        app.fail(error)
        if error is None:
            app.push_screen(JournalDrawer(events))

    app.background.run(app.onboarding.chronicle, show)


def _explain(app: AppCommands) -> None:
    """Ask for an error that SES answered somewhere, and say what it means in this account."""

    def wrong(texts: tuple[str, ...]) -> str:
        view = app.current_view
        known = view is not None and explain(texts[0], view.situation)
        return "" if known else "No error of SES is recognised in it: paste all of it, with its code and its words."

    def answered(texts: tuple[str, ...] | None) -> None:
        view = app.current_view
        if texts is not None and view is not None:
            explanations = explain(texts[0], view.situation)
            app.push_screen(TextDialog("What the error means here", partial(explanation_lines, explanations)))

    say = "As your service or its log has it. Nothing is sent, and it is not kept."
    question = InputPrompt("The error of SES", prose=True)
    app.push_screen(AskDialog("Explain an error", [question], say=say, button="Explain", check=wrong), answered)


def _palette(app: AppCommands) -> None:
    """List everything that can be done."""
    if len(app.screen_stack) == 1:
        app.push_screen(CommandPalette(providers=[Commands], id="--command-palette"))


COMMANDS: Mapping[str, Callable[[AppCommands], object]] = {
    "help": _help,
    "calls": _calls,
    "explain": _explain,
    "journal": _journal,
    "palette": _palette,
    "place": prompts.place,
    "jump": prompts.jump,
    "edit": prompts.sentence,
    "override": prompts.override,
    "rehearsal": prompts.choose_rehearsal_event,
    "cli": prompts.cli,
    "leave": prompts.leave,
}
