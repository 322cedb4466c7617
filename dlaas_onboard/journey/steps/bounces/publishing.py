"""What SES does with bounces and complaints: the suppression list, and what publishes their events."""

from __future__ import annotations

from dlaas_onboard.journey.bounces import bounce_path, topic_policy
from dlaas_onboard.journey.bounces.proof import EVENTS
from dlaas_onboard.journey.bounces.suppressed import suppressed_words
from dlaas_onboard.journey.facts import ConfigurationSet, Facts
from dlaas_onboard.journey.facts.reading import ProblemKind, known, so_far
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepState
from dlaas_onboard.journey.steps.verdict_builder import NOT_LOOKED, VerdictBuilder, evidence_of, remedy_of, yes_no
from dlaas_onboard.journey.verdict import Mark, Severity
from dlaas_onboard.journey.writes import plans
from dlaas_onboard.journey.writes.differences import Piece, advice

_LIST, _SETS = "Suppression list", "Configuration sets"


def suppression_list(builder: VerdictBuilder, situation: Situation) -> StepState:
    """Show what the account's suppression list takes; return whether that is both kinds of event."""
    facts = situation.facts
    if builder.missing("suppression", "Suppression list", facts.account, section=_LIST):
        return StepState.UNKNOWN
    account = stages.account(facts)
    reasons = account.suppressed_reasons if account else None
    if reasons is None:
        builder.add_row(
            "Account's list takes", "unknown: not in Amazon's answer", facts.account, Mark.UNKNOWN, section=_LIST
        )
        builder.add_finding(
            "suppression_unknown",
            Severity.UNKNOWN,
            "Amazon's answer leaves out what the suppression list takes.",
            remedy="Set it: that does no harm where it is set already.",
            action="set_suppression",
        )
        return StepState.UNKNOWN
    missing = [event for event in EVENTS if event not in reasons]
    builder.add_row(
        "Account's list takes",
        ", ".join(reasons) or "nothing",
        facts.account,
        Mark.BAD if missing else Mark.GOOD,
        section=_LIST,
        expected="BOUNCE, COMPLAINT",
    )
    if not missing:
        return StepState.DONE
    builder.add_finding(
        "suppression",
        Severity.WARNING,
        f"The account's suppression list does not take {' and '.join(missing).lower()} addresses.",
        evidence="GetAccount SuppressedReasons: " + (", ".join(reasons) or "empty"),
        remedy=advice(
            situation,
            Piece.SUPPRESSION,
            "Switch both on: SES then mails no address again that bounced or complained.",
        ),
        action="set_suppression",
        guide_step=9,
    )
    return StepState.ATTENTION


def suppressed_addresses(builder: VerdictBuilder, facts: Facts) -> None:
    """Show how many addresses the account's list holds; unread, it says nothing of the path."""
    reading = facts.suppressed
    if reading is None:
        builder.add_row("Account's list holds", NOT_LOOKED, mark=Mark.UNKNOWN, section=_LIST)
        return
    words = suppressed_words(reading)
    why = reading.problem.message if reading.problem else f"it was read in part only ({reading.partial})."
    value = words if reading.problem is None else f"{words}; then {why}"
    if words:
        builder.add_row("Account's list holds", value, reading, section=_LIST)
    else:
        builder.add_row("Account's list holds", f"unknown: {why}", reading, Mark.UNKNOWN, section=_LIST)


def suppressed_unread(builder: VerdictBuilder, facts: Facts) -> None:
    """Say why the addresses could not be counted. Last of all findings: no headline rests on it.

    Whether SES answers in the sandbox is open (docs/ses.md, "Sandbox"): a refusal asks for nothing.
    """
    problem = facts.suppressed.problem if facts.suppressed is not None else None
    if problem is None or problem.kind is ProblemKind.REFUSED:
        return
    builder.add_finding(
        "suppressed_unread",
        Severity.UNKNOWN,
        f"How many addresses the suppression list holds could not be read: {problem.message.rstrip('.')}.",
        evidence=evidence_of(problem),
        remedy=remedy_of(problem),
        guide_step=9,
    )


def configuration_sets(builder: VerdictBuilder, situation: Situation) -> None:
    """Show each configuration set with its event destinations, and what is wrong with the identity's default."""
    reading = situation.facts.configuration_sets
    if builder.missing("configuration_sets", "Configuration sets", reading, section=_SETS):
        return
    sets = so_far(reading) or ()
    if not sets:
        builder.add_row("Configuration sets", "none in this Region", reading, Mark.WARN, section=_SETS)
        return
    default_set = bounce_path.default_set(situation)
    for item in sets:
        events = [f"{d.kind} {', '.join(d.event_types)}{'' if d.enabled else ' (disabled)'}" for d in item.destinations]
        default = " (default of the identity)" if default_set is not None and item.name == default_set.name else ""
        builder.add_row(f"{item.name}{default}", "; ".join(events) or "no event destination", reading, section=_SETS)
    if default_set is not None:
        _default_set_findings(builder, default_set)


def _default_set_findings(builder: VerdictBuilder, default_set: ConfigurationSet) -> None:
    if default_set.sending_enabled is False:
        builder.add_finding(
            "set_paused",
            Severity.BLOCKER,
            f"Sending is disabled in the configuration set {default_set.name}, the default of your identity.",
            remedy="Enable it on the set's page in the console; until then SES refuses your mail.",
        )
    if default_set.reputation_metrics is False:
        builder.add_finding(
            "reputation_metrics",
            Severity.ADVICE,
            f"The configuration set {default_set.name} keeps no reputation metrics of its own.",
            remedy="Switch them on, so that alarms can watch its bounce and complaint rates.",
        )
    if default_set.suppressed_reasons is not None and not set(EVENTS) <= set(default_set.suppressed_reasons):
        builder.add_finding(
            "set_suppression",
            Severity.WARNING,
            f"The configuration set {default_set.name} overrides the account's suppression list with "
            f"{', '.join(default_set.suppressed_reasons) or 'nothing'}.",
            remedy="Remove the override, or let it take BOUNCE and COMPLAINT.",
        )


def identity_settings(builder: VerdictBuilder, situation: Situation) -> None:
    """Show which configuration set is the identity's default, and where its own notifications go."""
    section = "Identity"
    reading = situation.domain_identity
    if builder.missing("identity", "Default configuration set", reading, section=section):
        return
    identity = situation.identity
    if identity is None:
        builder.add_row("Identity", "SES has none for your domain", reading, Mark.BAD, section=section)
        return
    builder.add_row(
        "Default configuration set",
        identity.configuration_set or "none",
        reading,
        Mark.GOOD if identity.configuration_set else Mark.WARN,
        section=section,
    )
    builder.add_row("Bounces mailed to the sender", yes_no(identity.feedback_forwarding), reading, section=section)
    notes = situation.facts.notifications
    if builder.missing("notifications", "Topics of the identity", notes, section=section):
        return
    if notes is not None and notes.value is not None:
        builder.add_row("Bounce topic", notes.value.bounce_topic or "none", notes, section=section)
        builder.add_row("Complaint topic", notes.value.complaint_topic or "none", notes, section=section)


def event_destinations(builder: VerdictBuilder, situation: Situation) -> None:
    """Say of each event destination of the default set what keeps an event from it."""
    default_set = bounce_path.default_set(situation)
    if default_set is None:
        return
    for item in default_set.destinations:
        wanted = [event for event in EVENTS if event in item.event_types]
        if not wanted:
            continue
        names = " and ".join(wanted)
        if not item.enabled:
            builder.add_finding(
                f"destination_disabled.{item.name}",
                Severity.WARNING,
                f"The event destination {item.name} of {default_set.name} is disabled: it takes no {names} events.",
                evidence=f"GetConfigurationSetEventDestinations {default_set.name}",
                remedy="Enable it on the set's page in the console.",
                guide_step=9,
            )
        reading = situation.facts.topics.get(item.target)
        topic = known(reading)
        if topic is None or topic.ses_may_publish is False or item.target != plans.topic_arn(situation):
            continue
        arn = plans.set_arn(situation)
        if topic_policy.names(topic.policy, arn) is False:
            builder.add_finding(
                f"topic_source.{topic.arn.rpartition(':')[2]}",
                Severity.WARNING,
                f"The topic's policy lets SES publish, but not for the configuration set {default_set.name}.",
                evidence=f"AWS:SourceArn is not {arn}",
                remedy="Add a statement for this configuration set; those that are there stay.",
                action="create_event_destination",
                guide_step=9,
            )


def closed_gaps(facts: Facts) -> list[str]:
    """Return how the ids of those gaps of the checkout begin that the account itself has closed already."""
    sets = known(facts.configuration_sets) or ()
    closed = ["configuration_set"] if sets else []
    return [*closed, "event_destination"] if any(item.destinations for item in sets) else closed
