"""Which keys the footer names, from what has the focus and what can be done in the open step."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dlaas_onboard.tui.footer import Hint
from dlaas_onboard.tui.rail import Rail

if TYPE_CHECKING:
    from dlaas_onboard.tui.app import OnboardApp


def hints(app: OnboardApp) -> list[Hint]:
    """Return the keys that matter where the focus is, those of the open step next, the app's own last.

    What cannot be done now is not among them: the pane names it with its reason.
    """
    out = [*_here(app), *_actions(app)]
    if app.options.rehearsal:
        out.append(Hint("f9", "rehearsal", app.action_cues, rank=2))
    view = app.current_view
    if view is not None and view.first_step != app.open_step:
        out.append(Hint("n", "next", app.action_onward, rank=4))
    out += [
        Hint("^r", "look", app.action_look, rank=6),
        Hint("^p", "palette", app.action_command_palette, rank=1),
        Hint("?", "help", app.action_help, rank=0),
        Hint("q", "quit", app.quit_soon, rank=0),
    ]
    return out


def _here(app: OnboardApp) -> list[Hint]:
    focused, item = app.focused, app.current_item
    if isinstance(focused, Rail):
        return [Hint("enter", "open", focused.action_choose, rank=5)]
    if item is None:
        return [Hint("esc", "leave", app.rail.focus, rank=2)] if focused is not None else []
    from dlaas_onboard.journey.request.description import Sentence
    from dlaas_onboard.journey.request.gate import Gate

    out = []
    if isinstance(item.target, Sentence):
        out.append(Hint("e", "edit", app.action_edit, rank=1))
    if isinstance(item.target, Gate) and item.target.light.value != "green" and item.target.overridable:
        out.append(Hint("o", "override", app.action_override, rank=1))
    if item.copy:
        out.append(Hint("y", "copy", app.action_copy, rank=5))
    return out


def _actions(app: OnboardApp) -> list[Hint]:
    own = app.own_keys
    ready = [action for action, reason in app.offers if action.step == app.open_step and not reason]
    named = [action for action in ready if action.key and action.key not in own]
    return [
        Hint(action.key, action.title, partial(app.deeds.start, action.id), rank=3 if number == 0 else 7 + number)
        for number, action in enumerate(named[:3])
    ]
