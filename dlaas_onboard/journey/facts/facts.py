"""All that was observed, in one record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dlaas_onboard.journey.facts.account import Account, RegionGlance, SendPoint
from dlaas_onboard.journey.facts.checkout import Checkout
from dlaas_onboard.journey.facts.dns import Delegation, Dmarc, DnsAnswer, HostedZone, Mailbox, Spf
from dlaas_onboard.journey.facts.events import Alarm, ConfigurationSet, Notifications, Reputation, Topic
from dlaas_onboard.journey.facts.identity import Identities, Identity
from dlaas_onboard.journey.facts.infrastructure import InfrastructureCode
from dlaas_onboard.journey.facts.mailing import Mailing
from dlaas_onboard.journey.facts.place import Place
from dlaas_onboard.journey.facts.quotas import Quotas
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.facts.sending import Repository
from dlaas_onboard.journey.facts.support_cases import CaseCodes, SupportCase, SupportPlan
from dlaas_onboard.journey.facts.suppression import SuppressedCount
from dlaas_onboard.journey.facts.website import NamedPage, Website


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of the world, each with source and time. ``None``: nobody looked yet."""

    place: Place = field(default_factory=Place)
    caller: Reading[Place] | None = None
    account: Reading[Account] | None = None
    statistics: Reading[tuple[SendPoint, ...]] | None = None
    mailing: Reading[Mailing] | None = None
    suppressed: Reading[SuppressedCount] | None = None  # of the account's list
    identities: Reading[Identities] | None = None
    domain_identity: Reading[Identity] | None = None  # the domain, or the parent that covers it
    test_identity: Reading[Identity] | None = None  # the operator's own address
    recipients: Mapping[str, Reading[Identity]] = field(default_factory=dict)  # by address, as it was typed
    configuration_sets: Reading[tuple[ConfigurationSet, ...]] | None = None
    notifications: Reading[Notifications] | None = None
    topics: Mapping[str, Reading[Topic]] = field(default_factory=dict)  # by ARN
    queues: Mapping[str, Reading[str]] = field(default_factory=dict)  # URL by name, of proofs that may have left one
    dns: Mapping[str, Reading[DnsAnswer]] = field(default_factory=dict)  # by "TYPE name"
    spf: Mapping[str, Reading[Spf]] = field(default_factory=dict)  # by name
    dmarc: Reading[Dmarc] | None = None
    delegation: Reading[Delegation] | None = None
    mailboxes: Mapping[str, Reading[Mailbox]] = field(default_factory=dict)  # by domain
    hosted_zones: Reading[tuple[HostedZone, ...]] | None = None
    website: Reading[Website] | None = None
    named_pages: Mapping[str, Reading[NamedPage]] = field(default_factory=dict)  # by role
    support: Reading[SupportPlan] | None = None
    case: Reading[SupportCase] | None = None  # the review's, or the newer one that was opened from here
    case_codes: Reading[CaseCodes] | None = None  # looked for after a denial whose case is closed
    opened: Reading[SupportCase] | None = None  # the case that was opened from here; no value: there is none
    quotas: Reading[Quotas] | None = None
    reputation: Reading[Reputation] | None = None
    alarms: Reading[tuple[Alarm, ...]] | None = None  # those on the reputation metrics
    radar: Mapping[str, Reading[RegionGlance]] = field(default_factory=dict)  # by Region
    checkout: Reading[Checkout] | None = None  # of DLaaS
    repository: Reading[Repository] | None = None  # of any project: where its code sends mail
    infrastructure: Reading[InfrastructureCode] | None = None  # what its code declares; no value: it has none
