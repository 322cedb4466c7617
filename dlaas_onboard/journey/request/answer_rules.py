"""An answer that is needed from a person: what is asked, what may be answered, and what it is now."""

from __future__ import annotations

from dataclasses import dataclass

from dlaas_onboard.journey.request import field_rules
from dlaas_onboard.journey.request.message_entry import message_words
from dlaas_onboard.journey.situation.fields import BY_ID, Field, FieldKind
from dlaas_onboard.journey.situation.message_fields import MESSAGE, message_part
from dlaas_onboard.journey.situation.message_row import CLASS_WORDS, MessageClass
from dlaas_onboard.journey.situation.situation import Situation


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of which a person has to say the value."""

    field: str
    label: str
    help: str
    rules: str  # what is taken, in one sentence
    value: str = ""  # what stands there now: the answer, or what was read
    choices: tuple[str, ...] = ()
    declaration: bool = False


def asked(field_id: str, situation: Situation) -> Asked | None:
    """Return what is asked of a field; of a message the first part that nobody named, then to confirm it.

    ``None`` for an id that is no field.
    """
    if field_id.startswith(MESSAGE):
        return _of_message(field_id, situation)
    field = BY_ID.get(field_id)
    if field is None:
        return None
    value = situation.input(field_id).text
    return Asked(
        field_id,
        field.label,
        field.help,
        rules(field),
        "" if field_rules.check(field_id, value) else value,
        tuple(choice for choice, _ in field.choices),
        field.kind == FieldKind.DECLARATION,
    )


def _of_message(field_id: str, situation: Situation) -> Asked | None:
    row_id, part = message_part(field_id)
    row = situation.messages.row(row_id)
    if row is None:
        return None
    named = {"name": row.name, "trigger": row.trigger, "recipient": row.recipient, "class": row.message_class or ""}
    open_parts = (
        name for name, value in named.items() if not value or field_rules.check(_message(row_id, name), value)
    )
    if part == "confirmed":
        part = next(open_parts, part)
    where = f" Read at {', '.join(map(str, row.sources))}." if row.sources else ""
    label = (
        f"Is this message as it is sent: {message_words(row)}?" if part == "confirmed" else f"The {part} of {row.id}"
    )
    choices = tuple(MessageClass) if part == "class" else ("yes",) if part == "confirmed" else ()
    return Asked(
        _message(row_id, part),
        label,
        f"It is told to Amazon in your name.{where}",
        _MESSAGE_RULES.get(part, "Plain words that a reviewer understands."),
        choices=tuple(str(choice) for choice in choices),
    )


def _message(row_id: str, part: str) -> str:
    return f"{MESSAGE}{row_id}.{part}"


_MESSAGE_RULES = {
    "trigger": "Words that follow on “sent”, such as “when somebody signs up”.",
    "recipient": "Words for who gets it, such as “the account's owner”.",
    "class": f"One of {', '.join(f'{kind} ({words})' for kind, words in CLASS_WORDS.items())}.",
    "confirmed": "yes where it is right; else correct its name, trigger, recipient or class first.",
}


def rules(field: Field) -> str:
    """Return what a field takes, in one sentence; :func:`~.field_rules.check` holds it to that."""
    match field.kind:
        case FieldKind.CHOICE:
            return f"One of {', '.join(value for value, _ in field.choices)}."
        case FieldKind.SWITCH:
            return "yes or no."
        case FieldKind.DECLARATION:
            return "yes, where it is true; only the person who answers for it may declare it."
        case FieldKind.NUMBER:
            return field_rules.number_rule(field.id)
        case FieldKind.LINES:
            return f"Text of at most {field_rules.longest(field.id):,} characters."
    return field_rules.line_rule(field)
