"""A hand-made onboarding: what the screens show does not depend on how it was judged."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.dns.needed_records import Purpose, Record
from dlaas_onboard.journey.dns.record_verdicts import RecordState, RecordVerdict
from dlaas_onboard.journey.errors import Refused
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.judgement import Judgement
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.request.description import Description, Hole, Sentence
from dlaas_onboard.journey.request.gate import Gate, Light
from dlaas_onboard.journey.request.worksheet import Worksheet
from dlaas_onboard.journey.review.timeline import Event
from dlaas_onboard.journey.situation.answers import Answers, Entry
from dlaas_onboard.journey.situation.calls import Call, CallRecord, aws_cli
from dlaas_onboard.journey.situation.intents import Intent, Outcome, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.snapshot import Glance, StepGlance
from dlaas_onboard.journey.step_registry import STEPS, StepId, StepState
from dlaas_onboard.journey.verdict import Finding, Mark, Row, Severity, Verdict
from dlaas_onboard.journey.writes.actions import Action, Confirm
from dlaas_onboard.onboarding import Onboarding, Prepared, View
from dlaas_onboard.options import Options
from dlaas_onboard.ports import RehearsalEvent

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PLACE = f.Place(
    profile="dlaas",
    region="eu-west-1",
    region_source="common/config.json:3",
    account="123456789012",
    arn="arn:aws:sts::123456789012:assumed-role/Deploy/ada",
    endpoint="email.eu-west-1.amazonaws.com",
    credentials="sso",
)


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


def row(label: str, value: str, source: str = "SES GetAccount eu-west-1", mark: Mark = Mark.PLAIN, **more: Any) -> Row:
    return Row(label, value, source, more.pop("at", ago(seconds=42)), mark, **more)


ACCOUNT = Verdict(
    StepId.ACCOUNT,
    StepState.DONE,
    "This account is in the sandbox in eu-west-1: it may mail only addresses that you verified.",
    (
        row("Account", "123456789012", "STS GetCallerIdentity", section="Who and where"),
        row("Principal", "assumed-role/Deploy/ada", "STS GetCallerIdentity", section="Who and where"),
        row("Region", "eu-west-1, from common/config.json:3", "common/config.json:3", section="Who and where"),
        row("Endpoint", "email.eu-west-1.amazonaws.com", "AWS SDK", Mark.GOOD, section="Who and where"),
        row("Access", "sandbox", mark=Mark.WARN, section="Sending"),
        row("Review", "never asked", section="Sending"),
        row("Sending", "enabled", mark=Mark.GOOD, section="Sending"),
        row("Enforcement", "HEALTHY", mark=Mark.GOOD, section="Sending"),
        row("Quota", "200 recipients in 24 hours, 1 a second", section="Sending"),
        row("Sent", "37 in the last 24 hours", section="Sending"),
        row(
            "Reputation",
            "unknown: cloudwatch:GetMetricData is not allowed",
            "CloudWatch GetMetricData",
            Mark.UNKNOWN,
            section="Sending",
        ),
        row("eu-central-1", "production since an earlier request", "SES GetAccount eu-central-1", section="Regions"),
    ),
    (
        Finding(
            "account.reputation_unknown",
            Severity.UNKNOWN,
            "The reputation metrics could not be read.",
            "AccessDenied: cloudwatch:GetMetricData",
            "Allow cloudwatch:GetMetricData for this principal, then look again.",
        ),
    ),
)
TEST_ADDRESS = Verdict(
    StepId.TEST_ADDRESS,
    StepState.WAITING,
    "SES sent a link to ada@example.net. Open it within 24 hours, then look again.",
    (
        row("Address", "ada@example.net", "entered 2026-11-24 by ada@laptop"),
        row("Verification", "PENDING", "SES GetEmailIdentity ada@example.net", Mark.WAIT, expected="SUCCESS"),
    ),
)
DOMAIN = Verdict(
    StepId.DOMAIN,
    StepState.ATTENTION,
    "Two of seven records are missing: publish DMARC and the MAIL FROM MX, then look again.",
    (
        row("Identity", "example.com, verified", "SES GetEmailIdentity example.com", Mark.GOOD),
        row("DKIM", "SUCCESS, AWS_SES, 2048 bits", "SES GetEmailIdentity example.com", Mark.GOOD),
        row(
            "MAIL FROM",
            "FAILED: SES stopped looking for the MX record of mail.example.com",
            "SES GetEmailIdentity example.com",
            Mark.BAD,
            expected="SUCCESS",
        ),
        row("Delegation", "ns-12.awsdns-01.com and 3 more", "DNS NS example.com via 192.0.2.53", Mark.GOOD),
    ),
    (
        Finding(
            "domain.mail_from_failed",
            Severity.BLOCKER,
            "MAIL FROM is FAILED, which is final: SES will not look again by itself.",
            "VerificationInfo.ErrorType TYPE_NOT_FOUND, last checked 3 days ago",
            "Publish the MX record, then set MAIL FROM again.",
            StepId.DOMAIN,
            10,
            "set_mail_from",
        ),
        Finding(
            "domain.dmarc_missing",
            Severity.BLOCKER,
            "There is no DMARC record.",
            "NXDOMAIN for _dmarc.example.com",
            "Publish a TXT record at _dmarc.example.com.",
            StepId.DOMAIN,
        ),
        Finding(
            "domain.spf_soft",
            Severity.ADVICE,
            "The SPF record of the domain itself ends in ~all.",
            "v=spf1 include:amazonses.com ~all",
            "Once all senders are listed, end it in -all.",
            StepId.DOMAIN,
        ),
    ),
)
BOUNCES = Verdict(
    StepId.BOUNCES,
    StepState.TODO,
    "Bounces go to a topic that nobody listens to. Say who acts on them, and prove it with the simulator.",
    (
        row("Suppression list", "BOUNCE, COMPLAINT", mark=Mark.GOOD, section="At SES"),
        row("Configuration set", "dlaas, reputation metrics on", "SES GetConfigurationSet dlaas", section="At SES"),
        row(
            "Event destination",
            "arn:aws:sns:eu-west-1:123456789012:ses-events",
            "SES GetConfigurationSetEventDestinations",
            Mark.GOOD,
            section="Where events go",
        ),
        row(
            "Listener",
            "ops@example.com, PendingConfirmation",
            "SNS ListSubscriptionsByTopic",
            Mark.WAIT,
            expected="a confirmed subscription",
            section="Where events go",
        ),
    ),
    (
        Finding(
            "bounces.unconfirmed",
            Severity.WARNING,
            "The subscription of ops@example.com is not confirmed, so no event arrives.",
            "SubscriptionArn is PendingConfirmation",
            "Open the mail from AWS Notifications and confirm.",
            StepId.BOUNCES,
            9,
        ),
    ),
)
REQUEST = Verdict(
    StepId.REQUEST,
    StepState.TODO,
    "The website URL is still empty.",
    (
        row("Messages", "15 kinds, 12 to recipients, none in bulk", "checkout", section="Mail type"),
        row("confirm_email", "on register_user, once for each registration", "worker/templates/confirm.html:1"),
        row("invoice", "on create_invoice, once a month", "worker/templates/invoice.html:1"),
    ),
)
QUOTA = Verdict(StepId.QUOTA, StepState.TODO, "Four figures lead to a quota: two are still missing.", ())
USE_CASE = Verdict(
    StepId.USE_CASE,
    StepState.TODO,
    "The description is written from 9 facts; one gap is left.",
    (),
    (
        Finding(
            "use_case.short",
            Severity.ADVICE,
            "Reviewers ask for an example of each kind of message.",
            "",
            "Attach the samples to your reply.",
            StepId.USE_CASE,
        ),
    ),
)
DECLARATIONS = Verdict(
    StepId.DECLARATIONS,
    StepState.BLOCKED,
    "Finish step 4 Bounces first: the third declaration rests on it.",
    (
        row("Terms", "no bulk mail found in 15 templates", "checkout", Mark.GOOD, section="Evidence"),
        row(
            "Recipients",
            "addresses are confirmed before an account works",
            "worker/register.js:88",
            Mark.GOOD,
            section="Evidence",
        ),
        row("Bounces", "no event has arrived yet", "", Mark.BAD, section="Evidence"),
    ),
    blocked_by=StepId.BOUNCES,
)
FILE = Verdict(StepId.FILE, StepState.BLOCKED, "Three gates are not green.", (), (), StepId.DOMAIN)
DECISION = Verdict(
    StepId.DECISION,
    StepState.WAITING,
    "Amazon is reviewing the request since 7 hours; the first answer usually comes within 24 hours.",
    (
        row("Review", "PENDING", mark=Mark.WAIT),
        row("Case", "172345678900123", mark=Mark.PLAIN),
        row("Support API", "not in this plan: answer in the console", "Support DescribeServices", Mark.WARN),
    ),
)
GO_LIVE = Verdict(
    StepId.GO_LIVE,
    StepState.UNKNOWN,
    "Production access could not be read: ses:GetAccount timed out.",
    (row("Production", "unknown: no answer within 8 seconds", mark=Mark.UNKNOWN),),
)
VERDICTS = {
    verdict.step: verdict
    for verdict in (
        ACCOUNT,
        TEST_ADDRESS,
        DOMAIN,
        BOUNCES,
        REQUEST,
        QUOTA,
        USE_CASE,
        DECLARATIONS,
        FILE,
        DECISION,
        GO_LIVE,
    )
}
DKIM = ("zk3h5m7ot2n6rwjq4vbdxcyae5u", "p2w8qkd4ju6tfr3e7ymzhnvxb5c", "b7g5n2x9qhr4mlk8wtzcpd3vyaj")


def record(purpose: Purpose, name: str, kind: str, value: str, **more: Any) -> RecordState:
    verdict = more.pop("verdict", RecordVerdict.OK)
    found = more.pop("found", value if verdict == RecordVerdict.OK else "")
    return RecordState(
        Record(purpose, name, kind, value),
        verdict,
        found,
        source="DNS via 192.0.2.53",
        observed_at=ago(minutes=3),
        **more,
    )


RECORDS = (
    *(
        record(
            Purpose.DKIM,
            f"{token}._domainkey.example.com",
            "CNAME",
            f"{token}.dkim.amazonses.com",
            ses_says="DKIM SUCCESS",
        )
        for token in DKIM
    ),
    record(
        Purpose.MAIL_FROM_MX,
        "mail.example.com",
        "MX",
        "10 feedback-smtp.eu-west-1.amazonses.com",
        verdict=RecordVerdict.WRONG,
        found="10 feedback-smtp.eu-west-1.amazonaws.com",
        ses_says="MAIL FROM FAILED: TYPE_NOT_FOUND",
        fix="The suffix is amazonses.com, not amazonaws.com.",
    ),
    record(Purpose.MAIL_FROM_SPF, "mail.example.com", "TXT", "v=spf1 include:amazonses.com ~all"),
    record(
        Purpose.DMARC,
        "_dmarc.example.com",
        "TXT",
        "v=DMARC1; p=none; rua=mailto:postmaster@example.com",
        verdict=RecordVerdict.MISSING,
        fix="Add this TXT record.",
    ),
    record(
        Purpose.INBOX,
        "example.com",
        "MX",
        "10 inbound-smtp.eu-west-1.amazonaws.com",
        verdict=RecordVerdict.UNKNOWN,
        fix="Look again: the resolver did not answer in time.",
    ),
)
GATES = (
    Gate("identity", "Domain identity", Light.GREEN, "example.com is verified.", step=StepId.DOMAIN),
    Gate("dkim", "DKIM", Light.GREEN, "SUCCESS, and all three CNAMEs are in the DNS.", step=StepId.DOMAIN),
    Gate(
        "mail_from",
        "MAIL FROM",
        Light.RED,
        "FAILED: TYPE_NOT_FOUND",
        "Publish the MX record and set MAIL FROM again.",
        StepId.DOMAIN,
    ),
    Gate(
        "dmarc",
        "DMARC",
        Light.RED,
        "NXDOMAIN for _dmarc.example.com",
        "Publish the TXT record.",
        StepId.DOMAIN,
        override="Our parent company publishes it on Friday.",
    ),
    Gate(
        "website",
        "Website",
        Light.UNKNOWN,
        "https://example.com did not answer in 10 seconds.",
        "Look again.",
        StepId.REQUEST,
    ),
    Gate(
        "declare_bounces",
        "Declaration: bounces",
        Light.RED,
        "Not declared.",
        "Declare it in step 8.",
        StepId.DECLARATIONS,
        overridable=False,
    ),
)
SENTENCES = (
    Sentence(
        "who",
        "Who we are",
        "DataLayer Mirror hosts mirrors of DataLayer stores for people who pay in XCH.",
        "common/config.json:5",
        ago(hours=1),
    ),
    Sentence(
        "from",
        "Who we are",
        "We send from support@example.com, a domain that is verified with DKIM.",
        "SES GetEmailIdentity example.com",
        ago(minutes=3),
    ),
    Sentence(
        "mail.confirm",
        "What we send",
        "A confirmation link when somebody registers, once for each registration.",
        "worker/templates/confirm.html:1",
        ago(hours=1),
    ),
    Sentence(
        "mail.invoice",
        "What we send",
        "An invoice once a month for each active mirror.",
        "worker/templates/invoice.html:1",
        ago(hours=1),
    ),
    Sentence(
        "mine", "What we send", "We never send newsletters.", "entered 2026-11-24 by ada@laptop", ago(minutes=9), True
    ),
    Sentence(
        "opt_in",
        "How addresses reach us",
        "Every address comes from our sign-up form and is confirmed by a link before the account works.",
        "worker/register.js:88",
        ago(hours=1),
    ),
)
HOLES = (
    Hole(
        "bounces",
        "Bounces and complaints",
        "who acts on a bounce, and what happens to the address.",
        "Say it in step 4 Bounces.",
        "bounce_process",
    ),
)
TEXT = "\n".join(sentence.text for sentence in SENTENCES)
WORKSHEET = Worksheet(
    (
        row("Sign-ups", "120 on a busy day", "entered 2026-11-24 by ada@laptop", section="Worksheet"),
        row("Messages a day", "120 × 2 + 4 000 × 3 ÷ 30 = 640", "", section="Worksheet"),
        row("Busiest day", "640 × 3 = 1 920", "", section="Worksheet"),
        row("Daily quota", "2 000 recipients", "", Mark.GOOD, section="Worksheet"),
    ),
    2000,
    5,
)


def statistics() -> tuple[f.SendPoint, ...]:
    """Two weeks with a growing volume, one bad day of bounces and two complaints."""
    points = []
    for day in range(14):
        sent = 20 + day * day * 3
        bounced = 9 if day == 6 else day % 3
        points.append(f.SendPoint(ago(days=13 - day), sent, bounced, int(day in (9, 11)), 0))
    return tuple(points)


def reading(value: Any, source: str) -> Reading[Any]:
    return Reading(source, ago(seconds=42), value)


FACTS = f.Facts(
    place=PLACE,
    account=reading(
        f.Account(False, True, "HEALTHY", 200.0, 1.0, 37.0, ("BOUNCE", "COMPLAINT")), "SES GetAccount eu-west-1"
    ),
    statistics=reading(statistics(), "SES GetSendStatistics eu-west-1"),
    checkout=reading(
        f.Checkout(
            "/srv/dlaas",
            region="eu-west-1",
            service_name="DataLayer Mirror",
            domain="example.com",
            sender="support@example.com",
            sources={
                "service_name": "common/config.json:5",
                "domain": "common/config.json:4",
                "sender": "common/config.json:9",
            },
        ),
        "checkout",
    ),
    case=reading(
        f.SupportCase(
            "172345678900123",
            "case-123456789012-muen-2026-0123456789abcdef",
            "pending-customer-action",
            "SES: Production Access",
            ago(hours=7),
            (
                f.Message("ada@example.com", ago(hours=7), "We ask for production access in eu-west-1."),
                f.Message(
                    "Amazon Web Services",
                    ago(hours=2),
                    "Hello,\n\nThank you for your request. Before we can decide we need to know how often you send, "
                    "how you keep your lists, and how you handle bounces, complaints and unsubscribe requests. It is "
                    "also helpful to give examples of the mail that you plan to send.",
                ),
            ),
        ),
        "Support DescribeCases",
    ),
)
ANSWERS = Answers(
    {
        "test_address": Entry("ada@example.net", ago(minutes=30), "ada@laptop"),
        "signups_per_day": Entry("120", ago(minutes=20), "ada@laptop"),
    }
)
REQUEST_CALL = Call(
    "sesv2",
    "PutAccountDetails",
    {
        "MailType": "TRANSACTIONAL",
        "WebsiteURL": "https://example.com",
        "ContactLanguage": "EN",
        "AdditionalContactEmailAddresses": ["ops@example.com"],
        "ProductionAccessEnabled": True,
        "UseCaseDescription": TEXT,
    },
)


def action(id: str, key: str, step: StepId, title: str, reason: str = "", **more: Any) -> tuple[Action, str]:  # noqa: A002
    call = more.pop("call", Call("sesv2", "CreateEmailIdentity", {"EmailIdentity": "ada@example.net"}))
    return (
        Action(
            id,
            title,
            key,
            more.pop("help", f"{title} at Amazon SES."),
            step,
            plan=lambda _situation: (call,),
            blocked_because=lambda _situation, _verdicts: reason,
            iam=("ses:CreateEmailIdentity",),
            **more,
        ),
        reason,
    )


OFFERS = (
    action("create_test_address", "v", StepId.TEST_ADDRESS, "Send the verification link"),
    action(
        "resend_test_address",
        "r",
        StepId.TEST_ADDRESS,
        "Send the link again",
        call=Call("sesv2", "DeleteEmailIdentity", {"EmailIdentity": "ada@example.net"}),
    ),
    action("send_test_mail", "t", StepId.TEST_ADDRESS, "Send a test mail", "The address is not verified yet."),
    action(
        "set_mail_from",
        "m",
        StepId.DOMAIN,
        "Set MAIL FROM again",
        call=Call(
            "sesv2",
            "PutEmailIdentityMailFromAttributes",
            {"EmailIdentity": "example.com", "MailFromDomain": "mail.example.com"},
        ),
    ),
    action(
        "prove_bounces",
        "b",
        StepId.BOUNCES,
        "Send to the mailbox simulator",
        help="Sends two messages to bounce@ and complaint@simulator.amazonses.com; they do not count as bounces.",
    ),
    action(
        "file_request",
        "f",
        StepId.FILE,
        "File the request",
        "",
        call=REQUEST_CALL,
        confirm=Confirm.DIGITS,
        final="A request cannot be withdrawn, and its details are locked until the review ends.",
        help="Sends the request for production access once, and reads it back.",
    ),
    action("answer_case", "a", StepId.DECISION, "Answer in the case", "The support plan does not include the API."),
)
INTENT = Intent(
    "4e8dc4b6-3c83-4d5c-9d50-1a1f6d1a3a51",
    "dlaas-k3w5q7x2aa",
    "create_test_address",
    Call("sesv2", "CreateEmailIdentity", {"EmailIdentity": "ada@example.net"}),
    PLACE,
    "0" * 64,
    ago(minutes=25),
    "ada@laptop",
    phase=Phase.CONFIRMED,
    outcome=Outcome(Phase.ACCEPTED, ago(minutes=25), "8e0d2f6b-5f0a-4f0e-9b0a-1f8f7a6c5d4e"),
    result="ada@example.net is PENDING",
)
VIEW = View(
    judgement=Judgement(
        situation=Situation(FACTS, ANSWERS, (INTENT,)),
        verdicts=VERDICTS,
        gates=GATES,
        records=RECORDS,
        description=Description(SENTENCES, HOLES, TEXT),
        worksheet=WORKSHEET,
        first_step=StepId.DOMAIN,
    ),
    looking=frozenset(),
    notice="",
    read_only="",
    changes=(),
)
GLANCE = Glance(
    ago(hours=3).isoformat(),
    "dlaas",
    "eu-west-1",
    PLACE.account,
    PLACE.arn,
    PLACE.endpoint,
    True,
    "sandbox",
    tuple(StepGlance(v.step.value, v.state.value, v.headline) for v in VERDICTS.values()),
)
CALLS = tuple(
    CallRecord(
        ago(seconds=60 - n), operation, "eu-west-1", outcome, 40 + 13 * n, f"8e0d2f6b-5f0a-4f0e-9b0a-{n:012x}", w
    )
    for n, (operation, outcome, w) in enumerate(
        (
            ("sts:GetCallerIdentity", "ok", False),
            ("sesv2:GetAccount", "ok", False),
            ("sesv2:ListEmailIdentities", "ok", False),
            ("sesv2:CreateEmailIdentity", "ok", True),
            ("cloudwatch:GetMetricData", "AccessDeniedException", False),
        )
    )
)


def judged(view: View, **changes: Any) -> View:
    """Return the view with another part of its judgement."""
    return view._replace(judgement=dataclasses.replace(view.judgement, **changes))


class FakeOnboarding(Onboarding):
    """Shows a hand-made view and remembers what it was asked to do."""

    def __init__(self, view: View = VIEW, glance: Glance | None = GLANCE) -> None:
        self.shown = view
        self.glanced = glance
        self.offers: Sequence[tuple[Action, str]] = OFFERS
        self.listeners: list[Callable[[], None]] = []
        self.entered: list[tuple[str, str]] = []
        self.acted: list[tuple[str, str]] = []
        self.looked: list[frozenset[Look]] = []
        self.moved: list[tuple[str, str]] = []
        self.played: list[str] = []
        self.cancelled = 0
        self.wrong: Mapping[str, str] = {}
        self.broken: OSError | None = None
        self.code_prompt = ""
        self.code: str | None = None
        self.sending = threading.Event()
        self.sending.set()
        self.scenario: Sequence[RehearsalEvent] = ()
        self.happened: tuple[Event, ...] = ()

    def glance(self) -> Glance | None:
        return self.glanced

    def start(self, ask_code: Callable[[str], str], wanted: Callable[[f.Place], bool] | None = None) -> None:
        if self.code_prompt:
            self.code = ask_code(self.code_prompt)
        self.tell()

    def view(self) -> View:
        return self.shown

    def subscribe(self, listener: Callable[[], None]) -> None:
        self.listeners.append(listener)

    def tell(self) -> None:
        for listener in self.listeners:
            listener()

    def change(self, **fields: Any) -> None:
        known = {name: fields.pop(name) for name in ("facts", "answers", "intents") if name in fields}
        judgement = {name: fields.pop(name) for name in ("verdicts", "first_step") if name in fields}
        situation = dataclasses.replace(self.shown.situation, **known) if known else self.shown.situation
        self.shown = judged(self.shown, situation=situation, **judgement)._replace(**fields)
        self.tell()

    def look(self, looks: Collection[Look] = ()) -> None:
        self.looked.append(frozenset(looks))

    def cancel(self) -> None:
        self.cancelled += 1
        self.change(looking=frozenset())

    def move(
        self,
        profile: str,
        region: str,
        ask_code: Callable[[str], str] | None = None,
        wanted: Callable[[f.Place], bool] | None = None,
    ) -> None:
        self.moved.append((profile, region))

    def profiles(self) -> tuple[str, ...]:
        return ("default", "dlaas")

    def regions(self) -> tuple[str, ...]:
        return ("eu-central-1", "eu-west-1", "us-east-1")

    def enter(self, field_id: str, text: str) -> str:
        if self.broken is not None:
            raise self.broken
        self.entered.append((field_id, text))
        answers = self.shown.situation.answers.with_entry(field_id, Entry(text, NOW, "ada@laptop"))
        self.change(answers=answers)
        return self.wrong.get(field_id, "")

    def actions(self, step: StepId | None = None) -> Sequence[tuple[Action, str]]:
        return [offer for offer in self.offers if step is None or offer[0].step == step]

    def prepare(self, action_id: str) -> Prepared:
        found, reason = next(offer for offer in self.offers if offer[0].id == action_id)
        if reason:
            raise Refused(reason)
        calls = found.plan(Situation(self.shown.facts, self.shown.situation.answers))
        cli = tuple(aws_cli(call, profile=self.shown.place.profile, region=self.shown.place.region) for call in calls)
        return Prepared(found, calls, calls[0].sha256, cli, "dlaas-k3w5q7x2aa")

    def act(self, prepared: Prepared, digits: str = "") -> Sequence[Intent]:
        self.sending.wait(10)
        self.acted.append((prepared.action.id, digits))
        return [dataclasses.replace(INTENT, action=prepared.action.id, call=prepared.calls[0])]

    def report(self, format: str, audience: str) -> bytes:  # noqa: A002 - the flag's name
        return f"{format} for {audience}\n".encode()

    def records(self, format: str) -> str:  # noqa: A002 - the flag's name
        return f"records as {format}"

    def policy(self, purpose: str) -> str:
        return f"policy to {purpose}"

    def reply_kit(self) -> str:
        return "Reply kit"

    def chronicle(self) -> tuple[Event, ...]:
        return self.happened

    def calls(self) -> Sequence[CallRecord]:
        return CALLS

    def rehearsal_events(self) -> Sequence[RehearsalEvent]:
        return self.scenario

    def play(self, event_id: str) -> str:
        self.played.append(event_id)
        return "Amazon granted the request."


OPTIONS = Options(profile="dlaas", region="eu-west-1")
assert len(VERDICTS) == len(STEPS)
