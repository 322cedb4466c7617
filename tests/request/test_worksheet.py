"""From users to a modest quota."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlaas_onboard.journey.facts import Facts, Gap, QuotaRequest
from dlaas_onboard.journey.request.quota_increase import increases
from dlaas_onboard.journey.request.worksheet import SANDBOX_QUOTA, figures, modest, show, work_out
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
        ({"daily_quota": "60000"}, "above_grant"),
        ({"users": "1000000"}, "above_grant"),
        ({"daily_quota": "225"}, "too_low"),
        ({"daily_quota": "905"}, "too_high"),
    ],
)
def test_warnings(changes: dict[str, str], warning: str) -> None:
    assert warning in work_out(Situation(build.complete(), build.filled_in(**changes))).warning_ids
    assert work_out(Situation(build.complete(), build.filled_in())).warning_ids == ()


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
    assert sheet.daily_quota >= max(SANDBOX_QUOTA, sheet.busiest_day)
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
