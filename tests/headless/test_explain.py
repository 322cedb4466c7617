"""``explain``: from an argument and from standard input, as lines and as a document."""

from __future__ import annotations

import io
import json

import pytest

from dlaas_onboard.arguments import Arguments, parse
from dlaas_onboard.headless import explain
from dlaas_onboard.headless.documents import ExplanationsDocument
from dlaas_onboard.journey.errors import UsageError
from tests import build
from tests.build import with_account
from tests.fakes.onboarding import WatchedOnboarding
from tests.fakes.world import OFFLINE

ERROR = (
    "554 Message rejected: Email address is not verified. The following identities failed the check in region "
    "EU-WEST-1: someone@other.example"
)


def test_it_says_what_the_error_means_here_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain.run(WatchedOnboarding(build.complete(), build.filled_in()), parse(["explain", ERROR])) == 0
    out = capsys.readouterr().out
    assert out.startswith(
        "MessageRejected: Email address is not verified\n  Here: someone@other.example is a recipient"
    )
    assert "  Do (you): Verify it as a test recipient" in out
    assert "  $ dlaas-onboard next\n" in out


def test_standard_input_is_read_and_json_is_the_published_document(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"log line\n{ERROR}\n".encode())))
    onboarding = WatchedOnboarding(build.complete(), build.filled_in())
    assert explain.run(onboarding, parse(["explain", "-", "--json"])) == 0
    document = ExplanationsDocument.model_validate(json.loads(capsys.readouterr().out))
    (explanation,) = document.explanations
    assert (explanation.actor, document.region) == ("operator", "eu-west-1")


@pytest.mark.parametrize("text", ["it does not work", "  \n"])
def test_what_is_not_recognised_is_refused_before_anything_is_asked(text: str) -> None:
    onboarding = WatchedOnboarding()
    with pytest.raises(UsageError):
        explain.run(onboarding, Arguments("explain", text=text))
    assert onboarding.done == []


def test_without_the_account_it_still_explains(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain.run(WatchedOnboarding(with_account(problem=OFFLINE)), Arguments("explain", text=ERROR)) == 3
    told = capsys.readouterr()
    assert "is not verified" in told.out
    assert "cannot be reached" in told.err
