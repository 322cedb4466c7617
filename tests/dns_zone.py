"""One DNS zone that exports are applied to: as resolvers see it, as Route 53 holds it, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace

import dns.rdatatype
import dns.zone

from dlaas_onboard.journey.dns.hosted_zone import text_of
from dlaas_onboard.journey.dns.needed_records import queries
from dlaas_onboard.journey.dns.record_export import _route53_value
from dlaas_onboard.journey.facts import DnsAnswer, Facts, HostedZone, ZoneRecord
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.situation import Situation
from tests import build
from tests.policies import seen_by_receivers

Sets = dict[tuple[str, str], tuple[str, ...]]  # (name, type): values as DnsAnswer has them


class RefusedError(Exception):
    """What Route 53 answers to a batch that it does not take."""


class Zone:
    """The records of one zone."""

    def __init__(self, sets: Sets, domain: str = build.DOMAIN) -> None:
        self.domain = domain
        self.sets = {key: values for key, values in sets.items() if values}

    def seen(self, facts: Facts, answers: Answers) -> Facts:
        """Return the facts as DNS answers from this zone for everything that is asked."""
        mail_from = Situation(facts, answers).mail_from
        asked = [*queries(Situation(facts, answers)), (mail_from, "TXT"), (f"_dmarc.{self.domain}", "TXT")]
        found = {f"{kind} {name}": build.seen(self._answer(name, kind)) for name, kind in asked}
        return seen_by_receivers(replace(facts, dns=found, spf={}), (mail_from,), self.domain)

    def held(self) -> Reading[tuple[HostedZone, ...]]:
        """Return the zone as Route 53 lists it."""
        records = tuple(
            ZoneRecord(name, kind, 300, tuple(_route53_value(kind, value) or value for value in values))
            for (name, kind), values in self.sets.items()
        )
        return build.seen((HostedZone("Z1", self.domain, False, ("ns1.example.net", "ns2.example.net"), records),))

    def import_file(self, text: str) -> None:
        """Take a zone file over: what it names at a name and type stands there afterwards."""
        read = dns.zone.from_text(text, origin=self.domain, relativize=False, check_origin=False)
        for name, found in read.iterate_rdatasets():
            kind = dns.rdatatype.to_text(found.rdtype)
            values = tuple(
                b"".join(each.strings).decode() if kind == "TXT" else each.to_text().removesuffix(".") for each in found
            )
            self._put(name.to_text(omit_final_dot=True), kind, values)

    def apply_batch(self, text: str) -> None:
        """Apply a change batch, whole or not at all, as ChangeResourceRecordSets does."""
        before = dict(self.sets)
        try:
            for change in json.loads(text)["Changes"]:
                one = change["ResourceRecordSet"]
                name, kind = one["Name"].removesuffix("."), one["Type"]
                raw = [each["Value"] for each in one["ResourceRecords"]]
                values = tuple((text_of(each) if kind == "TXT" else None) or each.removesuffix(".") for each in raw)
                if change["Action"] == "CREATE" and (name, kind) in self.sets:
                    raise RefusedError(f"{name} {kind} already exists")  # noqa: TRY301 - undone below
                self._put(name, kind, values)
        except RefusedError:
            self.sets = before
            raise

    def _put(self, name: str, kind: str, values: tuple[str, ...]) -> None:
        others = {of for at, of in self.sets if at == name and of != kind}
        if others and "CNAME" in (kind, *others):
            raise RefusedError(f"{name} {kind} conflicts with other records")
        self.sets[name, kind] = values

    def _answer(self, name: str, kind: str) -> DnsAnswer:
        at, chain = name, []
        if not any(there == name for there, _ in self.sets):
            at = f"*.{name.partition('.')[2]}"
        if kind != "CNAME" and (alias := self.sets.get((at, "CNAME"))):
            chain = [alias[0]]
            at = alias[0]
        values = self.sets.get((at, kind), ())
        return DnsAnswer(name, kind, bool(values), values, 300, "192.0.2.53", tuple(chain))
