"""Rails' ActionMailer: mailer classes define the messages, ``deliver_now`` and ``deliver_later`` send them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from dlaas_onboard.journey.facts.sending import SendingKind
from dlaas_onboard.project.parts import Parts, parts
from dlaas_onboard.project.sendings import Index, Sending
from dlaas_onboard.project.syntax import Invocation, SourceFile, descendants, invocation, text_of, unwrap

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
            yield from _devise(file, call)
        elif call.name in _DELIVERS or (call.name in _OLD_DELIVERS and call.receiver is not None):
            mailer, method, message = _mailer(file, call)
            if call.name in _DELIVERS or mailer.endswith("Mailer"):
                yield _delivery(file, call, index, (mailer, method), message)


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
        sending.parts = defined
    if message is not None and message.arguments:
        sending.recipient = Parts(file, {"recipient": message.arguments[0].node})
    return sending


def underscore(name: str) -> str:
    """Return the path of a constant: ``Admin::UserMailer`` → ``admin/user_mailer``."""
    path = name.replace("::", "/")
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", path).lower().lstrip("/")


def _definition(index: Index, mailer: str, method: str) -> Parts | None:
    """Return the parts that the mailer's method gives to ``mail``."""
    path = underscore(mailer)
    for file in index.by_stem(path.rpartition("/")[2], ".rb"):
        for node in descendants(file.root):
            if node.type == "method" and text_of(node.child_by_field_name("name")) == method:
                return _method_parts(file, node)
    return None


def _method_parts(file: SourceFile, method: Node) -> Parts:
    for call in file.invocations:
        inside = file.enclosing(call.node, lambda node: node == method)
        if inside is not None and call.receiver is None and re.search(r"mail", call.name) and call.arguments:
            return parts(file, call)
    return Parts(file)


def _devise(file: SourceFile, call: Invocation) -> Iterator[Sending]:
    """Yield the mail that Devise itself sends for the modules that a model asks for."""
    for argument in call.positional():
        method = _DEVISE.get(text_of(argument).lstrip(":"))
        if method is not None:
            sending = Sending(
                file, call, "Devise", Parts(file), SendingKind.LIBRARY, name=f"devise {text_of(argument)}"
            )
            sending.templates = (f"mailer/{method}", f"devise/mailer/{method}")
            sending.subject_key = f"devise.mailer.{method}.subject"
            yield sending
