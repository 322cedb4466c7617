"""Records to save."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.situation.answers import Entry
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Intent, Outcome, Phase
from dlaas_onboard.journey.situation.journal import JournalEntry
from dlaas_onboard.journey.snapshot import Glance, StepGlance

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PLACE = f.Place(
    profile="dlaas",
    region="eu-west-1",
    account="123456789012",
    arn="arn:aws:iam::123456789012:user/ada",
    endpoint="email.eu-west-1.amazonaws.com",
)
UNKNOWN = f.Place(profile="dlaas", region="eu-west-1", endpoint="email.eu-west-1.amazonaws.com")


def entry(text: str, minutes: int = 0) -> Entry:
    return Entry(text, NOW + timedelta(minutes=minutes), "ada@laptop")


def note(text: str) -> JournalEntry:
    return JournalEntry(NOW, "note", text, "ada@laptop")


def intent(place: f.Place = PLACE, operation: str = "PutAccountDetails", **params: object) -> Intent:
    call = Call("sesv2", operation, {"MailType": "TRANSACTIONAL", "ContactLanguage": "EN", **params})
    return Intent(str(uuid.uuid4()), "dlaas-abcdefghij", "file", call, place, call.sha256, NOW, "ada@laptop")


def outcome(phase: Phase) -> Outcome:
    problem = Problem(ProblemKind.TIMEOUT, "No answer.", operation="sesv2:PutAccountDetails")
    return Outcome(phase, NOW, "request-1", problem if phase == Phase.UNKNOWN else None)


def glance(place: f.Place = PLACE, access: str = "sandbox") -> Glance:
    steps = (StepGlance("account", "done", "Sandbox."), StepGlance("domain", "todo", "Enter a domain."))
    return Glance(
        NOW.isoformat(), place.profile, place.region, place.account, place.arn, place.endpoint, True, access, steps
    )


def facts(place: f.Place = PLACE) -> f.Facts:
    account = f.Account(
        production=False,
        sending_enabled=True,
        enforcement="HEALTHY",
        max_24_hour_send=200.0,
        max_send_rate=1.0,
        sent_last_24_hours=3.0,
        suppressed_reasons=("BOUNCE",),
        details=f.Details(website_url="https://example.com", review=f.Review("PENDING", "178000000000001")),
    )
    answer = f.DnsAnswer("_dmarc.example.com", "TXT", exists=True, values=("v=DMARC1; p=none",), ttl=300)
    return f.Facts(
        place=place,
        account=Reading("SES GetAccount eu-west-1", NOW, account),
        statistics=Reading("SES GetSendStatistics", NOW, (f.SendPoint(NOW, 10, 1, 0, 0),)),
        identities=Reading(
            "SES ListEmailIdentities", NOW, problem=Problem(ProblemKind.DENIED, "No.", iam_action="ses:List")
        ),
        dns={"TXT _dmarc.example.com": Reading("DNS", NOW, answer)},
        checkout=Reading(
            "checkout",
            NOW,
            f.Checkout(
                "/srv/dlaas",
                mails=(f.Mail("invoice", (f.Trigger(f.TriggerKind.TASK, "bill"),), source=f.Source("a.js", 3)),),
            ),
        ),
    )
