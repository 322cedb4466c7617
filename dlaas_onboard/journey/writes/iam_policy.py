"""The IAM policies for exactly the calls this tool makes.

Action names, and which of them can be limited to a resource, stand in docs/ses.md, "IAM" (Service Authorization
Reference). ``ses:`` is the prefix of both versions of the API.
"""

from __future__ import annotations

from typing import Any

from dlaas_onboard.journey import console_links
from dlaas_onboard.journey.bounces.proof import PREFIX
from dlaas_onboard.journey.facts import Place
from dlaas_onboard.journey.writes.actions import ACTIONS

# Every read, by operation as the drawer of calls shows it.
READ_ACTIONS = {
    "sts:GetCallerIdentity": "sts:GetCallerIdentity",
    "sesv2:GetAccount": "ses:GetAccount",
    "sesv2:ListEmailIdentities": "ses:ListEmailIdentities",
    "sesv2:GetEmailIdentity": "ses:GetEmailIdentity",
    "sesv2:ListConfigurationSets": "ses:ListConfigurationSets",
    "sesv2:GetConfigurationSet": "ses:GetConfigurationSet",
    "sesv2:GetConfigurationSetEventDestinations": "ses:GetConfigurationSetEventDestinations",
    "sesv2:ListContactLists": "ses:ListContactLists",
    "sesv2:GetContactList": "ses:GetContactList",
    "sesv2:ListEmailTemplates": "ses:ListEmailTemplates",
    "sesv2:ListSuppressedDestinations": "ses:ListSuppressedDestinations",
    "ses:GetSendStatistics": "ses:GetSendStatistics",
    "ses:GetIdentityNotificationAttributes": "ses:GetIdentityNotificationAttributes",
    "sns:GetTopicAttributes": "sns:GetTopicAttributes",
    "sns:ListSubscriptionsByTopic": "sns:ListSubscriptionsByTopic",
    "sqs:GetQueueUrl": "sqs:GetQueueUrl",
    "cloudwatch:GetMetricData": "cloudwatch:GetMetricData",
    "cloudwatch:DescribeAlarms": "cloudwatch:DescribeAlarms",
    "route53:ListHostedZones": "route53:ListHostedZones",
    "route53:GetHostedZone": "route53:GetHostedZone",
    "route53:ListResourceRecordSets": "route53:ListResourceRecordSets",
    "service-quotas:ListServiceQuotas": "servicequotas:ListServiceQuotas",
    "service-quotas:ListAWSDefaultServiceQuotas": "servicequotas:ListAWSDefaultServiceQuotas",
    "service-quotas:ListRequestedServiceQuotaChangeHistoryByQuota": (
        "servicequotas:ListRequestedServiceQuotaChangeHistoryByQuota"
    ),
    "support:DescribeSeverityLevels": "support:DescribeSeverityLevels",
    "support:DescribeCases": "support:DescribeCases",
    "support:DescribeCommunications": "support:DescribeCommunications",
    "support:DescribeServices": "support:DescribeServices",
    "account:ListRegions": "account:ListRegions",
}

# Writes that belong to the request itself, beside those of the actions of the journey.
REQUEST_ACTIONS = (
    "ses:PutAccountDetails",
    "servicequotas:RequestServiceQuotaIncrease",
    "support:AddAttachmentsToSet",
    "support:AddCommunicationToCase",
    "support:CreateCase",
)

_PER_IDENTITY = frozenset(
    {
        "ses:CreateEmailIdentity",
        "ses:DeleteEmailIdentity",
        "ses:PutEmailIdentityDkimSigningAttributes",
        "ses:PutEmailIdentityMailFromAttributes",
        "ses:PutEmailIdentityConfigurationSetAttributes",
    }
)
_PER_SET = frozenset({"ses:CreateConfigurationSet", "ses:CreateConfigurationSetEventDestination"})
_STATEMENT_OF_SERVICE = {"sns": "Topics", "sqs": "ProofQueues", "cloudwatch": "Alarms"}


def document(purpose: str, place: Place) -> dict[str, Any]:
    """Return the policy for ``read`` (look at everything) or ``file`` (that, and every write the tool offers).

    Resources name the partition, Region and account where they are known. Raises ``ValueError`` for another purpose.
    """
    if purpose not in ("read", "file"):
        raise ValueError(f"a policy is for read or file, not for {purpose!r}")
    reads = sorted(set(READ_ACTIONS.values()))
    queues = f"arn:{console_links.partition(place)}:sqs:{place.region or '*'}:{place.account or '*'}:{PREFIX}*"
    statements = [
        _allow("Read", [name for name in reads if not name.startswith("sqs:")], "*"),
        _allow("ReadProofQueues", [name for name in reads if name.startswith("sqs:")], queues),
    ]
    if purpose == "file":
        statements.append(_allow("ProofQueues", [name for name in write_actions() if name.startswith("sqs:")], queues))
        statements += _writes(place)
    return {"Version": "2012-10-17", "Statement": statements}


def write_actions() -> tuple[str, ...]:
    """Return every IAM action that some write of the tool needs."""
    return tuple(sorted({name for action in ACTIONS for name in action.iam} | set(REQUEST_ACTIONS)))


def _writes(place: Place) -> list[dict[str, Any]]:
    owner = f"{place.region or '*'}:{place.account or '*'}"
    partition = console_links.partition(place)
    identities = f"arn:{partition}:ses:{owner}:identity/*"
    sets = f"arn:{partition}:ses:{owner}:configuration-set/*"
    names: dict[str, list[str]] = {}
    for name in write_actions():
        names.setdefault(_statement_of(name), []).append(name)
    return [
        _allow("Request", names["Request"], "*"),
        _allow("Identities", names["Identities"], identities),
        _allow("ConfigurationSets", names["ConfigurationSets"], sets),
        _allow("Send", names["Send"], [identities, sets]),
        _allow("Topics", names["Topics"], f"arn:{partition}:sns:{owner}:*"),
        _allow("Alarms", names["Alarms"], f"arn:{partition}:cloudwatch:{owner}:alarm:*"),
        {
            # The first quota request of an account creates this role (Service Quotas User Guide).
            **_allow("QuotaRole", ["iam:CreateServiceLinkedRole"], "*"),
            "Condition": {"StringEquals": {"iam:AWSServiceName": "servicequotas.amazonaws.com"}},
        },
    ]


def _statement_of(name: str) -> str:
    """Return the ``Sid`` of the statement that allows a write."""
    if name in _PER_IDENTITY:
        return "Identities"
    if name in _PER_SET:
        return "ConfigurationSets"
    if name == "ses:SendEmail":
        return "Send"
    return _STATEMENT_OF_SERVICE.get(name.partition(":")[0], "Request")


def _allow(sid: str, actions: list[str], resource: str | list[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}
