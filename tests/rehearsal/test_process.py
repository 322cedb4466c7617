"""The account in a process of its own: started, killed, started again, and gone with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import boto3
import dns.resolver
import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from dlaas_onboard.rehearsal.launcher import RehearsalError, Running, launch

ROOT = Path(__file__).resolve().parents[2]


def client(running: Running, service: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a client that finds the account by AWS's own variables alone."""
    for name, value in running.environment(os.environ).items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    session = boto3.Session(region_name=running.region)
    return session.client(service, config=Config(retries={"total_max_attempts": 1}))  # type: ignore[call-overload]  # not a literal


def gone(pid: int, seconds: float = 5.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_a_killed_account_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", "http://127.0.0.1:9")
    began = time.monotonic()
    first = launch("dlaas", tmp_path)
    try:
        took = time.monotonic() - began
        sesv2, sns = client(first, "sesv2", monkeypatch), client(first, "sns", monkeypatch)
        sesv2.put_account_details(MailType="TRANSACTIONAL", WebsiteURL=first.website, ProductionAccessEnabled=True)
        topic = sns.create_topic(Name="feedback")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=first.owner)
        assert first.director.play("publish_website") == f"The website is published at {first.website}."
        assert first.director.play("publish_dmarc") == "1 DMARC record published."
        case = sesv2.get_account()["Details"]["ReviewDetails"]["CaseId"]
    finally:
        first.process.kill()
        first.close()
    began = time.monotonic()
    second = launch("dlaas", tmp_path)
    try:
        assert min(took, time.monotonic() - began) < 2.5  # of two, so that a busy machine fails nobody
        assert (second.endpoint, second.dns, second.website) == (first.endpoint, first.dns, first.website)
        sesv2, sns = client(second, "sesv2", monkeypatch), client(second, "sns", monkeypatch)
        review = sesv2.get_account()["Details"]["ReviewDetails"]
        assert review == {"Status": "PENDING", "CaseId": case}
        listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        assert [(item["Endpoint"], item["SubscriptionArn"]) for item in listed] == [
            (second.owner, "PendingConfirmation")
        ]
        resolver = dns.resolver.Resolver(configure=False)
        host, port = second.dns.split(":")
        resolver.nameservers, resolver.port = [host], int(port)
        assert len(resolver.resolve(f"_dmarc.{second.domain}", "TXT")) == 1
        assert [event.id for event in second.director.events()][:2] == ["click_link", "publish_dkim"]
        assert second.director.scenario == "dlaas"
        with pytest.raises(KeyError):
            second.director.play("nothing")
        pid = second.process.pid
    finally:
        second.close()
    assert second.process.returncode == 0
    assert gone(pid)
    with pytest.raises(OSError, match=r".+"):
        second.director.play("hour")
    assert (tmp_path / "account.log").read_text() == ""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX's")
def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time, pathlib\n"
        "from dlaas_onboard.rehearsal.launcher import launch\n"
        "running = launch('fresh', pathlib.Path(sys.argv[1]))\n"
        "print(running.process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        os.kill(child, signal.SIGINT)  # Ctrl+C in the terminal is not for the child
        time.sleep(0.2)
        assert not gone(child, 0.1)
        parent.kill()
    assert gone(child)


def test_what_does_not_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RehearsalError, match="There is no scenario 'x'"):
        launch("x", tmp_path)
    with pytest.raises(RehearsalError, match=r"did not start: .*--factor must be above zero"):
        launch("fresh", tmp_path, factor=0.0)
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(RehearsalError, match="cannot be kept in"):
        launch("fresh", in_the_way)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(RehearsalError, match=r"pip install 'dlaas-onboard\[rehearsal\]'"):
        launch("fresh", tmp_path)


def test_the_app_loads_no_moto() -> None:
    """The embedded account runs in a process of its own; moto is an extra that need not be installed."""
    code = "import sys, dlaas_onboard.wiring\nprint('moto' in sys.modules, 'werkzeug' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT, text=True)
    assert done.stdout.split() == ["False", "False"]


def test_a_request_that_was_filed_names_the_website(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running = launch("pending", tmp_path)
    try:
        details = client(running, "sesv2", monkeypatch).get_account()["Details"]
        assert details["WebsiteURL"] == running.website
    finally:
        running.close()


def test_a_checkouts_names_are_taken_over(tmp_path: Path) -> None:
    for name in ("--help", "not a domain", "a@b.example"):
        with pytest.raises(RehearsalError, match=f"did not start: .*{name!r} is not a domain name"):
            launch("dlaas", tmp_path, domain=name)
    running = launch("dlaas", tmp_path, domain="Datalayer.Storage", region="eu-west-1", service_name="Mirrors")
    try:
        assert (running.domain, running.region) == ("datalayer.storage", "eu-west-1")
        assert running.website.startswith("https://datalayer.storage:")
    finally:
        running.close()


def test_a_second_terminal_shares_the_account_and_takes_it_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = launch("dlaas", tmp_path)
    second = launch("dlaas", tmp_path)
    try:
        assert (second.endpoint, second.dns) == (first.endpoint, first.dns)
        assert second.director.play("pause").startswith("AWS paused sending")
        first.process.kill()
        first.close()
        sesv2 = client(second, "sesv2", monkeypatch)
        until = time.monotonic() + 10
        while True:
            try:
                assert sesv2.get_account()["SendingEnabled"] is False
                break
            except EndpointConnectionError:
                assert time.monotonic() < until
                time.sleep(0.05)
    finally:
        first.close()
        second.close()
