"""The readiness report that goes with a reply, a reply that is not sent again, and a new case after a denial."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from dlaas_onboard.aws import write_once as support
from dlaas_onboard.journey.errors import Refused
from dlaas_onboard.journey.request.reply import REPORT_NAME
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Outcome, Phase
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.onboarding import Onboarding
from tests.e2e.conftest import World, WorldMaker, act
from tests.e2e.tools import at_once, fill, ready, why_not


@pytest.fixture
def denied(world: WorldMaker, monkeypatch: pytest.MonkeyPatch) -> tuple[World, Onboarding]:
    """Return a world in which the request was denied and its case closed, and the onboarding that filed it."""
    at_once(monkeypatch)
    here = world("ready")
    onboarding = ready(here)
    act(onboarding, "file")
    here.play("refuse")
    onboarding.look()
    return here, onboarding


def test_the_report_is_sent_but_not_written_down(denied: tuple[World, Onboarding]) -> None:
    here, onboarding = denied
    uploaded, _ = act(onboarding, "reply_case")
    (upload,) = here.writes("AddAttachmentsToSet")
    (file,) = upload.params["attachments"]
    data = base64.b64decode(file["data"])
    assert file["fileName"] == REPORT_NAME
    assert data.startswith(b"Evidence for our request")
    (kept,) = uploaded.call.params["attachments"]
    assert hashlib.sha256(data).hexdigest() in kept["data"]
    assert f"{len(data):,} bytes" in kept["data"]
    assert file["data"] not in uploaded.call.payload


def test_the_same_reply_is_refused_and_nothing_leaves(denied: tuple[World, Onboarding]) -> None:
    here, onboarding = denied
    onboarding.enter("reply", "Ours.")
    onboarding.enter("attach_report", "no")
    (sent,) = act(onboarding, "reply_case")
    assert sent.phase == Phase.CONFIRMED
    with pytest.raises(Refused, match="Amazon has this text since"):
        onboarding.prepare("reply_case")
    assert len(here.writes("AddCommunicationToCase")) == 1
    assert here.writes("AddAttachmentsToSet") == []


def test_a_new_case_only_when_chosen_and_after_a_dry_run(denied: tuple[World, Onboarding]) -> None:
    here, onboarding = denied
    with pytest.raises(Refused, match="Say first"):
        onboarding.prepare("open_case")
    assert here.writes("CreateCase") == []
    onboarding.enter("new_case", "yes")
    sent = act(onboarding, "open_case")
    assert [intent.phase for intent in sent] == [Phase.CONFIRMED] * 3
    dry, real = (call.params for call in here.writes("CreateCase"))
    assert dry["dryRun"] is True
    assert "dryRun" not in real
    assert {**dry, "attachmentSetId": real["attachmentSetId"]} == {**real, "dryRun": True}
    assert sent[-1].marker in real["subject"]
    opened = onboarding.view().facts.opened
    assert opened is not None
    assert opened.value is not None
    assert opened.value.subject == real["subject"]


def test_a_reply_whose_answer_is_lost_is_found_in_the_thread_and_not_sent_again(
    denied: tuple[World, Onboarding],
) -> None:
    here, onboarding = denied
    onboarding.enter("reply", "Ours.")  # what is written from the facts would change with them meanwhile
    onboarding.enter("attach_report", "no")
    here.server.faults.add("support:AddCommunicationToCase", when="after", close=True)
    (sent,) = act(onboarding, "reply_case")
    here.server.faults.clear()
    onboarding.look()
    (kept,) = [one for one in onboarding.view().situation.intents if one.id == sent.id]
    assert kept.phase == Phase.CONFIRMED
    with pytest.raises(Refused, match="Amazon has this text since"):
        onboarding.prepare("reply_case")
    assert len(here.writes("AddCommunicationToCase")) == 1


def test_an_upload_that_fails_sends_nothing_else(denied: tuple[World, Onboarding]) -> None:
    here, onboarding = denied
    here.server.faults.add("support:AddAttachmentsToSet", code="AttachmentSetSizeLimitExceeded", status=400)
    (uploaded,) = act(onboarding, "reply_case")
    assert uploaded.phase == Phase.REJECTED
    assert here.writes("AddCommunicationToCase") == []
    onboarding.enter("attach_report", "no")
    (sent,) = act(onboarding, "reply_case")
    assert sent.phase == Phase.CONFIRMED


def test_a_dry_run_that_is_carried_out_stops_there_and_its_case_is_found(
    denied: tuple[World, Onboarding], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, onboarding = denied
    onboarding.enter("new_case", "yes")
    monkeypatch.setattr("dlaas_onboard.rehearsal.support_api._dry", lambda _params: None)
    (dry,) = act(onboarding, "open_case")
    assert dry.outcome is not None
    assert dry.outcome.problem is not None
    assert "did not treat" in dry.outcome.problem.message
    assert len(here.writes("CreateCase")) == 1
    onboarding.look()
    opened = onboarding.view().facts.opened
    assert opened is not None
    assert opened.value is not None
    assert dry.marker in opened.value.subject
    with pytest.raises(Refused):
        onboarding.prepare("open_case")
    assert len(here.writes("CreateCase")) == 1


def test_a_case_whose_answer_is_lost_is_found_by_its_marker_and_not_opened_again(
    denied: tuple[World, Onboarding], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, onboarding = denied
    onboarding.enter("new_case", "yes")
    onboarding.enter("attach_report", "no")
    real = support.write

    def write(caller: Any, call: Call) -> Outcome:
        if call.operation == "CreateCase" and "dryRun" not in call.params:
            here.server.faults.add("support:CreateCase", when="after", close=True)
        return real(caller, call)

    monkeypatch.setattr(support, "write", write)
    dry, opened = act(onboarding, "open_case")
    assert dry.phase == Phase.CONFIRMED
    assert opened.outcome is not None
    assert opened.outcome.phase == Phase.UNKNOWN
    onboarding.look()
    (kept,) = [one for one in onboarding.view().situation.intents if one.id == opened.id]
    assert kept.phase == Phase.CONFIRMED
    assert len(here.writes("CreateCase")) == 2


def test_after_a_new_case_the_conversation_is_there(denied: tuple[World, Onboarding]) -> None:
    here, onboarding = denied
    onboarding.enter("new_case", "yes")
    *_, opened = act(onboarding, "open_case")
    view = onboarding.view()
    case = view.facts.case
    assert case is not None
    assert case.value is not None
    assert opened.marker in case.value.subject
    rows = {row.label: row.value for row in view.verdicts[StepId.DECISION].rows}
    assert rows["New case, opened from here"] == case.value.display_id
    assert case.value.display_id in rows["New case in the console"]
    assert rows["Case"] != case.value.display_id
    assert "is open: answer in it" in why_not(onboarding, "open_case")
    onboarding.enter("reply", "More, as you asked.")
    act(onboarding, "reply_case")
    (sent,) = here.writes("AddCommunicationToCase")
    assert sent.params["caseId"] == case.value.case_id


GOV = "us-gov-west-1"


def test_in_govcloud_support_answers_in_its_own_region(world: WorldMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once(monkeypatch)
    here = world("ready", region=GOV)
    fill(here)
    onboarding = here.open(region=GOV)
    act(onboarding, "file")
    here.play("refuse")
    onboarding.look()
    onboarding.enter("new_case", "yes")
    assert len(act(onboarding, "open_case")) == 3
    onboarding.enter("reply", "More.")
    assert len(act(onboarding, "reply_case")) == 2
    asked = [call for call in list(here.server.log) if call.name.startswith("support:")]
    assert {"support:CreateCase", "support:DescribeServices", "support:AddAttachmentsToSet"} <= {c.name for c in asked}
    assert {call.region for call in asked} == {GOV}
    link = onboarding.console_link("cases")
    assert link.startswith("https://console.amazonaws-us-gov.com/support/home")


@pytest.mark.parametrize(
    ("region", "host"),
    [("us-east-1", "support.console.aws.amazon.com"), (GOV, "console.amazonaws-us-gov.com")],
)
def test_without_a_plan_everything_for_the_console_is_handed_over(world: WorldMaker, region: str, host: str) -> None:
    here = world("denied_no_plan", region=region)
    onboarding = here.open(region=region)
    why = why_not(onboarding, "reply_case")
    assert "support plan does not include" in why
    assert "support plan does not include" in why_not(onboarding, "open_case")
    reply = next(action for action, _ in onboarding.actions() if action.id == "reply_case")
    assert reply.by_hand is not None
    view = onboarding.view()
    by_hand = reply.by_hand(view.situation, view.verdicts)
    assert by_hand is not None
    assert by_hand.link.startswith(f"https://{host}/support/home#/case/?displayId=")
    assert by_hand.text == onboarding.reply_kit()
    for number in (1, 2):
        onboarding.enter("aws_answer", f"Answer {number} of Amazon's.")
    told = [entry.text for entry in onboarding.report_input().journal if entry.kind == "answer"]
    assert told == ["Answer 1 of Amazon's.", "Answer 2 of Amazon's."]
    assert here.writes() == []
