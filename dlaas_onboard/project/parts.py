"""The parts of a message that a call is given: recipient, subject, sender, template, body.

Every library has its own words for them, in object literals, named arguments, chains of builders or setters on the
message's variable; :func:`parts` reads them all by one table.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from dlaas_onboard.project.syntax import (
    Invocation,
    SourceFile,
    descendants,
    entries,
    invocation,
    is_identifier,
    items,
    text_of,
    unwrap,
)

MAX_NODES = 600  # looked at for one call
MAX_TARGET = 200  # characters of what is assigned to

_WORDS = {
    "recipient": "to toaddresses recipients recipient destinations recipientlist torecipients toaddress toemail "
    "emailto putto mailto receivers receiver toemails addaddress",
    "copy": "cc bcc ccaddresses bccaddresses",
    "subject": "subject subjectline emailsubject mailsubject",
    "sender": "source fromemailaddress from fromaddress sender fromemail fromaddr",
    "template": "template templatename view markdown templatealias templateid templatefile templatekey htmltemplate",
    "text": "text textbody plain plaintext textcontent body message textpart content",
    "html": "html htmlbody htmlcontent htmlpart react",
    "raw": "rawmessage raw rawdata",
}
_PART_OF = {word: part for part, words in _WORDS.items() for word in words.split()}
# What a message is made of in these is not ours to look into: values of the template, attachments, headers.
_OPAQUE = frozenset(
    {
        *("context", "data", "attachments", "attachment", "headers", "tags", "variables", "vars", "templatedata"),
        *("replacementtags", "defaulttemplatedata", "metadata", "with", "values", "locals", "props", "params"),
        *("emailtags", "defaultemailtags", "replyto", "replytoaddresses"),
    }
)


@dataclass(slots=True)
class Parts:
    """Part → the node that gives it, all in one file."""

    file: SourceFile
    nodes: dict[str, Node] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)  # every key that was seen, in lower case without underscores
    written: set[str] = field(default_factory=set)  # the same as they stand there
    bound: dict[str, Node] = field(default_factory=dict)  # what a function that makes the message is given

    def take(self, key: str, node: Node) -> None:
        """Keep a value where its key names a part that has none yet."""
        word = plain_key(key)
        self.keys.add(word)
        self.written.add(key)
        part = _PART_OF.get(word)
        if part is None or (part == "text" and entries(node) and data_of(node) is None):
            return  # Content={"Simple": {…}} holds the text further in
        self.nodes.setdefault(part, node)

    def take_positional(self, call: Invocation, names: tuple[str, ...]) -> None:
        """Keep the arguments of a function whose order is known."""
        for name, node in zip(names, call.positional(), strict=False):
            if name:
                self.nodes.setdefault(name, node)


def plain_key(key: str) -> str:
    """Return a key without case, underscores and the words of a setter: ``setToAddresses`` → ``toaddresses``."""
    word = re.sub(r"[_\-\s]", "", key).lower()
    for prefix in ("set", "with", "add", "put"):
        if word.startswith(prefix) and word.removeprefix(prefix) in _PART_OF:
            return word.removeprefix(prefix)
    return word


def parts(file: SourceFile, call: Invocation, order: tuple[str, ...] = ()) -> Parts:
    """Return the parts of the message that a call is given."""
    result = Parts(file)
    result.take_positional(call, order)
    for argument in call.arguments:
        if argument.name:
            result.take(argument.name, argument.node)
    _dig(result, deque(each.node for each in call.arguments if plain_key(each.name) not in _OPAQUE))
    return result


def add_chain(result: Parts, node: Node | None) -> None:
    """Take the parts from a chain of calls: ``Mail::to($user)->cc(…)``, ``Email.builder().to(…).subject(…)``."""
    while node is not None:
        node = unwrap(node)
        call = invocation(node) if node.type in result.file.grammar.calls else None
        if call is None:
            return
        if call.arguments and call.receiver is not None:
            result.take(call.name, call.arguments[0].node)
        node = call.receiver


def add_variable(result: Parts, node: Node) -> None:
    """Take the parts of a message that stands in a variable: what it was made of, and what was set on it after."""
    file = result.file
    name = text_of(node)
    if not is_identifier(node) and not name.startswith(("self.", "this.", "$this->", "@")):
        return
    value = file.assigned(name, node)
    if value is not None:
        _dig(result, deque([value]))
        add_chain(result, value)
    add_setters(result, name, node)


def add_setters(result: Parts, name: str, near: Node) -> None:
    """Take the parts that are set on a variable: ``message.setTo(x)``, ``$mail->Subject = "…"``, ``msg.to = [x]``."""
    file = result.file
    function = file.named_function(near) or file.function_of(near)
    for node in descendants(function if function is not None else file.root):
        for key, value in _setting(file, node, name):
            result.take(key, value)


def _setting(file: SourceFile, node: Node, name: str) -> Iterator[tuple[str, Node]]:
    if node.type in file.grammar.calls:
        call = invocation(node)
        if call is None or call.receiver is None or text_of(root(call.receiver)) != name or not call.arguments:
            return
        arguments = [argument.node for argument in call.arguments]
        header = text_of(unwrap(arguments[0])).strip("'\"`")
        if call.name in ("SetHeader", "setHeader", "addHeader", "__setitem__") and len(arguments) > 1:
            yield header, arguments[1]
        else:
            yield call.name, arguments[0]
    elif node.type in ("assignment", "assignment_expression", "assignment_statement"):
        yield from _member_set(node, name)


def _member_set(node: Node, name: str) -> Iterator[tuple[str, Node]]:
    """Yield the member of a variable that an assignment sets, with its value."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    target = text_of(left)
    if left is None or right is None or not target.startswith(name) or len(target) > MAX_TARGET:
        return
    match = re.fullmatch(r"(.+?)(?:\.|->|\[)\s*['\":]?(?:\w+\.)?(\w[\w-]*)['\"]?\]?", target, re.DOTALL)
    if match is not None and match[1] == name:
        yield match[2], unwrap(right)


def root(node: Node) -> Node:
    """Return what a chain of calls begins with: ``message`` of ``message.setTo(x).setText(y)``."""
    for _ in range(MAX_NODES):
        node = unwrap(node)
        receiver = next((each for field in ("receiver", "object") if (each := node.child_by_field_name(field))), None)
        function = node.child_by_field_name("function")
        if function is not None and function.type in ("member_expression", "attribute", "selector_expression"):
            receiver = function.child_by_field_name("object") or function.child_by_field_name("operand")
        if receiver is None or node.type in (
            "member_expression",
            "attribute",
            "member_access_expression",
            "field_access",
        ):
            return node
        node = receiver
    return node


def _dig(result: Parts, todo: deque[Node]) -> None:
    """Take the parts from object literals, what names stand for, and builders, the outermost first."""
    file = result.file
    seen: set[int] = set()
    for _ in range(MAX_NODES):
        if not todo:
            return
        node = unwrap(todo.popleft())
        if node.id in seen:
            continue
        seen.add(node.id)
        if node.type in file.grammar.calls:
            _dig_call(result, node, todo)
            continue
        keyed = entries(node)
        for key, value in keyed.items():
            result.take(key, result.bound.get(text_of(innermost(value)), value))
            if plain_key(key) not in _OPAQUE:
                todo.append(value)
        if not keyed and is_identifier(node):
            todo.extend(_value_of(file, node))
        elif not keyed:
            todo.extend(
                child for child in node.named_children if child.type in _DUG or child.type in file.grammar.calls
            )
        else:
            todo.extend(child.named_children[0] for child in node.named_children if _is_spread(child))


_SELF = frozenset({"this", "self", "$this"})
_DUG = frozenset(
    {
        *("object", "array", "dictionary", "list", "hash", "array_creation_expression", "composite_literal"),
        *("literal_value", "literal_element", "lambda_expression", "unary_expression", "spread_element"),
        *("keyed_element", "tuple", "map"),
    }
)


def _is_spread(node: Node) -> bool:
    return node.type in ("spread_element", "dictionary_splat", "variadic_unpacking") and bool(node.named_children)


def _value_of(file: SourceFile, node: Node) -> tuple[Node, ...]:
    value = file.assigned(text_of(node), node)
    if value is None and file.language == "Ruby":  # a method that is called by its name alone
        value = file.returned(text_of(node))
    return (value,) if value is not None else ()


def _dig_call(result: Parts, node: Node, todo: deque[Node]) -> None:
    call = invocation(node)
    if call is None:
        return
    for argument in call.arguments:
        if argument.name:
            result.take(argument.name, argument.node)
    if call.receiver is not None:  # a builder: .toAddresses(x)
        if call.arguments:
            result.take(call.name, call.arguments[0].node)
        todo.append(call.receiver)
    made = result.file.returned(call.name) if call.receiver is None or text_of(call.receiver) in _SELF else None
    if made is not None:  # a function of the file that makes the request: ses.sendEmail(requestFor(user))
        function = result.file.named_function(made)
        for parameter in result.file.parameters(function) if function is not None else ():
            position = parameter.position - (parameter.name in _SELF)
            if not parameter.key and position < len(call.positional()):
                result.bound.setdefault(parameter.name, call.positional()[position])
        todo.appendleft(made)
    if plain_key(call.name) not in _OPAQUE:
        todo.extend(argument.node for argument in call.arguments)


def innermost(node: Node) -> Node:
    """Return the value in ``[to]`` and in ``{"Data": subject}``."""
    listed = items(node)
    node = unwrap(listed[0] if len(listed) == 1 else node)
    while (data := data_of(node)) is not None and data != node:
        node = data
    return node


def data_of(node: Node) -> Node | None:
    """Return what stands under ``Data`` in ``{Data: "…", Charset: "UTF-8"}``."""
    keys = {key.lower(): value for key, value in entries(node).items()}
    return next((keys[key] for key in ("data", "address", "html", "text") if key in keys), None)
