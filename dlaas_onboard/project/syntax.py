"""One source file as a syntax tree: its calls with their arguments, its functions, and what a name stands for.

The grammars call the same thing by many names; here they are told by one. Nothing recurses into the tree, so no nesting
of the source can exhaust the stack.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node, QueryCursor

from dlaas_onboard.journey.facts.checkout import Source
from dlaas_onboard.journey.text import line
from dlaas_onboard.project.languages import GRAMMARS, parser, structure, suffix

MAX_CODE = 200  # characters of an expression that are shown
MAX_DEPTH = 500  # levels of the tree; a person's code has about fifty
MAX_ASSIGNMENTS = 100  # of one name

_MEMBERS = {
    "member_expression": ("object", "property"),
    "attribute": ("object", "attribute"),
    "selector_expression": ("operand", "field"),
    "dot": ("left", "right"),
    "field_access": ("object", "field"),
    "scope_resolution": ("scope", "name"),
    "member_access_expression": ("object", "name"),
    "nullsafe_member_access_expression": ("object", "name"),
    "scoped_property_access_expression": ("scope", "name"),
    "class_constant_access_expression": ("", ""),
}
_SUBSCRIPTS = frozenset({"subscript", "subscript_expression", "element_reference", "index_expression"})
_CALLEE_FIELDS = ("function", "constructor", "target", "method", "name", "type")
_RECEIVER_FIELDS = ("receiver", "object", "scope")
_TRANSPARENT = frozenset(
    {
        *("as_expression", "satisfies_expression", "parenthesized_expression", "await_expression", "await"),
        *("non_null_expression", "argument", "literal_element", "expression_list", "cast_expression"),
        *("keyed_element", "arguments", "type_assertion_expression"),
    }
)
_PAIRS = frozenset({"pair", "keyword_argument", "array_element_initializer", "keyed_element", "argument"})
_COMMENTS = frozenset({"comment", "line_comment", "block_comment"})
_IDENTIFIERS = frozenset(
    {
        *("identifier", "constant", "variable_name", "shorthand_property_identifier", "instance_variable"),
        *("alias", "type_identifier", "name"),
    }
)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call; ``name`` where the code gives one."""

    name: str
    node: Node


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call, or one object made."""

    node: Node
    name: str  # "sendMail"
    receiver: Node | None

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """Its arguments; read when they are asked for, which is of few calls."""
        listed = self.node.child_by_field_name("arguments") or next(
            (child for child in self.node.children if child.type in ("arguments", "argument_list")), None
        )
        return tuple(_arguments(listed)) if listed is not None else ()

    @property
    def path(self) -> str:
        """What is called, with what it is called on: ``this.transport.sendMail``."""
        return f"{code_of(self.receiver)}.{self.name}" if self.receiver is not None else self.name

    @property
    def line(self) -> int:
        """The line of its name, which in a chain of calls is not that of its beginning."""
        return _name_node(self.node).start_point[0] + 1

    def positional(self) -> tuple[Node, ...]:
        """Return the arguments without a name."""
        return tuple(argument.node for argument in self.arguments if not argument.name)

    def named(self, name: str) -> Node | None:
        """Return the argument of that name."""
        return next((argument.node for argument in self.arguments if argument.name == name), None)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a function; ``key`` where it is taken out of an object: ``({to}) =>``."""

    name: str
    position: int
    key: str = ""


class TooDeepError(ValueError):
    """The code is nested deeper than a person writes it."""


class SourceFile:
    """One parsed source file. Raises :class:`TooDeepError`."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        self.grammar = GRAMMARS[suffix(path)]
        self._tree = parser(self.grammar).parse(data)
        self.root = self._tree.root_node
        if _is_deep(self.root):
            raise TooDeepError(self.path)
        captured = QueryCursor(structure(self.grammar)).captures(self.root)
        # Captures come in any order; what is found first must not change from one look to the next.
        nodes = {kind: sorted(found, key=lambda node: node.byte_range) for kind, found in captured.items()}
        self._calls = nodes.get("call", [])
        self._assignments = nodes.get("assignment", [])
        self.functions = [node for node in nodes.get("function", self._calls) if self._is_function(node)]
        self._parents: dict[int, Node | None] = {}
        self._assigned_once: dict[tuple[str, int], Node | None] = {}

    @property
    def language(self) -> str:
        """The name of its language."""
        return self.grammar.name

    def source(self, node: Node) -> Source:
        """Return where a node begins."""
        return Source(line(self.path), node.start_point[0] + 1)

    def mentions(self, *words: bytes) -> bool:
        """Whether one of the words stands anywhere in the file."""
        return any(word in self.data for word in words)

    def parent(self, node: Node) -> Node | None:
        """Return the node around a node; kept, since the tree's own way to it begins at the root each time."""
        if node.id not in self._parents:
            self._parents[node.id] = node.parent
        return self._parents[node.id]

    def enclosing(self, node: Node, wanted: Callable[[Node], bool]) -> Node | None:
        """Return the innermost node around ``node`` that is wanted."""
        parent = self.parent(node)
        while parent is not None and not wanted(parent):
            parent = self.parent(parent)
        return parent

    @cached_property
    def invocations(self) -> tuple[Invocation, ...]:
        """Every call of the file, in its order."""
        nodes = (node for node in self._calls if not self._is_head(node))
        return tuple(call for node in nodes if (call := invocation(node)) is not None)

    def _is_head(self, node: Node) -> bool:
        """Whether a node only looks like a call, in Elixir: ``def deliver(email) do``, ``@spec deliver(Email.t())``."""
        if self.language != "Elixir":
            return False
        listed = self.parent(node)
        around = self.parent(listed) if listed is not None and listed.type == "arguments" else None
        return (around is not None and self._is_function(around)) or self.enclosing(node, _is_attribute) is not None

    @cached_property
    def _assigned(self) -> dict[str, list[tuple[Node, Node]]]:
        """Name → what is assigned to it, each with the assignment's node."""
        values: dict[str, list[tuple[Node, Node]]] = {}
        for node in self._assignments:
            for name, value in _assignment(node):
                values.setdefault(name, []).append((node, value))
        return values

    def assigned(self, name: str, near: Node) -> Node | None:
        """Return the one value that a name has where ``near`` stands; ``None`` where it has none, or several."""
        if name not in self._assigned:
            return None
        scope = self.function_of(near)
        key = (name, scope.id if scope is not None else 0)
        if key not in self._assigned_once:
            self._assigned_once[key] = self._one_value(name, scope)
        value = self._assigned_once[key]
        return value if value != near else None

    def _one_value(self, name: str, scope: Node | None) -> Node | None:
        candidates = [(self.function_of(at), value) for at, value in self._assigned[name][:MAX_ASSIGNMENTS]]
        while True:
            inside = [value for function, value in candidates if function == scope]
            if inside:
                # subject = "".join(subject.splitlines()) makes nothing new of it.
                first = [value for value in inside if not _mentions(value, name)]
                return first[0] if len(first) == 1 else None
            if scope is None or any(each.name.lstrip("*&") == name for each in self.parameters(scope)):
                return None  # what a caller gives, whatever the same name holds outside
            scope = self.function_of(scope)

    def assignments(self, name: str, near: Node) -> tuple[Node, ...]:
        """Return all values that a name is given in the function that ``near`` stands in, or at the top level."""
        function = self.function_of(near)
        candidates = self._assigned.get(name, [])[:MAX_ASSIGNMENTS]
        return tuple(value for at, value in candidates if self.function_of(at) in (function, None))

    def function_of(self, node: Node) -> Node | None:
        """Return the innermost function around a node."""
        return self.enclosing(node, self._is_function)

    def _is_function(self, node: Node) -> bool:
        if self.language == "Elixir":
            return node.type == "call" and text_of(node.child_by_field_name("target")) in ("def", "defp")
        return node.type in self.grammar.functions

    def scope(self, node: Node) -> str:
        """Return the name of the function around a node with its class: ``InvoiceService.remind``."""
        function = self.named_function(node)
        parts = (self.class_name(node), self.function_name(function) if function is not None else "")
        return line(".".join(part for part in parts if part), limit=MAX_CODE)

    def named_function(self, node: Node) -> Node | None:
        """Return the innermost function around a node that has a name."""
        function = self.function_of(node)
        while function is not None and not self.function_name(function):
            function = self.function_of(function)
        return function

    def function_name(self, function: Node) -> str:
        """Return a function's name, that of the variable or key that holds it, ``""`` for one without."""
        if self.language == "Elixir":
            head = _elixir_head(function)
            return text_of(head.child_by_field_name("target")) if head is not None else ""
        named = function.child_by_field_name("name")
        if named is not None:
            return text_of(named)
        parent = self.parent(function)
        while parent is not None and parent.type in ("parenthesized_expression", "arguments", "call_expression"):
            parent = self.parent(parent)  # export const f = wrap(async () => …)
        if parent is None or parent.type not in _HOLDERS:
            return ""
        holder = next((each for field in ("name", "key", "left") if (each := parent.child_by_field_name(field))), None)
        return text_of(holder).strip("'\"").rpartition(".")[2] if holder is not None else ""

    def returned(self, name: str) -> Node | None:
        """Return the object literal that a function of the file returns; ``None`` for any other value, or several."""
        functions = [each for each in self.functions if self.function_name(each) == name] if name else []
        values = self.returned_values(functions[0]) if len(functions) == 1 else []
        literals = [each for each in map(unwrap, values) if each.type in _LITERALS and entries(each)]
        return literals[0] if len(literals) == 1 else None

    def returned_values(self, function: Node) -> list[Node]:
        """Return what a function returns: the values of its returns, and what its body itself is."""
        body = function.child_by_field_name("body")
        if body is None:
            return []
        if self.language == "Ruby":
            return body.named_children[-1:]
        returns = (each for each in descendants(body) if each.type == "return_statement" and each.named_children)
        values = [each.named_children[0] for each in returns if self.function_of(each) == function]
        return values if body.type in _BLOCKS else [body]

    def class_name(self, node: Node) -> str:
        """Return the name of the class around a node."""
        if self.language == "Go":
            method = self.enclosing(node, lambda each: each.type == "method_declaration")
            receiver = method.child_by_field_name("receiver") if method is not None else None
            types = [each for each in descendants(receiver) if each.type == "type_identifier"] if receiver else []
            return text_of(types[0]) if types else ""
        owner = self.enclosing(node, lambda each: each.type in self.grammar.classes)
        return text_of(owner.child_by_field_name("name")) if owner is not None else ""

    def parameters(self, function: Node) -> tuple[Parameter, ...]:
        """Return a function's parameters."""
        if self.language == "Elixir":
            head = _elixir_head(function)
            listed = next((child for child in head.children if child.type == "arguments"), None) if head else None
        else:
            listed = function.child_by_field_name("parameters") or function.child_by_field_name("parameter")
        return _parameters(listed) if listed is not None else ()

    def in_loop(self, node: Node) -> bool:
        """Whether a node stands in a loop of its own function, or in a block that is called for each of many."""
        stop = self.function_of(node)
        each: Node | None = node
        while each is not None and each != stop:
            if each.type in self.grammar.loops or self._is_each_block(each):
                return True
            each = self.parent(each)
        return stop is not None and self._is_each_argument(stop)

    def _is_each_block(self, node: Node) -> bool:
        """Whether a node is a Ruby block that is called for each of many."""
        around = self.parent(node) if node.type in ("do_block", "block") else None
        return around is not None and bool(_EACH.search(text_of(around.child_by_field_name("method"))))

    def _is_each_argument(self, function: Node) -> bool:
        """Whether a function without a name is passed to ``forEach``, ``map`` and the like."""
        call = self.call_around(function)
        return call is not None and bool(_EACH.search(call.name))

    def call_around(self, argument: Node) -> Invocation | None:
        """Return the call that a node is an argument of."""
        parent = self.parent(argument)
        while parent is not None and parent.type in ("arguments", "argument", "argument_list"):
            parent = self.parent(parent)
        return invocation(parent) if parent is not None and parent.type in self.grammar.calls else None

    def piped(self, node: Node) -> Node | None:
        """Return what a pipe of Elixir gives a call as its first argument: ``user`` of ``user |> welcome(url)``."""
        parent = self.parent(node) if self.language == "Elixir" else None
        if parent is None or parent.type != "binary_operator" or parent.child_by_field_name("right") != node:
            return None
        return parent.child_by_field_name("left") if any(child.type == "|>" for child in parent.children) else None

    @cached_property
    def modules(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """The modules that a JavaScript file imports: where each is named, and the parts of its path."""
        matches = _MODULE.finditer(self.data)
        return tuple((match.start(), tuple(_PATH.findall(match[1].decode("utf-8", "replace")))) for match in matches)

    @cached_property
    def imports(self) -> dict[str, str]:
        """Local name → where it is imported from, in Python: ``sm`` → ``django.core.mail.send_mail``."""
        names: dict[str, str] = {}
        for node in descendants(self.root):
            if node.type not in ("import_from_statement", "import_statement"):
                continue
            module = text_of(node.child_by_field_name("module_name"))
            for child in node.children_by_field_name("name"):
                whole = text_of(child.child_by_field_name("name") or child)
                local = text_of(child.child_by_field_name("alias")) or whole.split(".")[0 if not module else -1]
                names[local] = f"{module}.{whole}" if module else whole
        return names


def _is_attribute(node: Node) -> bool:
    """Whether a node is an attribute of an Elixir module: ``@spec deliver(Email.t()) :: result()``."""
    return node.type == "unary_operator" and bool(node.children) and node.children[0].type == "@"


_MODULE = re.compile(rb"(?:from|require\(|import\()\s*['\"]([^'\"\n]{1,200})['\"]")
_PATH = re.compile(r"[^/.@~]+")
_BLOCKS = frozenset({"statement_block", "block", "compound_statement"})
_LITERALS = frozenset({"object", "dictionary", "hash", "array_creation_expression"})
_HOLDERS = frozenset(
    {
        *("variable_declarator", "pair", "public_field_definition", "field_definition", "assignment_expression"),
        *("assignment",),
    }
)


def _is_deep(root: Node) -> bool:
    """Whether a tree is deeper than is read. Nested nodes follow each other, so a node here and there is enough."""
    cursor = root.walk()
    for index in range(0, root.descendant_count, MAX_DEPTH // 2):
        cursor.goto_descendant(index)
        if cursor.depth > MAX_DEPTH:
            return True
    return False


def descendants(root: Node) -> Iterator[Node]:
    """Yield a node and everything below it that has a name, in the order of the text, without recursion."""
    cursor = root.walk()
    while True:
        node = cursor.node
        if node is not None and node.is_named:
            yield node
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def text_of(node: Node | None) -> str:
    """Return a node's source text, ``""`` for none."""
    return node.text.decode("utf-8", "replace") if node is not None and node.text is not None else ""


def code_of(node: Node) -> str:
    """Return an expression as it stands in the code, on one line, cut."""
    text = " ".join(text_of(node)[: MAX_CODE * 4].split())
    return line(text if len(text) <= MAX_CODE else f"{text[:MAX_CODE]}…", limit=MAX_CODE + 1)


def unwrap(node: Node) -> Node:
    """Return what stands inside of parentheses, ``await``, a cast or the like."""
    while True:
        children = [child for child in node.named_children if child.type not in _COMMENTS]
        if not children:
            return node
        if node.type in _TRANSPARENT and (len(children) == 1 or node.type.startswith(("as_", "satisfies"))):
            node = children[0]
        elif node.type in ("cast_expression", "type_conversion_expression") or (
            node.type == "unary_expression" and text_of(node)[:1] == "&"
        ):
            node = children[-1]
        else:
            return node


def invocation(node: Node) -> Invocation | None:
    """Return the call that a node is; ``None`` where it is none, or calls something without a name."""
    target = _target(node)
    if target is None:
        return None
    receiver = next((each for field in _RECEIVER_FIELDS if (each := node.child_by_field_name(field))), None)
    name_node = target
    if receiver is None:
        receiver, name_node = split_member(target)
    name = text_of(name_node)
    if len(name) > MAX_CODE:
        return None
    return Invocation(node, name, receiver)


def _target(node: Node) -> Node | None:
    named = (node.child_by_field_name(field) for field in _CALLEE_FIELDS)
    target = next((each for each in named if each is not None), None)
    if target is None and node.type == "object_creation_expression":
        target = next((child for child in node.named_children if child.type in ("name", "qualified_name")), None)
    if target is not None and target.type == "qualified_name":
        target = target.named_children[-1]
    return target


def split_member(target: Node) -> tuple[Node | None, Node]:
    """Return what a member is taken of, ``None`` for a plain name, and the member's name."""
    fields = _MEMBERS.get(target.type)
    if fields is None:
        return None, target
    receiver, name = (target.child_by_field_name(field) for field in fields)
    return (receiver, name) if name is not None else (None, target)


def _name_node(node: Node) -> Node:
    target = _target(node) or node
    return split_member(target)[1]


def _arguments(listed: Node) -> Iterator[Argument]:
    for child in listed.named_children:
        if child.type in _COMMENTS or child.type == "block_argument":
            continue
        if child.type == "keywords":
            yield from (Argument(*entry) for entry in entries(child).items())
        elif child.type in ("keyword_argument", "pair"):
            yield from (Argument(*entry) for entry in [_pair(child)] if entry is not None)
        elif child.type == "argument":
            name = text_of(child.child_by_field_name("name"))
            yield Argument(name, child.named_children[-1] if child.named_children else child)
        else:
            yield Argument("", child)


def entries(node: Node) -> dict[str, Node]:
    """Return the keys of an object literal (dictionary, hash, array with keys, struct) with their values."""
    node = unwrap(node)
    values: dict[str, Node] = {}
    todo = [node]
    while todo:
        for child in todo.pop().named_children:
            if child.type in _PAIRS:
                entry = _pair(child)
                if entry is not None:
                    values.setdefault(*entry)
            elif child.type == "shorthand_property_identifier":
                values.setdefault(text_of(child), child)
            elif child.type in ("literal_value", "map_content", "keywords"):
                todo.append(child)
    return values


def _pair(node: Node) -> tuple[str, Node] | None:
    key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
    if node.type == "keyword_argument":
        key = node.child_by_field_name("name")
    children = node.named_children
    if key is None and len(children) == 2 and node.type in ("array_element_initializer", "keyed_element"):
        key, value = children
    if key is None:
        return None
    if value is None:  # Ruby: mail(to:, subject:)
        value = key
    return text_of(key).strip().strip(":").strip("'\"").strip(), value


def items(node: Node) -> tuple[Node, ...]:
    """Return the entries of a list literal."""
    node = unwrap(node)
    listed = ["array", "list", "tuple", "array_creation_expression", "argument_list", "slice_literal"]
    if node.type == "composite_literal":
        node = node.child_by_field_name("body") or node
    elif node.type not in listed:
        return ()
    children = [child for child in node.named_children if child.type not in _COMMENTS]
    return tuple(
        child.named_children[-1] if child.type in _PAIRS and child.named_children else child for child in children
    )


def _mentions(node: Node, name: str) -> bool:
    """Whether a value is made from the variable of that name."""
    if name not in text_of(node):
        return False
    return any(is_identifier(each) and text_of(each) == name for each in descendants(node))


def _assignment(node: Node) -> Iterator[tuple[str, Node]]:
    if node.type == "as_pattern":  # with smtplib.SMTP(host) as server
        if len(node.named_children) == 2:
            yield text_of(node.named_children[1]), node.named_children[0]
        return
    if node.type == "binary_operator" and not any(child.type == "=" for child in node.children):
        return
    left = node.child_by_field_name("name") or node.child_by_field_name("left")
    right = node.child_by_field_name("value") or node.child_by_field_name("right")
    if left is None or right is None:
        return
    if left.type == "expression_list" and right.type == "expression_list":
        names, values = left.named_children, right.named_children
        # x, err := f() gives both names the one call.
        values = values if len(values) == len(names) else [values[0]] * len(names) if values else []
        yield from ((text_of(name), value) for name, value in zip(names, values, strict=False))
    else:
        yield text_of(left), unwrap(right)


def is_identifier(node: Node) -> bool:
    """Whether a node is nothing but a name."""
    return node.type in _IDENTIFIERS


def root_name(node: Node) -> tuple[str, str]:
    """Return the name that an expression begins with, and the first member taken of it: ``data.to`` → data, to."""
    node = unwrap(node)
    member = ""
    while node.type in _MEMBERS or node.type in _SUBSCRIPTS:
        receiver, name = (
            split_member(node) if node.type in _MEMBERS else (node.named_children[0], node.named_children[-1])
        )
        if receiver is None:
            break
        member, node = text_of(name).strip(":'\""), unwrap(receiver)
    return (text_of(node), member) if is_identifier(node) else ("", "")


def _elixir_head(function: Node) -> Node | None:
    listed = next((child for child in function.children if child.type == "arguments"), None)
    head = listed.named_children[0] if listed is not None and listed.named_children else None
    if head is not None and head.type == "binary_operator":  # def f(x) when …
        head = head.child_by_field_name("left")
    return head if head is not None and head.type == "call" else None


def _parameters(listed: Node) -> tuple[Parameter, ...]:
    if is_identifier(listed):
        return (Parameter(text_of(listed), 0),)
    parameters: list[Parameter] = []
    position = 0
    for child in listed.named_children:
        if child.type in _COMMENTS or child.type in ("keyword_separator", "positional_separator"):
            continue
        names = child.children_by_field_name("name") or child.children_by_field_name("pattern") or [child]
        for name in names:
            parameters += _names_of(name, position)
            position += 1
    return tuple(parameters)


def _names_of(pattern: Node, position: int) -> Iterator[Parameter]:
    while pattern.type in ("assignment_pattern", "typed_parameter", "optional_parameter") and pattern.named_children:
        pattern = pattern.named_children[0]
    if pattern.type != "object_pattern":
        yield Parameter(text_of(pattern), position)
        return
    for child in pattern.named_children:
        if child.type == "shorthand_property_identifier_pattern":
            yield Parameter(text_of(child), position, text_of(child))
        elif child.type == "object_assignment_pattern" and child.named_children:
            yield Parameter(text_of(child.named_children[0]), position, text_of(child.named_children[0]))
        elif child.type == "pair_pattern":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and value is not None:
                yield Parameter(text_of(value), position, text_of(key))


_EACH = re.compile(
    r"(?:^|[.>:?])(?:each|find_each|each_slice|in_batches|forEach|map|flatMap|chunk|chunkById|each_with_index)$"
)
