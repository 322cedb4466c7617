"""The Support API: is it in the plan, and what does the review's case say. docs/ses.md, "Support API"."""

from __future__ import annotations

from datetime import UTC, datetime

from dlaas_onboard.aws.client import AwsClient
from dlaas_onboard.aws.paging import StoppedError, reading
from dlaas_onboard.aws.response_fields import ResponseFields, TroubleError
from dlaas_onboard.aws.session import support_region
from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.facts.reading import ProblemKind, Reading
from dlaas_onboard.journey.text import line

_LANGUAGE = "en"
_PAGE = 100


def plan(client: AwsClient) -> Reading[f.SupportPlan]:
    """Ask for the severity levels, which changes nothing and needs the same plan as everything else here."""

    def look() -> f.SupportPlan:
        region = support_region(client.session.partition)
        if not region:
            return f.SupportPlan(api=False)  # this partition has no Support endpoint: the console alone
        try:
            answer = client.call("support", "DescribeSeverityLevels", {"language": _LANGUAGE}, region=region)
        except TroubleError as trouble:
            if trouble.problem.kind is ProblemKind.SUBSCRIPTION:
                return f.SupportPlan(api=False)
            raise
        answer.parts("severityLevels")
        return f.SupportPlan(api=True)

    return reading("Support DescribeSeverityLevels", look)


def case(client: AwsClient, display_id: str) -> Reading[f.SupportCase]:
    """Read a case by its display id, resolved ones too, with all its messages, oldest first.

    Neither value nor problem: there is no such case. SES names the display id (``ReviewDetails.CaseId``); an id that
    begins with ``case-`` is the API's own and is looked up as such.
    """

    def look() -> f.SupportCase | None:
        region = support_region(client.session.partition)
        own = display_id.startswith("case-")
        params = {"caseIdList": [display_id]} if own else {"displayId": display_id}
        common = {"includeResolvedCases": True, "includeCommunications": False, "language": _LANGUAGE}
        try:
            answer = client.call("support", "DescribeCases", {**params, **common}, region=region)
        except TroubleError as trouble:
            if trouble.problem.kind is ProblemKind.NOT_FOUND:
                return None
            raise
        matches = [item for item in answer.parts("cases") if item.raw("caseId" if own else "displayId") == display_id]
        if not matches:
            return None
        return _with_messages(client, matches[0], region)

    return reading(f"Support DescribeCases {line(display_id)}", look)


def find(client: AwsClient, marker: str) -> Reading[f.SupportCase]:
    """Look for a case by the marker in its subject, among all of them, resolved ones too.

    Neither value nor problem: there is none. A page that fails is a problem: the case may stand on it.
    """

    def look() -> f.SupportCase | None:
        region = support_region(client.session.partition)
        params = {"includeResolvedCases": True, "includeCommunications": False, "language": _LANGUAGE}
        pages = client.pages("support", "DescribeCases", {**params, "maxResults": _PAGE}, "nextToken", region=region)
        for page in pages:
            for item in page.parts("cases"):
                if marker in item.text("subject"):
                    return _with_messages(client, item, region)
        return None

    return reading(f"Support DescribeCases {line(marker)}", look)


# Service, categories in the order of preference, issue type: docs/ses.md, "Case codes". Only what AWS lists is used.
_LIMITS = "service-limit-increase"
_CATEGORIES = ("ses-production-access", "service-code-ses")


def codes(client: AwsClient) -> Reading[f.CaseCodes]:
    """Read which service and category take a case about production access; no value and no problem: AWS lists none."""

    def look() -> f.CaseCodes | None:
        region = support_region(client.session.partition)
        answer = client.call("support", "DescribeServices", {"language": _LANGUAGE}, region=region)
        services = answer.parts("services")
        limit_codes = _limit_codes([item for item in services if item.text("code") == _LIMITS])
        return limit_codes or _technical_codes(
            [item for item in services if "simple email" in item.text("name").lower()]
        )

    return reading("Support DescribeServices", look)


def _limit_codes(services: list[ResponseFields]) -> f.CaseCodes | None:
    listed = {category.text("code"): (item, category) for item in services for category in item.parts("categories")}
    for code in _CATEGORIES:
        if code in listed:
            return _codes(*listed[code], _LIMITS)
    return None


def _technical_codes(services: list[ResponseFields]) -> f.CaseCodes | None:
    for item in services:
        for category in item.parts("categories"):
            return _codes(item, category, "technical")
    return None


def _codes(item: ResponseFields, category: ResponseFields, issue_type: str) -> f.CaseCodes:
    return f.CaseCodes(
        line(item.must_text("code")),
        line(category.must_text("code")),
        item.text("name"),
        category.text("name"),
        issue_type,
    )


def _with_messages(client: AwsClient, item: ResponseFields, region: str) -> f.SupportCase:
    case_id = item.raw("caseId")
    if not case_id:
        raise item.malformed("caseId", "is missing")

    def described(messages: list[f.Message]) -> f.SupportCase:
        early = datetime.min.replace(tzinfo=UTC)
        return f.SupportCase(
            display_id=item.text("displayId"),
            case_id=line(case_id),
            status=item.must_text("status"),
            subject=item.text("subject"),
            created=item.time("timeCreated"),
            messages=tuple(sorted(messages, key=lambda message: message.at or early)),
        )

    messages: list[f.Message] = []
    pages = client.pages(
        "support", "DescribeCommunications", {"caseId": case_id, "maxResults": _PAGE}, "nextToken", region=region
    )
    try:
        for page in pages:
            messages += [_message(part) for part in page.parts("communications")]
    except TroubleError as trouble:
        partial = f"{len(messages)} messages" if messages else "the case without its messages"
        raise StoppedError(described(messages), trouble.problem, partial) from trouble
    return described(messages)


def _message(part: ResponseFields) -> f.Message:
    return f.Message(by=part.text("submittedBy"), at=part.time("timeCreated"), body=part.prose("body"))
