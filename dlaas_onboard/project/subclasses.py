"""Messages that are classes: a base class sends what each of its subclasses says.

``class BaseEmail { send() { mailer.sendMail({to: this.props.to, subject: this.subject()}) } }`` says nothing of the
messages; ``class Welcome extends BaseEmail`` is one. Its place is the class, its triggers are where one is made.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from tree_sitter import Node

from dlaas_onboard.journey.facts.sending import TriggeringCall
from dlaas_onboard.project.parts import Parts, innermost
from dlaas_onboard.project.sendings import Sending
from dlaas_onboard.project.syntax import (
    Invocation,
    SourceFile,
    descendants,
    entries,
    is_identifier,
    root_name,
    text_of,
    unwrap,
)
from dlaas_onboard.project.values import Texts, read_value

MAX_SUBCLASSES = 300
MAX_TRIGGERS = 40

Callers = Callable[[Iterable[str]], Iterator[SourceFile]]

_OWN = re.compile(r"(?:await\s+)?(?:this\??\.|self\.|\$this->)")
_METHODS = {
    "subject": re.compile(r"_?(?:get_?)?subject", re.IGNORECASE),
    "text": re.compile(r"_?(?:get_?|render_?(?:as_?)?)?(?:text|plain)(?:_?body)?", re.IGNORECASE),
}
_KEYS = {"to": "recipient", "subject": "subject", "text": "text", "html": "html"}


def follow_subclasses(sendings: list[Sending], callers: Callers) -> None:
    """Add the messages that are subclasses of a class that sends."""
    bases = {sending.file.class_name(sending.call.node): sending for sending in sendings if _sends_its_own(sending)}
    bases.pop("", None)
    if not bases:
        return
    found: dict[str, Sending] = {}
    for file in callers(bases):
        for node in descendants(file.root):
            if node.type not in file.grammar.classes or len(found) >= MAX_SUBCLASSES:
                continue
            base = next((each for name, each in bases.items() if _extends(node, name)), None)
            message = _message_of(file, node) if base is not None else None
            if base is not None and message is not None:
                found.setdefault(text_of(node.child_by_field_name("name")), _place(file, node, message, base))
    if found:
        _add_triggers(found, callers)
        sendings.extend(found.values())


def _sends_its_own(sending: Sending) -> bool:
    """Whether a call sends what other methods of its object say."""
    if sending.parts.file is not sending.file or sending.lines or sending.templates:
        return False
    subject = sending.parts.nodes.get("subject")
    if subject is not None:
        return _is_own(sending.file, innermost(subject))
    return any(_is_own(sending.file, unwrap(node)) for node in sending.call.positional()[:1])


def _is_own(file: SourceFile, node: Node) -> bool:
    values = [node, *(file.assignments(text_of(node), node) if is_identifier(node) else ())]
    calls = (unwrap(value) for value in values)
    return any(each.type in file.grammar.calls and _OWN.match(text_of(each)) is not None for each in calls)


def _extends(node: Node, name: str) -> bool:
    """Whether a class names another in its head."""
    body = node.child_by_field_name("body")
    own = node.child_by_field_name("name")
    if body is None or own is None or text_of(own) == name:
        return False
    head = text_of(node).encode()[own.end_byte - node.start_byte : body.start_byte - node.start_byte]
    return re.search(rb"(?:extends|[(<:\\])\s*(?:[\w.]+[.\\])?" + re.escape(name).encode() + rb"\b", head) is not None


def _message_of(file: SourceFile, node: Node) -> Parts | None:
    """Return what a class says of its message; ``None`` where it says no subject."""
    message = Parts(file)
    for function in (each for each in descendants(node) if each in file.functions):
        name = file.function_name(function)
        for part, pattern in _METHODS.items():
            values = file.returned_values(function) if pattern.fullmatch(name) else []
            if len(values) == 1:
                message.nodes.setdefault(part, values[0])
        for value in file.returned_values(function):
            for key, given in entries(value).items():
                if key in _KEYS:
                    message.nodes.setdefault(_KEYS[key], given)
    return message if "subject" in message.nodes else None


def _place(file: SourceFile, node: Node, message: Parts, base: Sending) -> Sending:
    base.carrier = True
    name = text_of(node.child_by_field_name("name"))
    call = Invocation(node, name, None)
    sending = Sending(file, call, base.framework, message, base.kind, name=name, via=base.source)
    recipient = base.parts.nodes.get("recipient")
    if recipient is not None and "recipient" not in message.nodes:
        sending.called = Parts(base.parts.file, {"recipient": recipient})
    return sending


def _add_triggers(found: dict[str, Sending], callers: Callers) -> None:
    given: dict[str, list[Parts]] = defaultdict(list)
    for file in callers(found):
        for call in file.invocations:
            sending = found.get(call.name)
            if sending is None or len(sending.triggers) >= MAX_TRIGGERS or not _is_made(file, call):
                continue
            source = type(sending.source)(file.source(call.node).path, call.line)
            node = _recipient(call, sending)
            sending.triggers.append(TriggeringCall(source, file.scope(call.node), read_value(file, node, Texts())))
            if node is not None:
                given[call.name].append(Parts(file, {"recipient": node}))
    for name, sending in found.items():
        own = sending.called is not None and _OWN.match(text_of(innermost(sending.called.nodes["recipient"])))
        if own and len({text_of(each.nodes["recipient"]) for each in given[name]}) < 2:
            # What the base class takes is its object's own: who that is, only the one who makes it says.
            sending.called = given[name][0] if given[name] else None


def _is_made(file: SourceFile, call: Invocation) -> bool:
    return call.node.type in ("new_expression", "object_creation_expression") or file.language == "Python"


def _recipient(call: Invocation, sending: Sending) -> Node | None:
    """Return what an object is given under the key that its class takes the recipient from."""
    base = sending.called.nodes.get("recipient") if sending.called is not None else None
    member = re.split(r"[.>]", text_of(base))[-1] if base is not None and root_name(base) else "to"
    if (named := call.named(member)) is not None:
        return named
    given = (entries(unwrap(node)).get(member) for node in call.positional()[:1])
    return next(given, None)
