"""The bounce path and the alarms of the patch: only what AWS lacks and the Terraform does not declare.

What exists is used as it is, by its name or ARN, and never made a second time. The topic's policy is the one of the SES
Developer Guide, "Set up an Amazon SNS event destination"; it is written for a topic of the patch's own alone, because
``aws_sns_topic_policy`` replaces the whole policy. The account's suppression list is a setting that always exists, so
nothing is taken over: …/sesv2_account_suppression_attributes puts it and leaves it as it is at destroy, from version
5.68.0 of the provider on.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from dlaas_onboard.checkout.record_patch import comment, imported
from dlaas_onboard.checkout.resource_names import SUPPRESSION, Names, quoted
from dlaas_onboard.journey.bounces import bounce_path
from dlaas_onboard.journey.bounces.proof import EVENTS
from dlaas_onboard.journey.facts import ConfigurationSet, MailResourceKind
from dlaas_onboard.journey.facts.reading import known, unread
from dlaas_onboard.journey.situation.calls import Call, aws_cli
from dlaas_onboard.journey.situation.code_owner import declared
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.text import line
from dlaas_onboard.journey.turn import Turn
from dlaas_onboard.journey.writes import alarms, plans
from dlaas_onboard.journey.writes.differences import Piece, difference

_SET = "service-mail"
_ARN = re.compile(r"arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]+")
_SET_HCL = """\
resource "aws_ses_configuration_set" "%(set)s" {
  name                       = "%(new_set)s"
  reputation_metrics_enabled = true
  sending_enabled            = true
}"""
_TOPIC_HCL = """\
resource "aws_sns_topic" "%(topic_label)s" {
  %(topic_name)s
}

data "aws_caller_identity" "%(caller)s" {}

resource "aws_sns_topic_policy" "%(policy)s" {
  arn = %(topic)s.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "SesMayPublish"
        Effect    = "Allow"
        Principal = { Service = "ses.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = %(topic)s.arn
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
        Resource  = %(topic)s.arn
        Condition = {
          StringEquals = {
            "AWS:SourceAccount" = data.aws_caller_identity.%(caller)s.account_id
          }
        }
      },
    ]
  })
}"""
_DESTINATION_HCL = """\
resource "aws_ses_event_destination" "%(destination)s" {
  name                   = "%(name)s"
  configuration_set_name = %(set_name)s
  enabled                = true
  matching_types         = [%(kinds)s]

  sns_destination {
    topic_arn = %(topic_arn)s
  }%(depends)s
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


class Events(NamedTuple):
    """What the events part came to, for the parts after it."""

    parts: tuple[str, ...]
    set_name: str = ""  # the set that mail has to name, as it is called at AWS; "" where none was read
    set_expression: str = ""
    topic: str = ""  # the topic for alarms, as an expression; "" where none is known
    note: str = ""  # what has to hold for it


def events(names: Names, situation: Situation) -> Events:
    """Return the configuration set, the topic and the event destination, as far as they lack."""
    facts = situation.facts
    why = unread(facts.configuration_sets, "the configuration sets") or unread(facts.domain_identity, "the identity")
    why = why or (unread(facts.notifications, "the identity's topics") if situation.identity is not None else "")
    sets = known(facts.configuration_sets) or ()
    if why:
        return Events((comment(f"No configuration set and no event destination is written: {why}"),))
    item = difference(situation, Piece.EVENT_DESTINATION)
    if item.owned:
        parts = (comment(item.sentence),) if item.turn == Turn.CODE else tuple(_imports(names, situation))
        return Events(parts, *_declared_set(names), *_topic_of_code(names))
    live = plans.configuration_set(situation)
    if plans.heard(situation) or (live is not None and plans.has_destination(live)):
        called = line(live.name) if live is not None else "The identity's topics"
        left = comment(f"{called} already reports bounces and complaints: it is left as it is.")
        return Events((left, *_listener(names, situation)), *_set(names, situation), *_live_topic(situation))
    return _new(names, situation, live, sets)


def _imports(names: Names, situation: Situation) -> Iterator[str]:
    """Yield the blocks that take over what exists and the state does not know: the set and its event destination."""
    sets = {item.name: item for item in known(situation.facts.configuration_sets) or ()}
    for item in declared(situation, MailResourceKind.CONFIGURATION_SET):
        if item.applied is False and item.name in sets:
            yield imported(names, item.address, item.name)
    for item in declared(situation, MailResourceKind.EVENT_DESTINATION):
        there = sets[item.owner].destinations if item.owner in sets else ()
        if item.applied is False and any(each.name == item.name for each in there):
            between = "|" if item.address.startswith("aws_sesv2_") else "/"
            yield imported(names, item.address, f"{item.owner}{between}{item.name}")


def _new(
    names: Names, situation: Situation, live: ConfigurationSet | None, sets: Collection[ConfigurationSet]
) -> Events:
    parts: list[str] = []
    set_name, expression = _set(names, situation)
    if not expression:
        set_name = _unused(_SET, {item.name for item in sets})
        address = names.free("aws_ses_configuration_set", "service_mail")
        parts.append(_SET_HCL % {"set": address.partition(".")[2], "new_set": set_name})
        expression = f"{address}.name"
    target = _target(names, situation, expression)
    there = live.destinations if live is not None and live.name == set_name else ()
    taken = {
        kind for item in there if item.enabled and not _is_shut(item.target, situation) for kind in item.event_types
    }
    fill = {
        "destination": names.free("aws_ses_event_destination", "bounces_and_complaints").partition(".")[2],
        "name": _unused(plans.DESTINATION, {item.name for item in there}),
        "set_name": expression,
        "kinds": ", ".join(f'"{event.lower()}"' for event in EVENTS if event not in taken),
        "topic_arn": target.topic,
        "depends": target.depends,
    }
    parts += [*target.made, _DESTINATION_HCL % fill, *target.listeners]
    return Events(tuple(parts), set_name, expression, target.topic, target.note)


def _is_shut(arn: str, situation: Situation) -> bool:
    """Whether events cannot get into a topic: it does not exist, or its policy keeps SES out."""
    reading = situation.facts.topics.get(arn)
    return reading is not None and reading.known and (reading.value is None or reading.value.ses_may_publish is False)


class _Target(NamedTuple):
    """The topic that events go to."""

    topic: str  # its ARN, as an expression
    listeners: tuple[str, ...]
    made: tuple[str, ...] = ()  # the blocks that make it
    depends: str = ""
    note: str = ""  # what has to hold for alarms


def _target(names: Names, situation: Situation, set_expression: str) -> _Target:
    """Return the topic that takes the events already and lets SES publish, else a new one."""
    arn = plans.topic_arn(situation)
    there = plans.topic(situation)
    lets_ses = there is not None and there.ses_may_publish is True and plans.topic_lets_ses_publish(situation)
    if lets_ses and _ARN.fullmatch(arn):
        return _Target(quoted(arn), _listener(names, situation), note=_HINT)
    topic, policy, made = _topic(names, situation, set_expression)
    listeners = _subscription(names, situation, f"{topic}.arn")
    return _Target(f"{topic}.arn", listeners, made, f"\n\n  depends_on = [{policy}]")


def _set(names: Names, situation: Situation) -> tuple[str, str]:
    """Return the set that takes the mail, with the expression for its name; ``("", "")`` where there is none yet.

    The identity's default comes first: no other one sees mail that names none.
    """
    identity = situation.identity
    default = identity.configuration_set if identity is not None else ""
    if default and default != names.set_name:
        return default, quoted(default)
    if names.set_at:
        return _declared_set(names)
    live = plans.configuration_set(situation)
    return (live.name, quoted(live.name)) if live is not None else ("", "")


def _declared_set(names: Names) -> tuple[str, str]:
    attribute = "configuration_set_name" if names.set_at.startswith("aws_sesv2_") else "name"
    return names.set_name, f"{names.set_at}.{attribute}" if names.set_at else ""


def _topic(names: Names, situation: Situation, set_expression: str) -> tuple[str, str, tuple[str, ...]]:
    """Return the address of a new topic, of its policy, and both as blocks.

    CreateTopic takes a topic of the same name for its own and the policy would be replaced, so that only a name is
    given that was looked for and not found; else AWS makes one up.
    """
    topic = names.free("aws_sns_topic", "ses_events")
    policy = names.free("aws_sns_topic_policy", "ses_events")
    caller = names.free("aws_caller_identity", "ses_events")
    arn = plans.topic_arn(situation)
    reading = situation.facts.topics.get(arn)
    is_free = reading is not None and reading.known and reading.value is None and _ARN.fullmatch(arn)
    in_code = set_expression.startswith("aws_")
    fill = {
        "topic": topic,
        "topic_label": topic.partition(".")[2],
        "topic_name": f"name = {quoted(arn.rpartition(':')[2])}" if is_free else 'name_prefix = "ses-events-"',
        "policy": policy.partition(".")[2],
        "caller": caller.partition(".")[2],
        "set_arn": f"{set_expression.rpartition('.')[0]}.arn" if in_code else quoted(plans.set_arn(situation)),
    }
    return topic, policy, (_TOPIC_HCL % fill,)


def _listener(names: Names, situation: Situation) -> tuple[str, ...]:
    """Return the subscription that a topic which exists lacks."""
    arn = plans.topic_arn(situation)
    topic = plans.topic(situation)
    if topic is None or bounce_path.listeners(topic) or not _ARN.fullmatch(arn):
        return ()
    return _subscription(names, situation, quoted(arn))


def _subscription(names: Names, situation: Situation, topic_arn: str) -> tuple[str, ...]:
    owner = names.owner or (quoted(situation.test_address) if situation.test_address else "")
    if not owner:
        return ("# Subscribe an address or a function that somebody looks after to the topic.",)
    address = names.free("aws_sns_topic_subscription", "ses_events_owner")
    block = (
        "# Amazon SNS mails a link; until it is clicked, nobody hears of a bounce.\n"
        f'resource "aws_sns_topic_subscription" "{address.partition(".")[2]}" {{\n'
        f"  topic_arn = {topic_arn}\n"
        '  protocol  = "email"\n'
        f"  endpoint  = {owner}\n"
        "}"
    )
    return (block,)


_HINT = "# The alarms are heard only if the policy of their topic lets cloudwatch.amazonaws.com publish."


def _topic_of_code(names: Names) -> tuple[str, str]:
    return (f"{names.topics[0]}.arn", _HINT) if len(names.topics) == 1 else ("", "")


def _live_topic(situation: Situation) -> tuple[str, str]:
    arn = plans.topic_arn(situation)
    return (quoted(arn), _HINT) if plans.topic(situation) is not None and _ARN.fullmatch(arn) else ("", "")


def alarm_parts(names: Names, situation: Situation, found: Events) -> Iterator[str]:
    """Yield the alarms on bounce and complaint rate that neither the Terraform nor AWS has."""
    why = unread(situation.facts.alarms, "the alarms in CloudWatch")
    if why:
        yield comment(f"No alarm is written: {why}")
        return
    in_code = {item.name for item in declared(situation, MailResourceKind.ALARM)}
    lacking: list[alarms.Metric] = []
    for watch in (watch for watch in alarms.watches(situation.facts) if watch.metric.name not in in_code):
        if watch.alarm is None or watch.state == alarms.AlarmState.LATE:
            lacking.append(watch.metric)
        else:
            yield comment(f"The alarm {watch.alarm.name} on the {watch.metric.words} is in CloudWatch: left as it is.")
    if lacking and not found.topic:
        yield "# Set alarms on the bounce and complaint rate as well, once a topic takes the events."
        return
    if lacking and found.note:
        yield found.note
    for metric in lacking:
        yield _alarm(names, situation, metric, found.topic)


def _alarm(names: Names, situation: Situation, metric: alarms.Metric, topic: str) -> str:
    taken = {item.name for item in known(situation.facts.alarms) or ()}
    name, number = alarms.name_of(metric, situation), 1
    while name in taken:  # PutMetricAlarm replaces an alarm of the same name
        number += 1
        name = f"{number}-{alarms.name_of(metric, situation)}"
    fill = {
        "resource": names.free("aws_cloudwatch_metric_alarm", f"ses_{metric.id}_rate").partition(".")[2],
        "name": name,
        "words": metric.words,
        "percent": f"{100 * metric.limit:g}",
        "metric": metric.name,
        "period": alarms.PERIOD,
        "operator": alarms.OPERATOR,
        "limit": metric.limit,
        "target": topic,
    }
    return _ALARM_HCL % fill


def suppression(names: Names, situation: Situation) -> Iterator[str]:
    """Yield the account's suppression list, where the account was read and its list lacks something."""
    item = difference(situation, Piece.SUPPRESSION)
    if item.owned and item.sentence:
        yield comment(f"{item.subject}: {item.sentence}")
    elif item.turn in (Turn.CODE, Turn.LIVE) and names.suppression:
        address = names.free(SUPPRESSION, "account")
        yield (
            "# A setting of the whole account in this Region; it stays as it is when this block is taken away again.\n"
            f'resource "{SUPPRESSION}" "{address.partition(".")[2]}" {{\n'
            '  suppressed_reasons = ["BOUNCE", "COMPLAINT"]\n'
            "}"
        )
    elif item.turn in (Turn.CODE, Turn.LIVE):
        yield command(
            "Let the account's suppression list keep both kinds of addresses:",
            "PutAccountSuppressionAttributes",
            {"SuppressedReasons": list(EVENTS)},
            situation.place.region,
        )


def command(why: str, operation: str, params: dict[str, object], region: str) -> str:
    """Return the AWS CLI line for what Terraform cannot do, as a comment."""
    cli = aws_cli(Call("sesv2", operation, params), region=region)
    return f"# {why}\n#   {line(cli, limit=2000)}"


def _unused(name: str, taken: Collection[str]) -> str:
    number = 1
    while (free := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return free
