"""What the Terraform of a folder declares for mail, as one fact. No file that may hold a secret is opened.

Names are resolved as far as the code and its configuration carry; a text that only an apply can know is ``""``.
Resources: https://registry.terraform.io/providers/hashicorp/aws/latest/docs, "SES (Simple Email)" and "SESv2".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dlaas_onboard.checkout import configuration, terraform_plan
from dlaas_onboard.checkout.file_tree import Tree
from dlaas_onboard.checkout.infrastructure import (
    CONFIGURATION_SETS,
    EVENT_DESTINATIONS,
    IDENTITIES,
    MAIL_FROM,
    Infrastructure,
)
from dlaas_onboard.checkout.terraform import Terraform, TerraformBlock, list_items
from dlaas_onboard.journey.facts import InfrastructureCode, MailResource, MailResourceKind, Source
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.text import line

if TYPE_CHECKING:
    from dlaas_onboard.checkout.terraform_plan import AppliedResources

SUPPRESSION = "aws_sesv2_account_suppression_attributes"
IDENTITY_TOPIC = "aws_ses_identity_notification_topic"
_RECORD_TYPES = ("MX", "TXT", "CNAME")
_EVENTS = re.compile(r"\b(bounce|complaint)\b", re.IGNORECASE)
_REPUTATION = ("Reputation.BounceRate", "Reputation.ComplaintRate")


def read_code(root: Path | None, applied: AppliedResources | None = None) -> Reading[InfrastructureCode]:
    """Read the Terraform below ``root``; no value and no problem: the folder has none, or there is no folder."""
    source = f"Terraform in {line(str(root))}" if root is not None else "Terraform around the current folder"
    now = datetime.now(UTC)
    if root is None:
        return Reading(source, now)
    tree = Tree(root, (".tf",))
    config = configuration.read(tree)
    files = {path: text for path in tree.paths(".tf") if (text := tree.text(path)) is not None}
    terraform = Terraform(files, config.values)
    problems = tuple(line(problem) for problem in tree.problems if ".tf" in problem or "large" in problem)
    partial = problems[0] if problems else ""
    if not terraform.blocks:
        return Reading(source, now, partial=partial)
    code = declared(terraform, config.get("SERVICE_DOMAIN"), str(tree.root), region=config.get("AWS_REGION"))
    return Reading(source, now, terraform_plan.with_applied(code, applied), partial=partial)


def declared(terraform: Terraform, domain: str, root: str, *, region: str = "") -> InfrastructureCode:
    """Return what ``terraform`` declares; ``domain`` and ``region`` are the configured ones, ``""`` for none."""
    reader = _Reader(terraform, domain)
    return InfrastructureCode(
        root=line(root),
        workspace=_workspace(terraform),
        region=_region(terraform) or region,
        resources=tuple(reader.resources()),
        unnamed_records=tuple(kind for kind in _RECORD_TYPES if reader.infra.might_have(kind)),
        default_set=reader.default_set(),
    )


class _Reader:
    """Reads one Terraform."""

    def __init__(self, terraform: Terraform, domain: str) -> None:
        self._terraform = terraform
        first = next((self._text(block, *_DOMAIN_OF) for block in terraform.resources(*IDENTITIES)), "")
        self.infra = Infrastructure(terraform, domain or first)

    def resources(self) -> Iterator[MailResource]:
        """Yield what the code declares for mail, in file order within each kind."""
        for block in self._terraform.resources(*IDENTITIES):
            yield self._resource(MailResourceKind.IDENTITY, block, self._text(block, *_DOMAIN_OF).lower())
            if block.type == IDENTITIES[1]:  # SES v2 starts Easy DKIM by itself
                yield self._resource(MailResourceKind.DKIM, block, self._text(block, *_DOMAIN_OF).lower())
        for block in self._terraform.resources("aws_ses_domain_dkim"):
            yield self._resource(MailResourceKind.DKIM, block, self._text(block, "domain").lower())
        for block in self._terraform.resources(*MAIL_FROM):
            name = self._text(block, "mail_from_domain").lower()
            owner = self._text(block, *_DOMAIN_OF).lower()
            yield self._resource(MailResourceKind.MAIL_FROM, block, name, owner=owner)
        yield from self._records()
        yield from self._events()
        for block in self._terraform.resources(SUPPRESSION):
            reasons = self._values(block.attributes.get("suppressed_reasons", ""))
            yield self._resource(MailResourceKind.SUPPRESSION, block, values=reasons)
        for block in self._terraform.resources("aws_cloudwatch_metric_alarm"):
            metric = self._text(block, "metric_name")
            if metric in _REPUTATION:
                yield self._resource(MailResourceKind.ALARM, block, metric)

    def default_set(self) -> str:
        """Return the address of an identity that names a default configuration set."""
        blocks = self._terraform.resources(IDENTITIES[1])
        named = (block for block in blocks if "configuration_set_name" in block.attributes)
        return next((_address(block) for block in named), "")

    def _records(self) -> Iterator[MailResource]:
        for record in self.infra.records:
            if record.type not in _RECORD_TYPES or record.block is None:
                continue
            values = self._values(record.values)
            yield self._resource(
                MailResourceKind.RECORD, record.block, line(record.name, limit=300), type=record.type, values=values
            )

    def _events(self) -> Iterator[MailResource]:
        for block in self._terraform.resources(*CONFIGURATION_SETS):
            name = self._text(block, "configuration_set_name", "name")
            yield self._resource(MailResourceKind.CONFIGURATION_SET, block, name)
        for block in self._terraform.resources(*EVENT_DESTINATIONS):
            owner = self._text(block, "configuration_set_name")
            name = self._text(block, "event_destination_name", "name")
            yield self._resource(MailResourceKind.EVENT_DESTINATION, block, name, owner=owner, values=_kinds(block))
        for block in self._terraform.resources(IDENTITY_TOPIC):
            owner = self._text(block, "identity").lower()
            yield self._resource(MailResourceKind.IDENTITY_TOPIC, block, owner=owner, values=_kinds(block))
        for block in self._terraform.resources("aws_sns_topic"):
            yield self._resource(MailResourceKind.TOPIC, block, self._text(block, "name"))

    def _resource(
        self,
        kind: MailResourceKind,
        block: TerraformBlock,
        name: str = "",
        *,
        owner: str = "",
        type: str = "",  # noqa: A002 - DNS's own word
        values: tuple[str, ...] = (),
    ) -> MailResource:
        source = Source(line(block.path), block.line)
        return MailResource(kind, _address(block), source, name, owner, type, values)

    def _text(self, block: TerraformBlock, *names: str) -> str:
        """Return the text of the first of these attributes, ``""`` where it is not there or cannot be known."""
        expression = next((block.attributes[name] for name in names if name in block.attributes), "")
        text = self._terraform.resolve(expression) if expression else ""
        return "" if "{" in text else line(text, limit=300)

    def _values(self, expression: str) -> tuple[str, ...]:
        """Return the texts of a list that can be known in full, none where one of them cannot."""
        texts = [self._terraform.resolve(item) for item in list_items(expression)]
        return () if any("{" in text for text in texts) else tuple(line(text, limit=1000) for text in texts)


_DOMAIN_OF = ("domain", "email_identity")


def _address(block: TerraformBlock) -> str:
    return line(f"{block.type}.{block.name}")


def _kinds(block: TerraformBlock) -> tuple[str, ...]:
    """Return the kinds of events that a destination lists: BOUNCE, COMPLAINT; none where a loop fills them in."""
    text = f"{block.body} {' '.join(block.attributes.values())}"
    return tuple(sorted({match.upper() for match in _EVENTS.findall(text)}))


def _region(terraform: Terraform) -> str:
    """Return the Region of the provider that resources take by default."""
    module = terraform.module_of(*IDENTITIES)
    plain = [
        each for each in module if (each.kind, each.type) == ("provider", "aws") and "alias" not in each.attributes
    ]
    region = terraform.resolve(plain[0].attributes.get("region", "")) if plain else ""
    return region if re.fullmatch(r"[a-z]{2,}(?:-[a-z]+)+-\d", region) else ""


def _workspace(terraform: Terraform) -> str:
    """Return the workspace of HCP Terraform in which the code is applied, ``""`` where it is applied here."""
    for top in terraform.blocks:
        for block in top.all() if top.kind == "terraform" else ():
            if block.kind == "cloud" or (block.kind, block.type) == ("backend", "remote"):
                organization = terraform.resolve(block.attributes.get("organization", ""))
                inner = next((each for each in block.blocks if each.kind == "workspaces"), None)
                name = terraform.resolve(inner.attributes.get("name", "")) if inner is not None else ""
                where = f" in the organization {organization}" if organization and "{" not in organization else ""
                return line(f"{name}{where}", limit=160) if name and "{" not in name else "HCP Terraform"
    return ""
