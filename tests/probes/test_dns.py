"""DNS as observed: real questions to a server on loopback; what does not exist is never mixed up with what failed."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlaas_onboard.journey.facts.reading import ProblemKind
from dlaas_onboard.journey.text import clean
from dlaas_onboard.probes.resolver import DnsResolver, split_server
from tests.probes.knot import free_port, knot
from tests.probes.nameserver import NameServer, Zone, serving

ZONE: Zone = {
    ("example.com", "NS"): ["NS1.Example.net.", "ns2.example.net."],
    ("example.com", "TXT"): ['"v=spf1 " "ip4:192.0.2.1 " "-all"', '"site=1"'],
    ("mail.example.com", "MX"): ["10 Feedback-SMTP.eu-west-1.amazonses.com."],
    ("null.example.com", "MX"): ["0 ."],
    ("tok._domainkey.example.com", "CNAME"): ["TOK.dkim.amazonses.com."],
    ("www.example.com", "CNAME"): ["edge.example.com."],
    ("edge.example.com", "A"): ["192.0.2.7"],
    ("dangling.example.com", "CNAME"): ["gone.example.com."],
    ("evil.example.com", "TXT"): [r'"\027[31mRED\027]52;c;ZXZpbA==\007 [@click=app.quit]x\255"'],
    ("big.example.com", "TXT"): [f'"{"x" * 250}-{n}"' for n in range(9)],
    ("cut.example.com", "TXT"): ['"over tcp"'],
    ("cut.example.com", "!"): ["truncated"],
    ("broken.example.com", "!"): ["SERVFAIL"],
    ("refused.example.com", "!"): ["REFUSED"],
    ("silent.example.com", "!"): ["silence"],
    ("junk.example.com", "!"): ["junk"],
}


@pytest.fixture(scope="module")
def server() -> Iterator[NameServer]:
    with serving(ZONE) as running:
        yield running


@pytest.fixture
def resolver(server: NameServer) -> DnsResolver:
    return DnsResolver(server.address, lifetime=0.6)


@pytest.mark.parametrize(
    ("name", "kind", "values"),
    [
        ("example.com", "TXT", ("site=1", "v=spf1 ip4:192.0.2.1 -all")),
        ("EXAMPLE.com.", "NS", ("ns1.example.net", "ns2.example.net")),
        ("mail.example.com", "MX", ("10 feedback-smtp.eu-west-1.amazonses.com",)),
        ("null.example.com", "MX", ("0 .",)),
        ("tok._domainkey.example.com", "CNAME", ("tok.dkim.amazonses.com",)),
        ("edge.example.com", "A", ("192.0.2.7",)),
        ("cut.example.com", "TXT", ("over tcp",)),
    ],
)
def test_reads_what_is_there(resolver: DnsResolver, name: str, kind: str, values: tuple[str, ...]) -> None:
    reading = resolver.look(name, kind)
    assert reading.problem is None
    assert reading.value is not None
    assert reading.value.exists
    assert reading.value.values == values
    assert reading.value.ttl == 300
    assert reading.value.server == resolver.server
    assert reading.source.endswith(f"via {resolver.server}")


def test_an_answer_too_long_for_udp_is_read_in_full(resolver: DnsResolver) -> None:
    reading = resolver.look("big.example.com", "TXT")
    assert reading.value is not None
    assert len(reading.value.values) == 9


def test_aliases_are_followed_and_named(resolver: DnsResolver) -> None:
    reading = resolver.look("www.example.com", "A")
    assert reading.value is not None
    assert reading.value.values == ("192.0.2.7",)
    assert reading.value.chain == ("edge.example.com",)


@pytest.mark.parametrize(
    ("name", "kind"), [("nothing.example.com", "TXT"), ("mail.example.com", "TXT"), ("a.test", "A")]
)
def test_what_does_not_exist_is_an_answer(resolver: DnsResolver, name: str, kind: str) -> None:
    reading = resolver.look(name, kind)
    assert reading.problem is None
    assert reading.value is not None
    assert not reading.value.exists
    assert reading.value.values == ()


def test_an_alias_that_leads_nowhere_says_where_it_led(resolver: DnsResolver) -> None:
    reading = resolver.look("dangling.example.com", "A")
    assert reading.value is not None
    assert not reading.value.exists
    assert reading.value.chain == ("gone.example.com",)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("broken.example.com", ProblemKind.UNREACHABLE),
        ("refused.example.com", ProblemKind.UNREACHABLE),
        ("silent.example.com", ProblemKind.TIMEOUT),
        ("junk.example.com", ProblemKind.TIMEOUT),
    ],
)
def test_a_failure_is_a_problem_and_never_missing(resolver: DnsResolver, name: str, kind: ProblemKind) -> None:
    reading = resolver.look(name, "TXT")
    assert reading.value is None
    assert reading.problem is not None
    assert reading.problem.kind == kind
    assert name in reading.problem.message
    assert reading.problem.remedy


def test_the_rcode_is_named(resolver: DnsResolver) -> None:
    problem = resolver.look("broken.example.com", "A").problem
    assert problem is not None
    assert "SERVFAIL" in problem.message


def test_hostile_text_becomes_visible(resolver: DnsResolver) -> None:
    reading = resolver.look("evil.example.com", "TXT")
    assert reading.value is not None
    (text,) = reading.value.values
    assert text.isprintable()
    assert text.startswith("␛[31mRED␛]52;c;")
    assert "[@click=app.quit]x\\xff" in text


def test_a_server_that_is_down_is_unreachable_within_its_time() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = time.monotonic()
    reading = DnsResolver(f"127.0.0.1:{port}", lifetime=0.5).look("example.com", "A")
    assert time.monotonic() - started < 2
    assert reading.value is None
    assert reading.problem is not None
    assert reading.problem.kind in (ProblemKind.UNREACHABLE, ProblemKind.TIMEOUT)


@pytest.mark.parametrize("name", ["", ".", "a b.example.com", "x" * 70 + ".example.com", "a..b", "ex\x1bample.com"])
def test_a_name_that_cannot_be_asked_is_invalid(resolver: DnsResolver, name: str, server: NameServer) -> None:
    before = len(server.asked)
    reading = resolver.look(name, "A")
    assert reading.problem is not None
    assert reading.problem.kind == ProblemKind.INVALID
    assert len(server.asked) == before
    assert reading.source.isprintable()


def test_an_international_name_is_asked_in_ascii(resolver: DnsResolver, server: NameServer) -> None:
    resolver.look("bücher.example.com", "A")
    assert ("xn--bcher-kva.example.com", "A") in server.asked


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("192.0.2.1", ("192.0.2.1", 53)),
        ("192.0.2.1:5353", ("192.0.2.1", 5353)),
        ("[::1]:5353", ("::1", 5353)),
        ("::1", ("::1", 53)),
        ("ns.example.com", ("ns.example.com", 53)),
    ],
)
def test_the_server_may_be_an_address_or_a_name_with_a_port(server: str, expected: tuple[str, int]) -> None:
    assert split_server(server) == expected


@pytest.mark.parametrize("server", ["127.0.0.1:x", "127.0.0.1:0", "127.0.0.1:70000", ":53"])
def test_a_server_that_cannot_be_is_said(server: str) -> None:
    reading = DnsResolver(server).look("example.com", "A")
    assert reading.problem is not None
    assert reading.problem.kind == ProblemKind.INVALID
    assert "--dns-server" in reading.problem.remedy


def test_a_machine_without_resolvers_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    import dns.resolver

    def none(self: dns.resolver.Resolver, configure: bool = True, **_: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver.Resolver, "__init__", none)
    reading = DnsResolver().look("example.com", "A")
    assert reading.problem is not None
    assert reading.problem.kind == ProblemKind.UNREACHABLE
    assert "--dns-server" in reading.problem.remedy


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["A", "TXT", "MX", "nonsense", ""]))
def test_any_name_gives_a_reading(server: NameServer, name: str, kind: str) -> None:
    reading = DnsResolver(server.address, lifetime=0.5).look(name, kind)
    assert (reading.value is None) != (reading.problem is None)
    assert clean(reading.source, multiline=False) == reading.source


@pytest.mark.knot
@pytest.mark.skipif(shutil.which("knotd") is None, reason="knotd is not installed")
def test_an_authoritative_server_of_the_field(tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    records = (
        "@ NS ns1\nns1 A 127.0.0.1\nmail MX 10 feedback-smtp.us-east-1.amazonses.com.\n"
        'long TXT "v=spf1 " "ip4:192.0.2.1 " "-all"\nloop CNAME loop2\nloop2 CNAME loop\n'
    )
    with knot(tmp_path, "127.0.0.1", port, {"example.com": records}):
        resolver = DnsResolver(f"127.0.0.1:{port}", lifetime=1)
        text = resolver.look("long.example.com", "TXT").value
        mail = resolver.look("mail.example.com", "MX").value
        missing = resolver.look("none.example.com", "TXT").value
        loop = resolver.look("loop.example.com", "A")
        foreign = resolver.look("example.org", "A")
    assert text is not None
    assert text.values == ("v=spf1 ip4:192.0.2.1 -all",)
    assert mail is not None
    assert mail.values == ("10 feedback-smtp.us-east-1.amazonses.com",)
    assert missing is not None
    assert not missing.exists
    assert loop.problem is not None
    assert foreign.problem is not None
    assert "REFUSED" in foreign.problem.message
