"""A denial from the mail to the reply, on an embedded account, and a 409 that Amazon sends."""

from __future__ import annotations

import pytest

from dlaas_onboard.journey.request import filing_snapshot
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.onboarding import Onboarding
from dlaas_onboard.rehearsal import review_mails
from tests.e2e.conftest import FIELDS, World, WorldMaker, act
from tests.e2e.tools import FILING, at_once, filings, ready, why_not


@pytest.fixture
def denied(world: WorldMaker, monkeypatch: pytest.MonkeyPatch) -> tuple[World, Onboarding]:
    """Return a world in which a request was filed from here, and the onboarding that filed it."""
    at_once(monkeypatch)
    here = world("ready")
    onboarding = ready(here)
    onboarding.enter("unsubscribe", "")
    (filed,) = act(onboarding, "file")
    assert filed.phase == Phase.CONFIRMED
    return here, onboarding


def headline(onboarding: Onboarding) -> str:
    return onboarding.view().verdicts[StepId.DECISION].headline


def rows(onboarding: Onboarding, section: str) -> dict[str, str]:
    verdict = onboarding.view().verdicts[StepId.DECISION]
    return {row.label: row.value for row in verdict.rows if row.section == section}


def test_denied_pasted_drafted_replied(denied: tuple[World, Onboarding]) -> None:
    here, onboarding = denied
    here.play("refuse")
    onboarding.look()
    assert onboarding.view().verdicts[StepId.DECISION].state == StepState.ATTENTION
    assert "is closed: your answer opens it again" in headline(onboarding)
    assert rows(onboarding, "What Amazon's answer is")["Kind"] == "Amazon refuses and gives no reason."
    assert rows(onboarding, "What you can do")["1 Answer in the case"].startswith("Open: press a")
    assert "409 ConflictException" in rows(onboarding, "What you can do")["2 File again"]
    assert why_not(onboarding), "nothing is filed again"

    onboarding.enter("unsubscribe", FIELDS["unsubscribe"])
    onboarding.enter("aws_answer", review_mails.more_information("us-east-1"))
    assert "Amazon asks for more" in headline(onboarding)
    assert FIELDS["bounce_process"] in rows(onboarding, "What Amazon asks")["Bounces, complaints"]
    assert rows(onboarding, "Since the filing")["Said newly"] == FIELDS["unsubscribe"]
    draft = onboarding.reply_kit()
    assert draft.index("How often we send") < draft.index("What has changed since our request of")

    uploaded, sent = act(onboarding, "reply_case")
    assert (uploaded.phase, sent.phase) == (Phase.CONFIRMED, Phase.CONFIRMED)
    assert uploaded.outcome is not None
    (call,) = here.writes("AddCommunicationToCase")
    assert call.params["attachmentSetId"] == uploaded.outcome.result != ""
    assert call.params["communicationBody"] == f"{draft}\n\nRef: {sent.marker}"
    assert FIELDS["unsubscribe"] in draft
    assert len(here.writes(FILING)) == 1


def test_what_held_is_kept_before_the_call_and_for_the_next_start(denied: tuple[World, Onboarding]) -> None:
    here, first = denied
    first.close()
    here.play("refuse")
    second = here.open()
    kept = second.view().situation.answers.entry(filing_snapshot.FIELD)
    (filed,) = filings(second)
    assert kept is not None
    assert kept.at <= filed.created_at
    assert filing_snapshot.filed(second.view().situation) is not None
    with pytest.raises(Exception, match="kept by the filing"):
        second.enter(filing_snapshot.FIELD, "{}")


def test_without_a_plan_the_mail_is_asked_for_and_the_draft_is_for_the_console(world: WorldMaker) -> None:
    here = world("denied_no_plan")
    onboarding = here.open()
    assert "Paste what Amazon wrote" in headline(onboarding)
    onboarding.enter("aws_answer", here.play("mail"))
    assert rows(onboarding, "What Amazon's answer is")["Kind"] == "Amazon refuses and gives no reason."
    assert "Paste" not in headline(onboarding)
    assert "in the console" in rows(onboarding, "What you can do")["1 Answer in the case"]
    assert "not filed from here" in rows(onboarding, "Since the filing")["What held then"]
    assert why_not(onboarding, "reply_case")
    here.play("refuse_final")
    onboarding.enter("aws_answer", here.play("mail"))
    assert "Denied again after a review" in headline(onboarding)
    assert not here.writes()


def test_a_denial_that_waits_for_an_answer_is_another_state(denied: tuple[World, Onboarding]) -> None:
    here, onboarding = denied
    here.play("refuse_ask")
    onboarding.look()
    assert "Denied for now: Amazon waits for your answer" in headline(onboarding)
    assert rows(onboarding, "What you can do")["4 A new case"].startswith("Shut")
    act(onboarding, "reply_case")
    assert "you have answered" in headline(onboarding) or "Production" in headline(onboarding)


def test_a_409_is_explained_and_not_offered_again(world: WorldMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once(monkeypatch)
    here = world("ready")
    onboarding = ready(here)
    here.server.faults.add(FILING, code="ConflictException", message=None, status=409)
    (refused,) = act(onboarding, "file")
    assert refused.phase == Phase.REJECTED
    view = onboarding.view()
    for step in (StepId.FILE, StepId.DECISION):
        assert f"{step}.conflict" in [finding.id for finding in view.verdicts[step].findings]
    assert view.verdicts[StepId.FILE].state == StepState.UNKNOWN
    assert "do not file again" in why_not(onboarding)
    onboarding.look()
    assert why_not(onboarding)
    assert len(here.writes(FILING)) == 1
