"""Message templates: where they are, and their subject and text as far as they stand there.

Handlebars, EJS, Pug, MJML, Jinja and Django, ERB, HAML and Slim, Blade, Liquid, Twig, EEx, Thymeleaf, React Email.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterable

from tree_sitter import Node

from dlaas_onboard.journey.text import clean
from dlaas_onboard.project.languages import suffix
from dlaas_onboard.project.syntax import SourceFile, descendants, text_of
from dlaas_onboard.project.values import Texts, read_value

MAX_TEMPLATE = 200_000
MAX_SAMPLE = 4000

MARKUP = (
    *(".hbs", ".handlebars", ".mustache", ".ejs", ".mjml", ".html", ".htm", ".txt", ".jinja", ".jinja2", ".j2", ".erb"),
    *(".liquid", ".twig", ".eex", ".heex", ".leex", ".ftl", ".ftlh", ".vm", ".njk", ".md", ".text", ".tpl", ".tmpl"),
    ".gohtml",
)
INDENTED = (".pug", ".jade", ".haml", ".slim")
COMPONENTS = (".tsx", ".jsx")
_ALL_SUFFIXES = frozenset({*MARKUP, *INDENTED, *COMPONENTS, ".blade", ".php", ".html", ".text", ".js", ".ts"})

_NAME = r"(?P<name>[\w$@][\w.$@>\[\]'\"-]*)"
# What opens and closes a comment. The closing is sought from the opening on: many openings cost no more than one.
_COMMENTS = (
    *(
        ("{{!--", "--}}"),
        ("{{--", "--}}"),
        ("{#", "#}"),
        ("<%#", "%>"),
        ("<%!--", "--%>"),
        ("<!--", "-->"),
        ("<#--", "-->"),
    ),
    *(("{{!", "}}"), ("{% comment", "endcomment %}")),
)
# What an output tag shows: its last name, {name}; a text in it stays a text.
_OUTPUTS = re.compile(
    r"\{\{\{?([^{}]{1,300})\}?\}\}|\{!!([^!]{1,300})!!\}|<%[=-]([^%]{1,300})%>|\$\{([^{}]{1,300})\}|#\{([^{}]{1,300})\}"
    r"|@lang\(([^()]{1,300})\)"
)
_CONTROL = re.compile(
    r"\{\{~?\s?[#/^>][^{}]{0,300}\}\}|\{\{-?\s?(?:if|else|end|range|with|define|block|template)\b[^{}]{0,300}\}\}"
    r"|\{%[^%]{0,500}%\}|<%[^%]{0,500}%>|<\?php.{0,500}?\?>|</?[#@]\w[^<>]{0,300}>"
    r"|^\s*@(?:if|else|elseif|endif|foreach|endforeach|for|endfor|section|endsection|extends|include|component|endcomponent|slot"
    r"|endslot|php|endphp|isset|endisset|unless|endunless|props|push|endpush|yield|empty|forelse|endforelse)\b[^\n]*$",
    re.DOTALL | re.MULTILINE,
)
_UNSHOWN = tuple((f"<{tag}", f"</{tag}>") for tag in ("style", "script", "head", "mj-head", "title"))
_BREAKS = re.compile(
    r"<\s*/?\s*(?:p|div|br|tr|table|h[1-6]|li|ul|ol|mj-text|mj-button|td|section|hr)\b[^<>]*>", re.IGNORECASE
)
_INVISIBLE = re.compile("[\u00ad\u034f\u200b-\u200f\u2060\ufeff]")  # fills the preview of a mail program
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_SUBJECTS = (
    re.compile(r"\{%-?\s?block\s(?:\w{1,30}_)?subject\s?-?%\}([^%]{0,400})\{%"),
    re.compile(r"^subject:[ \t]*([^\n]{1,400})$", re.IGNORECASE | re.MULTILINE),
)
_FRONT_MATTER = re.compile(r"\A---\s*\n.*?\n---\s*\n", re.DOTALL)


# {{ trans('mail.hello') }}, @lang('mail.hello'), <%= t('.hello') %>, {% trans "hello" %}
_TRANSLATED = re.compile(
    r"""(?:\{\{\s?|\{!!\s?|<%=\s?)(?:trans|__|lang|t|I18n\.t|\$t)\s?\(?\s?['"]([\w.:-]{3,120})['"].{0,300}?(?:\}\}|!!\}|%>)"""
    r"""|@(?:lang|trans)\(\s?['"]([\w.:-]{3,120})['"][^\n]{0,200}?\)"""
)
# %p= t('.hello', name: @name)
_TRANSLATED_LINE = re.compile(r"""(?m)^([ \t]*[%.#\w-]*)=[ \t]?(?:I18n\.)?t[ (]['"]([\w.:-]{3,120})['"].*$""")


class Templates:
    """The template files of a repository, found by the names that code gives them."""

    def __init__(self, paths: Iterable[str], read: Callable[[str], bytes | None]) -> None:
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        self._read = read
        for path in paths:
            if suffix(path) in (*MARKUP, *INDENTED, *COMPONENTS) or path.endswith(".blade.php"):
                self._by_stem[_stem(path)].append(path)

    def find(self, name: str) -> str:
        """Return the path of the one template of a name, ``""`` where there is none or where several could be meant."""
        wanted = _plain(name)
        if not wanted or len(wanted) > 200 or not re.fullmatch(r"[\w./@ -]+", wanted):
            return ""
        for form in dict.fromkeys((wanted, wanted.replace(".", "/"))):
            matches = [
                path
                for path in self._by_stem.get(_without_suffixes(form).rpartition("/")[2].lower(), ())
                if _ends_with(_without_suffixes(path), _without_suffixes(form)) and _same_kind(path, form)
            ]
            if matches:
                return _chosen(matches)
        return ""

    def component(self, name: str) -> str:
        """Return the path of a React component that is a mail: ``WelcomeEmail`` → ``emails/welcome-email.tsx``."""
        kebab = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()
        for stem in dict.fromkeys(
            (
                name.lower(),
                kebab,
                kebab.replace("-", "_"),
                kebab.removesuffix("-email"),
                kebab.removesuffix("-template"),
                re.sub(r"(?:-e?mail|-template)+$", "", kebab).replace("-", ""),
            )
        ):
            matches = [path for path in self._by_stem.get(stem, ()) if path.endswith(COMPONENTS)]
            mails = [path for path in matches if re.search(r"e?mail", path, re.IGNORECASE)]
            if len(mails or matches) == 1:
                return (mails or matches)[0]
        return ""

    def text(self, path: str) -> str:
        """Return a template's source, ``""`` where it cannot be read."""
        data = self._read(path)
        return data[:MAX_TEMPLATE].decode("utf-8", "replace").replace("\r\n", "\n") if data is not None else ""

    def static(self, path: str, texts: Texts) -> tuple[str, str]:
        """Return a template's subject and its text."""
        if suffix(path) in COMPONENTS:
            data = self._read(path)
            return component_text(SourceFile(path, data[:MAX_TEMPLATE]), texts) if data is not None else ("", "")
        indented = suffix(path) in INDENTED
        source = _TRANSLATED.sub(
            lambda match: _translated(match[1] or match[2], path, texts) or match[0], self.text(path)
        )
        if indented:
            source = _TRANSLATED_LINE.sub(
                lambda match: f"{match[1]} {_translated(match[2], path, texts)}" if match[2] else match[0], source
            )
        return subject_of(source), static_text(source, indented=indented)


def _translated(key: str, path: str, texts: Texts) -> str:
    """Return what the translations have for a key of a template, the values that are filled in as ``{name}``."""
    if key.startswith("."):  # Rails looks below the view's own path
        key = _without_suffixes(path).rpartition("views/")[2].replace("/_", "/").replace("/", ".") + key
    text = re.sub(r"%(\{\w+\})", r"\1", texts.translation(key))
    return re.sub(r"(?<![\w:]):([A-Za-z_]\w*)", r"{\1}", text) if path.endswith(".php") else text


def _plain(name: str) -> str:
    """Return a template's name as a path: ``shop::mail.welcome`` → ``mail.welcome``, ``../a/b.hbs`` → ``a/b.hbs``."""
    name = name.strip().rpartition("::")[2].replace("\\", "/")
    return re.sub(r"^(?:[.~@#]*/)+", "", re.sub(r"/(?:\.\.?/)+", "/", name)).strip("/")


def _without_suffixes(path: str) -> str:
    while suffix(path) in _ALL_SUFFIXES:
        path = path.rpartition(".")[0]
    return path


def _stem(path: str) -> str:
    return _without_suffixes(path.rpartition("/")[2]).lower()


def _ends_with(path: str, wanted: str) -> bool:
    path, wanted = path.lower(), wanted.lower()
    return path == wanted or path.endswith(f"/{wanted}")


def _same_kind(path: str, form: str) -> bool:
    """Whether a path fits a name that has a suffix of its own."""
    own = suffix(form)
    return (
        own not in (*MARKUP, *INDENTED) or path.lower().endswith(own) or path.lower().endswith(f"{own}{suffix(path)}")
    )


def _chosen(matches: list[str]) -> str:
    """Return the one path that is meant: the same template in several forms is one, in several folders it is none."""
    folders = {_without_suffixes(path) for path in matches}
    if len(folders) > 1:
        mails = [path for path in matches if re.search(r"mail", path, re.IGNORECASE)]
        if not mails or len({_without_suffixes(path) for path in mails}) > 1:
            return ""
        matches = mails
    plain = [path for path in matches if re.search(r"\.(?:txt|text|html)\b", path)]
    return min(plain or matches, key=lambda path: (".html" not in path, path))


def cut(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return a text without what stands between each opening and its closing; one that is never closed stays."""
    for opens, closes in pairs:
        lower = text.lower()
        kept: list[str] = []
        at = 0
        while (start := lower.find(opens, at)) >= 0 and (end := lower.find(closes, start + len(opens))) >= 0:
            kept.append(text[at:start])
            at = end + len(closes)
        text = "".join((*kept, text[at:]))
    return text


def subject_of(source: str) -> str:
    """Return the subject that a template gives itself, ``""`` for none."""
    text = cut(source[:MAX_TEMPLATE], _COMMENTS)
    for pattern in _SUBJECTS:
        match = pattern.search(text)
        if match and (subject := static_text(match[1])):
            return " ".join(subject.split()).strip("'\"")
    return ""


def static_text(source: str, *, indented: bool = False) -> str:
    """Return the text of a template, ``{name}`` where a value is filled in; of two branches it has both."""
    text = cut(source[:MAX_TEMPLATE], _COMMENTS)
    text = _FRONT_MATTER.sub("", text)
    if indented:
        text = "\n".join(_indented_line(each) for each in text.splitlines())
    text = cut(text, _UNSHOWN)
    text = _OUTPUTS.sub(lambda match: _output(next((group for group in match.groups() if group), "")), text)
    text = _CONTROL.sub("", text)
    text = _TAG.sub("", _BREAKS.sub("\n", text))
    lines = (" ".join(each.split()) for each in _INVISIBLE.sub("", html.unescape(text)).splitlines())
    return clean("\n".join(each for each in lines if each), limit=MAX_SAMPLE)


# A text, or a translator's call with one: {{ __('Hello :name') }}
_QUOTED = re.compile(
    r"""(?:(?:_|__|t|I18n\.t|gettext|d?gettext|trans|tr)\s*\(?\s*)?(["'])((?:(?!\1).)* (?:(?!\1).)*)\1"""
)


def _output(code: str) -> str:
    """Return what an output tag shows: a text as it is, a value by its last name."""
    code = code.strip()
    if re.match(r"[#/^>]|(?:if|else|end|range|with|define|block|template)\b", code):
        return f"{{{{{code}}}}}" if "\n" not in code else ""  # control: it is dropped with the others
    quoted = _QUOTED.match(code)
    if quoted:
        return re.sub(r"%\{?(\w+)\}?|(?<!\w):(\w+)", lambda match: f"{{{match[1] or match[2]}}}", quoted[2])
    code = re.sub(r"\|.*|\([^()]*\)", "", code)
    names = re.findall(r"[A-Za-z_]\w*", code.split(",")[0])
    return f"{{{names[-1]}}}" if names else ""


_PUG_LINE = re.compile(
    r"^(?P<head>[%.#]?[\w-]*(?:[.#][\w-]+)*)(?P<attributes>\([^()]*\)|\{[^{}]*\})?(?P<mark>[=!-]?=?)[ \t]?(?P<text>.*)$"
)
_PUG_WORDS = frozenset(
    {
        *("doctype", "extends", "include", "block", "mixin", "if", "else", "each", "for", "case", "when"),
        *("while", "var", "title", "style", "script", "head", "append"),
    }
)


def _indented_line(source: str) -> str:
    """Return the text of one line of Pug, HAML or Slim."""
    text = source.strip()
    if text.startswith("|"):
        return text[1:].strip()
    match = _PUG_LINE.match(text)
    if match is None or text.startswith(("//", "-", "+", "/")) or match["head"] in _PUG_WORDS:
        return ""
    if match["mark"].endswith("="):
        return f"<p>${{{match['text']}}}</p>"
    if not match["head"].startswith(("%", ".", "#")) and match["head"] not in _TAGS and not match["attributes"]:
        return f"<p>{text}</p>"  # plain text below a tag
    return f"<p>{match['text']}</p>"


_TAGS = frozenset(
    {
        *("p", "div", "span", "a", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "td", "tr", "table"),
        *("tbody", "br", "hr", "b", "i", "strong", "em", "img", "body", "html", "center", "small", "mj-text"),
        *("mj-button", "mj-section", "mj-column", "section", "footer", "header"),
    }
)


def _is_content(file: SourceFile, expression: Node) -> bool:
    """Whether an expression stands between the tags of an element, not in an attribute."""
    around = file.parent(expression)
    return around is not None and around.type in ("jsx_element", "jsx_fragment")


def component_text(file: SourceFile, texts: Texts) -> tuple[str, str]:
    """Return the subject (always unknown) and the static text of a React component."""
    lines: list[str] = []
    for node in descendants(file.root):
        if node.type == "jsx_text":
            lines.append(html.unescape(" ".join(text_of(node).split())))
        elif node.type == "jsx_expression" and _is_content(file, node):
            child = node.named_children[0] if node.named_children else None
            if child is None or child.type in ("comment", "binary_expression", "ternary_expression", "jsx_element"):
                continue
            value = read_value(file, child, texts)
            if value is not None:
                name = re.findall(r"\w+", value.code)
                lines.append(value.text or (f"{{{name[-1]}}}" if name and len(value.code) < 60 else ""))
    return "", clean("\n".join(each for each in lines if each), limit=MAX_SAMPLE)
