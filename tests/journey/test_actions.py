"""The registry: keys, the exact calls, and what stands in the way of each action."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import given, settings

from dlaas_onboard.journey.bounces import topic_policy
from dlaas_onboard.journey.facts import Dkim, Facts, MailFrom, Notifications, Subscription, SupportPlan, Topic
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.writes import plans, preconditions
from dlaas_onboard.journey.writes.actions import ACTIONS, Action
from dlaas_onboard.journey.writes.reconcile import settled
from dlaas_onboard.onboarding import registry
from tests import build
from tests.journey.test_judges import ANY_ANSWERS, ANY_FACTS

BY_ID = {action.id: action for action in ACTIONS}
RESERVED = set("q?/rcoejkgynu")


def blocked_because(name: str, facts: Facts, answers: Answers) -> str:
    return BY_ID[name].blocked_because(Situation(facts, answers), {})


def plan(name: str, facts: Facts, **entries: str) -> tuple[Call, ...]:
    answers = build.entered(**entries)
    assert blocked_because(name, facts, answers) == ""
    return BY_ID[name].plan(Situation(facts, answers))


def test_keys_are_free_and_unique_within_their_step() -> None:
    pairs = [(action.step, action.key) for action in ACTIONS]
    assert len(pairs) == len(set(pairs))
    assert not {action.key for action in ACTIONS} & RESERVED
    assert len(BY_ID) == len(ACTIONS)


def test_every_finding_that_names_an_action_names_one_that_exists() -> None:
    from tests.journey.test_judges import judge_all

    for facts in (build.fresh(), build.terraform(), build.ready(), build.refused(), build.granted(), build.paused()):
        for verdict in judge_all(facts, build.entered()):
            assert {item.action for item in verdict.findings if item.action} <= {item.id for item in registry()}


FRESH = replace(build.fresh(), test_identity=build.seen(None))
PENDING_ADDRESS = replace(build.fresh(), test_identity=build.seen(build.address("PENDING")))
NO_DEFAULT = replace(build.ready(), domain_identity=build.seen(build.identity(configuration_set="")))
EMPTY_SET = replace(
    build.ready(),
    configuration_sets=build.seen((build.configuration_set(destinations=()),)),
    topics={build.TOPIC: build.seen(None)},
)
NOTHING_SET_UP = replace(
    build.terraform(),
    account=build.seen(build.account(suppressed_reasons=())),
    topics={build.TOPIC: build.seen(None)},
)
QUEUE = "dlaas-onboard-proof-dlaas-7kq2m4x9ta"
LEFT = replace(
    build.ready(),
    topics={
        build.TOPIC: build.seen(
            Topic(
                build.TOPIC,
                True,
                (Subscription("sqs", f"arn:aws:sqs:{build.REGION}:{build.ACCOUNT}:{QUEUE}", True, f"{build.TOPIC}:1"),),
            )
        )
    },
    queues={QUEUE: build.seen(f"https://sqs.{build.REGION}.amazonaws.com/{build.ACCOUNT}/{QUEUE}")},
)
DEAF = replace(build.ready(), topics={build.TOPIC: build.seen(Topic(build.TOPIC, True))})
OPEN_CASE = build.asked_back()


def with_dkim(**changes: Any) -> Facts:
    """Return the facts of a finished set-up with another state of DKIM."""
    dkim = build.identity().dkim
    assert dkim is not None
    return replace(build.ready(), domain_identity=build.seen(build.identity(dkim=replace(dkim, **changes))))


DKIM_GAVE_UP = with_dkim(status="FAILED")
LIVE = build.production()

BOB = "bob@example.org"


def with_recipients(found: Facts | None = None, **states: str | None) -> Facts:
    """Return facts in which SES knows these people at example.org in these states, or does not know them."""
    names = {f"{name}@example.org": status for name, status in states.items()}
    return replace(
        found or build.ready(),
        recipients={
            name: build.seen(None if status is None else build.address(status, name)) for name, status in names.items()
        },
    )


DEAF_TO_ALARMS = replace(
    LIVE,
    alarms=build.seen(()),
    topics={build.TOPIC: build.seen(replace(build.topic(), policy='{"Statement": []}'))},
)


# Each action with facts and answers for which nothing stands in its way.
READY: dict[str, tuple[Facts, dict[str, str]]] = {
    "create_test_address": (FRESH, {}),
    "resend_test_address": (PENDING_ADDRESS, {}),
    "send_test": (build.ready(), {}),
    "create_domain": (build.fresh(), {}),
    "set_mail_from": (build.with_dns(build.terraform(), build.good_dns()), {}),
    "restart_dkim": (DKIM_GAVE_UP, {}),
    "set_up_bounces": (NOTHING_SET_UP, {}),
    "prove_bounces": (build.ready(), {}),
    "clean_up_proof": (LEFT, {}),
    "set_suppression": (replace(build.ready(), account=build.seen(build.account(suppressed_reasons=()))), {}),
    "create_configuration_set": (build.terraform(), {}),
    "create_event_destination": (EMPTY_SET, {}),
    "subscribe_listener": (DEAF, {}),
    "set_default_configuration_set": (NO_DEFAULT, {}),
    "send_bounce": (build.ready(), {}),
    "send_complaint": (build.ready(), {}),
    "send_first": (LIVE, {"first_recipient": "friend@example.org"}),
    "verify_recipients": (with_recipients(bob=None), {"test_recipients": BOB}),
    "resend_recipients": (with_recipients(bob="PENDING"), {"test_recipients": BOB}),
    "send_recipients": (with_recipients(bob="SUCCESS"), {"test_recipients": BOB}),
    "create_alarms": (DEAF_TO_ALARMS, {}),
    "remove_recipients": (with_recipients(LIVE, bob="SUCCESS"), {"test_recipients": BOB}),
}


def test_there_is_a_ready_case_for_each() -> None:
    assert set(READY) == set(BY_ID)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_the_calls_are_what_the_service_takes(action: Action) -> None:
    facts, entries = READY[action.id]
    calls = plan(action.id, facts, **entries)
    session = botocore.session.get_session()
    prefixes = set()
    for call in calls:
        shape = session.get_service_model(call.service).operation_model(call.operation).input_shape
        assert shape is not None
        report = ParamValidator().validate(dict(call.params), shape)
        assert not report.has_errors(), report.generate_report()
        prefixes.add(f"{ {'sesv2': 'ses'}.get(call.service, call.service) }:{call.operation}")
        json.dumps(call.params)
    reads = {"sqs:ReceiveMessage"} if action.id == "prove_bounces" else set()
    assert prefixes | reads == set(action.iam)
    assert action.rereads


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_nothing_can_be_done_before_anybody_looked(action: Action) -> None:
    for facts in (build.nothing(), Facts(place=build.place()), build.no_permission()):
        for answers in (build.answers(), build.entered(reply="x", first_recipient="friend@example.org")):
            reason = action.blocked_because(Situation(facts, answers), {})
            assert reason.endswith((".", "?")), reason


def test_sending_the_link() -> None:
    assert [call.operation for call in plan("create_test_address", FRESH)] == ["CreateEmailIdentity"]
    again = plan("resend_test_address", PENDING_ADDRESS)
    assert [call.operation for call in again] == ["DeleteEmailIdentity", "CreateEmailIdentity"]
    assert {call.params["EmailIdentity"] for call in again} == {build.ME}
    assert BY_ID["resend_test_address"].final


def test_a_verified_address_is_never_deleted() -> None:
    assert blocked_because("resend_test_address", build.ready(), build.entered()) == "The address is verified already."
    unsure = replace(build.ready(), test_identity=build.seen(replace(build.address(), verified=None)))
    assert "not known" in blocked_because("resend_test_address", unsure, build.entered())


def test_mail_from_is_set_again_only_when_its_record_is_there() -> None:
    assert "Publish the MX" in blocked_because("set_mail_from", build.terraform(), build.entered())
    (call,) = plan("set_mail_from", READY["set_mail_from"][0])
    assert call.params == {
        "EmailIdentity": "example.com",
        "MailFromDomain": "mail.example.com",
        "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
    }
    assert blocked_because("set_mail_from", build.ready(), build.entered()) == "MAIL FROM works already."
    waiting = build.identity(mail_from=MailFrom("mail.example.com", "PENDING"))
    facts = replace(build.ready(), domain_identity=build.seen(waiting))
    assert "still looking" in blocked_because("set_mail_from", facts, build.entered())


def test_dkim_is_started_again_only_after_ses_gave_up_and_its_records_are_there() -> None:
    (call,) = plan("restart_dkim", DKIM_GAVE_UP)
    assert call.name == "sesv2:PutEmailIdentityDkimSigningAttributes"
    assert call.params == {"EmailIdentity": "example.com", "SigningAttributesOrigin": "AWS_SES"}
    assert blocked_because("restart_dkim", build.ready(), build.entered()) == "DKIM works already."
    without = build.with_dns(DKIM_GAVE_UP, build.no_dns())
    assert "Publish the DKIM records first" in blocked_because("restart_dkim", without, build.entered())
    assert "Easy DKIM" in blocked_because(
        "restart_dkim", with_dkim(status="FAILED", origin="EXTERNAL"), build.entered()
    )
    assert "still looking" in blocked_because("restart_dkim", with_dkim(status="PENDING"), build.entered())


def test_mail_from_keeps_what_it_was_told_to_do_on_failure() -> None:
    failed = build.identity(mail_from=MailFrom("bounce.example.com", "FAILED", "REJECT_MESSAGE"))
    dns = {**build.good_dns(), **build.dns(("MX", "bounce.example.com", ("10 feedback-smtp.eu-west-1.amazonses.com",)))}
    (call,) = plan("set_mail_from", replace(build.ready(), domain_identity=build.seen(failed), dns=dns))
    assert (call.params["MailFromDomain"], call.params["BehaviorOnMxFailure"]) == (
        "bounce.example.com",
        "REJECT_MESSAGE",
    )


def test_the_event_path_in_three_calls() -> None:
    topic, policy, destination = plan("create_event_destination", EMPTY_SET)
    assert topic.params == {"Name": "example-mail-events"}
    statement = json.loads(policy.params["AttributeValue"])["Statement"][1]
    assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {
        "AWS:SourceAccount": build.ACCOUNT,
        "AWS:SourceArn": f"arn:aws:ses:eu-west-1:{build.ACCOUNT}:configuration-set/example-mail",
    }
    assert destination.params["EventDestination"] == {
        "Enabled": True,
        "MatchingEventTypes": ["BOUNCE", "COMPLAINT"],
        "SnsDestination": {"TopicArn": build.TOPIC},
    }


def test_a_topic_that_is_there_only_gets_its_policy() -> None:
    policy = topic_policy.fresh(build.TOPIC, build.ACCOUNT)
    shut = replace(build.ready(), topics={build.TOPIC: build.seen(Topic(build.TOPIC, False, policy=policy))})
    (call,) = plan("create_event_destination", shut)
    assert call.operation == "SetTopicAttributes"
    owner, ours = json.loads(call.params["AttributeValue"])["Statement"]
    assert owner == json.loads(policy)["Statement"][0]
    assert ours["Sid"] == topic_policy.SID


def test_a_policy_that_is_none_is_left_alone() -> None:
    for policy in ("", "{", "[]", '{"Statement": 1}', '{"Statement": ["x"]}'):
        shut = replace(build.ready(), topics={build.TOPIC: build.seen(Topic(build.TOPIC, False, policy=policy))})
        assert "cannot be read, so it is not changed" in blocked_because(
            "create_event_destination", shut, build.entered()
        )
        deaf = replace(shut, domain_identity=build.seen(build.identity(configuration_set="")))
        assert "cannot be read, so it is not changed" in blocked_because("set_up_bounces", deaf, build.entered())


def test_a_topic_under_the_key_of_aws_is_not_given_a_policy() -> None:
    topic = Topic(build.TOPIC, False, policy=topic_policy.fresh(build.TOPIC, build.ACCOUNT), key="alias/aws/sns")
    shut = replace(build.ready(), topics={build.TOPIC: build.seen(topic)})
    assert "customer managed key" in blocked_because("create_event_destination", shut, build.entered())


def operations(facts: Facts) -> list[str]:
    return [call.operation for call in plan("set_up_bounces", facts)]


EVERYTHING = [
    "PutAccountSuppressionAttributes",
    "CreateConfigurationSet",
    "CreateTopic",
    "SetTopicAttributes",
    "CreateConfigurationSetEventDestination",
    "PutEmailIdentityConfigurationSetAttributes",
    "Subscribe",
]


def test_the_whole_path_is_what_is_missing_in_order() -> None:
    assert operations(NOTHING_SET_UP) == EVERYTHING
    assert operations(replace(NOTHING_SET_UP, account=build.seen(build.account()))) == EVERYTHING[1:]
    assert operations(EMPTY_SET) == EVERYTHING[2:5] + EVERYTHING[6:]
    assert operations(NO_DEFAULT) == EVERYTHING[5:6]
    assert operations(DEAF) == EVERYTHING[6:]
    assert blocked_because("set_up_bounces", build.ready(), build.entered()) == "Everything is set up already."
    waiting = replace(build.ready(), topics={build.TOPIC: build.seen(build.topic(confirmed=False))})
    assert "open the link" in blocked_because("set_up_bounces", waiting, build.entered())
    assert "your own address" in blocked_because(
        "set_up_bounces", replace(DEAF, test_identity=None, identities=None), build.answers(domain=build.DOMAIN)
    )


def test_a_topic_that_nobody_looked_at_is_not_written_to() -> None:
    unread = replace(NOTHING_SET_UP, topics={})
    assert blocked_because("set_up_bounces", unread, build.entered()) == "The topic was not looked at yet."
    refused = replace(NOTHING_SET_UP, topics={build.TOPIC: build.denied("sns:GetTopicAttributes", "x")})
    assert "could not be read" in blocked_because("set_up_bounces", refused, build.entered())


def test_the_calls_of_a_proof() -> None:
    queue, subscribe, bounce, complaint, unsubscribe, delete = plan("prove_bounces", build.ready())
    arn = f"arn:aws:sqs:{build.REGION}:{build.ACCOUNT}:dlaas-onboard-proof-{{marker}}"
    (statement,) = json.loads(queue.params["Attributes"]["Policy"])["Statement"]
    assert queue.params["QueueName"] == "dlaas-onboard-proof-{marker}"
    assert statement["Resource"] == arn
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": [build.TOPIC]}}
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert (subscribe.params["TopicArn"], subscribe.params["Endpoint"]) == (build.TOPIC, arn)
    assert [call.params["Destination"]["ToAddresses"] for call in (bounce, complaint)] == [
        ["bounce+{marker}@simulator.amazonses.com"],
        ["complaint+{marker}@simulator.amazonses.com"],
    ]
    assert not any("ConfigurationSetName" in call.params for call in (bounce, complaint))
    assert unsubscribe.params == {"SubscriptionArn": "{result:2}"}
    assert delete.params == {"QueueUrl": "{result:1}"}


def test_every_topic_that_takes_events_is_watched() -> None:
    other = f"arn:aws:sns:{build.REGION}:{build.ACCOUNT}:a-second"
    facts = replace(
        build.ready(),
        notifications=build.seen(Notifications(build.DOMAIN, build.TOPIC, other)),
        topics={build.TOPIC: build.seen(build.topic()), other: build.seen(Topic(other, True))},
    )
    calls = plan("prove_bounces", facts)
    assert [call.params["TopicArn"] for call in calls if call.operation == "Subscribe"] == [other, build.TOPIC]
    assert [call.params for call in calls[-3:]] == [
        {"SubscriptionArn": "{result:2}"}, {"SubscriptionArn": "{result:3}"}, {"QueueUrl": "{result:1}"},
    ]  # fmt: skip


def test_what_cannot_be_proved() -> None:
    elsewhere = build.TOPIC.replace(build.ACCOUNT, "210987654321")
    for facts, says in (
        (build.paused(), "disabled"),
        (EMPTY_SET, "set the path up first"),
        (replace(build.ready(), configuration_sets=build.denied("x", "y")), "could not be read"),
        (replace(build.ready(), topics={}), "not looked at yet"),
        (replace(build.ready(), topics={build.TOPIC: build.seen(None)}), "does not exist"),
        (replace(build.ready(), topics={build.TOPIC: build.seen(build.topic(may_publish=False))}), "policy"),
        (
            replace(build.ready(), notifications=build.seen(Notifications(build.DOMAIN, elsewhere))),
            "another account or Region",
        ),
    ):
        assert says in blocked_because("prove_bounces", facts, build.entered()), says


def test_the_clean_up_takes_what_a_proof_made_and_nothing_else() -> None:
    calls = plan("clean_up_proof", LEFT)
    assert [call.params for call in calls] == [
        {"SubscriptionArn": f"{build.TOPIC}:1"},
        {"QueueUrl": f"https://sqs.{build.REGION}.amazonaws.com/{build.ACCOUNT}/{QUEUE}"},
    ]
    mine = Subscription("sqs", f"arn:aws:sqs:{build.REGION}:{build.ACCOUNT}:bounces", True, f"{build.TOPIC}:2")
    other = replace(build.ready(), topics={build.TOPIC: build.seen(Topic(build.TOPIC, True, (mine,)))})
    assert blocked_because("clean_up_proof", other, build.entered()) == "No proof left anything behind."
    unread = replace(other, queues={QUEUE: build.denied("sqs:GetQueueUrl", "sqs:GetQueueUrl")})
    assert "could not be read" in blocked_because("clean_up_proof", unread, build.entered())


def test_other_partitions_have_other_arns() -> None:
    where = build.place(partition="aws-us-gov", region="us-gov-west-1")
    topic = f"arn:aws-us-gov:sns:us-gov-west-1:{build.ACCOUNT}:example-mail-events"
    _, policy, _ = plan("create_event_destination", replace(EMPTY_SET, place=where, topics={topic: build.seen(None)}))
    assert policy.params["TopicArn"].startswith("arn:aws-us-gov:sns:us-gov-west-1:")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("", "dlaas-mail"), ("Example", "example-mail"), ("Ärger & Söhne", "rger-S-hne-mail".lower()), ("x" * 90, None)],
)
def test_names_of_configuration_sets(name: str, expected: str | None) -> None:
    facts = replace(build.terraform(), checkout=None)
    found = plans.set_name(
        Situation(facts, build.answers(domain="example.com", **({"service_name": name} if name else {})))
    )
    assert len(found) <= 64
    assert expected is None or found == expected


def test_the_default_set_of_the_identity_is_the_one_to_work_on() -> None:
    assert plans.set_name(Situation(build.ready(), build.entered(service_name="Other"))) == build.SET
    assert plans.set_name(Situation(NO_DEFAULT, build.entered(service_name="Other"))) == build.SET


def test_test_mail_comes_from_an_address_that_may_send() -> None:
    (call,) = plan("send_test", build.ready())
    assert (call.params["FromEmailAddress"], call.params["Destination"]) == (build.SENDER, {"ToAddresses": [build.ME]})
    unverified = build.identity(verified=False, dkim=Dkim("PENDING"))
    (call,) = plan("send_test", replace(build.ready(), domain_identity=build.seen(unverified)))
    assert call.params["FromEmailAddress"] == build.ME
    assert "open the link first" in blocked_because(
        "send_test", replace(build.ready(), test_identity=build.seen(build.address("PENDING"))), build.entered()
    )


def test_the_simulator_is_told_what_to_do() -> None:
    for name, to in (("send_bounce", "bounce@"), ("send_complaint", "complaint@")):
        (call,) = plan(name, build.ready())
        assert call.params["Destination"]["ToAddresses"] == [f"{to}simulator.amazonses.com"]
        assert "ConfigurationSetName" not in call.params  # the default set of the identity is what is proved
        assert "billed" in BY_ID[name].help


def test_the_first_message_waits_for_production() -> None:
    assert "sandbox" in blocked_because(
        "send_first", build.ready(), build.entered(first_recipient="friend@example.org")
    )
    assert "first recipient" in blocked_because("send_first", LIVE, build.entered())
    (call,) = plan("send_first", LIVE, first_recipient=" friend@example.org ")
    assert call.params["Destination"] == {"ToAddresses": ["friend@example.org"]}


def test_the_reply_ends_with_its_reference() -> None:
    (call,) = plans.reply_case(OPEN_CASE, "A Lambda marks the user.\n")
    assert call.region == "us-east-1"
    assert call.params == {
        "caseId": build.case().case_id,
        "communicationBody": "A Lambda marks the user.\n\nRef: {marker}",
    }
    body = call.params["communicationBody"].replace("{marker}", "dlaas-7kq2m4x9ta")
    assert body.splitlines()[-1] == "Ref: dlaas-7kq2m4x9ta"


@pytest.mark.parametrize(("length", "fits"), [(7977, True), (7978, False)])
def test_a_reply_is_measured_as_it_is_sent(length: int, fits: bool) -> None:
    text = "x" * length
    assert (preconditions.reply_case(OPEN_CASE, text) == "") == fits
    sent = plans.reply_body(text).replace("{marker}", "dlaas-7kq2m4x9ta")
    assert (len(sent) <= 8000) == fits


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        (build.ready(), "Amazon names no case"),
        (build.pending(), "answer in the console"),
        (replace(OPEN_CASE, case=build.seen(None)), "does not find the case"),
        (replace(OPEN_CASE, case=None), "not looked at yet"),
        (replace(OPEN_CASE, support=build.seen(SupportPlan(True))), ""),
    ],
)
def test_who_can_reply(facts: Facts, says: str) -> None:
    reason = preconditions.reply_case(facts, "x")
    assert says in reason
    assert bool(reason) == bool(says)


def test_sending_disabled_stops_every_message() -> None:
    for name in ("send_test", "send_bounce", "send_complaint"):
        assert "disabled" in blocked_because(name, build.paused(), build.entered())


@settings(max_examples=100, deadline=None)
@given(ANY_FACTS, ANY_ANSWERS)
def test_what_is_ready_has_a_whole_plan(facts: Facts, answers: Answers) -> None:
    for action in ACTIONS:
        reason = action.blocked_because(Situation(facts, answers), {})
        if reason:
            continue
        calls = action.plan(Situation(facts, answers))
        assert calls
        assert all(_whole(call.params) for call in calls), (action.id, calls)
        assert calls == action.plan(Situation(facts, answers))
        assert facts.place.region
        assert facts.place.account
        if action.id == "send_first":
            assert stages.access(facts) == "production"


def _whole(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_whole(item) for item in value.values())
    if isinstance(value, list):
        return all(_whole(item) for item in value)
    return value not in ("", None)


def test_what_was_done_is_found_again() -> None:
    done = {
        "create_domain": build.ready(),
        "create_test_address": build.ready(),
        "set_suppression": build.ready(),
        "set_mail_from": build.ready(),
        "create_configuration_set": build.ready(),
        "set_default_configuration_set": build.ready(),
        "subscribe_listener": build.ready(),
    }
    for name, after in done.items():
        facts, entries = READY[name]
        for call in plan(name, facts, **entries):
            intent = build.intent(call)
            found = settled(replace(intent, phase=intent.outcome.phase if intent.outcome else intent.phase), after)
            assert found is not None, (name, call)
            assert found[0] == "confirmed"
