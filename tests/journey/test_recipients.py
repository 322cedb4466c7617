"""The operator's list of test recipients: taken apart, judged, and what is written for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dlaas_onboard.journey.facts import Facts, Identities, Identity, IdentityInfo, Mail
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.request.field_rules import check, normal
from dlaas_onboard.journey.review.changes import Change, changes
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Intent, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.go_live import go_live_step
from dlaas_onboard.journey.steps.test_address import test_address_step
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict
from dlaas_onboard.journey.writes import pacing, plans, recipients
from dlaas_onboard.journey.writes.recipients import RecipientState
from dlaas_onboard.journey.writes.reconcile import settled
from tests import build

BOB, EVE, KIM = "bob@example.org", "Eve@Example.net", "kim@shop.example.com"
FIELD = recipients.FIELD
LOCALS = st.text("abcXYZ019.+-_", min_size=1, max_size=8)
DOMAINS = st.sampled_from(
    ["example.org", "Example.NET", "mail.example.com", "x.io", "localhost", "-a.example", "1.2.3.4"]
)
PARTS = st.one_of(st.builds("{}@{}".format, LOCALS, DOMAINS), st.text("abcXYZ@.-é\u202e", max_size=12))
LISTS = st.builds(
    lambda parts, mark: mark.join(parts), st.lists(PARTS, max_size=14), st.sampled_from([",", ", ", ";", " ", "\n"])
)


def looked(found: Facts | None = None, **states: str | None) -> Facts:
    """Return facts in which SES knows people at example.org, by their names, in these states; ``None``: not at all."""
    named = {f"{name}@example.org": status for name, status in states.items()}
    return with_identities(found or build.ready(), named)


def with_identities(facts: Facts, states: dict[str, str | None]) -> Facts:
    return replace(
        facts,
        recipients={
            name: build.seen(None if status is None else build.address(status, name), f"SES GetEmailIdentity {name}")
            for name, status in states.items()
        },
    )


def listed(*addresses: str, **more: str) -> Answers:
    return build.entered(**{FIELD: ", ".join(addresses), **more})


def row(verdict: Verdict, label: str, section: str) -> tuple[str, Mark]:
    (found,) = [item for item in verdict.rows if (item.label, item.section) == (label, section)]
    return found.value, found.mark


def ids(verdict: Verdict) -> dict[str, Severity]:
    return {item.id.removeprefix("test_address."): item.severity for item in verdict.findings}


# The list


@given(LISTS)
@example("a@example.org,a@example.org A@example.org")
@example("a..b@example.org")
def test_the_list_is_each_address_once_with_its_case(text: str) -> None:
    found = recipients.parse(text)
    assert len(set(found.addresses)) == len(found.addresses)
    assert not set(found.addresses) & set(found.wrong)
    assert all(address in text for address in found.addresses)
    assert all("," not in part and not part.isspace() for part in (*found.addresses, *found.wrong))
    # What was kept is read as it was typed, and what the field says is right has nothing wrong in it.
    kept = normal(FIELD, text)
    again = recipients.parse(kept)
    if text.isascii():
        assert again == found
    good = not again.wrong and len(again.addresses) <= recipients.MOST
    assert (check(FIELD, text) == "") == good


def test_upper_and_lower_case_make_two_addresses() -> None:
    assert recipients.parse("Ada@x.example, ada@x.example; ada@x.example").addresses == (
        "Ada@x.example",
        "ada@x.example",
    )


def test_the_own_address_is_not_asked_for_twice_and_ten_are_enough() -> None:
    many = [f"n{number}@example.org" for number in range(12)]
    answers = listed(build.ME, *many)
    assert recipients.wanted(Situation(build.ready(), answers)) == tuple(many[:10])
    verdict = test_address_step.judge(Situation(build.ready(), answers))
    assert ids(verdict)["recipients_many"] == Severity.WARNING
    assert "n10@example.org, n11@example.org" in next(i for i in verdict.findings if i.id.endswith("many")).message
    assert check(FIELD, ", ".join(many)) == "At most 10 test recipients are looked at; there are 12."


def test_recipients_are_not_taken_for_the_operator() -> None:
    both = (
        IdentityInfo(build.ME, "EMAIL_ADDRESS", True, "SUCCESS"),
        IdentityInfo(BOB, "EMAIL_ADDRESS", True, "SUCCESS"),
    )
    facts = replace(build.ready(), identities=build.seen(Identities(both)))
    assert Situation(facts, Answers()).input("test_address").text == ""
    assert Situation(facts, build.answers(test_recipients=BOB)).input("test_address").text == build.ME
    alone = replace(facts, identities=build.seen(Identities(both[:1])))
    assert Situation(alone, build.answers(test_recipients=build.ME)).test_address == build.ME


# Where each stands

UNREAD: Reading[Identity] = Reading(
    "SES", build.NOW, None, Problem(ProblemKind.DENIED, "You may not call GetEmailIdentity.")
)
PARTLY_READ: Reading[Identity] = Reading("SES", build.NOW, None, None, "half")


def answered(identity: Identity) -> Facts:
    return replace(build.ready(), recipients={BOB: build.seen(identity)})


@pytest.mark.parametrize(
    ("facts", "address", "state"),
    [
        (looked(bob=None), BOB, RecipientState.ABSENT),
        (looked(bob="SUCCESS"), BOB, RecipientState.VERIFIED),
        (looked(bob="PENDING"), BOB, RecipientState.WAITING),
        (looked(bob="TEMPORARY_FAILURE"), BOB, RecipientState.WAITING),
        (looked(bob="FAILED"), BOB, RecipientState.EXPIRED),
        (looked(bob="NEWSTATE"), BOB, RecipientState.UNKNOWN),
        (build.ready(), BOB, RecipientState.UNKNOWN),
        (replace(build.ready(), recipients={BOB: UNREAD}), BOB, RecipientState.UNKNOWN),
        (replace(build.ready(), recipients={BOB: PARTLY_READ}), BOB, RecipientState.UNKNOWN),
        (answered(Identity(BOB, "EMAIL_ADDRESS", None)), BOB, RecipientState.UNKNOWN),
        # An answer about another spelling is none about this one.
        (answered(build.address("SUCCESS", "Bob@example.org")), BOB, RecipientState.UNKNOWN),
        (build.ready(), KIM, RecipientState.DOMAIN),
        (build.ready(), "KIM@Shop.Example.COM", RecipientState.DOMAIN),
        (build.fresh(), f"success@{plans.SIMULATOR}", RecipientState.SIMULATOR),
        (build.production(), BOB, RecipientState.ANYBODY),
    ],
)  # fmt: skip
def test_where_a_recipient_stands(facts: Facts, address: str, state: RecipientState) -> None:
    found = recipients.standing(address, Situation(facts, listed(address)))
    assert found.state == state
    assert bool(found.why) == (state in (RecipientState.UNKNOWN, RecipientState.DOMAIN))


def test_what_could_not_be_read_is_never_offered_to_be_verified() -> None:
    for facts in (build.ready(), replace(build.ready(), recipients={BOB: UNREAD})):
        assert recipients.verify(Situation(facts, listed(BOB))) == ()
        assert "unknown" in recipients.verify_blocked_because(Situation(facts, listed(BOB)), {})
    assert (
        recipients.verify_blocked_because(Situation(build.ready(), Answers()), {}) == "Enter the test recipients first."
    )


# What is written


def names(calls: tuple[Call, ...]) -> list[tuple[str, str]]:
    return [
        (call.operation, call.params.get("EmailIdentity") or call.params["Destination"]["ToAddresses"][0])
        for call in calls
    ]


def test_only_those_that_ses_does_not_know_get_an_identity() -> None:
    facts = with_identities(build.ready(), {BOB: None, "a@example.org": "SUCCESS", "b@example.org": "PENDING"})
    answers = listed(BOB, "a@example.org", "b@example.org", KIM)
    assert names(recipients.verify(Situation(facts, answers))) == [("CreateEmailIdentity", BOB)]
    assert recipients.verify_blocked_because(Situation(facts, answers), {}) == ""
    done = looked(bob="PENDING")
    assert recipients.verify_blocked_because(Situation(done, listed(BOB)), {}) == "Each link was sent already."
    assert "can receive already" in recipients.verify_blocked_because(Situation(build.ready(), listed(KIM)), {})
    assert "nobody has to be verified" in recipients.verify_blocked_because(
        Situation(build.production(), listed(BOB)), {}
    )


def test_a_link_is_sent_again_by_delete_and_create_and_the_confirmation_says_so() -> None:
    facts = looked(bob="PENDING", eve="FAILED", kim="SUCCESS")
    answers = listed(BOB, "eve@example.org", "kim@example.org")
    assert names(recipients.resend(Situation(facts, answers))) == [
        ("DeleteEmailIdentity", BOB),
        ("CreateEmailIdentity", BOB),
        ("DeleteEmailIdentity", "eve@example.org"),
        ("CreateEmailIdentity", "eve@example.org"),
    ]
    said = recipients.before_resend(Situation(facts, answers), {})
    assert f"For {BOB}, eve@example.org the link" in said
    assert "kim@" not in said
    assert "deleted and created again" in said
    assert (
        recipients.resend_blocked_because(Situation(looked(bob="SUCCESS"), listed(BOB)), {})
        == "No recipient waits for a click."
    )


def test_each_that_can_receive_gets_a_message_and_the_simulator_one() -> None:
    facts = looked(bob="SUCCESS", eve="PENDING")
    answers = listed(BOB, "eve@example.org", KIM)
    assert recipients.send_blocked_because(Situation(facts, answers), {}) == ""
    calls = recipients.send(Situation(facts, answers))
    assert names(calls) == [("SendEmail", BOB), ("SendEmail", KIM), ("SendEmail", recipients.SUCCESS)]
    assert {call.params["FromEmailAddress"] for call in calls} == {build.SENDER}
    assert names(recipients.send(Situation(facts, listed(recipients.SUCCESS)))) == [("SendEmail", recipients.SUCCESS)]


def quota(most: float | None, sent: float | None) -> Facts:
    return replace(
        looked(bob="SUCCESS"), account=build.seen(build.account(max_24_hour_send=most, sent_last_24_hours=sent))
    )


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (quota(200.0, 199.0), ""),
        (quota(200.0, 200.0), "0 of 200 recipients are left in these 24 hours, too few for all."),
        (quota(-1.0, 1e6), ""),
        (quota(None, None), ""),
        (looked(bob="PENDING"), "No recipient can receive yet: each has to open its link first."),
        (replace(looked(bob="SUCCESS"), account=build.denied("a", "b")), "The account in SES is not known."),
        (looked(build.paused(), bob="SUCCESS"), "Sending is disabled for this account."),
        (looked(build.fresh(), bob="SUCCESS"), "SES lets you send from no address yet: verify yours, or the domain."),
    ],
)
def test_what_stands_in_the_way_of_sending(facts: Facts, why: str) -> None:
    assert recipients.send_blocked_because(Situation(facts, listed(BOB)), {}) == why


def test_removing_spares_senders_domains_and_what_is_not_known() -> None:
    code = build.stock_checkout(
        sender="news@example.org", mails=(Mail("a", (), sender="Desk@example.org"), Mail("c", (), sender=""))
    )
    states: dict[str, str | None] = {
        BOB: "SUCCESS", "news@example.org": "SUCCESS", "desk@example.org": "SUCCESS", "gone@example.org": None,
        "late@example.org": "PENDING",
    }  # fmt: skip
    live = with_identities(replace(build.production(), checkout=build.seen(code)), states)
    domain = build.seen(build.identity(name="example.org"))
    live = replace(live, recipients={**live.recipients, "x@example.org": UNREAD, "d@example.org": domain})
    answers = listed(*live.recipients, sender=build.SENDER)
    assert recipients.removable(Situation(live, answers)) == (BOB, "late@example.org")
    assert names(recipients.remove(Situation(live, answers))) == [
        ("DeleteEmailIdentity", BOB),
        ("DeleteEmailIdentity", "late@example.org"),
    ]
    assert f"identities of {BOB}, late@example.org." in recipients.before_remove(Situation(live, answers), {})
    sandbox = looked(bob="SUCCESS")
    assert "only while they are verified" in recipients.remove_blocked_because(Situation(sandbox, listed(BOB)), {})
    assert "own to remove" in recipients.remove_blocked_because(
        Situation(looked(build.production(), bob=None), listed(BOB)), {}
    )
    unread = replace(build.production(), recipients={BOB: UNREAD})
    assert recipients.remove_blocked_because(Situation(unread, listed(BOB)), {}) == f"{BOB} in SES could not be read."
    assert recipients.remove_blocked_because(Situation(live, Answers()), {}) == "There are no test recipients."


def test_going_live_names_what_may_be_removed() -> None:
    verdict = go_live_step.judge(
        Situation(looked(build.production(), bob="SUCCESS", eve=None), listed(BOB, "eve@example.org"))
    )
    (found,) = [item for item in verdict.findings if item.id == "go_live.recipients_left"]
    assert (found.action, found.severity) == ("remove_recipients", Severity.ADVICE)
    assert [item.value for item in verdict.rows if item.label == "May be removed"][-1] == BOB
    none = go_live_step.judge(Situation(build.production(), build.entered()))
    assert not [item for item in none.findings if item.id == "go_live.recipients_left"]


# What the step shows

TODAY, LIST = "Who can receive today", "Test recipients"


def test_who_can_receive_today() -> None:
    facts = replace(
        build.ready(),
        identities=build.seen(
            Identities(
                (
                    IdentityInfo("other.example", "DOMAIN", True, "SUCCESS"),
                    IdentityInfo("late.example", "DOMAIN", False, "PENDING"),
                    IdentityInfo("a@example.org", "EMAIL_ADDRESS", True, "SUCCESS"),
                    IdentityInfo("old@example.org", "EMAIL_ADDRESS", True),
                    IdentityInfo("b@example.org", "EMAIL_ADDRESS", False, "PENDING"),
                )
            ),
            "SES ListEmailIdentities",
        ),
        account=build.seen(build.account(max_24_hour_send=777.0, max_send_rate=3.0, sent_last_24_hours=4.0)),
    )
    verdict = test_address_step.judge(Situation(facts, build.entered()))
    shown = {item.label: item.value for item in verdict.rows if item.section == TODAY}
    assert shown.keys() == {
        build.DOMAIN, "other.example", "a@example.org", "old@example.org", "Mailbox simulator", "At most",
        "Not faster than",
    }  # fmt: skip
    # The limits are the account's own, whatever the sandbox is said to have.
    assert shown["At most"] == "777 recipients in 24 hours, 4 sent"
    assert shown["Not faster than"] == "3 recipients a second"
    assert row(verdict, "b@example.org", "Other addresses in this Region") == ("PENDING", Mark.PLAIN)


def test_what_was_not_read_may_receive_as_well() -> None:
    unread = replace(build.fresh(), identities=build.denied("sesv2:ListEmailIdentities", "ses:ListEmailIdentities"))
    value, mark = row(test_address_step.judge(Situation(unread, build.entered())), "Other identities", TODAY)
    assert (value, mark) == ("unknown: You may not call sesv2:ListEmailIdentities.", Mark.UNKNOWN)


def test_in_production_anybody_can() -> None:
    verdict = test_address_step.judge(Situation(build.production(), listed(BOB)))
    assert [item.label for item in verdict.rows if item.section == TODAY] == ["Anybody"]
    assert row(verdict, BOB, LIST) == ("can receive: anybody can", Mark.GOOD)
    assert not [name for name in ids(verdict) if name.startswith("recipients_")]


def test_each_recipient_is_shown_with_the_way_on() -> None:
    facts = looked(bob=None, eve="FAILED", kim="PENDING", ann="SUCCESS")
    answers = listed(*(f"{name}@example.org" for name in ("bob", "eve", "kim", "ann", "new")), KIM, "nobody")
    verdict = test_address_step.judge(Situation(facts, answers))
    assert {item.label: item.value for item in verdict.rows if item.section == LIST} == {
        BOB: "not in SES yet",
        "eve@example.org": "the link was not opened in time",
        "kim@example.org": "waits for the click; a link works 24 h, and when it was sent is not known",
        "ann@example.org": "verified",
        "new@example.org": "not looked at yet",
        KIM: "can receive: example.com is verified",
    }
    assert ids(verdict) == {
        "recipients_invalid": Severity.WARNING,
        "recipients_expired": Severity.WARNING,
        "recipients_absent": Severity.ADVICE,
        "recipients_waiting": Severity.ADVICE,
    }
    # Recipients decide nothing: the step is about the operator's own address.
    assert verdict.state == test_address_step.judge(Situation(facts, build.entered())).state


def test_a_failed_look_is_told_as_unknown() -> None:
    verdict = test_address_step.judge(Situation(replace(build.ready(), recipients={BOB: UNREAD}), listed(BOB)))
    assert row(verdict, BOB, LIST) == ("unknown: You may not call GetEmailIdentity.", Mark.UNKNOWN)
    assert ids(verdict) == {"recipients_unread": Severity.UNKNOWN}


def created(address: str, hours: float, phase: Phase = Phase.CONFIRMED) -> Intent:
    call = Call("sesv2", "CreateEmailIdentity", {"EmailIdentity": address})
    return build.intent(call, phase, at=build.NOW - timedelta(hours=hours), action="verify_recipients")


@pytest.mark.parametrize(
    ("intents", "value", "finding"),
    [
        ((created(BOB, 3),), "waits for the click since 2026-11-24 09:00 UTC, 3 h of 24 h", "recipients_waiting"),
        ((created(BOB, 25),), "the link of 2026-11-23 11:00 UTC has expired", "recipients_expired"),
        ((created(BOB, 25), created(BOB, 1)), "waits for the click since 2026-11-24 11:00 UTC, 1 h of 24 h",
         "recipients_waiting"),
        # A link that was refused, or that another address got, was not sent to this one.
        ((created(BOB, 25, Phase.REJECTED), created("Bob@example.org", 25)),
         "waits for the click; a link works 24 h, and when it was sent is not known", "recipients_waiting"),
    ],
)  # fmt: skip
def test_a_link_is_as_old_as_the_journal_says(intents: tuple[Intent, ...], value: str, finding: str) -> None:
    verdict = test_address_step.judge(Situation(looked(bob="PENDING"), listed(BOB), intents))
    assert row(verdict, BOB, LIST)[0] == value
    assert set(ids(verdict)) == {finding}


def test_spellings_that_differ_in_case_alone_are_warned_of() -> None:
    known = Identities((IdentityInfo("BOB@example.org", "EMAIL_ADDRESS", True, "SUCCESS"),))
    facts = replace(looked(bob=None), identities=build.seen(known))
    assert recipients.lookalikes(Situation(facts, listed(BOB))) == ((BOB, "BOB@example.org"),)
    assert recipients.lookalikes(Situation(facts, listed("BOB@example.org"))) == ()
    assert recipients.lookalikes(Situation(build.ready(), listed("Kim@example.org", "kim@example.org"))) == (
        ("kim@example.org", "Kim@example.org"),
    )
    found = [i for i in test_address_step.judge(Situation(facts, listed(BOB))).findings if "recipients_case" in i.id]
    assert [item.severity for item in found] == [Severity.WARNING]
    assert "upper and lower case count" in found[0].message


# What came of it


def sent(call: Call, phase: Phase, message: str = "", kind: ProblemKind = ProblemKind.REFUSED) -> Intent:
    problem = Problem(kind, message) if message else None
    return build.intent(call, phase, problem=problem, result="id" if phase == Phase.ACCEPTED else "")


def test_each_recipient_is_told_what_became_of_it() -> None:
    facts = looked(bob=None, eve=None, kim=None)
    calls = recipients.verify(Situation(facts, listed(BOB, "eve@example.org", "kim@example.org")))
    intents = [sent(calls[0], Phase.CONFIRMED), sent(calls[1], Phase.REJECTED, "It exists.")]
    assert recipients.result_text(calls, Situation(facts, intents=tuple(intents))) == (
        f"A link that works for 24 hours is on its way to {BOB}. eve@example.org: refused: It exists. "
        "kim@example.org: nothing was sent."
    )


def test_an_identity_that_was_deleted_and_not_created_again_is_said_first() -> None:
    facts = looked(bob="PENDING")
    calls = recipients.resend(Situation(facts, listed(BOB)))
    half = [sent(calls[0], Phase.CONFIRMED), sent(calls[1], Phase.REJECTED, "Too many.")]
    assert (
        recipients.result_text(calls, Situation(facts, intents=tuple(half)))
        == f"{BOB}: deleted, and not created again; refused: Too many."
    )
    assert "not created again; not known: look again." in recipients.result_text(
        calls, Situation(facts, intents=tuple(half[:1]))
    )
    kept = [sent(calls[0], Phase.REJECTED, "No."), sent(calls[1], Phase.REJECTED, "It exists.")]
    assert recipients.result_text(calls, Situation(facts, intents=tuple(kept))) == f"{BOB}: refused: It exists."
    # The old one was gone already: what counts is the new one.
    anew = [sent(calls[0], Phase.REJECTED, "None.", ProblemKind.NOT_FOUND), sent(calls[1], Phase.CONFIRMED)]
    assert (
        recipients.result_text(calls, Situation(facts, intents=tuple(anew)))
        == f"A link that works for 24 hours is on its way to {BOB}."
    )


def test_the_read_back_sees_recipients() -> None:
    create = created(BOB, 0.0, Phase.ACCEPTED)
    delete = build.intent(Call("sesv2", "DeleteEmailIdentity", {"EmailIdentity": BOB}), Phase.ACCEPTED, at=build.NOW)
    unlisted = replace(build.ready(), identities=build.denied("sesv2:ListEmailIdentities", "ses:ListEmailIdentities"))
    there, gone = looked(unlisted, bob="PENDING"), looked(unlisted, bob=None)
    assert settled(create, there) == (Phase.CONFIRMED, f"{BOB} exists")
    assert settled(create, gone) is None
    assert settled(delete, gone) == (Phase.CONFIRMED, f"{BOB} is gone")
    assert settled(delete, there) == (Phase.CONFIRMED, f"{BOB} was made again")
    assert settled(delete, looked(unlisted, bob="SUCCESS")) is None


# How fast

SEND = Call("sesv2", "SendEmail")
CREATE = Call("sesv2", "CreateEmailIdentity")


@pytest.mark.parametrize(
    ("call", "rate", "amazon", "seconds"),
    [
        (SEND, 1.0, True, 1.2), (SEND, 14.0, True, 1.2 / 14), (SEND, 14.0, False, 1.2 / 14), (SEND, -1.0, True, 0.0),
        (SEND, None, True, 1.2), (SEND, 0.001, True, 10.0), (CREATE, 1.0, True, 1.0), (CREATE, 1.0, False, 0.0),
        (Call("service-quotas", "RequestServiceQuotaIncrease"), 1.0, True, 0.0),
    ],
)  # fmt: skip
def test_calls_keep_the_pace_of_the_account(call: Call, rate: float | None, amazon: bool, seconds: float) -> None:
    facts = replace(
        build.ready(), place=build.place(amazon=amazon), account=build.seen(build.account(max_send_rate=rate))
    )
    assert pacing.pause(call, facts) == pytest.approx(seconds)


def test_a_click_is_told_as_a_change() -> None:
    before, after = looked(bob="PENDING", eve=None), looked(bob="SUCCESS", eve="PENDING")
    assert changes(before, after) == (Change(f"{BOB} is verified for sending."),)
    assert changes(after, looked(bob="FAILED")) == (Change(f"{BOB} is no longer verified for sending."),)
