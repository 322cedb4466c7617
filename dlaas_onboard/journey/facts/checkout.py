"""What the checkout of a project says: messages, infrastructure and their gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Source:
    """A place in the checkout that carries a fact."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


class TriggerKind(StrEnum):
    """What kind of code sends a message."""

    TASK = "task"  # a Lambda function or a job, named by its folder
    FUNCTION = "function"  # a function, which tasks call
    FILE = "file"  # code of a file that stands in no function


@dataclass(frozen=True, slots=True)
class Trigger:
    """The code that sends a message; what starts it is its :class:`Schedule`."""

    kind: TriggerKind
    name: str  # "register_user"


class RecipientKind(StrEnum):
    """Whom a message goes to."""

    ACCOUNT_OWNER = "account_owner"
    OPERATOR = "operator"
    ADDRESS_ENTERED = "address_entered"  # in the request that the code answers
    LIST = "list"  # several addresses at once
    OTHER = "other"  # only the code's own expression is known


@dataclass(frozen=True, slots=True)
class MailRecipient:
    """One of those whom a message goes to, as the code names them."""

    kind: RecipientKind
    expression: str = ""  # as the code has it, of ``OTHER`` alone


class ScheduleKind(StrEnum):
    """What makes a message be sent."""

    CALL = "call"  # somebody calls one of the tasks
    RUN = "run"  # the function that sends it runs on a schedule
    TASK = "task"  # another task, which runs on a schedule, leads to it


@dataclass(frozen=True, slots=True)
class Schedule:
    """One cause of a message: which tasks lead to it, and how often they run where a schedule starts them."""

    kind: ScheduleKind
    tasks: tuple[str, ...] = ()
    every: int = 0  # 24, 0 where the expression is no rate
    unit: str = ""  # minute, hour, day
    expression: str = ""  # as Terraform has it: "rate(24 hours)", "cron(0 2 * * ? *)"


@dataclass(frozen=True, slots=True)
class Mail:
    """One kind of message that the project sends, from its template and the code that sends it."""

    name: str
    triggers: tuple[Trigger, ...]  # none where no code sends it
    subject: str = ""
    recipients: tuple[MailRecipient, ...] = ()
    kind: str = ""  # confirmation, security, billing, service, fulfilment, operator, unknown
    schedules: tuple[Schedule, ...] = ()  # all of its causes
    sample: str = ""  # the text of the message; {name} where only the running code knows the value
    source: Source | None = None
    call_sites: tuple[Source, ...] = ()
    bulk: bool = False  # reads like marketing or list mail
    to_recipients: bool = True  # False: goes to the operator only
    sender: str = ""  # address that the code sends it from
    unresolved: bool = False  # a call that sends something: what, was not read


@dataclass(frozen=True, slots=True)
class Checkout:
    """A DLaaS checkout, read."""

    root: str
    region: str = ""
    profile: str = ""
    service_name: str = ""
    domain: str = ""
    sender: str = ""
    mail_from: str = ""
    about: str = ""  # what the service is, in the project's own words
    products: tuple[str, ...] = ()  # "DataLayer Mirror: 1 XCH"
    mails: tuple[Mail, ...] = ()
    stock: tuple[str, ...] = ()  # keys of the configuration left at their stock value
    problems: tuple[str, ...] = ()  # files missing or broken, one sentence each
    gaps: tuple[Gap, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)  # field name -> "common/config.json:5"
    opt_in: Source | None = None  # code that confirms an address before the account works
    login_needs_confirmation: Source | None = None
    purge: str = ""  # how long unconfirmed accounts are kept, in words


@dataclass(frozen=True, slots=True)
class Gap:
    """What the checkout's infrastructure lacks that a reviewer or a mailbox provider asks for."""

    id: str  # "mail_from_mx", "dmarc", "configuration_set", "inbox", "website", "rate_limit", …
    message: str
    remedy: str
    source: Source | None = None
    severity: str = "warning"
