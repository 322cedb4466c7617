"""What Service Quotas was asked for so far, as the Quota and the Decision step show it."""

from __future__ import annotations

from dlaas_onboard.journey import console_links
from dlaas_onboard.journey.facts import Facts, QuotaRequest
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.quantity import quota_name
from dlaas_onboard.journey.request import quota_increase
from dlaas_onboard.journey.request.quota_increase import CASE_CLOSED, HISTORY, OPEN_REQUESTS
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.text import age
from dlaas_onboard.journey.verdict import Mark, Severity

_QUOTAS = "Quota requests"
_OPEN, _EARLIER = "Open quota requests", f"Earlier quota requests ({HISTORY})"
_MARKS = {"APPROVED": Mark.GOOD, "DENIED": Mark.BAD, "NOT_APPROVED": Mark.BAD, "INVALID_REQUEST": Mark.BAD}


def short_rows(builder: VerdictBuilder, facts: Facts) -> None:
    """Show each request for a higher quota with its status, in short: at Decision."""
    reading = facts.quotas
    if reading is None:
        return
    if builder.missing("quotas", "Quota requests", reading, section=_QUOTAS):
        return
    for request in reading.value.requests if reading.value else ():
        desired = "unknown" if request.desired is None else f"{request.desired:,.6g}"
        case = f", case {request.case_id}" if request.case_id else ""
        builder.add_row(
            quota_name(request.code).removeprefix("the ").capitalize(),
            f"{desired}: {request.status}{case}",
            reading,
            section=_QUOTAS,
            more=_in_full(request, facts),
        )


def history_rows(builder: VerdictBuilder, facts: Facts) -> None:
    """Show what is open, with its case and where to read it, and what earlier requests came to: at Quota."""
    reading = facts.quotas
    if reading is None or reading.value is None:
        return
    # The newest first, and those without a date last: AWS names no order.
    requests = sorted(
        reading.value.requests, key=lambda request: request.created.timestamp() if request.created else 0.0
    )[::-1]
    open_now = [request for request in requests if request.status in OPEN_REQUESTS]
    for request in open_now:
        _open_rows(builder, request, facts)
    for request in requests:
        if request not in open_now:
            asked = f", asked {quota_increase.day(request.created)}" if request.created else ""
            builder.add_row(
                quota_increase.quota_name(reading.value, request.code),
                f"{quota_increase.desired(request)}{asked} — {quota_increase.status_text(request)}",
                reading,
                _MARKS.get(request.status, Mark.PLAIN if request.status == CASE_CLOSED else Mark.UNKNOWN),
                section=_EARLIER,
                more=_in_full(request, facts),
            )
    if not requests and reading.known:
        builder.add_row(
            "Requests", f"none in {HISTORY}, which is all that Service Quotas keeps", reading, section=_EARLIER
        )
    _find_closed_cases(builder, requests, facts)


def _open_rows(builder: VerdictBuilder, request: QuotaRequest, facts: Facts) -> None:
    reading = facts.quotas
    since = ""
    if request.created is not None and reading is not None:
        passed = age((reading.observed_at - request.created).total_seconds())
        since = f" since {quota_increase.day(request.created)} ({passed})"
    name = quota_increase.quota_name(so_far(reading), request.code)
    builder.add_row(
        name,
        f"{quota_increase.desired(request)} asked{since} — {quota_increase.status_text(request)}",
        reading,
        Mark.WAIT,
        section=_OPEN,
        more=_in_full(request, facts),
    )
    if request.case_id:
        builder.add_row("Its case", request.case_id, reading, section=_OPEN)
        builder.add_row(
            "In the console",
            console_links.link(facts.place, "case", case_id=request.case_id),
            source=f"opens as whoever the browser is; you need account {facts.place.account or 'unknown'}",
            section=_OPEN,
        )


def _find_closed_cases(builder: VerdictBuilder, requests: list[QuotaRequest], facts: Facts) -> None:
    """Say of the last request for a quota that its status tells no outcome."""
    newest: dict[str, QuotaRequest] = {}
    for request in requests:
        newest.setdefault(request.code, request)
    for request in newest.values():
        if request.status == CASE_CLOSED:
            name = quota_increase.quota_name(so_far(facts.quotas), request.code)
            link = console_links.link(facts.place, "case", case_id=request.case_id)
            builder.add_finding(
                f"case_closed.{request.code}",
                Severity.ADVICE,
                f"The case of the last request for {name} was closed; that says nothing of the outcome.",
                evidence=f"{quota_increase.named(request)}",
                remedy=f"Read {f'case {request.case_id}' if request.case_id else 'your cases'} in the console: {link}",
                guide_step=12,
            )


def _in_full(request: QuotaRequest, facts: Facts) -> str:
    """Return a request in full, for whoever opens its row."""
    lines = [f"Status: {quota_increase.status_text(request)}"]
    if request.created is not None:
        lines.append(f"Asked: {request.created:%Y-%m-%d %H:%M} UTC")
    if request.updated is not None:
        lines.append(f"Last change: {request.updated:%Y-%m-%d %H:%M} UTC")
    if request.case_id:
        lines.append(f"Case: {request.case_id}")
        lines.append(f"In the console: {console_links.link(facts.place, 'case', case_id=request.case_id)}")
    return "\n".join([*lines, f"Id: {request.id}"])
