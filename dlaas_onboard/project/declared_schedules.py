"""Schedules that stand in another file than the function that they start, and the places that they lead to.

Celery's beat, Laravel's and whenever's schedule, node-cron and APScheduler with a function of another file, Oban and
Quantum, sidekiq-cron, Vercel's crons, and the schedules of infrastructure code whose handler is a file of the project.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from posixpath import dirname, join, normpath

from tree_sitter import Node

from dlaas_onboard.journey.facts.checkout import Source
from dlaas_onboard.journey.facts.sending import DeclaredResource, ResourceKind, SendingPlace
from dlaas_onboard.journey.text import line
from dlaas_onboard.project.schedules import SCHEDULERS, expression_of
from dlaas_onboard.project.syntax import (
    Invocation,
    SourceFile,
    descendants,
    entries,
    invocation,
    is_identifier,
    text_of,
    unwrap,
)
from dlaas_onboard.project.values import Texts, read_value

MAX_SCHEDULES = 200  # of one file
_WORDS = {
    ".py": (b"beat_schedule", b"BEAT_SCHEDULE", b"add_job("),
    ".php": (b"$schedule->", b"Schedule::"),
    ".rb": (b"runner ", b"rake "),
    ".ex": (b"crontab:", b"Quantum"),
    ".exs": (b"crontab:", b"Quantum", b"jobs:"),
}
_RUNS = frozenset({"perform", "handle", "run", "call", "execute", "__invoke", "process", "work", "perform_later", ""})


@dataclass(frozen=True, slots=True)
class DeclaredSchedule:
    """A schedule, and what it starts as the code names it: ``lambda/digest.handler``, ``app.tasks.digest``."""

    expression: str
    target: str
    source: Source
    in_folder: bool = False  # the target's path is below the folder of the schedule's own file
    words: bytes = b""  # the text of the file, where the target is a name alone, which it has to import


def of_resources(resources: Iterable[DeclaredResource]) -> Iterator[DeclaredSchedule]:
    """Yield the schedules of infrastructure code that name what they start."""
    for each in resources:
        if each.kind == ResourceKind.SCHEDULE and each.detail:
            in_folder = each.tool in ("Serverless", "SAM", "CloudFormation")
            yield DeclaredSchedule(each.value, each.detail, each.source, in_folder)


def declares(path: str, end: str, data: bytes) -> bool:
    """Whether a source file may declare schedules of functions that stand elsewhere."""
    if end == ".rb" and not path.endswith("schedule.rb"):
        return False
    words = _WORDS.get(end)
    return any(word in data for word in words) if words is not None else b"cron" in data


def of_code(file: SourceFile) -> Iterator[DeclaredSchedule]:
    """Yield the schedules that a source file declares."""
    if file.language == "Elixir":
        yield from _elixir(file)
        return
    if file.language == "Python":
        yield from _celery(file)
    for call in file.invocations:
        if file.language == "PHP":
            yield from _laravel(file, call)
        elif file.language == "Ruby":
            yield from _whenever(file, call)
        else:
            yield from _scheduler(file, call)


def of_text(path: str, text: str) -> Iterator[DeclaredSchedule]:
    """Yield the schedules of one file of configuration: ``vercel.json``, sidekiq-cron's ``schedule.yml``."""
    if path.endswith("vercel.json"):
        try:
            crons = json.loads(text).get("crons", ())
        except (ValueError, AttributeError, RecursionError):
            return
        for each in crons if isinstance(crons, list) else ():
            if isinstance(each, dict) and isinstance(each.get("path"), str) and isinstance(each.get("schedule"), str):
                number = text.count("\n", 0, max(text.find(each["path"]), 0)) + 1
                yield DeclaredSchedule(line(each["schedule"]), f"{each['path']}/route.GET", Source(line(path), number))
        return
    for match in re.finditer(r"(?m)^ +cron:[ ]*[\"']?([^\"'\n]+?)[\"']?[ ]*\n +class:[ ]*[\"']?([\w:]+)", text):
        yield DeclaredSchedule(line(match[1]), match[2], Source(line(path), text.count("\n", 0, match.start()) + 1))


def _celery(file: SourceFile) -> Iterator[DeclaredSchedule]:
    """Yield the entries of Celery's beat: ``{"task": "app.tasks.digest", "schedule": crontab(hour=6)}``."""
    for node in descendants(file.root):
        keyed = entries(node) if node.type == "dictionary" else {}
        if {"task", "schedule"} <= keyed.keys():
            task = read_value(file, keyed["task"], Texts())
            if task is not None and task.text:
                yield _declared(file, node, text_of(keyed["schedule"]), task.text)


def _laravel(file: SourceFile, call: Invocation) -> Iterator[DeclaredSchedule]:
    """Yield ``$schedule->job(new SendDigest)->dailyAt('8:00')``, ``Schedule::command('digest:send')->weekly()``."""
    if call.name not in ("job", "command", "call") or text_of(call.receiver) not in ("$schedule", "Schedule"):
        return
    target = re.search(r"new\s+\\?([\w\\]+)|([\w\\]+)::class|^\(\s*['\"]([\w:.-]+)", _listed(call))
    chain = []
    node: Node | None = file.parent(call.node)
    while node is not None and (step := invocation(node)) is not None and node.type in file.grammar.calls:
        chain.append(f"{step.name}{_listed(step)}")
        node = file.parent(node)
    if target is not None and chain:
        yield _declared(file, call.node, chain[0], target[1] or target[2] or f"$signature {target[3]}")


def _whenever(file: SourceFile, call: Invocation) -> Iterator[DeclaredSchedule]:
    """Yield ``every 1.day, at: "6:00" do runner "DigestJob.perform_later" end``."""
    if call.name != "runner" or not call.arguments:
        return
    around = file.enclosing(call.node, lambda each: each.type == "call" and text_of(each).startswith("every"))
    every = invocation(around) if around is not None else None
    target = re.match(r"\W*([A-Z][\w:]*)", text_of(call.arguments[0].node))
    if every is not None and target is not None:
        yield _declared(file, call.node, f"every {' '.join(_listed(every).split())}", target[1])


def _scheduler(file: SourceFile, call: Invocation) -> Iterator[DeclaredSchedule]:
    """Yield ``cron.schedule("0 6 * * *", sendDigest)``, ``scheduler.add_job(send_digest, "cron", hour=6)``."""
    if not SCHEDULERS.search(call.path):
        return
    for node in call.positional():
        if is_identifier(unwrap(node)) and re.search(r"[a-z][A-Z]|_", text_of(node)):
            yield _declared(file, call.node, expression_of(call), text_of(node), named_alone=True)


def _elixir(file: SourceFile) -> Iterator[DeclaredSchedule]:
    """Yield the entries of Oban's and Quantum's tables: ``{"0 8 * * *", MyApp.DigestWorker}``."""
    text = file.data.decode("utf-8", "replace")
    for match in re.finditer(r'\{"((?:@\w+)|(?:[\d*/,A-Z-]+ ){4}[\d*/,A-Z-]+)",\s*\{?([A-Z][\w.]*)', text):
        number = text.count("\n", 0, match.start()) + 1
        yield DeclaredSchedule(match[1], match[2], Source(line(file.path), number))


def _listed(call: Invocation) -> str:
    return text_of(call.node.child_by_field_name("arguments"))[:200]


def _declared(
    file: SourceFile, node: Node, expression: str, target: str, *, named_alone: bool = False
) -> DeclaredSchedule:
    shown = line(" ".join(expression.split()), limit=120)
    return DeclaredSchedule(shown, target, file.source(node), words=file.data if named_alone else b"")


def with_schedules(
    places: Iterable[SendingPlace], schedules: Iterable[DeclaredSchedule], data_of: Callable[[str], bytes | None]
) -> Iterator[SendingPlace]:
    """Yield each place with the schedule that starts its function, or one that leads to it."""
    known = list(schedules)
    for place in places:
        sites = [(place.source.path, place.function), *((each.source.path, each.function) for each in place.triggers)]
        found = next((each for each in known if any(_starts(each, *site, data_of) for site in sites)), None)
        if found is None or place.schedule:
            yield place
        else:
            yield replace(place, schedule=found.expression, schedule_source=found.source)


def _starts(schedule: DeclaredSchedule, path: str, function: str, data_of: Callable[[str], bytes | None]) -> bool:
    """Whether a schedule starts a function of a file."""
    if schedule.target.startswith("$signature "):
        return _is_command(data_of(path) or b"", schedule.target.removeprefix("$signature "))
    stem = path.rpartition(".")[0]
    class_name, _, method = function.rpartition(".")
    *folders, last = [word for word in re.split(r"[.\\/]+|::", schedule.target) if word] or [""]
    if last[:1].isupper() and last.upper() != last:
        own = _plain(stem.rpartition("/")[2]) == _plain(last)
        return (own or class_name == last) and method in _RUNS
    if schedule.words:
        imported = re.search(rb"\b" + re.escape(stem.rpartition("/")[2]).encode() + rb"\b", schedule.words)
        return method == last and (path == schedule.source.path or imported is not None)
    return method in (last, "") and _is_file(schedule, folders, stem)


def _is_command(data: bytes, signature: str) -> bool:
    """Whether a file is that of Laravel's command of a name."""
    return re.search(rb"\$signature\s*=\s*['\"]" + re.escape(signature.encode()) + rb"[\s'\"]", data) is not None


def _is_file(schedule: DeclaredSchedule, folders: list[str], stem: str) -> bool:
    """Whether a target's path is that of a file."""
    named = "/".join(folders)
    if not named or stem == normpath(join(dirname(schedule.source.path), named)):
        return bool(named)
    return not schedule.in_folder and (stem == named or (len(folders) > 1 and stem.endswith(f"/{named}")))


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
