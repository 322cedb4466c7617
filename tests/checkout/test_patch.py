"""The Terraform patch: parsed by an HCL parser and by Terraform's formatter, and only for what is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hcl2
import pytest

from dlaas_onboard.checkout.project import DlaasCheckout
from dlaas_onboard.journey.dns.needed_records import Purpose, Record
from dlaas_onboard.journey.dns.record_verdicts import RecordState, RecordVerdict
from dlaas_onboard.journey.facts import (
    Account,
    Alarm,
    ConfigurationSet,
    EventDestination,
    Facts,
    Identity,
    MailFrom,
    Place,
    Topic,
)
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.judgement import Judgement
from dlaas_onboard.journey.report_input import ReportInput
from dlaas_onboard.journey.request.description import Description
from dlaas_onboard.journey.request.worksheet import Worksheet
from dlaas_onboard.journey.situation.answers import Answers, Entry
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from tests.checkout.conftest import FILES, Build

AT = datetime(2026, 11, 24, tzinfo=UTC)
MISSING, WRONG, OK = RecordVerdict.MISSING, RecordVerdict.WRONG, RecordVerdict.OK


def report_input(facts: Facts, records: tuple[RecordState, ...] = (), domain: str = "") -> ReportInput:
    answers = Answers({"domain": Entry(domain, AT, "ada")}) if domain else Answers()
    judgement = Judgement(
        Situation(facts, answers),
        verdicts={},
        gates=(),
        records=records,
        description=Description((), (), ""),
        worksheet=Worksheet((), None, None),
        first_step=StepId.ACCOUNT,
    )
    return ReportInput(AT, "1", judgement, ())


def state(purpose: Purpose, name: str, value: str, verdict: RecordVerdict, found: str = "") -> RecordState:
    return RecordState(Record(purpose, name, "TXT", value), verdict, found)


def parsed(text: str) -> dict[str, dict[str, Any]]:
    """Return the resources as ``{"type.name": attributes}``, and check what any patch must hold."""
    found: dict[str, dict[str, Any]] = {}
    for block in hcl2.loads(text).get("resource", []):
        for kind, named in block.items():
            for name, body in named.items():
                key = f"{kind}.{name}".replace('"', "")
                assert key not in found
                found[key] = body
    return found


def patch(root: Path, *records: RecordState, **facts: Any) -> str:
    reading = DlaasCheckout(root).read()
    return DlaasCheckout(root).terraform(
        report_input(Facts(place=Place(region="eu-west-1"), checkout=reading, **facts), records)
    )


# What both the sample and the real repository lack.
LACKING = {
    "aws_route53_record.mx_mail_from",
    "aws_route53_record.dmarc",
    "aws_ses_configuration_set.service_mail",
    "aws_sns_topic.ses_events",
    "aws_sns_topic_policy.ses_events",
    "aws_ses_event_destination.bounces_and_complaints",
    "aws_sns_topic_subscription.ses_events_owner",
    "aws_cloudwatch_metric_alarm.ses_bounce_rate",
    "aws_cloudwatch_metric_alarm.ses_complaint_rate",
}


def test_all_that_is_missing_in_the_checkouts_own_names(build: Build) -> None:
    text = patch(build())
    found = parsed(text)
    assert set(found) == LACKING
    assert "zone_id = aws_route53_zone.harbor.zone_id" in text
    assert "name    = aws_ses_domain_mail_from.sea.mail_from_domain" in text
    assert '"10 feedback-smtp.${local.settings.AWS_REGION}.amazonses.com"' in text
    assert '"_dmarc.${aws_ses_domain_identity' not in text
    assert '"_dmarc.${local.settings.SERVICE_DOMAIN}"' in text
    assert "endpoint  = var.owner_email" in text
    assert '"AWS:SourceArn"     = aws_ses_configuration_set.service_mail.arn' in text
    assert "put-email-identity-configuration-set-attributes" in text


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_terraform_has_nothing_to_format(build: Build, tmp_path: Path) -> None:
    wrong = state(Purpose.DMARC, "_dmarc.harborlight.example", "v=DMARC1; p=none", WRONG, "v=DMARC1")
    texts = [patch(build()), patch(build(), wrong), outside(), patch(build({"mail.tf": None}, "bare"))]
    texts.append(patch(build(), account=Reading("SES", AT, ONE_REASON)))
    texts.append(patch(build({"extra.tf": OWN_TOPIC}, "topic")))
    for number, text in enumerate(texts):
        target = tmp_path / f"{number}.tf"
        target.write_text(text)
        command = ["terraform", "fmt", "-check", "-diff", target.name]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def outside(domain: str = "a.example", region: str = "eu-west-1") -> str:
    facts = Facts(place=Place(region=region))
    return DlaasCheckout("/nowhere/at/all").terraform(report_input(facts, domain=domain))


def test_outside_of_a_checkout_with_plain_names() -> None:
    found = parsed(outside())
    assert {"aws_route53_record.mx_mail_from", "aws_route53_record.spf_mail_from", "aws_route53_record.dmarc"} <= set(
        found
    )
    assert 'data "aws_route53_zone" "sending"' in outside()
    assert '"10 feedback-smtp.eu-west-1.amazonses.com"' in outside()


@pytest.mark.parametrize(
    ("domain", "region"),
    [("", "eu-west-1"), ("a.example", ""), ('a"}\n.example', "eu-west-1"), ("${file(x)}.b", "eu-west-1")],
)
def test_without_a_domain_or_region_it_says_so(domain: str, region: str) -> None:
    text = outside(domain, region)
    assert text.startswith("# Enter the sending domain")
    assert parsed(text) == {}


def test_what_dns_has_already_is_not_made_twice(build: Build) -> None:
    text = patch(build(), state(Purpose.DMARC, "_dmarc.harborlight.example", "v=DMARC1; p=none", OK))
    assert "aws_route53_record.dmarc" not in parsed(text)
    assert "The DMARC record is in DNS, but not in the Terraform" in text


def test_what_the_terraform_has_but_dns_does_not_is_said(build: Build) -> None:
    root = build({"extra.tf": 'resource "aws_route53_record" "d" {\n  name = "_dmarc"\n  type = "TXT"\n}\n'})
    text = patch(root, state(Purpose.DMARC, "_dmarc.harborlight.example", "v=DMARC1; p=none", MISSING))
    assert "aws_route53_record.dmarc" not in parsed(text)
    assert "is in the Terraform, but DNS does not show it" in text


def test_another_value_is_overwritten_knowingly(build: Build) -> None:
    records = state(Purpose.DMARC, "_dmarc.harborlight.example", "v=DMARC1; p=none", WRONG, "v=DMARC1")
    assert parsed(patch(build(), records))["aws_route53_record.dmarc"]["allow_overwrite"] is True


def test_the_value_of_the_record_is_used_and_quoted(build: Build) -> None:
    value = 'v=DMARC1; p=none; rua=mailto:a"b${x}%{y}\\@c.example\n}'
    text = patch(build(), state(Purpose.DMARC, "_dmarc.harborlight.example", value, MISSING))
    assert parsed(text)["aws_route53_record.dmarc"]
    assert '\\"b$${x}%%{y}\\\\@c.example' in text


def test_events_that_aws_has_already_are_imported_not_made(build: Build) -> None:
    sets = (
        ConfigurationSet("harbor-mail", destinations=(EventDestination("d", True, ("BOUNCE", "COMPLAINT"), "SNS"),)),
    )
    text = patch(build(), configuration_sets=Reading("SES", AT, sets))
    assert "aws_ses_event_destination.bounces_and_complaints" not in parsed(text)
    assert "harbor-mail" in text


@pytest.mark.parametrize(
    ("block", "attribute"),
    [("aws_ses_configuration_set", "name"), ("aws_sesv2_configuration_set", "configuration_set_name")],
)
def test_a_set_of_the_checkout_is_used(build: Build, block: str, attribute: str) -> None:
    text = patch(build({"extra.tf": f'resource "{block}" "mine" {{\n}}\n'}))
    assert "aws_ses_configuration_set.service_mail" not in parsed(text)
    assert f"configuration_set_name = {block}.mine.{attribute}" in text
    assert f'"AWS:SourceArn"     = {block}.mine.arn' in text


def test_names_that_are_taken_are_not_taken_again(build: Build) -> None:
    taken = 'resource "aws_sns_topic" "ses_events" {}\nresource "aws_route53_record" "dmarc" {\n  name = "x"\n}\n'
    root = build({"extra.tf": taken})
    found = parsed(patch(root))
    assert "aws_sns_topic.ses_events_ses" in found
    assert "aws_route53_record.dmarc_ses" in found
    assert "aws_sns_topic.ses_events" not in found


LOCK = 'provider "registry.terraform.io/hashicorp/aws" {{\n  version     = "{}"\n  constraints = ">= 4.0.0"\n}}\n'
PINNED = 'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws", version = "~> 5.0" }\n  }\n}\n'
NOT_PINNED = 'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n'
SUPPRESSION = "aws_sesv2_account_suppression_attributes.account"
ONE_REASON = Account(False, True, "HEALTHY", 200, 1, 0, ("BOUNCE",))


@pytest.mark.parametrize(
    ("files", "is_resource"),
    [
        ({}, True),  # without lock and constraint, the newest provider is taken
        ({"pin.tf": NOT_PINNED}, True),
        ({"pin.tf": PINNED}, False),
        ({"pin.tf": 'provider "aws" {\n  version = "~> 3.0"\n}\n'}, False),
        ({".terraform.lock.hcl": LOCK.format("5.67.0")}, False),
        ({".terraform.lock.hcl": LOCK.format("5.68.0"), "pin.tf": PINNED}, True),
        ({".terraform.lock.hcl": LOCK.format("6.2.0")}, True),
        ({".terraform.lock.hcl": LOCK.format("six")}, False),
    ],
)
def test_the_suppression_list_is_set_by_a_provider_that_can(
    build: Build, files: dict[str, str | None], *, is_resource: bool
) -> None:
    text = patch(build(files), account=Reading("SES", AT, ONE_REASON))
    assert (SUPPRESSION in parsed(text)) is is_resource
    assert ("put-account-suppression-attributes" in text) is not is_resource
    if is_resource:
        reasons = [reason.strip('"') for reason in parsed(text)[SUPPRESSION]["suppressed_reasons"]]
        assert reasons == ["BOUNCE", "COMPLAINT"]


def test_a_suppression_list_that_is_complete_unknown_or_written_already_is_left(build: Build) -> None:
    full = Account(False, True, "HEALTHY", 200, 1, 0, ("BOUNCE", "COMPLAINT"))
    unknown = Account(False, True, "HEALTHY", 200, 1, 0, None)
    for facts in ({"account": Reading("SES", AT, full)}, {"account": Reading("SES", AT, unknown)}, {}):
        assert "suppression" not in patch(build(), **facts)
    own = build({"extra.tf": 'resource "aws_sesv2_account_suppression_attributes" "x" {\n}\n'}, "own")
    text = patch(own, account=Reading("SES", AT, ONE_REASON))
    assert SUPPRESSION not in parsed(text)
    assert "# The suppression list is in the Terraform" in text


def test_the_default_set_is_told_as_far_as_the_checkout_can_carry_it(build: Build) -> None:
    v2 = FILES["mail.tf"].replace(
        '"aws_ses_domain_identity" "sea" { domain', '"aws_sesv2_email_identity" "sea" { email_identity'
    )
    text = patch(build({"mail.tf": v2}))
    assert "# Make it the identity's default: add to aws_sesv2_email_identity.sea\n" in text
    assert "#   configuration_set_name = aws_ses_configuration_set.service_mail.name" in text
    assert "aws sesv2" not in text
    named = build({"extra.tf": 'resource "aws_ses_configuration_set" "mine" {\n  name = "sea-mail"\n}\n'}, "named")
    assert '"ConfigurationSetName": "sea-mail"' in patch(named)
    loop = build({"extra.tf": 'resource "aws_ses_configuration_set" "mine" {\n  name = each.key\n}\n'}, "loop")
    assert "its name is not written in the Terraform" in patch(loop)


def test_names_that_exist_at_aws_are_not_made_again(build: Build) -> None:
    sets = (ConfigurationSet("service-mail"), ConfigurationSet("service-mail-2"))
    topics: dict[str, Any] = {"arn:aws:sns:eu-west-1:111122223333:ses-bounces-and-complaints": Reading("SNS", AT, None)}
    text = patch(build(), configuration_sets=Reading("SES", AT, sets), topics=topics)
    found = parsed(text)
    assert found["aws_ses_configuration_set.service_mail"]["name"].strip('"') == "service-mail-3"
    assert found["aws_sns_topic.ses_events"]["name"].strip('"') == "ses-bounces-and-complaints-2"
    assert '"ConfigurationSetName": "service-mail-3"' in text


def test_the_live_mail_from_domain_is_used_outside() -> None:
    identity = Identity("a.example", "DOMAIN", True, mail_from=MailFrom("bounces.a.example", "FAILED"))
    facts = Facts(place=Place(region="eu-west-1"), domain_identity=Reading("SES", AT, identity))
    text = DlaasCheckout("/nowhere").terraform(report_input(facts, domain="a.example"))
    assert 'name    = "bounces.a.example"' in text


def test_nothing_missing_is_said(build: Build) -> None:
    complete = (
        FILES["mail.tf"]
        + 'resource "aws_route53_record" "a" {\n  name = "bounce"\n  type = "MX"\n}\n'
        + 'resource "aws_route53_record" "b" {\n  name = "_dmarc"\n  type = "TXT"\n}\n'
        + 'resource "aws_ses_event_destination" "c" {\n  matching_types = ["bounce", "complaint"]\n}\n'
        + 'resource "aws_cloudwatch_metric_alarm" "d" {\n  metric_name = "Reputation.BounceRate"\n}\n'
        + 'resource "aws_cloudwatch_metric_alarm" "e" {\n  metric_name = "Reputation.ComplaintRate"\n}\n'
    )
    assert patch(build({"mail.tf": complete})) == "# Nothing is missing that Terraform can add.\n"


OWN_TOPIC = 'resource "aws_ses_event_destination" "c" {\n}\nresource "aws_sns_topic" "mine" {\n  name = "mine"\n}\n'
ARN = "arn:aws-us-gov:sns:us-gov-west-1:111122223333:mine"


def test_the_alarms_go_to_the_topic_of_the_patch(build: Build) -> None:
    text = patch(build())
    found = parsed(text)
    for name, threshold in (("bounce", 0.05), ("complaint", 0.001)):
        alarm = found[f"aws_cloudwatch_metric_alarm.ses_{name}_rate"]
        assert alarm["threshold"] == threshold
        assert alarm["metric_name"].strip('"') == f"Reputation.{name.capitalize()}Rate"
        assert alarm["namespace"].strip('"') == "AWS/SES"
        assert alarm["treat_missing_data"].strip('"') == "ignore"
        assert "aws_sns_topic.ses_events.arn" in str(alarm["alarm_actions"])
    assert 'Principal = { Service = "cloudwatch.amazonaws.com" }' in text
    assert "a bounce rate of 5 %." in text
    assert "a complaint rate of 0.1 %." in text


def test_the_alarms_go_to_the_checkouts_own_topic_or_to_none(build: Build) -> None:
    text = patch(build({"extra.tf": OWN_TOPIC}))
    assert "aws_sns_topic.mine.arn" in str(parsed(text)["aws_cloudwatch_metric_alarm.ses_bounce_rate"]["alarm_actions"])
    assert "lets cloudwatch.amazonaws.com publish" in text
    text = patch(build({"extra.tf": OWN_TOPIC.partition('resource "aws_sns')[0]}, "two"))
    assert "aws_cloudwatch_metric_alarm" not in text
    assert "once a topic takes the events" in text


def test_a_topic_that_only_aws_has_is_named_by_its_arn(build: Build) -> None:
    destination = EventDestination("d", True, ("BOUNCE", "COMPLAINT"), "SNS", ARN)
    sets = Reading("SES", AT, (ConfigurationSet("mail", destinations=(destination,)),))
    topics = {ARN: Reading("SNS", AT, Topic(ARN, True))}
    found = parsed(patch(build(), configuration_sets=sets, topics=topics))
    assert ARN in str(found["aws_cloudwatch_metric_alarm.ses_bounce_rate"]["alarm_actions"])


def test_alarms_that_exist_are_imported_not_made(build: Build) -> None:
    def alarm(metric: str, threshold: float) -> Alarm:
        comparison = "GreaterThanThreshold"
        return Alarm("ses-bounce-rate", metric, "AWS/SES", "OK", threshold, comparison, (ARN,), True)

    there = Reading("CloudWatch", AT, (alarm("Reputation.BounceRate", 0.05), alarm("Reputation.ComplaintRate", 0.5)))
    text = patch(build(), alarms=there)
    assert "aws_cloudwatch_metric_alarm.ses_bounce_rate" not in parsed(text)
    assert "# The alarm ses-bounce-rate on the bounce rate is in CloudWatch" in text
    assert "aws_cloudwatch_metric_alarm.ses_complaint_rate" in parsed(text)


def test_a_hostile_checkout_writes_no_code_into_the_patch(build: Build) -> None:
    evil = 'x"\n}\nresource "aws_iam_user" "evil" {}\n#'
    config = FILES["common/config.json"].replace("harborlight.example", "a.example").replace("Harborlight", "E")
    root = build(
        {
            "common/config.json": config,
            "extra.tf": f'variable "owner_mail" {{}}\nprovider "aws" {{ region = "{evil}" }}\n',
        }
    )
    records = state(Purpose.MAIL_FROM_SPF, f"a{evil}", evil, WRONG, evil)
    assert not any(name.startswith("aws_iam") for name in parsed(patch(root, records)))


REAL = os.environ.get("DLAAS_CHECKOUT", "")


@pytest.mark.skipif(not REAL, reason="DLAAS_CHECKOUT does not name a checkout of DLaaS")
def test_the_patch_of_the_real_repository(tmp_path: Path) -> None:
    text = patch(Path(REAL), account=Reading("SES", AT, ONE_REASON))
    found = parsed(text)
    assert set(found) == {*LACKING, SUPPRESSION}
    assert '"EmailIdentity": "datalayer.storage", "ConfigurationSetName": "service-mail"' in text
    theirs = "\n".join(path.read_text(encoding="utf-8") for path in sorted(Path(REAL).glob("*.tf")))
    declared = re.findall(r'^(?:resource|data) "([\w-]+)" "([\w-]+)"', theirs, re.MULTILINE)
    assert len(declared) > 30
    assert not set(found) & {".".join(address) for address in declared}
    # What the patch refers to is declared by the checkout or by the patch itself.
    addresses = {".".join(address) for address in (*declared, *re.findall(r'"(aws_\w+)" "([\w-]+)"', text))}
    assert set(re.findall(r"\baws_[a-z0-9_]+\.[\w-]+(?=\.)", text)) <= addresses
    assert set(re.findall(r"var\.(\w+)", text)) <= set(re.findall(r'variable "(\w+)"', theirs))
    if shutil.which("terraform"):
        (tmp_path / "patch.tf").write_text(text)
        done = subprocess.run(["terraform", "fmt", "-check", "-diff", "patch.tf"], cwd=tmp_path, check=False)
        assert done.returncode == 0
