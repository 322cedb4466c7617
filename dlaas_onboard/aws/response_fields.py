"""One answer of AWS, read field by field: a field of the wrong type, or a mandatory one that is absent, is a problem.

botocore checks neither. What it can make of an answer is seen in :mod:`.whole`, before it is parsed; here every field
is checked once more as it is read, and nothing turns an absent field into a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dlaas_onboard.journey.facts.reading import Problem, ProblemKind
from dlaas_onboard.journey.text import clean, line


class TroubleError(Exception):
    """A call that brought no usable answer; carries the :class:`Problem` to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class ResponseFields:
    """The parsed answer of one operation. Every text is cleaned as it is read; times are UTC.

    All readers raise :class:`TroubleError` with a ``MALFORMED`` problem where a value has the wrong type; those whose
    name begins with ``must`` also where it is absent.
    """

    def __init__(self, data: Mapping[str, Any], operation: str, request_id: str = "") -> None:
        self._data = data
        self.operation = operation
        self.request_id = request_id

    def malformed(self, field: str, fault: str) -> TroubleError:
        """Return the exception that says what is wrong with ``field``."""
        return TroubleError(
            Problem(
                kind=ProblemKind.MALFORMED,
                message=f"The answer to {self.operation} cannot be read: {field} {fault}.",
                remedy="Look again. If this network has a sign-in page, sign in to it first.",
                operation=self.operation,
                request_id=self.request_id,
            )
        )

    def has(self, name: str) -> bool:
        """Return whether a field is there, for one that AWS leaves out where it is empty."""
        return self._data.get(name) is not None

    def flag(self, name: str) -> bool | None:
        """Return a boolean, ``None`` if absent."""
        value = self._data.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.malformed(name, "is neither true nor false")
        return value

    def must_flag(self, name: str) -> bool:
        """Return a mandatory boolean."""
        value = self.flag(name)
        if value is None:
            raise self.malformed(name, "is missing")
        return value

    def number(self, name: str) -> float | None:
        """Return a number, ``None`` if absent."""
        value = self._data.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:  # noqa: PLR0124 - NaN
            raise self.malformed(name, "is not a number")
        return float(value)

    def count(self, name: str) -> int:
        """Return a mandatory whole number."""
        value = self._data.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.malformed(name, "is not a whole number")
        return value

    def text(self, name: str) -> str:
        """Return a text on one line, ``""`` if absent."""
        return line(self._string(name))

    def must_text(self, name: str) -> str:
        """Return a mandatory text on one line."""
        value = self.text(name)
        if not value:
            raise self.malformed(name, "is missing")
        return value

    def prose(self, name: str) -> str:
        """Return a text that may have several lines, ``""`` if absent."""
        return clean(self._string(name))

    def raw(self, name: str) -> str:
        """Return a text that is only compared or sent back, never shown: a page token, a policy."""
        return self._string(name)

    def texts(self, name: str) -> tuple[str, ...] | None:
        """Return a list of texts, ``None`` if absent."""
        value = self._data.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.malformed(name, "is not a list of texts")
        return tuple(line(item) for item in value)

    def time(self, name: str) -> datetime | None:
        """Return a time in UTC, ``None`` if absent; the Support API writes times as ISO 8601 text."""
        value = self._data.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                raise self.malformed(name, "is not a time") from None
        if not isinstance(value, datetime):
            raise self.malformed(name, "is not a time")
        try:
            return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        except (OverflowError, ValueError):
            raise self.malformed(name, "is not a time") from None

    def part(self, name: str) -> ResponseFields | None:
        """Return a nested structure, ``None`` if absent."""
        value = self._data.get(name)
        return None if value is None else self._nested(value, name)

    def parts(self, name: str) -> tuple[ResponseFields, ...]:
        """Return a mandatory list of structures."""
        value = self._data.get(name)
        if value is None:
            raise self.malformed(name, "is missing")
        if not isinstance(value, list):
            raise self.malformed(name, "is not a list")
        return tuple(self._nested(item, name) for item in value)

    def numbers(self, name: str) -> tuple[float, ...]:
        """Return a list of numbers, empty if absent."""
        value = self._data.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self.malformed(name, "is not a list")
        numbers = [ResponseFields({name: item}, self.operation, self.request_id).number(name) for item in value]
        return tuple(number for number in numbers if number is not None)

    def _nested(self, value: object, name: str) -> ResponseFields:
        if not isinstance(value, Mapping):
            raise self.malformed(name, "is not a structure")
        return ResponseFields(value, self.operation, self.request_id)

    def _string(self, name: str) -> str:
        value = self._data.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.malformed(name, "is not a text")
        return value
