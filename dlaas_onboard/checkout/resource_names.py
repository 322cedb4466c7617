"""How the project's Terraform calls what the patch refers to: its domain, its Region, its zone, its configuration set.

An expression of the code stands in only where it is known to yield exactly what is needed; else the text itself does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from dlaas_onboard.checkout import configuration
from dlaas_onboard.checkout.file_tree import Tree
from dlaas_onboard.checkout.infrastructure import CONFIGURATION_SETS, IDENTITIES, MAIL_FROM
from dlaas_onboard.checkout.terraform import Terraform, TerraformBlock, blocks
from dlaas_onboard.journey.names import within
from dlaas_onboard.journey.situation.situation import Situation

SUPPRESSION = "aws_sesv2_account_suppression_attributes"
_SUPPRESSION_SINCE = (5, 68)  # of the AWS provider: its CHANGELOG, 5.68.0
_LOCK = ".terraform.lock.hcl"
_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
# Import blocks: Terraform 1.5 (https://developer.hashicorp.com/terraform/language/import).
_OLD = r"(?:0\.|1\.[0-4]\b)"
_BEFORE_IMPORTS = re.compile(rf"~>\s*(?:0\.|1\.[0-4]\.)|(?<![>!<])=\s*{_OLD}|<=?\s*(?:{_OLD}|1\.5\.0\b)")


@dataclass
class Names:
    """What the patch refers to. Texts that stand inside a Terraform string are quoted already, expressions are not."""

    domain: str  # as plain text
    region: str
    mail_from: str
    domain_text: str  # the domain inside a string: ${local.config.SERVICE_DOMAIN}
    region_text: str
    zone: str  # the hosted zone's id as an expression
    zone_data: str = ""  # the block that looks the zone up, where the code has none
    zone_is_made: bool = False  # the code makes the zone itself
    owner: str = ""  # an address that hears of bounces, as an expression; "" where none is known
    taken: set[str] = field(default_factory=set)  # resource addresses in use
    own_set: TerraformBlock | None = None  # the configuration set of the code
    set_name: str = ""  # what it is called at AWS, "" where only an apply knows
    identity: TerraformBlock | None = None  # the identity of the sending domain
    mail_from_at: str = ""  # the attribute that yields the MAIL FROM domain, "" where no resource does
    topics: tuple[str, ...] = ()  # addresses of the code's topics
    suppression: bool = False  # whether the provider knows the account's suppression list
    folder: str = ""  # where the file of the patch belongs: the module with the identity, below the project's folder
    imports: bool = True  # whether Terraform is new enough for import blocks

    def free(self, type_: str, name: str) -> str:
        """Return an address that is not in use yet, and take it."""
        while f"{type_}.{name}" in self.taken:
            name += "_ses"
        self.taken.add(f"{type_}.{name}")
        return f"{type_}.{name}"

    def within_domain(self, name: str) -> str:
        """Return a name as an expression, in terms of the code's own domain where it lies below it."""
        if name == self.mail_from and self.mail_from_at:
            return self.mail_from_at
        if name == self.domain:
            return alone(self.domain_text)
        head = name.removesuffix(f".{self.domain}")
        return quoted(name) if head == name else f'"{escaped(head)}.{self.domain_text}"'

    @property
    def set_at(self) -> str:
        """Return the address of the code's configuration set, ``""`` where it has none."""
        return f"{self.own_set.type}.{self.own_set.name}" if self.own_set is not None else ""


def names_of(situation: Situation, root: Path | None) -> Names | None:
    """Return the names in the Terraform at ``root``, plain ones without one; ``None`` where domain or Region lack."""
    domain, region = situation.domain, situation.place.region
    if not _DOMAIN.fullmatch(domain) or not re.fullmatch(r"[a-z0-9-]+", region):
        return None
    mail_from = situation.mail_from if _DOMAIN.fullmatch(situation.mail_from) else f"mail.{domain}"
    names = Names(domain, region, mail_from, domain, region, "data.aws_route53_zone.sending.zone_id")
    if root is not None:
        tree = Tree(root, (".tf",))
        config = configuration.read(tree)
        files = {path: text for path in tree.paths(".tf") if (text := tree.text(path)) is not None}
        terraform = Terraform(files, config.values)
        if terraform.blocks:
            _Reader(terraform, names).fill()
            names.suppression = _is_recent(terraform, tree.text(_LOCK) or "")
    if not names.zone_data and names.zone.startswith("data.aws_route53_zone.sending."):
        names.zone_data = f'data "aws_route53_zone" "sending" {{\n  name = {alone(names.domain_text)}\n}}'
    return names


class _Reader:
    """Fills the names in from the module with the identity: others have names of their own; the patch is its file."""

    def __init__(self, terraform: Terraform, names: Names) -> None:
        self._terraform = terraform
        self._names = names
        self._root = terraform.module_of(*IDENTITIES)

    def fill(self) -> None:
        """Fill in what the code has."""
        names, resolve = self._names, self._terraform.resolve
        names.folder = self._root[0].path.rpartition("/")[0] if self._root else ""
        names.taken = {f"{block.type}.{block.name}" for block in self._root if block.kind in ("resource", "data")}
        names.identity = next((block for block in self._all(IDENTITIES) if self._covers(block)), None)
        names.domain_text = self._inside(names.domain, self._domain_expressions())
        names.region_text = self._inside(names.region, self._region_expressions())
        for block in self._all(MAIL_FROM):
            if resolve(block.attributes.get("mail_from_domain", "")).lower() == names.mail_from:
                names.mail_from_at = f"{block.type}.{block.name}.mail_from_domain"
        self._zone()
        names.owner = self._owner()
        names.own_set = next(iter(self._all(CONFIGURATION_SETS)), None)
        own = names.own_set.attributes if names.own_set is not None else {}
        called = resolve(own.get("configuration_set_name") or own.get("name", ""))
        names.set_name = called if re.fullmatch(r"[\w-]+", called) else ""
        names.topics = tuple(f"aws_sns_topic.{block.name}" for block in self._all(("aws_sns_topic",)))
        names.imports = not any(
            _BEFORE_IMPORTS.search(block.attributes.get("required_version", ""))
            for block in self._terraform.blocks
            if block.kind == "terraform"
        )

    def _all(self, types: tuple[str, ...]) -> list[TerraformBlock]:
        return [block for block in self._root if block.kind == "resource" and block.type in types]

    def _covers(self, block: TerraformBlock) -> bool:
        """Whether an identity is the sending domain's; one whose name only an apply knows is not taken for it."""
        name = self._terraform.resolve(block.attributes.get("domain") or block.attributes.get("email_identity", ""))
        return "{" not in name and within(self._names.domain, name)

    def _inside(self, text: str, expressions: list[str]) -> str:
        """Return the first expression that yields ``text``, as it stands inside a string; else the text."""
        found = (expression for expression in expressions if re.fullmatch(r"[a-z][\w.-]+", expression))
        same = next((each for each in found if self._terraform.resolve(each).lower() == text), "")
        return f"${{{same}}}" if same else text

    def _domain_expressions(self) -> list[str]:
        identity = self._names.identity
        own = [identity.attributes.get(name, "") for name in ("domain", "email_identity")] if identity else []
        return [*own, *self._configured("SERVICE_DOMAIN")]

    def _region_expressions(self) -> list[str]:
        providers = [block for block in self._root if block.kind == "provider" and block.type == "aws"]
        return [*(block.attributes.get("region", "") for block in providers), *self._configured("AWS_REGION")]

    def _configured(self, key: str) -> list[str]:
        """Return how the root module refers to a key of the configuration."""
        text = "\n".join(block.body for block in self._root)
        return list(dict.fromkeys(match.group() for match in re.finditer(rf"\blocal\.\w+\.{key}\b", text)))

    def _zone(self) -> None:
        """Find the hosted zone that covers the domain: the nearest one whose name is known, else the one in use."""
        names = self._names
        zones = [block for block in self._root if block.type == "aws_route53_zone"]  # resources and data alike
        block = self._covering(zones)
        if block is not None:
            names.zone = f"{'data.' if block.kind == 'data' else ''}aws_route53_zone.{block.name}.zone_id"
            names.zone_is_made = block.kind == "resource"
        elif not zones:
            text = "\n".join(block.body for block in self._root if "route53_record" in block.type)
            used = set(re.findall(r"zone_id\s*=\s*((?:data\.)?aws_route53_zone\.[\w-]+\.(?:zone_id|id))", text))
            names.zone = used.pop() if len(used) == 1 else names.zone

    def _covering(self, zones: list[TerraformBlock]) -> TerraformBlock | None:
        """Return the nearest zone above the domain; the only one, where its name is known to an apply alone."""
        called = {
            self._terraform.resolve(block.attributes.get("name", "")).lower().rstrip("."): block for block in zones
        }
        known = [name for name in called if "{" not in name and within(self._names.domain, name)]
        if known:
            return called[max(known, key=len)]
        return zones[0] if len(zones) == 1 and "{" in next(iter(called)) else None

    def _owner(self) -> str:
        """Return the variable with an address that hears of bounces, ``""`` where none is known."""
        variables = (block.name for block in self._root if block.kind == "variable")
        owner = next((name for name in variables if re.search(r"(?:owner|admin|alert)\w*mail", name)), "")
        return f"var.{owner}" if owner else ""


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


def alone(text: str) -> str:
    """Return what stands inside a string as an expression of its own: ``terraform fmt`` wants no ``"${…}"``."""
    match = re.fullmatch(r"\$\{([^{}]*)\}", text)
    return match.group(1) if match else f'"{text}"'


def escaped(text: str) -> str:
    """Return a text as it stands inside a Terraform string."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return plain.replace("\n", "\\n").replace("${", "$${").replace("%{", "%%{")


def quoted(text: str) -> str:
    """Return a text as a Terraform string."""
    return f'"{escaped(text)}"'
