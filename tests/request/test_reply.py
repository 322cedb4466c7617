"""The reply to the case: what is sent with it, when it is not sent again, and how it is shown before it leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import botocore.session
import botocore.validate
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlaas_onboard.journey.facts import CaseCodes, Facts, SupportPlan
from dlaas_onboard.journey.request import contact_language, contradictions, new_case, reply, reply_review, triage
from dlaas_onboard.journey.request.reply_draft import reply_text
from dlaas_onboard.journey.request.request_actions import ACTIONS
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Intent, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps.all_steps import judge_all
from dlaas_onboard.journey.verdict import Finding, Mark, Severity
from dlaas_onboard.journey.writes.actions import Action
from dlaas_onboard.rehearsal import review_mails
from tests import build
from tests.situations import CHANGES, FACTS

MARKER = "dlaas-abcdefghij"
REPLY = next(action for action in ACTIONS if action.id == "reply_case")
CASE_ACTION = next(action for action in ACTIONS if action.id == "open_case")


def sent(text: str, phase: Phase = Phase.CONFIRMED, hours: float = 1, case_id: str = "") -> Intent:
    case = build.case()
    params = {"caseId": case_id or case.case_id, "communicationBody": f"{text}\n\nRef: {MARKER}"}
    call = Call("support", "AddCommunicationToCase", params, "us-east-1")
    return build.intent(call, phase, at=build.NOW - timedelta(hours=hours))


def takes(call: Call) -> None:
    """Check that boto3 knows every parameter and takes its type."""
    shape = botocore.session.get_session().get_service_model("support").operation_model(call.operation).input_shape
    assert shape is not None
    report = botocore.validate.ParamValidator().validate(dict(call.params), shape)
    assert not report.has_errors(), report.generate_report()
    assert set(call.params) <= set(shape.members)


def prepared(facts: Facts, text: str) -> list[Call]:
    """Return the calls of a reply with its reference, as they are confirmed."""
    calls = reply.calls(Situation(facts, build.entered(reply=text)))
    body = f"{text}\n\nRef: {MARKER}"
    assert calls[-1].params["communicationBody"].replace("{marker}", MARKER) == body
    return [*calls[:-1], replace(calls[-1], params={**calls[-1].params, "communicationBody": body})]


@pytest.mark.parametrize(("switch", "names"), [("", 2), ("yes", 2), ("no", 1)])
def test_the_report_goes_along_unless_the_operator_says_no(switch: str, names: int) -> None:
    calls = reply.calls(Situation(build.asked_back(), build.entered(reply="Ours.", attach_report=switch)))
    assert len(calls) == names
    for call in calls:
        takes(call)
        assert call.region == "us-east-1"
    assert calls[-1].params["communicationBody"] == "Ours.\n\nRef: {marker}"
    assert calls[-1].params.get("attachmentSetId", "") == ("{result:1}" if names == 2 else "")


def test_the_same_text_is_not_sent_twice() -> None:
    facts, answers = build.asked_back(), build.entered(reply="Ours.")
    assert REPLY.again is not None
    assert REPLY.again(Situation(facts, answers, ())) == ""
    assert "Amazon has this text since" in REPLY.again(Situation(facts, answers, (sent("Ours."),)))
    assert REPLY.again(Situation(facts, answers, (sent("Other words."),))) == ""
    assert REPLY.again(Situation(facts, answers, (sent("Ours.", Phase.REJECTED),))) == ""
    assert REPLY.again(Situation(facts, answers, (sent("Ours.", Phase.ABANDONED),))) == ""
    assert REPLY.again(Situation(facts, answers, (sent("Ours.", case_id="case-other"),))) == ""


@pytest.mark.parametrize("phase", [Phase.INTENT, Phase.ACCEPTED, Phase.UNKNOWN])
def test_a_reply_that_may_have_arrived_keeps_the_next_from_leaving(phase: Phase) -> None:
    assert "nothing is sent twice" in reply.again(
        Situation(build.asked_back(), build.entered(reply="New."), (sent("Old.", phase),))
    )


def test_what_is_shown_is_the_text_the_file_and_the_difference() -> None:
    facts = build.asked_back()
    calls = prepared(facts, "First line.\nSecond line.")
    shown = reply.preview(calls, Situation(facts, intents=(sent("First line.\nOld line."),)))
    assert f"First line.\nSecond line.\n\nRef: {MARKER}" in shown
    assert f"Attached: {reply.REPORT_NAME}; it stands below, whole." in shown
    assert "\n-Old line.\n+Second line." in shown
    assert f"{build.NOW - timedelta(hours=1):%Y-%m-%d %H:%M} UTC (reply)" in shown
    assert "No difference." in reply.preview(calls, Situation(facts, intents=(sent("First line.\nSecond line."),)))
    assert "Nothing was sent from here before" in reply.preview(calls, Situation(facts, intents=()))


def test_the_first_reply_is_compared_with_the_request() -> None:
    facts = build.asked_back()
    filing = build.intent(Call("sesv2", "PutAccountDetails", {"UseCaseDescription": "What we said."}))
    calls = prepared(facts, "What we say.")
    shown = reply.preview(calls, Situation(facts, intents=(filing,)))
    assert "(request)" in shown
    assert "-What we said.\n+What we say." in shown
    assert reply.before(Situation(facts, intents=(filing, sent("Later.")))) == reply.Before(
        "Later.", build.NOW - timedelta(hours=1), "reply"
    )


CODES = CaseCodes("service-limit-increase", "ses-production-access", "Limits", "SES", "service-limit-increase")


def closed(**changes: object) -> Facts:
    facts = replace(
        build.refused(),
        support=build.seen(SupportPlan(True)),
        case=build.seen(build.case("resolved")),
        case_codes=build.seen(CODES),
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


CHOSEN = build.entered(new_case="yes", reply="Ours.")


@pytest.mark.parametrize(
    ("facts", "answers", "says"),
    [
        (closed(), CHOSEN, ""),
        (build.pending(), CHOSEN, "only after a denial"),
        (closed(support=build.seen(SupportPlan(False))), CHOSEN, "in the console"),
        (closed(case=None), CHOSEN, "is not known"),
        (closed(case=build.denied("support:DescribeCases", "")), CHOSEN, "is not known"),
        (closed(case=build.seen(build.case("unassigned"))), CHOSEN, "is open: answer in it"),
        (closed(), build.entered(reply="Ours."), "Say first"),
        (closed(case_codes=None), CHOSEN, "not known"),
        (closed(case_codes=build.denied("support:DescribeServices", "")), CHOSEN, "not known"),
        (closed(case_codes=build.seen(None)), CHOSEN, "lists no service"),
        (closed(), build.entered(new_case="yes", reply="x" * 7900), "characters too long"),
    ],
)
def test_a_new_case_is_the_last_of_the_ways(facts: Facts, answers: Answers, says: str) -> None:
    why = CASE_ACTION.blocked_because(Situation(facts, answers), {})
    assert (says in why, bool(why)) == (True, bool(says)), why


def test_a_dry_run_comes_first_and_says_the_same() -> None:
    dry, attach, real = new_case.calls(Situation(closed(), CHOSEN))
    for call in (dry, attach, real):
        takes(call)
    assert dry.params["dryRun"] is True
    assert {k: v for k, v in dry.params.items() if k != "dryRun"} == {
        k: v for k, v in real.params.items() if k != "attachmentSetId"
    }
    assert real.params["attachmentSetId"] == "{result:2}"
    assert (real.params["serviceCode"], real.params["categoryCode"]) == (CODES.service, CODES.category)
    assert "{marker}" in real.params["subject"]
    assert build.CASE in real.params["communicationBody"]
    assert len(new_case.calls(Situation(closed(), build.entered(new_case="yes", attach_report="no")))) == 2


def test_which_case_was_opened_from_here() -> None:
    def opened(phase: Phase, hours: float, *, dry: bool = False) -> Intent:
        params = {"subject": "s", "dryRun": True} if dry else {"subject": "s"}
        return build.intent(Call("support", "CreateCase", params), phase, at=build.NOW - timedelta(hours=hours))

    assert new_case.opened(()) == ""
    assert new_case.opened((opened(Phase.CONFIRMED, 2, dry=True), opened(Phase.REJECTED, 1))) == ""
    assert new_case.opened((opened(Phase.ABANDONED, 1),)) == ""
    for phase in (Phase.INTENT, Phase.ACCEPTED, Phase.UNKNOWN, Phase.CONFIRMED):
        assert new_case.opened((opened(phase, 1),)) != ""
    # A dry run that was carried out after all opened a case.
    assert new_case.opened((opened(Phase.UNKNOWN, 1, dry=True),)) != ""
    assert "nothing is sent twice" in new_case.again(Situation(closed(), CHOSEN, (opened(Phase.UNKNOWN, 1),)))
    assert new_case.again(Situation(closed(), CHOSEN, (opened(Phase.CONFIRMED, 1),))) == ""


def warned(facts: Facts, answers: Answers, action: Action = REPLY) -> str:
    situation = Situation(facts, answers)
    assert action.warns is not None
    return action.warns(situation, judge_all(situation).verdicts)


def holds(language: str) -> Facts:
    """Return the facts of an account that was denied, for which SES holds this contact language."""
    details = replace(build.details("DENIED"), contact_language=language)
    return closed(account=build.seen(build.account(details=details), "SES GetAccount"))


@pytest.mark.parametrize("action", [REPLY, CASE_ACTION])
@pytest.mark.parametrize(
    ("held", "entered", "japanese"), [("JA", "EN", True), ("JA", "", True), ("EN", "JA", False), ("", "JA", True)]
)
def test_the_language_that_ses_holds_is_the_one_amazon_writes_in(
    action: Action, held: str, entered: str, japanese: bool
) -> None:
    facts, answers = holds(held), build.filled_in(contact_language=entered, new_case="yes")
    assert ("in Japanese, and your text stays in English" in warned(facts, answers, action)) is japanese
    assert {
        call.params["language"] for call in new_case.calls(Situation(facts, answers)) if "language" in call.params
    } == {"ja" if japanese else "en"}
    step = judge_all(Situation(facts, answers)).verdicts[StepId.REQUEST]
    assert ("request.language" in {finding.id for finding in step.findings}) is japanese


def test_before_the_filing_the_language_is_the_one_that_is_entered() -> None:
    facts = replace(
        build.complete(), account=build.seen(build.account(details=replace(build.details(), contact_language="JA")))
    )
    words = contact_language.words(Situation(facts, build.filled_in(contact_language="")))
    assert words == (
        "Amazon will write in Japanese, and your text stays in English. "
        "Choose English as the contact language, unless you can answer in Japanese."
    )
    assert contact_language.words(Situation(facts, build.filled_in(contact_language="EN"))) == ""


def test_after_the_grant_no_language_is_warned_of() -> None:
    details = replace(build.details("GRANTED"), contact_language="JA")
    facts = replace(build.complete(), account=build.seen(build.account(production=True, details=details)))
    assert contact_language.words(Situation(facts, build.filled_in())) == ""


UNTRUE = "Our DMARC policy is reject."


@pytest.mark.parametrize("entries", [{"reply": UNTRUE}, {"mail_content": UNTRUE}, {"use_case_text": UNTRUE}])
def test_what_a_fact_denies_does_not_leave_by_any_way(entries: dict[str, str]) -> None:
    """Typed as the reply, or in the text that the draft is made of: not by the API, the console, or a new case."""
    answers = build.filled_in(new_case="yes", **entries)
    for facts, action in ((closed(), REPLY), (build.asked_back(), REPLY), (closed(), CASE_ACTION)):
        why = action.blocked_because(Situation(facts, answers), {})
        assert "name the DMARC policy reject; DNS has none" in why
        assert ("in the text of the step Use case" in why) is ("reply" not in entries)
    no_plan = Situation(closed(support=build.seen(SupportPlan(False))), answers)
    assert "DNS has none" in REPLY.blocked_because(no_plan, {})
    assert reply.by_hand(no_plan, {}) is None
    way, *_ = triage.ways(no_plan)
    assert way.why.startswith("Not as your reply reads: Your words name the DMARC policy reject")


@pytest.mark.parametrize(
    "text",
    ["Our DMARC policy is none.", "> Is your DMARC policy reject?\nNot yet.", "DMARC will be set to reject soon."],
)
def test_what_no_fact_denies_leaves(text: str) -> None:
    assert REPLY.blocked_because(Situation(closed(), build.filled_in(reply=text)), {}) == ""


def test_the_draft_of_true_answers_leaves() -> None:
    for facts in (closed(), build.asked_back()):
        assert REPLY.blocked_because(Situation(facts, build.filled_in()), {}) == ""


def untrue(found: Sequence[Finding]) -> set[str]:
    return {item.id.partition(".")[2] for item in found if item.severity == Severity.BLOCKER}


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(FACTS),
    st.sampled_from(["", "PENDING", "DENIED"]),
    st.fixed_dictionaries(
        {}, optional={field: st.sampled_from(texts) for field, texts in CHANGES.items() if field != "reply"}
    ),
)
def test_the_gate_of_the_filing_and_that_of_the_reply_agree(
    facts: Callable[[], Facts], status: str, changes: dict[str, str]
) -> None:
    """Also where the draft is typed as it is: what facts carry is not taken for the operator's own words."""
    held = facts()
    if status:
        held = replace(held, account=build.seen(build.reviewed_account(status), "SES GetAccount"))
    drafted = Situation(held, build.filled_in(**changes))
    typed = Situation(held, build.filled_in(**changes, reply=reply_text(drafted)))
    denied = untrue(contradictions.of_own_words(drafted))
    assert untrue(reply_review.contradicted(drafted)) == denied
    assert untrue(reply_review.contradicted(typed)) == denied


def test_a_typed_reply_speaks_against_what_the_messages_are() -> None:
    facts = replace(closed(), checkout=build.seen(build.checkout(), "checkout"))
    answers = build.filled_in(reply="Every month all of our users get our newsletter.")
    assert "no marketing, another speaks of mail that is" in REPLY.blocked_because(Situation(facts, answers), {})


def test_an_untrue_reply_stands_among_the_findings_of_the_step() -> None:
    findings = judge_all(Situation(closed(), build.filled_in(reply=UNTRUE))).verdicts[StepId.DECISION].findings
    (found,) = [finding for finding in findings if finding.id == "decision.dmarc_policy_contradicted"]
    assert (found.severity, found.field, found.step) == (Severity.BLOCKER, "reply", StepId.DECISION)


def test_a_typed_reply_is_judged_by_what_it_says() -> None:
    asks = build.case("pending-customer-action", "Tell us how you handle bounces. Do you have a website?")
    facts = replace(build.asked_back(), case=build.seen(asks))
    hello = warned(facts, build.filled_in(reply="Thank you for your patience."))
    assert "does not seem to mention: bounces, complaints; the website. This is a guess by keywords" in hello
    half = warned(facts, build.filled_in(reply="Each bounce stops all mail to that address."))
    assert "does not seem to mention: the website." in half
    whole = warned(facts, build.filled_in(reply="Each bounce stops all mail. We are at https://example.com."))
    assert "mention" not in whole
    assert "still holds a placeholder" in warned(
        facts, build.filled_in(reply="We are [your company], at https://a.example.")
    )
    assert "not in English" in warned(facts, build.filled_in(reply="バウンスした宛先には送りません。"))


def test_without_a_question_a_typed_reply_is_read_for_what_aws_always_asks() -> None:
    said = warned(build.refused(), build.filled_in(reply="Please look again."))
    assert "how addresses reach you; what happens to an address after a bounce or a complaint" in said


def test_each_question_has_a_row_of_what_the_typed_reply_says() -> None:
    asks = build.case("pending-customer-action", "Tell us how you handle bounces. Do you have a website?")
    facts = replace(build.asked_back(), case=build.seen(asks))
    verdict = judge_all(Situation(facts, build.filled_in(reply="Each bounce stops all mail."))).verdicts[
        StepId.DECISION
    ]
    rows = {row.label: (row.value, row.mark) for row in verdict.rows if row.section == "What Amazon asks"}
    assert rows == {
        "Bounces, complaints": ("Your reply speaks of it.", Mark.GOOD),
        "The website": ("Your reply does not seem to mention it.", Mark.WARN),
    }
    assert "decision.asked.website" in {finding.id for finding in verdict.findings}


def test_open_gaps_are_named_before_the_reply_leaves_with_them() -> None:
    facts = build.without_dmarc(closed())
    said = warned(facts, build.filled_in(mail_content="", business=""))
    assert "- Domain: " in said
    assert "- Use case: " in said
    assert REPLY.blocked_because(Situation(facts, build.filled_in()), {}) == ""
    typed = warned(facts, build.filled_in(reply="Each bounce stops all mail to who signed up."))
    assert "- Domain: " in typed
    assert "- Use case: " not in typed, "the reply stands for that text"


ASKS = review_mails.more_information(build.REGION)


@pytest.mark.parametrize("mail", ["", ASKS, review_mails.refused(), review_mails.refused_for_good()])
@pytest.mark.parametrize("say", [reply_text, new_case.text])
def test_nothing_is_said_twice(say: Callable[[Situation], str], mail: str) -> None:
    facts = replace(build.complete(), account=build.seen(build.reviewed_account("DENIED"), "SES GetAccount"))
    said = say(Situation(facts, build.filled_in(aws_answer=mail)))
    assert said.count("review it again") == 1
    assert said.count(build.CASE) == 1
    assert said.count("400 recipients in 24 hours") == 1
    sentences = [sentence for part in said.splitlines() for sentence in part.split(". ") if len(sentence) > 25]
    greetings = ("Hello {userName}", "Thank you")  # of the samples
    twice = {sentence for sentence in sentences if sentences.count(sentence) > 1 and not sentence.startswith(greetings)}
    assert not twice


def test_samples_that_amazon_asked_for_stand_apart() -> None:
    facts = replace(build.complete(), account=build.seen(build.reviewed_account("DENIED"), "SES GetAccount"))
    said = reply_text(Situation(facts, build.filled_in(aws_answer=ASKS)))
    assert "Examples of our mail\nSample 1\n" in said
    assert "\n\nSample 2\n" in said
    assert said.count("Sample 2") == 1
