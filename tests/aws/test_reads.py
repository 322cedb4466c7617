"""What each read makes of healthy answers, of half of them, and of text that was made to deceive."""

from __future__ import annotations

import hashlib
import json
import re
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from dlaas_onboard.aws import rate_limit
from dlaas_onboard.aws.cloud import AwsCloud
from dlaas_onboard.journey import console_links
from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.facts.reading import ProblemKind
from dlaas_onboard.journey.review import regions
from tests.aws.server import ACCOUNT, GET_ACCOUNT, GET_IDENTITY, HEALTHY, POLICY, QUEUE_URL, TOPIC, Aws, Reply, error
from tests.aws.subjects import QUICK, READS, no_code

K = ProblemKind
CASE = "178000000000001"


def test_connect_says_who_and_where(aws: Aws, cloud: AwsCloud) -> None:
    reading = cloud.connect(no_code)
    assert reading.known
    assert reading.value == f.Place(
        profile="",
        region="eu-west-1",
        region_source="--region",
        account=ACCOUNT,
        arn=f"arn:aws:iam::{ACCOUNT}:user/ada",
        partition="aws",
        endpoint=aws.url.removeprefix("http://"),
        amazon=False,
        credentials="env",
    )
    assert aws.last("sts:GetCallerIdentity").region == "eu-west-1"


@pytest.mark.parametrize("body", ["", "<Account>12</Account><Arn>arn:aws:iam::12:user/x</Arn>", "<Account>x</Account>"])
def test_connect_to_something_that_is_not_sts(aws: Aws, cloud: AwsCloud, body: str) -> None:
    aws.says("sts:GetCallerIdentity", Reply(body))
    reading = cloud.connect(no_code)
    assert reading.problem is not None
    assert reading.problem.kind is K.MALFORMED


def test_account(cloud: AwsCloud) -> None:
    reading = cloud.account()
    assert reading.source == "SES GetAccount eu-west-1"
    assert abs((datetime.now(UTC) - reading.observed_at).total_seconds()) < 30
    assert reading.value == f.Account(
        production=False,
        sending_enabled=True,
        enforcement="HEALTHY",
        max_24_hour_send=200.0,
        max_send_rate=1.0,
        sent_last_24_hours=3.0,
        suppressed_reasons=("BOUNCE", "COMPLAINT"),
        details=f.Details(
            mail_type="TRANSACTIONAL",
            website_url="https://example.com",
            contact_language="EN",
            use_case_description="First line\nsecond line",
            contacts=("ops@example.com",),
            review=f.Review("PENDING", CASE),
        ),
    )


def test_account_with_almost_nothing(aws: Aws, cloud: AwsCloud) -> None:
    aws.says("sesv2:GetAccount", {"ProductionAccessEnabled": True, "Details": {"ReviewDetails": {}}})
    assert cloud.account().value == f.Account(True, None, "", None, None, None, None, f.Details())


def test_words_that_are_newer_than_this_tool_stay(aws: Aws, cloud: AwsCloud) -> None:
    details = GET_ACCOUNT["Details"] | {"ReviewDetails": {"Status": "ESCALATED"}}  # type: ignore[operator]  # a dict
    aws.says("sesv2:GetAccount", GET_ACCOUNT | {"EnforcementStatus": "NEWSTATUS", "Details": details})
    account = cloud.account().value
    assert account is not None
    assert account.enforcement == "NEWSTATUS"
    assert account.details is not None
    assert account.details.review == f.Review("ESCALATED")


@pytest.mark.parametrize(
    "change",
    [
        {"ProductionAccessEnabled": None},
        {"ProductionAccessEnabled": "true"},
        {"ProductionAccessEnabled": 1},
        {"SendingEnabled": "yes"},
        {"SendQuota": []},
        {"SendQuota": {"Max24HourSend": "many"}},
        {"SendQuota": {"Max24HourSend": float("nan")}},
        {"EnforcementStatus": {"a": 1}},
        {"SuppressionAttributes": {"SuppressedReasons": "BOUNCE"}},
        {"Details": "none"},
        {"Details": {"ReviewDetails": [1]}},
    ],
    ids=str,
)
def test_an_account_that_is_half_readable_is_not_read(aws: Aws, cloud: AwsCloud, change: dict[str, object]) -> None:
    aws.says("sesv2:GetAccount", GET_ACCOUNT | change)
    reading = cloud.account()
    assert reading.value is None
    assert reading.problem is not None
    assert reading.problem.kind is K.MALFORMED


def test_statistics_are_in_order(cloud: AwsCloud) -> None:
    points = cloud.statistics().value
    assert points is not None
    assert [(point.at.minute, point.attempts, point.bounces, point.complaints) for point in points] == [
        (0, 2, 0, 1),
        (15, 4, 1, 0),
    ]
    assert points[0].at == datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def test_contact_lists_with_their_topics_and_the_names_of_templates(cloud: AwsCloud) -> None:
    assert cloud.mailing().value == f.Mailing(
        (f.ContactList("customers", (f.ContactTopic("offers", "Offers", False), f.ContactTopic("news", "News"))),),
        ("welcome",),
    )


def test_a_contact_list_that_cannot_be_read_is_not_taken_for_none(aws: Aws, cloud: AwsCloud) -> None:
    aws.says("sesv2:GetContactList", error("AccessDeniedException", "No.", 403))
    reading = cloud.mailing()
    assert reading.value is None
    assert reading.problem is not None
    assert reading.problem.kind is K.DENIED


def test_templates_that_cannot_be_read_leave_the_contact_lists(aws: Aws, cloud: AwsCloud) -> None:
    aws.says("sesv2:ListEmailTemplates", error("AccessDeniedException", "No.", 403))
    reading = cloud.mailing()
    assert reading.value is not None
    assert [contact_list.name for contact_list in reading.value.contact_lists] == ["customers"]
    assert reading.partial == "1 contact list and 0 templates"
    assert not reading.known


def test_suppressed_addresses_are_counted_by_reason_and_none_is_kept(aws: Aws, cloud: AwsCloud) -> None:
    reading = cloud.suppressed()
    assert reading.known
    assert reading.value == f.SuppressedCount(bounces=2, complaints=1)
    assert "@" not in repr(reading)
    assert "@" not in repr(cloud.calls())
    assert len(aws.seen) == 1


def test_a_long_suppression_list_is_counted_for_five_pages_and_no_further(aws: Aws, cloud: AwsCloud) -> None:
    entry = {"EmailAddress": "gone@example.net", "Reason": "COMPLAINT", "LastUpdateTime": 1764000000}
    pages = [{"SuppressedDestinationSummaries": [entry], "NextToken": f"t{number}"} for number in range(9)]
    aws.says("sesv2:ListSuppressedDestinations", *pages)
    reading = cloud.suppressed()
    assert len(aws.seen) == 5
    assert reading.value == f.SuppressedCount(complaints=5)
    assert (reading.problem, reading.partial, reading.known) == (None, "5 pages of suppressed addresses", False)


def test_a_page_of_the_suppression_list_that_fails_leaves_the_count_before_it(aws: Aws, cloud: AwsCloud) -> None:
    entry = {"EmailAddress": "gone@example.net", "Reason": "NEWER", "LastUpdateTime": 1764000000}
    page = {"SuppressedDestinationSummaries": [entry], "NextToken": "t"}
    aws.says("sesv2:ListSuppressedDestinations", page, error("AccessDeniedException", "no", 403))
    reading = cloud.suppressed()
    assert reading.value == f.SuppressedCount(other=1)
    assert reading.problem is not None
    assert reading.partial == "1 page of suppressed addresses"


def test_identities_of_all_pages(aws: Aws, cloud: AwsCloud) -> None:
    page = {"EmailIdentities": [{"IdentityName": "a.example", "IdentityType": "DOMAIN"}]}
    aws.says("sesv2:ListEmailIdentities", page | {"NextToken": "t1"}, page | {"NextToken": "t2"}, page)
    reading = cloud.identities()
    assert reading.known
    assert reading.value is not None
    assert len(reading.value.items) == 3
    asked = [request.json.get("NextToken") for request in aws.seen]
    assert asked == [None, "t1", "t2"]


def test_a_page_that_fails_leaves_the_pages_before_it(aws: Aws, cloud: AwsCloud) -> None:
    page = {"EmailIdentities": [{"IdentityName": "a.example", "IdentityType": "DOMAIN"}]}
    denied = error("AccessDeniedException", "no", 403)
    aws.says("sesv2:ListEmailIdentities", page | {"NextToken": "t1"}, page | {"NextToken": "t2"}, denied)
    reading = cloud.identities()
    assert reading.value is not None
    assert len(reading.value.items) == 2
    assert reading.partial == "2 pages of identities"
    assert reading.problem is not None
    assert reading.problem.kind is K.DENIED
    assert not reading.known


def test_a_list_without_end_is_left(aws: Aws, cloud: AwsCloud) -> None:
    page = {"EmailIdentities": [{"IdentityName": "a.example", "IdentityType": "DOMAIN"}], "NextToken": "same"}
    aws.says("sesv2:ListEmailIdentities", page)
    reading = cloud.identities()
    assert aws.count("sesv2:ListEmailIdentities") == 2
    assert reading.value is not None
    assert len(reading.value.items) == 2
    assert reading.partial
    assert reading.problem is not None
    assert "no end" in reading.problem.message


def test_no_identity_is_an_answer(aws: Aws, cloud: AwsCloud) -> None:
    aws.says("sesv2:ListEmailIdentities", {"EmailIdentities": []})
    assert cloud.identities().value == f.Identities(())
    assert cloud.identities().known


def test_identity(cloud: AwsCloud) -> None:
    reading = cloud.identity("example.com")
    assert reading.value == f.Identity(
        name="example.com",
        type="DOMAIN",
        verified=True,
        verification_status="SUCCESS",
        dkim=f.Dkim("SUCCESS", True, ("aaa", "bbb", "ccc"), "dkim.amazonses.com", "AWS_SES"),
        mail_from=f.MailFrom("mail.example.com", "FAILED", "USE_DEFAULT_VALUE"),
        feedback_forwarding=True,
        configuration_set="dlaas",
        verification_info=f.VerificationInfo("TYPE_NOT_FOUND", datetime(2025, 11, 24, 16, 0, tzinfo=UTC), None),
    )


def test_identity_that_ses_does_not_have(aws: Aws, cloud: AwsCloud) -> None:
    aws.says("sesv2:GetEmailIdentity", error("NotFoundException", "Email identity does not exist.", 404))
    reading = cloud.identity("example.com")
    assert (reading.value, reading.problem) == (None, None)


def test_mail_from_without_a_domain_was_never_set(aws: Aws, cloud: AwsCloud) -> None:
    aws.says("sesv2:GetEmailIdentity", GET_IDENTITY | {"MailFromAttributes": {"BehaviorOnMxFailure": "x"}})
    identity = cloud.identity("example.com").value
    assert identity is not None
    assert identity.mail_from is None


def test_configuration_sets(cloud: AwsCloud) -> None:
    reading = cloud.configuration_sets()
    destination = f.EventDestination("bounces", True, ("BOUNCE", "COMPLAINT"), "SNS", TOPIC)
    assert reading.value == (f.ConfigurationSet("dlaas", True, True, ("BOUNCE",), (destination,)),)
    assert reading.known


@pytest.mark.parametrize(
    ("member", "kind", "target"),
    [
        ({"EventBridgeDestination": {"EventBusArn": "arn:bus"}}, "EventBridge", "arn:bus"),
        ({"KinesisFirehoseDestination": {"DeliveryStreamArn": "arn:stream"}}, "Firehose", "arn:stream"),
        ({"PinpointDestination": {"ApplicationArn": "arn:app"}}, "Pinpoint", "arn:app"),
        ({"CloudWatchDestination": {"DimensionConfigurations": []}}, "CloudWatch", ""),
        ({}, "", ""),
    ],
)
def test_kinds_of_destinations(aws: Aws, cloud: AwsCloud, member: dict[str, object], kind: str, target: str) -> None:
    destination = {"Name": "d", "MatchingEventTypes": ["BOUNCE"]} | member
    aws.says("sesv2:GetConfigurationSetEventDestinations", {"EventDestinations": [destination]})
    found = cloud.configuration_sets().value
    assert found is not None
    assert found[0].destinations == (f.EventDestination("d", False, ("BOUNCE",), kind, target),)


def test_a_set_whose_destinations_are_unread_is_left_out(aws: Aws, cloud: AwsCloud) -> None:
    """It would look like one that has none."""
    aws.says("sesv2:ListConfigurationSets", {"ConfigurationSets": ["one", "two"]})
    fine = Reply(HEALTHY["sesv2:GetConfigurationSetEventDestinations"])
    aws.says("sesv2:GetConfigurationSetEventDestinations", fine, error("AccessDeniedException", "no", 403))
    reading = cloud.configuration_sets()
    assert reading.value is not None
    assert len(reading.value) == 1
    assert reading.partial == "1 of 2 configuration sets"
    assert reading.problem is not None
    assert reading.problem.iam_action == "ses:GetConfigurationSetEventDestinations"


def test_more_sets_than_are_read(aws: Aws, cloud: AwsCloud) -> None:
    aws.says("sesv2:ListConfigurationSets", {"ConfigurationSets": [f"set{n}" for n in range(25)]})
    reading = cloud.configuration_sets()
    assert reading.partial == "20 of 25 configuration sets"
    assert not reading.known


def test_notifications(aws: Aws, cloud: AwsCloud) -> None:
    assert cloud.notifications("example.com").value == f.Notifications("example.com", TOPIC, "", True)
    unknown = cloud.notifications("other.example")
    assert (unknown.value, unknown.problem) == (None, None)


def test_topic_in_its_own_region(aws: Aws, cloud: AwsCloud) -> None:
    elsewhere = TOPIC.replace("eu-west-1", "us-west-2")
    topic = cloud.topic(elsewhere).value
    assert topic == f.Topic(
        elsewhere,
        True,
        (
            f.Subscription("email", "ada@example.com", True, f"{TOPIC}:1"),
            f.Subscription("email", "bob@example.com", False),
        ),
        POLICY,
    )
    assert {request.region for request in aws.seen} == {"us-west-2"}


def test_a_topic_and_a_queue_that_do_not_exist(aws: Aws, cloud: AwsCloud) -> None:
    aws.says("sns:GetTopicAttributes", error("NotFound", "Topic does not exist", 404))
    reading = cloud.topic(TOPIC)
    assert (reading.value, reading.problem) == (None, None)
    for code in ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"):
        aws.says("sqs:GetQueueUrl", error(code, "The specified queue does not exist.", 400))
        queue = cloud.queue("dlaas-onboard-proof-x")
        assert (queue.value, queue.problem) == (None, None)


def test_what_arrived_in_a_queue(aws: Aws, cloud: AwsCloud) -> None:
    assert cloud.queue("dlaas-onboard-proof-x").value == QUEUE_URL
    assert cloud.receive(QUEUE_URL, 2).value == ()
    assert aws.last("sqs:ReceiveMessage").json == {
        "QueueUrl": QUEUE_URL, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 2,
    }  # fmt: skip
    body = '{"Type":\t"Notification"}\x1b'
    digest = hashlib.md5(body.encode()).hexdigest()
    aws.says("sqs:ReceiveMessage", {"Messages": [{"MessageId": "1", "Body": body, "MD5OfBody": digest}]})
    assert cloud.receive(QUEUE_URL, 2).value == (body,)


SES = {"Service": "ses.amazonaws.com"}
ALLOW = {"Effect": "Allow", "Principal": SES, "Action": "sns:Publish"}


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], False),
        ([ALLOW], True),
        ([ALLOW | {"Action": ["sns:Subscribe", "SNS:Publish"]}], True),
        ([ALLOW | {"Action": "SNS:*"}], True),
        ([ALLOW | {"Action": "sns:Subscribe"}], False),
        ([ALLOW | {"Principal": {"Service": ["events.amazonaws.com", "ses.amazonaws.com"]}}], True),
        ([ALLOW | {"Principal": {"Service": "events.amazonaws.com"}}], False),
        ([ALLOW | {"Principal": {"AWS": "arn:aws:iam::1:root"}}], False),
        ([ALLOW | {"Principal": "*"}], True),
        ([ALLOW | {"Principal": {"AWS": "*"}, "Condition": {"StringEquals": {"AWS:SourceOwner": "1"}}}], None),
        ([ALLOW | {"Principal": {"AWS": "*"}, "Condition": {"StringEquals": {"AWS:SourceOwner": "1"}}}, ALLOW], True),
        ([ALLOW | {"Condition": {"StringEquals": {"aws:SourceAccount": "999999999999"}}}], False),
        ([ALLOW | {"Condition": {"StringEquals": {"aws:SourceAccount": ["1", ACCOUNT]}}}], True),
        ([ALLOW | {"Condition": {"ArnLike": {"AWS:SourceArn": f"arn:aws:ses:eu-west-1:{ACCOUNT}:*"}}}], True),
        ([ALLOW | {"Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::bucket"}}}], False),
        ([ALLOW | {"Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}], None),
        ([ALLOW, ALLOW | {"Effect": "Deny"}], False),
        ([ALLOW, {"Effect": "Deny", "Principal": "*", "Action": "*", "Condition": {"Bool": {"x": "y"}}}], None),
        ("nonsense", None),
    ],
    ids=str,
)
def test_may_ses_publish(aws: Aws, cloud: AwsCloud, statements: object, expected: bool | None) -> None:
    policy = json.dumps({"Statement": statements}).replace('"', "&quot;")
    aws.says("sns:GetTopicAttributes", Reply(_attributes(Policy=policy)))
    topic = cloud.topic(TOPIC).value
    assert topic is not None
    assert topic.ses_may_publish is expected


def test_a_key_of_aws_keeps_ses_out(aws: Aws, cloud: AwsCloud) -> None:
    policy = json.dumps({"Statement": ALLOW}).replace('"', "&quot;")
    for key, expected in (("alias/aws/sns", False), ("arn:aws:kms:eu-west-1:1:key/x", None)):
        aws.says("sns:GetTopicAttributes", Reply(_attributes(Policy=policy, KmsMasterKeyId=key)))
        topic = cloud.topic(TOPIC).value
        assert topic is not None
        assert topic.ses_may_publish is expected


def _attributes(**values: str) -> str:
    entries = "".join(f"<entry><key>{name}</key><value>{value}</value></entry>" for name, value in values.items())
    return f"<Attributes>{entries}</Attributes>"


def test_support_plan(aws: Aws, cloud: AwsCloud) -> None:
    assert cloud.support_plan().value == f.SupportPlan(api=True)
    assert aws.last("support:DescribeSeverityLevels").region == "us-east-1"
    aws.says("support:DescribeSeverityLevels", error("SubscriptionRequiredException", "Premium Support", 400))
    reading = cloud.support_plan()
    assert reading.known
    assert reading.value == f.SupportPlan(api=False)


def test_case_is_looked_up_by_its_display_id(aws: Aws, cloud: AwsCloud) -> None:
    reading = cloud.case(CASE)
    asked = aws.last("support:DescribeCases").json
    assert asked["displayId"] == CASE
    assert asked["includeResolvedCases"] is True
    assert "caseIdList" not in asked
    assert reading.value is not None
    assert reading.value.status == "pending-customer-action"
    assert [message.by for message in reading.value.messages] == ["ada", "Amazon"]
    assert aws.last("support:DescribeCommunications").json["caseId"] == "case-111122223333-en-2026-abc"


def test_case_by_the_id_of_the_api(aws: Aws, cloud: AwsCloud) -> None:
    own = "case-111122223333-en-2026-abc"
    assert cloud.case(own).value is not None
    assert aws.last("support:DescribeCases").json["caseIdList"] == [own]


@pytest.mark.parametrize(
    "reply",
    [Reply({"cases": []}), error("CaseIdNotFound", "no", 400), Reply(HEALTHY["support:DescribeCases"])],
    ids=["empty", "code", "another case"],
)
def test_no_such_case(aws: Aws, cloud: AwsCloud, reply: Reply) -> None:
    aws.says("support:DescribeCases", reply)
    reading = cloud.case("999")
    assert (reading.value, reading.problem) == (None, None)


def listed(operation: str, name: str) -> list[dict[str, Any]]:
    body = HEALTHY[operation]
    assert isinstance(body, dict)
    return list(body[name])


def test_a_case_is_found_by_its_marker_among_all_pages(aws: Aws, cloud: AwsCloud) -> None:
    (first,) = listed("support:DescribeCases", "cases")
    second = {**first, "displayId": "9", "caseId": "case-9", "subject": "SES (dlaas-abcdefghij)"}
    aws.says("support:DescribeCases", {"cases": [first], "nextToken": "t"}, {"cases": [second]})
    reading = cloud.find_case("dlaas-abcdefghij")
    assert reading.value is not None
    assert reading.value.display_id == "9"
    asked = aws.last("support:DescribeCases").json
    assert (asked["includeResolvedCases"], asked["nextToken"]) == (True, "t")
    assert cloud.find_case("dlaas-zzzzzzzzzz").value is None


def test_a_page_that_fails_is_no_absence(aws: Aws, cloud: AwsCloud) -> None:
    (first,) = listed("support:DescribeCases", "cases")
    aws.says("support:DescribeCases", {"cases": [first], "nextToken": "t"}, error("AccessDeniedException", "no", 403))
    assert not cloud.find_case("dlaas-abcdefghij").known


def test_codes_are_those_that_aws_lists(aws: Aws, cloud: AwsCloud) -> None:
    found = cloud.case_codes().value
    limits = "service-limit-increase"
    assert found == f.CaseCodes(limits, "ses-production-access", "Service Limit Increase", "SES Service Limits", limits)
    services = listed("support:DescribeServices", "services")
    aws.says("support:DescribeServices", {"services": services[:1]})
    found = cloud.case_codes().value
    assert found == f.CaseCodes("amazon-simple-email", "other", "Simple Email Service (SES)", "Other", "technical")
    aws.says("support:DescribeServices", {"services": []})
    assert (cloud.case_codes().value, cloud.case_codes().problem) == (None, None)


def test_case_without_its_messages(aws: Aws, cloud: AwsCloud) -> None:
    aws.says("support:DescribeCommunications", error("AccessDeniedException", "no", 403))
    reading = cloud.case(CASE)
    assert reading.value is not None
    assert reading.value.messages == ()
    assert reading.partial == "the case without its messages"


def test_quotas_are_merged_and_codes_come_from_the_list(aws: Aws, cloud: AwsCloud) -> None:
    quotas = cloud.quotas().value
    assert quotas is not None
    assert quotas.sending_quota == f.Quota("L-804C8AE8", "Sending quota", 50000.0, True, applied=True, default=200.0)
    assert quotas.sending_rate == f.Quota("L-NEWCODE1", "Sending rate", 1.0, True, applied=False, default=1.0)
    assert quotas.requests[0] == f.QuotaRequest("req-1", "L-804C8AE8", 70000.0, "CASE_OPENED", "17")
    asked = [request.json["QuotaCode"] for request in aws.seen if "History" in request.operation]
    assert asked == ["L-804C8AE8", "L-NEWCODE1"]


def test_quotas_without_their_history(aws: Aws, cloud: AwsCloud) -> None:
    aws.says("service-quotas:ListRequestedServiceQuotaChangeHistoryByQuota", error("AccessDeniedException", "no", 403))
    reading = cloud.quotas()
    assert reading.value is not None
    assert reading.value.sending_quota is not None
    assert reading.partial == "without the requests for Sending quota and the requests for Sending rate"
    assert not reading.known


def test_quotas_that_are_not_listed(aws: Aws, cloud: AwsCloud) -> None:
    for operation in ("ListServiceQuotas", "ListAWSDefaultServiceQuotas"):
        aws.says(f"service-quotas:{operation}", {"Quotas": []})
    reading = cloud.quotas()
    assert reading.known
    assert reading.value == f.Quotas()


def test_reputation(cloud: AwsCloud) -> None:
    assert cloud.reputation().value == f.Reputation(bounce_rate=0.021, complaint_rate=None)


def test_glance(aws: Aws, cloud: AwsCloud) -> None:
    names = ["example.com", "mail.example.com", "a@example.com", "notexample.com", "example.com.evil.org"]
    aws.says("sesv2:ListEmailIdentities", {"EmailIdentities": [{"IdentityName": name} for name in names]})
    glance = cloud.glance("us-west-2", "Example.com").value
    assert glance == f.RegionGlance(
        "us-west-2",
        False,
        "PENDING",
        CASE,
        200.0,
        ("example.com", "mail.example.com", "a@example.com"),
        domain="example.com",
        max_send_rate=1.0,
    )
    assert {request.region for request in aws.seen} == {"us-west-2"}


def test_glance_finds_the_parent_that_covers_the_domain(aws: Aws, cloud: AwsCloud) -> None:
    names = ["example.com", "dlaas.example.com", "a@example.com", "other.example.com", "ops@mail.dlaas.example.com"]
    aws.says("sesv2:ListEmailIdentities", {"EmailIdentities": [{"IdentityName": name} for name in names]})
    glance = cloud.glance("us-west-2", "mail.dlaas.example.com").value
    assert glance is not None
    assert glance.identities == ("example.com", "dlaas.example.com", "ops@mail.dlaas.example.com")
    asked = aws.last("sesv2:ListEmailIdentities").json["Filter"]
    assert asked == {"IDENTITY_NAME_CONTAINS": "example.com"}


DISABLED = {"Regions": [{"RegionName": "af-south-1", "RegionOptStatus": "DISABLED"}]}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Reply(json.dumps(DISABLED).encode()), (True, "")),
        (error("AccessDeniedException", "no", 403), (False, "account:ListRegions")),
        (Reply(json.dumps({"Regions": []}).encode()), (False, "")),
    ],
    ids=["disabled", "may not ask", "not in the list"],
)
@pytest.mark.parametrize("code", ["UnrecognizedClientException", "InvalidClientTokenId"])
def test_a_region_that_is_not_enabled_is_not_one_that_could_not_be_read(
    aws: Aws, cloud: AwsCloud, code: str, said: Reply, expected: tuple[bool, str]
) -> None:
    assert cloud.connect(no_code).problem is None  # forgets which Regions are enabled
    aws.says("sesv2:GetAccount", error(code, "The security token included in the request is invalid.", 403))
    aws.says("account:ListRegions", said)
    reading = cloud.glance("af-south-1", "example.com")
    assert reading.problem is not None
    assert (regions.not_enabled(reading), reading.problem.iam_action) == expected
    aws.script.clear()
    assert cloud.connect(no_code).problem is None


def test_govcloud(aws: Aws) -> None:
    arn = f"arn:aws-us-gov:iam::{ACCOUNT}:user/ada"
    aws.says("sts:GetCallerIdentity", Reply(f"<Account>{ACCOUNT}</Account><Arn>{arn}</Arn><UserId>AIDA</UserId>"))
    gov = AwsCloud("", "us-gov-west-1", "--region", timeouts=QUICK)
    place = gov.connect(no_code).value
    assert place is not None
    assert (place.partition, place.arn, place.region) == ("aws-us-gov", arn, "us-gov-west-1")
    assert gov.regions() == ("us-gov-east-1", "us-gov-west-1")
    for region in gov.regions():
        assert gov.glance(region, "example.com").known
        assert aws.last("sesv2:GetAccount").region == aws.last("sesv2:ListEmailIdentities").region == region
    assert {request.region for request in aws.seen} == set(gov.regions())  # nothing goes to another partition
    for page in console_links.PAGES:
        address = console_links.link(place, page, case_id="178")
        assert re.match(r"https://(us-gov-west-1\.)?console\.amazonaws-us-gov\.com/", address), address
    refused = error("UnrecognizedClientException", "The security token included in the request is invalid.", 403)
    aws.says("sesv2:GetAccount", refused)
    reading = gov.glance("us-gov-east-1", "example.com")
    assert reading.problem is not None
    assert not regions.not_enabled(reading)  # both Regions are part of every account there
    assert aws.count("account:ListRegions") == 0
    gov.close()


def test_a_glance_keeps_the_pace_of_its_region(aws: Aws, cloud: AwsCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "ELSEWHERE", 10.0)
    monkeypatch.setattr(rate_limit, "BURST", 1.0)
    waits: dict[str, list[float]] = {}
    for region in ("us-west-1", "us-west-2"):
        for _ in range(2):  # two calls each: the account, its identities
            began = time.monotonic()
            assert cloud.glance(region, "example.com").known
            waits.setdefault(region, []).append(time.monotonic() - began)
    assert aws.count("sesv2:GetAccount") == aws.count("sesv2:ListEmailIdentities") == 4
    # The first call of a Region leaves at once, each later one a tenth of a second after the one before.
    for first, second in waits.values():
        assert first + second > 0.29


def test_text_that_was_made_to_deceive(aws: Aws, cloud: AwsCloud) -> None:
    hostile = "x\x1b]52;c;ZXZpbA==\x07\u202e[@click=app.quit]y[/]\ud800\x9b31m"
    aws.says("sesv2:GetEmailIdentity", GET_IDENTITY | {"ConfigurationSetName": hostile})
    aws.says("sesv2:GetAccount", error("BadRequestException", hostile, 400))
    communications = [{"body": f"{hostile}\nline two", "submittedBy": hostile}]
    aws.says("support:DescribeCommunications", {"communications": communications})
    identity = cloud.identity("example.com").value
    problem = cloud.account().problem
    case = cloud.case(CASE).value
    assert identity is not None
    assert problem is not None
    assert case is not None
    assert case.messages[0].body.endswith("\nline two")
    for text in (identity.configuration_set, problem.message, case.messages[0].by, case.messages[0].body):
        assert "[@click=app.quit]" in text
        assert not set(text) & set("\x1b\x07\u202e\ud800\x9b")
        text.encode()


def test_every_call_is_recorded(aws: Aws, cloud: AwsCloud) -> None:
    heard: list[tuple[str, str]] = []
    cloud.on_call(lambda record: heard.append((record.operation, record.outcome)))
    cloud.on_call(lambda _: 1 / 0)  # type: ignore[arg-type]  # a listener that fails
    before = len(cloud.calls())
    for read in READS:
        assert read.look(cloud).known, read.name
    aws.says("sesv2:GetAccount", error("AccessDeniedException", "no", 403))
    assert cloud.account().problem is not None
    records = list(cloud.calls())[before:]
    assert [(record.operation, record.outcome) for record in records] == heard
    assert [request.operation for request in aws.seen] == [operation for operation, _ in heard]
    assert heard[-1] == ("sesv2:GetAccount", "AccessDeniedException")
    for record in records:
        assert record.request_id == "11111111-2222-3333-4444-555555555555"
        assert record.milliseconds >= 0
        assert not record.write
        assert record.region in ("eu-west-1", "us-east-1")


def test_the_user_agent_names_the_tool(aws: Aws, cloud: AwsCloud) -> None:
    cloud.account()
    assert "dlaas-onboard/" in aws.seen[-1].headers["user-agent"]
