"""What shows that events arrive: the proof, what it left behind, and what the operator wrote."""

from __future__ import annotations

from dlaas_onboard.journey.bounces import proof, proof_standing
from dlaas_onboard.journey.bounces.operator_note import as_noted, operator_note
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.verdict import Mark, Severity

_PROOF = "Proof"
NO_PROOF = "none: no event of a message to the mailbox simulator was seen to arrive from here"


def proof_rows(builder: VerdictBuilder, situation: Situation) -> None:
    """Show the proof that was made, and whether it is still one."""
    entry = situation.answers.entry(proof.FIELD)
    kept = proof.kept(situation.answers)
    standing = proof_standing.standing(situation)
    if entry is None or kept is None or standing is None:
        builder.add_row("Proof", NO_PROOF, mark=Mark.WAIT, section=_PROOF)
        return
    mark = {True: Mark.GOOD, False: Mark.WARN, None: Mark.UNKNOWN}[standing.holds]
    source = f"proof {kept.marker}, made by {kept.by or entry.by}"
    for item in kept.arrivals:
        builder.add_row(
            f"{item.event.capitalize()} sent, then seen",
            f"{item.sent_at:%Y-%m-%d %H:%M:%S}, then {item.seen_at:%H:%M:%S} UTC at {item.topic.rpartition(':')[2]}",
            None,
            mark,
            source=source,
            observed_at=item.seen_at,
            section=_PROOF,
        )
        ids = f"message {item.message_id}" + (f", feedback {item.feedback_id}" if item.feedback_id else "")
        builder.add_row(
            f"{item.event.capitalize()} ids", ids, None, source=source, observed_at=item.seen_at, section=_PROOF
        )
    if standing.holds:
        return
    builder.add_row("Does it hold", standing.why, None, mark, source=source, observed_at=kept.at, section=_PROOF)
    if standing.holds is False:
        builder.add_finding(
            "proof_stale",
            Severity.ADVICE,
            f"The proof of {kept.at:%Y-%m-%d} counts no more: {standing.why}.",
            evidence=f"{kept.marker}, {' and '.join(kept.topics)}",
            remedy="Prove the path of today.",
            action="prove_bounces",
            guide_step=9,
        )


def leftovers(builder: VerdictBuilder, facts: Facts) -> None:
    """Say what a proof that was stopped left at AWS."""
    subscriptions = proof_standing.left_subscriptions(facts)
    queues = proof_standing.left_queues(facts)
    for name, reading in facts.queues.items():
        builder.missing(f"proof_queue.{name}", f"Queue {name}", reading, section=_PROOF)
    names = {item.endpoint.rpartition(":")[2] for item in subscriptions} | {name for name, _ in queues}
    if not names:
        return
    for name in sorted(names):
        builder.add_row(f"Queue {name}", "left over", facts.queues.get(name), Mark.WARN, section=_PROOF)
    builder.add_finding(
        "proof_left",
        Severity.WARNING,
        f"A proof that was stopped left {' and '.join(sorted(names))} behind; unless one is under way elsewhere.",
        evidence=", ".join([*(item.arn for item in subscriptions), *(url for _, url in queues)]),
        remedy="Take the subscription and the queue away: copies of your events go there, and nobody reads them.",
        action="clean_up_proof",
        guide_step=9,
    )


def own_words(builder: VerdictBuilder, answers: Answers) -> None:
    """Show what the operator wrote: what happens to an event, and what a test showed, which is his word alone."""
    note = operator_note(answers)
    process = answers.entry("bounce_process")
    if process is not None:
        builder.add_row(
            "What happens then",
            process.text,
            source=f"entered by {process.by}",
            observed_at=process.at,
            section="In your words",
        )
    if note is not None:
        builder.add_row(
            "Simulator's events",
            as_noted(note),
            source=f"entered by {note.by}; not seen from here",
            observed_at=note.at,
            section="In your words",
        )
