"""The pages that the request names beside the website: the privacy policy and where people sign up.

One that the operator names is opened as the website is; else the one counts that the website links.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from dlaas_onboard.journey.facts import NamedPage, Website
from dlaas_onboard.journey.facts.reading import Reading, known, unread
from dlaas_onboard.journey.request import evidence, rubric_findings
from dlaas_onboard.journey.request.evidence import Origin
from dlaas_onboard.journey.situation.fields import BY_ID
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.text import line
from dlaas_onboard.journey.verdict import Finding, Severity

FIELDS = {"privacy": "privacy_url", "sign-up": "sign_up_url"}

_finding = partial(rubric_findings.finding, StepId.REQUEST, guide=6)


class PageAddress(NamedTuple):
    """Where everybody can read a page, and who saw it there."""

    url: str
    origin: Origin


def is_named(role: str, situation: Situation) -> bool:
    """Return whether the operator named the page of this role."""
    return role in FIELDS and bool(evidence.field(FIELDS[role], situation))


def reading(role: str, situation: Situation) -> Reading[NamedPage] | None:
    """Return the visit to the page that is named now; one to another address counts as none."""
    visit = situation.facts.named_pages.get(role)
    url = evidence.field(FIELDS[role], situation)
    if visit is None or not url or visit.source.partition(" ")[2] != line(url, limit=200):
        return None
    return visit


def address(role: str, situation: Situation, site: Website | None) -> PageAddress | None:
    """Return the page of this role if everybody can read it: the named one, else the one that ``site`` links."""
    if is_named(role, situation):
        visit = reading(role, situation)
        page = known(visit)
        return PageAddress(page.final_url, evidence.origin(visit)) if page is not None and not fault(page) else None
    linked = next((page for page in site.pages if page.role == role), None) if site is not None else None
    if linked is None or linked.status != 200 or linked.login:
        return None
    return PageAddress(linked.url, evidence.origin(situation.facts.website))


def why_unread(role: str, situation: Situation, site: Website | None) -> str:
    """Return why nobody can tell whether the page of this role can be read, ``""`` where that is known.

    ``site`` is the visit to the website, ``None`` where there was none.
    """
    if is_named(role, situation):
        return unread(reading(role, situation), evidence.field(FIELDS[role], situation))
    linked = next((page for page in site.pages if page.role == role), None) if site is not None else None
    if linked is None or linked.status or linked.url.lower().startswith("mailto:"):
        return ""
    return f"{linked.url} is linked, but could not be opened{f': {linked.problem}' if linked.problem else ''}"


def fault(page: NamedPage) -> str:
    """Return why a visitor cannot read a page, as the end of a sentence, ``""`` where everybody can."""
    if page.status != 200:
        return f"answers {page.status}"
    if page.login:
        return "can be read only after a login"
    if not page.html:
        return "is no page of text"
    return f"looks like a placeholder ({page.parked!r})" if page.parked else ""


def findings(situation: Situation) -> Iterator[Finding]:
    """Say which of the pages that the operator named nobody can read."""
    for role, field in FIELDS.items():
        visit = reading(role, situation)
        page = known(visit)
        if visit is not None and page is not None and (why := fault(page)):
            yield _finding(
                f"{field}_closed",
                Severity.WARNING,
                f"{BY_ID[field].label} {page.url} {why}.",
                evidence=visit.source,
                remedy="Bring the page up for everybody, or name another.",
                field=field,
            )
