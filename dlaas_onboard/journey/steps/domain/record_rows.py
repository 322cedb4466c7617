"""Each DNS record that the domain needs, beside what DNS has."""

from __future__ import annotations

from dlaas_onboard.journey.dns.needed_records import Purpose
from dlaas_onboard.journey.dns.record_verdicts import RecordState, RecordVerdict
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Mark, Severity

_MARKS = {
    RecordVerdict.OK: Mark.GOOD,
    RecordVerdict.MISSING: Mark.BAD,
    RecordVerdict.WRONG: Mark.BAD,
    RecordVerdict.UNKNOWN: Mark.UNKNOWN,
}


def record_rows(builder: VerdictBuilder, records: tuple[RecordState, ...]) -> None:
    """Show each record beside what DNS has, and say for each purpose what is missing, wrong or unread."""
    for state in records:
        record = state.record
        optional = not record.required and state.verdict in (RecordVerdict.MISSING, RecordVerdict.WRONG)
        words = {
            RecordVerdict.OK: state.published,
            RecordVerdict.MISSING: "missing",
            RecordVerdict.WRONG: f"wrong: {state.published}",
            RecordVerdict.UNKNOWN: f"unknown: {state.fix}",
        }[state.verdict]
        builder.add_row(
            f"{record.type} {record.name}",
            f"{words}{f' (SES: {state.ses_says})' if state.ses_says else ''}{_cached(state)}"
            + (f". {state.then}" if state.then else ""),
            None,
            Mark.WARN if optional else _MARKS[state.verdict],
            section=record.purpose.value,
            expected=record.value,
            source=state.source,
            observed_at=state.observed_at,
        )
    for purpose in Purpose:
        if purpose == Purpose.INBOX:
            continue  # whether the mailbox can be reached is judged with the bounces
        for verdict in (RecordVerdict.MISSING, RecordVerdict.WRONG, RecordVerdict.UNKNOWN):
            _record_finding(builder, purpose, verdict, [s for s in records if s.record.purpose == purpose])


def _cached(state: RecordState) -> str:
    """Return for how long others may still see what was found, ``""`` where that is not known."""
    return f", cached for up to {plural(-(-state.ttl // 60), 'minute')}" if state.ttl else ""


def _record_finding(
    builder: VerdictBuilder, purpose: Purpose, verdict: RecordVerdict, of_purpose: list[RecordState]
) -> None:
    alike = [state for state in of_purpose if state.verdict == verdict]
    if not alike or (verdict == RecordVerdict.UNKNOWN and not any(state.source for state in alike)):
        return
    builder.add_finding(
        f"{purpose.name.lower()}_{verdict}",
        _severity(purpose, alike[0]),
        _message(purpose, verdict, len(alike), len(of_purpose)),
        evidence="; ".join(
            f"{state.record.type} {state.record.name}" + (f" = {state.published}" if state.published else "")
            for state in alike
        ),
        remedy=" ".join(dict.fromkeys(state.fix for state in alike)),
        guide_step=10,
    )


def _severity(purpose: Purpose, state: RecordState) -> Severity:
    if state.verdict == RecordVerdict.UNKNOWN:
        return Severity.UNKNOWN
    if purpose == Purpose.DMARC or not state.record.required:
        return Severity.WARNING
    return Severity.BLOCKER


def _message(purpose: Purpose, verdict: RecordVerdict, number: int, of: int) -> str:
    count = f"{number} of {of} " if of > 1 else "The "
    noun = plural(of, "record").split(" ", 1)[1]
    are = "are" if number > 1 else "is"
    what = {
        RecordVerdict.MISSING: f"{are} missing",
        RecordVerdict.WRONG: f"{are} wrong",
        RecordVerdict.UNKNOWN: "could not be checked",
    }[verdict]
    return f"{count}{purpose} {noun} {what}."
