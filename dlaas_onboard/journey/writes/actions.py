"""What can be done: one registry that feeds keys, palette, help, the command log and the documentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.verdict import Verdict
from dlaas_onboard.journey.writes import alarms, differences, plans, preconditions, recipients

Verdicts = Mapping[StepId, Verdict]


class Confirm(StrEnum):
    """What the operator does before a write leaves."""

    YES = "yes"  # reads the calls, presses one key
    DIGITS = "digits"  # types the last four digits of the account as well


class ByHand(NamedTuple):
    """How to do in the console what cannot be done from here."""

    link: str
    text: str  # what to paste there
    then: str  # what to do afterwards, in one sentence
    warning: str = ""  # what to know before it leaves, line by line


@dataclass(frozen=True, slots=True)
class Action:
    """One write that the operator can ask for.

    ``plan`` returns the exact calls from what is known and entered, none where that is too little;
    ``blocked_because`` returns why it cannot be done now, ``""`` when it can. Both are pure.
    """

    id: str  # "create_test_address"
    title: str  # "Send the verification link"
    key: str  # "v"
    help: str  # one sentence: what it does at AWS, and what cannot be undone
    step: StepId
    plan: Callable[[Situation], tuple[Call, ...]]
    blocked_because: Callable[[Situation, Verdicts], str]
    iam: tuple[str, ...]  # ("ses:CreateEmailIdentity",)
    rereads: tuple[Look, ...] = ()
    inputs: tuple[str, ...] = ()  # ids of the fields that it takes what it sends from
    confirm: Confirm = Confirm.YES
    final: str = ""  # what cannot be undone, in one sentence
    about: str = ""  # what is said before it starts, where that is more than one sentence
    warns: Callable[[Situation, Verdicts], str] | None = None  # the same, where it depends on how things stand
    each: bool = False  # its calls do not need one another: one that AWS refuses does not stop those after it
    again: Callable[[Situation], str] | None = None  # why not, by what was sent before
    preview: Callable[[Sequence[Call], Situation], str] | None = None  # how what is sent reads
    by_hand: Callable[[Situation, Verdicts], ByHand | None] | None = None  # where it cannot be done from here
    result_text: Callable[[Sequence[Call], Situation], str] | None = None  # what came of it, in words


_BILLED = "It is billed like any message."
PROVE = "prove_bounces"  # the one action whose later calls use what earlier ones returned

# Keys are unique within a step; q, ?, /, r, c, o, e, j, k, g, y, n and u belong to the app itself.
ACTIONS: tuple[Action, ...] = (
    Action(
        "create_test_address",
        "Send the verification link",
        "v",
        "Creates an identity for your own address; SES mails it a link that works for 24 hours.",
        StepId.TEST_ADDRESS,
        plans.create_test_address,
        preconditions.create_test_address,
        ("ses:CreateEmailIdentity",),
        (Look.TEST_ADDRESS, Look.IDENTITIES),
        inputs=("test_address",),
    ),
    Action(
        "resend_test_address",
        "Send the link again",
        "a",
        "SES has no call that sends the link again: the identity is deleted and created again.",
        StepId.TEST_ADDRESS,
        plans.resend_test_address,
        preconditions.resend_test_address,
        ("ses:DeleteEmailIdentity", "ses:CreateEmailIdentity"),
        (Look.TEST_ADDRESS, Look.IDENTITIES),
        final="The old link stops working, and settings of this one identity are lost.",
    ),
    Action(
        "send_test",
        "Send a test message",
        "t",
        f"Sends one short message to your own address. {_BILLED}",
        StepId.TEST_ADDRESS,
        plans.send_test,
        preconditions.send_test,
        ("ses:SendEmail",),
        (Look.ACCOUNT,),
        final="A message that was sent cannot be called back.",
        inputs=("test_address",),
    ),
    Action(
        "verify_recipients",
        "Verify the recipients",
        "w",
        "Creates an identity for each test recipient that SES does not know; SES mails each a link that works for 24 "
        "hours.",
        StepId.TEST_ADDRESS,
        recipients.verify,
        recipients.verify_blocked_because,
        ("ses:CreateEmailIdentity",),
        (Look.RECIPIENTS, Look.IDENTITIES),
        about="Amazon mails each of them at once: tell them first. One call a second; one that is refused does not "
        "stop the others.",
        each=True,
        result_text=recipients.result_text,
        inputs=("test_recipients",),
    ),
    Action(
        "resend_recipients",
        "Send their links again",
        "l",
        "For each recipient that has not opened its link, the identity is deleted and created again: SES has no call "
        "that sends a link again.",
        StepId.TEST_ADDRESS,
        recipients.resend,
        recipients.resend_blocked_because,
        ("ses:DeleteEmailIdentity", "ses:CreateEmailIdentity"),
        (Look.RECIPIENTS, Look.IDENTITIES),
        final="The old links stop working, and settings of these identities are lost.",
        warns=recipients.before_resend,
        each=True,
        result_text=recipients.result_text,
    ),
    Action(
        "send_recipients",
        "Mail the recipients",
        "m",
        "Sends one short message to each recipient that can receive, and one to success@simulator.amazonses.com, no "
        "faster than your sending rate. Each is billed like any message.",
        StepId.TEST_ADDRESS,
        recipients.send,
        recipients.send_blocked_because,
        ("ses:SendEmail",),
        (Look.ACCOUNT,),
        final="A message that was sent cannot be called back.",
        each=True,
        result_text=recipients.result_text,
        inputs=("test_recipients",),
    ),
    Action(
        "create_domain",
        "Create the identity",
        "i",
        "Creates an identity for the sending domain with Easy DKIM; SES then names three records to publish.",
        StepId.DOMAIN,
        plans.create_domain,
        preconditions.create_domain,
        ("ses:CreateEmailIdentity",),
        (Look.DOMAIN, Look.IDENTITIES, Look.DNS, Look.ZONES),
        inputs=("domain",),
        warns=differences.before_making(differences.Piece.IDENTITY),
    ),
    Action(
        "set_mail_from",
        "Set MAIL FROM",
        "m",
        "Gives the identity a MAIL FROM domain of its own; SES looks for its MX for 72 hours. Also starts that again "
        "after it failed.",
        StepId.DOMAIN,
        plans.set_mail_from,
        preconditions.set_mail_from,
        ("ses:PutEmailIdentityMailFromAttributes",),
        (Look.DOMAIN, Look.DNS, Look.ZONES),
        warns=differences.before_making(differences.Piece.MAIL_FROM),
    ),
    Action(
        "restart_dkim",
        "Start DKIM again",
        "d",
        "Makes SES look for the DKIM records again after it gave up; that never happens by itself.",
        StepId.DOMAIN,
        plans.restart_dkim,
        preconditions.restart_dkim,
        ("ses:PutEmailIdentityDkimSigningAttributes",),
        (Look.DOMAIN, Look.DNS, Look.ZONES),
        final="SES may hand out new names: then the three records have to be published again.",
    ),
    Action(
        "set_up_bounces",
        "Set up the whole bounce path",
        "a",
        "Makes every call that is still missing: suppression list, configuration set, topic with its policy, event "
        "destination, default set, and your own address as the listener. Nothing of it costs anything by itself; "
        "SNS bills events beyond its free tier.",
        StepId.BOUNCES,
        plans.set_up_bounces,
        preconditions.set_up_bounces,
        (
            "ses:PutAccountSuppressionAttributes",
            "ses:CreateConfigurationSet",
            "sns:CreateTopic",
            "sns:SetTopicAttributes",
            "ses:CreateConfigurationSetEventDestination",
            "ses:PutEmailIdentityConfigurationSetAttributes",
            "sns:Subscribe",
        ),
        (Look.ACCOUNT, Look.DOMAIN, Look.BOUNCES),
        about="Each call below is sent once and read back. One that is not accepted stops those after it; pressed "
        "again, it goes on with what is missing then. What exists is kept as it is.",
        inputs=("test_address",),
        warns=differences.before_making(differences.Piece.EVENT_DESTINATION),
    ),
    Action(
        "prove_bounces",
        "Prove the bounce path",
        "v",
        "Sends a bounce and a complaint through the mailbox simulator and watches both events arrive at your topic, "
        "through a queue that it makes and takes away. Two messages are billed, less than a cent.",
        StepId.BOUNCES,
        plans.prove_bounces,
        preconditions.prove_bounces,
        (
            "sqs:CreateQueue",
            "sns:Subscribe",
            "ses:SendEmail",
            "sqs:ReceiveMessage",
            "sns:Unsubscribe",
            "sqs:DeleteQueue",
        ),
        (Look.BOUNCES,),
        final="A message that was sent cannot be called back.",
        about="Makes an SQS queue, subscribes it to where your events go, sends one message to bounce@ and one to "
        "complaint@simulator.amazonses.com a second apart, and waits up to two minutes for both events, unless "
        "you end it before. Then the subscription and the queue are taken away, whatever happened; if the program is "
        "stopped before, the next start finds them. Other events of these minutes come into the queue as well and go "
        "with it; your listeners get everything as ever. The simulator touches neither reputation nor daily quota. "
        "Cost: two messages and a few SQS calls, less than a cent. {result:N} stands for what the N-th call returns.",
        inputs=("sender",),
    ),
    Action(
        "clean_up_proof",
        "Clean up after a proof",
        "x",
        "Takes away the subscriptions and queues that a proof left behind when it was stopped. Not while a proof runs "
        "on another machine: it would fail.",
        StepId.BOUNCES,
        plans.clean_up_proof,
        preconditions.clean_up_proof,
        ("sns:Unsubscribe", "sqs:DeleteQueue"),
        (Look.BOUNCES,),
        final="Copies of events that wait in the queue are lost; your listeners have theirs.",
    ),
    Action(
        "set_suppression",
        "Switch the suppression list on",
        "s",
        "Lets the account's suppression list take addresses that bounced or complained.",
        StepId.BOUNCES,
        plans.set_suppression,
        preconditions.set_suppression,
        ("ses:PutAccountSuppressionAttributes",),
        (Look.ACCOUNT,),
        warns=differences.before_making(differences.Piece.SUPPRESSION),
    ),
    Action(
        "create_configuration_set",
        "Create a configuration set",
        "w",
        "Creates a configuration set with reputation metrics; event destinations belong to it.",
        StepId.BOUNCES,
        plans.create_configuration_set,
        preconditions.create_configuration_set,
        ("ses:CreateConfigurationSet",),
        (Look.BOUNCES,),
        warns=differences.before_making(differences.Piece.CONFIGURATION_SET),
    ),
    Action(
        "create_event_destination",
        "Publish events to a topic",
        "t",
        "Creates an SNS topic that SES may publish to, and lets the configuration set send bounces and complaints "
        "there.",
        StepId.BOUNCES,
        plans.create_event_destination,
        preconditions.create_event_destination,
        (
            "sns:CreateTopic",
            "sns:SetTopicAttributes",
            "ses:CreateConfigurationSetEventDestination",
        ),
        (Look.BOUNCES,),
        final="A topic that exists already keeps its subscribers and policy; one statement for SES is added.",
        warns=differences.before_making(differences.Piece.EVENT_DESTINATION),
    ),
    Action(
        "subscribe_listener",
        "Subscribe your address",
        "l",
        "Subscribes your own address to the topic; it has to open a link from Amazon SNS within two days.",
        StepId.BOUNCES,
        plans.subscribe_listener,
        preconditions.subscribe_listener,
        ("sns:Subscribe",),
        (Look.BOUNCES,),
        inputs=("test_address",),
    ),
    Action(
        "set_default_configuration_set",
        "Make the set the default",
        "d",
        "Makes the configuration set the identity's default, so that mail which names none brings events, too.",
        StepId.BOUNCES,
        plans.set_default_configuration_set,
        preconditions.set_default_configuration_set,
        ("ses:PutEmailIdentityConfigurationSetAttributes",),
        (Look.DOMAIN, Look.BOUNCES),
    ),
    Action(
        "send_bounce",
        "Bounce a test message",
        "b",
        f"Sends one message to the mailbox simulator, which bounces it. It does not touch your reputation. {_BILLED}",
        StepId.BOUNCES,
        plans.send_bounce,
        preconditions.send_simulated,
        ("ses:SendEmail",),
        (Look.ACCOUNT,),
        final="A message that was sent cannot be called back.",
        inputs=("sender",),
    ),
    Action(
        "send_complaint",
        "Complain about a test message",
        "p",
        f"Sends one message to the mailbox simulator, which complains of it. It does not touch your reputation. "
        f"{_BILLED}",
        StepId.BOUNCES,
        plans.send_complaint,
        preconditions.send_simulated,
        ("ses:SendEmail",),
        (Look.ACCOUNT,),
        final="A message that was sent cannot be called back.",
        inputs=("sender",),
    ),
    Action(
        "send_first",
        "Send the first real message",
        "f",
        f"Sends one short message to the first recipient, who agreed to get it. {_BILLED}",
        StepId.GO_LIVE,
        plans.send_first,
        preconditions.send_first,
        ("ses:SendEmail",),
        (Look.ACCOUNT,),
        final="A message that was sent cannot be called back.",
        inputs=("first_recipient", "sender"),
    ),
    Action(
        "create_alarms",
        "Set the reputation alarms",
        "a",
        "Makes two CloudWatch alarms, at a bounce rate of 5 % and a complaint rate of 0.1 %, which mail the "
        "subscribers of your bounce topic; CloudWatch is added to the topic's policy where it is not in it.",
        StepId.GO_LIVE,
        alarms.create,
        alarms.create_blocked_because,
        ("cloudwatch:PutMetricAlarm", "sns:SetTopicAttributes"),
        (Look.REPUTATION, Look.BOUNCES),
        about="From these rates on Amazon reviews an account. CloudWatch may bill alarms.",
        warns=alarms.before_create,
        result_text=alarms.result_text,
    ),
    Action(
        "remove_recipients",
        "Remove the test recipients",
        "x",
        "Deletes the identities of your test recipients; never a domain, never an address that you send from.",
        StepId.GO_LIVE,
        recipients.remove,
        recipients.remove_blocked_because,
        ("ses:DeleteEmailIdentity",),
        (Look.RECIPIENTS, Look.IDENTITIES),
        final="An identity that was deleted has to be verified again.",
        warns=recipients.before_remove,
        each=True,
        result_text=recipients.result_text,
    ),
)
