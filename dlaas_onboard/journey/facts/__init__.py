"""Everything that can be observed, as frozen records. Nothing here is a default: what was not read is ``None``.

Names are AWS's own: see the SESv2, SNS, Support and Service Quotas API references.
"""

from dlaas_onboard.journey.facts.account import Account, Details, RegionGlance, Review, SendPoint
from dlaas_onboard.journey.facts.checkout import (
    Checkout,
    Gap,
    Mail,
    MailRecipient,
    RecipientKind,
    Schedule,
    ScheduleKind,
    Source,
    Trigger,
    TriggerKind,
)
from dlaas_onboard.journey.facts.dns import Delegation, Dmarc, DnsAnswer, HostedZone, Mailbox, MailHost, Spf, ZoneRecord
from dlaas_onboard.journey.facts.events import (
    Alarm,
    ConfigurationSet,
    EventDestination,
    Notifications,
    Reputation,
    Subscription,
    Topic,
)
from dlaas_onboard.journey.facts.facts import Facts
from dlaas_onboard.journey.facts.identity import Dkim, Identities, Identity, IdentityInfo, MailFrom, VerificationInfo
from dlaas_onboard.journey.facts.infrastructure import InfrastructureCode, MailResource, MailResourceKind
from dlaas_onboard.journey.facts.mailing import ContactList, ContactTopic, Mailing
from dlaas_onboard.journey.facts.place import Place
from dlaas_onboard.journey.facts.quotas import Quota, QuotaRequest, Quotas
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.facts.sending import Repository, SendingPlace
from dlaas_onboard.journey.facts.support_cases import CaseCodes, Message, SupportCase, SupportPlan
from dlaas_onboard.journey.facts.suppression import SuppressedCount
from dlaas_onboard.journey.facts.website import NamedPage, Page, Website

__all__ = [
    "Account",
    "Alarm",
    "CaseCodes",
    "Checkout",
    "ConfigurationSet",
    "ContactList",
    "ContactTopic",
    "Delegation",
    "Details",
    "Dkim",
    "Dmarc",
    "DnsAnswer",
    "EventDestination",
    "Facts",
    "Gap",
    "HostedZone",
    "Identities",
    "Identity",
    "IdentityInfo",
    "InfrastructureCode",
    "Mail",
    "MailFrom",
    "MailHost",
    "MailRecipient",
    "MailResource",
    "MailResourceKind",
    "Mailbox",
    "Mailing",
    "Message",
    "NamedPage",
    "Notifications",
    "Page",
    "Place",
    "Problem",
    "ProblemKind",
    "Quota",
    "QuotaRequest",
    "Quotas",
    "Reading",
    "RecipientKind",
    "RegionGlance",
    "Repository",
    "Reputation",
    "Review",
    "Schedule",
    "ScheduleKind",
    "SendPoint",
    "SendingPlace",
    "Source",
    "Spf",
    "Subscription",
    "SupportCase",
    "SupportPlan",
    "SuppressedCount",
    "Topic",
    "Trigger",
    "TriggerKind",
    "VerificationInfo",
    "Website",
    "ZoneRecord",
]
