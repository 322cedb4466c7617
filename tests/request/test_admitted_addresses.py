"""An admission of addresses that nobody gave contradicts the declaration; a denial does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlaas_onboard.journey.request import contradictions
from dlaas_onboard.journey.request.admissions import admitted as admissions
from dlaas_onboard.journey.request.gate import Light
from dlaas_onboard.journey.request.gates import gates
from dlaas_onboard.journey.situation.situation import Situation
from tests import build

ADMITTED = (
    "we collected them from websites of garden centers",
    "scraped",
    "bought a list",
    "from LinkedIn",
    "purchased leads",
    "cold outreach to companies from yellow pages",
    "We bought a list of dentists.",
    "we buy leads",
    "rented lists",
    "Addresses were scraped.",
    "we scrape e-mail addresses",
    "harvested addresses",
    "contacts from LinkedIn",
    "We gather the addresses from company websites.",
    "copied from the internet",
    "found on Google Maps",
    "cold emails",
    "cold e-mailing",
    "We send cold mail to shops.",
    "unsolicited messages",
    "a data broker",
    "from a list broker",
    "lists that we bought",
    "leads we purchased",
    "taken from yellow pages",
    "from the internet",
    "from Xing",
    "extracted from public directories",
    "crawled",
    "we crawl contacts",
    "the list was purchased last year",
    "We did not ask, we bought a list.",
    "We don't buy lists except from one partner: we bought leads there",
    "guessed addresses",
    "pulled off the web",
    "leads from Facebook",
    "we rent a mailing list",
    "harvested",
    "compiled from business directories",
    "bought",
    "Contacts come from LinkedIn.",
    "scraping",
)
HONEST = (
    "we never scrape",
    "no bought lists",
    "We do not buy, rent or scrape addresses.",
    "We never buy lists.",
    "No purchased leads, no rented lists.",
    "we dont buy lists, we don't rent them".replace("dont", "don't"),
    "Bought lists are never used.",
    "We refuse to buy lists.",
    "We avoid purchased lists.",
    "no cold outreach",
    "Nothing is scraped.",
    "Purchased lists are prohibited.",
    "Our terms forbid scraped addresses.",
    "without bought lists",
    "People sign up on our website.",
    "We collect addresses through our website's form.",
    "From our sign-up form.",
    "Users sign in with LinkedIn, which gives us the address.",
    "Customers who bought a ticket get it by mail.",
    "Each customer who purchased a product enters an address.",
    "They order in our shop.",
    "double opt-in",
    "Sign-up box in our magazine and on Instagram.",
    "People find us on Google and register.",
    "members of our club",
    "Shops buy leads in our marketplace.",
    "Addresses come from our checkout.",
    "Imported from Mailchimp with opt-in.",
    "Accounts that use purchased lists are suspended.",
    "We send no unsolicited messages.",
    "They confirm by a link.",
    "Speakers register when they submit a talk.",
    "Subscribers entered their address.",
    "instead of buying lists we ask",
    "We scrape prices of flights and notify users.",
    "neither bought nor rented lists",
    "The service crawls product pages.",
    "Tickets bought online are mailed.",
    "We will never purchase lists.",
    "Tenants who rented a flat get the contract.",
    "Rather than buying lists we wait.",
    "The form on our website.",
)


def admitted(text: str) -> bool:
    return any(finding.id == "use_case.lists_contradicted" for finding in admissions([text]))


@pytest.mark.parametrize("text", ADMITTED)
def test_an_admission_is_found(text: str) -> None:
    assert admitted(text)


@pytest.mark.parametrize("text", HONEST)
def test_what_is_honest_passes(text: str) -> None:
    assert not admitted(text)


@given(
    st.sampled_from(["We never", "We do not", "We don't", "Nobody here may: we never", "We cannot", "Neither do we"]),
    st.sampled_from(["buy", "rent", "scrape", "harvest", "purchase"]),
    st.sampled_from(["addresses", "lists", "leads", "mailing lists", "e-mail addresses", "contacts"]),
    st.sampled_from([".", "", ", ever.", " of any kind."]),
)
def test_a_denial_never_admits(denial: str, verb: str, what: str, end: str) -> None:
    assert not admitted(f"{denial} {verb} {what}{end}")
    assert admitted(f"We {verb} {what}{end}")


@pytest.mark.parametrize("field", ["recipients_source", "mail_content", "business", "growth"])
def test_no_reason_opens_the_gate(field: str) -> None:
    reason = {"override.contradictions": "We are sure that it is allowed here."}
    situation = Situation(build.complete(), build.filled_in(**{field: "We bought a list of addresses.", **reason}))
    assert "use_case.lists_contradicted" in {item.id for item in contradictions.of_own_words(situation)}
    (gate,) = (gate for gate in gates(situation) if gate.id == "contradictions")
    assert gate.light == Light.RED
    assert not gate.overridable


def test_one_word_that_the_text_leaves_out_still_contradicts() -> None:
    situation = Situation(build.complete(), build.filled_in(recipients_source="scraped"))
    assert "use_case.lists_contradicted" in {item.id for item in contradictions.of_own_words(situation)}
