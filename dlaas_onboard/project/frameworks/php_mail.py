"""Laravel's mail and notifications, Symfony Mailer, PHPMailer, and PHP's own ``mail``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from tree_sitter import Node

from dlaas_onboard.journey.facts.sending import SendingKind
from dlaas_onboard.project.parts import Parts, add_chain, add_variable, parts
from dlaas_onboard.project.sendings import Index, Sending
from dlaas_onboard.project.syntax import Invocation, SourceFile, descendants, invocation, text_of, unwrap

WORDS = (
    *(b"Mail::", b"->notify(", b"->notifyNow(", b"Notification::", b"Mailable", b"MailMessage", b"mail(", b"PHPMailer"),
    *(b"MailerInterface", b"sendEmailVerificationNotification", b"sendPasswordResetNotification", b"sendResetLink"),
    *(b"ailer->", b"Component\\Mailer", b"Facades\\Mail", b"Facades\\Notification"),
)

_SENDS = frozenset({"send", "sendNow", "queue", "later", "queueOn", "laterOn", "raw", "plain", "html"})
_FACADE_ORDERS = {"send": ("template",), "raw": ("text",), "plain": ("template",), "html": ("html",)}
_NOTIFIES = frozenset({"notify", "notifyNow"})
_LIBRARY = {
    "sendEmailVerificationNotification": "verification of an address",
    "sendPasswordResetNotification": "password reset",
    "sendResetLink": "password reset",
}
_FUNCTIONS = {"mail": ("recipient", "subject", "text"), "wp_mail": ("recipient", "subject", "text"),
              "mb_send_mail": ("recipient", "subject", "text")}  # fmt: skip
_LINES = frozenset({"greeting", "line", "action", "salutation", "with", "lineIf"})


def find(file: SourceFile, index: Index) -> Iterator[Sending]:
    """Yield the calls of a PHP file that send."""
    if file.language != "PHP":
        return
    for call in file.invocations:
        for reader in (_function, _library, _facade, _sends_itself, _notification, _php_mailer, _mailer):
            sending = reader(file, call, index)
            if sending is not None:
                yield sending
                break


def _function(file: SourceFile, call: Invocation, index: Index) -> Sending | None:
    del index
    if call.node.type != "function_call_expression" or call.name not in _FUNCTIONS:
        return None
    framework = "WordPress" if call.name == "wp_mail" else "PHP"
    return Sending(file, call, framework, parts(file, call, _FUNCTIONS[call.name]))


def _library(file: SourceFile, call: Invocation, index: Index) -> Sending | None:
    del index
    if call.name not in _LIBRARY or call.receiver is None or text_of(call.receiver) in ("parent", "$this->notifiable"):
        return None
    recipient = call.receiver if call.name != "sendResetLink" else None
    message = Parts(file, {"recipient": recipient} if recipient is not None else {})
    return Sending(file, call, "Laravel", message, SendingKind.LIBRARY, name=call.name)


def _facade(file: SourceFile, call: Invocation, index: Index) -> Sending | None:
    """Return ``Mail::to(…)->send(new Welcome)`` and its kin."""
    if call.name not in _SENDS or _facade_of(file, call) != "Mail":
        return None
    direct = call.node.type == "scoped_call_expression"
    message = parts(file, call, _FACADE_ORDERS.get(call.name, ()) if direct and not _class_of(file, call) else ())
    add_chain(message, call.node)
    name = _class_of(file, call)
    sending = Sending(
        file, call, "Laravel", message, name=f"Mail::{call.name}({short_name(name)})" if name else f"Mail::{call.name}"
    )
    if name:
        _define(sending, index, name, ("envelope", "content", "build", "__construct"))
    return sending


def _facade_of(file: SourceFile, call: Invocation) -> str:
    """Return the class that a chain of calls begins with."""
    node: Node | None = call.node
    while node is not None:
        step = invocation(unwrap(node))
        if step is None:
            return ""
        if step.node.type == "scoped_call_expression":
            return _facades(file).get(text_of(step.receiver).rpartition("\\")[2], "")
        node = step.receiver
    return ""


def _facades(file: SourceFile) -> dict[str, str]:
    """Return Laravel's facades for mail by the names that a file gives them."""
    renamed = re.findall(rb"use\s+Illuminate\\Support\\Facades\\(Mail|Notification)\s+as\s+(\w{1,80})", file.data)
    return {"Mail": "Mail", "Notification": "Notification"} | {new.decode(): old.decode() for old, new in renamed}


def complete(sending: Sending, index: Index) -> None:
    """Add what the class of the message says, where a carrier is given one: ``Sender::send($user, new Paid)``."""
    name = _class_of(sending.file, sending.call) if sending.file.language == "PHP" else ""
    if name:
        sending.name = f"{sending.call.path}({short_name(name)})"
        _define(sending, index, name, ("toMail", "envelope", "content", "build", "__construct"))


def _class_of(file: SourceFile, call: Invocation) -> str:
    """Return the class of the message that is passed: ``new Welcome($user)``, or a variable that holds one."""
    for argument in reversed(call.arguments):
        node = unwrap(argument.node)
        if node.type == "variable_name":
            node = file.assigned(text_of(node), node) or node
        message = _made_object(node)
        if message is not None:
            return _imported(file, message.name)
    return ""


def _imported(file: SourceFile, name: str) -> str:
    """Return the full name of a class by the file's imports: ``use App\\Mail\\Reset as ResetMail``."""
    word = name.encode()
    match = re.search(rb"\buse\s+([\w\\]+\\" + word + rb")\s*;", file.data) or re.search(
        rb"\buse\s+([\w\\]+)\s+as\s+" + word + rb"\s*;", file.data
    )
    return match[1].decode() if match is not None else name


def _class_files(file: SourceFile, name: str, index: Index) -> tuple[SourceFile, ...]:
    """Return the file of a class: of several of one name that whose folders its full name has, else the nearest."""
    *folders, stem = name.split("\\")
    files = index.by_stem(stem, ".php")
    if len(files) < 2:
        return files

    def fit(each: SourceFile) -> tuple[int, int]:
        own = each.path.split("/")[:-1]
        named = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(own[::-1], folders[::-1], strict=False)))
        near = zip(own, file.path.split("/")[:-1], strict=False)
        return named, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], near))

    best = max(map(fit, files))
    fitting = tuple(each for each in files if fit(each) == best)
    return fitting if len(fitting) == 1 else ()


def _made_object(node: Node) -> Invocation | None:
    """Return the object that an expression begins with: ``(new Welcome($user))->onQueue('mail')``."""
    at: Node | None = unwrap(node)
    while at is not None:
        call = invocation(at)
        if call is None or call.node.type == "object_creation_expression":
            return call
        at = unwrap(call.receiver) if call.receiver is not None else None
    return None


def _notification(file: SourceFile, call: Invocation, index: Index) -> Sending | None:
    """Return ``$user->notify(new InvoicePaid)``, where the notification goes by mail or that cannot be read."""
    facade = call.name in ("send", "sendNow") and _facade_of(file, call) == "Notification"
    if not facade and not (call.name in _NOTIFIES and call.receiver is not None and call.arguments):
        return None
    name = _class_of(file, call)
    if not _goes_by_mail(file, call, index, name):
        return None
    recipient = call.arguments[0].node if facade and call.arguments else call.receiver
    message = Parts(file, {"recipient": recipient} if recipient is not None else {})
    shown = f"{'Notification::send' if facade else call.name}({short_name(name) or '…'})"
    sending = Sending(file, call, "Laravel notification", message, name=shown)
    if name:
        _define(sending, index, name, ("toMail",))
    return sending


def _sends_itself(file: SourceFile, call: Invocation, index: Index) -> Sending | None:
    """Return a notification that has itself sent: ``$dispatcher->sendNow($this->user, $this)``."""
    itself = call.name in ("send", "sendNow") and [text_of(each) for each in call.positional()[1:]] == ["$this"]
    if not itself or not file.mentions(b"function toMail"):
        return None
    name = file.class_name(call.node)
    shown = f"{call.name}({name})"
    sending = Sending(file, call, "Laravel notification", Parts(file, {"recipient": call.positional()[0]}), name=shown)
    _define(sending, index, name, ("toMail",))
    return sending


def _goes_by_mail(file: SourceFile, call: Invocation, index: Index, name: str) -> bool:
    """Whether a notification may go by mail: its class has ``toMail``, or was not found."""
    if re.search(r"route\(\s*['\"](?!mail['\"])", text_of(call.receiver)):
        return False  # Notification::route('telegram', …)
    files = _class_files(file, name, index) if name else ()
    if not files:
        return file.mentions(b"Notification")
    return any(each.mentions(b"toMail") for each in files)


def short_name(name: str) -> str:
    """Return a class's name without its namespace."""
    return name.rpartition("\\")[2]


def _define(sending: Sending, index: Index, name: str, methods: tuple[str, ...]) -> None:
    """Add what the class of the message says: subject, view, lines of text."""
    for file in _class_files(sending.file, name, index):
        defined = Parts(file)
        lines: list[Node] = []
        for method in descendants(file.root):
            if method.type != "method_declaration" or text_of(method.child_by_field_name("name")) not in methods:
                continue
            for node in descendants(method):
                call = invocation(node) if node.type in file.grammar.calls else None
                if call is not None:
                    _take_call(defined, call, lines)
        if "subject" not in defined.nodes and _BY_NAME.search(file.data) and not file.mentions(b"subject"):
            words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", short_name(name)).title()
            sending.subject_by_name = words
        if defined.nodes or lines:
            sending.called, sending.parts, sending.lines = sending.parts, defined, tuple(lines)
            return


# Laravel's MailMessage and Mailable have the class's own name, as words, for a subject where none is given.
_BY_NAME = re.compile(rb"new\s+MailMessage|extends\s+Mailable")


def _take_call(defined: Parts, call: Invocation, lines: list[Node]) -> None:
    for argument in call.arguments:
        if argument.name:
            defined.take(argument.name, argument.node)
    if call.arguments and not call.arguments[0].name and call.receiver is not None and call.name not in _LINES:
        defined.take(call.name, call.arguments[0].node)
    if call.name in _LINES and call.arguments:
        lines.insert(0, call.arguments[0].node)  # the innermost call of a chain comes first in the text


def _php_mailer(file: SourceFile, call: Invocation, index: Index) -> Sending | None:
    del index
    if call.name != "send" or call.receiver is None or call.arguments or not file.mentions(b"PHPMailer"):
        return None
    if not re.search(r"mail", text_of(unwrap(call.receiver)), re.IGNORECASE):
        return None
    message = Parts(file)
    add_variable(message, call.receiver)
    return Sending(file, call, "PHPMailer", message)


def _mailer(file: SourceFile, call: Invocation, index: Index) -> Sending | None:
    """Return the ``send`` of Symfony Mailer, or of a Laravel mailer that was injected."""
    if call.name not in ("send", "queue") or call.receiver is None or call.node.type == "scoped_call_expression":
        return None
    receiver = text_of(unwrap(call.receiver))
    name = _class_of(file, call)
    symfony = file.mentions(b"MailerInterface", b"Symfony\\Component\\Mailer")
    if not call.arguments or not (symfony or name or file.mentions(b"Illuminate")):
        return None  # a mailer of the project's own
    names = r"mailer|client|transport" if symfony else r"mailer"
    if not re.search(names, receiver.rpartition("->")[2], re.IGNORECASE):
        return None
    message = parts(file, call)
    add_chain(message, call.node)
    for argument in call.positional():
        add_variable(message, argument)
    sending = Sending(file, call, "Symfony Mailer" if symfony else "Laravel", message)
    if name:
        _define(sending, index, name, ("envelope", "content", "build", "__construct"))
    return sending
