"""The alarms that tell somebody when bounces or complaints rise, before Amazon reviews the account for it.

Metrics, thresholds and the treatment of missing data: SES Developer Guide, "Creating reputation monitoring alarms
using CloudWatch". An alarm that nobody hears counts as none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from dlaas_onboard.journey.bounces import bounce_path, topic_policy
from dlaas_onboard.journey.bounces.reputation_limits import BOUNCE_REVIEW, COMPLAINT_REVIEW
from dlaas_onboard.journey.facts import Alarm, Facts
from dlaas_onboard.journey.facts.reading import unread
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.verdict import Verdict
from dlaas_onboard.journey.writes import plans
from dlaas_onboard.journey.writes.differences import Piece, not_by_hand

NAMESPACE = "AWS/SES"
PERIOD = 3600  # seconds; SES publishes the rates about once an hour
OPERATOR = "GreaterThanOrEqualToThreshold"
_RISES = frozenset({OPERATOR, "GreaterThanThreshold"})


class Metric(NamedTuple):
    """One of the two rates."""

    id: str
    name: str  # AWS's own
    words: str
    limit: float  # fraction from which Amazon reviews an account
    suffix: str  # of the name of an alarm that is made from here


METRICS = (
    Metric("bounce", "Reputation.BounceRate", "bounce rate", BOUNCE_REVIEW, "-ses-bounce-rate"),
    Metric("complaint", "Reputation.ComplaintRate", "complaint rate", COMPLAINT_REVIEW, "-ses-complaint-rate"),
)


class AlarmState(StrEnum):
    """How well a rate is watched, best first."""

    HEARD = "heard"
    UNSEEN = "unseen"  # it calls something; who hears of that cannot be seen from here
    UNKNOWN = "unknown"  # the topic could not be read or judged
    PENDING = "pending"  # a subscriber has not confirmed yet
    UNHEARD = "unheard"  # it goes to a topic, and nobody hears of it there
    SILENT = "silent"  # its actions are switched off, or it has none
    LATE = "late"  # it rings only above Amazon's limit
    ABSENT = "absent"


class Watch(NamedTuple):
    """What watches one rate: the best alarm there is."""

    metric: Metric
    state: AlarmState
    alarm: Alarm | None = None
    why: str = ""  # who hears of it, or why nobody does


def watches(facts: Facts) -> tuple[Watch, ...]:
    """Return what watches each rate; empty where the alarms could not be read in full."""
    reading = facts.alarms
    if reading is None or not reading.known:
        return ()
    return tuple(_watch(metric, reading.value or (), facts) for metric in METRICS)


def on(metric: Metric, alarms: tuple[Alarm, ...]) -> tuple[Alarm, ...]:
    """Return the alarms that ring when this rate of the whole account rises."""
    return tuple(
        item
        for item in alarms
        if (item.namespace, item.metric, item.dimensions) == (NAMESPACE, metric.name, 0) and item.comparison in _RISES
    )


def _watch(metric: Metric, alarms: tuple[Alarm, ...], facts: Facts) -> Watch:
    order = list(AlarmState)
    mine = [Watch(metric, *_judged(metric, item, facts)) for item in on(metric, alarms)]
    return min(mine, key=lambda watch: order.index(watch.state), default=Watch(metric, AlarmState.ABSENT))


def _judged(metric: Metric, alarm: Alarm, facts: Facts) -> tuple[AlarmState, Alarm, str]:
    if alarm.threshold is None or alarm.threshold > metric.limit:
        return AlarmState.LATE, alarm, ""
    if alarm.actions_enabled is False:
        return AlarmState.SILENT, alarm, "its actions are switched off"
    if not alarm.actions:
        return AlarmState.SILENT, alarm, "it tells nobody"
    order = list(AlarmState)
    state, why = min((_heard(arn, facts) for arn in alarm.actions), key=lambda heard: order.index(heard[0]))
    return state, alarm, why


def _heard(arn: str, facts: Facts) -> tuple[AlarmState, str]:
    """Return whether somebody hears of what an alarm sends to this action, and who, or why not."""
    if arn.split(":")[2:3] != ["sns"]:
        return AlarmState.UNSEEN, f"it calls {arn.split(':')[2] if arn.count(':') > 2 else arn}"
    reading = facts.topics.get(arn)
    name = arn.rpartition(":")[2]
    if reading is None or not reading.known:
        return AlarmState.UNKNOWN, f"the topic {name} could not be read"
    topic = reading.value
    if topic is None:
        return AlarmState.UNHEARD, f"the topic {name} does not exist"
    may = topic_policy.alarms_may_publish(topic.policy, topic.key, arn.split(":")[4]) if topic.policy else None
    if may is False:
        return AlarmState.UNHEARD, f"the policy of the topic {name} does not let CloudWatch publish"
    asked = bounce_path.listeners(topic)
    if not asked:
        return AlarmState.UNHEARD, f"nobody subscribes to the topic {name}"
    if not any(item.confirmed for item in asked):
        return AlarmState.PENDING, f"no subscriber of the topic {name} has confirmed"
    if may is None:
        return AlarmState.UNKNOWN, f"whether the topic {name} lets CloudWatch publish cannot be told"
    return AlarmState.HEARD, ", ".join(f"{item.protocol} {item.endpoint}" for item in asked if item.confirmed)


def name_of(metric: Metric, situation: Situation) -> str:
    """Return the name of the alarm that is made for a rate."""
    return plans.slug(situation, metric.suffix.removeprefix("-"))


def _lacking(facts: Facts) -> tuple[Metric, ...]:
    """Return the rates for which an alarm has to be put: none rings in time and goes anywhere."""
    again = (AlarmState.ABSENT, AlarmState.LATE, AlarmState.SILENT)
    return tuple(watch.metric for watch in watches(facts) if watch.state in again)


def create(situation: Situation) -> tuple[Call, ...]:
    """Return the calls that make the alarms, after the one that lets CloudWatch publish to the topic of the events."""
    arn, account = plans.topic_arn(situation), situation.place.account
    events_topic = plans.topic(situation)
    calls: list[Call] = []
    if (
        events_topic is not None
        and topic_policy.alarms_may_publish(events_topic.policy, events_topic.key, account) is False
    ):
        policy = topic_policy.with_alarms(events_topic.policy, arn, account)
        params: dict[str, Any] = {"TopicArn": arn, "AttributeName": "Policy", "AttributeValue": policy}
        calls.append(Call("sns", "SetTopicAttributes", params))
    for metric in _lacking(situation.facts):
        params = {
            "AlarmName": name_of(metric, situation),
            "AlarmDescription": f"Amazon reviews SES accounts from a {metric.words} of {100 * metric.limit:g} %.",
            "Namespace": NAMESPACE,
            "MetricName": metric.name,
            "Statistic": "Average",
            "Period": PERIOD,
            "EvaluationPeriods": 1,
            "Threshold": metric.limit,
            "ComparisonOperator": OPERATOR,
            "TreatMissingData": "ignore",  # no mail is no news: the alarm stays as it was
            "ActionsEnabled": True,
            "AlarmActions": [arn],
        }
        calls.append(Call("cloudwatch", "PutMetricAlarm", params))
    return tuple(calls)


def create_blocked_because(situation: Situation, _verdicts: Mapping[Any, Verdict]) -> str:
    """Return why the alarms cannot be made now, ``""`` where they can."""
    if not situation.place.region:
        return "No Region is chosen."
    if not situation.place.account:
        return "Which account this is, is not known yet."
    why = unread(situation.facts.alarms, "The alarms in CloudWatch")
    why = why or unread(situation.facts.configuration_sets, "The configuration sets")
    if why:
        return why
    arn = plans.topic_arn(situation)
    lacking = _lacking(situation.facts)
    states = {watch.state for watch in watches(situation.facts)}
    if not lacking and AlarmState.UNHEARD not in states:
        if AlarmState.PENDING in states:
            return "Both alarms are there: open the link that Amazon SNS mailed to the subscriber."
        return "Both rates have an alarm already."
    why = not_by_hand(situation, Piece.ALARMS) or _no_topic(arn, situation.facts) or _taken(lacking, situation)
    return why or _nothing_to_do(situation)


def _no_topic(arn: str, facts: Facts) -> str:
    """Return why the topic of the bounce path cannot take what an alarm sends."""
    name = arn.rpartition(":")[2]
    if arn.split(":")[3:5] != [facts.place.region, facts.place.account]:
        return "Events go to a topic in another account or Region: set the alarms up there."
    why = unread(facts.topics.get(arn), f"The topic {name}")
    if why:
        return why
    topic = facts.topics[arn].value
    if topic is None:
        return "Set the bounce path up first: the alarms send to its topic."
    if topic.key.endswith(topic_policy.AWS_KEY):
        return "The topic is encrypted with AWS's own key, which lets no alarm in: give it a customer managed key."
    asked = bounce_path.listeners(topic)
    if not asked:
        return f"Nobody listens at the topic {name}: subscribe your address at the Bounces step first."
    if not any(item.confirmed for item in asked):
        return f"Nobody listens at the topic {name} yet: open the link that Amazon SNS mailed first."
    if topic_policy.alarms_may_publish(topic.policy, topic.key, facts.place.account) is False:
        try:
            topic_policy.with_alarms(topic.policy, arn, facts.place.account)
        except ValueError as error:
            return str(error)
    return ""


def _taken(lacking: tuple[Metric, ...], situation: Situation) -> str:
    """Return why a name is not free: PutMetricAlarm replaces an alarm of the same name, whatever it watches."""
    reading = situation.facts.alarms
    for metric in lacking:
        own = name_of(metric, situation)
        for item in reading.value or () if reading is not None else ():
            if item.name == own and (item.namespace, item.metric, item.dimensions) != (NAMESPACE, metric.name, 0):
                return f"Another alarm is called {own}: rename it, or set these alarms up yourself."
    return ""


def _nothing_to_do(situation: Situation) -> str:
    if create(situation):
        return ""
    unheard = next((watch for watch in watches(situation.facts) if watch.state == AlarmState.UNHEARD), None)
    return (
        f"Nobody hears the alarm {unheard.alarm.name}: {unheard.why}." if unheard and unheard.alarm else "Look again."
    )


def before_create(situation: Situation, _verdicts: Mapping[Any, Verdict]) -> str:
    """Say what is changed beside the new alarms: the topic's policy, and alarms of the same name."""
    notes = []
    if any(call.operation == "SetTopicAttributes" for call in create(situation)):
        topic = plans.topic_arn(situation).rpartition(":")[2]
        notes.append(f"Adds CloudWatch to the policy of the topic {topic}; its other statements stay.")
    reading = situation.facts.alarms
    names = {item.name for item in (reading.value or () if reading is not None else ())}
    old = [own for metric in _lacking(situation.facts) if (own := name_of(metric, situation)) in names]
    if old:
        notes.append(f"Replaces the settings of {' and '.join(old)}.")
    return " ".join(notes)


def result_text(calls: Sequence[Call], situation: Situation) -> str:
    """Return what became of the alarms, in one line."""
    done = [intent for intent in situation.intents if intent.phase in (Phase.ACCEPTED, Phase.CONFIRMED)]
    names = [str(intent.call.params["AlarmName"]) for intent in done if "AlarmName" in intent.call.params]
    summary = f"Set: {' and '.join(names)}." if names else ""
    bad = next((intent for intent in situation.intents if intent not in done), None)
    if bad is not None:
        problem = bad.outcome.problem if bad.outcome else None
        word = "was refused" if bad.phase == Phase.REJECTED else "is not known to have worked"
        return f"{summary} {bad.call.operation} {word}: {problem.message if problem else 'look again.'}".strip()
    if len(situation.intents) < len(calls):
        return f"{summary} The rest was not sent.".strip()
    return f"{summary} The topic's subscribers hear of it." if names else "CloudWatch may publish to the topic now."
