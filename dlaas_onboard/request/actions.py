"""The two writes of the request: filing it, and asking for more quota after the grant."""

from __future__ import annotations

from dlaas_onboard.journey import review
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
    from dlaas_onboard.request.draft import put_account_details

    return (put_account_details(facts, answers),)


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
)
