"""Organizational domains."""

from __future__ import annotations

import pytest

from dlaas_onboard.journey.domains import organizational


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
