"""The places of a repository that send mail: what its code says of them, and what it leaves open.

What stands in a :class:`CodeValue` was read. What was inferred from a name or from wording is a :class:`Guess`, with
the place that it rests on, and claims nothing until the operator confirms it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dlaas_onboard.journey.facts.checkout import Source


class SendingKind(StrEnum):
    """What kind of call a place makes."""

    MESSAGE = "message"  # a message from its parts: SendEmail, transport.sendMail, send_mail
    RAW = "raw"  # a MIME message that the code builds: SendRawEmail
    TEMPLATED = "templated"  # a template that SES stores: SendTemplatedEmail
    BULK = "bulk"  # one call, many messages: SendBulkEmail, send_mass_mail
    LIBRARY = "library"  # a library's own mail, asked for by the code: a password reset of the framework
    SERVICE = "service"  # another service that sends as the same identity: Cognito
    SERVER = "server"  # a mail server named in code or configuration: email-smtp.eu-west-1.amazonaws.com


class LeftOutReason(StrEnum):
    """Why a file or a folder was not read."""

    IGNORED = "ignored"  # by a .gitignore
    TESTS = "tests"
    VENDORED = "vendored"  # other people's code: node_modules, vendor
    GENERATED = "generated"  # built, minified, or marked as generated
    SECRET = "secret"  # noqa: S105 - the word for files that may hold one
    LINK = "link"  # a symbolic link: what it leads to inside the folder is read under its own name
    LARGE = "large"
    UNREADABLE = "unreadable"
    LANGUAGE = "language"  # mentions mail, in a language that is not read
    LIMIT = "limit"  # the folder holds more than is read


@dataclass(frozen=True, slots=True)
class CodeValue:
    """What the code gives for one part of a message."""

    code: str  # as it stands there, on one line
    text: str = ""  # the text that it yields, {name} where only the running code knows; "" where none was read
    source: Source | None = None

    @property
    def resolved(self) -> bool:
        """Whether its text was read, at least around what the running code fills in."""
        return bool(self.text)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a name or a wording suggests, and where that stands."""

    value: str  # "security", "invoice.client"
    evidence: str  # the words that it rests on
    source: Source


@dataclass(frozen=True, slots=True)
class TriggeringCall:
    """A place of the code that makes the message be sent."""

    source: Source
    function: str = ""  # "UsersController#create", "" at the top level of its file
    recipient: CodeValue | None = None  # what it passes on as the recipient


@dataclass(frozen=True, slots=True)
class ListHeaders:
    """What the code sets so that a recipient can leave a list, and where. ``None``: not seen, which is not "none"."""

    list_unsubscribe: Source | None = None  # the header List-Unsubscribe (RFC 2369)
    list_unsubscribe_post: Source | None = None  # the header List-Unsubscribe-Post (RFC 8058)
    list_management: Source | None = None  # SES's ListManagementOptions, with which SES adds both headers

    def or_else(self, other: ListHeaders) -> ListHeaders:
        """Return what either sets."""
        return ListHeaders(
            self.list_unsubscribe or other.list_unsubscribe,
            self.list_unsubscribe_post or other.list_unsubscribe_post,
            self.list_management or other.list_management,
        )

    def and_also(self, other: ListHeaders) -> ListHeaders:
        """Return what both set."""
        return ListHeaders(
            self.list_unsubscribe if other.list_unsubscribe is not None else None,
            self.list_unsubscribe_post if other.list_unsubscribe_post is not None else None,
            self.list_management if other.list_management is not None else None,
        )


NO_LIST_HEADERS = ListHeaders()


@dataclass(frozen=True, slots=True)
class SendingPlace:
    """One place that sends mail.

    ``None`` and ``""`` mean that it was not read; ``unresolved`` names what a message needs of that.
    """

    source: Source
    framework: str  # "SES SDK for JavaScript", "nodemailer", "Django"
    call: str  # "SendEmailCommand", "transport.sendMail", "UserMailer.welcome.deliver_later"
    kind: SendingKind = SendingKind.MESSAGE
    function: str = ""  # the function that it stands in: "InvoiceService.remind"
    recipient: CodeValue | None = None
    subject: CodeValue | None = None
    sender: CodeValue | None = None
    template: CodeValue | None = None  # its text is the file in the repository where one was found
    sample: str = ""  # the text of the message; {name} where only the running code knows
    sample_source: Source | None = None
    bulk: bool = False  # the call itself sends many messages, or it stands in a loop
    schedule: str = ""  # "0 6 * * *", "every 1.day": as the code has it, at the place or at one that leads to it
    schedule_source: Source | None = None
    triggers: tuple[TriggeringCall, ...] = ()  # calls that lead here; () says only that none was found
    carrier: bool = False  # passes on what its callers give it: its messages are those of the places that go through it
    via: Source | None = None  # the carrier that this place goes through
    message_class: Guess | None = None  # security, account, billing, newsletter, notification
    recipient_guess: Guess | None = None
    list_headers: ListHeaders = NO_LIST_HEADERS
    unresolved: tuple[str, ...] = ()  # "recipient", "subject"

    @property
    def resolved(self) -> bool:
        """Whether recipient and subject were read."""
        return not self.unresolved


@dataclass(frozen=True, slots=True)
class StoredTemplate:
    """A template that the repository stores in SES."""

    name: str
    source: Source
    subject: str = ""
    sample: str = ""


class ResourceKind(StrEnum):
    """What infrastructure code declares."""

    IDENTITY = "identity"
    CONFIGURATION_SET = "configuration set"
    EVENT_DESTINATION = "event destination"
    SCHEDULE = "schedule"
    REGION = "Region"


@dataclass(frozen=True, slots=True)
class DeclaredResource:
    """One thing that infrastructure code declares: wanted, which says nothing of what the account has."""

    kind: ResourceKind
    value: str  # "example.com", "rate(1 day)"; an expression where the text is not in the code
    tool: str  # "CDK", "CloudFormation", "SAM", "Serverless", "SST", "Pulumi", "Terraform"
    source: Source
    detail: str = ""  # what a schedule starts; which events a destination gets


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was not read for one reason: how many files and folders, and the first of them."""

    reason: LeftOutReason
    count: int
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Repository:
    """A folder of code, read for the places that send mail."""

    root: str
    places: tuple[SendingPlace, ...] = ()
    stored_templates: tuple[StoredTemplate, ...] = ()
    resources: tuple[DeclaredResource, ...] = ()
    files_listed: int = 0
    files_read: int = 0
    left_out: tuple[LeftOut, ...] = ()
    truncated: str = ""  # why reading stopped early, in one sentence

    @property
    def complete(self) -> bool:
        """Whether all of the project's own code was read: without that, "none was found" is not "there is none"."""
        gaps = {LeftOutReason.LARGE, LeftOutReason.UNREADABLE, LeftOutReason.LANGUAGE, LeftOutReason.LIMIT}
        return not self.truncated and not gaps & {each.reason for each in self.left_out}
