"""The last stop before a write: what goes where, as whom, exactly, and what cannot be undone."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from dlaas_onboard.tui.context_bar import SessionContext
from dlaas_onboard.tui.dialogs import Dialog, Painted, Press, Scroll, copy
from dlaas_onboard.tui.editors import LineEditor
from dlaas_onboard.tui.safe_text import flat, indented, lit, wrap
from dlaas_onboard.tui.sent_items import json_line
from dlaas_onboard.tui.theme import DIM

if TYPE_CHECKING:
    from dlaas_onboard.onboarding import Prepared


_CHANGED = {"+": "$text-success", "-": "$text-error", "@": DIM}


def _previewed(text: str, width: int) -> list[Content]:
    """Return a text as it is, with what a comparison took out and put in told by sign and colour."""
    lines: list[Content] = []
    compared = False
    for part in text.split("\n"):
        compared = compared or part.startswith("--- what you sent")
        lines += wrap(part, width, _CHANGED.get(part[:1], "") if compared else "") or [Content("")]
    return lines


class ConfirmDialog(Dialog[str]):
    """Closes with ``"yes"`` or the typed digits once the operator confirmed, with ``None`` otherwise."""

    wide = True
    classes_of_box = "-danger"
    # A key that was pressed for the screen before must not send anything.
    armed_after: ClassVar[float] = 0.3

    def __init__(self, prepared: Prepared, where: SessionContext) -> None:
        super().__init__()
        self._prepared = prepared
        self._where = where
        self._digits = prepared.action.confirm.value == "digits"
        self._since = monotonic()
        self.title_text = prepared.action.title

    def content(self) -> Iterable[Widget]:
        """Return where it goes, the calls, what is final, and the controls, each in its own widget."""
        yield Static(self._place(), classes="prose")
        yield Scroll(Painted(self._calls), classes="scroll")
        if self._prepared.action.final:
            yield Static(lit(f"! Cannot be undone: {self._prepared.action.final}"), classes="final")
        if self._digits:
            label = "Type the last four digits of the account to send it; pgup and pgdn scroll the text:"
            yield Static(label, classes="label", markup=False)
            yield LineEditor(placeholder="four digits")
            yield Static("", classes="error")
        keys = "enter" if self._digits else "y"
        yield Horizontal(
            Press(keys, "Send", name="send", main=True),
            Press("c" if not self._digits else "^y", "Copy the AWS CLI command", name="copy"),
            Press("esc", "Cancel", name="cancel"),
            classes="buttons",
        )

    def on_mount(self) -> None:
        """Start at the digits, or where enter does no harm."""
        self._since = monotonic()
        if self._digits:
            self.query_one(LineEditor).focus()
        else:
            self.query_one(Scroll).focus()

    def _place(self) -> Content:
        where = self._where
        endpoint = where.endpoint if where.amazon else f"{where.endpoint}   not Amazon"
        rows = (
            ("Account", where.account or "unknown", "bold"),
            ("Region", where.region, "bold"),
            ("Endpoint", endpoint, "" if where.amazon else "bold $text-error"),
            ("Principal", where.arn or "unknown", ""),
        )
        return Content("\n").join(
            [Content.assemble((f"{label:<10}", DIM), flat(value, style)) for label, value, style in rows]
        )

    def _calls(self, width: int) -> list[Content]:
        lines: list[Content] = []
        if self._prepared.afterwards:
            lines.append(Content.styled("Afterwards:", DIM))
            for sentence in self._prepared.afterwards:
                lines += indented(f"· {sentence}", width, 2)
            lines.append(Content(""))
        if self._prepared.action.about:
            lines += [*wrap(self._prepared.action.about, width), Content("")]
        if self._prepared.preview:
            lines += [*_previewed(self._prepared.preview, width), Content("")]
        if self._prepared.preview and self._prepared.attached is None:
            lines += [Content.styled("The calls:", DIM), Content("")]
        if self._prepared.attached is not None:
            lines += [Content.styled("The attachment, whole:", DIM), Content("")]
            for part in self._prepared.attached.text.split("\n"):
                lines += wrap(part, width) or [Content("")]
            lines += [Content(""), Content.styled("The calls:", DIM), Content("")]
        for call in self._prepared.calls:
            lines.append(flat(call.name + (f"  in {call.region}" if call.region else ""), "bold"))
            for part in call.payload.split("\n"):
                lines.extend(json_line(part, width))
            lines.append(Content(""))
        lines.append(Content.styled("The same with the AWS CLI:", DIM))
        for command in self._prepared.cli:
            lines += wrap(command, width)
        lines += [Content(""), *wrap(f"sha256 {self._prepared.sha256}", width, DIM)]
        return lines

    def on_key(self, event: events.Key) -> None:
        """Send on y where no digits are asked for; copy; give up on escape."""
        if event.key == "escape":
            event.stop()
            self.finish(None)
        elif event.key in ("pageup", "pagedown"):
            event.stop()
            text = self.query_one(Scroll)
            text.scroll_page_up(animate=False) if event.key == "pageup" else text.scroll_page_down(animate=False)
        elif event.key == "y" and not self._digits:
            event.stop()
            self._send()
        elif event.key == ("ctrl+y" if self._digits else "c"):
            event.stop()
            copy(self, "\n".join(self._prepared.cli))

    def on_press_pressed(self, event: Press.Pressed) -> None:
        """Send, copy or give up."""
        if event.press.name == "send":
            self._send()
        elif event.press.name == "copy":
            copy(self, "\n".join(self._prepared.cli))
        else:
            self.finish(None)

    @on(Input.Submitted)
    def digits_typed(self, event: Input.Submitted) -> None:
        """Send on enter in the digits."""
        event.stop()
        self._send()

    def _send(self) -> None:
        if monotonic() - self._since < self.armed_after:
            return
        if not self._digits:
            self.finish("yes")
            return
        typed = self.query_one(LineEditor).value.strip()
        if len(self._where.account) < 4 or typed != self._where.account[-4:]:
            self.complain(f"These are not the last four digits of {self._where.account or 'the account'}.")
            return
        self.finish(typed)
