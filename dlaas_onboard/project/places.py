"""Puts what was found of one sending call into a fact: values, template, sample, schedule, guesses, what is open."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator

from tree_sitter import Node

from dlaas_onboard.journey.facts.checkout import Source
from dlaas_onboard.journey.facts.sending import CodeValue, SendingKind, SendingPlace
from dlaas_onboard.journey.text import line
from dlaas_onboard.project import guesses
from dlaas_onboard.project.list_headers import list_headers
from dlaas_onboard.project.parts import innermost
from dlaas_onboard.project.schedules import schedule_of
from dlaas_onboard.project.sendings import Sending
from dlaas_onboard.project.syntax import SourceFile, descendants, is_identifier, text_of
from dlaas_onboard.project.templates import MARKUP, Templates, static_text
from dlaas_onboard.project.translations import Translations
from dlaas_onboard.project.values import Texts, read_value

MAX_LOOKED_AT = 400  # nodes, for the names of one call's template

_SUBJECT_HEADER = re.compile(r"(?mi)^Subject:[ \t]*(\S[^\r\n]{0,400})")
_STORED = frozenset({SendingKind.TEMPLATED, SendingKind.BULK})


class Places:
    """Makes the facts of one repository."""

    def __init__(self, templates: Templates, translations: Translations) -> None:
        self._templates = templates
        self._texts = Texts(translations.text, self._rendered)

    def _rendered(self, name: str) -> str:
        path = self._templates.find(name) if "." in name.rpartition("/")[2] else ""
        return static_text(self._templates.text(path)) if path else ""

    def place(self, sending: Sending) -> SendingPlace:
        """Return the fact of one sending call."""
        message, scope = sending.parts, sending.file.scope(sending.call.node)
        recipient, template = self._recipient(sending), self._template(sending)
        own_subject, sample, sample_source = self._sample(sending, template)
        subject = self._subject(sending, own_subject, sample_source)
        schedule = schedule_of(sending.file, sending.call.node)
        name = line(sending.name or sending.call.path, limit=200)
        texts = (
            *((value.text, value.source) for value in (subject, template) if value is not None),
            (f"{name} {scope}", sending.source),
            (sample[:600], sample_source),
            (sending.file.path.rpartition("/")[2], sending.source),
        )
        return SendingPlace(
            sending.source,
            sending.framework,
            name,
            sending.kind,
            scope,
            recipient,
            subject,
            self._value(message.file, message.nodes.get("sender")),
            template,
            sample,
            sample_source,
            bulk=sending.bulk or sending.file.in_loop(sending.call.node),
            schedule=schedule[0] if schedule is not None else "",
            schedule_source=sending.file.source(schedule[1]) if schedule is not None else None,
            triggers=tuple(sorted(sending.triggers, key=lambda each: (each.source.path, each.source.line))),
            carrier=sending.carrier,
            via=sending.via,
            message_class=None if sending.carrier else guesses.message_class(texts),
            recipient_guess=guesses.recipient(recipient),
            list_headers=list_headers(sending),
            unresolved=tuple(_unresolved(sending, recipient, subject, template)),
        )

    def _subject(self, sending: Sending, own: str, own_source: Source | None) -> CodeValue | None:
        """Return the subject that the code gives, that of the translations, or that of the template itself."""
        defined = self._value(sending.parts.file, sending.parts.nodes.get("subject"))
        if defined is not None and defined.resolved:
            return defined
        subject = self._called(sending, "subject") or defined
        if subject is not None and subject.resolved:
            return subject
        code = subject.code if subject is not None else ""
        if text := self._texts.template(sending.subject_template) if sending.subject_template else "":
            return CodeValue(code, text.partition("\n")[0], sending.source)  # of several branches the first
        if text := self._texts.translation(sending.subject_key) if sending.subject_key else "":
            return CodeValue(code, text, sending.source)
        if header := self._header(sending):
            return header
        own, own_source = own or sending.subject_by_name, own_source if own else sending.source
        return CodeValue(code, own, own_source) if own else subject

    def _header(self, sending: Sending) -> CodeValue | None:
        """Return the subject that stands in the text of a MIME message: ``"To: …\\r\\nSubject: Your order"``."""
        raw = self._value(sending.parts.file, sending.parts.nodes.get("raw"))
        match = _SUBJECT_HEADER.search(raw.text) if raw is not None else None
        return CodeValue(raw.code, match[1].strip(), raw.source) if raw is not None and match is not None else None

    def _value(self, file: SourceFile, node: Node | None) -> CodeValue | None:
        return read_value(file, node, self._texts)

    def _recipient(self, sending: Sending) -> CodeValue | None:
        """Return who gets it: as the definition of the message says, or as the call does."""
        if sending.setting:
            return CodeValue(sending.setting, source=sending.source)
        value = self._value(sending.parts.file, sending.parts.nodes.get("recipient"))
        called = self._called(sending, "recipient")
        if called is not None and (value is None or not re.search(r"[.>]|::", value.code)):
            return called
        return value

    def _called(self, sending: Sending, part: str) -> CodeValue | None:
        """Return what the call gives for a part of a message that another file defines."""
        called = sending.called
        return self._value(called.file, called.nodes.get(part)) if called is not None else None

    def _template(self, sending: Sending) -> CodeValue | None:
        """Return the template of a call: what the code names, and the file of that name."""
        message = sending.parts
        named = self._value(message.file, message.nodes.get("template"))
        if (conventional := self._by_name(sending, named)) is not None:
            return conventional
        if sending.kind in _STORED and named is not None:
            return named
        for part in ("html", "text", "raw"):
            node = message.nodes.get(part)
            if node is not None and (value := self._named_in(message.file, node, following=True)) is not None:
                return value
        alone = sending.parts.file is sending.file and sending.kind is not SendingKind.LIBRARY and not sending.lines
        if named is None and alone and not sending.carrier and not self._has_text(sending):
            function = sending.file.named_function(sending.call.node)
            return self._only_one(sending.file, function) if function is not None else None
        return named

    def _has_text(self, sending: Sending) -> bool:
        """Whether the code itself holds the text of the message."""
        values = (self._value(sending.parts.file, sending.parts.nodes.get(part)) for part in ("text", "html"))
        return any(value is not None and value.resolved for value in values)

    def _by_name(self, sending: Sending, named: CodeValue | None) -> CodeValue | None:
        """Return the template of the name that the code gives, or that the framework's convention has."""
        if named is not None and named.text and (path := self._templates.find(named.text)):
            return CodeValue(named.code, path, named.source)
        paths = ((name, self._templates.find(name)) for name in sending.templates)
        return next((CodeValue(name, path, sending.source) for name, path in paths if path), None)

    def _named_in(self, file: SourceFile, node: Node, *, following: bool) -> CodeValue | None:
        return next(self._templates_in(file, node, following=following), None)

    def _only_one(self, file: SourceFile, function: Node) -> CodeValue | None:
        """Return the template that a function names, where it names exactly one."""
        named = {value.text: value for value in self._templates_in(file, function, following=False)}
        return next(iter(named.values())) if len(named) == 1 else None

    def _templates_in(self, file: SourceFile, root: Node, *, following: bool) -> Iterator[CodeValue]:
        """Yield the templates that a node's code names: strings that are paths, components, what a name stands for."""
        todo: deque[Node] = deque([root])
        seen: set[int] = set()
        count = 0
        while todo:
            for node in descendants(todo.popleft()):
                count += 1
                if count > MAX_LOOKED_AT:
                    return
                if node.id in seen:
                    continue
                seen.add(node.id)
                if path := self._path_of(file, node, of_message=following):
                    yield CodeValue(line(text_of(node)[:120]), path, file.source(node))
                elif following and is_identifier(node) and (value := file.assigned(text_of(node), node)) is not None:
                    todo.append(value)

    def _path_of(self, file: SourceFile, node: Node, *, of_message: bool) -> str:
        """Return the template that one node names, ``""`` where it names none."""
        if node.type in (
            "string",
            "string_literal",
            "encapsed_string",
            "interpreted_string_literal",
            "template_string",
        ):
            value = read_value(file, node, Texts())
            name = value.text if value is not None else ""
            is_path = name.lower().endswith((*MARKUP, ".pug")) or (of_message and "/" in name)
            return self._templates.find(name) if len(name) > 3 and (is_path or _is_rendered(file, node)) else ""
        component = _component(file, node)
        return self._templates.component(component) if component[:1].isupper() else ""

    def _sample(self, sending: Sending, template: CodeValue | None) -> tuple[str, str, Source | None]:
        """Return the subject that the message's text itself has, the text, and where it stands."""
        path = template.text if template is not None else ""
        if path and self._templates.find(path) == path:
            subject, text = self._templates.static(path, self._texts)
            return subject, text, Source(line(path), 1)
        message = sending.parts
        for part in ("text", "html"):
            value = self._value(message.file, message.nodes.get(part))
            if value is not None and value.text:
                return "", static_text(value.text), value.source
        values = [value for node in sending.lines if (value := self._value(message.file, node)) is not None]
        if texts := [value.text for value in values if value.text]:
            return "", "\n".join(texts), values[0].source
        return "", "", None


def _component(file: SourceFile, node: Node) -> str:
    """Return the React component that a node names: ``<Welcome/>``, ``createElement(Welcome)``, ``renderWelcome()``."""
    if node.type in ("jsx_opening_element", "jsx_self_closing_element"):
        return text_of(node.child_by_field_name("name"))
    if node.type == "call_expression" and file.language in ("JavaScript", "TypeScript"):
        return re.sub(r"^(?:render|get|create|build)(?=[A-Z])", "", text_of(node.child_by_field_name("function")))
    around = file.call_around(node) if node.type == "identifier" else None
    return text_of(node) if around is not None and around.name in ("createElement", "render") else ""


def _is_rendered(file: SourceFile, node: Node) -> bool:
    """Whether a string is the argument of a call that renders a template."""
    call = file.call_around(node)
    return call is not None and re.search(r"render|template|view|markdown", call.name, re.IGNORECASE) is not None


def _unresolved(
    sending: Sending, recipient: CodeValue | None, subject: CodeValue | None, template: CodeValue | None
) -> Iterator[str]:
    """Yield what a message needs and nobody read."""
    if recipient is None or (not recipient.resolved and _is_parameter(sending) and not _recipients(sending)):
        yield "recipient"
    stored = sending.kind in _STORED and template is not None and template.resolved
    if not stored and (subject is None or not subject.resolved):
        yield "subject"


def _recipients(sending: Sending) -> bool:
    return any(trigger.recipient is not None for trigger in sending.triggers)


def _is_parameter(sending: Sending) -> bool:
    """Whether the recipient is nothing but a parameter of the function, so that only its callers know it."""
    node = sending.parts.nodes.get("recipient")
    node = innermost(node) if node is not None else None
    if node is None or sending.parts.file is not sending.file or not is_identifier(node):
        return False
    function = sending.file.named_function(node)
    names = [each.name for each in sending.file.parameters(function)] if function is not None else []
    return text_of(node) in names
