"""Each export is applied to a zone and looked at again: nothing that worked is broken, nothing remains to be done."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlaas_onboard.journey.dns import record_export
from dlaas_onboard.journey.dns.needed_records import SPF, Purpose
from dlaas_onboard.journey.dns.record_verdicts import RecordState, RecordVerdict, states
from dlaas_onboard.journey.facts import Delegation, Dmarc, Facts
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.situation.situation import Situation
from tests import build
from tests.dns_zone import Sets, Zone

MAIL, DMARC = f"mail.{build.DOMAIN}", f"_dmarc.{build.DOMAIN}"
KEYS = [f"{token}._domainkey.{build.DOMAIN}" for token in build.TOKENS]
SERVERS = ("ns1.example.net", "ns2.example.net")
GOOD: Sets = {
    **{(key, "CNAME"): (f"{token}.dkim.amazonses.com",) for key, token in zip(KEYS, build.TOKENS, strict=True)},
    (MAIL, "MX"): (f"10 feedback-smtp.{build.REGION}.amazonses.com",),
    (MAIL, "TXT"): (SPF,),
    (DMARC, "TXT"): ("v=DMARC1; p=none",),
    (build.DOMAIN, "NS"): SERVERS,
}
STRICTNESS = ("", "none", "quarantine", "reject")
FORMS = ("zone", "route53", "route53 by DNS")


def look(zone: Zone) -> tuple[Facts, dict[str, RecordState]]:
    facts = zone.seen(build.ready(), build.entered())
    facts = replace(facts, delegation=build.seen(Delegation(build.DOMAIN, "com", SERVERS, SERVERS)))
    judged = states(Situation(facts, build.entered()))
    return facts, {f"{state.record.purpose} {state.record.name}": state for state in judged if state.record.required}


def apply(zone: Zone, form: str) -> tuple[dict[str, RecordState], dict[str, RecordState], Dmarc | None, Dmarc | None]:
    """Apply the export of what is seen; return what was said before and after, and the policy of each."""
    facts, before = look(zone)
    found = tuple(before.values())
    if form == "zone":
        zone.import_file(record_export.zone(found, build.DOMAIN))
    else:
        held = zone.held() if form == "route53" else None
        zone.apply_batch(record_export.route53(found, held, facts.delegation))
    later, after = look(zone)
    return before, after, so_far(facts.dmarc), so_far(later.dmarc)


def check(sets: Sets, form: str) -> tuple[Zone, dict[str, RecordState]]:
    zone = Zone({**GOOD, **sets})
    there = dict(zone.sets)
    before, after, policy, later = apply(zone, form)
    for key, state in before.items():
        if state.verdict == RecordVerdict.OK:
            assert after[key].verdict == RecordVerdict.OK, key
    assert policy is not None
    assert later is not None
    strictest = max((STRICTNESS.index(policy.policy), *(_strictness(text) for text in policy.records)))
    assert STRICTNESS.index(later.policy) >= strictest or later.error
    for (name, kind), values in there.items():
        own = [text for text in values if not text.strip('"').lower().startswith(("v=spf1", "v=dmarc1"))]
        if kind == "TXT":
            assert set(own) <= set(zone.sets[name, kind])
    return zone, after


def _strictness(text: str) -> int:
    return next((at for at, word in enumerate(STRICTNESS) if word and f"p={word}" in text.split("; ")), 0)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("sets", "left"),
    [
        ({(MAIL, "MX"): (), (MAIL, "TXT"): (), (DMARC, "TXT"): ()}, set()),
        ({(key, "CNAME"): () for key in KEYS}, set()),
        ({(DMARC, "TXT"): ("v=DMARC1; p=none", "v=DMARC1; p=reject; rua=mailto:a@example.com")}, set()),
        ({(DMARC, "TXT"): ("v=DMARC1; rua", "other")}, set()),
        ({(DMARC, "TXT"): ("v=DMARC1 p=quarantine",)}, set()),
        ({(MAIL, "TXT"): ("v=spf1 include:_spf.example.net -all", "v=spf1 include:amazonses.com ~all", "x")}, set()),
        ({(MAIL, "TXT"): ("v=spf1 include:amazonaws.com ~all",)}, set()),
        ({(MAIL, "TXT"): ("v=spf1 -all",)}, set()),
        ({(MAIL, "TXT"): ("v=spf1 " + " ".join(f"exists:{n}.example.net" for n in range(11)),)}, {"MAIL FROM SPF"}),
        ({(MAIL, "TXT"): ("v=spf1 redirect=a.example.net", "v=spf1 redirect=b.example.net")}, {"MAIL FROM SPF"}),
        ({(MAIL, "MX"): (), (MAIL, "TXT"): (), (MAIL, "CNAME"): ("shop.example.net",)},
         {"MAIL FROM SPF", "MAIL FROM MX"}),
        ({(MAIL, "MX"): (), (MAIL, "A"): ("192.0.2.1",)}, set()),
        ({(KEYS[0], "CNAME"): (), (KEYS[0], "A"): ("192.0.2.1",)}, {"DKIM"}),
        ({(KEYS[0], "CNAME"): (), (KEYS[0], "TXT"): ("p=key",)}, {"DKIM"}),
        ({(MAIL, "MX"): ("10 mx.example.net", "20 mx2.example.net")}, set()),
        ({(DMARC, "TXT"): (), (DMARC, "CNAME"): ("d.vendor.example",)}, {"DMARC"}),
    ],
)  # fmt: skip
def test_what_an_export_writes_is_in_order_afterwards(sets: Sets, left: set[str], form: str) -> None:
    _, after = check(sets, form)
    assert {state.record.purpose for state in after.values() if state.verdict != RecordVerdict.OK} == left


def test_a_wildcard_keeps_no_record_from_being_written() -> None:
    wild: Sets = {(f"*.{build.DOMAIN}", "CNAME"): ("shop.example.net",), (MAIL, "MX"): (), (MAIL, "TXT"): ()}
    _, after = check(wild, "route53 by DNS")
    assert {state.verdict for state in after.values()} == {RecordVerdict.OK}


def test_what_is_in_the_way_is_named_in_every_form() -> None:
    zone = Zone({**GOOD, (MAIL, "MX"): (), (MAIL, "TXT"): (), (MAIL, "CNAME"): ("shop.example.net",)})
    facts, judged = look(zone)
    found = tuple(judged.values())
    sentence = f"A CNAME record stands at {MAIL}, and nothing stands beside a CNAME: remove it first."
    assert sentence in record_export.table(found)
    assert sentence in record_export.zone(found, build.DOMAIN)
    assert "2 left out because a record of type CNAME stands at its name" in record_export.route53(found)
    assert "of another kind" in record_export.route53(found, zone.held(), facts.delegation)


TEXTS = st.lists(
    st.sampled_from(
        (
            "v=spf1 -all", "v=spf1 a mx ~all", SPF, "v=spf1 include:_spf.example.net ?all", "v=spf1 redirect=x.example",
            "v=DMARC1; p=reject", "v=DMARC1; p=quarantine; rua=mailto:a@example.com", "v=DMARC1; p=none", "v=DMARC1",
            "v=DMARC1 p=reject", '"v=spf1 a -all"', "site=1", "v=spf1 foo:bar", "v=DMARC1; p=foo; rua=mailto:b@x.org",
        )
    ),
    max_size=3,
    unique=True,
)  # fmt: skip


@settings(max_examples=150)
@given(TEXTS, TEXTS, st.sampled_from(FORMS))
def test_no_export_weakens_or_loses_what_stands_there(mail: list[str], dmarc: list[str], form: str) -> None:
    _, after = check({(MAIL, "TXT"): tuple(mail), (DMARC, "TXT"): tuple(dmarc)}, form)
    assert after[f"{Purpose.DMARC} {DMARC}"].verdict == RecordVerdict.OK
