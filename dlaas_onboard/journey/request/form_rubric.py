"""What a reviewer will stop at in the form: docs/ses.md, "Rubric"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from dlaas_onboard.journey.dns import mailboxes
from dlaas_onboard.journey.dns.mailboxes import Post
from dlaas_onboard.journey.request import contact_language, evidence, rubric_findings
from dlaas_onboard.journey.request.field_rules import addresses
from dlaas_onboard.journey.request.message_words import MARKETING_REMEDY, like_marketing
from dlaas_onboard.journey.request.website_review import of_website
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.verdict import Finding, Severity

_NO_REPLY = re.compile(r"(no|do-?not|dont)[-_.]?reply", re.IGNORECASE)


def of_form(situation: Situation) -> tuple[Finding, ...]:
    """Return what a reviewer will stop at in the form: type, sender, website, contacts, language."""
    return (*_mail(situation), *of_website(situation), *_contacts(situation))


_finding = partial(rubric_findings.finding, StepId.REQUEST, guide=3)


def _mail(situation: Situation) -> Iterator[Finding]:
    mail_type = evidence.field("mail_type", situation)
    marketing = situation.messages.marketing
    if mail_type == "TRANSACTIONAL" and marketing:
        yield _finding(
            "bulk",
            Severity.BLOCKER,
            f"Some messages read like marketing: {like_marketing(marketing)}.",
            evidence=", ".join(str(row.sources[0]) for row in marketing if row.sources),
            remedy=MARKETING_REMEDY,
            field="mail_type",
            guide=5,
        )
    role, address = mailboxes.answers_to(situation)
    if _NO_REPLY.search(address):
        yield _finding(
            "no_reply",
            Severity.ADVICE,
            f"The {role} address {address} tells people not to answer.",
            remedy="Send from an address that somebody reads, or name one as Reply-To.",
            field="reply_to" if role == "Reply-To" else "sender",
        )
    language = contact_language.finding(situation)
    if language is not None:
        yield language


def _contacts(situation: Situation) -> Iterator[Finding]:
    contacts = addresses(evidence.field("contacts", situation))
    if not contacts:
        yield _finding(
            "no_contacts",
            Severity.ADVICE,
            "Amazon writes to the account's own address only.",
            remedy="Add an address that somebody reads every day; most denials begin with an unanswered question.",
            field="contacts",
        )
    for contact in contacts:
        yield from _contact(mailboxes.post(situation.facts, contact))


def _contact(post: Post) -> Iterator[Finding]:
    source = post.reading.source if post.reading is not None else ""
    if post.arrives is False:
        yield _finding(
            f"contact_lost.{post.address}",
            Severity.WARNING,
            f"Mail to {post.address} cannot arrive: {post.why}.",
            evidence=source,
            remedy="Name a contact at a domain that takes mail.",
            field="contacts",
        )
    elif post.arrives is None and source:
        yield _finding(
            f"contact_unread.{post.address}",
            Severity.UNKNOWN,
            f"Whether mail to {post.address} can arrive is not known: {post.why.rstrip('.')}.",
            evidence=source,
            remedy="Look again.",
            field="contacts",
        )
