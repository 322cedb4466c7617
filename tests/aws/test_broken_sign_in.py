"""Files and programs that credentials come from, and that are broken: each is named, with what to do about it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from botocore.exceptions import SSLError

from dlaas_onboard.aws.problems import handshake
from dlaas_onboard.aws.session import available_profiles
from dlaas_onboard.journey.facts.reading import ProblemKind
from tests.aws.server import ACCOUNT, Aws
from tests.aws.test_signing_in import SSO, config, refused

__all__ = ["config"]  # the fixture

K = ProblemKind


def test_profiles_are_named_where_the_environment_names_a_missing_one(
    aws: Aws, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text("[profile one]\n[profile two]\n")
    monkeypatch.setenv("AWS_PROFILE", "gone")
    assert available_profiles() == ("one", "two")
    assert "Profiles here: one, two." in refused("", "eu-west-1").remedy


def test_profiles_are_named_only_where_one_is_missing(aws: Aws, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text("[profile one]\n")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "not an address")
    assert "Profiles here" not in refused("one", "eu-west-1").remedy


@pytest.mark.parametrize(
    ("process", "says"),
    [
        ("/nonexistent/vend --token SECRET", "credential process vend of profile dlaas could not be started"),
        ("echo [1]", "credential process echo of profile dlaas printed something that is not JSON with credentials"),
        ("echo 7", "credential process echo of profile dlaas printed something that is not JSON with credentials"),
    ],
)
def test_credential_process_that_does_not_work(aws: Aws, config: Path, process: str, says: str) -> None:
    config.write_text(f"[profile dlaas]\ncredential_process = {process}\n")
    problem = refused("dlaas", "eu-west-1")
    assert problem.kind is K.CREDENTIALS
    assert says in problem.message
    assert "SECRET" not in repr(problem)


def test_saved_sso_session_that_is_cut_short(aws: Aws, config: Path) -> None:
    config.write_text(SSO)
    key = hashlib.sha1(b"corp").hexdigest()  # the name that botocore gives the file
    (config.parent / "sso" / "cache" / f"{key}.json").write_text('{"accessTok')
    problem = refused("dlaas", "eu-west-1")
    assert problem.kind is K.CREDENTIALS
    assert problem.message == "The saved SSO session of profile dlaas cannot be read."
    assert "aws sso login --profile dlaas" in problem.remedy


def test_role_without_a_source(aws: Aws, config: Path) -> None:
    config.write_text(f"[profile dlaas]\nrole_arn = arn:aws:iam::{ACCOUNT}:role/mailer\n")
    problem = refused("dlaas", "eu-west-1")
    assert problem.kind is K.PROFILE
    assert "source_profile or credential_source is missing" in problem.message
    assert "secret key" not in problem.remedy


def test_token_file_that_is_missing(aws: Aws, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "/nonexistent/token")
    monkeypatch.setenv("AWS_ROLE_ARN", f"arn:aws:iam::{ACCOUNT}:role/mailer")
    problem = refused("", "eu-west-1")
    assert problem.kind is K.CREDENTIALS
    assert "/nonexistent/token" in problem.message


@pytest.mark.parametrize("content", [None, "no certificate"], ids=["missing", "not one"])
def test_certificates_to_trust_that_cannot_be_used(
    aws: Aws, home: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    bundle = home / "ca.pem"
    if content is not None:
        bundle.write_text(content)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url.replace("http:", "https:"))
    problem = refused("", "eu-west-1")
    assert problem.kind is K.UNREACHABLE
    assert "the file of certificates to trust cannot be used" in problem.message
    assert problem.remedy.startswith("Nothing was sent. Correct AWS_CA_BUNDLE")


def test_a_write_that_never_left_for_want_of_certificates_is_known_not_to_have() -> None:
    assert handshake(SSLError(endpoint_url="https://x", error=FileNotFoundError(2, "No such file or directory")))
    assert not handshake(SSLError(endpoint_url="https://x", error=OSError("cut short")))
