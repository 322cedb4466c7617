"""CloudWatch's alarms on the wire: what is kept of them, and where the calls go."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dlaas_onboard.aws.cloud import AwsCloud
from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.facts.reading import ProblemKind
from dlaas_onboard.journey.situation.intents import Phase
from tests.aws.server import ACCOUNT, TOPIC, Aws, error
from tests.aws.subjects import PUT_ALARM, QUICK, no_code

READ, WRITE = "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"


def test_only_what_watches_the_reputation_is_kept(aws: Aws, cloud: AwsCloud) -> None:
    reading = cloud.alarms()
    assert reading.source == "CloudWatch DescribeAlarms eu-west-1"
    (alarm,) = reading.value or ()
    assert alarm == f.Alarm(
        "bounces",
        "Reputation.BounceRate",
        "AWS/SES",
        "ALARM",
        0.05,
        "GreaterThanOrEqualToThreshold",
        (TOPIC,),
        True,
        0,
        datetime.fromtimestamp(1764000000, UTC),
    )
    assert aws.last(READ).json == {"AlarmTypes": ["MetricAlarm"]}


def test_an_alarm_of_our_name_on_something_else_is_kept_too(aws: Aws, cloud: AwsCloud) -> None:
    aws.says(READ, {"MetricAlarms": [{"AlarmName": "x-ses-complaint-rate", "Metrics": []}], "CompositeAlarms": []})
    assert cloud.alarms().value == (f.Alarm("x-ses-complaint-rate", "", ""),)


def test_a_rate_of_one_configuration_set_is_not_that_of_the_account(aws: Aws, cloud: AwsCloud) -> None:
    dimensions = [{"Name": "ses:configuration-set", "Value": "dlaas"}]
    item = {"AlarmName": "a", "Namespace": "AWS/SES", "MetricName": "Reputation.BounceRate", "Dimensions": dimensions}
    aws.says(READ, {"MetricAlarms": [item]})
    (alarm,) = cloud.alarms().value or ()
    assert alarm.dimensions == 1


def test_page_after_page_and_what_is_left_when_one_fails(aws: Aws, cloud: AwsCloud) -> None:
    def page(name: str, token: str) -> dict[str, object]:
        item = {"AlarmName": name, "Namespace": "AWS/SES", "MetricName": "Reputation.BounceRate"}
        return {"MetricAlarms": [item], **({"NextToken": token} if token else {})}

    aws.says(READ, page("one", "t1"), page("two", ""))
    assert [item.name for item in cloud.alarms().value or ()] == ["one", "two"]
    assert aws.last(READ).json["NextToken"] == "t1"
    aws.says(READ, page("one", "t1"), error("AccessDeniedException", "no", 403))
    reading = cloud.alarms()
    assert not reading.known
    assert (reading.partial, reading.problem and reading.problem.kind) == ("1 page of alarms", ProblemKind.DENIED)


@pytest.mark.parametrize("body", [{}, {"MetricAlarms": [{}]}, {"MetricAlarms": [{"AlarmName": "a", "Threshold": "x"}]}])
def test_an_answer_that_is_none_is_no_absence(aws: Aws, cloud: AwsCloud, body: dict[str, object]) -> None:
    aws.says(READ, body)
    reading = cloud.alarms()
    assert reading.problem is not None
    assert reading.problem.kind is ProblemKind.MALFORMED


@pytest.mark.parametrize(("region", "partition"), [("eu-west-1", "aws"), ("us-gov-west-1", "aws-us-gov")])
def test_an_alarm_is_put_once_in_its_own_region(aws: Aws, region: str, partition: str) -> None:
    arn = f"arn:{partition}:iam::{ACCOUNT}:user/ada"
    aws.says("sts:GetCallerIdentity", f"<UserId>AIDA</UserId><Account>{ACCOUNT}</Account><Arn>{arn}</Arn>")
    cloud = AwsCloud("", region, "--region", timeouts=QUICK)
    cloud.connect(no_code)
    assert cloud.write(PUT_ALARM).phase is Phase.ACCEPTED
    assert aws.count(WRITE) == 1
    assert aws.last(WRITE).region == region
    assert aws.last(WRITE).json["Threshold"] == 0.05
    cloud.alarms()
    assert aws.last(READ).region == region
    cloud.close()
