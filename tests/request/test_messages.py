"""The table of messages: what is read, what is proposed, what the operator says; nothing unconfirmed is claimed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dlaas_onboard.checkout.checkout_reader import read as read_checkout
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.request import text_rubric
from dlaas_onboard.journey.request.claim_ledger import describe
from dlaas_onboard.journey.request.field_rules import check, normal
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
    assert (spring.message_class, spring.bulk, spring.recipient) == (MessageClass.NEWSLETTER, True, "the team")
    assert {welcome.origin, spring.origin} == {RowOrigin.GUESS}


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
