"""What the operator's own words claim, and what was seen or declared denies. What is unknown denies nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from dlaas_onboard.journey.bounces import bounce_path
from dlaas_onboard.journey.facts.reading import known
from dlaas_onboard.journey.request import evidence, rubric_findings
from dlaas_onboard.journey.request.admissions import admitted
from dlaas_onboard.journey.request.claim_ledger import describe
from dlaas_onboard.journey.request.description import Sentence
from dlaas_onboard.journey.request.empty_answers import EXAMPLES
from dlaas_onboard.journey.request.fact_gates import fact_readings
from dlaas_onboard.journey.request.gate import Light
from dlaas_onboard.journey.request.marketing_claims import marketing_beside_transactional
from dlaas_onboard.journey.request.own_claims import Claim, claims, sentences
from dlaas_onboard.journey.request.sentence_ids import SAMPLE
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.situation import Situation, once
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Finding, Severity

_finding = partial(rubric_findings.finding, StepId.USE_CASE, guide=13)


class _InPlace(NamedTuple):
    """Words that say that something is in place, and the gate that says whether it is."""

    gate: str
    words: re.Pattern[str]
    sure: bool = True  # a red gate makes the words untrue


_IN_PLACE = (
    _InPlace("domain_identity", re.compile(r"\bverified (?:domain|identity)\b|\bdomain is verified\b", re.IGNORECASE)),
    _InPlace("dkim", re.compile(r"\bDKIM\b", re.IGNORECASE)),
    _InPlace("dmarc", re.compile(r"\bDMARC\b", re.IGNORECASE)),
    _InPlace("mail_from", re.compile(r"\bMAIL[ -]FROM\b", re.IGNORECASE)),
    _InPlace("mail_from", re.compile(r"\bSPF\b"), sure=False),  # the domain itself may have a record
    _InPlace("bounce_path", re.compile(r"\bSNS\b|\bevent destinations?\b|\bconfiguration sets?\b", re.IGNORECASE)),
)


@once
def of_own_words(situation: Situation) -> tuple[Finding, ...]:
    """Return each statement of the description that speaks against what was seen."""
    # An answer that the text leaves out is the operator's word all the same: the declaration is made beside it.
    found = of_statements(describe(situation).sentences, situation)
    ids = {finding.id for finding in found}
    entered = [situation.answers.text(field) for field in EXAMPLES]
    return (*found, *(finding for finding in admitted(entered) if finding.id not in ids))


def of_statements(statements: Sequence[Sentence], situation: Situation) -> tuple[Finding, ...]:
    """Return each statement of a text that speaks against what was seen: a blocker where a fact makes it untrue.

    Only the operator's own words are looked at; a sample message makes no statement to Amazon.
    """
    made = [sentence for sentence in statements if sentence.section != SAMPLE]
    texts = tuple(sentence.text for sentence in made if sentence.mine)
    looks = (_in_place, _suppression, _policy, _tests)
    seen = (finding for look in looks for finding in look(texts, situation))
    return (*seen, *admitted(texts), *marketing_beside_transactional(made))


def that_hold(statements: Sequence[Sentence], situation: Situation) -> tuple[Sentence, ...]:
    """Leave out the operator's statements that facts deny; of two that deny one another, both."""
    return tuple(
        statement
        for statement in statements
        if not statement.mine
        or not (
            of_statements((statement,), situation)
            or any(any(marketing_beside_transactional((statement, other))) for other in statements)
        )
    )


def _in_place(texts: Sequence[str], situation: Situation) -> Iterator[Finding]:
    readings = fact_readings(situation)
    named: set[str] = set()
    for gate, words, sure in _IN_PLACE:
        reading = readings[gate]
        claim = _first_claim(words, texts)
        if claim is None or reading.light != Light.RED or gate in named:
            continue
        named.add(gate)
        yield _finding(
            f"{gate}_contradicted",
            Severity.BLOCKER if sure and not (gate == "bounce_path" and _may_be_true(situation)) else Severity.WARNING,
            f"Your words speak of {claim.words}, but that is not in place.",
            evidence=f"“{claim.sentence}” {reading.why}",
            remedy="Put it in place first, or say what is planned: an untrue claim counts against you.",
        )


def _first_claim(words: re.Pattern[str], texts: Sequence[str]) -> Claim | None:
    return next((claim for text in texts for claim in claims(words, text)), None)


def _may_be_true(situation: Situation) -> bool:
    """Return whether events may travel as the words say, though nobody is seen at the end of the way."""
    sets = situation.facts.configuration_sets
    return bool(sets is not None and sets.value) or any(
        route.automatic for route in bounce_path.event_routes(situation)
    )


_SUPPRESSION = re.compile(r"\b(?:account[- ]level|SES|Amazon)(?:['’]s)? suppression\b", re.IGNORECASE)


def _suppression(texts: Sequence[str], situation: Situation) -> Iterator[Finding]:
    account = stages.account(situation.facts)
    reasons = account.suppressed_reasons if account is not None else None
    claim = _first_claim(_SUPPRESSION, texts)
    if claim is None or reasons is None or {"BOUNCE", "COMPLAINT"} <= set(reasons):
        return
    yield _finding(
        "suppression_contradicted",
        Severity.BLOCKER,
        f"Your words speak of {claim.words}, but the account's list is not on for both bounces and complaints.",
        evidence=f"“{claim.sentence}” SES GetAccount: {', '.join(reasons) or 'no reason is on'}",
        remedy="Switch it on in the step Bounces, or take the words out.",
    )


_POLICIES = ("none", "quarantine", "reject")
_SOME_POLICY = rf"[\"'“”‘’]?(?:{'|'.join(_POLICIES)})\b"
_DMARC_POLICY = re.compile(
    rf"\bp\s*=\s*{_SOME_POLICY}"
    rf"|\bDMARC\b[^.!?]*?\bpolicy\W+(?:\w+\W+){{0,3}}?{_SOME_POLICY}"
    rf"|\bDMARC\b[^.!?]*?{_SOME_POLICY}[\"'“”‘’]?\s+policy\b"
    rf"|\bpolicy\W+(?:of\W+|is\W+|at\W+)?{_SOME_POLICY}"
    rf"|\bDMARC\W+(?:(?:record|is|are|at|set|to|on|published|with|enforced|enforces|in|mode|a|strict)\W+){{0,6}}"
    rf"{_SOME_POLICY}",
    re.IGNORECASE,
)


def _policy(texts: Sequence[str], situation: Situation) -> Iterator[Finding]:
    """Find a policy of DMARC that is named and is not the one that DNS has."""
    reading = situation.facts.dmarc
    dmarc = known(reading) if reading is not None else None
    if dmarc is None or not dmarc.policy or fact_readings(situation)["dmarc"].light != Light.GREEN:
        return
    for text in texts:
        for claim in claims(_DMARC_POLICY, text):
            named = [policy for policy in _POLICIES if re.search(rf"\b{policy}\b", claim.words, re.IGNORECASE)]
            if re.search(r"\b(?:not|never|yet)\b|n['’]t\b", claim.words, re.IGNORECASE):
                continue
            if "dmarc" in claim.sentence.casefold() and named and dmarc.policy.casefold() not in named:
                yield _finding(
                    "dmarc_policy_contradicted",
                    Severity.BLOCKER,
                    f"Your words name the DMARC policy {named[0]}; DNS has {dmarc.policy.lower()}.",
                    evidence=f"“{claim.sentence}” {evidence.origin(reading).source}",
                    remedy="Write the policy that is published, or publish the one that you name.",
                )
                return


_AMOUNTS = {"dozens": 24, "a hundred": 100, "one hundred": 100, "hundreds": 200, "a thousand": 1000, "thousands": 2000}
_TEST_MAILS = re.compile(
    r"(?:\b(?P<count>\d[\d,.' ]*\d|\d)|\b(?P<amount>dozens|a hundred|one hundred|hundreds|a thousand|thousands))?"
    r"(?:\s+of)?\s*\b(?:(?!and\b|or\b)[a-z-]+\s+){0,2}?(?:test|trial)[ -]?"
    r"(?:e-?mails?|mails?|messages?|sends?|sendings?)\b",
    re.IGNORECASE,
)
_SENT = re.compile(r"\b(?:sent|ran|made|delivered|did)\b", re.IGNORECASE)
# The statistics go back two weeks, in one Region, and count what SES took from anybody's hands.
_BEYOND = re.compile(
    r"\b(?:(?:months?|years?|weeks?) ago|last (?:month|year|spring|summer|autumn|winter)|simulator"
    r"|another (?:account|region)|other (?:accounts?|regions?|providers?)|(?:us|eu|ap|sa|ca|me|af|il)-[a-z]+-\d)\b",
    re.IGNORECASE,
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_COVERED = timedelta(days=14)


def _tests(texts: Sequence[str], situation: Situation) -> Iterator[Finding]:
    """Find test messages that are claimed where SES counted none, or far fewer."""
    reading = situation.facts.statistics
    points = known(reading) if reading is not None else None
    if reading is None or points is None:
        return
    counted = max(sum(point.attempts for point in points), _last_day(situation))
    for text in texts:
        for sentence in sentences(text):
            claimed = _tests_claimed(sentence)
            if not claimed or _beyond(sentence, reading.observed_at) or counted * 2 > claimed:
                continue
            yield _finding(
                "tests_contradicted",
                Severity.BLOCKER,
                f"Your words speak of test messages; SES counted {plural(counted, 'message')} in the last two weeks.",
                evidence=f"“{sentence}” {reading.source}",
                remedy="Write the number that was sent, and when, or send them first.",
            )
            return


def _tests_claimed(sentence: str) -> int:
    """Return how many test messages a sentence says were sent: 1 where it gives no number, 0 where it claims none."""
    if not _SENT.search(sentence):
        return 0
    for claim in claims(_TEST_MAILS, sentence):
        match = _TEST_MAILS.fullmatch(claim.words)
        digits = re.sub(r"\D", "", (match and match["count"]) or "")
        return int(digits) if digits else _AMOUNTS.get(((match and match["amount"]) or "").casefold(), 1)
    return 0


def _last_day(situation: Situation) -> int:
    account = stages.account(situation.facts)
    return int(account.sent_last_24_hours or 0) if account is not None else 0


def _beyond(sentence: str, seen_at: datetime) -> bool:
    """Return whether a sentence tells of something that the statistics do not cover."""
    if _BEYOND.search(sentence):
        return True
    covered = {_MONTHS[at.month - 1] for at in (seen_at, seen_at - _COVERED)}
    named = {month for month in _MONTHS if re.search(rf"\b{month}\b(?!\s+(?:be|have|send))", sentence, re.IGNORECASE)}
    return bool(named) and not named & covered
