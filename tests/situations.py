"""Situations for properties that must hold in each: the facts of ``tests.build`` beside what an operator may enter."""

from __future__ import annotations

from collections.abc import Callable

from dlaas_onboard.journey.facts import Facts
from tests import build

FACTS: tuple[Callable[[], Facts], ...] = (
    build.nothing,
    build.fresh,
    build.terraform,
    build.ready,
    build.halfway,
    build.complete,
    build.pending,
    build.asked_back,
    build.refused,
    build.granted,
    build.production,
    build.paused,
    build.no_permission,
    lambda: build.without_dmarc(build.complete()),
)
# Own words that facts deny, that leave a hole, that are too long, or that take a sentence away.
CHANGES = {
    "mail_content": ("We send a monthly newsletter.", "Our DMARC policy is reject.", "Receipts. " * 80),
    "business": ("", "We are [your company].", "A shop in Bremen, run by Example GmbH. " * 20),
    "unsubscribe": ("", "We send no newsletters.", "Our mail is signed with DKIM."),
    "bounce_process": ("", "A worker deletes each address."),
    "bounce_seen": ("", "Both arrived."),
    "users": ("", "2,000,000"),
    "declare_terms": ("",),
    "sample_message": ("Hello,\n\nyour receipt.\n" * 40,),
    "override.dmarc": ("The registrar moves the zone on Thursday.",),
    "sentence.dkim": ("-", "Each message carries a signature."),
    "aws_answer": ("Tell us how you handle bounces.",),
    "reply": ("Our DMARC policy is reject.",),
}
