"""The help for one step, put together from the registries: purpose, fields, actions, keys."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from dlaas_onboard.journey.fields import of_step
from dlaas_onboard.journey.steps import BY_ID, GLYPHS, StepId
from dlaas_onboard.tui.blocks import Offer
from dlaas_onboard.tui.safe import flat, lit
from dlaas_onboard.tui.theme import DIM, KEY, STATE_STYLES

APP_KEYS = (
    ("1…9 0 -", "open step 1 to 11"),
    ("[ ]", "previous, next step"),
    ("j k ↑ ↓", "move; past an end, on to the next block"),
    ("tab", "the next block or field"),
    ("enter", "open what is under the cursor, or save a field and go on"),
    ("g", "jump: one key on each place (ctrl+o inside a field)"),
    ("ctrl+r", "look at everything again; esc stops looking"),
    ("y", "copy what is under the cursor"),
    ("c", "copy the AWS CLI command of an action or a write"),
    ("L", "every AWS call so far (l where no action has it)"),
    ("P", "another profile or Region (p where no action has it)"),
    ("ctrl+p", "the command palette: everything that can be done"),
    ("ctrl+b", "a narrow rail, or the full one"),
    ("f9", "in a rehearsal: make AWS decide"),
    ("q", "quit; everything saved stays saved"),
)


def text(step_id: StepId, offers: Sequence[Offer]) -> Content:
    """Return the help of ``step_id``."""
    step = BY_ID[step_id]
    lines: list[Content] = [lit(step.purpose)]
    if step.guide_steps:
        numbers = ", ".join(str(number) for number in step.guide_steps)
        lines.append(flat(f"DLaaS's e-mail guide: step {numbers}.", DIM))
    mine = [offer for offer in offers if offer[0].step == step_id]
    if mine:
        lines += [Content(""), Content.styled("Actions", "bold")]
    for action, reason in mine:
        lines.append(Content.assemble(flat(f"{action.key:<3}", KEY), flat(action.title)))
        lines.append(Content.assemble("   ", flat(action.help, DIM)))
        if reason:
            lines.append(Content.assemble("   ", flat(f"not now: {reason}", "$text-warning")))
    fields = of_step(step_id)
    if fields:
        lines += [Content(""), Content.styled("Fields", "bold")]
    for field in fields:
        lines += [flat(field.label), Content.assemble("   ", flat(field.help, DIM))]
    lines += [Content(""), Content.styled("States", "bold")]
    lines.append(
        Content("   ").join([flat(f"{glyph} {state.value}", STATE_STYLES[state]) for state, glyph in GLYPHS.items()])
    )
    lines += [Content(""), Content.styled("Keys", "bold")]
    lines += [Content.assemble(flat(f"{key:<9}", KEY), flat(words)) for key, words in APP_KEYS]
    return Content("\n").join(lines)
