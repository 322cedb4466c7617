"""What Amazon wrote: the known wordings are recognised, and nothing is guessed."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlaas_onboard.journey.facts import Message, SupportCase
from dlaas_onboard.journey.review.amazon_reply import LONGEST, AmazonReply, Question, ReplyKind, answered, newest, read
from dlaas_onboard.journey.situation.answers import Answers, Entry
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.rehearsal import review_mails
from tests import build

Q = Question
USUAL = (Q.FREQUENCY, Q.LISTS, Q.BOUNCES, Q.UNSUBSCRIBE, Q.SAMPLES)
FORM = """How do you plan to build or acquire your mailing list?
How do you plan to handle bounces and complaints?
How can recipients opt out of receiving email from you?
How did you choose the sending rate or sending quota that you specified in this request?"""
NUMBERED = """Thank you for contacting us. To go on with your request we need the following:
1. The type of email you send
2. A link to your opt-in page
3. The URL of your website
4. How many messages you send a day"""
ESCALATED = """Hello,

This case was escalated for a secondary review. We appreciate your patience while we have reviewed your case.

Your new sending quota is 50,000 messages per day. Your maximum send rate is now 14 messages per second. We have also
moved your account out of the Amazon SES sandbox."""


@pytest.mark.parametrize(
    ("text", "kind", "questions"),
    [
        (review_mails.received("eu-west-1"), ReplyKind.RECEIVED, ()),
        (review_mails.more_information("eu-west-1"), ReplyKind.QUESTION, USUAL),
        (review_mails.granted("eu-west-1", 50000, 14), ReplyKind.GRANTED, ()),
        (ESCALATED, ReplyKind.GRANTED, ()),
        (review_mails.refused(), ReplyKind.REFUSED, ()),
        (review_mails.denied(), ReplyKind.UPHELD, ()),
        (review_mails.refused_for_good(), ReplyKind.UPHELD, ()),
        ("We can’t approve your request. We cannot provide any specifics.", ReplyKind.REFUSED, ()),
        ("Your request has been denied. Tell us how you handle bounces.", ReplyKind.REFUSED, (Q.BOUNCES,)),
        ("We reviewed your account again, and we are unable to grant your request.", ReplyKind.UPHELD, ()),
        (FORM, ReplyKind.QUESTION, (Q.LISTS, Q.BOUNCES, Q.UNSUBSCRIBE, Q.VOLUME)),
        (NUMBERED, ReplyKind.QUESTION, (Q.MAIL_TYPE, Q.OPT_IN, Q.WEBSITE, Q.VOLUME)),
        ("Please tell us how you handle bounces.", ReplyKind.QUESTION, (Q.BOUNCES,)),
        ("Could you describe your use case in more detail?", ReplyKind.QUESTION, (Q.USE_CASE,)),
        (
            "Before we can look at this, please verify a domain identity in this Region.",
            ReplyKind.IDENTITY,
            (Q.IDENTITY,),
        ),
        ("You do not have any verified identities in this Region.", ReplyKind.IDENTITY, (Q.IDENTITY,)),
        ("We have not heard back from you, so we close this case.", ReplyKind.ELSEWHERE, ()),
        ("Please submit a new request through Service Quotas.", ReplyKind.ELSEWHERE, ()),
        (
            "Your account's ability to send email is paused, and your account is under review.",
            ReplyKind.ENFORCEMENT,
            (),
        ),
        (f"{review_mails.granted('eu-west-1', 1, 1)}\n\n{review_mails.refused()}", ReplyKind.SEVERAL, ()),
        ("", ReplyKind.UNKNOWN, ()),
        ("Thanks for lunch yesterday, see you on Monday.", ReplyKind.UNKNOWN, ()),
        ("お客様のリクエストを確認しております。", ReplyKind.UNKNOWN, ()),
    ],
)
def test_wordings(text: str, kind: ReplyKind, questions: tuple[Question, ...]) -> None:
    found = read(text)
    assert (found.kind, found.questions) == (kind, questions)
    assert bool(found.evidence) == (kind != ReplyKind.UNKNOWN)


@pytest.mark.parametrize(
    "text", [review_mails.more_information("x"), review_mails.refused(), review_mails.denied(), NUMBERED, ESCALATED]
)
@pytest.mark.parametrize(
    "changed",
    [
        str.upper,
        lambda text: text.replace(" ", "\n"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("'", "’").replace(" ", "  "),
        lambda text: "\n".join(f"> {each}" for each in text.splitlines()),
        lambda text: (
            f"Hi Ada,\n{text}\n\nOn Tue, 24 Nov 2026 at 10:00, Ada <ada@example.org> wrote:\n> We send nothing."
        ),
    ],
    ids=["shouted", "broken", "CRLF", "typographic", "quoted", "with our mail below"],
)
def test_the_form_of_a_mail_does_not_matter(text: str, changed: object) -> None:
    assert callable(changed)
    assert read(changed(text))[:2] == read(text)[:2]


@pytest.mark.parametrize(
    "text",
    [
        "If we are unable to grant your request, we will tell you.",
        "Once your request has been approved, your new sending quota is 50,000.",
        "We may grant your request within 24 hours.",
        "Your sending quota is 200 messages per day.",
    ],
)
def test_what_is_only_supposed_decides_nothing(text: str) -> None:
    assert read(text).kind not in (ReplyKind.GRANTED, ReplyKind.REFUSED, ReplyKind.UPHELD)


def test_thanks_for_an_answer_ask_nothing() -> None:
    assert read("Thank you for telling us how you handle bounces and complaints.").questions == ()


def test_what_a_mail_quotes_of_ours_is_not_amazons() -> None:
    ours = (
        "On Tue, Ada <ada@example.org> wrote:\nHow often do you send? You could have a negative impact on our service."
    )
    assert read(f"Please tell us how you handle bounces.\n\n{ours}") == AmazonReply(
        ReplyKind.QUESTION, (Q.BOUNCES,), "please tell"
    )


def test_the_figures_of_a_grant_are_those_of_the_mail() -> None:
    assert read(ESCALATED).quota == (50_000, 14)
    assert read(review_mails.refused()).quota == (None, None)


def test_a_mail_is_only_matched() -> None:
    hostile = "Ignore the above and file again. \x1b]8;;x\x07[bold]We have approved your\u202e request[/] {marker}"
    found = read(hostile)
    assert found.kind == ReplyKind.GRANTED
    assert "\x1b" not in found.evidence


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=3000))
def test_no_text_makes_it_fail(text: str) -> None:
    found = read(text)
    assert found.kind in ReplyKind
    assert set(found.questions) <= set(Question)
    assert len(found.evidence) <= 160 * 12  # what is invisible is written out
    assert found == read(text)


PIECES = (
    *(
        "please ",
        "tell us how ",
        "have moved ",
        "still unable to ",
        "could impact ",
        "verify a ",
        "sending quota is now ",
    ),
    *(
        "a",
        " ",
        "\n",
        "> ",
        "?",
        ". ",
        "1. ",
        "from: a",
        "on ",
        "wrote:\n",
        "not yet before first ",
        "1,",
        "\u202e",
        "İ",
    ),
)


@pytest.mark.parametrize("piece", PIECES)
def test_a_hundred_kilobytes_of_anything_are_read_at_once(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    began = time.perf_counter()
    read(text)
    assert time.perf_counter() - began < 1.0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6))
def test_no_mixture_takes_long(pieces: list[str]) -> None:
    text = "".join(pieces) * 4000
    began = time.perf_counter()
    read(text[:100_000])
    assert time.perf_counter() - began < 1.0


def test_only_the_beginning_is_read() -> None:
    assert read("x" * LONGEST + review_mails.refused()).kind == ReplyKind.UNKNOWN


# Which word is the newest


AT = build.NOW - timedelta(hours=3)


def talk(*messages: tuple[str, str]) -> SupportCase:
    said = tuple(Message(by, AT + timedelta(minutes=number), body) for number, (by, body) in enumerate(messages))
    return SupportCase(build.CASE, "case-1", "opened", messages=said)


def pasted(text: str, at: datetime) -> Answers:
    return Answers({"aws_answer": Entry(text, at, "ada@laptop")})


AMAZON = "Amazon Web Services"


def test_the_newest_word_counts() -> None:
    facts = replace(
        build.complete(), case=build.seen(talk((AMAZON, review_mails.received("x")), ("ada", "ok")), "Support")
    )
    told = newest(Situation(facts, Answers()))
    assert told is not None
    assert (told.mail.kind, told.pasted, told.source) == (ReplyKind.RECEIVED, False, f"case {build.CASE}")
    after = newest(Situation(facts, pasted(review_mails.refused(), AT + timedelta(hours=1))))
    assert after is not None
    assert (after.mail.kind, after.pasted) == (ReplyKind.REFUSED, True)
    before = newest(Situation(facts, pasted(review_mails.refused(), AT - timedelta(hours=1))))
    assert before == told


def test_without_a_word_there_is_none() -> None:
    assert newest(Situation(build.complete(), Answers())) is None
    assert newest(Situation(build.complete(), pasted("   ", AT))) is None
    ours = replace(build.complete(), case=build.seen(talk(("ada", "hello")), "Support"))
    assert newest(Situation(ours, Answers())) is None
    assert answered(ours)
    assert not answered(build.complete())
