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

from tree_sitter import Node

from dlaas_onboard.journey.facts.sending import SendingKind, TriggeringCall
from dlaas_onboard.project.call_targets import defined_functions, direct, is_call_of, nearest, of_arity
from dlaas_onboard.project.origins import is_itself, origin, without_self
from dlaas_onboard.project.parts import Parts, add_variable, innermost, parts, root
from dlaas_onboard.project.passing import NamedBy, PassedOn, Passing
from dlaas_onboard.project.sendings import Sending
from dlaas_onboard.project.syntax import (
    Invocation,
    Parameter,
    SourceFile,
    descendants,
    entries,
    invocation,
    is_identifier,
    text_of,
    unwrap,
)
from dlaas_onboard.project.values import STRINGS, TRANSLATORS, Texts, read_value

MAX_ROUNDS = 8
MAX_TRIGGERS = 40
MAX_CALLERS = 2_000
MAX_LOOKED_AT = 200  # nodes, for the name of one template

_TEXTS = frozenset({"subject", "template", "text", "html", "raw"})
_SAYS = frozenset({"recipient", "subject", "template", "text", "html", "raw"})
_RENDERERS = frozenset({"process", "render", "render_to_string", "render_template", "renderFile", "renderTemplate"})
_MESSAGE = ("recipient", "subject", "template", "text", "html", "raw", "sender")


Callers = Callable[[Iterable[str]], Iterator[SourceFile]]


def follow(sendings: list[Sending], callers: Callers, complete: Callable[[Sending], None]) -> None:
    """Add the calls of carriers to ``sendings``, and to every other its triggers.

    ``callers`` yields the files that name one of the functions; ``complete`` adds what a framework knows of a call.
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
        fresh = [
            each for each in _calls_of(by_name, callers, complete) if (each.file.path, each.call.node.id) not in known
        ]
        sendings.extend(fresh)


def _passing(sending: Sending) -> Passing | None:
    """Return the function around a sending call, with what its parameters give to the message."""
    file, node = sending.file, sending.call.node
    if sending.kind in (SendingKind.LIBRARY, SendingKind.SERVER):
        return None
    function = file.named_function(node)
    if function is None:
        return None
    parameters = without_self(file.parameters(function))
    passing = Passing(sending, file.function_name(function), file.class_name(node), carries=False)
    passing.arity = len({each.position for each in parameters})
    said = sending.parts if sending.parts.file is file else sending.called
    if said is not None and said.file is file:
        _take_given(passing, said, parameters)
    own_text = _has_own_text(sending)
    gives_text = bool(passing.named or _TEXTS & passing.given.keys())
    passing.whole = -1 if own_text or gives_text else _whole(sending, parameters)
    passing.carries = not own_text and (gives_text or passing.whole >= 0)
    sending.carrier = passing.carries
    return passing


def _take_given(passing: Passing, said: Parts, parameters: tuple[Parameter, ...]) -> None:
    """Keep which parts of the message a function's parameters give."""
    file = said.file
    for part in _MESSAGE:
        value = said.nodes.get(part)
        if value is None:
            continue
        looked_up = _looked_up(file, value, parameters, part)
        passed = origin(file, value, parameters, part) if not looked_up else None
        if passed is not None:
            passing.given[part] = passed
            if part == "recipient" and is_itself(file, value):
                passing.given_recipient = passed
        else:
            passing.named += looked_up or _named_by(file, value, parameters, part)


def _looked_up(file: SourceFile, node: Node, parameters: tuple[Parameter, ...], part: str) -> list[NamedBy]:
    """Return the template or the translation that a caller names: ``engine.process(template, context)``."""
    node = (file.assigned(text_of(node), node) or node) if is_identifier(node) else node
    call = invocation(node) if node.type in file.grammar.calls else None
    names = TRANSLATORS if part == "subject" else _RENDERERS
    if call is None or call.name not in names or not call.positional():
        return []
    passed = origin(file, call.positional()[0], parameters)
    return [NamedBy("subject_key" if part == "subject" else part, "", "", passed)] if passed is not None else []


def _named_by(file: SourceFile, node: Node, parameters: tuple[Parameter, ...], part: str) -> Iterator[NamedBy]:
    """Yield the templates that a part is made from, whose name a caller completes."""
    todo, seen = [node], 0
    while todo:
        for each in descendants(todo.pop()):
            seen += 1
            if seen > MAX_LOOKED_AT:
                return
            if is_identifier(each) and (value := file.assigned(text_of(each), each)) is not None:
                todo.append(value)
            elif each.type in STRINGS:
                yield from _pattern(file, each, parameters, part)


def _pattern(file: SourceFile, node: Node, parameters: tuple[Parameter, ...], part: str) -> Iterator[NamedBy]:
    holes = [child for child in node.named_children if child.type in ("interpolation", "template_substitution")]
    if len(holes) != 1 or not holes[0].named_children:
        return
    passed = origin(file, holes[0].named_children[0], parameters)
    before, _, after = text_of(node).partition(text_of(holes[0]))
    before, after = before.lstrip("rbfu").lstrip("'\"`"), after.rstrip("'\"`")
    if passed is not None and re.search(r"/|\.\w+$", before + after):
        yield NamedBy(part, before, after, passed)


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


_TOOL = re.compile(r"sender|mailer|transport|client|timeout|context|ctx|headers|attach", re.IGNORECASE)


def _whole(sending: Sending, parameters: tuple[Parameter, ...]) -> int:
    """Return the position of a parameter that is the whole message: ``send(message)``, ``{...message}``; else -1."""
    for argument in sending.call.positional():
        node = unwrap(argument)
        for each in (node, *_spread(node)):
            if not is_identifier(each) or each in sending.parts.nodes.values() or _TOOL.search(text_of(each)):
                continue
            passed = origin(sending.file, each, parameters)
            if passed is not None and not passed.keys:
                return passed.parameter.position
    return -1


def _calls_of(
    by_name: dict[str, list[Passing]], callers: Callers, complete: Callable[[Sending], None]
) -> Iterator[Sending]:
    # A method of one word is sought by its class: too many files have the word.
    owners = {each.owner for passings in by_name.values() for each in passings if each.owner}
    for file in callers({*by_name, *owners}):
        defined = defined_functions(file)
        for call in map(direct, file.invocations):
            candidates = [each for each in by_name.get(call.name, ()) if is_call_of(file, call, each, defined)]
            candidates = nearest(file, of_arity(file, call, candidates))
            targets = {(each.sending.file.path, each.owner) for each in candidates}
            if len(targets) != 1:
                continue
            for passing in candidates:
                sending = _place_of_its_own(file, call, passing, complete)
                if sending is not None:
                    yield sending
                    break
                _add_trigger(file, call, passing)


def _place_of_its_own(
    file: SourceFile, call: Invocation, passing: Passing, complete: Callable[[Sending], None]
) -> Sending | None:
    """Return the message of a carrier's call; ``None`` where none is carried, or the call says nothing of it."""
    if not passing.carries:
        return None
    sending = _through(file, call, passing)
    complete(sending)
    if sending.templates or sending.lines or _SAYS & sending.parts.nodes.keys():
        return sending
    if not _passes_all(file, call):
        return None
    further = _passing(sending)  # send(options) in a function of nothing but options
    return sending if further is not None and further.whole >= 0 else None


def _passes_all(file: SourceFile, call: Invocation) -> bool:
    """Whether a call passes on every parameter of the function around it, so that the two are one way to send."""
    function = file.named_function(call.node)
    names = {each.name for each in without_self(file.parameters(function))} if function is not None else set()
    given = [unwrap(node) for node in call.positional()]
    given += [spread for node in given for spread in _spread(node)]  # dispatch({...options, tag})
    return bool(names) and names <= {text_of(node) for node in given}


def _spread(node: Node) -> list[Node]:
    return [child.named_children[0] for child in node.named_children if child.type == "spread_element"]


def _given(call: Invocation, passed: PassedOn, file: SourceFile) -> Node | None:
    """Return what a call gives for a parameter."""
    keys = passed.keys
    node = call.named(passed.parameter.name.lstrip("$*&"))
    if node is None and keys and (node := call.named(keys[0])) is not None:
        keys = keys[1:]
    positional = call.positional()
    if node is None and passed.parameter.position < len(positional):
        node = positional[passed.parameter.position]
    for key in keys:
        if node is None:
            break
        node = unwrap(node)
        if is_identifier(node):
            node = file.assigned(text_of(node), node) or node
        node = entries(node).get(key)
    return node


def _through(file: SourceFile, call: Invocation, passing: Passing) -> Sending:
    """Return a call of a carrier as a sending of its own."""
    carrier, loose = passing.sending, parts(file, call)
    message = Parts(file)
    if passing.whole >= 0:
        message = loose
        for argument in call.positional()[passing.whole : passing.whole + 1]:
            add_variable(message, root(argument))  # helper.getMimeMessage()
    for part, passed in passing.given.items():
        node = _given(call, passed, file)
        if node is None and passed.keys:
            node = loose.nodes.get(part)
        if node is not None:
            message.nodes[part] = node
    if "template" in loose.nodes:
        message.nodes.setdefault("template", loose.nodes["template"])
    sending = Sending(
        file, call, carrier.framework, message, carrier.kind, name=call.path, bulk=carrier.bulk, via=carrier.source
    )
    if carrier.kind is SendingKind.RAW and "subject" not in message.nodes:
        for given in call.arguments:  # send_raw(to, message), where the message is made of headers
            add_variable(message, given.node)
    if passing.whole < 0 and "recipient" not in message.nodes:
        sending.called = _own_recipient(carrier)
    _take_named(sending, passing)
    return sending


def _take_named(sending: Sending, passing: Passing) -> None:
    """Keep the templates and translations that a call of a carrier names."""
    for named in passing.named:
        value = read_value(sending.file, _given(sending.call, named.passed, sending.file), Texts())
        if value is None or not re.fullmatch(r"[\w./-]+", value.text):
            continue
        name = f"{named.before}{value.text}{named.after}"
        if named.part == "subject":
            sending.subject_template = name
        elif named.part == "subject_key":
            sending.subject_key = name
        else:
            sending.templates = (*sending.templates, name)


def _own_recipient(carrier: Sending) -> Parts | None:
    """Return the recipient that a carrier names itself: a setting, or a part of what it is given (``user.email``)."""
    node = carrier.parts.nodes.get("recipient")
    if node is None:
        return carrier.called
    return Parts(carrier.parts.file, {"recipient": node}) if not is_identifier(innermost(node)) else None


def _add_trigger(file: SourceFile, call: Invocation, passing: Passing) -> None:
    triggers = passing.sending.triggers
    if len(triggers) >= MAX_TRIGGERS:
        return
    passed = passing.given_recipient
    node = _given(call, passed, file) if passed is not None else None
    source = type(passing.sending.source)(file.source(call.node).path, call.line)
    trigger = TriggeringCall(source, file.scope(call.node), read_value(file, node, Texts()))
    if all(each.source != source for each in triggers):
        triggers.append(trigger)
