"""What CloudFormation, SAM, Serverless and Terraform declare of SES, of its Region and of schedules.

CloudFormation and its kin are read line by line, Terraform block by block, each as far as static text goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from dlaas_onboard.journey.facts.checkout import Source
from dlaas_onboard.journey.facts.sending import DeclaredResource, ResourceKind
from dlaas_onboard.journey.text import line
from dlaas_onboard.project.configured import MAX_RESOURCES, block_after, line_number, setting, without_comments

_NAMES = ("serverless.", "Pulumi.", "samconfig.toml")

REGION = re.compile(r"[a-z]{2}(?:-[a-z]+){1,2}-\d")
EXPRESSION = re.compile(r"\b(?:rate|cron)\([^()\n]{1,80}\)")


def handler_path(text: str) -> str:
    """Return the path of a handler below the project's folder: ``./src/digest.run`` → ``src/digest.run``."""
    return line(re.sub(r"^(?:\.{0,2}/)+|(?<=/)\.?/", "", text), limit=200)


_TYPE = re.compile(r"""^\s*["']?Type["']?:\s*["']?(AWS::SES::\w+)["']?""")
_CFN = {
    "AWS::SES::EmailIdentity": (ResourceKind.IDENTITY, "EmailIdentity"),
    "AWS::SES::ConfigurationSet": (ResourceKind.CONFIGURATION_SET, "Name"),
    "AWS::SES::ConfigurationSetEventDestination": (ResourceKind.EVENT_DESTINATION, ""),
}


def declares(path: str, data: bytes) -> bool:
    """Whether a file may declare something, by its name and a few words: a search of all lines is far slower."""
    if path.endswith(".tf"):
        return b"aws" in data
    if path.rpartition("/")[2].startswith(_NAMES):
        return True
    return b"AWS::SES::" in data or (b"AWS::" in data and b"chedule" in data)


def text_resources(path: str, text: str) -> Iterator[DeclaredResource]:
    """Yield what one file of configuration declares."""
    plain = without_comments(path, text)
    found = _terraform(path, plain) if path.endswith(".tf") else _lines(path, plain)
    yield from islice(found, MAX_RESOURCES)


def _lines(path: str, text: str) -> Iterator[DeclaredResource]:
    name = path.rpartition("/")[2]
    tool = "Serverless" if name.startswith("serverless.") else "SAM" if "AWS::Serverless" in text else "CloudFormation"
    known = "AWS::" in text or tool == "Serverless"
    lines = text.splitlines()
    for number, each in enumerate(lines):
        source = Source(line(path), number + 1)
        if match := _TYPE.match(each):
            if match[1] in _CFN:
                yield _cfn(_siblings(lines, number), match[1], tool, source)
        elif known and (match := EXPRESSION.search(each)) and re.search(r"chedule|rate|cron", each):
            if started := _function_of(lines, number):
                yield DeclaredResource(ResourceKind.SCHEDULE, match[0], tool, source, started[0])
        elif _names_region(name, each) and (match := REGION.search(each)):
            yield DeclaredResource(ResourceKind.REGION, match[0], _region_tool(name, tool), source)


def _cfn(block: str, type_name: str, tool: str, source: Source) -> DeclaredResource:
    kind, key = _CFN[type_name]
    if kind != ResourceKind.EVENT_DESTINATION:
        return DeclaredResource(kind, line(setting(block, key)), tool, source)
    topic = setting(block, "TopicARN") or setting(block, "EventBusArn") or setting(block, "DeliveryStreamARN")
    events = re.search(r"""MatchingEventTypes["']?:\s*((?:\[[^\]]*\])|(?:\s*-\s*["']?\w+["']?)+)""", block)
    names = re.findall(r"\w+", events[1]) if events is not None else []
    return DeclaredResource(kind, line(topic), tool, source, ", ".join(names).lower())


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _siblings(lines: list[str], number: int) -> str:
    """Return the lines of the mapping that a line stands in."""
    indent = _indent(lines[number])
    first = last = number
    while first > 0 and (not lines[first - 1].strip() or _indent(lines[first - 1]) >= indent):
        first -= 1
    while last + 1 < len(lines) and (not lines[last + 1].strip() or _indent(lines[last + 1]) >= indent):
        last += 1
    return "\n".join(lines[first : last + 1])


_HANDLER = re.compile(r"""(?m)^\s*["']?[Hh]andler["']?:\s*["']?([\w./-]+)""")
_CODE_URI = re.compile(r"""(?m)^\s*["']?CodeUri["']?:\s*["']?([\w./-]+)""")
_TARGET = re.compile(r"""GetAtt["']?[:\s\["'-]+(\w+)""")


def _function_of(lines: list[str], number: int) -> tuple[str, ...]:
    """Return what the schedule of a line starts: ``()`` where it is no function's, ``("",)`` where that is not read."""
    at = number
    while at >= 0 and _indent(lines[at]) > 0:
        block = _siblings(lines, at)
        if handler := _HANDLER.search(block):
            return (_with_folder(block, handler[1]),)
        if re.search(r"AWS::(?:Events::Rule|Scheduler::Schedule)", block):
            target = _TARGET.search(block)
            return (_named_function(lines, target[1]) if target is not None else "",)
        indent = _indent(lines[at])
        while at >= 0 and (not lines[at].strip() or _indent(lines[at]) >= indent):
            at -= 1
    return ()


def _with_folder(block: str, handler: str) -> str:
    folder = _CODE_URI.search(block)
    return handler_path(f"{folder[1]}/{handler}" if folder is not None else handler)


def _named_function(lines: list[str], name: str) -> str:
    start = next((n for n, each in enumerate(lines) if re.match(rf"""\s+["']?{name}["']?:""", each)), None)
    if start is None or start + 1 >= len(lines):
        return ""
    block = _siblings(lines, start + 1)
    handler = _HANDLER.search(block)
    return _with_folder(block, handler[1]) if handler is not None else ""


def _names_region(name: str, text: str) -> bool:
    if name.startswith("serverless."):
        return re.match(r"\s{1,4}region:", text) is not None
    if name.startswith("Pulumi."):
        return "aws:region" in text
    return name == "samconfig.toml" and re.match(r"\s*region\s*=", text) is not None


def _region_tool(name: str, tool: str) -> str:
    return "Pulumi" if name.startswith("Pulumi.") else "SAM" if name == "samconfig.toml" else tool


_BLOCK = re.compile(
    r'(?m)^\s*(?:resource\s+"(aws_(?:ses|sesv2|cloudwatch_event|scheduler)_\w+)"\s+"[^"]*"|(provider)\s+"aws")'
)
_TF = {
    "aws_ses_domain_identity": (ResourceKind.IDENTITY, "domain"),
    "aws_ses_email_identity": (ResourceKind.IDENTITY, "email"),
    "aws_sesv2_email_identity": (ResourceKind.IDENTITY, "email_identity"),
    "aws_ses_configuration_set": (ResourceKind.CONFIGURATION_SET, "name"),
    "aws_sesv2_configuration_set": (ResourceKind.CONFIGURATION_SET, "configuration_set_name"),
    "aws_ses_event_destination": (ResourceKind.EVENT_DESTINATION, "topic_arn"),
    "aws_sesv2_configuration_set_event_destination": (ResourceKind.EVENT_DESTINATION, "topic_arn"),
    "aws_cloudwatch_event_rule": (ResourceKind.SCHEDULE, "schedule_expression"),
    "aws_scheduler_schedule": (ResourceKind.SCHEDULE, "schedule_expression"),
    "provider": (ResourceKind.REGION, "region"),
}


def _terraform(path: str, text: str) -> Iterator[DeclaredResource]:
    for match in _BLOCK.finditer(text):
        kind, key = _TF.get(match[1] or match[2], (None, ""))
        if kind is None:
            continue
        block = block_after(text, match.end())
        value = setting(block, key)
        if (kind == ResourceKind.REGION and not REGION.fullmatch(value)) or (
            kind == ResourceKind.SCHEDULE and not value
        ):
            continue
        events = re.search(r"matching(?:_event)?_types\s*=\s*\[([^\]]*)\]", block)
        detail = ", ".join(re.findall(r"\w+", events[1])).lower() if events is not None else ""
        yield DeclaredResource(
            kind, line(value), "Terraform", Source(line(path), line_number(text, match.end())), detail
        )
