"""The website as a reviewer sees it."""

from __future__ import annotations

from dataclasses import replace

from dlaas_onboard.journey.facts import Facts, Page, Website
from dlaas_onboard.journey.facts.reading import ProblemKind, known
from dlaas_onboard.journey.request import evidence, named_pages, website_review
from dlaas_onboard.journey.situation.fields import BY_ID
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder, yes_no
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Mark

_SECTION = "Website, as a reviewer sees it"
_EXCERPT = 120  # characters of a page's beginning that are shown


def rows(builder: VerdictBuilder, situation: Situation) -> None:
    """Show what the website answered, or why it could not be read."""
    for role in named_pages.FIELDS:
        if named_pages.is_named(role, situation):
            _named_row(builder, role, situation)
    url = evidence.field("website_url", situation)
    if not url:
        return
    site = evidence.website(situation)
    if site is not None:
        _answer_rows(builder, situation.facts, site)
        _page_rows(builder, situation, site)
    elif (blockers := website_review.blockers(situation)) and situation.facts.website is not None:
        why = f"cannot be opened: {blockers[0].message}"
        builder.add_row("Website", why, situation.facts.website, Mark.BAD, section=_SECTION)
    else:
        _unread_row(builder, situation.facts, url)


def _unread_row(builder: VerdictBuilder, facts: Facts, url: str) -> None:
    """Show why the website is unread; a reading of another address counts as none."""
    reading = facts.website
    if reading is not None and reading.value is not None and reading.value.url.rstrip("/") != url.rstrip("/"):
        reading = None
    failed = builder.missing("website", "Website", reading, section=_SECTION)
    if failed and reading is not None:
        private = reading.problem is not None and reading.problem.kind == ProblemKind.BLOCKED
        field = "private_website" if private else ""
        builder.findings[-1] = replace(builder.findings[-1], field=field, guide_step=6)


def _answer_rows(builder: VerdictBuilder, facts: Facts, site: Website) -> None:
    """Show how the server answered, and what its answer holds."""

    def row(name: str, value: str, mark: Mark = Mark.PLAIN, expected: str = "") -> None:
        builder.add_row(name, value, facts.website, mark, section=_SECTION, expected=expected)

    html = "html" in site.content_type.lower()
    row("Status", str(site.status), Mark.GOOD if site.status == 200 else Mark.BAD, "200")
    row("Redirects", " → ".join((*site.redirects, site.final_url)) if site.redirects else "none")
    row("Content", site.content_type or "not said", Mark.GOOD if html else Mark.BAD, "text/html")
    row("Title", site.title or "none", Mark.PLAIN if site.title else Mark.WARN)
    little = site.text_length < website_review.LITTLE_TEXT
    row("Visible text", plural(site.text_length, "character"), Mark.WARN if little else Mark.PLAIN)
    if site.excerpt:
        row("Begins with", site.excerpt[:_EXCERPT] + ("…" if len(site.excerpt) > _EXCERPT else ""))


def _named_row(builder: VerdictBuilder, role: str, situation: Situation) -> None:
    """Show what a page answered that the operator named, or why it could not be read."""
    field = named_pages.FIELDS[role]
    label = BY_ID[field].label
    reading = named_pages.reading(role, situation)
    page = known(reading)
    if page is not None:
        why = named_pages.fault(page)
        value = f"{page.final_url} {why}" if why else f"{page.final_url} ({page.status})"
        mark = Mark.WARN if why else Mark.GOOD
        builder.add_row(label, value, reading, mark, section=_SECTION, expected="answers 200")
    elif builder.missing(field, label, reading, section=_SECTION) and reading is not None:
        private = reading.problem is not None and reading.problem.kind == ProblemKind.BLOCKED
        builder.findings[-1] = replace(
            builder.findings[-1], field="private_website" if private else field, guide_step=6
        )


def _page_rows(builder: VerdictBuilder, situation: Situation, site: Website) -> None:
    """Show what a reviewer reads in the page, and the pages that it should link."""

    def row(name: str, value: str, mark: Mark, expected: str) -> None:
        builder.add_row(name, value, situation.facts.website, mark, section=_SECTION, expected=expected)

    named = {True: Mark.GOOD, False: Mark.WARN, None: Mark.UNKNOWN}[site.names_service]
    named_words = "unknown: no service name to look for" if site.names_service is None else yes_no(site.names_service)
    row("Names the service", named_words, named, "yes")
    if site.offers is not None:
        offers = ", ".join(site.offers) or "nothing found"
        row("Says what it sells", offers, Mark.GOOD if site.offers else Mark.WARN, "products and prices")
    parked = f"yes: {site.parked}" if site.parked else "no"
    row("Parked or placeholder", parked, Mark.BAD if site.parked else Mark.GOOD, "no")
    row("Login wall", yes_no(site.login_wall), Mark.BAD if site.login_wall else Mark.GOOD, "no")
    pages = {page.role: page for page in reversed(site.pages)}  # the first of a role counts
    for role in website_review.PAGES:
        if named_pages.is_named(role, situation):
            continue
        value, mark = _linked_page(pages.get(role))
        row(f"{role.capitalize()} page", value, mark, "linked, answers 200")


def _linked_page(page: Page | None) -> tuple[str, Mark]:
    """Return a linked page's address with its answer, and whether that is as a reviewer wants it."""
    if page is None:
        return "not found", Mark.WARN
    if website_review.is_mail(page):
        return page.url, Mark.GOOD
    login = ", behind a login" if page.login else ""
    return f"{page.url} ({page.status or 'no answer'}{login})", Mark.GOOD if website_review.opens(page) else Mark.WARN
