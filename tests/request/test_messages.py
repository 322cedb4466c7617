"""The table of messages: what is read, what is proposed, what the operator says; nothing unconfirmed is claimed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dlaas_onboard.checkout.checkout_reader import read as read_checkout
from dlaas_onboard.journey.facts import Facts, Repository, SendingPlace, Source
from dlaas_onboard.journey.facts.sending import LeftOut, LeftOutReason
from dlaas_onboard.journey.request import text_rubric
from dlaas_onboard.journey.request.claim_ledger import describe
from dlaas_onboard.journey.request.field_rules import check, normal
from dlaas_onboard.journey.request.gates import gates
from dlaas_onboard.journey.situation.answers import Entry
from dlaas_onboard.journey.situation.message_row import MessageClass, RowOrigin
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps import declarations
from dlaas_onboard.journey.verdict import Severity
from dlaas_onboard.project import read as read_repository
from tests import build

# Four projects that nobody tuned to: an invoicing service laid out as DLaaS is, a Node service, a forum without a
# checkout's layout, and a newsletter.
INVOICING = {
    "common/config.json": '{"SERVICE_NAME": "Ledgerly", "SERVICE_DOMAIN": "ledgerly.example"}',
    "common/templates/invoice.handlebars": "<p>Your invoice {{number}}</p>",
    "common/templates/monthly-summary.handlebars": "<p>Your month: {{total}}</p>",
    "modules/invoices/lambdas/createInvoice/index.js": """
exports.handler = async (event) => {
  const invoice = await loadInvoice(event);
  await sendEmailWithTemplate({ email: invoice.client.email, subject: "Invoice", template: "invoice.handlebars" });
  await sendEmailWithTemplate({ email: invoice.owner.email, subject: "May", template: "monthly-summary.handlebars" });
  await ses.send(new SendBulkEmailCommand({ DefaultContent: content, BulkEmailEntries: entries }));
};
""",
    "modules/orders/schema.sql": "UPDATE orders SET confirmed = true WHERE code = :code;\n",
    "main.tf": 'resource "aws_ses_domain_identity" "d" { domain = "ledgerly.example" }\n',
}
NODE = {
    "package.json": '{"dependencies": {"nodemailer": "6"}}',
    "src/mail.js": """
const nodemailer = require("nodemailer");
const transport = nodemailer.createTransport({ host: "email-smtp.eu-west-1.amazonaws.com" });
async function sign_up(person) {
  await transport.sendMail({ to: person.email, subject: "Welcome to the clinic", text: "Hello" });
}
async function spring(team) {
  await transport.sendMail({ to: team.adminEmail, subject: "20% off check-ups", text: "Only now" });
}
module.exports = { sign_up, spring };
""",
}
FORUM = {
    "forum/views.py": """
from django.core.mail import send_mail

def reply(post):
    # UPDATE users SET confirmed = true WHERE code = %s
    send_mail("New answer", "Somebody answered", "forum@example.org", [post.author.email])
""",
}
NEWSLETTER = {
    "send.py": """
import boto3
ses = boto3.client("sesv2")

def send_issue(entries):
    ses.send_bulk_email(FromEmailAddress="news@example.org", BulkEmailEntries=entries, DefaultContent=content)
""",
}
PROJECTS = {"invoicing": INVOICING, "node": NODE, "forum": FORUM, "newsletter": NEWSLETTER}
UNTRUE = (
    "All our mail is transactional",
    "we send no newsletters",
    "confirm it through a link",
    "the account's owner",
    "the operator",
    "runs",
    "cron(",
    "sign_up",
    "client.email",
)


def facts_of(folder: Path, files: dict[str, str]) -> Facts:
    """Return the facts of a request that is otherwise ready, about the project in these files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    checkout = read_checkout(folder) if "common/config.json" in files else None
    return replace(build.complete(), checkout=build.seen(checkout, "checkout"), repository=read_repository(folder))


@pytest.mark.parametrize("name", PROJECTS)
def test_nothing_untrue_is_written_of_a_project_that_nobody_tuned_to(tmp_path: Path, name: str) -> None:
    facts = facts_of(tmp_path, PROJECTS[name])
    for answers in (build.filled_in(), build.filled_in(mail_type="TRANSACTIONAL")):
        situation = Situation(facts, answers)
        assert situation.messages.open
        assert not situation.messages.claimed
        description = describe(situation)
        # What the operator wrote himself is his.
        written = " ".join(sentence.text for sentence in description.sentences if not sentence.mine)
        assert [words for words in UNTRUE if words in written] == []
        (hole,) = [hole for hole in description.holes if hole.id == "mail_content"]
        count = len(situation.messages.rows)
        assert f"Confirm or correct the {f'{count} messages that were' if count > 1 else 'message that was'} read" in (
            hole.remedy
        )
        blockers = {item.id for item in text_rubric.of_text(situation) if item.severity == Severity.BLOCKER}
        assert "use_case.mail_content_missing" in blockers
        rows = {row.label: row.value for row in declarations.judge(situation).rows}
        assert "none" not in rows.get("Mail to a list", "")
    without = dict(build.filled_in().entries)
    without.pop("mail_type", None)
    assert Situation(facts, replace(build.filled_in(), entries=without)).input("mail_type").origin != "checkout"


def test_each_sending_call_of_the_four_projects_is_a_row(tmp_path: Path) -> None:
    rows = {
        name: {
            str(source) for row in Situation(facts_of(tmp_path / name, files)).messages.rows for source in row.sources
        }
        for name, files in PROJECTS.items()
    }
    folder = "modules/invoices/lambdas/createInvoice/index.js"
    assert rows == {
        "invoicing": {f"{folder}:4", f"{folder}:5", f"{folder}:6"},
        "node": {"src/mail.js:5", "src/mail.js:8"},
        "forum": {"forum/views.py:6"},
        "newsletter": {"send.py:6"},
    }


def test_a_guess_is_proposed_and_what_reads_like_marketing_is_called_so(tmp_path: Path) -> None:
    rows = {row.subject: row for row in Situation(facts_of(tmp_path, NODE)).messages.rows}
    welcome, spring = rows["Welcome to the clinic"], rows["20% off check-ups"]
    assert (welcome.trigger, welcome.recipient) == ("when somebody signs up", "the person")
    assert (spring.message_class, spring.bulk, spring.recipient) == (MessageClass.NEWSLETTER, True, "the team's admin")
    assert {welcome.origin, spring.origin} == {RowOrigin.GUESS}


@pytest.mark.parametrize(
    ("recipient", "source", "said", "asked"),
    [
        (
            "a client of one of our users, to whom the invoice is addressed",
            "People enter their address when they sign up.",
            (
                "All our mail is transactional; some of it goes to people who are not our users: "
                "a client of one of our users, to whom the invoice is addressed."
            ),
            True,
        ),
        (
            "a client of one of our users",
            "Users enter the address of each client whom they bill.",
            "some of it goes to people who are not our users: a client of one of our users.",
            False,
        ),
        ("the guest who has the booking", "At the booking.", "All our mail is transactional.\n", False),
        ("the person who paid", "At the checkout.", "each message concerns its recipient's own account", False),
    ],
)
def test_third_parties_are_named_and_did_nothing_of_which_the_text_speaks(
    recipient: str, source: str, said: str, asked: bool
) -> None:
    facts = replace(build.complete(), checkout=build.seen(None, "checkout"), repository=build.seen(None, "code"))
    parts = {"name": "Invoice", "trigger": "when a user sends it", "recipient": recipient, "class": "billing"}
    entries = {f"message.invoice.{part}": text for part, text in parts.items()}
    entries["messages_complete"] = "yes"
    answers = build.filled_in(mail_type="TRANSACTIONAL", recipients_source=source, **entries)
    situation = Situation(facts, answers)
    assert said in describe(situation).text
    assert f"Messages to {recipient}:\n- Invoice: when a user sends it." in describe(situation).text
    assert ("use_case.third_parties" in {item.id for item in text_rubric.of_text(situation)}) == asked


def test_rows_by_hand_stand_where_there_is_no_repository() -> None:
    facts = replace(build.complete(), checkout=build.seen(None, "checkout"), repository=build.seen(None, "code"))
    parts = {"name": "Receipt", "trigger": "after each payment", "recipient": "the person who paid", "class": "billing"}
    said = {f"message.receipt.{part}": text for part, text in parts.items()}
    situation = Situation(facts, build.filled_in(**said))
    assert [(row.origin, row.by) for row in situation.messages.rows] == [(RowOrigin.CONFIRMED, "ada@laptop")]
    text = describe(situation).text
    assert "Messages to the person who paid:\n- Receipt: after each payment." in text
    assert "no newsletters" not in text  # nobody read any code
    half = {key: text for key, text in said.items() if not key.endswith("class")}
    assert describe(Situation(facts, build.filled_in(**half))).text.count("Receipt") == 0


@pytest.mark.parametrize(
    ("field", "text", "wrong"),
    [
        ("message.a.trigger", "when somebody signs up", ""),
        ("message.a.trigger", "on the first of each month", ""),
        ("message.a.trigger", "one message each time our function sign_up runs", "plain words"),
        ("message.a.trigger", "on the schedule cron(0 6 1 * ? *)", "plain words"),
        ("message.a.trigger", "lambda mails people", "follows on"),
        ("message.a.recipient", "invoice.client.email", "plain words"),
        ("message.a.recipient", "our client's own clients", ""),
        ("message.a.class", "bill", "Did you mean billing?"),
        ("message.a.class", "billing", ""),
        ("message.a.confirmed", "perhaps", "Enter yes"),
        ("message.a.trigr", "when it rains", "Did you mean trigger?"),
        ("message.trigger", "when it rains", "message.<id>.<part>"),
    ],
)
def test_what_an_operator_says_of_a_message_is_checked(field: str, text: str, wrong: str) -> None:
    said = check(field, text)
    assert wrong in said
    assert bool(said) == bool(wrong)
    assert normal(field, normal(field, text)) == normal(field, text)


def by_hand(*, complete: str = "", **answers: str) -> Situation:
    """Return a request without a repository, with one message filled in by hand."""
    facts = replace(build.complete(), checkout=build.seen(None, "checkout"), repository=build.seen(None, "code"))
    parts = {"name": "Receipt", "trigger": "after each payment", "recipient": "the person who paid", "class": "billing"}
    said = {f"message.receipt.{part}": text for part, text in parts.items()}
    entered = {"mail_type": "TRANSACTIONAL", "messages_complete": complete, "unsubscribe": "", **said, **answers}
    return Situation(facts, build.filled_in(**entered))


@pytest.mark.parametrize(("word", "all_of_it"), [("yes", True), ("no", False), ("", False)])
def test_without_a_repository_all_and_no_are_said_by_the_operators_word_alone(word: str, *, all_of_it: bool) -> None:
    situation = by_hand(complete=word)
    said = {sentence.id: sentence for sentence in describe(situation).sentences}
    assert ("no_mailing_list" in said) is all_of_it
    assert said["transactional"].text.startswith("All our mail" if all_of_it else "Our mail is transactional: each")
    holes = {hole.id: hole.field for hole in describe(situation).holes}
    assert holes.get("unsubscribe") == (None if all_of_it else "messages_complete")
    if all_of_it:
        for sentence in ("no_mailing_list", "transactional"):
            assert "the service sends through this identity, entered 2026-11-24 by ada" in said[sentence].source


def test_the_operators_word_covers_places_that_could_not_be_resolved_once_each_is_confirmed(tmp_path: Path) -> None:
    source = Source("send.kt", 3)
    place = SendingPlace(source, "SMTP", "send", function="Mailer.send", unresolved=("recipient", "subject"))
    left_out = (LeftOut(LeftOutReason.LANGUAGE, 1, ("send.kt",)),)
    repository = Repository("shop", (place,), left_out=left_out)
    facts = replace(build.complete(), checkout=build.seen(None, "checkout"), repository=build.seen(repository, "code"))

    def said(**parts: str) -> set[str]:
        answers = build.filled_in(mail_type="TRANSACTIONAL", messages_complete="yes", unsubscribe="")
        for part, text in parts.items():
            entry = Entry(text, build.NOW, "ada@laptop")
            answers = answers.with_entry(f"message.send.{part}", entry)
        return {sentence.id for sentence in describe(Situation(facts, answers)).sentences}

    assert not said() & {"no_mailing_list", "transactional"}
    whole = {"name": "Receipt", "trigger": "after each payment", "recipient": "the buyer", "class": "billing"}
    assert not said(**whole) & {"no_mailing_list", "transactional"}
    assert said(**whole, confirmed="yes") >= {"no_mailing_list", "transactional", "mail.send"}
    assert not said(**{**whole, "class": "newsletter"}, confirmed="yes") & {"no_mailing_list", "transactional"}


def test_the_operators_no_takes_all_back_though_the_code_was_read_in_full() -> None:
    answers = build.filled_in(mail_type="TRANSACTIONAL", messages_complete="no")
    said = {sentence.id: sentence.text for sentence in describe(Situation(build.complete(), answers)).sentences}
    assert "no_mailing_list" not in said
    assert said["transactional"].startswith("Our mail is transactional")


def test_a_confirmed_class_does_not_hide_words_of_marketing_and_both_ways_out_are_named(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, NODE)
    row = next(row for row in Situation(facts).messages.rows if row.bulk)
    words = {"trigger": "in May", "recipient": "each team", "class": "security", "confirmed": "yes"}
    said = {f"message.{row.id}.{part}": text for part, text in words.items()}
    situation = Situation(facts, build.filled_in(mail_type="TRANSACTIONAL", messages_complete="yes", **said))
    (found,) = [item for item in text_rubric.of_text(situation) if item.id == "use_case.transactional_missing"]
    assert found.severity == Severity.BLOCKER
    assert "“20% off check-ups” (“20% off” at src/mail.js:8, confirmed by you as security)" in found.message
    assert "Choose the mail type Marketing" in found.remedy
    assert "reword the message" in found.remedy
    assert "no_mailing_list" not in {sentence.id for sentence in describe(situation).sentences}
    (gate,) = [gate for gate in gates(situation) if gate.id == "use_case"]
    assert gate.takes_reason
    marketing = Situation(facts, build.filled_in(mail_type="MARKETING", **said))
    assert "use_case.transactional_missing" not in {item.id for item in text_rubric.of_text(marketing)}


def test_a_sample_that_the_operator_pasted_is_his_and_is_read_for_marketing() -> None:
    situation = by_hand(complete="yes", **{"message.receipt.sample": "Thank you. 20% off your next order!"})
    (row,) = situation.messages.rows
    assert row.marketing == "20% off"
    assert "no_mailing_list" not in {sentence.id for sentence in describe(situation).sentences}
    plain = by_hand(**{"message.receipt.sample": "Thank you.", "sample_message": ""})
    sample = next(sentence for sentence in describe(plain).sentences if sentence.id == "sample.receipt")
    assert (sample.mine, sample.source) == (True, "entered 2026-11-24 by ada@laptop")


def test_what_was_confirmed_says_by_whom_and_from_where(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, NODE)
    row = next(row for row in Situation(facts).messages.rows if not row.bulk)
    words = {"trigger": "when somebody registers", "recipient": "the person", "class": "account", "confirmed": "yes"}
    said = {f"message.{row.id}.{part}": text for part, text in words.items()}
    sentences = describe(Situation(facts, build.filled_in(**said))).sentences
    carried = {sentence.id: sentence.source for sentence in sentences}
    source = "confirmed by ada@laptop on 2026-11-24 from src/mail.js:5"
    assert (carried[f"mail.{row.id}"], carried["mails.1"]) == (source, source)
