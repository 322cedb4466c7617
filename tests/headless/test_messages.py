"""The messages without a screen: printed, confirmed, corrected, added; nothing of a guess is kept by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlaas_onboard.arguments import Arguments
from dlaas_onboard.headless import draft
from dlaas_onboard.journey.errors import UsageError
from dlaas_onboard.journey.facts import Facts, Repository, SendingPlace, Source
from dlaas_onboard.journey.facts.sending import CodeValue, Guess
from tests import build
from tests.fakes.onboarding import WatchedOnboarding

PLACE = Source("src/billing.js", 12)


def facts() -> Facts:
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
    repository = build.seen(Repository("shop", (place,)), "code")
    return replace(build.complete(), checkout=build.seen(None, "checkout"), repository=repository)


def rows(onboarding: WatchedOnboarding, *assignments: tuple[str, str]) -> list[dict[str, str]]:
    """Set fields, and return the messages that ``draft --json`` prints."""
    assert draft.run(onboarding, Arguments("draft", json=True, assignments=assignments)) == 0
    messages: list[dict[str, str]] = draft._document(onboarding.view())["messages"]
    return messages


def test_a_guess_is_printed_and_its_confirmation_is_the_operators_word() -> None:
    onboarding = WatchedOnboarding(facts(), build.filled_in(mail_type="TRANSACTIONAL"))
    (row,) = rows(onboarding)
    assert (row["origin"], row["recipient"], row["recipient_code"]) == (
        "guess",
        "the invoice's client",
        "invoice.client.email",
    )
    (row,) = rows(onboarding, (f"message.{row['id']}.confirmed", "yes"))
    assert row["origin"] == "confirmed"
    saved = {field: text for field, text in onboarding.entered if field.startswith("message.")}
    assert saved == {
        "message.your-invoice.name": "Your invoice",
        "message.your-invoice.trigger": "when an invoice is issued",
        "message.your-invoice.recipient": "the invoice's client",
        "message.your-invoice.class": "billing",
        "message.your-invoice.confirmed": "yes",
    }
    text = onboarding.view().judgement.description.text
    assert "Messages to the invoice's client:\n- Your invoice: when an invoice is issued." in text


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
