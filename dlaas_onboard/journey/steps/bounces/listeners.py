"""Who listens: each topic with its subscribers, and every way that an event takes to somebody."""

from __future__ import annotations

from dlaas_onboard.journey.bounces import bounce_path, topic_policy
from dlaas_onboard.journey.bounces.bounce_path import EventRoute, Hearing
from dlaas_onboard.journey.bounces.proof import EVENTS
from dlaas_onboard.journey.facts import Facts, Reading, Topic
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.verdict import Mark, Severity

_TOPICS, _PATH = "Who listens", "The way of an event"
_MARKS = {
    Hearing.HEARD: Mark.GOOD,
    Hearing.PENDING: Mark.WAIT,
    Hearing.UNHEARD: Mark.BAD,
    Hearing.UNSEEN: Mark.WARN,
    Hearing.UNKNOWN: Mark.UNKNOWN,
}


def topics(builder: VerdictBuilder, situation: Situation) -> None:
    """Show who listens at each topic that events go to, and what keeps SES from publishing there."""
    named = _topics_in_use(situation.facts)
    for arn, reading in sorted(situation.facts.topics.items()):
        name = arn.rpartition(":")[2]
        if arn not in named and reading.known and reading.value is None:
            continue  # the one that could be made
        if builder.missing(f"topic.{name}", f"Topic {name}", reading, section=_TOPICS):
            continue
        proved = all(bounce_path.proved(situation, event, arn) for event in EVENTS)
        hearing, why = bounce_path.topic_hearing(situation.facts, arn, proved=proved)
        builder.add_row(name, why, reading, _MARKS[hearing], section=_TOPICS)
        if reading.value is not None:
            _subscriptions(builder, reading, reading.value, name)
            _topic_findings(builder, reading.value, arn)


def _subscriptions(builder: VerdictBuilder, reading: Reading[Topic], topic: Topic, name: str) -> None:
    for item in bounce_path.listeners(topic):
        builder.add_row(
            f"{name}: {item.protocol}",
            f"{item.endpoint}, {'listens' if item.confirmed else 'PendingConfirmation'}",
            reading,
            Mark.GOOD if item.confirmed else Mark.WAIT,
            section=_TOPICS,
        )


def _topic_findings(builder: VerdictBuilder, topic: Topic, arn: str) -> None:
    """Say what keeps SES from publishing to the topic."""
    name = arn.rpartition(":")[2]
    if topic.key.endswith(topic_policy.AWS_KEY):
        builder.add_finding(
            f"topic_key.{name}",
            Severity.WARNING,
            f"The topic {name} is encrypted with AWS's own key, which cannot let SES in: its events are lost.",
            evidence=f"{arn} KmsMasterKeyId {topic.key}",
            remedy="Use a customer managed key that allows kms:GenerateDataKey and kms:Decrypt to "
            "ses.amazonaws.com, or switch the topic's encryption off.",
            guide_step=9,
        )
    elif topic.ses_may_publish is False:
        builder.add_finding(
            f"topic_policy.{name}",
            Severity.WARNING,
            f"SES may not publish to the topic {name}: its events are lost.",
            evidence=arn,
            remedy="Let ses.amazonaws.com publish in the topic's access policy, with AWS:SourceAccount and "
            "AWS:SourceArn as conditions.",
            action="create_event_destination",
            guide_step=9,
        )


def _topics_in_use(facts: Facts) -> set[str]:
    """Return the topics that a configuration set or the identity names; others were only looked for."""
    sets = so_far(facts.configuration_sets) or ()
    targets = {destination.target for item in sets for destination in item.destinations}
    notifications = so_far(facts.notifications)
    if notifications is None:
        return targets
    return targets | {notifications.bounce_topic, notifications.complaint_topic}


def route_rows(builder: VerdictBuilder, routes: tuple[EventRoute, ...]) -> None:
    """Show every way that a bounce and a complaint takes, and whether somebody hears of it there."""
    for event in EVENTS:
        of_event = [route for route in routes if route.event == event]
        if not of_event:
            builder.add_row(
                event.capitalize(), "no way seen", mark=Mark.BAD if not builder.unread else Mark.UNKNOWN, section=_PATH
            )
        for route in of_event:
            builder.add_row(
                event.capitalize(), f"{route.through}: {route.why}", mark=_MARKS[route.hearing], section=_PATH
            )
