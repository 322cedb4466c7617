"""What is said of each stage of the review: every place that speaks of a stage takes its words from here.

A text may hold ``{status}`` (AWS's own word for it, as it is), ``{word}`` (the same, or "nothing"), ``{case}``
(", case 1780", or nothing) and ``{the_case}`` ("case 1780", or "the support case"); :func:`fill` sets them in.
"""

from __future__ import annotations

from dataclasses import dataclass

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.review.stages import PROMISED_HOURS, Stage
from dlaas_onboard.journey.step_registry import BY_ID, StepId

# What is shown for each answer of :func:`~dlaas_onboard.journey.review.stages.access` beside other words.
ACCESS = {"sandbox": "sandbox", "production": "production access", "unknown": "unknown"}


@dataclass(frozen=True, slots=True)
class StageWords:
    """The words for one stage; ``""`` where the stage never comes up at that place."""

    meaning: str  # a sentence that stands alone
    headline: str  # on top of the report
    consequence: str  # under that headline: what it means for mail
    conclusion: str  # of the step Decision
    refusal: str  # what a 409 ConflictException means
    filing_again: str  # whether the request may be filed again, as a way on
    gate: str = ""  # what stands at the gate "review"
    gate_remedy: str = ""
    finding: str = ""  # of the step Decision: what is not as it should be
    remedy: str = ""  # what to do about the finding, and what not
    meanwhile: tuple[str, ...] = ()  # in the waiting room: what to do, and what not
    watching: str = ""  # what ``watch`` adds to the status


# Amazon sends a 409 without a message, after a denial as well; the AWS CLI and the console meet the same.
CONFLICT = (
    "SES answers 409 ConflictException, without a message, while a request is under review and after a denial. "
    "The AWS CLI gets the same answer, and the console hides its button. It is never sent again by itself."
)
_NO_REVIEW_SHOWS = (
    "Amazon refused because of another change to the account's details, though no review shows yet. "
    "Wait a minute and look again; do not file again before that."
)
_FILE_STEP = f"Step {BY_ID[StepId.FILE].number}, {BY_ID[StepId.FILE].title}"
_DID_NOT_ARRIVE = "Amazon did not receive the request because of an error of its own."

STAGE_WORDS = {
    Stage.NEVER_ASKED: StageWords(
        meaning="Production access was never asked for in this Region.",
        headline="In the sandbox",
        consequence="Mail reaches verified addresses only. Production access was not asked for yet.",
        conclusion="Nothing was filed in this Region yet.",
        refusal=_NO_REVIEW_SHOWS,
        filing_again=f"Nothing was filed in this Region yet. {_FILE_STEP}.",
        gate="Production access was never asked for in this Region.",
        watching="no request was filed in this Region, so there is nothing to wait for",
    ),
    Stage.PENDING: StageWords(
        meaning="Amazon has the request and reviews it.",
        headline="Review pending",
        consequence="Amazon is reviewing the request; the sandbox still applies.",
        conclusion=f"Amazon reviews the request; a first answer is promised within {PROMISED_HOURS} hours. "
        "Watch the account's mail.",
        refusal="A request is under review already; Amazon takes no second one. Follow it at the Decision step.",
        filing_again=f"Shut: {CONFLICT}",
        gate="A review is PENDING{case}.",
        gate_remedy="Wait for it; answer Amazon on the case.",
        meanwhile=(
            "Watch the mailboxes of the account and your contacts, spam folders too: Amazon may have a question.",
            "Do not file again: a second request is refused while this one is open.",
            "You may quit. The next start goes on here; dlaas-onboard watch waits without a screen.",
        ),
    ),
    Stage.GRANTED: StageWords(
        meaning="Amazon granted the request, but the account is still in the sandbox.",
        headline="Granted, still in the sandbox",
        consequence="The review says granted, yet the sandbox applies.",
        conclusion="Granted, but not in effect yet: look again in an hour, then write in {the_case}.",
        refusal="The request was granted already. If the sandbox stays, write in the support case.",
        filing_again="Shut: the request was granted. Filing again may put it back to PENDING.",
        gate="The review was GRANTED{case}.",
        gate_remedy="Do not file again: wait, then ask on the case.",
        finding="The review says GRANTED, but ProductionAccessEnabled is still false: the sandbox rules still hold.",
        remedy="Look again in an hour. If it stays, say so in {the_case}. Do not file again.",
        meanwhile=(
            "The screen looks until ProductionAccessEnabled is true: that alone lifts the sandbox.",
            "Until then mail to addresses that are not verified is refused. If it stays, say so in {the_case}.",
            "Do not file again.",
        ),
        watching="granted, but ProductionAccessEnabled is still false and the sandbox rules hold; looking on until it "
        "is true. Do not file again; if it stays for an hour, write in the case",
    ),
    Stage.PRODUCTION: StageWords(
        meaning="The account has production access in this Region.",
        headline="Production access",
        consequence="The account may send to everyone from this Region.",
        conclusion="Production access is there",
        refusal="The account has production access already; there is nothing to ask for.",
        filing_again="Production access is there already.",
    ),
    Stage.DENIED: StageWords(
        meaning="Amazon denied the request.",
        headline="Request denied",
        consequence="Amazon denied production access; the sandbox applies.",
        conclusion="Denied. Close what is open, then answer in {the_case}; a second request is refused.",
        refusal="The earlier request was denied, and the API takes no second one after that. "
        "Answer in the support case instead.",
        filing_again=f"Shut: {CONFLICT}",
        gate="The review was DENIED{case}; SES takes no second request.",
        gate_remedy="Answer the case instead.",
        meanwhile=("What helps now is an answer in {the_case}, with the facts. The API takes no second request.",),
    ),
    Stage.FAILED: StageWords(  # ReviewDetails: an internal error, the request may be filed again
        meaning=_DID_NOT_ARRIVE,
        headline="Review failed",
        consequence="Amazon did not receive the request because of an error of its own; it may be filed again.",
        conclusion="The request did not reach Amazon's reviewers. You may file it again.",
        refusal=_NO_REVIEW_SHOWS,
        filing_again=f"Open: Amazon did not receive the request. {_FILE_STEP}.",
        gate="The last request FAILED at Amazon{case}: it may be filed again.",
        finding=_DID_NOT_ARRIVE,
        remedy="File it again at Review and file: AWS allows that in this state.",
    ),
    Stage.UNKNOWN: StageWords(
        meaning="Where the request stands could not be read.",
        headline="In the sandbox",
        consequence="Mail reaches verified addresses only. The review's status is not known.",
        conclusion="Amazon calls the review {word}. Read {the_case} in the console.",
        refusal="Amazon refused because a request is under review or was denied; which of the two could not be read. "
        "Look again before anything else.",
        filing_again="Shut while it is not known how the review stands.",
        gate="The review's status is {status}{case}, a word that is new.",
        gate_remedy="Look again.",
        finding="Amazon calls the review {word}, a state not known here.",
        remedy="Read {the_case} in the console. Do not file again.",
        meanwhile=(
            "Amazon's word for the review is {word}. It is not known here, and shown as it is.",
            "Read what Amazon wrote in {the_case}. Do not file again.",
        ),
        watching="Amazon calls the review {word}, a state not known here; looking on. Do not file again",
    ),
}


def words_for(facts: Facts) -> StageWords:
    """Return the words for the stage that the request is in."""
    return STAGE_WORDS[stages.stage(facts)]


def fill(text: str, facts: Facts) -> str:
    """Return a text of the table with the status and the case of this review in it."""
    case_id = stages.case_id(facts)
    return text.format(
        word=stages.word(facts) or "nothing",
        status=stages.word(facts),
        case=f", case {case_id}" if case_id else "",
        the_case=f"case {case_id}" if case_id else "the support case",
    )
