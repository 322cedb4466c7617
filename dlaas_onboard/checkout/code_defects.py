"""Mistakes in the code that sends mail, where recipients or a reviewer would meet them: docs/dlaas.md, "Defects".

Each is reported only where the code itself shows it: an object whose keys cannot be known says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dlaas_onboard.checkout import foreign_links, handlebars, hard_coded_numbers, repeated_mail
from dlaas_onboard.checkout.eventbridge_schedules import Schedules
from dlaas_onboard.checkout.javascript import Script
from dlaas_onboard.checkout.message_table import CallSite, Messages, Template, trigger_of
from dlaas_onboard.checkout.open_endpoints import Endpoints
from dlaas_onboard.checkout.sample_values import Values
from dlaas_onboard.journey.facts import Gap, Source
from dlaas_onboard.journey.text import line

_IS_HTML = re.compile(r"<(?:html|body|p|table|div)\b", re.IGNORECASE)


def find(
    messages: Messages,
    scripts: Mapping[str, Script],
    schedules: Schedules,
    endpoints: Endpoints,
    values: Values,
) -> tuple[Gap, ...]:
    """Return the defects, in the order of the files."""
    defects = [
        *_html_as_text(messages, scripts),
        *_variables(messages),
        *_written(messages, values),
        *_not_imported(messages, scripts),
        *repeated_mail.find(messages, schedules, endpoints),
    ]
    return tuple(defects)


def _html_as_text(messages: Messages, scripts: Mapping[str, Script]) -> Iterable[Gap]:
    html = any(_IS_HTML.search(template.source) for template in messages.templates.values())
    documents = any("<html" in template.source.lower() for template in messages.templates.values())
    senders = [script for script in scripts.values() if script.mentions("Html") and script.mentions("Subject")]
    for script in senders:
        at = _same_twice(script)
        if html and at is not None:
            yield Gap(
                "defect_template_html_as_text",
                "Mail carries its HTML as the text part as well: who reads text sees tags.",
                "Pass a text version of the message, or leave the text part out.",
                Source(line(script.path), script.line(at)),
            )
        for index, token in enumerate(script.tokens):
            if (
                documents
                and token.kind == "template"
                and re.match(r"\s*<html>\s*<body>\s*\$\{", token.text, re.IGNORECASE)
            ):
                yield Gap(
                    "defect_template_nested_document",
                    "A whole HTML document is put into another one: some mail programs show it badly.",
                    "Send the template's document as it is.",
                    Source(line(script.path), script.line(index)),
                )
                break


def _same_twice(script: Script) -> int | None:
    """Return where one message goes into both parts: as two arguments of the sender, or as both ``Data`` values."""
    at = _same_argument_twice(script)
    return _same_data_twice(script) if at is None else at


def _same_argument_twice(script: Script) -> int | None:
    for name in ("sendEmail", "sendMail", "send"):
        for opening in script.calls(name):
            arguments = [script.code(*span) for span in script.parts(opening)]
            if len(arguments) >= 4 and arguments[-1] == arguments[-2] and re.fullmatch(r"\w+", arguments[-1]):
                return opening - 1
    return None


def _same_data_twice(script: Script) -> int | None:
    for index in script.mentions("Body"):
        body = script.entries(index + 2) if script.is_text(index + 1, ":") else None
        if not body or "Text" not in body or "Html" not in body:
            continue
        data = [(script.entries(body[part][0]) or {}).get("Data") for part in ("Text", "Html")]
        codes = [script.code(*span) for span in data if span is not None]
        if len(codes) == 2 and codes[0] == codes[1]:
            return index
    return None


def _variables(messages: Messages) -> Iterable[Gap]:
    for template, sites in _sent(messages):
        if template.tree is None:
            continue
        needed = handlebars.variables(template.tree)
        known = [site for site in sites if site.values is not None]
        for site in known:
            missing = sorted(needed - set(site.values or ()))
            if missing:
                yield Gap(
                    f"defect_template_variable.{template.name}",
                    f"{template.name} needs {line(', '.join(missing))}, which {site.trigger.name} does not pass: "
                    f"{'it is' if len(missing) == 1 else 'they are'} blank in the mail.",
                    f"Pass {line(', '.join(missing))} among the values.",
                    site.source,
                )
                break
        for site in known:
            unused = sorted(set(site.values or ()) - needed)
            # A wrong name shows up as missing already.
            if unused and not needed - set(site.values or ()) and not _helpers(template.tree):
                yield Gap(
                    f"defect_template_unused_value.{template.name}",
                    f"{site.trigger.name} passes {line(', '.join(unused))}, which {template.name} does not use.",
                    "Use the value in the template, or stop passing it.",
                    site.source,
                    "advice",
                )
                break


def _helpers(block: handlebars.Block) -> bool:
    """Whether a template uses partials, whose variables are not known here."""
    todo: list[handlebars.Node] = [block]
    while todo:
        node = todo.pop()
        if isinstance(node, handlebars.Block):
            todo += [*node.body, *node.otherwise]
        elif isinstance(node, str) and node.startswith("[partial "):
            return True
    return False


def _written(messages: Messages, values: Values) -> Iterable[Gap]:
    for template, sites in _sent(messages):
        yield from hard_coded_numbers.find(template, sites, values)
        yield from foreign_links.find(template, values.configuration.get("SERVICE_DOMAIN", ""))


def _not_imported(messages: Messages, scripts: Mapping[str, Script]) -> Iterable[Gap]:
    """Report functions of the checkout that a sending file calls without having them: the call throws."""
    defined = {name: script.path for script in scripts.values() for name in _functions(script)}
    sending = {site.script.path: site.script for site in messages.sites}
    for script in sending.values():
        for name, where in defined.items():
            if where == script.path:
                continue
            calls = [
                at for at in script.calls(name) if not script.is_text(at - 2, ".") and not script.is_text(at - 2, "?.")
            ]
            if calls and not script.declares(name):
                at = calls[0] - 1
                yield Gap(
                    f"defect_not_imported.{name}",
                    f"{trigger_of(script, at).name} calls {line(name)} without importing it: it stops there, "
                    "and no mail follows.",
                    f"Import {line(name)} from {line(where)}. Look at how often the mail would go out before you do.",
                    Source(line(script.path), script.line(at)),
                )


def _functions(script: Script) -> set[str]:
    """Return the names of the functions that a file defines at its top level."""
    names = set()
    for word in ("function", "const", "let", "var"):
        for index in script.mentions(word):
            following = index + 1
            if script.parent[index] >= 0 or following >= len(script.tokens):
                continue
            name = script.tokens[following]
            is_function = word == "function" or (
                script.is_text(following + 1, "=")
                and (
                    script.is_text(following + 2, "async")
                    or script.is_text(following + 2, "function")
                    or (script.is_text(following + 2, "(") and script.is_text(script.end(following + 2) + 1, "=>"))
                )
            )
            if name.kind == "name" and is_function:
                names.add(name.text)
    return names


def _sent(messages: Messages) -> Iterable[tuple[Template, list[CallSite]]]:
    for name, template in messages.templates.items():
        sites = [site for site in messages.sites if site.template == name]
        if sites:
            yield template, sites
