"""One statement is added to a topic's policy; everything else stays as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlaas_onboard.journey.bounces import topic_policy
from tests import build

SET_ARN = f"arn:aws:ses:{build.REGION}:{build.ACCOUNT}:configuration-set/{build.SET}"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
STATEMENTS = st.lists(st.dictionaries(st.sampled_from(["Sid", "Effect", "Action", "x"]), JSON, max_size=4), max_size=4)


def merged(policy: Any) -> dict[str, Any]:
    text = policy if isinstance(policy, str) else json.dumps(policy)
    found: dict[str, Any] = json.loads(topic_policy.merged(text, build.TOPIC, build.ACCOUNT, SET_ARN))
    return found


@given(st.dictionaries(st.sampled_from(["Version", "Id", "y"]), JSON, max_size=3), STATEMENTS)
def test_what_was_there_stays_where_it_was(members: dict[str, Any], statements: list[dict[str, Any]]) -> None:
    found = merged({**members, "Statement": statements})
    foreign = [item for item in statements if item.get("Sid") != topic_policy.SID]
    assert found["Statement"][:-1] == foreign
    assert {key: found[key] for key in members} == members
    assert found["Statement"][-1]["Principal"] == {"Service": "ses.amazonaws.com"}
    assert merged(found) == found, "a second time changes nothing"


def test_the_statement_of_an_earlier_set_is_replaced() -> None:
    before = topic_policy.merged(
        topic_policy.fresh(build.TOPIC, build.ACCOUNT), build.TOPIC, build.ACCOUNT, SET_ARN + "-old"
    )
    assert topic_policy.names(before, SET_ARN) is False
    found = merged(before)
    assert [item["Sid"] for item in found["Statement"]] == ["__default_statement_ID", topic_policy.SID]
    assert found["Statement"][1]["Condition"] == {
        "StringEquals": {"AWS:SourceAccount": build.ACCOUNT, "AWS:SourceArn": SET_ARN}
    }
    assert topic_policy.names(json.dumps(found), SET_ARN) is True


def test_one_statement_may_stand_alone() -> None:
    assert merged({"Statement": {"Sid": "one"}})["Statement"][0] == {"Sid": "one"}


@pytest.mark.parametrize("policy", ["", "{", "null", "[]", "1", "{}", '{"Statement": "x"}', '{"Statement": [1]}'])
def test_what_is_no_policy_is_refused(policy: str) -> None:
    with pytest.raises(ValueError, match="cannot be read, so it is not changed"):
        merged(policy)
    assert topic_policy.unmergeable(policy, build.TOPIC, build.ACCOUNT, SET_ARN)
    assert topic_policy.names(policy, SET_ARN) is None


def test_a_policy_that_is_full() -> None:
    with pytest.raises(ValueError, match="no room"):
        merged({"Statement": [{"Sid": "x" * topic_policy.LONGEST}]})


def test_a_stray_surrogate_does_no_harm() -> None:
    assert merged('{"Statement": [{"Sid": "\\ud800"}]}')["Statement"][0] == {"Sid": "\ud800"}


ALLOW = {"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "sns:Publish"}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (ALLOW, True),
        ({**ALLOW, "Condition": {"StringEquals": {"aws:SourceAccount": build.ACCOUNT}}}, True),
        ({**ALLOW, "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:ses:*"}}}, True),
        ({**ALLOW, "Condition": {"StringEquals": {"AWS:SourceArn": ["x", SET_ARN]}}}, True),
        ({**ALLOW, "Condition": {"StringEquals": {"AWS:SourceArn": "arn:aws:ses:x:1:identity/example.com"}}}, False),
        ({**ALLOW, "Effect": "Deny"}, False),
        ({**ALLOW, "Action": "sns:Subscribe"}, False),
        ({**ALLOW, "Principal": "*"}, True),
        ({**ALLOW, "Principal": {"AWS": "*"}, "Condition": {"StringEquals": {"AWS:SourceOwner": "1"}}}, False),
        ({**ALLOW, "Principal": {"Service": "events.amazonaws.com"}}, False),
        ({}, False),
    ],
)
def test_for_whom_ses_may_publish(statement: dict[str, Any], expected: bool) -> None:
    assert topic_policy.names(json.dumps({"Statement": [statement]}), SET_ARN) is expected
