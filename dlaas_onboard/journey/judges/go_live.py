"""Go live: production access is real, the first message arrived, and what to do with what was only for testing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dlaas_onboard.journey import review, subject
from dlaas_onboard.journey.answers import Answers
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.intents import Intent, Phase
from dlaas_onboard.journey.judges import filings
from dlaas_onboard.journey.judges.account import BOUNCE_REVIEW, COMPLAINT_REVIEW
from dlaas_onboard.journey.judges.sheet import Sheet
from dlaas_onboard.journey.quantity import quota, rate
from dlaas_onboard.journey.review import Health, Stage
from dlaas_onboard.journey.steps import StepId, StepState
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict

_ACCESS, _FIRST, _AFTER = "Production access", "First real message", "Afterwards"
_RESULT = re.compile(r"\b(dkim|spf|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)


def judge(facts: Facts, answers: Answers, intents: Sequence[Intent] = ()) -> Verdict:
    """Judge whether mail reaches everyone: the flag, the health, the first real message."""
    sheet = Sheet(StepId.GO_LIVE)
    stage = review.stage(facts)
    account = review.account(facts)
    unread = sheet.missing("account", "Production access", facts.account, section=_ACCESS)
    if account is not None:
        sheet.row(
            "ProductionAccessEnabled",
            "true" if account.production else "false",
            facts.account,
            Mark.GOOD if account.production else Mark.WAIT,
            section=_ACCESS,
            expected="true",
        )
        sheet.row("Region", facts.place.region or "none chosen", section=_ACCESS)
        sheet.row("Daily quota received", quota(account.max_24_hour_send), facts.account, section=_ACCESS)
        sheet.row("Sending rate received", rate(account.max_send_rate), facts.account, section=_ACCESS)
    sheet.gaps(facts)
    if unread or account is None:
        return sheet.not_known("Production access")
    if not account.production:
        if stage in (Stage.NEVER_ASKED, Stage.FAILED):
            return sheet.verdict(StepState.BLOCKED, "Production access has to be asked for first.", StepId.FILE)
        return sheet.verdict(StepState.BLOCKED, "Amazon has not lifted the sandbox yet.", StepId.DECISION)
    sent = _first(sheet, facts, answers, intents)
    _after(sheet, facts, answers)
    if review.health(facts) == Health.UNHEALTHY:
        sheet.find(
            "unhealthy",
            Severity.BLOCKER,
            "The account has production access, but sending is paused or under enforcement.",
            evidence=f"SendingEnabled {account.sending_enabled}, EnforcementStatus {account.enforcement or 'absent'}",
            remedy="See the Account step: this has a process of its own.",
        )
        return sheet.verdict(StepState.ATTENTION, "Production access is there, but Amazon does not let you send now.")
    if review.health(facts) == Health.UNKNOWN:
        sheet.find("health", Severity.UNKNOWN, "Amazon's answer leaves out whether sending is healthy.")
        return sheet.not_known("Whether sending is healthy")
    failed = next((item for item in sheet.findings if item.id == "go_live.authentication"), None)
    if failed is not None:
        return sheet.verdict(StepState.ATTENTION, failed.message)
    if not sent:
        return sheet.verdict(
            StepState.TODO, "The sandbox is left. Send the first real message to somebody who agreed, and look at it."
        )
    return sheet.verdict(StepState.DONE, f"Mail from {facts.place.region} reaches everyone.")


def _first(sheet: Sheet, facts: Facts, answers: Answers, intents: Sequence[Intent]) -> bool:
    sends = [
        intent
        for intent in filings.of_place(intents, facts, "SendEmail")
        if intent.action == "send_first" and intent.phase in (Phase.ACCEPTED, Phase.CONFIRMED)
    ]
    for intent in sends:
        message = intent.result or (intent.outcome.result if intent.outcome else "")
        sheet.row(
            "Accepted by SES",
            f"message {message}" if message else "yes",
            mark=Mark.GOOD,
            source="journal",
            observed_at=intent.settled_at or intent.created_at,
            section=_FIRST,
        )
    if not sends:
        sheet.row("Accepted by SES", "nothing sent from here yet", mark=Mark.WAIT, section=_FIRST)
    headers = answers.entry("first_headers")
    if headers is None:
        if sends:
            sheet.find(
                "no_headers",
                Severity.ADVICE,
                "SES accepted the message; whether it arrived, and passed DKIM, SPF and DMARC, is not recorded.",
                remedy="Open it at the recipient, and paste its Authentication-Results header here.",
            )
        return bool(sends)
    # The receiver adds its own verdicts on top, so the first of each name is the receiver's.
    results: dict[str, str] = {}
    for name, result in _RESULT.findall(headers.text):
        results.setdefault(name.lower(), result.lower())
    for name in ("dkim", "spf", "dmarc"):
        said = results.get(name, "")
        sheet.row(
            name.upper(),
            said or "not in what was pasted",
            mark=Mark.GOOD if said == "pass" else Mark.BAD if said else Mark.UNKNOWN,
            expected="pass",
            source=f"pasted by {headers.by}",
            observed_at=headers.at,
            section=_FIRST,
        )
    wrong = [f"{name.upper()} {said}" for name, said in results.items() if said != "pass"]
    if wrong:
        sheet.find(
            "authentication",
            Severity.WARNING,
            f"The receiver reports {', '.join(wrong)} for the first message.",
            evidence=f"headers pasted by {headers.by}",
            remedy="Look at the Domain step: each record, and what SES says of it.",
        )
    return bool(results) or bool(sends)


def _after(sheet: Sheet, facts: Facts, answers: Answers) -> None:
    address = subject.test_address(facts, answers)
    test = subject.test_identity(facts, answers)
    sender = subject.sender(facts, answers)
    if address and address != sender and test is not None and test.known and test.value is not None:
        sheet.row(
            "May be removed",
            f"the identity {address}, unless you send from it",
            test,
            section=_AFTER,
        )
    sheet.row(
        "Alarms to set",
        f"Reputation.BounceRate at {BOUNCE_REVIEW:g}, Reputation.ComplaintRate at {COMPLAINT_REVIEW:g} (AWS/SES)",
        section=_AFTER,
        source="SES Developer Guide",
    )
    sheet.find(
        "alarms",
        Severity.ADVICE,
        "Let CloudWatch tell you before Amazon reviews the account.",
        remedy=f"Set alarms on Reputation.BounceRate ({BOUNCE_REVIEW:g}) and Reputation.ComplaintRate "
        f"({COMPLAINT_REVIEW:g}) in the namespace AWS/SES, with missing data ignored.",
    )
    sheet.find(
        "ramp",
        Severity.ADVICE,
        "Grow the volume gradually: the domain is new to the mailbox providers.",
        remedy="Ask for more quota only when the real use comes near the one you have.",
    )
    if address:
        sheet.find(
            "clean_up",
            Severity.ADVICE,
            f"The test identity {address} is not needed for sending any more.",
            remedy="Delete it in the console if nothing sends from it.",
        )
    project = subject.checkout(facts)
    if project is not None and project.region and project.region != facts.place.region:
        sheet.find(
            "region_differs",
            Severity.WARNING,
            f"Production access holds in {facts.place.region}, but the checkout sends from {project.region}.",
            evidence=project.sources.get("region", project.root),
            remedy="Deploy to this Region, or ask for production access in the other one.",
            guide_step=10,
        )
