"""AWS's protocols as they are on the wire: which call a request is, and how an answer to it is written.

Rest-json (SESv2, account), json 1.0 and 1.1 (Support, Service Quotas, SQS), query (SES, SNS, STS), rest-xml (Route 53)
and the error envelope of rpc-v2-cbor (CloudWatch). https://smithy.io/2.0/aws/protocols/index.html
"""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

from dlaas_onboard.rehearsal.api_error import Refusal

# Signing name -> boto3's client name, where they differ.
_CLIENTS = {"servicequotas": "service-quotas", "monitoring": "cloudwatch"}
_READS = ("Get", "List", "Describe", "BatchGet", "Receive", "AssumeRole", "GET ", "Search", "Simulate")
_XMLNS = {
    "ses": "http://ses.amazonaws.com/doc/2010-12-01/",
    "sns": "http://sns.amazonaws.com/doc/2010-03-31/",
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
}

# https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Operations.html; the lists have an old and a new form.
_V2 = """
GET /account GetAccount
POST /account/details PutAccountDetails
PUT /account/sending PutAccountSendingAttributes
PUT /account/suppression PutAccountSuppressionAttributes
GET /identities ListEmailIdentities
POST /list-identities ListEmailIdentities
POST /identities CreateEmailIdentity
GET /identities/{EmailIdentity} GetEmailIdentity
DELETE /identities/{EmailIdentity} DeleteEmailIdentity
PUT /identities/{EmailIdentity}/mail-from PutEmailIdentityMailFromAttributes
PUT /identities/{EmailIdentity}/configuration-set PutEmailIdentityConfigurationSetAttributes
PUT /identities/{EmailIdentity}/feedback PutEmailIdentityFeedbackAttributes
PUT /identities/{EmailIdentity}/dkim PutEmailIdentityDkimAttributes
PUT /identities/{EmailIdentity}/dkim/signing PutEmailIdentityDkimSigningAttributes
GET /configuration-sets ListConfigurationSets
POST /list-configuration-sets ListConfigurationSets
POST /configuration-sets CreateConfigurationSet
GET /configuration-sets/{ConfigurationSetName} GetConfigurationSet
DELETE /configuration-sets/{ConfigurationSetName} DeleteConfigurationSet
PUT /configuration-sets/{ConfigurationSetName}/sending PutConfigurationSetSendingOptions
PUT /configuration-sets/{ConfigurationSetName}/suppression-options PutConfigurationSetSuppressionOptions
POST /configuration-sets/{ConfigurationSetName}/event-destinations CreateConfigurationSetEventDestination
GET /configuration-sets/{ConfigurationSetName}/event-destinations GetConfigurationSetEventDestinations
PUT /configuration-sets/{ConfigurationSetName}/event-destinations/{EventDestinationName} \
UpdateConfigurationSetEventDestination
DELETE /configuration-sets/{ConfigurationSetName}/event-destinations/{EventDestinationName} \
DeleteConfigurationSetEventDestination
GET /suppression/addresses ListSuppressedDestinations
PUT /suppression/addresses PutSuppressedDestination
GET /suppression/addresses/{EmailAddress} GetSuppressedDestination
DELETE /suppression/addresses/{EmailAddress} DeleteSuppressedDestination
POST /import-jobs CreateImportJob
POST /outbound-emails SendEmail
"""
_ROUTES = [
    (method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", "/v2/email" + path)), operation)
    for method, path, operation in (line.split() for line in _V2.replace("\\\n", "").strip().splitlines())
]
_ACCOUNT = {"/listRegions": "ListRegions", "/getRegionOptStatus": "GetRegionOptStatus"}


class QueryMap(dict[str, Any]):
    """A map in a query answer, written as ``entry`` elements."""


@dataclass(slots=True)
class HttpRequest:
    """One HTTP request; ``path`` is still percent-encoded, header names are in lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class HttpAnswer:
    """One HTTP answer."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ApiCall:
    """One call of AWS's API, as it was understood."""

    service: str  # boto3's client name
    signing: str  # the service in the signature
    region: str
    operation: str
    protocol: str  # rest-json, json, query, rest-xml, cbor
    params: dict[str, Any]
    access_key: str = ""
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def name(self) -> str:
        """Return ``sesv2:GetAccount``."""
        return f"{self.service}:{self.operation}"

    @property
    def write(self) -> bool:
        """Whether the call changes something."""
        return not self.operation.startswith(_READS)


def identify(request: HttpRequest) -> ApiCall:
    """Return which call this is.

    Raises :class:`Refusal` (SerializationException) for a body that is not what the protocol wants; an operation that
    is not known here is named by method and path.
    """
    scope = re.search(
        r"Credential=([^/,\s]+)/\d+/([^/]+)/([^/]+)/aws4_request", request.headers.get("authorization", "")
    )
    key, region, signing = scope.groups() if scope else ("", "us-east-1", "")
    service = _CLIENTS.get(signing, signing)
    target = request.headers.get("x-amz-target", "")
    content_type = request.headers.get("content-type", "")
    if signing == "ses" and request.path.startswith("/v2/"):
        call = ApiCall("sesv2", signing, region, f"{request.method} {request.path}", "rest-json", {}, key)
        for method, pattern, operation in _ROUTES:
            match = pattern.fullmatch(request.path.rstrip("/"))
            if match and method == request.method:
                call.operation = operation
                call.params = {name: unquote(value) for name, value in match.groupdict().items()}
                break
        return _with_json(call, request)
    if "rpc-v2-cbor" in request.headers.get("smithy-protocol", ""):
        return ApiCall(service, signing, region, request.path.rpartition("/")[2], "cbor", {}, key)
    if target:
        return _with_json(ApiCall(service, signing, region, target.rpartition(".")[2], "json", {}, key), request)
    if "x-www-form-urlencoded" in content_type:
        form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        operation = form.pop("Action", "")
        form.pop("Version", None)
        return ApiCall(service, signing, region, operation, "query", unflatten(form), key)
    if service == "account":
        call = ApiCall(service, signing, region, _ACCOUNT.get(request.path, request.path), "rest-json", {}, key)
        return _with_json(call, request)
    protocol = "rest-xml" if service in ("route53", "s3") else "rest-json"
    return ApiCall(service, signing, region, f"{request.method} {request.path}", protocol, {}, key)


def _with_json(call: ApiCall, request: HttpRequest) -> ApiCall:
    for name, value in parse_qsl(request.query):
        call.params.setdefault(name, value)
    if not request.body.strip():
        return call
    try:
        content = json.loads(request.body)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise Refusal("SerializationException", "The request body is not a JSON object.") from None
    call.params = content | call.params
    return call


def unflatten(form: dict[str, str]) -> dict[str, Any]:
    """Return query parameters as nested ones: ``A.member.1=x`` becomes ``{"A": ["x"]}``."""
    root: dict[str, Any] = {}
    for name, value in form.items():
        *path, last = [part for part in name.split(".") if part != "member"] or [name]
        node = root
        for part in path:
            below = node.setdefault(part, {})
            if not isinstance(below, dict):
                break
            node = below
        node[last] = value

    def tidy(node: Any) -> Any:
        if not isinstance(node, dict):
            return node
        if node and all(part.isdigit() for part in node):
            return [tidy(node[part]) for part in sorted(node, key=int)]
        return {name: tidy(value) for name, value in node.items()}

    return {name: tidy(value) for name, value in root.items()}


def success(call: ApiCall, output: dict[str, Any]) -> HttpAnswer:
    """Write an output; an empty one has no body in the JSON protocols."""
    if call.protocol != "query":
        content = json.dumps(output).encode() if output or call.protocol == "json" else b""
        return HttpAnswer(200, content, _headers(call))
    inner = _xml(f"{call.operation}Result", output)
    body = (
        f'<{call.operation}Response xmlns="{_XMLNS.get(call.service, "")}">{inner}'
        f"<ResponseMetadata><RequestId>{call.request_id}</RequestId></ResponseMetadata></{call.operation}Response>"
    )
    return HttpAnswer(200, body.encode(), _headers(call))


def failure(call: ApiCall, refusal: Refusal) -> HttpAnswer:
    """Write an error in the envelope of the call's protocol."""
    headers = _headers(call)
    if call.protocol in ("query", "rest-xml"):
        kind = "Sender" if refusal.status < 500 else "Receiver"
        body = (
            f'<ErrorResponse xmlns="{_XMLNS.get(call.service, "")}"><Error><Type>{kind}</Type>'
            f"<Code>{escape(refusal.code)}</Code><Message>{escape(refusal.message or '')}</Message></Error>"
            f"<RequestId>{call.request_id}</RequestId></ErrorResponse>"
        )
        return HttpAnswer(refusal.status, body.encode(), headers)
    if call.protocol == "cbor":
        fields = {"__type": refusal.code, "message": refusal.message or ""}
        return HttpAnswer(refusal.status, _cbor(fields), headers | {"smithy-protocol": "rpc-v2-cbor"})
    headers["x-amzn-ErrorType"] = refusal.code
    content = (
        {"message": refusal.message}
        if call.protocol == "rest-json"
        else {
            "__type": refusal.code,
            "message": refusal.message,
        }
    )
    return HttpAnswer(refusal.status, json.dumps(content).encode(), headers)


def _headers(call: ApiCall) -> dict[str, str]:
    kinds = {
        "query": "text/xml",
        "rest-xml": "text/xml",
        "cbor": "application/cbor",
        "json": "application/x-amz-json-1.1",
    }
    return {"x-amzn-RequestId": call.request_id, "Content-Type": kinds.get(call.protocol, "application/json")}


def _xml(name: str, value: Any) -> str:
    if isinstance(value, QueryMap):
        inner = "".join(f"<entry>{_xml('key', key)}{_xml('value', item)}</entry>" for key, item in value.items())
    elif isinstance(value, dict):
        inner = "".join(_xml(key, item) for key, item in value.items())
    elif isinstance(value, list):
        inner = "".join(_xml("member", item) for item in value)
    elif isinstance(value, bool):
        inner = "true" if value else "false"
    else:
        inner = escape(str(value))
    return f"<{name}>{inner}</{name}>"


def _cbor(fields: dict[str, str]) -> bytes:
    """Return a small map of texts: RFC 8949, major types 5 and 3."""

    def text(value: str) -> bytes:
        content = value.encode()
        return b"\x79" + len(content).to_bytes(2, "big") + content

    return bytes([0xA0 + len(fields)]) + b"".join(text(key) + text(value) for key, value in fields.items())
