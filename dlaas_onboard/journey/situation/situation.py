"""What is known at one moment, as one record: every rule of the journey takes it, and asks it for what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, TypeVar, cast

from dlaas_onboard.journey.facts import Checkout, Facts, Identity, Place, Reading
from dlaas_onboard.journey.facts.reading import known, so_far
from dlaas_onboard.journey.names import bare, is_address, is_domain, within
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.inputs import Input, resolve
from dlaas_onboard.journey.situation.intents import Intent
from dlaas_onboard.journey.situation.message_row import MessageTable
from dlaas_onboard.journey.situation.message_rows import message_table

T = TypeVar("T")

_MAIL_FIELDS = (
    ("From", "sender"),
    ("Reply-To", "reply_to"),
    ("Feedback", "feedback_to"),
    ("Complaints", "complaints_to"),
    ("Contact", "contacts"),
)


@dataclass(frozen=True)
class Situation:
    """The facts, what the operator answered, and the writes that were decided on."""

    facts: Facts = field(default_factory=Facts)
    answers: Answers = field(default_factory=Answers)
    intents: tuple[Intent, ...] = ()

    @property
    def place(self) -> Place:
        """Return where calls go and as whom."""
        return self.facts.place

    def input(self, field_id: str) -> Input:
        """Return the effective text of a field with where it comes from, as :func:`.inputs.resolve` finds it."""
        return resolve(field_id, self.facts, self.answers)

    @cached_property
    def checkout(self) -> Checkout | None:
        """Return the checkout as far as it could be read."""
        return so_far(self.facts.checkout)

    @cached_property
    def messages(self) -> MessageTable:
        """Return the messages that the project sends, with what the operator says of each."""
        return message_table(self.facts, self.answers)

    @cached_property
    def domain(self) -> str:
        """Return the sending domain, ``""`` where it is not known or not a domain name."""
        name = bare(self.input("domain").text)
        return name if is_domain(name) else ""

    @cached_property
    def sender(self) -> str:
        """Return the From address, ``""`` where it is not known or not an address."""
        return self._address("sender")

    @cached_property
    def test_address(self) -> str:
        """Return the operator's own address, ``""`` where it is not known or not an address."""
        return self._address("test_address")

    @cached_property
    def service_name(self) -> str:
        """Return the name of the service on one line."""
        return " ".join(self.input("service_name").text.split())

    @cached_property
    def domain_identity(self) -> Reading[Identity] | None:
        """Return the reading of the identity that covers the sending domain.

        A reading of another domain than the one wanted now counts as not looked at.
        """
        reading = self.facts.domain_identity
        if reading is None or not self.domain:
            return None
        if reading.value is not None and not within(self.domain, reading.value.name):
            return None
        return reading

    @cached_property
    def identity(self) -> Identity | None:
        """Return the identity that covers the sending domain, ``None`` where it is unread or does not exist."""
        return known(self.domain_identity)

    @cached_property
    def test_identity(self) -> Reading[Identity] | None:
        """Return the reading of the operator's own address; one of another address counts as not looked at.

        Address identities are case-sensitive (SES Developer Guide, "Creating and verifying identities").
        """
        reading = self.facts.test_identity
        if reading is None or not self.test_address:
            return None
        if reading.value is not None and reading.value.name != self.test_address:
            return None
        return reading

    @cached_property
    def mail_from(self) -> str:
        """Return the MAIL FROM domain: the identity's own, else the checkout's, else ``mail.`` and the domain."""
        if self.identity is not None and self.identity.mail_from is not None and self.identity.mail_from.domain:
            return bare(self.identity.mail_from.domain)
        if not self.domain:
            return ""
        if self.checkout is not None and self.checkout.mail_from and within(self.checkout.mail_from, self.domain):
            return bare(self.checkout.mail_from)
        return f"mail.{self.domain}"

    @cached_property
    def mail_addresses(self) -> tuple[tuple[str, str], ...]:
        """Return the addresses at which mail has to arrive as ``(role, address)``; text that is none is left out.

        Roles are ``From``, ``Reply-To``, ``Feedback`` (bounces forwarded by mail), ``Complaints`` (where somebody reads
        them) and ``Contact`` (of the request).
        """
        entered = (
            (role, text.strip()) for role, field_id in _MAIL_FIELDS for text in self.input(field_id).text.split(",")
        )
        return tuple(dict.fromkeys((role, address) for role, address in entered if is_address(address)))

    @cached_property
    def _results(self) -> dict[Callable[..., Any], Any]:
        """Return what :func:`once` keeps."""
        return {}

    def _address(self, field_id: str) -> str:
        text = self.input(field_id).text.strip()
        return text if is_address(text) else ""


def once(judge: Callable[[Situation], T]) -> Callable[[Situation], T]:
    """Keep what a pure function makes of a situation with that situation: several steps ask for the same."""

    @wraps(judge)
    def remembered(situation: Situation) -> T:
        # Threads that meet here at worst judge twice: one result replaces an equal one.
        if judge not in situation._results:
            situation._results[judge] = judge(situation)
        return cast(T, situation._results[judge])

    return remembered
