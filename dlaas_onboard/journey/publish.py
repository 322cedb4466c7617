"""The records that are still missing or wrong, in forms to copy: a table, a zone file, a Route 53 change batch.

A record that could not be read is named in the table and left out of the others: nothing is overwritten unseen.
Sources: RFC 1035 5.1 (zone files), Route 53 Developer Guide "Supported DNS record types" and API reference
``ChangeResourceRecordSets`` (``UPSERT`` replaces the whole set of a name and type).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from dlaas_onboard.journey.records import SPF, Purpose, RecordState, RecordVerdict
from dlaas_onboard.journey.text import line

TTL = 300
_OPEN = (RecordVerdict.MISSING, RecordVerdict.WRONG)
_ELSEWHERE = re.compile(r"[\w-]+(?:\.[\w-]+)+: ")  # found under another name: records.states
_BETWEEN = " · "  # records.states joins what it found with this
_CHUNK = 255
# records.wanted has none for an identity that does not exist or was not read, and none for a key of one's own.
_NO_DKIM = "No DKIM record is among these: SES names them once the domain's identity exists and could be read."


def table(states: tuple[RecordState, ...]) -> str:
    """Return the records that are missing, wrong or unknown as aligned text, each with what to do below the table."""
    shown = [state for state in states if state.verdict != RecordVerdict.OK]
    if not states:
        return "No record is known yet: enter the sending domain first.\n"
    if not shown:
        return (
            f"The other records are published.\n{_NO_DKIM}\n" if _lacks_dkim(states) else "All records are published.\n"
        )
    rows = [("STATE", "FOR", "TYPE", "NAME", "VALUE")]
    rows += [
        (
            state.verdict.value,
            state.record.purpose.value,
            state.record.type,
            line(state.record.name),
            line(state.record.value) or "-",
        )
        for state in shown
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]) for row in rows
    ]
    notes = []
    for state in shown:
        notes.append(f"{state.record.type} {line(state.record.name)}: {line(state.fix) or 'publish it.'}")
        if state.found:
            notes.append(f"  found: {line(state.found)}")
    if _lacks_dkim(states):
        notes.append(_NO_DKIM)
    return "\n".join([*lines, "", *notes]) + "\n"


def zone(states: tuple[RecordState, ...], domain: str) -> str:
    """Return the missing and wrong records in zone file form, with absolute names."""
    lines = [f"$ORIGIN {_fqdn(domain) or '.'}", f"$TTL {TTL}"]
    if _lacks_dkim(states):
        lines.append(f"; {_NO_DKIM}")
    for state in states:
        if state.verdict == RecordVerdict.OK:
            continue
        lines.append(f"; {state.record.purpose.value} is {state.verdict.value}{_replaces(state)}")
        name = _fqdn(state.record.name)
        values = [_zone_value(state.record.type, value) for value in _values(state)] if name else []
        if not values or "" in values:
            lines.append(f"; {line(state.fix) or 'not written: its value is not known'}")
            continue
        lines += [f"{name} IN {state.record.type} {value}" for value in values]
    return "\n".join(lines) + "\n"


def route53(states: tuple[RecordState, ...]) -> str:
    """Return a change batch for ``aws route53 change-resource-record-sets --change-batch file://…``.

    A record that is missing is ``CREATE``, which fails where somebody was faster; ``UPSERT`` stands only where
    something else was found at the name, and keeps the other TXT values that were found there.
    """
    changes = []
    left_out = 0
    for state in states:
        if state.verdict == RecordVerdict.OK:
            continue
        name = _fqdn(state.record.name)
        values = [_route53_value(state.record.type, value) for value in _values(state)] if name else []
        if not values or "" in values:
            left_out += 1
            continue
        changes.append(
            {
                "Action": "UPSERT" if _existing(state) else "CREATE",
                "ResourceRecordSet": {
                    "Name": name,
                    "Type": state.record.type,
                    "TTL": TTL,
                    "ResourceRecords": [{"Value": value} for value in values],
                },
            }
        )
    comment = "Records that Amazon SES needs" if changes else "Nothing to change"
    if left_out:
        comment += f"; {left_out} left out because a value is not known or could not be read"
    if _lacks_dkim(states):
        comment += "; no DKIM record is among these"
    return json.dumps({"Comment": comment, "Changes": changes}, indent=2) + "\n"


def _lacks_dkim(states: tuple[RecordState, ...]) -> bool:
    return all(state.record.purpose != Purpose.DKIM for state in states)


def _existing(state: RecordState) -> tuple[str, ...]:
    """Return the values that DNS has at the record's own name."""
    if not state.found or _ELSEWHERE.match(state.found):
        return ()
    return tuple(state.found.split(_BETWEEN))


def _values(state: RecordState) -> tuple[str, ...]:
    """Return all values that the name and type should have afterwards; none where that is not known."""
    record = state.record
    if state.verdict not in _OPEN or not record.value or record.purpose in (Purpose.DELEGATION, Purpose.INBOX):
        return ()
    if record.type != "TXT":
        return (record.value,)
    existing = _existing(state)
    # Text that was made visible for the screen is not what DNS holds; writing it back would destroy it.
    if any(re.search(r"\\u\{|[\u2400-\u2421]| … \d+ more characters", value) for value in existing):
        return ()
    ours = "v=dmarc1" if record.purpose == Purpose.DMARC else "v=spf1"
    others = tuple(value for value in existing if not re.sub(r"\s", "", value.strip('"')).lower().startswith(ours))
    policies = [value.strip().strip('"') for value in existing if value not in others]
    if record.purpose == Purpose.MAIL_FROM_SPF and len(policies) == 1 and record.value == SPF:
        return (*others, _with_ses(policies[0]))
    return (*others, record.value)


def _with_ses(policy: str) -> str:
    """Add SES to an SPF record, before its ``all``."""
    terms = [term for term in policy.split() if "amazonaws.com" not in term.lower()]
    at = next((i for i, term in enumerate(terms) if term.lower().lstrip("+-~?") == "all"), len(terms))
    ses = "include:amazonses.com"
    head = [term for term in terms[:at] if term.lower().removeprefix("+") != ses]
    return " ".join([*head, ses, *terms[at:]])


def _replaces(state: RecordState) -> str:
    existing = _existing(state)
    return f"; found: {line(_BETWEEN.join(existing))}" if existing else ""


def _fqdn(name: str) -> str:
    """Return a name in ASCII with its last dot, ``""`` where it is no host name."""
    try:
        ascii_name = name.rstrip(".").encode("idna").decode("ascii") if not name.isascii() else name.rstrip(".")
    except UnicodeError:
        return ""
    return f"{ascii_name.lower()}." if re.fullmatch(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*", ascii_name) else ""


def _zone_value(type_: str, value: str) -> str:
    if type_ == "TXT":
        return " ".join(f'"{_escape(chunk, "03d")}"' for chunk in chunks(value))
    return _host_value(type_, value)


def _route53_value(type_: str, value: str) -> str:
    if type_ == "TXT":
        return " ".join(f'"{_escape(chunk, "03o")}"' for chunk in chunks(value))
    return _host_value(type_, value)


def _host_value(type_: str, value: str) -> str:
    if type_ == "MX":
        match = re.fullmatch(r"(\d{1,5})\s+(\S+)", value.strip())
        host = _fqdn(match.group(2)) if match else ""
        return f"{int(match.group(1))} {host}" if match and host else ""
    return _fqdn(value)


def chunks(value: str) -> tuple[bytes, ...]:
    """Cut a TXT value into character strings of at most 255 bytes; an empty value is one empty string."""
    data = value.encode("utf-8", "replace")
    return tuple(data[start : start + _CHUNK] for start in range(0, max(len(data), 1), _CHUNK))


def _escape(data: Iterable[int], number: str) -> str:
    """Quote bytes: zone files write what is not printable in decimal, Route 53 in octal."""
    return "".join(
        f"\\{chr(byte)}" if byte in b'"\\' else chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:{number}}"
        for byte in data
    )
