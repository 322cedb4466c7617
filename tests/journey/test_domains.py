"""Organizational domains."""

from __future__ import annotations

import pytest

from dlaas_onboard.journey.dns.public_suffix import organizational, same_organization, up_to_organizational


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("example.com", "example.com"),
        ("Mail.Example.COM.", "example.com"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("co.uk", ""),
        ("com", ""),
        ("", ""),
        ("shop.test", "shop.test"),
        ("www.bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_the_organizational_domain_is_one_label_below_the_public_suffix(name: str, expected: str) -> None:
    assert organizational(name) == expected


@pytest.mark.parametrize(
    ("name", "domain", "expected"),
    [
        ("www.example.co.uk", "mail.example.co.uk", True),
        ("example.co.uk", "shop.example.co.uk", True),
        ("other.co.uk", "example.co.uk", False),
        ("co.uk", "example.co.uk", False),
        ("app.internal", "internal", True),
        ("", "", False),
    ],
)
def test_who_belongs_together(name: str, domain: str, *, expected: bool) -> None:
    assert same_organization(name, domain) is expected


def test_the_domains_up_to_the_organization() -> None:
    assert up_to_organizational("a.b.example.co.uk") == ("a.b.example.co.uk", "b.example.co.uk", "example.co.uk")
    assert up_to_organizational("co.uk") == ("co.uk",)
    assert up_to_organizational("internal") == ()
