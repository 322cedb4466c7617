"""How recipients of list mail leave it and how they joined: what the code shows, and what mailbox providers ask for.

Gmail and Yahoo ask bulk senders for one-click unsubscribing: the headers List-Unsubscribe and List-Unsubscribe-Post
(RFC 8058). SES adds them where a message names one of its contact lists (docs/ses.md, "Lists and unsubscribing").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from dlaas_onboard.journey.facts.reading import known, so_far
from dlaas_onboard.journey.request import evidence, rubric_findings
from dlaas_onboard.journey.request.description import Description
from dlaas_onboard.journey.situation.message_row import MessageRow
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.verdict import Finding, Severity

_SAYS_ONE_CLICK = re.compile(r"list-unsubscribe|one[- ]click|rfc ?8058", re.IGNORECASE)
_SAYS_CONFIRMED = re.compile(r"\bconfirm\w*|\bdouble opt|\bverif\w+", re.IGNORECASE)
_LINK = re.compile(r"unsubscri|opt[- ]?out|preferences|leave (?:this|the|our) list|stop receiving", re.IGNORECASE)
_finding = partial(rubric_findings.finding, StepId.USE_CASE)


def list_mail(situation: Situation) -> tuple[MessageRow, ...]:
    """Return the messages to a list that the text may tell of."""
    table = situation.messages
    return tuple(row for row in table.claimed if row in table.marketing)


def with_headers(situation: Situation) -> tuple[MessageRow, ...]:
    """Return the list mail whose code sets both headers of RFC 8058."""
    return tuple(
        row
        for row in list_mail(situation)
        if row.list_headers.list_unsubscribe is not None and row.list_headers.list_unsubscribe_post is not None
    )


def with_contact_list(situation: Situation) -> tuple[MessageRow, ...]:
    """Return the other list mail whose code names a contact list of SES; none where SES is known to keep none."""
    mailing = known(situation.facts.mailing)
    if mailing is not None and not mailing.contact_lists:
        return ()
    own = with_headers(situation)
    return tuple(row for row in list_mail(situation) if row.list_headers.list_management is not None and row not in own)


def is_proved(situation: Situation) -> bool:
    """Whether the code shows of all list mail, and of some at all, how its recipients leave it."""
    shown = (*with_headers(situation), *with_contact_list(situation))
    return bool(shown) and len(shown) == len(list_mail(situation))


def of_list_mail(description: Description, situation: Situation) -> Iterator[Finding]:
    """Find what Gmail, Yahoo and Amazon ask of list mail and was not seen."""
    rows = list_mail(situation)
    if not rows and evidence.field("mail_type", situation) != "MARKETING":
        return
    own_words = " ".join(sentence.text for sentence in description.sentences if sentence.mine)
    shown = (*with_headers(situation), *with_contact_list(situation))
    unseen = [row for row in rows if row not in shown]
    if unseen and not _SAYS_ONE_CLICK.search(own_words):
        yield _unseen(unseen)
    yield from _lost_contact_list(rows, situation)
    yield from _no_link(situation)
    said = f"{own_words} {situation.answers.text('recipients_source')}"
    if not any(sentence.id == "opt_in" for sentence in description.sentences) and not _SAYS_CONFIRMED.search(said):
        yield _no_confirmation(situation)


def _unseen(rows: list[MessageRow]) -> Finding:
    names = ", ".join(row.name or row.id for row in rows)
    half = all(row.list_headers.list_unsubscribe is not None for row in rows)
    what = "List-Unsubscribe-Post beside List-Unsubscribe" if half else "the List-Unsubscribe headers"
    places = ", ".join(str(source) for row in rows for source in row.sources)
    return _finding(
        "list_headers_unseen",
        Severity.WARNING,
        f"No code was seen that sets {what} on list mail: {names}.",
        evidence=f"{places}; they may be set elsewhere" if places else "no code of it was read",
        remedy="Gmail and Yahoo ask bulk senders for one-click unsubscribing (RFC 8058): set List-Unsubscribe and "
        "List-Unsubscribe-Post, or pass ListManagementOptions. If that is done elsewhere, say so in your words.",
        field="unsubscribe",
        guide=13,
    )


def _no_link(situation: Situation) -> Iterator[Finding]:
    """Find list mail whose text was read and shows no way out; a text that was not read says nothing."""
    if evidence.field("mail_type", situation) != "MARKETING":
        return
    for row in situation.messages.marketing:
        if row.sample.strip() and not _LINK.search(row.sample):
            yield _finding(
                f"footer_{row.id}",
                Severity.WARNING,
                f"No unsubscribe link was seen in the message {row.name}.",
                evidence=str(row.sample_source or ""),
                remedy="Add it to the footer, where readers look for it.",
                guide=13,
            )


def _lost_contact_list(rows: tuple[MessageRow, ...], situation: Situation) -> Iterator[Finding]:
    reading = situation.facts.mailing
    mailing = known(reading)
    naming = [row for row in rows if row.list_headers.list_management is not None]
    if reading is not None and mailing is not None and not mailing.contact_lists and naming:
        yield _finding(
            "no_contact_list",
            Severity.WARNING,
            f"The code names a contact list of SES, which keeps none in this Region: {naming[0].name}.",
            evidence=f"{naming[0].list_headers.list_management}; {reading.source}",
            remedy="Create the list here, or correct the Region.",
            guide=13,
        )


def _no_confirmation(situation: Situation) -> Finding:
    mailing = so_far(situation.facts.mailing)
    lists = mailing is not None and bool(mailing.contact_lists)
    return _finding(
        "double_opt_in",
        Severity.ADVICE,
        "The text does not say that people confirm their address before they get list mail.",
        evidence="a contact list of SES asks nobody to confirm by itself" if lists else "",
        remedy="If you mail a link that confirms the address, say so: reviewers look for it.",
        field="recipients_source",
        guide=8,
    )
