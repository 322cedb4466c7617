"""The Terraform that adds what a checkout lacks for mail, in its own resource names.

It is written for the provider's SES v1 resources, which DLaaS uses and which work with Terraform 0.14 and later
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ses_configuration_set, …_event_destination,
sns_topic_policy). What the provider cannot do without taking over an existing resource is a comment with the AWS CLI
line. The topic's policy is the one of the SES Developer Guide, "Set up an Amazon SNS event destination".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dlaas_onboard.journey.calls import Call, aws_cli
from dlaas_onboard.journey.inputs import resolve
from dlaas_onboard.journey.records import SPF, Purpose, RecordVerdict
from dlaas_onboard.journey.text import line

if TYPE_CHECKING:
    from dlaas_onboard.checkout.infrastructure import Infrastructure
    from dlaas_onboard.checkout.terraform import TerraformBlock
    from dlaas_onboard.journey.facts import Facts
    from dlaas_onboard.journey.records import RecordState
    from dlaas_onboard.request.dossier import Dossier

_EVENTS = ("BOUNCE", "COMPLAINT")
_SET_HCL = """\
resource "aws_ses_configuration_set" "%(set)s" {
  name                       = "service-mail"
  reputation_metrics_enabled = true
  sending_enabled            = true
}"""
_EVENTS_HCL = """\
resource "aws_sns_topic" "%(topic)s" {
  name = "ses-bounces-and-complaints"
}

data "aws_caller_identity" "%(caller)s" {}

resource "aws_sns_topic_policy" "%(policy)s" {
  arn = aws_sns_topic.%(topic)s.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "SesMayPublish"
      Effect    = "Allow"
      Principal = { Service = "ses.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.%(topic)s.arn
      Condition = {
        StringEquals = {
          "AWS:SourceAccount" = data.aws_caller_identity.%(caller)s.account_id
          "AWS:SourceArn"     = %(set_arn)s
        }
      }
    }]
  })
}

resource "aws_ses_event_destination" "%(destination)s" {
  name                   = "bounces-and-complaints"
  configuration_set_name = %(set_name)s
  enabled                = true
  matching_types         = ["bounce", "complaint"]

  sns_destination {
    topic_arn = aws_sns_topic.%(topic)s.arn
  }

  depends_on = [aws_sns_topic_policy.%(policy)s]
}"""


class _Names(NamedTuple):
    """How the checkout calls what the patch refers to, as Terraform expressions."""

    domain: str  # inside a string: ${local.config.SERVICE_DOMAIN}
    region: str
    zone: str
    mail_from: str
    owner: str  # an address that hears of bounces, "" where none is known
    taken: frozenset[str]  # resource names in use
    set_at: str  # its configuration set, "" where it has none
    data: str  # block that looks up what is not a resource here
    has: Callable[[str], bool]  # whether the Terraform already has this part


def terraform(dossier: Dossier, root: Path | None = None) -> str:
    """Return the patch as one file. ``root`` is the checkout; without one, the checkout that the facts name.

    Only what both the Terraform and the world lack is in it: what AWS or DNS already has, but the Terraform does not,
    is named in a comment, because creating it a second time would fail.
    """
    reading = dossier.facts.checkout
    if root is None and reading is not None and reading.value is not None and reading.value.root:
        root = Path(reading.value.root)
    names = _names(dossier, root)
    if names is None:
        return "# Enter the sending domain and choose a Region first: the records are named after them.\n"
    states = {state.record.purpose: state for state in dossier.records if state.record.purpose != Purpose.DKIM}
    parts = [
        *_mail_from(names, states.get(Purpose.MAIL_FROM_MX)),
        *_spf(names, states.get(Purpose.MAIL_FROM_SPF)),
        *_dmarc(names, states.get(Purpose.DMARC)),
        *_events(names, dossier.facts),
        *_by_hand(dossier, names),
    ]
    if not parts:
        return "# Nothing is missing that Terraform can add.\n"
    uses_data = names.data and any("data.aws_route53_zone" in part for part in parts)
    head = "# What Amazon SES needs besides the present Terraform: add this file, then plan and apply."
    return "\n\n".join([head, *([names.data] if uses_data else []), *parts]) + "\n"


def _names(dossier: Dossier, root: Path | None) -> _Names | None:
    infra = _infrastructure(root) if root is not None else None
    if infra is not None and infra.terraform.blocks:
        return _names_in(infra)
    facts = dossier.facts
    domain = resolve("domain", facts, dossier.answers).text.lower().rstrip(".")
    region = facts.place.region
    if not re.fullmatch(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+", domain) or not re.fullmatch(r"[a-z0-9-]+", region):
        return None
    identity = facts.domain_identity.value if facts.domain_identity else None
    live = identity.mail_from.domain.lower() if identity and identity.mail_from else ""
    mail_from = live if re.fullmatch(r"[a-z0-9_.-]+", live) else f"mail.{domain}"
    return _Names(
        domain,
        region,
        "data.aws_route53_zone.sending.zone_id",
        f'"{mail_from}"',
        "",
        frozenset(),
        "",
        f'data "aws_route53_zone" "sending" {{\n  name = "{domain}"\n}}',
        lambda _part: False,
    )


def _infrastructure(root: Path) -> Infrastructure | None:
    from dlaas_onboard.checkout import configuration
    from dlaas_onboard.checkout.files import Tree
    from dlaas_onboard.checkout.infrastructure import Infrastructure
    from dlaas_onboard.checkout.terraform import Terraform

    tree = Tree(root)
    config = configuration.read(tree)
    files = {path: text for path in tree.paths(".tf") if (text := tree.text(path)) is not None}
    return Infrastructure(Terraform(files, config.values), config.get("SERVICE_DOMAIN"))


def _names_in(infra: Infrastructure) -> _Names:
    from dlaas_onboard.checkout.infrastructure import CONFIGURATION_SETS, EVENT_DESTINATIONS, IDENTITIES

    tf = infra.terraform
    # Modules have names of their own; the patch is a file of the root module.
    root = [block for block in tf.blocks if "/" not in block.path]
    text = "\n".join(block.body for block in root)
    config = next((match.group(1) for match in re.finditer(r"\b(local\.\w+)\.SERVICE_DOMAIN\b", text)), "local.config")
    identity = next((block for block in root if block.kind == "resource" and block.type in IDENTITIES), None)
    # The identity's own expression names the domain, however the checkout calls it.
    own = (identity.attributes.get("domain") or identity.attributes.get("email_identity", "")) if identity else ""
    literal = re.fullmatch(r'"([a-z0-9.-]+)"', own)
    expression = own if re.fullmatch(r"[\w.-]+", own) else f"{config}.SERVICE_DOMAIN"
    place = literal.group(1) if literal else f"${{{expression}}}"
    block = infra.mail_from_block
    events = [*tf.resources(*EVENT_DESTINATIONS), *tf.resources("aws_ses_identity_notification_topic")]
    present = {
        "mail_from": block is not None,
        "mx": "feedback-smtp" in tf.text or (block is not None and bool(infra.find(infra.mail_from, "MX"))),
        "spf": bool(infra.mail_from and infra.find(infra.mail_from, "TXT")),
        "dmarc": "_dmarc" in tf.text,
        "events": bool(events),
        "v1_identity": identity is not None and identity.type == IDENTITIES[0],
    }
    zone, data = _zone(root, text, place)
    owner = next(
        (b.name for b in root if b.kind == "variable" and re.search(r"(?:owner|admin|alert)\w*mail", b.name)), ""
    )
    return _Names(
        place,
        _region(root, config),
        zone,
        f"{block.type}.{block.name}.mail_from_domain" if block is not None else f'"mail.{place}"',
        f"var.{owner}" if owner else "",
        frozenset(f"{b.type}.{b.name}" for b in root),
        next((f"{b.type}.{b.name}" for b in root if b.kind == "resource" and b.type in CONFIGURATION_SETS), ""),
        data,
        lambda part: present.get(part, False),
    )


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
        f'data "aws_route53_zone" "sending" {{\n  name = {_alone(place)}\n}}',
    )


def _alone(text: str) -> str:
    """Return what stands inside a string as an expression of its own: ``terraform fmt`` wants no ``"${…}"``."""
    match = re.fullmatch(r"\$\{([^{}]*)\}", text)
    return match.group(1) if match else f'"{text}"'


def _free(names: _Names, type_: str, name: str) -> str:
    while f"{type_}.{name}" in names.taken:
        name += "_ses"
    return name


def _record(names: _Names, name: str, at: str, type_: str, value: str, *, replace: bool) -> str:
    overwrite = "  allow_overwrite = true # DNS has another value at this name\n" if replace else ""
    pad = "        " if replace else ""
    return (
        f'resource "aws_route53_record" "{_free(names, "aws_route53_record", name)}" {{\n'
        f"{overwrite}"
        f"  zone_id{pad} = {names.zone}\n"
        f"  name   {pad} = {at}\n"
        f'  type   {pad} = "{type_}"\n'
        f"  ttl    {pad} = 600\n"
        f'  records{pad} = ["{value}"]\n'
        "}"
    )


def _wanted(state: RecordState | None, has: bool, what: str) -> tuple[bool, list[str]]:
    """Return whether to write a record, and a comment where the Terraform and DNS differ."""
    verdict = state.verdict if state is not None else RecordVerdict.UNKNOWN
    if has and verdict in (RecordVerdict.MISSING, RecordVerdict.WRONG):
        return False, [f"# {what} is in the Terraform, but DNS does not show it: apply, or correct it there."]
    if not has and verdict == RecordVerdict.OK:
        return False, [f"# {what} is in DNS, but not in the Terraform: import it, so that it is kept."]
    return not has, []


def _wrong(state: RecordState | None) -> bool:
    return state is not None and state.verdict == RecordVerdict.WRONG


def _mail_from(names: _Names, state: RecordState | None) -> list[str]:
    write, parts = _wanted(state, names.has("mx"), "The MX record of the MAIL FROM domain")
    if names.has("v1_identity") and not names.has("mail_from"):
        parts.append(
            f'resource "aws_ses_domain_mail_from" "{_free(names, "aws_ses_domain_mail_from", "main")}" {{\n'
            f"  domain           = {_alone(names.domain)}\n"
            f"  mail_from_domain = {names.mail_from}\n"
            "}"
        )
    if write:
        parts.append(
            "# SES accepts exactly one MX record here. Once it is visible in DNS, start the MAIL FROM set-up again:\n"
            "# a set-up that failed does not recover by itself.\n"
            + _record(
                names,
                "mx_mail_from",
                names.mail_from,
                "MX",
                f"10 feedback-smtp.{names.region}.amazonses.com",
                replace=_wrong(state),
            )
        )
    return parts


def _spf(names: _Names, state: RecordState | None) -> list[str]:
    write, parts = _wanted(state, names.has("spf"), "The SPF record of the MAIL FROM domain")
    if write and state is not None and _wrong(state):
        parts.append(f"# {line(state.record.name)} has an SPF record of its own. {line(state.fix)}")
    elif write:
        parts.append(_record(names, "spf_mail_from", names.mail_from, "TXT", SPF, replace=False))
    return parts


def _dmarc(names: _Names, state: RecordState | None) -> list[str]:
    write, parts = _wanted(state, names.has("dmarc"), "The DMARC record")
    if write:
        value = line(state.record.value if state is not None and state.record.value else "v=DMARC1; p=none")
        quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${").replace("%{", "%%{")
        parts.append(_record(names, "dmarc", f'"_dmarc.{names.domain}"', "TXT", quoted, replace=_wrong(state)))
    return parts


def _listening(facts: Facts) -> str:
    """Return the name of a configuration set at AWS that already reports bounces and complaints."""
    sets = facts.configuration_sets.value if facts.configuration_sets else None
    for item in sets or ():
        seen = {event for target in item.destinations if target.enabled for event in target.event_types}
        if set(_EVENTS) <= seen:
            return item.name
    return ""


def _events(names: _Names, facts: Facts) -> list[str]:
    if names.has("events"):
        return []
    live = _listening(facts)
    if live:
        return [f"# The configuration set {line(live)} already reports bounces and complaints: import it to keep it."]
    topic = _free(names, "aws_sns_topic", "ses_events")
    own = _free(names, "aws_ses_configuration_set", "service_mail")
    attribute = "configuration_set_name" if names.set_at.startswith("aws_sesv2_") else "name"
    fill = {
        "topic": topic,
        "policy": _free(names, "aws_sns_topic_policy", "ses_events"),
        "caller": _free(names, "aws_caller_identity", "ses_events"),
        "set": own,
        "set_arn": f"{names.set_at or f'aws_ses_configuration_set.{own}'}.arn",
        "set_name": f"{names.set_at}.{attribute}" if names.set_at else f"aws_ses_configuration_set.{own}.name",
        "destination": _free(names, "aws_ses_event_destination", "bounces_and_complaints"),
    }
    parts = [*([] if names.set_at else [_SET_HCL % fill]), _EVENTS_HCL % fill]
    if names.owner:
        subscription = _free(names, "aws_sns_topic_subscription", "ses_events_owner")
        parts.append(
            "# Amazon SNS mails a link; until it is clicked, nobody hears of a bounce.\n"
            f'resource "aws_sns_topic_subscription" "{subscription}" {{\n'
            f"  topic_arn = aws_sns_topic.{topic}.arn\n"
            '  protocol  = "email"\n'
            f"  endpoint  = {names.owner}\n"
            "}"
        )
    else:
        parts.append("# Subscribe an address or a function that somebody looks after to the topic.")
    return parts


def _by_hand(dossier: Dossier, names: _Names) -> list[str]:
    """Return comments for what the provider cannot do here."""
    facts = dossier.facts
    identity = facts.domain_identity.value if facts.domain_identity else None
    notes = []
    if not names.has("events") and not _listening(facts) and not (identity and identity.configuration_set):
        domain = identity.name if identity else resolve("domain", facts, dossier.answers).text
        if domain:
            notes.append(
                _command(
                    "Make it the identity's default; the provider cannot do so for an identity that exists:",
                    "PutEmailIdentityConfigurationSetAttributes",
                    {"EmailIdentity": domain, "ConfigurationSetName": "service-mail"},
                    facts.place.region,
                )
            )
    account = facts.account.value if facts.account else None
    if account is not None and account.suppressed_reasons is not None and _lacks(account.suppressed_reasons):
        notes.append(
            _command(
                "Let the account's suppression list keep both kinds of addresses:",
                "PutAccountSuppressionAttributes",
                {"SuppressedReasons": list(_EVENTS)},
                facts.place.region,
            )
        )
    return notes


def _lacks(reasons: Collection[str]) -> bool:
    return not set(_EVENTS) <= set(reasons)


def _command(why: str, operation: str, params: dict[str, object], region: str) -> str:
    command = aws_cli(Call("sesv2", operation, params), region=region)
    return f"# {why}\n#   {line(command, limit=2000)}"
