"""The chronicle: each event once, in order, with who, when and where."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.review.changes import Change, changes
from dlaas_onboard.journey.review.timeline import Event, EventKind, chronicle, days, kinds
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Intent, Outcome, Phase
from dlaas_onboard.journey.situation.journal import LOOK, ChangeTopic, EnteredAnswer, JournalEntry, looked

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PLACE = f.Place(region="eu-west-1", account="123456789012", endpoint="email.eu-west-1.amazonaws.com")
ADA, EVE = "ada@laptop", "eve@desktop"
FILED = ("sesv2:PutAccountDetails", "dlaas-abcdefghij")


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def filing(operation: str = "PutAccountDetails", phase: Phase = Phase.CONFIRMED) -> Intent:
    call = Call("sesv2", operation, {"MailType": "TRANSACTIONAL"})
    outcome = Outcome(Phase.ACCEPTED, at(31), "request-1")
    return Intent(
        "1", "dlaas-abcdefghij", "file", call, PLACE, call.sha256, at(30), ADA, "", phase, outcome, at(32), "178"
    )


def made(*, journal: tuple[JournalEntry, ...] = (), **more: object) -> tuple[Event, ...]:
    history = more.get("history", ())
    intents = more.get("intents", ())
    case = more.get("case")
    return chronicle(journal, history, intents, PLACE, case)  # type: ignore[arg-type]  # named by each test


def test_each_event_stands_once_in_order_with_who_and_where() -> None:
    history = (
        EnteredAnswer("domain", "a.example", at(0), ADA),
        EnteredAnswer("domain", "b.example", at(5), EVE),
        EnteredAnswer("declare_terms", "yes", at(10), ADA),
        EnteredAnswer("override.dmarc", "It follows on Thursday.", at(12), ADA),
        EnteredAnswer("aws_answer", "We need more.", at(50), EVE),
        EnteredAnswer("filed_with", "{}", at(29), ADA),
    )
    journal = (
        JournalEntry(at(1), LOOK, "Looked once, nothing changed.", ADA),
        JournalEntry(at(10), "declared", "declare_terms: yes", ADA),
        JournalEntry(at(12), "overrode", "dmarc: It follows on Thursday.", ADA),
        JournalEntry(at(30), "intent", "sesv2:PutAccountDetails (dlaas-abcdefghij)", ADA, *FILED),
        JournalEntry(at(31), "outcome", "sesv2:PutAccountDetails (dlaas-abcdefghij): accepted", ADA, *FILED),
        JournalEntry(at(32), "outcome", "sesv2:PutAccountDetails (dlaas-abcdefghij): confirmed: 178", ADA, *FILED),
        JournalEntry(at(40), "changed", "The review went from PENDING to DENIED.", topic=ChangeTopic.DECISION),
        JournalEntry(at(50), "answer", "We need more.", EVE),
        JournalEntry(at(60), "imported", "Imported from eve@desktop", ADA),
        JournalEntry(at(61), "not proved", "The bounce did not arrive.", ADA),
    )
    events = made(journal=journal, history=history, intents=(filing(),))
    assert [(event.kind.value, event.text) for event in events] == [
        ("edit", "Sending domain: nothing → a.example"),
        ("look", "Looked once, nothing changed."),
        ("edit", "Sending domain: a.example → b.example"),
        ("declaration", events[3].text),
        ("override", "Override of the gate dmarc: It follows on Thursday."),
        ("filing", "Sent sesv2:PutAccountDetails (dlaas-abcdefghij)"),
        ("filing", "sesv2:PutAccountDetails (dlaas-abcdefghij): accepted"),
        ("filing", "sesv2:PutAccountDetails (dlaas-abcdefghij): confirmed: 178"),
        ("decision", "The review went from PENDING to DENIED."),
        ("answer", events[9].text),
        ("handover", "Imported from eve@desktop"),
        ("proof", "The bounce did not arrive."),
    ]
    assert events[3].text.endswith(": yes")
    assert events[9].words == "We need more."
    assert (events[2].who, events[2].machine) == ("eve", "desktop")
    assert {event.where for event in events} == {"123456789012 eu-west-1 email.eu-west-1.amazonaws.com"}


def test_what_became_of_a_write_is_told_where_the_journal_was_killed_before_it_could() -> None:
    events = made(intents=(filing(),))
    assert [(event.at, event.text) for event in events] == [
        (at(30), "Sent sesv2:PutAccountDetails (dlaas-abcdefghij)"),
        (at(32), "sesv2:PutAccountDetails (dlaas-abcdefghij): confirmed: 178"),
    ]
    assert len(made(intents=(replace(filing(), phase=Phase.INTENT, outcome=None),))) == 1


def test_a_line_of_a_write_that_was_lost_is_kept() -> None:
    operation, marker = "support:AddCommunicationToCase", "dlaas-abcdefghij"
    line = JournalEntry(NOW, "intent", f"{operation} ({marker})", ADA, operation, marker)
    (event,) = made(journal=(line,))
    assert (event.kind, event.text) == (EventKind.REPLY, line.text)


def test_every_paste_of_an_answer_is_an_event_and_an_unchanged_edit_is_none() -> None:
    history = (
        EnteredAnswer("aws_answer", "One.", at(0), ADA),
        EnteredAnswer("aws_answer", "Two.", at(1), ADA),
        EnteredAnswer("domain", "a.example", at(2), ADA),
        EnteredAnswer("domain", "a.example", at(3), ADA),
        EnteredAnswer("domain", "", at(4), ADA),
    )
    assert [event.words for event in made(history=history)] == [
        "One.",
        "Two.",
        "nothing → a.example",
        "a.example → nothing",
    ]


def test_long_values_are_cut_with_an_ellipsis_and_stand_on_one_line() -> None:
    (event,) = made(history=(EnteredAnswer("bounce_process", "x" * 70 + "\ny", NOW, ADA),))
    assert event.words == "nothing → " + "x" * 59 + "…"


def test_messages_of_the_case_are_listed_but_not_those_sent_from_here() -> None:
    messages = (
        f.Message("Amazon", at(60), "What do you send?"),
        f.Message("ada", at(70), "Invoices.\nRef: dlaas-abcdefghij"),
        f.Message("Amazon", None, "no time"),
    )
    case = f.SupportCase("178", "case-1", "opened", messages=messages)
    line = JournalEntry(at(61), "changed", "Case 178 has a new message.", topic=ChangeTopic.MESSAGES)
    events = made(journal=(line,), intents=(filing("AddCommunicationToCase"),), case=case)
    assert [event.text for event in events if event.kind == EventKind.CASE] == [
        "Amazon wrote in case 178: What do you send?"
    ]
    assert kinds(events) == (EventKind.REPLY, EventKind.CASE)


def test_a_change_is_a_decision_a_case_or_a_look() -> None:
    def kinds_of(found: tuple[Change, ...]) -> list[EventKind]:
        events = made(journal=tuple(JournalEntry(NOW, "changed", text, topic=topic) for text, topic in found))
        return [event.kind for event in events]

    def seen(production: bool, status: str, messages: int, quota: float) -> f.Facts:
        account = f.Account(
            production=production,
            sending_enabled=True,
            enforcement="HEALTHY",
            max_24_hour_send=quota,
            max_send_rate=1.0,
            sent_last_24_hours=0.0,
            suppressed_reasons=(),
            details=f.Details(review=f.Review(status, "178")) if status else None,
        )
        case = f.SupportCase("178", "c", "opened", messages=(f.Message("Amazon", NOW, "x"),) * messages)
        return f.Facts(place=PLACE, account=Reading("SES", NOW, account), case=Reading("Support", NOW, case))

    told = changes(seen(False, "PENDING", 0, 200.0), seen(True, "GRANTED", 1, 50_000.0))
    assert kinds_of(told) == [
        EventKind.DECISION,
        EventKind.LOOK,
        EventKind.DECISION,
        EventKind.CASE,
    ]
    asked = changes(seen(False, "", 0, 200.0), seen(False, "PENDING", 0, 200.0))
    assert set(kinds_of(asked)) == {EventKind.DECISION}


def test_days_are_days_in_utc() -> None:
    events = made(
        history=(
            EnteredAnswer("domain", "a", at(0), ADA),
            EnteredAnswer("domain", "b", at(13 * 60 + 59), ADA),
            EnteredAnswer("domain", "c", at(14 * 60), ADA),
        )
    )
    assert [(day, len(found)) for day, found in days(events)] == [("2026-11-24", 2), ("2026-11-25", 1)]


@given(st.lists(st.tuples(st.integers(0, 4000), st.sampled_from([ADA, EVE])), min_size=1))
def test_looks_that_changed_nothing_grow_one_line_a_day_and_none_is_lost(steps: list[tuple[int, str]]) -> None:
    lines: list[JournalEntry] = []
    time = 0
    for minutes, by in steps:
        time += minutes % 200
        entry, instead = looked(lines[-1] if lines else None, at(time), by)
        lines = [*lines[:-1], entry] if instead else [*lines, entry]
    assert sum(line.looks for line in lines) == len(steps)
    turns = 1 + sum(one[1] != other[1] for one, other in pairwise(steps))
    assert len(lines) <= turns + time // 1440 + 1
