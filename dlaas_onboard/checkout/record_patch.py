"""The DNS records of the patch: what DNS lacks and the Terraform does not declare, with what DNS has kept.

What is written at a name is what the Route 53 batch would write there: :func:`.record_export.changes_of`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from dlaas_onboard.checkout.resource_names import Names, escaped, quoted
from dlaas_onboard.journey.dns import hosted_zone, record_export
from dlaas_onboard.journey.dns.needed_records import Purpose, dkim_zone
from dlaas_onboard.journey.dns.record_turns import states_with_turns
from dlaas_onboard.journey.dns.record_verdicts import RecordState, RecordVerdict
from dlaas_onboard.journey.errors import Refused
from dlaas_onboard.journey.facts import MailResourceKind
from dlaas_onboard.journey.facts.reading import known, unread
from dlaas_onboard.journey.names import bare
from dlaas_onboard.journey.situation.code_owner import declared, declared_record, declares_records, may_declare
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.text import line
from dlaas_onboard.journey.turn import Turn

_LABELS = {
    Purpose.DKIM: "dkim",
    Purpose.MAIL_FROM_MX: "mx_mail_from",
    Purpose.MAIL_FROM_SPF: "spf_mail_from",
    Purpose.DMARC: "dmarc",
}
_TOKENS = {
    "aws_ses_domain_identity": "aws_ses_domain_dkim.{name}.dkim_tokens",
    "aws_sesv2_email_identity": "aws_sesv2_email_identity.{name}.dkim_signing_attributes[0].tokens",
}


def comment(text: str) -> str:
    """Return a text as one line of comment."""
    return f"# {line(text, limit=2000)}"


def records(names: Names, situation: Situation) -> Iterator[str]:
    """Yield the parts of the patch for DNS: resources, import blocks, and comments on what is left out and why."""
    states = [state for state in states_with_turns(situation) if state.record.required]
    elsewhere = _elsewhere(names, situation)
    for state in states:
        if state.verdict == RecordVerdict.OK:
            yield from _in_order(names, state, situation)
    open_ = [state for state in states if state.verdict != RecordVerdict.OK]
    try:
        _, made = record_export.changes_of(open_, situation.facts.hosted_zones, situation.facts.delegation)
    except Refused as refused:
        yield comment(f"No DNS record is written. {refused.sentence}")
        return
    for state, change in made:
        yield from _open(names, state, change, elsewhere, situation)


def _open(
    names: Names, state: RecordState, change: dict[str, Any] | str, elsewhere: str, situation: Situation
) -> Iterator[str]:
    """Yield what a record that is not in order needs."""
    record = state.record
    about = f"{record.type} {record.name}"
    unsure = record.purpose in (Purpose.MAIL_FROM_MX, Purpose.MAIL_FROM_SPF) and _mail_from_unknown(situation)
    if state.owner or may_declare(situation, record.type) or state.in_the_way:
        yield comment(f"{about}: {state.fix}")
    elif unsure:
        yield comment(f"{about} is left out: {unsure}")
    elif state.verdict == RecordVerdict.UNKNOWN or isinstance(change, str):
        yield comment(f"{about} is left out: {state.fix}")
    elif elsewhere:
        yield comment(f"{about} is left out: {elsewhere}")
    else:
        if record.purpose == Purpose.MAIL_FROM_MX:
            yield (
                "# SES accepts exactly one MX record here. Where the MAIL FROM set-up failed, start it again once\n"
                "# this is visible in DNS: it does not recover by itself."
            )
        yield _resource(names, state, change)


def _mail_from_unknown(situation: Situation) -> str:
    """Return why the MAIL FROM domain is not known, ``""`` where it is: what SES has decides."""
    return unread(situation.domain_identity, "the identity, which names the MAIL FROM domain,")


def _elsewhere(names: Names, situation: Situation) -> str:
    """Return why Route 53 is not where the records belong, ``""`` where nothing speaks against it."""
    zones = known(situation.facts.hosted_zones)
    if zones or zones is None or names.zone_is_made or declares_records(situation):
        return ""
    return (
        f"this account has no hosted zone for {names.domain}. Publish it where the domain's DNS is: "
        "`dlaas-onboard records --format zone`."
    )


def _in_order(names: Names, state: RecordState, situation: Situation) -> Iterator[str]:
    """Yield what a record that is as it should be needs so that an apply keeps it."""
    record = state.record
    about = f"{record.type} {record.name}"
    if state.turn == Turn.CODE:
        yield comment(f"{about}: {state.conflict}")
        return
    zone = _held_in(situation, state)
    if state.turn == Turn.IMPORT:
        item = declared_record(situation, record.name, record.type)
        if item is not None and zone:
            yield imported(names, item.address, f"{zone}_{record.name}_{record.type}")
        elif item is not None:
            yield comment(f"{about}: {state.conflict}")
    elif not state.owner and declares_records(situation) and record.purpose != Purpose.DKIM:
        yield from _kept(names, state, zone, situation)


def _kept(names: Names, state: RecordState, zone: str, situation: Situation) -> Iterator[str]:
    """Yield a record of DNS that the code's other records leave out, imported as it is."""
    record = state.record
    about = f"{record.type} {record.name}"
    item = next((item for item in _sets(situation) if (item.name, item.type) == (bare(record.name), record.type)), None)
    if may_declare(situation, record.type):
        return
    if not zone or item is None or item.alias or item.identifier:
        yield comment(f"{about} is in DNS, but not in the Terraform: import it, so that it is kept.")
        return
    address = names.free("aws_route53_record", _LABELS[record.purpose])
    values = [_text(names, record.type, value) for value in item.values]
    yield comment(f"{about} is in DNS, but not in the Terraform: it is taken over as it is.")
    yield imported(names, address, f"{zone}_{record.name}_{record.type}")
    yield _RecordSet(record.name, record.type, item.ttl or record_export.TTL, values).block(names, address)


def _sets(situation: Situation) -> Iterator[Any]:
    for zone in known(situation.facts.hosted_zones) or ():
        yield from zone.records


def _held_in(situation: Situation, state: RecordState) -> str:
    """Return the id of the hosted zone that the world asks and that holds the record, ``""`` where it is not known."""
    facts = situation.facts
    try:
        home = hosted_zone.home([state.record.name], facts.hosted_zones, facts.delegation)
    except Refused:
        return ""
    held = hosted_zone.at(home.zone, state.record.name) if home.zone is not None else ()
    if home.zone is None or not any(item.type == state.record.type for item in held):
        return ""
    return home.zone.id


def imported(names: Names, address: str, id_: str) -> str:
    """Return the block that takes something over that exists, or the command where Terraform has no such block yet."""
    if not names.imports:
        return comment(f"terraform import {address} {id_}")
    return f"import {{\n  to = {address}\n  id = {quoted(id_)}\n}}"


def _resource(names: Names, state: RecordState, change: dict[str, Any]) -> str:
    """Return the resource of one change of the Route 53 batch."""
    one = change["ResourceRecordSet"]
    address = names.free("aws_route53_record", _LABELS[state.record.purpose])
    values = [_text(names, one["Type"], each["Value"]) for each in one["ResourceRecords"]]
    overwrite = change["Action"] == "UPSERT"
    return _RecordSet(state.record.name, one["Type"], one["TTL"], values).block(names, address, overwrite=overwrite)


def _text(names: Names, type_: str, value: str) -> str:
    """Return a value of Route 53's as the provider takes it: TXT without its outer quotation marks, hosts without dot.

    A TXT of several strings keeps the marks between them (…/resources/route53_record, "records").
    """
    if type_ == "TXT":
        return f'"{escaped(value[1:-1])}"'
    text = value.removesuffix(".")
    own = f"feedback-smtp.{names.region}.amazonses.com"
    return f'"{escaped(text).replace(own, f"feedback-smtp.{names.region_text}.amazonses.com")}"'


class _RecordSet(NamedTuple):
    """All values of one name and type, as Terraform expressions."""

    name: str
    type: str
    ttl: int
    values: list[str]

    def block(self, names: Names, address: str, *, overwrite: bool = False) -> str:
        """Return the resource."""
        kind, _, label = address.partition(".")
        rows = [
            ("zone_id", names.zone),
            ("name", names.within_domain(self.name)),
            ("type", json.dumps(self.type)),
            ("ttl", str(self.ttl)),
            ("records", f"[{', '.join(self.values)}]"),
        ]
        if overwrite:
            rows.insert(0, ("allow_overwrite", "true # DNS has something at this name; what it has is kept below"))
        width = max(len(key) for key, _ in rows)
        body = "\n".join(f"  {key.ljust(width)} = {value}" for key, value in rows)
        return f'resource "{kind}" "{label}" {{\n{body}\n}}'


def dkim(names: Names, situation: Situation) -> Iterator[str]:
    """Yield DKIM where SES has named no tokens yet: the identity is still to be made, or DKIM was never started."""
    block = names.identity
    reading = situation.domain_identity
    if block is None or reading is None or not reading.known or block.type not in _TOKENS:
        return
    if reading.value is not None and reading.value.dkim is not None and reading.value.dkim.tokens:
        return  # its records are known by name
    ours = f"._domainkey.{names.domain}"
    has = any(item.name.endswith(ours) for item in declared(situation, MailResourceKind.RECORD))
    if has or may_declare(situation, "CNAME"):
        return
    yield from new_dkim(names, f"{block.type}.{block.name}", situation)


def new_dkim(names: Names, identity: str, situation: Situation) -> Iterator[str]:
    """Yield DKIM with its records for an identity that the code makes, where DNS is Route 53's."""
    if _elsewhere(names, situation):
        yield comment("Publish the DKIM records once the identity exists: SES names them then.")
    else:
        yield from _dkim_records(names, identity, situation)


def _dkim_records(names: Names, identity: str, situation: Situation) -> Iterator[str]:
    """Yield the three CNAME records of an identity that the code makes."""
    kind, _, name = identity.partition(".")
    tokens = _TOKENS[kind].format(name=name)
    if kind == "aws_ses_domain_identity":
        started = (item.address for item in declared(situation, MailResourceKind.DKIM))
        own = next((address for address in started if address.startswith("aws_ses_domain_dkim.")), "")
        if not own:
            own = names.free("aws_ses_domain_dkim", "main")
            yield f'resource "aws_ses_domain_dkim" "{own.partition(".")[2]}" {{\n  domain = {identity}.domain\n}}'
        tokens = f"{own}.dkim_tokens"
    address = names.free("aws_route53_record", "dkim")
    zone = dkim_zone(names.region)
    token = f"${{{tokens}[count.index]}}"
    if not zone:
        yield comment(
            f"AWS does not document where DKIM records point to in {names.region}: take them from the console."
        )
        return
    yield (
        f'resource "aws_route53_record" "{address.partition(".")[2]}" {{\n'
        "  count   = 3\n"
        f"  zone_id = {names.zone}\n"
        f'  name    = "{token}._domainkey.{names.domain_text}"\n'
        '  type    = "CNAME"\n'
        f"  ttl     = {record_export.TTL}\n"
        f'  records = ["{token}.{zone}"]\n'
        "}"
    )
