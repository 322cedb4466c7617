"""Change batches for Route 53: into which hosted zone, over which values, and when there is none."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dlaas_onboard.journey.dns import record_export
from dlaas_onboard.journey.dns.hosted_zone import text_of
from dlaas_onboard.journey.dns.needed_records import SPF, Purpose, Record
from dlaas_onboard.journey.dns.record_export import chunks
from dlaas_onboard.journey.dns.record_verdicts import RecordState, RecordVerdict, states
from dlaas_onboard.journey.errors import Refused
from dlaas_onboard.journey.facts import Delegation, DnsAnswer, HostedZone, Reading, ZoneRecord
from dlaas_onboard.journey.situation.situation import Situation
from tests import build

MISSING, WRONG = RecordVerdict.MISSING, RecordVerdict.WRONG
SERVERS = ("ns-1.awsdns-01.com", "ns-2.awsdns-02.net")
DELEGATED = build.seen(Delegation("example.com", "com", SERVERS, SERVERS))
POLICY = "v=DMARC1; p=none"


def zone(*records: ZoneRecord, **changes: Any) -> HostedZone:
    return replace(HostedZone("ZEXAMPLE", "example.com", False, SERVERS, records), **changes)


def held(name: str, type_: str, *values: str, **changes: Any) -> ZoneRecord:
    return replace(ZoneRecord(name, type_, 60, values), **changes)


def state(purpose: Purpose, name: str, type_: str, value: str, *values: str) -> RecordState:
    verdict = WRONG if values else MISSING
    return RecordState(Record(purpose, name, type_, value), verdict, " · ".join(values), values=values)


DMARC = state(Purpose.DMARC, "_dmarc.example.com", "TXT", POLICY)
MX = state(Purpose.MAIL_FROM_MX, "mail.example.com", "MX", "10 feedback-smtp.eu-west-1.amazonses.com")
TXT = state(Purpose.MAIL_FROM_SPF, "mail.example.com", "TXT", SPF)
CNAME = state(Purpose.DKIM, "t._domainkey.example.com", "CNAME", "t.dkim.amazonses.com")


def batch(
    *found: RecordState,
    zones: tuple[HostedZone, ...] | Reading[tuple[HostedZone, ...]] | None = (),
    delegation: Reading[Delegation] | None = DELEGATED,
) -> tuple[str, list[tuple[str, str, list[str]]]]:
    """Return the comment, and of each change the action, the type and the values."""
    reading = build.seen(zones) if isinstance(zones, tuple) else zones
    made = json.loads(record_export.route53(found, reading, delegation))
    return made["Comment"], [
        (change["Action"], (one := change["ResourceRecordSet"])["Type"], [v["Value"] for v in one["ResourceRecords"]])
        for change in made["Changes"]
    ]


def test_the_comment_names_the_zone() -> None:
    comment, changes = batch(CNAME, DMARC, zones=(zone(),))
    assert comment == "Records that Amazon SES needs in the hosted zone ZEXAMPLE (example.com)"
    assert changes == [("CREATE", "CNAME", ["t.dkim.amazonses.com."]), ("CREATE", "TXT", [f'"{POLICY}"'])]


@pytest.mark.parametrize(
    ("zones", "says"),
    [
        (None, "not looked at yet"),
        ((), "the zone is elsewhere"),
        (
            build.denied("route53:ListHostedZones", "route53:ListHostedZones"),
            "rests on DNS alone, since the hosted zones could not be read (route53:ListHostedZones is not allowed)",
        ),
        (Reading("Route 53", build.NOW, (zone(),), None, "1 hosted zone without all records"), "without all records"),
        ((zone(name="example.net"),), "not looked at yet"),
    ],
)
def test_without_the_zone_the_batch_rests_on_dns_and_says_so(zones: Any, says: str) -> None:
    seen = state(Purpose.MAIL_FROM_SPF, "mail.example.com", "TXT", SPF, "site=1")
    comment, changes = batch(CNAME, seen, zones=zones)
    assert says in comment
    assert "ZEXAMPLE" not in comment
    assert changes == [
        ("CREATE", "CNAME", ["t.dkim.amazonses.com."]),
        ("UPSERT", "TXT", ['"site=1"', f'"{SPF}"']),
    ]


@pytest.mark.parametrize(
    ("zones", "delegation", "says"),
    [
        ((zone(private=True, name_servers=()),), DELEGATED, "is private"),
        ((zone(name_servers=("ns-9.awsdns-09.org",)),), DELEGATED, "Enter ns-9.awsdns-09.org at the registrar"),
        ((zone(),), build.seen(Delegation("example.com", "com")), "it is not delegated"),
        ((zone(), zone(id="ZTWIN")), None, "ZEXAMPLE and ZTWIN are both named example.com"),
        ((zone(), zone(id="ZTWIN")), build.denied("DNS", ""), "could not be read"),
    ],
)
def test_a_zone_that_nobody_is_sent_to_gets_no_batch(
    zones: tuple[HostedZone, ...], delegation: Reading[Delegation] | None, says: str
) -> None:
    with pytest.raises(Refused, match="No change batch") as refused:
        batch(DMARC, zones=zones, delegation=delegation)
    assert says in refused.value.sentence
    ok = replace(CNAME, verdict=RecordVerdict.OK)
    assert batch(ok, zones=zones, delegation=delegation) == ("Nothing to change", [])


def test_of_twins_the_delegated_one_is_named() -> None:
    twin = zone(id="ZTWIN", name_servers=("ns-9.awsdns-09.org",))
    assert "ZEXAMPLE" in batch(DMARC, zones=(twin, zone()))[0]
    private = zone(id="ZIN", private=True, name_servers=())
    assert "ZEXAMPLE" in batch(DMARC, zones=(private, zone()))[0]


def test_a_nearer_zone_that_is_not_delegated_is_passed_over() -> None:
    nearer = zone(id="ZSHOP", name="shop.example.com", name_servers=("ns-9.awsdns-09.org",))
    dmarc = state(Purpose.DMARC, "_dmarc.shop.example.com", "TXT", POLICY)
    assert "ZEXAMPLE" in batch(dmarc, zones=(nearer, zone()))[0]


def test_a_delegation_that_could_not_be_read_is_said() -> None:
    comment, changes = batch(DMARC, zones=(zone(),), delegation=None)
    assert "ZEXAMPLE" in comment
    assert "whether the registrar delegates to it could not be read" in comment
    assert changes


def test_text_in_the_zone_is_kept_as_the_zone_holds_it() -> None:
    there = held("mail.example.com", "TXT", '"site=\\303\\274" "x"', '"v=spf1 a -all"', '"v=spf10 x"', "broken")
    comment, changes = batch(TXT, zones=(zone(there),))
    kept = ['"site=\\303\\274" "x"', '"v=spf10 x"', "broken"]
    assert changes == [("UPSERT", "TXT", [*kept, '"v=spf1 a include:amazonses.com -all"'])]
    assert "left out" not in comment


def test_the_time_to_live_of_a_set_stays() -> None:
    made = json.loads(
        record_export.route53((TXT,), build.seen((zone(held("mail.example.com", "TXT", '"a"')),)), DELEGATED)
    )
    assert made["Changes"][0]["ResourceRecordSet"]["TTL"] == 60


@pytest.mark.parametrize(
    ("found", "there"),
    [
        (CNAME, held("t._domainkey.example.com", "CNAME", "T.dkim.amazonses.com")),
        (MX, held("mail.example.com", "MX", "10 feedback-smtp.eu-west-1.amazonses.com.")),
        (TXT, held("mail.example.com", "TXT", '"v=spf1 include:amazonses.com" " ~all"')),
        (DMARC, held("_dmarc.example.com", "TXT", '"other"', f'"{POLICY}"')),
        (DMARC, held("_dmarc.example.com", "TXT", '"v=DMARC1; p=reject"')),
    ],
)
def test_what_the_zone_holds_already_is_not_written(found: RecordState, there: ZoneRecord) -> None:
    comment, changes = batch(found, zones=(zone(there),))
    assert "1 in the hosted zone already" in comment
    assert changes == []


@pytest.mark.parametrize(
    ("found", "there"),
    [
        (MX, held("mail.example.com", "MX", "10 mx.example.net.")),
        (CNAME, held("t._domainkey.example.com", "CNAME", "else.example.net.")),
        (DMARC, held("_dmarc.example.com", "TXT", '"v=DMARC1; p=foo"')),
    ],
)
def test_what_was_not_shown_is_not_overwritten(found: RecordState, there: ZoneRecord) -> None:
    comment, changes = batch(found, zones=(zone(there),))
    assert "something else than DNS shows" in comment
    assert changes == []
    text = text_of(there.values[0]) or there.values[0].removesuffix(".")
    shown = replace(found, verdict=WRONG, values=(text,))
    _, changes = batch(shown, zones=(zone(there),))
    assert [action for action, _, _ in changes] == ["UPSERT"]


@pytest.mark.parametrize(
    ("found", "there"),
    [
        (CNAME, held("t._domainkey.example.com", "TXT", '"p=abc"')),
        (MX, held("mail.example.com", "CNAME", "a.example.net.")),
        (CNAME, held("t._domainkey.example.com", "CNAME", alias=True)),
        (MX, held("mail.example.com", "MX", "10 a.example.", identifier="blue")),
    ],
)
def test_a_set_of_another_kind_is_left_alone(found: RecordState, there: ZoneRecord) -> None:
    comment, changes = batch(found, zones=(zone(there),))
    assert "of another kind" in comment
    assert changes == []


def test_a_record_above_the_zone_is_left_out() -> None:
    shop = zone(name="shop.example.com")
    cut = build.seen(Delegation("shop.example.com", "example.com", SERVERS))
    dmarc = state(Purpose.DMARC, "_dmarc.shop.example.com", "TXT", POLICY)
    comment, changes = batch(CNAME, dmarc, zones=(shop,), delegation=cut)
    assert "1 left out because the hosted zone does not cover it" in comment
    assert len(changes) == 1


def test_a_comment_is_as_long_as_route_53_takes() -> None:
    long: Reading[tuple[HostedZone, ...]] = Reading("Route 53", build.NOW, (zone(),), None, "x" * 400)
    comment, _ = batch(DMARC, zones=long)
    assert (len(comment), comment[-1]) == (256, "…")


NAMES = ("_dmarc.example.com", "mail.example.com", "t._domainkey.example.com")
HELD = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["v=spf1 -all", "v=spf1 a ~all", "v=DMARC1; p=reject", POLICY, SPF, 'say "hi"', "a · b", "\\x41"]),
)


def quoted(text: str) -> str:
    return record_export._route53_value("TXT", text)


@given(
    st.dictionaries(st.sampled_from(NAMES[:2]), st.lists(HELD, min_size=1, max_size=4, unique=True)),
    st.dictionaries(st.sampled_from(NAMES[:2]), st.lists(HELD, min_size=1, max_size=4, unique=True)),
)
@example({"mail.example.com": ["a · b"]}, {})
def test_a_batch_holds_what_was_seen_and_our_values_and_loses_nothing_else(
    there: dict[str, list[str]], dns: dict[str, list[str]]
) -> None:
    """In the zone: every value that no policy replaces stays, and nothing that only DNS holds comes in."""
    found = tuple(
        replace(one, verdict=WRONG if dns.get(one.record.name) else MISSING, values=tuple(dns.get(one.record.name, ())))
        for one in (DMARC, TXT)
    )
    ours = zone(*(held(name, "TXT", *map(quoted, values)) for name, values in there.items()))
    zones: Reading[tuple[HostedZone, ...]] = build.seen((ours,))
    for source, zones_ in ((there, zones), (dns, None)):
        made = json.loads(record_export.route53(found, zones_, DELEGATED))
        for change in made["Changes"]:
            one = change["ResourceRecordSet"]
            name = one["Name"].removesuffix(".")
            texts = [text_of(value["Value"]) for value in one["ResourceRecords"]]
            before = source.get(name, [])
            assert change["Action"] == ("UPSERT" if before else "CREATE")
            own = [text for text in texts if text is not None and text.startswith(("v=spf1 ", "v=DMARC1"))]
            assert {text for text in texts if text not in own} <= set(before)
            policy = "v=dmarc1" if name.startswith("_dmarc") else "v=spf1"
            others = {text for text in before if not text.strip().strip('"').lower().startswith(policy)}
            assert others <= set(texts)
            assert sum(text.lower().startswith(policy) for text in own) >= 1


@given(st.text(st.characters(codec="utf-8"), max_size=600))
def test_a_text_is_read_back_from_route_53(text: str) -> None:
    assert text_of(quoted(text)) == text
    assert len(chunks(text)) == quoted(text)[1:-1].count('" "') + 1  # its own quotation marks are escaped


@pytest.mark.parametrize("value", ["", "plain", '"open', '"a" b', '"\\377"'])
def test_what_is_no_text_has_none(value: str) -> None:
    assert text_of(value) is None


def test_states_carry_the_values_at_the_name_alone() -> None:
    answer = DnsAnswer("mail.example.com", "TXT", True, ("a · b", "c"), 300, "192.0.2.53")
    facts = build.with_dns(build.ready(), {**build.good_dns(), "TXT mail.example.com": build.seen(answer)})
    (found,) = [one for one in states(Situation(facts, build.entered())) if one.record.purpose == Purpose.MAIL_FROM_SPF]
    assert (found.values, found.server, found.ttl) == (("a · b", "c"), "192.0.2.53", 300)
