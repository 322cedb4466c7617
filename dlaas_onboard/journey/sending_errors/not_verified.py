"""``MessageRejected``, "Email address is not verified": which identities failed, in which Region, and why.

The text names senders and recipients alike; in production it can only be a sender (docs/ses.md, "Sandbox").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from dlaas_onboard.journey import names
from dlaas_onboard.journey.actor import Actor
from dlaas_onboard.journey.command_lines import PROGRAM
from dlaas_onboard.journey.dns.needed_records import Purpose
from dlaas_onboard.journey.dns.record_turns import to_publish
from dlaas_onboard.journey.facts import IdentityInfo
from dlaas_onboard.journey.facts.reading import known, so_far
from dlaas_onboard.journey.review import regions, stages
from dlaas_onboard.journey.sending_errors.explanation import Explanation
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.turn import BY_CODE
from dlaas_onboard.journey.writes.differences import Piece, advice, difference

NAME = "MessageRejected: Email address is not verified"
PATTERN = re.compile(
    r"(?:e-?mail )?address(?:es)? (?:is|are) not verified"
    r"(?:\W+The following identities failed the check in region (?P<region>[\w-]+)\s*:?\s*(?P<names>[^\n]*))?",
    re.IGNORECASE,
)
_IDENTITY = re.compile(r"[^\s,;<>\"'()\[\]{}]+@[^\s,;<>\"'()\[\]{}]+|\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b", re.IGNORECASE)
MOST = 5  # identities that are spoken of one by one


class _Failed(NamedTuple):
    """What is said of the identities that failed."""

    cause: str
    remedy: str
    commands: tuple[str, ...] = ()
    actor: Actor = Actor.OPERATOR


def explained(match: re.Match[str], situation: Situation) -> Explanation:
    """Return what the text means here."""
    region = (match["region"] or "").lower()
    failed = tuple(dict.fromkeys(each.group().rstrip(".") for each in _IDENTITY.finditer(match["names"] or "")))
    here = situation.place.region
    if region and here and region != here:
        return _in_another_region(region, situation)
    if not failed:
        return _unnamed(situation)
    parts = [_of_identity(name, situation) for name in failed[:MOST]]
    more = f" {len(failed) - MOST} more identities failed." if len(failed) > MOST else ""
    return Explanation(
        NAME,
        " ".join(dict.fromkeys(part.cause for part in parts)) + more,
        parts[0].actor,
        " ".join(dict.fromkeys(part.remedy for part in parts)),
        tuple(dict.fromkeys(command for part in parts for command in part.commands)),
    )


def _in_another_region(region: str, situation: Situation) -> Explanation:
    here = situation.place.region
    there = regions.access(situation.facts, region)
    mine = stages.access(situation.facts)
    seen = {
        "production": f"{region} has production access, so a sender of the message is not verified there",
        "sandbox": f"{region} is in the sandbox: there senders and recipients have to be verified",
        "unknown": f"{region} was not looked at from here",
    }[there]
    granted = (
        f" The production access of {here} does not count in {region}: it is granted Region by Region."
        if mine == "production"
        else ""
    )
    return Explanation(
        NAME,
        f"The message was sent through {region}, and what is shown here is {here}; identities and production access "
        f"belong to a Region. {seen}.{granted}",
        Actor.OPERATOR,
        f"Let the code send through {here}, where you set up SES, or go on in {region}.",
        (f"{PROGRAM} --region {region} status",),
    )


def _unnamed(situation: Situation) -> Explanation:
    access = stages.access(situation.facts)
    recipients = {
        "production": "With production access recipients need no verification, so a sender is meant: From, Source, "
        "Sender or Return-Path.",
        "sandbox": "In the sandbox it may be a sender or a recipient: both have to be verified.",
        "unknown": "Whether the account is in the sandbox is not known: there recipients have to be verified, too.",
    }[access]
    return Explanation(
        NAME,
        f"An address or domain of the message is not verified in the Region that sent it. {recipients}",
        Actor.OPERATOR,
        "Paste the whole error: it names the identities that failed, and the Region.",
        (f"{PROGRAM} status",),
    )


def _of_identity(name: str, situation: Situation) -> _Failed:
    if _is_ours(name, situation):
        return _sender(name, situation)
    covering = _covering(name, situation)
    if covering is not None and covering.sending_enabled:
        return _Failed(
            f"{name} is verified in {situation.place.region} now.",
            "Send again. If it fails again, the code sends through another account.",
        )
    return _recipient(name, situation)


def _is_ours(name: str, situation: Situation) -> bool:
    domain = names.domain_of(name) or names.bare(name)
    own = (situation.domain, names.domain_of(situation.sender))
    return any(names.within(domain, each) for each in own if each)


def _covering(name: str, situation: Situation) -> IdentityInfo | None:
    """Return the identity that SES has for an address: its own, or that of its domain or a parent."""
    found = so_far(situation.facts.identities)
    wanted = {names.bare(each) for each in names.parents(names.domain_of(name) or name)}
    items = found.items if found is not None else ()
    by_name = {names.bare(item.name): item for item in items}
    own = by_name.get(name.lower()) or by_name.get(names.bare(name))
    return own or next((by_name[each] for each in sorted(wanted, key=len, reverse=True) if each in by_name), None)


def _sender(name: str, situation: Situation) -> _Failed:
    region = situation.place.region or "this Region"
    domain = situation.domain or names.domain_of(name)
    covering = _covering(name, situation)
    if covering is not None and covering.sending_enabled:
        return _Failed(
            f"{name} is yours, and SES shows {covering.name} verified in {region} now.",
            "Send again. If it fails again, the code sends through another account or Region.",
            (f"{PROGRAM} status",),
        )
    if covering is not None:
        return _Failed(
            f"{name} is yours; SES has the identity {covering.name} in {region}, but it is not verified yet.",
            to_publish(situation, Purpose.DKIM, by_hand="Publish its DKIM records; SES looks for them for 72 hours."),
            (f"{PROGRAM} records", f"{PROGRAM} status"),
            Actor.DNS,
        )
    if known(situation.facts.identities) is None:
        return _Failed(
            f"{name} is yours; whether SES has an identity for {domain} in {region} could not be read.",
            "Look again.",
            (f"{PROGRAM} status",),
        )
    by_hand = f"Create the identity for {domain} and publish its records, as step 3, Domain, shows."
    by_code = difference(situation, Piece.IDENTITY).turn in BY_CODE
    return _Failed(
        f"{name} is yours, and SES has no identity for {domain} in {region}.",
        advice(situation, Piece.IDENTITY, by_hand),
        (f"{PROGRAM} next",),
        Actor.TERRAFORM if by_code else Actor.OPERATOR,
    )


def _recipient(name: str, situation: Situation) -> _Failed:
    region = situation.place.region or "this Region"
    access = stages.access(situation.facts)
    if access == "production":
        return _Failed(
            f"{name} does not belong to your domain, and with production access in {region} recipients need no "
            f"verification: the message names it as a sender (From, Source, Sender or Return-Path).",
            f"Send from an address of {situation.domain or 'your verified domain'}, and put {name} into Reply-To.",
        )
    if access == "unknown":
        return _Failed(
            f"{name} is not verified in {region}; whether the account is in the sandbox could not be read.",
            "Look again: in the sandbox recipients have to be verified, in production senders alone.",
            (f"{PROGRAM} status",),
        )
    return _Failed(
        f"{name} is a recipient that is not verified, and {region} is in the sandbox: there mail reaches only "
        "verified addresses and the mailbox simulator.",
        "Verify it as a test recipient in step 2 if its owner agrees; everybody else gets mail after Amazon granted "
        "production access.",
        tuple(_ways(situation)),
    )


def _ways(situation: Situation) -> Iterator[str]:
    if stages.may_file(situation.facts):
        yield f"{PROGRAM} next"
    yield f"{PROGRAM} status"
