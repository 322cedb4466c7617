"""The pages that an operator names beside the website: opened as it is, told in the text, and forgotten with it."""

from __future__ import annotations

from dlaas_onboard.journey.facts.reading import ProblemKind
from dlaas_onboard.onboarding import Onboarding
from tests.e2e.conftest import WorldMaker


def texts(onboarding: Onboarding) -> dict[str, str]:
    return {sentence.id: sentence.text for sentence in onboarding.view().judgement.description.sentences}


def test_a_page_that_was_named_is_opened_and_told(world: WorldMaker) -> None:
    made = world()
    made.play("publish_website")
    onboarding = made.open()
    named = {"sign_up_url": f"{made.url}sign-up", "privacy_url": f"{made.url}nowhere", "website_url": made.url}
    for field, text in named.items():
        assert onboarding.enter(field, text) == ""
    onboarding.look()
    blocked = onboarding.view().facts.named_pages["sign-up"].problem
    assert blocked is not None
    assert blocked.kind == ProblemKind.BLOCKED  # the website of the tests is on this machine
    assert "sign_up" not in texts(onboarding)

    onboarding.enter("private_website", "yes")
    onboarding.look()
    pages = {role: reading.value for role, reading in onboarding.view().facts.named_pages.items()}
    assert {role: (page.url, page.status) for role, page in pages.items() if page is not None} == {
        "sign-up": (named["sign_up_url"], 200),
        "privacy": (named["privacy_url"], 404),
    }
    assert texts(onboarding)["sign_up"] == f"People sign up at {named['sign_up_url']}."
    assert "privacy" not in texts(onboarding)
    onboarding.close()

    again = made.open()  # what was seen and entered is there after a start
    assert texts(again)["sign_up"] == f"People sign up at {named['sign_up_url']}."
    for field in ("sign_up_url", "privacy_url"):
        again.enter(field, "")
    again.look()
    assert again.view().facts.named_pages == {}
    assert texts(again)["privacy"] == f"Our privacy policy is at {made.url}privacy."
    assert again.enter("sign_up_url", "example.com") != ""
