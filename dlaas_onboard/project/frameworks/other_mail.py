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
    *(b"jordan-wright/email", b"smtppool", b"mailyak", b"Mailer", b"Swoosh", b"Bamboo", b"ExAws.SES"),
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


_NEW = frozenset({"new", "new_email"})
_BUILDERS = frozenset(
    {
        *("to", "put_to", "put_new_to", "cc", "bcc", "from", "subject", "html_body", "text_body"),
        *("render", "render_body"),
    }
)


def _take_elixir(message: Parts, call: Invocation) -> None:
    """Take a builder's value: of ``email |> to(x)`` the first argument, of ``to(email, x)`` the last."""
    if call.name in _NEW:
        for argument in call.arguments:
            if argument.name:
                message.take(argument.name, argument.node)
    elif call.name in _BUILDERS or call.name.endswith("_to"):
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
    if call.name == "Data" and call.receiver is not None and file.mentions(b"smtp.NewClient("):
        return Sending(file, call, "net/smtp", Parts(file), SendingKind.RAW)  # an SMTP dialogue of the code's own
    if call.name not in _GO_SENDS or call.receiver is None or not file.mentions(*_GO_LIBRARIES):
        return None
    message = parts(file, call)
    for node in (*call.positional(), call.receiver):
        if is_identifier(unwrap(node)):
            add_variable(message, unwrap(node))
    framework = next(each.decode() for each in _GO_LIBRARIES if each in file.data)
    return Sending(file, call, framework, message)


def _elixir(file: SourceFile, call: Invocation, index: Index) -> Sending | None:
    receiver = text_of(call.receiver)
    if receiver.endswith("ExAws.SES") and call.name in _EX_AWS:
        message = Parts(file)
        return Sending(file, call, "ExAws SES", message, _EX_AWS[call.name], bulk="bulk" in call.name)
    own = call.receiver is None and file.mentions(b"use Swoosh.Mailer", b"use Bamboo.Mailer")
    if call.name not in _ELIXIR_SENDS or not (own or receiver.endswith("Mailer") or _is_mailer(receiver, index)):
        return None
    bulk = call.name == "deliver_many"
    framework = "Bamboo" if call.name.startswith(("deliver_now", "deliver_later")) else "Swoosh"
    kind = SendingKind.BULK if bulk else SendingKind.MESSAGE
    sending = Sending(file, call, framework, Parts(file), kind, bulk=bulk)
    if not complete_elixir(sending, index):
        add_function(sending.parts, file.named_function(call.node))
    return sending


_EX_AWS = {
    "send_email": SendingKind.MESSAGE,
    "send_raw_email": SendingKind.RAW,
    "send_templated_email": SendingKind.TEMPLATED,
    "send_bulk_templated_email": SendingKind.BULK,
}


def _is_mailer(module: str, index: Index) -> bool:
    """Whether a module of any name is a mailer: ``use Swoosh.Mailer``."""
    files = index.by_stem(underscore(module.rpartition(".")[2]), ".ex") if module[:1].isupper() else ()
    return any(each.mentions(b"use Swoosh.Mailer", b"use Bamboo.Mailer") for each in files)


def complete_elixir(sending: Sending, index: Index) -> bool:
    """Add what the function says that makes the message which is piped into a call; whether it was found."""
    file = sending.file
    if file.language != "Elixir":
        return False
    before = _message_call(file, sending.call)
    if before is None:  # new() |> to(user.email) |> subject("Hello") |> deliver()
        for step in map(invocation, _pipe(file, sending.call)):
            if step is not None:
                _take_elixir(sending.parts, step)
        return bool(sending.parts.nodes)
    sending.name = f"{before.path} → {sending.call.path}"
    defined = _definition(file, before, index)
    if defined is None:
        return False
    where, function = defined
    sending.parts = Parts(where)
    add_function(sending.parts, function)
    node = sending.parts.nodes.get("recipient")
    names = [each.name for each in where.parameters(function)]
    if node is not None and is_identifier(node) and text_of(node) in names:
        given = _given(file, before, names.index(text_of(node)))
        sending.called = Parts(file, {"recipient": given}) if given is not None else None
    return True


def _message_call(file: SourceFile, call: Invocation) -> Invocation | None:
    """Return the call that makes the message which is piped into ``deliver``, or passed to it."""
    steps = _pipe(file, call) or list(call.positional()[:1])
    values = ((file.assigned(text_of(step), step) or step) if is_identifier(step) else step for step in steps)
    made = (invocation(value) for value in values if value.type == "call")
    calls = [each for each in made if each is not None and each.name not in _BUILDERS | _NEW]
    of_module = (each for each in calls if each.receiver is not None)
    return next(of_module, calls[-1] if calls else None)


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


def _given(file: SourceFile, call: Invocation, position: int) -> Node | None:
    """Return what a call is given at a position; a pipe gives the first: ``user |> Emails.welcome(url)``."""
    piped = file.piped(call.node)
    values = [*([piped] if piped is not None else []), *(each.node for each in call.arguments)]
    return values[position] if position < len(values) else None


def _definition(file: SourceFile, message_call: Invocation, index: Index) -> tuple[SourceFile, Node] | None:
    """Return the function that makes the message, with its file."""
    module = text_of(message_call.receiver).rpartition(".")[2] if message_call.receiver is not None else ""
    files = index.by_stem(underscore(module), ".ex") if module else (file,)
    for each in files:
        for node in descendants(each.root):
            if node.type == "call" and _is_definition(node) and each.function_name(node) == message_call.name:
                return each, node
    return None


def _is_definition(node: Node) -> bool:
    return text_of(node.child_by_field_name("target")) in ("def", "defp")
