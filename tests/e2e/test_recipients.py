"""Test recipients on the embedded account: verified, sent to at the account's own rate, and removed at the end."""

from __future__ import annotations

import pytest

from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.verdict import Severity
from dlaas_onboard.onboarding import Onboarding
from dlaas_onboard.rehearsal import scenarios, ses_identities
from tests.e2e.conftest import World, WorldMaker, act
from tests.e2e.tools import at_once, why_not

BOB, EVE = "bob@example.org", "Eve@example.net"
KIM = f"kim@{scenarios.DOMAIN}"  # at a domain that is verified from the start
SUCCESS = "success@simulator.amazonses.com"


def begin(here: World, *addresses: str, rate: float = 50.0) -> Onboarding:
    """Return an onboarding with this list, on an account that takes so many messages a second."""
    here.server.account.region(scenarios.REGION).rate = rate
    onboarding = here.open()
    assert onboarding.enter("test_recipients", ", ".join(addresses)) == ""
    onboarding.look({Look.RECIPIENTS, Look.ACCOUNT})
    return onboarding


def shown(onboarding: Onboarding) -> dict[str, str]:
    verdict = onboarding.view().verdicts[StepId.TEST_ADDRESS]
    return {row.label: row.value for row in verdict.rows if row.section == "Test recipients"}


def result_of(onboarding: Onboarding) -> tuple[str, bool]:
    found = onboarding.view().result
    assert found is not None
    return found.text, found.good


def created(here: World) -> list[str]:
    return [call.params["EmailIdentity"] for call in here.writes("CreateEmailIdentity")]


def sent_to(here: World) -> list[str]:
    return [call.params["Destination"]["ToAddresses"][0] for call in here.writes("SendEmail")]


@pytest.mark.parametrize("region", [scenarios.REGION, "us-gov-west-1"])
def test_from_the_list_to_the_mailbox(world: WorldMaker, region: str) -> None:
    here = world("dlaas", region=region)
    here.server.account.region(region).rate = 50.0
    onboarding = here.open(region=region)
    onboarding.enter("test_recipients", f"{BOB}, {EVE}, {KIM}")
    onboarding.look({Look.RECIPIENTS})
    assert shown(onboarding) == {
        BOB: "not in SES yet",
        EVE: "not in SES yet",
        KIM: f"can receive: {scenarios.DOMAIN} is verified",
    }
    assert not here.writes()

    intents = act(onboarding, "verify_recipients")
    assert [intent.phase for intent in intents] == [Phase.CONFIRMED] * 2
    assert created(here) == [BOB, EVE]
    assert result_of(onboarding) == (f"A link that works for 24 hours is on its way to {BOB}, {EVE}.", True)
    assert shown(onboarding)[BOB].startswith("waits for the click since ")
    assert why_not(onboarding, "verify_recipients") == "Each link was sent already."

    here.play("click_link")
    onboarding.look()
    assert shown(onboarding)[EVE] == "verified"
    act(onboarding, "send_recipients")
    assert sent_to(here) == [BOB, EVE, KIM, SUCCESS]
    assert result_of(onboarding)[1]
    onboarding.look({Look.ACCOUNT})
    rows = {row.label: row.value for row in onboarding.view().verdicts[StepId.TEST_ADDRESS].rows}
    assert rows["At most"] == "200 recipients in 24 hours, 3 sent"  # the simulator does not count


def test_messages_go_no_faster_than_the_account_may_send(world: WorldMaker) -> None:
    here = world("dlaas")
    onboarding = begin(here, KIM, rate=1.0)
    # Two in the same second would be refused by the account.
    intents = act(onboarding, "send_recipients")
    assert [intent.phase for intent in intents] == [Phase.CONFIRMED] * 2
    assert sent_to(here) == [KIM, SUCCESS]
    first, second = (intent.created_at for intent in intents)
    assert (second - first).total_seconds() >= 1.0


def test_one_that_is_refused_does_not_stop_the_others(world: WorldMaker) -> None:
    here = world("dlaas")
    onboarding = begin(here, BOB, EVE)
    prepared = onboarding.prepare("verify_recipients")
    account = here.server.account
    with account.lock:  # somebody else was quicker
        ses_identities.begin(account, account.region(scenarios.REGION), BOB)
    intents = onboarding.act(prepared)
    assert [intent.phase for intent in intents] == [Phase.REJECTED, Phase.CONFIRMED]
    text, good = result_of(onboarding)
    assert not good
    assert text.startswith(f"A link that works for 24 hours is on its way to {EVE}. {BOB}: refused: ")
    assert shown(onboarding)[BOB].startswith("waits for the click")
    assert not why_not(onboarding, "resend_recipients")


def test_what_is_not_about_one_of_them_stops_the_rest(world: WorldMaker) -> None:
    here = world("dlaas")
    onboarding = begin(here, BOB, EVE)
    here.server.account.state.denied.append("sesv2:CreateEmailIdentity")
    intents = act(onboarding, "verify_recipients")
    assert [intent.phase for intent in intents] == [Phase.REJECTED]
    assert len(here.writes("CreateEmailIdentity")) == 1
    assert f"{EVE}: nothing was sent." in result_of(onboarding)[0]


def test_giving_up_ends_the_sending_and_says_who_got_nothing(world: WorldMaker) -> None:
    here = world("dlaas")
    onboarding = begin(here, KIM, rate=1.0)
    prepared = onboarding.prepare("send_recipients")
    onboarding.subscribe(lambda: onboarding._acting.stop() if here.writes("SendEmail") else None)
    intents = onboarding.act(prepared)
    assert len(intents) == 1
    assert sent_to(here) == [KIM]
    assert f"{SUCCESS}: nothing was sent." in result_of(onboarding)[0]
    assert onboarding.view().doing == ""


def test_links_are_sent_again_to_those_who_did_not_click(world: WorldMaker) -> None:
    here = world("dlaas")
    onboarding = begin(here, BOB, EVE)
    act(onboarding, "verify_recipients")
    region = here.server.account.region(scenarios.REGION)
    with here.server.account.lock:
        region.identities[EVE].status = "SUCCESS"
    here.play("days")
    onboarding.look({Look.RECIPIENTS})
    assert shown(onboarding) == {BOB: "the link was not opened in time", EVE: "verified"}

    prepared = onboarding.prepare("resend_recipients")
    assert f"For {BOB} the link sent before stops working" in prepared.action.about
    assert [call.operation for call in prepared.calls] == ["DeleteEmailIdentity", "CreateEmailIdentity"]
    intents = onboarding.act(prepared)
    assert [intent.phase for intent in intents] == [Phase.CONFIRMED] * 2
    assert region.identities[BOB].status == "PENDING"
    assert result_of(onboarding) == (f"A link that works for 24 hours is on its way to {BOB}.", True)


def test_the_list_decides_for_whom_is_written(world: WorldMaker) -> None:
    here = world("dlaas")
    onboarding = begin(here, BOB, EVE)
    prepared = onboarding.prepare("verify_recipients")
    onboarding.enter("test_recipients", EVE)
    onboarding.look({Look.RECIPIENTS})
    assert list(onboarding.view().facts.recipients) == [EVE]
    with pytest.raises(Exception, match="what you confirmed has changed"):
        onboarding.act(prepared)
    assert not here.writes()


def test_after_the_grant_they_are_removed_and_nothing_else(world: WorldMaker) -> None:
    here = world("production")
    account = here.server.account
    region = account.region(scenarios.REGION)
    sender = f"support@{scenarios.DOMAIN}"
    for address in (BOB, EVE, sender):
        ses_identities.begin(account, region, address).status = "SUCCESS"
    onboarding = here.open()
    onboarding.enter("sender", sender)
    onboarding.enter("test_recipients", f"{BOB}, {EVE}, {sender}, new@example.org")
    onboarding.look()
    before = set(region.identities)
    found = [f.id for f in onboarding.view().verdicts[StepId.GO_LIVE].findings if f.action == "remove_recipients"]
    assert found == ["go_live.recipients_left"]

    prepared = onboarding.prepare("remove_recipients")
    assert f"Deletes the identities of {BOB}, {EVE}." in prepared.action.about
    intents = onboarding.act(prepared)
    assert [intent.phase for intent in intents] == [Phase.CONFIRMED] * 2
    assert before - set(region.identities) == {BOB, EVE}
    assert result_of(onboarding) == (f"Removed: {BOB}, {EVE}.", True)
    assert why_not(onboarding, "remove_recipients") == "No recipient has an identity of its own to remove."


@pytest.mark.parametrize("form", ["json", "md", "html"])
def test_the_public_report_names_no_recipient(world: WorldMaker, form: str) -> None:
    here = world("dlaas")
    onboarding = begin(here, BOB, EVE)
    act(onboarding, "verify_recipients")
    private, public = (
        onboarding.report(form, audience).decode().replace("\\", "") for audience in ("private", "public")
    )
    assert BOB in private.replace("&#64;", "@")
    for name in (BOB, EVE):
        assert name not in public
        assert name.partition("@")[0] + "@" not in public


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ({"code": "AccessDeniedException", "message": "not yours", "status": 403}, "not yours"),
        ({"status": 503, "body": ""}, "answered 503 without an AWS error"),
        ({"status": 200, "body": "<html>Sign in</html>"}, "GetEmailIdentity"),
    ],
    ids=["denied", "503", "a page"],
)
def test_what_cannot_be_read_is_unknown_and_nothing_is_written_for_it(
    world: WorldMaker, monkeypatch: pytest.MonkeyPatch, fault: dict[str, object], why: str
) -> None:
    at_once(monkeypatch)
    here = world("dlaas")
    onboarding = begin(here, BOB)
    here.server.faults.add("sesv2:GetEmailIdentity", times=None, **fault)  # type: ignore[arg-type]  # named above
    onboarding.look({Look.RECIPIENTS})
    assert shown(onboarding)[BOB].startswith("unknown: ")
    assert why in shown(onboarding)[BOB]
    assert BOB in why_not(onboarding, "verify_recipients")
    assert "unknown" in why_not(onboarding, "verify_recipients")
    found = {item.id: item for item in onboarding.view().verdicts[StepId.TEST_ADDRESS].findings}
    assert found["test_address.recipients_unread"].severity == Severity.UNKNOWN
    here.server.faults.clear()
    onboarding.look({Look.RECIPIENTS})
    assert shown(onboarding) == {BOB: "not in SES yet"}
