"""What every command does first: look, and say why it could not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dlaas_onboard.headless import diagnostics
from dlaas_onboard.headless.deadline import Deadline
from dlaas_onboard.journey.errors import CannotLook

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import Facts, Place
    from dlaas_onboard.journey.facts.reading import Problem
    from dlaas_onboard.onboarding import Onboarding, View

COULD_NOT_LOOK = 3
NOT_SAID = (
    "Amazon's answer leaves out, or says in a word that is new, whether sending is healthy or how the review stands"
)


def ask_code(prompt: str) -> str:
    """Ask for an MFA code at the terminal; return ``""`` where nobody can answer."""
    if sys.stdin is None or not sys.stdin.isatty():
        return ""
    diagnostics.ask(f"{prompt} ")
    return sys.stdin.readline().strip()


def look(onboarding: Onboarding, deadline: Deadline, *, tell: bool = True) -> View:
    """Load what is saved, look at everything once, and return what there is to see, at the deadline what is known.

    Says what happened to the saved progress, and that an endpoint is not Amazon's, unless the caller tells it itself.
    """
    deadline.look(onboarding, lambda: onboarding.start(ask_code))
    view = onboarding.view()
    if tell:
        for words in (view.notice, foreign(view.place)):
            if words:
                diagnostics.say(words)
    return view


def foreign(place: Place) -> str:
    """Return what has to be said of an endpoint that is not Amazon's, ``""`` of Amazon's own."""
    if place.amazon or not place.endpoint:
        return ""
    return f"{place.endpoint} is not Amazon's: what it grants is not real production access"


def must_look(onboarding: Onboarding, deadline: Deadline) -> View:
    """Look, and raise :class:`CannotLook` with the reason where the account could not be read, or not in time."""
    view = look(onboarding, deadline)
    deadline.check()
    problem = trouble(view.facts)
    if problem is not None:
        raise CannotLook(sentence(problem))
    return view


def trouble(facts: Facts) -> Problem | None:
    """Return why the account could not be read: the credentials' problem, or that of ``GetAccount``."""
    for reading in (facts.caller, facts.account):
        if reading is not None and reading.problem is not None:
            return reading.problem
    return None


def unread(facts: Facts) -> str:
    """Return why the account could not be read in one sentence, ``""`` if it was."""
    problem = trouble(facts)
    if problem is not None:
        return sentence(problem)
    if facts.caller is None or facts.account is None or facts.account.value is None:
        return "the account was not read"
    return ""


def sentence(problem: Problem) -> str:
    """Return a problem with its remedy; the missing permission is named."""
    words = [problem.message, problem.remedy]
    if problem.iam_action and not any(problem.iam_action in part for part in words):
        words.append(f"Missing permission: {problem.iam_action}.")
    return " ".join(part for part in words if part)
