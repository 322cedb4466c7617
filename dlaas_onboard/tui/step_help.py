"""The help for one step, put together from the registries: purpose, fields, actions, keys."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from dlaas_onboard.journey.situation.fields import of_step
from dlaas_onboard.journey.step_registry import BY_ID, GLYPHS, StepId
from dlaas_onboard.tui.action_items import Offer
from dlaas_onboard.tui.safe_text import flat, indented, wrap
from dlaas_onboard.tui.theme import DIM, KEY, STATE_STYLES

APP_KEYS = (
    ("1…9 0 -", f"open step 1 to {len(BY_ID)}"),
    ("[ ]", "previous, next step"),
    ("n", "the step that needs you next"),
    ("j k ↑ ↓", "move; past an end, on to the next block"),
    ("tab", "the next block or field"),
    ("enter", "open what is under the cursor, or save a field and go on"),
    ("g", "jump: one key on each place (ctrl+o inside a field)"),
    ("ctrl+r", "look at everything again; esc stops looking"),
    ("y", "copy what is under the cursor"),
    ("c", "copy the AWS CLI command of an action or a write"),
    ("L", "every AWS call so far (l where no action has it)"),
    ("J", "the journal: everything that happened here"),
    ("P", "another profile or Region (p where no action has it)"),
    ("ctrl+p", "the command palette: everything that can be done"),
    ("ctrl+b", "a narrow rail, or the full one"),
    ("f9", "in a rehearsal: make AWS decide"),
    ("q", "quit; everything saved stays saved"),
)


def lines(step_id: StepId, offers: Sequence[Offer], width: int) -> list[Content]:
    """Return the help of ``step_id``, laid out for ``width`` cells."""
    step = BY_ID[step_id]
    out = [*wrap(step.purpose, width)]
    if step.guide_steps:
        numbers = ", ".join(str(number) for number in step.guide_steps)
        out.append(flat(f"DLaaS's e-mail guide: step {numbers}.", DIM))
    mine = [offer for offer in offers if offer[0].step == step_id]
    if mine:
        out += [Content(""), Content.styled("Actions", "bold")]
    for action, reason in mine:
        out.append(Content.assemble(flat(f"{action.key:<3}", KEY), flat(action.title)))
        out += indented(action.help, width, 3, DIM)
        out += indented(f"not now: {reason}" if reason else "", width, 3, "$text-warning")
    fields = of_step(step_id)
    if fields:
        out += [Content(""), Content.styled("Fields", "bold")]
    for field in fields:
        out += [flat(field.label), *indented(field.help, width, 3, DIM)]
    out += [Content(""), Content.styled("States", "bold")]
    states = [flat(f"{glyph} {state.value}", STATE_STYLES[state]) for state, glyph in GLYPHS.items()]
    out += Content("   ").join(states).wrap(width)
    out += [Content(""), Content.styled("Keys", "bold")]
    for key, words in APP_KEYS:
        first, *more = wrap(words, width - 9) or [Content("")]
        out.append(Content.assemble(flat(f"{key:<9}", KEY), first))
        out += [Content.assemble(" " * 9, line) for line in more]
    return out
