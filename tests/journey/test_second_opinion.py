"""The finished text read by the lines of the rubric."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from dlaas_onboard.journey.facts import Dkim, Facts
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.all_steps import judge_all
from dlaas_onboard.journey.steps.second_opinion import Point, Standing, second_opinion, total
from tests import build


def read(facts: Facts, answers: Answers) -> dict[int, Point]:
    return {point.number: point for point in second_opinion(judge_all(Situation(facts, answers)))}


def test_the_lines_are_those_of_the_rubric() -> None:
    text = Path("docs/ses.md").read_text(encoding="utf-8")
    rubric = text[text.index("## Rubric") : text.index("## Description")]
    numbers = [int(number) for number in re.findall(r"^\| (\d+) \|", rubric, re.MULTILINE)]
    assert list(read(build.complete(), build.filled_in())) == numbers


def test_the_complete_example_lacks_the_proof_and_what_cannot_be_seen() -> None:
    points = read(build.complete(), build.filled_in())
    assert {number for number, point in points.items() if point.standing != Standing.EARNED} == {9, 25}
    assert total(tuple(points.values())) == 24
    assert all(point.why for point in points.values())
    assert "marks the address in our user table" in points[18].why


def test_where_nobody_looked_and_nothing_was_written_nothing_is_earned() -> None:
    assert total(tuple(read(Facts(), Answers()).values())) == 0


@pytest.mark.parametrize(
    ("entries", "number", "standing"),
    [
        ({"bounce_process": ""}, 18, Standing.MISSING),
        ({"bounce_process": "Customers may call us."}, 18, Standing.WEAK),
        ({"declare_recipients": ""}, 15, Standing.MISSING),
        ({"users_now": ""}, 17, Standing.MISSING),
        ({"business": "Example hosts mirrors."}, 21, Standing.WEAK),
        ({"sentence.opt_in": "-"}, 14, Standing.MISSING),
        ({"sentence.sample.account-created": "-"}, 20, Standing.MISSING),
        ({"mail_content": "A weekly digest."}, 16, Standing.MISSING),
        ({"use_case_text": "We send receipts."}, 14, Standing.UNKNOWN),
    ],
)
def test_what_is_missing_costs_its_point(entries: dict[str, str], number: int, standing: Standing) -> None:
    point = read(build.complete(), build.filled_in(**entries))[number]
    assert point.standing == standing
    assert point.why


def test_a_gate_that_is_red_or_unknown_costs_its_point() -> None:
    facts = replace(build.complete(), domain_identity=build.seen(build.identity(dkim=Dkim("PENDING")), "SES"))
    assert read(facts, build.filled_in())[2].standing == Standing.MISSING
    unread = replace(build.complete(), domain_identity=build.unread("SES"))
    assert read(unread, build.filled_in(domain=build.DOMAIN))[2].standing == Standing.UNKNOWN
