"""Moto behind the account: the services that it does well, kept over a restart by playing its writes again."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode
from xml.etree import ElementTree as ET
from xml.sax.saxutils import unescape

from moto import backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from dlaas_onboard.rehearsal.aws_protocols import ApiCall, HttpAnswer, HttpRequest
from dlaas_onboard.rehearsal.embedded_account import EmbeddedAccount
from dlaas_onboard.rehearsal.saved_state import SavedEvent, SavedWrite

_SERVICES = ("sns", "sqs", "cloudwatch", "route53", "sts", "iam", "events")
_KEPT = re.compile(r"(Create|Set|Put|Subscribe|Delete|Tag|Untag|Add|Remove|Change|POST |PUT |DELETE )")
_NOT_KEPT = ("DeleteMessage", "PutMetricData", "DeleteMessageBatch")
_WITH_LINK = ("email", "email-json", "http", "https")


class Moto:
    """One account in moto, imported in a thread so that nobody waits for it who does not need it."""

    def __init__(self, account: EmbeddedAccount) -> None:
        self._account = account
        self._app: Any = None
        self._ready = threading.Event()
        self._failed: Exception | None = None
        threading.Thread(target=self._load, name="moto", daemon=True).start()

    def _load(self) -> None:
        try:
            get_backend: Any = backends.get_backend  # typed for literal names only
            for service in _SERVICES:
                get_backend(service).pop(self._account.state.id, None)
            self._app = DomainDispatcherApplication(create_backend_app)
            for kept in list(self._account.state.kept):
                self._play(kept)
            self._metrics()
        except Exception as error:  # raised again in the thread that asks
            self._failed = error
        finally:
            self._ready.set()

    def wait(self, seconds: float = 30.0) -> None:
        """Wait until moto is there. Raises what its start raised."""
        if not self._ready.wait(seconds):
            raise TimeoutError(f"moto did not start within {seconds:g} s")
        if self._failed is not None:
            raise self._failed

    def pass_on(self, call: ApiCall, request: HttpRequest) -> HttpAnswer:
        """Let moto answer, put right what it gets wrong, and keep the write."""
        self.wait()
        subscription = self._subscription(call) if call.operation == "Unsubscribe" else ""
        answer = self._call(request)
        if not any(name.lower() == "x-amzn-requestid" for name in answer.headers):
            answer.headers["x-amzn-RequestId"] = call.request_id
        if answer.status >= 300:
            return answer
        with self._account.lock:
            if call.write and _KEPT.match(call.operation) and call.operation not in _NOT_KEPT:
                self._account.state.kept.append(
                    SavedWrite(
                        call.signing,
                        call.region,
                        request.method,
                        request.path,
                        request.headers.get("content-type", ""),
                        request.headers.get("x-amz-target", ""),
                        request.body.decode("utf-8", "replace"),
                    )
                )
            if call.service == "sns":
                self._subscriptions(call, answer)
            if subscription:
                self._forget(subscription)
        return answer

    def _subscriptions(self, call: ApiCall, answer: HttpAnswer) -> None:
        """Show subscriptions whose link nobody clicked as AWS does; moto confirms each at once."""
        known = self._account.state.confirmations
        if call.operation == "Subscribe" and call.params.get("Protocol") in _WITH_LINK:
            confirmed = known.setdefault(
                f"{call.params.get('TopicArn')} {call.params.get('Protocol')} {call.params.get('Endpoint')}", False
            )
            if not confirmed and call.params.get("ReturnSubscriptionArn") != "true":
                answer.body = re.sub(
                    rb"<SubscriptionArn>[^<]*</SubscriptionArn>",
                    b"<SubscriptionArn>pending confirmation</SubscriptionArn>",
                    answer.body,
                )
        elif call.operation.startswith("ListSubscriptions"):
            answer.body = _hide(answer.body, {key for key, confirmed in known.items() if not confirmed})
        elif call.operation == "GetTopicAttributes":
            arn = str(call.params.get("TopicArn"))
            waiting = sum(not confirmed for key, confirmed in known.items() if key.startswith(arn + " "))
            listed = self.form("sns", call.region, Action="ListSubscriptionsByTopic", TopicArn=arn)
            answer.body = _count(answer.body, waiting, listed.body.count(b"<member>") - waiting)

    def _subscription(self, call: ApiCall) -> str:
        """Return "topic protocol endpoint" of the subscription that a call names by its ARN."""
        arn = str(call.params.get("SubscriptionArn"))
        listed = self.form("sns", call.region, Action="ListSubscriptions").body.decode()
        for block in re.findall(r"<member>.*?</member>", listed, flags=re.DOTALL):
            if f"<SubscriptionArn>{arn}<" in block:
                return _key(block)
        return ""

    def _forget(self, subscription: str) -> None:
        """Drop the write that made a subscription: its ARN will be another after the next start."""
        state = self._account.state
        state.confirmations.pop(subscription, None)

        def made_it(kept: SavedWrite) -> bool:
            form = dict(parse_qsl(kept.body)) if kept.service == "sns" else {}
            names = (form.get("TopicArn"), form.get("Protocol"), form.get("Endpoint"))
            return form.get("Action") == "Subscribe" and " ".join(map(str, names)) == subscription

        state.kept = [kept for kept in state.kept if not made_it(kept)]

    def form(self, service: str, region: str, **fields: str) -> HttpAnswer:
        """Call a query operation; returns its answer."""
        kept = SavedWrite(service, region, "POST", "/", "application/x-www-form-urlencoded", "", urlencode(fields))
        return self._play(kept)

    def publish(self, event: SavedEvent) -> bool:
        """Publish an event of SES to its topic, if the topic exists and its policy lets SES; return whether."""
        self.wait()
        attributes = self.form("sns", event.region, Action="GetTopicAttributes", TopicArn=event.topic)
        if attributes.status >= 300 or not may_publish(
            _attribute(attributes.body, "Policy"), self._account.state.id, event.source
        ):
            return False
        answer = self.form(
            "sns",
            event.region,
            Action="Publish",
            TopicArn=event.topic,
            Subject="Amazon SES Email Event Notification",
            Message=event.body,
        )
        return answer.status < 300

    def _metrics(self) -> None:
        """Publish the reputation of the last day, as SES does about once an hour."""
        for name, value in self._account.state.reputation.items():
            fields = {"Action": "PutMetricData", "Version": "2010-08-01", "Namespace": "AWS/SES"}
            for hour in range(1, 25):
                at = datetime.fromtimestamp(self._account.now() - hour * 3600, UTC)
                fields[f"MetricData.member.{hour}.MetricName"] = name
                fields[f"MetricData.member.{hour}.Value"] = repr(value)
                fields[f"MetricData.member.{hour}.Timestamp"] = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            self.form("monitoring", self._account.state.home, **fields)

    def _play(self, kept: SavedWrite) -> HttpAnswer:
        scope = f"REHEARSAL/20260101/{kept.region}/{kept.service}/aws4_request"
        headers = {
            "content-type": kept.content_type,
            "authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        }
        if kept.target:
            headers["x-amz-target"] = kept.target
        return self._call(HttpRequest(kept.method, kept.path, "", headers, kept.body.encode()))

    def _call(self, request: HttpRequest) -> HttpAnswer:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(request.path, "latin-1"),
            "RAW_URI": request.path,
            "QUERY_STRING": request.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": request.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(request.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "HTTP_X_MOTO_ACCOUNT_ID": self._account.state.id,
        }
        for name, value in request.headers.items():
            if name not in ("content-type", "content-length"):
                environ["HTTP_" + name.upper().replace("-", "_")] = value
        environ.setdefault("HTTP_HOST", "127.0.0.1")
        status, headers = 500, dict[str, str]()

        def start_response(line: str, fields: Iterable[tuple[str, str]], *_: object) -> None:
            nonlocal status
            status = int(line.split(maxsplit=1)[0])
            headers.update(fields)

        parts = self._app(environ, start_response)
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        for name in ("Content-Length", "Connection", "Transfer-Encoding"):
            headers.pop(name, None)
        return HttpAnswer(status, body, headers)


def _attribute(body: bytes, key: str) -> str:
    """Return one attribute of a GetTopicAttributes answer."""
    for entry in ET.fromstring(body).iter():  # noqa: S314 - moto wrote it, in this process
        if entry.tag.endswith("entry"):
            texts = [child.text or "" for child in entry]
            if texts[:1] == [key]:
                return texts[1]
    return ""


def _key(member: str) -> str:
    """Return "topic protocol endpoint" of one listed subscription."""
    fields = dict(re.findall(r"<(TopicArn|Protocol|Endpoint)>([^<]*)</", member))
    return " ".join(unescape(fields.get(name, "")) for name in ("TopicArn", "Protocol", "Endpoint"))


def _hide(body: bytes, waiting: set[str]) -> bytes:
    def member(match: re.Match[str]) -> str:
        block = match.group(0)
        if _key(block) not in waiting:
            return block
        return re.sub(r"(<SubscriptionArn>)[^<]*", r"\g<1>PendingConfirmation", block)

    return re.sub(r"<member>.*?</member>", member, body.decode(), flags=re.DOTALL).encode()


def _count(body: bytes, waiting: int, confirmed: int) -> bytes:
    text = body.decode()
    for name, value in (("Pending", waiting), ("Confirmed", max(0, confirmed))):
        text = re.sub(rf"(<key>Subscriptions{name}</key>\s*<value>)\d+", rf"\g<1>{value}", text)
    return text.encode()


def may_publish(policy: str, account: str, source: str) -> bool:
    """Return whether a topic's policy lets SES publish for ``source``, the ARN of an identity or configuration set.

    https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-sns.html
    """
    try:
        statements = json.loads(policy)["Statement"]
    except (ValueError, KeyError, TypeError):
        return False
    statements = statements if isinstance(statements, list) else [statements]
    return any(_allows(statement, account, source) for statement in statements if isinstance(statement, dict))


def _allows(statement: dict[str, Any], account: str, source: str) -> bool:
    actions = [action.lower() for action in _listed(statement.get("Action", []))]
    return (
        statement.get("Effect") == "Allow"
        and _names_ses(statement.get("Principal"))
        and any(fnmatchcase("sns:publish", action) for action in actions)
        and _conditions_hold(statement, {"aws:sourceaccount": account, "aws:sourcearn": source})
    )


def _names_ses(principal: Any) -> bool:
    """Whether a principal is SES or everyone."""
    if isinstance(principal, dict):
        return principal.get("AWS") == "*" or "ses.amazonaws.com" in _listed(principal.get("Service", []))
    return bool(principal == "*")


def _conditions_hold(statement: dict[str, Any], known: dict[str, str]) -> bool:
    return all(
        any(fnmatchcase(known.get(key.lower(), ""), pattern) for pattern in _listed(wanted))
        for condition in (statement.get("Condition") or {}).values()
        for key, wanted in condition.items()
    )


def _listed(value: Any) -> list[Any]:
    """Return what a policy writes as a text or as a list as a list."""
    return [value] if isinstance(value, str) else list(value)
