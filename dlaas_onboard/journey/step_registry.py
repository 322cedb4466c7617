"""The steps in the order in which the operator can act, and those of the old guide."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class StepId(StrEnum):
    """Names a step everywhere: in the rail, the JSON, the store."""

    ACCOUNT = "account"
    TEST_ADDRESS = "test_address"
    DOMAIN = "domain"
    BOUNCES = "bounces"
    REQUEST = "request"
    QUOTA = "quota"
    USE_CASE = "use_case"
    DECLARATIONS = "declarations"
    FILE = "file"
    DECISION = "decision"
    GO_LIVE = "go_live"


class StepState(StrEnum):
    """How far a step is."""

    DONE = "done"
    ATTENTION = "attention"  # something is wrong that the operator can mend
    TODO = "todo"  # something is still to be entered or done
    WAITING = "waiting"  # on AWS, on DNS, on a click in a mail
    BLOCKED = "blocked"  # by another step
    UNKNOWN = "unknown"  # could not be read


GLYPHS = {
    StepState.DONE: "✓",
    StepState.ATTENTION: "!",
    StepState.TODO: "○",
    StepState.WAITING: "◔",
    StepState.BLOCKED: "–",
    StepState.UNKNOWN: "?",
}


class Step(NamedTuple):
    """What is fixed about a step."""

    id: StepId
    number: int
    title: str
    purpose: str  # one sentence: what this step is for
    guide_steps: tuple[int, ...]


STEPS = (
    Step(
        StepId.ACCOUNT,
        1,
        "Account",
        "See which account and Region you are in, and how Amazon SES treats it today.",
        (1, 2, 10),
    ),
    Step(
        StepId.TEST_ADDRESS,
        2,
        "Test address",
        "Verify an address of your own, so that you can test while the sandbox lasts.",
        (),
    ),
    Step(
        StepId.DOMAIN,
        3,
        "Domain",
        "Prove that you own the domain you send from: DKIM, MAIL FROM, SPF and DMARC.",
        (10,),
    ),
    Step(
        StepId.BOUNCES, 4, "Bounces", "Make sure that somebody hears of each bounce and complaint, and prove it.", (9,)
    ),
    Step(
        StepId.REQUEST,
        5,
        "Request",
        "Answer the form: what mail, which website, whom Amazon may contact.",
        (3, 4, 5, 6),
    ),
    Step(StepId.QUOTA, 6, "Quota", "Work out a daily quota and a rate that your users really need.", (11, 12)),
    Step(
        StepId.USE_CASE,
        7,
        "Use case",
        "Describe your mail to the reviewer in sentences that each rest on a fact.",
        (13,),
    ),
    Step(
        StepId.DECLARATIONS,
        8,
        "Declarations",
        "Declare three things to Amazon, each beside the evidence for it.",
        (7, 8, 9),
    ),
    Step(StepId.FILE, 9, "Review and file", "Read exactly what will be sent, then file it once.", (14,)),
    Step(
        StepId.DECISION, 10, "Decision", "Follow the review, answer Amazon, and see what to do with its decision.", ()
    ),
    Step(StepId.GO_LIVE, 11, "Go live", "Check that production access is real and that mail reaches everyone.", ()),
)

BY_ID = {step.id: step for step in STEPS}


class GuideStep(NamedTuple):
    """One of the 14 steps of DLaaS's e-mail guide, and what has become of it."""

    number: int
    title: str
    today: str
    step: StepId


GUIDE = (
    GuideStep(1, "Sign in and open Amazon SES", "Credentials and a Region; no console needed", StepId.ACCOUNT),
    GuideStep(2, "Sending statistics", "GetAccount and 14 days of statistics", StepId.ACCOUNT),
    GuideStep(3, "Request a sending limit increase", "The request for production access", StepId.REQUEST),
    GuideStep(4, "Limit type", "Production access first, quotas afterwards", StepId.REQUEST),
    GuideStep(5, "Mail type", "MailType: transactional or marketing", StepId.REQUEST),
    GuideStep(6, "Website URL", "WebsiteURL, opened by the reviewer", StepId.REQUEST),
    GuideStep(7, "Service Terms and AUP", "A declaration; the API has no field for it", StepId.DECLARATIONS),
    GuideStep(8, "Only recipients who asked", "A declaration with its evidence", StepId.DECLARATIONS),
    GuideStep(
        9,
        "A process for bounces and complaints",
        "Events that reach a listener, and a declaration",
        StepId.DECLARATIONS,
    ),
    GuideStep(10, "Region", "The Region of the call: access is granted for one Region", StepId.DOMAIN),
    GuideStep(11, "Limit", "Service Quotas: sending quota and sending rate", StepId.QUOTA),
    GuideStep(12, "New limit value", "A modest figure from the worksheet", StepId.QUOTA),
    GuideStep(13, "Use case description", "UseCaseDescription, and the text of the reply", StepId.USE_CASE),
    GuideStep(14, "Submit", "One PutAccountDetails, read back", StepId.FILE),
)
