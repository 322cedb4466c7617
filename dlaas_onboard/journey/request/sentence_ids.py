"""The names of the description's sentences: in which section each stands, and which question of AWS's it answers."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from typing import NamedTuple

WHO = "Who we are"
WHAT = "What we send and why"
RECIPIENTS = "Recipients and consent"
VOLUME = "Volume"
BOUNCES = "Bounces and complaints"
UNSUBSCRIBE = "Unsubscribe"
AUTHENTICATION = "Authentication"
SAMPLE = "Sample"
SECTIONS = (WHO, WHAT, RECIPIENTS, VOLUME, BOUNCES, UNSUBSCRIBE, AUTHENTICATION, SAMPLE)

LIST = "mails."  # prefix of the id of the line that opens a list of messages
MAIL = "mail."  # prefix of the id of a message's line
SAMPLE_OF = "sample."
OWN_SAMPLE = f"{SAMPLE_OF}own"  # the one that the operator pasted


def section_of(sentence_id: str) -> str:
    """Return the section in which a sentence stands, also where no fact makes it now; ``""`` for an unknown id."""
    if sentence_id.startswith((LIST, MAIL)):
        return WHAT
    if sentence_id.startswith(SAMPLE_OF):
        return SAMPLE
    return _SECTION_OF.get(sentence_id, "")


_SECTION_OF = {
    **dict.fromkeys(("business", "service", "website", "privacy", "sign_up", "products", "sister"), WHO),
    **dict.fromkeys(("transactional", "marketing", "sender", "reply_to", "jobs", "mail_content"), WHAT),
    **dict.fromkeys(("opt_in", "login", "purge", "recipients_source", "no_lists"), RECIPIENTS),
    **dict.fromkeys(("volume_now", "users", "volume", "ramp", "growth", "quota", "sandbox_use"), VOLUME),
    **dict.fromkeys(
        (
            *("events", "bounce_process", "suppression", "suppressed", "forwarding"),
            *("bounce_proof", "bounce_seen", "complaints_to"),
        ),
        BOUNCES,
    ),
    **dict.fromkeys(("no_mailing_list", "list_headers", "contact_list", "unsubscribe"), UNSUBSCRIBE),
    **dict.fromkeys(("domain_identity", "dkim", "mail_from", "dmarc"), AUTHENTICATION),
}


class AskedOfText(NamedTuple):
    """What AWS asks and the text must answer: a hole has its id."""

    answered_by: tuple[str, ...]  # any of these sentences; one that ends in "." is the prefix of many
    about: str  # "how a recipient stops the mail"


QUESTIONS = {
    "business": AskedOfText(("business",), "what the service is and who runs it"),
    "website": AskedOfText(("website",), "the website"),
    "privacy": AskedOfText(("privacy",), "the privacy policy"),
    "sign_up": AskedOfText(("sign_up",), "the page on which people sign up"),
    "transactional": AskedOfText(("transactional", "marketing"), "the kind of mail"),
    "mail_content": AskedOfText(("mail_content", MAIL), "which messages are sent and what triggers each"),
    "recipients_source": AskedOfText(("recipients_source", "opt_in"), "how addresses reach you"),
    "no_lists": AskedOfText(("no_lists",), "that no lists are bought, rented or scraped"),
    "volume_now": AskedOfText(("volume_now",), "how much mail you send now"),
    "volume": AskedOfText(("volume",), "how much mail you send in six months"),
    "events": AskedOfText(("events",), "where bounce and complaint events go"),
    "bounce_process": AskedOfText(("bounce_process",), "what happens to an address after a bounce or a complaint"),
    "complaints_to": AskedOfText(("complaints_to",), "where somebody reads complaints"),
    "suppression": AskedOfText(("suppression",), "the account-level suppression list"),
    "unsubscribe": AskedOfText(
        ("unsubscribe", "no_mailing_list", "list_headers", "contact_list"), "how a recipient stops the mail"
    ),
    "domain_identity": AskedOfText(("domain_identity",), "that the domain is verified"),
    "dkim": AskedOfText(("dkim",), "that mail is signed with DKIM"),
    "mail_from": AskedOfText(("mail_from",), "the MAIL FROM domain"),
    "dmarc": AskedOfText(("dmarc",), "that DMARC is published"),
    "sample": AskedOfText((SAMPLE_OF,), "a sample message"),
}


def answers(sentence_id: str, question: str) -> bool:
    """Return whether this sentence answers the question of AWS's that a hole of this id leaves open."""
    return any(
        sentence_id == name or (name.endswith(".") and sentence_id.startswith(name))
        for name in QUESTIONS[question].answered_by
    )


def is_answered(question: str, sentence_ids: Collection[str]) -> bool:
    """Return whether one of these sentences answers it."""
    if question not in QUESTIONS:
        return question in sentence_ids
    return any(answers(sentence_id, question) for sentence_id in sentence_ids)


def wrong_id(sentence_id: str) -> str:
    """Return in one sentence what is wrong with the id of a sentence, ``""`` if nothing; near ids are named."""
    many = next((prefix for prefix in (LIST, MAIL, SAMPLE_OF) if sentence_id.startswith(prefix)), "")
    rest = sentence_id.removeprefix(many)
    if sentence_id in _SECTION_OF or (many and (rest.isdecimal() if many == LIST else re.search(r"\w", rest))):
        return ""
    shown = re.sub(r"[^\w.-]", "", sentence_id)[:60]
    near = difflib.get_close_matches(sentence_id[:60], sorted(_SECTION_OF), n=3, cutoff=0.0)
    return f"There is no sentence {shown!r}; the nearest are {', '.join(near[:-1])} and {near[-1]}."
