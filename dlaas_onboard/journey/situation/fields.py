"""The fields an operator can fill: one registry for the app, the plain mode and ``draft set``."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from dlaas_onboard.journey.step_registry import StepId


class FieldKind(StrEnum):
    """How a field is edited; its text is what :class:`~dlaas_onboard.journey.situation.answers.Entry` keeps."""

    TEXT = "text"
    CHOICE = "choice"
    LINES = "lines"  # several lines of prose
    LIST = "list"  # comma separated
    NUMBER = "number"
    SWITCH = "switch"  # "yes" or "no"
    DECLARATION = "declaration"  # "yes", never set in advance


class Field(NamedTuple):
    """One thing to enter."""

    id: str
    step: StepId
    label: str
    help: str
    kind: FieldKind = FieldKind.TEXT
    choices: tuple[tuple[str, str], ...] = ()  # (value, words)
    placeholder: str = ""


FIELDS = (
    Field(
        "test_address",
        StepId.TEST_ADDRESS,
        "Your own address",
        "A mailbox that you can open now; SES sends it a link that works for 24 hours.",
        placeholder="you@example.com",
    ),
    Field(
        "test_recipients",
        StepId.TEST_ADDRESS,
        "Test recipients",
        "Up to ten others who get test mail before production access, separated by commas. SES sends each a link.",
        FieldKind.LIST,
        placeholder="bob@example.com, eve@example.org",
    ),
    Field(
        "domain",
        StepId.DOMAIN,
        "Sending domain",
        "The domain in the From address, without www.",
        placeholder="example.com",
    ),
    Field(
        "sender",
        StepId.DOMAIN,
        "From address",
        "The address your service sends from.",
        placeholder="support@example.com",
    ),
    Field(
        "infrastructure",
        StepId.DOMAIN,
        "Set up by",
        "What sets up this account's mail: the infrastructure code of your project, or you by hand. What the code "
        "declares is then not made from here.",
        FieldKind.CHOICE,
        choices=(("code", "the infrastructure code"), ("by_hand", "by hand: the code is not applied here")),
    ),
    Field(
        "bounce_process",
        StepId.BOUNCES,
        "What happens on a bounce or complaint",
        "In your words: who or what acts on the event, and what it does to the address.",
        FieldKind.LINES,
    ),
    Field(
        "bounce_seen",
        StepId.BOUNCES,
        "Where the simulator's events arrived",
        "After a test of your own: where the bounce and the complaint showed up, and when. It is told as your word.",
        FieldKind.LINES,
    ),
    Field(
        "complaints_to",
        StepId.BOUNCES,
        "Where you read complaints",
        "The mailbox or the system in which somebody sees each complaint: an address, or such as “our ticket system”.",
        placeholder="abuse@example.com",
    ),
    Field(
        "reply_to",
        StepId.BOUNCES,
        "Reply-To address",
        "Where answers go if your code sets Reply-To. Empty: they go to the From address.",
        placeholder="help@example.com",
    ),
    Field(
        "feedback_to",
        StepId.BOUNCES,
        "Where bounces are mailed",
        "What your code passes as FeedbackForwardingEmailAddress. Empty: SES mails bounces to the From address.",
        placeholder="bounces@example.com",
    ),
    Field(
        "mail_type",
        StepId.REQUEST,
        "Mail type",
        "Transactional: sent because of something one recipient did. Marketing: everything else.",
        FieldKind.CHOICE,
        (("TRANSACTIONAL", "Transactional"), ("MARKETING", "Marketing")),
    ),
    Field(
        "website_url",
        StepId.REQUEST,
        "Website URL",
        "The page the reviewer opens: it should say what the service is, its privacy rules and how to reach you.",
        placeholder="https://example.com",
    ),
    Field(
        "sign_up_url",
        StepId.REQUEST,
        "Sign-up page",
        "Where people enter their address and agree to your mail. Empty: the page that the website links.",
        placeholder="https://example.com/sign-up",
    ),
    Field(
        "privacy_url",
        StepId.REQUEST,
        "Privacy policy",
        "Its address, if the website does not link it. Empty: the page that the website links.",
        placeholder="https://example.com/privacy",
    ),
    Field("service_name", StepId.REQUEST, "Service name", "The name your recipients know."),
    Field(
        "contact_language",
        StepId.REQUEST,
        "Contact language",
        "The language Amazon writes to you in. The text of the request stays English.",
        FieldKind.CHOICE,
        (("EN", "English"), ("JA", "Japanese")),
    ),
    Field(
        "contacts",
        StepId.REQUEST,
        "Additional contacts",
        "Up to four addresses, separated by commas, that also get Amazon's mail about the review.",
        FieldKind.LIST,
        placeholder="ops@example.com",
    ),
    Field(
        "private_website",
        StepId.REQUEST,
        "Website is on a private network",
        "Lets the check open private addresses. A reviewer cannot reach those.",
        FieldKind.SWITCH,
    ),
    Field(
        "users_now",
        StepId.QUOTA,
        "Users now",
        "How many people have an account today. 0 before the launch.",
        FieldKind.NUMBER,
    ),
    Field(
        "messages_per_day_now",
        StepId.QUOTA,
        "Messages a day now",
        "What the service sends on an average day today, whoever delivers it. 0 if it sends none yet.",
        FieldKind.NUMBER,
    ),
    Field("users", StepId.QUOTA, "Users in six months", "How many people will have an account.", FieldKind.NUMBER),
    Field(
        "signups_per_day",
        StepId.QUOTA,
        "Sign-ups on a busy day",
        "New accounts on the busiest day you expect.",
        FieldKind.NUMBER,
    ),
    Field(
        "mails_per_user_month",
        StepId.QUOTA,
        "Messages a user gets in a month",
        "Invoices, receipts, reminders and notices together.",
        FieldKind.NUMBER,
    ),
    Field(
        "peak_factor",
        StepId.QUOTA,
        "Busiest day against an average day",
        "3 means that the busiest day has three times the mail of an average one.",
        FieldKind.NUMBER,
    ),
    Field(
        "growth",
        StepId.QUOTA,
        "Where the growth comes from",
        "One sentence, if six months differ much from today: a launch, a move from another provider, a waiting list.",
        FieldKind.LINES,
    ),
    Field(
        "daily_quota",
        StepId.QUOTA,
        "Daily sending quota to name",
        "Recipients in 24 hours. Empty: the worksheet's figure.",
        FieldKind.NUMBER,
    ),
    Field(
        "send_rate",
        StepId.QUOTA,
        "Sending rate to name",
        "Recipients a second. Empty: the worksheet's figure.",
        FieldKind.NUMBER,
    ),
    Field(
        "quota_in_sandbox",
        StepId.QUOTA,
        "Ask for quota out of the sandbox",
        "After a denial. AWS's table says adjustable only after leaving; in practice a case opens. Whether that lifts "
        "the sandbox is not known.",
        FieldKind.SWITCH,
    ),
    Field(
        "business",
        StepId.USE_CASE,
        "What the service is",
        "One or two sentences: what it does, for whom, and who runs it.",
        FieldKind.LINES,
    ),
    Field(
        "mail_content",
        StepId.USE_CASE,
        "What you send, and what triggers it",
        "Each kind of message and the event that sends it.",
        FieldKind.LINES,
    ),
    Field(
        "messages_complete",
        StepId.USE_CASE,
        "These are all the messages that the service sends through this identity",
        "Yes lets the text say that there are no others and no newsletter. No, if other code or another service sends.",
        FieldKind.SWITCH,
    ),
    Field(
        "recipients_source",
        StepId.USE_CASE,
        "How addresses reach you",
        "The concrete step: a form, a checkout, a confirmation link. Lists that were bought rule you out.",
        FieldKind.LINES,
    ),
    Field(
        "unsubscribe",
        StepId.USE_CASE,
        "How recipients stop the mail",
        "An unsubscribe link, closing the account, or why transactional mail has none.",
        FieldKind.LINES,
    ),
    Field(
        "sample_message",
        StepId.USE_CASE,
        "A sample message",
        "One message as its recipient gets it: subject, text and footer. It stands before any other sample.",
        FieldKind.LINES,
    ),
    Field(
        "use_case_text",
        StepId.USE_CASE,
        "The description, in your own words",
        "Replaces the written text as a whole. Empty: the text is written from the facts.",
        FieldKind.LINES,
    ),
    Field(
        "send_description",
        StepId.USE_CASE,
        "Send the description with the request",
        "AWS calls UseCaseDescription deprecated; the text is kept as your reply to the case in any event.",
        FieldKind.SWITCH,
    ),
    Field(
        "declare_terms",
        StepId.DECLARATIONS,
        "I comply with the AWS Service Terms and the Acceptable Use Policy",
        "https://aws.amazon.com/service-terms/ and https://aws.amazon.com/aup/",
        FieldKind.DECLARATION,
    ),
    Field(
        "declare_recipients",
        StepId.DECLARATIONS,
        "I only send to recipients who asked for my mail",
        "Bought, rented or scraped lists are excluded by this.",
        FieldKind.DECLARATION,
    ),
    Field(
        "declare_bounces",
        StepId.DECLARATIONS,
        "I have a process to handle bounces and complaints",
        "Somebody or something hears of each, and the address is not mailed again.",
        FieldKind.DECLARATION,
    ),
    Field(
        "aws_answer",
        StepId.DECISION,
        "What Amazon wrote",
        "Paste the mail here: what it asks is recognised, and the reply answers it.",
        FieldKind.LINES,
    ),
    Field(
        "reply",
        StepId.DECISION,
        "Your reply to the case",
        "Empty: the draft is sent, which answers what Amazon asked. At most 8000 characters.",
        FieldKind.LINES,
    ),
    Field(
        "attach_report",
        StepId.DECISION,
        "Attach the evidence",
        "Two pages of evidence for the request go along with what you send to the case, as a text file.",
        FieldKind.SWITCH,
    ),
    Field(
        "new_case",
        StepId.DECISION,
        "The closed case takes no answer",
        "Yes lets you open a new case, the last of the ways. For 14 days an answer reopens the old one.",
        FieldKind.SWITCH,
    ),
    Field(
        "first_recipient",
        StepId.GO_LIVE,
        "First real recipient",
        "An address whose owner agreed to get your first real message.",
        placeholder="friend@example.org",
    ),
    Field(
        "first_headers",
        StepId.GO_LIVE,
        "Headers of the message that arrived",
        "Paste Authentication-Results, or the whole header.",
        FieldKind.LINES,
    ),
)

BY_ID = {field.id: field for field in FIELDS}
OVERRIDE = "override."  # prefix of a typed reason for a red gate: "override.dmarc"
SENTENCE = "sentence."  # prefix of a sentence of the description that the operator rewrote


def of_step(step: StepId) -> tuple[Field, ...]:
    """Return the fields of one step in their order."""
    return tuple(field for field in FIELDS if field.step == step)
