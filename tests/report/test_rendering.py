"""Hostile text in every place, and what a browser or a Markdown renderer makes of it."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dlaas_onboard.journey.judgement import Judgement
from dlaas_onboard.journey.report_input import ReportInput
from dlaas_onboard.journey.request.description import Description
from dlaas_onboard.journey.request.worksheet import Worksheet
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.report.markdown import code, escape
from dlaas_onboard.report.reporter import ReadinessReporter
from tests.report.samples import account, denied, judged, pending, report_input

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=https://evil.example/p.png onerror=alert(1)>',
    "</style><style>*{display:none}</style>",
    "javascript:alert(1)",
    "![pixel](https://evil.example/p.png) [x](javascript:alert(1))",
    "<https://evil.example> https://evil.example www.evil.example someone@evil.example",
    "{{ 7*7 }} {% raw %} ``` ~~~ | a | b | # h *b* _i_ - l 1. n &lt; \\",
)
MARKER = "|".join(HOSTILE)
ALLOWED = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "header",
        "section",
        "nav",
        "footer",
        "article",
        "aside",
    ),
    *("figure", "figcaption", "pre", "code", "p", "h1", "h2", "h3", "ol", "li", "a", "div", "dl", "dt", "dd", "span"),
    *("small", "b", "table", "thead", "tbody", "tr", "th", "td"),
}
MARKDOWN = {
    *("h1", "h2", "h3", "p", "strong", "em", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "br", "pre"),
    *("code", "hr", "blockquote"),
}


def hostile(value: Any) -> Any:
    """Return ``value`` with every free text in it followed by all hostile texts."""
    if isinstance(value, Enum) or value is None:
        return value
    if isinstance(value, str):
        return f"{value} {MARKER}" if value else value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kept = {"id", "severity", "step", "status", "enforcement", "sha256", "marker"}
        changes = {
            field.name: hostile(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if field.name not in kept
        }
        return replace(value, **changes)
    if isinstance(value, Mapping):
        return {key: hostile(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(hostile(item) for item in value)
    return value


class Page(HTMLParser):
    """What a browser would find."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.style = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] == "style" and not self.style:
            self.style = data
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


def page(document: ReportInput, audience: str = "private") -> Page:
    return Page(ReadinessReporter().render(document, "html", audience).decode())


@pytest.mark.parametrize("audience", ["private", "aws", "public"])
def test_hostile_text_stays_text_in_html(audience: str) -> None:
    found = page(hostile(report_input(pending())), audience)
    assert set(found.tags) <= ALLOWED
    assert found.tags.count("style") == 1
    assert [one for one in found.attributes if one[1].startswith("on") or one[1] in ("src", "style", "srcset")] == []
    assert all(value.startswith("#") for _, name, value in found.attributes if name == "href")
    assert [one for one in found.attributes if one[2].lower().strip().startswith("javascript:")] == []
    if audience == "private":
        assert found.text.count("<script>alert(1)</script>") > 40
        assert "{{ 7*7 }}" in found.text


def test_the_policy_comes_first_and_allows_only_this_stylesheet() -> None:
    text = ReadinessReporter().render(report_input(), "html", "private").decode()
    found = Page(text)
    first = text[text.index("<head>") :].split("<")[2]
    assert first.startswith('meta http-equiv="Content-Security-Policy"')
    digest = base64.b64encode(hashlib.sha256(found.style.encode()).digest()).decode()
    policy = next(value for tag, name, value in found.attributes if tag == "meta" and "default-src" in value)
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in found.style
    assert "@import" not in found.style


@pytest.mark.parametrize("form", ["html", "md"])
def test_the_footer_carries_the_hash_of_the_json(form: str) -> None:
    document = report_input(pending())
    digest = hashlib.sha256(ReadinessReporter().render(document, "json", "public")).hexdigest()
    assert digest in ReadinessReporter().render(document, form, "public").decode()


def test_the_page_has_every_part_in_its_order() -> None:
    text = ReadinessReporter().render(report_input(pending()), "html", "private").decode()
    titles = [unescape(title) for title in re.findall(r"<h2>([^<]+?)(?: <span|</h2>)", text)]
    assert titles == [
        "Account",
        "The steps",
        "Findings",
        "Before the request leaves",
        "Gates passed with a reason",
        "DNS records",
        "The request",
        "What is sent",
        "Declarations",
        "Filing history",
        "The guide's fourteen steps",
        "Evidence",
        "Journal",
    ]
    assert len(re.findall(r'href="#', text)) == len(titles)
    for anchor in re.findall(r'href="#([^"]+)"', text):
        assert f'id="{anchor}"' in text
    steps = text[text.index('<table class="steps">') :].split("</table>")[0]
    assert steps.count("<tr>") == 12
    for word in ("✓", "done", "◔", "waiting", "!", "attention", "○", "todo", "–", "blocked", "?", "unknown"):
        assert word in steps
    guide = text[text.index('<table class="guide">') :].split("</table>")[0]
    assert guide.count("<tr>") == 15


def test_findings_stand_by_severity() -> None:
    text = ReadinessReporter().render(report_input(), "md", "private").decode()
    order = [text.index(f"### {title}") for title in ("Blockers", "Warnings", "Could not be read", "Advice")]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("document", "state"),
    [
        (report_input(), "In the sandbox"),
        (judged(report_input(), gates=report_input().judgement.gates[:2]), "Ready to file"),
        (report_input(pending()), "Review pending"),
        (report_input(account(production=True)), "Production access"),
        (report_input(account(sending_enabled=False)), "Sending is disabled"),
        (report_input(account(enforcement="PROBATION")), "Enforcement: PROBATION"),
        (denied(), "Not known"),
    ],
)
def test_the_verdict_says_the_state(document: ReportInput, state: str) -> None:
    assert f'<p class="state">{state}</p>' in ReadinessReporter().render(document, "html", "private").decode()


def test_an_endpoint_that_is_not_amazons_is_said() -> None:
    base = report_input()
    facts = replace(base.situation.facts, place=replace(base.situation.place, amazon=False))
    foreign = judged(base, situation=replace(base.situation, facts=facts))
    for form in ("html", "md"):
        assert "not Amazon" in ReadinessReporter().render(foreign, form, "public").decode()
        assert "not Amazon" not in ReadinessReporter().render(base, form, "public").decode()


def test_an_empty_dossier_is_a_report_too() -> None:
    judgement = Judgement(Situation(), {}, (), (), Description((), (), ""), Worksheet((), None, None), StepId.ACCOUNT)
    empty = ReportInput(report_input().at, "0.1.0", judgement, ())
    for form in ("html", "md", "json"):
        for audience in ("private", "aws", "public"):
            assert ReadinessReporter().render(empty, form, audience)


def rendered(text: str) -> Page:
    # Everything on that a forge would have on, so that what stays text here stays text there.
    return Page(MarkdownIt("gfm-like", {"html": True}).render(text))


def test_the_renderer_would_make_links_of_what_is_not_escaped() -> None:
    for text in HOSTILE[4:6]:
        assert {"a", "img"} & set(rendered(text).tags)
    assert "script" in rendered(HOSTILE[0]).tags


@pytest.mark.parametrize("audience", ["private", "aws", "public"])
def test_hostile_text_stays_text_in_markdown(audience: str) -> None:
    found = rendered(ReadinessReporter().render(hostile(report_input(pending())), "md", audience).decode())
    assert set(found.tags) <= MARKDOWN
    assert [name for _, name, _ in found.attributes if name != "class"] == []


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1) | st.sampled_from(HOSTILE))
def test_escaped_text_reads_as_it_was(text: str) -> None:
    found = rendered(f"| x |\n| --- |\n| {escape(text)} |\n\n- {escape(text)}\n\nA {escape(text)} Z")
    plain = " ".join(text.split())
    assert set(found.tags) <= {"table", "thead", "tbody", "tr", "th", "td", "ul", "li", "p"}
    assert found.text.count(plain) >= 3 if plain else True


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("`~\n a#*"), max_size=40))
def test_a_fence_holds_whatever_is_in_it(text: str) -> None:
    found = rendered(f"before\n\n{code(text)}\n\nafter")
    assert found.tags == ["p", "pre", "code", "p"]
    assert found.texts[-2:] != []
    assert "".join(found.texts).rstrip().endswith("after")


def test_the_two_renderers_say_the_same() -> None:
    document = report_input(pending())
    html_text = page(document).text
    md_text = rendered(ReadinessReporter().render(document, "md", "private").decode()).text
    for words in ("has no DMARC record", "Each sentence stands beside what carries it", "recipients in 24 hours"):
        assert words in html_text
        assert words in md_text


def test_a_part_that_an_audience_is_not_told_has_no_heading() -> None:
    assert "## Journal" in ReadinessReporter().render(report_input(), "md", "private").decode()
    report = ReadinessReporter().render(report_input(), "md", "public").decode()
    for title in ("Journal", "Before the request leaves", "The request"):
        assert f"## {title}" not in report
