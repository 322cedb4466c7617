"""Whether a text of the operator's speaks of what Amazon asks: a guess by keywords, which proves nothing."""

from __future__ import annotations

import re

_AMOUNT = r"\d[\d,.]*\s*(?:e-?mails?|mails?|messages?)\b"
_EACH_TIME = (
    r"\b(?:a|an|per|each|every)\s+(?:second|minute|hour|day|week|month|year)\b|\b(?:hourly|daily|weekly|monthly)\b"
)
_VOLUME = rf"{_AMOUNT}|{_EACH_TIME}|\b(?:volumes?|quotas?|how (?:often|many|much))\b"
_LEGAL_FORM = (
    r"\b(?:gmbh|ug|ag|kg|e\.?k\.?|ltd|limited|llc|llp|inc|corp\w*|company|s\.?a\.?s?|s\.?r\.?l|b\.?v|oy|ab|a/s|pty|"
    r"foundation|association|e\.?v|university|institute|cooperative|sole proprietor|freelance\w*|run by|operated by)\b"
)
# Words by the id of the question of AWS's that they are about (:data:`.sentence_ids.QUESTIONS`).
_WORDS = {
    "business": rf"{_LEGAL_FORM}|\bwe (?:are|run|operate|offer|provide|build|host|sell|help)\b"
    r"|\bour (?:service|company|business|product|platform|app\w*|software|shop|store|site|website|customers|users)\b",
    "website": r"https?://|\bwww\.|\bweb ?(?:site|page)s?\b",
    "privacy": r"\bprivacy\b",
    "sign_up": r"\bsign\w*[ -]?up\b|\bregist\w+",
    "transactional": r"\b(?:transactional|marketing|newsletters?)\b",
    "mail_content": r"\b(?:mails?|e-?mails?|messages?|receipts?|invoices?|notif\w+|remind\w+)\b",
    "recipients_source": r"\b(?:regist\w+|sign\w* ?-?up|signed up|opt\w*-?in|subscri\w+|order\w*|confirm\w*|enter\w*"
    r"|creat\w+ an account|consent\w*|forms?|invit\w+)\b",
    "no_lists": r"\b(?:bought|buy|purchas\w+|rent\w*|scrap\w+|third[ -]part\w+)\b",
    "volume_now": _VOLUME,
    "volume": _VOLUME,
    "events": r"\b(?:sns|sqs|eventbridge|firehose|webhooks?|topics?|events?|notifications?)\b",
    "bounce_process": r"\b(?:bounc\w*|complaints?|complain\w*)\b",
    "complaints_to": r"\b(?:complaints?|complain\w*|abuse)\b",
    "suppression": r"\bsuppress\w*",
    "unsubscribe": r"\bun-?subscri\w+|\bopt\w*[ -]?out\b|\bpreferences\b|\bsettings\b"
    r"|\bstop\w* (?:the |our |all |any |these )?(?:e-?mails?|mails?|messages?|receiving|getting)\b"
    r"|\b(?:clos|delet)\w+ (?:the |their |an |his |her )?accounts?\b",
    "domain_identity": r"\bverif\w+",
    "dkim": r"\bdkim\b",
    "mail_from": r"\bmail[ -]from\b|\bspf\b",
    "dmarc": r"\bdmarc\b",
    "sample": r"\b(?:samples?|examples?|templates?)\b|^subject:",
}
_PATTERNS = {question: re.compile(words, re.IGNORECASE | re.MULTILINE) for question, words in _WORDS.items()}
LEGAL_FORM = re.compile(_LEGAL_FORM, re.IGNORECASE)


def speaks_of(question: str, text: str) -> bool:
    """Return whether any of the usual words for a question of AWS's stands in ``text``."""
    pattern = _PATTERNS.get(question)
    return pattern is not None and pattern.search(text) is not None
