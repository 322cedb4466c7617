"""What a field is edited with: a line, prose, a choice, a tick. What is pasted is cleaned before it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from dlaas_onboard.journey.text import clean
from dlaas_onboard.tui.item_list import PassFocus
from dlaas_onboard.tui.safe_text import flat


class LineEditor(Input):
    """One line of text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "leave(1)", "Next", show=False),
        Binding("up", "leave(-1)", "Previous", show=False),
    ]

    def __init__(self, text: str = "", placeholder: str = "") -> None:
        super().__init__(clean(text, multiline=False), placeholder=placeholder, compact=True, select_on_focus=False)

    def _on_paste(self, event: events.Paste) -> None:
        """Clean what is pasted; the handler of the base class, which Textual calls next, inserts it."""
        event.text = clean(event.text.strip("\r\n"))

    def action_leave(self, direction: int) -> None:
        """Hand the focus on."""
        self.post_message(PassFocus(direction))

    @property
    def content(self) -> str:
        """Return what was typed."""
        return self.value

    def put(self, text: str) -> None:
        """Show ``text``."""
        self.value = clean(text, multiline=False)


class ProseEditor(TextArea):
    """Several lines of prose."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", "Save", show=False)]

    class Saved(Message):
        """The operator asked to save."""

        def __init__(self, editor: ProseEditor) -> None:
            super().__init__()
            self.editor = editor

    def __init__(self, text: str = "", placeholder: str = "") -> None:
        super().__init__(
            clean(text, limit=100_000), soft_wrap=True, tab_behavior="focus", compact=True, placeholder=placeholder
        )
        self.highlight_cursor_line = False

    async def _on_paste(self, event: events.Paste) -> None:
        """Clean what is pasted; the handler of the base class, which Textual calls next, inserts it."""
        # Terminals send the line feeds of what is pasted as carriage returns.
        event.text = clean(event.text.replace("\r\n", "\n").replace("\r", "\n"), limit=100_000)

    def action_save(self) -> None:
        """Save now."""
        self.post_message(self.Saved(self))

    def action_cursor_up(self, select: bool = False) -> None:
        """Move up; from the first line on, hand the focus on."""
        if not select and self.cursor_at_first_line:
            self.post_message(PassFocus(-1))
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """Move down; from the last line on, hand the focus on."""
        if not select and self.cursor_at_last_line:
            self.post_message(PassFocus(1))
        else:
            super().action_cursor_down(select)

    @property
    def content(self) -> str:
        """Return what was typed."""
        return self.text

    def put(self, text: str) -> None:
        """Show ``text``."""
        self.load_text(clean(text, limit=100_000))


class Choice(Widget, can_focus=True):
    """One of a few, beside each other, or under each other where there is no room. Nothing is chosen in advance."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "turn(1)", "Next", show=False),
        Binding("left", "turn(-1)", "Previous", show=False),
        Binding("down,j", "leave(1)", "Down", show=False),
        Binding("up,k", "leave(-1)", "Up", show=False),
    ]

    class Changed(Message):
        """Another one was chosen."""

        def __init__(self, choice: Widget) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, choices: Sequence[tuple[str, str]], chosen: str = "") -> None:
        super().__init__()
        self._choices = choices
        self._chosen = chosen

    @property
    def content(self) -> str:
        """Return the value that is chosen, ``""`` where none is."""
        return self._chosen

    def put(self, text: str) -> None:
        """Show ``text`` as chosen."""
        if text != self._chosen:
            self._chosen = text
            self.refresh()

    def _parts(self) -> list[Content]:
        return [
            flat(f"(•) {words}" if value == self._chosen else f"( ) {words}", "bold" if value == self._chosen else "")
            for value, words in self._choices
        ]

    def _wide(self, width: int) -> bool:
        return sum(part.cell_length + 3 for part in self._parts()) <= width

    def get_content_height(self, _container: Size, _viewport: Size, width: int) -> int:
        """Return 1 where the choices fit beside each other."""
        return 1 if self._wide(width) else len(self._choices)

    def render(self) -> Content:
        """Return the choices."""
        return Content("   " if self._wide(self.content_size.width) else "\n").join(self._parts())

    def action_turn(self, by: int) -> None:
        """Choose the next one."""
        values = [value for value, _ in self._choices]
        index = values.index(self._chosen) if self._chosen in values else -1 if by > 0 else 0
        self.put(values[(index + by) % len(values)])
        self.post_message(self.Changed(self))

    def action_leave(self, direction: int) -> None:
        """Hand the focus on."""
        self.post_message(PassFocus(direction))

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        place = event.get_content_offset(self)
        if place is None:
            return
        x = 0
        for row, ((value, _), part) in enumerate(zip(self._choices, self._parts(), strict=True)):
            hit = x <= place.x < x + part.cell_length if self._wide(self.content_size.width) else row == place.y
            if hit:
                self.put(value)
                self.post_message(self.Changed(self))
            x += part.cell_length + 3


class Tick(Widget, can_focus=True):
    """A declaration: empty until the operator ticks it."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "tick", "Tick", show=False),
        Binding("down,j", "leave(1)", "Down", show=False),
        Binding("up,k", "leave(-1)", "Up", show=False),
    ]

    def __init__(self, statement: str, text: str = "") -> None:
        super().__init__()
        self._statement = statement
        self._on = text == "yes"

    @property
    def content(self) -> str:
        """Return ``yes`` or ``""``."""
        return "yes" if self._on else ""

    def put(self, text: str) -> None:
        """Show whether it is ticked."""
        if (text == "yes") != self._on:
            self._on = text == "yes"
            self.refresh()

    def render(self) -> Content:
        """Return the box and the statement."""
        box = ("[✓]", "bold $text-success") if self._on else ("[ ]", "bold")
        return Content.assemble(box, " ", flat(self._statement, "bold"))

    def action_tick(self) -> None:
        """Tick, or take the tick away."""
        self._on = not self._on
        self.refresh()
        self.post_message(Choice.Changed(self))

    def action_leave(self, direction: int) -> None:
        """Hand the focus on."""
        self.post_message(PassFocus(direction))

    def on_click(self) -> None:
        """Tick."""
        self.action_tick()


Editor = LineEditor | ProseEditor | Choice | Tick
