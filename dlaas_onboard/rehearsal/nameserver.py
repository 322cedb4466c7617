"""A small authoritative DNS server on the loopback for the account's zone, over UDP and TCP."""

from __future__ import annotations

import os
import socketserver
import struct
import threading
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from dlaas_onboard.rehearsal.embedded_account import EmbeddedAccount
from dlaas_onboard.rehearsal.saved_state import SavedRecord

_HOSTS = ("CNAME", "NS", "MX")


def rrset(record: SavedRecord, *others: SavedRecord) -> dns.rrset.RRset:
    """Return records of one name and type as an RRset; long TXT values become several strings."""
    records = dns.rrset.RRset(dns.name.from_text(record.name), dns.rdataclass.IN, dns.rdatatype.from_text(record.type))
    for saved in (record, *others):
        records.add(dns.rdata.from_text(dns.rdataclass.IN, records.rdtype, _text(saved)), saved.ttl)
    return records


def _text(record: SavedRecord) -> str:
    if record.type == "TXT":
        content = record.value.encode()
        chunks = [content[n : n + 255] for n in range(0, len(content), 255)] or [b""]
        return " ".join('"' + "".join(_character(byte) for byte in chunk) + '"' for chunk in chunks)
    return record.value.rstrip(".") + "." if record.type in _HOSTS else record.value


def _character(byte: int) -> str:
    if byte in (0x22, 0x5C):
        return "\\" + chr(byte)
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03d}"


def _of_type(records: list[SavedRecord], wanted: str) -> list[SavedRecord]:
    return [record for record in records if wanted in ("ANY", record.type)]


def _named(records: list[SavedRecord], name: str) -> list[SavedRecord]:
    return [record for record in records if record.name.lower() == name]


def _rrsets(records: list[SavedRecord]) -> list[dns.rrset.RRset]:
    """Return the records of one name, gathered by their types."""
    kinds = dict.fromkeys(record.type for record in records)
    return [rrset(*(record for record in records if record.type == kind)) for kind in kinds]


class Zones:
    """Answers queries from an account: its own domain, and each domain that SES knows, is a zone of its own."""

    def __init__(self, account: EmbeddedAccount) -> None:
        self._account = account

    def answer(self, query: dns.message.Message) -> dns.message.Message:
        """Return the response: an answer, NXDOMAIN, no data with the SOA, or REFUSED outside the zones."""
        response = dns.message.make_response(query)
        if query.opcode() != dns.opcode.QUERY or len(query.question) != 1:
            response.set_rcode(dns.rcode.NOTIMP)
            return response
        question = query.question[0]
        with self._account.lock:
            self._fill(response, question.name.to_text(omit_final_dot=True).lower(), question.rdtype)
        return response

    def _fill(self, response: dns.message.Message, name: str, rdtype: dns.rdatatype.RdataType) -> None:
        origin = self._origin(name)
        if not origin:
            self._fill_outside(response, name, rdtype)
            return
        response.flags |= dns.flags.AA
        records = self._records(origin)
        aliases = self._follow(records, origin, name, dns.rdatatype.to_text(rdtype))
        response.answer.extend(rrset(alias) for alias in aliases)
        name = aliases[-1].value.rstrip(".").lower() if aliases else name
        if self._origin(name) != origin:  # another zone's, which a resolver asks for itself
            return
        at_name = _named(records, name)
        answers = _of_type(at_name, dns.rdatatype.to_text(rdtype))
        response.answer.extend(_rrsets(answers))
        if answers:
            return
        if not at_name and not any(record.name.lower().endswith("." + name) for record in records):
            response.set_rcode(dns.rcode.NXDOMAIN)
        response.authority.append(rrset(next(record for record in records if record.type == "SOA")))

    def _follow(self, records: list[SavedRecord], origin: str, name: str, wanted: str) -> list[SavedRecord]:
        """Return the aliases from a name on, as far as they stay in the zone and do not come round."""
        aliases: dict[str, SavedRecord] = {}
        while self._origin(name) == origin and name not in aliases:
            at_name = _named(records, name)
            alias = next((record for record in at_name if record.type == "CNAME"), None)
            if alias is None or _of_type(at_name, wanted):
                break
            aliases[name] = alias
            name = alias.value.rstrip(".").lower()
        return list(aliases.values())

    def _fill_outside(self, response: dns.message.Message, name: str, rdtype: dns.rdatatype.RdataType) -> None:
        """Answer for the few names of others that the account's own records lead to; REFUSED for all the rest."""
        records = self._outside(name)
        if not records:
            response.set_rcode(dns.rcode.REFUSED)
            return
        response.flags |= dns.flags.AA
        answers = [record for record in records if record.type == dns.rdatatype.to_text(rdtype)]
        if answers:
            response.answer.append(rrset(*answers))

    def _outside(self, name: str) -> list[SavedRecord]:
        """Return the records at a name outside the zones: the zone above, Amazon's hosts, the owner's mailbox."""
        above = next((top for top in sorted(self._tops()) if top.partition(".")[2] == name), "")
        if above:  # it delegates the account's zone by answering for both
            soa = f"ns1.{above}. hostmaster.{above}. 1 300 60 86400 60"
            return [SavedRecord(name, "SOA", soa), SavedRecord(name, "NS", f"ns1.{above}")]
        if name == "amazonses.com":
            return [SavedRecord(name, "TXT", "v=spf1 ip4:192.0.2.0/24 -all")]
        if name.startswith(("feedback-smtp.", "inbound-smtp.")) and name.endswith((".amazonses.com", ".amazonaws.com")):
            return [SavedRecord(name, "A", "192.0.2.25")]
        owner = self._account.state.owner.rpartition("@")[2].lower()
        if owner and name == owner:
            return [SavedRecord(name, "MX", f"10 mx.{owner}")]
        return [SavedRecord(name, "A", "192.0.2.26")] if owner and name == f"mx.{owner}" else []

    def _tops(self) -> list[str]:
        state = self._account.state
        zones = {state.domain, *(i.name for r in state.regions.values() for i in r.identities.values() if i.domain)}
        # A subdomain that SES knows, too, is part of its parent's zone.
        return [zone for zone in zones if not any(zone.endswith("." + other) for other in zones)]

    def _origin(self, name: str) -> str:
        """Return the longest zone that holds a name, ``""`` for none."""
        return next((zone for zone in self._tops() if name == zone or name.endswith("." + zone)), "")

    def _records(self, origin: str) -> list[SavedRecord]:
        state = self._account.state
        soa = f"ns1.{origin}. hostmaster.{origin}. {state.serial} 300 60 86400 60"
        fixed = [
            SavedRecord(origin, "SOA", soa),
            SavedRecord(origin, "NS", f"ns1.{origin}"),
            SavedRecord(f"ns1.{origin}", "A", "127.0.0.1"),
        ]
        return fixed + [r for r in state.zone if r.name.lower() == origin or r.name.lower().endswith("." + origin)]

    def answer_wire(self, wire: bytes, *, limit: int = 65535) -> bytes:
        """Return the response to a message as bytes, truncated to ``limit``; ``b""`` for what is no query."""
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return b""
        response = self.answer(query)
        size = min(limit, max(512, query.payload)) if limit < 65535 else limit
        try:
            return response.to_wire(max_size=size)
        except dns.exception.TooBig:
            short = dns.message.make_response(query)
            short.flags |= dns.flags.TC | dns.flags.AA
            return short.to_wire(max_size=size)


class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True
    allow_reuse_address = os.name == "posix"
    zones: Zones


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = os.name == "posix"
    zones: Zones


class _Datagram(socketserver.BaseRequestHandler):
    server: _Udp

    def handle(self) -> None:
        """Answer one datagram."""
        wire, channel = self.request
        response = self.server.zones.answer_wire(wire, limit=4096)
        if response:
            channel.sendto(response, self.client_address)


class _Stream(socketserver.StreamRequestHandler):
    server: _Tcp
    timeout = 10

    def handle(self) -> None:
        """Answer the messages of one connection."""
        try:
            while len(prefix := self.rfile.read(2)) == 2:
                response = self.server.zones.answer_wire(self.rfile.read(struct.unpack("!H", prefix)[0]))
                if not response:
                    return
                self.wfile.write(struct.pack("!H", len(response)) + response)
        except OSError:
            return


class Nameserver:
    """A running server; ``port`` is the same for UDP and TCP."""

    def __init__(self, account: EmbeddedAccount, port: int = 0) -> None:
        self._udp, self._tcp = _bind(port)
        self._udp.zones = self._tcp.zones = Zones(account)
        self.port: int = self._udp.server_address[1]
        self.address = f"127.0.0.1:{self.port}"
        servers: tuple[Any, ...] = (self._udp, self._tcp)
        for server in servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), name="dns", daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._udp.shutdown()
        self._udp.server_close()
        self._tcp.shutdown()
        self._tcp.server_close()


def _bind(port: int) -> tuple[_Udp, _Tcp]:
    """Bind both sockets to one port: ``port`` if it is free, any other otherwise."""
    for wanted in (port, *([0] * 20)):
        try:
            udp = _Udp(("127.0.0.1", wanted), _Datagram)
        except OSError:
            continue
        try:
            return udp, _Tcp(("127.0.0.1", udp.server_address[1]), _Stream)
        except OSError:
            udp.server_close()
    raise OSError("no port of the loopback is free for both UDP and TCP")
