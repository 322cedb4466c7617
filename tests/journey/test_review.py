"""The life cycle of the request, and what ends as which exit status."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlaas_onboard.journey.facts import Details, Facts, Review
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.review.stage_words import STAGE_WORDS, fill, words_for
from dlaas_onboard.journey.review.stages import (
    Health,
    Stage,
    access,
    case_id,
    exit_status,
    health,
    may_file,
    stage,
    status,
    status_and_case,
    word,
)
from tests import build


def with_account(facts: Facts, **changes: object) -> Facts:
    return replace(facts, account=build.seen(build.account(**changes)))


@pytest.mark.parametrize(
    ("facts", "where", "open_to", "exit_"),
    [
        (build.nothing(), Stage.UNKNOWN, "unknown", 3),
        (build.no_permission(), Stage.UNKNOWN, "unknown", 3),
        (build.fresh(), Stage.NEVER_ASKED, "sandbox", 10),
        (with_account(build.ready(), details=Details("TRANSACTIONAL")), Stage.NEVER_ASKED, "sandbox", 10),
        (build.pending(), Stage.PENDING, "sandbox", 11),
        (build.refused(), Stage.DENIED, "sandbox", 12),
        (build.reviewed("FAILED"), Stage.FAILED, "sandbox", 12),
        (build.granted(), Stage.GRANTED, "sandbox", 13),
        (build.production(), Stage.PRODUCTION, "production", 0),
        (with_account(build.ready(), production=True), Stage.PRODUCTION, "production", 0),
        (build.reviewed("PENDING", production=True), Stage.PRODUCTION, "production", 0),
        (build.reviewed("ESCALATED"), Stage.UNKNOWN, "sandbox", 3),
        (build.paused(), Stage.NEVER_ASKED, "sandbox", 20),
        (with_account(build.ready(), enforcement="PROBATION"), Stage.NEVER_ASKED, "sandbox", 20),
        (with_account(build.ready(), production=True, enforcement="NEWSTATUS"), Stage.PRODUCTION, "production", 20),
        (with_account(build.ready(), production=True, enforcement=""), Stage.PRODUCTION, "production", 3),
        (with_account(build.ready(), production=True, sending_enabled=None), Stage.PRODUCTION, "production", 3),
    ],
)
def test_stage_access_and_exit_status(facts: Facts, where: Stage, open_to: str, exit_: int) -> None:
    assert (stage(facts), access(facts), exit_status(facts)) == (where, open_to, exit_)
    assert may_file(facts) == (where in (Stage.NEVER_ASKED, Stage.FAILED))


def test_the_review_keeps_its_own_status_in_production() -> None:
    assert status(build.production()) == Stage.GRANTED
    assert status(with_account(build.ready(), production=True)) == Stage.NEVER_ASKED


def test_words_of_aws_are_kept() -> None:
    facts = build.reviewed("ESCALATED")
    assert (word(facts), case_id(facts), status_and_case(facts)) == ("ESCALATED", build.CASE, f"ESCALATED {build.CASE}")
    assert (word(build.fresh()), status_and_case(build.fresh())) == ("", "")
    assert status_and_case(build.reviewed("PENDING", case_id="")) == "PENDING"


def test_an_answer_that_stopped_early_is_not_known() -> None:
    facts = replace(build.pending(), account=Reading("SES", build.NOW, build.account(production=True), partial="half"))
    assert (stage(facts), access(facts), health(facts)) == (Stage.UNKNOWN, "unknown", Health.UNKNOWN)


def test_a_conflict_means_another_thing_in_each_stage() -> None:
    made = [build.pending(), build.refused(), build.granted(), build.production(), build.nothing(), build.fresh()]
    words = [words_for(facts).refusal for facts in made]
    assert len(set(words)) == len(words)
    assert "support case" in words[1]
    assert "do not file again" in words[-1]


def test_every_stage_has_words_and_each_can_be_filled() -> None:
    assert set(STAGE_WORDS) == set(Stage)
    for words in STAGE_WORDS.values():
        for text in (words.conclusion, words.gate, words.finding, words.remedy, words.watching, *words.meanwhile):
            assert "{" not in fill(text, build.reviewed("ESCALATED"))


def test_a_failed_request_did_not_arrive_wherever_it_is_spoken_of() -> None:
    words = STAGE_WORDS[Stage.FAILED]
    for text in (words.meaning, words.consequence, words.finding, words.filing_again):
        assert "Amazon did not receive the request" in text
    for text in (words.consequence, words.conclusion, words.gate):
        assert "may be filed again" in text or "may file it again" in text


PROBLEM = Problem(ProblemKind.TIMEOUT, "No answer.")
ACCOUNTS = st.builds(
    build.account,
    production=st.booleans(),
    sending_enabled=st.sampled_from([True, False, None]),
    enforcement=st.sampled_from(["", "HEALTHY", "PROBATION", "SHUTDOWN", "NEW"]),
    details=st.none()
    | st.builds(
        Details,
        review=st.none() | st.builds(Review, st.sampled_from(["", "PENDING", "GRANTED", "DENIED", "FAILED", "X"])),
    ),
)


@given(ACCOUNTS, st.booleans())
def test_zero_is_production_and_healthy_and_nothing_else(account: object, failed: bool) -> None:
    reading = Reading("SES", build.NOW, account, PROBLEM if failed else None)
    facts = replace(build.fresh(), account=reading)  # type: ignore[arg-type]  # hypothesis builds it as object
    assert exit_status(facts) in (0, 3, 10, 11, 12, 13, 20)
    whole = stage(facts) == Stage.PRODUCTION and health(facts) == Health.HEALTHY
    assert (exit_status(facts) == 0) == (whole and not failed)
    if failed:
        assert exit_status(facts) == 3
