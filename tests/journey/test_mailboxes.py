"""Whether mail arrives at the addresses of the service, and what is lost where it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dlaas_onboard.journey.bounces import bounce_path
from dlaas_onboard.journey.dns import mailboxes
from dlaas_onboard.journey.facts import Facts, Mailbox, MailHost
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepState
from dlaas_onboard.journey.steps.bounces import bounces_step
from dlaas_onboard.journey.verdict import Finding, Mark, Severity
from tests import build

HELP, DESK = "help@desk.example", "bounces@desk.example"
SLOW = Problem(ProblemKind.TIMEOUT, "No DNS server answered in time.", "Look again in a minute.")
HOST = MailHost("mx1.example.net", 10, ("192.0.2.25", "2001:db8::25"))
LOST = MailHost("mx2.example.net", 20)


def box(*hosts: MailHost, **more: Any) -> Mailbox:
    return Mailbox("example.com", hosts, **more)


@pytest.mark.parametrize(
    ("reading", "arrives", "why"),
    [
        (None, None, "not looked at yet"),
        (build.seen(box(HOST)), True, "mx1.example.net (192.0.2.25, 2001:db8::25)"),
        (build.seen(box(LOST, HOST)), True, "mx1.example.net (192.0.2.25, 2001:db8::25)"),
        (
            build.seen(box(MailHost("example.com", 0, ("192.0.2.1",)), implicit=True)),
            True,
            "example.com (192.0.2.1), the domain itself, for want of an MX record",
        ),
        (
            build.seen(box(*(MailHost(f"m{n}.example", n, ("192.0.2.1",)) for n in range(5)))),
            True,
            "m0.example (192.0.2.1), m1.example (192.0.2.1), m2.example (192.0.2.1) and 2 more",
        ),
        (build.seen(box()), False, "example.com has no MX record and no address"),
        (build.seen(None), False, "example.com has no MX record and no address"),
        (build.seen(box(refuses=True)), False, "example.com says by a null MX that it takes no mail"),
        (build.seen(box(LOST)), False, "the MX of example.com names mx2.example.net, which has no address in DNS"),
        (Reading("DNS", build.NOW, None, SLOW), None, "No DNS server answered in time."),
        (Reading("DNS", build.NOW, box(LOST), partial="mx2 could not be read"), None, "mx2 could not be read"),
        # One host that takes mail is enough, whatever the others are.
        (Reading("DNS", build.NOW, box(HOST, LOST), partial="x"), True, "mx1.example.net (192.0.2.25, 2001:db8::25)"),
    ],
)  # fmt: skip
def test_whether_mail_arrives(reading: Reading[Mailbox] | None, arrives: bool | None, why: str) -> None:
    facts = Facts(mailboxes={} if reading is None else {"example.com": reading})
    found = mailboxes.post(facts, "Support@Example.com")
    assert (found.arrives, found.why, found.reading) == (arrives, why, reading)


def facts(*taking: str, heard: bool = True, forwards: bool = True, base: Facts | None = None) -> Facts:
    """Return an account in order in which only the domains ``taking`` take mail."""
    names = ("example.com", "desk.example")
    return replace(
        base or build.ready(),
        mailboxes={
            name: build.seen(Mailbox(name, (HOST,) if name in taking else ()), f"DNS MX {name}") for name in names
        },
        domain_identity=build.seen(build.identity(feedback_forwarding=forwards, configuration_set=build.SET * heard)),
    )


def found(state: Facts, **entries: str) -> dict[str, Finding]:
    return {
        item.id.removeprefix("bounces."): item
        for item in bounces_step.judge(Situation(state, build.entered(**entries))).findings
    }


BLOCKER, WARNING, NONE = Severity.BLOCKER, Severity.WARNING, None
BOTH = ("example.com", "desk.example")


@pytest.mark.parametrize(
    ("taking", "heard", "entries", "severities"),
    [
        (BOTH, True, {}, {}),
        (BOTH, False, {}, {}),
        # Nothing but the From address takes answers.
        ((), True, {}, {"inbox": BLOCKER}),
        ((), False, {}, {"inbox": BLOCKER}),
        # Answers go elsewhere; bounces reach a listener as events.
        (("desk.example",), True, {"reply_to": HELP}, {"inbox": WARNING}),
        # Answers go elsewhere; bounces are mailed to the From address, and nothing else hears of them.
        (("desk.example",), False, {"reply_to": HELP}, {"inbox": BLOCKER}),
        (("desk.example",), False, {"reply_to": HELP, "feedback_to": DESK}, {"inbox": WARNING}),
        # Bounces go elsewhere; answers do not.
        (("desk.example",), False, {"feedback_to": DESK}, {"inbox": BLOCKER}),
        # What is named in place of the From address must take mail itself.
        (("example.com",), True, {"reply_to": HELP}, {"reply_inbox": BLOCKER}),
        (("example.com",), False, {"feedback_to": DESK}, {"feedback_inbox": BLOCKER}),
        (("example.com",), True, {"feedback_to": DESK}, {"feedback_inbox": WARNING}),
    ],
)
def test_a_mailbox_that_is_the_only_way_is_a_blocker(
    taking: tuple[str, ...], heard: bool, entries: dict[str, str], severities: dict[str, Severity]
) -> None:
    state = facts(*taking, heard=heard)
    items = found(state, **entries)
    inboxes = {name: item.severity for name, item in items.items() if name.endswith("inbox")}
    assert inboxes == severities
    for name, severity in severities.items():
        item = items[name]
        assert item.remedy
        assert item.evidence.endswith(("DNS MX example.com", "DNS MX desk.example"))
        assert item.guide_step == 9
        assert ("lost" in item.message) is (severity == BLOCKER)
        bounces_only = name == "feedback_inbox" or ("lost" in item.message and "answers" not in item.message)
        assert item.field == ("feedback_to" if bounces_only else "reply_to")
    verdict = bounces_step.judge(Situation(state, build.entered(**entries)))
    assert (verdict.state == StepState.ATTENTION) is (BLOCKER in severities.values())


def test_what_is_lost_is_said() -> None:
    answers = build.entered()
    assert bounce_path.lost(Situation(facts(heard=False), answers)) == {build.SENDER: "answers, bounces and complaints"}
    assert bounce_path.lost(Situation(facts(heard=True), answers)) == {build.SENDER: "answers"}
    assert bounce_path.lost(Situation(facts(heard=False, forwards=False), answers)) == {build.SENDER: "answers"}
    two = build.entered(reply_to=HELP)
    assert bounce_path.lost(Situation(facts(heard=False), two)) == {
        HELP: "answers",
        build.SENDER: "bounces and complaints",
    }


def test_before_there_is_an_identity_nothing_is_lost() -> None:
    state = replace(facts(), domain_identity=build.seen(None))
    assert bounce_path.lost(Situation(state, build.entered())) == {}
    assert bounces_step.judge(Situation(state, build.entered())).state == StepState.BLOCKED


def test_unknown_is_neither_lost_nor_arrived() -> None:
    state = replace(facts(), mailboxes={"example.com": Reading("DNS MX example.com", build.NOW, None, SLOW)})
    item = found(state)["inbox_unread"]
    assert (item.severity, item.evidence, item.remedy) == (Severity.UNKNOWN, "DNS MX example.com", SLOW.remedy)
    assert bounce_path.lost(Situation(state, build.entered())) == {}
    assert bounce_path.mailbox(Situation(state, build.entered()))[0] == bounce_path.Hearing.UNKNOWN
    assert "inbox_unread" not in found(replace(state, mailboxes={}))  # nobody looked yet


def test_bounces_are_mailed_where_the_code_says() -> None:
    ways = bounce_path.event_routes(Situation(facts("desk.example"), build.entered(feedback_to=DESK)))
    mailed = [(way.through, way.hearing) for way in ways if not way.automatic]
    assert mailed == [(f"mail to {DESK}", bounce_path.Hearing.HEARD)] * 2


def test_the_pane_names_the_ways_and_says_once_that_no_mail_host_was_tried() -> None:
    verdict = bounces_step.judge(Situation(facts("desk.example"), build.entered(reply_to=HELP, feedback_to=HELP)))
    rows = [(row.label, row.value, row.mark) for row in verdict.rows if row.section == "Mailboxes"]
    assert rows == [
        ("Answers go to", f"{HELP} (the Reply-To address)", Mark.PLAIN),
        ("Bounces are mailed to", f"{HELP} (FeedbackForwardingEmailAddress)", Mark.PLAIN),
        (
            f"Mailbox {build.SENDER}",
            "cannot receive: example.com has no MX record and no address",
            Mark.WARN,
        ),
        (f"Mailbox {HELP}", "can receive: mx1.example.net (192.0.2.25, 2001:db8::25)", Mark.GOOD),
        ("How this is known", mailboxes.BY_DNS, Mark.PLAIN),
    ]
    assert sum("port 25" in row.value for row in verdict.rows) == 1
