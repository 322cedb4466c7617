"""The finished text read by the lines of the rubric."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dlaas_onboard.journey.facts import Dkim, Facts, Identities, MailFrom, NamedPage, Notifications
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps.all_steps import judge_all
from dlaas_onboard.journey.steps.fact_points import Standing
from dlaas_onboard.journey.steps.second_opinion import Point, SecondOpinion, second_opinion
from tests import build


def opinion(facts: Facts, answers: Answers) -> SecondOpinion:
    return second_opinion(judge_all(Situation(facts, answers)))


def read(facts: Facts, answers: Answers) -> dict[int, Point]:
    return {point.number: point for point in opinion(facts, answers).points}


def test_the_lines_are_those_of_the_rubric() -> None:
    text = Path("docs/ses.md").read_text(encoding="utf-8")
    rubric = text[text.index("## Rubric") : text.index("## Description")]
    numbers = [int(number) for number in re.findall(r"^\| (\d+) \|", rubric, re.MULTILINE)]
    assert list(read(build.complete(), build.filled_in())) == numbers


def test_the_complete_example_lacks_the_proof_and_what_cannot_be_seen() -> None:
    read_well = opinion(build.complete(), build.filled_in())
    assert {point.number: point.standing for group in read_well.still_open for point in group} == {
        9: Standing.WEAK,  # the operator's note is no proof
        25: Standing.UNKNOWN,
    }
    assert read_well.summary == "24.5 of 26 points, 0.5 lost, 1 unknown"
    assert all(point.why for point in read_well.points)
    assert "marks the address in our user table" in read_well.points[17].why


def test_where_nobody_looked_and_nothing_was_written_nothing_is_earned() -> None:
    assert opinion(Facts(), Answers()).total == 0


def test_what_nobody_looked_at_is_not_lost() -> None:
    points = read(Facts(), Answers())
    unseen = {number for number, point in points.items() if point.standing == Standing.UNKNOWN}
    assert unseen >= {1, 2, 3, 4, 5, 6, 7, 8, 23, 25}


def test_points_lost_and_unknown_make_26() -> None:
    for facts in (build.complete(), build.fresh(), build.terraform(), build.no_permission(), build.production()):
        for answers in (build.answers(), build.entered(), build.filled_in()):
            read_so = opinion(facts, answers)
            assert read_so.total + read_so.lost + read_so.unknown == len(read_so.points) == 26
            assert all(point.why.endswith((".", "!", "?", "”", ")")) or point.number == 20 for point in read_so.points)


@pytest.mark.parametrize(
    ("entries", "number", "standing"),
    [
        ({"bounce_process": ""}, 18, Standing.MISSING),
        ({"bounce_process": "Customers may call us."}, 18, Standing.WEAK),
        ({"bounce_process": "", "complaints_to": ""}, 18, Standing.MISSING),
        ({"complaints_to": ""}, 18, Standing.WEAK),
        ({"bounce_seen": ""}, 9, Standing.MISSING),
        ({"declare_recipients": ""}, 15, Standing.MISSING),
        ({"users_now": ""}, 17, Standing.WEAK),
        ({"users": ""}, 17, Standing.MISSING),
        ({"daily_quota": "5000000"}, 17, Standing.WEAK),
        ({"private_website": "yes"}, 10, Standing.MISSING),
        ({"website_url": ""}, 11, Standing.MISSING),
        ({"website_url": "https://github.com/example/service"}, 11, Standing.MISSING),
        ({"sender": "no-reply@example.com"}, 22, Standing.MISSING),
        ({"business": "TODO: who we are, a company"}, 21, Standing.MISSING),
        ({"sentence.events": "-"}, 7, Standing.WEAK),
        ({"sentence.opt_in": "-", "recipients_source": "From our customers."}, 14, Standing.WEAK),
        (
            {"unsubscribe": "Wir senden nur Rechnungen, die von der Firma und nicht anders kommen."},
            26,
            Standing.MISSING,
        ),
        ({"use_case_text": "We send receipts after each order. They come from our shop."}, 18, Standing.MISSING),
        ({"business": "Example hosts mirrors."}, 21, Standing.WEAK),
        ({"sentence.opt_in": "-"}, 14, Standing.MISSING),
        ({"sentence.sample.account-created": "-"}, 20, Standing.MISSING),
        ({"mail_content": "A weekly digest."}, 16, Standing.MISSING),
        ({"use_case_text": "We send receipts."}, 14, Standing.MISSING),
        ({"use_case_text": "We send receipts to people who order."}, 14, Standing.UNKNOWN),
    ],
)
def test_what_is_missing_costs_its_point(entries: dict[str, str], number: int, standing: Standing) -> None:
    point = read(build.complete(), build.filled_in(**entries))[number]
    assert point.standing == standing
    assert point.why


def test_a_gate_that_is_red_costs_its_point_and_one_that_is_unknown_does_not() -> None:
    facts = replace(build.complete(), domain_identity=build.seen(build.identity(dkim=Dkim("PENDING")), "SES"))
    assert read(facts, build.filled_in())[2].standing == Standing.MISSING
    unread = replace(build.complete(), domain_identity=build.unread("SES"))
    assert read(unread, build.filled_in(domain=build.DOMAIN))[2].standing == Standing.UNKNOWN


def test_a_point_leads_to_where_it_is_earned() -> None:
    points = read(build.ready(), build.entered())
    assert (points[10].step, points[10].field) == (StepId.REQUEST, "website_url")
    assert (points[14].step, points[14].field) == (StepId.USE_CASE, "recipients_source")
    assert (points[15].step, points[15].field) == (StepId.DECLARATIONS, "declare_recipients")
    assert points[9].step == StepId.BOUNCES


def test_lines_of_one_remark_stand_together() -> None:
    (first, *_) = opinion(build.fresh(), build.answers()).still_open
    assert [point.number for point in first] == [1, 2, 3, 4, 7, 8]
    assert first[0].why == "No sending domain is known."


def test_an_address_alone_is_an_identity() -> None:
    listed = build.terraform().identities
    assert listed is not None
    assert listed.value is not None
    alone = replace(build.fresh(), identities=replace(listed, value=Identities(listed.value.items[1:])))
    assert build.ME in read(alone, build.answers(domain=build.DOMAIN))[5].why
    unread = replace(build.fresh(), identities=build.unread("SES"))
    assert read(unread, build.answers(domain=build.DOMAIN))[5].standing == Standing.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        ({}, Standing.EARNED),
        ({"configuration_sets": build.seen((build.configuration_set(destinations=()),), "SES")}, Standing.MISSING),
        ({"configuration_sets": build.unread("SES")}, Standing.UNKNOWN),
        ({"domain_identity": build.seen(build.identity(configuration_set=""), "SES")}, Standing.MISSING),
        (
            {
                "domain_identity": build.seen(build.identity(configuration_set=""), "SES"),
                "notifications": build.unread("SES"),
            },
            Standing.UNKNOWN,
        ),
        (
            {
                "domain_identity": build.seen(build.identity(configuration_set=""), "SES"),
                "notifications": build.seen(Notifications(build.DOMAIN, build.TOPIC, build.TOPIC), "SES"),
            },
            Standing.EARNED,
        ),
        ({"domain_identity": build.unread("SES")}, Standing.UNKNOWN),
    ],
)
def test_the_default_configuration_set(changes: dict[str, Any], standing: Standing) -> None:
    facts = replace(build.complete(), **changes)
    assert read(facts, build.filled_in(domain=build.DOMAIN))[8].standing == standing


def test_one_cause_does_not_cost_the_default_set_as_well() -> None:
    facts = replace(build.complete(), topics={build.TOPIC: build.seen(build.topic(confirmed=False), "SNS")})
    points = read(facts, build.filled_in())
    assert (points[7].standing, points[8].standing) == (Standing.MISSING, Standing.EARNED)


def test_a_from_address_counts_where_mail_can_arrive() -> None:
    lost = replace(build.complete(), mailboxes=build.mailboxes("example.org"))
    unread = replace(build.complete(), mailboxes={build.DOMAIN: build.unread("DNS MX")})
    standings = [read(facts, build.filled_in())[22].standing for facts in (build.complete(), lost, unread)]
    assert standings == [Standing.EARNED, Standing.MISSING, Standing.UNKNOWN]


def test_a_page_that_could_not_be_opened_is_not_lost() -> None:
    url = "https://example.com/data"
    answers = build.filled_in(privacy_url=url)
    closed = build.seen(NamedPage("privacy", url, url, 404), f"HTTPS {url}")
    unread = build.unread(f"HTTPS {url}")
    standings = [
        read(replace(build.complete(), named_pages={"privacy": reading}), answers)[12].standing
        for reading in (closed, unread)
    ]
    assert standings == [Standing.MISSING, Standing.UNKNOWN]


def test_a_linked_page_that_did_not_answer_is_not_lost() -> None:
    site = build.complete().website
    assert site is not None
    assert site.value is not None
    pages = tuple(replace(page, status=0, problem="It took too long.") for page in site.value.pages)
    facts = replace(build.complete(), website=replace(site, value=replace(site.value, pages=pages)))
    points = read(facts, build.filled_in())
    assert (points[12].standing, points[13].standing) == (Standing.UNKNOWN, Standing.UNKNOWN)
    assert "could not be opened" in points[12].why


def test_what_a_denied_request_is_told_of_the_quota_costs_no_point() -> None:
    facts = replace(build.complete(), account=build.seen(build.reviewed_account("DENIED"), "SES GetAccount"))
    assert read(facts, build.filled_in())[17].standing == Standing.EARNED


def test_with_production_access_the_text_is_read_as_strictly_and_nobody_reads_it() -> None:
    facts = replace(build.complete(), account=build.production().account)
    read_so = opinion(facts, build.filled_in(business=""))
    assert read_so.points[20].standing == Standing.WEAK  # the project's words
    assert read_so.points[22].standing == Standing.UNKNOWN
    assert "no reviewer" in read_so.note


def test_whose_opinion_it_is_is_said() -> None:
    note = opinion(build.complete(), build.filled_in()).note
    assert "our reading" in note
    assert "Amazon publishes no criteria" in note


def test_mail_from_that_failed_is_missing() -> None:
    identity = build.identity(mail_from=MailFrom(f"mail.{build.DOMAIN}", "FAILED", "USE_DEFAULT_VALUE"))
    facts = replace(build.complete(), domain_identity=build.seen(identity, "SES"))
    point = read(facts, build.filled_in())[3]
    assert (point.standing, point.step) == (Standing.MISSING, StepId.DOMAIN)
