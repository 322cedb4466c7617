"""What Amazon gets: the evidence for the request, each piece with its source and time, and nothing else.

Everything here is a sentence of the claim ledger, a record that DNS answers as it should, a figure of the worksheet, or
a declaration that was made. What is missing, unknown or not as it should be is not mentioned: it is not claimed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from dlaas_onboard.journey.bounces import proof
from dlaas_onboard.journey.bounces.operator_note import NOTE
from dlaas_onboard.journey.dns.needed_records import Purpose
from dlaas_onboard.journey.dns.record_verdicts import RecordVerdict
from dlaas_onboard.journey.facts.reading import known
from dlaas_onboard.journey.request import contradictions, sentence_ids
from dlaas_onboard.journey.request import sentences as ledger_of
from dlaas_onboard.journey.request.bounce_evidence import path
from dlaas_onboard.journey.request.description import Sentence
from dlaas_onboard.journey.request.field_rules import DROP, check, normal
from dlaas_onboard.journey.request.gate import Light
from dlaas_onboard.journey.request.worksheet import INPUTS, figures
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation import fields
from dlaas_onboard.report import json_schema as s
from dlaas_onboard.report.redaction import machine_scrubber

if TYPE_CHECKING:
    from dlaas_onboard.journey.report_input import ReportInput
    from dlaas_onboard.journey.situation.situation import Situation

OURS = "stated by us"
CODE = "our source code"
CONFIRMED_CODE = "stated by us; our source code has the call that sends it"
MESSAGES = "Messages we send"
_SAMPLES = 5
_ENTERED = re.compile(r"entered \d{4}-\d\d-\d\d(?: by [^\s;,]+)?")
_CONFIRMED = "confirmed by "  # a message that the operator confirmed as it was read
_PLACE_IN_CODE = re.compile(r"[\w.@/\\-]+\.\w+:\d+")
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_SHOWN_RECORDS = (Purpose.MAIL_FROM_MX, Purpose.MAIL_FROM_SPF, Purpose.DMARC)
_TEST_SENDS = "sandbox_use"


def evidence_sheet(report_input: ReportInput) -> s.EvidenceSheetDocument:
    """Return what speaks for the request, in full; :mod:`dlaas_onboard.report.two_pages` makes it fit."""
    situation = report_input.situation
    place = situation.place
    claims = sorted(_claims(report_input), key=_is_of_a_list)  # prose first: what is left out of a list is counted
    of = _by_section(claims, report_input)
    sections = (
        ("Who we are", of(sentence_ids.WHO)),
        ("Account and Region", _account(situation)),
        ("Domain authentication", [*of(sentence_ids.AUTHENTICATION), *_records(report_input)]),
        ("Bounces and complaints", of(sentence_ids.BOUNCES)),
        ("Volume", of(sentence_ids.VOLUME) or _figures(situation)),
        (MESSAGES, of(sentence_ids.WHAT)),
        ("Recipients and consent", of(sentence_ids.RECIPIENTS)),
        ("Unsubscribing", of(sentence_ids.UNSUBSCRIBE)),
        ("Sending in the sandbox", [_item(claim, report_input) for claim in claims if claim.id == _TEST_SENDS]),
        ("Declarations", list(_declarations(situation))),
    )
    scrub = machine_scrubber(report_input)
    return s.EvidenceSheetDocument(
        generated_at=report_input.at,
        endpoint_is_amazon=place.amazon,
        account=place.account or None,
        region=place.region or None,
        case_id=stages.case_id(situation.facts) or None,
        sections=[
            s.EvidenceSectionDocument(title=title, items=[_scrubbed(item, scrub) for item in items])
            for title, items in sections
            if items
        ],
        samples=[_scrubbed(item, scrub) for item in _samples(report_input)],
    )


def _claims(report_input: ReportInput) -> Iterator[Sentence]:
    """Return the sentences of the ledger that hold, in the operator's words where these replace them."""
    situation = report_input.situation
    claims = (
        _in_own_words(item, situation)
        for item in ledger_of.ledger(situation)
        if isinstance(item, Sentence) and item.section != sentence_ids.SAMPLE and item.id != NOTE
    )
    heard = path(situation).light == Light.GREEN
    for claim in contradictions.that_hold([claim for claim in claims if claim is not None], situation):
        if claim.id != "events" or heard:
            yield claim


def _is_of_a_list(claim: Sentence) -> bool:
    return claim.id.startswith((sentence_ids.LIST, sentence_ids.MAIL))


def _in_own_words(sentence: Sentence, situation: Situation) -> Sentence | None:
    """Return a sentence as the operator rewrote it, ``None`` where the operator left it out."""
    entry = situation.answers.entry(fields.SENTENCE + sentence.id)
    text = normal(fields.SENTENCE + sentence.id, entry.text) if entry else ""
    if text == DROP:
        return None
    if entry is None or not text or check(fields.SENTENCE + sentence.id, text):
        return sentence
    return Sentence(sentence.id, sentence.section, text, OURS, entry.at, mine=True)


def _by_section(claims: Iterable[Sentence], report_input: ReportInput) -> Callable[[str], list[s.EvidenceItemDocument]]:
    def of(section: str) -> list[s.EvidenceItemDocument]:
        return [_item(claim, report_input) for claim in claims if claim.section == section and claim.id != _TEST_SENDS]

    return of


def _item(sentence: Sentence, report_input: ReportInput) -> s.EvidenceItemDocument:
    text = " ".join(sentence.text.removeprefix("- ").split())
    return s.EvidenceItemDocument(
        text=text, source=_source(sentence, report_input.situation), observed_at=sentence.observed_at
    )


def _source(sentence: Sentence, situation: Situation) -> str:
    """Return where a sentence comes from in words for a reviewer, who has neither our files nor our names."""
    if sentence.mine and not sentence.source.startswith(_CONFIRMED):
        return OURS
    if sentence.id == proof.FIELD:
        return f"Amazon SES mailbox simulator; {sentence.source.partition(': ')[2]}"
    checkout = situation.facts.checkout
    root = checkout.source if checkout is not None else ""
    parts = [_part(part.strip(), root) for part in sentence.source.split(";")]
    return "; ".join(dict.fromkeys(filter(None, parts)))


def _part(source: str, checkout: str) -> str:
    if source.startswith(_CONFIRMED):
        return CONFIRMED_CODE
    if _ENTERED.search(source):
        return OURS
    observed = source.startswith(("DNS ", "SES ", "SNS ", "GET ")) or "://" in source  # a host's port is no line
    if (checkout and checkout in source) or (not observed and ("/" in source or _PLACE_IN_CODE.search(source))):
        return CODE
    return source


def _account(situation: Situation) -> list[s.EvidenceItemDocument]:
    account, reading = known(situation.facts.account), situation.facts.account
    if account is None or reading is None or not account.sending_enabled or account.enforcement != "HEALTHY":
        return []
    text = f"Sending is enabled in {situation.place.region}, and the enforcement status is HEALTHY."
    return [s.EvidenceItemDocument(text=text, source=reading.source, observed_at=reading.observed_at)]


def _records(report_input: ReportInput) -> list[s.EvidenceItemDocument]:
    """Return the records that DNS answers as they should be; DKIM's keys are SES's to look at, and it says SUCCESS."""
    return [
        s.EvidenceItemDocument(
            text=f"{state.record.name} {state.record.type} {state.published or state.record.value}",
            source=_resolver(state.source),  # the text names the record
            observed_at=state.observed_at,
        )
        for state in report_input.judgement.records
        if state.verdict == RecordVerdict.OK and state.record.purpose in _SHOWN_RECORDS
    ]


def _resolver(source: str) -> str:
    """Return who answered: ``DNS via 192.0.2.53`` of ``DNS MX example.com via 192.0.2.53``."""
    return f"DNS via {source.rpartition(' via ')[2]}" if " via " in source else source


def _figures(situation: Situation) -> list[s.EvidenceItemDocument]:
    entries = [entry for field in INPUTS if (entry := situation.answers.entry(field)) is not None]
    at: datetime | None = max((entry.at for entry in entries), default=None)
    source = "our worksheet, from figures stated by us"
    return [s.EvidenceItemDocument(text=f"{line}.", source=source, observed_at=at) for line in figures(situation)]


def _declarations(situation: Situation) -> Iterator[s.EvidenceItemDocument]:
    for field in fields.FIELDS:
        entry = situation.answers.entry(field.id)
        if field.kind == fields.FieldKind.DECLARATION and entry is not None and entry.text == "yes":
            yield s.EvidenceItemDocument(text=f"{field.label}.", source="declared by us", observed_at=entry.at)


def _samples(report_input: ReportInput) -> list[s.EvidenceItemDocument]:
    return [
        s.EvidenceItemDocument(
            text=sample.text.strip(),
            source=_sample_source(sample),
            observed_at=sample.observed_at,
        )
        for sample in ledger_of.samples(report_input.situation, _SAMPLES)
    ]


def _sample_source(sample: Sentence) -> str:
    if sample.mine:
        return OURS
    return CONFIRMED_CODE if sample.source.startswith(_CONFIRMED) else CODE


def _scrubbed(item: s.EvidenceItemDocument, scrub: Callable[[str], str]) -> s.EvidenceItemDocument:
    return s.EvidenceItemDocument(
        text=_printable(scrub(item.text)), source=_printable(scrub(item.source)), observed_at=item.observed_at
    )


def _printable(text: str) -> str:
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) not in _UNPRINTABLE)
