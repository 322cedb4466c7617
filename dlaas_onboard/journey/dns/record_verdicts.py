"""How each record that a sending domain needs compares with what DNS and SES say of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from dlaas_onboard.journey import names
from dlaas_onboard.journey.dns import policy_merge
from dlaas_onboard.journey.dns.needed_records import POLICIES, SES_SENDERS, Purpose, Record, nobody, wanted
from dlaas_onboard.journey.dns.public_suffix import up_to_organizational
from dlaas_onboard.journey.facts import Dmarc, DnsAnswer, Facts, Identity, Reading, Spf
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.text import line, plural
from dlaas_onboard.journey.turn import Turn


class RecordVerdict(StrEnum):
    """What DNS says of a wanted record. UNKNOWN is never MISSING."""

    OK = "ok"
    MISSING = "missing"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RecordState:
    """A wanted record beside what was found."""

    record: Record
    verdict: RecordVerdict
    published: str = ""
    ses_says: str = ""  # "MAIL FROM FAILED", "DKIM PENDING (HOST_NOT_FOUND): SES found no such name in DNS"
    fix: str = ""
    source: str = ""
    observed_at: datetime | None = None
    ttl: int | None = None  # seconds for which resolvers may keep what was found
    values: tuple[str, ...] = ()  # what DNS has at the record's own name and type
    server: str = ""  # the name server that answered
    then: str = ""  # what SES does of itself, or has to be told, in one sentence
    turn: Turn = Turn.LIVE
    owner: str = ""  # where the project's code declares it: "email.tf:31"
    conflict: str = ""  # what an apply of the code would do to a record that is in order, in one sentence
    in_the_way: str = ""  # type of what stands at the name and keeps the record from being written: "CNAME"


MOST_LOOKUPS = 10  # RFC 7208 4.6.4
MOST_VOID_LOOKUPS = 2

# VerificationInfo.ErrorType in the SESv2 API reference.
_ERRORS = {
    "SERVICE_ERROR": "SES had an error of its own while it looked; it looks again by itself",
    "DNS_SERVER_ERROR": "the domain's name servers answered with an error",
    "HOST_NOT_FOUND": "SES found no such name in DNS",
    "TYPE_NOT_FOUND": "SES found the name, but no record of the right type",
    "INVALID_VALUE": "SES found a record with another value",
    "REPLICATION_ACCESS_DENIED": "SES may not copy the DKIM keys from the primary Region",
    "REPLICATION_PRIMARY_NOT_FOUND": "the identity does not exist in the primary Region",
    "REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED": "the primary Region uses keys of your own, which cannot be copied",
    "REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED": "the primary Region is itself a copy",
    "REPLICATION_PRIMARY_INVALID_REGION": "the primary Region is not a Region of SES",
}


def error_words(error_type: str) -> str:
    """Return SES's own error type in words; one that is new is kept as it is."""
    return _ERRORS.get(error_type, error_type)


def states(situation: Situation) -> tuple[RecordState, ...]:
    """Return each wanted record beside what DNS and SES say of it."""
    identity = situation.identity
    judged = (_state(record, situation, identity) for record in wanted(situation))
    return tuple(replace(state, then=_then(state, identity)) for state in judged)


def _then(state: RecordState, identity: Identity | None) -> str:
    """Say whether waiting is enough or SES has to be told (docs/ses.md, "DKIM" and "MAIL FROM")."""
    if identity is None or state.record.purpose not in (Purpose.DKIM, Purpose.MAIL_FROM_MX):
        return ""
    dkim, mail_from = state.record.purpose == Purpose.DKIM, identity.mail_from
    status = (identity.dkim.status if identity.dkim else "") if dkim else mail_from.status if mail_from else ""
    again = "start DKIM" if dkim else "set MAIL FROM"
    match state.verdict, status:
        case RecordVerdict.OK, "PENDING" | "TEMPORARY_FAILURE":
            return "Waiting is enough: SES looks again within minutes, and for up to 72 hours."
        case RecordVerdict.OK, "FAILED" | "NOT_STARTED":
            return f"Waiting does not help: SES looks no more. Now {again} again."
        case ((RecordVerdict.MISSING | RecordVerdict.WRONG), "FAILED" | "NOT_STARTED"):
            return f"SES looks no more: once this is published, {again} again."
        case ((RecordVerdict.MISSING | RecordVerdict.WRONG), "PENDING" | "TEMPORARY_FAILURE"):
            return "SES finds it by itself within minutes once it is published; it gives up after 72 hours."
    return ""


def _state(record: Record, situation: Situation, identity: Identity | None) -> RecordState:
    blank = RecordState(record, RecordVerdict.UNKNOWN, ses_says=_ses_says(record, identity))
    reading = _reading(record, situation.facts)
    if reading is None:
        return replace(blank, fix="Not looked at yet.")
    blank = replace(blank, source=reading.source, observed_at=reading.observed_at)
    answer = reading.value
    if answer is None or not reading.known:
        problem = reading.problem
        why = f"{problem.message} {problem.remedy}".strip() if problem else reading.partial
        return replace(blank, fix=why or "DNS gave no usable answer.")
    published = " · ".join(answer.values)
    blank = replace(blank, published=published, ttl=answer.ttl, values=answer.values, server=answer.server)
    if record.required and not record.value:
        return replace(
            blank,
            fix=f"AWS does not document this value for {situation.place.region or 'a Region that is not chosen'}. "
            "Take it from the identity's page in the console.",
        )
    mended = _with_what_stands(record, answer, situation.facts)
    verdict, fix = _compare(mended, answer, situation.facts, identity)
    if verdict == RecordVerdict.OK:
        return replace(blank, verdict=verdict, fix=fix)
    blank = replace(blank, record=mended)
    obstacle = _in_the_way(record, answer, situation.facts)
    if obstacle:
        alone = "a CNAME stands alone" if record.type == "CNAME" else "nothing stands beside a CNAME"
        article = "An" if obstacle == "A" else "A"
        fix = f"{article} {obstacle} record stands at {record.name}, and {alone}: remove it first. {fix}"
        return replace(blank, verdict=verdict, fix=fix, in_the_way=obstacle)
    if verdict == RecordVerdict.MISSING:
        return _elsewhere(mended, situation, replace(blank, verdict=verdict, fix=fix))
    return replace(blank, verdict=verdict, fix=f"{_wildcard(record, answer, situation.facts)}{fix}")


def _with_what_stands(record: Record, answer: DnsAnswer, facts: Facts) -> Record:
    """Return the record with the value that it should have beside what DNS has: a policy keeps what is in it.

    Without a value where only the policy's owner can say what it should be.
    """
    if record.purpose not in POLICIES:
        return record
    policies = [text for text in answer.values if policy_merge.is_policy(record.purpose, text)]
    spf = facts.spf[record.name].value if record.purpose == Purpose.MAIL_FROM_SPF else None
    if spf is not None and len(policies) == 1:
        slip = _slip_in_spf(spf, answer)
        if any(spf_faults(spf)) and not slip:
            return replace(record, value="")
        policies = [" ".join(answer.chunks[answer.values.index(policies[0])])] if _lost_blank(answer) else policies
    return replace(record, value=policy_merge.value_for(record, policies))


def _in_the_way(record: Record, answer: DnsAnswer, facts: Facts) -> str:
    """Return the type of what keeps the record from being written: a CNAME stands alone (RFC 1034 3.6.2).

    What a wildcard answers stands at no name.
    """
    if not record.required:
        return ""
    if record.type == "CNAME":
        kinds = ("A",) if _flattened(record, facts) else ("A", "TXT")  # the key itself is spoken of in other words
        return next((kind for kind in kinds if _stands(kind, record, facts)), "")
    wild = _answer(facts, record.type, nobody(record)) or _answer(facts, "MX", nobody(record))
    return "CNAME" if answer.chain and (wild is None or wild.chain != answer.chain) else ""


def _stands(kind: str, record: Record, facts: Facts) -> bool:
    """Whether something of another type stands at the record's own name."""
    there, wild = _answer(facts, kind, record.name), _answer(facts, kind, nobody(record))
    if there is None or there.chain or not there.values:
        return False
    return wild is None or wild.values != there.values


def _answer(facts: Facts, type_: str, name: str) -> DnsAnswer | None:
    reading = _known(facts, type_, name)
    return reading.value if reading is not None else None


def _reading(record: Record, facts: Facts) -> Reading[DnsAnswer] | None:
    """Return what DNS says at the record's own name; of a policy it was read together with what it means."""
    if record.purpose not in POLICIES:
        return facts.dns.get(f"{record.type} {record.name}")
    policy: Reading[Spf] | Reading[Dmarc] | None = facts.dmarc
    if record.purpose == Purpose.MAIL_FROM_SPF:
        policy = facts.spf.get(record.name)
    if policy is None or policy.value is None:
        return None if policy is None else Reading(policy.source, policy.observed_at, None, policy.problem)
    if record.purpose == Purpose.MAIL_FROM_SPF and _authorizes_ses(policy.value):
        return Reading(policy.source, policy.observed_at, policy.value.answer)  # whatever else of it is not known
    return Reading(policy.source, policy.observed_at, policy.value.answer, policy.problem, policy.partial)


def _authorizes_ses(policy: Spf | Dmarc) -> bool:
    return isinstance(policy, Spf) and SES_SENDERS in policy.includes and not any(spf_faults(policy))


def spf_faults(spf: Spf) -> Iterator[tuple[str, str, str]]:
    """Return why receivers end with permerror as ``(id, sentence, remedy)`` (RFC 7208 4.5, 4.6.4), nothing if not."""
    if len(spf.records) > 1:
        yield (
            "spf_twice",
            f"{spf.name} has {len(spf.records)} SPF records; with more than one, SPF fails.",
            "Merge them into one record.",
        )
    elif spf.lookups is not None and spf.lookups > MOST_LOOKUPS:
        yield (
            "spf_lookups",
            f"The SPF record of {spf.name} needs {spf.lookups} DNS look-ups; receivers stop after {MOST_LOOKUPS}.",
            "Take out includes that are not used any more, or replace them by ip4 and ip6 terms.",
        )
    elif spf.void_lookups is not None and spf.void_lookups > MOST_VOID_LOOKUPS:
        yield (
            "spf_void",
            f"{plural(spf.void_lookups, 'term')} of the SPF record of {spf.name} lead to names that do not exist.",
            f"Take them out: receivers allow {MOST_VOID_LOOKUPS}.",
        )
    elif spf.error:
        yield "spf_error", f"Receivers cannot use the SPF record of {spf.name}.", f"Correct it: {spf.error}"


def _wildcard(record: Record, answer: DnsAnswer, facts: Facts) -> str:
    reading = _known(facts, record.type, nobody(record))
    if reading is None or reading.value is None or not answer.values or reading.value.values != answer.values:
        return ""
    return "A wildcard record answers here for every name, and the record itself is not there. "


def _compare(record: Record, answer: DnsAnswer, facts: Facts, identity: Identity | None) -> tuple[RecordVerdict, str]:
    publish = f"Publish {record.type} {record.name} with the value {record.value}"
    values = answer.values if answer.exists else ()
    match record.purpose:
        case Purpose.DKIM:
            return _compare_dkim(record, values, publish)
        case Purpose.MAIL_FROM_MX:
            return _compare_mx(record, values, publish, identity)
        case Purpose.MAIL_FROM_SPF:
            return _compare_spf(facts.spf[record.name].value, answer, publish, record.value)
        case Purpose.DMARC:
            return _compare_dmarc(so_far(facts.dmarc), record, answer, publish)
        case Purpose.INBOX:
            return _compare_inbox(record, values)
        case Purpose.DELEGATION:
            if values:
                return RecordVerdict.OK, ""
            return RecordVerdict.MISSING, (
                f"No name server answers for {record.name}. Enter the hosted zone's name servers at the registrar."
            )


def _slip(value: str, expected: str, domain: str) -> str:
    """Name the mistakes that AWS's troubleshooting page lists, where ``value`` shows one."""
    if "amazonaws.com" in value:
        return "The value says amazonaws.com; it must say amazonses.com. "
    if value == f"{expected}.{domain}":
        return f"The DNS provider appended {domain} to the value; end the value with a dot. "
    if value.strip('"') == expected:
        return "The value carries quotation marks that do not belong there. "
    return ""


def _compare_dkim(record: Record, values: tuple[str, ...], publish: str) -> tuple[RecordVerdict, str]:
    if not values:
        return RecordVerdict.MISSING, f"{publish}."
    published = tuple(names.bare(value) for value in values)
    expected = names.bare(record.value)
    if published == (expected,):
        return RecordVerdict.OK, ""
    domain = record.name.partition("._domainkey.")[2]
    return RecordVerdict.WRONG, f"{_slip(published[0], expected, domain)}{publish}, and nothing else under that name."


def _mx_host(value: str) -> str:
    return names.bare(value.rpartition(" ")[2])


def _compare_mx(
    record: Record, values: tuple[str, ...], publish: str, identity: Identity | None
) -> tuple[RecordVerdict, str]:
    if not values:
        return RecordVerdict.MISSING, f"{publish}."
    if len(values) > 1:
        return RecordVerdict.WRONG, (
            f"There are {len(values)} MX records; SES accepts exactly one. Keep {record.value} and delete the rest."
        )
    host, expected = _mx_host(values[0]), _mx_host(record.value)
    if host == expected:
        return RecordVerdict.OK, ""
    succeeded = identity is not None and identity.mail_from is not None and identity.mail_from.status == "SUCCESS"
    other_region = re.fullmatch(r"feedback-smtp\.([a-z0-9-]+)\.amazonses\.com", host)
    if other_region and succeeded:
        return RecordVerdict.OK, ""  # one MX serves several Regions: bounces come in through the one it names
    slip = _slip(host, expected, record.name.partition(".")[2])
    if other_region:
        slip = f"The MX is that of {other_region[1]}; SES looks for the one of its own Region until it has seen it. "
    return RecordVerdict.WRONG, f"{slip}{publish}, as the only MX."


def _quoted(values: tuple[str, ...], version: str) -> bool:
    """Whether a policy was entered with quotation marks, which then belong to its text."""
    return any(value.lstrip().lower().startswith(f'"{version}') for value in values)


_QUOTES = "The value carries quotation marks that do not belong there. "


def _compare_spf(spf: Spf | None, answer: DnsAnswer, publish: str, value: str) -> tuple[RecordVerdict, str]:
    if spf is None or not spf.records:
        if _quoted(answer.values, "v=spf1"):
            return RecordVerdict.WRONG, f"{_QUOTES}{publish}."
        return RecordVerdict.MISSING, f"{publish}."
    if _authorizes_ses(spf):
        return RecordVerdict.OK, ""
    slip = _slip_in_spf(spf, answer)
    add = f"Add include:{SES_SENDERS} to the SPF record, before its all."
    if not slip:
        for _, sentence, remedy in spf_faults(spf):
            one = f" This one holds what all of them say: {value}" if value and len(spf.records) > 1 else ""
            return RecordVerdict.WRONG, f"{sentence} {remedy}{one}"
    return RecordVerdict.WRONG, f"{slip}{add}"


def _slip_in_spf(spf: Spf, answer: DnsAnswer) -> str:
    """Name the slip of the pen that keeps SES out of an SPF record, ``""`` where there is none."""
    if any("amazonaws.com" in name for name in spf.includes):
        return "The record says amazonaws.com; it must say amazonses.com. "
    return _lost_blank(answer)


def _lost_blank(answer: DnsAnswer) -> str:
    """Say that the policy was cut without its blank: a TXT value's strings are joined as they are (RFC 7208 3.3)."""
    term = f"include:{SES_SENDERS}"
    if any(term in " ".join(parts).split() and term not in "".join(parts).split() for parts in answer.chunks):
        return "The value was cut into strings and lost a blank between them; enter it as one line. "
    return ""


def _compare_dmarc(dmarc: Dmarc | None, record: Record, answer: DnsAnswer, publish: str) -> tuple[RecordVerdict, str]:
    if dmarc is None or not dmarc.records or dmarc.name != record.name:
        if any(policy_merge.is_policy(Purpose.DMARC, text) for text in answer.values):
            return RecordVerdict.WRONG, f"Receivers pass it over: a semicolon has to follow v=DMARC1. {publish}."
        return RecordVerdict.MISSING, f"{publish}."
    if dmarc.error and _quoted(answer.values, "v=dmarc1"):
        return RecordVerdict.WRONG, f"{_QUOTES}{publish}."
    if dmarc.error:
        instead = f" {publish}, as the only one." if record.value and answer.values else ""
        return RecordVerdict.WRONG, f"Receivers cannot use it: {dmarc.error}{instead}"
    return RecordVerdict.OK, ""


def _compare_inbox(record: Record, values: tuple[str, ...]) -> tuple[RecordVerdict, str]:
    if not values:
        return RecordVerdict.MISSING, (
            f"{record.name} has no MX record: replies, bounces and Amazon's mail to that address are lost. "
            "Set up a mailbox or a forwarder, or send from an address that can receive."
        )
    if any(_mx_host(value) for value in values):
        return RecordVerdict.OK, ""
    return RecordVerdict.WRONG, f"{record.name} publishes a null MX: it declares that it takes no mail at all."


def _elsewhere(record: Record, situation: Situation, missing: RecordState) -> RecordState:
    """Look where a record that is not at its name may be: above it, or under its own name with the zone doubled."""
    domain = situation.domain
    above = names.parents(domain)[1:]
    if record.purpose == Purpose.DMARC:
        return _inherited_dmarc(situation.facts, missing)
    if record.purpose == Purpose.DELEGATION:
        return _inherited_delegation(above, situation.facts, missing)
    flat = _flattened(record, situation.facts)
    if flat:
        return replace(
            missing,
            verdict=RecordVerdict.WRONG,
            published=f"{record.name}: TXT {line(flat, limit=80)}",
            in_the_way="TXT",
            fix="The DNS provider answers with the key instead of the CNAME: switch its proxy, or its flattening of "
            "CNAME records, off for this name. SES changes the key behind the CNAME.",
        )
    return _doubled(record, situation.facts, domain, missing)


def _flattened(record: Record, facts: Facts) -> str:
    """Return the key that stands at a DKIM record's own name where its CNAME should, ``""`` where there is none."""
    reading = _known(facts, "TXT", record.name) if record.purpose == Purpose.DKIM else None
    texts = reading.value.values if reading is not None and reading.value is not None else ()
    return texts[0] if any(re.search(r"\bp=", text) for text in texts) else ""


def _doubled(record: Record, facts: Facts, domain: str, missing: RecordState) -> RecordState:
    for zone in up_to_organizational(domain) if record.required else ():
        name = f"{record.name}.{zone}"
        reading = _known(facts, record.type, name)
        values = reading.value.values if reading is not None and reading.value is not None else ()
        if record.purpose == Purpose.DMARC:
            values = tuple(value for value in values if value.strip('" ').lower().startswith("v=dmarc1"))
        if values:
            return replace(
                missing,
                verdict=RecordVerdict.WRONG,
                published=f"{name}: {' · '.join(values)}",
                fix=f"The record stands under {name}: the DNS provider appended {zone} to the name. "
                f"Enter the name as {record.name.removesuffix('.' + zone)}.",
            )
    return missing


def _known(facts: Facts, type_: str, name: str) -> Reading[DnsAnswer] | None:
    reading = facts.dns.get(f"{type_} {name}")
    return reading if reading is not None and reading.known and reading.value is not None else None


def _inherited_dmarc(facts: Facts, missing: RecordState) -> RecordState:
    # RFC 7489 6.6.3: without a record of its own, a subdomain falls under its organizational domain's policy.
    reading = facts.dmarc
    dmarc = so_far(reading)
    if reading is None or dmarc is None or not dmarc.records:
        return _doubled(missing.record, facts, missing.record.name.removeprefix("_dmarc."), missing)
    return replace(
        missing,
        record=replace(missing.record, value=policy_merge.merged_dmarc([*dmarc.records, missing.record.value]))
        if dmarc.error
        else missing.record,
        verdict=RecordVerdict.WRONG if dmarc.error else RecordVerdict.OK,
        fix=f"Receivers cannot use it: {dmarc.error}" if dmarc.error else "",
        published=f"{dmarc.name}: {' · '.join(dmarc.records)}",
    )


def _inherited_delegation(above: tuple[str, ...], facts: Facts, missing: RecordState) -> RecordState:
    for name in above:
        reading = _known(facts, "NS", name)
        if reading is None or reading.value is None:
            return replace(missing, verdict=RecordVerdict.UNKNOWN, fix=f"The delegation of {name} could not be read.")
        if reading.value.values:
            return replace(
                missing,
                verdict=RecordVerdict.OK,
                fix="",
                published=f"in the zone {name}: {' · '.join(reading.value.values)}",
                source=reading.source,
                observed_at=reading.observed_at,
            )
    return missing


def _ses_says(record: Record, identity: Identity | None) -> str:
    if identity is None:
        return ""
    text = ""
    if record.purpose == Purpose.DKIM and identity.dkim is not None and identity.dkim.status:
        text = f"DKIM {identity.dkim.status}"
    if record.purpose in (Purpose.MAIL_FROM_MX, Purpose.MAIL_FROM_SPF):
        status = identity.mail_from.status if identity.mail_from else "not configured"
        text = f"MAIL FROM {status}" if status else ""
    error = identity.verification_info.error_type if identity.verification_info else ""
    if record.purpose == Purpose.DKIM and text and error and not text.endswith("SUCCESS"):
        text = f"{text} ({error}): {error_words(error)}" if error in _ERRORS else f"{text}: {error}"
    return text
