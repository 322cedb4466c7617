"""The writes of the request: filing it, answering about it, and asking for more quota after the grant."""

from __future__ import annotations

from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.request import new_case, quota_increase, reply, reply_review
from dlaas_onboard.journey.request.gates import gates
from dlaas_onboard.journey.request.request_draft import draft, put_account_details
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.writes.actions import Action, Confirm, Verdicts


def _file(situation: Situation) -> tuple[Call, ...]:
    request, _ = draft(situation)
    return (put_account_details(situation),) if request is not None else ()


def _filing_blocked_because(situation: Situation, verdicts: Verdicts) -> str:
    """Return the first gate that is shut. Of an earlier filing that is open, the step's verdict says more."""
    for gate in gates(situation):
        if not gate.open and gate.id != "intents":
            return f"{gate.title}: {gate.why}" if gate.light == "unknown" else gate.why
    verdict = verdicts.get(StepId.FILE)
    if verdict is None or verdict.state != StepState.TODO:
        return verdict.headline if verdict else "The request has not been judged yet."
    return ""


def _increase_blocked_because(situation: Situation, _verdicts: Verdicts) -> str:
    return quota_increase.blocked_because(situation)


def _reply_blocked_because(situation: Situation, _verdicts: Verdicts) -> str:
    return reply.blocked_because(situation)


def _case_blocked_because(situation: Situation, _verdicts: Verdicts) -> str:
    return new_case.blocked_because(situation)


ACTIONS = (
    Action(
        id="file",
        title="File the request",
        key="f",
        help="Asks Amazon for production access in this Region, with exactly the parameters shown.",
        step=StepId.FILE,
        plan=_file,
        blocked_because=_filing_blocked_because,
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
        plan=quota_increase.calls,
        blocked_because=_increase_blocked_because,
        # The first request in an account creates the role AWSServiceRoleForServiceQuotas.
        iam=("servicequotas:RequestServiceQuotaIncrease", "iam:CreateServiceLinkedRole"),
        rereads=(Look.QUOTAS,),
        final="A request cannot be changed while Amazon looks at it.",
        warns=quota_increase.before,
        each=True,
        result_text=quota_increase.result_text,
        inputs=("daily_quota", "send_rate", "quota_in_sandbox"),
    ),
    Action(
        id="reply_case",
        title="Send the reply to the case",
        key="a",
        help="Adds your reply to the review's support case; the draft where you wrote none. Its last line "
        "is a reference by which it is found again.",
        step=StepId.DECISION,
        plan=reply.calls,
        blocked_because=_reply_blocked_because,
        again=reply.again,
        by_hand=reply.by_hand,
        preview=reply.preview,
        warns=reply_review.warnings,
        iam=("support:AddAttachmentsToSet", "support:AddCommunicationToCase"),
        rereads=(Look.SUPPORT,),
        final="A reply cannot be changed or taken back.",
        inputs=("aws_answer", "reply", "attach_report"),
    ),
    Action(
        id="open_case",
        title="Open a new case",
        key="w",
        help="Opens a support case that asks for another review, after a dry run that opens nothing.",
        step=StepId.DECISION,
        plan=new_case.calls,
        blocked_because=_case_blocked_because,
        again=new_case.again,
        preview=reply.preview,
        warns=reply_review.warnings,
        iam=("support:AddAttachmentsToSet", "support:CreateCase"),
        rereads=(Look.SUPPORT,),
        confirm=Confirm.DIGITS,
        about="The first call is a dry run: AWS answers DryRunOperationException where it would take the case, and "
        "opens nothing. Only then is the case opened, once.",
        final="A case that was opened stays; it can only be closed.",
        inputs=("aws_answer", "reply", "attach_report", "new_case"),
    ),
)
