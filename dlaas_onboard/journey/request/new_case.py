"""A new case after a denial: the last of the ways, only where the old case is closed and the operator chose it.

docs/ses.md, "Case codes": by its documentation the Support API files no limit increases, and the codes for it are
not documented, so they are taken from what ``DescribeServices`` lists, and a dry run comes first.
"""

from __future__ import annotations

from collections.abc import Sequence

from dlaas_onboard.journey.facts import CaseCodes, Facts
from dlaas_onboard.journey.facts.reading import known
from dlaas_onboard.journey.request import reply, reply_review
from dlaas_onboard.journey.request.contact_language import JAPANESE, contact_language
from dlaas_onboard.journey.request.reply_draft import opening, reply_text
from dlaas_onboard.journey.review import stages, support_case
from dlaas_onboard.journey.review.stages import Stage
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import OPEN, Intent, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.writes import plans

OPERATION = "CreateCase"
_GONE = frozenset({Phase.REJECTED, Phase.ABANDONED})


def text(situation: Situation) -> str:
    """Return the first message of the case: it names the denial, and says what the reply would say."""
    denied = stages.case_id(situation.facts)
    about = f" in case {denied}" if denied else ""
    rest = reply_text(situation).removeprefix(opening(situation.facts, denied=True)).lstrip()  # it says the same
    return (
        f"Hello,\n\nOur request for production access to Amazon SES in {situation.place.region} was denied{about}, "
        f"and that case is closed. Please review it again with what follows.\n\n{rest}"
    )


def calls(situation: Situation) -> tuple[Call, ...]:
    """Return a dry run, which opens nothing, and the same call once more, which does."""
    codes = codes_of(situation.facts)
    if codes is None:
        return ()
    params = {
        "subject": f"SES production access in {situation.place.region}: review after a denial ({{marker}})",
        "communicationBody": plans.reply_body(text(situation)),
        "serviceCode": codes.service,
        "categoryCode": codes.category,
        "issueType": codes.issue_type,
        "severityCode": "low",
        "language": "ja" if contact_language(situation) == JAPANESE else "en",
    }
    region = plans.support_region(situation.facts)
    dry = Call("support", OPERATION, {**params, "dryRun": True}, region)
    if not reply.attaches(situation.answers):
        return (dry, Call("support", OPERATION, params, region))
    real = Call("support", OPERATION, {**params, "attachmentSetId": "{result:2}"}, region)
    return (dry, reply.attach(situation.facts), real)


def codes_of(facts: Facts) -> CaseCodes | None:
    """Return the service and category under which a case about SES can be opened, if AWS listed any."""
    return known(facts.case_codes)


def blocked_because(situation: Situation) -> str:
    """Return why no new case can be opened now, ``""`` if one can."""
    if stages.stage(situation.facts) != Stage.DENIED:
        return "A new case is a way only after a denial."
    if support_case.api(situation.facts) is False:
        return "The support plan does not include the API: open the case in the console."
    case = support_case.case(situation.facts)
    if case is None:
        return "Whether the denied case is closed is not known."
    if case.status != support_case.CLOSED:
        return f"Case {case.display_id} is open: answer in it. A second case would be put with it."
    if situation.answers.text("new_case") != "yes":
        return "Say first that the closed case takes no answer."
    if situation.facts.case_codes is None or not situation.facts.case_codes.known:
        problem = situation.facts.case_codes.problem if situation.facts.case_codes is not None else None
        return f"Under which codes AWS takes such a case is not known. {problem.message if problem else ''}".strip()
    if situation.facts.case_codes.value is None:
        return "AWS lists no service and category for it: open the case in the console."
    if untrue := reply_review.untrue(situation):
        return untrue
    longest = len(plans.reply_body(text(situation))) + len("dlaas-0123456789") - len("{marker}")
    if longest > plans.REPLY_LIMIT:
        return f"The text is {longest - plans.REPLY_LIMIT} characters too long: {plans.REPLY_LIMIT} is the limit."
    return ""


def again(situation: Situation) -> str:
    """Return why no case is opened after those before it, ``""`` if one may be."""
    if any(intent.phase in OPEN for intent in situation.intents if intent.call.operation == OPERATION):
        return "Whether a case was opened is not known yet. Look again; nothing is sent twice."
    return ""


def opened(intents: Sequence[Intent]) -> str:
    """Return the marker of the last case that was, or may have been, opened from here; ``""`` for none."""
    for intent in sorted(intents, key=lambda intent: intent.created_at, reverse=True):
        if intent.call.operation == OPERATION and intent.phase not in _GONE and _may_have_opened(intent):
            return intent.marker
    return ""


def _may_have_opened(intent: Intent) -> bool:
    """Whether a call may have opened a case: a dry run too, where AWS did not say that it was one."""
    if not intent.call.params.get("dryRun") or intent.phase == Phase.UNKNOWN:
        return True
    # One that was carried out stays so after its case was found and the intent confirmed.
    return intent.outcome is not None and intent.outcome.phase == Phase.UNKNOWN
