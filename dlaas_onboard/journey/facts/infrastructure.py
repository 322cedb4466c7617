"""What the project's infrastructure code declares for mail: the wanted world, beside what AWS and DNS really have."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dlaas_onboard.journey.facts.checkout import Source


class MailResourceKind(StrEnum):
    """What a resource of the code makes."""

    IDENTITY = "identity"
    DKIM = "DKIM"  # asks SES for Easy DKIM
    MAIL_FROM = "MAIL FROM"
    RECORD = "DNS record"
    CONFIGURATION_SET = "configuration set"
    EVENT_DESTINATION = "event destination"
    IDENTITY_TOPIC = "topic of the identity"  # notifications of the identity itself
    TOPIC = "topic"
    SUPPRESSION = "suppression list"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class MailResource:
    """One resource that the code declares. A text that only an apply can know is ``""``."""

    kind: MailResourceKind
    address: str  # as the tool names it: "aws_ses_domain_identity.main"
    source: Source
    name: str = ""  # the domain, the MAIL FROM domain, the set's or topic's name, the alarm's metric, the record's name
    owner: str = ""  # what it belongs to: the identity of MAIL FROM, the set of an event destination
    type: str = ""  # of a record
    values: tuple[str, ...] = ()  # of a record; kinds of events; reasons for suppression
    applied: bool | None = None  # by the plan or state that the operator gave; ``None``: neither says


@dataclass(frozen=True, slots=True)
class InfrastructureCode:
    """The infrastructure code of one project, as far as mail is concerned."""

    root: str
    tool: str = "Terraform"
    command: str = "terraform apply"  # what makes the account be as the code declares
    workspace: str = ""  # where it runs, if not here: "dlaas in the organization example of HCP Terraform"
    region: str = ""  # of its provider, "" where only an apply knows
    resources: tuple[MailResource, ...] = ()
    unnamed_records: tuple[str, ...] = ()  # types of which a loop may make records whose names are not known
    default_set: str = ""  # address of the identity that names a default configuration set, "" where none does
    plan: str = ""  # the plan or state file that says what was applied
    problems: tuple[str, ...] = ()  # what could not be read, one sentence each

    def of(self, kind: MailResourceKind) -> tuple[MailResource, ...]:
        """Return the resources of one kind."""
        return tuple(item for item in self.resources if item.kind == kind)
