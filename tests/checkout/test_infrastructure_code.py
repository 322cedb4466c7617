"""What the Terraform of a folder declares for mail, and what a plan or state says was applied of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dlaas_onboard.checkout import terraform_plan
from dlaas_onboard.checkout.infrastructure_code import read_code
from dlaas_onboard.checkout.terraform_plan import read_plan
from dlaas_onboard.journey.errors import UsageError
from dlaas_onboard.journey.facts import InfrastructureCode, MailResource, MailResourceKind
from tests.checkout.conftest import Build


def code(root: Path, plan: Path | None = None) -> InfrastructureCode:
    reading = read_code(root, read_plan(plan) if plan is not None else None)
    assert reading.known
    assert reading.value is not None
    return reading.value


def one(found: InfrastructureCode, kind: MailResourceKind) -> MailResource:
    (item,) = found.of(kind)
    return item


def test_a_checkout(build: Build) -> None:
    found = code(build())
    assert found.region == "eu-west-1"
    assert one(found, MailResourceKind.IDENTITY).name == "harborlight.example"
    assert one(found, MailResourceKind.MAIL_FROM).name == "bounce.harborlight.example"
    assert {(item.type, item.values) for item in found.of(MailResourceKind.RECORD)} == {
        ("TXT", ("v=spf1 include:amazonses.com ~all",)),
        ("CNAME", ()),
    }


def test_a_repository_that_is_no_checkout_of_dlaas(tmp_path: Path) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "ses.tf").write_text(
        'terraform {\n  cloud {\n    organization = "acme"\n    workspaces { name = "mail" }\n  }\n}\n'
        'provider "aws" { region = "eu-north-1" }\n'
        'provider "aws" {\n  alias  = "us"\n  region = "us-east-1"\n}\n'
        'variable "domain" {}\n'
        'resource "aws_sesv2_email_identity" "a" {\n  email_identity = "shop.example"\n'
        "  configuration_set_name = aws_sesv2_configuration_set.a.configuration_set_name\n}\n"
        'resource "aws_sesv2_configuration_set" "a" { configuration_set_name = "shop" }\n'
        'resource "aws_sesv2_configuration_set_event_destination" "a" {\n  configuration_set_name = "shop"\n'
        '  event_destination {\n    matching_event_types = ["BOUNCE"]\n  }\n}\n'
        'resource "aws_ses_domain_mail_from" "b" { mail_from_domain = "bounce.${var.domain}" }\n'
        'resource "cloudflare_record" "d" {\n  name = "_dmarc"\n  type = "TXT"\n  content = "v=DMARC1; p=reject"\n}\n'
    )
    found = code(tmp_path)
    assert (found.region, found.workspace) == ("eu-north-1", "mail in the organization acme")
    assert found.default_set == "aws_sesv2_email_identity.a"
    assert one(found, MailResourceKind.EVENT_DESTINATION).values == ("BOUNCE",)
    assert one(found, MailResourceKind.MAIL_FROM).name == ""
    assert one(found, MailResourceKind.EVENT_DESTINATION).owner == "shop"
    record = one(found, MailResourceKind.RECORD)
    assert (record.name, record.values) == ("_dmarc.shop.example", ("v=DMARC1; p=reject",))


def test_a_folder_without_terraform_or_no_folder(tmp_path: Path) -> None:
    assert read_code(tmp_path).value is None
    assert read_code(None).value is None
    assert read_code(tmp_path).problem is None


def shown(tmp_path: Path, document: object) -> Path:
    path = tmp_path / "shown.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def test_a_state_names_what_only_an_apply_knows(build: Build, tmp_path: Path) -> None:
    def dkim(index: int) -> dict[str, object]:
        name = f"tok{index}._domainkey.harborlight.example"
        values = {"name": name, "fqdn": name, "type": "CNAME", "records": [f"tok{index}.dkim.amazonses.com"]}
        return {"mode": "managed", "type": "aws_route53_record", "name": "dkim", "index": index, "values": values}

    secret = {"mode": "managed", "type": "aws_db_instance", "name": "db", "values": {"password": "hunter2"}}
    resources = [dkim(1), dkim(2), dkim(3), secret, {"mode": "data", "type": "aws_ses_x", "name": "y"}, "no mapping"]
    found = code(
        build(), shown(tmp_path, {"format_version": "1.0", "values": {"root_module": {"resources": resources}}})
    )
    records = {item.name: item.applied for item in found.of(MailResourceKind.RECORD)}
    assert records == {
        **{f"tok{index}._domainkey.harborlight.example": True for index in (1, 2, 3)},
        "bounce.harborlight.example": False,
    }
    assert one(found, MailResourceKind.IDENTITY).applied is False
    assert "hunter2" not in repr(found)


def test_a_plan_says_what_is_still_to_be_made_and_what_goes(build: Build, tmp_path: Path) -> None:
    def change(kind: str, name: str, *actions: str) -> dict[str, object]:
        return {"mode": "managed", "type": kind, "name": name, "change": {"actions": list(actions), "before": {}}}

    changes = [
        change("aws_ses_domain_identity", "sea", "no-op"),
        change("aws_ses_domain_mail_from", "sea", "create"),
        change("aws_route53_record", "spf", "delete", "create"),
    ]
    found = code(build(), shown(tmp_path, {"format_version": "1.2", "planned_values": {}, "resource_changes": changes}))
    assert one(found, MailResourceKind.IDENTITY).applied is True
    assert one(found, MailResourceKind.MAIL_FROM).applied is False
    assert found.problems == ("The plan deletes or replaces aws_route53_record.spf: read it before you apply.",)
    dkim = next(item for item in found.of(MailResourceKind.RECORD) if item.type == "CNAME")
    assert dkim.applied is None  # a plan may leave out what was not targeted


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("PK\x03\x04", "is a plan in Terraform's own format. Run `terraform show -json shown.json > plan.json`"),
        ("not json", "is not the output of `terraform show -json`"),
        ('{"version": 4, "resources": []}', "is not the output of `terraform show -json`"),
        ("[" * 100_000, "is not the output of `terraform show -json`"),
        ("[1]", "is not the output of `terraform show -json`"),
    ],
)
def test_a_file_that_is_neither_is_refused_in_one_sentence(tmp_path: Path, content: str, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_plan(shown(tmp_path, content))
    assert says in refused.value.sentence


def test_a_file_that_is_not_there_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_plan(tmp_path / "none.json")
    monkeypatch.setattr(terraform_plan, "MAX_BYTES", 10)
    with pytest.raises(UsageError, match="is larger than"):
        read_plan(shown(tmp_path, {"format_version": "1.0"}))


@pytest.mark.parametrize(
    "document",
    [
        {"format_version": "1.0"},
        {"format_version": "1.0", "values": []},
        {"format_version": "1.2", "resource_changes": [{"type": 1}, {"type": "aws_ses_x", "name": "a"}, None]},
        {"format_version": "1.0", "values": {"root_module": {"child_modules": [None, {"resources": [{"name": 2}]}]}}},
    ],
)
def test_any_shape_is_read_without_an_error(build: Build, tmp_path: Path, document: object) -> None:
    assert code(build(), shown(tmp_path, document)).resources
