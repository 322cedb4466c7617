"""``draft``: the request as it stands, and setting its fields."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from dlaas_onboard.headless import diagnostics, output
from dlaas_onboard.headless.deadline import Deadline
from dlaas_onboard.headless.first_look import look, unread
from dlaas_onboard.headless.opinion import opinion_document, opinion_lines
from dlaas_onboard.headless.text_input import STANDARD_INPUT, read_text
from dlaas_onboard.journey.errors import CannotLook, UsageError
from dlaas_onboard.journey.request.message_entry import message_words, wrong_messages
from dlaas_onboard.journey.request.request_draft import check, normal
from dlaas_onboard.journey.situation.fields import BY_ID, SENTENCE
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps.declarations import SECTIONS
from dlaas_onboard.journey.steps.second_opinion import second_opinion
from dlaas_onboard.journey.verdict import MARK_GLYPHS
from dlaas_onboard.onboarding import looks_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.onboarding import Onboarding, View

MOST_BYTES = 100_000  # of a value that is read from a file: ten times what any field takes


def run(onboarding: Onboarding, args: Arguments) -> int:
    """Save what was set, all of it or nothing, then print the draft; return the exit status."""
    assignments = read_values(args.assignments)
    _check(assignments)
    deadline = Deadline.of(args)
    view = look(onboarding, deadline)
    wrong = deadline.words or unread(view.facts)
    if assignments:
        if errors := wrong_messages(view.situation, assignments):
            raise UsageError("nothing was saved; " + " ".join(errors))
        for line in _declared(view, assignments):
            diagnostics.say(line)
        _save(onboarding, view, assignments)
        looks = looks_of(field for field, _ in assignments)
        if looks and not wrong:  # what is printed is of the new values
            deadline.look(onboarding, lambda: onboarding.look(looks))
            wrong = deadline.words
        view = onboarding.view()
    if wrong:
        diagnostics.say(f"shown from what is saved: {wrong}")
    if args.review:
        opinion = second_opinion(view.judgement)
        if args.json:
            output.document(opinion_document(opinion))
        else:
            output.write("\n".join(opinion_lines(opinion)))
    elif args.json:
        output.document(onboarding.draft())
    else:
        output.write("\n".join(_page(view, onboarding.draft())))
    return 0


def read_values(assignments: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return the assignments with what ``@FILE`` and ``-`` (standard input) hold; ``@@`` begins a text with one ``@``.

    ``-`` for a sentence leaves it out of the text.
    """
    inputs = [
        field_id for field_id, text in assignments if text == STANDARD_INPUT and not field_id.startswith(SENTENCE)
    ]
    if len(inputs) > 1:
        raise UsageError(f"nothing was saved; only one of {', '.join(inputs)} can be read from standard input")
    return tuple((field_id, _value(field_id, text)) for field_id, text in assignments)


def _value(field_id: str, text: str) -> str:
    if text.startswith("@@"):
        return text[1:]
    from_input = text == STANDARD_INPUT and not field_id.startswith(SENTENCE)
    if not from_input and not text.startswith("@"):
        return text
    try:
        return read_text(text if from_input else text[1:], MOST_BYTES)
    except UsageError as error:
        raise UsageError(f"nothing was saved; {field_id}: {error}") from error


def _declared(view: View, assignments: tuple[tuple[str, str], ...]) -> Iterator[str]:
    """Yield each statement that is about to be made, and the evidence beside it."""
    rows = view.verdicts[StepId.DECLARATIONS].rows
    for field_id, text in assignments:
        if field_id not in SECTIONS or normal(field_id, text) != "yes":
            continue
        yield f"you declare to Amazon: {BY_ID[field_id].label}. What was seen of it:"
        evidence = [row for row in rows if row.section == SECTIONS[field_id] and row.label != BY_ID[field_id].label]
        for row in evidence:
            yield f"  {MARK_GLYPHS[row.mark]} {row.label}: {row.value}{f' ({row.source})' if row.source else ''}"


def _check(assignments: tuple[tuple[str, str], ...]) -> None:
    """Raise :class:`UsageError` with everything that is wrong."""
    errors = []
    for field_id, text in assignments:
        wrong = check(field_id, text)
        if not wrong and "." not in field_id and field_id not in BY_ID:
            wrong = "there is no such field"
        if wrong:
            errors.append(f"{field_id}: {wrong}{_near(field_id)}")
    if errors:
        raise UsageError("nothing was saved; " + " ".join(errors))


def _near(field_id: str) -> str:
    near = [] if field_id in BY_ID else difflib.get_close_matches(field_id, BY_ID, n=1)
    return f" Did you mean {near[0]}?" if near else ""


def _save(onboarding: Onboarding, view: View, assignments: tuple[tuple[str, str], ...]) -> None:
    store_wrong = "" if onboarding.options.read_only else view.read_only
    if store_wrong:
        raise CannotLook(f"nothing was saved: {store_wrong}")
    try:
        onboarding.enter_all(assignments)
    except OSError as error:
        raise CannotLook(f"nothing was saved: {error.strerror or error}") from error


def _messages(view: View) -> list[str]:
    rows = view.situation.messages.rows
    if not rows:
        return []
    lines = [(row.id, f"{row.origin.value}: {message_words(row)}") for row in rows]
    return ["Messages; a guess claims nothing until you confirm it:", *output.table(lines), ""]


def _page(view: View, document: dict[str, Any]) -> list[str]:
    rows = []
    for field in document["fields"]:
        value = field["value"].replace("\n", " / ")
        value = value if len(value) <= 70 else value[:69] + "…"
        origin = f"  ({field['origin']})" if field["origin"] else ""
        problem = f"  ! {field['problem']}" if field["problem"] else ""
        rows.append((field["id"], f"{value or '-'}{origin}{problem}"))
    description = view.judgement.description
    note = document["contact_language_note"]
    return [
        *output.table(rows),
        *([output.fold(note, first="! ", then="  ")] if note else []),
        "",
        *_messages(view),
        f"Use-case description, {len(description.text)} of 5000 characters:",
        *(f"  {part}" for part in description.text.splitlines()),
        *(output.fold(f"{hole.message} {hole.remedy}", first="! missing: ", then="    ") for hole in description.holes),
        "",
        "Ready to file." if document["ready_to_file"] else "Not ready to file: `file --dry-run` says why.",
    ]
