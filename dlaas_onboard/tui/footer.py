"""The footer: at most seven keys, those that matter for what has the focus and what can be done in the open step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual import events
from textual.content import Content
from textual.widget import Widget

from dlaas_onboard.tui.rail import Rail
from dlaas_onboard.tui.safe_text import flat
from dlaas_onboard.tui.theme import KEY

if TYPE_CHECKING:
    from dlaas_onboard.tui.app_protocol import AppCommands

MOST = 7
LITTLE = 5  # a hint of this rank goes before any title is cut


class Hint(NamedTuple):
    """A key, what it does in a word or two, and the same for the mouse."""

    key: str
    words: str
    press: Callable[[], object]
    rank: int = 5  # what has the highest goes first where there is no room


class KeyBar(Widget):
    """One line of keys; where there is no room, long titles are cut, then what matters least is left out."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._hints: Sequence[Hint] = ()
        self._said: list[tuple[str, str]] = []
        self._places: list[tuple[int, int, Hint]] = []

    def say(self, hints: Sequence[Hint]) -> None:
        """Show ``hints``."""
        said = [(hint.key, hint.words) for hint in hints]
        self._hints = hints
        if said != self._said:
            self._said = said
            self.refresh()

    def render(self) -> Content:
        """Return the line."""
        width = self.content_size.width
        hints = self.fitting(width)
        self._places = []
        parts: list[Content] = []
        x = 0
        for hint in hints:
            part = Content.assemble(flat(hint.key, KEY), " ", flat(hint.words))
            self._places.append((x, x + part.cell_length, hint))
            parts.append(part)
            x += part.cell_length + 3
        return Content("   ").join(parts).truncate(width, ellipsis=True)

    def fitting(self, width: int) -> list[Hint]:
        """Return the hints that ``width`` cells have room for, long titles cut where that saves one."""
        hints = list(self._hints)
        while len(hints) > MOST:
            hints.remove(max(hints, key=lambda hint: hint.rank))
        while hints and _width(hints) > width and max(hint.rank for hint in hints) >= LITTLE:
            hints.remove(max(hints, key=lambda hint: hint.rank))
        if _width(hints) > width:
            hints = [hint._replace(words=short(hint.words)) for hint in hints]
        while hints and _width(hints) > width:
            hints.remove(max(hints, key=lambda hint: hint.rank))
        return hints

    def on_click(self, event: events.Click) -> None:
        """Do what the key under the mouse does."""
        place = event.get_content_offset(self)
        for start, end, hint in self._places:
            if place is not None and start <= place.x < end:
                hint.press()
                return


def short(title: str, most: int = 20) -> str:
    """Return a title that fits the footer, cut between words where that leaves enough of it."""
    if len(title) <= most:
        return title
    cut = title[: most - 1]
    whole = cut.rpartition(" ")[0]
    return (whole if len(whole) > most // 2 else cut).rstrip() + "…"


def _width(hints: Sequence[Hint]) -> int:
    return sum(len(hint.key) + 1 + len(hint.words) for hint in hints) + 3 * (len(hints) - 1)


def hints(app: AppCommands) -> list[Hint]:
    """Return the keys that matter where the focus is, those of the open step next, the app's own last.

    What cannot be done now is not among them: the pane names it with its reason.
    """
    out = [*_here(app), *_actions(app)]
    if app.options.rehearsal:
        out.append(Hint("f9", "rehearsal", partial(app.action_do, "rehearsal"), rank=2))
    view = app.current_view
    if view is not None and view.judgement.first_step != app.open_step:
        out.append(Hint("n", "next", app.action_onward, rank=4))
    out += [
        Hint("^r", "look", app.action_look, rank=6),
        Hint("^p", "palette", app.action_command_palette, rank=1),
        Hint("?", "help", partial(app.action_do, "help"), rank=0),
        Hint("q", "quit", app.quit_soon, rank=0),
    ]
    return out


def _here(app: AppCommands) -> list[Hint]:
    focused, item = app.focused, app.current_item
    if isinstance(focused, Rail):
        return [Hint("enter", "open", focused.action_choose, rank=5)]
    if item is None:
        return [Hint("esc", "leave", app.rail.focus, rank=2)] if focused is not None else []
    out = [Hint(key, command, partial(app.action_do, command), rank=1) for key, command in item.keys]
    if item.copy:
        out.append(Hint("y", "copy", app.action_copy, rank=5))
    return out


def _actions(app: AppCommands) -> list[Hint]:
    own = app.own_keys
    ready = [action for action, reason in app.offers if action.step == app.open_step and not reason]
    named = [action for action in ready if action.key and action.key not in own]
    return [
        Hint(action.key, action.title, partial(app.actions.start, action.id), rank=3 if number == 0 else 7 + number)
        for number, action in enumerate(named[:3])
    ]
