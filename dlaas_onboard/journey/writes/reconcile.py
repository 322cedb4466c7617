"""What a read-back says of a write: docs/faults.md, "Reconciling", and docs/ses.md, "Read-back".

A write is confirmed only by its effect seen in the same account, Region and endpoint. Where nothing can be looked at
the judgement is ``None``: the write stays as it is, and nobody guesses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from dlaas_onboard.journey.bounces import topic_policy
from dlaas_onboard.journey.facts import Details, Facts, Identity, Reading, Topic
from dlaas_onboard.journey.facts.reading import ProblemKind, known
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.intents import MOVES, OPEN, Intent, Outcome, Phase
from dlaas_onboard.journey.text import clean

SETTLE = timedelta(seconds=120)  # how long an effect may stay unseen before it counts as not there
_SKEW = timedelta(minutes=15)  # between this machine's clock and AWS's times
_JUDGED_PHASES = frozenset({Phase.ACCEPTED, Phase.UNKNOWN, Phase.REJECTED, Phase.ABANDONED})
# What a write becomes whose effect is not seen.
_UNSEEN = {
    Phase.ACCEPTED: (Phase.UNKNOWN, "Amazon accepted the call, but its effect does not show."),
    Phase.UNKNOWN: (Phase.ABANDONED, "Not found at AWS."),
}


def move(intent: Intent, phase: Phase, at: datetime, result: str = "") -> Intent:
    """Return ``intent`` in its next phase. Raises ``ValueError`` for a move that :data:`MOVES` does not allow."""
    if phase not in MOVES[intent.phase]:
        raise ValueError(f"an intent that is {intent.phase} cannot become {phase}")
    return replace(intent, phase=phase, settled_at=None if phase in OPEN else at, result=result or intent.result)


def answered(intent: Intent, outcome: Outcome) -> Intent:
    """Return ``intent`` with the outcome of its one attempt. Raises ``ValueError`` as :func:`move` does."""
    return replace(move(intent, outcome.phase, outcome.at, outcome.result), outcome=outcome)


def settled(
    intent: Intent, facts: Facts, *, fresh: bool = False, settle: timedelta = SETTLE
) -> tuple[Phase, str] | None:
    """Judge an intent by what was read: the phase it may move to and what was found, ``None`` for "stay".

    ``fresh`` says that the caller read ``facts`` after the attempt ended; without it readings older than the intent
    prove nothing. An intent in phase INTENT is left alone: whoever knows that no attempt is under way moves it to
    UNKNOWN first. CONFIRMED comes with the id or the words of what was seen; ABANDONED and UNKNOWN come only when
    the effect is still unseen ``settle`` after the attempt.
    """
    judge = _JUDGES.get(intent.call.operation)
    if judge is None or intent.phase not in _JUDGED_PHASES or not intent.place.same_as(facts.place):
        return None
    effect, looked_at = judge(intent, facts)
    if looked_at is None:
        return None
    if effect and (fresh or looked_at >= intent.created_at):
        refused = intent.phase == Phase.REJECTED and not _echo(intent, facts)
        return None if refused else (Phase.CONFIRMED, effect)
    ended = intent.outcome.at if intent.outcome else intent.created_at
    if effect or looked_at < ended + settle:
        return None
    return _UNSEEN.get(intent.phase)


def _echo(intent: Intent, facts: Facts) -> bool:
    """Whether a refusal was the echo of an own earlier try: a 409, and a review pending that was not there before."""
    problem = intent.outcome.problem if intent.outcome else None
    return (
        intent.call.operation == "PutAccountDetails"
        and problem is not None
        and problem.kind == ProblemKind.CONFLICT
        and stages.stage(facts) == stages.Stage.PENDING
        and stages.status_and_case(facts) != intent.before
    )


# What was found ("" for nothing) and when it was looked for (None: could not look).
_Sighting = tuple[str, datetime | None]
_UNREAD: _Sighting = ("", None)


def _when(reading: Reading[Any] | None) -> datetime | None:
    return reading.observed_at if reading is not None and reading.known else None


def _put_account_details(intent: Intent, facts: Facts) -> _Sighting:
    looked = _when(facts.account)
    account = stages.account(facts)
    if account is None:
        return _UNREAD
    now = stages.status_and_case(facts)
    if now and now != intent.before:
        return now, looked
    # After FAILED the same details may stand there from the first time: then only a new review proves anything.
    if not intent.before and account.details is not None and _same_details(account.details, intent.call.params):
        return "details as sent", looked
    return "", looked


def _same_details(details: Details, params: Mapping[str, Any]) -> bool:
    def same(sent: object, read: str) -> bool:
        return clean(str(sent)).strip() == read.strip()

    contacts = params.get("AdditionalContactEmailAddresses", ())
    return (
        same(params.get("MailType", ""), details.mail_type)
        and same(str(params.get("WebsiteURL", "")).rstrip("/"), details.website_url.rstrip("/"))
        and ("ContactLanguage" not in params or same(params["ContactLanguage"], details.contact_language))
        and sorted(map(str, contacts)) == sorted(details.contacts)
        and (
            # The field is deprecated: AWS may leave it out of its answer.
            not details.use_case_description or same(params.get("UseCaseDescription", ""), details.use_case_description)
        )
    )


def _identity(facts: Facts, name: str) -> tuple[Reading[Identity] | None, Identity | None]:
    for reading in (facts.domain_identity, facts.test_identity, *facts.recipients.values()):
        if reading is not None and reading.known and reading.value is not None and _same(reading.value.name, name):
            return reading, reading.value
    return None, None


def _same(name: str, other: str) -> bool:
    # Domain identities are not case-sensitive, address identities are (SES Developer Guide).
    return name == other or ("@" not in name and name.lower().rstrip(".") == other.lower().rstrip("."))


def _listed(facts: Facts, name: str) -> bool | None:
    reading = facts.identities
    if reading is None or not reading.known or reading.value is None:
        return None
    return any(_same(item.name, name) for item in reading.value.items)


def _create_identity(intent: Intent, facts: Facts) -> _Sighting:
    name = str(intent.call.params.get("EmailIdentity", ""))
    reading, identity = _identity(facts, name)
    if identity is not None:
        return f"{name} exists", _when(reading)
    listed = _listed(facts, name)
    return (f"{name} exists" if listed else ""), None if listed is None else _when(facts.identities)


def _delete_identity(intent: Intent, facts: Facts) -> _Sighting:
    name = str(intent.call.params.get("EmailIdentity", ""))
    listed = _listed(facts, name)
    if listed is False:
        return f"{name} is gone", _when(facts.identities)
    own = facts.recipients.get(name)
    if own is not None and own.known and own.value is None:
        return f"{name} is gone", _when(own)
    reading, identity = _identity(facts, name)
    if intent.phase == Phase.ACCEPTED and identity is not None and identity.verified is False:
        # Deleting is the first half of sending the link again: the identity that is there now was made after it.
        return f"{name} was made again", _when(reading)
    return "", None if listed is None else _when(facts.identities)


def _mail_from(intent: Intent, facts: Facts) -> _Sighting:
    params = intent.call.params
    reading, identity = _identity(facts, str(params.get("EmailIdentity", "")))
    if identity is None:
        return _UNREAD
    mail_from = identity.mail_from
    domain = str(params.get("MailFromDomain", ""))
    done = mail_from is not None and _same(mail_from.domain, domain) and mail_from.status != "FAILED"
    return (f"MAIL FROM {domain}" if done else ""), _when(reading)


def _dkim(intent: Intent, facts: Facts) -> _Sighting:
    reading, identity = _identity(facts, str(intent.call.params.get("EmailIdentity", "")))
    if identity is None or identity.dkim is None:
        return _UNREAD
    status = identity.dkim.status
    return (f"DKIM {status}" if status and status not in ("FAILED", "NOT_STARTED") else ""), _when(reading)


def _identity_set(intent: Intent, facts: Facts) -> _Sighting:
    params = intent.call.params
    reading, identity = _identity(facts, str(params.get("EmailIdentity", "")))
    if identity is None:
        return _UNREAD
    name = str(params.get("ConfigurationSetName", ""))
    return (f"default configuration set {name}" if identity.configuration_set == name else ""), _when(reading)


def _configuration_set(intent: Intent, facts: Facts) -> _Sighting:
    reading = facts.configuration_sets
    if reading is None or not reading.known or reading.value is None:
        return _UNREAD
    name = str(intent.call.params.get("ConfigurationSetName", ""))
    destination = str(intent.call.params.get("EventDestinationName", ""))
    configuration_set = next((item for item in reading.value if item.name == name), None)
    there = configuration_set is not None and (
        not destination or any(item.name == destination for item in configuration_set.destinations)
    )
    return (f"{destination or name} exists" if there else ""), _when(reading)


def _topic(intent: Intent, facts: Facts) -> _Sighting:
    arn = _topic_arn(intent, facts)
    created = _created(intent)
    to_queue = intent.call.operation == "Subscribe" and intent.call.params.get("Protocol") == "sqs"
    if to_queue and created[0].startswith(f"{arn}:"):
        return created  # a queue of the same owner is confirmed at once, and taken away again soon
    reading = facts.topics.get(arn)
    topic = known(reading)
    if topic is None:
        # CreateTopic answers with the topic's ARN, and that is the topic itself.
        name = str(intent.call.params.get("Name", ""))
        is_arn = bool(name) and created[0].startswith("arn:") and created[0].endswith(f":{name}")
        return created if is_arn else _UNREAD
    return _topic_effect(intent, topic, facts.place.account), _when(reading)


def _topic_arn(intent: Intent, facts: Facts) -> str:
    """Return the ARN of the topic that a call is about; of one that it creates, where the topic was read."""
    params = intent.call.params
    arn = str(params.get("TopicArn", "") or params.get("SubscriptionArn", "").rpartition(":")[0])
    name = str(params.get("Name", ""))
    return arn or next((arn for arn in facts.topics if arn.rpartition(":")[2] == name), "")


def _topic_effect(intent: Intent, topic: Topic, account: str) -> str:
    """Return what a topic shows of a call, ``""`` for nothing."""
    params = intent.call.params
    match intent.call.operation:
        case "SetTopicAttributes":
            return _published(str(params.get("AttributeValue", "")), topic, account)
        case "Unsubscribe":
            arn = str(params.get("SubscriptionArn", ""))
            return "" if any(item.arn == arn for item in topic.subscriptions) else "unsubscribed"
        case "Subscribe":
            endpoint = str(params.get("Endpoint", ""))
            subscription = next((item for item in topic.subscriptions if item.endpoint == endpoint), None)
            if subscription is None:
                return ""
            return f"{endpoint} {'listens' if subscription.confirmed else 'has to confirm'}"
    return topic.arn


def _published(sent: str, topic: Topic, account: str) -> str:
    """Return what the policy of a topic lets in, of what was sent to be let in."""
    if f'"{topic_policy.ALARMS_SID}"' not in sent:
        return "SES may publish" if topic.ses_may_publish else ""
    if f'"{topic_policy.SID}"' in sent and not topic.ses_may_publish:
        return ""
    may = topic_policy.alarms_may_publish(topic.policy, topic.key, account)
    return "" if may is False else "CloudWatch may publish"


def _created(intent: Intent) -> _Sighting:
    """Return the id in the answer of a call that was accepted: with it, what was made was seen."""
    outcome = intent.outcome
    if intent.phase == Phase.ACCEPTED and outcome is not None and outcome.result:
        return outcome.result, outcome.at
    return _UNREAD


def _queue(intent: Intent, facts: Facts) -> _Sighting:
    params = intent.call.params
    if intent.call.operation == "CreateQueue":
        created = _created(intent)
        reading = facts.queues.get(str(params.get("QueueName", "")))
        return created if created[0] else ((reading.value or "") if reading is not None else "", _when(reading))
    reading = facts.queues.get(str(params.get("QueueUrl", "")).rpartition("/")[2])
    gone = reading is not None and reading.known and not reading.value
    return ("the queue is gone" if gone else ""), _when(reading)


def _alarm(intent: Intent, facts: Facts) -> _Sighting:
    reading = facts.alarms
    if reading is None or not reading.known:
        return _UNREAD
    params = intent.call.params
    wanted = (params.get("MetricName"), params.get("Threshold"), tuple(params.get("AlarmActions", ())))
    there = any(
        item.name == params.get("AlarmName") and (item.metric, item.threshold, item.actions) == wanted
        for item in reading.value or ()
    )
    return (f"{params.get('AlarmName')} exists" if there else ""), _when(reading)


def _suppression(intent: Intent, facts: Facts) -> _Sighting:
    account = stages.account(facts)
    if account is None or account.suppressed_reasons is None:
        return _UNREAD
    wanted = set(intent.call.params.get("SuppressedReasons", ()))
    return ("suppression " + ", ".join(sorted(wanted)) if set(account.suppressed_reasons) == wanted else ""), _when(
        facts.account
    )


def _send_email(intent: Intent, _facts: Facts) -> _Sighting:
    # A message id is all the proof of acceptance there is; nothing lists what was sent.
    return _created(intent)


def _communication(intent: Intent, facts: Facts) -> _Sighting:
    reading = facts.case
    if reading is None or not reading.known or reading.value is None or not intent.marker:
        return _UNREAD
    case = reading.value
    if case.case_id != intent.call.params.get("caseId", ""):
        return _UNREAD
    there = any(intent.marker in message.body for message in case.messages)
    return (f"in case {case.display_id}" if there else ""), _when(reading)


def _create_case(intent: Intent, facts: Facts) -> _Sighting:
    if intent.call.params.get("dryRun") and intent.phase == Phase.ACCEPTED:
        return _created(intent)
    # It was looked for by its marker among all cases, so that none found means none there.
    reading = facts.opened
    if reading is None or not reading.known or not intent.marker:
        return _UNREAD
    case = reading.value
    there = case is not None and intent.marker in case.subject
    return (f"case {case.display_id}" if case is not None and there else ""), _when(reading)


def _attachments(intent: Intent, facts: Facts) -> _Sighting:
    # Nothing lists the sets; one that nothing refers to is gone after an hour.
    created = _created(intent)
    return created if created[0] else ("", _when(facts.support))


def _quota_request(intent: Intent, facts: Facts) -> _Sighting:
    reading = facts.quotas
    if reading is None or not reading.known or reading.value is None:
        return _UNREAD
    params = intent.call.params
    created = intent.outcome.result if intent.outcome else ""
    for request in reading.value.requests:
        if created and request.id == created:
            return request.id, _when(reading)
        if (
            request.code == params.get("QuotaCode")
            and request.desired == params.get("DesiredValue")
            and request.created is not None
            and request.created >= intent.created_at - _SKEW
        ):
            return request.id, _when(reading)
    return "", _when(reading)


_JUDGES: dict[str, Callable[[Intent, Facts], _Sighting]] = {
    "PutAccountDetails": _put_account_details,
    "CreateEmailIdentity": _create_identity,
    "DeleteEmailIdentity": _delete_identity,
    "PutEmailIdentityDkimSigningAttributes": _dkim,
    "PutEmailIdentityMailFromAttributes": _mail_from,
    "PutEmailIdentityConfigurationSetAttributes": _identity_set,
    "CreateConfigurationSet": _configuration_set,
    "CreateConfigurationSetEventDestination": _configuration_set,
    "CreateTopic": _topic,
    "SetTopicAttributes": _topic,
    "Subscribe": _topic,
    "Unsubscribe": _topic,
    "CreateQueue": _queue,
    "DeleteQueue": _queue,
    "PutAccountSuppressionAttributes": _suppression,
    "SendEmail": _send_email,
    "PutMetricAlarm": _alarm,
    "AddCommunicationToCase": _communication,
    "AddAttachmentsToSet": _attachments,
    "CreateCase": _create_case,
    "RequestServiceQuotaIncrease": _quota_request,
}
