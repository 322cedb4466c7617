"""Errors of SES as people paste them, and what each means in accounts of different standing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlaas_onboard.journey.actor import Actor
from dlaas_onboard.journey.facts import Facts, Identities, IdentityInfo, RegionGlance
from dlaas_onboard.journey.sending_errors import Explanation, explain
from dlaas_onboard.journey.situation.situation import Situation
from tests import build
from tests.build import DOMAIN, REGION

NOT_VERIFIED = (
    "554 Message rejected: Email address is not verified. The following identities failed the check in region "
)
FILLED = build.filled_in()


def only(text: str, facts: Facts | None = None) -> Explanation:
    (explanation,) = explain(text, Situation(facts or build.complete(), FILLED))
    return explanation


def with_identities(*items: IdentityInfo) -> Facts:
    return replace(build.complete(), identities=build.seen(Identities(items), "SES ListEmailIdentities"))


def production() -> Facts:
    return replace(build.complete(), account=build.seen(build.account(production=True), "account"))


def test_a_recipient_in_the_sandbox_has_to_be_verified() -> None:
    told = only(f"{NOT_VERIFIED}{REGION.upper()}: someone@other.example", with_identities())
    assert "someone@other.example is a recipient that is not verified" in told.cause
    assert f"{REGION} is in the sandbox" in told.cause
    assert "dlaas-onboard next" in told.commands


def test_in_production_only_a_sender_can_be_meant() -> None:
    told = only(f"{NOT_VERIFIED}{REGION.upper()}: someone@other.example", replace(production(), identities=None))
    assert "recipients need no verification" in told.cause
    assert f"Send from an address of {DOMAIN}" in told.remedy


def test_an_account_that_was_not_read_is_not_taken_for_the_sandbox() -> None:
    facts = replace(build.complete(), account=build.denied("GetAccount", "ses:GetAccount"), identities=None)
    told = only(f"{NOT_VERIFIED}{REGION}: someone@other.example", facts)
    assert "could not be read" in told.cause
    assert "is in the sandbox" not in told.cause.replace("whether the account is in the sandbox", "")


@pytest.mark.parametrize(
    ("items", "cause", "actor"),
    [
        ((), f"SES has no identity for {DOMAIN} in {REGION}", Actor.OPERATOR),
        ((IdentityInfo(DOMAIN, "DOMAIN", False, "PENDING"),), "but it is not verified yet", Actor.DNS),
        (
            (IdentityInfo(DOMAIN, "DOMAIN", True, "SUCCESS"),),
            f"shows {DOMAIN} verified in {REGION} now",
            Actor.OPERATOR,
        ),
    ],
)
def test_a_sender_of_ours_is_looked_for_among_the_identities(
    items: tuple[IdentityInfo, ...], cause: str, actor: Actor
) -> None:
    told = only(f"{NOT_VERIFIED}{REGION.upper()}: mail@{DOMAIN}, {DOMAIN}", with_identities(*items))
    assert cause in told.cause
    assert told.actor == actor


def test_identities_that_were_not_read_are_not_missing() -> None:
    told = only(f"{NOT_VERIFIED}{REGION}: mail@{DOMAIN}", replace(build.complete(), identities=None))
    assert "could not be read" in told.cause
    assert "no identity" not in told.cause


@pytest.mark.parametrize(
    ("glance", "cause"),
    [
        (None, "us-east-1 was not looked at from here"),
        (RegionGlance("us-east-1", False), "us-east-1 is in the sandbox"),
        (RegionGlance("us-east-1", True), "us-east-1 has production access"),
    ],
)
def test_another_region_is_named_first(glance: RegionGlance | None, cause: str) -> None:
    radar = {"us-east-1": build.seen(glance, "SES us-east-1")} if glance is not None else {}
    told = only(f"{NOT_VERIFIED}US-EAST-1: someone@other.example", replace(production(), radar=radar))
    assert cause in told.cause
    assert f"The production access of {REGION} does not count in us-east-1" in told.cause
    assert told.commands == ("dlaas-onboard --region us-east-1 status",)


def test_without_the_names_the_whole_text_is_asked_for() -> None:
    assert "Paste the whole error" in only("MessageRejected: Email address is not verified.").remedy


@pytest.mark.parametrize(
    ("account", "cause", "command"),
    [
        ({"sending_enabled": False}, "Sending is switched off", "aws sesv2 put-account-sending-attributes"),
        ({"sending_enabled": False, "enforcement": "SHUTDOWN"}, "enforcement in eu-west-1 is SHUTDOWN", ""),
        ({"enforcement": "PROBATION"}, "is PROBATION", ""),
        ({}, "shows sending enabled in eu-west-1 now", ""),
    ],
)
def test_a_paused_account_says_who_paused_it(account: dict[str, object], cause: str, command: str) -> None:
    facts = replace(build.complete(), account=build.seen(build.account(**account), "account"))
    told = only("AccountSendingPausedException: Sending paused for this account.", facts)
    assert cause in told.cause
    assert (
        any(each.startswith(command) for each in told.commands) if command else not told.commands[0].startswith("aws")
    )


def test_a_conflict_says_what_the_review_shows() -> None:
    told = only("An error occurred (ConflictException) when calling PutAccountDetails: None", build.refused())
    assert "denied" in told.cause
    told = only("ConflictException", build.reviewed("PENDING"))
    assert (told.actor, "under review" in told.cause) == (Actor.AWS, True)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("454 Throttling failure: Maximum sending rate exceeded.", "Maximum sending rate exceeded"),
        ("ThrottlingException: Daily message quota exceeded", "Daily message quota exceeded"),
        ("535 Authentication Credentials Invalid", "535"),
        ("Error: Invalid login: 535 Authentication Credentials Invalid", "535"),
        ("530 Must issue a STARTTLS command first", "STARTTLS"),
        ("MailFromDomainNotVerifiedException: …", "MailFromDomainNotVerified"),
        ("Configuration set <mail-events> does not exist.", "ConfigurationSetDoesNotExist"),
        ("ConfigurationSetSendingPausedException", "ConfigurationSetSendingPausedException"),
        ("AccountSuspendedException", "AccountSuspendedException"),
        (
            "554 Access denied: User `arn:aws:iam::1234:user/mail' is not authorized to perform `ses:SendRawEmail'",
            "Access denied",
        ),
        ("connect ETIMEDOUT 203.0.113.7:587 email-smtp.eu-west-1.amazonaws.com", "not reached"),
        ("The security token included in the request is expired", "Credentials"),
        ("SubscriptionRequiredException: Amazon Web Services Premium Support Subscription is required", "Support"),
        ("InvalidParameterValue: Missing final '@domain'", "address cannot be used"),
        ("… because it is on the suppression list for your account", "suppression list"),
        ("Your account has been moved out of the sandbox in EU (Ireland) Region", "mail of Amazon's"),
    ],
)
def test_each_known_error_is_recognised(text: str, error: str) -> None:
    told = only(text)
    assert error in told.error
    assert all((told.cause, told.remedy, told.source))


def test_what_an_error_names_is_named() -> None:
    denied = (
        "User: arn:aws:sts::123456789012:assumed-role/app/i-1 is not authorized to perform: ses:SendEmail on resource"
    )
    assert "arn:aws:sts::123456789012:assumed-role/app/i-1 lacks the IAM permission ses:SendEmail" in only(denied).cause
    assert "names a configuration set mail-events that" in only("Configuration set <mail-events> does not exist.").cause


def test_several_errors_of_a_log_stand_in_their_order() -> None:
    log = f"535 Authentication Credentials Invalid\n{NOT_VERIFIED}{REGION}: a@other.example\n535 Authentication"
    told = explain(log, Situation(build.complete(), FILLED))
    assert [each.error[:3] for each in told] == ["535", "Mes"]


@pytest.mark.parametrize(
    "text", ["", "hello", "the mail did not arrive", "554 mailbox full", "500 Internal Server Error"]
)
def test_what_is_not_known_is_not_explained(text: str) -> None:
    assert explain(text, Situation(build.complete(), FILLED)) == ()


@given(
    st.text(max_size=300),
    st.sampled_from([NOT_VERIFIED + "EU-WEST-1: ", "Configuration set <", "ConflictException ", ""]),
)
def test_no_text_makes_it_fail_or_brings_a_control_character(text: str, before: str) -> None:
    for facts in (Facts(), build.complete(), build.refused()):
        for each in explain(before + text, Situation(facts, FILLED)):
            said = "".join([each.error, each.cause, each.remedy, *each.commands])
            assert all(char.isprintable() for char in said)
