"""One SPF or DMARC policy out of those that stand at a name: what it says is kept, and never made weaker.

Two policies of a kind at one name count as none (RFC 7208 4.5, RFC 7489 6.6.3), so that what replaces them has to hold
what both say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dlaas_onboard.journey.dns.needed_records import SES_SENDERS, Purpose, Record

_DMARC = re.compile(r"[\s\"]*v\s*=\s*dmarc1[\s\"]*(?:;|$|\s+[a-z]+\s*=)", re.IGNORECASE)
_SPF = re.compile(r"[\s\"]*v=spf1(?:[\s\"]|$)", re.IGNORECASE)
# A tag ends where the next one begins, also where its semicolon was forgotten.
_TAG = re.compile(r"([a-z]+)\s*=\s*([^;]*?)\s*(?=;|\s[a-z]+\s*=|$)", re.IGNORECASE)
_STRICTNESS = ("none", "quarantine", "reject")
_ORDER = ("p", "sp", "pct", "adkim", "aspf", "rua", "ruf", "fo", "rf", "ri")
_QUALIFIERS = "+?~-"  # of "all", the weakest first
_MOST_LOOKUPS = 10  # RFC 7208 4.6.4
_ASKS_DNS = re.compile(r"[+?~-]?(?:include|exists|redirect|a|mx|ptr)(?:[:/=]|$)", re.IGNORECASE)
_ALL = re.compile(r"([+?~-]?)all", re.IGNORECASE)


def is_policy(purpose: Purpose, value: str) -> bool:
    """Whether a TXT value is a policy of the kind that ``purpose`` names, which stands once at a name."""
    return (_DMARC if purpose == Purpose.DMARC else _SPF).match(value) is not None


def value_for(record: Record, policies: Sequence[str]) -> str:
    """Return the policy to publish where ``policies`` stand at the name; ``""`` where only its owner can say."""
    if not policies:
        return record.value
    if record.purpose == Purpose.DMARC:
        return merged_dmarc([*policies, record.value])
    return merged_spf(policies)


def merged_dmarc(policies: Iterable[str]) -> str:
    """Return one DMARC record as strict as the strictest of ``policies``, with the report addresses of all.

    Its other tags are those of the strictest one. A record without a usable ``p`` counts as ``none``, as it does for
    receivers that read it at all (RFC 7489 6.6.3).
    """
    read = [_tags(policy) for policy in policies]
    chosen = max(read, key=_strictness, default={})  # of equals the first
    strictness = _strictness(chosen)
    below = max(map(_below, read), default=0)
    percent = max((_percent(each) for each in read if _strictness(each) == strictness), default=100)
    tags = {
        **{name: chosen[name] for name in ("ruf", "fo", "rf", "ri") if chosen.get(name)},
        **{name: chosen[name] for name in ("adkim", "aspf") if chosen.get(name, "").lower() in ("r", "s")},
        "p": _STRICTNESS[strictness],
        "sp": _STRICTNESS[below] if below != strictness else "",
        "pct": str(percent) if percent < 100 else "",
        "rua": ", ".join(_addresses(each.get("rua", "") for each in read)),
    }
    return "; ".join(["v=DMARC1", *(f"{name}={tags[name]}" for name in _ORDER if tags.get(name))])


def strictness(policy: str) -> int:
    """Return how strict a DMARC record is: 0 for ``none`` and for no usable policy, 1 ``quarantine``, 2 ``reject``."""
    return _strictness(_tags(policy))


def _tags(policy: str) -> dict[str, str]:
    tags: dict[str, str] = {}
    for name, value in _TAG.findall(policy.replace('"', " ").replace("\\;", ";")):
        tags.setdefault(name.lower(), value)
    return tags


def _strictness(tags: dict[str, str]) -> int:
    policy = tags.get("p", "").lower()
    return _STRICTNESS.index(policy) if policy in _STRICTNESS else 0


def _below(tags: dict[str, str]) -> int:
    """Return how strict a policy is for the subdomains."""
    policy = tags.get("sp", "").lower()
    return _STRICTNESS.index(policy) if policy in _STRICTNESS else _strictness(tags)


def _percent(tags: dict[str, str]) -> int:
    text = tags.get("pct", "")
    return min(int(text), 100) if text.isascii() and text.isdigit() else 100


def _addresses(texts: Iterable[str]) -> list[str]:
    """Return every ``mailto:`` address once; one without its scheme, which receivers pass over, gets it."""
    found: dict[str, str] = {}
    for address in (part.strip() for text in texts for part in text.split(",")):
        if "@" not in address:
            continue
        uri = address if ":" in address else f"mailto:{address}"
        found.setdefault(uri.lower(), uri)
    return list(found.values())


def merged_spf(policies: Sequence[str]) -> str:
    """Return one SPF record with the terms of all and SES among them, before the strictest ``all``.

    ``""`` where the terms cannot stand in one record: two that redirect, or more look-ups than receivers make.
    """
    read = [_terms(policy) for policy in policies]
    terms: dict[str, str] = {}
    for term in (term for own, _ in read for term in own):
        terms.setdefault(term.lower().removeprefix("+"), term)
    ses = f"include:{SES_SENDERS}"
    redirects = [term for plain, term in terms.items() if plain.startswith("redirect=")]
    last = [*redirects, *_strictest_all(read)]
    if redirects and (len(policies) > 1 or len(last) > 1):
        return ""
    kept = [term for plain, term in terms.items() if plain != ses and term not in redirects]
    merged = ["v=spf1", *kept, ses, *last]
    return " ".join(merged) if len(list(filter(_ASKS_DNS.match, merged))) <= _MOST_LOOKUPS else ""


def _strictest_all(read: Iterable[tuple[list[str], list[str]]]) -> list[str]:
    ends = [qualifier for _, end in read for qualifier in end]
    return [f"{max(ends, key=_QUALIFIERS.index)}all"] if ends else []


def _terms(policy: str) -> tuple[list[str], list[str]]:
    """Return the terms of a record before its ``all``, and the qualifier of that where it has one."""
    terms: list[str] = []
    for term in policy.replace('"', " ").split()[1:]:
        if end := _ALL.fullmatch(term):
            return terms, [end[1] or "+"]  # what follows "all" counts for nothing (RFC 7208 5.1)
        if "amazonaws.com" not in term.lower():  # a slip of the pen for amazonses.com
            terms.append(term)
    return terms, []
