"""Wanted, live and needed, side by side: for each part of the set-up whose turn it is, and why.

*Wanted* is what the project's infrastructure code declares, *live* what SES, SNS, CloudWatch and DNS say, *needed* what
the request for production access requires. Nothing that was not read is taken for missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from dlaas_onboard.journey.bounces.proof import EVENTS
from dlaas_onboard.journey.dns.record_turns import states_with_turns
from dlaas_onboard.journey.facts import MailResource, MailResourceKind
from dlaas_onboard.journey.facts.reading import known, unread
from dlaas_onboard.journey.situation.code_owner import declared, first_declared, mismatch, owning_code
from dlaas_onboard.journey.situation.situation import Situation, once
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.turn import Turn, applying, to_add, to_apply, to_import
from dlaas_onboard.journey.verdict import Verdict
from dlaas_onboard.journey.writes import plans

_IN_NO_CODE = "What is made from here is in no code."
BY_HAND = "If this account is not set up by that code, say so in the field “Set up by”."


class Piece(StrEnum):
    """A part of what the request rests on."""

    IDENTITY = "Identity"
    DKIM = "DKIM"
    MAIL_FROM = "MAIL FROM"
    RECORD = "DNS record"
    SUPPRESSION = "Suppression list"
    CONFIGURATION_SET = "Configuration set"
    EVENT_DESTINATION = "Event destination"
    DEFAULT_SET = "Default configuration set"
    ALARMS = "Alarms"


@dataclass(frozen=True, slots=True)
class Difference:
    """One part in the three worlds, and whose turn it is."""

    piece: Piece
    subject: str  # "Identity example.com"
    turn: Turn
    sentence: str = ""  # whose turn it is, and what to do; "" where no code is concerned
    wanted: str = ""  # what the code declares, and where; "" where it does not
    live: str = ""
    needed: str = ""
    owned: bool = False  # the code declares it: made by hand it would be in the way of the next apply
    breaks: bool = False  # an apply would change what works


@once
def differences(situation: Situation) -> tuple[Difference, ...]:
    """Return every part, those in order too, in the order in which they are set up."""
    return (
        _identity(situation),
        _dkim(situation),
        _mail_from(situation),
        *_records(situation),
        _suppression(situation),
        _configuration_set(situation),
        _event_destination(situation),
        _default_set(situation),
        *_alarms(situation),
    )


def difference(situation: Situation, piece: Piece) -> Difference:
    """Return the first difference of a piece that is somebody's turn, else the first of that piece."""
    of_piece = [item for item in differences(situation) if item.piece == piece]
    return next((item for item in of_piece if item.turn not in (Turn.NOBODY, Turn.UNKNOWN)), of_piece[0])


def beside_records(situation: Situation) -> tuple[str, ...]:
    """Return whose turn it is with the identity and its MAIL FROM domain, and where the code is about others."""
    pieces = (Piece.IDENTITY, Piece.MAIL_FROM)
    notes = [f"{item.subject}: {item.sentence}" for item in differences(situation) if item.piece in pieces]
    why = mismatch(situation)
    return (*(note for note in notes if not note.endswith(": ")), *([why] if why else []))


def not_by_hand(situation: Situation, piece: Piece) -> str:
    """Return why a piece is not to be made at AWS from here: the code owns it. ``""`` where nothing says so."""
    found = difference(situation, piece)
    return f"{found.sentence} {BY_HAND}" if found.owned and found.turn in (Turn.APPLY, Turn.CODE, Turn.IMPORT) else ""


def advice(situation: Situation, piece: Piece, by_hand: str) -> str:
    """Return the remedy in the words of whose turn it is; ``by_hand`` is that of an account that no code sets up."""
    found = difference(situation, piece)
    if found.turn == Turn.CODE and not found.owned:
        return f"{found.sentence} Or do it without: {by_hand[:1].lower()}{by_hand[1:]} {_IN_NO_CODE}"
    return found.sentence if found.turn in (Turn.APPLY, Turn.CODE, Turn.IMPORT) else by_hand


def before_making(piece: Piece) -> Callable[[Situation, Mapping[StepId, Verdict]], str]:
    """Return what an action that makes a piece warns of: the code sets up mail, and would not know of it."""

    def warn(situation: Situation, _verdicts: Mapping[StepId, Verdict]) -> str:
        found = difference(situation, piece)
        return f"{found.sentence} {_IN_NO_CODE}" if found.turn == Turn.CODE and not found.owned else ""

    return warn


class _Part(NamedTuple):
    """One part while it is compared."""

    situation: Situation
    piece: Piece
    subject: str
    needed: str

    def unknown(self) -> Difference:
        """Return that what is there was not read."""
        return Difference(self.piece, self.subject, Turn.UNKNOWN, live="not read", needed=self.needed)

    def missing(self, item: MailResource | None) -> Difference:
        """Return the difference of something that is not there; ``item`` declares it."""
        code = owning_code(self.situation)
        if code is None:
            return Difference(self.piece, self.subject, Turn.LIVE, live="none", needed=self.needed)
        if item is None:
            return Difference(self.piece, self.subject, Turn.CODE, to_add(code), "not declared", "none", self.needed)
        return self._owned(Turn.APPLY, to_apply(code, item), item, "none")

    def there(self, item: MailResource | None, live: str) -> Difference:
        """Return the difference of something that is there as it should be."""
        code = owning_code(self.situation)
        if code is None or item is None:
            return Difference(self.piece, self.subject, Turn.NOBODY, live=live, needed=self.needed)
        if item.applied is False:
            return self._owned(Turn.IMPORT, to_import(code, item), item, live)
        return self._owned(Turn.NOBODY, "", item, live)

    def conflict(self, sentence: str, item: MailResource, live: str, *, breaks: bool = False) -> Difference:
        """Return that the code declares something else than is live or needed."""
        return replace(self._owned(Turn.CODE, sentence, item, live), breaks=breaks)

    def _owned(self, turn: Turn, sentence: str, item: MailResource, live: str) -> Difference:
        wanted = f"{item.name or item.address} ({item.source})"
        return Difference(self.piece, self.subject, turn, sentence, wanted, live, self.needed, owned=True)


def _identity(situation: Situation) -> Difference:
    needed = "a verified identity of the sending domain"
    part = _Part(situation, Piece.IDENTITY, f"Identity {situation.domain}".strip(), needed)
    reading, item = situation.domain_identity, first_declared(situation, MailResourceKind.IDENTITY)
    if reading is None or not reading.known:
        return part.unknown()
    return part.missing(item) if reading.value is None else part.there(item, reading.value.name)


def _dkim(situation: Situation) -> Difference:
    part = _Part(situation, Piece.DKIM, f"DKIM of {situation.domain}", "SES signs with keys of the domain")
    identity, item = situation.identity, first_declared(situation, MailResourceKind.DKIM)
    status = identity.dkim.status if identity is not None and identity.dkim is not None else ""
    if not status:
        return part.unknown()  # without an identity there is nothing to sign for yet
    return part.missing(item) if status == "NOT_STARTED" else part.there(None, status)


def _mail_from(situation: Situation) -> Difference:
    needed = "a MAIL FROM domain below the sending domain"
    part = _Part(situation, Piece.MAIL_FROM, f"MAIL FROM {situation.mail_from}".strip(), needed)
    reading, item = situation.domain_identity, first_declared(situation, MailResourceKind.MAIL_FROM)
    code = owning_code(situation)
    if reading is None or not reading.known:
        return part.unknown()
    live = reading.value.mail_from if reading.value is not None else None
    if live is None:
        return part.missing(item)
    if code is not None and item is not None and item.name and item.name != live.domain.lower():
        works = "which works" if live.status == "SUCCESS" else f"which is {live.status or 'in an unknown state'}"
        sentence = (
            f"SES uses {live.domain}, {works}, and {item.source} sets {item.name}: an apply would move MAIL FROM "
            f"there, away from the records of {live.domain}. Write {live.domain} there before you {applying(code)}."
        )
        return part.conflict(sentence, item, live.domain, breaks=True)
    return part.there(item, f"{live.domain}: {live.status}")


def _records(situation: Situation) -> Iterator[Difference]:
    for state in states_with_turns(situation):
        if state.record.required:
            yield Difference(
                Piece.RECORD,
                f"{state.record.type} {state.record.name}",
                state.turn,
                state.conflict or (state.fix if state.turn in (Turn.APPLY, Turn.CODE) else ""),
                state.owner,
                state.published or str(state.verdict),
                state.record.value,
                owned=bool(state.owner),
                breaks=bool(state.conflict) and state.turn == Turn.CODE,
            )


def _suppression(situation: Situation) -> Difference:
    part = _Part(situation, Piece.SUPPRESSION, "Suppression list of the account", "BOUNCE and COMPLAINT")
    account = known(situation.facts.account)
    reasons = account.suppressed_reasons if account is not None else None
    item, code = first_declared(situation, MailResourceKind.SUPPRESSION), owning_code(situation)
    if reasons is None:
        return part.unknown()
    live = ", ".join(reasons) or "nothing"
    if code is not None and item is not None and item.values and not set(EVENTS) <= set(item.values):
        sentence = f"{item.source} sets {', '.join(item.values)} alone: write both there, then {applying(code)}."
        return part.conflict(sentence, item, live, breaks=set(EVENTS) <= set(reasons))
    return part.there(None, live) if set(EVENTS) <= set(reasons) else part.missing(item)


def _configuration_set(situation: Situation) -> Difference:
    items = declared(situation, MailResourceKind.CONFIGURATION_SET)
    subject = next((f"Configuration set {item.name}" for item in items if item.name), "Configuration set")
    part = _Part(situation, Piece.CONFIGURATION_SET, subject, "a configuration set that publishes events")
    sets = known(situation.facts.configuration_sets)
    if sets is None or unread(situation.domain_identity, ""):
        return part.unknown()
    names = [item.name for item in sets]
    absent = next((item for item in items if (item.name not in names if item.name else not names)), None)
    if absent is None and (names or plans.heard(situation)):
        return part.there(next(iter(items), None), ", ".join(names))
    return part.missing(absent)


def _event_destination(situation: Situation) -> Difference:
    part = _Part(situation, Piece.EVENT_DESTINATION, "Event destination", "both kinds of event reach somebody")
    sets, code = known(situation.facts.configuration_sets), owning_code(situation)
    if sets is None or unread(situation.domain_identity, ""):
        return part.unknown()
    targets = [
        *declared(situation, MailResourceKind.EVENT_DESTINATION),
        *declared(situation, MailResourceKind.IDENTITY_TOPIC),
    ]
    item = next(iter(targets), None)
    if plans.heard(situation) or any(plans.has_destination(each) for each in sets):
        return part.there(item, "takes both")
    lacking = _not_taken(targets)
    if code is not None and item is not None and lacking:
        sentence = f"{item.source} takes no {lacking} events: add them there, then {applying(code)}."
        return part.conflict(sentence, item, "none")
    return part.missing(item)


def _not_taken(targets: Iterable[MailResource]) -> str:
    """Return the kinds of events that none of the declared targets takes; one whose kinds a loop fills in takes all."""
    taken = {event for target in targets for event in target.values or EVENTS}
    return " and ".join(event for event in EVENTS if event not in taken)


def _default_set(situation: Situation) -> Difference:
    subject, needed = "Default configuration set of the identity", "mail that names no set brings events, too"
    part = _Part(situation, Piece.DEFAULT_SET, subject, needed)
    identity, code = situation.identity, owning_code(situation)
    if unread(situation.domain_identity, ""):
        return part.unknown()
    if identity is not None and identity.configuration_set:
        return part.there(None, identity.configuration_set)
    items = declared(situation, MailResourceKind.IDENTITY) if code is not None else ()
    own = next((item for item in items if code is not None and item.address == code.default_set), None)
    v2 = next((item for item in items if item.address.startswith("aws_sesv2_email_identity.")), None)
    if own is not None:
        return part.missing(own)
    if code is not None and v2 is not None:
        sentence = (
            f"{v2.source} sets up the identity without one, so the next apply would take it away again: add "
            f"configuration_set_name to {v2.address}, then {applying(code)}."
        )
        return part.conflict(sentence, v2, "none")
    return Difference(Piece.DEFAULT_SET, subject, Turn.LIVE, live="none", needed=needed)


def _alarms(situation: Situation) -> Iterator[Difference]:
    alarms = known(situation.facts.alarms)
    for metric in ("Reputation.BounceRate", "Reputation.ComplaintRate"):
        needed = "somebody is told before Amazon reviews the account"
        part = _Part(situation, Piece.ALARMS, f"Alarm on {metric}", needed)
        item = first_declared(situation, MailResourceKind.ALARM, metric)
        there = next((alarm.name for alarm in alarms or () if alarm.metric == metric), "")
        if alarms is None:
            yield part.unknown()
        else:
            # PutMetricAlarm takes an alarm of that name over, so that nothing has to be imported.
            known_item = replace(item, applied=None) if item is not None else None
            yield part.there(known_item, there) if there else part.missing(item)
