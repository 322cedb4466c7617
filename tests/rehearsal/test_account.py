"""The account's rules without a socket: a review under any order of events, and what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from dlaas_onboard.rehearsal import account_details, scenarios
from dlaas_onboard.rehearsal.api_error import Refusal
from dlaas_onboard.rehearsal.aws_protocols import unflatten
from dlaas_onboard.rehearsal.director import AccountDirector
from dlaas_onboard.rehearsal.embedded_account import EmbeddedAccount
from dlaas_onboard.rehearsal.moto_backend import may_publish
from dlaas_onboard.rehearsal.saved_state import dump, load, save

NOW = 1_800_000_000.0
ASK: dict[str, Any] = {
    "MailType": "TRANSACTIONAL",
    "WebsiteURL": "https://example.com",
    "ProductionAccessEnabled": True,
}
EVENTS = st.sampled_from(
    ["ask", "grant", "grant_later", "deny", "refuse", "fail", "lift", "hour", "days", "pause", "resume"]
)


class ReviewMachine(RuleBasedStateMachine):
    """A review behaves as docs/ses.md, "Review", says, whatever happens in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.account = EmbeddedAccount(scenarios.build("ready", now=NOW), clock=lambda: self.now)
        self.region = self.account.region("us-east-1")
        self.director = AccountDirector(self.account)
        self.granted = False

    @rule()
    def put(self) -> None:
        review, cases = self.region.review, len(self.account.state.cases)
        if review is not None and review.status in ("PENDING", "DENIED"):
            with pytest.raises(Refusal) as caught:
                account_details.put_account_details(self.account, self.region, ASK)
            refusal = caught.value
            assert (refusal.code, refusal.message, refusal.status) == ("ConflictException", None, 409)
            assert self.region.review is review
            assert len(self.account.state.cases) == cases
        else:
            assert account_details.put_account_details(self.account, self.region, ASK) == {}
            assert len(self.account.state.cases) == cases + (not self.region.production)

    @rule(event=EVENTS)
    def play(self, event: str) -> None:
        sentence = self.director.play(event)
        assert sentence.endswith(".")

    @rule(minutes=st.integers(0, 2000))
    def wait(self, minutes: int) -> None:
        self.now += self.account.seconds(minutes)
        self.account.settle()

    @precondition(lambda self: self.account.state.cases)
    @rule()
    def reply(self) -> None:
        self.account.reply(self.account.state.cases[-1], "An answer.")

    @invariant()
    def production_is_never_lost_and_never_without_a_grant(self) -> None:
        assert not self.granted or self.region.production
        self.granted = self.region.production
        if self.region.production:
            assert self.region.review is not None
            assert self.region.daily >= 50_000

    @invariant()
    def a_review_has_its_case(self) -> None:
        review = self.region.review
        if review is not None:
            case = self.account.case(review.case)
            assert case is not None
            assert case.display_id == review.case

    @invariant()
    def what_get_account_says_agrees_with_the_review(self) -> None:
        said = account_details.get_account(self.account, self.region, {}).get("Details", {}).get("ReviewDetails")
        review = self.region.review
        assert said == (None if review is None else {"Status": review.status, "CaseId": review.case})


TestReview = ReviewMachine.TestCase
TestReview.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)


@pytest.mark.parametrize("name", list(scenarios.SCENARIOS))
def test_every_scenario_is_kept_and_comes_back(name: str, tmp_path: Path) -> None:
    state = scenarios.build(name, now=NOW, domain="Example.COM.", region="eu-central-1")
    path = tmp_path / "account.json"
    save(path, dump(state))
    assert load(path) == state
    assert state.domain == "example.com"
    assert set(state.regions) == {"eu-central-1"}


def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    assert load(path) is None
    path.write_text('{"id": 1')
    assert load(path) is None
    assert (tmp_path / "account.json.damaged").read_text() == '{"id": 1'
    assert not path.exists()


def test_an_unknown_scenario_names_those_that_exist() -> None:
    with pytest.raises(ValueError, match="Choose one of: fresh, dlaas"):
        scenarios.build("nothing", now=NOW)


def _state_of(name: str) -> tuple[bool, str, str, bool]:
    state = scenarios.build(name, now=NOW)
    region = state.regions["us-east-1"]
    review = region.review.status if region.review else ""
    return region.production, review, region.enforcement, state.support_plan


def test_scenarios_are_what_they_say() -> None:
    assert _state_of("fresh") == (False, "", "HEALTHY", True)
    assert _state_of("dlaas") == (False, "", "HEALTHY", True)
    assert _state_of("pending") == (False, "PENDING", "HEALTHY", True)
    assert _state_of("denied") == (False, "DENIED", "HEALTHY", True)
    assert _state_of("granted_sandboxed") == (False, "GRANTED", "HEALTHY", True)
    assert _state_of("paused") == (True, "GRANTED", "PROBATION", True)
    assert _state_of("no_plan") == (False, "PENDING", "HEALTHY", False)


@settings(max_examples=60)
@given(
    st.dictionaries(st.lists(st.sampled_from(["A", "1", "12", "member", ""]), min_size=1).map(".".join), st.just("x"))
)
def test_any_form_is_unflattened(form: dict[str, str]) -> None:
    assert isinstance(unflatten(form), dict)


def test_lists_and_nesting_are_unflattened_in_order() -> None:
    form = {f"To.member.{n}": str(n) for n in range(1, 12)} | {"Message.Body.Text.Data": "Hi"}
    assert unflatten(form) == {
        "To": [str(n) for n in range(1, 12)],
        "Message": {"Body": {"Text": {"Data": "Hi"}}},
    }


SOURCE = "arn:aws:ses:us-east-1:111122223333:configuration-set/events"
SES = {"Service": "ses.amazonaws.com"}


def policy(principal: Any, action: Any, effect: str = "Allow", **condition: Any) -> str:
    statement = {"Effect": effect, "Principal": principal, "Action": action}
    return json.dumps({"Statement": [statement | ({"Condition": condition} if condition else {})]})


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        (policy(SES, "sns:Publish"), True),
        (policy({"Service": ["a", "ses.amazonaws.com"]}, ["SNS:*"]), True),
        (policy(SES, "sns:Publish", "Deny"), False),
        (policy({"Service": "s3.amazonaws.com"}, "sns:Publish"), False),
        (policy(SES, "sns:Subscribe"), False),
        (policy("*", "SNS:Publish", StringEquals={"AWS:SourceOwner": "111122223333"}), False),
        (policy(SES, "sns:Publish", StringEquals={"AWS:SourceAccount": "111122223333", "AWS:SourceArn": SOURCE}), True),
        (policy(SES, "sns:Publish", ArnLike={"AWS:SourceArn": "arn:aws:ses:*:*:identity/*"}), False),
        ("", False),
        ("[]", False),
        ("not json", False),
    ],
)
def test_a_topics_policy_decides_whether_ses_may_publish(text: str, allowed: bool) -> None:
    assert may_publish(text, "111122223333", SOURCE) is allowed


def test_time_that_passes_makes_everything_older(tmp_path: Path) -> None:
    clock: Callable[[], float] = lambda: NOW  # noqa: E731 - the shortest clock
    account = EmbeddedAccount(scenarios.build("pending", now=NOW), path=tmp_path / "account.json", clock=clock)
    created = account.state.cases[0].created
    AccountDirector(account).play("hour")
    assert account.state.cases[0].created == created - 3600
    saved = load(tmp_path / "account.json")
    assert saved == account.state


@pytest.mark.parametrize(
    ("event", "status", "case", "says"),
    [
        ("refuse", "DENIED", "resolved", "could have a negative impact"),
        ("refuse_ask", "DENIED", "pending-customer-action", "how often you send email"),
        ("refuse_final", "DENIED", "resolved", "our decision is final"),
    ],
)
def test_amazon_refuses_in_each_of_its_ways(event: str, status: str, case: str, says: str) -> None:
    here = EmbeddedAccount(scenarios.build("pending", now=NOW), clock=lambda: NOW)
    director = AccountDirector(here)
    assert "DENIED" not in director.play("mail")
    assert "denied production access" in director.play(event)
    region = here.region(scenarios.REGION)
    assert region.review is not None
    found = here.case(region.review.case)
    assert found is not None
    assert (region.review.status, found.status) == (status, case)
    assert says in director.play("mail")
    assert says in found.messages[-1].body
