"""The commands of this program that do what a judgement names: one place for each form, so that none is misspelt."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dlaas_onboard.journey.writes.actions import Confirm

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import Place
    from dlaas_onboard.journey.writes.actions import Action

PROGRAM = "dlaas-onboard"
VALUE = "VALUE"  # stands for what only a person can say
LOOK_AGAIN = f"{PROGRAM} next"
STATUS = f"{PROGRAM} status"
WATCH = f"{PROGRAM} watch"
RECORDS = f"{PROGRAM} records"
TERRAFORM = f"{PROGRAM} records --format terraform"


def action_command(action: Action, place: Place) -> str:
    """Return the command that does an action; one that the app wants the account's digits for names the account."""
    digits = f" --account {place.account or 'ID'}" if action.confirm == Confirm.DIGITS else ""
    return f"{PROGRAM} do {action.id} --yes{digits}"


def dry_run_command(action: Action) -> str:
    """Return the command that shows what an action would send, or how to do by hand what cannot be sent."""
    return f"{PROGRAM} do {action.id} --dry-run"


def file_command(place: Place) -> str:
    """Return the command that files the request."""
    return f"{PROGRAM} file --yes --account {place.account or 'ID'}"


def answer_command(field: str, value: str = VALUE) -> str:
    """Return the command that saves an answer."""
    return f"{PROGRAM} draft set {shlex.quote(f'{field}={value}')}"
