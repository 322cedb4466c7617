"""Why an action cannot be done now: one sentence each, ``""`` where nothing stands in the way."""

from __future__ import annotations

from collections.abc import Mapping

from dlaas_onboard.journey import names
from dlaas_onboard.journey.bounces import bounce_path, proof_standing
from dlaas_onboard.journey.dns import record_verdicts
from dlaas_onboard.journey.dns.needed_records import Purpose
from dlaas_onboard.journey.dns.record_turns import to_publish
from dlaas_onboard.journey.dns.record_verdicts import RecordVerdict
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.facts.reading import unread
from dlaas_onboard.journey.review import stages, support_case
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.verdict import Verdict
from dlaas_onboard.journey.writes import plans
from dlaas_onboard.journey.writes.differences import Piece, not_by_hand

Verdicts = Mapping[StepId, Verdict]
_IN_VAIN = "SES would look in vain again."


def _no_place(facts: Facts) -> str:
    if not facts.place.region:
        return "No Region is chosen."
    return "" if facts.place.account else "Which account this is, is not known yet."


def _no_address(situation: Situation) -> str:
    if not situation.test_address:
        return "Enter your own address first."
    return _no_place(situation.facts)


def create_test_address(situation: Situation, _verdicts: Verdicts) -> str:
    reading = situation.test_identity
    why = _no_address(situation) or unread(reading, "The address in SES")
    if why or reading is None:
        return why
    if reading.value is None:
        return ""
    return "The address is verified already." if reading.value.verified else "SES has sent the link already."


def resend_test_address(situation: Situation, _verdicts: Verdicts) -> str:
    reading = situation.test_identity
    why = _no_address(situation) or unread(reading, "The address in SES")
    if why or reading is None:
        return why
    if reading.value is None:
        return "No link was sent yet."
    if reading.value.verified is None:
        return "Whether the address is verified is not known."
    return "The address is verified already." if reading.value.verified else ""


def create_domain(situation: Situation, _verdicts: Verdicts) -> str:
    if not situation.domain:
        return "Enter the sending domain first."
    reading = situation.domain_identity
    why = _no_place(situation.facts) or unread(reading, "The domain in SES")
    if why or reading is None or reading.value is None:
        return why or not_by_hand(situation, Piece.IDENTITY)
    return f"SES has the identity {reading.value.name} already."


def _no_identity(situation: Situation) -> str:
    why = _no_place(situation.facts) or unread(situation.domain_identity, "The domain in SES")
    if why:
        return why
    return "" if situation.identity else "Create the domain's identity first."


def set_mail_from(situation: Situation, _verdicts: Verdicts) -> str:
    why = _no_identity(situation)
    identity = situation.identity
    if why or identity is None:
        return why
    mail_from = identity.mail_from
    if mail_from is None:
        return not_by_hand(situation, Piece.MAIL_FROM)
    if mail_from.status == "SUCCESS":
        return "MAIL FROM works already."
    if mail_from.status != "FAILED":
        return f"SES is still looking for the MX of {mail_from.domain}."
    state = next((s for s in record_verdicts.states(situation) if s.record.purpose == Purpose.MAIL_FROM_MX), None)
    if state is not None and state.verdict in (RecordVerdict.MISSING, RecordVerdict.WRONG):
        fix = to_publish(situation, Purpose.MAIL_FROM_MX, by_hand="")
        return f"{_IN_VAIN} {fix}" if fix else "Publish the MX record first: SES would look in vain again."
    return ""


def restart_dkim(situation: Situation, _verdicts: Verdicts) -> str:
    why = _no_identity(situation)
    identity = situation.identity
    if why or identity is None:
        return why
    status = identity.dkim.status if identity.dkim else ""
    if identity.dkim is not None and identity.dkim.origin not in ("", "AWS_SES"):
        return "The DKIM keys of this identity do not come from Easy DKIM in this Region."
    if status not in ("FAILED", "NOT_STARTED"):
        # On SUCCESS the names could change and mail would go out unsigned (docs/ses.md, "DKIM").
        return "DKIM works already." if status == "SUCCESS" else "SES is still looking for the DKIM records."
    why = not_by_hand(situation, Piece.DKIM) if status == "NOT_STARTED" else ""
    if why:
        return why
    states = [s for s in record_verdicts.states(situation) if s.record.purpose == Purpose.DKIM]
    if any(state.verdict in (RecordVerdict.MISSING, RecordVerdict.WRONG) for state in states):
        fix = to_publish(situation, Purpose.DKIM, by_hand="")
        return f"{_IN_VAIN} {fix}" if fix else "Publish the DKIM records first: SES would look in vain again."
    return ""


def set_suppression(situation: Situation, _verdicts: Verdicts) -> str:
    why = _no_place(situation.facts) or unread(situation.facts.account, "The account in SES")
    account = stages.account(situation.facts)
    if why or account is None:
        return why
    done = account.suppressed_reasons is not None and set(plans.EVENTS) <= set(account.suppressed_reasons)
    return "The list takes bounces and complaints already." if done else not_by_hand(situation, Piece.SUPPRESSION)


def create_configuration_set(situation: Situation, _verdicts: Verdicts) -> str:
    why = _no_place(situation.facts) or unread(situation.facts.configuration_sets, "The configuration sets")
    # The identity's default set is the one to work on, so without the identity another could be made beside it.
    why = why or unread(situation.domain_identity, "The domain in SES")
    if why:
        return why
    current_set = plans.configuration_set(situation)
    if current_set is not None:
        return f"The configuration set {current_set.name} exists already."
    return not_by_hand(situation, Piece.CONFIGURATION_SET)


def _no_set(situation: Situation) -> str:
    why = _no_place(situation.facts) or unread(situation.facts.configuration_sets, "The configuration sets")
    why = why or unread(situation.domain_identity, "The domain in SES")
    if why:
        return why
    return "" if plans.configuration_set(situation) else "Create a configuration set first."


def create_event_destination(situation: Situation, _verdicts: Verdicts) -> str:
    why = _no_set(situation)
    current_set = plans.configuration_set(situation)
    if why or current_set is None:
        return why
    if plans.has_destination(current_set) and plans.topic_lets_ses_publish(situation):
        return "An event destination takes bounces and complaints already."
    return _no_destination(situation) or not_by_hand(situation, Piece.EVENT_DESTINATION)


def _no_destination(situation: Situation) -> str:
    """Return why events cannot be led to the topic: what is there, and what may not be touched."""
    current_set = plans.configuration_set(situation)
    arn = plans.topic_arn(situation)
    elsewhere = arn.split(":")[3:5] != [situation.place.region, situation.place.account]
    if current_set is None or not plans.has_destination(current_set):
        if current_set is not None and any(item.name == plans.DESTINATION for item in current_set.destinations):
            return (
                f"The event destination {plans.DESTINATION} exists but is disabled or takes less: change it yourself."
            )
        if elsewhere:
            return "Events go to a topic in another account or Region."
    why = unread(situation.facts.topics.get(arn), "The topic")
    if why:
        return why
    if not plans.topic_lets_ses_publish(situation) and elsewhere:
        return "The topic is in another account or Region: change its policy there."
    return plans.policy_trouble(situation)


def set_up_bounces(situation: Situation, _verdicts: Verdicts) -> str:
    why = _no_bounce_path(situation) or _owned_by_code(situation)
    if why:
        return why
    if not plans.heard(situation):
        why = _no_destination(situation)
        if why:
            return why
        if plans.needs_listener(situation) and not situation.test_address:
            return "Enter your own address first: somebody has to hear of the events."
    if plans.set_up_bounces(situation):
        return ""
    if plans.heard(situation):
        return "Everything is set up already."
    topic = plans.topic(situation)
    if topic is not None and not any(item.confirmed for item in bounce_path.listeners(topic)):
        return "Everything is set up: open the link that Amazon SNS mailed to the subscriber."
    return "Everything that this could set up is there already."


def _no_bounce_path(situation: Situation) -> str:
    """Return what has to be read before anything of the bounce path can be made, ``""`` where all of it was."""
    facts = situation.facts
    why = _no_place(facts) or unread(facts.account, "The account in SES") or _no_identity(situation)
    why = why or unread(facts.configuration_sets, "The configuration sets")
    return why or unread(facts.notifications, "The topics of the identity")


def _owned_by_code(situation: Situation) -> str:
    """Return why the bounce path is not to be made from here: a part of it that is missing stands in the code."""
    events = () if plans.heard(situation) else (Piece.CONFIGURATION_SET, Piece.EVENT_DESTINATION, Piece.DEFAULT_SET)
    return next((why for piece in (Piece.SUPPRESSION, *events) if (why := not_by_hand(situation, piece))), "")


def subscribe_listener(situation: Situation, _verdicts: Verdicts) -> str:
    why = _no_address(situation)
    if why:
        return why
    arn = plans.topic_arn(situation)
    reading = situation.facts.topics.get(arn)
    if reading is None:
        return (
            unread(situation.facts.configuration_sets, "The configuration sets")
            or "Create the event destination first."
        )
    why = unread(reading, "The topic")
    if why or reading.value is None:
        return why or "The topic does not exist."
    address = situation.test_address
    listens = any(item.endpoint == address and item.confirmed for item in reading.value.subscriptions)
    return f"{address} listens already." if listens else ""


def set_default_configuration_set(situation: Situation, _verdicts: Verdicts) -> str:
    why = _no_identity(situation) or _no_set(situation)
    identity = situation.identity
    if why or identity is None:
        return why
    if identity.configuration_set:
        return f"{identity.configuration_set} is the default already."
    return not_by_hand(situation, Piece.DEFAULT_SET)


def _cannot_send(facts: Facts) -> str:
    why = _no_place(facts) or unread(facts.account, "The account in SES")
    account = stages.account(facts)
    if why or account is None:
        return why
    return "Sending is disabled for this account." if account.sending_enabled is False else ""


def send_test(situation: Situation, _verdicts: Verdicts) -> str:
    why = _no_address(situation) or _cannot_send(situation.facts)
    if why:
        return why
    if not plans.from_address(situation):
        return "SES lets you send from no address yet: verify yours, or the domain."
    if stages.access(situation.facts) == "production":
        return ""
    reading = situation.test_identity
    verified = reading is not None and reading.known and reading.value is not None and reading.value.verified
    identity = situation.identity
    covered = (
        identity is not None
        and identity.verified
        and names.within(names.domain_of(situation.test_address), identity.name)
    )
    return "" if verified or covered else "In the sandbox SES only mails verified addresses: open the link first."


def _no_sender(situation: Situation) -> str:
    sender = situation.sender
    if not sender:
        return "Enter the From address first."
    why = _no_identity(situation)
    identity = situation.identity
    if why or identity is None:
        return why
    if not names.within(names.domain_of(sender), identity.name):
        return f"{sender} is not at {identity.name}."
    return "" if identity.verified else f"{identity.name} is not verified for sending yet."


def send_simulated(situation: Situation, _verdicts: Verdicts) -> str:
    return _cannot_send(situation.facts) or _no_sender(situation)


def prove_bounces(situation: Situation, _verdicts: Verdicts) -> str:
    why = send_simulated(situation, {}) or unread(situation.facts.configuration_sets, "The configuration sets")
    why = why or unread(situation.facts.notifications, "The topics of the identity")
    if why:
        return why
    targets = proof_standing.targets(situation)
    lacking = [event for event in plans.EVENTS if not any(event in events for events in targets.values())]
    if lacking:
        return f"No topic takes {' and '.join(lacking)} events of your mail: set the path up first."
    for arn in targets:
        name = arn.rpartition(":")[2]
        if arn.split(":")[3:5] != [situation.place.region, situation.place.account]:
            return f"The topic {name} is in another account or Region: its events cannot be watched from here."
        reading = situation.facts.topics.get(arn)
        why = unread(reading, f"The topic {name}")
        if why or reading is None:
            return why
        if reading.value is None:
            return f"The topic {name} does not exist."
        if reading.value.ses_may_publish is False:
            return f"The policy of the topic {name} does not let SES publish: correct it first."
    return ""


def clean_up_proof(situation: Situation, _verdicts: Verdicts) -> str:
    why = _no_place(situation.facts)
    if why or proof_standing.left_subscriptions(situation.facts) or proof_standing.left_queues(situation.facts):
        return why
    for name, reading in situation.facts.queues.items():
        if not reading.known:
            return unread(reading, f"The queue {name}")
    return "No proof left anything behind."


def send_first(situation: Situation, _verdicts: Verdicts) -> str:
    why = _cannot_send(situation.facts)
    if why:
        return why
    if stages.access(situation.facts) != "production":
        return "The account is still in the sandbox."
    if not names.is_address(situation.answers.text("first_recipient").strip()):
        return "Enter the first recipient first."
    return _no_sender(situation)


def reply_case(facts: Facts, text: str) -> str:
    if stages.account(facts) is not None and not stages.case_id(facts):
        return "Amazon names no case."
    if support_case.api(facts) is False:
        return "The support plan does not include the API: answer in the console."
    why = unread(facts.support, "The support plan") or unread(facts.case, "The case")
    if why:
        return why
    if facts.case is None or facts.case.value is None or not facts.case.value.case_id:
        return "The Support API does not find the case: answer in the console."
    if not text.strip():
        return "Write your reply first."
    longest = len(plans.reply_body(text)) + len("dlaas-0123456789") - len("{marker}")
    if longest > plans.REPLY_LIMIT:
        return f"The reply is {longest - plans.REPLY_LIMIT} characters too long: {plans.REPLY_LIMIT} is the limit."
    return ""
