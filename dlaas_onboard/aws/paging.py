"""A look made of calls: page after page, and what becomes of it as a reading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Generic, TypeVar

from dlaas_onboard.aws.error_text import CallPlace
from dlaas_onboard.aws.problems import problem
from dlaas_onboard.aws.response_fields import ResponseFields, TroubleError
from dlaas_onboard.journey.facts.reading import Problem, Reading

T = TypeVar("T")

_PAGES = 1000  # AWS allows 10,000 identities and 10,000 configuration sets, up to 1000 a page


class StoppedError(Exception, Generic[T]):
    """A look that failed on the way; carries what was read before, and how much that is in words."""

    def __init__(self, value: T, problem: Problem | None, partial: str) -> None:
        super().__init__(partial)
        self.value = value
        self.problem = problem
        self.partial = partial


class Pages:
    """The pages of a list, read as they are asked for. Stops on a token that was seen before, and says so."""

    def __init__(self, ask: Callable[[dict[str, str]], ResponseFields], token: str, following: str = "") -> None:
        self._ask = ask
        self._token = token
        self._following = following or token
        self.read = 0  # pages read

    def __iter__(self) -> Pages:
        self._seen: set[str] = set()
        self._next: str | None = ""
        self._fault: TroubleError | None = None
        return self

    def __next__(self) -> ResponseFields:
        if self._fault is not None:
            raise self._fault
        if self._next is None:
            raise StopIteration
        page = self._ask({self._token: self._next} if self._next else {})
        self.read += 1
        following = page.raw(self._following)
        if following in self._seen or (following and self.read >= _PAGES):
            self._fault = page.malformed(self._following, "repeats itself, so the list has no end")
        elif following:
            self._seen.add(following)
        self._next = following or None
        return page


def reading(source: str, look: Callable[[], T | None]) -> Reading[T]:
    """Return what ``look`` found, with source and time. Never raises."""
    value: T | None = None
    fault: Problem | None = None
    partial = ""
    try:
        value = look()
    except StoppedError as stopped:
        value, fault, partial = stopped.value, stopped.problem, stopped.partial
    except TroubleError as trouble:
        fault = trouble.problem
    except Exception as exc:
        fault = problem(exc, source, where=CallPlace(sent=False))
    return Reading(source=source, observed_at=datetime.now(UTC), value=value, problem=fault, partial=partial)
