"""Words that stand for others: still to be written by the operator, or filled in by the running code."""

from __future__ import annotations

import re

_TO_WRITE = re.compile(
    r"\b(todo|tbd|lorem ipsum|xxx+)\b|\[(your|company|insert)[^\]]*\]|<(your|company|insert)[^>]*>", re.IGNORECASE
)
# {% if %} of Jinja and Liquid, {{#if}} {{/if}} {{else}} of Handlebars, <% if %> of ERB: they print nothing.
_CONTROL = re.compile(
    r"\{%.*?%\}|\{\{\{?\s*(?:[#/^>!]|else\b).*?\}\}\}?|<%(?![=-]).*?%>"
    r"|@(?:stop|show|overwrite|end\w+|extends|section|yield|foreach|if|elseif|else|unless|include\w*|component|slot|php)\b"
    r"(?:\([^\n]*\))?",
    re.DOTALL,
)
# {{ name }} and {!! name !!}, <%= name %>, ${name} and #{name}, %(name)s, {name}; %s and {} name nothing.
_VALUE = re.compile(
    r"\{\{\{?(?P<curly>[^{}]*)\}\}\}?|\{!!(?P<blade>[^{}]*)!!\}|<%[=-](?P<erb>.*?)%>|[$#]?\{(?P<brace>[^{}\n]{0,80})\}"
    r"|%\((?P<percent>\w+)\)[sd]|(?<![\d%])%[sd]\b"
)
_NAME = re.compile(r"[A-Za-z_]\w*")
_UNTELLING = frozenset(
    {"this", "self", "params", "data", "ctx", "context", "props", "value", "event", "payload", "t", "i18n"}
)


def placeholder_in(text: str) -> str:
    """Return the first words of ``text`` that stand for others still to be written, ``""`` where there are none."""
    match = _TO_WRITE.search(text)
    return match.group() if match else ""


def in_brackets(text: str) -> str:
    """Return a template's text as a reader takes it: ``{appName}`` and ``{{ app_name }}`` are ``[app name]``."""
    return _VALUE.sub(_words, _CONTROL.sub("", text))


def _words(match: re.Match[str]) -> str:
    code = next((group for group in match.groups() if group is not None), "")
    chain = re.split(r"\||\(|\?", code)[0]
    names = [name for name in _NAME.findall(chain) if name.casefold() not in _UNTELLING]
    words = " ".join(re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", name).casefold() for name in names[-2:])
    return f"[{' '.join(words.split()) or 'value'}]"
