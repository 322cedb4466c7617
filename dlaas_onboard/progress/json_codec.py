"""Records to JSON and back. Text comes back cleaned: another program may have written the file."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import TypeAdapter

from dlaas_onboard.journey.text import clean

T = TypeVar("T")
_adapters: dict[type[Any], TypeAdapter[Any]] = {}
LIMIT = 1_000_000  # characters of one text: an answer pasted from a mail is kept whole


def cleaned(text: str) -> str:
    """Return ``text`` as the store keeps and gives it."""
    # Printable text is what clean() would return unchanged, and nearly all text is printable.
    if len(text) <= LIMIT and text.isprintable():
        return text
    return clean(text, limit=LIMIT)


def cleaned_tree(value: Any) -> Any:
    """Return parsed JSON with every string in it cleaned."""
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, list):
        return [cleaned_tree(item) for item in value]
    if isinstance(value, dict):
        return {cleaned(key): cleaned_tree(item) for key, item in value.items()}
    return value


def adapter(kind: type[T]) -> TypeAdapter[T]:
    """Return pydantic's adapter for a frozen record; building it takes about 0.1 s, so only once it is needed."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def encode(kind: type[T], value: T) -> str:
    """Return ``value`` as JSON in ASCII: a lone surrogate is legal there, and bytes of UTF-8 are not."""
    return json.dumps(adapter(kind).dump_python(value, mode="json"), separators=(",", ":"))


def decode(kind: type[T], text: str) -> T:
    """Return the record; raises ``ValueError`` where the JSON does not hold one."""
    try:
        return adapter(kind).validate_python(cleaned_tree(json.loads(text)))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
