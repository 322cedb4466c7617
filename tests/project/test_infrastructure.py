"""What infrastructure code declares is read with its place, and schedules lead to the places that they start."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from dlaas_onboard.journey.facts.sending import Repository
from dlaas_onboard.project import read

CDK = """\
import * as ses from 'aws-cdk-lib/aws-ses';

export class MailStack extends cdk.Stack {
  constructor(scope, id) {
    const identity = new ses.EmailIdentity(this, 'I', { identity: ses.Identity.domain('mill.example') });
    const set = new ses.ConfigurationSet(this, 'S', { configurationSetName: 'mill' });
    set.addEventDestination('Sns', {
      destination: ses.EventDestination.snsTopic(bounces),
      events: [ses.EmailSendingEvent.BOUNCE, ses.EmailSendingEvent.COMPLAINT],
    });
    const digest = new NodejsFunction(this, 'D', { entry: 'lambda/digest.ts' });
    new events.Rule(this, 'R', {
      schedule: events.Schedule.rate(Duration.days(1)),
      targets: [new targets.LambdaFunction(digest)],
    });
  }
}
new MailStack(app, 'Mail', { env: { account: '1', region: 'eu-west-1' } });
"""
CDK_PYTHON = """\
from aws_cdk import aws_ses as ses

ses.EmailIdentity(self, "I", identity=ses.Identity.email("desk@mill.example"))
ses.CfnConfigurationSetEventDestination(
    self,
    "E",
    configuration_set_name="mill",
    event_destination=ses.CfnConfigurationSetEventDestination.EventDestinationProperty(
        matching_event_types=["bounce", "complaint"],
        sns_destination=ses.CfnConfigurationSetEventDestination.SnsDestinationProperty(topic_arn=topic.topic_arn),
    ),
)
"""
SAM = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Identity:
    Type: AWS::SES::EmailIdentity
    Properties:
      EmailIdentity: mill.example
  Set:
    Type: AWS::SES::ConfigurationSet
    Properties:
      Name: mill
  Events:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: !Ref Set
      EventDestination:
        MatchingEventTypes:
          - bounce
          - complaint
        SnsDestination:
          TopicARN: !Ref Bounces
  Digest:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: lambda/
      Handler: digest.handler
      Events:
        Daily:
          Type: Schedule
          Properties:
            # Schedule: rate(9 days)
            Schedule: rate(1 day)
"""
CLOUDFORMATION = """\
Resources:
  Digest:
    Type: AWS::Lambda::Function
    Properties:
      Handler: lambda/digest.handler
  Daily:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: "cron(0 6 * * ? *)"
      Targets:
        - Arn: !GetAtt Digest.Arn
          Id: T
"""
SERVERLESS = """\
service: mill
provider:
  name: aws
  region: eu-north-1
functions:
  other:
    handler: lambda/other.handler
  digest:
    handler: lambda/digest.handler
    events:
      - schedule: cron(0 6 * * ? *)
"""
SST = """\
export default $config({
  app() { return { name: "mill", providers: { aws: { region: "us-east-2" } } }; },
  async run() {
    new sst.aws.Email("Mail", {
      sender: "mill.example",
      events: [{ name: "back", types: ["bounce", "complaint"], topic: topic.arn }],
    });
    new sst.aws.Cron("Digest", { schedule: "rate(1 day)", job: { handler: "./lambda/digest.handler" } });
  },
});
"""
PULUMI = """\
import * as aws from "@pulumi/aws";

new aws.sesv2.EmailIdentity("i", { emailIdentity: "mill.example" });
new aws.sesv2.ConfigurationSet("s", { configurationSetName: "mill" });
new aws.sesv2.ConfigurationSetEventDestination("e", {
  configurationSetName: "mill",
  eventDestination: { matchingEventTypes: ["BOUNCE"], snsDestination: { topicArn: topic.arn } },
});
aws.cloudwatch.onSchedule("digest", "rate(5 minutes)", handler);
"""
TERRAFORM = """\
provider "aws" {
  region = "eu-west-3"
}
resource "aws_sesv2_email_identity" "i" {
  email_identity = "mill.example"
}
resource "aws_sesv2_configuration_set_event_destination" "e" {
  configuration_set_name = "mill"
  event_destination {
    matching_event_types = ["BOUNCE", "COMPLAINT"]
    sns_destination {
      topic_arn = aws_sns_topic.bounces.arn
    }
  }
}
resource "aws_cloudwatch_event_rule" "r" {
  schedule_expression = "rate(1 day)"
}
resource "aws_cloudwatch_event_rule" "on_upload" {
  event_pattern = "{}"
}
"""
DIGEST = """\
import { SESClient, SendEmailCommand } from "@aws-sdk/client-ses";
const ses = new SESClient({ region: "eu-south-1" });
export const handler = async () => sendDigest(people);
const sendDigest = (people) =>
  ses.send(new SendEmailCommand({ Destination: { ToAddresses: people }, Message: { Subject: { Data: "Week" } } }));
"""


def repository(folder: Path, files: dict[str, str]) -> Repository:
    """Return what is read of some files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(dedent(text), encoding="utf-8")
    value = read(folder).value
    assert value is not None
    return value


@pytest.mark.parametrize(
    ("name", "text", "declared"),
    [
        (
            "lib/mail.ts",
            CDK,
            [
                ("identity", "mill.example", "CDK", "", 5),
                ("configuration set", "mill", "CDK", "", 6),
                ("event destination", "bounces", "CDK", "bounce, complaint", 7),
                ("schedule", "rate(1 day)", "CDK", "lambda/digest.handler", 12),
                ("Region", "eu-west-1", "CDK", "", 18),
            ],
        ),
        (
            "app.py",
            CDK_PYTHON,
            [
                ("identity", "desk@mill.example", "CDK", "", 3),
                ("event destination", "topic.topic_arn", "CDK", "bounce, complaint", 4),
            ],
        ),
        (
            "template.yaml",
            SAM,
            [
                ("identity", "mill.example", "SAM", "", 4),
                ("configuration set", "mill", "SAM", "", 8),
                ("event destination", "!Ref Bounces", "SAM", "bounce, complaint", 12),
                ("schedule", "rate(1 day)", "SAM", "lambda/digest.handler", 31),
            ],
        ),
        (
            "stack.yml",
            CLOUDFORMATION,
            [("schedule", "cron(0 6 * * ? *)", "CloudFormation", "lambda/digest.handler", 9)],
        ),
        (
            "serverless.yml",
            SERVERLESS,
            [
                ("Region", "eu-north-1", "Serverless", "", 4),
                ("schedule", "cron(0 6 * * ? *)", "Serverless", "lambda/digest.handler", 11),
            ],
        ),
        (
            "sst.config.ts",
            SST,
            [
                ("Region", "us-east-2", "SST", "", 2),
                ("identity", "mill.example", "SST", "", 4),
                ("event destination", "topic.arn", "SST", "bounce, complaint", 4),
                ("schedule", "rate(1 day)", "SST", "lambda/digest.handler", 8),
            ],
        ),
        (
            "index.ts",
            PULUMI,
            [
                ("identity", "mill.example", "Pulumi", "", 3),
                ("configuration set", "mill", "Pulumi", "", 4),
                ("event destination", "topic.arn", "Pulumi", "bounce", 5),
                ("schedule", "rate(5 minutes)", "Pulumi", "", 9),
            ],
        ),
        (
            "main.tf",
            TERRAFORM,
            [
                ("Region", "eu-west-3", "Terraform", "", 1),
                ("identity", "mill.example", "Terraform", "", 4),
                ("event destination", "aws_sns_topic.bounces.arn", "Terraform", "bounce, complaint", 7),
                ("schedule", "rate(1 day)", "Terraform", "", 16),
            ],
        ),
        ("Pulumi.prod.yaml", "config:\n  aws:region: ap-south-1\n", [("Region", "ap-south-1", "Pulumi", "", 2)]),
        ("samconfig.toml", 'region = "sa-east-1"\n', [("Region", "sa-east-1", "SAM", "", 1)]),
        ("openapi.yaml", "paths:\n  /rate:\n    description: rate(1 day) of AWS::Thing schedule\n", []),
        ("other.ts", "const identity = new EmailIdentity({ identity: 'mill.example' });\n", []),
    ],
)
def test_what_is_declared_is_read(
    tmp_path: Path, name: str, text: str, declared: list[tuple[str, str, str, str, int]]
) -> None:
    value = repository(tmp_path, {name: text})
    read_of = [(str(each.kind), each.value, each.tool, each.detail, each.source.line) for each in value.resources]
    assert sorted(read_of, key=lambda each: (each[4], each[0])) == sorted(declared, key=lambda each: (each[4], each[0]))
    assert {each.source.path for each in value.resources} <= {name}


@pytest.mark.parametrize(
    ("name", "text", "schedule"),
    [
        ("lib/mail.ts", CDK, "rate(1 day)"),
        ("template.yaml", SAM, "rate(1 day)"),
        ("stack.yml", CLOUDFORMATION, "cron(0 6 * * ? *)"),
        ("serverless.yml", SERVERLESS, "cron(0 6 * * ? *)"),
        ("sst.config.ts", SST, "rate(1 day)"),
        ("other/serverless.yml", SERVERLESS, ""),  # its handler is another file
        ("serverless.yml", SERVERLESS.replace("digest.handler", "digest.other"), ""),
    ],
)
def test_a_schedule_leads_to_what_its_handler_sends(tmp_path: Path, name: str, text: str, schedule: str) -> None:
    value = repository(tmp_path, {name: text, "lambda/digest.js": DIGEST, "lambda/other.js": "export const x = 1;\n"})
    (place,) = value.places
    assert place.schedule == schedule
    assert (place.schedule_source is not None and place.schedule_source.path) == (name if schedule else False)


def test_the_region_of_a_client_is_read(tmp_path: Path) -> None:
    python = """\
        ses = boto3.client("sesv2", region_name="eu-west-2")
        sqs = boto3.client("sqs", region_name="us-west-1")
    """
    value = repository(tmp_path, {"lambda/digest.js": DIGEST, "mail.py": python})
    assert [(each.value, str(each.source)) for each in value.resources] == [
        ("eu-south-1", "lambda/digest.js:2"),
        ("eu-west-2", "mail.py:1"),
    ]
