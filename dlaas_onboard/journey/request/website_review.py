"""The website as a reviewer meets it: docs/ses.md, "Rubric", rows 10 to 13.

What keeps a reviewer from reading about the service is a blocker and shuts the gate; what leaves a question open is
told beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit

from dlaas_onboard.journey import names
from dlaas_onboard.journey.dns.public_suffix import same_organization
from dlaas_onboard.journey.facts import Page, Website
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind
from dlaas_onboard.journey.request import evidence, named_pages, rubric_findings
from dlaas_onboard.journey.situation.situation import Situation, once
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.text import line, plural
from dlaas_onboard.journey.verdict import Finding, Severity

PAGES = {
    "privacy": "privacy policy",
    "terms": "terms of service",
    "contact": "contact page",
    "sign-up": "sign-up page",
}
FEW_REDIRECTS = 3  # http to https, to www., to a language
LITTLE_TEXT = 300  # characters

# By the number in the problem's code, OpenSSL's: what is wrong with a certificate.
_CERTIFICATES = {
    "9": "certificate_not_yet",
    "10": "certificate_expired",
    "18": "certificate_self_signed",
    "62": "certificate_name",
    "64": "certificate_name",
}
_STOCK_DOMAIN = "datalayer.storage"  # the SERVICE_DOMAIN that DLaaS ships with: docs/dlaas.md, "Configuration"
_DLAAS = "/michaeltaylor3d/dlaas"
_CODE = frozenset(
    {
        "github.com",
        "raw.githubusercontent.com",
        "gist.github.com",
        "gitlab.com",
        "bitbucket.org",
        "codeberg.org",
        "gitea.com",
        "sr.ht",
        "git.sr.ht",
        "sourceforge.net",
        "dev.azure.com",
        "launchpad.net",
        "gitee.com",
    }
)
_MACHINES = ("api", "app", "cdn", "plugin")  # the hosts that DLaaS's Terraform makes

_finding = partial(rubric_findings.finding, StepId.REQUEST, guide=6)


class _Place(NamedTuple):
    """Where an address of the web leads."""

    host: str
    path: str

    @property
    def on_code_hosting(self) -> bool:
        return self.host in _CODE


@once
def of_website(situation: Situation) -> tuple[Finding, ...]:
    """Return what a reviewer will stop at on the website that the request names."""
    url = evidence.field("website_url", situation)
    named = tuple(named_pages.findings(situation))
    if not _place(url).host:
        return named  # of the website the form says so already
    site = evidence.website(situation)
    address = (*_address(site, url, situation), *named)
    if site is None:
        return (*_unopened(situation), *address)
    return (*_answer(site), *address, *_redirections(site, url), *_words(site, situation), *_pages(site, situation))


def blockers(situation: Situation) -> tuple[Finding, ...]:
    """Return what keeps a reviewer from reading about the service at all."""
    return tuple(item for item in of_website(situation) if item.severity == Severity.BLOCKER)


def readable(situation: Situation) -> Website | None:
    """Return the visit to a page on which a reviewer can read about the service, ``None`` where there is none."""
    site = evidence.website(situation)
    return site if site is not None and not blockers(situation) else None


def opens(page: Page) -> bool:
    """Whether a visitor can read a page that the website links to."""
    return page.status == 200 and not page.login


def host_of(url: str) -> str:
    """Return the host of an address of the web without ``www.``, ``""`` where it has none."""
    return _place(url).host


def is_mail(page: Page) -> bool:
    """Whether the link is an address of mail."""
    return page.url.lower().startswith("mailto:")


def _place(url: str) -> _Place:
    try:
        parts = urlsplit(url)
        return _Place(names.bare(parts.hostname or "").removeprefix("www."), parts.path)
    except ValueError:
        return _Place("", "")


def _problem(situation: Situation) -> Problem | None:
    """Return why the website that the request names could not be opened; a failed visit to another does not count."""
    reading = situation.facts.website
    if reading is None or reading.value is not None:
        return None
    visited = reading.source.partition(" ")[2]  # "HTTPS https://example.com"
    return reading.problem if visited == line(evidence.field("website_url", situation), limit=200) else None


def _unopened(situation: Situation) -> Iterator[Finding]:
    """Say what everybody meets who opens the page; what only this machine may have met is not known."""
    why = _problem(situation)
    if why is None or situation.facts.website is None:
        return
    kind, _, code = why.code.partition(" ")
    if kind == "certificate":
        name = _CERTIFICATES.get(code, "certificate_untrusted")
    elif kind == "redirects":
        name = "redirects"
    elif why.kind == ProblemKind.NOT_FOUND:
        name = "unresolved"
    else:
        return
    yield _finding(
        name,
        Severity.BLOCKER,
        why.message,
        evidence=f"{situation.facts.website.source}{f' · {why.code}' if why.code else ''}",
        remedy=why.remedy or "Correct it, then look again.",
        field="website_url",
    )


def _answer(site: Website) -> Iterator[Finding]:
    publish = "Publish a page that says what the service is, with privacy policy, terms and contact."
    block = partial(_finding, severity=Severity.BLOCKER, field="website_url")
    if site.status != 200:
        yield block(
            "status",
            message=f"{site.final_url} answers {site.status}.",
            evidence=f"HTTP status {site.status}",
            remedy="A reviewer expects 200 OK: bring the page up, or name one that is.",
        )
    if "html" not in site.content_type.lower():
        yield block(
            "not_html",
            message=f"{site.final_url} sends {site.content_type or 'no content type'}, not a page.",
            evidence=f"Content-Type: {site.content_type or 'not given'}",
            remedy=publish,
        )
    if site.parked:
        name, words = ("placeholder", "like a placeholder") if site.placeholder else ("parked", "parked")
        yield block(
            name,
            message=f"{site.final_url} looks {words} ({site.parked!r}).",
            evidence=f"{line(site.title, limit=80)}: {site.parked}",
            remedy=publish,
        )
    if site.login_wall:
        yield block(
            "login_wall",
            message=f"{site.final_url} asks for a login before there is anything to read.",
            evidence=line(site.title, limit=80) or f"HTTP status {site.status}",
            remedy="Name a page that everybody can read; a reviewer has no account.",
        )


def _address(site: Website | None, url: str, situation: Situation) -> Iterator[Finding]:
    """Judge the host that is named, and the one at which a visit ended."""
    places = (_place(url), *((_place(site.final_url),) if site is not None else ()))
    own = "Name a page of your own that says what the service is, with prices, privacy policy and contact."
    at = partial(_finding, evidence=site.final_url if site is not None else url, remedy=own, field="website_url")
    domain = situation.domain
    last = places[-1]
    if any(names.within(place.host, _STOCK_DOMAIN) for place in places):
        message = f"{last.host} is the domain that DLaaS ships with, not yours."
        yield at("stock_domain", Severity.BLOCKER, message)
    elif any(place.on_code_hosting for place in places):
        yield _code_hosting(places, at)
    elif domain and (machine := next((place.host for place in places if place.host in _machines(domain)), "")):
        message = f"{machine} answers programs or single links; a reviewer sees no description of the service."
        yield at("host", Severity.WARNING, message)
    else:
        yield from _other_domain(last.host, names.domain_of(situation.sender) or domain, at)


def _code_hosting(places: Sequence[_Place], at: Callable[..., Finding]) -> Finding:
    last = places[-1]
    if any(place.on_code_hosting and place.path.lower().startswith(_DLAAS) for place in places):
        message = f"{last.host}{last.path} is the page of DLaaS, not of your service."
        return at("dlaas_page", Severity.BLOCKER, message)
    return at("code_hosting", Severity.WARNING, f"{last.host} shows source code, not your service.")


def _other_domain(host: str, sender: str, at: Callable[..., Finding]) -> Iterator[Finding]:
    if sender and not same_organization(host, sender):
        yield at(
            "other_domain",
            Severity.ADVICE,
            f"The website is on {host}, the mail comes from {sender}.",
            remedy="Amazon does not ask for the same domain, but a page on it answers the question before it is asked.",
        )


def _machines(domain: str) -> frozenset[str]:
    return frozenset(f"{label}.{domain}" for label in _MACHINES)


def _redirections(site: Website, url: str) -> Iterator[Finding]:
    chain = " → ".join((site.url, *site.redirects))
    first, last = _place(url).host, _place(site.final_url).host
    if not same_organization(last, first):
        yield _finding(
            "redirected_away",
            Severity.WARNING,
            f"{first} redirects to another domain, {last}.",
            evidence=chain,
            remedy="Name the page at which it ends, or let the page answer at the address that you name.",
            field="website_url",
        )
    if len(site.redirects) > FEW_REDIRECTS:
        yield _finding(
            "many_redirects",
            Severity.WARNING,
            f"The page comes after {plural(len(site.redirects), 'redirect')}.",
            evidence=chain,
            remedy="Name the address at which they end.",
            field="website_url",
        )
    if site.final_url.startswith("http://"):
        yield _finding(
            "plain_http",
            Severity.WARNING,
            "The page is not served over HTTPS.",
            evidence=site.final_url,
            remedy="Serve it over HTTPS.",
        )


def _words(site: Website, situation: Situation) -> Iterator[Finding]:
    if not evidence.answers_well(site):
        return
    if site.names_service is False:
        name = evidence.field("service_name", situation)
        yield _finding(
            "unnamed",
            Severity.WARNING,
            f"The page does not name {name or 'the service'}.",
            evidence=f"title {site.title!r}" if site.title else "it has no title",
            remedy="Put the name that your recipients know on the page.",
        )
    if site.text_length < LITTLE_TEXT:
        yield _finding(
            "little_text",
            Severity.WARNING,
            f"Without scripts, the page shows {plural(site.text_length, 'character')} of text.",
            evidence=line(site.excerpt, limit=120) or "no text",
            remedy="Say on the page itself what the service is and for whom.",
        )
    if site.offers == ():
        yield _finding(
            "no_offer",
            Severity.ADVICE,
            "The page does not say what you sell or what it costs.",
            evidence=line(site.excerpt, limit=120) or "no text",
            remedy="Name the products and their prices, or say that the service is free.",
        )


def _pages(site: Website, situation: Situation) -> Iterator[Finding]:
    if not evidence.answers_well(site):
        return
    marketing = evidence.field("mail_type", situation) == "MARKETING"
    for role, words in PAGES.items():
        if named_pages.is_named(role, situation):
            continue
        strong = role == "privacy" or (role == "sign-up" and marketing)
        severity = Severity.WARNING if strong else Severity.ADVICE
        page = next((page for page in site.pages if page.role == role), None)
        name = role.replace("-", "_")
        field = named_pages.FIELDS.get(role, "")
        if page is None:
            yield _finding(
                f"no_{name}",
                severity,
                f"No {words} was found on the website.",
                evidence=f"no link to one on {site.final_url}",
                remedy=f"Link a {words} from the page that you name{', or enter its address' if field else ''}.",
                field=field,
            )
        elif not opens(page) and not is_mail(page):
            yield _closed(name, severity, words, page)


def _closed(name: str, severity: Severity, words: str, page: Page) -> Finding:
    """Return what is wrong with a page that is linked and cannot be read."""
    if page.login:
        return _finding(
            f"{name}_login",
            severity,
            f"The {words} can be read only after a login.",
            evidence=page.url,
            remedy="Let everybody read it.",
        )
    if page.status:
        return _finding(
            f"{name}_broken",
            severity,
            f"The {words} is linked, but answers {page.status}.",
            evidence=f"{page.url}: HTTP status {page.status}",
            remedy="Bring the page up, or correct the link.",
        )
    return _finding(
        f"{name}_unread",
        Severity.UNKNOWN,
        f"The {words} is linked, but could not be opened.",
        evidence=f"{page.url}: {page.problem}" if page.problem else page.url,
        remedy="Open the link in a browser, then look again.",
    )
