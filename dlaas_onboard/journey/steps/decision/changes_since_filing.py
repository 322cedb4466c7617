"""What has changed since the request was filed, as a reviewer would see it."""

from __future__ import annotations

from collections.abc import Mapping

from dlaas_onboard.journey.request import filing_snapshot
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps.decision.gap_rows import GAP_MARKS
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.verdict import Mark, Verdict

SECTION = "Since the filing"


def rows(builder: VerdictBuilder, situation: Situation, verdicts: Mapping[StepId, Verdict]) -> None:
    """Show what has changed; ``verdicts`` tell which gaps are open now."""
    changes = filing_snapshot.since(situation, verdicts)
    if changes is None:
        builder.add_row(
            "What held then",
            "Not known: the request was not filed from here, or before this was kept.",
            mark=Mark.UNKNOWN,
            section=SECTION,
        )
        return
    builder.add_row("Filed", f"{changes.filed.at:%Y-%m-%d %H:%M} UTC", source="kept at the filing", section=SECTION)
    for title in changes.mended:
        builder.add_row("Now in place", title, mark=Mark.GOOD, section=SECTION)
    for text in changes.closed:
        builder.add_row("Closed", text, mark=Mark.GOOD, section=SECTION)
    for title in changes.worse:
        builder.add_row("Not so any more", title, mark=Mark.BAD, section=SECTION)
    for finding in changes.new:
        builder.add_row(
            "New gap", finding.message, mark=GAP_MARKS[finding.severity], source=finding.evidence, section=SECTION
        )
    for text in changes.unread:
        builder.add_row("Not known now", text, mark=Mark.UNKNOWN, section=SECTION)
    for sentence in changes.added:
        builder.add_row(
            "Said newly", sentence.text, source=sentence.source, observed_at=sentence.observed_at, section=SECTION
        )
    for text_then, sentence in changes.changed:
        builder.add_row(
            "Said otherwise",
            sentence.text,
            source=sentence.source,
            observed_at=sentence.observed_at,
            section=SECTION,
            more=f"Then: {text_then}\n\nNow: {sentence.text}",
        )
    for text in changes.withdrawn:
        expected = "corrected in your reply, if it is not true any more"
        builder.add_row("Not said any more", text, mark=Mark.WARN, section=SECTION, expected=expected)
    if changes.nothing:
        builder.add_row("Changed", "nothing that a reviewer would see", mark=Mark.WARN, section=SECTION)
