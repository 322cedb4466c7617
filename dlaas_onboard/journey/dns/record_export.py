"""The records that are still missing or wrong, in forms to copy: a table, a zone file, a Route 53 change batch.

A record that could not be read is named in the table and left out of the others: nothing is overwritten unseen.
Sources: RFC 1035 5.1 (zone files), Route 53 Developer Guide "Supported DNS record types" and API reference
``ChangeResourceRecordSets`` (``UPSERT`` replaces the whole set of a name and type).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from dlaas_onboard.journey.dns import hosted_zone, policy_merge
from dlaas_onboard.journey.dns.hosted_zone import Zones
from dlaas_onboard.journey.dns.needed_records import POLICIES, Purpose, Record
from dlaas_onboard.journey.dns.record_verdicts import RecordState, RecordVerdict
from dlaas_onboard.journey.facts import Delegation, HostedZone, Reading, ZoneRecord
from dlaas_onboard.journey.names import within
from dlaas_onboard.journey.text import line

TTL = 300
_OPEN = (RecordVerdict.MISSING, RecordVerdict.WRONG)
_NOT_OURS = (Purpose.DELEGATION, Purpose.INBOX)
_BETWEEN = " · "
# What journey.text.clean and the resolver make of bytes that cannot be shown; four blanks may have been a tab.
_CHANGED = re.compile(r"\\u\{|\\x[0-9a-f]{2}|    |[\u2400-\u2421]| … \d+ more characters")
_MANY = 50  # as many values as the resolver keeps of one set
_CHUNK = 255
_COMMENT = 256
_OWNED = "left out because your infrastructure code declares it, or may: apply that first"
_NOT_KNOWN = "left out because a value is not known or could not be read"
# records.wanted has none for an identity that does not exist or was not read, and none for a key of one's own.
_NO_DKIM = "No DKIM record is among these: SES names them once the domain's identity exists and could be read."


def table(states: tuple[RecordState, ...], notes: Sequence[str] = ()) -> str:
    """Return the records that are missing, wrong or unknown as aligned text, each with what to do below the table.

    ``notes`` say what else stands between the code and the account: whose turn it is with the identity itself.
    """
    if not states:
        return "No record is known yet: enter the sending domain first.\n"
    shown = [state for state in states if state.verdict != RecordVerdict.OK]
    more = [*([_NO_DKIM] if _lacks_dkim(states) else []), *_conflicts(states), *map(_long, notes)]
    if not shown:
        lead = "The other records are published." if _lacks_dkim(states) else "All records are published."
        return "\n".join([lead, *more]) + "\n"
    return "\n".join([*_aligned(shown), "", *(note for state in shown for note in _notes(state)), *more]) + "\n"


def _conflicts(states: Iterable[RecordState]) -> list[str]:
    """Return what an apply of the project's code would do to records that are in order."""
    return [_long(f"{state.record.type} {state.record.name}: {state.conflict}") for state in states if state.conflict]


def _long(text: str) -> str:
    return line(text, limit=1000)


def _aligned(states: Sequence[RecordState]) -> list[str]:
    rows = [("STATE", "FOR", "TYPE", "NAME", "VALUE")]
    rows += [
        (
            state.verdict.value,
            state.record.purpose.value,
            state.record.type,
            line(state.record.name),
            line(state.record.value) or "-",
        )
        for state in states
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return ["  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]) for row in rows]


def _notes(state: RecordState) -> Iterator[str]:
    yield f"{state.record.type} {line(state.record.name)}: {line(state.fix) or 'publish it.'}"
    if state.published:
        yield f"  found: {line(state.published)}"


def zone(states: tuple[RecordState, ...], domain: str, notes: Sequence[str] = ()) -> str:
    """Return the missing and wrong records in zone file form, with absolute names."""
    lines = [f"$ORIGIN {_fqdn(domain) or '.'}", f"$TTL {TTL}"]
    if _lacks_dkim(states):
        lines.append(f"; {_NO_DKIM}")
    lines += [f"; {_long(note)}" for note in (*_conflicts(states), *notes)]
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


def route53(
    states: tuple[RecordState, ...],
    zones: Zones | None = None,
    delegation: Reading[Delegation] | None = None,
    more: Sequence[str] = (),
) -> str:
    """Return a change batch for ``aws route53 change-resource-record-sets --change-batch file://…``.

    A record that is missing is ``CREATE``, which fails where somebody was faster; ``UPSERT`` stands only where
    something else was found at the name, and keeps the other TXT values that were found there: in the hosted zone
    itself where this account has it, else in DNS. The comment names the hosted zone. Raises :class:`Refused` where
    this account has a zone of that name that nobody is sent to.
    """
    place, made = changes_of(states, zones, delegation)
    changes = [change for _, change in made if isinstance(change, dict)]
    left_out = Counter(change for _, change in made if isinstance(change, str))
    comment = "Records that Amazon SES needs" if changes else "Nothing to change"
    if place.zone is not None:
        comment += f" in the hosted zone {place.zone.id} ({place.zone.name})"
    notes = [*map(_long, more), *_conflicts(states), *([place.note] if place.note else [])]
    notes += [f"{count} {why}" for why, count in left_out.items()]
    if _lacks_dkim(states):
        notes.append("no DKIM record is among these")
    return json.dumps({"Comment": _comment("; ".join([comment, *notes])), "Changes": changes}, indent=2) + "\n"


def changes_of(
    states: Iterable[RecordState], zones: Zones | None, delegation: Reading[Delegation] | None
) -> tuple[hosted_zone.Home, list[tuple[RecordState, dict[str, Any] | str]]]:
    """Return the hosted zone, and of each record that is not in order the change or why there is none.

    Raises :class:`Refused` where this account has a zone of that name that nobody is sent to.
    """
    open_ = [state for state in states if state.verdict != RecordVerdict.OK]
    writable = [state.record.name for state in open_ if _values(state) or state.in_the_way]
    place = hosted_zone.home(writable, zones, delegation) if writable else hosted_zone.Home(None, "")
    return place, [(state, _one_change(state, place.zone)) for state in open_]


def _one_change(state: RecordState, zone: HostedZone | None) -> dict[str, Any] | str:
    if state.owner:
        return _OWNED
    return _in_zone(state, zone) if zone is not None else _by_dns(state)


def _comment(text: str) -> str:
    # ChangeBatch.Comment: at most 256 characters (API reference, ResourceDescription).
    return text if len(text) <= _COMMENT else f"{text[: _COMMENT - 1]}…"


def _change(state: RecordState, action: str, values: Sequence[str], ttl: int = TTL) -> dict[str, Any]:
    return {
        "Action": action,
        "ResourceRecordSet": {
            "Name": _fqdn(state.record.name),
            "Type": state.record.type,
            "TTL": ttl,
            "ResourceRecords": [{"Value": value} for value in values],
        },
    }


def _by_dns(state: RecordState) -> dict[str, Any] | str:
    if state.in_the_way:
        # Route 53 takes a batch whole or not at all.
        return f"left out because a record of type {state.in_the_way} stands at its name"
    values = [_route53_value(state.record.type, value) for value in _values(state)]
    if not values or "" in values or not _fqdn(state.record.name):
        return _NOT_KNOWN
    return _change(state, "UPSERT" if state.values else "CREATE", values)


def _in_zone(state: RecordState, zone: HostedZone) -> dict[str, Any] | str:
    """Return the change by what the zone itself holds; a string says why there is none."""
    record = state.record
    ours = _route53_value(record.type, record.value) if record.value and state.verdict in _OPEN else ""
    if not ours or not _fqdn(record.name) or record.purpose in _NOT_OURS:
        return _NOT_KNOWN
    if not within(record.name, zone.name):
        return "left out because the hosted zone does not cover it"
    at_name = hosted_zone.at(zone, record.name)
    same_type = [item for item in at_name if item.type == record.type]
    if _is_of_another_kind(record, at_name, same_type):
        return "left out because a set at its name is of another kind in the hosted zone"
    if not same_type:
        return _change(state, "CREATE", [ours])
    return _replacement(state, same_type[0], ours)


def _is_of_another_kind(record: Record, at_name: Sequence[ZoneRecord], same_type: Sequence[ZoneRecord]) -> bool:
    """Whether a set at the record's name keeps it from being written there.

    A CNAME stands alone (RFC 1034 3.6.2); an alias or one of several sets is changed with what it belongs to.
    """
    if len(at_name) > len(same_type) and "CNAME" in (record.type, *(item.type for item in at_name)):
        return True
    return len(same_type) > 1 or any(item.alias or item.identifier for item in same_type)


def _replacement(state: RecordState, present: ZoneRecord, ours: str) -> dict[str, Any] | str:
    """Return the change of a set that the zone holds; a string says why there is none."""
    after, lost = _merged(state, present.values, ours)
    if "" in after:
        return _NOT_KNOWN
    if sorted(map(_plain, present.values)) == sorted(map(_plain, after)):
        return "in the hosted zone already"
    if not {_plain(value) for value in lost} <= {_plain(value) for value in _shown(state)}:
        return "left out because the hosted zone holds something else than DNS shows"
    return _change(state, "UPSERT", after, present.ttl or TTL)


def _merged(state: RecordState, before: tuple[str, ...], ours: str) -> tuple[list[str], list[str]]:
    """Return the values of a set with ours among them, and those that go: other TXT values stay as they are.

    One of the values is ``""`` where only the policy's owner can say what it should be.
    """
    record = state.record
    if record.type != "TXT":
        return [ours], [value for value in before if _plain(value) != _plain(ours)]
    texts = {value: hosted_zone.text_of(value) for value in before}
    policies = {value: text for value, text in texts.items() if text is not None and _is_policy(record, text)}
    others = [value for value in before if value not in policies]
    if set(policies.values()) <= set(state.values):  # the record's value was made of them
        return [*others, ours], []
    text = policy_merge.value_for(record, list(policies.values()))
    replaced = [value for value in policies if record.purpose == Purpose.DMARC and policies[value] != text]
    return [*others, _route53_value("TXT", text) if text else ""], replaced


def _plain(value: str) -> str:
    """Return a value in the form in which two are compared."""
    if value.lstrip().startswith('"'):
        text = hosted_zone.text_of(value)
        return value if text is None else text
    return " ".join(value.lower().split()).removesuffix(".")


def _shown(state: RecordState) -> tuple[str, ...]:
    """Return what DNS showed at the record's name, written as Route 53 holds it."""
    if state.record.type != "TXT":
        return state.values
    return tuple(_route53_value("TXT", value) for value in state.values)


def _lacks_dkim(states: tuple[RecordState, ...]) -> bool:
    return all(state.record.purpose != Purpose.DKIM for state in states)


def _values(state: RecordState) -> tuple[str, ...]:
    """Return all values that the name and type should have afterwards, by DNS; none where that is not known."""
    record = state.record
    if state.verdict not in _OPEN or not record.value or record.purpose in _NOT_OURS or _is_kept(state):
        return ()
    if record.type != "TXT":
        return (record.value,)
    existing = state.values
    # Text that was made visible for the screen is not what DNS holds, and a long set was cut; writing it back would
    # destroy it.
    if len(existing) >= _MANY or any(_CHANGED.search(value) for value in existing):
        return ()
    others = tuple(value for value in existing if not _is_policy(record, value))
    return (*others, record.value)  # which holds what the policies say that stand there: record_verdicts


def _is_kept(state: RecordState) -> bool:
    """Whether a record is not to be written: something stands in the way, or the project's code writes it."""
    return bool(state.in_the_way or state.owner)


def _is_policy(record: Record, value: str) -> bool:
    return record.purpose in POLICIES and policy_merge.is_policy(record.purpose, value)


def _replaces(state: RecordState) -> str:
    return f"; put this in place of: {line(_BETWEEN.join(state.values))}" if state.values else ""


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
