"""What the facts say of each gate: the layer below the rubric of the text, which asks it what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dlaas_onboard.journey.bounces import bounce_path
from dlaas_onboard.journey.dns.needed_records import Purpose
from dlaas_onboard.journey.dns.record_turns import states_with_turns
from dlaas_onboard.journey.dns.record_verdicts import RecordState, RecordVerdict
from dlaas_onboard.journey.request import evidence, website_review
from dlaas_onboard.journey.request.bounce_evidence import path
from dlaas_onboard.journey.request.domain_gate import authentication, unread
from dlaas_onboard.journey.request.gate import GateReading, Light
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.stage_words import STAGE_WORDS, fill
from dlaas_onboard.journey.review.stages import Stage
from dlaas_onboard.journey.situation.situation import Situation, once

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import Facts

_REVIEW_LIGHTS = {  # of what the review itself says, which is never Stage.PRODUCTION
    Stage.NEVER_ASKED: Light.GREEN,
    Stage.FAILED: Light.GREEN,
    Stage.PENDING: Light.RED,
    Stage.DENIED: Light.RED,
    Stage.GRANTED: Light.RED,
    Stage.UNKNOWN: Light.UNKNOWN,
}


@once
def fact_readings(situation: Situation) -> dict[str, GateReading]:
    """Return what the facts say of each gate that is about them, by its id."""
    return dict(_look(situation))


def _look(situation: Situation) -> Iterator[tuple[str, GateReading]]:
    yield "account", _account(situation.facts)
    yield "sandbox", _sandbox(situation.facts)
    yield "sending", _sending(situation.facts)
    yield "review", _review(situation.facts)
    yield from authentication(situation)
    yield "dmarc", _dmarc(situation)
    yield "bounce_path", _bounce_path(situation)
    yield "website", _website(situation)
    yield "stock", _stock(situation.facts)


def _account(facts: Facts) -> GateReading:
    place = facts.place
    if facts.caller is not None and facts.caller.problem is not None:
        return unread("The account", facts.caller)
    if not place.account:
        return GateReading(Light.UNKNOWN, "STS has not said which account this is.", "Check the credentials.")
    if not place.region:
        return GateReading(Light.RED, "No Region is chosen; access is granted for one Region.", "Choose the Region.")
    if stages.account(facts) is None:
        return unread("The account's state in SES", facts.account)
    return GateReading(Light.GREEN, f"Account {place.account}, {place.region}.")


def _sandbox(facts: Facts) -> GateReading:
    match stages.access(facts):
        case "production":
            return GateReading(
                Light.RED, "The account has production access already.", "Nothing is left to file: go live."
            )
        case "sandbox":
            return GateReading(Light.GREEN, "ProductionAccessEnabled is false.")
    return unread("Production access", facts.account)


def _sending(facts: Facts) -> GateReading:
    account = stages.account(facts)
    if account is None:
        return unread("The sending state", facts.account)
    match stages.health(facts):
        case stages.Health.HEALTHY:
            return GateReading(Light.GREEN, "Sending is enabled, enforcement status HEALTHY.")
        case stages.Health.UNKNOWN:
            return GateReading(Light.UNKNOWN, "SES did not say whether sending is enabled and healthy.", "Look again.")
    enabled = "disabled" if account.sending_enabled is False else "enabled"
    return GateReading(
        Light.RED,
        f"Sending is {enabled}, enforcement status {account.enforcement or 'not given'}.",
        "Answer the case that Amazon opened about it first; a request for production access does not change that.",
    )


def _review(facts: Facts) -> GateReading:
    if stages.account(facts) is None:
        return unread("The review", facts.account)
    stage = stages.status(facts)
    words = STAGE_WORDS[stage]
    return GateReading(_REVIEW_LIGHTS[stage], fill(words.gate, facts), words.gate_remedy)


def _dmarc(situation: Situation) -> GateReading:
    for state in states_with_turns(situation):
        if state.record.purpose != Purpose.DMARC:
            continue
        if state.verdict == RecordVerdict.OK:
            return GateReading(Light.GREEN, f"{state.record.name}: {state.published}")
        light = Light.UNKNOWN if state.verdict == RecordVerdict.UNKNOWN else Light.RED
        return GateReading(light, _dmarc_words(state), state.fix)
    return GateReading(Light.UNKNOWN, "No sending domain is known.", "Enter the sending domain.")


def _dmarc_words(state: RecordState) -> str:
    """Return in a sentence what was seen of a DMARC record that is not as it should be."""
    if state.published:
        return f"{state.record.name} holds {state.published}."
    unread = state.verdict == RecordVerdict.UNKNOWN
    return f"{state.record.name} could not be read." if unread else f"There is no record {state.record.name}."


def _bounce_path(situation: Situation) -> GateReading:
    observed = path(situation)
    lost = bounce_path.lost(situation)
    if observed.light == Light.GREEN and lost:
        address, what = next(iter(lost.items()))
        return GateReading(
            Light.RED,
            f"Mail to {address} cannot arrive: {what} are lost.",
            "Set up a mailbox for it, or let your code set a Reply-To address that is read, and enter it.",
        )
    return GateReading(observed.light, observed.why, observed.remedy)


def _website(situation: Situation) -> GateReading:

    url = evidence.field("website_url", situation)
    if not url:
        return GateReading(Light.RED, "No website is named.", "Enter the website's URL.")
    shut = website_review.blockers(situation)
    if shut:
        remedies = dict.fromkeys(item.remedy for item in shut)
        return GateReading(Light.RED, " ".join(item.message for item in shut), " ".join(remedies))
    site = evidence.website(situation)
    if site is None:
        reading = situation.facts.website
        stale = reading is not None and reading.value is not None and reading.value.url.rstrip("/") != url.rstrip("/")
        return unread(url, None if stale else reading)
    if situation.place.amazon and evidence.field("private_website", situation) == "yes":
        why = f"{site.final_url} answers {site.status} from here, and you say that it is on a private network."
        return GateReading(Light.RED, f"{why} A reviewer cannot open it.", "Publish it before you file.")
    return GateReading(Light.GREEN, f"{site.final_url} answers {site.status}.")


def _stock(facts: Facts) -> GateReading:

    reading = facts.checkout
    if reading is not None and reading.known and reading.value is None:
        return GateReading(Light.GREEN, "There is no checkout.")
    checkout = evidence.checkout(facts)
    if checkout is None:
        return unread("The checkout", reading)
    if checkout.stock:
        return GateReading(
            Light.RED,
            f"Left at the value that DLaaS ships with: {', '.join(checkout.stock)}.",
            "Set your own values in common/config.json and deploy them.",
        )
    return GateReading(Light.GREEN, "The configuration was edited.")
