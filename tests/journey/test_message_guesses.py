"""What is proposed for a message: words that an operator may accept, or none."""

from __future__ import annotations

import pytest

from dlaas_onboard.journey.situation.message_guesses import guessed_recipient, guessed_trigger
from dlaas_onboard.journey.situation.third_parties import is_own_user, is_third_party, noun


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("invoice.client.email", "a client of one of our users, to whom the invoice is addressed"),
        ("appointment.patient.email", "the patient who has the appointment"),
        ("invoice.owner.email", "the user who owns the invoice"),
        ("team.adminEmail", "the team's admin"),
        ("[order.customer.email]", "the customer who placed the order"),
        ("quote.customer_email", "the customer to whom the quote is addressed"),
        ("customer.email", "the account's owner"),
        ("invitation.email", "the person who is invited"),
        ("post.author.email", "the author of the post"),
        ("lamp.keeper.email", "the lamp's keeper"),
        ("client.email", "the client"),
        ("member.getEmail()", "the account's owner"),
        ("old_address", "the old address"),
        ("user.email", "the account's owner"),
        ("req.body.email", "the address that was just entered"),
        ("list.subscribers", "those who subscribed"),
        ("p.email", ""),  # one letter names nobody
        ("u.email", ""),
        ("email", ""),  # may be anybody's
        ("to", ""),
        ("recipient.email", ""),
        ("options.to", ""),
        ('"feedback@shop.example"', "the mailbox feedback@shop.example"),
        ("env.SUPPORT_EMAIL", ""),
        ("ADMIN_ADDRESS", ""),
        ("$this->order->event->organiser->email", "the organiser"),
        ("userData.email", "the account's owner"),
        ("hostEmail", "the host"),
        ("ctx.user.email", "the account's owner"),
        ("invite.inviteeEmail", "the person who is invited"),
    ],
)
def test_whom_an_expression_may_name(code: str, words: str) -> None:
    assert guessed_recipient(code) == words


@pytest.mark.parametrize(
    ("recipient", "third", "own"),
    [
        ("a client of one of our users, to whom the invoice is addressed", True, False),
        ("the user's client", True, False),
        ("guests of our customers", True, False),
        ("a third party", True, False),
        ("the account's owner", False, True),
        ("the address that was just entered", False, True),
        ("the user who owns the invoice", False, True),
        ("the customer who placed the order", False, True),
        ("the guest who has the booking", False, False),  # of a hotel it is its own
        ("the person who is invited", False, False),
        ("the customer to whom the quote is addressed", False, False),
    ],
)
def test_who_is_a_user_and_who_is_none(recipient: str, third: bool, own: bool) -> None:
    assert (is_third_party(recipient), is_own_user(recipient)) == (third, own)


def test_a_third_party_is_called_by_its_noun() -> None:
    assert noun("a client of one of our users") == "client"
    assert noun("guests of our customers") == "guest"


@pytest.mark.parametrize(
    ("read", "called", "words"),
    [
        (("Your appointment tomorrow",), ("remind",), "before an appointment, an event or a payment that is due"),
        (("20% off dental cleaning in May",), ("offer",), "when we have an offer"),
        (("Reset your password",), ("send",), "when somebody asks for a new password"),
        (("", "verify-email"), ("beforeLogin",), "when somebody has to confirm an address"),
        (("Your order has shipped",), (), "when an order is placed or changes"),
        (("Re: your question",), ("deliver_payload",), ""),  # what carries a message says nothing of it
        (("",), ("postComment",), ""),
        (("Hello",), ("orderBy",), ""),
        ((), ("Auth.signUp",), "when somebody signs up"),
    ],
)
def test_what_a_recipient_reads_says_more_than_the_code_on_the_way(
    read: tuple[str, ...], called: tuple[str, ...], words: str
) -> None:
    assert guessed_trigger(read, called, "") == words
