"""Which alarms count, who hears them, and what is put where one is lacking."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from dlaas_onboard.journey.bounces import topic_policy
from dlaas_onboard.journey.facts import (
    Alarm,
    Facts,
    Identities,
    IdentityInfo,
    Reputation,
    SendPoint,
    Subscription,
    Topic,
)
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepState
from dlaas_onboard.journey.steps.account import account_step
from dlaas_onboard.journey.steps.go_live import go_live_step
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict
from dlaas_onboard.journey.writes import alarms
from dlaas_onboard.journey.writes.alarms import AlarmState
from tests import build
from tests.journey.test_judges import HEADERS, send_first

FRESH = topic_policy.fresh(build.TOPIC, build.ACCOUNT)
SES_ONLY = '{"Statement": []}'
RISES = "GreaterThanOrEqualToThreshold"
BOUNCE = Alarm("b", "Reputation.BounceRate", "AWS/SES", "OK", 0.05, RISES, (build.TOPIC,), True)
PROOF = Subscription("sqs", "arn:aws:sqs:x:1:dlaas-onboard-proof-dlaas-7kq2m4x9ta", True, "a")
COMPLAINT = replace(BOUNCE, name="c", metric="Reputation.ComplaintRate", threshold=0.001)


def given(*found: Alarm, topic: Topic | None = None, **more: Any) -> Facts:
    """Return a live account with these alarms, and a topic with one subscriber that lets CloudWatch in."""
    heard = topic or replace(build.topic(), policy=FRESH)
    changes: dict[str, Any] = {"alarms": build.seen(found), "topics": {build.TOPIC: build.seen(heard)}, **more}
    return replace(build.production(), **changes)


def judged(facts: Facts) -> Verdict:
    return go_live_step.judge(Situation(facts, build.entered(first_headers=HEADERS), (send_first(),)))


def findings(verdict: Verdict) -> dict[str, Severity]:
    return {item.id.removeprefix("go_live."): item.severity for item in verdict.findings}


def value(verdict: Verdict, label: str) -> tuple[str, Mark]:
    return next((item.value, item.mark) for item in verdict.rows if item.label == label)


def blocked_because(facts: Facts) -> str:
    return alarms.create_blocked_because(Situation(facts, build.entered()), {})


def test_two_alarms_that_somebody_hears_are_enough() -> None:
    verdict = judged(given(BOUNCE, COMPLAINT))
    assert verdict.state == StepState.DONE
    assert not [name for name in findings(verdict) if name.startswith("alarm")]
    assert value(verdict, "On the bounce rate") == ("at 5 %, OK, heard by email ada@example.org", Mark.GOOD)
    assert value(verdict, "On the complaint rate")[0].startswith("at 0.1 %")
    assert blocked_because(given(BOUNCE, COMPLAINT)) == "Both rates have an alarm already."


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"threshold": 0.03}, AlarmState.HEARD),
        ({"comparison": "GreaterThanThreshold"}, AlarmState.HEARD),
        ({"actions": ("arn:aws:lambda:eu-west-1:123456789012:function:f",)}, AlarmState.UNSEEN),
        ({"actions": ("arn:aws:sns:eu-west-1:123456789012:unread",)}, AlarmState.UNKNOWN),
        ({"actions": ()}, AlarmState.SILENT),
        ({"actions_enabled": False}, AlarmState.SILENT),
        ({"threshold": 0.1}, AlarmState.LATE),
        ({"threshold": None}, AlarmState.LATE),
        ({"comparison": "LessThanThreshold"}, AlarmState.ABSENT),
        ({"dimensions": 1}, AlarmState.ABSENT),
        ({"namespace": "Mine"}, AlarmState.ABSENT),
        ({"metric": "Bounce"}, AlarmState.ABSENT),
    ],
)
def test_what_an_alarm_is_worth(change: dict[str, Any], state: AlarmState) -> None:
    watch = alarms.watches(given(replace(BOUNCE, **change), COMPLAINT))[0]
    assert watch.state == state
    assert alarms.watches(given(replace(BOUNCE, **change), BOUNCE))[0].state == AlarmState.HEARD, "the best one counts"


@pytest.mark.parametrize(
    ("topic", "state"),
    [
        (replace(build.topic(confirmed=False), policy=FRESH), AlarmState.PENDING),
        (Topic(build.TOPIC, True, (), FRESH), AlarmState.UNHEARD),
        (replace(build.topic(), policy=SES_ONLY), AlarmState.UNHEARD),
        (replace(build.topic(), policy=FRESH, key="alias/aws/sns"), AlarmState.UNHEARD),
        (replace(build.topic(), policy=FRESH, key="arn:aws:kms:eu-west-1:1:key/1"), AlarmState.UNKNOWN),
        (build.topic(), AlarmState.UNKNOWN),  # its policy was not read
        (Topic(build.TOPIC, True, (PROOF,), FRESH), AlarmState.UNHEARD),
    ],
)
def test_an_alarm_that_nobody_hears_is_none(topic: Topic, state: AlarmState) -> None:
    facts = given(BOUNCE, COMPLAINT, topic=topic)
    assert {watch.state for watch in alarms.watches(facts)} == {state}
    verdict = judged(facts)
    assert verdict.state == (StepState.DONE if state == AlarmState.UNKNOWN else StepState.TODO)
    severity = Severity.UNKNOWN if state == AlarmState.UNKNOWN else Severity.WARNING
    assert [level for name, level in findings(verdict).items() if name.startswith("alarm")] == [severity] * 2


def test_alarms_that_were_not_read_are_not_missing() -> None:
    verdict = judged(replace(given(), alarms=build.denied("cloudwatch:DescribeAlarms", "cloudwatch:DescribeAlarms")))
    assert findings(verdict)["alarms_unread"] == Severity.UNKNOWN
    assert "alarms_missing" not in findings(verdict)
    assert verdict.state == StepState.DONE
    part: Reading[tuple[Alarm, ...]] = Reading("x", build.NOW, (BOUNCE,), partial="1 page of alarms")
    assert "alarms_missing" not in findings(judged(replace(given(), alarms=part)))


def test_one_that_rings_is_said() -> None:
    verdict = judged(given(replace(BOUNCE, state="ALARM", since=build.NOW), COMPLAINT))
    assert verdict.state == StepState.ATTENTION
    assert verdict.headline == "The alarm b rings."
    assert "since 2026-11-24 12:00 UTC" in next(item.message for item in verdict.findings if "rings" in item.id)
    assert value(verdict, "On the bounce rate")[1] == Mark.BAD


def test_nothing_of_it_changes_the_exit_status() -> None:
    rings = replace(BOUNCE, state="ALARM")
    rates = build.seen(Reputation(0.2, 0.2))
    for facts in (given(), given(rings), given(reputation=rates), replace(given(), alarms=build.denied("a", "b"))):
        assert stages.exit_status(facts) == 0
        answers = build.entered(first_headers="nothing to read")
        assert go_live_step.judge(Situation(facts, answers)).state != StepState.DONE


# What is put


def test_the_calls_for_a_topic_that_lets_alarms_in() -> None:
    calls = alarms.create(Situation(given(), build.entered()))
    assert [call.operation for call in calls] == ["PutMetricAlarm", "PutMetricAlarm"]
    assert calls[0].params == {
        "AlarmName": "example-ses-bounce-rate",
        "AlarmDescription": "Amazon reviews SES accounts from a bounce rate of 5 %.",
        "Namespace": "AWS/SES",
        "MetricName": "Reputation.BounceRate",
        "Statistic": "Average",
        "Period": 3600,
        "EvaluationPeriods": 1,
        "Threshold": 0.05,
        "ComparisonOperator": RISES,
        "TreatMissingData": "ignore",
        "ActionsEnabled": True,
        "AlarmActions": [build.TOPIC],
    }
    assert (calls[1].params["AlarmName"], calls[1].params["Threshold"]) == ("example-ses-complaint-rate", 0.001)


def test_only_the_one_that_is_lacking_is_put() -> None:
    (call,) = alarms.create(Situation(given(BOUNCE), build.entered()))
    assert call.params["MetricName"] == "Reputation.ComplaintRate"
    (call,) = alarms.create(Situation(given(BOUNCE, replace(COMPLAINT, threshold=0.01)), build.entered()))
    assert call.params["AlarmName"] == "example-ses-complaint-rate", "another one beside it, not over it"


def test_the_policy_is_added_to_where_it_does_not_let_alarms_in() -> None:
    before = topic_policy.merged(SES_ONLY, build.TOPIC, build.ACCOUNT, "arn:aws:ses:x:1:configuration-set/s")
    facts = given(BOUNCE, COMPLAINT, topic=replace(build.topic(), policy=before))
    assert blocked_because(facts) == ""
    (call,) = alarms.create(Situation(facts, build.entered()))
    assert call.operation == "SetTopicAttributes"
    after = json.loads(call.params["AttributeValue"])["Statement"]
    assert after[:-1] == json.loads(before)["Statement"]
    assert topic_policy.alarms_may_publish(call.params["AttributeValue"], "", build.ACCOUNT) is True
    assert topic_policy.ses_may_publish(call.params["AttributeValue"], "", build.ACCOUNT) is True


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        (replace(given(), alarms=None), "was not looked at yet"),
        (replace(given(), topics={build.TOPIC: build.seen(None)}), "Set the bounce path up first"),
        (replace(given(), topics={}), "was not looked at yet"),
        (given(topic=Topic(build.TOPIC, True, (), FRESH)), "subscribe your address"),
        (given(topic=replace(build.topic(confirmed=False), policy=FRESH)), "open the link that Amazon SNS mailed"),
        (given(topic=replace(build.topic(), policy=FRESH, key="alias/aws/sns")), "AWS's own key"),
        (given(topic=replace(build.topic(), policy='{"Statement": [1]}')), "cannot be read, so it is not changed"),
        (given(BOUNCE, COMPLAINT, topic=replace(build.topic(confirmed=False), policy=FRESH)), "Both alarms are there"),
        (given(replace(BOUNCE, name="example-ses-bounce-rate", metric="x")), "Another alarm is called"),
        (replace(given(), place=build.place(region="us-east-1")), "another account or Region"),
        (replace(given(), place=build.place(account="")), "Which account this is"),
    ],
)
def test_what_stands_in_the_way(facts: Facts, says: str) -> None:
    assert says in blocked_because(facts)


def test_one_of_our_own_that_is_replaced_is_said_first() -> None:
    facts = given(replace(BOUNCE, name="example-ses-bounce-rate", actions=()), COMPLAINT)
    assert (
        alarms.before_create(Situation(facts, build.entered()), {})
        == "Replaces the settings of example-ses-bounce-rate."
    )
    assert alarms.before_create(Situation(given(), build.entered()), {}) == ""


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({"Principal": {"Service": "cloudwatch.amazonaws.com"}}, True),
        ({"Principal": {"Service": ["ses.amazonaws.com", "cloudwatch.amazonaws.com"]}}, True),
        ({"Principal": {"Service": "ses.amazonaws.com"}}, False),
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": "*"}, "Condition": {"StringEquals": {"AWS:SourceOwner": build.ACCOUNT}}}, True),
        ({"Principal": {"AWS": "*"}, "Condition": {"StringEquals": {"AWS:SourceOwner": "999999999999"}}}, False),
        ({"Principal": {"AWS": "*"}, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}, None),
        ({"Principal": {"AWS": "*"}, "Condition": "x"}, None),
        (
            {
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:eu-west-1:{build.ACCOUNT}:alarm:*"}},
            },
            True,
        ),
        (
            {
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Condition": {"StringEquals": {"AWS:SourceAccount": "999999999999"}},
            },
            False,
        ),
        ({"Principal": {"Service": "cloudwatch.amazonaws.com"}, "Effect": "Deny"}, False),
    ],
)
def test_whether_a_policy_lets_alarms_in(statement: dict[str, Any], expected: bool | None) -> None:
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Action": "SNS:Publish", **statement}]})
    assert topic_policy.alarms_may_publish(policy, "", build.ACCOUNT) is expected


def test_what_became_of_them_is_told() -> None:
    facts = given(topic=replace(build.topic(), policy=SES_ONLY))
    calls = alarms.create(Situation(facts, build.entered()))
    done = [build.intent(call, action="create_alarms") for call in calls]
    names = "example-ses-bounce-rate and example-ses-complaint-rate"
    assert (
        alarms.result_text(calls, Situation(facts, intents=tuple(done)))
        == f"Set: {names}. The topic's subscribers hear of it."
    )
    assert (
        alarms.result_text(calls[:1], Situation(facts, intents=tuple(done[:1])))
        == "CloudWatch may publish to the topic now."
    )
    no = Problem(ProblemKind.DENIED, "You may not.")
    refused = [*done[:2], build.intent(calls[2], Phase.REJECTED, problem=no)]
    assert (
        alarms.result_text(calls, Situation(facts, intents=tuple(refused)))
        == "Set: example-ses-bounce-rate. PutMetricAlarm was refused: You may not."
    )
    assert alarms.result_text(
        calls, Situation(facts, intents=(build.intent(calls[0], Phase.UNKNOWN, problem=no),))
    ).startswith("SetTopicAttributes is not")
    assert "Adds CloudWatch to the policy of the topic example-mail-events" in alarms.before_create(
        Situation(facts, build.entered()), {}
    )


# Rates


def test_no_data_is_not_zero() -> None:
    facts = given(reputation=build.seen(Reputation()))
    for verdict, label in (
        (judged(facts), "Bounce rate"),
        (account_step.judge(Situation(facts, build.entered())), "Reputation: bounce rate"),
    ):
        assert value(verdict, label) == ("no data yet", Mark.PLAIN)


@pytest.mark.parametrize(
    ("rates", "mark", "severity"),
    [
        (Reputation(0.0, 0.0), Mark.GOOD, None),
        (Reputation(0.049, 0.0009), Mark.GOOD, None),
        (Reputation(0.05, 0.001), Mark.WARN, Severity.WARNING),
        (Reputation(0.1, 0.005), Mark.BAD, Severity.BLOCKER),
    ],
)
def test_rates_beside_their_thresholds(rates: Reputation, mark: Mark, severity: Severity | None) -> None:
    verdict = judged(given(BOUNCE, COMPLAINT, reputation=build.seen(rates)))
    assert value(verdict, "Bounce rate")[1] == value(verdict, "Complaint rate")[1] == mark
    assert findings(verdict).get("bounce_rate") == findings(verdict).get("complaint_rate") == severity
    assert (verdict.state == StepState.ATTENTION) is (severity == Severity.BLOCKER)
    assert (
        value(
            account_step.judge(Situation(given(reputation=build.seen(rates)), build.entered())),
            "Reputation: bounce rate",
        )[1]
        == mark
    )


def test_the_counts_of_14_days_stand_beside() -> None:
    facts = given(statistics=build.seen((SendPoint(build.NOW, 200, 4, 1, 0),)))
    assert value(judged(facts), "In 14 days")[0] == "200 attempts, 4 bounces (2.00 %), 1 complaint (0.50 %)"
    assert value(judged(given(statistics=build.seen(()))), "In 14 days")[0] == "nothing sent"


# What may go


def test_addresses_that_nothing_needs_are_named_and_the_needed_ones_are_not() -> None:
    names = (build.SENDER, build.ME, "bob@example.org", "old@example.net")
    listed = Identities(tuple(IdentityInfo(name, "EMAIL_ADDRESS", True, "SUCCESS") for name in names))
    answers = build.entered(test_recipients="bob@example.org")
    verdict = go_live_step.judge(Situation(given(identities=build.seen(listed)), answers, (send_first(),)))
    found = next(item for item in verdict.findings if item.id == "go_live.other_addresses")
    assert found.message == "SES has 1 address identity that nothing here needs: old@example.net."


def test_what_a_proof_left_behind_is_named() -> None:
    queue = "dlaas-onboard-proof-dlaas-7kq2m4x9ta"
    verdict = judged(given(queues={queue: build.seen(f"https://sqs.example/{queue}")}))
    found = next(item for item in verdict.findings if item.id == "go_live.proof_left")
    assert (queue in found.message, found.action) == (True, "clean_up_proof")
