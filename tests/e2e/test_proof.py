"""The bounce path set up by one action and proved by another, on an embedded account over a socket."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from dlaas_onboard.aws.session import Timeouts
from dlaas_onboard.journey.bounces import proof, proof_standing
from dlaas_onboard.journey.errors import Refused
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.situation.fields import of_step
from dlaas_onboard.journey.situation.intents import Intent, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.onboarding import Onboarding, proving
from dlaas_onboard.rehearsal.saved_state import SavedState
from tests.e2e.conftest import FIELDS, World, WorldMaker, act
from tests.e2e.tools import fill, hurried, main, remember, restore, run, why_not

SET_UP = [
    "sesv2:CreateConfigurationSet",
    "sns:CreateTopic",
    "sns:SetTopicAttributes",
    "sesv2:CreateConfigurationSetEventDestination",
    "sesv2:PutEmailIdentityConfigurationSetAttributes",
    "sns:Subscribe",
]
PROOF = [
    "sqs:CreateQueue",
    "sns:Subscribe",
    "sesv2:SendEmail",
    "sesv2:SendEmail",
    "sns:Unsubscribe",
    "sqs:DeleteQueue",
]


def names(world: World) -> list[str]:
    return [f"{call.service}:{call.operation}" for call in world.writes()]


def queues(world: World) -> bytes:
    """Return what SQS lists."""
    return world.server._moto.form("sqs", "us-east-1", Action="ListQueues", Version="2012-11-05").body


def subscribers(world: World) -> bytes:
    return world.server._moto.form("sns", "us-east-1", Action="ListSubscriptions", Version="2010-03-31").body


def nothing_left(world: World) -> bool:
    return b"dlaas-onboard-proof" not in queues(world) + subscribers(world)


def findings(onboarding: Onboarding) -> set[str]:
    return {finding.id for finding in onboarding.view().verdicts[StepId.BOUNCES].findings}


def test_set_up_and_proved_with_two_keys(world: WorldMaker) -> None:
    here = world("dlaas")
    onboarding = here.open()
    for event in ("click_link", "publish_records"):
        here.play(event)
    onboarding.enter("test_address", FIELDS["test_address"])
    onboarding.look()
    assert "set the path up first" in why_not(onboarding, "prove_bounces")

    prepared = onboarding.prepare("set_up_bounces")
    assert [call.name for call in prepared.calls][-6:] == SET_UP
    intents = onboarding.act(prepared)
    assert [intent.phase for intent in intents] == [Phase.CONFIRMED] * len(intents)
    assert names(here)[-6:] == SET_UP
    assert "open the link" in why_not(onboarding, "set_up_bounces")
    assert onboarding.view().verdicts[StepId.BOUNCES].state == StepState.WAITING

    here.play("confirm_subscription")
    onboarding.look()
    assert why_not(onboarding, "set_up_bounces") == "Everything is set up already."
    assert "bounces.not_proven" in findings(onboarding)
    here.server.log.clear()

    prepared = onboarding.prepare("prove_bounces")
    assert prepared.calls[-1].params == {"QueueUrl": "{result:1}"}
    assert proving.PATIENCE == 120.0
    assert "up to two minutes" in prepared.action.about
    intents = onboarding.act(prepared)
    view = onboarding.view()
    assert view.result is not None
    assert view.result.good, view.result
    assert names(here) == PROOF
    assert [intent.phase for intent in intents] == [Phase.CONFIRMED] * len(PROOF)
    assert nothing_left(here)

    made = proof_standing.holds(view.situation)
    assert made is not None
    sent = [intent.outcome.result for intent in intents if intent.outcome and intent.call.operation == "SendEmail"]
    assert [item.message_id for item in made.arrivals] == sent
    assert all(item.feedback_id for item in made.arrivals)
    assert not {"bounces.not_proven", "bounces.proof_left", "bounces.proof_stale"} & findings(onboarding)
    verdict = view.verdicts[StepId.BOUNCES]
    assert verdict.state == StepState.DONE
    assert "as the simulator proved on" in verdict.headline
    assert any(sent[0] in row.value for row in verdict.rows)
    assert any(sent[0] in row.source for row in view.verdicts[StepId.DECLARATIONS].rows)
    said = next(item for item in view.judgement.description.sentences if item.id == "bounce_proof")
    assert "arrived at the SNS topic" in said.text
    assert view.place.account not in said.text

    public = onboarding.report("md", "public").decode()
    assert view.place.account not in public
    assert "Bounce sent, then seen" in public
    assert said.text in onboarding.report("json", "aws").decode()

    onboarding.close()
    again = here.open()
    assert proof_standing.holds(again.view().situation) == made


def test_the_topic_keeps_what_its_policy_says(world: WorldMaker) -> None:
    """A topic of that name that is there already: its statements stay where they are."""
    here = world("dlaas")
    arn = f"arn:aws:sns:us-east-1:{here.server.account.state.id}:lantern-mail-events"
    own = {"Sid": "Partner", "Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Action": "SNS:Subscribe",
           "Resource": arn}  # fmt: skip
    here.server.wait_for_moto()
    here.server._moto.form("sns", "us-east-1", Action="CreateTopic", Name="lantern-mail-events", Version="2010-03-31")
    here.server._moto.form(
        "sns", "us-east-1", Action="SetTopicAttributes", TopicArn=arn, AttributeName="Policy",
        AttributeValue=json.dumps({"Version": "2012-10-17", "Statement": [own]}), Version="2010-03-31",
    )  # fmt: skip
    onboarding = here.open()
    onboarding.enter("service_name", "Lantern")
    onboarding.enter("test_address", FIELDS["test_address"])
    onboarding.look()
    prepared = onboarding.prepare("set_up_bounces")
    assert "sns:CreateTopic" not in [call.name for call in prepared.calls]
    onboarding.act(prepared)
    topic = onboarding.view().facts.topics[arn].value
    assert topic is not None
    assert topic.ses_may_publish
    statements = json.loads(topic.policy)["Statement"]
    assert statements[0] == own
    assert [item["Sid"] for item in statements] == ["Partner", "DlaasOnboardSesEvents"]


def test_a_call_that_is_refused_stops_the_rest_and_the_next_press_goes_on(world: WorldMaker) -> None:
    here = world("dlaas")
    onboarding = here.open()
    onboarding.enter("test_address", FIELDS["test_address"])
    onboarding.look()
    here.server.faults.add("sns:SetTopicAttributes", code="AuthorizationError", message="not allowed", status=403)
    intents = act(onboarding, "set_up_bounces")
    assert intents[-1].call.operation == "SetTopicAttributes"
    assert intents[-1].phase == Phase.REJECTED
    missing = [call.name for call in onboarding.prepare("set_up_bounces").calls]
    assert missing == SET_UP[2:]
    intents = act(onboarding, "set_up_bounces")
    assert {intent.phase for intent in intents} == {Phase.CONFIRMED}
    assert names(here).count("sns:CreateTopic") == 1


class Scene(NamedTuple):
    here: World
    onboarding: Onboarding


@pytest.fixture(scope="module")
def scene(lasting_world: WorldMaker) -> Iterator[Scene]:
    """An account whose path is set up, and an onboarding that waits little."""
    with pytest.MonkeyPatch.context() as patch:
        hurried(patch, settle=3600, timeouts=Timeouts(connect=2.0, read=4.0, write=0.6))
        patch.setattr(proving, "APART", 0.05)
        patch.setattr(proving, "POLL", 1)
        patch.setattr(proving, "PATIENCE", 2.5)
        patch.setattr(proving, "PAUSE", 0.1)
        here = lasting_world("ready")
        here.server.account.region("us-east-1").rate = 50.0
        fill(here)
        onboarding = here.open()
        # The first call of a service builds its client: it must not count as a time-out of this module.
        onboarding._observing.cloud.queue("warm")  # type: ignore[union-attr]
        yield Scene(here, onboarding)


def prove(scene: Scene) -> list[Intent]:
    scene.here.server.log.clear()
    return list(scene.onboarding.act(scene.onboarding.prepare("prove_bounces")))


def tidy(scene: Scene) -> None:
    """Take away what a proof could not: with the action, where it says that something is there."""
    scene.here.server.faults.clear()
    scene.onboarding.look({Look.BOUNCES})
    if not why_not(scene.onboarding, "clean_up_proof"):
        assert "bounces.proof_left" in findings(scene.onboarding)
        act(scene.onboarding, "clean_up_proof")
    assert nothing_left(scene.here)
    scene.onboarding.look({Look.BOUNCES})
    assert "bounces.proof_left" not in findings(scene.onboarding)


FAULTS: dict[str, tuple[dict[str, Any], Phase]] = {
    "denied": ({"code": "AccessDeniedException", "message": "no", "status": 403}, Phase.REJECTED),
    "silence": ({"delay": 0.9, "close": True}, Phase.UNKNOWN),
    "500": ({"status": 500, "body": ""}, Phase.UNKNOWN),
    "500 after the effect": ({"status": 500, "body": "", "when": "after"}, Phase.UNKNOWN),
}
OPERATIONS = list(dict.fromkeys(PROOF))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_fault_during_each_call(scene: Scene, operation: str, fault: str) -> None:
    how, phase = FAULTS[fault]
    scene.here.server.faults.add(operation, **how)
    intents = prove(scene)
    result = scene.onboarding.view().result
    assert result is not None
    failed = next(intent for intent in intents if intent.call.name == operation and intent.outcome
                  and intent.outcome.problem)  # fmt: skip
    assert failed.outcome is not None
    assert failed.outcome.phase == phase
    sent = names(scene.here)
    assert sent.count(operation) == (PROOF.count(operation) if operation in proving.CLEANING else 1), "sent once"
    if operation not in proving.CLEANING:
        assert not result.good
        assert result.text.startswith(f"Not proved: {operation} ")
    else:
        assert "Left behind" in result.text
        assert result.text.startswith("Proved.")
    if operation == "sns:Unsubscribe":
        assert sent[-1] == "sqs:DeleteQueue", "one failure does not keep the next from being cleaned"
    created = any(intent.call.operation == "CreateQueue" and intent.phase != Phase.REJECTED for intent in intents)
    if created and (operation, fault) not in (("sqs:CreateQueue", "silence"), ("sqs:CreateQueue", "500")):
        assert "sqs:DeleteQueue" in sent, "a clean-up was attempted"
    if operation not in proving.CLEANING:
        assert nothing_left(scene.here)
    tidy(scene)


def test_events_that_do_not_come(scene: Scene) -> None:
    """The bounce arrives and the complaint does not: said so, and cleaned up."""
    region = scene.here.server.account.region("us-east-1")
    destination = next(iter(region.configuration_sets["ses-events"].destinations.values()))
    before = destination["MatchingEventTypes"]
    kept = scene.onboarding.view().situation.answers.text(proof.FIELD)
    prepared = scene.onboarding.prepare("prove_bounces")
    destination["MatchingEventTypes"] = ["BOUNCE"]
    try:
        scene.onboarding.act(prepared)
    finally:
        destination["MatchingEventTypes"] = before
    result = scene.onboarding.view().result
    assert result is not None
    assert "the complaint event did not arrive within 2.5 seconds" in result.text
    assert scene.onboarding.view().situation.answers.text(proof.FIELD) == kept
    tidy(scene)


def test_receiving_that_is_not_allowed(scene: Scene) -> None:
    scene.here.server.faults.add("sqs:ReceiveMessage", code="AccessDeniedException", status=403, times=None)
    prove(scene)
    result = scene.onboarding.view().result
    assert result is not None
    assert "sqs:ReceiveMessage" in result.text
    assert names(scene.here)[-2:] == PROOF[-2:]
    tidy(scene)


def test_receiving_that_fails_for_a_while(scene: Scene) -> None:
    scene.here.server.faults.add("sqs:ReceiveMessage", status=503, body="", times=4)
    prove(scene)
    result = scene.onboarding.view().result
    assert result is not None
    assert result.good, result
    tidy(scene)


def test_the_operator_ends_the_waiting(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "PATIENCE", 60.0)
    scene.here.server.faults.add("sqs:ReceiveMessage", body='{"Messages": []}', status=200, times=None)
    doing: list[str] = []

    def stop() -> None:
        if " s for " in scene.onboarding.view().doing and not doing:
            doing.append(scene.onboarding.view().doing)
            threading.Timer(0.2, scene.onboarding.cancel).start()

    scene.onboarding.subscribe(stop)
    began = time.monotonic()
    prove(scene)
    assert time.monotonic() - began < 20
    result = scene.onboarding.view().result
    assert result is not None
    assert "you ended the waiting" in result.text
    assert doing
    assert scene.onboarding.view().doing == ""
    assert names(scene.here)[-2:] == PROOF[-2:]
    tidy(scene)


def test_a_full_disk_in_the_middle(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing leaves that is not written down; with room again the rest is cleaned up."""
    store = scene.onboarding._ports.store
    real = store.record

    def record(intent: Intent) -> None:
        if intent.call.operation == "SendEmail":
            raise OSError("The disk is full.")
        real(intent)

    monkeypatch.setattr(store, "record", record)
    with pytest.raises(OSError, match="full"):
        prove(scene)
    assert "sesv2:SendEmail" not in names(scene.here)
    assert names(scene.here)[-2:] == PROOF[-2:]
    monkeypatch.undo()
    tidy(scene)


@pytest.mark.parametrize("place", range(len(PROOF) - 1))
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_call(scene: Scene, place: int, when: str) -> None:
    """The process ends at a call: the next start says what is left, and one key takes it away."""
    here = scene.here
    scene.onboarding.close()
    state: SavedState = remember(here)
    dying = here.open()
    state_of_it, cloud = dying._state, dying._observing.cloud
    assert cloud is not None
    real = cloud.write
    count = 0

    class Killed(BaseException):
        pass

    def write(call: Any) -> Any:
        nonlocal count
        count += 1
        if count > place + (when == "after"):
            raise Killed
        outcome = real(call)
        if when == "after" and count == place + 1:
            raise Killed
        return outcome

    cloud.write = write  # type: ignore[method-assign]
    with pytest.raises(Killed):
        dying.act(dying.prepare("prove_bounces"))
    assert any(intent.phase == Phase.INTENT for intent in state_of_it.intents)
    cloud.write = real  # type: ignore[method-assign]
    dying.close()

    fresh = here.open()
    made = not nothing_left(here)
    assert ("bounces.proof_left" in findings(fresh)) == made
    if made:
        assert why_not(fresh, "clean_up_proof") == ""
        intents = act(fresh, "clean_up_proof")
        assert {intent.phase for intent in intents} == {Phase.CONFIRMED}
    assert nothing_left(here)
    assert "bounces.proof_left" not in findings(fresh)
    assert why_not(fresh, "prove_bounces") == ""
    fresh.close()
    restore(here, state)


def test_a_proof_of_another_path_counts_no_more(world: WorldMaker) -> None:
    here = world("ready")
    here.server.account.region("us-east-1").rate = 50.0
    fill(here)
    onboarding = here.open()
    onboarding.act(onboarding.prepare("prove_bounces"))
    view = onboarding.view()
    assert proof_standing.holds(view.situation) is not None
    region = here.server.account.region("us-east-1")
    destination = next(iter(region.configuration_sets["ses-events"].destinations.values()))
    destination["Enabled"] = False
    onboarding.look()
    assert {"bounces.proof_stale", "bounces.destination_disabled.feedback"} <= findings(onboarding)
    view = onboarding.view()
    assert proof_standing.holds(view.situation) is None
    assert "bounce_proof" not in {item.id for item in view.judgement.description.sentences}
    elsewhere = replace(view.facts, place=replace(view.facts.place, region="eu-west-1"))
    standing = proof_standing.standing(Situation(elsewhere, view.situation.answers))
    assert standing is not None
    assert standing.holds is False


def test_the_plain_mode_proves_as_well(world: WorldMaker) -> None:
    here = world("ready")
    fill(here)
    past_the_fields = "\n" * len(of_step(StepId.BOUNCES))
    done = run(here, "--plain", stdin=f"4\n{past_the_fields}v\nyes\nback\nquit\n")
    assert done.returncode == 0, done.stderr
    assert "waits up to two minutes" in done.stdout
    assert "Proved. On " in done.stdout
    assert names(here) == PROOF
    assert nothing_left(here)


def test_a_proof_is_made_and_not_entered(world: WorldMaker) -> None:
    here = world("ready")
    onboarding = here.open()
    with pytest.raises(Refused, match="made, not entered"):
        onboarding.enter(proof.FIELD, "{}")
    onboarding.close()
    assert main(here, "draft", "set", f"{proof.FIELD}={{}}") == 2
    assert not here.open().view().situation.answers.text(proof.FIELD)


def test_read_only_makes_none(world: WorldMaker) -> None:
    here = world("ready")
    fill(here)
    onboarding = here.open(read_only=True)
    for action in ("set_up_bounces", "prove_bounces", "clean_up_proof"):
        with pytest.raises(Refused, match="read-only"):
            onboarding.prepare(action)
    assert not here.writes()
    assert not here.server.calls("ReceiveMessage")
