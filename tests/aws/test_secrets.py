"""What must never be seen: the credentials, in problems, readings, records, and what is logged at WARNING and above."""

from __future__ import annotations

import logging

import pytest

from dlaas_onboard.aws.cloud import AwsCloud
from tests.aws.server import HTML, Aws, Reply, error
from tests.aws.subjects import ACCESS_KEY, QUICK, READS, SECRET_KEY, TOKEN, WRITES, no_code

CANARIES = (ACCESS_KEY, SECRET_KEY, TOKEN, "CANARY")
SESSION_KEY = "ASIACANARYCANARY5678"  # of a role or a sign-in
ECHO = (
    f"{SESSION_KEY} is no {ACCESS_KEY}: "
    f"Signature for Credential={ACCESS_KEY}/20261124 with {SECRET_KEY} and x-amz-security-token: {TOKEN} "
    f"or bare {TOKEN} did not match\nThe Canonical String: {TOKEN}"
)


@pytest.mark.parametrize(
    "reply",
    [
        error("AccessDeniedException", ECHO, 403),
        error("SignatureDoesNotMatch", ECHO, 403),
        error("IncompleteSignature", ECHO, 400),
        error("SomethingElse", ECHO, 400),
        error(ACCESS_KEY, ECHO, 400),
        Reply(HTML + ECHO.encode(), status=403),
        Reply(HTML + ECHO.encode()),
        Reply(ECHO.encode()),
        Reply(drop=True),
    ],
    ids=["denied", "signature", "incomplete", "refused", "code", "proxy", "page", "text", "closed"],
)
def test_an_endpoint_that_repeats_what_it_was_sent(
    aws: Aws, cloud: AwsCloud, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for subject in READS:
        aws.says(subject.operation, reply)
    for call in WRITES:
        aws.says(call.name, reply)
    before = len(cloud.calls())
    found = [repr(read.look(cloud)) for read in READS]
    found += [repr(cloud.write(call)) for call in WRITES]
    found += [repr(record) for record in cloud.calls()[before:]]
    assert len(found) > 2 * len(READS)
    for text in [*found, caplog.text]:
        for canary in CANARIES:
            assert canary not in text, text


def test_connecting(aws: Aws, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    cloud = AwsCloud("", "eu-west-1", "--region", timeouts=QUICK)
    for reply in (error("InvalidClientTokenId", ECHO, 403), Reply(ECHO), Reply(drop=True)):
        aws.says("sts:GetCallerIdentity", reply)
        reading = cloud.connect(no_code)
        assert reading.problem is not None
        for canary in CANARIES:
            assert canary not in repr(reading) + repr(cloud.calls()) + repr(cloud) + caplog.text
