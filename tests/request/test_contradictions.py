"""What the operator's own words claim and what was seen denies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dlaas_onboard.journey.facts import Dkim, Facts, MailFrom, SendPoint
from dlaas_onboard.journey.request import contradictions
from dlaas_onboard.journey.request.gate import Light
from dlaas_onboard.journey.request.gates import gates
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.verdict import Severity
from tests import build


def contradicted(facts: Facts, answers: Answers) -> set[str]:
    """Return the blockers among the contradictions, which is what the gate holds."""
    situation = Situation(facts, answers)
    found = contradictions.of_own_words(situation)
    assert all(finding.remedy and finding.evidence for finding in found)
    blockers = {
        finding.id.removeprefix("use_case.").removesuffix("_contradicted")
        for finding in found
        if finding.severity == Severity.BLOCKER
    }
    gate = next(gate for gate in gates(situation) if gate.id == "contradictions")
    assert gate.light == (Light.RED if blockers else Light.GREEN)
    return blockers


def words(text: str, facts: Facts | None = None) -> set[str]:
    return contradicted(facts or build.complete(), build.filled_in(mail_content=text))


def _policy(policy: str) -> Facts:
    record = f"v=DMARC1; p={policy}; rua=mailto:{build.SENDER}"
    facts = build.complete()
    return build.with_dns(facts, {**facts.dns, **build.dns(("TXT", f"_dmarc.{build.DOMAIN}", (record,)))})


def _sent(*attempts: int) -> Facts:
    points = tuple(SendPoint(build.NOW, count, 0, 0, 0) for count in attempts)
    return replace(
        build.complete(),
        statistics=build.seen(points, "SES GetSendStatistics"),
        account=build.seen(build.account(sent_last_24_hours=0.0), "SES GetAccount"),
    )


def _identity(**changes: object) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, domain_identity=build.seen(build.identity(**changes), "SES"))


def test_the_complete_example_contradicts_nothing() -> None:
    assert contradicted(build.complete(), build.filled_in()) == set()


@pytest.mark.parametrize(
    ("text", "published", "untrue"),
    [
        ("DMARC is published with the policy reject.", "quarantine", True),
        ("Our DMARC policy is “reject”.", "none", True),
        ("We enforce a DMARC reject policy.", "none", True),
        ("DMARC (p=reject) protects the domain.", "quarantine", True),
        ("DMARC is set to quarantine.", "none", True),
        ("DMARC with policy none.", "reject", True),
        ("DMARC is published with the policy reject.", "reject", False),
        ("We will move our DMARC policy to reject next month.", "none", False),
        ("Our DMARC policy is not reject yet.", "none", False),
        ("Our DMARC policy is quarantine, not reject.", "quarantine", False),
        ("Receivers reject mail that fails DMARC.", "none", False),
        ("Our refund policy is none of your concern.", "reject", False),
    ],
)
def test_a_policy_of_dmarc_is_the_one_that_dns_has(text: str, published: str, untrue: bool) -> None:
    assert words(text, _policy(published)) == ({"dmarc_policy"} if untrue else set())


def test_a_policy_that_could_not_be_read_denies_nothing() -> None:
    facts = replace(build.complete(), dmarc=build.unread("DNS"))
    assert words("DMARC is published with the policy reject.", facts) == set()


@pytest.mark.parametrize(
    ("text", "attempts", "untrue"),
    [
        ("We sent 400 test messages in the sandbox.", (), True),
        ("We sent 400 test messages in the sandbox.", (24,), True),
        ("We have sent 1,200 successful test e-mails.", (100, 12), True),
        ("Hundreds of test mails were sent in November.", (3,), True),
        ("We sent test messages to our own addresses.", (), True),
        ("We sent test messages to our own addresses.", (2,), False),
        ("We sent 400 test messages in the sandbox.", (380,), False),
        ("We sent 400 test messages in March.", (), False),
        ("We sent 400 test messages last year.", (), False),
        ("We sent 400 test messages in eu-central-1.", (), False),
        ("We sent two test messages to the mailbox simulator.", (), False),
        ("We have not sent any test messages yet.", (), False),
        ("We will send 400 test messages.", (), False),
        ("Users can request a test message.", (), False),
    ],
)
def test_test_messages_are_those_that_ses_counted(text: str, attempts: tuple[int, ...], untrue: bool) -> None:
    assert words(text, _sent(*attempts)) == ({"tests"} if untrue else set())


def test_statistics_that_could_not_be_read_deny_nothing() -> None:
    facts = replace(build.complete(), statistics=build.unread("SES"))
    assert words("We sent 400 test messages in the sandbox.", facts) == set()


@pytest.mark.parametrize(
    ("text", "untrue"),
    [
        ("A weekly digest with what is new in the forum.", True),
        ("Once a month members get our newsletter.", True),
        ("All mail is transactional. We also send special offers.", True),
        ("A promotional e-mail goes to people who bought before.", True),
        ("We send no newsletters, promotions or special offers.", False),
        ("There is neither a newsletter nor a weekly digest.", False),
        ("Our newsletter goes out through Mailchimp, not through SES.", False),
        ("A receipt for each order.", False),
    ],
)
def test_marketing_does_not_stand_beside_all_our_mail_is_transactional(text: str, untrue: bool) -> None:
    assert words(text) == ({"marketing"} if untrue else set())


def test_what_the_service_is_about_is_not_what_it_sends() -> None:
    business = "Example GmbH runs a platform on which writers keep their newsletter."
    assert contradicted(build.complete(), build.filled_in(business=business)) == set()
    sends = "Example GmbH sends a newsletter for gardeners."
    assert contradicted(build.complete(), build.filled_in(business=sends)) == {"marketing"}


def test_own_words_do_not_deny_what_the_request_says_of_itself() -> None:
    own = build.filled_in(mail_type="MARKETING", unsubscribe="We send no marketing; unsubscribe by the link.")
    assert contradicted(build.complete(), own) == {"marketing"}
    honest = build.filled_in(mail_type="MARKETING", unsubscribe="Each message has a link to unsubscribe.")
    assert contradicted(build.complete(), honest) == set()


def test_own_words_do_not_deny_a_message_in_the_same_text() -> None:
    row = build.filled_in(**{"sentence.mail.digest": "- Weekly digest: on Monday, with what is new."})
    assert contradicted(build.complete(), row) == {"marketing"}


@pytest.mark.parametrize(
    ("text", "change", "gate"),
    [
        ("Our mail is signed with DKIM.", _identity(dkim=Dkim("PENDING")), "dkim"),
        ("We do not buy lists, and our mail is signed with DKIM.", _identity(dkim=Dkim("FAILED")), "dkim"),
        ("We use a custom MAIL FROM domain.", _identity(mail_from=MailFrom("mail.x", "FAILED")), "mail_from"),
        ("DMARC is in place.", build.without_dmarc, "dmarc"),
        ("SNS tells our function.", lambda f: replace(f, configuration_sets=build.seen((), "SES")), "bounce_path"),
        (
            "The account-level suppression list is on.",
            lambda f: replace(f, account=build.seen(build.account(suppressed_reasons=("BOUNCE",)), "SES")),
            "suppression",
        ),
    ],
)
def test_what_is_claimed_to_be_in_place_is(text: str, change: Callable[[Facts], Facts], gate: str) -> None:
    assert words(text, change(build.complete())) == {gate}
    assert words(text) == set()
    planned = f"We will set up what is missing, {text[:1].lower()}{text[1:].rstrip('.')} is planned."
    assert words(planned, change(build.complete())) == set()


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("Our mail is signed with DKIM.", lambda f: replace(f, domain_identity=build.unread("SES"))),
        ("The account-level suppression list is on.", lambda f: replace(f, account=build.unread("SES"))),
        ("SNS tells our function.", lambda f: replace(f, configuration_sets=build.unread("SES"))),
        (
            "SNS tells our function.",
            lambda f: replace(f, topics={build.TOPIC: build.seen(build.topic(confirmed=False))}),
        ),
        ("DKIM is not set up.", _identity(dkim=Dkim("PENDING"))),
        ("DKIM is still missing.", _identity(dkim=Dkim("PENDING"))),
        ("DKIM will be switched on.", _identity(dkim=Dkim("PENDING"))),
    ],
)
def test_what_is_unknown_or_denied_or_planned_contradicts_nothing(text: str, change: Callable[[Facts], Facts]) -> None:
    assert words(text, change(build.complete())) == set()


def test_a_sample_message_says_nothing_to_amazon() -> None:
    answers = build.filled_in(sample_message="Subject: Your weekly digest\nWe sent 400 test messages. DMARC: reject.")
    assert contradicted(build.complete(), answers) == set()


@pytest.mark.parametrize("text", ["Is DMARC set to reject?", "> DMARC is set to reject.\nNone of that yet."])
def test_a_question_and_a_quotation_state_nothing(text: str) -> None:
    assert words(text, _policy("none")) == set()
