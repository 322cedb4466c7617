"""What a call takes from those before it, and the file that is sent but not written down."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dlaas_onboard.journey.situation.calls import Call

_RESULT = re.compile(r"\{result:(\d+)\}")


class UnknownResultError(Exception):
    """A call needs the result of one that brought none."""


@dataclass(frozen=True, slots=True)
class Attached:
    """The evidence as it goes to Amazon with a call; the intent says which one it was, and does not hold it."""

    data: bytes

    @property
    def placeholder(self) -> str:
        """Return how it stands in what is shown, confirmed and written down: where it comes from, size and hash."""
        return (
            f"the base64 of: dlaas-onboard report --format txt --audience aws ({len(self.data):,} bytes, "
            f"sha256 {hashlib.sha256(self.data).hexdigest()})"
        )

    @property
    def text(self) -> str:
        """Return the whole file as it reads."""
        return self.data.decode("utf-8").rstrip()


def on_the_wire(call: Call, attached: Attached | None) -> Call:
    """Return the call with the file itself where what is written down only names it."""
    if attached is None:
        return call
    placeholder, data = attached.placeholder, attached.data
    return Call(
        call.service,
        call.operation,
        _each(call.params, lambda text: data if text == placeholder else text),
        call.region,
    )


def filled(call: Call, result: Callable[[int], str]) -> Call:
    """Put in the result of an earlier call, by its number from 1, where a value names it as a whole: ``{result:1}``.

    Raises :class:`UnknownResultError` where that call brought none.
    """

    def put(text: str) -> str:
        match = _RESULT.fullmatch(text)
        if match is None:
            return text
        value = result(int(match[1]))
        if not value:
            raise UnknownResultError(f"What call {match[1]} brought is not known.")
        return value

    return Call(call.service, call.operation, _each(call.params, put), call.region)


def number_of(value: object) -> int:
    """Return the number of the call whose result a value names, 0 where it names none."""
    match = _RESULT.fullmatch(str(value))
    return int(match[1]) if match else 0


def _each(params: Mapping[str, Any], put: Callable[[str], Any]) -> dict[str, Any]:
    def walk(value: Any) -> Any:
        if isinstance(value, str):
            return put(value)
        if isinstance(value, Mapping):
            return {key: walk(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [walk(inner) for inner in value]
        return value

    return {key: walk(value) for key, value in params.items()}
