"""The Terraform that adds what a project's code and the account both lack for mail, in the code's own names.

It is written for the provider's SES v1 resources, which DLaaS uses and which work with Terraform 0.14 and later
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ses_configuration_set, …_event_destination,
ses_domain_mail_from, route53_record, sns_topic_policy, cloudwatch_metric_alarm). Applying it changes nothing that
works: what exists is imported as it is or left alone, and what could not be read is left out with the reason.

What the provider cannot do without taking over an existing resource is a comment with the AWS CLI line: an identity's
default configuration set is an argument of …/sesv2_email_identity alone, which creates the identity and fails for one
that exists.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from dlaas_onboard.checkout import events_patch, record_patch
from dlaas_onboard.checkout.events_patch import Events
from dlaas_onboard.checkout.record_patch import comment, imported
from dlaas_onboard.checkout.resource_names import Names, alone, names_of, quoted
from dlaas_onboard.checkout.sender_patch import MARK, sender_patch
from dlaas_onboard.journey.bounces import bounce_path
from dlaas_onboard.journey.bounces.proof import EVENTS
from dlaas_onboard.journey.facts import MailResourceKind
from dlaas_onboard.journey.facts.reading import so_far, unread
from dlaas_onboard.journey.situation.code_owner import BY_HAND, FIELD, first_declared, mismatch, owning_code
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.turn import Turn
from dlaas_onboard.journey.writes.differences import Piece, difference, differences

if TYPE_CHECKING:
    from dlaas_onboard.journey.report_input import ReportInput

_MAIL_FROM_V1 = ("aws_ses_domain_mail_from", "domain")
_HEAD = "# What Amazon SES needs besides the present Terraform: add this file, then plan and apply."
_ALONE = "# What Amazon SES needs, as Terraform: add this file to your configuration, then plan and apply."


def terraform(report_input: ReportInput, root: Path | None = None) -> str:
    """Return the patch as one file. ``root`` is the checkout; without one, the folder that the facts name."""
    situation = report_input.situation
    why = mismatch(situation)
    if why:
        return (
            f"{comment(f'Nothing is written. {why}')}\n"
            "# Correct the configuration, or enter the domain and choose the Region that the Terraform is for.\n"
        )
    code = owning_code(situation)
    if code is not None and code.tool != "Terraform":
        return _for_another_tool(code.tool, situation)
    root = root or _root(situation)
    names = names_of(situation, root if _is_for_this_account(situation) else None)
    if names is None:
        return "# Enter the sending domain and choose a Region first: the records are named after them.\n"
    found = events_patch.events(names, situation)
    parts = [
        *_identity(names, situation),
        *_mail_from(names, situation),
        *record_patch.dkim(names, situation),
        *record_patch.records(names, situation),
        *found.parts,
        *events_patch.alarm_parts(names, situation, found),
        *events_patch.suppression(names, situation),
        *_default_set(names, situation, found, root),
    ]
    if not parts:
        return "# Nothing is missing that Terraform can add.\n"
    uses_data = names.zone_data and any("data.aws_route53_zone.sending" in part for part in parts)
    head = _HEAD if owning_code(situation) is not None else _ALONE
    if names.folder:
        head = comment(
            f"What Amazon SES needs besides the Terraform in {names.folder}: add this file there, then apply."
        )
    return "\n\n".join([head, *([names.zone_data] if uses_data else []), *parts]) + "\n"


def _is_for_this_account(situation: Situation) -> bool:
    """Whether the Terraform, also one without anything for mail, is what this account is set up with."""
    code = so_far(situation.facts.infrastructure)
    if code is None or situation.answers.text(FIELD) == BY_HAND:
        return False
    return code.region in ("", situation.place.region)


def _for_another_tool(tool: str, situation: Situation) -> str:
    """Return what is to be done, as comments: the code is not Terraform."""
    open_ = [item for item in differences(situation) if item.turn in (Turn.APPLY, Turn.CODE)]
    lines = [comment(f"{item.subject} ({item.needed}): {item.sentence}") for item in open_]
    return "\n".join([comment(f"{tool} sets up this account's mail, so that no Terraform is written."), *lines]) + "\n"


def _root(situation: Situation) -> Path | None:
    checkout, code = situation.checkout, so_far(situation.facts.infrastructure)
    text = checkout.root if checkout is not None and checkout.root else code.root if code is not None else ""
    return Path(text) if text else None


def _identity(names: Names, situation: Situation) -> Iterator[str]:
    """Yield the identity: made where it lacks, taken into the state where only that does not know it."""
    item = difference(situation, Piece.IDENTITY)
    resource = first_declared(situation, MailResourceKind.IDENTITY)
    why = unread(situation.domain_identity, "the identity")
    if why:
        yield comment(f"Nothing is written for the identity and its MAIL FROM domain: {why}")
    elif item.turn == Turn.IMPORT and resource is not None:
        identity = situation.identity
        yield comment(f"{resource.address} exists, and the state does not know it.")
        yield imported(names, resource.address, identity.name if identity is not None else names.domain)
    elif item.turn == Turn.APPLY:
        yield comment(f"{item.subject}: {item.sentence}")
    elif item.turn in (Turn.CODE, Turn.LIVE):
        address = names.free("aws_ses_domain_identity", "sending")
        yield (
            f'resource "aws_ses_domain_identity" "{address.partition(".")[2]}" {{\n'
            f"  domain = {alone(names.domain_text)}\n"
            "}"
        )
        yield from record_patch.new_dkim(names, address, situation)


def _mail_from(names: Names, situation: Situation) -> Iterator[str]:
    """Yield the MAIL FROM domain where neither SES nor the code has one."""
    item = difference(situation, Piece.MAIL_FROM)
    resource = first_declared(situation, MailResourceKind.MAIL_FROM)
    if item.turn == Turn.IMPORT and resource is not None and situation.identity is not None:
        yield imported(names, resource.address, situation.identity.name)
    elif item.owned and item.sentence:
        yield comment(f"{item.subject}: {item.sentence}")
    elif item.turn in (Turn.CODE, Turn.LIVE):
        yield _new_mail_from(names, situation)


def _new_mail_from(names: Names, situation: Situation) -> str:
    """Return the MAIL FROM domain of the identity, which the code makes or only SES has."""
    block = names.identity
    v2 = block is not None and block.type == "aws_sesv2_email_identity"
    kind, key = ("aws_sesv2_email_identity_mail_from_attributes", "email_identity") if v2 else _MAIL_FROM_V1
    made = next((each for each in sorted(names.taken) if each.startswith("aws_ses_domain_identity.sending")), "")
    at = quoted(situation.identity.name if situation.identity is not None else names.domain)
    if block is not None or made:
        at = f"{f'{block.type}.{block.name}' if block is not None else made}.{key}"
    address = names.free(kind, "main")
    text = names.within_domain(names.mail_from)
    names.mail_from_at = f"{address}.mail_from_domain"
    return (
        f'resource "{kind}" "{address.partition(".")[2]}" {{\n'
        f"  {key.ljust(len('mail_from_domain'))} = {at}\n"
        f"  mail_from_domain = {text}\n"
        "}"
    )


def _default_set(names: Names, situation: Situation, found: Events, root: Path | None) -> Iterator[str]:
    """Yield how mail comes to name the set: as the identity's default, or in each call of the code."""
    if not found.set_expression or _sees_mail(situation):
        return
    sender = sender_patch(root, found.set_name) if root is not None and found.set_name else None
    if sender is not None and sender.named:
        return
    identity, block = situation.identity, names.identity
    if block is not None and block.type == "aws_sesv2_email_identity":
        at = f"{block.type}.{block.name}"
        yield f"# Make it the identity's default: add to {at}\n#   configuration_set_name = {found.set_expression}"
    elif found.set_name:
        own = identity.name if identity is not None else names.domain
        yield events_patch.command(
            "Make it the identity's default; the provider cannot do so for an identity that exists:",
            "PutEmailIdentityConfigurationSetAttributes",
            {"EmailIdentity": own, "ConfigurationSetName": found.set_name},
            names.region,
        )
    else:
        yield "# Make the configuration set the identity's default; its name is not written in the Terraform."
    if sender is not None and sender.diff:
        lines = "\n".join(f"{MARK}{each}".rstrip() for each in sender.diff.splitlines())
        yield (
            "# And let the code that sends name it. In the project's folder:\n"
            f"#   dlaas-onboard records --format terraform | sed -n 's/^#| \\{{0,1\\}}//p' | git apply\n{lines}"
        )


def _sees_mail(situation: Situation) -> bool:
    """Whether events of the mail come without more: of a default set, or of the identity's own topics."""
    identity, code = situation.identity, owning_code(situation)
    if (identity is not None and identity.configuration_set) or (code is not None and code.default_set):
        return True
    routes = bounce_path.event_routes(situation)
    return identity is not None and all(bounce_path.heard(routes, event, automatic=True) for event in EVENTS)
