"""Profiles, roles with MFA, SSO, Regions: how a connection comes about, and what is said when it does not."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dlaas_onboard.aws.cloud import AwsCloud
from dlaas_onboard.aws.session import available_profiles, host_of, is_amazon, support_region
from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind
from tests.aws.server import ACCOUNT, Aws, Reply, error
from tests.aws.subjects import QUICK, no_code

K = ProblemKind

KEYS = "aws_access_key_id = AKIABASEBASEBASE1234\naws_secret_access_key = basesecretbasesecret\n"
MFA = f"""
[profile base]
{KEYS}
[profile dlaas]
region = eu-central-1
role_arn = arn:aws:iam::{ACCOUNT}:role/mailer
source_profile = base
mfa_serial = arn:aws:iam::{ACCOUNT}:mfa/ada
"""
SSO = f"""
[profile dlaas]
region = eu-west-1
sso_session = corp
sso_account_id = {ACCOUNT}
sso_role_name = Admin

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
"""
OLD_SSO = f"""
[profile dlaas]
region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
sso_account_id = {ACCOUNT}
sso_role_name = Admin
"""


@pytest.fixture
def config(aws: Aws, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration file, with no credentials in the environment."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    tokens = home / ".aws" / "sso" / "cache"
    tokens.mkdir(parents=True)
    # botocore works this folder out while it is imported, before the test has a home.
    monkeypatch.setattr("botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR", str(tokens))
    monkeypatch.setattr("botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR", str(tokens))
    return home / ".aws" / "config"


def connect(profile: str = "", region: str = "", source: str = "") -> tuple[f.Place, Problem | None]:
    reading = AwsCloud(profile, region, source, timeouts=QUICK).connect(no_code)
    assert reading.value is not None
    return reading.value, reading.problem


def refused(profile: str = "", region: str = "", source: str = "") -> Problem:
    _, problem = connect(profile, region, source)
    assert problem is not None
    return problem


def test_mfa_is_asked_for_inside(aws: Aws, config: Path) -> None:
    config.write_text(MFA)
    prompts: list[str] = []

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        return " 123456 "

    cloud = AwsCloud("dlaas", timeouts=QUICK)
    reading = cloud.connect(ask)
    assert reading.problem is None
    assert prompts == [f"Enter MFA code for arn:aws:iam::{ACCOUNT}:mfa/ada: "]
    assert b"TokenCode=123456" in aws.last("sts:AssumeRole").body
    assert reading.value is not None
    assert reading.value.credentials == "assume-role"
    assert (reading.value.region, reading.value.region_source) == ("eu-central-1", "profile dlaas")
    assert cloud.account().known
    assert cloud.connect(ask).known
    assert len(prompts) == 1, "one code opens one session"


def test_no_mfa_code(aws: Aws, config: Path) -> None:
    config.write_text(MFA)
    cloud = AwsCloud("dlaas", timeouts=QUICK)
    problem = cloud.connect(lambda _: "").problem
    assert problem is not None
    assert problem.kind is K.CREDENTIALS
    assert "MFA" in problem.message
    assert "Without a terminal: run `eval" in problem.remedy
    assert "export-credentials --profile dlaas" in problem.remedy
    assert aws.seen == []
    later = cloud.account().problem
    assert later is not None
    assert later.kind is K.CREDENTIALS
    assert cloud.connect(lambda _: "123456").problem is None


@pytest.mark.parametrize("code", ["1", "12345a", "1234567", "\u0661" * 6])
def test_what_is_no_mfa_code_is_not_sent(aws: Aws, config: Path, code: str) -> None:
    config.write_text(MFA)
    problem = AwsCloud("dlaas", timeouts=QUICK).connect(lambda _: code).problem
    assert problem is not None
    assert problem.kind is K.CREDENTIALS
    assert "six digits" in problem.message
    assert aws.seen == []


def test_wrong_mfa_code(aws: Aws, config: Path) -> None:
    config.write_text(MFA)
    refusal = "MultiFactorAuthentication failed with invalid MFA one time pass code."
    aws.says("sts:AssumeRole", error("AccessDenied", refusal, 403))
    cloud = AwsCloud("dlaas", timeouts=QUICK)
    problem = cloud.connect(lambda _: "000000").problem
    assert problem is not None
    assert problem.kind is K.CREDENTIALS
    assert "did not accept the MFA code" in problem.message
    aws.script.clear()
    assert cloud.connect(lambda _: "123456").problem is None


def test_role_that_may_not_be_assumed(aws: Aws, config: Path) -> None:
    config.write_text(MFA)
    aws.says("sts:AssumeRole", error("AccessDenied", "User: ada is not authorized to perform: sts:AssumeRole", 403))
    problem = AwsCloud("dlaas", timeouts=QUICK).connect(lambda _: "123456").problem
    assert problem is not None
    assert (problem.kind, problem.iam_action) == (K.CREDENTIALS, "sts:AssumeRole")
    assert problem.operation == "sts:GetCallerIdentity"


def test_region_that_is_given_serves_the_role_too(aws: Aws, config: Path) -> None:
    config.write_text(MFA.replace("region = eu-central-1\n", ""))
    assert AwsCloud("dlaas", "us-west-2", "--region", timeouts=QUICK).connect(lambda _: "123456").problem is None
    assert aws.last("sts:AssumeRole").region == "us-west-2"


def token(config: Path, key: str, **content: str) -> None:
    name = hashlib.sha1(key.encode()).hexdigest()
    (config.parent / "sso" / "cache" / f"{name}.json").write_text(json.dumps(content))


@pytest.mark.parametrize(
    ("text", "key"), [(SSO, "corp"), (OLD_SSO, "https://corp.awsapps.com/start")], ids=["session", "legacy"]
)
def test_sso_expired_and_renewed(aws: Aws, config: Path, text: str, key: str) -> None:
    config.write_text(text)
    cloud = AwsCloud("dlaas", timeouts=QUICK)
    problem = cloud.connect(no_code).problem
    assert problem is not None, "never signed in"
    assert problem.kind is K.CREDENTIALS
    assert "`aws sso login --profile dlaas`" in problem.remedy
    past = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    token(config, key, accessToken="SSOTOKENCANARY", expiresAt=past)
    problem = cloud.connect(no_code).problem
    assert problem is not None
    assert problem.kind is K.CREDENTIALS
    assert "expired" in problem.message
    assert "`aws sso login --profile dlaas`" in problem.remedy
    assert "SSOTOKENCANARY" not in repr(problem)
    ahead = (datetime.now(UTC) + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M:%SZ")
    token(config, key, accessToken="SSOTOKENCANARY", expiresAt=ahead)
    role = {"accessKeyId": "ASIASSOSSOSSOSSO1234", "secretAccessKey": "s" * 30, "sessionToken": "t" * 30}
    aws.says("GET /federation/credentials", {"roleCredentials": role | {"expiration": 4102444800000}})
    reading = cloud.connect(no_code)
    assert reading.problem is None
    assert reading.value is not None
    assert reading.value.credentials == "sso"
    assert cloud.account().known


def test_login_session(aws: Aws, config: Path) -> None:
    config.write_text(f"[profile dlaas]\nregion = eu-west-1\nlogin_session = arn:aws:iam::{ACCOUNT}:user/ada\n")
    problem = refused("dlaas")
    assert problem.kind is K.CREDENTIALS
    if importlib.util.find_spec("awscrt") is None:
        assert "awscrt" in problem.message
        assert "aws configure export-credentials --profile dlaas --format env" in problem.remedy
        assert f'{sys.executable} -m pip install "botocore[crt]"' in problem.remedy
    else:
        assert "aws login --profile dlaas" in problem.remedy


LOOP = """
[profile dlaas]
role_arn = arn:aws:iam::1:role/r
source_profile = b
[profile b]
role_arn = arn:aws:iam::1:role/r
source_profile = dlaas
"""


def test_profile_that_is_missing(aws: Aws, config: Path) -> None:
    config.write_text("[profile one]\nregion = eu-west-1\n[profile two]\n")
    place, problem = connect("three", "eu-west-1", "--region")
    assert problem is not None
    assert problem.kind is K.PROFILE
    assert "three" in problem.message
    assert "one, two" in problem.remedy
    assert (place.profile, place.region) == ("three", "eu-west-1")
    assert available_profiles() == ("one", "two")


def test_profile_of_the_environment_that_is_missing(aws: Aws, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "gone")
    assert refused("", "eu-west-1").kind is K.PROFILE
    assert "eu-west-1" in AwsCloud("", "eu-west-1").regions()


def test_configuration_that_cannot_be_read(aws: Aws, config: Path) -> None:
    config.write_text("this is not a configuration\n[[[")
    problem = refused("", "eu-west-1")
    assert problem.kind is K.PROFILE
    assert str(config) in problem.message
    assert available_profiles() == ()


@pytest.mark.parametrize(
    "text",
    [
        "[profile dlaas]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = nowhere\n",
        LOOP,
        "[profile dlaas]\nrole_arn = arn:aws:iam::1:role/r\ncredential_source = Cloud9\n",
    ],
    ids=["missing source", "loop", "unknown source"],
)
def test_roles_that_lead_nowhere(aws: Aws, config: Path, text: str) -> None:
    config.write_text(text)
    assert refused("dlaas", "eu-west-1").kind is K.PROFILE


def test_no_credentials(aws: Aws, config: Path) -> None:
    config.write_text("[profile dlaas]\n")
    problem = refused("dlaas", "eu-west-1")
    assert problem.kind is K.CREDENTIALS
    for way in ("aws sso login --profile dlaas", "aws login --profile dlaas", "AWS_ACCESS_KEY_ID"):
        assert way in problem.remedy


def test_half_of_the_keys(aws: Aws, config: Path) -> None:
    config.write_text("[profile dlaas]\naws_access_key_id = AKIABASEBASEBASE1234\n")
    problem = refused("dlaas", "eu-west-1")
    assert problem.kind is K.CREDENTIALS
    assert "aws_secret_access_key" in problem.message


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("echo SECRETOUTPUT >&2; exit 3", "failed"),
        ("echo SECRETOUTPUT", "not JSON"),
        ("echo '{\"Version\": 9}'", "failed"),
    ],
)
def test_credential_process(aws: Aws, config: Path, home: Path, script: str, says: str) -> None:
    program = home / "vend"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    config.write_text(f"[profile dlaas]\ncredential_process = {program} --token SECRETARGUMENT\n")
    problem = refused("dlaas", "eu-west-1")
    assert problem.kind is K.CREDENTIALS
    assert "credential process vend" in problem.message
    assert says in problem.message
    assert "SECRET" not in repr(problem)


@pytest.mark.parametrize(
    ("name", "value"),
    [("AWS_ENDPOINT_URL", "not an address"), ("AWS_RETRY_MODE", "sometimes"), ("AWS_MAX_ATTEMPTS", "many")],
)
def test_settings_that_are_not_valid(aws: Aws, name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    reading = AwsCloud("", "eu-west-1", timeouts=QUICK).connect(no_code)
    if name == "AWS_ENDPOINT_URL":
        assert reading.problem is not None
    if reading.problem is not None:
        assert reading.problem.kind is K.PROFILE, reading.problem


def test_no_region_is_guessed(aws: Aws, config: Path) -> None:
    config.write_text(f"[profile dlaas]\n{KEYS}")
    place, problem = connect("dlaas")
    assert problem is not None
    assert problem.kind is K.REGION
    for way in ("--region", "AWS_REGION", "profile dlaas"):
        assert way in problem.remedy
    assert "us-east-1" not in problem.message + problem.remedy
    assert (place.profile, place.region) == ("dlaas", "")
    assert aws.seen == []


def test_no_region_answers_every_read(aws: Aws, config: Path) -> None:
    cloud = AwsCloud("", "")
    cloud.connect(no_code)
    for reading in (cloud.account(), cloud.support_plan(), cloud.glance("us-east-1", "example.com")):
        assert reading.problem is not None
        assert reading.problem.kind is K.REGION


@pytest.mark.parametrize(
    ("region", "message", "near"),
    [
        ("eu-wset-1", "no Region named eu-wset-1", "eu-west-1"),
        ("us east 1", "no Region named us east 1", "us-east-1"),
        ("xx-nowhere-9", "no Region named xx-nowhere-9", ""),
        ("fips-us-east-1", "no Region named fips-us-east-1", "us-east-1"),
        ("ap-east-1", "SES has no endpoint in ap-east-1", "ap-east-2"),
        ("cn-north-1", "SES has no endpoint in cn-north-1", ""),
        ("\x1b[31m", "no Region named \u241b[31m", ""),
    ],
)
def test_unknown_region(aws: Aws, region: str, message: str, near: str) -> None:
    problem = refused("", region, "--region")
    assert problem.kind is K.REGION
    assert message in problem.message
    assert near in problem.remedy
    assert aws.seen == []


def test_region_of_the_profile(aws: Aws, config: Path) -> None:
    config.write_text(f"[default]\nregion = sa-east-1\n{KEYS}")
    place, problem = connect()
    assert problem is None
    assert (place.region, place.region_source) == ("sa-east-1", "profile default")
    assert aws.last("sts:GetCallerIdentity").region == "sa-east-1"


def test_region_of_the_environment(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ca-central-1")
    place, problem = connect()
    assert problem is None
    assert (place.region, place.region_source) == ("ca-central-1", "AWS_DEFAULT_REGION")


def test_regions(aws: Aws, cloud: AwsCloud) -> None:
    regions = cloud.regions()
    assert {"us-east-1", "eu-west-1", "ap-east-2"} <= set(regions)
    assert not [region for region in regions if "fips" in region or region.startswith(("us-gov", "cn-", "eusc"))]
    assert regions == tuple(sorted(regions))
    gov = AwsCloud("", "us-gov-west-1", timeouts=QUICK)
    gov.connect(no_code)
    aws.says("sts:GetCallerIdentity", Reply(f"<Account>{ACCOUNT}</Account><Arn>arn:aws-us-gov:iam::1:user/a</Arn>"))
    gov.connect(no_code)
    assert gov.regions() == ("us-gov-east-1", "us-gov-west-1")


def test_endpoint_of_the_profile(aws: Aws, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    config.write_text(
        f"[profile dlaas]\nregion = eu-west-1\nservices = local\n{KEYS}\n"
        f"[services local]\nsesv2 =\n  endpoint_url = {aws.url}\nsts =\n  endpoint_url = {aws.url}\n"
    )
    place, problem = connect("dlaas")
    assert problem is None
    assert place.endpoint == aws.url.removeprefix("http://")
    assert not place.amazon


def test_the_endpoint_of_amazon(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", aws.url)
    place, problem = connect("", "eu-west-1", "--region")
    assert problem is None
    assert (place.endpoint, place.amazon) == ("email.eu-west-1.amazonaws.com", True)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("email.eu-west-1.amazonaws.com", True),
        ("email-fips.us-east-1.amazonaws.com", True),
        ("EMAIL.eu-west-1.amazonaws.com.", True),
        ("email.us-gov-west-1.amazonaws.com", True),
        ("email.eu-west-1.api.aws", True),
        ("email.cn-north-1.amazonaws.com.cn", True),
        ("email.eusc-de-east-1.amazonaws.eu", True),
        ("vpce-1a-2b.email.eu-west-1.vpce.amazonaws.com", True),
        ("localhost", False),
        ("email.eu-west-1.amazonaws.com.evil.example", False),
        ("evilamazonaws.com", False),
        ("ec2-192-0-2-1.eu-west-1.compute.amazonaws.com", False),
        ("mock-1.eu-west-1.elb.amazonaws.com", False),
        ("abc.execute-api.eu-west-1.amazonaws.com", False),
        ("", False),
    ],
)
def test_is_amazon(host: str, expected: bool) -> None:
    assert is_amazon(host) is expected


def test_host_of() -> None:
    assert host_of("https://email.eu-west-1.amazonaws.com") == "email.eu-west-1.amazonaws.com"
    assert host_of("http://ada:hush@localhost:4566/path") == "localhost:4566"


def test_support_regions() -> None:
    assert support_region("aws") == "us-east-1"
    assert support_region("aws-eusc") == ""


def test_closing_does_not_wait_for_a_credential_process(aws: Aws, config: Path, home: Path) -> None:
    program = home / "vend"
    program.write_text("#!/bin/sh\nexec sleep 1.5\n")
    program.chmod(0o755)
    config.write_text(f"[profile dlaas]\ncredential_process = {program}\n")
    cloud = AwsCloud("dlaas", "eu-west-1", timeouts=QUICK)
    thread = threading.Thread(target=cloud.connect, args=(no_code,), daemon=True)
    thread.start()
    time.sleep(0.3)
    started = time.monotonic()
    cloud.close()
    assert time.monotonic() - started < 0.5
    assert thread.is_alive()
    thread.join(10)
