"""Bounces: whether somebody hears of each bounce and complaint, and whether that was proved."""

from __future__ import annotations

from dlaas_onboard.journey.bounces import bounce_path
from dlaas_onboard.journey.bounces.bounce_path import Hearing
from dlaas_onboard.journey.facts.sending import ResourceKind
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps import code_turns
from dlaas_onboard.journey.steps.bounces import advice, listeners, mailbox_rows, path_conclusion, proof_rows, publishing
from dlaas_onboard.journey.steps.bounces.path_summary import PathSummary, summarize
from dlaas_onboard.journey.steps.declared_rows import declared_rows
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.verdict import Verdict


def judge(situation: Situation) -> Verdict:
    """Judge the bounce and complaint path: suppression, events, listeners, mailbox, proof."""
    builder = VerdictBuilder(StepId.BOUNCES)
    suppression = publishing.suppression_list(builder, situation)
    publishing.suppressed_addresses(builder, situation.facts)
    publishing.configuration_sets(builder, situation)
    publishing.identity_settings(builder, situation)
    listeners.topics(builder, situation)
    path = summarize(situation, suppression)
    listeners.route_rows(builder, path.routes)
    publishing.event_destinations(builder, situation)
    declared_rows(builder, situation.facts, ResourceKind.CONFIGURATION_SET, ResourceKind.EVENT_DESTINATION)
    mailbox_rows.mailbox_rows(builder, situation)
    proof_rows.proof_rows(builder, situation)
    proof_rows.leftovers(builder, situation.facts)
    proof_rows.own_words(builder, situation.answers)
    builder.add_gaps(situation.facts, _closed_gaps(path))
    advice.advise(builder, path)
    code_turns.add_turns(builder, situation, code_turns.EVENTS)
    publishing.suppressed_unread(builder, situation.facts)
    return path_conclusion.conclude(builder, path)


def _closed_gaps(path: PathSummary) -> list[str]:
    """Return how the ids of those gaps of the checkout begin that are closed live."""
    situation = path.situation
    closed = publishing.closed_gaps(situation.facts)
    if path.automatic:
        closed = ["configuration_set", "default_configuration_set", "event"]
    if bounce_path.mailbox(situation)[0] == Hearing.HEARD:
        closed.append("inbox")
    return closed
