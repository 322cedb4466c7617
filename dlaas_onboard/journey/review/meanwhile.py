"""What to do, and what not, while Amazon reviews the request."""

from __future__ import annotations

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.stage_words import fill, words_for
from dlaas_onboard.journey.review.stages import Stage


def meanwhile(facts: Facts) -> tuple[str, ...]:
    """Return what to do, and what not, while the review stands where it does."""
    if stages.stage(facts) == Stage.UNKNOWN and not stages.word(facts):
        return ("Amazon did not answer the last look. What is shown was true before it.",)
    return tuple(fill(text, facts) for text in words_for(facts).meanwhile)
