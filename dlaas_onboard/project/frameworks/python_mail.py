"""Django, Flask-Mail, fastapi-mail and smtplib."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from dlaas_onboard.journey.facts.sending import SendingKind
from dlaas_onboard.project.parts import Parts, add_setters, add_variable, parts
from dlaas_onboard.project.sendings import Index, Sending
from dlaas_onboard.project.syntax import Invocation, SourceFile, invocation, is_identifier, text_of, unwrap

WORDS = (
    *(b"send_mail", b"send_mass_mail", b"EmailMessage", b"EmailMultiAlternatives", b"AnymailMessage", b"mail_admins"),
    *(b"mail_managers", b"email_user", b"send_messages", b"flask_mail", b"fastapi_mail", b"smtplib", b"core.mail"),
    b".send()",
)
# Function of django.core.mail → the order of its arguments.
_DJANGO = {
    "send_mail": ("subject", "text", "sender", "recipient"),
    "send_mass_mail": (),
    "mail_admins": ("subject", "text"),
    "mail_managers": ("subject", "text"),
}
_SETTINGS = {"mail_admins": "settings.ADMINS", "mail_managers": "settings.MANAGERS"}
_DJANGO_MESSAGES = frozenset({"EmailMessage", "EmailMultiAlternatives", "AnymailMessage"})
_MESSAGE_ORDER = ("subject", "text", "sender", "recipient")
_MESSAGE_NAME = re.compile(r"(?:^|[._])(?:e?mail|msg|message|mail_?message|email_?message)$", re.IGNORECASE)
_FLASK = (b"flask_mail", b"flask_mailman", b"fastapi_mail")
_SMTP_ORDERS = {
    "sendmail": ("sender", "recipient", "raw"),
    "send_message": ("raw", "sender", "recipient"),
    "send": ("raw",),
}


def find(file: SourceFile, index: Index) -> Iterator[Sending]:
    """Yield the calls of a Python file that send."""
    del index
    if file.language != "Python":
        return
    for call in file.invocations:
        for reader in (_django_function, _django_message, _django_user, _flask, _smtp):
            sending = reader(file, call)
            if sending is not None:
                yield sending
                break


def _origin(file: SourceFile, call: Invocation) -> str:
    """Return the full name of what is called, by the file's imports: ``django.core.mail.send_mail``."""
    root, _, rest = call.path.partition(".")
    whole = file.imports.get(root, root)
    return f"{whole}.{rest}" if rest else whole


def _django_function(file: SourceFile, call: Invocation) -> Sending | None:
    origin = _origin(file, call)
    module, _, name = origin.rpartition(".")
    everything = "django.core.mail.*" in file.imports.values() or b"from django.core.mail import *" in file.data
    if name not in _DJANGO or not (module in ("django.core.mail", "core.mail") or (everything and not module)):
        return None
    bulk = name == "send_mass_mail"
    message = parts(file, call, _DJANGO[name])
    kind = SendingKind.BULK if bulk else SendingKind.MESSAGE
    return Sending(file, call, "Django", message, kind, name=name, bulk=bulk, setting=_SETTINGS.get(name, ""))


def _is_django_message(file: SourceFile, node: Node | None) -> Invocation | None:
    call = invocation(node) if node is not None and node.type == "call" else None
    origin = _origin(file, call) if call is not None else ""
    known = origin.startswith(("django.core.mail", "anymail")) and origin.rpartition(".")[2] in _DJANGO_MESSAGES
    return call if known else None


def _django_message(file: SourceFile, call: Invocation) -> Sending | None:
    """Return ``message.send()``, with what the message was made of."""
    if call.name == "send_messages":
        uses = file.mentions(b"django.core.mail", b"get_connection") and call.receiver is not None
        return Sending(file, call, "Django", parts(file, call), SendingKind.BULK, bulk=True) if uses else None
    if _is_django_message(file, call.node) is not None:
        return _message_not_sent_here(file, call)
    if call.name != "send" or call.receiver is None:
        return None
    receiver = unwrap(call.receiver)
    message = Parts(file)
    constructor = _is_django_message(file, receiver)
    if constructor is None:
        name = text_of(receiver)
        constructor = _is_django_message(file, file.assigned(name, call.node)) or _first_message(file, name, call.node)
        add_setters(message, name, call.node)
    if constructor is not None:
        message.nodes = {**message.nodes, **parts(file, constructor, _MESSAGE_ORDER).nodes}
    elif not _is_message(file, receiver, call):
        return None
    name = f"{constructor.name if constructor is not None else text_of(receiver)}.send"
    return Sending(file, call, "Django", message, name=name)


def _is_message(file: SourceFile, receiver: Node, call: Invocation) -> bool:
    """Whether a variable whose making cannot be read holds a message, by its name and what made it, or the imports."""
    name = text_of(receiver)
    if not _MESSAGE_NAME.search(name) or name == "mail":
        return False
    if file.mentions(b"django.core.mail", b"anymail") and file.mentions(b"EmailM", b"AnymailMessage"):
        return True
    values = [text_of(each) for each in file.assignments(name, call.node)]  # email = mail_builder.welcome(user)
    values += [
        f"{text_of(made_by)}(" for each in values for made_by in file.assignments(each.partition("(")[0], call.node)
    ]
    return not call.arguments and any(re.match(r"[\w.]*mail\w*\.\w+\(", each) for each in values)


def _first_message(file: SourceFile, name: str, near: Node) -> Invocation | None:
    """Return the message of a variable that is made in more than one branch: the first of them."""
    messages = (_is_django_message(file, value) for value in file.assignments(name, near))
    return next((each for each in messages if each is not None), None)


def _message_not_sent_here(file: SourceFile, call: Invocation) -> Sending | None:
    """Return a message that is made and handed on; one that is sent in the same function is told by its ``send()``."""
    if _is_sent_nearby(file, call.node):
        return None
    return Sending(file, call, "Django", parts(file, call, _MESSAGE_ORDER), name=call.name)


def _is_sent_nearby(file: SourceFile, node: Node) -> bool:
    parent = file.parent(node)
    if parent is not None and parent.type == "attribute":  # EmailMessage(…).send()
        return text_of(parent.child_by_field_name("attribute")) == "send"
    while parent is not None and parent.type in ("parenthesized_expression", "conditional_expression"):
        parent = file.parent(parent)
    if parent is None or parent.type != "assignment":
        return False
    name, function = text_of(parent.child_by_field_name("left")), file.function_of(node)
    return any(
        each.name == "send" and text_of(each.receiver) == name and file.function_of(each.node) == function
        for each in file.invocations
    )


def _django_user(file: SourceFile, call: Invocation) -> Sending | None:
    """Return ``user.email_user(subject, text)``."""
    if call.name != "email_user" or call.receiver is None or text_of(call.receiver).startswith("super"):
        return None
    message = parts(file, call, ("subject", "text", "sender"))
    message.nodes["recipient"] = call.receiver
    return Sending(file, call, "Django", message)


def _flask(file: SourceFile, call: Invocation) -> Sending | None:
    if call.name not in ("send", "send_message") or call.receiver is None or not file.mentions(*_FLASK):
        return None
    receiver = text_of(unwrap(call.receiver))
    extension = text_of(file.assigned(receiver, call.node))
    if not re.search(r"mail|^fm$", receiver, re.IGNORECASE) and not re.match(r"\w*Mail\(", extension):
        return None
    message = Parts(file)
    for argument in call.positional():
        message_call = invocation(file.assigned(text_of(argument), argument) or argument)
        if message_call is not None and message_call.name in ("Message", "MessageSchema", "EmailMessage"):
            message.nodes.update(parts(file, message_call, ("subject", "recipient")).nodes)
        if is_identifier(argument):
            add_variable(message, argument)
    if not message.nodes:
        message = parts(file, call, ("subject",) if call.name == "send_message" else ())
    framework = "fastapi-mail" if file.mentions(b"fastapi_mail") else "Flask-Mail"
    return Sending(file, call, framework, message)


def _smtp(file: SourceFile, call: Invocation) -> Sending | None:
    order = _SMTP_ORDERS.get(call.name)
    if order is None or call.receiver is None or not file.mentions(b"smtplib"):
        return None
    receiver = text_of(unwrap(call.receiver))
    if not _is_smtp(file, receiver, call.node) and call.name != "sendmail":
        return None
    message = parts(file, call, order)
    raw = message.nodes.get("raw")
    message_call = invocation(raw) if raw is not None else None
    for node in (raw, message_call.receiver if message_call is not None else None):  # msg, msg.as_string()
        if node is not None and is_identifier(node):
            add_variable(message, node)
    return Sending(file, call, "smtplib", message, SendingKind.RAW)


def _is_smtp(file: SourceFile, name: str, near: Node) -> bool:
    values = [*file.assignments(name, near)] or [each for each in [file.assigned(name, near)] if each is not None]
    return any(re.search(r"\bSMTP(?:_SSL)?\(", text_of(each)) for each in values) or (
        name in ("smtplib", "aiosmtplib") or bool(re.search(r"smtp", name, re.IGNORECASE))
    )
