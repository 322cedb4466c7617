"""The one place through which every call goes: paced, timed, recorded, and its failure put into words."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from dlaas_onboard.aws.call_log import Records
from dlaas_onboard.aws.error_codes import THROTTLED, WRONG_KEY
from dlaas_onboard.aws.error_text import CallPlace, MalformedAnswerError
from dlaas_onboard.aws.paging import Pages
from dlaas_onboard.aws.problems import problem
from dlaas_onboard.aws.rate_limit import Pace, pace_of
from dlaas_onboard.aws.response_fields import ResponseFields, TroubleError
from dlaas_onboard.aws.response_validation import check_answer
from dlaas_onboard.aws.session import Session, host_of, is_amazon
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind
from dlaas_onboard.journey.situation.calls import CallRecord
from dlaas_onboard.journey.text import line

_PACED = frozenset({"ses", "sesv2"})
_SENDING = frozenset({"SendEmail"})  # the only SES operations outside of the one-a-second limit


@dataclass(slots=True)
class Wire:
    """How far the call of this thread got; filled by botocore's own events."""

    sent: bool = False
    answered: bool = False


class AwsClient:
    """Calls AWS through one :class:`Session`. Safe to use from any number of threads."""

    def __init__(self, region: str = "") -> None:
        self._session: Session | None = None
        self._refused = Problem(
            ProblemKind.CREDENTIALS, "There is no connection to AWS yet.", "Connect first, then look again."
        )
        self.region = line(region)  # of the place, for the source of a reading
        self._account = ""
        self.records = Records()
        self._opted: dict[str, str] | Problem | None = None
        self._opted_lock = threading.Lock()
        self._state = threading.local()
        self._closed = threading.Event()
        self.renew: bool = True  # the credentials or the configuration failed: the next connect() starts afresh

    def use(self, session: Session) -> None:
        """Send the calls from now on through ``session``; those under way end on their own."""
        self._session = session
        self.region = session.region
        self.renew = False

    def refuse(self, problem: Problem) -> None:
        """Answer every call from now on with ``problem``: no Session came about."""
        self._session = None
        self._refused = problem
        self.renew = True

    def forget_regions(self) -> None:
        """Ask again which Regions are enabled, when it matters next."""
        with self._opted_lock:
            self._opted = None

    def belongs_to(self, account: str) -> None:
        """Share the pace of ``account`` with whoever else reads it in this process."""
        self._account = account

    @property
    def session(self) -> Session:
        """Return the Session. Raises :class:`TroubleError` where none came about."""
        session = self._session
        if session is None:
            raise TroubleError(self._refused)
        return session

    def prepare(self, client: Any) -> None:
        """Hook a new client: how far did a call get, and is its answer whole."""
        client.meta.events.register("before-send", self._sends)
        client.meta.events.register("before-parse", self._receives)
        client.meta.events.register("response-received", self._received)

    def call(
        self, service: str, operation: str, params: Mapping[str, Any] | None = None, *, region: str = ""
    ) -> ResponseFields:
        """Send one read and return its answer. Raises :class:`TroubleError`."""
        return self._call(service, operation, params or {}, region=region, write=False)[0]

    def send(
        self, service: str, operation: str, params: Mapping[str, Any], *, region: str = ""
    ) -> tuple[ResponseFields | None, BaseException | None, Wire, Problem | None]:
        """Send one write, once, and return all that is known of how it went. Never raises."""
        wire = Wire()
        try:
            answer, _ = self._call(service, operation, params, region=region, write=True, wire=wire)
        except TroubleError as trouble:
            return None, trouble.__cause__, wire, trouble.problem
        return answer, None, wire, None

    def release(self, service: str, region: str) -> None:
        """Let go of what reading another Region needed; nothing happens where no Session came about."""
        if self._session is not None:
            self._session.release(service, region)

    def pages(
        self,
        service: str,
        operation: str,
        params: Mapping[str, Any],
        token: str,
        *,
        region: str = "",
        following: str = "",
    ) -> Pages:
        """Return the pages of a list; ``token`` is the name of its continuation, in question and answer.

        ``following`` is its name in the answer where that is another one.
        """
        return Pages(lambda more: self.call(service, operation, {**params, **more}, region=region), token, following)

    def _call(
        self,
        service: str,
        operation: str,
        params: Mapping[str, Any],
        *,
        region: str,
        write: bool,
        wire: Wire | None = None,
    ) -> tuple[ResponseFields, Wire]:
        name = f"{service}:{operation}"
        session = self.session
        region = region or session.region
        wire = wire or Wire()
        endpoint = ""
        started = time.monotonic()
        at = datetime.now(UTC)
        answer: ResponseFields | None = None
        try:
            client = session.client(service, region, write=write)
            endpoint = str(client.meta.endpoint_url)
            send = getattr(client, _method(client, operation))
            self._wait(service, operation, region, write=write)
            started, at = time.monotonic(), datetime.now(UTC)
            self._state.wire = wire
            response = send(**params)
            answer = self._answer(response, name, write=write, endpoint=endpoint)
        except Exception as exc:
            where = CallPlace(
                profile=session.profile,
                region=region,
                endpoint=host_of(endpoint),
                sent=wire.sent,
                answered=wire.answered,
                program="" if wire.sent else session.program(),
            )
            fault = self._struck(problem(exc, name, write=write, where=where), session)
            if fault.code in WRONG_KEY and service != "account":
                fault = self._opt_in(fault, session, region)
            if fault.kind in (ProblemKind.CREDENTIALS, ProblemKind.PROFILE):
                self.renew = True
            outcome, taken = fault.code or fault.kind.value, _since(started)
            self.records.add(CallRecord(at, name, region, outcome, taken, fault.request_id, write))
            raise TroubleError(fault) from exc
        finally:
            self._state.wire = None
        self.records.add(CallRecord(at, name, region, "ok", _since(started), answer.request_id, write))
        return answer, wire

    def _answer(self, response: object, name: str, *, write: bool, endpoint: str) -> ResponseFields:
        if not isinstance(response, Mapping):
            raise MalformedAnswerError("it is not a structure")
        meta = response.get("ResponseMetadata")
        raw_id = meta.get("RequestId") if isinstance(meta, Mapping) else None
        request_id = line(raw_id, limit=100) if isinstance(raw_id, str) else ""
        # Some emulators send no request id. For a read the mandatory fields decide; a write has none to show.
        if not request_id and (write or is_amazon(host_of(endpoint))):
            raise MalformedAnswerError("it has no request id, so it is not from AWS")
        return ResponseFields(response, name, request_id)

    def _wait(self, service: str, operation: str, region: str, *, write: bool) -> None:
        if service in _PACED and operation not in _SENDING:
            pace = self._pace(region)
            self._closed.wait(pace.write() if write else pace.read())
        if self._closed.is_set():
            raise TroubleError(Problem(ProblemKind.UNREACHABLE, "The connection was closed.", "Nothing was sent."))

    def _pace(self, region: str) -> Pace:
        session = self.session
        place = session.place
        return pace_of(self._account or session.profile, region, place.endpoint, amazon=place.amazon)

    # The next three are called by botocore, in the thread of the call.

    def _sends(self, **_: Any) -> None:
        wire: Wire | None = getattr(self._state, "wire", None)
        if wire is not None:
            wire.sent, wire.answered = True, False

    def _receives(self, *, operation_model: Any, response_dict: Mapping[str, Any], **_: Any) -> None:
        wire: Wire | None = getattr(self._state, "wire", None)
        if wire is not None:
            wire.answered = True
        check_answer(response_dict, operation_model)

    def _received(self, *, parsed_response: Mapping[str, Any] | None, context: Mapping[str, Any], **_: Any) -> None:
        if not isinstance(parsed_response, Mapping):
            return
        error = parsed_response.get("Error")
        code = error.get("Code") if isinstance(error, Mapping) else ""
        status = parsed_response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if code in THROTTLED or status == 429:
            region = context.get("client_region")
            self._pace(region if isinstance(region, str) else self.session.region).throttled()

    def _opt_in(self, fault: Problem, session: Session, region: str) -> Problem:
        """Tell a wrong key from a Region that is not enabled: both read the same (docs/ses.md, "Regions")."""
        if session.partition != "aws":
            return fault
        with self._opted_lock:
            if self._opted is None:
                self._opted = self._opt_states()
            opted = self._opted
        if isinstance(opted, Problem):
            if opted.kind is not ProblemKind.DENIED:
                return fault
            return replace(
                fault,
                kind=ProblemKind.REGION,
                message=f"AWS knows these credentials, but not in {region}: the Region is probably not enabled.",
                remedy=f"Enable {region} for the account, or choose another Region.",
                iam_action="account:ListRegions",
            )
        state = opted.get(region, "")
        if state in ("DISABLED", "DISABLING", "ENABLING"):
            return replace(
                fault,
                kind=ProblemKind.REGION,
                message=f"{region} is not enabled for this account ({state}).",
                remedy=f"Run `aws account enable-region --region-name {region}` and wait, or choose another Region.",
            )
        return fault

    def _opt_states(self) -> dict[str, str] | Problem:
        try:
            states: dict[str, str] = {}
            for page in self.pages("account", "ListRegions", {"MaxResults": 50}, "NextToken", region="us-east-1"):
                states |= {item.text("RegionName"): item.text("RegionOptStatus") for item in page.parts("Regions")}
        except TroubleError as trouble:
            return trouble.problem
        return states

    def _struck(self, fault: Problem, session: Session) -> Problem:
        def struck(text: str) -> str:
            for secret in secrets:
                text = text.replace(secret, "(struck out)")
            return text

        secrets = session.secrets()
        return replace(
            fault,
            message=struck(fault.message),
            remedy=struck(fault.remedy),
            code=struck(fault.code),
            request_id=struck(fault.request_id),
        )

    def close(self) -> None:
        """Let nobody wait any longer, and close idle connections. Waits for nothing itself."""
        self._closed.set()
        if self._session is not None:
            self._session.close()


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def _method(client: Any, operation: str) -> str:
    for method, name in client.meta.method_to_api_mapping.items():
        if name == operation:
            return str(method)
    raise LookupError(operation)
