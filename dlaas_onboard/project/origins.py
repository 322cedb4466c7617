"""Which parameter of a function a value of its body comes from."""

from __future__ import annotations

import re

from tree_sitter import Node

from dlaas_onboard.project.parts import innermost
from dlaas_onboard.project.passing import PassedOn
from dlaas_onboard.project.syntax import (
    Parameter,
    SourceFile,
    descendants,
    invocation,
    is_identifier,
    root_name,
    text_of,
)
from dlaas_onboard.project.values import STRINGS

MAX_STEPS = 4  # assignments from a value to a parameter


def without_self(parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """Return a method's parameters as its callers count them."""
    if parameters and parameters[0].name in ("self", "cls"):
        return tuple(Parameter(each.name, each.position - 1, each.key) for each in parameters[1:])
    return parameters


_NAMED = {
    "subject": re.compile(r"subject|title", re.IGNORECASE),
    "template": re.compile(r"template", re.IGNORECASE),
    "html": re.compile(r"html|body|content|template", re.IGNORECASE),
    "text": re.compile(r"text|plain|body|content|template", re.IGNORECASE),
}


def origin(file: SourceFile, node: Node, parameters: tuple[Parameter, ...], part: str = "") -> PassedOn | None:
    """Return the parameter that a value comes from; of several the one that is called as the part of the message."""
    found = _origins(file, node, parameters, 0)
    if len(found) > 1 and part in _NAMED:
        found = {each for each in found if _NAMED[part].search(each.parameter.name)}
    return next(iter(found)) if len(found) == 1 else None


def _origins(file: SourceFile, node: Node, parameters: tuple[Parameter, ...], depth: int) -> set[PassedOn]:
    if _is_getter(file, node) or _is_made(file, node):
        return set()  # message.getSubject() is a part; build_reminder(user) is the function's own text
    node = innermost(node)
    name, member = root_name(node)
    member = member if name else ""
    found: set[PassedOn] = set()
    for each in [name] if name else _names_in(file, node):
        parameter = next((known for known in parameters if known.name.lstrip("*&") == each), None)
        if parameter is not None:
            found.add(PassedOn(parameter, tuple(key for key in (parameter.key, member) if key)))
            continue
        value = file.assigned(each, node) if depth < MAX_STEPS else None
        if value is not None and not (member and value.type in file.grammar.calls):
            # output = render(campaign), output.subject: that is the call's own text
            found |= _origins(file, value, parameters, depth + 1)
    return found


def is_itself(file: SourceFile, node: Node) -> bool:
    """Whether a value is a name or a part of it, not what a call makes of one: ``Owners.all(package)``."""
    for _ in range(MAX_STEPS):
        node = innermost(node)
        name, _member = root_name(node)
        value = file.assigned(name, node) if name else None
        if value is None:
            return bool(name)
        node = value
    return False


_MAKES = re.compile(r"_*(?:build|make|create|generate|compose|get)(?=[A-Z_])")
_MESSAGE_WORD = re.compile(r"message|msg|mail|content|body|html|text|template|data|option|param|payload", re.IGNORECASE)


def _is_made(file: SourceFile, node: Node) -> bool:
    """Whether a function of the project's makes the value from what is no message: ``build_reminder(user)``."""
    call = invocation(node) if node.type in file.grammar.calls else None
    if call is None or not _MAKES.match(call.name) or not call.arguments:
        return False
    return not any(_MESSAGE_WORD.search(text_of(argument.node)) for argument in call.arguments)


def _is_getter(file: SourceFile, node: Node) -> bool:
    call = invocation(node) if node.type in file.grammar.calls else None
    return call is not None and call.receiver is not None and call.name.startswith("get") and not call.arguments


def _names_in(file: SourceFile, node: Node) -> list[str]:
    names: dict[str, None] = {}
    for count, each in enumerate(descendants(node)):
        if count > 200:
            break
        if each.type in STRINGS and re.search(r"\w", text_of(each)):
            return []  # it has a text of its own: render("welcome.txt", values)
        parent = file.parent(each)
        if is_identifier(each) and parent is not None and parent.type not in ("pair", "keyword_argument"):
            names.setdefault(text_of(each))
    return list(names)
