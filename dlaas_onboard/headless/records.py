"""``records``: the DNS records that are still missing or wrong, to copy from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlaas_onboard.headless import diagnostics, output
from dlaas_onboard.headless.deadline import Deadline
from dlaas_onboard.headless.first_look import COULD_NOT_LOOK, look, sentence, unread

if TYPE_CHECKING:
    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.journey.facts import Facts
    from dlaas_onboard.onboarding import Onboarding


def run(onboarding: Onboarding, args: Arguments) -> int:
    """Print the records; return 0, or 3 where SES could not be asked which records it wants."""
    deadline = Deadline.of(args)
    view = look(onboarding, deadline)
    wrong = deadline.words or _unasked(view.facts)
    text = onboarding.records(args.format or "table")
    if text:
        output.write(text)
    if wrong:
        diagnostics.say(wrong)
        return COULD_NOT_LOOK
    return 0


def _unasked(facts: Facts) -> str:
    """Return why SES could not be asked which records it wants, ``""`` if it was: the identity says it."""
    identity = facts.domain_identity
    if identity is None or (facts.caller is not None and facts.caller.problem is not None):
        return unread(facts)
    return sentence(identity.problem) if identity.problem is not None else ""
