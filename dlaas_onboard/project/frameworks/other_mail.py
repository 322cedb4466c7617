"""Spring's JavaMailSender and Jakarta Mail, Go's net/smtp and gomail, Elixir's Swoosh and Bamboo."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from dlaas_onboard.journey.facts.sending import SendingKind
from dlaas_onboard.project.frameworks.rails import underscore
from dlaas_onboard.project.parts import Parts, add_variable, parts
from dlaas_onboard.project.sendings import Index, Sending
from dlaas_onboard.project.syntax import Invocation, SourceFile, descendants, invocation, is_identifier, text_of, unwrap

WORDS = (
    *(b"MailSender", b"Transport.send", b"javax.mail", b"jakarta.mail", b"net/smtp", b"gomail", b"go-mail"),
    *(b"jordan-wright/email", b"smtppool", b"mailyak", b"Mailer", b"Swoosh", b"Bamboo"),
)

_GO_LIBRARIES = (b"gomail", b"go-mail", b"jordan-wright/email", b"smtppool", b"mailyak", b"go-simple-mail")
_GO_SENDS = frozenset({"DialAndSend", "Send", "SendWithTLS", "SendWithStartTLS", "DialAndSendWithContext"})
_ELIXIR_SENDS = frozenset({"deliver", "deliver!", "deliver_now", "deliver_now!", "deliver_later", "deliver_later!",
                           "deliver_many"})  # fmt: skip


def find(file: SourceFile, index: Index) -> Iterator[Sending]:
    """Yield the calls of a Java, Go or Elixir file that send."""
    reader = {"Java": _java, "Go": _go, "Elixir": _elixir}.get(file.language)
    if reader is None:
        return
    for call in file.invocations:
        sending = reader(file, call, index)
        if sending is not None:
            yield sending


def _java(file: SourceFile, call: Invocation, index: Index) -> Sending | None:
    del index
    if call.name != "send" or call.receiver is None or not call.arguments:
        return None
    receiver = text_of(call.receiver)
    spring = file.mentions(b"MailSender", b"springframework.mail") and re.search(
        r"mail|sender", receiver, re.IGNORECASE
    )
    jakarta = receiver == "Transport" and file.mentions(b"javax.mail", b"jakarta.mail")
    if not spring and not jakarta:
        return None
    message = Parts(file)
    for argument in call.positional():
        add_variable(message, argument)
    add_function(message, file.named_function(call.node))
    return Sending(file, call, "Spring JavaMailSender" if spring else "Jakarta Mail", message)


def add_function(message: Parts, function: Node | None) -> None:
    """Take the parts from every setter and builder of a function, whatever variable they are called on."""
    if function is None:
        return
    for node in descendants(function):
        call = invocation(node) if node.type in message.file.grammar.calls else None
        if call is None or not call.arguments or call.node == function:
            continue
        if message.file.language == "Elixir":
            _take_elixir(message, call)
        elif call.name.startswith(("set", "add")):
            message.take(call.name, call.arguments[0].node)


def _elixir_part(name: str) -> str:
    """Return the part that a builder sets; a project's own ``email_to`` sets the recipient."""
    if name.startswith("render"):
        return "template"
    return "to" if name.endswith("_to") and name != "reply_to" else name


def _take_elixir(message: Parts, call: Invocation) -> None:
    """Take a builder's value: of ``email |> to(x)`` the first argument, of ``to(email, x)`` the last."""
    words = (
        "to",
        "put_to",
        "subject",
        "from",
        "html_body",
        "text_body",
        "render_body",
        "bcc",
        "cc",
        "render",
        "put_new_to",
    )
    if call.name in {"new", "new_email"}:
        for argument in call.arguments:
            if argument.name:
                message.take(argument.name, argument.node)
    elif call.name in words or call.name.endswith("_to"):
        around = message.file.parent(call.node)
        piped = around is not None and around.type == "binary_operator"
        values = call.positional()
        node = values[0] if piped or len(values) < 2 else values[1]
        message.take(_elixir_part(call.name), node)


def _go(file: SourceFile, call: Invocation, index: Index) -> Sending | None:
    del index
    if call.path == "smtp.SendMail" and file.mentions(b"net/smtp"):
        message = parts(file, call, ("", "", "sender", "recipient", "raw"))
        return Sending(file, call, "net/smtp", message, SendingKind.RAW)
    if call.name not in _GO_SENDS or call.receiver is None or not file.mentions(*_GO_LIBRARIES):
        return None
    message = parts(file, call)
    for node in (*call.positional(), call.receiver):
        if is_identifier(unwrap(node)):
            add_variable(message, unwrap(node))
    framework = next(each.decode() for each in _GO_LIBRARIES if each in file.data)
    return Sending(file, call, framework, message)


def _elixir(file: SourceFile, call: Invocation, index: Index) -> Sending | None:
    own = call.receiver is None and file.mentions(b"use Swoosh.Mailer", b"use Bamboo.Mailer")
    if call.name not in _ELIXIR_SENDS or not (own or text_of(call.receiver).endswith("Mailer")):
        return None
    message = Parts(file)
    before = _message_call(file, call)
    if before is None or not _add_definition(message, file, before, index):
        add_function(message, file.named_function(call.node))
    framework = "Bamboo" if call.name.startswith(("deliver_now", "deliver_later")) else "Swoosh"
    bulk = call.name == "deliver_many"
    sending = Sending(file, call, framework, message, SendingKind.BULK if bulk else SendingKind.MESSAGE, bulk=bulk)
    if before is not None:
        sending.name = f"{before.path} → {call.path}"
        argument = _first_argument(file, before)
        if argument is not None and message.file is not file:
            sending.recipient = Parts(file, {"recipient": argument})
    return sending


def _message_call(file: SourceFile, call: Invocation) -> Invocation | None:
    """Return the call that makes the message which is piped into ``deliver``, or passed to it."""
    steps = _pipe(file, call) or list(call.positional()[:1])
    values = ((file.assigned(text_of(step), step) or step) if is_identifier(step) else step for step in steps)
    calls = [each for value in values if value.type == "call" and (each := invocation(value)) is not None]
    of_module = (each for each in calls if each.receiver is not None)
    message_call = next(of_module, calls[-1] if calls else None)
    return message_call if message_call is not None and message_call.name not in ("new", "new_email") else None


def _pipe(file: SourceFile, call: Invocation) -> list[Node]:
    """Return what stands before a call in a pipe, the nearest first: ``user |> Emails.hello() |> Mailer.deliver()``."""
    parent = file.parent(call.node)
    if parent is None or parent.type != "binary_operator" or parent.child_by_field_name("right") != call.node:
        return []
    steps: list[Node] = []
    node = parent.child_by_field_name("left")
    while node is not None and node.type == "binary_operator":
        right = node.child_by_field_name("right")
        steps += [right] if right is not None else []
        node = node.child_by_field_name("left")
    return [*steps, node] if node is not None else steps


def _first_argument(file: SourceFile, call: Invocation) -> Node | None:
    """Return a call's first argument, which a pipe may give it: ``user |> Emails.welcome()``."""
    parent = file.parent(call.node)
    if parent is not None and parent.type == "binary_operator" and parent.child_by_field_name("right") == call.node:
        return parent.child_by_field_name("left")
    return call.arguments[0].node if call.arguments else None


def _add_definition(message: Parts, file: SourceFile, message_call: Invocation, index: Index) -> bool:
    """Take the parts from the function that makes the message; whether it was found."""
    module = text_of(message_call.receiver).rpartition(".")[2] if message_call.receiver is not None else ""
    files = index.by_stem(underscore(module), ".ex") if module else (file,)
    for each in files:
        for node in descendants(each.root):
            if node.type == "call" and _is_definition(node) and each.function_name(node) == message_call.name:
                message.file = each
                add_function(message, node)
                return True
    return False


def _is_definition(node: Node) -> bool:
    return text_of(node.child_by_field_name("target")) in ("def", "defp")
