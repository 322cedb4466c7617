"""Records to copy: read back by dnspython, and never at the price of a value that is already there."""

from __future__ import annotations

import json
from typing import Any

import dns.rdatatype
import dns.zone
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlaas_onboard.journey.dns import policy_merge, record_export
from dlaas_onboard.journey.dns.needed_records import SPF, Purpose, Record
from dlaas_onboard.journey.dns.record_verdicts import RecordState, RecordVerdict

MISSING, WRONG, OK, UNKNOWN = RecordVerdict.MISSING, RecordVerdict.WRONG, RecordVerdict.OK, RecordVerdict.UNKNOWN


def state(
    purpose: Purpose,
    name: str,
    type_: str,
    value: str,
    verdict: RecordVerdict = MISSING,
    *,
    found: str = "",
    fix: str = "",
) -> RecordState:
    # What was found under another name is none of the record's own values: records.states.
    values = tuple(found.split(" · ")) if found and ": " not in found else ()
    return RecordState(Record(purpose, name, type_, value), verdict, found, fix=fix, values=values)


STATES = (
    state(Purpose.DKIM, "tok._domainkey.a.example", "CNAME", "tok.dkim.amazonses.com"),
    state(Purpose.MAIL_FROM_MX, "mail.a.example", "MX", "10 feedback-smtp.eu-west-1.amazonses.com"),
    state(Purpose.MAIL_FROM_SPF, "mail.a.example", "TXT", SPF, OK),
    state(Purpose.DMARC, "_dmarc.a.example", "TXT", "v=DMARC1; p=none", UNKNOWN, fix="The server did not answer."),
    state(Purpose.INBOX, "a.example", "MX", "", fix="Set up a mailbox."),
    state(Purpose.DELEGATION, "a.example", "NS", "", fix="Enter the name servers at the registrar."),
)


def read_zone(text: str, origin: str = "a.example") -> dict[tuple[str, str], list[str]]:
    zone = dns.zone.from_text(text, origin=origin, relativize=False, check_origin=False)
    return {
        (name.to_text(), dns.rdatatype.to_text(found.rdtype)): [rdata.to_text() for rdata in found]
        for name, found in zone.iterate_rdatasets()
    }


def changes(*states: RecordState) -> list[dict[str, Any]]:
    batch = json.loads(record_export.route53(states))
    assert set(batch) == {"Comment", "Changes"}
    return [{"Action": change["Action"], **change["ResourceRecordSet"]} for change in batch["Changes"]]


def values(change: dict[str, Any]) -> list[str]:
    return [record["Value"] for record in change["ResourceRecords"]]


def test_the_table_shows_all_that_is_not_in_order() -> None:
    text = record_export.table(STATES)
    lines = text.splitlines()
    assert lines[0].split() == ["STATE", "FOR", "TYPE", "NAME", "VALUE"]
    assert len([line for line in lines if line.startswith(("missing", "wrong", "unknown"))]) == 5
    assert "mail.a.example: publish it." in text
    assert "The server did not answer." in text
    assert SPF not in text
    column = lines[0].index("VALUE")
    assert lines[2][column:] == "10 feedback-smtp.eu-west-1.amazonses.com"


def test_the_table_says_when_there_is_nothing() -> None:
    assert record_export.table(()) == "No record is known yet: enter the sending domain first.\n"
    published = state(Purpose.DKIM, "tok._domainkey.a.example", "CNAME", "tok.dkim.amazonses.com", OK)
    assert record_export.table((published, STATES[2])) == "All records are published.\n"


def test_dkim_records_that_ses_has_not_named_are_not_passed_over() -> None:
    for text in (
        record_export.table(STATES[2:3]),
        record_export.table(STATES[1:]),
        record_export.zone(STATES[1:], "a.example"),
    ):
        assert "No DKIM record is among these" in text
        assert "All records" not in text
    assert "no DKIM record" in json.loads(record_export.route53(STATES[1:]))["Comment"]
    for text in (record_export.table(STATES), record_export.zone(STATES, "a.example"), record_export.route53(STATES)):
        assert "DKIM record is among" not in text


def test_the_zone_holds_what_is_missing_and_only_that() -> None:
    text = record_export.zone(STATES, "a.example")
    assert read_zone(text) == {
        ("tok._domainkey.a.example.", "CNAME"): ["tok.dkim.amazonses.com."],
        ("mail.a.example.", "MX"): ["10 feedback-smtp.eu-west-1.amazonses.com."],
    }
    assert "; DMARC is unknown" in text
    assert "; Enter the name servers at the registrar." in text


def test_the_change_batch_holds_what_is_missing_and_only_that() -> None:
    batch = changes(*STATES)
    assert [(change["Action"], change["Name"], change["Type"], values(change)) for change in batch] == [
        ("CREATE", "tok._domainkey.a.example.", "CNAME", ["tok.dkim.amazonses.com."]),
        ("CREATE", "mail.a.example.", "MX", ["10 feedback-smtp.eu-west-1.amazonses.com."]),
    ]
    assert "3 left out" in json.loads(record_export.route53(STATES))["Comment"]
    published = state(Purpose.DKIM, "tok._domainkey.a.example", "CNAME", "tok.dkim.amazonses.com", OK)
    assert json.loads(record_export.route53((published, STATES[2]))) == {"Comment": "Nothing to change", "Changes": []}


def test_other_text_at_the_name_is_kept() -> None:
    (change,) = changes(state(Purpose.MAIL_FROM_SPF, "mail.a.example", "TXT", SPF, MISSING, found="site=1 · other=2"))
    assert change["Action"] == "UPSERT"
    assert values(change) == ['"site=1"', '"other=2"', f'"{SPF}"']


@pytest.mark.parametrize(
    ("found", "policy"),
    [
        (["v=spf1 include:mail.example -all"], "v=spf1 include:mail.example include:amazonses.com -all"),
        (["v=spf1 include:amazonaws.com ~all"], "v=spf1 include:amazonses.com ~all"),
        (["v=spf1 ip4:192.0.2.1"], "v=spf1 ip4:192.0.2.1 include:amazonses.com"),
        (["v=spf1 -all include:amazonses.com"], "v=spf1 include:amazonses.com -all"),
        (["v=spf1 a ?all", "v=spf1 +a mx -all", "v=spf1"], "v=spf1 a mx include:amazonses.com -all"),
        (["v=spf1 redirect=_spf.a.example"], "v=spf1 include:amazonses.com redirect=_spf.a.example"),
        (['"v=spf1" "include:a.example ~all"'], "v=spf1 include:a.example include:amazonses.com ~all"),
        (["v=spf1 redirect=_spf.a.example", "v=spf1 -all"], ""),
        (["v=spf1 redirect=a.example", "v=spf1 redirect=b.example"], ""),
        (["v=spf1 " + " ".join(f"include:{name}.example" for name in "abcdefghij")], ""),
        (["v=spf1 " + " ".join(f"ip4:192.0.2.{name}" for name in range(12))], None),
    ],
)
def test_one_spf_record_holds_all_that_several_say(found: list[str], policy: str | None) -> None:
    merged = policy_merge.merged_spf(found)
    assert policy is None or merged == policy
    assert merged in ("", policy_merge.merged_spf([merged]) if merged else "")


@pytest.mark.parametrize(
    ("found", "policy"),
    [
        (["v=DMARC1; p=none", "v=DMARC1; p=reject; rua=mailto:a@a.example"],
         "v=DMARC1; p=reject; rua=mailto:a@a.example"),
        (["v=DMARC1; p=quarantine; rua=mailto:a@a.example", "v=DMARC1; p=none; sp=reject; rua=mailto:b@b.example"],
         "v=DMARC1; p=quarantine; sp=reject; rua=mailto:a@a.example, mailto:b@b.example"),
        (["v=DMARC1; p=reject; pct=20; fo=1", "v=DMARC1; p=reject; pct=50"], "v=DMARC1; p=reject; pct=50; fo=1"),
        (["v=DMARC1; p=reject; sp=none; adkim=s; aspf=x"], "v=DMARC1; p=reject; sp=none; adkim=s"),
        (["v=DMARC1 p=reject rua=mailto:a@a.example"], "v=DMARC1; p=reject; rua=mailto:a@a.example"),
        (["v=DMARC1; rua=a@a.example"], "v=DMARC1; p=none; rua=mailto:a@a.example"),
        (["v=DMARC1; p=foo; ruf=mailto:f@a.example"], "v=DMARC1; p=none; ruf=mailto:f@a.example"),
        (['"v=DMARC1; p=reject"'], "v=DMARC1; p=reject"),
        ([], "v=DMARC1; p=none"),
    ],
)  # fmt: skip
def test_one_dmarc_record_is_as_strict_as_the_strictest(found: list[str], policy: str) -> None:
    assert policy_merge.merged_dmarc(found) == policy
    assert policy_merge.merged_dmarc([policy]) == policy


def test_a_wrong_dmarc_record_is_replaced_and_a_wrong_mx_too() -> None:
    dmarc, mx = changes(
        state(Purpose.DMARC, "_dmarc.a.example", "TXT", "v=DMARC1; p=none", WRONG, found="v=DMARC1; · kept"),
        state(Purpose.MAIL_FROM_MX, "mail.a.example", "MX", "10 f.example", WRONG, found="10 a.example · 20 b.example"),
    )
    assert (dmarc["Action"], values(dmarc)) == ("UPSERT", ['"kept"', '"v=DMARC1; p=none"'])
    assert (mx["Action"], values(mx)) == ("UPSERT", ["10 f.example."])


def test_what_was_found_elsewhere_is_not_moved() -> None:
    found = "mail.a.example.a.example: v=spf1 include:amazonses.com ~all"
    (change,) = changes(state(Purpose.MAIL_FROM_SPF, "mail.a.example", "TXT", SPF, WRONG, found=found))
    assert (change["Action"], values(change)) == ("CREATE", [f'"{SPF}"'])


@pytest.mark.parametrize("found", ["ab␛[31m", "x\\u{202e}y", "long … 12 more characters"])
def test_text_that_was_changed_for_the_screen_is_never_written_back(found: str) -> None:
    assert changes(state(Purpose.MAIL_FROM_SPF, "mail.a.example", "TXT", SPF, MISSING, found=found)) == []
    assert (
        read_zone(
            record_export.zone(
                (state(Purpose.MAIL_FROM_SPF, "m.a.example", "TXT", SPF, MISSING, found=found),), "a.example"
            )
        )
        == {}
    )


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=700))
def test_any_value_is_read_back_from_the_zone(value: str) -> None:
    text = record_export.zone((state(Purpose.DMARC, "_dmarc.a.example", "TXT", value),), "a.example")
    zone = dns.zone.from_text(text, origin="a.example", relativize=False, check_origin=False)
    (found,) = zone.find_rdataset("_dmarc.a.example.", "TXT")
    assert b"".join(found.strings).decode() == value
    assert all(len(chunk) <= 255 for chunk in found.strings)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=700))
def test_any_value_is_quoted_for_route_53(value: str) -> None:
    (change,) = changes(state(Purpose.DMARC, "_dmarc.a.example", "TXT", value))
    (quoted,) = values(change)
    # Read it as Route 53's documentation says: quoted strings, \ooo octal, \ before quote and backslash.
    data, inside, index = bytearray(), False, 0
    while index < len(quoted):
        char = quoted[index]
        if char == '"':
            inside = not inside
        elif not inside:
            assert char == " "
        elif char == "\\" and quoted[index + 1].isdigit():
            data.append(int(quoted[index + 1 : index + 4], 8))
            index += 3
        else:
            index += char == "\\"
            data += quoted[index].encode("ascii")
        index += 1
    assert not inside
    assert data.decode() == value


@given(
    st.text(max_size=60),
    st.text(max_size=60),
    st.sampled_from(["TXT", "MX", "CNAME"]),
    st.text(max_size=60),
    st.text(max_size=40),
)
def test_hostile_text_stays_in_its_place(name: str, value: str, type_: str, found: str, fix: str) -> None:
    values = (found,) if found else ()
    states = (RecordState(Record(Purpose.DMARC, name, type_, value), WRONG, found, fix=fix, values=values),)
    for owner, kind in read_zone(record_export.zone(states, "a.example")):
        assert kind == type_
        assert (
            owner == f"{name.rstrip('.').encode('idna').decode() if not name.isascii() else name.rstrip('.')}.".lower()
        )
    json.loads(record_export.route53(states))
    table = record_export.table(states)
    assert len(table.splitlines()) <= 6
    assert table.replace("\n", "").replace("\xa0", "").replace("\u3000", "").isprintable() or any(
        char in table for char in "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u1680"
    )


def test_an_international_name_is_written_in_ascii() -> None:
    (change,) = changes(state(Purpose.DMARC, "_dmarc.bücher.example", "TXT", "v=DMARC1; p=none"))
    assert change["Name"] == "_dmarc.xn--bcher-kva.example."
