"""All steps judged together, in their order."""

from __future__ import annotations

from collections.abc import Mapping

from dlaas_onboard.journey.dns import record_turns
from dlaas_onboard.journey.judgement import Judgement
from dlaas_onboard.journey.request.claim_ledger import describe
from dlaas_onboard.journey.request.gates import gates
from dlaas_onboard.journey.request.worksheet import work_out
from dlaas_onboard.journey.review.stages import access
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import STEPS, StepId, StepState
from dlaas_onboard.journey.steps import declarations, review_and_file, use_case
from dlaas_onboard.journey.steps.account import account_step
from dlaas_onboard.journey.steps.after_denial import with_open_gaps
from dlaas_onboard.journey.steps.bounces import bounces_step
from dlaas_onboard.journey.steps.decision import decision_step
from dlaas_onboard.journey.steps.domain import domain_step
from dlaas_onboard.journey.steps.go_live import go_live_step
from dlaas_onboard.journey.steps.quota import quota_step
from dlaas_onboard.journey.steps.request import request_step
from dlaas_onboard.journey.steps.test_address import test_address_step
from dlaas_onboard.journey.verdict import Verdict


def judge_all(situation: Situation) -> Judgement:
    """Judge every step. Pure: the same facts and answers give the same judgement."""
    verdicts = {
        StepId.ACCOUNT: account_step.judge(situation),
        StepId.TEST_ADDRESS: test_address_step.judge(situation),
        StepId.DOMAIN: domain_step.judge(situation),
        StepId.BOUNCES: bounces_step.judge(situation),
        StepId.REQUEST: request_step.judge(situation),
        StepId.QUOTA: quota_step.judge(situation),
        StepId.USE_CASE: use_case.judge(situation),
        StepId.DECLARATIONS: declarations.judge(situation),
        StepId.FILE: review_and_file.judge(situation),
    }
    # What is open at the steps before is named again after a denial.
    verdicts[StepId.DECISION] = decision_step.judge(situation, verdicts)
    verdicts[StepId.GO_LIVE] = go_live_step.judge(situation)
    first_step = _first_step(verdicts, access(situation.facts))  # after a denial Decision, which lists every gap
    return Judgement(
        situation=situation,
        verdicts=with_open_gaps(verdicts, situation.facts),
        gates=gates(situation),
        records=record_turns.states_with_turns(situation),
        description=describe(situation),
        worksheet=work_out(situation),
        first_step=first_step,
    )


def _first_step(verdicts: Mapping[StepId, Verdict], reached: str) -> StepId:
    """Return the first step that needs the operator; else the first that waits; else the last.

    With production access nothing before the last step is needed any more, except a healthy account.
    """
    if reached == "production" and verdicts[StepId.ACCOUNT].state == StepState.DONE:
        return StepId.GO_LIVE
    for step in STEPS:
        if verdicts[step.id].needs_operator:
            return step.id
    for step in STEPS:
        if verdicts[step.id].state == StepState.WAITING:
            return step.id
    return STEPS[-1].id
