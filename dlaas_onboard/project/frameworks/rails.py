"""Rails' ActionMailer: mailer classes define the messages, ``deliver_now`` and ``deliver_later`` send them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from dlaas_onboard.journey.facts.sending import SendingKind
from dlaas_onboard.project.parts import Parts, innermost, parts
from dlaas_onboard.project.sendings import Index, Sending
from dlaas_onboard.project.syntax import (
    Invocation,
    Parameter,
    SourceFile,
    descendants,
    entries,
    invocation,
    is_identifier,
    root_name,
    text_of,
    unwrap,
)

WORDS = (b"deliver", b"Mailer", b"devise")

_DELIVERS = frozenset({"deliver_now", "deliver_later", "deliver_now!", "deliver_later!"})
_OLD_DELIVERS = frozenset({"deliver", "deliver!"})
_PASSED = frozenset({"with", "set", "delay", "new"})
_DEVISE = {
    "confirmable": "confirmation_instructions",
    "recoverable": "reset_password_instructions",
    "lockable": "unlock_instructions",
    "invitable": "invitation_instructions",
}


def find(file: SourceFile, index: Index) -> Iterator[Sending]:
    """Yield the deliveries of a Ruby file, each with the message that its mailer defines."""
    if file.language != "Ruby":
        return
    for call in file.invocations:
        if call.name == "devise" and call.receiver is None:
            yield from _devise(file, call, index)
        elif _delivers_each(call):
            mailer, method, message = _mailer(file, call)
            sending = _delivery(file, call, index, (mailer, method), message)
            sending.bulk = True
            yield sending
        elif call.name in _DELIVERS or (call.name in _OLD_DELIVERS and call.receiver is not None):
            mailer, method, message = _mailer(file, call)
            if call.name in _DELIVERS or mailer.endswith("Mailer"):
                yield _delivery(file, call, index, (mailer, method), message)


def _delivers_each(call: Invocation) -> bool:
    """Whether a call delivers each of several messages: ``mails.each(&:deliver_later)``."""
    if call.receiver is None:
        return False
    listed = call.node.child_by_field_name("arguments")
    passed = [text_of(child) for child in listed.named_children] if listed is not None else []
    return any(each.removeprefix("&:") in _DELIVERS for each in passed if each.startswith("&:"))


def _mailer(file: SourceFile, call: Invocation) -> tuple[str, str, Invocation | None]:
    """Return mailer, message and the message's call of a delivery; ``""`` where they cannot be read."""
    node = unwrap(call.receiver) if call.receiver is not None else None
    if node is not None and node.type == "identifier":
        node = file.assigned(text_of(node), node) or node
    message: Invocation | None = None
    while node is not None and node.type == "call":
        step = invocation(node)
        if step is None:
            break
        if step.name not in _PASSED:
            message = step
        node = unwrap(step.receiver) if step.receiver is not None else None
    if message is None or (node is not None and node.type not in ("constant", "scope_resolution")):
        return "", "", None
    if node is not None:
        return text_of(node), message.name, message
    own = file.class_name(call.node)  # inside of the mailer itself: issue_add(user).deliver_later
    return (own, message.name, message) if own.endswith("Mailer") else ("", "", None)


def _delivery(
    file: SourceFile, call: Invocation, index: Index, what: tuple[str, str], message: Invocation | None
) -> Sending:
    mailer, method = what
    if mailer and not mailer.endswith("Mailer") and _definition(index, mailer, method) is None:
        mailer, message = "", None  # Config.mailer_class.welcome(user): which class that is, the code does not say
    name = f"{mailer}.{method}.{call.name}" if mailer else call.name
    sending = Sending(file, call, "ActionMailer", Parts(file), name=name)
    if not mailer:
        return sending
    folder = underscore(mailer)
    sending.templates = (f"{folder}/{method}",)
    sending.subject_key = f"{folder.replace('/', '.')}.{method}.subject"
    defined = _definition(index, mailer, method)
    if defined is not None:
        sending.parts, parameters = defined
        if message is not None:
            sending.called = _called(file, message, sending.parts, parameters)
    return sending


def _called(file: SourceFile, message: Invocation, defined: Parts, parameters: tuple[Parameter, ...]) -> Parts:
    """Return what the call gives where the mailer passes it on: ``mail(to: address)``, ``mail(to: options[:to])``."""
    called = Parts(file)
    for part in ("recipient", "subject"):
        node = defined.nodes.get(part)
        name, member = root_name(innermost(node)) if node is not None else ("", "")
        given = given_for(message, parameters, name)
        if member and message.named(member) is not None:
            given = message.named(member)
        elif member:
            given = entries(given).get(member) if given is not None else None
        if given is not None and any(each.name == name for each in parameters):
            called.nodes[part] = given
    return called


def given_for(call: Invocation, parameters: tuple[Parameter, ...], name: str) -> Node | None:
    """Return what a call gives for the parameter of a name."""
    position = next((each.position for each in parameters if each.name == name), -1)
    positional = call.positional()
    return positional[position] if 0 <= position < len(positional) else call.named(name)


def underscore(name: str) -> str:
    """Return the path of a constant: ``Admin::UserMailer`` → ``admin/user_mailer``."""
    path = name.replace("::", "/")
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", path).lower().lstrip("/")


def _definition(index: Index, mailer: str, method: str) -> tuple[Parts, tuple[Parameter, ...]] | None:
    """Return the parts that the mailer's method gives to ``mail``, and the method's parameters."""
    path = underscore(mailer)
    for file in index.by_stem(path.rpartition("/")[2], ".rb"):
        for node in _methods(file, method):
            return _method_parts(file, node, _MAX_HELPERS), file.parameters(node)
    return None


def _methods(file: SourceFile, name: str) -> Iterator[Node]:
    for node in descendants(file.root):
        if node.type == "method" and text_of(node.child_by_field_name("name")) == name:
            yield node


_MAX_HELPERS = 2  # a method of the mailer that another one calls to have it mail


def _method_parts(file: SourceFile, method: Node, helpers: int) -> Parts:
    """Return the parts that a method gives to ``mail``, or has a private method of the mailer give."""
    inside = [
        call
        for call in file.invocations
        if call.receiver is None and call.arguments and file.enclosing(call.node, lambda node: node == method)
    ]
    for call in inside:
        if call.name == "mail":
            return parts(file, call)
    for call in inside if helpers else ():
        for helper in _methods(file, call.name):
            found = _method_parts(file, helper, helpers - 1)
            if found.nodes:
                return _with_arguments(found, file.parameters(helper), call)
    named = next((call for call in inside if "mail" in call.name), None)
    return parts(file, named) if named is not None else Parts(file)


def _with_arguments(found: Parts, parameters: tuple[Parameter, ...], call: Invocation) -> Parts:
    """Return a method's parts with what a call gives in the place of its parameters."""
    for part, node in found.nodes.items():
        given = given_for(call, parameters, text_of(innermost(node))) if is_identifier(innermost(node)) else None
        found.nodes[part] = given or node
    return found


_NO_UNLOCK_MAIL = re.compile(rb"^[^#\n]*\bunlock_strategy\s*(?:[:=]|=>)\s*:(?:time|none)\b", re.MULTILINE)


def _devise(file: SourceFile, call: Invocation, index: Index) -> Iterator[Sending]:
    """Yield the mail that Devise itself sends for the modules that a model asks for.

    Who unlocks by time alone, or never, is sent no instructions (Devise's ``unlock_strategy``).
    """
    settings = (file, *index.by_stem("devise", ".rb"))
    unlocks_by_mail = not any(_NO_UNLOCK_MAIL.search(each.data) for each in settings)
    for symbol in _symbols(call):
        method = _DEVISE.get(symbol)
        if method is not None and (symbol != "lockable" or unlocks_by_mail):
            sending = Sending(file, call, "Devise", Parts(file), SendingKind.LIBRARY, name=f"devise :{symbol}")
            sending.setting = f"{underscore(file.class_name(call.node)) or 'resource'}.email"  # Devise's headers_for
            sending.templates = (f"mailer/{method}", f"devise/mailer/{method}")
            sending.subject_key = f"devise.mailer.{method}.subject"
            yield sending


def _symbols(call: Invocation) -> Iterator[str]:
    """Yield the symbols that a call is given, those of a list that a condition chooses among them."""
    for argument in call.positional():
        nodes = descendants(argument) if argument.type == "splat_argument" else (argument,)
        yield from (text_of(node).lstrip(":") for node in nodes if node.type == "simple_symbol")
