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
_MODES = {"adkim": ("r", "s"), "aspf": ("r", "s")}
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
    tags = {name: value for name, value in chosen.items() if name in _ORDER}
    tags["p"] = _STRICTNESS[_strictness(chosen)]
    below = max((_below(each) for each in read), default=0)
    tags.pop("sp", None)
    if below != _strictness(chosen):
        tags["sp"] = _STRICTNESS[below]
    percent = max((_percent(each) for each in read if _strictness(each) == _strictness(chosen)), default=100)
    tags.pop("pct", None)
    if percent < 100:
        tags["pct"] = str(percent)
    for name, modes in _MODES.items():
        if name in tags and tags[name].lower() not in modes:
            del tags[name]
    reports = _addresses(each.get("rua", "") for each in read)
    tags.pop("rua", None)
    if reports:
        tags["rua"] = ", ".join(reports)
    return "; ".join(["v=DMARC1", *(f"{name}={tags[name]}" for name in _ORDER if tags.get(name))])


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
    terms: dict[str, str] = {}
    ends: list[str] = []
    for policy in policies:
        for term in policy.replace('"', " ").split()[1:]:
            if end := _ALL.fullmatch(term):
                ends.append(end[1] or "+")
                break  # what follows "all" counts for nothing (RFC 7208 5.1)
            if "amazonaws.com" not in term.lower():  # a slip of the pen for amazonses.com
                terms.setdefault(term.lower().removeprefix("+"), term)
    ses = f"include:{SES_SENDERS}"
    kept = [term for plain, term in terms.items() if plain != ses and not plain.startswith("redirect=")]
    redirects = [term for plain, term in terms.items() if plain.startswith("redirect=")]
    if len(redirects) > 1 or (redirects and (ends or len(policies) > 1)):
        return ""
    after = f"{max(ends, key=_QUALIFIERS.index)}all" if ends else next(iter(redirects), "")
    merged = ["v=spf1", *kept, ses, *([after] if after else [])]
    return "" if sum(1 for term in merged if _ASKS_DNS.match(term)) > _MOST_LOOKUPS else " ".join(merged)
