"""What a look asks of DNS beyond single records, and that answers about another domain never stay."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from dlaas_onboard.journey.facts import Delegation, Dmarc, DnsAnswer, Facts, Mailbox, Spf
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.situation.answers import Answers, Entry
from dlaas_onboard.onboarding.observer import Observer
from dlaas_onboard.onboarding.observing import looks_of
from dlaas_onboard.onboarding.state import State
from tests.e2e.conftest import WorldMaker

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def entered(**fields: str) -> Answers:
    return Answers({name: Entry(text, NOW, "ada@laptop") for name, text in fields.items()})


class Desk:
    """Holds facts and answers as a session does; a resolver that can change the answers while it is asked."""

    def __init__(self, **fields: str) -> None:
        self.state = State()
        self.enter(**fields)
        self.asked: list[str] = []
        self.meanwhile: Callable[[str], None] = lambda question: None

    @property
    def facts(self) -> Facts:
        return self.state.facts

    def enter(self, **fields: str) -> None:
        self.state.load(entered(**fields), ())

    def look(self) -> Facts:
        ports = SimpleNamespace(resolver=_Answering(self), spawn=lambda task: task())
        observer = Observer(cast(Any, None), cast(Any, ports), self.state, self.state.generation)
        observer.run(frozenset({Look.DNS}))
        return self.facts


class _Answering:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def _read(self, question: str, value: Any) -> Any:
        self.desk.asked.append(question)
        self.desk.meanwhile(question)
        return Reading("DNS", NOW, value)

    def look(self, name: str, type: str) -> Reading[DnsAnswer]:  # noqa: A002 - the port's
        return cast("Reading[DnsAnswer]", self._read(f"{type} {name}", DnsAnswer(name, type, exists=False)))

    def spf(self, name: str) -> Reading[Spf]:
        return cast("Reading[Spf]", self._read(f"spf {name}", Spf(name)))

    def dmarc(self, domain: str) -> Reading[Dmarc]:
        return cast("Reading[Dmarc]", self._read(f"dmarc {domain}", Dmarc(f"_dmarc.{domain}")))

    def delegation(self, domain: str) -> Reading[Delegation]:
        return cast("Reading[Delegation]", self._read(f"delegation {domain}", Delegation(domain, "com")))

    def mailbox(self, domain: str) -> Reading[Mailbox]:
        return cast("Reading[Mailbox]", self._read(f"mailbox {domain}", Mailbox(domain)))


def test_every_address_that_counts_has_its_domain_asked_once() -> None:
    desk = Desk(
        domain="example.com",
        sender="support@example.com",
        reply_to="help@Example.net",
        feedback_to="no address",
        contacts="ops@example.org, ada@example.net,",
    )
    assert desk.state.situation.mail_addresses == (
        ("From", "support@example.com"),
        ("Reply-To", "help@Example.net"),
        ("Contact", "ops@example.org"),
        ("Contact", "ada@example.net"),
    )
    facts = desk.look()
    assert set(facts.mailboxes) == {"example.com", "example.net", "example.org"}
    assert set(facts.spf) == {"example.com", "mail.example.com"}
    assert facts.dmarc is not None
    assert facts.delegation is not None
    assert len(desk.asked) == len(set(desk.asked))


def test_without_a_domain_only_mailboxes_are_asked() -> None:
    desk = Desk(contacts="ops@example.org")
    facts = desk.look()
    assert desk.asked == ["mailbox example.org"]
    assert (facts.spf, facts.dmarc, facts.delegation) == ({}, None, None)


def test_another_domain_drops_what_was_read_before_it_is_asked() -> None:
    desk = Desk(domain="example.com", contacts="ops@example.org")
    desk.look()
    desk.enter(domain="other.com", contacts="ops@other.com")
    left: list[Facts] = []
    desk.meanwhile = lambda question: left.append(desk.facts)
    facts = desk.look()
    # The first question of a look is about a single record: by the time the rest is asked nothing old is there.
    at_first_policy = left[next(n for n, question in enumerate(desk.asked[-len(left) :]) if "spf " in question)]
    assert (at_first_policy.spf, at_first_policy.dmarc, at_first_policy.delegation, at_first_policy.mailboxes) == (
        {},
        None,
        None,
        {},
    )
    assert set(facts.spf) == {"other.com", "mail.other.com"}
    assert set(facts.mailboxes) == {"other.com"}
    assert facts.dmarc is not None
    assert facts.dmarc.value == Dmarc("_dmarc.other.com")


def test_an_answer_that_comes_after_the_domain_was_changed_is_dropped() -> None:
    desk = Desk(domain="example.com", contacts="ops@example.org")

    def change(question: str) -> None:
        if question.partition(" ")[0] in ("spf", "dmarc", "delegation", "mailbox"):
            desk.enter(domain="other.com")

    desk.meanwhile = change
    facts = desk.look()
    assert "delegation example.com" in desk.asked
    assert (facts.spf, facts.dmarc, facts.delegation, facts.mailboxes) == ({}, None, None, {})


def test_the_same_domain_keeps_what_is_known_while_it_is_asked_again() -> None:
    desk = Desk(domain="example.com")
    before = desk.look()
    seen: list[Facts] = []
    desk.meanwhile = lambda question: seen.append(desk.facts)
    desk.look()
    assert all(facts.dmarc is not None and facts.delegation is not None for facts in seen)
    assert dataclasses.replace(before, dns={}) == dataclasses.replace(desk.facts, dns={})


def test_each_address_that_changes_is_looked_up_again() -> None:
    for field in ("domain", "sender", "reply_to", "feedback_to", "contacts"):
        assert Look.DNS in looks_of([field])


def test_the_embedded_name_server_answers_all_of_it(world: WorldMaker) -> None:
    here = world("ready")
    facts = here.open().view().facts
    domain = here.server.account.state.domain
    for name in (domain, f"mail.{domain}"):
        policy = facts.spf[name].value
        assert policy is not None, facts.spf
        assert (policy.error, policy.lookups) == ("", 1)
    assert facts.dmarc is not None
    assert facts.dmarc.value is not None
    assert facts.dmarc.value.policy == "none"
    assert facts.delegation is not None
    assert facts.delegation.known, facts.delegation
    assert facts.delegation.value == Delegation(domain, "example", (f"ns1.{domain}",), (f"ns1.{domain}",))
    assert set(facts.mailboxes) == {domain, "example.net"}
    for reading in facts.mailboxes.values():
        assert reading.known
        assert reading.value is not None
        assert reading.value.hosts[0].addresses
