"""A write leaves once, whatever comes back, and its phase is that of the outcome table."""

from __future__ import annotations

import base64
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore import exceptions as e

from dlaas_onboard.aws.client import Wire
from dlaas_onboard.aws.cloud import AwsCloud
from dlaas_onboard.aws.write_once import phase_of
from dlaas_onboard.journey.facts.reading import ProblemKind
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Phase
from tests.aws.conftest import credentials
from tests.aws.server import HTML, QUEUE_URL, REQUEST_ID, Aws, Reply, error
from tests.aws.subjects import (
    ATTACH,
    CREATE_CASE,
    CREATE_QUEUE,
    DELETE_QUEUE,
    PUT,
    PUT_ALARM,
    QUICK,
    QUOTA,
    SEND,
    SUBSCRIBE,
    TOPIC_CALL,
    UNSUBSCRIBE,
    WRITES,
    no_code,
)

K = ProblemKind
ROLE = """
[profile base]
aws_access_key_id = AKIABASEBASEBASE1234
aws_secret_access_key = basesecretbase

[profile role]
role_arn = arn:aws:iam::111122223333:role/r
source_profile = base
"""
R, U = Phase.REJECTED, Phase.UNKNOWN

FAULTS = {
    "400": (error("BadRequestException", "2 validation errors detected", 400), R, K.INVALID),
    "throttled 400": (error("ThrottlingException", "Rate exceeded", 400), R, K.THROTTLED),
    "limit": (error("LimitExceededException", "too many", 400), R, K.REFUSED),
    "403": (error("AccessDeniedException", "no", 403), R, K.DENIED),
    "404": (error("NotFoundException", "no", 404), R, K.NOT_FOUND),
    "409": (error("ConflictException", None, 409), R, K.CONFLICT),
    "429": (error("TooManyRequestsException", None, 429), R, K.THROTTLED),
    "expired": (error("ExpiredTokenException", "x", 403), R, K.CREDENTIALS),
    "clock": (error("RequestTimeTooSkewed", "x", 403), R, K.CLOCK),
    "403 page": (Reply(HTML, status=403, request_id=False), R, K.PROXY),
    "404 page": (Reply(HTML, status=404, request_id=False), R, K.PROXY),
    "405 page": (Reply(HTML, status=405, request_id=False), R, K.PROXY),
    "408 page": (Reply(HTML, status=408, request_id=False), U, K.PROXY),
    "400 page": (Reply(HTML, status=400, request_id=False), U, K.PROXY),
    "302": (Reply(HTML, status=302, request_id=False, headers={"Location": "http://x.invalid/"}), U, K.PROXY),
    "500": (error("InternalServiceErrorException", None, 500), U, K.UNAVAILABLE),
    "concurrent 500": (error("ConcurrentModificationException", "x", 500), U, K.UNAVAILABLE),
    "503": (Reply(b"", status=503), U, K.UNAVAILABLE),
    "502 page": (Reply(HTML, status=502, request_id=False), U, K.UNAVAILABLE),
    "closed": (Reply(drop=True), U, K.UNREACHABLE),
    "garbage": (Reply(raw=b"220 smtp.example.com\r\n"), U, K.UNREACHABLE),
    "page": (Reply(HTML), U, K.MALFORMED),
    "portal": (Reply(HTML, request_id=False), U, K.MALFORMED),
    "empty portal": (Reply(b"", request_id=False), U, K.MALFORMED),
    "structure of a stranger": (Reply({}, request_id=False), U, K.MALFORMED),
    "list": (Reply([1]), U, K.MALFORMED),
    "flipped bytes": (Reply(b"\xff\xfe\xff"), U, K.MALFORMED),
}


@pytest.fixture(scope="module", params=["plain", "legacy", "adaptive"])
def eager(request: pytest.FixtureRequest, server: Aws) -> Iterator[AwsCloud]:
    """A cloud in an environment that asks for ten tries of everything."""
    with pytest.MonkeyPatch.context() as patch:
        credentials(patch, server)
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        if request.param != "plain":
            patch.setenv("AWS_MAX_ATTEMPTS", "10")
            patch.setenv("AWS_RETRY_MODE", request.param)
        cloud = AwsCloud("", "eu-west-1", "--region", timeouts=QUICK)
        server.script.clear()
        assert cloud.connect(no_code).problem is None
        for call in WRITES:
            cloud.write(call)  # its client is made while the environment says so
        yield cloud
        cloud.close()


@pytest.mark.parametrize("call", WRITES, ids=lambda call: call.name)
def test_phase_and_once(aws: Aws, call: Call, eager: AwsCloud) -> None:
    cloud = eager
    for name, (reply, phase, kind) in FAULTS.items():
        aws.seen.clear()
        aws.says(call.name, reply)
        outcome = cloud.write(call)
        assert aws.count(call.name) == 1, name
        assert outcome.problem is not None, name
        assert (outcome.phase, outcome.problem.kind) == (phase, kind), (name, outcome)
        if phase is U and kind is not K.PROXY:
            assert "looking" in outcome.problem.remedy, (name, outcome)
        record = cloud.calls()[-1]
        assert (record.operation, record.write) == (call.name, True)
        assert record.outcome != "ok" or kind is K.MALFORMED


@pytest.mark.parametrize("call", [PUT, CREATE_CASE, SUBSCRIBE], ids=lambda call: call.name)
def test_silence(aws: Aws, cloud: AwsCloud, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "10")
    aws.says(call.name, Reply(delay=5.0))
    outcome = cloud.write(call)
    assert aws.count(call.name) == 1
    assert outcome.phase is U
    assert outcome.problem is not None
    assert outcome.problem.kind is K.TIMEOUT
    assert "looking" in outcome.problem.remedy


RESULTS = {
    PUT.name: "",
    CREATE_CASE.name: "case-111122223333-en-2026-new",
    "support:AddCommunicationToCase": "",
    "support:AddAttachmentsToSet": "as-2f5a6faa2a4a1e600",
    QUOTA.name: "req-2",
    TOPIC_CALL.name: "arn:aws:sns:eu-west-1:111122223333:bounces",
    SUBSCRIBE.name: "pending confirmation",
    SEND.name: "0100-message",
    UNSUBSCRIBE.name: "",
    CREATE_QUEUE.name: QUEUE_URL,
    DELETE_QUEUE.name: "",
    PUT_ALARM.name: "",
}


@pytest.mark.parametrize("call", WRITES, ids=lambda call: call.name)
def test_accepted(aws: Aws, cloud: AwsCloud, call: Call) -> None:
    outcome = cloud.write(call)
    assert (outcome.phase, outcome.problem) == (Phase.ACCEPTED, None)
    assert outcome.result == RESULTS[call.name]
    assert outcome.request_id == REQUEST_ID
    assert aws.count(call.name) == 1
    assert aws.last(call.name).region == ("us-east-1" if call.service == "support" else "eu-west-1")


def test_what_was_confirmed_is_sent(aws: Aws, cloud: AwsCloud) -> None:
    cloud.write(PUT)
    assert aws.last(PUT.name).json == dict(PUT.params)


def test_another_region(aws: Aws, cloud: AwsCloud) -> None:
    cloud.write(Call("sesv2", "PutAccountDetails", PUT.params, region="us-west-2"))
    assert aws.last(PUT.name).region == "us-west-2"


@pytest.mark.parametrize(
    ("call", "body"),
    [(CREATE_CASE, {}), (QUOTA, {"RequestedQuota": {}}), (SEND, {}), (TOPIC_CALL, ""), (CREATE_QUEUE, {})],
)
def test_an_answer_without_its_id_proves_nothing(aws: Aws, cloud: AwsCloud, call: Call, body: object) -> None:
    aws.says(call.name, Reply(body))  # type: ignore[arg-type]  # the parameter's union is that of Reply.body
    outcome = cloud.write(call)
    assert outcome.phase is U
    assert outcome.problem is not None
    assert outcome.problem.kind is K.MALFORMED
    assert aws.count(call.name) == 1


def not_sent(outcome: object, aws: Aws, call: Call = PUT) -> None:
    assert aws.count(call.name) == 0
    assert getattr(outcome, "phase", None) is R, outcome


def test_wrong_parameters_never_leave(aws: Aws, cloud: AwsCloud) -> None:
    outcome = cloud.write(Call("sesv2", "PutAccountDetails", {"MailType": "TRANSACTIONAL", "WebsiteURL": ""}))
    not_sent(outcome, aws)
    assert outcome.problem is not None
    assert outcome.problem.kind is K.INVALID
    assert "WebsiteURL" in outcome.problem.message


def test_unknown_operation(aws: Aws, cloud: AwsCloud) -> None:
    for call in (Call("sesv2", "PutEverything"), Call("nonesuch", "PutAccountDetails")):
        outcome = cloud.write(call)
        not_sent(outcome, aws)
        assert outcome.problem is not None
        assert outcome.problem.kind is K.DEFECT


def test_not_connected(aws: Aws) -> None:
    for call in (PUT, CREATE_CASE):
        not_sent(AwsCloud("", "eu-west-1", "--region").write(call), aws)


def test_no_credentials(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    cloud = AwsCloud("", "eu-west-1", "--region")
    reading = cloud.connect(no_code)
    assert reading.problem is not None
    assert reading.problem.kind is K.CREDENTIALS
    outcome = cloud.write(PUT)
    not_sent(outcome, aws)
    assert outcome.problem is not None
    assert outcome.problem.kind is K.CREDENTIALS


@pytest.fixture
def full() -> Iterator[str]:
    """An address whose queue is full, so that a connection to it times out."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        waiting = []
        for _ in range(4):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(listening.getsockname())
            waiting.append(client)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        for client in waiting:
            client.close()


@pytest.mark.parametrize("how", ["refused", "full", "nowhere", "proxy", "tls"])
def test_no_connection(aws: Aws, how: str, full: str, monkeypatch: pytest.MonkeyPatch) -> None:
    urls = {"refused": "http://127.0.0.1:1", "full": full, "nowhere": "http://nowhere.invalid"}
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", urls.get(how, aws.url))
    if how == "tls":
        monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", aws.url.replace("http:", "https:"))
    cloud = AwsCloud("", "eu-west-1", "--region", timeouts=QUICK)
    assert cloud.connect(no_code).problem is None
    if how == "proxy":
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    outcome = cloud.write(PUT)
    not_sent(outcome, aws)
    expected = {"full": K.TIMEOUT, "proxy": K.PROXY}.get(how, K.UNREACHABLE)
    assert outcome.problem is not None
    assert outcome.problem.kind is expected, outcome
    assert "looking" not in outcome.problem.remedy


def test_credentials_that_cannot_be_fetched(aws: Aws, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """STS is silent while the role is assumed: the write itself never left."""
    (home / ".aws" / "config").write_text(ROLE)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    aws.says("sts:AssumeRole", Reply(drop=True))
    cloud = AwsCloud("role", "eu-west-1", "--region", timeouts=QUICK)
    assert cloud.connect(no_code).problem is not None
    outcome = cloud.write(PUT)
    not_sent(outcome, aws)
    assert outcome.problem is not None
    assert outcome.problem.kind is K.UNREACHABLE
    assert "looking" not in outcome.problem.remedy


def test_tls_that_breaks_later_is_unknown() -> None:
    late = e.SSLError(endpoint_url="https://email.eu-west-1.amazonaws.com", error=OSError("bad record mac"))
    assert phase_of(late, Wire(sent=True)) is U
    assert phase_of(late, Wire(sent=False)) is R
    assert phase_of(RuntimeError(), Wire(sent=True)) is U
    assert phase_of(None, Wire(sent=True)) is U


DRY = Call("support", "CreateCase", {**CREATE_CASE.params, "dryRun": True})


def test_a_dry_run_that_amazon_would_take(aws: Aws, cloud: AwsCloud) -> None:
    aws.says("support:CreateCase", error("DryRunOperationException", "Request would have succeeded.", 400))
    outcome = cloud.write(DRY)
    assert (outcome.phase, outcome.problem, outcome.result) == (Phase.ACCEPTED, None, "it would be taken")
    assert aws.last("support:CreateCase").json["dryRun"] is True


def test_a_dry_run_that_was_carried_out_is_no_success(aws: Aws, cloud: AwsCloud) -> None:
    outcome = cloud.write(DRY)
    assert outcome.phase is U
    assert outcome.problem is not None
    assert "did not treat" in outcome.problem.message
    assert "looking" in outcome.problem.remedy


def test_a_dry_run_that_amazon_refuses(aws: Aws, cloud: AwsCloud) -> None:
    aws.says("support:CreateCase", error("SubscriptionRequiredException", "Premium Support", 400))
    outcome = cloud.write(DRY)
    assert (outcome.phase, outcome.problem and outcome.problem.kind) == (Phase.REJECTED, K.SUBSCRIPTION)


def test_what_is_attached_is_sent_as_base64(aws: Aws, cloud: AwsCloud) -> None:
    cloud.write(ATTACH)
    (attachment,) = aws.last("support:AddAttachmentsToSet").json["attachments"]
    assert base64.b64decode(attachment["data"]) == b"text"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("AttachmentSetSizeLimitExceeded", "5 MB"),
        ("AttachmentSetExpired", "hour"),
        ("AttachmentSetIdNotFound", "hour"),
        ("AttachmentLimitExceeded", "Switch the attachment off"),
        ("CaseIdNotFound", "does not know this case"),
        ("CaseCreationLimitExceeded", "10 an hour"),
    ],
)
def test_refusals_of_support_say_what_to_do(aws: Aws, cloud: AwsCloud, code: str, says: str) -> None:
    aws.says("support:AddAttachmentsToSet", error(code, "no", 400))
    outcome = cloud.write(ATTACH)
    assert outcome.phase is Phase.REJECTED
    assert outcome.problem is not None
    assert says in f"{outcome.problem.message} {outcome.problem.remedy}"
    assert outcome.problem.remedy
