"""All steps judged together, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dlaas_onboard.journey import records as dns_records
from dlaas_onboard.journey.answers import Answers
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.intents import Intent
from dlaas_onboard.journey.judges import account, bounces, domain, go_live, test_address
from dlaas_onboard.journey.records import RecordState
from dlaas_onboard.journey.review import access
from dlaas_onboard.journey.steps import STEPS, StepId, StepState
from dlaas_onboard.journey.verdict import Verdict
from dlaas_onboard.request import judges
from dlaas_onboard.request.description import Description
from dlaas_onboard.request.gate import Gate
from dlaas_onboard.request.gates import gates
from dlaas_onboard.request.ledger import describe
from dlaas_onboard.request.worksheet import Worksheet, work_out


class Judgement(NamedTuple):
    """What follows from the facts and answers."""

    verdicts: Mapping[StepId, Verdict]
    gates: tuple[Gate, ...]
    records: tuple[RecordState, ...]
    description: Description
    worksheet: Worksheet
    first_step: StepId


def judge_all(facts: Facts, answers: Answers, intents: tuple[Intent, ...]) -> Judgement:
    """Judge every step. Pure: the same facts and answers give the same judgement."""
    verdicts = {
        StepId.ACCOUNT: account.judge(facts, answers),
        StepId.TEST_ADDRESS: test_address.judge(facts, answers, intents),
        StepId.DOMAIN: domain.judge(facts, answers),
        StepId.BOUNCES: bounces.judge(facts, answers),
        StepId.REQUEST: judges.request(facts, answers),
        StepId.QUOTA: judges.quota(facts, answers),
        StepId.USE_CASE: judges.use_case(facts, answers),
        StepId.DECLARATIONS: judges.declarations(facts, answers),
        StepId.FILE: judges.file(facts, answers, intents),
    }
    # What is open at the steps before is named again after a denial.
    verdicts[StepId.DECISION] = judges.decision(facts, answers, intents, verdicts)
    verdicts[StepId.GO_LIVE] = go_live.judge(facts, answers, intents)
    return Judgement(
        verdicts=verdicts,
        gates=gates(facts, answers, intents),
        records=dns_records.states(facts, answers),
        description=describe(facts, answers),
        worksheet=work_out(facts, answers),
        first_step=_first(verdicts, access(facts)),
    )


def _first(verdicts: Mapping[StepId, Verdict], reached: str) -> StepId:
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
