"""What a page says to somebody who sees it for the first time, from its HTML alone: no script is run."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Mapping
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

_MAX_CHARS = 400_000
_SKIPPED = frozenset({"script", "style", "noscript", "template", "svg", "head", "iframe", "object", "select"})
_VOID = frozenset(
    {"br", "img", "input", "meta", "link", "hr", "source", "area", "base", "col", "embed", "track", "wbr"}
)
_ENCODINGS = re.compile(
    r"utf-?8|utf-?16\w*|iso-?8859-\d+|latin-?1|windows-125\d|cp125\d|us-ascii|shift_?jis|euc-(?:jp|kr)"
    r"|iso-2022-jp|gb(?:k|2312|18030)|big5|koi8-[ru]"
)

# What providers and servers show where nobody has put a page yet. The second group says so only on a page with
# little else.
_PARKED = (
    "domain is for sale", "buy this domain", "this domain may be for sale", "domain is parked", "parked free",
    "parked domain", "domain has been registered", "courtesy of godaddy", "hugedomains", "sedoparking",
    "future home of something", "account has been suspended", "website has been suspended", "website is not configured",
    "there isn't a github pages site here", "nosuchbucket", "no such app", "project not found",
    "diese domain steht zum verkauf", "ce domaine est à vendre", "este dominio está en venta",
)  # fmt: skip
_PLACEHOLDERS = (
    "coming soon", "under construction", "default web page", "default web site", "welcome to nginx", "it works!",
    "apache2 ubuntu default page", "apache2 debian default page", "internet information services", "index of /",
    "test page for", "hello world", "lorem ipsum", "site not found", "be right back", "launching soon",
    "im aufbau", "en construction", "en construcción", "in costruzione",
)  # fmt: skip
_LITTLE_TEXT = 1500

# What gives away that something is sold: amounts of money, and words beside which they stand.
_PRICES = re.compile(
    r"(?:[$€£¥₹₩]\s?\d[\d.,']{0,11}|\b\d[\d.,']{0,11}\s?(?:[$€£¥₹₩]|(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|SEK|PLN|XCH|BTC|ETH"
    r"|USDC|euros?|dollars?)\b))(?:\s?(?:/|per|a|pro|par)\s?(?:month|year|user|GB|Monat|Jahr|mois|an)\b)?"
    r"|\b(?:pric(?:e|es|ing)|subscriptions?|plans|free\sof\scharge|fees|preise?|tarife?|kostenlos|abonnements?|prix"
    r"|tarifs|precios?|prezzi|pre[çc]os?|cennik)\b|料金|価格|价格|定价|가격|요금",
    re.IGNORECASE,
)
_OFFERS = 8

# Words for the pages that a reviewer looks for, in a few languages, as they stand in links and in addresses.
_ROLES = {
    "privacy": (
        r"privacy|datenschutz|confidentialit|privacidad|riservatezza|privacyverklaring|prywatno"
        r"|プライバシー|隐私|隱私|개인정보|конфиденциальн|gizlilik"
    ),
    "terms": (
        r"\bterms\b|terms[-_ ]|\btos\b|\bagb\b|nutzungsbedingungen|geschäftsbedingungen|conditions[-_ ]g[ée]n"
        r"|conditions[-_ ]d.utilisation|\bcg[uv]\b|t[ée]rminos|\btermos\b|condizioni|voorwaarden|regulamin"
        r"|利用規約|服务条款|이용약관"
    ),
    "contact": r"contact|kontakt|impressum|imprint|contatti|\bcontato\b|お問い合わせ|联系|문의",
    "sign-up": (
        r"sign[-_ ]?up|regist(?:er|ration|rieren|rarse|rati)\b|create[-_ ](?:an[-_ ])?account|get[-_ ]started"
        r"|join[-_ ]now|konto[-_ ]erstellen|anmeldung|inscri(?:ption|re)|créer[-_ ]un[-_ ]compte|crear[-_ ]cuenta"
        r"|criar[-_ ]conta|cadastr|iscriviti|registreren|新規登録|会員登録|注册|회원가입"
    ),
}
_LOGIN = re.compile(r"/(?:log-?in|sign-?in|anmelden|connexion|auth|sso)(?:[/?.]|$)", re.IGNORECASE)


class Link(NamedTuple):
    """A link that a reviewer would look for."""

    role: str
    url: str


class PageText(NamedTuple):
    """What was read from the HTML."""

    title: str
    text: str
    links: tuple[tuple[str, str], ...]  # (words, address)
    password: bool  # a field for a password is on the page
    refresh: str  # where <meta http-equiv=refresh> leads at once


class _PageReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title: list[str] = []
        self.text: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.password = False
        self.refresh = ""
        self.base = ""
        self._in_title = False
        self._skip = ("", 0)  # the element that hides what is in it, and how deep it is nested
        self._href: str | None = None
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in reversed(attrs)}
        if tag == "title" and not self.title:
            self._in_title = True
        elif tag == "meta" and values.get("http-equiv", "").lower() == "refresh":
            self.refresh = self.refresh or _refresh_target(values.get("content", ""))
        elif tag == "base":
            self.base = self.base or values.get("href", "")
        elif tag == "input" and values.get("type", "").lower() == "password":
            self.password = True
        if self._hides(tag, values):
            return
        self.text.append(" ")
        if tag == "a":
            self._end_link()
            self._href = values.get("href", "")
            self._words = [values.get("aria-label", ""), values.get("title", "")]

    def _hides(self, tag: str, values: Mapping[str, str]) -> bool:
        """Whether an element that begins is hidden, by itself or by the one that it stands in; nesting is counted."""
        hidden, depth = self._skip
        if depth:
            if tag == hidden:
                self._skip = (hidden, depth + 1)
            return True
        style = values.get("style", "").replace(" ", "").lower()
        if tag not in _VOID and (tag in _SKIPPED or "hidden" in values or "display:none" in style):
            self._skip = (tag, 1)
            return True
        return False

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        hidden, depth = self._skip
        # </body> ends a head or a hidden part that was never closed.
        if depth and (tag == hidden or tag in ("body", "html") or (hidden == "head" and tag == "head")):
            self._skip = (hidden, depth - 1) if tag == hidden else ("", 0)
        self.text.append(" ")
        if tag == "a":
            self._end_link()

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
        if not self._skip[1]:
            self.text.append(data)
            if self._href is not None:
                self._words.append(data)

    def _end_link(self) -> None:
        if self._href is not None and len(self.links) < 2000:
            self.links.append((" ".join(" ".join(self._words).split()), self._href.strip()))
        self._href = None


def _refresh_target(content: str) -> str:
    """Return where a page leads within five seconds, ``""`` for nowhere."""
    match = re.match(r"\s*(\d+)[^;,]*[;,]\s*url\s*=\s*['\"]?([^'\"]+)", content, re.IGNORECASE)
    return match.group(2).strip() if match and int(match.group(1)[:4]) <= 5 else ""


def read(html: str) -> PageText:
    """Read a page; never fails, and takes time in proportion to its length."""
    reader = _PageReader()
    # <body> without </head> is common; the parser does not know that one ends the other.
    # Without close(): what is left of a tag that never ends would be tried again at each of its characters.
    reader.feed(re.sub(r"(?i)<body\b", "</head><body", html[:_MAX_CHARS], count=1) + "\n")
    links = tuple((words, urljoin_safe(reader.base, href) if reader.base else href) for words, href in reader.links)
    return PageText(
        " ".join("".join(reader.title).split()),
        " ".join("".join(reader.text).split()),
        links,
        reader.password,
        reader.refresh,
    )


def decode(body: bytes, content_type: str) -> str:
    """Return a page's text in the encoding that its header or its head names, UTF-8 where neither does."""
    named = re.search(r"charset\s*=\s*[\"']?([\w.-]+)", content_type, re.IGNORECASE)
    in_head = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.-]+)", body[:2048], re.IGNORECASE)
    name = named.group(1) if named else in_head.group(1).decode("ascii", "replace") if in_head else "utf-8"
    # Python knows codecs that are no character sets; a page may not choose those.
    if not _ENCODINGS.fullmatch(name.lower()):
        name = "utf-8"
    try:
        return codecs.decode(body, name, "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def is_html(content_type: str, body: bytes) -> bool:
    """Whether this is a page: by its type, or by its look where the server names no type."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind:
        return kind in ("text/html", "application/xhtml+xml")
    return bool(re.match(rb"\s*<(?:!doctype html|html|head|body)", body[:500], re.IGNORECASE))


def parked(page: PageText) -> str:
    """Return the phrase that gives a parked or placeholder page away, ``""`` where none does."""
    seen = f"{page.title} {page.text[:6000]}".lower().replace("\u2019", "'")
    phrase = next((words for words in _PARKED if words in seen), "")
    if phrase or len(page.text) > _LITTLE_TEXT:
        return phrase
    return next((words for words in _PLACEHOLDERS if words in seen), "")


def is_placeholder(phrase: str) -> bool:
    """Whether a phrase that :func:`parked` found is that of a page nobody has written yet."""
    return phrase in _PLACEHOLDERS


def offers(page: PageText, products: Collection[str]) -> tuple[str, ...]:
    """Return what the page says of what is sold: those of the products that it names, then prices and their words."""
    seen = f"{page.title} {page.text}"
    plain = seen.casefold()
    wanted = (" ".join(product.split()) for product in products)
    named = [product for product in wanted if product and product.casefold() in plain]
    priced = (" ".join(match.group().split()) for match in _PRICES.finditer(seen))
    offered: dict[str, str] = {}
    for words in (*named, *priced):
        offered.setdefault(words.casefold(), words)
        if len(offered) == _OFFERS:
            break
    return tuple(offered.values())


def names(page: PageText, service: str) -> bool | None:
    """Whether title or text name the service; ``None`` where the service has no name yet."""
    wanted = " ".join(service.split()).casefold()
    return wanted in f"{page.title} {page.text}".casefold() if wanted else None


def login_wall(page: PageText, asked: str, final: str, status: int, *, sign_up: bool = False) -> bool:
    """Whether a visitor has to log in before there is anything to read; to ``sign_up``, a password may be asked for."""
    if status == 401:
        return True
    moved = bool(_LOGIN.search(urlsplit(final).path)) and not _LOGIN.search(urlsplit(asked).path)
    return moved or (not sign_up and page.password and len(page.text) < _LITTLE_TEXT)


def notable(page: PageText, base: str) -> tuple[Link, ...]:
    """Return the page's links to privacy, terms, contact and sign-up, one of each: words count before addresses."""
    links: dict[str, Link] = {}
    for text, url in _described(page, base):
        role = next((role for role in _ROLES if role not in links and _speaks_of(role, text)), "")
        if role:
            links[role] = Link(role, url)
    address = next((href for _, href in page.links if _is_mail(href)), "")
    if address:
        links.setdefault("contact", Link("contact", address))
    return tuple(links[role] for role in _ROLES if role in links)


def _described(page: PageText, base: str) -> list[tuple[str, str]]:
    """Return what speaks of each linked page, with its address: first all words of links, then all paths."""
    targets = [(words, urljoin_safe(base, href)) for words, href in page.links if not _is_mail(href)]
    pages = [(words, url) for words, url in targets if urlsplit_scheme(url) in ("http", "https")]
    return [*pages, *((unquote(urlsplit(url).path), url) for _, url in pages)]


def _is_mail(href: str) -> bool:
    return href.lower().startswith("mailto:") and "@" in href


def _speaks_of(role: str, text: str) -> bool:
    return re.search(_ROLES[role], text, re.IGNORECASE) is not None


def urljoin_safe(base: str, href: str) -> str:
    """Return ``href`` as seen from ``base``, ``""`` for what is no address."""
    try:
        return urljoin(base, href)
    except ValueError:
        return ""


def urlsplit_scheme(url: str) -> str:
    """Return a URL's scheme, ``""`` for what is no address."""
    try:
        return urlsplit(url).scheme.lower()
    except ValueError:
        return ""
