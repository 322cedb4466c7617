"""What the infrastructure code and the account make of each other at one step, and whose turn it is."""

from __future__ import annotations

from collections.abc import Collection

from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.situation.code_owner import mismatch, owning_code
from dlaas_onboard.journey.situation.declared_code import code_of
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.turn import Turn
from dlaas_onboard.journey.verdict import Mark, Severity
from dlaas_onboard.journey.writes.differences import Difference, Piece, differences

SECTION = "Your code and the account"
DOMAIN = frozenset({Piece.IDENTITY, Piece.DKIM, Piece.MAIL_FROM, Piece.RECORD})
EVENTS = frozenset({Piece.SUPPRESSION, Piece.CONFIGURATION_SET, Piece.EVENT_DESTINATION, Piece.DEFAULT_SET})
ALARMS = frozenset({Piece.ALARMS})


def add_turns(builder: VerdictBuilder, situation: Situation, pieces: Collection[Piece]) -> None:
    """Add a row for each piece on which code and account differ, and a finding for what an apply would break."""
    code, facts = owning_code(situation), situation.facts
    if code is None:
        return
    reading = facts.infrastructure if code is so_far(facts.infrastructure) else facts.repository
    for item in differences(situation):
        if item.piece in pieces and item.sentence:
            label = f"{item.subject}: {_WORDS[item.turn]}"
            builder.add_row(label, item.sentence, reading, Mark.WARN, section=SECTION, expected=item.wanted)
            _finding(builder, item)


def add_code(builder: VerdictBuilder, situation: Situation) -> None:
    """Say where the code is about another domain or Region, and what its plan or files say that matters."""
    why = mismatch(situation)
    reading, code = situation.facts.infrastructure, code_of(situation.facts)
    if why:
        builder.add_finding(
            "code_elsewhere",
            Severity.WARNING,
            why,
            evidence=reading.source if reading else "",
            remedy="Correct the configuration, or enter the domain and choose the Region that the code is for. Until "
            "then the code is not taken for what sets up this account.",
        )
    for problem in code.problems if code is not None else ():
        builder.add_finding("code_plan", Severity.WARNING, problem, evidence=code.plan if code is not None else "")


_WORDS = {
    Turn.APPLY: "apply",
    Turn.CODE: "change the code",
    Turn.IMPORT: "import",
    Turn.NOBODY: "in order",
    Turn.LIVE: "by hand",
    Turn.UNKNOWN: "unknown",
}


def _finding(builder: VerdictBuilder, item: Difference) -> None:
    """Add a finding where an apply would change what is in order now."""
    if item.turn == Turn.IMPORT or item.breaks:
        name = f"code_{item.piece.name.lower()}.{item.subject.rpartition(' ')[2]}"
        severity = Severity.ADVICE if item.turn == Turn.IMPORT else Severity.WARNING
        builder.add_finding(
            name,
            severity,
            f"{item.subject} works, and an apply would change it."
            if item.breaks
            else f"{item.subject} exists, and Terraform's state does not know it.",
            evidence=item.wanted,
            remedy=item.sentence,
        )
