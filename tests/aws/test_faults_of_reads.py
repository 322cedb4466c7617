"""Every read against every fault of the table: the right kind, the missing action, and nothing raised."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, NamedTuple

import pytest

from dlaas_onboard.aws.cloud import AwsCloud
from dlaas_onboard.journey.facts import SupportPlan
from dlaas_onboard.journey.facts.reading import ProblemKind, Reading
from dlaas_onboard.journey.situation.calls import CallRecord
from tests.aws.server import HEALTHY, HTML, Aws, Reply, error
from tests.aws.subjects import QUICK, READS

K = ProblemKind


class Fault(NamedTuple):
    """What the server does, the kind that comes of it, and how often one call is sent."""

    name: str
    reply: Reply
    kind: ProblemKind
    tries: int = 1
    says: str = ""


def hours_off(hours: int) -> dict[str, str]:
    return {"Date": format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True)}


SCP = "with an explicit deny in a service control policy"
FAULTS = (
    Fault("denied", error("AccessDeniedException", "User u may not: x", 403), K.DENIED, says="IAM action"),
    Fault("denied in XML", error("AccessDenied", "no", 403), K.DENIED),
    Fault("denied by an organization", error("AccessDenied", SCP, 403), K.DENIED, says="organization"),
    Fault("throttled", error("TooManyRequestsException", None, 429), K.THROTTLED, tries=3),
    Fault("throttled with 400", error("ThrottlingException", "Rate exceeded", 400), K.THROTTLED, tries=3),
    Fault("expired", error("ExpiredTokenException", "expired", 403), K.CREDENTIALS, says="aws sso login"),
    Fault("wrong key", error("UnrecognizedClientException", "The security token is invalid.", 403), K.CREDENTIALS),
    Fault("wrong secret", error("SignatureDoesNotMatch", "x\nCanonical", 403), K.CREDENTIALS, says="secret key"),
    Fault("clock ahead", error("SignatureDoesNotMatch", "x", 403, headers=hours_off(-3)), K.CLOCK, says="3 h ahead of"),
    Fault("clock behind", error("InvalidSignatureException", "x", 403, headers=hours_off(3)), K.CLOCK, says="h behind"),
    Fault("clock says AWS", error("RequestTimeTooSkewed", "x", 403), K.CLOCK),
    Fault("unsubscribed", error("OptInRequired", "sign up", 403), K.SUBSCRIPTION),
    Fault("invalid", error("ValidationException", "no such field", 400), K.INVALID),
    Fault("refused", error("SomethingNewException", "not today", 400), K.REFUSED, says="not today"),
    Fault("internal", error("InternalServiceErrorException", None, 500), K.UNAVAILABLE, tries=3),
    Fault("bare 503", Reply(b"", status=503), K.UNAVAILABLE, tries=3),
    Fault("no answer", Reply(delay=5.0), K.TIMEOUT, tries=3),
    Fault("closed", Reply(drop=True), K.UNREACHABLE, tries=3),
    Fault("garbage", Reply(raw=b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), K.UNREACHABLE, tries=3),
    Fault("page", Reply(HTML), K.MALFORMED, says="web page"),
    Fault("page without a request id", Reply(HTML, request_id=False), K.MALFORMED),
    Fault("empty", Reply(b"", request_id=False), K.MALFORMED),
    Fault("empty structure", Reply({}), K.MALFORMED),
    Fault("list", Reply([1, 2]), K.MALFORMED),
    Fault("null", Reply(b"null"), K.MALFORMED),
    Fault("flipped bytes", Reply(b'{"A": "\xff\xfe"}'), K.MALFORMED),
    Fault("deep", Reply(b'{"A": ' + b"[" * 100_000), K.MALFORMED),
    Fault("proxy", Reply(HTML, status=403, request_id=False), K.PROXY, says="403"),
    Fault("unknown path", Reply(HTML, status=404, request_id=False), K.PROXY),
    Fault("redirect", Reply(HTML, status=302, headers={"Location": "http://login.invalid/"}), K.PROXY),
)  # fmt: skip


def look_at_all(cloud: AwsCloud) -> dict[str, Reading[Any]]:
    """Make all reads at the same time: the clients are shared by the threads."""
    with ThreadPoolExecutor(len(READS)) as threads:
        found = threads.map(lambda read: (read.name, read.look(cloud)), READS)
        return dict(found)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_read(aws: Aws, cloud: AwsCloud, fault: Fault) -> None:
    for read in READS:
        aws.says(read.operation, fault.reply)
    calls: list[CallRecord] = []
    cloud.on_call(calls.append)
    readings = look_at_all(cloud)
    for read in READS:
        reading = readings[read.name]
        problem = reading.problem
        if fault.name == "unsubscribed" and read.name == "support plan":
            assert (reading.value, problem) == (SupportPlan(api=False), None)
            continue
        assert problem is not None, read.name
        assert (reading.value, problem.kind) == (None, fault.kind), (read.name, problem)
        assert problem.operation == read.operation
        assert problem.iam_action == (read.iam if fault.kind is K.DENIED else "")
        assert problem.message.endswith((".", "day", "field", "policy", "not: x", "no", "sign up", "expired"))
        assert problem.remedy
        assert not reading.known
        if fault.says:
            assert fault.says in problem.message + problem.remedy, (read.name, problem)
        sharing = sum(other.operation == read.operation for other in READS)
        assert aws.count(read.operation) == fault.tries * sharing, read.name
    begun = {read.operation for read in READS}
    latest = {call.operation: call for call in calls if call.operation in begun}
    assert latest.keys() == begun
    assert fault.kind is K.MALFORMED or all(call.outcome != "ok" for call in latest.values())


@pytest.mark.parametrize("read", READS, ids=lambda read: read.name)
def test_cut_short(aws: Aws, cloud: AwsCloud, read: Any) -> None:
    healthy = read.look(cloud)
    assert healthy.known
    aws.says(read.operation, Reply(HEALTHY[read.operation], cut=7))
    reading = read.look(cloud)
    assert reading.value is None
    assert reading.problem is not None
    assert reading.problem.kind is K.MALFORMED
    assert "bytes arrived" in reading.problem.message


@pytest.mark.parametrize("read", READS, ids=lambda read: read.name)
def test_one_failure_leaves_the_rest(aws: Aws, cloud: AwsCloud, read: Any) -> None:
    aws.says(read.operation, error("AccessDeniedException", "no", 403))
    readings = look_at_all(cloud)
    broken = {other.name for other in READS if other.operation == read.operation}
    if read.name == "identities":
        broken.add("glance")  # which lists the identities of the Region as well
    assert {name for name, reading in readings.items() if not reading.known} == broken


def test_nothing_listens(aws: Aws, cloud: AwsCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    other = AwsCloud("", "eu-west-1", "--region")
    reading = other.connect(lambda _: "")
    assert reading.problem is not None
    assert reading.problem.kind is K.UNREACHABLE
    assert "127.0.0.1:1" in reading.problem.message
    assert {reading.problem.kind for reading in look_at_all(other).values() if reading.problem} == {K.UNREACHABLE}


def test_no_such_host(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://nowhere.invalid")
    reading = AwsCloud("", "eu-west-1", "--region").connect(lambda _: "")
    assert reading.problem is not None
    assert reading.problem.kind is K.UNREACHABLE
    assert "nowhere.invalid" in reading.problem.message


def test_proxy_down(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://ada:hushhush@127.0.0.1:1")
    reading = AwsCloud("", "eu-west-1", "--region").connect(lambda _: "")
    assert reading.problem is not None
    assert reading.problem.kind is K.PROXY
    assert "HTTP_PROXY" in reading.problem.remedy
    assert "hushhush" not in repr(reading)


def test_tls_fails(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url.replace("http:", "https:"))
    reading = AwsCloud("", "eu-west-1", "--region").connect(lambda _: "")
    assert reading.problem is not None
    assert reading.problem.kind is K.UNREACHABLE
    assert "AWS_CA_BUNDLE" in reading.problem.remedy


def test_region_not_enabled(aws: Aws, cloud: AwsCloud) -> None:
    """A Region that is not enabled answers as if the key were wrong; the account's list of Regions tells."""
    aws.says("sesv2:GetAccount", error("UnrecognizedClientException", "The security token is invalid.", 403))
    regions = [{"RegionName": "af-south-1", "RegionOptStatus": "DISABLED"}]
    aws.says("account:ListRegions", {"Regions": regions})
    for _ in range(2):
        problem = cloud.glance("af-south-1", "").problem
        assert problem is not None
        assert problem.kind is K.REGION
        assert "af-south-1 is not enabled for this account (DISABLED)" in problem.message
    assert aws.count("account:ListRegions") == 1
    assert aws.last("account:ListRegions").region == "us-east-1"
    elsewhere = cloud.glance("us-east-1", "").problem
    assert elsewhere is not None
    assert elsewhere.kind is K.CREDENTIALS


def test_region_that_cannot_be_asked_about(aws: Aws, cloud: AwsCloud) -> None:
    aws.says("sesv2:GetAccount", error("UnrecognizedClientException", "The security token is invalid.", 403))
    aws.says("account:ListRegions", error("AccessDeniedException", "no", 403))
    problem = cloud.glance("af-south-1", "").problem
    assert problem is not None
    assert problem.kind is K.REGION
    assert problem.iam_action == "account:ListRegions"
    aws.says("account:ListRegions", error("UnrecognizedClientException", "no", 403))
    cloud.connect(lambda _: "")
    problem = cloud.glance("af-south-1", "").problem
    assert problem is not None
    assert problem.kind is K.CREDENTIALS


def test_a_stranger_at_the_address_of_amazon(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS always names the request; an emulator need not. What answers in Amazon's name without one is not Amazon."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", "http://email.eu-west-1.amazonaws.com")
    monkeypatch.setenv("HTTP_PROXY", aws.url)
    cloud = AwsCloud("", "eu-west-1", "--region", timeouts=QUICK)
    place = cloud.connect(lambda _: "").value
    assert place is not None
    assert (place.endpoint, place.amazon) == ("email.eu-west-1.amazonaws.com", True)
    assert cloud.account().known
    aws.says("sesv2:GetAccount", Reply(HEALTHY["sesv2:GetAccount"], request_id=False))
    problem = cloud.account().problem
    assert problem is not None
    assert problem.kind is K.MALFORMED
    assert "request id" in problem.message


def test_an_emulator_without_request_ids(aws: Aws, cloud: AwsCloud) -> None:
    aws.says("sesv2:GetAccount", Reply(HEALTHY["sesv2:GetAccount"], request_id=False))
    assert cloud.account().known
