"""``explain``: an error of Amazon SES pasted in, and what it means in this account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dlaas_onboard.headless import diagnostics, output
from dlaas_onboard.headless.deadline import Deadline
from dlaas_onboard.headless.documents import ExplanationDocument, ExplanationsDocument
from dlaas_onboard.headless.first_look import COULD_NOT_LOOK, look, unread
from dlaas_onboard.headless.text_input import STANDARD_INPUT, read_text
from dlaas_onboard.journey.errors import UsageError
from dlaas_onboard.journey.sending_errors import Explanation, explain

if TYPE_CHECKING:
    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.onboarding import Onboarding

MOST_BYTES = 1_000_000  # of a log that is piped in
UNKNOWN = (
    "no error of Amazon SES is recognised in this text: paste all of it, with its code and its words; what is known is "
    "in the pages of the Amazon SES Developer Guide on sending errors and SMTP response codes"
)


def run(onboarding: Onboarding, args: Arguments) -> int:
    """Look, then print what the errors in the text mean here; return the exit status."""
    text = read_text(STANDARD_INPUT, MOST_BYTES) if args.text == STANDARD_INPUT else args.text
    if not text.strip():
        raise UsageError('there is no text to explain: `dlaas-onboard explain "554 Message rejected: …"`')
    if not explain(text, onboarding.view().situation):
        raise UsageError(UNKNOWN)
    deadline = Deadline.of(args)
    view = look(onboarding, deadline)
    explanations = explain(text, view.situation)
    if args.json:
        output.document(_document(view.place.account, view.place.region, explanations))
    else:
        output.write("\n".join(page(explanations)))
    if wrong := deadline.words or unread(view.facts):
        diagnostics.say(wrong)
        return COULD_NOT_LOOK
    return 0


def _document(account: str, region: str, explanations: Sequence[Explanation]) -> dict[str, object]:
    return ExplanationsDocument(
        account=account or None,
        region=region or None,
        explanations=[
            ExplanationDocument(
                error=each.error,
                cause=each.cause,
                actor=each.actor.value,
                remedy=each.remedy,
                commands=list(each.commands),
                source=each.source,
            )
            for each in explanations
        ],
    ).json_value()


def page(explanations: Sequence[Explanation]) -> Iterator[str]:
    """Yield each explanation as lines: the error, what it means here, who acts, what to do and the commands for it."""
    for number, each in enumerate(explanations):
        if number:
            yield ""
        yield each.error
        yield from (output.fold(text, first=f"  {opening}", then="    ") for opening, text in each.lines())
