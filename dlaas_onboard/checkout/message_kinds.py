"""What kind of message a text is, by its words: one small table, in the order in which it is asked."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

from dlaas_onboard.journey.situation.marketing_words import marketing_words

# (kind, words in name, subject or heading). Order matters: "Reset Password Confirmation" is security. The kinds are
# the classes of docs/dlaas.md, "Messages".
_HEADLINES = (
    ("security", r"password|passcode|two.?factor|2fa|security|sign.?in (?:code|alert)|log.?in (?:code|alert)"),
    ("security", r"e-?mail (?:address )?change.*(?:cancel|not you)"),
    ("billing", r"invoice|payment|receipt|refund|billing|renewal|\bpaid\b|charged?\b|statement"),
    (
        "service",
        r"expired|expir(?:es|y|ing)|terminat|suspend|maintenance|outage|incident|service change|account|welcome",
    ),
    (
        "fulfilment",
        r"order|shipp|dispatch|deliver|creat(?:ed|ion)|activat|ready|complet|upload|download|export|fail|booking",
    ),
)
_CONFIRMS = re.compile(r"confirm|activat|verif|validate|opt.?in", re.IGNORECASE)
_CANCELS = re.compile(r"cancel|revoke|undo|not.?me", re.IGNORECASE)
_NOT_YOU = re.compile(r"(?:was|is)(?: not|n't) you\b|did(?: not|n't) (?:make|request)", re.IGNORECASE)
_UNSUBSCRIBE = re.compile(r"\bunsubscribe\b", re.IGNORECASE)
_BREAKS = frozenset(
    (
        "address",
        "article",
        "blockquote",
        "br",
        "div",
        "dl",
        "dt",
        "dd",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    )
)
_HIDDEN = frozenset({"style", "script", "head", "noscript", "svg"})


class Text(NamedTuple):
    """An HTML message as text."""

    title: str
    heading: str
    text: str
    links: tuple[tuple[str, str], ...]  # (words, address)


class _MessageReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.titles: dict[str, str] = {}
        self.links: list[tuple[str, str]] = []
        self._hidden: list[str] = []
        self._within = ""
        self._href: str | None = None
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden.append(tag)
        if tag in ("title", "h1"):
            self._within = tag
        if tag in _BREAKS:
            self.parts.append("\n- " if tag == "li" else "\n")
        if tag in ("td", "th"):
            self.parts.append("  ")
        if tag == "a":
            self._finish_link()
            self._href = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        if tag == self._within:
            self._within = ""
        if tag in _BREAKS and tag != "li":
            self.parts.append("\n")
        if tag == "a":
            self._finish_link()

    def handle_data(self, data: str) -> None:
        if self._within and len(self.titles.get(self._within, "")) < 300:
            self.titles[self._within] = self.titles.get(self._within, "") + data
        if not self._hidden:
            self.parts.append(re.sub(r"\s+", " ", data))
            if self._href is not None:
                self._words.append(data)

    def _finish_link(self) -> None:
        if self._href is not None:
            words = " ".join("".join(self._words).split())
            self.links.append((words, self._href))
            if self._href and self._href != words:
                self.parts.append(f" ({self._href})")
        self._href = None
        self._words = []


def to_text(html: str) -> Text:
    """Return an HTML message as the text a recipient reads, links in parentheses; plain text stays as it is."""
    reader = _MessageReader()
    # Without close(): what is left of a tag that never ends would be tried again at each of its characters.
    reader.feed(html[:200_000] + "\n")
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    titles = {name: " ".join(words.split()) for name, words in reader.titles.items()}
    return Text(titles.get("title", ""), titles.get("h1", ""), text, tuple(reader.links))


def kind_of(name: str, subject: str, message: Text) -> str:
    """Return confirmation, security, billing, service, fulfilment or unknown."""
    headline = re.sub(r"[-_]+", " ", f"{name} {subject} {message.title} {message.heading}").lower()
    if re.search(_HEADLINES[0][1], headline):
        return "security"
    confirms = any(_CONFIRMS.search(f"{words} {address}") for words, address in message.links)
    cancels = any(_CANCELS.search(f"{words} {address}") for words, address in message.links)
    if cancels and _NOT_YOU.search(message.text):
        return "security"
    if confirms and not cancels:
        return "confirmation"
    for kind, words in _HEADLINES[1:]:
        if re.search(words, headline):
            return kind
    if _NOT_YOU.search(message.text):
        return "security"
    body = message.text[:4000].lower()
    return next((kind for kind, words in _HEADLINES[2:4] if re.search(words, body)), "unknown")


def is_bulk(name: str, subject: str, text: str) -> bool:
    """Whether the words are those of marketing or of mail to a list."""
    texts = (re.sub(r"[-_]+", " ", name), subject, text)
    return bool(marketing_words(*texts)) or any(map(_UNSUBSCRIBE.search, texts))
