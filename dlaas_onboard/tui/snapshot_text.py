"""What the first screen says of the last look, and how an error reads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dlaas_onboard.tui.context_bar import SessionContext

if TYPE_CHECKING:
    from dlaas_onboard.journey.snapshot import Glance

READ_ONLY = "Read-only: nothing is written to AWS."


def where_of(snapshot: Glance) -> SessionContext:
    """Return the context of the last look."""
    return SessionContext(
        account=snapshot.account,
        arn=snapshot.arn,
        region=snapshot.region,
        profile=snapshot.profile,
        endpoint=snapshot.endpoint,
        amazon=snapshot.amazon,
        access=snapshot.access,
    )


def sentence_of(error: Exception) -> str:
    """Return an error in one sentence: ours say it themselves, the rest is a defect."""
    sentence = getattr(error, "sentence", "") or (str(error) if isinstance(error, OSError) else "")
    return sentence or f"This is a defect of dlaas-onboard: {type(error).__name__}. What you entered is saved."


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
