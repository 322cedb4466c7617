"""Handlebars templates, parsed: which values they need, and how the message reads.

The language is small and only its structure is wanted. pybars3 rests on PyMeta and has had no release since 2019,
chevron and pystache know Mustache without helpers or ``else``, pyhandlebars renders but gives no syntax tree and is
compiled Rust. The grammar followed is the one of https://handlebarsjs.com/guide/ (expressions, block helpers,
partials); property tests hold the parser to: a tree, or :class:`TemplateError`, for any text, in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType

_PART = re.compile(
    r"""\s*(?: (?P<string>"[^"]*"|'[^']*') | (?P<params>as\s*\|[^|]*\|) | (?P<open>\() | (?P<close>\))
        | (?P<key>[^\s=|(){}"'\[\]]+)= | (?P<word>(?:\[[^\]]*\]|[^\s=|(){}"'\[\]])+) )""",
    re.VERBOSE,
)
_LITERAL = re.compile(r"-?\d+(?:\.\d+)?|true|false|null|undefined")
_LOOKS = frozenset({"each", "with"})  # built-in blocks that change what a name refers to
_BUILT_IN = frozenset({"if", "unless", "each", "with", "lookup", "log"})
MAX_DEPTH = 60


class TemplateError(ValueError):
    """The template does not parse; ``line`` is where."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Expression:
    """What stands between the braces: a path or a helper with its arguments."""

    name: str  # "user.name", "if"
    paths: tuple[str, ...] = ()  # of all arguments, those in hashes and subexpressions too
    arguments: int = 0
    block_params: tuple[str, ...] = ()


@dataclass(slots=True)
class Block:
    """A block, or the whole template (without an expression)."""

    expression: Expression | None = None
    inverted: bool = False
    body: list[Node] = field(default_factory=list)
    otherwise: list[Node] = field(default_factory=list)
    line: int = 1
    closes: str = ""  # name that its closing tag must have
    chained: bool = False  # opened by {{else if}}, closed with its parent


Node = str | Expression | Block


def parse(text: str) -> Block:
    """Return the template's tree. Raises :class:`TemplateError`."""
    root = Block()
    stack: list[tuple[Block, list[Node]]] = [(root, root.body)]
    index, line, counted = 0, 1, 0
    while (opens := text.find("{{", index)) >= 0:
        slashes = len(before := text[index:opens]) - len(before.rstrip("\\"))
        stack[-1][1].append(before[: len(before) - slashes])
        line += text.count("\n", counted, opens)
        counted = opens
        if slashes:
            # \{{x}} is text, \\{{x}} is a backslash and an expression.
            stack[-1][1].append("\\" * (slashes // 2))
            if slashes % 2:
                stack[-1][1].append("{{")
                index = opens + 2
                continue
        tag, index = _tag(text, opens + 2, line)
        _take(tag, stack, line)
        if len(stack) > MAX_DEPTH:
            raise TemplateError(f"blocks are nested more than {MAX_DEPTH} deep", line)
    stack[-1][1].append(text[index:])
    if len(stack) > 1:
        block = stack[-1][0]
        raise TemplateError(f"{{{{#{block.closes}}}}} is never closed", block.line)
    return root


def _tag(text: str, start: int, line: int) -> tuple[str, int]:
    """Return the inner text of a tag that opens before ``start``, and where the text goes on."""
    if text.startswith("!--", start) or text.startswith("~!--", start):
        end = re.compile(r"--~?\}\}").search(text, start + 3)
        if end is None:
            raise TemplateError("a comment is never closed", line)
        return "!", end.end()
    if text.startswith("{{", start):
        raise TemplateError("raw blocks with four braces are not read", line)
    closing = "}}}" if text.startswith("{", start) else "}}"
    end_at = text.find(closing, start)
    if end_at < 0:
        raise TemplateError("an expression is never closed", line)
    return text[start:end_at].strip("{").strip("~").strip(), end_at + len(closing)


def _take(tag: str, stack: list[tuple[Block, list[Node]]], line: int) -> None:
    block, nodes = stack[-1]
    if tag.startswith("!"):
        return
    word = re.match(r"else\b(?![.=])", tag)
    if tag == "^" or word:
        if block.expression is None or nodes is block.otherwise:
            raise TemplateError("{{else}} stands outside of a block", line)
        rest = tag[4:].strip() if word else ""
        stack[-1] = (block, block.otherwise)
        if rest:
            inner = _open(rest, line)
            inner.chained = True
            block.otherwise.append(inner)
            stack.append((inner, inner.body))
    elif tag.startswith(("#", "^")):
        inner = _open(tag[1:].lstrip("*>").strip(), line)
        inner.inverted = tag.startswith("^")
        nodes.append(inner)
        stack.append((inner, inner.body))
    elif tag.startswith("/"):
        while len(stack) > 1 and stack[-1][0].chained:
            stack.pop()
        name = tag[1:].strip()
        if len(stack) == 1:
            raise TemplateError(f"{{{{/{name}}}}} closes nothing", line)
        if stack[-1][0].closes != name:
            raise TemplateError(f"{{{{/{name}}}}} closes {{{{#{stack[-1][0].closes}}}}}", line)
        stack.pop()
    elif tag.startswith(">"):
        nodes.append(f"[partial {tag[1:].strip()}]")
    else:
        nodes.append(_expression(tag.lstrip("&").strip(), line))


def _open(tag: str, line: int) -> Block:
    expression = _expression(tag, line)
    return Block(expression, line=line, closes=expression.name)


def _expression(tag: str, line: int) -> Expression:
    if len(tag) > 4000:
        raise TemplateError("an expression is too long", line)
    words = _Words()
    index = 0
    while index < len(tag.rstrip()):
        match = _PART.match(tag, index)
        if match is None or match.end() == index:
            raise TemplateError(f"{{{{{tag[:60]}}}}} is not an expression", line)
        index = match.end()
        words.take(str(match.lastgroup), match.group(str(match.lastgroup)))
        if words.depth < 0:
            raise TemplateError(f"{{{{{tag[:60]}}}}} has a parenthesis too many", line)
    if words.depth or not words.words or not words.words[0]:
        raise TemplateError(f"{{{{{tag[:60]}}}}} is not an expression", line)
    name, *paths = words.words
    return Expression(
        name, tuple(path for path in paths if not _LITERAL.fullmatch(path)), words.arguments, words.block_params
    )


@dataclass(slots=True)
class _Words:
    """The parts of an expression, taken one after the other."""

    words: list[str] = field(default_factory=list)  # the name and the paths
    block_params: tuple[str, ...] = ()
    arguments: int = 0
    depth: int = 0  # parentheses that are open
    heads: list[bool] = field(default_factory=lambda: [False])  # whether the next word at a depth names a helper

    def take(self, kind: str, text: str) -> None:
        """Take the next part; ``kind`` is the name of its group in ``_PART``."""
        match kind:
            case "open":
                self.depth += 1
                self.arguments += self.depth == 1
                self.heads.append(True)
            case "close":
                self.depth -= 1
                self.heads.pop()
            case "params":
                self.block_params = tuple(text.partition("|")[2].strip("|").split())
            case "word":
                self._word(text)
            case "string" if not self.words:  # {{"a name with spaces"}}
                self.words.append(text[1:-1])
            case "string":
                self.arguments += self.depth == 0

    def _word(self, text: str) -> None:
        if self.heads[-1]:
            self.heads[-1] = False
            return
        self.arguments += self.depth == 0 and bool(self.words)
        self.words.append(text)


def variables(template: Block) -> frozenset[str]:
    """Return the names that a caller has to pass: first parts of the paths that refer to the values themselves."""
    names: set[str] = set()

    def need(path: str, depth: int, local: frozenset[str]) -> None:
        if path.startswith("@root."):
            path, depth = path[6:], 0
        while path.startswith("../") and depth:
            path, depth = path[3:], depth - 1
        if path.startswith(("this.", "this/", "./")):
            path = re.split(r"[./]", path, maxsplit=1)[1].lstrip("/")
        name = re.split(r"[./]", path, maxsplit=1)[0].strip("[]")
        if depth == 0 and name and name not in local and name != "this" and not path.startswith(("@", "..")):
            names.add(name)

    def walk(nodes: list[Node], depth: int, local: frozenset[str]) -> None:
        for node in nodes:
            if isinstance(node, Expression):
                # With arguments the first word is a helper's name.
                if node.arguments == 0 and not node.paths and not _LITERAL.fullmatch(node.name):
                    need(node.name, depth, local)
                for path in node.paths:
                    need(path, depth, local)
            elif isinstance(node, Block) and node.expression is not None:
                head = node.expression
                section = head.name not in _BUILT_IN and head.arguments == 0 and not head.paths
                if section:
                    need(head.name, depth, local)
                for path in head.paths:
                    need(path, depth, local)
                inner = depth + (head.name in _LOOKS or section)
                walk(node.body, depth if node.inverted else inner, local | set(head.block_params))
                walk(node.otherwise, depth, local)

    walk(template.body, 0, frozenset())
    return frozenset(names)


def render(template: Block, known: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the text with each variable by name, ``{serviceName}``; a list once, of two branches the first.

    ``known`` holds values by path, ``product.name``; they are escaped as the template language does it.
    """
    out: list[str] = []

    def walk(nodes: list[Node], item: str) -> None:
        for node in nodes:
            if isinstance(node, str):
                out.append(node)
            elif isinstance(node, Expression):
                path = node.name if node.arguments == 0 else " ".join((node.name, *node.paths))
                plain = re.sub(r"^(?:this[./]|\./|(?:\.\./)+|@root\.)+", "", path)
                # Inside of a list a bare name is one of its entry.
                outside = not item or path.startswith(("../", "@root."))
                if outside and node.arguments == 0 and plain in known:
                    out.append(escape(known[plain]))
                else:
                    out.append(f"{{{item if plain in ('this', '.') and item else plain}}}")
            elif node.expression is not None:
                head = node.expression
                of = head.paths[0] if head.paths else head.name
                walk(node.body, of if head.name in _LOOKS else item)

    walk(template.body, "")
    return "".join(out)
