"""Everything that can be observed, as frozen records. Nothing here is a default: what was not read is ``None``.

Names are AWS's own: see the SESv2, SNS, Support and Service Quotas API references.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dlaas_onboard.journey.reading import Reading

__all__ = [
    "Account",
    "Alarm",
    "Checkout",
    "ConfigurationSet",
    "Delegation",
    "Details",
    "Dkim",
    "Dmarc",
    "DnsAnswer",
    "EventDestination",
    "Facts",
    "HostedZone",
    "Identities",
    "Identity",
    "IdentityInfo",
    "Mail",
    "MailFrom",
    "MailHost",
    "Mailbox",
    "Message",
    "Notifications",
    "Page",
    "Place",
    "Quota",
    "QuotaRequest",
    "Quotas",
    "Reading",
    "RegionGlance",
    "Reputation",
    "Review",
    "SendPoint",
    "Source",
    "Spf",
    "Subscription",
    "SupportCase",
    "SupportPlan",
    "Topic",
    "VerificationInfo",
    "Website",
    "ZoneRecord",
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where calls go and as whom: on every screen, and in every intent."""

    profile: str = ""  # "" where credentials come from the environment or the machine
    region: str = ""  # "" where none was named; a Region is never guessed
    region_source: str = ""  # "--region", "AWS_REGION", "common/config.json", "profile dlaas"
    account: str = ""  # 12 digits, "" until STS answered
    arn: str = ""
    partition: str = "aws"
    endpoint: str = ""  # host[:port] of the SES endpoint
    amazon: bool = True  # False: the endpoint's host is not Amazon's
    credentials: str = ""  # where botocore found them: "env", "sso", "assume-role", "shared-credentials-file"


@dataclass(frozen=True, slots=True)
class Review:
    """``ReviewDetails``: ``status`` is AWS's word, kept as it is where it is unknown to us."""

    status: str  # PENDING, GRANTED, DENIED, FAILED, or something newer
    case_id: str = ""  # the Support Center's *display* id


@dataclass(frozen=True, slots=True)
class Details:
    """``GetAccount.Details``: what was last put, absent until the first request in the Region."""

    mail_type: str = ""
    website_url: str = ""
    contact_language: str = ""
    use_case_description: str = ""
    contacts: tuple[str, ...] = ()
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """``GetAccount``. ``production`` alone says whether the sandbox is left."""

    production: bool
    sending_enabled: bool | None
    enforcement: str  # HEALTHY, PROBATION, SHUTDOWN, or something newer; "" if absent
    max_24_hour_send: float | None  # recipients a rolling day; -1 is unlimited
    max_send_rate: float | None  # recipients a second
    sent_last_24_hours: float | None
    suppressed_reasons: tuple[str, ...] | None  # BOUNCE, COMPLAINT; None if absent
    details: Details | None = None


@dataclass(frozen=True, slots=True)
class SendPoint:
    """One quarter of an hour of ``GetSendStatistics`` (SES v1)."""

    at: datetime
    attempts: int
    bounces: int
    complaints: int
    rejects: int


@dataclass(frozen=True, slots=True)
class IdentityInfo:
    """One line of ``ListEmailIdentities``."""

    name: str
    type: str  # DOMAIN, EMAIL_ADDRESS, MANAGED_DOMAIN
    sending_enabled: bool | None
    verification_status: str = ""


@dataclass(frozen=True, slots=True)
class Identities:
    """``ListEmailIdentities``, all pages unless the reading says ``partial``."""

    items: tuple[IdentityInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class Dkim:
    """``DkimAttributes``."""

    status: str = ""  # PENDING, SUCCESS, FAILED, TEMPORARY_FAILURE, NOT_STARTED
    signing_enabled: bool | None = None
    tokens: tuple[str, ...] = ()
    signing_hosted_zone: str = ""  # "" where SES does not say
    origin: str = ""  # AWS_SES, EXTERNAL, AWS_SES_<REGION>


@dataclass(frozen=True, slots=True)
class MailFrom:
    """``MailFromAttributes``; absent where it was never configured."""

    domain: str
    status: str  # PENDING, SUCCESS, FAILED (final), TEMPORARY_FAILURE
    behavior_on_mx_failure: str = ""


@dataclass(frozen=True, slots=True)
class VerificationInfo:
    """``VerificationInfo``: what SES itself last saw."""

    error_type: str = ""
    last_checked: datetime | None = None
    last_success: datetime | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """``GetEmailIdentity``."""

    name: str
    type: str
    verified: bool | None  # VerifiedForSendingStatus
    verification_status: str = ""
    dkim: Dkim | None = None
    mail_from: MailFrom | None = None
    feedback_forwarding: bool | None = None
    configuration_set: str = ""
    verification_info: VerificationInfo | None = None


@dataclass(frozen=True, slots=True)
class EventDestination:
    """One event destination of a configuration set."""

    name: str
    enabled: bool
    event_types: tuple[str, ...]
    kind: str  # SNS, EventBridge, CloudWatch, Firehose, Pinpoint
    target: str = ""  # ARN


@dataclass(frozen=True, slots=True)
class ConfigurationSet:
    """``GetConfigurationSet`` with ``GetConfigurationSetEventDestinations``."""

    name: str
    sending_enabled: bool | None = None
    reputation_metrics: bool | None = None
    suppressed_reasons: tuple[str, ...] | None = None
    destinations: tuple[EventDestination, ...] = ()


@dataclass(frozen=True, slots=True)
class Notifications:
    """``GetIdentityNotificationAttributes`` (SES v1) of one identity."""

    identity: str
    bounce_topic: str = ""
    complaint_topic: str = ""
    forwarding: bool | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription of an SNS topic; ``confirmed`` is false while it reads ``PendingConfirmation``."""

    protocol: str
    endpoint: str
    confirmed: bool
    arn: str = ""  # "" while it is not confirmed


@dataclass(frozen=True, slots=True)
class Topic:
    """An SNS topic that events go to."""

    arn: str
    ses_may_publish: bool | None  # from the topic's policy
    subscriptions: tuple[Subscription, ...] = ()
    policy: str = ""  # its text as AWS gave it: only to be compared and sent back, never shown
    key: str = ""  # KmsMasterKeyId, "" where the topic is not encrypted


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """What one DNS query found. A name or type that does not exist has no ``values`` and ``exists`` false."""

    name: str
    type: str
    exists: bool
    values: tuple[str, ...] = ()  # TXT chunks joined, MX as "10 host.", names in lower case without the last dot
    ttl: int | None = None
    server: str = ""
    chain: tuple[str, ...] = ()  # the names that aliases led through, last one last
    chunks: tuple[tuple[str, ...], ...] = ()  # the character strings of each TXT value, in the order of ``values``


@dataclass(frozen=True, slots=True)
class Spf:
    """The SPF policy of one name, evaluated as a receiver does (RFC 7208)."""

    name: str
    records: tuple[str, ...] = ()  # every record that starts with v=spf1; more than one is an error
    terms: tuple[str, ...] = ()  # of the one record, without its version
    includes: tuple[str, ...] = ()  # domains whose senders it lets pass, named before its "all"
    lookups: int | None = None  # terms that query DNS, included records counted in; ten are allowed (4.6.4)
    void_lookups: int | None = None  # those of them that found nothing; two are allowed
    error: str = ""  # why a receiver ends with permerror, in one sentence
    answer: DnsAnswer | None = None  # all that DNS has at the name


@dataclass(frozen=True, slots=True)
class Dmarc:
    """The DMARC policy that holds for a domain: its own, or that of a domain above it (RFC 7489 6.6.3)."""

    name: str  # "_dmarc.example.com": where it was found, or looked for first
    records: tuple[str, ...] = ()  # every record that starts with v=DMARC1; more than one counts as none
    policy: str = ""  # p: none, quarantine, reject
    subdomain_policy: str = ""  # sp, "" where it is not given
    dkim_alignment: str = "r"  # r (relaxed) or s (strict)
    spf_alignment: str = "r"
    percent: int = 100
    reports: tuple[str, ...] = ()  # addresses of rua, without mailto:
    unauthorised: tuple[str, ...] = ()  # addresses at another domain that does not say that it takes them (7.1)
    unchecked: tuple[str, ...] = ()  # addresses at another domain that could not be asked
    error: str = ""  # why a receiver cannot use it, in one sentence
    answer: DnsAnswer | None = None  # all that DNS has at the domain's own name, wherever the policy was found


@dataclass(frozen=True, slots=True)
class Delegation:
    """How the zone that holds a domain is delegated: what its parent says beside what its own servers say."""

    zone: str  # the zone's apex
    parent: str  # the zone above
    delegated: tuple[str, ...] = ()  # name servers at the parent, which the registrar set
    own: tuple[str, ...] = ()  # name servers in the zone itself
    silent: tuple[str, ...] = ()  # delegated servers that do not answer for the zone, with why


@dataclass(frozen=True, slots=True)
class ZoneRecord:
    """One record set of a Route 53 hosted zone."""

    name: str  # in lower case without the last dot
    type: str
    ttl: int | None
    values: tuple[str, ...]  # as Route 53 holds them: TXT with its quotation marks
    alias: bool = False
    identifier: str = ""  # SetIdentifier: one of several sets, by weight, place or health


@dataclass(frozen=True, slots=True)
class HostedZone:
    """A Route 53 hosted zone whose name covers the sending domain."""

    id: str  # without /hostedzone/
    name: str
    private: bool
    name_servers: tuple[str, ...] = ()  # its delegation set, empty for a private zone
    records: tuple[ZoneRecord, ...] = ()  # those at names that SES needs, none of a private zone


@dataclass(frozen=True, slots=True)
class MailHost:
    """One host that takes mail for a domain."""

    name: str
    preference: int
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Whether mail to addresses at a domain can be delivered, by DNS (RFC 5321 5.1, RFC 7505)."""

    domain: str
    hosts: tuple[MailHost, ...] = ()  # by preference
    refuses: bool = False  # a null MX: the domain takes no mail
    implicit: bool = False  # no MX; the domain's own address takes the mail


@dataclass(frozen=True, slots=True)
class Page:
    """A page that the website links to, as fetched."""

    role: str  # privacy, terms, contact, sign-up
    url: str
    status: int = 0  # 0: it was not answered, or it is an address of mail
    login: bool = False  # a visitor has to log in before there is anything to read
    problem: str = ""  # why it could not be fetched, in one sentence


@dataclass(frozen=True, slots=True)
class Website:
    """The website as a reviewer's browser meets it, without running scripts."""

    url: str
    final_url: str
    status: int  # the last HTTP status
    redirects: tuple[str, ...] = ()
    content_type: str = ""
    title: str = ""
    text_length: int = 0  # characters of visible text
    excerpt: str = ""  # the first 400 characters of visible text
    names_service: bool | None = None
    parked: str = ""  # the phrase that gives a parked or placeholder page away
    login_wall: bool = False
    pages: tuple[Page, ...] = ()
    placeholder: bool = False  # ``parked`` is the phrase of a page that nobody has written yet
    offers: tuple[str, ...] | None = None  # products and prices that the page names; ``None``: not looked for


@dataclass(frozen=True, slots=True)
class Message:
    """One communication of a support case."""

    by: str
    at: datetime | None
    body: str


@dataclass(frozen=True, slots=True)
class SupportPlan:
    """Whether the plan allows the Support API, by one harmless call."""

    api: bool


@dataclass(frozen=True, slots=True)
class SupportCase:
    """``DescribeCases`` by display id with ``DescribeCommunications``; oldest message first."""

    display_id: str
    case_id: str
    status: str
    subject: str = ""
    created: datetime | None = None
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseCodes:
    """Under which service and category AWS Support takes a case about production access, as it lists them."""

    service: str
    category: str
    service_name: str
    category_name: str
    issue_type: str


@dataclass(frozen=True, slots=True)
class Quota:
    """One Service Quotas quota of SES in the Region."""

    code: str
    name: str
    value: float | None  # the applied value, else AWS's default
    adjustable: bool | None = None
    applied: bool | None = None  # whether ``value`` was applied to the account; False: it is AWS's default
    default: float | None = None  # AWS's default, None where it was not read


@dataclass(frozen=True, slots=True)
class QuotaRequest:
    """One entry of the quota's change history."""

    id: str
    code: str
    desired: float | None
    status: str
    case_id: str = ""
    created: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quotas:
    """Sending quota and sending rate as Service Quotas knows them; codes resolved by listing."""

    sending_quota: Quota | None = None
    sending_rate: Quota | None = None
    requests: tuple[QuotaRequest, ...] = ()


@dataclass(frozen=True, slots=True)
class Reputation:
    """CloudWatch ``Reputation.BounceRate`` and ``Reputation.ComplaintRate``, as fractions; ``None``: no data."""

    bounce_rate: float | None = None
    complaint_rate: float | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """One CloudWatch alarm on a reputation metric of SES, or one that bears the name of such an alarm of ours."""

    name: str
    metric: str  # "Reputation.BounceRate", "" where it watches an expression
    namespace: str  # AWS/SES
    state: str = ""  # OK, ALARM, INSUFFICIENT_DATA
    threshold: float | None = None  # a fraction
    comparison: str = ""  # GreaterThanOrEqualToThreshold, …
    actions: tuple[str, ...] = ()  # ARNs that hear of the state ALARM
    actions_enabled: bool | None = None
    dimensions: int = 0  # the rate of the whole account has none
    since: datetime | None = None  # when it came into its state


@dataclass(frozen=True, slots=True)
class RegionGlance:
    """One Region in the radar."""

    region: str
    production: bool
    review: str = ""
    case_id: str = ""
    max_24_hour_send: float | None = None
    identities: tuple[str, ...] = ()  # those of our domain, and parents of it that cover it
    domain: str = ""  # the domain whose identities were looked for; "" where none were
    max_send_rate: float | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A place in the checkout that carries a fact."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Mail:
    """One kind of message that the project sends, from its template and the code that sends it."""

    name: str
    trigger: str  # "register_user", "" where no code sends it
    subject: str = ""
    recipient: str = ""  # "the account's owner", "the operator"
    kind: str = ""  # confirmation, security, billing, service, fulfilment, operator, unknown
    frequency: str = ""  # "once for each registration", "each day at most"
    sample: str = ""  # the text of the message; {name} where only the running code knows the value
    source: Source | None = None
    call_sites: tuple[Source, ...] = ()
    bulk: bool = False  # reads like marketing or list mail
    to_recipients: bool = True  # False: goes to the operator only
    sender: str = ""  # address that the code sends it from


@dataclass(frozen=True, slots=True)
class Checkout:
    """A DLaaS checkout, read."""

    root: str
    region: str = ""
    profile: str = ""
    service_name: str = ""
    domain: str = ""
    bucket: str = ""
    grace_days: str = ""
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


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of the world, each with source and time. ``None``: nobody looked yet."""

    place: Place = field(default_factory=Place)
    caller: Reading[Place] | None = None
    account: Reading[Account] | None = None
    statistics: Reading[tuple[SendPoint, ...]] | None = None
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
    support: Reading[SupportPlan] | None = None
    case: Reading[SupportCase] | None = None  # the review's, or the newer one that was opened from here
    case_codes: Reading[CaseCodes] | None = None  # looked for after a denial whose case is closed
    opened: Reading[SupportCase] | None = None  # the case that was opened from here; no value: there is none
    quotas: Reading[Quotas] | None = None
    reputation: Reading[Reputation] | None = None
    alarms: Reading[tuple[Alarm, ...]] | None = None  # those on the reputation metrics
    radar: Mapping[str, Reading[RegionGlance]] = field(default_factory=dict)  # by Region
    checkout: Reading[Checkout] | None = None
