"""SPF, DMARC, mailboxes and delegation as they stand in zones that are built wrong, served by knotd."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlaas_onboard.journey.facts import Dmarc, MailHost, Spf
from dlaas_onboard.journey.facts.reading import ProblemKind
from dlaas_onboard.journey.text import clean
from dlaas_onboard.probes.resolver import DnsResolver
from tests.probes.knot import free_port, knot, needs_knot
from tests.probes.nameserver import NameServer, serving

# What the whole world sees, as a resolver would.
SPF_ZONE = """
@ NS ns
ns A 127.0.0.1
good TXT "v=spf1 include:ok.spf.test a mx ip4:192.0.2.0/24 " "ip4:198.51.100.0/24 ~all"
good TXT "site=1"
good A 192.0.2.1
good MX 10 mx
mx A 192.0.2.2
ok TXT "v=spf1 ip4:203.0.113.0/24 exists:%{i}.ok.spf.test -all"
eleven TXT "v=spf1 include:five.spf.test include:five.spf.test a:mx.spf.test -all"
five TXT "v=spf1 a:mx.spf.test a:mx.spf.test a:mx.spf.test mx:good.spf.test ?all"
fits TXT "v=spf1 include:five.spf.test include:five.spf.test"
twelve TXT "v=spf1 include:five.spf.test include:five.spf.test a:mx.spf.test a:mx.spf.test -all"
endless TXT "v=spf1 include:twelve.spf.test redirect=more.spf.test"
more TXT "v=spf1 include:twelve.spf.test include:twelve.spf.test include:twelve.spf.test -all"
two TXT "v=spf1 -all"
two TXT "v=spf1 include:ok.spf.test ~all"
loop TXT "v=spf1 include:loop2.spf.test -all"
loop2 TXT "v=spf1 redirect=loop.spf.test"
itself TXT "v=spf1 include:itself.spf.test -all"
void TXT "v=spf1 a:gone1.spf.test mx:gone2.spf.test include:ok.spf.test a:gone3.spf.test -all"
nearly TXT "v=spf1 a:gone1.spf.test a:gone2.spf.test -all"
address TXT "v=spf1 ip4:300.1.1.1 -all"
unknown TXT "v=spf1 foo:bar -all"
commas TXT "v=spf1 ip4:192.0.2.1, ip4:192.0.2.2, -all"
outer TXT "v=spf1 include:unknown.spf.test -all"
lost TXT "v=spf1 include:text.spf.test -all"
double TXT "v=spf1 include:two.spf.test -all"
away TXT "v=spf1 redirect=good.spf.test"
text TXT "hello"
anyone TXT "v=spf1 ip4:0.0.0.0/0 a:mx.spf.test ptr +all"
signs TXT "v=spf1 exp=e\\195\\169.spf.test -all"
inside TXT "v=spf1 a:mx.spf.test include:a.broken.test -all"
anyhow TXT "v=spf1 include:five.spf.test include:five.spf.test a:mx.spf.test include:a.broken.test -all"
ten MX 10 mx
passing TXT "v=spf1 -include:five.spf.test +include:OK.spf.test ~all include:good.spf.test"
"""
MAIL_ZONE = """
@ NS ns
ns A 127.0.0.1
_dmarc TXT "v=DMARC1; p=quarantine; sp=reject; adkim=s; pct=50; rua=mailto:a@mail.test!10m, mailto:b@report.mail.test"
_dmarc TXT "something else"
_dmarc.suffix TXT "v=DMARC1; p=reject; psd=y"
_dmarc.two TXT "v=DMARC1; p=none"
_dmarc.two TXT "v=DMARC1; p=reject"
_dmarc.nop TXT "v=DMARC1; rua=mailto:a@mail.test"
_dmarc.odd TXT "v=DMARC1; p=none; adkim=x; pct=many; rua=a@mail.test"
_dmarc.rua TXT "v=DMARC1;p=none;rua=mailto:x@yes.test,mailto:y@all.test!1g,mailto:z@no.test,mailto:w@a.broken.test"
@ MX 20 mx2.mail.test.
@ MX 10 mx1.mail.test.
mx1 A 192.0.2.10
mx1 AAAA 2001:db8::10
mx2 A 192.0.2.20
null MX 0 .
nowhere MX 10 gone.mail.test.
implicit A 192.0.2.30
text TXT "no mail here"
half MX 10 mx1.mail.test.
half MX 20 mx.broken.test.
unread MX 10 mx.broken.test.
"""
WORLD = {
    "spf.test": SPF_ZONE,
    "mail.test": MAIL_ZONE,
    "yes.test": '@ NS ns\nns A 127.0.0.1\nrua.mail.test._report._dmarc TXT "v=DMARC1"\n',
    "all.test": '@ NS ns\nns A 127.0.0.1\n*._report._dmarc TXT "v=DMARC1;"\n',
    "no.test": '@ NS ns\nns A 127.0.0.1\nrua.mail.test._report._dmarc TXT "no"\n',
    "broken.test": "",
}

# The zone above and those below, each on servers of its own.
TEST_ZONE = """
@ NS a.nic
a.nic A 127.0.0.2
shop NS ns1.shop
shop NS ns2.shop
ns1.shop A 127.0.0.3
ns2.shop A 127.0.0.3
sold NS ns1.old
ns1.old A 127.0.0.2
half NS ns1.shop
half NS ns.half
ns.half A 127.0.0.4
lost NS nowhere.shop
"""
SHOP = "@ NS ns1\n@ NS ns2\nns1 A 127.0.0.3\nns2 A 127.0.0.3\nwww A 192.0.2.1\n"
CHILDREN = {
    "shop.test": SHOP,
    "sold.test": "@ NS ns1.shop.test.\n",
    "half.test": "@ NS ns1.shop.test.\n@ NS ns.half.test.\nns A 127.0.0.4\n",
    "lost.test": "@ NS ns1.shop.test.\n",
    "duckdns.org": "@ NS ns1.shop.test.\nmine A 192.0.2.1\n",  # a public suffix
}
ORG = "@ NS a.nic.test.\nduckdns NS ns1.shop.test.\n"


class Servers(NamedTuple):
    """The running servers: ``world`` answers as a resolver does."""

    port: int
    world: str


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    folder = tmp_path_factory.mktemp("knot")
    port = free_port("127.0.0.1", "127.0.0.2", "127.0.0.3")
    with contextlib.ExitStack() as running:
        for n, zones in (
            (1, {**WORLD, "test": TEST_ZONE, "org": ORG, **CHILDREN}),
            (2, {"test": TEST_ZONE, "org": ORG}),
            (3, CHILDREN),
        ):
            running.enter_context(knot(folder / str(n), f"127.0.0.{n}", port, zones))
        yield Servers(port, f"127.0.0.1:{port}")


@pytest.fixture
def resolver(servers: Servers) -> DnsResolver:
    return DnsResolver(servers.world, lifetime=1, port=servers.port)


class TestOnKnot:
    pytestmark = needs_knot

    def test_txt_keeps_its_character_strings(self, resolver: DnsResolver) -> None:
        found = resolver.look("good.spf.test", "TXT").value
        assert found is not None
        assert found.chunks == (
            ("site=1",),
            ("v=spf1 include:ok.spf.test a mx ip4:192.0.2.0/24 ", "ip4:198.51.100.0/24 ~all"),
        )
        assert tuple("".join(chunks) for chunks in found.chunks) == found.values
        other = resolver.look("mx.spf.test", "A").value
        assert other is not None
        assert other.chunks == ()

    @pytest.mark.parametrize(
        ("name", "lookups", "void", "error"),
        [
            ("good", 4, 0, ""),
            ("fits", 10, 0, ""),
            ("away", 5, 0, ""),
            ("anyone", 2, 0, ""),
            ("nearly", 2, 2, ""),
            ("eleven", 11, 0, "It takes 11 DNS look-ups; receivers give up after ten."),
            ("twelve", 12, 0, "It takes 12 DNS look-ups; receivers give up after ten."),
            ("endless", 41, 0, "It takes more than 40 DNS look-ups; receivers give up after ten."),
            ("loop", 2, 0, "It includes itself: loop.spf.test → loop2.spf.test → loop.spf.test."),
            ("itself", 0, 0, "It includes itself: include:itself.spf.test."),
            ("void", 5, 3, "3 of its look-ups find nothing; receivers give up after two."),
            ("address", 0, 0, "Invalid IP4 address: ip4:300.1.1.1."),
            ("unknown", 0, 0, "Unknown mechanism found: foo:bar."),
            ("commas", 0, 0, "Terms are separated by spaces, not by commas: ip4:192.0.2.1,."),
            ("outer", 1, 0, "In the record of unknown.spf.test: Unknown mechanism found: foo:bar."),
            ("lost", 1, 0, "It includes text.spf.test, which has no SPF record."),
            ("double", 1, 0, "In the record of two.spf.test: It has more than one SPF record."),
            ("anyhow", 12, 0, "It takes 12 DNS look-ups; receivers give up after ten."),
        ],
    )
    def test_spf_is_evaluated_as_a_receiver_does(
        self, resolver: DnsResolver, name: str, lookups: int, void: int, error: str
    ) -> None:
        reading = resolver.spf(f"{name}.spf.test")
        assert reading.problem is None
        assert reading.value is not None
        assert (reading.value.lookups, reading.value.void_lookups, reading.value.error) == (lookups, void, error)
        assert len(reading.value.records) == 1

    def test_spf_terms_are_those_of_all_its_strings(self, resolver: DnsResolver) -> None:
        found = resolver.spf("GOOD.spf.test.").value
        assert found is not None
        assert found.name == "good.spf.test"
        assert found.terms == (
            "include:ok.spf.test",
            "a",
            "mx",
            "ip4:192.0.2.0/24",
            "ip4:198.51.100.0/24",
            "~all",
        )

    def test_what_an_spf_record_lets_pass_ends_with_its_all(self, resolver: DnsResolver) -> None:
        for name, includes in (("good", ("ok.spf.test",)), ("passing", ("ok.spf.test",)), ("nearly", ())):
            found = resolver.spf(f"{name}.spf.test").value
            assert found is not None
            assert found.includes == includes

    def test_two_spf_records_are_an_error(self, resolver: DnsResolver) -> None:
        found = resolver.spf("two.spf.test").value
        assert found is not None
        assert len(found.records) == 2
        assert found.lookups is None
        assert found.error == "There are 2 SPF records; with more than one, SPF fails."

    def test_characters_that_are_not_ascii_are_an_error(self, resolver: DnsResolver) -> None:
        found = resolver.spf("signs.spf.test").value
        assert found is not None
        assert found.error == "The record has characters that are not ASCII."

    @pytest.mark.parametrize("name", ["text.spf.test", "nothing.spf.test", "mx.spf.test"])
    def test_no_spf_record_is_an_answer(self, resolver: DnsResolver, name: str) -> None:
        reading = resolver.spf(name)
        assert reading.problem is None
        assert reading.value is not None
        assert replace(reading.value, answer=None) == Spf(name)
        assert reading.value.answer == resolver.look(name, "TXT").value

    @pytest.mark.parametrize("name", ["inside.spf.test", "a.broken.test"])
    def test_a_failure_on_the_way_is_no_verdict_on_the_record(self, resolver: DnsResolver, name: str) -> None:
        reading = resolver.spf(name)
        inside = name.startswith("inside")
        assert (reading.value is not None, reading.known) == (inside, False)
        if reading.value is not None:  # what the record itself says was read, its verdict was not
            assert reading.value.terms == ("a:mx.spf.test", "include:a.broken.test", "-all")
            assert reading.value.includes == ("a.broken.test",)
            assert (reading.value.lookups, reading.value.error) == (None, "")
        assert reading.problem is not None
        assert reading.problem.kind == ProblemKind.UNREACHABLE
        assert "a.broken.test" in reading.problem.message
        assert "SERVFAIL" in reading.problem.message

    def test_dmarc_of_the_domain_itself(self, resolver: DnsResolver) -> None:
        found = resolver.dmarc("mail.test").value
        assert found is not None
        assert found.name == "_dmarc.mail.test"
        assert len(found.records) == 1
        assert (found.policy, found.subdomain_policy, found.dkim_alignment, found.spf_alignment, found.percent) == (
            "quarantine",
            "reject",
            "s",
            "r",
            50,
        )
        assert found.reports == ("a@mail.test", "b@report.mail.test")
        assert (found.unauthorised, found.unchecked, found.error) == ((), (), "")

    def test_dmarc_is_found_at_the_parent_but_not_above_the_organization(self, resolver: DnsResolver) -> None:
        found = resolver.dmarc("a.b.mail.test").value
        assert found is not None
        assert (found.name, found.policy) == ("_dmarc.mail.test", "quarantine")
        above = resolver.dmarc("a.suffix.mail.test").value  # a public suffix's policy is not that of what is below it
        assert above is not None
        assert (above.name, above.policy) == ("_dmarc.mail.test", "quarantine")
        nothing = resolver.dmarc("a.spf.test").value
        assert nothing == Dmarc("_dmarc.a.spf.test", answer=resolver.look("_dmarc.a.spf.test", "TXT").value)

    @pytest.mark.parametrize(
        ("name", "count", "error"),
        [
            ("two", 2, "There are 2 DMARC records; receivers then use none of them."),
            ("nop", 1, "It names no policy that is known: p=none, p=quarantine or p=reject is missing."),
            ("odd", 1, ""),
        ],
    )
    def test_dmarc_that_is_wrong(self, resolver: DnsResolver, name: str, count: int, error: str) -> None:
        found = resolver.dmarc(f"{name}.mail.test").value
        assert found is not None
        assert (len(found.records), found.error) == (count, error)
        assert found.policy == ("none" if name == "odd" else "")
        assert (found.dkim_alignment, found.percent, found.reports) == ("r", 100, ())

    def test_who_takes_the_reports_is_asked(self, resolver: DnsResolver) -> None:
        found = resolver.dmarc("rua.mail.test").value
        assert found is not None
        assert found.reports == ("x@yes.test", "y@all.test", "z@no.test", "w@a.broken.test")
        assert found.unauthorised == ("z@no.test",)
        assert found.unchecked == ("w@a.broken.test",)

    def test_dmarc_that_cannot_be_asked_is_a_problem(self, resolver: DnsResolver) -> None:
        reading = resolver.dmarc("a.broken.test")
        assert reading.value is None
        assert reading.problem is not None

    def test_mail_servers_come_by_preference_with_their_addresses(self, resolver: DnsResolver) -> None:
        reading = resolver.mailbox("mail.test")
        assert reading.known
        assert reading.value is not None
        assert reading.value.hosts == (
            MailHost("mx1.mail.test", 10, ("192.0.2.10", "2001:db8::10")),
            MailHost("mx2.mail.test", 20, ("192.0.2.20",)),
        )
        assert (reading.value.refuses, reading.value.implicit) == (False, False)

    @pytest.mark.parametrize(
        ("name", "hosts", "refuses", "implicit"),
        [
            ("null", (), True, False),
            ("nowhere", (MailHost("gone.mail.test", 10),), False, False),
            ("implicit", (MailHost("implicit.mail.test", 0, ("192.0.2.30",)),), False, True),
            ("text", (), False, False),
            ("nothing", (), False, False),
        ],
    )
    def test_mailboxes_that_are_none(
        self, resolver: DnsResolver, name: str, hosts: tuple[MailHost, ...], refuses: bool, implicit: bool
    ) -> None:
        reading = resolver.mailbox(f"{name}.mail.test")
        assert reading.known
        assert reading.value is not None
        assert (reading.value.hosts, reading.value.refuses, reading.value.implicit) == (hosts, refuses, implicit)

    @pytest.mark.parametrize("name", ["half", "unread"])
    def test_a_mail_server_whose_address_cannot_be_read_is_no_missing_one(
        self, resolver: DnsResolver, name: str
    ) -> None:
        reading = resolver.mailbox(f"{name}.mail.test")
        assert reading.value is not None
        assert reading.partial == "the addresses of mx.broken.test could not be read"
        assert not reading.known

    @pytest.mark.parametrize("name", ["shop.test", "www.shop.test", "a.b.Shop.test."])
    def test_a_delegation_that_is_right(self, resolver: DnsResolver, name: str) -> None:
        reading = resolver.delegation(name)
        assert reading.known
        assert reading.value is not None
        assert (reading.value.zone, reading.value.parent) == ("shop.test", "test")
        assert reading.value.delegated == reading.value.own == ("ns1.shop.test", "ns2.shop.test")
        assert reading.value.silent == ()
        assert "a.nic.test" in reading.source

    def test_the_registrar_names_other_servers(self, resolver: DnsResolver) -> None:
        found = resolver.delegation("sold.test").value
        assert found is not None
        assert found.delegated == ("ns1.old.test",)
        assert found.own == ()
        assert found.silent == ("ns1.old.test: does not hold the zone",)

    def test_a_server_that_is_down_is_lame_and_the_rest_still_counts(self, resolver: DnsResolver) -> None:
        started = time.monotonic()
        found = resolver.delegation("half.test").value
        assert time.monotonic() - started < 6.5
        assert found is not None
        assert found.delegated == found.own == ("ns.half.test", "ns1.shop.test")
        assert found.silent == ("ns.half.test: no answer in time",)

    def test_a_server_without_an_address_is_lame(self, resolver: DnsResolver) -> None:
        found = resolver.delegation("lost.test").value
        assert found is not None
        assert found.silent == ("nowhere.shop.test: the name has no address",)

    def test_a_domain_that_nobody_delegates(self, resolver: DnsResolver) -> None:
        reading = resolver.delegation("www.unheard.test")
        assert reading.known
        assert reading.value is not None
        assert (reading.value.zone, reading.value.parent, reading.value.delegated) == ("unheard.test", "test", ())

    @pytest.mark.parametrize(
        ("name", "zone", "parent", "delegated"),
        [
            ("mine.duckdns.org", "duckdns.org", "org", ("ns1.shop.test",)),
            ("a.duckdns.org", "a.duckdns.org", "duckdns.org", ()),
        ],
    )
    def test_a_name_in_the_zone_of_a_public_suffix(
        self, resolver: DnsResolver, name: str, zone: str, parent: str, delegated: tuple[str, ...]
    ) -> None:
        found = resolver.delegation(name).value
        assert found is not None
        assert (found.zone, found.parent, found.delegated) == (zone, parent, delegated)

    def test_a_zone_that_the_resolver_cannot_reach_is_still_traced(self, resolver: DnsResolver) -> None:
        reading = resolver.delegation("broken.test")  # SERVFAIL from the resolver, and unknown to the parent
        assert reading.value is not None
        assert (reading.value.zone, reading.value.delegated) == ("broken.test", ())

    def test_a_parent_that_cannot_be_asked_is_a_problem(self, servers: Servers) -> None:
        started = time.monotonic()
        nobody = free_port("127.0.0.2", "127.0.0.3")
        reading = DnsResolver(servers.world, lifetime=1, port=nobody).delegation("shop.test")
        assert time.monotonic() - started < 6.5
        assert reading.value is None
        assert reading.problem is not None
        assert reading.problem.kind == ProblemKind.UNREACHABLE
        assert "a.nic.test: no answer in time" in reading.problem.message


@pytest.fixture(scope="module")
def table() -> Iterator[NameServer]:
    with serving({}) as running:
        yield running


def test_a_resolver_that_is_silent_ends_every_look_in_time() -> None:
    with serving({("x.test", "!"): ["silence"], ("_dmarc.x.test", "!"): ["silence"]}) as server:
        resolver = DnsResolver(server.address, lifetime=0.3, port=server.port)
        started = time.monotonic()
        for reading in (resolver.spf("x.test"), resolver.dmarc("x.test"), resolver.mailbox("x.test")):
            assert reading.value is None
            assert reading.problem is not None
            assert reading.problem.kind == ProblemKind.TIMEOUT
        assert resolver.delegation("x.test").problem is not None
        assert time.monotonic() - started < 5


@pytest.mark.parametrize("name", ["", ".", "a b.test", "x" * 70 + ".test", "a..b", "ex\x1bample.com"])
def test_a_name_that_cannot_be_asked_is_a_problem_of_every_look(table: NameServer, name: str) -> None:
    resolver = DnsResolver(table.address, lifetime=0.3, port=table.port)
    for look in (resolver.spf, resolver.dmarc, resolver.mailbox, resolver.delegation):
        reading = look(name)
        assert reading.value is None
        assert reading.problem is not None
        assert reading.problem.kind == ProblemKind.INVALID
        assert reading.problem.message.isprintable()


def _published(text: bytes) -> list[str]:
    parts = [text[n : n + 255] for n in range(0, len(text), 255)] or [b""]
    return [" ".join('"' + "".join(f"\\{byte:03d}" for byte in part) + '"' for part in parts)]


TERMS = st.one_of(
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["", "+", "-", "?", "="]),
        st.sampled_from(
            ["a", "mx", "ptr", "all", "include", "exists", "ip4", "ip6", "redirect", "exp", "default", "x"]
        ),
        st.sampled_from(["", ":", "=", ":x.test", "=y.test", "/", "/33", "//129", "/0//0", "."]),
        st.sampled_from(
            ["", "x.test", "%{i}.x.test", "%{", "%{z9r}", "%{l9999999999999}", "1.2.3.4", "::", "y." * 130]
        ),
    ),
    st.sampled_from(["include:y.test", "=", ":", "%", "1.2.3.4", "é", "\x00"]),
)


@settings(max_examples=120, deadline=None)
@given(st.one_of(st.lists(TERMS, max_size=14).map(lambda terms: " ".join(terms).encode()), st.binary(max_size=300)))
def test_no_text_of_an_spf_record_raises(table: NameServer, text: bytes) -> None:
    table.zone.update({("x.test", "TXT"): _published(b"v=spf1 " + text), ("y.test", "TXT"): ['"v=spf1 mx:x.test a"']})
    reading = DnsResolver(table.address, lifetime=1).spf("x.test")
    assert (reading.value is None) != (reading.problem is None)
    if reading.value is not None:
        for said in (*reading.value.records, *reading.value.terms, reading.value.error):
            assert clean(said, multiline=False) == said
        assert reading.value.lookups is None or reading.value.lookups >= 0


@settings(max_examples=120, deadline=None)
@given(
    st.one_of(
        st.lists(
            st.tuples(
                st.sampled_from(["p", "sp", "rua", "ruf", "pct", "adkim", "fo", "rf", "ri", "t", "v", " P ", "", "x"]),
                st.one_of(
                    st.sampled_from(
                        ["none", "reject", "s", "mailto:a@b.test!9m", "mailto:@", "mailto:%00@x", "9" * 5000]
                    ),
                    st.text(max_size=12),
                ),
            ),
            max_size=8,
        ).map(lambda tags: ";".join(f"{tag}={value}" for tag, value in tags).encode("utf-8", "replace")),
        st.binary(max_size=200),
    )
)
def test_no_text_of_a_dmarc_record_raises(table: NameServer, text: bytes) -> None:
    table.zone[("_dmarc.x.test", "TXT")] = _published(b"v=DMARC1;" + text)
    reading = DnsResolver(table.address, lifetime=1).dmarc("x.test")
    assert (reading.value is None) != (reading.problem is None)
    if reading.value is not None:
        found = reading.value
        assert set(found.unauthorised) | set(found.unchecked) <= set(found.reports)
        for said in (*found.records, *found.reports, found.error, found.policy):
            assert clean(said, multiline=False) == said
