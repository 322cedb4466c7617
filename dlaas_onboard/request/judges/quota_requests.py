"""What Service Quotas was asked for so far, as the Decision step shows it."""

from __future__ import annotations

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.judges.sheet import Sheet
from dlaas_onboard.journey.quantity import quota_name

_QUOTAS = "Quota requests"


def rows(sheet: Sheet, facts: Facts) -> None:
    """Show each request for a higher quota with its status."""
    reading = facts.quotas
    if reading is None:
        return
    if sheet.missing("quotas", "Quota requests", reading, section=_QUOTAS):
        return
    for request in reading.value.requests if reading.value else ():
        desired = "unknown" if request.desired is None else f"{request.desired:,.6g}"
        case = f", case {request.case_id}" if request.case_id else ""
        sheet.row(
            quota_name(request.code).removeprefix("the ").capitalize(),
            f"{desired}: {request.status}{case}",
            reading,
            section=_QUOTAS,
        )
