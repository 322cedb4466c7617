"""Go live: production access is real, the first message arrived, and what to do with what was only for testing."""

from __future__ import annotations

from dlaas_onboard.journey.bounces import proof_standing
from dlaas_onboard.journey.facts import Account, Facts
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.quantity import quota, rate
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.stages import Health, Stage
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.steps import code_turns
from dlaas_onboard.journey.steps.go_live import first_message, reputation_alarms, sending_settings
from dlaas_onboard.journey.steps.go_live.first_message import FirstMessage
from dlaas_onboard.journey.steps.go_live.reputation_alarms import AlarmSummary
from dlaas_onboard.journey.steps.service_region import add_service_region
from dlaas_onboard.journey.steps.test_address import recipient_rows as people
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict
from dlaas_onboard.journey.writes import recipients

_ACCESS, _AFTER = "Production access", "Afterwards"


def judge(situation: Situation) -> Verdict:
    """Judge whether mail reaches everyone: the flag, the health, the first real message."""
    builder = VerdictBuilder(StepId.GO_LIVE)
    unread = builder.missing("account", "Production access", situation.facts.account, section=_ACCESS)
    account = stages.account(situation.facts)
    if account is not None:
        _access_rows(builder, situation, account)
    builder.add_gaps(situation.facts)
    if unread or account is None:
        return builder.not_known("Production access")
    if stages.access_of(account) != "production":
        if stages.stage(situation.facts) in (Stage.NEVER_ASKED, Stage.FAILED):
            return builder.verdict(StepState.BLOCKED, "Production access has to be asked for first.", StepId.FILE)
        return builder.verdict(StepState.BLOCKED, "Amazon has not lifted the sandbox yet.", StepId.DECISION)
    sending_settings.setting_rows(builder, situation)
    first = first_message.judge(builder, situation)
    alarms = reputation_alarms.judge(builder, situation.facts)
    reputation_alarms.rates(builder, situation.facts)
    code_turns.add_turns(builder, situation, code_turns.ALARMS)
    _afterwards(builder, situation)
    return _unhealthy(builder, situation.facts, account) or _conclusion(builder, situation, first, alarms)


def _access_rows(builder: VerdictBuilder, situation: Situation, account: Account) -> None:
    reading = situation.facts.account
    in_production = stages.access_of(account) == "production"
    builder.add_row(
        "ProductionAccessEnabled",
        "true" if in_production else "false",
        reading,
        Mark.GOOD if in_production else Mark.WAIT,
        section=_ACCESS,
        expected="true",
    )
    builder.add_row("Region", situation.place.region or "none chosen", section=_ACCESS)
    builder.add_row("Daily quota received", quota(account.max_24_hour_send), reading, section=_ACCESS)
    builder.add_row("Sending rate received", rate(account.max_send_rate), reading, section=_ACCESS)


def _unhealthy(builder: VerdictBuilder, facts: Facts, account: Account) -> Verdict | None:
    """Return the verdict where Amazon does not let the account send, or does not say so; ``None`` where it does."""
    health = stages.health(facts)
    if health == Health.UNHEALTHY:
        builder.add_finding(
            "unhealthy",
            Severity.BLOCKER,
            "The account has production access, but sending is paused or under enforcement.",
            evidence=f"SendingEnabled {account.sending_enabled}, EnforcementStatus {account.enforcement or 'absent'}",
            remedy="See the Account step: this has a process of its own.",
        )
        return builder.verdict(StepState.ATTENTION, "Production access is there, but Amazon does not let you send now.")
    if health == Health.UNKNOWN:
        builder.add_finding("health", Severity.UNKNOWN, "Amazon's answer leaves out whether sending is healthy.")
        return builder.not_known("Whether sending is healthy")
    return None


def _conclusion(builder: VerdictBuilder, situation: Situation, first: FirstMessage, alarms: AlarmSummary) -> Verdict:
    """Return the verdict of an account that may send to everyone."""
    blocker = next((finding.message for finding in builder.findings if finding.severity == Severity.BLOCKER), "")
    wrong = blocker or first.wrong or alarms.ringing
    if wrong:
        return builder.verdict(StepState.ATTENTION, wrong)
    if not first.sent:
        return builder.verdict(
            StepState.TODO, "The sandbox is left. Send the first real message to somebody who agreed, and look at it."
        )
    if not first.checked:
        return builder.verdict(
            StepState.TODO,
            "SES took the first message. Paste its headers: they say whether it passed DKIM, SPF, DMARC.",
        )
    reaches = f"Mail from {situation.place.region} reaches everyone."
    if alarms.unheard:
        return builder.verdict(StepState.TODO, f"{reaches} {alarms.unheard}")
    builder.add_finding(
        "final_report",
        Severity.ADVICE,
        "The final report can be handed on: flag, limit, the first message's results, alarms and rates are in it.",
        remedy="In the palette: Report as html. Without the app: `dlaas-onboard report --format html -o FILE`.",
    )
    return builder.verdict(StepState.DONE, reaches)


def _afterwards(builder: VerdictBuilder, situation: Situation) -> None:
    address = situation.test_address
    test = situation.test_identity
    sender = situation.sender
    if address and address != sender and test is not None and test.known and test.value is not None:
        builder.add_row(
            "May be removed",
            f"the identity {address}, unless you send from it",
            test,
            section=_AFTER,
        )
    people.leftovers(builder, situation, section=_AFTER)
    _unneeded_addresses(builder, situation)
    _find_proof_leftovers(builder, situation.facts)
    builder.add_finding(
        "ramp",
        Severity.ADVICE,
        "Grow the volume gradually: the domain is new to the mailbox providers.",
        remedy="Ask for more quota only when the real use comes near the one you have.",
    )
    gone = test is not None and test.known and test.value is None
    if address and address != sender and not gone:
        builder.add_finding(
            "clean_up",
            Severity.ADVICE,
            f"The test identity {address} is not needed for sending any more.",
            remedy="Delete it in the console if nothing sends from it.",
        )
    add_service_region(builder, situation)


def _unneeded_addresses(builder: VerdictBuilder, situation: Situation) -> None:
    """Show the addresses that SES knows and that nothing here is known to need."""
    reading = situation.facts.identities
    needed = {
        *(mail for _, mail in situation.mail_addresses),
        *recipients.wanted(situation),
        situation.sender,
        situation.test_address,
    }
    project = so_far(situation.facts.checkout)
    needed |= {mail.sender for mail in project.mails} if project is not None else set()
    identities = reading.value.items if reading is not None and reading.value is not None else ()
    left = [item.name for item in identities if item.type == "EMAIL_ADDRESS" and item.name not in needed]
    if left:
        builder.add_row("Perhaps not needed", ", ".join(left), reading, section=_AFTER)
        builder.add_finding(
            "other_addresses",
            Severity.ADVICE,
            f"SES has {plural(len(left), 'address identity', 'address identities')} that nothing here needs: "
            f"{', '.join(left)}.",
            remedy="Delete those that nothing sends from, in the console; or enter them as test recipients, and "
            "remove them from here.",
        )


def _find_proof_leftovers(builder: VerdictBuilder, facts: Facts) -> None:
    """Show what a proof of the bounce path left behind."""
    left = [
        *(name for name, _ in proof_standing.left_queues(facts)),
        *(item.endpoint.rpartition(":")[2] for item in proof_standing.left_subscriptions(facts)),
    ]
    if left:
        builder.add_finding(
            "proof_left",
            Severity.ADVICE,
            f"A proof of the bounce path left its queue behind: {', '.join(dict.fromkeys(left))}.",
            remedy="Clean up after the proof at the Bounces step.",
            action="clean_up_proof",
        )
