"""The Regions that the project's own code and configuration send from: access and identities count in one alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from dlaas_onboard.journey.facts.reading import known, so_far
from dlaas_onboard.journey.facts.sending import ResourceKind, SendingKind
from dlaas_onboard.journey.review import regions
from dlaas_onboard.journey.situation.situation import Situation, once

# "Amazon Simple Email Service endpoints and quotas" in the AWS General Reference: the hosts of SMTP and of the API.
_HOST = re.compile(
    r"\bemail(?:-smtp)?(?:-fips)?\.([a-z]{2,5}(?:-[a-z]+)+-\d{1,2})\.(?:amazonaws\.com|api\.aws)", re.IGNORECASE
)
_CLIENT = "the client"  # a DeclaredResource of this tool is the Region that an SES client is made with


class SendingRegion(NamedTuple):
    """A Region that the project names as the one it sends from, and where that stands."""

    region: str
    source: str


@once
def sending_regions(situation: Situation) -> tuple[SendingRegion, ...]:
    """Return the Regions that the project sends from, each once; () says only that none was found."""
    first: dict[str, SendingRegion] = {}
    for found in _named(situation):
        first.setdefault(found.region, found)
    return tuple(first.values())


def other_sending_regions(situation: Situation) -> tuple[SendingRegion, ...]:
    """Return the Regions that the project sends from where it names none but others than the one looked at."""
    found = sending_regions(situation)
    here = situation.place.region
    return () if not here or any(each.region == here for each in found) else found


def worth_a_sweep(situation: Situation) -> bool:
    """Whether the other Regions have to be asked before one is advised to set SES up, or to ask for access, here."""
    reading = situation.domain_identity
    absent = reading is not None and reading.known and reading.value is None
    return absent or bool(other_sending_regions(situation))


def identity_elsewhere(situation: Situation) -> str:
    """Say which other Regions have the identity that this one lacks; ``""`` where none is known to."""
    others = [region for region in regions.with_identity(situation) if region != situation.place.region]
    shown = [
        f"{region} (production access)" if regions.access(situation.facts, region) == "production" else region
        for region in others
    ]
    return f"{situation.domain} has an identity in {' and '.join(shown)}" if shown else ""


def _named(situation: Situation) -> Iterator[SendingRegion]:
    checkout = so_far(situation.facts.checkout)
    if checkout is not None and checkout.region:
        yield SendingRegion(checkout.region, checkout.sources.get("region", checkout.root))
        return  # DLaaS sends from the Region of its configuration alone
    repository = known(situation.facts.repository)
    if repository is None:
        return
    for place in repository.places:
        if place.kind == SendingKind.SERVER and (host := _HOST.search(place.call)):
            yield SendingRegion(host[1].lower(), f"{place.source} ({place.call})")
    for resource in repository.resources:
        if resource.kind == ResourceKind.REGION and resource.tool == _CLIENT:
            yield SendingRegion(resource.value, str(resource.source))
