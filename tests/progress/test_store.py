from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.situation.answers import Entry
from dlaas_onboard.journey.situation.intents import MOVES, OPEN, Phase
from dlaas_onboard.journey.text import clean
from dlaas_onboard.progress.last_look import last_look
from dlaas_onboard.progress.paths import NAME
from dlaas_onboard.progress.store import SqliteStore
from tests.progress.conftest import MakeStore
from tests.progress.samples import NOW, PLACE, UNKNOWN, entry, facts, glance, intent, note, outcome


def test_what_was_saved_is_there_after_a_restart(make: MakeStore) -> None:
    first = make()
    first.open(PLACE)
    filing = intent()
    first.enter("domain", entry("example.com"))
    first.note(note("entered the domain"))
    first.remember(facts(), glance())
    first.record(filing)
    first.close()

    second = make()
    assert second.glance("dlaas", "eu-west-1") == glance()
    second.open(PLACE)
    assert second.answers().entries == {"domain": entry("example.com")}
    assert second.journal() == (note("entered the domain"),)
    assert second.facts() == facts()
    assert second.intents() == (filing,)
    assert second.read_only == ""
    assert second.notice == ""


def test_the_latest_entry_wins_and_an_empty_one_takes_back(make: MakeStore) -> None:
    store = make()
    store.open(PLACE)
    store.enter("domain", entry("old.example"))
    # The clock ran back: what was entered last still counts.
    store.enter("domain", entry("new.example", minutes=-60))
    assert store.answers().text("domain") == "new.example"
    store.enter("domain", entry(""))
    assert store.answers().entries == {}


def test_what_was_entered_before_the_account_was_known_moves_in(make: MakeStore) -> None:
    store = make()
    store.open(PLACE)
    store.enter("domain", entry("first.example"))
    store.enter("sender", entry("mail@first.example"))
    store.close()

    offline = make()
    offline.open(replace(UNKNOWN, endpoint=""))
    offline.enter("domain", entry("second.example"))
    offline.note(note("offline"))
    offline.close()

    online = make()
    online.open(UNKNOWN)
    online.open(PLACE)
    assert online.answers().text("domain") == "second.example"
    assert online.answers().text("sender") == "mail@first.example"
    assert online.journal() == (note("offline"),)


def test_entries_for_another_region_do_not_move_in(make: MakeStore) -> None:
    store = make()
    store.open(replace(UNKNOWN, region="us-east-1"))
    store.enter("domain", entry("us.example"))
    store.open(PLACE)
    assert store.answers().entries == {}
    store.open(replace(PLACE, region="us-east-1"))
    assert store.answers().text("domain") == "us.example"


def test_entries_made_before_any_place_was_named_move_in(make: MakeStore) -> None:
    store = make()
    store.enter("domain", entry("example.com"))
    store.open(PLACE)
    assert store.answers().text("domain") == "example.com"


def test_until_the_account_is_known_the_last_known_progress_is_read(make: MakeStore) -> None:
    store = make()
    store.open(PLACE)
    store.enter("domain", entry("example.com"))
    store.remember(facts(), glance())
    store.record(intent())
    store.close()

    later = make()
    later.open(UNKNOWN)
    assert later.answers().text("domain") == "example.com"
    assert later.facts() == facts()
    (filing,) = later.intents()
    later.settle(replace(filing, phase=Phase.UNKNOWN))
    later.open(replace(UNKNOWN, endpoint="127.0.0.1:4566"))
    assert later.answers().entries == {}
    assert later.facts() is None


def test_accounts_regions_and_endpoints_are_kept_apart(make: MakeStore) -> None:
    store = make()
    places = [
        PLACE,
        replace(PLACE, account="210987654321"),
        replace(PLACE, region="us-east-1"),
        replace(PLACE, endpoint="127.0.0.1:4566"),
    ]
    for number, place in enumerate(places):
        store.open(place)
        assert store.answers().entries == {}
        store.enter("domain", entry(f"{number}.example"))
    for number, place in enumerate(places):
        store.open(place)
        assert store.answers().text("domain") == f"{number}.example"


def test_another_profile_reaches_the_same_account(make: MakeStore) -> None:
    store = make()
    store.open(PLACE)
    store.enter("domain", entry("example.com"))
    store.open(replace(PLACE, profile="other"))
    assert store.answers().text("domain") == "example.com"


def test_a_look_without_an_account_does_not_replace_the_glance(make: MakeStore) -> None:
    store = make()
    store.open(PLACE)
    store.remember(facts(), glance())
    store.open(UNKNOWN)
    store.remember(facts(UNKNOWN), glance(UNKNOWN, "unknown"))
    assert store.glance("dlaas", "eu-west-1") == glance()
    assert store.glance("dlaas", "") == glance()
    assert store.glance("other", "eu-west-1") is None


def test_facts_of_another_account_come_too_late(make: MakeStore) -> None:
    store = make()
    store.open(PLACE)
    store.remember(facts(replace(PLACE, account="210987654321")), glance())
    assert store.facts() is None
    assert store.glance("dlaas", "eu-west-1") is None


def test_a_second_request_is_refused_while_one_is_open(make: MakeStore) -> None:
    store = make()
    store.open(PLACE)
    first = intent()
    store.record(first)
    with pytest.raises(ValueError, match="still open"):
        store.record(intent())
    store.settle(replace(first, phase=Phase.UNKNOWN, outcome=outcome(Phase.UNKNOWN)))
    with pytest.raises(ValueError, match="still open"):
        store.record(intent())
    store.settle(replace(first, phase=Phase.ABANDONED, settled_at=NOW))
    second = intent()
    store.record(second)
    assert [one.id for one in store.intents()] == [first.id, second.id]
    store.record(intent(operation="PutAccountSuppressionAttributes"))


def test_an_intent_of_another_place_is_refused(make: MakeStore) -> None:
    store = make()
    store.open(PLACE)
    for other in (replace(PLACE, account="210987654321"), replace(PLACE, endpoint="127.0.0.1:1")):
        with pytest.raises(ValueError, match="another account, Region or endpoint"):
            store.record(intent(other))
    with pytest.raises(ValueError, match="account is known"):
        store.record(intent(UNKNOWN))
    assert store.intents() == ()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(Phase), max_size=6))
def test_only_legal_moves_are_saved(tmp_path_factory: pytest.TempPathFactory, walk: list[Phase]) -> None:
    store = SqliteStore(tmp_path_factory.mktemp("moves"), version="1")
    store.open(PLACE)
    filing = intent()
    store.record(filing)
    phase = Phase.INTENT
    for wanted in walk:
        moved = replace(filing, phase=wanted, call=intent(WebsiteURL="changed").call, result="case")
        if wanted in MOVES[phase]:
            store.settle(moved)
            phase = wanted
        else:
            with pytest.raises(ValueError, match="cannot become"):
                store.settle(moved)
        (kept,) = store.intents()
        assert kept.phase == phase
        assert kept.call == filing.call  # what was confirmed is not rewritten
    if phase in OPEN:
        with pytest.raises(ValueError, match="still open"):
            store.record(intent())
    store.close()


def test_settling_what_was_never_written_down_is_refused(make: MakeStore) -> None:
    store = make()
    store.open(PLACE)
    with pytest.raises(ValueError, match="never written down"):
        store.settle(replace(intent(), phase=Phase.ACCEPTED))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(min_size=1), st.text(st.characters(codec=None)), max_size=4))
def test_any_text_comes_back_cleaned(tmp_path_factory: pytest.TempPathFactory, texts: dict[str, str]) -> None:
    directory = tmp_path_factory.mktemp("texts")
    store = SqliteStore(directory, version="1")
    store.open(PLACE)
    for field, text in texts.items():
        store.enter(field, Entry(text, NOW, text[:20]))
    store.close()
    again = SqliteStore(directory, version="1")
    again.open(PLACE)
    expected = {clean(field): clean(text) for field, text in texts.items()}
    assert {field: one.text for field, one in again.answers().entries.items()} == {
        field: text for field, text in expected.items() if text
    }
    again.close()


TEXT = st.text(st.characters(codec=None), max_size=20)
TIMES = st.datetimes(timezones=st.just(NOW.tzinfo))
FACTS = st.builds(
    f.Facts,
    place=st.builds(f.Place, profile=TEXT, arn=TEXT, account=st.just(PLACE.account)),
    account=st.none()
    | st.builds(
        Reading,
        source=TEXT,
        observed_at=TIMES,
        value=st.none()
        | st.builds(
            f.Account,
            production=st.booleans(),
            sending_enabled=st.none() | st.booleans(),
            enforcement=TEXT,
            max_24_hour_send=st.none() | st.floats(allow_nan=False),
            max_send_rate=st.none() | st.floats(allow_nan=False),
            sent_last_24_hours=st.none(),
            suppressed_reasons=st.none() | st.tuples(TEXT, TEXT),
            details=st.none() | st.builds(f.Details, use_case_description=TEXT, contacts=st.tuples(TEXT)),
        ),
        problem=st.none() | st.builds(Problem, kind=st.sampled_from(ProblemKind), message=TEXT),
    ),
    dns=st.dictionaries(
        TEXT,
        st.builds(
            Reading,
            source=TEXT,
            observed_at=TIMES,
            value=st.builds(f.DnsAnswer, name=TEXT, type=TEXT, exists=st.booleans(), values=st.tuples(TEXT, TEXT)),
        ),
        max_size=2,
    ),
    checkout=st.none()
    | st.builds(
        Reading,
        source=TEXT,
        observed_at=TIMES,
        value=st.builds(f.Checkout, root=TEXT, gaps=st.tuples(st.builds(f.Gap, id=TEXT, message=TEXT, remedy=TEXT))),
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FACTS)
def test_facts_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, observed: f.Facts) -> None:
    from dlaas_onboard.progress.json_codec import decode, encode

    text = encode(f.Facts, observed)
    assert text.isascii()
    once = decode(f.Facts, text)
    assert decode(f.Facts, encode(f.Facts, once)) == once
    if "\\" not in text:  # nothing in it that clean() changes
        assert once == observed


def test_the_escape_character_is_visible_when_it_comes_back(make: MakeStore) -> None:
    store = make()
    store.open(PLACE)
    store.remember(facts(replace(PLACE, arn="\x1b[31m")), glance(replace(PLACE, arn="\x1b[31m", profile="dlaas\u202e")))
    saved = store.facts()
    assert saved is not None
    assert saved.place.arn == "␛[31m"
    shown = store.glance("dlaas\\u{202e}", "")
    assert shown is not None
    assert shown.arn == "␛[31m"


def test_long_answers_are_kept_whole(make: MakeStore) -> None:
    store = make()
    store.open(PLACE)
    text = "\n".join(f"line {number}" for number in range(5000))
    store.enter("aws_answer", entry(text))
    assert store.answers().text("aws_answer") == text


def test_every_method_may_be_called_from_any_thread(make: MakeStore) -> None:
    store = make()
    store.open(PLACE)
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(10):
                store.enter(f"field{number}", entry(f"{turn}"))
                store.answers()
        except BaseException as error:  # told to the test below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {field: one.text for field, one in store.answers().entries.items()} == {f"field{n}": "9" for n in range(6)}


def test_the_last_look_is_read_without_opening_the_store(make: MakeStore, state: Path) -> None:
    store = make()
    store.open(PLACE)
    store.remember(facts(), glance())
    assert last_look(state, "dlaas", "eu-west-1") == glance()  # while the store is open
    assert last_look(state, "dlaas", "") == glance()
    assert last_look(state, "dlaas", "us-east-1") is None
    assert last_look(state, "other", "eu-west-1") is None
    store.close()
    before = {path: path.read_bytes() for path in state.iterdir()}
    assert last_look(state, "dlaas", "eu-west-1") == glance()
    assert {path: path.read_bytes() for path in state.iterdir()} == before


def test_where_no_last_look_can_be_read_there_is_none(make: MakeStore, state: Path) -> None:
    assert last_look(state, "dlaas", "eu-west-1") is None  # nobody was here yet
    assert not state.exists()
    store = make()
    store.open(PLACE)
    store.remember(facts(), glance())
    store.close()
    connection = sqlite3.connect(state / NAME)
    connection.execute("UPDATE glance SET glance = replace(glance, '123456789012', '210987654321')")
    connection.commit()
    connection.close()
    assert last_look(state, "dlaas", "eu-west-1") is None  # its checksum is another one
    (state / NAME).write_bytes(b"rubbish" * 100)
    assert last_look(state, "dlaas", "eu-west-1") is None
    (state / NAME).unlink()
    (state / NAME).mkdir()
    assert last_look(state, "dlaas", "eu-west-1") is None


def test_several_answers_are_saved_together_or_not_at_all(make: MakeStore) -> None:
    store = make()
    store.open(PLACE)
    store.enter("domain", entry("old.example"))
    line = note("declared the terms")

    def cut_short() -> Iterator[tuple[str, Entry]]:
        yield "domain", entry("new.example")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.enter_all(cut_short(), [line])
    assert store.answers().text("domain") == "old.example"
    assert [each.text for each in store.history()] == ["old.example"]

    store.enter_all([("domain", entry("new.example")), ("declare_terms", entry("yes"))], [line])
    assert [each.text for each in store.history()] == ["old.example", "new.example", "yes"]
    assert line in store.journal()


def test_a_closed_store_says_so(make: MakeStore) -> None:
    store = make()
    store.close()
    store.close()
    with pytest.raises(OSError, match="closed"):
        store.enter("domain", entry("x"))


def test_a_message_whose_sender_an_older_version_kept_as_text_is_not_taken_for_one_that_no_code_sends() -> None:
    from dlaas_onboard.progress.json_codec import decode

    with pytest.raises(ValueError, match="triggers"):
        decode(f.Mail, '{"name": "invoice", "trigger": "bill", "recipient": "the operator"}')
