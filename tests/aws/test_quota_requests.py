"""Service Quotas on the wire: what is listed, what a request is answered, and where both go, GovCloud as well."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from dlaas_onboard.aws.cloud import AwsCloud
from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.facts.reading import ProblemKind
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Phase
from tests.aws.server import ACCOUNT, Aws, Body, Reply, error
from tests.aws.subjects import QUICK, QUOTA, no_code

K = ProblemKind
LIST, DEFAULTS = "service-quotas:ListServiceQuotas", "service-quotas:ListAWSDefaultServiceQuotas"
HISTORY = "service-quotas:ListRequestedServiceQuotaChangeHistoryByQuota"
ASK = "service-quotas:RequestServiceQuotaIncrease"
ASKED_AT = datetime(2026, 11, 20, 10, tzinfo=UTC)


def quota(code: str, name: str, value: float | None, **more: Any) -> dict[str, Any]:
    return {"QuotaCode": code, "QuotaName": name, **({} if value is None else {"Value": value}), **more}


def test_the_applied_value_wins_and_the_default_stands_beside_it(aws: Aws, cloud: AwsCloud) -> None:
    applied = [quota("L-OTHER", "Something else", 1.0), quota("L-A", "sending Quota", 90000.0, Adjustable=False)]
    defaults = [
        quota("L-A", "Sending quota", 200.0, Adjustable=True),
        quota("L-B", "Sending rate", 1.0, Adjustable=True),
        quota("L-AE5D8F8A", "Old sending rate", 3.0),
    ]
    aws.says(LIST, {"Quotas": applied})
    aws.says(DEFAULTS, {"Quotas": defaults})
    aws.says(HISTORY, {"RequestedQuotas": []})
    found = cloud.quotas()
    assert found.known
    assert found.value == f.Quotas(
        f.Quota("L-A", "sending Quota", 90000.0, False, applied=True, default=200.0),
        f.Quota("L-B", "Sending rate", 1.0, True, applied=False, default=1.0),
    )


def test_a_quota_whose_name_changed_is_found_by_its_code(aws: Aws, cloud: AwsCloud) -> None:
    aws.says(LIST, {"Quotas": [quota("L-CDEF9B6B", "Maximum send rate", 14.0)]})
    aws.says(DEFAULTS, {"Quotas": [quota("L-CDEF9B6B", "Sending rate", 1.0)]})
    value = cloud.quotas().value
    assert value is not None
    assert value.sending_quota is None
    assert value.sending_rate == f.Quota("L-CDEF9B6B", "Maximum send rate", 14.0, None, applied=True, default=1.0)


def test_a_quota_without_a_value_is_unknown_and_its_default_does_not_stand_in(aws: Aws, cloud: AwsCloud) -> None:
    aws.says(LIST, {"Quotas": [quota("L-804C8AE8", "Sending quota", None, ErrorReason={"ErrorCode": "X"})]})
    value = cloud.quotas().value
    assert value is not None
    assert value.sending_quota == f.Quota("L-804C8AE8", "Sending quota", None, None, applied=True, default=200.0)


def test_unread_defaults_are_told_and_not_guessed(aws: Aws, cloud: AwsCloud) -> None:
    aws.says(DEFAULTS, error("AccessDeniedException", "no", 403))
    found = cloud.quotas()
    assert found.partial == "without the default quotas"
    assert found.value is not None
    assert found.value.sending_quota == f.Quota("L-804C8AE8", "Sending quota", 50000.0, True, applied=True)
    assert found.value.sending_rate is None


def test_all_pages_of_the_history_are_read_with_their_times_and_new_words(aws: Aws, cloud: AwsCloud) -> None:
    aws.says(LIST, {"Quotas": []})
    aws.says(DEFAULTS, {"Quotas": [quota("L-804C8AE8", "Sending quota", 200.0)]})
    first = {"Id": "1", "QuotaCode": "L-804C8AE8", "Status": "CASE_OPENED", "CaseId": "17", "DesiredValue": 400.0,
             "Created": ASKED_AT.timestamp(), "LastUpdated": ASKED_AT.timestamp() + 60}  # fmt: skip
    second = {"Id": "2", "QuotaCode": "L-804C8AE8", "Status": "SOMETHING\x1b[31m_NEW"}
    pages: list[Body | Reply] = [{"RequestedQuotas": [first], "NextToken": "t"}, {"RequestedQuotas": [second]}]
    aws.says(HISTORY, *pages)
    value = cloud.quotas().value
    assert value is not None
    assert value.requests == (
        f.QuotaRequest("1", "L-804C8AE8", 400.0, "CASE_OPENED", "17", ASKED_AT, ASKED_AT.replace(minute=1)),
        f.QuotaRequest("2", "L-804C8AE8", None, "SOMETHING␛[31m_NEW"),
    )
    assert [seen.json.get("NextToken") for seen in aws.seen if seen.operation == HISTORY] == [None, "t"]


REFUSALS = {
    "ResourceAlreadyExistsException": (K.CONFLICT, "A request for this quota is already open.", "Wait"),
    "QuotaExceededException": (K.REFUSED, "Too many quota requests of this account are open", "Wait until"),
    "NoSuchResourceException": (K.NOT_FOUND, "Service Quotas does not know this quota in this Region.", "Look again"),
    "IllegalArgumentException": (K.INVALID, "Service Quotas does not take this value.", "Look again"),
    "DependencyAccessDeniedException": (
        K.DENIED,
        "servicequotas:RequestServiceQuotaIncrease needs a permission on another service",
        "iam:CreateServiceLinkedRole",
    ),
    "AccessDeniedException": (K.DENIED, "no", "servicequotas:RequestServiceQuotaIncrease"),
    "TooManyRequestsException": (
        K.THROTTLED,
        "AWS takes no more RequestServiceQuotaIncrease calls",
        "Nothing was done",
    ),
}


@pytest.mark.parametrize("code", list(REFUSALS))
def test_a_refused_request_is_told_in_words_and_sent_once(code: str, aws: Aws, cloud: AwsCloud) -> None:
    kind, message, remedy = REFUSALS[code]
    aws.says(ASK, error(code, "no", 400))
    outcome = cloud.write(QUOTA)
    assert outcome.phase == Phase.REJECTED
    assert outcome.problem is not None
    assert (outcome.problem.kind, outcome.problem.code) == (kind, code)
    assert outcome.problem.message.startswith(message)
    assert remedy in outcome.problem.remedy
    assert aws.count(ASK) == 1


@pytest.mark.parametrize("code", ["QuotaExceededException", "IllegalArgumentException", "NoSuchResourceException"])
def test_what_aws_says_of_it_is_kept_where_it_says_something(code: str, aws: Aws, cloud: AwsCloud) -> None:
    said = []
    for text in ("The value is\x1b[2J below.", ""):
        aws.says(ASK, error(code, text, 400))
        problem = cloud.write(QUOTA).problem
        assert problem is not None
        said.append(problem.message)
    assert said[0].endswith(" AWS says: The value is␛[2J below.")
    assert said[1].endswith(".")
    assert "AWS says" not in said[1]


def test_a_request_that_was_taken_keeps_its_id(aws: Aws, cloud: AwsCloud) -> None:
    outcome = cloud.write(QUOTA)
    assert (outcome.phase, outcome.result) == (Phase.ACCEPTED, "req-2")
    assert aws.last(ASK).json == dict(QUOTA.params)


@pytest.mark.parametrize(("region", "partition"), [("eu-central-1", "aws"), ("us-gov-west-1", "aws-us-gov")])
def test_every_call_goes_to_the_region_of_ses(region: str, partition: str, aws: Aws) -> None:
    arn = f"arn:{partition}:iam::{ACCOUNT}:user/ada"
    aws.says("sts:GetCallerIdentity", f"<UserId>AIDA</UserId><Account>{ACCOUNT}</Account><Arn>{arn}</Arn>")
    here = AwsCloud("", region, "--region", timeouts=QUICK)
    try:
        place = here.connect(no_code).value
        assert place is not None
        assert place.partition == partition
        assert here.quotas().known
        assert here.write(QUOTA).phase == Phase.ACCEPTED
        for address in ("bob@example.org", "Bob@example.org"):
            call = Call("sesv2", "CreateEmailIdentity", {"EmailIdentity": address})
            assert here.write(call).phase == Phase.ACCEPTED
            assert here.write(Call("sesv2", "DeleteEmailIdentity", dict(call.params))).phase == Phase.ACCEPTED
    finally:
        here.close()
    mine = [seen for seen in aws.seen if not seen.operation.startswith("sts:")]
    assert {seen.region for seen in mine} == {region}
    # Addresses keep their case on the way: to SES they are two.
    gone = [seen.path for seen in mine if seen.operation == "sesv2:DeleteEmailIdentity"]
    assert [path.lower().rpartition("/")[2].replace("%40", "@") for path in gone] == ["bob@example.org"] * 2
    assert len(set(gone)) == 2


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-west-1", "servicequotas.eu-west-1.amazonaws.com"),
        ("us-gov-west-1", "servicequotas.us-gov-west-1.amazonaws.com"),
        ("us-gov-east-1", "servicequotas.us-gov-east-1.amazonaws.com"),
    ],
)
def test_the_sdk_knows_the_endpoint_there(region: str, host: str, home: object) -> None:
    client = boto3.client("service-quotas", region_name=region, aws_access_key_id="x", aws_secret_access_key="y")
    assert client.meta.endpoint_url == f"https://{host}"
