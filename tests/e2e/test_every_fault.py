"""Every read × the faults of docs/faults.md, "Faults of a read", seen where the operator sees them.

The start never raises; the step that the read belongs to says what is unknown, why, and which IAM action is missing;
the other steps are as before; ``status --json`` validates and ends as the contract says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from dlaas_onboard import wiring
from dlaas_onboard.aws.session import Timeouts
from dlaas_onboard.headless import status
from dlaas_onboard.journey.facts.reading import ProblemKind
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.verdict import Severity, Verdict
from dlaas_onboard.onboarding import Onboarding
from dlaas_onboard.report.json_schema import StatusDocument
from tests.e2e.conftest import World, WorldMaker
from tests.e2e.tools import fill, hurried

K, S = ProblemKind, StepId
HTML = "<!doctype html><title>Hotel Wi-Fi</title><h1>Please sign in</h1>"


class Read(NamedTuple):
    """A read, the steps that say so when it fails, and the steps whose state is unknown then."""

    operation: str
    says: tuple[StepId, ...]
    unknown: tuple[StepId, ...] = ()
    blocked: tuple[StepId, ...] = ()  # the gates are shut, or what the step needs cannot be had

    @property
    def action(self) -> str:
        service, _, operation = self.operation.partition(":")
        return f"{ {'sesv2': 'ses', 'service-quotas': 'servicequotas'}.get(service, service) }:{operation}"

    @property
    def looks(self) -> set[Look]:
        """Return the looks that read it."""
        if self.operation == "sesv2:GetEmailIdentity":
            return {Look.DOMAIN, Look.TEST_ADDRESS}
        return {_LOOKS.get(self.operation) or _LOOKS[self.operation.partition(":")[0]]}


_LOOKS = {
    "sesv2:GetAccount": Look.ACCOUNT,
    "sesv2:ListEmailIdentities": Look.IDENTITIES,
    "ses:GetSendStatistics": Look.STATISTICS,
    "sesv2:ListContactLists": Look.MAILING,
    "sesv2:ListEmailTemplates": Look.MAILING,
    "sesv2:ListSuppressedDestinations": Look.SUPPRESSED,
    "sesv2": Look.BOUNCES,
    "ses": Look.BOUNCES,
    "sns": Look.BOUNCES,
    "support": Look.SUPPORT,
    "service-quotas": Look.QUOTAS,
    "cloudwatch": Look.REPUTATION,
}


READS = (
    Read("sesv2:GetAccount", (S.ACCOUNT, S.BOUNCES, S.DECISION, S.GO_LIVE),
         (S.ACCOUNT, S.BOUNCES, S.DECISION, S.GO_LIVE), (S.FILE,)),
    Read("sesv2:GetEmailIdentity", (S.TEST_ADDRESS, S.DOMAIN, S.BOUNCES), (S.TEST_ADDRESS, S.DOMAIN, S.BOUNCES)),
    Read("sesv2:ListConfigurationSets", (S.BOUNCES,), (S.BOUNCES,)),
    Read("sesv2:GetConfigurationSet", (S.BOUNCES,), (S.BOUNCES,)),
    Read("sesv2:GetConfigurationSetEventDestinations", (S.BOUNCES,), (S.BOUNCES,)),
    Read("sesv2:ListSuppressedDestinations", (S.BOUNCES,)),
    Read("ses:GetSendStatistics", (S.ACCOUNT,)),
    Read("ses:GetIdentityNotificationAttributes", (S.BOUNCES,)),
    Read("sns:GetTopicAttributes", (S.BOUNCES,), (S.BOUNCES,)),
    Read("sns:ListSubscriptionsByTopic", (S.BOUNCES,), (S.BOUNCES,)),
    Read("support:DescribeSeverityLevels", (S.DECISION,)),
    Read("support:DescribeCases", (S.DECISION,)),
    Read("support:DescribeCommunications", (S.DECISION,)),
    Read("service-quotas:ListServiceQuotas", (S.QUOTA, S.DECISION)),
    Read("service-quotas:ListAWSDefaultServiceQuotas", (S.QUOTA, S.DECISION)),
    Read("service-quotas:ListRequestedServiceQuotaChangeHistoryByQuota", (S.QUOTA, S.DECISION)),
    Read("cloudwatch:GetMetricData", (S.ACCOUNT,)),
    Read("cloudwatch:DescribeAlarms", ()),  # the step that shows them waits for the decision
)  # fmt: skip
UNNAMED = Read("sesv2:ListEmailIdentities", ())  # no step needs the list once the domain and the address are known
FILED = (S.DECLARATIONS,)  # what is open is not told once the request is filed, and then it is not known to be
WORDING = (S.USE_CASE,)  # it says what it cannot tell the reviewer when a fact is missing


class Fault(NamedTuple):
    name: str
    how: dict[str, Any]
    kinds: frozenset[ProblemKind]


DENIED = Fault(
    "denied", {"code": "AccessDeniedException", "message": "User: arn:x is not authorized", "status": 403},
    frozenset({K.DENIED}),
)  # fmt: skip
FAULTS = (
    DENIED,
    Fault("throttled", {"code": "TooManyRequestsException", "status": 429}, frozenset({K.THROTTLED})),
    Fault("silence", {"delay": 0.5, "close": True}, frozenset({K.TIMEOUT})),
    Fault("reset", {"close": True}, frozenset({K.UNREACHABLE})),
    Fault("a page with 200", {"body": HTML, "headers": {"Content-Type": "text/html"}}, frozenset({K.MALFORMED})),
    Fault("nothing with 200", {"status": 200, "body": ""}, frozenset({K.MALFORMED})),
    Fault("a list with 200", {"status": 200, "body": "[1, 2]"}, frozenset({K.MALFORMED})),
    Fault("503", {"status": 503, "body": ""}, frozenset({K.UNAVAILABLE})),
    Fault("expired", {"code": "ExpiredTokenException", "status": 403}, frozenset({K.CREDENTIALS})),
    Fault("a proxy's 403", {"status": 403, "body": HTML, "headers": {"x-amzn-RequestId": ""}},
          frozenset({K.PROXY, K.DENIED})),
)  # fmt: skip


ONE_OF_EACH = (
    *("sesv2:GetAccount", "sesv2:GetEmailIdentity", "ses:GetIdentityNotificationAttributes"),
    *("sns:GetTopicAttributes", "support:DescribeCases", "service-quotas:ListServiceQuotas"),
)


class Scene(NamedTuple):
    here: World
    onboarding: Onboarding
    healthy: dict[StepId, Verdict]


@pytest.fixture(scope="module")
def scene(lasting_world: WorldMaker) -> Iterator[Scene]:
    """A review that is pending: every read has something to find. One onboarding looks, for all faults."""
    with pytest.MonkeyPatch.context() as patch:
        hurried(patch, settle=3600, timeouts=Timeouts(connect=2.0, read=0.4, write=2.0))
        here = lasting_world("pending")
        fill(here)
        # The first connection of a service may take longer than the time-out of this module.
        onboarding = here.open()
        onboarding.look()
        yield Scene(here, onboarding, dict(onboarding.view().verdicts))


def changed(before: dict[StepId, Verdict], after: dict[StepId, Verdict]) -> set[StepId]:
    """Return the steps whose state is another one, or that found something else."""
    return {
        step
        for step in before
        if before[step].state != after[step].state
        or {finding.id for finding in before[step].findings} != {finding.id for finding in after[step].findings}
    }


def check(scene: Scene, onboarding: Onboarding, read: Read, fault: Fault) -> None:
    now = dict(onboarding.view().verdicts)
    for step in read.says:
        unread = [finding for finding in now[step].findings if finding.severity == Severity.UNKNOWN]
        told = [finding for finding in unread if f"{read.operation} ·" in finding.evidence + " ·"]
        assert told, (step, unread)
        for finding in told:
            assert finding.message
            assert finding.remedy
            if fault is DENIED:
                assert read.action in finding.remedy, finding
    for step in read.unknown:
        assert now[step].state == StepState.UNKNOWN, (step, now[step].headline)
        assert re.search(r"could not be read|was not read|unknown", now[step].headline), now[step].headline
    for step in read.blocked:
        assert now[step].state == StepState.BLOCKED
    others = changed(scene.healthy, now) - {*read.says, *read.blocked, *WORDING, *FILED, S.FILE, S.REQUEST}
    assert not others, others


# What the whole connection suffers is the same for each read of a service: one of each is enough.
PAIRS = [
    (read, fault)
    for read in READS
    for fault in FAULTS
    if read.operation in ONE_OF_EACH or fault.name in ("denied", "throttled", "reset", "a page with 200", "503")
]


@pytest.mark.parametrize(("read", "fault"), PAIRS, ids=[f"{read.operation}, {fault.name}" for read, fault in PAIRS])
def test_each_read_with_each_fault(scene: Scene, read: Read, fault: Fault) -> None:
    scene.here.server.faults.clear()
    scene.here.server.faults.add(read.operation, times=None, **fault.how)
    scene.onboarding.look(read.looks)
    try:
        latest = {call.operation: call for call in scene.onboarding.calls()}[read.operation]
        assert latest.outcome != "ok" or fault.kinds == {K.MALFORMED}
        check(scene, scene.onboarding, read, fault)
        found = scene.onboarding.status()
        StatusDocument.model_validate_json(json.dumps(found))
        assert found["access"] == ("unknown" if read.operation == "sesv2:GetAccount" else "sandbox")
    finally:
        scene.here.server.faults.clear()
        scene.onboarding.look(read.looks)


def test_it_is_all_there_again(scene: Scene) -> None:
    scene.onboarding.look()
    assert not changed(scene.healthy, dict(scene.onboarding.view().verdicts))


def test_the_list_of_identities(scene: Scene) -> None:
    """Nothing hangs on it while the domain and the address are known; without them it decides."""
    for fault in FAULTS[:5]:
        scene.here.server.faults.clear()
        scene.here.server.faults.add(UNNAMED.operation, times=None, **fault.how)
        scene.onboarding.look({Look.IDENTITIES})
        assert not changed(scene.healthy, dict(scene.onboarding.view().verdicts))
        reading = scene.onboarding.view().facts.identities
        assert reading is not None
        assert reading.problem is not None
        assert reading.problem.kind in fault.kinds
    scene.here.server.faults.clear()


@pytest.mark.parametrize("read", [*READS, UNNAMED], ids=lambda read: read.operation)
def test_a_start_without_the_permission(scene: Scene, read: Read, capsys: pytest.CaptureFixture[str]) -> None:
    """``status --json`` from a start of its own: the document validates, the exit status is the contract's."""
    scene.here.server.faults.clear()
    scene.here.server.faults.add(read.operation, times=None, **DENIED.how)
    onboarding = wiring.build(scene.here.arguments(command="status", json=True, state_dir=f"{scene.here.state_dir}-2"))
    scene.here.opened.append(onboarding)
    code = status.run(onboarding, scene.here.arguments(command="status", json=True))
    out, err = capsys.readouterr()
    found = StatusDocument.model_validate_json(out)
    assert code == (3 if read.operation == "sesv2:GetAccount" else 11)
    if code == 3:
        assert read.action in err
        assert err.count("\n") <= 2
    said = [
        finding
        for step in found.steps
        for finding in step.findings
        if finding.severity == "unknown" and read.action in (finding.remedy or "")
    ]
    assert said or not read.says
    onboarding.close()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_start_where_everything_fails(scene: Scene, fault: Fault, capsys: pytest.CaptureFixture[str]) -> None:
    here = scene.here
    here.server.faults.clear()
    here.server.faults.add("*", times=None, **fault.how)
    onboarding = wiring.build(here.arguments(state_dir=f"{here.state_dir}-{fault.name.replace(' ', '-')}"))
    code = status.run(onboarding, here.arguments(command="status", json=True))
    here.server.faults.clear()
    out, err = capsys.readouterr()
    found = StatusDocument.model_validate_json(out)
    assert code == 3
    assert err.startswith("dlaas-onboard: ")
    assert err.count("\n") == 1
    assert found.access == "unknown"
    assert found.review.status == "unknown"
    assert not found.ready_to_file
    for action, why in onboarding.actions():
        assert why, action.id
    onboarding.close()


def test_a_start_without_a_network_shows_the_last_visit(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    """What was seen is shown with the time when it was seen, and the exit status says that nobody looked."""
    here = scene.here
    seen = scene.onboarding.status()
    scene.onboarding.close()
    here.server.faults.add("*", times=None, close=True)
    onboarding = wiring.build(here.arguments())
    code = status.run(onboarding, here.arguments(command="status", json=True))
    here.server.faults.clear()
    found = StatusDocument.model_validate_json(capsys.readouterr().out)
    assert code == 3
    assert found.account.id == seen["account"]["id"]
    assert found.access == "sandbox"
    assert found.observed_at == StatusDocument.model_validate_json(json.dumps(seen)).observed_at
    assert onboarding.view().situation.answers.text("users") == "120"
    onboarding.close()


WORDS = (
    ("review", {"Details": {"MailType": "TRANSACTIONAL", "WebsiteURL": "https://x.example",
                            "ReviewDetails": {"Status": "ESCALATED", "CaseId": "1"}}}, S.DECISION, "ESCALATED"),
    ("enforcement", {"EnforcementStatus": "LIMITED"}, S.ACCOUNT, "LIMITED"),
)  # fmt: skip


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word[0])
def test_a_word_of_aws_that_is_new(
    scene: Scene, word: tuple[str, dict[str, Any], StepId, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """It is shown as it is, and never taken for a known one."""
    _, change, step, text = word
    answer = {
        "EnforcementStatus": "HEALTHY",
        "ProductionAccessEnabled": False,
        "SendQuota": {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 0.0},
        "SendingEnabled": True,
        "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
        **change,
    }
    scene.here.server.faults.add("sesv2:GetAccount", status=200, body=json.dumps(answer), times=None)
    onboarding = wiring.build(scene.here.arguments(state_dir=f"{scene.here.state_dir}-words"))
    code = status.run(onboarding, scene.here.arguments(command="status", json=True))
    scene.here.server.faults.clear()
    found = StatusDocument.model_validate_json(capsys.readouterr().out)
    assert code == (3 if text == "ESCALATED" else 20)
    assert text in repr(onboarding.view().verdicts[step])
    assert not found.ready_to_file
    if text == "ESCALATED":
        assert found.review.status == "unknown"
    assert {action.id: why for action, why in onboarding.actions()}["file"]
    onboarding.close()
