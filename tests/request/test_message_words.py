"""What a message is called in the text: no placeholder of a template, one heading for each recipient, never no name."""

from __future__ import annotations

import pytest

from dlaas_onboard.journey.request.claim_ledger import describe
from dlaas_onboard.journey.request.message_entry import wrong_messages
from dlaas_onboard.journey.situation.placeholders import in_brackets
from dlaas_onboard.journey.situation.situation import Situation
from tests import build


@pytest.mark.parametrize(
    ("template", "read"),
    [
        ("Your {appName} account is deleted on {date}.", "Your [app name] account is deleted on [date]."),
        ("Hello {{ user.first_name }}!", "Hello [user first name]!"),
        ("Hello {{{name}}}", "Hello [name]"),
        ("Dear ${order.customer}", "Dear [order customer]"),
        ("Dear <%= @user.name %>", "Dear [user name]"),
        ("Dear %(name)s, %s", "Dear [name], [value]"),
        ("{% if a %}Yes{% endif %}", "Yes"),
        ("{{#if a}}Yes{{/if}}", "Yes"),
        ("{{ name | title }}", "[name]"),
        ("#{title} is due", "[title] is due"),
        ("{}", "[value]"),
        ("A receipt, 100% paid.", "A receipt, 100% paid."),
        ("@section('content')Hello {{ $name }} @stop", "Hello [name] "),
        ("Write to me@stopover.example", "Write to me@stopover.example"),
    ],
)
def test_a_placeholder_is_a_word_in_brackets(template: str, read: str) -> None:
    assert in_brackets(template) == read


def _row(name: str, recipient: str, title: str = "Receipt") -> dict[str, str]:
    said = {
        "name": title,
        "trigger": "when a user pays",
        "recipient": recipient,
        "class": "billing",
        "confirmed": "yes",
    }
    return {f"message.{name}.{part}": text for part, text in said.items()}


def test_recipients_that_differ_by_an_article_are_one() -> None:
    rows = {**_row("a", "the user"), **_row("b", "User"), **_row("c", "the host")}
    text = describe(Situation(build.ready(), build.filled_in(**rows))).text
    assert text.count("Messages to the user:") == 1
    assert "Messages to User:" not in text
    assert "Messages to the host:" in text


def test_a_placeholder_in_a_name_does_not_reach_the_text() -> None:
    answers = build.filled_in(**_row("a", "the user", "Let's find a date for {title}!"))
    assert "- Let's find a date for [title]!: when a user pays." in describe(Situation(build.ready(), answers)).text


def test_a_confirmed_message_keeps_its_name() -> None:
    situation = Situation(build.ready(), build.filled_in(**_row("a", "the user")))
    assert "keeps a name" in wrong_messages(situation, [("message.a.name", "")])[0]
    assert wrong_messages(situation, [("message.a.name", "Invoice")]) == []
