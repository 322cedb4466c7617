"""Whether one text calls its mail transactional and speaks of marketing beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dlaas_onboard.journey.request import rubric_findings
from dlaas_onboard.journey.request.description import Sentence
from dlaas_onboard.journey.request.own_claims import claims, stated
from dlaas_onboard.journey.request.sentence_ids import MAIL, WHO
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.verdict import Finding, Severity

_ONLY_TRANSACTIONAL = re.compile(
    r"\b(?:all|every|each)\b[^.!?;]{0,40}?\b(?:is|are)\s+(?:purely |strictly |only |all )?transactional\b"
    r"|\b(?:only|purely|exclusively|solely|nothing but)\s+(?:send\s+)?transactional\b"
    r"|\bour (?:e-?mails?|mails?|messages?) (?:is|are) (?:purely |strictly |only )?transactional\b"
    r"|\bsend transactional (?:e-?mails?|mails?|messages?) only\b"
    r"|\b(?:no|never|not|neither|nor|without|don['’]t)\b[^.!?;:]{0,40}?"
    r"\b(?:newsletters?|promotions?|promotional|marketing|digests?)\b",
    re.IGNORECASE,
)
_LIKE_MARKETING = re.compile(
    r"\bnewsletters?\b|\b(?:daily|weekly|fortnightly|monthly|quarterly)\s+(?:\w+\s+)?(?:digests?|round-?ups?|news|offers?)\b"
    r"|\bpromotional\s+(?:e-?mails?|mails?|messages?|offers?|campaigns?)\b|\bpromotions\b|\bspecial offers?\b"
    r"|\bmarketing\s+(?:e-?mails?|mails?|messages?|campaigns?)\b|\be-?mail campaigns?\b|\b\d+\s?% off\b",
    re.IGNORECASE,
)
_MAILED = re.compile(r"\b(?:send|sends|sent|mail|mails|e-?mails?|get|gets|receive|receives)\b", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"\b(?:mailchimp|brevo|sendgrid|mailgun|postmark|another (?:service|provider|system|tool|account)|elsewhere"
    r"|not (?:through|via|with|over|by) (?:amazon )?ses)\b",
    re.IGNORECASE,
)


def marketing_beside_transactional(statements: Sequence[Sentence]) -> Iterator[Finding]:
    """Find mail that is called transactional beside mail that a reader takes for marketing, in one text."""
    said = _says_only_transactional(statements)
    shown = _like_marketing(statements)
    if not said or not shown or said == shown:
        return
    yield rubric_findings.finding(
        StepId.USE_CASE,
        "marketing_contradicted",
        Severity.BLOCKER,
        "One statement says that there is no marketing, another speaks of mail that is.",
        evidence=f"“{said}” beside “{shown}”",
        remedy="Choose Marketing, or take the mail out of the service; or reword the part that is not true.",
        field="mail_type",
        guide=5,
    )


def _says_only_transactional(statements: Sequence[Sentence]) -> str:
    """Return the sentence that says that all mail is transactional, whoever wrote it."""
    for part in statements:
        for sentence in stated(part.text):
            if _ONLY_TRANSACTIONAL.search(sentence) and not _ELSEWHERE.search(sentence):
                return sentence
    return ""


def _like_marketing(statements: Sequence[Sentence]) -> str:
    """Return what in the text reads as marketing: a sentence of ours says so, or the operator's words or a message."""
    for part in statements:
        if part.id == "marketing" and not part.mine:
            return part.text
        if not part.mine and not part.id.startswith(MAIL):
            continue
        for claim in claims(_LIKE_MARKETING, part.text):
            about_the_business = part.section == WHO and not _MAILED.search(claim.sentence)
            if not about_the_business and not _ELSEWHERE.search(claim.sentence):
                return claim.sentence
    return ""
