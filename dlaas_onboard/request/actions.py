"""The writes of the request: filing it, answering about it, and asking for more quota after the grant."""

from __future__ import annotations

from dlaas_onboard.journey import obstacles, plans, review
from dlaas_onboard.journey.actions import Action, Confirm, Verdicts
from dlaas_onboard.journey.answers import Answers
from dlaas_onboard.journey.calls import Call
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.steps import StepId, StepState
from dlaas_onboard.request import seen
from dlaas_onboard.request.gates import gates
from dlaas_onboard.request.increase import increases


def _file(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    from dlaas_onboard.request.draft import draft, put_account_details

    made, _ = draft(facts, answers)
    return (put_account_details(facts, answers),) if made is not None else ()


def _not_filed(facts: Facts, answers: Answers, verdicts: Verdicts) -> str:
    """Return the first gate that is shut. Open intents are known to the step's verdict alone."""
    for gate in gates(facts, answers):
        if not gate.open:
            return f"{gate.title}: {gate.why}" if gate.light == "unknown" else gate.why
    verdict = verdicts.get(StepId.FILE)
    if verdict is None or verdict.state != StepState.TODO:
        return verdict.headline if verdict else "The request has not been judged yet."
    return ""


def _request_quota(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    return tuple(
        Call(
            "service-quotas",
            "RequestServiceQuotaIncrease",
            {
                "ServiceCode": "ses",
                "QuotaCode": item.quota.code,
                "DesiredValue": item.desired,
                "SupportCaseAllowed": True,
            },
        )
        for item in increases(facts, answers)
        if not item.why_not
    )


def _no_increase(facts: Facts, answers: Answers, _verdicts: Verdicts) -> str:
    match review.access(facts):
        case "unknown":
            return "Whether the account has production access is not known."
        case "sandbox":
            return "Quotas can be raised only after Amazon grants production access."
    if seen.known(facts.quotas) is None:
        return "The quotas could not be read from Service Quotas."
    found = increases(facts, answers)
    if not found:
        return "Fill in the worksheet first."
    if any(not item.why_not for item in found):
        return ""
    return " ".join(item.why_not for item in found)


def _reply_text(facts: Facts, answers: Answers) -> str:
    """Return the operator's own reply, or else the reply kit."""
    from dlaas_onboard.request.ledger import reply_kit

    return answers.text("reply").strip() or reply_kit(facts, answers)


def _reply(facts: Facts, answers: Answers) -> tuple[Call, ...]:
    return plans.reply_case(facts, _reply_text(facts, answers))


def _no_reply(facts: Facts, answers: Answers, _verdicts: Verdicts) -> str:
    return obstacles.reply_case(facts, _reply_text(facts, answers))


ACTIONS = (
    Action(
        id="file",
        title="File the request",
        key="f",
        help="Asks Amazon for production access in this Region, with exactly the parameters shown.",
        step=StepId.FILE,
        plan=_file,
        unready=_not_filed,
        iam=("ses:PutAccountDetails",),
        rereads=(Look.ACCOUNT,),
        confirm=Confirm.DIGITS,
        final="A request cannot be edited or withdrawn once it is filed.",
    ),
    Action(
        id="request_quota",
        title="Ask for more quota",
        key="i",
        help="Asks Service Quotas for the worksheet's daily quota and rate; Amazon opens a case for each.",
        step=StepId.QUOTA,
        plan=_request_quota,
        unready=_no_increase,
        # The first request in an account creates the role AWSServiceRoleForServiceQuotas.
        iam=("servicequotas:RequestServiceQuotaIncrease", "iam:CreateServiceLinkedRole"),
        rereads=(Look.QUOTAS,),
        final="A request cannot be changed while Amazon looks at it.",
    ),
    Action(
        id="reply_case",
        title="Send the reply to the case",
        key="a",
        help="Adds your reply to the review's support case; the reply kit's text where you wrote none. Its last line "
        "is a reference by which it is found again.",
        step=StepId.DECISION,
        plan=_reply,
        unready=_no_reply,
        iam=("support:AddCommunicationToCase",),
        rereads=(Look.SUPPORT,),
        final="A reply cannot be changed or taken back.",
    ),
)
