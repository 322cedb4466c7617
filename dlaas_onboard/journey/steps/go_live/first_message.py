"""Go live: the first real message, and what its receiver says of DKIM, SPF and DMARC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dlaas_onboard.journey import names
from dlaas_onboard.journey.dns import authentication_results, public_suffix
from dlaas_onboard.journey.dns.authentication_results import Checked, ReceivedAuthentication
from dlaas_onboard.journey.facts.reading import known
from dlaas_onboard.journey.situation.answers import Entry
from dlaas_onboard.journey.situation.intents import Intent, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.verdict import Mark, Severity
from dlaas_onboard.journey.writes import filings

_FIRST = "First real message"
_DOMAIN_STEP = "Look at the Domain step: each record, and what SES says of it."


class FirstMessage(NamedTuple):
    """What is known of the first message."""

    sent: bool
    wrong: str = ""  # what its headers say against it, in one sentence
    checked: bool = False  # its headers were read


@dataclass(frozen=True, slots=True)
class _MessageOrigin:
    """Whom the message says it is from, and how strictly our DMARC record aligns; ``None`` where that is unread."""

    domain: str
    strict_dkim: bool | None
    strict_spf: bool | None


class _PastedHeaders:
    """Rows and findings that rest on the headers as somebody pasted them."""

    def __init__(self, builder: VerdictBuilder, entry: Entry) -> None:
        self._builder = builder
        self._at = entry.at
        self._source = f"headers pasted by {entry.by}"

    def row(self, label: str, value: str, mark: Mark, expected: str = "") -> None:
        self._builder.add_row(
            label, value, mark=mark, expected=expected, source=self._source, observed_at=self._at, section=_FIRST
        )

    def find(self, name: str, severity: Severity, message: str, *, remedy: str, field: str = "") -> None:
        self._builder.add_finding(name, severity, message, evidence=self._source, remedy=remedy, field=field)

    def checked(self, label: str, item: Checked, aligned: bool | None) -> None:
        words = {True: ", aligned", False: ", not aligned", None: ""}[aligned]
        mark = Mark.BAD if item.result != "pass" else Mark.WARN if aligned is False else Mark.GOOD
        self.row(label, f"{item.result}{_for(item)}{words}", mark, "pass, aligned")


def judge(builder: VerdictBuilder, situation: Situation) -> FirstMessage:
    """Show the first message as SES took it and as its receiver saw it."""
    sends = [
        intent
        for intent in filings.of_place(situation, "SendEmail")
        if intent.action == "send_first" and intent.phase in (Phase.ACCEPTED, Phase.CONFIRMED)
    ]
    for intent in sends:
        message = _message_id(intent)
        builder.add_row(
            "Accepted by SES",
            f"message {message}" if message else "yes",
            mark=Mark.GOOD,
            source="journal",
            observed_at=intent.settled_at or intent.created_at,
            section=_FIRST,
        )
    if not sends:
        builder.add_row("Accepted by SES", "nothing sent from here yet", mark=Mark.WAIT, section=_FIRST)
    entry = situation.answers.entry("first_headers")
    if entry is None:
        if sends:
            builder.add_finding(
                "no_headers",
                Severity.ADVICE,
                "SES accepted the message; whether it arrived, and passed DKIM, SPF and DMARC, is not recorded.",
                remedy=f"Open it at the recipient. {authentication_results.how_to_paste()}",
                field="first_headers",
            )
        return FirstMessage(bool(sends))
    paste, seen = _PastedHeaders(builder, entry), authentication_results.read(entry.text)
    if seen.problem:
        paste.row("Its headers", "could not be read", Mark.UNKNOWN)
        remedy = authentication_results.how_to_paste()
        paste.find("headers_unread", Severity.UNKNOWN, seen.problem, remedy=remedy, field="first_headers")
        return FirstMessage(bool(sends))
    ids = tuple(message for intent in sends if (message := _message_id(intent)))
    other = _other_message(paste, seen, ids, situation.sender)
    wrong = other or _checks(paste, seen, _origin(situation, seen))
    return FirstMessage(bool(sends) or not other, wrong, checked=True)


def _checks(paste: _PastedHeaders, seen: ReceivedAuthentication, origin: _MessageOrigin) -> str:
    """Show what the receiver checked; return what is wrong with it, ``""`` where nothing is."""
    paste.row("Receiver", seen.receiver or "does not name itself", Mark.PLAIN)
    wrong = [*_dkim(paste, seen, origin), *_spf(paste, seen, origin), *_dmarc(paste, seen)]
    absent = [name for name, result in (("DKIM", seen.dkim), ("SPF", seen.spf), ("DMARC", seen.dmarc)) if not result]
    if absent:
        paste.find(
            "headers_lack",
            Severity.ADVICE,
            f"The headers say nothing of {' and '.join(absent)}.",
            remedy="Paste all of them, or send to a mailbox whose provider checks it. "
            f"{authentication_results.how_to_paste()}",
            field="first_headers",
        )
    if not wrong:
        return _alignment(paste, seen, origin)
    who = f"The receiver {seen.receiver}" if seen.receiver else "The receiver"
    failure = f"{who} reports {', '.join(wrong)} for the first message."
    paste.find("authentication", Severity.WARNING, failure, remedy=_DOMAIN_STEP)
    return failure


def _other_message(paste: _PastedHeaders, seen: ReceivedAuthentication, ids: Sequence[str], sender: str) -> str:
    """Return why the headers are not those of a message that was sent from here, ``""`` where nothing says so."""
    why = ""
    if seen.message_id:
        ours = seen.message_id.partition("@")[0] in ids
        mark = Mark.GOOD if ours else Mark.WARN if ids else Mark.PLAIN
        paste.row("Message-ID", f"{seen.message_id}{', as SES said' if ours else ''}", mark)
        if ids and not ours:
            why = f"These are the headers of another message: SES gave {ids[-1]}, they say {seen.message_id}."
    if seen.sender:
        ours = not sender or seen.sender.lower() == sender.lower()
        paste.row("From", seen.sender, Mark.GOOD if ours else Mark.WARN, sender)
        why = why or ("" if ours else f"These headers are of a message from {seen.sender}, not from {sender}.")
    if why:
        paste.find(
            "other_message",
            Severity.WARNING,
            why,
            remedy=f"Open the message that was sent from here. {authentication_results.how_to_paste()}",
            field="first_headers",
        )
    return why


def _origin(situation: Situation, seen: ReceivedAuthentication) -> _MessageOrigin:
    named = seen.dmarc.domain if seen.dmarc else ""
    domain = named or names.domain_of(seen.sender) or names.domain_of(situation.sender)
    reading = situation.facts.dmarc
    record = known(reading)
    if record is None or not public_suffix.same_organization(domain, situation.domain):
        return _MessageOrigin(domain, None, None)
    if record.error or not record.records:
        return _MessageOrigin(domain, False, False)  # RFC 7489 6.3: relaxed, where nothing else is said
    return _MessageOrigin(domain, record.dkim_alignment == "s", record.spf_alignment == "s")


def _dkim(paste: _PastedHeaders, seen: ReceivedAuthentication, origin: _MessageOrigin) -> list[str]:
    """Show each signature; return what is wrong with that of our own domain."""
    if not seen.dkim:
        paste.row("DKIM", "not in what was pasted", Mark.UNKNOWN, "pass")
    for item in seen.dkim:
        if authentication_results.is_amazons(item.domain):
            paste.row("DKIM, Amazon's own", f"{item.result} for {item.domain}", Mark.PLAIN)
        else:
            paste.checked("DKIM", item, authentication_results.aligned(item.domain, origin.domain, origin.strict_dkim))
    own = [item for item in seen.dkim if not authentication_results.is_amazons(item.domain)]
    mine = [item for item in own if not item.domain or public_suffix.same_organization(item.domain, origin.domain)]
    if any(item.result == "pass" for item in mine):
        return []
    if mine:
        return [f"DKIM {mine[0].result}{_for(mine[0])}"]
    if seen.dkim:
        return [f"no DKIM signature of {origin.domain or 'your domain'}, only that of {seen.dkim[0].domain}"]
    return []


def _spf(paste: _PastedHeaders, seen: ReceivedAuthentication, origin: _MessageOrigin) -> list[str]:
    if seen.spf is None:
        paste.row("SPF", "not in what was pasted", Mark.UNKNOWN, "pass")
        return []
    paste.checked("SPF", seen.spf, authentication_results.aligned(seen.spf.domain, origin.domain, origin.strict_spf))
    return [] if seen.spf.result == "pass" else [f"SPF {seen.spf.result}{_for(seen.spf)}"]


def _dmarc(paste: _PastedHeaders, seen: ReceivedAuthentication) -> list[str]:
    if seen.dmarc is None:
        paste.row("DMARC", "not in what was pasted", Mark.UNKNOWN, "pass")
        return []
    passed = seen.dmarc.result == "pass"
    policy = f", policy {seen.policy}" if seen.policy else ""
    paste.row("DMARC", f"{seen.dmarc.result}{_for(seen.dmarc)}{policy}", Mark.GOOD if passed else Mark.BAD, "pass")
    # Microsoft's bestguesspass is no pass: it says that the domain has no record.
    return [] if passed else [f"DMARC {seen.dmarc.result}{_for(seen.dmarc)}"]


def _alignment(paste: _PastedHeaders, seen: ReceivedAuthentication, origin: _MessageOrigin) -> str:
    """Return what passed for a domain that is not that of From, ``""`` where all is aligned or cannot be told."""
    apart = []
    mine = [item for item in seen.dkim if item.result == "pass" and not authentication_results.is_amazons(item.domain)]
    alignments = [authentication_results.aligned(item.domain, origin.domain, origin.strict_dkim) for item in mine]
    if mine and not any(alignment is not False for alignment in alignments):
        apart.append(f"DKIM passed for {mine[0].domain}")
    if seen.spf and authentication_results.aligned(seen.spf.domain, origin.domain, origin.strict_spf) is False:
        apart.append(f"SPF passed for {seen.spf.domain}")
    if not apart:
        return ""
    misaligned = f"{' and '.join(apart)}, which is not aligned with {origin.domain}."
    paste.find(
        "alignment",
        Severity.WARNING,
        misaligned,
        remedy=f"{_DOMAIN_STEP} SPF is aligned by a MAIL FROM domain of your own, DKIM by your own signature.",
    )
    return misaligned


def _for(item: Checked) -> str:
    return f" for {item.domain}" if item.domain else ""


def _message_id(intent: Intent) -> str:
    return intent.result or (intent.outcome.result if intent.outcome else "")
