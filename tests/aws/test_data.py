"""The part of the SDK's data that is kept says the same as all of it."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import UnknownServiceError
from botocore.session import Session as BotocoreSession

from dlaas_onboard.aws.sdk_loader import Data
from dlaas_onboard.aws.session import Session, Timeouts, all_regions
from dlaas_onboard.journey.writes.iam_policy import READ_ACTIONS, write_actions

SERVICES = (
    *("account", "cloudwatch", "route53", "service-quotas", "ses", "sesv2", "sns", "sts", "support"),
    *("sso", "sso-oidc"),
)
REGIONS = ("eu-west-1", "us-east-1", "us-gov-west-1", "cn-north-1", "ap-southeast-3")


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign with keys of the environment, at Amazon's own endpoints; nothing is sent."""
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "none"),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ):
        monkeypatch.setenv(name, value)


def sessions() -> tuple[BotocoreSession, BotocoreSession]:
    whole, part = BotocoreSession(), BotocoreSession()
    part.register_component("data_loader", Data())
    return whole, part


@pytest.mark.parametrize("service", SERVICES)
def test_endpoints_and_signing_are_those_of_the_whole_data(service: str) -> None:
    whole, part = sessions()
    for region in REGIONS:
        expected: Any = whole.create_client(service, region_name=region)
        found: Any = part.create_client(service, region_name=region)
        assert found.meta.endpoint_url == expected.meta.endpoint_url
        assert found._request_signer.signing_name == expected._request_signer.signing_name
        assert found._request_signer.region_name == expected._request_signer.region_name
        assert found.meta.config.signature_version == expected.meta.config.signature_version


def test_regions_are_those_of_the_whole_data() -> None:
    for partition in ("aws", "aws-us-gov"):
        assert all_regions(partition) == tuple(
            sorted(BotocoreSession().get_available_regions("ses", partition_name=partition))
        )


def test_ses_can_do_what_the_policy_allows_and_nothing_else() -> None:
    operations = Data().load_service_model("sesv2", "service-2")["operations"]
    allowed = {name.partition(":")[2] for name in READ_ACTIONS if name.startswith("sesv2:")}
    allowed |= {name.partition(":")[2] for name in write_actions() if name.startswith("ses:")}
    assert set(operations) == allowed


def test_a_service_that_is_not_called_is_not_known() -> None:
    with pytest.raises(UnknownServiceError):
        Data().load_service_model("s3", "service-2")


def test_data_of_the_operator_counts(tmp_path: Path) -> None:
    (tmp_path / "sts" / "2999-01-01").mkdir(parents=True)
    (tmp_path / "sts" / "2999-01-01" / "service-2.json").write_text('{"metadata": {"documentation": "x", "a": 1}}')
    assert Data(str(tmp_path)).load_service_model("sts", "service-2") == {"metadata": {"a": 1}}


def test_a_client_of_another_region_is_let_go_and_the_own_one_stays() -> None:
    session = Session(
        profile="",
        region="eu-west-1",
        region_source="",
        ask_code=lambda _: "",
        timeouts=Timeouts(),
        prepare=lambda _: None,
    )
    own, other = session.client("sesv2"), weakref.ref(session.client("sesv2", "us-east-1"))
    session.release("sesv2", "us-east-1")
    session.release("sesv2", "eu-west-1")
    gc.collect()
    assert other() is None
    assert session.client("sesv2") is own
