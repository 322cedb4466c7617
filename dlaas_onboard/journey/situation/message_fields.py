"""What an operator says of a message: ``message.<id>.<part>``, such as ``message.invoice.trigger``."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import NamedTuple

from dlaas_onboard.journey.situation.message_row import CLASS_WORDS, MessageClass
from dlaas_onboard.journey.text import clean, line

MESSAGE = "message."  # prefix of the family
PARTS = ("name", "trigger", "recipient", "class", "volume", "sample", "confirmed")
CODE = "code"  # the part that a confirmation keeps by itself: what was read, as message_code writes it
_LIMITS = {"name": 100, "trigger": 200, "recipient": 120, "volume": 120, "sample": 4000}
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
# What stands in code and says nothing to a reviewer: sign_up, run(), invoice.client.email, cron(0 6 1 * ? *).
_CODE = re.compile(
    r"\w_\w|\w\(|\b[a-z]\w*\.[a-zA-Z]\w*(?:\.\w+)+|\b\w+\.\w*e?mail\w*\b(?!\.)|=>|\$\{|\* \*", re.IGNORECASE
)
_ADDRESS = re.compile(r"\S+@\S+")
_BEGINS = re.compile(
    r"(?:when|whenever|after|before|each|every|once|on|if|for|to|at|in|while|as|until|upon|daily|weekly|monthly|by)\b",
    re.IGNORECASE,
)
_NO_EVENT = re.compile(
    r"\bfeel like\b|\b(?:when|whenever|if|as) (?:we|i) (?:want|like|feel|please|wish|need)\b|\bwhenever\W*$|^never\b"
    r"|\b(?:when|if) (?:some|any)thing happens\b|\bfrom time to time\b|\bnow and then\b",
    re.IGNORECASE,
)
_YES = frozenset({"yes", "y", "true", "on", "1"})


class MessagePart(NamedTuple):
    """The id of a message and the part of it that a field holds."""

    id: str
    part: str


def message_part(field_id: str) -> MessagePart:
    """Return what ``message.<id>.<part>`` names."""
    row_id, _, part = field_id.removeprefix(MESSAGE).rpartition(".")
    return MessagePart(row_id, part)


def is_kept_code(field_id: str) -> bool:
    """Return whether a field holds what was read of a message when it was confirmed: nobody enters it."""
    return field_id.startswith(MESSAGE) and message_part(field_id).part == CODE


def row_id(name: str) -> str:
    """Return the id of a message by its name: ``Your 20% discount`` is ``your-20-discount``."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.casefold()).strip("-._")[:72] or "message"


def normal_message(field_id: str, text: str) -> str:
    """Return what an operator says of a message in the form in which it is kept."""
    part = message_part(field_id).part
    if part == "sample":
        return clean("\n".join(each.rstrip() for each in text.splitlines()).strip(), limit=len(text)).strip()
    text = clean(" ".join(text.split()), limit=len(text), multiline=False)
    word = text.casefold()
    if part == "class":
        return next((value.value for value, words in CLASS_WORDS.items() if word in (value.value, words)), text)
    if part == "confirmed":
        return "yes" if word in _YES else "" if word in ("no", "n", "false", "off", "0") else text
    return text.rstrip(".") if part in ("trigger", "recipient", "volume") else text


def check_message(field_id: str, text: str) -> str:
    """Return in one sentence what is wrong with what an operator says of a message, ``""`` if nothing."""
    row, part = message_part(field_id)
    if not _ID.fullmatch(row) or part not in PARTS:
        near = get_close_matches(part, PARTS, n=1)
        hint = f" Did you mean {near[0]}?" if near and _ID.fullmatch(row) else ""
        return f"A field of a message is message.<id>.<part>, with one of {', '.join(PARTS)} as its part.{hint}"
    text = normal_message(field_id, text)
    if not text:
        return ""
    if len(text) > _LIMITS.get(part, len(text)):
        return f"The {part} has {len(text):,} characters; the limit is {_LIMITS[part]:,}."
    return _check_part(part, text)


def _check_part(part: str, text: str) -> str:
    if part == "class" and text not in set(MessageClass):
        near = get_close_matches(text.casefold(), [value.value for value in MessageClass], n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        return f"The class is one of {', '.join(value.value for value in MessageClass)}.{hint}"
    if part == "confirmed" and text != "yes":
        return "Enter yes to confirm the message, or leave it empty."
    if part in ("name", "trigger", "recipient") and (code := _CODE.search(_ADDRESS.sub("", text))):
        return f"Say it in plain words: {line(code.group(), limit=40)!r} is of the code, and tells a reviewer nothing."
    if part == "trigger" and _NO_EVENT.search(text):
        return "Name the event that sends it: what somebody did, or what happened, or the day."
    if part == "trigger" and not _BEGINS.match(text):
        return "Say what sends it so that it follows on “sent”: “when somebody signs up”, “on the first of each month”."
    return ""
