"""What must be green before the request leaves (AWS's own domain gate and DESIGN 5.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from dlaas_onboard.journey import review, subject
from dlaas_onboard.journey.fields import BY_ID, OVERRIDE
from dlaas_onboard.journey.intents import OPEN
from dlaas_onboard.journey.reconcile import same_place
from dlaas_onboard.journey.steps import StepId
from dlaas_onboard.request.once import once

if TYPE_CHECKING:
    from dlaas_onboard.journey.answers import Answers
    from dlaas_onboard.journey.facts import Facts, Identity
    from dlaas_onboard.journey.intents import Intent
    from dlaas_onboard.journey.reading import Reading


class Light(StrEnum):
    """Unknown is not green."""

    GREEN = "green"
    RED = "red"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition for filing."""

    id: str  # "dkim"; a typed reason is kept under "override." + id
    title: str
    light: Light
    why: str  # what was seen
    remedy: str = ""
    step: StepId = StepId.FILE
    overridable: bool = True
    override: str = ""  # the operator's typed reason

    @property
    def open(self) -> bool:
        """Whether filing may pass here."""
        return self.light == Light.GREEN or (self.overridable and bool(self.override))


class _Found(NamedTuple):
    light: Light
    why: str
    remedy: str = ""


class _Kind(NamedTuple):
    title: str
    step: StepId
    overridable: bool = True


_KINDS = {
    "account": _Kind("The account is known", StepId.ACCOUNT, False),
    "sandbox": _Kind("The account is in the sandbox", StepId.ACCOUNT, False),
    "sending": _Kind("Sending is enabled and healthy", StepId.ACCOUNT),
    "review": _Kind("No review stands in the way", StepId.DECISION, False),
    "intents": _Kind("No earlier filing is open", StepId.FILE, False),
    "domain_identity": _Kind("A domain is verified", StepId.DOMAIN),
    "dkim": _Kind("DKIM is successful", StepId.DOMAIN),
    "mail_from": _Kind("MAIL FROM is successful", StepId.DOMAIN),
    "dmarc": _Kind("DMARC is published", StepId.DOMAIN),
    "bounce_path": _Kind("Bounces and complaints reach somebody", StepId.BOUNCES),
    "website": _Kind("The website answers", StepId.REQUEST),
    "draft": _Kind("The request is complete and valid", StepId.REQUEST, False),
    "stock": _Kind("The checkout has no stock values", StepId.REQUEST),
    "declare_terms": _Kind("Declared: Service Terms and Acceptable Use Policy", StepId.DECLARATIONS, False),
    "declare_recipients": _Kind("Declared: only recipients who asked", StepId.DECLARATIONS, False),
    "declare_bounces": _Kind("Declared: bounces and complaints are handled", StepId.DECLARATIONS, False),
}
TITLES = {gate: kind.title for gate, kind in _KINDS.items()}
DECLARATIONS = ("declare_terms", "declare_recipients", "declare_bounces")


def is_overridable(gate: str) -> bool:
    """Return whether a typed reason may stand for this gate."""
    return gate in _KINDS and _KINDS[gate].overridable


def gates(facts: Facts, answers: Answers, intents: tuple[Intent, ...] = ()) -> tuple[Gate, ...]:
    """Return every gate, in the order in which the operator meets them."""
    found = {**_looked(facts, answers), "intents": _intents(facts, intents)}
    return tuple(_gate(gate, found[gate], answers) for gate in _KINDS)


def _gate(gate: str, found: _Found, answers: Answers) -> Gate:
    from dlaas_onboard.request.entry import check, normal

    kind = _KINDS[gate]
    reason = normal(OVERRIDE + gate, answers.text(OVERRIDE + gate)) if kind.overridable else ""
    if check(OVERRIDE + gate, reason):
        reason = ""
    return Gate(gate, kind.title, found.light, found.why, found.remedy, kind.step, kind.overridable, reason)


@once
def _looked(facts: Facts, answers: Answers) -> dict[str, _Found]:
    return dict(_look(facts, answers))


def _look(facts: Facts, answers: Answers) -> Iterator[tuple[str, _Found]]:
    yield "account", _account(facts)
    yield "sandbox", _sandbox(facts)
    yield "sending", _sending(facts)
    yield "review", _review(facts)
    yield from authentication(facts, answers)
    yield "dmarc", _dmarc(facts, answers)
    yield "bounce_path", _bounce_path(facts, answers)
    yield "website", _website(facts, answers)
    yield "draft", _draft(facts, answers)
    yield "stock", _stock(facts)
    for field in DECLARATIONS:
        yield field, _declared(field, answers)


def _unread(what: str, reading: Reading[Any] | None) -> _Found:
    problem = reading.problem if reading is not None else None
    if problem is not None:
        return _Found(Light.UNKNOWN, f"{what} could not be read: {problem.message}", problem.remedy)
    if reading is not None and reading.partial:
        return _Found(Light.UNKNOWN, f"{what} was read only in part: {reading.partial}.", "Look again.")
    return _Found(Light.UNKNOWN, f"{what} has not been read yet.", "Look again.")


def _account(facts: Facts) -> _Found:
    place = facts.place
    if facts.caller is not None and facts.caller.problem is not None:
        return _unread("The account", facts.caller)
    if not place.account:
        return _Found(Light.UNKNOWN, "STS has not said which account this is.", "Check the credentials.")
    if not place.region:
        return _Found(Light.RED, "No Region is chosen; access is granted for one Region.", "Choose the Region.")
    if review.account(facts) is None:
        return _unread("The account's state in SES", facts.account)
    return _Found(Light.GREEN, f"Account {place.account}, {place.region}.")


def _sandbox(facts: Facts) -> _Found:
    match review.access(facts):
        case "production":
            return _Found(Light.RED, "The account has production access already.", "Nothing is left to file: go live.")
        case "sandbox":
            return _Found(Light.GREEN, "ProductionAccessEnabled is false.")
    return _unread("Production access", facts.account)


def _sending(facts: Facts) -> _Found:
    account = review.account(facts)
    if account is None:
        return _unread("The sending state", facts.account)
    match review.health(facts):
        case review.Health.HEALTHY:
            return _Found(Light.GREEN, "Sending is enabled, enforcement status HEALTHY.")
        case review.Health.UNKNOWN:
            return _Found(Light.UNKNOWN, "SES did not say whether sending is enabled and healthy.", "Look again.")
    enabled = "disabled" if account.sending_enabled is False else "enabled"
    return _Found(
        Light.RED,
        f"Sending is {enabled}, enforcement status {account.enforcement or 'not given'}.",
        "Answer the case that Amazon opened about it first; a request for production access does not mend it.",
    )


def _review(facts: Facts) -> _Found:
    if review.account(facts) is None:
        return _unread("The review", facts.account)
    case = f", case {review.case_id(facts)}" if review.case_id(facts) else ""
    match review.status(facts):
        case review.Stage.NEVER_ASKED:
            return _Found(Light.GREEN, review.WORDS[review.Stage.NEVER_ASKED])
        case review.Stage.FAILED:
            return _Found(Light.GREEN, f"The last request FAILED at Amazon{case}: it may be filed again.")
        case review.Stage.PENDING:
            return _Found(Light.RED, f"A review is PENDING{case}.", "Wait for it; answer Amazon on the case.")
        case review.Stage.DENIED:
            return _Found(
                Light.RED, f"The review was DENIED{case}; SES takes no second request.", "Answer the case instead."
            )
        case review.Stage.GRANTED:
            return _Found(Light.RED, f"The review was GRANTED{case}.", "Do not file again: wait, then ask on the case.")
    return _Found(
        Light.UNKNOWN, f"The review's status is {review.word(facts)}{case}, a word that is new.", "Look again."
    )


def _intents(facts: Facts, intents: tuple[Intent, ...]) -> _Found:
    for intent in intents:
        if intent.call.operation == "PutAccountDetails" and intent.phase in OPEN and same_place(intent, facts):
            return _Found(
                Light.RED,
                f"What became of the request of {intent.created_at:%Y-%m-%d %H:%M} UTC is open: "
                "it may have reached Amazon.",
                "Look again, so that it can be reconciled.",
            )
    return _Found(Light.GREEN, "No filing of ours is open.")


def authentication(facts: Facts, answers: Answers) -> Iterator[tuple[str, _Found]]:
    """Return AWS's domain gate (reference/ses.md 5.1): verified, DKIM and MAIL FROM successful, all in one answer."""
    reading = subject.domain_identity(facts, answers)
    name = subject.domain(facts, answers)
    if not name:
        nothing = _Found(Light.UNKNOWN, "No sending domain is known.", "Enter the sending domain.")
    elif reading is None or not reading.known:
        nothing = _unread(f"The identity of {name}", reading)
    else:
        nothing = _Found(Light.RED, f"SES has no identity for {name}.", "Create the domain identity in this Region.")
    identity = subject.identity(facts, answers)
    if identity is None:
        for gate in ("domain_identity", "dkim", "mail_from"):
            yield gate, nothing
        return
    yield "domain_identity", _verified(identity)
    yield "dkim", _dkim(identity)
    yield "mail_from", _mail_from(identity)


def _verified(identity: Identity) -> _Found:
    if identity.type == "EMAIL_ADDRESS":
        return _Found(Light.RED, f"{identity.name} is an address, not a domain.", "Verify the domain itself.")
    if identity.verified is None:
        return _Found(Light.UNKNOWN, f"SES did not say whether {identity.name} is verified.", "Look again.")
    if not identity.verified:
        status = f" ({identity.verification_status})" if identity.verification_status else ""
        return _Found(Light.RED, f"{identity.name} is not verified{status}.", "Publish the DKIM records.")
    return _Found(Light.GREEN, f"{identity.name} is verified for sending.")


def _dkim(identity: Identity) -> _Found:
    dkim = identity.dkim
    if dkim is None or not dkim.status:
        return _Found(Light.UNKNOWN, f"SES did not say how DKIM of {identity.name} stands.", "Look again.")
    if dkim.status != "SUCCESS":
        return _Found(Light.RED, f"DKIM of {identity.name} is {dkim.status}.", "Publish the three CNAME records.")
    if dkim.signing_enabled is False:
        return _Found(Light.RED, f"DKIM signing is off for {identity.name}.", "Switch DKIM signing on.")
    return _Found(Light.GREEN, f"DKIM of {identity.name} is SUCCESS.")


def _mail_from(identity: Identity) -> _Found:
    mail_from = identity.mail_from
    if mail_from is None or not mail_from.domain:
        return _Found(Light.RED, f"{identity.name} has no MAIL FROM domain.", "Set a MAIL FROM subdomain.")
    if not mail_from.status:
        return _Found(Light.UNKNOWN, f"SES did not say how {mail_from.domain} stands.", "Look again.")
    if mail_from.status != "SUCCESS":
        remedy = "Publish its MX and SPF records."
        if mail_from.status == "FAILED":
            remedy += " Then set MAIL FROM again: SES has stopped looking."
        return _Found(Light.RED, f"MAIL FROM {mail_from.domain} is {mail_from.status}.", remedy)
    return _Found(Light.GREEN, f"MAIL FROM {mail_from.domain} is SUCCESS.")


def _dmarc(facts: Facts, answers: Answers) -> _Found:
    from dlaas_onboard.journey.records import Purpose, RecordVerdict, states

    for state in states(facts, answers):
        if state.record.purpose != Purpose.DMARC:
            continue
        if state.verdict == RecordVerdict.OK:
            return _Found(Light.GREEN, f"{state.record.name}: {state.found}")
        light = Light.UNKNOWN if state.verdict == RecordVerdict.UNKNOWN else Light.RED
        why = f"found {state.found}" if state.found else str(state.verdict)
        return _Found(light, f"{state.record.name}: {why}.", state.fix)
    return _Found(Light.UNKNOWN, "No sending domain is known.", "Enter the sending domain.")


def _bounce_path(facts: Facts, answers: Answers) -> _Found:
    from dlaas_onboard.request.bounces import path

    found = path(facts, answers)
    return _Found(found.light, found.why, found.remedy)


def _website(facts: Facts, answers: Answers) -> _Found:
    from dlaas_onboard.request import seen

    url = seen.field("website_url", facts, answers)
    if not url:
        return _Found(Light.RED, "No website is named.", "Enter the website's URL.")
    site = seen.website(facts, answers)
    if site is None:
        reading = facts.website
        stale = reading is not None and reading.value is not None and reading.value.url.rstrip("/") != url.rstrip("/")
        return _unread(url, None if stale else reading)
    if seen.answers_well(site):
        return _Found(Light.GREEN, f"{site.final_url} answers {site.status}.")
    reasons = []
    if site.status != 200:
        reasons.append(f"answers {site.status}")
    if "html" not in site.content_type.lower():
        reasons.append(f"sends {site.content_type or 'no content type'}, not a page")
    if site.parked:
        reasons.append(f"looks parked ({site.parked!r})")
    if site.login_wall:
        reasons.append("asks for a login")
    return _Found(
        Light.RED,
        f"{site.final_url} {', '.join(reasons)}.",
        "Publish a page that says what the service is, with privacy policy, terms and contact.",
    )


def _draft(facts: Facts, answers: Answers) -> _Found:
    from dlaas_onboard.request.draft import draft

    made, errors = draft(facts, answers)
    if made is not None:
        return _Found(Light.GREEN, "Every field is within Amazon's limits.")
    words = "; ".join(f"{BY_ID[field].label}: {message}" for field, message in errors.items())
    return _Found(Light.RED, words, "Correct the fields named.")


def _stock(facts: Facts) -> _Found:
    from dlaas_onboard.request import seen

    reading = facts.checkout
    if reading is not None and reading.known and reading.value is None:
        return _Found(Light.GREEN, "There is no checkout.")
    checkout = seen.checkout(facts)
    if checkout is None:
        return _unread("The checkout", reading)
    if checkout.stock:
        return _Found(
            Light.RED,
            f"Left at the value that DLaaS ships with: {', '.join(checkout.stock)}.",
            "Set your own values in common/config.json and deploy them.",
        )
    return _Found(Light.GREEN, "The configuration was edited.")


def _declared(field: str, answers: Answers) -> _Found:
    from dlaas_onboard.request.entry import normal

    entry = answers.entry(field)
    if entry is not None and normal(field, entry.text) == "yes":
        return _Found(Light.GREEN, f"Declared {entry.at:%Y-%m-%d %H:%M} UTC by {entry.by}.")
    return _Found(
        Light.RED, f"Not declared: {BY_ID[field].label}.", "Declare it in the step Declarations, if it is true."
    )
