"""What CDK (TypeScript, JavaScript, Python), SST and Pulumi declare of SES, of its Region and of schedules.

Read as far as static text goes: what a condition, another file or a stack's parameter decides is not.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from itertools import islice

from tree_sitter import Node

from dlaas_onboard.journey.facts.checkout import Source
from dlaas_onboard.journey.facts.sending import DeclaredResource, ResourceKind
from dlaas_onboard.journey.text import line
from dlaas_onboard.project.infrastructure_text import EXPRESSION, REGION, handler_path
from dlaas_onboard.project.syntax import (
    Invocation,
    SourceFile,
    code_of,
    descendants,
    entries,
    invocation,
    is_identifier,
    text_of,
    unwrap,
)
from dlaas_onboard.project.values import Texts, read_value

MAX_SETTINGS = 120  # looked at for one resource

_IDENTITY = ("identity", "emailidentity", "domain", "email", "sender")
_SET = ("configurationsetname", "name")
_CLASSES = {
    "EmailIdentity": (ResourceKind.IDENTITY, _IDENTITY),
    "CfnEmailIdentity": (ResourceKind.IDENTITY, _IDENTITY),
    "DomainIdentity": (ResourceKind.IDENTITY, _IDENTITY),
    "ConfigurationSet": (ResourceKind.CONFIGURATION_SET, _SET),
    "CfnConfigurationSet": (ResourceKind.CONFIGURATION_SET, _SET),
}
_DESTINATIONS = frozenset(
    {
        *("ConfigurationSetEventDestination", "CfnConfigurationSetEventDestination", "EventDestination"),
        *("addEventDestination", "add_event_destination"),
    }
)
_RECEIVERS = ("topicarn", "topic", "snsdestination", "destination", "eventbusarn", "eventbusdestination",
              "kinesisfirehosedestination", "cloudwatchdestination", "bus")  # fmt: skip
_EVENTS = ("matchingeventtypes", "matchingtypes", "events", "types")
_SCHEDULED = frozenset({"Cron", "CronV2", "EventRule", "Schedule", "Rule", "CfnRule", "CfnSchedule", "onSchedule"})
_STARTED = ("job", "function", "handler", "entry")
_CLIENTS = frozenset({"SESClient", "SESv2Client", "SES", "SESV2"})


def declares(path: str, data: bytes) -> bool:
    """Whether a source file may declare something, by a few words of the libraries; the rarest letters first."""
    if path.endswith(".py"):
        return (b"aws_cdk" in data or b"pulumi" in data) or b'client("ses' in data or b"client('ses" in data
    if not path.endswith((".ts", ".js", ".mjs", ".cjs", ".mts")):
        return False
    if b"aws" not in data:  # SST's older form alone does without; every search costs, there may be 50,000 files
        return b"sst/con" in data or path.endswith("sst.config.ts")
    words = (b"SESClient", b"SESv2Client", b".SES(", b"aws-cdk", b"@pulumi", b"sst.aws", b"sst/con", b"$config(")
    return any(word in data for word in words)


def code_resources(file: SourceFile) -> Iterator[DeclaredResource]:
    """Yield what a source file declares, and the Region that it makes its SES clients for."""
    tool = _tool(file)
    for call in file.invocations:
        yield from _region(file, call, tool)
        if not tool:
            continue
        if tool == "SST" and call.path.endswith("aws.Email"):
            settings = _settings(file, call)
            yield DeclaredResource(ResourceKind.IDENTITY, _first(file, settings, _IDENTITY), tool, _source(file, call))
            if "events" in settings:
                yield _destination(file, call, tool, settings)
        elif call.name in _CLASSES and re.search(r"ses|^[A-Z]", call.path):
            kind, keys = _CLASSES[call.name]
            yield DeclaredResource(kind, _first(file, _settings(file, call), keys), tool, _source(file, call))
        elif call.name in _DESTINATIONS and _is_declared(call):
            yield _destination(file, call, tool, _settings(file, call))
        else:
            yield from _schedule(file, call, tool)


def _tool(file: SourceFile) -> str:
    if file.mentions(b"aws-cdk", b"aws_cdk"):
        return "CDK"
    if file.mentions(b"@pulumi/", b"pulumi_aws"):
        return "Pulumi"
    return "SST" if file.mentions(b"sst.aws", b"sst/constructs", b"$config(") else ""


def _is_declared(call: Invocation) -> bool:
    """Whether a call makes a destination, and does not only name one: ``ses.EventDestination.snsTopic(topic)``."""
    return call.name.startswith("add") or call.node.type == "new_expression" or len(call.arguments) > 1


def _settings(file: SourceFile, call: Invocation) -> dict[str, Node]:
    """Return the keys of a call and of the objects that it is given, the outermost first, without case."""
    found: dict[str, Node] = {}
    todo: deque[Node] = deque()
    for argument in call.arguments:
        if argument.name:
            found.setdefault(_plain(argument.name), argument.node)
        todo.append(argument.node)
    for _ in range(MAX_SETTINGS):
        if not todo:
            break
        node = unwrap(todo.popleft())
        if is_identifier(node):
            node = file.assigned(text_of(node), node) or node
        for key, value in entries(node).items():
            found.setdefault(_plain(key), value)
            todo.append(value)
        if node.type in ("array", "list"):
            todo.extend(node.named_children)
        elif node.type in file.grammar.calls and (inner := invocation(node)) is not None:
            for argument in inner.arguments:  # EventDestinationProperty(sns_destination=…)
                if argument.name:
                    found.setdefault(_plain(argument.name), argument.node)
                    todo.append(argument.node)
    return found


def _plain(key: str) -> str:
    return key.replace("_", "").lower()


def _first(file: SourceFile, settings: dict[str, Node], keys: tuple[str, ...]) -> str:
    node = next((settings[key] for key in keys if key in settings), None)
    return _text(file, node) if node is not None else ""


def _text(file: SourceFile, node: Node) -> str:
    """Return what a setting says: its text, that of the call which only wraps it, or its code."""
    node = unwrap(node)
    value = read_value(file, node, Texts())
    if value is not None and value.text:
        return line(value.text, limit=200)
    call = invocation(node) if node.type in file.grammar.calls else None
    if call is not None and len(call.positional()) == 1 and len(call.arguments) == 1:
        return _text(file, call.positional()[0])  # ses.Identity.domain("example.com")
    return code_of(node)


def _source(file: SourceFile, call: Invocation) -> Source:
    return Source(line(file.path), call.line)


def _destination(file: SourceFile, call: Invocation, tool: str, settings: dict[str, Node]) -> DeclaredResource:
    events = next(
        (settings[key] for key in _EVENTS if key in settings and settings[key].type in ("array", "list")), None
    )
    listed = list(events.named_children) if events is not None else []
    if listed and entries(listed[0]):  # SST: events: [{types: ["bounce"], topic: topic.arn}]
        listed = list(settings["types"].named_children) if "types" in settings else []
    names = [_text(file, each).rpartition(".")[2] for each in listed]
    value = _first(file, settings, _RECEIVERS)
    return DeclaredResource(ResourceKind.EVENT_DESTINATION, value, tool, _source(file, call), ", ".join(names).lower())


def _region(file: SourceFile, call: Invocation, tool: str) -> Iterator[DeclaredResource]:
    of_client = call.name in _CLIENTS or _is_client(call)
    of_stack = (tool == "CDK" and call.name.endswith("Stack")) or (tool == "SST" and call.name == "$config")
    if not of_client and not of_stack:
        return
    settings = _settings(file, call) if call.name != "$config" else _all_settings(call.node)
    node = settings.get("region") or settings.get("regionname")
    value = read_value(file, node, Texts())
    if node is not None and value is not None and REGION.fullmatch(value.text):
        yield DeclaredResource(ResourceKind.REGION, value.text, "the client" if of_client else tool, file.source(node))


def _is_client(call: Invocation) -> bool:
    """Whether a call makes boto3's client of SES."""
    return call.name in ("client", "resource") and bool(re.match(r"""\(\s*['"]sesv?2?['"]""", _arguments(call)))


def _all_settings(node: Node) -> dict[str, Node]:
    """Return every key below a node, those that a function returns, too: SST's ``app() { return {…} }``."""
    pairs = (each for each in descendants(node) if each.type == "pair")
    named = ((each.child_by_field_name("key"), each.child_by_field_name("value")) for each in pairs)
    return {text_of(key): given for key, given in named if given is not None}


def _arguments(call: Invocation) -> str:
    return text_of(call.node.child_by_field_name("arguments"))[:80]


def _schedule(file: SourceFile, call: Invocation, tool: str) -> Iterator[DeclaredResource]:
    if call.name not in _SCHEDULED:
        return
    settings = _settings(file, call)
    if call.name == "onSchedule" and len(call.positional()) > 1:  # Pulumi: aws.cloudwatch.onSchedule(name, rate, job)
        settings["schedule"] = call.positional()[1]
    node = settings.get("schedule") or settings.get("scheduleexpression") or settings.get("rate")
    expression = _expression(file, node) if node is not None else ""
    if expression:
        yield DeclaredResource(
            ResourceKind.SCHEDULE, expression, tool, _source(file, call), _started(file, call, settings)
        )


_UNITS = {"minutes": "minute", "hours": "hour", "days": "day"}


def _expression(file: SourceFile, node: Node) -> str:
    """Return a schedule as EventBridge has it: ``Schedule.rate(Duration.days(1))`` is ``rate(1 day)``."""
    node = unwrap(node)
    node = (file.assigned(text_of(node), node) or node) if is_identifier(node) else node
    value = read_value(file, node, Texts())
    if value is not None and EXPRESSION.fullmatch(value.text):
        return value.text
    call = invocation(node) if node.type in file.grammar.calls else None
    if call is None or call.name not in ("rate", "cron", "expression"):
        return ""
    every = re.search(r"Duration\.(minutes|hours|days)\((\d+)\)", _arguments(call))
    if every is not None:
        return f"rate({every[2]} {_UNITS[every[1]]}{'' if every[2] == '1' else 's'})"
    literal = EXPRESSION.search(_arguments(call))
    return literal[0] if literal is not None else line(" ".join(f"{call.name}{_arguments(call)}".split()), limit=90)


def _started(file: SourceFile, call: Invocation, settings: dict[str, Node]) -> str:
    """Return what a schedule starts: the path of a handler, with the function's name."""
    named = _handler(file, settings)
    if named:
        return named
    for target in _targets(file, call, settings):
        for node in islice(descendants(target), MAX_SETTINGS):
            made = file.assigned(text_of(node), node) if node.type in _NAMES else None
            function = invocation(made) if made is not None and made.type in file.grammar.calls else None
            if function is not None and (named := _handler(file, _settings(file, function))):
                return named
    return ""


_NAMES = frozenset({"identifier", "member_expression", "attribute"})


def _targets(file: SourceFile, call: Invocation, settings: dict[str, Node]) -> list[Node]:
    """Return the targets of a rule: those that it is given, and those that are added to its variable."""
    targets = [settings["targets"]] if "targets" in settings else []
    holder = file.parent(call.node)
    variable = text_of(holder.child_by_field_name("name") or holder.child_by_field_name("left")) if holder else ""
    for other in file.invocations if variable else ():
        if other.name in ("addTarget", "add_target") and text_of(other.receiver) == variable:
            targets += other.positional()
    return targets


def _handler(file: SourceFile, settings: dict[str, Node]) -> str:
    """Return the handler that a function's settings name: ``lambda/digest.handler``."""
    texts = {key: _text(file, settings[key]) for key in (*_STARTED, "code", "index") if key in settings}
    handler = texts.get("handler", "")
    if "entry" in texts:  # NodejsFunction: a file and the name that it exports; PythonFunction: a folder
        path = re.sub(r"\.\w+$", "", texts["entry"])
        folder = path != texts["entry"]
        index = "" if folder else f"/{re.sub(r'[.]py$', '', texts.get('index', 'index'))}"
        return handler_path(f"{path}{index}.{handler or 'handler'}")
    if "." in handler:
        code = texts.get("code", "")
        return handler_path(f"{code}/{handler}" if re.fullmatch(r"[\w./-]+", code) and "/" in code + "/" else handler)
    return next(
        (handler_path(texts[key]) for key in ("job", "function") if re.fullmatch(r"[\w./-]+\.\w+", texts.get(key, ""))),
        "",
    )
