"""Own words that admit what the declarations rule out: addresses from elsewhere, mail that goes on after a bounce.

The AWS Acceptable Use Policy and the declarations of the request forbid both; where the words stand, nothing leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from dlaas_onboard.journey.request import rubric_findings
from dlaas_onboard.journey.request.own_claims import Claim, claims
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.verdict import Finding, Severity

_finding = partial(rubric_findings.finding, StepId.USE_CASE, guide=13)

_LIST = r"(?:lists?|(?:e-?mail |mail )?addresses|e-?mails|contacts|leads|databases?|recipients)"
_ANY = (
    r"(?:(?:a|an|the|our|some|many|more|these|those|few|several|all|of|in|email|e-?mail|mailing|marketing|contact"
    r"|customer|business|b2b|company|million|thousand|hundred|about|around|over|\d[\d,.]*[km]?)\s+){0,6}"
)
_ELSEWHERE = (
    r"(?:(?:public|their|company|other|several|many|various|the)\s+){0,3}"
    r"(?:web ?sites|homepages|directories|registers|brokers?|data providers?|list vendors?|linkedin|xing|facebook"
    r"|instagram|google maps|yellow pages|the internet|the web)"
)
_ACQUIRED = re.compile(
    rf"\b(?:bought|buy|buying|purchas(?:e|ed|ing)|rent|rented|renting)\s+{_ANY}{_LIST}\b"
    rf"|\b{_LIST}\s+(?:(?:that|which|we|our|team|was|were|is|are|has|have|had|been)\s+){{0,4}}(?:bought|purchased|rented|scraped|harvested|crawled)\b"
    rf"|\b(?:bought|purchased|rented|scraped|harvested|crawled)\s+{_ANY}{_LIST}\b"
    rf"|\b(?:scrap(?:e|es|ed|ing)|harvest(?:s|ed|ing)?|crawl(?:s|ed|ing)?)\b[^.;]{{0,40}}\b(?:{_LIST}|web ?sites?)\b"
    r"|\b(?:collect|gather|find|found|take|took|taken|got|get|extract|copy|copied|pull)\w*\b"
    rf"[^.;]{{0,40}}\bfrom {_ELSEWHERE}"
    rf"|\b{_LIST}\b[^.;]{{0,30}}\bfrom {_ELSEWHERE}"
    r"|\bcold[- ](?:outreach|e-?mail\w*|mails?|mailings?|contact\w*|acquisition)\b"
    r"|\bunsolicited (?:e-?mails?|mails?|messages)\b"
    r"|\b(?:data|list|lead) brokers?\b|\bguess(?:ed|ing)? (?:\w+ ){0,3}addresses\b"
    rf"|\b(?:found|pulled|compiled|copied|taken) (?:on|off|from|in) (?:business |company )?{_ELSEWHERE}"
    # The whole of an answer: "scraped", "from LinkedIn".
    rf"|^\W*(?:(?:we|they were|are) )?(?:scraped?|scraping|harvested|crawled|purchased|bought|rented"
    rf"|from {_ELSEWHERE})\W*$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\bignor(?:e|es|ed|ing)\b[^.;]{0,40}\b(?:bounces?|complaints?|events?|notices?|notifications?)\b"
    r"|\b(?:bounces?|complaints?|events?|notices?)\b[^.;]{0,20}\b(?:is|are|get|gets|will be) ignored\b"
    r"|\b(?:keeps?|continues?|goes|go) (?:on )?(?:to )?(?:mail|send|try|mailing|sending|trying|retrying)\b"
    r"|\b(?:re)?tr(?:y|ies) (?:it )?(?:again )?until it works\b",
    re.IGNORECASE,
)
_HELD_OFF = re.compile(r"\b(?:not|never|no|nor|without|stops?)\b|n['’]t\b", re.IGNORECASE)
_INSTEAD = re.compile(
    r"\b(?:instead of|rather than|unlike|forbids?|prohibits?|against|refuse\w*|reject\w*|avoid\w*)\b", re.IGNORECASE
)
_RULED_OUT = re.compile(
    r"^[^,;]*\b(?:is|are|were|get) (?:prohibited|forbidden|banned|excluded|ruled out"
    r"|suspended|rejected|refused|against)\b",
    re.IGNORECASE,
)
_BY_OTHERS = re.compile(
    r"\b(?:who|customers?|users?|clients?|members|buyers?|people|shops?|you)(?: \w+ly)? $", re.IGNORECASE
)
_AFTER_A_DENIAL = re.compile(r"(?:\bnot?\b|\bnever\b|n['’]t\b)[^.!?]*?,\s+(?=(?:we|they|I)\b)", re.IGNORECASE)


class _Admission(NamedTuple):
    """Words that admit something, and what is said of them."""

    id: str
    words: re.Pattern[str]
    message: str
    remedy: str


_ADMISSIONS = (
    _Admission(
        "lists",
        _ACQUIRED,
        "Your words say that addresses come from elsewhere than their owners",
        "Do not mail such addresses: the AWS Acceptable Use Policy forbids it, and a request that says so is refused. "
        "If the words mean something else, say how each person gave you the address.",
    ),
    _Admission(
        "bounces",
        _GOES_ON,
        "Your words say that mail goes on after a bounce or a complaint",
        "Let something take such an address out at once, and write that.",
    ),
)


def admitted(texts: Sequence[str]) -> Iterator[Finding]:
    """Find what own words admit; what they deny, plan or set against it is none."""
    for admission in _ADMISSIONS:
        # "We did not ask, we bought a list": the denial ends where another subject begins.
        parts = (part for text in texts for part in (text, *_AFTER_A_DENIAL.split(text)[1:]))
        claim = next((claim for part in parts for claim in claims(admission.words, part) if _is_meant(claim)), None)
        if claim is not None:
            yield _finding(
                f"{admission.id}_contradicted",
                Severity.BLOCKER,
                f"{admission.message}: “{claim.words}”.",
                evidence=f"“{claim.sentence}”",
                remedy=admission.remedy,
            )


def _is_meant(claim: Claim) -> bool:
    before, _, after = claim.sentence.partition(claim.words)
    denied = _HELD_OFF.search(claim.words) or _INSTEAD.search(before) or _RULED_OUT.search(after)
    return not denied and not _BY_OTHERS.search(before)
