"""What the operator's own words claim and what was seen denies. What is unknown denies nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from dlaas_onboard.journey.bounces import bounce_path
from dlaas_onboard.journey.request import rubric_findings
from dlaas_onboard.journey.request.claim_ledger import describe
from dlaas_onboard.journey.request.fact_gates import fact_readings
from dlaas_onboard.journey.request.gate import Light
from dlaas_onboard.journey.request.own_claims import Claim, claims
from dlaas_onboard.journey.request.sentences import SAMPLE
from dlaas_onboard.journey.situation.situation import Situation, once
from dlaas_onboard.journey.step_registry import StepId
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
    """Return each statement that speaks against what was seen: a blocker where a fact makes it untrue."""
    return tuple(_in_place(situation))


def own_words(situation: Situation) -> tuple[str, ...]:
    """Return what the operator wrote in the text that leaves; a sample message makes no statement to Amazon."""
    return tuple(
        sentence.text for sentence in describe(situation).sentences if sentence.mine and sentence.section != SAMPLE
    )


def _in_place(situation: Situation) -> Iterator[Finding]:
    readings = fact_readings(situation)
    named: set[str] = set()
    for gate, words, sure in _IN_PLACE:
        reading = readings[gate]
        claim = _first_claim(words, situation)
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


def _first_claim(words: re.Pattern[str], situation: Situation) -> Claim | None:
    return next((claim for text in own_words(situation) for claim in claims(words, text)), None)


def _may_be_true(situation: Situation) -> bool:
    """Return whether events may travel as the words say, though nobody is seen at the end of the way."""
    sets = situation.facts.configuration_sets
    return bool(sets is not None and sets.value) or any(
        route.automatic for route in bounce_path.event_routes(situation)
    )
