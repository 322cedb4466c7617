"""Words that admit what the declarations rule out, and words that only look like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlaas_onboard.journey.request.admissions import admitted
from dlaas_onboard.journey.request.gate import Light
from dlaas_onboard.journey.request.gates import gates
from dlaas_onboard.journey.situation.situation import Situation
from tests import build

BOUGHT = (
    "we collected them from websites of garden centers",
    "We bought 2 million addresses from a broker.",
    "We buy email lists every spring.",
    "The list was purchased from a data provider.",
    "addresses we bought from a partner",
    "We rent a list of 40,000 B2B contacts.",
    "We scrape company websites for contacts.",
    "Contacts are harvested by a crawler that crawls websites.",
    "We take the leads from LinkedIn.",
    "Addresses come from public directories.",
    "It is cold outreach to companies.",
    "We send cold emails to restaurants.",
    "scraped email addresses of lawyers",
    "We purchased 5,000 leads last year.",
    "purchased lists and sign-ups",
    "Our intern copied the addresses from the yellow pages.",
    "We find their emails on Google and pull contacts from Google Maps.",
    "Emails were crawled from the internet.",
    "we got the contacts from Facebook",
    "Our unsolicited mails reach 300 firms a day.",
)
HONEST = (
    "We do not buy, rent or scrape addresses.",
    "We never bought a list.",
    "No purchased lists are used.",
    "We don't use scraped or harvested addresses.",
    "Addresses are never bought, rented or scraped.",
    "Instead of bought lists we use a sign-up form.",
    "Our terms forbid purchased lists.",
    "People who bought a ticket get a receipt.",
    "Users enter their address on our website when they sign up.",
    "Customers who purchased in our shop confirm their address by a link.",
    "Addresses come from our registration form.",
    "We send each user emails about what they bought.",
    "Tenants get a reminder when the rent is due.",
    "Customers rent cars and get a confirmation by email.",
    "A buyer enters an address at the checkout; nobody else gets mail.",
    "Users sign in with Google, which gives us the address.",
    "Guests get the address of the hotel and a link from our website.",
    "We collect addresses from our own sign-up page only.",
    "We do no cold outreach.",
    "A crawler checks our links every night.",
    "We rely on opt-in and not on rented lists.",
    "Lists are not purchased.",
)
GOES_ON = (
    "The webhook of our server ignores the events and keeps mailing the address until it works.",
    "We ignore bounces.",
    "Bounces are ignored.",
    "After a complaint we continue to send the digest.",
    "The queue retries until it works.",
)
STOPS = (
    "A Lambda marks the address as bounced and we never mail it again.",
    "We do not ignore bounces.",
    "On a soft bounce SES tries again by itself; after a hard bounce sending stops.",
    "No event is ignored.",
    "We stop mailing an address after a complaint and don't continue to send.",
    "Users continue to the next page, and bounces are taken out by the function.",
)


@pytest.mark.parametrize("text", BOUGHT)
def test_addresses_from_elsewhere_are_named(text: str) -> None:
    assert [finding.id for finding in admitted([text])] == ["use_case.lists_contradicted"]


@pytest.mark.parametrize("text", GOES_ON)
def test_mail_that_goes_on_after_a_bounce_is_named(text: str) -> None:
    assert [finding.id for finding in admitted([text])] == ["use_case.bounces_contradicted"]


@pytest.mark.parametrize("text", [*HONEST, *STOPS])
def test_honest_words_admit_nothing(text: str) -> None:
    assert list(admitted([text])) == []


@given(
    st.sampled_from(["We do not", "We never", "We don't", "Our people never"]),
    st.sampled_from(["buy", "rent", "purchase", "scrape", "harvest"]),
    st.sampled_from(["email lists", "addresses", "2 million contacts", "leads", "any marketing lists"]),
)
def test_a_denial_admits_nothing(denied: str, verb: str, what: str) -> None:
    assert list(admitted([f"{denied} {verb} {what}."])) == []


def test_what_is_admitted_lets_nothing_leave_and_earns_no_point() -> None:
    answers = build.filled_in(recipients_source="We bought 2 million addresses from a broker.")
    situation = Situation(build.complete(), build.entry(answers, "override.contradictions", "We know what we do."))
    gate = next(gate for gate in gates(situation) if gate.id == "contradictions")
    assert (gate.light, gate.open) == (Light.RED, False)
    assert "bought 2 million addresses" in gate.why
