"""Whether a sending call lets its recipient leave a list: the headers of RFC 8058, or SES's own list management.

Only what stands there beyond doubt is taken: a header that is set in the function of the call, under no condition that
the call is not under. What is not seen may be set elsewhere, and is unknown.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tree_sitter import Node

from dlaas_onboard.journey.facts.checkout import Source
from dlaas_onboard.journey.facts.sending import ListHeaders, SendingPlace
from dlaas_onboard.project.sendings import Sending
from dlaas_onboard.project.syntax import SourceFile, descendants, invocation, is_identifier, text_of, unwrap
from dlaas_onboard.project.values import STRINGS

MAX_NODES = 4_000  # looked at for one call
MAX_KEY = 40  # characters of the name of an option
MAX_CARRIERS = 8  # functions that pass a message on

_WORD = re.compile(rb"unsubscribe|list[-_]?management", re.IGNORECASE)
# As the name of a header, or at the beginning of a line of a MIME message; the value is "List-Unsubscribe=One-Click".
_HEADER = re.compile(
    r"(?:^|[\"'`\n]|\\n)\s*(List-Unsubscribe-Post|List-Unsubscribe|X-SES-LIST-MANAGEMENT-OPTIONS)\s*(?=[\"'`:]|$)",
    re.IGNORECASE,
)
_FIELDS = {
    "list-unsubscribe": "list_unsubscribe",
    "list-unsubscribe-post": "list_unsubscribe_post",
    "x-ses-list-management-options": "list_management",
}
_READS = re.compile(
    r"get|has|delete|remove|pop|unset|isset|contains|includes?|starts_?with|equals?|match|find|in_array", re.IGNORECASE
)
_CONDITIONS = frozenset(
    {
        *("if_statement", "if", "unless", "if_modifier", "unless_modifier", "ternary_expression"),
        *("conditional_expression", "conditional", "switch_statement", "switch_expression", "match_statement"),
        *("expression_switch_statement", "match_expression", "case", "boolean_operator"),
    }
)
_PAIRS = frozenset({"pair", "keyword_argument", "keyed_element", "array_element_initializer"})
_NOTHING = frozenset({"undefined", "null", "None", "nil", "NULL", "{}"})
_LOGICAL = frozenset({"&&", "||", "??", "and", "or"})
_SUBSCRIPTS = frozenset({"subscript_expression", "subscript", "element_reference", "index_expression", "array_access"})


def list_headers(sending: Sending) -> ListHeaders:
    """Return what the code of a sending call sets."""
    seen = ListHeaders()
    for place in {id(each): each for each in (sending.file, sending.parts.file)}.values():
        if _WORD.search(place.data):
            for name, source in _set_headers(place, sending):
                seen = replace(seen, **{name: getattr(seen, name) or source})
    return seen


def through_carriers(places: Iterable[SendingPlace]) -> list[SendingPlace]:
    """Return the places, each with what the functions set that it goes through."""
    listed = list(places)
    carriers = {place.source: place for place in listed if place.carrier}
    return [_through(place, carriers) for place in listed]


def _through(place: SendingPlace, carriers: dict[Source, SendingPlace]) -> SendingPlace:
    seen, via = place.list_headers, place.via
    for _ in range(MAX_CARRIERS):
        carrier = carriers.get(via) if via is not None else None
        if carrier is None:
            break
        seen, via = seen.or_else(carrier.list_headers), carrier.via
    return replace(place, list_headers=seen) if seen != place.list_headers else place


def _set_headers(file: SourceFile, sending: Sending) -> Iterator[tuple[str, Source]]:
    """Yield each header that is set, as the field of :class:`ListHeaders`, with its place."""
    for node in _nodes(file, sending):
        text = text_of(node)[:4000] if node.type in STRINGS else ""
        names = [_FIELDS[name.lower()] for name in _HEADER.findall(text)]
        names += _option(file, node, sending)
        if names and not _is_read(file, node) and not _depends(file, node, sending):
            for name in names:
                yield name, file.source(node)


def _option(file: SourceFile, node: Node, sending: Sending) -> list[str]:
    """Return what a key of the request stands for: ``ListManagementOptions`` of SES, ``list`` of nodemailer."""
    if node.end_byte - node.start_byte > MAX_KEY or (node.named_children and node.type not in STRINGS):
        return []
    word = re.sub(r"[\"'`_:]", "", text_of(node)).lower()
    if word == "listmanagementoptions" and _has_value(file, node, sending):
        return ["list_management"]
    around = file.enclosing(node, lambda each: each.type == "object") if word == "unsubscribe" else None
    outer = file.parent(around) if around is not None else None
    key = text_of(outer.child_by_field_name("key")) if outer is not None else ""
    return ["list_unsubscribe"] if sending.framework == "nodemailer" and key.strip("'\"") == "list" else []


def _has_value(file: SourceFile, key: Node, sending: Sending) -> bool:
    """Whether a key is given a value that is there in any case: no parameter, nothing chosen by a condition."""
    value = _value_of(file, key)
    if value is None:
        return False
    if is_identifier(value):
        assigned = file.assigned(text_of(value), value)
        if assigned is None or _depends(file, assigned, sending):
            return False
        value = unwrap(assigned)
    return not _is_condition(file, value) and text_of(value) not in _NOTHING


def _value_of(file: SourceFile, key: Node) -> Node | None:
    """Return what a key of a request is given, or a builder's method of that name; ``None`` for any other mention."""
    holder = file.parent(key)
    if holder is not None and holder.type in ("literal_element", "argument"):
        holder = file.parent(holder)
    if holder is None:
        return None
    if holder.type in _PAIRS:
        value = unwrap(holder.named_children[-1])
        value = value.named_children[0] if value.type == "literal_element" else value
        return unwrap(value) if value.start_byte > key.start_byte else None
    call = invocation(holder) if holder.type in file.grammar.calls else None
    return call.arguments[0].node if call is not None and call.name == text_of(key) and call.arguments else None


def _nodes(file: SourceFile, sending: Sending) -> Iterator[Node]:
    """Yield the code of the call's message: where it is made, and what the names there stand for."""
    todo: deque[Node] = deque(_roots(file, sending))
    seen: set[int] = set()
    while todo:
        for node in descendants(todo.popleft()):
            if node.id in seen:
                continue
            if len(seen) > MAX_NODES:
                return
            seen.add(node.id)
            yield node
            if not is_identifier(node) or (value := file.assigned(text_of(node), node)) is None:
                continue
            if not _depends(file, node, sending):  # bulk ? HEADERS : []
                todo.append(value)


def _roots(file: SourceFile, sending: Sending) -> Iterator[Node]:
    if file is not sending.file:
        yield from _definitions(file, sending)
        return
    call = sending.call
    yield call.node
    function = file.named_function(call.node)
    alike = [each for each in file.invocations if each.name == call.name and file.named_function(each.node) == function]
    if function is not None and len(alike) == 1:  # of several messages a header may be another's
        yield function


def _definitions(file: SourceFile, sending: Sending) -> Iterator[Node]:
    """Yield the function that defines a message apart from the call; in PHP its class, which has the headers apart."""
    for node in sending.parts.nodes.values():
        if file.language == "PHP":
            around = file.enclosing(node, lambda each: each.type in file.grammar.classes)
        else:
            around = file.named_function(node)
        if around is not None:
            yield around


def _is_read(file: SourceFile, node: Node) -> bool:
    """Whether a header is only looked at, or taken away: ``headers.get("List-Unsubscribe")``."""
    call = file.call_around(node)
    if call is not None and _READS.match(call.name):
        return True
    parent = file.parent(node)
    if parent is None or parent.type not in _SUBSCRIPTS:
        return False
    assignment = file.enclosing(parent, lambda each: each.type in file.grammar.assignments)
    left = assignment.child_by_field_name("left") if assignment is not None else None
    return left is None or not _holds(left, parent)


def _depends(file: SourceFile, node: Node, sending: Sending) -> bool:
    """Whether a header is set under a condition that the call itself is not under."""
    call = sending.call.node if file is sending.file else None
    each = file.parent(node)
    while each is not None and not (call is not None and _holds(each, call)):
        if _is_condition(file, each):
            return True
        each = file.parent(each)
    return False


def _holds(outer: Node, inner: Node) -> bool:
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte


def _is_condition(file: SourceFile, node: Node) -> bool:
    if node.type in _CONDITIONS:
        return True
    if node.type in ("binary_expression", "binary"):
        return any(not child.is_named and child.type in _LOGICAL for child in node.children)
    call = invocation(node) if file.language == "Elixir" and node.type == "call" else None
    return call is not None and call.name in ("if", "unless", "case", "cond")
