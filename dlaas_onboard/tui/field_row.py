"""One field: its label, its editor, and under it where the value comes from or what is wrong with it."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.css.query import NoMatches
from textual.message import Message
from textual.widgets import Input, Static

from dlaas_onboard.journey.situation.fields import Field, FieldKind
from dlaas_onboard.journey.situation.inputs import Input as Resolved
from dlaas_onboard.tui.editors import Choice, Editor, LineEditor, ProseEditor, Tick
from dlaas_onboard.tui.item_list import PassFocus
from dlaas_onboard.tui.safe_text import flat
from dlaas_onboard.tui.theme import DIM

HOW = {
    FieldKind.CHOICE: "space or ← → chooses",
    FieldKind.SWITCH: "space or ← → chooses",
    FieldKind.LINES: "ctrl+s or leaving the field saves",
    FieldKind.DECLARATION: "space declares it; who and when is recorded",
}
YES_NO = (("yes", "Yes"), ("no", "No"))


class FieldRow(Vertical):
    """A field of the form. It says *saved* only after the store did."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave the field", show=False)]

    class Entered(Message):
        """The operator finished an entry: to be saved."""

        def __init__(self, row: FieldRow, text: str) -> None:
            super().__init__()
            self.row = row
            self.text = text

    class Focused(Message):
        """The operator came to this field."""

        def __init__(self, row: FieldRow) -> None:
            super().__init__()
            self.row = row

    def __init__(self, field: Field, resolved: Resolved) -> None:
        super().__init__(classes=f"field -{field.kind.value}")
        self.field = field
        self._resolved = resolved
        self._sent: str | None = None  # what is on its way to the store
        self._error = ""
        self._saved = False
        self.editor: Editor = _editor(field, resolved.text)
        self._untouched = self.editor.content  # as the editor shows what is settled: cleaned

    def compose(self) -> ComposeResult:
        """Build the label, the editor and the note."""
        if self.field.kind != FieldKind.DECLARATION:
            yield Static(flat(self.field.label), classes="label")
        yield self.editor
        yield Static(self._note(), classes="note")

    @property
    def how(self) -> str:
        """Return how a value is entered here."""
        return HOW.get(self.field.kind, "enter or leaving the field saves")

    @property
    def dirty(self) -> bool:
        """Whether what stands in the editor is neither saved nor on its way."""
        return self.editor.content != (self._untouched if self._sent is None else self._sent)

    def resolve(self, resolved: Resolved) -> None:
        """Take over the value from outside, unless the operator is typing."""
        keep = self.dirty or self._sent is not None
        changed = resolved != self._resolved
        self._resolved = resolved
        if changed and not keep:
            if resolved.text != self.editor.content:  # the same text put again would move the cursor
                self.editor.put(resolved.text)
            self._untouched = self.editor.content
        if changed:
            self._tell()

    def commit(self) -> None:
        """Hand what was typed on to be saved, if it differs."""
        if self.dirty:
            text = self.editor.content
            self._sent = text
            self._saved = False
            self._error = ""
            self._tell()
            self.post_message(self.Entered(self, text))

    def acknowledge(self, text: str, error: str) -> None:
        """Say that ``text`` is saved, and what is wrong with it."""
        if self._sent == text:
            self._sent = None
        self._resolved = Resolved(text, "you" if text else "", "")
        self._untouched = text
        self._saved = True
        self._error = error
        self._tell()

    def refuse(self, text: str) -> None:
        """Say that it could not be saved."""
        self._sent = None
        self._saved = False
        self._error = text
        self._tell()

    def _note(self) -> Content:
        if self._sent is not None:
            return Content.styled("saving…", DIM)
        if self._error:
            kept = ("  ✓ kept as typed", DIM) if self._saved else ("", "")
            return Content.assemble(flat(f"✗ {self._error}", "$text-error"), kept)
        resolved = self._resolved
        if resolved.origin == "you":
            by = resolved.source if self.field.kind != FieldKind.DECLARATION else f"declared: {resolved.source}"
            return Content.assemble(("✓ saved", "$text-success"), flat(f" · {by}" if resolved.source else "", DIM))
        if resolved.origin == "default":
            return flat(f"offered as the default · {self.field.help}", DIM)
        if resolved.text:
            return flat(f"from {resolved.source or resolved.origin}", DIM)
        help_ = flat(self.field.help, DIM)
        return Content.assemble(("not declared · ", DIM), help_) if self.field.kind == FieldKind.DECLARATION else help_

    def _tell(self) -> None:
        self.set_class(bool(self._error), "-wrong")
        try:
            self.query_one(".note", Static).update(self._note())
        except NoMatches:
            return  # not composed yet: compose() says it

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save on enter, and go on."""
        event.stop()
        self.commit()
        self.post_message(PassFocus(1))

    def on_prose_editor_saved(self, event: ProseEditor.Saved) -> None:
        """Save when asked to."""
        event.stop()
        self.commit()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Save at once: a choice has no half-typed state."""
        event.stop()
        self.commit()

    def on_descendant_blur(self, _event: events.DescendantBlur) -> None:
        """Save when the field is left."""
        self.remove_class("-here")
        self.commit()

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """Say where we are."""
        self.add_class("-here")
        self.post_message(self.Focused(self))

    def action_leave(self) -> None:
        """Leave the field; what was typed is saved."""
        self.post_message(FieldLeft(self))


class FieldLeft(Message):
    """The operator left a field with escape."""

    def __init__(self, row: FieldRow) -> None:
        super().__init__()
        self.row = row


def _editor(field: Field, text: str) -> Editor:
    if field.kind == FieldKind.CHOICE:
        return Choice(field.choices, text)
    if field.kind == FieldKind.SWITCH:
        return Choice(YES_NO, text)
    if field.kind == FieldKind.DECLARATION:
        return Tick(field.label, text)
    if field.kind == FieldKind.LINES:
        return ProseEditor(text, field.placeholder)
    return LineEditor(text, field.placeholder)
