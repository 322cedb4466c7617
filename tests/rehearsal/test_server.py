"""The layer in front of moto: envelopes, permissions, faults, the log, and what goes on to moto."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from tests.rehearsal.conftest import Stage, refused, session

Begin = Callable[..., Stage]
ASK: dict[str, Any] = {
    "MailType": "TRANSACTIONAL",
    "WebsiteURL": "https://example.com",
    "ProductionAccessEnabled": True,
}


def test_a_server_is_there_at_once(stage: Begin) -> None:
    taken = []
    for _ in range(2):
        began = time.monotonic()
        here = stage()
        here.client("sesv2").get_account()
        taken.append(time.monotonic() - began)
    assert min(taken) < 1.5


def test_who_is_calling(stage: Begin) -> None:
    here = stage()
    caller = here.client("sts").get_caller_identity()
    assert caller["Account"] == here.account.state.id
    assert caller["Arn"] == f"arn:aws:iam::{here.account.state.id}:user/operator"
    role = f"arn:aws:iam::{here.account.state.id}:role/deploy"
    assumed = here.client("sts").assume_role(RoleArn=role, RoleSessionName="ada")
    assert assumed["AssumedRoleUser"]["Arn"].endswith("assumed-role/deploy/ada")


def test_half_of_it_is_denied_in_the_envelope_of_each_protocol(stage: Begin) -> None:
    here = stage("no_permission")
    code, message, status = refused(here.client("sesv2").list_email_identities)
    assert (code, status) == ("AccessDeniedException", 403)
    assert f"{here.account.operator_arn} is not authorized to perform: ses:ListEmailIdentities" in str(message)
    assert refused(here.client("ses").get_send_statistics)[0] == "AccessDenied"
    assert refused(here.client("sns").list_topics)[0] == "AuthorizationError"
    assert "servicequotas:ListServiceQuotas" in str(
        refused(here.client("service-quotas").list_service_quotas, ServiceCode="ses")[1]
    )
    assert refused(here.client("support").describe_cases)[0] == "AccessDeniedException"
    assert refused(here.client("cloudwatch").list_metrics)[0] == "AccessDeniedException"
    assert here.client("sesv2").get_account()["EnforcementStatus"] == "HEALTHY"
    assert here.client("sesv2").get_email_identity(EmailIdentity=here.domain)["VerifiedForSendingStatus"] is True


def test_expired_keys_and_throttling_pass_after_ten_seconds(stage: Begin) -> None:
    here = stage()
    client = here.client("sesv2")
    here.play("expire")
    assert refused(client.get_account)[::2] == ("ExpiredTokenException", 403)
    assert refused(here.client("sts").get_caller_identity)[0] == "ExpiredToken"
    here.clock.ahead += 11
    here.play("throttle")
    assert refused(client.get_account)[::2] == ("TooManyRequestsException", 429)
    assert refused(here.client("ses").get_send_quota)[0] == "Throttling"
    assert refused(here.client("support").describe_cases)[0] == "ThrottlingException"
    here.clock.ahead += 11
    client.get_account()


def test_reputation_metrics_come_from_cloudwatch(stage: Begin) -> None:
    now = datetime.now(UTC)
    query = {
        "Id": "bounce",
        "MetricStat": {
            "Metric": {"Namespace": "AWS/SES", "MetricName": "Reputation.BounceRate"},
            "Period": 3600,
            "Stat": "Average",
        },
    }
    params = {"MetricDataQueries": [query], "StartTime": now - timedelta(days=7), "EndTime": now}
    found = stage("paused").client("cloudwatch").get_metric_data(**params)["MetricDataResults"][0]
    assert set(found["Values"]) == {0.112}
    assert stage("dlaas").client("cloudwatch").get_metric_data(**params)["MetricDataResults"][0]["Values"] == []


def test_route53_goes_on_to_moto(stage: Begin) -> None:
    here = stage()
    route53 = here.client("route53")
    route53.create_hosted_zone(Name=here.domain, CallerReference="1")
    assert [zone["Name"] for zone in route53.list_hosted_zones()["HostedZones"]] == [here.domain + "."]


def test_a_fault_before_the_effect_and_one_after(stage: Begin) -> None:
    here = stage("ready")
    client = here.client("sesv2")
    here.server.faults.add("PutAccountDetails", code="InternalServiceErrorException", message="oops", status=500)
    assert refused(client.put_account_details, **ASK) == ("InternalServiceErrorException", "oops", 500)
    assert "Details" not in client.get_account()
    here.server.faults.add("sesv2:PutAccountDetails", when="after", close=True)
    with pytest.raises(ConnectionClosedError):
        client.put_account_details(**ASK)
    assert client.get_account()["Details"]["ReviewDetails"]["Status"] == "PENDING"
    puts = here.server.calls("PutAccountDetails")
    assert [(call.took_effect, call.status, call.write) for call in puts] == [(False, 500, True), (True, 0, True)]
    assert puts[0].params == ASK
    assert all(not call.write for call in here.server.calls("GetAccount"))


def test_a_late_answer_and_a_strange_one(stage: Begin) -> None:
    here = stage()
    client = here.client("sesv2")
    here.server.faults.add("GetAccount", body="<html>proxy</html>", status=403, headers={"Content-Type": "text/html"})
    assert refused(client.get_account)[0] == "403"
    here.server.faults.add("sesv2:*", body="[]", times=2)
    for _ in range(2):
        with pytest.raises(AttributeError):
            client.get_account()
    client.get_account()
    here.server.faults.add("*", delay=0.3)
    began = time.monotonic()
    assert client.get_account()["EnforcementStatus"] == "HEALTHY"
    assert time.monotonic() - began >= 0.3
    here.server.faults.add("GetAccount", delay=30, times=None)
    with pytest.raises(ReadTimeoutError):
        _impatient(here).get_account()
    here.server.faults.clear()
    client.get_account()
    with pytest.raises(ValueError, match="before or after"):
        here.server.faults.add("GetAccount", when="never")


def _impatient(here: Stage) -> Any:
    config = Config(read_timeout=0.3, retries={"total_max_attempts": 1})
    return session().client("sesv2", region_name="us-east-1", endpoint_url=here.server.endpoint, config=config)


def test_many_calls_at_the_same_time(stage: Begin) -> None:
    here = stage("pending")
    client = here.client("sesv2", max_pool_connections=20)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(5):
                client.get_account()
                client.get_email_identity(EmailIdentity=here.domain)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(here.server.log) == 100


def test_only_a_director_reaches_the_events(stage: Begin) -> None:
    here = stage()

    def ask(method: str, path: str, headers: dict[str, str]) -> int:
        connection = HTTPConnection("127.0.0.1", here.server.port)
        connection.request(method, "/_rehearsal/" + path, headers=headers)
        status = connection.getresponse().status
        connection.close()
        return status

    assert ask("POST", "events/pause", {}) == 403
    assert here.account.region("us-east-1").sending_enabled is True
    assert ask("POST", "events/pause", {"X-Rehearsal": "test"}) == 200
    assert here.account.region("us-east-1").sending_enabled is False
    assert ask("POST", "events/nothing", {"X-Rehearsal": "test"}) == 404
    assert ask("GET", "log", {"X-Rehearsal": "test"}) == 200


def test_what_is_not_known_goes_on_to_moto_and_never_ends_the_server(stage: Begin) -> None:
    here = stage()
    connection = HTTPConnection("127.0.0.1", here.server.port)
    for path, headers, body in (
        ("/", {}, b""),
        ("/v2/email/nothing", {"Authorization": "AWS4-HMAC-SHA256 Credential=A/1/us-east-1/ses/aws4_request"}, b"{"),
        ("/", {"Authorization": "nonsense", "X-Amz-Target": "A.B"}, b"\xff\xfe"),
        ("/", {"Content-Type": "application/x-www-form-urlencoded"}, b"Action=&%%=1&A.1.1=2&A=3"),
    ):
        connection.request("POST", path, body, headers)
        assert connection.getresponse().read() is not None
    connection.close()
    here.client("sesv2").get_account()
