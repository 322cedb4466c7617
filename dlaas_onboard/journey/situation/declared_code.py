"""What a project's code declares for mail, whichever tool it is written for, out of what was read of the project."""

from __future__ import annotations

import re

from dlaas_onboard.journey.facts import Facts, InfrastructureCode, MailResource, MailResourceKind
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.facts.sending import DeclaredResource, Repository, ResourceKind
from dlaas_onboard.journey.names import is_domain

TERRAFORM = "Terraform"
_COMMANDS = {
    "CDK": "cdk deploy",
    "CloudFormation": "aws cloudformation deploy",
    "SAM": "sam deploy",
    "Serverless": "serverless deploy",
    "SST": "sst deploy",
    "Pulumi": "pulumi up",
}
_KINDS = {
    ResourceKind.IDENTITY: MailResourceKind.IDENTITY,
    ResourceKind.CONFIGURATION_SET: MailResourceKind.CONFIGURATION_SET,
    ResourceKind.EVENT_DESTINATION: MailResourceKind.EVENT_DESTINATION,
}


def code_of(facts: Facts) -> InfrastructureCode | None:
    """Return the Terraform that declares something for mail, else what the repository's other code declares."""
    terraform, repository = so_far(facts.infrastructure), so_far(facts.repository)
    if terraform is not None and terraform.resources:
        return terraform
    return _of_repository(repository) if repository is not None else None


def _of_repository(repository: Repository) -> InfrastructureCode | None:
    """Return what CDK and its like declare: of that identity, configuration set and event destination are read."""
    found = [item for item in repository.resources if item.kind in _KINDS and item.tool in _COMMANDS]
    found = [item for item in found if not (item.kind == ResourceKind.IDENTITY and "@" in item.value)]
    if not found:
        return None
    tool = found[0].tool
    regions = {item.value for item in repository.resources if item.kind == ResourceKind.REGION and item.tool == tool}
    region = regions.pop() if len(regions) == 1 else ""
    return InfrastructureCode(
        root=repository.root,
        tool=tool,
        command=_COMMANDS[tool],
        region=region if re.fullmatch(r"[a-z]{2}(?:-[a-z]+){1,2}-\d", region) else "",
        resources=tuple(_resource(item) for item in found if item.tool == tool),
    )


def _resource(item: DeclaredResource) -> MailResource:
    kind, name = _KINDS[item.kind], item.value
    if kind == MailResourceKind.IDENTITY:
        name = name.lower() if is_domain(name) else ""
    elif not re.fullmatch(r"[\w-]{1,64}", name):
        name = ""
    events = tuple(event for event in ("BOUNCE", "COMPLAINT") if event in item.detail.upper())
    return MailResource(kind, f"{item.tool} {item.kind}", item.source, name, values=events)
