"""What Terraform has applied, by the output of ``terraform show -json`` that the operator gives; it is never run here.

Format: https://developer.hashicorp.com/terraform/internals/json-format. Of each resource only its address, what is
done with it and the few names that :mod:`.infrastructure_code` knows are kept; a state holds secrets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from dlaas_onboard.journey.errors import UsageError
from dlaas_onboard.journey.facts import InfrastructureCode, MailResource, MailResourceKind
from dlaas_onboard.journey.text import line

MAX_BYTES = 64_000_000
_TYPES = re.compile(r"aws_ses|aws_sns_topic|aws_cloudwatch_metric_alarm|\w*(?:dns_|route53_|cloudflare_)record")
_NAMES = {
    MailResourceKind.IDENTITY: ("domain", "email_identity"),
    MailResourceKind.DKIM: ("domain", "email_identity"),
    MailResourceKind.MAIL_FROM: ("mail_from_domain",),
    MailResourceKind.RECORD: ("fqdn", "name"),
    MailResourceKind.CONFIGURATION_SET: ("configuration_set_name", "name"),
    MailResourceKind.TOPIC: ("name",),
    MailResourceKind.ALARM: ("metric_name",),
}
_DNS_NAMES = (MailResourceKind.IDENTITY, MailResourceKind.DKIM, MailResourceKind.MAIL_FROM, MailResourceKind.RECORD)


class Instance(NamedTuple):
    """One instance of a resource: whether it exists by Terraform's state, whether it goes, and its attributes."""

    applied: bool
    deleted: bool
    values: Mapping[str, Any]


class AppliedResources(NamedTuple):
    """What one plan or state says, by the address of the resource without module and index."""

    source: str
    is_state: bool  # a state holds all that was applied; a plan may leave out what was not targeted
    instances: Mapping[str, tuple[Instance, ...]]


def read_plan(path: Path) -> AppliedResources:
    """Read the output of ``terraform show -json``; raises :class:`UsageError` with one sentence where it is none."""
    name = line(str(path))
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {line(error.strerror or str(error))}.") from None
    how = f"Run `terraform show -json {path.name} > plan.json` and name that file."
    if data.startswith(b"PK"):
        raise UsageError(f"{name} is a plan in Terraform's own format. {line(how)}")
    if len(data) > MAX_BYTES:
        raise UsageError(f"{name} is larger than {MAX_BYTES // 1_000_000} MB.")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or "format_version" not in document:
        raise UsageError(
            f"{name} is not the output of `terraform show -json`. Run `terraform show -json > state.json`, or with the "
            "name of a plan file, and name its output."
        )
    return applied_resources(document, line(path.name))


def applied_resources(document: Mapping[str, Any], source: str) -> AppliedResources:
    """Return what a parsed plan or state says."""
    changes = document.get("resource_changes")
    planned = isinstance(changes, list) or "planned_values" in document
    found: dict[str, list[Instance]] = {}
    for resource in _planned(changes) if planned else _in_state(document):
        found.setdefault(resource[0], []).append(resource[1])
    return AppliedResources(source, not planned, {address: tuple(each) for address, each in found.items()})


def _planned(changes: object) -> Iterator[tuple[str, Instance]]:
    for item in _mappings(changes):
        change = item.get("change")
        if (address := _address(item)) and isinstance(change, dict):
            actions = [action for action in change.get("actions") or () if isinstance(action, str)]
            after = change.get("after") or change.get("before")
            values = after if isinstance(after, dict) else {}
            yield address, Instance(actions != ["create"], "delete" in actions, values)


def _in_state(document: Mapping[str, Any]) -> Iterator[tuple[str, Instance]]:
    values = document.get("values")
    todo = [values.get("root_module")] if isinstance(values, dict) else []
    while todo:
        module = todo.pop()
        if not isinstance(module, dict):
            continue
        todo += list(_mappings(module.get("child_modules")))
        for item in _mappings(module.get("resources")):
            if address := _address(item):
                own = item.get("values")
                yield address, Instance(applied=True, deleted=False, values=own if isinstance(own, dict) else {})


def _mappings(value: object) -> Iterator[dict[str, Any]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def _address(item: Mapping[str, Any]) -> str:
    """Return ``type.name`` of a managed resource that has to do with mail, ``""`` of any other."""
    kind, name = item.get("type"), item.get("name")
    if item.get("mode", "managed") != "managed" or not isinstance(kind, str) or not isinstance(name, str):
        return ""
    return line(f"{kind}.{name}") if _TYPES.match(kind) else ""


def with_applied(code: InfrastructureCode, applied: AppliedResources | None) -> InfrastructureCode:
    """Return the code with what was applied of it, and with names that the plan or state knows."""
    if applied is None:
        return code
    resources = tuple(each for item in code.resources for each in _instances(item, applied))
    goes = sorted(
        address for address, each in applied.instances.items() if any(one.deleted and one.applied for one in each)
    )
    problems = tuple(f"The plan deletes or replaces {address}: read it before you apply." for address in goes)
    return replace(code, resources=resources, plan=applied.source, problems=(*code.problems, *problems))


def _instances(item: MailResource, applied: AppliedResources) -> Iterator[MailResource]:
    found = applied.instances.get(item.address)
    if found is None:
        yield replace(item, applied=False if applied.is_state else None)
    elif len(found) == 1 or item.kind != MailResourceKind.RECORD:
        yield replace(_named(item, found[0].values), applied=all(one.applied for one in found))
    else:
        for one in found:
            yield replace(_named(item, one.values), applied=one.applied)


def _named(item: MailResource, values: Mapping[str, Any]) -> MailResource:
    texts = (values.get(key) for key in _NAMES.get(item.kind, ()))
    name = next((line(text, limit=300).rstrip(".") for text in texts if isinstance(text, str) and text), "")
    records = values.get("records")
    own = (
        tuple(line(text, limit=1000) for text in records if isinstance(text, str)) if isinstance(records, list) else ()
    )
    if item.kind in _DNS_NAMES:
        name = name.lower()
    return replace(item, name=name or item.name, values=own or item.values)
