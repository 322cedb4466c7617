"""What the Bounces step concludes: its state and its headline."""

from __future__ import annotations

from dlaas_onboard.journey.bounces.bounce_path import Hearing
from dlaas_onboard.journey.bounces.operator_note import who_noted
from dlaas_onboard.journey.request.gates import gates
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.steps.bounces.path_summary import PathSummary
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.verdict import Severity, Verdict

_CONFIRM = "A subscriber has to confirm: open the link in the mail from Amazon SNS."


def conclude(builder: VerdictBuilder, path: PathSummary) -> Verdict:
    """Return the verdict on the bounce path, once every row and finding stands."""
    blocker = next((item for item in builder.findings if item.severity == Severity.BLOCKER), None)
    if blocker is not None:
        return builder.verdict(StepState.ATTENTION, blocker.message)
    if path.suppression == StepState.ATTENTION:
        return builder.verdict(StepState.ATTENTION, "The account's suppression list is not fully switched on.")
    if path.unheard:
        return _unheard(builder, path)
    if not path.automatic:
        return _only_mailed(builder, path)
    override = next((item for item in builder.findings if item.id == "bounces.set_suppression"), None)
    if override is not None:
        return builder.verdict(StepState.ATTENTION, override.message)
    return _done(builder, path, "Bounces and complaints reach a listener" + _proved_words(path))


def _unheard(builder: VerdictBuilder, path: PathSummary) -> Verdict:
    """Judge a path on which nobody was seen to hear of one kind of event, or of both."""
    situation, facts = path.situation, path.situation.facts
    if not situation.domain and facts.identities is not None:
        return builder.verdict(StepState.BLOCKED, "Enter the domain first: events belong to it.", StepId.DOMAIN)
    if path.unread:
        if facts.configuration_sets is None and facts.notifications is None:
            return builder.verdict(StepState.UNKNOWN, "The bounce path: not looked at yet.")
        return builder.not_known("The bounce path")
    if situation.identity is None:
        return builder.verdict(
            StepState.BLOCKED, "Create the domain's identity first: events belong to it.", StepId.DOMAIN
        )
    if Hearing.PENDING in path.hearings:
        return builder.verdict(StepState.WAITING, _CONFIRM)
    if Hearing.UNKNOWN in path.hearings:
        return builder.verdict(StepState.UNKNOWN, f"Whether somebody hears of {path.unheard_names} could not be read.")
    if Hearing.UNSEEN in path.hearings:
        return _unseen(builder, path)
    return builder.verdict(StepState.TODO, f"Nobody hears of {path.unheard_names} yet: connect a topic and a listener.")


def _only_mailed(builder: VerdictBuilder, path: PathSummary) -> Verdict:
    """Judge a path on which a mailbox hears of both events, and no way was seen to reach anything else."""
    if path.unread:
        return builder.not_known("The bounce path")
    if Hearing.PENDING in path.automatic_hearings:
        return builder.verdict(StepState.WAITING, _CONFIRM)
    if Hearing.UNKNOWN in path.automatic_hearings:
        return builder.not_known("Who hears the events")
    if Hearing.UNSEEN in path.automatic_hearings:
        return _unseen(builder, path)
    return builder.verdict(
        StepState.TODO,
        "Bounces and complaints only arrive as mail to the From address: let events reach a topic as well.",
    )


def _unseen(builder: VerdictBuilder, path: PathSummary) -> Verdict:
    """Judge a path whose end cannot be seen from here."""
    unseen = "Events leave SES, but who listens cannot be seen from here"
    if path.note is None:
        return builder.verdict(StepState.TODO, f"{unseen}: test it with the simulator, and note where they arrived.")
    if next(gate for gate in gates(path.situation) if gate.id == "bounce_path").open:
        return _done(builder, path, f"{unseen}; {who_noted(path.note)} where they arrived, and gave a reason.")
    return builder.verdict(
        StepState.ATTENTION,
        f"{unseen}; {who_noted(path.note)} where they arrived: at Review and file a reason opens the gate.",
    )


def _done(builder: VerdictBuilder, path: PathSummary, headline: str) -> Verdict:
    if path.suppression == StepState.UNKNOWN:
        return builder.verdict(StepState.UNKNOWN, "What the account's suppression list takes could not be read.")
    return builder.verdict(StepState.DONE, headline)


def _proved_words(path: PathSummary) -> str:
    if path.proof is not None:
        return f", as the simulator proved on {path.proof.at:%Y-%m-%d}."
    if path.note is not None:
        return f"; {who_noted(path.note)} what a test showed, and nothing was proved from here."
    return "; prove it with the simulator when you can."
