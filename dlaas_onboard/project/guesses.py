"""What a wording or a name suggests of a message: always a guess, with the words that it rests on."""

from __future__ import annotations

import re

from dlaas_onboard.journey.facts.checkout import Source
from dlaas_onboard.journey.facts.sending import CodeValue, Guess
from dlaas_onboard.journey.text import line

# The first that fits decides: a message about a password is one of security, though its text has a link to unsubscribe.
_CLASSES = {
    "security": r"password|passwort|reset|verif\w+|confirm\w*|2fa|two.?factor|otp|one.?time|magic.?link|sign.?in"
    r"|log.?in|security|unlock\w*|token|activat\w+",
    "billing": r"invoice|receipt|payment|billing|subscription (?:renew|expire|cancel)\w*|refund|charge\w*|order"
    r"|purchase|checkout",
    "newsletter": r"newsletter|campaign|promo\w*|marketing|offer|discount|\d+ ?% off|digest|announcement|unsubscribe"
    r"|broadcast",
    "account": r"welcome|invit\w+|sign.?up|registration|account|trial|member\w*",
    "notification": r"notif\w+|alert|remind\w*|comment\w*|mention\w*|repl(?:y|ies)|assigned|message|report|update\w*",
}
_PATTERNS = tuple(
    (name, re.compile(rf"(?<![a-z])(?:{words})(?![a-z])", re.IGNORECASE)) for name, words in _CLASSES.items()
)
_OWNER = re.compile(
    r"([A-Za-z_]\w*(?:\[\w*\])?(?:(?:\.|->|\?\.|::)[A-Za-z_]\w*(?:\[\w*\])?)*?)(?:\.|->|\?\.|::)(?:get)?_?(?:e?mail\w*|address)\b",
    re.IGNORECASE,
)


def message_class(texts: tuple[tuple[str, Source | None], ...]) -> Guess | None:
    """Return what kind of message the texts suggest (subject, template's name, function, sample: the surest first)."""
    for text, source in texts:
        words = re.sub(r"\{[^{}]*\}", "", text)  # a value's name says nothing: {inviterName}
        words = re.sub(r"(?<=[a-z])(?=[A-Z])|[_/.-]", " ", words)
        for name, pattern in _PATTERNS:
            match = pattern.search(words)
            if match is not None and source is not None:
                return Guess(name, line(match[0]), source)
    return None


def recipient(value: CodeValue | None) -> Guess | None:
    """Return whose address an expression's names suggest: of ``invoice.client.email`` the invoice's client."""
    if value is None or value.source is None:
        return None
    match = _OWNER.search(value.code)
    if match is None:
        return None
    names = [
        each
        for each in re.split(r"\.|->|\?\.|::", match[1])
        if each not in ("this", "self", "params", "data", "req", "body")
    ]
    return Guess(line(".".join(names[-2:])), line(match[0]), value.source) if names else None
