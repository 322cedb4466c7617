"""Calls of the AWS SDKs for SES, in every language that is read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from dlaas_onboard.journey.facts.sending import SendingKind
from dlaas_onboard.project.parts import MAX_NODES, Parts, add_chain, add_variable, parts
from dlaas_onboard.project.sendings import Index, Sending
from dlaas_onboard.project.syntax import Invocation, SourceFile, descendants, is_identifier, text_of

WORDS = (
    *(b"endEmail", b"endRawEmail", b"endTemplatedEmail", b"endBulkEmail", b"endBulkTemplatedEmail", b"endCustomVerif"),
    *(b"send_email", b"send_raw_email", b"send_templated_email", b"send_bulk_", b"send_custom_verif"),
)
# One of these stands in every file whose calls of those names are SES's: the SDK, or a key of its requests.
NEEDS = (
    *(b"client-ses", b"aws-sdk", b"boto", b"services.ses", b"simpleemail", b"service/ses", b"Aws", b"Ses"),
    *(b"Destination", b"destination:", b"RawMessage", b"BulkEmailEntries", b"FromEmailAddress"),
)

_KINDS = {
    "sendemail": SendingKind.MESSAGE,
    "sendcustomverificationemail": SendingKind.MESSAGE,
    "sendrawemail": SendingKind.RAW,
    "sendtemplatedemail": SendingKind.TEMPLATED,
    "sendbulkemail": SendingKind.BULK,
    "sendbulktemplatedemail": SendingKind.BULK,
}
_SDKS = {
    "JavaScript": (b"client-ses", b"aws-sdk"),
    "TypeScript": (b"client-ses", b"aws-sdk"),
    "Python": (b"boto3", b"botocore", b"aioboto"),
    "Java": (b"services.ses", b"simpleemail"),
    "Go": (b"service/ses",),
    "PHP": (b"Aws\\Ses", b"SesClient", b"SesV2Client", b"Aws\\Sdk"),
    "Ruby": (b"Aws::SES",),
}
_NAMES = {"Python": "boto3", "TypeScript": "SES SDK for JavaScript"}
# Keys that only SES's own requests have together.
_OWN_KEYS = (
    frozenset({"destination", "message"}),
    frozenset({"destination", "content"}),
    frozenset({"destination", "template"}),
    frozenset({"bulkemailentries"}),
    frozenset({"source", "destinations"}),
    frozenset({"rawmessage"}),
    frozenset({"fromemailaddress", "content"}),
)


def find(file: SourceFile, index: Index) -> Iterator[Sending]:
    """Yield the calls of a file that send through SES's API."""
    del index
    if file.language not in _SDKS:
        return
    for call in file.invocations:
        word = call.name.replace("_", "").lower()
        kind = _KINDS.get(re.sub(r"(?:command|async|withcontext)$", "", word))
        if kind is None:
            continue
        message = _message(file, call)
        if _is_ses(file, call, message):
            framework = _NAMES.get(file.language, f"SES SDK for {file.language}")
            if kind is SendingKind.MESSAGE and "raw" in message.nodes:
                kind = SendingKind.RAW
            yield Sending(file, call, framework, message, kind, bulk=kind is SendingKind.BULK)


def _message(file: SourceFile, call: Invocation) -> Parts:
    message = parts(file, call)
    for argument in call.arguments:
        if not argument.name:
            add_chain(message, argument.node)
            add_variable(message, argument.node)
    if "raw" in message.nodes and "subject" not in message.nodes:
        _take_header(message, message.nodes["raw"])
    return message


def _take_header(message: Parts, raw: Node) -> None:
    """Take the subject from a MIME message that a template string holds: ``Subject: ${content.subject}``."""
    file, todo, seen = message.file, [raw], 0
    while todo and seen < MAX_NODES:
        for node in descendants(todo.pop()):
            seen += 1
            if is_identifier(node) and (value := file.assigned(text_of(node), node)) is not None:
                todo.append(value)
            before = node.prev_named_sibling if node.type == "template_substitution" else None
            if before is not None and node.named_children and re.search(r"(?m)^Subject:[ ]*\Z", text_of(before)):
                message.nodes["subject"] = node.named_children[0]
                return


def _request_keys(file: SourceFile, message: Parts) -> set[str]:
    """Return the keys of a call that are spelt as SES's requests spell them in its language."""
    if file.language == "Ruby":
        return message.keys
    if file.language in ("Java", "Go"):
        return set()  # builders and structs are SES's only where the file uses the SDK
    return {key.lower() for key in message.written if key[:1].isupper()}


def _is_ses(file: SourceFile, call: Invocation, message: Parts) -> bool:
    """Whether a call of that name is SES's: the file uses the SDK, or the request is made as only SES's are."""
    written = _request_keys(file, message)
    own = any(keys <= written for keys in _OWN_KEYS)
    if call.node.type == "new_expression":
        return call.name.endswith("Command") and (own or file.mentions(*_SDKS[file.language]))
    if call.receiver is None or text_of(call.receiver) in ("this", "self", "$this", "super()", "super"):
        return False
    if own:
        return True
    ses = re.search(rb"\bses(?:v2|_?client)?\b|SES|Ses(?:V2)?Client|simpleemail", file.data) is not None
    return ses and file.mentions(*_SDKS[file.language]) and bool(call.arguments)
