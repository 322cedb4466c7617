"""What to do, and what not, while Amazon reviews the request."""

from __future__ import annotations

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.stages import Stage


def meanwhile(facts: Facts) -> tuple[str, ...]:
    """Return what to do, and what not, while the review stands where it does."""
    case_id = stages.case_id(facts)
    in_case = f"in case {case_id}" if case_id else "in the support case"
    match stages.stage(facts):
        case Stage.PENDING:
            return (
                "Watch the mailboxes of the account and your contacts, spam folders too: Amazon may have a question.",
                "Do not file again: a second request is refused while this one is open.",
                "You may quit. The next start goes on here; dlaas-onboard watch waits without a screen.",
            )
        case Stage.GRANTED:
            return (
                "The screen looks until ProductionAccessEnabled is true: that alone lifts the sandbox.",
                f"Until then mail to addresses that are not verified is refused. If it stays, say so {in_case}.",
                "Do not file again.",
            )
        case Stage.DENIED:
            return (f"The way on is an answer {in_case}, with the facts. The API takes no second request.",)
        case _ if stages.word(facts):
            return (
                f"Amazon's word for the review is {stages.word(facts)}. It is not known here, and shown as it is.",
                f"Read what Amazon wrote {in_case}. Do not file again.",
            )
        case _:
            return ("Amazon did not answer the last look. What is shown was true before it.",)
