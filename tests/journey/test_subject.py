"""What the journey is about, and where its values come from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlaas_onboard.journey import names
from dlaas_onboard.journey.facts import Facts, Gap, Identities, IdentityInfo
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import BY_ID, StepId
from dlaas_onboard.journey.steps.checkout_gaps import guide_of, of_step, step_of
from tests import build


def test_an_entry_goes_before_the_checkout() -> None:
    facts = build.terraform()
    assert Situation(facts, build.answers()).input("sender") == (build.SENDER, "checkout", "common/email-utils.js:53")
    assert Situation(facts, build.answers()).input("domain").source == "common/config.json:5"
    nowhere = replace(facts, checkout=build.seen(build.checkout(sources={})))
    assert Situation(nowhere, build.answers()).input("sender").source == "/srv/dlaas"
    found = Situation(facts, build.answers(sender="me@example.com")).input("sender")
    assert found == ("me@example.com", "you", "entered 2026-11-24 by ada@laptop")


def test_a_from_address_is_never_made_up() -> None:
    assert Situation(build.ready(), build.answers()).input("sender").text == ""
    no_sender = replace(build.ready(), checkout=build.seen(build.stock_checkout(sender="")))
    assert Situation(no_sender, build.answers()).input("sender").text == ""


def listed(*items: IdentityInfo) -> Facts:
    return replace(build.fresh(), identities=build.seen(Identities(items)))


def test_the_only_identity_is_taken_two_are_not() -> None:
    one = IdentityInfo("example.com", "DOMAIN", True)
    assert Situation(listed(one), build.answers()).domain == "example.com"
    assert Situation(listed(one, replace(one, name="example.net")), build.answers()).domain == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Example.COM.", "example.com"),
        (" shop.example.com ", "shop.example.com"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("\u2024.example.com", ""),
        ("https://example.com", ""),
        ("example.com/path", ""),
        ("example.com:25", ""),
        ("localhost", ""),
        ("a b.example.com", ""),
        ("me@example.com", ""),
    ],
)
def test_domains(text: str, expected: str) -> None:
    assert Situation(build.fresh(), build.answers(domain=text)).domain == expected


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("ada@example.org", True),
        ("ada+ses@mail.example.org", True),
        ("ada", False),
        ("ada@example", False),
        ("ada@exa mple.org", False),
        ("Ada <ada@example.org>", False),
        ("ada@example.org,bob@example.org", False),
        ("a@b.c", False),
        (f"{'a' * 65}@example.org", False),
        (f"a@{'b' * 250}.org", False),
    ],
)
def test_addresses(text: str, good: bool) -> None:
    assert names.is_address(text) == good


def test_parents_and_what_lies_within() -> None:
    assert names.parents("a.b.example.com") == ("a.b.example.com", "b.example.com", "example.com")
    assert names.parents("com") == ()
    assert names.within("Shop.Example.com.", "example.com")
    assert not names.within("notexample.com", "example.com")
    assert not names.within("example.com", "")


def test_a_reading_of_another_subject_is_not_ours() -> None:
    assert Situation(build.ready(), build.entered(domain="other.example")).domain_identity is None
    assert Situation(build.ready(), build.entered(domain="shop.example.com")).domain_identity is not None
    assert Situation(build.ready(), build.entered(test_address="bob@example.org")).test_identity is None


def test_mail_from_is_what_ses_has_else_the_checkouts_else_the_usual() -> None:
    assert Situation(build.ready(), build.entered()).mail_from == "mail.example.com"
    named = replace(build.fresh(), checkout=build.seen(build.stock_checkout(mail_from="bounce.example.com")))
    assert Situation(named, build.answers()).mail_from == "bounce.example.com"
    assert Situation(named, build.answers(domain="example.net")).mail_from == "mail.example.net"
    assert Situation(build.fresh(), build.answers()).mail_from == ""


@pytest.mark.parametrize(
    ("gap", "step"),
    [
        ("mail_from_mx", StepId.DOMAIN),
        ("dmarc", StepId.DOMAIN),
        ("spf_apex", StepId.DOMAIN),
        ("dkim_zone", StepId.DOMAIN),
        ("configuration_set", StepId.BOUNCES),
        ("default_configuration_set", StepId.BOUNCES),
        ("event_destination", StepId.BOUNCES),
        ("inbox", StepId.BOUNCES),
        ("website", StepId.REQUEST),
        ("rate_limit", StepId.DECLARATIONS),
        ("send_policy", StepId.ACCOUNT),
        ("defect_renewal_selects_all", StepId.QUOTA),
        ("defect_mail_repeats.payments", StepId.QUOTA),
        ("template_unsent.invoice-cancelled", StepId.REQUEST),
        ("defect_purge_never_matches", StepId.DECLARATIONS),
        ("defect_template_variable.bounce-policy", StepId.USE_CASE),
        ("something_new", StepId.USE_CASE),
    ],
)
def test_where_a_gap_belongs(gap: str, step: StepId) -> None:
    found = Gap(gap, "m", "r")
    assert step_of(found) == step
    assert guide_of(found) in BY_ID[step].guide_steps


def test_gaps_need_a_checkout() -> None:
    assert of_step(build.ready(), StepId.DOMAIN) == ()
    assert [gap.id for gap in of_step(build.terraform(), StepId.DOMAIN)] == ["mail_from_mx", "dmarc"]
