"""The questions that the app asks in dialogs: where to, which words, why, whether to leave."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content
from textual.geometry import Offset
from textual.widget import Widget

from dlaas_onboard.journey.request.description import Sentence
from dlaas_onboard.journey.request.field_rules import check
from dlaas_onboard.journey.request.gate import Gate
from dlaas_onboard.journey.request.message_entry import free_id
from dlaas_onboard.journey.request.message_words import changed_words
from dlaas_onboard.journey.situation.calls import Call, aws_cli
from dlaas_onboard.journey.situation.fields import OVERRIDE, SENTENCE
from dlaas_onboard.journey.situation.intents import Intent
from dlaas_onboard.journey.situation.message_fields import MESSAGE, message_part
from dlaas_onboard.journey.situation.message_row import CLASS_WORDS, MessageClass, MessageRow
from dlaas_onboard.journey.writes.actions import Action
from dlaas_onboard.tui.dialogs import AskDialog, InputPrompt, ListDialog
from dlaas_onboard.tui.exports import RECORDS, show_text
from dlaas_onboard.tui.item_list import Item, ItemList
from dlaas_onboard.tui.jump_mode import JumpScreen
from dlaas_onboard.tui.rail import Rail
from dlaas_onboard.tui.safe_text import flat, indented
from dlaas_onboard.tui.theme import DIM

if TYPE_CHECKING:
    from dlaas_onboard.tui.app_protocol import AppCommands


def place(app: AppCommands) -> None:
    """Turn to another profile or Region; which there are is read first, away from the keys."""

    def read(choices: tuple[Sequence[str], Sequence[str]] | None, error: Exception | None) -> None:
        app.fail(error)
        _ask_place(app, *(choices or ((), ())))

    app.background.run(lambda: (app.onboarding.profiles(), app.onboarding.regions()), read)


def _ask_place(app: AppCommands, profiles: Sequence[str], regions: Sequence[str]) -> None:
    if len(app.screen_stack) > 1:
        return  # another dialog was opened meanwhile
    view = app.current_view
    place = view.place if view is not None else None

    def check(texts: tuple[str, ...]) -> str:
        if profiles and texts[0] and texts[0] not in profiles:
            return f"There is no profile {texts[0]} in your AWS configuration."
        if not texts[1]:
            return "Name the Region your service sends from."
        if regions and texts[1] not in regions:
            return f"SES has no endpoint in a Region {texts[1]}."
        return ""

    def answered(texts: tuple[str, ...] | None) -> None:
        if texts is not None:
            app.moved = False
            app.background.run(lambda: app.onboarding.move(texts[0], texts[1]), app.done)

    app.push_screen(
        AskDialog(
            "Profile and Region",
            [
                InputPrompt("Profile", place.profile if place else "", suggestions=profiles),
                InputPrompt("Region", place.region if place else "", suggestions=regions),
            ],
            say="Production access is granted for one account in one Region. Nothing that you entered is lost.",
            button="Turn to it",
            check=check,
        ),
        answered,
    )


def sentence(app: AppCommands) -> None:
    """Edit the sentence under the cursor."""
    target = app.current_item.target if app.current_item else None
    if not isinstance(target, Sentence):
        return
    sentence: Sentence = target

    def answered(texts: tuple[str, ...] | None) -> None:
        if texts is not None and texts[0] != sentence.text:
            app.actions.enter(SENTENCE + sentence.id, texts[0])

    app.push_screen(
        AskDialog(
            f"{sentence.section}: your own words",
            [InputPrompt("Sentence", sentence.text, prose=True)],
            say="What you write here is yours: no fact carries it. Empty it to get the written sentence back.",
            button="Save",
        ),
        answered,
    )


_MESSAGE_PARTS = ("name", "trigger", "recipient", "class", "volume", "sample")


def message(app: AppCommands, row: MessageRow) -> None:
    """Ask whether a message is what it is proposed to be; what is saved is the operator's word. A new one has no id."""
    shown = (
        row.name,
        row.trigger,
        row.recipient,
        row.message_class.value if row.message_class else "",
        row.volume,
        row.sample.strip(),
    )
    removes = bool(row.id) and row.code is None  # a message that is in the code is not taken out of the table

    def fields(texts: tuple[str, ...]) -> list[str]:
        view = app.current_view
        taken = view.situation.messages.rows if view is not None else ()
        name = row.id or free_id(texts[0], taken)
        return [f"{MESSAGE}{name}.{part}" for part in _MESSAGE_PARTS]

    def wrong(texts: tuple[str, ...]) -> str:
        if removes and not texts[0]:
            return ""
        parts = dict(zip(_MESSAGE_PARTS, texts, strict=True))
        needed = ("name", "class") if parts["class"] == MessageClass.NOT_SENT else _MESSAGE_PARTS[:4]
        for part in needed:
            if not parts[part]:
                return f"Name the {part}."
        return next(filter(None, map(check, fields(texts), texts)), "")

    def answered(texts: tuple[str, ...] | None) -> None:
        if texts is not None:
            app.background.save(lambda: save(texts), saved)

    def save(texts: tuple[str, ...]) -> str:
        ids = fields(texts)
        if not texts[0]:
            app.onboarding.enter(ids[0], "")
            return "Taken out of the table."
        triples = zip(ids, texts, shown, strict=True)
        changed = [(field_id, text) for field_id, text, before in triples if text != before]
        app.onboarding.enter_all([*changed, (f"{MESSAGE}{message_part(ids[0]).id}.confirmed", "yes")])
        told = "says nothing of it" if texts[3] == MessageClass.NOT_SENT else "tells of it now"
        return f"Confirmed: the text {told}."

    def saved(said: str | None, error: Exception | None) -> None:
        app.fail(error)
        if said is not None and error is None:
            app.notify(said, timeout=4, markup=False)

    classes = [(value.value, words) for value, words in CLASS_WORDS.items()]
    name, trigger, recipient, message_class, volume, sample = shown
    questions = [
        InputPrompt("What it is called", name, placeholder="Invoice"),
        InputPrompt("What triggers it", trigger, placeholder="when somebody signs up"),
        InputPrompt("Who gets it", recipient, placeholder="the account's owner"),
        InputPrompt("What it is", message_class, classes),
        InputPrompt("How many, if you know", volume, placeholder="about 40 a day"),
        InputPrompt("A sample, as its recipient reads it; ctrl+s goes on", sample, prose=True),
    ]
    app.push_screen(
        AskDialog(
            "Message",
            questions,
            say=_of_message(row, removes=removes),
            button="Confirm",
            check=wrong,
            decide=True,
            start=1 if row.name else 0,
        ),
        answered,
    )


def _of_message(row: MessageRow, *, removes: bool) -> str:
    """Return what the dialog of a message says above its questions."""
    read_at = f" Read at {', '.join(map(str, row.sources))}." if row.sources else ""
    code = f" The code sends it to {row.recipient_code}." if row.recipient_code else ""
    words = changed_words(row)
    changed = f" {words[:1].upper()}{words[1:]}." if words else ""
    out = " Empty its name to take it out." if removes else ""
    return f"Say it as a reviewer should read it; it is told in your name.{read_at}{code}{changed}{out}"


def override(app: AppCommands) -> None:
    """Ask for the reason why a red gate shall not stop the request."""
    target = app.current_item.target if app.current_item else None
    if not isinstance(target, Gate) or target.light.value == "green":
        return
    gate: Gate = target
    if not gate.overridable:
        app.notify(f"{gate.title} cannot be overridden. {gate.remedy}", severity="warning", markup=False)
        return
    if not gate.takes_reason:
        app.notify(
            f"{gate.title} is not known, and a reason passes only what is red. {gate.remedy or 'Look again.'}",
            severity="warning",
            markup=False,
        )
        return

    def answered(texts: tuple[str, ...] | None) -> None:
        if texts is not None:
            app.actions.enter(OVERRIDE + gate.id, texts[0])

    app.push_screen(
        AskDialog(
            f"Override: {gate.title}",
            [InputPrompt("Why the request may be filed all the same", gate.override)],
            say=f"{gate.why} Your reason is recorded and printed in the report. Empty it to take it back.",
            button="Override",
        ),
        answered,
    )


def choose_rehearsal_event(app: AppCommands) -> None:
    """Offer what the embedded account can be show_text to do."""
    events = app.onboarding.rehearsal_events()
    if not events or len(app.screen_stack) > 1:
        return

    def answered(event_id: str | None) -> None:
        if event_id is not None:
            app.actions.play(event_id)

    app.push_screen(
        ListDialog(
            "Rehearsal: make AWS …", [Item(event.id, partial(_titled, event.title, event.help)) for event in events]
        ),
        answered,
    )


def formats(app: AppCommands) -> None:
    """Ask in which form the missing records are handed out."""

    def answered(format_: str | None) -> None:
        if format_ is not None:
            title = next(title for name, title, _ in RECORDS if name == format_)
            show_text(app, partial(app.onboarding.records, format_), title)

    items = [Item(name, partial(_titled, title, help_)) for name, title, help_ in RECORDS]
    app.push_screen(ListDialog("DNS records", items), answered)


def _titled(title: str, help_: str, width: int) -> list[Content]:
    return [flat(title, "bold"), *indented(help_, width, 2, DIM)]


def leave(app: AppCommands) -> None:
    """Leave; while something is being sent, ask first."""
    if not app.busy:
        app.leave()
        return

    def answered(texts: tuple[str, ...] | None) -> None:
        if texts is not None:
            app.leave()

    app.push_screen(
        AskDialog(
            "Something is being sent",
            [InputPrompt("Type quit to leave all the same")],
            say=f"{', '.join(sorted(app.busy))}: the answer is not here yet. What was sent is written down; the "
            "next start looks at AWS for it and never sends it twice.",
            button="Quit",
            check=lambda texts: "" if texts[0] == "quit" else "Type quit, or press escape to stay.",
        ),
        answered,
    )


def cli(app: AppCommands) -> None:
    """Copy the AWS CLI command of the action or call under the cursor, or else of the step's first action."""
    view = app.current_view
    if view is None:
        return
    target = app.current_item.target if app.current_item else None
    calls: Sequence[Call] = ()
    if isinstance(target, Call):
        calls = (target,)
    elif isinstance(target, Intent):
        calls = (target.call,)
    elif isinstance(target, Action):
        calls = target.plan(view.situation)
    if not calls:
        app.notify("Put the cursor on an action or on something that was sent.", timeout=4, markup=False)
        return
    app.copy_text("\n".join(aws_cli(c, profile=view.place.profile, region=view.place.region) for c in calls))


def jump(app: AppCommands) -> None:
    """Put a key on each place that can take the focus, and go to the one that is pressed."""
    if len(app.screen_stack) > 1:
        return

    window = app.pane.region
    places: list[tuple[Widget, Offset]] = []
    for widget in app.screen.focus_chain:
        region = widget.region
        if isinstance(widget, Rail):
            places.append((widget, region.offset))
        elif region.overlaps(window):
            top = max(region.y + (2 if isinstance(widget, ItemList) else 0), window.y)
            if top < window.bottom:
                places.append((widget, Offset(max(0, region.x - 1), top)))

    def answered(index: int | None) -> None:
        if index is not None:
            places[index][0].focus()

    app.push_screen(JumpScreen([place for _, place in places]), answered)
