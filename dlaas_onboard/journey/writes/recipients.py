"""The people who get test mail while the account is in the sandbox, and what SES lets each of them receive.

In the sandbox SES mails verified addresses, addresses at verified domains and the mailbox simulator, nobody else
(SES Developer Guide, "Request production access"). Address identities are case-sensitive, domain identities are not
("Creating and verifying identities").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from dlaas_onboard.journey.facts import Facts, Identity, Reading
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation import effective_inputs
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Intent, Phase
from dlaas_onboard.journey.verdict import Verdict
from dlaas_onboard.journey.writes import plans

FIELD = "test_recipients"
MOST = 10  # each costs SES a call at every look, and SES takes one a second
SUCCESS = f"success@{plans.SIMULATOR}"
_LOCAL = re.compile(r"(?=.{1,64}$)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?=.{4,253}$)((?!-)[a-z0-9_-]{1,63}(?<!-)\.)+(?!-)(?!\d+$)[a-z0-9_-]{1,63}(?<!-)")


class Listed(NamedTuple):
    """The operator's list, taken apart."""

    addresses: tuple[str, ...]  # each once, with upper and lower case as they were typed
    wrong: tuple[str, ...]  # what is no plain address


def parse(text: str) -> Listed:
    """Return the addresses of a list that commas, semicolons or blanks separate."""
    parts = dict.fromkeys(part for part in re.split(r"[,;\s]+", text) if part)
    good = tuple(part for part in parts if _is_plain(part))
    return Listed(good, tuple(part for part in parts if part not in good))


def _is_plain(text: str) -> bool:
    local, _, domain = text.rpartition("@")
    return 6 <= len(text) <= 254 and bool(_LOCAL.fullmatch(local)) and bool(_DOMAIN.fullmatch(domain.lower()))


def entered(facts: Facts, answers: Answers) -> Listed:
    """Return the list without the operator's own address, which has actions of its own."""
    found = parse(answers.text(FIELD))
    own = effective_inputs.test_address(facts, answers)
    return Listed(tuple(address for address in found.addresses if address != own), found.wrong)


def wanted(facts: Facts, answers: Answers) -> tuple[str, ...]:
    """Return the recipients that are looked at and written for: the first :data:`MOST`."""
    return entered(facts, answers).addresses[:MOST]


class State(StrEnum):
    """What SES lets an address receive, and why."""

    ANYBODY = "anybody"  # the account has production access
    DOMAIN = "domain"  # a verified domain covers it
    VERIFIED = "verified"
    SIMULATOR = "simulator"
    WAITING = "waiting"  # for the click on the link
    EXPIRED = "expired"  # the link was not opened in time
    ABSENT = "absent"  # no identity of SES
    UNKNOWN = "unknown"


RECEIVES = frozenset({State.ANYBODY, State.DOMAIN, State.VERIFIED, State.SIMULATOR})


class Standing(NamedTuple):
    """One recipient as SES sees it."""

    address: str
    state: State
    why: str = ""  # the domain that covers it, or why nothing is known
    reading: Reading[Any] | None = None


def verified_domains(facts: Facts) -> dict[str, Reading[Any]]:
    """Return the domains that are known to be verified, each with the look that says so."""
    found: dict[str, Reading[Any]] = {}
    own = facts.domain_identity
    if own is not None and own.known and own.value is not None and own.value.verified and "@" not in own.value.name:
        found[effective_inputs.bare(own.value.name)] = own
    listed = facts.identities
    for item in listed.value.items if listed is not None and listed.value is not None else ():
        if item.type != "EMAIL_ADDRESS" and is_verified(item.verification_status, item.sending_enabled):
            found.setdefault(effective_inputs.bare(item.name), listed)  # type: ignore[arg-type]  # its items were just read
    return found


def is_verified(status: str, sending: bool | None) -> bool:
    """Whether a line of ``ListEmailIdentities`` says that the identity is verified; older answers have no status."""
    return status == "SUCCESS" if status else sending is True


def standing(address: str, facts: Facts, answers: Answers) -> Standing:
    """Return what SES lets ``address`` receive now; what was not read is unknown, never "not there"."""
    domain = effective_inputs.domain_of(address)
    if domain == plans.SIMULATOR:
        return Standing(address, State.SIMULATOR)
    reading = reading_of(address, facts, answers)
    if stages.access(facts) == "production":
        return Standing(address, State.ANYBODY, "", facts.account)
    for name, seen in verified_domains(facts).items():
        if effective_inputs.within(domain, name):
            return Standing(address, State.DOMAIN, name, seen)
    if reading is None:
        return Standing(address, State.UNKNOWN, "not looked at yet")
    if not reading.known:
        why = reading.problem.message if reading.problem else f"read in part only ({reading.partial})"
        return Standing(address, State.UNKNOWN, why, reading)
    return _of_identity(address, reading)


def _of_identity(address: str, reading: Reading[Identity]) -> Standing:
    identity = reading.value
    if identity is None:
        return Standing(address, State.ABSENT, "", reading)
    if identity.verified:
        return Standing(address, State.VERIFIED, "", reading)
    if identity.verified is None:
        return Standing(address, State.UNKNOWN, "Amazon's answer leaves out whether it is verified", reading)
    match identity.verification_status:
        case "FAILED":
            return Standing(address, State.EXPIRED, "", reading)
        case "PENDING" | "TEMPORARY_FAILURE" | "NOT_STARTED":
            return Standing(address, State.WAITING, "", reading)
    word = identity.verification_status or "nothing"
    return Standing(address, State.UNKNOWN, f"SES calls it {word}, a state not known here", reading)


def reading_of(address: str, facts: Facts, answers: Answers) -> Reading[Identity] | None:
    """Return what SES says of the identity of exactly this address."""
    reading = facts.recipients.get(address)
    if reading is None and address == effective_inputs.test_address(facts, answers):
        reading = effective_inputs.test_identity(facts, answers)
    return reading if reading is None or reading.value is None or reading.value.name == address else None


def standings(facts: Facts, answers: Answers) -> tuple[Standing, ...]:
    """Return each recipient of the list, in its order."""
    return tuple(standing(address, facts, answers) for address in wanted(facts, answers))


def lookalikes(facts: Facts, answers: Answers) -> tuple[tuple[str, str], ...]:
    """Return recipients with an identity or another recipient that differs in upper and lower case alone."""
    listed = facts.identities.value.items if facts.identities is not None and facts.identities.value else ()
    mine = wanted(facts, answers)
    others = (*(item.name for item in listed if item.type == "EMAIL_ADDRESS"), *mine)
    exact = {item.name for item in listed}
    pairs = [
        (address, other)
        for number, address in enumerate(mine)
        for other in others
        # Between two of the list the pair is told once; one that SES has as it was typed is no mistake.
        if other != address
        and other.lower() == address.lower()
        and address not in exact
        and (other not in mine or mine.index(other) < number)
    ]
    return tuple(dict.fromkeys(pairs))


# What can be done


def _these(facts: Facts, answers: Answers, *states: State) -> tuple[str, ...]:
    return tuple(item.address for item in standings(facts, answers) if item.state in states)


def verify(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    """Return one call for each recipient that SES does not know."""
    return tuple(_create(address) for address in _these(facts, answers, State.ABSENT))


def resend(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    """Return two calls for each recipient that has not opened its link; there is no call that sends it again."""
    waiting = _these(facts, answers, State.WAITING, State.EXPIRED)
    return tuple(call for address in waiting for call in (_delete(address), _create(address)))


def send(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    """Return one message to each recipient that can receive, and one to the simulator."""
    to = dict.fromkeys((*_these(facts, answers, *RECEIVES), SUCCESS))
    sender = plans.from_address(facts, answers)
    named = effective_inputs.service_name(facts, answers) or effective_inputs.domain(facts, answers) or "Amazon SES"
    text = (
        f"This message was sent through Amazon SES in {facts.place.region} to check that mail arrives.\n\n"
        f"{named} has you on its list of test recipients. Nothing else will follow from this message.\n"
    )
    content = {
        "Simple": {
            "Subject": {"Data": f"{named}: test message", "Charset": "UTF-8"},
            "Body": {"Text": {"Data": text, "Charset": "UTF-8"}},
        }
    }
    return tuple(
        Call(
            "sesv2",
            "SendEmail",
            {"FromEmailAddress": sender, "Destination": {"ToAddresses": [address]}, "Content": content},
        )
        for address in to
    )


def removable(facts: Facts, answers: Answers) -> tuple[str, ...]:
    """Return the recipients with an identity of their own: never a domain, never an address that mail is sent from."""
    found = []
    for address in wanted(facts, answers):
        reading = reading_of(address, facts, answers)
        identity = reading.value if reading is not None and reading.known else None
        if identity is None or identity.type != "EMAIL_ADDRESS" or identity.name.lower() in _senders(facts, answers):
            continue
        found.append(address)
    return tuple(found)


def _senders(facts: Facts, answers: Answers) -> frozenset[str]:
    project = effective_inputs.checkout(facts)
    code = [project.sender, *(mail.sender for mail in project.mails)] if project is not None else []
    mine = (
        effective_inputs.sender(facts, answers),
        plans.from_address(facts, answers),
        effective_inputs.test_address(facts, answers),
    )
    return frozenset(address.lower() for address in (*mine, *code) if address)


def remove(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    """Return one call for each identity that was only there for testing."""
    return tuple(_delete(address) for address in removable(facts, answers))


def _create(address: str) -> Call:
    return Call("sesv2", "CreateEmailIdentity", {"EmailIdentity": address})


def _delete(address: str) -> Call:
    return Call("sesv2", "DeleteEmailIdentity", {"EmailIdentity": address})


# What stands in the way


def _none(facts: Facts, answers: Answers) -> str:
    if not facts.place.region:
        return "No Region is chosen."
    if not facts.place.account:
        return "Which account this is, is not known yet."
    return "" if wanted(facts, answers) else "Enter the test recipients first."


def _unread(facts: Facts, answers: Answers) -> str:
    """Return why a recipient is not known, ``""`` where every one is."""
    doubt = next((item for item in standings(facts, answers) if item.state == State.UNKNOWN), None)
    return f"{doubt.address} in SES is unknown: {doubt.why.rstrip('.')}." if doubt else ""


def no_verify(facts: Facts, answers: Answers, _verdicts: Mapping[Any, Verdict]) -> str:
    why = _none(facts, answers)
    if why or verify(facts, answers):
        return why
    if stages.access(facts) == "production":
        return "With production access nobody has to be verified."
    why = _unread(facts, answers)
    if why:
        return why
    waiting = _these(facts, answers, State.WAITING, State.EXPIRED)
    return "Each link was sent already." if waiting else "Each recipient can receive already."


def no_resend(facts: Facts, answers: Answers, _verdicts: Mapping[Any, Verdict]) -> str:
    why = _none(facts, answers)
    if why or resend(facts, answers):
        return why
    return _unread(facts, answers) or "No recipient waits for a click."


def no_send(facts: Facts, answers: Answers, _verdicts: Mapping[Any, Verdict]) -> str:
    why = _none(facts, answers)
    account = stages.account(facts)
    if why or account is None:
        return why or "The account in SES is not known."
    if account.sending_enabled is False:
        return "Sending is disabled for this account."
    if not plans.from_address(facts, answers):
        return "SES lets you send from no address yet: verify yours, or the domain."
    receiving = [item for item in standings(facts, answers) if item.state in RECEIVES]
    if not receiving:
        return _unread(facts, answers) or "No recipient can receive yet: each has to open its link first."
    counted = sum(item.state != State.SIMULATOR for item in receiving)  # the simulator does not use the daily quota
    most, sent = account.max_24_hour_send, account.sent_last_24_hours
    if most is not None and most >= 0 and sent is not None and sent + counted > most:
        return f"{max(0.0, most - sent):,.0f} of {most:,.0f} recipients are left in these 24 hours, too few for all."
    return ""


def no_remove(facts: Facts, answers: Answers, _verdicts: Mapping[Any, Verdict]) -> str:
    if not wanted(facts, answers):
        return "There are no test recipients."
    why = _none(facts, answers)
    if why:
        return why
    match stages.access(facts):
        case "unknown":
            return "Whether the account has production access is not known."
        case "sandbox":
            return "In the sandbox they can receive only while they are verified."
    if removable(facts, answers):
        return ""
    readings = {address: reading_of(address, facts, answers) for address in wanted(facts, answers)}
    unread = next((address for address, reading in readings.items() if reading is None or not reading.known), "")
    return f"{unread} in SES could not be read." if unread else "No recipient has an identity of its own to remove."


# What came of it


def before_resend(facts: Facts, answers: Answers) -> str:
    """Return what sending the links again costs, for the confirmation."""
    names = ", ".join(_these(facts, answers, State.WAITING, State.EXPIRED))
    return (
        f"SES has no call that sends a link again: each identity is deleted and created anew. For {names} the link "
        "sent before stops working, and tags, policies and the default configuration set of that identity are lost."
    )


def before_remove(facts: Facts, answers: Answers) -> str:
    """Return what is deleted, for the confirmation."""
    return (
        f"Deletes the identities of {', '.join(removable(facts, answers))}. Each can still receive your mail: with "
        "production access anybody can. Addresses that you send from, and domains, are left alone."
    )


def told(calls: Sequence[Call], intents: Sequence[Intent], _facts: Facts) -> str:
    """Return what became of each recipient, in one line."""
    said: dict[str, list[str]] = {}
    trouble = []
    for address in dict.fromkeys(_about(call) for call in calls):
        of_it = [intent for intent in intents if _about(intent.call) == address]
        planned = [call for call in calls if _about(call) == address]
        if not of_it:
            trouble.append(f"{address}: nothing was sent.")
        elif of_it[-1].phase in (Phase.ACCEPTED, Phase.CONFIRMED) and len(of_it) == len(planned):
            said.setdefault(of_it[-1].call.operation, []).append(address)
        else:
            trouble.append(_trouble(address, of_it, planned))
    return " ".join([*(_GOOD[operation].format(", ".join(names)) for operation, names in said.items()), *trouble])


_GOOD = {
    "CreateEmailIdentity": "A link that works for 24 hours is on its way to {}.",
    "DeleteEmailIdentity": "Removed: {}.",
    "SendEmail": "SES took the message to {}. Whether it arrived shows in the mailbox alone.",
}


def _trouble(address: str, of_it: Sequence[Intent], planned: Sequence[Call]) -> str:
    intent = of_it[-1]
    problem = intent.outcome.problem if intent.outcome else None
    why = problem.message if problem else "look again."
    # Half of a link sent again is an identity lost: that is said first.
    deleted = [i for i in of_it if i.call.operation == "DeleteEmailIdentity" and i.phase != Phase.REJECTED]
    lost = "deleted, and not created again; " if deleted and len(planned) == 2 else ""
    word = "refused" if intent.phase == Phase.REJECTED else "not known"
    return f"{address}: {lost}{word}: {why}"


def _about(call: Call) -> str:
    to = call.params.get("Destination", {}).get("ToAddresses", ())
    return str(call.params.get("EmailIdentity") or next(iter(to), ""))
