"""From the grant to going live: the first message, its headers, the alarms, and what is still open then."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.verdict import Verdict
from dlaas_onboard.onboarding import Onboarding
from dlaas_onboard.rehearsal import scenarios
from tests.e2e.conftest import FIELDS, World, act
from tests.e2e.tools import fill, main, why_not

ALARMS = ("lantern-ses-bounce-rate", "lantern-ses-complaint-rate")


def live(onboarding: Onboarding) -> Verdict:
    return onboarding.view().verdicts[StepId.GO_LIVE]


def found(onboarding: Onboarding) -> set[str]:
    return {item.id.removeprefix("go_live.") for item in live(onboarding).findings}


def pasted(domain: str, message: str, sender: str, *, dmarc: str = "pass") -> str:
    """Return the header as Gmail's "Show original" has it."""
    return (
        "Delivered-To: friend@example.org\n"
        "ARC-Authentication-Results: i=1; mx.google.com;\n"
        "       dkim=fail header.i=@forwarder.example; spf=fail; dmarc=fail\n"
        f"Return-Path: <{message}@mail.{domain}>\n"
        "Authentication-Results: mx.google.com;\n"
        f"       dkim=pass header.i=@{domain} header.s=tok1 header.b=AbCdEf12;\n"
        '       dkim=pass header.i=@amazonses.com header.s=q header.b="X/y+1";\n'
        f"       spf=pass (google.com: domain of {message}@mail.{domain} designates 54.240.1.1 as permitted\n"
        f" sender) smtp.mailfrom={message}@mail.{domain};\n"
        f"       dmarc={dmarc} (p=NONE sp=NONE dis=NONE) header.from={domain}\n"
        f"From: Lantern <{sender}>\n"
        f"Message-ID: <{message}@email.amazonses.com>\n"
        "Subject: Lantern: first message\n\n"
        "This is the first message.\n"
    )


def granted(world: Callable[..., World], region: str = scenarios.REGION) -> tuple[World, Onboarding]:
    here = world("ready", region=region)
    onboarding = here.open(region=region)
    for field, text in {**FIELDS, "private_website": "yes", "website_url": here.url}.items():
        assert onboarding.enter(field, text) == "", field
    onboarding.look()
    assert [gate.id for gate in onboarding.view().judgement.gates if not gate.open] == []
    act(onboarding, "file")
    here.play("grant")
    onboarding.look()
    return here, onboarding


@pytest.mark.parametrize(("region", "partition"), [(scenarios.REGION, "aws"), ("us-gov-west-1", "aws-us-gov")])
def test_from_the_grant_to_live(world: Callable[..., World], region: str, partition: str) -> None:
    here, onboarding = granted(world, region)
    domain = here.server.account.state.domain
    assert live(onboarding).state == StepState.TODO
    assert "first real message" in live(onboarding).headline
    assert {"alarms_missing"} <= found(onboarding)
    assert onboarding.enter("first_recipient", "friend@example.org") == ""
    (sent,) = act(onboarding, "send_first")
    assert sent.phase == Phase.CONFIRMED
    assert "no_headers" in found(onboarding)
    assert live(onboarding).state == StepState.TODO
    assert "Paste its headers" in live(onboarding).headline

    # The topic lets SES in only: the action adds CloudWatch to its policy, and leaves SES there.
    intents = act(onboarding, "create_alarms")
    assert [(intent.call.operation, intent.phase) for intent in intents] == [
        ("SetTopicAttributes", Phase.CONFIRMED),
        ("PutMetricAlarm", Phase.CONFIRMED),
        ("PutMetricAlarm", Phase.CONFIRMED),
    ]
    alarms = onboarding.view().facts.alarms
    assert alarms is not None
    assert tuple(item.name for item in alarms.value or ()) == ALARMS
    topic = f"arn:{partition}:sns:{region}:{scenarios.ACCOUNT}:ses-feedback"
    assert {item.actions for item in alarms.value or ()} == {(topic,)}
    assert {call.region for call in here.writes("PutMetricAlarm")} == {region}
    assert why_not(onboarding, "create_alarms") == "Both rates have an alarm already."
    assert {
        finding.id for finding in onboarding.view().verdicts[StepId.BOUNCES].findings if "policy" in finding.id
    } == set()
    assert live(onboarding).state == StepState.TODO

    assert onboarding.enter("first_headers", pasted(domain, sent.result, f"support@{domain}")) == ""
    rows = {row.label: row.value for row in live(onboarding).rows}
    assert rows["Receiver"] == "mx.google.com"
    assert rows["DKIM"] == f"pass for {domain}, aligned"
    assert rows["DKIM, Amazon's own"] == "pass for amazonses.com"
    assert rows["SPF"] == f"pass for mail.{domain}, aligned"
    assert rows["DMARC"] == f"pass for {domain}"
    assert rows["Message-ID"].endswith(", as SES said")
    assert rows["Bounce rate"] == "no data yet"
    assert rows["Daily quota received"].startswith("50,000")
    assert rows["On the bounce rate"].startswith("at 5 %, ")
    assert rows["On the bounce rate"].endswith("heard by email operator@example.net")
    assert live(onboarding).state == StepState.DONE
    assert not found(onboarding) & {"headers_unread", "other_message", "authentication", "alignment", "no_headers"}

    # The final report carries all of it, and the public one no address.
    assert "final_report" in found(onboarding)
    report = onboarding.report("json", "private").decode()
    for said in ("50,000", f"pass for mail.{domain}, aligned", "heard by email operator@example.net", "no data yet"):
        assert said in report
    public = onboarding.report("json", "public").decode()
    assert "operator@example.net" not in public
    assert f"pass for mail.{domain}, aligned" in public

    # Nothing is written twice by the next start, which sees the same.
    onboarding.close()
    again = here.open(region=region)
    assert live(again).state == StepState.DONE
    assert len(here.writes("PutMetricAlarm")) == 2


def test_headers_of_another_message_and_results_that_fail(world: Callable[..., World]) -> None:
    here, onboarding = granted(world)
    domain = here.server.account.state.domain
    onboarding.enter("first_recipient", "friend@example.org")
    (sent,) = act(onboarding, "send_first")
    for text, finding in (
        (pasted(domain, "0100-other", f"support@{domain}"), "other_message"),
        (pasted(domain, sent.result, "ceo@elsewhere.example"), "other_message"),
        (pasted(domain, sent.result, f"support@{domain}", dmarc="fail"), "authentication"),
    ):
        onboarding.enter("first_headers", text)
        assert finding in found(onboarding)
        assert live(onboarding).state == StepState.ATTENTION


def test_what_is_open_here_never_changes_the_exit_status(
    world: Callable[..., World], capsys: pytest.CaptureFixture[str]
) -> None:
    here, onboarding = granted(world)
    domain = here.server.account.state.domain
    onboarding.enter("first_headers", pasted(domain, "1", f"support@{domain}", dmarc="fail"))
    assert live(onboarding).state == StepState.ATTENTION
    onboarding.close()
    assert main(here, "status") == 0
    assert "DMARC fail" in capsys.readouterr().out


def test_without_permission_the_alarms_are_unknown_and_not_missing(world: Callable[..., World]) -> None:
    here, onboarding = granted(world)
    with here.server.account.lock:
        here.server.account.state.denied.append("cloudwatch:DescribeAlarms")
    onboarding.look()
    assert "alarms_unread" in found(onboarding)
    assert "alarms_missing" not in found(onboarding)
    (finding,) = [item for item in live(onboarding).findings if item.id == "go_live.alarms_unread"]
    assert "cloudwatch:DescribeAlarms" in finding.remedy
    assert "could not be read" in why_not(onboarding, "create_alarms")


def test_alarms_are_not_offered_where_nobody_would_hear_them(world: Callable[..., World]) -> None:
    here = world("dlaas")
    fill(here)
    onboarding = here.open()
    assert why_not(onboarding, "create_alarms") == "Set the bounce path up first: the alarms send to its topic."
