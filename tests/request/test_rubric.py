"""What a reviewer will stop at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dlaas_onboard.journey.facts import Dkim, Facts, Gap
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.request import form_rubric, text_rubric
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.fields import BY_ID
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.verdict import Finding, Severity
from tests import build
from tests.dlaas_mails import MAILS


def found(facts: Facts, answers: Answers) -> dict[str, Finding]:
    return {
        item.id: item
        for item in (*text_rubric.of_text(Situation(facts, answers)), *form_rubric.of_form(Situation(facts, answers)))
    }


def test_the_complete_example_has_nothing_to_stop_at() -> None:
    assert found(build.complete(), build.filled_in()) == {}


def _same(facts: Facts) -> Facts:
    return facts


def _checkout(**changes: Any) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, checkout=build.seen(build.checkout(**changes), "checkout"))


def _mail(**changes: Any) -> Callable[[Facts], Facts]:
    return _checkout(mails=(replace(MAILS[0], **changes), *MAILS[1:]))


def _site(**changes: Any) -> Callable[[Facts], Facts]:
    def change(facts: Facts) -> Facts:
        assert facts.website is not None
        assert facts.website.value is not None
        return replace(facts, website=build.seen(replace(facts.website.value, **changes), "HTTPS"))

    return change


def _no_inbox(facts: Facts) -> Facts:
    return replace(facts, mailboxes={build.DOMAIN: build.seen(build.mailbox(), "DNS")})


def _no_dkim(facts: Facts) -> Facts:
    return replace(facts, domain_identity=build.seen(build.identity(dkim=Dkim("PENDING")), "SES"))


B, W, A, U = Severity.BLOCKER, Severity.WARNING, Severity.ADVICE, Severity.UNKNOWN
NOTHING: Reading[Any] = build.seen(None, "checkout")
ROWS: list[tuple[str, Severity, Callable[[Facts], Facts], dict[str, str]]] = [
    ("use_case.mail_content_missing", B, lambda f: replace(f, checkout=NOTHING), {}),
    ("use_case.recipients_source_missing", B, _checkout(opt_in=None), {}),
    ("use_case.bounce_process_missing", B, _same, {"bounce_process": ""}),
    ("use_case.no_lists_missing", W, _same, {"declare_recipients": ""}),
    ("use_case.source_words", W, _checkout(opt_in=None), {"recipients_source": "Our customers."}),
    ("use_case.content_words", W, lambda f: replace(f, checkout=NOTHING), {"mail_content": "Receipts and invoices."}),
    (
        "use_case.language",
        A,
        _same,
        {"business": "Wir betreiben Spiegel von Daten und sind nicht groß. Example GmbH"},
    ),
    ("use_case.volume_missing", W, _same, {"users": ""}),
    ("use_case.unsubscribe_missing", W, lambda f: replace(f, checkout=NOTHING), {"unsubscribe": ""}),
    ("use_case.events_missing", W, lambda f: replace(f, configuration_sets=build.seen((), "SES")), {}),
    ("use_case.events_unread", U, lambda f: replace(f, configuration_sets=build.unread("SES")), {}),
    ("use_case.dkim_missing", W, _no_dkim, {}),
    ("use_case.dkim_unread", U, lambda f: replace(f, domain_identity=build.unread("SES")), {"domain": build.DOMAIN}),
    ("use_case.suppression_unread", U, lambda f: replace(f, account=build.unread("SES")), {}),
    ("use_case.sample_missing", A, lambda f: replace(f, checkout=NOTHING), {}),
    ("use_case.placeholder", B, _same, {"business": "We are [your company], TODO."}),
    ("use_case.recipients_source_unspoken", B, _same, {"use_case_text": "We mail receipts and watch bounces."}),
    ("use_case.bounce_process_unspoken", B, _same, {"use_case_text": "Who registers gets receipts."}),
    ("use_case.short", W, _same, {"use_case_text": "We send receipts."}),
    ("use_case.long", A, _same, {"use_case_text": "We send receipts. " * 220}),
    ("use_case.marketing_words", W, _same, {"mail_content": "Once a month we send our newsletter."}),
    ("use_case.one_click", B, _same, {"mail_type": "MARKETING", "unsubscribe": "Write to us."}),
    ("use_case.bounce_words", W, _same, {"bounce_process": "Customers may call us."}),
    ("use_case.borrowed", W, _same, {"business": ""}),
    ("use_case.entity", A, _same, {"business": "Example hosts mirrors."}),
    ("use_case.sector", A, _same, {"business": "Example GmbH is an online casino."}),
    ("use_case.language", A, _same, {"use_case_text": "お客様に領収書を送ります。" * 60}),
    ("use_case.stock", W, _checkout(stock=("SERVICE_NAME",)), {}),
    ("use_case.shortener_account-created", W, _mail(sample="Open https://bit.ly/x"), {}),
    ("use_case.footer_account-created", W, _mail(bulk=True), {"mail_type": "MARKETING"}),
    ("use_case.dkim_contradicted", B, _no_dkim, {"mail_content": "All our mail is signed with DKIM."}),
    ("use_case.untested", A, lambda f: replace(f, statistics=build.seen((), "SES")), {}),
    ("request.bulk", B, _mail(bulk=True), {"mail_type": "TRANSACTIONAL"}),
    ("request.no_reply", A, _same, {"sender": f"no-reply@{build.DOMAIN}"}),
    ("request.no_reply", A, _same, {"reply_to": f"donotreply@{build.DOMAIN}"}),
    ("request.language", A, _same, {"contact_language": "JA"}),
    ("request.code_hosting", W, _same, {"website_url": "https://github.com/ada/dlaas"}),
    ("request.host", W, _same, {"website_url": f"https://api.{build.DOMAIN}"}),
    ("request.other_domain", A, _same, {"website_url": "https://other.example"}),
    ("request.no_privacy", W, _site(pages=()), {}),
    ("request.no_sign_up", A, _site(pages=()), {}),
    ("request.no_sign_up", W, _site(pages=()), {"mail_type": "MARKETING"}),
    ("request.unnamed", W, _site(names_service=False), {}),
    ("request.plain_http", W, _site(final_url="http://example.com/"), {}),
    (f"request.contact_lost.ops@{build.DOMAIN}", W, _no_inbox, {}),
    ("request.no_contacts", A, lambda f: replace(f, identities=None), {"contacts": ""}),
]


@pytest.mark.parametrize(
    ("name", "severity", "change", "entries"), [pytest.param(*row, id=f"{row[0]}-{row[1]}") for row in ROWS]
)
def test_each_row(name: str, severity: Severity, change: Callable[[Facts], Facts], entries: dict[str, str]) -> None:
    item = found(change(build.complete()), build.filled_in(**entries))[name]
    assert item.severity == severity
    assert item.remedy
    assert not item.field or item.field in BY_ID


@pytest.mark.parametrize(
    "words", ["We send no newsletters.", "We never send marketing or promotions", "There is neither a newsletter"]
)
def test_what_is_denied_is_not_claimed(words: str) -> None:
    assert "use_case.marketing_words" not in found(build.complete(), build.filled_in(mail_content=words))


def test_the_operators_own_text_is_not_blocked_by_what_the_ledger_misses() -> None:
    text = (build.ENTRIES["business"] + ". " + build.ENTRIES["bounce_process"] + " ") * 3
    items = found(build.complete(), build.filled_in(use_case_text=text, bounce_process=""))
    assert items["use_case.bounce_process_missing"].severity == Severity.ADVICE


def test_nothing_is_guessed_of_a_text_that_is_not_english() -> None:
    items = found(build.complete(), build.filled_in(use_case_text="お客様に領収書を送ります。" * 60))
    assert not [name for name in items if name.endswith("_unspoken")]


def test_ids_are_unique() -> None:
    items = (*text_rubric.of_text(Situation(Facts(), Answers())), *form_rubric.of_form(Situation(Facts(), Answers())))
    assert len({item.id for item in items}) == len(items)
    assert len(items) > 5


def test_a_shortener_that_the_checkout_names_with_its_line_is_told_once() -> None:
    gap = Gap("defect_template_shortener.account-created", "It links through bit.ly.", "Link to your own domain.")
    facts = _checkout(mails=(replace(MAILS[0], sample="Open https://bit.ly/x"),), gaps=(gap,))(build.complete())
    assert not any("shortener_" in name for name in found(facts, build.filled_in()))


@pytest.mark.parametrize(
    "text",
    [
        "Wir senden Rechnungen und Quittungen, wenn jemand bestellt. Es gibt nicht mehr als das.",
        "Nous envoyons des factures et les rappels dans les trois jours avec une pièce jointe.",
        "Enviamos una factura por cada pedido y los recibos para que nadie espere.",
        "Wij sturen een factuur voor het pakket, en onze klanten krijgen niet meer dan dat.",
        "Inviamo una fattura che il cliente riceve, e i nostri avvisi sono pochi.",
    ],
)
def test_words_of_another_language_are_not_taken_for_english(text: str) -> None:
    assert not text_rubric.is_english(text)
    assert "use_case.language" in found(build.complete(), build.filled_in(business=text))


@pytest.mark.parametrize(
    "text",
    [
        "Invoice on payment; reminder before expiry; password reset on request; receipt on renewal.",
        "Il Ponte GmbH, Via dei Mille 4, runs a booking site for die-cast models; die Kunden are its users.",
        "lambda sets the address to bounced in our db, we dont mail it again",
        "",
    ],
)
def test_english_with_foreign_names_stays_english(text: str) -> None:
    assert text_rubric.is_english(text)


def test_a_sample_in_the_language_of_its_reader_is_no_fault_of_the_text() -> None:
    sample = "Betreff: Rechnung\n\nGuten Tag, wir senden die Rechnung und bitten, dass sie nicht verloren geht, von der"
    assert "use_case.language" not in found(build.complete(), build.filled_in(sample_message=sample))


@pytest.mark.parametrize(
    ("process", "weak"),
    [
        ("we look at SNS mails sometimes", True),
        ("we delete bad addresses by hand once a month", True),
        ("SNS mails come to our inbox and we look at them once a week, delete bad addresses.", True),
        ("We block the address manually.", True),
        ("We check the topic every Friday and remove bad addresses.", True),
        ("We delete addresses when we have time.", True),
        ("We block the address by hand on the same day.", False),
        ("We remove each address within 24 hours, by hand.", False),
        ("Lambda flags the address; once a month we check the list by hand.", False),
        ("We look at the events every morning and block the address.", False),
        ("The worker blocks the address.", False),
        ("Addresses are removed automatically, never by hand.", False),
    ],
)
def test_handling_by_hand_or_seldom_is_weak(process: str, weak: bool) -> None:
    answers = build.filled_in(bounce_process=process)
    found = {finding.id for finding in text_rubric.of_text(Situation(build.complete(), answers))}
    assert ("use_case.bounce_words" in found) == weak
