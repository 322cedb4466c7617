"""What may be entered: the service's own limits, and the canonical forms."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlaas_onboard.journey.request.field_rules import addresses, check, normal, number
from dlaas_onboard.journey.request.gate import TITLES
from dlaas_onboard.journey.situation.fields import FIELDS, OVERRIDE, SENTENCE, FieldKind

IDS = [field.id for field in FIELDS]
ALL_IDS = [*IDS, *(OVERRIDE + gate for gate in TITLES), SENTENCE + "dkim", "no_such_field", "override.nothing", ""]
LONG_HOST = "https://example.com/"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("mail_type", "TRANSACTIONAL"),
        ("mail_type", "marketing"),
        ("mail_type", "Promotional"),
        ("contact_language", "English"),
        ("contact_language", "ja"),
        ("contact_language", "JP"),
        ("website_url", LONG_HOST + "a" * (1000 - len(LONG_HOST))),
        ("website_url", "http://xn--bcher-kva.example/a?b=c#d"),
        ("website_url", "https://[2001:db8::1]:8443/"),
        ("contacts", "a@b.io"),
        ("contacts", "a@b.io, c@d.io; e@f.io\ng@h.io"),
        ("contacts", f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 58}.io"),
        ("domain", "Example.COM."),
        ("domain", "mail.example.co.uk"),
        ("sender", "support+x@example.com"),
        ("reply_to", "help@example.com"),
        ("feedback_to", "bounces@mail.example.co.uk"),
        ("users", "1,200"),
        ("users", "12 000 000"),
        ("signups_per_day", "0"),
        ("users_now", "0"),
        ("messages_per_day_now", "0"),
        ("complaints_to", "abuse@example.com"),
        ("complaints_to", "our ticket system"),
        ("peak_factor", "1"),
        ("peak_factor", "2.5"),
        ("private_website", "Y"),
        ("send_description", "off"),
        ("declare_terms", "yes"),
        ("declare_terms", "no"),  # takes it back: nothing is left to check
        ("reply", "x" * 8000),
        ("use_case_text", "x" * 5000),
        ("override.dmarc", "The provider publishes it on Monday."),
        ("sentence.dkim", "-"),
        ("sentence.dkim", "We sign with our own key."),
    ],
)
def test_accepts(field: str, text: str) -> None:
    assert check(field, text) == ""


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("mail_type", "SPAM", "TRANSACTIONAL or MARKETING"),
        ("contact_language", "FR", "EN or JA"),
        ("website_url", "not a url", "https://"),
        ("website_url", "example.com", "https://"),
        ("website_url", "ftp://example.com", "https://"),
        ("website_url", "https://", "no host"),
        ("website_url", "https:///path", "no host"),
        ("website_url", "https://exa mple.com", "spaces"),
        ("website_url", "https://example.com:99999/", "port"),
        ("website_url", "https://[::1", "cannot be read"),
        ("website_url", "https://ada:secret@example.com", "password"),
        ("website_url", "https://bücher.example", "special characters"),
        ("website_url", LONG_HOST + "a" * (1001 - len(LONG_HOST)), "at most 1,000"),
        ("contacts", "a@b", "6 to 254"),
        ("contacts", "a@b.io, nobody", "'nobody'"),
        ("contacts", "a@b.io,c@d.io,e@f.io,g@h.io,i@j.io", "at most 4"),
        ("contacts", f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 59}.io", "6 to 254"),
        ("contacts", "ada@localhost", "usable domain"),
        ("contacts", "a@b@c.io", "not an e-mail address"),
        ("sender", "Ada <ada@example.com>", "not an e-mail address"),
        ("reply_to", "Ada <ada@example.com>", "not an e-mail address"),
        ("reply_to", "a@b.io, c@d.io", "not an e-mail address"),
        ("feedback_to", "bounces@localhost", "usable domain"),
        ("domain", "https://example.com", "without https://"),
        ("domain", "www.example.com", "without www."),
        ("domain", "support@example.com", "domain alone"),
        ("domain", "localhost", "not a domain"),
        ("domain", "exa_mple..com", "not a domain"),
        ("domain", "192.0.2.1", "not an IP address"),
        ("domain", "bücher.example", "xn--"),
        ("users", "0", "greater than 0"),
        ("users", "-5", "number"),
        ("users", "many", "number"),
        ("users", "1.5", "whole number"),
        ("users", "99999999999", "at most"),
        ("peak_factor", "0.5", "1 or more"),
        ("complaints_to", "abuse@", "domain after the @"),
        ("users_now", "2.5", "whole number"),
        ("private_website", "perhaps", "yes or no"),
        ("declare_terms", "perhaps", "yes"),
        ("reply", "x" * 8001, "limit is 8,000"),
        ("use_case_text", "x" * 5001, "Shorten it by 1."),
        ("business", "x" * 1501, "limit is 1,500"),
        ("override.dmarc", "because", "at least 10"),
        ("override.review", "I am in a great hurry.", "cannot be overridden"),
        ("override.declare_terms", "I am in a great hurry.", "cannot be overridden"),
        ("override.nothing", "I am in a great hurry.", "no gate"),
        ("sentence.dkim", "x" * 1001, "limit is 1,000"),
        ("sentence.nonsense", "We are the best.", "There is no sentence 'nonsense'; the nearest are "),
        ("sentence.bounce_proces", "-", "the nearest are bounce_process, "),
        ("sentence.mails.first", "Messages:", "There is no sentence 'mails.first'"),
        ("sentence.sample.", "Subject: Hello", "There is no sentence 'sample.'"),
        ("colour", "blue", "no field"),
    ],
)
def test_refuses_in_one_sentence(field: str, text: str, words: str) -> None:
    wrong = check(field, text)
    assert words in wrong
    assert "\n" not in wrong
    assert wrong.endswith((".", "!"))
    assert "!" not in wrong


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("mail_type", " transactional ", "TRANSACTIONAL"),
        ("contact_language", "japanese", "JA"),
        ("private_website", "y", "yes"),
        ("private_website", "FALSE", "no"),
        ("declare_bounces", "no", ""),
        ("contacts", " a@b.io;c@d.io  a@b.io", "a@b.io, c@d.io"),
        ("domain", " Example.COM. ", "example.com"),
        ("users", "1,200", "1200"),
        ("users", "1'200'000", "1200000"),
        ("users", "1,2", "1,2"),  # not how thousands are written: left for the operator to correct
        ("business", " One.  \r\nTwo. \n", "One.\nTwo."),
        ("service_name", "Mirror\nhall", "Mirror hall"),
        ("service_name", "a\x1b[31mb", "a␛[31mb"),
    ],
)
def test_normal_form(field: str, text: str, expected: str) -> None:
    assert normal(field, text) == expected


@settings(deadline=None)
@given(st.sampled_from(ALL_IDS), st.text())
def test_never_raises_and_settles(field: str, text: str) -> None:
    once = normal(field, text)
    assert normal(field, once) == once
    assert check(field, once) == check(field, text)
    assert all(char == "\n" or ord(char) >= 32 for char in once)


@settings(deadline=None)
@given(st.sampled_from(["website_url", "contacts", "domain", "sender"]), st.text("htps:/w.@,;[]%1aé \\", max_size=40))
def test_never_raises_on_what_almost_fits(field: str, text: str) -> None:
    assert isinstance(check(field, text), str)


@settings(deadline=None)
@given(st.integers(0, 10**9))
def test_numbers_come_back_however_they_are_grouped(value: int) -> None:
    for shown in (str(value), f"{value:,}", f"{value:_}", f"{value:,}".replace(",", " ")):
        assert number(shown) == value


def test_every_field_can_be_checked() -> None:
    for field in FIELDS:
        assert check(field.id, "") == ""
        if field.kind == FieldKind.CHOICE:
            assert all(check(field.id, value) == "" and check(field.id, words) == "" for value, words in field.choices)


def test_addresses_are_split_at_any_separator() -> None:
    assert addresses("a@b.io,c@d.io; e@f.io\n") == ("a@b.io", "c@d.io", "e@f.io")
