"""What the service is, in the project's own words: the first sentence of its README, and what it sells."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from dlaas_onboard.checkout.file_tree import Lines, Tree
from dlaas_onboard.journey.text import line

_GREETING = re.compile(r"(?:welcome|hello|hi|thank)\b", re.IGNORECASE)
_NOT_PROSE = re.compile(r"^\s*(?:#|!\[|\[!\[|<|>|\||[-*+]\s|\d+\.\s|={3,}|-{3,}|```)")


def first_sentence(tree: Tree) -> tuple[str, int]:
    """Return the README's first sentence that is neither heading, badge nor greeting, and its line; ``("", 0)``."""
    text = tree.text("README.md") or ""
    lines = Lines(text)
    offset = 0
    for paragraph in re.split(r"\n[ \t]*\n", text[:20_000]):
        at = text.find(paragraph, offset)
        offset = at + len(paragraph)
        prose = [part for part in paragraph.split("\n") if part.strip() and not _NOT_PROSE.match(part)]
        plain = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(prose))
        plain = " ".join(re.sub(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}|<[^>]*>", "", plain).split())
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z0-9])", plain):
            if len(sentence.split()) >= 4 and not _GREETING.match(sentence):
                return line(sentence, limit=400), lines.of(at)
    return "", 0


@dataclass(frozen=True, slots=True)
class Product:
    """What the service sells: the texts and numbers of one entry of a ``products.json``."""

    path: str
    values: Mapping[str, str]

    def __str__(self) -> str:
        """Return ``name: cost currency``."""
        cost, currency = self.values.get("cost"), self.values.get("currency", "")
        price = f": {cost} {currency}".rstrip() if cost is not None else ""
        return line(f"{self.values['name']}{price}", limit=200)


def products(tree: Tree) -> tuple[Product, ...]:
    """Return the entries of the ``products.json`` files that have a name; a broken file is a problem."""
    named_products: list[Product] = []
    for path in tree.paths("products.json"):
        if path.rpartition("/")[2] != "products.json":
            continue
        text = tree.text(path)
        if text is None:
            continue
        try:
            document = json.loads(text)
        except json.JSONDecodeError as error:
            tree.problems.append(
                f"{line(path)} is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}."
            )
            continue
        except (RecursionError, ValueError):
            tree.problems.append(f"{line(path)} is not valid JSON.")
            continue
        entries = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
        named_products += [
            Product(line(path), {key: line(str(value), limit=200) for key, value in entry.items() if _plain(value)})
            for entry in entries
            if isinstance(entry, dict) and isinstance(entry.get("name"), str)
        ]
    return tuple(named_products[:50])


def _plain(value: object) -> bool:
    return isinstance(value, (int, float, str)) and not isinstance(value, bool)
