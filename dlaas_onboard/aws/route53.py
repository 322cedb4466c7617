"""What Route 53 holds for the sending domain: hosted zones and their records. docs/ses.md, "Hosted zones".

Route 53 is one service for a whole partition; its calls are signed for one Region of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from dlaas_onboard.aws.client import AwsClient
from dlaas_onboard.aws.paging import StoppedError, reading
from dlaas_onboard.aws.response_fields import ResponseFields, TroubleError
from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.names import bare, within
from dlaas_onboard.journey.text import line, plural

# Amazon Route 53 endpoints and quotas, https://docs.aws.amazon.com/general/latest/gr/r53.html
_REGIONS = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1"}
_SETS = 100  # record sets at one name that are read; the most that a page holds


def hosted_zones(client: AwsClient, domain: str, names: Sequence[str]) -> Reading[tuple[f.HostedZone, ...]]:
    """Read the hosted zones whose name covers ``domain``, nearest first, with the records at ``names``.

    A private zone is named only: nobody outside of its VPCs sees what it holds. Without any the value is empty. Where
    a zone could not be read whole, the value holds it with what was read, and the reading says so.
    """

    def look() -> tuple[f.HostedZone, ...]:
        partition = client.session.partition
        if partition not in _REGIONS:
            raise TroubleError(
                Problem(
                    ProblemKind.REGION,
                    f"Route 53 is not read in the partition {line(partition, limit=40)}.",
                    "Look for the hosted zone in the console.",
                )
            )
        covering = sorted(_covering(client, domain), key=lambda zone: (-len(zone.name), zone.private, zone.id))
        read: list[f.HostedZone] = []
        failed: Problem | None = None
        for zone in covering:
            try:
                read.append(zone if zone.private else _whole(client, zone, names))
            except TroubleError as trouble:
                read.append(zone)
                failed = trouble.problem
        if failed is not None:
            raise StoppedError(tuple(read), failed, f"{plural(len(covering), 'hosted zone')} without all records")
        return tuple(read)

    return reading("Route 53 ListHostedZones", look)


def _region(client: AwsClient) -> str:
    return _REGIONS[client.session.partition]


def _covering(client: AwsClient, domain: str) -> list[f.HostedZone]:
    pages = client.pages(
        "route53", "ListHostedZones", {"MaxItems": "100"}, "Marker", region=_region(client), following="NextMarker"
    )
    zones = []
    for page in pages:
        for item in page.parts("HostedZones"):
            name = bare(item.must_text("Name"))
            if within(domain, name):
                config = item.part("Config")
                private = config.flag("PrivateZone") if config else None
                if private is None:
                    raise item.malformed("PrivateZone", "is missing")
                zones.append(f.HostedZone(item.must_text("Id").rpartition("/")[2], name, private))
        if page.flag("IsTruncated") and not page.raw("NextMarker"):
            raise page.malformed("NextMarker", "is missing")
    return zones


def _whole(client: AwsClient, zone: f.HostedZone, names: Sequence[str]) -> f.HostedZone:
    answer = client.call("route53", "GetHostedZone", {"Id": zone.id}, region=_region(client))
    delegation = answer.part("DelegationSet")
    servers = delegation.texts("NameServers") if delegation else None
    if not servers:
        raise answer.malformed("DelegationSet", "is missing")
    records = [record for name in names if within(name, zone.name) for record in _at(client, zone.id, name)]
    return f.HostedZone(zone.id, zone.name, zone.private, tuple(sorted(map(bare, servers))), tuple(records))


def _at(client: AwsClient, zone: str, name: str) -> list[f.ZoneRecord]:
    """Read the record sets at one name: Route 53 lists from there on, in its own order."""
    params = {"HostedZoneId": zone, "StartRecordName": name, "MaxItems": str(_SETS)}
    answer = client.call("route53", "ListResourceRecordSets", params, region=_region(client))
    records: list[f.ZoneRecord] = []
    for item in answer.parts("ResourceRecordSets"):
        record_name = bare(item.must_text("Name"))
        if record_name != bare(name):
            return records
        records.append(_record(item, record_name))
    if answer.flag("IsTruncated") and bare(answer.text("NextRecordName")) == bare(name):
        raise answer.malformed("ResourceRecordSets", f"holds more than {_SETS} sets at {line(name)}")
    return records


def _record(item: ResponseFields, name: str) -> f.ZoneRecord:
    ttl = item.number("TTL")
    alias = item.part("AliasTarget") is not None
    values = [_value(part.raw("Value")) for part in item.parts("ResourceRecords")] if not alias else []
    return f.ZoneRecord(
        name=name,
        type=item.must_text("Type"),
        ttl=None if ttl is None else int(ttl),
        values=tuple(values),
        alias=alias,
        identifier=item.text("SetIdentifier"),
    )


def _value(text: str) -> str:
    """Return a value that can be shown and sent back: what is not printable ASCII in Route 53's own octal form."""
    return "".join(
        char if " " <= char <= "~" else "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", "replace"))
        for char in text
    )
