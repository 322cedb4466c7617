"""The plain mode: the same steps, fields and actions as questions, one line at a time.

Nothing here moves a cursor or sets a colour, so that screen readers, bare consoles and pipes get plain text. The end of
standard input ends it; everything entered is saved by then.
"""

from __future__ import annotations

import gc
import sys
import textwrap
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dlaas_onboard.headless import output
from dlaas_onboard.headless.first_look import unread
from dlaas_onboard.headless.opinion import opinion_lines
from dlaas_onboard.headless.plan_lines import outcome_line, plan_lines
from dlaas_onboard.headless.progress import page
from dlaas_onboard.headless.report import FORMATS, save
from dlaas_onboard.headless.status import WORDS, finding_lines
from dlaas_onboard.headless.status import steps as step_lines
from dlaas_onboard.journey.command_sentences import REPLY_KIT, SENTENCES
from dlaas_onboard.journey.errors import Refused
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.request.field_rules import check
from dlaas_onboard.journey.request.gate import Light
from dlaas_onboard.journey.request.message_entry import free_id, message_words
from dlaas_onboard.journey.request.rare_fields import applies
from dlaas_onboard.journey.review.meanwhile import meanwhile
from dlaas_onboard.journey.review.polling import rechecks
from dlaas_onboard.journey.review.stage_words import ACCESS
from dlaas_onboard.journey.review.stages import access_of
from dlaas_onboard.journey.situation.fields import BY_ID, OVERRIDE, Field, FieldKind, of_step
from dlaas_onboard.journey.situation.message_fields import MESSAGE
from dlaas_onboard.journey.situation.message_row import MessageClass, MessageRow
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import BY_ID as STEP_BY_ID
from dlaas_onboard.journey.step_registry import GLYPHS, STEPS, Step, StepId
from dlaas_onboard.journey.steps.next_steps import action_to_take, most_urgent
from dlaas_onboard.journey.steps.second_opinion import second_opinion
from dlaas_onboard.journey.text import age
from dlaas_onboard.journey.writes.actions import Action, Confirm

if TYPE_CHECKING:
    from datetime import datetime

    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.journey.verdict import Finding, Row
    from dlaas_onboard.onboarding import Onboarding, View

CLEAR = "-"  # typed in place of an answer, takes it back
BACK = "back"  # typed at any question of a step, goes back to the list
END = "."  # alone on a line, ends an answer of several lines
PATIENCE, MOMENT = 20.0, 0.1  # seconds
KINDS = {
    FieldKind.LINES: f"several lines; a line with a single {END} ends them",
    FieldKind.LIST: "with commas between them",
    FieldKind.SWITCH: "yes or no",
    FieldKind.DECLARATION: "yes declares it, no takes it back",
    FieldKind.NUMBER: "a number",
}


def run(onboarding: Onboarding, _args: Arguments) -> int:
    """Ask until the operator leaves or standard input ends; return 0."""
    gc.enable()  # a sitting lasts longer than a command
    output.write(
        "dlaas-onboard, one question at a time. It only reads until you confirm a named write.\n"
        f"At every question of a step, {BACK} goes back to the list of steps.\n"
        "Looking at the account, DNS and the website …"
    )
    conversation = _Conversation(onboarding)
    onboarding.start(conversation.code)
    try:
        conversation.steps()
    except EOFError:
        output.write()
    output.write("Everything entered is saved. The next start goes on from here.")
    return 0


class _Left(Exception):  # noqa: N818 - no error: the operator typed back
    """The operator left the step."""


class _Conversation:
    """One sitting: what is asked, and what the answers do."""

    def __init__(self, onboarding: Onboarding) -> None:
        self._onboarding = onboarding

    # Asking

    def code(self, prompt: str) -> str:
        """Ask for an MFA code; return ``""`` where standard input has ended."""
        try:
            return self._ask(prompt)
        except EOFError:
            return ""

    def _ask(self, question: str) -> str:
        """Return one line of standard input. Raises ``EOFError`` at its end."""
        output.prompt(f"{question} > ")
        answer = sys.stdin.readline() if sys.stdin is not None else ""
        if not answer:
            raise EOFError
        if not sys.stdin.isatty():
            output.write()  # what was typed is not on the screen, nor is its line feed
        return answer.strip()

    def _ask_field(self, question: str) -> str:
        """Return one line. Raises ``_Left`` where the operator would rather leave the step."""
        answer = self._ask(question)
        if answer.lower() == BACK:
            raise _Left
        return answer

    def _ask_lines(self, question: str) -> str | None:
        """Return several lines, ``None`` if the first is empty: nothing is to change."""
        first = self._ask_field(question)
        if first in ("", END):
            return None
        if first == CLEAR:
            return ""
        return "\n".join([first, *self._until_end()])

    def _until_end(self) -> Iterator[str]:
        while (line := self._ask("…")) != END:
            yield line

    # The steps

    def steps(self) -> None:
        """Show all steps and open the ones asked for, until the operator ends. Raises ``EOFError``."""
        while True:
            view = self._onboarding.view()
            self._place(view)
            output.write("\n".join(step_lines(view)))
            first = STEP_BY_ID[view.judgement.first_step]
            events = self._onboarding.rehearsal_events()
            answer = self._ask(
                f"\nA number opens a step, Enter opens {first.number} ({first.title}), look looks again, "
                + ("cue makes the embedded account act, " if events else "")
                + "journal tells what happened, report saves the report, quit ends"
            ).lower()
            if answer in ("q", "quit", "exit"):
                return
            if answer in ("l", "look"):
                self._look()
            elif answer == "cue" and events:
                self._play_event()
            elif answer == "journal":
                self._journal()
            elif answer == "report":
                self._report()
            else:
                self._open(answer or str(first.number))

    def _place(self, view: View) -> None:
        place = view.place
        access = ACCESS[access_of(so_far(view.facts.account))]
        rehearsal = self._onboarding.options.rehearsal
        if rehearsal:
            output.write(f"\nREHEARSAL ({rehearsal}): an embedded account; nothing leaves this machine.")
        output.write(
            f"\nAccount {place.account or 'unknown'}, Region {place.region or 'unknown'}, {access}, "
            f"endpoint {place.endpoint or 'unknown'}{'' if place.amazon else ' (not Amazon)'}, "
            f"as {place.arn or 'unknown'}"
        )
        if view.read_only:
            output.write(f"! Nothing can be written: {view.read_only}")
        for trouble in (view.notice, unread(view.facts)):
            if trouble:
                output.write(f"! {trouble}")
        for change in view.changes:
            output.write(f"! Since your last visit: {change}")

    def _open(self, answer: str) -> None:
        """Open the step of that number and those after it, as far as the operator goes on."""
        first = next((step for step in STEPS if str(step.number) == answer), None)
        if first is None:
            output.write(f"There is no step {answer!r}: type a number from 1 to {len(STEPS)}.")
            return
        try:
            for step in STEPS[first.number - 1 :]:
                self._show(step)
                before = self._onboarding.view().situation.answers
                for field in of_step(step.id):
                    # Whether the website is private shows after the look that follows these questions.
                    if field.id == "private_website" or applies(
                        field.id, Situation(self._onboarding.view().facts, before)
                    ):
                        self._field(field)
                if step.id == StepId.USE_CASE:
                    self._messages()
                if step.id == StepId.FILE:
                    self._overrides()
                if self._onboarding.view().situation.answers != before:
                    self._looked()
                    self._show(step)
                self._act(step)
        except _Left:
            return

    def _show(self, step: Step) -> None:
        view = self._onboarding.view()
        verdict = view.verdicts[step.id]
        output.write(f"\nStep {step.number} of {len(STEPS)}: {step.title}. {step.purpose}")
        output.write(f"{GLYPHS[verdict.state]} {WORDS.get(verdict.state, verdict.state.value)}: {verdict.headline}")
        urgent = self._what_to_do(step, view)
        section = ""
        for row in verdict.rows:
            if row.section != section:
                section = row.section
                output.write(f"  {section}")
            output.write(_row(row, _latest(view)))
        for finding in verdict.findings:
            if finding not in urgent:
                output.write("\n".join(finding_lines(finding)))
        if step.id == StepId.USE_CASE:
            output.write("\n".join(_description(view)))
            opinion = second_opinion(view.judgement)
            if not opinion.over:
                output.write(textwrap.indent("\n".join(opinion_lines(opinion, fold_earned=True)), "  "))
        if step.id == StepId.FILE:
            output.write(
                "\n".join(
                    f"  gate {gate.id}: {gate.light.value}. {gate.title}. {gate.why}" for gate in view.judgement.gates
                )
            )

    def _what_to_do(self, step: Step, view: View) -> Sequence[Finding]:
        """Say what comes first in a step, and what to do meanwhile; return the findings that were told with it."""
        verdict = view.verdicts[step.id]
        urgent = most_urgent(verdict)
        ready = [action for action, reason in self._onboarding.actions(step.id) if not reason]
        action = action_to_take(verdict, ready)
        if urgent or action is not None:
            output.write("  What to do now")
        for finding in urgent:
            output.write("\n".join(finding_lines(finding)))
        if action is not None:
            output.write(f"  {action.key}. {action.title}: {action.help}")
        if step.id == StepId.DECISION and StepId.DECISION in rechecks(view.facts, view.verdicts):
            output.write("  Meanwhile")
            for sentence in meanwhile(view.facts):
                output.write(output.fold(sentence, first="    · ", then="      "))
        return urgent

    def _field(self, field: Field) -> None:
        """Ask for one field until it is right or left as it is."""
        while True:
            view = self._onboarding.view()
            present = view.situation.input(field.id)
            shown = present.text.replace("\n", " / ") or "empty"
            origin = f", from {present.source or present.origin}" if present.origin else ""
            output.write(output.fold(f"{field.label}. {field.help}", first="\n", then="  "))
            for number, (_value, words) in enumerate(field.choices, 1):
                output.write(f"  {number}. {words}")
            how = "a number of the list" if field.choices else KINDS.get(field.kind, "")
            question = (
                f"[{shown}{origin}] Enter keeps it, {CLEAR} empties it{', else ' + how if how else ', else type it'}"
            )
            several = field.kind == FieldKind.LINES
            text = self._ask_lines(question) if several else _chosen(field, self._ask_field(question))
            if text is None:
                return
            wrong = "" if several else check(field.id, text)  # long prose is kept in any case: it cost work
            if wrong:
                output.write(f"! {wrong}")
            elif self._enter(field.id, text):
                return

    def _messages(self) -> None:
        """Ask once for each message that nobody confirmed: yes takes the guess, else each part is asked for."""
        for row in self._onboarding.view().situation.messages.open:
            where = f" ({', '.join(map(str, row.sources))})" if row.sources else ""
            output.write(output.fold(f"Message {message_words(row)}{where}", first="\n", then="  "))
            accept = "" if row.missing else "yes confirms it, "
            ways = f"{accept}change asks for each part, none says that the service does not send it"
            answer = self._ask_field(f"{ways}, Enter leaves it open").lower()
            if answer in ("y", "yes") and not row.missing:
                self._enter(f"{MESSAGE}{row.id}.confirmed", "yes")
            elif answer == "none":
                self._enter(f"{MESSAGE}{row.id}.class", MessageClass.NOT_SENT)
                self._enter(f"{MESSAGE}{row.id}.confirmed", "yes")
            elif answer == "change":
                self._message_parts(row)
        while name := self._ask_field("\nAnother message that the service sends: its name; Enter if there is none"):
            row = MessageRow(free_id(name, self._onboarding.view().situation.messages.rows), name=name)
            if self._enter(f"{MESSAGE}{row.id}.name", name):
                self._message_parts(row)

    def _message_parts(self, row: MessageRow) -> None:
        """Ask for the parts of a message, then keep it as confirmed."""
        guesses = {"name": row.name, "trigger": row.trigger, "recipient": row.recipient, "class": row.message_class}
        for part, guess in guesses.items():
            field_id = f"{MESSAGE}{row.id}.{part}"
            words = f" ({', '.join(MessageClass)})" if part == "class" else ""
            while True:
                text = self._ask_field(f"Its {part}{words} [{guess or 'empty'}], Enter keeps it") or guess or ""
                wrong = check(field_id, text) if text else f"Name its {part}."
                if not wrong:
                    break
                output.write(f"! {wrong}")
            self._enter(field_id, text)
        if volume := self._ask_field(f"How many [{row.volume or 'empty'}], such as about 40 a day; Enter keeps it"):
            self._enter(f"{MESSAGE}{row.id}.volume", volume)
        shown = "as read" if row.sample else "empty"
        if sample := self._ask_lines(f"A sample [{shown}], several lines; {END} ends them, Enter keeps it"):
            self._enter(f"{MESSAGE}{row.id}.sample", sample)
        self._enter(f"{MESSAGE}{row.id}.confirmed", "yes")

    def _enter(self, field_id: str, text: str) -> bool:
        """Save an answer; say what is wrong with it and return whether it was right."""
        try:
            wrong = self._onboarding.enter(field_id, text)
        except OSError as error:
            output.write(f"! NOT SAVED: {error}")
            return True
        except Refused as refused:
            output.write(f"! {refused.sentence}")
            return False
        output.write(f"! {wrong}" if wrong else "Saved.")
        return not wrong

    def _overrides(self) -> None:
        """Ask for a reason where a gate is shut and takes one; of what is unknown, say that a look comes first."""
        for gate in self._onboarding.view().judgement.gates:
            if gate.overridable and gate.light == Light.UNKNOWN:
                output.write(
                    f"\nGate {gate.title} is unknown: {gate.why} {gate.remedy or 'Look again.'} "
                    "A reason passes only what is red."
                )
            if gate.open or not gate.takes_reason:
                continue
            reason = self._ask_field(
                f"\nGate {gate.title} is {gate.light.value}: {gate.why} {gate.remedy}\n"
                "Enter leaves it shut; a reason passes it, and the report prints the reason"
            )
            if reason:
                self._enter(OVERRIDE + gate.id, reason)

    # Acting

    def _act(self, step: Step) -> None:
        """Offer what can be done at this step until the operator goes on. Raises ``_Left``."""
        while True:
            actions = self._onboarding.actions(step.id)
            output.write()
            for action, reason in actions:
                output.write(f"  {action.key}. {action.title}" + (f" (not now: {reason})" if reason else ""))
            extra = _EXTRAS.get(step.id, ())
            words = "".join(f"{word} {what}, " for word, what in extra)
            answer = self._ask_field(
                ("A key does it, " if actions else "")
                + f"{words}look looks again, "
                + ("Enter goes on, " if step.number < len(STEPS) else "")
                + f"{BACK} goes to the list"
            )
            chosen = next((action for action, _ in actions if action.key == answer), None)
            if chosen is not None:
                self._write(chosen)
            elif answer in ("l", "look"):
                self._look()
                self._show(step)
            elif any(answer == word for word, _ in extra):
                self._extra(answer)
            elif not answer:
                return
            elif answer in ("b", "q", "quit"):
                raise _Left
            else:
                output.write(f"There is no {answer!r} here.")

    def _write(self, action: Action) -> None:
        """Show the calls of an action, let the operator confirm them, send them, and say what became of them."""
        try:
            prepared = self._onboarding.prepare(action.id)
        except Refused as refused:
            output.write(f"Not now: {refused.sentence}")
            return
        output.write("\n".join(("", *plan_lines(prepared, self._onboarding.view().place))))
        account = self._onboarding.view().place.account
        refusal = self._refusal(action.confirm, account)
        if refusal:
            output.write(refusal)
            return
        try:
            intents = self._onboarding.act(prepared, account[-4:])
        except (Refused, OSError) as error:
            output.write(f"! {error}")
            return
        for intent in intents:
            output.write(outcome_line(intent))
        result = self._onboarding.view().result
        if result is not None:
            output.write(result.text)

    def _refusal(self, confirm: Confirm, account: str) -> str:
        """Have the operator confirm what was shown; return why nothing is sent, ``""`` where it was confirmed."""
        if confirm == Confirm.DIGITS:
            typed = self._ask(f"Type the last four digits of account {account} to send it, Enter to leave it")
            if typed == account[-4:]:
                return ""
            return "Nothing was sent." if not typed else "Those are not the digits. Nothing was sent."
        if self._ask("Type yes to send it, Enter to leave it").lower() in ("y", "yes"):
            return ""
        return "Nothing was sent."

    def _looked(self) -> None:
        """Wait for the looks that an answer set going: they begin a moment after it."""
        end = time.monotonic() + PATIENCE
        time.sleep(MOMENT)
        while self._onboarding.view().looking and time.monotonic() < end:
            time.sleep(MOMENT)

    def _look(self) -> None:
        output.write("Looking …")
        self._onboarding.look()

    def _extra(self, word: str) -> None:
        if word == "records":
            form = self._ask("table, zone, route53 or terraform").lower() or "table"
            try:
                output.write(self._onboarding.records(form if form in ("zone", "route53", "terraform") else "table"))
            except Refused as refused:
                output.write(refused.sentence)
        elif word == "review":
            output.write("\n".join(opinion_lines(second_opinion(self._onboarding.view().judgement))))
        elif word == "reply":
            try:
                output.write(self._onboarding.reply_kit())
            except Refused as refused:
                output.write(f"Not now: {refused.sentence}")
        else:
            output.write(self._onboarding.console_link("account"))

    def _play_event(self) -> None:
        events = self._onboarding.rehearsal_events()
        for number, event in enumerate(events, 1):
            output.write(f"  {number}. {event.title}. {event.help}")
        answer = self._ask("A number plays it, Enter leaves it")
        if answer.isdigit() and 0 < int(answer) <= len(events):
            output.write(self._onboarding.play(events[int(answer) - 1].id))

    def _journal(self) -> None:
        try:
            output.write("\n".join(page(self._onboarding.chronicle())))
        except OSError as error:
            output.write(f"! The journal cannot be read: {error.strerror or error}")

    def _report(self) -> None:
        name = self._ask("Write the report to which file (.html, .md or .json)? Enter leaves it")
        if not name:
            return
        target = Path(name).expanduser()
        try:
            save(target, self._onboarding.report(FORMATS.get(target.suffix.lower(), "html"), "private"))
        except OSError as error:
            output.write(f"! {target} cannot be written: {error.strerror or error}")
            return
        output.write(f"Written to {target}, readable by you alone.")


_EXTRAS = {
    StepId.DOMAIN: (("records", "prints the DNS records to publish"),),
    StepId.USE_CASE: (("review", "prints all of the second opinion"),),
    StepId.FILE: (("console", "prints the page of the AWS console"),),
    StepId.DECISION: (("reply", "prints the reply to the case"), ("console", "prints the page of the AWS console")),
}
_COMMANDS = {REPLY_KIT: "Typed below, reply prints the text."}  # how the plain mode names a command of the journey


def _chosen(field: Field, answer: str) -> str | None:
    """Return what an answer means for its field, ``None`` if nothing is to change."""
    if not answer:
        return None
    if answer == CLEAR:
        return ""
    if answer.isdigit() and 0 < int(answer) <= len(field.choices):
        return field.choices[int(answer) - 1][0]
    return answer


def _latest(view: View) -> datetime | None:
    """Return the time of the newest look: ages on the page are counted from it."""
    times = [row.observed_at for verdict in view.verdicts.values() for row in verdict.rows if row.observed_at]
    return max(times, default=None)


def _row(row: Row, latest: datetime | None) -> str:
    seen = ""
    if row.observed_at is not None and latest is not None:
        seen = f", {age((latest - row.observed_at).total_seconds())}"
    source = f"  ({row.source}{seen})" if row.source else ""
    expected = f", expected {row.expected}" if row.expected else ""
    mark = f" [{row.mark.value}]" if row.mark.value != "plain" else ""
    value = row.value
    for command in row.commands:
        value = value.replace(SENTENCES[command], _COMMANDS[command])
    return f"  {row.label}: {value}{mark}{expected}{source}"


def _description(view: View) -> Sequence[str]:
    """Return the description with the source of each sentence, and what is missing from it."""
    lines = ["  The description, and what carries each sentence:"]
    lines += [f"  {sentence.text}  ({sentence.source})" for sentence in view.judgement.description.sentences]
    for hole in view.judgement.description.holes:
        label = f" Field: {BY_ID[hole.field].label}." if hole.field in BY_ID else ""
        lines.append(f"  ! missing: {hole.message} {hole.remedy}{label}")
    return lines
