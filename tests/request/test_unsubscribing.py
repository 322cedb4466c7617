"""List mail: how it is left and how it was asked for, said where the code shows it and named where it does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dlaas_onboard.journey.facts import ContactList, Facts, Mailing
from dlaas_onboard.journey.request import text_rubric
from dlaas_onboard.journey.request.claim_ledger import describe
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps import declarations
from dlaas_onboard.journey.verdict import Mark, Severity
from tests import build
from tests.request.test_messages import facts_of

BOTH = """Headers: [
      { Name: "List-Unsubscribe", Value: link },
      { Name: "List-Unsubscribe-Post", Value: "List-Unsubscribe=One-Click" },
    ],"""
LINK = 'Headers: [{ Name: "List-Unsubscribe", Value: link }],'
CONTACT_LIST = 'ListManagementOptions: { ContactListName: "readers" },'
HEADERS_SAID = "messages carry the headers List-Unsubscribe and List-Unsubscribe-Post (RFC 8058)."
LIST_SAID = "are sent with a contact list of SES: it adds the List-Unsubscribe headers"
READERS = build.seen(Mailing((ContactList("readers"),)), "SES ListContactLists")


def newsletter(folder: Path, simple: str = "", request: str = "") -> Facts:
    """Return the facts of a project that sends one newsletter."""
    code = f"""
const {{ SESv2Client, SendEmailCommand }} = require("@aws-sdk/client-sesv2");
async function sendNewsletter(reader, link) {{
  await ses.send(new SendEmailCommand({{
    Destination: {{ ToAddresses: [reader.email] }},
    Content: {{ Simple: {{
      Subject: {{ Data: "Our newsletter" }},
      Body: {{ Text: {{ Data: "News" }} }},
      {simple}
    }} }},
    {request}
  }}));
}}
"""
    return replace(facts_of(folder, {"package.json": "{}", "src/news.js": code}), mailing=READERS)


def answers(**entries: str) -> Answers:
    """Return the answers of an operator who confirmed the newsletter."""
    confirmed = {
        "message.our-newsletter.trigger": "when we send an issue",
        "message.our-newsletter.recipient": "those who subscribed",
        "message.our-newsletter.class": "newsletter",
        "message.our-newsletter.confirmed": "yes",
    }
    given = {"mail_type": "MARKETING", "unsubscribe": "", "recipients_source": "", **entries}
    result = build.filled_in(**given)
    for field, text in confirmed.items():
        result = build.entry(result, field, text)
    return result


def found(facts: Facts, entered: Answers) -> dict[str, Severity]:
    return {item.id.partition(".")[2]: item.severity for item in text_rubric.of_text(Situation(facts, entered))}


@pytest.mark.parametrize(
    ("simple", "request_part", "said"),
    [
        (BOTH, "", HEADERS_SAID),
        ("", CONTACT_LIST, LIST_SAID),
        (LINK, "", ""),
        ("", "", ""),
        (BOTH, CONTACT_LIST, HEADERS_SAID),
    ],
)
def test_what_the_code_sets_is_said_and_what_was_not_seen_is_a_gap(
    tmp_path: Path, simple: str, request_part: str, said: str
) -> None:
    facts = newsletter(tmp_path, simple, request_part)
    description = describe(Situation(facts, answers()))
    assert ("List-Unsubscribe" in description.text) == bool(said)
    assert said in description.text
    assert ("unsubscribe" in {hole.id for hole in description.holes}) == (not said)
    assert ("list_headers_unseen" in found(facts, answers())) == (not said)
    assert ("one_click" in found(facts, answers())) == (not said)
    for sentence in description.sentences:
        if sentence.id in ("list_headers", "contact_list"):
            assert sentence.source.startswith("src/news.js:")
            assert sentence.observed_at is not None


@pytest.mark.parametrize(
    ("simple", "request_part", "value", "mark"),
    [
        (BOTH, "", "headers List-Unsubscribe and List-Unsubscribe-Post", Mark.GOOD),
        ("", CONTACT_LIST, "a contact list of SES, which adds the headers", Mark.GOOD),
        (LINK, "", "List-Unsubscribe without List-Unsubscribe-Post", Mark.WARN),
        ("", "", "not seen in the code", Mark.UNKNOWN),
    ],
)
def test_the_declarations_show_how_list_mail_is_left(
    tmp_path: Path, simple: str, request_part: str, value: str, mark: Mark
) -> None:
    verdict = declarations.judge(Situation(newsletter(tmp_path, simple, request_part), answers()))
    row = next(row for row in verdict.rows if row.label == "Unsubscribing: Our newsletter")
    assert (row.value, row.mark) == (value, mark)
    assert row.source.startswith("src/news.js:") or mark == Mark.UNKNOWN


def test_nothing_is_said_of_a_newsletter_that_nobody_confirmed(tmp_path: Path) -> None:
    facts = newsletter(tmp_path, BOTH)
    text = describe(Situation(facts, build.filled_in(mail_type="MARKETING"))).text
    assert "List-Unsubscribe" not in text


def test_half_of_one_click_is_named_as_half(tmp_path: Path) -> None:
    situation = Situation(newsletter(tmp_path, LINK), answers())
    item = next(each for each in text_rubric.of_text(situation) if each.id == "use_case.list_headers_unseen")
    assert item.message == (
        "No code was seen that sets List-Unsubscribe-Post beside List-Unsubscribe on list mail: Our newsletter."
    )
    assert item.evidence == "src/news.js:4; they may be set elsewhere"
    assert item.severity == Severity.WARNING


def test_a_request_for_marketing_shows_the_newsletter_and_misses_its_link(tmp_path: Path) -> None:
    entered = answers()
    reset = {"name": "Reset", "trigger": "on request", "recipient": "the user", "class": "security", "sample": "Here."}
    for part, text in reset.items():
        entered = build.entry(entered, f"message.reset.{part}", text)
    situation = Situation(newsletter(tmp_path, BOTH), entered)
    assert "Sample\nSubject: Our newsletter\nNews" in describe(situation).text
    item = next(each for each in text_rubric.of_text(situation) if each.id == "use_case.footer_our-newsletter")
    assert (item.severity, item.evidence) == (Severity.WARNING, "src/news.js:8")
    code = (tmp_path / "src" / "news.js").read_text(encoding="utf-8")
    linked = facts_of(tmp_path, {"src/news.js": code.replace('"News"', '"News. Unsubscribe: {link}"')})
    assert "footer_our-newsletter" not in found(linked, answers())
    unread = facts_of(tmp_path, {"src/news.js": code.replace('"News"', "text")})
    assert "footer_our-newsletter" not in found(unread, answers())


def test_what_the_operator_says_of_it_is_taken(tmp_path: Path) -> None:
    own = "Each issue has an unsubscribe link; our relay adds List-Unsubscribe-Post."
    assert "list_headers_unseen" not in found(newsletter(tmp_path), answers(unsubscribe=own))


def test_a_contact_list_that_ses_does_not_keep_is_claimed_by_nobody(tmp_path: Path) -> None:
    facts = replace(newsletter(tmp_path, "", CONTACT_LIST), mailing=build.seen(Mailing(), "SES ListContactLists"))
    assert LIST_SAID not in describe(Situation(facts, answers())).text
    assert found(facts, answers())["no_contact_list"] == Severity.WARNING
    unread = replace(facts, mailing=build.denied("sesv2:ListContactLists", "ses:ListContactLists"))
    assert "no_contact_list" not in found(unread, answers())
    assert LIST_SAID in describe(Situation(unread, answers())).text


@pytest.mark.parametrize(
    ("source", "asked"),
    [
        ("People enter their address on our page.", True),
        ("People enter their address on our page and open the confirmation link in our mail.", False),
        ("We use double opt-in.", False),
    ],
)
def test_a_confirmed_address_is_the_operators_word_or_seen_in_code(tmp_path: Path, source: str, asked: bool) -> None:
    facts = newsletter(tmp_path, BOTH)
    assert ("double_opt_in" in found(facts, answers(recipients_source=source))) == asked
    assert "confirm it through a link" not in describe(Situation(facts, answers(recipients_source=source))).text


def test_transactional_mail_is_asked_for_none_of_it() -> None:
    assert not {"list_headers_unseen", "double_opt_in"} & found(build.complete(), build.filled_in()).keys()
