"""A server on a socket, a home without any AWS configuration, and a cloud that looks at both."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore import loaders

from dlaas_onboard.aws import rate_limit
from dlaas_onboard.aws.cloud import AwsCloud
from tests.aws.server import Aws, serving
from tests.aws.subjects import ACCESS_KEY, QUICK, SECRET_KEY, TOKEN, no_code


@pytest.fixture(scope="session", autouse=True)
def models() -> Iterator[None]:
    """Let all Sessions share what they read of botocore's own data: it is most of what building one costs."""
    shared = loaders.create_loader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", lambda *_: shared)
        yield


@pytest.fixture(scope="module")
def server() -> Iterator[Aws]:
    with serving() as aws:
        yield aws


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, and no variable of AWS in the environment."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "BOTO")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    folder = tmp_path / ".aws"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return tmp_path


@pytest.fixture
def aws(server: Aws, home: Path, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """The server, healthy and with an empty record, and credentials for it in the environment."""
    server.script.clear()
    server.seen.clear()
    credentials(monkeypatch, server)
    return server


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing wait: the pace has tests of its own, and botocore's back-off and its quota are not ours to test."""
    monkeypatch.setattr(rate_limit, "_paces", {})
    monkeypatch.setattr(rate_limit, "ELSEWHERE", 1e6)
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.0)
    monkeypatch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda *_: True)


@pytest.fixture(scope="module")
def connected(server: Aws) -> Iterator[AwsCloud]:
    """One cloud for a module: its clients cost more than the calls of a test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        server.script.clear()
        credentials(patch, server)
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        made = AwsCloud("", "eu-west-1", "--region", timeouts=QUICK)
        assert made.connect(no_code).problem is None
        yield made
        made.close()


@pytest.fixture
def cloud(aws: Aws, connected: AwsCloud) -> AwsCloud:
    """A connected cloud before a healthy server."""
    if connected.calls()[-1].outcome != "ok":
        assert connected.connect(no_code).problem is None
    aws.seen.clear()
    return connected


def credentials(patch: pytest.MonkeyPatch, server: Aws) -> None:
    patch.setenv("AWS_ENDPOINT_URL", server.url)
    patch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    patch.setenv("AWS_SESSION_TOKEN", TOKEN)
