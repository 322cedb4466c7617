"""The message table: one mail for each template, from the template and from the code that sends it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import PurePosixPath

from dlaas_onboard.checkout import handlebars
from dlaas_onboard.checkout.eventbridge_schedules import Schedules, schedule
from dlaas_onboard.checkout.file_tree import Tree
from dlaas_onboard.checkout.javascript import Script
from dlaas_onboard.checkout.mail_recipients import mail_recipient
from dlaas_onboard.checkout.message_kinds import Text, is_bulk, kind_of, to_text
from dlaas_onboard.checkout.sample_values import Values
from dlaas_onboard.checkout.sending_calls import SendingCall, is_covered, sending_calls
from dlaas_onboard.journey.facts import (
    Mail,
    MailRecipient,
    RecipientKind,
    Schedule,
    ScheduleKind,
    Source,
    Trigger,
    TriggerKind,
)
from dlaas_onboard.journey.text import clean, line

FOLDER = "common/templates/"
SUFFIXES = (".handlebars", ".hbs")
_UNITS = frozenset({"lambdas", "functions", "jobs", "handlers"})  # folders whose sub-folders are named for their task
_SENDS = re.compile(r"mail", re.IGNORECASE)
_SUBJECT = ("subject", "title", "Subject")
_RECIPIENT = ("email", "to", "recipient", "recipients", "address", "toAddress", "emails")
_VALUES = ("values", "context", "data", "variables", "params", "templateData")
_PLACE = re.compile(r"\$\{\s*([^{}]*?)\s*\}")


@dataclass(frozen=True, slots=True)
class Template:
    """One template file. ``tree`` is ``None`` where it does not parse."""

    name: str  # "account-created"
    path: str
    source: str = ""
    tree: handlebars.Block | None = None
    text: Text = field(default_factory=lambda: Text("", "", "", ()))


@dataclass(frozen=True, slots=True)
class CallSite:
    """One place in the code that sends mail."""

    template: str  # name, "" where the text is written in the code
    script: Script
    index: int  # token of the call or of the object
    trigger: Trigger
    function: str  # the named function it stands in
    subject: str = ""
    recipient: str = ""  # the expression, as code
    values: Mapping[str, tuple[int, int]] | None = None  # what is passed, as tokens by name; None: cannot be known

    @property
    def source(self) -> Source:
        """Return file and line."""
        return Source(line(self.script.path), self.script.line(self.index))


@dataclass(frozen=True, slots=True)
class Messages:
    """All of it: what the table shows, and what the lint goes on with."""

    mails: tuple[Mail, ...]
    templates: Mapping[str, Template]
    sites: tuple[CallSite, ...]
    problems: tuple[str, ...]
    entries: Entries
    any_template: bool = False  # a call chooses its template only while it runs: which are sent cannot be known

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Return (words, address) of the links in the messages that code sends, with the values' names in braces."""
        sent = {site.template for site in self.sites}
        return tuple(
            link for name in self.templates if name in sent for link in to_text(self.templates[name].source).links
        )


def read(tree: Tree, scripts: Mapping[str, Script], known: Values, schedules: Schedules) -> Messages:
    """Return the message table. ``known`` are the values that are known before anything runs."""
    values = known.configuration
    problems: list[str] = []
    templates = _templates(tree, problems)
    sites = [site for script in scripts.values() for site in call_sites(script, templates, values, problems)]
    by_template: dict[str, list[CallSite]] = {}
    for site in sites:
        by_template.setdefault(site.template, []).append(site)
    entries = Entries(scripts, schedules)
    mails = [_mail(template, by_template.get(name, []), entries, known) for name, template in templates.items()]
    mails += [_written_in_code(site, entries) for site in by_template.get("", [])]
    mails += _named_apart([_unread(call, entries, values) for call in _not_read(scripts, sites)], mails)
    chosen = any(_chooses(script, templates) for script in scripts.values())
    return Messages(tuple(mails), templates, tuple(sites), tuple(problems), entries, chosen)


def _templates(tree: Tree, problems: list[str]) -> dict[str, Template]:
    templates: dict[str, Template] = {}
    for path in tree.paths(*SUFFIXES, under=FOLDER):
        name = line(path.removeprefix(FOLDER).rpartition(".")[0], limit=120)
        source = tree.text(path)
        if source is None:
            templates[name] = Template(name, path)
            continue
        try:
            parsed = handlebars.parse(source)
        except handlebars.TemplateError as error:
            problems.append(line(f"{path} does not parse: {error} (line {error.line})."))
            templates[name] = Template(name, path, source, None, to_text(source))
        else:
            templates[name] = Template(name, path, source, parsed, to_text(handlebars.render(parsed)))
    if not templates:
        problems.append(f"No templates were found in {FOLDER.rstrip('/')}.")
    return templates


def call_sites(
    script: Script, templates: Mapping[str, Template], values: Mapping[str, str], problems: list[str]
) -> list[CallSite]:
    """Return the places in one file that send mail."""
    sites: list[CallSite] = []
    taken: set[int] = set()
    for index, token in enumerate(script.tokens):
        if token.kind not in ("string", "template"):
            continue
        name, is_file = _stem(token.text)
        if name not in templates and not is_file:
            continue
        within = _container(script, index)
        if name in templates and (is_file or within is not None):
            opening = _call_of(script, within) if within is not None else -1
            while opening >= 0:
                taken.add(opening)
                opening = _call_of(script, script.parent[opening])
            sites.append(_site(script, name, within if within is not None else index, values))
        elif is_file and within is not None and "/" not in token.text and "$" not in token.text:
            problems.append(line(f"{script.path}:{script.line(index)} sends {token.text}, which is not in {FOLDER}."))
    sites += _written(script, taken, values)
    return sites


def _chooses(script: Script, templates: Mapping[str, Template]) -> bool:
    """Whether a call of the file names its template by something else than a text."""
    for opening in range(len(script.tokens)):
        called = script.called(script.parent[opening]) if script.is_text(opening, "{") else ""
        keys = script.entries(opening) if _SENDS.search(called) else None
        for key, (start, end) in (keys or {}).items():
            if "template" not in key.lower():
                continue
            texts = [token.text for token in script.tokens[start:end] if token.kind in ("string", "template")]
            named = any(_stem(text)[0] in templates or (_stem(text)[1] and "$" not in text) for text in texts)
            if not named:
                return True
    return False


def _stem(text: str) -> tuple[str, bool]:
    name = text.removeprefix("./").removeprefix("templates/")
    for suffix in SUFFIXES:
        if name.endswith(suffix):
            return name.removesuffix(suffix), True
    return name, False


def _container(script: Script, index: int) -> int | None:
    """Return the object literal or mail call whose template this string names."""
    opening = script.parent[index]
    while opening >= 0:
        if script.is_text(opening, "{"):
            keys = script.entries(opening)
            if keys is None:
                return None
            named = next((key for key, (start, end) in keys.items() if start <= index < end), "")
            return opening if "template" in named.lower() else None
        called = script.called(opening)
        if called:
            return opening if _SENDS.search(called) else None
        opening = script.parent[opening]
    return None


def _call_of(script: Script, opening: int) -> int:
    while opening >= 0 and not script.called(opening):
        opening = script.parent[opening]
    return opening


def _site(script: Script, template: str, at: int, values: Mapping[str, str]) -> CallSite:
    keys = script.entries(at) if script.is_text(at, "{") else None
    subject = recipient = ""
    passed: Mapping[str, tuple[int, int]] | None = None
    if keys is not None:
        subject = _text(script, _first(keys, _SUBJECT), values)
        recipient = _code(script, _first(keys, _RECIPIENT))
        span = _first(keys, _VALUES)
        if span is not None:
            passed = _keys(script, span)
    elif script.is_text(at, "("):
        subject, recipient, passed = _positional(script, at, values, template)
    call = _call_of(script, at)
    where = call - 1 if call > 0 else at
    return CallSite(
        template, script, where, trigger_of(script, where), script.function_at(where), subject, recipient, passed
    )


def _positional(
    script: Script, opening: int, values: Mapping[str, str], template: str
) -> tuple[str, str, Mapping[str, tuple[int, int]] | None]:
    """Read ``send(address, subject, template, {…})`` in any order, also around ``render(template, {…})``."""
    subject = recipient = ""
    passed: Mapping[str, tuple[int, int]] | None = None
    for start, end in script.parts(opening):
        alone = script.tokens[start] if end == start + 1 else None
        if script.is_text(start, "{"):
            passed = _keys(script, (start, end))
        elif alone is not None and alone.kind in ("string", "template"):
            if _stem(alone.text)[0] == template and template:
                continue
            if not recipient and re.fullmatch(r"[^@\s]+@[^@\s]+", alone.text):
                recipient = _code(script, (start, end))
            elif not subject:
                subject = _text(script, (start, end), values)
        elif not recipient:
            recipient = _code(script, (start, end))
    outer = _call_of(script, script.parent[opening])
    if template and outer >= 0 and _SENDS.search(script.called(outer)):
        subject, recipient, _ = _positional(script, outer, values, "")
    return subject, recipient, passed


def _written(script: Script, taken: set[int], values: Mapping[str, str]) -> list[CallSite]:
    """Return calls of ``sendEmail`` whose subject is written at the call, and which name no template."""
    sites = []
    for opening in script.calls("sendEmail"):
        if opening in taken:
            continue
        subject, recipient = _subject_and_recipient(script, opening, values)
        if subject:
            at = opening - 1
            sites.append(CallSite("", script, at, trigger_of(script, at), script.function_at(at), subject, recipient))
    return sites


def _subject_and_recipient(script: Script, opening: int, values: Mapping[str, str]) -> tuple[str, str]:
    """Return the subject as far as it is written at the call, and the recipient's expression."""
    arguments = script.parts(opening)
    keys = script.entries(arguments[0][0]) if arguments and script.is_text(arguments[0][0], "{") else None
    if keys is None:
        subject, recipient, _ = _positional(script, opening, values, "")
        return subject, recipient
    return _text(script, _first(keys, _SUBJECT), values), _code(script, _first(keys, _RECIPIENT))


def _first(keys: Mapping[str, tuple[int, int]], names: tuple[str, ...]) -> tuple[int, int] | None:
    return next((keys[name] for name in names if name in keys), None)


def _keys(script: Script, span: tuple[int, int]) -> Mapping[str, tuple[int, int]] | None:
    return script.entries(span[0]) if script.end(span[0]) == span[1] - 1 else None


def _code(script: Script, span: tuple[int, int] | None) -> str:
    return "" if span is None else script.code(*span)[:200]


def _text(script: Script, span: tuple[int, int] | None, values: Mapping[str, str]) -> str:
    """Return a subject as the recipient reads it; ``{name}`` for what only the running code knows."""
    if span is None:
        return ""
    parts: list[str] = []
    start = span[0]
    for index in range(*span):
        if script.is_text(index, "+"):
            parts.append(_term(script, (start, index), values))
            start = index + 1
    parts.append(_term(script, (start, span[1]), values))
    return line("".join(parts), limit=200)


def _term(script: Script, span: tuple[int, int], values: Mapping[str, str]) -> str:
    if span[1] == span[0] + 1:
        text = literal(script, span[0], values)
        if text is not None:
            return text
    code = script.code(*span)
    return _filled(code, values) if span[0] < span[1] else ""


def _filled(code: str, values: Mapping[str, str]) -> str:
    key = code.rpartition(".")[2]  # config.SERVICE_NAME, whatever the object is called
    return values.get(key) or f"{{{key[:80]}}}"


def literal(script: Script, index: int, values: Mapping[str, str]) -> str | None:
    token = script.tokens[index]
    if token.kind == "string":
        return token.text
    if token.kind != "template":
        return None

    return _PLACE.sub(lambda match: _filled(match.group(1), values), token.text)


def trigger_of(script: Script, index: int) -> Trigger:
    """Return what sends a mail: the folder of the Lambda function or job, else the function, else the file."""
    path = PurePosixPath(script.path)
    function = script.function_at(index)
    task = _task_folder(path)
    if not task and not function:
        return Trigger(TriggerKind.FILE, line(path.stem, limit=100))
    name = line(task or function, limit=100)
    # A function that bears its folder's name may be what other tasks call, as any function in a shared file is.
    return Trigger(TriggerKind.FUNCTION if name == function else TriggerKind.TASK, name)


def _task_folder(path: PurePosixPath) -> str:
    """Return the folder that a file's Lambda function or job is named by, ``""`` where it has none."""
    for unit, name in zip(path.parts[:-2], path.parts[1:-1], strict=True):
        if unit in _UNITS:
            return name
    return path.parts[-2] if path.stem == "index" and len(path.parts) > 2 else ""


class Entries:
    """Which tasks lead to a place in the code, and how often they run."""

    def __init__(self, scripts: Mapping[str, Script], schedules: Schedules) -> None:
        self._scripts = scripts
        self._schedules = schedules

    def schedules(self, site: CallSite) -> tuple[Schedule, ...]:
        """Return what makes a mail be sent, and how often, as far as the code says."""
        trigger = site.trigger
        every = self._schedules.of(trigger.name)
        if every:
            return (schedule(ScheduleKind.RUN, (trigger.name,), every),)
        tasks = self.tasks(site) if trigger.kind == TriggerKind.FUNCTION else []
        if not tasks:
            return (Schedule(ScheduleKind.CALL, (trigger.name,)),)
        called = tuple(task for task in tasks if not self._schedules.of(task))
        runs = (
            schedule(ScheduleKind.TASK, (task,), self._schedules.of(task)) for task in tasks if self._schedules.of(task)
        )
        return (*((Schedule(ScheduleKind.CALL, called),) if called else ()), *runs)

    def tasks(self, site: CallSite) -> list[str]:
        """Return the Lambda functions and jobs that send a mail, also by way of other functions."""
        trigger = site.trigger
        return sorted(self._tasks(site.function)) if trigger.kind == TriggerKind.FUNCTION else [trigger.name]

    def _tasks(self, function: str) -> set[str]:
        tasks: set[str] = set()
        todo, seen = [function], {function}
        while todo and len(seen) < 40:
            name = todo.pop()
            for script in self._scripts.values():
                for opening in script.calls(name):
                    caller = trigger_of(script, opening - 1)
                    if caller.kind != TriggerKind.FUNCTION:
                        tasks.add(caller.name)
                    elif caller.name not in seen:
                        seen.add(caller.name)
                        todo.append(caller.name)
        return tasks


def _recipients(sites: list[CallSite]) -> tuple[MailRecipient, ...]:
    """Return whom a message goes to, each once."""
    return tuple(
        dict.fromkeys(mail_recipient(site.recipient, site.script, site.index) for site in sites if site.recipient)
    )


def _only_the_operator(recipients: tuple[MailRecipient, ...]) -> bool:
    return [recipient.kind for recipient in recipients] == [RecipientKind.OPERATOR]


def _has_a_list(recipients: tuple[MailRecipient, ...]) -> bool:
    return any(recipient.kind == RecipientKind.LIST for recipient in recipients)


def _sample(template: Template, sites: list[CallSite], known: Values) -> str:
    """Return the message as its recipient reads it, filled with what the first call that can be read passes."""
    site = next((site for site in sites if site.values), None)
    if site is None or site.values is None or template.tree is None:
        return clean(template.text.text, limit=4000)
    filled = handlebars.render(template.tree, known.of(site.script, site.values))
    return clean(to_text(filled).text, limit=4000)


def _mail(template: Template, sites: list[CallSite], entries: Entries, known: Values) -> Mail:
    sample = _sample(template, sites, known)
    if not sites:
        return Mail(
            name=template.name,
            triggers=(),
            kind=kind_of(template.name, "", template.text),
            sample=sample,
            source=Source(line(template.path)),
            bulk=is_bulk(template.name, "", template.text.text),
        )
    subject = next((site.subject for site in sites if site.subject), "")
    recipients = _recipients(sites)
    operator = _only_the_operator(recipients)
    bulk = _has_a_list(recipients) or is_bulk(template.name, subject, template.text.text)
    return Mail(
        name=template.name,
        triggers=tuple({site.trigger.name: site.trigger for site in sites}.values()),
        subject=subject,
        recipients=recipients,
        kind="operator" if operator else kind_of(template.name, subject, template.text),
        schedules=tuple(chain.from_iterable(dict.fromkeys(entries.schedules(site) for site in sites))),
        sample=sample,
        source=Source(line(template.path)),
        call_sites=tuple(site.source for site in sites),
        bulk=bulk and not operator,
        to_recipients=not operator,
    )


def _written_in_code(site: CallSite, entries: Entries) -> Mail:
    recipients = _recipients([site])
    operator = _only_the_operator(recipients)
    nothing = Text("", "", "", ())
    return Mail(
        name=site.subject,
        triggers=(site.trigger,),
        subject=site.subject,
        recipients=recipients,
        kind="operator" if operator else kind_of("", site.subject, nothing),
        schedules=entries.schedules(site),
        source=site.source,
        call_sites=(site.source,),
        bulk=not operator and (_has_a_list(recipients) or is_bulk("", site.subject, "")),
        to_recipients=not operator,
    )


def _not_read(scripts: Mapping[str, Script], sites: list[CallSite]) -> list[SendingCall]:
    """Return the calls that send a message of which no template and no subject was read."""
    read_at: dict[str, set[int]] = {}
    for site in sites:
        read_at.setdefault(site.script.path, set()).add(site.index)
    return [call for call in sending_calls(scripts) if not is_covered(call, read_at.get(call.script.path, set()))]


def _unread(call: SendingCall, entries: Entries, values: Mapping[str, str]) -> Mail:
    """Return what is known of a message that names no template: it stays unresolved, whatever it looks like."""
    script, at = call.script, call.opening - 1
    subject, recipient = _subject_and_recipient(script, call.opening, values)
    site = CallSite("", script, at, trigger_of(script, at), script.function_at(at), subject, recipient)
    recipients = _recipients([site])
    return Mail(
        name=subject or f"{call.name} in {site.trigger.name}",
        triggers=(site.trigger,),
        subject=subject,
        recipients=recipients,
        kind="unknown",
        schedules=entries.schedules(site),
        source=site.source,
        call_sites=(site.source,),
        bulk=call.bulk or _has_a_list(recipients) or is_bulk("", subject, ""),
        unresolved=True,
    )


def _named_apart(mails: list[Mail], others: list[Mail]) -> list[Mail]:
    """Number the messages that have a name already."""
    names = {mail.name for mail in others}
    apart = []
    for mail in mails:
        number, name = 2, mail.name
        while name in names:
            name, number = f"{mail.name} {number}", number + 1
        names.add(name)
        apart.append(replace(mail, name=name))
    return apart
