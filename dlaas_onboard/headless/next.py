"""``next``: the one next thing to do, who has to act, and the command that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlaas_onboard.headless import diagnostics, output
from dlaas_onboard.headless.command_again import with_flags
from dlaas_onboard.headless.deadline import Deadline
from dlaas_onboard.headless.documents import AnswerDocument, NextDocument, StepNameDocument
from dlaas_onboard.headless.first_look import COULD_NOT_LOOK, look, unread
from dlaas_onboard.journey.actor import WORDS
from dlaas_onboard.journey.step_registry import BY_ID
from dlaas_onboard.journey.steps.next_thing import NextKind, NextThing, next_thing

if TYPE_CHECKING:
    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.journey.request.answer_rules import Asked
    from dlaas_onboard.onboarding import Onboarding, View


def run(onboarding: Onboarding, args: Arguments) -> int:
    """Print the one next thing; return 0, or 3 where the account could not be read."""
    deadline = Deadline.of(args)
    view = look(onboarding, deadline)
    thing = next_thing(view.judgement)
    command = with_flags(thing.command, args)
    if args.json:
        output.document(_document(view, thing, command).json_value())
    else:
        output.write("\n".join(_page(view, thing, command)))
    if wrong := deadline.words or unread(view.facts):
        diagnostics.say(wrong)
        return COULD_NOT_LOOK
    return 0


def _document(view: View, thing: NextThing, command: str) -> NextDocument:
    step = BY_ID[thing.step]
    return NextDocument(
        account=view.place.account or None,
        region=view.place.region or None,
        step=StepNameDocument(id=step.id.value, number=step.number, title=step.title),
        kind=thing.kind.value,
        actor=thing.actor.value,
        what=thing.what,
        why=thing.why,
        command=command,
        action=thing.action or None,
        answer=_answer(thing.asked) if thing.asked is not None else None,
        follows=thing.follows,
        read_only=view.read_only,
    )


def _answer(asked: Asked) -> AnswerDocument:
    return AnswerDocument(
        field=asked.field,
        label=asked.label,
        help=asked.help,
        rules=asked.rules,
        value=asked.value,
        choices=list(asked.choices),
    )


def _page(view: View, thing: NextThing, command: str) -> list[str]:
    step = BY_ID[thing.step]
    lines = [output.fold(thing.what, first=f"Step {step.number}, {step.title}: ", then="  ")]
    if thing.why:
        lines.append(output.fold(thing.why, first="  Why: ", then="    "))
    if thing.kind != NextKind.DONE:
        lines.append(f"  Who acts: {WORDS[thing.actor]}")
    if thing.asked is not None:
        lines.append(output.fold(f"{thing.asked.rules} {thing.asked.help}", first="  Answer: ", then="    "))
        if thing.asked.value:
            lines.append(output.fold(f"{thing.asked.field}={thing.asked.value}", first="  Now: ", then="    "))
    lines.append(f"  {command}")
    if view.read_only:
        lines.append(output.fold(f"Nothing can be written now: {view.read_only}", first="  ! "))
    if thing.follows:
        lines.append(output.fold(thing.follows, first="  Then: ", then="    "))
    return lines
