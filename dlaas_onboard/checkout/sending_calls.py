"""Calls that send mail, whatever they name: those of the SDK and of nodemailer, and of functions that pass on to them.

A function that is given its recipient sends nothing of its own: the messages are those of its callers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from dlaas_onboard.checkout.javascript import Script

_CALLS = (
    "SendEmailCommand",
    "SendRawEmailCommand",
    "SendTemplatedEmailCommand",
    "SendBulkTemplatedEmailCommand",
    "SendBulkEmailCommand",
    "sendEmail",
    "sendMail",
    "sendRawEmail",
    "sendTemplatedEmail",
    "sendBulkTemplatedEmail",
    "sendBulkEmail",
)
_RECIPIENT = ("ToAddresses", "Destinations", "to", "email", "recipient", "recipients")
_MOST_CARRIERS = 40
_CONTROL = frozenset({"if", "for", "while", "switch", "catch", "with"})
# The handler of a Lambda function is given a request; who calls what a file exports without a name is not seen.
_GIVEN_NO_RECIPIENT = frozenset({"handler", "exports", "default"})


class SendingCall(NamedTuple):
    """The opening parenthesis of a call that sends a message."""

    script: Script
    opening: int

    @property
    def name(self) -> str:
        """Return what is called: ``SendBulkEmailCommand``."""
        return self.script.called(self.opening)

    @property
    def bulk(self) -> bool:
        """Whether one call sends many messages."""
        return "bulk" in self.name.lower()


def sending_calls(scripts: Mapping[str, Script]) -> Iterator[SendingCall]:
    """Yield each call that sends a message of its own."""
    todo = list(_CALLS)
    seen = set(todo)
    while todo and len(seen) < len(_CALLS) + _MOST_CARRIERS:
        name = todo.pop(0)
        for script in scripts.values():
            for opening in script.calls(name):
                if _is_declaration(script, opening):
                    continue
                function = _passes_on(script, opening)
                if function is None:
                    yield SendingCall(script, opening)
                elif function not in seen:
                    seen.add(function)
                    todo.append(function)


def is_covered(call: SendingCall, sites: Collection[int]) -> bool:
    """Whether the call, or one around it, is read already: ``sites`` are the tokens of those that are."""
    script, opening = call
    if any(opening - 1 <= site < script.end(opening) for site in sites):
        return True
    while opening >= 0:
        if opening - 1 in sites:
            return True
        opening = script.parent[opening]
    return False


def _is_declaration(script: Script, opening: int) -> bool:
    """Whether the call stands as a method's declaration: ``sendEmail(to) { … }``."""
    return script.is_text(script.end(opening) + 1, "{")


def _passes_on(script: Script, opening: int) -> str | None:
    """Return the function around a call that is given the recipient or the whole message, ``None`` if none is."""
    used = {
        script.tokens[index].text
        for start, end in _recipient(script, opening)
        for index in range(start, end)
        if script.tokens[index].kind == "name" and not script.is_text(index - 1, ".")
    }
    for name, start, closing in _named_functions_around(script, opening):
        parameters = {token.text for token in script.tokens[start : closing + 1] if token.kind == "name"}
        if name not in _GIVEN_NO_RECIPIENT and used & parameters:
            return name
    return None


def _named_functions_around(script: Script, index: int) -> Iterator[tuple[str, int, int]]:
    """Yield name, first and last token of the parameters of each named function around a token.

    A function without a name is called where it stands: nobody else gives it anything.
    """
    opened = {end: start for start, end in script.close.items()}
    while index >= 0:
        within = script.parent[index]
        at = index - 1
        while at > within and not script.is_text(at, ";") and not script.is_text(at, ","):
            if script.is_text(at, "=>"):  # an arrow whose body is an expression
                start = opened.get(at - 1, at - 1)
                if name := _assigned_to(script, start):
                    yield name, start, at - 1
                break
            at = opened.get(at, at) - 1
        closing = within - 2 if script.is_text(within - 1, "=>") else within - 1
        if script.is_text(within, "{") and closing in opened and (name := _named(script, opened[closing])):
            yield name, opened[closing], closing
        index = within


def _named(script: Script, start: int) -> str:
    """Return the name of the function with its parameters at ``start``, ``""`` where it has none or is no function."""
    before = script.tokens[start - 1] if start > 0 else None
    if before is None or before.text in _CONTROL:
        return ""
    if before.kind == "name" and before.text not in ("function", "async"):
        return before.text  # function name(…), or a method
    return _assigned_to(script, start)


def _assigned_to(script: Script, start: int) -> str:
    """Return the name that a function with its parameters at ``start`` is given."""
    at = start - 1
    while script.is_text(at, "async") or script.is_text(at, "function"):
        at -= 1
    named = (script.is_text(at, "=") or script.is_text(at, ":")) and at > 0 and script.tokens[at - 1].kind == "name"
    return script.tokens[at - 1].text if named else ""


def _recipient(script: Script, opening: int) -> list[tuple[int, int]]:
    """Return the tokens that may name the recipient: what stands under its key, else the first argument."""
    arguments = script.parts(opening)
    end = script.end(opening)
    keyed = []
    for key in _RECIPIENT:
        for index in script.mentions(key):
            if opening < index < end and script.is_text(index + 1, ":"):
                whole = next((part for part in script.parts(script.parent[index]) if part[0] == index), (index, index))
                keyed.append((index + 2, whole[1]))
            elif opening < index < end and script.is_text(script.parent[index], "{"):  # { email }
                keyed.append((index, index + 1))
    return keyed or arguments[:1]
