"""After a denial: the gaps, what has changed since the filing, the draft, the ways on, and a 409 that is explained."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlaas_onboard.journey.facts import Details, Facts, Message, Review, SupportCase, SupportPlan
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.request import filing_snapshot, prefill, question_answers, quota_increase, triage
from dlaas_onboard.journey.request.claim_ledger import describe, reply_kit
from dlaas_onboard.journey.request.field_rules import REPLY_MAX
from dlaas_onboard.journey.request.reply_draft import LONGEST, reply_draft
from dlaas_onboard.journey.request.request_actions import ACTIONS
from dlaas_onboard.journey.request.sentences import samples
from dlaas_onboard.journey.review.amazon_reply import Question
from dlaas_onboard.journey.situation.answers import Answers, Entry
from dlaas_onboard.journey.situation.intents import Intent, Outcome, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import BY_ID, StepId, StepState
from dlaas_onboard.journey.steps import review_and_file
from dlaas_onboard.journey.steps.all_steps import judge_all
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict
from dlaas_onboard.rehearsal import review_mails
from tests import build

AMAZON = "Amazon Web Services"
ASKS = review_mails.more_information(build.REGION)
PLAN, NO_PLAN = SupportPlan(True), SupportPlan(False)


def case(status: str, *bodies: str, by: str = AMAZON) -> SupportCase:
    messages = tuple(Message(by, build.NOW - timedelta(hours=2), body) for body in bodies)
    return SupportCase(build.CASE, "case-1", status, messages=messages)


def reviewed(status: str, talk: SupportCase | None = None, plan: SupportPlan = NO_PLAN) -> Facts:
    facts = replace(
        build.complete(),
        account=build.seen(build.reviewed_account(status), "SES GetAccount"),
        support=build.seen(plan, "Support DescribeSeverityLevels"),
    )
    return replace(facts, case=build.seen(talk, "Support DescribeCases")) if talk else facts


def pasted(text: str, **changes: str) -> Answers:
    return build.entry(build.filled_in(**changes), "aws_answer", text)


def decision(facts: Facts, answers: Answers, *intents: Intent) -> Verdict:
    return judge_all(Situation(facts, answers, intents)).verdicts[StepId.DECISION]


def section(verdict: Verdict, name: str) -> list[tuple[str, str, Mark]]:
    return [(row.label, row.value, row.mark) for row in verdict.rows if row.section == name]


def ids(verdict: Verdict) -> list[str]:
    return [finding.id.partition(".")[2] for finding in verdict.findings]


# Each state has its own words


@pytest.mark.parametrize(
    ("facts", "answers", "state", "says"),
    [
        (reviewed("DENIED"), build.filled_in(), StepState.ATTENTION, "Paste what Amazon wrote"),
        (reviewed("DENIED"), pasted(review_mails.refused()), StepState.ATTENTION, "Close what is open"),
        (
            reviewed("DENIED"),
            pasted(review_mails.refused_for_good()),
            StepState.ATTENTION,
            "Denied again after a review",
        ),
        (reviewed("DENIED"), pasted(ASKS), StepState.ATTENTION, "but Amazon asks for more"),
        (reviewed("DENIED"), pasted("Good morning"), StepState.ATTENTION, "Read what Amazon wrote"),
        (
            reviewed("DENIED", case("pending-customer-action", ASKS), PLAN),
            build.filled_in(),
            StepState.ATTENTION,
            "Amazon waits for your answer",
        ),
        (
            reviewed("DENIED", case("resolved", review_mails.refused()), PLAN),
            build.filled_in(),
            StepState.ATTENTION,
            "is closed: your answer opens it again",
        ),
        (
            reviewed("DENIED", case("work-in-progress", "We sent this.", by="ada"), PLAN),
            build.filled_in(),
            StepState.WAITING,
            "you have answered",
        ),
        (reviewed("PENDING"), build.filled_in(), StepState.WAITING, "reviews the request"),
        (reviewed("PENDING"), pasted(ASKS), StepState.ATTENTION, "The mail you pasted asks for an answer"),
        (reviewed("PENDING"), pasted(review_mails.received("x")), StepState.WAITING, "reviews the request"),
        (
            reviewed("PENDING", case("pending-customer-action", ASKS), PLAN),
            build.filled_in(),
            StepState.ATTENTION,
            "Amazon waits for your answer in the case",
        ),
        (
            reviewed("PENDING", case("work-in-progress", ASKS), PLAN),
            build.filled_in(),
            StepState.WAITING,
            "reviews the request",
        ),
    ],
)
def test_each_state_has_its_own_headline(facts: Facts, answers: Answers, state: StepState, says: str) -> None:
    found = decision(facts, answers)
    assert found.state == state
    assert says in found.headline


def test_a_denial_that_nobody_has_read_asks_for_the_mail_first() -> None:
    unread = decision(reviewed("DENIED"), build.filled_in())
    assert ids(unread)[0] == "paste_mail"
    assert unread.findings[0].field == "aws_answer"
    failed: Reading[SupportCase] = Reading("Support", build.NOW, None, Problem(ProblemKind.TIMEOUT, "No answer."))
    assert ids(decision(replace(reviewed("DENIED", plan=PLAN), case=failed), build.filled_in()))[0] == "paste_mail"
    assert "paste_mail" not in ids(decision(reviewed("DENIED"), pasted(review_mails.refused())))


def test_an_answer_that_is_not_recognised_is_left_to_be_read() -> None:
    found = decision(reviewed("DENIED"), pasted("Good morning"))
    unknown = next(item for item in found.findings if item.id == "decision.mail_unknown")
    assert (unknown.severity, unknown.field) == (Severity.UNKNOWN, "reply")
    assert section(found, "What Amazon's answer is") == [("Kind", "Not recognised: read it yourself.", Mark.UNKNOWN)]


# Each question, with what answers it


def test_each_question_stands_beside_its_answer_and_the_evidence() -> None:
    found = decision(reviewed("DENIED"), pasted(ASKS))
    rows = {row.label: row for row in found.rows if row.section == "What Amazon asks"}
    assert list(rows) == [
        "How often you send",
        "How lists are kept",
        "Bounces, complaints",
        "Unsubscribing",
        "Sample mails",
    ]
    assert {row.mark for row in rows.values()} == {Mark.GOOD}
    assert "link that we mail to it" in rows["How lists are kept"].value
    assert "procedures.sql.tpl:30" in rows["How lists are kept"].source
    assert "marks the address in our user table" in rows["Bounces, complaints"].value
    assert "Welcome to" in rows["Sample mails"].value
    assert not [name for name in ids(found) if name.startswith("asked")]


@pytest.mark.parametrize(
    ("question", "taken", "field", "step"),
    [
        (Question.FREQUENCY, {"users": ""}, "users", "step 6, Quota"),
        (Question.BOUNCES, {"bounce_process": ""}, "bounce_process", "step 4, Bounces"),
        (Question.LISTS, {}, "recipients_source", "step 7, Use case"),
    ],
)
def test_a_question_without_an_answer_is_a_gap_with_its_step(
    question: Question, taken: dict[str, str], field: str, step: str
) -> None:
    facts = reviewed("DENIED")
    if question == Question.LISTS:
        facts = replace(facts, checkout=build.seen(build.checkout(opt_in=None), "checkout"))
    found = decision(facts, pasted(ASKS, **taken))
    gap = next(item for item in found.findings if item.id == f"decision.asked.{question}")
    assert (gap.field, step in gap.remedy) == (field, True)
    row = next(row for row in found.rows if row.label == question_answers.ASKED[question])
    assert (row.mark, row.expected) == (Mark.WARN, f"filled in at {step}")


@pytest.mark.parametrize("question", Question)
def test_an_answer_is_made_of_the_ledger_alone(question: Question) -> None:
    facts, answers = build.complete(), build.filled_in()
    known = {one.text for one in describe(Situation(facts, answers)).sentences} | {
        one.text for one in samples(Situation(facts, build.filled_in()), 2)
    }
    found = question_answers.answer(question, Situation(facts, answers))
    assert found.sentences
    assert not found.holes
    assert {one.text for one in found.sentences} <= known
    nothing = question_answers.answer(question, Situation(Facts(), Answers()))
    assert not [one for one in nothing.sentences if one.text]
    assert nothing.holes


# Every open gap


def test_every_gap_is_named_with_its_evidence_in_the_order_of_the_rubric() -> None:
    facts = replace(
        reviewed("DENIED"),
        domain_identity=build.seen(build.identity(dkim=None), "SES GetEmailIdentity"),
        configuration_sets=build.seen((), "SES"),
    )
    answers = pasted(review_mails.refused(), business="", bounce_process="")
    found = judge_all(Situation(facts, answers, ()))
    minded = [
        item.message
        for step, verdict in found.verdicts.items()
        if step in filing_snapshot.STEPS
        for item in verdict.findings
        if item.severity in (Severity.BLOCKER, Severity.WARNING, Severity.UNKNOWN)
    ]
    shown = section(found.verdicts[StepId.DECISION], "Open gaps")
    assert sorted(value for _, value, _ in shown) == sorted(minded)
    steps = [int(label.split()[0]) for label, _, _ in shown]
    assert len(set(steps)) > 2
    assert [step for step in steps if step != 6] == sorted(step for step in steps if step != 6)
    told = next(item for item in found.verdicts[StepId.DECISION].findings if item.id == "decision.open_gaps")
    for _, value, mark in shown:
        assert mark == Mark.UNKNOWN or value in told.evidence


@pytest.mark.parametrize("status", ["DENIED", "PENDING"])
def test_after_a_denial_a_step_with_an_open_gap_is_not_done(status: str) -> None:
    answers = pasted(review_mails.refused(), business="", bounce_process="")
    found = judge_all(Situation(reviewed(status), answers, ()))
    named = {int(label.split()[0]) for label, _, mark in section(found.verdicts[StepId.DECISION], "Open gaps") if mark}
    done = {BY_ID[step].number for step, verdict in found.verdicts.items() if verdict.state == StepState.DONE}
    if status == "PENDING":
        assert BY_ID[StepId.USE_CASE].number in done
        return
    assert BY_ID[StepId.USE_CASE].number in named
    assert not named & done
    verdict = found.verdicts[StepId.USE_CASE]
    assert verdict.state == StepState.ATTENTION
    assert verdict.headline.startswith(verdict.findings[0].message)
    assert found.first_step == StepId.DECISION


# What has changed since the filing


def filed_with(facts: Facts, answers: Answers, at: datetime = build.NOW - timedelta(hours=5)) -> Answers:
    """Return the answers after a filing of what they say."""
    (file,) = [action for action in ACTIONS if action.id == "file"]
    (call,) = file.plan(Situation(facts, answers))
    text = filing_snapshot.snapshot(
        Situation(facts, answers), judge_all(Situation(facts, answers, ())).verdicts, call.params, at
    )
    return answers.with_entry(filing_snapshot.FIELD, Entry(text, at, "ada@laptop"))


def ours(facts: Facts, answers: Answers, status: str = "DENIED") -> Facts:
    """Return the facts after Amazon took that request."""
    (call,) = next(action for action in ACTIONS if action.id == "file").plan(Situation(facts, answers))
    details = Details(
        str(call.params["MailType"]),
        str(call.params["WebsiteURL"]),
        "EN",
        str(call.params.get("UseCaseDescription", "")),
        (),
        Review(status, build.CASE),
    )
    return replace(facts, account=build.seen(build.account(details=details), "SES GetAccount"))


def test_what_has_changed_since_the_filing_is_told() -> None:
    poor = replace(build.complete(), dns={}, dmarc=None)
    before = build.entry(build.filled_in(unsubscribe=""), "override.dmarc", "It is published tonight.")
    answers = filed_with(poor, before)
    now = build.entry(answers, "unsubscribe", "Close the account.")
    now = build.entry(now, "business", "Example is run by Example GmbH in Bremen.")
    now = now.with_entry("bounce_seen", Entry("", build.NOW, "ada@laptop"))
    facts = replace(ours(poor, before), dns=build.complete().dns, dmarc=build.complete().dmarc)
    found = filing_snapshot.since(Situation(facts, now), judge_all(Situation(facts, now, ())).verdicts)
    assert found is not None
    assert "DMARC is published" in found.mended
    assert [one.id for one in found.added] == ["unsubscribe", "dmarc"]
    assert [one.id for _, one in found.changed] == ["business"]
    assert any("mailbox simulator" in text for text in found.withdrawn)
    draft = reply_draft(Situation(facts, now))
    changes = draft.partition("What has changed since our request of 2026-11-24\n")[2].partition("\n\n")[0]
    assert "- Now in place: DMARC is published." in changes
    assert "- Close the account." in changes
    assert "- Example is run by Example GmbH in Bremen." in changes
    rows = section(decision(facts, now), "Since the filing")
    assert ("Now in place", "DMARC is published", Mark.GOOD) in rows
    assert {"Said newly", "Said otherwise", "Not said any more"} <= {label for label, _, _ in rows}


def test_a_gap_is_closed_only_where_its_step_could_be_read() -> None:
    poor = replace(build.complete(), checkout=build.seen(build.checkout(opt_in=None), "checkout"))
    before = build.filled_in(recipients_source="They sign up on our page.", bounce_process="Customers may call us.")
    answers = filed_with(poor, before)
    facts = ours(poor, before)
    mended = build.entry(answers, "bounce_process", "A function marks the address and we stop sending to it.")
    verdicts = judge_all(Situation(facts, mended, ())).verdicts
    found = filing_snapshot.since(Situation(facts, mended), verdicts)
    assert found is not None
    assert any("nothing that acts by itself" in text for text in found.closed)
    step = verdicts[StepId.USE_CASE]
    unknown = replace(
        step.findings[0] if step.findings else verdicts[StepId.DECISION].findings[0], severity=Severity.UNKNOWN
    )
    doubtful = {**verdicts, StepId.USE_CASE: replace(step, findings=(unknown,))}
    found = filing_snapshot.since(Situation(facts, mended), doubtful)
    assert found is not None
    assert any("nothing that acts by itself" in text for text in found.unread)
    assert not any("nothing that acts by itself" in text for text in found.closed)


def test_nothing_changed_is_said_too() -> None:
    answers = filed_with(build.complete(), build.filled_in())
    facts = ours(build.complete(), build.filled_in())
    found = filing_snapshot.since(Situation(facts, answers), judge_all(Situation(facts, answers, ())).verdicts)
    assert found is not None
    assert (found.mended, found.added, found.changed, found.withdrawn) == ((), (), (), ())
    assert "What has changed" not in reply_draft(Situation(facts, answers))


@pytest.mark.parametrize("status", ["DENIED", "PENDING"])
def test_a_request_filed_elsewhere_has_no_then(status: str) -> None:
    talk = pasted(ASKS)
    rows = section(decision(reviewed(status), talk), "Since the filing")
    assert [label for label, _, _ in rows] == ["What held then"]
    assert "not filed from here" in rows[0][1]
    other = filed_with(build.complete(), build.filled_in())
    assert filing_snapshot.filed(Situation(reviewed(status), other)) is not None, "AWS may leave the description out"
    elsewhere = replace(reviewed(status).account, value=replace(build.reviewed_account(status), details=_other(status)))  # type: ignore[type-var]
    assert filing_snapshot.filed(Situation(replace(reviewed(status), account=elsewhere), other)) is None
    moved = replace(reviewed(status), place=replace(build.complete().place, region="us-east-1"))
    assert filing_snapshot.filed(Situation(moved, other)) is None


def _other(status: str) -> Details:
    return Details("TRANSACTIONAL", build.WEBSITE, "EN", "Something else.", (), Review(status, build.CASE))


def test_a_request_that_nobody_received_is_no_then() -> None:
    answers = filed_with(build.complete(), build.filled_in())
    assert filing_snapshot.filed(Situation(ours(build.complete(), build.filled_in(), "FAILED"), answers)) is None
    assert filing_snapshot.filed(Situation(build.complete(), answers)) is None


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=20),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
            max_leaves=12,
        ).map(json.dumps),
    )
)
def test_a_record_that_is_none_is_not_read(text: str) -> None:
    assert filing_snapshot.read(text) is None


def test_a_damaged_record_is_not_read() -> None:
    text = filed_with(build.complete(), build.filled_in()).text(filing_snapshot.FIELD)
    document = json.loads(text)
    assert filing_snapshot.read(text) is not None
    for name in document:
        for wrong in (None, 7, [1], {"dkim": 1}, "\x1b[2J"):
            assert filing_snapshot.read(json.dumps({**document, name: wrong})) is None, (name, wrong)
    assert filing_snapshot.read("[" * 100_000) is None


# The draft


def test_the_draft_answers_what_was_asked_first() -> None:
    draft = reply_draft(Situation(reviewed("DENIED"), pasted(ASKS)))
    heads = [question_answers.HEADINGS[question] for question in list(Question)[:5]]
    places = [draft.index(f"\n\n{head}\n") for head in heads]
    assert places == sorted(places)
    assert draft.index("Authentication\n") > places[-1], "then the rest of the kit"
    assert draft.count("marks the address in our user table") == 1
    assert "mention" not in draft.partition("\n\n")[0]
    assert f"case {build.CASE}" in draft


def test_the_draft_says_nothing_that_the_ledger_does_not() -> None:
    facts, answers = reviewed("DENIED"), pasted(ASKS, bounce_process="", unsubscribe="")
    draft = reply_draft(Situation(facts, answers))
    known = reply_kit(Situation(facts, answers)) + "".join(
        one.text for one in describe(Situation(facts, answers)).sentences
    )
    known += "".join(one.text for one in samples(Situation(facts, build.filled_in()), 2)) + "".join(
        question_answers.HEADINGS.values()
    )
    squeezed = " ".join(known.split())
    for block in draft.split("\n\n")[2:]:
        for each in block.splitlines():
            assert " ".join(each.split()) in squeezed or each.startswith("Sample "), each


@pytest.mark.parametrize(
    ("status", "text"), [("PENDING", ""), ("PENDING", review_mails.received("x")), ("GRANTED", ""), ("FAILED", "")]
)
def test_where_nothing_is_asked_it_is_the_reply_kit(status: str, text: str) -> None:
    facts, answers = reviewed(status), pasted(text) if text else build.filled_in()
    assert reply_draft(Situation(facts, answers)) == reply_kit(Situation(facts, answers))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 9000), st.integers(0, 40), st.sampled_from([ASKS, review_mails.refused(), ""]))
def test_the_draft_fits_into_one_message(length: int, lines: int, mail: str) -> None:
    own = "A line of text. " * (length // 16) + "\n- one more" * lines
    answers = pasted(mail, business=own[:1500], mail_content=own[:1500], recipients_source=own[:1500])
    answers = build.entry(answers, "use_case_text", own[:5000]) if lines % 2 else answers
    draft = reply_draft(Situation(reviewed("DENIED"), answers))
    assert 0 < len(draft) <= LONGEST < REPLY_MAX


def test_the_field_offers_the_draft_where_an_answer_is_wanted() -> None:
    denied = reviewed("DENIED")
    offered = prefill.resolve("reply", Situation(denied, pasted(ASKS)))
    assert (offered.text, offered.origin) == (reply_draft(Situation(denied, pasted(ASKS))), "default")
    assert prefill.resolve("reply", Situation(reviewed("PENDING"), pasted(ASKS))).text
    assert prefill.resolve("reply", Situation(reviewed("PENDING"), build.filled_in())).text == ""
    assert prefill.resolve("reply", Situation(build.complete(), pasted(ASKS))).text == ""
    assert prefill.resolve("reply", Situation(denied, build.filled_in(reply="My words."))).origin == "you"


# The ways on


STATUSES = ("", "PENDING", "DENIED", "GRANTED", "FAILED", "PONDERING", "PRODUCTION", "unread")
CASES = ("none", "unread", "opened", "pending-customer-action", "resolved")
PARTITIONS = {"aws": "eu-west-1", "aws-us-gov": "us-gov-west-1", "aws-eusc": "eusc-de-east-1", "aws-cn": "cn-north-1"}


def anywhere(status: str, plan: bool, talk: str, partition: str) -> Facts:
    facts = reviewed(status, plan=SupportPlan(plan))
    account = {
        "": build.account(),
        "PRODUCTION": build.account(production=True),
    }.get(status, build.reviewed_account(status))
    place = replace(facts.place, partition=partition, region=PARTITIONS[partition])
    facts = replace(facts, account=build.seen(account, "SES GetAccount"), place=place)
    if status == "unread":
        facts = replace(facts, account=build.unread("SES GetAccount"))
    if talk == "unread":
        return replace(facts, case=build.unread("Support DescribeCases"))
    return replace(facts, case=build.seen(case(talk, review_mails.refused()), "Support")) if talk != "none" else facts


@pytest.mark.parametrize(("status", "plan"), list(product(STATUSES, (True, False))))
def test_the_ways_in_every_state(status: str, plan: bool) -> None:
    for talk, partition in product(CASES, PARTITIONS):
        facts = anywhere(status, plan, talk, partition)
        answers = build.filled_in(**{quota_increase.FROM_SANDBOX: "yes"})
        ways = triage.ways(Situation(facts, answers))
        assert [way.id for way in ways] == ["case", "again", "quotas", "new_case"]
        case_, again, quotas, new = ways
        assert all(way.why.endswith(".") for way in ways), [way.why for way in ways]
        assert again.open is (status in ("", "FAILED"))
        assert case_.open is {"": False, "PRODUCTION": False, "unread": None}.get(status, True)
        by_key = plan and talk not in ("none", "unread")
        assert ("press a" in case_.why) == (bool(case_.open) and by_key), (case_.why, talk)
        assert bool(quotas.open) == (status == "DENIED")
        assert new.open is (
            {"resolved": True, "none": None, "unread": None}.get(talk, False) if status == "DENIED" else False
        )
        if status in ("DENIED", "PENDING"):
            assert "409 ConflictException" in again.why
            assert "console" in again.why
            assert "AWS CLI" in again.why
        if status == "DENIED":
            assert quotas.known == quota_increase.IN_SANDBOX
            assert "whether it lifts the sandbox is not known" in quotas.why
        for way in ways:
            host = {"aws": "aws.amazon.com", "aws-us-gov": "amazonaws-us-gov.com", "aws-eusc": "amazonaws-eusc.eu"}
            assert not way.link or host.get(partition, "amazonaws.cn") in way.link
        for found in (decision(facts, answers), decision(facts, build.filled_in())):
            assert "File it again" not in found.headline


def test_the_ways_are_rows_of_the_step() -> None:
    rows = section(decision(reviewed("DENIED"), pasted(review_mails.refused())), "What you can do")
    assert [label for label, _, _ in rows] == [
        "1 Answer in the case",
        "2 File again",
        "3 Service Quotas",
        "4 A new case",
    ]
    assert [mark for _, _, mark in rows] == [Mark.GOOD, Mark.PLAIN, Mark.PLAIN, Mark.UNKNOWN]
    assert section(decision(reviewed("FAILED"), build.filled_in()), "What you can do")[1][2] == Mark.GOOD


# 409


def refused_filing(hours: float = 0.1) -> Intent:
    at = build.NOW - timedelta(hours=hours)
    problem = Problem(ProblemKind.CONFLICT, "SES does not take this now.", code="ConflictException", request_id="r-1")
    made = replace(build.intent(phase=Phase.REJECTED), created_at=at)
    return replace(made, outcome=Outcome(Phase.REJECTED, at, "r-1", problem))


@pytest.mark.parametrize("status", ["DENIED", "PENDING", "FAILED", ""])
def test_a_conflict_is_explained_and_never_offered_again(status: str) -> None:
    facts = anywhere(status, True, "none", "aws")
    made = refused_filing() if status != "FAILED" else replace(refused_filing(), before=f"FAILED {build.CASE}")
    found = judge_all(Situation(facts, build.filled_in(), (made,))).verdicts
    for step in (StepId.FILE, StepId.DECISION):
        told = next(item for item in found[step].findings if item.id == f"{step}.conflict")
        assert "ConflictException (409)" in told.message
        assert "never sent again" in told.remedy
        assert "r-1" in told.evidence
        assert told.action == ""
    (file,) = [action for action in ACTIONS if action.id == "file"]
    assert file.blocked_because(Situation(facts, build.filled_in()), found) != ""


def test_what_comes_after_a_conflict_may_be_filed() -> None:
    day_later = review_and_file.judge(Situation(build.complete(), build.filled_in(), (refused_filing(hours=25),)))
    assert day_later.state == StepState.TODO
    failed_since = anywhere("FAILED", True, "none", "aws")
    assert (
        review_and_file.judge(Situation(failed_since, build.filled_in(), (refused_filing(),))).state == StepState.TODO
    )
    assert (
        review_and_file.judge(Situation(build.complete(), build.filled_in(), (refused_filing(),))).state
        == StepState.UNKNOWN
    )
