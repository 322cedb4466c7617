"""Answers that say nothing leave Amazon's question open; what an operator typed stays in its field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.request import text_rubric
from dlaas_onboard.journey.request.claim_ledger import describe
from dlaas_onboard.journey.request.empty_answers import EXAMPLES, says_nothing
from dlaas_onboard.journey.request.field_rules import check
from dlaas_onboard.journey.request.spoken_of import names_operator
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.verdict import Finding, Severity
from tests import build

ANYWHERE = (
    "asd",
    "stuff",
    "no",
    "test",
    "-",
    "x",
    "...",
    "???",
    "n/a",
    "N/A",
    "tbd",
    "TODO",
    "yes",
    "ok",
    "none",
    "nothing",
    "asdasdasd",
    "jjjjjj jjj",
    "qwertz",
    "sdfghjkl",
    "foo bar",
    "lorem ipsum",
    "1234",
    "test test",
    "Test 123",
    "whatever",
    "later",
    "I don't know",
    "dont know yet",
    "see above",
    "see website",
    "See our website.",
    "same as above",
    "as above",
    "will be done later",
    "not sure yet",
    "no idea",
    "nothing special",
    "just testing",
    "ask me",
    "the usual stuff",
    "etc etc",
    "nein",
    "nix",
    "n a",
    "as usual",
    "self-explanatory",
    "not applicable",
    "hello",
)
ONLY_THERE = {
    "business": ("company", "web app", "online shop", "our website", "a startup", "We are a company.", "SaaS platform"),
    "mail_content": ("mails", "e-mails", "notifications", "transactional emails", "important messages", "invoices"),
    "recipients_source": ("users", "database", "registration"),
    "bounce_process": ("we ignore them", "nothing happens", "AWS does it", "handled", "We do nothing.", "no process"),
    "unsubscribe": (
        "not possible",
        "you cant",
        "you cant really",
        "They can't unsubscribe.",
        "No unsubscribe link.",
        "no way",
        "not needed",
        "there is no link",
        "just delete it",
        "impossible",
    ),
    "complaints_to": ("inbox", "our mailbox", "nobody", "email", "our team", "nobody reads them"),
    "growth": ("growth", "more users", "we hope so", "we will grow", "No growth expected.", "hopefully more customers"),
}
SOMETHING = {
    "business": (
        "Hiker forum, run by Max Weber, Bern.",
        "we sell garden tools",
        "poll tool for clubs",
        "Hosting for schools",
        "Invoicing for small craft firms.",
        "Wir sind ein Verein in Kassel.",
        "Example GmbH",
        "test automation for banks",
        "株式会社サンプルは予約サービスを運営しています。",
        "A service that tests websites for accessibility.",
    ),
    "mail_content": (
        "Receipts after each order.",
        "password reset, order confirmation",
        "invoices and receipts",
        "login codes",
        "A weekly digest.",
        "Rechnungen und Mahnungen",
        "reminders before a booking",
        "alerts when a server is down",
        "Notifications about new comments.",
        "Test results, sent to the patient who asked for them.",
    ),
    "recipients_source": (
        "signup form",
        "They register.",
        "From our customers.",
        "people order in our shop",
        "double opt-in on the website",
        "From the checkout form.",
        "we collected them from websites",
        "members of our club",
        "bought a list",
        "Users sign in with Google, which gives us the address.",
    ),
    "bounce_process": (
        "Lambda sets a flag",
        "we delete bad addresses by hand",
        "The webhook marks the user.",
        "SES suppression list",
        "hard bounce -> we switch address off in the db",
        "We look at the mails each morning.",
        "queue worker blocks it",
        "Amazon's suppression list stops it, and we close the account.",
        "Sperre in der Datenbank",
        "Staff removes it.",
    ),
    "unsubscribe": (
        "Close the account.",
        "link in footer",
        "Each mail has an unsubscribe link.",
        "in the settings",
        "There is no list: we send account mail only.",
        "they can write to us",
        "users switch it off in settings",
        "You can't, it's about your own talk; delete the account.",
        "Konto löschen",
        "no list to leave",
        "Not needed, because each message answers a request.",
    ),
    "complaints_to": (
        "abuse@example.com",
        "Zendesk",
        "our ticket system",
        "Jira Service Desk",
        "the support inbox",
        "freshdesk",
        "the abuse desk",
        "GitHub issues",
        "our help desk",
        "office mailbox of Weber & Co",
    ),
    "growth": (
        "clubs telling other clubs, a fair in march",
        "three new schools in autumn",
        "we move from Mailchimp",
        "3 more conferences signed for spring.",
        "App Store launch",
        "sign up box in our magazine + instagram",
        "waiting list of 2,000",
        "A partner brings 5,000 users.",
        "Messe im März",
        "more customers after the fair",
    ),
}
# What the rubric says of a question that stays open: docs/ses.md, "Rubric"; growth is asked of nobody.
SEVERITY = {
    "business": Severity.WARNING,
    "mail_content": Severity.BLOCKER,
    "recipients_source": Severity.BLOCKER,
    "bounce_process": Severity.BLOCKER,
    "unsubscribe": Severity.WARNING,
    "complaints_to": Severity.WARNING,
    "growth": Severity.WARNING,
}


def _bare() -> Facts:
    """Return facts without code, which would answer for the operator."""
    return build.ready()


def _found(question: str, text: str) -> Finding:
    situation = Situation(_bare(), build.filled_in(**{question: text}))
    assert situation.answers.text(question) == text
    assert not any(sentence.id == question for sentence in describe(situation).sentences)
    ids = (f"use_case.{question}_missing", f"use_case.{question}_empty")
    (finding,) = (finding for finding in text_rubric.of_text(situation) if finding.id in ids)
    return finding


@pytest.mark.parametrize("text", ANYWHERE)
def test_what_says_nothing_answers_no_question(text: str) -> None:
    assert [question for question in EXAMPLES if not says_nothing(question, text)] == []


@pytest.mark.parametrize(
    ("question", "text"), [(question, text) for question, texts in ONLY_THERE.items() for text in texts]
)
def test_what_is_true_of_everybody_answers_nothing(question: str, text: str) -> None:
    assert says_nothing(question, text)


@pytest.mark.parametrize(
    ("question", "text"), [(question, text) for question, texts in SOMETHING.items() for text in texts]
)
def test_what_may_say_something_stands(question: str, text: str) -> None:
    assert not says_nothing(question, text)
    assert check(question, text) == ""


@pytest.mark.parametrize("question", EXAMPLES)
def test_an_empty_answer_is_named_with_what_is_missing_and_an_example(question: str) -> None:
    finding = _found(question, "asd")
    assert finding.severity == SEVERITY[question]
    assert "“asd”" in finding.message
    assert EXAMPLES[question] in finding.remedy
    assert finding.field == question


@pytest.mark.parametrize("question", EXAMPLES)
def test_the_example_answers_its_question(question: str) -> None:
    assert not says_nothing(question, EXAMPLES[question])
    situation = Situation(_bare(), build.filled_in(**{question: EXAMPLES[question]}))
    found = {finding.id for finding in text_rubric.of_text(situation)}
    assert not {name for name in found if question in name or name.endswith("_words")}


def test_a_rewritten_sentence_that_says_nothing_leaves_the_question_open() -> None:
    situation = Situation(_bare(), build.filled_in(**{"sentence.bounce_process": "stuff"}))
    found = {finding.id: finding for finding in text_rubric.of_text(situation)}
    assert found["use_case.bounce_process_missing"].severity == Severity.BLOCKER
    assert "“stuff”" in found["use_case.bounce_process_empty"].message


def test_an_empty_answer_beside_what_the_code_shows_is_left_out_and_named() -> None:
    situation = Situation(build.complete(), build.filled_in(mail_content="stuff"))
    found = {finding.id for finding in text_rubric.of_text(situation)}
    assert "use_case.mail_content_empty" in found
    assert "stuff" not in describe(situation).text.casefold()


@given(st.sampled_from(sorted(EXAMPLES)), st.text(max_size=60))
def test_any_text_is_judged(question: str, text: str) -> None:
    assert says_nothing(question, text) in (True, False)


NAMED = (
    "Fuchs & Partner GbR Leipzig.",
    "Konferenzhof gGmbH Bremen runs call for papers.",
    "run by Grünwerk Verlag UG, Kassel",
    "Example GmbH",
    "fuchs gmbh from leipzig",
    "Weber & Söhne OHG",
    "Muster KG",
    "Muster GmbH & Co. KG",
    "Beispiel AG, Zürich",
    "Radfreunde e.V.",
    "Radfreunde Kassel e. V.",
    "Acme Ltd",
    "Acme Ltd. in Leeds",
    "acme llc",
    "Acme, Inc.",
    "Acme Inc",
    "Acme PLC",
    "Kaas B.V.",
    "Kaas BV, Utrecht",
    "Vino S.A.",
    "Pizza S.r.l.",
    "Pizza Srl",
    "Fromage SAS",
    "Fromage SARL",
    "Sauna Oy",
    "Björn AB",
    "Smørrebrød ApS",
    "Fjord AS in Bergen",
    "Koala Pty Ltd",
    "Pierogi sp. z o.o.",
    "Knedlík s.r.o.",
    "Burek d.o.o.",
    "I am a sole trader in York.",
    "a sole proprietor",
    "A freelancer from Berlin runs it.",
    "The forum is run by Max Weber, Bern.",
    "Operated by Jane Doe.",
    "run by me, Jane Doe",
    "I am Jane Doe and host a forum.",
    "Jane Doe runs the service alone.",
    "Made by Łukasz Nowak in Gdańsk",
    "Stiftung Warentest tests products.",
    "University of Kassel",
    "the Debian Foundation",
    "Acme Corporation",
    "run by the City of Ghent",
    "Weber e.K.",
    "A tool of the Hiking Association of Tyrol.",
    "Self-employed, Anna Berg.",
)
UNNAMED = (
    "Foo is a poll tool for every company.",
    "for every company",
    "We are a company.",
    "a company from Leipzig",
    "for companies and associations",
    "Software for universities.",
    "for every foundation",
    "corporate customers",
    "for freelance",
    "limited offers for members",
    "Use is limited to members.",
    "a service for 5 kg parcels",
    "We sell apples by the kg.",
    "prices inc. VAT",
    "ab nächster Woche",
    "as soon as somebody registers",
    "run by volunteers",
    "run by our team",
    "built by developers for developers",
    "hosted by AWS",
    "run by Amazon SES",
    "for each institute",
    "an association of hikers",
    "Hiker forum.",
    "scheduling polls for clubs and small offices",
    "We run a shop.",
    "The service runs on AWS.",
    "Rallly Polls runs on AWS.",
    "Garden tools for everybody",
    "Our company sells tools.",
    "co-operative games for children",
    "an app for sales people",
    "Oy vey, a blog of jokes.",
    "We help people se far.",
    "sold by weight",
    "Sent by the server.",
    "owned by nobody",
    "managed by us",
    "A company for companies.",
    "se habla inglés",
    "organised by hikers",
)


@pytest.mark.parametrize("text", NAMED)
def test_a_legal_form_or_a_person_is_who_runs_the_service(text: str) -> None:
    assert names_operator(text)


@pytest.mark.parametrize("text", UNNAMED)
def test_a_word_for_companies_names_none(text: str) -> None:
    assert not names_operator(text)


def test_a_customer_in_a_sample_is_not_who_runs_the_service() -> None:
    answers = build.filled_in(business="We host polls.", sample_message="Subject: Hello\n\nDear Muster GmbH")
    found = {finding.id for finding in text_rubric.of_text(Situation(_bare(), answers))}
    assert "use_case.entity" in found
