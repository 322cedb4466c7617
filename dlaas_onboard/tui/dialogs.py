"""The dialogs: small screens above the app. Foreign text never shares a widget with a control.

Results leave a dialog only through its buttons and keys, whose handlers are not actions: an ``[@click=…]`` link that
slipped into a text could call actions, and ``screen.dismiss(True)`` is one (docs/faults.md, "Hostile text").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Generic, NamedTuple, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, Static

from dlaas_onboard.tui.editors import Choice, LineEditor, ProseEditor
from dlaas_onboard.tui.item_list import Item, ItemList, PassFocus
from dlaas_onboard.tui.safe_text import flat, lit
from dlaas_onboard.tui.theme import DIM, KEY

R = TypeVar("R")


class Press(Widget, can_focus=True):
    """A button: the key that presses it, and a word."""

    ALLOW_SELECT = False

    class Pressed(Message):
        """It was pressed by its key, by enter or by the mouse."""

        def __init__(self, press: Press) -> None:
            super().__init__()
            self.press = press

    def __init__(self, key: str, words: str, *, name: str, main: bool = False) -> None:
        super().__init__(name=name, classes="-main" if main else None)
        self._key = key
        self._words = words

    def get_content_width(self, _container: Size, _viewport: Size) -> int:
        """Return the width of key and word."""
        return self.render().cell_length

    def render(self) -> Content:
        """Return key and word."""
        return Content.assemble((self._key, KEY), " ", flat(self._words))

    def on_key(self, event: events.Key) -> None:
        """Press on enter and space."""
        if event.key in ("enter", "space"):
            event.stop()
            self.post_message(self.Pressed(self))

    def on_click(self) -> None:
        """Press."""
        if not self.disabled:
            self.post_message(self.Pressed(self))


class Scroll(VerticalScroll, can_focus=True):
    """Text that may be longer than the dialog: the keyboard scrolls it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
    ]


class Painted(Widget):
    """Text that is laid out for the width at hand."""

    def __init__(self, paint: Callable[[int], list[Content]]) -> None:
        super().__init__()
        self._paint = paint

    def get_content_height(self, _container: Size, _viewport: Size, width: int) -> int:
        """Return the number of lines."""
        return len(self._paint(width))

    def render(self) -> Content:
        """Return the lines."""
        return Content("\n").join(self._paint(self.content_size.width))


class Dialog(ModalScreen[R], Generic[R]):
    """A dialog that closes with a result, or with ``None`` on escape."""

    AUTO_FOCUS = ""
    CSS_PATH = "dialogs.tcss"
    title_text = ""
    wide = False
    classes_of_box = ""

    def compose(self) -> ComposeResult:
        """Build the box, its title and its content."""
        with Vertical(id="dialog", classes=f"{'-wide' if self.wide else ''} {self.classes_of_box}"):
            if self.title_text:
                yield Static(lit(self.title_text), classes="title")
            yield from self.content()

    def content(self) -> Iterable[Widget]:
        """Return what stands under the title."""
        raise NotImplementedError

    def on_resize(self) -> None:
        """Give the scrolling part the room that the rest leaves: the controls always show."""
        self.call_after_refresh(self.fit)

    def fit(self) -> None:
        """Set the height of the scrolling part."""
        for scroll in self.query(Scroll):
            box = self.query_one("#dialog")
            if box.has_class("-drawer"):
                return
            others = [child for child in box.children if child is not scroll]
            used = sum(child.outer_size.height + child.styles.margin.height for child in others if child.display)
            room = (
                int(self.size.height * (1.0 if self.has_class("-short") else 0.92))
                - used
                - box.gutter.height
                - scroll.styles.margin.height
            )
            scroll.styles.height = max(3, min(scroll.virtual_size.height, room))

    def complain(self, sentence: str) -> None:
        """Say what is wrong with what was typed, ``""`` if nothing."""
        line = self.query_one(".error", Static)
        line.update(lit(sentence))
        line.set_class(bool(sentence), "-said")
        self.call_after_refresh(self.fit)

    async def action_dismiss(self, result: R | None = None) -> None:
        """Do nothing: a dialog is not closed by an action."""

    def finish(self, result: R | None) -> None:
        """Close with ``result``."""
        if self.is_current:
            self.dismiss(result)

    def on_key(self, event: events.Key) -> None:
        """Close on escape."""
        if event.key == "escape":
            event.stop()
            self.finish(None)

    @on(PassFocus)
    def move_on(self, event: PassFocus) -> None:
        """Move the focus when a list or a line hands it on."""
        event.stop()
        if event.direction > 0:
            self.focus_next()
        else:
            self.focus_previous()


class TextDialog(Dialog[None]):
    """A text to read, and to copy."""

    wide = True

    def __init__(
        self,
        title: str,
        text: str | Callable[[int], list[Content]],
        copy: str = "",
        save: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.title_text = title
        self._text = text
        self._copy = copy
        self._save = save

    def content(self) -> Iterable[Widget]:
        """Return the text and the buttons."""
        body = Static(lit(self._text)) if isinstance(self._text, str) else Painted(self._text)
        yield Scroll(body, classes="scroll")
        buttons = [Press("y", "Copy", name="copy")] if self._copy else []
        if self._save is not None:
            buttons.append(Press("w", "Write to a file", name="save"))
        yield Horizontal(*buttons, Press("esc", "Close", name="close", main=True), classes="buttons")

    def on_mount(self) -> None:
        """Let the keyboard scroll at once."""
        self.query_one(Scroll).focus()

    def on_key(self, event: events.Key) -> None:
        """Copy on y, close on escape and q."""
        if event.key == "y" and self._copy:
            event.stop()
            copy(self, self._copy)
        elif event.key == "w" and self._save is not None:
            event.stop()
            self._save()
        elif event.key in ("escape", "q"):
            event.stop()
            self.finish(None)

    def on_press_pressed(self, event: Press.Pressed) -> None:
        """Copy or close."""
        if event.press.name == "copy":
            copy(self, self._copy)
        elif event.press.name == "save" and self._save is not None:
            self._save()
        else:
            self.finish(None)


def copy(screen: Dialog[R] | Widget, text: str) -> None:
    """Put ``text`` into the clipboard through the terminal (OSC 52), and say so."""
    screen.app.copy_to_clipboard(text)
    screen.app.notify("Copied, if your terminal allows it (OSC 52).", timeout=3, markup=False)


class InputPrompt(NamedTuple):
    """One line of an :class:`AskDialog`."""

    label: str
    text: str = ""
    choices: Sequence[tuple[str, str]] = ()
    suggestions: Sequence[str] = ()
    prose: bool = False
    placeholder: str = ""


class Suggestions(Widget):
    """What a line could become, as far as it goes; right takes the first."""

    ALLOW_SELECT = False

    def __init__(self, editor: LineEditor, suggestions: Sequence[str]) -> None:
        super().__init__()
        self._editor = editor
        self._suggestions = suggestions

    def on_mount(self) -> None:
        """Follow what is typed."""
        self.watch(self._editor, "value", self._typed, init=False)

    def _typed(self) -> None:
        self.refresh()

    def render(self) -> Content:
        """Return those that begin with what was typed, or all of them where one of them stands there."""
        typed = self._editor.value
        begun = [text for text in self._suggestions if text.startswith(typed)]
        shown = self._suggestions if typed in self._suggestions else begun
        words = "  ".join(shown) if shown else "none of them begins like this"
        return flat(words, DIM).truncate(self.content_size.width, ellipsis=True)


class AskDialog(Dialog[tuple[str, ...]]):
    """Asks for a few texts. ``check`` returns what is wrong with them, ``""`` if nothing.

    Where ``decide`` is set, enter leads from each question to the next and in the end to the button: pressing it is a
    decision of its own. The first question that is asked is the one at ``start``.
    """

    def __init__(
        self,
        title: str,
        questions: Sequence[InputPrompt],
        *,
        say: str = "",
        button: str = "OK",
        check: Callable[[tuple[str, ...]], str] = lambda _: "",
        decide: bool = False,
        start: int = 0,
    ) -> None:
        super().__init__()
        self.title_text = title
        self._decide = decide
        self._start = start
        self._questions = questions
        self._say = say
        self._button = button
        self._check = check
        self._editors: list[LineEditor | ProseEditor | Choice] = []

    def content(self) -> Iterable[Widget]:
        """Return the sentence, the questions and the buttons."""
        if self._say:
            yield Static(lit(self._say), classes="prose")
        if self._decide:
            with Scroll(classes="scroll questions", can_focus=False):
                yield from self._asked()
        else:
            yield from self._asked()
        yield Static("", classes="error")
        keys = "ctrl+s" if any(question.prose for question in self._questions) and not self._decide else "enter"
        yield Horizontal(
            Press(keys, self._button, name="ok", main=True), Press("esc", "Cancel", name="cancel"), classes="buttons"
        )

    def _asked(self) -> Iterable[Widget]:
        for question in self._questions:
            editor: LineEditor | ProseEditor | Choice
            if question.choices:
                editor = Choice(question.choices, question.text)
            elif question.prose:
                editor = ProseEditor(question.text, question.placeholder)
                editor.move_cursor(editor.document.end)
            else:
                editor = LineEditor(question.text, question.placeholder)
                if question.suggestions:
                    editor.suggester = SuggestFromList(question.suggestions)
            self._editors.append(editor)
            yield Static(lit(question.label), classes="label")
            yield editor
            if question.suggestions and isinstance(editor, LineEditor):
                yield Suggestions(editor, question.suggestions)

    def on_mount(self) -> None:
        """Start at the first question that is asked."""
        self._editors[self._start].focus()

    def on_key(self, event: events.Key) -> None:
        """Go on from a choice, too, where that leads to the button; close on escape."""
        if event.key == "enter" and self._decide and isinstance(self.focused, Choice):
            event.stop()
            self.focus_next()
        else:
            super().on_key(event)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to the next question; after the last, finish or go on to the button."""
        event.stop()
        editors = [editor for editor in self._editors if isinstance(editor, LineEditor)]
        if event.input is editors[-1] and not self._decide:
            self._done()
        else:
            self.focus_next()

    def on_prose_editor_saved(self, event: ProseEditor.Saved) -> None:
        """Finish, or go on to the button."""
        event.stop()
        if self._decide:
            self.focus_next()
        else:
            self._done()

    def on_press_pressed(self, event: Press.Pressed) -> None:
        """Finish or give up."""
        if event.press.name == "ok":
            self._done()
        else:
            self.finish(None)

    def _done(self) -> None:
        texts = tuple(editor.content.strip() for editor in self._editors)
        wrong = self._check(texts)
        self.complain(wrong)
        if not wrong:
            self.finish(texts)


class Menu(ItemList):
    """A list in which one click chooses."""

    CHOOSE_ON_CLICK = True


class ListDialog(Dialog[str]):
    """A list to choose one entry from; the result is its key."""

    wide = True

    def __init__(self, title: str, items: Sequence[Item], say: str = "") -> None:
        super().__init__()
        self.title_text = title
        self._items = items
        self._say = say

    def content(self) -> Iterable[Widget]:
        """Return the list and what the entry under the cursor means."""
        if self._say:
            yield Static(lit(self._say), classes="prose")
        self._rows = Menu()
        yield Scroll(self._rows, classes="scroll")
        yield Horizontal(
            Press("enter", "Do it", name="ok", main=True), Press("esc", "Close", name="cancel"), classes="buttons"
        )

    def on_mount(self) -> None:
        """Start at the first entry."""
        self.query_one(Scroll).can_focus = False
        self._rows.show(self._items)
        self._rows.enter_from(1)

    def on_item_list_chosen(self, event: ItemList.Chosen) -> None:
        """Close with the entry."""
        event.stop()
        self.finish(event.item.key)

    def on_press_pressed(self, event: Press.Pressed) -> None:
        """Close with the entry under the cursor, or without."""
        current = self._rows.current
        self.finish(current.key if event.press.name == "ok" and current is not None else None)
