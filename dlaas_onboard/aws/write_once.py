"""One write, sent once, and what its single attempt proves: docs/faults.md, "Outcome of a write"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from botocore import exceptions as e

from dlaas_onboard.aws.client import AwsClient, Wire
from dlaas_onboard.aws.error_text import LOOK_FIRST, ForeignAnswerError
from dlaas_onboard.aws.problems import handshake
from dlaas_onboard.aws.response_fields import ResponseFields, TroubleError
from dlaas_onboard.aws.session import support_region
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Outcome, Phase

# Where the id stands that shows that the write happened; an answer without it proves nothing.
_RESULT = {
    "AddAttachmentsToSet": ("attachmentSetId",),
    "CreateCase": ("caseId",),
    "CreateQueue": ("QueueUrl",),
    "CreateTopic": ("TopicArn",),
    "RequestServiceQuotaIncrease": ("RequestedQuota", "Id"),
    "SendEmail": ("MessageId",),
    "Subscribe": ("SubscriptionArn",),
}
_NOT_SENT = (e.EndpointConnectionError, e.ConnectTimeoutError, e.ProxyConnectionError, e.InvalidProxiesConfigError)


def write(client: AwsClient, call: Call) -> Outcome:
    """Send ``call`` once and return its phase; never raises, never repeats.

    ``ACCEPTED`` says that AWS took it, not that it took effect: only a read-back does. ``UNKNOWN``: it may have.
    """
    region = call.region
    if call.service == "support":
        try:
            region = support_region(client.session.partition) or region
        except TroubleError as trouble:
            return _outcome(Phase.REJECTED, trouble.problem)
    answer, cause, wire, problem = client.send(call.service, call.operation, plain(call.params), region=region)
    if call.params.get("dryRun") is True:
        return _dry_run(answer, problem, phase_of(cause, wire))
    if answer is None:
        return _outcome(phase_of(cause, wire), problem)
    try:
        result = _result(call.operation, answer)
    except TroubleError as trouble:
        return _outcome(Phase.UNKNOWN, replace(trouble.problem, remedy=LOOK_FIRST))
    return Outcome(Phase.ACCEPTED, datetime.now(UTC), request_id=answer.request_id, result=result)


def _dry_run(answer: ResponseFields | None, problem: Problem | None, phase: Phase) -> Outcome:
    """Return what a dry run proves: AWS answers ``DryRunOperationException`` where the call would be taken.

    An answer without it means that the call was carried out (AWS Support API reference, CreateCase).
    """
    if problem is not None and problem.code == "DryRunOperationException":
        return Outcome(Phase.ACCEPTED, datetime.now(UTC), request_id=problem.request_id, result="it would be taken")
    if answer is None:
        return _outcome(phase, problem)
    why = Problem(ProblemKind.MALFORMED, f"AWS did not treat {answer.operation} as a dry run.", LOOK_FIRST)
    return Outcome(Phase.UNKNOWN, datetime.now(UTC), request_id=answer.request_id, problem=why)


def phase_of(cause: BaseException | None, wire: Wire) -> Phase:
    """Return what a failure proves. Everything that is not proven to be without effect is ``UNKNOWN``."""
    if not wire.sent or isinstance(cause, _NOT_SENT):
        return Phase.REJECTED  # no credentials, wrong parameters, no connection
    if isinstance(cause, e.SSLError) and handshake(cause):
        return Phase.REJECTED
    if isinstance(cause, e.ClientError) and _said_no(cause):
        return Phase.REJECTED
    if isinstance(cause, ForeignAnswerError) and _refuses(cause.status, coded=False):
        return Phase.REJECTED
    return Phase.UNKNOWN


def _said_no(cause: e.ClientError) -> bool:
    response: Mapping[str, Any] = cause.response if isinstance(cause.response, Mapping) else {}
    error = response.get("Error")
    code = str(error.get("Code") or "") if isinstance(error, Mapping) else ""
    meta = response.get("ResponseMetadata")
    status = meta.get("HTTPStatusCode") if isinstance(meta, Mapping) else None
    return isinstance(status, int) and _refuses(status, coded=bool(code) and not code.isdecimal())


def _refuses(status: int, *, coded: bool) -> bool:
    """Return whether a status says no: a 400 does with a code of AWS only, a 408 when it is AWS's as well."""
    return 400 <= status < 500 and (coded or status not in (400, 408))


def _result(operation: str, answer: ResponseFields) -> str:
    path = _RESULT.get(operation)
    if path is None:
        return ""
    part: ResponseFields | None = answer
    for name in path[:-1]:
        part = part.part(name) if part else None
    if part is None:
        raise answer.malformed(path[0], "is missing")
    return part.must_text(path[-1])


def _outcome(phase: Phase, problem: Problem | None) -> Outcome:
    fault = problem or Problem(ProblemKind.DEFECT, "The write ended in a way that is not provided for.")
    return Outcome(phase, datetime.now(UTC), request_id=fault.request_id, problem=fault)


def plain(value: Any) -> Any:
    """Return parameters as the dicts and lists that botocore takes."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value
