"""What the screen takes from a view, and how an error reads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dlaas_onboard.tui.context_bar import SessionContext

if TYPE_CHECKING:
    from dlaas_onboard.journey.snapshot import Glance
    from dlaas_onboard.onboarding import Options, View

READ_ONLY = "Read-only: nothing is written to AWS."


def where_of(view: View) -> SessionContext:
    """Return the context of a view."""
    from dlaas_onboard.journey.facts.reading import so_far
    from dlaas_onboard.journey.review.stages import access_of

    place = view.place
    access = access_of(so_far(view.facts.account))
    return SessionContext(place.account, place.arn, place.region, place.profile, place.endpoint, place.amazon, access)


def where_of_glance(glance: Glance) -> SessionContext:
    """Return the context of the last look."""
    return SessionContext(
        account=glance.account,
        arn=glance.arn,
        region=glance.region,
        profile=glance.profile,
        endpoint=glance.endpoint,
        amazon=glance.amazon,
        access=glance.access,
    )


def sentence_of(error: Exception) -> str:
    """Return an error in one sentence: ours say it themselves, the rest is a defect."""
    said = getattr(error, "sentence", "") or (str(error) if isinstance(error, OSError) else "")
    return said or f"This is a defect of dlaas-onboard: {type(error).__name__}. What you entered is saved."


def read_only(view: View, options: Options) -> str:
    """Return why nothing can be written, in a sentence for the top of the screen; ``""`` when it can."""
    if options.read_only:
        return READ_ONLY
    return f"Read-only: {view.read_only} What you enter now is not saved." if view.read_only else ""


def defect_notice(error: BaseException | None) -> str:
    """Return the last lines of an app that a defect ended: where it was, without what the variables hold."""
    where = ""
    trace = error.__traceback__ if error is not None else None
    while trace is not None:
        code = trace.tb_frame.f_code
        if "dlaas_onboard" in code.co_filename:
            where = f" in {code.co_filename.rpartition(os.sep)[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return (
        f"This is a defect of dlaas-onboard: {type(error).__name__}{where}.\n"
        "Your progress is saved. Start again to go on; anything that was sent is looked for at AWS."
    )
