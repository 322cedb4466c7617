"""A pure judgement of the same facts and answers, made once though several steps ask for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.situation.answers import Answers

T = TypeVar("T")


def once(judge: Callable[[Facts, Answers], T]) -> Callable[[Facts, Answers], T]:
    """Keep the last result, for as long as the very same facts and answers are asked about.

    Facts and answers are frozen, so the same objects give the same result; they hold mappings and cannot be hashed.
    """
    last: list[tuple[Facts, Answers, T]] = []

    @wraps(judge)
    def remembered(facts: Facts, answers: Answers) -> T:
        # One read and one write of a whole tuple: threads that meet here at worst judge twice.
        for known_facts, known_answers, result in last[:1]:
            if known_facts is facts and known_answers is answers:
                return result
        made = judge(facts, answers)
        last[:] = [(facts, answers, made)]
        return made

    return remembered
