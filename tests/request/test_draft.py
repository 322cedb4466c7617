"""The request as the service takes it."""

from __future__ import annotations

from dataclasses import replace

import botocore.session
import botocore.validate
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from dlaas_onboard.journey.facts import Identities
from dlaas_onboard.journey.request.request_draft import Draft, draft, put_account_details
from dlaas_onboard.journey.situation.situation import Situation
from tests import build


def test_complete_request_is_what_boto3_takes() -> None:
    call = put_account_details(Situation(build.complete(), build.filled_in()))
    assert (call.service, call.operation) == ("sesv2", "PutAccountDetails")
    assert call.params["ProductionAccessEnabled"] is True
    assert call.params["MailType"] == "TRANSACTIONAL"
    assert call.params["AdditionalContactEmailAddresses"] == [f"ops@{build.DOMAIN}"]
    assert call.params["UseCaseDescription"].startswith("Who we are\n")
    model = botocore.session.get_session().get_service_model("sesv2").operation_model("PutAccountDetails")
    assert model.input_shape is not None
    report = botocore.validate.ParamValidator().validate(dict(call.params), model.input_shape)
    assert not report.has_errors(), report.generate_report()
    assert set(call.params) <= set(model.input_shape.members)


def test_what_is_empty_is_left_out() -> None:
    answers = build.filled_in(contacts="", contact_language="", send_description="no")
    facts = build.complete()
    identities = build.seen(Identities(), "SES ListEmailIdentities")
    facts = replace(facts, identities=identities)
    assert put_account_details(Situation(facts, answers)).params == {
        "MailType": "TRANSACTIONAL",
        "WebsiteURL": build.WEBSITE,
        "ContactLanguage": "EN",  # the default, which the screen shows and lets be changed
        "ProductionAccessEnabled": True,
    }


def test_errors_stand_by_field() -> None:
    answers = build.filled_in(mail_type="SPAM", website_url="", contacts="a@b", use_case_text="x" * 5001)
    made, errors = draft(Situation(build.complete(), answers))
    assert made is None
    assert set(errors) == {"mail_type", "website_url", "contacts", "use_case_text"}
    with pytest.raises(ValueError, match="website"):
        put_account_details(Situation(build.complete(), answers))


def test_a_text_too_long_does_not_matter_when_it_is_not_sent() -> None:
    made, errors = draft(Situation(build.complete(), build.filled_in(use_case_text="x" * 5001, send_description="no")))
    assert errors == {}
    assert made is not None
    assert made.use_case_description is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"MailType": "PROMOTIONAL"},
        {"WebsiteURL": ""},
        {"WebsiteURL": "not a url"},
        {"WebsiteURL": "https://example.com/" + "a" * 981},
        {"ContactLanguage": "JP"},
        {"AdditionalContactEmailAddresses": []},
        {"AdditionalContactEmailAddresses": ["a@b"]},
        {"AdditionalContactEmailAddresses": [f"{c}@example.com" for c in "abcde"]},
        {"UseCaseDescription": ""},
        {"UseCaseDescription": "x" * 5001},
        {"Acknowledged": True},
    ],
)
def test_the_model_holds_the_limits_by_itself(wrong: dict[str, object]) -> None:
    good = {"MailType": "MARKETING", "WebsiteURL": "https://example.com/" + "a" * 980}
    assert Draft.model_validate(good).params() == {**good, "ProductionAccessEnabled": True}
    with pytest.raises(ValidationError):
        Draft.model_validate({**good, **wrong})


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["", "TRANSACTIONAL", "marketing", "SPAM"]),
    st.text(max_size=30) | st.just(build.WEBSITE),
    st.sampled_from(["", "EN", "JA", "FR"]),
    st.text("ab@.,; é", max_size=30) | st.just("a@b.io"),
)
def test_a_draft_comes_without_errors_or_not_at_all(mail_type: str, url: str, language: str, contacts: str) -> None:
    answers = build.filled_in(mail_type=mail_type, website_url=url, contact_language=language, contacts=contacts)
    made, errors = draft(Situation(build.complete(), answers))
    assert (made is None) == bool(errors)
    if made is not None:
        assert 1 <= len(made.website_url) <= 1000
        assert made.mail_type in ("TRANSACTIONAL", "MARKETING")
