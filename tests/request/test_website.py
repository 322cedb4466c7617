"""The website with a reviewer's eye: each thing that is wrong with one has a finding of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dlaas_onboard.journey.facts import Facts, NamedPage, Page, Website
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.request.claim_ledger import describe
from dlaas_onboard.journey.request.website_review import blockers, of_website, readable
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.steps.request import request_step
from dlaas_onboard.journey.verdict import Finding, Mark, Severity
from tests import build

B, W, A, U = Severity.BLOCKER, Severity.WARNING, Severity.ADVICE, Severity.UNKNOWN
Change = Callable[[Facts], Facts]


def site(**changes: Any) -> Change:
    def change(facts: Facts) -> Facts:
        assert facts.website is not None
        assert facts.website.value is not None
        return replace(facts, website=build.seen(replace(facts.website.value, **changes), f"HTTPS {build.WEBSITE}"))

    return change


def at(url: str, final: str = "") -> Change:
    """Return a visit to ``url`` that ended at ``final``."""
    return site(url=url, final_url=final or url)


def failed(kind: ProblemKind, code: str = "", url: str = build.WEBSITE) -> Change:
    problem = Problem(kind, "The page cannot be opened.", "Mend it.", code=code)
    return lambda facts: replace(facts, website=Reading(f"HTTPS {url}", build.NOW, None, problem))


def linked(role: str, **changes: Any) -> Change:
    base = Page(role, f"{build.WEBSITE}/{role}", 200)
    others = tuple(page for page in _pages() if page.role != role)
    return site(pages=(*others, replace(base, **changes)))


def without(role: str) -> Change:
    return site(pages=tuple(page for page in _pages() if page.role != role))


def _pages() -> tuple[Page, ...]:
    reading = build.complete().website
    assert reading is not None
    assert reading.value is not None
    return reading.value.pages


def found(facts: Facts, **entries: str) -> dict[str, Finding]:
    return {item.id.removeprefix("request."): item for item in of_website(Situation(facts, build.filled_in(**entries)))}


WAY = tuple(f"{build.WEBSITE}/{n}" for n in range(4))
ROWS: list[tuple[str, Severity, Change, dict[str, str]]] = [
    ("unresolved", B, failed(ProblemKind.NOT_FOUND), {}),
    ("certificate_not_yet", B, failed(ProblemKind.UNREACHABLE, "certificate 9"), {}),
    ("certificate_expired", B, failed(ProblemKind.UNREACHABLE, "certificate 10"), {}),
    ("certificate_self_signed", B, failed(ProblemKind.UNREACHABLE, "certificate 18"), {}),
    ("certificate_untrusted", B, failed(ProblemKind.UNREACHABLE, "certificate 20"), {}),
    ("certificate_name", B, failed(ProblemKind.UNREACHABLE, "certificate 62"), {}),
    ("certificate_name", B, failed(ProblemKind.UNREACHABLE, "certificate 64"), {}),
    ("redirects", B, failed(ProblemKind.MALFORMED, "redirects"), {}),
    ("status", B, site(status=404), {}),
    ("status", B, site(status=503), {}),
    ("not_html", B, site(content_type="application/json"), {}),
    ("not_html", B, site(content_type=""), {}),
    ("parked", B, site(parked="domain is for sale"), {}),
    ("placeholder", B, site(parked="coming soon", placeholder=True), {}),
    ("login_wall", B, site(login_wall=True), {}),
    ("stock_domain", B, at("https://www.datalayer.storage/"), {"website_url": "https://www.datalayer.storage/"}),
    ("stock_domain", B, at(build.WEBSITE, "https://datalayer.storage/"), {}),
    ("stock_domain", B, lambda f: replace(f, website=None), {"website_url": "https://datalayer.storage"}),
    ("dlaas_page", B, lambda f: f, {"website_url": "https://github.com/MichaelTaylor3D/DLaaS"}),
    ("code_hosting", W, lambda f: f, {"website_url": "https://github.com/ada/mirrors"}),
    ("code_hosting", W, lambda f: f, {"website_url": "https://www.gitlab.com/ada"}),
    ("code_hosting", W, at(build.WEBSITE, "https://codeberg.org/ada/mirrors"), {}),
    ("host", W, at(build.WEBSITE, f"https://app.{build.DOMAIN}/"), {}),
    ("host", W, lambda f: f, {"website_url": f"https://api.{build.DOMAIN}/v1"}),
    ("other_domain", A, lambda f: f, {"website_url": "https://other.example"}),
    ("other_domain", A, lambda f: f, {"website_url": "https://ada.github.io"}),
    ("redirected_away", W, at(build.WEBSITE, "https://elsewhere.example/"), {}),
    ("many_redirects", W, site(redirects=WAY), {}),
    ("plain_http", W, at(build.WEBSITE, f"http://{build.DOMAIN}/"), {}),
    ("unnamed", W, site(names_service=False), {}),
    ("little_text", W, site(text_length=299), {}),
    ("no_offer", A, site(offers=()), {}),
    *((f"no_{role.replace('-', '_')}", W if role == "privacy" else A, without(role), {}) for role in
      ("privacy", "terms", "contact", "sign-up")),
    *((f"{role.replace('-', '_')}_broken", W if role == "privacy" else A, linked(role, status=404), {}) for role in
      ("privacy", "terms", "contact", "sign-up")),
    *((f"{role.replace('-', '_')}_login", W if role == "privacy" else A, linked(role, login=True), {}) for role in
      ("privacy", "terms", "contact", "sign-up")),
    *((f"{role.replace('-', '_')}_unread", U, linked(role, status=0, problem="It is slow."), {}) for role in
      ("privacy", "terms", "contact", "sign-up")),
    ("sign_up_broken", W, linked("sign-up", status=500), {"mail_type": "MARKETING"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "severity", "change", "entries"), [pytest.param(*row, id=f"{row[0]}-{n}") for n, row in enumerate(ROWS)]
)
def test_each_has_its_own_finding(name: str, severity: Severity, change: Change, entries: dict[str, str]) -> None:
    assert name not in found(build.complete())
    items = found(change(build.complete()), **entries)
    assert name in items
    item = items[name]
    assert item.severity == severity
    assert (item.step, item.guide_step) == (StepId.REQUEST, 6)
    assert item.message.endswith(".")
    assert item.evidence
    assert item.remedy
    if severity == B:  # nothing else says that the page cannot be read
        assert [other.id for other in items.values() if other.severity == B] == [item.id]


@pytest.mark.parametrize(
    "change",
    [
        site(redirects=WAY[:3]),
        site(text_length=300),
        site(offers=("DataLayer Mirror", "1 XCH")),
        site(offers=None),
        at(build.WEBSITE, f"https://www.{build.DOMAIN}/en/"),
        linked("contact", url="mailto:help@example.com", status=0),
    ],
)
def test_what_a_good_website_may_do(change: Change) -> None:
    assert found(change(build.complete())) == {}


@pytest.mark.parametrize(
    ("website", "domain", "other"),
    [
        ("https://shop.co.uk", "other.co.uk", True),
        ("https://www.example.co.uk", "mail.example.co.uk", False),
        ("https://example.co.uk", "a.example.co.uk", False),
        ("https://a.example.co.uk", "b.example.co.uk", False),
        ("https://ada.github.io", "bob.github.io", True),
        ("https://co.uk", "example.co.uk", True),
        ("https://example.com", "example.org", True),
        ("https://notexample.com", "example.com", True),
    ],
)
def test_the_organizational_domain_decides(website: str, domain: str, other: bool) -> None:
    items = found(build.complete(), website_url=website, domain=domain, sender=f"support@{domain}")
    assert ("other_domain" in items) is other


@pytest.mark.parametrize(
    "kind", [ProblemKind.TIMEOUT, ProblemKind.UNREACHABLE, ProblemKind.BLOCKED, ProblemKind.DEFECT, ProblemKind.PROXY]
)
def test_what_only_this_machine_may_have_met_is_not_known(kind: ProblemKind) -> None:
    facts = failed(kind)(build.complete())
    assert found(facts) == {}
    verdict = request_step.judge(Situation(facts, build.filled_in()))
    assert verdict.state == StepState.UNKNOWN
    assert [item.severity for item in verdict.findings if item.id == "request.website_unread"] == [U]


def test_a_visit_to_another_address_says_nothing_of_this_one() -> None:
    facts = failed(ProblemKind.NOT_FOUND, url="https://before.example")(build.complete())
    assert found(facts) == {}
    assert readable(Situation(facts, build.filled_in())) is None


def test_a_page_that_cannot_be_read_is_not_judged_by_its_words() -> None:
    bad = site(status=500, names_service=False, text_length=3, pages=(), offers=())(build.complete())
    assert set(found(bad)) == {"status"}


def test_a_blocker_stands_once_and_is_the_headline() -> None:
    for change in (failed(ProblemKind.NOT_FOUND), site(status=500), site(parked="domain is for sale")):
        facts = change(build.complete())
        verdict = request_step.judge(Situation(facts, build.filled_in()))
        stops = [item for item in verdict.findings if item.severity == B]
        assert tuple(stops) == blockers(Situation(facts, build.filled_in()))
        assert (verdict.state, verdict.headline) == (StepState.ATTENTION, stops[0].message)


def test_a_typed_reason_leaves_it_as_a_warning() -> None:
    facts = site(status=500)(build.complete())
    answers = build.entry(build.filled_in(), "override.website", "It opens in my browser, the check is blocked.")
    verdict = request_step.judge(Situation(facts, answers))
    assert verdict.state == StepState.DONE
    assert [item.severity for item in verdict.findings if item.id == "request.status"] == [W]


def test_the_rows_say_what_was_seen() -> None:
    pages = (
        Page("privacy", f"{build.WEBSITE}/privacy", 200, login=True),
        Page("terms", f"{build.WEBSITE}/terms", 404),
        Page("contact", "mailto:help@example.com"),
    )
    facts = site(offers=("DataLayer Mirror", "1 XCH"), pages=pages)(build.complete())
    rows = {row.label: (row.value, row.mark) for row in request_step.judge(Situation(facts, build.filled_in())).rows}
    assert rows["Says what it sells"] == ("DataLayer Mirror, 1 XCH", Mark.GOOD)
    assert rows["Privacy page"] == (f"{build.WEBSITE}/privacy (200, behind a login)", Mark.WARN)
    assert rows["Terms page"] == (f"{build.WEBSITE}/terms (404)", Mark.WARN)
    assert rows["Contact page"] == ("mailto:help@example.com", Mark.GOOD)
    assert rows["Sign-up page"] == ("not found", Mark.WARN)
    gone = failed(ProblemKind.NOT_FOUND)(build.complete())
    rows = {row.label: (row.value, row.mark) for row in request_step.judge(Situation(gone, build.filled_in())).rows}
    assert rows["Website"] == ("cannot be opened: The page cannot be opened.", Mark.BAD)


def test_a_visit_of_an_older_version_is_not_judged_for_what_it_did_not_look_for() -> None:
    assert Website("https://x.example", "https://x.example/", 200).offers is None


PRIVACY, SIGN_UP = f"{build.WEBSITE}/legal", "https://app.example.com/join"


def named(role: str, url: str, **changes: Any) -> Facts:
    """Return the complete example in which a page was named and opened."""
    page = replace(NamedPage(role, url, url, 200), **changes)
    return replace(build.complete(), named_pages={role: build.seen(page, f"HTTPS {url}")})


def said(facts: Facts, **entries: str) -> dict[str, str]:
    return {item.id: item.text for item in describe(Situation(facts, build.filled_in(**entries))).sentences}


def test_the_text_names_the_pages_that_the_website_links() -> None:
    texts = said(build.complete())
    assert texts["privacy"] == f"Our privacy policy is at {build.WEBSITE}/privacy."
    assert texts["sign_up"] == f"People sign up at {build.WEBSITE}/sign-up."


def test_a_page_that_was_named_counts_before_the_linked_one() -> None:
    facts = linked("privacy", status=404)(named("privacy", PRIVACY))
    assert "privacy_broken" in found(facts)
    assert "privacy_broken" not in found(facts, privacy_url=PRIVACY)
    assert said(facts, privacy_url=PRIVACY)["privacy"] == f"Our privacy policy is at {PRIVACY}."
    texts = said(named("sign-up", SIGN_UP), sign_up_url=SIGN_UP)
    assert texts["sign_up"] == f"People sign up at {SIGN_UP}."
    verdict = request_step.judge(Situation(named("sign-up", SIGN_UP), build.filled_in(sign_up_url=SIGN_UP)))
    row = next(row for row in verdict.rows if row.label == "Sign-up page")
    assert (row.value, row.mark, row.source) == (f"{SIGN_UP} (200)", Mark.GOOD, f"HTTPS {SIGN_UP}")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"status": 404}, "answers 404"),
        ({"login": True}, "can be read only after a login"),
        ({"html": False}, "is no page of text"),
        ({"parked": "coming soon"}, "looks like a placeholder ('coming soon')"),
    ],
)
def test_a_named_page_that_nobody_can_read_is_not_named_in_the_text(changes: dict[str, Any], why: str) -> None:
    facts = named("sign-up", SIGN_UP, **changes)
    item = found(facts, sign_up_url=SIGN_UP)["sign_up_url_closed"]
    assert (item.severity, item.message, item.field) == (W, f"Sign-up page {SIGN_UP} {why}.", "sign_up_url")
    assert "sign_up" not in said(facts, sign_up_url=SIGN_UP)
    verdict = request_step.judge(Situation(facts, build.filled_in(sign_up_url=SIGN_UP)))
    assert (f"{SIGN_UP} {why}", Mark.WARN) in {(row.value, row.mark) for row in verdict.rows}


def test_a_named_page_that_was_not_read_claims_nothing() -> None:
    other = named("privacy", f"{build.WEBSITE}/old")  # a visit to another address than the one named now
    refused = Problem(ProblemKind.BLOCKED, "It is on a private network.", "Say that it is.")
    blocked = replace(build.complete(), named_pages={"privacy": Reading(f"HTTPS {PRIVACY}", build.NOW, None, refused)})
    for facts in (build.complete(), other, blocked):
        found_text = describe(Situation(facts, build.filled_in(privacy_url=PRIVACY)))
        assert "privacy" not in {item.id for item in found_text.sentences}
        assert next(hole.field for hole in found_text.holes if hole.id == "privacy") == "privacy_url"
    verdict = request_step.judge(Situation(blocked, build.filled_in(privacy_url=PRIVACY)))
    (item,) = [item for item in verdict.findings if "on a private network" in item.message]
    assert (item.severity, item.field) == (U, "private_website")


def test_marketing_needs_the_page_on_which_people_sign_up() -> None:
    def holes(mail_type: str) -> set[str]:
        situation = Situation(without("sign-up")(build.complete()), build.filled_in(mail_type=mail_type))
        return {hole.id for hole in describe(situation).holes}

    assert "sign_up" in holes("MARKETING")
    assert "sign_up" not in holes("TRANSACTIONAL")
