"""One look at the world: independent reads at the same time, each fact handed over as it arrives."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from dlaas_onboard.journey import names
from dlaas_onboard.journey.bounces import proof
from dlaas_onboard.journey.dns import needed_records
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.request import named_pages, new_case
from dlaas_onboard.journey.review import support_case
from dlaas_onboard.journey.writes import recipients
from dlaas_onboard.journey.writes.plans import topic_arn

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import Facts, Identity, NamedPage, Topic
    from dlaas_onboard.journey.facts.reading import Reading
    from dlaas_onboard.onboarding.state import State
    from dlaas_onboard.ports import Cloud, Ports

# A verified parent covers a sending subdomain (SES Developer Guide, "Creating and verifying identities").
_PARENTS = 3
# Regions that the radar asks at the same time: each takes a client, a connection and a thread.
_SWEEP = 20


@dataclass(frozen=True)
class Observer:
    """Runs the looks of one generation; everything it learns goes into the state."""

    cloud: Cloud
    ports: Ports
    state: State
    generation: int

    def stopped(self) -> bool:
        """Whether nobody wants these looks any more."""
        return self.state.generation != self.generation

    def put(self, change: Callable[[Facts], Facts]) -> None:
        """Hand over what was learned."""
        self.state.put(self.generation, change)

    def run(self, wanted: frozenset[Look]) -> None:
        """Run the wanted looks and return when all have answered, or as soon as they were given up."""
        chains: list[Callable[[], None]] = []

        def chain(*links: tuple[Look, Callable[[], None]]) -> None:
            chosen = [(look, link) for look, link in links if look in wanted]
            if chosen:
                chains.append(lambda: self._links(chosen))

        domain_known = bool(self._text("domain"))
        chain((Look.ACCOUNT, self._account), (Look.SUPPORT, self._support))
        if domain_known:
            chain(
                (Look.IDENTITIES, self._identities),
                (Look.TEST_ADDRESS, self._test_address),
                (Look.RECIPIENTS, self._recipients),
            )
            chain((Look.DOMAIN, self._domain), (Look.DNS, self._dns), (Look.ZONES, self._zones))
        else:
            chain(
                (Look.IDENTITIES, self._identities),
                (Look.TEST_ADDRESS, self._test_address),
                (Look.DOMAIN, self._domain),
                (Look.DNS, self._dns),
                (Look.ZONES, self._zones),
                (Look.RECIPIENTS, self._recipients),
            )
        chain((Look.BOUNCES, self._bounces))
        chain((Look.STATISTICS, self._statistics))
        chain((Look.MAILING, self._mailing))
        chain((Look.SUPPRESSED, self._suppressed))
        chain((Look.QUOTAS, self._quotas))
        chain((Look.REPUTATION, self._reputation))
        chain((Look.WEBSITE, self._website))
        chain((Look.CHECKOUT, self._checkout))
        chain((Look.RADAR, self._radar))
        self._at_once(chains)

    def _at_once(self, tasks: list[Callable[[], None]], at_most: int = 100) -> None:
        """Run the tasks in daemon threads and wait for them, but no longer than they are wanted."""
        left = threading.Semaphore(0)
        waiting = iter(tasks)

        def run() -> None:
            for task in waiting:  # shared by all threads
                try:
                    task()
                except BaseException:  # a defect ends one thread, and must not keep the rest from being done
                    self.ports.spawn(run)
                    raise
                finally:
                    left.release()
                if self.stopped():
                    return

        for _ in tasks[:at_most]:
            self.ports.spawn(run)
        for _ in tasks:
            while not left.acquire(timeout=0.2):
                if self.stopped():
                    return

    def _links(self, links: list[tuple[Look, Callable[[], None]]]) -> None:
        for look, link in links:
            if self.stopped():
                return
            with self.state.marked(look, self.generation):
                link()

    def _text(self, field_id: str) -> str:
        return self.state.situation.input(field_id).text

    # One look each

    def _account(self) -> None:
        reading = self.cloud.account()
        self.put(lambda facts: dataclasses.replace(facts, account=reading))

    def _support(self) -> None:
        plan = self.cloud.support_plan()
        self.put(lambda facts: dataclasses.replace(facts, support=plan))
        account = self.state.facts.account
        details = account.value.details if account and account.value else None
        review = details.review if details else None
        if plan.value is None or not plan.value.api:
            return
        marker = new_case.opened(self.state.intents)
        opened = self.cloud.find_case(marker) if marker else None
        self.put(lambda facts: dataclasses.replace(facts, opened=opened))
        # What was opened after the denial is where Amazon answers; unread, it is not the old one that is answered.
        if opened is not None and (opened.value is not None or not opened.known):
            self.put(lambda facts: dataclasses.replace(facts, case=opened))
            return
        if review is None or not review.case_id:
            return
        case = self.cloud.case(review.case_id)
        self.put(lambda facts: dataclasses.replace(facts, case=case))
        shut = case.value is not None and case.value.status == support_case.CLOSED
        codes = self.cloud.case_codes() if shut and review.status == "DENIED" else None
        self.put(lambda facts: dataclasses.replace(facts, case_codes=codes))

    def _statistics(self) -> None:
        reading = self.cloud.statistics()
        self.put(lambda facts: dataclasses.replace(facts, statistics=reading))

    def _mailing(self) -> None:
        reading = self.cloud.mailing()
        self.put(lambda facts: dataclasses.replace(facts, mailing=reading))

    def _suppressed(self) -> None:
        reading = self.cloud.suppressed()
        self.put(lambda facts: dataclasses.replace(facts, suppressed=reading))

    def _identities(self) -> None:
        reading = self.cloud.identities()
        self.put(lambda facts: dataclasses.replace(facts, identities=reading))

    def _domain(self) -> None:
        domain = self._text("domain")
        if not domain:
            self.put(lambda facts: dataclasses.replace(facts, domain_identity=None))
            return
        reading = self._covering(domain)
        if self._text("domain") != domain:
            return
        self.put(lambda facts: dataclasses.replace(facts, domain_identity=reading))
        name = reading.value.name if reading.value else ""
        known = self.state.facts.notifications
        if name and (known is None or known.value is None or known.value.identity != name):
            self._notifications(name)
        self._planned_topic()

    def _covering(self, domain: str) -> Reading[Identity]:
        """Read the identity of the domain, or of the nearest parent that has one."""
        reading = first = self.cloud.identity(domain)
        labels = domain.split(".")
        for depth in range(1, min(_PARENTS, len(labels) - 2) + 1):
            if reading.problem is not None or reading.value is not None:
                return reading
            reading = self.cloud.identity(".".join(labels[depth:]))
        return reading if reading.value is not None else first

    def _test_address(self) -> None:
        address = self._text("test_address")
        if not address:
            self.put(lambda facts: dataclasses.replace(facts, test_identity=None))
            return
        reading = self.cloud.identity(address)
        if self._text("test_address") == address:
            self.put(lambda facts: dataclasses.replace(facts, test_identity=reading))

    def _recipients(self) -> None:
        def mine() -> tuple[str, ...]:
            return recipients.wanted(self.state.situation)

        # An address that was taken off the list is not to be written for.
        self.put(
            lambda facts: dataclasses.replace(
                facts, recipients={name: reading for name, reading in facts.recipients.items() if name in mine()}
            )
        )

        def ask(address: str) -> None:
            reading = self.cloud.identity(address)
            if address in mine():
                self.put(lambda facts: dataclasses.replace(facts, recipients={**facts.recipients, address: reading}))

        self._at_once([partial(ask, address) for address in mine()])

    def _dns(self) -> None:
        wanted = needed_records.queries(self.state.situation)
        names = {f"{type_} {name}" for name, type_ in wanted}
        # Answers about names that are no longer asked for would be taken for today's.
        self.put(
            lambda facts: dataclasses.replace(
                facts, dns={key: reading for key, reading in facts.dns.items() if key in names}
            )
        )

        def ask(name: str, type_: str) -> None:
            reading = self.ports.resolver.look(name, type_)
            self.put(lambda facts: dataclasses.replace(facts, dns={**facts.dns, f"{type_} {name}": reading}))

        self._at_once([*(partial(ask, name, type_) for name, type_ in wanted), *self._policies()])

    def _zones(self) -> None:
        situation = self.state.situation
        domain = situation.domain
        if not domain:
            self.put(lambda facts: dataclasses.replace(facts, hosted_zones=None))
            return
        names = tuple(dict.fromkeys(record.name for record in needed_records.wanted(situation) if record.required))
        reading = self.cloud.hosted_zones(domain, names)
        if self.state.situation.domain == domain:
            self.put(lambda facts: dataclasses.replace(facts, hosted_zones=reading))

    def _policies(self) -> list[Callable[[], None]]:
        """Return what has to be asked of DNS beyond single records, and drop what is about another domain."""
        ask = self.ports.resolver
        domain, policies, mailboxes = self._dns_subjects()
        self.put(partial(_about, domain, policies, mailboxes))

        def spf(name: str) -> None:
            reading = ask.spf(name)
            if name in self._dns_subjects().policies:
                self.put(lambda facts: dataclasses.replace(facts, spf={**facts.spf, name: reading}))

        def mailbox(name: str) -> None:
            reading = ask.mailbox(name)
            if name in self._dns_subjects().mailboxes:
                self.put(lambda facts: dataclasses.replace(facts, mailboxes={**facts.mailboxes, name: reading}))

        def dmarc() -> None:
            reading = ask.dmarc(domain)
            if self._dns_subjects().domain == domain:
                self.put(lambda facts: dataclasses.replace(facts, dmarc=reading))

        def delegation() -> None:
            reading = ask.delegation(domain)
            if self._dns_subjects().domain == domain:
                self.put(lambda facts: dataclasses.replace(facts, delegation=reading))

        return [
            *(partial(spf, name) for name in policies),
            *((dmarc, delegation) if domain else ()),
            *(partial(mailbox, name) for name in mailboxes),
        ]

    def _dns_subjects(self) -> _DnsSubjects:
        situation = self.state.situation
        domain = situation.domain
        return _DnsSubjects(
            domain,
            tuple(dict.fromkeys((domain, situation.mail_from))) if domain else (),
            tuple(dict.fromkeys(names.domain_of(address) for _, address in situation.mail_addresses)),
        )

    def _bounces(self) -> None:
        sets = self.cloud.configuration_sets()
        self.put(lambda facts: dataclasses.replace(facts, configuration_sets=sets))
        intents = self.state.intents
        targets = {
            destination.target
            for item in sets.value or ()
            for destination in item.destinations
            if destination.kind == "SNS" and destination.target
        }
        planned = topic_arn(self.state.situation) if sets.known else ""
        self._topics((targets | proof.topics(intents) | {planned}) - {""})
        identity = self.state.facts.domain_identity
        if identity is not None and identity.value is not None:
            self._notifications(identity.value.name)
        self._planned_topic()
        self._queues(proof.queues(intents, self.ports.clock.now()))

    def _planned_topic(self) -> None:
        """Read the topic that an action would make, if it is known only now: one that exists keeps its policy."""
        situation = self.state.situation
        facts, arn = situation.facts, topic_arn(situation)
        if arn and arn not in facts.topics and facts.configuration_sets is not None and facts.configuration_sets.known:
            self._topics({arn})

    def _queues(self, names: Mapping[str, bool]) -> None:
        """Look for the queues of proofs; one that is being deleted says nothing while it still answers."""
        readings = {name: self.cloud.queue(name) for name in sorted(names)}
        seen = {name: reading for name, reading in readings.items() if not (reading.value and names[name])}
        self.put(lambda facts: dataclasses.replace(facts, queues=seen))

    def _notifications(self, identity: str) -> None:
        """Read where the identity itself sends its bounces; it may be a parent of the sending domain."""
        reading = self.cloud.notifications(identity)
        self.put(lambda facts: dataclasses.replace(facts, notifications=reading))
        if reading.value is not None:
            self._topics({reading.value.bounce_topic, reading.value.complaint_topic} - {""})

    def _topics(self, arns: set[str]) -> None:
        for arn in sorted(arns):
            reading = self.cloud.topic(arn)
            self.put(partial(_with_topic, arn, reading))

    def _quotas(self) -> None:
        reading = self.cloud.quotas()
        self.put(lambda facts: dataclasses.replace(facts, quotas=reading))

    def _reputation(self) -> None:
        reading = self.cloud.reputation()
        self.put(lambda facts: dataclasses.replace(facts, reputation=reading))
        alarms = self.cloud.alarms()
        self.put(lambda facts: dataclasses.replace(facts, alarms=alarms))
        self._topics({arn for alarm in alarms.value or () for arn in alarm.actions if arn.split(":")[2:3] == ["sns"]})

    def _website(self) -> None:
        """Open the website and, at the same time, the pages that were named beside it."""
        self._at_once([self._home_page, *(partial(self._named_page, role) for role in named_pages.FIELDS)])

    def _named_page(self, role: str) -> None:
        field = named_pages.FIELDS[role]
        url = self._text(field)
        private = self._text("private_website") == "yes"
        reading = self.ports.web.open_page(url, role, allow_private=private) if url else None
        if self._text(field) == url:
            self.put(partial(_with_named_page, role, reading))

    def _home_page(self) -> None:
        url = self._text("website_url")
        if not url:
            self.put(lambda facts: dataclasses.replace(facts, website=None))
            return
        private = self._text("private_website") == "yes"
        checkout = self.state.facts.checkout
        sold = checkout.value.products if checkout is not None and checkout.value is not None else ()
        products = [product.rpartition(": ")[0] or product for product in sold]  # "DataLayer Mirror: 1 XCH"
        reading = self.ports.web.visit(url, self._text("service_name"), products=products, allow_private=private)
        if self._text("website_url") == url:
            self.put(lambda facts: dataclasses.replace(facts, website=reading))

    def _checkout(self) -> None:
        checkout = self.ports.project.read()
        self.put(lambda facts: dataclasses.replace(facts, checkout=checkout))
        infrastructure = self.ports.infrastructure()
        self.put(lambda facts: dataclasses.replace(facts, infrastructure=infrastructure))
        repository = self.ports.repository()
        self.put(lambda facts: dataclasses.replace(facts, repository=repository))

    def _radar(self) -> None:
        domain = self._text("domain")

        def sweep(region: str) -> None:
            reading = self.cloud.glance(region, domain)
            self.put(lambda facts: dataclasses.replace(facts, radar={**facts.radar, region: reading}))

        self._at_once([partial(sweep, region) for region in self.cloud.regions()], _SWEEP)


class _DnsSubjects(NamedTuple):
    """What DNS is asked about beyond single records."""

    domain: str
    policies: tuple[str, ...]  # names whose SPF counts
    mailboxes: tuple[str, ...]  # domains that mail has to arrive at


def _about(domain: str, policies: tuple[str, ...], mailboxes: tuple[str, ...], facts: Facts) -> Facts:
    """Return the facts without what was read about other names: it would be taken for today's."""
    dmarc = so_far(facts.dmarc)
    delegation = so_far(facts.delegation)
    return dataclasses.replace(
        facts,
        spf={name: reading for name, reading in facts.spf.items() if name in policies},
        dmarc=facts.dmarc if dmarc and names.within(domain, dmarc.name.removeprefix("_dmarc.")) else None,
        delegation=facts.delegation if delegation and names.within(domain, delegation.zone) else None,
        mailboxes={name: reading for name, reading in facts.mailboxes.items() if name in mailboxes},
    )


def _with_named_page(role: str, reading: Reading[NamedPage] | None, facts: Facts) -> Facts:
    others = {name: other for name, other in facts.named_pages.items() if name != role}
    return dataclasses.replace(facts, named_pages={**others, role: reading} if reading is not None else others)


def _with_topic(arn: str, reading: Reading[Topic], facts: Facts) -> Facts:
    return dataclasses.replace(facts, topics={**facts.topics, arn: reading})
