"""Recipients who are no users of the service: people whose address one of its users entered."""

from __future__ import annotations

import re

_THIRD = re.compile(
    r"\bof (?:(?:one|some) of )?(?:our|a|the|their) (?:users?|customers?|account holders?)\b"
    r"|\b(?:users?|customers?|account holders?)(?:['’]s?)? (?:own )?(?:clients?|customers?|guests?|suppliers?)\b"
    r"|\bthird part(?:y|ies)\b|\b(?:not|no) (?:one of )?(?:our )?users?\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:account['’]s owner|account holders?|address that was just entered|operator|users?)\b"
    r"|\bwho (?:has |have )?(?:sign|regist|order|ask|log|plac|book|bought|pay|paid|forg)",
    re.IGNORECASE,
)
_NOUN = re.compile(r"(?:^|\b(?:an?|the|each|every)\s+)([a-z]{3,}?)s?\b", re.IGNORECASE)


def is_third_party(recipient: str) -> bool:
    """Whether these words say that somebody is no user of the service; a guest or a client may be one."""
    return _THIRD.search(recipient) is not None


def is_own_user(recipient: str) -> bool:
    """Whether these words name a user of the service; of others nobody knows what they did there."""
    return not is_third_party(recipient) and _OWN.search(recipient) is not None


def noun(recipient: str) -> str:
    """Return what somebody is called: ``client`` of ``a client of one of our users``."""
    match = _NOUN.search(recipient)
    return match[1].lower() if match is not None else ""
