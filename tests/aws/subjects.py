"""What the tests look at: the credentials that must never show, each read, each write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from dlaas_onboard.aws.cloud import AwsCloud
from dlaas_onboard.aws.session import Timeouts
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.situation.calls import Call
from tests.aws.server import QUEUE_URL, TOPIC

ACCESS_KEY = "AKIACANARYCANARY1234"
SECRET_KEY = "SECRETCANARYSECRETCANARYSECRETCANARY1234"
TOKEN = "TOKENCANARYTOKENCANARYTOKENCANARY"
QUICK = Timeouts(connect=1.0, read=0.8, write=0.8)


def no_code(prompt: str) -> str:
    raise AssertionError(f"asked for a code: {prompt}")


class Read(NamedTuple):
    """A read of the cloud and the operation that it begins with."""

    name: str
    operation: str
    look: Callable[[AwsCloud], Reading[Any]]
    iam: str


READS = (
    Read("account", "sesv2:GetAccount", lambda c: c.account(), "ses:GetAccount"),
    Read("statistics", "ses:GetSendStatistics", lambda c: c.statistics(), "ses:GetSendStatistics"),
    Read("mailing", "sesv2:ListContactLists", lambda c: c.mailing(), "ses:ListContactLists"),
    Read(
        "suppressed addresses",
        "sesv2:ListSuppressedDestinations",
        lambda c: c.suppressed(),
        "ses:ListSuppressedDestinations",
    ),
    Read("identities", "sesv2:ListEmailIdentities", lambda c: c.identities(), "ses:ListEmailIdentities"),
    Read("identity", "sesv2:GetEmailIdentity", lambda c: c.identity("example.com"), "ses:GetEmailIdentity"),
    Read(
        "configuration sets",
        "sesv2:ListConfigurationSets",
        lambda c: c.configuration_sets(),
        "ses:ListConfigurationSets",
    ),
    Read(
        "notifications",
        "ses:GetIdentityNotificationAttributes",
        lambda c: c.notifications("example.com"),
        "ses:GetIdentityNotificationAttributes",
    ),
    Read("topic", "sns:GetTopicAttributes", lambda c: c.topic(TOPIC), "sns:GetTopicAttributes"),
    Read("queue", "sqs:GetQueueUrl", lambda c: c.queue("dlaas-onboard-proof-x"), "sqs:GetQueueUrl"),
    Read(
        "support plan", "support:DescribeSeverityLevels", lambda c: c.support_plan(), "support:DescribeSeverityLevels"
    ),
    Read("case", "support:DescribeCases", lambda c: c.case("178000000000001"), "support:DescribeCases"),
    Read("a case by its marker", "support:DescribeCases", lambda c: c.find_case("dlaas-x"), "support:DescribeCases"),
    Read("case codes", "support:DescribeServices", lambda c: c.case_codes(), "support:DescribeServices"),
    Read("quotas", "service-quotas:ListServiceQuotas", lambda c: c.quotas(), "servicequotas:ListServiceQuotas"),
    Read(
        "hosted zones",
        "route53:ListHostedZones",
        lambda c: c.hosted_zones("example.com", ("mail.example.com",)),
        "route53:ListHostedZones",
    ),
    Read("reputation", "cloudwatch:GetMetricData", lambda c: c.reputation(), "cloudwatch:GetMetricData"),
    Read("alarms", "cloudwatch:DescribeAlarms", lambda c: c.alarms(), "cloudwatch:DescribeAlarms"),
    Read("glance", "sesv2:GetAccount", lambda c: c.glance("us-east-1", "example.com"), "ses:GetAccount"),
)

PUT = Call(
    "sesv2",
    "PutAccountDetails",
    {"MailType": "TRANSACTIONAL", "WebsiteURL": "https://example.com", "ProductionAccessEnabled": True},
)
CREATE_CASE = Call("support", "CreateCase", {"subject": "s [dlaas-7kq2m4x9ta]", "communicationBody": "b"})
ATTACH = Call("support", "AddAttachmentsToSet", {"attachments": [{"fileName": "a.txt", "data": b"text"}]})
REPLY = Call("support", "AddCommunicationToCase", {"caseId": "case-1", "communicationBody": "b"})
QUOTA = Call(
    "service-quotas",
    "RequestServiceQuotaIncrease",
    {"ServiceCode": "ses", "QuotaCode": "L-804C8AE8", "DesiredValue": 1000.0},
)
TOPIC_CALL = Call("sns", "CreateTopic", {"Name": "bounces"})
SUBSCRIBE = Call("sns", "Subscribe", {"TopicArn": TOPIC, "Protocol": "email", "Endpoint": "ada@example.com"})
SEND = Call(
    "sesv2",
    "SendEmail",
    {
        "FromEmailAddress": "ada@example.com",
        "Destination": {"ToAddresses": ["bounce@simulator.amazonses.com"]},
        "Content": {"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "b"}}}},
    },
)
UNSUBSCRIBE = Call("sns", "Unsubscribe", {"SubscriptionArn": f"{TOPIC}:1"})
CREATE_QUEUE = Call("sqs", "CreateQueue", {"QueueName": QUEUE_URL.rpartition("/")[2]})
DELETE_QUEUE = Call("sqs", "DeleteQueue", {"QueueUrl": QUEUE_URL})
PUT_ALARM = Call(
    "cloudwatch",
    "PutMetricAlarm",
    {
        "AlarmName": "lantern-ses-bounce-rate",
        "Namespace": "AWS/SES",
        "MetricName": "Reputation.BounceRate",
        "Statistic": "Average",
        "Period": 3600,
        "EvaluationPeriods": 1,
        "Threshold": 0.05,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "ignore",
        "AlarmActions": [TOPIC],
    },
)
WRITES = (
    *(PUT, CREATE_CASE, ATTACH, REPLY, QUOTA, TOPIC_CALL, SUBSCRIBE, SEND, UNSUBSCRIBE),
    *(CREATE_QUEUE, DELETE_QUEUE, PUT_ALARM),
)
