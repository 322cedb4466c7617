"""Which keys the footer names, from what has the focus and what can be done in the open step."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dlaas_onboard.tui.keys import Hint
from dlaas_onboard.tui.rail import Rail

if TYPE_CHECKING:
    from dlaas_onboard.tui.app import OnboardApp


def hints(app: OnboardApp) -> list[Hint]:
    """Return the keys that matter where the focus is, the most useful first and the app's own last."""
    out: list[Hint] = []
    focused = app.focused
    item = app.current_item
    if isinstance(focused, Rail):
        out.append(Hint("enter", "open", focused.action_choose))
    elif item is not None:
        from dlaas_onboard.request.description import Sentence
        from dlaas_onboard.request.gate import Gate

        if isinstance(item.target, Sentence):
            out.append(Hint("e", "edit", app.action_edit))
        if isinstance(item.target, Gate) and item.target.light.value != "green" and item.target.overridable:
            out.append(Hint("o", "override", app.action_override))
        if item.copy:
            out.append(Hint("y", "copy", app.action_copy))
    elif focused is not None:
        out.append(Hint("esc", "leave", app.rail.focus))
    own = app.own_keys
    mine = [offer for offer in app.offers if offer[0].step == app.open_step and offer[0].key not in own]
    for action, reason in sorted(mine, key=lambda offer: bool(offer[1]))[:3]:
        out.append(Hint(action.key, short(action.title), partial(app.deeds.start, action.id), ready=not reason))
    if app.options.rehearsal:
        out.append(Hint("f9", "rehearsal", app.action_cues))
    out += [
        Hint("^r", "look", app.action_look),
        Hint("^p", "palette", app.action_command_palette),
        Hint("?", "help", app.action_help),
        Hint("q", "quit", app.quit_soon),
    ]
    return out


def short(title: str, most: int = 22) -> str:
    """Return a title that fits the footer."""
    return title if len(title) <= most else title[: most - 1].rstrip() + "…"
