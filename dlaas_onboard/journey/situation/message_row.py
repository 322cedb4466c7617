"""One kind of message that the project sends: what it is, what triggers it, who gets it, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dlaas_onboard.journey.facts import Source
from dlaas_onboard.journey.facts.sending import NO_LIST_HEADERS, ListHeaders
from dlaas_onboard.journey.situation.message_code import MessageCode


class MessageClass(StrEnum):
    """What a message is to its recipient."""

    ACCOUNT = "account"
    SECURITY = "security"
    BILLING = "billing"
    SERVICE = "service"
    ORDER = "order"
    NOTIFICATION = "notification"
    NEWSLETTER = "newsletter"
    OPERATOR = "operator"
    NOT_SENT = "not-sent"  # code that sends nothing here: a feature that is off, a part of another service


CLASS_WORDS = {
    MessageClass.ACCOUNT: "about an account",
    MessageClass.SECURITY: "security",
    MessageClass.BILLING: "billing",
    MessageClass.SERVICE: "about the service",
    MessageClass.ORDER: "about an order",
    MessageClass.NOTIFICATION: "notification that the person switched on",
    MessageClass.NEWSLETTER: "newsletter or marketing",
    MessageClass.OPERATOR: "to the operator only",
    MessageClass.NOT_SENT: "not sent by this service",
}
# No recipient of the service gets it.
UNTOLD = frozenset({MessageClass.OPERATOR, MessageClass.NOT_SENT})
# Follows from what its recipient did, and nobody subscribes to it.
UNLISTED = frozenset(
    {
        MessageClass.ACCOUNT,
        MessageClass.SECURITY,
        MessageClass.BILLING,
        MessageClass.SERVICE,
        MessageClass.ORDER,
        MessageClass.OPERATOR,
    }
)


class RowOrigin(StrEnum):
    """Who says what a message is."""

    READ = "read"  # from code that leaves no doubt
    GUESS = "guess"  # proposed: claims nothing
    CONFIRMED = "confirmed"  # by the operator


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One kind of message. An empty text was neither read nor guessed."""

    id: str
    name: str = ""
    trigger: str = ""  # what follows "sent": "when somebody signs up"
    recipient: str = ""  # "the account's owner"
    message_class: MessageClass | None = None
    volume: str = ""
    subject: str = ""
    sender: str = ""
    sample: str = ""
    sample_source: Source | None = None
    sources: tuple[Source, ...] = ()
    recipient_code: str = ""  # the expression that a guess at the recipient rests on
    code: MessageCode | None = None  # None where no code was read that sends it
    changed: tuple[str, ...] = ()  # what of the code differs from what was confirmed: the row is open again
    list_headers: ListHeaders = NO_LIST_HEADERS  # what every place that sends it sets
    marketing: str = ""  # what of it reads like marketing or list mail, as it stands there: "20% off"
    marketing_source: Source | None = None
    resolved: bool = True  # False: a call that sends something, and what is not read
    interval: str = ""  # "every 24 hours": of a job that alone sends it
    origin: RowOrigin = RowOrigin.GUESS
    by: str = ""
    at: datetime | None = None

    @property
    def bulk(self) -> bool:
        """Whether it reads like marketing or list mail, whatever class it was given."""
        return bool(self.marketing)

    @property
    def claims(self) -> bool:
        """Whether the text may tell of it."""
        return self.origin != RowOrigin.GUESS

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the parts that nobody named yet; of what is not sent the name is enough."""
        if self.message_class == MessageClass.NOT_SENT:
            return () if self.name else ("name",)
        parts = {"name": self.name, "trigger": self.trigger, "recipient": self.recipient, "class": self.message_class}
        return tuple(part for part, value in parts.items() if not value)


@dataclass(frozen=True, slots=True)
class MessageTable:
    """All messages, and whether that is all: of code that was not read in full the operator alone can say "none"."""

    rows: tuple[MessageRow, ...] = ()
    complete: bool = False
    said_complete: bool = False  # by the operator: "complete" rests on his word

    @property
    def claimed(self) -> tuple[MessageRow, ...]:
        """Return the messages to recipients that the text may tell of."""
        return tuple(row for row in self.rows if row.claims and row.message_class not in UNTOLD)

    @property
    def open(self) -> tuple[MessageRow, ...]:
        """Return the messages that nobody confirmed yet."""
        return tuple(row for row in self.rows if not row.claims)

    @property
    def all_unlisted(self) -> bool:
        """Whether nobody subscribes to any message: only where all of them are known.

        Code that reads like a newsletter speaks against it also where the operator says that nothing is sent by it.
        """
        silenced = any(row.bulk for row in self.rows if row.message_class == MessageClass.NOT_SENT)
        unlisted = not silenced and all(row.message_class in UNLISTED for row in self.claimed)
        return bool(self.claimed) and not self.open and not self.marketing and unlisted

    @property
    def marketing(self) -> tuple[MessageRow, ...]:
        """Return the messages that are newsletters or read like marketing, whatever class they were given.

        One that the operator confirmed as not sent is none.
        """
        sent = (row for row in self.rows if not (row.claims and row.message_class == MessageClass.NOT_SENT))
        return tuple(row for row in sent if row.bulk or row.message_class == MessageClass.NEWSLETTER)

    def row(self, row_id: str) -> MessageRow | None:
        """Return a row by its id."""
        return next((row for row in self.rows if row.id == row_id), None)
