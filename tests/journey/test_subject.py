"""What the journey is about, and where its values come from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlaas_onboard.journey.facts import Facts, Gap, Identities, IdentityInfo
from dlaas_onboard.journey.situation import effective_inputs
from dlaas_onboard.journey.situation.inputs import resolve
from dlaas_onboard.journey.step_registry import BY_ID, StepId
from dlaas_onboard.journey.steps.checkout_gaps import guide_of, of_step, step_of
from tests.journey import build


def test_an_entry_goes_before_the_checkout() -> None:
    facts = build.terraform()
    assert resolve("sender", facts, build.answers()) == (build.SENDER, "checkout", "/srv/dlaas")
    assert resolve("domain", facts, build.answers()).source == "common/config.json:5"
    found = resolve("sender", facts, build.answers(sender="me@example.com"))
    assert found == ("me@example.com", "you", "entered 2026-11-24 by ada@laptop")


def test_a_from_address_is_never_made_up() -> None:
    assert resolve("sender", build.ready(), build.answers()).text == ""
    no_sender = replace(build.ready(), checkout=build.seen(build.checkout(sender="")))
    assert resolve("sender", no_sender, build.answers()).text == ""


def listed(*items: IdentityInfo) -> Facts:
    return replace(build.fresh(), identities=build.seen(Identities(items)))


def test_the_only_identity_is_taken_two_are_not() -> None:
    one = IdentityInfo("example.com", "DOMAIN", True)
    assert effective_inputs.domain(listed(one), build.answers()) == "example.com"
    assert effective_inputs.domain(listed(one, replace(one, name="example.net")), build.answers()) == ""


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
    assert effective_inputs.domain(build.fresh(), build.answers(domain=text)) == expected


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
    assert effective_inputs.is_address(text) == good


def test_parents_and_what_lies_within() -> None:
    assert effective_inputs.parents("a.b.example.com") == ("a.b.example.com", "b.example.com", "example.com")
    assert effective_inputs.parents("com") == ()
    assert effective_inputs.within("Shop.Example.com.", "example.com")
    assert not effective_inputs.within("notexample.com", "example.com")
    assert not effective_inputs.within("example.com", "")


def test_a_reading_of_another_subject_is_not_ours() -> None:
    assert effective_inputs.domain_identity(build.ready(), build.entered(domain="other.example")) is None
    assert effective_inputs.domain_identity(build.ready(), build.entered(domain="shop.example.com")) is not None
    assert effective_inputs.test_identity(build.ready(), build.entered(test_address="bob@example.org")) is None


def test_mail_from_is_what_ses_has_else_the_checkouts_else_the_usual() -> None:
    assert effective_inputs.mail_from(build.ready(), build.entered()) == "mail.example.com"
    named = replace(build.fresh(), checkout=build.seen(build.checkout(mail_from="bounce.example.com")))
    assert effective_inputs.mail_from(named, build.answers()) == "bounce.example.com"
    assert effective_inputs.mail_from(named, build.answers(domain="example.net")) == "mail.example.net"
    assert effective_inputs.mail_from(build.fresh(), build.answers()) == ""


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
