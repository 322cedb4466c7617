"""Whether a text of the operator's speaks of what Amazon asks: a guess by keywords, which proves nothing."""

from __future__ import annotations

import re

_AMOUNT = r"\d[\d,.]*\s*(?:e-?mails?|mails?|messages?)\b"
_EACH_TIME = (
    r"\b(?:a|an|per|each|every)\s+(?:second|minute|hour|day|week|month|year)\b|\b(?:hourly|daily|weekly|monthly)\b"
)
_VOLUME = rf"{_AMOUNT}|{_EACH_TIME}|\b(?:volumes?|quotas?|how (?:often|many|much))\b"
_NAME = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'&.-]*"
# Forms that are no words of their own, however they are typed.
_FORM = (
    r"(?i:\b(?:g?gmbh|gbr|mbh|kgaa|ohg|ltd|llc|llp|inc(?!\.? ?vat\b)|plc|pty|pvt|sarl|corporation|a/s"
    r"|e\. ?[vk]\.|[bn]\. ?v\.|s\. ?a\.(?: ?s\.)?|s\. ?r\. ?[lo]\b|s\. ?p\. ?a\b"
    r"|s\. ?l\.|sp\. ?z ?o\. ?o\b|d\. ?o\. ?o\b"
    r"|sole (?:trader|proprietor)|self[- ]employed|freelancer|einzelunternehme\w+)(?!\w))"
)
# Forms that are also words, or parts of such: as registers write them, beside a name.
_FORM_OF_A_NAME = (
    rf"{_NAME},? (?:AG|UG|KG|SE|eG|eK|eV|SA|SAS|BV|NV|Oyj?|OY|AB|ApS|ASA?|S[rR][lL]|S[pP]A|SL|Kft|Lda|KK|Limited"
    r"|Corp|Stiftung|Verein|[Ff]oundation|[Aa]ssociation|[Uu]niversity|[Ii]nstitute|[Cc]o-?operative|[Cc]harity)\b"
    r"|\b(?:Stiftung|Verein|University|Institute|Association|Foundation|City|Municipality|Ministry)"
    rf"(?: of(?: the)?| für| for)? {_NAME}"
)
_RUN_BY_A_NAME = (
    r"\b(?i:(?:run|operated|owned|made|built|developed|provided|offered|maintained|published|organi[sz]ed|hosted|managed)"
    r"(?: and \w+)? by(?: (?:me|us|the|our|a|an|its|company|association|developer|owner|founder),?){0,2})"
    rf" (?!AWS\b|Amazon\b|SES\b|Lambda\b){_NAME}"
    rf"|\b(?:I am|I'm|I,|my name is|owner(?: is|:)?|founder(?: is|:)?) {_NAME} {_NAME}"
    rf"|{_NAME} {_NAME}(?:,[^,.]+,)? (?:runs|operates|owns)\b(?! on\b)"
)
_OPERATOR = re.compile(f"{_FORM}|{_FORM_OF_A_NAME}|{_RUN_BY_A_NAME}")
# Words by the id of the question of AWS's that they are about (:data:`.sentence_ids.QUESTIONS`).
_WORDS = {
    "business": r"\bwe (?:are|run|operate|offer|provide|build|host|sell|help)\b"
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


def names_operator(text: str) -> bool:
    """Return whether a text names who runs the service: a legal form with its name, or somebody who runs it."""
    return _OPERATOR.search(text) is not None


def speaks_of(question: str, text: str) -> bool:
    """Return whether any of the usual words for a question of AWS's stands in ``text``."""
    pattern = _PATTERNS.get(question)
    spoken = pattern is not None and pattern.search(text) is not None
    return spoken or (question == "business" and names_operator(text))
