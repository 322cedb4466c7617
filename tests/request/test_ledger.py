"""The description: carried by facts sentence by sentence, and gone with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlaas_onboard.journey.facts import (
    Dkim,
    EventDestination,
    Facts,
    Gap,
    Mail,
    Mailbox,
    MailFrom,
    MailRecipient,
    Notifications,
    RecipientKind,
    RegionGlance,
    Repository,
    Schedule,
    ScheduleKind,
    SendingPlace,
    SendPoint,
    Source,
    Subscription,
    SuppressedCount,
    Topic,
    Trigger,
    TriggerKind,
)
from dlaas_onboard.journey.facts.sending import CodeValue
from dlaas_onboard.journey.request.claim_ledger import describe, reply_kit
from dlaas_onboard.journey.request.description import Description
from dlaas_onboard.journey.request.field_rules import DESCRIPTION_MAX, REPLY_MAX
from dlaas_onboard.journey.request.gate import Gate, Light
from dlaas_onboard.journey.request.gates import gates
from dlaas_onboard.journey.request.sentence_ids import SECTIONS
from dlaas_onboard.journey.situation.answers import Answers, Entry
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.fields import FIELDS
from dlaas_onboard.journey.situation.intents import Intent, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps import declarations
from dlaas_onboard.journey.verdict import Mark
from tests import build
from tests.dlaas_mails import MAILS, sent_by

GOLDEN = Path(__file__).with_name("complete.txt")


def ids(found: Description) -> set[str]:
    return {sentence.id for sentence in found.sentences}


def test_the_complete_example_reads_as_it_was_read_aloud() -> None:
    found = describe(Situation(build.complete(), build.filled_in()))
    assert found.text + "\n" == GOLDEN.read_text(encoding="utf-8")
    assert found.holes == ()
    assert 1500 <= len(found.text) <= 3500
    assert [line for line in found.text.split("\n") if line in SECTIONS] == list(SECTIONS)


def test_every_sentence_names_its_source_and_time() -> None:
    for sentence in describe(Situation(build.complete(), build.filled_in())).sentences:
        assert sentence.source, sentence
        assert sentence.observed_at is not None, sentence
        assert sentence.section in SECTIONS


def test_only_messages_that_code_sends_to_recipients_are_told() -> None:
    found = describe(Situation(build.complete(), build.filled_in()))
    assert "mail.invoice" in ids(found)
    assert "mail.invoice-cancelled" not in ids(found)
    assert "mail.deployment-action-nameservers" not in ids(found)
    line = next(sentence for sentence in found.sentences if sentence.id == "mail.invoice")
    assert line.source == "common/subscriptions.js:168"


# What carries which sentences: without the reading, none of them is left.
CARRIED = {
    "account": {"suppression", "sandbox_use"},
    "statistics": {"sandbox_use"},
    "domain_identity": {"domain_identity", "dkim", "mail_from", "events", "forwarding"},
    "configuration_sets": {"events"},
    "topics": {"events"},
    "dmarc": {"dmarc"},
    "mailboxes": {"forwarding", "reply_to"},
    "repository": {"no_mailing_list"},
    "website": {"website", "privacy", "sign_up"},
    "checkout": {
        "products",
        "sender",
        "jobs",
        "opt_in",
        "login",
        "purge",
        "no_mailing_list",
        "mail.invoice",
        "mails.1",
    },
}


@pytest.mark.parametrize("look", CARRIED)
@pytest.mark.parametrize("how", ["never looked", "failed", "in part"])
def test_without_its_reading_a_sentence_is_gone_and_the_gap_is_named(look: str, how: str) -> None:
    facts = build.complete()
    answers = build.filled_in(domain=build.DOMAIN, mail_type="TRANSACTIONAL", reply_to=f"help@{build.DOMAIN}")
    before = describe(Situation(facts, answers))
    expected = CARRIED[look]
    assert expected <= ids(before)
    after = describe(Situation(replace(facts, **{look: _without(getattr(facts, look), how)}), answers))
    assert not expected & ids(after)
    # Nothing that is left may lean on what was taken away.
    taken = _sources(getattr(facts, look))
    for sentence in after.sentences:
        assert not any(source in sentence.source.split("; ") for source in taken), sentence


def _without(value: Any, how: str) -> Any:
    if isinstance(value, dict):
        return {} if how == "never looked" else {key: _without(item, how) for key, item in value.items()}
    if how == "never looked":
        return None
    if how == "in part":
        return replace(value, partial="2 pages")
    return build.unread(value.source)


def _sources(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        return [item.source for item in value.values()]
    return [value.source]


def _checkout(**changes: Any) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, checkout=build.seen(build.checkout(**changes), "checkout"))


def _identity(**changes: Any) -> Callable[[Facts], Facts]:
    return lambda facts: replace(
        facts, domain_identity=build.seen(build.identity(**changes), f"SES GetEmailIdentity {build.DOMAIN}")
    )


def _account(**changes: Any) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, account=build.seen(build.account(**changes), "SES GetAccount"))


def _site(**changes: Any) -> Callable[[Facts], Facts]:
    def change(facts: Facts) -> Facts:
        assert facts.website is not None
        assert facts.website.value is not None
        return replace(facts, website=build.seen(replace(facts.website.value, **changes), "HTTPS"))

    return change


def _dns(key: str, *values: str) -> Callable[[Facts], Facts]:
    def change(facts: Facts) -> Facts:
        reading = facts.dns[key]
        assert reading.value is not None
        answer = replace(reading.value, exists=bool(values), values=values)
        found = {**facts.dns, key: build.seen(answer, reading.source)}
        return replace(facts, dmarc=build.with_dns(facts, found).dmarc)

    return change


def _mailbox(found: Mailbox) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, mailboxes={build.DOMAIN: build.seen(found, "DNS MX")})


def _topic(**changes: Any) -> Callable[[Facts], Facts]:
    base = Topic(build.TOPIC, True, (Subscription("lambda", build.HANDLER, True),))
    return lambda facts: replace(facts, topics={build.TOPIC: build.seen(replace(base, **changes), "SNS")})


def _set(*destinations: EventDestination) -> Callable[[Facts], Facts]:
    sets = (build.configuration_set(destinations=destinations),)
    return lambda facts: replace(facts, configuration_sets=build.seen(sets, "SES"))


_BOTH = ("BOUNCE", "COMPLAINT")
_MAILS = {mail.name: mail for mail in MAILS}


def _mail(name: str, **changes: Any) -> Callable[[Facts], Facts]:
    mails = tuple(replace(mail, **changes) if mail.name == name else mail for mail in MAILS)
    return _checkout(mails=mails)


# One fact made untrue, and the sentences that must be gone with it.
UNTRUE: list[tuple[str, Callable[[Facts], Facts], set[str]]] = [
    ("domain not verified", _identity(verified=False), {"domain_identity"}),
    ("an address, not a domain", _identity(type="EMAIL_ADDRESS"), {"domain_identity"}),
    ("another domain", _identity(name="other.example"), {"domain_identity", "dkim", "mail_from", "events"}),
    ("DKIM pending", _identity(dkim=Dkim("PENDING", True)), {"dkim"}),
    ("DKIM signing off", _identity(dkim=Dkim("SUCCESS", False)), {"dkim"}),
    ("MAIL FROM failed", _identity(mail_from=MailFrom("mail.x", "FAILED")), {"mail_from"}),
    ("no MAIL FROM", _identity(mail_from=None), {"mail_from"}),
    ("no default set", _identity(configuration_set=""), {"events"}),
    ("another default set", _identity(configuration_set="gone"), {"events"}),
    ("forwarding off", _identity(feedback_forwarding=False), {"forwarding"}),
    ("no DMARC", _dns(f"TXT _dmarc.{build.DOMAIN}"), {"dmarc"}),
    ("two DMARC records", _dns(f"TXT _dmarc.{build.DOMAIN}", "v=DMARC1; p=none", "v=DMARC1; p=reject"), {"dmarc"}),
    ("no mail host", _mailbox(build.mailbox()), {"forwarding", "reply_to"}),
    ("a null MX", _mailbox(build.mailbox(refuses=True)), {"forwarding", "reply_to"}),
    ("mail hosts without address", _mailbox(build.mailbox("mx.x.example", addresses=())), {"forwarding", "reply_to"}),
    ("of another domain", lambda f: replace(f, mailboxes={}), {"forwarding", "reply_to"}),
    ("destination disabled", _set(EventDestination("d", False, _BOTH, "SNS", build.TOPIC)), {"events"}),
    ("no complaints", _set(EventDestination("d", True, ("BOUNCE",), "SNS", build.TOPIC)), {"events"}),
    ("only counted", _set(EventDestination("d", True, _BOTH, "CloudWatch")), {"events"}),
    ("no destination", _set(), {"events"}),
    ("nobody confirmed", _topic(subscriptions=(Subscription("email", "a@b.io", False),)), {"events"}),
    ("nobody subscribed", _topic(subscriptions=()), {"events"}),
    ("SES may not publish", _topic(ses_may_publish=False), {"events"}),
    ("suppression off", _account(suppressed_reasons=()), {"suppression"}),
    ("no complaints suppressed", _account(suppressed_reasons=("BOUNCE",)), {"suppression"}),
    ("suppression not said", _account(suppressed_reasons=None), {"suppression"}),
    ("production", _account(production=True), {"sandbox_use"}),
    ("website down", _site(status=503), {"website"}),
    ("website parked", _site(parked="domain is for sale"), {"website"}),
    ("DLaaS's own website", _site(final_url="https://www.datalayer.storage/"), {"website"}),
    ("login wall", _site(login_wall=True), {"website"}),
    ("JSON", _site(content_type="application/json"), {"website"}),
    ("another website", _site(url="https://other.example"), {"website"}),
    ("no opt-in", _checkout(opt_in=None), {"opt_in"}),
    ("login without confirmation", _checkout(login_needs_confirmation=None), {"login"}),
    ("no purge", _checkout(purge=""), {"purge"}),
    ("nothing sold", _checkout(products=()), {"products"}),
    ("invoice not sent", _mail("invoice", triggers=()), {"mail.invoice"}),
    ("invoice to the operator", _mail("invoice", to_recipients=False), {"mail.invoice"}),
    ("a newsletter", _mail("invoice", bulk=True), {"no_mailing_list", "transactional"}),
    ("an unknown kind", _mail("invoice", kind="unknown"), {"no_mailing_list"}),
    ("no samples", _checkout(mails=tuple(replace(m, sample="") for m in MAILS)), {"sample.account-created"}),
]


@pytest.mark.parametrize(("change", "gone"), [pytest.param(row[1], row[2], id=row[0]) for row in UNTRUE])
def test_a_sentence_goes_when_its_fact_stops_being_true(change: Callable[[Facts], Facts], gone: set[str]) -> None:
    facts, answers = build.complete(), build.filled_in(mail_type="TRANSACTIONAL", reply_to=f"help@{build.DOMAIN}")
    assert gone <= ids(describe(Situation(facts, answers)))
    assert not gone & ids(describe(Situation(change(facts), answers)))


def _counted_sends(*points: tuple[int, int, int]) -> Facts:
    sends = tuple(SendPoint(build.NOW, *point, 0) for point in points)
    return replace(build.complete(), statistics=build.seen(sends, "SES GetSendStatistics"))


SIMULATED = tuple(
    build.intent(
        Call("sesv2", "SendEmail", {"Destination": {"ToAddresses": [f"{what}+x@simulator.amazonses.com"]}}),
        phase,
        at=build.NOW - timedelta(days=days),
    )
    for what, phase, days in (
        ("bounce", Phase.ACCEPTED, 1),
        ("complaint", Phase.CONFIRMED, 2),
        ("complaint", Phase.UNKNOWN, 2),
        ("bounce", Phase.ACCEPTED, 15),
        ("success", Phase.ACCEPTED, 1),
    )
)


@pytest.mark.parametrize(
    ("facts", "intents", "said"),
    [
        (
            _counted_sends((3, 0, 0), (21, 0, 0)),
            (),
            "SES counted 24 messages of ours in the sandbox: no bounce, no complaint.",
        ),
        (
            _counted_sends((20, 1, 0), (4, 0, 2)),
            (),
            (
                "24 messages of ours in the sandbox: 1 bounce (4.17 %), 2 complaints (8.33 %). "
                "In the sandbox our mail reaches only verified identities and the mailbox simulator."
            ),
        ),
        (
            _counted_sends((24, 1, 1)),
            SIMULATED,
            (
                "1 bounce (4.17 %), 1 complaint (4.17 %). In that time we sent 1 bounce and 1 complaint "
                "through the mailbox simulator."
            ),
        ),
    ],
)
def test_sandbox_sending_is_what_ses_counted(facts: Facts, intents: tuple[Intent, ...], said: str) -> None:
    assert said in describe(Situation(facts, build.filled_in(), intents)).text


def _suppressed(*counts: int, **how: Any) -> Facts:
    reading = build.seen(SuppressedCount(*counts), "SES ListSuppressedDestinations")
    return replace(build.complete(), suppressed=replace(reading, **how))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (_suppressed(1200, 3), "The suppression list holds 1,203 addresses: 1,200 for bounces, 3 for complaints."),
        (_suppressed(0, 1), "The suppression list holds 1 address: 1 for complaints."),
        (_suppressed(2, 0, 5), "The suppression list holds 7 addresses: 2 for bounces, 5 for other reasons."),
        (
            _suppressed(5000, 0, partial="5 pages"),
            "The suppression list holds at least 5,000 addresses: 5,000 for bounces.",
        ),
        (_suppressed(), ""),
        (_suppressed(partial="1 page"), ""),
        (replace(build.complete(), suppressed=build.denied("sesv2:ListSuppressedDestinations", "ses:x")), ""),
        (replace(build.complete(), suppressed=None), ""),
        (_account(suppressed_reasons=())(_suppressed(3)), ""),
    ],
)
def test_what_the_suppression_list_holds_is_said_only_where_it_was_counted(facts: Facts, said: str) -> None:
    text = describe(Situation(facts, build.filled_in())).text
    assert ("suppression list holds" in text) == bool(said)
    assert said in text


@given(st.sets(st.integers(0, len(UNTRUE) - 1), max_size=6))
@settings(max_examples=60, deadline=None)
def test_no_other_fact_brings_it_back(rows: set[int]) -> None:
    """Later changes may replace earlier ones of the same reading; the last one of each must hold."""
    facts, answers = build.complete(), build.filled_in(mail_type="TRANSACTIONAL", reply_to=f"help@{build.DOMAIN}")
    last: dict[str, set[str]] = {}
    for row in sorted(rows):
        _, change, gone = UNTRUE[row]
        changed = change(facts)
        look = next(name for name in Facts.__slots__ if getattr(changed, name) is not getattr(facts, name))
        facts, last[look] = changed, gone
    found = ids(describe(Situation(facts, answers)))
    for gone in last.values():
        assert not gone & found


@pytest.mark.parametrize(
    ("field", "gone", "hole"),
    [
        ("bounce_process", "bounce_process", "bounce_process"),
        ("bounce_seen", "bounce_seen", ""),
        ("unsubscribe", "unsubscribe", ""),  # the checkout says that there is no list
        ("users", "volume", "volume"),
        ("declare_recipients", "no_lists", "no_lists"),
        ("website_url", "website", "website"),
    ],
)
def test_an_answer_that_is_taken_back_takes_its_sentence_with_it(field: str, gone: str, hole: str) -> None:
    found = describe(Situation(build.complete(), build.filled_in(**{field: ""})))
    assert gone not in ids(found)
    assert not hole or hole in {item.id for item in found.holes}


def test_without_the_operators_words_the_project_speaks() -> None:
    found = describe(Situation(build.complete(), build.filled_in(business="")))
    sentence = next(sentence for sentence in found.sentences if sentence.id == "business")
    assert (sentence.source, sentence.mine) == ("README.md:4", False)
    assert found.sentences[0].id == "service"  # the name is said, because the project's words do not say it
    bare = replace(build.complete(), checkout=build.seen(build.checkout(about=""), "checkout"))
    assert "business" in {hole.id for hole in describe(Situation(bare, build.filled_in(business=""))).holes}


def test_without_a_checkout_the_answers_carry_it() -> None:
    facts = replace(build.complete(), checkout=build.seen(None, "checkout"))
    answers = build.filled_in(
        domain=build.DOMAIN,
        sender=build.SENDER,
        mail_type="TRANSACTIONAL",
        service_name="Example",
        mail_content="We send confirmation links, invoices and receipts.",
        recipients_source="People register on our website and open a link in a confirmation mail.",
    )
    found = describe(Situation(facts, answers))
    assert {hole.id for hole in found.holes} == {"sample"}
    assert "We send confirmation links, invoices and receipts." in found.text


def test_a_sample_that_was_pasted_stands_in_the_text_letter_by_letter() -> None:
    facts = replace(build.complete(), checkout=build.seen(None, "checkout"))
    assert next(h.field for h in describe(Situation(facts, build.filled_in())).holes if h.id == "sample") == (
        "sample_message"
    )
    message = "Subject: Your invoice\n\nDear Ada,\nplease find it attached.\n\nExample GmbH, Bremen"
    for known in (facts, build.complete()):
        situation = Situation(known, build.filled_in(sample_message=message))
        found = describe(situation)
        assert found.text.endswith(f"Sample\n{message}")
        assert "sample" not in {hole.id for hole in found.holes}
        assert f"Sample 1\n{message}" in reply_kit(situation)
    assert "Sample 2\nSubject: Example Account Creation" in reply_kit(situation)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"abuse@{build.DOMAIN}", f"We read complaints at abuse@{build.DOMAIN}."),
        ("our ticket system Zammad.", "We read complaints in our ticket system Zammad."),
    ],
)
def test_where_complaints_are_read_is_told(text: str, said: str) -> None:
    by_id = {
        item.id: item.text
        for item in describe(Situation(build.complete(), build.filled_in(complaints_to=text))).sentences
    }
    assert by_id["complaints_to"] == said


def test_a_mailbox_for_complaints_that_takes_no_mail_is_a_hole() -> None:
    facts = replace(
        build.complete(), mailboxes={build.DOMAIN: build.seen(Mailbox(build.DOMAIN, (), refuses=True), "DNS")}
    )
    found = describe(Situation(facts, build.filled_in()))
    assert "complaints_to" not in ids(found)
    hole = next(hole for hole in found.holes if hole.id == "complaints_to")
    assert (hole.field, "cannot arrive" in hole.message) == ("complaints_to", True)
    assert {hole.id for hole in describe(Situation(build.complete(), build.filled_in(complaints_to=""))).holes} == {
        "complaints_to"
    }


def _sends(**changes: Any) -> Facts:
    """Return the complete example whose code has one place more that sends."""
    place = replace(SendingPlace(Source("news.js", 7), "SES SDK for JavaScript", "SendBulkEmailCommand"), **changes)
    return replace(build.complete(), repository=build.seen(Repository("dlaas", (place,)), "code"))


@pytest.mark.parametrize(
    "facts",
    [
        _sends(),
        _sends(template=CodeValue("news", "templates/news.hbs")),
        _sends(template=CodeValue("chosen")),
        replace(build.complete(), repository=build.seen(Repository("dlaas", truncated="It is too large."), "code")),
        replace(build.complete(), repository=build.unread("code")),
        replace(build.complete(), repository=None),
    ],
)
def test_no_newsletter_is_claimed_only_where_every_place_that_sends_is_known(facts: Facts) -> None:
    found = describe(Situation(facts, build.filled_in(unsubscribe="")))
    assert "no_mailing_list" not in ids(found)
    assert "unsubscribe" in {hole.id for hole in found.holes}
    rows = {row.label: row for row in declarations.judge(Situation(facts, build.filled_in())).rows}
    assert rows["Mail to a list"].value.startswith("not known: ")
    assert rows["Mail to a list"].mark in (Mark.WARN, Mark.UNKNOWN)


def test_places_that_send_known_messages_leave_the_claim() -> None:
    invoice = CodeValue("invoice", "common/templates/invoice.handlebars")
    for facts in (
        _sends(template=invoice),
        _sends(template=invoice, unresolved=("recipient",)),
        _sends(carrier=True, unresolved=("subject",)),
        build.complete(),
    ):
        assert "no_mailing_list" in ids(describe(Situation(facts, build.filled_in())))
        rows = {row.label: row for row in declarations.judge(Situation(facts, build.filled_in())).rows}
        assert (rows["Mail to a list"].value, rows["Mail to a list"].mark) == (
            "none among 13 messages, each read or confirmed",
            Mark.GOOD,
        )


def test_an_empty_start_has_no_sentence_and_names_every_gap() -> None:
    found = describe(Situation(Facts(), Answers()))
    assert (found.sentences, found.text) == ((), "")
    assert {hole.section for hole in found.holes} == set(SECTIONS)
    assert all(hole.message and hole.remedy for hole in found.holes)


def test_the_operator_rewrites_a_sentence_and_it_is_marked() -> None:
    answers = build.entry(build.filled_in(), "sentence.dkim", "We sign with DKIM, key length 2048")
    found = describe(Situation(build.complete(), answers))
    sentence = next(sentence for sentence in found.sentences if sentence.id == "dkim")
    assert sentence.mine
    assert sentence.text == "We sign with DKIM, key length 2048"
    assert sentence.source.startswith("entered 2026-11-24 by ada@laptop; in place of")


def test_a_rewritten_sentence_stays_on_the_operators_word_and_says_so() -> None:
    answers = build.entry(build.filled_in(), "sentence.dkim", "We sign with DKIM.")
    facts = replace(build.complete(), domain_identity=build.unread("SES GetEmailIdentity"))
    found = describe(Situation(facts, answers))
    sentence = next(sentence for sentence in found.sentences if sentence.id == "dkim")
    assert sentence.mine
    assert "no observed fact carries it" in sentence.source
    assert "dkim" not in {hole.id for hole in found.holes}


def test_a_dash_leaves_a_sentence_out() -> None:
    found = describe(Situation(build.complete(), build.entry(build.filled_in(), "sentence.products", "-")))
    assert "products" not in ids(found)
    everything = build.filled_in()
    for mail in MAILS:
        everything = build.entry(everything, f"sentence.mail.{mail.name}", "-")
    found = describe(Situation(build.complete(), everything))
    assert "Messages to" not in found.text
    assert "jobs that run" not in found.text


def test_an_unknown_sentence_is_not_added() -> None:
    found = describe(
        Situation(build.complete(), build.entry(build.filled_in(), "sentence.nothing", "We are the best."))
    )
    assert "best" not in found.text


def test_the_whole_text_can_be_the_operators() -> None:
    found = describe(Situation(build.complete(), build.filled_in(use_case_text="We send receipts to our customers.")))
    assert found.edited
    assert found.text == "We send receipts to our customers."
    assert [sentence.mine for sentence in found.sentences] == [True]


def test_a_text_that_is_too_long_ends_with_a_whole_sentence() -> None:
    text = "We mail those who signed up, until a bounce. " + "This sentence is repeated over and over. " * 200
    found = describe(Situation(build.complete(), build.filled_in(use_case_text=text)))
    assert len(found.text) <= DESCRIPTION_MAX
    assert found.text.endswith("over.")
    hole = next(hole for hole in found.holes if hole.id == "length")
    assert "8,244 characters" in hole.message
    assert "“This sentence is repeated" in hole.message
    assert length_gate(build.filled_in(use_case_text=text)) == Light.RED
    assert length_gate(build.filled_in(use_case_text=text[:4100])) == Light.GREEN


def length_gate(answers: Answers) -> Light:
    return next(gate.light for gate in gates(Situation(build.complete(), answers)) if gate.id == "use_case")


PROVED = {
    "events",
    "bounce_process",
    "suppression",
    "dkim",
    "mail_from",
    "dmarc",
    "domain_identity",
    "volume",
    "opt_in",
}


def test_what_was_proved_outlives_all_prose_and_what_had_to_go_is_for_the_operator_to_decide() -> None:
    long = "We tell here about our work, which is long, and has many words. " * 23
    fields = ("business", "mail_content", "unsubscribe", "growth", "bounce_process")
    answers = build.filled_in(**{field: f"{field} begins here. {long}"[:1490] for field in fields})
    found = describe(Situation(build.complete(), answers))
    assert len(found.text) <= DESCRIPTION_MAX
    assert ids(found) >= PROVED | {"no_lists", "volume_now", "quota"}
    lost = {field for field in fields if field not in ids(found)}
    assert lost
    hole = next(hole for hole in found.holes if hole.id == "length")
    assert all(f"{field} (“{field} begins here." in hole.message for field in lost)
    assert length_gate(answers) == Light.RED
    everything = {mail.name for mail in MAILS if f"mail.{mail.name}" not in ids(found)}
    for sentence in (*lost, *(f"mail.{name}" for name in everything)):  # the operator decides
        answers = build.entry(answers, f"sentence.{sentence}", "-")
    assert "length" not in {hole.id for hole in describe(Situation(build.complete(), answers)).holes}


def test_a_sample_and_details_that_do_not_fit_are_named_and_shut_no_gate() -> None:
    answers = build.filled_in(business="Example GmbH runs mirrors. " * 50, growth="Our mail grows. " * 20)
    found = describe(Situation(build.complete(), answers))
    hole = next(hole for hole in found.holes if hole.id == "length_details")
    assert "sample.account-created" in hole.message
    assert "length" not in {hole.id for hole in found.holes}
    assert length_gate(answers) == Light.GREEN


def test_long_words_push_out_the_sample_first_and_whole_sentences_then() -> None:
    long = "This is one of many words about what we do here. " * 30
    answers = build.filled_in(business=long, mail_content=long)
    found = describe(Situation(build.complete(), answers))
    assert len(found.text) <= DESCRIPTION_MAX
    assert not any(name.startswith("sample.") for name in ids(found))
    assert {"business", "bounce_process", "events", "opt_in"} <= ids(found)
    assert "length" in {hole.id for hole in found.holes}
    assert all(sentence.text in found.text for sentence in found.sentences)


def test_another_region_that_was_granted_is_told() -> None:
    glance = RegionGlance("us-east-1", True, "GRANTED", "177000000000001")
    facts = replace(build.complete(), radar={"us-east-1": build.seen(glance, "SES GetAccount us-east-1")})
    assert (
        "already has production access in us-east-1 (case 177000000000001)"
        in describe(Situation(facts, build.filled_in())).text
    )
    sandboxed = build.seen(replace(glance, production=False), "SES GetAccount us-east-1")
    assert (
        "us-east-1" not in describe(Situation(replace(facts, radar={"us-east-1": sandboxed}), build.filled_in())).text
    )
    (sister,) = (one for one in describe(Situation(facts, build.filled_in())).sentences if one.id == "sister")
    reading = facts.radar["us-east-1"]
    assert (sister.source, sister.observed_at) == (reading.source, reading.observed_at)


@pytest.mark.parametrize("review", ["", "PENDING", "DENIED", "FAILED", "ESCALATED"])
def test_access_that_no_review_granted_is_no_approval_to_cite(review: str) -> None:
    glance = RegionGlance("us-east-1", True, review, "177000000000001")
    facts = replace(build.complete(), radar={"us-east-1": build.seen(glance, "SES GetAccount us-east-1")})
    assert "us-east-1" not in describe(Situation(facts, build.filled_in())).text


def test_an_approval_here_is_no_sister_and_one_without_a_case_names_none() -> None:
    here = build.complete().place.region
    glance = RegionGlance(here, True, "GRANTED", "177000000000001")
    facts = replace(build.complete(), radar={here: build.seen(glance, f"SES GetAccount {here}")})
    assert "sister" not in ids(describe(Situation(facts, build.filled_in())))
    glance = RegionGlance("us-east-1", True, "GRANTED")
    facts = replace(build.complete(), radar={"us-east-1": build.seen(glance, "SES GetAccount us-east-1")})
    assert "already has production access in us-east-1." in describe(Situation(facts, build.filled_in())).text


def test_messages_of_another_project_claim_nothing_until_they_are_confirmed() -> None:
    mail = Mail(
        "weekly_report",
        sent_by("send_report"),
        "Your report",
        (MailRecipient(RecipientKind.OTHER, "user[0]"),),
        "service",
        (Schedule(ScheduleKind.RUN, ("send_report",), 7, "day", "rate(7 days)"),),
        source=Source("mails/weekly_report.html"),
        call_sites=(Source("src/report.js", 12),),
    )
    # A template of DLaaS's name that another function sends is not DLaaS's message.
    invoice = replace(
        _MAILS["invoice"], triggers=sent_by("remind"), schedules=(Schedule(ScheduleKind.CALL, ("remind",)),)
    )
    found = describe(Situation(_checkout(mails=(mail, invoice, mail))(build.complete()), build.filled_in()))
    assert not {"mail.weekly_report", "mail.weekly_report.2", "mail.invoice", "transactional"} & ids(found)
    holes = {hole.id: hole.message for hole in found.holes}
    assert holes["mail_content"] == (
        "The text does not say which messages are sent and what triggers each: "
        "3 messages are not confirmed (Weekly report, Invoice, Weekly report)."
    )
    said = {
        f"message.{row}.{part}": text
        for row in ("weekly_report", "weekly_report.2", "invoice")
        for part, text in (
            ("trigger", "every week, on the day that the person chose"),
            ("recipient", "the account's owner"),
            ("class", "service"),
            ("confirmed", "yes"),
        )
    }
    facts = _checkout(mails=(mail, invoice, mail))(build.complete())
    found = describe(Situation(facts, build.filled_in(**said)))
    assert {"mail.weekly_report", "mail.weekly_report.2", "mail.invoice", "transactional"} <= ids(found)
    assert "- Weekly report: every week, on the day that the person chose." in found.text
    assert "user[0]" not in found.text
    assert "messages" not in {hole.id for hole in found.holes}


def test_the_identitys_own_topics_carry_the_sentence_as_well() -> None:
    facts = replace(
        _identity(configuration_set="")(build.complete()),
        notifications=build.seen(
            Notifications(build.DOMAIN, build.TOPIC, build.TOPIC, False), "SES GetIdentityNotificationAttributes"
        ),
    )
    sentence = next(item for item in describe(Situation(facts, build.filled_in())).sentences if item.id == "events")
    assert "SES GetIdentityNotificationAttributes" in sentence.source
    assert "configuration set" not in sentence.text


def test_a_listener_that_cannot_be_seen_is_not_claimed() -> None:
    bus = f"arn:aws:events:{build.REGION}:{build.ACCOUNT}:event-bus/default"
    facts = _set(EventDestination("d", True, _BOTH, "EventBridge", bus))(build.complete())
    assert "events" not in ids(describe(Situation(facts, build.filled_in(bounce_seen=""))))
    by_name = {item.id: item for item in describe(Situation(facts, build.filled_in())).sentences}
    assert by_name["events"].text == (
        "Bounce and complaint events go through the configuration set example-mail to EventBridge (default)."
    )
    assert by_name["bounce_seen"].text.startswith("Our note: ")
    assert by_name["bounce_seen"].mine


def test_the_reply_holds_text_figures_and_two_samples() -> None:
    kit = reply_kit(Situation(build.complete(), build.filled_in()))
    assert kit.startswith("This is about our request for production access to Amazon SES in eu-west-1.")
    assert kit.count("400 recipients in 24 hours") == 1
    own = reply_kit(Situation(build.complete(), build.filled_in(use_case_text="We send receipts.")))
    assert "Sending quota that we need: 400 recipients in 24 hours" in own
    assert "Sample 1\nSubject: Example Account Creation" in kit
    assert "Sample 2\nSubject: Example Subscription - Invoice" in kit
    assert kit.count("Welcome to [service name]") == 1
    assert len(kit) <= REPLY_MAX


LOOKS = ("account", "statistics", "identities", "domain_identity", "configuration_sets", "notifications", "website")
TEXTS = st.text(max_size=80) | st.text("aé. \n-!?:", min_size=900, max_size=1600)
ENTRY_IDS = st.sampled_from([field.id for field in FIELDS]) | st.sampled_from(
    ["sentence.dkim", "sentence.mail.invoice", "sentence.mails.1", "sentence.sample.x", "override.dmarc", "sentence."]
)


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    facts = build.complete()
    for look in LOOKS:
        how = draw(st.sampled_from(["as it is", "never looked", "failed", "in part"]))
        if how != "as it is":
            facts = replace(facts, **{look: _without(getattr(facts, look), how)})
    mails = draw(
        st.lists(
            st.builds(
                Mail,
                name=st.text(max_size=20),
                triggers=st.lists(
                    st.builds(Trigger, kind=st.sampled_from(TriggerKind), name=st.text(max_size=10)), max_size=2
                ).map(tuple),
                recipients=st.lists(
                    st.builds(MailRecipient, kind=st.sampled_from(RecipientKind), expression=st.text(max_size=10)),
                    max_size=2,
                ).map(tuple),
                kind=st.sampled_from(["confirmation", "billing", "unknown", ""]),
                schedules=st.lists(
                    st.builds(
                        Schedule,
                        kind=st.sampled_from(ScheduleKind),
                        tasks=st.lists(st.text(max_size=10), max_size=2).map(tuple),
                        every=st.integers(0, 9),
                        unit=st.sampled_from(["", "day"]),
                        expression=st.text(max_size=10),
                    ),
                    max_size=2,
                ).map(tuple),
                sample=st.text(max_size=300),
                bulk=st.booleans(),
            ),
            max_size=60,
        )
    )
    gaps = (Gap("defect_renewal_x", draw(st.text(max_size=20)), ""),)
    checkout = build.checkout(mails=tuple(mails), about=draw(TEXTS), purge=draw(st.text(max_size=20)), gaps=gaps)
    return replace(facts, checkout=draw(st.sampled_from([None, build.seen(checkout, "checkout")])))


@given(any_facts(), st.dictionaries(ENTRY_IDS, TEXTS, max_size=12))
@settings(max_examples=60, deadline=None)
def test_whatever_is_known_and_entered(facts: Facts, entries: dict[str, str]) -> None:
    answers = Answers({field: Entry(text, build.NOW, "ada@laptop") for field, text in entries.items() if text})
    found = describe(Situation(facts, answers))
    assert len(found.text) <= DESCRIPTION_MAX
    assert len(reply_kit(Situation(facts, answers))) <= REPLY_MAX
    assert all(sentence.source for sentence in found.sentences)
    assert all(sentence.text.strip() for sentence in found.sentences)
    if not found.edited:
        assert all(sentence.text in found.text for sentence in found.sentences)
        assert len(ids(found)) <= len(found.sentences)
    assert {hole.id for hole in found.holes}.isdisjoint(ids(found))


DROPPABLE = [
    ("bounce_process", "bounce_process"),
    ("dkim", "dkim"),
    ("no_lists", "no_lists"),
    ("website", "website"),
    ("opt_in", "recipients_source"),
    ("transactional", "transactional"),
    ("volume", "volume"),
]


@pytest.mark.parametrize(("sentence", "question"), DROPPABLE)
def test_a_sentence_left_out_stays_a_named_hole(sentence: str, question: str) -> None:
    found = describe(Situation(build.complete(), build.entry(build.filled_in(), f"sentence.{sentence}", "-")))
    assert sentence not in ids(found)
    hole = next(hole for hole in found.holes if hole.id == question)
    assert hole.message.startswith("Left out by you: ")
    assert (hole.left_out, bool(hole.remedy)) == (True, True)


def test_the_gate_holds_what_was_left_out() -> None:
    def gate(answers: Answers) -> Gate:
        return next(gate for gate in gates(Situation(build.complete(), answers)) if gate.id == "use_case")

    dropped = build.entry(build.filled_in(), "sentence.bounce_process", "-")
    assert (gate(dropped).light, gate(dropped).why) == (
        Light.RED,
        "Left out by you: what happens to an address after a bounce or a complaint.",
    )
    own_words = build.entry(dropped, "sentence.bounce_process", "A function marks the address and sends no more to it.")
    assert gate(own_words).light == Light.GREEN
    free = build.entry(build.filled_in(), "sentence.products", "-")
    assert gate(free).light == Light.GREEN


def test_what_answers_no_question_is_left_out_freely() -> None:
    answers = build.filled_in()
    for sentence in ("products", "sandbox_use", "purge", "forwarding", "jobs", "mail.invoice"):
        answers = build.entry(answers, f"sentence.{sentence}", "-")
    assert (
        describe(Situation(build.complete(), answers)).holes
        == describe(Situation(build.complete(), build.filled_in())).holes
    )


def test_a_sample_in_own_words_fills_the_hole() -> None:
    facts = replace(build.complete(), checkout=build.seen(None, "checkout"))
    before = describe(Situation(facts, build.filled_in()))
    assert "sample" in {hole.id for hole in before.holes}
    answers = build.entry(build.filled_in(), "sentence.sample.receipt", "Subject: Your receipt")
    after = describe(Situation(facts, answers))
    assert "sample" not in {hole.id for hole in after.holes}
    assert "sample.receipt" in ids(after)
