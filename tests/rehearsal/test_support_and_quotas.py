"""Support with and without a plan, and Service Quotas."""

from __future__ import annotations

from collections.abc import Callable

from tests.rehearsal.conftest import Stage, refused

Begin = Callable[..., Stage]


def test_the_codes_can_be_discovered(stage: Begin) -> None:
    support = stage().client("support")
    assert support.describe_severity_levels(language="en")["severityLevels"][0]["code"] == "low"
    services = {service["code"]: service for service in support.describe_services(language="en")["services"]}
    categories = [category["code"] for category in services["service-limit-increase"]["categories"]]
    assert "ses-production-access" in categories
    only = support.describe_services(serviceCodeList=["customer-account"])["services"]
    assert [service["code"] for service in only] == ["customer-account"]


def test_without_a_plan_every_call_is_refused(stage: Begin) -> None:
    here = stage("no_plan")
    support = here.client("support")
    for call, params in (
        (support.describe_severity_levels, {}),
        (support.describe_cases, {}),
        (support.create_case, {"subject": "a", "communicationBody": "b"}),
    ):
        code, message, _ = refused(call, **params)
        assert code == "SubscriptionRequiredException"
        assert "Premium Support Subscription is required" in str(message)
    assert here.client("sesv2").get_account()["Details"]["ReviewDetails"]["Status"] == "PENDING"


def test_a_dry_run_says_that_it_would_work_and_does_nothing(stage: Begin) -> None:
    here = stage("denied")
    support = here.client("support")
    before = len(support.describe_cases(includeResolvedCases=True)["cases"])
    params = {"subject": "SES", "communicationBody": "Please look again.", "issueType": "service-limit-increase"}
    codes = {"serviceCode": "service-limit-increase", "categoryCode": "ses-production-access", "severityCode": "low"}
    assert refused(support.create_case, **params, **codes, dryRun=True)[0] == "DryRunOperationException"
    assert refused(support.create_case, **params, serviceCode="nonsense", dryRun=True)[0] == "ValidationException"
    assert len(support.describe_cases(includeResolvedCases=True)["cases"]) == before
    created = support.create_case(**params, **codes, ccEmailAddresses=["ops@example.com"])
    case = support.describe_cases(caseIdList=[created["caseId"]])["cases"][0]
    assert (case["subject"], case["ccEmailAddresses"], case["severityCode"]) == ("SES", ["ops@example.com"], "low")
    here.pass_minutes(11)
    assert here.client("sesv2").get_account()["ProductionAccessEnabled"] is True


def test_cases_by_either_id_and_their_communications(stage: Begin) -> None:
    here = stage("pending")
    support = here.client("support")
    display_id = here.client("sesv2").get_account()["Details"]["ReviewDetails"]["CaseId"]
    here.play("ask")
    case = support.describe_cases(displayId=display_id, includeCommunications=False)["cases"][0]
    assert "recentCommunications" not in case
    assert refused(support.describe_communications, caseId=display_id)[0] == "CaseIdNotFound"
    assert refused(support.describe_cases, caseIdList=["case-none"])[0] == "CaseIdNotFound"
    assert support.describe_cases(displayId="1")["cases"] == []
    empty = here.client("support", parameter_validation=False).add_communication_to_case
    assert refused(empty, caseId=case["caseId"], communicationBody="x" * 8001)[0] == "ValidationException"
    assert refused(empty, caseId=case["caseId"], communicationBody="")[0] == "ValidationException"
    for n in range(12):
        support.add_communication_to_case(caseId=case["caseId"], communicationBody=f"Answer {n}")
    first = support.describe_communications(caseId=case["caseId"], maxResults=10)
    rest = support.describe_communications(caseId=case["caseId"], maxResults=10, nextToken=first["nextToken"])
    bodies = [item["body"] for item in first["communications"] + rest["communications"]]
    assert (len(bodies), bodies[0]) == (14, "Answer 11")
    assert support.describe_cases(displayId=display_id)["cases"][0]["status"] == "customer-action-completed"
    assert support.resolve_case(caseId=case["caseId"])["finalCaseStatus"] == "resolved"


def test_quotas_are_listed_requested_and_approved(stage: Begin) -> None:
    here = stage("pending")
    quotas, support = here.client("service-quotas"), here.client("support")
    assert quotas.list_service_quotas(ServiceCode="ses")["Quotas"] == []
    names = {item["QuotaCode"]: item["QuotaName"] for item in _defaults(quotas)}
    assert names == {"L-804C8AE8": "Sending quota", "L-CDEF9B6B": "Sending rate"}
    assert refused(quotas.get_service_quota, ServiceCode="ses", QuotaCode="L-AE5D8F8A")[0] == (
        "NoSuchResourceException"
    )
    here.play("grant")
    values = {item["QuotaCode"]: item["Value"] for item in quotas.list_service_quotas(ServiceCode="ses")["Quotas"]}
    assert values == {"L-804C8AE8": 50_000.0, "L-CDEF9B6B": 14.0}
    params = {"ServiceCode": "ses", "QuotaCode": "L-804C8AE8"}
    ask = quotas.request_service_quota_increase
    assert refused(ask, **params, DesiredValue=100.0)[0] == "IllegalArgumentException"
    asked = ask(**params, DesiredValue=70_000.0)["RequestedQuota"]
    assert asked["Status"] == "CASE_OPENED"
    assert refused(ask, **params, DesiredValue=90_000.0)[0] == "ResourceAlreadyExistsException"
    case = support.describe_cases(displayId=asked["CaseId"])["cases"][0]
    assert "70,000" in case["recentCommunications"]["communications"][0]["body"]
    refusing = ask(ServiceCode="ses", QuotaCode="L-CDEF9B6B", DesiredValue=20.0, SupportCaseAllowed=False)
    assert refusing["RequestedQuota"]["Status"] == "NOT_APPROVED"
    assert here.play("approve_quota") == "1 quota request approved."
    history = quotas.list_requested_service_quota_change_history_by_quota(**params)["RequestedQuotas"]
    assert [(item["Id"], item["Status"]) for item in history] == [(asked["Id"], "APPROVED")]
    assert len(quotas.list_requested_service_quota_change_history(ServiceCode="ses")["RequestedQuotas"]) == 2
    assert quotas.get_requested_service_quota_change(RequestId=asked["Id"])["RequestedQuota"]["Status"] == "APPROVED"
    assert quotas.get_service_quota(**params)["Quota"]["Value"] == 70_000.0
    assert here.client("sesv2").get_account()["SendQuota"]["Max24HourSend"] == 70_000.0


def _defaults(quotas: object) -> list[dict[str, str]]:
    answer: list[dict[str, str]] = quotas.list_aws_default_service_quotas(ServiceCode="ses")["Quotas"]  # type: ignore[attr-defined]  # a boto3 client
    return answer
