"""What can be done: one registry that feeds keys, palette, help, the command log and the documentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dlaas_onboard.journey.answers import Answers
from dlaas_onboard.journey.calls import Call
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.steps import StepId
from dlaas_onboard.journey.verdict import Verdict

Verdicts = Mapping[StepId, Verdict]


class Confirm(StrEnum):
    """What the operator does before a write leaves."""

    YES = "yes"  # reads the calls, presses one key
    DIGITS = "digits"  # types the last four digits of the account as well


@dataclass(frozen=True, slots=True)
class Action:
    """One write that the operator can ask for.

    ``plan`` returns the exact calls from what is known and entered; ``unready`` returns why it cannot be done now,
    ``""`` when it can. Both are pure.
    """

    id: str  # "create_test_address"
    title: str  # "Send the verification link"
    key: str  # "v"
    help: str  # one sentence: what it does at AWS, and what cannot be undone
    step: StepId
    plan: Callable[[Facts, Answers], tuple[Call, ...]]
    unready: Callable[[Facts, Answers, Verdicts], str]
    iam: tuple[str, ...]  # ("ses:CreateEmailIdentity",)
    rereads: tuple[Look, ...] = ()
    confirm: Confirm = Confirm.YES
    final: str = ""  # what cannot be undone, in one sentence
