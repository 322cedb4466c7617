"""A proof: its record, the events it is made of, whether it still holds, and what one leaves behind."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlaas_onboard.journey.bounces import bounce_path, proof, proof_standing
from dlaas_onboard.journey.bounces.bounce_path import Hearing
from dlaas_onboard.journey.facts import Facts, Notifications, Subscription, Topic
from dlaas_onboard.journey.situation.answers import Answers, Entry
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Intent, Outcome, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepState
from dlaas_onboard.journey.steps.bounces import bounces_step
from dlaas_onboard.journey.writes.reconcile import settled
from tests import build

MARKER = "dlaas-7kq2m4x9ta"
QUEUE = proof.PREFIX + MARKER
URL = f"https://sqs.{build.REGION}.amazonaws.com/{build.ACCOUNT}/{QUEUE}"
QUEUE_ARN = f"arn:aws:sqs:{build.REGION}:{build.ACCOUNT}:{QUEUE}"
LISTENER = Subscription("sqs", QUEUE_ARN, True, f"{build.TOPIC}:1")


def made(**changes: Any) -> proof.Proof:
    at = build.NOW
    arrivals = tuple(
        proof.Arrival(event, f"0100-{event}", f"feedback-{event}", build.TOPIC, at, at + timedelta(seconds=number + 2))
        for number, event in enumerate(proof.EVENTS)
    )
    where = build.place()
    return replace(
        proof.Proof(
            MARKER, where.account, "aws", where.region, where.endpoint, build.DOMAIN, build.SET, build.SENDER,
            "ada@laptop", arrivals,
        ),
        **changes,
    )  # fmt: skip


def kept(record: proof.Proof | None = None, **entries: str) -> Answers:
    text = proof.write(record or made())
    return build.entered(**entries).with_entry(proof.FIELD, Entry(text, build.NOW, "ada@laptop"))


def test_the_record_is_read_as_it_was_written() -> None:
    assert proof.read(proof.write(made())) == made()
    assert proof.read(proof.write(made(configuration_set="", by=""))) == made(configuration_set="", by="")
    assert made().seconds == 3
    assert proof.sentence(made()) == (
        "On 2026-11-24 a bounce and a complaint sent through the mailbox simulator arrived at the SNS topic "
        "example-mail-events after 3 seconds."
    )


def broken() -> list[str]:
    """Return texts that are almost a record."""
    document = json.loads(proof.write(made()))
    out: list[str] = ["", "yes", "[]", "null", "{", "1" * 5000, "[" * 100_000]
    for name in document:
        wrong: tuple[Any, ...] = (None, 7, [], "x" * 400, "a\nb", "\u202e")
        out += [json.dumps({**document, name: value}) for value in wrong]
        out.append(json.dumps({key: value for key, value in document.items() if key != name}))
    first, second = document["arrivals"]
    for name in first:
        if name != "feedback_id":
            out += [json.dumps({**document, "arrivals": [{**first, name: value}, second]}) for value in (None, 7, "")]
    for arrivals in ([first], [first, first], [second, first], [first, second, second], [first, 1]):
        out.append(json.dumps({**document, "arrivals": arrivals}))
    late = {**first, "sent_at": "2027-01-01T00:00:00+00:00"}
    naive = {**first, "sent_at": "2026-11-24T12:00:00"}
    same = {**second, "message_id": first["message_id"]}
    out += [json.dumps({**document, "arrivals": arrivals}) for arrivals in ([late, second], [naive, second])]
    return [*out, json.dumps({**document, "arrivals": [first, same]})]


def test_what_is_not_whole_is_no_proof() -> None:
    for text in broken():
        assert proof.read(text) is None, text
        answers = build.entered().with_entry(proof.FIELD, Entry(text, build.NOW, "x"))
        verdict = bounces_step.judge(Situation(build.ready(), answers))
        assert "bounces.not_proven" in {item.id for item in verdict.findings}


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_any_text_is_read(text: str) -> None:
    assert proof.read(text) is None
    assert proof.seen(text, {"m": "BOUNCE"}) is None


def event(kind: str, message_id: str = "m", *, by: str = "eventType") -> dict[str, Any]:
    return {by: kind, "mail": {"messageId": message_id}, kind.lower(): {"feedbackId": "f"}}


def wrapped(body: dict[str, Any]) -> str:
    return json.dumps({"Type": "Notification", "TopicArn": build.TOPIC, "Message": json.dumps(body)})


@pytest.mark.parametrize("by", ["eventType", "notificationType"])
def test_an_event_is_known_by_its_message(by: str) -> None:
    wanted = {"m": "BOUNCE", "n": "COMPLAINT"}
    for kind, message_id in (("Bounce", "m"), ("Complaint", "n")):
        body = event(kind, message_id, by=by)
        assert proof.seen(json.dumps(body), wanted) == (kind.upper(), message_id, "f", "")
        assert proof.seen(wrapped(body), wanted) == (kind.upper(), message_id, "f", build.TOPIC)
    for kind, message_id in (("Bounce", "n"), ("Complaint", "m"), ("Send", "m"), ("Delivery", "m"), ("Bounce", "x")):
        assert proof.seen(wrapped(event(kind, message_id, by=by)), wanted) is None
    lacking = {key: value for key, value in event("Bounce", by=by).items() if key != "bounce"}
    assert proof.seen(json.dumps(lacking), wanted) == ("BOUNCE", "m", "", "")


@pytest.mark.parametrize(
    "body",
    [
        {"Type": "SubscriptionConfirmation", "Message": "x"}, {"Type": "Notification", "Message": 3},
        {"eventType": 1}, {"eventType": "Bounce", "mail": "m"}, {"eventType": "Bounce", "mail": {"messageId": ["m"]}},
    ],
)  # fmt: skip
def test_what_is_no_event_is_passed_over(body: dict[str, Any]) -> None:
    assert proof.seen(json.dumps(body), {"m": "BOUNCE"}) is None


def with_set(**changes: Any) -> Facts:
    return replace(build.ready(), configuration_sets=build.seen((build.configuration_set(**changes),)))


OTHER = f"arn:aws:sns:{build.REGION}:{build.ACCOUNT}:other"
STALE = (
    (replace(build.ready(), place=build.place(region="eu-central-1")), "another account, Region or endpoint"),
    (replace(build.ready(), place=build.place(endpoint="127.0.0.1:1")), "another account, Region or endpoint"),
    (replace(build.ready(), domain_identity=build.seen(build.identity(configuration_set="x"))), "now it is x"),
    (replace(build.ready(), domain_identity=build.seen(None)), "no identity example.com any more"),
    (with_set(destinations=()), "do not go to the topic example-mail-events any more"),
    (
        with_set(destinations=(replace(build.configuration_set().destinations[0], enabled=False),)),
        "do not go to the topic example-mail-events any more",
    ),
    (
        with_set(destinations=(replace(build.configuration_set().destinations[0], event_types=("BOUNCE",)),)),
        "COMPLAINT events do not go",
    ),
    (
        with_set(destinations=(replace(build.configuration_set().destinations[0], target=OTHER),)),
        "do not go to the topic example-mail-events any more",
    ),
    (replace(build.ready(), topics={build.TOPIC: build.seen(build.topic(may_publish=False))}), "may not publish"),
)


def test_it_holds_for_what_is_set_up_now() -> None:
    verdict = bounces_step.judge(Situation(build.ready(), kept()))
    assert proof_standing.holds(Situation(build.ready(), kept())) == made()
    assert verdict.state == StepState.DONE
    assert verdict.headline.endswith("as the simulator proved on 2026-11-24.")
    assert not {"bounces.not_proven", "bounces.proof_stale"} & {item.id for item in verdict.findings}
    shown = " ".join(row.value for row in verdict.rows)
    for item in made().arrivals:
        assert item.message_id in shown
        assert item.feedback_id in shown
    assert build.ACCOUNT not in shown


@pytest.mark.parametrize(("facts", "why"), STALE)
def test_it_is_stale_when_the_path_has_changed(facts: Facts, why: str) -> None:
    now = proof_standing.standing(Situation(facts, kept()))
    assert now is not None
    assert now.holds is False
    assert why in now.why
    verdict = bounces_step.judge(Situation(facts, kept()))
    stale = next(item for item in verdict.findings if item.id == "bounces.proof_stale")
    assert why in stale.message
    assert stale.action == "prove_bounces"
    assert any(why in row.value for row in verdict.rows)


@pytest.mark.parametrize("name", ["domain_identity", "configuration_sets"])
def test_what_could_not_be_read_leaves_it_open(name: str) -> None:
    change: dict[str, Any] = {name: build.denied("x:Y", "ses:Y")}
    facts = replace(build.ready(), **change)
    now = proof_standing.standing(Situation(facts, kept()))
    assert now is not None
    assert now.holds is None
    assert "bounces.proof_stale" not in {item.id for item in bounces_step.judge(Situation(facts, kept())).findings}


def test_a_policy_that_cannot_be_judged_is_settled_by_a_proof() -> None:
    facts = replace(build.ready(), topics={build.TOPIC: build.seen(build.topic(may_publish=None))})
    ways = [way for way in bounce_path.event_routes(Situation(facts, build.entered())) if way.automatic]
    assert {way.hearing for way in ways} == {Hearing.UNKNOWN}
    ways = [way for way in bounce_path.event_routes(Situation(facts, kept())) if way.automatic]
    assert {way.hearing for way in ways} == {Hearing.HEARD}
    old = kept(made(configuration_set="earlier"))
    assert {way.hearing for way in bounce_path.event_routes(Situation(facts, old)) if way.automatic} == {
        Hearing.UNKNOWN
    }


def test_topics_of_the_identity_are_proved_as_well() -> None:
    facts = replace(
        build.ready(),
        domain_identity=build.seen(build.identity(configuration_set="")),
        notifications=build.seen(Notifications(build.DOMAIN, build.TOPIC, build.TOPIC)),
    )
    assert proof_standing.targets(Situation(facts, build.entered())) == {build.TOPIC: ("BOUNCE", "COMPLAINT")}
    assert proof_standing.holds(Situation(facts, kept(made(configuration_set="")))) is not None


def test_the_queue_of_a_proof_is_no_listener() -> None:
    facts = replace(build.ready(), topics={build.TOPIC: build.seen(Topic(build.TOPIC, True, (LISTENER,)))})
    assert bounce_path.topic_hearing(facts, build.TOPIC) == (Hearing.UNHEARD, "nobody subscribes to the topic")
    verdict = bounces_step.judge(Situation(facts, build.entered()))
    left = next(item for item in verdict.findings if item.id == "bounces.proof_left")
    assert QUEUE in left.message
    assert left.action == "clean_up_proof"
    assert verdict.state != StepState.DONE


@pytest.mark.parametrize("endpoint", ["arn:aws:sqs:x:1:dlaas-onboard-proof-", f"{QUEUE_ARN}x", "arn:aws:sqs:x:1:mine"])
def test_other_queues_are_listeners(endpoint: str) -> None:
    assert not proof.is_ours(Subscription("sqs", endpoint, True, "arn:x"))


# What is left behind


def intent(call: Call, phase: Phase, result: str = "", id_: str = "") -> Intent:
    base = build.intent(call)
    outcome = Outcome(Phase.ACCEPTED if phase == Phase.CONFIRMED else phase, build.NOW, result=result)
    return replace(base, id=id_ or call.operation, phase=phase, outcome=outcome if phase != Phase.INTENT else None)


CREATE = Call("sqs", "CreateQueue", {"QueueName": QUEUE})
DELETE = Call("sqs", "DeleteQueue", {"QueueUrl": URL})
SUBSCRIBE = Call("sns", "Subscribe", {"TopicArn": build.TOPIC, "Protocol": "sqs", "Endpoint": QUEUE_ARN})
UNSUBSCRIBE = Call("sns", "Unsubscribe", {"SubscriptionArn": LISTENER.arn})


def test_where_to_look_for_a_queue() -> None:
    later = build.NOW + timedelta(seconds=90)
    for phase in Phase:
        expected = {} if phase in (Phase.REJECTED, Phase.ABANDONED) else {QUEUE: False}
        assert proof.queues([intent(CREATE, phase)], later) == expected
    made_ = intent(CREATE, Phase.CONFIRMED, URL)
    assert proof.queues([made_, intent(DELETE, Phase.ACCEPTED)], build.NOW) == {QUEUE: True}
    assert proof.queues([made_, intent(DELETE, Phase.ACCEPTED)], later) == {QUEUE: False}
    assert proof.queues([made_, intent(DELETE, Phase.CONFIRMED)], later) == {}
    assert proof.queues([intent(Call("sqs", "CreateQueue", {"QueueName": "mine"}), Phase.CONFIRMED)], later) == {}


def test_where_to_look_for_a_subscription() -> None:
    subscribed = intent(SUBSCRIBE, Phase.UNKNOWN)
    assert proof.topics([subscribed]) == {build.TOPIC}
    assert proof.topics([subscribed, intent(UNSUBSCRIBE, Phase.REJECTED)]) == {build.TOPIC}
    assert proof.topics([subscribed, intent(UNSUBSCRIBE, Phase.CONFIRMED)]) == frozenset()
    assert proof.topics([intent(SUBSCRIBE, Phase.REJECTED)]) == frozenset()


def found(call: Call, phase: Phase, facts: Facts, result: str = "") -> tuple[Phase, str] | None:
    return settled(intent(call, phase, result), facts, fresh=True, settle=timedelta(0))


def test_what_the_read_back_says() -> None:
    at = build.NOW + timedelta(minutes=3)
    gone = replace(build.ready(), queues={QUEUE: build.seen(None, at=at)}, topics={
        build.TOPIC: build.seen(build.topic(), at=at)})  # fmt: skip
    there = replace(build.ready(), queues={QUEUE: build.seen(URL, at=at)}, topics={
        build.TOPIC: build.seen(Topic(build.TOPIC, True, (LISTENER,)), at=at)})  # fmt: skip
    unread = replace(build.ready(), queues={QUEUE: build.denied("sqs:GetQueueUrl", "x", at)}, topics={})
    assert found(CREATE, Phase.ACCEPTED, gone, URL) == (Phase.CONFIRMED, URL)
    assert found(CREATE, Phase.UNKNOWN, there) == (Phase.CONFIRMED, URL)
    assert found(CREATE, Phase.UNKNOWN, gone) == (Phase.ABANDONED, "Not found at AWS.")
    assert found(CREATE, Phase.UNKNOWN, unread) is None
    assert found(SUBSCRIBE, Phase.ACCEPTED, gone, LISTENER.arn) == (Phase.CONFIRMED, LISTENER.arn)
    assert found(SUBSCRIBE, Phase.UNKNOWN, there) == (Phase.CONFIRMED, f"{QUEUE_ARN} listens")
    assert found(SUBSCRIBE, Phase.UNKNOWN, gone) == (Phase.ABANDONED, "Not found at AWS.")
    assert found(UNSUBSCRIBE, Phase.ACCEPTED, gone) == (Phase.CONFIRMED, "unsubscribed")
    assert found(UNSUBSCRIBE, Phase.UNKNOWN, there) == (Phase.ABANDONED, "Not found at AWS.")
    assert found(UNSUBSCRIBE, Phase.UNKNOWN, unread) is None
    assert found(DELETE, Phase.ACCEPTED, gone) == (Phase.CONFIRMED, "the queue is gone")
    assert found(DELETE, Phase.ACCEPTED, unread) is None
    phase, words = found(DELETE, Phase.ACCEPTED, there) or (None, "")
    assert phase == Phase.UNKNOWN
    assert "does not show" in words
