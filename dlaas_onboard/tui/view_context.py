"""Which account, Region and access a view is of, for the top of the screen and for dialogs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.review.stages import access_of
from dlaas_onboard.tui.context_bar import SessionContext

if TYPE_CHECKING:
    from dlaas_onboard.onboarding import View


def context_of(view: View) -> SessionContext:
    """Return the context of a view."""
    place = view.place
    access = access_of(so_far(view.facts.account))
    asking = view.facts.caller is None and not place.account
    return SessionContext(
        place.account,
        place.arn,
        place.region,
        place.profile,
        place.endpoint,
        place.amazon,
        access,
        "asking AWS who you are" if asking else "",
    )
