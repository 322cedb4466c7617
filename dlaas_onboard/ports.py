"""What the onboarding asks of the world, as protocols. The rooms that answer satisfy them by shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from dlaas_onboard.journey import facts as f
    from dlaas_onboard.journey.facts.reading import Reading
    from dlaas_onboard.journey.judgement import Judgement
    from dlaas_onboard.journey.report_input import ReportInput
    from dlaas_onboard.journey.situation.answers import Answers, Entry
    from dlaas_onboard.journey.situation.calls import Call
    from dlaas_onboard.journey.situation.calls import CallRecord as CallRecord  # noqa: PLC0414 - imported from here by the faces
    from dlaas_onboard.journey.situation.intents import Intent, Outcome
    from dlaas_onboard.journey.situation.journal import EnteredAnswer, JournalEntry, Merged
    from dlaas_onboard.journey.snapshot import Glance


class Cloud(Protocol):
    """One AWS account in one Region. Reads return readings and never raise; writes are sent once."""

    def connect(self, ask_code: Callable[[str], str]) -> Reading[f.Place]:
        """Resolve credentials and ask STS who we are; ``ask_code`` is called for an MFA code.

        Called again, it asks again with the credentials in use, or resolves them afresh after they failed. With a
        problem the value still holds what is known (profile, Region, endpoint).
        """
        ...

    def account(self) -> Reading[f.Account]: ...
    def statistics(self) -> Reading[tuple[f.SendPoint, ...]]: ...
    def mailing(self) -> Reading[f.Mailing]: ...
    def suppressed(self) -> Reading[f.SuppressedCount]: ...
    def identities(self) -> Reading[f.Identities]: ...
    def identity(self, name: str) -> Reading[f.Identity]:
        """Read one identity; no value and no problem: SES has no identity of that name."""
        ...

    def configuration_sets(self) -> Reading[tuple[f.ConfigurationSet, ...]]: ...
    def notifications(self, identity: str) -> Reading[f.Notifications]: ...
    def topic(self, arn: str) -> Reading[f.Topic]:
        """Read a topic; no value and no problem: it does not exist."""
        ...

    def queue(self, name: str) -> Reading[str]:
        """Read the URL of an SQS queue; no value and no problem: there is none of that name."""
        ...

    def receive(self, queue_url: str, seconds: int) -> Reading[tuple[str, ...]]:
        """Receive up to ten messages of a queue, waiting up to so many seconds for the first; they are raw."""
        ...

    def support_plan(self) -> Reading[f.SupportPlan]: ...
    def case(self, display_id: str) -> Reading[f.SupportCase]:
        """Read a case by its display id, resolved ones too; no value and no problem: not found."""
        ...

    def find_case(self, marker: str) -> Reading[f.SupportCase]:
        """Look among all cases for the one whose subject holds a marker; no value and no problem: there is none."""
        ...

    def case_codes(self) -> Reading[f.CaseCodes]:
        """Read under which codes a case about production access can be opened; no value: AWS lists none."""
        ...

    def quotas(self) -> Reading[f.Quotas]: ...
    def reputation(self) -> Reading[f.Reputation]: ...
    def alarms(self) -> Reading[tuple[f.Alarm, ...]]: ...
    def hosted_zones(self, domain: str, names: Sequence[str]) -> Reading[tuple[f.HostedZone, ...]]:
        """Read the Route 53 hosted zones that cover a domain, nearest first, with the records at ``names``."""
        ...

    def regions(self) -> tuple[str, ...]:
        """Return the Regions of the partition where SES has an endpoint, from the SDK's own data."""
        ...

    def glance(self, region: str, domain: str) -> Reading[f.RegionGlance]: ...
    def write(self, call: Call) -> Outcome:
        """Send one write, once: no retry on the wire."""
        ...

    def calls(self) -> Sequence[CallRecord]:
        """Return the latest calls, oldest first."""
        ...

    def on_call(self, listener: Callable[[CallRecord], None]) -> None: ...
    def close(self) -> None:
        """Let nobody wait any longer for an answer."""
        ...


class Resolver(Protocol):
    """DNS as the world sees it."""

    def look(self, name: str, type: str) -> Reading[f.DnsAnswer]:  # noqa: A002 - DNS's own word
        """Ask for one name and type; NXDOMAIN and no data are answers, anything else is a problem."""
        ...

    def spf(self, name: str) -> Reading[f.Spf]:
        """Evaluate the SPF policy of a name; without a record its ``records`` are empty."""
        ...

    def dmarc(self, domain: str) -> Reading[f.Dmarc]:
        """Find the DMARC policy that holds for a domain; without one its ``records`` are empty."""
        ...

    def delegation(self, domain: str) -> Reading[f.Delegation]:
        """Compare what the parent says of the domain's zone with what its name servers say."""
        ...

    def mailbox(self, domain: str) -> Reading[f.Mailbox]:
        """Find the hosts that take mail for a domain; partial where one's addresses could not be read."""
        ...


class Web(Protocol):
    """The website, opened as a reviewer would."""

    def visit(
        self, url: str, service_name: str, *, products: Sequence[str] = (), allow_private: bool = False
    ) -> Reading[f.Website]:
        """Open the website; ``products`` are looked for on it by their names."""
        ...

    def open_page(self, url: str, role: str, *, allow_private: bool = False) -> Reading[f.NamedPage]:
        """Open one page that the operator named."""
        ...


class Project(Protocol):
    """A DLaaS checkout."""

    def read(self) -> Reading[f.Checkout]:
        """Read the checkout; no value and no problem: there is none."""
        ...

    def terraform(self, report_input: ReportInput) -> str:
        """Return the Terraform that adds what the infrastructure lacks."""
        ...


class Store(Protocol):
    """What was entered and done, durable when a method returns. Raises ``OSError`` with a sentence when it cannot."""

    @property
    def read_only(self) -> str:
        """Return why nothing can be saved, ``""`` when it can."""
        ...

    @property
    def notice(self) -> str:
        """Return what happened to the progress on opening (set aside, migrated), ``""`` if nothing."""
        ...

    def glance(self, profile: str, region: str) -> Glance | None: ...
    def open(self, place: f.Place) -> None:
        """Turn to the progress of this account, Region and endpoint; what was entered before they were known moves in.

        Without an account: what was entered for this profile and Region before one was known.
        """
        ...

    def answers(self) -> Answers: ...
    def history(self) -> tuple[EnteredAnswer, ...]:
        """Return every entry of every field, oldest first."""
        ...

    def enter(self, field_id: str, entry: Entry) -> None: ...
    def enter_all(self, entries: Sequence[tuple[str, Entry]], notes: Sequence[JournalEntry] = ()) -> None:
        """Save several answers and what the journal says of them: all of it or nothing."""
        ...

    def facts(self) -> f.Facts | None: ...
    def remember(self, facts: f.Facts, glance: Glance) -> None: ...
    def intents(self) -> tuple[Intent, ...]: ...
    def record(self, intent: Intent) -> None: ...
    def settle(self, intent: Intent) -> None:
        """Save the intent's new phase; a move that :data:`MOVES` does not allow raises ``ValueError``."""
        ...

    def journal(self) -> tuple[JournalEntry, ...]: ...
    def note(self, entry: JournalEntry) -> None: ...
    def note_look(self, at: datetime, by: str) -> None:
        """Count a look that changed nothing, without a line for each."""
        ...

    def export(self, place: f.Place, *, by: str, at: datetime) -> str:
        """Return this onboarding as one JSON document for another machine."""
        ...

    def merge(self, text: str, place: f.Place, *, by: str, at: datetime, dry_run: bool = False) -> Merged:
        """Take over such a document, all or nothing; ``ValueError`` with a sentence where it does not belong here."""
        ...

    def close(self) -> None: ...


class Reporter(Protocol):
    """Writes the readiness report."""

    def render(self, report_input: ReportInput, format: str, audience: str) -> bytes:  # noqa: A002 - the flag's name
        """Return the report: ``format`` is html, md or json; ``audience`` is private, aws or public."""
        ...

    def status(self, report_input: ReportInput) -> dict[str, Any]:
        """Return the document of ``status --json``, validated against its published schema."""
        ...

    def draft(self, judgement: Judgement) -> dict[str, Any]:
        """Return the document of ``draft --json``, validated against its published schema."""
        ...


class Clock(Protocol):
    """Time and who is asking."""

    def now(self) -> datetime:
        """Return the time in UTC."""
        ...

    def sleep(self, seconds: float) -> None: ...


class RehearsalEvent(NamedTuple):
    """Something that the embedded account can be made to do."""

    id: str
    title: str
    help: str


class ServedAccount(NamedTuple):
    """The embedded account, served to other commands."""

    scenario: str
    account: str
    region: str
    domain: str
    owner: str  # the address that plays the operator's own
    website: str
    dns: str  # host:port
    endpoint: str
    environment: Mapping[str, str | None]  # what leads there; None: to be unset
    events: Sequence[RehearsalEvent]
    wait: Callable[[], object]  # returns when the account has ended


class Director(Protocol):
    """Makes the embedded account act as AWS, DNS or a mailbox owner would. Absent outside a rehearsal."""

    scenario: str

    def events(self) -> Sequence[RehearsalEvent]: ...
    def play(self, event_id: str) -> str:
        """Do it and return one sentence that says what happened."""
        ...


class Ports(NamedTuple):
    """All of the world, put together by ``wiring``."""

    cloud: Callable[[str, str, str], Cloud]  # profile, Region, where the Region's name comes from
    profiles: Callable[[], tuple[str, ...]]  # of the AWS configuration
    resolver: Resolver
    web: Web
    project: Project
    infrastructure: Callable[[], Reading[f.InfrastructureCode]]  # no value and no problem: there is none
    repository: Callable[[], Reading[f.Repository]]  # no value and no problem: there is none
    store: Store
    reporter: Reporter
    clock: Clock
    who: str  # "ada@laptop"
    spawn: Callable[[Callable[[], None]], None]  # runs in a daemon thread
    director: Director | None = None
