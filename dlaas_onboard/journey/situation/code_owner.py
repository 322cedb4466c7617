"""What the project's infrastructure code owns of the sending domain's mail: the wanted world, for one situation."""

from __future__ import annotations

from dlaas_onboard.journey.facts import InfrastructureCode, MailResource, MailResourceKind
from dlaas_onboard.journey.names import bare, is_domain, within
from dlaas_onboard.journey.situation.declared_code import code_of
from dlaas_onboard.journey.situation.situation import Situation, once

FIELD = "infrastructure"
BY_HAND = "by_hand"


@once
def owning_code(situation: Situation) -> InfrastructureCode | None:
    """Return the code that sets up this domain in this Region.

    ``None`` where none was read, where it is about another domain or Region, and where the operator said that it is
    not what the account is set up with.
    """
    code = code_of(situation.facts)
    by_hand = situation.answers.text(FIELD) == BY_HAND
    return None if by_hand or mismatch(situation) else code


@once
def mismatch(situation: Situation) -> str:
    """Say where the code is about another domain or Region than the one looked at, ``""`` where it is not.

    Of an account that the operator sets up by hand nothing is said: the code need not be about it.
    """
    code = code_of(situation.facts)
    if code is None or situation.answers.text(FIELD) == BY_HAND:
        return ""
    region, domain = situation.place.region, situation.domain
    if code.region and region and code.region != region:
        return (
            f"Your {code.tool} is for {code.region}, and this is {region}: what it declares is not about this Region."
        )
    found = [item.name for item in code.of(MailResourceKind.IDENTITY) if is_domain(item.name)]
    names = list(dict.fromkeys(found))
    if not names and situation.checkout is not None and situation.checkout.domain:
        names = [situation.checkout.domain]
    if domain and names and not any(within(domain, name) for name in names):
        return f"Your {code.tool} sets up {' and '.join(names)}, and the sending domain here is {domain}."
    return ""


def declared(situation: Situation, kind: MailResourceKind) -> tuple[MailResource, ...]:
    """Return what the code declares of one kind for this domain; a name that only an apply knows may be meant."""
    code = owning_code(situation)
    found = code.of(kind) if code is not None else ()
    if kind in (MailResourceKind.IDENTITY, MailResourceKind.DKIM):
        return tuple(item for item in found if not item.name or within(situation.domain, item.name))
    if kind in (MailResourceKind.MAIL_FROM, MailResourceKind.IDENTITY_TOPIC):
        return tuple(item for item in found if not item.owner or within(situation.domain, item.owner))
    return found


def first_declared(situation: Situation, kind: MailResourceKind, name: str = "") -> MailResource | None:
    """Return the first resource of a kind, or the one of that name; ``None`` where the code declares none."""
    found = declared(situation, kind)
    return next((item for item in found if not name or item.name == name), None)


def declared_record(situation: Situation, name: str, type_: str) -> MailResource | None:
    """Return the declared record of this name and type.

    DKIM's names are those of SES: a loop over its tokens declares each of them.
    """
    below = name.partition("._domainkey.")[2]
    for item in declared(situation, MailResourceKind.RECORD):
        if item.type != type_:
            continue
        token, _, parent = item.name.rpartition("._domainkey.")
        if bare(item.name) == bare(name) or ("{" in token and below and bare(parent) == bare(below)):
            return item
    return None


def declares_records(situation: Situation) -> bool:
    """Whether the code writes DNS records of the sending domain."""
    return any(within(item.name, situation.domain) for item in declared(situation, MailResourceKind.RECORD))


def may_declare(situation: Situation, type_: str) -> bool:
    """Whether the code makes records of this type whose names only an apply knows."""
    code = owning_code(situation)
    return code is not None and type_ in code.unnamed_records
