"""How a checkout calls what the patch refers to: its domain, its Region, its zone, its configuration set."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dlaas_onboard.checkout import configuration
from dlaas_onboard.checkout.file_tree import Tree
from dlaas_onboard.checkout.infrastructure import CONFIGURATION_SETS, EVENT_DESTINATIONS, IDENTITIES, Infrastructure
from dlaas_onboard.checkout.terraform import Terraform, blocks
from dlaas_onboard.journey.facts.reading import so_far

if TYPE_CHECKING:
    from dlaas_onboard.checkout.terraform import TerraformBlock
    from dlaas_onboard.journey.report_input import ReportInput

SUPPRESSION = "aws_sesv2_account_suppression_attributes"
_SUPPRESSION_SINCE = (5, 68)  # of the AWS provider: its CHANGELOG, 5.68.0
_LOCK = ".terraform.lock.hcl"


class Names(NamedTuple):
    """How the checkout calls what the patch refers to, as Terraform expressions."""

    domain: str  # inside a string: ${local.config.SERVICE_DOMAIN}
    region: str
    zone: str
    mail_from: str
    data: str  # block that looks up what is not a resource here
    owner: str = ""  # an address that hears of bounces, "" where none is known
    taken: frozenset[str] = frozenset()  # resource names in use
    set_at: str = ""  # its configuration set, "" where it has none
    set_name: str = ""  # what that one is called at AWS, "" where it cannot be known
    identity: str = ""  # the identity where it is a resource that takes a default configuration set, else ""
    suppression: bool = False  # whether its provider knows the account's suppression list
    has: Callable[[str], bool] = lambda _part: False  # whether the Terraform already has this part


def names_of(report_input: ReportInput, root: Path | None) -> Names | None:
    """Return the names of the checkout at ``root``, plain ones without one; ``None`` where no domain is known."""
    infra, recent = _infrastructure(root) if root is not None else (None, False)
    if infra is not None and infra.terraform.blocks:
        return _names_in(infra, recent=recent)
    facts = report_input.situation.facts
    domain = report_input.situation.input("domain").text.lower().rstrip(".")
    region = facts.place.region
    if not re.fullmatch(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+", domain) or not re.fullmatch(r"[a-z0-9-]+", region):
        return None
    identity = so_far(facts.domain_identity)
    live = identity.mail_from.domain.lower() if identity and identity.mail_from else ""
    mail_from = live if re.fullmatch(r"[a-z0-9_.-]+", live) else f"mail.{domain}"
    return Names(
        domain=domain,
        region=region,
        zone="data.aws_route53_zone.sending.zone_id",
        mail_from=f'"{mail_from}"',
        data=f'data "aws_route53_zone" "sending" {{\n  name = "{domain}"\n}}',
    )


def _infrastructure(root: Path) -> tuple[Infrastructure, bool]:
    """Return the checkout's Terraform, and whether its AWS provider knows the suppression list."""
    tree = Tree(root)
    config = configuration.read(tree)
    files = {path: text for path in tree.paths(".tf") if (text := tree.text(path)) is not None}
    terraform = Terraform(files, config.values)
    return Infrastructure(terraform, config.get("SERVICE_DOMAIN")), _is_recent(terraform, tree.text(_LOCK) or "")


def _is_recent(terraform: Terraform, lock: str) -> bool:
    """Whether the provider is new enough: by the lock file; without one and without a constraint it is the newest."""
    for block in blocks(_LOCK, lock):
        if block.kind == "provider" and block.type.endswith("/hashicorp/aws"):
            version = re.match(r'"(\d+)\.(\d+)', block.attributes.get("version", ""))
            return version is not None and (int(version.group(1)), int(version.group(2))) >= _SUPPRESSION_SINCE
    needs = [block for top in terraform.blocks for block in top.all() if block.kind == "required_providers"]
    providers = [block for block in terraform.blocks if block.kind == "provider" and block.type == "aws"]
    return not any("version" in block.attributes.get("aws", "") for block in needs) and not any(
        "version" in block.attributes for block in providers
    )


def _names_in(infra: Infrastructure, *, recent: bool) -> Names:
    tf = infra.terraform
    # Modules have names of their own; the patch is a file of the root module.
    root = [block for block in tf.blocks if "/" not in block.path]
    text = "\n".join(block.body for block in root)
    config = next((match.group(1) for match in re.finditer(r"\b(local\.\w+)\.SERVICE_DOMAIN\b", text)), "local.config")
    identity = _first_resource(root, IDENTITIES)
    place = _domain(identity, config)
    block = infra.mail_from_block
    present = _present(infra, identity)
    zone, data = _zone(root, text, place)
    own_set = _first_resource(root, CONFIGURATION_SETS)
    return Names(
        domain=place,
        region=_region(root, config),
        zone=zone,
        mail_from=f"{block.type}.{block.name}.mail_from_domain" if block is not None else f'"mail.{place}"',
        data=data,
        owner=_owner(root),
        taken=frozenset(f"{block.type}.{block.name}" for block in root),
        set_at=f"{own_set.type}.{own_set.name}" if own_set else "",
        set_name=_set_name(tf, own_set),
        identity=f"{identity.type}.{identity.name}" if identity and identity.type == IDENTITIES[1] else "",
        suppression=recent,
        has=lambda part: present.get(part, False),
    )


def _first_resource(root: list[TerraformBlock], types: tuple[str, ...]) -> TerraformBlock | None:
    return next((block for block in root if block.kind == "resource" and block.type in types), None)


def _domain(identity: TerraformBlock | None, config: str) -> str:
    """Return the domain as it stands inside a string: the identity's own expression, however the checkout calls it."""
    own = (identity.attributes.get("domain") or identity.attributes.get("email_identity", "")) if identity else ""
    literal = re.fullmatch(r'"([a-z0-9.-]+)"', own)
    expression = own if re.fullmatch(r"[\w.-]+", own) else f"{config}.SERVICE_DOMAIN"
    return literal.group(1) if literal else f"${{{expression}}}"


def _present(infra: Infrastructure, identity: TerraformBlock | None) -> dict[str, bool]:
    """Return which parts the Terraform already has."""
    tf = infra.terraform
    mail_from = infra.mail_from_block is not None
    return {
        "mail_from": mail_from,
        "mx": "feedback-smtp" in tf.text or (mail_from and bool(infra.find(infra.mail_from, "MX"))),
        "spf": bool(infra.mail_from and infra.find(infra.mail_from, "TXT")),
        "dmarc": "_dmarc" in tf.text,
        "events": bool(tf.resources(*EVENT_DESTINATIONS, "aws_ses_identity_notification_topic")),
        "suppression": bool(tf.resources(SUPPRESSION)),
        "alarms": "Reputation.BounceRate" in tf.text and "Reputation.ComplaintRate" in tf.text,
        "v1_identity": identity is not None and identity.type == IDENTITIES[0],
    }


def _set_name(tf: Terraform, configuration_set: TerraformBlock | None) -> str:
    """Return what a configuration set is called at AWS, ``""`` where it cannot be known."""
    names = configuration_set.attributes if configuration_set else {}
    name = tf.resolve(names.get("configuration_set_name") or names.get("name", ""))
    return name if re.fullmatch(r"[\w-]+", name) else ""


def _owner(root: list[TerraformBlock]) -> str:
    """Return the variable with an address that hears of bounces, ``""`` where none is known."""
    variables = (block.name for block in root if block.kind == "variable")
    owner = next((name for name in variables if re.search(r"(?:owner|admin|alert)\w*mail", name)), "")
    return f"var.{owner}" if owner else ""


def _region(root: list[TerraformBlock], config: str) -> str:
    """Return the provider's Region as it stands inside a string."""
    regions = [block.attributes.get("region", "") for block in root if block.kind == "provider" and block.type == "aws"]
    region = next((text for text in regions if text), f"{config}.AWS_REGION")
    literal = re.fullmatch(r'"([a-z0-9-]+)"', region)
    return literal.group(1) if literal else f"${{{region}}}"


def _zone(root: list[TerraformBlock], text: str, place: str) -> tuple[str, str]:
    """Return the hosted zone as the records name it, and the block that looks it up where nothing here does."""
    used = re.search(r"zone_id\s*=\s*((?:data\.)?aws_route53_zone\.[\w-]+\.(?:zone_id|id))", text)
    if used:
        return used.group(1), ""
    for block in root:
        if block.type == "aws_route53_zone" and block.kind in ("resource", "data"):
            return f"{'data.' if block.kind == 'data' else ''}aws_route53_zone.{block.name}.zone_id", ""
    return (
        "data.aws_route53_zone.sending.zone_id",
        f'data "aws_route53_zone" "sending" {{\n  name = {alone(place)}\n}}',
    )


def alone(text: str) -> str:
    """Return what stands inside a string as an expression of its own: ``terraform fmt`` wants no ``"${…}"``."""
    match = re.fullmatch(r"\$\{([^{}]*)\}", text)
    return match.group(1) if match else f'"{text}"'


def free(known: Names, type_: str, name: str) -> str:
    """Return a resource name that the root module does not use yet."""
    while f"{type_}.{name}" in known.taken:
        name += "_ses"
    return name
