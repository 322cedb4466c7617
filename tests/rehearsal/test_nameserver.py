"""The account's DNS as dnspython's resolver sees it, over UDP and TCP."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.resolver
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlaas_onboard.rehearsal.nameserver import Nameserver, rrset
from dlaas_onboard.rehearsal.saved_state import SavedRecord
from tests.rehearsal.conftest import Stage

Begin = Callable[..., Stage]


@contextmanager
def resolver(here: Stage) -> Iterator[dns.resolver.Resolver]:
    server = Nameserver(here.account)
    found = dns.resolver.Resolver(configure=False)
    found.nameservers, found.port, found.lifetime = ["127.0.0.1"], server.port, 2.0
    try:
        yield found
    finally:
        server.close()


def test_what_terraform_left_and_what_it_did_not(stage: Begin) -> None:
    here = stage("dlaas")
    with resolver(here) as ask:
        tokens = here.account.region("us-east-1").identities[here.domain].tokens
        for token in tokens:
            answer = ask.resolve(f"{token}._domainkey.{here.domain}", "CNAME")
            assert answer[0].to_text() == f"{token}.dkim.amazonses.com."
        assert ask.resolve(f"mail.{here.domain}", "TXT")[0].to_text() == '"v=spf1 include:amazonses.com -all"'
        with pytest.raises(dns.resolver.NoAnswer):
            ask.resolve(f"mail.{here.domain}", "MX")
        with pytest.raises(dns.resolver.NXDOMAIN):
            ask.resolve(f"_dmarc.{here.domain}", "TXT")
        with pytest.raises(dns.resolver.NoAnswer):
            ask.resolve(here.domain, "A")
        with pytest.raises(dns.resolver.NXDOMAIN):
            ask.resolve(f"www.{here.domain}", "A")
        with pytest.raises(dns.resolver.NoAnswer):  # an empty non-terminal exists
            ask.resolve(f"_domainkey.{here.domain}", "TXT")
        assert ask.resolve(here.domain, "NS")[0].to_text() == f"ns1.{here.domain}."
        before = ask.resolve(here.domain, "SOA")[0].serial

        here.play("publish_records")
        here.play("publish_website")
        assert ask.resolve(f"mail.{here.domain}", "MX")[0].to_text() == "10 feedback-smtp.us-east-1.amazonses.com."
        assert ask.resolve(f"_DMARC.{here.domain}", "TXT")[0].strings[0].startswith(b"v=DMARC1; p=none")
        assert ask.resolve(f"www.{here.domain}", "A")[0].to_text() == "127.0.0.1"
        assert ask.resolve(here.domain, "SOA")[0].serial > before


def test_outside_its_zones_it_refuses(stage: Begin) -> None:
    here = stage("dlaas")
    with resolver(here) as ask:
        with pytest.raises(dns.resolver.NoNameservers):
            ask.resolve("example.org", "A")
        here.client("sesv2").create_email_identity(EmailIdentity="other.example")
        here.play("publish_dkim")
        assert ask.resolve("other.example", "SOA")[0].mname.to_text() == "ns1.other.example."
        token = here.account.region("us-east-1").identities["other.example"].tokens[0]
        assert len(ask.resolve(f"{token}._domainkey.other.example", "CNAME")) == 1


def test_the_few_names_of_others_that_the_account_leads_to(stage: Begin) -> None:
    here = stage("ready")
    with resolver(here) as ask:
        above = here.domain.partition(".")[2]
        assert ask.resolve(above, "SOA").rrset is not None
        assert ask.resolve(above, "NS")[0].to_text() == f"ns1.{here.domain}."
        assert ask.resolve("amazonses.com", "TXT")[0].strings[0].startswith(b"v=spf1 ")
        assert len(ask.resolve("feedback-smtp.us-east-1.amazonses.com", "A")) == 1
        assert len(ask.resolve("inbound-smtp.us-east-1.amazonaws.com", "A")) == 1
        assert ask.resolve("example.net", "MX")[0].to_text() == "10 mx.example.net."
        assert len(ask.resolve("mx.example.net", "A")) == 1
        with pytest.raises(dns.resolver.NoAnswer):
            ask.resolve("mx.example.net", "AAAA")
        for name in (f"other.{above}", "www.example.net", "x.amazonses.com"):
            with pytest.raises(dns.resolver.NoNameservers):
                ask.resolve(name, "A")


def test_aliases_are_followed_and_a_loop_ends(stage: Begin) -> None:
    here = stage("dlaas")
    domain = here.domain
    with here.account.lock:
        here.account.publish(
            SavedRecord(f"a.{domain}", "CNAME", f"b.{domain}"),
            SavedRecord(f"b.{domain}", "A", "127.0.0.9"),
            SavedRecord(f"loop.{domain}", "CNAME", f"loop2.{domain}"),
            SavedRecord(f"loop2.{domain}", "CNAME", f"loop.{domain}"),
        )
    with resolver(here) as ask:
        assert ask.resolve(f"a.{domain}", "A")[0].to_text() == "127.0.0.9"
        with pytest.raises(dns.exception.DNSException):
            ask.resolve(f"loop.{domain}", "A")


def test_long_answers_go_over_tcp_and_junk_is_ignored(stage: Begin) -> None:
    here = stage("dlaas")
    name = f"long.{here.domain}"
    with here.account.lock:
        here.account.publish(*(SavedRecord(name, "TXT", f"{n}" + "x" * 700) for n in range(4)))
    with resolver(here) as ask:
        plain = dns.message.make_query(name, "TXT", use_edns=False)
        short = dns.query.udp(plain, "127.0.0.1", port=ask.port, timeout=2)
        assert short.flags & dns.flags.TC
        whole = dns.query.tcp(plain, "127.0.0.1", port=ask.port, timeout=2)
        assert sorted(len(b"".join(text.strings)) for text in whole.answer[0]) == [701] * 4
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as junk:
            junk.settimeout(0.2)
            junk.sendto(b"\x00\x01junk", ("127.0.0.1", ask.port))
            with pytest.raises(TimeoutError):
                junk.recv(512)
        assert dns.query.udp(plain, "127.0.0.1", port=ask.port, timeout=2).rcode() == dns.rcode.NOERROR


@given(st.text(st.characters(codec="utf-8"), max_size=800))
def test_any_text_comes_back_from_a_txt_record(text: str) -> None:
    found = rrset(SavedRecord("a.example", "TXT", text))
    assert b"".join(found[0].strings).decode() == text
    assert all(len(chunk) <= 255 for chunk in found[0].strings)
