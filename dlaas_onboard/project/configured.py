"""What configuration and infrastructure say of sending: SMTP hosts, Cognito's mail, templates that SES stores."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice

from dlaas_onboard.journey.facts.checkout import Source
from dlaas_onboard.journey.facts.sending import CodeValue, SendingKind, SendingPlace, StoredTemplate
from dlaas_onboard.journey.text import line
from dlaas_onboard.project.languages import suffix
from dlaas_onboard.project.syntax import SourceFile, descendants, text_of
from dlaas_onboard.project.templates import static_text

WORDS = (
    *(b"email-smtp", b"aws_cognito_user_pool", b"Cognito::UserPool", b"ses_template", b"ses_email_template"),
    *(b"sesv2_email", b"SES::Template", b"SubjectPart"),
)
SUFFIXES = frozenset(
    {".tf", ".yml", ".yaml", ".json", ".toml", ".ini", ".cfg", ".conf", ".properties", ".template", ".xml"}
)

_HOST = re.compile(r"email-smtp\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?")
_HASH_COMMENT = re.compile(r"(?m)(?:^|(?<=\s))#.*$")
_SLASH_COMMENT = re.compile(r"(?m)^[ \t]*//.*$")
MAX_RESOURCES = 200  # of one kind in one file
_TF_POOL = re.compile(r'resource\s+"aws_cognito_user_pool"\s+"([^"]*)"')
_TF_TEMPLATE = re.compile(r'resource\s+"aws_ses(?:v2_email)?_template"\s+"([^"]*)"')
_CFN_RESOURCE = re.compile(r"(?m)^( *)[\"']?Type[\"']?:\s*[\"']?AWS::(Cognito::UserPool|SES::Template)[\"']?\s*,?\s*$")


def places(path: str, text: str) -> Iterator[SendingPlace]:
    """Yield the places of one file of configuration that send."""
    plain = without_comments(path, text)
    for match in islice(_HOST.finditer(plain), MAX_RESOURCES):
        yield _server(path, line_number(plain, match.start()), match[0])
    if path.endswith(".tf"):
        for match in islice(_TF_POOL.finditer(plain), MAX_RESOURCES):
            block = block_after(plain, match.end())
            if re.search(r"email_configuration\s*\{", block) and not re.search(r'"COGNITO_DEFAULT"', block):
                yield _cognito(path, line_number(plain, match.start()), match[1], block)
    else:
        for kind, number, block in _resources(plain):
            if kind == "Cognito::UserPool" and re.search(r"SourceArn", block):
                yield _cognito(path, number, "AWS::Cognito::UserPool", block)


def code_places(file: SourceFile) -> Iterator[SendingPlace]:
    """Yield the places of one source file that name an SMTP host of SES in a string, or let Cognito send (CDK)."""
    seen: set[int] = set()
    for node in descendants(file.root):
        number = node.start_point[0] + 1
        text = (
            text_of(node) if not node.named_children or "string" in node.type or node.type == "template_string" else ""
        )
        if "string" in node.type or node.type in ("quoted_content", "template_string"):
            match = re.search(r"email-smtp\.(?:[a-z0-9-]+|\$?\{[^{}]*\})\.amazonaws\.com", text)
            if match is not None and number not in seen:
                seen.add(number)
                yield _server(file.path, number, match[0])
    for call in file.invocations:
        if call.path.endswith("UserPoolEmail.withSES"):
            yield _cognito(file.path, call.line, "UserPoolEmail.withSES", text_of(call.node))


def stored_templates(path: str, text: str) -> Iterator[StoredTemplate]:
    """Yield the templates of one file that SES stores: Terraform, CloudFormation, the JSON of the AWS CLI."""
    plain = without_comments(path, text)
    if path.endswith(".tf"):
        for match in islice(_TF_TEMPLATE.finditer(plain), MAX_RESOURCES):
            block = block_after(plain, match.end())
            yield _stored(path, line_number(plain, match.start()), setting(block, "name") or match[1], block)
    elif path.endswith(".json") and '"SubjectPart"' in plain:
        yield from _stored_json(path, plain)
    else:
        for kind, number, block in _resources(plain):
            if kind == "SES::Template":
                yield _stored(path, number, setting(block, "TemplateName") or "AWS::SES::Template", block)


def without_comments(path: str, text: str) -> str:
    """Return the text with comments blanked; every line keeps its number."""
    end = suffix(path)
    patterns = {".json": (), ".tf": (_HASH_COMMENT, _SLASH_COMMENT), ".xml": ()}.get(end, (_HASH_COMMENT,))
    for pattern in patterns:
        text = pattern.sub("", text)
    pair = {".tf": ("/*", "*/"), ".xml": ("<!--", "-->")}.get(end)
    return _blanked(text, *pair) if pair is not None else text


def _blanked(text: str, opens: str, closes: str) -> str:
    """Return the text without what stands between an opening and its closing, but with its line ends."""
    kept: list[str] = []
    at = 0
    while (start := text.find(opens, at)) >= 0 and (end := text.find(closes, start)) >= 0:
        kept += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + len(closes)
    return "".join((*kept, text[at:]))


def line_number(text: str, offset: int) -> int:
    """Return the line that an offset lies in."""
    return text.count("\n", 0, offset) + 1


def _server(path: str, number: int, host: str) -> SendingPlace:
    source = Source(line(path), number)
    return SendingPlace(source, "SMTP", line(host), SendingKind.SERVER, unresolved=("recipient", "subject"))


def _cognito(path: str, number: int, name: str, block: str) -> SendingPlace:
    source = Source(line(path), number)
    address = setting(block, "from_email_address") or setting(block, "From") or setting(block, "fromEmail")
    sender = CodeValue(line(address), line(address), source) if address else None
    subject = setting(block, "email_subject") or setting(block, "EmailSubject")
    return SendingPlace(
        source,
        "Cognito",
        line(name),
        SendingKind.SERVICE,
        subject=CodeValue(line(subject), line(subject), source) if subject else None,
        sender=sender,
        unresolved=("recipient",) if subject else ("recipient", "subject"),
    )


def block_after(text: str, start: int) -> str:
    """Return the block that opens after ``start``, without its outer braces."""
    opens = text.find("{", start)
    depth = 0
    for match in re.finditer(r"[{}]", text[opens:]) if opens >= 0 else ():
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return text[opens + 1 : opens + match.start()]
    return text[opens + 1 :] if opens >= 0 else ""


def _resources(text: str) -> Iterator[tuple[str, int, str]]:
    """Yield type, line and text of the resources of a CloudFormation template, in YAML or JSON."""
    for match in islice(_CFN_RESOURCE.finditer(text), MAX_RESOURCES):
        rest = text[match.end() :].lstrip("\n")
        lines = []
        for each in rest.splitlines():
            if each.strip() and len(each) - len(each.lstrip(" ")) < len(match[1]):
                break
            lines.append(each)
        yield match[2], line_number(text, match.start(1)), "\n".join(lines)


def setting(block: str, key: str) -> str:
    """Return what a line of a block says of a key, ``""`` for none."""
    match = re.search(rf"""(?m)^\s*["']?{key}["']?\s*[:=]\s*["']?([^"'\n]+?)["']?\s*,?\s*$""", block)
    return match[1].strip() if match is not None else ""


def _stored(path: str, number: int, name: str, block: str) -> StoredTemplate:
    subject = setting(block, "subject") or setting(block, "SubjectPart")
    body = re.search(r"(?:<<-?(\w+)\n(.*?)\n\s*\1|(?:TextPart|HtmlPart)[\"']?:\s*[|>]?-?\s*\n?(.*))", block, re.DOTALL)
    sample = static_text(body[2] or body[3] or "") if body is not None else ""
    return StoredTemplate(line(name), Source(line(path), number), static_text(subject), sample)


def _stored_json(path: str, text: str) -> Iterator[StoredTemplate]:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return
    template = whole.get("Template", whole) if isinstance(whole, dict) else None
    if isinstance(template, dict) and isinstance(template.get("SubjectPart"), str):
        body = template.get("TextPart") or template.get("HtmlPart") or ""
        number = line_number(text, max(text.find('"SubjectPart"'), 0))
        name = line(str(template.get("TemplateName") or ""))
        yield StoredTemplate(
            name, Source(line(path), number), static_text(template["SubjectPart"]), static_text(str(body))
        )
