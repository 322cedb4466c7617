"""What is proposed for a message: words that an operator may accept, or none."""

from __future__ import annotations

import pytest

from dlaas_onboard.journey.situation.message_guesses import guessed_recipient


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("invoice.client.email", "the invoice's client"),
        ("appointment.patient.email", "the appointment's patient"),
        ("user.email", "the account's owner"),
        ("req.body.email", "the address that was just entered"),
        ("list.subscribers", "those who subscribed"),
        ("p.email", ""),  # one letter names nobody
        ("u.email", ""),
    ],
)
def test_whom_an_expression_may_name(code: str, words: str) -> None:
    assert guessed_recipient(code) == words
