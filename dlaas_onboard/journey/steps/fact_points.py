"""What the facts say of those lines of the rubric for which no gate stands: docs/ses.md, "Rubric"."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

from dlaas_onboard.journey import names
from dlaas_onboard.journey.bounces import bounce_path, proof, proof_standing
from dlaas_onboard.journey.bounces.bounce_path import Hearing
from dlaas_onboard.journey.bounces.operator_note import operator_note
from dlaas_onboard.journey.bounces.proof import EVENTS
from dlaas_onboard.journey.dns import mailboxes
from dlaas_onboard.journey.dns.public_suffix import same_organization
from dlaas_onboard.journey.facts.reading import ProblemKind, Reading, known, so_far, unread
from dlaas_onboard.journey.request import evidence, named_pages, website_review
from dlaas_onboard.journey.request.claim_ledger import describe
from dlaas_onboard.journey.request.fact_gates import fact_readings
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.text import plural

_SHOWN = 3  # identities named


class Standing(StrEnum):
    """What became of a line of the rubric."""

    EARNED = "earned"
    WEAK = "weak"  # there, and a reviewer would want it better: half a point
    MISSING = "missing"
    UNKNOWN = "unknown"  # could not be read, or cannot be seen from here: not earned, and not lost


class Remark(NamedTuple):
    """What one fact, gate, finding or sentence says of a line, and where the operator does something about it."""

    standing: Standing
    why: str
    remedy: str = ""
    step: StepId = StepId.USE_CASE
    field: str = ""  # id of the field there, "" where the step has none for it


def no_domain(situation: Situation) -> Remark | None:
    """Return that no sending domain is named, ``None`` where one is.

    As long as SES's identities were not read in full, nobody can tell whether the account has one.
    """
    if situation.domain:
        return None
    standing = Standing.UNKNOWN if known(situation.facts.identities) is None else Standing.MISSING
    return Remark(standing, "No sending domain is known.", "Enter the sending domain.", StepId.DOMAIN, "domain")


def any_identity(situation: Situation) -> Remark:
    """Say whether SES lists any identity in the Region."""
    reading = situation.facts.identities
    region = situation.place.region or "this Region"
    listed = so_far(reading)
    found = [item.name for item in listed.items] if listed is not None else []
    if not found and situation.identity is not None:
        found = [situation.identity.name]
    if found:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        return Remark(Standing.EARNED, f"SES has an identity in {region}: {', '.join(found[:_SHOWN])}{more}.")
    if why := unread(reading, f"The list of SES's identities in {region}"):
        return Remark(Standing.UNKNOWN, ended(why), _remedy(reading), StepId.DOMAIN)
    return Remark(
        Standing.MISSING,
        f"SES has no identity in {region}.",
        "Create the domain identity: a request without one is usually denied at once.",
        StepId.DOMAIN,
        "" if situation.domain else "domain",
    )


def suppression_list(situation: Situation) -> Remark:
    """Say whether the account-level suppression list takes both kinds of event."""
    reading = situation.facts.account
    account = stages.account(situation.facts)
    if account is None:
        return Remark(Standing.UNKNOWN, ended(unread(reading, "The account in SES")), _remedy(reading), StepId.BOUNCES)
    reasons = account.suppressed_reasons
    if reasons is None:
        why = "Amazon's answer leaves out what the account-level suppression list takes."
        return Remark(Standing.UNKNOWN, why, "Set it: that does no harm where it is set already.", StepId.BOUNCES)
    lacking = [event.lower() for event in EVENTS if event not in reasons]
    if lacking:
        why = f"The account-level suppression list does not take addresses after a {' or a '.join(lacking)}."
        return Remark(Standing.MISSING, why, "Switch it on for both.", StepId.BOUNCES)
    return Remark(Standing.EARNED, "The account-level suppression list is on for bounces and complaints.")


def default_configuration_set(situation: Situation) -> Remark:
    """Say whether the identity's default configuration set publishes both kinds of event."""
    if (missing := no_domain(situation)) is not None:
        return missing
    reading, identity = situation.domain_identity, situation.identity
    name = situation.domain
    if identity is None:
        if why := unread(reading, f"The identity of {name}"):
            return Remark(Standing.UNKNOWN, ended(why), _remedy(reading), StepId.BOUNCES)
        return Remark(Standing.MISSING, f"SES has no identity for {name}.", "Create it first.", StepId.DOMAIN)
    if identity.configuration_set:
        return _publishes(identity.configuration_set, situation)
    routes = bounce_path.event_routes(situation)
    topics = {route.event for route in routes if route.automatic and route.hearing == Hearing.HEARD}
    if topics >= set(EVENTS):
        return Remark(
            Standing.EARNED, f"The topics of {identity.name} itself take both kinds of event: none is needed."
        )
    none = f"No configuration set is the default of {identity.name}"
    if why := unread(situation.facts.notifications, "whether topics of its own take its events"):
        return Remark(
            Standing.UNKNOWN, ended(f"{none}, and {why}"), _remedy(situation.facts.notifications), StepId.BOUNCES
        )
    return Remark(
        Standing.MISSING,
        f"{none}: mail that names none brings no events.",
        "Make the one that publishes bounces and complaints the default.",
        StepId.BOUNCES,
    )


def _publishes(name: str, situation: Situation) -> Remark:
    reading = situation.facts.configuration_sets
    default = bounce_path.default_set(situation)
    taken = {
        event
        for destination in (default.destinations if default is not None else ())
        if destination.enabled
        for event in destination.event_types
    }
    if taken >= set(EVENTS):
        return Remark(Standing.EARNED, f"{name}, the default of {situation.domain}, publishes bounces and complaints.")
    if why := unread(reading, f"What {name}, the default of {situation.domain}, publishes"):
        return Remark(Standing.UNKNOWN, ended(why), _remedy(reading), StepId.BOUNCES)
    lacking = " and ".join(event.lower() for event in EVENTS if event not in taken)
    return Remark(
        Standing.MISSING,
        f"{name}, the default of {situation.domain}, publishes no {lacking} events.",
        "Add an event destination that takes both.",
        StepId.BOUNCES,
    )


def simulator_proof(situation: Situation) -> Remark:
    """Say whether events of the mailbox simulator were seen to arrive; the operator's note is no proof."""
    now = proof_standing.standing(situation)
    kept = proof.kept(situation.answers)
    if now is not None and kept is not None:
        if now.holds:
            return Remark(Standing.EARNED, proof.sentence(kept))
        standing = Standing.UNKNOWN if now.holds is None else Standing.MISSING
        again = "Look again." if now.holds is None else "Prove the path of today."
        return Remark(standing, f"The proof of {kept.at:%Y-%m-%d} does not count: {now.why}.", again, StepId.BOUNCES)
    if operator_note(situation.answers) is not None:
        why = "Your note tells of a test; no event of it was seen to arrive from here."
        return Remark(Standing.WEAK, why, "Let the proof send a bounce and a complaint.", StepId.BOUNCES)
    return Remark(
        Standing.MISSING,
        "No bounce and no complaint of the mailbox simulator was seen to arrive.",
        "Let the proof send both, and watch them arrive.",
        StepId.BOUNCES,
    )


def own_website(situation: Situation) -> Remark:
    """Say whether the website and the mail are of the same organization's domain."""
    url = evidence.field("website_url", situation)
    if not url:
        return _no_website()
    sender = names.domain_of(situation.sender) or situation.domain
    if not sender:
        return no_domain(situation) or _no_website()
    site = evidence.website(situation)
    host = website_review.host_of(site.final_url if site is not None else url)
    if not same_organization(host, sender):
        why = f"The website is on {host}, the mail comes from {sender}."
        remedy = "Name a page on the sending domain: Amazon does not ask for it, but reviewers compare the two."
        return Remark(Standing.MISSING, why, remedy, StepId.REQUEST, "website_url")
    if site is None:
        return _unread_website(situation)
    return Remark(Standing.EARNED, f"The website is on {host}, and the mail comes from {sender}.")


def _no_website() -> Remark:
    return Remark(Standing.MISSING, "No website is named.", "Enter the website's URL.", StepId.REQUEST, "website_url")


def _unread_website(situation: Situation) -> Remark:
    reading = fact_readings(situation)["website"]
    return Remark(Standing.UNKNOWN, ended(reading.why), reading.remedy, StepId.REQUEST, website_field(situation))


def website_field(situation: Situation) -> str:
    """Return the field by which a website that does not answer is set right."""
    reading = situation.facts.website
    blocked = reading is not None and reading.problem is not None and reading.problem.kind == ProblemKind.BLOCKED
    return "private_website" if blocked else "website_url"


def privacy_policy(situation: Situation) -> Remark:
    """Say whether everybody can read a privacy policy."""
    return _page("privacy", "privacy policy", situation)


def sign_up_page(situation: Situation) -> Remark:
    """Say whether everybody can read the page on which people sign up."""
    return _page("sign-up", "page on which people sign up", situation)


def _page(role: str, words: str, situation: Situation) -> Remark:
    page = named_pages.address(role, situation, website_review.readable(situation))
    if page is not None:
        return Remark(Standing.EARNED, f"{page.url} can be read by everybody.")
    field = named_pages.FIELDS[role]
    site = evidence.website(situation)
    if why := named_pages.why_unread(role, situation, site):
        return Remark(Standing.UNKNOWN, ended(why), "Open it in a browser, then look again.", StepId.REQUEST, field)
    if site is None and not named_pages.is_named(role, situation) and evidence.field("website_url", situation):
        return _unread_website(situation)
    return Remark(
        Standing.MISSING, f"The text names no {words}.", "Enter the address of one that opens.", StepId.REQUEST, field
    )


def answerable_sender(situation: Situation) -> Remark:
    """Say whether mail can arrive at the address to which recipients answer."""
    role, address = mailboxes.answers_to(situation)
    if not address:
        return Remark(Standing.MISSING, "No From address is known.", "Enter it.", StepId.DOMAIN, "sender")
    post = mailboxes.post(situation.facts, address)
    if post.arrives:
        return Remark(Standing.EARNED, f"Answers go to {address}. By DNS, mail can arrive there.")
    if post.arrives is None:
        why = f"Whether mail to {address} can arrive is not known: {post.why}"
        return Remark(Standing.UNKNOWN, ended(why), "Look again.", StepId.BOUNCES, "reply_to")
    return Remark(
        Standing.MISSING,
        f"Mail to {address}, the {role} address, cannot arrive: {post.why}.",
        "Set up a mailbox for it, or let your code set a Reply-To address that is read, and enter it.",
        StepId.BOUNCES,
        "reply_to",
    )


def sandbox_use(situation: Situation) -> Remark:
    """Say whether the account sent test messages while it was in the sandbox."""
    reading = situation.facts.statistics
    points = known(reading)
    if stages.access(situation.facts) == "production":
        return Remark(Standing.UNKNOWN, "The account has left the sandbox: what was sent in it is not seen.")
    if points is None:
        why = unread(reading, "What the account sent in the last two weeks")
        return Remark(Standing.UNKNOWN, ended(why), _remedy(reading), StepId.TEST_ADDRESS)
    attempts = sum(point.attempts for point in points)
    if attempts:
        return Remark(Standing.EARNED, f"SES counted {plural(attempts, 'message')} in the last two weeks.")
    return Remark(
        Standing.MISSING,
        "SES counted no message in the last two weeks.",
        "Send a few test messages first: a request from an unused account raises questions.",
        StepId.TEST_ADDRESS,
    )


def sector(situation: Situation) -> Remark:
    """Say whether the text can show the sector at all: only one that says what the service is does."""
    description = describe(situation)
    if not description.edited and all(sentence.id != "business" for sentence in description.sentences):
        why = "The text does not say what the service is, so its sector cannot be told."
        return Remark(Standing.UNKNOWN, why, "Say what it does.", StepId.USE_CASE, "business")
    return Remark(Standing.EARNED, "The text names no sector that Amazon's advice to senders warns about.")


def account_age(_: Situation) -> Remark:
    """Say that nobody can tell from here how old the account is and what else it is used for."""
    return Remark(Standing.UNKNOWN, "This cannot be seen from here: expect questions about it.")


def language(situation: Situation) -> Remark:
    """Say whether there is a text whose language can be told."""
    if not describe(situation).text:
        return Remark(Standing.UNKNOWN, "There is no text yet.")
    return Remark(Standing.EARNED, "The text reads as English.")


def ended(text: str) -> str:
    """Return ``text`` as a sentence with an end."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _remedy(reading: Reading[Any] | None) -> str:
    problem = reading.problem if reading is not None else None
    return (problem.remedy if problem is not None else "") or "Look again."
