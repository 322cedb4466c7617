"""Words that do not read as sentences are named, with how they could read where that is sure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlaas_onboard.journey.request import text_rubric
from dlaas_onboard.journey.request.fragments import fragment
from dlaas_onboard.journey.situation.situation import Situation
from tests import build


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("hard bounce -> we switch address off in the db", ""),
        ("signup form w/ 6 digit code", ""),
        ("pls see the docs", ""),
        ("you cant really, its about your own talk", "You can't really, its about your own talk."),
        ("we dont mail it again", "We don't mail it again."),
        ("hiker forum, run by Anna Berg in Graz", "Hiker forum, run by Anna Berg in Graz."),
        ("We mark the address. it is never mailed again.", "It is never mailed again."),
        ("Dont worry, it stops.", "Don't worry, it stops."),
    ],
)
def test_what_is_no_sentence_is_named(text: str, suggestion: str) -> None:
    found = fragment(text)
    assert found is not None
    assert found.why
    assert found.suggestion == suggestion


@pytest.mark.parametrize(
    "text",
    [
        "A Lambda marks the address, and we never mail it again.",
        "example.com is an invoicing service. It is run by Example GmbH.",
        "iCal feeds are sent once a week.",
        "“We” means Example GmbH.",
        "People enter their address in the form at https://example.com/join.",
        "We don't mail it again; that's what the table is for.",
        "1,200 users asked for it.",
    ],
)
def test_a_sentence_is_none(text: str) -> None:
    assert fragment(text) is None


@given(st.text(max_size=200))
def test_what_is_suggested_is_no_fragment(text: str) -> None:
    found = fragment(text)
    if found is not None and found.suggestion:
        assert fragment(found.suggestion) is None or fragment(found.suggestion) != found


def test_the_field_is_named_with_how_it_could_read() -> None:
    situation = Situation(build.complete(), build.filled_in(unsubscribe="you cant, close your account in the settings"))
    (finding,) = [each for each in text_rubric.of_text(situation) if each.id == "use_case.fragment_unsubscribe"]
    assert finding.field == "unsubscribe"
    assert "You can't, close your account in the settings." in finding.remedy
