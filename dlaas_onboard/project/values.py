"""The text that an expression yields, as far as it stands in the code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tree_sitter import Node

from dlaas_onboard.journey.facts.sending import CodeValue
from dlaas_onboard.journey.text import clean, line
from dlaas_onboard.project.parts import data_of
from dlaas_onboard.project.syntax import (
    Invocation,
    SourceFile,
    code_of,
    invocation,
    is_identifier,
    items,
    text_of,
    unwrap,
)

MAX_DEPTH = 8
MAX_TEXT = 4000

STRINGS = frozenset(
    {
        *("string", "string_literal", "template_string", "interpreted_string_literal", "raw_string_literal"),
        *("encapsed_string", "heredoc", "nowdoc", "heredoc_body", "text_block", "concatenated_string"),
        *("chained_string", "bare_string"),
    }
)
_CONTENT = frozenset(
    {
        *("string_fragment", "string_content", "interpreted_string_literal_content"),
        *("raw_string_literal_content", "quoted_content", "heredoc_content", "nowdoc_string"),
        *("multiline_string_fragment", "string_value"),
    }
)
_QUOTES = frozenset({"string_start", "string_end", "heredoc_start", "heredoc_end", "heredoc_beginning", "comment"})
_CONCATENATIONS = frozenset({"+", ".", "<>", "~", "<<"})
_FORMATTERS = frozenset({"format", "sprintf", "Sprintf", "formatted", "vsprintf"})
TRANSLATORS = frozenset(
    {
        *("_", "gettext", "gettext_lazy", "ugettext", "ugettext_lazy", "gettext_noop", "pgettext", "__", "trans"),
        *("t", "T", "tr", "dgettext", "translate", "l10n", "lang", "i18n", "formatMessage", "getText", "getMessage"),
    }
)
# Calls that hand their one text through: aws.String("…"), literal("…"), strings.TrimSpace("…").
_PASSING = frozenset(
    {
        *("String", "ToPointer", "strip", "trim", "TrimSpace", "toString", "to_s", "capitalize", "title"),
        *("lower", "upper", "str", "Text", "HtmlString", "mark_safe", "safe", "raw", "html_safe", "dedent"),
        *("squish", "freeze", "of", "force_str", "asList", "List", "singletonList", "valueOf", "escape"),
    }
)
_PLACEHOLDER = re.compile(
    r"\{\{\s?(\w+)\s?\}\}|%(?:\((\w+)\))?[-+0-9.]*[sdfivq](?![a-z])|%\{(\w+)\}|(?<!\{)\{(\w*)\}(?!\})"
)
_ESCAPES = {
    "\\n": "\n",
    "\\t": " ",
    "\\r": "",
    "\\'": "'",
    '\\"': '"',
    "\\\\": "\\",
    "\\`": "`",
    "\\$": "$",
    "\\/": "/",
}

Lookup = Callable[[str], str]  # a key of the translations, or a template's name → its text, "" where there is none


def _nothing(_: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Texts:
    """What can be looked up outside of the file: translations by key, templates by name."""

    translation: Lookup = _nothing
    template: Lookup = _nothing


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    literal: bool


def read_value(file: SourceFile, node: Node | None, texts: Texts) -> CodeValue | None:
    """Return what an expression says; ``None`` for none."""
    if node is None:
        return None
    node = unwrap(node)
    pieces = list(_pieces(file, node, texts, 0))
    text = "".join(piece.text if piece.literal else f"{{{piece.text}}}" for piece in pieces)
    literal = any(piece.literal and re.search(r"\w", piece.text) for piece in pieces)
    return CodeValue(code_of(node), clean(text, limit=MAX_TEXT).strip() if literal else "", file.source(node))


def _pieces(file: SourceFile, node: Node, texts: Texts, depth: int) -> Iterator[_Piece]:
    node = unwrap(node)
    if depth > MAX_DEPTH:
        yield _Piece(_label(node), literal=False)
    elif node.type in STRINGS:
        yield from _string(file, node, texts, depth)
    elif node.type in ("atom", "simple_symbol"):
        yield _Piece(text_of(node).lstrip(":"), literal=True)
    elif node.type in ("binary_expression", "binary_operator", "binary"):
        yield from _binary(file, node, texts, depth)
    elif node.type in file.grammar.calls:
        call = invocation(node)
        tagged = node.child_by_field_name("arguments")
        if tagged is not None and tagged.type == "template_string":  # msg`Welcome, ${name}`
            yield from _string(file, tagged, texts, depth)
            return
        yield from _call(file, call, texts, depth) if call is not None else [_Piece(_label(node), literal=False)]
    elif listed := items(node):
        for index, item in enumerate(listed[:5]):
            if index:
                yield _Piece(", ", literal=True)
            yield from _pieces(file, item, texts, depth + 1)
    elif data := data_of(node):
        yield from _pieces(file, data, texts, depth + 1)
    elif (value := _named_value(file, node)) is not None:
        yield from _pieces(file, value, texts, depth + 1)
    else:
        yield _Piece(_label(node), literal=False)


def _named_value(file: SourceFile, node: Node) -> Node | None:
    return file.assigned(text_of(node), node) if is_identifier(node) else None


def _string(file: SourceFile, node: Node, texts: Texts, depth: int) -> Iterator[_Piece]:
    """Yield a string's parts. Its content is cut at interpolations, and escapes are nodes of their own."""
    if not node.named_children:
        yield _Piece(_unquote(text_of(node)), literal=True)
        return
    for child in node.named_children:
        if child.type in _CONTENT:
            if any(part.type == "interpolation" for part in child.named_children):
                yield from _string(file, child, texts, depth + 1) if depth < MAX_DEPTH else ()
            else:
                yield _Piece(text_of(child), literal=True)
        elif child.type in ("escape_sequence", "escape_interpolation"):
            yield _Piece(_ESCAPES.get(text_of(child), ""), literal=True)
        elif child.type in STRINGS and depth < MAX_DEPTH:
            yield from _string(file, child, texts, depth + 1)
        elif child.type not in _QUOTES:
            inner = child.named_children[0] if child.type in _INTERPOLATIONS and child.named_children else child
            yield from _pieces(file, inner, texts, depth + 1)


_INTERPOLATIONS = frozenset({"template_substitution", "interpolation"})


def _unquote(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"`" else text


def _binary(file: SourceFile, node: Node, texts: Texts, depth: int) -> Iterator[_Piece]:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = next((child.type for child in node.children if not child.is_named), "")
    if left is None or right is None:
        yield _Piece(_label(node), literal=False)
    elif operator in _CONCATENATIONS:
        yield from _pieces(file, left, texts, depth + 1)
        yield from _pieces(file, right, texts, depth + 1)
    elif operator == "%":
        yield from _filled(_pieces(file, left, texts, depth + 1))
    elif operator in ("||", "??", "or", "?:") and unwrap(right).type in STRINGS:
        yield _Piece(_label(left), literal=False)  # a value of the running code, or a text in its place
    else:
        yield _Piece(_label(node), literal=False)


def _filled(pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    """Yield a format's pieces, its placeholders by name."""
    for piece in pieces:
        if not piece.literal:
            yield piece
            continue
        at = 0
        for match in _PLACEHOLDER.finditer(piece.text):
            yield _Piece(piece.text[at : match.start()], literal=True)
            yield _Piece(match[1] or match[2] or match[3] or match[4] or "…", literal=False)
            at = match.end()
        yield _Piece(piece.text[at:], literal=True)


def _call(file: SourceFile, call: Invocation, texts: Texts, depth: int) -> Iterator[_Piece]:
    first = call.positional()[0] if call.positional() else None
    if call.name in _FORMATTERS:
        subject = call.receiver if call.receiver is not None and unwrap(call.receiver).type in STRINGS else first
        if subject is not None:
            yield from _filled(_pieces(file, subject, texts, depth + 1))
            return
    if call.name in TRANSLATORS and first is not None:
        yield from _translated(file, call, texts, depth)
        return
    if call.name == "build" and (data := _builder_data(call)) is not None:
        yield from _pieces(file, data, texts, depth + 1)
        return
    if call.name in _PASSING or call.path in ("fmt.Sprint", "Arrays.asList"):
        passed = first if first is not None else call.receiver
        if passed is not None:
            yield from _pieces(file, passed, texts, depth + 1)
            return
    rendered = _rendered(file, call, texts, depth)
    yield rendered if rendered is not None else _Piece(_label(call.node), literal=False)


def _builder_data(call: Invocation) -> Node | None:
    """Return what a builder is given as its data: ``Content.builder().data("…").build()``."""
    node = call.receiver
    while node is not None and (step := invocation(unwrap(node))) is not None:
        if step.name in ("data", "text", "value") and step.arguments:
            return step.arguments[0].node
        node = step.receiver
    return None


def _rendered(file: SourceFile, call: Invocation, texts: Texts, depth: int) -> _Piece | None:
    """Return the text of the template that a call renders: ``render_to_string("mail/subject.txt")``."""
    if not re.search(r"render|template|view|read", call.name, re.IGNORECASE):
        return None
    for node in call.positional()[:2]:
        name = "".join(piece.text for piece in _pieces(file, node, texts, depth + 1) if piece.literal)
        if text := (texts.template(name) if name else ""):
            return _Piece(text, literal=True)
    return None


def _translated(file: SourceFile, call: Invocation, texts: Texts, depth: int) -> Iterator[_Piece]:
    """Yield what a translator's call says: the message itself, or what the translations have for its key."""
    nodes = call.positional()
    keys = ["".join(p.text for p in _pieces(file, node, texts, depth + 1) if p.literal) for node in nodes[:2]]
    for key in keys:
        if text := (texts.translation(key) if key else ""):
            if file.language == "PHP":
                text = re.sub(r"(?<![\w:]):([A-Za-z_]\w*)", r"{\1}", text)  # Laravel's placeholders
            yield from _filled(iter([_Piece(text, literal=True)]))
            return
    message = next((number for number, key in enumerate(keys) if " " in key.strip()), -1)
    if message >= 0:
        yield from _filled(_pieces(file, nodes[message], texts, depth + 1))
    else:
        yield _Piece(_label(call.node), literal=False)


def _label(node: Node) -> str:
    """Return a short name for what only the running code knows: the last name of ``order.customer.name``."""
    text = re.sub(r"\([^()]*\)", "", text_of(node)[:300])
    name = re.findall(r"[A-Za-z_][A-Za-z0-9_]*", text.rpartition("->")[2].rpartition(".")[2])
    return line(name[-1], limit=60) if name else "…"
