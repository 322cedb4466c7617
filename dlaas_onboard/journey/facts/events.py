"""Who hears of bounces and complaints: configuration sets, notifications, topics, and the alarms on the rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
