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

from dlaas_onboard.journey import names
from dlaas_onboard.journey.facts import Facts, Identity, Reading
from dlaas_onboard.journey.facts.reading import known, so_far
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Intent, Phase
from dlaas_onboard.journey.situation.situation import Situation
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


def entered(situation: Situation) -> Listed:
    """Return the list without the operator's own address, which has actions of its own."""
    listed = parse(situation.answers.text(FIELD))
    own = situation.test_address
    return Listed(tuple(address for address in listed.addresses if address != own), listed.wrong)


def wanted(situation: Situation) -> tuple[str, ...]:
    """Return the recipients that are looked at and written for: the first :data:`MOST`."""
    return entered(situation).addresses[:MOST]


class RecipientState(StrEnum):
    """What SES lets an address receive, and why."""

    ANYBODY = "anybody"  # the account has production access
    DOMAIN = "domain"  # a verified domain covers it
    VERIFIED = "verified"
    SIMULATOR = "simulator"
    WAITING = "waiting"  # for the click on the link
    EXPIRED = "expired"  # the link was not opened in time
    ABSENT = "absent"  # no identity of SES
    UNKNOWN = "unknown"


RECEIVES = frozenset({RecipientState.ANYBODY, RecipientState.DOMAIN, RecipientState.VERIFIED, RecipientState.SIMULATOR})


class RecipientStanding(NamedTuple):
    """One recipient as SES sees it."""

    address: str
    state: RecipientState
    why: str = ""  # the domain that covers it, or why nothing is known
    reading: Reading[Any] | None = None


def verified_domains(facts: Facts) -> dict[str, Reading[Any]]:
    """Return the domains that are known to be verified, each with the look that says so."""
    domains: dict[str, Reading[Any]] = {}
    own = facts.domain_identity
    if own is not None and own.known and own.value is not None and own.value.verified and "@" not in own.value.name:
        domains[names.bare(own.value.name)] = own
    listed = facts.identities
    for item in listed.value.items if listed is not None and listed.value is not None else ():
        if item.type != "EMAIL_ADDRESS" and is_verified(item.verification_status, item.sending_enabled):
            domains.setdefault(names.bare(item.name), listed)  # type: ignore[arg-type]  # its items were just read
    return domains


def is_verified(status: str, sending: bool | None) -> bool:
    """Whether a line of ``ListEmailIdentities`` says that the identity is verified; older answers have no status."""
    return status == "SUCCESS" if status else sending is True


def standing(address: str, situation: Situation) -> RecipientStanding:
    """Return what SES lets ``address`` receive now; what was not read is unknown, never "not there"."""
    domain = names.domain_of(address)
    if domain == plans.SIMULATOR:
        return RecipientStanding(address, RecipientState.SIMULATOR)
    reading = reading_of(address, situation)
    if stages.access(situation.facts) == "production":
        return RecipientStanding(address, RecipientState.ANYBODY, "", situation.facts.account)
    for name, seen in verified_domains(situation.facts).items():
        if names.within(domain, name):
            return RecipientStanding(address, RecipientState.DOMAIN, name, seen)
    if reading is None:
        return RecipientStanding(address, RecipientState.UNKNOWN, "not looked at yet")
    if not reading.known:
        why = reading.problem.message if reading.problem else f"read in part only ({reading.partial})"
        return RecipientStanding(address, RecipientState.UNKNOWN, why, reading)
    return _of_identity(address, reading)


def _of_identity(address: str, reading: Reading[Identity]) -> RecipientStanding:
    identity = reading.value
    if identity is None:
        return RecipientStanding(address, RecipientState.ABSENT, "", reading)
    if identity.verified:
        return RecipientStanding(address, RecipientState.VERIFIED, "", reading)
    if identity.verified is None:
        return RecipientStanding(
            address, RecipientState.UNKNOWN, "Amazon's answer leaves out whether it is verified", reading
        )
    match identity.verification_status:
        case "FAILED":
            return RecipientStanding(address, RecipientState.EXPIRED, "", reading)
        case "PENDING" | "TEMPORARY_FAILURE" | "NOT_STARTED":
            return RecipientStanding(address, RecipientState.WAITING, "", reading)
    word = identity.verification_status or "nothing"
    return RecipientStanding(address, RecipientState.UNKNOWN, f"SES calls it {word}, a state not known here", reading)


def reading_of(address: str, situation: Situation) -> Reading[Identity] | None:
    """Return what SES says of the identity of exactly this address."""
    reading = situation.facts.recipients.get(address)
    if reading is None and address == situation.test_address:
        reading = situation.test_identity
    return reading if reading is None or reading.value is None or reading.value.name == address else None


def standings(situation: Situation) -> tuple[RecipientStanding, ...]:
    """Return each recipient of the list, in its order."""
    return tuple(standing(address, situation) for address in wanted(situation))


def lookalikes(situation: Situation) -> tuple[tuple[str, str], ...]:
    """Return recipients with an identity or another recipient that differs in upper and lower case alone."""
    listed = (
        situation.facts.identities.value.items
        if situation.facts.identities is not None and situation.facts.identities.value
        else ()
    )
    mine = wanted(situation)
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


def _these(situation: Situation, *states: RecipientState) -> tuple[str, ...]:
    return tuple(item.address for item in standings(situation) if item.state in states)


def verify(situation: Situation) -> tuple[Call, ...]:
    """Return one call for each recipient that SES does not know."""
    return tuple(_create(address) for address in _these(situation, RecipientState.ABSENT))


def resend(situation: Situation) -> tuple[Call, ...]:
    """Return two calls for each recipient that has not opened its link; there is no call that sends it again."""
    waiting = _these(situation, RecipientState.WAITING, RecipientState.EXPIRED)
    return tuple(call for address in waiting for call in (_delete(address), _create(address)))


def send(situation: Situation) -> tuple[Call, ...]:
    """Return one message to each recipient that can receive, and one to the simulator."""
    to = dict.fromkeys((*_these(situation, *RECEIVES), SUCCESS))
    sender = plans.from_address(situation)
    named = situation.service_name or situation.domain or "Amazon SES"
    text = (
        f"This message was sent through Amazon SES in {situation.place.region} to check that mail arrives.\n\n"
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


def removable(situation: Situation) -> tuple[str, ...]:
    """Return the recipients with an identity of their own: never a domain, never an address that mail is sent from."""
    addresses = []
    for address in wanted(situation):
        reading = reading_of(address, situation)
        identity = known(reading)
        if identity is None or identity.type != "EMAIL_ADDRESS" or identity.name.lower() in _senders(situation):
            continue
        addresses.append(address)
    return tuple(addresses)


def _senders(situation: Situation) -> frozenset[str]:
    project = so_far(situation.facts.checkout)
    code = [project.sender, *(mail.sender for mail in project.mails)] if project is not None else []
    mine = (
        situation.sender,
        plans.from_address(situation),
        situation.test_address,
    )
    return frozenset(address.lower() for address in (*mine, *code) if address)


def remove(situation: Situation) -> tuple[Call, ...]:
    """Return one call for each identity that was only there for testing."""
    return tuple(_delete(address) for address in removable(situation))


def _create(address: str) -> Call:
    return Call("sesv2", "CreateEmailIdentity", {"EmailIdentity": address})


def _delete(address: str) -> Call:
    return Call("sesv2", "DeleteEmailIdentity", {"EmailIdentity": address})


# What stands in the way


def _none(situation: Situation) -> str:
    if not situation.place.region:
        return "No Region is chosen."
    if not situation.place.account:
        return "Which account this is, is not known yet."
    return "" if wanted(situation) else "Enter the test recipients first."


def _unread(situation: Situation) -> str:
    """Return why a recipient is not known, ``""`` where every one is."""
    doubt = next((item for item in standings(situation) if item.state == RecipientState.UNKNOWN), None)
    return f"{doubt.address} in SES is unknown: {doubt.why.rstrip('.')}." if doubt else ""


def verify_blocked_because(situation: Situation, _verdicts: Mapping[Any, Verdict]) -> str:
    why = _none(situation)
    if why or verify(situation):
        return why
    if stages.access(situation.facts) == "production":
        return "With production access nobody has to be verified."
    why = _unread(situation)
    if why:
        return why
    waiting = _these(situation, RecipientState.WAITING, RecipientState.EXPIRED)
    return "Each link was sent already." if waiting else "Each recipient can receive already."


def resend_blocked_because(situation: Situation, _verdicts: Mapping[Any, Verdict]) -> str:
    why = _none(situation)
    if why or resend(situation):
        return why
    return _unread(situation) or "No recipient waits for a click."


def send_blocked_because(situation: Situation, _verdicts: Mapping[Any, Verdict]) -> str:
    why = _none(situation)
    account = stages.account(situation.facts)
    if why or account is None:
        return why or "The account in SES is not known."
    if account.sending_enabled is False:
        return "Sending is disabled for this account."
    if not plans.from_address(situation):
        return "SES lets you send from no address yet: verify yours, or the domain."
    receiving = [item for item in standings(situation) if item.state in RECEIVES]
    if not receiving:
        return _unread(situation) or "No recipient can receive yet: each has to open its link first."
    counted = sum(
        item.state != RecipientState.SIMULATOR for item in receiving
    )  # the simulator does not use the daily quota
    most, sent = account.max_24_hour_send, account.sent_last_24_hours
    if most is not None and most >= 0 and sent is not None and sent + counted > most:
        return f"{max(0.0, most - sent):,.0f} of {most:,.0f} recipients are left in these 24 hours, too few for all."
    return ""


def remove_blocked_because(situation: Situation, _verdicts: Mapping[Any, Verdict]) -> str:
    if not wanted(situation):
        return "There are no test recipients."
    why = _none(situation)
    if why:
        return why
    match stages.access(situation.facts):
        case "unknown":
            return "Whether the account has production access is not known."
        case "sandbox":
            return "In the sandbox they can receive only while they are verified."
    if removable(situation):
        return ""
    readings = {address: reading_of(address, situation) for address in wanted(situation)}
    unread = next((address for address, reading in readings.items() if reading is None or not reading.known), "")
    return f"{unread} in SES could not be read." if unread else "No recipient has an identity of its own to remove."


# What came of it


def before_resend(situation: Situation, _verdicts: Mapping[Any, Verdict]) -> str:
    """Return what sending the links again costs, for the confirmation."""
    names = ", ".join(_these(situation, RecipientState.WAITING, RecipientState.EXPIRED))
    return (
        f"SES has no call that sends a link again: each identity is deleted and created again. For {names} the link "
        "sent before stops working, and tags, policies and the default configuration set of that identity are lost."
    )


def before_remove(situation: Situation, _verdicts: Mapping[Any, Verdict]) -> str:
    """Return what is deleted, for the confirmation."""
    return (
        f"Deletes the identities of {', '.join(removable(situation))}. Each can still receive your mail: with "
        "production access anybody can. Addresses that you send from, and domains, are left alone."
    )


def result_text(calls: Sequence[Call], situation: Situation) -> str:
    """Return what became of each recipient, in one line."""
    by_operation: dict[str, list[str]] = {}
    trouble = []
    for address in dict.fromkeys(_about(call) for call in calls):
        of_it = [intent for intent in situation.intents if _about(intent.call) == address]
        planned = [call for call in calls if _about(call) == address]
        if not of_it:
            trouble.append(f"{address}: nothing was sent.")
        elif of_it[-1].phase in (Phase.ACCEPTED, Phase.CONFIRMED) and len(of_it) == len(planned):
            by_operation.setdefault(of_it[-1].call.operation, []).append(address)
        else:
            trouble.append(_trouble(address, of_it, planned))
    return " ".join(
        [*(_GOOD[operation].format(", ".join(names)) for operation, names in by_operation.items()), *trouble]
    )


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
