"""The messages without a screen: printed, confirmed, corrected, added; nothing of a guess is kept by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlaas_onboard.arguments import Arguments
from dlaas_onboard.headless import draft
from dlaas_onboard.journey.errors import Refused, UsageError
from dlaas_onboard.journey.facts import Facts, Repository, SendingPlace, Source
from dlaas_onboard.journey.facts.sending import CodeValue, Guess
from dlaas_onboard.journey.request import text_rubric
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.message_code import MessageCode
from dlaas_onboard.journey.situation.message_row import RowOrigin
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.verdict import Severity
from tests import build
from tests.fakes.onboarding import WatchedOnboarding

PLACE = Source("src/billing.js", 12)
CODE = MessageCode(
    ("src/billing.js",),
    ("createInvoice calls transport.sendMail",),
    subjects=("Your invoice",),
    recipients=("invoice.client.email",),
)


CLIENT = "a client of one of our users, to whom the invoice is addressed"


def facts(**changes: object) -> Facts:
    """Return the facts of a project that is no checkout, with one place that sends."""
    place = SendingPlace(
        PLACE,
        "nodemailer",
        "transport.sendMail",
        function="createInvoice",
        recipient=CodeValue("invoice.client.email", source=PLACE),
        subject=CodeValue('"Your invoice"', "Your invoice", PLACE),
        message_class=Guess("billing", "invoice", PLACE),
    )
    place = replace(place, **changes)  # type: ignore[arg-type]  # the names of SendingPlace's own fields
    repository = build.seen(Repository("shop", (place,)), "code")
    return replace(build.complete(), checkout=build.seen(None, "checkout"), repository=repository)


def rows(onboarding: WatchedOnboarding, *assignments: tuple[str, str]) -> list[dict[str, str]]:
    """Set fields, and return the messages that ``draft --json`` prints."""
    assert draft.run(onboarding, Arguments("draft", json=True, assignments=assignments)) == 0
    messages: list[dict[str, str]] = onboarding.draft()["messages"]
    return messages


def test_a_guess_is_printed_and_its_confirmation_is_the_operators_word() -> None:
    onboarding = WatchedOnboarding(facts(), build.filled_in(mail_type="TRANSACTIONAL"))
    (row,) = rows(onboarding)
    assert (row["origin"], row["recipient"], row["recipient_code"]) == (
        "guess",
        CLIENT,
        "invoice.client.email",
    )
    (row,) = rows(onboarding, (f"message.{row['id']}.confirmed", "yes"))
    assert row["origin"] == "confirmed"
    saved = {field: text for field, text in onboarding.entered if field.startswith("message.")}
    assert saved.pop("message.your-invoice.code") == CODE.to_text()
    assert saved == {
        "message.your-invoice.name": "Your invoice",
        "message.your-invoice.trigger": "when an invoice is issued",
        "message.your-invoice.recipient": CLIENT,
        "message.your-invoice.class": "billing",
        "message.your-invoice.confirmed": "yes",
    }
    text = onboarding.view().judgement.description.text
    assert f"Messages to {CLIENT}:\n- Your invoice: when an invoice is issued." in text


@pytest.mark.parametrize(
    ("assignments", "told"),
    [
        ((("message.your-invoic.class", "billing"),), "Did you mean your-invoice?"),
        ((("message.other.trigger", "when it rains"),), "A new one begins with message.<id>.name."),
        ((("message.your-invoice.clas", "billing"),), "Did you mean class?"),
    ],
)
def test_a_message_that_does_not_exist_is_refused(assignments: tuple[tuple[str, str], ...], told: str) -> None:
    onboarding = WatchedOnboarding(facts(), build.filled_in())
    with pytest.raises(UsageError, match="nothing was saved") as error:
        draft.run(onboarding, Arguments("draft", assignments=assignments))
    assert told in str(error.value)
    assert onboarding.entered == []


def test_a_message_is_added_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = WatchedOnboarding(facts(), build.filled_in())
    parts = {"name": "Receipt", "trigger": "after each payment", "recipient": "the person who paid", "class": "billing"}
    added = rows(onboarding, *((f"message.receipt.{part}", text) for part, text in parts.items()))
    assert {row["id"]: row["origin"] for row in added} == {"your-invoice": "guess", "receipt": "confirmed"}
    assert draft.run(onboarding, Arguments("draft")) == 0
    assert "confirmed: Receipt: after each payment; to the person who paid; billing" in capsys.readouterr().out


def test_a_message_that_is_not_sent_claims_nothing_and_stands_in_no_way() -> None:
    onboarding = WatchedOnboarding(facts(), build.filled_in(mail_type="TRANSACTIONAL"))
    (row,) = rows(onboarding, ("message.your-invoice.class", "not-sent"))
    assert row["origin"] == "guess"
    (row,) = rows(onboarding, ("message.your-invoice.confirmed", "yes"))
    assert (row["origin"], row["class"]) == ("confirmed", "not-sent")
    view = onboarding.view()
    assert "invoice" not in view.judgement.description.text.casefold()
    assert not view.situation.messages.open
    assert not [hole for hole in view.judgement.description.holes if hole.id in ("messages", "transactional")]
    shown = {row.label: row.value for row in view.verdicts[StepId.REQUEST].rows}
    assert shown["Your invoice"] == "not counted: the service does not send it"
    (advice,) = [each for each in view.verdicts[StepId.USE_CASE].findings if each.id == "use_case.not_sent"]
    assert advice.evidence == "src/billing.js:12"


def test_code_that_reads_like_a_newsletter_is_not_silenced_by_a_word() -> None:
    world = facts(subject=CodeValue('"20% off"', "20% off", PLACE), message_class=Guess("newsletter", "20% off", PLACE))
    answers = build.filled_in(mail_type="TRANSACTIONAL", messages_complete="yes", unsubscribe="")
    onboarding = WatchedOnboarding(world, answers)
    (row,) = rows(onboarding)
    rows(onboarding, (f"message.{row['id']}.class", "not-sent"), (f"message.{row['id']}.confirmed", "yes"))
    view = onboarding.view()
    assert "no newsletters" not in view.judgement.description.text
    (warning,) = [each for each in view.verdicts[StepId.USE_CASE].findings if each.id == "use_case.not_sent"]
    assert warning.severity == Severity.WARNING


@pytest.mark.parametrize(
    "trigger",
    ["when we feel like it", "whenever we want", "never", "when something happens to a task"],
)
def test_a_trigger_that_names_no_event_is_refused(trigger: str) -> None:
    with pytest.raises(UsageError, match="Name the event that sends it"):
        draft.run(
            WatchedOnboarding(facts(), build.filled_in()),
            Arguments("draft", assignments=(("message.your-invoice.trigger", trigger),)),
        )


def test_a_sender_of_another_domain_is_named() -> None:
    for sender, named in (("Billing <desk@clinic.example>", True), (f"desk@{build.DOMAIN}", False), ("", False)):
        world = facts(sender=CodeValue(f'"{sender}"', sender, PLACE))
        onboarding = WatchedOnboarding(world, build.filled_in(mail_type="TRANSACTIONAL"))
        rows(onboarding, ("message.your-invoice.confirmed", "yes"))
        findings = {each.id: each.message for each in onboarding.view().verdicts[StepId.USE_CASE].findings}
        assert ("use_case.other_sender" in findings) == named
        if named:
            assert "from desk@clinic.example, which is not of" in findings["use_case.other_sender"]


ROW = "message.your-invoice"


def confirmed() -> Answers:
    """Return the answers after the message was confirmed as it was read."""
    onboarding = WatchedOnboarding(facts(), build.filled_in(mail_type="TRANSACTIONAL"))
    rows(onboarding, (f"{ROW}.confirmed", "yes"))
    return onboarding.view().situation.answers


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"source": Source("src/billing.js", 90)}, ""),
        ({"sample": "Dear client"}, ""),
        ({"subject": CodeValue('"20% off"', "20% off", PLACE)}, "the subject was “Your invoice” and is “20% off”"),
        (
            {"recipient": CodeValue("everybody.email", source=PLACE)},
            "the recipient was “invoice.client.email” and is “everybody.email”",
        ),
        ({"source": Source("src/shop.js", 12)}, "the file was “src/billing.js” and is “src/shop.js”"),
        ({"template": CodeValue('"a.html"', "a.html", PLACE)}, "the template was empty and is “a.html”"),
        (
            {"function": "createOffer"},
            "the call was “createInvoice calls transport.sendMail” and is “createOffer calls transport.sendMail”",
        ),
    ],
)
def test_a_confirmed_message_whose_code_has_changed_is_open_again(changes: dict[str, object], what: str) -> None:
    situation = Situation(facts(**changes), confirmed())
    found = {item.id: item.message for item in text_rubric.of_text(situation)}
    if not what:
        (row,) = situation.messages.rows
        assert (row.id, row.origin) == ("your-invoice", RowOrigin.CONFIRMED)
        assert not [name for name in found if "message_changed" in name]
        return
    (row,) = [row for row in situation.messages.rows if row.id == "your-invoice"]
    assert row.origin == RowOrigin.GUESS
    assert f"the code has changed since you confirmed it: {what}" in found["use_case.message_changed.your-invoice"]
    again = WatchedOnboarding(facts(**changes), situation.answers)
    rows(again, (f"{ROW}.confirmed", "yes"))
    assert not again.view().situation.messages.open


def test_a_confirmed_message_that_no_code_sends_any_more_is_open_and_one_that_was_not_read_stands() -> None:
    empty = replace(facts(), repository=build.seen(Repository("shop"), "code"))
    situation = Situation(empty, confirmed())
    (row,) = situation.messages.open
    assert row.changed == ("what sent it is not found any more in src/billing.js",)
    elsewhere = replace(facts(), repository=build.seen(None, "code"))
    unread = replace(facts(), repository=build.denied("read", "code"))
    for unknown in (elsewhere, unread, replace(facts(), repository=None)):
        assert [each.origin for each in Situation(unknown, confirmed()).messages.rows] == [RowOrigin.CONFIRMED]
    by_hand = WatchedOnboarding(empty, confirmed())
    assert [each["origin"] for each in rows(by_hand, (f"{ROW}.confirmed", "yes"))] == ["confirmed"]


def test_a_confirmation_of_an_earlier_version_stands_and_nobody_enters_the_code() -> None:
    answers = confirmed()
    old = replace(answers, entries={name: entry for name, entry in answers.entries.items() if "code" not in name})
    assert [row.origin for row in Situation(facts(), old).messages.rows] == [RowOrigin.CONFIRMED]
    onboarding = WatchedOnboarding(facts(), answers)
    with pytest.raises(Refused, match="not entered"):
        onboarding.enter(f"{ROW}.code", "{}")
    with pytest.raises(UsageError, match="with one of name, trigger"):
        draft.run(onboarding, Arguments("draft", assignments=((f"{ROW}.code", "{}"),)))


def test_what_was_typed_and_not_confirmed_claims_nothing_when_its_code_is_gone() -> None:
    onboarding = WatchedOnboarding(facts(), build.filled_in())
    parts = {"name": "Invoice", "trigger": "every month", "recipient": "the client", "class": "billing"}
    rows(onboarding, *((f"{ROW}.{part}", text) for part, text in parts.items()))
    empty = replace(facts(), repository=build.seen(Repository("shop"), "code"))
    assert [row.claims for row in Situation(empty, onboarding.view().situation.answers).messages.rows] == [False]
