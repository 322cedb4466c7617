"""The Terraform that adds what a checkout lacks for mail, in its own resource names.

It is written for the provider's SES v1 resources, which DLaaS uses and which work with Terraform 0.14 and later
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ses_configuration_set, …_event_destination,
sns_topic_policy, cloudwatch_metric_alarm). The account's suppression list is a setting that always exists, so nothing
is taken over: …/sesv2_account_suppression_attributes puts it and leaves it as it is at destroy, from version 5.68.0 on.
What the provider cannot do without taking over an existing resource is a comment with the AWS CLI line: an identity's
default configuration set is an argument of …/sesv2_email_identity alone, which creates the identity and fails for one
that exists. The topic's policy is the one of the SES Developer Guide, "Set up an Amazon SNS event destination".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from dlaas_onboard.checkout.resource_names import SUPPRESSION, Names, alone, free, names_of
from dlaas_onboard.journey.bounces.proof import EVENTS
from dlaas_onboard.journey.dns.needed_records import SPF, Purpose
from dlaas_onboard.journey.dns.record_verdicts import RecordVerdict
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.situation.calls import Call, aws_cli
from dlaas_onboard.journey.text import line
from dlaas_onboard.journey.writes import alarms
from dlaas_onboard.journey.writes.plans import topic_arn

if TYPE_CHECKING:
    from dlaas_onboard.journey.dns.record_verdicts import RecordState
    from dlaas_onboard.journey.facts import Facts
    from dlaas_onboard.journey.report_input import ReportInput

_SET = "service-mail"
_TOPIC = "ses-bounces-and-complaints"
_SET_HCL = """\
resource "aws_ses_configuration_set" "%(set)s" {
  name                       = "%(new_set)s"
  reputation_metrics_enabled = true
  sending_enabled            = true
}"""
_EVENTS_HCL = """\
resource "aws_sns_topic" "%(topic)s" {
  name = "%(new_topic)s"
}

data "aws_caller_identity" "%(caller)s" {}

resource "aws_sns_topic_policy" "%(policy)s" {
  arn = aws_sns_topic.%(topic)s.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "SesMayPublish"
        Effect    = "Allow"
        Principal = { Service = "ses.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.%(topic)s.arn
        Condition = {
          StringEquals = {
            "AWS:SourceAccount" = data.aws_caller_identity.%(caller)s.account_id
            "AWS:SourceArn"     = %(set_arn)s
          }
        }
      },
      {
        Sid       = "AlarmsMayPublish"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.%(topic)s.arn
        Condition = {
          StringEquals = {
            "AWS:SourceAccount" = data.aws_caller_identity.%(caller)s.account_id
          }
        }
      },
    ]
  })
}

resource "aws_ses_event_destination" "%(destination)s" {
  name                   = "bounces-and-complaints"
  configuration_set_name = %(set_name)s
  enabled                = true
  matching_types         = ["bounce", "complaint"]

  sns_destination {
    topic_arn = aws_sns_topic.%(topic)s.arn
  }

  depends_on = [aws_sns_topic_policy.%(policy)s]
}"""

_ALARM_HCL = """\
resource "aws_cloudwatch_metric_alarm" "%(resource)s" {
  alarm_name          = "%(name)s"
  alarm_description   = "Amazon reviews SES accounts from a %(words)s of %(percent)s %%."
  namespace           = "AWS/SES"
  metric_name         = "%(metric)s"
  statistic           = "Average"
  period              = %(period)d
  evaluation_periods  = 1
  comparison_operator = "%(operator)s"
  threshold           = %(limit)g
  treat_missing_data  = "ignore"
  alarm_actions       = [%(target)s]
}"""


def terraform(report_input: ReportInput, root: Path | None = None) -> str:
    """Return the patch as one file. ``root`` is the checkout; without one, the checkout that the facts name.

    Only what both the Terraform and the world lack is in it: what AWS or DNS already has, but the Terraform does not,
    is named in a comment, because creating it a second time would fail.
    """
    reading = report_input.situation.facts.checkout
    if root is None and reading is not None and reading.value is not None and reading.value.root:
        root = Path(reading.value.root)
    names = names_of(report_input, root)
    if names is None:
        return "# Enter the sending domain and choose a Region first: the records are named after them.\n"
    states = {
        state.record.purpose: state for state in report_input.judgement.records if state.record.purpose != Purpose.DKIM
    }
    parts = [
        *_mail_from(names, states.get(Purpose.MAIL_FROM_MX)),
        *_spf(names, states.get(Purpose.MAIL_FROM_SPF)),
        *_dmarc(names, states.get(Purpose.DMARC)),
        *_events(names, report_input.situation.facts),
        *_alarms(names, report_input),
        *_suppression(names, report_input.situation.facts),
        *_default_set(report_input, names),
    ]
    if not parts:
        return "# Nothing is missing that Terraform can add.\n"
    uses_data = names.data and any("data.aws_route53_zone" in part for part in parts)
    head = "# What Amazon SES needs besides the present Terraform: add this file, then plan and apply."
    return "\n\n".join([head, *([names.data] if uses_data else []), *parts]) + "\n"


def _record(names: Names, name: str, at: str, type_: str, value: str, *, replace: bool) -> str:
    overwrite = "  allow_overwrite = true # DNS has another value at this name\n" if replace else ""
    pad = "        " if replace else ""
    return (
        f'resource "aws_route53_record" "{free(names, "aws_route53_record", name)}" {{\n'
        f"{overwrite}"
        f"  zone_id{pad} = {names.zone}\n"
        f"  name   {pad} = {at}\n"
        f'  type   {pad} = "{type_}"\n'
        f"  ttl    {pad} = 600\n"
        f'  records{pad} = ["{value}"]\n'
        "}"
    )


def _wanted(state: RecordState | None, has: bool, what: str) -> tuple[bool, list[str]]:
    """Return whether to write a record, and a comment where the Terraform and DNS differ."""
    verdict = state.verdict if state is not None else RecordVerdict.UNKNOWN
    if has and verdict in (RecordVerdict.MISSING, RecordVerdict.WRONG):
        return False, [f"# {what} is in the Terraform, but DNS does not show it: apply, or correct it there."]
    if not has and verdict == RecordVerdict.OK:
        return False, [f"# {what} is in DNS, but not in the Terraform: import it, so that it is kept."]
    return not has, []


def _wrong(state: RecordState | None) -> bool:
    return state is not None and state.verdict == RecordVerdict.WRONG


def _mail_from(names: Names, state: RecordState | None) -> list[str]:
    write, parts = _wanted(state, names.has("mx"), "The MX record of the MAIL FROM domain")
    if names.has("v1_identity") and not names.has("mail_from"):
        parts.append(
            f'resource "aws_ses_domain_mail_from" "{free(names, "aws_ses_domain_mail_from", "main")}" {{\n'
            f"  domain           = {alone(names.domain)}\n"
            f"  mail_from_domain = {names.mail_from}\n"
            "}"
        )
    if write:
        parts.append(
            "# SES accepts exactly one MX record here. Once it is visible in DNS, start the MAIL FROM set-up again:\n"
            "# a set-up that failed does not recover by itself.\n"
            + _record(
                names,
                "mx_mail_from",
                names.mail_from,
                "MX",
                f"10 feedback-smtp.{names.region}.amazonses.com",
                replace=_wrong(state),
            )
        )
    return parts


def _spf(names: Names, state: RecordState | None) -> list[str]:
    write, parts = _wanted(state, names.has("spf"), "The SPF record of the MAIL FROM domain")
    if write and state is not None and _wrong(state):
        parts.append(f"# {line(state.record.name)} has an SPF record of its own. {line(state.fix)}")
    elif write:
        parts.append(_record(names, "spf_mail_from", names.mail_from, "TXT", SPF, replace=False))
    return parts


def _dmarc(names: Names, state: RecordState | None) -> list[str]:
    write, parts = _wanted(state, names.has("dmarc"), "The DMARC record")
    if write:
        value = line(state.record.value if state is not None and state.record.value else "v=DMARC1; p=none")
        quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${").replace("%{", "%%{")
        parts.append(_record(names, "dmarc", f'"_dmarc.{names.domain}"', "TXT", quoted, replace=_wrong(state)))
    return parts


def _listening(facts: Facts) -> str:
    """Return the name of a configuration set at AWS that already reports bounces and complaints."""
    sets = so_far(facts.configuration_sets)
    for item in sets or ():
        seen = {event for target in item.destinations if target.enabled for event in target.event_types}
        if set(EVENTS) <= seen:
            return item.name
    return ""


def _events(names: Names, facts: Facts) -> list[str]:
    if names.has("events"):
        return []
    live = _listening(facts)
    if live:
        return [f"# The configuration set {line(live)} already reports bounces and complaints: import it to keep it."]
    topic = free(names, "aws_sns_topic", "ses_events")
    own = free(names, "aws_ses_configuration_set", "service_mail")
    attribute = "configuration_set_name" if names.set_at.startswith("aws_sesv2_") else "name"
    topics = {arn.rpartition(":")[2] for arn in facts.topics}
    fill = {
        "new_set": _new_set(facts),
        "new_topic": _unused(_TOPIC, topics),
        "topic": topic,
        "policy": free(names, "aws_sns_topic_policy", "ses_events"),
        "caller": free(names, "aws_caller_identity", "ses_events"),
        "set": own,
        "set_arn": f"{names.set_at or f'aws_ses_configuration_set.{own}'}.arn",
        "set_name": f"{names.set_at}.{attribute}" if names.set_at else f"aws_ses_configuration_set.{own}.name",
        "destination": free(names, "aws_ses_event_destination", "bounces_and_complaints"),
    }
    parts = [*([] if names.set_at else [_SET_HCL % fill]), _EVENTS_HCL % fill]
    if names.owner:
        subscription = free(names, "aws_sns_topic_subscription", "ses_events_owner")
        parts.append(
            "# Amazon SNS mails a link; until it is clicked, nobody hears of a bounce.\n"
            f'resource "aws_sns_topic_subscription" "{subscription}" {{\n'
            f"  topic_arn = aws_sns_topic.{topic}.arn\n"
            '  protocol  = "email"\n'
            f"  endpoint  = {names.owner}\n"
            "}"
        )
    else:
        parts.append("# Subscribe an address or a function that somebody looks after to the topic.")
    return parts


def _alarms(names: Names, report_input: ReportInput) -> list[str]:
    """Return the alarms on bounce and complaint rate that neither the Terraform nor AWS has."""
    facts = report_input.situation.facts
    if names.has("alarms"):
        return []
    live = {watch.metric: watch for watch in alarms.watches(facts)}
    there = [watch for watch in live.values() if watch.state not in (alarms.AlarmState.ABSENT, alarms.AlarmState.LATE)]
    parts = [
        f"# The alarm {line(watch.alarm.name)} on the {watch.metric.words} is in CloudWatch, but not in the Terraform: "
        "import it, so that it is kept."
        for watch in there
        if watch.alarm is not None
    ]
    wanted = [metric for metric in alarms.METRICS if metric not in {watch.metric for watch in there}]
    if not wanted:
        return parts
    target, why = _alarm_target(names, report_input)
    if not target:
        return [*parts, "# Set alarms on the bounce and complaint rate as well, once a topic takes the events."]
    return [*([why] if why else []), *parts, *_alarm_resources(names, facts, wanted, target)]


def _alarm_resources(names: Names, facts: Facts, metrics: Iterable[alarms.Metric], target: str) -> Iterable[str]:
    taken = {item.name for item in so_far(facts.alarms) or ()}
    for metric in metrics:
        fill = {
            "resource": free(names, "aws_cloudwatch_metric_alarm", f"ses_{metric.id}_rate"),
            "name": _unused(metric.suffix.removeprefix("-"), taken),
            "words": metric.words,
            "percent": f"{100 * metric.limit:g}",
            "metric": metric.name,
            "period": alarms.PERIOD,
            "operator": alarms.OPERATOR,
            "limit": metric.limit,
            "target": target,
        }
        yield _ALARM_HCL % fill


def _alarm_target(names: Names, report_input: ReportInput) -> tuple[str, str]:
    """Return the topic that the alarms send to as an expression, and what has to hold for it."""
    facts = report_input.situation.facts
    hint = "# The alarms are heard only if the policy of their topic lets cloudwatch.amazonaws.com publish."
    if not names.has("events") and not _listening(facts):
        return f"aws_sns_topic.{free(names, 'aws_sns_topic', 'ses_events')}.arn", ""
    topics = sorted(name for name in names.taken if name.startswith("aws_sns_topic."))
    if names.has("events") and len(topics) == 1:
        return f"{topics[0]}.arn", hint
    arn = topic_arn(report_input.situation) if facts.configuration_sets is not None else ""
    if arn in facts.topics and re.fullmatch(r"arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]+", arn):
        return f'"{arn}"', hint
    return "", ""


def _new_set(facts: Facts) -> str:
    """Return the name of the set that the patch adds: a second one of a name that exists would fail."""
    sets = so_far(facts.configuration_sets)
    return _unused(_SET, {item.name for item in sets or ()})


def _unused(name: str, taken: Collection[str]) -> str:
    number = 1
    while (free := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return free


def _default_set(report_input: ReportInput, names: Names) -> list[str]:
    """Return how the set becomes the identity's default, as a comment."""
    facts = report_input.situation.facts
    identity = so_far(facts.domain_identity)
    if names.has("events") or _listening(facts) or (identity and identity.configuration_set):
        return []
    own = f"{free(names, 'aws_ses_configuration_set', 'service_mail')}.name"
    attribute = "configuration_set_name" if names.set_at.startswith("aws_sesv2_") else "name"
    if names.identity:
        expression = f"{names.set_at}.{attribute}" if names.set_at else f"aws_ses_configuration_set.{own}"
        return [f"# Make it the identity's default: add to {names.identity}\n#   configuration_set_name = {expression}"]
    domain = identity.name if identity else report_input.situation.input("domain").text
    called = names.set_name or (_new_set(facts) if not names.set_at else "")
    if not domain:
        return []
    if not called:
        return ["# Make the configuration set the identity's default; its name is not written in the Terraform."]
    return [
        _command(
            "Make it the identity's default; the provider cannot do so for an identity that exists:",
            "PutEmailIdentityConfigurationSetAttributes",
            {"EmailIdentity": domain, "ConfigurationSetName": called},
            facts.place.region,
        )
    ]


def _suppression(names: Names, facts: Facts) -> list[str]:
    """Return the account's suppression list, where the account was read and its list lacks something."""
    account = so_far(facts.account)
    if account is None or account.suppressed_reasons is None or not _lacks(account.suppressed_reasons):
        return []
    if names.has("suppression"):
        return ["# The suppression list is in the Terraform, but AWS has another one: apply, or correct it there."]
    if not names.suppression:
        return [
            _command(
                "Let the account's suppression list keep both kinds of addresses:",
                "PutAccountSuppressionAttributes",
                {"SuppressedReasons": list(EVENTS)},
                facts.place.region,
            )
        ]
    resource = (
        "# A setting of the whole account in this Region; it stays as it is when this block is taken away again.\n"
        f'resource "{SUPPRESSION}" "{free(names, SUPPRESSION, "account")}" {{\n'
        '  suppressed_reasons = ["BOUNCE", "COMPLAINT"]\n'
        "}"
    )
    return [resource]


def _lacks(reasons: Collection[str]) -> bool:
    return not set(EVENTS) <= set(reasons)


def _command(why: str, operation: str, params: dict[str, object], region: str) -> str:
    command = aws_cli(Call("sesv2", operation, params), region=region)
    return f"# {why}\n#   {line(command, limit=2000)}"
