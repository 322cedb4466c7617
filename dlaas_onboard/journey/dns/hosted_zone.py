"""Which Route 53 hosted zone the records belong into, and what it holds at their names.

A zone that the registrar sends nobody to takes every record and shows none (docs/ses.md, "Hosted zones").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from dlaas_onboard.journey.errors import Refused
from dlaas_onboard.journey.facts import Delegation, HostedZone, Reading, ZoneRecord
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.names import bare, within
from dlaas_onboard.journey.text import line

Zones = Reading[tuple[HostedZone, ...]]


class Home(NamedTuple):
    """The hosted zone for a change batch, ``None`` where none is known; ``note`` says why, or what is not certain."""

    zone: HostedZone | None
    note: str


def home(names: Sequence[str], zones: Zones | None, delegation: Reading[Delegation] | None) -> Home:
    """Return the zone for records at ``names``.

    Raises :class:`Refused` where this account has zones of that name, and none that the world is sent to.
    """
    if zones is None:
        return Home(None, "the hosted zones were not looked at yet")
    if not zones.known or zones.value is None:
        return Home(None, f"this rests on DNS alone, since the hosted zones could not be read ({_unread(zones)})")
    covering = [zone for zone in zones.value if any(within(name, zone.name) for name in names)]
    if zones.value and names and not covering:
        return Home(None, "the hosted zones were not looked at yet")
    if not covering:
        return Home(None, "no hosted zone of this account covers them: the zone is elsewhere")
    public = [zone for zone in covering if not zone.private]
    if not public:
        raise Refused(
            f"No change batch: {_named(covering[0])} is private, so nobody outside of its VPCs would see the records. "
            "Write them into the public zone, which is not in this account."
        )
    cut = so_far(delegation)
    return _undecided(public) if cut is None else _delegated(public, cut)


def _delegated(public: Sequence[HostedZone], cut: Delegation) -> Home:
    """Return the zone to which the registrar delegates; raises :class:`Refused` where it is none of these."""
    reached = [zone for zone in public if zone.name == bare(cut.zone) and _servers(cut) & set(zone.name_servers)]
    if not reached:
        leads = f"{cut.zone} is delegated to {', '.join(cut.delegated)}" if cut.delegated else "it is not delegated"
        raise Refused(
            f"No change batch: the registrar sends nobody to {_named(public[0])}: {leads}. Enter "
            f"{', '.join(public[0].name_servers)} at the registrar, or write the records where the delegation leads."
        )
    return Home(reached[0], "")


def _unread(zones: Zones) -> str:
    problem = zones.problem
    if problem is None:
        return zones.partial
    return f"{problem.iam_action} is not allowed" if problem.iam_action else line(problem.message, limit=80).rstrip(".")


def _undecided(public: list[HostedZone]) -> Home:
    nearest = [zone for zone in public if zone.name == public[0].name]
    if len(nearest) > 1:
        ids = " and ".join(zone.id for zone in nearest)
        raise Refused(
            f"No change batch: the hosted zones {ids} are both named {nearest[0].name}, and which of them the "
            "registrar delegates to could not be read. Look again."
        )
    return Home(nearest[0], "whether the registrar delegates to it could not be read")


def _servers(cut: Delegation) -> set[str]:
    return {bare(server) for server in cut.delegated}


def _named(zone: HostedZone) -> str:
    return f"the hosted zone {zone.id} ({zone.name})"


def at(zone: HostedZone, name: str) -> tuple[ZoneRecord, ...]:
    """Return what the zone holds at a name."""
    return tuple(record for record in zone.records if bare(record.name) == bare(name))


def text_of(value: str) -> str | None:
    r"""Return the text of a TXT value as Route 53 holds it (``"a" "b"``, ``\ooo`` octal), ``None`` for no such value.

    Source: Route 53 Developer Guide, "Supported DNS record types", TXT.
    """
    strings = re.findall(r'"((?:[^"\\]|\\.)*)"', value)
    if not strings or re.sub(r'"(?:[^"\\]|\\.)*"', "", value).strip():
        return None
    data = bytearray()
    for octal, escaped, plain in re.findall(r"\\([0-3][0-7]{2})|\\(.)|([^\\])", "".join(strings)):
        data += bytes([int(octal, 8)]) if octal else (escaped or plain).encode("utf-8", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
