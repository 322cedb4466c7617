"""An AWS endpoint on a socket, with scripted answers: what leaves the client is on a real wire.

It knows the operations that the product calls, in each of their protocols, and answers them well unless a script says
otherwise. Every request that arrives is recorded before it is answered.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote

ACCOUNT = "111122223333"
REQUEST_ID = "11111111-2222-3333-4444-555555555555"
HTML = b"<!DOCTYPE html><html><title>Sign in</title><body>Welcome to the hotel</body></html>"

_REST = [
    ("GET", r"/v2/email/account", "sesv2:GetAccount"),
    ("POST", r"/v2/email/account/details", "sesv2:PutAccountDetails"),
    ("POST", r"/v2/email/list-identities", "sesv2:ListEmailIdentities"),
    ("POST", r"/v2/email/identities", "sesv2:CreateEmailIdentity"),
    ("GET", r"/v2/email/identities/[^/]+", "sesv2:GetEmailIdentity"),
    ("DELETE", r"/v2/email/identities/[^/]+", "sesv2:DeleteEmailIdentity"),
    ("POST", r"/v2/email/list-configuration-sets", "sesv2:ListConfigurationSets"),
    ("GET", r"/v2/email/configuration-sets/[^/]+", "sesv2:GetConfigurationSet"),
    ("GET", r"/v2/email/configuration-sets/[^/]+/event-destinations", "sesv2:GetConfigurationSetEventDestinations"),
    ("GET", r"/v2/email/contact-lists", "sesv2:ListContactLists"),
    ("GET", r"/v2/email/contact-lists/[^/]+", "sesv2:GetContactList"),
    ("GET", r"/v2/email/suppression/addresses", "sesv2:ListSuppressedDestinations"),
    ("GET", r"/v2/email/templates", "sesv2:ListEmailTemplates"),
    ("POST", r"/v2/email/outbound-emails", "sesv2:SendEmail"),
    ("POST", r"/listRegions", "account:ListRegions"),
    ("GET", r"/2013-04-01/hostedzone", "route53:ListHostedZones"),
    ("GET", r"/2013-04-01/hostedzone/[^/]+", "route53:GetHostedZone"),
    ("GET", r"/2013-04-01/hostedzone/[^/]+/rrset", "route53:ListResourceRecordSets"),
]
_TARGETS = {
    "AWSSupport": "support",
    "AmazonSQS": "sqs",
    "GraniteServiceVersion": "cloudwatch",
    "ServiceQuotasV20190624": "service-quotas",
}
_QUERY = {"2010-12-01": "ses", "2011-06-15": "sts", "2010-03-31": "sns"}

Body = bytes | str | dict[str, Any] | list[Any]


@dataclass(frozen=True)
class Reply:
    """One scripted answer."""

    body: Body = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    request_id: bool = True
    drop: bool = False  # the request was read; the connection closes without an answer
    cut: int = 0  # so many bytes of the announced body are never sent
    raw: bytes = b""  # sent instead of an HTTP answer


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    operation: str
    path: str
    body: bytes
    headers: dict[str, str]

    @property
    def region(self) -> str:
        found = re.search(r"Credential=[^/]+/\d+/([^/]+)/", self.headers.get("authorization", ""))
        return found.group(1) if found else ""

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body or b"{}")  # type: ignore[no-any-return]  # the client always sends an object


def error(code: str, message: str | None = "", status: int = 400, **more: Any) -> Reply:
    """Return an AWS error; the server puts it into the envelope of the protocol."""
    return Reply({"__code": code, "__message": message}, status=status, **more)


class Aws:
    """The server's state: script and record."""

    def __init__(self) -> None:
        self.script: dict[str, list[Reply]] = {}
        self.seen: list[Seen] = []
        self.url = ""
        self._lock = threading.Lock()

    def says(self, operation: str, *replies: Reply | Body) -> None:
        """Answer ``operation`` with these, in turn; the last one stays."""
        self.script[operation] = [reply if isinstance(reply, Reply) else Reply(reply) for reply in replies]

    def count(self, operation: str) -> int:
        return sum(request.operation == operation for request in self.seen)

    def last(self, operation: str) -> Seen:
        return [request for request in self.seen if request.operation == operation][-1]

    def take(self, request: Seen) -> Reply:
        with self._lock:
            self.seen.append(request)
            script = self.script.get(request.operation)
            if script:
                return script.pop(0) if len(script) > 1 else script[0]
        if request.operation in HEALTHY:
            return Reply(HEALTHY[request.operation])
        return error("UnknownOperationException", request.operation, 404)


def operation_of(method: str, path: str, body: bytes, headers: dict[str, str]) -> str:
    """Return ``sesv2:GetAccount`` for a request of any protocol."""
    target = headers.get("x-amz-target", "")
    if target:
        prefix, _, name = target.partition(".")
        service = next((service for start, service in _TARGETS.items() if prefix.startswith(start)), prefix)
        return f"{service}:{name}"
    if b"Action=" in body:
        form = parse_qs(body.decode())
        return f"{_QUERY.get(form['Version'][0], '?')}:{form['Action'][0]}"
    path = unquote(re.sub(r"^http://[^/]+", "", path).partition("?")[0])  # a proxy is sent the whole address
    return next((name for verb, form, name in _REST if verb == method and re.fullmatch(form, path)), f"{method} {path}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    aws: Aws

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        operation = operation_of(self.command, self.path, body, headers)
        reply = self.aws.take(Seen(operation, self.path, body, headers))
        time.sleep(reply.delay)
        if reply.drop or reply.raw:
            self.close_connection = True
            self.wfile.write(reply.raw)
            return
        content, kind = _encoded(reply, operation)
        self.send_response_only(reply.status)
        self.send_header("Date", reply.headers.get("Date", self.date_time_string()))
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if reply.request_id:
            self.send_header("x-amzn-RequestId", REQUEST_ID)
        if isinstance(reply.body, dict) and "__code" in reply.body:
            self.send_header("x-amzn-ErrorType", str(reply.body["__code"]))
        for name, value in reply.headers.items():
            if name != "Date":
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content[: len(content) - reply.cut])
        if reply.cut:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - names of http.server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that gives up waiting is what some tests are about."""


def _encoded(reply: Reply, operation: str) -> tuple[bytes, str]:
    service = operation.partition(":")[0]
    body = reply.body
    xml = service in ("ses", "sts", "sns", "route53")
    if isinstance(body, dict) and "__code" in body:
        code, message = body["__code"], body["__message"]
        if xml:
            text = "" if message is None else f"<Message>{message}</Message>"
            return (
                f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>{text}</Error>"
                f"<RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
            ).encode(), "text/xml"
        payload = {"__type": code} | ({} if message is None else {"message": message})
        return json.dumps(payload).encode(), "application/x-amz-json-1.1"
    if isinstance(body, bytes):
        return body, "text/html" if body.lstrip().startswith(b"<!") else "application/json"
    if isinstance(body, str):
        name = operation.partition(":")[2]
        if service == "route53":  # rest-xml: no envelope, and the request id is a header
            return f"<{name}Response>{body}</{name}Response>".encode(), "text/xml"
        return (
            f"<{name}Response><{name}Result>{body}</{name}Result>"
            f"<ResponseMetadata><RequestId>{REQUEST_ID}</RequestId></ResponseMetadata></{name}Response>"
        ).encode(), "text/xml"
    return json.dumps(body).encode(), "application/json"


@contextmanager
def serving() -> Iterator[Aws]:
    """Serve on a free port of 127.0.0.1 until the block ends."""
    aws = Aws()
    handler = type("Handler", (_Handler,), {"aws": aws})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    aws.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield aws
    finally:
        server.shutdown()
        server.server_close()


TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:bounces"
QUEUE_URL = f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/dlaas-onboard-proof-dlaas-7kq2m4x9ta"
ZONES = (
    "<HostedZones>"
    "<HostedZone><Id>/hostedzone/Z0EXAMPLE</Id><Name>example.com.</Name><CallerReference>a</CallerReference>"
    "<Config><PrivateZone>false</PrivateZone></Config><ResourceRecordSetCount>4</ResourceRecordSetCount></HostedZone>"
    "</HostedZones><IsTruncated>false</IsTruncated><MaxItems>100</MaxItems>"
)
POLICY = json.dumps(
    {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ses.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": TOPIC,
                "Condition": {"StringEquals": {"AWS:SourceAccount": ACCOUNT}},
            }
        ]
    }
)
GET_ACCOUNT = {
    "DedicatedIpAutoWarmupEnabled": True,
    "EnforcementStatus": "HEALTHY",
    "ProductionAccessEnabled": False,
    "SendQuota": {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 3.0},
    "SendingEnabled": True,
    "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
    "Details": {
        "MailType": "TRANSACTIONAL",
        "WebsiteURL": "https://example.com",
        "ContactLanguage": "EN",
        "UseCaseDescription": "First line\nsecond line",
        "AdditionalContactEmailAddresses": ["ops@example.com"],
        "ReviewDetails": {"Status": "PENDING", "CaseId": "178000000000001"},
    },
}
GET_IDENTITY = {
    "IdentityType": "DOMAIN",
    "FeedbackForwardingStatus": True,
    "VerifiedForSendingStatus": True,
    "VerificationStatus": "SUCCESS",
    "ConfigurationSetName": "dlaas",
    "DkimAttributes": {
        "SigningEnabled": True,
        "Status": "SUCCESS",
        "Tokens": ["aaa", "bbb", "ccc"],
        "SigningAttributesOrigin": "AWS_SES",
        "SigningHostedZone": "dkim.amazonses.com",
    },
    "MailFromAttributes": {
        "MailFromDomain": "mail.example.com",
        "MailFromDomainStatus": "FAILED",
        "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
    },
    "VerificationInfo": {"ErrorType": "TYPE_NOT_FOUND", "LastCheckedTimestamp": 1764000000},
}
HEALTHY: dict[str, Body] = {
    "sts:GetCallerIdentity": (
        f"<UserId>AIDA</UserId><Account>{ACCOUNT}</Account><Arn>arn:aws:iam::{ACCOUNT}:user/ada</Arn>"
    ),
    "sts:AssumeRole": (
        "<Credentials><AccessKeyId>ASIAROLEROLEROLEROLE</AccessKeyId><SecretAccessKey>rolesecretrolesecret"
        "</SecretAccessKey><SessionToken>roletokenroletoken</SessionToken>"
        "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
        f"<AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId><Arn>arn:aws:sts::{ACCOUNT}:assumed-role/r/x</Arn>"
        "</AssumedRoleUser>"
    ),
    "sesv2:GetAccount": GET_ACCOUNT,
    "sesv2:PutAccountDetails": {},
    "sesv2:DeleteEmailIdentity": {},
    "sesv2:CreateEmailIdentity": {"IdentityType": "EMAIL_ADDRESS", "VerifiedForSendingStatus": False},
    "sesv2:SendEmail": {"MessageId": "0100-message"},
    "sesv2:ListEmailIdentities": {
        "EmailIdentities": [
            {
                "IdentityName": "example.com",
                "IdentityType": "DOMAIN",
                "SendingEnabled": True,
                "VerificationStatus": "SUCCESS",
            },
            {"IdentityName": "ada@example.org", "IdentityType": "EMAIL_ADDRESS", "SendingEnabled": False},
        ]
    },
    "sesv2:GetEmailIdentity": GET_IDENTITY,
    "sesv2:ListConfigurationSets": {"ConfigurationSets": ["dlaas"]},
    "sesv2:GetConfigurationSet": {
        "ConfigurationSetName": "dlaas",
        "SendingOptions": {"SendingEnabled": True},
        "ReputationOptions": {"ReputationMetricsEnabled": True},
        "SuppressionOptions": {"SuppressedReasons": ["BOUNCE"]},
    },
    "sesv2:GetConfigurationSetEventDestinations": {
        "EventDestinations": [
            {
                "Name": "bounces",
                "Enabled": True,
                "MatchingEventTypes": ["BOUNCE", "COMPLAINT"],
                "SnsDestination": {"TopicArn": TOPIC},
            }
        ]
    },
    "sesv2:ListContactLists": {"ContactLists": [{"ContactListName": "customers", "LastUpdatedTimestamp": 1764000000}]},
    "sesv2:GetContactList": {
        "ContactListName": "customers",
        "Topics": [
            {"TopicName": "offers", "DisplayName": "Offers", "DefaultSubscriptionStatus": "OPT_OUT"},
            {"TopicName": "news", "DisplayName": "News", "DefaultSubscriptionStatus": "OPT_IN"},
        ],
    },
    "sesv2:ListEmailTemplates": {"TemplatesMetadata": [{"TemplateName": "welcome", "CreatedTimestamp": 1764000000}]},
    "sesv2:ListSuppressedDestinations": {
        "SuppressedDestinationSummaries": [
            {"EmailAddress": "gone@example.net", "Reason": "BOUNCE", "LastUpdateTime": 1764000000},
            {"EmailAddress": "away@example.net", "Reason": "BOUNCE", "LastUpdateTime": 1764000000},
            {"EmailAddress": "angry@example.net", "Reason": "COMPLAINT", "LastUpdateTime": 1764000000},
        ]
    },
    "ses:GetSendStatistics": (
        "<SendDataPoints>"
        "<member><Timestamp>2026-11-24T06:15:00Z</Timestamp><DeliveryAttempts>4</DeliveryAttempts>"
        "<Bounces>1</Bounces><Complaints>0</Complaints><Rejects>0</Rejects></member>"
        "<member><Timestamp>2026-11-24T06:00:00Z</Timestamp><DeliveryAttempts>2</DeliveryAttempts>"
        "<Bounces>0</Bounces><Complaints>1</Complaints><Rejects>0</Rejects></member>"
        "</SendDataPoints>"
    ),
    "ses:GetIdentityNotificationAttributes": (
        "<NotificationAttributes><entry><key>example.com</key><value>"
        f"<BounceTopic>{TOPIC}</BounceTopic><ForwardingEnabled>true</ForwardingEnabled>"
        "</value></entry></NotificationAttributes>"
    ),
    "sns:GetTopicAttributes": (
        "<Attributes><entry><key>Policy</key><value>" + POLICY.replace('"', "&quot;") + "</value></entry></Attributes>"
    ),
    "sns:ListSubscriptionsByTopic": (
        "<Subscriptions>"
        f"<member><Protocol>email</Protocol><Endpoint>ada@example.com</Endpoint><SubscriptionArn>{TOPIC}:1</SubscriptionArn></member>"
        "<member><Protocol>email</Protocol><Endpoint>bob@example.com</Endpoint><SubscriptionArn>PendingConfirmation</SubscriptionArn></member>"
        "</Subscriptions>"
    ),
    "sns:CreateTopic": f"<TopicArn>{TOPIC}</TopicArn>",
    "sns:Subscribe": "<SubscriptionArn>pending confirmation</SubscriptionArn>",
    "sns:Unsubscribe": "",
    "sqs:CreateQueue": {"QueueUrl": QUEUE_URL},
    "sqs:GetQueueUrl": {"QueueUrl": QUEUE_URL},
    "sqs:ReceiveMessage": {},
    "sqs:DeleteQueue": b"",
    "cloudwatch:GetMetricData": {
        "MetricDataResults": [
            {"Id": "bounce", "Timestamps": [1764000000.0], "Values": [0.021], "StatusCode": "Complete"},
            {"Id": "complaint", "Timestamps": [], "Values": [], "StatusCode": "Complete"},
        ]
    },
    "cloudwatch:DescribeAlarms": {
        "MetricAlarms": [
            {
                "AlarmName": "bounces",
                "Namespace": "AWS/SES",
                "MetricName": "Reputation.BounceRate",
                "Dimensions": [],
                "StateValue": "ALARM",
                "StateUpdatedTimestamp": 1764000000.0,
                "Threshold": 0.05,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "ActionsEnabled": True,
                "AlarmActions": [TOPIC],
            },
            {"AlarmName": "cpu", "Namespace": "AWS/EC2", "MetricName": "CPUUtilization", "Threshold": 90.0},
        ],
        "CompositeAlarms": [],
    },
    "cloudwatch:PutMetricAlarm": b"",
    "support:DescribeSeverityLevels": {"severityLevels": [{"code": "low", "name": "Low"}]},
    "support:DescribeCases": {
        "cases": [
            {
                "caseId": "case-111122223333-en-2026-abc",
                "displayId": "178000000000001",
                "subject": "Limit Increase: SES Sending Limits",
                "status": "pending-customer-action",
                "timeCreated": "2026-11-20T10:00:00.000Z",
            }
        ]
    },
    "support:DescribeCommunications": {
        "communications": [
            {"body": "Please tell us more.", "submittedBy": "Amazon", "timeCreated": "2026-11-21T10:00:00.000Z"},
            {"body": "We ask for access.", "submittedBy": "ada", "timeCreated": "2026-11-20T10:00:00.000Z"},
        ]
    },
    "support:CreateCase": {"caseId": "case-111122223333-en-2026-new"},
    "support:AddCommunicationToCase": {"result": True},
    "support:AddAttachmentsToSet": {"attachmentSetId": "as-2f5a6faa2a4a1e600", "expiryTime": "2026-11-24T13:00:00Z"},
    "support:DescribeServices": {
        "services": [
            {
                "code": "amazon-simple-email",
                "name": "Simple Email Service (SES)",
                "categories": [{"code": "other", "name": "Other"}],
            },
            {
                "code": "service-limit-increase",
                "name": "Service Limit Increase",
                "categories": [
                    {"code": "service-code-ses", "name": "SES Sending Limits"},
                    {"code": "ses-production-access", "name": "SES Service Limits"},
                ],
            },
        ]
    },
    "route53:ListHostedZones": ZONES,
    "route53:GetHostedZone": (
        "<HostedZone><Id>/hostedzone/Z0EXAMPLE</Id><Name>example.com.</Name><CallerReference>a</CallerReference>"
        "<Config><PrivateZone>false</PrivateZone></Config></HostedZone><DelegationSet><NameServers>"
        "<NameServer>ns-2.awsdns-02.NET</NameServer><NameServer>ns-1.awsdns-01.com</NameServer>"
        "</NameServers></DelegationSet>"
    ),
    "route53:ListResourceRecordSets": (
        "<ResourceRecordSets><ResourceRecordSet><Name>mail.example.com.</Name><Type>TXT</Type><TTL>60</TTL>"
        "<ResourceRecords><ResourceRecord><Value>&quot;site=1&quot;</Value></ResourceRecord></ResourceRecords>"
        "</ResourceRecordSet></ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>100</MaxItems>"
    ),
    "service-quotas:ListServiceQuotas": {
        "Quotas": [{"QuotaCode": "L-804C8AE8", "QuotaName": "Sending quota", "Value": 50000.0, "Adjustable": True}]
    },
    "service-quotas:ListAWSDefaultServiceQuotas": {
        "Quotas": [
            {"QuotaCode": "L-804C8AE8", "QuotaName": "Sending quota", "Value": 200.0, "Adjustable": True},
            {"QuotaCode": "L-NEWCODE1", "QuotaName": "Sending rate", "Value": 1.0, "Adjustable": True},
        ]
    },
    "service-quotas:ListRequestedServiceQuotaChangeHistoryByQuota": {
        "RequestedQuotas": [
            {"Id": "req-1", "QuotaCode": "L-804C8AE8", "DesiredValue": 70000.0, "Status": "CASE_OPENED", "CaseId": "17"}
        ]
    },
    "service-quotas:RequestServiceQuotaIncrease": {"RequestedQuota": {"Id": "req-2", "Status": "PENDING"}},
    "account:ListRegions": {"Regions": [{"RegionName": "eu-west-1", "RegionOptStatus": "ENABLED_BY_DEFAULT"}]},
}
