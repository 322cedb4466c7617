"""``draft``: the request as it stands, and setting its fields."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from dlaas_onboard.headless import diagnostics, output
from dlaas_onboard.headless.first_look import look, unread
from dlaas_onboard.headless.opinion import opinion_document, opinion_lines
from dlaas_onboard.journey.errors import CannotLook, UsageError
from dlaas_onboard.journey.request import contact_language
from dlaas_onboard.journey.request.message_entry import message_document, message_words, wrong_messages
from dlaas_onboard.journey.request.request_draft import check, draft
from dlaas_onboard.journey.situation.fields import BY_ID, FIELDS
from dlaas_onboard.journey.steps.second_opinion import second_opinion
from dlaas_onboard.onboarding import looks_of

if TYPE_CHECKING:
    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.onboarding import Onboarding, View

SCHEMA = "dlaas-onboard/draft/1"


def run(onboarding: Onboarding, args: Arguments) -> int:
    """Save what was set, all of it or nothing, then print the draft; return the exit status."""
    if args.assignments:
        _check(args.assignments)
    view = look(onboarding)
    wrong = unread(view.facts)
    if args.assignments:
        if errors := wrong_messages(view.situation, args.assignments):
            raise UsageError("nothing was saved; " + " ".join(errors))
        _save(onboarding, view, args.assignments)
        looks = looks_of(field for field, _ in args.assignments)
        if looks and not wrong:  # what is printed is of the new values
            onboarding.look(looks)
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
        output.document(_document(view))
    else:
        output.write("\n".join(_page(view)))
    return 0


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
        for field_id, text in assignments:
            onboarding.enter(field_id, text)
    except OSError as error:
        raise CannotLook(f"not saved: {error.strerror or error}") from error


def _document(view: View) -> dict[str, Any]:
    request, errors = draft(view.situation)
    fields = []
    for field in FIELDS:
        effective = view.situation.input(field.id)
        fields.append(
            {
                "id": field.id,
                "step": field.step.value,
                "label": field.label,
                "value": effective.text,
                "origin": effective.origin,
                "source": effective.source,
                "problem": errors.get(field.id) or check(field.id, effective.text),
            }
        )
    return {
        "schema": SCHEMA,
        "account": view.place.account,
        "region": view.place.region,
        "fields": fields,
        "messages": [message_document(row) for row in view.situation.messages.rows],
        "payload": request.params() if request else None,
        "problems": errors,
        "contact_language_note": contact_language.words(view.situation),
        "gates": [
            {"id": gate.id, "title": gate.title, "light": gate.light.value, "open": gate.open, "why": gate.why}
            for gate in view.judgement.gates
        ],
        "ready_to_file": request is not None and all(gate.open for gate in view.judgement.gates),
    }


def _messages(view: View) -> list[str]:
    rows = view.situation.messages.rows
    if not rows:
        return []
    lines = [(row.id, f"{row.origin.value}: {message_words(row)}") for row in rows]
    return ["Messages; a guess claims nothing until you confirm it:", *output.table(lines), ""]


def _page(view: View) -> list[str]:
    document = _document(view)
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
