"""The English texts of a project's translations, by key, below ``locales`` and the like.

JSON, simple YAML, PHP, Java's properties, Fluent, XLIFF.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator

from dlaas_onboard.project.syntax import SourceFile, TooDeepError, descendants, entries
from dlaas_onboard.project.values import Texts, read_value

MAX_FILES = 60
MAX_KEYS = 60_000
MAX_NESTING = 12

_FILE = re.compile(
    r"(?:^|/)(?:locales?|i18n|lang|translations?|messages)/(?:.*[/._])?(?:en|en[-_](?:US|GB|us|gb)|client\.en|server\.en)(?:/[^/]+)?\.(?:json|ya?ml|php|properties|ftl|xlf)$"
    r"|(?:^|/)messages\.properties$"
)
_YAML_LINE = re.compile(r"^( *)(?:'([^']+)'|\"([^\"]+)\"|([\w.?!-]+)):(?:[ \t]+(.*))?$")
# key = text, of Java's properties and of Fluent; a text on more lines is not read.
_ASSIGNED = re.compile(r"(?m)^([\w.-]+)[ \t]*=[ \t]*([^\n\\]+)$")
_XLIFF = re.compile(
    r'resname="([\w.-]{1,200})"[^<>]{0,200}>\s*<source>[^<]{0,4000}</source>\s*<target[^<>]{0,80}>([^<]{1,4000})<'
)


class Translations:
    """Key → text. Reads nothing until it is first asked."""

    def __init__(self, paths: Iterable[str], read: Callable[[str], bytes | None]) -> None:
        self._paths = [path for path in paths if _FILE.search(path)][:MAX_FILES]
        self._read = read
        self._texts: dict[str, str] | None = None

    def text(self, key: str) -> str:
        """Return the English text of a key, ``""`` for none; without its namespace or leading dot it is found, too."""
        if self._texts is None:
            self._texts = dict(self._load())
        plain = key.rpartition(":")[2].lstrip(".")
        return self._texts.get(plain, "") if re.fullmatch(r"[\w.?!-]+", plain) else ""

    def _load(self) -> Iterator[tuple[str, str]]:
        count = 0
        for path in self._paths:
            data = self._read(path)
            if data is None:
                continue
            for key, value in _texts(path, data):
                count += 1
                if count > MAX_KEYS:
                    return
                yield key, value


def _texts(path: str, data: bytes) -> Iterator[tuple[str, str]]:
    text = data.decode("utf-8", "replace")
    if path.endswith(".php"):
        return _php(path, data)
    if path.endswith((".properties", ".ftl")):
        return ((match[1], match[2].strip()) for match in _ASSIGNED.finditer(text))
    if path.endswith(".xlf"):
        return ((match[1], html.unescape(match[2]).strip()) for match in _XLIFF.finditer(text))
    return _json(text) if path.endswith(".json") else _yaml(text)


def _php(path: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the texts of a PHP file that returns an array; its name begins their keys: ``auth.failed``."""
    try:
        file = SourceFile(path, data)
    except TooDeepError:
        return
    returned = next((node for node in descendants(file.root) if node.type == "return_statement"), None)
    todo = [(path.rpartition("/")[2].removesuffix(".php"), returned)] if returned is not None else []
    while todo:
        prefix, node = todo.pop()
        array = node if node.type == "array_creation_expression" else next(iter(node.named_children), node)
        for key, value in entries(array).items():
            if value.type == "array_creation_expression":
                todo.append((f"{prefix}.{key}", value))
            elif (text := read_value(file, value, Texts())) is not None and text.text:
                yield f"{prefix}.{key}", text.text


def _json(text: str) -> Iterator[tuple[str, str]]:
    try:
        todo: list[tuple[str, object, int]] = [("", json.loads(text), 0)]
    except (ValueError, RecursionError):
        return
    while todo:
        prefix, value, depth = todo.pop()
        if isinstance(value, str):
            yield prefix, value
        elif isinstance(value, dict) and depth < MAX_NESTING:
            todo += [(f"{prefix}.{key}" if prefix else key, inner, depth + 1) for key, inner in value.items()]


def _yaml(text: str) -> Iterator[tuple[str, str]]:
    """Yield the plain and quoted scalars of nested mappings; the first level is the language."""
    stack: list[tuple[int, str]] = []
    for each in text.splitlines():
        match = _YAML_LINE.match(each)
        if match is None:
            continue
        indent, key = len(match[1]), match[2] or match[3] or match[4]
        while stack and stack[-1][0] >= indent:
            stack.pop()
        value = (match[5] or "").strip()
        if not value:
            stack.append((indent, key))
        elif value[0] not in "|>&*{[#":
            names = [name for _, name in stack] + [key]
            yield ".".join(names[1:] if names[0].startswith("en") else names), _scalar(value)


def _scalar(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1].replace('\\"', '"').replace("''", "'")
    return value.partition(" #")[0].strip()
