"""The sandbox's rule, quotas, the mailbox simulator, and its events as a queue behind SNS sees them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from tests.rehearsal.conftest import Stage, refused

Begin = Callable[..., Stage]


def mail(here: Stage, to: str, sender: str = "", **more: Any) -> dict[str, Any]:
    body = {"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Hello"}}}}
    sender = sender or f"DLaaS <support@{here.domain}>"
    return {"FromEmailAddress": sender, "Destination": {"ToAddresses": [to]}, "Content": body, **more}


def listen(here: Stage, topic: str) -> Callable[..., dict[str, dict[str, Any]]]:
    """Subscribe a queue to a topic; return what waits for both feedback events and returns them by kind."""
    sqs = here.client("sqs")
    url = sqs.create_queue(QueueName="feedback")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    here.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def wait(count: int = 2, seconds: float = 5.0) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        until = time.monotonic() + seconds
        while len(found) < count and time.monotonic() < until:
            for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
                event = json.loads(json.loads(message["Body"])["Message"])
                found[event.get("eventType") or event["notificationType"]] = event
            time.sleep(0.05)
        return found

    return wait


def test_the_sandbox_names_who_is_not_verified(stage: Begin) -> None:
    here = stage("dlaas")
    send = here.client("sesv2").send_email
    wording = "Email address is not verified. The following identities failed the check in region US-EAST-1: "
    assert refused(send, **mail(here, "bob@example.org")) == ("MessageRejected", wording + "bob@example.org", 400)
    both = mail(here, "bob@example.org", sender="ada@other.example")
    assert refused(send, **both)[1] == wording + "ada@other.example, bob@example.org"
    assert refused(send, **mail(here, "operator@example.net"))[1] == wording + "operator@example.net"
    here.play("click_link")
    assert send(**mail(here, "operator@example.net"))["MessageId"]
    here.clock.ahead += 2
    assert send(**mail(here, f"anyone@{here.domain}"))["MessageId"]
    here.clock.ahead += 2
    assert send(**mail(here, f"anyone@{here.domain}", sender=f"a@sub.{here.domain}"))["MessageId"]
    assert here.client("sesv2").get_account()["SendQuota"]["SentLast24Hours"] == 3.0


def test_production_reaches_everyone_but_only_from_verified_senders(stage: Begin) -> None:
    here = stage("pending")
    send = here.client("sesv2").send_email
    here.play("grant")
    assert send(**mail(here, "bob@example.org"))["MessageId"]
    assert refused(send, **mail(here, "bob@example.org", sender="ada@other.example"))[0] == "MessageRejected"


def test_one_a_second_and_two_hundred_a_day(stage: Begin) -> None:
    here = stage("pending")
    send = here.client("sesv2").send_email
    to_self = mail(here, f"anyone@{here.domain}")
    send(**to_self)
    assert refused(send, **to_self)[1] == "Maximum sending rate exceeded."
    for _ in range(199):
        here.clock.ahead += 2
        send(**to_self)
    here.clock.ahead += 2
    assert refused(send, **to_self) == ("ThrottlingException", "Daily message quota exceeded.", 400)
    assert send(**mail(here, "success@simulator.amazonses.com"))["MessageId"]
    assert here.client("ses").get_send_quota()["SentLast24Hours"] == 200.0
    here.clock.ahead += 86400
    assert send(**to_self)["MessageId"]


def test_the_simulators_events_reach_a_queue(stage: Begin) -> None:
    here = stage("pending")
    client = here.client("sesv2")
    topic = f"arn:aws:sns:us-east-1:{here.account.state.id}:ses-feedback"
    wait = listen(here, topic)
    ids = {}
    for local in ("bounce+one", "complaint", "success"):
        ids[local] = client.send_email(**mail(here, f"{local}@simulator.amazonses.com"))["MessageId"]
        here.clock.ahead += 2
    events = wait()
    assert set(events) == {"Bounce", "Complaint"}
    bounce = events["Bounce"]
    assert bounce["bounce"]["bounceType"] == "Permanent"
    assert bounce["bounce"]["bouncedRecipients"][0]["emailAddress"] == "bounce+one@simulator.amazonses.com"
    assert bounce["mail"]["messageId"] == ids["bounce+one"]
    assert events["Complaint"]["complaint"]["complainedRecipients"] == [
        {"emailAddress": "complaint@simulator.amazonses.com"}
    ]
    assert client.list_suppressed_destinations()["SuppressedDestinationSummaries"] == []
    points = here.client("ses").get_send_statistics()["SendDataPoints"]
    assert sum(point["Bounces"] + point["Complaints"] for point in points) == 0


def test_identity_notifications_need_a_topic_that_lets_ses_publish(stage: Begin) -> None:
    here = stage("dlaas")
    sns, v1 = here.client("sns"), here.client("ses")
    topic = sns.create_topic(Name="feedback")["TopicArn"]
    wait = listen(here, topic)
    for kind in ("Bounce", "Complaint"):
        v1.set_identity_notification_topic(Identity=here.domain, NotificationType=kind, SnsTopic=topic)
    content = {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Hello"}}}
    to_bounce = {"ToAddresses": ["bounce@simulator.amazonses.com"]}
    params: dict[str, Any] = {"Source": f"a@{here.domain}", "Destination": to_bounce, "Message": content}
    v1.send_email(**params)
    here.clock.ahead += 2
    assert wait(1, 0.4) == {}
    assert here.account.state.outbox == []
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ses.amazonaws.com"},
                "Action": "SNS:Publish",
                "Resource": topic,
                "Condition": {
                    "StringEquals": {"AWS:SourceAccount": here.account.state.id},
                    "ArnLike": {"AWS:SourceArn": f"arn:aws:ses:us-east-1:{here.account.state.id}:identity/*"},
                },
            }
        ],
    }
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy))
    here.clock.ahead += 2
    v1.send_email(**params)
    assert wait(1)["Bounce"]["notificationType"] == "Bounce"
    assert refused(v1.send_email, **params | {"Source": "a@other.example"})[0] == "MessageRejected"


def test_paused_sending_and_a_shut_down_account(stage: Begin) -> None:
    here = stage("paused")
    send = here.client("sesv2").send_email
    assert refused(send, **mail(here, "bob@example.org"))[0] == "SendingPausedException"
    content = {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Hello"}}}
    to_bob = {"ToAddresses": ["bob@example.org"]}
    v1 = {"Source": f"a@{here.domain}", "Destination": to_bob, "Message": content}
    assert refused(here.client("ses").send_email, **v1)[0] == "AccountSendingPausedException"
    here.play("resume")
    assert send(**mail(here, "bob@example.org"))["MessageId"]
    here.account.region("us-east-1").enforcement = "SHUTDOWN"
    assert refused(send, **mail(here, "bob@example.org"))[0] == "AccountSuspendedException"
    here.client("sesv2").put_account_sending_attributes()
    assert here.client("sesv2").get_account()["SendingEnabled"] is False


def test_a_strict_mail_from_and_a_paused_set_refuse(stage: Begin) -> None:
    here = stage("dlaas")
    client = here.client("sesv2")
    to_self = mail(here, f"anyone@{here.domain}")
    params = {"EmailIdentity": here.domain, "MailFromDomain": f"mail.{here.domain}"}
    client.put_email_identity_mail_from_attributes(**params, BehaviorOnMxFailure="REJECT_MESSAGE")
    assert refused(client.send_email, **to_self)[0] == "MailFromDomainNotVerifiedException"
    client.put_email_identity_mail_from_attributes(**params)
    client.create_configuration_set(ConfigurationSetName="off", SendingOptions={"SendingEnabled": False})
    assert refused(client.send_email, **to_self, ConfigurationSetName="off")[0] == "SendingPausedException"
    assert refused(client.send_email, **to_self, ConfigurationSetName="none")[0] == "NotFoundException"
    client.put_configuration_set_sending_options(ConfigurationSetName="off", SendingEnabled=True)
    assert client.send_email(**to_self, ConfigurationSetName="off")["MessageId"]


def test_configuration_sets_and_event_destinations(stage: Begin) -> None:
    here = stage()
    client = here.client("sesv2")
    topic = here.client("sns").create_topic(Name="feedback")["TopicArn"]
    client.create_configuration_set(
        ConfigurationSetName="events", ReputationOptions={"ReputationMetricsEnabled": True}, Tags=[]
    )
    assert refused(client.create_configuration_set, ConfigurationSetName="events")[0] == "AlreadyExistsException"
    assert refused(client.create_configuration_set, ConfigurationSetName="no spaces")[0] == "BadRequestException"
    assert client.list_configuration_sets()["ConfigurationSets"] == ["events"]
    found = client.get_configuration_set(ConfigurationSetName="events")
    assert found["ReputationOptions"] == {"ReputationMetricsEnabled": True}
    assert found["SendingOptions"] == {"SendingEnabled": True}
    assert refused(client.get_configuration_set, ConfigurationSetName="none")[0] == "NotFoundException"

    create = client.create_configuration_set_event_destination
    names = {"ConfigurationSetName": "events", "EventDestinationName": "feedback"}
    given = {"Enabled": True, "MatchingEventTypes": ["BOUNCE"], "SnsDestination": {"TopicArn": topic}}
    assert refused(create, **names, EventDestination={"MatchingEventTypes": ["BOUNCE"]})[0] == "BadRequestException"
    elsewhere = given | {"SnsDestination": {"TopicArn": topic.replace("us-east-1", "eu-west-1")}}
    assert refused(create, **names, EventDestination=elsewhere)[0] == "BadRequestException"
    create(**names, EventDestination=given)
    assert refused(create, **names, EventDestination=given)[0] == "AlreadyExistsException"
    update = client.update_configuration_set_event_destination
    update(**names, EventDestination=given | {"MatchingEventTypes": ["BOUNCE", "COMPLAINT"]})
    listed = client.get_configuration_set_event_destinations(ConfigurationSetName="events")["EventDestinations"]
    assert listed == [
        {
            "Name": "feedback",
            "Enabled": True,
            "MatchingEventTypes": ["BOUNCE", "COMPLAINT"],
            "SnsDestination": {"TopicArn": topic},
        }
    ]
    client.delete_configuration_set_event_destination(**names)
    client.put_configuration_set_suppression_options(ConfigurationSetName="events", SuppressedReasons=["BOUNCE"])
    assert client.get_configuration_set(ConfigurationSetName="events")["SuppressionOptions"] == {
        "SuppressedReasons": ["BOUNCE"]
    }
    client.delete_configuration_set(ConfigurationSetName="events")
    assert client.list_configuration_sets()["ConfigurationSets"] == []


def test_an_email_subscription_waits_for_its_link(stage: Begin) -> None:
    here = stage()
    sns = here.client("sns")
    topic = sns.create_topic(Name="feedback")["TopicArn"]
    answer = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ada@example.net")
    assert answer["SubscriptionArn"] == "pending confirmation"
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=topic.replace("sns", "sqs"))

    def arns() -> dict[str, str]:
        found = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        return {item["Protocol"]: item["SubscriptionArn"] for item in found}

    assert arns()["email"] == "PendingConfirmation"
    assert arns()["sqs"].startswith(topic)
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert (attributes["SubscriptionsPending"], attributes["SubscriptionsConfirmed"]) == ("1", "1")
    assert here.play("confirm_subscription") == "1 subscription confirmed."
    assert arns()["email"].startswith(topic)
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert (attributes["SubscriptionsPending"], attributes["SubscriptionsConfirmed"]) == ("0", "2")
    kept = len(here.account.state.kept)
    sns.unsubscribe(SubscriptionArn=arns()["email"])
    assert set(arns()) == {"sqs"}
    assert len(here.account.state.kept) == kept - 1
    assert here.account.state.confirmations == {}


def test_raw_messages_follow_the_same_rule(stage: Begin) -> None:
    here = stage("dlaas")
    raw = f"From: a@{here.domain}\r\nTo: bob@example.org\r\nSubject: Hello\r\n\r\nHello".encode()
    send = here.client("sesv2").send_email
    assert "bob@example.org" in str(refused(send, Content={"Raw": {"Data": raw}})[1])
    v1 = here.client("ses").send_raw_email
    assert refused(v1, RawMessage={"Data": raw})[0] == "MessageRejected"
    assert v1(RawMessage={"Data": raw.replace(b"bob@example.org", b"success@simulator.amazonses.com")})["MessageId"]
