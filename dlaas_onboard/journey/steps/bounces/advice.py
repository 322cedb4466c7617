"""What to set up or to write down so that somebody hears of each bounce and complaint."""

from __future__ import annotations

from dlaas_onboard.journey.bounces import proof_standing
from dlaas_onboard.journey.bounces.bounce_path import Hearing
from dlaas_onboard.journey.bounces.proof import EVENTS
from dlaas_onboard.journey.facts import ConfigurationSet, Identity
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.bounces.path_summary import PathSummary
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.turn import Turn
from dlaas_onboard.journey.verdict import Severity
from dlaas_onboard.journey.writes import differences
from dlaas_onboard.journey.writes.differences import Piece, difference


def advise(builder: VerdictBuilder, path: PathSummary) -> None:
    """Add a finding for each thing that the path lacks."""
    if path.unheard and not path.unread and not path.hearings & {Hearing.UNKNOWN, Hearing.UNSEEN}:
        builder.add_finding(
            "unheard",
            Severity.WARNING,
            f"Nobody hears of {path.unheard_names}.",
            remedy=_unheard_remedy(path.situation),
            action="set_up_bounces",
            guide_step=9,
        )
    identity = path.situation.identity
    if not path.automatic and identity is not None and not path.unread:
        sets = so_far(path.situation.facts.configuration_sets) or ()
        _configuration_set(builder, sets, identity, path.situation)
        if sets:
            _event_destination(builder, path)
        _listener(builder, path)
    if not path.situation.answers.text("bounce_process"):
        builder.add_finding(
            "no_process",
            Severity.ADVICE,
            "What happens to an address that bounced or complained is not written down.",
            remedy="Say in your words who or what acts on the event: vague handling is a common reason for denial.",
            field="bounce_process",
            guide_step=9,
        )
    if path.proof is None:
        _proof(builder, path)


def _unheard_remedy(situation: Situation) -> str:
    """Return how somebody gets to hear of the events, in the words of whose turn the first missing part is."""
    by_hand = (
        "Let a configuration set publish them to a topic with a confirmed subscriber, and make that set the "
        "identity's default."
    )
    pieces = (Piece.CONFIGURATION_SET, Piece.EVENT_DESTINATION)
    first = next((piece for piece in pieces if difference(situation, piece).turn in (Turn.APPLY, Turn.CODE)), None)
    return by_hand if first is None else differences.advice(situation, first, by_hand)


def _configuration_set(
    builder: VerdictBuilder, sets: tuple[ConfigurationSet, ...], identity: Identity, situation: Situation
) -> None:
    if not sets:
        builder.add_finding(
            "no_set",
            Severity.WARNING,
            "There is no configuration set, so SES publishes no events.",
            remedy=differences.advice(situation, Piece.CONFIGURATION_SET, "Create one, with reputation metrics."),
            action="create_configuration_set",
            guide_step=9,
        )
    elif not identity.configuration_set:
        builder.add_finding(
            "no_default_set",
            Severity.WARNING,
            f"No configuration set is the default of {identity.name}: mail that names none brings no events.",
            remedy=differences.advice(
                situation, Piece.DEFAULT_SET, "Make one the default, or name it in every call of your code."
            ),
            action="set_default_configuration_set",
            guide_step=9,
        )


def _event_destination(builder: VerdictBuilder, path: PathSummary) -> None:
    published = {route.event for route in path.routes if route.automatic}
    lacking = [event for event in EVENTS if event not in published]
    if lacking:
        builder.add_finding(
            "no_destination",
            Severity.WARNING,
            f"No event destination takes {' and '.join(lacking)} events of your mail.",
            remedy=differences.advice(
                path.situation, Piece.EVENT_DESTINATION, "Add one that publishes both to a topic."
            ),
            action="create_event_destination",
            guide_step=9,
        )


def _listener(builder: VerdictBuilder, path: PathSummary) -> None:
    to_topics = [route for route in path.routes if route.automatic and route.target]
    if any(route.hearing == Hearing.PENDING and route.enabled for route in to_topics):
        builder.add_finding(
            "no_listener",
            Severity.WARNING,
            "The subscriber of the topic has not confirmed: PendingConfirmation is not a listener.",
            remedy="Open the link that Amazon SNS sent; it works for two days. Subscribing again sends another.",
            action="subscribe_listener",
            guide_step=9,
        )
    elif any(route.hearing == Hearing.UNHEARD for route in to_topics):
        builder.add_finding(
            "no_listener",
            Severity.WARNING,
            "Events go to a topic that no confirmed subscriber listens to.",
            remedy="Subscribe an address and open the link that Amazon SNS sends; it works for two days.",
            action="subscribe_listener",
            guide_step=9,
        )


def _proof(builder: VerdictBuilder, path: PathSummary) -> None:
    """Say how the path can be proved: the proof can watch topics that take both kinds of event."""
    watched = set(EVENTS) <= {event for events in proof_standing.targets(path.situation).values() for event in events}
    builder.add_finding(
        "not_proven",
        Severity.ADVICE,
        "The path was not proved with the mailbox simulator.",
        remedy="Let the proof send a bounce and a complaint, and watch both events arrive."
        if watched
        else "Send a bounce and a complaint to the simulator, then note where the events arrived.",
        action="prove_bounces" if watched else "send_bounce",
        guide_step=9,
    )
