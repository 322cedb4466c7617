"""The Terraform patch: parsed by an HCL parser and by Terraform's formatter, and only for what is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hcl2
import pytest

from dlaas_onboard.checkout.infrastructure_code import read_code
from dlaas_onboard.checkout.project import DlaasCheckout
from dlaas_onboard.journey.facts import (
    Account,
    Alarm,
    ConfigurationSet,
    Delegation,
    EventDestination,
    Identity,
    MailFrom,
    Topic,
)
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.report_input import ReportInput
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.all_steps import judge_all
from dlaas_onboard.journey.writes.plans import topic_arn
from tests import build as build_situation
from tests.checkout.conftest import FILES, Build
from tests.dns_zone import Sets, Zone

AT = datetime(2026, 11, 24, tzinfo=UTC)
REGION = "eu-west-1"
DOMAIN = "harborlight.example"
SERVERS = ("ns1.example.net", "ns2.example.net")
NOTHING: Sets = {(DOMAIN, "NS"): SERVERS}
DMARC = f"_dmarc.{DOMAIN}"


def looked_at(root: Path | None, domain: str, sets: Sets, **facts: Any) -> ReportInput:
    """Return what a full look at a fresh account finds, changed as given; ``None`` in ``facts``: not looked at."""
    answers = build_situation.answers(domain=domain, service_name="Harborlight")
    base = replace(
        build_situation.fresh(),
        place=build_situation.place(region=REGION),
        checkout=DlaasCheckout(root).read() if root is not None else build_situation.seen(None),
        infrastructure=read_code(root),
        alarms=build_situation.seen(()),
        delegation=build_situation.seen(Delegation(domain, "example", SERVERS, SERVERS)),
    )
    zone = Zone(sets, domain)
    base = replace(base, hosted_zones=zone.held())
    seen = replace(zone.seen(replace(base, **facts), answers), **facts)
    arn = topic_arn(Situation(seen, answers))
    if arn and "topics" not in facts:
        seen = replace(seen, topics={arn: build_situation.seen(None)})
    return ReportInput(AT, "1", judge_all(Situation(seen, answers)), ())


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


def patch(root: Path, sets: Sets | None = None, domain: str = DOMAIN, **facts: Any) -> str:
    there: Sets = {**NOTHING, **(sets or {})} if domain == DOMAIN else {(domain, "NS"): SERVERS}
    return DlaasCheckout(root).terraform(looked_at(root, domain, there, **facts))


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
    wrong: Sets = {(DMARC, "TXT"): ("v=DMARC1", 'say "hi" ${x} %{y} \\')}
    texts = [patch(build()), patch(build(), wrong), outside(), patch(build({"mail.tf": None}, "bare"))]
    texts.append(patch(build(), {(DMARC, "TXT"): ("v=DMARC1; p=none",)}))
    texts.append(patch(build(), account=Reading("SES", AT, ONE_REASON)))
    texts.append(patch(build({"extra.tf": OWN_TOPIC}, "topic")))
    for number, text in enumerate(texts):
        target = tmp_path / f"{number}.tf"
        target.write_text(text)
        command = ["terraform", "fmt", "-check", "-diff", target.name]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def outside(domain: str = "a.example", **facts: Any) -> str:
    found = looked_at(None, domain, {(domain, "NS"): SERVERS} if domain else {}, **facts)
    return DlaasCheckout("/nowhere/at/all").terraform(found)


def test_outside_of_a_checkout_with_plain_names() -> None:
    found = parsed(outside())
    assert {
        "aws_ses_domain_identity.sending",
        "aws_ses_domain_dkim.main",
        "aws_route53_record.dkim",
        "aws_ses_domain_mail_from.main",
        "aws_route53_record.mx_mail_from",
        "aws_route53_record.spf_mail_from",
        "aws_route53_record.dmarc",
    } <= set(found)
    assert 'data "aws_route53_zone" "sending"' in outside()
    assert '"10 feedback-smtp.eu-west-1.amazonses.com"' in outside()


@pytest.mark.parametrize(
    ("domain", "region"),
    [("", REGION), ("a.example", ""), ('a"}\n.example', REGION), ("${file(x)}.b", REGION)],
)
def test_without_a_domain_or_region_it_says_so(domain: str, region: str) -> None:
    text = outside(domain, place=build_situation.place(region=region))
    assert text.startswith("# Enter the sending domain")
    assert parsed(text) == {}


def test_what_dns_has_already_is_taken_over_as_it_is(build: Build) -> None:
    policy = "v=DMARC1; p=reject; rua=mailto:a@b.example"
    text = patch(build(), {(DMARC, "TXT"): (policy,)})
    assert parsed(text)["aws_route53_record.dmarc"]["records"] == [f'"{policy}"']
    assert "allow_overwrite" not in parsed(text)["aws_route53_record.dmarc"]
    assert f'import {{\n  to = aws_route53_record.dmarc\n  id = "Z1_{DMARC}_TXT"\n}}' in text
    unread = patch(build({}, "unread"), {(DMARC, "TXT"): (policy,)}, hosted_zones=None)
    assert "aws_route53_record.dmarc" not in parsed(unread)
    assert f"TXT {DMARC} is in DNS, but not in the Terraform: import it" in unread
    old = patch(
        build({"v.tf": 'terraform {\n  required_version = "~> 1.3.0"\n}\n'}, "old"), {(DMARC, "TXT"): (policy,)}
    )
    assert f"# terraform import aws_route53_record.dmarc Z1_{DMARC}_TXT" in old
    assert "import {" not in old


def test_what_the_terraform_has_but_dns_does_not_is_said(build: Build) -> None:
    text = patch(build({"extra.tf": 'resource "aws_route53_record" "d" {\n  name = "_dmarc"\n  type = "TXT"\n}\n'}))
    assert "aws_route53_record.dmarc" not in parsed(text)
    assert f"# TXT {DMARC}: extra.tf:1 declares it: run `terraform apply`" in text


def test_another_value_is_overwritten_knowingly_and_what_else_stands_there_is_kept(build: Build) -> None:
    found = parsed(patch(build(), {(DMARC, "TXT"): ("v=DMARC1", "site=1")}))["aws_route53_record.dmarc"]
    assert found["allow_overwrite"] is True
    assert found["records"] == ['"site=1"', '"v=DMARC1; p=none"']


def test_two_policies_become_one_that_is_no_weaker(build: Build) -> None:
    found = parsed(patch(build(), {(DMARC, "TXT"): ("v=DMARC1; p=none", "v=DMARC1; p=reject")}))
    assert found["aws_route53_record.dmarc"]["records"] == ['"v=DMARC1; p=reject"']


@pytest.mark.parametrize(
    ("lacking", "left_out"),
    [
        ("dns", "TXT _dmarc.harborlight.example is left out"),
        ("domain_identity", "Nothing is written for the identity and its MAIL FROM domain"),
        ("configuration_sets", "No configuration set and no event destination is written"),
        ("alarms", "No alarm is written"),
    ],
)
def test_what_could_not_be_read_is_left_out(build: Build, lacking: str, left_out: str) -> None:
    root = build()
    denied = build_situation.unread("a look")
    none = {"dns": {}, "dmarc": denied, "spf": {}} if lacking == "dns" else {lacking: denied}
    text = patch(root, **none)
    assert left_out in text
    gone = {
        "dns": {"aws_route53_record.mx_mail_from", "aws_route53_record.dmarc"},
        "domain_identity": {"aws_route53_record.mx_mail_from", "aws_ses_configuration_set.service_mail"},
        "configuration_sets": {"aws_ses_configuration_set.service_mail", "aws_sns_topic.ses_events"},
        "alarms": {"aws_cloudwatch_metric_alarm.ses_bounce_rate"},
    }[lacking]
    assert not gone & set(parsed(text))


def test_a_zone_that_is_not_in_this_account_gets_no_records() -> None:
    text = outside(hosted_zones=build_situation.seen(()))
    assert "aws_route53_record" not in text
    assert "this account has no hosted zone for a.example. Publish it where the domain's DNS is" in text


def test_records_go_where_the_code_writes_its_own(build: Build) -> None:
    zone = 'resource "aws_route53_zone" "harbor" {\n  name = local.settings.SERVICE_DOMAIN\n}\n'
    assert zone in FILES["mail.tf"]
    text = patch(build({"mail.tf": FILES["mail.tf"].replace(zone, "")}), hosted_zones=build_situation.seen(()))
    assert "zone_id = aws_route53_zone.harbor.zone_id" in text
    assert {"aws_route53_record.mx_mail_from", "aws_route53_record.dmarc"} <= set(parsed(text))


def test_a_zone_that_nobody_is_sent_to_gets_no_records(build: Build) -> None:
    elsewhere = build_situation.seen(Delegation(DOMAIN, "example", ("ns9.example.org",)))
    text = patch(build(), delegation=elsewhere)
    assert "aws_route53_record" not in "".join(parsed(text))
    assert "# No DNS record is written." in text


@pytest.mark.parametrize(
    ("domain", "region", "says"),
    [
        ("other.example", REGION, "sets up harborlight.example, and the sending domain here is other.example"),
        (DOMAIN, "us-east-1", "is for eu-west-1, and this is us-east-1"),
    ],
)
def test_code_for_another_domain_or_region_gets_no_patch(build: Build, domain: str, region: str, says: str) -> None:
    text = patch(build(), domain=domain, place=build_situation.place(region=region))
    assert says in text
    assert parsed(text) == {}


def test_a_live_mail_from_domain_is_kept(build: Build) -> None:
    for status in ("SUCCESS", "FAILED", "PENDING"):
        identity = Identity(DOMAIN, "DOMAIN", True, mail_from=MailFrom(f"post.{DOMAIN}", status))
        bare = FILES["mail.tf"].split('resource "aws_ses_domain_mail_from"')[0]
        bare += 'resource "aws_route53_zone" "harbor" {\n  name = local.settings.SERVICE_DOMAIN\n}\n'
        text = patch(build({"mail.tf": bare}, f"bare{status}"), domain_identity=Reading("SES", AT, identity))
        found = parsed(text)
        assert "aws_ses_domain_mail_from.main" not in found
        assert found["aws_route53_record.mx_mail_from"]["name"] == '"post.${local.settings.SERVICE_DOMAIN}"'
        other = patch(build({}, f"own{status}"), domain_identity=Reading("SES", AT, identity))
        assert f"SES uses post.{DOMAIN}" in other
        assert "an apply would move MAIL FROM there" in other
        mx = parsed(other)["aws_route53_record.mx_mail_from"]
        assert mx["name"] == '"post.${local.settings.SERVICE_DOMAIN}"'


def test_dkim_records_that_the_code_lacks_are_written_by_their_tokens(build: Build) -> None:
    identity = build_situation.identity(name=DOMAIN, mail_from=None)
    bare = "\n".join(FILES["mail.tf"].split("\n")[:2])
    text = patch(build({"mail.tf": bare}), domain_identity=Reading("SES", AT, identity))
    names = [body["name"] for name, body in parsed(text).items() if body.get("type") == '"CNAME"']
    assert names == [f'"tok{number}._domainkey.${{local.settings.SERVICE_DOMAIN}}"' for number in (1, 2, 3)]


def destination(**changes: Any) -> EventDestination:
    return replace(EventDestination("d", True, ("BOUNCE", "COMPLAINT"), "SNS"), **changes)


def test_events_that_aws_has_already_are_left_alone(build: Build) -> None:
    sets = (ConfigurationSet("harbor-mail", destinations=(destination(),)),)
    text = patch(build(), configuration_sets=Reading("SES", AT, sets))
    assert "aws_ses_event_destination.bounces_and_complaints" not in parsed(text)
    assert "# harbor-mail already reports bounces and complaints: it is left as it is." in text


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
    found = parsed(patch(build({"extra.tf": taken})))
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
    for account in (Reading("SES", AT, full), Reading("SES", AT, unknown), None):
        assert "suppression" not in patch(build(), account=account)
    own = build({"extra.tf": 'resource "aws_sesv2_account_suppression_attributes" "x" {\n}\n'}, "own")
    text = patch(own, account=Reading("SES", AT, ONE_REASON))
    assert SUPPRESSION not in parsed(text)
    assert "# Suppression list of the account: extra.tf:1 declares it" in text


def test_the_default_set_is_said_as_far_as_the_checkout_can_carry_it(build: Build) -> None:
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


def test_the_code_that_sends_is_let_name_the_set(build: Build) -> None:
    root = build()
    text = patch(root)
    diff = "".join(f"{line[3:]}\n" for line in text.splitlines() if line.startswith("#|"))
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    done = subprocess.run(["git", "apply"], cwd=root, input=diff, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    sender = (root / "common/mailer.js").read_text()
    assert '  ConfigurationSetName: "service-mail",\n  Source: ' in sender
    again = patch(root)
    assert "#|" not in again
    assert "put-email-identity-configuration-set-attributes" not in again


def test_names_that_exist_at_aws_are_not_made_again(build: Build) -> None:
    sets = (ConfigurationSet("service-mail"), ConfigurationSet("service-mail-2"))
    arn = f"arn:aws:sns:{REGION}:{build_situation.ACCOUNT}:harborlight-mail-events"
    topics = {arn: build_situation.seen(Topic(arn, None))}
    text = patch(build(), configuration_sets=Reading("SES", AT, sets), topics=topics)
    found = parsed(text)
    assert found["aws_ses_configuration_set.service_mail"]["name"].strip('"') == "service-mail-3"
    assert '"ConfigurationSetName": "service-mail-3"' in text
    assert "name" not in found["aws_sns_topic.ses_events"]
    assert found["aws_sns_topic.ses_events"]["name_prefix"] == '"ses-events-"'
    free = parsed(patch(build({}, "free")))
    assert free["aws_sns_topic.ses_events"]["name"] == '"harborlight-mail-events"'


def test_nothing_missing_is_said(build: Build) -> None:
    complete = (
        FILES["mail.tf"]
        + 'resource "aws_route53_record" "a" {\n  name = "bounce"\n  type = "MX"\n}\n'
        + 'resource "aws_route53_record" "b" {\n  name = "_dmarc"\n  type = "TXT"\n}\n'
        + 'resource "aws_ses_event_destination" "c" {\n  matching_types = ["bounce", "complaint"]\n}\n'
        + 'resource "aws_cloudwatch_metric_alarm" "d" {\n  metric_name = "Reputation.BounceRate"\n}\n'
        + 'resource "aws_cloudwatch_metric_alarm" "e" {\n  metric_name = "Reputation.ComplaintRate"\n}\n'
    )
    text = patch(build({"mail.tf": complete}))
    assert parsed(text) == {}
    assert "declares it: run `terraform apply`" in text
    live = Identity(DOMAIN, "DOMAIN", True, mail_from=MailFrom(f"bounce.{DOMAIN}", "SUCCESS"), configuration_set="x")
    sets: Sets = {
        (f"bounce.{DOMAIN}", "MX"): (f"10 feedback-smtp.{REGION}.amazonses.com",),
        (f"bounce.{DOMAIN}", "TXT"): ("v=spf1 include:amazonses.com ~all",),
        (DMARC, "TXT"): ("v=DMARC1; p=none",),
    }
    there = patch(build({"mail.tf": complete}, "there"), sets, domain_identity=Reading("SES", AT, live))
    assert there == "# Nothing is missing that Terraform can add.\n"


OWN_TOPIC = (
    'resource "aws_ses_event_destination" "c" {\n  matching_types = ["bounce", "complaint"]\n}\n'
    'resource "aws_sns_topic" "mine" {\n  name = "mine"\n}\n'
)
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
    sets = Reading("SES", AT, (ConfigurationSet("mail", destinations=(destination(target=ARN),)),))
    topics = {ARN: Reading("SNS", AT, Topic(ARN, True))}
    found = parsed(patch(build(), configuration_sets=sets, topics=topics))
    assert ARN in str(found["aws_cloudwatch_metric_alarm.ses_bounce_rate"]["alarm_actions"])


def test_alarms_that_exist_are_left_alone(build: Build) -> None:
    def alarm(metric: str, threshold: float) -> Alarm:
        comparison = "GreaterThanThreshold"
        return Alarm("harborlight-ses-complaint-rate", metric, "AWS/SES", "OK", threshold, comparison, (ARN,), True)

    there = Reading("CloudWatch", AT, (alarm("Reputation.BounceRate", 0.05), alarm("Reputation.ComplaintRate", 0.5)))
    text = patch(build(), alarms=there)
    assert "aws_cloudwatch_metric_alarm.ses_bounce_rate" not in parsed(text)
    assert "# The alarm harborlight-ses-complaint-rate on the bounce rate is in CloudWatch" in text
    name = parsed(text)["aws_cloudwatch_metric_alarm.ses_complaint_rate"]["alarm_name"]
    assert name == '"2-harborlight-ses-complaint-rate"'


def test_a_hostile_checkout_writes_no_code_into_the_patch(build: Build) -> None:
    evil = 'x"\n}\nresource "aws_iam_user" "evil" {}\n#'
    config = FILES["common/config.json"].replace("harborlight.example", "a.example").replace("Harborlight", "E")
    root = build(
        {
            "common/config.json": config,
            "extra.tf": f'variable "owner_mail" {{}}\nprovider "aws" {{ region = "{evil}" }}\n',
        }
    )
    there: Sets = {("_dmarc.a.example", "TXT"): (evil, 'v=DMARC1; p=none; rua=mailto:a"b${x}%{y}\\@c.example')}
    text = DlaasCheckout(root).terraform(looked_at(root, "a.example", there))
    assert not any(name.startswith("aws_iam") for name in parsed(text))


REAL = os.environ.get("DLAAS_CHECKOUT", "")


@pytest.mark.skipif(not REAL, reason="DLAAS_CHECKOUT does not name a checkout of DLaaS")
def test_the_patch_of_the_real_repository(tmp_path: Path) -> None:
    text = patch(Path(REAL), domain="datalayer.storage", account=Reading("SES", AT, ONE_REASON))
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
