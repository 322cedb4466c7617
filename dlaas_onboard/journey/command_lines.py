"""The commands of this program that do what a judgement names: one place for each form, so that none is misspelt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlaas_onboard.journey.writes.actions import Confirm

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import Place
    from dlaas_onboard.journey.writes.actions import Action

PROGRAM = "dlaas-onboard"


def action_command(action: Action, place: Place) -> str:
    """Return the command that does an action; one that the app wants the account's digits for names the account."""
    digits = f" --account {place.account or 'ID'}" if action.confirm == Confirm.DIGITS else ""
    return f"{PROGRAM} do {action.id} --yes{digits}"
