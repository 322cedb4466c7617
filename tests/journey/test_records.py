"""Each wanted record beside what DNS and SES say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlaas_onboard.journey.dns.needed_records import Purpose, dkim_zone, queries, wanted
from dlaas_onboard.journey.dns.record_verdicts import RecordState, RecordVerdict, states
from dlaas_onboard.journey.facts import Dkim, DnsAnswer, Facts, MailFrom, VerificationInfo
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.situation.situation import Situation
from tests import build
from tests.policies import seen_by_receivers

OK, MISSING, WRONG, UNKNOWN = RecordVerdict.OK, RecordVerdict.MISSING, RecordVerdict.WRONG, RecordVerdict.UNKNOWN
DKIM = "CNAME tok1._domainkey.example.com"
MX = "MX mail.example.com"
SPF = "TXT mail.example.com"
DMARC = "TXT _dmarc.example.com"


def all_states(facts: Facts, **entries: str) -> tuple[RecordState, ...]:
    domain = entries.get("domain", "example.com")
    seen = seen_by_receivers(facts, (f"mail.{domain}",), domain)
    return states(Situation(seen, build.entered(**entries)))


def state(facts: Facts, key: str, **entries: str) -> RecordState:
    found = all_states(facts, **entries)
    return next(item for item in found if f"{item.record.type} {item.record.name}" == key)


def with_dns(key: str, *values: str, facts: Facts | None = None) -> Facts:
    base = facts or build.ready()
    type_, name = key.split(" ", 1)
    return replace(base, dns={**base.dns, **build.dns((type_, name, values))})


def test_everything_right() -> None:
    found = all_states(build.ready())
    assert [item.verdict for item in found] == [OK] * 8
    assert [state.verdict for state in found if state.record.required] == [RecordVerdict.OK] * 6


def test_what_is_wanted_for_a_domain() -> None:
    found = [(r.purpose, r.name, r.type, r.value) for r in wanted(Situation(build.ready(), build.entered()))]
    assert found[:1] == [(Purpose.DKIM, "tok1._domainkey.example.com", "CNAME", "tok1.dkim.amazonses.com")]
    assert found[3:] == [
        (Purpose.MAIL_FROM_MX, "mail.example.com", "MX", "10 feedback-smtp.eu-west-1.amazonses.com"),
        (Purpose.MAIL_FROM_SPF, "mail.example.com", "TXT", "v=spf1 include:amazonses.com ~all"),
        (Purpose.DMARC, "_dmarc.example.com", "TXT", "v=DMARC1; p=none; rua=mailto:support@example.com"),
        (Purpose.INBOX, "example.com", "MX", ""),
        (Purpose.DELEGATION, "example.com", "NS", ""),
    ]


def test_reports_are_not_sent_to_a_mailbox_that_cannot_receive() -> None:
    values = {r.purpose: r.value for r in wanted(Situation(build.terraform(), build.entered()))}
    assert values[Purpose.DMARC] == "v=DMARC1; p=none"


def test_nothing_is_wanted_without_a_domain() -> None:
    assert wanted(Situation(build.fresh(), build.answers())) == ()
    assert queries(Situation(build.fresh(), build.answers())) == ()


def test_without_the_identity_there_are_no_dkim_records() -> None:
    assert Purpose.DKIM not in {r.purpose for r in wanted(Situation(build.fresh(), build.entered()))}


@pytest.mark.parametrize(
    ("key", "values", "verdict", "says"),
    [
        (DKIM, ("TOK1.DKIM.amazonses.com.",), OK, ""),
        (DKIM, (), MISSING, "Publish CNAME tok1._domainkey.example.com with the value tok1.dkim.amazonses.com"),
        (DKIM, ("tok1.dkim.amazonaws.com",), WRONG, "amazonses.com"),
        (DKIM, ("tok1.dkim.amazonses.com.example.com",), WRONG, "appended example.com to the value"),
        (DKIM, ("other.dkim.amazonses.com",), WRONG, "tok1.dkim.amazonses.com"),
        (DKIM, ("tok1.dkim.amazonses.com", "else.example.net"), WRONG, "nothing else"),
        (MX, ("10 Feedback-SMTP.eu-west-1.amazonses.com.",), OK, ""),
        (MX, ("20 feedback-smtp.eu-west-1.amazonses.com",), OK, ""),
        (MX, (), MISSING, "10 feedback-smtp.eu-west-1.amazonses.com"),
        (MX, ("10 feedback-smtp.eu-west-1.amazonses.com", "20 mx.example.com"), WRONG, "exactly one"),
        (MX, ("10 feedback-smtp.eu-west-1.amazonaws.com",), WRONG, "amazonaws.com"),
        (MX, ("10 mx.example.com",), WRONG, "as the only MX"),
        (SPF, ("V=SPF1 Include:amazonses.com -all",), OK, ""),
        (SPF, ("v=spf1 include:_spf.example.net include:amazonses.com ~all", "some=other"), OK, ""),
        (SPF, (), MISSING, "v=spf1 include:amazonses.com ~all"),
        (SPF, ("some=other",), MISSING, "v=spf1"),
        (SPF, ("v=spf10 include:amazonses.com",), MISSING, "v=spf1"),
        (SPF, ("v=spf1 ~all",), WRONG, "include:amazonses.com"),
        (SPF, ("v=spf1 -all include:amazonses.com",), WRONG, "before its all"),
        (SPF, ("v=spf1 -include:amazonses.com ~all",), WRONG, "include:amazonses.com"),
        (SPF, ("v=spf1 include:amazonaws.com ~all",), WRONG, "must say amazonses.com"),
        (SPF, ("v=spf1 include:amazonses.com ~all", "v=spf1 -all"), WRONG, "2 SPF records"),
        (DMARC, ("v=DMARC1; p=none; rua=mailto:a@example.com",), OK, ""),
        (DMARC, ("v=dmarc1; p=none",), WRONG, "v=DMARC1 in these letters"),
        (DMARC, ("v=DMARC1;p=reject",), OK, ""),
        (DMARC, (), MISSING, "Publish TXT _dmarc.example.com"),
        (DMARC, ("v=DMARC1; rua=mailto:a@example.com",), WRONG, "no policy"),
        (DMARC, ("v=DMARC1; p=none", "v=DMARC1; p=reject"), WRONG, "2 DMARC records"),
        ("MX example.com", (), MISSING, "no MX"),
        ("MX example.com", ("0 .",), WRONG, "null MX"),
        ("NS example.com", (), MISSING, "registrar"),
    ],
)
def test_found_against_wanted(key: str, values: tuple[str, ...], verdict: RecordVerdict, says: str) -> None:
    facts = with_dns(key, *values)
    identity = build.identity(mail_from=MailFrom("mail.example.com", "PENDING"))
    found = state(replace(facts, domain_identity=build.seen(identity)), key)
    assert (found.verdict, says in found.fix) == (verdict, True), found


def test_an_mx_of_another_region_serves_if_ses_says_so() -> None:
    facts = with_dns(MX, "10 feedback-smtp.us-east-1.amazonses.com")
    assert state(facts, MX).verdict == OK
    pending = build.seen(build.identity(mail_from=MailFrom("mail.example.com", "PENDING")))
    assert state(replace(facts, domain_identity=pending), MX).verdict == WRONG


@pytest.mark.parametrize("key", [DKIM, MX, SPF, DMARC])
def test_a_doubled_name_is_seen(key: str) -> None:
    facts = with_dns(key, facts=build.ready())
    right = build.good_dns()[key].value
    assert right is not None
    found = state(with_dns(f"{key}.example.com", *right.values, facts=facts), key)
    assert found.verdict == WRONG
    assert "appended" in found.fix
    assert f"{key.split()[1]}.example.com" in found.published
    assert (f"{key.split()[1]}.example.com", key.split(maxsplit=1)[0]) in queries(Situation(facts, build.entered()))


@pytest.mark.parametrize("key", [DKIM, MX, SPF, DMARC, "MX example.com", "NS example.com"])
def test_a_failed_look_is_unknown_with_its_reason(key: str) -> None:
    problem = Problem(ProblemKind.TIMEOUT, "The name server did not answer.", "Try another one.")
    facts = build.ready()
    facts = replace(facts, dns={**facts.dns, key: Reading("DNS", build.NOW, None, problem)})
    found = state(facts, key)
    assert (found.verdict, found.fix) == (UNKNOWN, "The name server did not answer. Try another one.")


def test_a_look_that_stopped_early_is_unknown() -> None:
    read = build.good_dns()[MX].value
    for problem in (None, Problem(ProblemKind.TIMEOUT, "The name server did not answer.")):
        partial = Reading("DNS", build.NOW, read, problem, "one server of two")
        facts = replace(build.ready(), dns={**build.good_dns(), MX: partial})
        assert state(facts, MX).verdict == UNKNOWN


def test_a_look_not_taken_is_unknown() -> None:
    found = all_states(replace(build.ready(), dns={}))
    assert {item.verdict for item in found} == {UNKNOWN}
    assert {item.fix for item in found} == {"Not looked at yet."}


@pytest.mark.parametrize(
    ("region", "zone"),
    [
        ("eu-west-1", "dkim.amazonses.com"),
        ("us-gov-west-1", "dkim.amazonses.com"),
        ("eu-central-2", "dkim.eu-central-2.amazonses.com"),
        ("us-gov-east-1", "dkim.us-gov-east-1.amazonses.com"),
        ("mx-central-1", ""),
        ("eu-south-2", ""),
        ("eusc-de-east-1", ""),
        ("xx-new-1", ""),
    ],
)
def test_zone_of_a_region(region: str, zone: str) -> None:
    assert dkim_zone(region) == zone


def in_region(region: str, dkim: Dkim) -> Facts:
    facts = build.ready()
    return replace(facts, place=build.place(region=region), domain_identity=build.seen(build.identity(dkim=dkim)))


def test_a_zone_that_ses_does_not_name_is_not_guessed() -> None:
    facts = in_region("mx-central-1", Dkim("PENDING", True, build.TOKENS))
    found = state(facts, DKIM)
    assert (found.record.value, found.verdict) == ("", UNKNOWN)
    assert "does not document" in found.fix


def test_the_zone_that_ses_names_wins() -> None:
    facts = in_region("mx-central-1", Dkim("PENDING", True, build.TOKENS, "dkim.mx-central-1.amazonses.com"))
    assert state(facts, DKIM).record.value == "tok1.dkim.mx-central-1.amazonses.com"


def test_copied_keys_point_to_the_first_region() -> None:
    facts = in_region("eu-west-1", Dkim("PENDING", True, build.TOKENS, "", "AWS_SES_EU_CENTRAL_2"))
    assert state(facts, DKIM).record.value == "tok1.dkim.eu-central-2.amazonses.com"


def test_own_keys_want_no_cname() -> None:
    facts = in_region("eu-west-1", Dkim("SUCCESS", True, ("selector",), "", "EXTERNAL"))
    assert Purpose.DKIM not in {r.purpose for r in wanted(Situation(facts, build.entered()))}


def test_what_ses_says_stands_beside() -> None:
    failing = build.identity(
        dkim=Dkim("FAILED", True, build.TOKENS, "dkim.amazonses.com"),
        mail_from=MailFrom("mail.example.com", "FAILED"),
        verification_info=VerificationInfo("HOST_NOT_FOUND"),
    )
    facts = replace(build.ready(), domain_identity=build.seen(failing))
    assert state(facts, DKIM).ses_says == "DKIM FAILED (HOST_NOT_FOUND): SES found no such name in DNS"
    assert state(facts, MX).ses_says == "MAIL FROM FAILED"
    assert state(facts, DMARC).ses_says == ""


@pytest.mark.parametrize(
    ("above", "verdict"),
    [
        (("v=DMARC1; p=reject",), OK),
        (("v=DMARC1; p=reject; psd=y",), MISSING),
        ((), MISSING),
        (None, UNKNOWN),
    ],
)
def test_a_subdomain_falls_under_the_policy_above(above: tuple[str, ...] | None, verdict: RecordVerdict) -> None:
    facts = with_dns("TXT _dmarc.shop.example.com", facts=replace(build.ready(), dns={}))
    if above is not None:
        facts = with_dns(DMARC, *above, facts=facts)
    assert state(facts, "TXT _dmarc.shop.example.com", domain="shop.example.com").verdict == verdict


def test_a_name_in_the_zone_above_is_delegated() -> None:
    facts = with_dns("NS shop.example.com")
    found = state(facts, "NS shop.example.com", domain="shop.example.com")
    assert (found.verdict, found.published.split(":")[0]) == (OK, "in the zone example.com")


TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["", ".", "10", "10 ", "0 .", "v=spf1", "v=DMARC1", '"v=DMARC1; p=none"', "include:amazonses.com"]),
)
KEYS = sorted(build.good_dns())


@given(st.dictionaries(st.sampled_from(KEYS), st.lists(TEXTS, max_size=3)), st.sets(st.sampled_from(KEYS)))
def test_no_answer_crashes_and_unknown_is_never_missing(found: dict[str, list[str]], failed: set[str]) -> None:
    dns = dict(build.dns(*((key.split()[0], key.split()[1], tuple(values)) for key, values in found.items())))
    dns |= {key: build.denied("DNS", "") for key in failed}
    for item in all_states(replace(build.ready(), dns=dns)):
        key = f"{item.record.type} {item.record.name}"
        if key in failed or key not in found:
            assert item.verdict == UNKNOWN
        if item.verdict in (WRONG, MISSING):
            assert item.fix


def test_a_cname_that_the_provider_resolves_itself() -> None:
    facts = with_dns("TXT tok1._domainkey.example.com", "p=MIGfMA0G", facts=with_dns(DKIM))
    found = state(facts, DKIM)
    assert found.verdict == WRONG
    assert "flattening" in found.fix
    other = with_dns("TXT tok1._domainkey.example.com", "hello", facts=with_dns(DKIM))
    assert state(other, DKIM).verdict == MISSING


@pytest.mark.parametrize(("key", "beside"), [(DKIM, "_domainkey.example.com"), (MX, "example.com")])
def test_a_wildcard_answers_instead_of_the_record(key: str, beside: str) -> None:
    type_ = key.split(maxsplit=1)[0]
    value = "elsewhere.example.net" if type_ == "CNAME" else "10 elsewhere.example.net"
    nobody = (f"dlaas-onboard-nobody.{beside}", type_)
    assert nobody in queries(Situation(build.ready(), build.entered()))
    alone = with_dns(key, value)
    assert "wildcard" not in state(alone, key).fix
    both = with_dns(f"{type_} {nobody[0]}", value, facts=alone)
    assert state(both, key).verdict == WRONG
    assert state(both, key).fix.startswith("A wildcard record answers here")


def test_a_policy_that_lost_a_blank_between_its_strings() -> None:
    def cut(*chunks: str) -> RecordState:
        answer = DnsAnswer("mail.example.com", "TXT", True, ("".join(chunks),), chunks=(chunks,))
        return state(replace(build.ready(), dns={**build.good_dns(), SPF: build.seen(answer)}), SPF)

    assert "lost a blank" in cut("v=spf1 include:amazonses.com", "~all").fix
    assert cut("v=spf1 include:amazonses.com ", "~all").verdict == OK
    assert "lost a blank" not in cut("v=spf1 include:example.net", " ~all").fix


def test_how_long_an_answer_is_cached_stands_beside_it() -> None:
    assert state(build.ready(), DKIM).ttl == 300
    assert state(with_dns(DKIM), DKIM).verdict == MISSING


@pytest.mark.parametrize("type_", ["CNAME", "MX", "TXT"])
def test_a_name_with_the_zone_above_appended_is_seen(type_: str) -> None:
    answers = build.entered(domain="shop.example.com")
    identity = build.identity(name="shop.example.com", mail_from=MailFrom("mail.shop.example.com", "PENDING"))
    facts = replace(build.ready(), dns={}, domain_identity=build.seen(identity))
    found = next(r for r in wanted(Situation(facts, answers)) if r.type == type_ and r.purpose != Purpose.DMARC)
    asked = queries(Situation(facts, answers))
    for zone in ("shop.example.com", "example.com"):
        name = f"{found.name}.{zone}"
        assert (name, type_) in asked
        there = with_dns(f"{type_} {name}", found.value, facts=with_dns(f"{type_} {found.name}", facts=facts))
        seen = state(there, f"{type_} {found.name}", domain="shop.example.com")
        assert seen.verdict == WRONG
        assert f"appended {zone} to the name" in seen.fix
        assert f"Enter the name as {found.name.removesuffix('.' + zone)}." in seen.fix
    assert not [name for name, _ in asked if name.endswith(".com.com")]


def test_quotation_marks_of_a_policy_are_said() -> None:
    for key, value in ((SPF, '"v=spf1 include:amazonses.com ~all"'), (DMARC, '"v=DMARC1; p=none"')):
        found = state(with_dns(key, value), key)
        assert (found.verdict, "quotation marks" in found.fix) == (WRONG, True)


def test_the_mx_of_another_region_is_named() -> None:
    pending = build.seen(build.identity(mail_from=MailFrom("mail.example.com", "PENDING")))
    facts = replace(with_dns(MX, "10 feedback-smtp.us-east-1.amazonses.com"), domain_identity=pending)
    assert state(facts, MX).fix.startswith("The MX is that of us-east-1;")


@pytest.mark.parametrize(
    ("status", "published", "says"),
    [
        ("PENDING", True, "Waiting is enough"),
        ("TEMPORARY_FAILURE", True, "Waiting is enough"),
        ("PENDING", False, "by itself within minutes once it is published"),
        ("FAILED", True, "Waiting does not help"),
        ("FAILED", False, "once this is published"),
        ("SUCCESS", True, ""),
        ("SUCCESS", False, ""),
        ("NEWWORD", True, ""),
    ],
)
def test_whether_waiting_helps(status: str, published: bool, says: str) -> None:
    dkim, mail_from = Dkim(status, True, build.TOKENS, "dkim.amazonses.com"), MailFrom("mail.example.com", status)
    identity = build.seen(build.identity(dkim=dkim, mail_from=mail_from))
    facts = replace(build.ready() if published else build.terraform(), domain_identity=identity)
    facts = replace(facts, dns=build.good_dns() if published else build.no_dns())
    for key, again in ((DKIM, "start DKIM again"), (MX, "set MAIL FROM again")):
        found = state(facts, key).then
        assert (says in found, bool(found)) == (True, bool(says))
        assert (again in found) == (status == "FAILED")
    assert state(facts, DMARC).then == ""


def test_what_is_not_known_is_not_waited_for() -> None:
    pending = build.seen(build.identity(dkim=Dkim("PENDING", True, build.TOKENS, "dkim.amazonses.com")))
    assert state(replace(build.ready(), dns={}, domain_identity=pending), DKIM).then == ""
