"""What held when the request was filed, and what has changed since.

It is kept as one answer under :data:`FIELD`, written just before the call by the filing alone: no field, form or
``draft set`` sets it. A request filed elsewhere has none. It is told by what Amazon says it has: mail type, website and
description are those of the request that was filed from here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dlaas_onboard.journey import json_read
from dlaas_onboard.journey.facts import Place
from dlaas_onboard.journey.request.claim_ledger import describe
from dlaas_onboard.journey.request.description import Sentence
from dlaas_onboard.journey.request.gate import TITLES, Light
from dlaas_onboard.journey.request.gates import gates
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.stages import Stage
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.text import clean, line
from dlaas_onboard.journey.verdict import Finding, Severity, Verdict

FIELD = "filed_with"
_FORMAT = 1
_MOST = 200_000  # characters of the record
_LONGEST = 2_000  # characters of one text in it

# The steps whose findings a reviewer may mind: those that follow the filing judge something else.
STEPS = (
    StepId.ACCOUNT,
    StepId.DOMAIN,
    StepId.BOUNCES,
    StepId.REQUEST,
    StepId.USE_CASE,
    StepId.QUOTA,
    StepId.DECLARATIONS,
)
MINDED = (Severity.BLOCKER, Severity.WARNING)

Verdicts = Mapping[StepId, Verdict]


@dataclass(frozen=True, slots=True)
class Filed:
    """What held at the moment of a filing."""

    at: datetime
    account: str
    region: str
    endpoint: str
    mail_type: str
    website: str
    description: str  # SHA-256 of UseCaseDescription as it was sent
    gates: Mapping[str, str]  # light by id
    findings: Mapping[str, str]  # message by id
    sentences: Mapping[str, str]  # text by id


@dataclass(frozen=True, slots=True)
class Since:
    """What has changed since a filing."""

    filed: Filed
    mended: tuple[str, ...] = ()  # titles of gates that are green now
    worse: tuple[str, ...] = ()  # titles of gates that were green
    closed: tuple[str, ...] = ()  # messages of findings that are gone
    unread: tuple[str, ...] = ()  # messages of findings that are gone because the step could not be read in full
    new: tuple[Finding, ...] = ()
    added: tuple[Sentence, ...] = ()
    changed: tuple[tuple[str, Sentence], ...] = ()  # the text then, the sentence now
    withdrawn: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing has changed that a reviewer would see."""
        return not (
            self.mended or self.worse or self.closed or self.new or self.added or self.changed or self.withdrawn
        )


def snapshot(situation: Situation, verdicts: Verdicts, params: Mapping[str, Any], at: datetime) -> str:
    """Return what holds now as the text of an answer; ``params`` are those of the call that is about to leave."""
    place = situation.place
    document = {
        "format": _FORMAT,
        "at": at.isoformat(),
        "account": place.account,
        "region": place.region,
        "endpoint": place.endpoint,
        "mail_type": str(params.get("MailType", "")),
        "website": str(params.get("WebsiteURL", "")),
        "description": _sha256(str(params.get("UseCaseDescription", ""))),
        "gates": {gate.id: gate.light.value for gate in gates(situation)},
        "findings": {finding.id: finding.message[:_LONGEST] for finding in minded(verdicts)},
        "sentences": {sentence.id: sentence.text[:_LONGEST] for sentence in describe(situation).sentences},
    }
    return json.dumps(document, sort_keys=True)


def read(text: str) -> Filed | None:
    """Return the record that a text holds, ``None`` where it is not one, whole and consistent."""
    document = json_read.document(text, _MOST)
    if document.get("format") != _FORMAT:
        return None
    texts = [document.get(name) for name in ("account", "region", "endpoint", "mail_type", "website", "description")]
    at = json_read.time(document.get("at"))
    lights, findings, sentences = (_table(document.get(name)) for name in ("gates", "findings", "sentences"))
    if at is None or lights is None or findings is None or sentences is None:
        return None
    plain = [each for each in texts if isinstance(each, str) and line(each, limit=_LONGEST) == each]
    if len(plain) != len(texts) or not set(lights.values()) <= set(Light):
        return None
    account, region, endpoint, mail_type, website, description = plain
    return Filed(at, account, region, endpoint, mail_type, website, description, lights, findings, sentences)


def filed(situation: Situation) -> Filed | None:
    """Return what held when the request that Amazon has was filed from here, ``None`` where it was not, or not known.

    A request that FAILED was received by nobody, and one that Amazon has but that says something else is not ours.
    """
    text = situation.answers.text(FIELD)
    stored = read(text) if text else None
    account = stages.account(situation.facts)
    if stored is None or account is None or account.details is None or not _same_place(stored, situation.place):
        return None
    if stages.stage(situation.facts) in (Stage.NEVER_ASKED, Stage.FAILED):
        return None
    details = account.details
    if (details.mail_type, details.website_url.rstrip("/")) != (stored.mail_type, stored.website.rstrip("/")):
        return None
    sent = details.use_case_description
    return stored if not sent or _sha256(sent) == stored.description else None


def since(situation: Situation, verdicts: Verdicts) -> Since | None:
    """Return what has changed since the filing; ``None`` where what held then is not known.

    A finding that is gone from a step that could not be read in full is not called closed.
    """
    before = filed(situation)
    if before is None:
        return None
    now = {finding.id: finding for finding in minded(verdicts)}
    doubtful = {step for step in STEPS if step not in verdicts or _unread(verdicts[step])}
    gone = {key: text for key, text in before.findings.items() if key not in now}
    closed = tuple(text for key, text in gone.items() if _step(key) not in doubtful)
    mended, worse = _gates(before, situation)
    added, changed, withdrawn = _sentences(before, situation)
    return Since(
        before,
        mended,
        worse,
        closed,
        tuple(text for key, text in gone.items() if _step(key) in doubtful),
        tuple(finding for key, finding in now.items() if key not in before.findings),
        added,
        changed,
        withdrawn,
    )


def minded(verdicts: Verdicts) -> tuple[Finding, ...]:
    """Return every finding that a reviewer may mind, in the order of the steps, each once."""
    findings = [
        item for step in STEPS if step in verdicts for item in verdicts[step].findings if item.severity in MINDED
    ]
    return tuple({finding.id: finding for finding in findings}.values())


def _gates(before: Filed, situation: Situation) -> tuple[tuple[str, ...], tuple[str, ...]]:
    # What is about the filing itself has changed by the filing.
    now = {gate.id: gate.light for gate in gates(situation) if gate.id not in ("review", "intents", "draft")}
    known = {gate: light for gate, light in before.gates.items() if gate in now}
    mended = tuple(TITLES[key] for key, was in known.items() if was != Light.GREEN and now[key] == Light.GREEN)
    worse = tuple(TITLES[key] for key, was in known.items() if was == Light.GREEN and now[key] == Light.RED)
    return mended, worse


def _sentences(
    before: Filed, situation: Situation
) -> tuple[tuple[Sentence, ...], tuple[tuple[str, Sentence], ...], tuple[str, ...]]:
    now = {sentence.id: sentence for sentence in describe(situation).sentences}
    added = tuple(sentence for key, sentence in now.items() if key not in before.sentences)
    changed = tuple(
        (was, now[key]) for key, was in before.sentences.items() if key in now and now[key].text[:_LONGEST] != was
    )
    return added, changed, tuple(text for key, text in before.sentences.items() if key not in now)


def _unread(verdict: Verdict) -> bool:
    return any(finding.severity == Severity.UNKNOWN for finding in verdict.findings)


def _step(finding_id: str) -> str:
    return finding_id.partition(".")[0]


def _same_place(stored: Filed, place: Place) -> bool:
    return (stored.account, stored.region, stored.endpoint) == (place.account, place.region, place.endpoint)


def _sha256(text: str) -> str:
    text = clean(text).strip()  # as Amazon's answer is read
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _table(value: object) -> dict[str, str] | None:
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        return None
    return {str(key): str(each) for key, each in value.items()}
