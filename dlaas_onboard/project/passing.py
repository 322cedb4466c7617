"""A function that passes on to a sending call what its callers give it."""

from __future__ import annotations

from dataclasses import dataclass, field

from dlaas_onboard.project.sendings import Sending
from dlaas_onboard.project.syntax import Parameter


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A parameter that gives a part of the message, or what stands in it under keys: ``data.content.subject``."""

    parameter: Parameter
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamedBy:
    """A template whose name holds a parameter: ``render(f"emails/{name}.txt")``."""

    part: str
    before: str
    after: str
    passed: PassedOn


@dataclass(slots=True)
class Passing:
    """A function with a sending call in it."""

    sending: Sending
    name: str
    owner: str  # its class
    carries: bool
    arity: int = 0
    given_recipient: PassedOn | None = None  # where the parameter itself, or a part of it, is the recipient
    given: dict[str, PassedOn] = field(default_factory=dict)  # part → where a caller gives it
    named: list[NamedBy] = field(default_factory=list)
    whole: int = -1  # position of an argument that holds the message as a whole
