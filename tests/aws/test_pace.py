"""The one-a-second pace: a burst, a queue, a 429, and a write that does not stand in line."""

from __future__ import annotations

import threading
import time

import pytest

from dlaas_onboard.aws import rate_limit as module
from dlaas_onboard.aws.cloud import AwsCloud
from dlaas_onboard.aws.rate_limit import Pace, pace_of
from tests.aws.server import Aws, error
from tests.aws.subjects import PUT, QUICK, SEND, no_code


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def test_a_burst_and_then_one_a_second() -> None:
    clock = Clock()
    pace = Pace(1.0, 10.0, clock)
    assert [pace.read() for _ in range(13)] == [0.0] * 10 + [1.0, 2.0, 3.0]
    clock.time += 3
    assert pace.read() == 1.0
    clock.time += 1000
    assert [pace.read() for _ in range(11)] == [0.0] * 10 + [1.0]


def test_429_empties_it() -> None:
    clock = Clock()
    pace = Pace(1.0, 10.0, clock)
    pace.throttled()
    assert [pace.read(), pace.read()] == [1.0, 2.0]
    pace.throttled()
    assert pace.read() == 3.0, "a queue that is there stays as long as it is"


def test_a_write_waits_one_interval_at_most() -> None:
    clock = Clock()
    pace = Pace(1.0, 10.0, clock)
    assert pace.write() == 0.0
    for _ in range(30):
        pace.read()
    assert pace.write() == 1.0
    clock.time += 22.5
    assert pace.write() == pytest.approx(0.5)


def test_a_clock_that_runs_back_gives_nothing_away() -> None:
    clock = Clock()
    pace = Pace(1.0, 10.0, clock)
    for _ in range(10):
        pace.read()
    clock.time -= 50
    assert pace.read() == 1.0


def test_shared_by_account_and_region() -> None:
    assert pace_of("1", "eu-west-1", "x") is pace_of("1", "eu-west-1", "x")
    assert pace_of("1", "eu-west-1", "x") is not pace_of("1", "us-east-1", "x")
    assert pace_of("1", "eu-west-1", "x") is not pace_of("2", "eu-west-1", "x")


@pytest.fixture
def slow(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> AwsCloud:
    """A cloud that may make one call, and then one in four seconds."""
    monkeypatch.setattr(module, "ELSEWHERE", 0.25)
    monkeypatch.setattr(module, "BURST", 1.0)
    cloud = AwsCloud("", "eu-west-1", "--region", timeouts=QUICK)
    assert cloud.connect(no_code).known
    return cloud


def test_closing_lets_nobody_wait(aws: Aws, slow: AwsCloud) -> None:
    assert slow.account().known
    ended: list[float] = []

    def wait() -> None:
        reading = slow.account()
        assert reading.problem is not None
        assert "closed" in reading.problem.message
        ended.append(time.monotonic())

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    time.sleep(0.1)
    assert not ended
    started = time.monotonic()
    slow.close()
    thread.join(2)
    assert ended
    assert ended[0] - started < 0.5
    assert aws.count("sesv2:GetAccount") == 1


def test_what_is_not_the_control_plane_does_not_wait(aws: Aws, slow: AwsCloud) -> None:
    assert slow.account().known
    started = time.monotonic()
    assert slow.support_plan().known
    assert slow.quotas().known
    assert slow.write(SEND).problem is None
    assert time.monotonic() - started < 2


def test_a_throttled_read_slows_the_next(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ELSEWHERE", 2.0)
    monkeypatch.setattr(module, "BURST", 100.0)
    cloud = AwsCloud("", "eu-west-1", "--region", timeouts=QUICK)
    assert cloud.connect(no_code).known
    aws.says("sesv2:GetAccount", error("TooManyRequestsException", None, 429))
    assert not cloud.account().known
    aws.script.clear()
    started = time.monotonic()
    assert cloud.account().known
    assert 0.35 < time.monotonic() - started < 1.5
    started = time.monotonic()
    assert cloud.glance("us-east-1", "").known, "another Region has an allowance of its own"
    assert time.monotonic() - started < 0.35
    assert cloud.write(PUT).problem is None


def test_only_amazon_is_paced_at_one_a_second() -> None:
    assert pace_of("3", "eu-west-1", "email.eu-west-1.amazonaws.com", amazon=True)._rate == module.RATE == 1.0
    assert pace_of("3", "eu-west-1", "127.0.0.1:4566", amazon=False)._rate == module.ELSEWHERE
