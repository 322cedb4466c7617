"""Which account, Region and access a view is of, for the top of the screen and for dialogs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.review.stages import access_of
from dlaas_onboard.tui.context_bar import SessionContext

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import Account
    from dlaas_onboard.onboarding import View


def context_of(view: View) -> SessionContext:
    """Return the context of a view."""
    place = view.place
    account = so_far(view.facts.account)
    asking = view.facts.caller is None and not place.account
    return SessionContext(
        place.account,
        place.arn,
        place.region,
        place.profile,
        place.endpoint,
        place.amazon,
        access_of(account),
        _held(account),
        "asking AWS who you are" if asking else "",
    )


def _held(account: Account | None) -> str:
    """Return what keeps the account from sending, ``""`` where nothing is known to."""
    if account is None:
        return ""
    if account.sending_enabled is False:
        return "sending paused"
    return "" if account.enforcement in ("HEALTHY", "") else account.enforcement
