"""The schedule that a function runs on, where its own file says so: decorators, annotations, calls of a scheduler."""

from __future__ import annotations

import re

from tree_sitter import Node

from dlaas_onboard.journey.text import line
from dlaas_onboard.project.syntax import Invocation, SourceFile, invocation, is_identifier, text_of, unwrap

_DECORATOR = re.compile(
    r"@\w*(?:\.\w+)*\b(?:Cron|Interval|Scheduled|scheduled_job|periodic_task|cron|repeat|schedule|on_schedule|dramatiq_cron)\w*\s*\("
    r"|crontab\(|run_every",
)
SCHEDULERS = re.compile(
    r"(?:^|\.)(?:cron\.schedule|schedule\.scheduleJob|scheduleJob|CronJob|every|pubsub\.schedule|onSchedule|add_job|"
    r"schedule\.every|AddFunc|setInterval)$"
)
_CRON = re.compile(
    r"""["'`]((?:[\d*/,?LW#A-Z-]+ +){4,6}[\d*/,?LW#A-Z-]+|@(?:hourly|daily|weekly|monthly|yearly)|every [^"'`]+)["'`]"""
)


def schedule_of(file: SourceFile, node: Node) -> tuple[str, Node] | None:
    """Return the schedule that the code around a call gives its function, with its node; ``None`` for none."""
    at: Node | None = node
    while at is not None and at != file.root:
        schedule = _decorated(at) or _scheduled_call(file, at, node)
        if schedule:
            return line(schedule, limit=120), at
        at = file.parent(at)
    return None


def _decorated(node: Node) -> str:
    """Return the schedule of a decorator or an annotation of a function."""
    marks = [child for child in node.children if child.type in ("decorator", "modifiers")]
    previous = node.prev_named_sibling  # a method's decorators stand before it
    while node.type == "method_definition" and previous is not None and previous.type == "decorator":
        marks.append(previous)
        previous = previous.prev_named_sibling
    for mark in marks:
        text = text_of(mark)[:600]
        if _DECORATOR.search(text):
            cron = _CRON.search(text)
            return cron[1] if cron else " ".join(text.split())
    return ""


def _scheduled_call(file: SourceFile, node: Node, inner: Node) -> str:
    """Return the schedule of a call that is given the function as an argument: ``cron.schedule("0 6 * * *", send)``."""
    if node == inner or node.type not in file.grammar.calls:
        return ""
    call = invocation(node)
    if call is None or not call.arguments or not SCHEDULERS.search(call.path):
        return ""
    return expression_of(call)


def expression_of(call: Invocation) -> str:
    """Return the schedule that a scheduler's call is given, as the code has it."""
    first = unwrap(call.arguments[0].node)
    text = " ".join(text_of(first).split())
    cron = _CRON.search(text_of(call.node)[:600])
    if cron is not None or not is_identifier(first):
        return cron[1] if cron else f"every {text}" if call.name == "every" else text[:80]
    rest = ", ".join(
        f"{each.name}={text_of(each.node)}" if each.name else text_of(each.node) for each in call.arguments[1:]
    )
    return " ".join(rest.split())[:80]  # add_job(send, "cron", hour=6)
