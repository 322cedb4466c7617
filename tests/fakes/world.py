"""The world outside as a record of facts: AWS, DNS, the web and the project answer with what it says, from memory.

In tests of the faces the ports lead here. The onboarding on them is the real one: what a screen or a command shows is
what the judges make of these facts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.judgement import Judgement
from dlaas_onboard.journey.report_input import ReportInput
from dlaas_onboard.journey.situation.answers import Answers, Entry
from dlaas_onboard.journey.situation.calls import Call, CallRecord
from dlaas_onboard.journey.situation.intents import Intent, Outcome, Phase
from dlaas_onboard.journey.situation.journal import EnteredAnswer, JournalEntry, Merged, looked
from dlaas_onboard.journey.snapshot import Glance
from dlaas_onboard.ports import Ports, RehearsalEvent
from tests import build
from tests.policies import seen_by_receivers

T = TypeVar("T")

ME = "ada@laptop"
OFFLINE = Problem(ProblemKind.UNREACHABLE, "The endpoint cannot be reached.", "Check the network.")
NO_ANSWER = Problem(ProblemKind.TIMEOUT, "No DNS server answered in time.", "Look again.")
DEFAULT_REGIONS = ("eu-central-1", "eu-west-1", "us-east-1")


class World:
    """What there is, and what was asked of it. A test changes it, and the next look sees the change."""

    def __init__(self, facts: f.Facts, now: datetime = build.NOW) -> None:
        self.facts = facts
        self.places: dict[tuple[str, str], f.Facts] = {}  # by profile and Region, where there are several
        self.later: list[f.Facts] = []  # what each further look that is asked for finds
        self.now = now
        self.written: list[Call] = []
        self.becomes = Phase.CONFIRMED  # what becomes of a write; confirmed: it takes effect, and is read back
        self.answering = threading.Event()  # unset: a write waits for its answer
        self.answering.set()
        self.receiving = threading.Event()  # unset: whoever listens at a queue waits
        self.receiving.set()
        self.refusal = Problem(ProblemKind.CONFLICT, "A review is open.")  # why a write is refused
        self.code_prompt = ""  # what AWS asks for a code with
        self.code: str | None = None
        self.call_log: tuple[CallRecord, ...] = ()
        self.profiles: tuple[str, ...] = ("default", "dlaas")
        self.store = MemoryStore()
        self.director: MemoryDirector | None = None

    def ports(self) -> Ports:
        """Return the ports that answer from this world; what is spawned is done at once."""
        return Ports(
            cloud=lambda profile, region, _source: FactsCloud(self, profile, region),
            profiles=lambda: tuple(dict.fromkeys(name for name, _ in self.places)) or self.profiles,
            resolver=FactsResolver(self),
            web=FactsWeb(self),
            project=FactsProject(self),
            infrastructure=lambda: self.facts.infrastructure or Reading("Terraform", self.now),
            repository=lambda: self.facts.repository or Reading("repository around the current folder", self.now),
            store=self.store,
            reporter=PlainReporter(),
            clock=MovedClock(self),
            who=ME,
            spawn=lambda task: task(),
            director=self.director,
        )

    def at(self, profile: str, region: str) -> f.Facts:
        """Return what is there for a profile and Region."""
        return self.places.get((profile, region), self.facts)


class MovedClock:
    """A clock that stands still until somebody sleeps."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        return self._world.now

    def sleep(self, seconds: float) -> None:
        self._world.now += timedelta(seconds=seconds)


class FactsCloud:
    """An AWS account in one Region."""

    def __init__(self, world: World, profile: str, region: str) -> None:
        self._world = world
        self._where = profile, region

    @property
    def _facts(self) -> f.Facts:
        return self._world.at(*self._where)

    def _or(self, reading: Reading[T] | None, value: T | None, source: str) -> Reading[T]:
        """Return the reading; where the facts have none, that value."""
        return reading if reading is not None else Reading(source, self._world.now, value)

    def connect(self, ask_code: Callable[[str], str]) -> Reading[f.Place]:
        if self._world.code_prompt:
            self._world.code = ask_code(self._world.code_prompt)
        caller = self._facts.caller
        return caller if caller is not None else Reading("STS GetCallerIdentity", self._world.now, None, OFFLINE)

    def account(self) -> Reading[f.Account]:
        reading = self._facts.account
        return reading if reading is not None else Reading("SES GetAccount", self._world.now, None, OFFLINE)

    def statistics(self) -> Reading[tuple[f.SendPoint, ...]]:
        return self._or(self._facts.statistics, (), "SES GetSendStatistics")

    def mailing(self) -> Reading[f.Mailing]:
        return self._or(self._facts.mailing, f.Mailing(), "SES ListContactLists")

    def suppressed(self) -> Reading[f.SuppressedCount]:
        return self._or(self._facts.suppressed, f.SuppressedCount(), "SES ListSuppressedDestinations")

    def identities(self) -> Reading[f.Identities]:
        return self._or(self._facts.identities, f.Identities(), "SES ListEmailIdentities")

    def identity(self, name: str) -> Reading[f.Identity]:
        facts = self._facts
        known = facts.recipients.get(name, facts.test_identity) if "@" in name else facts.domain_identity
        if known is not None and (known.value is None or known.value.name == name):
            return known
        return Reading(f"SES GetEmailIdentity {name}", self._world.now)

    def configuration_sets(self) -> Reading[tuple[f.ConfigurationSet, ...]]:
        return self._or(self._facts.configuration_sets, (), "SES ListConfigurationSets")

    def notifications(self, identity: str) -> Reading[f.Notifications]:
        nothing = f.Notifications(identity, forwarding=True)
        return self._or(self._facts.notifications, nothing, "SES GetIdentityNotificationAttributes")

    def topic(self, arn: str) -> Reading[f.Topic]:
        return self._or(self._facts.topics.get(arn), None, f"SNS {arn}")

    def queue(self, name: str) -> Reading[str]:
        return self._or(self._facts.queues.get(name), None, f"SQS {name}")

    def receive(self, queue_url: str, seconds: int) -> Reading[tuple[str, ...]]:
        self._world.receiving.wait(10)
        self._world.now += timedelta(seconds=seconds)
        return Reading(f"SQS ReceiveMessage {queue_url}", self._world.now, ())

    def support_plan(self) -> Reading[f.SupportPlan]:
        return self._or(self._facts.support, f.SupportPlan(False), "Support DescribeSeverityLevels")

    def case(self, display_id: str) -> Reading[f.SupportCase]:
        return self._or(self._facts.case, None, f"Support DescribeCases {display_id}")

    def find_case(self, marker: str) -> Reading[f.SupportCase]:
        return self._or(self._facts.opened, None, f"Support DescribeCases {marker}")

    def case_codes(self) -> Reading[f.CaseCodes]:
        return self._or(self._facts.case_codes, None, "Support DescribeServices")

    def quotas(self) -> Reading[f.Quotas]:
        return self._or(self._facts.quotas, build.quotas(), "Service Quotas ses")

    def reputation(self) -> Reading[f.Reputation]:
        denied = build.denied("cloudwatch:GetMetricData", "cloudwatch:GetMetricData")
        return self._facts.reputation or denied

    def alarms(self) -> Reading[tuple[f.Alarm, ...]]:
        return self._or(self._facts.alarms, (), "CloudWatch DescribeAlarms")

    def hosted_zones(self, domain: str, names: Sequence[str]) -> Reading[tuple[f.HostedZone, ...]]:
        return self._or(self._facts.hosted_zones, (), f"Route 53 {domain}")

    def regions(self) -> tuple[str, ...]:
        named = {region for _, region in self._world.places} | set(self._facts.radar)
        return tuple(sorted(named - {""})) or DEFAULT_REGIONS

    def glance(self, region: str, domain: str) -> Reading[f.RegionGlance]:
        return self._or(self._facts.radar.get(region), f.RegionGlance(region, False), f"SES GetAccount {region}")

    def write(self, call: Call) -> Outcome:
        world = self._world
        world.answering.wait(10)
        world.written.append(call)
        if world.becomes == Phase.CONFIRMED:
            world.facts = after(world.facts, call, world.now)
        phase = Phase.ACCEPTED if world.becomes == Phase.CONFIRMED else world.becomes
        if phase != Phase.ACCEPTED:
            return Outcome(phase, world.now, "req-1", world.refusal)
        return Outcome(phase, world.now, "req-1", result=f"{call.operation}-{len(world.written)}")

    def calls(self) -> Sequence[CallRecord]:
        return self._world.call_log

    def on_call(self, listener: Callable[[CallRecord], None]) -> None:
        """Take note of nobody: no call is on a wire."""

    def close(self) -> None:
        self._world.answering.set()
        self._world.receiving.set()


def after(facts: f.Facts, call: Call, at: datetime) -> f.Facts:
    """Return the facts as they are when a write has taken effect; writes that no test reads back change nothing."""
    params: Mapping[str, Any] = call.params
    if call.operation == "PutAccountDetails" and facts.account is not None and facts.account.value is not None:
        details = f.Details(
            params["MailType"],
            params["WebsiteURL"],
            params.get("ContactLanguage", ""),
            params.get("UseCaseDescription", ""),
            tuple(params.get("AdditionalContactEmailAddresses", ())),
            f.Review("PENDING", build.CASE),
        )
        account = replace(facts.account.value, details=details)
        return replace(facts, account=Reading(facts.account.source, at, account))
    if call.operation == "CreateEmailIdentity" and "@" in params["EmailIdentity"]:
        name = params["EmailIdentity"]
        reading = Reading(f"SES GetEmailIdentity {name}", at, build.address("PENDING", name))
        return replace(facts, test_identity=reading)
    return facts


class FactsResolver:
    """DNS that holds what the facts hold, and nothing else."""

    def __init__(self, world: World) -> None:
        self._world = world

    def look(self, name: str, type: str) -> Reading[f.DnsAnswer]:  # noqa: A002 - DNS's own word
        known = self._world.facts.dns.get(f"{type} {name}")
        return known or Reading(f"DNS {type} {name}", self._world.now, f.DnsAnswer(name, type, False))

    def spf(self, name: str) -> Reading[f.Spf]:
        facts = self._world.facts
        known = facts.spf.get(name) or seen_by_receivers(facts, (name,), name).spf.get(name)
        return known or Reading(f"DNS TXT {name}", self._world.now, None, NO_ANSWER)

    def dmarc(self, domain: str) -> Reading[f.Dmarc]:
        facts = self._world.facts
        known = facts.dmarc or seen_by_receivers(facts, (), domain).dmarc
        return known or Reading(f"DNS TXT _dmarc.{domain}", self._world.now, None, NO_ANSWER)

    def delegation(self, domain: str) -> Reading[f.Delegation]:
        servers = self._world.facts.dns.get(f"NS {domain}")
        names = servers.value.values if servers is not None and servers.value is not None else ()
        made = f.Delegation(domain, domain.partition(".")[2], names, names)
        return self._world.facts.delegation or Reading(f"DNS NS {domain}", self._world.now, made)

    def mailbox(self, domain: str) -> Reading[f.Mailbox]:
        known = self._world.facts.mailboxes.get(domain)
        return known or Reading(f"DNS MX {domain}", self._world.now, f.Mailbox(domain))


class FactsWeb:
    """The one website that the facts know."""

    def __init__(self, world: World) -> None:
        self._world = world

    def visit(
        self, url: str, service_name: str, *, products: Sequence[str] = (), allow_private: bool = False
    ) -> Reading[f.Website]:
        known = self._world.facts.website
        return known or Reading(f"HTTPS {url}", self._world.now, None, OFFLINE)

    def open_page(self, url: str, role: str, *, allow_private: bool = False) -> Reading[f.NamedPage]:
        known = self._world.facts.named_pages.get(role)
        return known or Reading(f"HTTPS {url}", self._world.now, None, OFFLINE)


class FactsProject:
    """The checkout that the facts know."""

    def __init__(self, world: World) -> None:
        self._world = world

    def read(self) -> Reading[f.Checkout]:
        return self._world.facts.checkout or Reading("checkout", self._world.now)

    def terraform(self, report_input: ReportInput) -> str:
        return f"# Terraform of {len(report_input.judgement.records)} records\n"


class PlainReporter:
    """A report of one line; the status document is the real one."""

    def render(self, report_input: ReportInput, format: str, audience: str) -> bytes:  # noqa: A002 - the flag's name
        return f"{format} for {audience}: Zürich\n".encode()

    def status(self, report_input: ReportInput) -> dict[str, Any]:
        from dlaas_onboard.report.reporter import ReadinessReporter

        return ReadinessReporter().status(report_input)

    def draft(self, judgement: Judgement) -> dict[str, Any]:
        from dlaas_onboard.report.reporter import ReadinessReporter

        return ReadinessReporter().draft(judgement)


class MemoryDirector:
    """Makes the account of a rehearsal act: it only writes down what it was to play."""

    scenario = "fresh"

    def __init__(self, *events: RehearsalEvent) -> None:
        self._events = events
        self.played: list[str] = []

    def events(self) -> Sequence[RehearsalEvent]:
        return self._events

    def play(self, event_id: str) -> str:
        self.played.append(event_id)
        return "Amazon granted the request."


class MemoryStore:
    """The progress of one onboarding, in memory."""

    def __init__(self) -> None:
        self.read_only = ""
        self.notice = ""
        self.broken: OSError | None = None  # why nothing can be saved now
        self.unsettled: OSError | None = None  # why the outcome of a write cannot be saved now
        self.entered: list[EnteredAnswer] = []
        self.lines: list[JournalEntry] = []
        self.saved_intents: tuple[Intent, ...] = ()
        self.remembered: dict[tuple[str, str, str], f.Facts] = {}
        self.glances: dict[tuple[str, str], Glance] = {}  # by profile and Region
        self._place = f.Place()

    def keep(self, answers: Answers) -> None:
        """Take over answers as if they had been entered one after the other."""
        self.entered += [
            EnteredAnswer(field, entry.text, entry.at, entry.by) for field, entry in answers.entries.items()
        ]

    def glance(self, profile: str, region: str) -> Glance | None:
        return self.glances.get((profile, region))

    def open(self, place: f.Place) -> None:
        self._place = place

    def answers(self) -> Answers:
        answers = Answers()
        for one in self.entered:
            answers = answers.with_entry(one.field, Entry(one.text, one.at, one.by))
        return answers

    def history(self) -> tuple[EnteredAnswer, ...]:
        return tuple(self.entered)

    def enter(self, field_id: str, entry: Entry) -> None:
        self.enter_all([(field_id, entry)])

    def enter_all(self, entries: Sequence[tuple[str, Entry]], notes: Sequence[JournalEntry] = ()) -> None:
        self._save()
        self.entered += [EnteredAnswer(field_id, entry.text, entry.at, entry.by) for field_id, entry in entries]
        for note in notes:
            self.note(note)

    def facts(self) -> f.Facts | None:
        return self.remembered.get(_key(self._place))

    def remember(self, facts: f.Facts, glance: Glance) -> None:
        self._save()
        self.remembered[_key(facts.place)] = facts
        self.glances[glance.profile, glance.region] = glance

    def intents(self) -> tuple[Intent, ...]:
        return self.saved_intents

    def record(self, intent: Intent) -> None:
        self._save()
        self.saved_intents = (*self.saved_intents, intent)

    def settle(self, intent: Intent) -> None:
        self._save()
        if self.unsettled is not None:
            raise self.unsettled
        self.saved_intents = tuple(intent if one.id == intent.id else one for one in self.saved_intents)

    def journal(self) -> tuple[JournalEntry, ...]:
        return tuple(self.lines)

    def note(self, entry: JournalEntry) -> None:
        self._save()
        self.lines.append(entry)

    def note_look(self, at: datetime, by: str) -> None:
        self._save()
        entry, instead = looked(self.lines[-1] if self.lines else None, at, by)
        self.lines = [*(self.lines[:-1] if instead else self.lines), entry]

    def export(self, place: f.Place, *, by: str, at: datetime) -> str:
        return '{"format": "dlaas-onboard-export"}\n'

    def merge(self, text: str, place: f.Place, *, by: str, at: datetime, dry_run: bool = False) -> Merged:
        self._save()
        return Merged(by, at)

    def close(self) -> None:
        """Nothing is held."""

    def _save(self) -> None:
        if self.read_only:
            raise OSError(self.read_only)
        if self.broken is not None:
            raise self.broken


def _key(place: f.Place) -> tuple[str, str, str]:
    return place.account, place.region, place.endpoint
