"""Functions that pass on what their callers give them, and the calls of them: the messages are those of the callers.

``sendEmail({to, subject, html})`` around ``transport.sendMail`` is one place that sends and says nothing of the
messages. The calls of such a function become places of their own; those of a function that has its own subject become
its triggers. A call belongs to a function by its name, and by what the calling file defines and imports; where that
leaves a doubt, it is not taken.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from tree_sitter import Node

from dlaas_onboard.journey.facts.sending import SendingKind, Trigger
from dlaas_onboard.project.parts import Parts, add_variable, data_of, parts, root
from dlaas_onboard.project.sendings import Sending
from dlaas_onboard.project.syntax import (
    Invocation,
    Parameter,
    SourceFile,
    descendants,
    entries,
    invocation,
    is_identifier,
    items,
    root_name,
    split_member,
    text_of,
    unwrap,
)
from dlaas_onboard.project.values import STRINGS, Texts, read_value

MAX_ROUNDS = 4
MAX_TRIGGERS = 40
MAX_CALLERS = 2_000

# Names that many functions have: a call counts only where its receiver or its own file says whose it is.
_COMMON = frozenset(
    {
        *("send", "deliver", "handle", "run", "execute", "call", "process", "notify", "perform", "invoke"),
        *("main", "handler", "create", "post", "mail", "email", "dispatch", "init", "constructor", "__init__"),
        *("index", "build", "start", "update", "save", "submit", "default", "get", "put", "delete", "add"),
        *("apply", "work", "action", "on_message", "up", "fire"),
    }
)
_OWN = frozenset({"this", "self", "$this", "cls", "static"})
_TEXTS = frozenset({"subject", "template", "text", "html", "raw"})
_SAYS = frozenset({"recipient", "subject", "template", "text", "html", "raw"})
_MESSAGE = ("recipient", "subject", "template", "text", "html", "raw", "sender")


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A parameter that gives a part of the message, or a key of it."""

    parameter: Parameter
    key: str


@dataclass(slots=True)
class Passing:
    """A function with a sending call in it."""

    sending: Sending
    name: str
    owner: str  # its class
    carries: bool
    arity: int = 0
    given: dict[str, PassedOn] = field(default_factory=dict)  # part → where a caller gives it
    whole: int = -1  # position of an argument that holds the message as a whole


Callers = Callable[[Iterable[str]], Iterator[SourceFile]]


def follow(sendings: list[Sending], callers: Callers) -> None:
    """Add the calls of carriers to ``sendings``, and to every other its triggers.

    ``callers`` yields the files that name one of the functions.
    """
    fresh = list(sendings)
    for _ in range(MAX_ROUNDS):
        passings = [passing for sending in fresh if (passing := _passing(sending)) is not None]
        if not passings or len(sendings) > MAX_CALLERS:
            return
        by_name: dict[str, list[Passing]] = defaultdict(list)
        for passing in passings:
            by_name[passing.name].append(passing)
        known = {(sending.file.path, sending.call.node.id) for sending in sendings}
        fresh = [each for each in _calls_of(by_name, callers) if (each.file.path, each.call.node.id) not in known]
        sendings.extend(fresh)


def _passing(sending: Sending) -> Passing | None:
    """Return the function around a sending call, with what its parameters give to the message."""
    file, node = sending.file, sending.call.node
    if sending.kind in (SendingKind.LIBRARY, SendingKind.SERVER):
        return None
    function = file.named_function(node)
    if function is None:
        return None
    parameters = _without_self(file.parameters(function))
    passing = Passing(sending, file.function_name(function), file.class_name(node), carries=False)
    passing.arity = len({each.position for each in parameters})
    if sending.parts.file is file:
        for part in _MESSAGE:
            value = sending.parts.nodes.get(part)
            origin = _origin(file, value, parameters) if value is not None else None
            if origin is not None:
                passing.given[part] = origin
    own_text = _has_own_text(sending)
    gives_text = bool(_TEXTS & passing.given.keys())
    passing.whole = -1 if own_text or gives_text else _whole(sending, parameters)
    passing.carries = not own_text and (gives_text or passing.whole >= 0)
    sending.carrier = passing.carries
    return passing


def _without_self(parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    if parameters and parameters[0].name in ("self", "cls"):
        return tuple(Parameter(each.name, each.position - 1, each.key) for each in parameters[1:])
    return parameters


def _has_own_text(sending: Sending) -> bool:
    """Whether the call has a subject or a template that is its own, not its callers'."""
    if sending.templates or sending.lines:
        return True
    for part in ("subject", "template"):
        node = sending.parts.nodes.get(part)
        value = read_value(sending.parts.file, node, Texts()) if node is not None else None
        if value is not None and (value.resolved or _translated(value.code)):
            return True
    return False


def _translated(code: str) -> bool:
    return re.match(r"(?:await )?(?:[\w.]+\.)?(?:t|T|_|__|trans|gettext|translate)\(\s*[\"']", code) is not None


def _origin(file: SourceFile, node: Node, parameters: tuple[Parameter, ...], depth: int = 0) -> PassedOn | None:
    """Return the parameter that a value comes from; ``None`` where it comes from none, or from several."""
    if _is_getter(file, node):
        return None  # a part of what is passed: message.getSubject()
    node = _innermost(node)
    name, member = root_name(node)
    origins: set[PassedOn] = set()
    for each in [name] if name else _names_in(file, node):
        parameter = next((known for known in parameters if known.name.lstrip("*&") == each), None)
        if parameter is not None:
            origins.add(PassedOn(parameter, parameter.key or (member if name else "")))
        elif depth < MAX_ROUNDS and (value := file.assigned(each, node)) is not None:
            origin = _origin(file, value, parameters, depth + 1)
            origins |= {origin} if origin is not None else set()
    return next(iter(origins)) if len(origins) == 1 else None


def _is_getter(file: SourceFile, node: Node) -> bool:
    call = invocation(node) if node.type in file.grammar.calls else None
    return call is not None and call.receiver is not None and call.name.startswith("get") and not call.arguments


def _innermost(node: Node) -> Node:
    """Return the value in ``[to]`` and in ``{"Data": subject}``."""
    listed = items(node)
    node = listed[0] if len(listed) == 1 else node
    while (data := data_of(node)) is not None and data != node:
        node = data
    return node


def _names_in(file: SourceFile, node: Node) -> list[str]:
    names: dict[str, None] = {}
    for count, each in enumerate(descendants(node)):
        if count > 200:
            break
        if each.type in STRINGS and re.search(r"\w", text_of(each)):
            return []  # it has a text of its own: render("welcome.txt", values)
        parent = file.parent(each)
        if is_identifier(each) and parent is not None and parent.type not in ("pair", "keyword_argument"):
            names.setdefault(text_of(each))
    return list(names)


_TOOL = re.compile(r"sender|mailer|transport|client|timeout|context|ctx", re.IGNORECASE)


def _whole(sending: Sending, parameters: tuple[Parameter, ...]) -> int:
    """Return the position of a parameter that is the whole message: ``send(message)``, ``{...message}``; else -1."""
    for argument in sending.call.arguments:
        node = unwrap(argument.node)
        spread = [
            child.named_children[0]
            for child in node.named_children
            if child.type == "spread_element" and child.named_children
        ]
        for each in (node, *spread):
            if not is_identifier(each) or each in sending.parts.nodes.values() or _TOOL.search(text_of(each)):
                continue
            origin = _origin(sending.file, each, parameters)
            if origin is not None and not origin.key:
                return origin.parameter.position
    return -1


def _calls_of(by_name: dict[str, list[Passing]], callers: Callers) -> Iterator[Sending]:
    for file in callers(by_name):
        defined = _defined(file)
        for call in map(_direct, file.invocations):
            candidates = [each for each in by_name.get(call.name, ()) if _is_call_of(file, call, each, defined)]
            candidates = _of_arity(file, call, candidates)
            targets = {(each.sending.file.path, each.owner) for each in candidates}
            if len(targets) != 1:
                continue
            for passing in candidates:
                sending = _through(file, call, passing) if passing.carries else None
                if sending is not None and _SAYS & sending.parts.nodes.keys():
                    yield sending
                    break
                _add_trigger(file, call, passing)


def _of_arity(file: SourceFile, call: Invocation, candidates: list[Passing]) -> list[Passing]:
    """Return those of several functions of one name that take as many arguments as a call gives."""
    exact = [each for each in candidates if each.arity == len(call.arguments)]
    return exact if exact or file.language in ("Java", "Elixir") else candidates


# Calls that have a function or a job run later: send_mail.delay(to), ReminderJob.perform_later(user), Job::dispatch().
_LATER = {
    **dict.fromkeys(("delay", "apply_async", "enqueue", "send_async"), ""),
    **dict.fromkeys(("perform_later", "perform_async", "perform_now", "perform_in"), "perform"),
    **dict.fromkeys(("dispatch", "dispatchSync", "dispatchAfterResponse"), "handle"),
}


def _direct(call: Invocation) -> Invocation:
    """Return the call that a queue makes later, as if it were made here; any other as it is."""
    method = _LATER.get(call.name)
    if method is None or call.receiver is None:
        return call
    if method:
        return replace(call, name=method)
    receiver, name = split_member(unwrap(call.receiver))
    return replace(call, name=text_of(name), receiver=receiver)


def _defined(file: SourceFile) -> frozenset[str]:
    return frozenset(name for function in file.functions if (name := file.function_name(function)))


def _is_call_of(file: SourceFile, call: Invocation, passing: Passing, defined: frozenset[str]) -> bool:
    """Whether a call of that name is one of this function."""
    target = passing.sending
    if call.node.id == target.call.node.id and file is target.file:
        return False
    if _family(file) != _family(target.file):
        return False
    receiver = text_of(unwrap(call.receiver)) if call.receiver is not None else ""
    if file.path == target.file.path:
        return _is_own_call(file, call, receiver, passing)
    if receiver in _OWN or (not receiver and passing.name in defined):
        return False
    return _names_owner(receiver, passing) or _is_reached(file, receiver, passing)


def _is_reached(file: SourceFile, receiver: str, passing: Passing) -> bool:
    """Whether a call in another file, whose receiver does not name the function's class, may be taken for one of it."""
    if not receiver and _family(file) in ("JavaScript", "Python"):
        return _imports(file, passing)
    if passing.name.lower() in _COMMON or not _WORDS_OF.search(passing.name):
        return _names_place(receiver, passing)
    return not receiver or _family(file) not in _IMPORTING or _mentions_place(file, passing)


def _is_own_call(file: SourceFile, call: Invocation, receiver: str, passing: Passing) -> bool:
    """Whether a call in the function's own file is one of it."""
    if not receiver:
        return True
    if receiver in _OWN:
        return file.class_name(call.node) == passing.owner
    return _names_owner(receiver, passing)


def _family(file: SourceFile) -> str:
    """Return the language, one name for those that import each other."""
    return "JavaScript" if file.language == "TypeScript" else file.language


# In these a file that calls a method of another file's class names that class or file somewhere.
_IMPORTING = frozenset({"JavaScript", "Python", "PHP", "Java"})


def _mentions_place(file: SourceFile, passing: Passing) -> bool:
    stem = passing.sending.file.path.rpartition("/")[2].partition(".")[0]
    stem = passing.sending.file.path.split("/")[-2:][0] if stem in ("index", "__init__") else stem
    return file.mentions(*(name.encode() for name in (passing.owner, stem) if name))


_WORDS_OF = re.compile(r"[a-z0-9][A-Z]|\w_\w")  # a name of more than one word


def _names_place(receiver: str, passing: Passing) -> bool:
    """Whether a receiver's name holds that of the function's file or folder: ``app.mailer`` → ``mailer/smtp.go``."""
    plain = re.sub(r"[^a-z0-9]", "", re.split(r"[.:>$]", re.sub(r"\(.*", "", receiver, flags=re.DOTALL))[-1].lower())
    owner = passing.owner.rpartition("::")[2].lower()
    if len(plain) > 4 and owner.endswith(plain):
        return True
    names = [
        re.sub(r"[^a-z0-9]", "", each.partition(".")[0].lower()) for each in passing.sending.file.path.split("/")[-3:]
    ]
    return any(len(name) > 3 and name in plain for name in names)


def _names_owner(receiver: str, passing: Passing) -> bool:
    """Whether a receiver names the function's class or file: ``this.emailService.send`` → ``EmailService``."""
    tail = re.sub(r"\(.*|^new ", "", receiver, flags=re.DOTALL)
    plain = re.sub(r"[^a-z0-9]", "", re.split(r"[.:>$]", tail)[-1].lower())
    stem = re.sub(r"[^a-z0-9]", "", passing.sending.file.path.rpartition("/")[2].partition(".")[0].lower())
    owner = re.sub(r"[^a-z0-9]", "", passing.owner.rpartition("::")[2].lower())
    return bool(plain) and plain in ({owner} if owner else {stem})


def _imports(file: SourceFile, passing: Passing) -> bool:
    """Whether a file imports the function's name from a module that fits its path."""
    if file.language == "Python":
        return passing.name in file.imports or any(value.endswith("*") for value in file.imports.values())
    target = set(re.split(r"[/.]", passing.sending.file.path))
    name = re.compile(rb"\b" + re.escape(passing.name).encode() + rb"\b")
    for start, segments in file.modules:
        if segments and not set(segments[-2:]) & target:
            continue
        if name.search(file.data[max(0, start - MAX_STATEMENT) : start].rpartition(b";")[2]):
            return True
    return False


MAX_STATEMENT = 1500  # characters of an import before its module's name


def _given(call: Invocation, passed: PassedOn, file: SourceFile) -> Node | None:
    """Return what a call gives for a parameter."""
    node = call.named(passed.parameter.name.lstrip("$*&")) or (call.named(passed.key) if passed.key else None)
    positional = call.positional()
    if node is None and passed.parameter.position < len(positional):
        node = positional[passed.parameter.position]
    if node is None or not passed.key or call.named(passed.key) == node:
        return node
    node = unwrap(node)
    if is_identifier(node):
        node = file.assigned(text_of(node), node) or node
    return entries(node).get(passed.key)


def _through(file: SourceFile, call: Invocation, passing: Passing) -> Sending:
    """Return a call of a carrier as a sending of its own."""
    carrier = passing.sending
    if passing.whole >= 0:
        message = parts(file, call)
        for argument in call.positional()[passing.whole : passing.whole + 1]:
            add_variable(message, root(argument))  # helper.getMimeMessage()
    else:
        message = Parts(file)
        loose = parts(file, call)
        for part, passed in passing.given.items():
            node = _given(call, passed, file)
            if node is None and passed.key:
                node = loose.nodes.get(part)
            if node is not None:
                message.nodes[part] = node
        if "template" in loose.nodes:
            message.nodes.setdefault("template", loose.nodes["template"])
    return Sending(
        file, call, carrier.framework, message, carrier.kind, name=call.path, bulk=carrier.bulk, via=carrier.source
    )


def _add_trigger(file: SourceFile, call: Invocation, passing: Passing) -> None:
    triggers = passing.sending.triggers
    if len(triggers) >= MAX_TRIGGERS:
        return
    passed = passing.given.get("recipient")
    node = _given(call, passed, file) if passed is not None else None
    source = type(passing.sending.source)(file.source(call.node).path, call.line)
    trigger = Trigger(source, file.scope(call.node), read_value(file, node, Texts()))
    if all(each.source != source for each in triggers):
        triggers.append(trigger)
