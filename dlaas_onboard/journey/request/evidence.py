"""What of the facts may carry a sentence: only what was read in full, and about what is asked for now."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from dlaas_onboard.journey.facts import Checkout, Facts, Identity, Mail, Website
from dlaas_onboard.journey.facts.reading import Reading, known
from dlaas_onboard.journey.request.field_rules import normal
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.inputs import Input
from dlaas_onboard.journey.situation.situation import Situation

T = TypeVar("T")


class Origin(NamedTuple):
    """Where something was seen, and when."""

    source: str
    observed_at: datetime | None = None


NOWHERE = Origin("")


def origin(reading: Reading[Any] | None) -> Origin:
    """Return the source and time of a look."""
    return Origin(reading.source, reading.observed_at) if reading is not None else NOWHERE


def field(field_id: str, situation: Situation) -> str:
    """Return the effective text of a field in its usual form."""
    return normal(field_id, situation.input(field_id).text)


def carried(field_id: str, situation: Situation) -> str:
    """Return the effective text of a field where it may carry a sentence: entered, or from what was read in full."""
    effective = situation.input(field_id)
    readings = {
        "checkout": (situation.facts.checkout,),
        "SES": (situation.facts.account, situation.facts.identities),
    }.get(effective.origin, ())
    doubtful = [reading for reading in readings if reading is not None and not reading.known]
    if effective.origin == "SES":
        doubtful = [reading for reading in doubtful if reading.source == effective.source]
    return "" if doubtful else normal(field_id, effective.text)


def field_origin(field_id: str, situation: Situation) -> Origin:
    """Return where a field's effective text comes from."""
    entry = situation.answers.entry(field_id)
    if entry is not None:
        return Origin(entered(field_id, situation.answers), entry.at)
    effective: Input = situation.input(field_id)
    at = None
    if effective.origin == "checkout" and situation.facts.checkout is not None:
        return from_checkout(situation.facts, field_id)
    for reading in (situation.facts.account, situation.facts.identities):
        if reading is not None and reading.source == effective.source:
            at = reading.observed_at
    return Origin(effective.source, at)


def entered(field_id: str, answers: Answers) -> str:
    """Return ``entered 2026-11-24 by ada@laptop``, ``""`` where nothing was entered."""
    entry = answers.entry(field_id)
    return f"entered {entry.at:%Y-%m-%d} by {entry.by}" if entry else ""


def from_checkout(facts: Facts, key: str = "") -> Origin:
    """Return the place in the checkout that holds ``key``: its file and line, else the checkout as a whole."""
    reading = facts.checkout
    if reading is None or reading.value is None:
        return NOWHERE
    return Origin(reading.value.sources.get(key) or reading.source, reading.observed_at)


def checkout(facts: Facts) -> Checkout | None:
    """Return the checkout if it could be read."""
    return known(facts.checkout)


def mails(facts: Facts) -> tuple[Mail, ...]:
    """Return the messages that code sends to recipients: not those of the operator, not those nobody sends."""
    seen_checkout = checkout(facts)
    return tuple(mail for mail in seen_checkout.mails if mail.triggers and mail.to_recipients) if seen_checkout else ()


def identity(situation: Situation) -> Identity | None:
    """Return the domain identity that covers the sending domain; what was read about another domain does not count."""
    return situation.identity


def website(situation: Situation) -> Website | None:
    """Return the visit to the URL that the request names; a visit to another URL does not count."""
    visit = known(situation.facts.website)
    if visit is None or visit.url.rstrip("/") != field("website_url", situation).rstrip("/"):
        return None
    return visit


def answers_well(site: Website) -> bool:
    """Return whether a reviewer would find a page there: 200, HTML, not parked, no login wall."""
    return site.status == 200 and "html" in site.content_type.lower() and not site.parked and not site.login_wall
