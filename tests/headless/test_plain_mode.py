"""The plain mode, driven as a screen reader's or a pipe's user would: line by line."""

from __future__ import annotations

import errno
import io
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from dlaas_onboard.arguments import Arguments
from dlaas_onboard.headless import plain_mode
from dlaas_onboard.journey.command_sentences import REPLY_KIT, SENTENCES
from dlaas_onboard.journey.facts import CaseCodes, SupportPlan
from dlaas_onboard.journey.request.gate import Light
from dlaas_onboard.journey.review.meanwhile import meanwhile
from dlaas_onboard.journey.situation.fields import of_step
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.journey.step_registry import BY_ID as STEP_BY_ID
from dlaas_onboard.journey.step_registry import STEPS, StepId
from dlaas_onboard.journey.steps.next_steps import most_urgent
from dlaas_onboard.journey.verdict import Row
from dlaas_onboard.ports import RehearsalEvent
from tests import build
from tests.build import ACCOUNT as ID
from tests.fakes.filings import REASON, RED, UNDECLARED, UNSEEN, becoming, changed_meanwhile
from tests.fakes.onboarding import OPTIONS, WatchedOnboarding
from tests.fakes.world import OFFLINE, MemoryDirector, World


def full() -> WatchedOnboarding:
    """Return an onboarding that can save nothing."""
    onboarding = WatchedOnboarding()
    onboarding.world.store.broken = OSError(errno.ENOSPC, "The disk is full.")
    return onboarding


@pytest.fixture
def walk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Walk with these lines typed; return what was written."""

    def walk(onboarding: WatchedOnboarding, *typed: str) -> str:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
        assert plain_mode.run(onboarding, Arguments(plain=True)) == 0
        out, err = capsys.readouterr()
        assert err == ""
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", out)
        return str(out)

    return walk


def test_the_end_of_input_ends_it_at_every_question(walk: Any) -> None:
    typed = ["3", "example.com", "", "", "back", "9", "", "f", "9012", "back", "q"]
    for length in range(len(typed)):
        out = walk(WatchedOnboarding(), *typed[:length])
        assert out.endswith("The next start goes on from here.\n")


def test_the_list_shows_every_step_and_where_we_are(walk: Any) -> None:
    onboarding = WatchedOnboarding()
    out = walk(onboarding, "q")
    for verdict in onboarding.view().verdicts.values():
        assert verdict.headline in out
    assert ID in out
    assert "eu-west-1, sandbox, endpoint email.eu-west-1.amazonaws.com" in out
    assert "Enter opens 9 (Review and file)" in out


def test_trouble_is_said_at_the_top(walk: Any) -> None:
    onboarding = WatchedOnboarding(build.with_account(problem=OFFLINE))
    onboarding.world.store.read_only, onboarding.world.store.notice = "The disk is full.", "Set aside."
    out = walk(onboarding, "q")
    assert "! Nothing can be written: The disk is full." in out
    assert "! The endpoint cannot be reached. Check the network." in out
    assert "! Set aside." in out
    onboarding = WatchedOnboarding(build.pending())
    onboarding.visit(timedelta(days=1))
    onboarding.world.facts = build.granted()
    assert "! Since your last visit: The review went from PENDING to GRANTED." in walk(onboarding, "q")


def test_a_command_is_named_as_it_is_typed_here() -> None:
    row = Row("1 Answer in the case", f"Open. {SENTENCES[REPLY_KIT]} Up to 14 days.", commands=(REPLY_KIT,))
    assert (
        plain_mode._row(row, None) == "  1 Answer in the case: Open. Typed below, reply prints the text. Up to 14 days."
    )


@pytest.mark.parametrize("step", STEPS, ids=[step.id.value for step in STEPS])
def test_every_step_shows_purpose_headline_rows_and_findings(step: Any, walk: Any) -> None:
    onboarding = WatchedOnboarding(build.terraform(), build.entered())
    out = " ".join(walk(onboarding, str(step.number)).split())
    assert step.purpose in out
    said = out.split(step.purpose)[1]
    verdict = onboarding.view().verdicts[step.id]
    for text in (
        verdict.headline,
        *(f"{row.label}: {row.value}" for row in verdict.rows if not row.commands),
        *(f"({row.source}, now)" for row in verdict.rows if row.source and row.observed_at == build.NOW),
        *(f"{finding.severity.value}: {finding.message}" for finding in verdict.findings),
    ):
        assert " ".join(text.split()) in said


def test_what_is_worst_comes_before_the_facts_and_is_said_once(walk: Any) -> None:
    fake = WatchedOnboarding(build.terraform(), build.entered())
    fake.start(lambda _prompt: "")
    verdict = next(verdict for verdict in fake.view().verdicts.values() if most_urgent(verdict))
    out = " ".join(walk(fake, str(STEP_BY_ID[verdict.step].number)).split())
    said = out.split("What to do now")[1]
    worst = most_urgent(verdict)[0].message
    assert said.index(worst) < said.index(verdict.rows[0].label)
    assert said.split("back goes to the list")[0].count(worst) == 1


def test_whoever_waits_for_amazon_reads_what_to_do_meanwhile(walk: Any) -> None:
    fake = WatchedOnboarding(build.pending())
    out = " ".join(walk(fake, str(STEP_BY_ID[StepId.DECISION].number)).split())
    assert "Meanwhile" in out
    for sentence in meanwhile(fake.view().facts):
        assert sentence in out


def test_answers_are_asked_again_until_they_are_right(walk: Any) -> None:
    onboarding = WatchedOnboarding()
    out = walk(onboarding, "3", "https://example.com/", "example.com", "support@example.com", "back", "q")
    assert onboarding.entered == [("domain", "example.com"), ("sender", "support@example.com")]
    assert "! Enter the domain alone" in out


def test_a_step_is_shown_again_after_answers_changed_it(walk: Any) -> None:
    purpose = STEPS[1].purpose
    assert walk(WatchedOnboarding(), "2", "ada@example.com", "", "back", "q").count(purpose) == 2
    assert walk(WatchedOnboarding(), "2", "", "bob@example.com", "back", "q").count(purpose) == 2
    assert walk(WatchedOnboarding(), "2", "", "", "back", "q").count(purpose) == 1


def test_back_leaves_a_step_at_every_question(walk: Any) -> None:
    onboarding = WatchedOnboarding(RED)
    out = walk(onboarding, "5", "back", "7", "", "back", "9", "back", "q")
    assert out.count("A number opens a step") == 4
    assert onboarding.done == [("start",), ("look",)]


def test_long_prose_is_kept_even_when_it_is_wrong(walk: Any) -> None:
    onboarding = WatchedOnboarding()
    out = walk(onboarding, "4", "x" * 1501, ".", "", "back", "q")
    assert "! The text has 1,501 characters; the limit is 1,500. Shorten it by 1." in out
    assert onboarding.view().situation.answers.text("bounce_process") == "x" * 1501
    assert out.count("What happens on a bounce or complaint") == 2


def test_the_present_answer_and_its_origin_are_shown(walk: Any) -> None:
    onboarding = WatchedOnboarding(answers=build.entered())
    assert "[example.com, from entered 2026-11-24 by ada@laptop]" in walk(onboarding, "3")


def test_choices_by_number_lists_switches_and_taking_back(walk: Any) -> None:
    onboarding = WatchedOnboarding()
    walk(onboarding, "5", "2", "https://example.com", "", "", "", "-", "a@example.com b@example.com", "no", "back", "q")
    assert onboarding.entered == [
        ("mail_type", "MARKETING"),
        ("website_url", "https://example.com"),
        ("contact_language", ""),
        ("contacts", "a@example.com, b@example.com"),
        ("private_website", "no"),
    ]


def test_several_lines_end_with_a_dot(walk: Any) -> None:
    onboarding = WatchedOnboarding()
    walk(onboarding, "7", "We run", "a library.", ".", "", "", "", "", "", "back", "q")
    assert onboarding.entered == [("business", "We run\na library.")]


def test_what_cannot_be_saved_is_said(walk: Any) -> None:
    out = walk(full(), "2", "ada@example.com", "back", "q")
    assert "! NOT SAVED: " in out
    assert "Saved." not in out


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("9012", True), ("", False), ("yes", False), ("123456789012", False), ("9013", False)],
)
def test_filing_wants_the_digits(typed: str, sent: bool, walk: Any) -> None:
    onboarding = WatchedOnboarding()
    out = walk(onboarding, "9", "f", typed, "back", "q")
    assert onboarding.acted == ([("file", "9012")] if sent else [])
    assert [call.operation for call in onboarding.world.written] == (["PutAccountDetails"] if sent else [])
    for shown in (
        "sesv2:PutAccountDetails",
        '"MailType": "TRANSACTIONAL"',
        "aws sesv2 put-account-details",
        "! A request cannot",
    ):
        assert shown in out
    assert (f"done, and seen at AWS. (PENDING {build.CASE})" in out) == sent
    assert ("Nothing was sent." in out) != sent


@pytest.mark.parametrize(("typed", "sent"), [("yes", True), ("", False), ("t", False)])
def test_lesser_writes_want_a_yes(typed: str, sent: bool, walk: Any) -> None:
    onboarding = WatchedOnboarding()
    walk(onboarding, "2", "", "", "t", typed, "back", "q")
    assert onboarding.acted == ([("send_test", ID[-4:])] if sent else [])
    assert [call.operation for call in onboarding.world.written] == (["SendEmail"] if sent else [])


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (partial(becoming, Phase.UNKNOWN), "outcome unknown"),
        (partial(becoming, Phase.REJECTED), "refused. A review is open."),
        (changed_meanwhile, "! Nothing was sent. "),
        (full, "The disk is full."),
    ],
)
def test_what_became_of_a_write_is_said(make: Callable[[], WatchedOnboarding], told: str, walk: Any) -> None:
    assert told in walk(make(), "9", "f", "9012", "back", "q")


def test_a_shut_gate_takes_a_reason_where_it_may(walk: Any) -> None:
    onboarding = WatchedOnboarding(RED, UNDECLARED)
    out = walk(onboarding, "9", REASON, "back", "q")
    assert onboarding.entered == [("override.dmarc", REASON)]
    assert "gate declare_terms: red." in out


def test_an_unknown_gate_is_looked_at_again_and_takes_no_reason(walk: Any) -> None:
    onboarding = WatchedOnboarding(UNSEEN)
    out = walk(onboarding, "9", "The site opens in my browser.", "back", "q")
    assert onboarding.entered == []
    (gate,) = [gate for gate in onboarding.view().judgement.gates if gate.light == Light.UNKNOWN]
    assert f"Gate {gate.title} is unknown: {gate.why} {gate.remedy} A reason passes only what is red." in out


def test_going_on_from_step_to_step_reaches_the_last(walk: Any) -> None:
    out = walk(WatchedOnboarding(build.fresh(), build.answers()), *[""] * 60)
    for step in STEPS[1:]:
        assert f"Step {step.number} of 11: {step.title}." in out


def test_looking_again(walk: Any) -> None:
    onboarding = WatchedOnboarding()
    walk(onboarding, "look", "1", "look", "back", "q")
    assert onboarding.done == [("start",), ("look",)] + [("look",)] * 2


def test_words_of_single_steps(walk: Any) -> None:
    onboarding = WatchedOnboarding(RED)
    out = walk(onboarding, "3", "", "", "records", "zone", "back", "10", "", "", "reply", "console", "back", "q")
    assert onboarding.records("zone").strip() in out
    assert onboarding.reply_kit() in out
    assert onboarding.console_link("account") in out


def test_the_second_opinion_stands_in_use_case_and_opens_in_full(walk: Any) -> None:
    out = walk(WatchedOnboarding(), "7", *[""] * len(of_step(StepId.USE_CASE)), "", "review", "back", "q")
    folded, whole = out.split("A second opinion: 24.5 of 26 points, 0.5 lost, 1 unknown.\n")[1:]
    for said in (folded, whole):
        assert "Amazon publishes no criteria" in said
        assert "! weak     9 A proof by the mailbox simulator: Your note tells of a test" in said
    assert "✓ earned   24 points: 1, 2, 3" in folded
    assert "✓ earned   2 DKIM: Our mail is signed with DKIM" not in folded
    assert "✓ earned   2 DKIM: Our mail is signed with DKIM" in whole


def test_a_message_is_added_line_by_line(walk: Any) -> None:
    nothing = replace(build.complete(), checkout=build.seen(None, "checkout"), repository=build.seen(None, "code"))
    onboarding = WatchedOnboarding(nothing, build.filled_in())
    fields = [""] * len(of_step(StepId.USE_CASE))
    parts = [
        "",
        "lambda mails people",
        "after each payment",
        "the buyer",
        "billing",
        "about 40 a day",
        "Thank you.",
        ".",
    ]
    out = walk(onboarding, "7", *fields, "Receipt", *parts, "", "back", "q")
    assert "Say what sends it" in out
    (row,) = onboarding.view().situation.messages.rows
    assert (row.id, row.trigger, row.recipient, row.message_class, row.volume, row.sample, row.claims) == (
        "receipt",
        "after each payment",
        "the buyer",
        "billing",
        "about 40 a day",
        "Thank you.",
        True,
    )


def test_the_report_is_saved_where_it_was_asked_for(walk: Any, tmp_path: Any) -> None:
    target = tmp_path / "ready.md"
    assert f"Written to {target}" in walk(WatchedOnboarding(), "report", str(target), "q")
    assert target.read_text(encoding="utf-8").startswith("md for private")
    assert "cannot be written" in walk(WatchedOnboarding(), "report", str(tmp_path / "none" / "x.md"), "q")


def test_a_rehearsal_says_so_and_takes_events(walk: Any) -> None:
    world = World(build.complete())
    world.director = MemoryDirector(RehearsalEvent("grant", "Grant", "Amazon grants the request."))
    onboarding = WatchedOnboarding(world=world, options=OPTIONS._replace(rehearsal="fresh"))
    out = walk(onboarding, "cue", "1", "q")
    assert "REHEARSAL (fresh)" in out
    assert world.director.played == ["grant"]
    assert "Amazon granted the request." in out
    assert "cue makes" not in walk(WatchedOnboarding(), "q")


@pytest.mark.parametrize("typed", ["0", "12", "x", "\x1b[A"])
def test_what_is_no_step_is_said(typed: str, walk: Any) -> None:
    assert "There is no step" in walk(WatchedOnboarding(), typed, "q")


def denied_and_closed() -> WatchedOnboarding:
    """Return an onboarding whose request was denied in a case that is closed, with a plan that has the Support API."""
    facts = replace(
        build.complete(),
        account=build.seen(build.reviewed_account("DENIED"), "SES GetAccount"),
        support=build.seen(SupportPlan(True)),
        case=build.seen(build.case("resolved")),
        case_codes=build.seen(CaseCodes("limits", "ses", "Limits", "SES", "service-limit-increase")),
    )
    return WatchedOnboarding(facts, build.filled_in(new_case="yes"))


@pytest.mark.parametrize(("key", "action_id"), [("a", "reply_case"), ("w", "open_case")])
def test_the_attachment_is_shown_whole_before_it_leaves(key: str, action_id: str, walk: Any) -> None:
    onboarding = denied_and_closed()
    out = walk(onboarding, "10", "", "", "", "", key, "", "back", "q")
    attached = onboarding.prepare(action_id).attached
    assert attached is not None
    assert "The attachment, whole:" in out
    assert attached.text in out
    assert not onboarding.world.written


def test_a_reply_that_a_fact_denies_does_not_leave(walk: Any) -> None:
    onboarding = denied_and_closed()
    onboarding.enter("reply", "Our DMARC policy is reject.")
    out = walk(onboarding, "10", "", "", "", "", "a", "reply", "back", "q")
    assert out.count("\nNot now: Your words name the DMARC policy reject; DNS has none.") == 2
    assert not onboarding.world.written


def test_the_reply_that_is_printed_is_the_one_that_would_be_sent(walk: Any) -> None:
    onboarding = denied_and_closed()
    onboarding.enter("reply", "Each bounce stops all mail.")
    assert "\nEach bounce stops all mail.\n" in walk(onboarding, "10", "", "", "", "", "reply", "back", "q")
