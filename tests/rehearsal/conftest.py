"""An embedded account on a socket, with a clock that tests set, and boto3 clients for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config

from dlaas_onboard.rehearsal import scenarios
from dlaas_onboard.rehearsal.embedded_account import EmbeddedAccount
from dlaas_onboard.rehearsal.http_server import Server, start


@dataclass
class Clock:
    """Real time, moved forward by ``ahead`` seconds."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@cache
def session() -> boto3.Session:
    """Return one session for all tests: each new one would load the services' models again."""
    return boto3.Session(aws_access_key_id="AKIAREHEARSAL0000000", aws_secret_access_key="x")


@dataclass
class Stage:
    """A running account, its clock, and clients for it."""

    server: Server
    clock: Clock

    @property
    def account(self) -> EmbeddedAccount:
        return self.server.account

    @property
    def domain(self) -> str:
        return self.account.state.domain

    def play(self, event: str) -> str:
        return self.server.director.play(event)

    def pass_minutes(self, minutes: float) -> None:
        """Let so many of AWS's minutes pass."""
        self.clock.ahead += self.account.seconds(minutes)

    def client(self, service: str, region: str = scenarios.REGION, **config: Any) -> Any:
        return session().client(  # type: ignore[call-overload]  # the name of the service is not a literal here
            service,
            region_name=region,
            endpoint_url=self.server.endpoint,
            config=Config(retries={"total_max_attempts": 1}, read_timeout=5, connect_timeout=5, **config),
        )


@pytest.fixture
def stage() -> Iterator[Callable[[str], Stage]]:
    """Start an account in a scenario."""
    running: list[Server] = []

    def begin(scenario: str = "fresh") -> Stage:
        clock = Clock()
        state = scenarios.build(scenario, now=clock(), account_id=f"{222200000000 + len(running)}")
        running.append(start(EmbeddedAccount(state, clock=clock)))
        return Stage(running[-1], clock)

    yield begin
    for server in running:
        server.close()


def refused(call: Callable[..., Any], **params: Any) -> tuple[str, str | None, int]:
    """Return code, message and HTTP status of the error that AWS answers."""
    from botocore.exceptions import ClientError

    with pytest.raises(ClientError) as caught:
        call(**params)
    error = caught.value.response
    return error["Error"]["Code"], error["Error"].get("Message"), error["ResponseMetadata"]["HTTPStatusCode"]
