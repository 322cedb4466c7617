"""The states in which a rehearsal can begin."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlencode

from dlaas_onboard.rehearsal import configuration_sets, deployment, review_mails, ses_identities
from dlaas_onboard.rehearsal.embedded_account import EmbeddedAccount, partition
from dlaas_onboard.rehearsal.saved_state import (
    Region,
    SavedMessage,
    SavedQuotaRequest,
    SavedRecord,
    SavedReview,
    SavedState,
    SavedWrite,
)

DOMAIN = "dlaas-rehearsal.example"  # RFC 2606: never anybody's
REGION = "us-east-1"
ACCOUNT = "111122223333"  # the account of AWS's own documentation
OWNER = "operator@example.net"

_QUARTER = 900
_DAY = 86400


def build(
    scenario: str,
    *,
    now: float,
    domain: str = DOMAIN,
    region: str = REGION,
    service_name: str = "DLaaS",
    account_id: str = ACCOUNT,
    owner: str = OWNER,
) -> SavedState:
    """Return a new account in a scenario. Raises ``ValueError`` with the names of all for one that does not exist."""
    if scenario not in SCENARIOS:
        raise ValueError(f"There is no scenario {scenario!r}. Choose one of: {', '.join(SCENARIOS)}.")
    state = SavedState(account_id, scenario, domain.lower().rstrip("."), service_name, region, owner)
    account = EmbeddedAccount(state, clock=lambda: now)
    SCENARIOS[scenario](account, account.region(region))
    return state


def _fresh(_account: EmbeddedAccount, _region: Region) -> None:
    """Nothing exists."""


def _dlaas(account: EmbeddedAccount, region: Region) -> None:
    """As DLaaS's Terraform leaves it, and five days later."""
    state = account.state
    domain = deployment.apply(account, region)
    domain.since -= 5 * _DAY
    domain.status, domain.last_checked, domain.last_success = "SUCCESS", account.now() - 1800, account.now() - 1800
    if domain.mail_from is not None:
        domain.mail_from.status, domain.mail_from.since = "FAILED", account.now() - 5 * _DAY
    ses_identities.begin(account, region, state.owner)
    today = account.now() - account.now() % _QUARTER
    region.points = [[today - days * _DAY, attempts, 0, 0, 0] for days, attempts in ((4, 2), (3, 5), (1, 3))]


def _ready(account: EmbeddedAccount, region: Region) -> None:
    """Everything is in place to ask."""
    _dlaas(account, region)
    state = account.state
    account.publish(
        *account.mail_from_records(region.name, f"mail.{state.domain}"),
        SavedRecord(f"_dmarc.{state.domain}", "TXT", f"v=DMARC1; p=none; rua=mailto:dmarc@{state.domain}"),
        SavedRecord(state.domain, "MX", f"10 inbound-smtp.{region.name}.amazonaws.com"),
        SavedRecord(state.domain, "A", "127.0.0.1"),
        SavedRecord(f"www.{state.domain}", "A", "127.0.0.1"),
    )
    state.website_published = True
    domain, owner = region.identities[state.domain], region.identities[state.owner]
    if domain.mail_from is not None:
        domain.mail_from.status = "SUCCESS"
    owner.status, owner.last_success = "SUCCESS", account.now() - 3 * _DAY
    arn = f"arn:{partition(region.name)}:sns:{region.name}:{state.id}:ses-feedback"
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ses",
                "Effect": "Allow",
                "Principal": {"Service": "ses.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": arn,
                "Condition": {"StringEquals": {"AWS:SourceAccount": state.id}},
            }
        ],
    }
    for fields in (
        {
            "Action": "CreateTopic",
            "Name": "ses-feedback",
            "Attributes.entry.1.key": "Policy",
            "Attributes.entry.1.value": json.dumps(policy),
        },
        {"Action": "Subscribe", "TopicArn": arn, "Protocol": "email", "Endpoint": state.owner},
    ):
        body = urlencode({**fields, "Version": "2010-03-31"})
        state.kept.append(SavedWrite("sns", region.name, "POST", "/", "application/x-www-form-urlencoded", "", body))
    state.confirmations[f"{arn} email {state.owner}"] = True
    name = "ses-events"
    configuration_sets.create(
        account,
        region,
        {"ConfigurationSetName": name, "ReputationOptions": {"ReputationMetricsEnabled": True}},
    )
    destination = {
        "Enabled": True,
        "MatchingEventTypes": ["BOUNCE", "COMPLAINT"],
        "SnsDestination": {"TopicArn": arn},
    }
    configuration_sets.create_destination(
        account,
        region,
        {"ConfigurationSetName": name, "EventDestinationName": "feedback", "EventDestination": destination},
    )
    domain.configuration_set = name


def _asked(account: EmbeddedAccount, region: Region) -> SavedReview:
    """A request has been filed two hours ago."""
    _ready(account, region)
    state = account.state
    region.details = {
        "MailType": "TRANSACTIONAL",
        "WebsiteURL": f"https://{state.domain}",
        "ContactLanguage": "EN",
        "AdditionalContactEmailAddresses": [state.owner],
    }
    review = account.begin_review(region)
    review.since -= 7200
    case = account.case(review.case)
    if case is not None:
        case.created -= 7200
        case.messages[0].at -= 7200
    return review


def _pending(account: EmbeddedAccount, region: Region) -> None:
    _asked(account, region)


def _denied(account: EmbeddedAccount, region: Region) -> None:
    """Denied once; AWS grants after an answer to the case."""
    review = _asked(account, region)
    case = account.case(review.case)
    if case is not None:
        case.messages.append(
            SavedMessage("Amazon Web Services", account.now() - 5400, review_mails.more_information(region.name))
        )
        case.messages.append(
            SavedMessage(account.operator_arn, account.now() - 4500, "We only send mail our users asked for.")
        )
    account.deny(region)


def _granted_sandboxed(account: EmbeddedAccount, region: Region) -> None:
    """The review reads GRANTED; the sandbox stays until the event ``lift``."""
    review = _asked(account, region)
    account.grant(region, lift=False)
    review.lift_at = None


def _production(account: EmbeddedAccount, region: Region) -> None:
    """Production access since a month, with quota requests of each kind behind it."""
    _asked(account, region)
    account.grant(region)
    day = account.now() - 30 * _DAY
    for number, (code, desired, status) in enumerate(
        (
            ("L-804C8AE8", 60_000.0, "CASE_CLOSED"),
            ("L-804C8AE8", 2_000_000.0, "DENIED"),
            ("L-CDEF9B6B", 20.0, "NOT_APPROVED"),
            ("L-CDEF9B6B", 14.0, "APPROVED"),
        )
    ):
        at = day + number * _DAY
        request = SavedQuotaRequest(account.digest(f"quota {number}")[:40], code, desired, at, "CASE_OPENED", "", at)
        if status != "NOT_APPROVED":
            case = account.open_case("Quota Increase: Amazon SES", service="service-limit-increase", category="ses")
            case.created, request.case = at, case.display_id
            case.messages.append(SavedMessage(account.operator_arn, at, f"{code}: {desired:,.0f}."))
        region.quota_requests.append(request)
        if status == "APPROVED":
            account.approve_quota(region, request)
        else:
            account.end_quota(region, request, status)
        request.updated = at + _DAY


def _paused(account: EmbeddedAccount, region: Region) -> None:
    """Production, and then too many bounces: sending is paused, the account on probation."""
    _asked(account, region)
    account.grant(region)
    _suppress(account, region, bounces=131, complaints=4)
    region.sending_enabled, region.enforcement = False, "PROBATION"
    today = account.now() - account.now() % _QUARTER
    region.points = []
    for days in range(13, 0, -1):
        attempts = 240 + 37 * (days % 5)
        share = 0.02 if days > 5 else 0.12
        region.points.append([today - days * _DAY, attempts, int(attempts * share), days % 2, 1])
    account.state.reputation = {"Reputation.BounceRate": 0.112, "Reputation.ComplaintRate": 0.0009}


def _suppress(account: EmbeddedAccount, region: Region, *, bounces: int, complaints: int) -> None:
    """Put addresses on the account's suppression list, as SES does by itself."""
    for number in range(bounces + complaints):
        address = f"gone{number}@example.net"
        reason = "BOUNCE" if number < bounces else "COMPLAINT"
        region.suppressed[address] = {"EmailAddress": address, "Reason": reason, "LastUpdateTime": account.now() - _DAY}


def _no_permission(account: EmbeddedAccount, region: Region) -> None:
    """As DLaaS leaves it, for a principal who may do about half."""
    _dlaas(account, region)
    account.state.denied = [
        "sesv2:ListEmailIdentities",
        "sesv2:ListConfigurationSets",
        "sesv2:GetConfigurationSet",
        "sesv2:GetConfigurationSetEventDestinations",
        "sesv2:CreateConfigurationSet",
        "sesv2:ListSuppressedDestinations",
        "ses:GetSendStatistics",
        "ses:GetIdentityNotificationAttributes",
        "account:*",
        "cloudwatch:*",
        "service-quotas:*",
        "sns:*",
        "support:*",
    ]


def _no_plan(account: EmbeddedAccount, region: Region) -> None:
    """A review is pending, and the Support plan does not include the API."""
    _asked(account, region)
    account.state.support_plan = False


def _denied_no_plan(account: EmbeddedAccount, region: Region) -> None:
    """Denied with no reason, and the Support plan does not include the API: only the mail tells what AWS wrote."""
    _asked(account, region)
    account.deny(region, review_mails.refused())
    account.state.support_plan = False


SCENARIOS: dict[str, Callable[[EmbeddedAccount, Region], None]] = {
    "fresh": _fresh,
    "dlaas": _dlaas,
    "ready": _ready,
    "pending": _pending,
    "denied": _denied,
    "denied_no_plan": _denied_no_plan,
    "granted_sandboxed": _granted_sandboxed,
    "production": _production,
    "paused": _paused,
    "no_permission": _no_permission,
    "no_plan": _no_plan,
}
