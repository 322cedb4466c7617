"""The change batch for Route 53: the account's zone on moto, its delegation on the name server of the rehearsal."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from dlaas_onboard.rehearsal.saved_state import SavedRecord
from dlaas_onboard.rehearsal.scenarios import DOMAIN
from tests.e2e.conftest import World, WorldMaker
from tests.e2e.tools import main

ROUTE53 = ("records", "--format", "route53")


def batch(here: World, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(here, *ROUTE53) == 0
    made: dict[str, Any] = json.loads(capsys.readouterr().out)
    return made


def test_a_batch_is_for_the_zone_that_the_world_is_sent_to(
    world: WorldMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    here = world("dlaas")
    before = batch(here, capsys)
    assert "the zone is elsewhere" in before["Comment"]
    changes = {(one["Action"], one["ResourceRecordSet"]["Type"]) for one in before["Changes"]}
    assert changes == {("CREATE", "MX"), ("CREATE", "TXT")}

    route53 = boto3.client("route53", region_name="us-east-1")
    zone = route53.create_hosted_zone(Name=DOMAIN, CallerReference="one")
    zone_id = zone["HostedZone"]["Id"].rpartition("/")[2]
    assert main(here, *ROUTE53) == 30
    said = capsys.readouterr()
    assert said.out == ""
    assert f"the registrar sends nobody to the hosted zone {zone_id} ({DOMAIN})" in said.err

    here.server.account.publish(SavedRecord(DOMAIN, "NS", zone["DelegationSet"]["NameServers"][0]))
    dmarc = {"Name": f"_dmarc.{DOMAIN}", "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": '"site=1"'}]}
    held = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": dmarc}]}
    route53.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=held)
    after = batch(here, capsys)
    assert f"in the hosted zone {zone_id} ({DOMAIN})" in after["Comment"]
    by_type = {one["ResourceRecordSet"]["Type"]: one for one in after["Changes"]}
    assert (by_type["MX"]["Action"], by_type["TXT"]["Action"]) == ("CREATE", "UPSERT")
    texts = [record["Value"] for record in by_type["TXT"]["ResourceRecordSet"]["ResourceRecords"]]
    assert texts == ['"site=1"', '"v=DMARC1; p=none"']

    route53.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": after["Changes"]})
    again = batch(here, capsys)
    assert again["Changes"] == []
    assert "2 in the hosted zone already" in again["Comment"]
    assert not [call for call in here.writes() if call.service != "route53"]


def test_who_may_not_read_route_53_gets_a_batch_from_dns(world: WorldMaker, capsys: pytest.CaptureFixture[str]) -> None:
    here = world("dlaas")
    here.server.account.state.denied.append("route53:*")
    made = batch(here, capsys)
    assert "this rests on DNS alone" in made["Comment"]
    assert len(made["Changes"]) == 2
