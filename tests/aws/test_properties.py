"""Whatever an answer, a policy or an error looks like: it is read or it is a problem, and never an exception."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlaas_onboard.aws import ses
from dlaas_onboard.aws.error_text import CallPlace, iam_action, strike
from dlaas_onboard.aws.problems import problem
from dlaas_onboard.aws.response_fields import ResponseFields, TroubleError
from dlaas_onboard.journey.bounces import topic_policy
from dlaas_onboard.journey.facts.reading import ProblemKind
from tests.aws.subjects import ACCESS_KEY

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
# Under load generating a case can be slow, which says nothing about the code.
UNHURRIED = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ACCOUNT_KEYS = st.sampled_from(
    ["ProductionAccessEnabled", "SendingEnabled", "EnforcementStatus", "SendQuota", "SuppressionAttributes", "Details"]
)


@given(st.dictionaries(ACCOUNT_KEYS, JSON))
@UNHURRIED
def test_account(data: dict[str, Any]) -> None:
    try:
        account = ses._account(ResponseFields(data, "sesv2:GetAccount"))
    except TroubleError as trouble:
        found: list[ProblemKind] = [trouble.problem.kind]
    else:
        found = []
        assert account.production is data["ProductionAccessEnabled"]
        assert account.sending_enabled is data.get("SendingEnabled")
    assert found in ([], [ProblemKind.MALFORMED])


@given(st.dictionaries(st.sampled_from(["Statement", "Version"]), JSON) | JSON)
@UNHURRIED
def test_policy(policy: Any) -> None:
    assert topic_policy.ses_may_publish(json.dumps(policy), "", "111122223333") in (True, False, None)


STATEMENT = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny", "allow", 1]),
        "Principal": st.sampled_from(["*", {"Service": "ses.amazonaws.com"}, {"AWS": "*"}, {"Service": ["x"]}, None]),
        "Action": st.sampled_from(["sns:Publish", "*", "SNS:*", ["sns:publish"], "sns:Subscribe", None]),
    },
    optional={"Condition": JSON},
)


@given(st.lists(STATEMENT, max_size=4))
@UNHURRIED
def test_only_an_allowing_statement_allows(statements: list[dict[str, Any]]) -> None:
    if topic_policy.ses_may_publish(json.dumps({"Statement": statements}), "", "111122223333") is True:
        assert any(statement["Effect"] == "Allow" for statement in statements)


@given(JSON, st.booleans(), st.booleans())
@UNHURRIED
def test_any_error_answer(response: Any, write: bool, own: bool) -> None:
    exc = ClientError({}, "GetAccount" if own else "AssumeRole")
    exc.response = response
    found = problem(exc, "sesv2:GetAccount", write=write)
    assert found.message
    assert found.remedy
    assert "\n" not in found.message


@given(st.text(max_size=2000))
@UNHURRIED
def test_what_aws_says_is_one_short_line_without_key_ids(text: str) -> None:
    said = strike(text.replace("x", f" {ACCESS_KEY} "))
    assert "\n" not in said
    assert len(said) < 340
    assert ACCESS_KEY not in said
    said.encode()


@pytest.mark.parametrize(
    "text",
    [
        "Credential should be scoped: Credential=AKIACANARYCANARY1234/20261124/us-east-1/ses/aws4_request",
        "Signature=0a1b2c3d4e5f expired",
        "The Canonical String was\nx-amz-security-token:TOKENCANARY",
        "x-amz-security-token: TOKENCANARY",
        "The key AKIACANARYCANARY1234 is not subscribed",
        "The key ASIACANARYCANARY1234 is not subscribed",
        "(ASIACANARYCANARY1234)",
        "ASIACANARYCANARY1234",
    ],
)
def test_what_is_struck_out(text: str) -> None:
    said = strike(text)
    for secret in ("CANARY", "0a1b2c3d4e5f"):
        assert secret not in said
    found = problem(
        ClientError({"Error": {"Code": "OptInRequired", "Message": text}}, "GetAccount"), "sesv2:GetAccount", write=True
    )
    for secret in ("CANARY", "0a1b2c3d4e5f"):
        assert secret not in f"{found.message} {found.remedy}"


def test_all_but_the_secret_of_the_first_line_is_kept() -> None:
    assert strike(" \n The key AKIACANARYCANARY1234 is wrong\nAnd more.\nAnd more. ") == "The key (struck out) is wrong"
    assert strike("XXAKIA is a word, and so is ASIATIC") == "XXAKIA is a word, and so is ASIATIC"
    assert strike("a" * 300) == "a" * 300
    assert strike("a" * 301) == "a" * 300 + " … 1 more characters"


@pytest.mark.parametrize(
    "exc",
    [AttributeError("x"), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), json.JSONDecodeError("x", "y", 0)],
    ids=lambda exc: type(exc).__name__,
)
def test_what_the_parsers_let_through(exc: Exception) -> None:
    assert problem(exc, "sesv2:GetAccount").kind is ProblemKind.MALFORMED
    assert problem(exc, "sesv2:GetAccount", where=CallPlace(sent=False)).kind is ProblemKind.DEFECT


def test_a_defect_says_only_its_class() -> None:
    found = problem(ZeroDivisionError("SECRETCANARY"), "sesv2:GetAccount")
    assert found.kind is ProblemKind.DEFECT
    assert "ZeroDivisionError" in found.message
    assert "SECRETCANARY" not in repr(found)


def test_iam_actions() -> None:
    assert iam_action("sesv2:GetAccount") == "ses:GetAccount"
    assert iam_action("ses:GetSendStatistics") == "ses:GetSendStatistics"
    assert iam_action("service-quotas:ListServiceQuotas") == "servicequotas:ListServiceQuotas"
    assert iam_action("support:CreateCase") == "support:CreateCase"
