"""What the receiver of a message says of its DKIM, SPF and DMARC: its ``Authentication-Results`` (RFC 8601).

``authres`` reads the field, :mod:`email` finds it and unfolds it. The operator pastes a whole header, a message's
source, or the one field; what cannot be read is said as it stands, and nothing is guessed from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from email.parser import HeaderParser
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import authres

from dlaas_onboard.journey.dns import public_suffix
from dlaas_onboard.journey.names import bare, domain_of
from dlaas_onboard.journey.text import line

if TYPE_CHECKING:
    from email.message import Message

AMAZON = "amazonses.com"  # SES adds a signature of its own to that of the sending domain
_LONGEST = 20_000  # characters of a paste that are looked at
_FIELD_LONGEST = 6_000  # characters of one Authentication-Results field
_FIELDS_MOST = 200
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*:(?:\s|$)")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+")
# Microsoft begins with the first result and leaves the receiver's name out; RFC 8601 wants it.
_NAMELESS = re.compile(r"\s*(?:spf|dkim|dmarc|compauth|auth|arc)\s*=", re.IGNORECASE)
# It once put the recipient's domain alone between two results.
_STRAY = re.compile(r";\s*[A-Za-z0-9.-]+\s*(?=;)")
_UNNAMED = "receiver.invalid"
_PASTE = "Paste the header Authentication-Results as the receiver shows it."


class Checked(NamedTuple):
    """One result of the receiver."""

    result: str  # the receiver's word: pass, fail, softfail, neutral, none, temperror, permerror
    domain: str = ""  # header.d or header.i of DKIM, smtp.mailfrom of SPF, header.from of DMARC; "" if not named


@dataclass(frozen=True, slots=True)
class ReceivedAuthentication:
    """What a receiver says, read from what was pasted."""

    receiver: str = ""  # the authserv-id, "" where it names none
    dkim: tuple[Checked, ...] = ()  # one for each signature
    spf: Checked | None = None
    dmarc: Checked | None = None
    policy: str = ""  # what the receiver did or would do, where it says so: none, quarantine, reject
    sender: str = ""  # address of the From field, where the whole header was pasted
    message_id: str = ""  # without its angle brackets
    problem: str = ""  # why nothing could be read, in one sentence


@lru_cache(maxsize=8)
def read(text: str) -> ReceivedAuthentication:
    """Return what the receiver says in ``text``; ``problem`` says why, where nothing can be read. Never raises."""
    try:
        # A carriage return that was pasted is kept as its visible sign.
        return _read(text[:_LONGEST].replace("\u240d", "\n").replace("\r\n", "\n").replace("\r", "\n"))
    except Exception as error:  # parsers meet anything here, and a paste must never end the program
        return ReceivedAuthentication(problem=f"What was pasted could not be read ({type(error).__name__}).")


def _read(text: str) -> ReceivedAuthentication:
    if not text.strip():
        return ReceivedAuthentication(problem="Nothing was pasted.")
    for fields in _headers(text):
        values = [value for name, value in fields if name == "authentication-results"]
        if values:
            return _with_fields(_results(values), fields)
    if re.search(r"^\s*arc-authentication-results\s*:", text, re.IGNORECASE | re.MULTILINE):
        return ReceivedAuthentication(
            problem="Only ARC-Authentication-Results was pasted: that is what a forwarder saw."
        )
    whole = " ".join(text.split())
    if not _NAME.match(whole) and ";" in whole and "=" in whole:
        return _results([whole])
    if _NAMELESS.match(whole):
        return _results([whole])
    return ReceivedAuthentication(
        problem=f"No Authentication-Results is in what was pasted: {line(whole, limit=80)!r}."
    )


def _headers(text: str) -> Iterator[list[tuple[str, str]]]:
    """Yield each block of header fields, the names in lower case, unfolded; blank lines end a block."""
    for block in re.split(r"\n\s*\n", text):
        lines = block.split("\n")
        start = next((number for number, item in enumerate(lines) if _NAME.match(item)), None)
        if start is None:
            continue
        # Some programs show a folded field without the blanks that its further lines begin with.
        folded = [item if _NAME.match(item) else f" {item.lstrip()}" for item in lines[start:]]
        message: Message[str, str] = HeaderParser().parsestr("\n".join(folded) + "\n\n")
        yield [(name.lower(), " ".join(str(value).split())) for name, value in message.items()[:_FIELDS_MOST]]


def _with_fields(seen: ReceivedAuthentication, fields: Iterable[tuple[str, str]]) -> ReceivedAuthentication:
    named: dict[str, str] = {}
    for name, value in fields:
        named.setdefault(name, value)
    address = _ADDRESS.findall(named.get("from", ""))
    return replace(
        seen,
        sender=line(address[-1], limit=254) if address else "",
        message_id=line(named.get("message-id", "").strip("<> "), limit=300),
    )


def _results(values: list[str]) -> ReceivedAuthentication:
    """Read the topmost field, and those of the same receiver beneath it: each of its filters may add one."""
    first = _parsed(values[0])
    if isinstance(first, str):
        return ReceivedAuthentication(problem=first)
    results, receiver = list(first.results), str(first.authserv_id)
    for value in values[1:]:
        other = _parsed(value)
        if not isinstance(other, str) and other.authserv_id == receiver != _UNNAMED:
            results += other.results
    spf = _of("spf", results, ("smtp", "mailfrom"))
    dmarc = _of("dmarc", results, ("header", "from"))
    policies = [
        _value(item, "policy", name)
        for item in results
        for name in ("dmarc", "applied-disposition", "published-domain-policy")
    ]
    return ReceivedAuthentication(
        "" if receiver == _UNNAMED else line(receiver, limit=200),
        tuple(Checked(line(item.result, limit=40), _dkim_domain(item)) for item in results if item.method == "dkim"),
        spf,
        dmarc,
        line(next(filter(None, policies), ""), limit=40),
        problem="" if results else f"{line(receiver, limit=100)} says that it checked nothing.",
    )


def _parsed(value: str) -> Any:
    """Return the field as ``authres`` reads it, or why it cannot."""
    shown = line(value, limit=80)
    if len(value) > _FIELD_LONGEST:
        return f"This Authentication-Results is too long to be one: {shown!r}."
    # Its grammar is ASCII, and the last result ends without a semicolon.
    text = value.encode("ascii", "replace").decode().rstrip("; ")
    if _NAMELESS.match(text):
        text = f"{_UNNAMED}; {_STRAY.sub('', text)}"
    try:
        return authres.all_features().parse_value(text)
    except (authres.AuthResError, ValueError, RecursionError):
        return f"This Authentication-Results could not be read: {shown!r}."


def _of(method: str, results: Iterable[Any], wanted: tuple[str, str]) -> Checked | None:
    """Return the first result of a method, rather one that names its domain (SPF of HELO does not)."""
    mine = [
        Checked(line(item.result, limit=40), _domain(_value(item, *wanted)))
        for item in results
        if item.method == method
    ]
    return next((item for item in mine if item.domain), mine[0] if mine else None)


def _dkim_domain(item: Any) -> str:
    return _domain(_value(item, "header", "d") or _value(item, "header", "i"))


def _value(item: Any, kind: str, name: str) -> str:
    return next((str(entry.value or "") for entry in item.properties if (entry.type, entry.name) == (kind, name)), "")


def _domain(value: str) -> str:
    """Return the domain of ``@example.com``, ``bounce@example.com`` or ``example.com``."""
    value = value.strip("<>\"' ")
    return line(domain_of(value) if "@" in value else bare(value), limit=253)


def is_amazons(domain: str) -> bool:
    """Whether a signature is the one that SES adds for itself."""
    return domain == AMAZON or domain.endswith(f".{AMAZON}")


def aligned(domain: str, sender: str, strict: bool | None) -> bool | None:
    """Return whether a domain is aligned with that of From (RFC 7489 3.1).

    ``strict`` is what the DMARC record says; ``None``, where it is not known, leaves open what depends on it.
    """
    if not domain or not sender:
        return None
    if bare(domain) == bare(sender):
        return True
    whose = public_suffix.organizational(sender)
    related = bool(whose) and whose == public_suffix.organizational(domain)
    return False if strict or not related else True if strict is False else None


def how_to_paste() -> str:
    """Return what to paste instead."""
    return f"{_PASTE} Gmail: Show original, Copy to clipboard. Outlook: View message source. Yahoo: View raw message."
