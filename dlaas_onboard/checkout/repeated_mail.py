"""Messages that go out again and again: what a volume promised to Amazon has to reckon with."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dlaas_onboard.checkout.eventbridge_schedules import Schedules, schedule
from dlaas_onboard.checkout.message_table import CallSite, Messages
from dlaas_onboard.checkout.open_endpoints import Endpoints
from dlaas_onboard.journey.facts import Gap, ScheduleKind, Source
from dlaas_onboard.journey.request.message_words import cause
from dlaas_onboard.journey.text import line

# A select that takes every row that has not ended long ago, instead of those that end soon.
_NO_UPPER_BOUND = re.compile(
    r"DATE_ADD\(\s*\w*end\w*\s*,[^)]*\)\s*>=?\s*(?:NOW\(\)|CURRENT_TIMESTAMP)(?P<rest>[^;`\"]*)", re.IGNORECASE
)
# An insert that passes over rows it has made before, without telling.
_PASSES_OVER = re.compile(r"\bINSERT\s+IGNORE\b|\bON\s+CONFLICT\b[^;]*\bDO\s+NOTHING\b", re.IGNORECASE)
_TELLS_NEW = ("affectedRows", "changedRows", "rowCount", "warningCount", "warningStatus", "rowsAffected")


def find(messages: Messages, schedules: Schedules, endpoints: Endpoints) -> Iterator[Gap]:
    """Yield the messages that repeat, as far as the code itself shows it."""
    yield from _selects_all(messages, schedules)
    for site in messages.sites:
        if not _mails_old_rows(site):
            continue
        tasks = messages.entries.tasks(site)
        causes = [
            cause(schedule(ScheduleKind.TASK, (task,), schedules.of(task))) for task in tasks if schedules.of(task)
        ]
        anybody = [task for task in tasks if endpoints.anybody(task)]
        causes += [f"anybody can start {line(', '.join(anybody))} over the API"] if anybody else []
        if causes:
            yield Gap(
                f"defect_mail_repeats.{site.template or site.trigger.name}",
                f"{site.template or site.subject} tells again what it told before: {site.function} also mails the rows "
                f"that its insert passes over; {', and '.join(causes)}.",
                "Mail only what the insert added: look at affectedRows.",
                site.source,
            )


def _mails_old_rows(site: CallSite) -> bool:
    """Whether the function that mails inserts what it mails, and cannot tell what was there already."""
    script, function = site.script, site.function
    if not function:
        return False
    inserts = any(
        token.kind in ("string", "template")
        and _PASSES_OVER.search(token.text)
        and script.function_at(index) == function
        for index, token in enumerate(script.tokens[: site.index])
    )
    tells_new = any(script.function_at(index) == function for name in _TELLS_NEW for index in script.mentions(name))
    return inserts and not tells_new


def _selects_all(messages: Messages, schedules: Schedules) -> Iterator[Gap]:
    seen = set()
    for site in messages.sites:
        script = site.script
        if script.path in seen or not schedules.of(site.trigger.name):
            continue
        seen.add(script.path)
        for index, token in enumerate(script.tokens):
            match = _NO_UPPER_BOUND.search(token.text) if token.kind in ("string", "template") else None
            if match is None or re.search(r"\bend\w*\s*<|BETWEEN", match.group("rest"), re.IGNORECASE):
                continue
            yield Gap(
                "defect_renewal_selects_all",
                f"{site.trigger.name} selects every active subscription instead of those that end soon: "
                "each of them would get this mail in every run.",
                "Select subscriptions that end between now and the end of the period, and mark those that were told.",
                Source(line(script.path), script.line(index)),
            )
            break
