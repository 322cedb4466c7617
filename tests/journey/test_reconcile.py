"""What a read-back proves of a write, and the moves an intent may make."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlaas_onboard.journey.bounces import topic_policy
from dlaas_onboard.journey.facts import (
    Alarm,
    Facts,
    Identities,
    Identity,
    IdentityInfo,
    MailFrom,
    Place,
    QuotaRequest,
    Quotas,
    Subscription,
    SupportCase,
    SupportPlan,
    Topic,
)
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import MOVES, OPEN, Intent, Outcome, Phase
from dlaas_onboard.journey.writes.reconcile import SETTLE, answered, move, settled
from tests import build

EARLY = build.NOW - timedelta(seconds=30)  # an attempt whose effect may still appear


def sesv2(operation: str, **params: object) -> Call:
    return Call("sesv2", operation, params)


def judged(call: Call, facts: Facts, phase: Phase = Phase.ACCEPTED, result: str = "") -> tuple[Phase, str] | None:
    return settled(build.intent(call, phase, at=EARLY, result=result), facts)


def listed(*names: str) -> Facts:
    items = tuple(IdentityInfo(name, "DOMAIN", True) for name in names)
    return replace(build.fresh(), identities=build.seen(Identities(items)))


def test_the_request_is_confirmed_by_a_new_review() -> None:
    made = build.intent(phase=Phase.UNKNOWN, at=EARLY)
    assert settled(made, build.pending()) == (Phase.CONFIRMED, f"PENDING {build.CASE}")


def test_the_request_is_confirmed_by_the_details_as_sent() -> None:
    facts = replace(build.ready(), account=build.seen(build.account(details=build.details())))
    assert settled(build.intent(phase=Phase.UNKNOWN, at=EARLY), facts) == (Phase.CONFIRMED, "details as sent")


@pytest.mark.parametrize(
    "changes",
    [
        {"mail_type": "MARKETING"},
        {"website_url": "https://other.example"},
        {"contact_language": "JA"},
        {"contacts": ()},
        {"use_case_description": "something else"},
    ],
)
def test_other_details_prove_nothing(changes: dict[str, object]) -> None:
    other = replace(build.details(), **changes)  # type: ignore[arg-type]  # each key is a field of Details
    facts = replace(build.ready(), account=build.seen(build.account(details=other)))
    assert settled(build.intent(phase=Phase.UNKNOWN, at=EARLY), facts) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"website_url": build.WEBSITE.rstrip("/") + "/"},  # SES adds the slash, or takes it away
        {"website_url": build.WEBSITE.rstrip("/")},
        {"use_case_description": ""},  # deprecated: it may be left out of the answer
        {"contact_language": ""},
    ],
)
def test_details_that_ses_writes_in_another_way_are_those_that_were_sent(changes: dict[str, object]) -> None:
    sent = {key: value for key, value in build.intent().call.params.items() if key != "ContactLanguage"}
    sent["UseCaseDescription"] = "Our service mails its users."
    same = replace(build.details(), use_case_description="Our service mails its users. ")
    read = replace(same, **changes)  # type: ignore[arg-type]  # each key is a field of Details
    facts = replace(build.ready(), account=build.seen(build.account(details=read)))
    made = build.intent(Call("sesv2", "PutAccountDetails", sent), Phase.UNKNOWN, at=EARLY)
    assert settled(made, facts) == (Phase.CONFIRMED, "details as sent")


@pytest.mark.parametrize(
    ("name", "listed_as", "there"),
    [
        ("example.com", "EXAMPLE.com", True),  # domain identities are not case-sensitive
        ("example.com", "example.com.", True),
        ("example.com.", "example.com", True),
        (".example.com", "example.com", False),
        ("Ada@example.com", "ada@example.com", False),  # address identities are
        ("ada@example.com", "ada@example.com", True),
    ],
)
def test_which_names_are_the_same_identity(name: str, listed_as: str, there: bool) -> None:
    delete = judged(sesv2("DeleteEmailIdentity", EmailIdentity=name), listed(listed_as))
    assert (delete is None) == there  # what is still listed is not deleted


def test_after_a_failed_request_the_same_details_prove_nothing() -> None:
    again = build.intent(phase=Phase.UNKNOWN, at=EARLY, before=f"FAILED {build.CASE}")
    assert settled(again, build.reviewed("FAILED")) is None
    assert settled(again, build.reviewed("PENDING", case_id="99")) == (Phase.CONFIRMED, "PENDING 99")


def test_a_refusal_is_confirmed_only_as_the_echo_of_an_own_try() -> None:
    conflict = Problem(ProblemKind.CONFLICT, "A review is pending or was denied.")
    made = build.intent(phase=Phase.REJECTED, at=EARLY, problem=conflict)
    assert settled(made, build.pending()) == (Phase.CONFIRMED, f"PENDING {build.CASE}")
    assert settled(replace(made, before=f"PENDING {build.CASE}"), build.pending()) is None
    assert settled(made, build.refused()) is None
    offline = build.intent(
        phase=Phase.REJECTED, at=EARLY, problem=Problem(ProblemKind.UNREACHABLE, "Nothing was sent.")
    )
    assert settled(offline, build.pending()) is None


CREATE = sesv2("CreateEmailIdentity", EmailIdentity="example.com")
DELETE = sesv2("DeleteEmailIdentity", EmailIdentity=build.ME)
MAIL_FROM = sesv2("PutEmailIdentityMailFromAttributes", EmailIdentity="example.com", MailFromDomain="mail.example.com")
DEFAULT = sesv2(
    "PutEmailIdentityConfigurationSetAttributes", EmailIdentity="example.com", ConfigurationSetName=build.SET
)
NEW_SET = sesv2("CreateConfigurationSet", ConfigurationSetName=build.SET)
DESTINATION = sesv2(
    "CreateConfigurationSetEventDestination",
    ConfigurationSetName=build.SET,
    EventDestinationName="bounces-and-complaints",
)
SUPPRESSION = sesv2("PutAccountSuppressionAttributes", SuppressedReasons=["BOUNCE", "COMPLAINT"])
POLICY = Call("sns", "SetTopicAttributes", {"TopicArn": build.TOPIC})
SUBSCRIBE = Call("sns", "Subscribe", {"TopicArn": build.TOPIC, "Endpoint": build.ME})
REPLY = Call("support", "AddCommunicationToCase", {"caseId": build.case().case_id})
NEW_CASE = Call("support", "CreateCase", {"subject": "[dlaas-7kq2m4x9ta] sandbox"})
QUOTA = Call("service-quotas", "RequestServiceQuotaIncrease", {"QuotaCode": "L-804C8AE8", "DesiredValue": 500.0})
ALARM = Call(
    "cloudwatch",
    "PutMetricAlarm",
    {"AlarmName": "a", "MetricName": "Reputation.BounceRate", "Threshold": 0.05, "AlarmActions": [build.TOPIC]},
)
LET_ALARMS_IN = Call(
    "sns",
    "SetTopicAttributes",
    {
        "TopicArn": build.TOPIC,
        "AttributeValue": topic_policy.with_alarms('{"Statement": []}', build.TOPIC, build.ACCOUNT),
    },
)


def with_alarm(**changes: Any) -> Facts:
    made = Alarm("a", "Reputation.BounceRate", "AWS/SES", "OK", 0.05, actions=(build.TOPIC,))
    return replace(build.ready(), alarms=build.seen((replace(made, **changes),)))


def with_policy(policy: str) -> Facts:
    return replace(build.ready(), topics={build.TOPIC: build.seen(replace(build.topic(), policy=policy))})


LONELY = replace(build.ready(), topics={build.TOPIC: build.seen(Topic(build.TOPIC, False))})
MARKED = build.case("work-in-progress", "Hello", "Our answer\n\nRef: dlaas-7kq2m4x9ta")


def asked(*requests: QuotaRequest) -> Facts:
    return replace(build.ready(), quotas=build.seen(Quotas(requests=requests)))


def in_case(case: SupportCase) -> Facts:
    return replace(build.pending(), case=build.seen(case))


@pytest.mark.parametrize(
    ("call", "there", "not_there"),
    [
        (CREATE, build.ready(), build.fresh()),
        (CREATE, listed("EXAMPLE.com"), listed("other.example")),
        (DELETE, listed("example.com"), replace(listed(build.ME), test_identity=build.seen(build.address()))),
        (MAIL_FROM, build.ready(), build.terraform()),
        (DEFAULT, build.ready(), build.terraform()),
        (NEW_SET, build.ready(), build.terraform()),
        (ALARM, with_alarm(), with_alarm(threshold=0.1)),
        (ALARM, with_alarm(), with_alarm(actions=())),
        (LET_ALARMS_IN, with_policy(LET_ALARMS_IN.params["AttributeValue"]), with_policy('{"Statement": []}')),
        (
            DESTINATION,
            build.ready(),
            replace(build.ready(), configuration_sets=build.seen((build.configuration_set(destinations=()),))),
        ),
        (SUPPRESSION, build.ready(), replace(build.ready(), account=build.seen(build.account(suppressed_reasons=())))),
        (POLICY, build.ready(), LONELY),
        (SUBSCRIBE, build.ready(), LONELY),
        (REPLY, in_case(MARKED), in_case(build.case())),
        (
            QUOTA,
            asked(QuotaRequest("1", "L-804C8AE8", 500.0, "PENDING", created=EARLY)),
            asked(QuotaRequest("1", "L-804C8AE8", 500.0, "CASE_CLOSED", created=EARLY - timedelta(days=3))),
        ),
    ],
)
def test_an_effect_confirms_and_its_absence_does_not(call: Call, there: Facts, not_there: Facts) -> None:
    for phase in (Phase.ACCEPTED, Phase.UNKNOWN):
        found = judged(call, there, phase)
        assert found is not None
        assert found[0] == Phase.CONFIRMED
        assert found[1]
        assert judged(call, not_there, phase) is None
    late = build.intent(call, Phase.UNKNOWN, at=build.NOW - SETTLE)
    assert settled(late, not_there) == (Phase.ABANDONED, "Not found at AWS.")
    accepted = settled(build.intent(call, Phase.ACCEPTED, at=build.NOW - SETTLE), not_there)
    assert accepted is not None
    assert accepted[0] == Phase.UNKNOWN


@pytest.mark.parametrize(
    "call",
    [
        CREATE,
        DELETE,
        MAIL_FROM,
        DEFAULT,
        NEW_SET,
        DESTINATION,
        SUPPRESSION,
        POLICY,
        SUBSCRIBE,
        REPLY,
        NEW_CASE,
        QUOTA,
        build.intent().call,
    ],
)
@pytest.mark.parametrize("phase", [Phase.ACCEPTED, Phase.UNKNOWN])
def test_who_cannot_look_does_not_guess(call: Call, phase: Phase) -> None:
    for facts in (Facts(place=build.place()), replace(build.no_permission(), identities=None)):
        assert settled(build.intent(call, phase), facts) is None


def test_sending_again_proves_the_deletion() -> None:
    facts = replace(listed(build.ME), test_identity=build.seen(build.address("PENDING")))
    assert judged(DELETE, facts) == (Phase.CONFIRMED, f"{build.ME} was made again")
    assert judged(DELETE, facts, Phase.UNKNOWN) is None


def test_a_topic_is_confirmed_by_its_arn() -> None:
    made = Call("sns", "CreateTopic", {"Name": "example-mail-events"})
    assert judged(made, build.fresh(), result=build.TOPIC) == (Phase.CONFIRMED, build.TOPIC)
    assert judged(made, build.fresh(), result="arn:aws:sns:eu-west-1:123456789012:other") is None
    assert judged(made, build.ready(), Phase.UNKNOWN) == (Phase.CONFIRMED, build.TOPIC)
    assert judged(made, build.fresh(), Phase.UNKNOWN) is None


def test_a_message_is_confirmed_by_its_id_alone() -> None:
    made = sesv2("SendEmail")
    assert judged(made, build.ready(), result="0102018") == (Phase.CONFIRMED, "0102018")
    assert judged(made, build.ready()) is None
    assert settled(build.intent(made, Phase.UNKNOWN), build.ready()) is None


def test_a_new_case_is_known_by_its_subject() -> None:
    case = replace(build.case(), subject="[dlaas-7kq2m4x9ta] sandbox")
    found = replace(build.refused(), opened=build.seen(case))
    assert judged(NEW_CASE, found) == (Phase.CONFIRMED, f"case {build.CASE}")
    lost = build.intent(NEW_CASE, Phase.UNKNOWN)
    assert settled(lost, in_case(build.case())) is None  # it was not looked for
    assert settled(lost, replace(found, opened=build.denied("support:DescribeCases", ""))) is None
    # Looked for among all cases and not there: nothing was opened.
    nowhere = replace(found, opened=build.seen(None))
    assert settled(lost, nowhere) == (Phase.ABANDONED, "Not found at AWS.")


def test_a_dry_run_that_would_be_taken_is_all_there_is_to_see() -> None:
    dry = replace(NEW_CASE, params={**NEW_CASE.params, "dryRun": True})
    said = Outcome(Phase.ACCEPTED, build.NOW, result="it would be taken")
    assert settled(replace(build.intent(dry, Phase.ACCEPTED), outcome=said), build.refused()) == (
        Phase.CONFIRMED,
        "it would be taken",
    )
    carried_out = replace(
        build.refused(), opened=build.seen(replace(build.case(), subject="[dlaas-7kq2m4x9ta] sandbox"))
    )
    assert settled(build.intent(dry, Phase.UNKNOWN), carried_out) == (Phase.CONFIRMED, f"case {build.CASE}")


def test_an_attachment_set_is_known_by_its_id_alone() -> None:
    attach = Call("support", "AddAttachmentsToSet", {"attachments": []})
    made = Outcome(Phase.ACCEPTED, build.NOW, result="as-1")
    facts = replace(build.refused(), support=build.seen(SupportPlan(True)))
    assert settled(replace(build.intent(attach, Phase.ACCEPTED), outcome=made), facts) == (Phase.CONFIRMED, "as-1")
    assert settled(build.intent(attach, Phase.UNKNOWN), facts) == (Phase.ABANDONED, "Not found at AWS.")


def test_a_quota_request_is_known_by_its_id() -> None:
    facts = asked(QuotaRequest("77", "L-804C8AE8", 1.0, "CASE_OPENED"))
    assert judged(QUOTA, facts, result="77") == (Phase.CONFIRMED, "77")
    assert judged(QUOTA, facts, result="78") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"account": "999999999999"},
        {"account": ""},
        {"region": "us-east-1"},
        {"endpoint": "127.0.0.1:5000"},
        {"partition": "aws-us-gov"},
    ],
)
@pytest.mark.parametrize("phase", [Phase.ACCEPTED, Phase.UNKNOWN])
def test_nothing_is_settled_elsewhere(changes: dict[str, str], phase: Phase) -> None:
    facts = replace(build.pending(), place=build.place(**changes))
    assert settled(build.intent(phase=phase), facts) is None
    if "account" not in changes or changes["account"]:
        assert settled(build.intent(phase=phase, place=Place()), facts) is None


def test_what_was_seen_before_the_attempt_proves_nothing() -> None:
    made = build.intent(phase=Phase.UNKNOWN, at=build.NOW + timedelta(minutes=1))
    assert settled(made, build.pending()) is None
    assert settled(made, build.pending(), fresh=True) == (Phase.CONFIRMED, f"PENDING {build.CASE}")


def test_an_intent_that_may_be_under_way_is_left_alone() -> None:
    for phase in (Phase.INTENT, Phase.CONFIRMED):
        assert settled(build.intent(phase=phase), build.pending()) is None


def test_a_late_effect_brings_an_abandoned_request_back() -> None:
    assert settled(build.intent(phase=Phase.ABANDONED), build.pending()) == (Phase.CONFIRMED, f"PENDING {build.CASE}")
    assert settled(build.intent(phase=Phase.ABANDONED), build.ready()) is None


def test_an_unknown_operation_is_never_settled() -> None:
    assert judged(sesv2("PutAccountSendingAttributes"), build.ready()) is None


@given(st.lists(st.sampled_from(list(Phase)), max_size=12))
def test_an_intent_only_makes_legal_moves(wanted: list[Phase]) -> None:
    intent = build.intent(phase=Phase.INTENT)
    for step, phase in enumerate(wanted):
        at = build.NOW + timedelta(seconds=step)
        if phase not in MOVES[intent.phase]:
            with pytest.raises(ValueError, match="cannot become"):
                move(intent, phase, at)
            continue
        was = intent
        intent = move(intent, phase, at, "found" if phase == Phase.CONFIRMED else "")
        assert (intent.phase, intent.settled_at) == (phase, None if phase in OPEN else at)
        assert intent.result == ("found" if phase == Phase.CONFIRMED else was.result)
        assert intent.call == was.call
    assert intent.phase != Phase.CONFIRMED or not MOVES[intent.phase]


@given(
    st.sampled_from(list(Phase)),
    st.sampled_from(
        [build.nothing(), build.fresh(), build.ready(), build.pending(), build.refused(), build.no_permission()]
    ),
    st.sampled_from([build.intent().call, CREATE, DELETE, MAIL_FROM, NEW_SET, QUOTA, REPLY, sesv2("SendEmail")]),
    st.integers(-600, 600),
)
def test_every_judgement_is_a_legal_move(phase: Phase, facts: Facts, call: Call, seconds: int) -> None:
    made: Intent = build.intent(call, phase, at=build.NOW + timedelta(seconds=seconds))
    found = settled(made, facts)
    if found is not None:
        assert move(made, found[0], build.NOW, found[1]).phase == found[0]


def test_an_answer_moves_the_intent_and_is_kept() -> None:
    outcome = Outcome(Phase.ACCEPTED, build.NOW, "req-9", result="msg-1")
    found = answered(build.intent(phase=Phase.INTENT), outcome)
    assert (found.phase, found.outcome, found.result, found.settled_at) == (Phase.ACCEPTED, outcome, "msg-1", None)
    with pytest.raises(ValueError, match="cannot become"):
        answered(build.intent(phase=Phase.CONFIRMED), outcome)


def test_an_unconfirmed_subscription_is_one() -> None:
    waiting = Topic(build.TOPIC, True, (Subscription("email", build.ME, False),))
    facts = replace(build.ready(), topics={build.TOPIC: build.seen(waiting)})
    assert judged(SUBSCRIBE, facts) == (Phase.CONFIRMED, f"{build.ME} has to confirm")


def test_mail_from_that_failed_again_is_not_set() -> None:
    failed: Identity = build.identity(mail_from=MailFrom("mail.example.com", "FAILED"))
    facts = replace(build.ready(), domain_identity=Reading("SES", build.NOW, failed))
    assert judged(MAIL_FROM, facts) is None
