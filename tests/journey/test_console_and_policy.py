"""Links into the console, and the IAM documents."""

from __future__ import annotations

import json
import re

import botocore.session
import pytest

from dlaas_onboard.journey.console_links import PAGES, link
from dlaas_onboard.journey.facts import Place
from dlaas_onboard.journey.writes.actions import ACTIONS
from dlaas_onboard.journey.writes.iam_policy import READ_ACTIONS, REQUEST_ACTIONS, document, write_actions
from tests import build

GOV = build.place(partition="aws-us-gov", region="us-gov-west-1")


@pytest.mark.parametrize(
    ("place", "page", "ids", "address"),
    [
        (build.place(), "account", {}, "https://eu-west-1.console.aws.amazon.com/ses/home?region=eu-west-1#/account"),
        (
            build.place(),
            "get_set_up",
            {},
            "https://eu-west-1.console.aws.amazon.com/ses/home?region=eu-west-1#/get-set-up",
        ),
        (
            build.place(),
            "case",
            {"case_id": "178"},
            "https://support.console.aws.amazon.com/support/home#/case/?displayId=178&language=en",
        ),
        (build.place(), "case", {}, "https://support.console.aws.amazon.com/support/home#/case/history"),
        (build.place(), "cases", {}, "https://support.console.aws.amazon.com/support/home#/case/history"),
        (
            build.place(),
            "quota",
            {},
            "https://eu-west-1.console.aws.amazon.com/servicequotas/home/services/ses/quotas/L-804C8AE8",
        ),
        (
            GOV,
            "identities",
            {},
            "https://us-gov-west-1.console.amazonaws-us-gov.com/ses/home?region=us-gov-west-1#/identities",
        ),
        (GOV, "cases", {}, "https://console.amazonaws-us-gov.com/support/home#/case/history"),
        (
            Place(region="eusc-de-east-1"),
            "account",
            {},
            "https://eusc-de-east-1.console.amazonaws-eusc.eu/ses/home?region=eusc-de-east-1#/account",
        ),
        (Place(), "account", {}, ""),
        (
            build.place(),
            "case",
            {"case_id": "1&x=/../\n"},
            "https://support.console.aws.amazon.com/support/home#/case/?displayId=1%26x%3D%2F..%2F%0A&language=en",
        ),
    ],
)
def test_links(place: Place, page: str, ids: dict[str, str], address: str) -> None:
    assert link(place, page, **ids) == address


def test_every_page_has_a_link_and_others_have_none() -> None:
    assert all(link(build.place(), page).startswith("https://") for page in PAGES)
    with pytest.raises(ValueError, match="nowhere"):
        link(build.place(), "nowhere")


def actions(document_: dict[str, object]) -> set[str]:
    statements = json.loads(json.dumps(document_))["Statement"]
    return {name for statement in statements for name in statement["Action"]}


def test_the_read_policy_cannot_write() -> None:
    allowed = actions(document("read", build.place()))
    assert allowed == set(READ_ACTIONS.values())
    assert all(re.match(r"[a-z0-9]+:(Get|List|Describe)", name) for name in allowed)


def test_the_file_policy_holds_every_write_of_the_tool_and_no_wildcard() -> None:
    allowed = actions(document("file", build.place()))
    needed = {name for action in ACTIONS for name in action.iam} | set(REQUEST_ACTIONS) | set(READ_ACTIONS.values())
    assert allowed == needed | {"iam:CreateServiceLinkedRole"}
    assert not [name for name in allowed if "*" in name]
    assert set(write_actions()) <= allowed


def test_resources_name_account_region_and_partition() -> None:
    statements = {item["Sid"]: item for item in document("file", GOV)["Statement"]}
    assert statements["Identities"]["Resource"] == f"arn:aws-us-gov:ses:us-gov-west-1:{build.ACCOUNT}:identity/*"
    queues = f"arn:aws-us-gov:sqs:us-gov-west-1:{build.ACCOUNT}:dlaas-onboard-proof-*"
    assert statements["ProofQueues"]["Resource"] == statements["ReadProofQueues"]["Resource"] == queues
    assert statements["ProofQueues"]["Action"] == ["sqs:CreateQueue", "sqs:DeleteQueue", "sqs:ReceiveMessage"]
    assert not [name for sid in ("Read", "Request") for name in statements[sid]["Action"] if name.startswith("sqs:")]
    assert statements["Alarms"] == {
        "Sid": "Alarms",
        "Effect": "Allow",
        "Action": ["cloudwatch:PutMetricAlarm"],
        "Resource": f"arn:aws-us-gov:cloudwatch:us-gov-west-1:{build.ACCOUNT}:alarm:*",
    }
    assert statements["QuotaRole"]["Condition"]
    assert all(item["Action"] for item in statements.values())


def test_only_two_purposes() -> None:
    with pytest.raises(ValueError, match="everything"):
        document("everything", build.place())


def test_each_read_is_an_operation_of_its_service() -> None:
    session = botocore.session.get_session()
    for operation in READ_ACTIONS:
        service, _, name = operation.partition(":")
        assert name in session.get_service_model(service).operation_names
