"""Bounces: whether somebody hears of each bounce and complaint, and whether that was proved."""

from __future__ import annotations

from dlaas_onboard.journey.bounces import bounce_path, proof, proof_standing, topic_policy
from dlaas_onboard.journey.bounces.bounce_path import Hearing, Way
from dlaas_onboard.journey.bounces.proof import EVENTS
from dlaas_onboard.journey.dns import mailboxes
from dlaas_onboard.journey.dns.mailboxes import Post
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.facts.reading import known, so_far
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder, yes_no
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict
from dlaas_onboard.journey.writes import plans

_LIST, _SETS, _TOPICS, _PATH = "Suppression list", "Configuration sets", "Who listens", "The way of an event"
_PROOF = "Proof"
_CONFIRM = "A subscriber has to confirm: open the link in the mail from Amazon SNS."
_MAIL = "Mailboxes"
_ROLES = {
    "From": "the From address",
    "Reply-To": "the Reply-To address",
    "Feedback": "FeedbackForwardingEmailAddress",
}
_MAILBOXES = {"From": "inbox", "Reply-To": "reply_inbox", "Feedback": "feedback_inbox"}  # the finding's id by role
_ELSEWHERE = {  # by field: what takes the mail instead
    "reply_to": "let your code set a Reply-To address that is read, and enter it",
    "feedback_to": "let your code pass a FeedbackForwardingEmailAddress that is read, and enter it",
}
_MARKS = {
    Hearing.HEARD: Mark.GOOD,
    Hearing.PENDING: Mark.WAIT,
    Hearing.UNHEARD: Mark.BAD,
    Hearing.UNSEEN: Mark.WARN,
    Hearing.UNKNOWN: Mark.UNKNOWN,
}


def judge(situation: Situation) -> Verdict:
    """Judge the bounce and complaint path: suppression, events, listeners, mailbox, proof."""
    sheet = VerdictBuilder(StepId.BOUNCES)
    suppression = _suppression(sheet, situation.facts)
    _configuration_sets(sheet, situation)
    _identity(sheet, situation)
    _topics(sheet, situation)
    found = bounce_path.ways(situation)
    _ways(sheet, found)
    _destinations(sheet, situation)
    _mailbox(sheet, situation)
    _proof(sheet, situation)
    _left_over(sheet, situation.facts)
    _in_your_words(sheet, situation.answers)
    automatic = all(bounce_path.heard(found, event, automatic=True) for event in EVENTS)
    mended = ["configuration_set", "default_configuration_set", "event"] if automatic else _present(situation.facts)
    if bounce_path.mailbox(situation)[0] == Hearing.HEARD:
        mended.append("inbox")
    sheet.gaps(situation.facts, mended)
    return _conclude(sheet, situation, found, suppression)


def _present(facts: Facts) -> list[str]:
    """Return how the ids of those gaps of the checkout begin that the account itself has closed already."""
    reading = facts.configuration_sets
    sets = (reading.value or ()) if reading is not None and reading.known else ()
    present = ["configuration_set"] if sets else []
    return [*present, "event_destination"] if any(item.destinations for item in sets) else present


def _suppression(sheet: VerdictBuilder, facts: Facts) -> StepState:
    if sheet.missing("suppression", "Suppression list", facts.account, section=_LIST):
        return StepState.UNKNOWN
    account = stages.account(facts)
    reasons = account.suppressed_reasons if account else None
    if reasons is None:
        sheet.row("Account's list takes", "unknown: not in Amazon's answer", facts.account, Mark.UNKNOWN, section=_LIST)
        sheet.find(
            "suppression_unknown",
            Severity.UNKNOWN,
            "Amazon's answer leaves out what the suppression list takes.",
            remedy="Set it: that does no harm where it is set already.",
            action="set_suppression",
        )
        return StepState.UNKNOWN
    missing = [event for event in EVENTS if event not in reasons]
    sheet.row(
        "Account's list takes",
        ", ".join(reasons) or "nothing",
        facts.account,
        Mark.BAD if missing else Mark.GOOD,
        section=_LIST,
        expected="BOUNCE, COMPLAINT",
    )
    if not missing:
        return StepState.DONE
    sheet.find(
        "suppression",
        Severity.WARNING,
        f"The account's suppression list does not take {' and '.join(missing).lower()} addresses.",
        evidence="GetAccount SuppressedReasons: " + (", ".join(reasons) or "empty"),
        remedy="Switch both on: SES then mails no address again that bounced or complained.",
        action="set_suppression",
        guide_step=9,
    )
    return StepState.ATTENTION


def _configuration_sets(sheet: VerdictBuilder, situation: Situation) -> None:
    if sheet.missing("configuration_sets", "Configuration sets", situation.facts.configuration_sets, section=_SETS):
        return
    reading = situation.facts.configuration_sets
    sets = reading.value or () if reading else ()
    if not sets:
        sheet.row("Configuration sets", "none in this Region", reading, Mark.WARN, section=_SETS)
        return
    chosen = bounce_path.default_set(situation)
    for item in sets:
        events = [f"{d.kind} {', '.join(d.event_types)}{'' if d.enabled else ' (disabled)'}" for d in item.destinations]
        default = " (default of the identity)" if chosen is not None and item.name == chosen.name else ""
        sheet.row(f"{item.name}{default}", "; ".join(events) or "no event destination", reading, section=_SETS)
    if chosen is None:
        return
    if chosen.sending_enabled is False:
        sheet.find(
            "set_paused",
            Severity.BLOCKER,
            f"Sending is disabled in the configuration set {chosen.name}, the default of your identity.",
            remedy="Enable it on the set's page in the console; until then SES refuses your mail.",
        )
    if chosen.reputation_metrics is False:
        sheet.find(
            "reputation_metrics",
            Severity.ADVICE,
            f"The configuration set {chosen.name} keeps no reputation metrics of its own.",
            remedy="Switch them on, so that alarms can watch its bounce and complaint rates.",
        )
    if chosen.suppressed_reasons is not None and not set(EVENTS) <= set(chosen.suppressed_reasons):
        sheet.find(
            "set_suppression",
            Severity.WARNING,
            f"The configuration set {chosen.name} overrides the account's suppression list with "
            f"{', '.join(chosen.suppressed_reasons) or 'nothing'}.",
            remedy="Remove the override, or let it take BOUNCE and COMPLAINT.",
        )


def _identity(sheet: VerdictBuilder, situation: Situation) -> None:
    section = "Identity"
    reading = situation.domain_identity
    if sheet.missing("identity", "Default configuration set", reading, section=section):
        return
    identity = situation.identity
    if identity is None:
        sheet.row("Identity", "SES has none for your domain", reading, Mark.BAD, section=section)
        return
    sheet.row(
        "Default configuration set",
        identity.configuration_set or "none",
        reading,
        Mark.GOOD if identity.configuration_set else Mark.WARN,
        section=section,
    )
    sheet.row("Bounces mailed to the sender", yes_no(identity.feedback_forwarding), reading, section=section)
    notes = situation.facts.notifications
    if sheet.missing("notifications", "Topics of the identity", notes, section=section):
        return
    if notes is not None and notes.value is not None:
        sheet.row("Bounce topic", notes.value.bounce_topic or "none", notes, section=section)
        sheet.row("Complaint topic", notes.value.complaint_topic or "none", notes, section=section)


def _pointed_at(facts: Facts) -> set[str]:
    """Return the topics that a configuration set or the identity names; others were only looked for."""
    sets = facts.configuration_sets.value or () if facts.configuration_sets is not None else ()
    found = {destination.target for item in sets for destination in item.destinations}
    notes = so_far(facts.notifications)
    return found | ({notes.bounce_topic, notes.complaint_topic} if notes is not None else set())


def _topics(sheet: VerdictBuilder, situation: Situation) -> None:
    named = _pointed_at(situation.facts)
    for arn, reading in sorted(situation.facts.topics.items()):
        name = arn.rpartition(":")[2]
        if arn not in named and reading.known and reading.value is None:
            continue  # the one that could be made
        if sheet.missing(f"topic.{name}", f"Topic {name}", reading, section=_TOPICS):
            continue
        proved = all(bounce_path.proved(situation, event, arn) for event in EVENTS)
        hearing, why = bounce_path.topic(situation.facts, arn, proved=proved)
        sheet.row(name, why, reading, _MARKS[hearing], section=_TOPICS)
        value = reading.value
        for item in bounce_path.listeners(value) if value else ():
            sheet.row(
                f"{name}: {item.protocol}",
                f"{item.endpoint}, {'listens' if item.confirmed else 'PendingConfirmation'}",
                reading,
                Mark.GOOD if item.confirmed else Mark.WAIT,
                section=_TOPICS,
            )
        if value is not None and value.key.endswith(topic_policy.AWS_KEY):
            sheet.find(
                f"topic_key.{name}",
                Severity.WARNING,
                f"The topic {name} is encrypted with AWS's own key, which cannot let SES in: its events are lost.",
                evidence=f"{arn} KmsMasterKeyId {value.key}",
                remedy="Use a customer managed key that allows kms:GenerateDataKey and kms:Decrypt to "
                "ses.amazonaws.com, or switch the topic's encryption off.",
                guide_step=9,
            )
        elif value is not None and value.ses_may_publish is False:
            sheet.find(
                f"topic_policy.{name}",
                Severity.WARNING,
                f"SES may not publish to the topic {name}: its events are lost.",
                evidence=arn,
                remedy="Let ses.amazonaws.com publish in the topic's access policy, with AWS:SourceAccount and "
                "AWS:SourceArn as conditions.",
                action="create_event_destination",
                guide_step=9,
            )


def _ways(sheet: VerdictBuilder, found: tuple[Way, ...]) -> None:
    for event in EVENTS:
        of_event = [way for way in found if way.event == event]
        if not of_event:
            sheet.row(
                event.capitalize(), "no way seen", mark=Mark.BAD if not sheet.unread else Mark.UNKNOWN, section=_PATH
            )
        for way in of_event:
            sheet.row(event.capitalize(), f"{way.through}: {way.why}", mark=_MARKS[way.hearing], section=_PATH)


def _destinations(sheet: VerdictBuilder, situation: Situation) -> None:
    """Say of each event destination of the default set what keeps an event from it."""
    chosen = bounce_path.default_set(situation)
    for item in chosen.destinations if chosen is not None else ():
        wanted = [event for event in EVENTS if event in item.event_types]
        if chosen is None or not wanted:
            continue
        names = " and ".join(wanted)
        if not item.enabled:
            sheet.find(
                f"destination_disabled.{item.name}",
                Severity.WARNING,
                f"The event destination {item.name} of {chosen.name} is disabled: it takes no {names} events.",
                evidence=f"GetConfigurationSetEventDestinations {chosen.name}",
                remedy="Enable it on the set's page in the console.",
                guide_step=9,
            )
        reading = situation.facts.topics.get(item.target)
        topic = known(reading)
        if topic is None or topic.ses_may_publish is False or item.target != plans.topic_arn(situation):
            continue
        arn = plans.set_arn(situation)
        if topic_policy.names(topic.policy, arn) is False:
            sheet.find(
                f"topic_source.{topic.arn.rpartition(':')[2]}",
                Severity.WARNING,
                f"The topic's policy lets SES publish, but not for the configuration set {chosen.name}.",
                evidence=f"AWS:SourceArn is not {arn}",
                remedy="Add a statement for this configuration set; those that are there stay.",
                action="create_event_destination",
                guide_step=9,
            )


def _mailbox(sheet: VerdictBuilder, situation: Situation) -> None:
    """Say where answers and bounces go, and whether mail arrives there."""
    own = [(role, address) for role, address in situation.mail_addresses if role in _MAILBOXES]
    if not situation.sender:
        sheet.row("Mailbox of the From address", "no From address entered", mark=Mark.UNKNOWN, section=_MAIL)
    if not own:
        return
    for label, (role, address) in (
        ("Answers go to", mailboxes.answers_to(situation)),
        ("Bounces are mailed to", mailboxes.bounces_to(situation)),
    ):
        if address:
            sheet.row(label, f"{address} ({_ROLES[role]})", section=_MAIL)
    lost = bounce_path.lost(situation)
    roles: dict[str, str] = {}
    for role, address in own:
        roles.setdefault(address, role)
    for address, role in roles.items():
        _post(sheet, mailboxes.post(situation.facts, address), role, lost.get(address, ""))
    sheet.row("How this is known", mailboxes.BY_DNS, section=_MAIL)


def _post(sheet: VerdictBuilder, found: Post, role: str, lost: str) -> None:
    """Say whether mail to one of the service's own addresses arrives; ``lost`` is what nothing else would take."""
    words = {True: "can receive: ", False: "cannot receive: ", None: "unknown: "}[found.arrives]
    mark = {True: Mark.GOOD, False: Mark.BAD if lost else Mark.WARN, None: Mark.UNKNOWN}[found.arrives]
    sheet.row(
        f"Mailbox {found.address}",
        f"{words}{found.why}",
        found.reading,
        mark,
        section=_MAIL,
        expected="an MX record that leads to a host" if found.arrives is False else "",
    )
    name = _MAILBOXES[role]
    only_bounces = role == "Feedback" or (lost and not lost.startswith("answers"))
    field = "feedback_to" if only_bounces else "reply_to"
    if found.arrives is False:
        sheet.find(
            name,
            Severity.BLOCKER if lost else Severity.WARNING,
            f"Mail to {found.address} cannot arrive{f': {lost} are lost' if lost else ''}.",
            evidence=f"{found.why}; {found.reading.source}" if found.reading else found.why,
            remedy=f"Set up a mailbox or a forwarder for it and publish its MX record, or {_ELSEWHERE[field]}.",
            field=field,
            guide_step=9,
        )
    elif found.arrives is None and found.reading is not None:
        problem = found.reading.problem
        sheet.find(
            f"{name}_unread",
            Severity.UNKNOWN,
            f"Whether mail to {found.address} can arrive is not known: {found.why.rstrip('.')}.",
            evidence=found.reading.source,
            remedy=problem.remedy if problem and problem.remedy else "Look again.",
            guide_step=9,
        )


def _proof(sheet: VerdictBuilder, situation: Situation) -> None:
    """Show the proof that was made, and whether it is still one."""
    entry = situation.answers.entry(proof.FIELD)
    made = proof.kept(situation.answers)
    now = proof_standing.standing(situation)
    if entry is None or made is None or now is None:
        return
    mark = {True: Mark.GOOD, False: Mark.WARN, None: Mark.UNKNOWN}[now.holds]
    source = f"proof {made.marker}, made by {made.by or entry.by}"
    for item in made.arrivals:
        sheet.row(
            f"{item.event.capitalize()} sent, then seen",
            f"{item.sent_at:%Y-%m-%d %H:%M:%S}, then {item.seen_at:%H:%M:%S} UTC at {item.topic.rpartition(':')[2]}",
            None,
            mark,
            source=source,
            observed_at=item.seen_at,
            section=_PROOF,
        )
        ids = f"message {item.message_id}" + (f", feedback {item.feedback_id}" if item.feedback_id else "")
        sheet.row(f"{item.event.capitalize()} ids", ids, None, source=source, observed_at=item.seen_at, section=_PROOF)
    if now.holds:
        return
    sheet.row("Does it hold", now.why, None, mark, source=source, observed_at=made.at, section=_PROOF)
    if now.holds is False:
        sheet.find(
            "proof_stale",
            Severity.ADVICE,
            f"The proof of {made.at:%Y-%m-%d} counts no more: {now.why}.",
            evidence=f"{made.marker}, {' and '.join(made.topics)}",
            remedy="Prove the path of today.",
            action="prove_bounces",
            guide_step=9,
        )


def _left_over(sheet: VerdictBuilder, facts: Facts) -> None:
    """Say what a proof that was stopped left at AWS."""
    subscriptions = proof_standing.left_subscriptions(facts)
    queues = proof_standing.left_queues(facts)
    for name, reading in facts.queues.items():
        sheet.missing(f"proof_queue.{name}", f"Queue {name}", reading, section=_PROOF)
    names = {item.endpoint.rpartition(":")[2] for item in subscriptions} | {name for name, _ in queues}
    if not names:
        return
    for name in sorted(names):
        sheet.row(f"Queue {name}", "left over", facts.queues.get(name), Mark.WARN, section=_PROOF)
    sheet.find(
        "proof_left",
        Severity.WARNING,
        f"A proof that was stopped left {' and '.join(sorted(names))} behind; unless one is under way elsewhere.",
        evidence=", ".join([*(item.arn for item in subscriptions), *(url for _, url in queues)]),
        remedy="Take the subscription and the queue away: copies of your events go there, and nobody reads them.",
        action="clean_up_proof",
        guide_step=9,
    )


def _in_your_words(sheet: VerdictBuilder, answers: Answers) -> None:
    seen = answers.entry("bounce_seen")
    process = answers.entry("bounce_process")
    if process is not None:
        sheet.row(
            "What happens then",
            process.text,
            source=f"entered by {process.by}",
            observed_at=process.at,
            section="In your words",
        )
    if seen is not None:
        sheet.row(
            "Simulator's events arrived",
            seen.text,
            None,
            Mark.GOOD,
            source=f"entered by {seen.by}",
            observed_at=seen.at,
            section="In your words",
        )


def _conclude(sheet: VerdictBuilder, situation: Situation, found: tuple[Way, ...], suppression: StepState) -> Verdict:
    holds = proof_standing.holds(situation)
    proven = holds is not None or situation.answers.entry("bounce_seen") is not None
    heard = [event for event in EVENTS if bounce_path.heard(found, event)]
    automatic = all(bounce_path.heard(found, event, automatic=True) for event in EVENTS)
    unheard = [event for event in EVENTS if event not in heard]
    names = " and ".join(event.lower() + "s" for event in unheard)
    path_unread = bounce_path.readings_missing(situation)
    blocker = next((item for item in sheet.findings if item.severity == Severity.BLOCKER), None)
    if unheard and not path_unread and not any(way.hearing in (Hearing.UNKNOWN, Hearing.UNSEEN) for way in found):
        sheet.find(
            "unheard",
            Severity.WARNING,
            f"Nobody hears of {names}.",
            remedy="Let a configuration set publish them to a topic with a confirmed subscriber, and make that set the "
            "identity's default.",
            action="set_up_bounces",
            guide_step=9,
        )
    if not automatic and situation.identity is not None and not path_unread:
        _advise(sheet, situation, found)
    if not situation.answers.text("bounce_process"):
        sheet.find(
            "no_process",
            Severity.ADVICE,
            "What happens to an address that bounced or complained is not written down.",
            remedy="Say in your words who or what acts on the event: vague handling is a common reason for denial.",
            field="bounce_process",
            guide_step=9,
        )
    if not proven:
        watched = set(EVENTS) <= {event for events in proof_standing.targets(situation).values() for event in events}
        sheet.find(
            "not_proven",
            Severity.ADVICE,
            "The path was not proved with the mailbox simulator.",
            remedy="Let the proof send a bounce and a complaint, and watch both events arrive."
            if watched
            else "Send a bounce and a complaint to the simulator, then note where the events arrived.",
            action="prove_bounces" if watched else "send_bounce",
            guide_step=9,
        )
    if blocker is not None:
        return sheet.verdict(StepState.ATTENTION, blocker.message)
    if suppression == StepState.ATTENTION:
        return sheet.verdict(StepState.ATTENTION, "The account's suppression list is not fully switched on.")
    if unheard:
        if not situation.domain and situation.facts.identities is not None:
            return sheet.verdict(StepState.BLOCKED, "Enter the domain first: events belong to it.", StepId.DOMAIN)
        if path_unread:
            if situation.facts.configuration_sets is None and situation.facts.notifications is None:
                return sheet.verdict(StepState.UNKNOWN, "The bounce path: not looked at yet.")
            return sheet.not_known("The bounce path")
        if situation.identity is None:
            return sheet.verdict(
                StepState.BLOCKED, "Create the domain's identity first: events belong to it.", StepId.DOMAIN
            )
        if any(way.hearing == Hearing.PENDING for way in found):
            return sheet.verdict(StepState.WAITING, _CONFIRM)
        if any(way.hearing == Hearing.UNKNOWN for way in found):
            return sheet.verdict(StepState.UNKNOWN, f"Whether somebody hears of {names} could not be read.")
        if any(way.hearing == Hearing.UNSEEN for way in found):
            return _unseen(sheet, suppression, proven=proven)
        return sheet.verdict(StepState.TODO, f"Nobody hears of {names} yet: connect a topic and a listener.")
    if not automatic:
        if path_unread:
            return sheet.not_known("The bounce path")
        return _only_mailed(sheet, found, suppression, proven=proven)
    warned = next((item for item in sheet.findings if item.id == "bounces.set_suppression"), None)
    if warned is not None:
        return sheet.verdict(StepState.ATTENTION, warned.message)
    return _done(
        sheet,
        suppression,
        "Bounces and complaints reach a listener" + _proved_words(holds, noted=proven),
    )


def _proved_words(made: proof.Proof | None, *, noted: bool) -> str:
    if made is not None:
        return f", as the simulator proved on {made.at:%Y-%m-%d}."
    return ", as the simulator proved." if noted else "; prove it with the simulator when you can."


def _only_mailed(sheet: VerdictBuilder, found: tuple[Way, ...], suppression: StepState, *, proven: bool) -> Verdict:
    """Judge a path on which a mailbox hears of both events, and no way was seen to reach anything else."""
    hearings = {way.hearing for way in found if way.automatic}
    if Hearing.PENDING in hearings:
        return sheet.verdict(StepState.WAITING, _CONFIRM)
    if Hearing.UNKNOWN in hearings:
        return sheet.not_known("Who hears the events")
    if Hearing.UNSEEN in hearings:
        return _unseen(sheet, suppression, proven=proven)
    return sheet.verdict(
        StepState.TODO,
        "Bounces and complaints only arrive as mail to the From address: let events reach a topic as well.",
    )


def _unseen(sheet: VerdictBuilder, suppression: StepState, *, proven: bool) -> Verdict:
    if proven:
        return _done(sheet, suppression, "Events reach a listener, as you saw with the simulator.")
    return sheet.verdict(
        StepState.TODO,
        "Events leave SES, but who listens cannot be seen from here: prove it with the simulator.",
    )


def _done(sheet: VerdictBuilder, suppression: StepState, headline: str) -> Verdict:
    if suppression == StepState.UNKNOWN:
        return sheet.verdict(StepState.UNKNOWN, "What the account's suppression list takes could not be read.")
    return sheet.verdict(StepState.DONE, headline)


def _advise(sheet: VerdictBuilder, situation: Situation, found: tuple[Way, ...]) -> None:
    identity = situation.identity
    reading = situation.facts.configuration_sets
    sets = reading.value or () if reading else ()
    if identity is None:
        return
    if not sets:
        sheet.find(
            "no_set",
            Severity.WARNING,
            "There is no configuration set, so SES publishes no events.",
            remedy="Create one, with reputation metrics.",
            action="create_configuration_set",
            guide_step=9,
        )
    elif not identity.configuration_set:
        sheet.find(
            "no_default_set",
            Severity.WARNING,
            f"No configuration set is the default of {identity.name}: mail that names none brings no events.",
            remedy="Make one the default, or name it in every call of your code.",
            action="set_default_configuration_set",
            guide_step=9,
        )
    published = {way.event for way in found if way.automatic}
    lacking = [event for event in EVENTS if event not in published]
    if sets and lacking:
        sheet.find(
            "no_destination",
            Severity.WARNING,
            f"No event destination takes {' and '.join(lacking)} events of your mail.",
            remedy="Add one that publishes both to a topic.",
            action="create_event_destination",
            guide_step=9,
        )
    topics = {way.hearing for way in found if way.automatic and way.target and way.enabled}
    if Hearing.PENDING in topics:
        sheet.find(
            "no_listener",
            Severity.WARNING,
            "The subscriber of the topic has not confirmed: PendingConfirmation is not a listener.",
            remedy="Open the link that Amazon SNS sent; it works for two days. Subscribing again sends another.",
            action="subscribe_listener",
            guide_step=9,
        )
    elif any(way.automatic and way.target and way.hearing == Hearing.UNHEARD for way in found):
        sheet.find(
            "no_listener",
            Severity.WARNING,
            "Events go to a topic that no confirmed subscriber listens to.",
            remedy="Subscribe an address and open the link that Amazon SNS sends; it works for two days.",
            action="subscribe_listener",
            guide_step=9,
        )
