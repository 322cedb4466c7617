"""From users to a modest quota."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlaas_onboard.journey.facts import Facts, Gap, QuotaRequest
from dlaas_onboard.journey.request.claim_ledger import describe
from dlaas_onboard.journey.request.growth import USUAL_GRANT
from dlaas_onboard.journey.request.quota_increase import increases
from dlaas_onboard.journey.request.worksheet import (
    INPUTS,
    MANY_EACH,
    NOW,
    SANDBOX_QUOTA,
    figures,
    modest,
    show,
    work_out,
)
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.verdict import Mark
from tests import build


def test_the_arithmetic_is_shown_and_adds_up() -> None:
    sheet = work_out(Situation(build.complete(), build.filled_in()))
    assert (sheet.average_day, sheet.busiest_day, sheet.daily_quota, sheet.send_rate) == (67, 226, 400, 1)
    assert sheet.missing == ()
    values = {row.label: row.value for row in sheet.rows}
    assert values["Average day"] == "500 users × 4 messages ÷ 30 days = 67 recipients"
    assert values["Busiest day"] == "67 × 3 + 25 sign-ups, each with one confirmation = 226 recipients"
    assert values["Daily quota"].endswith("= 400 recipients in 24 hours")
    assert values["Sending rate"] == "57 ÷ 3,600 s × 1.5, rounded up = 1 recipient a second"


def test_what_is_missing_is_named_and_nothing_is_made_up() -> None:
    sheet = work_out(Situation(build.complete(), build.filled_in(users="", peak_factor="often")))
    assert (sheet.daily_quota, sheet.send_rate) == (None, None)
    assert sheet.missing == ("Users in six months", "Busiest day against an average day")
    assert figures(Situation(build.complete(), build.filled_in(users=""))) == ()


def test_figures_that_were_named_win() -> None:
    sheet = work_out(Situation(build.complete(), build.filled_in(daily_quota="1,000", send_rate="5", users="")))
    assert (sheet.daily_quota, sheet.send_rate, sheet.missing) == (1000, 5, ())


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"daily_quota": "1000000"}, "round_million"),
        ({"users_now": "10", "messages_per_day_now": "900000"}, "many_each"),
        ({"daily_quota": "60000"}, "above_grant"),
        ({"daily_quota": "225"}, "too_low"),
        ({"daily_quota": "905"}, "too_high"),
        ({"daily_quota": "40000", "users": "2000000"}, "too_low"),
    ],
)
def test_warnings(changes: dict[str, str], warning: str) -> None:
    assert warning in work_out(Situation(build.complete(), build.filled_in(**changes))).warning_ids
    assert work_out(Situation(build.complete(), build.filled_in())).warning_ids == ()


@settings(max_examples=50, deadline=None)
@given(st.fixed_dictionaries({name: st.integers(1, 10**9).map(str) for name in (*NOW, *INPUTS)}), st.booleans())
def test_the_worksheet_never_warns_of_its_own_figure(entries: dict[str, str], granted: bool) -> None:
    facts = _granted(max_24_hour_send=50_000.0, sent_last_24_hours=40_000.0) if granted else build.complete()
    many = int(entries["messages_per_day_now"]) > int(entries["users_now"]) * MANY_EACH  # of today, not of its figure
    assert work_out(Situation(facts, build.filled_in(**entries))).warning_ids == (("many_each",) if many else ())


def test_two_million_users_grow_by_steps() -> None:
    situation = Situation(build.complete(), build.filled_in(users="2000000", messages_per_day_now="300"))
    sheet = work_out(situation)
    assert (sheet.busiest_day, sheet.daily_quota, sheet.send_rate, sheet.warning_ids) == (800_026, 50_000, 4, ())
    assert sheet.growth is not None
    assert sheet.growth.weeks == (500, 2_000, 10_000)
    values = {row.label: row.value for row in sheet.rows if row.section == "Growth"}
    assert values["Week 3"] == "up to 10,000 a day"
    assert values["In six months"] == "800,026 on the busiest day"
    by_id = {sentence.id: sentence.text for sentence in describe(situation).sentences}
    assert by_id["volume_now"] == "Today we have about 40 users and send about 300 messages a day."
    assert by_id["volume"].endswith("that makes 266,667 on an average day.")
    assert by_id["ramp"] == (
        "We start with at most 500 messages a day, reach 10,000 a day after 3 weeks, "
        "and grow to 800,026 on the busiest day by the sixth month."
    )
    assert by_id["quota"].startswith("For the first months a sending quota of 50,000 recipients in 24 hours")
    kit = figures(situation)
    assert "Messages on an average day now: 300" in kit
    assert "Sending quota that we need for the first months: 50,000 recipients in 24 hours" in kit


@pytest.mark.parametrize(
    ("account", "quota"),
    [
        ({"max_24_hour_send": 1_000.0}, 50_000),
        ({"max_24_hour_send": 50_000.0}, 50_000),
        ({"max_24_hour_send": 50_000.0, "sent_last_24_hours": 25_000.0}, 100_000),
        ({"max_24_hour_send": 800_000.0, "sent_last_24_hours": 700_000.0}, 1_500_000),
        ({"max_24_hour_send": -1.0}, 1_500_000),
    ],
)
def test_after_the_grant_more_is_asked_for_once_half_of_it_is_used(account: dict[str, float], quota: int) -> None:
    sheet = work_out(Situation(_granted(**account), build.filled_in(users="2000000")))
    assert sheet.daily_quota == quota


def test_a_figure_that_was_named_needs_no_steps() -> None:
    situation = Situation(build.complete(), build.filled_in(users="2000000", daily_quota="1300000"))
    assert work_out(situation).growth is None
    assert "ramp" not in {sentence.id for sentence in describe(situation).sentences}


def test_what_is_sent_now_is_asked_for_and_nothing_is_an_answer() -> None:
    none = Situation(build.complete(), build.filled_in(users_now="", messages_per_day_now=""))
    assert work_out(none).missing == ("Users now", "Messages a day now")
    hole = next(hole for hole in describe(none).holes if hole.id == "volume_now")
    assert hole.field == "users_now"
    zero = Situation(build.complete(), build.filled_in(users_now="0", messages_per_day_now="0"))
    by_id = {sentence.id: sentence.text for sentence in describe(zero).sentences}
    assert by_id["volume_now"] == "Today we have no users yet and send no mail yet."


def test_one_of_anything_is_told_as_one() -> None:
    ones = dict.fromkeys((*NOW, *INPUTS), "1")
    situation = Situation(build.complete(), build.filled_in(**ones, growth="The launch is in May"))
    by_id = {sentence.id: sentence.text for sentence in describe(situation).sentences}
    assert by_id["volume_now"] == "Today we have 1 user and send 1 message a day."
    assert by_id["users"] == "In six months we expect 1 user, with up to 1 sign-up on a busy day."
    assert by_id["volume"] == ("At 1 message per user and month, that makes 1 on an average day and 2 on the busiest.")
    assert by_id["growth"] == "The launch is in May."
    values = {row.label: row.value for row in work_out(situation).rows}
    assert values["Average day"] == "1 user × 1 message ÷ 30 days = 1 recipient"
    none = Situation(build.complete(), build.filled_in(**{**ones, "signups_per_day": "0"}))
    by_id = {sentence.id: sentence.text for sentence in describe(none).sentences}
    assert by_id["users"] == "In six months we expect 1 user."


def test_a_defect_that_repeats_mail_is_a_warning() -> None:
    gap = Gap("defect_renewal_selects_all", "Each active subscription gets a mail in every run.", "Select fewer.")
    other = Gap("defect_missing_variable.payments", "A variable is missing.", "Pass it.")
    checkout = build.seen(build.checkout(gaps=(gap, other)), "checkout")
    sheet = work_out(Situation(replace(build.complete(), checkout=checkout), build.filled_in()))
    assert sheet.warning_ids == ("repeats_defect_renewal_selects_all",)
    assert gap.message in sheet.warnings[0]


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 1e9))
def test_the_quota_lies_between_one_and_a_half_and_twice_the_peak(peak: float) -> None:
    figure = modest(peak)
    assert figure >= max(1, peak * 1.5 - 1e-6)
    assert figure <= max(2, math.ceil(peak * 2) + 1)


@settings(max_examples=50, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            name: st.integers(1, 10**9).map(str)
            for name in ("users", "mails_per_user_month", "signups_per_day", "peak_factor")
        }
    )
)
def test_any_figures_give_a_quota_that_covers_the_busiest_day(entries: dict[str, str]) -> None:
    sheet = work_out(Situation(build.complete(), build.filled_in(**entries)))
    assert sheet.daily_quota is not None
    assert sheet.busiest_day is not None
    assert sheet.send_rate is not None
    assert sheet.daily_quota >= max(SANDBOX_QUOTA, min(sheet.busiest_day, USUAL_GRANT))
    assert sheet.send_rate >= 1


def test_the_quota_of_today_is_compared() -> None:
    rows = {row.label: row for row in work_out(Situation(build.complete(), build.filled_in())).rows}
    assert rows["Quota now"].mark == Mark.WARN
    assert rows["Quota now"].expected == "400 in 24 hours"
    unread = replace(build.complete(), account=build.unread("SES GetAccount"))
    rows = {row.label: row for row in work_out(Situation(unread, build.filled_in())).rows}
    assert (rows["Quota now"].value, rows["Quota now"].mark) == ("unknown", Mark.UNKNOWN)
    unlimited = build.seen(build.account(max_24_hour_send=-1.0), "SES GetAccount")
    rows = {row.label: row for row in work_out(Situation(replace(unread, account=unlimited), build.filled_in())).rows}
    assert rows["Quota now"].value == "unlimited"


def _granted(*requests: QuotaRequest, **account: object) -> Facts:
    read = build.reviewed_account("GRANTED", **{"production": True, **account})
    return replace(
        build.complete(),
        account=build.seen(read, "SES GetAccount"),
        quotas=build.seen(build.quotas(*requests), "Service Quotas"),
    )


def test_increases_ask_only_for_what_is_above_what_is_there() -> None:
    found = increases(Situation(_granted(), build.filled_in()))
    assert [(item.quota.code, item.desired, item.why_not) for item in found] == [
        ("L-804C8AE8", 400.0, ""),
        ("L-CDEF9B6B", 1.0, "Sending rate is 1 already."),
    ]
    # SES's own answer counts as well: Service Quotas may not have heard of the grant.
    found = increases(Situation(_granted(max_24_hour_send=50000.0, max_send_rate=14.0), build.filled_in()))
    assert all(item.why_not for item in found)
    found = increases(Situation(_granted(max_24_hour_send=-1.0), build.filled_in()))
    assert found[0].why_not == "Sending quota is unlimited."
    open_request = QuotaRequest("r1", "L-804C8AE8", 400.0, "CASE_OPENED")
    assert "open already" in increases(Situation(_granted(open_request), build.filled_in()))[0].why_not
    closed = QuotaRequest("r1", "L-804C8AE8", 400.0, "CASE_CLOSED")
    assert increases(Situation(_granted(closed), build.filled_in()))[0].why_not == ""
    assert increases(Situation(replace(_granted(), quotas=build.unread("Service Quotas")), build.filled_in())) == ()


@pytest.mark.parametrize(("value", "text"), [(1200.0, "1,200"), (2.5, "2.5"), (0.0, "0"), (10.0, "10"), (-1.0, "-1")])
def test_numbers_as_people_write_them(value: float, text: str) -> None:
    assert show(value) == text
