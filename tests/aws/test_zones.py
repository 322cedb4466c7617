"""The hosted zones that cover a domain: which of them, delegated to whom, and what they hold."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from dlaas_onboard.aws.cloud import AwsCloud
from dlaas_onboard.journey.facts import HostedZone, ZoneRecord
from dlaas_onboard.journey.facts.reading import ProblemKind
from tests.aws.server import Aws, Reply, Seen, error
from tests.aws.subjects import QUICK, no_code

SERVERS = ("ns-1.awsdns-01.com", "ns-2.awsdns-02.net")
LIST, GET, RECORDS = "route53:ListHostedZones", "route53:GetHostedZone", "route53:ListResourceRecordSets"


def zone(id_: str, name: str, private: str = "false") -> str:
    return (
        f"<HostedZone><Id>/hostedzone/{id_}</Id><Name>{name}.</Name><CallerReference>a</CallerReference>"
        f"<Config><PrivateZone>{private}</PrivateZone></Config></HostedZone>"
    )


def page(*found: str, following: str = "") -> str:
    more = f"<NextMarker>{following}</NextMarker>" if following else ""
    truncated = "true" if following else "false"
    return (
        f"<HostedZones>{''.join(found)}</HostedZones><IsTruncated>{truncated}</IsTruncated>"
        f"{more}<MaxItems>100</MaxItems>"
    )


def sets(*found: str, more: str = "") -> str:
    return f"<ResourceRecordSets>{''.join(found)}</ResourceRecordSets>{more or '<IsTruncated>false</IsTruncated>'}"


def record(name: str, type_: str, *values: str, extra: str = "") -> str:
    listed = "".join(f"<ResourceRecord><Value>{value}</Value></ResourceRecord>" for value in values)
    return (
        f"<ResourceRecordSet><Name>{name}.</Name><Type>{type_}</Type>{extra}<TTL>300</TTL>"
        f"<ResourceRecords>{listed}</ResourceRecords></ResourceRecordSet>"
    )


def asked(request: Seen) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(request.path).query).items()}


def test_a_zone_with_its_servers_and_records(aws: Aws, cloud: AwsCloud) -> None:
    reading = cloud.hosted_zones("example.com", ("mail.example.com",))
    assert reading.known
    assert reading.source == "Route 53 ListHostedZones"
    records = (ZoneRecord("mail.example.com", "TXT", 60, ('"site=1"',)),)
    assert reading.value == (HostedZone("Z0EXAMPLE", "example.com", False, SERVERS, records),)
    assert aws.last(LIST).region == "us-east-1"
    assert urlsplit(aws.last(GET).path).path == "/2013-04-01/hostedzone/Z0EXAMPLE"
    assert asked(aws.last(RECORDS)) == {"name": "mail.example.com", "maxitems": "100"}


def test_all_pages_are_read_and_only_what_covers_the_domain_is_kept(aws: Aws, cloud: AwsCloud) -> None:
    aws.says(
        LIST,
        page(zone("ZTOP", "example.com"), zone("ZOTHER", "notexample.com"), following="m1"),
        page(zone("ZDEEPER", "a.shop.example.com"), zone("ZNEAR", "shop.example.com"), zone("ZCOM", "com")),
    )
    aws.says(RECORDS, sets())
    reading = cloud.hosted_zones("Shop.example.com", ("_dmarc.shop.example.com",))
    assert reading.known
    assert [found.id for found in reading.value or ()] == ["ZNEAR", "ZTOP", "ZCOM"]
    assert [asked(request) for request in aws.seen if request.operation == LIST] == [
        {"maxitems": "100"},
        {"maxitems": "100", "marker": "m1"},
    ]


def test_a_private_zone_is_named_and_not_read(aws: Aws, cloud: AwsCloud) -> None:
    aws.says(LIST, page(zone("ZIN", "example.com", "true")))
    assert cloud.hosted_zones("example.com", ("mail.example.com",)).value == (HostedZone("ZIN", "example.com", True),)
    assert aws.count(GET) == aws.count(RECORDS) == 0


def test_no_zone_is_an_answer(aws: Aws, cloud: AwsCloud) -> None:
    aws.says(LIST, page(zone("ZOTHER", "example.net")))
    reading = cloud.hosted_zones("example.com", ())
    assert (reading.known, reading.value) == (True, ())


def test_only_records_at_the_name_count(aws: Aws, cloud: AwsCloud) -> None:
    alias = (
        "<ResourceRecordSet><Name>mail.example.com.</Name><Type>A</Type><AliasTarget><HostedZoneId>Z</HostedZoneId>"
        "<DNSName>x.example.</DNSName><EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget>"
        "</ResourceRecordSet>"
    )
    aws.says(
        RECORDS,
        sets(
            alias,
            record("mail.example.com", "MX", "10 a.example.", extra="<SetIdentifier>one</SetIdentifier>"),
            record("MAIL.example.com", "TXT", "&quot;a&quot; &quot;b&quot;", "&quot;b\u00fc&#9;cher&quot;"),
            record("next.example.com", "TXT", "&quot;c&quot;"),
            record("mail.example.com", "TXT", "&quot;never reached&quot;"),
        ),
    )
    reading = cloud.hosted_zones("example.com", ("mail.example.com", "mail.example.net"))
    (found,) = reading.value or ()
    assert found.records == (
        ZoneRecord("mail.example.com", "A", None, (), alias=True),
        ZoneRecord("mail.example.com", "MX", 300, ("10 a.example.",), identifier="one"),
        ZoneRecord("mail.example.com", "TXT", 300, ('"a" "b"', '"b\\303\\274\\011cher"')),
    )
    assert aws.count(RECORDS) == 1


@pytest.mark.parametrize("operation", [GET, RECORDS])
def test_a_zone_that_may_not_be_read_whole_is_unknown(aws: Aws, cloud: AwsCloud, operation: str) -> None:
    aws.says(operation, error("AccessDenied", "not authorized", 403))
    reading = cloud.hosted_zones("example.com", ("mail.example.com",))
    assert not reading.known
    assert reading.problem is not None
    assert (reading.problem.kind, reading.problem.iam_action) == (ProblemKind.DENIED, operation)
    assert reading.value == (HostedZone("Z0EXAMPLE", "example.com", False),)
    assert reading.partial == "1 hosted zone without all records"


def test_who_may_not_list_knows_nothing(aws: Aws, cloud: AwsCloud) -> None:
    aws.says(LIST, error("AccessDenied", "not authorized", 403))
    reading = cloud.hosted_zones("example.com", ())
    assert reading.value is None
    assert reading.problem is not None
    assert (reading.problem.kind, reading.problem.iam_action) == (ProblemKind.DENIED, LIST)


def test_a_list_that_ends_early_is_no_list(aws: Aws, cloud: AwsCloud) -> None:
    cut = page(zone("ZTOP", "example.com")).replace(">false</IsTruncated>", ">true</IsTruncated>")
    for body in (cut, "<IsTruncated>false</IsTruncated>", page("<HostedZone><Name>example.com.</Name></HostedZone>")):
        aws.says(LIST, body)
        reading = cloud.hosted_zones("example.com", ())
        assert reading.value is None
        assert reading.problem is not None
        assert reading.problem.kind is ProblemKind.MALFORMED


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        (GET, "<HostedZone><Id>/hostedzone/Z0EXAMPLE</Id><Name>example.com.</Name></HostedZone>"),
        (RECORDS, "<IsTruncated>false</IsTruncated>"),
        (
            RECORDS,
            sets(
                record("mail.example.com", "TXT", "x"),
                more="<IsTruncated>true</IsTruncated><NextRecordName>mail.example.com.</NextRecordName>",
            ),
        ),
    ],
)
def test_half_an_answer_about_a_zone_is_a_problem(aws: Aws, cloud: AwsCloud, operation: str, body: str) -> None:
    aws.says(operation, body)
    reading = cloud.hosted_zones("example.com", ("mail.example.com",))
    assert reading.problem is not None
    assert reading.problem.kind is ProblemKind.MALFORMED


def test_a_page_in_place_of_an_answer(aws: Aws, cloud: AwsCloud) -> None:
    aws.says(LIST, Reply(b"<!DOCTYPE html><html><body>Sign in</body></html>"))
    reading = cloud.hosted_zones("example.com", ())
    assert reading.value is None
    assert reading.problem is not None


def test_a_partition_without_it_is_said_in_words(aws: Aws) -> None:
    cloud = AwsCloud("", "eusc-de-east-1", "--region", timeouts=QUICK)
    assert cloud.connect(no_code).problem is None
    reading = cloud.hosted_zones("example.com", ())
    assert reading.problem is not None
    assert reading.problem.message == "Route 53 is not read in the partition aws-eusc."
    assert aws.count(LIST) == 0
    cloud.close()


def test_the_other_partition_signs_for_its_own_region(aws: Aws) -> None:
    cloud = AwsCloud("", "us-gov-east-1", "--region", timeouts=QUICK)
    assert cloud.connect(no_code).problem is None
    assert cloud.hosted_zones("example.com", ()).known
    assert aws.last(LIST).region == "us-gov-west-1"
    cloud.close()
