"""The exit statuses of the commands that write, and which of them follows from what became of the calls."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

from dlaas_onboard.journey.situation.intents import OPEN, Intent, Phase

if TYPE_CHECKING:
    from dlaas_onboard.onboarding.view import ActionResult


class ExitStatus(IntEnum):
    """How a command that writes ended; README.md lists them."""

    DONE = 0  # done and read back; of a dry run: it could be done
    REFUSED = 30  # a gate or a precondition refuses: nothing was sent
    UNKNOWN = 31  # the outcome is unknown: look before anything else
    AWS_REFUSED = 32
    NOT_PROVED = 33  # everything was sent, and it did not prove what it was to prove
    INTERRUPTED = 130


def exit_status(intents: Sequence[Intent], result: ActionResult | None) -> ExitStatus:
    """Return the worst that became of the calls: what is not known weighs more than what was refused."""
    phases = {intent.phase for intent in intents}
    if phases & OPEN:
        return ExitStatus.UNKNOWN
    if phases & {Phase.REJECTED, Phase.ABANDONED}:
        return ExitStatus.AWS_REFUSED
    return ExitStatus.NOT_PROVED if result is not None and not result.good else ExitStatus.DONE
