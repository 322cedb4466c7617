"""HTML read without a browser: never an exception, never quadratic time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlaas_onboard.probes import html_page
from dlaas_onboard.probes.address_filter import refused

PIECES = st.sampled_from(
    [
        "<",
        ">",
        "</",
        "<a href=",
        "'",
        '"',
        "<!--",
        "-->",
        "<![CDATA[",
        "<script>",
        "</script>",
        "<title>",
        "</title>",
        "&",
        "&#x1b;",
        "&amp",
        ";",
        "<body",
        "<head>",
        "</head>",
        "<p hidden>",
        "</p>",
        "<input type=password>",
        "text",
        " ",
        "\x00",
        "<base href='//x[/'>",
        "<meta http-equiv=refresh content='0;url=",
        "<?",
        "<!doctype",
        "\n",
        "privacy",
        "$1",
        "4 EUR a month",
        "Pricing",
    ]
)


@given(st.one_of(st.lists(PIECES, max_size=60).map("".join), st.text(max_size=300)))
def test_any_text_is_read(html: str) -> None:
    read = html_page.read(html)
    assert read.text == " ".join(read.text.split())
    html_page.parked(read)
    html_page.names(read, "x")
    assert len(html_page.offers(read, ("privacy", "", "text"))) <= 8
    html_page.login_wall(read, "https://example.com/", "https://example.com/", 200, sign_up=True)
    for link in html_page.notable(read, "https://example.com/"):
        assert link.url.startswith(("http://", "https://", "mailto:", "MAILTO:")) or link.url.lower().startswith(
            "mailto:"
        )


@given(st.binary(max_size=200), st.text(max_size=40))
def test_any_bytes_are_decoded(body: bytes, content_type: str) -> None:
    assert isinstance(html_page.decode(body, f"text/html; charset={content_type}"), str)
    html_page.is_html(content_type, body)


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        "<!--",
        "</",
        "<![CDATA[",
        "<?",
        "<script>",
        "<title>",
        "<a href='",
        "<p hidden>",
        "&",
        "<!",
        "<base href=x>",
        "<body",
        "<svg>",
        "a",
        "<a x",
        "</a",
        "<input ",
        "charset=",
        "1",
        "1,",
        "$",
        "$1 ",
        "1 EUR a ",
        "free ",
    ],
)
def test_a_page_made_to_be_slow_is_not(piece: str) -> None:
    html = piece * (200_000 // len(piece))
    started = time.process_time()
    read = html_page.read(html)
    html_page.notable(read, "https://example.com")
    html_page.parked(read)
    html_page.offers(read, ("DataLayer Mirror", "1" * 200))
    html_page.decode(html.encode(), "")
    assert time.process_time() - started < 3


@pytest.mark.parametrize("named", ["utf-7", "rot13", "idna", "unicode_escape", "zlib", "punycode", "nonsense"])
def test_a_page_chooses_only_character_sets(named: str) -> None:
    assert html_page.decode(b"+ADw-a+AD4-", f"text/html; charset={named}") == "+ADw-a+AD4-"


def test_the_named_character_set_is_used() -> None:
    assert html_page.decode("Größe".encode("iso-8859-1"), "text/html; charset=ISO-8859-1") == "Größe"
    assert html_page.decode('<meta charset="shift_jis">利用規約'.encode("shift_jis"), "text/html").endswith("利用規約")


@given(st.text(alphabet="1,.' $€EURa/perfree month\t", max_size=3000))
def test_prices_are_looked_for_in_time(text: str) -> None:
    started = time.process_time()
    html_page.offers(html_page.read(text * 20), ())
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("text", "products", "offers"),
    [
        ("Kelp costs 4 EUR a month.", (), ("4 EUR a month",)),
        ("1 XCH per month. DataLayer  mirror!", ("DataLayer Mirror",), ("DataLayer Mirror", "1 XCH per month")),
        ("From $4.99/month, €1,000 per year", (), ("$4.99/month", "€1,000 per year")),
        ("See our Pricing and PRICING", (), ("Pricing",)),
        ("Unsere Preise", (), ("Preise",)),
        ("料金", (), ("料金",)),
        ("Free of charge for everybody", (), ("Free of charge",)),
        ("A surprise of 100 Europeans, 5 chances and 3 dollarsigns", (), ()),
        ("We keep your files.", ("DataLayer Mirror", "", "  "), ()),
    ],
)  # fmt: skip
def test_what_is_sold_is_found(text: str, products: tuple[str, ...], offers: tuple[str, ...]) -> None:
    assert html_page.offers(html_page.read(f"<p>{text}</p>"), products) == offers


def test_few_of_many_prices_are_kept() -> None:
    read = html_page.read("".join(f"<p>{n} EUR</p>" for n in range(100)))
    assert html_page.offers(read, ()) == tuple(f"{n} EUR" for n in range(8))


@pytest.mark.parametrize(
    ("words", "href", "role"),
    [
        ("Datenschutzerklärung", "/x", "privacy"),
        ("Politique de confidentialité", "/x", "privacy"),
        ("プライバシーポリシー", "/x", "privacy"),
        ("", "/privacy-policy.html", "privacy"),
        ("AGB", "/x", "terms"),
        ("Conditions générales", "/x", "terms"),
        ("", "/%E5%88%A9%E7%94%A8%E8%A6%8F%E7%B4%84", "terms"),
        ("Nous contacter", "/contacter", "contact"),
        ("Impressum", "/x", "contact"),
        ("Get started", "/x", "sign-up"),
        ("Konto erstellen", "/x", "sign-up"),
        ("Log in", "/login", ""),
        ("Our determination", "/about", ""),
    ],
)
def test_links_are_known_in_several_languages(words: str, href: str, role: str) -> None:
    found = html_page.notable(html_page.read(f'<a href="{href}">{words}</a>'), "https://example.com/")
    assert [link.role for link in found] == ([role] if role else [])


@pytest.mark.parametrize(
    ("address", "public", "private"),
    [
        ("93.184.216.34", True, True),
        ("2606:2800:220:1::1", True, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("10.0.0.1", False, True),
        ("192.168.1.1", False, True),
        ("100.64.0.1", False, True),
        ("fd12::1", False, True),
        ("::ffff:10.0.0.1", False, True),
        ("64:ff9b::a00:1", False, True),
        ("64:ff9b::5db8:d822", True, True),
        ("2002:7f00:1::", False, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("fe80::1%eth0", False, False),
        ("fd00:ec2::254", False, False),
        ("0.0.0.0", False, False),
        ("::", False, False),
        ("224.0.0.1", False, False),
        ("ff02::1", False, False),
        ("255.255.255.255", False, False),
    ],
)
def test_which_addresses_may_be_opened(address: str, public: bool, private: bool) -> None:
    assert (refused(address, allow_private=False) == "") is public
    assert (refused(address, allow_private=True) == "") is private
